//! Circles on the sphere: what is within reach as the crow flies.
//!
//! The places at angle `a = r / R` from a centre at latitude `p`, in direction `t` (clockwise from north), r km away:
//!
//! ```text
//! sin(lat) = sin(p) cos(a) + cos(p) sin(a) cos(t)
//! dlon     = atan2(sin(t) sin(a) cos(p), cos(a) - sin(p) sin(lat))
//! ```
//!
//! A circle is drawn by [`CORNERS`] of them, which are `d = 2 pi R sin(a) / CORNERS` apart. An edge is straight in degrees: it bends against
//! a great circle by `tan(lat) / R` per km at most, 1.1 times that where it is oblique, and the circle by `cot(a) / R`; so between its corners it
//! is off the circle by `d^2 / 8 (|cot(a)| + 1.1 |tan(lat)|) / R` at most, which is what `resolution_m` says. Where that does not hold there
//! is no area: for circles of more than [`MOST_KM`], and where one comes within [`OF_POLE`] degrees of a pole or has it inside.

use super::limit::Unit;
use super::{Area, Reach};
use crate::base::sphere::EARTH_RADIUS_KM;
use geo::{Coord, LineString, MultiPolygon, Polygon};
use std::f64::consts::{PI, TAU};

const CORNERS: usize = 360;
/// The largest circle that is drawn.
const MOST_KM: f64 = 9000.0;
/// How near to a pole one is drawn, degrees.
const OF_POLE: f64 = 5.0;

/// What is to be said where circles are missing.
pub(super) fn note(areas: &[Vec<Area>]) -> Option<String> {
    let all = areas.iter().flatten();
    let missing = all.filter(|area| area.shape.0.is_empty()).count();
    (missing > 0).then(|| {
        format!(
            "{missing} of the areas are not drawn: circles of more than {MOST_KM} km, and those that come within {OF_POLE} degrees of a pole, are no shapes \
             in longitude and latitude that a map could trust; customers are counted all the same"
        )
    })
}

/// The circles of all reps and limits.
pub(super) fn areas(reach: &Reach) -> Vec<Vec<Area>> {
    let reps = &reach.inputs.reps;
    let places = reps.lon.iter().zip(&reps.lat);
    places
        .map(|(lon, lat)| around(reach, [*lon, *lat]))
        .collect()
}

/// The circles of one home base.
pub(super) fn around(reach: &Reach, center: [f64; 2]) -> Vec<Area> {
    let travel = &reach.inputs.scenario.travel;
    let of = |limit: &super::Limit| {
        let km = match limit.unit {
            Unit::Km => limit.most,
            Unit::Minutes => limit.most / 60.0 * travel.speed_kmh,
        };
        let km = km / travel.detour;
        Area {
            shape: circle(center, km),
            resolution_m: 1000.0 * resolution_km(center[1], km),
        }
    };
    reach.limits.iter().map(of).collect()
}

/// How far an edge may be off the circle.
fn resolution_km(lat: f64, km: f64) -> f64 {
    let angle = km / EARTH_RADIUS_KM;
    let steepest = (lat.to_radians().abs() + angle).min(PI / 2.0).tan();
    let apart = TAU * EARTH_RADIUS_KM * angle.sin() / CORNERS as f64;
    apart * apart / 8.0 * (1.0 / angle.tan().abs() + 1.1 * steepest) / EARTH_RADIUS_KM
}

/// The places within so many km of one; none where they are not drawn.
fn circle([lon, lat]: [f64; 2], km: f64) -> MultiPolygon<f64> {
    let angle = km / EARTH_RADIUS_KM;
    if km > MOST_KM || lat.abs() + angle.to_degrees() > 90.0 - OF_POLE {
        return MultiPolygon::new(Vec::new());
    }
    cut(corners(lon, lat.to_radians(), angle))
}

/// The corners of a circle, counter-clockwise; longitudes run on over the antimeridian, so that each is near the one before.
fn corners(lon: f64, p: f64, angle: f64) -> Vec<Coord<f64>> {
    let mut last = lon;
    let corner = |k: usize| {
        let t = -TAU * k as f64 / CORNERS as f64;
        let sine = (p.sin() * angle.cos() + p.cos() * angle.sin() * t.cos()).clamp(-1.0, 1.0);
        let d = (t.sin() * angle.sin() * p.cos()).atan2(angle.cos() - p.sin() * sine);
        let x = lon + d.to_degrees();
        last = x + 360.0 * ((last - x) / 360.0).round();
        let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
        Coord {
            x: round(last),
            y: round(sine.asin().to_degrees()),
        }
    };
    (0..CORNERS).map(corner).collect()
}

