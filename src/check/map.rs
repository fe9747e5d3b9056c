//! The territories as a map: whole, without overlaps or gaps, and in agreement with the owners.

use super::edges::{self, Edge, NONE, Point, Strips, degrees, grid};
use super::truth::{great_circle_km, vector};
use super::{Claim, Finding, List};
use crate::base::sphere::EARTH_RADIUS_KM;
use crate::input::Inputs;
use crate::scenario::Enclaves;
use geo::MultiPolygon;
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::collections::{HashMap, HashSet};

/// Nearer than this (units of 1e-7 degrees, 4 cm) to a customer of another owner, a cell may be too small for the grid.
const CLOSE: i64 = 4;

/// Verifies the polygons.
pub(super) fn map(inputs: &Inputs, claim: &Claim<'_>) -> Vec<Finding> {
    let name = |j: u32| match j {
        NONE => "nobody".to_owned(),
        j => format!("{:?}", inputs.reps.ids.get(j as usize)),
    };
    let (edges, mut findings) = edges::edges(claim.polygons, &name);
    findings.extend(edges::crossings(&edges, &name));
    if let Some(units) = &inputs.units {
        findings.extend(super::units::units(inputs, units, claim, edges, &name));
        return findings;
    }
    let reach = inputs.scenario.territories.max_reach_km;
    let frame = Frame::new(inputs.boundary.as_ref(), reach.is_some());
    findings.extend(frame.compare(&edges));
    let places: Vec<Point> = inputs
        .customers
        .lon
        .par_iter()
        .zip(&inputs.customers.lat)
        .map(|(x, y)| grid(geo::Coord { x: *x, y: *y }))
        .collect();
    findings.extend(outside(inputs, claim, &frame, &places));
    findings.extend(listed(inputs, claim));
    if let Some(km) = reach {
        findings.extend(within_reach(inputs, &edges, km));
    }
    let strips = Strips::new(edges);
    findings.extend(edges::nesting(&strips, &name));
    findings.extend(inside(inputs, claim, &strips, &places));
    findings
}

/// The boundary on the grid.
struct Frame {
    given: bool,
    /// Land out of reach is nobody's.
    limited: bool,
    strips: Strips,
    segments: Vec<[Point; 2]>,
    area2: i128,
}

impl Frame {
    fn new(boundary: Option<&MultiPolygon<f64>>, limited: bool) -> Frame {
        let mut segments = Vec::new();
        let mut edges = Vec::new();
        let mut sum = 0;
        for polygon in boundary.into_iter().flatten() {
            let shells = std::iter::once((polygon.exterior(), true));
            let holes = polygon.interiors().iter().map(|ring| (ring, false));
            for (ring, shell) in shells.chain(holes) {
                let mut ring = edges::points(ring);
                ring.dedup();
                let area = edges::area2(&ring);
                if (area > 0) != shell {
                    ring.reverse();
                }
                sum += if shell { area.abs() } else { -area.abs() };
                for w in ring.windows(2) {
                    segments.push([w[0], w[1]]);
                    edges.push(edge(w[0], w[1]));
                }
            }
        }
        Frame {
            given: boundary.is_some(),
            limited,
            strips: Strips::new(edges),
            segments,
            area2: sum,
        }
    }

    /// Whether the boundary contains a point.
    fn contains(&self, p: Point) -> bool {
        let turns = [0, 3_600_000_000, -3_600_000_000];
        let at = |turn| self.strips.at([p[0] + turn, p[1]], |side| side != NONE);
        turns.into_iter().any(at)
    }

