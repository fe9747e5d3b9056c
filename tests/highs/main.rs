//! revier against HiGHS on the whole problem, all pairs present: the LP to 1e-6, the integer plan to its optimum.
//! Needs the feature `highs`.
#![cfg(feature = "highs")]

#[path = "../rules/cases.rs"]
mod cases;
#[path = "../common/mod.rs"]
mod common;

mod full;
mod lp;
mod mip;
