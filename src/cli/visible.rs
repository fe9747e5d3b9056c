//! What a terminal shows instead of obeying it.

use std::borrow::Cow;

/// The text with every control character (but the end of a line and the tab) and every character that turns the direction of what
/// follows written as its escape: a name in a file must not clear the screen, rewrite a line or hide a part of it.
pub fn visible(text: &str) -> Cow<'_, str> {
    let hidden = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\t')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(hidden) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if hidden(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn controls_are_shown_and_letters_stay() {
        assert_eq!(visible("a\u{1b}[2Jb\r\u{7f}"), "a\\u{1b}[2Jb\\r\\u{7f}");
        assert_eq!(visible("\u{9b}1A \u{202e}x"), "\\u{9b}1A \\u{202e}x");
        for plain in ["Zürich\n\t█", "", "東京 🦡"] {
            assert!(matches!(visible(plain), std::borrow::Cow::Borrowed(p) if p == plain));
        }
    }
}
