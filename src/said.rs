//! What a run says of itself: notes that the solver takes, and that `check` knows again.
//!
//! Nothing can derive them from the inputs and the plan, so a saved plan may have these, each once, and no others. The page has their
//! German in `report/page/notes_de.js`.

use crate::error::thousands;

/// A plan of today's assignment.
pub(crate) const KEPT: &str = "today's assignment, evaluated: nothing was moved";
/// Somebody ended the run.
pub(crate) const INTERRUPTED: &str =
    "the run was interrupted: this is the best plan found until then";
/// The search was done, and there was no time for what follows from it.
pub(crate) const NO_TIME: &str = "there was no time left to work out every reason and all advice";
/// What a ray of the dual proves.
pub(crate) const UNMET: &str =
    "no plan keeps all bounds, not even one that shares customers between reps (proven by prices)";
/// A search over all plans found none in one piece.
pub(crate) const NO_CONTIGUOUS: &str = "no plan has contiguous territories (proven by search)";
/// A search over all plans in one piece found none within the bounds.
pub(crate) const NO_CONTIGUOUS_WITHIN: &str = "no plan with contiguous territories keeps all bounds; this one breaks them least (proven by \
                                               search)";
/// A search over all plans found none within the bounds, and the one that breaks them least.
pub(crate) const NO_PLAN_LEAST: &str =
    "no plan keeps all bounds; this one breaks them least (proven by search)";
/// A search over all plans found none within the bounds.
pub(crate) const NO_PLAN: &str = "no plan keeps all bounds (proven by search)";

/// What may be proven of bounds that cannot be kept.
pub(crate) const PROVEN: [&str; 5] = [
    NO_CONTIGUOUS,
    NO_CONTIGUOUS_WITHIN,
    NO_PLAN_LEAST,
    NO_PLAN,
    UNMET,
];

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
