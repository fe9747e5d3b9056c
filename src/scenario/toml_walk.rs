//! Walks a TOML document key by key, and gathers every problem instead of stopping at the first.

use super::{LARGEST, LARGEST_SAYS};
use crate::base::words::shorten;
use crate::base::words::thousands;
use crate::error::{Collector, Problem, SHOWN, codes};
use std::collections::HashSet;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A document being read: where its lines begin, and the problems so far.
pub(super) struct Doc {
    /// Where each line but the first begins.
    lines: Vec<usize>,
    pub problems: Collector,
    /// Whether problems say on which line they are.
    pub lines_told: bool,
}

/// One table of a document, and the name it has in messages (`travel`, empty for the root).
#[derive(Clone, Copy)]
pub(super) struct Section<'t> {
    pub name: &'static str,
    pub table: &'t DeTable<'t>,
}

impl Section<'_> {
    /// `travel.detour`.
    pub fn path(&self, key: &str) -> String {
        match self.name {
            "" => key.to_owned(),
            name => format!("{name}.{key}"),
        }
    }
}

/// Where a number may lie, and how that is said.
pub(super) struct Bounds {
    pub ok: fn(f64) -> bool,
    pub says: &'static str,
    pub help: &'static str,
}

impl Doc {
    pub fn new(text: &str, file: &str) -> Doc {
        Doc {
            lines: text.match_indices('\n').map(|(at, _)| at + 1).collect(),
            problems: Collector::new(file),
            lines_told: true,
        }
    }

    /// The line of a byte offset, counted from 1.
    pub fn line(&self, offset: usize) -> usize {
        1 + self.lines.partition_point(|start| *start <= offset)
    }

    /// Adds a problem at a place of the document.
    pub fn add(&mut self, span: &Range<usize>, mut problem: Problem) {
        if self.lines_told {
            problem.what = format!("line {}: {}", self.line(span.start), problem.what);
        }
        self.problems.add(problem);
    }

    /// Says of every key that is not in `known` which known key is nearest.
    pub fn unknown_keys(
        &mut self,
        section: Section<'_>,
        known: &[&str],
        elsewhere: &[(&str, &[&str])],
    ) {
        let (mut told, mut more) = (0, None);
        for key in section.table.keys() {
            let name = key.get_ref().as_ref();
            if known.contains(&name) {
                continue;
            }
            told += 1;
            if told > SHOWN {
                more.get_or_insert(key.span());
                continue;
            }
            let home = elsewhere
                .iter()
                .find(|(of, keys)| *of != section.name && keys.contains(&name));
            let help = match (home, nearest(name, known)) {
                (Some((of, _)), _) => format!("`{name}` belongs in `[{of}]`"),
                (None, Some(near)) => format!(
                    "the nearest known key is `{near}`; known here: {}",
                    known.join(", ")
                ),
                (None, None) => String::new(),
            };
            let problem = Problem::error(codes::UNKNOWN_KEY, format!("unknown key `{name}`"))
                .field(section.path(name))
                .help(help);
            self.add(&key.span(), problem);
        }
        if let Some(span) = more {
            let count = thousands(told - SHOWN);
            let what = format!("and {count} more unknown keys from here on");
            let problem = Problem::error(codes::UNKNOWN_KEY, what).field(section.path("..."));
            let help = format!("known here: {}", known.join(", "));
            self.add(&span, problem.help(help));
        }
    }

    pub fn wrong_type(
        &mut self,
        section: Section<'_>,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        wants: &str,
    ) {
        let found = describe(value.get_ref());
        let problem = Problem::error(
            codes::WRONG_TYPE,
            format!("{found} where {wants} is needed"),
        )
        .field(section.path(key))
        .help(format!("write {wants}"));
        self.add(&value.span(), problem);
    }

