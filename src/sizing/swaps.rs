//! Swaps of home bases that make a choice cheaper, judged at its prices before they are tried.

use super::bases::{Choice, Journal, NOBODY, SETTLE, STEPS};
use super::problem::Pair;
use crate::base::deadline::Deadline;
use rayon::prelude::*;

/// A swap has to save this share of the cost.
const GAIN: f64 = 1e-6;

/// A swap, and what it saves at most.
#[derive(Clone, Copy, Debug)]
struct Swap {
    estimate: f64,
    close: u32,
    open: u32,
}

impl Choice<'_> {
    /// One more, where it saves most.
    pub fn open_best(&mut self) -> bool {
        let gains = (0..self.problem.m as u32).into_par_iter();
        let gains = gains.filter(|k| !self.open[*k as usize]);
        let best = gains
            .map(|k| (self.gain(k).0, k))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let Some((_, k)) = best else {
            return false;
        };
        self.change(None, Some(k), STEPS);
        true
    }

    /// One fewer, whose going costs least.
    pub fn close_best(&mut self) -> bool {
        let loss = self.losses();
        let free = self.chosen().into_iter();
        let free = free.filter(|j| !self.problem.stays[*j as usize]);
        let best = free.min_by(|a, b| loss[*a as usize].total_cmp(&loss[*b as usize]));
        let Some(j) = best else {
            return false;
        };
        self.change(Some(j), None, STEPS);
        true
    }

    /// What opening candidate `k` saves at most at these prices, and the price at which it is full.
    fn gain(&self, k: u32) -> (f64, f64) {
        let (mut items, mut load, mut gain) = (Vec::new(), 0.0, 0.0);
        let cap = self.problem.cap[k as usize];
        for Pair { to, cost, load: a } in self.problem.of_base(k as usize) {
            let saved = self.two[*to as usize].best.1 - cost;
            if saved > 0.0 {
                gain += saved;
                load += a;
                items.push((saved, *a));
            }
        }
        let fixed = self.problem.fixed_cost[k as usize];
        if load <= cap {
            return (gain - fixed, 0.0);
        }
        items.retain(|(_, a)| *a > 0.0);
        items.sort_unstable_by(|x, y| (y.0 / y.1).total_cmp(&(x.0 / x.1)));
        let mut left = cap;
        let mut price = 0.0;
        for (saved, a) in &items {
            price = saved / a;
            left -= a;
            if left <= 0.0 {
                break;
            }
        }
        let over = |(saved, a): &(f64, f64)| (saved - price * a).max(0.0);
        let gain = items.iter().map(over).sum::<f64>() + price * cap;
        (gain - fixed, price)
    }

    /// What closing each chosen candidate costs at these prices, at least.
    fn losses(&self) -> Vec<f64> {
        let mut loss = vec![0.0; self.problem.m];
        for two in &self.two {
            if two.best.0 != NOBODY {
                loss[two.best.0 as usize] += two.second.1 - two.best.1;
            }
        }
        for j in self.chosen() {
            loss[j as usize] -= self.of_base(j);
        }
        loss
    }

    /// The swaps that may save something, the most promising first.
    fn swaps(&self, per_open: usize, least: f64) -> Vec<Swap> {
        let loss = self.losses();
        let free = |j: &u32| !self.problem.stays[*j as usize];
        let mut cheap: Vec<u32> = self.chosen().into_iter().filter(free).collect();
        cheap.sort_by(|a, b| loss[*a as usize].total_cmp(&loss[*b as usize]));
        cheap.truncate(2);
        let mut swaps: Vec<Swap> = (0..self.problem.m as u32)
            .into_par_iter()
            .filter(|k| !self.open[*k as usize])
            .flat_map_iter(|k| {
                let mut of = self.swaps_of(k, &loss, &cheap);
                of.retain(|s| s.estimate < least);
                of.sort_by(|a, b| a.estimate.total_cmp(&b.estimate));
                of.truncate(per_open);
                of
            })
            .collect();
        swaps.sort_by(|a, b| {
            let order = a.estimate.total_cmp(&b.estimate);
            order.then((a.open, a.close).cmp(&(b.open, b.close)))
        });
        swaps
    }

    /// Other choices, one swap away, the most promising first.
    pub fn others(&self, count: usize) -> Vec<Vec<u32>> {
        let swaps = self.swaps(3, f64::INFINITY).into_iter().take(count);
        let swapped = swaps.map(|swap| {
            let mut chosen = self.chosen();
            chosen.retain(|j| *j != swap.close);
            chosen.push(swap.open);
            chosen.sort_unstable();
            chosen
        });
        swapped.collect()
    }

    /// The swaps that open `k`.
    fn swaps_of(&self, k: u32, loss: &[f64], cheap: &[u32]) -> Vec<Swap> {
        let (gain, price) = self.gain(k);
        let mut near: Vec<(u32, f64)> = Vec::new();
        for Pair { to, cost, load } in self.problem.of_base(k as usize) {
            let two = &self.two[*to as usize];
            let value = cost + price * load;
            let corrected = value.min(two.second.1) - two.second.1 + (two.best.1 - value).max(0.0);
            let j = two.best.0;
            if corrected == 0.0 || j == NOBODY || self.problem.stays[j as usize] {
                continue;
            }
            match near.iter_mut().find(|(other, _)| *other == j) {
                Some((_, sum)) => *sum += corrected,
                None => near.push((j, corrected)),
            }
        }
        let far = cheap.iter().filter(|j| near.iter().all(|(o, _)| o != *j));
        let far: Vec<(u32, f64)> = far.map(|j| (*j, 0.0)).collect();
        near.extend(far);
        let swap = |(j, corrected): (u32, f64)| Swap {
            estimate: loss[j as usize] - gain + corrected,
            close: j,
            open: k,
        };
        near.into_iter().map(swap).collect()
    }

    /// Swaps until none saves anything, or `tries` were in vain one after the other.
    pub fn improve(&mut self, tries: usize, until: &Deadline) {
        loop {
            let before = self.value;
            let swaps = self.swaps(3, -GAIN * before.abs());
            let mut vain = 0;
            for swap in swaps {
                if vain >= tries || until.is_over() {
                    break;
                }
                if !self.open[swap.close as usize] || self.open[swap.open as usize] {
                    continue;
                }
                let value = self.value;
                let journal = self.change(Some(swap.close), Some(swap.open), STEPS);
                if self.value < value - GAIN * value.abs() {
                    vain = 0;
                } else {
                    self.undo(journal);
                    vain += 1;
                }
            }
            let all = self.chosen();
            let steps = SETTLE * all.len();
            self.settle(all, steps, &mut Journal::default());
            self.refresh();
            if self.value >= before - GAIN * before.abs() || until.is_over() {
                break;
            }
        }
    }
}
