//! What another bound would save.

use super::LEAST;
use super::{Advice, AdviceKind, Adviser};
use crate::base::words::figure;
use rayon::prelude::*;

/// Bounds of reps that are told where each is solved for again.
const BOUNDS: usize = 8;

impl Adviser<'_> {
    pub(super) fn bounds(&self) -> Vec<Advice> {
        let (model, balance) = (self.model, &self.inputs.scenario.balance);
        let mut rows: Vec<(f64, usize)> = (0..model.k * model.m)
            .map(|row| (self.worth_of(row).abs() * self.size(row), row))
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
        let j = row / self.model.m;
        let (mu, bound) = (self.worth_of(row), self.model.bounds[row]);
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
            (AdviceKind::Upper, text)
        } else {
            let limit = figure(bound.lower);
            let one = Adviser::more(measure, &unit).replace("one more", "one");
            let text =
                format!("{who} must have at least {limit} {measure}: {one} less saves {saved}");
            (AdviceKind::Lower, text)
        };
        Some(Advice {
            kind,
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

    pub(super) fn change(&self) -> Option<Advice> {
        let rule = self.inputs.scenario.change.as_ref()?;
        let limit = self.model.change.as_ref().filter(|c| c.limit.is_finite())?;
        let nu = self.prices.change;
        if nu <= 0.0 {
            return None;
        }
        let (step, unit) = self.step(&rule.measure, limit.limit);
        let saves = self.saving_of(self.model.k * self.model.m, nu, step)?;
        Some(Advice {
            kind: AdviceKind::Change,
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
    pub(super) fn worth(&self, saves: f64) -> Option<f64> {
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
}
