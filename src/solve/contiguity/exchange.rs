//! Exchanges across a border that tear nothing apart: up to two nodes one way for up to two the other way.

use super::ground::{Ground, Log};
use crate::base::ids::RepIx;
use crate::solve::local::Row;
use std::collections::HashMap;

/// Nodes looked at on each side, cheapest first.
const SINGLES: usize = 40;
/// Pairs of nodes looked at on each side.
const DOUBLES: usize = 260;
/// Exchanges tried in order of what they gain, should the best tear something apart.
const TRIES: usize = 12;

/// Whose loads an exchange between `j` and `l` is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judge {
    /// Both reps.
    Both,
    /// Rep `j` alone, the load of `l` at its price: rep `l` passes on what it gets.
    First,
}

/// Sets that are judged side by side.
const BLOCK: usize = 32;

/// Up to two nodes that move together; `u32::MAX`: none.
type Set = [u32; 2];

/// The sets from one rep to another, the empty one included, in order of cost.
#[derive(Default)]
struct SetList {
    version: (u32, u32),
    sets: Vec<Set>,
    /// Change of cost at the prices, per set.
    cost: Vec<f64>,
    /// Loads taken from the one, per measure and set.
    leaves: Vec<Vec<f64>>,
    /// Loads given to the other, per measure and set.
    enters: Vec<Vec<f64>>,
    /// Amount that changes hands, per set.
    moved: Vec<f64>,
}

const NONE: u32 = u32::MAX;

/// Set lists by (from, to): one of the plan that moves are taken back to, one of the plan at hand.
#[derive(Default)]
pub(super) struct Exchanges {
    /// What an exchange must gain.
    pub least: f64,
    /// Nodes on borders looked at so far.
    pub looked: u64,
    lists: HashMap<(u32, u32), [SetList; 2]>,
}

impl Exchanges {
    /// Makes the best exchange between reps `j` and `l` that keeps both in one piece, if one lowers the cost
    /// that `judge` looks at; returns by how much.
    pub fn exchange(
        &mut self,
        g: &mut Ground,
        (j, l): (usize, usize),
        judge: Judge,
        log: &mut Log,
    ) -> f64 {
        let (a, b) = (self.refresh(g, j, l), self.refresh(g, l, j));
        let (a, b) = (
            &self.lists[&(j as u32, l as u32)][a],
            &self.lists[&(l as u32, j as u32)][b],
        );
        for (delta, x, y) in search(g, (j, l), judge, self.least, [a, b]) {
            if make(g, (x, l), (y, j), log) {
                return -delta;
            }
        }
        0.0
    }

    /// A node that may go from `j` to `l`, the `pick`-th cheapest.
    pub fn single(&mut self, g: &mut Ground, j: usize, l: usize, pick: usize) -> Option<u32> {
        let at = self.refresh(g, j, l);
        let list = &self.lists[&(j as u32, l as u32)][at];
        let mut singles = list.sets.iter().filter(|s| s[0] != NONE && s[1] == NONE);
        singles.nth(pick).map(|s| s[0])
    }

    /// Where the list of the plan at hand is, filled if it was not there.
    fn refresh(&mut self, g: &mut Ground, j: usize, l: usize) -> usize {
        let version = (g.version[j], g.version[l]);
        let lists = self.lists.entry((j as u32, l as u32)).or_default();
        let kept = version == (g.base[j], g.base[l]);
        if kept && lists[1].is_of(version) {
            lists.swap(0, 1);
        }
        let at = usize::from(!kept);
        if !lists[at].is_of(version) {
            self.looked += lists[at].fill(g, j, l) as u64;
            lists[at].version = version;
        }
        at
    }
}

impl SetList {
    /// Whether the list is filled, of this version.
    fn is_of(&self, version: (u32, u32)) -> bool {
        self.version == version && !self.sets.is_empty()
    }

