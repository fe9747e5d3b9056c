//! `report.json`: the plan in figures, and the certificate of how good it is.

use super::territories::index;
use super::text::thousandths;
use super::{Contents, Timings, peak_memory_mb};
use crate::advice::Advice;
use crate::dashboard::{Dashboard, Today};
use crate::error::Problem;
use crate::frontier::Row;
use crate::plan::{LpSummary, Proof, Status, Violation};
use crate::scenario::{Overrides, Scenario};
use crate::summary::Change;
use crate::targets::{RepTarget, targets};
use crate::words::dusted;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// The report; its fields are the contract's.
#[derive(Serialize)]
pub(super) struct Report<'a> {
    revier: &'static str,
    scenario: Scenario,
    overrides: Overrides,
    inputs: Vec<File<'a>>,
    seed: u64,
    status: Status,
    objective: Objective,
    bound: f64,
    gap: f64,
    proof: Proof,
    certified: f64,
    lp: &'a LpSummary,
    prices: Vec<Price<'a>>,
    change_price: f64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    assignment_prices: Vec<SitePrice<'a>>,
    kept: bool,
    change: Option<Change<'a>>,
    #[serde(skip_serializing_if = "<[Row]>::is_empty")]
    frontier: &'a [Row],
    advice: &'a [Advice],
    territories: Vec<Territory<'a>>,
    violations: &'a [Violation],
    notes: Vec<String>,
    outside: Vec<&'a str>,
    enclaves: Vec<Enclave<'a>>,
    targets: Vec<RepTarget<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dashboard: Option<Dashboard>,
    #[serde(skip_serializing_if = "Option::is_none")]
    today: Option<Today>,
    #[serde(flatten)]
    measured: Option<Measured>,
}

/// Violations, customers outside and enclaves that the page lists; the report has all, and the assignment prices.
const LISTED: usize = 500;

/// What [`Report::shorten`] cuts off.
pub(super) struct Rest<'a> {
    violations: &'a [Violation],
    outside: Vec<&'a str>,
    enclaves: Vec<Enclave<'a>>,
    assignment_prices: Vec<SitePrice<'a>>,
}

/// What differs from run to run.
#[derive(Serialize)]
struct Measured {
    timings_s: Timings,
    peak_memory_mb: Option<f64>,
}

#[derive(Serialize)]
struct File<'a> {
    role: &'a str,
    path: PathBuf,
    sha256: &'a str,
}

/// A customer that the map leaves out, because it stands inside another territory.
#[derive(Serialize)]
struct Enclave<'a> {
    site: &'a str,
    rep: &'a str,
    inside: &'a str,
}

#[derive(Serialize)]
struct Objective {
    value: f64,
    unit: String,
    /// Weight x travel.
    travel: f64,
    /// The penalty on what changes hands.
    change: f64,
}

#[derive(Serialize)]
struct Price<'a> {
    rep: &'a str,
    measure: &'a str,
    price: f64,
}

#[derive(Serialize)]
struct SitePrice<'a> {
    site: &'a str,
    price: f64,
}

#[derive(Serialize)]
struct Territory<'a> {
    rep: &'a str,
    name: &'a str,
    customers: usize,
    measures: BTreeMap<&'a str, Measure>,
    travel_km: Option<f64>,
    travel_minutes: Option<f64>,
}

#[derive(Serialize)]
struct Measure {
    total: f64,
    target: Option<f64>,
    lower: f64,
    upper: Option<f64>,
    index: Option<f64>,
}

