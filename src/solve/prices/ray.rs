//! Whether the bounds can be met at all, customers shared between reps included; and prices that prove it where they cannot.
//!
//! With all costs 0 the dual is homogeneous,
//!
//! ```text
//! g0(mu) = sum_u min_j sum_r mu_r a_ujr  -  sum_r max(mu_r U_r, mu_r L_r)
//! ```
//!
//! and prices with `g0(mu) > 0` leave no plan, whole or shared: by weak duality every plan would cost that much, and plans cost nothing
//! (Farkas 1902). Along such prices the dual of the problem with its costs is unbounded. Smoothed at any one temperature `g0` has a greatest value
//! where a shared plan lies inside all bounds, and Newton steps run off along a ray of proof where there is none.

use super::coarse::coarsen;
use super::evaluate::{Shape, dual_value};
use super::newton::{Stop, maximise};
use super::scale::price_scale;
use crate::base::deadline::Deadline;
use crate::model::SLIP;
use crate::solve::units::Units;

/// Without costs all reps of a unit are equally near, so that an evaluation takes `units * rows^2` steps; it may take as many as these.
const STEPS: usize = 20_000_000;
/// Units per coupling row below which a sample says nothing.
const FEWEST: usize = 2;
/// Evaluations between two looks at the proof, and looks in all.
const EVALUATIONS: usize = 5;
const LOOKS: usize = 12;
/// Shares of the bounds that the proof must be worth, in what bounds give way by.
const SLIPS: f64 = 4.0;

/// Where a look ends.
const STOP: Stop = Stop {
    evaluations: EVALUATIONS,
    gain: 1e-9,
};

/// Prices that prove that no plan keeps all bounds, not even one that shares customers between reps. `None`: none were found.
pub(crate) fn ray(units: &Units, near: &[f64], until: &Deadline) -> Option<Vec<f64>> {
    if diverged(units, near) {
        return Some(near.to_vec());
    }
    let free = costless(units);
    let rows = units.rows.len();
    let target = STEPS / (rows * rows).max(1);
    if target < FEWEST * rows && target < units.len() {
        return None;
    }
    let sample = (target < units.len()).then(|| coarsen(&free, target));
    let problem = sample.as_ref().unwrap_or(&free);
    let width = price_scale(units);
    let shape = Shape {
        e: 1.0,
        width: &width,
        wall: None,
    };
    let mut mu = vec![0.0; rows];
    for _ in 0..LOOKS {
        let done = maximise(problem, &mut mu, &shape, STOP, until);
        let mut prices = mu.clone();
        if units.rows.change {
            prices[rows - 1] = prices[rows - 1].max(0.0);
        }
        if proves(&free, &prices) {
            return Some(prices);
        }
        if done || until.is_over() {
            break;
        }
    }
    None
}

/// Whether these prices prove it.
pub(super) fn diverged(units: &Units, mu: &[f64]) -> bool {
    proves(&costless(units), mu)
}

/// Whether `g0(mu) > 0`, by more than bounds give way and sums are rounded.
fn proves(free: &Units, mu: &[f64]) -> bool {
    let terms = mu.iter().enumerate();
    let least: f64 = terms.map(|(r, p)| p.abs() * free.rows.size(r)).sum();
    least.is_finite() && dual_value(free, mu) > SLIPS * SLIP * least
}

/// The same units, and nothing costs anything.
fn costless(units: &Units) -> Units {
    let mut free = units.clone();
    free.points.weight.fill(0.0);
    (free.points.blocks.iter_mut()).for_each(|b| b.least_weight = 0.0);
    free.tables.cost.fill(0.0);
    free.penalty = 0.0;
    free.fixed_cost = 0.0;
    free.rows.deviation.clear();
    free
}
