//! Straighter borders, on the shared edges.
//!
//! A border between two territories is one chain of edges for both of them, so what is simplified
//! once fits on both sides. Vertices are taken out one at a time, the least missed first: taking `v`
//! out of `a - v - b` costs the largest distance of a vertex of the original border between `a` and
//! `b` from the new edge, so no border moves by more than the tolerance. It is only done when
//!
//! - the closed triangle `a v b` contains no other vertex and no site, so the drawing stays what it
//!   is up to a bend: the same faces, the same neighbours, every site in its own;
//! - the new edge passes through no pixel of a vertex, as [`snap`](super::snap) wants it;
//! - there is no edge from `a` to `b` yet;
//! - each site keeps half of its distance to the nearest border, or an eighth of the tolerance
//!   where that is less, so that a map never shows an account on the wrong side.
//!
//! The frame and the antimeridian are left as they are: territories fill the boundary exactly.
//! Vertices stay where they were, so they are on the grid.
//!
//! Source of the idea: Visvalingam and Whyatt 1993 (one vertex at a time); de Berg, van Kreveld and
//! Schirra 1998 (what must stay on its side).

use super::graph::Graph;
use super::grid::{Line, Pt, Rect, UNITS, cross};
use super::rings::Edge;
use super::tree::{Tree, morton};
use crate::model::EARTH_RADIUS_KM;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

/// Sites that borders must not move across, in an order that is local.
pub(super) struct Sites {
    at: Vec<Pt>,
    /// Distance of each to the nearest border before, grid units of latitude.
    clear: Vec<f64>,
    tree: Tree,
}

impl Sites {
    pub(super) fn new(at: Vec<Pt>, clear: Vec<f64>) -> Sites {
        let tree = Tree::new(at.iter().map(|&p| Rect::of(p, p)).collect());
        Sites { at, clear, tree }
    }
}

/// A run of edges between nodes, or a ring.
struct Chain {
    vertices: Vec<u32>,
    /// The vertices before and after each that are still there.
    before: Vec<u32>,
    after: Vec<u32>,
    /// Owners on both sides of its edges, as they run.
    sides: [(u32, i64); 2],
}

/// Takes vertices out of the borders. `tolerance` is in metres.
pub(super) fn simplified(edges: Vec<Edge>, sites: &Sites, tolerance: f64) -> Vec<Edge> {
    let ends: Vec<[Pt; 2]> = edges.iter().map(|e| e.ends).collect();
    let graph = Graph::new(&ends);
    let mut chains = chains(&edges, &graph);
    let rigid: Vec<Edge> = edges.into_iter().filter(|e| e.rigid).collect();
    let mut work = Work::new(&graph, sites, tolerance);
    work.run(&mut chains);
    let mut kept = rigid;
    for chain in &chains {
        let mut k = 0;
        while chain.after[k] != u32::MAX {
            let next = chain.after[k] as usize;
            let ends = [k, next].map(|k| graph.at[chain.vertices[k] as usize]);
            kept.push(Edge {
                ends,
                sides: chain.sides,
                rigid: false,
            });
            k = next;
        }
    }
    kept
}

/// The chains of edges that may move, each from node to node. A ring without a node begins and
/// ends at its least vertex.
fn chains(edges: &[Edge], graph: &Graph) -> Vec<Chain> {
    let free = |v: u32| {
        let out = graph.leaving(v);
        out.len() == 2 && out.iter().all(|&h| !edges[h as usize / 2].rigid)
    };
    let mut used = vec![false; edges.len()];
    let mut chains = Vec::new();
    let mut follow = |first: u32, used: &mut Vec<bool>| {
        let mut vertices = vec![graph.origin[first as usize]];
        let mut h = first;
        loop {
            used[h as usize / 2] = true;
            let v = graph.origin[(h ^ 1) as usize];
            vertices.push(v);
            if v == vertices[0] || !free(v) {
                break;
            }
            h = graph.turned(h ^ 1);
        }
        let mut sides = edges[first as usize / 2].sides;
        if !first.is_multiple_of(2) {
            sides.reverse();
        }
        let n = vertices.len() as u32;
        chains.push(Chain {
            before: (0..n).map(|k| k.wrapping_sub(1)).collect(),
            after: (1..=n).map(|k| if k == n { u32::MAX } else { k }).collect(),
            vertices,
            sides,
        });
    };
    // From nodes first; what is left then are rings.
    for rings in [false, true] {
        for v in 0..graph.at.len() as u32 {
            for &h in graph.leaving(v) {
                let e = h as usize / 2;
                if !edges[e].rigid && !used[e] && (rings || !free(v)) {
                    follow(h, &mut used);
                }
            }
        }
    }
    chains
}

