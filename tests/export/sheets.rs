//! `revier sheets`: a page and a table per rep say what the plan says, whoever the reps are.

use crate::{Bench, revier, said};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;

fn rows(bench: &Bench, name: &str) -> Vec<BTreeMap<String, String>> {
    let text = bench.read(name);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|r| r.expect("a row")).collect()
}

/// The sheets of a plan, in the order of the reps: the names of their files without endings.
fn sheets(bench: &Bench, lang: &str) -> Vec<String> {
    let (plan, out) = (bench.arg("plan"), bench.arg("sheets"));
    let args = ["sheets", &plan, "--out", &out, "--lang", lang];
    let (code, out, err) = said(&revier(&args));
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let mut names: Vec<String> = fs::read_dir(bench.path("sheets"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| Some(name.strip_suffix(".csv")?.to_owned()))
        .collect();
    names.sort();
    names
}

#[test]
fn sheets_say_what_the_plan_says() {
    let bench = Bench::new(false);
    let names = sheets(&bench, "en");
    assert_eq!(names, ["1-R1", "2-R2", "3-R3", "4-R4"]);
    let report: Value = serde_json::from_str(&bench.read("plan/report.json")).unwrap();
    let assigned = rows(&bench, "plan/assignments.csv");
    let changes = rows(&bench, "plan/changes.csv");
    let mut workload = BTreeMap::new();
    let customers: Value = serde_json::from_str(&bench.read("customers.geojson")).unwrap();
    for feature in customers["features"].as_array().unwrap() {
        let p = &feature["properties"];
        workload.insert(
            p["id"].as_str().unwrap().to_owned(),
            p["workload"].as_f64().unwrap(),
        );
    }
    let (mut kept, mut moved) = (0, 0);
    for (name, territory) in names.iter().zip(report["territories"].as_array().unwrap()) {
        let id = territory["rep"].as_str().unwrap();
        let table = rows(&bench, &format!("sheets/{name}.csv"));
        let of = |status: &str| -> Vec<&BTreeMap<String, String>> {
            table.iter().filter(|r| r["status"] == status).collect()
        };
        // Those who are there are the territory's: as many, and with its totals.
        let mine: Vec<_> = of("kept").into_iter().chain(of("gained")).collect();
        assert_eq!(territory["customers"], mine.len());
        let total: f64 = mine.iter().map(|r| workload[&r["customer_id"]]).sum();
        let told = territory["measures"]["workload"]["total"].as_f64().unwrap();
        assert!((total - told).abs() < 1e-9, "{id}: {total} {told}");
        assert!(mine.iter().all(|r| r["to_rep_id"] == id));
        let gained = changes.iter().filter(|r| r["to_rep_id"] == id).count();
        let lost = changes.iter().filter(|r| r["from_rep_id"] == id).count();
        assert_eq!((of("gained").len(), of("lost").len()), (gained, lost));
        assert!(
            of("lost")
                .iter()
                .all(|r| r["from_rep_id"] == id && !r["reason"].is_empty())
        );
        for row in &table {
            let same = assigned
                .iter()
                .find(|r| r["customer_id"] == row["customer_id"])
                .unwrap();
            assert_eq!((&same["km"], &same["lon"]), (&row["km"], &row["lon"]));
        }
        kept += of("kept").len();
        moved += gained;
        let page = bench.read(&format!("sheets/{name}.html"));
        for (heading, n) in [
            ("Gained", gained),
            ("Lost", lost),
            ("Kept", of("kept").len()),
        ] {
            assert!(page.contains(&format!("{heading} ({n})")), "{heading} {n}");
        }
        assert!(page.contains("<svg") && !page.contains("<script"));
    }
    assert_eq!((kept + moved, moved), (assigned.len(), changes.len()));
    assert!(moved > 10, "{moved}");
    // A second run replaces its own, with the same bytes; a file of somebody else stays.
    let before = bench.read("sheets/1-R1.html");
    sheets(&bench, "en");
    assert_eq!(bench.read("sheets/1-R1.html"), before);
    bench.write("sheets/2-R2.html", "my notes");
    let (plan, out) = (bench.arg("plan"), bench.arg("sheets"));
    let (code, _, err) = said(&revier(&["sheets", &plan, "--out", &out, "--lang", "de"]));
    assert_eq!(code, 2);
    assert!(
        err.contains("did not write it") && err.contains("--force"),
        "{err}"
    );
    assert_eq!(bench.read("sheets/2-R2.html"), "my notes");
    assert_eq!(
        bench.read("sheets/1-R1.html"),
        before,
        "nothing is written then"
    );
    let (code, _, err) = said(&revier(&["sheets", &plan, "--out", &plan]));
    assert_eq!((code, err.contains("plan directory")), (2, true), "{err}");
    // Nor in a directory of it, whether or not that is there: `solve` would not replace the plan any more.
    for inside in ["plan/sheets", "plan/new/sheets"] {
        let out = bench.arg(inside);
        let (code, _, err) = said(&revier(&["sheets", &plan, "--out", &out]));
        assert_eq!((code, err.contains("plan directory")), (2, true), "{err}");
    }
    let scenario = bench.arg("scenario.toml");
    let (code, _, err) = said(&revier(&["solve", &scenario, "--out", &plan]));
    assert_eq!(code, 0, "{err}");
}

#[test]
fn hostile_names_stay_text_and_files_stay_apart() {
    let bench = Bench::new(false);
    let hostile = ["../../x", "a/b", "a?b", "=1+1"];
    let reps = hostile.iter().enumerate().map(|(j, id)| {
        let name = ["</title><script>alert(1)</script>", "\\\"><img src=x onerror=y>", "Čid & Sohn", "-"][j];
        format!(
            r#"{{"type":"Feature","properties":{{"id":"{id}","name":"{name}"}},"geometry":{{"type":"Point","coordinates":[{},50.75]}}}}"#,
            10.3 + 0.4 * j as f64
        )
    });
    let reps: Vec<String> = reps.collect();
    let text = format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        reps.join(",")
    );
    bench.write("reps.geojson", &text);
    let customers = bench.read("customers.geojson").replace("\"R1\"", "\"a/b\"");
    bench.write("customers.geojson", &customers);
    let (scenario, out) = (bench.arg("scenario.toml"), bench.arg("plan"));
    let (code, _, err) = said(&revier(&["solve", &scenario, "--out", &out]));
    assert_eq!(code, 0, "{err}");
    let names = sheets(&bench, "de");
    assert_eq!(names, ["1-______x", "2-a_b", "3-a_b", "4-_1_1"]);
    for name in names.iter().map(String::as_str).chain(["index"]) {
        let page = bench.read(&format!("sheets/{name}.html"));
        assert!(
            !page.contains("<script") && !page.contains("<img"),
            "{name}"
        );
        assert!(page.contains("lang=\"de\""), "{name}");
    }
    let page = bench.read("sheets/1-______x.html");
    assert!(page.contains("&lt;/title&gt;&lt;script&gt;"), "{page}");
    assert!(bench.read("sheets/3-a_b.html").contains("Čid &amp; Sohn"));
    let table = rows(&bench, "sheets/4-_1_1.csv");
    assert!(
        table
            .iter()
            .all(|r| r["to_rep_id"] == "'=1+1" || r["from_rep_id"] == "'=1+1")
    );
}
