//! Features whose properties or places are wrong.

use super::{Bench, Expect, assert_told, collection, customers, feature, point, reps};
use revier::error::Severity;

type Case<'a> = (&'a str, String, Expect<'a>);

const fn at<'a>(
    code: &'a str,
    id: Option<&'a str>,
    field: &'a str,
    words: &'a [&'a str],
) -> Expect<'a> {
    Expect {
        code,
        feature: Some(3),
        id,
        field: Some(field),
        words,
    }
}

fn third(properties: &str) -> String {
    customers(&[point(10.0, 50.0, properties)])
}

fn shape(geometry: &str) -> String {
    customers(&[feature(geometry, "\"id\": \"C3\"")])
}

fn third_rep(properties: &str) -> String {
    reps(&[point(10.0, 50.0, properties)])
}

#[track_caller]
fn run(role: &str, cases: Vec<Case<'_>>) {
    for (name, content, expect) in cases {
        let file = format!("{role}.geojson");
        let bench = Bench::new().with(role, &file, content.as_bytes());
        eprintln!("{name}");
        assert_told(&bench.problems(), Severity::Error, &file, &expect);
    }
}

#[test]
fn ids() {
    let c3 = Some("C3");
    run(
        "customers",
        vec![
            (
                "no id",
                third("\"workload\": 1"),
                at("missing-id", None, "id", &["no id", "properties"]),
            ),
            (
                "null id",
                third("\"id\": null"),
                at("missing-id", None, "id", &["no id"]),
            ),
            (
                "blank id",
                third("\"id\": \" \""),
                at("missing-id", None, "id", &["no id"]),
            ),
            (
                "id taken",
                third("\"id\": \"C1\""),
                at("duplicate-id", Some("C1"), "id", &["feature 1 has it"]),
            ),
            (
                "id true",
                third("\"id\": true"),
                at("bad-id", None, "id", &["true is no id"]),
            ),
            (
                "id 1.5",
                third("\"id\": 1.5"),
                at("bad-id", None, "id", &["1.5 is no id", "quotes"]),
            ),
            (
                "id list",
                third("\"id\": [1]"),
                at("bad-id", None, "id", &["a list is no id"]),
            ),
            (
                "twice",
                third("\"id\": \"C3\", \"workload\": 1, \"workload\": 2"),
                at("duplicate-member", c3, "workload", &["stands twice"]),
            ),
            (
                "twice, and nobody reads it",
                third("\"id\": \"C3\", \"shoe\": 1, \"size\": 3, \"shoe\": 2"),
                at("duplicate-member", c3, "shoe", &["stands twice"]),
            ),
        ],
    );
}

#[test]
fn members_that_stand_twice() {
    let place = r#""geometry": {"type": "Point", "coordinates": [10, 50]}"#;
    let case = |field, members: &str| {
        let third = format!("{{\"type\": \"Feature\", {members}}}");
        let expect = at(
            "duplicate-member",
            Some("C3"),
            field,
            &["stand", "twice", "keep one"],
        );
        (field, customers(&[third]), expect)
    };
    let id = r#""properties": {"id": "C3"}"#;
    run(
        "customers",
        vec![
            case("type", &format!("\"type\": \"Feature\", {place}, {id}")),
            case("geometry", &format!("{place}, {place}, {id}")),
            case(
                "properties",
                &format!("{place}, \"properties\": {{}}, {id}"),
            ),
            case(
                "id",
                &format!("{place}, \"id\": \"C3\", \"id\": \"C3\", \"properties\": {{}}"),
            ),
            case(
                "geometry",
                &format!(
                    "{}, {id}",
                    place.replace("[10", "[1, 2], \"coordinates\": [10")
                ),
            ),
            case(
                "geometry",
                &format!(
                    "{}, {id}",
                    place.replace("\"type\"", "\"type\": \"Point\", \"type\"")
                ),
            ),
        ],
    );
    let twice = customers(&[]).replacen("\"features\"", "\"features\": [], \"features\"", 1);
    let bench = Bench::new().with("customers", "customers.geojson", twice.as_bytes());
    let expect = Expect {
        feature: None,
        ..at("duplicate-member", None, "features", &["stands twice"])
    };
    assert_told(
        &bench.problems(),
        Severity::Error,
        "customers.geojson",
        &expect,
    );
}

