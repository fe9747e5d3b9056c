//! What to tell about a file that is not JSON.

use crate::error::{Problem, codes};
use serde_json::error::Category;

/// Words that other languages write for numbers that JSON does not have.
const NOT_JSON: &[&str] = &["-Infinity", "Infinity", "NaN", "nan", "-inf", "inf"];

/// The problem for a parse error in `piece`, which `lines_before` lines of the file precede.
pub(super) fn problem(piece: &str, error: &serde_json::Error, lines_before: usize) -> Box<Problem> {
    let (line, column) = (error.line(), error.column());
    let place = format!("line {}, column {column}", line + lines_before);
    if error.classify() == Category::Eof {
        let what = format!("the JSON ends before it is complete ({place})");
        let help = "the file is cut off: export or download it again";
        return Problem::error(codes::TRUNCATED_JSON, what)
            .help(help)
            .into();
    }
    if let Some(word) = word_at(piece, line, column) {
        let what = format!("{word} is no JSON number ({place})");
        let help = "write a number, or leave the property out";
        return Problem::error(codes::NOT_FINITE, what).help(help).into();
    }
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    if message.contains("out of range") {
        let what = format!("a number is too large ({place})");
        let help = "the largest number that is taken is 1e15: use a larger unit";
        return Problem::error(codes::NOT_FINITE, what).help(help).into();
    }
    let what = format!("not JSON: {message} ({place})");
    let help = "mend the file there, or export it again";
    Problem::error(codes::INVALID_JSON, what).help(help).into()
}

/// The word of [`NOT_JSON`] that stands at or just before a place.
fn word_at(piece: &str, line: usize, column: usize) -> Option<&'static str> {
    let text = piece.split('\n').nth(line.saturating_sub(1))?.as_bytes();
    // serde_json stops at the first byte that fits nothing, which may be in the word's middle.
    let starts = column.saturating_sub(6)..=column;
    starts.into_iter().find_map(|start| {
        let rest = text.get(start..)?;
        let bounded =
            start == 0 || !text[start - 1].is_ascii_alphanumeric() && text[start - 1] != b'"';
        NOT_JSON
            .iter()
            .find(|word| bounded && rest.starts_with(word.as_bytes()))
            .copied()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Box<Problem> {
        let error = serde_json::from_str::<serde::de::IgnoredAny>(text).unwrap_err();
        problem(text, &error, 10)
    }

    #[test]
    fn places_count_the_lines_of_the_file() {
        let p = of("{\n\"a\": 1,\n");
        assert_eq!(p.code, codes::TRUNCATED_JSON);
        assert!(
            p.what.contains("line 12") || p.what.contains("line 13"),
            "{}",
            p.what
        );
        let p = of("{\n\"a\": 1,,\n}");
        assert_eq!(p.code, codes::INVALID_JSON);
        assert!(p.what.contains("(line 12, column"), "{}", p.what);
    }

    #[test]
    fn numbers_of_other_languages_are_named() {
        for word in NOT_JSON {
            let p = of(&format!("{{\"a\": {word}}}"));
            assert_eq!(p.code, codes::NOT_FINITE, "{word}");
            assert!(p.what.starts_with(word), "{word}: {}", p.what);
        }
        let p = of("{\"a\": \"NaN\" x}");
        assert_eq!(p.code, codes::INVALID_JSON);
    }
}
