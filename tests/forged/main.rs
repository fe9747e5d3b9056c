//! Forged plans: every single value of every file is edited, as a forger would who then writes the hashes anew, and
//! `check` finds each edit but those of what no plan directory can prove ([`FREE`]).
//!
//! `cargo test --test forged` makes each kind of edit at the first and the last place of each kind of member;
//! `cargo test --test forged -- --ignored` makes all of them.

mod edits;
mod plans;

use edits::Edit;
use plans::Plan;
use revier::check::check_dir;
use revier::plan::frontier::Trade;
use revier::report::Lang;
use revier::run::Task;
use revier::scenario::Overrides;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What the run alone knows, or plans that are not kept: the documentation of `check` says so. And a tree with other prices that still proves
/// what is claimed is a proof, too.
const FREE: [&str; 6] = [
    "certificate.json tree.",
    "report.json timings_s.",
    "report.json peak_memory_mb",
    "report.json lp.rounds",
    "report.json lp.columns",
    "report.json lp.split_sites",
];
/// Figures of plans that the directory does not hold are held to a curve only.
const FRONTIER: &str = "report.json frontier[";

/// The files that are edited, and their edits.
fn all_edits(dir: &Path) -> Vec<(&'static str, Edit)> {
    let mut all = Vec::new();
    for name in [
        "report.json",
        "certificate.json",
        "territories.geojson",
        "assignments.geojson",
    ] {
        let text = fs::read_to_string(dir.join(name)).unwrap();
        all.extend(edits::of_json(&text, 0).into_iter().map(|e| (name, e)));
    }
    for name in ["assignments.csv", "changes.csv", "units.csv"] {
        let text = fs::read_to_string(dir.join(name)).unwrap_or_default();
        let table = edits::of_table(&text);
        all.extend(table.into_iter().map(|e| (name, e)));
    }
    let text = fs::read_to_string(dir.join("report.html")).unwrap();
    let data = text.find("id=\"data\">").unwrap() + 10;
    let page = edits::of_json(&text, data);
    all.extend(page.into_iter().map(|e| ("report.html", e)));
    all
}

/// The first and the last edit of each shape; the page repeats the report, so the first does.
fn few(all: Vec<(&'static str, Edit)>) -> Vec<(&'static str, Edit)> {
    let mut by_shape: BTreeMap<(&str, String), Vec<Edit>> = BTreeMap::new();
    for (name, edit) in all {
        let of_shape = by_shape.entry((name, edit.shape())).or_default();
        of_shape.truncate(1);
        if of_shape.is_empty() || name != "report.html" {
            of_shape.push(edit);
        }
    }
    let named = |((name, _), edits): ((&'static str, String), Vec<Edit>)| {
        edits.into_iter().map(move |e| (name, e))
    };
    by_shape.into_iter().flat_map(named).collect()
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|b| format!("{b:02x}")).collect()
}

/// Writes an edited file, and its hash into the report.
fn forge(dir: &Path, name: &str, text: &str, report: &str, hash: &str) {
    fs::write(dir.join(name), text).unwrap();
    if name != "report.json" {
        assert!(report.contains(hash));
        let report = report.replace(hash, &sha256(text.as_bytes()));
        fs::write(dir.join("report.json"), report).unwrap();
    }
}

/// The files of a plan.
fn files(dir: &Path) -> impl Iterator<Item = &'static str> {
    let all = revier::saved::FILES
        .into_iter()
        .chain(revier::saved::OPTIONAL);
    let there: Vec<&str> = all.filter(|name| dir.join(name).exists()).collect();
    there.into_iter()
}

