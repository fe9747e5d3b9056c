//! Plans that were tampered with: each is caught, with its reason.

use super::Bench;
use serde_json::Value;

/// A solved plan in which a test breaks one thing.
pub struct Tampered(pub Bench);

impl Tampered {
    pub fn new() -> Tampered {
        let bench = Bench::default();
        bench.solve();
        Tampered(bench)
    }

    /// Expects status 4 and the words in one message.
    pub fn caught(&self, words: &[&str]) {
        let (code, text) = self.0.check();
        assert_eq!(code, 4, "not caught, wanted {words:?}: {text}");
        let line = text.lines().find(|l| words.iter().all(|w| l.contains(w)));
        assert!(line.is_some(), "wanted {words:?}: {text}");
    }

    pub fn replace(&self, file: &str, from: &str, to: &str) {
        let name = format!("out/{file}");
        let text = self.0.read(&name);
        assert!(text.contains(from), "{from:?} is not in {file}");
        self.0.write(&name, &text.replacen(from, to, 1));
    }

    fn json(&self, file: &str, edit: impl FnOnce(&mut Value)) {
        let name = format!("out/{file}");
        let mut value: Value = serde_json::from_str(&self.0.read(&name)).unwrap();
        edit(&mut value);
        self.0.write(&name, &value.to_string());
    }

    pub fn report(&self, edit: impl FnOnce(&mut Value)) {
        self.json("report.json", edit);
    }

    /// Edits the rows of assignments.csv, header included.
    fn rows(&self, edit: impl FnOnce(&mut Vec<Vec<String>>)) {
        let text = self.0.read("out/assignments.csv");
        let split = |l: &str| l.split(',').map(str::to_owned).collect();
        let mut rows: Vec<Vec<String>> = text.lines().map(split).collect();
        edit(&mut rows);
        let lines: Vec<String> = rows.iter().map(|r| r.join(",") + "\n").collect();
        self.0.write("out/assignments.csv", &lines.concat());
    }
}

fn add(value: &mut Value, by: f64) {
    *value = (value.as_f64().unwrap() + by).into();
}

#[test]
fn an_untouched_plan_holds() {
    let plan = Tampered::new();
    let (code, text) = plan.0.check();
    assert_eq!((code, text.as_str()), (0, ""));
}

#[test]
fn a_plan_that_was_moved_with_its_inputs_holds() {
    let plan = Tampered::new();
    let other = tempfile::tempdir().unwrap();
    let to = other.path().join("elsewhere");
    std::fs::rename(plan.0.dir.path(), &to).unwrap();
    let out = to.join("out").display().to_string();
    assert_eq!(super::revier(&["check", &out]).status.code(), Some(0));
}

#[test]
fn an_owner_changed() {
    let plan = Tampered::new();
    let row = plan.0.read("out/assignments.csv");
    let owned = row.lines().nth(9).unwrap().starts_with("C8,R1,");
    let to = if owned { "R2" } else { "R1" };
    plan.rows(|rows| rows[9][1] = to.into());
    plan.caught(&["assignments.csv", "C8", "another customer or rep"]);
    // In both files: then totals, objective and the map contradict it.
    plan.json("assignments.geojson", |v| {
        v["features"][8]["properties"]["rep_id"] = to.into();
    });
    plan.caught(&["totals:", "workload"]);
    plan.caught(&["objective:", "the owners cost"]);
    plan.caught(&["polygons:", "C8", "does not stand in its territory"]);
}

#[test]
fn a_customer_dropped_doubled_or_made_up() {
    let plan = Tampered::new();
    plan.rows(|rows| drop(rows.remove(5)));
    plan.caught(&["assignments.csv", "C5", "another customer or rep"]);
    let plan = Tampered::new();
    plan.rows(|rows| rows.push(rows[5].clone()));
    plan.caught(&["assignments.csv", "C4", "another customer or rep"]);
    let plan = Tampered::new();
    plan.rows(|rows| rows[5][0] = "C999".into());
    plan.caught(&["assignments.csv", "C999", "another customer or rep"]);
    let plan = Tampered::new();
    plan.rows(|rows| rows[5][1] = "R9".into());
    plan.caught(&["assignments.csv", "no territory of the rep \"R9\""]);
    let plan = Tampered::new();
    plan.json("assignments.geojson", |v| {
        drop(v["features"].as_array_mut().unwrap().remove(7))
    });
    plan.caught(&["assignments.csv", "C7", "another customer or rep"]);
}

