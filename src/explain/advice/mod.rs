//! The dual prices in words: what limits cost, and where another rep would help most.
//!
//! **Bounds.** The price `mu_jm` of a balance row is the derivative of the LP optimum: one more unit of measure
//! `m` permitted to rep `j` saves `mu_jm` (upper bound binds, `mu > 0`), one unit less required of it saves
//! `-mu_jm` (lower bound binds, `mu < 0`). The price `nu` of the limit on change reads the same way. Prices
//! hold for small changes: a larger one saves at most as much per unit. Where several prices are optimal, those of least size are taken,
//! and what a step saves is the difference of two LP optima ([`Relaxation`]), as far as the problem is small enough to be solved again; in
//! a large one hardly any two prices are optimal. Nothing promises more than the objective of the plan.
//!
//! **Pairs.** Let `v_ij = c_ij + sum_m mu_jm a_ijm + nu b_ij` and `v_i` its least value over the permitted reps.
//! Without a rule `R` the pairs `F_R` would be free, and the LP optimum falls by at most
//!
//! ```text
//! sum_i max(0, v_i - min over F_R of v_ij)
//! ```
//!
//! because the same prices then certify the bound less that sum (weak duality). A plan may save that, and what it is itself above the LP optimum:
//! both together are what is told as the most. With load beside the targets that costs, `mu_jm` is the whole price here; what a bound is worth is the
//! part of it beyond that cost.
//!
//! **Another rep.** A rep with home base `p`, no skills and no region, whom no preference is about, and room for `U` (the mean upper bound) of the first
//! measure lowers the LP optimum, all other bounds as they are, by at most
//!
//! ```text
//! S(p) = max sum_i y_i (v_i - c_ip - (penalty + nu) b_i)   subject to   sum_i y_i a_ip <= U,  0 <= y_i <= 1
//! ```
//!
//! a fractional knapsack: customers in the order of gain per unit until `U` is full; its multiplier is the
//! new rep's price. Candidates are places of customers. With more than 5,000 customers the sums run over an
//! even sample, scaled up: an estimate then, not a bound.

mod bounds;
mod new_rep;
mod pairs;

use crate::base::deadline::Deadline;
use crate::base::rule::Rule;
use crate::bound::Beside;
use crate::input::Inputs;
use crate::model::Model;
use crate::plan::{Plan, Prices};
use crate::solve::{LpSolver, Relaxation};
use serde::{Deserialize, Serialize};

/// What saves less than this share of the bound is not told.
const LEAST: f64 = 1e-7;
/// Rules whose pairs could be freed.
pub(crate) const RULES: [Rule; 6] = [
    Rule::MaxKm,
    Rule::MaxMinutes,
    Rule::Skills,
    Rule::Regions,
    Rule::Locks,
    Rule::Forbid,
];

/// What advice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdviceKind {
    /// The upper bound of a rep, which binds.
    Upper,
    /// The lower bound of a rep, which binds.
    Lower,
    /// The limit on what changes hands, which binds.
    Change,
    /// Pairs that a rule keeps apart.
    Rule,
    /// Another rep.
    NewRep,
}

/// One thing that the prices say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// What it is about.
    pub kind: AdviceKind,
    /// The rep, for `upper` and `lower`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rep: Option<String>,
    /// The measure that is bounded, or the rule.
    pub of: String,
    /// What is saved: per unit of the measure for `upper`, `lower` and `change`, in all for the others.
    pub saves: f64,
    /// Unit of `saves`.
    pub unit: String,
    /// How much of the measure `text` speaks of, for `upper`, `lower` and `change`: `step * saves` is what that saves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
    /// Where the new rep would live, `[lon, lat]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<[f64; 2]>,
    /// The customer whose place that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// In words.
    pub text: String,
}

/// What the prices of a plan say, the greatest savings first within each kind. Where there is no time to solve all LPs again, none counts:
/// what is told would depend on the machine.
#[must_use]
pub fn advice(inputs: &Inputs, model: &Model, plan: &Plan, until: &Deadline) -> Vec<Advice> {
    let told = tell(inputs, model, plan, until);
    if until.is_over() && Relaxation::fits(model.n, model.k) {
        return tell(inputs, model, plan, &Deadline::after(0.0));
    }
    told
}

/// The same with the LPs that are solved in time.
fn tell(inputs: &Inputs, model: &Model, plan: &Plan, until: &Deadline) -> Vec<Advice> {
    let relaxation = Relaxation::new(model, plan.certified, until);
    let least = relaxation.as_ref().and_then(Relaxation::least_prices);
    let adviser = Adviser {
        inputs,
        model,
        plan,
        prices: least.as_ref().unwrap_or(&plan.prices),
        relaxation: relaxation.as_ref(),
        unit: inputs.scenario.objective_unit(),
    };
    let mut out = adviser.bounds();
    out.extend(adviser.change());
    let sample = adviser.sample();
    out.extend(adviser.rules(&sample));
    out.extend(adviser.new_rep(&sample));
    out
}

/// The LP solver that bounds are moved with.
pub(crate) fn solver() -> &'static str {
    LpSolver::preferred().name()
}

/// Whether advice on a problem of this size comes from LPs that are solved again, and not from the prices of the plan alone.
pub(crate) fn is_solved_again(sites: usize, reps: usize) -> bool {
    Relaxation::fits(sites, reps)
}

struct Adviser<'a> {
    inputs: &'a Inputs,
    model: &'a Model,
    plan: &'a Plan,
    /// Of the optimal prices those of least size, as far as they are known.
    prices: &'a Prices,
    /// Solves the LP again with another bound; absent where it is too large.
    relaxation: Option<&'a Relaxation>,
    unit: String,
}

impl Adviser<'_> {
    /// `mu_jm`.
    fn price(&self, j: usize, m: usize) -> f64 {
        let at = j * self.model.m + m;
        self.prices.rep_measure.get(at).copied().unwrap_or(0.0)
    }

    /// What the bound of a row is worth: its price, less what load beside the target costs; above 0 for the upper bound, below for the lower one.
    fn worth_of(&self, row: usize) -> f64 {
        let (j, m) = (row / self.model.m, row % self.model.m);
        let bounds = &self.model.bounds[row];
        let beside = Beside::new(self.model.deviation_price(m), bounds.target);
        beside.worth(self.price(j, m), bounds.lower, bounds.upper)
    }

    /// What the plan may be above the optimum of the LP, which a plan without a rule may save as well.
    fn slack(&self) -> f64 {
        (self.plan.objective - self.plan.certified).max(0.0)
    }
}
