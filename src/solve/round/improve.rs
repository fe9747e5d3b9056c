//! Local search: loads are settled rep by rep along a forest; then trades round diamonds and regions with wrong costs (one
//! measure), or exchanges to a local optimum, kicks and repairs (several), for as long as they pay.
//!
//! The LP presses the loads of most reps onto a bound and leaves a few free. So each rep is settled by an exchange with its
//! *parent*, a neighbour nearer to a free rep, looking at its own load alone; the parent is settled next, and the free rep at the
//! root absorbs what is left. A kick moves a few units and settles the path from there to the root again.
//! [Diamonds](super::diamonds) look at up to four reps at once.
//!
//! Tried for the regions: 5 to 50 reps and 100 to 500 trades per border do the same within the noise; wrong costs of half to
//! twice the mean paid, too. The best combination of exchanges along random spanning trees (dynamic programming over the reps) was
//! the way before diamonds: 1,000 x 50 ended at 0.37 % above the LP bound instead of 0.35 %, 10,000 x 50 at 2.4e-4 instead of 1.5e-4,
//! in five times the time.

use super::chain::mend;
use super::diamonds::Diamonds;
use super::forest::Forest;
use super::pairs::{Judge, exchange};
use super::sets::Sets;
use super::state::State;
use std::collections::VecDeque;
use std::time::Instant;

/// How long to search.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// Stop when the excess is at most this.
    pub target: f64,
    /// Kicks without any gain after which the search ends.
    pub patience: usize,
    /// Greatest number of kicks.
    pub kicks: usize,
    /// Diamonds looked at with a gain of less than [`GAIN`] after which the search ends.
    pub diamonds: usize,
    pub seed: u64,
    /// Wall-clock limit.
    pub until: Instant,
}

/// A kicked plan within this factor of the best is worth exchanges.
const NEAR: f64 = 1.05;
/// Trades per border, in turn.
const STAGES: [usize; 2] = [200, 500];
/// Greatest number of reps of a region.
const REGION: usize = 20;
/// Times as many diamonds are looked at while a bound is broken, or far from the target.
const LONGER: f64 = 8.0;
/// Share of the diamonds that are looked at near the target.
const SHORTER: f64 = 0.05;
/// Items from which on one stage is enough near the target: the others take as long as the LP and gain a twentieth of the excess.
const MANY: usize = 4000;
/// What the diamonds between two counts must take off the excess.
const GAIN: f64 = 0.01;

/// A small generator (splitmix64, Steele, Lea & Flood 2014): the same numbers everywhere.
pub(crate) struct Random(pub u64);

impl Random {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        ((u128::from(z) * n as u128) >> 64) as usize
    }
}

/// Improves the plan, and tells the excess of the first one and of every better one; returns whether the wall-clock
/// limit cut it short.
pub(crate) fn improve(s: &mut State, effort: &Effort, tell: &mut dyn FnMut(f64)) -> bool {
    if s.items.is_empty() {
        return false;
    }
    let mut search = Search {
        forest: Forest::new(s),
        sets: Sets::default(),
        random: Random(effort.seed),
        log: Vec::new(),
        until: effort.until,
    };
    search.settle_all(s);
    let all: Vec<u32> = (0..s.k as u32).collect();
    // Trades know one measure.
    let trades = s.m == 1 && !s.change && s.k > 1;
    if !trades {
        search.descend(s, &all);
    }
    search.mend(s);
    tell(s.excess());
    if trades {
        search.wander(s, effort, tell)
    } else {
        search.kicks(s, effort, tell)
    }
}

/// How much more or less effort a plan is worth than usual: the farther it is from the target, the more. At ten times the target
/// it is the usual effort; what is 3e-4 from the best plan serves a planner as it is.
pub(crate) fn far(excess: f64, target: f64) -> f64 {
    (0.1 * excess / target.max(1e-300))
        .powi(2)
        .clamp(SHORTER, LONGER)
}

/// Whether the plan is good enough. At a million sites the target is more than a small load outside its bound costs.
fn reached(s: &State, effort: &Effort, excess: f64) -> bool {
    excess <= effort.target && s.violation() <= 0.0
}

