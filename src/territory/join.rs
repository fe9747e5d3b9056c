//! Borders that run along each other within a tolerance, joined.
//!
//! An edge of a unit is *loose* when no other unit has the same one. Of loose edges of different units that come within `t` metres
//! of each other, ends are joined with ends, and edges bent through the ends beside them:
//!
//! 1. Where two edges run at a small angle, the places where their distance reaches `t` become vertices.
//! 2. Pairs of a vertex and an edge of another unit within `t` are found in a tree of boxes.
//! 3. Vertices within `t` of each other are merged, nearest pairs first, into the one that more units share.
//! 4. What is left beside an edge becomes a vertex of it, in order along the edge.
//!
//! Nothing is moved farther than `2 t`. What is not closed by that (slivers within a tangle) is settled face by face afterwards
//! (`mend`).

use super::grid::{Pt, Rect};
use super::tree::Tree;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// An edge without a counterpart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loose {
    pub from: Pt,
    pub to: Pt,
    pub unit: u32,
    /// Which edge of the drawing it is.
    pub edge: u32,
}

/// Grid units per metre of latitude: 1e7 / 111,195 m per degree.
pub(super) const PER_METRE: f64 = 1e7 / 111_195.0;
/// Length in metres that borders must run along each other; less is a corner.
const ALONG: f64 = 5.0;
/// Borders that diverge by more than this (as a tangent) meet in a corner.
const STEEP: f64 = 0.1;
/// Distances below this, in metres, are the rounding of the grid.
pub(super) const ROUNDING: f64 = 0.006;

/// How vertices move, and which new ones edges get.
#[derive(Debug, Default)]
pub(super) struct Joins {
    /// Where vertices go.
    pub moved: HashMap<Pt, Pt>,
    /// New vertices of edges, in order along the edge from its `from` end.
    pub bent: HashMap<u32, Vec<Pt>>,
    /// Units whose borders changed.
    pub units: BTreeSet<u32>,
    /// Vertices that were moved or borders were bent to.
    pub count: usize,
    /// The largest distance bridged, metres.
    pub farthest_m: f64,
}

/// Metres east and north per grid unit, at a height.
pub(super) fn squeeze(y: i64) -> f64 {
    (y as f64 / 1e7).to_radians().cos().max(0.01)
}

