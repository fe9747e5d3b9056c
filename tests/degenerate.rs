//! Inputs that make solvers stumble: they converge to a proven plan, or say why there is none. Each ends in the checker.

mod common;

use common::{Open, Random, add_measure, inputs};
use revier::base::ids::RepIx;
use revier::check::{Broken, Claim, check};
use revier::explain::violations::violations;
use revier::input::{Inputs, MatrixRows, Sealed};
use revier::model::Model;
use revier::plan::summary::Summary;
use revier::plan::{Plan, Status};
use revier::scenario::{Cost, Metric};
use revier::solve::{Options, solve};
use revier::territory::Tessellation;

/// The plan of a problem, checked; its LP must have been solved to the optimum that the prices prove.
fn planned(problem: &Inputs, name: &str) -> Plan {
    let model = Model::build(problem);
    // The limit on time is for what goes wrong.
    let options = Options {
        gap: problem.scenario.solve.gap,
        time_limit_s: 120.0,
        ..Options::default()
    };
    let mut plan = solve(&model, &options).unwrap_or_else(|e| panic!("{name}: {e}"));
    plan.violations = violations(problem, &model, &plan.owner);
    let (lon, lat) = (&problem.customers.lon, &problem.customers.lat);
    let drawn = Tessellation::new(lon, lat, None)
        .and_then(|t| t.draw(&plan.owner, model.k))
        .unwrap_or_else(|e| panic!("{name}: {e}"));
    let (broken, summary) = (Broken::of(&plan), Summary::new(&model, &plan.owner));
    let findings = check(problem, &Claim::of(&plan, &broken, &drawn, &summary));
    assert!(findings.is_empty(), "{name}: {findings:?}");
    if plan.lp.objective.is_finite() {
        let off = (plan.lp.objective - plan.certified) / plan.lp.objective.abs().max(1e-9);
        assert!(
            off.abs() <= 1e-6,
            "{name}: LP {} and prices {} differ",
            plan.lp.objective,
            plan.certified
        );
    }
    plan
}

/// The plan of a problem that has one, proven to `gap`; the search may end there.
fn proven(problem: &mut Inputs, name: &str, gap: f64) {
    problem.scenario.solve.gap = gap;
    let plan = planned(problem, name);
    assert_ne!(
        plan.status,
        Status::Infeasible,
        "{name}: {:?} {:?}",
        plan.violations,
        plan.notes
    );
    assert!(plan.gap() <= gap, "{name}: gap {:e}", plan.gap());
}

#[test]
fn equal_workloads() {
    let mut problem = inputs(&mut Random(1), 3000, 20, 0.05);
    problem.customers.open().columns[0].values = vec![4.0; 3000];
    proven(&mut problem, "equal workloads", 2e-3);
}

#[test]
fn equal_workloads_that_divide_evenly_with_hardly_any_tolerance() {
    let mut problem = inputs(&mut Random(2), 1000, 10, 1e-6);
    problem.customers.open().columns[0].values = vec![4.0; 1000];
    proven(&mut problem, "100 customers each, exactly", 1e-3);
}

#[test]
fn equal_workloads_that_do_not_divide_say_so() {
    let mut problem = inputs(&mut Random(3), 1001, 10, 1e-4);
    problem.customers.open().columns[0].values = vec![4.0; 1001];
    let plan = planned(&problem, "1,001 equal customers for 10 reps within 0.01 %");
    assert_eq!(plan.status, Status::Infeasible);
    assert!(plan.violations.iter().any(|v| v.rule.name() == "balance"));
}

#[test]
fn all_sites_at_few_points() {
    let mut problem = inputs(&mut Random(4), 2000, 8, 0.05);
    for i in 0..2000 {
        problem.customers.open().lon[i] = 8.0 + (i % 5) as f64;
        problem.customers.open().lat[i] = 49.0 + (i % 3) as f64;
    }
    proven(&mut problem, "2,000 customers at 15 points", 1e-3);
}

