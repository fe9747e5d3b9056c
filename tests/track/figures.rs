//! Numbers worked out by hand from the tiny example.

use super::{Bench, data, line};
use serde_json::Value;

fn near(value: &Value, wanted: f64) {
    let is = value.as_f64().unwrap_or(f64::NAN);
    assert!(
        (is - wanted).abs() <= 1e-6 * wanted.abs(),
        "{is}, not {wanted}"
    );
}

#[test]
fn the_report_has_the_targets_of_each_territory() {
    let bench = Bench::new();
    let report: Value = serde_json::from_str(&bench.read("plan/report.json")).unwrap();
    let told: Vec<String> = report["targets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| {
            format!(
                "{} {} {} {} {}",
                t["name"], t["rep"], t["base"], t["value"], t["met"]
            )
        })
        .collect();
    // C1 to C4 bring 420,000 a year, C5 to C10 370,000.
    assert_eq!(
        told,
        [
            r#""Revenue 2026" "R1" 420000.0 441000.0 false"#,
            r#""Revenue 2026" "R2" 370000.0 388500.0 false"#,
            r#""New customers 2026" "R1" null 5.0 null"#,
            r#""New customers 2026" "R2" null 4.0 null"#,
            r#""Contracts at the end of 2026" "R1" null 26.0 null"#,
            r#""Contracts at the end of 2026" "R2" null 34.0 null"#,
        ]
    );
    let (code, out, err) = bench.run(&["check", "plan"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.starts_with("the plan holds"), "{out}");
}

#[test]
fn check_finds_a_forged_target() {
    let bench = Bench::new();
    let good = bench.read("plan/report.json");
    let forgeries = [
        ("\"value\": 441000.0", "\"value\": 421000.0"),
        ("\"base\": 420000.0", "\"base\": 440000.0"),
        ("\"met\": false", "\"met\": true"),
        (
            "\"rep\": \"R2\",\n      \"measure\": \"revenue\"",
            "\"rep\": \"R1\",\n      \"measure\": \"revenue\"",
        ),
    ];
    for (is, forged) in forgeries {
        assert!(good.contains(is), "{is}");
        bench.write("plan/report.json", &good.replacen(is, forged, 1));
        let (code, _, err) = bench.run(&["check", "plan"]);
        assert_eq!(code, 4, "{forged}: {err}");
        assert!(err.contains("the target \"Revenue 2026\""), "{err}");
    }
}

#[test]
fn the_tiny_results_by_hand() {
    let bench = Bench::new();
    let (code, out, err) = bench.run(&["track", "plan", &data("tiny/actuals.csv")]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.lines().all(|l| l.chars().count() <= 80), "{out}");
    for row in [
        "2026-01-01 to 2026-12-31, as of 2026-09-30 (74.8 % of the time)",
        "Petra Platzhalter                 335,800        441,000    76.1 %  on track",
        "Bernd Beispiel                    299,900        388,500    77.2 %  on track",
        "all                               635,700        829,500    76.6 %  on track",
        "Bernd Beispiel                          2              4    50.0 %  behind",
        "Petra Platzhalter                      26             26   100.0 %  met",
        "written to track.html, track.json",
    ] {
        assert!(out.contains(row), "{row:?} is not in\n{out}");
    }
    let json: Value = serde_json::from_str(&bench.read("track.json")).unwrap();
    let goal = &json["goals"][0];
    // 273 of 365 days have passed by the end of September.
    near(&goal["elapsed"], 273.0 / 365.0);
    let petra = line(&json, 0, 0);
    // 97,700 + 111,100 + 127,000: the three quarters of C1 to C4.
    near(&petra["actual"], 335_800.0);
    near(&petra["expected"], 441_000.0 * 273.0 / 365.0);
    near(&petra["forecast"], 335_800.0 * 365.0 / 273.0);
    near(&petra["change"], 127_000.0 / 111_100.0 - 1.0);
    let amounts: Vec<_> = petra["periods"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| (&p["period"], &p["actual"]))
        .collect();
    assert_eq!(format!("{amounts:?}").matches("Number").count(), 3);
    near(&petra["periods"][1]["to_date"], 208_800.0);
    near(&goal["all"]["actual"], 635_700.0);
    // Contracts: from 30 at the end of March (90 of 365 days) to 34 at the end of the year, 31 in September.
    let bernd = line(&json, 2, 1);
    let share = (273.0 - 90.0) / (365.0 - 90.0);
    near(&bernd["expected"], 30.0 + 4.0 * share);
    near(&bernd["forecast"], 30.0 + 1.0 / share);
    assert_eq!(bernd["status"], "behind");
}

