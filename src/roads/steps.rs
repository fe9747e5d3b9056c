//! Dijkstra's algorithm over labels, and what a trip costs.
//!
//! Most trips have costs that fit 64 bits, half of what holds any: labels and queue are then half as large, which is what a search over a
//! million stretches waits for, and its steps are worked out once, for all searches. A network, or a single search, that needs more
//! takes wide costs, and works its steps out as it goes.

use super::graph::NONE;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Add;

/// A cost, first things first: how often the trip passes through where it should not, milliseconds, centimetres. So of equally fast trips
/// the shorter one is the lesser number.
pub(super) trait Cost: Copy + Ord + Add<Output = Self> {
    /// No trip.
    const FAR: Self;
    /// From a wide one; `None` where it is so large that a step added to another like it may not be right.
    fn narrowed(wide: Wide) -> Option<Self>;
    fn widened(self) -> Wide;
    /// Milliseconds.
    fn ms(self) -> u64;
    /// Whether any step may be added to it.
    fn fits(self) -> bool;
}

/// 32 bits for passing through, 48 for milliseconds, 48 for centimetres: more than any trip takes. A stretch has at most 32 bits of either.
pub(super) type Wide = u128;

/// Bits of milliseconds and of centimetres in a [`Wide`].
const WIDE: u32 = 48;
/// The most of either.
pub(super) const LOW: u64 = (1 << WIDE) - 1;
/// Passing through once.
pub(super) const THROUGH: Wide = 1 << (2 * WIDE);
/// No trip.
pub(super) const FAR: Wide = Wide::MAX;

pub(super) fn wide(ms: u64, cm: u64) -> Wide {
    Wide::from(ms) << WIDE | Wide::from(cm)
}

/// Milliseconds and centimetres.
pub(super) fn parts(cost: Wide) -> (u64, u64) {
    let low = Wide::from(LOW);
    ((cost >> WIDE & low) as u64, (cost & low) as u64)
}

impl Cost for Wide {
    const FAR: Wide = FAR;

    fn narrowed(wide: Wide) -> Option<Wide> {
        Some(wide)
    }

    fn widened(self) -> Wide {
        self
    }

    fn ms(self) -> u64 {
        parts(self).0
    }

    fn fits(self) -> bool {
        true
    }
}

/// 4 bits for passing through, 30 for milliseconds (12 days), 30 for centimetres (10,000 km).
type Narrow = u64;

/// Bits of milliseconds and of centimetres in a [`Narrow`].
const NARROW: u32 = 30;
const NARROW_LOW: u64 = (1 << NARROW) - 1;
/// Two costs below this have a sum that is right.
const HALF: u64 = 1 << (NARROW - 1);
/// Two trips that pass through less often than this do so less often than can be counted.
const SELDOM: u64 = 7;

impl Cost for Narrow {
    const FAR: Narrow = Narrow::MAX;

    fn narrowed(wide: Wide) -> Option<Narrow> {
        let ((ms, cm), through) = (parts(wide), wide >> (2 * WIDE));
        let through = u64::try_from(through).ok()?;
        let cost = through << (2 * NARROW) | ms << NARROW | cm;
        (ms < HALF && cm < HALF && through < SELDOM).then_some(cost)
    }

    fn widened(self) -> Wide {
        let through = Wide::from(self >> (2 * NARROW));
        match self {
            Narrow::MAX => FAR,
            _ => wide(self.ms(), self & NARROW_LOW) + through * THROUGH,
        }
    }

    fn ms(self) -> u64 {
        self >> NARROW & NARROW_LOW
    }

    fn fits(self) -> bool {
        self.ms() < HALF && self & NARROW_LOW < HALF && self >> (2 * NARROW) < SELDOM
    }
}

/// A label to begin with, its cost, and what it was come to from.
pub(super) type Begin = (u32, Wide, u32);

/// A step: what it costs, and the label that it leads to.
pub(super) type Step<C> = (C, u32);

/// A network as searches see it: labels, and steps between them.
pub(super) trait Labelled {
    /// How many labels there are.
    fn labels(&self) -> u32;
    /// Where on a Hilbert curve over the map a label's arc ends, or, where `back`, begins.
    fn curve(&self, label: u32, back: bool) -> u32;
    /// How trips go on from a label: what the turn and all of the next arc cost, and the next label.
    fn steps(&self, label: u32, back: bool) -> impl Iterator<Item = Step<Wide>> + '_;
}

