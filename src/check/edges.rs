//! The edges of the territories as a planar map.
//!
//! Coordinates are multiples of 1e-7 degrees, so they are integers here and every test is exact.

use super::{Finding, List};
use crate::base::sets::Sets;
use geo::{LineString, MultiPolygon};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::collections::HashMap;

/// A point in units of 1e-7 degrees.
pub(super) type Point = [i64; 2];

/// Nobody's land.
pub(super) const NONE: u32 = u32::MAX;

/// An edge `low -> high` (lower end first, of equals the western one) and the territories on its two sides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub low: Point,
    pub high: Point,
    pub left: u32,
    pub right: u32,
}

/// Order along the map: by y, then by x.
fn rank(p: Point) -> (i64, i64) {
    (p[1], p[0])
}

/// Twice the signed area of `a b c`; positive when `c` is left of `a -> b`.
pub(super) fn cross(a: Point, b: Point, c: Point) -> i128 {
    i128::from(b[0] - a[0]) * i128::from(c[1] - a[1])
        - i128::from(b[1] - a[1]) * i128::from(c[0] - a[0])
}

/// The grid point of a coordinate.
pub(super) fn grid(p: geo::Coord<f64>) -> Point {
    [(p.x * 1e7).round() as i64, (p.y * 1e7).round() as i64]
}

/// Twice the area within a closed ring.
pub(super) fn area2(ring: &[Point]) -> i128 {
    ring.windows(2)
        .map(|w| {
            i128::from(w[0][0]) * i128::from(w[1][1]) - i128::from(w[0][1]) * i128::from(w[1][0])
        })
        .sum()
}

pub(super) fn points(line: &LineString<f64>) -> Vec<Point> {
    line.coords().map(|p| grid(*p)).collect()
}

/// All edges, each once, sorted, and what is wrong with the rings.
pub(super) fn edges(
    polygons: &[MultiPolygon<f64>],
    name: &dyn Fn(u32) -> String,
) -> (Vec<Edge>, Vec<Finding>) {
    let mut list = List::new("polygons");
    let mut directed: Vec<Edge> = Vec::new();
    for (j, shape) in polygons.iter().enumerate() {
        let j = j as u32;
        for polygon in shape {
            let shells = std::iter::once((polygon.exterior(), true));
            let holes = polygon.interiors().iter().map(|ring| (ring, false));
            for (ring, shell) in shells.chain(holes) {
                let ring = points(ring);
                let area = area2(&ring);
                if ring.len() < 4 || ring.first() != ring.last() || area == 0 {
                    list.add(format!("{}: a ring is not closed or has no area", name(j)));
                    continue;
                }
                if (area > 0) != shell {
                    list.add(format!(
                        "{}: a ring runs the wrong way (RFC 7946: shells counter-clockwise)",
                        name(j)
                    ));
                }
                for w in ring.windows(2) {
                    if w[0] == w[1] {
                        list.add(format!("{}: a ring has the same point twice", name(j)));
                        continue;
                    }
                    let up = rank(w[0]) < rank(w[1]);
                    directed.push(if up {
                        Edge {
                            low: w[0],
                            high: w[1],
                            left: j,
                            right: NONE,
                        }
                    } else {
                        Edge {
                            low: w[1],
                            high: w[0],
                            left: NONE,
                            right: j,
                        }
                    });
                }
            }
        }
    }
    directed.par_sort_unstable_by_key(|e| (rank(e.low), rank(e.high), e.left, e.right));
    let mut out: Vec<Edge> = Vec::with_capacity(directed.len());
    for edge in directed {
        let Some(last) = out
            .last_mut()
            .filter(|l| l.low == edge.low && l.high == edge.high)
        else {
            out.push(edge);
            continue;
        };
        let twice = |a: u32, b: u32| a != NONE && b != NONE;
        if twice(last.left, edge.left) || twice(last.right, edge.right) {
            let (a, b) = (last.left.min(last.right), edge.left.min(edge.right));
            list.add(format!("{} and {} overlap along an edge", name(a), name(b)));
        }
        last.left = last.left.min(edge.left);
        last.right = last.right.min(edge.right);
        if last.left == last.right {
            list.add(format!("{}: an edge has it on both sides", name(last.left)));
        }
    }
    (out, list.done())
}

