//! What `check` judges a plan by: its prices, the inputs it names, and rules of the reader's own.

use super::corruption::{Tampered, many};
use super::{Bench, revier, said};

#[test]
fn prices_that_nothing_asks_for() {
    // Far too large: what they prove is noise, whatever the plan says of it.
    for certified in [false, true] {
        let plan = Tampered::new();
        plan.report(|r| {
            r["prices"][0]["price"] = 1e308.into();
            if certified {
                let objective = r["objective"]["value"].clone();
                r["certified"] = objective.clone();
                r["bound"] = objective;
                r["gap"] = 0.0.into();
            }
        });
        plan.caught(&["bound:", "larger than costs and loads can ask for"]);
    }
    let plan = Tampered::new();
    plan.report(|r| r["change_price"] = 1e308.into());
    plan.caught(&["bound:", "larger than costs and loads can ask for"]);
    let plan = many();
    plan.report(|r| r["assignment_prices"][0]["price"] = 1e308.into());
    plan.caught(&["bound:", "the knapsacks prove"]);
}

#[test]
fn a_bound_that_is_said_to_be_the_objective() {
    for plan in [Tampered::new(), many()] {
        plan.report(|r| {
            let objective = r["objective"]["value"].clone();
            r["certified"] = objective.clone();
            r["bound"] = objective;
            r["gap"] = 0.0.into();
            r["status"] = "optimal".into();
        });
        plan.caught(&["bound:", "the prices prove"]);
    }
}

#[test]
fn prices_of_nobody_and_prices_that_stand_twice() {
    let plan = Tampered::new();
    plan.report(|r| r["prices"][2]["rep"] = "R9".into());
    plan.caught(&["bound:", "\"R9\"", "not in the inputs"]);
    let plan = Tampered::new();
    plan.report(|r| r["prices"][2]["measure"] = "visits".into());
    plan.caught(&["bound:", "\"visits\"", "does not balance"]);
    // The same price again changes nothing that is proven; another one does.
    for by in [0.0, 1.0] {
        let plan = Tampered::new();
        plan.report(|r| {
            let mut again = r["prices"][1].clone();
            again["price"] = (again["price"].as_f64().unwrap() + by).into();
            r["prices"].as_array_mut().unwrap().push(again);
        });
        plan.caught(&["bound:", "two prices of revenue", "\"R1\""]);
    }
    for by in [0.0, 1.0] {
        let plan = many();
        plan.report(|r| {
            let prices = r["assignment_prices"].as_array_mut().unwrap();
            let mut again = prices[0].clone();
            again["price"] = (again["price"].as_f64().unwrap() + by).into();
            prices.insert(1, again);
        });
        plan.caught(&["bound:", "two assignment prices"]);
    }
    let plan = many();
    plan.report(|r| r["assignment_prices"].as_array_mut().unwrap().swap(0, 1));
    plan.caught(&["bound:", "out of order"]);
}

#[test]
fn members_that_nobody_knows_or_that_stand_twice() {
    let plan = Tampered::new();
    plan.replace("report.json", "{", "{\"certain\": true,");
    plan.caught(&["report:", "damaged", "certain"]);
    let plan = Tampered::new();
    plan.replace("report.json", "\"bound\"", "\"bound\": 1.0, \"bound\"");
    plan.caught(&["report:", "damaged", "bound"]);
    let plan = Tampered::new();
    plan.report(|r| {
        let files = r["files"].as_array_mut().unwrap();
        files.retain(|file| file["name"] != "certificate.json");
    });
    plan.caught(&["files:", "certificate.json", "not among the files"]);
    let plan = Tampered::new();
    plan.replace("report.html", "<title>", "<title>My ");
    plan.caught(&["files:", "report.html", "not as it was written"]);
    plan.caught(&["page:", "report.html"]);
}

/// Status, stdout and stderr of `check out` with more arguments.
fn check(bench: &Bench, more: &[&str]) -> (i32, String, String) {
    let out = bench.arg("out");
    said(&revier(&[&["check", out.as_str()], more].concat()))
}

#[test]
fn what_a_plan_was_made_from_is_printed() {
    let bench = Bench::default();
    let (scenario, out) = (bench.arg("scenario.toml"), bench.arg("out"));
    let solved = revier(&["solve", &scenario, "--seed", "7", "--out", &out]);
    assert_eq!(solved.status.code(), Some(0));
    let (code, text, _) = check(&bench, &[]);
    assert_eq!(code, 0);
    for role in ["scenario", "customers", "reps", "boundary"] {
        let line = text.lines().find(|l| l.trim_start().starts_with(role));
        assert!(
            line.is_some_and(|l| l.contains("sha256 ")),
            "{role}: {text}"
        );
    }
    assert!(
        text.contains("set on the command line: seed = 7\n"),
        "{text}"
    );
    assert!(
        text.contains("not judged: times, memory and counts of the run"),
        "{text}"
    );
}

#[test]
fn a_plan_by_the_rules_of_another_scenario() {
    let bench = Bench::default();
    bench.solve();
    let rules = bench.read("scenario.toml");
    let by = |text: &str| {
        bench.write("mine.toml", text);
        check(&bench, &["--scenario", &bench.arg("mine.toml")])
    };
    let (code, text, err) = by(&format!("# As I see it.\n{rules}"));
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(text.contains("by the rules of"), "{text}");
    // Tighter: the plan breaks them. Wider: its bound is none there.
    let caught = |text: &str, words: &[&str]| {
        let (code, _, err) = by(text);
        let found = err.lines().any(|l| words.iter().all(|w| l.contains(w)));
        assert!(code == 4 && found, "{words:?}: {code} {err}");
    };
    let tight = rules.replace("tolerance = 0.1", "tolerance = 0.001");
    caught(&tight, &["rules:", "by ", "mine.toml", "balance"]);
    let wide = rules.replace("tolerance = 0.1", "tolerance = 0.9");
    caught(&wide, &["bound:", "mine.toml", "the prices prove"]);
    let forbid = format!(
        "{rules}[rules]\nforbid = [[\"C0\", \"R1\"], [\"C0\", \"R2\"], [\"C0\", \"R3\"]]\n"
    );
    let other = bench
        .read("out/assignments.csv")
        .lines()
        .any(|l| l.starts_with("C0,R4,"));
    assert!(!other, "C0 is far from R4");
    caught(&forbid, &["rules:", "mine.toml", "forbid"]);
    let customers = bench.read("customers.csv").replacen("C0,", "C00,", 1);
    bench.write("others.csv", &customers);
    let others = rules.replace("customers.csv", "others.csv");
    caught(&others, &["inputs:", "mine.toml", "another file"]);
    bench.write("mine.toml", "customers = 3\n");
    assert_eq!(check(&bench, &["--scenario", &bench.arg("mine.toml")]).0, 2);
}
