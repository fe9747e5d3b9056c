//! Barriers: lines and areas that no trip crosses, or only at a cost; and the shortest ways round them.
//!
//! Between its corners a barrier is the great circle, and so is a trip between its bends. On the sphere, then, a shortest way bends at corners of
//! barriers only, and is found among finitely many: a *visibility graph* (Lozano-Pérez & Wesley, 1979), whose nodes are sides of corners
//! (`corners`), and whose links are great circles that meet no barrier in between, or pay for those they cross.
//!
//! What lies on which side is the sign of a determinant of three unit vectors, which is exact (`sphere`; Shewchuk, 1997): there is no gap that a
//! trip could slip through by rounding, and whoever passes a corner exactly is neither stopped nor let through the barrier. What is within
//! [`TOUCH_KM`] touches (`mesh`).
//!
//! A line is paid for each time it is crossed. An area is paid for each time a trip is in it: half of its cost at each crossing of its rim, and
//! the other half where a trip begins or ends in it, but not both.

mod areas;
mod build;
mod corners;
mod horizon;
mod index;
mod links;
mod mesh;
mod sight;
mod sphere;
#[cfg(test)]
mod tests;
mod ways;

pub(crate) use sphere::place;
pub(crate) use ways::{Home, Ways};

use areas::Area;
use build::Gate;
use corners::Corner;
use index::Index;
use mesh::Mesh;
use sphere::{Vector, chord};

/// What is nearer than this touches: a centimetre, km.
pub(crate) const TOUCH_KM: f64 = 1e-5;
/// How near to a named crossing a barrier is open to roads, and how far from its barrier a point may be drawn, km.
pub(crate) const GATE_KM: f64 = 0.1;
/// Corners that barriers may have together.
pub(crate) const MOST_CORNERS: usize = 20_000;
/// Corners of those among them that are crossed at a cost: the ways around each are looked at from each.
pub(crate) const MOST_PAID: usize = 5_000;

/// Kilometres and minutes of crossing; infinite where nobody crosses.
pub(crate) type Charge = [f64; 2];
/// What cannot be crossed costs this.
pub(crate) const SHUT: Charge = [f64::INFINITY; 2];

/// What a feature draws, in degrees.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    /// A line.
    Line(Vec<[f64; 2]>),
    /// An area: what an odd number of its rings is around, so that one within another is a hole, in it again an island, and one beside it a part.
    Area(Vec<Vec<[f64; 2]>>),
}

/// A barrier as the file has it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Barrier {
    /// Number of the feature.
    pub feature: usize,
    pub shape: Shape,
    /// What crossing costs, or [`SHUT`].
    pub charge: Charge,
}

/// A named crossing: a point of a line, or a way from one side to the other.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Crossing {
    /// Number of the feature.
    pub feature: usize,
    pub name: String,
    /// One place, or the corners of a line.
    pub way: Vec<[f64; 2]>,
    /// What it costs itself.
    pub charge: Charge,
}

/// What is wrong with a barrier or a crossing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Number of the feature.
    pub feature: usize,
    pub what: String,
    pub help: &'static str,
}

/// Barriers, ready to be asked.
#[derive(Clone, Debug)]
pub(crate) struct Barriers {
    mesh: Mesh,
    corners: Vec<Corner>,
    areas: Vec<Area>,
    index: Index,
    gates: Vec<Gate>,
}

impl Barriers {
    /// Whether a place is in an area that nobody crosses, or within [`TOUCH_KM`] of a line or rim that nobody crosses.
    pub fn shuts_in(&self, p: Vector) -> bool {
        let shut = |e: &u32| self.mesh.edges[*e as usize].is_shut();
        self.touched(p).iter().any(shut)
            || (self.areas.iter().enumerate())
                .any(|(at, area)| area.is_shut() && self.contains(at, p))
    }

    /// The edges that a place is on.
    fn touched(&self, p: Vector) -> Vec<u32> {
        let near = self.index.near(p, chord(TOUCH_KM));
        let at = |e: &u32| self.mesh.distance(*e, p) <= chord(TOUCH_KM);
        near.filter(at).collect()
    }

    /// The areas at a cost that a place is in, by number, ascending.
    pub fn within(&self, p: Vector) -> Vec<u32> {
        let of = |(at, area): &(usize, &Area)| !area.is_shut() && self.contains(*at, p);
        let areas = self.areas.iter().enumerate().filter(of);
        areas.map(|(at, _)| at as u32).collect()
    }

    /// What a trip pays besides its crossings, because it begins or ends in areas of which the other end is outside.
    pub fn ends_pay(&self, from: &[u32], to: &[u32]) -> Charge {
        let mut sum = [0.0; 2];
        let only = |a: &[u32], b: &[u32]| -> Vec<u32> {
            a.iter().filter(|x| !b.contains(x)).copied().collect()
        };
        for at in only(from, to).into_iter().chain(only(to, from)) {
            let charge = self.areas[at as usize].charge;
            sum = [sum[0] + charge[0] / 2.0, sum[1] + charge[1] / 2.0];
        }
        sum
    }

    /// Where the great circle from `p` to `q` crosses barriers: how much of the way lies before, and what crossing costs there. A named
    /// crossing within [`GATE_KM`] takes the place of the barrier's cost where it is less.
    ///
    /// Whoever is on a line exactly counts as on its left: a way in several parts crosses as often as it gets to the other side.
    pub fn crossed(&self, p: Vector, q: Vector, found: &mut Vec<(f64, Charge)>) {
        found.clear();
        if p == q {
            return;
        }
        for e in self.index.along(p, q) {
            let edge = &self.mesh.edges[e as usize];
            let [a, b] = self.mesh.ends(e);
            if let Some(x) = sphere::crosses_or_touches(p, q, a, b) {
                let (before, whole) = (sphere::km(p, x), sphere::km(p, q));
                let share = if whole > 0.0 {
                    (before / whole).min(1.0)
                } else {
                    0.0
                };
                found.push((share, self.at_gate(x, edge.charge, !edge.rims.is_empty())));
            }
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
    }

    /// Whether the great circle between two places crosses what nobody crosses.
    pub fn parts(&self, p: Vector, q: Vector, found: &mut Vec<(f64, Charge)>) -> bool {
        self.crossed(p, q, found);
        found.iter().any(|(_, charge)| charge[0].is_infinite())
    }

    /// As [`Barriers::parts`], whatever named crossings open.
    pub fn walls_off(&self, p: Vector, q: Vector) -> bool {
        let shut = |e: u32| {
            let [a, b] = self.mesh.ends(e);
            self.mesh.edges[e as usize].is_shut()
                && sphere::crosses_or_touches(p, q, a, b).is_some()
        };
        p != q && self.index.along(p, q).any(shut)
    }

    /// What crossing costs at a place of a barrier.
    fn at_gate(&self, x: Vector, charge: Charge, rim: bool) -> Charge {
        let near = |gate: &&Gate| gate.distance(x) <= chord(GATE_KM);
        let share = if rim { 0.5 } else { 1.0 };
        let own = self
            .gates
            .iter()
            .filter(near)
            .map(|g| g.charge.map(|c| c * share));
        own.fold(charge, |least, own| {
            if own[1] < least[1] || own[0] < least[0] && own[1] <= least[1] {
                own
            } else {
                least
            }
        })
    }

    /// The two sides of each named crossing: places that it joins.
    pub fn joined(&self) -> impl Iterator<Item = [Vector; 2]> + '_ {
        self.gates.iter().filter_map(|gate| gate.sides(self))
    }
}
