//! Small sets of units that can go from one rep to another, cheapest first; kept until the rep they leave changes.

use super::state::State;
use std::collections::HashMap;

/// Units looked at on each side, cheapest first.
const SINGLES: usize = 40;
/// Pairs of units looked at on each side.
const DOUBLES: usize = 260;

/// A set of up to two items that move together from rep `j` to rep `l`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Set {
    /// (item, option); `u32::MAX`: none.
    pub moves: [(u32, u16); 2],
    /// Change of reduced cost.
    pub cost: f64,
}

/// The sets from `j` to `l`, the empty one included, in order of cost.
#[derive(Clone, Debug, Default)]
pub(super) struct SetList {
    version: u32,
    pub sets: Vec<Set>,
    /// Loads taken from `j`, `m` per set.
    pub leaves: Vec<f64>,
    /// Loads given to `l`, `m` per set.
    pub enters: Vec<f64>,
    /// Amount that changes hands, per set.
    pub moved: Vec<f64>,
}

/// Set lists by (from, to).
#[derive(Default)]
pub(super) struct Sets {
    lists: HashMap<(u32, u32), SetList>,
}

const NONE: (u32, u16) = (u32::MAX, 0);

impl Sets {
    /// Makes sure that the lists both ways between `j` and `l` are fresh, and returns them.
    pub fn both(&mut self, s: &State, j: usize, l: usize) -> (&SetList, &SetList) {
        self.refresh(s, j, l);
        self.refresh(s, l, j);
        (
            &self.lists[&(j as u32, l as u32)],
            &self.lists[&(l as u32, j as u32)],
        )
    }

    fn refresh(&mut self, s: &State, j: usize, l: usize) {
        let list = self.lists.entry((j as u32, l as u32)).or_default();
        if list.sets.is_empty() || list.version != s.version[j] {
            list.fill(s, j, l);
            list.version = s.version[j];
        }
    }
}

impl SetList {
    fn fill(&mut self, s: &State, j: usize, l: usize) {
        let m = s.m;
        let mut singles: Vec<Set> = Vec::new();
        for i in &s.of_rep[j] {
            let o = &s.items[*i as usize].options;
            let from = s.choice[*i as usize] as usize;
            if let Some(to) = o.rep.iter().position(|r| *r as usize == l) {
                singles.push(Set {
                    moves: [(*i, to as u16), NONE],
                    cost: o.cost[to] - o.cost[from],
                });
            }
        }
        let order = |x: &Set, y: &Set| x.cost.total_cmp(&y.cost).then(x.moves[0].cmp(&y.moves[0]));
        let size = |x: &Set| {
            let o = &s.items[x.moves[0].0 as usize].options;
            (x.cost, o.load[x.moves[0].1 as usize * m])
        };
        cheapest(&mut singles, SINGLES, size);
        singles.sort_unstable_by(order);
        self.sets.clear();
        self.sets.push(Set {
            moves: [NONE, NONE],
            cost: 0.0,
        });
        self.sets.extend_from_slice(&singles);
        // Cheapest pairs first: all (x, y) with x + y small, by diagonals of the sorted singles.
        let whole = self.sets.len() + DOUBLES;
        'fill: for sum in 1..2 * singles.len() {
            for x in (sum + 1).saturating_sub(singles.len())..sum.div_ceil(2) {
                let (p, q) = (singles[x], singles[sum - x]);
                self.sets.push(Set {
                    moves: [p.moves[0], q.moves[0]],
                    cost: p.cost + q.cost,
                });
                if self.sets.len() == whole {
                    break 'fill;
                }
            }
        }
        self.sets.sort_by(|x, y| x.cost.total_cmp(&y.cost));
        self.leaves.clear();
        self.enters.clear();
        self.moved.clear();
        for set in &self.sets {
            let at = self.leaves.len();
            self.leaves.resize(at + m, 0.0);
            self.enters.resize(at + m, 0.0);
            let mut moved = 0.0;
            for (i, to) in set.moves.iter().filter(|t| t.0 != u32::MAX) {
                let o = &s.items[*i as usize].options;
                let (from, to) = (s.choice[*i as usize] as usize, *to as usize);
                for r in 0..m {
                    self.leaves[at + r] += o.load[from * m + r];
                    self.enters[at + r] += o.load[to * m + r];
                }
                moved += o.moved[to] - o.moved[from];
            }
            self.moved.push(moved);
        }
    }
}

/// Keeps `most` entries, by (cost, load) that `of` tells: half of them the cheapest, half the cheapest for their load. Where loads
/// differ by orders of magnitude, the cheapest alone are all small.
pub(super) fn cheapest<T>(list: &mut Vec<T>, most: usize, of: impl Fn(&T) -> (f64, f64)) {
    if list.len() <= most {
        return;
    }
    let half = most / 2;
    list.select_nth_unstable_by(half, |x, y| of(x).0.total_cmp(&of(y).0));
    let rate = |x: &T| of(x).0 / of(x).1.max(1e-300);
    let rest = most - half;
    if list.len() > half + rest {
        list[half..].select_nth_unstable_by(rest, |x, y| rate(x).total_cmp(&rate(y)));
    }
    list.truncate(most);
}

/// Makes the moves of a set; notes the old choices in `log`.
pub(super) fn make(s: &mut State, set: &Set, log: &mut Vec<(u32, u16)>) {
    for (item, option) in set.moves.iter().filter(|t| t.0 != u32::MAX) {
        log.push((*item, s.choice[*item as usize]));
        s.take(*item as usize, *option as usize);
    }
}
