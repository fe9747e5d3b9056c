//! What can be asked of the map: straighter borders, enclaves listed, land out of reach left out.

use crate::{Bench, revier, said};
use serde_json::Value;

/// The bench with one account of R4 locked in the middle of R1's land, and no limit on change.
fn with_an_enclave() -> Bench {
    let bench = Bench::new(120);
    let customers = bench.read("customers.csv") + "X1,10.4,50.35,3,90,R4,true,\n";
    bench.write("customers.csv", &customers);
    bench.write(
        "scenario.toml",
        "customers = \"customers.csv\"\nreps = \"reps.csv\"\nboundary = \"land.geojson\"\n\
         [[balance]]\nmeasure = \"workload\"\ntolerance = 0.1\n",
    );
    bench
}

fn solve(bench: &Bench, flags: &[&str]) -> (i32, String) {
    let (scenario, out) = (bench.arg("scenario.toml"), bench.arg("out"));
    let mut args = vec!["solve", &scenario, "--out", &out];
    args.extend(flags);
    let (code, _, err) = said(&revier(&args));
    // What the rules force apart is told in a note of its own (tests/contiguity.rs).
    let rest = err.lines().filter(|l| !l.contains(" forced by "));
    (code, rest.map(|l| format!("{l}\n")).collect())
}

fn json(bench: &Bench, file: &str) -> Value {
    serde_json::from_str(&bench.read(file)).unwrap()
}

/// How many parts the territory of a rep has.
fn parts(bench: &Bench, rep: &str) -> u64 {
    let map = json(bench, "out/territories.geojson");
    let mut features = map["features"].as_array().unwrap().iter();
    let feature = features.find(|f| f["properties"]["rep"] == rep).unwrap();
    feature["properties"]["parts"].as_u64().unwrap()
}

fn vertices(value: &Value) -> usize {
    match value.as_array() {
        Some(pair) if pair.iter().all(Value::is_number) => 1,
        Some(list) => list.iter().map(vertices).sum(),
        None => 0,
    }
}

/// What was said beside the islands, which this scenario has.
fn told((code, err): (i32, String)) -> (i32, String) {
    let others = err.lines().filter(|l| !l.contains(" not joined, "));
    (code, others.collect())
}

#[test]
fn an_enclave_is_drawn_or_listed() {
    let bench = with_an_enclave();
    assert_eq!(told(solve(&bench, &[])), (0, String::new()));
    assert_eq!(
        json(&bench, "out/report.json")["enclaves"],
        Value::Array(vec![])
    );
    let drawn = parts(&bench, "R4");
    let (code, err) = solve(&bench, &["--enclaves", "list"]);
    assert_eq!(code, 0);
    assert!(err.contains("left out of the map"), "{err}");
    let report = json(&bench, "out/report.json");
    let listed = report["enclaves"].as_array().unwrap();
    let one = listed.iter().find(|e| e["site"] == "X1").unwrap();
    assert_eq!((&one["rep"], &one["inside"]), (&"R4".into(), &"R1".into()));
    assert!(parts(&bench, "R4") < drawn);
    assert_eq!(bench.check(), (0, String::new()));
}

#[test]
fn an_enclave_that_no_rule_makes_does_not_pass() {
    let bench = with_an_enclave();
    solve(&bench, &["--enclaves", "list"]);
    let report = bench.read("out/report.json");
    let forged = report.replace("\"site\": \"X1\"", "\"site\": \"C0\"");
    assert_ne!(report, forged);
    bench.write("out/report.json", &forged);
    let (code, err) = bench.check();
    assert_eq!(code, 4, "{err}");
    assert!(err.contains("X1") && err.contains("C0"), "{err}");
}

