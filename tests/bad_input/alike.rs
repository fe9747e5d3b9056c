//! Ids that a spreadsheet made numbers of, or robbed of their zeros: always told, matched where the scenario asks for it.

use super::Bench;
use revier::base::ids::RepIx;
use revier::error::{Problem, Severity};

const REPS: &str = "id,lon,lat\n04101,9,50\n7,10,51\n";
const CUSTOMERS: &str = "id,lon,lat,workload,owner,locked\n0001,9,50,1,4101,true\n0002,9.5,50,2,7.0,false\n0003,10,51,1,7,false\n";
const MATRIX: &str = "customer_id,rep_id,km\n1,4101,5\n1,7.0,9\n2,4101,8\n2,7,7\n3,4101,9\n3,7,1\n";

fn bench(customers: &str, reps: &str, ids: &str) -> Bench {
    Bench::new()
        .with("customers", "c.csv", customers.as_bytes())
        .with("reps", "r.csv", reps.as_bytes())
        .toml(&format!("[tables]\nids = \"{ids}\"\n"))
}

fn told<'p>(problems: &'p [Problem], code: &str) -> Vec<&'p Problem> {
    problems.iter().filter(|p| p.code == code).collect()
}

#[test]
fn they_are_told_and_not_matched_unasked() {
    let problems = bench(CUSTOMERS, REPS, "exact").problems();
    let alike = told(&problems, "ids-alike");
    assert_eq!(alike.len(), 1, "{problems:?}");
    assert_eq!(alike[0].severity, Severity::Warning);
    let text = alike[0].to_string();
    for words in [
        "2 ids differ from those of the reps by zeros or a decimal point only",
        "\"4101\" beside \"04101\", \"7.0\" beside \"7\"",
        "[tables] ids = \"loose\"",
    ] {
        assert!(text.contains(words), "{words:?} is not in {text}");
    }
    assert_eq!(told(&problems, "unknown-rep").len(), 2, "{problems:?}");
    // Nothing is said of ids that are as they should be, nor of those that are like none.
    let other = CUSTOMERS.replace("4101", "04101").replace("7.0", "7");
    assert!(
        bench(&other, REPS, "exact")
            .read()
            .unwrap()
            .warnings
            .is_empty()
    );
    let strange = bench(
        &CUSTOMERS.replace("4101", "99").replace("7.0", "8.0"),
        REPS,
        "loose",
    );
    let problems = strange.problems();
    assert!(told(&problems, "ids-alike").is_empty() && told(&problems, "ids-matched").is_empty());
}

#[test]
fn they_are_matched_where_the_scenario_asks_for_it() {
    let inputs = bench(CUSTOMERS, REPS, "loose")
        .with("matrix", "m.csv", MATRIX.as_bytes())
        .read()
        .unwrap();
    assert_eq!(inputs.customers.owner, [0, 1, 1].map(RepIx));
    assert_eq!(inputs.customers.locked, [true, false, false]);
    let matrix = inputs.matrix.unwrap();
    assert_eq!(
        (matrix.start.clone(), matrix.km.clone()),
        (vec![0, 2, 4, 6], vec![5.0, 9.0, 8.0, 7.0, 9.0, 1.0])
    );
    let matched = told(&inputs.warnings, "ids-matched");
    let fields: Vec<Option<&str>> = matched.iter().map(|p| p.field.as_deref()).collect();
    assert_eq!(fields, [Some("owner"), Some("customer_id"), Some("rep_id")]);
    assert!(
        matched[1]
            .what
            .contains("3 ids differ from those of the customers"),
        "{matched:?}"
    );
    // A pair that stands twice by now is told as such.
    let twice = MATRIX.to_owned() + "0001,04101,5\n";
    let problems = bench(CUSTOMERS, REPS, "loose")
        .with("matrix", "m.csv", twice.as_bytes())
        .problems();
    assert_eq!(told(&problems, "duplicate-pair").len(), 1, "{problems:?}");
}

#[test]
fn one_that_fits_several_is_an_error() {
    let reps = "id,lon,lat\n04101,9,50\n004101,10,51\n7,9,51\n";
    let problems = bench(CUSTOMERS, reps, "loose").problems();
    let several = told(&problems, "ambiguous-id");
    assert_eq!(several.len(), 1, "{problems:?}");
    assert!(
        several[0]
            .what
            .contains("\"4101\" may be \"04101\" or \"004101\" of the reps")
    );
    // One that is there as it stands is that one.
    let exact = bench(&CUSTOMERS.replace("4101", "004101"), reps, "loose")
        .read()
        .unwrap();
    assert_eq!(exact.customers.owner, [1, 2, 2].map(RepIx));
}

#[test]
fn another_word_is_refused() {
    let problems = bench(CUSTOMERS, REPS, "lose").problems();
    assert!(
        problems[0].to_string().contains("tables.ids"),
        "{problems:?}"
    );
}

#[test]
fn rules_and_targets_that_name_them_are_matched_too() {
    let more = "[rules]\nforbid = [[\"2\", \"7.0\"], [\"0003\", \"4101\"]]\n\
                [[target]]\nmeasure = \"workload\"\nvalue = 3\ndate = 2026-12-31\nreps = [\"4101\"]\n";
    let customers = CUSTOMERS.replace("4101", "04101").replace("7.0", "7");
    let of = |ids: &str| bench(&customers, REPS, ids).toml(more);
    let inputs = of("loose").read().unwrap();
    assert_eq!(inputs.forbid, [(1, RepIx(1)), (2, RepIx(0))]);
    let matched = told(&inputs.warnings, "ids-matched");
    let fields: Vec<Option<&str>> = matched.iter().map(|p| p.field.as_deref()).collect();
    let rule = Some("rules.forbid");
    assert_eq!(fields, [rule, rule, Some("target.reps")]);
    let owner = [0, 1, 1].map(RepIx);
    let targets = revier::plan::targets::targets(&inputs, &owner, |_, _| 4.0);
    assert_eq!(targets.len(), 1);
    assert_eq!(
        (targets[0].rep.as_str(), targets[0].met),
        ("04101", Some(true))
    );
    let problems = of("exact").problems();
    assert_eq!(told(&problems, "unknown-customer").len(), 1, "{problems:?}");
    assert_eq!(told(&problems, "unknown-rep").len(), 3, "{problems:?}");
    assert_eq!(told(&problems, "ids-alike").len(), 3, "{problems:?}");
}
