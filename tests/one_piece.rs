//! Territories in one piece where that is free or a rule, and true reasons where they are not. Each plan ends in the checker.

mod common;

use common::{Open, Random, inputs};
use revier::base::ids::RepIx;
use revier::check::{Broken, Claim, check};
use revier::explain::contiguity;
use revier::explain::violations::violations;
use revier::input::Inputs;
use revier::model::Model;
use revier::plan::summary::Summary;
use revier::plan::{Plan, Status, Unjoined};
use revier::solve::{Contiguity, Options, solve_on};
use revier::territory::{Adjacency, Tessellation, islands};

/// The plan of a problem, checked, with its notes on islands, and the graph of its map.
fn planned(problem: &Inputs, name: &str) -> (Plan, Adjacency) {
    let model = Model::build(problem);
    let (lon, lat) = (&problem.customers.lon, &problem.customers.lat);
    let map = Tessellation::new(lon, lat, None).expect("a map");
    let graph = map.adjacency();
    let required = problem.scenario.rules.contiguous;
    let rule = Contiguity {
        graph: &graph,
        required,
    };
    let mut plan = solve_on(&model, Some(&rule), &Options::default(), &mut |_| {})
        .unwrap_or_else(|e| panic!("{name}: {e}"));
    plan.violations = violations(problem, &model, &plan.owner);
    if required {
        let torn = contiguity::violations(problem, &graph, &plan.owner);
        plan.violations.extend(torn);
    } else {
        let notes = contiguity::notes(problem, &model, &graph, &plan);
        plan.notes.extend(notes);
    }
    let drawn = map.draw(&plan.owner, model.k).expect("drawn");
    let (broken, summary) = (Broken::of(&plan), Summary::new(&model, &plan.owner));
    let findings = check(problem, &Claim::of(&plan, &broken, &drawn, &summary));
    assert!(findings.is_empty(), "{name}: {findings:?}");
    (plan, graph)
}

/// A problem of given customers (lon, lat, workload) and reps.
fn of(customers: &[(f64, f64, f64)], reps: &[(f64, f64)], tolerance: f64) -> Inputs {
    let mut problem = inputs(&mut Random(1), customers.len(), reps.len(), tolerance);
    let mut c = problem.customers.open();
    (c.lon, c.lat) = customers.iter().map(|c| (c.0, c.1)).unzip();
    c.columns[0].values = customers.iter().map(|c| c.2).collect();
    drop(c);
    let mut homes = problem.reps.open();
    (homes.lon, homes.lat) = reps.iter().copied().unzip();
    drop(homes);
    problem
}

#[test]
fn a_plan_that_breaks_a_bound_claims_no_bound_of_those_that_keep_them() {
    let customers = [
        (10.94, 51.63, 6.0),
        (11.16, 49.42, 8.0),
        (8.64, 51.02, 8.0),
        (10.62, 49.00, 5.0),
        (11.70, 50.00, 6.0),
    ];
    let mut problem = of(&customers, &[(10.65, 49.82), (11.61, 49.40)], 0.1);
    problem.scenario.rules.contiguous = true;
    let (plan, _) = planned(&problem, "five customers");
    assert_eq!(plan.status, Status::Infeasible);
    let said = "no plan with contiguous territories keeps all bounds";
    assert!(
        plan.notes.iter().any(|n| n.starts_with(said)),
        "{:?}",
        plan.notes
    );
    // Relatives: at random, where plans are few.
    let mut random = Random(8);
    let mut none = 0;
    for round in 0..60 {
        let n = 4 + random.below(5);
        let mut problem = inputs(&mut random, n, 2, [0.05, 0.1, 0.2][round % 3]);
        (problem.customers.open().columns[0].values)
            .iter_mut()
            .for_each(|v| *v = (1 + random.below(9)) as f64);
        problem.scenario.rules.contiguous = true;
        let (plan, _) = planned(&problem, &format!("round {round}"));
        none += usize::from(plan.status == Status::Infeasible);
    }
    assert!((10..55).contains(&none), "{none} of 60 have no plan");
}

