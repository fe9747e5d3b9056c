//! Territories as unions of area units, and which units share a border.
//!
//! The borders of all units are edges on the integer grid, each with its unit on one side. Units that fit (`mend`) share their
//! vertices, so their edges coincide. To dissolve units into territories, equal edges are merged, and those with the same owner on
//! both sides dropped: what is left bounds the territories. This is exact, and areas add up to the last digit.

use super::TerritoryError;
use super::cover::{Count, Steps, add, covers};
use super::graph::Graph;
use super::grid::{Pt, Rect, TURN, cross};
use super::join::Loose;
use super::label::{Labelled, OUTSIDE};
use super::rings;
use super::snap::{self, Piece, STILL};
use super::tree::{Tree, morton};
use super::unroll::Unroll;
use crate::base::areas::{Areas, GridPoint};
use crate::base::ids::RepIx;
use geo::MultiPolygon;
use rayon::prelude::*;

/// An edge of a unit, `from < to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct UnitEdge {
    pub from: GridPoint,
    pub to: GridPoint,
    /// The unit; while units are mended, the ring.
    pub unit: u32,
    /// Whether the unit is on the left.
    pub left: bool,
}

/// The borders of units that fit, ready to be dissolved for any owners.
#[derive(Clone, Debug)]
pub struct UnitMap {
    /// Sorted; they meet in common ends only.
    edges: Vec<UnitEdge>,
    pairs: Vec<(u32, u32)>,
}

pub(super) fn wide(p: GridPoint) -> Pt {
    p.map(i64::from)
}

pub(super) fn same(a: &UnitEdge, b: &UnitEdge) -> bool {
    (a.from, a.to) == (b.from, b.to)
}

impl UnitMap {
    /// Finds the shared borders of units that fit ([`mend`](super::mend())).
    #[must_use]
    pub fn new(areas: &Areas) -> UnitMap {
        let mut edges: Vec<UnitEdge> = (0..areas.len())
            .into_par_iter()
            .flat_map_iter(|unit| {
                areas.edges(unit).map(move |[a, b]| UnitEdge {
                    from: a.min(b),
                    to: a.max(b),
                    unit: unit as u32,
                    left: a < b,
                })
            })
            .collect();
        edges.par_sort_unstable();
        let mut pairs: Vec<(u32, u32)> = edges
            .chunk_by(same)
            .flat_map(|run| {
                let left = run.iter().filter(|e| e.left);
                left.flat_map(|l| {
                    let right = run.iter().filter(|e| !e.left && e.unit != l.unit);
                    right.map(|r| (l.unit.min(r.unit), l.unit.max(r.unit)))
                })
            })
            .chain(across(&edges))
            .collect();
        pairs.par_sort_unstable();
        pairs.dedup();
        UnitMap { edges, pairs }
    }

    /// Pairs of units that share a border; each once.
    #[must_use]
    pub fn pairs(&self) -> &[(u32, u32)] {
        &self.pairs
    }

    /// The union of the units of each of `reps` reps, from the owner of each unit; units without an owner
    /// ([`RepIx::NONE`]) belong to nobody.
    ///
    /// # Errors
    /// When the drawing breaks one of its own promises; never wrong polygons.
    pub fn dissolve(
        &self,
        owner: &[RepIx],
        reps: usize,
    ) -> Result<Vec<MultiPolygon<f64>>, TerritoryError> {
        let unroll = Unroll::flat();
        let labelled = self.labelled(owner, reps);
        let edges = rings::edges(&labelled, unroll);
        let shapes = rings::shapes(&edges, reps)?;
        Ok(shapes
            .par_iter()
            .map(|all| super::polygons(all, unroll))
            .collect())
    }

