//! Where no plan meets a rule, the reason says so.

use crate::common::{Open, Random, inputs};
use revier::base::deadline::Deadline;
use revier::base::ids::RepIx;
use revier::explain::violations::{reasons, violations};
use revier::input::{Inputs, MatrixRows, Sealed};
use revier::model::Model;
use revier::plan::Status;
use revier::scenario::{Change, Metric, Regions};
use revier::solve::{Options, solve};

/// Twelve customers of 10 hours each, three reps; targets of 40 hours, bounds of 30 and 50.
fn base() -> Inputs {
    let mut base = inputs(&mut Random(3), 12, 3, 0.25);
    base.customers.open().columns[0].values = vec![10.0; 12];
    base
}

fn owned(inputs: &mut Inputs, owner: impl Fn(usize) -> u32) {
    inputs.customers.open().owner = (0..12).map(|i| RepIx(owner(i))).collect();
}

/// Solves; every text must stand in one of the reasons, and every rule among the violations.
fn refused(inputs: &Inputs, texts: &[&str], rules: &[&str]) {
    let model = Model::build(inputs);
    let mut plan = solve(&model, &Options::default()).expect("the LP solver copes");
    assert_eq!(plan.status, Status::Infeasible, "{texts:?}");
    let reasons = reasons(inputs, &model, &Deadline::never());
    for text in texts {
        assert!(
            reasons.iter().any(|r| r.contains(text)),
            "{text:?} in {reasons:#?}"
        );
    }
    let broken = violations(inputs, &model, &plan.owner);
    for rule in rules {
        assert!(
            broken.iter().any(|v| v.rule.name() == *rule),
            "{rule} in {broken:#?}"
        );
    }
    assert_eq!(
        crate::findings(inputs, &model, &mut plan),
        vec![],
        "the checker agrees"
    );
}

#[test]
fn a_skill_nobody_has() {
    let mut inputs = base();
    inputs.customers.open().skill_sets = vec![vec![], vec!["welding".into()]];
    inputs.customers.open().requires = (0..12).map(|i| u32::from(i == 4 || i == 7)).collect();
    refused(
        &inputs,
        &["C4 and C7 require welding, which no rep has"],
        &["skills"],
    );
}

#[test]
fn a_region_that_no_rep_is_of() {
    let mut inputs = base();
    inputs.scenario.regions = Some(Regions { stay: true });
    inputs.reps.open().region = ["Nord", "Süd/Bayern", "Süd"].map(str::to_owned).to_vec();
    inputs.customers.open().region_names = vec!["Ost/Sachsen".into(), "Süd/Bayern/Ost".into()];
    inputs.customers.open().region = (0..12).map(|i| [0, 1, u32::MAX][i % 3]).collect();
    inputs.customers.open().region[4] = u32::MAX;
    refused(
        &inputs,
        &["C0, C3, C6 and C9 are of the region Ost/Sachsen, which no rep is of"],
        &["regions"],
    );
    owned(&mut inputs, |_| 0);
    inputs.customers.open().region = vec![u32::MAX; 12];
    inputs.customers.open().region[1] = 1;
    inputs.customers.open().locked = (0..12).map(|i| i == 1).collect();
    let text = "C1 is locked to R0, who is not of the region Süd/Bayern/Ost";
    refused(&inputs, &[text], &["regions"]);
}

#[test]
fn locks_beyond_an_upper_bound() {
    let mut inputs = base();
    owned(&mut inputs, |i| u32::from(i >= 6));
    inputs.customers.open().locked = (0..12).map(|i| i < 6).collect();
    refused(
        &inputs,
        &["R0: 6 locked customers hold 60 of workload, its upper bound is 50: 10 too much"],
        &["balance"],
    );
    let told = reasons(&inputs, &Model::build(&inputs), &Deadline::never());
    let locked = told.iter().filter(|r| r.starts_with("R0: 6 locked"));
    assert_eq!(locked.count(), 1, "told once: {told:#?}");
}

