//! `revier export`: where files go, what is refused, and what is said.

use crate::{Bench, revier, said};
use std::fs;
use std::process::Command;

const ALL: [&str; 4] = ["kml", "topojson", "csv", "svg"];

#[test]
fn without_out_the_plan_gives_the_name() {
    let bench = Bench::new(false);
    let cwd = bench.path("cwd");
    fs::create_dir(&cwd).unwrap();
    for (format, files) in [
        ("kml", vec!["plan.kml"]),
        ("topojson", vec!["plan.topojson"]),
        ("svg", vec!["plan.svg"]),
        (
            "csv",
            vec![
                "plan-csv/territories.csv",
                "plan-csv/assignments.csv",
                "plan-csv/reps.csv",
            ],
        ),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_revier"))
            .args(["export", "../plan", "--to", format])
            .current_dir(&cwd)
            .output()
            .unwrap();
        let (code, out, err) = said(&output);
        assert_eq!((code, err.as_str()), (0, ""), "{format}");
        for file in files {
            assert!(cwd.join(file).is_file(), "{format}: {file}");
            assert!(out.contains(file), "{out}");
        }
    }
    assert_eq!(fs::read_dir(&cwd).unwrap().count(), 4);
}

#[test]
fn a_file_name_takes_one_layer_of_formats_that_hold_one() {
    let bench = Bench::new(false);
    let (plan, out) = (bench.arg("plan"), bench.arg("a.csv"));
    let (code, text, _) = said(&revier(&["export", &plan, "--to", "csv", "--out", &out]));
    assert_eq!((code, text.contains("4 territories")), (0, true), "{text}");
    let args = [
        "export", &plan, "--to", "csv", "--out", &out, "--layer", "reps",
    ];
    let (code, text, _) = said(&revier(&args));
    assert_eq!((code, text.contains("4 reps")), (0, true), "{text}");
    assert_eq!(bench.read("a.csv").lines().count(), 5);
    let both = [args.as_slice(), &["--layer", "territories"]].concat();
    let (code, _, err) = said(&revier(&both));
    assert_eq!(
        (code, err.contains("holds one layer only")),
        (2, true),
        "{err}"
    );
    let args = ["export", &plan, "--to", "svg", "--layer", "reps"];
    let (code, _, err) = said(&revier(&args));
    assert_eq!(
        (code, err.contains("a picture has no layers")),
        (2, true),
        "{err}"
    );
}

#[test]
fn a_dash_is_stdout() {
    let bench = Bench::new(true);
    let plan = bench.arg("plan");
    for (format, start) in [
        ("kml", "<?xml"),
        ("topojson", "{\"type\":\"Topology\""),
        ("csv", "\"rep\",\"name\""),
        ("svg", "<svg"),
    ] {
        let (code, out, err) = said(&revier(&["export", &plan, "--to", format, "--out", "-"]));
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(out.starts_with(start), "{format}: {}", &out[..60]);
    }
    let (code, _, err) = said(&revier(&["export", &plan, "--to", "gpkg", "--out", "-"]));
    assert_eq!(code, 2);
    assert!(
        err.contains("name a file with --out") || err.contains("--features gpkg"),
        "{err}"
    );
}

#[test]
fn what_others_wrote_stays() {
    let bench = Bench::new(false);
    let plan = bench.arg("plan");
    let mut formats = ALL.to_vec();
    formats.extend(cfg!(feature = "gpkg").then_some("gpkg"));
    formats.extend(cfg!(feature = "fgb").then_some("fgb"));
    formats.extend(cfg!(feature = "parquet").then_some("parquet"));
    formats.extend(cfg!(feature = "shp").then_some("shp"));
    formats.push("qml");
    for format in formats {
        let name = match format {
            "shp" => "mine.shp.zip".to_owned(),
            format => format!("mine.{format}"),
        };
        let out = bench.arg(&name);
        let args = ["export", &plan, "--to", format, "--out", &out];
        bench.write(&name, "my notes");
        let (code, _, err) = said(&revier(&args));
        assert_eq!(code, 2, "{format}: {err}");
        assert!(
            err.contains("did not write it") && err.contains("--force"),
            "{err}"
        );
        assert_eq!(bench.read(&name), "my notes");
        let force = [args.as_slice(), &["--force"]].concat();
        assert_eq!(said(&revier(&force)).0, 0);
        let first = fs::read(bench.path(&name)).unwrap();
        // Now it is ours: an export replaces it without being asked to, with the same bytes.
        let output = revier(&args);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{format}: {}",
            said(&output).2
        );
        assert_eq!(fs::read(bench.path(&name)).unwrap(), first, "{format}");
    }
    let left = fs::read_dir(bench.dir.path()).unwrap();
    let left = left.map(|e| e.unwrap().file_name().to_string_lossy().into_owned());
    assert!(
        left.into_iter().all(|name| !name.contains(".revier-")),
        "staged files are left"
    );
}

