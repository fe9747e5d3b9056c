//! Which rules a set of owners breaks, by how much, and why, in words for a planner.

mod broken;
mod forced;
mod loads;
mod nobody;
mod sums;

use crate::base::deadline::Deadline;
use crate::base::ids::RepIx;
pub use crate::base::words::figure;
use crate::base::words::{enumerated, thousands};
use crate::explain::reasons;
use crate::input::Inputs;
use crate::model::Model;
use crate::plan::Violation;

/// All rules that `owner` breaks: pairs first, then groups, change, and balance.
#[must_use]
pub fn violations(inputs: &Inputs, model: &Model, owner: &[RepIx]) -> Vec<Violation> {
    let teller = Teller { inputs, model };
    let mut out = Vec::new();
    for (i, j) in owner.iter().enumerate() {
        if let Some(rule) = model.forbidden_by(i, *j) {
            out.push(teller.pair(i, *j, rule));
        }
    }
    teller.groups(owner, &mut out);
    teller.change(owner, &mut out);
    teller.balance(owner, &mut out);
    out
}

/// Why no plan can meet the rules, as far as the bounds of single measures ([`reasons::of_bounds`]), single customers, groups and
/// reps tell, and as far as there is time; empty when the reason lies in the interplay of all. Nothing is told twice.
#[must_use]
pub fn reasons(inputs: &Inputs, model: &Model, until: &Deadline) -> Vec<String> {
    let teller = Teller { inputs, model };
    let bounds = reasons::of_bounds(inputs, model, until);
    // Whom no rep may have at all comes first: no tolerance helps there.
    let mut all = teller.orphans();
    let steps: [&dyn Fn() -> Vec<String>; 6] = [
        &|| teller.split_groups(),
        &|| teller.locked_loads(&bounds.locked),
        &|| teller.too_heavy(),
        &|| teller.sums_of_bounds(&bounds.measures),
        &|| teller.unreachable_sums(until),
        &|| teller.forced_change().into_iter().collect(),
    ];
    all.extend(bounds.notes.iter().cloned());
    for step in steps {
        if !until.is_over() {
            all.extend(step());
        }
    }
    all
}

struct Teller<'a> {
    inputs: &'a Inputs,
    model: &'a Model,
}

impl Teller<'_> {
    fn site(&self, i: usize) -> &str {
        self.inputs.customers.ids.get(i)
    }

    fn rep(&self, j: RepIx) -> &str {
        self.inputs.reps.ids.get(j.at())
    }

    fn measure(&self, m: usize) -> &str {
        &self.inputs.scenario.balance[m].measure
    }

    fn skills(&self, i: usize) -> String {
        let c = &self.inputs.customers;
        let set = c
            .requires
            .get(i)
            .and_then(|s| c.skill_sets.get(*s as usize));
        set.map_or_else(String::new, |s| s.join(", "))
    }

    fn region(&self, i: usize) -> &str {
        self.inputs.customers.region_of(i)
    }

    fn members(&self) -> Vec<Vec<usize>> {
        let mut members = vec![Vec::new(); self.model.groups];
        for (i, g) in self.model.group.iter().enumerate() {
            if let Some(list) = members.get_mut(*g as usize) {
                list.push(i);
            }
        }
        members
    }

    fn permits(&self, i: usize, j: RepIx) -> bool {
        self.model.forbidden_by(i, j).is_none()
    }

    fn names(&self, list: &[usize]) -> String {
        enumerated(list.iter().map(|i| self.site(*i)))
    }
}

/// Locked customers beyond the travel limits: exceptions on purpose, because a lock outranks them.
#[must_use]
pub fn exceptions(inputs: &Inputs, model: &Model) -> Vec<String> {
    let teller = Teller { inputs, model };
    let beyond = |i: &usize| {
        model.lock(*i).is_some_and(|j| {
            let km = model
                .travel
                .km(*i, j)
                .is_some_and(|t| t > model.max_km[j.at()]);
            let minutes = model.travel.minutes(*i, j);
            km || minutes.is_some_and(|t| t > model.max_minutes[j.at()])
        })
    };
    let list: Vec<usize> = (0..model.n).filter(beyond).collect();
    let mut out = Vec::new();
    if !list.is_empty() {
        out.push(format!(
            "{} beyond a travel limit, which the lock outranks: {}",
            if list.len() == 1 {
                "1 locked customer lies".to_owned()
            } else {
                format!("{} locked customers lie", thousands(list.len()))
            },
            teller.names(&list)
        ));
    }
    out
}
