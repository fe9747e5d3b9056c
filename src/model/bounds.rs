//! Balance: targets from shares, bounds from tolerances or absolute values.

use super::Model;
use crate::base::decimal::{Grid, Ratio};
use crate::base::ids::RepIx;
use crate::input::Reps;
use crate::scenario::Balance;
use crate::travel::Travel;

/// Where a bound comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The rep's share of the total, less or more the tolerance.
    Share,
    /// The rep's own `min_MEASURE` or `max_MEASURE`, which the other side gives way to.
    Absolute,
    /// There is no bound.
    Nothing,
}

/// Target and bounds of one rep and measure, in units of the measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// `T_jm`; `None` for a rep without a share.
    pub target: Option<f64>,
    /// `L_jm`, 0 without a lower bound.
    pub lower: f64,
    /// `U_jm`, infinite without an upper bound.
    pub upper: f64,
    /// Where `L_jm` and `U_jm` come from.
    pub origins: [Origin; 2],
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

/// The same bounds, exact: totals of rep and measure in steps of the measure's grid.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limits {
    /// Per measure, what its values are multiples of.
    pub grid: Vec<Grid>,
    /// Least total that keeps the lower bound, rep-major.
    pub least: Vec<i128>,
    /// Greatest total that keeps the upper bound; the greatest number there is where there is none.
    pub most: Vec<i128>,
    /// The targets, exact; none for a rep without a share.
    pub target: Vec<Option<Ratio>>,
}

impl Limits {
    /// Whether a total, in steps of the grid, is within the bounds of a row.
    pub fn permits(&self, row: usize, total: i128) -> bool {
        (self.least[row]..=self.most[row]).contains(&total)
    }

