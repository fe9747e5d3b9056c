//! Plans with other limits on what changes hands, in figures.

use super::Status;
use serde::{Deserialize, Serialize};

/// A plan of the frontier, in figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrontierRow {
    /// The limit; `None`: no limit.
    pub max_share: Option<f64>,
    /// Share of the measure that changes hands.
    pub moved_share: f64,
    /// Travel cost, without any penalty on change.
    pub objective: f64,
    /// Mean one-way travel over all customers in km, weighted as the cost is.
    pub travel_km: Option<f64>,
    /// Greatest distance of an index (total / target) from 1; `None` without targets.
    pub worst_index_deviation: Option<f64>,
    /// How good the plan is known to be.
    pub status: Status,
    /// `(objective - bound) / objective`.
    pub gap: f64,
}
