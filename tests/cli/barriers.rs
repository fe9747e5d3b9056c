//! Plans whose trips go round barriers.

use super::{Bench, revier, said};
use std::fs;

/// A wall through the middle, from south to north, longer than the land; some features more.
fn features(properties: &str, more: &str) -> String {
    format!(
        r#"{{"type":"FeatureCollection","features":[
{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"LineString","coordinates":[[11.0003,49.5],[11.0004,50.7],[11.0003,52.0]]}}}}{more}]}}"#
    )
}

const TUNNEL: &str = r#",
{"type":"Feature","properties":{"crossing":"Tunnel","minutes":6},"geometry":{"type":"Point","coordinates":[11.0004,50.7]}}"#;

/// The bench with two reps west of the wall and two east of it, and barriers.
fn bench(keys: &str, barriers: &str) -> Bench {
    let bench = Bench::default();
    let scenario = format!(
        "customers = \"customers.csv\"\nreps = \"reps.csv\"\nboundary = \"land.geojson\"\n\
         [travel]\nbarriers = \"walls.geojson\"\n{keys}"
    );
    bench.write("scenario.toml", &scenario);
    bench.write("walls.geojson", barriers);
    bench
}

const BALANCE: &str = "[[balance]]\nmeasure = \"workload\"\ntolerance = 0.4\n";

/// Rows of a table without its header.
fn rows(text: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| line.split(',').map(str::to_owned).collect();
    text.lines().skip(1).map(cells).collect()
}

/// Customers whose rep lives on the other side of the wall.
fn across(bench: &Bench, out: &str) -> usize {
    let table = bench.read(&format!("{out}/assignments.csv"));
    let mut read = csv::Reader::from_reader(table.as_bytes());
    let names = read.headers().unwrap().clone();
    let of = |name: &str| names.iter().position(|n| n == name).unwrap();
    let (lon, rep) = (of("lon"), of("rep_id"));
    let east = |rep: &str| rep == "R2" || rep == "R4";
    read.records()
        .map(Result::unwrap)
        .filter(|row| (row[lon].parse::<f64>().unwrap() > 11.0003) != east(&row[rep]))
        .count()
}

#[test]
fn a_plan_round_a_wall_is_checked_and_read_from_anywhere() {
    let bench = bench(BALANCE, &features("", TUNNEL));
    bench.solve();
    assert_eq!(bench.check().0, 0, "{:?}", bench.check());
    let report: serde_json::Value = serde_json::from_str(&bench.read("out/report.json")).unwrap();
    let inputs = report["inputs"].as_array().unwrap();
    assert!(inputs.iter().any(|f| f["role"] == "barriers"), "{inputs:?}");
    assert!(bench.read("out/report.html").contains("barrier_arcs"));
    // Everything that starts from a plan.
    bench.write("leads.csv", "id,lon,lat\nL1,10.2,50.2\nL2,11.9,51.2\n");
    let (out, leads) = (bench.arg("out"), bench.arg("leads.csv"));
    let elsewhere = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_revier"))
            .args(args)
            .current_dir(elsewhere.path())
            .output()
            .unwrap();
        said(&output)
    };
    let (code, _, err) = run(&["assign", &out, &leads]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("goes round barriers"), "{err}");
    for args in [
        &["check", &out][..],
        &["compare", &out, &out],
        &["export", &out, "--to", "svg", "--out", "x.svg"],
        &["reach", &out, "--km", "30"],
    ] {
        let (code, _, err) = run(args);
        assert_eq!(code, 0, "{args:?}: {err}");
    }
    // The table of all pairs gives the same plan to whoever knows of no barriers.
    let scenario = bench.arg("scenario.toml");
    let table = bench.arg("travel.csv");
    let (code, _, err) = said(&revier(&["roads", &scenario, "--matrix", &table]));
    assert_eq!(code, 0, "{err}");
    let by_table = bench.read("scenario.toml");
    let by_table = by_table.replace(
        "barriers = \"walls.geojson\"",
        "metric = \"matrix\"\nmatrix = \"travel.csv\"",
    );
    bench.write("table.toml", &by_table);
    bench.solve_into("by_table", "table.toml", &[]);
    let owners = |out: &str| -> Vec<String> {
        let all = rows(&bench.read(&format!("{out}/assignments.csv")));
        all.into_iter().map(|row| row[..2].join(",")).collect()
    };
    assert_eq!(owners("out"), owners("by_table"));
    // Another file of barriers is another input.
    bench.write("walls.geojson", &features("\"km\":1", TUNNEL));
    let (code, err) = bench.check();
    assert_eq!(code, 4, "{err}");
    assert!(err.contains("walls.geojson"), "{err}");
}

