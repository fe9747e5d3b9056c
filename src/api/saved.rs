//! Plans that were saved.

use crate::check::{self as judge, Finding};
use crate::error::Error;
use std::path::Path;

/// What was found about a saved plan.
#[derive(Clone, Debug)]
pub struct Verdict(judge::Verdict);

impl Verdict {
    /// Everything that does not hold.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.0.findings
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.0.findings.is_empty()
    }

    /// What holds, in words; for a plan without findings.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.text()
    }
}

/// Judges every file of a plan directory from the inputs as they are now, as `revier check` does.
///
/// # Errors
/// [`Error::Usage`] when there is no plan in the directory, [`Error::CheckFailed`] where its report is damaged.
pub fn check(dir: impl AsRef<Path>) -> Result<Verdict, Error> {
    judge::check_dir(dir.as_ref()).map(Verdict)
}
