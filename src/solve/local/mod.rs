//! From the LP optimum to an integer plan: owners for the split sites, then moves that lower what the
//! integrality costs.
//!
//! With the optimal prices `mu` the cost of any plan exceeds the LP bound by exactly
//!
//! ```text
//! sum_i r_i,owner(i)  +  sum_rows ( mu (U - y) if mu >= 0, else -mu (y - L) )
//! ```
//!
//! with reduced costs `r >= 0` and loads `y`. So improvement looks only at units whose second-best reduced
//! cost is small (the border) and drives the loads towards the bounds that the prices press on. All moves are
//! judged by this excess, plus a steep penalty for loads outside their bounds.

mod chain;
mod cuts;
mod fit;
mod forest;
mod improve;
mod pairs;
mod row;
mod sets;
mod state;

pub(crate) use improve::{Effort, far, improve, polish};
pub(crate) use row::Row;
pub(crate) use state::{Item, State};