#[test]
fn members_of_outlines_that_stand_twice() {
    let ring = "[[[9, 47], [15, 47], [15, 55], [9, 55], [9, 47]]]";
    let shape = format!("{{\"type\": \"Polygon\", \"coordinates\": [], \"coordinates\": {ring}}}");
    let text = collection(&[feature(&shape, "")]);
    let bench = Bench::new()
        .with("boundary", "b.geojson", text.as_bytes())
        .toml("[dashboard]\ncontext = \"c.geojson\"\n");
    bench.write("c.geojson", text.as_bytes());
    let problems = bench.problems();
    for file in ["b.geojson", "c.geojson"] {
        let expect = Expect {
            code: "duplicate-member",
            feature: Some(1),
            id: None,
            field: None,
            words: &["\"coordinates\" stands twice", "keep one"],
        };
        let of_file: Vec<_> = problems
            .iter()
            .filter(|p| p.file.ends_with(file))
            .cloned()
            .collect();
        assert_told(&of_file, Severity::Error, file, &expect);
    }
}

#[test]
fn values() {
    let c3 = Some("C3");
    let with = |value: &str| third(&format!("\"id\": \"C3\", {value}"));
    run(
        "customers",
        vec![
            (
                "quoted number",
                with("\"workload\": \"1.200\""),
                at(
                    "not-a-number",
                    c3,
                    "workload",
                    &["\"1.200\"", "without quotes"],
                ),
            ),
            (
                "word",
                with("\"workload\": \"much\""),
                at("not-a-number", c3, "workload", &["\"much\""]),
            ),
            (
                "true",
                with("\"workload\": true"),
                at("not-a-number", c3, "workload", &["true"]),
            ),
            (
                "object",
                with("\"workload\": {}"),
                at("not-a-number", c3, "workload", &["an object"]),
            ),
            (
                "negative",
                with("\"workload\": -2.5"),
                at("negative-number", c3, "workload", &["-2.5", "0 or more"]),
            ),
            (
                "NaN",
                with("\"workload\": NaN"),
                Expect {
                    id: None,
                    field: None,
                    ..at("not-finite", c3, "", &["NaN", "line"])
                },
            ),
            (
                "-Infinity",
                with("\"workload\": -Infinity"),
                Expect {
                    id: None,
                    field: None,
                    ..at("not-finite", c3, "", &["-Infinity"])
                },
            ),
            (
                "1e999",
                with("\"workload\": 1e999"),
                Expect {
                    id: None,
                    field: None,
                    ..at("not-finite", c3, "", &["too large"])
                },
            ),
            (
                "locked word",
                with("\"owner\": \"R1\", \"locked\": \"true\""),
                at("not-a-truth-value", c3, "locked", &["without quotes"]),
            ),
            (
                "locked 2",
                with("\"owner\": \"R1\", \"locked\": 2"),
                at("not-a-truth-value", c3, "locked", &["2"]),
            ),
            (
                "locked alone",
                with("\"locked\": true"),
                at("locked-without-owner", c3, "locked", &["no owner"]),
            ),
            (
                "unknown owner",
                with("\"owner\": \"R9\""),
                at("unknown-rep", c3, "owner", &["\"R9\""]),
            ),
            (
                "owner list",
                with("\"owner\": [\"R1\"]"),
                at("not-text", c3, "owner", &["a list"]),
            ),
            (
                "group object",
                with("\"group\": {}"),
                at("not-text", c3, "group", &["an object"]),
            ),
            (
                "requires true",
                with("\"requires\": true"),
                at("not-text", c3, "requires", &["a;b"]),
            ),
            (
                "requires lists",
                with("\"requires\": [[1]]"),
                at("not-text", c3, "requires", &["list"]),
            ),
        ],
    );
}

