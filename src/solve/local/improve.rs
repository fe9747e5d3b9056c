//! Local search for as long as it pays: with one measure, loads settled anew along [cuts](super::cuts) of the map and of regions of it;
//! with several, exchanges to a local optimum, kicks and repairs.
//!
//! The LP presses the loads of most reps onto a bound and leaves a few free. Exchanges settle each rep with its *parent*, a
//! neighbour nearer to a free rep, looking at its own load alone; the parent is settled next, and the free rep at the
//! root absorbs what is left. A kick moves a few units and settles the path from there to the root again.

use super::chain::mend;
use super::cuts::{Cuts, Found};
use super::fit::{Fit, fit};
use super::forest::Forest;
use super::pairs::{Judge, exchange};
use super::sets::Sets;
use super::state::State;
use super::state::undo;
use crate::base::deadline::Deadline;
use crate::base::random::Random;
use rayon::prelude::*;
use std::collections::VecDeque;

/// How long to search.
#[derive(Clone, Debug)]
pub(crate) struct Effort {
    /// Stop when the excess is at most this.
    pub target: f64,
    /// Kicks without any gain after which the search ends.
    pub patience: usize,
    /// Greatest number of kicks.
    pub kicks: usize,
    /// Regions looked at with a gain of less than [`GAIN`] after which the search ends.
    pub regions: usize,
    pub seed: u64,
    /// Wall-clock limit.
    pub until: Deadline,
}

/// A kicked plan within this factor of the best is worth exchanges.
const NEAR: f64 = 1.05;
/// Attempts on the whole map, and how often.
const WHOLE: usize = 4;
const TIMES: usize = 3;
/// Regions looked at together, and their greatest number of reps.
const BATCH: usize = 16;
const REGION: usize = 30;
/// Times as many regions are looked at while a bound is broken, or far from the target.
const LONGER: f64 = 4.0;
/// Share of the regions that are looked at near the target.
const SHORTER: f64 = 0.05;
/// What the regions between two counts must take off the excess.
const GAIN: f64 = 0.01;

/// How a search ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Improved {
    /// The wall-clock limit cut it short.
    pub cut: bool,
    /// No choice of options keeps all bounds.
    pub nothing: bool,
}

/// Improves the plan, and tells the excess of the first one and of every better one.
pub(crate) fn improve(s: &mut State, effort: &Effort, tell: &mut dyn FnMut(f64)) -> Improved {
    if s.items.is_empty() {
        return Improved {
            cut: false,
            nothing: s.violation() > 0.0,
        };
    }
    let mut search = Search::new(s, effort);
    // A knapsack knows one row.
    let by_cuts = s.m == 1 && !s.change && s.k > 1;
    search.settle_all(s);
    if !by_cuts {
        let all: Vec<u32> = (0..s.k as u32).collect();
        search.descend(s, &all);
    }
    search.mend(s);
    let nothing = search.fit(s);
    tell(s.excess());
    // There is only a closest plan to find.
    let effort = &Effort {
        regions: if nothing { 0 } else { effort.regions },
        ..effort.clone()
    };
    let cut = if by_cuts {
        search.cut(s, effort, tell)
    } else {
        search.kicks(s, effort, tell)
    };
    Improved { cut, nothing }
}

/// As [`improve`], from the plan as it is: no step makes it worse.
pub(crate) fn polish(s: &mut State, effort: &Effort, tell: &mut dyn FnMut(f64)) -> bool {
    if s.items.is_empty() {
        return false;
    }
    let mut search = Search::new(s, effort);
    let all: Vec<u32> = (0..s.k as u32).collect();
    search.descend(s, &all);
    search.mend(s);
    tell(s.excess());
    search.kicks(s, effort, tell)
}

/// How much more or less effort a plan is worth than usual: the farther it is from the target, the more. At ten times the target
/// it is the usual effort.
pub(crate) fn far(excess: f64, target: f64) -> f64 {
    (0.1 * excess / target.max(1e-300))
        .powi(2)
        .clamp(SHORTER, LONGER)
}

/// Whether the plan is good enough. At a million sites the target is more than a small load outside its bound costs.
fn reached(s: &State, effort: &Effort, excess: f64) -> bool {
    excess <= effort.target && s.violation() <= 0.0
}

struct Search {
    forest: Forest,
    sets: Sets,
    random: Random,
    log: Vec<(u32, u16)>,
    /// Wall-clock limit.
    until: Deadline,
}

