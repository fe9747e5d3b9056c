//! Sums over pairs of customers and reps: what freeing those that a rule keeps apart would save.

use super::{Advice, AdviceKind, Adviser, RULES};
use crate::base::ids::RepIx;
use crate::base::words::figure;
use rayon::prelude::*;

/// Customers that sums over pairs look at.
const SAMPLE: usize = 5_000;

/// A customer of the sample.
pub(super) struct Site {
    pub at: usize,
    /// `v_i`.
    pub value: f64,
    /// Least value over the pairs that each of [`RULES`] forbids.
    pub freed: [f64; RULES.len()],
    /// Least cost over the permitted reps, without prices.
    pub cost: f64,
    /// Least cost over the pairs that each of [`RULES`] forbids.
    pub freed_cost: [f64; RULES.len()],
}

impl Adviser<'_> {
    /// `v_ij`.
    pub(super) fn value(&self, i: usize, j: RepIx) -> f64 {
        let model = self.model;
        let prices: f64 = (0..model.m)
            .map(|m| self.price(j.at(), m) * model.activity(i, j, m))
            .sum();
        model.cost(i, j) + prices + self.prices.change * model.moved(i, j)
    }

    /// An even sample of the customers.
    pub(super) fn sample(&self) -> Vec<Site> {
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

    pub(super) fn scale(&self, sample: &[Site]) -> f64 {
        self.model.n as f64 / sample.len().max(1) as f64
    }

    /// How sure the sums over a sample are.
    pub(super) fn at_most(&self, sample: &[Site]) -> &'static str {
        if sample.len() == self.model.n {
            "at most"
        } else {
            "about"
        }
    }

    /// What the plan costs beyond every customer's cheapest rep, whose costs add up to `cheapest`: nothing saves more.
    fn above(&self, cheapest: f64) -> f64 {
        self.plan.objective - cheapest
    }

    /// What a plan saves at most (about, of a sample) where the LP optimum falls by so much, and every customer's cheapest rep costs `cheapest`; `None`
    /// where that is nothing worth telling.
    pub(super) fn most(&self, sample: &[Site], falls: f64, cheapest: f64) -> Option<f64> {
        self.worth(falls)?;
        if sample.len() < self.model.n {
            return self.worth(falls);
        }
        self.worth((falls + self.slack()).min(self.above(cheapest)))
    }

    pub(super) fn rules(&self, sample: &[Site]) -> Vec<Advice> {
        let mut out: Vec<Advice> = Vec::new();
        for (r, rule) in RULES.iter().enumerate() {
            let gain = |s: &Site| (s.value - s.freed[r]).max(0.0);
            let count = sample.iter().filter(|s| gain(s) > 0.0).count() as f64;
            let saves = self.scale(sample) * sample.iter().map(gain).sum::<f64>();
            let cheapest = sample.iter().map(|s| s.cost.min(s.freed_cost[r])).sum();
            let Some(saves) = self.most(sample, saves, cheapest) else {
                continue;
            };
            out.push(Advice {
                kind: AdviceKind::Rule,
                rep: None,
                of: rule.name().to_owned(),
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
}
