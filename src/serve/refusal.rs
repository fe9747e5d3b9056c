//! Why something was not done, and how the interface says so.

use crate::error::{Error, Problem, Severity};
use serde_json::{Value, json};

/// Why not.
#[derive(Debug)]
pub(super) enum Refusal {
    /// It was made on a version that is not the last one any more.
    Stale { version: u64, changed: Vec<String> },
    /// A plan is being made.
    Busy,
    /// What was asked for cannot be.
    Bad(Vec<Problem>),
    /// No plan was found; none is ruled out unless `none`. What the notes say of it.
    NoPlan { none: bool, notes: Vec<String> },
    /// What was sent is no request.
    Malformed(String),
    /// There is no such thing.
    Missing(String),
    /// Something else is in its place.
    Taken(String),
    /// It is larger than what is taken.
    TooLarge(String),
    /// It is of a kind that is not taken.
    Unknown(String),
    /// It took too long to come.
    Slow(String),
    /// Too many ask for the same at once.
    Crowded(String),
    /// The desk could not do it.
    Failed(Error),
}

impl Refusal {
    /// The error of a step: bad input is the fault of who asks.
    pub fn of(error: Error) -> Refusal {
        match error {
            Error::Input(problems) => Refusal::Bad(problems),
            Error::Usage(what) => Refusal::Malformed(what),
            other => Refusal::Failed(other),
        }
    }

    /// The status of the answer.
    pub fn status(&self) -> u16 {
        match self {
            Refusal::Stale { .. } | Refusal::Taken(_) => 409,
            Refusal::Busy | Refusal::Crowded(_) => 429,
            Refusal::TooLarge(_) => 413,
            Refusal::Unknown(_) => 415,
            Refusal::Slow(_) => 408,
            Refusal::Bad(_) | Refusal::NoPlan { .. } => 422,
            Refusal::Malformed(_) => 400,
            Refusal::Missing(_) => 404,
            Refusal::Failed(_) => 500,
        }
    }

    /// The body of the answer.
    pub fn body(&self) -> Value {
        match self {
            Refusal::Stale { version, changed } => json!({
                "error": "the project has changed since",
                "version": version,
                "changed": changed,
            }),
            Refusal::Busy => json!({"error": "a plan is being made", "problems": []}),
            Refusal::Bad(problems) => {
                let first = problems.first().map_or("it cannot be", |p| p.what.as_str());
                json!({"error": first, "problems": problems.iter().map(told).collect::<Vec<_>>()})
            }
            Refusal::NoPlan { none, notes } => {
                let what = match none {
                    true => "no plan keeps all that is asked for; the plan at hand stays",
                    false => {
                        "no plan that keeps all that is asked for was found, none is ruled out; the plan at hand stays"
                    }
                };
                let note = |note: &String| told(&Problem::error("no-plan", note.as_str()));
                json!({"error": what, "problems": notes.iter().map(note).collect::<Vec<_>>()})
            }
            Refusal::Malformed(what)
            | Refusal::Missing(what)
            | Refusal::Taken(what)
            | Refusal::TooLarge(what)
            | Refusal::Unknown(what)
            | Refusal::Slow(what)
            | Refusal::Crowded(what) => json!({"error": what, "problems": []}),
            Refusal::Failed(error) => json!({"error": error.to_string(), "problems": []}),
        }
    }
}

/// A problem as JSON.
pub(super) fn told(p: &Problem) -> Value {
    json!({
        "severity": match p.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "code": p.code,
        "file": p.file,
        "feature": p.feature,
        "id": p.id,
        "field": p.field,
        "what": p.what,
        "help": p.action,
    })
}
