//! Texts in CSV files that a spreadsheet would take for formulas, and back.
//!
//! A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@` (and with a tab or a carriage return before those) as a formula, and
//! a formula can call other programs. An apostrophe before it makes a text of it; so that it can be taken off again, a text that
//! begins with apostrophes and goes on like a formula gets one more. Numbers are left as they are.
//!
//! Source: OWASP, CSV Injection, <https://owasp.org/www-community/attacks/CSV_Injection>.

use std::borrow::Cow;

/// Whether a text would be a formula, apostrophes before it or not.
fn is_formula(text: &str) -> bool {
    let text = text.trim_start_matches('\'');
    text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number(text)
}

/// Numbers, those with a decimal comma and thousands among them: `-1.234,50` is no formula.
fn is_number(text: &str) -> bool {
    let figures = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = figures
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
    text.parse::<f64>().is_ok() || plain && figures.starts_with(|c: char| c.is_ascii_digit())
}

/// The text as it is written where `[output] csv_safe` is on.
pub(crate) fn safe(text: &str) -> Cow<'_, str> {
    if is_formula(text) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

/// The text that was written: what [`safe`] was given.
pub(crate) fn unsafe_again(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_formula(cell) => text,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_quoted_and_nothing_else() {
        for text in [
            "=cmd|' /C calc'!A0",
            "+49 89 1234",
            "-2+3",
            "-,5",
            "-1,5%",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "-",
        ] {
            assert_eq!(safe(text), format!("'{text}"));
        }
        for text in [
            "",
            "C1",
            "-5",
            "+1.5e3",
            "-5,5",
            "-1.234,50",
            "+49,1",
            "'s Gravenhage",
            "a=b",
            "'-5",
            " =1",
        ] {
            assert_eq!(safe(text), text);
        }
    }

    #[test]
    fn every_text_comes_back() {
        let parts = ["'", "=", "-", "5", "x", "\t", "+"];
        let mut texts = vec![String::new()];
        for _ in 0..4 {
            let longer = texts.iter().flat_map(|t| parts.map(|p| format!("{t}{p}")));
            let longer: Vec<String> = longer.collect();
            texts.extend(longer);
        }
        for text in &texts {
            assert_eq!(unsafe_again(&safe(text)), text, "{text:?}");
        }
    }
}
