//! Balanced sales territories with a proof of how good they are.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
// The library speaks through what it returns; only the command line prints.
#![deny(clippy::print_stdout, clippy::print_stderr, clippy::dbg_macro)]

pub mod advice;
pub mod areas;
mod bound;
mod certificate;
pub mod check;
pub mod compare;
pub mod contiguity;
pub mod dashboard;
pub mod date;

pub mod deadline;
mod decimal;
mod drawing;
mod drawn;
pub mod error;
mod explain;
pub mod export;
pub mod frontier;
mod grain;
pub mod ids;
pub mod input;
mod knapsack;
pub mod leads;
pub mod model;
pub mod output;
pub mod plan;
pub mod plan_dir;
pub mod reasons;
pub mod report;
pub mod run;
mod said;
pub mod scenario;
pub mod solve;
pub mod staging;
pub mod summary;
pub mod sums;
pub mod targets;
pub mod territory;
pub mod track;
pub mod units;
pub mod violations;
pub mod words;

/// The README's example is compiled and run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
