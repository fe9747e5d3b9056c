//! Which files were read, with their hashes.

use super::InputFile;
use crate::disk::beside::{Beside, Companion};
use crate::disk::file;
use crate::error::{Collector, Error, Problem, Severity, codes};
use crate::scenario::Role;
use std::path::{Path, PathBuf};

/// The hash of a file, and of those that stand beside it and belong to it.
#[derive(Debug, Default)]
pub(super) struct Hashes {
    /// Empty where it could not be read, and for columns in memory.
    pub own: String,
    /// Path and hash.
    pub beside: Vec<(PathBuf, String)>,
}

impl Hashes {
    pub fn of(bytes: &[u8], beside: &Beside) -> Hashes {
        let hash = |c: &Companion| (c.path.clone(), file::sha256(&c.bytes));
        Hashes {
            own: file::sha256(bytes),
            beside: beside.0.iter().map(hash).collect(),
        }
    }

    /// Of a file that stands alone.
    pub fn alone(own: String) -> Hashes {
        Hashes {
            own,
            beside: Vec::new(),
        }
    }
}

/// What a file of shapes was read to.
pub(super) struct Shapes<T> {
    pub hashes: Hashes,
    pub shape: T,
    pub problems: Collector,
}

/// The files that were read, and the problems of all of them.
#[derive(Default)]
pub(super) struct Listing {
    files: Vec<InputFile>,
    pub problems: Vec<Problem>,
}

impl Listing {
    pub fn file(&mut self, role: Role, path: &Path, sha256: String) {
        self.files.push(InputFile {
            role,
            path: path.to_owned(),
            sha256,
        });
    }

    pub fn add(&mut self, role: Role, path: &Path, hashes: Hashes, problems: Collector) {
        self.file(role, path, hashes.own);
        for (path, hash) in hashes.beside {
            self.file(role, &path, hash);
        }
        self.problems.extend(problems.into_problems());
    }

    /// A file of shapes, where the scenario names one.
    pub fn shapes<T: Default>(
        &mut self,
        role: Role,
        path: Option<&Path>,
        read: Option<Shapes<T>>,
    ) -> T {
        let Some((path, read)) = path.zip(read) else {
            return T::default();
        };
        self.add(role, path, read.hashes, read.problems);
        read.shape
    }

    /// The files, and the warnings.
    pub fn end(mut self) -> Result<(Vec<InputFile>, Vec<Problem>), Error> {
        self.problems
            .extend(self.files.iter().filter_map(from_pipe));
        Ok((self.files, refuse(self.problems)?))
    }
}

/// Refuses problems if one of them is an error; errors first, otherwise in the order of the files.
pub(super) fn refuse(mut problems: Vec<Problem>) -> Result<Vec<Problem>, Error> {
    problems.sort_by_key(|problem| problem.severity);
    if problems.iter().any(|p| p.severity == Severity::Error) {
        return Err(Error::Input(problems));
    }
    Ok(problems)
}

/// The warning about an input that nobody can read again.
fn from_pipe(input: &InputFile) -> Option<Problem> {
    file::is_pipe(&input.path).then(|| {
        let what = "it was read from a pipe: `revier check` and others that start from the plan cannot read it again";
        let mut problem = Problem::warning(codes::READ_FROM_PIPE, what);
        problem.file = input.path.display().to_string();
        problem.help("name a file if the plan is to be kept")
    })
}
