//! Distances on the earth as a sphere: great circles from chords.

/// Mean radius of the earth, km (GRS 80: `(2a + b) / 3`), as `geo`'s Haversine has it.
pub const EARTH_RADIUS_KM: f64 = 6371.0088;

/// Unit vector of a place given in degrees.
#[must_use]
pub fn unit_vector(lon: f64, lat: f64) -> [f64; 3] {
    let (sin_lat, cos_lat) = lat.to_radians().sin_cos();
    let (sin_lon, cos_lon) = lon.to_radians().sin_cos();
    [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat]
}

/// Squared chord between two unit vectors.
pub(crate) fn chord2(p: [f64; 3], q: [f64; 3]) -> f64 {
    let d = [p[0] - q[0], p[1] - q[1], p[2] - q[2]];
    d[0] * d[0] + d[1] * d[1] + d[2] * d[2]
}

/// Great-circle km of a squared chord `c2` on the unit sphere: `2 R asin(sqrt(c2) / 2)`.
///
/// For `h = sqrt(c2) / 2 < 0.1` (1,276 km) the Taylor series of asin is summed up to `h^15`, which
/// leaves a relative error below 2e-18; it has no branches, so that loops over sites vectorise.
/// Unlike the law of cosines, the chord keeps its digits at small distances.
#[must_use]
#[inline]
pub fn chord_to_km(c2: f64) -> f64 {
    let h2 = c2 * 0.25;
    if h2 < 0.01 {
        2.0 * EARTH_RADIUS_KM * h2.sqrt() * asin_over(h2)
    } else {
        chord_to_km_far(h2)
    }
}

#[inline]
fn asin_over(h2: f64) -> f64 {
    // asin(h) / h = sum_n (2n)! / (4^n (n!)^2 (2n + 1)) h^(2n)
    const C: [f64; 8] = [
        1.0,
        1.0 / 6.0,
        3.0 / 40.0,
        5.0 / 112.0,
        35.0 / 1152.0,
        63.0 / 2816.0,
        231.0 / 13312.0,
        143.0 / 10240.0,
    ];
    let mut sum = C[7];
    for c in C[..7].iter().rev() {
        sum = sum * h2 + c;
    }
    sum
}

#[cold]
fn chord_to_km_far(h2: f64) -> f64 {
    let h = h2.min(1.0).sqrt();
    // asin loses digits towards h = 1 (antipodes); the half-angle form does not.
    2.0 * EARTH_RADIUS_KM * h.atan2((1.0 - h2).max(0.0).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Distance, Haversine, Point};

    #[test]
    fn agrees_with_haversine_of_geo_at_every_scale() {
        let from = (11.0, 48.0);
        for exponent in -8..3 {
            let step = 10f64.powi(exponent);
            for (dx, dy) in [(step, 0.0), (0.0, step * 0.4), (step, -step * 0.3)] {
                let to = (from.0 + dx, from.1 + dy);
                let ours =
                    chord_to_km(chord2(unit_vector(from.0, from.1), unit_vector(to.0, to.1)));
                let theirs = Haversine.distance(Point::from(from), Point::from(to)) / 1000.0;
                assert!(
                    (ours - theirs).abs() <= 1e-9 + 1e-11 * theirs,
                    "{to:?}: {ours} {theirs}"
                );
            }
        }
    }

    #[test]
    fn series_and_half_angle_meet() {
        let (below, above) = (0.04 * (1.0 - 1e-12), 0.04 * (1.0 + 1e-12));
        let step = chord_to_km(above) - chord_to_km(below);
        assert!((0.0..1e-8).contains(&step), "{step}");
    }

    #[test]
    fn antipodes_are_half_a_circumference_apart() {
        let km = chord_to_km(chord2(unit_vector(0.0, 0.0), unit_vector(180.0, 0.0)));
        assert!(
            (km - std::f64::consts::PI * EARTH_RADIUS_KM).abs() < 1e-6,
            "{km}"
        );
    }
}
