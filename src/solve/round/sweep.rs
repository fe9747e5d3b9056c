//! One sweep: the best combination of exchanges along a spanning forest of the reps, all reps at once.
//!
//! Exchanges between two reps at a time cannot see that a poor exchange here makes a good one there possible. Along a tree
//! the best combination is found by dynamic programming, from the leaves to the root. Rep `j` with parent `p` gets from its children
//! a list of states (load that comes in, excess so far), chooses an exchange with `p`, and hands on
//!
//! ```text
//! F_j(e) = cost_e + min over states c { F_c + row cost of (y_j + in_c + in_e) },      load for p: out_e
//! ```
//!
//! The row cost is linear inside the bounds, so the best state for an exchange is a minimum over a window of the states in order
//! of load: one pass with a monotone queue, not states times exchanges. Exchanges are subsets of the units on the
//! common border, of any size, the [`EXCHANGES`] cheapest of them; states are the [`STATES`] with the least excess.

use super::improve::Random;
use super::sets::cheapest as cheapest_of;
use super::state::State;
use rayon::prelude::*;
use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};

/// Units on a border that may move.
const MOVES: usize = 48;
/// Share of the heaviest load on a border below which a unit does not matter for the loads.
const LIGHT: f64 = 1e-3;
/// Exchanges looked at per pair of reps, cheapest first.
const EXCHANGES: usize = 1000;
/// States handed on per rep.
const STATES: usize = 500;
/// A unit that could go along several edges takes another than the cheapest with this chance, per cent.
const ASTRAY: usize = 15;

/// Reps of a level that are worth a second thread.
const MANY: usize = 4;

/// No rep, no exchange, no state.
pub(super) const NONE: u32 = u32::MAX;

/// How wrong the costs of a sweep are, to get away from a local optimum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Noise {
    None,
    /// Up to the cost of a cheap move on the same border.
    Strong,
}

/// Some reps as a forest: each has its parent, none for a root, and `order` has parents after their children.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    pub parent: Vec<u32>,
    pub order: Vec<u32>,
}

/// A unit that may go from one end of an edge to the other.
#[derive(Clone, Copy, Debug)]
struct Move {
    item: u32,
    option: u16,
    cost: f64,
    /// Change of the load of the child and of the parent.
    child: f64,
    parent: f64,
}

/// An exchange between a rep and its parent: the exchange `before` and one more move.
#[derive(Clone, Copy, Debug)]
struct Exchange {
    cost: f64,
    child: f64,
    parent: f64,
    before: u32,
    last: u32,
}

/// What a rep hands on to its parent: exchange `exchange` on top of the state `from` of its children.
#[derive(Clone, Copy, Debug)]
struct Handed {
    excess: f64,
    load: f64,
    exchange: u32,
    from: u32,
}

/// A state of some children together: state `rest` of those before and `last` of the last.
#[derive(Clone, Copy, Debug)]
struct Joined {
    excess: f64,
    load: f64,
    rest: u32,
    last: u32,
}

/// What is known about a rep once its children are done.
#[derive(Clone, Debug, Default)]
struct Done {
    moves: Vec<Move>,
    exchanges: Vec<Exchange>,
    /// Per child, the children up to it together.
    joined: Vec<Vec<Joined>>,
    handed: Vec<Handed>,
}

/// Total order of floats, for heaps.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Key(f64, u32, u32);

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

