//! What can go wrong, and how it is told: one [`Error`] per run, holding *all* [`Problem`]s of the
//! inputs at once.

pub mod codes;
mod collector;

pub use collector::Collector;
pub(crate) use collector::SHOWN;

use std::fmt;
use std::path::{Path, PathBuf};

/// Whether a [`Problem`] stops the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The input cannot be used as it is.
    Error,
    /// The input can be used, but is probably not what was meant.
    Warning,
}

/// One problem of an input: where, what, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Whether it stops the run.
    pub severity: Severity,
    /// Stable name of the kind of problem, e.g. `duplicate-id`; [`codes::ALL`] lists them.
    pub code: &'static str,
    /// The file as the user named it.
    pub file: String,
    /// Number of the feature (GeoJSON) or data row (tables), counted from 1.
    pub feature: Option<usize>,
    /// The `id` of the feature, where it has one.
    pub id: Option<String>,
    /// The property, column or scenario key.
    pub field: Option<String>,
    /// What is wrong, with the offending value.
    pub what: String,
    /// What the user can do.
    pub action: String,
    /// What `what` is made of, by name: for pages that say it in another language.
    pub values: Vec<(&'static str, serde_json::Value)>,
}

impl Problem {
    /// An error of the given kind; file, feature, id, field and action are still to be filled in.
    pub fn error(code: &'static str, what: impl Into<String>) -> Problem {
        Problem {
            severity: Severity::Error,
            code,
            file: String::new(),
            feature: None,
            id: None,
            field: None,
            what: what.into(),
            action: String::new(),
            values: Vec::new(),
        }
    }

    /// A warning of the given kind.
    pub fn warning(code: &'static str, what: impl Into<String>) -> Problem {
        Problem {
            severity: Severity::Warning,
            ..Problem::error(code, what)
        }
    }

    /// With the number of the feature or data row, counted from 1.
    #[must_use]
    pub fn at(mut self, feature: usize) -> Problem {
        self.feature = Some(feature);
        self
    }

    /// With the id of the feature; empty text means that it has none.
    #[must_use]
    pub fn id(mut self, id: &str) -> Problem {
        self.id = (!id.is_empty()).then(|| id.to_owned());
        self
    }

    /// With the property, column or key.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Problem {
        self.field = Some(field.into());
        self
    }

    /// With a value that its text is made of.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<serde_json::Value>) -> Problem {
        self.values.push((name, value.into()));
        self
    }

    /// With what the user can do.
    #[must_use]
    pub fn help(mut self, action: impl Into<String>) -> Problem {
        self.action = action.into();
        self
    }
}

impl Problem {
    /// The problem in one sentence, as a remark on the plan: the file without its directory, and nothing to do.
    #[must_use]
    pub fn note(&self) -> String {
        let file = Path::new(&self.file).file_name();
        let file = file.map_or_else(|| self.file.as_str().into(), |name| name.to_string_lossy());
        format!("{}: {}", self.place(&file), self.what)
    }

    /// Where it is and what is wrong, in one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!("{}: {}", self.place(&self.file), self.what)
    }

    /// File, feature, id and field.
    fn place(&self, file: &str) -> String {
        let mut place = file.to_owned();
        if let Some(n) = self.feature {
            place += &format!(", feature {n}");
        }
        if let Some(id) = &self.id {
            place += &format!(" (id {id:?})");
        }
        if let Some(field) = &self.field {
            place += &format!(", field `{field}`");
        }
        place
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let place = self.place(&self.file);
        write!(f, "{level}[{}]: {place}: {}", self.code, self.what)?;
        if !self.action.is_empty() {
            write!(f, "\n  help: {}", self.action)?;
        }
        Ok(())
    }
}

/// Why a run ended without what was asked for. [`Error::exit_code`] is the contract's status.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The command line or the scenario asks for something that cannot be.
    #[error("{0}")]
    Usage(String),
    /// The inputs have problems; all of them are listed.
    #[error("{}", list(.0))]
    Input(Vec<Problem>),
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// No plan meets the rules.
    #[error("{0}")]
    Infeasible(String),
    /// Some of what was read is bad and was put aside, as was asked for; the rest is done.
    #[error("{0}")]
    Rejected(String),
    /// `check` found a plan that does not hold; every finding is a line.
    #[error("{}", .0.join("\n"))]
    CheckFailed(Vec<String>),
    /// revier contradicts itself.
    #[error("internal error: {0}; please report this with the inputs")]
    Internal(String),
}

impl Error {
    /// All that is wrong with the inputs; empty where something else is wrong.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        match self {
            Error::Input(problems) => problems,
            _ => &[],
        }
    }

    /// The exit status of the contract: 1 internal, 2 usage or input, 3 infeasible, 4 check failed, 5 bad leads were put aside.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Internal(_) => 1,
            Error::Usage(_) | Error::Input(_) | Error::Io { .. } => 2,
            Error::Infeasible(_) => 3,
            Error::CheckFailed(_) => 4,
            Error::Rejected(_) => 5,
        }
    }
}

fn list(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    lines.join("\n")
}