#[cfg(feature = "gpkg")]
#[test]
fn a_geopackage_with_layers_of_others_stays() {
    let bench = Bench::new(false);
    let (plan, out) = (bench.arg("plan"), bench.arg("p.gpkg"));
    let args = ["export", &plan, "--to", "gpkg", "--out", &out];
    assert_eq!(said(&revier(&args)).0, 0);
    let db = rusqlite::Connection::open(bench.path("p.gpkg")).unwrap();
    let add = "INSERT INTO gpkg_contents (table_name, data_type) VALUES ('roads', 'attributes')";
    db.execute(add, []).unwrap();
    drop(db);
    let (code, _, err) = said(&revier(&args));
    assert_eq!((code, err.contains("did not write it")), (2, true), "{err}");
}

#[test]
fn places_that_cannot_be() {
    let bench = Bench::new(false);
    let plan = bench.arg("plan");
    let inside = bench.arg("plan/territories.kml");
    let (code, _, err) = said(&revier(&["export", &plan, "--to", "kml", "--out", &inside]));
    assert_eq!(
        (code, err.contains("would lie in the plan directory")),
        (2, true),
        "{err}"
    );
    let (code, _, err) = said(&revier(&["export", &plan, "--to", "csv", "--out", &plan]));
    assert_eq!(
        (code, err.contains("would lie in the plan directory")),
        (2, true),
        "{err}"
    );
    let below = bench.arg("reps.geojson/x.kml");
    let (code, _, err) = said(&revier(&["export", &plan, "--to", "kml", "--out", &below]));
    assert_eq!((code, err.contains("reps.geojson")), (2, true), "{err}");
    let (code, _, err) = said(&revier(&["export", &plan, "--to", "dxf"]));
    assert_eq!(
        (code, err.contains("possible values: gpkg")),
        (2, true),
        "{err}"
    );
    // The plan is as whole as before.
    assert_eq!(said(&revier(&["check", &plan])).0, 0);
}

#[test]
fn home_bases_that_are_gone_are_left_out_unless_asked_for() {
    let bench = Bench::new(false);
    fs::remove_file(bench.path("reps.geojson")).unwrap();
    let (plan, out) = (bench.arg("plan"), bench.arg("dir"));
    let (code, _, err) = said(&revier(&["export", &plan, "--to", "csv", "--out", &out]));
    assert_eq!(code, 0);
    assert!(
        err.contains("note: without the home bases: ") && err.contains("does not exist"),
        "{err}"
    );
    assert!(bench.path("dir/territories.csv").exists() && !bench.path("dir/reps.csv").exists());
    let svg = bench.arg("a.svg");
    let (code, _, err) = said(&revier(&["export", &plan, "--to", "svg", "--out", &svg]));
    assert_eq!(
        (code, err.contains("without the home bases")),
        (0, true),
        "{err}"
    );
    let args = [
        "export", &plan, "--to", "csv", "--out", &out, "--layer", "reps",
    ];
    let (code, _, err) = said(&revier(&args));
    assert_eq!((code, err.contains("no home bases: ")), (2, true), "{err}");
}

#[test]
fn threads_do_not_change_a_byte() {
    let bench = Bench::new(false);
    let mut formats = ALL.to_vec();
    formats.extend(cfg!(feature = "gpkg").then_some("gpkg"));
    formats.extend(cfg!(feature = "fgb").then_some("fgb"));
    for format in formats {
        let bytes = |threads: &str| {
            let out = bench.path(&format!("t{threads}.{format}"));
            let status = Command::new(env!("CARGO_BIN_EXE_revier"))
                .args(["-q", "export", &bench.arg("plan"), "--to", format, "--out"])
                .arg(&out)
                .env("RAYON_NUM_THREADS", threads)
                .status()
                .unwrap();
            assert!(status.success());
            fs::read(out).unwrap()
        };
        assert!(bytes("1") == bytes("4"), "{format}");
    }
}

#[test]
fn json_messages_end_with_the_code() {
    let bench = Bench::new(false);
    let args = [
        "--log",
        "json",
        "export",
        &bench.arg("nowhere"),
        "--to",
        "kml",
    ];
    let (code, _, err) = said(&revier(&args));
    let last: serde_json::Value = serde_json::from_str(err.lines().last().unwrap()).unwrap();
    assert_eq!((code, last["code"].as_i64()), (2, Some(2)));
}