impl<'a> Report<'a> {
    /// The report of a plan that will stand at `target`; paths are relative to there. Nothing in it depends on
    /// the run.
    pub fn new(c: &Contents<'a>, target: &Path) -> Report<'a> {
        let (inputs, plan, m) = (c.inputs, c.plan, c.model.m);
        let balance = &inputs.scenario.balance;
        let base = absolute(target);
        let from_here = |path: &Path| relative(&absolute(path), &base);
        let mut scenario = inputs.scenario.clone();
        scenario.each_path(|path| *path = from_here(path));
        let mut overrides = inputs.overrides.clone();
        overrides.each_path(|path| *path = from_here(path));
        let prices = plan.prices.rep_measure.iter().enumerate();
        let territory = |j: usize| {
            let (s, rep) = (&c.summary.reps[j], &inputs.reps);
            let measure = |r: usize| {
                let b = c.model.bounds[j * m + r];
                Measure {
                    total: dusted(s.totals[r]),
                    target: b.target.map(dusted),
                    lower: dusted(b.lower),
                    upper: Some(b.upper).filter(|u| u.is_finite()).map(dusted),
                    index: index(s.totals[r], b.target).map(dusted),
                }
            };
            Territory {
                rep: rep.ids.get(j),
                name: &rep.name[j],
                customers: s.customers,
                measures: (0..m)
                    .map(|r| (balance[r].measure.as_str(), measure(r)))
                    .collect(),
                travel_km: s.travel_km.map(thousandths),
                travel_minutes: s.travel_minutes.map(thousandths),
            }
        };
        Report {
            revier: env!("CARGO_PKG_VERSION"),
            seed: inputs.scenario.solve.seed,
            status: plan.status,
            objective: Objective {
                value: plan.objective,
                unit: inputs.scenario.objective_unit(),
                travel: plan.objective - plan.penalty,
                change: plan.penalty,
            },
            bound: plan.bound,
            gap: plan.gap(),
            proof: plan.proof,
            certified: plan.certified,
            lp: &plan.lp,
            prices: prices
                .map(|(row, price)| Price {
                    rep: inputs.reps.ids.get(row / m),
                    measure: &balance[row % m].measure,
                    price: *price,
                })
                .collect(),
            change_price: plan.prices.change,
            assignment_prices: (plan.prices.assignment.iter())
                .map(|(i, price)| SitePrice {
                    site: inputs.customers.ids.get(*i as usize),
                    price: *price,
                })
                .collect(),
            kept: plan.kept,
            change: Change::new(c.inputs, c.summary),
            frontier: c.frontier,
            advice: c.advice,
            territories: (0..c.model.k).map(territory).collect(),
            violations: &plan.violations,
            // What is odd about the inputs is odd about the plan.
            notes: (inputs.warnings.iter().map(Problem::note))
                .chain(plan.notes.iter().cloned())
                .collect(),
            outside: c
                .territories
                .outside
                .iter()
                .map(|i| inputs.customers.ids.get(*i))
                .collect(),
            enclaves: (c.territories.listed.iter().zip(&c.territories.inside))
                .map(|(&i, inside)| Enclave {
                    site: inputs.customers.ids.get(i),
                    rep: inputs.reps.ids.get(plan.owner[i].at()),
                    inside: inputs.reps.ids.get(inside.at()),
                })
                .collect(),
            targets: targets(inputs, &plan.owner, |j, m| c.summary.reps[j].totals[m]),
            inputs: inputs
                .files
                .iter()
                .map(|f| File {
                    role: f.role,
                    path: from_here(&f.path),
                    sha256: &f.sha256,
                })
                .collect(),
            scenario,
            overrides,
            dashboard: Dashboard::new(inputs, c.model, &plan.owner),
            today: Today::new(inputs, c.model, &plan.owner),
            measured: None,
        }
    }

    /// Cuts the lists that can be as long as the file of customers; [`Report::whole`] takes what is cut off.
    pub fn shorten(&mut self) -> Rest<'a> {
        let all = self.violations;
        self.violations = all.get(..LISTED).unwrap_or(all);
        let cut = |len: usize| len.min(LISTED);
        Rest {
            violations: all,
            outside: self.outside.split_off(cut(self.outside.len())),
            enclaves: self.enclaves.split_off(cut(self.enclaves.len())),
            assignment_prices: std::mem::take(&mut self.assignment_prices),
        }
    }

    /// Makes the lists whole again.
    pub fn whole(&mut self, rest: Rest<'a>) {
        self.violations = rest.violations;
        self.outside.extend(rest.outside);
        self.enclaves.extend(rest.enclaves);
        self.assignment_prices = rest.assignment_prices;
    }

    /// Adds what the run took.
    pub fn measured(&mut self, timings_s: Timings) {
        self.measured = Some(Measured {
            timings_s,
            peak_memory_mb: peak_memory_mb(),
        });
    }
}

/// The path with links resolved as far as it exists.
fn absolute(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    match (
        full.parent().and_then(|p| p.canonicalize().ok()),
        full.file_name(),
    ) {
        (Some(parent), Some(name)) => parent.join(name),
        _ => full,
    }
}

/// `path` as seen from the directory `base`; absolute where the two share no root.
fn relative(path: &Path, base: &Path) -> PathBuf {
    let (a, b): (Vec<Component>, Vec<Component>) =
        (path.components().collect(), base.components().collect());
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    if same == 0 {
        return path.to_owned();
    }
    let mut out: PathBuf = b[same..].iter().map(|_| "..").collect();
    out.extend(&a[same..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_plan() {
        let seen = |p: &str, b: &str| relative(Path::new(p), Path::new(b)).display().to_string();
        assert_eq!(seen("/a/data/c.csv", "/a/out"), "../data/c.csv");
        assert_eq!(seen("/a/out/c.csv", "/a/out"), "c.csv");
        assert_eq!(seen("/c.csv", "/a/out"), "../../c.csv");
    }
}
