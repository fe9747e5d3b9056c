//! Balance: targets from shares, bounds from tolerances or absolute values.

use super::Model;
use crate::ids::RepIx;
use crate::input::Reps;
use crate::scenario::Balance;

/// Target and bounds of one rep and measure, in units of the measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// `T_jm`; `None` for a rep without a share.
    pub target: Option<f64>,
    /// `L_jm`, 0 without a lower bound.
    pub lower: f64,
    /// `U_jm`, infinite without an upper bound.
    pub upper: f64,
}

/// A total that misses its bound by less than this share of it keeps it: sums and bounds are rounded, and "at
/// most 20 customers" must permit 20.
pub const SLIP: f64 = 1e-9;

impl Bound {
    /// Whether a total of `y` is within the bounds.
    #[must_use]
    pub fn permits(&self, y: f64) -> bool {
        let above = self.upper.is_finite() && y > self.upper + SLIP * self.upper.abs();
        let below = y < self.lower - SLIP * self.lower.abs();
        !above && !below
    }
}

/// Bounds of all reps and measures, rep-major.
///
/// ```text
/// T_jm = (capacity_j / sum of capacities) * A_m,     L_jm, U_jm = (1 -+ tolerance_m) T_jm
/// ```
///
/// `A_m` is the total activity. Where travel counts into the measure it depends on the plan; `A_m`
/// then takes each site at its nearest permitted rep, the least there can be. `min_MEASURE` and
/// `max_MEASURE` of a rep each replace the bound of their side.
#[must_use]
pub fn bounds(model: &Model, reps: &Reps, balance: &[Balance]) -> Vec<Bound> {
    let capacities: f64 = reps.capacity.iter().flatten().sum();
    let totals: Vec<f64> = (0..model.m).map(|m| total(model, m)).collect();
    let mut out = Vec::with_capacity(model.k * model.m);
    for j in 0..model.k {
        for (m, b) in balance.iter().enumerate() {
            let target = reps.capacity[j]
                .filter(|_| capacities > 0.0)
                .map(|c| c / capacities * totals[m]);
            let (lower, upper) = match target {
                Some(t) => ((1.0 - b.tolerance) * t, (1.0 + b.tolerance) * t),
                None => (0.0, f64::INFINITY),
            };
            let own =
                |sides: &[Vec<Option<f64>>]| sides.get(m).and_then(|s| s.get(j).copied().flatten());
            out.push(Bound {
                target,
                lower: own(&reps.min).unwrap_or(lower),
                upper: own(&reps.max).unwrap_or(upper),
            });
        }
    }
    out
}

/// `A_m`: the total of a measure, travel at its least.
fn total(model: &Model, measure: usize) -> f64 {
    let own: f64 = (0..model.n)
        .map(|i| model.amount[i * model.m + measure])
        .sum();
    let Some(load) = model.travel_load.as_ref().filter(|l| l.measure == measure) else {
        return own;
    };
    let least = |i: usize| {
        let reps = (0..model.k).map(|j| RepIx(j as u32));
        let permitted = reps.filter(|j| model.forbidden_by(i, *j).is_none());
        permitted
            .filter_map(|j| model.travel.minutes(i, j))
            .fold(f64::INFINITY, f64::min)
    };
    let minutes = |i: usize| Some(least(i)).filter(|t| t.is_finite()).unwrap_or(0.0);
    own + (0..model.n)
        .map(|i| load.hours_per_minute[i] * minutes(i))
        .sum::<f64>()
}