    /// Whether the land of all territories is what it should be.
    fn compare(&self, edges: &[Edge]) -> Vec<Finding> {
        let mut list = List::new("polygons");
        let rings = edges::outline(edges);
        if !self.given {
            let gaps = rings
                .iter()
                .filter(|r| !self.limited && edges::area2(r) <= 0);
            for ring in gaps {
                list.add(format!(
                    "there is a gap between the territories at {}",
                    degrees(ring[0])
                ));
            }
            return list.done();
        }
        let area: i128 = rings.iter().map(|r| edges::area2(r)).sum();
        // An edge of the boundary that borders end on is rounded to the grid there.
        let length =
            |s: &[Point; 2]| ((s[0][0] - s[1][0]) as f64).hypot((s[0][1] - s[1][1]) as f64);
        let slip = 1e-9 * self.area2 as f64 + 1.5 * self.segments.iter().map(length).sum::<f64>();
        let short = self.limited && area < self.area2;
        if !short && (area - self.area2).abs() as f64 > slip {
            list.add(format!(
                "the territories cover {:.9} of the boundary",
                area as f64 / self.area2 as f64
            ));
        }
        let items = |s: &[Point; 2]| GeomWithData::new(Rectangle::from_corners(s[0], s[1]), *s);
        let tree = RTree::bulk_load(self.segments.iter().map(items).collect());
        let mut corners: HashSet<Point> = HashSet::new();
        for p in rings.iter().flatten() {
            corners.insert(*p);
            let near = AABB::from_corners([p[0] - 2, p[1] - 2], [p[0] + 2, p[1] + 2]);
            // The ends of the map at the antimeridian are no part of the boundary.
            let cut = p[0].abs() == 1_800_000_000;
            let mut on = tree.locate_in_envelope_intersecting(&near);
            let on_land = self.limited && self.contains(*p);
            if !cut && !on_land && !on.any(|s| distance(*p, s.data) <= 2.0) {
                list.add(format!(
                    "the outline leaves the boundary at {}",
                    degrees(*p)
                ));
            }
        }
        for s in self.segments.iter().filter(|_| !self.limited) {
            let turned = |p: Point| [p[0] - p[0].signum() * 3_600_000_000, p[1]];
            if !corners.contains(&s[0]) && !corners.contains(&turned(s[0])) {
                list.add(format!(
                    "the outline misses the boundary's corner {}",
                    degrees(s[0])
                ));
            }
        }
        list.done()
    }
}

/// Every customer that the map leaves out may be left out, and is in no territory of its own.
fn listed(inputs: &Inputs, claim: &Claim<'_>) -> Vec<Finding> {
    let mut list = List::new("polygons");
    if claim.listed.is_empty() {
        return list.done();
    }
    let forced = inputs.forced(claim.owner);
    let wanted = inputs.scenario.territories.enclaves == Enclaves::List;
    for (&i, inside) in claim.listed.iter().zip(claim.inside) {
        let id = inputs.customers.ids.get(i);
        if !wanted {
            list.add(format!(
                "customer {id:?} is left out of the map, and the scenario wants all drawn"
            ));
        } else if !forced[i] {
            list.add(format!(
                "customer {id:?} is left out of the map, and no rule keeps it where it is"
            ));
        } else if *inside == claim.owner[i] {
            list.add(format!(
                "customer {id:?} is left out of the map, and stands in its own territory"
            ));
        }
    }
    list.done()
}

/// Customers whose discs are looked at for each corner.
const NEAREST: usize = 8;

/// No corner of the land is farther from every customer than the reach.
///
/// Discs are drawn with the length of a degree at the latitude `y` of their customer, and reach farther where degrees are longer: at most
/// `cos(|y| - km) / cos y` times as far, of the few customers that are nearest. A twentieth is granted on top.
fn within_reach(inputs: &Inputs, edges: &[Edge], km: f64) -> Vec<Finding> {
    let c = &inputs.customers;
    let tree = RTree::bulk_load((0..c.len()).map(|i| vector(c.lon[i], c.lat[i])).collect());
    let limit = 1.05 * km + 0.001;
    let longer = |site: &[f64; 3]| {
        let lat = site[2].clamp(-1.0, 1.0).asin().abs();
        let nearer = (lat - km / EARTH_RADIUS_KM).max(0.0);
        (nearer.cos() / lat.cos().max(1e-12)).max(1.0)
    };
    let mut list = List::new("polygons");
    for p in edges::outline(edges).iter().flatten() {
        // The nearest by chord is the nearest on the sphere.
        let at = vector(p[0] as f64 / 1e7, p[1] as f64 / 1e7);
        let mut nearest = tree.nearest_neighbor_iter(&at).take(NEAREST);
        let near = nearest.any(|site| great_circle_km(site, &at) <= limit * longer(site));
        if !near {
            list.add(format!(
                "the territories reach {}, which is farther than {km} km from every customer",
                degrees(*p)
            ));
        }
    }
    list.done()
}