/// Takes back the moves of the log from `begin` on.
pub(super) fn undo(s: &mut State, log: &mut Vec<(u32, u16)>, begin: usize) {
    for (item, option) in log.drain(begin..).rev() {
        s.take(item as usize, option as usize);
    }
}

struct Search {
    forest: Forest,
    sets: Sets,
    random: Random,
    log: Vec<(u32, u16)>,
    /// Wall-clock limit.
    until: Instant,
}

impl Search {
    /// Trades round diamonds to a local optimum, of few trades per border and then of more. Then again and again a region of some
    /// reps: trades at wrong costs, and at the true ones; what is not better for it is taken back. Until it no longer pays.
    fn wander(&mut self, s: &mut State, effort: &Effort, tell: &mut dyn FnMut(f64)) -> bool {
        let all: Vec<u32> = (0..s.k as u32).collect();
        let mut diamonds = Diamonds::new(&self.forest);
        for (at, most) in STAGES.into_iter().enumerate() {
            let excess = s.excess();
            let near = s.items.len() >= MANY && far(excess, effort.target) <= SHORTER;
            if reached(s, effort, excess) || (at > 0 && near && s.violation() <= 0.0) {
                return false;
            }
            diamonds.descend(s, &all, false, most, self.until, &mut self.log);
            self.mend(s);
            tell(s.excess());
        }
        let most = STAGES[0];
        let mut best = s.excess();
        // Diamonds looked at, and the excess when they were counted last.
        let (mut looked, mut before) = (0, best);
        loop {
            if reached(s, effort, best) {
                return false;
            }
            if Instant::now() >= effort.until {
                return true;
            }
            self.log.clear();
            let size = 2 + self.random.below(REGION - 1);
            let region = self.forest.region(size, &mut self.random);
            let costs = self.disturb(s, &region);
            // Where there is no diamond, the attempt counts all the same.
            looked += 1 + diamonds.descend(s, &region, true, most, self.until, &mut self.log);
            restore(s, &region, costs);
            looked += diamonds.descend(s, &region, false, most, self.until, &mut self.log);
            let now = s.excess();
            if now < best - 1e-12 * best.abs() {
                best = now;
                tell(best);
            } else {
                undo(s, &mut self.log, 0);
            }
            if s.violation() > 0.0 {
                self.mend(s);
                best = s.excess();
            }
            let far = if s.violation() > 0.0 {
                LONGER
            } else {
                far(best, effort.target)
            };
            if looked as f64 >= far * effort.diamonds as f64 {
                if best > (1.0 - GAIN) * before {
                    return false;
                }
                (looked, before) = (0, best);
            }
        }
    }

    /// Makes the costs of the units of some reps wrong, each by up to the mean cost of what is not at its cheapest rep there;
    /// returns the true ones.
    fn disturb(&mut self, s: &mut State, region: &[u32]) -> Vec<(u32, Vec<f64>)> {
        let mut items: Vec<u32> = region
            .iter()
            .flat_map(|j| &s.of_rep[*j as usize])
            .copied()
            .collect();
        items.sort_unstable();
        let paid = |i: &u32| s.items[*i as usize].options.cost[s.choice[*i as usize] as usize];
        let paid: Vec<f64> = items.iter().map(paid).filter(|c| *c > 0.0).collect();
        let most = paid.iter().sum::<f64>() / paid.len().max(1) as f64;
        region.iter().for_each(|j| s.version[*j as usize] += 1);
        let change = |i: u32| {
            let costs = &mut s.items[i as usize].options.cost;
            let before = costs.clone();
            for c in costs {
                *c += most * (self.random.below(2001) as f64 / 1000.0 - 1.0);
            }
            (i, before)
        };
        items.into_iter().map(change).collect()
    }

    /// Kicks and repairs, for as long as they pay.
    fn kicks(&mut self, s: &mut State, effort: &Effort, tell: &mut dyn FnMut(f64)) -> bool {
        let mut best = s.excess();
        let mut idle = 0;
        for _ in 0..effort.kicks {
            if reached(s, effort, best) || idle >= effort.patience {
                return false;
            }
            if Instant::now() >= effort.until {
                return true;
            }
            self.log.clear();
            let dirty = self.kick(s);
            let mut now = s.excess();
            if now < NEAR * best {
                self.descend(s, &dirty);
                now = s.excess();
            }
            if now < best - 1e-12 * best.abs() {
                best = now;
                tell(best);
                idle = 0;
            } else {
                // Back to the best plan.
                undo(s, &mut self.log, 0);
                idle += 1;
            }
        }
        false
    }

