//! The integer grid that everything is drawn on.
//!
//! One unit is 1e-7 degrees (1.1 cm of latitude). Coordinates are integers, predicates are exact in
//! `i128`, and the output is `integer / 1e7`: what is printed with seven digits is exactly what was
//! computed.
//!
//! The *pixel* of a grid point is the half-open unit square centred on it,
//! `[x - 1/2, x + 1/2) x [y - 1/2, y + 1/2)`. Rounding a point means taking the grid point whose
//! pixel it lies in.

/// A grid point `[x, y]`, in units of 1e-7 degrees from a local origin.
pub(super) type Pt = [i64; 2];

/// Grid units per degree.
pub(super) const UNITS: f64 = 1e7;

/// Grid units of 360 degrees.
pub(super) const TURN: i64 = 3_600_000_000;

/// `floor(a / b)` for `b > 0`.
fn floor_div(a: i128, b: i128) -> i128 {
    a.div_euclid(b)
}

/// The integer whose half-open unit interval contains `num / den`: `floor(num / den + 1/2)`.
/// `den` must not be zero.
pub(super) fn round_ratio(num: i128, den: i128) -> i64 {
    let (num, den) = if den < 0 { (-num, -den) } else { (num, den) };
    floor_div(2 * num + den, 2 * den) as i64
}

/// Twice the signed area of the triangle `a b c`; positive when `c` is left of `a -> b`.
pub(super) fn cross(a: Pt, b: Pt, c: Pt) -> i128 {
    i128::from(b[0] - a[0]) * i128::from(c[1] - a[1])
        - i128::from(b[1] - a[1]) * i128::from(c[0] - a[0])
}

/// Twice the signed area of a ring given without its closing point; positive when it runs
/// counter-clockwise.
pub(super) fn area2(ring: &[Pt]) -> i128 {
    let Some(&last) = ring.last() else { return 0 };
    let mut from = last;
    let mut sum = 0;
    for &to in ring {
        sum += i128::from(from[0]) * i128::from(to[1]) - i128::from(from[1]) * i128::from(to[0]);
        from = to;
    }
    sum
}

/// An axis-parallel box, both corners included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rect {
    pub min: Pt,
    pub max: Pt,
}

impl Rect {
    /// The box that contains nothing.
    pub(super) const EMPTY: Rect = Rect {
        min: [i64::MAX; 2],
        max: [i64::MIN; 2],
    };

    /// The smallest box around two points.
    pub(super) fn of(a: Pt, b: Pt) -> Rect {
        Rect {
            min: [a[0].min(b[0]), a[1].min(b[1])],
            max: [a[0].max(b[0]), a[1].max(b[1])],
        }
    }

    /// Grows the box to contain `p`.
    pub(super) fn add(&mut self, p: Pt) {
        for (axis, &value) in p.iter().enumerate() {
            self.min[axis] = self.min[axis].min(value);
            self.max[axis] = self.max[axis].max(value);
        }
    }

    /// Grows the box to contain `other`.
    pub(super) fn join(&mut self, other: &Rect) {
        self.add(other.min);
        self.add(other.max);
    }

    /// Whether the two boxes share a point.
    pub(super) fn meets(&self, other: &Rect) -> bool {
        (0..2).all(|k| self.min[k] <= other.max[k] && other.min[k] <= self.max[k])
    }

    /// Whether `p` lies in the box.
    pub(super) fn contains(&self, p: Pt) -> bool {
        (0..2).all(|k| self.min[k] <= p[k] && p[k] <= self.max[k])
    }

    /// The box with `by` units more on every side.
    pub(super) fn grown(&self, by: i64) -> Rect {
        Rect {
            min: [self.min[0] - by, self.min[1] - by],
            max: [self.max[0] + by, self.max[1] + by],
        }
    }
}

/// The line `a x + b y = c`.
///
/// Magnitudes: `|a|, |b| < 2^54`, `|c| < 2^86`, coordinates below `2^36`, so that every product
/// below stays under `2^126` (see [`Plane`](super::delaunay::Plane) for how that is kept).
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub a: i64,
    pub b: i64,
    pub c: i128,
}

