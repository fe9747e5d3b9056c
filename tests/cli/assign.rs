//! Leads are routed by the saved plan: who gets them, why, and where the answer goes.

use super::{Bench, revier, said};
use geo::{Contains, MultiPolygon, Point};
use serde_json::Value;
use std::collections::HashMap;
use std::io::Write;
use std::process::{Command, Output, Stdio};

/// A solved bench with leads in `leads.csv`.
fn with_leads(leads: &str) -> Bench {
    let bench = Bench::default();
    bench.solve();
    bench.write("leads.csv", leads);
    bench
}

fn assign(bench: &Bench, more: &[&str]) -> (i32, String, String) {
    let (out, leads) = (bench.arg("out"), bench.arg("leads.csv"));
    said(&revier(&[&["assign", &out, &leads], more].concat()))
}

/// The rows of a table by their first column.
fn rows(table: &str) -> HashMap<String, HashMap<String, String>> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let header = reader.headers().unwrap().clone();
    let row = |r: csv::StringRecord| {
        let cells = header.iter().zip(r.iter());
        let cells = cells.map(|(h, c)| (h.to_owned(), c.to_owned())).collect();
        (r[0].to_owned(), cells)
    };
    reader.records().map(|r| row(r.unwrap())).collect()
}

/// Great circle, km, by the haversine formula.
fn km(a: [f64; 2], b: [f64; 2]) -> f64 {
    let [x, y, u, v] = [a[0], a[1], b[0], b[1]].map(f64::to_radians);
    let h = ((v - y) / 2.0).sin().powi(2) + y.cos() * v.cos() * ((u - x) / 2.0).sin().powi(2);
    2.0 * 6371.0088 * h.sqrt().asin()
}

const HOMES: [(&str, [f64; 2]); 4] = [
    ("R1", [10.5, 50.4]),
    ("R2", [11.5, 50.4]),
    ("R3", [10.5, 51.1]),
    ("R4", [11.5, 51.1]),
];

fn report(bench: &Bench) -> Value {
    serde_json::from_str(&bench.read("out/report.json")).unwrap()
}

/// What a lead costs a rep at the plan's prices.
fn cost(report: &Value, at: [f64; 2], workload: f64, revenue: f64, rep: usize) -> f64 {
    let (id, home) = HOMES[rep];
    let price = |measure: &str| {
        let all = report["prices"].as_array().unwrap();
        let of = all
            .iter()
            .find(|p| p["rep"] == id && p["measure"] == measure);
        of.unwrap()["price"].as_f64().unwrap()
    };
    workload * km(at, home) + price("workload") * workload + price("revenue") * revenue
}

/// A grid of leads over the land and beyond.
fn grid() -> Vec<(String, [f64; 2])> {
    let at = |i: usize| [9.5 + 0.2 * (i % 15) as f64, 49.5 + 0.15 * (i / 15) as f64];
    (0..225).map(|i| (format!("L{i}"), at(i))).collect()
}

#[test]
fn leads_go_to_the_territory_that_they_stand_in() {
    let mut table = String::from("id,lon,lat\n");
    for (id, [x, y]) in grid() {
        table += &format!("{id},{x},{y}\n");
    }
    let bench = with_leads(&table);
    let (code, out, err) = assign(&bench, &[]);
    assert_eq!(code, 0, "{err}");
    assert!(
        out.starts_with("id,lon,lat,customer_id,rep_id,by,territory,km,minutes,"),
        "{out}"
    );
    let json: geojson::GeoJson = bench.read("out/territories.geojson").parse().unwrap();
    let geojson::GeoJson::FeatureCollection(all) = json else {
        panic!("no collection")
    };
    let territories: Vec<(String, MultiPolygon<f64>)> = (all.features.into_iter())
        .map(|f| {
            let rep = f.property("rep").unwrap().as_str().unwrap().to_owned();
            (rep, f.geometry.unwrap().try_into().unwrap())
        })
        .collect();
    let (rows, report) = (rows(&out), report(&bench));
    let (mut inside, mut outside) = (0, 0);
    for (id, at) in grid() {
        let row = &rows[&id];
        let home = |rep: &str| HOMES.iter().find(|h| h.0 == rep).unwrap().1;
        let said: f64 = row["km"].parse().unwrap();
        assert!(
            (said - km(at, home(&row["rep_id"]))).abs() < 1e-3,
            "{row:?}"
        );
        let of = territories.iter().find(|t| t.1.contains(&Point::from(at)));
        if let Some((rep, _)) = of {
            assert_eq!((&row["rep_id"], &row["territory"]), (rep, rep), "{id}");
            assert_eq!(row["by"], "territory");
            inside += 1;
        } else if row["by"] == "price" {
            // A lead without figures has a workload of 1 and no revenue.
            let best = (0..4).min_by(|a, b| {
                let of = |j: &usize| cost(&report, at, 1.0, 0.0, *j);
                of(a).total_cmp(&of(b))
            });
            assert_eq!(row["rep_id"], HOMES[best.unwrap()].0, "{id}");
            assert_eq!(row["territory"], "");
            assert!(row["reason"].starts_with("in no territory; "), "{row:?}");
            outside += 1;
        }
    }
    assert!(inside > 100 && outside > 20, "{inside} {outside}");
}

