//! The drawing of all units with the owner of each face, and what is done about faces of nobody or of several.

use super::{Mended, Overlap, ROUNDING, Ring, broken_units, drawing, having, sound};
use crate::base::areas::Areas;
use crate::territory::TerritoryError;
use crate::territory::cover::{self, covers};
use crate::territory::graph::Graph;
use crate::territory::grid::Pt;
use crate::territory::join::{self, PER_METRE, squeeze};
use crate::territory::label::{Labelled, OUTSIDE};
use crate::territory::rings;
use crate::territory::snap::{Piece, STILL};
use crate::territory::unit_map::{NO_RING, UnitEdge, wide};
use crate::territory::unroll::Unroll;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The drawing of all units with the owner of each face.
pub(super) struct Map {
    edges: Vec<Piece>,
    graph: Graph,
    /// The face of each cycle.
    face: Vec<u32>,
    /// The unit that has each face, [`OUTSIDE`] if none; by the cycle round it.
    label: Vec<u32>,
    snap_m: f64,
    overlaps: BTreeMap<(u32, u32), Overlap>,
    invalid: BTreeSet<u32>,
}

impl Map {
    pub fn new(edges: &[UnitEdge], rings: &[Ring], areas: &Areas, snap_m: f64) -> Map {
        let (ends, steps) = drawing(edges, |ring| ring);
        let cuts: BTreeSet<[Pt; 2]> = edges
            .iter()
            .filter(|e| e.unit == NO_RING)
            .map(|e| [wide(e.from), wide(e.to)])
            .collect();
        let graph = Graph::new(&ends);
        let face = cover::faces(&graph, &ends);
        let mut several: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut unsound: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let size: Vec<i128> = (0..areas.len())
            .into_par_iter()
            .map(|u| areas.area2(u))
            .collect();
        let label = covers(&graph, &ends, &steps, |cycle, counts| {
            let units = having(counts, rings);
            if face[cycle as usize] == cycle {
                if units.len() > 1 {
                    several.insert(cycle, units.clone());
                }
                if !sound(counts, rings) {
                    unsound.insert(cycle, broken_units(counts, rings));
                }
            }
            let least = units.into_iter().min_by_key(|u| (size[*u as usize], *u));
            least.unwrap_or(OUTSIDE)
        });
        let pieces = ends.iter().map(|&[from, to]| Piece {
            from,
            to,
            left: 0,
            right: 0,
            winding: STILL,
            cut: cuts.contains(&[from, to]),
        });
        let mut map = Map {
            edges: pieces.collect(),
            graph,
            face,
            label,
            snap_m,
            overlaps: BTreeMap::new(),
            invalid: BTreeSet::new(),
        };
        map.tell(several, unsound);
        map
    }

    /// Area of a face, m2, and its mean width, m: twice the area by the perimeter.
    fn size(&self, cycles: &[u32]) -> (f64, f64) {
        let (mut area2, mut perimeter, mut height) = (0, 0.0, 0);
        for cycle in cycles {
            area2 += self.graph.area2(*cycle);
            self.graph.walk(*cycle, |h| {
                let [p, q] =
                    [h, h ^ 1].map(|h| self.graph.at[self.graph.origin[h as usize] as usize]);
                let (dx, dy) = ((q[0] - p[0]) as f64 * squeeze(p[1]), (q[1] - p[1]) as f64);
                perimeter += dx.hypot(dy) / PER_METRE;
                height = p[1];
            });
        }
        let area = area2 as f64 / 2.0 * squeeze(height) / (PER_METRE * PER_METRE);
        (
            area,
            if perimeter > 0.0 {
                2.0 * area / perimeter
            } else {
                0.0
            },
        )
    }

    /// The cycles of each face in question.
    fn cycles(&self, of: impl Fn(u32) -> bool) -> BTreeMap<u32, Vec<u32>> {
        let mut all: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (cycle, face) in self.face.iter().enumerate() {
            if *face != u32::MAX && of(*face) {
                all.entry(*face).or_default().push(cycle as u32);
            }
        }
        all
    }

