//! What a plan means for each rep: totals, indices, travel.

use crate::base::ids::RepIx;
use crate::input::Inputs;
use crate::model::Model;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// One rep's share of the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct RepSummary {
    /// Number of customers.
    pub customers: usize,
    /// Total activity per measure.
    pub totals: Vec<f64>,
    /// Mean one-way travel in km, weighted as the cost is; `None` without customers.
    pub travel_km: Option<f64>,
    /// Mean one-way travel in minutes, weighted as the cost is; `None` without customers.
    pub travel_minutes: Option<f64>,
}

/// The plan in figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// One per rep.
    pub reps: Vec<RepSummary>,
    /// Kilometres from each customer to its rep, NaN where the matrix does not say.
    pub(crate) km: Vec<f64>,
    /// Minutes from each customer to its rep, NaN where the matrix does not say.
    pub(crate) minutes: Vec<f64>,
    /// Travel of each rep, before it is divided.
    sums: Vec<Sums>,
    /// Whether each customer has another owner than today; false without an owner of today.
    pub(crate) changed: Vec<bool>,
}

impl Summary {
    /// Sums up a plan. Sums run over the customers in input order, whatever the number of threads.
    #[must_use]
    pub fn new(model: &Model, owner: &[RepIx]) -> Summary {
        let trip = |travel: &(dyn Fn(usize, RepIx) -> Option<f64> + Sync)| -> Vec<f64> {
            (0..model.n)
                .into_par_iter()
                .map(|i| travel(i, owner[i]).unwrap_or(f64::NAN))
                .collect()
        };
        let km = trip(&|i, j| model.travel.km(i, j));
        let minutes = trip(&|i, j| model.travel.minutes(i, j));
        let changed = (0..model.n)
            .map(|i| {
                let before = model.previous.get(i).copied().and_then(RepIx::some);
                before.is_some_and(|b| b != owner[i])
            })
            .collect();
        let mut sums = vec![Sums::default(); model.k];
        let mut totals = vec![0.0; model.k * model.m];
        for (i, j) in owner.iter().enumerate() {
            for m in 0..model.m {
                totals[j.at() * model.m + m] += model.activity(i, *j, m);
            }
            sums[j.at()].add(model.weight[i], km[i], minutes[i]);
        }
        let reps = sums
            .iter()
            .zip(totals.chunks(model.m))
            .map(|(s, totals)| s.summary(totals.to_vec()))
            .collect();
        Summary {
            reps,
            km,
            minutes,
            sums,
            changed,
        }
    }

    /// The share of several reps together.
    #[must_use]
    pub fn together(&self, reps: &[usize]) -> RepSummary {
        let (mut all, measures) = (
            Sums::default(),
            self.reps.first().map_or(0, |r| r.totals.len()),
        );
        let mut totals = vec![0.0; measures];
        for j in reps {
            all.join(&self.sums[*j]);
            let own = totals.iter_mut().zip(&self.reps[*j].totals);
            own.for_each(|(sum, total)| *sum += total);
        }
        all.summary(totals)
    }

    /// Mean one-way travel over all customers in km, weighted as the cost is (plainly where nothing has weight);
    /// `None` where the matrix does not say.
    #[must_use]
    pub fn mean_km(&self, model: &Model) -> Option<f64> {
        let mut all = Sums::default();
        for (w, d) in model.weight.iter().zip(&self.km) {
            all.add(*w, *d, 0.0);
        }
        all.mean(0)
    }

    /// How many customers change hands.
    #[must_use]
    pub fn changes(&self) -> usize {
        self.changed.iter().filter(|c| **c).count()
    }
}

/// What changes hands against the owners of today.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The measure of `[change]`, else the first one that is balanced.
    pub measure: String,
    /// How much of it changes hands.
    pub moved: f64,
    /// How much there is.
    pub total: f64,
    /// `moved / total`.
    pub share: f64,
    /// How many customers change hands.
    pub customers: usize,
    /// The limit.
    pub max_share: Option<f64>,
    /// What a unit that changes hands costs.
    pub penalty: Option<f64>,
}

impl Change {
    /// Sums up what changes hands; `None` without owners of today.
    #[must_use]
    pub fn new(inputs: &Inputs, summary: &Summary) -> Option<Change> {
        if inputs.customers.owner.is_empty() {
            return None;
        }
        let rule = inputs.scenario.change.as_ref();
        let first = inputs.scenario.balance.first()?;
        let measure = rule.map_or(&first.measure, |r| &r.measure);
        let values = inputs.customers.column(measure)?;
        let changed = summary.changed.iter().zip(values);
        let moved = changed.map(|(yes, v)| if *yes { *v } else { 0.0 }).sum();
        let total: f64 = values.iter().sum();
        Some(Change {
            measure: measure.clone(),
            moved,
            total,
            share: if total > 0.0 { moved / total } else { 0.0 },
            customers: summary.changes(),
            max_share: rule.and_then(|r| r.max_share),
            penalty: rule.and_then(|r| r.penalty),
        })
    }
}

/// `total / target`; `None` without a target or with a target of 0.
pub(crate) fn index(total: f64, target: Option<f64>) -> Option<f64> {
    target.filter(|t| *t > 0.0).map(|t| total / t)
}

/// Sums of km and minutes, weighted and plain.
#[derive(Clone, Debug, Default, PartialEq)]
struct Sums {
    count: usize,
    weight: f64,
    weighted: [f64; 2],
    plain: [f64; 2],
}

impl Sums {
    fn add(&mut self, weight: f64, km: f64, minutes: f64) {
        self.count += 1;
        self.weight += weight;
        for (at, v) in [km, minutes].into_iter().enumerate() {
            self.weighted[at] += weight * v;
            self.plain[at] += v;
        }
    }

    fn join(&mut self, other: &Sums) {
        self.count += other.count;
        self.weight += other.weight;
        for at in 0..2 {
            self.weighted[at] += other.weighted[at];
            self.plain[at] += other.plain[at];
        }
    }

    fn summary(&self, totals: Vec<f64>) -> RepSummary {
        RepSummary {
            customers: self.count,
            totals,
            travel_km: self.mean(0),
            travel_minutes: self.mean(1),
        }
    }

    /// Weighted mean; the plain mean where nothing has weight.
    fn mean(&self, at: usize) -> Option<f64> {
        let mean = if self.weight > 0.0 {
            self.weighted[at] / self.weight
        } else {
            self.plain[at] / self.count as f64
        };
        (self.count > 0 && mean.is_finite()).then_some(mean)
    }
}
