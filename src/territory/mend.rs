//! Units that fit: from polygons as they come to polygons that share all vertices along their borders, overlap nowhere, and leave
//! no slivers.
//!
//! 1. Borders of different units within `snap_m` of each other are joined (`join`).
//! 2. Edges that cross, or end within each other, are cut there, on the grid (`snap`).
//! 3. The drawing then has faces. A unit has those within one of its shells and in none of that shell's holes; so a hole beside its
//!    shell takes nothing away, and a ring in the form of an eight has both halves.
//! 4. Land that several units claim goes to the smallest of them (the town within its county), of equals to the first. A gap with
//!    `2 area / perimeter` up to `snap_m`, between several units, goes to the one with the longest border along it.
//!
//! Units that fit are left as they are.

mod map;

use super::TerritoryError;
use super::cover::{Count, Steps, add, covers};
use super::graph::Graph;
use super::grid::{Pt, Rect};
use super::join::{self, Joins};
use super::unit_map::{self, NO_RING, UnitEdge, same, wide};
use super::unroll::Unroll;
use crate::base::areas::{Areas, GridPoint};
use map::Map;
use rayon::prelude::*;

/// Units that fit, and what was done for it.
#[derive(Clone, Debug, Default)]
pub struct Mended {
    /// The units as they are drawn.
    pub areas: Areas,
    /// As they were given, where that is not the same.
    pub given: Option<Areas>,
    /// The tolerance, metres.
    pub snap_m: f64,
    /// How many vertices and borders were joined.
    pub snapped: usize,
    /// How many gaps within the tolerance were closed after that.
    pub gaps: usize,
    /// The largest distance that was bridged, metres.
    pub farthest_m: f64,
    /// The units whose borders were joined, ascending.
    pub units: Vec<u32>,
    /// Pairs of units that claim the same land, beyond the tolerance.
    pub overlaps: Vec<Overlap>,
    /// Units that cross or overlap themselves, or have a hole beside their land, beyond the tolerance.
    pub invalid: Vec<u32>,
    /// Units that have no land of their own after that.
    pub landless: Vec<u32>,
}

/// Land that two units claim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlap {
    /// The units, the one that comes first first.
    pub units: [u32; 2],
    /// Which of the two it went to, if to one of them.
    pub to: Option<u32>,
    /// How much, m2.
    pub area_m2: f64,
    /// How wide it is, m: twice the area by the perimeter, of the widest piece.
    pub width_m: f64,
}

/// Narrower than this, in metres, an overlap is rounding.
const ROUNDING: f64 = 0.03;

/// Makes units fit each other.
///
/// # Errors
/// More than 500 million edges, or a drawing that breaks one of its own promises.
pub fn mend(areas: Areas, snap_m: f64) -> Result<Mended, TerritoryError> {
    let (rings, edges, unroll) = edges(&areas)?;
    let loose = unit_map::loose(&edges, |ring| rings[ring as usize].unit);
    let joins = if snap_m > 0.0 {
        join::joins(&loose, snap_m, cut(&edges, unroll).map(|[p, _]| p[0]))
    } else {
        Joins::default()
    };
    let moved = !joins.moved.is_empty() || !joins.bent.is_empty();
    let mut drawn = if moved { joined(edges, &joins) } else { edges };
    let crossing = !unit_map::meet_in_ends(&drawn);
    if !moved && !crossing && fits(&drawn, &rings) {
        return Ok(Mended {
            areas,
            snap_m,
            ..Mended::default()
        });
    }
    let cut = cut(&drawn, unroll);
    if crossing || cut.is_some() {
        drawn = unit_map::noded(&drawn, cut);
    }
    let map = Map::new(&drawn, &rings, &areas, snap_m);
    let mut mended = Mended {
        snap_m,
        snapped: joins.count,
        farthest_m: joins.farthest_m,
        units: joins.units.into_iter().collect(),
        ..Mended::default()
    };
    map.finish(&areas, unroll, &mut mended)?;
    mended.given = (mended.areas != areas).then_some(areas);
    Ok(mended)
}

/// A ring of a unit.
#[derive(Clone, Copy)]
struct Ring {
    unit: u32,
    /// The ring of its shell; its own number for a shell.
    shell: u32,
}

