//! The LP by column generation: a restricted LP, exact pricing of all pairs, more columns, until nothing
//! prices out.
//!
//! The restricted LP is *shifted*: written relative to prices `mu`. With the reduced costs
//! `r_ij = c_ij + sum_m mu_jm a_ijm - min_j(...) >= 0` and the load of a balance row as `U - s` (where
//! `mu >= 0`) or `L + s` (where `mu < 0`), the objective becomes
//!
//! ```text
//! g(mu) + sum_ij r_ij x_ij + sum_rows |mu| s,        0 <= s <= U - L
//! ```
//!
//! so its optimum *is* the distance from `g(mu)` to the LP optimum, and an LP solver's absolute error is
//! measured against that small number, not against the cost of the plan. Columns with `r_ij > delta s_i` are
//! left out. Slack on the balance rows is penalised with a price limit: it keeps each price within a box
//! about `mu` in which no column left out can price out, so that the boxed LP is exact; when slack is used,
//! the box moves.

mod backend;
mod restricted;

pub(crate) use restricted::Border;

use super::prices::{Outcome, dual_value, price_scale};
use super::units::Units;
use restricted::Restricted;
use std::collections::HashSet;

/// Relative gap between the restricted LP and the dual bound at which nothing more can price out.
const PROVEN: f64 = 1e-9;
/// Units in the border of the first restricted LPs, per row.
const BORDER_PER_ROW: usize = 40;
/// Greatest number of restricted LPs.
const ROUNDS: u32 = 40;

/// What the column generation found.
#[derive(Clone, Debug)]
pub(crate) struct LpOutcome {
    /// Optimal prices, per row.
    pub mu: Vec<f64>,
    /// `g(mu)`.
    pub bound: f64,
    /// Optimum of the LP (primal side), infinite if none was found.
    pub objective: f64,
    pub solver: &'static str,
    pub rounds: u32,
    pub columns: usize,
    /// Units with several options near the optimum, and the share of each option.
    pub border: Vec<Border>,
    /// Reduced costs up to this (per unit of weight) were columns.
    pub window: f64,
}

impl LpOutcome {
    /// Units that the LP splits.
    pub fn split(&self) -> usize {
        self.border
            .iter()
            .filter(|b| b.is_split())
            .map(|b| b.units.len())
            .sum()
    }
}

/// Solves the LP from prices near its optimum.
///
/// # Errors
/// What the LP solver says when it gives up.
pub(crate) fn solve(
    units: &Units,
    start: &Outcome,
    backend: LpSolver,
) -> Result<LpOutcome, String> {
    let scale = price_scale(units);
    let mut mu = sensible(units, start.mu.clone());
    let mut bound = dual_value(units, &mu);
    let mut window = (12.0 * start.temperature).max(1e-9);
    let mut best: Option<LpOutcome> = None;
    for round in 1..=ROUNDS {
        let mut restricted = Restricted::build(units, &mu, window, f64::INFINITY);
        let most = (BORDER_PER_ROW * units.rows.len()) << (round - 1).min(3).max(round / 4).min(16);
        window = restricted.narrow(units, window, most);
        let columns = restricted.columns();
        let half: Vec<f64> = scale
            .iter()
            .map(|s| 0.5 * window * s / units.m as f64)
            .collect();
        let solution = restricted.solve(units, &mu, &half, backend)?;
        let next = sensible(units, solution.mu);
        let next_bound = dual_value(units, &next);
        let met = solution.slack <= 1e-7;
        let objective = if met {
            bound + solution.value
        } else {
            f64::INFINITY
        };
        let proven = met && objective - next_bound <= PROVEN * objective.abs().max(1e-300);

        let better = next_bound > bound;
        let outcome = LpOutcome {
            mu: if better { next.clone() } else { mu.clone() },
            bound: bound.max(next_bound),
            objective,
            solver: backend.name(),
            rounds: round,
            columns,
            border: solution.border,
            window,
        };
        let keep = met || best.as_ref().is_none_or(|b| !b.objective.is_finite());
        if keep {
            best = Some(outcome);
        } else if let Some(b) = &mut best {
            b.rounds = round;
        }
        if proven {
            break;
        }
        if better {
            mu = next;
            bound = next_bound;
        }
        if !met || !better {
            window *= 2.0;
        }
    }
    best.ok_or_else(|| "no restricted LP was solved".to_string())
}

/// Nothing less than 0 can change hands, so a price of change below 0 only weakens the bound: 0 is better.
fn sensible(units: &Units, mut mu: Vec<f64>) -> Vec<f64> {
    if units.rows.change
        && let Some(price) = mu.last_mut()
    {
        *price = price.max(0.0);
    }
    mu
}

pub use backend::LpSolver;

/// All units with several options at prices `mu` within `window` (per unit of weight) and `reach` (in all), and the loads of all units at
/// their cheapest option.
pub(crate) fn border(
    units: &Units,
    mu: &[f64],
    window: f64,
    reach: f64,
) -> (Vec<Border>, Vec<f64>) {
    let restricted = Restricted::build(units, mu, window, reach);
    (restricted.border, restricted.base)
}

/// For each pair of neighbouring reps the `most` units nearest to their border, within `window`, and those that the LP does not
/// leave whole with their cheapest rep: where many are alike (reps at one place) these are more. And the loads as for
/// [`border`].
pub(crate) fn movable(
    units: &Units,
    lp: &LpOutcome,
    window: f64,
    most: usize,
) -> (Vec<Border>, Vec<f64>) {
    let whole = |b: &Border| b.share.first().is_some_and(|s| *s >= 1.0 - 1e-6);
    let shared = lp.border.iter().filter(|b| !whole(b));
    let wanted: HashSet<u32> = shared.flat_map(|b| b.units.iter().copied()).collect();
    let mut restricted = Restricted::build(units, &lp.mu, window, f64::INFINITY);
    restricted.thin(units, most, &wanted);
    (restricted.border, restricted.base)
}