#[test]
fn long_tables_and_other_separators_say_the_same() {
    let bench = Bench::new();
    let wide = "customer_id,period,revenue,new_customers\nC1,2026-Q1,100,1\nC8,2026-Q1,50,\n";
    let long = "measure;value;period;customer_id\nrevenue;100;2026-Q1;C1\nnew_customers;1;2026-Q1;C1\nrevenue;50;2026-q1;C8\n";
    let (a, _) = bench.track(wide, &[]);
    let (b, _) = bench.track(long, &[]);
    assert_eq!(a, b);
    near(&line(&a, 0, 0)["actual"], 100.0);
    near(&line(&a, 0, 1)["actual"], 50.0);
    assert_eq!(line(&a, 1, 1)["status"], "no-data");
}

#[test]
fn customers_follow_the_plan_and_reps_are_found_by_name() {
    let bench = Bench::new();
    // C5 is R1's today and R2's in the plan: the rep who sold it does not matter.
    let results = "customer_id,territory,period,revenue\nC5,R1,2026-01,7\n,R1,2026-01,1\n,Bernd Beispiel,2026-01,20\n";
    let (json, err) = bench.track(results, &[]);
    assert_eq!(err.matches("warning").count(), 2, "{err}"); // no results of the other two measures
    near(&line(&json, 0, 0)["actual"], 1.0);
    near(&line(&json, 0, 1)["actual"], 27.0);
}

#[test]
fn unknown_customers_are_listed_and_kept_apart() {
    let bench = Bench::new();
    let results =
        "customer_id,period,revenue\nC1,2026-01,10\nX7,2026-01,4\nX7,2026-02,5\nX8,2026-01,1\n";
    let (json, err) = bench.track(results, &[]);
    assert_eq!(json["unknown_customers"], 2);
    near(&json["goals"][0]["outside"], 10.0);
    near(&json["goals"][0]["all"]["actual"], 10.0);
    assert_eq!(err.matches("warning[unknown-customer]").count(), 2, "{err}");
    assert!(
        err.contains("feature 2 (id \"X7\"), field `customer_id`"),
        "{err}"
    );
    let notes = &json["notes"];
    assert_eq!(notes[1]["code"], "unknown-customer");
    assert_eq!(notes[1]["row"], 4);
    assert_eq!(notes[1]["values"]["id"], "X8");
    assert_eq!(notes[1]["text"], "there is no customer \"X8\" in the plan");
    assert!(!notes.to_string().contains("results.csv"), "{notes}");
}

#[test]
fn the_day_can_be_set() {
    let bench = Bench::new();
    let results = "rep,period,revenue\nR1,2026-Q1,100\nR1,2026-Q2,50\nR1,2026-Q3,30\n";
    let (json, _) = bench.track(results, &["--as-of", "2026-05-15"]);
    let goal = &json["goals"][0];
    assert_eq!(goal["as_of"], "2026-05-15");
    near(&goal["elapsed"], 135.0 / 365.0);
    near(&line(&json, 0, 0)["actual"], 150.0);
    let (code, _, err) = bench.run(&["track", "plan", "results.csv", "--as-of", "15.05.2026"]);
    assert_eq!(code, 2);
    assert!(err.contains("YYYY-MM-DD"), "{err}");
}

