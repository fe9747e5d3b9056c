//! What a run says of itself: notes that the solver takes, and that `check` knows again.
//!
//! Nothing can derive them from the inputs and the plan, so a saved plan may have these, each once, and no others. The page has their
//! German in `report/page/notes_de.js`.

use crate::base::words::thousands;
use crate::bound::Tree;

/// A plan of today's assignment.
pub(crate) const KEPT: &str = "today's assignment, evaluated: nothing was moved";
/// Somebody ended the run.
pub(crate) const INTERRUPTED: &str =
    "the run was interrupted: this is the best plan found until then";
/// The search was done, and there was no time for what follows from it.
pub(crate) const NO_TIME: &str = "there was no time left to work out every reason and all advice";
/// What `deviation_cost = "auto"` stands for was not found.
pub(crate) const NO_COST: &str = "there was no time to choose what load beside the targets may cost: where that was not found, it costs nothing here; a longer \
     time_limit_s, or a number as deviation_cost, helps";
/// What a ray of the dual proves.
pub(crate) const UNMET: &str =
    "no plan keeps all bounds, not even one that shares customers between reps (proven by prices)";
/// What a tree with other leaves proves.
pub(crate) const NO_PLAN: &str = "no plan keeps all bounds (proven by the certificate)";
/// Nothing was proven.
pub(crate) const NOT_FOUND: &str = "no plan that keeps all rules was found, and none is ruled out";
/// A search over all plans in one piece found none.
pub(crate) const NO_CONTIGUOUS: &str = "no plan with contiguous territories keeps all bounds: a search ruled out all of them; the \
                                        certificate does not cover contiguity";
/// A search over all plans in one piece found none better.
pub(crate) const BEST_CONTIGUOUS: &str = "no plan with contiguous territories costs less: a search ruled out all of them; the \
                                          certificate does not cover contiguity";
/// A claim was taken back.
pub(crate) const WEAKER: &str = "a stronger proof did not pass its own check, and is not claimed";

/// Whether a note says what came of a search.
pub(crate) fn is_outcome(note: &str) -> bool {
    [UNMET, NO_PLAN, NOT_FOUND, NO_CONTIGUOUS, BEST_CONTIGUOUS].contains(&note)
}

/// What a tree proves that shows that there is no plan.
pub(crate) fn infeasible(tree: &Tree) -> &'static str {
    match tree {
        Tree::Ray { .. } => UNMET,
        _ => NO_PLAN,
    }
}

/// The time limit ended the search.
pub(crate) fn time_limit(seconds: f64) -> String {
    format!("the time limit of {seconds} s ended the search for a better plan")
}

/// Whether notes tell that a run with this time limit ended early.
pub(crate) fn has_ended(notes: &[String], seconds: f64) -> bool {
    let by_time = time_limit(seconds);
    let is_it = |note: &String| *note == by_time || note == INTERRUPTED || note == NO_TIME;
    notes.iter().any(is_it)
}

/// How many customers today's assignment says nothing of.
pub(crate) fn placed(count: usize, of: usize) -> String {
    format!(
        "{} of {} customers have no owner of today: each is counted with its group, else with the nearest permitted rep",
        thousands(count),
        thousands(of)
    )
}
