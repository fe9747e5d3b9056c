//! Rounder borders, on the shared edges.
//!
//! Corners are cut (Chaikin 1974): a corner `a - v - b` of a border becomes `a - q - r - b`, with `q` and `r` on the edges, a quarter
//! of them away from `v` or less, and that again and again. A border between two territories is one chain of edges for both, so
//! what is cut once fits on both sides. In pass `p` no corner moves by more than `tolerance / 2^p`, so no border moves by more than
//! the tolerance in all.
//!
//! `q` and `r` are rounded to the grid, so the edges move a little, too. All cuts of a pass are judged by the drawing before it:
//!
//! - no other vertex lies in the closed triangle `a v b`'s part that is cut off, nor within [`ROOM`] units of it or of the edges;
//! - no other edge comes within twice as much of `q` or `r`, nor `a v` of `r`, nor `v b` of `q`;
//! - no site lies in it or within [`ROOM`] units of the edges, and each keeps its clearance, as in [`simplify`](super::simplify).
//!
//! So new edges keep more than a unit from each other's ends: none enters the pixel of a vertex, as [`snap`](super::snap) wants it,
//! and the drawing has the same faces, the same neighbours, and every site in its own. Nodes where three territories meet, the
//! frame and the antimeridian are left as they are.

use super::chains::{Chain, Sites, chains, distance, in_triangle, units};
use super::graph::Graph;
use super::grid::{Pt, Rect};
use super::rings::Edge;
use super::tree::{Tree, morton};
use rayon::prelude::*;

/// Times that all corners are cut.
const PASSES: u32 = 3;
/// Share of an edge that is cut off on each side, at most.
const SHARE: f64 = 0.25;
/// Grid units that the drawing round a cut must be away from it.
const ROOM: f64 = 3.0;

/// Cuts the corners of the borders. `tolerance` is in metres.
pub(super) fn smoothed(mut edges: Vec<Edge>, sites: &Sites, tolerance: f64) -> Vec<Edge> {
    let mut left = units(tolerance);
    for _ in 0..PASSES {
        left /= 2.0;
        edges = pass(edges, sites, left, units(tolerance) / 8.0);
    }
    edges
}

/// Cuts each corner once, none by more than `most` grid units of latitude.
fn pass(edges: Vec<Edge>, sites: &Sites, most: f64, margin: f64) -> Vec<Edge> {
    let ends: Vec<[Pt; 2]> = edges.iter().map(|e| e.ends).collect();
    let graph = Graph::new(&ends);
    let chains = chains(&edges, &graph);
    let drawing = Drawing::new(&graph, &ends, sites, margin);
    let lines: Vec<Vec<Pt>> = chains.par_iter().map(|c| drawing.cut(c, most)).collect();
    let mut kept: Vec<Edge> = edges.into_iter().filter(|e| e.rigid).collect();
    for (chain, line) in chains.iter().zip(lines) {
        kept.extend(line.windows(2).map(|w| Edge {
            ends: [w[0], w[1]],
            sides: chain.sides,
            rigid: false,
        }));
    }
    kept
}

/// The drawing before a pass.
struct Drawing<'a> {
    graph: &'a Graph,
    sites: &'a Sites,
    margin: f64,
    /// Vertices in Morton order, and a tree over them.
    vertices: Vec<Pt>,
    near_vertices: Tree,
    /// Edges in Morton order of their middles, and a tree over them.
    lines: Vec<[Pt; 2]>,
    near_lines: Tree,
}

impl<'a> Drawing<'a> {
    fn new(graph: &'a Graph, ends: &[[Pt; 2]], sites: &'a Sites, margin: f64) -> Drawing<'a> {
        let mut vertices = graph.at.clone();
        vertices.sort_by_cached_key(|p| morton(*p));
        let mut lines = ends.to_vec();
        lines.sort_by_cached_key(|[p, q]| morton([(p[0] + q[0]) / 2, (p[1] + q[1]) / 2]));
        Drawing {
            graph,
            sites,
            margin,
            near_vertices: Tree::new(vertices.iter().map(|p| Rect::of(*p, *p)).collect()),
            vertices,
            near_lines: Tree::new(lines.iter().map(|[p, q]| Rect::of(*p, *q)).collect()),
            lines,
        }
    }

    /// The points of a chain with its corners cut.
    fn cut(&self, chain: &Chain, most: f64) -> Vec<Pt> {
        let at = |k: usize| self.graph.at[chain.vertices[k] as usize];
        let last = chain.vertices.len() - 1;
        let mut line = vec![at(0)];
        for k in 1..last {
            let corner = [at(k - 1), at(k), at(k + 1)];
            match cut_off(corner, most).filter(|q| self.permits(corner, *q)) {
                Some([q, r]) => line.extend([q, r]),
                None => line.push(at(k)),
            }
        }
        line.push(at(last));
        line
    }

    /// Whether a corner may be cut between two points.
    fn permits(&self, [a, v, b]: [Pt; 3], [q, r]: [Pt; 2]) -> bool {
        // In a spike the new points may change sides where they are rounded.
        let narrow = gap(v, b, q).min(gap(a, v, r)) <= 2.0 * ROOM;
        if narrow || self.sites_near([a, v, b]) || !self.sites.permit([q, v, r], self.margin) {
            return false;
        }
        let mut rect = Rect::of(a, b);
        rect.add(v);
        let room = rect.grown(ROOM as i64 + 1);
        let crowded = self.near_vertices.any(
            |x| x.meets(&room),
            |w| {
                let w = self.vertices[w];
                let close = |p: Pt, q: Pt| gap(p, q, w) <= ROOM;
                ![a, v, b].contains(&w)
                    && (in_triangle([q, v, r], w) || close(a, v) || close(v, b) || close(q, r))
            },
        );
        !crowded
            && [q, r].iter().all(|p| {
                let room = Rect::of(*p, *p).grown(2 * ROOM as i64 + 1);
                !self.near_lines.any(
                    |x| x.meets(&room),
                    |e| {
                        let [s, t] = self.lines[e];
                        let own = [s, t].contains(&v);
                        !own && gap(s, t, *p) <= 2.0 * ROOM
                    },
                )
            })
    }

    /// Whether a site is so near to the edges of a corner that rounding them could pass it.
    fn sites_near(&self, [a, v, b]: [Pt; 3]) -> bool {
        let mut rect = Rect::of(a, b);
        rect.add(v);
        let room = rect.grown(ROOM as i64 + 1);
        self.sites.tree.any(
            |x| x.meets(&room),
            |s| {
                let at = self.sites.at[s];
                gap(a, v, at) <= ROOM || gap(v, b, at) <= ROOM
            },
        )
    }
}

