//! The two-sided knapsack of one rep on whole numbers, from below.
//!
//! ```text
//! z = min  sum_i w_i x_i      L <= sum_i a_i x_i <= U,      x binary
//! ```
//!
//! With the price `mu` of the row and `q_i = w_i + mu a_i`, every set `S` within the bounds costs
//!
//! ```text
//! sum_i min(q_i, 0) - max(mu U, mu L)  +  sum_{i not as in the relaxation} |q_i|  +  |mu| (distance of a(S) from the bound that mu presses on)
//! ```
//!
//! where the relaxation takes what has `q_i < 0`, and with what load beside the target costs (see [`Beside`](super::Beside)) `max(mu U, mu L)` is
//! `phi*(mu)` and the last term is `phi*(mu) + phi(a(S)) - mu a(S)`. A dynamic programme goes over the deviations from it, the cheapest first; its
//! states are exact totals with the least cost of getting there. What costs a limit or more is left out: then the limit is what is proven.
//! Costs are sums of `|q_i|` and nothing else, so that their rounding is that of a plain sum.

use super::beside::Beside;
use crate::base::decimal::Grid;

/// States that are kept at most.
const MOST: usize = 20_000;

/// The units of a rep.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bin {
    pub unit: Vec<u32>,
    /// `w`, `mu a` and `a`.
    cost: Vec<f64>,
    load: Vec<f64>,
    steps: Vec<i128>,
    /// Whether it must be in.
    fixed: Vec<bool>,
    least: i128,
    most: i128,
    /// What the numbers add up to, without their signs.
    pub size: f64,
}

/// What the price of a row makes of totals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Press {
    /// `phi*(mu)`.
    term: f64,
    /// What `mu` makes of a step.
    step: f64,
    /// `mu`, the size of a step, and what load beside the target costs, if it does.
    beside: Option<(f64, Grid, Beside)>,
}

impl Press {
    /// At a price `mu` whose term is `term`, over the bounds of a row.
    pub fn new(term: f64, mu: f64, grid: Grid, deviation: Beside) -> Press {
        Press {
            term,
            step: mu * grid.value(1),
            beside: deviation.counts().then_some((mu, grid, deviation)),
        }
    }
}

/// A total that can be reached.
#[derive(Clone, Copy)]
struct State {
    total: i128,
    cost: f64,
    /// Its last deviation, in the trail.
    last: u32,
}

const NONE: u32 = u32::MAX;

/// A member that may deviate.
struct Deviation {
    cost: f64,
    by: i128,
    member: usize,
}

impl Bin {
    pub fn new(least: i128, most: i128) -> Bin {
        Bin {
            least,
            most,
            ..Bin::default()
        }
    }

    pub fn push(&mut self, unit: usize, cost: f64, load: f64, steps: i128, fixed: bool) {
        self.unit.push(unit as u32);
        self.cost.push(cost);
        self.load.push(load);
        self.steps.push(steps);
        self.fixed.push(fixed);
    }

    pub fn len(&self) -> usize {
        self.unit.len()
    }

