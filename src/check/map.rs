//! The territories as a map: whole, without overlaps or gaps, and in agreement with the owners.

use super::edges::{self, Edge, NONE, Point, Strips, degrees, grid};
use super::{Claim, Finding, List};
use crate::input::Inputs;
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
    let frame = Frame::new(inputs.boundary.as_ref());
    findings.extend(frame.compare(&edges));
    let places: Vec<Point> = inputs
        .customers
        .lon
        .par_iter()
        .zip(&inputs.customers.lat)
        .map(|(x, y)| grid(geo::Coord { x: *x, y: *y }))
        .collect();
    findings.extend(outside(inputs, claim, &frame, &places));
    let strips = Strips::new(edges);
    findings.extend(edges::nesting(&strips, &name));
    findings.extend(inside(inputs, claim, &strips, &places));
    findings
}

/// The boundary on the grid.
struct Frame {
    given: bool,
    strips: Strips,
    segments: Vec<[Point; 2]>,
    area2: i128,
}

impl Frame {
    fn new(boundary: Option<&MultiPolygon<f64>>) -> Frame {
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
                    let up = (w[0][1], w[0][0]) < (w[1][1], w[1][0]);
                    let (low, high) = if up { (w[0], w[1]) } else { (w[1], w[0]) };
                    let (left, right) = if up { (0, NONE) } else { (NONE, 0) };
                    edges.push(Edge {
                        low,
                        high,
                        left,
                        right,
                    });
                }
            }
        }
        Frame {
            given: boundary.is_some(),
            strips: Strips::new(edges),
            segments,
            area2: sum,
        }
    }

    /// Whether the land of all territories is what it should be.
    fn compare(&self, edges: &[Edge]) -> Vec<Finding> {
        let mut list = List::new("polygons");
        let rings = edges::outline(edges);
        if !self.given {
            for ring in rings.iter().filter(|r| edges::area2(r) <= 0) {
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
        if (area - self.area2).abs() as f64 > slip {
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
            if !cut && !on.any(|s| distance(*p, s.data) <= 2.0) {
                list.add(format!(
                    "the outline leaves the boundary at {}",
                    degrees(*p)
                ));
            }
        }
        for s in &self.segments {
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
    let is_inside = |p: Point| {
        !frame.given
            || frame.strips.at(p, |side| side != NONE)
            || frame
                .strips
                .at([p[0] + 3_600_000_000, p[1]], |side| side != NONE)
            || frame
                .strips
                .at([p[0] - 3_600_000_000, p[1]], |side| side != NONE)
    };
    let inside: Vec<bool> = places.par_iter().map(|p| is_inside(*p)).collect();
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
    let mut excused = vec![false; places.len()];
    for i in claim.outside {
        if let Some(e) = excused.get_mut(*i) {
            *e = true;
        }
    }
    let missed: Vec<usize> = (0..places.len())
        .into_par_iter()
        .filter(|i| !excused[*i])
        .filter(|i| !strips.at(places[*i], |side| side == claim.owner[*i].0))
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
