//! `[sizing]`: how many reps, and where.

use super::Balance;
use super::keys::{KEYS, SIZING};
use super::sections::POSITIVE;
use super::toml_walk::{Bounds, Doc, Section};
use crate::disk::file;
use crate::error::{Collector, Problem, codes};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The word for the customers' own places.
const CUSTOMERS: &str = "customers";

/// Where home bases may be, what they cost, and what a rep can carry.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sizing {
    /// Files of places, in the formats of reps.
    pub candidates: Vec<PathBuf>,
    /// Whether the customers' own places are candidates, thinned.
    pub at_customers: bool,
    /// How many of the customers' places are left, at most.
    pub thin: u32,
    /// Reps of the file `reps` that stay, by id.
    pub fixed: Vec<String>,
    /// Reps of the file `reps` that may go, and what their going costs, in the unit of `cost_per_rep`.
    pub may_close: BTreeMap<String, f64>,
    /// The least number of reps that is looked at; 0: the least there can be.
    pub min: u32,
    /// The greatest one; 0: a third more than the least.
    pub max: u32,
    /// What a rep costs a year.
    pub cost_per_rep: Option<f64>,
    /// What a kilometre of travel costs, in the same unit.
    pub cost_per_km: Option<f64>,
    /// The most of a measure that a rep with `capacity` 1 can carry.
    pub capacity: BTreeMap<String, f64>,
    /// The least of a measure that a rep with `capacity` 1 has to have.
    pub floor: BTreeMap<String, f64>,
}

impl Sizing {
    /// What changes of a team are looked for by where nothing else is said: the customers' places, and shares of the whole.
    pub(crate) fn anywhere() -> Sizing {
        Sizing {
            at_customers: true,
            thin: THIN,
            ..Sizing::default()
        }
    }
}

const NOT_NEGATIVE: Bounds = Bounds {
    ok: |x| x >= 0.0,
    says: "0 or more",
    help: "write a number, 0 or more",
};
/// Customers' places that are left where nothing says how many.
const THIN: u32 = 500;

/// `[sizing]`; `None` without it.
pub(super) fn section(doc: &mut Doc, root: Section<'_>, base: &Path) -> Option<Sizing> {
    let s = doc.table(root, "sizing")?;
    doc.unknown_keys(s, SIZING, KEYS);
    let named = match s.table.get("candidates").map(|v| v.get_ref().as_array()) {
        None => Vec::new(),
        Some(Some(_)) => doc.texts(s, "candidates").unwrap_or_default(),
        Some(None) => doc.text(s, "candidates").map(|t| t.0).into_iter().collect(),
    };
    let (places, files): (Vec<String>, Vec<String>) =
        named.into_iter().partition(|n| n == CUSTOMERS);
    let whole = |doc: &mut Doc, key: &str| count(doc, s, key);
    let exact = whole(doc, "count");
    let (min, max) = (whole(doc, "min"), whole(doc, "max"));
    if exact.is_some() && (min.is_some() || max.is_some()) {
        let problem = Problem::error(codes::NO_EFFECT, "`count` and a range are named")
            .field("sizing.count")
            .help("keep `count`, or `min` and `max`");
        doc.add(&span(s, "count"), problem);
    }
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        let problem = Problem::error(codes::OUT_OF_RANGE, format!("{min} is more than {max}"))
            .field("sizing.min")
            .help("write the smaller number as `min`");
        doc.add(&span(s, "min"), problem);
    }
    let closing = pairs(doc, s, "may_close", &NOT_NEGATIVE);
    Some(Sizing {
        candidates: files
            .iter()
            .map(|f| file::named(base, f.as_ref()))
            .collect(),
        at_customers: !places.is_empty(),
        thin: whole(doc, "thin").unwrap_or(THIN),
        fixed: match s.table.contains_key("fixed") {
            true => doc.ids(s, "fixed").unwrap_or_default(),
            false => Vec::new(),
        },
        may_close: closing,
        min: exact.or(min).unwrap_or(0),
        max: exact.or(max).unwrap_or(0),
        cost_per_rep: doc.number(s, "cost_per_rep", &NOT_NEGATIVE),
        cost_per_km: doc.number(s, "cost_per_km", &NOT_NEGATIVE),
        capacity: pairs(doc, s, "capacity", &POSITIVE),
        floor: pairs(doc, s, "floor", &NOT_NEGATIVE),
    })
}

fn span(s: Section<'_>, key: &str) -> std::ops::Range<usize> {
    s.table.get(key).map_or(0..0, |v| v.span())
}

/// A number of things, 1 or more.
fn count(doc: &mut Doc, s: Section<'_>, key: &str) -> Option<u32> {
    let number = doc.whole(s, key)?;
    let fits = u32::try_from(number)
        .ok()
        .filter(|n| (1..=100_000).contains(n));
    if fits.is_none() {
        let problem = Problem::error(codes::OUT_OF_RANGE, format!("{number} is not 1 to 100000"))
            .field(s.path(key))
            .help("write a whole number from 1 to 100000");
        doc.add(&span(s, key), problem);
    }
    fits
}

/// A table of names and numbers.
fn pairs(
    doc: &mut Doc,
    s: Section<'_>,
    key: &'static str,
    bounds: &Bounds,
) -> BTreeMap<String, f64> {
    let mut found = BTreeMap::new();
    if let Some(table) = doc.table(s, key) {
        for name in table.table.keys() {
            let name = name.get_ref().as_ref();
            if let Some(number) = doc.number(table, name, bounds) {
                found.insert(name.to_owned(), number);
            }
        }
    }
    found
}

/// What needs the whole scenario: capacities are of measures that are balanced.
pub(super) fn check(sizing: &Sizing, balance: &[Balance], problems: &mut Collector) {
    let tables = [("capacity", &sizing.capacity), ("floor", &sizing.floor)];
    for (key, table) in tables {
        for measure in table.keys() {
            if balance.iter().any(|b| b.measure == *measure) {
                continue;
            }
            let known: Vec<&str> = balance.iter().map(|b| b.measure.as_str()).collect();
            let what = format!("{measure:?} is not balanced");
            let problem = Problem::error(codes::NO_EFFECT, what)
                .field(format!("sizing.{key}"))
                .help(format!(
                    "name a measure of [[balance]]: {}",
                    known.join(", ")
                ));
            problems.add(problem);
        }
    }
    for (measure, floor) in &sizing.floor {
        if sizing
            .capacity
            .get(measure)
            .is_some_and(|most| floor > most)
        {
            let what = format!("the floor {floor} is above the capacity");
            let problem = Problem::error(codes::OUT_OF_RANGE, what)
                .field("sizing.floor")
                .help("write a floor below the capacity");
            problems.add(problem);
        }
    }
    let twice = sizing
        .fixed
        .iter()
        .find(|id| sizing.may_close.contains_key(*id));
    if let Some(id) = twice {
        let what = format!("{id:?} stays, and may go");
        let problem = Problem::error(codes::NO_EFFECT, what).field("sizing.may_close");
        problems.add(problem.help("name it in one of the two"));
    }
}
