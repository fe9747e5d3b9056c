//! The dual of the relaxed problem by the volume algorithm (Barahona & Anbil 2000): subgradient steps along an average of
//! the sets seen, which is at the same time an estimate of the fractional optimum.

use super::relaxed::{Relaxed, Worker};

/// Steps without a better bound after which they shrink.
const PATIENCE: u32 = 12;

/// The state of the ascent.
#[derive(Clone, Debug)]
pub(super) struct Volume {
    /// Best prices, and `L` there.
    pub pi: Vec<f64>,
    pub bound: f64,
    /// Share of each option, in the order of the items' options: the average of the sets.
    pub share: Vec<f64>,
    /// Step length as a share of what the gap allows.
    theta: f64,
    /// Greatest weight of a new point in the average.
    most: f64,
    failures: u32,
    check: f64,
    steps: u32,
}

impl Volume {
    /// Starts at `pi`.
    pub fn new(relaxed: &Relaxed, workers: &mut [Worker], pi: Vec<f64>) -> Volume {
        let bound = relaxed.evaluate(workers, &pi);
        Volume {
            pi,
            bound,
            share: relaxed.sets(workers),
            theta: 0.05,
            most: 0.1,
            failures: 0,
            check: bound,
            steps: 0,
        }
    }

    /// One step towards `upper`; returns whether the bound rose. The sets of the new point stay with the workers.
    pub fn step(&mut self, relaxed: &Relaxed, workers: &mut [Worker], upper: f64) -> bool {
        let v = residual(relaxed, &self.share);
        let vv: f64 = v.iter().map(|x| x * x).sum();
        if vv <= 1e-18 {
            return false;
        }
        let t = self.theta * (upper - self.bound).max(1e-9 * upper.abs()) / vv;
        let pi: Vec<f64> = self.pi.iter().zip(&v).map(|(p, x)| p + t * x).collect();
        let bound = relaxed.evaluate(workers, &pi);
        if !bound.is_finite() {
            self.bound = bound;
            return true;
        }
        let now = relaxed.sets(workers);
        let g = residual(relaxed, &now);
        // The mix of the average and the new point with the least residual.
        let gg: f64 = g.iter().map(|x| x * x).sum();
        let gv: f64 = g.iter().zip(&v).map(|(a, b)| a * b).sum();
        let denominator = gg - 2.0 * gv + vv;
        let mix = if denominator > 1e-12 {
            (vv - gv) / denominator
        } else {
            self.most
        };
        let mix = mix.clamp(0.1 * self.most, self.most);
        for (a, b) in self.share.iter_mut().zip(&now) {
            *a += mix * (b - *a);
        }
        self.steps += 1;
        if self.steps.is_multiple_of(100) {
            if self.bound - self.check < 0.01 * self.check.abs() {
                self.most = (0.5 * self.most).max(1e-3);
            }
            self.check = self.bound;
        }
        if bound > self.bound {
            (self.bound, self.pi) = (bound, pi);
            self.failures = 0;
            if gv > 0.0 {
                self.theta = (1.1 * self.theta).min(1.0);
            }
            return true;
        }
        self.failures += 1;
        if self.failures >= PATIENCE {
            self.theta = (0.7 * self.theta).max(1e-4);
            self.failures = 0;
        }
        false
    }
}

/// What the shares of each item lack to 1.
fn residual(relaxed: &Relaxed, share: &[f64]) -> Vec<f64> {
    (0..relaxed.items)
        .map(|i| 1.0 - share[relaxed.options(i)].iter().sum::<f64>())
        .collect()
}
