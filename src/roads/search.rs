//! Fastest trips from one place to all others.
//!
//! Dijkstra's algorithm on arcs, not on junctions, because what a turn takes depends on where one comes from. An arc has two labels if it
//! is for who has business there only: with one the trip has been on such roads since it began, with the other it has come to
//! them from elsewhere, and shall end there. Whoever leaves them again passes through, which only trips do that have no other way.

use super::graph::{Arc, Graph, NO_BEARING, NONE};
use super::snap::Snap;
use super::steps::{Begin, FAR, LOW, Labelled, Step, Steps, THROUGH, Wide, parts, search, wide};
use crate::base::hilbert::hilbert;
use std::sync::OnceLock;

/// What a turn takes at most, where more than two stretches meet; how it leans to the side of the traffic (OSRM's car profile).
const TURN_MS: f64 = 7500.0;
const BIAS: f64 = 1.075;
/// What crossing the oncoming traffic takes besides.
const ONCOMING_MS: f64 = 2000.0;
/// What turning round at the end of a road takes besides.
const ROUND_MS: u64 = 20_000;

/// A trip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Trip {
    pub seconds: f64,
    pub km: f64,
}

fn trip(cost: Wide) -> Trip {
    let (ms, cm) = parts(cost);
    Trip {
        seconds: ms as f64 / 1000.0,
        km: cm as f64 / 1e5,
    }
}