/// A circle without a pole, parted at the antimeridian where it reaches over it.
fn cut(ring: Vec<Coord<f64>>) -> MultiPolygon<f64> {
    let mut parts = Vec::new();
    for turn in [-360.0, 0.0, 360.0] {
        let moved = ring.iter().map(|c| Coord {
            x: c.x + turn,
            y: c.y,
        });
        let west = half(moved.collect(), -180.0, 1.0);
        let both = half(west, 180.0, -1.0);
        let wide = both.iter().any(|c| c.x.abs() < 180.0);
        if both.len() > 2 && wide {
            parts.push(Polygon::new(LineString::new(both), Vec::new()));
        }
    }
    MultiPolygon::new(parts)
}

/// What of a ring lies on one side of a meridian (Sutherland and Hodgman 1974). A meridian meets a circle twice at most.
fn half(ring: Vec<Coord<f64>>, x: f64, side: f64) -> Vec<Coord<f64>> {
    let inside = |c: &Coord<f64>| (c.x - x) * side >= 0.0;
    let mut kept = Vec::new();
    for (k, b) in ring.iter().enumerate() {
        let a = &ring[(k + ring.len() - 1) % ring.len()];
        if inside(a) != inside(b) {
            let y = a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x);
            let y = (y * 1e7).round() / 1e7;
            kept.push(Coord { x, y });
        }
        if inside(b) {
            kept.push(*b);
        }
    }
    kept.dedup();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::base::sphere::{chord_to_km, chord2, unit_vector};
    use crate::territory::area_km2;
    use geo::{Contains, Point};

    /// Where a circle is drawn its area is that of the cap, and all of its border is as far away as `resolution_km` says.
    #[test]
    fn circles_have_the_area_of_caps_and_hold_what_is_near() {
        let mut random = Random(3);
        for (lon, lat) in [
            (25.0, 60.0),
            (179.9, -17.0),
            (-179.5, 65.0),
            (10.0, 84.0),
            (77.0, 0.0),
        ] {
            for km in [1.0, 30.0, 800.0, 2000.0, 5000.0, 8900.0] {
                let shape = circle([lon, lat], km);
                let drawn = lat.abs() + (km / EARTH_RADIUS_KM).to_degrees() <= 85.0;
                assert_eq!(!shape.0.is_empty(), drawn, "{lon} {lat} {km}");
                if !drawn {
                    continue;
                }
                let cap = TAU * EARTH_RADIUS_KM.powi(2) * (1.0 - (km / EARTH_RADIUS_KM).cos());
                let area = area_km2(&shape);
                assert!(
                    (area - cap).abs() < 2e-3 * cap,
                    "{lon} {lat} {km}: {area} {cap}"
                );
                let off =
                    |x: f64, y: f64| chord_to_km(chord2(unit_vector(lon, lat), unit_vector(x, y)));
                let most = resolution_km(lat, km) + 2e-5;
                for line in shape.iter().flat_map(|p| p.exterior().lines()) {
                    assert!(line.start.x.abs() <= 180.0 && line.start.y.abs() <= 90.0);
                    if line.start.x == line.end.x && line.start.x.abs() == 180.0 {
                        continue;
                    }
                    for share in [0.0, 0.25, 0.5, 0.75] {
                        let at = line.start + (line.end - line.start) * share;
                        let wrong = (off(at.x, at.y) - km).abs();
                        assert!(wrong <= most, "{lon} {lat} {km}: {wrong} {most}");
                    }
                }
                for _ in 0..200 {
                    let [x, y] =
                        [360.0, 180.0].map(|w| w * (random.below(100_000) as f64 / 1e5 - 0.5));
                    let off = off(x, y);
                    if (off - km).abs() > most {
                        assert_eq!(
                            shape.contains(&Point::new(x, y)),
                            off < km,
                            "{lon} {lat} {km}: {x} {y}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn what_no_map_could_trust_is_not_drawn() {
        for (at, km) in [
            ([0.0, 89.0], 1.0),
            ([0.0, -80.0], 800.0),
            ([0.0, 0.0], 9001.0),
            ([0.0, 0.0], 20_000.0),
        ] {
            assert!(circle(at, km).0.is_empty(), "{at:?} {km}");
        }
    }
}
