//! Junctions and the stretches of road between them.

use serde::Serialize;

/// No arc, no vertex.
pub(super) const NONE: u32 = u32::MAX;

/// Degrees in one of the units of places.
pub(super) const DEGREE: f64 = 1e-7;

/// The bearing of what has no length.
pub(super) const NO_BEARING: u16 = 360;

/// A stretch of road from a junction to the next, in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arc {
    pub tail: u32,
    pub head: u32,
    /// Milliseconds.
    pub ms: u32,
    /// Milliseconds that what stands at its end takes: a signal, a gate. Who goes on from there waits.
    pub wait: u32,
    /// Centimetres.
    pub cm: u32,
    /// The other direction of the same stretch, or `NONE`.
    pub twin: u32,
    /// Whole degrees clockwise from north, where it begins and where it ends; or [`NO_BEARING`].
    pub bearing: [u16; 2],
    /// For who has business there only.
    pub local: bool,
    /// Whether some turn from it, or into it, is not allowed.
    pub banned: bool,
    /// Whether nothing but turning round goes on from it.
    pub ends: bool,
    /// Its stretch.
    pub edge: u32,
}

/// A stretch of road: where its corners stand in [`Graph::shape`], in the order of the way's nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub from: u32,
    pub to: u32,
    /// The arc in that order, or else the one against it.
    pub arc: u32,
    /// Whether `arc` goes along the corners, not against them.
    pub along: bool,
}

/// A road network: its vertices are junctions, its arcs are directed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Graph {
    pub(super) arcs: Vec<Arc>,
    pub(super) edges: Vec<Edge>,
    /// Longitude and latitude of all corners, in steps of [`DEGREE`].
    pub(super) shape: Vec<[i32; 2]>,
    /// Arcs that leave vertex `v`: `out[out_start[v]..out_start[v + 1]]`.
    pub(super) out: Vec<u32>,
    pub(super) out_start: Vec<u32>,
    /// Arcs that end in vertex `v`, likewise.
    pub(super) into: Vec<u32>,
    pub(super) into_start: Vec<u32>,
    /// How many stretches meet in each vertex.
    pub(super) meet: Vec<u8>,
    /// Turns that are not allowed, ascending.
    pub(super) banned: Vec<(u32, u32)>,
    pub(super) facts: Facts,
}

/// What a network is made of, and what was left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Facts {
    /// Junctions and dead ends.
    pub vertices: usize,
    /// Stretches between them, each direction counted.
    pub arcs: usize,
    /// Length of all stretches, each once, km.
    pub km: f64,
    /// Length of what was cut off, because it cannot be reached from the rest and left again, km.
    pub cut_km: f64,
    /// Turns that are not allowed.
    pub banned_turns: usize,
    /// Restrictions of turns that are not kept to: they lead over a way, or their ways go on past the node.
    pub turns_not_kept: usize,
    /// Nodes of roads that the extract does not have: its rim.
    pub missing_nodes: usize,
}

impl Graph {
    /// What it is made of, and what was left out.
    pub(crate) fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The corners of a stretch, in steps of [`DEGREE`].
    pub(super) fn corners(&self, edge: u32) -> &[[i32; 2]] {
        let edge = &self.edges[edge as usize];
        &self.shape[edge.from as usize..edge.to as usize]
    }

    /// Arcs that leave a vertex.
    pub(super) fn leaving(&self, v: u32) -> &[u32] {
        let v = v as usize;
        &self.out[self.out_start[v] as usize..self.out_start[v + 1] as usize]
    }

    /// Arcs that end in a vertex.
    pub(super) fn ending(&self, v: u32) -> &[u32] {
        let v = v as usize;
        &self.into[self.into_start[v] as usize..self.into_start[v + 1] as usize]
    }
}
