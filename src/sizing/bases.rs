//! A choice of home bases, what it costs, and swaps that make it cheaper.
//!
//! For given bases `S` the plan is a transport problem. Its dual, one price per base,
//!
//! ```text
//! phi(mu) = sum_i min_{j in S} (c_ij + mu_j a_ij) - sum_{j in S} max(mu_j U_j, mu_j L_j) + sum_{j in S} f_j
//! ```
//!
//! is raised one price at a time, each to where the load of its base is within its bounds: `settle`. For other bases at the same prices it is a bound on what a
//! swap leads to, so swaps that cannot pay are never tried (the tables of Resende & Werneck 2007, with prices).

use super::problem::{Pair, Problem};
use rayon::prelude::*;
use std::collections::VecDeque;

/// Loads this near to a bound, as a share of it, are at it.
const NEAR: f64 = 2e-3;
/// Prices change by this share of what a load costs at least.
const LEAST: f64 = 1e-5;

/// The two cheapest bases of a site, prices included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Two {
    pub best: (u32, f64),
    pub second: (u32, f64),
}

/// Nobody.
pub(super) const NOBODY: u32 = u32::MAX;

/// What a try changed, to take it back.
#[derive(Default)]
pub(super) struct Journal {
    sites: Vec<(u32, Two)>,
    prices: Vec<(u32, f64)>,
    closed: Option<u32>,
    opened: Option<u32>,
    /// What the choice cost before.
    value: f64,
}

/// A choice of bases with its prices.
#[derive(Clone)]
pub struct Choice<'a> {
    pub(super) problem: &'a Problem,
    /// Whether a candidate is chosen.
    pub(super) open: Vec<bool>,
    /// `mu_j`.
    price: Vec<f64>,
    pub(super) two: Vec<Two>,
    /// No price is below it, and it is not above 0.
    lowest: f64,
    /// How much prices change at least: less is not worth a step.
    least: f64,
    /// `phi`.
    pub(super) value: f64,
}

