//! The problem as the definitions have it, with a variable for every permitted pair, for HiGHS.

use good_lp::solvers::highs::HighsProblem;
use good_lp::solvers::{ObjectiveDirection, SolutionStatus};
use good_lp::{
    Expression, ProblemVariables, ResolutionError, Solution, SolverModel, Variable, variable,
};
use revier::base::ids::RepIx;
use revier::model::Model;

/// What the variables are.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Shares from 0 to 1: the LP relaxation.
    Shares,
    /// 0 or 1, searched for this many seconds at most.
    Whole { seconds: f64 },
}

/// What HiGHS found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// The optimum.
    Optimum(f64),
    /// Time ran out at a plan of this cost.
    Plan(f64),
    /// Time ran out without a plan.
    Nothing,
    /// There is no plan.
    Infeasible,
}

/// Relative gap at which HiGHS calls a plan optimal.
const MIP_GAP: f32 = 1e-6;

/// Solves the whole problem. Members of a group share their variables.
pub fn solve(model: &Model, kind: Kind) -> Answer {
    let mut variables = ProblemVariables::new();
    let mut cost = Expression::from(0.0);
    let mut load = vec![Expression::from(0.0); model.k * model.m];
    let mut moved = Expression::from(0.0);
    let mut whole = Vec::new();
    for unit in units(model) {
        let mut sum = Expression::from(0.0);
        for j in (0..model.k as u32).map(RepIx) {
            if unit.iter().any(|i| model.forbidden_by(*i, j).is_some()) {
                continue;
            }
            let costs: Option<Vec<f64>> = unit.iter().map(|i| model.pair_cost(*i, j)).collect();
            let Some(costs) = costs else { continue };
            let x: Variable = variables.add(match kind {
                Kind::Shares => variable().min(0.0),
                Kind::Whole { .. } => variable().binary(),
            });
            sum += x;
            cost += costs.iter().sum::<f64>() * x;
            for i in &unit {
                for m in 0..model.m {
                    load[j.at() * model.m + m] += model.activity(*i, j, m) * x;
                }
                if let Some(change) = &model.change
                    && model.owners_of_today()[*i] != j
                {
                    moved += change.amount[*i] * x;
                }
            }
        }
        whole.push(sum);
    }
    // One thread everywhere: HiGHS refuses another number in the same process.
    let mut problem: HighsProblem = variables
        .optimise(ObjectiveDirection::Minimisation, cost.clone())
        .using(good_lp::solvers::highs::highs)
        .set_threads(1);
    if let Kind::Whole { seconds } = kind {
        problem = problem
            .set_time_limit(seconds)
            .set_mip_rel_gap(MIP_GAP)
            .expect("a gap of at least 0");
    }
    for sum in whole {
        problem.add_constraint(sum.eq(1.0));
    }
    for (row, bound) in load.into_iter().zip(model.bounds()) {
        problem.add_constraint(row.clone().geq(bound.lower));
        if bound.upper.is_finite() {
            problem.add_constraint(row.leq(bound.upper));
        }
    }
    if let Some(change) = &model.change {
        problem.add_constraint(moved.leq(change.limit));
    }
    match problem.solve() {
        Ok(s) if matches!(s.status(), SolutionStatus::TimeLimit) => Answer::Plan(s.eval(&cost)),
        Ok(s) => Answer::Optimum(s.eval(&cost)),
        Err(ResolutionError::Infeasible) => Answer::Infeasible,
        Err(ResolutionError::Other("NoSolutionFound")) => Answer::Nothing,
        Err(e) => panic!("HiGHS: {e}"),
    }
}

/// Sites that go together: groups, and all others one by one.
fn units(model: &Model) -> Vec<Vec<usize>> {
    let mut units: Vec<Vec<usize>> = vec![Vec::new(); model.groups];
    for i in 0..model.n {
        match model.groups_of_sites().get(i) {
            Some(g) if *g != u32::MAX => units[*g as usize].push(i),
            _ => units.push(vec![i]),
        }
    }
    units.retain(|u| !u.is_empty());
    units
}
