//! Trades: what two neighbouring reps can exchange, cheapest first.
//!
//! A trade is a set of units that change sides, any number of them both ways. The cheapest has all moves that pay by themselves;
//! every other flips some of the moves, at their absolute cost. So the trades in order of cost are the subsets of a list of
//! numbers in order of their sums, and few of the moves make many of them: with `r` moves per unit of cost, about
//! `exp(pi sqrt(r c / 3))` subsets cost at most `c` (Hardy & Ramanujan 1918 on partitions), and a load that must be met to one
//! part in a thousand needs about a thousand of them.

use super::sets::cheapest as cheapest_of;
use super::state::State;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// Units on a border that may move.
const MOVES: usize = 64;
/// Share of the heaviest load on a border below which a unit does not matter for the loads.
const LIGHT: f64 = 1e-3;

/// No trade, no move.
pub(super) const NONE: u32 = u32::MAX;

/// A unit that may go from one rep to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Move {
    pub item: u32,
    pub option: u16,
    pub cost: f64,
    /// Change of the loads of the first and of the second rep.
    pub load: [f64; 2],
}

/// A trade: the trade `before` with one more move flipped.
#[derive(Clone, Copy, Debug)]
struct Trade {
    cost: f64,
    load: [f64; 2],
    before: u32,
    last: u32,
}

/// A trade as one of its reps sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offer {
    /// Change of the load of the rep.
    pub load: f64,
    pub cost: f64,
    pub trade: u32,
}

/// The cheapest trades between two reps.
#[derive(Clone, Debug, Default)]
pub(super) struct Trades {
    moves: Vec<Move>,
    trades: Vec<Trade>,
    /// The trades in order of the load of the first and of the second rep.
    pub by_load: [Vec<Offer>; 2],
}

/// Total order of floats, for heaps and ties.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Key(pub f64, pub u32, pub u32);

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        let tie = || (self.1, self.2).cmp(&(other.1, other.2));
        self.0.total_cmp(&other.0).then_with(tie)
    }
}

impl Trades {
    /// The `most` cheapest trades between two reps, and the one that leaves all as it is.
    pub fn new(s: &State, reps: [u32; 2], most: usize) -> Trades {
        let moves = moves(s, reps);
        let mut trades = cheapest(&moves, most);
        // As it is: all that pays is flipped.
        let mut before = 0;
        for (at, m) in moves.iter().enumerate().filter(|(_, m)| m.cost < 0.0) {
            let base = trades[before as usize];
            trades.push(base.flip(m, before, at));
            before = trades.len() as u32 - 1;
        }
        let by_load = [0, 1].map(|end| {
            let offer = |(at, t): (usize, &Trade)| Offer {
                load: t.load[end],
                cost: t.cost,
                trade: at as u32,
            };
            let mut list: Vec<Offer> = trades.iter().enumerate().map(offer).collect();
            list.sort_unstable_by(|x, y| x.load.total_cmp(&y.load).then(x.trade.cmp(&y.trade)));
            list
        });
        Trades {
            moves,
            trades,
            by_load,
        }
    }

    pub fn len(&self) -> usize {
        self.trades.len()
    }

    /// Cost of trade `at`; they are in order of cost, but for the last ones.
    #[inline]
    pub fn cost(&self, at: u32) -> f64 {
        self.trades[at as usize].cost
    }

    /// Change of the load of the first (0) or second (1) rep by trade `at`.
    #[inline]
    pub fn load(&self, at: u32, end: usize) -> f64 {
        self.trades[at as usize].load[end]
    }

    /// Adds the moves of trade `at`: those of it that cost something, and those that it leaves of what pays by itself.
    pub fn unfold(&self, at: u32, out: &mut Vec<Move>) {
        let mut flipped = 0u64;
        let mut t = self.trades[at as usize];
        while t.last != NONE {
            flipped ^= 1 << t.last;
            t = self.trades[t.before as usize];
        }
        let of =
            |(at, m): (usize, &Move)| ((m.cost < 0.0) != (flipped >> at & 1 == 1)).then_some(*m);
        out.extend(self.moves.iter().enumerate().filter_map(of));
    }
}

impl Trade {
    fn flip(&self, m: &Move, before: u32, at: usize) -> Trade {
        let sign = if m.cost < 0.0 { -1.0 } else { 1.0 };
        Trade {
            cost: self.cost + m.cost.abs(),
            load: [0, 1].map(|end| self.load[end] + sign * m.load[end]),
            before,
            last: at as u32,
        }
    }
}

/// The units that may go from one of two reps to the other, in order of absolute cost.
fn moves(s: &State, [a, b]: [u32; 2]) -> Vec<Move> {
    let mut out = Vec::new();
    for (from, to) in [(a, b), (b, a)] {
        for i in &s.of_rep[from as usize] {
            let o = &s.items[*i as usize].options;
            let Some(option) = o.rep.iter().position(|r| *r == to) else {
                continue;
            };
            let at = s.choice[*i as usize] as usize;
            let mut load = [-o.load[at], o.load[option]];
            if from == b {
                load.reverse();
            }
            out.push(Move {
                item: *i,
                option: option as u16,
                cost: o.cost[option] - o.cost[at],
                load,
            });
        }
    }
    // What weighs next to nothing fits no load; it goes where it costs least.
    let heaviest = out.iter().map(|m| m.load[0].abs()).fold(0.0, f64::max);
    out.retain(|m| m.cost < 0.0 || m.load[0].abs() >= LIGHT * heaviest);
    cheapest_of(&mut out, MOVES, |m| (m.cost.abs(), m.load[0].abs()));
    out.sort_unstable_by(|x, y| {
        let cost = x.cost.abs().total_cmp(&y.cost.abs());
        cost.then(x.item.cmp(&y.item))
    });
    out
}

/// The cheapest subsets of moves that are in order of absolute cost, the cheapest first: each gives rise to two, one with the next
/// move as well and one with the next instead of its last.
fn cheapest(moves: &[Move], most: usize) -> Vec<Trade> {
    let mut start = Trade {
        cost: 0.0,
        load: [0.0; 2],
        before: NONE,
        last: NONE,
    };
    for m in moves.iter().filter(|m| m.cost < 0.0) {
        start.cost += m.cost;
        start.load = [0, 1].map(|end| start.load[end] + m.load[end]);
    }
    let mut out = vec![start];
    // What is to come: its cost, what it is on top of, its last move.
    let mut heap: BinaryHeap<Reverse<Key>> = BinaryHeap::new();
    let push = |heap: &mut BinaryHeap<Reverse<Key>>, cost: f64, before: u32, at: usize| {
        if let Some(m) = moves.get(at) {
            heap.push(Reverse(Key(cost + m.cost.abs(), before, at as u32)));
        }
    };
    push(&mut heap, start.cost, 0, 0);
    while out.len() < most
        && let Some(Reverse(Key(_, before, at))) = heap.pop()
    {
        let base = out[before as usize];
        let next = base.flip(&moves[at as usize], before, at as usize);
        out.push(next);
        push(&mut heap, base.cost, before, at as usize + 1);
        push(&mut heap, next.cost, out.len() as u32 - 1, at as usize + 1);
    }
    out
}
