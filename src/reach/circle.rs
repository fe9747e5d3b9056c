//! Circles on the sphere: what is within reach as the crow flies.
//!
//! The places at angle `a = r / R` from a centre at latitude `p`, in direction `t` (clockwise from north), r km away:
//!
//! ```text
//! sin(lat) = sin(p) cos(a) + cos(p) sin(a) cos(t)
//! dlon     = atan2(sin(t) sin(a) cos(p), cos(a) - sin(p) sin(lat))
//! ```
//!
//! A circle is drawn by [`CORNERS`] of them. Between two corners an edge lies within `r (1 - cos(pi / CORNERS))` of it, and the bend of
//! edges that are straight in degrees: 0.2 m for a kilometre. One with a pole inside reaches from meridian -180 to 180 and to the
//! pole; one with both is the world but for the circle around the antipode.

use super::limit::Unit;
use super::{Area, Reach};
use crate::base::sphere::EARTH_RADIUS_KM;
use geo::{Coord, LineString, MultiPolygon, Polygon};
use std::f64::consts::{PI, TAU};

const CORNERS: usize = 360;

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
            resolution_m: 1000.0 * km * (1.0 - (PI / CORNERS as f64).cos()),
        }
    };
    reach.limits.iter().map(of).collect()
}

/// The places within so many km of one.
fn circle([lon, lat]: [f64; 2], km: f64) -> MultiPolygon<f64> {
    let angle = km / EARTH_RADIUS_KM;
    let p = lat.to_radians();
    let (north, south) = (p + angle > PI / 2.0, p - angle < -PI / 2.0);
    if angle >= PI {
        return MultiPolygon::new(vec![world(Vec::new())]);
    }
    match (north, south) {
        (false, false) => cut(corners(lon, p, angle)),
        (true, true) => {
            // The circle around the antipode, whose inside is beyond reach.
            let far = if lon > 0.0 { lon - 180.0 } else { lon + 180.0 };
            let holes = cut(corners(far, -p, PI - angle)).0;
            let rings = holes.into_iter().map(|hole| {
                let mut ring = hole.exterior().0.clone();
                ring.reverse();
                LineString::new(ring)
            });
            MultiPolygon::new(vec![world(rings.collect())])
        }
        (north, _) => MultiPolygon::new(vec![cap(corners(lon, p, angle), north)]),
    }
}

fn world(holes: Vec<LineString<f64>>) -> Polygon<f64> {
    let ring = [
        (-180.0, -90.0),
        (180.0, -90.0),
        (180.0, 90.0),
        (-180.0, 90.0),
    ];
    Polygon::new(LineString::from(ring.to_vec()), holes)
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

/// A circle with a pole inside: what lies between its rim and the pole.
fn cap(ring: Vec<Coord<f64>>, north: bool) -> Polygon<f64> {
    let wrapped = ring.into_iter().map(|c| {
        let x = (c.x + 180.0).rem_euclid(360.0) - 180.0;
        Coord { x, y: c.y }
    });
    let mut rim: Vec<Coord<f64>> = wrapped.collect();
    rim.sort_by(|a, b| a.x.total_cmp(&b.x));
    let (Some(first), Some(last)) = (rim.first().copied(), rim.last().copied()) else {
        return Polygon::new(LineString::new(Vec::new()), Vec::new());
    };
    // Where the rim meets the antimeridian.
    let gap = first.x + 360.0 - last.x;
    let share = if gap > 0.0 {
        (180.0 - last.x) / gap
    } else {
        0.0
    };
    let y = ((last.y + (first.y - last.y) * share) * 1e7).round() / 1e7;
    let pole = if north { 90.0 } else { -90.0 };
    let mut all = vec![Coord { x: -180.0, y }];
    all.extend(rim);
    all.push(Coord { x: 180.0, y });
    all.push(Coord { x: 180.0, y: pole });
    all.push(Coord { x: -180.0, y: pole });
    if !north {
        all.reverse();
    }
    all.dedup();
    Polygon::new(LineString::new(all), Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::base::sphere::{chord_to_km, chord2, unit_vector};
    use crate::territory::area_km2;
    use geo::{Contains, Point};

    #[test]
    fn circles_have_the_area_of_caps_and_hold_what_is_near() {
        let mut random = Random(3);
        for (lon, lat) in [
            (25.0, 60.0),
            (179.9, -17.0),
            (-179.5, 65.0),
            (10.0, 89.5),
            (0.0, -90.0),
            (77.0, 0.0),
        ] {
            for km in [1.0, 30.0, 800.0, 5000.0, 12_000.0, 19_000.0] {
                let shape = circle([lon, lat], km);
                let cap = TAU * EARTH_RADIUS_KM.powi(2) * (1.0 - (km / EARTH_RADIUS_KM).cos());
                let area = area_km2(&shape);
                assert!(
                    (area - cap).abs() < 2e-3 * cap,
                    "{lon} {lat} {km}: {area} {cap}"
                );
                for ring in shape.iter().flat_map(|p| p.exterior().0.iter()) {
                    assert!(ring.x.abs() <= 180.0 && ring.y.abs() <= 90.0, "{ring:?}");
                }
                for _ in 0..200 {
                    let [x, y] =
                        [360.0, 180.0].map(|w| w * (random.below(100_000) as f64 / 1e5 - 0.5));
                    let off = chord_to_km(chord2(unit_vector(lon, lat), unit_vector(x, y)));
                    if (off - km).abs() > 0.01 * km {
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
}