#[test]
fn figures_of_a_customer_edited() {
    for (column, value) in [
        (2, "1.000"),
        (3, "1.000"),
        (4, "R9"),
        (5, "maybe"),
        (6, "yes"),
        (7, "10.123"),
        (8, "50.123"),
    ] {
        let plan = Tampered::new();
        plan.rows(|rows| rows[7][column] = value.into());
        plan.caught(&["C6"]);
    }
    let plan = Tampered::new();
    for file in ["assignments.csv", "assignments.geojson"] {
        let text = plan.0.read(&format!("out/{file}"));
        let (from, to) = if text.contains("\"changed\":true") {
            ("\"changed\":true", "\"changed\":false")
        } else {
            (",true,false,", ",false,false,")
        };
        plan.replace(file, from, to);
    }
    plan.caught(&["totals:", "`changed` is false, it should be true"]);
}

#[test]
fn a_total_a_target_or_a_bound_edited() {
    for (key, words) in [
        ("total", "R2"),
        ("target", "target of workload"),
        ("lower", "lower of workload"),
        ("upper", "upper of workload"),
        ("index", "index of workload"),
    ] {
        let plan = Tampered::new();
        plan.report(|r| add(&mut r["territories"][1]["measures"]["workload"][key], 0.5));
        plan.caught(&["totals:", words]);
    }
    let plan = Tampered::new();
    plan.report(|r| r["territories"][2]["customers"] = 3.into());
    plan.caught(&["totals:", "R3", "customers"]);
    let plan = Tampered::new();
    plan.report(|r| add(&mut r["territories"][2]["travel_km"], 1.0));
    plan.caught(&["totals:", "R3", "km"]);
    for key in [
        "workload",
        "workload_target",
        "revenue_index",
        "area_km2",
        "travel_minutes",
        "parts",
        "customers",
    ] {
        let plan = Tampered::new();
        plan.json("territories.geojson", |v| {
            add(&mut v["features"][0]["properties"][key], 1.0)
        });
        plan.caught(&["territories.geojson", "R1"]);
    }
}

#[test]
fn a_price_a_bound_or_the_objective_edited() {
    let plan = Tampered::new();
    plan.report(|r| add(&mut r["prices"][2]["price"], 1.0));
    plan.caught(&["bound:", "the prices prove"]);
    let plan = Tampered::new();
    plan.report(|r| add(&mut r["change_price"], 0.1));
    plan.caught(&["bound:", "the prices prove"]);
    let plan = Tampered::new();
    plan.report(|r| drop(r["prices"].as_array_mut().unwrap().remove(3)));
    plan.caught(&["owners:", "price"]);
    let plan = Tampered::new();
    plan.report(|r| add(&mut r["certified"], 1.0));
    plan.caught(&["bound:", "the prices prove"]);
    let plan = Tampered::new();
    plan.report(|r| add(&mut r["bound"], 1e6));
    plan.caught(&["bound:", "does not follow"]);
    let plan = Tampered::new();
    plan.report(|r| add(&mut r["objective"]["value"], -10.0));
    plan.caught(&["objective:", "the owners cost"]);
    let plan = Tampered::new();
    plan.report(|r| add(&mut r["gap"], 0.001));
    plan.caught(&["bound:", "the gap is"]);
}

/// 1,100 customers to 20 reps: what the prices of the balance rows prove is not enough, and they are too many for a tree.
pub fn many() -> Tampered {
    let bench = Bench::new(1_100);
    let rep = |j: usize| {
        format!(
            "R{j},,{},{}\n",
            10.1 + 0.4 * (j % 5) as f64,
            50.2 + 0.35 * (j / 5) as f64
        )
    };
    let reps: String = (0..20).map(rep).collect();
    bench.write("reps.csv", &format!("id,name,lon,lat\n{reps}"));
    let customers = bench
        .read("customers.csv")
        .replace("cold", "")
        .replace("true", "false");
    bench.write("customers.csv", &customers);
    bench.write(
        "scenario.toml",
        "customers = \"customers.csv\"\nreps = \"reps.csv\"\nboundary = \"land.geojson\"\n\
         [[balance]]\nmeasure = \"workload\"\ntolerance = 0.03\n",
    );
    bench.solve();
    let plan = Tampered(bench);
    plan.report(|r| assert_eq!(r["proof"], "assignment"));
    plan
}

