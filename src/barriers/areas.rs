//! What is in an area.

use super::corners::NONE;
use super::sphere::{Vector, cross, dot, side, unit};
use super::{Barriers, Charge};
use std::collections::{BTreeSet, HashMap};

/// An area that is part of barriers.
#[derive(Clone, Debug)]
pub(super) struct Area {
    /// The middle of a cap that it is within.
    pub middle: Vector,
    /// The cosine of the cap's angle, or a little less.
    pub least: f64,
    /// A place a quarter of the globe away from the middle.
    pub far: Vector,
    /// What crossing it costs.
    pub charge: Charge,
}

impl Area {
    /// The area in the cap around these corners; `None` where they reach over 80 degrees from their middle.
    pub fn around(corners: &[Vector], charge: Charge) -> Option<Area> {
        let sum = corners.iter().fold([0.0; 3], |sum: Vector, c| {
            std::array::from_fn(|axis| sum[axis] + c[axis])
        });
        let middle = unit(sum)?;
        let least = corners.iter().map(|c| dot(*c, middle)).fold(1.0, f64::min);
        let least_axis = (0..3).min_by(|a, b| middle[*a].abs().total_cmp(&middle[*b].abs()));
        let mut axis = [0.0; 3];
        axis[least_axis?] = 1.0;
        let far = unit(cross(middle, axis))?;
        (least > 80_f64.to_radians().cos()).then_some(Area {
            middle,
            least: least - 1e-12,
            far,
            charge,
        })
    }

    pub fn is_shut(&self) -> bool {
        self.charge[0].is_infinite()
    }
}

impl Barriers {
    /// Whether a place, which is not on the rim, lies in an area: whether the great circle to a place a quarter of the globe away crosses the rim an
    /// odd number of times. All of the rim is on this half of the globe.
    pub(super) fn contains(&self, area: usize, p: Vector) -> bool {
        let Area { middle, least, .. } = self.areas[area];
        dot(p, middle) >= least && self.crosses_oddly(area as u32, p, NONE)
    }

    /// Whether the great circle from a place to the far one of an area crosses its rim an odd number of times; a corner crosses no edges of its own. A
    /// corner on the way counts as left of it.
    fn crosses_oddly(&self, area: u32, p: Vector, corner: u32) -> bool {
        let q = self.areas[area as usize].far;
        let mut inside = false;
        for e in self.index.along(p, q) {
            let edge = &self.mesh.edges[e as usize];
            if edge.ends.contains(&corner) || !edge.bounds(area) {
                continue;
            }
            let [a, b] = self.mesh.ends(e);
            let left = |c| side(p, q, c) >= 0;
            if left(a) != left(b) && (side(a, b, p) > 0) != (side(a, b, q) > 0) {
                inside = !inside;
            }
        }
        inside
    }

    /// Finds on which side of each edge of its rim each area is: what is inside is what an odd number of crossings parts from the outside, whichever way
    /// rings run, and wherever one touches itself or another. No two edges of one rim cross.
    pub(super) fn turn_rims(&mut self) {
        let mut rims: Vec<Vec<u32>> = vec![Vec::new(); self.areas.len()];
        for (e, edge) in self.mesh.edges.iter().enumerate() {
            for (area, _) in &edge.rims {
                let own = &mut rims[*area as usize];
                if own.last() != Some(&(e as u32)) && edge.bounds(*area) {
                    own.push(e as u32);
                }
            }
        }
        for (area, rim) in rims.iter().enumerate() {
            let ends = rim.iter().flat_map(|e| self.mesh.edges[*e as usize].ends);
            let corners: BTreeSet<u32> = ends.collect();
            // Corners that are reached along the rim know their sides from there.
            let mut known: HashMap<u32, bool> = HashMap::new();
            for v in corners {
                let mut stack = vec![v];
                while let Some(v) = stack.pop() {
                    self.turn_corner(area as u32, v, &mut known, &mut stack);
                }
            }
        }
    }

    /// Finds the sides of the edges of one corner, of those that bound an area: `known` has whether it lies left of each that was found.
    fn turn_corner(
        &mut self,
        area: u32,
        v: u32,
        known: &mut HashMap<u32, bool>,
        stack: &mut Vec<u32>,
    ) {
        let edges = self.corners[v as usize].edges.iter().enumerate();
        let bounds = edges.filter(|(_, (e, _))| self.mesh.edges[*e as usize].bounds(area));
        let own: Vec<(usize, u32, u32)> = bounds.map(|(t, (e, w))| (t, *e, *w)).collect();
        if own.iter().all(|(_, e, _)| known.contains_key(e)) {
            return;
        }
        // Whether the area lies left of an edge of it, seen from here.
        let from_here = |e: u32, left: bool| left == (self.mesh.edges[e as usize].ends[0] == v);
        let one = own.iter().enumerate();
        let mut one = one.filter_map(|(at, (_, e, _))| Some((at, from_here(*e, *known.get(e)?))));
        let (first, left) = one.next().unwrap_or_else(|| {
            let far = self.areas[area as usize].far;
            let sectors = 0..self.corners[v as usize].sectors();
            // A far place in line with an edge is right of it: the last of two sectors, but for those beside the first edge.
            let mut toward = sectors.filter(|t| self.is_before(v, *t, far));
            let sector = toward.next().unwrap_or(0);
            let before = own.iter().rposition(|(t, ..)| *t <= sector);
            let inside = self.crosses_oddly(area, self.mesh.vertices[v as usize], v);
            (before.unwrap_or(own.len() - 1), inside)
        });
        for (at, (_, e, w)) in own.iter().enumerate() {
            let left = left == (at % 2 == first % 2);
            let left = left == (self.mesh.edges[*e as usize].ends[0] == v);
            if known.insert(*e, left).is_none() {
                stack.push(*w);
            }
            let rims = self.mesh.edges[*e as usize].rims.iter_mut();
            rims.filter(|(of, _)| *of == area)
                .for_each(|rim| rim.1 = left);
        }
    }
}