impl Line {
    /// The line through two grid points.
    pub(super) fn through(p: Pt, q: Pt) -> Line {
        let a = q[1] - p[1];
        let b = p[0] - q[0];
        let c = i128::from(a) * i128::from(p[0]) + i128::from(b) * i128::from(p[1]);
        Line { a, b, c }
    }

    /// `2 (a x + b y - c)` at `p`.
    fn twice_at(&self, p: Pt) -> i128 {
        2 * (i128::from(self.a) * i128::from(p[0]) + i128::from(self.b) * i128::from(p[1]) - self.c)
    }

    /// Whether the line passes through the half-open pixel of `p`.
    ///
    /// Over the closed pixel `2 f` takes the values `2 f(p) -+ (|a| + |b|)`. When zero is strictly
    /// between, the line passes through the open pixel. When it is an end, the line only touches a
    /// corner (or an edge, when it is parallel to an axis), and that one counts only if it is the
    /// lower left corner (or the left or lower edge).
    pub(super) fn enters(&self, p: Pt) -> bool {
        let at = self.twice_at(p);
        let reach = i128::from(self.a.abs()) + i128::from(self.b.abs());
        let (low, high) = (at - reach, at + reach);
        if low < 0 && high > 0 {
            return true;
        }
        (high == 0 && self.a <= 0 && self.b <= 0) || (low == 0 && self.a >= 0 && self.b >= 0)
    }

    /// Whether the line may pass through a pixel of the box.
    pub(super) fn near(&self, rect: &Rect) -> bool {
        let reach = i128::from(self.a.abs()) + i128::from(self.b.abs());
        let pick = |positive: bool| -> Pt {
            [
                if (self.a > 0) == positive {
                    rect.max[0]
                } else {
                    rect.min[0]
                },
                if (self.b > 0) == positive {
                    rect.max[1]
                } else {
                    rect.min[1]
                },
            ]
        };
        self.twice_at(pick(true)) + reach >= 0 && self.twice_at(pick(false)) - reach <= 0
    }

    /// The grid point whose pixel contains the point where the two lines meet; `None` when they are
    /// parallel. At most one of the two lines may have large coefficients.
    pub(super) fn meet(&self, other: &Line) -> Option<Pt> {
        let (a1, b1) = (i128::from(self.a), i128::from(self.b));
        let (a2, b2) = (i128::from(other.a), i128::from(other.b));
        let den = a1 * b2 - a2 * b1;
        (den != 0).then(|| {
            [
                round_ratio(self.c * b2 - other.c * b1, den),
                round_ratio(a1 * other.c - a2 * self.c, den),
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_into_half_open_pixels() {
        assert_eq!(round_ratio(1, 2), 1);
        assert_eq!(round_ratio(-1, 2), 0);
        assert_eq!(round_ratio(3, -2), -1);
        assert_eq!(round_ratio(-149, 100), -1);
    }

    #[test]
    fn a_line_enters_exactly_one_pixel_of_each_column_it_is_rounded_to() {
        // y = x / 2: at x = 1 it passes (1, 1/2), a point of the pixel of (1, 1) and not of (1, 0),
        // but it is inside the open pixel of (1, 0) just left of there.
        let line = Line::through([0, 0], [2, 1]);
        assert!(line.enters([1, 0]));
        assert!(line.enters([1, 1]));
        assert!(!line.enters([1, 2]));
        // y = 1/2 (doubled: through no grid point) belongs to the pixels above it only.
        let line = Line { a: 0, b: 2, c: 1 };
        assert!(line.enters([7, 1]));
        assert!(!line.enters([7, 0]));
        // x + y = 1 touches the pixel of (0, 0) at its upper right corner, which is not its own.
        let line = Line { a: 1, b: 1, c: 1 };
        assert!(!line.enters([0, 0]));
        assert!(line.enters([1, 1]));
    }

    #[test]
    fn lines_meet_in_a_pixel() {
        let line = Line::through([0, 0], [10, 10]);
        assert_eq!(line.meet(&Line::through([0, 9], [9, 0])), Some([5, 5]));
        assert_eq!(line.meet(&Line::through([1, 0], [11, 10])), None);
    }
}
