//! Every rule alone, in pairs and in mixes: the plan is what the definitions say, not what the solver thinks.

#[path = "../common/mod.rs"]
mod common;

mod brute;
mod cases;
mod examples;
mod fit;
mod infeasible;
mod prefer;
mod side_by_side;

use revier::check::{Broken, Claim, Finding, check};
use revier::explain::violations::violations;
use revier::input::Inputs;
use revier::model::Model;
use revier::plan::Plan;
use revier::plan::summary::Summary;
use revier::territory::Tessellation;

/// What the checker, which knows nothing of the solver, finds wrong with a plan.
fn findings(inputs: &Inputs, model: &Model, plan: &mut Plan) -> Vec<Finding> {
    plan.violations = violations(inputs, model, &plan.owner);
    let (lon, lat) = (&inputs.customers.lon, &inputs.customers.lat);
    let drawn = Tessellation::new(lon, lat, None)
        .and_then(|t| t.draw(&plan.owner, model.k))
        .expect("random places can be drawn");
    let (broken, summary) = (Broken::of(plan), Summary::new(model, &plan.owner));
    check(inputs, &Claim::of(plan, &broken, &drawn, &summary))
}
