//! Balanced sales territories with a proof of how good they are.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![warn(clippy::too_many_lines)]
// The library speaks through what it returns; only the command line prints.
#![deny(clippy::print_stdout, clippy::print_stderr, clippy::dbg_macro)]

// The layers, from the ground up: a module imports what stands above it in this list only (`tests/layers.rs` holds them to it).
pub mod base;

pub mod error;

pub mod disk;

mod memory;

pub mod territory;

pub mod scenario;

pub mod input;

pub mod travel;

pub mod model;

mod bound;

pub mod plan;

pub mod solve;

pub mod explain;

mod certificate;

pub mod saved;

pub mod report;

pub mod output;

pub mod check;

pub mod compare;
pub mod export;
pub mod leads;
pub mod track;

pub mod run;

mod api;

pub use api::{
    Builder, Figures, Instance, Options, Plan, Source, Territory, Verdict, check, solve,
};
pub use base::deadline::Cancel;
pub use check::Finding;
pub use error::{Error, Problem, Severity};
pub use memory::Table;
pub use plan::{Claim, Proof, Status};
pub use report::Lang;
pub use run::Stage;

/// The README's example is compiled and run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
