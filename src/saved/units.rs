//! `units.csv` of a plan: whose each area unit is.

use super::text::Dialect;
use super::{OPTIONAL, SavedPlan};
use crate::base::ids::RepIx;
use crate::disk::file;
use crate::input::{Coded, coded_places};
use std::collections::HashMap;

const UNITS: &str = OPTIONAL[1];

/// The rep of each area unit, by its id; [`RepIx::NONE`] where it has none. `None` where the plan has no units; in words, why it cannot be read.
fn unit_owners(plan: &SavedPlan) -> Result<Option<HashMap<String, RepIx>>, String> {
    let Some(listed) = plan.report.files.iter().find(|f| f.name == UNITS) else {
        return Ok(None);
    };
    let bytes = std::fs::read(plan.dir.join(UNITS)).map_err(|e| format!("{UNITS}: {e}"))?;
    if file::sha256(&bytes) != listed.sha256 {
        return Err(format!("{UNITS} was changed since the plan was written"));
    }
    let dialect = Dialect::of(&plan.report.scenario.output);
    let reps: HashMap<&str, usize> = (plan.territories.ids.iter().enumerate())
        .map(|(j, id)| (id, j))
        .collect();
    let mut owner = HashMap::new();
    for row in dialect.reader(&bytes).records() {
        let row = row.map_err(|e| format!("{UNITS}: {e}"))?;
        let cell = |at: usize| dialect.as_given(row.get(at).unwrap_or_default());
        let rep = reps.get(cell(1)).map_or(RepIx::NONE, |j| RepIx(*j as u32));
        owner.insert(cell(0).to_owned(), rep);
    }
    Ok(Some(owner))
}

/// The area units of a plan with their postcodes, and whose each is; [`RepIx::NONE`] where nobody's. `None` where the plan has no units; in words, why they
/// cannot be read.
pub(crate) fn coded_units(plan: &SavedPlan) -> Result<Option<Vec<(Coded, RepIx)>>, String> {
    let Some(owner) = unit_owners(plan)? else {
        return Ok(None);
    };
    let scenario = plan.report.scenario.seen_from(&plan.dir);
    let path = (scenario.units.clone()).unwrap_or_else(|| scenario.customers.clone());
    let (coded, hash) = coded_places(&scenario, &path).map_err(|e| e.to_string())?;
    if !plan.report.inputs.iter().any(|f| f.sha256 == hash) {
        return Err(format!(
            "{} has changed since the plan was made",
            path.display()
        ));
    }
    let owned = coded.into_iter().filter_map(|unit| {
        let rep = *owner.get(&unit.id)?;
        Some((unit, rep))
    });
    Ok(Some(owned.collect()))
}
