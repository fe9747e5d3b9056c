//! `[[target]]` sections that cannot be.

use super::Bench;

#[test]
fn one_at_a_time() {
    let cases: &[(&str, &str, &[&str])] = &[
        (
            "value = 5\ndate = 2026-12-31",
            "missing-key",
            &["target.measure", "names no measure"],
        ),
        (
            "measure = \"revenue\"\ndate = 2026-12-31",
            "missing-key",
            &["target.value", "growth = 0.05"],
        ),
        (
            "measure = \"revenue\"\nvalue = 5",
            "missing-key",
            &["target.date", "2026-12-31"],
        ),
        (
            "measure = \"revenue\"\nvalue = 5\ngrowth = 0.1\ndate = 2026-12-31",
            "conflicting-keys",
            &["not both"],
        ),
        (
            "measure = \"revenue\"\nvalue = -5\ndate = 2026-12-31",
            "out-of-range",
            &["-5 is not above 0"],
        ),
        (
            "measure = \"revenue\"\ngrowth = 50\ndate = 2026-12-31",
            "out-of-range",
            &["5 % is 0.05"],
        ),
        (
            "measure = \"revenue\"\nvalue = \"5\"\ndate = 2026-12-31",
            "wrong-type",
            &["target.value"],
        ),
        (
            "measure = \"revenue\"\nvalue = 5\ndate = \"31.12.2026\"",
            "bad-date",
            &["31.12.2026", "YYYY-MM-DD"],
        ),
        (
            "measure = \"revenue\"\nvalue = 5\ndate = 2026-12-31T10:00:00",
            "bad-date",
            &["not a day alone"],
        ),
        (
            "measure = \"revenue\"\nvalue = 5\ndate = 2026",
            "bad-date",
            &["where a date is needed"],
        ),
        (
            "measure = \"revenue\"\nvalue = 5\ndate = 2026-12-31\nfrom = 2027-01-01",
            "out-of-range",
            &["begins on 2027-01-01"],
        ),
        (
            "measure = \"owner\"\nvalue = 5\ndate = 2026-12-31",
            "reserved-measure",
            &["\"owner\" is no measure"],
        ),
        (
            "measure = \"revenue\"\nvalu = 5\nvalue = 5\ndate = 2026-12-31",
            "unknown-key",
            &["target.valu", "nearest known key is `value`"],
        ),
        (
            "measure = \"revenue\"\nvalue = 5\ndate = 2026-12-31\ntotal = \"lest\"",
            "unknown-value",
            &["nearest is \"last\""],
        ),
        (
            "measure = \"revenue\"\nvalue = 5\ndate = 2026-12-31\nreps = []",
            "wrong-type",
            &["list of ids"],
        ),
        (
            "measure = \"revenue\"\nvalue = 5\ndate = 2026-12-31\nreps = [\"R1\", \"R1\"]",
            "duplicate-id",
            &["stands twice"],
        ),
        (
            "measure = \"revenue\"\nvalue = 5\ndate = 2026-12-31\nreps = [\"R1\", \"R8\"]",
            "unknown-rep",
            &["target.reps", "\"R8\"", "reps.geojson"],
        ),
        (
            "measure = \"profit\"\ngrowth = 0.1\ndate = 2026-12-31",
            "missing-value",
            &["no customer has a property `profit`"],
        ),
        (
            "measure = \"name\"\nvalue = 5\ndate = 2026-12-31",
            "not-a-number",
            &["where a number is needed"],
        ),
        (
            "measure = \"revenue\"\nvalue = 5\ndate = 2026-12-31\n[[target]]\nmeasure = \"revenue\"\nvalue = 6\ndate = 2026-12-31",
            "duplicate-target",
            &["set twice for every rep"],
        ),
        (
            "name = \"a\"\nmeasure = \"revenue\"\nvalue = 5\ndate = 2026-12-31\nreps = [\"R1\"]\n[[target]]\nname = \"a\"\nmeasure = \"visits\"\nvalue = 6\ndate = 2026-12-31\nreps = [\"R2\"]",
            "duplicate-target",
            &["another measure, total or time"],
        ),
    ];
    for (section, code, words) in cases {
        let (bench, (status, _, err)) = Bench::with(&format!("[[target]]\n{section}\n"));
        assert_eq!(status, 2, "{section}\n{err}");
        assert!(err.contains(&format!("error[{code}]")), "{section}\n{err}");
        for word in *words {
            assert!(
                err.contains(word),
                "{word:?} is not said of\n{section}\n{err}"
            );
        }
        assert!(!bench.path("plan").exists());
    }
}

#[test]
fn all_at_once_with_their_lines() {
    let (_, (status, _, err)) = Bench::with(
        "[[target]]\nmeasure = \"revenue\"\nvalue = 0\ndate = \"never\"\n[[target]]\nmeasure = \"id\"\ngrowth = 0.1\n",
    );
    assert_eq!(status, 2);
    for told in [
        "line 8: 0 is not above 0",
        "line 9: \"never\"",
        "line 10: this target has no date",
        "line 11: \"id\"",
    ] {
        assert!(err.contains(told), "{told:?} is not in\n{err}");
    }
    assert!(err.contains("4 error(s)"), "{err}");
}

#[test]
fn a_property_that_some_customers_lack_is_told() {
    let bench = Bench::empty();
    bench.write(
        "customers.csv",
        "id,lon,lat,leads\nA,11,48,3\nB,11.2,48,\nC,11.4,48,4\nD,11.6,48,1\n",
    );
    bench.write("reps.csv", "id,lon,lat\nR1,11,48\nR2,11.5,48\n");
    let scenario = |amount: &str| {
        format!(
            "customers = \"customers.csv\"\nreps = \"reps.csv\"\n[[balance]]\nmeasure = \"customers\"\n[[target]]\nmeasure = \"leads\"\n{amount}\ndate = 2026-12-31\n"
        )
    };
    bench.write("scenario.toml", &scenario("value = 5"));
    let (code, _, err) = bench.run(&["solve", "scenario.toml", "--out", "plan"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("warning[missing-value]") && err.contains("it counts as 0 there"),
        "{err}"
    );
    let report: serde_json::Value = serde_json::from_str(&bench.read("plan/report.json")).unwrap();
    let bases: Vec<_> = report["targets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["base"].as_f64())
        .collect();
    assert_eq!(bases, [Some(3.0), Some(5.0)]);
    bench.write("scenario.toml", &scenario("growth = 0.1"));
    let (code, _, err) = bench.run(&["solve", "scenario.toml", "--out", "plan"]);
    assert_eq!(code, 2);
    assert!(
        err.contains("error[missing-value]") && err.contains("missing on 1 of 4"),
        "{err}"
    );
}