/// The rings of all units, and their edges, laid out flat: `UnitEdge::unit` is the number of the ring.
fn edges(areas: &Areas) -> Result<(Vec<Ring>, Vec<UnitEdge>, Unroll), TerritoryError> {
    let mut rings: Vec<Ring> = Vec::with_capacity(areas.ring_count());
    let mut lines: Vec<&[GridPoint]> = Vec::with_capacity(areas.ring_count());
    for unit in 0..areas.len() {
        let mut shell = u32::MAX;
        for ring in areas.rings(unit) {
            let number = rings.len() as u32;
            if crate::base::areas::area2(ring) > 0 || shell == u32::MAX {
                shell = number;
            }
            rings.push(Ring {
                unit: unit as u32,
                shell,
            });
            lines.push(ring);
        }
    }
    if lines.iter().map(|l| l.len()).sum::<usize>() > (u32::MAX / 8) as usize {
        let what = "the units have more than 500 million edges";
        return Err(TerritoryError(what.into()));
    }
    let span = |line: &[GridPoint]| {
        let xs = line.iter().map(|p| i64::from(p[0]));
        xs.fold((i64::MAX, i64::MIN), |(low, high), x| {
            (low.min(x), high.max(x))
        })
    };
    let spans: Vec<(i64, i64)> = lines.par_iter().map(|l| span(l)).collect();
    let mut unroll = Unroll::of_spans(spans.iter().copied());
    let local = |(low, high): (i64, i64)| {
        let shift = unroll.shift_of(low, high);
        (low + shift, high + shift)
    };
    let all = spans.iter().map(|s| local(*s));
    let (west, east) = all.fold((i64::MAX, i64::MIN), |a, s| (a.0.min(s.0), a.1.max(s.1)));
    let (left, right) = unroll.range();
    let across = unroll.antimeridian(west, east).is_some();
    if !across || unroll.whole || west < left || east > right {
        unroll = Unroll::flat();
    }
    let edges = lines
        .par_iter()
        .enumerate()
        .flat_map_iter(|(number, line)| {
            let (low, high) = spans[rings[number].shell as usize];
            let shift = unroll.shift_of(low, high);
            let at = move |p: GridPoint| [(i64::from(p[0]) + shift) as i32, p[1]];
            let next = line.iter().cycle().skip(1);
            line.iter().zip(next).map(move |(a, b)| {
                let (a, b) = (at(*a), at(*b));
                UnitEdge {
                    from: a.min(b),
                    to: a.max(b),
                    unit: number as u32,
                    left: a < b,
                }
            })
        });
    let mut edges: Vec<UnitEdge> = edges.collect();
    edges.par_sort_unstable();
    Ok((rings, edges, unroll))
}

/// The edges with their vertices moved and new ones.
fn joined(edges: Vec<UnitEdge>, joins: &Joins) -> Vec<UnitEdge> {
    let here = |p: Pt| joins.moved.get(&p).copied().unwrap_or(p);
    let mut out = Vec::with_capacity(edges.len());
    for (at, e) in edges.iter().enumerate() {
        let mut line = vec![here(wide(e.from))];
        line.extend(joins.bent.get(&(at as u32)).into_iter().flatten());
        line.push(here(wide(e.to)));
        line.dedup();
        out.extend(line.windows(2).map(|w| {
            let [a, b] = [w[0], w[1]].map(|p| p.map(|v| v as i32));
            UnitEdge {
                from: a.min(b),
                to: a.max(b),
                unit: e.unit,
                left: e.left == (a < b),
            }
        }));
    }
    out.par_sort_unstable();
    out
}

/// The antimeridian, where the drawing is on both sides of it.
fn cut(edges: &[UnitEdge], unroll: Unroll) -> Option<[Pt; 2]> {
    let mut all = Rect::EMPTY;
    for e in edges {
        all.add(wide(e.from));
        all.add(wide(e.to));
    }
    let x = unroll.antimeridian(all.min[0], all.max[0])?;
    (unroll != Unroll::flat()).then_some([[x, all.min[1]], [x, all.max[1]]])
}

