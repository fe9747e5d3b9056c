//! Fastest trips from one place to all others.
//!
//! Dijkstra's algorithm on arcs, not on junctions, because what a turn takes depends on where one comes from. An arc has two labels if it
//! is for who has business there only: with one the trip has been on such roads since it began, with the other it has come to
//! them from elsewhere, and shall end there. Whoever leaves them again passes through, which only trips do that have no other way.

use super::graph::{Arc, Graph, NO_BEARING, NONE};
use super::snap::Snap;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What a turn takes at most, where more than two stretches meet; how it leans to the side of the traffic (OSRM's car profile).
const TURN_MS: f64 = 7500.0;
const BIAS: f64 = 1.075;
/// What crossing the oncoming traffic takes besides.
const ONCOMING_MS: f64 = 2000.0;
/// What turning round at the end of a road takes besides.
const ROUND_MS: u64 = 20_000;

/// What a trip costs, first things first: how often it passes through where it should not (32 bits), milliseconds (48), centimetres
/// (48). So of equally fast trips the shorter one is the lesser number. A stretch has at most 32 bits of either.
type Cost = u128;

/// No trip.
const FAR: Cost = Cost::MAX;
const BITS: u32 = 48;
const LOW: Cost = (1 << BITS) - 1;
/// Passing through once.
const THROUGH: Cost = 1 << (2 * BITS);

fn cost(ms: u32, cm: u32) -> Cost {
    Cost::from(ms) << BITS | Cost::from(cm)
}

/// A trip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Trip {
    pub seconds: f64,
    pub km: f64,
}

fn trip(cost: Cost) -> Trip {
    Trip {
        seconds: (cost >> BITS & LOW) as f64 / 1000.0,
        km: (cost & LOW) as f64 / 1e5,
    }
}

/// Searches a graph.
pub(crate) struct Searcher<'g> {
    graph: &'g Graph,
    /// Milliseconds of a turn by degrees to the right, from -180.
    turns: Vec<u32>,
    /// Label of an arc that was come to from elsewhere: those of the arcs come first.
    second: Vec<u32>,
    labels: usize,
}