/// Edges that cross, or that meet anywhere but in common ends.
pub(super) fn crossings(edges: &[Edge], name: &dyn Fn(u32) -> String) -> Vec<Finding> {
    type Item = GeomWithData<Rectangle<Point>, u32>;
    let items: Vec<Item> = edges
        .iter()
        .enumerate()
        .map(|(at, e)| GeomWithData::new(Rectangle::from_corners(e.low, e.high), at as u32))
        .collect();
    let tree = RTree::bulk_load(items);
    let bad: Vec<(u32, u32)> = (0..edges.len())
        .into_par_iter()
        .flat_map_iter(|a| {
            let e = &edges[a];
            let range = AABB::from_corners(e.low, e.high);
            tree.locate_in_envelope_intersecting(&range)
                .map(|item| item.data as usize)
                .filter(move |b| a < *b)
                .filter(|b| clash(e, &edges[*b]))
                .map(|b| (a as u32, b as u32))
                .collect::<Vec<_>>()
        })
        .collect();
    let mut list = List::new("polygons");
    for (a, b) in bad {
        let (e, f) = (&edges[a as usize], &edges[b as usize]);
        list.add(format!(
            "borders of {} and {} cross at {}",
            name(e.left.min(e.right)),
            name(f.left.min(f.right)),
            degrees(e.low)
        ));
    }
    list.done()
}

pub(super) fn degrees(p: Point) -> String {
    format!("[{}, {}]", p[0] as f64 / 1e7, p[1] as f64 / 1e7)
}

/// Whether two different edges share a point that is not an end of both.
fn clash(e: &Edge, f: &Edge) -> bool {
    let within = |p: Point, e: &Edge| {
        cross(e.low, e.high, p) == 0
            && (e.low[0].min(e.high[0])..=e.low[0].max(e.high[0])).contains(&p[0])
            && (e.low[1]..=e.high[1]).contains(&p[1])
    };
    for p in [f.low, f.high] {
        if p != e.low && p != e.high && within(p, e) {
            return true;
        }
    }
    for p in [e.low, e.high] {
        if p != f.low && p != f.high && within(p, f) {
            return true;
        }
    }
    let apart = |e: &Edge, f: &Edge| {
        let (a, b) = (
            cross(e.low, e.high, f.low).signum(),
            cross(e.low, e.high, f.high).signum(),
        );
        a * b >= 0
    };
    !apart(e, f) && !apart(f, e)
}

/// The edges at each height, for rays to the west.
pub(super) struct Strips {
    edges: Vec<Edge>,
    base: i64,
    height: i64,
    start: Vec<usize>,
    member: Vec<u32>,
}

impl Strips {
    pub fn new(edges: Vec<Edge>) -> Strips {
        let base = edges.iter().map(|e| e.low[1]).min().unwrap_or(0);
        let top = edges.iter().map(|e| e.high[1]).max().unwrap_or(0);
        // Strips as low as the edges are tall on average: a few entries per edge.
        let n = edges.len().max(1) as i64;
        let tall: i64 = edges.iter().map(|e| e.high[1] - e.low[1]).sum();
        let height = (tall / n / 2).max((top - base) / (8 * n)).max(1);
        let count = ((top - base) / height + 1) as usize;
        let span = |e: &Edge| {
            ((e.low[1] - base) / height) as usize..=((e.high[1] - base) / height) as usize
        };
        let mut start = vec![0usize; count + 1];
        for e in &edges {
            span(e).for_each(|s| start[s + 1] += 1);
        }
        for s in 0..count {
            start[s + 1] += start[s];
        }
        let mut fill = start.clone();
        let mut member = vec![0u32; start[count]];
        for (at, e) in edges.iter().enumerate() {
            for s in span(e) {
                member[fill[s]] = at as u32;
                fill[s] += 1;
            }
        }
        Strips {
            edges,
            base,
            height,
            start,
            member,
        }
    }

