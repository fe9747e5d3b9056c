//! The place of a plan directory.

use super::{Contents, write_files};
use crate::disk::staging::Folder;
use crate::error::Error;
use crate::saved::PLAN;
use std::path::Path;

/// A directory that a plan may be written to.
#[derive(Debug)]
pub struct Target(Folder);

impl Target {
    /// Checks that `out` can take a plan: it can be written, and does not exist yet, is empty, or holds nothing but a plan of ours.
    /// A link is followed. What runs that were cut off left there is put right.
    ///
    /// # Errors
    /// [`Error::Usage`] that says what is in the way, and what to do.
    pub fn claim(out: &Path) -> Result<Target, Error> {
        Folder::claim(out, &PLAN, false).map(Target)
    }

    /// As [`Target::claim`], though files that are named like those of a plan may be anybody's.
    ///
    /// # Errors
    /// As [`Target::claim`].
    pub fn claim_by_force(out: &Path) -> Result<Target, Error> {
        Folder::claim(out, &PLAN, true).map(Target)
    }

    /// Refuses inputs that would be removed together with the plan that stands there.
    ///
    /// # Errors
    /// [`Error::Usage`] that names one of them.
    pub fn spares<'a>(&self, inputs: impl IntoIterator<Item = &'a Path>) -> Result<(), Error> {
        self.0.spares(inputs)
    }

    /// Writes a plan and puts it in place of what stood there.
    ///
    /// # Errors
    /// [`Error::Io`]; the previous plan is untouched then.
    pub fn write(self, contents: &Contents<'_>) -> Result<(), Error> {
        self.0.fill(|dir| write_files(dir, self.0.path(), contents))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::saved::REPORT;
    use std::fs;

    #[test]
    fn foreign_files_are_named() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("notes.txt"), "mine").unwrap();
        for claim in [Target::claim, Target::claim_by_force] {
            let error = claim(dir.path()).unwrap_err().to_string();
            assert!(error.contains("notes.txt"), "{error}");
        }
        assert!(dir.path().join("notes.txt").exists());
    }

    #[test]
    fn names_of_a_plan_do_not_make_one() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        fs::create_dir(&out).unwrap();
        for report in [
            None,
            Some("{}"),
            Some("[{\"revier\": \"1\"}]"),
            Some("{\"plan\": {\"revier\": \"1\"}}"),
        ] {
            fs::write(out.join("assignments.csv"), "mine").unwrap();
            if let Some(report) = report {
                fs::write(out.join(REPORT), report).unwrap();
            }
            let error = Target::claim(&out).unwrap_err().to_string();
            assert!(error.contains("--force"), "{error}");
            assert!(Target::claim_by_force(&out).is_ok());
        }
        fs::write(out.join(REPORT), "{\n  \"revier\": \"0.1.0\",\n").unwrap();
        assert!(Target::claim(&out).is_ok());
        assert_eq!(
            fs::read_to_string(out.join("assignments.csv")).unwrap(),
            "mine"
        );
    }

    #[test]
    fn leftovers_of_dead_runs_are_swept() {
        let dir = tempfile::tempdir().unwrap();
        let dead = dir.path().join(".out.revier-00ff00ff00ff00ff.new");
        let other = dir.path().join(".out.revier-notes");
        let lock = dir.path().join(".out.revier-lock");
        for path in [&dead, &other] {
            fs::create_dir(path).unwrap();
        }
        fs::write(&lock, "").unwrap();
        Target::claim(&dir.path().join("out")).unwrap();
        assert!(!dead.exists() && !lock.exists());
        assert!(other.exists());
    }
}
