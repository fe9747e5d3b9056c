//! The dual prices in words: what limits cost, and where another rep would help most.
//!
//! **Bounds.** The price `mu_jm` of a balance row is the derivative of the LP optimum: one more unit of measure
//! `m` permitted to rep `j` saves `mu_jm` (upper bound binds, `mu > 0`), one unit less required of it saves
//! `-mu_jm` (lower bound binds, `mu < 0`). The price `nu` of the limit on change reads the same way. Prices
//! hold for small changes: a larger one saves at most as much per unit.
//!
//! **Pairs.** Let `v_ij = c_ij + sum_m mu_jm a_ijm + nu b_ij` and `v_i` its least value over the permitted reps.
//! Without a rule `R` the pairs `F_R` would be free, and the LP optimum falls by at most
//!
//! ```text
//! sum_i max(0, v_i - min over F_R of v_ij)
//! ```
//!
//! because the same prices then certify the bound less that sum (weak duality).
//!
//! **Another rep.** A rep with home base `p`, no skills, and room for `U` (the mean upper bound) of the first
//! measure lowers the LP optimum, all other bounds as they are, by at most
//!
//! ```text
//! S(p) = max sum_i y_i (v_i - c_ip - (penalty + nu) b_i)   subject to   sum_i y_i a_ip <= U,  0 <= y_i <= 1
//! ```
//!
//! a fractional knapsack: customers in the order of gain per unit until `U` is full; its multiplier is the
//! new rep's price. Candidates are places of customers. With more than 5,000 customers the sums run over an
//! even sample, scaled up: an estimate then, not a bound.

use crate::ids::RepIx;
use crate::input::Inputs;
use crate::model::{Model, Travel, chord_to_km};
use crate::plan::Plan;
use crate::scenario::Cost;
use crate::violations::figure;
use rayon::prelude::*;
use serde::Serialize;

/// Customers that sums over pairs look at.
const SAMPLE: usize = 5_000;
/// Places that are tried for another rep.
const CANDIDATES: usize = 200;
/// Places that are told.
const PLACES: usize = 3;
/// Rules whose pairs could be freed.
const RULES: [&str; 5] = ["max_km", "max_minutes", "skills", "locks", "forbid"];

/// One thing that the prices say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Advice {
    /// `upper`, `lower` (a bound of a rep that binds), `change` (its limit binds), `rule` (pairs that a rule keeps
    /// apart) or `new_rep`.
    pub kind: &'static str,
    /// The rep, for `upper` and `lower`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rep: Option<String>,
    /// The measure that is bounded, or the rule.
    pub of: String,
    /// What is saved: per unit of the measure for `upper`, `lower` and `change`, in all for the others.
    pub saves: f64,
    /// Unit of `saves`.
    pub unit: String,
    /// Where the new rep would live, `[lon, lat]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<[f64; 2]>,
    /// The customer whose place that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// In words.
    pub text: String,
}

/// What the prices of a plan say, the greatest savings first within each kind.
#[must_use]
pub fn advice(inputs: &Inputs, model: &Model, plan: &Plan) -> Vec<Advice> {
    let adviser = Adviser {
        inputs,
        model,
        plan,
        unit: inputs.scenario.objective_unit(),
    };
    let mut out = adviser.bounds();
    out.extend(adviser.change());
    let sample = adviser.sample();
    out.extend(adviser.rules(&sample));
    out.extend(adviser.new_rep(&sample));
    out
}

struct Adviser<'a> {
    inputs: &'a Inputs,
    model: &'a Model,
    plan: &'a Plan,
    unit: String,
}

/// A customer of the sample.
struct Site {
    at: usize,
    /// `v_i`.
    value: f64,
    /// Least value over the pairs that each of [`RULES`] forbids.
    freed: [f64; RULES.len()],
}

