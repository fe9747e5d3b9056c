//! The coupling rows of the LP: balance rows `(rep, measure)`, and the limit on change.

use crate::base::decimal::Grid;
use crate::bound::Beside;
use crate::model::{Model, greatest_load};

/// Bounds of the coupling rows. Row `j * m + r` is rep `j`, measure `r`; the last row, if `change`,
/// is the amount that changes hands.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    /// `L` per row, as the model has it.
    pub lower: Vec<f64>,
    /// `U` per row, finite: a missing bound is the greatest load there can be.
    pub upper: Vec<f64>,
    /// What load beside the target of a balance row costs; empty where none does.
    pub deviation: Vec<Beside>,
    /// The nearest total below `L` and above `U` that sums of loads can make, infinite where there is none.
    pub beyond: Vec<(f64, f64)>,
    /// Load of the fixed sites per balance row.
    pub fixed: Vec<f64>,
    /// Amount of the fixed sites that changes hands.
    pub fixed_moved: f64,
    /// Whether there is a row for change.
    pub change: bool,
}

impl Rows {
    pub fn new(model: &Model) -> Rows {
        let change = model.change.as_ref().filter(|c| c.limit.is_finite());
        let mut lower: Vec<f64> = model.bounds.iter().map(|b| b.lower).collect();
        let mut upper: Vec<f64> = model.bounds.iter().map(|b| b.upper).collect();
        for (row, u) in upper.iter_mut().enumerate() {
            if !u.is_finite() {
                *u = greatest_load(model, row % model.m).max(lower[row]);
            }
        }
        let fixed = vec![0.0; lower.len()];
        let limits = &model.limits;
        let next = |grid: Grid, (least, most): (i128, i128)| {
            let above = most.checked_add(1).map_or(f64::INFINITY, |n| grid.value(n));
            (grid.value(least - 1), above)
        };
        let mut beyond: Vec<(f64, f64)> = (0..lower.len())
            .map(|row| {
                next(
                    limits.grid[row % model.m],
                    (limits.least[row], limits.most[row]),
                )
            })
            .collect();
        if let Some(c) = change {
            lower.push(0.0);
            upper.push(c.limit);
            beyond.push(next(c.grid, (0, c.most().unwrap_or(i128::MAX))));
        }
        Rows {
            lower,
            upper,
            deviation: Rows::deviations(model),
            beyond,
            fixed,
            fixed_moved: 0.0,
            change: change.is_some(),
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.lower.len()
    }

    /// Load of the fixed sites on any row.
    pub fn fixed(&self, row: usize) -> f64 {
        self.fixed.get(row).copied().unwrap_or(self.fixed_moved)
    }

    /// The size of what a row is about, never negative.
    pub fn size(&self, row: usize) -> f64 {
        let bounds = self.upper[row].abs().max(self.lower[row].abs());
        bounds.max(self.fixed(row).abs())
    }

    /// `max(mu U, mu L)` less what the fixed sites already load: the row's part of the dual. Where load beside the target costs something it is the
    /// conjugate of that, see [`Beside`].
    pub fn dual_term(&self, row: usize, mu: f64) -> f64 {
        let term = self.deviation(row);
        term.conjugate(mu, self.lower[row], self.upper[row]) - mu * self.fixed(row)
    }

    /// What load beside the target of a row costs.
    pub fn deviation(&self, row: usize) -> Beside {
        self.deviation.get(row).copied().unwrap_or_default()
    }

    /// What load beside the target of each row costs; nothing where none does.
    pub fn deviations(model: &Model) -> Vec<Beside> {
        if !model.weighs_balance() {
            return Vec::new();
        }
        let of = |row: usize| Beside::new(model.deviation[row % model.m], model.bounds[row].target);
        (0..model.bounds.len()).map(of).collect()
    }
}