/// The distance in metres of `p` from the segment `a b`, and where along it, 0 to 1.
fn distance(p: Pt, a: Pt, b: Pt) -> (f64, f64) {
    let squeeze = squeeze(p[1]);
    let metres = |q: Pt| {
        [
            (q[0] - a[0]) as f64 * squeeze / PER_METRE,
            (q[1] - a[1]) as f64 / PER_METRE,
        ]
    };
    let (d, v) = (metres(b), metres(p));
    let length2 = d[0] * d[0] + d[1] * d[1];
    let t = if length2 > 0.0 {
        ((v[0] * d[0] + v[1] * d[1]) / length2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    ((v[0] - t * d[0]).hypot(v[1] - t * d[1]), t)
}

/// The box of what lies within `t` metres.
fn around(rect: Rect, t: f64) -> Rect {
    let far = rect.min[1].abs().max(rect.max[1].abs());
    rect.grown((t * PER_METRE / squeeze(far)).ceil() as i64 + 1)
}

/// A vertex, and the units whose borders it is on.
type Vertices = BTreeMap<Pt, BTreeSet<u32>>;

/// The joins of loose edges, sorted along the map, within `t` metres; vertices on the antimeridian, at `cut`, stay there.
pub(super) fn joins(loose: &[Loose], t: f64, cut: Option<i64>) -> Joins {
    let tree = Tree::new(loose.iter().map(|e| Rect::of(e.from, e.to)).collect());
    let mut vertices = Vertices::new();
    for e in loose {
        for p in [e.from, e.to] {
            vertices.entry(p).or_default().insert(e.unit);
        }
    }
    // The new vertices of edges, and how far from them they are.
    let mut beside: Vec<(u32, Pt, f64)> = Vec::new();
    for (at, p) in wedges(loose, &tree, t) {
        if !vertices.contains_key(&p) {
            beside.push((at, p, 0.0));
            vertices
                .entry(p)
                .or_default()
                .insert(loose[at as usize].unit);
        }
    }
    let mut merges: BTreeMap<(Pt, Pt), f64> = BTreeMap::new();
    for found in pairs(loose, &tree, &vertices, t) {
        match found {
            Near::Vertex(p, q, d) => {
                merges.insert((p.min(q), p.max(q)), d);
            }
            Near::Edge(at, p, d) => beside.push((at, p, d)),
        }
    }
    let mut joins = Joins::default();
    merge(merges, &mut vertices, (t, cut), &mut joins);
    bend(loose, beside, &vertices, &mut joins);
    joins
}

enum Near {
    /// Two vertices of different units.
    Vertex(Pt, Pt, f64),
    /// A vertex beside an edge of another unit.
    Edge(u32, Pt, f64),
}

/// Where edges of different units that run at a small angle are `t` metres apart: places on the first of each pair.
fn wedges(loose: &[Loose], tree: &Tree, t: f64) -> Vec<(u32, Pt)> {
    let of = |at: usize| {
        let e = &loose[at];
        let range = around(Rect::of(e.from, e.to), t);
        let mut out = Vec::new();
        tree.visit(
            |r| r.meets(&range),
            |i| {
                if e.unit < loose[i].unit {
                    let ends = apart(e, &loose[i], t).into_iter().flatten();
                    out.extend(ends.map(|p| (at as u32, p)));
                }
            },
        );
        out
    };
    let found: Vec<(u32, Pt)> = (0..loose.len()).into_par_iter().flat_map_iter(of).collect();
    found
}

/// The places on `e` where the distance to `f` grows beyond `t` metres, if they run along each other before.
///
/// In coordinates along and across `e`, the part of `f` beside it is a segment whose distance across is linear: the stretch where
/// that is at most `t` is an interval.
fn apart(e: &Loose, f: &Loose, t: f64) -> [Option<Pt>; 2] {
    let squeeze = squeeze((e.from[1] + e.to[1]) / 2);
    let metres = |p: Pt| {
        [
            (p[0] - e.from[0]) as f64 * squeeze / PER_METRE,
            (p[1] - e.from[1]) as f64 / PER_METRE,
        ]
    };
    let (b, c, d) = (metres(e.to), metres(f.from), metres(f.to));
    let length = b[0].hypot(b[1]);
    let (ux, uy) = (b[0] / length, b[1] / length);
    let local = |p: [f64; 2]| (p[0] * ux + p[1] * uy, p[1] * ux - p[0] * uy);
    let (mut p, mut q) = (local(c), local(d));
    if p.0 > q.0 {
        std::mem::swap(&mut p, &mut q);
    }
    let (low, high) = (p.0.max(0.0), q.0.min(length));
    let slope = (q.1 - p.1) / (q.0 - p.0);
    if high <= low || !(1e-12..STEEP).contains(&slope.abs()) {
        return [None; 2];
    }
    let (s, u) = (p.0 + (-t - p.1) / slope, p.0 + (t - p.1) / slope);
    let (from, to) = (low.max(s.min(u)), high.min(s.max(u)));
    if to - from < ALONG {
        return [None; 2];
    }
    let on = |s: f64| {
        let share = s / length;
        [0, 1].map(|k| e.from[k] + ((e.to[k] - e.from[k]) as f64 * share).round() as i64)
    };
    // Beyond the ends of either there is nothing to tell apart.
    [
        (from > low + ALONG).then(|| on(from)),
        (to < high - ALONG).then(|| on(to)),
    ]
}

/// Vertices within `t` metres of an edge of another unit. Where they share the nearest end already, they are no pair.
fn pairs(loose: &[Loose], tree: &Tree, vertices: &Vertices, t: f64) -> Vec<Near> {
    // Places that were rounded to the grid at a distance of `t` count.
    let within = t + 2.0 * ROUNDING;
    let all: Vec<(&Pt, &BTreeSet<u32>)> = vertices.iter().collect();
    let of = |(&p, units): (&Pt, &BTreeSet<u32>)| {
        let range = around(Rect::of(p, p), within);
        let mut out = Vec::new();
        tree.visit(
            |r| r.meets(&range),
            |i| {
                let f = &loose[i];
                if units.contains(&f.unit) {
                    return;
                }
                let (d, at) = distance(p, f.from, f.to);
                if d > within {
                    return;
                }
                let end = match at {
                    0.0 => Some(f.from),
                    1.0 => Some(f.to),
                    _ => None,
                };
                let shares = |q: &Pt| vertices.get(q).is_some_and(|u| !u.is_disjoint(units));
                if end.is_some_and(|q| shares(&q)) {
                    return;
                }
                for q in [f.from, f.to] {
                    let d = distance(p, q, q).0;
                    if d <= within {
                        out.push(Near::Vertex(p, q, d));
                    }
                }
                if end.is_none() {
                    out.push(Near::Edge(i as u32, p, d));
                }
            },
        );
        out
    };
    all.into_par_iter().flat_map_iter(of).collect()
}

/// Merges vertices, the nearest pairs first, into those that more units share; of equals the western one stays.
fn merge(
    merges: BTreeMap<(Pt, Pt), f64>,
    vertices: &mut Vertices,
    (t, cut): (f64, Option<i64>),
    joins: &mut Joins,
) {
    let mut order: Vec<((Pt, Pt), f64)> = merges.into_iter().collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let mut fixed: BTreeSet<Pt> = BTreeSet::new();
    for ((p, q), _) in order {
        let here = |p: Pt| joins.moved.get(&p).copied().unwrap_or(p);
        let (a, b) = (here(p), here(q));
        let (Some(u), Some(v)) = (vertices.get(&a), vertices.get(&b)) else {
            continue;
        };
        // One that moved stays; two that others moved to stay apart.
        let free = |p: Pt, at: Pt| p == at && !fixed.contains(&p);
        // The antimeridian first, then what more units share.
        let weight = |at: Pt, units: &BTreeSet<u32>| (cut == Some(at[0]), units.len());
        let (from, to) = match (free(p, a), free(q, b)) {
            (true, true) if weight(a, u) > weight(b, v) => (b, a),
            (true, true) if weight(b, v) > weight(a, u) => (a, b),
            (true, true) => (a.max(b), a.min(b)),
            (true, false) => (a, b),
            (false, true) => (b, a),
            (false, false) => continue,
        };
        let d = distance(from, to, to).0;
        if from == to || u.is_subset(v) || v.is_subset(u) || d > 1.5 * t {
            continue;
        }
        let units = vertices.get(&from).cloned().unwrap_or_default();
        joins.units.extend(&units);
        if let Some(there) = vertices.get_mut(&to) {
            joins.units.extend(there.iter());
            there.extend(units);
        }
        joins.moved.insert(from, to);
        fixed.insert(to);
        joins.count += 1;
        joins.farthest_m = joins.farthest_m.max(d);
    }
}

/// Makes vertices of what is beside edges, in order along them.
fn bend(loose: &[Loose], beside: Vec<(u32, Pt, f64)>, vertices: &Vertices, joins: &mut Joins) {
    let here = |p: Pt| joins.moved.get(&p).copied().unwrap_or(p);
    let mut of_edge: BTreeMap<u32, Vec<(f64, Pt, f64)>> = BTreeMap::new();
    for (at, p, d) in beside {
        let e = &loose[at as usize];
        let (from, to, p) = (here(e.from), here(e.to), here(p));
        let known = |units: &BTreeSet<u32>| units.contains(&e.unit);
        let own = d > 0.0 && vertices.get(&p).is_some_and(known);
        if p == from || p == to || from == to || own {
            continue;
        }
        let (_, share) = distance(p, from, to);
        of_edge.entry(at).or_default().push((share, p, d));
    }
    for (at, mut list) in of_edge {
        list.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        list.dedup_by_key(|x| x.1);
        let e = &loose[at as usize];
        for (_, p, d) in &list {
            if *d > ROUNDING {
                joins.count += 1;
                joins.farthest_m = joins.farthest_m.max(*d);
                joins.units.insert(e.unit);
                joins.units.extend(vertices.get(p).into_iter().flatten());
            }
        }
        joins
            .bent
            .insert(e.edge, list.into_iter().map(|x| x.1).collect());
    }
}