/// R2 is the one without the skill `cold`.
#[test]
fn skills_relationships_and_locks_decide_before_the_territory() {
    let bench = with_leads(
        "id,lon,lat,workload,revenue,requires,owner,locked\n\
         plain,11.45,50.3,9,80,,,\n\
         cold,11.45,50.3,9,80,cold,,\n\
         known,11.45,50.3,9,80,,R4,\n\
         unfit,11.45,50.3,9,80,cold,R2,\n\
         locked,11.45,50.3,9,80,,R3,true\n\
         gone,11.45,50.3,9,80,,R9,\n\
         C8,11.45,50.3,9,80,,,\n",
    );
    let (code, out, err) = assign(&bench, &[]);
    assert_eq!(code, 0, "{err}");
    let rows = rows(&out);
    let of = |id: &str| (rows[id]["rep_id"].as_str(), rows[id]["by"].as_str());
    assert_eq!(of("plain"), ("R2", "territory"));
    assert_eq!(of("known"), ("R4", "owner"));
    assert_eq!(of("locked"), ("R3", "lock"));
    assert_eq!(of("gone"), ("R2", "territory"));
    assert!(
        err.contains("warning[unknown-rep]") && err.contains("\"R9\""),
        "{err}"
    );
    let report = report(&bench);
    let mut skilled = [0, 2, 3];
    skilled.sort_by(|a, b| {
        let of = |j: &usize| cost(&report, [11.45, 50.3], 9.0, 80.0, *j);
        of(a).total_cmp(&of(b))
    });
    assert_eq!(of("cold"), (HOMES[skilled[0]].0, "price"));
    assert_eq!(rows["cold"]["next_rep_id"], HOMES[skilled[1]].0);
    assert_eq!(rows["cold"]["territory"], "R2");
    assert!(rows["cold"]["reason"].starts_with("R2 may not have it (skills); "));
    assert_eq!(of("unfit"), of("cold"));
    assert!(rows["unfit"]["reason"].starts_with("its owner R2 may not have it (skills); "));
    let plan = self::rows(&bench.read("out/assignments.csv"));
    assert_eq!(of("C8"), (plan["C8"]["rep_id"].as_str(), "customer"));
}

#[test]
fn a_group_stays_together() {
    let bench = Bench::default();
    let customers = bench.read("customers.csv");
    let mut lines = customers.lines();
    let mut table = format!("{},group\n", lines.next().unwrap());
    for (i, line) in lines.enumerate() {
        table += &format!("{line},{}\n", if i % 30 == 7 { "acme" } else { "" });
    }
    bench.write("customers.csv", &table);
    bench.solve();
    bench.write(
        "leads.csv",
        "id,lon,lat,group\na,10.2,50.2,acme\nb,11.8,51.2,acme\nc,10.2,50.2,new\nd,11.8,51.2,new\ne,11.8,51.2,\n",
    );
    let (code, out, err) = assign(&bench, &[]);
    assert_eq!(code, 0, "{err}");
    let (rows, plan) = (rows(&out), rows(&bench.read("out/assignments.csv")));
    for id in ["a", "b"] {
        assert_eq!(rows[id]["rep_id"], plan["C7"]["rep_id"]);
        assert_eq!(rows[id]["by"], "group");
    }
    assert_eq!(rows["c"]["rep_id"], rows["d"]["rep_id"]);
    assert_eq!(
        (rows["c"]["by"].as_str(), rows["e"]["by"].as_str()),
        ("group", "territory")
    );
    // Without the file of the customers nobody knows whose the group is.
    bench.write("customers.csv", &customers);
    let (code, out, err) = assign(&bench, &[]);
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("warning") && err.contains("has changed since the plan was made"),
        "{err}"
    );
    assert_eq!(self::rows(&out)["a"]["by"], "group");
}

