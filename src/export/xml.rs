//! Texts in XML.

use std::borrow::Cow;

/// A text as XML has it. Control characters, which XML 1.0 cannot hold, become U+FFFD.
pub(super) fn text(text: &str) -> String {
    let bad = |c: char| {
        (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    let clean: Cow<'_, str> = if text.contains(bad) {
        Cow::Owned(text.replace(bad, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    };
    quick_xml::escape::escape(clean.as_ref()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn markup_and_control_characters() {
        assert_eq!(text("A & B <c> \"d\""), "A &amp; B &lt;c&gt; &quot;d&quot;");
        assert_eq!(text("a\u{0}b\u{8}"), "a\u{fffd}b\u{fffd}");
        assert_eq!(text("Größe"), "Größe");
    }
}