/// What the removal of vertices looks at.
struct Work<'a> {
    graph: &'a Graph,
    sites: &'a Sites,
    tolerance: f64,
    /// Vertices that are still there, and a tree over all.
    alive: Vec<bool>,
    /// All vertices in Morton order, and a tree over them.
    order: Vec<u32>,
    tree: Tree,
    /// Pairs of vertices joined by an edge.
    joined: HashSet<(u32, u32)>,
}

fn pair(a: u32, b: u32) -> (u32, u32) {
    (a.min(b), a.max(b))
}

impl<'a> Work<'a> {
    fn new(graph: &'a Graph, sites: &'a Sites, tolerance: f64) -> Work<'a> {
        // A degree of latitude is as long everywhere on the sphere.
        let metres_per_unit = EARTH_RADIUS_KM.to_radians() * 1000.0 / UNITS;
        let ends = graph.origin.chunks_exact(2);
        let mut order: Vec<u32> = (0..graph.at.len() as u32).collect();
        order.sort_by_cached_key(|&v| morton(graph.at[v as usize]));
        let boxes = order.iter().map(|&v| graph.at[v as usize]);
        let tree = Tree::new(boxes.map(|p| Rect::of(p, p)).collect());
        Work {
            graph,
            sites,
            tolerance: tolerance / metres_per_unit,
            alive: vec![true; graph.at.len()],
            order,
            tree,
            joined: ends.map(|e| pair(e[0], e[1])).collect(),
        }
    }

    fn run(&mut self, chains: &mut [Chain]) {
        let mut heap = BinaryHeap::new();
        let mut version: Vec<Vec<u32>> = chains.iter().map(|c| vec![0; c.vertices.len()]).collect();
        // Distances are not negative: their bits are in their order.
        let offer = |work: &Work, chain: &Chain, c: usize, k: u32, version: &mut [u32]| {
            version[k as usize] += 1;
            let cost = work.cost(chain, k);
            (cost <= work.tolerance)
                .then(|| Reverse((cost.to_bits(), c as u32, k, version[k as usize])))
        };
        for (c, chain) in chains.iter().enumerate() {
            for k in 1..chain.vertices.len() as u32 - 1 {
                heap.extend(offer(self, chain, c, k, &mut version[c]));
            }
        }
        while let Some(Reverse((_, c, k, at))) = heap.pop() {
            let chain = &mut chains[c as usize];
            let version = &mut version[c as usize];
            if version[k as usize] != at || !self.may_go(chain, k) {
                continue;
            }
            let [a, v, b] = around(chain, k).map(|k| chain.vertices[k as usize]);
            self.alive[v as usize] = false;
            self.joined.remove(&pair(a, v));
            self.joined.remove(&pair(v, b));
            self.joined.insert(pair(a, b));
            version[k as usize] += 1;
            let [before, _, after] = around(chain, k);
            chain.after[before as usize] = after;
            chain.before[after as usize] = before;
            let last = chain.vertices.len() as u32 - 1;
            for k in [before, after] {
                if k != 0 && k != last {
                    heap.extend(offer(self, chain, c as usize, k, version));
                }
            }
        }
    }

    fn at(&self, chain: &Chain, k: u32) -> Pt {
        self.graph.at[chain.vertices[k as usize] as usize]
    }

    /// The largest distance of an original vertex from the edge that would replace it.
    fn cost(&self, chain: &Chain, k: u32) -> f64 {
        let [a, _, b] = around(chain, k);
        let (p, q) = (self.at(chain, a), self.at(chain, b));
        let mut most: f64 = 0.0;
        for k in a + 1..b {
            most = most.max(distance(p, q, self.at(chain, k)));
            if most > self.tolerance {
                break;
            }
        }
        most
    }

    /// Whether a vertex may be taken out.
    fn may_go(&self, chain: &Chain, k: u32) -> bool {
        let [a, v, b] = around(chain, k).map(|k| chain.vertices[k as usize]);
        if a == b || self.joined.contains(&pair(a, b)) {
            return false;
        }
        let [p, o, q] = [a, v, b].map(|v| self.graph.at[v as usize]);
        let line = Line::through(p, q);
        let mut rect = Rect::of(p, q);
        let ends = rect;
        rect.add(o);
        let vertex = self.tree.any(
            |r| r.meets(&rect),
            |w| {
                let w = self.order[w];
                let at = self.graph.at[w as usize];
                self.alive[w as usize]
                    && ![a, v, b].contains(&w)
                    && (in_triangle([p, o, q], at) || (ends.contains(at) && line.enters(at)))
            },
        );
        if vertex {
            return false;
        }
        let margin = self.tolerance / 8.0;
        let reach = rect.grown(margin as i64 + 2);
        !self.sites.tree.any(
            |r| r.meets(&reach),
            |s| {
                let at = self.sites.at[s];
                if at == p || at == q {
                    return false;
                }
                if in_triangle([p, o, q], at) {
                    return true;
                }
                let clear = self.sites.clear[s];
                let least = margin.min(clear / 2.0).max(2.0).min(clear);
                let d = distance(p, q, at);
                d < least && d < distance(p, o, at).min(distance(o, q, at))
            },
        )
    }
}

