//! Borders as chains, and what must stay on its side of them: what straightening and smoothing share.

use super::graph::Graph;
use super::grid::{Pt, Rect, UNITS, cross};
use super::rings::Edge;
use super::tree::Tree;
use crate::base::sphere::EARTH_RADIUS_KM;

/// Sites that borders must not move across, in an order that is local.
pub(super) struct Sites {
    pub at: Vec<Pt>,
    /// Distance of each to the nearest border before, grid units of latitude.
    pub clear: Vec<f64>,
    pub tree: Tree,
}

impl Sites {
    pub(super) fn new(at: Vec<Pt>, clear: Vec<f64>) -> Sites {
        let tree = Tree::new(at.iter().map(|&p| Rect::of(p, p)).collect());
        Sites { at, clear, tree }
    }
}

/// A run of edges between nodes, or a ring.
pub(super) struct Chain {
    pub vertices: Vec<u32>,
    /// Owners on both sides of its edges, as they run.
    pub sides: [(u32, i64); 2],
}

impl Sites {
    /// Whether a border may run along `new` where it ran along `old`: all sites outside of the closed triangle between them keep their
    /// side, and their clearance. Of the distance to the nearest border each keeps half, or `margin` where that is less.
    pub(super) fn permit(&self, triangle: [Pt; 3], margin: f64) -> bool {
        let [p, o, q] = triangle;
        let mut rect = Rect::of(p, q);
        rect.add(o);
        let reach = rect.grown(margin as i64 + 2);
        !self.tree.any(
            |r| r.meets(&reach),
            |s| {
                let at = self.at[s];
                if at == p || at == q {
                    return false;
                }
                if in_triangle(triangle, at) {
                    return true;
                }
                let clear = self.clear[s];
                let least = margin.min(clear / 2.0).max(2.0).min(clear);
                let d = distance(p, q, at);
                d < least && d < distance(p, o, at).min(distance(o, q, at))
            },
        )
    }
}

/// Grid units of latitude of so many metres: a degree of latitude is as long everywhere on the sphere.
pub(super) fn units(metres: f64) -> f64 {
    metres / (EARTH_RADIUS_KM.to_radians() * 1000.0 / UNITS)
}

/// The chains of edges that may move, each from node to node. A ring without a node begins and
/// ends at its least vertex.
pub(super) fn chains(edges: &[Edge], graph: &Graph) -> Vec<Chain> {
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
        chains.push(Chain { vertices, sides });
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

/// Whether a point lies in a closed triangle, which may be flat.
pub(super) fn in_triangle([a, b, c]: [Pt; 3], p: Pt) -> bool {
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
