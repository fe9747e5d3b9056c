//! The key of a server, which no message has: whatever a server says may repeat it.

use super::Fault;
use crate::error::{Problem, codes};
use std::fmt;

/// Fewer letters of a key are no secret of their own.
const SECRET: usize = 4;
/// What stands instead of it.
const HIDDEN: &str = "***";

/// A key that nobody prints.
#[derive(Clone)]
pub struct Key(String);

impl Key {
    /// The key in an environment variable.
    ///
    /// # Errors
    /// Where there is none, or what is there cannot be sent.
    pub fn of_variable(name: &str) -> Result<Key, Box<Problem>> {
        let refused = |what: String| {
            let problem = Problem::error(codes::NO_KEY, what).field("travel.key_env");
            Box::new(problem.help(format!("set it: export {name}=...")))
        };
        let text = std::env::var_os(name);
        let text = text.ok_or_else(|| refused(format!("the variable {name} is not set")))?;
        let text = text.to_str().map(str::trim).unwrap_or_default();
        if text.is_empty() || !text.bytes().all(|b| (b' '..127).contains(&b)) {
            return Err(refused(format!("the variable {name} holds no key")));
        }
        Ok(Key(text.to_owned()))
    }

    /// The header's value.
    pub(super) fn as_sent(&self) -> &str {
        &self.0
    }

    /// What went wrong, in words without the key: words are finished here, decoded and clipped.
    pub(super) fn hidden_in(&self, fault: Fault) -> Fault {
        match fault {
            Fault::Wait { what, after, most } => Fault::Wait {
                what: self.hidden(&what),
                after,
                most,
            },
            Fault::TooBig(words) => Fault::TooBig(self.hidden(&words)),
            Fault::Fatal(mut problem) => {
                problem.what = self.hidden(&problem.what);
                Fault::Fatal(problem)
            }
            Fault::NoWay | Fault::OffRoad(_) => fault,
        }
    }

    /// A text without the key, its words, and runs of letters and digits in it, in whichever case. Where signs of it are written as `\u0041`
    /// or `%41`, the text is told as it reads.
    fn hidden(&self, text: &str) -> String {
        let parts = self.parts();
        let read = decoded(text);
        let hidden = without(&parts, &read);
        match hidden == read {
            true => without(&parts, text),
            false => hidden,
        }
    }

    /// What is hidden, the longest first.
    fn parts(&self) -> Vec<String> {
        let whole = self.0.to_ascii_lowercase();
        let words = whole.split_whitespace();
        let runs = whole.split(|c: char| !c.is_ascii_alphanumeric());
        let all = words.chain(runs).filter(|part| part.len() >= SECRET);
        let mut parts: Vec<String> = all.map(String::from).collect();
        parts.push(whole.clone());
        parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
        parts.dedup();
        parts
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

/// A text without any of these; of one that is cut off, at the end or before `...`, what is there of it is hidden, too.
fn without(parts: &[String], text: &str) -> String {
    // Of the same length, byte by byte.
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        let rest = &lower[at..];
        let whole = parts.iter().find(|part| rest.starts_with(part.as_str()));
        let found = whole.map(String::len).or_else(|| {
            let end = rest.find("...").unwrap_or(rest.len());
            let mut cut = parts.iter().filter(|part| part.starts_with(&rest[..end]));
            (end >= SECRET && cut.next().is_some()).then_some(end)
        });
        match found {
            Some(length) => {
                out.push_str(HIDDEN);
                at += length;
            }
            None => {
                out.push(letter);
                at += letter.len_utf8();
            }
        }
    }
    out
}

/// A text whose escapes, those of JSON and of addresses, are the signs that they stand for, as far as they are ASCII.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let code = |prefix: &str, digits: usize| -> Option<(char, usize)> {
            let hex = rest.strip_prefix(prefix)?.get(..digits)?;
            let code = u32::from_str_radix(hex, 16).ok()?;
            let sign = char::from_u32(code).filter(|c| (' '..='~').contains(c))?;
            Some((sign, prefix.len() + digits))
        };
        let found = code("\\u", 4).or_else(|| code("%", 2));
        let (sign, length) = found.unwrap_or((letter, letter.len_utf8()));
        if found.is_some() || sign != '\\' {
            out.push(sign);
        }
        rest = &rest[length..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_of_a_key_is_told() {
        let key = Key("Bearer sk/hunter2-8f3a".into());
        for text in [
            "bad key Bearer sk/hunter2-8f3a!",
            "bad token sk/hunter2-8f3a!",
            "bad token sk\\/hunter2-8f3a!",
            "bad token sk%2Fhunter2-8f3a!",
            "bad token sk&#47;HUNTER2-8F3A!",
            "bad token sk/\\u0068unter2-8f3\\u0061!",
            "bad token sk%2f%68unter2-8f3a!",
        ] {
            let told = key.hidden(text);
            let lower = told.to_ascii_lowercase();
            assert!(
                !lower.contains("unter2") && !lower.contains("8f3"),
                "{told}"
            );
            assert!(told.starts_with("bad ") && told.ends_with('!'), "{told}");
        }
        assert_eq!(key.hidden("see ä sk/hun..., later"), "see ä ***..., later");
        assert_eq!(key.hidden("see sk/hunter2-8"), "see ***");
        assert_eq!(key.hidden("100% of a\\b"), "100% of a\\b");
        assert_eq!(Key("k!".into()).hidden("bad k!"), "bad ***");
        assert_eq!(format!("{key:?}"), HIDDEN);
    }
}
