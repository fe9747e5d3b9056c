//! Shapes for the map: borders that two territories share are kept once, and simplified alike for both.
//!
//! Rings are cut where borders meet (at vertices that do not have the same two neighbours everywhere); the
//! pieces are the *arcs*. Each is simplified by Ramer, Douglas & Peucker, 1973, so neighbours stay seamless,
//! and the nodes stay where they are.

use geo::{LineString, SimplifyIdx};
use serde::Serialize;
use std::collections::HashMap;

/// Units per degree of the coordinates that come in: territories are drawn on this grid.
const GRID: f64 = 1e7;
/// Units per degree of the coordinates that go out.
pub(super) const SCALE: f64 = 1e5;
/// Vertices that a browser draws smoothly.
const MAX_VERTICES: usize = 80_000;
/// The first tolerance, as a share of the map's greater side.
const FINEST: f64 = 1.0 / 50_000.0;

type Pt = (i64, i64);

/// Arcs under construction.
#[derive(Default)]
pub(super) struct Arcs {
    arcs: Vec<Vec<Pt>>,
    index: HashMap<Vec<Pt>, usize>,
}

/// A piece of a ring: the arc's number, or its complement (`!number`) where the arc runs backwards.
pub(super) type Step = i64;

/// Arcs as the page has them: x, y of the first vertex, then differences, in 1/[`SCALE`] of a degree.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct Encoded(Vec<Vec<i64>>);

fn snap(p: [f64; 2]) -> Pt {
    ((p[0] * GRID).round() as i64, (p[1] * GRID).round() as i64)
}

/// Cuts lines into arcs. Closed lines (rings) keep their direction in the steps.
pub(super) fn cut(lines: &[Vec<[f64; 2]>], arcs: &mut Arcs) -> Vec<Vec<Step>> {
    let lines: Vec<Vec<Pt>> = lines
        .iter()
        .map(|line| {
            let mut points: Vec<Pt> = line.iter().map(|p| snap(*p)).collect();
            points.dedup();
            points
        })
        .collect();
    let nodes = Nodes::new(&lines);
    lines.iter().map(|line| arcs.pieces(line, &nodes)).collect()
}

/// Each vertex with its neighbours, or `None` where borders meet.
struct Nodes(HashMap<Pt, Option<(Pt, Pt)>>);

impl Nodes {
    fn new(lines: &[Vec<Pt>]) -> Nodes {
        let mut seen: HashMap<Pt, Option<(Pt, Pt)>> = HashMap::new();
        for line in lines {
            let closed = line.len() > 2 && line.first() == line.last();
            let n = if closed { line.len() - 1 } else { line.len() };
            for (i, here) in line.iter().take(n).enumerate() {
                if !closed && (i == 0 || i + 1 == n) {
                    seen.insert(*here, None);
                    continue;
                }
                let (a, b) = (line[(i + n - 1) % n], line[(i + 1) % n]);
                let pair = Some((a.min(b), a.max(b)));
                let known = seen.entry(*here).or_insert(pair);
                if *known != pair {
                    *known = None;
                }
            }
        }
        Nodes(seen)
    }

    fn is_node(&self, p: &Pt) -> bool {
        self.0.get(p).is_some_and(Option::is_none)
    }
}

impl Arcs {
    fn pieces(&mut self, line: &[Pt], nodes: &Nodes) -> Vec<Step> {
        if line.len() < 2 {
            return Vec::new();
        }
        let closed = line.first() == line.last();
        let mut line = line.to_vec();
        if closed {
            // Begin at a node; without one, at the least vertex, so that both sides begin alike.
            line.pop();
            let node = line.iter().position(|p| nodes.is_node(p));
            let least = || (0..line.len()).min_by_key(|i| line[*i]);
            let start = node.or_else(least).unwrap_or(0);
            line.rotate_left(start);
            line.push(line[0]);
        }
        let mut steps = Vec::new();
        let mut from = 0;
        for at in 1..line.len() {
            if at + 1 == line.len() || nodes.is_node(&line[at]) {
                steps.push(self.step(&line[from..=at]));
                from = at;
            }
        }
        steps
    }

    /// The arc of a piece; both directions are one arc.
    fn step(&mut self, piece: &[Pt]) -> Step {
        let mut back = piece.to_vec();
        back.reverse();
        let forward = piece <= back.as_slice();
        let key = if forward { piece.to_vec() } else { back };
        let next = self.arcs.len();
        let number = *self.index.entry(key.clone()).or_insert(next);
        if number == next {
            self.arcs.push(key);
        }
        if forward {
            number as Step
        } else {
            !(number as Step)
        }
    }

