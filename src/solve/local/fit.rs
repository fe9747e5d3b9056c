//! A plan within all bounds by depth-first search, where exchanges found none: the largest items first.
//!
//! Exchanges move a few items at a time. Where a bound wants one small item, where one set in thousands sums up to what a rep
//! must have, or where loads differ by orders of magnitude, they end outside. Here every item is given to a rep in turn, the
//! largest first, and a branch is left as soon as some row cannot come within its bounds any more: with `y` its load so far and
//! `a`, `b` the least and the most that the items to come can add to it,
//!
//! ```text
//! y + a > U     or     y + b < L                                  for any row
//! sum_j (U_j - y_j) < least,   sum_j max(L_j - y_j, 0) > most     for any measure, with all that is to come
//! ```
//!
//! Where all loads are multiples of a [grain](crate::bound::grain), two branches with the same loads after as many items are one: that is the dynamic
//! programme of subset sums. A search that ends without a plan proves that there is none.

use super::state::State;
use crate::base::deadline::Deadline;
use crate::bound::grain::grain;
use std::collections::HashSet;

/// What the search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// Options per item: a plan within all bounds.
    Found(Vec<u16>),
    /// No choice of options keeps all bounds.
    Nothing,
    /// Neither, in the steps that it may take.
    Unknown,
}

/// Steps of each search.
const STEPS: usize = 200_000;
/// Numbers that the search keeps: items times rows.
const MOST_NUMBERS: usize = 4_000_000;
/// Branches without a plan that are remembered.
const MOST_SEEN: usize = 1_000_000;
/// Share of all that a row may have by which a sum in another order may differ.
const ROUNDING: f64 = 1e-13;
/// Steps between two looks at the clock.
const LOOK: usize = 1024;

/// In which order the options of an item are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// The cheapest first.
    Cost,
    /// The rep that has most left to get, relative to its bounds.
    Room,
}

/// Looks for options that keep all bounds.
pub(crate) fn fit(s: &State, until: &Deadline) -> Fit {
    let Some(mut search) = Search::new(s) else {
        return Fit::Unknown;
    };
    for order in [Order::Cost, Order::Room] {
        match search.run(order, until) {
            Fit::Unknown => {}
            known => return known,
        }
    }
    Fit::Unknown
}

struct Search<'a> {
    s: &'a State,
    /// Items, the largest first.
    items: Vec<u32>,
    /// Loads of all rows, with the items given so far.
    load: Vec<f64>,
    base: Vec<f64>,
    /// Least and most that the items from each depth on add to each row, depth-major.
    least: Vec<f64>,
    most: Vec<f64>,
    /// The same for the loads of all reps together, per measure.
    least_of_all: Vec<f64>,
    most_of_all: Vec<f64>,
    /// How far a sum may be off, per row.
    slack: Vec<f64>,
    /// Grain of each row, where all have one.
    grain: Option<Vec<f64>>,
    seen: HashSet<u128>,
    /// Whether a branch was left that rounding alone parts from a plan.
    doubtful: bool,
}

/// What option `o` of item `i` adds to which rows.
fn parts(s: &State, i: usize, o: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
    let (m, options) = (s.m, &s.items[i].options);
    let row = options.rep[o] as usize * m;
    let loads = (0..m).map(move |r| (row + r, options.load[o * m + r]));
    let moved = s.change.then(|| (s.k * m, options.moved[o]));
    loads.chain(moved)
}

