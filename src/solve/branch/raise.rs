//! Prices of the units, raised by subgradient steps (Fisher 1981): what too few knapsacks take is worth more, what several take less.

use super::Search;
use super::node::short_number;
use crate::bound::{self, RowPrices, Tree};

/// Steps that raise the prices of the units.
const STEPS: usize = 24;

impl Search<'_> {
    /// Raises the bound of a node by prices of the units, where that is not enough yet.
    pub(super) fn raise(&self, open: [&[bool]; 2], prices: &RowPrices, best: &mut (Tree, f64)) {
        for measure in 0..self.case.measures {
            if best.1 >= self.target() || self.budget.until.is_over() {
                return;
            }
            let found = self.ascend(open, prices, measure, best.1);
            if found.1 > best.1 {
                *best = found;
            }
        }
    }

    fn ascend(
        &self,
        [open, split]: [&[bool]; 2],
        prices: &RowPrices,
        q: usize,
        floor: f64,
    ) -> (Tree, f64) {
        let case = self.case;
        let start = bound::unit_prices(case, split, prices, &[]);
        let zero: Vec<(u32, f64)> = (0..case.units() as u32).map(|u| (u, 0.0)).collect();
        let first = bound::unit_prices(case, split, prices, &zero);
        // What is moved is named by its distance from the least value, in few digits.
        let mut above: Vec<Option<f64>> = vec![None; case.units()];
        let priced = |above: &[Option<f64>]| -> Vec<f64> {
            let price = |u: usize| above[u].map_or(start[u], |p| first[u] + p);
            (0..case.units()).map(price).collect()
        };
        let mut best = (above.clone(), f64::NEG_INFINITY);
        let aim = self.target();
        let aim = if aim.is_finite() {
            aim
        } else {
            floor + 0.05 * floor.abs()
        };
        let (mut theta, mut worse) = (1.0, 0);
        for _ in 0..STEPS {
            let (value, taken) = self.knapsacks(open, prices, q, &priced(&above));
            if value > best.1 {
                best = (above.clone(), value);
                worse = 0;
            } else {
                worse += 1;
                if worse >= 3 {
                    theta *= 0.5;
                    worse = 0;
                }
            }
            let lack: Vec<f64> = taken.iter().map(|t| 1.0 - f64::from(*t)).collect();
            let norm: f64 = lack.iter().map(|g| g * g).sum();
            if norm == 0.0 || best.1 >= aim || self.budget.until.is_over() {
                break;
            }
            let step = theta * (1.02 * aim - value).max(1e-6 * aim.abs()) / norm;
            for (u, g) in lack.iter().enumerate().filter(|(_, g)| **g != 0.0) {
                let now = above[u].unwrap_or(start[u] - first[u]);
                above[u] = Some(short_number(now + step * g));
            }
        }
        let above: Vec<(u32, f64)> = (best.0.iter().enumerate())
            .filter_map(|(u, p)| Some((u as u32, (*p)?)))
            .collect();
        let pi = bound::unit_prices(case, split, prices, &above);
        let value = bound::assignment(case, open, prices, q, &pi).least();
        let tree = Tree::Assignment {
            prices: prices.clone(),
            measure: q,
            above,
        };
        (tree, value)
    }

    /// The value of prices of the units, and how many knapsacks take each.
    fn knapsacks(
        &self,
        open: &[bool],
        prices: &RowPrices,
        q: usize,
        pi: &[f64],
    ) -> (f64, Vec<u32>) {
        let case = self.case;
        let mut taken = vec![0u32; case.units()];
        let mut value: f64 = pi.iter().sum();
        for (j, bin) in bound::bins(case, open, prices, q, pi).iter().enumerate() {
            let row = j * case.measures + q;
            let mu = prices.row[row];
            let (z, set) = bin.least(&bound::press(case, row, mu));
            value += z;
            for (u, _) in bin.unit.iter().zip(set).filter(|(_, s)| *s) {
                taken[*u as usize] += 1;
            }
        }
        let others = prices
            .row
            .iter()
            .enumerate()
            .filter(|(row, _)| row % case.measures != q);
        value -= others
            .map(|(row, mu)| bound::row_term(case, row, *mu))
            .sum::<f64>();
        let change = case.change.map_or(0.0, |(grid, most)| grid.value(most));
        (value - prices.change * change, taken)
    }
}