/// Makes the edits one by one, and returns those that `check` does not find.
fn accepted(plan: &Plan, edits: &[(&'static str, Edit)]) -> Vec<String> {
    let dir = plan.dir();
    let untouched = check_dir(&dir).unwrap();
    assert!(untouched.findings.is_empty(), "{:?}", untouched.findings);
    let texts: BTreeMap<&str, String> = files(&dir)
        .map(|n| (n, fs::read_to_string(dir.join(n)).unwrap()))
        .collect();
    let report = &texts["report.json"];
    let hash = |(name, text): (&&'static str, &String)| (*name, sha256(text.as_bytes()));
    let hashes: BTreeMap<&str, String> = texts.iter().map(hash).collect();
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for worker in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            let (texts, hashes, next, found) = (&texts, &hashes, &next, &found);
            // Beside the plan: paths to the inputs stay true.
            let dir: PathBuf = plan.root.path().join(format!("forged{worker}"));
            scope.spawn(move || {
                fs::create_dir(&dir).unwrap();
                for (name, text) in texts {
                    fs::write(dir.join(name), text).unwrap();
                }
                while let Some((name, edit)) = edits.get(next.fetch_add(1, Ordering::Relaxed)) {
                    forge(&dir, name, &edit.apply(&texts[name]), report, &hashes[name]);
                    let line = format!("{name} {} ({})", edit.path, edit.kind);
                    match std::panic::catch_unwind(|| check_dir(&dir)) {
                        Ok(Ok(v)) if v.findings.is_empty() => found.lock().unwrap().push(line),
                        Ok(_) => {}
                        Err(_) => found.lock().unwrap().push(format!("panic: {line}")),
                    }
                    fs::write(dir.join(name), &texts[name]).unwrap();
                    fs::write(dir.join("report.json"), report).unwrap();
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap();
    found.sort();
    found
}

/// Expects that nothing but what is free is accepted.
fn judge(what: &str, plan: &Plan, all: bool) {
    let mut edits = all_edits(&plan.dir());
    if !all {
        edits = few(edits);
    }
    let accepted = accepted(plan, &edits);
    let is_free = |line: &&String| {
        let curve =
            line.starts_with(FRONTIER) && !line.contains("deleted") && !line.contains("doubled");
        curve || FREE.iter().any(|free| line.starts_with(free))
    };
    let (free, wrong): (Vec<_>, Vec<_>) = accepted.iter().partition(is_free);
    println!(
        "{what}: {} edits, {} of them of what is free",
        edits.len(),
        free.len()
    );
    assert!(
        wrong.is_empty(),
        "{what}: {} of {} edits are accepted:\n{wrong:#?}",
        wrong.len(),
        edits.len()
    );
}

fn every_rule() -> Plan {
    let task = Task {
        frontier: Trade {
            change: true,
            balance: false,
        },
        ..Task::default()
    };
    let set = Overrides {
        tolerance: None,
        seed: Some(3),
        ..Overrides::default()
    };
    plans::small(Lang::En, plans::RULES, task, set)
}

fn units() -> Plan {
    plans::small(
        Lang::De,
        plans::UNITS,
        Task::default(),
        Overrides::default(),
    )
}

fn today() -> Plan {
    let task = Task {
        keep: true,
        ..Task::default()
    };
    plans::small(Lang::De, plans::NONE, task, Overrides::default())
}

fn infeasible() -> Plan {
    plans::small(Lang::En, plans::NONE, Task::default(), Overrides::default())
}

#[test]
fn edits_of_the_smallest_plan_are_found() {
    judge("tiny", &plans::tiny(Lang::En), false);
    judge("tiny, German", &plans::tiny(Lang::De), false);
}

#[test]
fn edits_of_a_plan_with_every_rule_are_found() {
    judge("every rule", &every_rule(), false);
}

#[test]
fn edits_of_a_plan_of_units_are_found() {
    judge("units", &units(), false);
}

#[test]
fn edits_of_a_plan_that_keeps_nothing_are_found() {
    judge("infeasible", &infeasible(), false);
    judge("today's", &today(), false);
}

/// The verdict where the same is edited in the report and in the page, and the hash is written anew. The report is pretty: it has `blank`
/// after a colon, the page has nothing.
fn in_both(plan: &Plan, edit: impl Fn(&str, &str) -> String) -> revier::check::Verdict {
    let dir = plan.root.path().join("both");
    fs::create_dir_all(&dir).unwrap();
    for name in files(&plan.dir()) {
        fs::copy(plan.dir().join(name), dir.join(name)).unwrap();
    }
    let report = fs::read_to_string(dir.join("report.json")).unwrap();
    let page = fs::read_to_string(dir.join("report.html")).unwrap();
    let forged = edit(&page, "");
    let hash = sha256(page.as_bytes());
    assert!(report.contains(&hash));
    let report = edit(&report, " ").replace(&hash, &sha256(forged.as_bytes()));
    fs::write(dir.join("report.html"), forged).unwrap();
    fs::write(dir.join("report.json"), report).unwrap();
    check_dir(&dir).unwrap()
}

/// Puts `to` for `from`, which is there.
fn put(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

/// Edits the figures of the first advice, and who solved the LP.
fn advised(plan: &Plan, factor: f64, solver: &str) -> revier::check::Verdict {
    let report = fs::read_to_string(plan.dir().join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let saves = &report["advice"][0]["saves"];
    let other = serde_json::Value::from(saves.as_f64().unwrap() * factor);
    in_both(plan, |text, blank| {
        let member = |name: &str, value: &str| format!("\"{name}\":{blank}{value}");
        let (from, to) = (saves.to_string(), other.to_string());
        let text = put(text, &member("saves", &from), &member("saves", &to));
        let (from, to) = ("\"Clarabel\"", format!("\"{solver}\""));
        put(&text, &member("solver", from), &member("solver", &to))
    })
}

#[test]
fn a_run_that_had_no_time_to_tell_all_says_so() {
    let plan = plans::tiny(Lang::En);
    let told = |note: Option<&str>| {
        in_both(&plan, |text, blank| {
            let advice = format!("\"advice\":{blank}[");
            let (before, rest) = text.split_once(&advice).unwrap();
            let (_, after) = rest.split_once("\"territories\"").unwrap();
            let text = format!("{before}{advice}],\"territories\"{after}");
            let notes = format!("\"notes\":{blank}[");
            let with = note.map_or_else(String::new, |note| format!("{note:?}"));
            put(&text, &format!("{notes}]"), &format!("{notes}{with}]"))
        })
    };
    let no_time = "there was no time left to work out every reason and all advice";
    let findings = told(Some(no_time)).findings;
    assert!(findings.is_empty(), "{findings:?}");
    for note in [None, Some("no time")] {
        assert!(!told(note).findings.is_empty(), "{note:?}");
    }
}

#[test]
#[cfg(not(feature = "highs"))]
fn advice_of_another_lp_solver_is_held_to_what_it_can_be() {
    let plan = every_rule();
    let untouched = advised(&plan, 1.0, "Clarabel");
    assert!(untouched.findings.is_empty(), "{:?}", untouched.findings);
    assert!(!untouched.text().contains("advice"));
    assert!(!advised(&plan, 0.99, "Clarabel").findings.is_empty());
    // Nobody can solve with HiGHS again here, and the verdict says so.
    let others = advised(&plan, 0.99, "HiGHS");
    assert!(others.findings.is_empty(), "{:?}", others.findings);
    let text = others.text();
    assert!(
        text.contains("advice, which rests on LPs that HiGHS solved"),
        "{text}"
    );
    assert!(!advised(&plan, 1e9, "HiGHS").findings.is_empty());
    assert!(!advised(&plan, 0.99, "Gurobi").findings.is_empty());
}

#[test]
fn a_frontier_of_plans_that_nothing_can_better_holds() {
    let task = Task {
        frontier: Trade {
            change: true,
            balance: false,
        },
        ..Task::default()
    };
    // Nothing binds: everybody goes to the nearest, and the prices prove it.
    let rules = "[[balance]]\nmeasure = \"customers\"\ntolerance = 0.99\n\
                 [change]\nmeasure = \"customers\"\nmax_share = 1.0\n[solve]\ngap = 0.0\n";
    let plan = plans::small(Lang::En, rules, task, Overrides::default());
    let text = fs::read_to_string(plan.dir().join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let rows = report["frontier"].as_array().unwrap();
    // Bounds are rounded against the plan: even where nothing is left to find there is a gap.
    let best = |r: &&serde_json::Value| r["status"] == "optimal" && r["gap"].as_f64() > Some(0.0);
    assert!(rows.iter().any(|r| best(&r)), "{rows:?}");
    let findings = check_dir(&plan.dir()).unwrap().findings;
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
#[ignore = "takes minutes: every edit at every place"]
fn every_single_edit_is_found() {
    judge("tiny", &plans::tiny(Lang::En), true);
    judge("tiny, German", &plans::tiny(Lang::De), true);
    judge("every rule", &every_rule(), true);
    judge("units", &units(), true);
    judge("infeasible", &infeasible(), true);
    judge("today's", &today(), true);
}
