//! What the readers let through: pipes, floods, names that a terminal or a spreadsheet obeys, plans that were edited.

use super::{Bench, revier, said};
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Runs the binary in a directory, with something on its standard input, and kills it after a while.
pub fn fed(bench: &Bench, args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_revier"))
        .args(args)
        .current_dir(bench.dir.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let input = input.to_vec();
    // Whoever does not read is not waited for.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

#[cfg(unix)]
#[test]
fn every_reader_takes_a_pipe() {
    let bench = Bench::new(30);
    let pipe = "/dev/stdin";
    let run = |args: &[&str], file: &str| {
        let (code, out, err) = said(&fed(&bench, args, bench.read(file).as_bytes()));
        assert_eq!(code, 0, "{args:?}: {err}");
        (out, err)
    };
    // Paths in a scenario that has no place are seen from the working directory.
    let (_, err) = run(&["solve", pipe, "--out", "out"], "scenario.toml");
    assert!(err.contains("read-from-pipe"), "{err}");
    let report: Value = serde_json::from_str(&bench.read("out/report.json")).unwrap();
    let notes = report["notes"].to_string();
    assert!(notes.contains("from a pipe"), "{notes}");
    let hash = &report["inputs"][0]["sha256"];
    run(&["solve", "scenario.toml", "--out", "other"], "reps.csv");
    let other: Value = serde_json::from_str(&bench.read("other/report.json")).unwrap();
    assert_eq!(hash, &other["inputs"][0]["sha256"]);
    assert_eq!(report["objective"], other["objective"]);

    let quick = |role: &str, file: &str| {
        let mut args = vec!["solve", "--out", "quick", "--tolerance", "0.3"];
        for (flag, path) in [
            ("--customers", "customers.csv"),
            ("--reps", "reps.csv"),
            ("--boundary", "land.geojson"),
        ] {
            args.extend([flag, if flag == role { pipe } else { path }]);
        }
        run(&args, file);
    };
    quick("--customers", "customers.csv");
    quick("--reps", "reps.csv");
    quick("--boundary", "land.geojson");
    let mut matrix = String::from("customer_id,rep_id,km\n");
    for i in 0..30 {
        (1..5).for_each(|j| matrix += &format!("C{i},R{j},{}\n", 100 + (i * 7 + j * 3) % 50));
    }
    bench.write("travel.csv", &matrix);
    let limit = "[solve]\ntime_limit_s = 2.0\n";
    bench.write("limit.toml", &(bench.read("scenario.toml") + limit));
    let args = [
        "solve",
        "limit.toml",
        "--matrix",
        pipe,
        "--out",
        "by-matrix",
    ];
    run(&args, "travel.csv");
    bench.write("leads.csv", "id,lon,lat\nL1,10.4,50.4\n");
    let (out, _) = run(&["assign", "other", pipe], "leads.csv");
    assert!(out.contains("L1,"), "{out}");
    let target = "[[target]]\nmeasure = \"revenue\"\ngrowth = 0.1\ndate = 2026-12-31\n";
    bench.write("target.toml", &(bench.read("scenario.toml") + target));
    run(&["solve", "target.toml", "--out", "goal"], "reps.csv");
    bench.write(
        "actuals.csv",
        "customer_id,period,revenue\nC1,2026-01,100\n",
    );
    run(&["track", "goal", pipe, "--out", "-"], "actuals.csv");
}

#[test]
fn a_flood_of_unknown_keys_is_told_briefly() {
    let bench = Bench::new(12);
    let mut text = bench.read("scenario.toml");
    text += "[solve]\n";
    (0..100_000).for_each(|i| text += &format!("no_such_key_{i} = {i}\n"));
    text = format!("no_such_key = \"{}\"\n{text}", "x".repeat(1 << 20));
    bench.write("scenario.toml", &text);
    let begin = Instant::now();
    let (code, _, err) = said(&revier(&["solve", &bench.arg("scenario.toml")]));
    assert_eq!(code, 2);
    assert!(
        begin.elapsed() < Duration::from_secs(30),
        "{:?}",
        begin.elapsed()
    );
    assert!(err.len() < 50_000, "{} bytes", err.len());
    assert!(err.contains("and 99,980 more unknown keys"), "{err}");
}

#[test]
fn messages_are_bounded_whatever_the_file() {
    let bench = Bench::new(12);
    let long = "x".repeat(4 << 20);
    let customers = bench.read("customers.csv");
    bench.write(
        "customers.csv",
        &format!("{customers}{long},1,nonsense,5,1,{long},,\n{long},,,,,,,\n"),
    );
    for format in ["text", "json"] {
        let (code, _, err) = said(&revier(&[
            "--log",
            format,
            "solve",
            &bench.arg("scenario.toml"),
        ]));
        assert_eq!(code, 2);
        assert!(err.len() < 50_000, "{format}: {} bytes", err.len());
    }
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let bench = Bench::new(30);
    let evil = "R1\u{1b}[2J\u{9b}31m\u{202e}";
    for file in ["customers.csv", "reps.csv"] {
        let text = bench.read(file);
        let text = text.replace(",R1,", &format!(",{evil},"));
        bench.write(
            file,
            &text
                .replace("\nR1,", &format!("\n{evil},"))
                .replace(",Ann,", ",Ann\u{1b}]0;x\u{7},"),
        );
    }
    let (code, out, err) = said(&revier(&[
        "solve",
        &bench.arg("scenario.toml"),
        "--out",
        &bench.arg("out"),
    ]));
    assert_eq!(code, 0, "{err}");
    bench.write(
        "leads.csv",
        &format!("id,lon,lat,owner\nL1,10.4,50.4,{evil}\nL2,10.4,50.4,{evil}x\n"),
    );
    let (code, routed, told) = said(&revier(&[
        "assign",
        &bench.arg("out"),
        &bench.arg("leads.csv"),
        "--out",
        &bench.arg("routed.csv"),
    ]));
    assert_eq!(code, 0, "{told}");
    for text in [out, err, routed, told] {
        let bad = text
            .chars()
            .find(|c| c.is_control() && !matches!(c, '\n' | '\t') || *c == '\u{202e}');
        assert_eq!(bad, None, "{text:?}");
    }
    // The files have the names as they are, and the plan holds.
    let report: Value = serde_json::from_str(&bench.read("out/report.json")).unwrap();
    assert_eq!(report["territories"][0]["rep"], evil);
    assert_eq!(bench.check(), (0, String::new()));
}

#[test]
fn formulas_in_ids_are_quoted_and_read_back() {
    let ids = ["=cmd|' /C calc'!A0", "'=cmd", "-1+1", "@x", "'C4", "-5"];
    for safe in [true, false] {
        let bench = Bench::new(30);
        let mut customers = bench.read("customers.csv");
        for (i, id) in ids.iter().enumerate() {
            customers = customers.replace(&format!("\nC{i},"), &format!("\n{id},"));
        }
        bench.write("customers.csv", &customers.replace(",R1,", ",=R1,"));
        bench.write(
            "reps.csv",
            &bench.read("reps.csv").replace("\nR1,", "\n=R1,"),
        );
        if !safe {
            bench.write(
                "scenario.toml",
                &(bench.read("scenario.toml") + "[output]\ncsv_safe = false\n"),
            );
        }
        let target = "[[target]]\nmeasure = \"revenue\"\ngrowth = 0.1\ndate = 2026-12-31\n";
        bench.write("scenario.toml", &(bench.read("scenario.toml") + target));
        bench.solve();
        let table = bench.read("out/assignments.csv");
        assert_eq!(table.contains("\n'=cmd|'"), safe, "{table}");
        assert_eq!(table.contains("\n''=cmd,"), safe, "{table}");
        assert!(
            table.contains("\n'C4,") && table.contains("\n-5,"),
            "{table}"
        );
        assert_eq!(table.contains(",'=R1,"), safe, "{table}");
        assert_eq!(bench.check(), (0, String::new()));
        let out = bench.arg("out");
        let (code, said_of, err) = said(&revier(&["compare", &out, &out]));
        assert_eq!(code, 0, "{err}");
        assert!(
            said_of.contains("0 of 30 customers change hands"),
            "{said_of}"
        );
        // Ids of leads are the customers' own, and come back the same way.
        let leads: String = ids.iter().map(|id| format!("{id},11,51\n")).collect();
        bench.write("leads.csv", &format!("id,lon,lat\n{leads}"));
        let (code, routed, err) = said(&revier(&["assign", &out, &bench.arg("leads.csv")]));
        assert_eq!(code, 0, "{err}");
        assert_eq!(routed.matches(",customer,").count(), ids.len(), "{routed}");
        assert_eq!(routed.contains("\n'@x,"), safe, "{routed}");
        bench.write(
            "actuals.csv",
            "customer_id,period,revenue\n=cmd|' /C calc'!A0,2026-01,100\n'=cmd,2026-01,5\n",
        );
        let (code, _, err) = said(&revier(&[
            "track",
            &out,
            &bench.arg("actuals.csv"),
            "--out",
            "-",
        ]));
        assert_eq!(code, 0, "{err}");
        assert!(!err.contains("unknown-customer"), "{err}");
        let (code, _, err) = said(&revier(&[
            "export",
            &out,
            "--to",
            "csv",
            "--out",
            &bench.arg("tables"),
        ]));
        assert_eq!(code, 0, "{err}");
        let exported = bench.read("tables/assignments.csv");
        assert_eq!(exported.contains("\"'@x\""), safe, "{exported}");
    }
}

#[test]
fn threads_have_a_limit() {
    let bench = Bench::new(12);
    let (code, _, err) = said(&revier(&[
        "solve",
        &bench.arg("scenario.toml"),
        "--threads",
        "65535",
    ]));
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("65535") && err.contains("512"), "{err}");
}

#[test]
fn warnings_are_notes_of_the_plan() {
    let bench = Bench::new(30);
    let customers = bench.read("customers.csv");
    let mut lines: Vec<String> = customers.lines().map(str::to_owned).collect();
    let mut cells: Vec<&str> = lines[3].split(',').collect();
    cells[3] = "";
    lines[3] = cells.join(",");
    bench.write("customers.csv", &lines.join("\n"));
    let args = [
        "--log",
        "json",
        "solve",
        &bench.arg("scenario.toml"),
        "--out",
        &bench.arg("out"),
    ];
    let (code, _, err) = said(&revier(&args));
    assert_eq!(code, 0, "{err}");
    let told = err
        .lines()
        .find(|line| line.contains("counts-as-one"))
        .unwrap();
    let told: Value = serde_json::from_str(told).unwrap();
    assert_eq!(told["level"], "warning");
    assert_eq!((&told["feature"], &told["id"]), (&json!(3), &json!("C2")));
    let report: Value = serde_json::from_str(&bench.read("out/report.json")).unwrap();
    let notes = report["notes"].as_array().unwrap();
    let note = notes
        .iter()
        .find(|n| n.as_str().unwrap().contains("counts as 1"))
        .unwrap();
    let note = note.as_str().unwrap();
    assert!(
        note.starts_with("customers.csv, feature 3 (id \"C2\"), field `workload`: "),
        "{note}"
    );
    assert_eq!(bench.check(), (0, String::new()));
}

/// A solved plan, and what the commands that read it say once a file of it was edited.
fn edited(name: &str, edit: impl Fn(&mut Value)) -> Vec<(&'static str, i32, String)> {
    let bench = Bench::new(30);
    bench.solve();
    let path = format!("out/{name}");
    let mut value: Value = serde_json::from_str(&bench.read(&path)).unwrap();
    edit(&mut value);
    bench.write(&path, &value.to_string());
    bench.write("leads.csv", "id,lon,lat\nL1,10.4,50.4\n");
    let (out, leads, other) = (
        bench.arg("out"),
        bench.arg("leads.csv"),
        bench.arg("out.svg"),
    );
    let commands: [(&str, &[&str]); 4] = [
        ("check", &["check", &out]),
        ("assign", &["assign", &out, &leads]),
        ("compare", &["compare", &out, &out]),
        ("export", &["export", &out, "--to", "svg", "--out", &other]),
    ];
    let run = |(name, args): (&'static str, &[&str])| {
        let begin = Instant::now();
        let (code, _, err) = said(&fed(&bench, args, b""));
        assert!(
            begin.elapsed() < Duration::from_secs(20),
            "{name}: {:?}",
            begin.elapsed()
        );
        assert!(code != 1 && code != -1, "{name}: {code} {err}");
        (name, code, err)
    };
    commands.map(run).into()
}

#[track_caller]
fn damaged(found: &[(&str, i32, String)], of: &[&str]) {
    for (name, code, err) in found.iter().filter(|f| of.contains(&f.0)) {
        let want = if *name == "check" { 4 } else { 2 };
        assert_eq!(*code, want, "{name}: {err}");
    }
}

#[test]
fn positions_that_are_none_are_damage() {
    for position in [
        json!([]),
        json!([10.5]),
        json!(["x", 1]),
        json!([1e300, 50.0]),
    ] {
        let found = edited("territories.geojson", |v| {
            v["features"][0]["geometry"]["coordinates"][0][0][1] = position.clone();
        });
        damaged(&found, &["check", "assign", "export"]);
        let found = edited("assignments.geojson", |v| {
            v["features"][3]["geometry"]["coordinates"] = position.clone();
        });
        damaged(&found, &["check", "assign", "export"]);
    }
}

#[test]
fn an_edited_report_is_damage() {
    let all = ["check", "assign", "export"];
    let edits: [&dyn Fn(&mut Value); 8] = [
        &|r| drop(r["territories"].as_array_mut().unwrap().pop()),
        &|r| r["territories"].as_array_mut().unwrap().swap(0, 1),
        &|r| r["territories"][0]["customers"] = json!(u64::MAX),
        &|r| r["territories"][1]["measures"]["workload"]["total"] = json!(1e308),
        &|r| r["scenario"]["balance"] = json!([]),
        &|r| r["scenario"]["travel"]["detour"] = json!(0.0),
        &|r| r["scenario"]["travel"]["speed_kmh"] = json!(-1e308),
        &|r| r["scenario"]["solve"]["time_limit_s"] = json!(1e300),
    ];
    for edit in edits {
        damaged(&edited("report.json", edit), &all);
    }
    let found = edited("territories.geojson", |v| {
        v["features"][0]["properties"]["customers"] = json!(999_999_999_999_999_u64);
    });
    damaged(&found, &all);
}

#[cfg(unix)]
#[test]
fn a_report_that_names_no_files_ends_at_once() {
    for bad in ["/dev/zero", "FIFO", "/dev/stdin", "/"] {
        for role in ["customers", "reps"] {
            let found = edited("report.json", |report| {
                let path = match bad {
                    "FIFO" => {
                        let path = tempfile::tempdir().unwrap().keep().join("fifo");
                        assert!(
                            Command::new("mkfifo")
                                .arg(&path)
                                .status()
                                .unwrap()
                                .success()
                        );
                        path.display().to_string()
                    }
                    other => other.to_owned(),
                };
                for input in report["inputs"].as_array_mut().unwrap() {
                    if input["role"] == role {
                        input["path"] = json!(path);
                    }
                }
                report["scenario"][role] = json!(path);
            });
            damaged(&found, &["check", "compare"]);
            if role == "reps" {
                damaged(&found, &["assign"]);
            }
        }
    }
}