    fn labelled(&self, owner: &[RepIx], reps: usize) -> Labelled {
        let mut edges = Vec::new();
        // What lies on the left of an edge beyond what lies on its right, per owner.
        let mut step = Steps::default();
        for run in self.edges.chunk_by(same) {
            let mut sum: Vec<Count> = Vec::new();
            for e in run {
                let rep = owner.get(e.unit as usize).map_or(u32::MAX, |j| j.0);
                if (rep as usize) < reps {
                    add(&mut sum, rep, if e.left { 1 } else { -1 });
                }
            }
            if sum.is_empty() {
                continue;
            }
            edges.push(Piece {
                from: wide(run[0].from),
                to: wide(run[0].to),
                left: 0,
                right: 0,
                winding: STILL,
                cut: false,
            });
            step.push(&sum);
        }
        let ends: Vec<[Pt; 2]> = edges.iter().map(|e| [e.from, e.to]).collect();
        let graph = Graph::new(&ends);
        let label = covers(&graph, &ends, &step, |_, counts| {
            let first = counts.iter().find(|c| c.1 > 0);
            first.map_or(OUTSIDE, |c| c.0)
        });
        Labelled {
            edges,
            graph,
            label,
            area2: 0,
        }
    }
}

/// Pairs of units that share a stretch of the antimeridian, each on one side of it.
fn across(edges: &[UnitEdge]) -> Vec<(u32, u32)> {
    let side = |x: i32| -> Vec<&UnitEdge> {
        let mut on: Vec<&UnitEdge> = edges
            .iter()
            .filter(|e| e.from[0] == x && e.to[0] == x)
            .collect();
        on.sort_by_key(|e| (e.from[1], e.to[1]));
        on
    };
    let half = (TURN / 2) as i32;
    let (east, west) = (side(half), side(-half));
    let mut pairs = Vec::new();
    let (mut i, mut j) = (0, 0);
    while let (Some(e), Some(w)) = (east.get(i), west.get(j)) {
        if e.from[1].max(w.from[1]) < e.to[1].min(w.to[1]) && e.unit != w.unit {
            pairs.push((e.unit.min(w.unit), e.unit.max(w.unit)));
        }
        if e.to[1] <= w.to[1] { i += 1 } else { j += 1 }
    }
    pairs
}

/// The edges that have no counterpart in exactly one other ring; `unit` is the unit of a ring.
pub(super) fn loose(edges: &[UnitEdge], unit: impl Fn(u32) -> u32) -> Vec<Loose> {
    let mut loose = Vec::new();
    let mut at = 0;
    for run in edges.chunk_by(same) {
        let paired = matches!(run, [a, b] if a.left != b.left);
        if !paired {
            loose.extend(run.iter().zip(at..).map(|(e, edge)| Loose {
                from: wide(e.from),
                to: wide(e.to),
                unit: unit(e.unit),
                edge,
            }));
        }
        at += run.len() as u32;
    }
    // Trees want their items in an order that keeps neighbours together.
    loose.par_sort_by_key(|e| (morton(e.from), e.to, e.edge));
    loose
}

/// Whether edges meet in common ends only.
pub(super) fn meet_in_ends(edges: &[UnitEdge]) -> bool {
    let mut runs: Vec<[Pt; 2]> = edges
        .chunk_by(same)
        .map(|run| [wide(run[0].from), wide(run[0].to)])
        .collect();
    runs.par_sort_by_cached_key(|run| (morton(run[0]), run[1]));
    let tree = Tree::new(runs.iter().map(|r| Rect::of(r[0], r[1])).collect());
    runs.par_iter().enumerate().all(|(at, &[a, b])| {
        let range = Rect::of(a, b);
        let clash = |i: usize| i > at && touch(a, b, runs[i][0], runs[i][1]);
        !tree.any(|rect| rect.meets(&range), clash)
    })
}

/// Whether two segments share a point that is not an end of both.
fn touch(a: Pt, b: Pt, c: Pt, d: Pt) -> bool {
    if !Rect::of(a, b).meets(&Rect::of(c, d)) {
        return false;
    }
    let side = |p: Pt, q: Pt, r: Pt| cross(p, q, r).signum();
    let (s1, s2, s3, s4) = (side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b));
    if s1 * s2 < 0 && s3 * s4 < 0 {
        return true;
    }
    // An end within the other segment, that is not an end of it.
    let within =
        |p: Pt, q: Pt, r: Pt, s: i128| s == 0 && r != p && r != q && Rect::of(p, q).contains(r);
    within(a, b, c, s1) || within(a, b, d, s2) || within(c, d, a, s3) || within(c, d, b, s4)
}

