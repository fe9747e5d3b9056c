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
    for name in ["base", "prefer", "penalty"] {
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
        assert!(text.contains(line) && text.contains("cost, "), "{text}");
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
    let (_, text, _) = said(&revier(&["compare", &out("base"), &out("base")]));
    assert!(
        !text.contains("preferences") && !text.contains("cost, "),
        "{text}"
    );
}