/// Makes the best combination of exchanges along the tree, whether or not it is better than the plan as it is;
/// the moves are noted in `log`.
pub(super) fn sweep(
    s: &mut State,
    tree: &Tree,
    noise: Noise,
    random: &mut Random,
    log: &mut Vec<(u32, u16)>,
) {
    let mut moves = moves(s, tree, noise, random);
    let mut children: Vec<Vec<u32>> = vec![Vec::new(); s.k];
    let mut height = vec![0usize; s.k];
    for j in &tree.order {
        let p = tree.parent[*j as usize];
        if p != NONE {
            children[p as usize].push(*j);
            height[p as usize] = height[p as usize].max(height[*j as usize] + 1);
        }
    }
    let mut levels: Vec<Vec<u32>> = vec![Vec::new(); height.iter().max().map_or(0, |h| h + 1)];
    for j in &tree.order {
        levels[height[*j as usize]].push(*j);
    }
    let mut done: Vec<Done> = vec![Done::default(); s.k];
    for level in levels {
        let work: Vec<(u32, Vec<Move>)> = level
            .into_iter()
            .map(|j| (j, std::mem::take(&mut moves[j as usize])))
            .collect();
        let of = |c: &u32| done[*c as usize].handed.as_slice();
        let finish = |(j, moves): (u32, Vec<Move>)| {
            let lists: Vec<&[Handed]> = children[j as usize].iter().map(of).collect();
            let root = tree.parent[j as usize] == NONE;
            (j, Done::new(s, j as usize, moves, &lists, root))
        };
        let found: Vec<(u32, Done)> = if work.len() < MANY {
            work.into_iter().map(finish).collect()
        } else {
            work.into_par_iter().map(finish).collect()
        };
        found.into_iter().for_each(|(j, d)| done[j as usize] = d);
    }
    let reps = tree.order.iter().copied();
    let roots = reps.filter(|j| tree.parent[*j as usize] == NONE);
    let mut open: Vec<(u32, u32)> = roots.map(|j| (j, 0)).collect();
    let mut chosen = Vec::new();
    while let Some((j, at)) = open.pop() {
        let d = &done[j as usize];
        let handed = d.handed[at as usize];
        d.unfold(handed.exchange, &mut chosen);
        let mut from = handed.from;
        for (c, joined) in children[j as usize].iter().zip(&d.joined).rev() {
            let state = joined[from as usize];
            open.push((*c, state.last));
            from = state.rest;
        }
    }
    for m in chosen {
        log.push((m.item, s.choice[m.item as usize]));
        s.take(m.item as usize, m.option as usize);
    }
}

/// Per rep, the units that may go to its parent or come from it, each on one edge only, that on which it moves cheapest as
/// a rule; in order of absolute cost.
fn moves(s: &State, tree: &Tree, noise: Noise, random: &mut Random) -> Vec<Vec<Move>> {
    let mut out: Vec<Vec<Move>> = vec![Vec::new(); s.k];
    let of_tree = tree.order.iter().flat_map(|j| &s.of_rep[*j as usize]);
    for i in of_tree.map(|i| *i as usize) {
        let o = &s.items[i].options;
        let from = s.choice[i] as usize;
        let j = o.rep[from];
        let mut best: Option<(f64, usize)> = None;
        for (to, l) in o.rep.iter().enumerate() {
            let edge = tree.parent[j as usize] == *l || tree.parent[*l as usize] == j;
            let cost = o.cost[to] - o.cost[from];
            if edge && best.is_none_or(|b| cost < b.0 || random.below(100) < ASTRAY) {
                best = Some((cost, to));
            }
        }
        let Some((cost, to)) = best else { continue };
        let l = o.rep[to];
        let up = tree.parent[j as usize] == l;
        let (leaves, enters) = (-o.load[from], o.load[to]);
        out[if up { j } else { l } as usize].push(Move {
            item: i as u32,
            option: to as u16,
            cost,
            child: if up { leaves } else { enters },
            parent: if up { enters } else { leaves },
        });
    }
    let order = |a: &Move, b: &Move| {
        let cost = a.cost.abs().total_cmp(&b.cost.abs());
        cost.then(a.item.cmp(&b.item))
    };
    for list in &mut out {
        // What weighs next to nothing fits no load; it goes where it costs least.
        let heaviest = list.iter().map(|m| m.child.abs()).fold(0.0, f64::max);
        list.retain(|m| m.cost < 0.0 || m.child.abs() >= LIGHT * heaviest);
        cheapest_of(list, MOVES, |m| (m.cost.abs(), m.child.abs()));
        list.sort_unstable_by(order);
        if noise == Noise::Strong {
            let most = list.get(list.len() / 4).map_or(0.0, |m| m.cost.abs());
            for m in list.iter_mut() {
                m.cost += most * (random.below(2001) as f64 / 1000.0 - 1.0);
            }
            list.sort_unstable_by(order);
        }
    }
    out
}