/// Searches a graph.
pub(crate) struct Searcher<'g> {
    graph: &'g Graph,
    /// Milliseconds of a turn by degrees to the right, from -180.
    turns: Vec<u32>,
    /// Label of an arc that was come to from elsewhere: those of the arcs come first.
    second: Vec<u32>,
    /// The arcs of those other labels.
    local: Vec<u32>,
    labels: usize,
    /// The steps there and back, worked out when they are first asked for; `None` where they are not narrow.
    narrow: [OnceLock<Option<Steps>>; 2],
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
        let all = 0..graph.arcs.len() as u32;
        let local = all.filter(|arc| graph.arcs[*arc as usize].local);
        Searcher {
            graph,
            turns,
            second,
            local: local.collect(),
            labels,
            narrow: [OnceLock::new(), OnceLock::new()],
        }
    }

    /// All steps of a direction, if they are narrow.
    fn narrow(&self, back: bool) -> Option<&Steps> {
        let steps = self.narrow[usize::from(back)].get_or_init(|| Steps::new(self, back));
        steps.as_ref()
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
        let found = self.search(home, back, Keeps::default());
        places
            .iter()
            .map(|place| found.trip(place.as_ref()?))
            .collect()
    }

    /// Searches from a place, or, where `back`, to it.
    pub fn search(&self, home: &Snap, back: bool, keeps: Keeps) -> Found<'_, 'g> {
        let mut before = Vec::new();
        if keeps.ways {
            before.resize(self.labels, NONE);
        }
        let most = keeps
            .within_s
            .map(|s| (s * 1000.0).clamp(0.0, LOW as f64) as u64);
        let labels = search(
            self,
            self.narrow(back),
            (&self.begin(home, back), back),
            most,
            &mut before,
        );
        Found {
            searcher: self,
            home: *home,
            back,
            bounded: most.is_some(),
            labels,
            before,
        }
    }

    /// The arcs of the stretch of a point, with how much of each lies on the far side of the point: after it, or before it where `back`.
    fn sides(&self, at: &Snap, back: bool) -> impl Iterator<Item = (u32, f64)> + use<> {
        let twin = self.graph.arcs[at.arc as usize].twin;
        let after = if back { at.part } else { 1.0 - at.part };
        let other = (twin != NONE).then_some((twin, 1.0 - after));
        std::iter::once((at.arc, after)).chain(other)
    }

    fn part(&self, arc: u32, share: f64) -> Wide {
        let Arc { ms, cm, .. } = self.graph.arcs[arc as usize];
        let of = |x: u32| (f64::from(x) * share).round() as u64;
        wide(of(ms), of(cm))
    }

    fn whole(&self, arc: u32) -> Wide {
        let Arc { ms, cm, .. } = self.graph.arcs[arc as usize];
        wide(ms.into(), cm.into())
    }

    /// The labels that trips begin with. Where a trip begins with a part of an arc, that is what its first label is come to from, counted
    /// on from the labels.
    fn begin(&self, home: &Snap, back: bool) -> Vec<Begin> {
        // Whoever lives at a junction is on all roads there, and has not turned yet.
        if let Some(v) = self.junction(home) {
            let arcs = self.ahead(v, back).iter();
            return arcs.map(|arc| (*arc, self.whole(*arc), NONE)).collect();
        }
        let mut begin = Vec::new();
        for (arc, share) in self.sides(home, back) {
            let (part, from) = (self.part(arc, share), self.labels() + arc);
            let steps = self.steps(arc, back);
            begin.extend(steps.map(|(step, to)| (to, part + step, from)));
        }
        begin
    }

    /// The arc of a label.
    fn arc_of(&self, label: u32) -> u32 {
        let arcs = self.graph.arcs.len();
        match (label as usize).checked_sub(arcs) {
            None => label,
            Some(at) => self.local[at],
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
    fn driven(&self, labels: &[Wide], arc: u32) -> Wide {
        let second = self.second[arc as usize];
        let other = (second != NONE).then(|| labels[second as usize]);
        labels[arc as usize].min(other.unwrap_or(FAR))
    }

    /// The least cost to a point by labels of its arcs.
    fn reached(&self, labels: &[Wide], place: &Snap, back: bool) -> Wide {
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
    fn on_the_way(&self, home: &Snap, place: &Snap, back: bool) -> Wide {
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

impl Labelled for Searcher<'_> {
    fn labels(&self) -> u32 {
        self.labels as u32
    }

    fn curve(&self, label: u32, back: bool) -> u32 {
        let arc = self.arc_of(label);
        let edge = self.graph.arcs[arc as usize].edge;
        let corners = self.graph.corners(edge);
        let along =
            (self.graph.edges[edge as usize].arc == arc) == self.graph.edges[edge as usize].along;
        let end = if along == back {
            corners.first()
        } else {
            corners.last()
        };
        // A degree has 1e7 steps; 180 of them stand on either side of the meridian.
        let grid =
            |v: i32, most: i64| ((i64::from(v) + most) * 65_535 / (2 * most)).clamp(0, 65_535);
        let at =
            |[x, y]: [i32; 2]| hilbert(grid(x, 1_800_000_000) as u32, grid(y, 900_000_000) as u32);
        end.copied().map_or(0, at)
    }

    fn steps(&self, label: u32, back: bool) -> impl Iterator<Item = Step<Wide>> + '_ {
        let arc = self.arc_of(label);
        let from = &self.graph.arcs[arc as usize];
        let arrived = label != arc;
        let next = self.ahead(if back { from.tail } else { from.head }, back);
        next.iter().filter_map(move |to| {
            let local = self.graph.arcs[*to as usize].local;
            let turn = match back {
                false => self.turn(arc, *to),
                true => self.turn(*to, arc),
            };
            let second = local && (arrived || !from.local);
            let label = if second {
                self.second[*to as usize]
            } else {
                *to
            };
            let through = if arrived && !local { THROUGH } else { 0 };
            Some((wide(turn?, 0) + self.whole(*to) + through, label))
        })
    }
}

/// What a search keeps besides the trips.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Keeps {
    /// No trips that take more seconds are looked for.
    pub within_s: Option<f64>,
    /// The ways, too.
    pub ways: bool,
}

/// What a search has found.
pub(crate) struct Found<'s, 'g> {
    searcher: &'s Searcher<'g>,
    home: Snap,
    back: bool,
    bounded: bool,
    labels: Vec<Wide>,
    /// The label before each; empty where ways are not kept.
    before: Vec<u32>,
}

impl Found<'_, '_> {
    /// The fastest trip to a place, or from it. Where the search was bounded, trips that take longer may be found or not, and none is that
    /// passes through where it should not.
    pub fn trip(&self, place: &Snap) -> Option<Trip> {
        let s = self.searcher;
        let least = s
            .reached(&self.labels, place, self.back)
            .min(s.on_the_way(&self.home, place, self.back));
        let known = least != FAR && !(self.bounded && least >= THROUGH);
        known.then(|| trip(least))
    }

    /// Whether a trip has been along a stretch, or has begun to be.
    pub fn is_begun(&self, edge: u32) -> bool {
        let graph = self.searcher.graph;
        let arc = graph.edges[edge as usize].arc;
        let twin = graph.arcs[arc as usize].twin;
        let of = |arc: u32| arc != NONE && self.searcher.driven(&self.labels, arc) != FAR;
        of(arc) || of(twin)
    }

    /// The way of the trip to a place, or from it, as parts of arcs from the place to the home base, each with the shares of the arc
    /// where it is entered and left. Empty where there is none, and where ways were not kept.
    pub fn way(&self, place: &Snap) -> Vec<(u32, [f64; 2])> {
        let (s, back) = (self.searcher, self.back);
        let on_the_way = s.on_the_way(&self.home, place, back);
        let reached = s.reached(&self.labels, place, back);
        if self.before.is_empty() || on_the_way.min(reached) == FAR || on_the_way == 0 {
            return Vec::new();
        }
        if on_the_way <= reached {
            return self.along_one(place, on_the_way);
        }
        let Some((mut label, mut piece)) = self.arrival(place, reached) else {
            return Vec::new();
        };
        let mut way = Vec::new();
        loop {
            way.push(piece);
            let before = self.before[label as usize];
            if before == NONE || way.len() > s.labels {
                return way;
            }
            if before as usize >= s.labels {
                let arc = before - s.labels as u32;
                let at = self.share(arc, &self.home);
                way.push((arc, if back { [0.0, at] } else { [at, 1.0] }));
                return way;
            }
            label = before;
            piece = (s.arc_of(label), [0.0, 1.0]);
        }
    }

    /// How much of an arc lies before a point of its stretch.
    fn share(&self, arc: u32, at: &Snap) -> f64 {
        if arc == at.arc {
            at.part
        } else {
            1.0 - at.part
        }
    }

    /// The label by which a trip of this cost gets to a place, and what is driven of its arc.
    fn arrival(&self, place: &Snap, cost: Wide) -> Option<(u32, (u32, [f64; 2]))> {
        let (s, back) = (self.searcher, self.back);
        let label = |arc: u32| {
            let second = s.second[arc as usize];
            let first = second == NONE || self.labels[arc as usize] <= self.labels[second as usize];
            if first { arc } else { second }
        };
        if let Some(v) = s.junction(place) {
            let arcs = s.ahead(v, !back).iter();
            let mut found = arcs.filter(|arc| s.driven(&self.labels, **arc) == cost);
            return found.next().map(|arc| (label(*arc), (*arc, [0.0, 1.0])));
        }
        s.sides(place, back).find_map(|(arc, beyond)| {
            let whole = s.driven(&self.labels, arc);
            let is = whole != FAR && whole - s.whole(arc) + s.part(arc, 1.0 - beyond) == cost;
            let at = self.share(arc, place);
            is.then(|| (label(arc), (arc, if back { [at, 1.0] } else { [0.0, at] })))
        })
    }

    /// The way on the one stretch that both ends are on.
    fn along_one(&self, place: &Snap, cost: Wide) -> Vec<(u32, [f64; 2])> {
        let s = self.searcher;
        let ends = s.sides(&self.home, self.back).filter_map(|(arc, _)| {
            let graph_arc = &s.graph.arcs[arc as usize];
            let home = self.share(arc, &self.home);
            let at = match s.junction(place) {
                Some(v) if !self.back && v == graph_arc.head => 1.0,
                Some(v) if self.back && v == graph_arc.tail => 0.0,
                Some(_) => return None,
                None if s.sides(place, self.back).any(|(other, _)| other == arc) => {
                    self.share(arc, place)
                }
                None => return None,
            };
            let [from, to] = if self.back { [at, home] } else { [home, at] };
            let off = s.part(arc, (to - from).max(0.0)).abs_diff(cost);
            (to >= from).then_some((off, (arc, [from, to])))
        });
        let best = ends.min_by_key(|(off, _)| *off);
        best.map(|(_, piece)| piece).into_iter().collect()
    }
}

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
