//! What is odd about inputs that were changed in memory: what the files tell that say the same.

use super::{Inputs, fit, read, regions, relations};
use crate::error::{Collector, Problem};
use crate::scenario::Role;
use std::path::Path;

/// What a scenario says that depends on who the reps are.
const OF_REPS: [&str; 3] = ["regions", "prefer.when", "prefer.table"];

/// The warnings of `now`, which was made of `before` by a scenario that is saved as `file`; by `other_reps`, too, where they are read from
/// that scenario's file of reps. Of the customers nothing is read again.
pub(crate) fn retold(before: &Inputs, now: &Inputs, file: &Path, other_reps: bool) -> Vec<Problem> {
    let scenario = before.files.iter().find(|f| f.role == Role::Scenario);
    let label = |path: &Path| before.scenario.label(path);
    let scenario = scenario.map(|f| label(&f.path));
    let (mut told, others): (Vec<Problem>, Vec<Problem>) = (before.warnings.iter().cloned())
        .partition(|p| scenario.as_ref().is_some_and(|label| p.file == *label));
    let file = file.display().to_string();
    told.iter_mut().for_each(|p| p.file.clone_from(&file));
    if !other_reps {
        return told.into_iter().chain(others).collect();
    }
    let mut all = of_scenario(told, now, &file);
    let (customers, reps) = (
        label(&before.scenario.customers),
        label(&before.scenario.reps),
    );
    let (of_customers, others): (Vec<Problem>, Vec<Problem>) =
        others.into_iter().partition(|p| p.file == customers);
    all.extend(of_customers);
    all.extend(of_reps(now));
    all.extend(others.into_iter().filter(|p| p.file != reps));
    all
}

/// What the scenario tells, in the order in which it is read: what depends on the reps is found anew.
fn of_scenario(told: Vec<Problem>, now: &Inputs, file: &str) -> Vec<Problem> {
    let of_reps = |p: &Problem| OF_REPS.map(Some).contains(&p.field.as_deref());
    let (mut regional, mut fitting) = (Collector::new(file), Collector::new(file));
    regions::check(&now.scenario, &now.reps, &mut regional);
    fit::without_effect(&now.scenario, &now.customers, &now.reps, &mut fitting);
    let still = told.into_iter().filter(|p| !of_reps(p));
    // The boundary is looked at last.
    let (last, first): (Vec<Problem>, Vec<Problem>) =
        still.partition(|p| p.field.as_deref() == Some("boundary"));
    let mut all = regional.into_problems();
    all.extend(first);
    all.extend(fitting.into_problems());
    all.extend(last);
    all
}

/// What the file of reps tells.
fn of_reps(now: &Inputs) -> Vec<Problem> {
    let (_, read) = read::reps(&now.scenario);
    let (c, r, mut problems) = (&now.customers, &read.reps, read.base.problems);
    relations::counts(c, r, &mut problems);
    let of = [&mut Collector::default(), &mut problems];
    relations::places(c, r, now.boundary.as_ref(), of);
    let mut told = problems.into_problems();
    let file = now.scenario.reps.display().to_string();
    told.iter_mut().for_each(|p| p.file.clone_from(&file));
    told
}
