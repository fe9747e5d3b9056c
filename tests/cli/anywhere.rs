//! Commands that read a plan find its inputs from every working directory, whatever kinds of files it was made from.

use super::{Bench, said};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A project with its inputs in `data`, and the plan of them in `out`.
struct Project {
    bench: Bench,
    targets: bool,
}

/// The binary in a working directory.
fn run(cwd: &Path, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_revier"))
        .args(args)
        .current_dir(cwd)
        .output()
        .unwrap();
    said(&output)
}

impl Project {
    /// `settings` come before the tables of the scenario, `tables` after them.
    fn new(settings: &str, tables: &str, files: &[(&str, &str)]) -> Project {
        let bench = Bench::default();
        let scenario = format!("{settings}{}{tables}", bench.read("scenario.toml"));
        fs::create_dir(bench.path("data")).unwrap();
        for name in ["customers.csv", "reps.csv", "land.geojson"] {
            fs::rename(bench.path(name), bench.path("data").join(name)).unwrap();
        }
        fs::remove_file(bench.path("scenario.toml")).unwrap();
        bench.write("data/scenario.toml", &scenario);
        bench.write(
            "data/leads.csv",
            "id,lon,lat,group\nL1,10.5,50.5,\nL2,11.5,51.0,\n",
        );
        for (name, text) in files {
            bench.write(&format!("data/{name}"), text);
        }
        let (code, _, err) = run(bench.dir.path(), &["solve", "data/scenario.toml"]);
        assert_eq!(code, 0, "{err}");
        Project {
            bench,
            targets: tables.contains("[[target]]"),
        }
    }

    /// Every command that reads a plan, where the project stands at `root`.
    fn works_at(&self, root: &Path) {
        let below = root.join("a/b");
        fs::create_dir_all(&below).unwrap();
        let far = tempfile::tempdir().unwrap();
        let places: [(PathBuf, PathBuf); 5] = [
            (root.to_owned(), "out".into()),
            (root.join("data"), "../out".into()),
            (root.join("out"), ".".into()),
            (below, "../../out".into()),
            (far.path().to_owned(), root.join("out")),
        ];
        let leads = root.join("data/leads.csv").display().to_string();
        let results = root.join("data/results.csv").display().to_string();
        for (cwd, plan) in &places {
            let plan = plan.display().to_string();
            let svg = far.path().join("a.svg").display().to_string();
            let mut commands = vec![
                vec!["check", &plan],
                vec!["compare", &plan, &plan],
                vec!["assign", &plan, &leads],
                vec!["export", &plan, "--to", "svg", "--out", &svg],
                vec![
                    "export", &plan, "--to", "csv", "--out", "-", "--layer", "reps",
                ],
            ];
            if self.targets {
                commands.push(vec!["track", &plan, &results, "--out", "-"]);
            }
            for args in commands {
                let (code, out, err) = run(cwd, &args);
                assert_eq!(
                    (code, err.contains("not exist")),
                    (0, false),
                    "{args:?} in {cwd:?}: {err}"
                );
                if args[0] == "compare" {
                    assert!(out.contains("0 of 60 customers change hands"), "{out}");
                }
            }
        }
    }

    /// Where it was made, and moved as a whole.
    fn works(self) {
        let root = self.bench.dir.path();
        self.works_at(root);
        let other = tempfile::tempdir().unwrap();
        for name in ["data", "out"] {
            fs::rename(root.join(name), other.path().join(name)).unwrap();
        }
        self.works_at(other.path());
    }
}

const LAENDER: &str = r#"{"type":"Feature","properties":{"name":"West"},"geometry":{"type":"Polygon","coordinates":[[[9.9,49.9],[11,49.9],[11,51.6],[9.9,51.6],[9.9,49.9]]]}}"#;

#[test]
fn a_plan_with_a_boundary() {
    Project::new("", "", &[]).works();
}

#[test]
fn a_plan_with_a_context() {
    Project::new(
        "",
        "[dashboard]\ncontext = \"west.geojson\"\n",
        &[("west.geojson", LAENDER)],
    )
    .works();
}

