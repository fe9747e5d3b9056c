//! Customers at one place: who has the land there is told, and a rule keeps a place together.

use crate::{Bench, revier, said};
use serde_json::Value;

/// Customers with these places and workloads, two reps, and these rules.
fn bench(customers: &[(f64, f64, u32)], tolerance: f64, rules: &str) -> Bench {
    let bench = Bench::new(0);
    let mut table = String::from("id,lon,lat,workload\n");
    for (i, (lon, lat, workload)) in customers.iter().enumerate() {
        table += &format!("C{i},{lon},{lat},{workload}\n");
    }
    bench.write("customers.csv", &table);
    bench.write(
        "reps.csv",
        "id,name,lon,lat\nR1,Ann,8.5,50\nR2,Bob,9.5,50\n",
    );
    bench.write(
        "scenario.toml",
        &format!(
            "customers = \"customers.csv\"\nreps = \"reps.csv\"\n[[balance]]\nmeasure = \"workload\"\ntolerance = {tolerance}\n\
             [rules]\n{rules}\n"
        ),
    );
    bench
}

fn solve(bench: &Bench) -> (i32, String) {
    let (scenario, out) = (bench.arg("scenario.toml"), bench.arg("out"));
    let (code, _, err) = said(&revier(&["solve", &scenario, "--out", &out]));
    (code, err)
}

/// The owner of each customer.
fn owners(bench: &Bench) -> Vec<String> {
    let table = bench.read("out/assignments.csv");
    let cell = |line: &str| line.split(',').nth(1).unwrap_or_default().to_owned();
    table.lines().skip(1).map(cell).collect()
}

#[test]
fn a_shared_place_is_told_with_who_has_no_land() {
    let bench = bench(&[(9.0, 50.0, 1); 4], 0.1, "");
    let (code, err) = solve(&bench);
    assert_eq!(code, 0, "{err}");
    let owner = owners(&bench);
    let held: Vec<&String> = owner.iter().filter(|j| **j == owner[0]).collect();
    assert_eq!(held.len(), 2, "{owner:?}");
    assert!(
        err.contains("2 customers are at 1 place with customers of several reps"),
        "{err}"
    );
    assert!(
        err.contains("at [9, 50]") && err.contains("places = true"),
        "{err}"
    );
    assert!(
        err.contains("1 rep has customers and no land on the map"),
        "{err}"
    );
    // The same stands in the report.
    let report: Value = serde_json::from_str(&bench.read("out/report.json")).unwrap();
    let notes = report["notes"].as_array().unwrap();
    assert!(
        notes
            .iter()
            .any(|n| n.as_str().unwrap().contains("1 place with"))
    );
    assert_eq!(bench.check(), (0, String::new()));
}

#[test]
fn a_place_goes_to_one_rep_on_request() {
    // Two places of two, a little apart, and one customer elsewhere.
    let at = [
        (9.0, 50.0, 1),
        (9.0, 50.0, 3),
        (9.02, 50.0, 2),
        (9.02, 50.0, 2),
        (8.9, 50.1, 1),
    ];
    let bench = bench(&at, 0.5, "places = true");
    let (code, err) = solve(&bench);
    assert_eq!(
        (code, err.contains("customers of several reps")),
        (0, false),
        "{err}"
    );
    let owner = owners(&bench);
    assert_eq!((&owner[0], &owner[2]), (&owner[1], &owner[3]), "{owner:?}");
    assert_eq!(bench.check(), (0, String::new()));
    // A plan that tears a place apart does not hold.
    let table = bench.read("out/assignments.csv");
    let other = if owner[0] == "R1" { "R2" } else { "R1" };
    bench.write(
        "out/assignments.csv",
        &table.replace(&format!("C0,{},", owner[0]), &format!("C0,{other},")),
    );
    let points = bench.read("out/assignments.geojson");
    let of = |rep: &str| format!("\"customer_id\":\"C0\",\"rep_id\":\"{rep}\"");
    bench.write(
        "out/assignments.geojson",
        &points.replace(&of(&owner[0]), &of(other)),
    );
    let (code, err) = bench.check();
    assert_eq!(code, 4, "{err}");
    assert!(err.contains("rule `groups`"), "{err}");
}

#[test]
fn a_place_too_large_for_any_rep_is_named() {
    let bench = bench(&[(9.0, 50.0, 1); 4], 0.5, "places = true");
    let (code, err) = solve(&bench);
    assert_eq!(code, 3, "{err}");
    assert!(
        err.contains("group \"place [9, 50]\": its 4 customers"),
        "{err}"
    );
}
