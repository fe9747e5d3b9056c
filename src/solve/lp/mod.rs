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
//! (with what load beside the target costs, the load is a sum of pieces, each with what it costs more than `mu` makes of it), so its optimum *is* the distance from `g(mu)` to the LP optimum, and an LP solver's absolute error is
//! measured against that small number, not against the cost of the plan. Columns with `r_ij > delta s_i` are
//! left out. Slack on the balance rows is penalised with a price limit: it keeps each price within a box
//! about `mu` in which no column left out can price out, so that the boxed LP is exact; when slack is used,
//! the box moves.

mod alike;
mod backend;
mod border;
mod deal;
mod restricted;

pub(crate) use border::Border;

use super::prices::{self, Lacks, Outcome, dual_value, price_scale};
use super::units::Units;
use crate::base::deadline::Deadline;
use deal::Dealt;
use restricted::{Given, Restricted};
use std::collections::HashSet;

/// Relative gap between the restricted LP and the dual bound at which nothing more can price out.
const PROVEN: f64 = 1e-9;
/// Units in the border of the first restricted LPs, per row.
const BORDER_PER_ROW: usize = 40;
/// Greatest number of restricted LPs.
const ROUNDS: u32 = 40;
/// The same where there is no plan, and the LP is but a start for the closest one.
const EASED_ROUNDS: u32 = 2;
/// Share of the bound that an optimum may be below it: a solver is not exact, but it may lose its way.
const LOST: f64 = 1e-4;
/// Restricted LPs that the solver may give up on.
const FAILURES: u32 = 3;
/// Round from whose prices on bounds that are still broken are suspected to be so for good.
const DOUBTFUL: u32 = 2;
/// What bounds lack is as little as it can be once a round leaves more than this share of it.
const STALLED: f64 = 0.98;
/// Bounds are eased by this share more than they lack, for what is rounded.
const EASE: f64 = 0.01;

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
    /// Prices that prove that no plan keeps all bounds, if there is none.
    pub ray: Option<Vec<f64>>,
    /// Load per row, with shared customers.
    pub load: Vec<f64>,
    /// Units of large groups of units that are alike, which the LP shares between reps, and who has them: they are in no border.
    pub dealt: Dealt,
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

    /// Deals out what is alike; `apart` tells how far a unit is from a rep.
    pub fn deal(&mut self, units: &Units, apart: impl Fn(u32, u32) -> f64) {
        self.dealt = Dealt::from(&mut self.border, units, apart);
    }
}

/// Solves the LP from prices near its optimum, as far as there is time.
///
/// Whatever the LP solver gives, the outcome has the best prices seen, and their bound: any prices have one. Where no shares of customers
/// keep all bounds, the bounds are eased by what the elastic LP lacks, and the outcome is that of the eased LP: prices of a size that
/// means something, and shares that break the bounds by little.
pub(crate) fn solve(
    units: &Units,
    start: &Outcome,
    backend: LpSolver,
    until: &Deadline,
) -> LpOutcome {
    let window = (12.0 * start.temperature).max(1e-9);
    let mu = sensible(units, start.mu.clone());
    if let Some(lacks) = &start.lacks {
        return eased(units, (mu, window), lacks, (backend, until));
    }
    let (outcome, lacks) = generate(units, (mu, window), ROUNDS, (backend, until));
    match lacks {
        None => outcome,
        Some(lacks) => {
            let near = (outcome.mu, outcome.window);
            eased(units, near, &lacks, (backend, until))
        }
    }
}

/// The LP with bounds that give way by what they lack.
fn eased(
    units: &Units,
    (mu, window): (Vec<f64>, f64),
    lacks: &Lacks,
    with: (LpSolver, &Deadline),
) -> LpOutcome {
    let mut eased = units.clone();
    for (r, (over, short)) in lacks.rows.iter().enumerate() {
        let spare = if over + short > 0.0 {
            EASE * (over + short + units.rows.size(r))
        } else {
            0.0
        };
        eased.rows.upper[r] += over + spare;
        eased.rows.lower[r] -= short + spare;
    }
    let (mut outcome, _) = generate(&eased, (mu, window), EASED_ROUNDS, with);
    outcome.bound = dual_value(units, &outcome.mu);
    outcome.objective = f64::INFINITY;
    outcome.ray = Some(lacks.ray.clone());
    outcome
}

/// How many units a round's border has at most: more and more, as long as there is no optimum.
fn most_units(units: &Units, round: u32) -> usize {
    (BORDER_PER_ROW * units.rows.len()) << (round - 1).min(3).max(round / 4).min(16)
}

/// Keeps the last outcome that meets the bounds, or the last one where none does.
fn keep_better(best: &mut Option<LpOutcome>, next: LpOutcome) {
    match best {
        Some(b) if b.objective.is_finite() && !next.objective.is_finite() => {
            b.rounds = next.rounds;
        }
        _ => *best = Some(next),
    }
}

