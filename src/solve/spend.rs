//! `deviation_cost = "auto"`: the greatest cost of load beside the target that the travel can stand.
//!
//! With `V(p)` the optimum of the LP at a cost of `p`, and `D(p)` the load beside the targets in it, its travel (with preferences and the penalty on
//! change) is
//!
//! ```text
//! R(p) = V(p) - p D(p)
//! ```
//!
//! which never falls as `p` grows (`V` is concave in `p`, `D` a supergradient of it). Taken is the greatest `p` of a grid with
//! `R(p) <= (1 + budget) R(0)`. The grid begins above every price of the LP without the cost, where all loads that can be on their target are,
//! and falls by a quarter of an octave at a time. Several measures are looked at in the order of the scenario, each with a budget of its own on top of those
//! before it.
//!
//! What is large is searched on a smaller problem first, and the LP of all customers has the last word: where it spends more, `p` falls on.

use super::lp::{self, LpOutcome, LpSolver};
use super::prices::{self, Outcome, coarsen};
use super::units::Units;
use super::{LP, Options, PRICES, part};
use crate::base::deadline::Deadline;
use crate::bound::Beside;
use crate::model::Model;
use crate::scenario::{Balance, LARGEST};

/// Steps of the grid, and how many halve the cost.
const STEPS: usize = 56;
const PER_OCTAVE: f64 = 4.0;
/// The greatest cost, in the greatest price of the LP without it (or what a unit of load costs in the mean, if that is more).
const ABOVE: f64 = 2.0;
/// Units beyond which the grid is searched on fewer.
const MANY: usize = 20_000;
/// Steps down that the LP of all customers may take after that.
const DOWN: usize = 12;
/// Share of the time that is left which all of it may take.
const SHARE: f64 = 0.4;

/// What each measure's load beside the target is to cost: as `balance` says, and where that is `auto`, what is chosen. Prices to start a solve from come with it.
pub(crate) fn spend(
    model: &Model,
    balance: &[Balance],
    options: &Options,
) -> (Vec<f64>, Option<Vec<f64>>) {
    let mut costs: Vec<f64> = balance.iter().map(Balance::price).collect();
    let until = options.until.within(options.time_limit_s);
    let until = part(&until, SHARE);
    let units = Units::build(model);
    let mut at = Probe {
        model,
        backend: options.lp,
        until: &until,
        mu: None,
    };
    let small = (units.len() > MANY).then(|| coarsen(&units, MANY));
    let Some(free) = at.solve(small.as_ref().unwrap_or(&units), &costs) else {
        return (costs, None);
    };
    // What all customers spend without it, known only where it must be.
    let mut whole: Option<f64> = None;
    let mut budget = 0.0;
    for m in 0..balance.len() {
        if !balance[m].is_auto() || balance[m].chosen.is_some() {
            continue;
        }
        budget += balance[m].budget();
        let grid = grid(model, m, &free.lp);
        let within =
            |found: &Spent, base: f64| found.travel <= (1.0 + budget) * base * (1.0 + 1e-9);
        // The position of the first cost that is within the budget.
        let (mut low, mut high) = (0, grid.len());
        let problem = small.as_ref().unwrap_or(&units);
        while low < high {
            let middle = usize::midpoint(low, high);
            costs[m] = grid[middle];
            match at.solve(problem, &costs) {
                Some(found) if within(&found, free.travel) => high = middle,
                Some(_) => low = middle + 1,
                None => {
                    costs[m] = 0.0;
                    return (costs, at.mu);
                }
            }
        }
        costs[m] = grid.get(low).copied().unwrap_or(0.0);
        if small.is_none() {
            continue;
        }
        if whole.is_none() {
            let mut none = costs.clone();
            let auto = balance.iter().zip(&mut none);
            auto.filter(|(b, _)| b.is_auto())
                .for_each(|(_, c)| *c = 0.0);
            whole = at.solve(&units, &none).map(|found| found.travel);
        }
        let fits = |at: &mut Probe, costs: &[f64]| {
            let found = at.solve(&units, costs);
            found
                .zip(whole)
                .is_some_and(|(found, base)| within(&found, base))
        };
        for step in low..low + DOWN {
            costs[m] = grid.get(step).copied().unwrap_or(0.0);
            if costs[m] == 0.0 || fits(&mut at, &costs) {
                break;
            }
            costs[m] = 0.0;
        }
    }
    (costs, at.mu)
}

/// Costs to choose from, the greatest first, in three digits.
fn grid(model: &Model, measure: usize, free: &LpOutcome) -> Vec<f64> {
    let rows = (measure..model.k * model.m).step_by(model.m);
    let dearest = rows
        .clone()
        .map(|row| free.mu[row].abs())
        .fold(0.0, f64::max);
    let load: f64 = rows.map(|row| free.load[row]).sum();
    let mean = if load > 0.0 { free.bound / load } else { 0.0 };
    let greatest = (ABOVE * dearest.max(mean)).min(LARGEST);
    let cost = |step: usize| short(greatest * (-(step as f64) / PER_OCTAVE).exp2());
    let costs = (0..STEPS).map(cost);
    costs.filter(|c| *c > 0.0 && c.is_finite()).collect()
}

/// Three digits, as a person writes them.
fn short(cost: f64) -> f64 {
    format!("{cost:.2e}").parse().unwrap_or(0.0)
}

/// An LP at some costs, and what of it is not load beside the targets.
struct Spent {
    lp: LpOutcome,
    travel: f64,
}

/// Solves LPs, each from the prices of the one before.
struct Probe<'a> {
    model: &'a Model,
    backend: LpSolver,
    until: &'a Deadline,
    mu: Option<Vec<f64>>,
}

impl Probe<'_> {
    /// `None`: the LP was not solved, because there is no plan, or no time.
    fn solve(&mut self, units: &Units, costs: &[f64]) -> Option<Spent> {
        let mut units = units.clone();
        let m = self.model.m;
        let bounds = self.model.bounds.iter().enumerate();
        units.rows.deviation = bounds
            .map(|(row, b)| Beside::new(costs[row % m], b.target))
            .collect();
        let start: Outcome = prices::prices(&units, self.mu.as_deref(), &part(self.until, PRICES));
        let lp = lp::solve(&units, &start, self.backend, &part(self.until, LP));
        if !lp.objective.is_finite() || lp.ray.is_some() {
            return None;
        }
        self.mu = Some(lp.mu.clone());
        let beside: f64 = (0..self.model.k * m)
            .map(|row| units.rows.deviation(row).cost(lp.load[row]))
            .sum();
        Some(Spent {
            travel: lp.objective - beside,
            lp,
        })
    }
}