#[test]
fn the_bound_of_the_knapsacks_or_one_of_its_prices_edited() {
    let plan = many();
    let (code, text) = plan.0.check();
    assert_eq!((code, text.as_str()), (0, ""));
    plan.report(|r| {
        let by = 1e-5 * r["bound"].as_f64().unwrap();
        add(&mut r["bound"], by);
    });
    plan.caught(&["bound:", "the knapsacks prove"]);
    let plan = many();
    plan.report(|r| {
        r["assignment_prices"]
            .as_array_mut()
            .unwrap()
            .iter_mut()
            .for_each(|p| add(&mut p["price"], 100.0));
    });
    plan.caught(&["bound:", "the knapsacks prove"]);
    let plan = many();
    plan.report(|r| r["assignment_prices"][0]["site"] = "nobody".into());
    plan.caught(&["assignment price", "not in the inputs"]);
}

#[test]
fn a_status_or_a_violation_edited() {
    let plan = Tampered::new();
    plan.report(|r| r["status"] = "infeasible".into());
    plan.caught(&["status:", "keeps all rules"]);
    let plan = Tampered::new();
    plan.report(|r| {
        r["violations"] = serde_json::json!([{"rule": "balance", "rep": "R1", "site": null, "by": 1.0, "text": ""}]);
    });
    plan.caught(&["rules:", "R1", "which is not so"]);
    let plan = Tampered::new();
    plan.report(|r| r["status"] = "splendid".into());
    plan.caught(&["report:", "damaged"]);

    let bench = Bench::default();
    let scenario =
        bench.read("scenario.toml").replace("0.1\n", "0.0001\n") + "[solve]\ntime_limit_s = 1\n";
    bench.write("scenario.toml", &scenario);
    let (scenario, out) = (bench.arg("scenario.toml"), bench.arg("out"));
    assert_eq!(
        super::revier(&["solve", &scenario, "--out", &out])
            .status
            .code(),
        Some(3)
    );
    let plan = Tampered(bench);
    plan.report(|r| r["violations"] = serde_json::json!([]));
    plan.caught(&["rules:", "balance", "does not say so"]);
    plan.report(|r| r["status"] = "feasible".into());
    plan.caught(&["status:", "does not call itself infeasible"]);
}

#[test]
fn an_input_changed_since() {
    let edits = [
        ("customers.csv", "C0,", "C00,"),
        ("reps.csv", "Ann", "Anna"),
        ("land.geojson", "49.9", "49.8"),
        ("scenario.toml", "0.3", "0.4"),
    ];
    for (file, from, to) in edits {
        let plan = Tampered::new();
        let text = plan.0.read(file).replacen(from, to, 1);
        plan.0.write(file, &text);
        plan.caught(&["inputs:", file, "has changed"]);
    }
    let plan = Tampered::new();
    std::fs::remove_file(plan.0.path("customers.csv")).unwrap();
    plan.caught(&["inputs:", "customers.csv", "cannot be read"]);
    let plan = Tampered::new();
    plan.report(|r| r["scenario"]["balance"][0]["tolerance"] = 0.2.into());
    plan.caught(&["inputs:", "not the one in the scenario file"]);
    let plan = Tampered::new();
    plan.report(|r| r["overrides"]["tolerance"] = 0.2.into());
    plan.caught(&["inputs:", "not the one in the scenario file"]);
    let plan = Tampered::new();
    plan.report(|r| drop(r["inputs"].as_array_mut().unwrap().pop()));
    plan.caught(&["inputs:", "not those of its scenario"]);
}

/// The first ring of a territory.
fn ring(v: &mut Value, feature: usize) -> &mut Vec<Value> {
    v["features"][feature]["geometry"]["coordinates"][0][0]
        .as_array_mut()
        .unwrap()
}

#[test]
fn a_vertex_moved() {
    // Every vertex of a territory, moved a little or far, alone.
    let count = {
        let plan = Tampered::new();
        let mut value: Value =
            serde_json::from_str(&plan.0.read("out/territories.geojson")).unwrap();
        ring(&mut value, 0).len() - 1
    };
    assert!(count > 10);
    for at in (1..count).step_by(5) {
        for by in [1e-7, 0.2] {
            let plan = Tampered::new();
            plan.json("territories.geojson", |v| add(&mut ring(v, 0)[at][0], by));
            plan.caught(&["polygons:"]);
        }
    }
}

