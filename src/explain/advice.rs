//! The dual prices in words: what limits cost, and where another rep would help most.
//!
//! **Bounds.** The price `mu_jm` of a balance row is the derivative of the LP optimum: one more unit of measure
//! `m` permitted to rep `j` saves `mu_jm` (upper bound binds, `mu > 0`), one unit less required of it saves
//! `-mu_jm` (lower bound binds, `mu < 0`). The price `nu` of the limit on change reads the same way. Prices
//! hold for small changes: a larger one saves at most as much per unit. Where several prices are optimal, those of least size are taken,
//! and what a step saves is the difference of two LP optima ([`Relaxation`]), as far as the problem is small enough to be solved again; in
//! a large one hardly any two prices are optimal. Nothing promises more than the objective of the plan.
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

use crate::base::deadline::Deadline;
use crate::base::ids::RepIx;
use crate::base::sphere::chord_to_km;
use crate::base::words::{figure, percent_at_most};
use crate::input::Inputs;
use crate::model::Model;
use crate::plan::{Plan, Prices};
use crate::scenario::Cost;
use crate::solve::{LpSolver, Relaxation};
use crate::travel::Travel;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Customers that sums over pairs look at.
const SAMPLE: usize = 5_000;
/// Places that are tried for another rep.
const CANDIDATES: usize = 200;
/// Places that are told.
const PLACES: usize = 3;
/// Bounds of reps that are told where each is solved for again.
const BOUNDS: usize = 8;
/// What saves less than this share of the bound is not told.
const LEAST: f64 = 1e-7;
/// Rules whose pairs could be freed.
pub(crate) const RULES: [&str; 5] = ["max_km", "max_minutes", "skills", "locks", "forbid"];

/// One thing that the prices say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// `upper`, `lower` (a bound of a rep that binds), `change` (its limit binds), `rule` (pairs that a rule keeps
    /// apart) or `new_rep`.
    pub kind: String,
    /// The rep, for `upper` and `lower`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rep: Option<String>,
    /// The measure that is bounded, or the rule.
    pub of: String,
    /// What is saved: per unit of the measure for `upper`, `lower` and `change`, in all for the others.
    pub saves: f64,
    /// Unit of `saves`.
    pub unit: String,
    /// How much of the measure `text` speaks of, for `upper`, `lower` and `change`: `step * saves` is what that saves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
    /// Where the new rep would live, `[lon, lat]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<[f64; 2]>,
    /// The customer whose place that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// In words.
    pub text: String,
}

/// What the prices of a plan say, the greatest savings first within each kind. Where there is no time to solve all LPs again, none counts:
/// what is told would depend on the machine.
#[must_use]
pub fn advice(inputs: &Inputs, model: &Model, plan: &Plan, until: &Deadline) -> Vec<Advice> {
    let told = tell(inputs, model, plan, until);
    if until.is_over() && Relaxation::fits(model.n, model.k) {
        return tell(inputs, model, plan, &Deadline::after(0.0));
    }
    told
}

/// The same with the LPs that are solved in time.
fn tell(inputs: &Inputs, model: &Model, plan: &Plan, until: &Deadline) -> Vec<Advice> {
    let relaxation = Relaxation::new(model, plan.certified, until);
    let least = relaxation.as_ref().and_then(Relaxation::least_prices);
    let adviser = Adviser {
        inputs,
        model,
        plan,
        prices: least.as_ref().unwrap_or(&plan.prices),
        relaxation: relaxation.as_ref(),
        unit: inputs.scenario.objective_unit(),
    };
    let mut out = adviser.bounds();
    out.extend(adviser.change());
    let sample = adviser.sample();
    out.extend(adviser.rules(&sample));
    out.extend(adviser.new_rep(&sample));
    out
}

/// The LP solver that bounds are moved with.
pub(crate) fn solver() -> &'static str {
    LpSolver::preferred().name()
}

/// Whether advice on a problem of this size comes from LPs that are solved again, and not from the prices of the plan alone.
pub(crate) fn is_solved_again(sites: usize, reps: usize) -> bool {
    Relaxation::fits(sites, reps)
}

