//! What load beside its target costs.

use super::Model;
use crate::base::ids::RepIx;
use crate::scenario::Balance;

impl Model {
    /// Takes the prices of load beside the targets from the measures.
    pub(crate) fn weigh_balance(&mut self, balance: &[Balance]) {
        let prices: Vec<f64> = balance.iter().map(Balance::price).collect();
        let any = prices.iter().any(|p| *p > 0.0);
        self.deviation = if any { prices } else { Vec::new() };
    }

    /// `p_m`, objective units per unit of the measure beside the target; 0: nothing.
    #[must_use]
    pub fn deviation_price(&self, measure: usize) -> f64 {
        self.deviation.get(measure).copied().unwrap_or(0.0)
    }

    /// Whether load beside a target costs anything.
    #[must_use]
    pub fn weighs_balance(&self) -> bool {
        !self.deviation.is_empty()
    }

    /// Per measure, the load of all reps that is beside their targets: `sum_j |y_jm - T_jm|` over the reps who have one.
    #[must_use]
    pub fn beside(&self, owner: &[RepIx]) -> Vec<f64> {
        let mut total = vec![0i128; self.k * self.m];
        for (i, j) in owner.iter().enumerate() {
            for m in 0..self.m {
                total[j.at() * self.m + m] += self.steps(i, *j, m);
            }
        }
        let mut beside = vec![0.0; self.m];
        for (row, y) in total.into_iter().enumerate() {
            let m = row % self.m;
            beside[m] += self.limits.beside(row, m, y);
        }
        beside
    }

    /// The part of the objective that is load beside the targets: `sum_jm p_m |y_jm - T_jm|`.
    #[must_use]
    pub fn balance_cost(&self, owner: &[RepIx]) -> f64 {
        if !self.weighs_balance() {
            return 0.0;
        }
        let beside = self.beside(owner);
        let cost = beside.iter().zip(&self.deviation).map(|(y, p)| y * p);
        cost.sum()
    }
}
