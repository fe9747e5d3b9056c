//! Properties that no rule needs and the report shows: names, segments, shares of competitors.

use super::hints;
use super::index::Names;
use super::scalar::Scalar;
use super::{Category, Column};
use crate::base::ids::Ids;
use crate::error::{Collector, Problem, codes};
use crate::scenario::Dashboard;

const NONE: u32 = u32::MAX;

/// A categorical property on its way.
#[derive(Debug)]
struct Segment {
    name: String,
    names: Names,
    of: Vec<u32>,
    current: u32,
}

/// A share in [0, 1] on its way; NaN where a customer has none.
#[derive(Debug)]
struct Share {
    name: String,
    values: Vec<f64>,
    current: f64,
}

/// Gathers them, feature by feature. Its slots are counted from 0: the name, the segments, the shares.
#[derive(Debug)]
pub(super) struct Extras {
    names: Ids,
    name: String,
    segments: Vec<Segment>,
    shares: Vec<Share>,
    text: String,
}

impl Extras {
    pub fn new(dashboard: &Dashboard) -> Extras {
        let segment = |name: &String| Segment {
            name: name.clone(),
            names: Names::default(),
            of: Vec::new(),
            current: NONE,
        };
        let share = |name: &String| Share {
            name: name.clone(),
            values: Vec::new(),
            current: f64::NAN,
        };
        Extras {
            names: Ids::new(),
            name: String::new(),
            segments: dashboard.segments.iter().map(segment).collect(),
            shares: dashboard.competitors.iter().map(share).collect(),
            text: String::new(),
        }
    }

    /// The slot of a property.
    pub fn slot(&self, name: &str) -> Option<u16> {
        let segments = self.segments.iter().map(|s| &s.name);
        let shares = self.shares.iter().map(|s| &s.name);
        match name {
            "name" => Some(0),
            _ => segments
                .chain(shares)
                .position(|n| n == name)
                .map(|at| at as u16 + 1),
        }
    }

    /// Whether the property of a slot is a share, that is a number.
    pub fn is_share(&self, slot: u16) -> bool {
        usize::from(slot) > self.segments.len()
    }

    /// A property of the current feature, and what is wrong with it.
    pub fn set(&mut self, slot: u16, value: Scalar<'_>) -> Option<Problem> {
        let Some(at) = usize::from(slot).checked_sub(1) else {
            // A name that is none is as good as no name, but for one that is not there yet.
            let wrong = value.text(&mut self.name).err()?;
            self.name.clear();
            return missing_result(value).then(|| wrong.problem("name"));
        };
        if let Some(segment) = self.segments.get_mut(at) {
            if missing_result(value) {
                let wrong = value.text(&mut self.text).err()?;
                return Some(wrong.problem(&segment.name));
            }
            segment.current = match word(value, &mut self.text) {
                true => segment.names.number(&self.text),
                false => NONE,
            };
            return None;
        }
        let share = self.shares.get_mut(at - self.segments.len())?;
        match value.number() {
            Ok(Some(number)) if (0.0..=1.0).contains(&number) => share.current = number,
            Ok(None) => share.current = f64::NAN,
            Ok(Some(number)) => {
                let what = format!("{number} is no share: it is outside [0, 1]");
                let problem = Problem::error(codes::OUT_OF_RANGE, what).field(&share.name);
                return Some(problem.help("write a fraction: 25 % is 0.25"));
            }
            Err(wrong) => return Some(wrong.problem(&share.name)),
        }
        None
    }

    /// The current feature is complete; `position` features came before it.
    pub fn finish(&mut self, position: usize) {
        if !self.names.is_empty() || !self.name.is_empty() {
            while self.names.len() < position {
                self.names.push("", false);
            }
            self.names.push(&self.name, false);
        }
        for segment in &mut self.segments {
            segment.of.push(segment.current);
        }
        for share in &mut self.shares {
            share.values.push(share.current);
        }
    }