impl Done {
    fn new(s: &State, j: usize, moves: Vec<Move>, children: &[&[Handed]], root: bool) -> Done {
        let exchanges = if root {
            vec![Exchange::nothing()]
        } else {
            cheapest(&moves)
        };
        let mut done = Done {
            moves,
            exchanges,
            joined: Vec::new(),
            handed: Vec::new(),
        };
        for list in children {
            let next = match done.joined.last() {
                None => first(list),
                Some(before) => join(before, list),
            };
            done.joined.push(next);
        }
        let nothing = [Joined {
            excess: 0.0,
            load: 0.0,
            rest: NONE,
            last: NONE,
        }];
        let states = done.joined.last().map_or(&nothing[..], |l| l.as_slice());
        done.handed = hand_on(s, j, states, &done.exchanges);
        done
    }

    /// The moves that exchange `at` stands for: those of it that cost something, and those that it leaves of what pays by itself.
    fn unfold(&self, at: u32, out: &mut Vec<Move>) {
        let mut flipped = vec![false; self.moves.len()];
        let mut e = self.exchanges[at as usize];
        while e.last != NONE {
            flipped[e.last as usize] = true;
            e = self.exchanges[e.before as usize];
        }
        if self.exchanges.len() == 1 {
            return;
        }
        let taken = self.moves.iter().zip(flipped);
        out.extend(taken.filter(|(m, f)| (m.cost < 0.0) != *f).map(|(m, _)| *m));
    }
}

impl Exchange {
    fn nothing() -> Exchange {
        Exchange {
            cost: 0.0,
            child: 0.0,
            parent: 0.0,
            before: NONE,
            last: NONE,
        }
    }
}

/// The cheapest subsets of moves that are in order of absolute cost, the cheapest first.
///
/// The cheapest has all moves that pay by themselves; every other flips some moves, at their absolute cost. Subsets in order of cost:
/// each gives rise to two, one with the next move as well and one with the next instead of its last.
fn cheapest(moves: &[Move]) -> Vec<Exchange> {
    let mut start = Exchange::nothing();
    for m in moves.iter().filter(|m| m.cost < 0.0) {
        start.cost += m.cost;
        start.child += m.child;
        start.parent += m.parent;
    }
    let flip = |e: &Exchange, before: u32, at: usize| {
        let m = &moves[at];
        let sign = if m.cost < 0.0 { -1.0 } else { 1.0 };
        Exchange {
            cost: e.cost + m.cost.abs(),
            child: e.child + sign * m.child,
            parent: e.parent + sign * m.parent,
            before,
            last: at as u32,
        }
    };
    let mut out = vec![start];
    // What is to come: its cost, what it is on top of, its last move.
    let mut heap: BinaryHeap<Reverse<Key>> = BinaryHeap::new();
    let push = |heap: &mut BinaryHeap<Reverse<Key>>, cost: f64, before: u32, at: usize| {
        if let Some(m) = moves.get(at) {
            heap.push(Reverse(Key(cost + m.cost.abs(), before, at as u32)));
        }
    };
    push(&mut heap, start.cost, 0, 0);
    while out.len() < EXCHANGES
        && let Some(Reverse(Key(_, before, at))) = heap.pop()
    {
        let base = out[before as usize];
        let next = flip(&base, before, at as usize);
        out.push(next);
        push(&mut heap, base.cost, before, at as usize + 1);
        push(&mut heap, next.cost, out.len() as u32 - 1, at as usize + 1);
    }
    out
}