    /// Fills it anew; returns how many nodes the border has.
    fn fill(&mut self, g: &mut Ground, j: usize, l: usize) -> usize {
        let m = g.model.m;
        let (from, to) = (RepIx(j as u32), RepIx(l as u32));
        let mut loads = Vec::new();
        // Cost at the prices, node, amount that changes hands, loads (leaving, then entering).
        let mut open: Vec<(f64, u32, f64, usize)> = Vec::new();
        let border = g.border(j, l);
        let looked = border.len();
        for node in border {
            if g.permits(node, to) {
                let at = loads.len();
                let before = g.offer(node, from, &mut loads);
                let after = g.offer(node, to, &mut loads);
                let (cost, moved) = (after.value - before.value, after.moved - before.moved);
                open.push((cost, node, moved, at));
            }
        }
        open.sort_unstable_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
        let mut singles = Vec::new();
        for entry in open {
            // A group is looked at when it is its turn.
            let sites = g.sites(entry.1);
            let one = (sites.len() == 1).then(|| sites[0] as usize);
            if one.is_none_or(|site| g.may_leave(site)) {
                singles.push(entry);
                if singles.len() == SINGLES {
                    break;
                }
            }
        }
        let mut chosen: Vec<(f64, [usize; 2])> = vec![(0.0, [usize::MAX; 2])];
        chosen.extend((0..singles.len()).map(|x| (singles[x].0, [x, usize::MAX])));
        // Cheapest pairs first: all (x, y) with x + y small, by diagonals of the sorted singles.
        let whole = chosen.len() + DOUBLES;
        'fill: for sum in 1..2 * singles.len() {
            for x in (sum + 1).saturating_sub(singles.len())..sum.div_ceil(2) {
                let y = sum - x;
                chosen.push((singles[x].0 + singles[y].0, [x, y]));
                if chosen.len() == whole {
                    break 'fill;
                }
            }
        }
        chosen.sort_by(|x, y| x.0.total_cmp(&y.0));
        *self = SetList {
            leaves: vec![Vec::with_capacity(chosen.len()); m],
            enters: vec![Vec::with_capacity(chosen.len()); m],
            ..SetList::default()
        };
        for (cost, which) in chosen {
            let parts = || which.into_iter().filter_map(|x| singles.get(x));
            let mut set = [NONE; 2];
            set.iter_mut()
                .zip(parts())
                .for_each(|(slot, part)| *slot = part.1);
            let load = |r: usize| parts().map(|part| loads[part.3 + r]).sum();
            for r in 0..m {
                self.leaves[r].push(load(r));
                self.enters[r].push(load(m + r));
            }
            self.sets.push(set);
            self.cost.push(cost);
            self.moved.push(parts().map(|part| part.2).sum());
        }
        looked
    }
}

/// The best pairs of sets that lower the cost by more than `least`, the best first.
fn search(
    g: &Ground,
    (j, l): (usize, usize),
    judge: Judge,
    least: f64,
    [a, b]: [&SetList; 2],
) -> Vec<(f64, Set, Set)> {
    let m = g.model.m;
    let both = judge == Judge::Both;
    let judged = |j: usize| (j * m..(j + 1) * m).map(|row| (g.rows.row(row), g.load[row]));
    let first: Vec<(Row, f64)> = judged(j).collect();
    let second: Vec<(Row, f64)> = judged(l).filter(|_| both).collect();
    let change = g.change_row().map(|row| (g.rows.row(row), g.load[row]));
    let all = first.iter().chain(&second).chain(&change);
    let now: f64 = all.clone().map(|(row, y)| row.cost(*y)).sum();
    let rounding: f64 = all.map(|(row, y)| row.rounding(*y)).sum();
    let lowest = change.map_or(0.0, |(row, _)| row.cost(row.upper).min(0.0));
    let spare = now - lowest;
    // Less than this is rounding: values are differences of numbers up to the cost of the plan, and of prices times loads, which are
    // large where all customers stand at one place and cost nothing.
    let enough = -(1e-12 * (now.abs() + g.cost.abs()) + rounding).max(least);
    let mut best: Vec<(f64, usize, usize)> = Vec::new();
    let mut limit = enough;
    let mut block = [0.0; BLOCK];
    for (ia, cost) in a.cost.iter().enumerate() {
        if cost + b.cost[0] - spare >= limit {
            break;
        }
        for begin in (0..b.cost.len()).step_by(BLOCK) {
            if cost + b.cost[begin] - spare >= limit {
                break;
            }
            let sets = begin..(begin + BLOCK).min(b.cost.len());
            let deltas = &mut block[..sets.len()];
            let costs = deltas.iter_mut().zip(&b.cost[sets.clone()]);
            costs.for_each(|(delta, other)| *delta = cost + other - now);
            for (r, (row, y)) in first.iter().enumerate() {
                let left = y - a.leaves[r][ia];
                let back = b.enters[r][sets.clone()].iter();
                row.add_costs(deltas, back.map(|back| left + back));
            }
            for (r, (row, y)) in second.iter().enumerate() {
                let more = y + a.enters[r][ia];
                let back = b.leaves[r][sets.clone()].iter();
                row.add_costs(deltas, back.map(|back| more - back));
            }
            if let Some((row, y)) = change {
                let more = y + a.moved[ia];
                let moved = b.moved[sets.clone()].iter();
                row.add_costs(deltas, moved.map(|by| more + by));
            }
            for (delta, ib) in deltas.iter().zip(sets) {
                if *delta < limit {
                    let at = best.partition_point(|t| t.0 <= *delta);
                    best.insert(at, (*delta, ia, ib));
                    if best.len() > TRIES {
                        best.pop();
                        limit = best.last().map_or(enough, |t| t.0);
                    }
                }
            }
        }
    }
    best.into_iter()
        .map(|(delta, ia, ib)| (delta, a.sets[ia], b.sets[ib]))
        .collect()
}

/// Makes an exchange, in the order that keeps the territories whole; `false`, and nothing done, if none does.
fn make(g: &mut Ground, x: (Set, usize), y: (Set, usize), log: &mut Log) -> bool {
    let begin = log.len();
    for order in [[x, y], [y, x]] {
        let mut moves = order
            .iter()
            .flat_map(|(set, to)| set.map(|node| (node, RepIx(*to as u32))))
            .filter(|(node, _)| *node != NONE);
        if moves.all(|(node, to)| g.try_move(node, to, log)) {
            return true;
        }
        g.undo(log, begin);
    }
    false
}