#[test]
fn a_plan_with_units() {
    let mut units = Vec::new();
    for (x, y) in (0..4).flat_map(|x| (0..4).map(move |y| (x, y))) {
        let (w, s) = (10.0 + 0.5 * f64::from(x), 50.0 + 0.375 * f64::from(y));
        let (e, n) = (w + 0.5, s + 0.375);
        units.push(format!(
            r#"{{"type":"Feature","properties":{{"id":"U{x}{y}"}},"geometry":{{"type":"Polygon","coordinates":[[[{w},{s}],[{e},{s}],[{e},{n}],[{w},{n}],[{w},{s}]]]}}}}"#
        ));
    }
    let units = format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        units.join(",\n")
    );
    Project::new(
        "units = \"units.geojson\"\n",
        "[rules]\nlocks = false\nskills = false\n",
        &[("units.geojson", &units)],
    )
    .works();
}

#[test]
fn a_plan_with_a_matrix() {
    let mut travel = String::from("customer_id,rep_id,km,minutes\n");
    for i in 0..60 {
        for j in 1..=4 {
            travel += &format!("C{i},R{j},{},{}\n", 10 + (i * j) % 37, 20 + (i * j) % 41);
        }
    }
    Project::new(
        "",
        "[travel]\nmetric = \"matrix\"\nmatrix = \"travel.csv\"\n",
        &[("travel.csv", &travel)],
    )
    .works();
}

#[test]
fn a_plan_with_targets() {
    Project::new(
        "",
        "[[target]]\nname = \"Revenue\"\nmeasure = \"revenue\"\ngrowth = 0.05\ndate = 2026-12-31\n",
        &[(
            "results.csv",
            "customer_id,period,revenue\nC1,2026-01,100\nC2,2026-02,50\n",
        )],
    )
    .works();
}

#[test]
fn the_quick_form_too() {
    let project = Project::new("", "", &[]);
    let root = project.bench.dir.path();
    let args = [
        "solve",
        "--customers",
        "data/customers.csv",
        "--reps",
        "data/reps.csv",
        "--boundary",
        "data/land.geojson",
        "--tolerance",
        "20%",
    ];
    let (code, _, err) = run(root, &args);
    assert_eq!(code, 0, "{err}");
    project.works();
}

#[test]
fn a_plan_without_its_inputs_says_what_to_move() {
    let project = Project::new(
        "",
        "[dashboard]\ncontext = \"west.geojson\"\n",
        &[("west.geojson", LAENDER)],
    );
    let root = project.bench.dir.path();
    let other = tempfile::tempdir().unwrap();
    fs::rename(root.join("out"), other.path().join("out")).unwrap();
    let leads = root.join("data/leads.csv").display().to_string();
    for (args, wanted) in [
        (vec!["check", "out"], 4),
        (vec!["compare", "out", "out"], 2),
        (vec!["assign", "out", &leads], 2),
        (
            vec![
                "export", "out", "--to", "csv", "--out", "-", "--layer", "reps",
            ],
            2,
        ),
    ] {
        let (code, _, err) = run(other.path(), &args);
        assert_eq!(code, wanted, "{args:?}: {err}");
        for words in ["reps.csv", "move them along with it"] {
            assert!(err.contains(words), "{args:?}: {words}: {err}");
        }
    }
    // What needs no input works all the same.
    let (code, _, err) = run(
        other.path(),
        &["export", "out", "--to", "kml", "--out", "-"],
    );
    assert_eq!(code, 0, "{err}");
    // One that is gone of many is named, alone.
    fs::rename(other.path().join("out"), root.join("out")).unwrap();
    fs::remove_file(root.join("data/west.geojson")).unwrap();
    let (code, _, err) = run(root, &["compare", "out", "out"]);
    assert_eq!(code, 2);
    assert!(
        err.contains("data/west.geojson") && err.contains("(context)"),
        "{err}"
    );
    assert!(!err.contains("reps.csv"), "{err}");
}