#[test]
fn without_a_way_nobody_is_given_across() {
    // A ring around the east, which nobody crosses.
    let ring = r#"{"type":"LineString","coordinates":[[11.0003,49.5],[13,49.5],[13,52],[11.0003,52],[11.0003,49.5]]}"#;
    let bench = bench(BALANCE, ring);
    bench.solve();
    assert_eq!(bench.check().0, 0);
    assert_eq!(across(&bench, "out"), 0);
    let (code, text, err) = said(&revier(&[
        "roads",
        &bench.arg("scenario.toml"),
        "--matrix",
        &bench.arg("t.csv"),
    ]));
    assert_eq!(code, 0, "{text}{err}");
    let pairs = rows(&bench.read("t.csv")).len();
    assert!(pairs < 240, "{pairs}");
}

#[test]
fn contiguous_territories_end_at_a_wall_unless_a_crossing_joins_its_sides() {
    // It costs next to nothing to go round, or through the tunnel: only the rule keeps a territory on its side.
    let keys = "[rules]\ncontiguous = true\nformer_owners = \"free\"\nskills = false\nlocks = false\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.45\n";
    let sides = |out: &str, bench: &Bench| {
        let table = bench.read(&format!("{out}/assignments.csv"));
        let mut read = csv::Reader::from_reader(table.as_bytes());
        let names = read.headers().unwrap().clone();
        let of = |name: &str| names.iter().position(|n| n == name).unwrap();
        let (lon, rep) = (of("lon"), of("rep_id"));
        let mut sides = std::collections::BTreeMap::new();
        for row in read.records().map(Result::unwrap) {
            let east = row[lon].parse::<f64>().unwrap() > 11.0003;
            sides.entry(row[rep].to_owned()).or_insert([0, 0])[usize::from(east)] += 1;
        }
        sides
    };
    // Three reps in the west and one in the east, whom most work falls to: with the wall each keeps to a side.
    let wall = r#"{"type":"LineString","coordinates":[[11.0003,49.8],[11.0003,51.65]]}"#;
    let closed = bench(keys, wall);
    closed.solve();
    assert_eq!(closed.check().0, 0, "{:?}", closed.check());
    for (rep, [west, east]) in sides("out", &closed) {
        assert!(west == 0 || east == 0, "{rep}: {west} west, {east} east");
    }
    // Somebody has to have more than there is on either side, which the tunnel makes possible.
    let keys = keys.replace("0.45", "0.1");
    let two = "id,lon,lat,capacity\nR1,10.5,50.7,1.4\nR2,11.5,50.7,0.6\n";
    let shut = bench(&format!("{keys}[solve]\ntime_limit_s = 5\n"), wall);
    shut.write("reps.csv", two);
    let (code, _, err) = said(&revier(&[
        "solve",
        &shut.arg("scenario.toml"),
        "--out",
        &shut.arg("out"),
    ]));
    assert_eq!(code, 3, "{err}");
    let tunnel = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[11.0003,49.8],[11.0003,51.65]]}},
{"type":"Feature","properties":{"crossing":"Tunnel"},"geometry":{"type":"Point","coordinates":[11.0003,50.7]}}]}"#;
    let open = bench(&keys, tunnel);
    open.write("reps.csv", two);
    open.solve();
    assert_eq!(open.check().0, 0, "{:?}", open.check());
    let both = sides("out", &open)
        .values()
        .filter(|[w, e]| *w > 0 && *e > 0)
        .count();
    assert_eq!(both, 1);
}