/// Column generation; ends early where it is proven that there is no solution.
fn generate(
    units: &Units,
    (mut mu, mut window): (Vec<f64>, f64),
    rounds: u32,
    (backend, until): (LpSolver, &Deadline),
) -> (LpOutcome, Option<Lacks>) {
    let scale = price_scale(units);
    let mut bound = dual_value(units, &mu);
    let mut best: Option<LpOutcome> = None;
    let (mut failures, mut ray, mut lacked) = (0, None, f64::INFINITY);
    for round in 1..=rounds {
        if until.is_over() {
            break;
        }
        let mut restricted = Restricted::build(units, &mu, window, f64::INFINITY);
        window = restricted.narrow(units, window, most_units(units, round));
        let columns = restricted.columns();
        let half = scale.iter().map(|s| 0.5 * window * s / units.m as f64);
        let half: Vec<f64> = half.collect();
        let Some(solution) = restricted.solve(units, &mu, &half, backend, until) else {
            failures += 1;
            if failures > FAILURES {
                break;
            }
            window *= 2.0;
            continue;
        };
        let next = sensible(units, solution.mu);
        let next_bound = dual_value(units, &next);
        // No optimum is below the bound; where a solver says so, it has lost its way.
        let met = solution.slack <= 1e-7 && solution.value >= -LOST * bound.abs();
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
            load: solution.load,
            window,
            ray: None,
            dealt: Dealt::default(),
        };
        keep_better(&mut best, outcome);
        if proven {
            break;
        }
        if !met && round == DOUBTFUL {
            ray = prices::ray(units, &next, until);
        }
        if !met
            && let Some(ray) = &ray
            && (solution.slack > STALLED * lacked || round >= DOUBTFUL + 2)
            && let Some(best) = best.take()
        {
            let lacks = Lacks {
                ray: ray.clone(),
                rows: solution.elastic,
            };
            return (best, Some(lacks));
        }
        lacked = solution.slack;
        if better {
            mu = next;
            bound = next_bound;
        }
        if !met || !better {
            window *= 2.0;
        }
    }
    let unsolved = || unsolved(units, (mu, bound), window, backend);
    (best.unwrap_or_else(unsolved), None)
}

/// What prices alone give: their bound, and every unit with its cheapest option.
fn unsolved(
    units: &Units,
    (mu, bound): (Vec<f64>, f64),
    window: f64,
    backend: LpSolver,
) -> LpOutcome {
    let mut restricted = Restricted::build(units, &mu, window, f64::INFINITY);
    let window = restricted.narrow(units, window, BORDER_PER_ROW * units.rows.len());
    let columns = restricted.columns();
    for b in &mut restricted.border {
        b.share = vec![0.0; b.options.rep.len()];
        b.share[0] = 1.0;
    }
    LpOutcome {
        mu,
        bound,
        objective: f64::INFINITY,
        solver: backend.name(),
        rounds: 0,
        columns,
        border: restricted.border,
        load: restricted.base,
        window,
        ray: None,
        dealt: Dealt::default(),
    }
}

/// Nothing less than 0 can change hands, so a price of change below 0 only weakens the bound: 0 is better. So is a price above 0 where
/// there is no upper bound, but for what load above the target costs.
fn sensible(units: &Units, mut mu: Vec<f64>) -> Vec<f64> {
    for (row, (price, (_, above))) in mu.iter_mut().zip(&units.rows.beyond).enumerate() {
        if above.is_infinite() {
            *price = price.min(units.rows.deviation(row).price);
        }
    }
    if units.rows.change
        && let Some(price) = mu.last_mut()
    {
        *price = price.max(0.0);
    }
    mu
}

pub use backend::LpSolver;
pub(crate) use backend::Relation;

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
/// [`border`], but for units that are [dealt out](Dealt): they count with who has them, and are in no border.
pub(crate) fn movable(
    units: &Units,
    lp: &LpOutcome,
    window: f64,
    most: usize,
) -> (Vec<Border>, Vec<f64>) {
    let whole = |b: &Border| b.share.first().is_some_and(|s| *s >= 1.0 - 1e-6);
    let shared = lp.border.iter().filter(|b| !whole(b));
    let mut wanted: HashSet<u32> = shared.flat_map(|b| b.units.iter().copied()).collect();
    wanted.extend(&lp.dealt.loose);
    let with = (window, f64::INFINITY);
    let mut restricted = Restricted::build_with(units, &lp.mu, with, Given::Dealt(&lp.dealt));
    restricted.thin(units, most, &wanted);
    (restricted.border, restricted.base)
}

/// As [`movable`], and all units that are not with their cheapest rep in the plan that `keep` has the rep of each unit of.
pub(crate) fn around(
    units: &Units,
    lp: &LpOutcome,
    (window, most): (f64, usize),
    keep: &[u32],
) -> (Vec<Border>, Vec<f64>) {
    let with = (window, f64::INFINITY);
    let mut restricted = Restricted::build_with(units, &lp.mu, with, Given::Keep(keep));
    let away = |b: &&Border| {
        let best = b.options.rep[0];
        b.units.iter().any(|u| keep[*u as usize] != best)
    };
    let wanted: HashSet<u32> = (restricted.border.iter().filter(away))
        .flat_map(|b| b.units.iter().copied())
        .collect();
    restricted.thin(units, most, &wanted);
    (restricted.border, restricted.base)
}
