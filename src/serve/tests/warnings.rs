//! What is odd about the inputs of a plan that the desk makes is what the checker finds odd about its files.

use super::super::desk::Desk;
use super::super::edit::Edit;
use super::solve;

/// A desk on reps and customers in a line, by these rules.
fn desk(dir: &std::path::Path, reps: &str, rules: &str) -> std::sync::Arc<Desk> {
    let write = |name: &str, text: &str| std::fs::write(dir.join(name), text).unwrap();
    write("reps.csv", &format!("id,lon,lat,capacity,region\n{reps}"));
    write(
        "customers.csv",
        "id,lon,lat,workload,region\na,8.1,50,1,A\nb,8.9,50,1,\nc,8.3,50,1,A\nd,9.7,50,1,B\n",
    );
    write("fit.csv", "rep_id,a,z\nR,0,-20\n");
    let scenario = format!(
        "customers = \"customers.csv\"\nreps = \"reps.csv\"\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.95\n{rules}"
    );
    write("s.toml", &scenario);
    Desk::open(&dir.join("s.toml")).unwrap()
}

/// The notes of the plan that the desk makes now, which holds.
fn notes(desk: &std::sync::Arc<Desk>) -> Vec<String> {
    solve(desk);
    let plan = desk.folder.plan("current");
    let verdict = crate::api::check(&plan).unwrap();
    assert!(verdict.holds(), "{verdict:?}");
    let report = std::fs::read_to_string(plan.join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let notes = report["notes"].as_array().unwrap().iter();
    notes.map(|n| n.as_str().unwrap().to_owned()).collect()
}

fn tells(notes: &[String], what: &str) -> bool {
    notes.iter().any(|note| note.contains(what))
}

fn new(id: &str) -> Edit {
    Edit::RepNew {
        id: id.into(),
        name: None,
        lon: 9.0,
        lat: 50.2,
    }
}

#[test]
fn reps_without_a_region_are_told_as_the_plan_has_them() {
    let dir = tempfile::tempdir().unwrap();
    let desk = desk(
        dir.path(),
        "R,8,50,1,A\nS,9,50,1,\nT,10,50,1,B\n",
        "[regions]\n",
    );
    let edit = |edit: &Edit| desk.edit(desk.view().version, edit).unwrap();
    let told = "input-scenario.toml, field `regions`: ";
    let of_one =
        format!("{told}1 of 3 reps have no region, and may have customers of every region: S");
    assert!(tells(&notes(&desk), &of_one));
    edit(&Edit::Assign {
        customers: vec!["b".into()],
        rep: "R".into(),
    });
    assert!(tells(&notes(&desk), &of_one));
    edit(&new("N"));
    let of_two = format!("{told}2 of 4 reps have no region");
    assert!(tells(&notes(&desk), &of_two));
}

#[test]
fn a_rep_who_is_new_may_be_the_first_without_a_region_or_whom_a_condition_holds_for() {
    let dir = tempfile::tempdir().unwrap();
    let rules = "[regions]\n[[prefer]]\nwhen = 'rep.id == \"N\"'\ncost_km = -5\n[[prefer]]\nwhen = 'rep.id == \"O\"'\ncost_km = -5\n\
                 [[prefer]]\ntable = \"fit.csv\"\nby = \"id\"\nunit = \"km\"\n";
    let desk = desk(dir.path(), "R,8,50,1,A\nT,10,50,1,B\n", rules);
    let edit = |edit: &Edit| desk.edit(desk.view().version, edit).unwrap();
    let without = |id: &str| {
        format!(
            "input-scenario.toml, field `prefer.when`: no customer and rep meet the condition \"rep.id == \\\"{id}\\\"\""
        )
    };
    let now = notes(&desk);
    assert!(!tells(&now, "have no region"), "{now:?}");
    assert!(
        tells(&now, &without("N")) && tells(&now, &without("O")),
        "{now:?}"
    );
    assert!(
        tells(&now, "field `prefer.table`: the table has nothing"),
        "{now:?}"
    );
    edit(&new("N"));
    let now = notes(&desk);
    assert!(tells(&now, "1 of 3 reps have no region"), "{now:?}");
    assert!(
        !tells(&now, &without("N")) && tells(&now, &without("O")),
        "{now:?}"
    );
    assert!(
        tells(&now, "field `prefer.table`: the table has nothing"),
        "{now:?}"
    );
}

#[test]
fn what_the_file_of_reps_told_is_not_told_of_the_one_that_replaces_it() {
    let dir = tempfile::tempdir().unwrap();
    let desk = desk(dir.path(), "R,8,50,,A\nS,9,50,1,\nT,10,50,1,B\n", "");
    let edit = |edit: &Edit| desk.edit(desk.view().version, edit).unwrap();
    assert!(tells(
        &notes(&desk),
        "reps.csv, feature 1 (id \"R\"), field `capacity`"
    ));
    edit(&new("N"));
    let now = notes(&desk);
    assert!(!tells(&now, "capacity"), "{now:?}");
    edit(&new("O"));
    assert!(tells(
        &notes(&desk),
        "input-reps.geojson: there are 5 reps for 4 customers"
    ));
}
