//! Where another rep would save most.

use super::pairs::Site;
use super::{Advice, AdviceKind, Adviser};
use crate::base::sphere::chord_to_km;
use crate::base::words::{figure, percent_at_most};
use crate::model::Model;
use crate::scenario::Cost;
use crate::travel::Travel;
use rayon::prelude::*;

/// Places that are tried for another rep.
const CANDIDATES: usize = 200;

/// Places that are told.
const PLACES: usize = 3;

impl Adviser<'_> {
    /// Where another rep would save most.
    pub(super) fn new_rep(&self, sample: &[Site]) -> Vec<Advice> {
        let (model, customers) = (self.model, &self.inputs.customers);
        let Travel::Sphere { site, .. } = &model.travel else {
            // Nobody knows the way from a place that the matrix does not have.
            return Vec::new();
        };
        let uppers: Vec<f64> = (0..model.k)
            .map(|j| model.bounds[j * model.m].upper)
            .filter(|u| u.is_finite())
            .collect();
        if uppers.is_empty() {
            return Vec::new();
        }
        let room = uppers.iter().sum::<f64>() / uppers.len() as f64;
        let stride = sample.len().div_ceil(CANDIDATES).max(1);
        let vector = |i: usize| [site[0][i], site[1][i], site[2][i]];
        let mut found: Vec<(f64, usize)> = sample
            .par_iter()
            .step_by(stride)
            .filter_map(|s| Some((self.saving(sample, vector(s.at), room)?, s.at)))
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        // Neighbours of a good place are good places: tell of others.
        let apart = mean_nearest(model);
        let mut told: Vec<(f64, usize)> = Vec::new();
        for (saves, i) in found {
            let near = |t: &(f64, usize)| km(vector(t.1), vector(i)) < apart;
            if !told.iter().any(near) {
                told.push((saves, i));
            }
            if told.len() == PLACES {
                break;
            }
        }
        told.into_iter()
            .map(|(saves, i)| Advice {
                kind: AdviceKind::NewRep,
                rep: None,
                of: self.inputs.scenario.balance[0].measure.clone(),
                saves,
                unit: self.unit.clone(),
                step: None,
                place: Some([customers.lon[i], customers.lat[i]]),
                at: Some(customers.ids.get(i).to_owned()),
                text: format!(
                    "another rep at the place of {} ({:.3}, {:.3}), with room for {} {}, could save {} {} {} ({})",
                    customers.ids.get(i),
                    customers.lon[i],
                    customers.lat[i],
                    figure(room),
                    self.inputs.scenario.balance[0].measure,
                    self.at_most(sample),
                    figure(saves),
                    self.unit,
                    percent_at_most(saves / self.plan.objective, 1)
                ),
            })
            .collect()
    }

    /// What a plan with a rep there saves by `S(p)`; `None` where that is nothing worth telling.
    fn saving(&self, sample: &[Site], p: [f64; 3], room: f64) -> Option<f64> {
        let model = self.model;
        let Travel::Sphere {
            site,
            detour,
            minutes_per_km,
            ..
        } = &model.travel
        else {
            return None;
        };
        let bare = |i: usize| {
            let c = &self.inputs.customers;
            let set = c
                .requires
                .get(i)
                .and_then(|s| c.skill_sets.get(*s as usize));
            !self.inputs.scenario.rules.skills || set.is_none_or(Vec::is_empty)
        };
        let mut gains: Vec<(f64, f64)> = Vec::new();
        let mut cheapest = 0.0;
        for s in sample {
            let i = s.at;
            cheapest += s.cost;
            if model.lock(i).is_some() || !bare(i) {
                continue;
            }
            let way = detour * km([site[0][i], site[1][i], site[2][i]], p);
            let minutes = way * minutes_per_km;
            let travel = if model.cost == Cost::Km { way } else { minutes };
            let owned = model.previous.get(i).is_some_and(|j| j.some().is_some());
            let change = model.change.as_ref().filter(|_| owned);
            let moved = change.map_or(0.0, |c| (c.penalty + self.prices.change) * c.amount[i]);
            let gain = s.value - model.weight[i] * travel - moved;
            cheapest -= (s.cost - model.weight[i] * travel).max(0.0);
            if gain > 0.0 {
                let load = model.travel_load.as_ref().filter(|l| l.measure == 0);
                let extra = load.map_or(0.0, |l| l.hours_per_minute[i] * minutes);
                gains.push((gain, model.amount[i * model.m] + extra));
            }
        }
        let scale = self.scale(sample);
        self.most(sample, scale * most(gains, room / scale), cheapest)
    }
}

/// The greatest sum of gains over (gain, load) whose loads add up to `room` at most, fractions permitted: in the order of gain per
/// load. The ratio itself is the key: comparing products crosswise is no total order, since their rounding breaks ties now one way,
/// now the other.
fn most(mut gains: Vec<(f64, f64)>, room: f64) -> f64 {
    let rate = |(gain, load): &(f64, f64)| gain / load;
    gains.sort_by(|a, b| rate(b).total_cmp(&rate(a)));
    let (mut left, mut saved) = (room, 0.0);
    for (gain, load) in gains {
        let share = if load > left { left / load } else { 1.0 };
        saved += share * gain;
        left -= share * load;
        if left <= 0.0 {
            break;
        }
    }
    saved
}

fn km(p: [f64; 3], q: [f64; 3]) -> f64 {
    let d = [p[0] - q[0], p[1] - q[1], p[2] - q[2]];
    chord_to_km(d[0] * d[0] + d[1] * d[1] + d[2] * d[2])
}

/// Mean distance from a home base to the next one, km.
fn mean_nearest(model: &Model) -> f64 {
    let Travel::Sphere { rep, .. } = &model.travel else {
        return 0.0;
    };
    let nearest = |j: usize| {
        let others = (0..model.k).filter(|l| *l != j);
        others
            .map(|l| km(rep[j], rep[l]))
            .fold(f64::INFINITY, f64::min)
    };
    let all: f64 = (0..model.k).map(nearest).filter(|d| d.is_finite()).sum();
    all / model.k as f64
}

#[cfg(test)]
mod tests {
    use super::most;

    #[test]
    fn the_best_per_load_go_first() {
        let gains = vec![(10.0, 10.0), (4.0, 1.0), (6.0, 2.0), (1.0, 0.0)];
        assert_eq!(most(gains.clone(), 0.0), 1.0);
        assert_eq!(most(gains.clone(), 1.0), 5.0);
        assert_eq!(most(gains.clone(), 3.0), 11.0);
        assert_eq!(most(gains.clone(), 8.0), 16.0);
        assert_eq!(most(gains, 100.0), 21.0);
    }

    #[test]
    fn gains_of_one_rate_are_no_contradiction() {
        // One distance times each load: equal rates but for their rounding, which no order of products survives.
        let gains: Vec<(f64, f64)> = (1..4000)
            .map(|w| (0.1 * f64::from(w) * 71.123_456_789, f64::from(w) * 0.1))
            .collect();
        let whole: f64 = gains.iter().map(|g| g.0).sum();
        assert!((most(gains, 1e9) - whole).abs() < 1e-6 * whole);
    }
}
