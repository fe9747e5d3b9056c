//! The LP by column generation against the full LP, all columns present, solved by HiGHS; and HiGHS against Clarabel
//! on the restricted LPs.

use crate::common::{Random, add_measure, inputs, mix};
use crate::full::{Answer, Kind, solve as full};
use revier::model::Model;
use revier::plan::Status;
use revier::solve::{LpSolver, Options, solve};

fn options(lp: LpSolver) -> Options {
    Options {
        lp,
        time_limit_s: 2.0,
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
            let best = match full(&model, Kind::Shares) {
                Answer::Optimum(best) => best,
                Answer::Infeasible => {
                    let plan = solve(&model, &options(LpSolver::preferred())).unwrap();
                    assert_eq!(plan.status, Status::Infeasible, "{name}: no LP optimum");
                    continue;
                }
                other => panic!("{name}: {other:?} of an LP"),
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