#[test]
fn reps_at_one_place_get_a_piece_each() {
    for (seed, n, k) in [(1, 60, 3), (2, 200, 4), (3, 90, 2)] {
        let mut random = Random(seed);
        let mut problem = inputs(&mut random, n, k, 0.05);
        (problem.customers.open().columns[0].values)
            .iter_mut()
            .for_each(|v| *v = (1 + random.below(9)) as f64);
        problem.reps.open().lon = vec![10.5; k];
        problem.reps.open().lat = vec![51.0; k];
        let name = format!("{n} customers, {k} reps at one place");
        let (plan, graph) = planned(&problem, &name);
        assert_ne!(plan.status, Status::Infeasible, "{name}");
        let cut_off = islands(&graph, &plan.owner, k);
        assert!(cut_off.is_empty(), "{name}: {cut_off:?} {:?}", plan.notes);
    }
}

#[test]
fn pairs_of_reps_at_two_places_get_a_piece_each() {
    let mut random = Random(4);
    let mut problem = inputs(&mut random, 160, 4, 0.05);
    (problem.customers.open().columns[0].values)
        .iter_mut()
        .for_each(|v| *v = (1 + random.below(9)) as f64);
    problem.reps.open().lon = vec![8.0, 13.0, 8.0, 13.0];
    problem.reps.open().lat = vec![51.0; 4];
    let (plan, graph) = planned(&problem, "two pairs");
    let cut_off = islands(&graph, &plan.owner, 4);
    assert!(cut_off.is_empty(), "{cut_off:?} {:?}", plan.notes);
}

#[test]
fn reasons_of_islands_are_true() {
    // A row of customers; what is locked parts the first rep's last customer from the rest.
    let row: Vec<(f64, f64, f64)> = (0..7).map(|i| (8.0 + f64::from(i), 50.0, 1.0)).collect();
    let mut problem = of(&row, &[(8.5, 50.0), (13.0, 50.0)], 0.5);
    problem.customers.open().owner = [0, 0, 0, 1, 1, 1, 0].map(RepIx).to_vec();
    problem.customers.open().locked = [true, false, false, false, false, true, true].to_vec();
    let (plan, graph) = planned(&problem, "a row");
    assert_eq!(islands(&graph, &plan.owner, 2).len(), 1);
    let forced = plan.notes.iter().any(|n| n.contains("forced by `locks`"));
    assert!(forced, "{:?}", plan.notes);
    // Without the lock of its neighbour no rule forces it: no way leaves the other rep its lower bound.
    problem.customers.open().locked[5] = false;
    problem.scenario.balance[0].tolerance = 0.9;
    let (plan, graph) = planned(&problem, "a row with a way");
    assert_eq!(islands(&graph, &plan.owner, 2).len(), 1, "{:?}", plan.owner);
    let told = plan.notes.iter().find(|n| n.contains("island"));
    let told = told.unwrap_or_else(|| panic!("{:?}", plan.notes));
    assert!(
        told.contains("no way within the bounds was found"),
        "{told}"
    );
    assert!(!plan.notes.iter().any(|n| n.contains("forced by `balance`")));
}

#[test]
fn an_island_that_a_rule_forces_is_told_without_what_joining_it_would_cost() {
    // C0 and C4 are locked with one rep, and all between them with another.
    let customers = [
        (8.0, 50.0, 1.0),
        (8.1, 50.1, 1.0),
        (9.0, 50.0, 1.0),
        (9.1, 50.1, 1.0),
        (9.05, 50.05, 1.0),
        (9.2, 50.0, 1.0),
    ];
    let mut problem = of(&customers, &[(8.0, 50.0), (9.1, 50.0)], 0.5);
    problem.customers.open().owner = [0, 0, 1, 1, 0, 1].map(RepIx).to_vec();
    problem.customers.open().locked = vec![true, false, true, true, true, true];
    let (mut plan, graph) = planned(&problem, "a lock");
    assert_eq!(plan.owner[4], RepIx(0));
    let model = Model::build(&problem);
    let before = contiguity::notes(&problem, &model, &graph, &plan);
    assert!(before[0].contains("forced by `locks`"), "{before:?}");
    plan.unjoined.push(Unjoined {
        site: 4,
        rise: Some(0.1 * plan.objective),
    });
    assert_eq!(contiguity::notes(&problem, &model, &graph, &plan), before);
}