    /// Settles every rep once, from the leaves to the roots, each with the parent that does it best.
    fn settle_all(&mut self, s: &mut State) {
        let mut order: Vec<usize> = (0..s.k).collect();
        order.sort_by_key(|j| (std::cmp::Reverse(self.forest.depth[*j]), *j));
        for j in order {
            let depth = self.forest.depth[j];
            let mut best: Option<(f64, usize)> = None;
            for l in &self.forest.strong[j] {
                let l = *l as usize;
                if self.forest.depth[l] < depth {
                    let begin = self.log.len();
                    let gain = exchange(s, &mut self.sets, (j, l), Judge::First, &mut self.log);
                    undo(s, &mut self.log, begin);
                    if gain > 0.0 && best.is_none_or(|(most, _)| gain > most) {
                        best = Some((gain, l));
                    }
                }
            }
            if let Some((_, l)) = best {
                exchange(s, &mut self.sets, (j, l), Judge::First, &mut self.log);
            }
        }
    }

    /// Settles the way from `j` to its root; returns the reps on it.
    fn settle_path(&mut self, s: &mut State, mut j: usize, dirty: &mut Vec<u32>) {
        dirty.push(j as u32);
        while let Some(parent) = self.forest.parent(j, &mut self.random) {
            if exchange(s, &mut self.sets, (j, parent), Judge::First, &mut self.log) > 0.0 {
                dirty.push(parent as u32);
            }
            j = parent;
        }
    }

    /// Chains out of broken bounds, and exchanges after them, as long as they help.
    fn mend(&mut self, s: &mut State) {
        let all: Vec<u32> = (0..s.k as u32).collect();
        while s.violation() > 0.0 && Instant::now() < self.until && mend(s, &mut self.log) {
            self.descend(s, &all);
        }
    }

    /// Exchanges round the `dirty` reps until none helps.
    fn descend(&mut self, s: &mut State, dirty: &[u32]) {
        let mut queue: VecDeque<u32> = dirty.iter().copied().collect();
        let mut queued = vec![false; s.k];
        dirty.iter().for_each(|j| queued[*j as usize] = true);
        while let Some(j) = queue.pop_front() {
            queued[j as usize] = false;
            let mut changed = false;
            for at in 0..self.forest.neighbours[j as usize].len() {
                let l = self.forest.neighbours[j as usize][at];
                while exchange(
                    s,
                    &mut self.sets,
                    (j as usize, l as usize),
                    Judge::Both,
                    &mut self.log,
                ) > 0.0
                    && Instant::now() < self.until
                {
                    changed = true;
                    if !queued[l as usize] {
                        queued[l as usize] = true;
                        queue.push_back(l);
                    }
                }
            }
            if changed && !queued[j as usize] {
                queued[j as usize] = true;
                queue.push_back(j);
            }
        }
    }

    /// Moves an item or two at random and settles the loads again; returns the reps whose loads changed.
    fn kick(&mut self, s: &mut State) -> Vec<u32> {
        let mut dirty = Vec::new();
        for _ in 0..1 + self.random.below(2) {
            let item = self.random.below(s.items.len());
            let options = s.items[item].options.rep.len();
            // Cheap options are likelier: the smaller of two draws.
            let o = self.random.below(options).min(self.random.below(options));
            let (from, to) = (s.rep(item), s.items[item].options.rep[o] as usize);
            if from == to {
                continue;
            }
            self.log.push((item as u32, s.choice[item]));
            s.take(item, o);
            let (first, then) = if self.forest.depth[from] > self.forest.depth[to] {
                (from, to)
            } else {
                (to, from)
            };
            self.settle_path(s, first, &mut dirty);
            self.settle_path(s, then, &mut dirty);
        }
        dirty.sort_unstable();
        dirty.dedup();
        dirty
    }
}

/// Puts the true costs back.
fn restore(s: &mut State, region: &[u32], costs: Vec<(u32, Vec<f64>)>) {
    for (i, cost) in costs {
        s.items[i as usize].options.cost = cost;
    }
    region.iter().for_each(|j| s.version[*j as usize] += 1);
}