    /// The edges at a height.
    fn at_height(&self, y: i64) -> impl Iterator<Item = &Edge> {
        let strip = (y - self.base).div_euclid(self.height);
        let range = match usize::try_from(strip) {
            Ok(s) if s + 1 < self.start.len() => self.start[s]..self.start[s + 1],
            _ => 0..0,
        };
        let members = self.member[range]
            .iter()
            .map(|at| &self.edges[*at as usize]);
        members.filter(move |e| e.low[1] <= y && y <= e.high[1])
    }

    /// The nearest edge to the west of a point, on a ray that runs just above it.
    pub fn west(&self, p: Point) -> Option<&Edge> {
        self.look(p, |_| false)
    }

    /// Whether somebody whose land reaches a point is the one looked for.
    ///
    /// On an edge its two sides do; else the side of the nearest edge to the west that faces the point.
    pub fn at(&self, p: Point, is: impl Fn(u32) -> bool) -> bool {
        let mut found = false;
        let nearest = self.look(p, |e| {
            found = is(e.left) || is(e.right);
            found
        });
        found || is(nearest.map_or(NONE, |e| e.right))
    }

    /// The nearest edge to the west of a point; the edges that the point is on are shown to `on`, which
    /// ends the search with `true`.
    ///
    /// Most edges are judged by their extent from west to east alone.
    fn look(&self, p: Point, mut on: impl FnMut(&Edge) -> bool) -> Option<&Edge> {
        let mut nearest: Option<(&Edge, i64)> = None;
        for e in self.at_height(p[1]) {
            let (low, high) = (e.low[0].min(e.high[0]), e.low[0].max(e.high[0]));
            if low > p[0] {
                continue;
            }
            if high >= p[0] {
                let side = cross(e.low, e.high, p);
                if side == 0 && on(e) {
                    return None;
                }
                if side >= 0 {
                    continue;
                }
            }
            let passes = p[1] < e.high[1];
            if passes && nearest.is_none_or(|(n, west)| high >= west && east_of(e, n, p[1])) {
                nearest = Some((e, low));
            }
        }
        nearest.map(|(e, _)| e)
    }
}

/// Of each connected piece of the map its westernmost point, by position, and what is west of it.
fn westernmost(strips: &Strips, points: &[Point]) -> Vec<(usize, u32)> {
    let find = |p: Point| points.partition_point(|q| *q < p);
    // The westernmost point stands for its piece.
    let mut joined = Sets::new(points.len());
    for e in &strips.edges {
        joined.join(find(e.low) as u32, find(e.high) as u32);
    }
    let mut first: HashMap<usize, (Point, u32)> = HashMap::new();
    for e in &strips.edges {
        for (v, w, left) in [(e.low, e.high, e.left), (e.high, e.low, e.right)] {
            let at = find(v);
            if joined.root(at as u32) as usize == at {
                let entry = first.entry(at).or_insert((w, left));
                let west = [v[0] - 1, v[1]];
                if clockwise(v, west, w, entry.0).is_lt() {
                    *entry = (w, left);
                }
            }
        }
    }
    let mut pieces: Vec<(usize, u32)> = first.into_iter().map(|(at, f)| (at, f.1)).collect();
    pieces.sort_unstable();
    pieces
}

/// Whether each connected piece of the map lies in what is around it: land within other land without a hole
/// would be there twice.
///
/// What is west of the westernmost point of a piece must be what the nearest edge beyond has on its east.
pub(super) fn nesting(strips: &Strips, name: &dyn Fn(u32) -> String) -> Vec<Finding> {
    let mut points: Vec<Point> = strips.edges.iter().flat_map(|e| [e.low, e.high]).collect();
    points.par_sort_unstable();
    points.dedup();
    let mut list = List::new("polygons");
    for (at, label) in westernmost(strips, &points) {
        let around = strips.west(points[at]).map_or(NONE, |e| e.right);
        if around != label {
            list.add(format!(
                "{} and {} overlap, or leave a gap, at {}",
                name(label),
                name(around),
                degrees(points[at])
            ));
        }
    }
    list.done()
}

