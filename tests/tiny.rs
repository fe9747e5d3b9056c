//! Tiny problems on the rim of what is possible, against enumeration of every plan: loads of zero, ties, exact fits, small minima,
//! reps on leave, more reps than customers. No plan that exists is lost, and none is claimed where there is none.

mod common;

use common::{Open, Random, add_measure, cost_if_feasible, inputs};
use revier::base::ids::RepIx;
use revier::input::Inputs;
use revier::model::Model;
use revier::plan::Status;
use revier::solve::{Options, solve};

/// Least cost of all plans within the bounds and rules, `None` if there is none.
fn enumerate(model: &Model) -> Option<f64> {
    let (n, k, m) = (model.n, model.k, model.m);
    let mut best: Option<f64> = None;
    let mut owner = vec![0usize; n];
    loop {
        // Bounds are judged by the decimals, exactly: 3.3 + 2.4 + 0.2 is more than 5.8999999999999995.
        let reps: Vec<RepIx> = owner.iter().map(|j| RepIx(*j as u32)).collect();
        if let Some(cost) = cost_if_feasible(model, &owner, m)
            && model.within(&reps).into_iter().all(|within| within)
            && best.is_none_or(|b| cost < b)
        {
            best = Some(cost);
        }
        let Some(i) = owner.iter().position(|j| j + 1 < k) else {
            return best;
        };
        owner[..i].fill(0);
        owner[i] += 1;
    }
}

/// A load of one of several makes.
fn load(random: &mut Random, make: usize) -> f64 {
    match make {
        // Zeros and hours.
        0 if random.below(2) == 0 => 0.0,
        0 => random.below(50) as f64,
        // Ties.
        1 => [0.0, 1.0, 1.0, 4.0][random.below(4)],
        // Tenths.
        2 => random.below(40) as f64 / 10.0,
        // Without a grain.
        3 => 30.0 * random.unit(),
        // Millions with a remainder.
        4 => (1 + random.below(30)) as f64 * 1e7 + random.below(9) as f64,
        // From 1 to a million.
        _ => 10f64.powi(random.below(7) as i32) * (1.0 + random.below(9) as f64),
    }
}

/// A problem whose bounds are tight, tiny, met exactly by some customers, or none at all.
fn problem(random: &mut Random) -> Inputs {
    let (n, k) = (1 + random.below(7), 1 + random.below(4));
    let tolerance = [0.0, 0.01, 0.1, 0.3, 0.6, 0.999][random.below(6)];
    let mut inputs = inputs(random, n, k, tolerance);
    let make = random.below(6);
    let loads: Vec<f64> = (0..n).map(|_| load(random, make)).collect();
    let total: f64 = loads.iter().sum();
    inputs.customers.open().columns[0].values = loads.clone();
    if random.below(4) == 0 {
        add_measure(random, &mut inputs, 0.9);
    }
    for j in 0..k {
        // What some of the customers have together.
        let some: f64 = loads.iter().filter(|_| random.below(2) == 0).sum();
        // The decimal that the sum is, where loads have a grain.
        let some = (some * 1e3).round() / 1e3;
        let (min, max) = match random.below(12) {
            0 => (Some(0.01), None),
            1 => (Some(some), Some(some)),
            2 => (None, Some(0.0)),
            3 => (Some(0.0), Some(0.0)),
            4 => (Some(some), None),
            5 => (Some(0.0), Some(some)),
            6 => (Some(1e-6 * total), Some(total)),
            _ => (None, None),
        };
        if let (Some(l), Some(u)) = (min, max)
            && l > u
        {
            continue;
        }
        inputs.reps.open().min[0][j] = min;
        inputs.reps.open().max[0][j] = max;
        if random.below(4) == 0 {
            inputs.reps.open().capacity[j] = None;
        }
    }
    inputs
}

/// What is wrong with the plan of a problem; whether there is one.
fn judge(inputs: &Inputs) -> (Option<String>, bool) {
    let model = Model::build(inputs);
    if model.bounds().iter().any(|b| b.lower > b.upper) {
        return (None, false);
    }
    let best = enumerate(&model);
    let plan = match solve(&model, &Options::default()) {
        Ok(plan) => plan,
        Err(e) => return (Some(e.to_string()), best.is_some()),
    };
    let complaint = match (best, plan.status == Status::Infeasible) {
        (None, true) => None,
        (None, false) => Some(format!("{:?}, no plan exists", plan.status)),
        (Some(best), true) => Some(format!(
            "no plan, the optimum is {best}: loads {:?}, bounds {:?}, {:?}",
            model.weights(),
            model.bounds(),
            plan.notes
        )),
        (Some(best), false) => {
            let owner: Vec<usize> = plan.owner.iter().map(|j| j.at()).collect();
            let cost = cost_if_feasible(&model, &owner, model.m);
            let slop = 1e-7 * best.abs() + 1e-9;
            let wrong = cost.is_none_or(|c| (c - plan.objective).abs() > slop);
            let above = plan.bound > best + slop;
            let far = plan.status == Status::Optimal && plan.objective > best * (1.0 + 1e-4) + slop;
            (wrong || above || far).then(|| {
                format!(
                    "says {} and at least {}, recounted {cost:?}, the optimum is {best}",
                    plan.objective, plan.bound
                )
            })
        }
    };
    (complaint, best.is_some())
}

/// Judges `count` problems; returns the complaints, and how many have a plan.
fn all(seed: u64, count: usize) -> (Vec<String>, usize) {
    let mut random = Random(seed);
    let (mut complaints, mut exist) = (Vec::new(), 0);
    for round in 0..count {
        let inputs = problem(&mut random);
        let (complaint, exists) = judge(&inputs);
        complaints.extend(complaint.map(|c| format!("round {round}: {c}")));
        exist += usize::from(exists);
    }
    (complaints, exist)
}

#[test]
fn no_plan_that_exists_is_lost_and_none_is_claimed_that_does_not() {
    let (complaints, exist) = all(21, 1500);
    assert!(
        complaints.is_empty(),
        "{} complaints\n{}",
        complaints.len(),
        complaints.join("\n")
    );
    assert!(
        (300..1400).contains(&exist),
        "{exist} of 1,500 have a plan: too few of one kind"
    );
}

/// By hand: `cargo test --release --test tiny -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn no_plan_that_exists_is_lost_among_many() {
    let (complaints, _) = all(22, 30_000);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