impl<'a> Search<'a> {
    /// `None` where some load is negative, or there are too many.
    fn new(s: &'a State) -> Option<Search<'a>> {
        let (n, rows, m) = (s.items.len(), s.load.len(), s.m);
        if n == 0 || (n + 1).saturating_mul(rows) > MOST_NUMBERS {
            return None;
        }
        let mut base = s.load.clone();
        for (i, o) in s.choice.iter().enumerate() {
            parts(s, i, *o as usize).for_each(|(row, a)| base[row] -= a);
        }
        let options = |i: usize| 0..s.items[i].options.rep.len();
        let all = || (0..n).flat_map(|i| options(i).map(move |o| (i, o)));
        if all().any(|(i, o)| parts(s, i, o).any(|(_, a)| a < 0.0)) {
            return None;
        }
        let size = |i: usize| -> f64 {
            let of = |o| parts(s, i, o).map(|(row, a)| a / s.upper[row].abs().max(1e-300));
            options(i).flat_map(of).fold(0.0, f64::max)
        };
        let mut sized: Vec<(f64, u32)> = (0..n).map(|i| (size(i), i as u32)).collect();
        sized.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        let items: Vec<u32> = sized.into_iter().map(|x| x.1).collect();
        let mut search = Search {
            s,
            load: base.clone(),
            slack: vec![0.0; rows],
            least: vec![0.0; (n + 1) * rows],
            most: vec![0.0; (n + 1) * rows],
            least_of_all: vec![0.0; (n + 1) * m],
            most_of_all: vec![0.0; (n + 1) * m],
            grain: grains(s),
            seen: HashSet::new(),
            doubtful: false,
            items,
            base,
        };
        search.sum_up();
        Some(search)
    }

    /// Fills in what is to come, from the last item to the first.
    fn sum_up(&mut self) {
        let (s, rows, m) = (self.s, self.load.len(), self.s.m);
        for depth in (0..self.items.len()).rev() {
            let i = self.items[depth] as usize;
            let count = s.items[i].options.rep.len();
            let (mut low, mut high) = (vec![f64::INFINITY; rows], vec![0.0_f64; rows]);
            let mut met = vec![0usize; rows];
            let (mut cheap, mut dear) = (vec![f64::INFINITY; m], vec![0.0_f64; m]);
            for o in 0..count {
                for (row, a) in parts(s, i, o) {
                    low[row] = low[row].min(a);
                    high[row] = high[row].max(a);
                    met[row] += 1;
                    if row < s.k * m {
                        cheap[row % m] = cheap[row % m].min(a);
                        dear[row % m] = dear[row % m].max(a);
                    }
                }
            }
            for row in 0..rows {
                let (now, next) = (depth * rows + row, (depth + 1) * rows + row);
                // What may go elsewhere adds nothing at least.
                let a = if met[row] == count { low[row] } else { 0.0 };
                self.least[now] = self.least[next] + a;
                self.most[now] = self.most[next] + high[row];
            }
            for r in 0..m {
                let (now, next) = (depth * m + r, (depth + 1) * m + r);
                self.least_of_all[now] = self.least_of_all[next] + cheap[r];
                self.most_of_all[now] = self.most_of_all[next] + dear[r];
            }
        }
        for row in 0..rows {
            let all = self.base[row].abs() + self.most[row] + self.s.upper[row].abs();
            self.slack[row] = ROUNDING * self.items.len() as f64 * all;
        }
    }

    /// Whether every row may still come within its bounds when the items from `depth` on are given.
    fn open(&self, depth: usize) -> bool {
        let (s, rows, m) = (self.s, self.load.len(), self.s.m);
        let at = depth * rows;
        let row_open = |row: usize| {
            let (y, slack) = (self.load[row], self.slack[row]);
            y + self.least[at + row] <= s.upper[row] + slack
                && y + self.most[at + row] >= s.lower[row] - slack
        };
        let measure_open = |r: usize| {
            let (mut room, mut need, mut slack) = (0.0, 0.0, 0.0);
            for row in (r..s.k * m).step_by(m) {
                room += s.upper[row] - self.load[row];
                need += (s.lower[row] - self.load[row]).max(0.0);
                slack += self.slack[row];
            }
            room >= self.least_of_all[depth * m + r] - slack
                && need <= self.most_of_all[depth * m + r] + slack
        };
        (0..rows).all(row_open) && (0..m).all(measure_open)
    }

    /// Names the loads at a depth, where they are multiples of a grain.
    fn key(&self, depth: usize) -> Option<u128> {
        let grain = self.grain.as_ref()?;
        let mut hash = [depth as u64 + 1, !(depth as u64)];
        for (row, g) in grain.iter().enumerate().filter(|(_, g)| **g > 0.0) {
            let units = ((self.load[row] - self.base[row]) / g).round() as i64 as u64;
            for (lane, h) in hash.iter_mut().enumerate() {
                *h = mixed(h.wrapping_add(units.wrapping_mul(2 * lane as u64 + 0x9e37_79b9)));
            }
        }
        Some(u128::from(hash[0]) << 64 | u128::from(hash[1]))
    }

    /// The options of the item at a depth, in the order in which they are tried; the last one comes first.
    fn candidates(&self, depth: usize, order: Order, list: &mut Vec<u16>) {
        let (s, m) = (self.s, self.s.m);
        let o = &s.items[self.items[depth] as usize].options;
        list.clear();
        list.extend((0..o.rep.len() as u16).rev());
        if order == Order::Room {
            // How far the fullest measure of the rep is from the middle of its bounds.
            let room = |o_: u16| {
                let row = o.rep[o_ as usize] as usize * m;
                let of = |r: usize| {
                    let middle = 0.5 * (s.lower[row + r] + s.upper[row + r]);
                    (middle - self.load[row + r]) / middle.abs().max(1e-300)
                };
                (0..m).map(of).fold(f64::INFINITY, f64::min)
            };
            list.sort_by(|x, y| room(*x).total_cmp(&room(*y)).then(y.cmp(x)));
        }
    }

    /// One search; what it has seen stays for the next.
    fn run(&mut self, order: Order, until: &Deadline) -> Fit {
        let (s, n) = (self.s, self.items.len());
        self.load.clone_from(&self.base);
        if !self.open(0) {
            return Fit::Nothing;
        }
        let mut waiting: Vec<Vec<u16>> = vec![Vec::new(); n];
        // Per item on the way its option, and the loads that it changed as they were.
        let mut way: Vec<(u16, Vec<(usize, f64)>)> = Vec::with_capacity(n);
        let mut steps = 0;
        self.candidates(0, order, &mut waiting[0]);
        loop {
            let depth = way.len();
            let Some(o) = waiting[depth].pop() else {
                if self.seen.len() < MOST_SEEN {
                    let key = self.key(depth);
                    self.seen.extend(key);
                }
                let Some((_, before)) = way.pop() else {
                    return if self.doubtful {
                        Fit::Unknown
                    } else {
                        Fit::Nothing
                    };
                };
                before.into_iter().for_each(|(row, y)| self.load[row] = y);
                continue;
            };
            steps += 1;
            if steps > STEPS || (steps % LOOK == 0 && until.is_over()) {
                return Fit::Unknown;
            }
            let i = self.items[depth] as usize;
            let before: Vec<(usize, f64)> = parts(s, i, o as usize)
                .map(|(row, a)| {
                    let y = self.load[row];
                    self.load[row] = y + a;
                    (row, y)
                })
                .collect();
            let known = || self.key(depth + 1).is_some_and(|k| self.seen.contains(&k));
            if self.open(depth + 1) && !known() {
                if depth + 1 < n {
                    way.push((o, before));
                    self.candidates(depth + 1, order, &mut waiting[depth + 1]);
                    continue;
                }
                let options = way.iter().map(|w| w.0).chain([o]);
                let choice = self.by_item(options);
                if within(s, &choice) {
                    return Fit::Found(choice);
                }
                self.doubtful = true;
            }
            before.into_iter().for_each(|(row, y)| self.load[row] = y);
        }
    }

    /// Options in the order of the items.
    fn by_item(&self, options: impl Iterator<Item = u16>) -> Vec<u16> {
        let mut choice = vec![0; self.items.len()];
        for (i, o) in self.items.iter().zip(options) {
            choice[*i as usize] = o;
        }
        choice
    }
}

/// Whether options keep all bounds, as the state sums them up.
fn within(s: &State, choice: &[u16]) -> bool {
    let mut s = s.clone();
    s.choose(choice);
    s.violation() <= 0.0
}

/// The grain of every row, where all rows have one.
fn grains(s: &State) -> Option<Vec<f64>> {
    let m = s.m;
    let of = |r: usize| {
        let loads = s
            .items
            .iter()
            .flat_map(move |t| t.options.load.iter().skip(r).step_by(m));
        grain(loads.copied())
    };
    let measures: Vec<f64> = (0..m).map(of).collect::<Option<_>>()?;
    let mut grains: Vec<f64> = (0..s.k * m).map(|row| measures[row % m]).collect();
    if s.change {
        let moved = s.items.iter().flat_map(|t| t.options.moved.iter().copied());
        grains.push(grain(moved)?);
    }
    Some(grains)
}

/// The finalizer of splitmix64 (Steele, Lea & Flood 2014).
fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
