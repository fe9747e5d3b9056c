//! GeoJSON as GIS programs write it: other coordinate systems, MultiPoints, numbers as texts, a bare list.

use super::{Bench, collection, feature, point};
use revier::input::Inputs;

/// Munich and Berlin, in degrees, and as PROJ has them in other systems, to a millimetre.
const DEGREES: [[f64; 2]; 2] = [[11.5, 48.1], [13.4, 52.5]];
const SYSTEMS: &[(&str, [[f64; 2]; 2])] = &[
    (
        "urn:ogc:def:crs:EPSG::25832",
        [[686121.7558, 5330438.1301], [798609.5209, 5825756.242]],
    ),
    (
        "EPSG:25833",
        [[239438.0793, 5333341.9477], [391390.7313, 5817855.2407]],
    ),
    (
        "http://www.opengis.net/def/crs/EPSG/0/32632",
        [[686121.7558, 5330438.1302], [798609.5209, 5825756.2421]],
    ),
    (
        "urn:ogc:def:crs:EPSG:9.8:32633",
        [[239438.0793, 5333341.9479], [391390.7313, 5817855.2408]],
    ),
    (
        "urn:ogc:def:crs:EPSG::3857",
        [[1280174.1441, 6123507.425], [1491681.1766, 6891041.7239]],
    ),
];

fn customers_in(crs: &str, places: [[f64; 2]; 2], behind: bool) -> String {
    let features: Vec<String> = (places.iter().enumerate())
        .map(|(i, [x, y])| point(*x, *y, &format!("\"id\": \"C{}\", \"workload\": 2", i + 1)))
        .collect();
    let crs = format!("\"crs\": {{\"type\": \"name\", \"properties\": {{\"name\": \"{crs}\"}}}}");
    let features = format!("\"features\": [{}]", features.join(","));
    let (a, b) = if behind {
        (features, crs)
    } else {
        (crs, features)
    };
    format!("{{\"type\": \"FeatureCollection\", {a}, {b}}}")
}

fn read(customers: &str) -> Inputs {
    let bench = Bench::new().with("customers", "c.geojson", customers.as_bytes());
    bench
        .read()
        .unwrap_or_else(|p| panic!("{customers}: {p:?}"))
}

fn told(inputs: &Inputs, code: &str) -> usize {
    inputs.warnings.iter().filter(|p| p.code == code).count()
}

/// How far customers are from where they are, metres.
fn off(inputs: &Inputs) -> f64 {
    let c = &inputs.customers;
    let of = |i: usize| {
        let [lon, lat] = DEGREES[i];
        let east = (c.lon[i] - lon) * lat.to_radians().cos();
        east.hypot(c.lat[i] - lat) * 111_320.0
    };
    of(0).max(of(1))
}

#[test]
fn coordinates_in_metres_are_converted_to_a_millimetre_and_that_is_told() {
    for (crs, places) in SYSTEMS {
        let inputs = read(&customers_in(crs, *places, false));
        assert!(off(&inputs) < 1e-3, "{crs}: {} m", off(&inputs));
        assert_eq!(told(&inputs, "crs-converted"), 1, "{crs}");
        let late = customers_in(crs, *places, true);
        let bench = Bench::new().with("customers", "c.geojson", late.as_bytes());
        let problems = bench.problems();
        assert!(problems.iter().any(|p| p.code == "crs-not-wgs84"), "{crs}");
    }
}

#[test]
fn degrees_of_wgs_84_and_of_what_is_as_good_are_read_as_they_are() {
    for behind in [false, true] {
        let inputs = read(&customers_in(
            "urn:ogc:def:crs:OGC:1.3:CRS84",
            DEGREES,
            behind,
        ));
        assert_eq!((off(&inputs), told(&inputs, "crs-converted")), (0.0, 0));
        let inputs = read(&customers_in("urn:ogc:def:crs:EPSG::4258", DEGREES, behind));
        assert_eq!((off(&inputs), told(&inputs, "crs-converted")), (0.0, 1));
    }
}

#[test]
fn a_boundary_in_web_mercator_is_converted() {
    // 5 to 16 degrees east, 47 to 55 degrees north.
    let boundary = r#"{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "EPSG:3857"}}, "features": [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates":
        [[[556597.454, 5942074.072], [1781111.852, 5942074.072], [1781111.852, 7361866.113], [556597.454, 7361866.113], [556597.454, 5942074.072]]]}}]}"#;
    let bench = Bench::new().with("boundary", "b.geojson", boundary.as_bytes());
    let area = bench.read().expect("read").boundary.expect("a boundary");
    let corner = area.0[0].exterior().0[0];
    let wanted = [[5.0, 47.0], [16.0, 47.0], [16.0, 55.0], [5.0, 55.0]];
    let near = |p: &[f64; 2]| (p[0] - corner.x).abs() < 1e-7 && (p[1] - corner.y).abs() < 1e-7;
    assert!(wanted.iter().any(near), "{corner:?}");
}

