//! What plans cost beside their travel, side by side.

use super::{data, revier, said};
use serde_json::Value;

fn json(path: &std::path::Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn preferences_and_changes_of_hands_are_costs_of_a_plan() {
    let dir = tempfile::tempdir().unwrap();
    let out = |name: &str| dir.path().join(name).display().to_string();
    for name in ["base", "prefer", "penalty", "deviation"] {
        let scenario = data(&format!("rules/{name}.toml"));
        let (code, _, err) = said(&revier(&["solve", &scenario, "--out", &out(name)]));
        assert_eq!(code, 0, "{err}");
    }
    let report = |name: &str| json(&dir.path().join(name).join("report.json"));
    let near = |a: &Value, b: f64| (a.as_f64().unwrap() - b).abs() <= 1e-9 * b.abs().max(1.0);
    for name in ["prefer", "penalty"] {
        let (code, text, err) = said(&revier(&["compare", &out("base"), &out(name)]));
        assert_eq!(code, 0, "{err}");
        let (line, key) = match name {
            "prefer" => ("preferences", "preference"),
            _ => ("change of hands", "change_cost"),
        };
        // The plans count different costs: no change of the sum is told.
        let all = (text.lines()).find(|line| line.starts_with("all that its scenario counts, "));
        assert!(text.contains(line) && !text.contains("\ncost, "), "{text}");
        assert!(all.is_some_and(|line| line.ends_with(" -")), "{text}");
        let (_, json, _) = said(&revier(&["compare", &out("base"), &out(name), "--json"]));
        let c: Value = serde_json::from_str(&json).unwrap();
        let told = report(name);
        let value = told["objective"]["value"].as_f64().unwrap();
        assert!(near(&c["objective"]["b"], value), "{json}");
        assert!(near(
            &c["objective"]["a"],
            report("base")["objective"]["value"].as_f64().unwrap()
        ));
        assert_ne!(c[key]["b"].as_f64(), Some(0.0), "{json}");
        assert_eq!(c[key]["a"].as_f64(), Some(0.0));
        let part = |key: &str| c[key]["b"].as_f64().unwrap_or(0.0);
        assert!(
            (part("travel") + part("preference") + part("change_cost") - value).abs()
                < 1e-9 * value
        );
        if name == "prefer" {
            assert!(near(
                &c["preference"]["b"],
                told["objective"]["preference"].as_f64().unwrap()
            ));
        }
    }
    // Load beside the targets is told of both, in units of the measure, where it costs in one.
    let (_, text, _) = said(&revier(&["compare", &out("base"), &out("deviation")]));
    assert!(text.contains("\nworkload beside the targets"), "{text}");
    assert!(text.contains("\ncost of load beside targets, "), "{text}");
    let (_, c, _) = said(&revier(&[
        "compare",
        &out("base"),
        &out("deviation"),
        "--json",
    ]));
    let c: Value = serde_json::from_str(&c).unwrap();
    let told = &report("deviation")["deviation"][0];
    let load = &c["load_beside"]["workload"];
    assert!(near(&load["b"], told["load"].as_f64().unwrap()), "{c}");
    assert_eq!(c["same_costs"], false);
    let (_, text, _) = said(&revier(&["compare", &out("deviation"), &out("deviation")]));
    assert!(text.contains("\ncost, "), "{text}");
    let (_, text, _) = said(&revier(&["compare", &out("base"), &out("base")]));
    assert!(
        !text.contains("preferences") && !text.contains("cost, "),
        "{text}"
    );
}