/// The number of no ring: of the antimeridian.
pub(super) const NO_RING: u32 = u32::MAX;

/// The edges cut where they meet, snapped to the grid, and with them the antimeridian ([`NO_RING`]).
pub(super) fn noded(edges: &[UnitEdge], cut: Option<[Pt; 2]>) -> Vec<UnitEdge> {
    let mut runs: Vec<&[UnitEdge]> = edges.chunk_by(same).collect();
    runs.par_sort_by_key(|run| (morton(wide(run[0].from)), run[0].to));
    let antimeridian = cut.map(|[a, b]| UnitEdge {
        from: a.map(|v| v as i32),
        to: b.map(|v| v as i32),
        unit: NO_RING,
        left: true,
    });
    if let Some(edge) = &antimeridian {
        runs.push(std::slice::from_ref(edge));
    }
    let segments: Vec<[Pt; 2]> = runs
        .iter()
        .map(|run| [wide(run[0].from), wide(run[0].to)])
        .collect();
    let mut out: Vec<UnitEdge> = snap::noded(&segments)
        .into_par_iter()
        .flat_map_iter(|(from, to, segment)| {
            let turned = from > to;
            let (low, high) = (from.min(to), from.max(to));
            runs[segment as usize].iter().map(move |e| UnitEdge {
                from: low.map(|v| v as i32),
                to: high.map(|v| v as i32),
                unit: e.unit,
                left: e.left != turned,
            })
        })
        .collect();
    out.par_sort_unstable();
    out
}

#[cfg(test)]
mod tests {
    use super::super::mend;
    use super::super::tests::unit_areas;
    use super::*;
    use geo::{Area, Validation};