#[test]
fn multi_points_of_one_point_numbers_as_texts_and_bare_lists_are_read() {
    let one = |i: usize, geometry: &str| {
        feature(
            geometry,
            &format!("\"id\": \"C{i}\", \"workload\": \"{i}2.5\""),
        )
    };
    let features = [
        one(
            1,
            r#"{"type": "MultiPoint", "coordinates": [[11.5, 48.1]]}"#,
        ),
        one(2, r#"{"type": "Point", "coordinates": [13.4, 52.5]}"#),
    ];
    let list = format!("[{}]", features.join(",\n"));
    for text in [collection(&features), list] {
        let inputs = read(&text);
        assert_eq!(off(&inputs), 0.0);
        assert_eq!(inputs.customers.columns[0].values, [12.5, 22.5]);
    }
}

#[test]
fn degrees_in_a_file_that_says_metres_are_told_with_their_cause() {
    for crs in ["EPSG:25832", "EPSG:3857", "urn:ogc:def:crs:EPSG::32633"] {
        let text = customers_in(crs, DEGREES, false);
        let bench = Bench::new().with("customers", "c.geojson", text.as_bytes());
        let problems = bench.problems();
        assert_eq!(problems[0].code, "crs-not-wgs84", "{problems:?}");
        let told = problems[0].to_string();
        assert!(told.contains("of all features are degrees"), "{told}");
        assert!(told.contains("take `crs` out"), "{told}");
        let outline = format!(
            "{{\"type\": \"FeatureCollection\", \"crs\": {{\"type\": \"name\", \"properties\": {{\"name\": \"{crs}\"}}}}, \"features\": [{}]}}",
            feature(
                "{\"type\": \"Polygon\", \"coordinates\": [[[5, 47], [16, 47], [16, 55], [5, 47]]]}",
                ""
            )
        );
        let bench = Bench::new().with("boundary", "b.geojson", outline.as_bytes());
        let problems = bench.problems();
        assert_eq!(problems[0].code, "crs-not-wgs84", "{problems:?}");
    }
    // One of two.
    let mixed = [SYSTEMS[0].1[0], DEGREES[1]];
    let text = customers_in("EPSG:25832", mixed, false);
    let problems = (Bench::new().with("customers", "c.geojson", text.as_bytes())).problems();
    assert_eq!(problems[0].feature, Some(2), "{problems:?}");
    assert!(problems[0].what.contains("of 1 features"), "{problems:?}");
    // Addresses that nobody found are at the origin of both.
    let unfound = [[0.0; 2], SYSTEMS[4].1[1]];
    let inputs = read(&customers_in("EPSG:3857", unfound, false));
    assert_eq!(told(&inputs, "zero-place"), 1);
}

#[test]
fn metres_that_are_nowhere_are_told_as_they_stand() {
    for (crs, place) in [
        ("EPSG:25832", [9e6, 5_330_438.1]),
        ("EPSG:25832", [686_121.7, 1e9]),
        ("EPSG:3857", [3e7, 5e6]),
    ] {
        let text = customers_in(crs, [place, place], false);
        let bench = Bench::new().with("customers", "c.geojson", text.as_bytes());
        let problems = bench.problems();
        let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let all = all.join("\n");
        assert!(!all.contains("NaN"), "{all}");
        let told = format!("[{}, {}] is nowhere in the projection", place[0], place[1]);
        assert!(all.contains(&told), "{all}");
        let ring = format!(
            "[[{0}, {1}], [{0}, {1}], [{0}, {1}], [{0}, {1}]]",
            place[0], place[1]
        );
        let outline = format!(
            "{{\"type\": \"FeatureCollection\", \"crs\": {{\"type\": \"name\", \"properties\": {{\"name\": \"{crs}\"}}}}, \"features\": [{}]}}",
            feature(
                &format!("{{\"type\": \"Polygon\", \"coordinates\": [{ring}]}}"),
                ""
            )
        );
        let problems = (Bench::new().with("boundary", "b.geojson", outline.as_bytes())).problems();
        assert!(
            problems.iter().all(|p| !p.to_string().contains("NaN")),
            "{problems:?}"
        );
    }
}

#[test]
fn a_column_that_no_feature_has_is_told() {
    let bench = |said: &str| Bench::new().toml(&format!("[columns]\ncustomers = {{ {said} }}\n"));
    let problems = bench("workload = \"Workload\"").problems();
    let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let all = all.join("\n");
    assert_eq!(problems[0].code, "missing-column", "{all}");
    assert!(
        all.contains(
            "no feature has a property \"Workload\", which the scenario names for `workload`"
        ) && all.contains("did you mean `workload`?"),
        "{all}"
    );
    let problems = bench("owner = \"seller\"").problems();
    assert!(
        problems[0].action.contains("[columns.customers]"),
        "{problems:?}"
    );
    assert!(bench("id = \"id\", workload = \"workload\"").read().is_ok());
    let reps = Bench::new()
        .toml("[columns]\nreps = { name = \"label\" }\n")
        .problems();
    assert!(reps[0].action.contains("[columns.reps]"), "{reps:?}");
}

#[test]
fn metres_in_columns_of_degrees_name_their_cause() {
    for row in [
        "C1,691607.86,5334764.2,2",
        "C1,\"691.607,86\",\"5.334.764,2\",2",
    ] {
        let text = format!("id,lon,lat,workload\n{row}\n{}\n", row.replace("C1", "C2"));
        let bench = Bench::new().with("customers", "c.csv", text.as_bytes());
        let problems = bench.problems();
        let told = problems[0].to_string();
        assert!(
            told.contains("these look like metres of a projection"),
            "{told}"
        );
    }
}
