//! The sides of corners: the sectors between the edges that meet there. A trip that bends at a corner stays in one of them, or pays for the
//! edges between.

use super::Barriers;
use super::mesh::Mesh;
use super::sphere::{Vector, dot, side};
use std::cmp::Ordering;

/// No corner.
pub(super) const NONE: u32 = u32::MAX;

/// An end of a great circle.
#[derive(Clone, Copy)]
pub(super) struct End {
    pub at: Vector,
    /// The corner that it is, or [`NONE`].
    pub corner: u32,
}

/// A corner: its edges, anticlockwise.
#[derive(Clone, Debug, Default)]
pub(super) struct Corner {
    /// Each edge, and the corner at its other end. Sector `t` lies between the edges `t` and `t + 1`; a corner with fewer than two edges has one sector,
    /// which is all there is.
    pub edges: Vec<(u32, u32)>,
    /// Whether each sector is in an area that nobody crosses.
    pub shut: Vec<bool>,
    /// Whether trips may get from one sector to another here.
    pub passes: bool,
    /// Whether just two edges meet here, and crossing either costs the same: a trip bends here around them, or in line with one of them, and crosses no other
    /// way, for beside the corner it is shorter and costs as much.
    pub plain: bool,
}

impl Corner {
    /// How many sectors there are.
    pub fn sectors(&self) -> usize {
        self.edges.len().max(1)
    }

    /// The directions that a sector lies between; `None` where it is all around.
    fn sides(&self, mesh: &Mesh, sector: usize) -> Option<[Vector; 2]> {
        (self.edges.len() > 1).then(|| {
            let next = (sector + 1) % self.edges.len();
            [sector, next].map(|t| mesh.vertices[self.edges[t].1 as usize])
        })
    }
}

/// The corners of a mesh. Sectors in areas whose rim is elsewhere are shut by [`shut`].
pub(super) fn corners(mesh: &Mesh) -> Vec<Corner> {
    let mut corners = vec![Corner::default(); mesh.vertices.len()];
    for (e, edge) in mesh.edges.iter().enumerate() {
        let [a, b] = edge.ends;
        corners[a as usize].edges.push((e as u32, b));
        corners[b as usize].edges.push((e as u32, a));
    }
    for (v, corner) in corners.iter_mut().enumerate() {
        sort(mesh, v, corner);
        let finite = |(e, _): &(u32, u32)| !mesh.edges[*e as usize].is_shut();
        corner.passes = corner.edges.iter().any(finite);
        let charge = |(e, _): (u32, u32)| mesh.edges[e as usize].charge;
        corner.plain = match *corner.edges.as_slice() {
            [a, b] => corner.passes && charge(a) == charge(b),
            _ => false,
        };
    }
    corners
}

/// Sorts the edges of a corner, anticlockwise from the first.
fn sort(mesh: &Mesh, v: usize, corner: &mut Corner) {
    let Some((_, first)) = corner.edges.first().copied() else {
        return;
    };
    let (at, first) = (mesh.vertices[v], mesh.vertices[first as usize]);
    // 0: the first direction itself; 1: left of it; 2: against it; 3: right of it.
    let quarter = |p: Vector| match side(at, first, p) {
        1 => 1,
        -1 => 3,
        _ if dot(first, p) - dot(at, first) * dot(at, p) > 0.0 => 0,
        _ => 2,
    };
    corner.edges.sort_by(|(e, p), (f, q)| {
        let (p, q) = (mesh.vertices[*p as usize], mesh.vertices[*q as usize]);
        let turn = || match side(at, p, q) {
            1 => Ordering::Less,
            -1 => Ordering::Greater,
            _ => e.cmp(f),
        };
        quarter(p).cmp(&quarter(q)).then_with(turn)
    });
}

impl Barriers {
    /// Says of each corner which sectors are in areas that nobody crosses.
    pub(super) fn shut_sectors(&self) -> Vec<Vec<bool>> {
        let of = |v: usize| {
            let corner = &self.corners[v];
            let mut shut = vec![false; corner.sectors()];
            for (number, _) in self.areas.iter().enumerate().filter(|(_, a)| a.is_shut()) {
                // Whether the area lies left of each edge, as seen from the corner; of those that are its rim.
                let rim = |t: &usize| self.rim(v, *t, number as u32).map(|left| (*t, left));
                let rims: Vec<(usize, bool)> =
                    (0..corner.edges.len()).filter_map(|t| rim(&t)).collect();
                let Some((_, last)) = rims.last().copied() else {
                    if self.contains(number, self.mesh.vertices[v]) {
                        shut.fill(true);
                    }
                    continue;
                };
                let mut inside = last;
                let mut rims = rims.into_iter().peekable();
                for (t, shut) in shut.iter_mut().enumerate() {
                    if let Some((_, left)) = rims.next_if(|(at, _)| *at == t) {
                        inside = left;
                    }
                    *shut |= inside;
                }
            }
            shut
        };
        (0..self.corners.len()).map(of).collect()
    }

    /// Whether an area lies left of an edge of a corner, seen from there; `None` where it is not its rim.
    fn rim(&self, v: usize, t: usize, area: u32) -> Option<bool> {
        let (e, _) = self.corners[v].edges[t];
        let edge = &self.mesh.edges[e as usize];
        // What runs out and back parts nothing.
        if !edge.bounds(area) {
            return None;
        }
        let (_, left) = edge.rims.iter().find(|(of, _)| *of == area)?;
        Some(*left == (edge.ends[0] as usize == v))
    }

    /// Whether a direction, or the one `against` it, is in a sector, its sides included.
    pub(super) fn is_in(&self, v: u32, sector: usize, to: Vector, against: bool) -> bool {
        let corner = &self.corners[v as usize];
        let Some([a, b]) = corner.sides(&self.mesh, sector) else {
            return true;
        };
        let at = self.mesh.vertices[v as usize];
        let turned = if against { -1 } else { 1 };
        let (from_a, to_b) = (side(at, a, to) * turned, side(at, to, b) * turned);
        match side(at, a, b) {
            1 => from_a >= 0 && to_b >= 0,
            0 => from_a >= 0,
            _ => from_a >= 0 || to_b >= 0,
        }
    }

    /// As [`Barriers::is_in`], without the side that the sector begins with: a direction is in one sector of a corner, and in no other.
    pub(super) fn is_before(&self, v: u32, sector: usize, to: Vector) -> bool {
        let corner = &self.corners[v as usize];
        let Some([a, b]) = corner.sides(&self.mesh, sector) else {
            return true;
        };
        let at = self.mesh.vertices[v as usize];
        let along = |a: Vector| side(at, a, to) == 0 && dot(a, to) > dot(at, a) * dot(at, to);
        along(b) || self.is_in(v, sector, to, false) && !along(a)
    }

    /// Whether a place is in line with an edge of a corner, on either side of the corner.
    pub(super) fn is_in_line(&self, v: u32, p: Vector) -> bool {
        let at = self.mesh.vertices[v as usize];
        let mut edges = self.corners[v as usize].edges.iter();
        edges.any(|(_, w)| side(at, self.mesh.vertices[*w as usize], p) == 0)
    }

    /// Whether a sector is half of all around, or more.
    pub(super) fn is_wide(&self, v: u32, sector: usize) -> bool {
        let corner = &self.corners[v as usize];
        let at = self.mesh.vertices[v as usize];
        (corner.sides(&self.mesh, sector)).is_none_or(|[a, b]| side(at, a, b) <= 0)
    }
}
