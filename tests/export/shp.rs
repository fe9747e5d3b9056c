//! Shapefiles, read back by revier's own reader; and the styles.

use crate::{Bench, revier, said};

/// Exports one layer; what was said on stderr.
fn export(bench: &Bench, format: &str, layer: &str, out: &str) -> String {
    let (plan, out) = (bench.arg("plan"), bench.arg(out));
    let args = [
        "export", &plan, "--to", format, "--layer", layer, "--out", &out,
    ];
    let (code, _, err) = said(&revier(&args));
    assert_eq!(code, 0, "{err}");
    err
}

/// Rows of a CSV file: these columns.
fn columns(text: &str, wanted: &[&str]) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().clone();
    let at = |name: &&str| head.iter().position(|h| h == *name).unwrap();
    let at: Vec<usize> = wanted.iter().map(at).collect();
    let row = |r: csv::StringRecord| at.iter().map(|i| r[*i].to_owned()).collect();
    reader.records().map(|r| row(r.unwrap())).collect()
}

#[cfg(feature = "shp")]
#[test]
fn what_is_written_is_read_back() {
    for numbers in [false, true] {
        let bench = Bench::new(numbers);
        let err = export(&bench, "shp", "assignments", "a.shp.zip");
        assert!(err.contains("customer_id is cust_id"), "{err}");
        export(&bench, "shp", "reps", "r.shp.zip");
        let (customers, reps) = (bench.arg("a.shp.zip"), bench.arg("r.shp.zip"));
        let out = bench.arg("again");
        let args = [
            "solve",
            "--customers",
            &customers,
            "--reps",
            &reps,
            "--columns",
            "id=cust_id",
            "--columns",
            "owner=rep_id",
            "--columns",
            "reps.id=rep",
            "--balance",
            "customers:90%",
            "--out",
            &out,
        ];
        let (code, _, err) = said(&revier(&args));
        assert_eq!(code, 0, "{err}");
        let wanted = ["customer_id", "lon", "lat", "rep_id"];
        let before = columns(&bench.read("plan/assignments.csv"), &wanted);
        let wanted = ["customer_id", "lon", "lat", "previous_rep_id"];
        assert_eq!(
            columns(&bench.read("again/assignments.csv"), &wanted),
            before
        );
        let names = |of: &str| -> Vec<String> {
            let report: serde_json::Value =
                serde_json::from_str(&bench.read(&format!("{of}/report.json"))).unwrap();
            let all = report["territories"].as_array().unwrap().iter();
            all.map(|t| t["name"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(names("again"), names("plan"), "UTF-8");
    }
}

#[test]
fn a_shapefile_is_an_archive() {
    let bench = Bench::new(false);
    let (plan, out) = (bench.arg("plan"), bench.arg("a.shp"));
    let (code, _, err) = said(&revier(&["export", &plan, "--to", "shp", "--out", &out]));
    assert_eq!(code, 2, "{err}");
    let built = err.contains("plan.shp.zip") || err.contains("--features shp");
    assert!(built, "{err}");
}

#[test]
fn styles_name_the_reps_and_say_where_they_belong() {
    for (numbers, kind) in [(false, "type=\"string\""), (true, "type=\"long\"")] {
        let bench = Bench::new(numbers);
        let err = export(&bench, "qml", "territories", "territories.qml");
        assert!(err.contains("beside a copy of the .geojson"), "{err}");
        let text = bench.read("territories.qml");
        assert!(text.starts_with("<!DOCTYPE qgis PUBLIC"), "{text}");
        assert!(
            text.contains("<!-- revier ") && text.contains(kind),
            "{text}"
        );
        assert!(
            text.contains("label=\"Ann &lt;A&gt; &amp; &quot;Co&quot;\""),
            "{text}"
        );
    }
}

#[cfg(feature = "shp")]
#[test]
fn ids_that_a_shapefile_cannot_tell_apart_are_refused() {
    let long = "x".repeat(260);
    for (other, code) in [(format!("{long}2"), 2), (format!("y{long}"), 0)] {
        let bench = Bench::new(false);
        let table = bench.read("customers.geojson");
        let table = table.replacen("\"C1\"", &format!("\"{long}1\""), 1);
        bench.write(
            "customers.geojson",
            &table.replacen("\"C2\"", &format!("\"{other}\""), 1),
        );
        let (scenario, plan, out) = (
            bench.arg("scenario.toml"),
            bench.arg("plan"),
            bench.arg("a.shp.zip"),
        );
        let (solved, _, err) = said(&revier(&["solve", &scenario, "--out", &plan]));
        assert_eq!(solved, 0, "{err}");
        let args = ["export", &plan, "--to", "shp", "--out", &out];
        let (status, _, err) = said(&revier(&args));
        if code == 0 {
            assert_eq!(status, 0, "{err}");
            assert!(err.contains("texts of customer_id were cut"), "{err}");
        } else {
            assert_ne!(status, 0, "{err}");
            assert!(err.contains("alike in their first 254 bytes"), "{err}");
            assert!(!bench.path("a.shp.zip").exists());
        }
    }
}
