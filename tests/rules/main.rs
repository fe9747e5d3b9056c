//! Every rule alone, in pairs and in mixes: the plan is what the definitions say, not what the solver thinks.

#[path = "../common/mod.rs"]
mod common;

mod brute;
mod cases;
