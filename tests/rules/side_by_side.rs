//! Before and after: today's assignment as a plan, two plans compared, the frontier, the penalty on change.

use crate::examples::{Solved, data, ends, revier, solve};
use serde_json::Value;
use std::collections::HashMap;

fn number(v: &Value) -> f64 {
    v.as_f64().unwrap_or_else(|| panic!("{v} is no number"))
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

#[test]
fn today_is_a_plan_in_which_nothing_moves() {
    let today = solve("change", &["--keep"]);
    assert_eq!(today.code, 3, "R1 has too little today");
    assert!(
        today
            .errors
            .contains("today's assignment: 2 deviations from the rules"),
        "{}",
        today.errors
    );
    assert!(
        today.output.contains("Mona München"),
        "the figures are printed: {}",
        today.output
    );
    for row in &today.rows {
        assert_eq!(row["rep_id"], row["previous_rep_id"]);
        assert_eq!(row["changed"], "false");
    }
    let report = &today.report;
    assert_eq!(report["kept"], true);
    assert_eq!(report["status"], "infeasible");
    assert_eq!(number(&report["change"]["moved"]), 0.0);
    let broken = report["violations"].as_array().expect("a list");
    assert!(
        !broken.is_empty() && broken.iter().all(|v| v["rule"] == "balance"),
        "{broken:?}"
    );
    // The bound is that of a new plan.
    let new = solve("change", &[]);
    assert!(near(
        number(&report["certified"]),
        number(&new.report["certified"])
    ));
    ends(revier().arg("check").arg(&today.dir), 0);
}

#[test]
fn today_needs_owners() {
    let file = data("assignment");
    let dir = tempfile::tempdir().expect("a directory");
    let mut command = revier();
    command.args(["solve", "--keep", "--out"]);
    let (_, text) = ends(command.arg(dir.path().join("out")).arg(file), 2);
    assert!(text.contains("no customer has an `owner`"), "{text}");
}

#[test]
fn compare_says_what_moves_and_what_it_gains() {
    let (a, b) = (solve("change", &["--keep"]), solve("change", &[]));
    let run = |json: bool| {
        let mut command = revier();
        command.arg("compare").args([&a.dir, &b.dir]);
        if json {
            command.arg("--json");
        }
        ends(&mut command, 0).0
    };
    let json: Value = serde_json::from_str(&run(true)).expect("JSON");
    let changed: Vec<&HashMap<String, String>> =
        b.rows.iter().filter(|r| r["changed"] == "true").collect();
    assert!(!changed.is_empty());
    assert_eq!(json["moved"], changed.len());
    assert!(near(
        number(&json["moved_share"]["revenue"]),
        number(&b.report["change"]["share"])
    ));
    assert!(near(
        number(&json["travel"]["a"]),
        number(&a.report["objective"]["value"])
    ));
    assert!(near(
        number(&json["travel"]["b"]),
        number(&b.report["objective"]["value"])
    ));
    let mut count = 0;
    for each in json["moves"].as_array().expect("a list") {
        let of = |r: &&&HashMap<String, String>| {
            r["previous_rep_id"] == each["from"].as_str().unwrap_or("")
                && r["rep_id"] == each["to"].as_str().unwrap_or("")
        };
        assert_eq!(each["customers"], changed.iter().filter(of).count());
        count += each["customers"].as_u64().unwrap_or(0);
    }
    assert_eq!(count as usize, changed.len(), "every move is told");
    for (side, plan) in [("a", &a), ("b", &b)] {
        for (rep, territory) in json["reps"]
            .as_array()
            .into_iter()
            .flatten()
            .zip(plan.territories())
        {
            assert_eq!(rep["rep"], territory["rep"]);
            let said = number(&rep["totals"]["workload"][side]);
            assert!(near(
                said,
                number(&territory["measures"]["workload"]["total"])
            ));
        }
    }
    let table = run(false);
    assert!(table.lines().all(|l| l.chars().count() <= 80), "{table}");
    assert!(
        table.contains(&format!("{} of 24 customers change hands", changed.len())),
        "{table}"
    );
}

#[test]
fn compare_of_a_plan_with_itself_moves_nothing() {
    let plan = solve("base", &[]);
    let mut command = revier();
    command.arg("compare").args([&plan.dir, &plan.dir]);
    let (text, _) = ends(command.arg("--json"), 0);
    let json: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(json["moved"], 0);
    assert_eq!(json["moves"], Value::Array(vec![]));
}

#[test]
fn compare_refuses_what_is_no_plan() {
    let empty = tempfile::tempdir().expect("a directory");
    let mut command = revier();
    let (_, text) = ends(command.arg("compare").args([empty.path(), empty.path()]), 2);
    assert!(
        text.contains("holds no plan; name a directory that `revier solve --out DIR` wrote"),
        "{text}"
    );
}

/// The rows of a frontier, and how many of them have the tolerance of the scenario and no limit, or its own, on change.
fn rows_of(what: &str) -> Vec<Value> {
    let plan = solve("change", &["--frontier", what]);
    assert_eq!(plan.code, 0, "{}", plan.errors);
    assert!(plan.output.contains("tolerance "), "{}", plan.output);
    let rows = plan.report["frontier"].as_array().expect("a frontier");
    let own = |row: &&Value| row["tolerance"] == 0.15 && row["max_share"] == 0.12;
    let own = rows.iter().find(own).expect("the scenario's own limits");
    let (found, written) = (&own["objective"], &plan.report["objective"]["value"]);
    assert!(near(number(found), number(written)), "{own}");
    rows.clone()
}

#[test]
fn wider_tolerances_cost_no_more() {
    let rows = rows_of("balance");
    let factors = [0.1, 0.2, 0.4, 0.6, 1.0, 1.5, 2.0, 3.0];
    assert_eq!(rows.len(), factors.len(), "{rows:#?}");
    let mut least = f64::INFINITY;
    for (row, factor) in rows.iter().zip(factors) {
        let tolerance = number(&row["tolerance"]);
        assert!(near(tolerance, 0.15 * factor), "{row}");
        assert_eq!(row["max_share"], 0.12);
        if row["status"] == "infeasible" {
            assert!(least.is_infinite(), "a wider tolerance lost a plan: {row}");
            continue;
        }
        assert!(
            number(&row["worst_index_deviation"]) <= tolerance + 1e-9,
            "{row}"
        );
        assert!(number(&row["objective"]) <= least * (1.0 + 1e-12), "{row}");
        least = number(&row["objective"]);
    }
    let (first, last) = (&rows[3]["objective"], &rows[7]["objective"]);
    assert!(number(last) < number(first) * 0.999, "{rows:#?}");
}

#[test]
fn tolerances_and_limits_on_change_make_a_grid() {
    let rows = rows_of("change,balance");
    let tolerances = [0.2, 0.5, 1.0, 2.0];
    assert_eq!(rows.len() % tolerances.len(), 0);
    let wide = rows.len() / tolerances.len();
    assert!(wide >= 5, "{rows:#?}");
    let cost = |at: usize| match rows[at]["status"] == "infeasible" {
        true => f64::INFINITY,
        false => number(&rows[at]["objective"]),
    };
    for at in 0..rows.len() {
        let (level, column) = (at / wide, at % wide);
        assert!(near(
            number(&rows[at]["tolerance"]),
            0.15 * tolerances[level]
        ));
        assert_eq!(rows[at]["max_share"], rows[column]["max_share"]);
        assert!(column == 0 || cost(at) <= cost(at - 1) * (1.0 + 1e-12));
        assert!(level == 0 || cost(at) <= cost(at - wide) * (1.0 + 1e-12));
    }
    assert!(cost(rows.len() - 1) < cost(wide * 2), "{rows:#?}");
}

#[test]
fn the_frontier_falls_and_holds_the_plan_itself() {
    let plan = solve("change", &["--frontier", "change"]);
    assert_eq!(plan.code, 0, "{}", plan.errors);
    let rows = plan.report["frontier"].as_array().expect("a frontier");
    assert!((5..=10).contains(&rows.len()), "{rows:#?}");
    for pair in rows.windows(2) {
        assert!(
            number(&pair[1]["objective"]) <= number(&pair[0]["objective"]) * (1.0 + 1e-12),
            "{rows:#?}"
        );
    }
    for row in rows {
        if let Some(limit) = row["max_share"].as_f64() {
            assert!(number(&row["moved_share"]) <= limit * (1.0 + 1e-9), "{row}");
        }
        assert!(
            row["status"] == "optimal" || row["status"] == "feasible",
            "{row}"
        );
        assert!(
            number(&row["worst_index_deviation"]) <= 0.15 + 1e-9,
            "{row}"
        );
    }
    let last = &rows[rows.len() - 1];
    assert_eq!(last["max_share"], Value::Null);
    let own = rows
        .iter()
        .find(|r| r["max_share"].as_f64() == Some(0.12))
        .expect("the scenario's own limit");
    assert!(near(
        number(&own["objective"]),
        number(&plan.report["objective"]["value"])
    ));
    assert!(plan.output.contains("max share"), "{}", plan.output);
    // Less change than the first row's is not possible.
    let least = number(&rows[0]["moved_share"]);
    assert!(least > 0.0);
    let text = std::fs::read_to_string(data("change")).expect("the scenario");
    let tighter = text.replace(
        "max_share = 0.12",
        &format!("max_share = {}", least * 0.999),
    );
    assert_ne!(tighter, text);
    let tight = Solved::of_text(&tighter, &[]);
    assert_eq!(tight.code, 3, "{}", tight.output);
}

#[test]
fn a_penalty_buys_less_change_with_more_travel() {
    let text = std::fs::read_to_string(data("penalty")).expect("the scenario");
    let mut before: Option<(f64, f64)> = None;
    for rate in ["0.00001", "0.002", "0.02", "0.2"] {
        let changed = text.replace("penalty = 0.02 ", &format!("penalty = {rate} "));
        let plan = Solved::of_text(&changed, &[]);
        assert_eq!(plan.code, 0, "{}", plan.errors);
        let report = &plan.report;
        let (travel, penalty) = (
            number(&report["objective"]["travel"]),
            number(&report["objective"]["change"]),
        );
        let moved = number(&report["change"]["moved"]);
        assert!(
            near(penalty, rate.parse::<f64>().unwrap_or(0.0) * moved),
            "{penalty} for {moved}"
        );
        assert!(near(
            travel + penalty,
            number(&report["objective"]["value"])
        ));
        assert!(number(&report["bound"]) <= number(&report["objective"]["value"]) * (1.0 + 1e-12));
        if let Some((least, most)) = before {
            assert!(
                travel >= least * (1.0 - 1e-9) && moved <= most * (1.0 + 1e-9),
                "{rate}"
            );
        }
        before = Some((travel, moved));
        ends(revier().arg("check").arg(&plan.dir), 0);
    }
}