struct Adviser<'a> {
    inputs: &'a Inputs,
    model: &'a Model,
    plan: &'a Plan,
    /// Of the optimal prices those of least size, as far as they are known.
    prices: &'a Prices,
    /// Solves the LP again with another bound; absent where it is too large.
    relaxation: Option<&'a Relaxation>,
    unit: String,
}

/// A customer of the sample.
struct Site {
    at: usize,
    /// `v_i`.
    value: f64,
    /// Least value over the pairs that each of [`RULES`] forbids.
    freed: [f64; RULES.len()],
    /// Least cost over the permitted reps, without prices.
    cost: f64,
    /// Least cost over the pairs that each of [`RULES`] forbids.
    freed_cost: [f64; RULES.len()],
}

impl Adviser<'_> {
    fn price(&self, j: usize, m: usize) -> f64 {
        let at = j * self.model.m + m;
        self.prices.rep_measure.get(at).copied().unwrap_or(0.0)
    }

    /// What a step of a row saves: the difference of two optima where the LP can be solved again, else what the price says; `None` where
    /// that is nothing worth telling.
    fn saving_of(&self, row: usize, price: f64, step: f64) -> Option<f64> {
        let signed = if price > 0.0 { step } else { -step };
        let by_price = step * price.abs();
        let saves = match self.relaxation {
            Some(relaxation) => relaxation.saving(row, signed)?,
            None => by_price,
        };
        self.worth(saves.min(by_price))
    }

    /// A saving that can be told: no more than what the plan costs, and not next to nothing.
    fn worth(&self, saves: f64) -> Option<f64> {
        let saves = saves.min(self.plan.objective);
        let least = LEAST * self.plan.bound.abs().max(self.plan.objective);
        (saves > least).then_some(saves)
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

    /// A step more: `one more customer`, `100 revenue`.
    fn more(measure: &str, step: &str) -> String {
        match measure {
            "workload" | "customers" => format!("one more {step}"),
            _ => step.to_owned(),
        }
    }

    fn bounds(&self) -> Vec<Advice> {
        let (model, balance) = (self.model, &self.inputs.scenario.balance);
        let mut rows: Vec<(f64, usize)> = (0..model.k * model.m)
            .map(|row| {
                let mu = self.price(row / model.m, row % model.m);
                (mu.abs() * self.size(row), row)
            })
            .filter(|(worth, _)| *worth > LEAST * self.plan.bound.abs())
            .collect();
        rows.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        if self.relaxation.is_some() {
            rows.truncate(BOUNDS);
        }
        let told = rows.into_par_iter().filter_map(|(_, row)| {
            let measure = &balance[row % model.m].measure;
            self.bound(row, measure)
        });
        told.collect()
    }

    /// A size that goes with a row: its target, else its bound.
    fn size(&self, row: usize) -> f64 {
        let b = self.model.bounds[row];
        let own = if b.upper.is_finite() {
            b.upper
        } else {
            b.lower
        };
        b.target.unwrap_or(own)
    }

    /// What one step of a bound that binds saves.
    fn bound(&self, row: usize, measure: &str) -> Option<Advice> {
        let (j, m) = (row / self.model.m, row % self.model.m);
        let (mu, bound) = (self.price(j, m), self.model.bounds[row]);
        let (step, unit) = self.step(measure, self.size(row));
        if mu < 0.0 && bound.lower < step {
            // Nobody can have less than nothing.
            return None;
        }
        let saves = self.saving_of(row, mu, step)?;
        let (who, saved) = (self.who(j), figure(saves));
        let (kind, text) = if mu > 0.0 {
            let limit = figure(bound.upper);
            let more = Adviser::more(measure, &unit);
            let text = format!("{who} is full at {limit} {measure}: {more} saves {saved}");
            ("upper", text)
        } else {
            let limit = figure(bound.lower);
            let one = Adviser::more(measure, &unit).replace("one more", "one");
            let text =
                format!("{who} must have at least {limit} {measure}: {one} less saves {saved}");
            ("lower", text)
        };
        Some(Advice {
            kind: kind.into(),
            rep: Some(self.inputs.reps.ids.get(j).to_owned()),
            of: measure.to_owned(),
            saves: saves / step,
            unit: format!("{} per unit of {measure}", self.unit),
            step: Some(step),
            place: None,
            at: None,
            text: format!("{text} {}", self.unit),
        })
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
        let nu = self.prices.change;
        if nu <= 0.0 {
            return None;
        }
        let (step, unit) = self.step(&rule.measure, limit.limit);
        let saves = self.saving_of(self.model.k * self.model.m, nu, step)?;
        Some(Advice {
            kind: "change".into(),
            rep: None,
            of: rule.measure.clone(),
            saves: saves / step,
            unit: format!("{} per unit of {}", self.unit, rule.measure),
            step: Some(step),
            place: None,
            at: None,
            text: format!(
                "the limit on change binds: {} that may change hands saves {} {}",
                Adviser::more(&rule.measure, &unit),
                figure(saves),
                self.unit
            ),
        })
    }

    /// `v_ij`.
    fn value(&self, i: usize, j: RepIx) -> f64 {
        let model = self.model;
        let prices: f64 = (0..model.m)
            .map(|m| self.price(j.at(), m) * model.activity(i, j, m))
            .sum();
        model.cost(i, j) + prices + self.prices.change * model.moved(i, j)
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
                    cost: f64::INFINITY,
                    freed_cost: [f64::INFINITY; RULES.len()],
                };
                for j in (0..model.k as u32).map(RepIx) {
                    let rule = model.forbidden_by(i, j);
                    let of = rule.map(|rule| RULES.iter().position(|r| *r == rule));
                    let (value, cost) = match of {
                        None => (&mut site.value, &mut site.cost),
                        Some(Some(r)) => (&mut site.freed[r], &mut site.freed_cost[r]),
                        Some(None) => continue,
                    };
                    *value = value.min(self.value(i, j));
                    *cost = cost.min(model.cost(i, j));
                }
                if grouped(i) || site.value.is_infinite() {
                    // A group is one decision: its members are worth what they are where they go.
                    site.value = self.value(i, self.plan.owner[i]);
                    site.cost = site.cost.min(model.cost(i, self.plan.owner[i]));
                    if grouped(i) {
                        site.freed = [f64::INFINITY; RULES.len()];
                        site.freed_cost = site.freed;
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

    /// What the plan costs beyond every customer's cheapest rep, whose costs add up to `cheapest`: nothing saves more. A sample tells
    /// no such sum.
    fn above(&self, sample: &[Site], cheapest: f64) -> f64 {
        if sample.len() == self.model.n {
            self.plan.objective - cheapest
        } else {
            f64::INFINITY
        }
    }

    fn rules(&self, sample: &[Site]) -> Vec<Advice> {
        let mut out: Vec<Advice> = Vec::new();
        for (r, rule) in RULES.iter().enumerate() {
            let gain = |s: &Site| (s.value - s.freed[r]).max(0.0);
            let count = sample.iter().filter(|s| gain(s) > 0.0).count() as f64;
            let saves = self.scale(sample) * sample.iter().map(gain).sum::<f64>();
            let cheapest = sample.iter().map(|s| s.cost.min(s.freed_cost[r])).sum();
            let Some(saves) = self.worth(saves.min(self.above(sample, cheapest))) else {
                continue;
            };
            out.push(Advice {
                kind: "rule".into(),
                rep: None,
                of: (*rule).to_owned(),
                saves,
                unit: self.unit.clone(),
                step: None,
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
            if let Some(saves) = self.worth(saves).filter(|_| !told.iter().any(near)) {
                told.push((saves, i));
            }
            if told.len() == PLACES {
                break;
            }
        }
        told.into_iter()
            .map(|(saves, i)| Advice {
                kind: "new_rep".into(),
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
        (scale * most(gains, room / scale)).min(self.above(sample, cheapest))
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
