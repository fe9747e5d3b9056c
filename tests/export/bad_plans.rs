//! Plan directories that are not whole: what is said of them.

use crate::{Bench, revier, said};
use revier::saved::{Kind, SavedPlan};
use std::fs;

/// Copies the plan, lets `spoil` change a file of the copy, and returns what `export` says.
fn spoiled(bench: &Bench, file: &str, spoil: impl FnOnce(String) -> String) -> (i32, String) {
    let dir = bench.path("spoiled");
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir(&dir).unwrap();
    for entry in fs::read_dir(bench.path("plan")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), dir.join(entry.file_name())).unwrap();
    }
    let before = fs::read_to_string(dir.join(file)).unwrap();
    let after = spoil(before.clone());
    assert_ne!(before, after, "{file}: nothing was spoiled");
    fs::write(dir.join(file), after).unwrap();
    let out = bench.arg("never.csv");
    let output = revier(&[
        "export",
        &bench.arg("spoiled"),
        "--to",
        "csv",
        "--out",
        &out,
    ]);
    assert!(!bench.path("never.csv").exists());
    let (code, _, err) = said(&output);
    (code, err)
}

#[test]
fn what_is_no_plan_directory() {
    let bench = Bench::new(false);
    fs::create_dir(bench.path("empty")).unwrap();
    for (dir, what) in [
        ("nowhere", "nowhere does not exist"),
        ("empty", "empty holds no plan"),
        (
            "reps.geojson",
            "reps.geojson is a file, not a plan directory",
        ),
    ] {
        let (code, _, err) = said(&revier(&["export", &bench.arg(dir), "--to", "svg"]));
        assert_eq!(code, 2, "{err}");
        assert!(
            err.contains(what) && err.contains("revier solve --out"),
            "{err}"
        );
    }
}

#[test]
fn missing_files_are_all_named() {
    let bench = Bench::new(false);
    fs::remove_file(bench.path("plan/report.json")).unwrap();
    fs::remove_file(bench.path("plan/territories.geojson")).unwrap();
    let (code, _, err) = said(&revier(&["export", &bench.arg("plan"), "--to", "svg"]));
    assert_eq!(code, 2);
    for name in ["report.json", "territories.geojson"] {
        assert!(
            err.contains(&format!("{name}: the file does not exist")),
            "{err}"
        );
    }
    assert!(err.contains("run `revier solve` again"), "{err}");
}

#[test]
fn spoiled_files_say_where_and_what() {
    let bench = Bench::new(false);
    let (t, a, r) = ("territories.geojson", "assignments.geojson", "report.json");
    let swap =
        |from: &'static str, to: &'static str| move |text: String| text.replacen(from, to, 1);
    let half = |text: String| text[..text.len() / 2].to_owned();
    let cases: Vec<(&str, (i32, String), &[&str])> = vec![
        (
            t,
            spoiled(&bench, t, half),
            &["the JSON ends before it is complete"],
        ),
        (
            a,
            spoiled(&bench, a, half),
            &["the JSON ends before it is complete"],
        ),
        (
            r,
            spoiled(&bench, r, half),
            &["the JSON ends before it is complete"],
        ),
        (
            r,
            spoiled(&bench, r, swap("\"bound\"", "\"bund\"")),
            &["unknown field `bund`"],
        ),
        (
            r,
            spoiled(&bench, r, swap("\"optimal\"", "\"best\"")),
            &["unknown variant `best`"],
        ),
        (
            t,
            spoiled(&bench, t, swap("\"color\":\"#", "\"color\":\"")),
            &["feature 1 (id \"R1\"), field `color`", "#rrggbb"],
        ),
        (
            t,
            spoiled(&bench, t, swap("\"customers\":", "\"customer\":")),
            &["feature 1 (id \"R1\"), field `customers`"],
        ),
        (
            t,
            spoiled(&bench, t, swap("\"rep\":\"R2\"", "\"rep\":\"R1\"")),
            &["feature 2 (id \"R1\"), field `rep`", "the id is taken"],
        ),
        (
            t,
            spoiled(&bench, t, swap("\"rep\":\"R3\",", "")),
            &["feature 3, field `rep`", "there is no id"],
        ),
        (
            t,
            spoiled(&bench, t, swap("MultiPolygon", "LineString")),
            &[
                "feature 1 (id \"R1\"), field `geometry`",
                "a LineString where a MultiPolygon is needed",
            ],
        ),
        (
            t,
            spoiled(&bench, t, swap("[[[[", "[[[7,[")),
            &["feature 1", "field `geometry`"],
        ),
        (
            a,
            spoiled(
                &bench,
                a,
                swap("\"customer_id\":\"C2\"", "\"customer_id\":\"C1\""),
            ),
            &[
                "feature 2 (id \"C1\"), field `customer_id`",
                "the id is taken",
            ],
        ),
        (
            a,
            spoiled(&bench, a, swap("\"customer_id\":\"C2\",", "")),
            &["feature 2, field `customer_id`", "there is no id"],
        ),
        (
            a,
            spoiled(&bench, a, swap("\"rep_id\":\"R", "\"rep_id\":\"X")),
            &[
                "feature 1 (id \"C1\"), field `rep_id`",
                "there is no territory of the rep \"X",
            ],
        ),
        (
            a,
            spoiled(&bench, a, swap("\"rep_id\"", "\"rep\"")),
            &[
                "feature 1 (id \"C1\"), field `rep_id`",
                "there is no `rep_id`",
            ],
        ),
        (
            a,
            spoiled(&bench, a, swap("\"km\":", "\"km\":\"far\",\"x\":")),
            &[
                "feature 1 (id \"C1\"), field `km`",
                "the text \"far\" where a number is needed",
            ],
        ),
        (
            a,
            spoiled(&bench, a, swap("\"changed\":", "\"changed\":7,\"x\":")),
            &[
                "feature 1 (id \"C1\"), field `changed`",
                "7 where true or false is needed",
            ],
        ),
        (
            a,
            spoiled(&bench, a, swap("\"coordinates\":[1", "\"coordinates\":[91")),
            &["feature 1 (id \"C1\"), field `geometry`"],
        ),
        (
            a,
            spoiled(
                &bench,
                a,
                swap("{\"type\":\"FeatureCollection\"", "{\"type\":\"Topology\""),
            ),
            &["this is TopoJSON"],
        ),
    ];
    for (file, (code, err), parts) in cases {
        assert_eq!(code, 2, "{file}: {err}");
        assert!(err.contains(file), "{file}: {err}");
        for part in parts {
            assert!(err.contains(part), "{file}: no {part:?} in: {err}");
        }
    }
}