#[test]
fn what_is_wrong_with_barriers_is_told() {
    let told = |keys: &str, barriers: &str| {
        let bench = bench(keys, barriers);
        let args = [
            "solve",
            &bench.arg("scenario.toml"),
            "--out",
            &bench.arg("out"),
        ];
        let (code, _, err) = said(&revier(&args));
        assert_eq!(code, 2, "{err}");
        assert!(!bench.path("out").exists());
        err
    };
    let is = |err: &str, words: &[&str]| {
        for word in words {
            assert!(err.contains(word), "{word:?} is not in {err}");
        }
    };
    // Whoever stands in the water, all of them.
    let bench_places = fs::read_to_string(Bench::default().path("customers.csv")).unwrap();
    let first = rows(&bench_places)[0].clone();
    let (x, y): (f64, f64) = (first[1].parse().unwrap(), first[2].parse().unwrap());
    let lake = format!(
        r#"{{"type":"Polygon","coordinates":[[[{},{}],[{},{}],[{},{}],[{},{}]]]}}"#,
        x - 0.001,
        y - 0.001,
        x + 0.001,
        y - 0.001,
        x,
        y + 0.001,
        x - 0.001,
        y - 0.001
    );
    is(
        &told(BALANCE, &lake),
        &[
            "error[in-barrier]",
            "walls.geojson",
            "1 customer stands in a barrier that nobody crosses",
            ": C0",
        ],
    );
    let home = r#"{"type":"LineString","coordinates":[[10.5,50.4],[10.5,51.1]]}"#;
    is(
        &told(BALANCE, home),
        &["2 reps stand in a barrier", "R1, R3"],
    );
    // Files that are none.
    let of = |geometry: &str, properties: &str| {
        format!(r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{geometry}}}"#)
    };
    let line = r#"{"type":"LineString","coordinates":[[10.77,49],[10.77,49.1]]}"#;
    for (text, words) in [
        (
            of(r#"{"type":"Point","coordinates":[10,50]}"#, ""),
            &["wrong-geometry", "a Point is no barrier", "crossing = "][..],
        ),
        (
            of(line, r#""minutes":-3"#),
            &["negative-number", "field `minutes`", "-3 is below 0"],
        ),
        (of(line, r#""km":"far""#), &["not-a-number", "field `km`"]),
        (
            of(line, r#""minutes":1e9"#),
            &["out-of-range", "more than a million"],
        ),
        (
            of(line, r#""minutes":1e999"#),
            &["wrong-root", "feature 1", "out of range"],
        ),
        (
            of(
                r#"{"type":"LineString","coordinates":[["10","50"],[10,51]]}"#,
                "",
            ),
            &["wrong-root", "feature 1", "without quotes"],
        ),
        (
            of(r#"{"type":"MultiPolygon","coordinates":[[]]}"#, ""),
            &["feature 1"],
        ),
        (
            of(line, r#""Minutes":5,"minutes":-3"#),
            &["field `minutes`", "1 error(s), 0 warning(s)"],
        ),
        (
            of(line, r#""Minutes":5,"km":-3"#),
            &[
                "warning[no-effect]",
                "feature 1, field `Minutes`",
                "was `minutes` meant?",
            ],
        ),
        (
            of(line, r#""min":5,"km":-3"#),
            &["field `min`", "was `minutes` meant?"],
        ),
        (
            of(line, r#""KM":5,"minutes":-3"#),
            &["field `KM`", "was `km` meant?"],
        ),
        (
            of(line, r#""crossing":7"#),
            &["not-text", "field `crossing`"],
        ),
        (
            of(line, r#""crossing":"Ford""#),
            &["empty-collection", "no barrier in it"],
        ),
        (of("null", ""), &["null-geometry", "feature 1"]),
        (
            of(r#"{"type":"LineString","coordinates":[]}"#, ""),
            &["draws nothing"],
        ),
        (
            of(r#"{"type":"MultiPolygon","coordinates":[]}"#, ""),
            &["draws nothing"],
        ),
        (
            of(r#"{"type":"Polygon","coordinates":[]}"#, ""),
            &["draws nothing"],
        ),
        (
            of(
                r#"{"type":"LineString","coordinates":[[10,50],[10,50]]}"#,
                "",
            ),
            &["bad-barrier", "has no length"],
        ),
        (
            of(
                r#"{"type":"LineString","coordinates":[[10,95],[10,50]]}"#,
                "",
            ),
            &["field `geometry`", "lat 95 is outside"],
        ),
        (
            of(
                r#"{"type":"LineString","coordinates":[[179,50],[-179,50]]}"#,
                "",
            ),
            &["antimeridian"],
        ),
        (
            of(
                r#"{"type":"LineString","coordinates":[[NaN,50],[10,50]]}"#,
                "",
            ),
            &["walls.geojson"],
        ),
        (
            of(
                r#"{"type":"Polygon","coordinates":[[[10,40],[11,41],[11,40],[10,41],[10,40]]]}"#,
                "",
            ),
            &["bad-barrier", "crosses itself near [10.5"],
        ),
        ("a;b\n1;2\n".to_owned(), &["walls.geojson", "not JSON"]),
    ] {
        is(&told(BALANCE, &text), words);
    }
    // Trips that somebody else has made.
    let keys = format!("metric = \"matrix\"\nmatrix = \"reps.csv\"\n{BALANCE}");
    is(
        &told(&keys, line),
        &[
            "no-effect",
            "travel.barriers",
            "the trips are given by the matrix",
        ],
    );
    let keys = format!("metric = \"osrm\"\nurl = \"http://127.0.0.1:5000\"\n{BALANCE}");
    is(
        &told(&keys, line),
        &["the trips are given by the routing server"],
    );
}
