//! What a wish costs at least, before it is done.
//!
//! For the prices `mu` of the plan at hand, whatever the wishes, no plan that keeps them costs less than
//!
//! ```text
//! g(mu) = sum_u min { c_uj + sum_m mu_jm a_ujm + nu b_u [j != owner_u] : (u, j) permitted with the wishes } - sum_jm max(mu_jm U_jm, mu_jm L_jm) - nu B
//! ```
//!
//! (weak duality; `u` are units, so that a wish for one customer of a group moves all of them). `at_least = max(0, g(mu) - cost of the plan at hand)`,
//! where `g` is rounded down by all that sums and distances may be off.

use super::desk::Desk;
use super::draft::Draft;
use super::edit::Edit;
use super::refusal::Refusal;
use super::view::{Asked, View, cost};
use crate::base::ids::RepIx;
use crate::plan::summary::Summary;
use crate::plan::{Status, Violation};
use crate::solve::least_cost;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// A price tag is exact where the owners with the wish cost so much more than it at most, as a share.
const EXACT: f64 = 1e-6;

/// A price tag.
#[derive(Debug)]
pub(super) struct Price {
    /// What the wish costs at least beyond the plan at hand; `None` without a plan, and where the wish leaves no plan at all.
    pub at_least: Option<f64>,
    /// What every plan with the wish costs at least.
    pub least: Option<f64>,
    /// Whether the owners shown with the wish keep all rules and cost no more than that.
    pub exact: bool,
    /// Rules that they break.
    pub broken: Vec<Violation>,
    owner: Vec<RepIx>,
    asked: Asked,
}

/// The owners shown, and those who are held in `new` alone where they are held to.
fn moved(view: &View, new: &Draft) -> Vec<RepIx> {
    let mut owner = view.owner.clone();
    for (i, hold) in &new.hold {
        owner[*i as usize] = hold.rep;
    }
    owner
}

impl Price {
    /// # Errors
    /// What is wrong with the edit.
    pub fn of(desk: &Desk, view: &View, edit: &Edit) -> Result<Price, Refusal> {
        let ground = &desk.folder.ground;
        let new = ground
            .edited(&view.draft, &view.owner, edit)
            .map_err(Refusal::Bad)?;
        let asked = Asked::new(&desk.folder, &new, Some(view), view.kept.as_deref())
            .map_err(Refusal::of)?;
        let owner = moved(view, &new);
        let model = &asked.model;
        let kept = view
            .kept
            .as_deref()
            .filter(|k| k.status != Status::Infeasible);
        let least = view.kept.as_deref().and_then(|kept| {
            let prices = kept.prices_for(&new, model.m);
            least_cost(model, &prices, kept.objective)
        });
        let broken = asked.broken(&owner);
        let at_least = kept
            .zip(least)
            .map(|(kept, least)| (least - kept.objective).max(0.0));
        let contiguous = asked.frame.scenario.rules.contiguous;
        let exact = broken.is_empty()
            && !contiguous
            && least.is_some_and(|least| {
                let now = cost(model, &owner);
                now - least <= EXACT * now.max(1.0)
            });
        Ok(Price {
            at_least,
            least,
            exact,
            broken,
            owner,
            asked,
        })
    }

    /// The model with the wish.
    #[cfg(test)]
    pub fn model(&self) -> &crate::model::Model {
        &self.asked.model
    }

    /// As the interface has it.
    pub fn json(&self, view: &View) -> Value {
        let objective = view.kept.as_ref().map(|k| k.objective);
        let share = self.at_least.zip(objective).filter(|(_, all)| *all > 0.0);
        json!({
            "at_least": self.at_least,
            "bound": self.least,
            "unit": self.asked.frame.scenario.objective_unit(),
            "share": share.map(|(least, all)| least / all),
            "exact": self.exact,
            "possible": self.least.is_some() || view.kept.is_none(),
            "measures": self.measures(view),
            "broken": self.broken,
        })
    }

    /// The figures of the reps whose customers or bounds are others.
    fn measures(&self, view: &View) -> Vec<Value> {
        let (model, scenario) = (&self.asked.model, &self.asked.frame.scenario);
        let mut reps: BTreeSet<usize> = BTreeSet::new();
        for (before, after) in view.owner.iter().zip(&self.owner) {
            if before != after {
                reps.extend([before.at(), after.at()]);
            }
        }
        let bounds = |j: usize| &model.bounds[j * model.m..(j + 1) * model.m];
        reps.extend((0..model.k).filter(|j| {
            let old = view.model.bounds.get(j * model.m..(j + 1) * model.m);
            let place =
                |of: &crate::input::Reps| of.lon.get(*j).copied().zip(of.lat.get(*j).copied());
            let moved = place(&view.frame.reps) != place(&self.asked.frame.reps);
            moved || old.is_none_or(|old| old != bounds(*j))
        }));
        let summary = Summary::new(model, &self.owner);
        let figures = |j: usize| {
            let (old, new) = (view.summary.reps.get(j), &summary.reps[j]);
            let mut row = Map::new();
            row.insert("rep".into(), json!(self.asked.frame.reps.ids.get(j)));
            row.insert(
                "customers".into(),
                json!({"before": old.map(|o| o.customers), "after": new.customers}),
            );
            row.insert(
                "travel_km".into(),
                json!({"before": old.and_then(|o| o.travel_km), "after": new.travel_km}),
            );
            for (m, balance) in scenario.balance.iter().enumerate() {
                let bound = &bounds(j)[m];
                let finite = |x: f64| Some(x).filter(|x| x.is_finite());
                let figures = json!({
                    "before": old.map(|o| o.totals[m]),
                    "after": new.totals[m],
                    "lower": finite(bound.lower),
                    "upper": finite(bound.upper),
                });
                row.insert(balance.measure.clone(), figures);
            }
            Value::Object(row)
        };
        reps.into_iter().map(figures).collect()
    }
}
