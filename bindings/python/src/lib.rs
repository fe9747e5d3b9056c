//! The native part of the Python package `revier`: sources in, a plan out, and a solve that Python can watch and end.
//!
//! What is frames, figures and words is written in Python (`revier/`); here is what must be fast, and what calls the library. Arrays come as
//! bytes in the machine's order, shapes as WKB.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod errors;
mod geometry;
mod plan;
mod source;
mod watch;

use pyo3::prelude::*;

/// See the crate's documentation.
#[pymodule]
mod _revier {
    #[pymodule_export]
    use crate::plan::{Instance, Plan, Routing};
    #[pymodule_export]
    use crate::source::{Source, Table};
    #[pymodule_export]
    use crate::watch::{Cancel, solve};

    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
