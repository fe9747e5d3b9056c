//! One restricted LP: the columns near the prices, in shifted form.

use super::alike::{alone, gathered, join, same};
use super::backend::{LpSolver, Relation};
use super::border::{Border, TIED};
use super::deal::Dealt;
use crate::base::deadline::Deadline;
use crate::bound::Beside;
use crate::solve::prices::{Unit, fold_units};
use crate::solve::units::{OptionList, Units};
use good_lp::{Expression, ProblemVariables, Variable, variable};
use std::collections::HashSet;

/// The restricted LP at some prices.
pub(super) struct Restricted {
    pub border: Vec<Border>,
    /// Loads with every unit at its cheapest option, fixed sites included, per row.
    pub base: Vec<f64>,
    /// Reduced costs per unit of weight that differ by no more than this are the same but for rounding.
    step: f64,
}

/// No window is narrower than this many roundings.
const NEAR_TIE: f64 = 100.0;

/// What is given of owners.
#[derive(Clone, Copy)]
pub(super) enum Given<'a> {
    Nothing,
    /// Per unit a rep whose option is kept, whatever it costs.
    Keep(&'a [u32]),
    /// Units that are with a rep for good.
    Dealt(&'a Dealt),
}

impl Given<'_> {
    /// The option that a unit is at for good.
    fn dealt(&self, u: &Unit) -> Option<usize> {
        let Given::Dealt(dealt) = self else {
            return None;
        };
        let rep = dealt.rep.get(&(u.index as u32))?;
        u.options.rep.iter().position(|j| j == rep)
    }
}

/// Its solution.
pub(super) struct Solved {
    /// New prices.
    pub mu: Vec<f64>,
    /// Optimum less `g(mu)` of the prices it was built at.
    pub value: f64,
    /// Penalised slack in use, in typical loads.
    pub slack: f64,
    /// The same per row, as load above and below the bounds.
    pub elastic: Vec<(f64, f64)>,
    /// The border with its shares.
    pub border: Vec<Border>,
    /// Load per row.
    pub load: Vec<f64>,
}

impl Restricted {
    /// Columns: every option whose reduced cost is at most `window` per unit of weight, and `reach` in all.
    pub fn build(units: &Units, mu: &[f64], window: f64, reach: f64) -> Restricted {
        Restricted::build_with(units, mu, (window, reach), Given::Nothing)
    }

    /// As [`Restricted::build`], and what is given of owners.
    pub fn build_with(
        units: &Units,
        mu: &[f64],
        (window, reach): (f64, f64),
        given: Given,
    ) -> Restricted {
        let kept = |unit: usize, rep: u32| matches!(given, Given::Keep(k) if k[unit] == rep);
        let margin = match given {
            Given::Keep(_) => f64::INFINITY,
            _ => window,
        };
        let (m, rows) = (units.m, units.rows.len());
        let alike = m == 1 && !units.tracked && units.points.rate.is_empty();
        let parts = fold_units(
            units,
            mu,
            margin,
            || (Vec::<Border>::new(), vec![0.0; rows], [0.0; 2]),
            |u, (border, base, sums)| {
                let dealt = given.dealt(u);
                add_load(units, u, dealt.unwrap_or(u.best), base);
                if dealt.is_some() {
                    return;
                }
                sums[0] += u.scale * u.least.abs();
                sums[1] += u.scale;
                let mut near: Vec<usize> = (0..u.value.len())
                    .filter(|o| {
                        let near = u.value[*o] - u.least <= window.min(reach / u.scale);
                        near || kept(u.index, u.options.rep[*o])
                    })
                    .collect();
                if near.len() < 2 {
                    return;
                }
                near.sort_by(|a, b| u.value[*a].total_cmp(&u.value[*b]).then(a.cmp(b)));
                let options = reduced(u, &near, m);
                if let Some(last) = border.last_mut().filter(|l| alike && same(l, &options)) {
                    join(last, alone(u, options));
                    return;
                }
                border.push(alone(u, options));
            },
        );
        let mut base: Vec<f64> = (0..rows).map(|r| units.rows.fixed(r)).collect();
        let mut border = Vec::new();
        let (mut value, mut weight) = (0.0, 0.0);
        for (b, loads, [v, s]) in parts {
            border.extend(b);
            base.iter_mut().zip(loads).for_each(|(a, l)| *a += l);
            value += v;
            weight += s;
        }
        let step = TIED * value / weight.max(1e-300);
        if alike {
            border = gathered(border, units, step);
        }
        Restricted { border, base, step }
    }

