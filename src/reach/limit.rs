//! Limits of trips.

use crate::error::Error;

/// The most limits of one run.
pub const MOST_LIMITS: usize = 24;
/// The largest one: more than any trip on the earth.
const LARGEST: f64 = 1e6;

/// What a limit is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// The minutes of a trip.
    Minutes,
    /// Its kilometres.
    Km,
}

impl Unit {
    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Unit::Minutes => "minutes",
            Unit::Km => "km",
        }
    }

    /// What there is of it, of kilometres and minutes.
    #[must_use]
    pub fn of(self, [km, minutes]: [f64; 2]) -> f64 {
        match self {
            Unit::Minutes => minutes,
            Unit::Km => km,
        }
    }
}

/// The most that a trip may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// What of.
    pub unit: Unit,
    /// How much.
    pub most: f64,
}

/// Limits in order, each once: minutes, then kilometres, ascending.
///
/// # Errors
/// [`Error::Usage`] that names all that are no limits, and when there are none or too many.
pub fn limits(minutes: &[f64], km: &[f64]) -> Result<Vec<Limit>, Error> {
    let of = |unit: Unit, all: &[f64]| -> Vec<Limit> {
        all.iter().map(|most| Limit { unit, most: *most }).collect()
    };
    let mut all = of(Unit::Minutes, minutes);
    all.extend(of(Unit::Km, km));
    let wrong: Vec<String> = (all.iter())
        .filter(|l| !(l.most > 0.0 && l.most <= LARGEST))
        .take(5)
        .map(|l| format!("--{} {}", l.unit.name(), l.most))
        .collect();
    if !wrong.is_empty() {
        let what = format!(
            "{}: a limit is above 0, and {LARGEST} at most",
            wrong.join(", ")
        );
        return Err(Error::Usage(what));
    }
    all.sort_by(|a, b| (a.unit.cmp(&b.unit)).then(a.most.total_cmp(&b.most)));
    all.dedup();
    match all.len() {
        0 => Err(Error::Usage(
            "no limit: write --minutes 30,60, or --km 25".into(),
        )),
        n if n > MOST_LIMITS => Err(Error::Usage(format!(
            "{n} limits are too many to be told apart on a map; name {MOST_LIMITS} at most"
        ))),
        _ => Ok(all),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_in_order_and_each_is_there_once() {
        let all = limits(&[60.0, 30.0, 60.0], &[5.0]).unwrap();
        let told: Vec<(&str, f64)> = all.iter().map(|l| (l.unit.name(), l.most)).collect();
        assert_eq!(told, [("minutes", 30.0), ("minutes", 60.0), ("km", 5.0)]);
    }

    #[test]
    fn what_is_no_limit_is_refused() {
        for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300] {
            let told = limits(&[30.0, wrong], &[]).unwrap_err().to_string();
            assert!(told.contains("a limit is above 0"), "{told}");
        }
        let many: Vec<f64> = (1..10_000).map(f64::from).collect();
        assert!(
            limits(&many, &[])
                .unwrap_err()
                .to_string()
                .contains("too many")
        );
        assert!(limits(&[], &[]).is_err());
    }
}
