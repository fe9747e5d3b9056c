//! Area units as they come: rings, cut at the antimeridian, with borders that do not fit.

use crate::{Bench, revier, said};
use serde_json::{Value, json};

/// A closed ring from `x, y`.
fn square(x: f64, y: f64, w: f64, h: f64) -> Value {
    json!([[x, y], [x + w, y], [x + w, y + h], [x, y + h], [x, y]])
}

fn polygon(rings: &[Value]) -> Value {
    json!({ "type": "Polygon", "coordinates": rings })
}

fn multi(polygons: &[Vec<Value>]) -> Value {
    json!({ "type": "MultiPolygon", "coordinates": polygons })
}

/// A bench whose customers are these units, with a rep at each of these places.
fn bench(units: &[(&str, Value)], reps: &[[f64; 2]], more: &str) -> Bench {
    let bench = Bench::new(0);
    let feature = |(id, geometry): &(&str, Value)| json!({ "type": "Feature", "properties": { "id": id }, "geometry": geometry });
    let all: Vec<Value> = units.iter().map(feature).collect();
    let file = json!({ "type": "FeatureCollection", "features": all });
    bench.write("units.geojson", &file.to_string());
    let mut table = String::from("id,name,lon,lat\n");
    for (i, [lon, lat]) in reps.iter().enumerate() {
        table += &format!("R{i},Rep {i},{lon},{lat}\n");
    }
    bench.write("reps.csv", &table);
    bench.write(
        "scenario.toml",
        &format!(
            "customers = \"units.geojson\"\nreps = \"reps.csv\"\n{more}\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.9\n"
        ),
    );
    bench
}

fn solve(bench: &Bench) -> (i32, String) {
    let (scenario, out) = (bench.arg("scenario.toml"), bench.arg("out"));
    let (code, _, err) = said(&revier(&["solve", &scenario, "--out", &out]));
    (code, err)
}

/// Place of each customer.
fn places(bench: &Bench) -> Vec<[f64; 2]> {
    let table = bench.read("out/assignments.csv");
    let number = |text: &str| text.parse::<f64>().unwrap();
    let place = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        [number(cells[7]), number(cells[8])]
    };
    table.lines().skip(1).map(place).collect()
}

#[test]
fn the_place_of_a_ring_is_on_its_land() {
    let hole = square(10.0, 50.0, 1.0, 1.0);
    let units = [
        (
            "ring",
            polygon(&[square(9.0, 49.0, 3.0, 3.0), hole.clone()]),
        ),
        ("hole", polygon(&[hole])),
        ("east", polygon(&[square(12.0, 49.0, 3.0, 3.0)])),
    ];
    let bench = bench(&units, &[[9.0, 50.0], [13.0, 50.0]], "");
    let (code, err) = solve(&bench);
    assert_eq!((code, err.as_str()), (0, ""));
    let at = places(&bench);
    assert!(
        at[0][1] < 50.0 || at[0][1] > 51.0 || at[0][0] < 10.0 || at[0][0] > 11.0,
        "{at:?}"
    );
    assert_eq!((at[1], at[2]), ([10.5, 50.5], [13.5, 50.5]));
    assert_eq!(bench.check(), (0, String::new()));
}

#[test]
fn a_unit_cut_at_the_antimeridian_is_one_unit() {
    let both = multi(&[
        vec![square(179.0, -19.0, 1.0, 4.0)],
        vec![square(-180.0, -19.0, 1.0, 4.0)],
    ]);
    let units = [
        ("west", polygon(&[square(177.0, -19.0, 2.0, 4.0)])),
        ("both", both),
        ("east", polygon(&[square(-179.0, -19.0, 2.0, 4.0)])),
    ];
    let bench = bench(&units, &[[178.0, -17.0], [-178.0, -17.0]], "");
    bench.write(
        "context.geojson",
        r#"{"type":"LineString","coordinates":[[178,-20],[-178,-20]]}"#,
    );
    let toml = bench.read("scenario.toml")
        + "[dashboard]\ncontext = \"context.geojson\"\n[rules]\ncontiguous = true\n";
    bench.write("scenario.toml", &toml);
    let (code, err) = solve(&bench);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(places(&bench)[1], [-180.0, -17.0]);
    assert_eq!(bench.check(), (0, String::new()));
}

#[test]
fn what_crosses_the_antimeridian_uncut_is_refused_with_the_way() {
    let across = json!([
        [179.0, 0.0],
        [-179.0, 0.0],
        [-179.0, 1.0],
        [179.0, 1.0],
        [179.0, 0.0]
    ]);
    let units = [
        ("a", polygon(std::slice::from_ref(&across))),
        ("b", polygon(&[square(170.0, 0.0, 9.0, 1.0)])),
    ];
    let units = bench(&units, &[[175.0, 0.0]], "");
    let (code, err) = solve(&units);
    assert_eq!(code, 2, "{err}");
    assert!(
        err.contains("RFC 7946 wants the polygon cut there"),
        "{err}"
    );
    // The same in a boundary.
    let land = Bench::new(10);
    land.write("land.geojson", &polygon(&[across]).to_string());
    let (code, err) = solve(&land);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("-wrapdateline"), "{err}");
}

