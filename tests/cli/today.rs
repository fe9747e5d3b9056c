//! Today's assignment as a plan (`--keep`): it may break any rule, and is told and checked as any other plan.

use super::{Bench, revier, said};
use serde_json::Value;

/// Today's assignment of these customers; exit status, report.
fn keep(customers: &str, reps: &str, rules: &str) -> (i32, Value) {
    let bench = Bench::new(1);
    bench.write("customers.csv", customers);
    bench.write("reps.csv", reps);
    let head = "customers = \"customers.csv\"\nreps = \"reps.csv\"\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.9\n";
    bench.write("today.toml", &format!("{head}{rules}"));
    let (file, out) = (bench.arg("today.toml"), bench.arg("out"));
    let (code, _, err) = said(&revier(&["solve", &file, "--keep", "--out", &out]));
    assert!(!err.contains("internal error"), "{err}");
    let (checked, err) = bench.check();
    assert_eq!(checked, 0, "{err}");
    (
        code,
        serde_json::from_str(&bench.read("out/report.json")).unwrap(),
    )
}

const REPS: &str = "id,lon,lat,skills,max_km\nA,9.0,50.0,,\nB,10.0,50.0,,\n";

fn objective(report: &Value) -> f64 {
    report["objective"]["value"].as_f64().unwrap()
}

#[test]
fn a_customer_whom_no_rule_permits_to_anyone_counts_with_its_owner_of_today() {
    // Nobody has the skill: a new plan gives C2 to the nearest rep, today it is with the far one.
    let customers = "id,lon,lat,workload,owner,requires\nC1,9.1,50.0,5,A,\nC2,9.0,50.1,1,B,cold\nC3,9.9,50.0,5,B,\n";
    let (code, report) = keep(customers, REPS, "");
    assert_eq!(code, 3, "{report}");
    let bound = report["certified"].as_f64().unwrap();
    // All there is to choose is chosen best today, but for the bound's rounding.
    assert!(
        (objective(&report) - bound).abs() < 1e-6 * bound,
        "{bound} {report}"
    );
    // The same of a group, and of what is out of everybody's reach.
    let group = "id,lon,lat,workload,owner,requires,group\nC1,9.1,50.0,5,A,,\nC2,9.0,50.1,1,B,cold,g\nC3,9.9,50.0,5,B,,\nC4,9.0,50.2,1,A,,g\n";
    let (code, report) = keep(group, REPS, "");
    let bound = report["certified"].as_f64().unwrap();
    assert_eq!(code, 3, "{report}");
    assert!(
        (objective(&report) - bound).abs() < 1e-6 * bound,
        "{bound} {report}"
    );
    let far = "id,lon,lat,workload,owner\nC1,9.1,50.0,5,A\nC2,9.0,51.0,1,B\nC3,9.9,50.0,5,B\n";
    let (code, report) = keep(far, REPS, "[travel]\nmax_km = 50.0\n");
    let bound = report["certified"].as_f64().unwrap();
    assert_eq!(code, 3, "{report}");
    assert!(
        (objective(&report) - bound).abs() < 1e-6 * bound,
        "{bound} {report}"
    );
}

#[test]
fn a_territory_in_pieces_is_a_deviation_of_today() {
    let customers = "id,lon,lat,workload,owner\nC1,9.0,50.0,5,A\nC2,9.1,50.0,5,B\nC3,9.2,50.0,5,A\nC4,9.3,50.0,5,B\n";
    let (code, report) = keep(customers, REPS, "[rules]\ncontiguous = true\n");
    assert_eq!(code, 3, "{report}");
    assert_eq!(report["status"], "infeasible");
    let rules = report["violations"].as_array().unwrap();
    assert!(
        !rules.is_empty() && rules.iter().all(|v| v["rule"] == "contiguous"),
        "{rules:?}"
    );
    // In one piece each, it keeps all rules.
    let whole = customers
        .replace("9.2,50.0,5,A", "9.2,50.0,5,B")
        .replace("9.1,50.0,5,B", "9.1,50.0,5,A");
    let (code, report) = keep(&whole, REPS, "[rules]\ncontiguous = true\n");
    assert_eq!(code, 0, "{report}");
}

#[test]
fn todays_assignment_at_one_place_costs_nothing_and_is_judged() {
    // No plan within the bounds is free of charge: one of the customers changes hands.
    let customers = "id,lon,lat,workload,revenue,owner\nC1,9.0,50.0,5,1000000.5,A\nC2,9.0,50.0,5,900000.25,A\nC3,9.0,50.0,4,800000.75,A\n";
    let reps = "id,lon,lat\nA,9.0,50.0\nB,9.0,50.0\n";
    let rules = "[change]\nmeasure = \"revenue\"\npenalty = 25.0\n";
    let (code, report) = keep(customers, reps, rules);
    assert_eq!((code, objective(&report)), (3, 0.0), "{report}");
    // The cheapest that moves is C3, 0 of 14 hours being too few for B; prices prove a part of its penalty.
    let bound = report["certified"].as_f64().unwrap();
    assert!(bound > 0.0 && bound <= 25.0 * 800_000.75, "{bound}");
}
