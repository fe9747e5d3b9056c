//! `[[prefer]]`: which rep fits a customer, as a cost.

use super::Scenario;
use super::keys::{KEYS, PREFER};
use super::toml_walk::{Bounds, Doc, Section};
use crate::base::condition::{Condition, Side};
use crate::base::decimal::Ratio;
use crate::base::words::shorten;
use crate::disk::file;
use crate::error::{Problem, codes};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One `[[prefer]]`: what a pair costs more, or less, where a condition holds, or as a table of reps and segments has it.
///
/// ```text
/// c_ij = w_i * max(0, t_ij + sum cost_km) * prod (1 + cost_share)        over the entries that hold for i and j
/// ```
///
/// `t_ij` is the travel in the unit that is minimised; where that is minutes, a kilometre counts as `60 / speed_kmh` of them. What is below 0 makes a
/// pair preferred, what is above 0 avoided.
///
/// An entry has a condition and what it costs, or a table, the customers' column that parts them into segments, and the unit of its figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prefer {
    /// The [`Condition`]; empty where there is a table.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub when: String,
    /// As many kilometres of travel, one way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_km: Option<f64>,
    /// This share of the travel, -0.99 or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_share: Option<f64>,
    /// The table: a row for each rep, a column for each value of the customers' column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<PathBuf>,
    /// The customers' column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What the figures of the table are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<FitUnit>,
    /// The sheet of a workbook; the first that fits without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
}

/// What the figures of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FitUnit {
    /// Kilometres, as `cost_km` has them.
    Km,
    /// Shares, as `cost_share` has them.
    Share,
}

impl FitUnit {
    /// The name of the key that has one such figure.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            FitUnit::Km => "cost_km",
            FitUnit::Share => "cost_share",
        }
    }

    const fn bounds(self) -> &'static Bounds {
        match self {
            FitUnit::Km => &COST_KM,
            FitUnit::Share => &COST_SHARE,
        }
    }

    /// Whether a figure may be that; else what it must be, and what to do.
    pub(crate) fn permits(self, figure: f64) -> Result<(), (&'static str, &'static str)> {
        let bounds = self.bounds();
        match (bounds.ok)(figure) {
            true => Ok(()),
            false => Err((bounds.says, bounds.help)),
        }
    }
}

/// No way on earth is longer.
pub(super) const COST_KM: Bounds = Bounds {
    ok: |x| (-20_000.0..=20_000.0).contains(&x),
    says: "in [-20000, 20000]",
    help: "write kilometres: below 0 is preferred, above 0 avoided",
};
pub(super) const COST_SHARE: Bounds = Bounds {
    ok: |x| (-0.99..=10.0).contains(&x),
    says: "in [-0.99, 10]",
    help: "write a fraction of the travel: 10 % less is -0.10",
};
/// The most entries.
pub(super) const MOST: usize = 100;

/// All `[[prefer]]` entries.
pub(super) fn section(doc: &mut Doc, root: Section<'_>, base: &Path) -> Vec<Prefer> {
    let mut found = Vec::new();
    let entries = doc.tables(root, "prefer").unwrap_or_default();
    if entries.len() > MOST {
        let what = format!("there are {} entries", entries.len());
        let problem = Problem::error(codes::OUT_OF_RANGE, what).field("prefer");
        doc.add(
            &entries[MOST].1,
            problem.help(format!("write {MOST} at most")),
        );
        return found;
    }
    for (section, span) in entries {
        doc.unknown_keys(section, PREFER, KEYS);
        not_both(doc, section);
        let entry = match section.table.contains_key("table") {
            true => by_table(doc, section, &span, base),
            false => by_condition(doc, section, &span),
        };
        found.extend(entry);
    }
    found
}

/// Tells of keys of a condition beside a table, and the other way round.
fn not_both(doc: &mut Doc, section: Section<'_>) {
    let table = section.table.get_key_value("table");
    let others: &[&str] = match table {
        Some(_) => &["when", "cost_km", "cost_share"],
        None => &["by", "unit", "sheet"],
    };
    let there: Vec<&str> = (others.iter().copied())
        .filter(|key| section.table.contains_key(*key))
        .collect();
    let Some((key, _)) = there
        .first()
        .and_then(|first| section.table.get_key_value(*first))
    else {
        return;
    };
    let (what, help) = match table {
        Some(_) => (
            "the table says for whom it is and what it costs",
            "give the condition an entry of its own, or remove `table`",
        ),
        None => (
            "this key is about a table, and there is none",
            "add table = \"fit.csv\", or remove the key",
        ),
    };
    let problem = Problem::error(codes::CONFLICTING_KEYS, what);
    let field = section.path(there[0]);
    doc.add(&key.span(), problem.field(field).help(help));
}

/// A key that an entry lacks.
fn lacks(doc: &mut Doc, span: &Range<usize>, field: &str, what: &str, help: &str) {
    let problem = Problem::error(codes::MISSING_KEY, what).field(field);
    doc.add(span, problem.help(help));
}