#[test]
fn borders_a_metre_apart_are_joined_and_told() {
    let units = [
        ("a", polygon(&[square(10.0, 48.0, 1.0, 1.0)])),
        ("b", polygon(&[square(11.000_01, 48.0, 1.0, 1.0)])),
        ("c", polygon(&[square(12.0, 48.0, 1.0, 1.0)])),
    ];
    let rules = "[rules]\ncontiguous = true\n";
    let reps = [[10.5, 48.5], [12.5, 48.5]];
    let joined = bench(&units, &reps, rules);
    let (code, err) = solve(&joined);
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains(
            "the borders of 3 units do not fit, by up to 0.74 m, and were joined at 4 places"
        ),
        "{err}"
    );
    assert!(!err.contains("border on nothing else"), "{err}");
    assert_eq!(joined.check(), (0, String::new()));
    // Without a tolerance `a` is an island; `b` and `c` overlap, and are neighbours.
    let apart = bench(&units, &reps, &format!("[units]\nsnap_m = 0\n{rules}"));
    let (code, err) = solve(&apart);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("customer (a) is on islands"), "{err}");
    assert!(
        err.contains(r#"(id "b"), field `geometry`: overlaps unit "c""#),
        "{err}"
    );
    assert_eq!(apart.check(), (0, String::new()));
}

#[test]
fn units_come_as_a_file_or_as_a_section() {
    let units = [
        ("a", polygon(&[square(10.0, 48.0, 1.0, 1.0)])),
        ("b", polygon(&[square(11.000_01, 48.0, 1.0, 1.0)])),
    ];
    for section in [
        "[units]\nfile = \"units.geojson\"\nsnap_m = 0.5\n",
        "units = \"units.geojson\"\n",
    ] {
        let bench = bench(&units, &[[10.5, 48.5], [11.5, 48.5]], "");
        bench.write(
            "customers.csv",
            "id,lon,lat\nC1,10.2,48.2\nC2,10.3,48.9\nC3,11.7,48.5\n",
        );
        let balance = "[[balance]]\nmeasure = \"workload\"\ntolerance = 0.9\n";
        let files = "customers = \"customers.csv\"\nreps = \"reps.csv\"\n";
        bench.write("scenario.toml", &format!("{files}{section}{balance}"));
        let (code, err) = solve(&bench);
        assert_eq!(
            (code, err.contains("do not fit")),
            (0, !section.contains("0.5")),
            "{err}"
        );
        assert_eq!(bench.check(), (0, String::new()));
    }
    let bench = bench(&units, &[[10.5, 48.5]], "[units]\nsnap = 3\n");
    let (code, err) = solve(&bench);
    assert_eq!((code, err.contains("snap_m")), (2, true), "{err}");
}

#[test]
fn land_that_two_units_claim_is_told_with_both() {
    let whole = square(10.0, 48.0, 2.0, 1.0);
    let cases = [
        // One in another, a hole beside its shell, the same twice, a corner 70 m off.
        (
            [
                polygon(std::slice::from_ref(&whole)),
                polygon(&[square(11.0, 48.2, 0.5, 0.5)]),
            ],
            r#"overlaps unit "b""#,
        ),
        (
            [
                polygon(&[whole.clone(), square(13.0, 48.2, 0.5, 0.5)]),
                polygon(&[square(12.0, 48.0, 1.0, 1.0)]),
            ],
            "hole beside their land",
        ),
        (
            [
                polygon(std::slice::from_ref(&whole)),
                polygon(std::slice::from_ref(&whole)),
            ],
            "has no land of its own",
        ),
        (
            [
                polygon(&[square(10.0, 48.0, 1.0, 1.0)]),
                polygon(&[json!([
                    [11.0, 48.0],
                    [12.0, 48.0],
                    [12.0, 49.0],
                    [11.0, 49.0],
                    [10.999, 48.5],
                    [11.0, 48.0]
                ])]),
            ],
            r#"overlaps unit "b" by"#,
        ),
    ];
    for (shapes, told) in cases {
        let [a, b] = shapes;
        let bench = bench(&[("a", a), ("b", b)], &[[10.5, 48.5], [11.5, 48.5]], "");
        let (code, err) = solve(&bench);
        assert_eq!((code, err.contains(told)), (0, true), "{told}: {err}");
        assert_eq!(bench.check(), (0, String::new()));
    }
}