/// Whether a bound is a share is known, and not read off a product that is rounded in another way: 30 totals and tolerances.
#[test]
fn a_tolerance_that_would_do_is_told_of_every_share() {
    for (at, tolerance) in [0.05, 0.07, 0.1, 0.15, 0.25].into_iter().enumerate() {
        for step in 0..6 {
            let hours = 10.1 + 0.7 * f64::from(step) + 0.01 * at as f64;
            let mut inputs = base();
            inputs.scenario.balance[0].tolerance = tolerance;
            inputs.customers.open().columns[0].values = vec![hours; 12];
            owned(&mut inputs, |i| u32::from(i >= 6));
            inputs.customers.open().locked = (0..12).map(|i| i < 6).collect();
            let told = reasons(&inputs, &Model::build(&inputs), &Deadline::never());
            let locked = told.iter().find(|r| r.starts_with("R0: 6 locked"));
            let way = "; a tolerance of 50 %, or unlocking";
            assert!(
                locked.is_some_and(|r| r.contains(way)),
                "{hours} h, tolerance {tolerance}: {told:#?}"
            );
        }
    }
    // A bound of one's own is no matter of the tolerance.
    let mut inputs = base();
    inputs.reps.open().max[0][0] = Some(50.0);
    owned(&mut inputs, |i| u32::from(i >= 6));
    inputs.customers.open().locked = (0..12).map(|i| i < 6).collect();
    let told = reasons(&inputs, &Model::build(&inputs), &Deadline::never());
    let locked = told.iter().find(|r| r.starts_with("R0: 6 locked"));
    assert!(
        locked.is_some_and(|r| !r.contains("tolerance")),
        "{told:#?}"
    );
}

#[test]
fn a_customer_out_of_reach_of_everybody() {
    let mut inputs = base();
    let mut customers = inputs.customers.open();
    (customers.lon[5], customers.lat[5]) = (60.0, 30.0);
    drop(customers);
    inputs.scenario.travel.max_km = Some(1800.0);
    refused(
        &inputs,
        &["C5 lies beyond max_km of every rep"],
        &["max_km"],
    );
    inputs.scenario.travel.max_km = None;
    inputs.scenario.travel.max_minutes = Some(1800.0);
    refused(
        &inputs,
        &["C5 lies beyond max_minutes of every rep"],
        &["max_minutes"],
    );
}

#[test]
fn a_customer_the_matrix_does_not_have() {
    let mut inputs = base();
    let pairs = (0..12)
        .flat_map(|i| (0..3).map(move |j| (i, j)))
        .filter(|(i, _)| *i != 8);
    let mut matrix = MatrixRows {
        start: vec![0; 13],
        ..MatrixRows::default()
    };
    for (i, j) in pairs {
        matrix.rep.push(RepIx(j));
        matrix.km.push(10.0);
        matrix.start[i + 1..].iter_mut().for_each(|s| *s += 1);
    }
    inputs.matrix = Some(Sealed::new(matrix).expect("columns fit"));
    inputs.scenario.travel.metric = Metric::Matrix;
    refused(
        &inputs,
        &["C8 is not in the matrix with any rep"],
        &["matrix"],
    );
}

#[test]
fn a_group_whose_members_need_different_skills() {
    let mut inputs = base();
    inputs.customers.open().skill_sets = vec![vec![], vec!["a".into()], vec!["b".into()]];
    inputs.customers.open().requires = (0..12)
        .map(|i| [0, 1, 2][if i < 3 { i } else { 0 }])
        .collect();
    inputs.reps.open().skills = vec![vec!["a".into()], vec!["b".into()], vec![]];
    inputs.customers.open().group_names = vec!["Nordstern".into()];
    inputs.customers.open().group = (0..12).map(|i| if i < 3 { 0 } else { u32::MAX }).collect();
    let text = "group \"Nordstern\": its customers require a and b, which no rep has together";
    refused(&inputs, &[text], &[]);
}

#[test]
fn a_group_locked_to_two_reps() {
    let mut inputs = base();
    owned(&mut inputs, |i| (i % 3) as u32);
    inputs.customers.open().locked = (0..12).map(|i| i < 2).collect();
    inputs.customers.open().group_names = vec!["Nordstern".into()];
    inputs.customers.open().group = (0..12).map(|i| if i < 4 { 0 } else { u32::MAX }).collect();
    refused(
        &inputs,
        &["its customers are locked to different reps (C0 and C1)"],
        &["groups"],
    );
}

#[test]
fn a_group_larger_than_any_upper_bound() {
    let mut inputs = base();
    inputs.customers.open().group_names = vec!["Nordstern".into()];
    inputs.customers.open().group = (0..12).map(|i| if i < 7 { 0 } else { u32::MAX }).collect();
    let text = "group \"Nordstern\": its 7 customers hold 70 workload, more than any permitted rep may have (50)";
    refused(&inputs, &[text], &["balance"]);
}

