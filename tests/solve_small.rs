//! Random small problems against enumeration of every plan: the same verdict, the bound below the optimum, and
//! the optimum itself.

mod common;

use common::{Case, Random};
use revier::plan::{Proof, Status};
use revier::solve::{Options, solve};

/// Least cost of all plans within the bounds and rules, `None` if there is none.
fn enumerate(case: &Case) -> Option<f64> {
    let model = &case.model;
    let (n, k, m) = (model.n, model.k, model.m);
    let mut best: Option<f64> = None;
    let mut owner = vec![0usize; n];
    loop {
        if let Some(cost) = common::cost_if_feasible(model, &owner, m) {
            if best.is_none_or(|b| cost < b) {
                best = Some(cost);
            }
        }
        let mut i = 0;
        while i < n {
            owner[i] += 1;
            if owner[i] < k {
                break;
            }
            owner[i] = 0;
            i += 1;
        }
        if i == n {
            return best;
        }
    }
}

#[test]
fn every_small_plan_is_the_optimum_of_all_plans() {
    let mut random = Random(7);
    let (mut feasible, mut infeasible) = (0, 0);
    for round in 0..400 {
        let case = Case::random(&mut random, round);
        let plan = solve(&case.model, &Options::default()).expect("the LP solver gives up");
        match enumerate(&case) {
            None => {
                infeasible += 1;
                assert_eq!(
                    plan.status,
                    Status::Infeasible,
                    "round {round}: {}",
                    case.name
                );
            }
            Some(best) => {
                feasible += 1;
                let near = |a: f64, b: f64| (a - b).abs() <= 1e-7 * b.abs().max(1e-3);
                assert_ne!(
                    plan.status,
                    Status::Infeasible,
                    "round {round}: {} optimum {best}",
                    case.name
                );
                assert!(
                    near(plan.objective, best),
                    "round {round}: {} got {} of {best}",
                    case.name,
                    plan.objective
                );
                assert!(
                    plan.certified <= best * (1.0 + 1e-9) + 1e-9,
                    "round {round}: bound {} above {best}",
                    plan.certified
                );
                assert!(plan.bound <= best * (1.0 + 1e-9) + 1e-9);
                assert_eq!(
                    plan.status,
                    Status::Optimal,
                    "round {round}: {} {:?}",
                    case.name,
                    plan.proof
                );
                assert!(plan.proof == Proof::Search || plan.gap() <= 1e-4);
            }
        }
    }
    // The generator makes enough of both kinds for the test to mean something.
    assert!(
        feasible >= 150 && infeasible >= 40,
        "{feasible} feasible, {infeasible} infeasible"
    );
}
