//! The grain of loads: hours with one decimal add up to hours with one decimal.
//!
//! When all loads of a row are multiples of `g`, so is every total, and bounds that are not multiples can be moved inwards to the
//! next one. With few sites to a rep and steep prices that alone closes a good part of a gap.

/// The greatest `g` that divides all values, where they are decimals of at most six places; 0 when all of them are 0.
#[must_use]
pub fn grain(values: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    (0..=6).find_map(|places| {
        let scale = 10f64.powi(places);
        let mut divisor = 0u64;
        let whole = values.clone().all(|v| {
            let x = (v * scale).abs();
            divisor = gcd(divisor, x.round() as u64);
            x < 1e8 && (x - x.round()).abs() <= 1e-7
        });
        whole.then_some(divisor as f64 / scale)
    })
}

/// The greatest common divisor of numbers that are not negative; `gcd(0, b) = b`.
pub(super) fn gcd<T: Copy + Default + PartialOrd + std::ops::Rem<Output = T>>(
    mut a: T,
    mut b: T,
) -> T {
    while b > T::default() {
        (a, b) = (b, a % b);
    }
    a
}

/// The bounds in grains, rounded inwards. A thousandth of a grain is forgiven: sums of decimals are not exact.
#[must_use]
pub fn in_grains(lower: f64, upper: f64, g: f64) -> (f64, f64) {
    const NEAR: f64 = 1e-3;
    ((lower / g - NEAR).ceil(), (upper / g + NEAR).floor())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_a_grain() {
        let of = |v: &[f64]| grain(v.iter().copied());
        assert_eq!(of(&[1.5, 2.0, 0.3]), Some(0.1));
        assert_eq!(of(&[12.0, 8.0, 0.0]), Some(4.0));
        assert_eq!(of(&[0.25, 0.1]), Some(0.05));
        assert_eq!(of(&[0.1 + 0.2, 0.1]), Some(0.1));
        assert_eq!(of(&[0.0]), Some(0.0));
        assert_eq!(of(&[2f64.sqrt(), 1.0]), None);
    }

    #[test]
    fn bounds_are_rounded_inwards_and_a_rounding_error_is_forgiven() {
        assert_eq!(in_grains(204.81, 226.37, 0.1), (2049.0, 2263.0));
        let third = 0.1 + 0.2;
        assert_eq!(in_grains(third, third, 0.1), (3.0, 3.0));
    }
}
