//! A road network behind barriers: stretches are cut where nobody crosses, and have a gate where crossing costs something.

use super::graph::{Arc, DEGREE, Edge, Graph, NO_BEARING, NONE};
use super::parts::sorted_by;
use super::snap::vector;
use crate::base::sphere::{chord_to_km, chord2};
use rayon::prelude::*;

/// Says where the great circle between two places crosses barriers: how much of it lies before, 0 to 1, ascending, and what crossing costs there, km and
/// minutes, infinite where nobody crosses.
pub(crate) type Crossed<'a> = &'a (dyn Fn([f64; 3], [f64; 3], &mut Vec<(f64, [f64; 2])>) + Sync);

/// A place where a stretch crosses a barrier.
#[derive(Clone, Copy, Debug)]
struct Cut {
    /// The corner before it.
    corner: u32,
    /// Where it is, in steps of [`DEGREE`].
    at: [i32; 2],
    /// How much of the stretch lies before it, along its corners.
    share: f64,
    /// Milliseconds and centimetres; `None` where nobody crosses.
    cost: Option<[u32; 2]>,
}

/// The network with its stretches cut at barriers.
pub(crate) fn barred(mut graph: Graph, crossed: Crossed<'_>) -> Graph {
    let edges = 0..graph.edges.len() as u32;
    let cuts: Vec<Vec<Cut>> = edges
        .into_par_iter()
        .map(|edge| cuts(&graph, edge, crossed))
        .collect();
    if cuts.iter().all(Vec::is_empty) {
        return graph;
    }
    // The last piece of each arc.
    let mut last: Vec<u32> = (0..graph.arcs.len() as u32).collect();
    for (edge, cuts) in cuts.iter().enumerate().filter(|(_, c)| !c.is_empty()) {
        divide(&mut graph, edge as u32, cuts, &mut last);
    }
    let banned = graph.banned.iter();
    graph.banned = banned
        .map(|(from, to)| (last[*from as usize], *to))
        .collect();
    graph.banned.sort_unstable();
    for (from, to) in &graph.banned {
        graph.arcs[*from as usize].banned = true;
        graph.arcs[*to as usize].banned = true;
    }
    let vertices = graph.meet.len();
    (graph.out_start, graph.out) = sorted_by(vertices, graph.arcs.iter().map(|a| a.tail));
    (graph.into_start, graph.into) = sorted_by(vertices, graph.arcs.iter().map(|a| a.head));
    graph
}

/// Where a stretch crosses barriers.
fn cuts(graph: &Graph, edge: u32, crossed: Crossed<'_>) -> Vec<Cut> {
    let corners = graph.corners(edge);
    let places: Vec<[f64; 3]> = corners.iter().map(|c| vector(*c)).collect();
    let (mut cuts, mut found, mut before) = (Vec::new(), Vec::new(), 0.0);
    for (corner, pair) in places.windows(2).enumerate() {
        let km = chord_to_km(chord2(pair[0], pair[1]));
        crossed(pair[0], pair[1], &mut found);
        for (share, [cost_km, minutes]) in found.iter().copied() {
            // Nobody pays for what is free.
            if cost_km == 0.0 && minutes == 0.0 {
                continue;
            }
            let [p, q] = [corners[corner], corners[corner + 1]];
            let on = |axis: usize| {
                let step = f64::from(q[axis]) - f64::from(p[axis]);
                (f64::from(p[axis]) + share * step).round() as i32
            };
            let whole = |x: f64| x.round().min(f64::from(u32::MAX)) as u32;
            cuts.push(Cut {
                corner: corner as u32,
                at: [on(0), on(1)],
                share: before + share * km,
                cost: minutes
                    .is_finite()
                    .then(|| [whole(minutes * 60_000.0), whole(cost_km * 1e5)]),
            });
        }
        before += km;
    }
    let part = |km: f64| {
        if before > 0.0 {
            (km / before).min(1.0)
        } else {
            0.0
        }
    };
    cuts.iter_mut().for_each(|cut| cut.share = part(cut.share));
    cuts
}

/// A part of an arc between two shares of it.
fn part(arc: Arc, [from, to]: [f64; 2]) -> Arc {
    let of = |x: u32| {
        let at = |share: f64| (f64::from(x) * share).round() as u32;
        at(to) - at(from)
    };
    Arc {
        ms: of(arc.ms),
        cm: of(arc.cm),
        wait: if to < 1.0 { 0 } else { arc.wait },
        bearing: [
            if from > 0.0 {
                NO_BEARING
            } else {
                arc.bearing[0]
            },
            if to < 1.0 { NO_BEARING } else { arc.bearing[1] },
        ],
        ..arc
    }
}