    /// A lower bound on `z` at a price of the row; and the members of the best set, or of the relaxation where none was found.
    pub fn least(&self, press: &Press) -> (f64, Vec<bool>) {
        let q: Vec<f64> = self
            .cost
            .iter()
            .zip(&self.load)
            .map(|(w, l)| w + l)
            .collect();
        let mut set: Vec<bool> = (q.iter().zip(&self.fixed))
            .map(|(q, f)| *f || *q < 0.0)
            .collect();
        let inside = |v: &[f64]| -> f64 {
            set.iter()
                .zip(v)
                .map(|(s, x)| if *s { *x } else { 0.0 })
                .sum()
        };
        let floor = inside(&q) - press.term;
        let total: i128 = (set.iter().zip(&self.steps))
            .map(|(s, a)| if *s { *a } else { 0 })
            .sum();
        let mut deviations: Vec<Deviation> = (0..q.len())
            .filter(|i| !self.fixed[*i])
            .map(|i| Deviation {
                cost: q[i].abs(),
                by: if set[i] {
                    -self.steps[i]
                } else {
                    self.steps[i]
                },
                member: i,
            })
            .collect();
        deviations.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.member.cmp(&b.member)));
        let everything: f64 = deviations.iter().map(|d| d.cost).sum();
        let typical = deviations.get(6).map_or(everything, |d| d.cost);
        let mut limit = typical;
        let mut proven = 0.0;
        loop {
            let (found, whole) = self.sweep(total, &deviations, limit, press);
            let (cost, flipped) = match found {
                Some((cost, flipped)) if cost <= limit || whole && limit >= everything => {
                    (cost, flipped)
                }
                // Beyond the limit nothing is known.
                _ if whole && limit < everything => {
                    proven = limit;
                    limit = (3.0 * limit).max(1e-6 * everything);
                    continue;
                }
                _ => return (floor + proven, set),
            };
            flipped.into_iter().for_each(|i| set[i] = !set[i]);
            return (floor + cost, set);
        }
    }

    /// The least cost above the relaxation of a total within the bounds, over what costs at most `limit`, and the deviations that make it;
    /// whether nothing was given up.
    fn sweep(
        &self,
        total: i128,
        deviations: &[Deviation],
        limit: f64,
        press: &Press,
    ) -> (Option<(f64, Vec<usize>)>, bool) {
        let mut up: i128 = deviations.iter().map(|d| d.by.max(0)).sum();
        let mut down: i128 = deviations.iter().map(|d| d.by.min(0)).sum();
        let mut trail: Vec<(u32, u32)> = Vec::new();
        let mut states = vec![State {
            total,
            cost: 0.0,
            last: NONE,
        }];
        for (t, d) in deviations.iter().enumerate() {
            // All that follow cost more.
            if d.cost > limit {
                break;
            }
            up -= d.by.max(0);
            down -= d.by.min(0);
            let keep = |s: &State| {
                s.cost <= limit && s.total + up >= self.least && s.total + down <= self.most
            };
            let mut next: Vec<State> = Vec::with_capacity(2 * states.len());
            let moved = |s: &State| State {
                total: s.total + d.by,
                cost: s.cost + d.cost,
                last: s.last,
            };
            let (mut x, mut y) = (0, 0);
            while x < states.len() || y < states.len() {
                let old = y == states.len()
                    || x < states.len() && states[x].total <= states[y].total + d.by;
                let mut s = if old { states[x] } else { moved(&states[y]) };
                x += usize::from(old);
                y += usize::from(!old);
                if !keep(&s) {
                    continue;
                }
                if let Some(p) = next.last().filter(|p| p.total == s.total) {
                    if p.cost <= s.cost {
                        continue;
                    }
                    next.pop();
                }
                if !old {
                    trail.push((s.last, t as u32));
                    s.last = trail.len() as u32 - 1;
                }
                next.push(s);
            }
            states = next;
            if states.len() > MOST {
                return (None, false);
            }
        }
        let within = states
            .iter()
            .filter(|s| (self.least..=self.most).contains(&s.total));
        let unused = |s: &State| self.unused(s.total, press);
        let best = within.min_by(|a, b| (a.cost + unused(a)).total_cmp(&(b.cost + unused(b))));
        let found = best.map(|s| (s.cost + unused(s), members(deviations, &trail, s.last)));
        (found, true)
    }

    /// What a total costs more than the one that the price presses on: `max(mu U, mu L) - mu a`, or `phi*(mu) + phi(a) - mu a`.
    fn unused(&self, total: i128, press: &Press) -> f64 {
        if let Some((mu, grid, deviation)) = press.beside {
            let y = grid.value(total);
            return (press.term + deviation.cost(y) - mu * y).max(0.0);
        }
        let step = press.step;
        if step > 0.0 {
            step * (self.most - total) as f64
        } else {
            -step * (total - self.least) as f64
        }
    }
}

/// Who deviates: back along the trail from the last deviation.
fn members(deviations: &[Deviation], trail: &[(u32, u32)], last: u32) -> Vec<usize> {
    let (mut at, mut members) = (last, Vec::new());
    while at != NONE {
        let (before, d) = trail[at as usize];
        members.push(deviations[d as usize].member);
        at = before;
    }
    members
}
