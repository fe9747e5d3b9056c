//! The coupling rows of a plan on the map, and what their loads cost.

use crate::bound::Beside;
use crate::solve::local::{Row, State};

/// Bounds and prices of the coupling rows: `j * m + r` is rep `j`, measure `r`; the last row, if there is a
/// limit on change, is the amount that changes hands.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
    pub mu: Vec<f64>,
    /// What load beside the target of a row costs; empty where none does.
    pub deviation: Vec<Beside>,
    /// Cost of a unit of load outside the bounds.
    pub penalty: Vec<f64>,
    /// Cost of being outside at all.
    pub outside: Vec<f64>,
}

impl Rows {
    pub fn of(s: &State) -> Rows {
        Rows {
            lower: s.lower.clone(),
            upper: s.upper.clone(),
            mu: s.mu.clone(),
            deviation: s.deviation.clone(),
            penalty: s.penalty.clone(),
            outside: s.outside.clone(),
        }
    }

    /// One of them.
    pub fn row(&self, row: usize) -> Row {
        Row {
            lower: self.lower[row],
            upper: self.upper[row],
            mu: self.mu[row],
            deviation: self.deviation(row),
            penalty: self.penalty[row],
            outside: self.outside[row],
        }
    }

    /// What load beside the target of a row costs.
    pub fn deviation(&self, row: usize) -> Beside {
        self.deviation.get(row).copied().unwrap_or_default()
    }

    /// How hard the price presses the load of a row: not at all where the load may be what it is at no cost.
    pub fn pressure(&self, row: usize) -> f64 {
        (self.mu[row].abs() - self.deviation(row).price).abs()
    }

    /// What load `y` outside the bounds costs.
    pub fn fine(&self, row: usize, y: f64) -> f64 {
        self.row(row).fine(y)
    }
}
