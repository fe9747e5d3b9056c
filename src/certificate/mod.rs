//! `certificate.json`: what proves the claim of a plan.
//!
//! Its format and all formulas stand in `CERTIFICATE.md` beside this file, for who wants to verify one with other means than
//! [`check`](crate::check): it needs the inputs and arithmetic, nothing of the solver.

mod write;

pub(crate) use write::write;

/// The name of the file in a plan directory.
pub(crate) const NAME: &str = "certificate.json";
/// The format that is written, and that `check` reads.
pub(crate) const FORMAT: &str = "revier-certificate/1";
