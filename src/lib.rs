//! Balanced sales territories with a proof of how good they are.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod check;
pub mod error;
pub mod export;
pub mod ids;
pub mod input;
pub mod model;
pub mod output;
pub mod plan;
pub mod plan_dir;
pub mod run;
pub mod scenario;
pub mod solve;
pub mod summary;
pub mod territory;
pub mod violations;
