//! Costs as whole numbers: steps of a power of ten.

use super::assign::{NEVER, Table};
use std::fmt;

/// Most digits of a cost: a double has them all.
const DIGITS: f64 = 1e15;
/// Most digits behind the point.
const PLACES: i32 = 9;

/// A step, `10^-places`: costs are rounded to multiples of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Digits behind the point; below 0, zeros before it.
    pub places: i32,
}

impl Grid {
    /// The finest step (up to nine places behind the point, more where all costs are below a thousandth) by which a table of these costs is solved without rounding.
    #[must_use]
    pub fn of(people: usize, territories: usize, costs: &[f64]) -> Grid {
        let largest =
            (costs.iter().filter(|c| c.is_finite())).fold(0.0, |m: f64, c| m.max(c.abs()));
        let limit = DIGITS.min(Table::limit(people, territories) as f64);
        let mut places = PLACES;
        if largest > 0.0 {
            // The digits before the point, and one in reserve: logarithms are rounded.
            places = (limit / largest).log10().floor() as i32;
            while largest * 10f64.powi(places) >= limit - 1.0 {
                places -= 1;
            }
        }
        let small = largest > 0.0 && largest < 1e-3;
        Grid {
            places: if small { places } else { places.min(PLACES) }.clamp(-290, 290),
        }
    }

    /// The steps of a cost, to the nearest; [`NEVER`] for NaN.
    #[must_use]
    pub fn steps(self, cost: f64) -> i64 {
        match cost.is_finite() {
            true => (cost * 10f64.powi(self.places)).round() as i64,
            false => NEVER,
        }
    }

    /// The size of a step.
    #[must_use]
    pub fn step(self) -> f64 {
        10f64.powi(-self.places)
    }

    /// So many steps, as a double.
    #[must_use]
    pub fn value(self, steps: i64) -> f64 {
        match self.places {
            places @ 0..=22 => steps as f64 / 10f64.powi(places),
            places => steps as f64 * 10f64.powi(-places),
        }
    }

    /// So many steps, in full.
    #[must_use]
    pub fn decimal(self, steps: i64) -> Decimal {
        Decimal {
            steps,
            places: self.places,
        }
    }
}

/// A whole number of steps, written as the decimal that it is.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    steps: i64,
    places: i32,
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps == 0 {
            return f.write_str("0");
        }
        let places = self.places.unsigned_abs() as usize;
        if self.places <= 0 {
            return write!(f, "{}{:0<places$}", self.steps, "");
        }
        let sign = if self.steps < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.steps.unsigned_abs(), width = places + 1);
        let (whole, part) = digits.split_at(digits.len() - places);
        let part = part.trim_end_matches('0');
        let point = if part.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{part}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_what_they_are() {
        let of = |steps, places| Grid { places }.decimal(steps).to_string();
        assert_eq!(of(0, 3), "0");
        assert_eq!(of(-1, 3), "-0.001");
        assert_eq!(of(1_234_500, 3), "1234.5");
        assert_eq!(of(-1_234_000, 3), "-1234");
        assert_eq!(of(12, 0), "12");
        assert_eq!(of(12, -2), "1200");
        for steps in [1, -7, 123_456_789_012_345, 5_000] {
            for places in [-3, 0, 2, 9, 12] {
                let grid = Grid { places };
                let read: f64 = grid.decimal(steps).to_string().parse().unwrap();
                assert_eq!(read, grid.value(steps));
                assert_eq!(grid.steps(read), steps);
            }
        }
    }

    #[test]
    fn the_step_is_as_fine_as_the_largest_cost_permits() {
        for largest in [1e-12, 3e-4, 0.9, 7.0, 123_456.0, 1e9, 9.9e14, 1e15, 3e22] {
            for (people, territories) in [(1, 1), (40, 40), (2_000, 3)] {
                let grid = Grid::of(people, territories, &[largest, f64::NAN, -largest / 3.0]);
                let limit = Table::limit(people, territories).min(DIGITS as i64);
                let steps = grid.steps(largest);
                assert!((1..limit).contains(&steps), "{largest} {people} {grid:?}");
                // No decimal is given away that could be had.
                assert!(
                    steps > limit / 200 || grid.places == PLACES,
                    "{largest} {people} {grid:?}"
                );
            }
        }
        assert_eq!(Grid::of(1, 1, &[f64::NAN]).steps(f64::NAN), NEVER);
        assert_eq!(Grid::of(2, 2, &[0.0]).places, PLACES);
    }
}
