//! The LP of a node: prices for its bound, and which units it splits.
//!
//! ```text
//! minimise    sum_uj c_uj x_uj + P sum_rows (over + short)
//! subject to  sum_j x_uj = 1,   L - short <= sum_u a_uj x_uj <= U + over,   x >= 0
//! ```
//!
//! over the open options, and `p |y - T|` for load `y` beside the target, where that costs something. The solver's tolerances do not matter: whatever prices it finds prove what they prove.

use crate::base::deadline::Deadline;
use crate::bound::{Beside, Case, RowPrices};
use crate::solve::lp::{LpSolver, Relation};
use good_lp::{Expression, ProblemVariables, variable};
use std::collections::BTreeMap;

/// What an LP found.
pub(super) struct Relaxed {
    pub prices: RowPrices,
    /// Per option; 0 where it is not open.
    pub share: Vec<f64>,
    /// Load outside the bounds that it could not avoid, in loads of a typical unit.
    pub slack: f64,
}

/// What counts in the objective.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// Cost, and load outside the bounds at a price that is higher than any cost.
    Cost,
    /// Load outside the bounds alone: the prices are a ray.
    Outside,
}

/// How many times the dearest cost of a typical load a typical load outside the bounds costs.
const PENALTY: f64 = 1e3;

/// The bounds of a row, the last of which is that of change; there is no lower one on change, and `None` where nothing limits it.
fn sides(case: &Case, row: usize) -> Option<(Option<f64>, f64)> {
    if row < case.least.len() {
        let grid = case.grid[row % case.measures];
        return Some((
            Some(grid.value(case.least[row])),
            grid.value(case.most[row]),
        ));
    }
    case.change.map(|(grid, most)| (None, grid.value(most)))
}

/// The prices of the rows: both sides of each have a dual, and those of load beside the target, which stand at `beside`, in loads of a typical unit and in `money`.
fn row_prices(
    case: &Case,
    (duals, beside): (&[f64], &BTreeMap<usize, usize>),
    typical: &[f64],
    money: f64,
) -> RowPrices {
    let (m, rows) = (case.measures, case.least.len());
    let price = |row: usize, unit: f64| {
        // More room lowers the optimum: the shadow price of the upper side is at most 0.
        let (above, below) = (-duals[2 * row], -duals[2 * row + 1]);
        let of_bounds = (above.max(0.0) - below.max(0.0)) * money / unit;
        beside.get(&row).map_or(of_bounds, |at| {
            let (above, below) = (-duals[*at], -duals[at + 1]);
            of_bounds + (above.max(0.0) - below.max(0.0)) * money / unit
        })
    };
    let change = case.change;
    RowPrices {
        row: (0..rows).map(|r| price(r, typical[r % m])).collect(),
        change: change.map_or(0.0, |_| price(rows, typical[m]).max(0.0)),
    }
}

/// Solves the LP of the open options; `None` where the solver gives up.
pub(super) fn solve(
    case: &Case,
    open: &[bool],
    goal: Goal,
    lp: LpSolver,
    until: &Deadline,
) -> Option<Relaxed> {
    let m = case.measures;
    let rows = case.least.len();
    let typical = typical(case);
    let dearest = case.cost.iter().copied().fold(0.0, f64::max).max(1e-300);
    let mut variables = ProblemVariables::new();
    let mut objective = Expression::from(0.0);
    let mut load = vec![Expression::from(0.0); rows + 1];
    let mut whole = Vec::new();
    let mut wanted = Vec::new();
    for u in 0..case.units() {
        let mut sum = Expression::from(-1.0);
        for o in case.left(u, open) {
            let x = variables.add(variable().min(0.0));
            wanted.push((o, x));
            sum += x;
            if goal == Goal::Cost {
                objective += (case.cost[o] / dearest) * x;
            }
            for r in 0..m {
                load[case.rep[o] as usize * m + r] += (case.load[o * m + r] / typical[r]) * x;
            }
            load[rows] += (case.moved[o] / typical[m]) * x;
        }
        whole.push((sum, Relation::Equal));
    }
    let of_side = |(row, d): (usize, &Beside)| 10.0 * d.price * typical[row % m] / dearest;
    let sides_cost = case.deviation.iter().enumerate().map(of_side);
    let penalty = match goal {
        Goal::Cost => sides_cost.fold(PENALTY, f64::max),
        Goal::Outside => 1.0,
    };
    let mut constraints = Vec::new();
    let mut elastic = Vec::new();
    let loads = load[..if case.deviation.is_empty() { 0 } else { rows }].to_vec();
    for (row, y) in load.into_iter().enumerate() {
        let Some((lower, upper)) = sides(case, row) else {
            break;
        };
        let unit = typical[if row < rows { row % m } else { m }];
        let out = variables.add(variable().min(0.0));
        objective += penalty * out;
        elastic.push(out);
        constraints.push((y.clone() - upper / unit - out, Relation::AtMost));
        let below = lower.map_or(Expression::from(-1.0), |l| l / unit - y - out);
        constraints.push((below, Relation::AtMost));
    }
    let mut beside = BTreeMap::new();
    for (row, y) in loads.into_iter().enumerate().filter(|_| goal == Goal::Cost) {
        let (deviation, unit) = (case.deviation(row), typical[row % m]);
        if !deviation.counts() {
            continue;
        }
        let (off, target) = (variables.add(variable().min(0.0)), deviation.target / unit);
        objective += (deviation.price * unit / dearest) * off;
        beside.insert(row, constraints.len());
        constraints.push((y.clone() - target - off, Relation::AtMost));
        constraints.push((target - y - off, Relation::AtMost));
    }
    let count = constraints.len();
    constraints.extend(whole);
    let all: Vec<_> = wanted
        .iter()
        .map(|w| w.1)
        .chain(elastic.iter().copied())
        .collect();
    let (values, duals) = lp.solve(variables, objective, constraints, all, until)?;
    let money = if goal == Goal::Cost { dearest } else { 1.0 };
    let mut share = vec![0.0; open.len()];
    for ((o, _), v) in wanted.iter().zip(&values) {
        share[*o] = *v;
    }
    Some(Relaxed {
        prices: row_prices(case, (&duals[..count], &beside), &typical, money),
        share,
        slack: values[wanted.len()..].iter().sum(),
    })
}

/// A typical load of each measure, and of what changes hands last.
fn typical(case: &Case) -> Vec<f64> {
    let mean = |values: &mut dyn Iterator<Item = f64>| {
        let (sum, count) = values
            .filter(|v| *v > 0.0)
            .fold((0.0, 0usize), |(s, n), v| (s + v, n + 1));
        if count > 0 { sum / count as f64 } else { 1.0 }
    };
    let m = case.measures;
    let mut out: Vec<f64> = (0..m)
        .map(|r| mean(&mut case.load.iter().skip(r).step_by(m).copied()))
        .collect();
    out.push(mean(&mut case.moved.iter().copied()));
    out
}
