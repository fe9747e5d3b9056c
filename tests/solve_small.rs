//! Random small problems against enumeration of every plan: the same verdict, the bound below the optimum, and
//! the optimum itself.

mod common;

use common::{Case, Random};
use revier::plan::{Plan, Proof, Status};
use revier::solve::{Options, solve};

/// Least cost of all plans within the bounds and rules, `None` if there is none.
fn enumerate(case: &Case) -> Option<f64> {
    let model = &case.model;
    let (n, k, m) = (model.n, model.k, model.m);
    let mut best: Option<f64> = None;
    let mut owner = vec![0usize; n];
    loop {
        if let Some(cost) = common::cost_if_feasible(model, &owner, m)
            && best.is_none_or(|b| cost < b)
        {
            best = Some(cost);
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

/// What is wrong with the plan, given the optimum.
fn complaint(plan: &Plan, best: Option<f64>) -> Option<String> {
    let Some(best) = best else {
        return (plan.status != Status::Infeasible)
            .then(|| format!("{:?}, no plan exists", plan.status));
    };
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-7 * b.abs().max(1e-3);
    let above = |a: f64| a > best * (1.0 + 1e-9) + 1e-9;
    if plan.status == Status::Infeasible {
        Some(format!("infeasible, optimum {best}"))
    } else if !near(plan.objective, best) {
        Some(format!("got {}, optimum {best}", plan.objective))
    } else if above(plan.certified) || above(plan.bound) {
        Some(format!(
            "bound {} certified {} above {best}",
            plan.bound, plan.certified
        ))
    } else if plan.status != Status::Optimal || (plan.proof == Proof::Prices && plan.gap() > 1e-4) {
        Some(format!("{:?} {:?}", plan.status, plan.proof))
    } else {
        None
    }
}

#[test]
fn every_small_plan_is_the_optimum_of_all_plans() {
    let mut random = Random(7);
    let (mut feasible, mut infeasible) = (0, 0);
    let mut complaints = Vec::new();
    for round in 0..1500 {
        let case = Case::random(&mut random, round);
        let best = enumerate(&case);
        if best.is_some() {
            feasible += 1;
        } else {
            infeasible += 1;
        }
        match solve(&case.model, &Options::default()) {
            Ok(plan) => complaints.extend(
                complaint(&plan, best).map(|c| format!("round {round}, {}: {c}", case.name)),
            ),
            Err(e) => complaints.push(format!("round {round}, {}: {e}", case.name)),
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    // The generator makes enough of both kinds for the test to mean something.
    assert!(
        feasible >= 500 && infeasible >= 200,
        "{feasible} feasible, {infeasible} infeasible"
    );
}