/// The states of one child.
fn first(list: &[Handed]) -> Vec<Joined> {
    let state = |(at, h): (usize, &Handed)| Joined {
        excess: h.excess,
        load: h.load,
        rest: NONE,
        last: at as u32,
    };
    list.iter().enumerate().map(state).collect()
}

/// The pairs of two lists, both in order of excess, with the least sums.
fn join(a: &[Joined], b: &[Handed]) -> Vec<Joined> {
    let mut out = Vec::new();
    let mut heap = BinaryHeap::new();
    let sum = |x: u32, y: u32| Reverse(Key(a[x as usize].excess + b[y as usize].excess, x, y));
    if !a.is_empty() && !b.is_empty() {
        heap.push(sum(0, 0));
    }
    while out.len() < STATES
        && let Some(Reverse(Key(excess, x, y))) = heap.pop()
    {
        out.push(Joined {
            excess,
            load: a[x as usize].load + b[y as usize].load,
            rest: x,
            last: y,
        });
        if (y as usize) + 1 < b.len() {
            heap.push(sum(x, y + 1));
        }
        if y == 0 && (x as usize) + 1 < a.len() {
            heap.push(sum(x + 1, 0));
        }
    }
    out
}

/// For each exchange the best state it goes with; the best of them, in order of excess.
fn hand_on(s: &State, j: usize, states: &[Joined], exchanges: &[Exchange]) -> Vec<Handed> {
    let (y, mu) = (s.load[j], s.mu[j]);
    let mut by_load: Vec<u32> = (0..states.len() as u32).collect();
    by_load.sort_unstable_by(|a, b| {
        let load = |x: &u32| states[*x as usize].load;
        load(a).total_cmp(&load(b)).then(a.cmp(b))
    });
    // Loads that come in with more exchange in need less from the states: the window moves down.
    let mut order: Vec<u32> = (0..exchanges.len() as u32).collect();
    order.sort_unstable_by(|a, b| {
        let load = |x: &u32| exchanges[*x as usize].child;
        load(b).total_cmp(&load(a)).then(a.cmp(b))
    });
    let value = |at: usize| {
        let c = &states[by_load[at] as usize];
        c.excess - mu * c.load
    };
    let load = |at: usize| states[by_load[at] as usize].load;
    let mut out = Vec::with_capacity(exchanges.len());
    let mut queue: VecDeque<usize> = VecDeque::new();
    let mut end = 0;
    for e in order {
        let x = &exchanges[e as usize];
        let (low, high) = (s.lower[j] - y - x.child, s.upper[j] - y - x.child);
        while end < by_load.len() && load(end) <= high {
            while queue.back().is_some_and(|b| value(*b) >= value(end)) {
                queue.pop_back();
            }
            queue.push_back(end);
            end += 1;
        }
        while queue.front().is_some_and(|f| load(*f) < low) {
            queue.pop_front();
        }
        let mut best: Option<(f64, u32)> = None;
        let mut offer = |at: usize| {
            let c = &states[by_load[at] as usize];
            let excess = x.cost + c.excess + s.row_cost(j, y + c.load + x.child);
            if best.is_none_or(|b| excess < b.0) {
                best = Some((excess, by_load[at]));
            }
        };
        match queue.front() {
            Some(at) => offer(*at),
            None => {
                // Nothing fits: the nearest on either side.
                if end > 0 {
                    offer(end - 1);
                }
                if end < by_load.len() {
                    offer(end);
                }
            }
        }
        if let Some((excess, from)) = best {
            out.push(Handed {
                excess,
                load: x.parent,
                exchange: e,
                from,
            });
        }
    }
    let order = |a: &Handed, b: &Handed| {
        let excess = a.excess.total_cmp(&b.excess);
        excess.then(a.exchange.cmp(&b.exchange))
    };
    if out.len() > STATES {
        out.select_nth_unstable_by(STATES, order);
        out.truncate(STATES);
    }
    out.sort_unstable_by(order);
    out
}
