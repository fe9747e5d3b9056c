//! The integer plan on the border units: choices, loads, and what they cost above the bound.

use super::row::Row;
use crate::bound::Beside;
use crate::solve::lp::{Border, LpOutcome};
use crate::solve::prices::price_scale;
use crate::solve::units::{OptionList, Units};
use std::collections::HashMap;

/// A border unit and its options, in order of reduced cost.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub unit: u32,
    pub options: OptionList,
}

/// A plan on the border units; all other units are at their cheapest option for good.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub m: usize,
    pub k: usize,
    pub items: Vec<Item>,
    /// Chosen option per item.
    pub choice: Vec<u16>,
    /// Load per row, fixed units included.
    pub load: Vec<f64>,
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
    pub mu: Vec<f64>,
    /// What load beside the target of a row costs; empty where none does.
    pub deviation: Vec<Beside>,
    /// Cost of a unit of load outside the bounds, per row.
    pub penalty: Vec<f64>,
    /// Cost of being outside the bounds at all, per row: a tiny violation must not be cheap.
    pub outside: Vec<f64>,
    /// Items per rep.
    pub of_rep: Vec<Vec<u32>>,
    /// Position of an item in the list of its rep.
    at: Vec<u32>,
    pub change: bool,
    /// Counts the changes of each rep's list.
    pub version: Vec<u32>,
    /// Whether units in no item are with whom the LP dealt them, not with their cheapest rep.
    pub dealt: bool,
}

/// Bounds give way by this share, half of what the model permits ([`crate::model::SLIP`]): a load that meets a
/// bound exactly keeps it, and so does its sum in another order.
const MARGIN: f64 = 0.5 * crate::model::SLIP;

/// Share of the greatest bound that the order of additions may make of a sum.
const ROUNDING: f64 = 1e-12;

/// Shared units per row up to which the LP is near a vertex, which has one at most.
const FEW_PER_ROW: usize = 3;
/// Share of a unit from which it counts as whole.
const WHOLE: f64 = 1.0 - 1e-6;

impl State {
    /// Starts from the LP: whole units where the LP has them, split ones where their rep is shortest of what
    /// the LP gives it, the largest first.
    pub fn new(units: &Units, lp: &LpOutcome, border: Vec<Border>, base: Vec<f64>) -> State {
        let (m, k) = (units.m, units.k);
        let scale = price_scale(units);
        let all: f64 = (0..units.len()).map(|u| units.scale(u)).sum();
        let dearest = lp
            .mu
            .iter()
            .zip(&scale)
            .map(|(p, s)| (p / s).abs())
            .fold(lp.window, f64::max)
            // Where no bound presses, being outside must cost something, too.
            .max(1e-3 * lp.bound.abs() / all.max(1e-300));
        let per_scale = |(d, s): (&Beside, &f64)| d.price / s;
        let dearest = (units.rows.deviation.iter().zip(&scale))
            .map(per_scale)
            .fold(dearest, f64::max);
        let penalty: Vec<f64> = scale.iter().map(|s| 100.0 * dearest * s).collect();
        let weight: f64 = border
            .iter()
            .flat_map(|b| &b.units)
            .map(|u| units.scale(*u as usize))
            .sum();
        let typical = weight / border.iter().map(|b| b.units.len()).sum::<usize>().max(1) as f64;
        let outside = vec![10.0 * dearest * typical; penalty.len()];
        // A sum that goes up and down may miss a bound of 0 by a rounding.
        let kind = |row: usize| if row < k * m { row % m } else { m };
        let mut greatest = vec![0.0_f64; m + 1];
        for (row, u) in units.rows.upper.iter().enumerate() {
            greatest[kind(row)] = greatest[kind(row)].max(*u);
        }
        let margin = |(row, v): (usize, &f64)| {
            if *v == 0.0 {
                1e-3 * MARGIN * greatest[kind(row)]
            } else {
                MARGIN * v.abs()
            }
        };
        let rows = &units.rows;
        // A total that is outside stays so, as far as sums of floating-point loads can tell; the last word has the exact one.
        let half_way = |step: f64| if step > 0.0 { 0.5 * step } else { 0.0 };
        let slack = |(row, v): (usize, &f64), step: f64| {
            let rounding = ROUNDING * greatest[kind(row)];
            margin((row, v)).min(half_way(step)).max(rounding)
        };
        let lower = rows.lower.iter().enumerate();
        let lower = lower.map(|b| b.1 - slack(b, b.1 - rows.beyond[b.0].0));
        let upper = rows.upper.iter().enumerate();
        let upper = upper.map(|b| b.1 + slack(b, rows.beyond[b.0].1 - b.1));
        let mut state = State {
            m,
            k,
            items: Vec::new(),
            choice: Vec::new(),
            load: base,
            lower: lower.collect(),
            upper: upper.collect(),
            mu: lp.mu.clone(),
            deviation: rows.deviation.clone(),
            penalty,
            outside,
            of_rep: vec![Vec::new(); k],
            at: Vec::new(),
            change: units.rows.change,
            version: vec![0; k],
            dealt: false,
        };
        for b in border {
            state.add(units, b);
        }
        state.follow_lp(lp);
        state
    }