/// The two points between which a corner is cut off, if it is one and long enough: no more than `most` away from it.
fn cut_off([a, v, b]: [Pt; 3], most: f64) -> Option<[Pt; 2]> {
    let along = |to: Pt, share: f64| -> Pt {
        [0, 1].map(|k| v[k] + ((to[k] - v[k]) as f64 * share).round() as i64)
    };
    let deep = distance(along(a, SHARE), along(b, SHARE), v);
    let share = if deep > most {
        SHARE * most / deep
    } else {
        SHARE
    };
    let [q, r] = [along(a, share), along(b, share)];
    // Less than this is straight, or too short for the grid.
    let least = 4.0 * ROOM;
    let long = gap(q, q, v) >= least && gap(r, r, v) >= least && gap(q, r, v) >= 1.0;
    (long && gap(a, a, q) >= least && gap(b, b, r) >= least).then_some([q, r])
}

/// Distance of a point from the segment `a b`, grid units of both axes alike.
fn gap(a: Pt, b: Pt, p: Pt) -> f64 {
    let from = |q: Pt| [(q[0] - p[0]) as f64, (q[1] - p[1]) as f64];
    let (a, b) = (from(a), from(b));
    let d = [b[0] - a[0], b[1] - a[1]];
    let length2 = d[0] * d[0] + d[1] * d[1];
    let t = if length2 > 0.0 {
        (-(a[0] * d[0] + a[1] * d[1]) / length2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (a[0] + t * d[0]).hypot(a[1] + t * d[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A border with one right angle, a hundred thousand units on each side.
    fn bend() -> Vec<Edge> {
        let points = [[0, 0], [100_000, 0], [100_000, 100_000]];
        let edge = |w: &[Pt]| Edge {
            ends: [w[0], w[1]],
            sides: [(0, 0), (1, 0)],
            rigid: false,
        };
        points.windows(2).map(edge).collect()
    }

    /// As many metres as so many units of latitude.
    fn metres(of: f64) -> f64 {
        of / units(1.0)
    }

    fn corner_moved(edges: &[Edge]) -> f64 {
        let of = |e: &Edge| distance(e.ends[0], e.ends[1], [100_000, 0]);
        edges.iter().map(of).fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn a_corner_is_cut_three_times_and_moves_no_more_than_the_tolerance() {
        let none = Sites::new(Vec::new(), Vec::new());
        for tolerance in [200.0, 2_000.0, 1e6] {
            let round = smoothed(bend(), &none, metres(tolerance));
            assert_eq!(round.len(), 9, "1, 2 and 4 corners are cut");
            let moved = corner_moved(&round);
            assert!(
                moved > 0.4 * tolerance.min(17_000.0) && moved <= tolerance,
                "{moved}"
            );
            assert_eq!(
                [round[0].ends[0], round[8].ends[1]],
                [[0, 0], [100_000, 100_000]]
            );
            assert!(round.windows(2).all(|w| w[0].ends[1] == w[1].ends[0]));
        }
    }

    /// Where the sides of a spike are as near to each other as the rounding of new points, these could change sides.
    #[test]
    fn a_spike_is_not_cut_where_it_is_too_narrow_for_the_grid() {
        let spike = |wide: i64| {
            let ends = [[[0, 0], [4000, wide]], [[4000, wide], [0, 2 * wide]]];
            let edge = |(ends, e): ([Pt; 2], Edge)| Edge { ends, ..e };
            ends.into_iter()
                .zip(bend())
                .map(edge)
                .collect::<Vec<Edge>>()
        };
        let none = Sites::new(Vec::new(), Vec::new());
        assert_eq!(smoothed(spike(8), &none, metres(1e6)).len(), 2);
        assert!(smoothed(spike(400), &none, metres(1e6)).len() > 2);
    }

    #[test]
    fn a_site_in_the_corner_stays_on_its_side() {
        let site = Sites::new(vec![[99_000, 500]], vec![f64::INFINITY]);
        let round = smoothed(bend(), &site, metres(20_000.0));
        assert!(corner_moved(&round) < 1_000.0);
        let beyond = Sites::new(vec![[101_000, -500]], vec![f64::INFINITY]);
        assert!(corner_moved(&smoothed(bend(), &beyond, metres(20_000.0))) > 1_000.0);
    }

    #[test]
    fn another_border_in_the_way_leaves_the_corner() {
        let mut edges = bend();
        edges.push(Edge {
            ends: [[95_000, 1_000], [99_000, 1_000]],
            sides: [(0, 0), (2, 0)],
            rigid: true,
        });
        let none = Sites::new(Vec::new(), Vec::new());
        let round = smoothed(edges, &none, metres(1e6));
        assert!(round.iter().any(|e| e.ends.contains(&[100_000, 0])));
    }
}
