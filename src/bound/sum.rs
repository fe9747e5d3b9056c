//! Sums in floating point, and how far they may be off.

/// Unit roundoff of `f64`.
pub(crate) const ROUNDOFF: f64 = f64::EPSILON / 2.0;
/// Operations that one term of a sum is the result of, at most: products, loads, bounds, targets.
pub(crate) const PER_TERM: usize = 64;
/// What a computed great circle may be off by, km per km of detour: ten times what the sines of the coordinates can be.
pub(crate) const DISTANCE_KM: f64 = 1e-10;
/// What a sum of two numbers that may cancel each other is off by, per unit of the second one: a few roundings of what is nearly as large.
pub(crate) const CANCELLED: f64 = 1e-15;
/// Prices whose rounding may make so much of the objective prove nothing.
const NOISE: f64 = 1e-6;

/// A sum in floating point, and how far it may be off: `gamma_n sum |terms|`, `gamma_n = n u / (1 - n u)` for `n` terms (Higham 2002,
/// section 4.2), and what distances that are not exact add to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sum {
    pub value: f64,
    /// What rounding may have added or taken, and `blur`.
    pub error: f64,
    /// What distances that are not exact add to `error`.
    pub blur: f64,
}

impl Sum {
    /// A sum of `terms` numbers of which the absolute values add up to `size`.
    pub fn new(value: f64, terms: usize, size: f64, blur: f64) -> Sum {
        // The sum of the sizes is rounded itself.
        let error = 1.01 * (terms + PER_TERM) as f64 * ROUNDOFF * size;
        Sum {
            value,
            error: error + blur,
            blur,
        }
    }

    /// The same with the error taken several times: for who claims, and leaves the one who checks some room.
    pub fn times(self, caution: f64) -> Sum {
        Sum {
            error: caution * self.error,
            ..self
        }
    }

    /// What it surely is at least. Nothing costs less than 0; what is no number proves no more than that.
    pub fn least(self) -> f64 {
        (self.value - self.error).max(0.0)
    }

    /// Whether the error drowns what is proven.
    pub fn is_noise(self, scale: f64) -> bool {
        !(self.value.is_finite() && self.error - self.blur <= NOISE * scale)
    }
}