    /// Simplifies all arcs, as little as brings them below [`MAX_VERTICES`], and encodes them.
    pub fn encode(&self) -> Encoded {
        let points = || self.arcs.iter().flatten();
        let (west, east) = (points().map(|p| p.0).min(), points().map(|p| p.0).max());
        let (south, north) = (points().map(|p| p.1).min(), points().map(|p| p.1).max());
        let (Some(west), Some(east), Some(south), Some(north)) = (west, east, south, north) else {
            return Encoded(Vec::new());
        };
        let squeeze = ((south + north) as f64 / 2.0 / GRID).to_radians().cos();
        let side = ((east - west) as f64 * squeeze).max((north - south) as f64);
        let mut tolerance = side * FINEST;
        loop {
            let arcs: Vec<Vec<Pt>> = self
                .arcs
                .iter()
                .map(|a| simplify(a, tolerance, squeeze))
                .collect();
            let all: usize = arcs.iter().map(Vec::len).sum();
            // Two vertices per arc are left at least.
            if all <= MAX_VERTICES.max(3 * arcs.len()) || tolerance > side {
                return Encoded(arcs.iter().map(|a| deltas(a)).collect());
            }
            tolerance *= 1.5;
        }
    }
}

fn simplify(arc: &[Pt], tolerance: f64, squeeze: f64) -> Vec<Pt> {
    let flat = |p: &Pt| (p.0 as f64 * squeeze, p.1 as f64);
    let part = |points: &[Pt]| -> Vec<Pt> {
        let line: LineString<f64> = points.iter().map(flat).collect();
        line.simplify_idx(tolerance)
            .into_iter()
            .map(|i| points[i])
            .collect()
    };
    if arc.len() > 3 && arc.first() == arc.last() {
        // A closed arc is simplified in three parts, so that a triangle is left of it.
        let third = arc.len() / 3;
        let mut out = part(&arc[..=third]);
        out.extend(part(&arc[third..=2 * third]).into_iter().skip(1));
        out.extend(part(&arc[2 * third..]).into_iter().skip(1));
        return out;
    }
    part(arc)
}

fn deltas(arc: &[Pt]) -> Vec<i64> {
    let coarse = |v: i64| (v as f64 * SCALE / GRID).round() as i64;
    let mut last = (0, 0);
    let mut out = Vec::with_capacity(2 * arc.len());
    for (i, p) in arc.iter().enumerate() {
        let here = (coarse(p.0), coarse(p.1));
        if i == 0 || here != last || i + 1 == arc.len() {
            out.extend([here.0 - last.0, here.1 - last.1]);
        }
        last = here;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(encoded: &Encoded) -> Vec<Vec<Pt>> {
        let line = |arc: &Vec<i64>| {
            let mut at = (0, 0);
            arc.chunks(2)
                .map(|d| {
                    at = (at.0 + d[0], at.1 + d[1]);
                    at
                })
                .collect()
        };
        encoded.0.iter().map(line).collect()
    }

    #[test]
    fn neighbours_share_their_border() {
        // Two squares side by side, the common border with a vertex in its middle.
        let left = [[0., 0.], [1., 0.], [1., 0.5], [1., 1.], [0., 1.], [0., 0.]];
        let right = [[1., 0.], [2., 0.], [2., 1.], [1., 1.], [1., 0.5], [1., 0.]];
        let mut arcs = Arcs::default();
        let steps = cut(&[left.to_vec(), right.to_vec()], &mut arcs);
        assert_eq!(arcs.arcs.len(), 3);
        let common: Vec<&Step> = steps[0]
            .iter()
            .filter(|s| steps[1].contains(&!**s))
            .collect();
        assert_eq!(common.len(), 1, "{steps:?}");
        // The vertex in the middle is on a straight line: it goes.
        let decoded = decode(&arcs.encode());
        assert!(decoded.contains(&vec![(100_000, 0), (100_000, 100_000)]));
    }

    #[test]
    fn an_island_and_its_hole_are_one_arc() {
        let around: Vec<[f64; 2]> = (0..=40)
            .map(|i| {
                let a = f64::from(i % 40) / 40.0 * std::f64::consts::TAU;
                [10.0 + a.cos(), 50.0 + a.sin()]
            })
            .collect();
        let mut hole = around.clone();
        hole.reverse();
        let mut arcs = Arcs::default();
        let steps = cut(&[around, hole], &mut arcs);
        assert_eq!(steps[0].len(), 1);
        assert_eq!(steps[0][0], !steps[1][0]);
        let decoded = decode(&arcs.encode());
        assert_eq!(decoded[0].first(), decoded[0].last());
        assert!(decoded[0].len() > 20);
    }

    #[test]
    fn many_vertices_are_thinned() {
        let mut random = 1u64;
        let line: Vec<[f64; 2]> = (0..300_000)
            .map(|i| {
                random = random
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                [f64::from(i) / 1e5, (random >> 40) as f64 / 1e9]
            })
            .collect();
        let mut arcs = Arcs::default();
        cut(&[line], &mut arcs);
        let decoded = decode(&arcs.encode());
        assert!((2..=MAX_VERTICES).contains(&decoded[0].len()));
        assert_eq!(decoded[0].first(), Some(&(0, decoded[0][0].1)));
    }
}
