//! Territories as unions of area units, and which units share a border.
//!
//! The borders of all units are edges on the integer grid, each with its unit on one side. Where two
//! neighbours share their vertices, their edges coincide. To dissolve units into territories, equal edges are
//! merged, and those with the same owner on both sides dropped: what is left bounds the territories. This
//! is exact, and areas add up to the last digit.
//!
//! Units that overlap or do not share their vertices have edges that cross, or end within each other. Then
//! all edges are snap-rounded first (`snap`), so that they meet in common ends only; land claimed twice goes
//! to the owner that comes first, and gaps stay gaps.

use super::TerritoryError;
use super::graph::Graph;
use super::grid::{Pt, Rect, cross};
use super::label::{Labelled, OUTSIDE};
use super::near::{self, Loose};
use super::rings;
use super::slabs::Slabs;
use super::snap::{self, Piece, STILL};
use super::tree::{Tree, morton};
use super::unroll::Unroll;
use crate::areas::{Areas, GridPoint};
use crate::ids::RepIx;
use geo::MultiPolygon;
use rayon::prelude::*;

/// An edge of a unit, `from < to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct UnitEdge {
    pub from: GridPoint,
    pub to: GridPoint,
    pub unit: u32,
    /// Whether the unit is on the left.
    pub left: bool,
}

/// The borders of units, ready to be dissolved for any owners.
#[derive(Clone, Debug)]
pub struct UnitMap {
    /// Sorted; they meet in common ends only.
    edges: Vec<UnitEdge>,
    pairs: Vec<(u32, u32)>,
    exact: bool,
}

fn wide(p: GridPoint) -> Pt {
    p.map(i64::from)
}

fn same(a: &UnitEdge, b: &UnitEdge) -> bool {
    (a.from, a.to) == (b.from, b.to)
}

impl UnitMap {
    /// Finds the shared borders of units.
    ///
    /// # Errors
    /// More than 500 million edges.
    pub fn new(areas: &Areas) -> Result<UnitMap, TerritoryError> {
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
        if edges.len() > (u32::MAX / 8) as usize {
            return Err(TerritoryError(
                "the units have more than 500 million edges".into(),
            ));
        }
        edges.par_sort_unstable();
        let loose = loose(&edges);
        let exact = meet_in_ends(&edges, &loose);
        let near = near::pairs(&loose);
        if !exact {
            edges = noded(&edges);
        }
        let mut pairs: Vec<(u32, u32)> = edges
            .chunk_by(same)
            .flat_map(|run| {
                let left = run.iter().filter(|e| e.left);
                left.flat_map(|l| {
                    let right = run.iter().filter(|e| !e.left && e.unit != l.unit);
                    right.map(|r| (l.unit.min(r.unit), l.unit.max(r.unit)))
                })
            })
            .chain(near)
            .collect();
        pairs.par_sort_unstable();
        pairs.dedup();
        Ok(UnitMap {
            edges,
            pairs,
            exact,
        })
    }

    /// Pairs of units that share a border, or run along each other within a metre; each once.
    #[must_use]
    pub fn pairs(&self) -> &[(u32, u32)] {
        &self.pairs
    }

    /// Whether neighbours share their vertices and nothing overlaps, so that no vertex had to be moved.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.exact
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
        let mut step: Vec<Vec<(u32, i32)>> = Vec::new();
        for run in self.edges.chunk_by(same) {
            let mut sum: Vec<(u32, i32)> = Vec::new();
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
            step.push(sum);
        }
        let ends: Vec<[Pt; 2]> = edges.iter().map(|e| [e.from, e.to]).collect();
        let graph = Graph::new(&ends);
        let label = covers(&graph, &ends, &step)
            .into_iter()
            .map(|c| c.unwrap_or(OUTSIDE))
            .collect();
        Labelled {
            edges,
            graph,
            label,
            area2: 0,
        }
    }
}

/// Adds to a count, and drops it at 0; owners stay sorted.
fn add(counts: &mut Vec<(u32, i32)>, owner: u32, by: i32) {
    match counts.binary_search_by_key(&owner, |c| c.0) {
        Ok(at) => {
            counts[at].1 += by;
            if counts[at].1 == 0 {
                counts.remove(at);
            }
        }
        Err(at) => counts.insert(at, (owner, by)),
    }
}

/// The first owner whose units cover the face of each cycle: from the edges west of a component, and inside it
/// by the steps of its edges.
fn covers(graph: &Graph, ends: &[[Pt; 2]], step: &[Vec<(u32, i32)>]) -> Vec<Option<u32>> {
    let slabs = Slabs::new(ends.iter().copied(), 0);
    let mut cover: Vec<Option<u32>> = vec![None; graph.cycles.len()];
    let mut seen = vec![false; graph.cycles.len()];
    let first = |counts: &[(u32, i32)]| counts.iter().find(|c| c.1 > 0).map(|c| c.0);
    for (v, round) in graph.components() {
        let mut counts = Vec::new();
        slabs.left_of(graph.at[v as usize], |e| {
            // Crossing an upward edge eastwards leads from its left to its right.
            let up = ends[e][1][1] > ends[e][0][1];
            for (owner, by) in &step[e] {
                add(&mut counts, *owner, if up { -by } else { *by });
            }
        });
        seen[round as usize] = true;
        cover[round as usize] = first(&counts);
        let mut todo = vec![(round, counts)];
        while let Some((cycle, here)) = todo.pop() {
            graph.walk(cycle, |h| {
                let other = graph.cycle[(h ^ 1) as usize];
                if !seen[other as usize] {
                    seen[other as usize] = true;
                    let mut there = here.clone();
                    for (owner, by) in &step[h as usize / 2] {
                        // From the left of h to its right.
                        let by = if h.is_multiple_of(2) { -by } else { *by };
                        add(&mut there, *owner, by);
                    }
                    cover[other as usize] = first(&there);
                    todo.push((other, there));
                }
            });
        }
    }
    cover
}

