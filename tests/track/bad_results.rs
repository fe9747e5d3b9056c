//! Results that cannot be compared, one at a time and all at once; places that cannot be written.

use super::{Bench, data};

/// What is in the file, the code it is told with, and words of the message.
type Case<'a> = (&'a str, &'a str, &'a [&'a str]);

#[test]
fn one_at_a_time() {
    let cases: &[Case<'_>] = &[
        ("", "empty-file", &["the file is empty"]),
        (
            "customer_id,period,revenue\n",
            "empty-collection",
            &["no rows"],
        ),
        (
            "{\"a\": 1}",
            "wrong-format",
            &["results are a table", ".xlsx"],
        ),
        (
            "id,period,revenue\nC1,2026,1\n",
            "missing-column",
            &["no column `customer_id`", "id, period, revenue", "`rep`"],
        ),
        (
            "customer_id,quarter,revenue\nC1,2026-Q1,1\n",
            "missing-column",
            &["no column `period`", "2026-Q1"],
        ),
        (
            "customer_id,period,Revenues\nC1,2026,1\n",
            "missing-column",
            &[
                "no column `revenue`",
                "did you mean `Revenues`?",
                "new_customers",
            ],
        ),
        (
            "customer_id,period,measure,amount\nC1,2026,revenue,1\n",
            "missing-column",
            &["no column `value`"],
        ),
        (
            "customer_id,period,revenue,revenue\nC1,2026,1,2\n",
            "duplicate-column",
            &["field `revenue`", "rename or remove"],
        ),
        (
            "customer_id,period,revenue\nC1,2026-Q1,1\nC2,2026-Q1\n",
            "row-length",
            &["feature 2", "2 cells", "the header has 3"],
        ),
        (
            "customer_id,period,revenue\nC1,2026-Q1,1\nC2,2026-Q1,1,5\n",
            "row-length",
            &["feature 2", "4 cells", "the header has 3", "in quotes"],
        ),
        (
            "customer_id,period,revenue\nC1,31.12.2026,1\n",
            "bad-period",
            &["feature 1 (id \"C1\")", "31.12.2026", "2026-Q1"],
        ),
        (
            "customer_id,period,revenue\nC1,2026-Q5,1\n",
            "bad-period",
            &["2026-Q5"],
        ),
        (
            "customer_id,period,revenue\nC1,2026-02-30,1\n",
            "bad-period",
            &["2026-02-30"],
        ),
        (
            "customer_id,period,revenue\nC1,,1\n",
            "missing-value",
            &["the row has no period"],
        ),
        (
            "customer_id,period,revenue\n,2026,1\n",
            "missing-value",
            &["neither a customer nor a rep"],
        ),
        (
            "rep,period,revenue\nR7,2026,1\n",
            "unknown-rep",
            &["no rep \"R7\"", "R1, R2"],
        ),
        (
            "customer_id,period,revenue\nX1,2026,1\nX2,2026,1\n",
            "unknown-customer",
            &["none of the 2 customers"],
        ),
        (
            "customer_id;period;revenue\nC1;2026-01;1.234,5\nC1;2026-02;1.5\n",
            "decimal-comma",
            &["1.234,5", "field `revenue`"],
        ),
        (
            "customer_id,period,revenue\nC1,2026,much\n",
            "not-a-number",
            &["much"],
        ),
        (
            "customer_id,period,revenue\nC1,2026,inf\n",
            "not-finite",
            &["inf"],
        ),
        (
            "rep,period,measure,value\nR1,2026,,5\n",
            "missing-value",
            &["names no measure"],
        ),
        (
            "customer_id,period,revenue\nC1,2026-Q1,1\nC1,2026-02,1\n",
            "overlapping-periods",
            &["feature 2 (id \"C1\")", "row 1 has it for 2026-Q1"],
        ),
        (
            "rep,period,revenue\nR1,2026-03-01,1\nR1,2026,9\n",
            "overlapping-periods",
            &["counts twice"],
        ),
        (
            "rep,period,contracts\nR1,2026-03,1\nR1,2026-03,2\n",
            "overlapping-periods",
            &["feature 2 (id \"R1\")", "contracts of 2026-03 counts twice"],
        ),
        (
            "customer_id,period,revenue\nC1,2026-01,1e308\nC2,2026-02,1e308\n",
            "not-finite",
            &["feature 1 (id \"C1\")", "\"1e308\" is too large", "1e15"],
        ),
    ];
    let bench = Bench::new();
    for (text, code, words) in cases {
        bench.write("results.csv", text);
        let (status, out, err) = bench.run(&["track", "plan", "results.csv", "--out", "-"]);
        assert_eq!((status, out.as_str()), (2, ""), "{text}\n{err}");
        assert!(
            err.contains(&format!("error[{code}]: results.csv")),
            "{text}\n{err}"
        );
        for word in *words {
            assert!(err.contains(word), "{word:?} is not said of\n{text}\n{err}");
        }
    }
}

#[test]
fn all_at_once() {
    let bench = Bench::new();
    bench.write(
        "results.csv",
        "customer_id,rep,period,revenue\nC1,,2026-Q9,x\n,R9,2026,1\n,,2026,1\nC2,,2026,-5\nC99,,2026-01,1\n",
    );
    let (status, _, err) = bench.run(&["track", "plan", "results.csv"]);
    assert_eq!(status, 2);
    for code in ["bad-period", "not-a-number", "unknown-rep", "missing-value"] {
        assert_eq!(
            err.matches(&format!("error[{code}]")).count(),
            1,
            "{code}\n{err}"
        );
    }
    assert!(err.contains("4 error(s), 1 warning(s)"), "{err}");
    assert!(!bench.path("track.html").exists() && !bench.path("track.json").exists());
}

#[test]
fn what_cannot_count_is_said() {
    let bench = Bench::new();
    let results = "rep,period,measure,value\nR1,2026-01,revenue,5\nR1,2026-01,turnover,5\nR1,2026-01,turnover,6\n";
    let (_, err) = bench.track(results, &[]);
    assert!(
        err.contains("2 rows are of measures that no target has: turnover"),
        "{err}"
    );
    assert!(err.contains("warning[no-results]"), "{err}");
}

#[test]
fn not_a_plan_with_targets() {
    let bench = Bench::empty();
    let results = data("tiny/actuals.csv");
    let (code, _, err) = bench.run(&["track", "nowhere", &results]);
    assert_eq!(code, 2);
    assert!(err.contains("nowhere does not exist"), "{err}");

    let (code, ..) = bench.run(&["solve", &data("tiny/scenario.toml"), "--out", "plain"]);
    assert_eq!(code, 0);
    let (code, _, err) = bench.run(&["track", "plain", &results]);
    assert_eq!(code, 2);
    assert!(
        err.contains("error[no-targets]") && err.contains("[[target]]"),
        "{err}"
    );

    let bench = Bench::new();
    let (code, _, err) = bench.run(&["track", "plan", "missing.csv"]);
    assert_eq!(code, 2);
    assert!(err.contains("error[missing-file]: missing.csv"), "{err}");
    let report = bench.read("plan/report.json");
    bench.write("plan/report.json", &report[..report.len() / 2]);
    let (code, _, err) = bench.run(&["track", "plan", &results]);
    assert_eq!(code, 2);
    assert!(
        err.contains("the JSON ends before it is complete") && err.contains("report.json"),
        "{err}"
    );
    bench.write("plan/report.json", &report);
    let table = bench.read("plan/assignments.csv");
    bench.write("plan/assignments.csv", "customer_id,rep_id\nC1,R9\n");
    let (code, _, err) = bench.run(&["track", "plan", &results]);
    assert_eq!(code, 2);
    assert!(
        err.contains("error[damaged-plan]") && err.contains("the columns should be"),
        "{err}"
    );
    bench.write("plan/assignments.csv", &table.replacen(",R1,", ",R9,", 1));
    let (code, _, err) = bench.run(&["track", "plan", &results]);
    assert_eq!(code, 2);
    assert!(err.contains("no territory of the rep \"R9\""), "{err}");
}

#[test]
fn places_that_are_not_written() {
    let bench = Bench::new();
    let results = data("tiny/actuals.csv");
    bench.write("customers.json", "{\"type\": \"FeatureCollection\"}");
    std::fs::create_dir(bench.path("folder.html")).unwrap();
    for (out, words) in [
        ("results.csv", "must end in .html or .json"),
        ("plan/track.html", "among the files of the plan"),
        ("no/such/place.html", "there is no directory no/such"),
        ("folder.html", "is a directory"),
        ("customers.html", "customers.json is in the way"),
        ("plan/report.json", "among the files of the plan"),
    ] {
        let (code, _, err) = bench.run(&["track", "plan", &results, "--out", out]);
        assert_eq!(code, 2, "{out}: {err}");
        assert!(err.contains(words), "{out}: {err}");
    }
    assert_eq!(
        bench.read("customers.json"),
        "{\"type\": \"FeatureCollection\"}"
    );
    // An earlier dashboard is replaced, and nothing is left beside it.
    for _ in 0..2 {
        let (code, _, err) = bench.run(&["track", "plan", &results, "--out", "t.json"]);
        assert_eq!(code, 0, "{err}");
    }
    assert!(!bench.path("t.html").exists());
    let left = std::fs::read_dir(bench.dir.path()).unwrap().count();
    assert_eq!(left, 4, "plan, customers.json, folder.html, t.json");
}
