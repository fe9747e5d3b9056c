//! Nothing is lost: plans by solves that find none, edits by journals and inputs that others change.

use super::super::desk::{Desk, Event};
use super::bench::Bench;
use super::{Random, solve, write_project};
use serde_json::{Value, json};
use std::path::Path;

/// All files of a plan, and what is in them.
fn files(dir: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let entries = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path());
    let mut all: Vec<_> = (entries.filter(|path| path.is_file()))
        .map(|path| (path.clone(), std::fs::read(&path).unwrap()))
        .collect();
    all.sort();
    all
}

#[test]
fn a_solve_that_finds_no_plan_leaves_the_one_at_hand() {
    let bench = Bench::new();
    let before = bench.desk.view();
    let current = bench.desk.folder.plan("current");
    let plan = files(&current);
    let reps: Vec<String> = before.frame.reps.ids.iter().map(str::to_owned).collect();
    for rep in &reps {
        let edit = json!({"kind": "forbid", "customers": ["C0"], "rep": rep});
        assert_eq!(bench.edit(edit).0, 200);
    }
    let (version, steps) = (bench.version(), reps.len());
    let mut events = bench.desk.wires.events.subscribe();
    solve(&bench.desk);
    let failed = std::iter::from_fn(|| events.try_recv().ok()).find_map(|event| match event {
        Event::Failed(body) => Some(body),
        _ => None,
    });
    let failed: Value = serde_json::from_str(&failed.unwrap()).unwrap();
    assert!(failed["error"].as_str().unwrap().contains("stays"));
    assert!(
        !failed["problems"].as_array().unwrap().is_empty(),
        "{failed}"
    );
    assert_eq!(files(&current), plan);
    let (_, state) = bench.get("/v1/state");
    assert_eq!(
        (&state["version"], &state["stale"], &state["status"]),
        (
            &json!(version),
            &json!(true),
            &json!(before.kept.as_ref().unwrap().status)
        )
    );
    assert_eq!(bench.desk.view().owner, before.owner);
    assert_eq!(state["failed"], failed, "whoever comes later sees it, too");
    let saved = bench.post("/v1/plans", &json!({"version": version, "name": "A"}));
    assert_eq!(saved.0, 422);
    for _ in 0..steps {
        let (status, _) = bench.post("/v1/undo", &json!({"version": bench.version()}));
        assert_eq!(status, 200);
    }
    let view = bench.desk.view();
    assert_eq!((view.stale, &view.owner), (false, &before.owner));
    assert_eq!(bench.get("/v1/state").1["failed"], Value::Null);
    let again = Desk::open(&bench.dir.path().join("scenario.toml")).unwrap();
    assert_eq!(again.view().owner, before.owner);
    assert!(!again.view().stale);
}

#[test]
fn a_solve_that_is_cancelled_too_early_leaves_the_plan_at_hand() {
    let bench = Bench::new();
    let plan = files(&bench.desk.folder.plan("current"));
    // Nobody is within a millimetre of anybody.
    let edit = json!({"kind": "settings", "max_km": 1e-6});
    assert_eq!(bench.edit(edit).0, 200);
    let wanted = json!({"version": bench.version(), "time_limit_s": 1e-9});
    assert_eq!(bench.post("/v1/solve", &wanted).0, 202);
    while bench.desk.busy().is_some() {
        std::thread::yield_now();
    }
    assert_eq!(files(&bench.desk.folder.plan("current")), plan);
    assert!(bench.desk.view().stale);
}

#[test]
fn what_is_no_plan_is_shown_where_there_is_none_and_not_kept() {
    let dir = tempfile::tempdir().unwrap();
    write_project(dir.path(), &mut Random::new(3), 10);
    let desk = Desk::open(&dir.path().join("scenario.toml")).unwrap();
    let reps: Vec<String> = desk
        .view()
        .frame
        .reps
        .ids
        .iter()
        .map(str::to_owned)
        .collect();
    for rep in reps {
        let customers = vec!["C0".to_owned()];
        let edit = super::Edit::Forbid { customers, rep };
        desk.edit(desk.view().version, &edit).unwrap();
    }
    let view = solve(&desk);
    assert!(view.kept.as_ref().unwrap().broken() && !view.stale);
    let refused = desk.save(view.version, "A").unwrap_err();
    assert_eq!(refused.status(), 422);
    assert!(!desk.folder.plan("A").exists());
}

#[test]
fn a_journal_that_others_change_is_not_written_to() {
    let bench = Bench::new();
    let lock = |id: &str| json!({"kind": "lock", "customers": [id]});
    assert_eq!(bench.edit(lock("C0")).0, 200);
    let (version, plan) = (bench.version(), files(&bench.desk.folder.plan("current")));
    let path = bench.desk.folder.journal();
    let new = path.with_extension("new");
    std::fs::copy(&path, &new).unwrap();
    std::fs::rename(&new, &path).unwrap();
    let (status, told) = bench.edit(lock("C1"));
    assert_eq!(status, 500, "{told}");
    assert!(told["error"].as_str().unwrap().contains("another program"));
    let saved = bench.post("/v1/plans", &json!({"version": version, "name": "A"}));
    assert!(saved.0 >= 422 && !bench.desk.folder.plan("A").exists());
    solve(&bench.desk);
    assert_eq!(files(&bench.desk.folder.plan("current")), plan);
    assert_eq!(bench.version(), version);
    let again = Desk::open(&bench.dir.path().join("scenario.toml")).unwrap();
    assert_eq!(again.view().version, version);
    assert_eq!(again.view().draft, bench.desk.view().draft);
}

#[test]
fn a_customer_who_is_gone_takes_no_other_edit_along() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write("reps.csv", "id,lon,lat\nA,8,50\nB,9,50\n");
    let all = "id,lon,lat,workload\na,8.1,50,2\nb,8.9,50,2\nc,8.3,50,1\nd,8.7,50,1\n";
    write("customers.csv", all);
    write(
        "scenario.toml",
        "customers = \"customers.csv\"\nreps = \"reps.csv\"\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.9\n",
    );
    let path = dir.path().join("scenario.toml");
    let desk = Desk::open(&path).unwrap();
    let assign = |ids: &[&str]| super::Edit::Assign {
        customers: ids.iter().map(|id| (*id).to_owned()).collect(),
        rep: "B".into(),
    };
    let edit = |ids: &[&str]| desk.edit(desk.view().version, &assign(ids)).unwrap();
    edit(&["a"]);
    edit(&["c"]);
    desk.undo(desk.view().version).unwrap();
    edit(&["b", "c"]);
    let version = desk.view().version;
    drop(desk);
    write("customers.csv", &all.replace("c,8.3,50,1\n", ""));
    let desk = Desk::open(&path).unwrap();
    let view = desk.view();
    assert_eq!(view.version, version);
    let held: Vec<u32> = view.draft.hold.keys().copied().collect();
    assert_eq!(held, [0, 1], "a by the first edit, b by the last");
    assert_eq!(desk.left_out.len(), 2, "{:?}", desk.left_out);
    assert!(desk.left_out[0].starts_with("edit 2 is left out: there is no customer \"c\""));
    assert!(desk.left_out[1].starts_with("edit 4 is done in part: "));
    let state = super::super::told::state(&desk, &view);
    assert_eq!(state["notes"][0], desk.left_out[0]);
    assert_eq!(desk.undo(version).unwrap().draft.hold.len(), 1);
    assert_eq!(desk.undo(version + 1).unwrap().draft.hold.len(), 0);
}
