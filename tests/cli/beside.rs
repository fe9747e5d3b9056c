//! `deviation_cost`: balance that does not sit on the rim.

use super::{data, revier, said};
use serde_json::Value;
use std::path::Path;

fn report(dir: &Path) -> Value {
    let text = std::fs::read_to_string(dir.join("report.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn solved(scenario: &str, out: &Path) -> (Value, String) {
    let (code, told, err) = said(&revier(&[
        "solve",
        scenario,
        "--out",
        out.to_str().unwrap(),
    ]));
    assert_eq!(code, 0, "{told}{err}");
    (report(out), told)
}

/// How many reps are within a share of their target.
fn within(report: &Value, share: f64) -> usize {
    let reps = report["territories"].as_array().unwrap().iter();
    let index = reps.map(|rep| rep["measures"]["workload"]["index"].as_f64().unwrap());
    index.filter(|index| (index - 1.0).abs() <= share).count()
}

#[test]
fn auto_spends_its_budget_of_the_travel_and_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let plain = data("germany/scenario.toml");
    let even = data("germany/even.toml");
    let (plain, told) = solved(&plain, &dir.path().join("plain"));
    assert!(!told.contains("balance:") && plain["objective"].get("balance").is_none());
    let (even, told) = solved(&even, &dir.path().join("even"));
    assert!(
        told.contains("chosen by the budget") && told.contains("is travel"),
        "{told}"
    );
    // 1 % of the travel of the LP without the cost; whole customers and the gap make a little of it.
    let free = plain["lp"]["objective"].as_f64().unwrap();
    let travel = even["objective"]["travel"].as_f64().unwrap();
    assert!(travel <= free * (1.01 + 1e-3), "{travel} after {free}");
    assert!(
        travel >= free * 1.005,
        "{travel} after {free}: the budget is hardly spent"
    );
    let parts = travel + even["objective"]["balance"].as_f64().unwrap();
    let whole = even["objective"]["value"].as_f64().unwrap();
    assert!((parts - whole).abs() < 1e-6 * whole);
    assert!(
        within(&plain, 0.01) < 5 && within(&even, 0.01) >= 12,
        "{} reps",
        within(&even, 0.01)
    );
    let out = dir.path().join("even");
    let (code, told, err) = said(&revier(&["check", out.to_str().unwrap()]));
    assert_eq!(code, 0, "{told}{err}");
}

#[test]
fn a_cost_that_is_none_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("scenario.toml");
    let (customers, reps) = (data("rules/customers.csv"), data("rules/reps.csv"));
    let of = |setting: &str| {
        let text = format!(
            "customers = {customers:?}\nreps = {reps:?}\n[[balance]]\nmeasure = \"workload\"\n{setting}\n"
        );
        std::fs::write(&file, text).unwrap();
        let (code, _, err) = said(&revier(&["solve", file.to_str().unwrap()]));
        assert_eq!(code, 2, "{setting}: {err}");
        err
    };
    assert!(of("deviation_cost = -1").contains("is not 0 or more"));
    assert!(of("deviation_cost = \"automatic\"").contains("write deviation_cost = \"auto\""));
    assert!(of("deviation_cost = \"3\"").contains("without quotes: deviation_cost = 3"));
    assert!(of("deviation_cost = \"\"").contains("\"auto\", or a number"));
    for wrong in ["true", "[1]"] {
        let told = of(&format!("deviation_cost = {wrong}"));
        assert!(
            told.contains("a number without quotes or \"auto\" is needed"),
            "{told}"
        );
    }
    assert!(of("deviation_cost = -inf").contains("-inf is not 0 or more"));
    assert!(of("deviation_cost = -1e-300").contains("-1e-300 is not 0 or more"));
    assert!(of("deviation_cost = inf").contains("inf is too large"));
    assert!(of("deviation_cost = 3\ndeviation_budget = 0.01").contains("chosen by it"));
    assert!(of("deviation_budget = 0.01").contains("chosen by it"));
    assert!(of("deviation_cost = \"auto\"\ndeviation_budget = 2").contains("[0, 1]"));
}

#[test]
fn a_forged_cost_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let scenario = data("rules/deviation.toml");
    solved(&scenario, &out);
    let honest = std::fs::read_to_string(out.join("report.json")).unwrap();
    let deviation = report(&out)["deviation"].clone();
    assert_eq!(deviation.as_array().map(Vec::len), Some(2));
    for (at, measure) in ["workload", "customers"].into_iter().enumerate() {
        for factor in [0.5, 0.999, 2.0] {
            let mut forged: Value = serde_json::from_str(&honest).unwrap();
            let price = deviation[at]["price"].as_f64().unwrap();
            forged["deviation"][at]["price"] = (factor * price).into();
            std::fs::write(out.join("report.json"), forged.to_string()).unwrap();
            let (code, told, err) = said(&revier(&["check", out.to_str().unwrap()]));
            assert_ne!(code, 0, "{measure} times {factor}: {told}{err}");
        }
    }
    std::fs::write(out.join("report.json"), &honest).unwrap();
    let (code, told, err) = said(&revier(&["check", out.to_str().unwrap()]));
    assert_eq!(code, 0, "{told}{err}");
}
