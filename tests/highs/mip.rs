//! The integer plan under every rule alone, pairs of rules and mixes of them against the whole integer programme in HiGHS:
//! up to 400 sites and 8 reps.

use crate::cases::{RULES, case, mix, names};
use crate::common::Random;
use crate::full::{Answer, Kind, solve as full};
use revier::plan::Status;
use revier::solve::{Options, solve};

/// Time that HiGHS has for a problem.
const HIGHS_SECONDS: f64 = 10.0;
/// Time that revier has.
const REVIER_SECONDS: f64 = 5.0;
/// Greatest gap to the best plan known, in one problem and in the mean of all.
const WORST: f64 = 0.01;
const MEAN: f64 = 0.002;

struct Outcome {
    name: String,
    /// (plan - HiGHS) / HiGHS; below 0 where HiGHS ran out of time at a worse plan.
    gap: f64,
    proven: bool,
}

#[test]
fn plans_are_near_the_optimum_of_the_integer_programme() {
    let mut random = Random(31);
    let mut choices: Vec<Vec<usize>> = vec![vec![]];
    choices.extend((0..RULES.len()).map(|r| vec![r]));
    for _ in 0..15 {
        let (a, b) = (random.below(RULES.len()), random.below(RULES.len()));
        choices.push(if a == b {
            vec![a]
        } else {
            vec![a.min(b), a.max(b)]
        });
    }
    for _ in 0..15 {
        choices.push(mix(&mut random));
    }
    let (mut outcomes, mut complaints) = (Vec::new(), Vec::new());
    let (mut infeasible, mut unknown) = (0, 0);
    for (at, on) in choices.iter().enumerate() {
        let (n, k) = [(60, 3), (120, 4), (250, 6), (400, 8)][at % 4];
        let tolerance = [0.05, 0.1][random.below(2)];
        let (_, model) = case(&mut random, n, k, tolerance, on);
        let name = format!("{n} x {k}, {tolerance}: {}", names(on));
        let options = Options {
            time_limit_s: REVIER_SECONDS,
            ..Options::default()
        };
        let plan = solve(&model, &options).expect("a plan or a verdict");
        let within = plan.status != Status::Infeasible;
        let answer = full(
            &model,
            Kind::Whole {
                seconds: HIGHS_SECONDS,
            },
        );
        let (best, proven) = match answer {
            Answer::Optimum(best) => (best, true),
            Answer::Plan(best) => (best, false),
            Answer::Infeasible => {
                infeasible += 1;
                if within {
                    complaints.push(format!("{name}: a plan where there is none"));
                }
                continue;
            }
            Answer::Nothing => {
                unknown += 1;
                continue;
            }
        };
        if !within {
            complaints.push(format!("{name}: no plan, HiGHS has one of {best}"));
            continue;
        }
        // What HiGHS calls feasible may be outside a bound by 1e-6 of it.
        let slop = 2e-6 * best.abs();
        if plan.bound > best + slop || plan.certified > best + slop {
            let (b, c) = (plan.bound, plan.certified);
            complaints.push(format!("{name}: bound {b} / {c} above {best}"));
        }
        if proven && plan.objective < best - slop - 1e-6 * best {
            let o = plan.objective;
            complaints.push(format!("{name}: {o} is below the optimum {best}"));
        }
        let gap = (plan.objective - best) / best;
        if gap > WORST {
            complaints.push(format!("{name}: {gap:.4} above HiGHS (proven: {proven})"));
        }
        outcomes.push(Outcome { name, gap, proven });
    }
    let mean = outcomes.iter().map(|o| o.gap.max(0.0)).sum::<f64>() / outcomes.len() as f64;
    if mean > MEAN {
        complaints.push(format!("mean gap {mean:.5}"));
    }
    // A test of few problems would mean little.
    if outcomes.len() < 30 {
        complaints.push(format!("only {} problems have a plan", outcomes.len()));
    }
    report(&outcomes, mean, infeasible, unknown);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// The whole distribution, best first.
fn report(outcomes: &[Outcome], mean: f64, infeasible: usize, unknown: usize) {
    let mut sorted: Vec<&Outcome> = outcomes.iter().collect();
    sorted.sort_by(|a, b| a.gap.total_cmp(&b.gap));
    for o in &sorted {
        let against = if o.proven { "optimum" } else { "best of HiGHS" };
        println!("{:+.5} of the {against}   {}", o.gap, o.name);
    }
    let proven = outcomes.iter().filter(|o| o.proven).count();
    println!(
        "{} plans, {proven} against a proven optimum, {infeasible} infeasible for both, {unknown} without an answer from HiGHS; \
         mean gap {mean:.6}",
        outcomes.len()
    );
}
