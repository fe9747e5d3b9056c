//! Errors of the library as exceptions of `revier._errors`.

use pyo3::prelude::*;
use revier::{Error, Problem, Severity};
use std::path::Path;

/// A problem as the arguments of `revier.Problem`.
type Parts<'a> = (
    &'static str,
    &'a str,
    &'a str,
    Option<usize>,
    Option<&'a str>,
    Option<&'a str>,
    &'a str,
    &'a str,
);

fn parts(problem: &Problem) -> Parts<'_> {
    let severity = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    (
        severity,
        problem.code,
        &problem.file,
        problem.feature,
        problem.id.as_deref(),
        problem.field.as_deref(),
        &problem.what,
        &problem.action,
    )
}

/// A list of `revier.Problem`.
pub fn problems<'py>(py: Python<'py>, problems: &[Problem]) -> PyResult<Bound<'py, PyAny>> {
    let parts: Vec<Parts<'_>> = problems.iter().map(parts).collect();
    py.import("revier._errors")?
        .call_method1("problems", (parts,))
}

/// The exception for an error.
pub fn exception(py: Python<'_>, error: &Error) -> PyErr {
    let kind = match error {
        Error::Usage(_) | Error::Input(_) => "input",
        Error::Io { .. } => "file",
        Error::Infeasible(_) => "infeasible",
        Error::CheckFailed(_) => "check",
        _ => "internal",
    };
    let made = py.import("revier._errors").and_then(|module| {
        let list = problems(py, error.problems())?;
        module.call_method1("exception", (kind, error.to_string(), list))
    });
    match made {
        Ok(value) => PyErr::from_value(value),
        Err(broken) => broken,
    }
}

/// The exception for a file that cannot be read.
pub fn unreadable(py: Python<'_>, path: &Path, source: std::io::Error) -> PyErr {
    let path = path.to_owned();
    exception(py, &Error::Io { path, source })
}
