//! What load beside its target costs, and its conjugate over the bounds.
//!
//! ```text
//! phi(y) = p |y - T|        phi*(mu) = max { mu y - phi(y) : L <= y <= U }
//! ```
//!
//! `phi` is convex and in two lines, so that the greatest is at `L`, `T` or `U`: at `U` where `mu > p`, at `L` where `mu < -p`, and at the target
//! between. With `p = 0` the conjugate is `max(mu U, mu L)`.

/// Share of a target that rounding may make of it, and of a bound.
const HAIR: f64 = 1e-9;

/// The cost of load beside the target of a row, objective units per unit of the measure.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Beside {
    /// `p >= 0`; 0: load beside the target costs nothing.
    pub price: f64,
    pub target: f64,
}

impl Beside {
    /// Of a row with this target, if it has one.
    pub fn new(price: f64, target: Option<f64>) -> Beside {
        match target {
            Some(target) if price > 0.0 => Beside { price, target },
            _ => Beside::default(),
        }
    }

    /// Whether it costs anything.
    pub fn counts(self) -> bool {
        self.price > 0.0
    }

    /// `phi(y)`.
    #[inline]
    pub fn cost(self, y: f64) -> f64 {
        self.price * (y - self.target).abs()
    }

    /// Whether the target lies within bounds that are wider by a hair: loosening them is safe, and a bound that is all there is may be the target, but for
    /// rounding.
    fn inside(self, lower: f64, upper: f64) -> bool {
        let hair = HAIR * self.target.abs();
        lower <= self.target + hair && self.target - hair <= upper
    }

    /// `phi*(mu)`.
    pub fn conjugate(self, mu: f64, lower: f64, upper: f64) -> f64 {
        if !self.counts() {
            return (mu * upper).max(mu * lower);
        }
        let of = |y: f64| mu * y - self.cost(y);
        match self.inside(lower, upper) {
            true if mu.abs() <= self.price => mu * self.target,
            true if lower <= upper => of(if mu > 0.0 { upper } else { lower }),
            _ => of(lower).max(of(upper)),
        }
    }

    /// The load at which the conjugate is attained; `upper` where any is as good and nothing counts.
    pub fn pressed(self, mu: f64, lower: f64, upper: f64) -> f64 {
        if !self.counts() {
            return if mu >= 0.0 { upper } else { lower };
        }
        if mu > self.price {
            upper
        } else if mu < -self.price {
            lower
        } else {
            self.target.max(lower).min(upper)
        }
    }

    /// What the numbers of the conjugate add up to, without their signs: its rounding is a share of that. With the target inside, the cost of a bound
    /// counts only where the price is more than it.
    pub fn size(self, mu: f64, lower: f64, upper: f64) -> f64 {
        let bound = upper.abs().max(lower.abs());
        if !self.counts() {
            return mu.abs() * bound;
        }
        let price = match self.inside(lower, upper) && lower <= upper {
            true => 2.0 * mu.abs(),
            false => mu.abs() + self.price,
        };
        price * (bound + self.target.abs())
    }

    /// The target, or the bound that is next to it.
    pub fn middle(self, lower: f64, upper: f64) -> f64 {
        self.target.max(lower).min(upper)
    }

    /// What a unit more of the upper bound saves, if that is above 0, and what a unit less of the lower one does, with its sign turned: the price less the
    /// slope of `phi` just beyond the bound. 0 where neither binds.
    ///
    /// ```text
    /// max(0, mu - phi'(U+))        -max(0, phi'(L-) - mu)
    /// ```
    pub fn worth(self, mu: f64, lower: f64, upper: f64) -> f64 {
        let hair = HAIR * self.target.abs();
        let above = if upper >= self.target - hair {
            self.price
        } else {
            -self.price
        };
        let below = if lower > self.target + hair {
            self.price
        } else {
            -self.price
        };
        if upper.is_finite() && mu > above {
            mu - above
        } else {
            (mu - below).min(0.0)
        }
    }

    /// Where `phi` is a line: from, to, its slope, and what it is at a load of 0. One piece of slope 0 where nothing counts.
    pub fn pieces(self, lower: f64, upper: f64) -> Vec<(f64, f64, f64, f64)> {
        let (p, t) = (self.price, self.target);
        if !self.counts() {
            return vec![(lower, upper, 0.0, 0.0)];
        }
        let below = (lower, upper.min(t), -p, p * t);
        let above = (lower.max(t), upper, p, -p * t);
        let mut pieces = Vec::with_capacity(2);
        if lower < t {
            pieces.push(below);
        }
        if upper > t || lower >= t {
            pieces.push(above);
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::Beside;

    #[test]
    fn the_conjugate_is_the_greatest_over_the_band_and_pieces_are_the_cost() {
        let mut next = 7u64;
        let mut draw = |scale: f64| {
            next = next.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            scale * ((next >> 33) as f64 / f64::from(1u32 << 31))
        };
        for _ in 0..2000 {
            let (lower, width, mu) = (draw(50.0), draw(20.0), draw(40.0) - 20.0);
            let upper = lower + width;
            let d = Beside::new(draw(12.0), Some(draw(90.0)));
            let top = d.conjugate(mu, lower, upper);
            for step in 0..=400 {
                let y = lower + width * f64::from(step) / 400.0;
                assert!(mu * y - d.cost(y) <= top + 1e-9);
                let of = |(from, to, slope, at): &(f64, f64, f64, f64)| {
                    (*from <= y && y <= *to).then_some(slope * y + at)
                };
                let line = d.pieces(lower, upper).iter().find_map(of);
                assert!(
                    (line.unwrap_or(f64::NAN) - d.cost(y)).abs() < 1e-9,
                    "{d:?} {y}"
                );
            }
            let at = d.pressed(mu, lower, upper);
            assert!((mu * at - d.cost(at) - top).abs() < 1e-9);
            // The conjugate grows by what the bounds are worth.
            let (worth, step) = (d.worth(mu, lower, upper), 1e-6);
            let wider = d.conjugate(mu, lower, upper + step) - top;
            let lower = d.conjugate(mu, lower - step, upper) - top;
            let told = (worth.max(0.0) * step, (-worth).max(0.0) * step);
            assert!((wider - told.0).abs() < 1e-11 && (lower - told.1).abs() < 1e-11);
        }
        assert_eq!(Beside::default().conjugate(-2.0, 3.0, 5.0), -6.0);
        assert_eq!(Beside::new(3.0, None), Beside::default());
    }
}