    fn add(&mut self, units: &Units, b: Border) {
        if b.units.len() == 1 {
            self.items.push(Item {
                unit: b.units[0],
                options: b.options,
            });
        } else {
            // Alike units were one column; each is a decision of its own now.
            let total: f64 = b.units.iter().map(|u| units.scale(*u as usize)).sum();
            for u in &b.units {
                let by = units.scale(*u as usize) / total;
                let part = |v: &[f64]| v.iter().map(|x| by * x).collect();
                let o = &b.options;
                let options = OptionList {
                    rep: o.rep.clone(),
                    cost: part(&o.cost),
                    load: part(&o.load),
                    moved: part(&o.moved),
                };
                self.items.push(Item { unit: *u, options });
            }
        }
    }

    /// First choices. `load` holds every item at its cheapest option when this starts.
    fn follow_lp(&mut self, lp: &LpOutcome) {
        self.choice = vec![0; self.items.len()];
        self.at = vec![0; self.items.len()];
        for i in 0..self.items.len() {
            self.enlist(i);
        }
        let items = self.items.iter().enumerate();
        let position: HashMap<u32, usize> = items.map(|(i, t)| (t.unit, i)).collect();
        let m = self.m;
        // What each row still lacks of the load that the LP gives it of shared units; those that are in no item count as theirs.
        let mut lacks = vec![0.0; self.k * m];
        let mut shared: Vec<(f64, usize, &Border)> = Vec::new();
        for b in &lp.border {
            let units: Vec<usize> = b
                .units
                .iter()
                .filter_map(|u| position.get(u).copied())
                .collect();
            if let Some(o) = b.share.iter().position(|s| *s >= WHOLE) {
                units.iter().for_each(|i| self.give(*i, b.options.rep[o]));
                continue;
            }
            let part = units.len() as f64 / b.units.len() as f64;
            for (o, share) in b.share.iter().enumerate() {
                for r in 0..m {
                    lacks[b.options.rep[o] as usize * m + r] +=
                        part * share * b.options.load[o * m + r];
                }
            }
            let size = |i: usize| self.items[i].options.load[0];
            shared.extend(units.into_iter().map(|i| (size(i), i, b)));
        }
        for (unit, rep) in &lp.dealt.rep {
            if let Some(i) = position.get(unit) {
                self.give(*i, *rep);
            }
        }
        if shared.len() <= FEW_PER_ROW * self.load.len() {
            // Near a vertex of the LP: the largest share is the best guess.
            for (_, i, b) in shared {
                let share = |o: &usize| b.share[*o];
                let all = 0..b.share.len();
                if let Some(o) = all.max_by(|x, y| share(x).total_cmp(&share(y)).then(y.cmp(x))) {
                    self.give(i, b.options.rep[o]);
                }
            }
            return;
        }
        // The largest first: the small ones even out.
        shared.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        for (_, i, b) in shared {
            let score = |o: usize| {
                let row = b.options.rep[o] as usize * m;
                let of = |r: usize| lacks[row + r] / self.upper[row + r].abs().max(1e-300);
                (0..m).map(of).sum::<f64>()
            };
            let open = (0..b.share.len()).filter(|o| b.share[*o] > 1.0 - WHOLE);
            let best = open.max_by(|x, y| score(*x).total_cmp(&score(*y)).then(y.cmp(x)));
            let Some(rep) = best.map(|o| b.options.rep[o]) else {
                continue;
            };
            self.give(i, rep);
            let (o, row) = (self.choice[i] as usize, rep as usize * m);
            for r in 0..m {
                lacks[row + r] -= self.items[i].options.load[o * m + r];
            }
        }
    }

    /// Moves item `i` to rep `j`, if it has that option.
    fn give(&mut self, i: usize, j: u32) {
        if let Some(o) = self.items[i].options.rep.iter().position(|r| *r == j) {
            self.take(i, o);
        }
    }

    fn enlist(&mut self, i: usize) {
        let j = self.rep(i);
        self.at[i] = self.of_rep[j].len() as u32;
        self.of_rep[j].push(i as u32);
    }

    /// The rep that item `i` is with.
    pub fn rep(&self, i: usize) -> usize {
        self.items[i].options.rep[self.choice[i] as usize] as usize
    }