    /// Narrows the window until at most `most` units are left in the border; returns the window.
    ///
    /// A unit whose second option is too dear stays with its cheapest, which `base` counts already.
    pub fn narrow(&mut self, units: &Units, window: f64, most: usize) -> f64 {
        if self.border.len() <= most {
            return window;
        }
        let scale = |b: &Border| {
            b.units
                .iter()
                .map(|u| units.scale(*u as usize))
                .sum::<f64>()
        };
        let mut gaps: Vec<f64> = self
            .border
            .iter()
            .map(|b| b.options.cost[1] / scale(b))
            .collect();
        let (_, limit, _) = gaps.select_nth_unstable_by(most, f64::total_cmp);
        // Where the cheapest options of many units are a tie, as on a network of roads whose one way serves a whole district, all of them stay.
        let limit = limit.max(NEAR_TIE * self.step);
        let m = units.m;
        self.border.retain_mut(|b| {
            let kept = b.options.cost.partition_point(|c| *c <= limit * scale(b));
            b.options.rep.truncate(kept);
            b.options.cost.truncate(kept);
            b.options.load.truncate(kept * m);
            b.options.moved.truncate(kept);
            kept > 1
        });
        limit
    }

    /// Keeps, for each pair of neighbouring reps and each direction, the `most` units that cost least to move, and all that are
    /// `wanted`.
    ///
    /// One window for the whole map would keep everything in the cities and nothing in the country.
    pub fn thin(&mut self, units: &Units, most: usize, wanted: &HashSet<u32>) {
        let scale = |b: &Border| {
            b.units
                .iter()
                .map(|u| units.scale(*u as usize))
                .sum::<f64>()
        };
        let mut order: Vec<(u32, u32, f64, u32)> = Vec::new();
        for (i, b) in self.border.iter().enumerate() {
            for o in 1..b.options.rep.len() {
                order.push((
                    b.options.rep[0],
                    b.options.rep[o],
                    b.options.cost[o] / scale(b),
                    i as u32,
                ));
            }
        }
        order.sort_unstable_by(|a, b| {
            (a.0, a.1)
                .cmp(&(b.0, b.1))
                .then(a.2.total_cmp(&b.2))
                .then(a.3.cmp(&b.3))
        });
        let wanted = |b: &Border| b.units.iter().any(|u| wanted.contains(u));
        let mut keep: Vec<bool> = self.border.iter().map(wanted).collect();
        for pair in order.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            pair.iter()
                .take(most)
                .for_each(|t| keep[t.3 as usize] = true);
        }
        let mut kept = keep.into_iter();
        self.border.retain(|_| kept.next().unwrap_or(false));
    }

    /// Columns of the LP: one per option of a border unit.
    pub fn columns(&self) -> usize {
        self.border.iter().map(|b| b.options.rep.len()).sum()
    }

    /// Solves it; `half[row]` is half the width of the price box. `None`: the solver gave nothing.
    pub fn solve(
        mut self,
        units: &Units,
        mu: &[f64],
        half: &[f64],
        backend: LpSolver,
        until: &Deadline,
    ) -> Option<Solved> {
        let scale = Scale::new(self.typical_loads(units), units, half);
        let mut program = Program::default();
        program.rows(units, &self.base, (mu, half), &scale);
        for b in &self.border {
            program.columns(units, b, &scale);
        }
        let (value, dual, slacks) = program.solve(backend, until)?;
        let lacks = &value[value.len() - slacks..];
        let slack: f64 = lacks.iter().map(|v| v.max(0.0)).sum();
        let of_row = |(r, v): (usize, &[f64])| {
            let load = |v: f64| v.max(0.0) * scale.load[r];
            (load(v[0]), load(v[1]))
        };
        let elastic = lacks.chunks_exact(2).enumerate().map(of_row).collect();
        let next = mu.iter().enumerate();
        let next = next.map(|(r, mu)| mu - dual[r] * scale.money / scale.load[r]);
        let next: Vec<f64> = next.collect();
        self.take_shares(&value);
        let (value, load) = self.value(units, mu);
        Some(Solved {
            load,
            mu: next,
            value,
            slack,
            elastic,
            border: self.border,
        })
    }

    /// The shares of the options from the values of the LP's columns: the first option has what the others leave.
    fn take_shares(&mut self, value: &[f64]) {
        let mut at = 0;
        for b in &mut self.border {
            let rest: Vec<f64> = value[at..at + b.options.rep.len() - 1]
                .iter()
                .map(|v| v.clamp(0.0, 1.0))
                .collect();
            at += rest.len();
            b.share = std::iter::once((1.0 - rest.iter().sum::<f64>()).max(0.0))
                .chain(rest)
                .collect();
        }
    }

    /// Mean load of a border unit per measure (and for change), never 0.
    fn typical_loads(&self, units: &Units) -> Vec<f64> {
        let m = units.m;
        let mut sum = vec![0.0; m + 1];
        for b in &self.border {
            for (o, _) in b.options.rep.iter().enumerate() {
                let share = 1.0 / b.options.rep.len() as f64;
                let load = &b.options.load[o * m..(o + 1) * m];
                for (to, a) in sum.iter_mut().zip(load.iter().chain([&b.options.moved[o]])) {
                    *to += share * a;
                }
            }
        }
        let count = self.border.len().max(1) as f64;
        sum.iter()
            .map(|s| if *s > 0.0 { s / count } else { 1.0 })
            .collect()
    }

    /// Value of the shares: reduced costs, and the price of what the balance rows leave unused; and the loads.
    fn value(&self, units: &Units, mu: &[f64]) -> (f64, Vec<f64>) {
        let (m, rows) = (units.m, units.rows.len());
        let mut load = self.base.clone();
        let mut value = 0.0;
        for b in &self.border {
            let o = &b.options;
            for (c, x) in b.share.iter().enumerate() {
                value += x * o.cost[c];
                for r in 0..m {
                    load[o.rep[c] as usize * m + r] += x * o.load[c * m + r];
                }
                if units.rows.change {
                    load[rows - 1] += x * o.moved[c];
                }
            }
            for r in 0..m {
                load[o.rep[0] as usize * m + r] -= o.load[r];
            }
            if units.rows.change {
                load[rows - 1] -= o.moved[0];
            }
        }
        let unused = |r: usize| {
            let deviation = units.rows.deviation(r);
            if deviation.counts() {
                let (lower, upper) = (units.rows.lower[r], units.rows.upper[r]);
                let at = deviation.pressed(mu[r], lower, upper);
                let more = deviation.cost(load[r]) - deviation.cost(at);
                return more + mu[r] * (at - load[r]);
            }
            if mu[r] >= 0.0 {
                mu[r] * (units.rows.upper[r] - load[r])
            } else {
                -mu[r] * (load[r] - units.rows.lower[r])
            }
        };
        let value = value + (0..rows).map(unused).sum::<f64>();
        (value, load)
    }
}

