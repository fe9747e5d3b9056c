//! A price tag is never above what the solved wish costs.

use super::super::desk::Desk;
use super::super::edit::Edit;
use super::super::kept::Kept;
use super::super::price::Price;
use super::super::view::{Facts, View};
use super::{Random, random_edit, write_project};
use crate::plan::Status;
use crate::solve::{self, Options};
use std::sync::Arc;

/// The plan of a model as the desk keeps it.
fn kept(desk: &Desk, plan: crate::plan::Plan) -> Kept {
    Kept {
        dir: desk.folder.plan("current"),
        prices: plan.prices,
        status: plan.status,
        claim: plan.claim,
        objective: plan.objective,
        costs: desk.folder.base.scenario.deviation().unwrap_or_default(),
        budgets: Vec::new(),
        bound: plan.bound,
        gap: 0.0,
        colors: Vec::new(),
        notes: Vec::new(),
        saved_at: None,
        key: String::new(),
        plan: None,
        ready: Default::default(),
        owner: plan.owner,
        reps: desk.folder.base.reps.len(),
        added: Vec::new(),
    }
}

/// A desk with a plan; `None` where there is none within the rules.
fn planned(desk: &Desk) -> Option<View> {
    let view = desk.view();
    let plan = solve::solve(&view.model, &Options::default()).unwrap();
    if plan.status == Status::Infeasible {
        return None;
    }
    let facts = Facts {
        version: 0,
        draft: view.draft.clone(),
        undo: false,
        redo: false,
        mark: String::new(),
        plans: Arc::default(),
        kept: Some(Arc::new(kept(desk, plan))),
    };
    Some(View::new(&desk.folder, facts, None).unwrap())
}

/// As many cases as `REVIER_PRICES` says.
fn cases() -> u64 {
    let said = std::env::var("REVIER_PRICES").ok();
    said.and_then(|text| text.parse().ok()).unwrap_or(250)
}

#[test]
fn no_price_is_above_what_the_solved_wish_costs() {
    let (mut judged, mut above_zero, mut ruled_out, mut exact, mut seed) = (0, 0, 0, 0, 0);
    while judged < cases() {
        seed += 1;
        assert!(seed < 100 * cases(), "too few of the cases have a plan");
        let mut random = Random::new(seed);
        let dir = tempfile::tempdir().unwrap();
        let (n, k) = write_project(dir.path(), &mut random, 8);
        let Ok(desk) = Desk::open(&dir.path().join("scenario.toml")) else {
            continue;
        };
        let Some(view) = planned(&desk) else { continue };
        let before = view.kept.as_ref().map_or(0.0, |kept| kept.objective);
        for _ in 0..5 {
            let edit = random_edit(&mut random, n, k);
            let Ok(price) = Price::of(&desk, &view, &edit) else {
                continue;
            };
            judged += 1;
            let solved = solve::solve(price.model(), &Options::default()).unwrap();
            let told = format!("seed {seed}, {edit:?}: {price:?}");
            if solved.status == Status::Infeasible {
                assert!(!price.exact, "{told}");
                ruled_out += u64::from(price.least.is_none());
                continue;
            }
            let (least, tag) = (price.least.unwrap(), price.at_least.unwrap());
            let cost = solved.objective - before;
            // What rounding of two sums of a few terms may differ by.
            let slack = 1e-9 * (solved.objective + before);
            assert!(least <= solved.objective + slack, "{cost}: {told}");
            assert!(tag <= cost.max(0.0) + slack, "{cost}: {told}");
            above_zero += u64::from(tag > 1e-6 * before);
            if price.exact {
                exact += 1;
                let off = (solved.objective - least).abs();
                assert!(off <= 2e-6 * solved.objective.max(1.0), "{cost}: {told}");
            }
        }
    }
    // A check that says 0 each time would be none.
    assert!(above_zero * 20 > judged, "{above_zero} of {judged}");
    assert!(
        ruled_out > 0 && exact > 0,
        "{ruled_out}, {exact} of {judged}"
    );
}

#[test]
fn the_price_is_exact_where_one_site_moves_and_no_bound_binds() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write("reps.csv", "id,lon,lat\nA,8,50\nB,9,50\n");
    write(
        "customers.csv",
        "id,lon,lat,workload\na,8.1,50,2\nb,8.9,50,2\nc,8.3,50,1\nd,8.7,50,1\n",
    );
    write(
        "scenario.toml",
        "customers = \"customers.csv\"\nreps = \"reps.csv\"\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.9\n",
    );
    let desk = Desk::open(&dir.path().join("scenario.toml")).unwrap();
    let view = planned(&desk).unwrap();
    let edit = Edit::Assign {
        customers: vec!["c".into()],
        rep: "B".into(),
    };
    let price = Price::of(&desk, &view, &edit).unwrap();
    // Degrees of longitude at 50 degrees north: c is 0.7 from B and 0.3 from A.
    let km = |i: usize, j: u32| view.model.travel.km(i, crate::base::ids::RepIx(j)).unwrap();
    let truth = km(2, 1) - km(2, 0);
    assert!(price.exact);
    assert!(
        (price.at_least.unwrap() - truth).abs() < 1e-6,
        "{truth}: {price:?}"
    );
}
