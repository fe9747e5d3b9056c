//! The plan at hand: what of a plan directory the desk shows and starts from.

use super::draft::Draft;
use super::inputs::key_of;
use crate::base::date::utc;
use crate::base::ids::RepIx;
use crate::error::Error;
use crate::input::Inputs;
use crate::leads::Ready;
use crate::plan::{Claim, Prices, Status};
use crate::saved::{Report, SavedPlan, Value};
use crate::scenario::{Balance, Scenario};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Fills of territories before there is a plan.
const FILLS: [&str; 8] = [
    "#7690cf", "#6fcdb6", "#fae6ad", "#d08884", "#e0b36c", "#b6b9f4", "#aef2f5", "#99914c",
];

/// A plan that was made.
#[derive(Debug)]
pub(super) struct Kept {
    pub dir: PathBuf,
    pub owner: Vec<RepIx>,
    /// Reps of the scenario, and the ids of those who were new.
    pub reps: usize,
    pub added: Vec<String>,
    pub prices: Prices,
    pub status: Status,
    pub claim: Claim,
    pub objective: f64,
    /// What a unit of load beside the target costs, per measure.
    pub costs: Vec<f64>,
    /// Where that was to be chosen, the share of the travel that it might spend.
    pub budgets: Vec<Option<f64>>,
    pub bound: f64,
    pub gap: f64,
    pub colors: Vec<String>,
    pub notes: Vec<String>,
    pub saved_at: Option<String>,
    pub key: String,
    /// The whole of it, for leads; `None` in tests.
    pub plan: Option<Box<SavedPlan>>,
    /// What leads are routed by, made when the first come.
    pub ready: OnceLock<Ready>,
}

/// A plan of the project, by name.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub(super) struct Named {
    pub name: String,
    pub objective: f64,
    pub travel: f64,
    pub gap: f64,
    pub saved_at: Option<String>,
}

/// The share of the travel that a measure may spend on even loads, where its cost is to be chosen.
fn budget(b: &Balance) -> Option<f64> {
    b.is_auto().then(|| b.budget())
}

impl Kept {
    /// Reads a plan of these inputs, whose reps may be more by now.
    ///
    /// # Errors
    /// As [`SavedPlan::open`]; [`Error::Usage`] where it is one of other customers or reps.
    pub fn read(dir: &Path, base: &Inputs) -> Result<Kept, Error> {
        let plan = SavedPlan::open(dir)?;
        if plan.assignments.ids != base.customers.ids {
            let what = format!("{} is a plan of other customers", dir.display());
            return Err(Error::Usage(what));
        }
        let ids = &plan.territories.ids;
        let known = base.reps.ids.iter().zip(ids.iter()).filter(|(a, b)| a == b);
        if ids.len() < base.reps.len() || known.count() != base.reps.len() {
            let what = format!("{} is a plan of other reps", dir.display());
            return Err(Error::Usage(what));
        }
        let report = plan.report.clone();
        let (report, colors) = (&report, colors(&plan));
        let count = base.reps.len();
        let added = ids.iter().skip(count).map(str::to_owned).collect();
        Ok(Kept {
            dir: dir.to_owned(),
            reps: count,
            added,
            prices: prices(
                report,
                base.scenario.balance.iter().map(|b| b.measure.as_str()),
            ),
            status: report.status,
            claim: report.claim,
            objective: report.objective.value,
            costs: report.scenario.deviation().unwrap_or_default(),
            budgets: report.scenario.balance.iter().map(budget).collect(),
            bound: report.bound,
            gap: report.gap,
            colors,
            notes: report.notes.clone(),
            saved_at: changed_at(dir),
            key: key_of(report),
            owner: plan.assignments.owner.clone(),
            plan: Some(Box::new(plan)),
            ready: OnceLock::new(),
        })
    }

    /// Gives a scenario the costs that `auto` chose for this plan, so that price tags and plans count alike.
    pub fn settle_costs(&self, scenario: &mut Scenario) {
        for (b, cost) in scenario.balance.iter_mut().zip(&self.costs) {
            if b.is_auto() {
                b.chosen = Some(*cost);
            }
        }
    }

    /// The same, for the next plan: where another budget was set since, the cost is chosen anew.
    pub fn keep_costs(&self, scenario: &mut Scenario) {
        self.settle_costs(scenario);
        for (b, before) in scenario.balance.iter_mut().zip(&self.budgets) {
            if budget(b) != *before {
                b.chosen = None;
            }
        }
    }

    /// Whether it breaks rules: the closest to a plan that was found, and none.
    pub fn broken(&self) -> bool {
        self.status == Status::Infeasible
    }

