//! Numbers as they stand in the files: decimals, their sums, and bounds on them, all exact.
//!
//! A number of an input is the shortest decimal that reads as the same `f64`: what the file has, unless it has more than 17
//! digits. The values of one measure are counted on a grid of `10^-places` ([`Grid`]), where `places` is the greatest number of decimals
//! that any of them has; sums are sums of integers, so their order does not matter. Bounds are rationals ([`Ratio`]),
//!
//! ```text
//! U_jm = (1 + tolerance_m) capacity_j / (sum of capacities) A_m,
//! ```
//!
//! and a total keeps one exactly if it is at most `floor(10^places U)` steps of the grid. Pure arithmetic, shared by the model and
//! the check; each says by itself what is summed and what is bounded.

use num_bigint::{BigInt, Sign};

/// Sums on a grid have at most so many digits; `i128` has 38, the others are for products with prices.
const DIGITS: i32 = 30;

/// The digits and the exponent of the shortest decimal that reads as `x`: `x = digits * 10^exponent`. 0 where `x` is not finite.
fn parts(x: f64) -> (i64, i32) {
    if !x.is_finite() || x == 0.0 {
        return (0, 0);
    }
    let text = format!("{x:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let places = mantissa.split_once('.').map_or(0, |(_, d)| d.len() as i32);
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    let exponent: i32 = exponent.parse().unwrap_or(0);
    (digits.parse().unwrap_or(0), exponent - places)
}

/// Decimals of `x`: 2 for 0.25, 0 for 1e6.
fn places(x: f64) -> i32 {
    // Nearly all numbers have few: one that is `n / 10^p` with `n` below 2^50 is the shortest decimal of what it reads as.
    let mut scale = 1.0;
    for p in 0..=6 {
        let n = (x * scale).round();
        if n.abs() < (1u64 << 50) as f64 && n / scale == x {
            return p;
        }
        scale *= 10.0;
    }
    let (digits, exponent) = parts(x);
    let zeros = (1..20).take_while(|z| digits % 10i64.pow((*z).min(18)) == 0);
    if digits == 0 {
        0
    } else {
        (-exponent - zeros.count() as i32).max(0)
    }
}

/// A grid that the values of a measure, and so their sums, are multiples of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grid {
    places: i32,
}

impl Grid {
    /// The grid of some values >= 0, and of `least` decimals at least. Where sums would have more than 30 digits, the last decimals are
    /// rounded off.
    pub fn of(values: &[f64], least: i32) -> Grid {
        let most = values.iter().map(|v| places(*v)).fold(least, i32::max);
        let sum: f64 = values.iter().map(|v| v.abs()).sum();
        let digits = sum.max(1.0).log10().floor() as i32 + 1;
        Grid {
            places: most.min(DIGITS - digits).max(0),
        }
    }

    /// Decimals of the grid.
    #[cfg(test)]
    pub fn places(self) -> i32 {
        self.places
    }

    /// `x` in steps of the grid, rounded half away from zero where it has more decimals.
    pub fn count(self, x: f64) -> i128 {
        let near = x * 10f64.powi(self.places.min(22));
        if self.places <= 22 && near.abs() < (1u64 << 50) as f64 {
            let n = near.round();
            // Within a quarter of a step it is the decimal itself, or what the product was rounded to.
            if (near - n).abs() < 0.25 {
                return n as i128;
            }
        }
        let scaled = Ratio::of(x).times_ten_to(self.places);
        let twice = scaled.num.clone() * 2
            + if x < 0.0 {
                -&scaled.den
            } else {
                scaled.den.clone()
            };
        let whole = twice / (scaled.den * 2);
        i128::try_from(whole).unwrap_or(if x < 0.0 { i128::MIN } else { i128::MAX })
    }

    /// The value of `n` steps, to the nearest `f64`.
    pub fn value(self, n: i128) -> f64 {
        if self.places <= 22 && n.unsigned_abs() < 1 << 53 {
            return n as f64 / 10f64.powi(self.places);
        }
        format!("{n}e-{}", self.places).parse().unwrap_or(f64::NAN)
    }

    /// The greatest number of steps that is at most `r`.
    pub fn floor(self, r: &Ratio) -> i128 {
        let scaled = r.times_ten_to(self.places);
        clamp(div_floor(&scaled.num, &scaled.den))
    }

    /// The smallest number of steps that is at least `r`.
    pub fn ceil(self, r: &Ratio) -> i128 {
        let scaled = r.times_ten_to(self.places);
        clamp(-div_floor(&-scaled.num, &scaled.den))
    }

    /// `n` steps as a rational.
    pub fn ratio(self, n: i128) -> Ratio {
        Ratio {
            num: BigInt::from(n),
            den: ten_to(self.places),
        }
    }
}

/// Far beyond every sum: a bound there binds as much as one that is farther.
const FAR: i128 = 1 << 120;

fn clamp(n: BigInt) -> i128 {
    let far = BigInt::from(FAR);
    let n = n.clamp(-far.clone(), far);
    i128::try_from(n).unwrap_or(0)
}

fn ten_to(n: i32) -> BigInt {
    BigInt::from(10).pow(n.unsigned_abs())
}

