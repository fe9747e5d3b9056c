//! The LP by column generation against the full LP, all columns present, solved by HiGHS; and HiGHS against Clarabel
//! on the restricted LPs.
#![cfg(feature = "highs")]

mod common;

use common::{Random, add_measure, inputs, mix};
use good_lp::{Expression, ProblemVariables, Solution, SolverModel, Variable, variable};
use revier::ids::RepIx;
use revier::model::Model;
use revier::plan::Status;
use revier::solve::{LpSolver, Options, solve};

/// Optimum of the LP relaxation with a column for every permitted pair; `None` if it is infeasible.
///
/// Members of a group share their columns, as the problem says.
fn full_lp(model: &Model) -> Option<f64> {
    let mut variables = ProblemVariables::new();
    let mut cost = Expression::from(0.0);
    let mut load = vec![Expression::from(0.0); model.k * model.m];
    let mut moved = Expression::from(0.0);
    let mut whole = Vec::new();
    let mut units: Vec<Vec<usize>> = vec![Vec::new(); model.groups];
    for i in 0..model.n {
        match model.group.get(i) {
            Some(g) if *g != u32::MAX => units[*g as usize].push(i),
            _ => units.push(vec![i]),
        }
    }
    for unit in units.iter().filter(|u| !u.is_empty()) {
        let mut sum = Expression::from(0.0);
        for j in (0..model.k as u32).map(RepIx) {
            if unit.iter().any(|i| model.forbidden_by(*i, j).is_some()) {
                continue;
            }
            let x: Variable = variables.add(variable().min(0.0));
            sum += x;
            for i in unit {
                cost += model.pair_cost(*i, j)? * x;
                for m in 0..model.m {
                    load[j.at() * model.m + m] += model.activity(*i, j, m) * x;
                }
                if let Some(change) = &model.change
                    && model.previous[*i] != j
                {
                    moved += change.amount[*i] * x;
                }
            }
        }
        whole.push(sum);
    }
    let mut lp = variables
        .minimise(cost.clone())
        .using(good_lp::solvers::highs::highs);
    for sum in whole {
        lp.add_constraint(sum.eq(1.0));
    }
    for (row, bound) in load.into_iter().zip(&model.bounds) {
        lp.add_constraint(row.clone().geq(bound.lower));
        if bound.upper.is_finite() {
            lp.add_constraint(row.leq(bound.upper));
        }
    }
    if let Some(change) = &model.change {
        lp.add_constraint(moved.leq(change.limit));
    }
    let solution = lp.solve().ok()?;
    Some(solution.eval(&cost))
}

fn options(lp: LpSolver) -> Options {
    Options {
        lp,
        time_limit_s: 0.5,
        ..Options::default()
    }
}

#[test]
fn the_lp_optimum_is_that_of_the_full_lp() {
    let mut random = Random(21);
    let sizes = [
        (20, 2),
        (20, 5),
        (50, 3),
        (100, 5),
        (100, 20),
        (200, 10),
        (400, 8),
        (500, 30),
        (1000, 10),
        (2000, 30),
    ];
    let mut compared = 0;
    for (n, k) in sizes {
        for round in 0..4 {
            let tolerance = [0.05, 0.1, 0.02, 0.3][round];
            let mut problem = inputs(&mut random, n, k, tolerance);
            let mut name = format!("{n} x {k}, {tolerance}");
            match round {
                1 => add_measure(&mut random, &mut problem, 0.2),
                3 => name += &mix(&mut random, &mut problem),
                _ => {}
            }
            let model = Model::build(&problem);
            let Some(best) = full_lp(&model) else {
                let plan = solve(&model, &options(LpSolver::preferred())).unwrap();
                assert_eq!(
                    plan.status,
                    Status::Infeasible,
                    "{name}: the LP is infeasible"
                );
                continue;
            };
            for lp in [LpSolver::Clarabel, LpSolver::Highs] {
                let plan = solve(&model, &options(lp)).unwrap();
                let off = (plan.lp.objective - best) / best;
                assert!(off.abs() <= 1e-6, "{name}, {}: {off:e} off", lp.name());
                assert!(
                    plan.certified <= best * (1.0 + 1e-9),
                    "{name}: bound above the optimum"
                );
                assert!(plan.certified >= best * (1.0 - 1e-6), "{name}: weak bound");
            }
            compared += 1;
        }
    }
    assert!(compared >= 30, "only {compared} feasible");
}
