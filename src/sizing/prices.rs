//! Prices of the sites, and the bound that they prove for every number of reps at once.
//!
//! With a price `pi_i` per site, the assignment rows relaxed,
//!
//! ```text
//! bound(p) = sum_i pi_i + sum of v_j over those that stay + sum of the p least v_j of the others
//! ```
//!
//! is at most what any plan with `p` reps costs (Geoffrion 1974; Beasley 1993). The prices are found by the volume algorithm (Barahona & Anbil 2000):
//! steps along the residual of a running mean of solutions, from the best prices known.

use super::knapsack::{Scratch, fill};
use super::problem::Problem;
use crate::base::deadline::Deadline;
use rayon::prelude::*;

/// Doubles are off by far less; bounds are lowered by this share of all that is summed.
const ROUNDING: f64 = 1e-11;

/// What a price vector proves.
#[derive(Clone, Debug)]
pub struct Values {
    /// `sum_i pi_i`.
    total: f64,
    /// `sum_i |pi_i|`, for the error of the sum.
    weight: f64,
    /// `v_j` per candidate.
    pub value: Vec<f64>,
    /// The candidates that need not be there, least `v_j` first.
    order: Vec<u32>,
    /// `sum` of `v_j` over those that stay.
    staying: f64,
    /// How many stay.
    stay: usize,
    /// What pairs that are not kept cost at least, per load.
    rest: f64,
}

impl Values {
    /// Evaluates all candidates at prices `pi`, none of which is above `beyond`.
    pub fn new(problem: &Problem, pi: &[f64]) -> Values {
        let rest = rest(problem, pi);
        let value: Vec<f64> = (0..problem.m)
            .into_par_iter()
            .map_init(Scratch::default, |scratch, j| {
                fill(problem, j, pi, rest, scratch, |_, _| {}).value
            })
            .collect();
        let mut order: Vec<u32> = problem.others().map(|j| j as u32).collect();
        order.sort_by(|a, b| value[*a as usize].total_cmp(&value[*b as usize]));
        let stays = (0..problem.m).filter(|j| problem.stays[*j]);
        Values {
            total: pi.iter().sum(),
            weight: pi.iter().map(|x| x.abs()).sum(),
            staying: stays.map(|j| value[j]).sum(),
            stay: problem.staying(),
            rest,
            order,
            value,
        }
    }

    /// The least `p - staying` of the others.
    pub fn chosen(&self, p: usize) -> &[u32] {
        &self.order[..p.saturating_sub(self.stay).min(self.order.len())]
    }

    /// The bound on plans with `p` reps, lowered by what the sums may be off.
    pub fn bound(&self, p: usize) -> f64 {
        let chosen = || self.chosen(p).iter().map(|j| self.value[*j as usize]);
        let sum = self.total + self.staying + chosen().sum::<f64>();
        let weight = self.weight + self.staying.abs() + chosen().map(f64::abs).sum::<f64>();
        sum - ROUNDING * weight
    }
}

/// What filling up to a floor with pairs that are not kept costs at least, per load.
fn rest(problem: &Problem, pi: &[f64]) -> f64 {
    let each = (0..problem.n).filter(|i| problem.beyond[*i].is_finite());
    let each = each.map(|i| match problem.load[i] > 0.0 && problem.same_loads {
        true => (problem.beyond[i] - pi[i]).max(0.0) / problem.load[i],
        false => 0.0,
    });
    each.fold(f64::INFINITY, f64::min)
}

/// The best prices known for one number of reps.
#[derive(Clone, Debug)]
pub struct Known {
    /// The bound.
    pub bound: f64,
    /// The prices.
    pub pi: Vec<f64>,
}

/// How long to look for prices.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Steps at most.
    pub steps: usize,
    /// It is enough when the bound is this near to the plan, as a share of it.
    pub gap: f64,
}

/// The share of each candidate and each site in the running mean.
struct Mean {
    open: Vec<f64>,
    covered: Vec<f64>,
}

