//! The coupling rows of a plan on the map, and what their loads cost.

use crate::bound::Beside;
use crate::solve::local::State;

/// Bounds and prices of the coupling rows: `j * m + r` is rep `j`, measure `r`; the last row, if there is a
/// limit on change, is the amount that changes hands.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
    pub mu: Vec<f64>,
    /// What load beside the target of a row costs; empty where none does.
    pub deviation: Vec<Beside>,
    /// Cost of a unit of load outside the bounds.
    pub penalty: Vec<f64>,
    /// Cost of being outside at all.
    pub outside: Vec<f64>,
}

impl Rows {
    pub fn of(s: &State) -> Rows {
        Rows {
            lower: s.lower.clone(),
            upper: s.upper.clone(),
            mu: s.mu.clone(),
            deviation: s.deviation.clone(),
            penalty: s.penalty.clone(),
            outside: s.outside.clone(),
        }
    }

    /// One of them.
    pub fn row(&self, row: usize) -> Row {
        Row {
            lower: self.lower[row],
            upper: self.upper[row],
            mu: self.mu[row],
            deviation: self.deviation(row),
            penalty: self.penalty[row],
            outside: self.outside[row],
        }
    }

    /// What load beside the target of a row costs.
    pub fn deviation(&self, row: usize) -> Beside {
        self.deviation.get(row).copied().unwrap_or_default()
    }

    /// How hard the price presses the load of a row: not at all where the load may be what it is at no cost.
    pub fn pressure(&self, row: usize) -> f64 {
        (self.mu[row].abs() - self.deviation(row).price).abs()
    }

    /// What load `y` outside the bounds costs.
    pub fn fine(&self, row: usize, y: f64) -> f64 {
        self.row(row).fine(y)
    }
}

/// One coupling row of [`Rows`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub lower: f64,
    pub upper: f64,
    mu: f64,
    deviation: Beside,
    penalty: f64,
    outside: f64,
}

impl Row {
    /// What load `y` outside the bounds costs.
    #[inline]
    fn fine(&self, y: f64) -> f64 {
        let (over, under) = (y - self.upper, self.lower - y);
        // No `f64::max`: what it does with NaN is in the way of several at once.
        let outside = if over > under { over } else { under };
        if outside > 0.0 {
            self.penalty * outside + self.outside
        } else {
            0.0
        }
    }

    /// What load `y` costs above the bound: the price of what is left unused, and the fine.
    #[inline]
    pub fn cost(&self, y: f64) -> f64 {
        if self.deviation.counts() {
            let at = (self.deviation).pressed(self.mu, self.lower, self.upper);
            let more = self.deviation.cost(y) - self.deviation.cost(at);
            return more + self.mu * (at - y) + self.fine(y);
        }
        let pressed = if self.mu >= 0.0 {
            self.upper
        } else {
            self.lower
        };
        self.mu * (pressed - y) + self.fine(y)
    }

    /// Adds to each sum what its load costs.
    #[inline]
    pub fn add_costs(&self, sums: &mut [f64], loads: impl Iterator<Item = f64>) {
        let row = *self;
        sums.iter_mut()
            .zip(loads)
            .for_each(|(sum, y)| *sum += row.cost(y));
    }

    /// What rounding may make of [`Row::cost`] for loads up to about `y`: near a bound it is a small difference of large products.
    pub fn rounding(&self, y: f64) -> f64 {
        let side = |bound: f64| if bound.is_finite() { bound.abs() } else { 0.0 };
        let load = y.abs().max(side(self.upper)).max(side(self.lower));
        let price = self.mu.abs() + self.deviation.price;
        ROUNDING * ((price + self.penalty) * load + self.outside)
    }
}

/// Share of a product that sums and differences of a few such may be off.
const ROUNDING: f64 = 1e-14;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;

    #[test]
    fn a_load_that_goes_and_comes_back_gains_no_more_than_rounding() {
        let mut random = Random(2911);
        let mut draw = |scale: f64| scale * (random.below(1_000_003) as f64 / 1_000_003.0);
        let mut off = 0;
        for _ in 0..20_000 {
            let lower = draw(300.0);
            let row = Row {
                lower,
                upper: lower + draw(4.0),
                mu: draw(2000.0) - 1000.0,
                deviation: Beside::default(),
                penalty: draw(5000.0),
                outside: draw(100.0),
            };
            // At a bound, where the unused part is nothing.
            let y = if draw(1.0) < 0.5 {
                row.lower
            } else {
                row.upper
            };
            let x = draw(30.0);
            let back = (y - x) + x;
            let moved = (row.cost(back) - row.cost(y)).abs();
            // The fine has a step at the bound, which no share of it covers.
            if (row.fine(back) > 0.0) == (row.fine(y) > 0.0) {
                assert!(moved <= row.rounding(y), "{row:?} {y} {x}: {moved}");
                off += usize::from(moved > 0.0);
            }
        }
        assert!(off > 100, "the loads came back exactly {off}");
    }
}
