//! `[[balance]]`: what is balanced, within which bounds, and what load beside the target costs.

use super::keys::{BALANCE, KEYS};
use super::sections::{NOT_NEGATIVE_COST, SHARE, TOLERANCE};
use super::toml_walk::{Doc, Section, in_floating_point};
use super::{DEFAULT_TOLERANCE, LARGEST};
use crate::base::words::shorten;
use crate::error::{Problem, codes};
use serde::{Deserialize, Serialize};

/// Share of the travel that `deviation_cost = "auto"` spends on balance unless the scenario says otherwise.
pub const DEFAULT_BUDGET: f64 = 0.01;

/// One activity measure to balance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Balance {
    /// A numeric property of the customers, or `customers` (each counts 1).
    pub measure: String,
    /// Totals within `(1 -+ tolerance) * target`, in (0, 1).
    pub tolerance: f64,
    /// What a unit of load beside the target costs, within these bounds; `None`: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deviation_cost: Option<DeviationCost>,
    /// Share of the travel that `auto` spends on balance, in [0, 1]; `None`: [`DEFAULT_BUDGET`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deviation_budget: Option<f64>,
    /// What `auto` has chosen, once it has; no setting.
    #[serde(skip)]
    pub chosen: Option<f64>,
}

/// What a unit of load above or below the target costs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DeviationCost {
    /// As much as the budget allows.
    Auto(Auto),
    /// So many units of the objective, 0 or more.
    Cost(f64),
}

/// The word `auto`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Auto {
    /// `"auto"`.
    Auto,
}

impl Balance {
    /// A measure within a tolerance, and nothing more.
    #[must_use]
    pub fn new(measure: impl Into<String>, tolerance: f64) -> Balance {
        Balance {
            measure: measure.into(),
            tolerance,
            ..Balance::default()
        }
    }

    /// What a unit of load beside the target costs: the scenario's number, or the chosen one.
    #[must_use]
    pub fn price(&self) -> f64 {
        match self.deviation_cost {
            None => 0.0,
            Some(DeviationCost::Cost(cost)) => cost,
            Some(DeviationCost::Auto(_)) => self.chosen.unwrap_or(0.0),
        }
    }

    /// Whether the cost is to be chosen.
    #[must_use]
    pub fn is_auto(&self) -> bool {
        matches!(self.deviation_cost, Some(DeviationCost::Auto(_)))
    }

    /// Share of the travel that `auto` may spend.
    #[must_use]
    pub fn budget(&self) -> f64 {
        self.deviation_budget.unwrap_or(DEFAULT_BUDGET)
    }

    /// Whether cost and budget are within their limits.
    pub(super) fn is_sound(&self) -> bool {
        let cost = match self.deviation_cost {
            Some(DeviationCost::Cost(cost)) => (0.0..=LARGEST).contains(&cost),
            _ => true,
        };
        let budget = self.deviation_budget;
        cost && budget.is_none_or(|share| self.is_auto() && (0.0..=1.0).contains(&share))
    }
}

/// The most measures that are balanced at once: each has a bound per rep, and each pair of them is compared by name.
const MAX_MEASURES: usize = 100;

/// `[[balance]]`; `None` when the scenario has no such entry at all.
pub(super) fn balance(doc: &mut Doc, root: Section<'_>) -> Option<Vec<Balance>> {
    let entries = doc.tables(root, "balance")?;
    if entries.is_empty() {
        let span = root.table.get("balance").map_or(0..0, |v| v.span());
        let problem = Problem::error(codes::MISSING_KEY, "the list of measures is empty")
            .field("balance")
            .help("add a section [[balance]] with a measure, or leave `balance` out");
        doc.add(&span, problem);
    }
    if entries.len() > MAX_MEASURES {
        let span = entries[MAX_MEASURES].1.clone();
        let what = format!("there are {} measures to balance", entries.len());
        let problem = Problem::error(codes::OUT_OF_RANGE, what).field("balance");
        doc.add(
            &span,
            problem.help(format!("balance {MAX_MEASURES} at most")),
        );
        return Some(Vec::new());
    }
    let mut list = Vec::new();
    for (section, span) in entries {
        doc.unknown_keys(section, BALANCE, KEYS);
        let entry = entry(doc, section);
        if !section.table.contains_key("measure") {
            let problem = Problem::error(codes::MISSING_KEY, "this entry names no measure")
                .field("balance.measure")
                .help("add measure = \"workload\", or another numeric property of the customers");
            doc.add(&span, problem);
            continue;
        }
        list.extend(entry);
    }
    Some(list)
}

/// An entry of the list; `None` where it names no measure.
pub(super) fn entry(doc: &mut Doc, section: Section<'_>) -> Option<Balance> {
    let tolerance = doc.number(section, "tolerance", &TOLERANCE);
    let deviation_cost = deviation_cost(doc, section);
    let deviation_budget = doc.number(section, "deviation_budget", &SHARE);
    if let (Some(value), false) = (
        section.table.get("deviation_budget"),
        matches!(deviation_cost, Some(DeviationCost::Auto(_))),
    ) {
        let what = "a budget is for a cost that is chosen by it";
        let problem = Problem::error(codes::NO_EFFECT, what)
            .field(section.path("deviation_budget"))
            .help("write deviation_cost = \"auto\" beside it, or leave it out");
        doc.add(&value.span(), problem);
    }
    let (measure, _) = doc.text(section, "measure")?;
    Some(Balance {
        measure,
        tolerance: tolerance.unwrap_or(DEFAULT_TOLERANCE),
        deviation_cost,
        deviation_budget,
        chosen: None,
    })
}

/// A number, or the word.
fn deviation_cost(doc: &mut Doc, section: Section<'_>) -> Option<DeviationCost> {
    let key = "deviation_cost";
    let value = section.table.get(key)?;
    let Some(text) = value.get_ref().as_str() else {
        if in_floating_point(value.get_ref()).is_none() {
            doc.wrong_type(section, key, value, "a number without quotes or \"auto\"");
            return None;
        }
        let cost = doc.number(section, key, &NOT_NEGATIVE_COST);
        return cost.map(DeviationCost::Cost);
    };
    if text == "auto" {
        return Some(DeviationCost::Auto(Auto::Auto));
    }
    let what = format!("{:?} is no cost", shorten(text));
    let help = match text.trim().parse::<f64>() {
        Ok(_) => format!(
            "write the number without quotes: {key} = {}",
            shorten(text.trim())
        ),
        Err(_) => format!(
            "write {key} = \"auto\", or a number without quotes: what a unit of load beside the target costs"
        ),
    };
    let problem = Problem::error(codes::UNKNOWN_VALUE, what).field(section.path(key));
    doc.add(&value.span(), problem.help(help));
    None
}
