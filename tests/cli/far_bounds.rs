//! Bounds far beyond what a total can reach are no bounds: the plan is the one without them.

use super::{data, revier, said};
use serde_json::{Value, json};
use std::path::Path;

fn text(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// The reps of an example with `change` made to the properties of each.
fn reps(file: &str, change: impl Fn(&mut Value)) -> String {
    let mut all: Value = serde_json::from_str(&text(data(file))).unwrap();
    let features = all["features"].as_array_mut().unwrap();
    features
        .iter_mut()
        .for_each(|f| change(&mut f["properties"]));
    all.to_string()
}

/// Solves and checks an example with other reps: owners, report.
fn solved(folder: &str, scenario: &str, files: &[&str], reps: (&str, &str)) -> (String, Value) {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name).display().to_string();
    for name in files {
        std::fs::copy(data(&format!("{folder}/{name}")), at(name)).unwrap();
    }
    let rules = text(data(&format!("{folder}/{scenario}")));
    // The map on the page is not what is looked at.
    let rules = rules.replace("context = \"laender.geojson\"", "");
    std::fs::write(at(scenario), rules).unwrap();
    std::fs::write(at(reps.0), reps.1).unwrap();
    let (code, _, err) = said(&revier(&["solve", &at(scenario), "--out", &at("out")]));
    assert_eq!(code, 0, "{err}");
    let (code, _, err) = said(&revier(&["check", &at("out")]));
    assert_eq!(code, 0, "{err}");
    let mut owners = String::new();
    let mut rows = csv::Reader::from_path(at("out/assignments.csv")).unwrap();
    let column = rows.headers().unwrap().iter().position(|h| h == "rep_id");
    for row in rows.records() {
        owners += &row.unwrap()[column.unwrap()];
        owners.push('\n');
    }
    (
        owners,
        serde_json::from_str(&text(at("out/report.json"))).unwrap(),
    )
}

/// The assignment example with bounds of these reps replaced.
fn assignment(of: &[&str], most: &Value) -> (String, Value) {
    let reps = reps("rules/reps_jobs.geojson", |p| {
        if of.iter().any(|id| p["id"] == *id) {
            p["max_workload"] = most.clone();
        }
    });
    let files = ["jobs.csv", "jobs_travel.csv"];
    solved(
        "rules",
        "assignment.toml",
        &files,
        ("reps_jobs.geojson", &reps),
    )
}

#[test]
fn one_bound_far_beyond_the_total_leaves_the_optimum() {
    let (free, report) = assignment(&["R3"], &Value::Null);
    assert_eq!(report["objective"]["value"], 667.0);
    for far in [1e5, 1e9, 1e11, 1e14, 1e15, 1e30] {
        let (owners, report) = assignment(&["R3"], &json!(far));
        assert_eq!(report["status"], "optimal", "{far:e}");
        assert_eq!(report["objective"]["value"], 667.0, "{far:e}");
        assert!(report["bound"].as_f64().unwrap() <= 667.0, "{far:e}");
        assert_eq!(owners, free, "{far:e}");
    }
}

#[test]
fn bounds_of_all_reps_far_beyond_the_total_are_none() {
    let all = ["R1", "R2", "R3"];
    let (free, without) = assignment(&all, &Value::Null);
    for far in [1e9, 1e14] {
        let (owners, report) = assignment(&all, &json!(far));
        assert_eq!(report["status"], "optimal", "{far:e}");
        assert_eq!(report["objective"], without["objective"], "{far:e}");
        assert_eq!(owners, free, "{far:e}");
    }
}

#[test]
fn germany_with_upper_bounds_far_beyond_the_total_is_as_with_ones_just_beyond() {
    let germany = |most: f64| {
        let reps = reps("germany/reps.geojson", |p| p["max_workload"] = json!(most));
        let files = ["customers.geojson", "germany.geojson"];
        solved("germany", "scenario.toml", &files, ("reps.geojson", &reps))
    };
    let (near, report) = germany(1e6);
    let total = |t: &Value| t["measures"]["workload"]["total"].as_f64().unwrap();
    let all: f64 = report["territories"]
        .as_array()
        .unwrap()
        .iter()
        .map(total)
        .sum();
    assert!(all < 1e6, "{all} is beyond what the bounds permit");
    assert_ne!(report["status"], "infeasible");
    assert!(report["gap"].as_f64().unwrap() < 0.01, "{}", report["gap"]);
    for far in [1e9, 1e15] {
        let (owners, other) = germany(far);
        assert_eq!(owners, near, "{far:e}");
        assert_eq!(other["bound"], report["bound"], "{far:e}");
        assert_eq!(other["status"], report["status"], "{far:e}");
    }
}