    fn square(x: f64, y: f64, side: f64) -> [(f64, f64); 4] {
        [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
    }

    fn fitted(units: &[&[&[(f64, f64)]]], snap_m: f64) -> (UnitMap, mend::Mended) {
        let mended = mend::mend(unit_areas(units), snap_m).expect("mended");
        (UnitMap::new(&mended.areas), mended)
    }

    fn drawn(map: &UnitMap, owner: &[u32], reps: usize) -> Vec<MultiPolygon<f64>> {
        let owner: Vec<RepIx> = owner.iter().map(|j| RepIx(*j)).collect();
        let drawn = map.dissolve(&owner, reps).expect("drawn");
        assert!(drawn.iter().all(Validation::is_valid));
        drawn
    }

    #[test]
    fn neighbours_dissolve_and_corners_are_no_borders() {
        let four = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)].map(|(x, y)| square(x, y, 1.0));
        let (map, fit) = fitted(&[&[&four[0]], &[&four[1]], &[&four[2]], &[&four[3]]], 2.0);
        assert!(fit.given.is_none());
        assert_eq!(map.pairs(), [(0, 1), (0, 2), (1, 3), (2, 3)]);
        let all = drawn(&map, &[0, 0, 0, 0], 1);
        assert_eq!((all[0].0.len(), all[0].unsigned_area()), (1, 4.0));
        // Opposite corners: two parts each, which touch in a point.
        let crossed = drawn(&map, &[0, 1, 1, 0], 2);
        assert_eq!([crossed[0].0.len(), crossed[1].0.len()], [2, 2]);
        // Nobody's unit is left out.
        let some = drawn(&map, &[0, u32::MAX, 0, 0], 1);
        assert_eq!(some[0].unsigned_area(), 3.0);
    }

    #[test]
    fn holes_and_islands_stay() {
        // A ring of land round a lake, and a unit in the lake that does not touch it.
        let (shore, lake, isle) = (
            square(0.0, 0.0, 5.0),
            square(1.0, 1.0, 3.0),
            square(2.0, 2.0, 1.0),
        );
        let (map, fit) = fitted(&[&[&shore, &lake], &[&isle]], 2.0);
        assert!(fit.given.is_none() && map.pairs().is_empty());
        let one = drawn(&map, &[0, 0], 1);
        assert_eq!(one[0].0.len(), 2);
        assert_eq!(one[0].unsigned_area(), 25.0 - 9.0 + 1.0);
        // An enclave fills its hole.
        let (map, _) = fitted(&[&[&shore, &lake], &[&lake]], 2.0);
        assert_eq!(map.pairs(), [(0, 1)]);
        let one = drawn(&map, &[0, 0], 1);
        assert_eq!((one[0].0.len(), one[0].0[0].interiors().len()), (1, 0));
        assert_eq!(drawn(&map, &[0, 1], 2)[0].0[0].interiors().len(), 1);
    }

    #[test]
    fn borders_with_other_vertices_are_cut_to_fit() {
        // The long side of one runs along two others.
        let long = [(0.0, 0.0), (2.0, 0.0), (2.0, 1.0), (0.0, 1.0)];
        let (west, east) = (square(0.0, 1.0, 1.0), square(1.0, 1.0, 1.0));
        let (map, fit) = fitted(&[&[&long], &[&west], &[&east]], 2.0);
        assert!(fit.given.is_some());
        assert_eq!(map.pairs(), [(0, 1), (0, 2), (1, 2)]);
        let two = drawn(&map, &[0, 0, 1], 2);
        assert_eq!(two[0].0.len(), 1);
        assert_eq!([two[0].unsigned_area(), two[1].unsigned_area()], [3.0, 1.0]);
    }

    #[test]
    fn land_claimed_twice_goes_to_the_smaller_unit_or_the_first() {
        let (a, b, inside) = (
            square(0.0, 0.0, 2.0),
            square(1.0, 1.0, 2.0),
            square(0.25, 0.25, 0.5),
        );
        let (map, fit) = fitted(&[&[&a], &[&b], &[&inside]], 2.0);
        assert!(fit.given.is_some());
        assert_eq!(map.pairs(), [(0, 1), (0, 2)]);
        let told: Vec<[u32; 2]> = fit.overlaps.iter().map(|o| o.units).collect();
        assert_eq!(told, [[0, 1], [0, 2]]);
        let two = drawn(&map, &[0, 1, 0], 2);
        assert_eq!([two[0].unsigned_area(), two[1].unsigned_area()], [4.0, 3.0]);
        let one = drawn(&map, &[0, 0, 0], 1);
        assert_eq!((one[0].0.len(), one[0].unsigned_area()), (1, 7.0));
        let two = drawn(&map, &[1, 1, 0], 2);
        assert_eq!(
            [two[0].unsigned_area(), two[1].unsigned_area()],
            [0.25, 6.75]
        );
    }

    #[test]
    fn slivers_between_neighbours_are_borders_still() {
        // A gap of 5e-6 degrees (half a metre), and one of a hundred metres.
        let (a, b, c) = (
            square(0.0, 0.0, 1.0),
            square(1.000_005, 0.0, 1.0),
            square(0.0, 1.001, 1.0),
        );
        let (map, fit) = fitted(&[&[&a], &[&b], &[&c]], 2.0);
        assert_eq!((fit.snapped, fit.units.as_slice()), (2, &[0, 1][..]));
        assert!((fit.farthest_m - 0.556).abs() < 0.001, "{}", fit.farthest_m);
        assert_eq!(map.pairs(), [(0, 1)]);
        assert_eq!(drawn(&map, &[0, 0, 0], 1)[0].0.len(), 2);
        // Without a tolerance there is no border.
        let (map, fit) = fitted(&[&[&a], &[&b], &[&c]], 0.0);
        assert!(fit.given.is_none() && map.pairs().is_empty());
    }
}