impl Adviser<'_> {
    fn price(&self, j: usize, m: usize) -> f64 {
        let at = j * self.model.m + m;
        self.plan.prices.rep_measure.get(at).copied().unwrap_or(0.0)
    }

    /// How much of a measure a planner thinks in: an hour, a customer, else a power of ten near 1 % of a territory.
    fn step(&self, measure: &str, typical: f64) -> (f64, String) {
        match measure {
            "workload" => (1.0, "hour of workload".to_owned()),
            "customers" => (1.0, "customer".to_owned()),
            _ => {
                let step = 10f64.powf((0.01 * typical).max(1.0).log10().round());
                (step, format!("{} {measure}", figure(step)))
            }
        }
    }

    fn bounds(&self) -> Vec<Advice> {
        let (model, balance) = (self.model, &self.inputs.scenario.balance);
        let size = |j: usize, m: usize| {
            let b = model.bounds[j * model.m + m];
            b.target.unwrap_or(if b.upper.is_finite() {
                b.upper
            } else {
                b.lower
            })
        };
        let mut found: Vec<(f64, Advice)> = Vec::new();
        for j in 0..model.k {
            for (m, b) in balance.iter().enumerate() {
                let (mu, bound) = (self.price(j, m), model.bounds[j * model.m + m]);
                let worth = mu.abs() * size(j, m);
                if worth <= 1e-7 * self.plan.bound.abs() {
                    continue;
                }
                let (step, unit) = self.step(&b.measure, size(j, m));
                let who = self.who(j);
                let saving = format!("saves {} {}", figure(step * mu.abs()), self.unit);
                let (kind, text) = if mu > 0.0 {
                    let limit = figure(bound.upper);
                    (
                        "upper",
                        format!(
                            "{who} is full at {limit} {}: one more {unit} {saving}",
                            b.measure
                        ),
                    )
                } else {
                    let limit = figure(bound.lower);
                    (
                        "lower",
                        format!(
                            "{who} must have at least {limit} {}: one {unit} less {saving}",
                            b.measure
                        ),
                    )
                };
                let advice = Advice {
                    kind,
                    rep: Some(self.inputs.reps.ids.get(j).to_owned()),
                    of: b.measure.clone(),
                    saves: mu.abs(),
                    unit: format!("{} per unit of {}", self.unit, b.measure),
                    place: None,
                    at: None,
                    text: text.replace("one more 1", "1").replace("one 1", "1"),
                };
                found.push((worth, advice));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        found.into_iter().map(|(_, advice)| advice).collect()
    }

    fn who(&self, j: usize) -> String {
        let (id, name) = (self.inputs.reps.ids.get(j), &self.inputs.reps.name[j]);
        if name == id {
            id.to_owned()
        } else {
            format!("{name} ({id})")
        }
    }

    fn change(&self) -> Option<Advice> {
        let rule = self.inputs.scenario.change.as_ref()?;
        let limit = self.model.change.as_ref().filter(|c| c.limit.is_finite())?;
        let nu = self.plan.prices.change;
        if nu * limit.limit <= 1e-7 * self.plan.bound.abs() {
            return None;
        }
        let (step, unit) = self.step(&rule.measure, limit.limit);
        let text = format!(
            "the limit on change binds: one more {unit} that may change hands saves {} {}",
            figure(step * nu),
            self.unit
        );
        Some(Advice {
            kind: "change",
            rep: None,
            of: rule.measure.clone(),
            saves: nu,
            unit: format!("{} per unit of {}", self.unit, rule.measure),
            place: None,
            at: None,
            text: text.replace("one more 1", "1"),
        })
    }

    /// `v_ij`.
    fn value(&self, i: usize, j: RepIx) -> f64 {
        let model = self.model;
        let prices: f64 = (0..model.m)
            .map(|m| self.price(j.at(), m) * model.activity(i, j, m))
            .sum();
        model.cost(i, j) + prices + self.plan.prices.change * model.moved(i, j)
    }

    /// An even sample of the customers.
    fn sample(&self) -> Vec<Site> {
        let model = self.model;
        let stride = model.n.div_ceil(SAMPLE).max(1);
        let grouped = |i: usize| model.group.get(i).is_some_and(|g| *g != u32::MAX);
        let sites: Vec<usize> = (0..model.n).step_by(stride).collect();
        sites
            .into_par_iter()
            .map(|i| {
                let mut site = Site {
                    at: i,
                    value: f64::INFINITY,
                    freed: [f64::INFINITY; RULES.len()],
                };
                for j in (0..model.k as u32).map(RepIx) {
                    let rule = model.forbidden_by(i, j);
                    let of = rule.map(|rule| RULES.iter().position(|r| *r == rule));
                    let slot = match of {
                        None => &mut site.value,
                        Some(Some(r)) => &mut site.freed[r],
                        Some(None) => continue,
                    };
                    *slot = slot.min(self.value(i, j));
                }
                if grouped(i) || site.value.is_infinite() {
                    // A group is one decision: its members are worth what they are where they go.
                    site.value = self.value(i, self.plan.owner[i]);
                    if grouped(i) {
                        site.freed = [f64::INFINITY; RULES.len()];
                    }
                }
                site
            })
            .collect()
    }

    fn scale(&self, sample: &[Site]) -> f64 {
        self.model.n as f64 / sample.len().max(1) as f64
    }

    /// How sure the sums over a sample are.
    fn at_most(&self, sample: &[Site]) -> &'static str {
        if sample.len() == self.model.n {
            "at most"
        } else {
            "about"
        }
    }

    fn rules(&self, sample: &[Site]) -> Vec<Advice> {
        let mut out: Vec<Advice> = Vec::new();
        for (r, rule) in RULES.iter().enumerate() {
            let gain = |s: &Site| (s.value - s.freed[r]).max(0.0);
            let count = sample.iter().filter(|s| gain(s) > 0.0).count() as f64;
            let saves = self.scale(sample) * sample.iter().map(gain).sum::<f64>();
            if saves <= 1e-7 * self.plan.bound.abs() {
                continue;
            }
            out.push(Advice {
                kind: "rule",
                rep: None,
                of: (*rule).to_owned(),
                saves,
                unit: self.unit.clone(),
                place: None,
                at: None,
                text: format!(
                    "`{rule}` keeps {} customers from the rep that would suit them best: without it a plan could save \
                     {} {} {}",
                    figure((count * self.scale(sample)).round()),
                    self.at_most(sample),
                    figure(saves),
                    self.unit
                ),
            });
        }
        out.sort_by(|a, b| b.saves.total_cmp(&a.saves));
        out
    }

    /// Where another rep would save most.
    fn new_rep(&self, sample: &[Site]) -> Vec<Advice> {
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
            .map(|s| (self.saving(sample, vector(s.at), room), s.at))
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        // Neighbours of a good place are good places: tell of others.
        let apart = mean_nearest(model);
        let mut told: Vec<(f64, usize)> = Vec::new();
        for (saves, i) in found {
            let near = |t: &(f64, usize)| km(vector(t.1), vector(i)) < apart;
            if saves > 1e-6 * self.plan.objective && !told.iter().any(near) {
                told.push((saves, i));
            }
            if told.len() == PLACES {
                break;
            }
        }
        told.into_iter()
            .map(|(saves, i)| Advice {
                kind: "new_rep",
                rep: None,
                of: self.inputs.scenario.balance[0].measure.clone(),
                saves,
                unit: self.unit.clone(),
                place: Some([customers.lon[i], customers.lat[i]]),
                at: Some(customers.ids.get(i).to_owned()),
                text: format!(
                    "another rep at the place of {} ({:.3}, {:.3}), with room for {} {}, could save {} {} {} ({:.1} %)",
                    customers.ids.get(i),
                    customers.lon[i],
                    customers.lat[i],
                    figure(room),
                    self.inputs.scenario.balance[0].measure,
                    self.at_most(sample),
                    figure(saves),
                    self.unit,
                    100.0 * saves / self.plan.objective
                ),
            })
            .collect()
    }

    /// `S(p)`.
    fn saving(&self, sample: &[Site], p: [f64; 3], room: f64) -> f64 {
        let model = self.model;
        let Travel::Sphere {
            site,
            detour,
            minutes_per_km,
            ..
        } = &model.travel
        else {
            return 0.0;
        };
        let bare = |i: usize| {
            let set = model.class.get(i).map_or(0, |c| *c as usize);
            let sets = &self.inputs.customers.skill_sets;
            model.class.is_empty() || sets.get(set).is_none_or(Vec::is_empty)
        };
        let mut gains: Vec<(f64, f64)> = Vec::new();
        for s in sample {
            let i = s.at;
            if model.lock(i).is_some() || !bare(i) {
                continue;
            }
            let way = detour * km([site[0][i], site[1][i], site[2][i]], p);
            let minutes = way * minutes_per_km;
            let travel = if model.cost == Cost::Km { way } else { minutes };
            let owned = model.previous.get(i).is_some_and(|j| j.some().is_some());
            let change = model.change.as_ref().filter(|_| owned);
            let moved = change.map_or(0.0, |c| (c.penalty + self.plan.prices.change) * c.amount[i]);
            let gain = s.value - model.weight[i] * travel - moved;
            if gain > 0.0 {
                let load = model.travel_load.as_ref().filter(|l| l.measure == 0);
                let extra = load.map_or(0.0, |l| l.hours_per_minute[i] * minutes);
                gains.push((gain, model.amount[i * model.m] + extra));
            }
        }
        let scale = self.scale(sample);
        scale * most(gains, room / scale)
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
