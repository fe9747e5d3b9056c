//! `revier reach` without roads: circles, and matrices that have no areas.

use super::{Bench, data, revier, said};
use serde_json::Value;

fn solved(bench: &Bench) -> String {
    let plan = bench.arg("plan");
    let scenario = data("tiny/scenario.toml");
    let (code, _, err) = said(&revier(&["solve", &scenario, "--out", &plan]));
    assert_eq!(code, 0, "{err}");
    plan
}

#[test]
fn great_circles_are_circles_and_count_who_is_within() {
    let bench = Bench::new(60);
    let plan = solved(&bench);
    let (out, table) = (bench.arg("reach.geojson"), bench.arg("near.csv"));
    let args = [
        "reach",
        &plan,
        "--km",
        "20,60",
        "--minutes",
        "30",
        "--out",
        &out,
        "--customers",
        &table,
    ];
    let (code, told, err) = said(&revier(&args));
    assert_eq!(code, 0, "{err}");
    assert!(
        told.contains("home base") && told.contains("written to"),
        "{told}"
    );
    let file: Value = serde_json::from_str(&bench.read("reach.geojson")).unwrap();
    let features = file["features"].as_array().unwrap();
    let reps = bench
        .read("plan/territories.geojson")
        .matches("\"Feature\"")
        .count();
    assert_eq!(features.len(), 3 * reps);
    assert!(file.get("attribution").is_none());
    for f in features {
        let of = &f["properties"];
        let km = match of["unit"].as_str() {
            Some("km") => of["limit"].as_f64().unwrap(),
            // At 60 km/h.
            _ => of["limit"].as_f64().unwrap(),
        };
        let area = of["area_km2"].as_f64().unwrap();
        let circle = std::f64::consts::PI * km * km;
        assert!((area / circle - 1.0).abs() < 1e-3, "{of}");
        assert!(of["fill"].is_string() && of["stroke"].is_string());
    }
    // Larger limits come first, and nobody is lost in them.
    let of = |k: usize, name: &str| features[k]["properties"][name].as_f64().unwrap();
    assert_eq!([of(0, "limit"), of(reps, "limit")], [60.0, 20.0]);
    for j in 0..reps {
        assert!(of(j, "customers") >= of(reps + j, "customers"));
        assert!(of(j, "customers") >= of(j, "customers_own"));
    }
    let rows = bench.read("near.csv");
    let customers = bench.read("plan/assignments.csv").lines().count();
    assert_eq!(rows.lines().count(), customers);
    // A run again replaces its own files, and no others.
    assert_eq!(said(&revier(&args)).0, 0);
    bench.write("near.csv", "mine\n");
    let (code, _, err) = said(&revier(&args));
    assert!(
        code == 2 && err.contains("`revier reach` has not written it"),
        "{err}"
    );
    assert_eq!(bench.read("near.csv"), "mine\n");
}

#[test]
fn a_scenario_does_and_a_matrix_has_no_areas() {
    let bench = Bench::new(60);
    let (code, told, err) = said(&revier(&[
        "reach",
        &data("tiny/scenario.toml"),
        "--km",
        "50",
    ]));
    assert_eq!(code, 0, "{err}");
    assert!(told.contains("50 km"), "{told}");
    let out = bench.arg("m.geojson");
    let args = [
        "reach",
        &data("rules/matrix.toml"),
        "--km",
        "50",
        "--out",
        &out,
    ];
    let (code, _, err) = said(&revier(&args));
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("there are no areas"), "{err}");
    let file: Value = serde_json::from_str(&bench.read("m.geojson")).unwrap();
    for f in file["features"].as_array().unwrap() {
        assert!(
            f["geometry"].is_null() && f["properties"]["customers"].is_u64(),
            "{f}"
        );
    }
}