/// All steps of one direction, with narrow costs. Labels stand in an order of their own, along a Hilbert curve over the map: a search
/// spreads over the map, and finds what it needs next near what it has.
pub(super) struct Steps {
    /// The place of a label, and the label at a place.
    place: Vec<u32>,
    label: Vec<u32>,
    /// Steps from place `p` are `start[p]..start[p + 1]`, to places.
    start: Vec<usize>,
    steps: Vec<Step<Narrow>>,
}

impl Steps {
    /// `None` where a step has a cost that is not narrow.
    pub fn new(network: &impl Labelled, back: bool) -> Option<Steps> {
        let mut label: Vec<u32> = (0..network.labels()).collect();
        label.sort_by_cached_key(|label| network.curve(*label, back));
        let mut place = vec![0; label.len()];
        for (at, label) in label.iter().enumerate() {
            place[*label as usize] = at as u32;
        }
        let mut start = Vec::with_capacity(label.len() + 1);
        start.push(0);
        let mut steps = Vec::new();
        for label in &label {
            for (cost, to) in network.steps(*label, back) {
                steps.push((Narrow::narrowed(cost)?, place[to as usize]));
            }
            start.push(steps.len());
        }
        Some(Steps {
            place,
            label,
            start,
            steps,
        })
    }

    fn from(&self, place: u32) -> impl Iterator<Item = Step<Narrow>> + '_ {
        let place = place as usize;
        let all = self.start[place]..self.start[place + 1];
        self.steps[all].iter().copied()
    }

    /// As [`search`]; `None` where a cost is not narrow.
    fn search(&self, begin: &[Begin], most: Option<u64>, before: &mut [u32]) -> Option<Vec<Wide>> {
        let placed = begin.iter().map(|(label, cost, from)| {
            let place = self.place[*label as usize];
            Some((place, Narrow::narrowed(*cost)?, *from))
        });
        let placed: Option<Vec<_>> = placed.collect();
        let mut from = vec![NONE; before.len()];
        let labels = self.label.len();
        let best = dijkstra(labels, &placed?, most, &mut from, |place| self.from(place))?;
        for (place, from) in from.into_iter().enumerate() {
            // What a trip begins with is counted on from the labels.
            let known = self.label.get(from as usize);
            before[self.label[place] as usize] = known.copied().unwrap_or(from);
        }
        let of = |place: &u32| best[*place as usize].widened();
        Some(self.place.iter().map(of).collect())
    }
}

/// The least cost of every label from those to `begin` with, by narrow steps where there are such; nobody drives on after `most` milliseconds. `before` becomes the label that
/// each was come to from, unless it is empty.
pub(super) fn search(
    network: &impl Labelled,
    narrow: Option<&Steps>,
    (begin, back): (&[Begin], bool),
    most: Option<u64>,
    before: &mut [u32],
) -> Vec<Wide> {
    let narrow = narrow.and_then(|steps| steps.search(begin, most, before));
    let wide = || {
        let steps = |label| network.steps(label, back);
        dijkstra(network.labels() as usize, begin, most, before, steps)
    };
    narrow.or_else(wide).unwrap_or_default()
}

/// As [`search`]; `None` where a cost does not fit.
fn dijkstra<C: Cost, S: Iterator<Item = Step<C>>>(
    labels: usize,
    begin: &[(u32, C, u32)],
    most: Option<u64>,
    before: &mut [u32],
    steps: impl Fn(u32) -> S,
) -> Option<Vec<C>> {
    let mut best = vec![C::FAR; labels];
    let mut heap = BinaryHeap::new();
    before.fill(NONE);
    for (label, cost, from) in begin {
        if *cost < best[*label as usize] {
            best[*label as usize] = *cost;
            heap.push(Reverse((*cost, *label)));
            if let Some(before) = before.get_mut(*label as usize) {
                *before = *from;
            }
        }
    }
    while let Some(Reverse((so_far, label))) = heap.pop() {
        let late = most.is_some_and(|most| so_far.ms() > most);
        if so_far > best[label as usize] || late {
            continue;
        }
        if !so_far.fits() {
            return None;
        }
        for (step, to) in steps(label) {
            let cost = so_far + step;
            if cost < best[to as usize] {
                best[to as usize] = cost;
                heap.push(Reverse((cost, to)));
                if let Some(before) = before.get_mut(to as usize) {
                    *before = label;
                }
            }
        }
    }
    Some(best)
}