fn div_floor(num: &BigInt, den: &BigInt) -> BigInt {
    let whole = num / den;
    if (num % den).sign() == Sign::Minus {
        whole - 1
    } else {
        whole
    }
}

/// A rational number.
#[derive(Clone, Debug)]
pub(crate) struct Ratio {
    num: BigInt,
    /// > 0.
    den: BigInt,
}

impl Ratio {
    /// The decimal that reads as `x`.
    pub fn of(x: f64) -> Ratio {
        let (digits, exponent) = parts(x);
        let (digits, scale) = (BigInt::from(digits), ten_to(exponent));
        if exponent >= 0 {
            Ratio {
                num: digits * scale,
                den: BigInt::from(1),
            }
        } else {
            Ratio {
                num: digits,
                den: scale,
            }
        }
    }

    fn times_ten_to(&self, places: i32) -> Ratio {
        Ratio {
            num: &self.num * ten_to(places),
            den: self.den.clone(),
        }
    }

    pub fn plus(&self, other: &Ratio) -> Ratio {
        Ratio {
            num: &self.num * &other.den + &other.num * &self.den,
            den: &self.den * &other.den,
        }
    }

    pub fn minus(&self, other: &Ratio) -> Ratio {
        Ratio {
            num: &self.num * &other.den - &other.num * &self.den,
            den: &self.den * &other.den,
        }
    }

    pub fn times(&self, other: &Ratio) -> Ratio {
        Ratio {
            num: &self.num * &other.num,
            den: &self.den * &other.den,
        }
    }

    /// `self / other`, for `other > 0`.
    pub fn over(&self, other: &Ratio) -> Ratio {
        Ratio {
            num: &self.num * &other.den,
            den: &self.den * &other.num,
        }
    }

    /// The nearest `f64`, but for the last digit.
    pub fn value(&self) -> f64 {
        // 19 digits and more, as a decimal: reading it rounds correctly.
        let lack = 64 - (self.num.bits() as i64 - self.den.bits() as i64);
        let places = if lack > 0 { lack * 3 / 10 + 1 } else { 0 };
        let scaled = self.times_ten_to(places as i32);
        let whole = div_floor(&scaled.num, &scaled.den);
        format!("{whole}e-{places}").parse().unwrap_or(f64::NAN)
    }

    /// Whether it is greater than 0.
    pub fn is_positive(&self) -> bool {
        self.num.sign() == Sign::Plus
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_shortest_decimal_that_reads_as_it() {
        assert_eq!(parts(0.1), (1, -1));
        assert_eq!(parts(-2.50), (-25, -1));
        assert_eq!(parts(1e23), (1, 23));
        assert_eq!(parts(0.1 + 0.2), (30_000_000_000_000_004, -17));
        assert_eq!(parts(f64::MAX), (17_976_931_348_623_157, 292));
        for (x, p) in [
            (0.25, 2),
            (1e6, 0),
            (0.0, 0),
            (1e-9, 9),
            (123.456_789_01, 8),
            (0.1 + 0.2, 17),
            (2e15, 0),
            (4.1e14, 0),
        ] {
            assert_eq!(places(x), p, "{x}");
        }
    }

    #[test]
    fn sums_on_a_grid_are_exact_in_any_order() {
        let values = [0.1, 0.2, 0.3, 1e9, 7.25];
        let grid = Grid::of(&values, 0);
        assert_eq!(grid.places(), 2);
        let counts: Vec<i128> = values.iter().map(|v| grid.count(*v)).collect();
        assert_eq!(counts, [10, 20, 30, 100_000_000_000, 725]);
        assert_eq!(grid.value(counts.iter().sum()), 1_000_000_007.85);
        // More digits than there is room for: the last ones are rounded off.
        let wide = Grid::of(&[1e20, 1.0 / 3.0], 0);
        assert_eq!(wide.places(), 9);
        assert_eq!(wide.count(1.0 / 3.0), 333_333_333);
        assert_eq!(wide.count(1e20), 100_000_000_000_000_000_000_000_000_000);
        let half = Grid { places: 0 };
        assert_eq!([0.5, 1.5, -0.5, 0.49].map(|x| half.count(x)), [1, 2, -1, 0]);
    }

    #[test]
    fn bounds_are_rounded_inwards_exactly() {
        // (1 + 0.1) * 1/3 of 30 is 11, which floating point makes 11.000000000000002.
        let share = Ratio::of(1.0).over(&Ratio::of(3.0));
        let target = share.times(&Ratio::of(30.0));
        let grid = Grid { places: 1 };
        let upper = Ratio::of(1.0).plus(&Ratio::of(0.1)).times(&target);
        let lower = Ratio::of(1.0).minus(&Ratio::of(0.1)).times(&target);
        assert_eq!((grid.ceil(&lower), grid.floor(&upper)), (90, 110));
        let third = share.times(&Ratio::of(-1.0));
        assert_eq!((grid.floor(&third), grid.ceil(&third)), (-4, -3));
        assert!(share.is_positive() && !third.is_positive());
        assert_eq!(grid.floor(&Ratio::of(1e300)), FAR);
    }
}