    /// What is wrong with the units beyond the tolerance.
    fn tell(&mut self, several: BTreeMap<u32, Vec<u32>>, unsound: BTreeMap<u32, Vec<u32>>) {
        let least = self.snap_m.max(ROUNDING);
        let cycles = self.cycles(|f| several.contains_key(&f) || unsound.contains_key(&f));
        for (face, cycles) in cycles {
            let (area, width) = self.size(&cycles);
            if let Some(units) = unsound.get(&face).filter(|_| width > least) {
                self.invalid.extend(units);
            }
            let units = several.get(&face).map_or(&[][..], Vec::as_slice);
            for (at, u) in units.iter().enumerate() {
                for v in &units[at + 1..] {
                    let to = self.label[face as usize];
                    let entry = self.overlaps.entry((*u, *v)).or_insert(Overlap {
                        units: [*u, *v],
                        to: [*u, *v].contains(&to).then_some(to),
                        area_m2: 0.0,
                        width_m: 0.0,
                    });
                    entry.area_m2 += area;
                    entry.width_m = entry.width_m.max(width);
                }
            }
        }
    }

    /// Gives narrow gaps between several units to the one with the longest border along each.
    ///
    /// How many, and the units along them.
    pub fn close(&mut self) -> (usize, BTreeSet<u32>) {
        let (mut count, mut closed) = (0, BTreeSet::new());
        if self.snap_m <= 0.0 {
            return (count, closed);
        }
        let gaps = self.cycles(|f| self.label[f as usize] == OUTSIDE);
        for cycles in gaps.into_values() {
            let (_, width) = self.size(&cycles);
            if width > self.snap_m {
                continue;
            }
            let along = self.along(&cycles);
            let longest = along
                .iter()
                .max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)));
            if let (Some((unit, _)), true) = (longest, along.len() > 1) {
                count += 1;
                closed.extend(along.keys());
                for cycle in cycles {
                    self.label[cycle as usize] = *unit;
                }
            }
        }
        (count, closed)
    }

    /// How long the border of a gap with each unit is.
    fn along(&self, cycles: &[u32]) -> BTreeMap<u32, f64> {
        let mut along: BTreeMap<u32, f64> = BTreeMap::new();
        for cycle in cycles {
            self.graph.walk(*cycle, |h| {
                let other = self.label[self.graph.cycle[(h ^ 1) as usize] as usize];
                let [p, q] =
                    [h, h ^ 1].map(|h| self.graph.at[self.graph.origin[h as usize] as usize]);
                let d = ((q[0] - p[0]) as f64 * squeeze(p[1])).hypot((q[1] - p[1]) as f64);
                *along.entry(other).or_default() += d;
            });
        }
        along.remove(&OUTSIDE);
        along
    }

    /// The units, from the faces they have.
    pub fn finish(
        mut self,
        areas: &Areas,
        unroll: Unroll,
        mended: &mut Mended,
    ) -> Result<(), TerritoryError> {
        let (gaps, closed) = self.close();
        mended.gaps = gaps;
        let mut units: BTreeSet<u32> = mended.units.iter().copied().chain(closed).collect();
        let least = self.snap_m.max(ROUNDING);
        for overlap in self.overlaps.values() {
            if overlap.width_m > least {
                mended.overlaps.push(*overlap);
            } else if overlap.width_m > join::ROUNDING {
                mended.snapped += 1;
                mended.farthest_m = mended.farthest_m.max(overlap.width_m);
                units.extend(overlap.units);
            }
        }
        mended.units = units.into_iter().collect();
        mended.invalid = self.invalid.into_iter().collect();
        let labelled = Labelled {
            edges: self.edges,
            graph: self.graph,
            label: self.label,
            area2: 0,
        };
        let edges = rings::edges(&labelled, unroll);
        let shapes = rings::shapes(&edges, areas.len())?;
        let polygons: Vec<_> = shapes
            .par_iter()
            .map(|all| crate::territory::polygons(all, unroll))
            .collect();
        for (unit, polygons) in polygons.iter().enumerate() {
            let land = mended.areas.push(polygons);
            if !land && !areas.is_bare(unit) {
                mended.landless.push(unit as u32);
            }
        }
        Ok(())
    }
}
