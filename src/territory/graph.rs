//! Half-edges of a planar drawing, and the cycles round its faces.

use super::grid::{Pt, cross};
use rayon::prelude::*;
use std::cmp::Ordering;

/// A drawing whose edges meet in common ends only.
///
/// Edge `e` has the half-edges `2 e` (as given) and `2 e + 1` (back). Each half-edge has the face it
/// bounds on its left. A *cycle* is a closed walk along one face: a face with holes has several.
pub(super) struct Graph {
    /// The vertices, ascending: by x, then by y.
    pub at: Vec<Pt>,
    /// The vertex where each half-edge starts.
    pub origin: Vec<u32>,
    /// Start of the half-edges of each vertex in `out`.
    start: Vec<u32>,
    /// Half-edges by origin, counter-clockwise, beginning after the direction to the west.
    out: Vec<u32>,
    /// Where each half-edge stands in `out`.
    slot: Vec<u32>,
    /// The cycle of each half-edge.
    pub cycle: Vec<u32>,
    /// A half-edge of each cycle.
    pub cycles: Vec<u32>,
}

/// Whether a direction points into the upper half-plane, the west counted to it. (Directions from
/// just after west by south and east to west.)
fn upper(d: Pt) -> bool {
    d[1] > 0 || (d[1] == 0 && d[0] < 0)
}

/// Counter-clockwise order of directions, beginning after west: south, east, north, west.
fn turn(a: Pt, b: Pt) -> Ordering {
    // East (dy = 0, dx > 0) lies between the lower and the upper half-plane.
    let half = |d: Pt| match (upper(d), d[1] == 0) {
        (false, false) => 0,
        (false, true) => 1,
        (true, _) => 2,
    };
    half(a)
        .cmp(&half(b))
        .then_with(|| 0.cmp(&cross([0, 0], a, b)))
}

impl Graph {
    /// The graph of edges between distinct points; no two may have the same ends.
    pub(super) fn new(edges: &[[Pt; 2]]) -> Graph {
        let mut at: Vec<Pt> = edges.iter().flatten().copied().collect();
        at.par_sort_unstable();
        at.dedup();
        let find = |p: Pt| at.partition_point(|&q| q < p) as u32;
        let origin: Vec<u32> = edges.par_iter().flatten_iter().map(|&p| find(p)).collect();
        let mut start = vec![0; at.len() + 1];
        origin.iter().for_each(|&v| start[v as usize + 1] += 1);
        (0..at.len()).for_each(|v| start[v + 1] += start[v]);
        let mut fill = start.clone();
        let mut out = vec![0; origin.len()];
        for (h, &v) in origin.iter().enumerate() {
            out[fill[v as usize] as usize] = h as u32;
            fill[v as usize] += 1;
        }
        let direction = |h: u32| {
            let [p, q] = [h, h ^ 1].map(|h| at[origin[h as usize] as usize]);
            [q[0] - p[0], q[1] - p[1]]
        };
        for v in 0..at.len() {
            out[start[v] as usize..start[v + 1] as usize]
                .sort_unstable_by(|&g, &h| turn(direction(g), direction(h)));
        }
        let mut slot = vec![0; out.len()];
        out.iter()
            .enumerate()
            .for_each(|(k, &h)| slot[h as usize] = k as u32);
        let cycle = vec![u32::MAX; out.len()];
        let mut graph = Graph {
            at,
            origin,
            start,
            out,
            slot,
            cycle,
            cycles: Vec::new(),
        };
        for h in 0..graph.out.len() as u32 {
            if graph.cycle[h as usize] == u32::MAX {
                let id = graph.cycles.len() as u32;
                graph.cycles.push(h);
                let mut at = h;
                while graph.cycle[at as usize] == u32::MAX {
                    graph.cycle[at as usize] = id;
                    at = graph.next(at);
                }
            }
        }
        graph
    }

    /// The half-edges that leave a vertex, counter-clockwise, beginning after west.
    pub(super) fn leaving(&self, v: u32) -> &[u32] {
        &self.out[self.start[v as usize] as usize..self.start[v as usize + 1] as usize]
    }

    /// The next half-edge counter-clockwise round the origin of `h`.
    pub(super) fn turned(&self, h: u32) -> u32 {
        let v = self.origin[h as usize] as usize;
        let k = self.slot[h as usize] + 1;
        self.out[if k == self.start[v + 1] {
            self.start[v]
        } else {
            k
        } as usize]
    }

    /// The next half-edge along the face on the left of `h`: at its end, the first one clockwise
    /// from the way back.
    pub(super) fn next(&self, h: u32) -> u32 {
        let v = self.origin[(h ^ 1) as usize] as usize;
        let k = self.slot[(h ^ 1) as usize];
        self.out[if k == self.start[v] {
            self.start[v + 1]
        } else {
            k
        } as usize
            - 1]
    }

    /// Calls `step` with the half-edges of a cycle in order.
    pub(super) fn walk(&self, cycle: u32, mut step: impl FnMut(u32)) {
        let first = self.cycles[cycle as usize];
        let mut h = first;
        loop {
            step(h);
            h = self.next(h);
            if h == first {
                return;
            }
        }
    }

    /// Twice the area that a cycle encloses, negative for the outline of a hole.
    pub(super) fn area2(&self, cycle: u32) -> i128 {
        let mut sum = 0;
        self.walk(cycle, |h| {
            let [p, q] = [h, h ^ 1].map(|h| self.at[self.origin[h as usize] as usize]);
            sum += i128::from(p[0]) * i128::from(q[1]) - i128::from(p[1]) * i128::from(q[0]);
        });
        sum
    }

    /// For each connected component, ascending: its first vertex (least x, then least y) and the
    /// cycle of the face round the component, which is the one west of that vertex.
    pub(super) fn components(&self) -> Vec<(u32, u32)> {
        let mut seen = vec![false; self.at.len()];
        let mut stack = Vec::new();
        let mut components = Vec::new();
        for v in 0..self.at.len() as u32 {
            if seen[v as usize] {
                continue;
            }
            // All its edges lead east or straight up; west is between the last and the first.
            if let Some(&last) = self.leaving(v).last() {
                components.push((v, self.cycle[last as usize]));
            }
            seen[v as usize] = true;
            stack.push(v);
            while let Some(u) = stack.pop() {
                for &h in self.leaving(u) {
                    let w = self.origin[(h ^ 1) as usize];
                    if !seen[w as usize] {
                        seen[w as usize] = true;
                        stack.push(w);
                    }
                }
            }
        }
        components
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_are_sorted_from_west_to_west() {
        let round = [
            [-5, -1],
            [-1, -5],
            [1, -5],
            [5, 0],
            [5, 1],
            [0, 5],
            [-5, 1],
            [-5, 0],
        ];
        for (i, &a) in round.iter().enumerate() {
            for (j, &b) in round.iter().enumerate() {
                assert_eq!(turn(a, b), i.cmp(&j), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn two_squares_that_share_an_edge() {
        let [a, b, c, d, e, f] = [[0, 0], [2, 0], [4, 0], [4, 2], [2, 2], [0, 2]];
        let graph = Graph::new(&[[a, b], [b, c], [c, d], [d, e], [e, f], [f, a], [b, e]]);
        let mut areas: Vec<i128> = (0..graph.cycles.len() as u32)
            .map(|c| graph.area2(c))
            .collect();
        areas.sort_unstable();
        assert_eq!(areas, [-16, 8, 8]);
        let components = graph.components();
        assert_eq!(components.len(), 1);
        assert_eq!(components[0].0, 0);
        assert_eq!(graph.area2(components[0].1), -16);
    }
}
