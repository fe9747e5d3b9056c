//! What a plan claims of its prices: their bound, rounded against the plan.
//!
//! A sum of `n` floating-point numbers is off by at most `gamma_n sum |terms|`, `gamma_n = n u / (1 - n u)`, `u = 2^-53` (Higham 2002,
//! section 4.2). The check takes that off what it finds; the plan claims a few times less, so that both agree whatever the order of
//! the sums. Prices that run away, as those of a problem without a plan do, would leave nothing: they give way to none at all.

use super::prices::dual_value;
use super::units::Units;
use crate::base::ids::RepIx;
use crate::bound::{Beside, CANCELLED, DISTANCE_KM};
use crate::model::{Model, greatest_load};
use crate::scenario::Cost;
use crate::travel::Travel;

/// How many times the check's own error is left.
pub(super) const TIMES: f64 = 4.0;
/// Prices whose rounding may make so much of the objective, or of what they prove where that is more, are none: less than what the check forgives.
const NOISE: f64 = 2e-7;

/// Prices and the bound that they certify, of a plan with these owners that costs `objective`; less than the bound where it breaks rules.
pub(super) fn certified(
    model: &Model,
    owner: &[RepIx],
    (mu, bound): (&[f64], f64),
    objective: f64,
) -> (Vec<f64>, f64) {
    let (noise, blur) = (rounding(model, mu, objective), blur(model));
    if bound.is_finite() && noise <= NOISE * (objective.max(bound) + blur) {
        return (mu.to_vec(), (bound - noise - TIMES * blur).max(0.0));
    }
    let none = vec![0.0; mu.len()];
    let bound = dual_value(&Units::build_for(model, owner), &none);
    let noise = rounding(model, &none, objective);
    (none, (bound - noise - TIMES * blur).max(0.0))
}

/// What rounding may add to the bound.
pub(super) fn rounding(model: &Model, mu: &[f64], objective: f64) -> f64 {
    let rows = model.k * model.m;
    let mut size = objective.abs();
    let mut steps = 0.0;
    for m in 0..model.m {
        let of_measure = || mu[..rows].iter().skip(m).step_by(model.m);
        let greatest = of_measure().fold(0.0, |most: f64, p| most.max(p.abs()));
        size += 4.0 * greatest * greatest_load(model, m);
        if model.travel_load_of(m).is_some() {
            // The bound was summed with hours that were not rounded.
            steps += greatest * 0.5e-6 * model.n as f64;
        }
        for (j, p) in of_measure().enumerate() {
            let b = model.bounds[j * model.m + m];
            let upper = if b.upper.is_finite() { b.upper } else { 0.0 };
            size += p.abs() * upper.max(b.lower);
            if model.weighs_balance() {
                let most = if b.upper.is_finite() {
                    upper
                } else {
                    greatest_load(model, m)
                };
                let beside = Beside::new(model.deviation_price(m), b.target);
                size += beside.size(*p, b.lower, most.max(b.lower));
            }
        }
    }
    if let (Some(change), Some(nu)) = (&model.change, mu.get(rows)) {
        size += nu * (change.limit + 3.0 * change.amount.iter().sum::<f64>());
    }
    let terms = 4096 + model.n / 1024 + model.groups + rows;
    TIMES * terms as f64 * f64::EPSILON * size + 1.01 * steps
}

/// What the cost of all sites may be off by: distances are not exact, and what is added to them may cancel all of them.
///
/// ```text
/// sum_i w_i max_j(factor_ij, 1) * (1e-10 km * detour + 1e-15 sum |cost_km|)        km, or the minutes they take
/// ```
pub(super) fn blur(model: &Model) -> f64 {
    let (per_km, distance) = match &model.travel {
        Travel::Sphere {
            detour,
            minutes_per_km,
            ..
        } => (*minutes_per_km, DISTANCE_KM * detour),
        Travel::Matrix { minutes_per_km, .. } => (*minutes_per_km, 0.0),
    };
    let per_km = match model.cost {
        Cost::Km => 1.0,
        Cost::Minutes => per_km,
    };
    let Some(prefer) = &model.prefer else {
        return distance * per_km * model.weight.iter().sum::<f64>();
    };
    let weights = model.weight.iter().enumerate();
    let weight: f64 = weights.map(|(i, w)| w * prefer.greatest(i)).sum();
    (distance + CANCELLED * prefer.sum()) * per_km * weight
}
