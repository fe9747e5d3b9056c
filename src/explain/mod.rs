//! What a plan says of itself in words: the rules it breaks and why, exceptions, islands.
//!
//! All of it follows from the inputs, the owners and what the run found out, so `check` can derive it again.

pub mod advice;
pub mod contiguity;
pub(crate) mod drawn;
mod fit;
pub mod reasons;
pub mod violations;

pub(crate) use fit::without_rows;

use crate::base::deadline::Deadline;
use crate::error::{Problem, codes};
use crate::input::Inputs;
use crate::model::Model;
use crate::plan::{Plan, Status};
use crate::territory::Adjacency;

/// What is told of owners who left: asked for, so it is a note of the plan and no warning.
pub(crate) fn former_owners(inputs: &mut Inputs) -> Vec<String> {
    let all = std::mem::take(&mut inputs.warnings);
    let (former, others): (Vec<Problem>, Vec<Problem>) =
        (all.into_iter()).partition(|p| p.code == codes::FORMER_OWNER);
    inputs.warnings = others;
    former.into_iter().map(|p| p.what).collect()
}

/// Fills in what the plan violates and why, as far as there is time, and what is worth a note.
pub(crate) fn explain(
    inputs: &Inputs,
    model: &Model,
    graph: &Adjacency,
    plan: &mut Plan,
    until: &Deadline,
) {
    let contiguous = inputs.scenario.rules.contiguous;
    if plan.status == Status::Infeasible {
        plan.violations = violations::violations(inputs, model, &plan.owner);
        if contiguous {
            let torn = contiguity::violations(inputs, graph, &plan.owner);
            plan.violations.extend(torn);
        }
        // Why comes before what was tried.
        let reasons = violations::reasons(inputs, model, until);
        plan.notes.splice(0..0, reasons);
    }
    plan.notes.extend(violations::exceptions(inputs, model));
    plan.notes.extend(without_rows(inputs, inputs.reps.len()));
    if contiguous {
        plan.notes.extend(contiguity::exceptions(inputs, graph));
        plan.unjoined.clear();
    } else {
        let (islands, found) = contiguity::tell(inputs, model, graph, plan);
        plan.notes.extend(islands);
        plan.unjoined = found;
    }
}
