//! After each step the figures shown are those of the files in the project's folder, and of `revier check` once there is a plan.

use super::super::desk::Desk;
use super::{Random, random_edit, solve, write_project};
use crate::input;
use crate::model::Model;
use crate::plan::summary::Summary;
use crate::scenario::{Overrides, Scenario};
use std::sync::Arc;

/// The figures of the owners shown, by the files that the desk has written.
fn same_as_files(desk: &Desk) {
    let view = desk.view();
    let path = desk.folder.dir.join("scenario.toml");
    let scenario = Scenario::load(Some(&path), &Overrides::default()).unwrap();
    let inputs = input::read(&scenario, Some(&path)).unwrap();
    let model = Model::build(&inputs);
    let summary = Summary::new(&model, &view.owner);
    assert_eq!(summary, view.summary);
    assert_eq!(model.bounds, view.model.bounds);
    assert_eq!(
        (&model.wished, &model.forbid),
        (&view.model.wished, &view.model.forbid)
    );
    let held = |m: &Model| (0..m.n).map(|i| m.lock(i)).collect::<Vec<_>>();
    assert_eq!(held(&model), held(&view.model));
    assert_eq!(inputs.reps.ids, view.frame.reps.ids);
    let read = (&inputs.reps.capacity, &inputs.reps.max, &inputs.reps.skills);
    let shown = &view.frame.reps;
    assert_eq!(read, (&shown.capacity, &shown.max, &shown.skills));
}

/// A project that a random script was played on, with restarts in between.
fn play(seed: u64, steps: usize) {
    let mut random = Random::new(seed);
    let dir = tempfile::tempdir().unwrap();
    let (n, k) = write_project(dir.path(), &mut random, 12);
    let path = dir.path().join("scenario.toml");
    let Ok(mut desk) = Desk::open(&path) else {
        return;
    };
    for _ in 0..steps {
        let version = desk.view().version;
        let before = desk.view().draft.clone();
        let done = match random.below(10) {
            0 | 1 => desk.undo(version),
            2 => desk.redo(version),
            3 if random.below(4) == 0 => {
                solve(&desk);
                let view = desk.view();
                // Where there is no plan the one at hand stays, as it was.
                let broken = view.kept.as_ref().is_none_or(|kept| kept.broken());
                assert!(!view.stale || !broken, "seed {seed}");
                let plan = desk.folder.plan("current");
                let verdict = crate::api::check(&plan).unwrap();
                assert!(verdict.holds(), "seed {seed}: {verdict:?}");
                Ok(view)
            }
            4 => {
                // A restart: everything comes back.
                let kept = desk.view();
                drop(desk);
                let again = match random.below(2) {
                    0 => Desk::open(&path),
                    _ if path.with_extension("desk").join("base.toml").exists() => {
                        Desk::open(&path.with_extension("desk"))
                    }
                    _ => Desk::open(&path),
                };
                desk = again.unwrap();
                let now = desk.view();
                assert_eq!(now.version, kept.version, "seed {seed}");
                assert_eq!(now.draft, kept.draft, "seed {seed}");
                assert_eq!(now.owner, kept.owner, "seed {seed}");
                assert_eq!(now.stale, kept.stale, "seed {seed}");
                Ok(now)
            }
            _ => desk.edit(version, &random_edit(&mut random, n, k)),
        };
        match done {
            Ok(_) => {}
            Err(_) => assert_eq!(
                (desk.view().version, &desk.view().draft),
                (version, &before)
            ),
        }
        if desk.view().version > 0 {
            same_as_files(&desk);
        }
    }
}

#[test]
fn figures_are_those_of_the_files_after_each_step() {
    for seed in 0..30 {
        play(seed, 25);
    }
}

#[test]
fn what_is_taken_back_is_as_it_was() {
    let mut random = Random::new(77);
    let dir = tempfile::tempdir().unwrap();
    let (n, k) = write_project(dir.path(), &mut random, 12);
    let desk = Desk::open(&dir.path().join("scenario.toml")).unwrap();
    let mut drafts = vec![desk.view().draft.clone()];
    while drafts.len() < 40 {
        let edit = random_edit(&mut random, n, k);
        if let Ok(view) = desk.edit(desk.view().version, &edit) {
            drafts.push(Arc::clone(&view.draft));
        }
    }
    for draft in drafts.iter().rev().skip(1) {
        assert_eq!(&desk.undo(desk.view().version).unwrap().draft, draft);
    }
    assert!(desk.undo(desk.view().version).is_err());
    for draft in drafts.iter().skip(1) {
        assert_eq!(&desk.redo(desk.view().version).unwrap().draft, draft);
    }
    assert!(desk.redo(desk.view().version).is_err());
}