/// Adds the loads of an option of a unit.
fn add_load(units: &Units, u: &Unit, option: usize, base: &mut [f64]) {
    let m = units.m;
    let at = u.options.rep[option] as usize * m;
    for r in 0..m {
        base[at + r] += u.options.load[option * m + r];
    }
    if units.rows.change {
        base[units.rows.len() - 1] += u.options.moved[option];
    }
}

/// These options of a unit, at their reduced costs.
fn reduced(u: &Unit, which: &[usize], m: usize) -> OptionList {
    let mut options = OptionList::default();
    for &o in which {
        options.rep.push(u.options.rep[o]);
        options.cost.push((u.value[o] - u.least) * u.scale);
        options
            .load
            .extend_from_slice(&u.options.load[o * m..(o + 1) * m]);
        options.moved.push(u.options.moved[o]);
    }
    options
}

/// What the LP counts in.
struct Scale {
    /// A typical load, per row.
    load: Vec<f64>,
    /// What a typical load costs at half the box of the prices.
    money: f64,
}

impl Scale {
    /// `typical` are loads per measure, and of change.
    fn new(typical: Vec<f64>, units: &Units, half: &[f64]) -> Scale {
        let (m, rows) = (units.m, units.rows.len());
        let load_of = |row: usize| typical[if row == units.k * m { m } else { row % m }];
        let load: Vec<f64> = (0..rows).map(load_of).collect();
        let mut money = (0..rows).map(|r| half[r] * load[r]).sum::<f64>() / rows as f64;
        if money.is_nan() || money <= 0.0 {
            money = 1.0;
        }
        Scale { load, money }
    }
}

/// The LP in the words of its solver.
#[derive(Default)]
struct Program {
    variables: ProblemVariables,
    objective: Expression,
    /// Per row, what must be 0.
    row: Vec<Expression>,
    /// Per unit with more than two options, what must not be above 0.
    whole: Vec<(Expression, Relation)>,
    /// Per unit, the shares of all options but the first.
    share: Vec<Variable>,
    /// Per row, load above and below the bounds.
    elastic: Vec<Variable>,
}