/// The edges that have no counterpart in exactly one other unit.
fn loose(edges: &[UnitEdge]) -> Vec<Loose> {
    let mut loose = Vec::new();
    for run in edges.chunk_by(same) {
        if let [a, b] = run
            && a.left != b.left
        {
            continue;
        }
        loose.extend(run.iter().map(|e| Loose {
            from: wide(e.from),
            to: wide(e.to),
            unit: e.unit,
        }));
    }
    // Trees want their items in an order that keeps neighbours together.
    loose.par_sort_by_key(|e| (morton(e.from), e.to, e.unit));
    loose
}

/// Whether edges meet in common ends only, and none stands twice on one side.
///
/// Wherever units overlap, some edge without a counterpart meets another edge, or lies within a unit; the
/// latter does no harm.
fn meet_in_ends(edges: &[UnitEdge], loose: &[Loose]) -> bool {
    let rects = loose.iter().map(|e| Rect::of(e.from, e.to)).collect();
    let tree = Tree::new(rects);
    let runs: Vec<&[UnitEdge]> = edges.chunk_by(same).collect();
    runs.par_iter().all(|run| {
        let (a, b) = (wide(run[0].from), wide(run[0].to));
        if run.len() > 2 || (run.len() == 2 && run[0].left == run[1].left) {
            return false;
        }
        let range = Rect::of(a, b);
        let mut fine = true;
        tree.visit(
            |rect| rect.meets(&range),
            |i| {
                let (c, d) = (loose[i].from, loose[i].to);
                if (a, b) != (c, d) && touch(a, b, c, d) {
                    fine = false;
                }
            },
        );
        fine
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

/// The edges cut where they meet, snapped to the grid.
fn noded(edges: &[UnitEdge]) -> Vec<UnitEdge> {
    let mut runs: Vec<&[UnitEdge]> = edges.chunk_by(same).collect();
    runs.par_sort_by_key(|run| (morton(wide(run[0].from)), run[0].to));
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
    use super::*;
    use geo::{Area, LineString, Polygon, Validation};

    /// Areas of units, each given by its rings.
    fn areas(units: &[&[&[(f64, f64)]]]) -> Areas {
        let mut areas = Areas::default();
        for rings in units {
            let mut lines = rings.iter().map(|r| LineString::from(r.to_vec()));
            let shell = lines.next().expect("a shell");
            assert!(areas.push(&MultiPolygon(vec![Polygon::new(shell, lines.collect())])));
        }
        areas
    }

    fn square(x: f64, y: f64, side: f64) -> [(f64, f64); 4] {
        [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
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
        let map = UnitMap::new(&areas(&[
            &[&four[0]],
            &[&four[1]],
            &[&four[2]],
            &[&four[3]],
        ]));
        let map = map.expect("few edges");
        assert!(map.is_exact());
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
        let map = UnitMap::new(&areas(&[&[&shore, &lake], &[&isle]])).expect("few edges");
        assert!(map.is_exact() && map.pairs().is_empty());
        let one = drawn(&map, &[0, 0], 1);
        assert_eq!(one[0].0.len(), 2);
        assert_eq!(one[0].unsigned_area(), 25.0 - 9.0 + 1.0);
        // An enclave fills its hole.
        let map = UnitMap::new(&areas(&[&[&shore, &lake], &[&lake]])).expect("few edges");
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
        let map = UnitMap::new(&areas(&[&[&long], &[&west], &[&east]])).expect("few edges");
        assert!(!map.is_exact());
        assert_eq!(map.pairs(), [(0, 1), (0, 2), (1, 2)]);
        let two = drawn(&map, &[0, 0, 1], 2);
        assert_eq!(two[0].0.len(), 1);
        assert_eq!([two[0].unsigned_area(), two[1].unsigned_area()], [3.0, 1.0]);
    }

    #[test]
    fn land_claimed_twice_goes_to_the_first_owner() {
        let (a, b, inside) = (
            square(0.0, 0.0, 2.0),
            square(1.0, 1.0, 2.0),
            square(0.25, 0.25, 0.5),
        );
        let map = UnitMap::new(&areas(&[&[&a], &[&b], &[&inside]])).expect("few edges");
        assert!(!map.is_exact());
        assert!(map.pairs().is_empty());
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
        let map = UnitMap::new(&areas(&[&[&a], &[&b], &[&c]])).expect("few edges");
        assert!(map.is_exact());
        assert_eq!(map.pairs(), [(0, 1)]);
        assert_eq!(drawn(&map, &[0, 0, 0], 1)[0].0.len(), 3);
    }
}