    /// A text that is not empty.
    pub fn text(&mut self, section: Section<'_>, key: &str) -> Option<(String, Range<usize>)> {
        let value = section.table.get(key)?;
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => {
                Some((text.clone().into_owned(), value.span()))
            }
            _ => {
                self.wrong_type(section, key, value, "a text in quotes");
                None
            }
        }
    }

    /// One of a few words.
    pub fn word<T: Copy>(
        &mut self,
        section: Section<'_>,
        key: &str,
        words: &[(&str, T)],
    ) -> Option<T> {
        let (text, span) = self.text(section, key)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let quoted: Vec<String> = known.iter().map(|word| format!("{word:?}")).collect();
        let near = nearest(&text, &known).unwrap_or_default();
        let problem = Problem::error(
            codes::UNKNOWN_VALUE,
            format!("{:?} is not known here", shorten(&text)),
        )
        .field(section.path(key))
        .help(format!(
            "write {}; the nearest is {near:?}",
            quoted.join(" or ")
        ));
        self.add(&span, problem);
        None
    }

    /// `true` or `false`.
    pub fn truth(&mut self, section: Section<'_>, key: &str) -> Option<bool> {
        let value = section.table.get(key)?;
        let truth = value.get_ref().as_bool();
        if truth.is_none() {
            self.wrong_type(section, key, value, "true or false");
        }
        truth
    }

    /// A number, whole or not, within bounds.
    pub fn number(&mut self, section: Section<'_>, key: &str, bounds: &Bounds) -> Option<f64> {
        let value = section.table.get(key)?;
        let Some(x) = in_floating_point(value.get_ref()) else {
            self.wrong_type(section, key, value, "a number without quotes");
            return None;
        };
        let written = as_written(value.get_ref());
        // What no bound would stop is still no number to calculate with.
        let stopped = !(bounds.ok)(LARGEST.copysign(x));
        let (what, help) = if x.abs() > LARGEST && !(x < 0.0 && stopped) {
            let what = format!("{written} is too large");
            (
                what,
                format!("the largest number that is taken is {LARGEST_SAYS}"),
            )
        } else if (bounds.ok)(x) {
            return Some(x);
        } else {
            (
                format!("{written} is not {}", bounds.says),
                bounds.help.to_owned(),
            )
        };
        let problem = Problem::error(codes::OUT_OF_RANGE, what).field(section.path(key));
        self.add(&value.span(), problem.help(help));
        None
    }

    /// A whole number >= 0.
    pub fn whole(&mut self, section: Section<'_>, key: &str) -> Option<u64> {
        let value = section.table.get(key)?;
        let whole = match value.get_ref() {
            DeValue::Integer(i) => u64::from_str_radix(i.as_str(), i.radix()).ok(),
            _ => None,
        };
        if whole.is_none() {
            self.wrong_type(section, key, value, "a whole number, 0 or more");
        }
        whole
    }

    /// A sub-table `[key]`.
    pub fn table<'t>(&mut self, root: Section<'t>, key: &'static str) -> Option<Section<'t>> {
        let value = root.table.get(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(root, key, value, &format!("a section `[{key}]`"));
            return None;
        };
        Some(Section { name: key, table })
    }

    /// A list of tables `[[key]]`, each with its place.
    pub fn tables<'t>(
        &mut self,
        root: Section<'t>,
        key: &'static str,
    ) -> Option<Vec<(Section<'t>, Range<usize>)>> {
        let value = root.table.get(key)?;
        let wants = format!("a section `[[{key}]]`, one for each entry,");
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(root, key, value, &wants);
            return None;
        };
        let mut found = Vec::new();
        for item in array.iter() {
            match item.get_ref().as_table() {
                Some(table) => found.push((Section { name: key, table }, item.span())),
                None => self.wrong_type(root, key, item, &wants),
            }
        }
        Some(found)
    }

    /// A list of texts, none of them empty or there twice.
    pub fn texts(&mut self, section: Section<'_>, key: &str) -> Option<Vec<String>> {
        let value = section.table.get(key)?;
        let wants = "a list of texts [\"a\", \"b\"]";
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(section, key, value, wants);
            return None;
        };
        let mut found: Vec<String> = Vec::new();
        let mut seen = HashSet::new();
        for item in array.iter() {
            match item.get_ref().as_str() {
                Some(text) if seen.contains(text) => {
                    let what = format!("{:?} stands twice", shorten(text));
                    let problem =
                        Problem::error(codes::DUPLICATE_NAME, what).field(section.path(key));
                    self.add(&item.span(), problem.help("name it once"));
                }
                Some(text) if !text.trim().is_empty() => {
                    seen.insert(text);
                    found.push(text.to_owned());
                }
                _ => self.wrong_type(section, key, item, wants),
            }
        }
        Some(found)
    }

    /// A list of ids, none of them there twice.
    pub fn ids(&mut self, section: Section<'_>, key: &str) -> Option<Vec<String>> {
        let value = section.table.get(key)?;
        let wants = "a list of ids [\"R1\", \"R2\"]";
        let items = match value.get_ref().as_array() {
            Some(array) if !array.is_empty() => array,
            _ => {
                self.wrong_type(section, key, value, wants);
                return None;
            }
        };
        let mut found: Vec<String> = Vec::new();
        let mut seen = HashSet::new();
        for item in items.iter() {
            match id_text(item.get_ref()) {
                Some(id) if !seen.insert(id.clone()) => {
                    let what = format!("{:?} stands twice", shorten(&id));
                    let problem = Problem::error(codes::DUPLICATE_ID, what);
                    let problem = problem.field(section.path(key)).help("name it once");
                    self.add(&item.span(), problem);
                }
                Some(id) => found.push(id),
                None => self.wrong_type(section, key, item, wants),
            }
        }
        Some(found)
    }

    /// A list of pairs of texts.
    pub fn pairs(&mut self, section: Section<'_>, key: &str) -> Option<Vec<(String, String)>> {
        let value = section.table.get(key)?;
        let wants = "a list of pairs [\"customer\", \"rep\"]";
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(section, key, value, wants);
            return None;
        };
        let mut found = Vec::new();
        for item in array.iter() {
            let texts: Option<Vec<String>> = item.get_ref().as_array().and_then(|pair| {
                let of = |v: &Spanned<DeValue<'_>>| id_text(v.get_ref());
                pair.iter().map(of).collect()
            });
            match texts.as_deref() {
                Some([customer, rep]) => found.push((customer.clone(), rep.clone())),
                _ => self.wrong_type(section, key, item, wants),
            }
        }
        Some(found)
    }
}

