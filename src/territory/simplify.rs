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

use super::chains::{Chain, Sites, chains, distance, in_triangle, units};
use super::graph::Graph;
use super::grid::{Line, Pt, Rect};
use super::rings::Edge;
use super::tree::{Tree, morton};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

/// Takes vertices out of the borders. `tolerance` is in metres.
pub(super) fn simplified(edges: Vec<Edge>, sites: &Sites, tolerance: f64) -> Vec<Edge> {
    let ends: Vec<[Pt; 2]> = edges.iter().map(|e| e.ends).collect();
    let graph = Graph::new(&ends);
    let mut chains: Vec<Thinned> = chains(&edges, &graph)
        .into_iter()
        .map(Thinned::new)
        .collect();
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

/// A chain and which of its vertices are left.
struct Thinned {
    vertices: Vec<u32>,
    /// The vertices before and after each that are still there.
    before: Vec<u32>,
    after: Vec<u32>,
    sides: [(u32, i64); 2],
}

impl Thinned {
    fn new(chain: Chain) -> Thinned {
        let n = chain.vertices.len() as u32;
        Thinned {
            before: (0..n).map(|k| k.wrapping_sub(1)).collect(),
            after: (1..=n).map(|k| if k == n { u32::MAX } else { k }).collect(),
            vertices: chain.vertices,
            sides: chain.sides,
        }
    }
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
        let ends = graph.origin.chunks_exact(2);
        let mut order: Vec<u32> = (0..graph.at.len() as u32).collect();
        order.sort_by_cached_key(|&v| morton(graph.at[v as usize]));
        let boxes = order.iter().map(|&v| graph.at[v as usize]);
        let tree = Tree::new(boxes.map(|p| Rect::of(p, p)).collect());
        Work {
            graph,
            sites,
            tolerance: units(tolerance),
            alive: vec![true; graph.at.len()],
            order,
            tree,
            joined: ends.map(|e| pair(e[0], e[1])).collect(),
        }
    }

    fn run(&mut self, chains: &mut [Thinned]) {
        let mut heap = BinaryHeap::new();
        let mut version: Vec<Vec<u32>> = chains.iter().map(|c| vec![0; c.vertices.len()]).collect();
        // Distances are not negative: their bits are in their order.
        let offer = |work: &Work, chain: &Thinned, c: usize, k: u32, version: &mut [u32]| {
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

    fn at(&self, chain: &Thinned, k: u32) -> Pt {
        self.graph.at[chain.vertices[k as usize] as usize]
    }

    /// The largest distance of an original vertex from the edge that would replace it.
    fn cost(&self, chain: &Thinned, k: u32) -> f64 {
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
    fn may_go(&self, chain: &Thinned, k: u32) -> bool {
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
        self.sites.permit([p, o, q], self.tolerance / 8.0)
    }
}

/// A vertex of a chain between those left before and after it.
fn around(chain: &Thinned, k: u32) -> [u32; 3] {
    [chain.before[k as usize], k, chain.after[k as usize]]
}

#[cfg(test)]
mod tests {
    use super::super::grid::cross;
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
}