/// What a climb ends with.
pub struct Climbed {
    /// The best prices and their bound.
    pub known: Known,
    /// How often each candidate was chosen in the running mean, 0 to 1: who is likely to be there.
    pub open: Vec<f64>,
}

/// Looks for prices for plans with `p` reps from `start`, knowing a plan that costs `plan`. `seen` hears of every evaluation.
pub fn climb(
    problem: &Problem,
    p: usize,
    plan: f64,
    start: &[f64],
    effort: Effort,
    until: &Deadline,
    mut seen: impl FnMut(&Values, &[f64]),
) -> Climbed {
    let mut center = start.to_vec();
    let clip = |pi: &mut [f64]| {
        for (x, most) in pi.iter_mut().zip(&problem.beyond) {
            *x = x.min(*most);
        }
    };
    clip(&mut center);
    let mut values = Values::new(problem, &center);
    seen(&values, &center);
    let mut best = values.bound(p);
    let mut mean = solution(problem, &center, &values, p);
    let mut scale = 0.5;
    let (mut green, mut red) = (0, 0);
    let (mut alpha, mut last) = (0.1, best);
    for step in 0..effort.steps {
        if until.is_over() || (plan >= best && plan - best <= effort.gap * plan.abs()) {
            break;
        }
        // What bases cost is a bound of its own, and may be below this one.
        let plan = plan.max(best + AHEAD * best.abs());
        let residual: Vec<f64> = mean.covered.iter().map(|x| 1.0 - x).collect();
        let norm: f64 = residual.iter().map(|x| x * x).sum();
        if norm < 1e-12 {
            break;
        }
        let target = plan + 0.02 * (plan - best);
        let length = scale * (target - best) / norm;
        let mut pi: Vec<f64> = (center.iter().zip(&residual))
            .map(|(x, v)| x + length * v)
            .collect();
        clip(&mut pi);
        values = Values::new(problem, &pi);
        seen(&values, &pi);
        let now = solution(problem, &pi, &values, p);
        let bound = values.bound(p);
        let along: f64 = (now.covered.iter().zip(&residual))
            .map(|(x, v)| (1.0 - x) * v)
            .sum();
        mean.blend(&now, alpha);
        if bound > best {
            best = bound;
            center = pi;
            red = 0;
            green += usize::from(along > 0.0);
            if along > 0.0 && green > 1 {
                (scale, green) = ((1.2f64 * scale).min(2.0), 0);
            }
        } else {
            red += 1;
            if red >= RED {
                (scale, red) = ((0.7 * scale).max(1e-4), 0);
            }
        }
        if step % 50 == 49 {
            if best - last < 0.01 * (plan - best).abs() {
                alpha = f64::max(0.5 * alpha, 1e-3);
            }
            last = best;
        }
    }
    Climbed {
        known: Known {
            bound: best,
            pi: center,
        },
        open: mean.open,
    }
}

/// How far ahead of the bound the target is at least, as a share of it.
const AHEAD: f64 = 2e-3;
/// Steps without a gain until they become shorter.
const RED: usize = 10;

impl Mean {
    fn blend(&mut self, new: &Mean, alpha: f64) {
        let sides = [
            (&mut self.open, &new.open),
            (&mut self.covered, &new.covered),
        ];
        for (old, new) in sides {
            for (x, y) in old.iter_mut().zip(new) {
                *x += alpha * (y - *x);
            }
        }
    }
}

/// What the candidates that are chosen take.
fn solution(problem: &Problem, pi: &[f64], values: &Values, p: usize) -> Mean {
    let mut mean = Mean {
        open: vec![0.0; problem.m],
        covered: vec![0.0; problem.n],
    };
    let mut scratch = Scratch::default();
    let stays = (0..problem.m as u32).filter(|j| problem.stays[*j as usize]);
    for j in values.chosen(p).iter().copied().chain(stays) {
        mean.open[j as usize] = 1.0;
        let covered = &mut mean.covered;
        fill(
            problem,
            j as usize,
            pi,
            values.rest,
            &mut scratch,
            |i, share| {
                covered[i as usize] += share;
            },
        );
    }
    mean
}