#[test]
fn reps_at_one_place() {
    let mut problem = inputs(&mut Random(5), 2000, 12, 0.05);
    for j in 1..6 {
        problem.reps.open().lon[j] = problem.reps.lon[0];
        problem.reps.open().lat[j] = problem.reps.lat[0];
    }
    proven(&mut problem, "six reps at one place", 1e-3);
    for j in 6..12 {
        problem.reps.open().lon[j] = problem.reps.lon[0];
        problem.reps.open().lat[j] = problem.reps.lat[0];
    }
    // Every plan within the bounds travels the same.
    proven(&mut problem, "all reps at one place", 1e-9);
}

#[test]
fn narrow_and_wide_tolerance() {
    let problem = |tolerance| inputs(&mut Random(6), 4000, 15, tolerance);
    proven(&mut problem(0.001), "0.1 %", 1e-3);
    proven(&mut problem(0.5), "50 %", 1e-3);
    proven(&mut problem(0.999), "99.9 %", 1e-3);
}

#[test]
fn a_rep_with_a_hundred_times_the_capacity() {
    let mut problem = inputs(&mut Random(7), 5000, 12, 0.05);
    problem.reps.open().capacity[3] = Some(100.0);
    proven(&mut problem, "one rep has 90 % of the work", 5e-3);
}

#[test]
fn one_rep_and_as_many_reps_as_customers() {
    proven(&mut inputs(&mut Random(8), 500, 1, 0.05), "one rep", 1e-9);
    let mut problem = inputs(&mut Random(9), 150, 150, 0.05);
    problem.customers.open().columns[0].values = vec![1.0; 150];
    // The LP may use the tolerance, whole customers cannot.
    proven(&mut problem, "150 customers, 150 reps", 1e-2);
}

#[test]
fn workloads_of_very_different_size() {
    let mut problem = inputs(&mut Random(10), 3000, 10, 0.05);
    for (i, w) in problem.customers.open().columns[0]
        .values
        .iter_mut()
        .enumerate()
    {
        *w *= [0.01, 1.0, 0.1][i % 3];
    }
    for i in 0..300 {
        problem.customers.open().columns[0].values[7 * i] = 0.0;
    }
    proven(&mut problem, "workloads from 0 to 100", 5e-3);
}

#[test]
fn a_thousand_reps() {
    let mut problem = inputs(&mut Random(11), 40_000, 1000, 0.05);
    proven(&mut problem, "40,000 customers, 1,000 reps", 1e-2);
}

/// Travel in whole minutes over a junction of the district: for everybody in a district the way to one rep is longer than that to another by
/// the same, as on roads. `both` measures of each rep must be balanced.
fn districts(seed: u64, n: usize, k: usize, both: bool) -> Inputs {
    let mut random = Random(seed);
    let mut problem = inputs(&mut random, n, k, 0.02);
    let mut matrix = MatrixRows {
        start: vec![0],
        ..MatrixRows::default()
    };
    let place = |v: f64, least: f64| (v - least).floor();
    for i in 0..n {
        let (lon, lat) = (problem.customers.lon[i], problem.customers.lat[i]);
        let junction = (6.5 + place(lon, 6.0), 48.0 + place(lat, 47.5));
        let minutes = |x: f64, y: f64| (60.0 * x.hypot(y)).round();
        for j in 0..k {
            let (x, y) = (problem.reps.lon[j], problem.reps.lat[j]);
            matrix.rep.push(RepIx(j as u32));
            let to = minutes(x - junction.0, y - junction.1);
            matrix
                .minutes
                .push(to + minutes(lon - junction.0, lat - junction.1));
        }
        matrix.start.push(matrix.rep.len() as u64);
    }
    problem.matrix = Some(Sealed::new(matrix).expect("columns fit"));
    problem.scenario.travel.metric = Metric::Matrix;
    problem.scenario.travel.cost = Cost::Minutes;
    if both {
        add_measure(&mut random, &mut problem, 0.02);
    }
    problem
}

#[test]
fn districts_whose_ways_part_at_a_junction() {
    for seed in [21, 22, 23] {
        let mut problem = districts(seed, 12_000, 15, false);
        proven(&mut problem, &format!("districts, seed {seed}"), 1e-4);
    }
}

#[test]
fn districts_with_two_measures() {
    let mut problem = districts(24, 4000, 8, true);
    proven(&mut problem, "districts, two measures", 1e-3);
}
