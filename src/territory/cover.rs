//! What covers each face of a planar drawing: winding numbers of tagged rings.

use super::graph::Graph;
use super::grid::Pt;
use super::slabs::{Slabs, Way};

/// A tag (an owner, a ring) and its winding number.
pub(super) type Count = (u32, i32);

/// Per edge: what lies on its left beyond what lies on its right. Flat, as most have one or two.
#[derive(Default)]
pub(super) struct Steps {
    end: Vec<u32>,
    counts: Vec<Count>,
}

impl Steps {
    /// Appends the step of the next edge.
    pub(super) fn push(&mut self, counts: &[Count]) {
        self.counts.extend_from_slice(counts);
        self.end.push(self.counts.len() as u32);
    }

    fn of(&self, edge: usize) -> &[Count] {
        let start = if edge == 0 {
            0
        } else {
            self.end[edge - 1] as usize
        };
        &self.counts[start..self.end[edge] as usize]
    }
}

/// Adds to a count, and drops it at 0; tags stay sorted.
pub(super) fn add(counts: &mut Vec<Count>, tag: u32, by: i32) {
    match counts.binary_search_by_key(&tag, |c| c.0) {
        Ok(at) => {
            counts[at].1 += by;
            if counts[at].1 == 0 {
                counts.remove(at);
            }
        }
        Err(at) => counts.insert(at, (tag, by)),
    }
}

/// What `judge` makes of the winding numbers of the face of each cycle: from the edges west of a component, and inside it by the
/// steps of its edges.
pub(super) fn covers<T: Clone + Default>(
    graph: &Graph,
    ends: &[[Pt; 2]],
    step: &Steps,
    mut judge: impl FnMut(u32, &[Count]) -> T,
) -> Vec<T> {
    let slabs = Slabs::new(ends.iter().copied(), 0);
    let mut cover: Vec<T> = vec![T::default(); graph.cycles.len()];
    let mut seen = vec![false; graph.cycles.len()];
    for (v, round) in graph.components() {
        let mut counts = Vec::new();
        slabs.left_of(graph.at[v as usize], |e| {
            // Crossing an upward edge eastwards leads from its left to its right.
            let up = ends[e][1][1] > ends[e][0][1];
            for (tag, by) in step.of(e) {
                add(&mut counts, *tag, if up { -by } else { *by });
            }
        });
        seen[round as usize] = true;
        cover[round as usize] = judge(round, &counts);
        let mut todo = vec![(round, counts)];
        while let Some((cycle, here)) = todo.pop() {
            graph.walk(cycle, |h| {
                let other = graph.cycle[(h ^ 1) as usize];
                if !seen[other as usize] {
                    seen[other as usize] = true;
                    let mut there = here.clone();
                    for (tag, by) in step.of(h as usize / 2) {
                        // From the left of h to its right.
                        let by = if h.is_multiple_of(2) { -by } else { *by };
                        add(&mut there, *tag, by);
                    }
                    cover[other as usize] = judge(other, &there);
                    todo.push((other, there));
                }
            });
        }
    }
    cover
}

/// The face of each cycle, named by the cycle round it; `u32::MAX` is all that is outside.
pub(super) fn faces(graph: &Graph, ends: &[[Pt; 2]]) -> Vec<u32> {
    let slabs = Slabs::new(ends.iter().copied(), 0);
    let mut face: Vec<u32> = (0..graph.cycles.len() as u32).collect();
    // Components come from west to east, so what is west of one is known.
    for (v, round) in graph.components() {
        face[round as usize] = match slabs.first(graph.at[v as usize], Way::Left) {
            None => u32::MAX,
            Some(e) => {
                // The half-edge with the ray on its left runs down.
                let [from, to] = ends[e];
                let h = if to[1] < from[1] { 2 * e } else { 2 * e + 1 };
                face[graph.cycle[h] as usize]
            }
        };
    }
    face
}
