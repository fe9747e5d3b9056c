//! Local search in which no territory ever gains a piece: loads are passed on to where there is room.
//!
//! The LP presses the loads of most reps onto a bound. So what one rep gets too much (an island that was
//! given to it, say) is passed on from rep to rep along a forest to one that has room, each hop an exchange
//! that looks at the load of one rep alone; then exchanges that help both sides, until none does.

use super::exchange::{Exchanges, Judge};
use super::ground::{Ground, Log};
use crate::base::deadline::Deadline;
use crate::base::random::Random;
use std::collections::VecDeque;

/// A kicked plan within this factor of the best is worth exchanges.
const NEAR: f64 = 1.05;
/// Share of the width of the bounds that counts as room, where a rep is outside its own by more: an exchange
/// moves a few nodes, not all of it.
const SHARE: f64 = 0.25;
/// Ways tried for a rep that is outside its bounds before it is left so.
const WAYS: usize = 40;

/// How long to search.
#[derive(Clone, Debug)]
pub(super) struct Effort {
    /// Stop when travel and fines are at most this.
    pub target: f64,
    /// Proven lower bound on the travel.
    pub bound: f64,
    /// Kicks without any gain after which the search ends.
    pub patience: usize,
    /// Greatest number of kicks.
    pub kicks: usize,
    /// Seed of what is drawn.
    pub seed: u64,
    /// Wall-clock limit.
    pub until: Deadline,
}

pub(super) struct Search {
    neighbours: Vec<Vec<u32>>,
    /// How far each rep is from one with room.
    depth: Vec<u32>,
    pub exchanges: Exchanges,
    pub random: Random,
    pub log: Log,
    /// Reps whose loads have changed.
    pub dirty: Vec<u32>,
}

impl Search {
    pub fn new(g: &Ground, seed: u64) -> Search {
        let mut search = Search {
            neighbours: Vec::new(),
            depth: Vec::new(),
            exchanges: Exchanges::default(),
            random: Random(seed),
            log: Vec::new(),
            dirty: Vec::new(),
        };
        search.plant(g);
        search
    }

    /// Neighbours and depths as the territories lie now. A rep has the more room the lower its prices; the
    /// roots are the reps without a price, and the one with the least in each part of the map.
    pub fn plant(&mut self, g: &Ground) {
        self.neighbours = g.neighbours();
        let (k, m) = (g.model.k, g.model.m);
        let pressure =
            |j: usize| -> f64 { (j * m..(j + 1) * m).map(|row| g.rows.pressure(row)).sum() };
        let mut order: Vec<usize> = (0..k).collect();
        order.sort_by(|a, b| pressure(*a).total_cmp(&pressure(*b)).then(a.cmp(b)));
        let none = 1e-9 * order.last().map_or(0.0, |j| pressure(*j));
        self.depth = vec![u32::MAX; k];
        let mut queue = VecDeque::new();
        for j in order.iter().filter(|j| pressure(**j) <= none) {
            self.depth[*j] = 0;
            queue.push_back(*j);
        }
        for root in order {
            if self.depth[root] == u32::MAX && queue.is_empty() {
                self.depth[root] = 0;
                queue.push_back(root);
            }
            while let Some(j) = queue.pop_front() {
                for l in &self.neighbours[j] {
                    if self.depth[*l as usize] == u32::MAX {
                        self.depth[*l as usize] = self.depth[j] + 1;
                        queue.push_back(*l as usize);
                    }
                }
            }
        }
    }

    /// A neighbour nearer to a root.
    fn parent(&mut self, j: usize) -> Option<usize> {
        let mut count = 0;
        let mut found = None;
        for l in &self.neighbours[j] {
            if self.depth[*l as usize] < self.depth[j] {
                count += 1;
                if self.random.below(count) == 0 {
                    found = Some(*l as usize);
                }
            }
        }
        found
    }