/// Divides a stretch at its cuts: its first piece, and the first piece of each arc, keep their numbers.
fn divide(graph: &mut Graph, number: u32, cuts: &[Cut], last: &mut [u32]) {
    let edge = graph.edges[number as usize];
    let own = graph.arcs[edge.arc as usize];
    let other = (own.twin != NONE).then_some(own.twin);
    let (along, against) = match edge.along {
        true => (Some(edge.arc), other),
        false => (other, Some(edge.arc)),
    };
    // The vertices before and behind each cut, in the order of the corners.
    let whole = match (along, against) {
        (Some(arc), _) => [graph.arcs[arc as usize].tail, graph.arcs[arc as usize].head],
        (None, Some(arc)) => [graph.arcs[arc as usize].head, graph.arcs[arc as usize].tail],
        (None, None) => return,
    };
    let mut ends = vec![whole[0]];
    for cut in cuts {
        let meet = if cut.cost.is_some() { 2 } else { 1 };
        for _ in 0..2 {
            ends.push(graph.meet.len() as u32);
            graph.meet.push(meet);
        }
    }
    ends.push(whole[1]);
    let corners = graph.corners(number).to_vec();
    let pieces: Vec<u32> = shapes(graph, number, &corners, cuts);
    let shares: Vec<f64> = std::iter::once(0.0)
        .chain(cuts.iter().map(|c| c.share))
        .chain([1.0])
        .collect();
    let sides = [along, against].map(|arc| arc.map(|arc| (arc, graph.arcs[arc as usize])));
    let mut made: Vec<[u32; 2]> = vec![[NONE; 2]; pieces.len()];
    for (side, arc) in sides.iter().enumerate() {
        let Some((first, arc)) = *arc else { continue };
        for n in 0..pieces.len() {
            // In the order that it is driven in.
            let k = if side == 0 { n } else { pieces.len() - 1 - n };
            let (a, b, from, to) = (ends[2 * k], ends[2 * k + 1], shares[k], shares[k + 1]);
            let mut piece = match side {
                0 => part(
                    Arc {
                        tail: a,
                        head: b,
                        ..arc
                    },
                    [from, to],
                ),
                _ => part(
                    Arc {
                        tail: b,
                        head: a,
                        ..arc
                    },
                    [1.0 - to, 1.0 - from],
                ),
            };
            piece.edge = pieces[k];
            if n + 1 < pieces.len() {
                let next = if side == 0 { k } else { k - 1 };
                piece.ends = cuts[next].cost.is_none();
            }
            made[k][side] = match n {
                0 => {
                    graph.arcs[first as usize] = piece;
                    first
                }
                _ => {
                    graph.arcs.push(piece);
                    graph.arcs.len() as u32 - 1
                }
            };
            if n + 1 == pieces.len() {
                last[first as usize] = made[k][side];
            }
        }
    }
    for (k, [along, against]) in made.iter().enumerate() {
        for (arc, twin) in [(along, against), (against, along)] {
            if *arc != NONE {
                graph.arcs[*arc as usize].twin = *twin;
            }
        }
        let piece = &mut graph.edges[pieces[k] as usize];
        piece.along = *along != NONE;
        piece.arc = if piece.along { *along } else { *against };
    }
    for (k, cut) in cuts.iter().enumerate() {
        if let Some(cost) = cut.cost {
            let sides = [along.is_some(), against.is_some()];
            gate(
                graph,
                [ends[2 * k + 1], ends[2 * k + 2]],
                (cut.at, cost),
                sides,
                own.local,
            );
        }
    }
}

/// The corners of the pieces of a stretch; the numbers of the pieces.
fn shapes(graph: &mut Graph, number: u32, corners: &[[i32; 2]], cuts: &[Cut]) -> Vec<u32> {
    let mut pieces = Vec::with_capacity(cuts.len() + 1);
    let mut begin: (usize, Option<[i32; 2]>) = (0, None);
    for n in 0..=cuts.len() {
        let (end, at) = match cuts.get(n) {
            Some(cut) => (cut.corner as usize + 1, Some(cut.at)),
            None => (corners.len(), None),
        };
        let from = graph.shape.len() as u32;
        graph.shape.extend(begin.1);
        graph.shape.extend(&corners[begin.0.min(end)..end]);
        graph.shape.extend(at);
        let piece = Edge {
            from,
            to: graph.shape.len() as u32,
            ..graph.edges[number as usize]
        };
        pieces.push(match n {
            0 => {
                graph.edges[number as usize] = piece;
                number
            }
            _ => {
                graph.edges.push(piece);
                graph.edges.len() as u32 - 1
            }
        });
        begin = (end, at);
    }
    pieces
}

/// A stretch without length between two vertices, which costs something.
fn gate(
    graph: &mut Graph,
    [a, b]: [u32; 2],
    (at, [ms, cm]): ([i32; 2], [u32; 2]),
    sides: [bool; 2],
    local: bool,
) {
    let (edge, first) = (graph.edges.len() as u32, graph.arcs.len() as u32);
    let both = sides[0] && sides[1];
    let driven = [(sides[0], a, b), (sides[1], b, a)].into_iter();
    for (n, (_, tail, head)) in driven.filter(|(driven, ..)| *driven).enumerate() {
        graph.arcs.push(Arc {
            tail,
            head,
            ms,
            wait: 0,
            cm,
            twin: if both { first + 1 - n as u32 } else { NONE },
            bearing: [NO_BEARING; 2],
            local,
            banned: false,
            ends: false,
            edge,
        });
    }
    let from = graph.shape.len() as u32;
    graph.shape.extend([at, at]);
    graph.edges.push(Edge {
        from,
        to: from + 2,
        arc: first,
        along: sides[0],
    });
}

/// Half of a step of [`DEGREE`], as a share of the radius of the earth: a corner of a road is never exactly on one of a barrier.
pub(crate) const ASIDE: f64 = DEGREE / 2.0 * std::f64::consts::PI / 180.0;
