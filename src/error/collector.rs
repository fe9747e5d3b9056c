//! Gathers the problems of one file, and keeps a repeated one from drowning the others.

use super::{Problem, Severity};
use crate::base::words::thousands;
use std::collections::HashMap;

/// How many problems of one kind (same code and field) are told one by one.
pub(crate) const SHOWN: usize = 20;

/// How many kinds are told apart by their field.
const KINDS: usize = 200;

/// How many characters of an id or a field are told, and of a sentence.
const LONGEST: [usize; 2] = [120, 2000];

/// The problems of one file. Of each kind the first 20 are kept, the rest is counted; what is kept is bounded, whatever the file.
#[derive(Clone, Debug, Default)]
pub struct Collector {
    file: String,
    problems: Vec<Problem>,
    kinds: Vec<Kind>,
    index: HashMap<(Severity, &'static str, Option<String>), usize>,
}

#[derive(Clone, Debug)]
struct Kind {
    severity: Severity,
    code: &'static str,
    field: Option<String>,
    count: usize,
}

impl Collector {
    /// A collector for the problems of `file`.
    pub fn new(file: impl Into<String>) -> Collector {
        Collector {
            file: file.into(),
            ..Collector::default()
        }
    }

    /// Adds a problem; its file is set unless it names one.
    pub fn add(&mut self, mut problem: Problem) {
        shorten(&mut problem);
        let mut key = (problem.severity, problem.code, problem.field.clone());
        if self.kinds.len() >= KINDS && !self.index.contains_key(&key) {
            key.2 = None;
        }
        let next = self.kinds.len();
        let at = *self.index.entry(key.clone()).or_insert(next);
        if at == next {
            let (severity, code, field) = key;
            self.kinds.push(Kind {
                severity,
                code,
                field,
                count: 0,
            });
        }
        let kind = &mut self.kinds[at];
        kind.count += 1;
        if kind.count > SHOWN {
            return;
        }
        if problem.file.is_empty() {
            problem.file.clone_from(&self.file);
        }
        self.problems.push(problem);
    }

    /// How many problems of a kind were added, shown or not.
    #[must_use]
    pub fn count(&self, code: &str) -> usize {
        let of_code = self.kinds.iter().filter(|k| k.code == code);
        of_code.map(|k| k.count).sum()
    }

    /// Whether one of the problems is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.kinds.iter().any(|k| k.severity == Severity::Error)
    }

    /// Refuses what they were found in, if one of them is an error.
    ///
    /// # Errors
    /// All of them, warnings included.
    pub fn refuse(self) -> Result<(), Vec<Problem>> {
        match self.has_errors() {
            true => Err(self.into_problems()),
            false => Ok(()),
        }
    }

    /// The problems in the order they were added, then one "and N more" per kind that was cut.
    #[must_use]
    pub fn into_problems(self) -> Vec<Problem> {
        let mut all = self.problems;
        for kind in self.kinds {
            if kind.count > SHOWN {
                let count = kind.count - SHOWN;
                let more = thousands(count);
                let mut rest = Problem::error(kind.code, format!("and {more} more of this kind"))
                    .with("more", count);
                rest.severity = kind.severity;
                rest.file.clone_from(&self.file);
                rest.field = kind.field;
                all.push(rest);
            }
        }
        all
    }
}

/// Cuts what a file may have made endless.
fn shorten(problem: &mut Problem) {
    let cut = |text: &mut String, longest: usize| {
        if let Some((end, _)) = text.char_indices().nth(longest) {
            text.truncate(end);
            text.push_str("...");
        }
    };
    let [name, sentence] = LONGEST;
    problem.id.iter_mut().for_each(|id| cut(id, name));
    problem.field.iter_mut().for_each(|field| cut(field, name));
    cut(&mut problem.what, sentence);
    cut(&mut problem.action, sentence);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted() {
        let mut c = Collector::new("f.csv");
        for i in 0..12_365 {
            c.add(Problem::error("missing-id", "no id").at(i + 1));
        }
        c.add(Problem::error("missing-id", "another field").field("x"));
        c.add(Problem::warning("zero-place", "at 0, 0"));
        assert_eq!(c.count("missing-id"), 12_366);
        let all = c.into_problems();
        assert_eq!(all.len(), 20 + 1 + 1 + 1);
        assert_eq!(all[22].what, "and 12,345 more of this kind");
        assert!(all.iter().all(|p| p.file == "f.csv"));
    }

    #[test]
    fn what_is_told_is_bounded() {
        let mut c = Collector::new("f.csv");
        let long = "ü".repeat(1 << 20);
        for i in 0..100_000 {
            let problem = Problem::error("unknown-key", format!("{i} is no key"));
            c.add(problem.field(format!("key {i}")));
        }
        c.add(
            Problem::error("not-text", &*long)
                .id(&long)
                .field(&*long)
                .help(&*long),
        );
        let all = c.into_problems();
        assert_eq!(all.len(), KINDS + SHOWN + 2);
        assert!(all.iter().any(|p| p.what == "and 99,780 more of this kind"));
        assert!(all.iter().all(|p| p.to_string().len() < 10_000));
    }
}
