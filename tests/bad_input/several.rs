//! Several problems at once, floods, and slips that only warn.

use super::{Bench, Expect, assert_told, collection, customers, feature, point, reps};
use revier::error::Severity;

#[test]
fn all_problems_of_all_files() {
    let bad = customers(&[
        point(
            48.0,
            111.0,
            "\"id\": \"C1\", \"workload\": -1, \"owner\": \"R7\"",
        ),
        feature("null", "\"workload\": \"much\", \"locked\": true"),
    ]);
    let bench = Bench::new()
        .with("customers", "customers.geojson", bad.as_bytes())
        .with(
            "reps",
            "reps.csv",
            b"id;lon;lat;capacity\nR1;11,6;48;1\nR1;13.5;52;-1\n",
        )
        .with(
            "boundary",
            "border.geojson",
            b"{\"type\": \"Point\", \"coordinates\": [1, 2]}",
        )
        .toml("[rules]\nforbid = [[\"C1\", \"R8\"]]\n");
    let problems = bench.problems();
    let name = |file: &str| {
        std::path::Path::new(file)
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned()
    };
    let mut told: Vec<(String, &str, Option<usize>)> = problems
        .iter()
        .map(|p| (name(&p.file), p.code, p.feature))
        .collect();
    told.sort();
    let expected = [
        ("border.geojson", "wrong-geometry", Some(1)),
        ("customers.geojson", "coordinates-swapped", Some(3)),
        ("customers.geojson", "duplicate-id", Some(3)),
        ("customers.geojson", "locked-without-owner", Some(4)),
        ("customers.geojson", "missing-id", Some(4)),
        ("customers.geojson", "negative-number", Some(3)),
        ("customers.geojson", "not-a-number", Some(4)),
        ("customers.geojson", "null-geometry", Some(4)),
        ("customers.geojson", "unknown-rep", Some(3)),
        ("reps.csv", "decimal-comma", Some(1)),
        ("reps.csv", "duplicate-id", Some(2)),
        ("reps.csv", "negative-number", Some(2)),
        ("scenario.toml", "unknown-rep", None),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(f, c, n)| ((*f).to_owned(), *c, *n))
        .collect();
    assert_eq!(told, expected, "{problems:#?}");
}

#[test]
fn a_broken_file_does_not_blame_the_others() {
    let bench = Bench::new().with("reps", "reps.geojson", b"{\"type\": \"FeatureColl");
    let problems = bench.problems();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert_eq!(problems[0].code, "truncated-json");
}

#[test]
fn a_bad_line_does_not_hide_the_next() {
    let lines = [
        point(1.0, 2.0, "\"id\": \"C1\""),
        "{oops}".into(),
        point(1.0, 2.0, "\"id\": \"C1\""),
    ];
    let bench = Bench::new().with("customers", "c.ndjson", lines.join("\n").as_bytes());
    let problems = bench.problems();
    let told: Vec<(&str, Option<usize>)> = problems.iter().map(|p| (p.code, p.feature)).collect();
    assert_eq!(
        told,
        [("invalid-json", Some(2)), ("duplicate-id", Some(3))],
        "{problems:#?}"
    );
    assert!(
        problems[0].what.contains("line 2, column 2"),
        "{}",
        problems[0].what
    );
}

#[test]
fn a_flood_is_cut() {
    let mut table = String::from("id,lon,lat\n");
    for i in 0..1234 {
        table.push_str(&format!("C{i},200,{}\n", i % 80));
    }
    let bench = Bench::new().with("customers", "c.csv", table.as_bytes());
    let problems = bench.problems();
    assert_eq!(problems.len(), 21);
    assert_eq!(problems[19].feature, Some(20));
    assert_eq!(problems[20].what, "and 1,214 more of this kind");
    assert_eq!(problems[20].code, "coordinates-out-of-range");
}

#[test]
fn slips_warn_and_pass() {
    let zero = customers(&[point(0.0, 0.0, "\"id\": \"C3\"")]);
    let all_zero = collection(&[point(0.0, 0.0, "\"id\": \"C1\"")]);
    let swapped = collection(&[
        point(48.1, 11.5, "\"id\": \"C1\""),
        point(52.5, 13.4, "\"id\": \"C2\""),
        point(50.1, 8.7, "\"id\": \"C3\""),
    ]);
    let named = customers(&[point(
        10.0,
        50.0,
        "\"id\": \"C3\", \"Locked\": true, \"work_load\": 3",
    )]);
    let crowd = reps(&[point(10.0, 50.0, "\"id\": \"R3\"")]);
    let empty: &[u8] = b"id,lon,lat,capacity\nR1,11,48,1\nR2,13,52,\n";
    type Case<'a> = (
        &'a str,
        &'a str,
        &'a [u8],
        &'a str,
        Option<&'a str>,
        &'a [&'a str],
    );
    let cases: &[Case<'_>] = &[
        (
            "customers",
            "a.geojson",
            zero.as_bytes(),
            "zero-place",
            None,
            &["1 of 3 customers", "[0, 0]"],
        ),
        (
            "customers",
            "a.geojson",
            all_zero.as_bytes(),
            "zero-place",
            None,
            &["all 1 of 1"],
        ),
        (
            "customers",
            "a.geojson",
            swapped.as_bytes(),
            "looks-swapped",
            None,
            &["km apart", "longitude first"],
        ),
        (
            "customers",
            "a.geojson",
            named.as_bytes(),
            "similar-name",
            Some("Locked"),
            &["`locked`", "rename"],
        ),
        (
            "reps",
            "a.geojson",
            crowd.as_bytes(),
            "more-reps-than-customers",
            None,
            &["3 reps for 2 customers"],
        ),
        (
            "reps",
            "a.csv",
            empty,
            "empty-capacity",
            Some("capacity"),
            &["no bounds"],
        ),
    ];
    for (role, file, content, code, field, words) in cases {
        eprintln!("{code}");
        let inputs = Bench::new().with(role, file, content).read();
        let warnings = inputs.expect("a warning only").warnings;
        let (feature, id) = match *code {
            "empty-capacity" => (Some(2), Some("R2")),
            _ => (None, None),
        };
        let expect = Expect {
            code,
            feature,
            id,
            field: *field,
            words,
        };
        assert_told(&warnings, Severity::Warning, file, &expect);
    }
}

#[test]
fn swapped_against_the_boundary_and_customers_without_travel() {
    let border =
        br#"{"type": "Polygon", "coordinates": [[[5, 47], [15, 47], [15, 55], [5, 55], [5, 47]]]}"#;
    let swapped = collection(&[
        point(48.1, 11.5, "\"id\": \"C1\""),
        point(52.5, 13.4, "\"id\": \"C2\""),
    ]);
    let bench = Bench::new()
        .with("boundary", "b.geojson", border)
        .with("customers", "c.geojson", swapped.as_bytes())
        .with(
            "matrix",
            "m.csv",
            b"customer_id,rep_id,km\nC1,R1,5\nC1,R2,6\n",
        );
    let warnings = bench.read().expect("warnings only").warnings;
    let whole = |code, field, words| Expect {
        code,
        feature: None,
        id: None,
        field,
        words,
    };
    let words: &[&str] = &["outside of the boundary", "2 of 2 are inside"];
    assert_told(
        &warnings,
        Severity::Warning,
        "c.geojson",
        &whole("looks-swapped", None, words),
    );
    let words: &[&str] = &["1 of 2 customers have no row"];
    assert_told(
        &warnings,
        Severity::Warning,
        "m.csv",
        &whole("no-travel", Some("customer_id"), words),
    );
}
