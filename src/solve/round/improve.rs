//! Local search: loads are settled rep by rep along a forest, then exchanges to a local optimum, then kicks
//! and repairs for as long as they pay.
//!
//! The LP presses the loads of most reps onto a bound and leaves a few free. So each rep is settled by an
//! exchange with its *parent*, a neighbour nearer to a free rep, looking at its own load alone; the parent is
//! settled next, and the free rep at the root absorbs what is left. A kick moves a few units and settles the
//! path from there to the root again.

use super::pairs::{Judge, exchange};
use super::sets::Sets;
use super::state::State;
use std::collections::{HashMap, VecDeque};
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
    pub seed: u64,
    /// Wall-clock limit.
    pub until: Instant,
}

/// A kicked plan within this factor of the best is worth exchanges.
const NEAR: f64 = 1.05;

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
    };
    search.settle_all(s);
    let all: Vec<u32> = (0..s.k as u32).collect();
    search.descend(s, &all);
    let mut best = s.excess();
    tell(best);
    let mut idle = 0;
    for _ in 0..effort.kicks {
        // At a million sites the target is more than a small load outside its bound costs.
        let close = best <= effort.target && s.violation() <= 0.0;
        if close || idle >= effort.patience {
            return false;
        }
        if Instant::now() >= effort.until {
            return true;
        }
        search.log.clear();
        let dirty = search.kick(s);
        let mut now = s.excess();
        if now < NEAR * best {
            search.descend(s, &dirty);
            now = s.excess();
        }
        if now < best - 1e-12 * best.abs() {
            best = now;
            tell(best);
            idle = 0;
        } else {
            // Back to the best plan.
            undo(s, &mut search.log, 0);
            idle += 1;
        }
    }
    false
}

/// Takes back the moves of the log from `begin` on.
fn undo(s: &mut State, log: &mut Vec<(u32, u16)>, begin: usize) {
    for (item, option) in log.drain(begin..).rev() {
        s.take(item as usize, option as usize);
    }
}

/// Which reps are neighbours, and how far each is from a free rep.
struct Forest {
    neighbours: Vec<Vec<u32>>,
    /// Neighbours with a long common border.
    strong: Vec<Vec<u32>>,
    depth: Vec<u32>,
}

impl Forest {
    fn new(s: &State) -> Forest {
        let mut neighbours: Vec<Vec<u32>> = vec![Vec::new(); s.k];
        for item in &s.items {
            for a in &item.options.rep {
                for b in &item.options.rep {
                    if a != b && !neighbours[*a as usize].contains(b) {
                        neighbours[*a as usize].push(*b);
                    }
                }
            }
        }
        neighbours.iter_mut().for_each(|v| v.sort_unstable());
        let strong = strong(s);
        // A rep is as free as its prices are low; the freest of each part of the map is a root, and all that
        // have no price at all.
        let pressure = |j: usize| {
            s.mu[j * s.m..(j + 1) * s.m]
                .iter()
                .map(|p| p.abs())
                .sum::<f64>()
        };
        let mut order: Vec<usize> = (0..s.k).collect();
        order.sort_by(|a, b| pressure(*a).total_cmp(&pressure(*b)).then(a.cmp(b)));
        let none = 1e-9 * order.last().map_or(0.0, |j| pressure(*j));
        let mut depth = vec![u32::MAX; s.k];
        let mut queue: VecDeque<usize> = VecDeque::new();
        for j in &order {
            if pressure(*j) <= none {
                depth[*j] = 0;
                queue.push_back(*j);
            }
        }
        for root in order {
            if depth[root] == u32::MAX && queue.is_empty() {
                depth[root] = 0;
                queue.push_back(root);
            }
            while let Some(j) = queue.pop_front() {
                for l in &strong[j] {
                    if depth[*l as usize] == u32::MAX {
                        depth[*l as usize] = depth[j] + 1;
                        queue.push_back(*l as usize);
                    }
                }
            }
        }
        Forest {
            neighbours,
            strong,
            depth,
        }
    }
}

/// Per rep, the neighbours with at least a third as many units on the common border as the longest one has.
fn strong(s: &State) -> Vec<Vec<u32>> {
    let mut shared: HashMap<(u32, u32), u32> = HashMap::new();
    for item in s.items.iter().filter(|t| t.options.rep.len() > 1) {
        let (a, b) = (item.options.rep[0], item.options.rep[1]);
        *shared.entry((a.min(b), a.max(b))).or_default() += 1;
    }
    let mut longest = vec![0; s.k];
    for ((a, b), count) in &shared {
        for j in [*a, *b] {
            longest[j as usize] = longest[j as usize].max(*count);
        }
    }
    let mut out = vec![Vec::new(); s.k];
    for ((a, b), count) in shared {
        if 3 * count >= longest[a as usize].min(longest[b as usize]) {
            out[a as usize].push(b);
            out[b as usize].push(a);
        }
    }
    out.iter_mut().for_each(|v| v.sort_unstable());
    out
}

struct Search {
    forest: Forest,
    sets: Sets,
    random: Random,
    log: Vec<(u32, u16)>,
}

impl Search {
    /// A neighbour nearer to a root.
    fn parent(&mut self, j: usize) -> Option<usize> {
        let depth = self.forest.depth[j];
        let mut count = 0;
        let mut found = None;
        for l in &self.forest.strong[j] {
            if self.forest.depth[*l as usize] < depth {
                count += 1;
                if self.random.below(count) == 0 {
                    found = Some(*l as usize);
                }
            }
        }
        found
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
        while let Some(parent) = self.parent(j) {
            if exchange(s, &mut self.sets, (j, parent), Judge::First, &mut self.log) > 0.0 {
                dirty.push(parent as u32);
            }
            j = parent;
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