#[test]
fn what_nobody_may_have_is_status_three_and_says_why() {
    let bench = with_leads("id,lon,lat,requires\na,10.4,50.4,magic\nb,10.4,50.4,\n");
    let (code, out, err) = assign(&bench, &[]);
    assert_eq!(code, 3, "{err}");
    assert!(err.contains("no rep may have 1 of 2 leads"), "{err}");
    let rows = rows(&out);
    assert_eq!(
        (rows["a"]["rep_id"].as_str(), rows["a"]["by"].as_str()),
        ("", "nobody")
    );
    assert_eq!(rows["a"]["reason"], "no rep may have it (skills)");
    assert_eq!(rows["b"]["by"], "territory");
}

#[test]
fn who_gets_beyond_a_bound_is_told() {
    let bench = with_leads("id,lon,lat,workload\na,10.4,50.4,5000\n");
    let (code, out, err) = assign(&bench, &[]);
    let rep = rows(&out)["a"]["rep_id"].clone();
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("warning[beyond-bound]") && err.contains(&format!("({rep})")),
        "{err}"
    );
}

fn piped(bench: &Bench, text: &str, more: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_revier"))
        .args(["assign", &bench.arg("out"), "-"])
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn stdin_and_files_give_the_same_and_nothing_is_written_over() {
    let table = "id,lon,lat,requires\n1,11.45,50.3,cold\n2,10.2,51,\n";
    let bench = with_leads(table);
    let (_, by_file, _) = assign(&bench, &[]);
    let (code, by_pipe, err) = said(&piped(&bench, table, &[]));
    assert_eq!((code, &by_pipe), (0, &by_file), "{err}");
    let line = |id: u8, x: f64, y: f64, requires: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{"id":{id},"requires":"{requires}"}},"geometry":{{"type":"Point","coordinates":[{x},{y}]}}}}"#
        )
    };
    let lines = format!(
        "{}\n{}\n",
        line(1, 11.45, 50.3, "cold"),
        line(2, 10.2, 51.0, "")
    );
    // The leads have other columns there.
    let by_lines = rows(&said(&piped(&bench, &lines, &[])).1);
    for (id, row) in rows(&by_file) {
        let same = |(name, cell): (&String, &String)| by_lines[&id].get(name) == Some(cell);
        assert!(row.iter().all(same), "{row:?} {:?}", by_lines[&id]);
    }

    let file = bench.arg("routes.csv");
    let (code, out, err) = assign(&bench, &["--out", &file]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(bench.read("routes.csv"), by_file);
    assert!(
        out.contains("2 leads: territory 1, price 1") && out.contains("written to"),
        "{out}"
    );
    // Routes may be replaced, anything else may not.
    assert_eq!(assign(&bench, &["--out", &file]).0, 0);
    let (code, _, err) = assign(&bench, &["--out", &bench.arg("customers.csv")]);
    assert_eq!(code, 2);
    assert!(err.contains("customers.csv is in the way"), "{err}");
    for (name, words) in [
        ("out/routes.csv", "among the files of the plan"),
        ("routes.xlsx", "must end in .csv, .geojson or .geojsonl"),
        ("nowhere/routes.csv", "there is no directory"),
    ] {
        let (code, _, err) = assign(&bench, &["--out", &bench.arg(name)]);
        assert_eq!(code, 2);
        assert!(err.contains(words), "{err}");
    }

    let file = bench.arg("routes.geojson");
    let first = assign(&bench, &["--out", &file]);
    assert_eq!(
        (first.0, assign(&bench, &["--out", &file]).0),
        (0, 0),
        "{}",
        first.2
    );
    let json: Value = serde_json::from_str(&bench.read("routes.geojson")).unwrap();
    let rows = rows(&by_file);
    for feature in json["features"].as_array().unwrap() {
        let p = &feature["properties"];
        let row = &rows[p["customer_id"].to_string().trim_matches('"')];
        assert_eq!(p["rep_id"], row["rep_id"].as_str());
        assert_eq!(p["reason"], row["reason"].as_str());
        assert_eq!(
            feature["geometry"]["coordinates"][0].to_string(),
            row["lon"]
        );
    }
}