#[test]
fn a_border_moved_on_both_sides_across_a_customer() {
    let plan = Tampered::new();
    // The whole map shifted: neighbours still agree, customers and boundary do not.
    plan.json("territories.geojson", |v| {
        for feature in v["features"].as_array_mut().unwrap() {
            for polygon in feature["geometry"]["coordinates"].as_array_mut().unwrap() {
                for ring in polygon.as_array_mut().unwrap() {
                    for p in ring.as_array_mut().unwrap() {
                        add(&mut p[0], 0.3);
                    }
                }
            }
        }
    });
    plan.caught(&["polygons:", "does not stand in its territory"]);
    plan.caught(&["polygons:", "boundary"]);
}

#[test]
fn polygons_taken_out_put_in_or_turned_round() {
    let plan = Tampered::new();
    plan.json("territories.geojson", |v| {
        v["features"][1]["geometry"]["coordinates"] = serde_json::json!([]);
    });
    plan.caught(&["polygons:", "of the boundary"]);
    let plan = Tampered::new();
    plan.json("territories.geojson", |v| {
        let more = v["features"][1]["geometry"]["coordinates"][0].clone();
        v["features"][0]["geometry"]["coordinates"]
            .as_array_mut()
            .unwrap()
            .push(more);
    });
    plan.caught(&["polygons:", "overlap along an edge"]);
    let plan = Tampered::new();
    plan.json("territories.geojson", |v| ring(v, 0).reverse());
    plan.caught(&["polygons:", "the wrong way"]);
    let plan = Tampered::new();
    plan.json("territories.geojson", |v| drop(ring(v, 0).pop()));
    plan.caught(&["polygons:", "18 entries, not 19"]);
    let plan = Tampered::new();
    // A small square within somebody else's land.
    plan.json("territories.geojson", |v| {
        let square = serde_json::json!([[
            [9.95, 49.95],
            [9.96, 49.95],
            [9.96, 49.96],
            [9.95, 49.96],
            [9.95, 49.95]
        ]]);
        v["features"][3]["geometry"]["coordinates"]
            .as_array_mut()
            .unwrap()
            .push(square);
    });
    plan.caught(&["polygons:", "overlap, or leave a gap"]);
    let plan = Tampered::new();
    plan.json("territories.geojson", |v| {
        v["features"].as_array_mut().unwrap().swap(0, 1)
    });
    plan.caught(&["report:", "its reps are not those of territories.geojson"]);
    let plan = Tampered::new();
    plan.json("territories.geojson", |v| {
        drop(v["features"].as_array_mut().unwrap().pop())
    });
    plan.caught(&["assignments.geojson", "no territory of the rep \"R4\""]);
}

#[test]
fn customers_outside_listed_wrongly() {
    let plan = Tampered::new();
    plan.report(|r| r["outside"] = serde_json::json!(["C3"]));
    plan.caught(&[
        "polygons:",
        "C3",
        "is inside the boundary, the plan says outside",
    ]);
    let bench = Bench::default();
    bench.write(
        "land.geojson",
        r#"{"type":"Polygon","coordinates":[[[9.9,49.9],[11.6,49.9],[11.6,51.6],[9.9,51.6],[9.9,49.9]]]}"#,
    );
    bench.solve();
    let plan = Tampered(bench);
    assert_eq!(plan.0.check().0, 0);
    plan.report(|r| drop(r["outside"].as_array_mut().unwrap().remove(0)));
    plan.caught(&["polygons:", "is outside the boundary, the plan says inside"]);
}

#[test]
fn files_cut_off_or_gone() {
    for file in [
        "assignments.csv",
        "assignments.geojson",
        "territories.geojson",
        "report.json",
    ] {
        let plan = Tampered::new();
        let text = plan.0.read(&format!("out/{file}"));
        plan.0
            .write(&format!("out/{file}"), &text[..text.len() / 2]);
        let (code, text) = plan.0.check();
        assert_eq!(code, 4, "{file}: {text}");
    }
    for file in [
        "assignments.csv",
        "assignments.geojson",
        "territories.geojson",
    ] {
        let plan = Tampered::new();
        std::fs::remove_file(plan.0.path(&format!("out/{file}"))).unwrap();
        plan.caught(&[file]);
    }
}
