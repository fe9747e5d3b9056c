//! Which reps can matter to a block of points: exact bounds, so that nothing is missed.

use crate::solve::units::{Block, Units};

/// Scratch space for the candidates of a block.
#[derive(Default)]
pub(super) struct Candidates {
    /// Reps that can come within the margin of the best for some point of the block.
    pub reps: Vec<u32>,
}

impl Candidates {
    /// Finds the reps whose value `v_ij = (c_ij + sum_m mu_jm a_ijm) / s_i` can be within `margin` of
    /// the least for *some* point of the block.
    ///
    /// With `d(c, j)` the travel from base `j` to the block's centre and `r` its radius, the triangle
    /// inequality gives for every point, against a reference rep `q` that all points permit:
    ///
    /// ```text
    /// v_ij - v_iq >= w (d(c,j) - d(c,q) - 2 r) + sum_m (mu_jm - mu_qm) a_im / s_i
    /// ```
    ///
    /// whose last sum is bounded by the block's ranges of `a_im / s_i`. Reps with a bound above the
    /// margin are out. (Price and penalty of change, which are never negative, shift all reps but the
    /// owner of today by the same amount; the owner is looked at for each point by itself.)
    pub fn find(&mut self, units: &Units, block: &Block, mu: &[f64], margin: f64) {
        self.reps.clear();
        let open = units.open.get(block.class as usize);
        let permitted = |j: &usize| {
            open.is_none_or(|s| s[*j])
                && f64::from(block.travel[*j]) - block.radius <= units.reach[*j]
        };
        let m = units.m;
        let middle = |j: usize| {
            let own: f64 = (0..m)
                .map(|r| mu[j * m + r] * 0.5 * (block.ratio[r].0 + block.ratio[r].1))
                .sum();
            f64::from(block.travel[j]) * (1.0 + mu[j * m + units.travel_measure] * block.rate.0)
                + own
        };
        let sure = |j: &usize| {
            permitted(j) && f64::from(block.travel[*j]) + block.radius <= units.reach[*j]
        };
        let mut reference: Option<(f64, usize)> = None;
        for j in (0..units.k).filter(sure) {
            let v = middle(j);
            if reference.is_none_or(|(best, _)| v < best) {
                reference = Some((v, j));
            }
        }
        let Some((_, q)) = reference else {
            self.reps
                .extend((0..units.k).filter(permitted).map(|j| j as u32));
            return;
        };
        let travel_q = f64::from(block.travel[q]);
        let load_q = mu[q * m + units.travel_measure];
        let greatest_q = if load_q > 0.0 {
            load_q * block.rate.1 * (travel_q + block.radius)
        } else {
            load_q * block.rate.0 * (travel_q - block.radius).max(0.0)
        };
        for j in (0..units.k).filter(permitted) {
            let x = f64::from(block.travel[j]) - travel_q - 2.0 * block.radius;
            let mut bound = x.min(x * block.least_weight);
            for r in 0..m {
                let d = mu[j * m + r] - mu[q * m + r];
                bound += (d * block.ratio[r].0).min(d * block.ratio[r].1);
            }
            if block.rate.1 > 0.0 {
                let load = mu[j * m + units.travel_measure];
                let travel = f64::from(block.travel[j]);
                let least = if load > 0.0 {
                    load * block.rate.0 * (travel - block.radius).max(0.0)
                } else {
                    load * block.rate.1 * (travel + block.radius)
                };
                bound += least - greatest_q;
            }
            if bound <= margin {
                self.reps.push(j as u32);
            }
        }
    }
}
