//! What a planner is told, in the words and in the order that help.

use super::{Bench, revier, said};
use serde_json::Value;

fn report(bench: &Bench) -> Value {
    serde_json::from_str(&bench.read("out/report.json")).unwrap()
}

fn notes(report: &Value) -> Vec<&str> {
    let all = report["notes"].as_array().unwrap();
    all.iter().filter_map(Value::as_str).collect()
}

fn solve(bench: &Bench, scenario: &str, flags: &[&str]) -> (i32, String, String) {
    let (file, out) = (bench.arg(scenario), bench.arg("out"));
    let mut args = vec!["solve", &file, "--out", &out];
    args.extend(flags);
    said(&revier(&args))
}

#[test]
fn todays_assignment_deviates_from_the_rules_and_is_no_failed_plan() {
    let bench = Bench::new(60);
    let scenario = bench.read("scenario.toml");
    bench.write(
        "strict.toml",
        &scenario.replace("tolerance = 0.1", "tolerance = 0.01"),
    );
    let (code, _, err) = solve(&bench, "strict.toml", &["--keep"]);
    assert_eq!(code, 3, "{err}");
    let n = report(&bench)["violations"].as_array().unwrap().len();
    assert!(n > 1, "{err}");
    assert!(
        err.contains(&format!(
            "today's assignment: {n} deviations from the rules"
        )),
        "{err}"
    );
    assert!(!err.contains("no plan"), "{err}");
    let page = bench.read("out/report.html");
    assert!(
        page.contains("deviations from the rules") && page.contains("Abweichungen von den Regeln")
    );
    let (code, err) = bench.check();
    assert_eq!(code, 0, "{err}");
}

#[test]
fn who_is_out_of_reach_comes_first_with_what_would_reach_them() {
    let bench = Bench::new(60);
    let scenario = bench.read("scenario.toml");
    let short = format!("{scenario}[travel]\nmax_km = 20.0\n");
    bench.write("short.toml", &short);
    let (code, _, _) = solve(&bench, "short.toml", &[]);
    assert_eq!(code, 3);
    let found = report(&bench);
    let first = notes(&found)[0].to_owned();
    let need = first.rsplit_once("; max_km of ").and_then(|(_, right)| {
        let number = right.split(' ').next()?;
        number.parse::<f64>().ok()
    });
    let need = need.unwrap_or_else(|| panic!("{first}"));
    assert!(first.contains("reaches everybody"), "{first}");
    // It does, and a little less does not.
    let with = |km: f64| {
        bench.write("short.toml", &short.replace("20.0", &format!("{km:.1}")));
        solve(&bench, "short.toml", &[]);
        let found = report(&bench);
        notes(&found).iter().any(|n| n.contains("reaches"))
    };
    assert!(!with(need), "{first}");
    assert!(with(need - 1.0), "{first}");
}

#[test]
fn an_owner_who_left_is_told_once_and_free_on_request() {
    let bench = Bench::new(60);
    let left = bench
        .read("reps.csv")
        .replace("R4,Dot,11.5,51.1,0.8,cold\n", "");
    bench.write("reps.csv", &left);
    let gone = bench.read("customers.csv").matches(",R4,").count();
    let (code, _, err) = solve(&bench, "scenario.toml", &[]);
    assert_eq!(code, 2);
    assert_eq!(err.matches("error[unknown-rep]").count(), 1, "{err}");
    assert!(
        err.contains(&format!("\"R4\", whom {gone} customers name"))
            && err.contains("former_owners = \"free\""),
        "{err}"
    );

    let scenario = bench.read("scenario.toml");
    let free = scenario.replace("max_share = 0.3", "max_share = 0.05");
    let wide = free
        .replace("tolerance = 0.1", "tolerance = 0.6")
        .replace("tolerance = 0.3", "tolerance = 0.9");
    bench.write(
        "free.toml",
        &format!("{wide}[rules]\nskills = false\nformer_owners = \"free\"\n"),
    );
    let (code, _, err) = solve(&bench, "free.toml", &[]);
    // More than a twentieth gets another rep, and none of that is a change of hands.
    assert_eq!(code, 0, "{err}");
    let found = report(&bench);
    assert!(
        notes(&found)
            .iter()
            .any(|n| n.starts_with(&format!("{gone} customers of \"R4\""))),
        "{found}"
    );
    assert!(found["change"]["share"].as_f64().unwrap() <= 0.05);
    let (code, err) = bench.check();
    assert_eq!(code, 0, "{err}");
    let rows = bench.read("out/assignments.csv");
    let unowned = rows
        .lines()
        .skip(1)
        .filter(|l| l.split(',').nth(4) == Some(""));
    assert_eq!(unowned.count(), gone);
}

#[test]
fn a_misspelt_word_for_former_owners_is_an_error() {
    let bench = Bench::default();
    let scenario = bench.read("scenario.toml");
    bench.write(
        "odd.toml",
        &format!("{scenario}[rules]\nformer_owners = \"gone\"\n"),
    );
    let (code, _, err) = solve(&bench, "odd.toml", &[]);
    assert_eq!(code, 2);
    assert!(
        err.contains("former_owners") && err.contains("free"),
        "{err}"
    );
}

#[test]
fn a_swapped_place_is_named_with_its_cause() {
    let bench = Bench::default();
    let customers = bench.read("customers.csv");
    let line = customers.lines().nth(8).unwrap();
    let mut cells: Vec<&str> = line.split(',').collect();
    let id = cells[0].to_owned();
    cells.swap(1, 2);
    bench.write("customers.csv", &customers.replace(line, &cells.join(",")));
    // Within a boundary, and without one.
    let scenario = bench.read("scenario.toml");
    bench.write(
        "bare.toml",
        &scenario.replace("boundary = \"land.geojson\"\n", ""),
    );
    for (file, code) in [
        ("scenario.toml", "outside-boundary"),
        ("bare.toml", "far-place"),
    ] {
        let (_, _, err) = solve(&bench, file, &[]);
        let at = format!("warning[{code}]: ");
        let found: Vec<&str> = err.lines().filter(|l| l.starts_with(&at)).collect();
        assert_eq!(found.len(), 1, "{err}");
        assert!(
            found[0].contains(&format!("feature 8 (id \"{id}\")")),
            "{err}"
        );
        assert!(err.contains("help: lon and lat look swapped"), "{err}");
    }
}

#[test]
fn the_share_that_is_proven_is_never_rounded_up() {
    let bench = Bench::default();
    let (code, out, err) = solve(&bench, "scenario.toml", &[]);
    assert_eq!(code, 0, "{err}");
    let gap = report(&bench)["gap"].as_f64().unwrap();
    if gap <= 1e-9 {
        assert!(
            out.contains("no plan within these rules travels less\n"),
            "{out}"
        );
        return;
    }
    let (_, rest) = out.split_once("can travel less than ").unwrap();
    let share: f64 = rest.split(' ').next().unwrap().parse().unwrap();
    assert!(share <= 100.0 * (1.0 - gap) + 1e-9, "{share} {gap}");
    let (_, rest) = out.split_once(", gap ").unwrap();
    let shown: f64 = rest.split(' ').next().unwrap().parse().unwrap();
    assert!(
        shown >= 100.0 * gap - 1e-9 && shown - 100.0 * gap <= 1e-4,
        "{shown} {gap}"
    );
}