#[test]
fn problems_of_all_files_come_at_once() {
    let bench = Bench::new(true);
    let plan = bench.path("plan");
    fs::write(plan.join("report.json"), "[]").unwrap();
    let text = bench
        .read("plan/territories.geojson")
        .replace("\"color\":", "\"colour\":");
    fs::write(plan.join("territories.geojson"), text).unwrap();
    let text = bench
        .read("plan/assignments.geojson")
        .replace("\"locked\":", "\"lock\":");
    fs::write(plan.join("assignments.geojson"), text).unwrap();
    let (code, _, err) = said(&revier(&["export", &bench.arg("plan"), "--to", "kml"]));
    assert_eq!(code, 2);
    for part in [
        "not a report",
        "field `color`",
        "field `locked`",
        "and 60 more of this kind",
    ] {
        assert!(err.contains(part), "no {part:?} in: {err}");
    }
}

#[test]
fn a_plan_comes_back_as_it_was_written() {
    for numbers in [false, true] {
        let bench = Bench::new(numbers);
        let plan = bench.plan();
        let t = &plan.territories;
        assert_eq!((t.len(), plan.assignments.len()), (4, 80));
        assert_eq!(
            (t.ids.numeric(), plan.assignments.ids.numeric()),
            (numbers, numbers)
        );
        assert_eq!(t.name[0], "Ann <A> & \"Co\"");
        let names: Vec<&str> = t.properties.iter().map(|p| p.name.as_str()).collect();
        let expected = [
            "workload",
            "workload_target",
            "workload_index",
            "customers_target",
            "customers_index",
            "travel_km",
            "travel_minutes",
            "area_km2",
            "parts",
        ];
        assert_eq!(names, expected);
        let kind = |name: &str| t.property(name).map(revier::saved::Property::kind);
        assert_eq!(kind("parts"), Some(Kind::Whole));
        assert_eq!(kind("workload"), Some(Kind::Number));
        assert!(
            t.polygons[3].0.is_empty(),
            "a rep without capacity has no land"
        );
        assert!(
            t.polygons
                .iter()
                .flatten()
                .any(|p| !p.interiors().is_empty())
        );
        let of = plan.by_rep();
        for (j, mine) in of.iter().enumerate() {
            assert_eq!(mine.len() as u64, t.customers[j]);
            assert_eq!(plan.report.territories[j].customers, mine.len());
        }
        let bases = plan.home_bases().unwrap();
        assert_eq!((bases.lon[2], bases.lat[2]), (11.7, 50.75));
        assert_eq!(plan.report.scenario.name, "Bench <1> & more");
    }
}

#[test]
fn home_bases_are_those_of_the_plan_or_none() {
    let bench = Bench::new(false);
    let plan = bench.plan();
    let text = bench.read("reps.geojson");
    bench.write("reps.geojson", &text.replace("50.75", "50.76"));
    let why = plan.home_bases().unwrap_err();
    assert!(
        why.contains("reps.geojson has changed since the plan was made"),
        "{why}"
    );
    fs::remove_file(bench.path("reps.geojson")).unwrap();
    let why = SavedPlan::open(&bench.path("plan"))
        .unwrap()
        .home_bases()
        .unwrap_err();
    assert!(
        why.contains("reps.geojson: the file does not exist"),
        "{why}"
    );
}