/// An id in a list: text, or a whole number as the files may have it.
fn id_text(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.clone().into_owned()),
        DeValue::Integer(i) if i.radix() == 10 => Some(i.as_str().to_owned()),
        _ => None,
    }
}

/// A number as the file has it.
fn as_written(value: &DeValue<'_>) -> String {
    match value {
        DeValue::Integer(i) => shorten(i.as_str()),
        DeValue::Float(f) => shorten(f.as_str()),
        other => describe(other),
    }
}

/// A value in a message.
fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the text {:?}", shorten(text)),
        DeValue::Integer(i) => format!("the number {}", shorten(i.as_str())),
        DeValue::Float(f) => format!("the number {}", shorten(f.as_str())),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Datetime(when) => format!("the date {when}"),
        DeValue::Array(_) => "a list".into(),
        DeValue::Table(_) => "a section".into(),
    }
}

/// The candidate most like `word`.
pub(super) fn nearest<'c>(word: &str, candidates: &[&'c str]) -> Option<&'c str> {
    let likeness = |c: &&&str| strsim::normalized_damerau_levenshtein(&word.to_lowercase(), c);
    candidates
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
        .copied()
}

/// The value of a number, whole or not.
pub(super) fn in_floating_point(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Integer(i) => i128::from_str_radix(i.as_str(), i.radix())
            .ok()
            .map(|i| i as f64),
        DeValue::Float(f) => f.as_str().parse().ok(),
        _ => None,
    }
}