#[test]
fn straighter_borders_have_fewer_corners_and_pass() {
    let bench = with_an_enclave();
    solve(&bench, &[]);
    let before = vertices(
        &json(&bench, "out/territories.geojson")["features"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["geometry"]["coordinates"].clone())
            .collect(),
    );
    assert_eq!(
        told(solve(&bench, &["--simplify", "5000"])),
        (0, String::new())
    );
    let after = vertices(
        &json(&bench, "out/territories.geojson")["features"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["geometry"]["coordinates"].clone())
            .collect(),
    );
    assert!(after * 3 < before * 2, "{after} of {before} corners");
    assert_eq!(bench.check(), (0, String::new()));
    // Rounder ones have more again.
    let both = ["--simplify", "5000", "--smooth", "2000"];
    assert_eq!(told(solve(&bench, &both)), (0, String::new()));
    let round = json(&bench, "out/territories.geojson")["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["geometry"]["coordinates"].clone())
        .collect();
    assert!(vertices(&round) > 2 * after);
    assert_eq!(bench.check(), (0, String::new()));
}

#[test]
fn land_out_of_reach_is_nobodys() {
    let bench = with_an_enclave();
    let area = |bench: &Bench| -> f64 {
        let map = json(bench, "out/territories.geojson");
        let features = map["features"].as_array().unwrap();
        let areas = features
            .iter()
            .map(|f| f["properties"]["area_km2"].as_f64());
        areas.map(Option::unwrap).sum()
    };
    solve(&bench, &[]);
    let all = area(&bench);
    assert_eq!(
        told(solve(&bench, &["--max-reach", "8"])),
        (0, String::new())
    );
    let near = area(&bench);
    assert!(near < 0.9 * all && near > 0.2 * all, "{near} of {all}");
    assert_eq!(bench.check(), (0, String::new()));
    // Land that lies too far out does not pass.
    let report = bench.read("out/report.json");
    let forged = report.replace("\"max_reach_km\": 8.0", "\"max_reach_km\": 4.0");
    assert_ne!(report, forged);
    bench.write("out/report.json", &forged);
    let (code, err) = bench.check();
    assert_eq!(code, 4);
    assert!(err.contains("farther than 4 km"), "{err}");
    // The same from the scenario, without a boundary, and everything at once.
    bench.write(
        "scenario.toml",
        "customers = \"customers.csv\"\nreps = \"reps.csv\"\n\
         [[balance]]\nmeasure = \"workload\"\ntolerance = 0.1\n\
         [territories]\nmax_reach_km = 8\nsimplify_m = 2000\nsmooth_m = 500\nenclaves = \"list\"\n",
    );
    assert_eq!(solve(&bench, &[]).0, 0);
    assert_eq!(bench.check(), (0, String::new()));
}

#[test]
fn boxes_are_those_of_the_coordinates() {
    let bench = with_an_enclave();
    solve(&bench, &[]);
    let map = json(&bench, "out/territories.geojson");
    let numbers = |v: &Value| -> Vec<f64> {
        let all = v.as_array().unwrap().iter();
        all.map(|x| x.as_f64().unwrap()).collect()
    };
    assert_eq!(numbers(&map["bbox"]), [9.9, 49.9, 12.2, 51.6]);
    for feature in map["features"].as_array().unwrap() {
        let bbox = numbers(&feature["bbox"]);
        let mut found = [180.0_f64, 90.0, -180.0, -90.0];
        for polygon in feature["geometry"]["coordinates"].as_array().unwrap() {
            for p in polygon[0].as_array().unwrap() {
                let p = numbers(p);
                found[0] = found[0].min(p[0]);
                found[1] = found[1].min(p[1]);
                found[2] = found[2].max(p[0]);
                found[3] = found[3].max(p[1]);
            }
        }
        assert_eq!(bbox, found);
    }
}

#[test]
fn bad_wishes_are_refused() {
    let bench = with_an_enclave();
    for (flags, says) in [
        (["--simplify", "nan"], "--simplify"),
        (["--smooth", "nan"], "--smooth"),
        (["--max-reach", "0"], "--max-reach"),
        (["--enclaves", "drop"], "keep or list"),
    ] {
        let (code, err) = solve(&bench, &flags);
        assert_eq!(code, 2, "{err}");
        assert!(err.contains(says), "{err}");
    }
    let scenario = bench.read("scenario.toml");
    bench.write(
        "scenario.toml",
        &(scenario + "[territories]\nsimplify = 100\nmax_reach_km = -1\nenclaves = \"lost\"\n"),
    );
    let (code, err) = solve(&bench, &[]);
    assert_eq!(code, 2);
    for says in ["simplify_m", "0.01 or more", "\"keep\" or \"list\""] {
        assert!(err.contains(says), "{says}: {err}");
    }
}

/// What a scenario refuses as the name of a balanced measure is what the file has beside the measures.
#[test]
fn properties_of_territories_are_those_that_no_measure_may_be_called() {
    use revier::scenario::{MEASURE_SUFFIXES, TERRITORY_PROPERTIES};
    let bench = Bench::new(60);
    assert_eq!(solve(&bench, &[]).0, 0);
    let map = json(&bench, "out/territories.geojson");
    let properties = map["features"][0]["properties"].as_object().unwrap();
    let figure = |name: &str| {
        let ending = |suffix: &&str| name.ends_with(suffix);
        // Balanced, and summed for the dashboard.
        let measure = ["customers", "workload", "revenue"].contains(&name);
        measure || MEASURE_SUFFIXES.iter().any(ending)
    };
    let mut rest: Vec<&str> = properties
        .keys()
        .map(String::as_str)
        .filter(|n| !figure(n))
        .collect();
    rest.sort_unstable();
    let mut refused = TERRITORY_PROPERTIES.to_vec();
    refused.sort_unstable();
    assert_eq!(rest, refused);
}
