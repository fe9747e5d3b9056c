//! How many reps, and where: `revier size`.
//!
//! For every number of reps: bases, a plan of whole customers, and a bound on every plan with so many (see [`problem`], [`prices`]). The
//! one that is recommended is then solved, drawn and checked as any other plan.

mod bases;
mod coarse;
pub mod curve;
mod knapsack;
mod page;
mod people;
mod places;
pub mod prices;
pub mod problem;
mod question;
mod row;
pub mod search;
mod swaps;
#[cfg(test)]
mod tests;
mod turnover;
mod whole;
mod write;

pub use curve::{Curve, curve};
pub use page::{is_page, page};
pub use people::People;
pub use row::{Row, Verdict};
pub use turnover::{Asked, Turn, Turnover, What, is_turns, turnover, turns_table};
pub use write::{bounds, chosen, is_curve, is_ours, plan_of, table};