impl<'g> Searcher<'g> {
    pub fn new(graph: &'g Graph) -> Searcher<'g> {
        let turns = (-180..=180).map(turn_ms).collect();
        let mut labels = graph.arcs.len();
        let second = graph.arcs.iter().map(|arc| {
            labels += usize::from(arc.local);
            if arc.local { labels as u32 - 1 } else { NONE }
        });
        let second = second.collect();
        Searcher {
            graph,
            turns,
            second,
            labels,
        }
    }

    /// What turning from an arc into another takes, milliseconds; `None` where it is not allowed.
    pub(super) fn turn(&self, from: u32, to: u32) -> Option<u64> {
        let (a, b) = (
            &self.graph.arcs[from as usize],
            &self.graph.arcs[to as usize],
        );
        let meet = self.graph.meet[a.head as usize];
        let round = a.twin == to;
        if round && !a.ends {
            return None;
        }
        if a.banned && b.banned && self.graph.banned.binary_search(&(from, to)).is_ok() {
            return None;
        }
        let wait = u64::from(a.wait);
        let straight = b.bearing[0] == NO_BEARING || a.bearing[1] == NO_BEARING;
        if !round && (meet <= 2 || straight) {
            return Some(wait);
        }
        let angle = (i32::from(b.bearing[0]) - i32::from(a.bearing[1])).rem_euclid(360);
        let angle = if angle > 180 { angle - 360 } else { angle };
        let ms = u64::from(self.turns[(angle + 180) as usize]);
        Some(wait + if round { ms + ROUND_MS } else { ms })
    }

    /// The fastest trips between a place and others: from it, or, where `back`, to it. `None` where there is none.
    pub fn trips(&self, home: &Snap, places: &[Option<Snap>], back: bool) -> Vec<Option<Trip>> {
        let labels = self.labels(home, back);
        let found = places.iter().map(|place| {
            let place = place.as_ref()?;
            let least = self
                .reached(&labels, place, back)
                .min(self.on_the_way(home, place, back));
            (least != FAR).then(|| trip(least))
        });
        found.collect()
    }

    /// The arcs of the stretch of a point, with how much of each lies on the far side of the point: after it, or before it where `back`.
    fn sides(&self, at: &Snap, back: bool) -> impl Iterator<Item = (u32, f64)> + use<> {
        let twin = self.graph.arcs[at.arc as usize].twin;
        let after = if back { at.part } else { 1.0 - at.part };
        let other = (twin != NONE).then_some((twin, 1.0 - after));
        std::iter::once((at.arc, after)).chain(other)
    }

    fn part(&self, arc: u32, share: f64) -> Cost {
        let Arc { ms, cm, .. } = self.graph.arcs[arc as usize];
        let of = |x: u32| (f64::from(x) * share).round() as u32;
        cost(of(ms), of(cm))
    }

    fn whole(&self, arc: u32) -> Cost {
        let Arc { ms, cm, .. } = self.graph.arcs[arc as usize];
        cost(ms, cm)
    }

    /// Cost of trips that drive all of an arc at their end, by label.
    fn labels(&self, home: &Snap, back: bool) -> Vec<Cost> {
        let mut best = vec![FAR; self.labels];
        let mut heap = BinaryHeap::new();
        match self.junction(home) {
            // Whoever lives at a junction is on all roads there, and has not turned yet.
            Some(v) => {
                for arc in self.ahead(v, back) {
                    best[*arc as usize] = self.whole(*arc);
                    heap.push(Reverse((self.whole(*arc), *arc, *arc)));
                }
            }
            None => {
                for (arc, share) in self.sides(home, back) {
                    self.go_on(arc, arc, self.part(arc, share), back, &mut best, &mut heap);
                }
            }
        }
        let arcs = self.graph.arcs.len() as u32;
        while let Some(Reverse((cost, label, arc))) = heap.pop() {
            if cost > best[label as usize] {
                continue;
            }
            debug_assert!(label < arcs || self.second[arc as usize] == label);
            self.go_on(arc, label, cost, back, &mut best, &mut heap);
        }
        best
    }

    /// Drives on from the end of an arc.
    fn go_on(
        &self,
        arc: u32,
        label: u32,
        so_far: Cost,
        back: bool,
        best: &mut [Cost],
        heap: &mut Heap,
    ) {
        let from = &self.graph.arcs[arc as usize];
        let next = self.ahead(if back { from.tail } else { from.head }, back);
        let arrived = label != arc;
        for to in next {
            let local = self.graph.arcs[*to as usize].local;
            let turn = match back {
                false => self.turn(arc, *to),
                true => self.turn(*to, arc),
            };
            let Some(turn) = turn else { continue };
            let label = match local && (arrived || !from.local) {
                true => self.second[*to as usize],
                false => *to,
            };
            let through = if arrived && !local { THROUGH } else { 0 };
            let cost = so_far + (Cost::from(turn) << BITS) + self.whole(*to) + through;
            if cost < best[label as usize] {
                best[label as usize] = cost;
                heap.push(Reverse((cost, label, *to)));
            }
        }
    }

    /// The junction that a point is at.
    fn junction(&self, at: &Snap) -> Option<u32> {
        let arc = &self.graph.arcs[at.arc as usize];
        match at.part {
            0.0 => Some(arc.tail),
            1.0 => Some(arc.head),
            _ => None,
        }
    }

    /// Arcs by which trips go on at a junction: those that leave it, or, where `back`, those that end there.
    fn ahead(&self, v: u32, back: bool) -> &[u32] {
        match back {
            false => self.graph.leaving(v),
            true => self.graph.ending(v),
        }
    }

    /// The least cost of driving all of an arc at the end of a trip.
    fn driven(&self, labels: &[Cost], arc: u32) -> Cost {
        let second = self.second[arc as usize];
        let other = (second != NONE).then(|| labels[second as usize]);
        labels[arc as usize].min(other.unwrap_or(FAR))
    }

    /// The least cost to a point by labels of its arcs.
    fn reached(&self, labels: &[Cost], place: &Snap, back: bool) -> Cost {
        if let Some(v) = self.junction(place) {
            let arcs = self.ahead(v, !back).iter();
            let costs = arcs.map(|arc| self.driven(labels, *arc));
            return costs.min().unwrap_or(FAR);
        }
        let mut least = FAR;
        for (arc, beyond) in self.sides(place, back) {
            let whole = self.driven(labels, arc);
            if whole != FAR {
                least = least.min(whole - self.whole(arc) + self.part(arc, 1.0 - beyond));
            }
        }
        least
    }

    /// The cost of staying on one stretch, where both points are on it, and the other one is ahead.
    fn on_the_way(&self, home: &Snap, place: &Snap, back: bool) -> Cost {
        let mut least = FAR;
        match (self.junction(home), self.junction(place)) {
            (Some(a), Some(b)) if a == b => return 0,
            (None, Some(v)) => {
                for (arc, ahead) in self.sides(home, back) {
                    let end = &self.graph.arcs[arc as usize];
                    if v == (if back { end.tail } else { end.head }) {
                        least = least.min(self.part(arc, ahead));
                    }
                }
                return least;
            }
            // On from a junction all of a stretch has a label.
            (Some(_), _) => return FAR,
            (None, None) => {}
        }
        for (arc, ahead) in self.sides(home, back) {
            for (other, left) in self.sides(place, back) {
                if arc == other && ahead >= left {
                    least = least.min(self.part(arc, ahead - left));
                }
            }
        }
        least
    }
}

type Heap = BinaryHeap<Reverse<(Cost, u32, u32)>>;

/// Milliseconds of a turn by so many degrees to the right: a sigmoid, which leans to the side that the traffic keeps to.
fn turn_ms(degrees: i32) -> u32 {
    let share = f64::from(degrees.abs()) / 180.0;
    let sigmoid = |slope: f64, middle: f64| 1.0 / (1.0 + (-(slope * share - middle)).exp());
    let ms = match degrees >= 0 {
        true => TURN_MS * sigmoid(13.0 / BIAS, 6.5 * BIAS),
        false => TURN_MS * sigmoid(13.0 * BIAS, 6.5 / BIAS) + ONCOMING_MS * sigmoid(13.0, 3.25),
    };
    ms.round() as u32
}