impl Search {
    fn new(s: &State, effort: &Effort) -> Search {
        Search {
            forest: Forest::new(s),
            sets: Sets::default(),
            random: Random(effort.seed),
            log: Vec::new(),
            until: effort.until.clone(),
        }
    }

    /// A plan within all bounds by search, where exchanges left some broken; tells whether there is none.
    fn fit(&self, s: &mut State) -> bool {
        if s.violation() <= 0.0 {
            return false;
        }
        match fit(s, &self.until) {
            Fit::Found(choice) => s.choose(&choice),
            Fit::Nothing => return true,
            Fit::Unknown => {}
        }
        false
    }

    /// The whole map cut in several ways, and regions of it, until that no longer pays.
    fn cut(&mut self, s: &mut State, effort: &Effort, tell: &mut dyn FnMut(f64)) -> bool {
        let cuts = Cuts::new(s, &self.forest, &effort.until);
        let all: Vec<u32> = (0..s.k as u32).collect();
        // Attempts keep what is better: a plan that has no bound broken is one to begin with.
        for time in 0..TIMES {
            if time > 0 && effort.until.is_over() {
                return true;
            }
            let times = if effort.until.is_over() { 1 } else { WHOLE };
            self.attempts(s, &cuts, vec![all.clone(); times]);
            tell(s.excess());
            if reached(s, effort, s.excess()) {
                return false;
            }
        }
        let mut best = s.excess();
        // Regions looked at, and the excess when they were counted last.
        let (mut looked, mut before) = (0, best);
        loop {
            if reached(s, effort, best) {
                return false;
            }
            if effort.until.is_over() {
                return true;
            }
            let regions = (0..BATCH)
                .map(|_| {
                    let size = 2 + self.random.below(REGION - 1);
                    self.forest.region(size, &mut self.random)
                })
                .collect();
            if self.attempts(s, &cuts, regions) {
                if s.violation() > 0.0 {
                    self.mend(s);
                }
                best = s.excess();
                tell(best);
            }
            looked += BATCH;
            let far = if s.violation() > 0.0 {
                LONGER
            } else {
                far(best, effort.target)
            };
            if looked as f64 >= far * effort.regions as f64 {
                if best > (1.0 - GAIN) * before {
                    return false;
                }
                (looked, before) = (0, best);
            }
        }
    }

    /// Settles regions anew, each by itself, and keeps what is better: the most first, as far as regions do not share a
    /// rep. Tells whether anything was.
    fn attempts(&mut self, s: &mut State, cuts: &Cuts, regions: Vec<Vec<u32>>) -> bool {
        let tasks: Vec<(Vec<u32>, u64)> = regions
            .into_iter()
            .map(|r| (r, self.random.below(usize::MAX) as u64))
            .collect();
        let plan = &*s;
        let mut found: Vec<(Found, &[u32])> = tasks
            .par_iter()
            .filter_map(|(r, seed)| Some((cuts.attempt(plan, r, &mut Random(*seed))?, &r[..])))
            .collect();
        // A stable sort: what is first of equals stays first.
        found.sort_by(|a, b| b.0.0.total_cmp(&a.0.0));
        let mut busy = vec![false; s.k];
        let any = !found.is_empty();
        for ((_, moves), region) in found {
            if region.iter().any(|j| busy[*j as usize]) {
                continue;
            }
            region.iter().for_each(|j| busy[*j as usize] = true);
            for (i, o) in moves {
                s.take(i as usize, o as usize);
            }
        }
        any
    }

    /// Kicks and repairs, for as long as they pay.
    fn kicks(&mut self, s: &mut State, effort: &Effort, tell: &mut dyn FnMut(f64)) -> bool {
        let mut best = s.excess();
        let mut idle = 0;
        for _ in 0..effort.kicks {
            if reached(s, effort, best) || idle >= effort.patience {
                return false;
            }
            if effort.until.is_over() {
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
            if self.until.is_over() {
                return;
            }
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
        while s.violation() > 0.0 && !self.until.is_over() && mend(s, &mut self.log) {
            self.descend(s, &all);
        }
    }

    /// Exchanges round the `dirty` reps until none helps.
    fn descend(&mut self, s: &mut State, dirty: &[u32]) {
        let mut queue: VecDeque<u32> = dirty.iter().copied().collect();
        let mut queued = vec![false; s.k];
        dirty.iter().for_each(|j| queued[*j as usize] = true);
        while let Some(j) = queue.pop_front()
            && !self.until.is_over()
        {
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
                    && !self.until.is_over()
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
