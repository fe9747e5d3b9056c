//! A plan that is damaged says the same to every command that reads it.

use super::{Bench, revier, said};
use std::fs;

const TARGET: &str =
    "[[target]]\nname = \"more\"\nmeasure = \"workload\"\nvalue = 1000\ndate = 2027-12-31\n";

/// What is done to a file of the plan, and what is told of it.
struct Damage {
    file: &'static str,
    from: &'static str,
    /// `None`: the file ends before `from`; with nothing to find it is removed.
    to: Option<&'static str>,
    told: &'static str,
}

const fn damage(
    file: &'static str,
    from: &'static str,
    to: Option<&'static str>,
    told: &'static str,
) -> Damage {
    Damage {
        file,
        from,
        to,
        told,
    }
}

const REPORT: &str = "report.json";
const LAND: &str = "territories.geojson";
const POINTS: &str = "assignments.geojson";
const TABLE: &str = "assignments.csv";

const DAMAGES: [Damage; 25] = [
    damage(REPORT, "", None, "the file does not exist"),
    damage(
        REPORT,
        "\"bound\"",
        None,
        "the JSON ends before it is complete",
    ),
    damage(
        REPORT,
        "\"bound\"",
        Some("\"bund\""),
        "not a report of this version: unknown field `bund`",
    ),
    damage(
        REPORT,
        "\"kept\": false",
        Some("\"kept\": false, \"kept\": true"),
        "not a report of this version: duplicate field `kept`",
    ),
    damage(
        REPORT,
        "\"status\": \"optimal\"",
        Some("\"status\": \"best\""),
        "unknown variant `best`",
    ),
    damage(
        REPORT,
        "\"detour\": 1",
        Some("\"detour\": 0"),
        "the file is damaged: its scenario has detour = 0",
    ),
    damage(LAND, "", None, "the file does not exist"),
    damage(
        LAND,
        "{\"type\":\"FeatureCollection\"",
        Some("{\"more\":[{\"a\":1,\"a\":2}],\"type\":\"FeatureCollection\""),
        "the member \"a\" stands twice in its object",
    ),
    damage(
        LAND,
        "\"rep\":\"R2\"",
        None,
        "the JSON ends before it is complete",
    ),
    damage(
        LAND,
        "\"color\"",
        Some("\"rep\":\"R1\",\"color\""),
        "stands twice",
    ),
    damage(
        LAND,
        "\"geometry\":{\"type\":\"MultiPolygon\"",
        Some("\"geometry\":null,\"geometry\":{\"type\":\"MultiPolygon\""),
        "stands twice",
    ),
    damage(
        LAND,
        "\"rep\":\"R2\"",
        Some("\"rep\":\"R1\""),
        "the id is taken",
    ),
    damage(
        LAND,
        "\"MultiPolygon\"",
        Some("\"LineString\""),
        "a LineString where a MultiPolygon is needed",
    ),
    damage(LAND, "[[[[", Some("[[[7,["), "geometry"),
    damage(
        LAND,
        "\"customers\":",
        Some("\"clients\":"),
        "there is no `customers`",
    ),
    damage(
        LAND,
        "\"FeatureCollection\"",
        Some("\"Topology\""),
        "this is TopoJSON",
    ),
    damage(POINTS, "", None, "the file does not exist"),
    damage(
        POINTS,
        "\"C7\"",
        None,
        "the JSON ends before it is complete",
    ),
    damage(
        POINTS,
        "\"changed\":",
        Some("\"rep_id\":\"R1\",\"changed\":"),
        "stands twice",
    ),
    damage(
        POINTS,
        "\"type\":\"Point\"",
        Some("\"type\":\"Point\",\"type\":\"Point\""),
        "its type or its coordinates stand twice",
    ),
    damage(
        POINTS,
        "\"rep_id\":\"R",
        Some("\"rep_id\":\"X"),
        "there is no territory of the rep \"X",
    ),
    damage(
        POINTS,
        "\"km\":",
        Some("\"km\":\"far\",\"x\":"),
        "the text \"far\" where a number is needed",
    ),
    damage(TABLE, "", None, "the file does not exist"),
    damage(
        TABLE,
        "customer_id,rep_id",
        Some("rep_id,customer_id"),
        "the columns should be customer_id,rep_id,km",
    ),
    damage(
        TABLE,
        "C7,R",
        Some("C7,X"),
        "there is no territory of the rep \"X",
    ),
];

