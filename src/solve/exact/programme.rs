//! Integer programmes of whole plans: what they minimise, their coupling rows, and who solves them.
//!
//! They are solved through `good_lp`: by microlp, or by HiGHS with the feature `highs`.

use crate::base::deadline::Deadline;
use crate::bound::Beside;
use crate::solve::guard::guarded;
use good_lp::solvers::SolutionStatus;
use good_lp::{
    Constraint, Expression, ProblemVariables, ResolutionError, Solution, SolverModel, Variable,
    variable,
};

/// Integer variables that branch and bound is tried with.
pub(crate) const MOST_COLUMNS: usize = 400;

/// Which sum the programme minimises.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// Cost above the LP bound, within the bounds.
    Excess,
    /// Load outside the bounds, relative to the upper bound.
    Violation,
}

/// Bounds and prices of the coupling rows, and the units that the programme counts in.
pub(crate) struct Limits<'a> {
    pub lower: &'a [f64],
    pub upper: &'a [f64],
    pub mu: &'a [f64],
    /// What load beside the target of a row costs; empty where none does.
    pub deviation: &'a [Beside],
    /// Unit of the load, per row (see [`sizes`]).
    pub size: &'a [f64],
    /// Unit of cost (see [`unit_of_cost`]).
    pub money: f64,
}

impl Goal {
    /// The constraints of the coupling rows, given the load of each in its unit; what they cost joins the objective.
    pub fn rows(
        self,
        loads: Vec<Expression>,
        limits: &Limits,
        variables: &mut ProblemVariables,
        objective: &mut Expression,
    ) -> Vec<Constraint> {
        let mut constraints = Vec::with_capacity(2 * loads.len());
        for (r, load) in loads.into_iter().enumerate() {
            let size = limits.size[r];
            let (lower, upper) = (limits.lower[r] / size, limits.upper[r] / size);
            match self {
                Goal::Excess => {
                    // What the row leaves unused costs its price.
                    let price = limits.mu[r] * size / limits.money;
                    let deviation = limits.deviation.get(r).copied().unwrap_or_default();
                    let bound =
                        deviation.pressed(limits.mu[r], limits.lower[r], limits.upper[r]) / size;
                    *objective += price * bound - price * load.clone();
                    if deviation.counts() {
                        // And load beside the target its own.
                        let side = deviation.price * size / limits.money;
                        let off = variables.add(variable().min(0.0));
                        let target = deviation.target / size;
                        *objective += side * off - deviation.cost(bound * size) / limits.money;
                        constraints.push((load.clone() - off).leq(target));
                        constraints.push((load.clone() + off).geq(target));
                    }
                    constraints.push(load.clone().leq(upper));
                    constraints.push(load.geq(lower));
                }
                Goal::Violation => {
                    let out = variables.add(variable().min(0.0));
                    *objective += out;
                    constraints.push((load.clone() - out).leq(upper));
                    constraints.push((load + out).geq(lower));
                }
            }
        }
        constraints
    }
}

/// The unit that the load of each row is counted in: its upper bound, or the greatest single load where that is more (a bound may be 0).
pub(crate) fn sizes(upper: &[f64], greatest: &[f64]) -> Vec<f64> {
    let rows = upper.iter().zip(greatest);
    rows.map(|(u, a)| match u.abs().max(a.abs()) {
        size if size > 0.0 => size,
        _ => 1.0,
    })
    .collect()
}

/// The unit that costs are counted in, where no option costs more than `limit`.
pub(crate) fn unit_of_cost(mu: &[f64], upper: &[f64], limit: f64) -> f64 {
    let full = mu.iter().zip(upper).map(|(p, u)| p.abs() * u);
    let unit = full.fold(0.0, f64::max).max(limit.min(1e300)).max(1e-300);
    // Without a limit the goal is the violation, which is no cost.
    if unit >= 1e300 { 1.0 } else { unit }
}

/// Longest time limit that the solvers know, seconds.
const LONGEST: f64 = 1e6;

/// Solves an integer programme as long as there is time; returns the values `wanted`.
///
/// A solver that panics or does not come back is one that gave nothing.
pub(crate) fn run(
    variables: ProblemVariables,
    objective: Expression,
    constraints: Vec<Constraint>,
    wanted: &[Variable],
    until: &Deadline,
) -> Result<(Vec<f64>, SolutionStatus), ResolutionError> {
    let seconds = until.left().as_secs_f64().min(LONGEST);
    if seconds <= 0.0 {
        return Err(ResolutionError::Other("no time is left"));
    }
    let wanted = wanted.to_vec();
    let solved = guarded(until, move || {
        solve(variables, objective, constraints, &wanted, seconds)
    });
    solved.unwrap_or(Err(ResolutionError::Other("the solver gave nothing")))
}

fn solve(
    variables: ProblemVariables,
    objective: Expression,
    constraints: Vec<Constraint>,
    wanted: &[Variable],
    seconds: f64,
) -> Result<(Vec<f64>, SolutionStatus), ResolutionError> {
    let problem = variables.minimise(objective);
    #[cfg(not(feature = "highs"))]
    let mut model = good_lp::solvers::WithTimeLimit::with_time_limit(
        problem.using(good_lp::solvers::microlp::microlp),
        seconds,
    );
    #[cfg(feature = "highs")]
    let mut model = problem
        .using(good_lp::solvers::highs::highs)
        .set_threads(1)
        .set_time_limit(seconds)
        .set_mip_rel_gap(0.0)
        .and_then(|m| m.set_mip_abs_gap(0.0))
        .map_err(|e| ResolutionError::Str(e.to_string()))?;
    for c in constraints {
        model.add_constraint(c);
    }
    let solution = model.solve()?;
    // With both gaps at 0, what is left between its bounds when HiGHS calls a plan optimal is rounding.
    let status = match solution.status() {
        SolutionStatus::GapLimit => SolutionStatus::Optimal,
        other => other,
    };
    let values = wanted.iter().map(|x| solution.value(*x)).collect();
    Ok((values, status))
}
