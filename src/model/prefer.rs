//! What `[[prefer]]` makes of the travel of a pair.

use crate::base::ids::RepIx;
use crate::input::{Fit, Inputs};
use crate::scenario::Cost;

/// Of every pair what is added to its travel, and what the sum is multiplied by; the same for all sites of a class.
///
/// ```text
/// fitted(t) = max(0, t + add_cj) * factor_cj        c the class of the site
/// add_cj    = sum of km (as minutes where these are minimised),   factor_cj = prod of (1 + share)
/// ```
///
/// over the entries that hold. `factor > 0`, so that it never falls as `t` grows.
#[derive(Clone, Debug)]
pub(crate) struct Preferences {
    fit: Fit,
    k: usize,
    /// Class-major.
    add: Vec<f64>,
    factor: Vec<f64>,
    /// Whether anything is added or multiplied for any rep.
    touched: Vec<bool>,
    /// The greatest factor of each class, 1 at least.
    greatest: Vec<f64>,
    /// All that is ever added, without signs.
    sum: f64,
}

impl Preferences {
    pub fn new(inputs: &Inputs) -> Option<Preferences> {
        let fit = inputs.fit()?;
        let s = &inputs.scenario;
        let per_km = match s.travel.cost {
            Cost::Km => 1.0,
            Cost::Minutes => 60.0 / s.travel.speed_kmh,
        };
        let k = inputs.reps.len();
        let pairs = fit.classes() * k;
        let (mut add, mut factor) = (vec![0.0; pairs], vec![1.0; pairs]);
        for class in 0..fit.classes() {
            for j in 0..k {
                let at = class * k + j;
                for (_, worth) in fit.of(class, RepIx(j as u32)) {
                    add[at] += per_km * worth.km;
                    factor[at] *= worth.times;
                }
            }
        }
        let changed = |at: usize| add[at] != 0.0 || factor[at] != 1.0;
        let pairs_of = |class: usize| class * k..(class + 1) * k;
        Some(Preferences {
            touched: (0..fit.classes())
                .map(|class| pairs_of(class).any(changed))
                .collect(),
            greatest: (0..fit.classes())
                .map(|class| factor[pairs_of(class)].iter().copied().fold(1.0, f64::max))
                .collect(),
            sum: fit.most_km(),
            fit,
            k,
            add,
            factor,
        })
    }

    /// Whether site `i` has a pair whose cost is not its travel alone.
    pub fn touches(&self, i: usize) -> bool {
        self.touched[self.fit.class[i] as usize]
    }

    /// What travel of `t` counts as.
    pub fn fitted(&self, i: usize, j: RepIx, t: f64) -> f64 {
        let at = self.fit.class[i] as usize * self.k + j.at();
        (t + self.add[at]).max(0.0) * self.factor[at]
    }

    /// How many times an error of the travel to site `i` counts, at most.
    pub fn greatest(&self, i: usize) -> f64 {
        self.greatest[self.fit.class[i] as usize]
    }

    /// Which entries hold for whom.
    pub fn fit(&self) -> &Fit {
        &self.fit
    }

    /// All kilometres that are ever added, without signs.
    pub fn sum(&self) -> f64 {
        self.sum
    }
}