/// A solved plan with targets, and what the commands need beside it.
fn planned() -> Bench {
    let bench = Bench::default();
    let scenario = bench.read("scenario.toml");
    bench.write("scenario.toml", &format!("{scenario}\n{TARGET}"));
    bench.write("leads.csv", "id,lon,lat\nL1,10.4,50.4\n");
    bench.write("results.csv", "rep_id,period,workload\nR1,2027-01,10\n");
    bench.solve();
    bench
}

/// What each command says of the plan in `out`.
fn every_command(bench: &Bench) -> Vec<(&'static str, i32, String)> {
    let (out, leads) = (bench.arg("out"), bench.arg("leads.csv"));
    let (svg, results) = (bench.arg("a.svg"), bench.arg("results.csv"));
    let commands: [(&str, &[&str]); 5] = [
        ("check", &["check", &out]),
        ("compare", &["compare", &out, &out]),
        ("assign", &["assign", &out, &leads]),
        ("export", &["export", &out, "--to", "svg", "--out", &svg]),
        ("track", &["track", &out, &results, "--out", "-"]),
    ];
    let run = |(name, args): (&'static str, &[&str])| {
        let (code, _, err) = said(&revier(args));
        (name, code, err)
    };
    commands.map(run).into()
}

/// The sentence about a file: its place, and what is wrong with it.
fn sentence<'a>(text: &'a str, file: &str, told: &str) -> Option<&'a str> {
    let line = text
        .lines()
        .find(|l| l.contains(file) && l.contains(told))?;
    let line = line.strip_prefix("error: ").unwrap_or(line);
    for kind in ["files: ", "report: "] {
        if let Some(finding) = line.strip_prefix(kind) {
            return Some(finding);
        }
    }
    Some(match line.split_once("]: ") {
        Some((level, rest)) if level.starts_with("error[") => rest,
        _ => line,
    })
}

#[test]
fn a_whole_plan_is_read_by_all() {
    for (name, code, err) in every_command(&planned()) {
        assert_eq!(code, 0, "{name}: {err}");
    }
}

#[test]
fn the_same_damage_is_told_in_the_same_words() {
    let bench = planned();
    for d in &DAMAGES {
        let name = format!("out/{}", d.file);
        let whole = bench.read(&name);
        assert!(whole.contains(d.from), "{}: no {:?}", d.file, d.from);
        match d.to {
            Some(to) => bench.write(&name, &whole.replacen(d.from, to, 1)),
            None if d.from.is_empty() => fs::remove_file(bench.path(&name)).unwrap(),
            None => {
                let end = whole.find(d.from).unwrap();
                bench.write(&name, &whole[..end]);
            }
        }
        let found = every_command(&bench);
        let (_, _, first) = &found[0];
        let want = sentence(first, d.file, d.told);
        let want = want.unwrap_or_else(|| panic!("{} {:?}: check: {first}", d.file, d.told));
        for (command, code, err) in &found {
            let status = if *command == "check" { 4 } else { 2 };
            assert_eq!(*code, status, "{command}, {} {:?}: {err}", d.file, d.told);
            let got = sentence(err, d.file, d.told);
            assert_eq!(got, Some(want), "{command}, {} {:?}: {err}", d.file, d.told);
        }
        bench.write(&name, &whole);
    }
    assert_eq!(every_command(&bench)[0].1, 0, "the plan is whole again");
}

#[test]
fn what_is_no_plan_is_told_in_the_same_words() {
    let bench = planned();
    fs::remove_dir_all(bench.path("out")).unwrap();
    for (make, told) in [(false, "does not exist"), (true, "holds no plan")] {
        if make {
            fs::create_dir(bench.path("out")).unwrap();
        }
        for (command, code, err) in every_command(&bench) {
            assert_eq!(code, 2, "{command}: {err}");
            assert!(err.contains(told), "{command}: {err}");
        }
    }
}