    /// Moves item `i` to option `o`.
    pub fn take(&mut self, i: usize, o: usize) {
        let from = self.choice[i] as usize;
        if from == o {
            return;
        }
        let (j, m) = (self.rep(i), self.m);
        let options = &self.items[i].options;
        let l = options.rep[o] as usize;
        for r in 0..m {
            self.load[j * m + r] -= options.load[from * m + r];
            self.load[l * m + r] += options.load[o * m + r];
        }
        if self.change {
            self.load[self.k * m] += options.moved[o] - options.moved[from];
        }
        let at = self.at[i] as usize;
        self.of_rep[j].swap_remove(at);
        if let Some(other) = self.of_rep[j].get(at) {
            self.at[*other as usize] = at as u32;
        }
        self.choice[i] = o as u16;
        self.version[j] += 1;
        self.version[l] += 1;
        self.enlist(i);
    }

    /// Drops all options whose reduced cost is above `limit`, and the items that have only one left.
    pub fn restrict(&mut self, limit: f64) {
        let m = self.m;
        let choice = std::mem::take(&mut self.choice);
        let mut kept = choice.into_iter();
        let mut choices = Vec::new();
        self.items.retain_mut(|t| {
            let chosen = kept.next().unwrap_or(0);
            let o = &mut t.options;
            let open = o
                .cost
                .partition_point(|c| *c <= limit)
                .max(chosen as usize + 1);
            o.rep.truncate(open);
            o.cost.truncate(open);
            o.load.truncate(open * m);
            o.moved.truncate(open);
            if open > 1 {
                choices.push(chosen);
            }
            open > 1
        });
        self.choice = choices;
        self.of_rep.iter_mut().for_each(Vec::clear);
        self.at = vec![0; self.items.len()];
        for i in 0..self.items.len() {
            self.enlist(i);
        }
        self.version.iter_mut().for_each(|v| *v += 1);
    }

    /// Moves every item to the option that `choice` says.
    pub fn choose(&mut self, choice: &[u16]) {
        for (i, o) in choice.iter().enumerate() {
            self.take(i, *o as usize);
        }
    }

    /// What load `y` on a row costs above the bound.
    #[inline]
    pub fn row_cost(&self, row: usize, y: f64) -> f64 {
        self.row(row).cost(y)
    }

    /// A row by itself.
    #[inline]
    pub fn row(&self, row: usize) -> Row {
        Row {
            mu: self.mu[row],
            lower: self.lower[row],
            upper: self.upper[row],
            penalty: self.penalty[row],
            outside: self.outside[row],
            deviation: self.deviation.get(row).copied().unwrap_or_default(),
        }
    }

    /// How hard the prices press the loads of a rep: 0 where a load may be what it is at no cost.
    pub fn pressure(&self, rep: usize) -> f64 {
        let of = |row: usize| {
            let price = self.deviation.get(row).map_or(0.0, |d| d.price);
            (self.mu[row].abs() - price).abs()
        };
        (rep * self.m..(rep + 1) * self.m).map(of).sum::<f64>()
    }

    /// Cost above the bound of all items and rows, penalties included.
    pub fn excess(&self) -> f64 {
        let items: f64 = self
            .items
            .iter()
            .zip(&self.choice)
            .map(|(t, c)| t.options.cost[*c as usize])
            .sum();
        items
            + (0..self.load.len())
                .map(|r| self.row_cost(r, self.load[r]))
                .sum::<f64>()
    }

    /// Sum over rows of load outside the bounds, relative to the bound.
    pub fn violation(&self) -> f64 {
        let outside = |r: usize| {
            let y = self.load[r];
            (y - self.upper[r]).max(self.lower[r] - y).max(0.0) / self.upper[r].abs().max(1e-300)
        };
        (0..self.load.len()).map(outside).sum()
    }
}

/// Takes back the moves of the log from `begin` on.
pub(super) fn undo(s: &mut State, log: &mut Vec<(u32, u16)>, begin: usize) {
    for (item, option) in log.drain(begin..).rev() {
        s.take(item as usize, option as usize);
    }
}

#[cfg(test)]
impl State {
    /// One measure, every item at its cheapest option; `rows` has the load without the items, lower and upper bound and price of
    /// each rep.
    pub fn of(items: Vec<Item>, rows: &[(f64, f64, f64, f64)]) -> State {
        let k = rows.len();
        let mut state = State {
            m: 1,
            k,
            choice: vec![0; items.len()],
            at: vec![0; items.len()],
            items,
            load: rows.iter().map(|r| r.0).collect(),
            lower: rows.iter().map(|r| r.1).collect(),
            upper: rows.iter().map(|r| r.2).collect(),
            mu: rows.iter().map(|r| r.3).collect(),
            deviation: Vec::new(),
            penalty: vec![1e4; k],
            outside: vec![1e3; k],
            of_rep: vec![Vec::new(); k],
            change: false,
            version: vec![0; k],
            dealt: false,
        };
        for i in 0..state.items.len() {
            let o = &state.items[i].options;
            state.load[o.rep[0] as usize] += o.load[0];
            state.enlist(i);
        }
        state
    }
}