#[test]
fn bad_leads_are_told_all_at_once() {
    let bench = with_leads("id,lon,lat,workload\na,10.4,95,1\na,10.4,50,-3\n,10.4,50,1\n");
    let (code, out, err) = assign(&bench, &[]);
    assert_eq!((code, out.as_str()), (2, ""));
    for words in [
        "leads.csv, feature 1",
        "feature 2 (id \"a\")",
        "workload",
        "feature 3",
    ] {
        assert!(err.contains(words), "{words}: {err}");
    }
    bench.write("leads.csv", "");
    assert_eq!(assign(&bench, &[]).0, 2);
    let (code, _, err) = said(&piped(&bench, "", &[]));
    assert_eq!(code, 2);
    assert!(err.contains("stdin: the file is empty"), "{err}");
    // A day without leads is none of the kind.
    for none in [
        "id,lon,lat\n",
        r#"{"type":"FeatureCollection","features":[]}"#,
    ] {
        let (code, out, err) = said(&piped(&bench, none, &[]));
        assert_eq!(code, 0, "{err}");
        assert_eq!(out.lines().count(), 1, "{out}");
    }
    let (code, _, err) = said(&revier(&[
        "assign",
        &bench.arg("out"),
        &bench.arg("none.csv"),
    ]));
    assert_eq!(code, 2);
    assert!(
        err.contains("none.csv") && err.contains("does not exist"),
        "{err}"
    );
    // Leads go by where reps live, so these must be as they were.
    bench.write("leads.csv", "id,lon,lat\na,10.4,50\n");
    bench.write("reps.csv", &bench.read("reps.csv").replace("10.5", "10.6"));
    let (code, _, err) = assign(&bench, &[]);
    assert_eq!(code, 2);
    assert!(
        err.contains("reps.csv has changed since the plan was made"),
        "{err}"
    );
}

#[test]
fn leads_have_columns_of_their_own() {
    let bench = Bench::default();
    let named = |leads: &str| {
        let text = bench.read("customers.csv").replacen("id,", "Nr,", 1);
        bench.write("named.csv", &text);
        let scenario = bench
            .read("scenario.toml")
            .replace("customers.csv", "named.csv");
        let more = format!("[columns]\ncustomers = {{ id = \"Nr\" }}\n{leads}");
        bench.write("named.toml", &(scenario + &more));
        bench.solve_into("out", "named.toml", &[]);
    };
    named("");
    // What the customers are called by names no column of leads.
    bench.write("leads.csv", "id,lon,lat,Nr\nL1,10.6,50.3,7\n");
    let (code, out, err) = assign(&bench, &[]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("\nL1,"), "{out}");
    named("leads = { id = \"Nr\" }\n");
    let (code, out, err) = assign(&bench, &[]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("L1,10.6,50.3,7,7,R"), "{out}");
    bench.write("leads.csv", "id,lon,lat\nL1,10.6,50.3\n");
    let (code, _, err) = assign(&bench, &[]);
    assert_eq!(code, 2);
    assert!(
        err.contains("there is no column \"Nr\"") && err.contains("[columns.leads]"),
        "{err}"
    );
}

#[test]
fn a_table_of_fit_that_is_another_by_now_is_refused() {
    let bench = Bench::default();
    let entry = "[[prefer]]\ntable = \"fit.csv\"\nby = \"id\"\nunit = \"km\"\n";
    let scenario = bench.read("scenario.toml") + entry;
    bench.write("scenario.toml", &scenario);
    let table = "rep_id,id,cost_km\nR1,L1,-20\n";
    bench.write("fit.csv", table);
    bench.solve();
    bench.write("leads.csv", "id,lon,lat\nL1,10.6,50.5\n");
    let (code, _, text) = assign(&bench, &[]);
    assert_eq!(code, 0, "{text}");
    bench.write("fit.csv", &table.replace("-20", "-2000"));
    let (code, routes, text) = assign(&bench, &[]);
    assert_eq!((code, routes.as_str()), (2, ""), "{text}");
    for words in [
        "fit.csv has changed since the plan was made",
        "revier solve",
    ] {
        assert!(text.contains(words), "{text}");
    }
    std::fs::remove_file(bench.path("fit.csv")).unwrap();
    let (code, _, text) = assign(&bench, &[]);
    assert_eq!(code, 2, "{text}");
    for words in [
        "fit.csv",
        "does not exist",
        "by their place",
        "revier solve",
    ] {
        assert!(text.contains(words), "{text}");
    }
}
