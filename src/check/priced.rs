//! What pairs cost with the prices of a certificate on top.

use super::truth::{Nearest, Truth};
use crate::base::ids::RepIx;
use crate::plan::Prices;
use crate::scenario::Cost;

/// What the hours of a pair are rounded by, at most.
pub(super) const HALF_STEP: f64 = 0.5e-6;

/// Pairs with their prices.
pub(super) struct Priced<'t, 'a> {
    truth: &'t Truth<'a>,
    prices: &'t Prices,
    /// Least price of each measure over the reps.
    least: Vec<f64>,
    /// Greatest absolute price of each measure.
    pub greatest: Vec<f64>,
}

impl<'t, 'a> Priced<'t, 'a> {
    pub fn new(truth: &'t Truth<'a>, prices: &'t Prices) -> Priced<'t, 'a> {
        let of = |m: usize| prices.rep_measure.iter().skip(m).step_by(truth.m);
        Priced {
            truth,
            prices,
            least: (0..truth.m)
                .map(|m| of(m).copied().fold(f64::INFINITY, f64::min))
                .collect(),
            greatest: (0..truth.m)
                .map(|m| of(m).map(|p| p.abs()).fold(0.0, f64::max))
                .collect(),
        }
    }

    /// `c_ij + sum_m mu_jm a_ijm + nu b_ij`.
    fn value(&self, i: usize, j: RepIx) -> f64 {
        let t = self.truth;
        let mut value = t.weight[i] * t.fitted(i, j).unwrap_or(0.0);
        for m in 0..t.m {
            value += self.prices.rep_measure[j.at() * t.m + m] * t.activity(i, j, m);
        }
        value + (self.prices.change + t.penalty()) * t.moved(i, j)
    }

    /// At most [`Priced::value`] but for rounding, from the least km: most reps are ruled out without their distance.
    fn floor(&self, i: usize, j: RepIx, per_km: f64) -> f64 {
        let t = self.truth;
        let mut slope = t.weight[i] * per_km;
        let mut rest = self.prices.change * t.moved(i, j);
        for m in 0..t.m {
            let price = self.prices.rep_measure[j.at() * t.m + m];
            rest += price * t.measure[m].get(i).copied().unwrap_or(0.0);
            if let Some((at, hours)) = &t.travel_load
                && *at == m
            {
                slope += price * hours[i] * t.minutes_per_km;
                rest -= price.abs() * HALF_STEP;
            }
        }
        if slope < 0.0 {
            return f64::NEG_INFINITY;
        }
        slope * t.least_km(i, j) + rest
    }

    /// The least value of a customer over the permitted reps.
    pub fn least(&self, nearest: &Nearest<'_, '_>, i: usize, owner: RepIx) -> f64 {
        let mut best = f64::INFINITY;
        self.visit(nearest, i, owner, 0.0, &mut |_, value| {
            best = best.min(value);
        });
        best
    }

    /// Permitted reps of a customer and their values: all that are within `excess` of the least one, and maybe more.
    pub fn within(
        &self,
        nearest: &Nearest<'_, '_>,
        i: usize,
        owner: RepIx,
        excess: f64,
    ) -> Vec<(RepIx, f64)> {
        let mut all = Vec::new();
        self.visit(nearest, i, owner, excess, &mut |j, value| {
            all.push((j, value));
        });
        all
    }

    /// Tells the permitted reps of a customer and their values, nearest first, as far as one can be within `excess` of the least.
    fn visit(
        &self,
        nearest: &Nearest<'_, '_>,
        i: usize,
        owner: RepIx,
        excess: f64,
        tell: &mut dyn FnMut(RepIx, f64),
    ) {
        let t = self.truth;
        if let Some(lock) = t.lock(i) {
            return tell(lock, self.value(i, lock));
        }
        if t.is_fitted(i) {
            return self.visit_all(i, owner, tell);
        }
        // Whatever the rep, a km costs at least `slope`, and the rest at least `rest`.
        let per_km = match t.inputs.scenario.travel.cost {
            Cost::Km => 1.0,
            Cost::Minutes => t.minutes_per_km,
        };
        let mut slope = t.weight[i] * per_km;
        let mut rest = 0.0;
        for m in 0..t.m {
            rest += self.least[m] * t.measure[m].get(i).copied().unwrap_or(0.0);
        }
        if let Some((m, hours)) = &t.travel_load {
            slope += self.least[*m] * hours[i] * t.minutes_per_km;
            rest -= self.greatest[*m] * HALF_STEP;
        }
        let mut best = f64::INFINITY;
        nearest.visit(i, |j, km| {
            if slope >= 0.0 && km.is_finite() && slope * km + rest >= best + excess {
                return false;
            }
            if self.floor(i, j, per_km) >= best + excess {
                return true;
            }
            let value = self.value(i, j);
            if value < best + excess && t.forbidden(i, j).is_none() {
                best = best.min(value);
                tell(j, value);
            }
            true
        });
        if best.is_infinite() {
            tell(owner, self.value(i, owner));
        }
    }

    /// Tells all permitted reps of a customer whose costs no distance bounds.
    fn visit_all(&self, i: usize, owner: RepIx, tell: &mut dyn FnMut(RepIx, f64)) {
        let reps = (0..self.truth.k as u32).map(RepIx);
        let mut open = reps
            .filter(|j| self.truth.forbidden(i, *j).is_none())
            .peekable();
        if open.peek().is_none() {
            return tell(owner, self.value(i, owner));
        }
        open.for_each(|j| tell(j, self.value(i, j)));
    }

    /// The reps that all members of a group permit, and their values; without one, the group counts with its owners.
    pub fn of_group(&self, members: &[usize], owner: &[RepIx]) -> Vec<(RepIx, f64)> {
        let open = |j: &RepIx| {
            let forbidden = |i: &usize| self.truth.forbidden(*i, *j).is_some();
            !members.iter().any(forbidden)
        };
        let together = |j: RepIx| members.iter().map(|i| self.value(*i, j)).sum::<f64>();
        let reps = (0..self.truth.k as u32).map(RepIx).filter(open);
        let all: Vec<(RepIx, f64)> = reps.map(|j| (j, together(j))).collect();
        match members.first() {
            Some(first) if all.is_empty() => {
                let value = members.iter().map(|i| self.value(*i, owner[*i])).sum();
                vec![(owner[*first], value)]
            }
            _ => all,
        }
    }

    /// The least value of a group.
    pub fn least_of_group(&self, members: &[usize], owner: &[RepIx]) -> f64 {
        if members.is_empty() {
            return 0.0;
        }
        let all = self.of_group(members, owner);
        all.iter().map(|v| v.1).fold(f64::INFINITY, f64::min)
    }
}