/// Whether units overlap nowhere, and each is valid, given that edges meet in common ends only.
///
/// How many units have a face changes across edges without a counterpart only: so it is at most one everywhere exactly if the drawing
/// of those alone says so.
fn fits(edges: &[UnitEdge], rings: &[Ring]) -> bool {
    let mut left: Vec<UnitEdge> = Vec::new();
    for run in edges.chunk_by(same) {
        match run {
            [a, b] if a.left != b.left => {}
            [_] => left.extend(run),
            _ => return false,
        }
    }
    let tag = |_: u32| 0;
    let once = |counts: &[Count]| matches!(counts, [] | [(_, 1)]);
    if !all_faces(&left, tag, once) {
        return false;
    }
    fit_alone(edges, rings)
}

/// As [`fits`], of units of several rings, each by itself.
fn fit_alone(edges: &[UnitEdge], rings: &[Ring]) -> bool {
    let several: Vec<u32> = rings
        .windows(2)
        .filter(|w| w[0].unit == w[1].unit)
        .map(|w| w[0].unit)
        .collect();
    if several.is_empty() {
        return true;
    }
    let mut own: Vec<UnitEdge> = edges
        .iter()
        .filter(|e| several.binary_search(&rings[e.unit as usize].unit).is_ok())
        .copied()
        .collect();
    own.par_sort_by_key(|e| (rings[e.unit as usize].unit, *e));
    let units: Vec<&[UnitEdge]> = own
        .chunk_by(|a, b| rings[a.unit as usize].unit == rings[b.unit as usize].unit)
        .collect();
    units.into_par_iter().all(|edges| {
        let sound = |counts: &[Count]| sound(counts, rings);
        all_faces(edges, |ring| ring, sound)
    })
}

/// Whether the winding numbers of all faces are in order; edges come sorted.
fn all_faces(
    edges: &[UnitEdge],
    tag: impl Fn(u32) -> u32,
    fine: impl Fn(&[Count]) -> bool,
) -> bool {
    let (ends, steps) = drawing(edges, tag);
    let graph = Graph::new(&ends);
    let mut all = true;
    covers(&graph, &ends, &steps, |_, counts| all &= fine(counts));
    all
}

/// Distinct edges, and the steps across them.
fn drawing(edges: &[UnitEdge], tag: impl Fn(u32) -> u32) -> (Vec<[Pt; 2]>, Steps) {
    let (mut ends, mut steps) = (Vec::new(), Steps::default());
    let mut sum: Vec<Count> = Vec::new();
    for run in edges.chunk_by(same) {
        sum.clear();
        for e in run.iter().filter(|e| e.unit != NO_RING) {
            add(&mut sum, tag(e.unit), if e.left { 1 } else { -1 });
        }
        ends.push([wide(run[0].from), wide(run[0].to)]);
        steps.push(&sum);
    }
    (ends, steps)
}

/// Whether each unit with winding numbers at a face is valid there: once in a shell, and in at most one of its holes, and so in no
/// more than one of its polygons.
fn sound(counts: &[Count], rings: &[Ring]) -> bool {
    let mut last = u32::MAX;
    polygons(counts, rings).all(|polygon| {
        let Ring { unit, shell } = rings[polygon[0].0 as usize];
        match polygon {
            [(ring, 1)] if *ring == shell => std::mem::replace(&mut last, unit) != unit,
            [(ring, 1), (_, -1)] => *ring == shell,
            _ => false,
        }
    })
}

/// The winding numbers of each polygon, its shell first.
fn polygons<'c>(counts: &'c [Count], rings: &'c [Ring]) -> impl Iterator<Item = &'c [Count]> {
    counts.chunk_by(|a, b| rings[a.0 as usize].shell == rings[b.0 as usize].shell)
}

/// The units that have a face, ascending: those within a shell and none of its holes.
fn having(counts: &[Count], rings: &[Ring]) -> Vec<u32> {
    let mut units: Vec<u32> = Vec::new();
    for polygon in polygons(counts, rings) {
        let Ring { unit, shell } = rings[polygon[0].0 as usize];
        if polygon[0].0 == shell && polygon.len() == 1 && units.last() != Some(&unit) {
            units.push(unit);
        }
    }
    units
}

/// The units whose winding numbers at a face are out of order.
fn broken_units(counts: &[Count], rings: &[Ring]) -> Vec<u32> {
    let units = counts.chunk_by(|a, b| rings[a.0 as usize].unit == rings[b.0 as usize].unit);
    units
        .filter(|own| !sound(own, rings))
        .map(|own| rings[own[0].0 as usize].unit)
        .collect()
}

#[cfg(test)]
mod tests;
