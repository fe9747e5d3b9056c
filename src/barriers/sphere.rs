//! Sides and crossings of great circles, exactly.

use crate::base::sphere::{EARTH_RADIUS_KM, chord_to_km, chord2, unit_vector};
use robust::{Coord3D, orient3d};

/// A place: a vector of length 1, but for rounding; nothing below needs more than its direction.
pub(crate) type Vector = [f64; 3];

/// Determinants above this have their sign surely: each has 12 products of numbers of at most 1, whose errors sum to less than 4e-15.
const SURE: f64 = 1e-14;

/// The place at a longitude and latitude, degrees.
pub(crate) fn place([lon, lat]: [f64; 2]) -> Vector {
    unit_vector(lon, lat)
}

/// Longitude and latitude, degrees.
pub(super) fn degrees(p: Vector) -> [f64; 2] {
    let lat = p[2].atan2(p[0].hypot(p[1]));
    [p[1].atan2(p[0]).to_degrees(), lat.to_degrees()]
}

pub(super) fn dot(p: Vector, q: Vector) -> f64 {
    p[0] * q[0] + p[1] * q[1] + p[2] * q[2]
}

pub(super) fn cross(p: Vector, q: Vector) -> Vector {
    [
        p[1] * q[2] - p[2] * q[1],
        p[2] * q[0] - p[0] * q[2],
        p[0] * q[1] - p[1] * q[0],
    ]
}

/// The direction of a vector; `None` of none.
pub(super) fn unit(p: Vector) -> Option<Vector> {
    let length = dot(p, p).sqrt();
    (length > 0.0).then(|| p.map(|x| x / length))
}

/// Length of the chord under so many km of great circle.
pub(super) fn chord(km: f64) -> f64 {
    2.0 * (km / (2.0 * EARTH_RADIUS_KM)).sin()
}

/// Great circle between two places, km.
pub(super) fn km(p: Vector, q: Vector) -> f64 {
    chord_to_km(chord2(p, q))
}

/// The sign of the determinant of three vectors, exactly: 1 where `c` lies left of the great circle from `a` to `b`, -1 right, 0 on it.
pub(super) fn side(a: Vector, b: Vector, c: Vector) -> i8 {
    let det = dot(cross(a, b), c);
    if det.abs() > SURE {
        return if det > 0.0 { 1 } else { -1 };
    }
    let at = |[x, y, z]: Vector| Coord3D { x, y, z };
    let det = orient3d(at(a), at(b), at(c), at([0.0; 3]));
    i8::from(det > 0.0) - i8::from(det < 0.0)
}

/// Whether a place on the great circle through `p` and `q` lies between them.
pub(super) fn between(p: Vector, q: Vector, c: Vector) -> bool {
    let n = cross(p, q);
    dot(cross(n, p), c) > 0.0 && dot(cross(q, n), c) > 0.0
}

/// Whether two great circles, each shorter than half of one, cross in a point that is inside of both.
pub(super) fn crosses(p: Vector, q: Vector, a: Vector, b: Vector) -> bool {
    let (of_a, of_b) = (side(p, q, a), side(p, q, b));
    if of_a * of_b >= 0 {
        return false;
    }
    let (of_p, of_q) = (side(a, b, p), side(a, b, q));
    // Where `a` is on the left, `p` comes from the right; on the far side of the globe it is the other way round.
    of_p * of_q < 0 && of_a * of_p < 0
}

/// As [`crosses`], where 0 counts as left; the point.
pub(super) fn crosses_or_touches(p: Vector, q: Vector, a: Vector, b: Vector) -> Option<Vector> {
    let left = |a, b, c| if side(a, b, c) >= 0 { 1 } else { -1 };
    let (of_a, of_b) = (left(p, q, a), left(p, q, b));
    let (of_p, of_q) = (left(a, b, p), left(a, b, q));
    if of_a == of_b || of_p == of_q || of_a == of_p {
        return None;
    }
    Some(meeting(p, q, a, b))
}

/// Where two great circles cross that do.
pub(super) fn meeting(p: Vector, q: Vector, a: Vector, b: Vector) -> Vector {
    let Some(x) = unit(cross(cross(p, q), cross(a, b))) else {
        return a;
    };
    let middle = [p[0] + q[0], p[1] + q[1], p[2] + q[2]];
    if dot(x, middle) < 0.0 {
        x.map(|x| -x)
    } else {
        x
    }
}

/// The place of the great circle from `a` to `b` that is nearest to `p`.
pub(super) fn nearest(a: Vector, b: Vector, p: Vector) -> Vector {
    let ends = || if chord2(a, p) <= chord2(b, p) { a } else { b };
    let Some(n) = unit(cross(a, b)) else {
        return ends();
    };
    if dot(cross(n, a), p) <= 0.0 || dot(cross(b, n), p) <= 0.0 {
        return ends();
    }
    // From `a`, so that no digits are lost near it.
    let off = dot([p[0] - a[0], p[1] - a[1], p[2] - a[2]], n);
    let foot = std::array::from_fn(|axis| p[axis] - off * n[axis]);
    unit(foot).unwrap_or(a)
}
