//! The coupling rows of a plan on the map, and what their loads cost.

use crate::solve::round::State;

/// Bounds and prices of the coupling rows: `j * m + r` is rep `j`, measure `r`; the last row, if there is a
/// limit on change, is the amount that changes hands.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
    pub mu: Vec<f64>,
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
            penalty: self.penalty[row],
            outside: self.outside[row],
        }
    }

    /// What load `y` outside the bounds costs.
    pub fn fine(&self, row: usize, y: f64) -> f64 {
        self.row(row).fine(y)
    }
}

/// One coupling row of [`Rows`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub lower: f64,
    pub upper: f64,
    mu: f64,
    penalty: f64,
    outside: f64,
}

impl Row {
    /// What load `y` outside the bounds costs.
    fn fine(&self, y: f64) -> f64 {
        let outside = (y - self.upper).max(self.lower - y);
        if outside > 0.0 {
            self.penalty * outside + self.outside
        } else {
            0.0
        }
    }

    /// What load `y` costs above the bound: the price of what is left unused, and the fine.
    pub fn cost(&self, y: f64) -> f64 {
        let unused = if self.mu >= 0.0 {
            self.mu * (self.upper - y)
        } else {
            -self.mu * (y - self.lower)
        };
        unused + self.fine(y)
    }
}
