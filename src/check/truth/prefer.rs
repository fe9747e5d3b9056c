//! What `[[prefer]]` makes of travel, by its definition:
//!
//! ```text
//! max(0, t + sum cost_km) * prod (1 + cost_share)        over the entries that hold for customer and rep
//! ```

use super::Truth;
use crate::base::ids::RepIx;
use crate::input::{Fit, Worth};
use crate::scenario::Cost;

impl Truth<'_> {
    /// Travel as it counts in the cost of a pair.
    pub fn fitted(&self, i: usize, j: RepIx) -> Option<f64> {
        let way = self.travel(i, j)?;
        let Some(fit) = &self.fit else {
            return Some(way);
        };
        let travel = &self.inputs.scenario.travel;
        let (mut more, mut times) = (0.0, 1.0);
        for (_, Worth { km, times: factor }) in fit.holding(i, j) {
            more += match travel.cost {
                Cost::Km => km,
                Cost::Minutes => self.minutes_per_km * km,
            };
            times *= factor;
        }
        Some(f64::max(way + more, 0.0) * times)
    }

    /// Whether an entry holds for a customer and some rep: its costs are no matter of distance alone then.
    pub fn is_fitted(&self, i: usize) -> bool {
        (self.fit.as_ref()).is_some_and(|fit| self.held[fit.class[i] as usize])
    }

    /// `sum_i w_i`, each times the greatest product of shares of the customer over the reps, 1 at least.
    pub(super) fn greatest_weight(&self) -> f64 {
        let Some(fit) = &self.fit else {
            return self.weight.iter().sum();
        };
        let of_class = |class: usize| {
            let shares = |j: u32| fit.of(class, RepIx(j)).map(|(_, worth)| worth.times);
            let factor = |j: u32| shares(j).product::<f64>();
            (0..self.k as u32).map(factor).fold(1.0, f64::max)
        };
        let factor: Vec<f64> = (0..fit.classes()).map(of_class).collect();
        let all = self.weight.iter().zip(&fit.class);
        all.map(|(w, class)| w * factor[*class as usize]).sum()
    }

    /// All kilometres that any entry adds, without signs.
    pub(super) fn added_km(&self) -> f64 {
        self.fit.as_ref().map_or(0.0, Fit::most_km)
    }
}

/// Per class of a fit whether any entry holds for any of `k` reps.
pub(super) fn held(fit: Option<&Fit>, k: usize) -> Vec<bool> {
    let some = |fit: &Fit, class| (0..k as u32).any(|j| fit.of(class, RepIx(j)).next().is_some());
    fit.map_or_else(Vec::new, |fit| {
        (0..fit.classes()).map(|c| some(fit, c)).collect()
    })
}
