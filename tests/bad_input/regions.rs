//! Regions that a file has under another name, or not at all: the rule must not be off in silence.

use super::{Bench, Expect, assert_told, collection, feature, point};
use revier::error::Severity::Warning;

const REGIONS: &str = "[regions]\n";

fn bench(name: &str, more: &str) -> Bench {
    let of = |id: &str| format!("\"id\": \"{id}\", \"{name}\": \"A\"");
    let customers = collection(&[point(9.5, 50.5, &of("C1")), point(9.6, 50.5, &of("C2"))]);
    let rep = "\"id\": \"R1\", \"region\": \"A\"";
    let reps = collection(&[point(9.5, 50.5, rep)]);
    Bench::new()
        .with("customers", "c.geojson", customers.as_bytes())
        .with("reps", "r.geojson", reps.as_bytes())
        .toml(more)
}

fn similar<'a>(words: &'a [&'a str], name: &'a str) -> Expect<'a> {
    Expect {
        code: "similar-name",
        feature: None,
        id: None,
        field: Some(name),
        words,
    }
}

const NONE: Expect<'_> = Expect {
    code: "no-effect",
    feature: None,
    id: None,
    field: Some("regions.stay"),
    words: &[
        "no customer has a region",
        "property `region`",
        "stay = false",
    ],
};

#[test]
fn a_region_by_another_name_is_told() {
    for name in ["Region", "REGION", "regio"] {
        let inputs = bench(name, REGIONS).read().expect("it is read");
        let words = ["there is no `region`", "rename it to `region`"];
        assert_told(
            &inputs.warnings,
            Warning,
            "c.geojson",
            &similar(&words, name),
        );
        assert_told(&inputs.warnings, Warning, "scenario.toml", &NONE);
    }
    for (name, more) in [
        ("region", REGIONS),
        ("Region", ""),
        ("Region", "[regions]\nstay = false\n"),
    ] {
        let inputs = bench(name, more).read().expect("it is read");
        let none = inputs.warnings.iter().all(|w| w.code != "no-effect");
        assert!(none, "{name} {more}: {:?}", inputs.warnings);
        let similar = inputs.warnings.iter().any(|w| w.code == "similar-name");
        assert_eq!(similar, name == "Region" && !more.is_empty(), "{more}");
    }
}

#[test]
fn units_hand_regions_down_by_the_same_name_alone() {
    let square = "{\"type\": \"Polygon\", \"coordinates\": [[[9, 50], [10, 50], [10, 51], [9, 51], [9, 50]]]}";
    let read = |name: &str| {
        let more = format!("units = \"u.geojson\"\n{REGIONS}");
        let bench = bench("other", &more);
        let unit = feature(square, &format!("\"id\": \"U1\", \"{name}\": \"A\""));
        bench.write("u.geojson", collection(&[unit]).as_bytes());
        bench.read().expect("it is read").warnings
    };
    let warnings = read("Region");
    let words = ["there is no `region`"];
    assert_told(&warnings, Warning, "u.geojson", &similar(&words, "Region"));
    assert_told(&warnings, Warning, "scenario.toml", &NONE);
    let warnings = read("region");
    assert!(
        warnings.iter().all(|w| w.code != "no-effect"),
        "{warnings:?}"
    );
}
