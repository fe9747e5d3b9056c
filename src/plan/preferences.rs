//! What became of the preferences of a scenario.

use crate::base::ids::RepIx;
use crate::input::Inputs;
use crate::model::Model;
use serde::{Deserialize, Serialize};

/// One `[[prefer]]` in a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preferred {
    /// Its condition.
    pub when: String,
    /// Customers for whom it holds with one rep or another.
    pub could: usize,
    /// Customers for whom it holds with the rep that they have.
    pub holds: usize,
}

/// Counts the customers of every entry, in the order of the scenario.
#[must_use]
pub fn preferences(inputs: &Inputs, model: &Model, owner: &[RepIx]) -> Vec<Preferred> {
    let entries = &inputs.scenario.prefer;
    let Some(fit) = model.fit() else {
        return Vec::new();
    };
    let (mut could, mut holds) = (vec![0; entries.len()], vec![0; entries.len()]);
    // Per class and entry: whether it holds for any rep.
    let any: Vec<Vec<bool>> = (0..fit.classes())
        .map(|class| {
            let mut any = vec![false; entries.len()];
            for j in (0..inputs.reps.len() as u32).map(RepIx) {
                fit.of(class, j).for_each(|(e, _)| any[e] = true);
            }
            any
        })
        .collect();
    for (i, j) in owner.iter().enumerate() {
        let class = fit.class[i] as usize;
        for (count, any) in could.iter_mut().zip(&any[class]) {
            *count += usize::from(*any);
        }
        fit.of(class, *j).for_each(|(e, _)| holds[e] += 1);
    }
    let counted = entries.iter().zip(could.into_iter().zip(holds));
    let preferred = |(entry, (could, holds)): (&crate::scenario::Prefer, _)| Preferred {
        when: entry.said(),
        could,
        holds,
    };
    counted.map(preferred).collect()
}