impl<'a> Choice<'a> {
    /// The bases `chosen`, and those that stay.
    pub fn new(problem: &'a Problem, chosen: impl IntoIterator<Item = u32>) -> Choice<'a> {
        let mut open = problem.stays.clone();
        for j in chosen {
            open[j as usize] = true;
        }
        let nobody = (NOBODY, f64::INFINITY);
        let two = Two {
            best: nobody,
            second: nobody,
        };
        let mut choice = Choice {
            problem,
            open,
            price: vec![0.0; problem.m],
            two: vec![two; problem.n],
            lowest: 0.0,
            least: least(problem),
            value: 0.0,
        };
        choice.refresh();
        let all: Vec<u32> = choice.chosen();
        let steps = SETTLE * all.len() + 100;
        choice.settle(all, steps, &mut Journal::default());
        choice
    }

    /// The chosen candidates, ascending.
    pub fn chosen(&self) -> Vec<u32> {
        let all = 0..self.problem.m as u32;
        all.filter(|j| self.open[*j as usize]).collect()
    }

    /// How many are chosen.
    pub fn count(&self) -> usize {
        self.open.iter().filter(|o| **o).count()
    }

    /// What the choice costs, about: a bound on the transport problem, near its optimum.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// What each site costs at these prices: prices of the assignment rows.
    pub fn site_prices(&self) -> Vec<f64> {
        let each = self.two.iter().zip(&self.problem.beyond);
        each.map(|(two, most)| two.best.1.min(*most)).collect()
    }

    /// Whether a pair that costs more is worth no look, but for what the lowest price makes of its load.
    fn is_in_order(&self) -> bool {
        self.problem.same_loads || self.lowest == 0.0
    }

    /// Counts all again.
    pub(super) fn refresh(&mut self) {
        let two: Vec<Two> = (0..self.problem.n)
            .into_par_iter()
            .map(|i| self.look(i))
            .collect();
        self.two = two;
        let sites: f64 = self.two.iter().map(|t| t.best.1).sum();
        let bases: f64 = self.chosen().iter().map(|j| self.of_base(*j)).sum();
        self.value = sites + bases;
    }

    /// `f_j - max(mu_j U_j, mu_j L_j)`.
    pub(super) fn of_base(&self, j: u32) -> f64 {
        let (j, mu) = (j as usize, self.price[j as usize]);
        let p = self.problem;
        let paid = match mu.total_cmp(&0.0) {
            std::cmp::Ordering::Greater => mu * p.cap[j],
            _ => mu * p.floor[j],
        };
        p.fixed_cost[j] - paid
    }

    /// The two cheapest bases of a site.
    fn look(&self, i: usize) -> Two {
        let pairs = self.problem.of_site(i);
        // Nobody near: somebody beyond, dearly.
        let dear = match self.problem.beyond[i] {
            b if b.is_finite() => 2.0 * b,
            _ => 1e3 * pairs.last().map_or(1.0, |p| p.cost.max(1.0)),
        };
        let mut two = Two {
            best: (NOBODY, dear),
            second: (NOBODY, dear),
        };
        for Pair { to, cost, load } in pairs {
            if self.is_in_order() && cost + self.lowest * load >= two.second.1 {
                break;
            }
            if !self.open[*to as usize] {
                continue;
            }
            let value = cost + self.price[*to as usize] * load;
            if value < two.best.1 {
                two.second = two.best;
                two.best = (*to, value);
            } else if value < two.second.1 {
                two.second = (*to, value);
            }
        }
        two
    }

    /// Looks at a site again; its change is written down, and whose loads change becomes dirty.
    fn update(&mut self, i: u32, journal: &mut Journal, dirty: &mut Dirty) {
        let old = self.two[i as usize];
        let new = self.look(i as usize);
        journal.sites.push((i, old));
        self.value += new.best.1 - old.best.1;
        self.two[i as usize] = new;
        if old.best.0 != new.best.0 {
            dirty.add(old.best.0);
            dirty.add(new.best.0);
        }
    }

    /// Raises the prices of `first`, and of all whose loads change by it.
    pub(super) fn settle(&mut self, first: Vec<u32>, steps: usize, journal: &mut Journal) {
        let mut dirty = Dirty::new(self.problem.m);
        first.into_iter().for_each(|j| dirty.add(j));
        self.work(&mut dirty, steps, journal);
    }

    fn work(&mut self, dirty: &mut Dirty, steps: usize, journal: &mut Journal) {
        for _ in 0..steps {
            let Some(j) = dirty.next() else {
                break;
            };
            if !self.open[j as usize] {
                continue;
            }
            let Some(price) = self.fitting(j) else {
                continue;
            };
            journal.prices.push((j, self.price[j as usize]));
            self.value -= self.of_base(j);
            self.price[j as usize] = price;
            self.value += self.of_base(j);
            self.update_all(j, journal, dirty);
        }
    }

    /// Looks again at the sites that a change of base `j` touches.
    fn update_all(&mut self, j: u32, journal: &mut Journal, dirty: &mut Dirty) {
        let (open, price) = (self.open[j as usize], self.price[j as usize]);
        self.lowest = self.lowest.min(price);
        for Pair { to, cost, load } in self.problem.of_base(j as usize) {
            let two = &self.two[*to as usize];
            let has = two.best.0 == j || two.second.0 == j;
            if has || (open && cost + price * load < two.second.1) {
                self.update(*to, journal, dirty);
            }
        }
    }

    /// The price at which the load of a base is within its bounds, the others' prices as they are; `None` where it is already.
    fn fitting(&self, j: u32) -> Option<f64> {
        let (floor, cap) = (self.problem.floor[j as usize], self.problem.cap[j as usize]);
        let price = self.price[j as usize];
        let mut load = 0.0;
        let mut limits: Vec<(f64, f64)> = Vec::new();
        for Pair { to, cost, load: a } in self.problem.of_base(j as usize) {
            let two = &self.two[*to as usize];
            let (other, own) = match two.best.0 == j {
                true => (two.second.1, true),
                false => (two.best.1, false),
            };
            if own {
                load += a;
            }
            if *a > 0.0 {
                limits.push(((other - cost) / a, *a));
            }
        }
        let fits = match price.total_cmp(&0.0) {
            std::cmp::Ordering::Greater => (load - cap).abs() <= NEAR * cap,
            std::cmp::Ordering::Less => (load - floor).abs() <= NEAR * floor,
            std::cmp::Ordering::Equal => load <= cap * (1.0 + NEAR) && load >= floor * (1.0 - NEAR),
        };
        if fits {
            return None;
        }
        let at_zero: f64 = (limits.iter().filter(|l| l.0 > 0.0)).map(|l| l.1).sum();
        let room = match at_zero {
            l if l > cap => cap,
            l if l < floor => floor,
            _ => return (price != 0.0).then_some(0.0),
        };
        limits.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let mut sum = 0.0;
        for (limit, a) in &limits {
            sum += a;
            if sum >= room {
                return ((limit - price).abs() > self.least).then_some(*limit);
            }
        }
        None
    }

    /// Opens and closes candidates, and settles around them; returns how to take it back.
    pub(super) fn change(
        &mut self,
        close: Option<u32>,
        open: Option<u32>,
        steps: usize,
    ) -> Journal {
        let mut journal = Journal {
            closed: close,
            opened: open,
            value: self.value,
            ..Journal::default()
        };
        let mut dirty = Dirty::new(self.problem.m);
        if let Some(k) = open {
            journal.prices.push((k, self.price[k as usize]));
            self.price[k as usize] = close.map_or(0.0, |j| self.price[j as usize].max(0.0));
            self.open[k as usize] = true;
            self.value += self.of_base(k);
            dirty.add(k);
        }
        if let Some(j) = close {
            self.value -= self.of_base(j);
            self.open[j as usize] = false;
        }
        for x in close.into_iter().chain(open) {
            self.update_all(x, &mut journal, &mut dirty);
        }
        self.work(&mut dirty, steps, &mut journal);
        journal
    }

    /// Takes a change back.
    pub(super) fn undo(&mut self, journal: Journal) {
        for (i, two) in journal.sites.into_iter().rev() {
            self.two[i as usize] = two;
        }
        for (j, price) in journal.prices.into_iter().rev() {
            self.price[j as usize] = price;
        }
        if let Some(k) = journal.opened {
            self.open[k as usize] = false;
        }
        if let Some(j) = journal.closed {
            self.open[j as usize] = true;
        }
        self.value = journal.value;
    }
}

/// A small share of what a load costs about, `p` bases or so being there.
fn least(problem: &Problem) -> f64 {
    let typical = |i: usize| {
        let row = problem.of_site(i);
        row.get(row.len() / 8).map_or(0.0, |pair| pair.cost)
    };
    let cost: f64 = (0..problem.n).map(typical).sum();
    let load: f64 = problem.load.iter().sum();
    LEAST * cost / load.max(f64::MIN_POSITIVE)
}

/// Steps to settle after a swap, and per base for all of them.
pub(super) const STEPS: usize = 60;
pub(super) const SETTLE: usize = 12;

/// Bases whose prices are to be looked at, first come, first served.
struct Dirty {
    queue: VecDeque<u32>,
    waits: Vec<bool>,
}

impl Dirty {
    fn new(m: usize) -> Dirty {
        Dirty {
            queue: VecDeque::new(),
            waits: vec![false; m],
        }
    }

    fn add(&mut self, j: u32) {
        if j != NOBODY && !std::mem::replace(&mut self.waits[j as usize], true) {
            self.queue.push_back(j);
        }
    }

    fn next(&mut self) -> Option<u32> {
        let j = self.queue.pop_front()?;
        self.waits[j as usize] = false;
        Some(j)
    }
}
