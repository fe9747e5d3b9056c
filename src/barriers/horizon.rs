//! What is in the way all around a place, roughly: the nearest edge in each direction. Whether it is in the way of one great circle is asked exactly;
//! what this misses is found by the index.

use super::Barriers;
use super::corners::{End, NONE};
use super::sphere::{Vector, cross, dot, unit};
use crate::base::sphere::chord2;

/// Edges all around.
pub(super) struct Horizon {
    /// The nearest edge that covers each direction, or [`NONE`].
    edges: Vec<u32>,
    /// The direction of each corner.
    of: Vec<u32>,
}

impl Horizon {
    /// Around a place; `by` says which of kilometres and minutes count as a cost.
    pub fn new(barriers: &Barriers, from: End, by: usize) -> Horizon {
        let mesh = &barriers.mesh;
        let many = mesh
            .vertices
            .len()
            .saturating_mul(2)
            .next_power_of_two()
            .clamp(64, 16_384);
        let turn = many as f64;
        let at = turns(from.at, turn);
        let angles: Vec<f64> = mesh.vertices.iter().map(|v| at(*v)).collect();
        let far: Vec<f64> = mesh.vertices.iter().map(|v| chord2(*v, from.at)).collect();
        let mut nearest = vec![(f64::INFINITY, NONE); many];
        for (e, edge) in mesh.edges.iter().enumerate() {
            let [a, b] = edge.ends.map(|v| v as usize);
            if edge.ends.contains(&from.corner) || edge.charge[by] <= 0.0 {
                continue;
            }
            // The shorter way around.
            let (mut low, mut high) = (angles[a].min(angles[b]), angles[a].max(angles[b]));
            if high - low > turn / 2.0 {
                (low, high) = (high, low + turn);
            }
            let own = (far[a].max(far[b]), e as u32);
            for bin in low.ceil() as usize..high.floor() as usize {
                let bin = &mut nearest[bin % many];
                if own.0 < bin.0 {
                    *bin = own;
                }
            }
        }
        Horizon {
            edges: nearest.into_iter().map(|(_, e)| e).collect(),
            of: (angles.iter().map(|x| (*x as usize % many) as u32)).collect(),
        }
    }

    /// The edge that may be in the way to a corner.
    pub fn edge(&self, corner: u32) -> Option<u32> {
        let bin = *self.of.get(corner as usize)?;
        let edge = self.edges[bin as usize];
        (edge != NONE).then_some(edge)
    }
}

/// Says in which direction from `p` a place is: it grows all around, from 0 to `turn`, if not evenly, and half around is half of that.
fn turns(p: Vector, turn: f64) -> impl Fn(Vector) -> f64 {
    let least = (0..3).min_by(|a, b| p[*a].abs().total_cmp(&p[*b].abs()));
    let mut axis = [0.0; 3];
    axis[least.unwrap_or(0)] = 1.0;
    let east = unit(cross(axis, p)).unwrap_or(axis);
    let north = cross(p, east);
    move |c: Vector| {
        let (x, y) = (dot(c, east), dot(c, north));
        let sum = x.abs() + y.abs();
        let share = if sum > 0.0 { x / sum } else { 0.0 };
        let quarters = if y >= 0.0 { 1.0 - share } else { 3.0 + share };
        quarters * (turn / 4.0)
    }
}
