//! What another bound would save, and the smallest prices that prove the LP's optimum.
//!
//! Let `V` be the optimum of the LP and `V'` that with one bound moved. `V - V'` is what the move saves, and it needs no
//! price: where the dual has many optima, each has other prices, and a price promises what no move of its bound brings. Of these
//! optima the one of least size,
//!
//! ```text
//! min sum_jm T_jm |mu_jm|   over the maximisers of g
//! ```
//!
//! is the dual of the LP whose bounds are wider by a hair: `U + e T` and `L - e T` take `e sum T |mu|` off `g`.

use super::units::Units;
use super::{LpSolver, lp, prices};
use crate::base::deadline::Deadline;
use crate::model::Model;
use crate::plan::Prices;

/// Pairs of unit and rep beyond which nothing is solved again: it would take longer than the plan, and where many customers share a
/// territory hardly any two duals are optimal.
const LARGEST: usize = 10_000;
/// `e`: small beside any bound, large beside what the LP is exact to.
const HAIR: f64 = 1e-5;

/// The LP of a model whose bounds can be moved.
#[derive(Debug)]
pub struct Relaxation {
    units: Units,
    backend: LpSolver,
    /// LPs are solved as long as there is time.
    until: Deadline,
    /// `V`, from below.
    value: f64,
}

impl Relaxation {
    /// The LP of a model, whose optimum is known to be `bound` at least; `None` where it is too large to be solved again.
    #[must_use]
    pub fn new(model: &Model, bound: f64, until: &Deadline) -> Option<Relaxation> {
        if !Relaxation::fits(model.n, model.k) {
            return None;
        }
        Some(Relaxation {
            units: Units::build(model),
            backend: LpSolver::preferred(),
            until: until.clone(),
            value: bound,
        })
    }

    /// Whether a model of this size is small enough to be solved again.
    #[must_use]
    pub fn fits(sites: usize, reps: usize) -> bool {
        sites.saturating_mul(reps) <= LARGEST
    }

    /// The least optimal prices; `None` where they prove less than the bound does, or none were found.
    #[must_use]
    pub fn least_prices(&self) -> Option<Prices> {
        let mut units = self.units.clone();
        let rows = &mut units.rows;
        for (lower, upper) in rows.lower.iter_mut().zip(&mut rows.upper) {
            // A price below 0 has a size where nothing is asked for, too.
            *lower -= HAIR * lower.max(1e-3 * *upper);
            *upper += HAIR * *upper;
        }
        let mut mu = self.solve(&units)?.mu;
        let proven = prices::dual_value(&self.units, &mu);
        if proven < self.value - 100.0 * HAIR * self.value.abs() {
            return None;
        }
        let change = if self.units.rows.change {
            mu.pop().unwrap_or(0.0)
        } else {
            0.0
        };
        Some(Prices {
            rep_measure: mu,
            change,
            assignment: Vec::new(),
        })
    }

    /// `V - V'` where the upper bound of a row is `step` more, or (`step < 0`) its lower bound `-step` less; `None` where the LP was
    /// not solved. The last row is the limit on change where there is one.
    #[must_use]
    pub fn saving(&self, row: usize, step: f64) -> Option<f64> {
        let mut units = self.units.clone();
        let side = if step > 0.0 {
            &mut units.rows.upper
        } else {
            &mut units.rows.lower
        };
        *side.get_mut(row)? += step;
        let found = self.solve(&units)?;
        Some((self.value - found.bound).max(0.0))
    }

    fn solve(&self, units: &Units) -> Option<lp::LpOutcome> {
        if self.until.is_over() {
            return None;
        }
        let start = prices::prices(units, None, &self.until);
        let found = lp::solve(units, &start, self.backend, &self.until);
        found.objective.is_finite().then_some(found)
    }
}