#[test]
fn places() {
    let c3 = Some("C3");
    run("customers", vec![
        ("null geometry", shape("null"), at("null-geometry", c3, "geometry", &["no geometry"])),
        ("line", shape(r#"{"type": "LineString", "coordinates": [[1, 2], [3, 4]]}"#),
            at("wrong-geometry", c3, "geometry", &["LineString", "Points"])),
        ("multi point", shape(r#"{"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}"#),
            at("wrong-geometry", c3, "geometry", &["MultiPoint"])),
        ("collection", shape(r#"{"type": "GeometryCollection", "geometries": []}"#),
            at("wrong-geometry", c3, "geometry", &["GeometryCollection"])),
        ("a text", shape("\"POINT(1 2)\""), at("wrong-geometry", c3, "geometry", &["no geometry"])),
        ("empty", shape(r#"{"type": "Point", "coordinates": []}"#),
            at("bad-coordinates", c3, "geometry", &["empty"])),
        ("no coordinates", shape(r#"{"type": "Point"}"#), at("bad-coordinates", c3, "geometry", &["empty"])),
        ("one number", shape(r#"{"type": "Point", "coordinates": [1]}"#),
            at("bad-coordinates", c3, "geometry", &["one number"])),
        ("texts", shape(r#"{"type": "Point", "coordinates": ["11.5", "48.1"]}"#),
            at("bad-coordinates", c3, "geometry", &["\"11.5\"", "number"])),
        ("null coordinates", shape(r#"{"type": "Point", "coordinates": [null, 1]}"#),
            at("bad-coordinates", c3, "geometry", &["null"])),
        ("nested point", shape(r#"{"type": "Point", "coordinates": [[1, 2]]}"#),
            at("bad-coordinates", c3, "geometry", &["one position"])),
        ("swapped", shape(r#"{"type": "Point", "coordinates": [48.1, 111.5]}"#),
            at("coordinates-swapped", c3, "geometry", &["lat 111.5", "longitude first"])),
        ("too far east", shape(r#"{"type": "Point", "coordinates": [200, 10]}"#),
            at("coordinates-out-of-range", c3, "geometry", &["[200, 10]"])),
        ("UTM metres", shape(r#"{"type": "Point", "coordinates": [691607, 5334760]}"#),
            at("coordinates-out-of-range", c3, "geometry", &["691607", "EPSG:4326"])),
        ("sliver", shape(r#"{"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [1, 2]]]}"#),
            at("bad-coordinates", c3, "geometry", &["three distinct points"])),
        ("round the world", shape(r#"{"type": "Polygon", "coordinates": [[[-179, 1], [179, 1], [0, 5]]]}"#),
            at("bad-coordinates", c3, "geometry", &["across the antimeridian", "`lon` and `lat`"])),
        ("a number", customers(&["17".into()]),
            Expect { field: None, ..at("not-a-feature", None, "", &["a number, not a Feature"]) }),
        ("a geometry", customers(&[r#"{"type": "Point", "coordinates": [1, 2]}"#.into()]),
            Expect { field: None, ..at("not-a-feature", None, "", &["a Point, not a Feature"]) }),
        ("properties text", customers(&[r#"{"type": "Feature", "id": "C3", "properties": "x", "geometry": {"type": "Point", "coordinates": [1, 2]}}"#.into()]),
            at("wrong-type", c3, "properties", &["no object"])),
    ]);
}

#[test]
fn reps_of_all_kinds() {
    let r3 = Some("R3");
    let with = |value: &str| third_rep(&format!("\"id\": \"R3\", {value}"));
    run(
        "reps",
        vec![
            (
                "no id",
                third_rep("\"name\": \"X\""),
                at("missing-id", None, "id", &["no id"]),
            ),
            (
                "id taken",
                third_rep("\"id\": \"R2\""),
                at("duplicate-id", Some("R2"), "id", &["feature 2 has it"]),
            ),
            (
                "capacity",
                with("\"capacity\": -1"),
                at("negative-number", r3, "capacity", &["-1"]),
            ),
            (
                "capacity text",
                with("\"capacity\": \"half\""),
                at("not-a-number", r3, "capacity", &["half"]),
            ),
            (
                "max_km",
                with("\"max_km\": \"250 km\""),
                at("not-a-number", r3, "max_km", &["250 km"]),
            ),
            (
                "max_minutes",
                with("\"max_minutes\": -5"),
                at("negative-number", r3, "max_minutes", &["-5"]),
            ),
            (
                "bounds",
                with("\"min_workload\": 9, \"max_workload\": 8"),
                at(
                    "min-above-max",
                    r3,
                    "min_workload",
                    &["9", "max_workload, which is 8"],
                ),
            ),
            (
                "bound text",
                with("\"max_workload\": \"x\""),
                at("not-a-number", r3, "max_workload", &["\"x\""]),
            ),
            (
                "skills",
                with("\"skills\": false"),
                at("not-text", r3, "skills", &["a;b"]),
            ),
            (
                "name",
                with("\"name\": [1]"),
                at("not-text", r3, "name", &["a list"]),
            ),
            (
                "polygon",
                reps(&[feature(
                    r#"{"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [1, 4]]]}"#,
                    "\"id\": \"R3\"",
                )]),
                at("wrong-geometry", r3, "geometry", &["Polygon", "home bases"]),
            ),
            (
                "all 0",
                collection(&[point(1.0, 2.0, "\"id\": \"R1\", \"capacity\": 0")]),
                Expect {
                    feature: None,
                    ..at("no-capacity", None, "capacity", &["every rep is 0"])
                },
            ),
        ],
    );
}

#[test]
fn measures() {
    let none = collection(&[point(1.0, 2.0, "\"id\": \"C1\", \"workload\": 0")]);
    let some = customers(&[point(10.0, 50.0, "\"id\": \"C3\", \"revenue\": 5")]);
    let like = collection(&[point(1.0, 2.0, "\"id\": \"C1\", \"Revenue\": 5")]);
    let revenue = "[[balance]]\nmeasure = \"revenue\"\n";
    let cases = [
        (
            none,
            "",
            Expect {
                feature: None,
                ..at("total-zero", None, "workload", &["is 0"])
            },
        ),
        (
            some,
            revenue,
            Expect {
                feature: Some(1),
                ..at(
                    "missing-value",
                    Some("C1"),
                    "revenue",
                    &["2 of 3", "1 (C1), 2 (C2)"],
                )
            },
        ),
        (
            like,
            revenue,
            Expect {
                feature: Some(1),
                ..at(
                    "missing-value",
                    Some("C1"),
                    "revenue",
                    &["no customer", "`Revenue`"],
                )
            },
        ),
    ];
    for (content, toml, expect) in cases {
        let bench =
            Bench::new()
                .toml(toml)
                .with("customers", "customers.geojson", content.as_bytes());
        assert_told(
            &bench.problems(),
            Severity::Error,
            "customers.geojson",
            &expect,
        );
    }
}

/// Segments and competitors of the dashboard.
#[test]
fn dashboard() {
    let cases: &[(&str, &str, Expect<'_>)] = &[
        (
            "\"share\": 25",
            "competitors = [\"share\"]",
            at(
                "out-of-range",
                Some("C3"),
                "share",
                &["25 is no share", "25 % is 0.25"],
            ),
        ),
        (
            "\"share\": \"much\"",
            "competitors = [\"share\"]",
            at("not-a-number", Some("C3"), "share", &["\"much\""]),
        ),
        (
            "\"Industry\": \"food\"",
            "segments = [\"industry\"]",
            Expect {
                code: "missing-value",
                feature: None,
                id: None,
                field: Some("industry"),
                words: &["no customer has", "did you mean `Industry`"],
            },
        ),
    ];
    for (property, dashboard, expect) in cases {
        let content = third(&format!("\"id\": \"C3\", \"workload\": 1, {property}"));
        let bench = Bench::new()
            .with("customers", "customers.geojson", content.as_bytes())
            .toml(&format!("[dashboard]\n{dashboard}\n"));
        assert_told(
            &bench.problems(),
            Severity::Error,
            "customers.geojson",
            expect,
        );
    }
}

/// Outlines for the map.
#[test]
fn context() {
    let bench = Bench::new().toml("[dashboard]\ncontext = \"context.geojson\"\n");
    let point = point(10.0, 50.0, "");
    bench.write("context.geojson", collection(&[point]).as_bytes());
    let expect = Expect {
        code: "wrong-geometry",
        feature: Some(1),
        id: None,
        field: Some("geometry"),
        words: &["a Point has no outline"],
    };
    assert_told(
        &bench.problems(),
        Severity::Error,
        "context.geojson",
        &expect,
    );
}
