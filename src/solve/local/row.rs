//! What the load of one coupling row costs above the bound.

use crate::bound::Beside;

/// One coupling row: its price, its bounds, and what it costs to break them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub lower: f64,
    pub upper: f64,
    pub mu: f64,
    /// Cost of a unit of load outside the bounds.
    pub penalty: f64,
    /// Cost of being outside at all.
    pub outside: f64,
    /// What load beside the target costs.
    pub deviation: Beside,
}

impl Row {
    /// What load `y` outside the bounds costs.
    #[inline]
    pub fn fine(&self, y: f64) -> f64 {
        let (over, under) = (y - self.upper, self.lower - y);
        // No `f64::max`: what it does with NaN is in the way of several at once.
        let outside = if over > under { over } else { under };
        if outside > 0.0 {
            self.penalty * outside + self.outside
        } else {
            0.0
        }
    }

    /// The load that the price presses the row to.
    #[inline]
    pub fn pressed(&self) -> f64 {
        self.deviation.pressed(self.mu, self.lower, self.upper)
    }

    /// What a unit of load costs below the point that the price presses it to, and above it, and how far that holds at least in part; infinite where it is
    /// outside.
    pub fn slopes(&self) -> [(f64, f64); 2] {
        let (at, p) = (self.pressed(), self.deviation.price);
        let room = [at - self.lower, self.upper - at];
        let slope = match (at <= self.lower, at >= self.upper) {
            (false, true) => [self.mu - p, f64::INFINITY],
            (true, false) => [f64::INFINITY, -self.mu - p],
            _ => [p + self.mu, p - self.mu],
        };
        [0, 1].map(|way| (slope[way].max(0.0), room[way]))
    }

    /// What load `y` costs above the bound: the price of what is left unused, what it is beside its target costs more than there, and the fine.
    #[inline]
    pub fn cost(&self, y: f64) -> f64 {
        if self.deviation.counts() {
            let at = self.pressed();
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
        let price = self.mu.abs() + 2.0 * self.deviation.price;
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
                penalty: draw(5000.0),
                outside: draw(100.0),
                deviation: match draw(1.0) < 0.5 {
                    true => Beside::new(draw(900.0), Some(lower + draw(4.0))),
                    false => Beside::default(),
                },
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