/// An entry with a table.
fn by_table(
    doc: &mut Doc,
    section: Section<'_>,
    span: &Range<usize>,
    base: &Path,
) -> Option<Prefer> {
    let units = [("km", FitUnit::Km), ("share", FitUnit::Share)];
    if !section.table.contains_key("by") {
        let what = "this entry does not say which column of the customers its table is by";
        lacks(doc, span, "prefer.by", what, "add by = \"industry\"");
    }
    if !section.table.contains_key("unit") {
        let what = "this entry does not say what the figures of its table are";
        let help = "add unit = \"km\", or unit = \"share\" of the way";
        lacks(doc, span, "prefer.unit", what, help);
    }
    Some(Prefer {
        by: doc.text(section, "by").map(|(by, _)| by),
        unit: doc.word(section, "unit", &units),
        sheet: doc.text(section, "sheet").map(|(sheet, _)| sheet),
        table: Some(file::named(base, doc.text(section, "table")?.0.as_ref())),
        ..Prefer::default()
    })
}

/// An entry with a condition.
fn by_condition(doc: &mut Doc, section: Section<'_>, span: &Range<usize>) -> Option<Prefer> {
    if !section.table.contains_key("when") {
        let what = "this entry does not say for whom it is";
        let help = "add when = 'industry == \"Pharma\" && !(\"pharma\" in rep.experience)', or table = \"fit.csv\"";
        lacks(doc, span, "prefer.when", what, help);
    }
    if !["cost_km", "cost_share"]
        .iter()
        .any(|key| section.table.contains_key(*key))
    {
        let what = "this entry says neither kilometres nor a share";
        let help = "add cost_km = -20, or cost_share = -0.1";
        lacks(doc, span, "prefer.cost_km", what, help);
    }
    let cost_km = doc.number(section, "cost_km", &COST_KM);
    let cost_share = doc.number(section, "cost_share", &COST_SHARE);
    let (when, span) = doc.text(section, "when")?;
    if let Err(wrong) = Condition::parse(&when) {
        let problem = Problem::error(codes::BAD_CONDITION, in_words(&when, &wrong));
        let help = "compare columns of the customer and of the rep: industry == \"Pharma\" && \"fr\" in rep.languages";
        doc.add(&span, problem.field("prefer.when").help(help));
    }
    Some(Prefer {
        when,
        cost_km,
        cost_share,
        ..Prefer::default()
    })
}

/// What is wrong with a condition, and where.
pub(super) fn in_words(when: &str, (at, what): &(usize, String)) -> String {
    let rest: String = when.chars().skip(at - 1).collect();
    match rest.trim().is_empty() {
        true => format!("at the end of the condition: {what}"),
        false => format!(
            "letter {at} of the condition, at `{}`: {what}",
            shorten(&rest)
        ),
    }
}

/// `1 + share`, from its decimals: near -1 a sum of doubles would be off by much of itself.
#[must_use]
pub(crate) fn times(share: f64) -> f64 {
    Ratio::of(1.0).plus(&Ratio::of(share)).value()
}

impl Prefer {
    /// The entry in a report: its condition, or the name of its table and what that is by.
    #[must_use]
    pub fn said(&self) -> String {
        let Some(table) = &self.table else {
            return self.when.clone();
        };
        // The place of a file depends on whence it is seen; its name does not.
        let name = table.file_name().unwrap_or_default().to_string_lossy();
        let by = self.by.as_deref().unwrap_or_default();
        match &self.sheet {
            Some(sheet) => format!("{name} ({sheet}) by {by}"),
            None => format!("{name} by {by}"),
        }
    }

    /// Whether it is an entry that reading takes.
    pub(super) fn is_sound(&self) -> bool {
        let costs = [self.cost_km, self.cost_share];
        match &self.table {
            Some(_) => {
                self.when.is_empty()
                    && costs == [None, None]
                    && self.by.is_some()
                    && self.unit.is_some()
            }
            None => {
                Condition::parse(&self.when).is_ok()
                    && (&self.by, self.unit, &self.sheet) == (&None, None, &None)
            }
        }
    }
}

impl Scenario {
    /// The conditions of `[[prefer]]`; none for tables. One that cannot be read holds for nobody; reading has refused it.
    pub(crate) fn conditions(&self) -> Vec<Option<Condition>> {
        (self.prefer.iter())
            .map(|p| Condition::parse(&p.when).ok())
            .collect()
    }

    /// The columns that `[[prefer]]` looks at, of customers or of reps.
    pub(crate) fn compared(&self, side: Side) -> BTreeSet<String> {
        let conditions = self.conditions();
        let columns = conditions.iter().flatten().flat_map(|c| c.columns(side));
        let by = self.prefer.iter().filter(|_| side == Side::Customer);
        let by = by.filter_map(|p| p.by.as_deref());
        columns.chain(by).map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::times;

    #[test]
    fn factors_are_those_of_the_decimals() {
        for (share, expected) in [
            (-0.99, 0.01),
            (-0.9, 0.1),
            (0.1, 1.1),
            (-0.123456789, 0.876543211),
        ] {
            assert_eq!(times(share), expected);
        }
    }
}