/// A vertex of a chain between those left before and after it.
fn around(chain: &Chain, k: u32) -> [u32; 3] {
    [chain.before[k as usize], k, chain.after[k as usize]]
}

/// Whether a point lies in a closed triangle, which may be flat.
fn in_triangle([a, b, c]: [Pt; 3], p: Pt) -> bool {
    let mut rect = Rect::of(a, b);
    rect.add(c);
    if !rect.contains(p) {
        return false;
    }
    let sides = [cross(a, b, p), cross(b, c, p), cross(c, a, p)];
    sides.iter().all(|&s| s >= 0) || sides.iter().all(|&s| s <= 0)
}

/// Distance of a point from the segment `a b`, in grid units of latitude.
pub(super) fn distance(a: Pt, b: Pt, p: Pt) -> f64 {
    let squeeze = (p[1] as f64 / UNITS).to_radians().cos();
    let from = |q: Pt| [(q[0] - p[0]) as f64 * squeeze, (q[1] - p[1]) as f64];
    let (a, b) = (from(a), from(b));
    let d = [b[0] - a[0], b[1] - a[1]];
    let length2 = d[0] * d[0] + d[1] * d[1];
    let t = -(a[0] * d[0] + a[1] * d[1]) / length2;
    let t = if t.is_finite() {
        t.clamp(0.0, 1.0)
    } else {
        0.0
    };
    (a[0] + t * d[0]).hypot(a[1] + t * d[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zigzag() -> Vec<Edge> {
        let at = |k: i64| [k * 1000, (k % 2) * 100];
        (0..10)
            .map(|k| Edge {
                ends: [at(k), at(k + 1)],
                sides: [(0, 0), (1, 0)],
                rigid: false,
            })
            .collect()
    }

    fn path(edges: &[Edge]) -> Vec<Pt> {
        let mut points: Vec<Pt> = edges.iter().flat_map(|e| e.ends).collect();
        points.sort_unstable();
        points.dedup();
        points
    }

    /// Ten units of latitude, in metres.
    const TEN: f64 = 0.1112;

    #[test]
    fn a_zigzag_becomes_straight_within_the_tolerance() {
        let none = Sites::new(Vec::new(), Vec::new());
        assert_eq!(path(&simplified(zigzag(), &none, TEN)).len(), 11);
        assert_eq!(path(&simplified(zigzag(), &none, 10.1 * TEN)).len(), 2);
        let one = simplified(zigzag(), &none, 10.1 * TEN);
        assert_eq!(one[0].sides[0], (0, 0));
    }

    #[test]
    fn a_site_keeps_the_border_on_its_side() {
        let sites = Sites::new(vec![[5000, 50]], vec![f64::INFINITY]);
        let bent = path(&simplified(zigzag(), &sites, 100.0 * TEN));
        assert!(bent.len() > 2, "{bent:?}");
        let below = bent
            .windows(2)
            .any(|w| w[0][0] <= 5000 && w[1][0] >= 5000 && cross(w[0], w[1], [5000, 50]) < 0);
        assert!(below, "the site stays below the border: {bent:?}");
    }

    #[test]
    fn a_ring_keeps_three_corners() {
        let ring: Vec<Pt> = (0..40)
            .map(|k| {
                let angle = f64::from(k) / 40.0 * std::f64::consts::TAU;
                [(1e5 * angle.cos()) as i64, (1e5 * angle.sin()) as i64]
            })
            .collect();
        let edges = (0..40)
            .map(|k| Edge {
                ends: [ring[k], ring[(k + 1) % 40]],
                sides: [(0, 0), (1, 0)],
                rigid: false,
            })
            .collect();
        let none = Sites::new(Vec::new(), Vec::new());
        assert_eq!(path(&simplified(edges, &none, 1e6)).len(), 3);
    }

    #[test]
    fn triangles_are_closed() {
        let t = [[0, 0], [4, 0], [0, 4]];
        for p in [[0, 0], [2, 2], [1, 1], [4, 0]] {
            assert!(in_triangle(t, p));
        }
        assert!(!in_triangle(t, [3, 2]));
        let flat = [[0, 0], [2, 2], [4, 4]];
        assert!(in_triangle(flat, [3, 3]) && !in_triangle(flat, [5, 5]));
        assert!(!in_triangle(flat, [3, 2]));
    }
}