#[test]
fn a_target_may_run_from_one_day_to_another() {
    let (bench, (code, _, err)) = Bench::with(
        "[[target]]\nmeasure = \"visits\"\nvalue = 10\nfrom = 2026-04-01\ndate = \"2027-03-31\"\n",
    );
    assert_eq!(code, 0, "{err}");
    let report: Value = serde_json::from_str(&bench.read("plan/report.json")).unwrap();
    let target = &report["targets"][0];
    assert_eq!(target["name"], "visits 2027-03-31");
    // 12 + 10 + 12 + 16 visits of C1 to C4.
    assert_eq!(
        (&target["base"], &target["met"]),
        (&Value::from(50.0), &Value::from(true))
    );
    let results =
        "rep,period,visits\nR1,2026-03,100\nR1,2026-04,5\nR2,2027-03-31,11\nR2,2027-04-01,99\n";
    let (json, _) = bench.track(results, &[]);
    near(&line(&json, 0, 0)["actual"], 5.0);
    assert_eq!(line(&json, 0, 0)["status"], "missed");
    assert_eq!(line(&json, 0, 1)["status"], "met");
    assert_eq!(json["goals"][0]["elapsed"], 1.0);
}

#[test]
fn the_same_results_make_the_same_bytes() {
    let bench = Bench::new();
    let mut made = Vec::new();
    for out in ["a.html", "b.html"] {
        let (code, ..) = bench.run(&["track", "plan", &data("tiny/actuals.csv"), "--out", out]);
        assert_eq!(code, 0);
        made.push((bench.read(out), bench.read(&out.replace("html", "json"))));
    }
    assert_eq!(made[0], made[1]);
}

#[test]
fn a_table_in_german_habits_gives_the_figures_of_the_plain_one() {
    let bench = Bench::new();
    let plain = "customer_id,period,revenue\nC1,2026-01,1234.5\nC8,2026-02,50.25\n";
    let (wanted, _) = bench.track(plain, &[]);
    let german = "\u{feff}Umsätze je Kunde;;\nKundennummer;Monat;Umsatz\nC1;2026-01;1.234,5\nC8;2026-02;50,25\n";
    let (found, err) = bench.track(german, &[]);
    assert_eq!(found["goals"], wanted["goals"]);
    for told in [
        "`Kundennummer` as `customer_id`",
        "`Umsatz` as `revenue`",
        "decimal comma",
        "the header is row 2",
    ] {
        assert!(err.contains(told), "{told}: {err}");
    }
    let latin: Vec<u8> = german
        .chars()
        .skip(1)
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    std::fs::write(bench.path("latin.csv"), latin).unwrap();
    let (code, out, err) = bench.run(&["track", "plan", "latin.csv", "--out", "-"]);
    assert_eq!(code, 0, "{err}");
    let found: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(found["goals"], wanted["goals"]);
    assert!(err.contains("Windows-1252"), "{err}");
}

#[test]
fn ids_that_a_spreadsheet_changed_are_told_and_matched_where_that_is_asked_for() {
    let run = |ids: &str| {
        let bench = Bench::empty();
        let zeros = |name: &str| {
            let text = std::fs::read_to_string(data(&format!("tiny/{name}"))).unwrap();
            text.replace("\"C", "\"00").replace("\"R", "\"0")
        };
        bench.write("c.geojson", &zeros("customers.geojson"));
        bench.write("r.geojson", &zeros("reps.geojson"));
        bench.write(
            "scenario.toml",
            &format!(
                "customers = \"c.geojson\"\nreps = \"r.geojson\"\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.3\n\
                 [[target]]\nmeasure = \"revenue\"\nvalue = 500\ndate = \"2026-12-31\"\n[tables]\nids = \"{ids}\"\n"
            ),
        );
        let (code, _, err) = bench.run(&["solve", "scenario.toml", "--out", "plan"]);
        assert_eq!(code, 0, "{err}");
        bench.write(
            "r.csv",
            "customer_id,period,revenue\n1,2026,5\n2.0,2026,7\n",
        );
        bench.run(&["track", "plan", "r.csv", "--out", "-"])
    };
    let (code, out, err) = run("loose");
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("ids-matched") && err.contains("\"1\" beside \"001\""),
        "{err}"
    );
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    let actual = |j| line(&json, 0, j)["actual"].as_f64().unwrap_or_default();
    assert_eq!(actual(0) + actual(1), 12.0, "{out}");
    let (code, _, err) = run("exact");
    assert_eq!(code, 2);
    assert!(
        err.contains("ids-alike") && err.contains("none of the 2 customers"),
        "{err}"
    );
}
