//! Damped Newton steps on the smoothed dual.

use super::cholesky;
use super::evaluate::{Shape, Smooth, smooth};
use crate::base::deadline::Deadline;
use crate::solve::units::Units;

/// When a stage ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop {
    /// Greatest number of evaluations.
    pub evaluations: usize,
    /// A predicted gain below this share of the dual's magnitude ends the stage.
    pub gain: f64,
}

/// Maximises `G_e` from `mu` as long as there is time; returns whether there is no more to gain.
pub(super) fn maximise(
    units: &Units,
    mu: &mut [f64],
    shape: &Shape,
    stop: Stop,
    until: &Deadline,
) -> bool {
    let rows = mu.len();
    let Some(mut now) = smooth(units, mu, shape, until) else {
        return false;
    };
    let mut evaluations = 1;
    let mut ridge = 1e-9;
    let mut trial_mu = vec![0.0; rows];
    while evaluations < stop.evaluations {
        if until.is_over() {
            break;
        }
        let Some(step) = direction(&now, ridge, until) else {
            ridge = (ridge * 100.0_f64).max(1e-12);
            if ridge > 1e6 {
                break;
            }
            continue;
        };
        let slope: f64 = step.iter().zip(&now.gradient).map(|(s, g)| s * g).sum();
        if slope <= 2.0 * stop.gain * now.value.abs().max(1e-300) {
            return true;
        }
        // The soft-min is a good model over a few temperatures; prices farther away are reached in several steps.
        let far = step
            .iter()
            .zip(shape.width)
            .map(|(s, w)| (s / w).abs())
            .fold(0.0, f64::max);
        // A dual without any curvature has no step: one rep who must have nothing, say.
        if !far.is_finite() {
            break;
        }
        let mut length = (40.0 / far).min(1.0).min(shape.room(mu, &step));
        let mut accepted = false;
        for _ in 0..4 {
            for (t, (m, s)) in trial_mu.iter_mut().zip(mu.iter().zip(&step)) {
                *t = m + length * s;
            }
            let Some(trial) = smooth(units, &trial_mu, shape, until) else {
                return false;
            };
            evaluations += 1;
            let gained = trial.value - now.value;
            if gained >= 1e-4 * length * slope - 1e-14 * now.value.abs() {
                mu.copy_from_slice(&trial_mu);
                now = trial;
                accepted = true;
                break;
            }
            length *= 0.25;
        }
        if accepted {
            ridge = (ridge * 0.1).max(1e-12);
        } else {
            ridge *= 1e3;
            if ridge > 1e6 {
                break;
            }
        }
    }
    false
}

/// Solves `(A + ridge diag(A)) step = gradient`.
fn direction(now: &Smooth, ridge: f64, until: &Deadline) -> Option<Vec<f64>> {
    let n = now.gradient.len();
    let mut a = now.curvature.clone();
    let mean = (0..n).map(|i| a[i * n + i]).sum::<f64>() / n as f64;
    for i in 0..n {
        a[i * n + i] += ridge * a[i * n + i] + 1e-12 * mean + 1e-300;
    }
    let mut step = now.gradient.clone();
    cholesky::solve(&mut a, &mut step, until).then_some(step)
}