/// Whether `e` is east of `f` just above height `y`; both reach from `y` or below to above it.
fn east_of(e: &Edge, f: &Edge, y: i64) -> bool {
    let parts = |e: &Edge| {
        let (dx, dy) = (
            i128::from(e.high[0] - e.low[0]),
            i128::from(e.high[1] - e.low[1]),
        );
        (
            i128::from(e.low[0]) * dy + i128::from(y - e.low[1]) * dx,
            dx,
            dy,
        )
    };
    let ((x1, dx1, dy1), (x2, dx2, dy2)) = (parts(e), parts(f));
    (x1 * dy2, dx1 * dy2) > (x2 * dy1, dx2 * dy1)
}

/// The rings that the land of all territories together has: traced along the edges that nobody is beyond.
///
/// At a point where several rings touch, the way goes on to the first edge counter-clockwise from the way back: along
/// the same piece of what is not land. Outlines come with a positive area, gaps within with a negative one.
pub(super) fn outline(edges: &[Edge]) -> Vec<Vec<Point>> {
    // Directed with the land on the left.
    let mut from: HashMap<Point, Vec<(Point, usize)>> = HashMap::new();
    let mut count = 0;
    for e in edges {
        let (a, b) = match (e.left, e.right) {
            (NONE, _) => (e.high, e.low),
            (_, NONE) => (e.low, e.high),
            _ => continue,
        };
        from.entry(a).or_default().push((b, count));
        count += 1;
    }
    let mut starts: Vec<(Point, Point, usize)> = from
        .iter()
        .flat_map(|(a, outs)| outs.iter().map(|(b, id)| (*a, *b, *id)))
        .collect();
    starts.sort_unstable();
    let mut used = vec![false; count];
    let mut rings = Vec::new();
    for (a, b, id) in starts {
        if used[id] {
            continue;
        }
        used[id] = true;
        let mut ring = vec![a];
        let (mut back, mut here) = (a, b);
        while here != a {
            ring.push(here);
            let outs = from.get(&here).map_or(&[][..], Vec::as_slice);
            let next = outs
                .iter()
                .filter(|(_, id)| !used[*id])
                .max_by(|x, y| clockwise(here, back, x.0, y.0));
            let Some((to, id)) = next else { break };
            used[*id] = true;
            (back, here) = (here, *to);
        }
        ring.push(here);
        rings.push(ring);
    }
    rings
}

/// Which of two ways out of `here` comes first clockwise from the way `back`.
fn clockwise(here: Point, back: Point, x: Point, y: Point) -> std::cmp::Ordering {
    // 0: from straight back to half a turn clockwise; 1: the other half.
    let half = |p: Point| {
        let c = cross(here, back, p);
        let dot = i128::from(back[0] - here[0]) * i128::from(p[0] - here[0])
            + i128::from(back[1] - here[1]) * i128::from(p[1] - here[1]);
        i32::from(c > 0 || (c == 0 && dot > 0))
    };
    // Within a half, x is first if y is clockwise of it.
    half(x)
        .cmp(&half(y))
        .then_with(|| cross(here, x, y).cmp(&0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_are_sorted_clockwise() {
        // Back is to the west; clockwise from there come north, east, south.
        let (here, back) = ([0, 0], [-5, 0]);
        let round = [[-5, 1], [0, 5], [5, 1], [5, 0], [5, -1], [0, -5], [-5, -1]];
        for (a, x) in round.iter().enumerate() {
            for (b, y) in round.iter().enumerate() {
                assert_eq!(clockwise(here, back, *x, *y), a.cmp(&b), "{x:?} {y:?}");
            }
        }
    }

    #[test]
    fn edges_that_touch_in_ends_only_do_not_clash() {
        let edge = |low, high| Edge {
            low,
            high,
            left: 0,
            right: 1,
        };
        assert!(!clash(&edge([0, 0], [4, 4]), &edge([4, 4], [9, 5])));
        assert!(clash(&edge([0, 0], [4, 4]), &edge([4, 0], [0, 4])));
        assert!(clash(&edge([0, 0], [4, 4]), &edge([2, 2], [9, 5])));
        assert!(clash(&edge([0, 0], [4, 4]), &edge([0, 0], [2, 2])));
        assert!(!clash(&edge([0, 0], [4, 0]), &edge([5, 0], [9, 0])));
    }
}
