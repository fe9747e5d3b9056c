//! `[[target]]`: what the territories are to reach, and by when.

use super::RESERVED;
use super::keys::{KEYS, TARGET};
use super::toml_walk::{Bounds, Doc, Section};
use crate::base::date::Date;
use crate::error::{Problem, codes};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::ops::Range;
use toml::de::DeValue;

/// One `[[target]]`: a goal for every territory, or for those of some reps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    /// Goals of one name stand together in the dashboard. Default: measure and date.
    pub name: String,
    /// A numeric property of the customers, or a name that occurs in the actual results only.
    pub measure: String,
    /// How much.
    #[serde(flatten)]
    pub amount: Amount,
    /// How the results of several periods make one figure.
    pub total: Total,
    /// The first day that counts. Default: the first of the year of `date`.
    pub from: Date,
    /// The last day that counts: by then the goal is to be met.
    pub date: Date,
    /// Ids of the reps it is set for; `None`: everyone.
    pub reps: Option<Vec<String>>,
}

/// How much a territory is to reach.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Amount {
    /// This much per territory, > 0.
    Value(f64),
    /// `(1 + growth)` times what the customers of the territory have today, > -1.
    Growth(f64),
}

/// How the results of several periods make one figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Total {
    /// They add up: revenue, visits.
    Sum,
    /// The latest one counts: the number of contracts, a market share.
    Last,
}

const VALUE: Bounds = Bounds {
    ok: |x| x > 0.0,
    says: "above 0",
    help: "write what one territory is to reach",
};
const GROWTH: Bounds = Bounds {
    ok: |x| x > -1.0 && x <= 10.0,
    says: "in (-1, 10]",
    help: "write a fraction: 5 % is 0.05",
};

/// All `[[target]]` entries.
pub(super) fn goals(doc: &mut Doc, root: Section<'_>) -> Vec<Goal> {
    let mut found: Vec<Goal> = Vec::new();
    let mut first: HashMap<String, usize> = HashMap::new();
    for (section, span) in doc.tables(root, "target").unwrap_or_default() {
        doc.unknown_keys(section, TARGET, KEYS);
        if let Some(goal) = goal(doc, section, &span) {
            let at = *first.entry(goal.name.clone()).or_insert(found.len());
            if let Some(other) = found.get(at) {
                same_name(doc, other, &goal, &span);
            }
            found.push(goal);
        }
    }
    found
}

/// One entry; `None` when something is wrong with it, and that has been told.
fn goal(doc: &mut Doc, s: Section<'_>, span: &Range<usize>) -> Option<Goal> {
    let missing = |doc: &mut Doc, key: &str, what: &str, help: &str| {
        let problem = Problem::error(codes::MISSING_KEY, what).field(s.path(key));
        doc.add(span, problem.help(help));
    };
    if !s.table.contains_key("measure") {
        let help = "add measure = \"revenue\", a property of the customers or a name in the actual results";
        missing(doc, "measure", "this target names no measure", help);
    }
    let measure = measure(doc, s);
    let amount = match ["value", "growth"].map(|key| s.table.contains_key(key)) {
        [true, true] => {
            let what = "a target has a value or a growth, not both";
            let problem = Problem::error(codes::CONFLICTING_KEYS, what).field(s.path("growth"));
            doc.add(span, problem.help("remove one of the two"));
            None
        }
        [false, false] => {
            let help = "add value = 250000 (per territory), or growth = 0.05 (on what its customers have today)";
            missing(doc, "value", "this target says not how much", help);
            None
        }
        [true, false] => doc.number(s, "value", &VALUE).map(Amount::Value),
        [false, true] => doc.number(s, "growth", &GROWTH).map(Amount::Growth),
    };
    if !s.table.contains_key("date") {
        let help = "add date = 2026-12-31, the last day that counts";
        missing(doc, "date", "this target has no date", help);
    }
    let date = day(doc, s, "date");
    let from = day(doc, s, "from");
    if let (Some(from), Some(date)) = (from, date)
        && from > date
    {
        let what = format!("the target begins on {from}, after its end on {date}");
        let problem = Problem::error(codes::OUT_OF_RANGE, what).field(s.path("from"));
        doc.add(
            span,
            problem.help("write an earlier day, or leave `from` out"),
        );
    }
    let totals = [("sum", Total::Sum), ("last", Total::Last)];
    let total = doc.word(s, "total", &totals);
    let reps = doc.ids(s, "reps");
    let name = doc.text(s, "name").map(|(name, _)| name);
    let (measure, date) = (measure?, date?);
    let first = Date::new(date.ymd().0, 1, 1).unwrap_or(date);
    Some(Goal {
        name: name.unwrap_or_else(|| format!("{measure} {date}")),
        amount: amount?,
        total: total.unwrap_or(Total::Sum),
        from: from.unwrap_or(first),
        measure,
        date,
        reps,
    })
}

fn measure(doc: &mut Doc, s: Section<'_>) -> Option<String> {
    let (measure, span) = doc.text(s, "measure")?;
    if RESERVED.contains(&measure.as_str()) {
        let what = format!("{measure:?} is no measure: the name has another meaning");
        let problem = Problem::error(codes::RESERVED_MEASURE, what).field(s.path("measure"));
        let help = "name a numeric property of the customers, \"customers\", or a name in the actual results";
        doc.add(&span, problem.help(help));
        return None;
    }
    Some(measure)
}

/// A date of TOML, or one in quotes.
fn day(doc: &mut Doc, s: Section<'_>, key: &str) -> Option<Date> {
    let value = s.table.get(key)?;
    let read = match value.get_ref() {
        DeValue::Datetime(when) => match (when.date, when.time) {
            (Some(d), None) => Date::new(i32::from(d.year), d.month, d.day)
                .ok_or_else(|| format!("{when} is no date between 1900 and 2199")),
            _ => Err(format!("{when} is not a day alone")),
        },
        DeValue::String(text) => text.trim().parse(),
        _ => Err("something else where a date is needed".into()),
    };
    read.map_err(|what| {
        let problem = Problem::error(codes::BAD_DATE, what).field(s.path(key));
        doc.add(&value.span(), problem.help("write a day: 2026-12-31"));
    })
    .ok()
}

/// Goals of one name are one goal that differs in how much: same measure, same time, other reps.
fn same_name(doc: &mut Doc, a: &Goal, b: &Goal, span: &Range<usize>) {
    let frame = |g: &Goal| (g.measure.clone(), g.total, g.from, g.date);
    let shared = match (&a.reps, &b.reps) {
        (Some(a), Some(b)) => a
            .iter()
            .find(|id| b.contains(id))
            .map(|id| format!("{id:?}")),
        _ => Some("every rep".into()),
    };
    let what = if frame(a) != frame(b) {
        format!(
            "the target {:?} stands twice, with another measure, total or time",
            a.name
        )
    } else if let Some(rep) = shared {
        format!("the target {:?} is set twice for {rep}", a.name)
    } else {
        return;
    };
    let problem = Problem::error(codes::DUPLICATE_TARGET, what).field("target.name");
    doc.add(
        span,
        problem.help("give one of them a `name` of its own, or other `reps`"),
    );
}