#[test]
fn limits_and_files_that_make_no_sense_are_refused() {
    let bench = Bench::new(60);
    let plan = solved(&bench);
    let many: Vec<String> = (1..10_000).map(|n| n.to_string()).collect();
    let many = many.join(",");
    for (limit, what) in [
        ("0", "a limit is above 0"),
        ("-5", "a limit is above 0"),
        ("NaN", "a limit is above 0"),
        ("inf", "a limit is above 0"),
        ("1e300", "a limit is above 0"),
        (many.as_str(), "too many"),
        ("x", "invalid value"),
    ] {
        for flag in ["--minutes", "--km"] {
            let (code, _, err) = said(&revier(&["reach", &plan, flag, limit]));
            assert!(code == 2 && err.contains(what), "{limit}: {err}");
        }
    }
    let (code, _, err) = said(&revier(&["reach", &plan]));
    assert!(code == 2 && err.contains("no limit"), "{err}");
    let customers = data("tiny/customers.geojson");
    for (args, what) in [
        (vec!["--out", "reach.txt"], "must end in"),
        (vec!["--customers", "reach.json"], "must end in"),
        (vec!["--routes", "r.geojson"], "follows no roads"),
        (vec!["--out", &customers, "--force"], "is read"),
        (
            vec!["--out", "a.geojson", "--customers", "a.geojson"],
            "two outputs",
        ),
    ] {
        let mut all = vec!["reach", &plan, "--km", "5"];
        all.extend(args);
        let (code, _, err) = said(&revier(&all));
        assert!(code == 2 && err.contains(what), "{what}: {err}");
    }
    // Limits that reach beyond the earth, and hardly anywhere.
    let out = bench.arg("far.geojson");
    let args = [
        "reach",
        &plan,
        "--km",
        "0.000001,15000,1000000",
        "--out",
        &out,
    ];
    let (code, _, err) = said(&revier(&args));
    assert_eq!(code, 0, "{err}");
}

#[test]
fn no_force_writes_over_what_a_scenario_names_or_a_plan_has() {
    let bench = Bench::new(60);
    let plan = solved(&bench);
    bench.write(
        "own.toml",
        "customers = \"customers.csv\"\nreps = \"reps.csv\"\nboundary = \"land.geojson\"\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.3\n",
    );
    let (scenario, land) = (bench.arg("own.toml"), bench.read("land.geojson"));
    let refused = |from: &str, out: &str, why: &str| {
        let out = bench.arg(out);
        let args = ["reach", from, "--km", "5", "--out", &out, "--force"];
        let (code, _, err) = said(&revier(&args));
        assert!(code == 2 && err.contains(why), "{out}: {err}");
    };
    refused(&scenario, "land.geojson", "is read");
    assert_eq!(bench.read("land.geojson"), land);
    let territories = bench.read("plan/territories.geojson");
    let other = bench.arg("other");
    let args = ["solve", &data("tiny/scenario.toml"), "--out", &other];
    assert_eq!(said(&revier(&args)).0, 0);
    for from in [&scenario, &plan, &other] {
        refused(from, "plan/territories.geojson", "among the files of");
        refused(from, "plan/new.geojson", "among the files of");
    }
    #[cfg(unix)]
    {
        let (to, link) = (
            bench.arg("plan/territories.geojson"),
            bench.arg("l.geojson"),
        );
        std::os::unix::fs::symlink(to, link).unwrap();
        refused(&scenario, "l.geojson", "among the files of");
        refused(&other, "l.geojson", "among the files of");
    }
    assert_eq!(bench.read("plan/territories.geojson"), territories);
}

#[test]
fn circles_that_no_map_could_trust_are_told_and_not_drawn() {
    let bench = Bench::new(60);
    let plan = solved(&bench);
    let out = bench.arg("far.geojson");
    let args = ["reach", &plan, "--km", "0.0001,12000", "--out", &out];
    let (code, _, err) = said(&revier(&args));
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("areas are not drawn"), "{err}");
    let file: Value = serde_json::from_str(&bench.read("far.geojson")).unwrap();
    for f in file["features"].as_array().unwrap() {
        let limit = f["properties"]["limit"].as_f64().unwrap();
        assert_eq!(f["geometry"].is_null(), limit > 1.0, "{f}");
        assert!(limit == 1e-4 || limit == 12_000.0, "{f}");
    }
}
