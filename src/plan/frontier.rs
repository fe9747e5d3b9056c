//! Plans with other tolerances, and other limits on what changes hands, in figures.

use super::Status;
use serde::{Deserialize, Serialize};

/// What travel is weighed against: one of them gives a curve, both a grid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trade {
    /// How much changes hands.
    pub change: bool,
    /// How even the loads are.
    pub balance: bool,
}

impl Trade {
    /// Whether anything is.
    #[must_use]
    pub fn any(self) -> bool {
        self.change || self.balance
    }
}

/// A plan of the frontier, in figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrontierRow {
    /// The tolerance of the first balance measure; those of the others are as much wider or narrower than the scenario's as this one is.
    /// `None`: tolerances are the scenario's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<f64>,
    /// The limit; `None`: no limit.
    pub max_share: Option<f64>,
    /// Share of the measure that changes hands.
    pub moved_share: f64,
    /// Travel cost, and what load beside the targets costs; without any penalty on change.
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