#[test]
fn a_lock_against_a_skill_and_against_forbid() {
    let mut inputs = base();
    owned(&mut inputs, |i| (i % 3) as u32);
    inputs.customers.open().locked = (0..12).map(|i| i == 1).collect();
    inputs.forbid = vec![(1, RepIx(1))];
    refused(
        &inputs,
        &["C1 is locked to R1, which `forbid` rules out"],
        &["forbid"],
    );
    inputs.forbid.clear();
    inputs.customers.open().skill_sets = vec![vec![], vec!["a".into()]];
    inputs.customers.open().requires = (0..12).map(|i| u32::from(i == 1)).collect();
    inputs.reps.open().skills[0].push("a".into());
    refused(&inputs, &["C1 is locked to R1, who lacks a"], &["skills"]);
}

#[test]
fn a_wish_against_a_lock_a_skill_and_forbid() {
    let mut inputs = base();
    inputs.wished = vec![RepIx::NONE; 12];
    inputs.wished[1] = RepIx(2);
    inputs.forbid = vec![(1, RepIx(2))];
    let text = "C1 is wished to R2, which `forbid` rules out";
    refused(&inputs, &[text], &["forbid"]);
    inputs.forbid.clear();
    owned(&mut inputs, |i| (i % 3) as u32);
    inputs.customers.open().locked = (0..12).map(|i| i == 1).collect();
    let text = "C1 is wished to R2, but locked to R1";
    refused(&inputs, &[text], &["locks"]);
    inputs.customers.open().locked.clear();
    inputs.customers.open().skill_sets = vec![vec![], vec!["a".into()]];
    inputs.customers.open().requires = (0..12).map(|i| u32::from(i == 1)).collect();
    inputs.reps.open().skills[0].push("a".into());
    refused(&inputs, &["C1 is wished to R2, who lacks a"], &["skills"]);
}

#[test]
fn a_change_limit_below_what_bounds_force() {
    let mut inputs = base();
    // R0 has 90 hours of 120 today and may keep 50; 40 of 120 must change hands.
    owned(&mut inputs, |i| u32::from(i >= 9));
    let rule = |share| Change {
        max_share: Some(share),
        penalty: None,
        measure: "workload".into(),
    };
    inputs.scenario.change = Some(rule(0.3));
    let text = "at least 40 workload must change hands (33.33 % of all), change.max_share = 0.3 permits 36; \
                R0 must give away 40 workload";
    refused(&inputs, &[text], &[]);
    inputs.scenario.change = Some(rule(0.34));
    let plan = solve(&Model::build(&inputs), &Options::default()).expect("the LP solver copes");
    assert_ne!(plan.status, Status::Infeasible, "40 of 120 is enough");
}

#[test]
fn a_change_limit_below_what_lower_bounds_force() {
    let mut inputs = base();
    // R0 and R1 are within their bounds of 30 and 50; R2 has 20.
    owned(&mut inputs, |i| [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2][i]);
    inputs.scenario.change = Some(Change {
        max_share: Some(0.05),
        penalty: None,
        measure: "workload".into(),
    });
    refused(
        &inputs,
        &[
            "at least 10 workload must change hands",
            "R2 must get 10 workload",
        ],
        &[],
    );
}

#[test]
fn a_change_limit_below_what_locks_and_skills_force() {
    let mut inputs = base();
    owned(&mut inputs, |i| (i % 3) as u32);
    inputs.customers.open().skill_sets = vec![vec![], vec!["a".into()]];
    inputs.customers.open().requires = (0..12).map(|i| u32::from(i < 3)).collect();
    inputs.reps.open().skills[0].push("a".into());
    inputs.scenario.change = Some(Change {
        max_share: Some(0.1),
        penalty: None,
        measure: "workload".into(),
    });
    let text = "at least 20 workload must change hands (16.66 % of all), change.max_share = 0.1 permits 12; \
                C1 and C2 may not stay with their owner";
    refused(&inputs, &[text], &[]);
}

#[test]
fn bounds_that_cannot_add_up() {
    let mut inputs = base();
    inputs.reps.open().max[0] = vec![Some(35.0); 3];
    refused(
        &inputs,
        &[
            "all reps: the 12 customers hold 120 of workload, their upper bounds add up to 105: 15 too much",
        ],
        &["balance"],
    );
    inputs.reps.open().max[0] = vec![None; 3];
    inputs.reps.open().capacity = vec![None; 3];
    inputs.reps.open().min[0] = vec![Some(45.0); 3];
    refused(
        &inputs,
        &[
            "R0, R1 and R2: the 12 customers that they may have hold 120 of workload, their lower bounds add up to 135: 15 too little",
        ],
        &["balance"],
    );
}

#[test]
fn a_site_heavier_than_any_upper_bound() {
    let mut inputs = base();
    inputs.customers.open().columns[0].values[3] = 100.0;
    let text = "C3 holds 100 workload, more than any permitted rep may have";
    refused(&inputs, &[text], &["balance"]);
}