    /// Forgets the current feature.
    pub fn reset(&mut self) {
        self.name.clear();
        self.segments.iter_mut().for_each(|s| s.current = NONE);
        self.shares.iter_mut().for_each(|s| s.current = f64::NAN);
    }

    /// Forgets what only features had that are not kept.
    pub fn keep(&mut self) {
        for segment in &mut self.segments {
            segment.names.keep(&mut segment.of);
        }
    }

    /// All features are in: names, segments, shares. A property that no customer has is a problem.
    pub fn into_parts(
        self,
        others: &[String],
        problems: &mut Collector,
    ) -> (Ids, Vec<Category>, Vec<Column>) {
        for segment in self.segments.iter().filter(|s| s.names.list.is_empty()) {
            if !segment.of.is_empty() {
                problems.add(absent(&segment.name, "segments", others));
            }
        }
        for share in &self.shares {
            if !share.values.is_empty() && share.values.iter().all(|v| v.is_nan()) {
                problems.add(absent(&share.name, "competitors", others));
            }
        }
        let segments = self.segments.into_iter().map(|s| Category {
            name: s.name,
            values: s.names.list,
            of: s.of,
        });
        let shares = self.shares.into_iter().map(|s| Column {
            name: s.name,
            values: s.values,
        });
        (self.names, segments.collect(), shares.collect())
    }
}

/// Whether the result of a formula is not saved.
fn missing_result(value: Scalar<'_>) -> bool {
    matches!(value, Scalar::Formula(_))
}

/// Puts the value of a segment into `out`; whether there is one.
fn word(value: Scalar<'_>, out: &mut String) -> bool {
    match value {
        Scalar::Bool(truth) => *out = truth.to_string(),
        Scalar::Float(number) if number.fract() != 0.0 => *out = number.to_string(),
        Scalar::List(items) => *out = items.replace(super::scalar::LIST_SEPARATOR, ", "),
        _ => return matches!(value.text(out), Ok(Some(_))),
    }
    !out.is_empty()
}

/// A property that no customer has; `others` are what they have.
fn absent(name: &str, field: &str, others: &[String]) -> Problem {
    let help = match hints::most_like(name, others) {
        Some(near) => {
            format!("name it in the scenario as the file does; did you mean `{near}`?")
        }
        None => format!("correct the name in [dashboard] {field}, or take it out"),
    };
    let what = format!("no customer has a property `{name}`");
    Problem::error(codes::MISSING_VALUE, what)
        .field(name)
        .help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extras() -> Extras {
        Extras::new(&Dashboard {
            segments: vec!["industry".into()],
            competitors: vec!["share".into()],
            ..Dashboard::default()
        })
    }

    #[test]
    fn what_is_missing_stays_empty() {
        let mut e = extras();
        e.finish(0);
        e.reset();
        assert!(e.set(0, Scalar::Text("Dachs")).is_none());
        assert!(e.set(1, Scalar::Bool(true)).is_none());
        assert!(e.set(2, Scalar::Float(0.25)).is_none());
        e.finish(1);
        let mut problems = Collector::new("c");
        let (names, segments, shares) = e.into_parts(&[], &mut problems);
        assert_eq!(names.iter().collect::<Vec<_>>(), ["", "Dachs"]);
        assert_eq!(segments[0].of, [NONE, 0]);
        assert_eq!(segments[0].values, ["true"]);
        assert!(shares[0].values[0].is_nan() && shares[0].values[1] == 0.25);
        assert!(!problems.has_errors());
    }

    #[test]
    fn shares_are_fractions_and_properties_exist() {
        let mut e = extras();
        let problem = e.set(2, Scalar::Int(25)).map(|p| p.to_string());
        assert!(problem.is_some_and(|p| p.contains("25 is no share") && p.contains("0.25")));
        e.finish(0);
        let mut problems = Collector::new("c");
        e.into_parts(&["Industry".into()], &mut problems);
        let told: Vec<String> = problems
            .into_problems()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert!(told[0].contains("did you mean `Industry`"), "{told:?}");
        assert!(told[1].contains("no customer has a property `share`"));
    }
}
