//! `report.json`, typed.

use crate::error::{Problem, codes};
use crate::input::{file, geojson};
use crate::plan::{Proof, Status, Violation};
use crate::scenario::{Overrides, Scenario};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The report of a saved plan.
#[derive(Clone, Debug, Deserialize)]
pub struct Report {
    /// Version of revier that wrote the plan.
    pub revier: String,
    /// The scenario with all defaults filled in; paths are relative to the plan directory.
    pub scenario: Scenario,
    /// What the command line set.
    #[serde(default)]
    pub overrides: Overrides,
    /// The files that the plan was made from.
    pub inputs: Vec<Input>,
    /// Seed of everything random.
    pub seed: u64,
    /// How good the plan is known to be.
    pub status: Status,
    /// Travel cost of the plan.
    pub objective: Objective,
    /// Lower bound on the cost of every plan.
    pub bound: f64,
    /// `(objective - bound) / objective`.
    pub gap: f64,
    /// How the bound was proven.
    pub proof: Proof,
    /// The bound that the prices certify.
    pub certified: f64,
    /// The certificate.
    pub prices: Vec<Price>,
    /// Price of the limit on how much changes hands.
    pub change_price: f64,
    /// Prices of the assignment rows, if the proof is by assignment; a unit without one has half of what its second option costs above the first.
    #[serde(default)]
    pub assignment_prices: Vec<SitePrice>,
    /// Figures per rep.
    pub territories: Vec<RepFigures>,
    /// Whether this is today's assignment, evaluated, and not a new plan.
    #[serde(default)]
    pub kept: bool,
    /// Rules that the plan breaks.
    pub violations: Vec<Violation>,
    /// Remarks for the planner.
    pub notes: Vec<String>,
    /// Ids of the customers outside the boundary.
    pub outside: Vec<String>,
}

/// A file that the plan was made from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Input {
    /// `scenario`, `customers`, `reps`, `boundary`, `matrix`.
    pub role: String,
    /// Where it is, as seen from the plan directory.
    pub path: PathBuf,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
}

/// The travel cost of a plan.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Objective {
    /// How much.
    pub value: f64,
    /// Of what, for example `workload x km`.
    pub unit: String,
}

/// Dual price of a balance row.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Price {
    /// The rep's id.
    pub rep: String,
    /// The measure.
    pub measure: String,
    /// Objective units per unit of the measure.
    pub price: f64,
}

/// Dual price of a customer's assignment row.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct SitePrice {
    /// The customer's id; one of a group stands for all of it.
    pub site: String,
    /// Objective units.
    pub price: f64,
}

/// One rep's share of the plan.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct RepFigures {
    /// The rep's id.
    pub rep: String,
    /// Its name.
    pub name: String,
    /// Number of customers.
    pub customers: usize,
    /// Totals per balance measure.
    pub measures: BTreeMap<String, Measure>,
    /// Mean one-way travel, km.
    pub travel_km: Option<f64>,
    /// Mean one-way travel, minutes.
    pub travel_minutes: Option<f64>,
}

/// One rep's total of one measure.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Measure {
    /// Total of the rep's customers.
    pub total: f64,
    /// The rep's fair share.
    pub target: Option<f64>,
    /// Least total that is allowed.
    pub lower: f64,
    /// Greatest total that is allowed; `None` without a limit.
    pub upper: Option<f64>,
    /// `total / target`.
    pub index: Option<f64>,
}

pub(super) fn read(path: &Path) -> Result<Report, Vec<Problem>> {
    let bytes = super::bytes_of(path)?;
    let named = |mut problem: Problem| {
        problem.file = path.display().to_string();
        vec![problem]
    };
    let text = file::utf8(&bytes).map_err(|p| named(*p))?;
    let read: Result<Report, _> = serde_json::from_str(text);
    let mut report = read.map_err(|error| {
        if !error.is_data() {
            return named(*geojson::syntax_problem(text, &error));
        }
        let problem = Problem::error(codes::WRONG_TYPE, format!("not a report: {error}"));
        named(problem.help("run `revier solve` again; this version of revier writes all of it"))
    })?;
    report.scenario.sound().map_err(|what| {
        let what = format!("the file is damaged: {what}");
        named(Problem::error(codes::DAMAGED_PLAN, what).help("run `revier solve` again"))
    })?;
    report.scenario.origin.saved = true;
    Ok(report)
}
