//! Balanced sales territories with a proof of how good they are.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod areas;
pub mod check;
pub mod contiguity;
pub mod error;
pub mod ids;
pub mod input;
pub mod model;
pub mod output;
pub mod plan;
pub mod run;
pub mod scenario;
pub mod solve;
pub mod summary;
pub mod territory;
pub mod units;
pub mod violations;