    /// By how much a total of a measure, in steps of its grid, is beside the target of a row; nothing without one.
    pub fn beside(&self, row: usize, measure: usize, total: i128) -> f64 {
        let off = |target: &Ratio| self.grid[measure].ratio(total).minus(target).value().abs();
        self.target[row].as_ref().map_or(0.0, off)
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
///
/// An upper bound above everything there is says no more than that, and is taken as it: prices times bounds must not drown what they
/// are compared with. So is a lower bound below 0.
#[must_use]
pub(super) fn bounds(model: &Model, reps: &Reps, balance: &[Balance]) -> (Vec<Bound>, Limits) {
    let zero = Ratio::of(0.0);
    let whole = (reps.capacity.iter().flatten()).fold(zero, |sum, c| sum.plus(&Ratio::of(*c)));
    let rows = model.k * model.m;
    let mut out = vec![None; rows];
    let mut limits = Limits {
        grid: Vec::new(),
        least: vec![0; rows],
        most: vec![i128::MAX; rows],
        target: vec![None; rows],
    };
    for (m, b) in balance.iter().enumerate() {
        let values: Vec<f64> = (0..model.n)
            .map(|i| model.amount[i * model.m + m])
            .collect();
        let places = model.travel_load_of(m).map_or(0, |_| TRAVEL_PLACES);
        let grid = Grid::of(&values, places);
        limits.grid.push(grid);
        let total = grid.ratio(least_total(model, grid, m));
        let greatest = greatest_load(model, m);
        let tolerance = Ratio::of(b.tolerance);
        for j in 0..model.k {
            let capacity = reps.capacity[j].filter(|_| whole.is_positive());
            let target = capacity.map(|c| Ratio::of(c).times(&total).over(&whole));
            let own = |sides: &[Vec<Option<f64>>]| {
                let own = sides.get(m).and_then(|s| s.get(j).copied().flatten());
                own.map(Ratio::of)
            };
            let (least, most) = (own(&reps.min), own(&reps.max));
            let (lower, upper, origins) = give_way(target.as_ref(), least, most, &tolerance);
            let row = j * model.m + m;
            out[row] = Some(Bound {
                target: target.as_ref().map(Ratio::value),
                lower: lower.value().max(0.0),
                upper: (upper.as_ref()).map_or(f64::INFINITY, |u| u.value().min(greatest)),
                origins,
            });
            limits.least[row] = grid.ceil(&lower).max(0);
            limits.most[row] = upper.map_or(i128::MAX, |r| grid.floor(&r));
            limits.target[row] = target;
        }
    }
    (out.into_iter().flatten().collect(), limits)
}

/// Lower and upper bound of a rep with a target from its share and, maybe, bounds of its own; and where they come from.
///
/// ```text
/// only U* its own:  U = U*,   L = U* (1 - tolerance) / (1 + tolerance)   where U* < L
/// only L* its own:  L = L*,   U = L* (1 + tolerance) / (1 - tolerance)   where L* > U
/// ```
///
/// A bound that gave way no further than to the other one would ask for that load exactly, which whole customers hardly ever have.
/// With a tolerance of 1 or more there is no upper bound to keep.
fn give_way(
    target: Option<&Ratio>,
    least: Option<Ratio>,
    most: Option<Ratio>,
    tolerance: &Ratio,
) -> (Ratio, Option<Ratio>, [Origin; 2]) {
    use Origin::{Absolute, Nothing, Share};
    let one = Ratio::of(1.0);
    let (below, above) = (one.minus(tolerance), one.plus(tolerance));
    let lower = target.map_or(Ratio::of(0.0), |t| below.times(t));
    let upper = target.map(|t| above.times(t));
    let share = if target.is_some() { Share } else { Nothing };
    match (least, most) {
        (Some(least), Some(most)) => (least, Some(most), [Absolute; 2]),
        (None, Some(most)) if lower.minus(&most).is_positive() => {
            let lower = most.times(&below).over(&above);
            (lower, Some(most), [Absolute; 2])
        }
        (None, Some(most)) => (lower, Some(most), [share, Absolute]),
        (Some(least), None) => {
            let beyond = (upper.as_ref()).is_some_and(|u| least.minus(u).is_positive());
            match (beyond, below.is_positive()) {
                (false, _) => (least, upper, [Absolute, share]),
                (true, true) => {
                    let upper = least.times(&above).over(&below);
                    (least, Some(upper), [Absolute; 2])
                }
                (true, false) => (least, None, [Absolute, Nothing]),
            }
        }
        (None, None) => (lower, upper, [share; 2]),
    }
}

/// Decimals of the hours of travel that count into a measure: what a pair loads is rounded to them, so that loads are
/// decimals, whatever the travel is.
pub(crate) const TRAVEL_PLACES: i32 = 6;

/// Hours of travel as they count into a measure: rounded to [`TRAVEL_PLACES`].
pub(crate) fn counted_hours(hours: f64) -> f64 {
    (hours * 1e6).round() / 1e6
}

/// `A_m` in steps of the grid: the total of a measure, travel at its least.
fn least_total(model: &Model, grid: Grid, measure: usize) -> i128 {
    let own = (0..model.n).map(|i| grid.count(model.amount[i * model.m + measure]));
    let own: i128 = own.sum();
    if model.travel_load_of(measure).is_none() {
        return own;
    }
    let least = |i: usize| {
        let reps = (0..model.k).map(|j| RepIx(j as u32));
        let permitted = reps.filter(|j| model.forbidden_by(i, *j).is_none());
        let hours = permitted.filter(|j| model.travel.minutes(i, *j).is_some());
        hours.map(|j| grid.count(model.travel_hours(i, j))).min()
    };
    own + (0..model.n).filter_map(least).sum::<i128>()
}

/// An amount no rep can exceed on a measure: everything, at the greatest travel.
pub(crate) fn greatest_load(model: &Model, measure: usize) -> f64 {
    let own: f64 = (0..model.n)
        .map(|i| model.amount[i * model.m + measure])
        .sum();
    let Some(load) = model.travel_load_of(measure) else {
        return own;
    };
    let longest = match &model.travel {
        Travel::Sphere {
            detour,
            minutes_per_km,
            ..
        } => 20_016.0 * detour * minutes_per_km,
        Travel::Matrix {
            pairs,
            minutes_per_km,
            ..
        } => {
            let minutes = pairs.minutes.iter().copied().fold(0.0, f64::max);
            let km = pairs.km.iter().copied().fold(0.0, f64::max);
            minutes.max(km * minutes_per_km)
        }
    };
    // Hours are rounded, each by half a millionth at most.
    own + load.hours_per_minute.iter().sum::<f64>() * longest + 1e-6 * model.n as f64
}

#[cfg(test)]
mod tests {
    use super::{Origin, give_way};
    use crate::base::decimal::Ratio;

    #[test]
    fn the_side_of_the_share_gives_way_to_a_bound_of_ones_own() {
        let of = |target: Option<f64>, least: Option<f64>, most: Option<f64>, tolerance: f64| {
            let target = target.map(Ratio::of);
            let (least_is_own, most_is_own) = (least.is_some(), most.is_some());
            let (least, most) = (least.map(Ratio::of), most.map(Ratio::of));
            let (l, u, from) = give_way(target.as_ref(), least, most, &Ratio::of(tolerance));
            let own = [least_is_own, most_is_own];
            for (side, own) in from.iter().zip(own) {
                assert!(!own || *side == Origin::Absolute, "{from:?}");
            }
            assert_eq!(from[1] == Origin::Nothing, u.is_none());
            (l.value(), u.map_or(f64::INFINITY, |u| u.value()))
        };
        let share = |least, most| of(Some(16.0), least, most, 0.2);
        assert_eq!(share(None, None), (12.8, 19.2));
        // Within the share: one side is replaced.
        assert_eq!(share(None, Some(15.0)), (12.8, 15.0));
        assert_eq!(share(Some(15.0), None), (15.0, 19.2));
        // Beyond it: the other side keeps the proportion of 0.8 to 1.2.
        assert_eq!(share(None, Some(9.0)), (6.0, 9.0));
        assert_eq!(share(Some(20.0), None), (20.0, 30.0));
        // On leave.
        assert_eq!(share(None, Some(0.0)), (0.0, 0.0));
        // Two bounds of one's own are what they are.
        assert_eq!(share(Some(20.0), Some(21.0)), (20.0, 21.0));
        assert_eq!(of(None, Some(5.0), None, 0.2), (5.0, f64::INFINITY));
        assert_eq!(of(None, None, Some(5.0), 0.2), (0.0, 5.0));
        // A tolerance that permits nothing at all leaves no proportion to keep.
        assert_eq!(of(Some(16.0), Some(40.0), None, 1.0), (40.0, f64::INFINITY));
        assert_eq!(of(Some(16.0), Some(40.0), None, 1.5), (40.0, 40.0));
    }
}