    /// Settles every rep once, from the leaves to the roots.
    pub fn settle_all(&mut self, g: &mut Ground) {
        let mut order: Vec<usize> = (0..g.model.k).collect();
        order.sort_by_key(|j| (std::cmp::Reverse(self.depth[*j]), *j));
        for j in order {
            let mut parents = self.neighbours[j].clone();
            parents.retain(|l| self.depth[*l as usize] < self.depth[j]);
            let mut best: Option<(f64, usize)> = None;
            for l in parents {
                let l = l as usize;
                let begin = self.log.len();
                let gain = self
                    .exchanges
                    .exchange(g, (j, l), Judge::First, &mut self.log);
                g.undo(&mut self.log, begin);
                if gain > 0.0 && best.is_none_or(|(most, _)| gain > most) {
                    best = Some((gain, l));
                }
            }
            if let Some((_, l)) = best {
                self.exchanges
                    .exchange(g, (j, l), Judge::First, &mut self.log);
            }
        }
    }

    /// Settles the way from `j` to its root; the reps on it are dirty then.
    fn settle_path(&mut self, g: &mut Ground, mut j: usize) {
        self.dirty.push(j as u32);
        while let Some(parent) = self.parent(j) {
            if self
                .exchanges
                .exchange(g, (j, parent), Judge::First, &mut self.log)
                > 0.0
            {
                self.dirty.push(parent as u32);
            }
            j = parent;
        }
    }

    /// Settles the ways from all dirty reps, the ones farther from a root first.
    pub fn settle_dirty(&mut self, g: &mut Ground) {
        let mut start = std::mem::take(&mut self.dirty);
        start.sort_unstable_by_key(|j| (std::cmp::Reverse(self.depth[*j as usize]), *j));
        start.dedup();
        for j in start {
            self.settle_path(g, j as usize);
        }
        self.dirty.sort_unstable();
        self.dirty.dedup();
    }

    /// Takes what is too much or too little from each rep outside its bounds along a shortest way to one
    /// that can make up for it, until none is left or [`WAYS`] in turn did not help.
    ///
    /// The forest does not do that alone: it follows the prices, and a rep without a price (a root) that
    /// got too much with an island passes nothing on.
    fn relieve(&mut self, g: &mut Ground, until: &Deadline) {
        let mut idle = 0;
        while idle < WAYS && !until.is_over() {
            let outside = g.outside();
            if outside.is_empty() {
                return;
            }
            let row = outside[idle % outside.len()];
            let begin = self.log.len();
            let before = g.total();
            let helped = self.pass_on(g, row) && {
                self.descend(g, until);
                g.total() < before - 1e-12 * before.abs()
            };
            if helped {
                idle = 0;
            } else {
                g.undo(&mut self.log, begin);
                idle += 1;
            }
        }
    }

    /// Settles the reps on a way from the one of `row` to one that can take what is outside its bounds;
    /// `false` if there is none or an exchange on it fails. The reps on it are dirty then.
    fn pass_on(&mut self, g: &mut Ground, row: usize) -> bool {
        let m = g.model.m;
        let Some(way) = self.way_to_room(g, row) else {
            return false;
        };
        self.dirty = way.iter().map(|j| *j as u32).collect();
        way.windows(2).all(|hop| {
            let inside = (0..m).all(|r| g.rows.fine(hop[0] * m + r, g.load[hop[0] * m + r]) == 0.0);
            let pair = (hop[0], hop[1]);
            inside
                || self
                    .exchanges
                    .exchange(g, pair, Judge::First, &mut self.log)
                    > 0.0
        })
    }

