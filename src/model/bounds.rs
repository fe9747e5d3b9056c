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
/// `max_MEASURE` of a rep each replace the bound of their side, and the side that comes from the share gives way where the two
/// would contradict each other: it keeps the proportion that the tolerance asks for.
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
            let share = match target {
                Some(t) => ((1.0 - b.tolerance) * t, (1.0 + b.tolerance) * t),
                None => (0.0, f64::INFINITY),
            };
            let own =
                |sides: &[Vec<Option<f64>>]| sides.get(m).and_then(|s| s.get(j).copied().flatten());
            let (lower, upper) = give_way(share, own(&reps.min), own(&reps.max), b.tolerance);
            out.push(Bound {
                target,
                lower,
                upper,
            });
        }
    }
    out
}

/// Lower and upper bound of a rep with bounds from its share and, maybe, some of its own.
///
/// ```text
/// only U* its own:  U = U*,   L = U* (1 - tolerance) / (1 + tolerance)   where U* < L
/// only L* its own:  L = L*,   U = L* (1 + tolerance) / (1 - tolerance)   where L* > U
/// ```
///
/// A bound that gave way no further than to the other one would ask for that load exactly, which whole customers hardly ever have.
fn give_way(
    (lower, upper): (f64, f64),
    least: Option<f64>,
    most: Option<f64>,
    tolerance: f64,
) -> (f64, f64) {
    let proportion = (1.0 - tolerance) / (1.0 + tolerance);
    match (least, most) {
        (Some(least), Some(most)) => (least, most),
        (None, Some(most)) if most < lower => (most * proportion, most),
        (None, Some(most)) => (lower, most),
        (Some(least), None) if least > upper => (least, least / proportion),
        (Some(least), None) => (least, upper),
        (None, None) => (lower, upper),
    }
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

#[cfg(test)]
mod tests {
    use super::give_way;

    #[test]
    fn the_side_of_the_share_gives_way_to_a_bound_of_ones_own() {
        let share = (12.8, 19.2);
        let close = |(a, b): (f64, f64), (c, d): (f64, f64)| {
            assert!((a - c).abs() < 1e-9 && (b - d).abs() < 1e-9, "{a} {b}");
        };
        close(give_way(share, None, None, 0.2), share);
        // Within the share: one side is replaced.
        close(give_way(share, None, Some(15.0), 0.2), (12.8, 15.0));
        close(give_way(share, Some(15.0), None, 0.2), (15.0, 19.2));
        // Beyond it: the other side keeps the proportion of 0.8 to 1.2.
        close(give_way(share, None, Some(9.0), 0.2), (6.0, 9.0));
        close(give_way(share, Some(20.0), None, 0.2), (20.0, 30.0));
        // On leave.
        close(give_way(share, None, Some(0.0), 0.2), (0.0, 0.0));
        // Two bounds of one's own are what they are.
        close(give_way(share, Some(20.0), Some(21.0), 0.2), (20.0, 21.0));
        let none = (0.0, f64::INFINITY);
        assert_eq!(give_way(none, Some(5.0), None, 0.2), (5.0, f64::INFINITY));
        assert_eq!(give_way(none, None, Some(5.0), 0.2), (0.0, 5.0));
    }
}