impl Program {
    /// The balance rows, with what they leave unused (at its price) and what is outside the bounds (at the edge of the price box).
    fn rows(&mut self, units: &Units, base: &[f64], (mu, half): (&[f64], &[f64]), scale: &Scale) {
        let money = scale.money;
        for (r, a) in scale.load.iter().copied().enumerate() {
            let (lower, upper) = (units.rows.lower[r], units.rows.upper[r]);
            let deviation = units.rows.deviation(r);
            if deviation.counts() {
                self.kinked_row(
                    (base[r], lower, upper),
                    (mu[r], half[r]),
                    deviation,
                    (a, money),
                );
                continue;
            }
            let mut add = |v| self.variables.add(v);
            let s = add(variable().min(0.0).max(((upper - lower) / a).max(0.0)));
            let over = add(variable().min(0.0));
            let short = add(variable().min(0.0));
            self.objective +=
                (mu[r].abs() * a / money) * s + (half[r] * a / money) * (over + short);
            let up = mu[r] >= 0.0;
            let start = (base[r] - if up { upper } else { lower }) / a;
            let unused = if up { 1.0 * s } else { -1.0 * s };
            self.row.push(start + unused - over + short);
            self.elastic.extend([over, short]);
        }
    }

    /// A balance row whose load costs beside its target: from the load that the price presses on, each piece up and down at what it costs more than
    /// the price makes of it.
    fn kinked_row(
        &mut self,
        (base, lower, upper): (f64, f64, f64),
        (mu, half): (f64, f64),
        deviation: Beside,
        (a, money): (f64, f64),
    ) {
        let (p, middle) = (deviation.price, deviation.middle(lower, upper));
        let at = deviation.pressed(mu, lower, upper);
        let mut row = Expression::from((base - at) / a);
        // The bounds of each piece, and its slope in the load.
        for (from, to, slope) in [(lower, middle, -p), (middle, upper, p)] {
            // Where the target is beyond a bound, the whole band is one piece.
            let slope = match (deviation.target > upper, deviation.target < lower) {
                (true, _) => -p,
                (_, true) => p,
                _ => slope,
            };
            let width = ((to - from) / a).max(0.0);
            let piece = self.variables.add(variable().min(0.0).max(width));
            let (sign, cost) = match to <= at {
                true => (1.0, mu - slope),
                false => (-1.0, slope - mu),
            };
            self.objective += (cost.max(0.0) * a / money) * piece;
            row += sign * piece;
        }
        let over = self.variables.add(variable().min(0.0));
        let short = self.variables.add(variable().min(0.0));
        self.objective += (half * a / money) * (over + short);
        self.row.push(row - over + short);
        self.elastic.extend([over, short]);
    }

    /// The columns of a unit: one per option but the first, which has what they leave.
    fn columns(&mut self, units: &Units, b: &Border, scale: &Scale) {
        let (m, o) = (units.m, &b.options);
        let load_of = |r: usize| scale.load[r];
        let mut used = Expression::from(-1.0);
        for c in 1..o.rep.len() {
            // Two options: x is one share and 1 - x the other, and a bound does for the assignment row.
            let x = if o.rep.len() == 2 {
                variable().min(0.0).max(1.0)
            } else {
                variable().min(0.0)
            };
            let x = self.variables.add(x);
            self.share.push(x);
            self.objective += (o.cost[c] / scale.money) * x;
            let (from, to) = (o.rep[0] as usize * m, o.rep[c] as usize * m);
            for r in 0..m {
                self.row[to + r] += (o.load[c * m + r] / load_of(r)) * x;
                self.row[from + r] += (-o.load[r] / load_of(r)) * x;
            }
            if let (true, Some(row)) = (units.rows.change, self.row.last_mut()) {
                *row += ((o.moved[c] - o.moved[0]) / load_of(units.rows.len() - 1)) * x;
            }
            used += x;
        }
        if o.rep.len() > 2 {
            self.whole.push((used, Relation::AtMost));
        }
    }

    /// Values of the shares and of what is outside the bounds, the dual prices of the rows, and how many of the values the latter are.
    fn solve(self, backend: LpSolver, until: &Deadline) -> Option<(Vec<f64>, Vec<f64>, usize)> {
        let slacks = self.elastic.len();
        let mut wanted = self.share;
        wanted.extend(self.elastic);
        let rows = self.row.into_iter().map(|e| (e, Relation::Equal));
        let all: Vec<_> = rows.chain(self.whole).collect();
        let (value, dual) = backend.solve(self.variables, self.objective, all, wanted, until)?;
        Some((value, dual, slacks))
    }
}