    /// Where its rep `j` stands among those of a draft, who may be others.
    pub fn place(&self, j: usize, draft: &Draft) -> Option<usize> {
        let Some(at) = j.checked_sub(self.reps) else {
            return Some(j);
        };
        let id = self.added.get(at)?;
        let now = draft.added.iter().position(|new| new.id == *id)?;
        Some(self.reps + now)
    }

    /// Its prices for the reps of a draft: those who are new have none yet.
    pub fn prices_for(&self, draft: &Draft, m: usize) -> Prices {
        let k = self.reps + draft.added.len();
        let mut rep_measure = vec![0.0; k * m];
        for (j, of_rep) in self.prices.rep_measure.chunks(m.max(1)).enumerate() {
            if let Some(now) = self.place(j, draft).filter(|now| *now < k) {
                rep_measure[now * m..now * m + of_rep.len()].copy_from_slice(of_rep);
            }
        }
        Prices {
            rep_measure,
            change: self.prices.change,
            assignment: Vec::new(),
        }
    }
}

/// The colour of a rep.
pub(super) fn color(kept: Option<&Kept>, j: usize) -> &str {
    let own = kept.and_then(|k| k.colors.get(j)).map(String::as_str);
    own.unwrap_or(FILLS[j % FILLS.len()])
}

fn colors(plan: &SavedPlan) -> Vec<String> {
    let column = (plan.territories.properties.iter()).find(|p| p.name == "color");
    let values = column.map_or(&[][..], |p| &p.values);
    let color = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        _ => FILLS[0].to_owned(),
    };
    values.iter().map(color).collect()
}

/// The prices of a report, rep by rep.
fn prices<'m>(report: &Report, measures: impl Iterator<Item = &'m str>) -> Prices {
    let place: std::collections::HashMap<&str, usize> = measures.zip(0..).collect();
    let mut rep_measure = Vec::new();
    let mut reps: Vec<&str> = report.territories.iter().map(|t| t.rep.as_str()).collect();
    reps.dedup();
    let at: std::collections::HashMap<&str, usize> = reps.iter().copied().zip(0..).collect();
    rep_measure.resize(reps.len() * place.len(), 0.0);
    for price in &report.prices {
        let row = at
            .get(price.rep.as_str())
            .zip(place.get(price.measure.as_str()));
        if let Some((j, m)) = row {
            rep_measure[j * place.len() + m] = price.price;
        }
    }
    Prices {
        rep_measure,
        change: report.change_price,
        assignment: Vec::new(),
    }
}

/// When a plan was written: `2026-11-29T17:00:00Z`.
pub(super) fn changed_at(dir: &Path) -> Option<String> {
    let changed = std::fs::metadata(dir.join("report.json")).and_then(|m| m.modified());
    Some(utc(changed.ok()?))
}

/// The plans of a project, by name; `current` is not among them.
pub(super) fn plans(dir: &Path) -> Vec<Named> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut all: Vec<Named> = (entries.filter_map(|entry| entry.file_name().into_string().ok()))
        .filter(|name| is_name(name) && name != super::folder::CURRENT)
        .filter_map(|name| {
            let report = crate::saved::report(&dir.join(&name)).ok()?;
            Some(Named {
                objective: report.objective.value,
                travel: report.objective.travel,
                gap: report.gap,
                saved_at: changed_at(&dir.join(&name)),
                name,
            })
        })
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// Whether a plan may be called so: a plain name of a folder, on every system.
pub(super) fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || " -_.,()+".contains(c);
    !name.is_empty()
        && name.len() <= 100
        && name.chars().all(fits)
        && name.trim() == name
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !is_device(name)
}

/// Whether Windows takes a name for a device, whatever follows a point.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_ascii_uppercase();
    let port = stem
        .strip_prefix("COM")
        .or_else(|| stem.strip_prefix("LPT"));
    let numbered = port.is_some_and(|n| n.chars().count() == 1 && "0123456789¹²³".contains(n));
    numbered || ["CON", "PRN", "AUX", "NUL"].contains(&stem.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_the_folder() {
        for good in [
            "A",
            "Plan 2",
            "Süd-West_1.b",
            "(a)",
            "COM",
            "Console",
            "COM10",
        ] {
            assert!(is_name(good), "{good}");
        }
        for bad in [
            "", ".", "..", "../x", "a/b", "a\\b", ".x", "a\0", "a\n", " a", "a ", "a.", "<b>",
            "C:", "CON", "nul", "Aux.b", "COM1", "lpt9.txt",
        ] {
            assert!(!is_name(bad), "{bad:?}");
        }
    }
}