/// Distance from a point to a segment.
fn distance(p: Point, [a, b]: [Point; 2]) -> f64 {
    let d = [(b[0] - a[0]) as f64, (b[1] - a[1]) as f64];
    let v = [(p[0] - a[0]) as f64, (p[1] - a[1]) as f64];
    let length2 = d[0] * d[0] + d[1] * d[1];
    let t = if length2 > 0.0 {
        ((v[0] * d[0] + v[1] * d[1]) / length2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (v[0] - t * d[0]).hypot(v[1] - t * d[1])
}

/// Compares the customers outside the boundary with those that the plan lists.
fn outside(inputs: &Inputs, claim: &Claim<'_>, frame: &Frame, places: &[Point]) -> Vec<Finding> {
    let mut list = List::new("polygons");
    let inside: Vec<bool> = places
        .par_iter()
        .map(|p| !frame.given || frame.contains(*p))
        .collect();
    let mut listed = vec![false; places.len()];
    for i in claim.outside {
        if let Some(l) = listed.get_mut(*i) {
            *l = true;
        }
    }
    for (i, (inside, listed)) in inside.iter().zip(&listed).enumerate() {
        if inside == listed {
            let (where_, says) = if *inside {
                ("inside", "outside")
            } else {
                ("outside", "inside")
            };
            list.add(format!(
                "customer {:?} is {where_} the boundary, the plan says {says}",
                inputs.customers.ids.get(i)
            ));
        }
    }
    list.done()
}

/// Every customer within the boundary stands in the territory of its owner.
///
/// Excused are customers that share their place with one of the territory's owner there, and those within
/// [`CLOSE`] of a customer of another owner, where a cell may be too small for the grid.
fn inside(inputs: &Inputs, claim: &Claim<'_>, strips: &Strips, places: &[Point]) -> Vec<Finding> {
    // Those that the map leaves out stand in another's territory.
    let mut home = claim.owner.to_vec();
    for (i, rep) in claim.listed.iter().zip(claim.inside) {
        if let Some(h) = home.get_mut(*i) {
            *h = *rep;
        }
    }
    let mut excused = vec![false; places.len()];
    for i in claim.outside {
        if let Some(e) = excused.get_mut(*i) {
            *e = true;
        }
    }
    let missed: Vec<usize> = (0..places.len())
        .into_par_iter()
        .filter(|i| !excused[*i])
        .filter(|i| !strips.at(places[*i], |side| side == home[*i].0))
        .collect();
    let mut list = List::new("polygons");
    if missed.is_empty() {
        return list.done();
    }
    let cell = |p: Point| [p[0].div_euclid(CLOSE + 1), p[1].div_euclid(CLOSE + 1)];
    let mut at: HashMap<Point, Vec<usize>> = HashMap::new();
    for (i, p) in places.iter().enumerate() {
        at.entry(cell(*p)).or_default().push(i);
    }
    for i in missed {
        let c = cell(places[i]);
        let around = (-1..=1).flat_map(|x| (-1..=1).map(move |y| [c[0] + x, c[1] + y]));
        let close = around.filter_map(|c| at.get(&c)).flatten().any(|o| {
            let near = (0..2).all(|a| (places[i][a] - places[*o][a]).abs() <= CLOSE);
            near && claim.owner[*o] != claim.owner[i]
        });
        if !close {
            list.add(format!(
                "customer {:?} of {:?} does not stand in its territory",
                inputs.customers.ids.get(i),
                inputs.reps.ids.get(claim.owner[i].at())
            ));
        }
    }
    list.done()
}

/// An edge of the boundary, which has the inside on its left.
fn edge(from: Point, to: Point) -> Edge {
    let up = (from[1], from[0]) < (to[1], to[0]);
    let (low, high) = if up { (from, to) } else { (to, from) };
    let (left, right) = if up { (0, NONE) } else { (NONE, 0) };
    Edge {
        low,
        high,
        left,
        right,
    }
}