    /// A shortest way over neighbouring reps from the one of `row` to one with room for what is outside its
    /// bounds, or for [`SHARE`] of them; among equals at random.
    fn way_to_room(&mut self, g: &Ground, row: usize) -> Option<Vec<usize>> {
        let m = g.model.m;
        let (start, measure) = (row / m, row % m);
        let over = g.load[row] - g.rows.upper[row];
        let under = g.rows.lower[row] - g.load[row];
        let has_room = |j: usize| {
            let row = j * m + measure;
            let (lower, upper) = (g.rows.lower[row], g.rows.upper[row]);
            let room = if over > 0.0 {
                upper - g.load[row]
            } else {
                g.load[row] - lower
            };
            room >= over.max(under).min(SHARE * (upper - lower)) && room > 0.0
        };
        let mut from = vec![usize::MAX; g.model.k];
        from[start] = start;
        let mut queue = VecDeque::from([start]);
        while let Some(j) = queue.pop_front() {
            if j != start && has_room(j) {
                let mut way = vec![j];
                while let Some(&last) = way.last()
                    && last != start
                {
                    way.push(from[last]);
                }
                way.reverse();
                return Some(way);
            }
            let mut near = self.neighbours[j].clone();
            while !near.is_empty() {
                let l = near.swap_remove(self.random.below(near.len())) as usize;
                if from[l] == usize::MAX {
                    from[l] = j;
                    queue.push_back(l);
                }
            }
        }
        None
    }

    /// Exchanges round the `dirty` reps until none helps.
    pub fn descend(&mut self, g: &mut Ground, until: &Deadline) {
        let mut queue: VecDeque<u32> = self.dirty.iter().copied().collect();
        let mut queued = vec![false; g.model.k];
        queue.iter().for_each(|j| queued[*j as usize] = true);
        while let Some(j) = queue.pop_front() {
            queued[j as usize] = false;
            let mut changed = false;
            for l in self.neighbours[j as usize].clone() {
                let pair = (j as usize, l as usize);
                while !until.is_over()
                    && self.exchanges.exchange(g, pair, Judge::Both, &mut self.log) > 0.0
                {
                    changed = true;
                    if !queued[l as usize] {
                        queued[l as usize] = true;
                        queue.push_back(l);
                    }
                }
            }
            if until.is_over() {
                return;
            }
            if changed && !queued[j as usize] {
                queued[j as usize] = true;
                queue.push_back(j);
            }
        }
    }

    /// Moves a node or two at random and settles the loads again.
    fn kick(&mut self, g: &mut Ground) {
        self.dirty.clear();
        for _ in 0..1 + self.random.below(2) {
            let from = self.random.below(g.model.k);
            let near = self.neighbours[from].len();
            if near == 0 {
                continue;
            }
            let to = self.neighbours[from][self.random.below(near)] as usize;
            // Cheap ones are likelier.
            let pick = self.random.below(24).min(self.random.below(24));
            let node = self.exchanges.single(g, from, to, pick);
            let moved = node.is_some_and(|node| {
                g.try_move(node, crate::base::ids::RepIx(to as u32), &mut self.log)
            });
            if moved {
                self.dirty.extend([from as u32, to as u32]);
            }
        }
        self.settle_dirty(g);
    }

    /// Settles all loads, and takes what is outside its bounds to where there is room.
    pub fn settle(&mut self, g: &mut Ground, until: &Deadline) {
        self.dirty = (0..g.model.k as u32).collect();
        self.descend(g, until);
        self.relieve(g, until);
    }

    /// Improves the plan by exchanges and kicks; returns whether the wall-clock limit cut it short.
    pub fn improve(&mut self, g: &mut Ground, effort: &Effort) -> bool {
        self.settle_all(g);
        self.settle(g, &effort.until);
        let mut best = g.total();
        let mut idle = 0;
        for _ in 0..effort.kicks {
            if best <= effort.target || idle >= effort.patience {
                break;
            }
            if effort.until.is_over() {
                return true;
            }
            g.begin(&mut self.log);
            self.kick(g);
            let mut now = g.total();
            if now - effort.bound < NEAR * (best - effort.bound) {
                self.descend(g, &effort.until);
                now = g.total();
            }
            if now < best - 1e-12 * best.abs() {
                best = now;
                idle = 0;
            } else {
                g.undo(&mut self.log, 0);
                idle += 1;
            }
        }
        // A kick may have opened a way that there was not before.
        g.begin(&mut self.log);
        self.relieve(g, &effort.until);
        false
    }
}
