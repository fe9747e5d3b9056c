//! Scenarios and command lines that cannot be.

use super::{Bench, Expect, assert_told};
use revier::error::{Problem, Severity};
use revier::scenario::{BalanceArg, Overrides, Scenario};

fn load(text: &str) -> Vec<Problem> {
    let bench = Bench::new();
    bench.write("bad.toml", text.as_bytes());
    let path = bench.dir.path().join("bad.toml");
    Scenario::load(Some(&path), &Overrides::default()).expect_err("this must not be accepted")
}

#[test]
fn one_at_a_time() {
    let cases: &[(&str, &str, &str, &[&str])] = &[
        (
            "tolerence = 1",
            "unknown-key",
            "tolerence",
            &["line 3", "nearest known key"],
        ),
        (
            "costumers = \"x\"",
            "unknown-key",
            "costumers",
            &["nearest known key is `customers`"],
        ),
        (
            "tolerance = 0.05",
            "unknown-key",
            "tolerance",
            &["belongs in `[balance]`"],
        ),
        (
            "name = 5",
            "wrong-type",
            "name",
            &["line 3", "the number 5", "a text in quotes"],
        ),
        (
            "boundary = \"\"",
            "wrong-type",
            "boundary",
            &["the text \"\""],
        ),
        (
            "boundary = \"nowhere.geojson\"",
            "missing-file",
            "boundary",
            &["nowhere.geojson", "does not exist"],
        ),
        (
            "travel = 5",
            "wrong-type",
            "travel",
            &["a section `[travel]`"],
        ),
        (
            "balance = \"workload\"",
            "wrong-type",
            "balance",
            &["[[balance]]"],
        ),
        ("balance = []", "missing-key", "balance", &["empty"]),
        (
            "[[prefer]]\ncost_km = -5",
            "missing-key",
            "prefer.when",
            &["line 3", "does not say for whom"],
        ),
        (
            "[[prefer]]\ntable = \"customers.geojson\"\nunit = \"km\"",
            "missing-key",
            "prefer.by",
            &["line 3", "which column of the customers", "add by ="],
        ),
        (
            "[[prefer]]\ntable = \"customers.geojson\"\nby = \"industry\"",
            "missing-key",
            "prefer.unit",
            &["what the figures of its table are", "unit = \"share\""],
        ),
        (
            "[[prefer]]\ntable = \"customers.geojson\"\nby = \"a\"\nunit = \"miles\"",
            "unknown-value",
            "prefer.unit",
            &["\"km\" or \"share\""],
        ),
        (
            "[[prefer]]\ntable = \"customers.geojson\"\nby = \"a\"\nunit = \"km\"\ncost_km = 5",
            "conflicting-keys",
            "prefer.cost_km",
            &["the table says", "an entry of its own"],
        ),
        (
            "[[prefer]]\nwhen = \"a == 1\"\ncost_km = 5\nunit = \"km\"",
            "conflicting-keys",
            "prefer.unit",
            &["line 6", "about a table, and there is none"],
        ),
        (
            "[[prefer]]\ntable = \"none.csv\"\nby = \"a\"\nunit = \"km\"",
            "missing-file",
            "prefer.table",
            &["none.csv does not exist"],
        ),
        (
            "[[prefer]]\nwhen = \"a == 1\"",
            "missing-key",
            "prefer.cost_km",
            &[
                "line 3",
                "neither kilometres nor a share",
                "cost_share = -0.1",
            ],
        ),
        (
            "[[prefer]]\nwhen = \"a == 1\"\ncost_share = -1",
            "out-of-range",
            "prefer.cost_share",
            &["line 5", "-1 is not in [-0.99, 10]", "10 % less is -0.10"],
        ),
        (
            "[[prefer]]\nwhen = \"a == 1\"\ncost_km = 1e6",
            "out-of-range",
            "prefer.cost_km",
            &["1e6 is not in [-20000, 20000]"],
        ),
        (
            "[[prefer]]\nwhen = \"a == 1 and b == 2\"\ncost_km = 5",
            "bad-condition",
            "prefer.when",
            &["line 4", "letter 8", "`and b == 2`", "joined by && or ||"],
        ),
        (
            "[[prefer]]\nwhen = \"industry\"\ncost_km = 5",
            "bad-condition",
            "prefer.when",
            &["at the end of the condition", "compare it with something"],
        ),
        (
            "[[prefer]]\nwhen = 7\ncost_km = 5",
            "wrong-type",
            "prefer.when",
            &["a text in quotes"],
        ),
        (
            "[[prefer]]\nwhen = \"a == 1\"\npercent = 5\ncost_km = 5",
            "unknown-key",
            "prefer.percent",
            &["known key"],
        ),
        (
            "[balance]\nmeasure = \"x\"",
            "wrong-type",
            "balance",
            &["[[balance]]"],
        ),
        (
            "[[balance]]\ntolerance = 0.1",
            "missing-key",
            "balance.measure",
            &["line 3", "names no measure"],
        ),
        (
            "[[balance]]\nmeasure = \"x\"\ntolerance = 1.5",
            "out-of-range",
            "balance.tolerance",
            &["1.5", "in (0, 1)", "5 % is 0.05"],
        ),
        (
            "[[balance]]\nmeasure = \"x\"\ntolerance = 0",
            "out-of-range",
            "balance.tolerance",
            &["0 is not"],
        ),
        (
            "[[balance]]\nmeasure = \"x\"\ntolerance = \"5%\"",
            "wrong-type",
            "balance.tolerance",
            &["5%", "without quotes"],
        ),
        (
            "[[balance]]\nmeasure = \"x\"\ntolerance = nan",
            "out-of-range",
            "balance.tolerance",
            &["nan is not"],
        ),
        (
            "[[balance]]\nmeasure = \"x\"\ntol = 0.1",
            "unknown-key",
            "balance.tol",
            &["nearest known key is `tolerance`"],
        ),
        (
            "[[balance]]\nmeasure = \"x\"\n[[balance]]\nmeasure = \"x\"",
            "duplicate-measure",
            "balance.measure",
            &["\"x\"", "twice"],
        ),
        (
            "[[balance]]\nmeasure = \"parts\"",
            "reserved-measure",
            "balance.measure",
            &[
                "\"parts\" cannot be balanced: the territories have a property of that name",
                "another name",
            ],
        ),
        (
            "[[balance]]\nmeasure = \"x\"\n[[balance]]\nmeasure = \"x_index\"",
            "reserved-measure",
            "balance.measure",
            &[
                "\"x_index\" cannot be balanced",
                "a figure of the measure \"x\"",
            ],
        ),
        (
            "[[balance]]\nmeasure = \"owner\"",
            "reserved-measure",
            "balance.measure",
            &["\"owner\""],
        ),
        (
            "[dashboard]\nsegment = [\"a\"]",
            "unknown-key",
            "dashboard.segment",
            &["nearest known key is `segments`"],
        ),
        (
            "[dashboard]\nsegments = \"industry\"",
            "wrong-type",
            "dashboard.segments",
            &["the text \"industry\"", "a list of texts"],
        ),
        (
            "[dashboard]\nsegments = [\"a\", 5]",
            "wrong-type",
            "dashboard.segments",
            &["the number 5"],
        ),
        (
            "[dashboard]\ncompetitors = [\"a\", \"a\"]",
            "duplicate-name",
            "dashboard.competitors",
            &["line 4", "\"a\" stands twice"],
        ),
        (
            "[dashboard]\nsegments = [\"workload\"]",
            "reserved-measure",
            "dashboard.segments",
            &["\"workload\" cannot be a segment", "it is a measure"],
        ),
        (
            "[dashboard]\nsegments = [\"owner\"]",
            "reserved-measure",
            "dashboard.segments",
            &["another meaning"],
        ),
        (
            "[dashboard]\nsegments = [\"a\"]\ncompetitors = [\"a\"]",
            "reserved-measure",
            "dashboard.competitors",
            &["it is a segment"],
        ),
        (
            "[dashboard]\nmeasures = [\"locked\"]",
            "reserved-measure",
            "dashboard.measures",
            &["\"locked\""],
        ),
        (
            "[dashboard]\ncontext = \"none.geojson\"",
            "missing-file",
            "dashboard.context",
            &["none.geojson"],
        ),
        (
            "[dashboard]\ntiles = \"https://tiles.example\"",
            "unknown-value",
            "dashboard.tiles",
            &["{z}/{x}/{y}", "needs no network"],
        ),
        (
            "[travel]\nmetric = \"rail\"",
            "unknown-value",
            "travel.metric",
            &["\"rail\"", "\"great-circle\" or \"matrix\" or \"road\""],
        ),
        (
            "[travel]\nmetric = \"matrix\"",
            "missing-key",
            "travel.matrix",
            &["no matrix is named"],
        ),
        (
            "[travel]\nmatrix = \"none.csv\"",
            "missing-file",
            "travel.matrix",
            &["none.csv"],
        ),
        (
            "[travel]\ncost = \"hours\"",
            "unknown-value",
            "travel.cost",
            &["\"km\" or \"minutes\""],
        ),
        (
            "[travel]\nweight = \"id\"",
            "reserved-measure",
            "travel.weight",
            &["\"id\""],
        ),
        (
            "[travel]\ndetour = 0",
            "out-of-range",
            "travel.detour",
            &["above 0"],
        ),
        (
            "[travel]\nspeed_kmh = -60",
            "out-of-range",
            "travel.speed_kmh",
            &["-60 is not above 0"],
        ),
        (
            "[travel]\nspeed = 60",
            "unknown-key",
            "travel.speed",
            &["`speed_kmh`"],
        ),
        (
            "[travel]\nmax_km = \"far\"",
            "wrong-type",
            "travel.max_km",
            &["\"far\""],
        ),
        (
            "[travel]\nmax_minutes = inf",
            "out-of-range",
            "travel.max_minutes",
            &["inf"],
        ),
        (
            "[travel]\nstops_per_tour = 0.5",
            "out-of-range",
            "travel.stops_per_tour",
            &["1 or more"],
        ),
        (
            "[travel]\nin_workload = 1",
            "wrong-type",
            "travel.in_workload",
            &["true or false"],
        ),
        (
            "[travel]\nin_workload = true\n[[balance]]\nmeasure = \"revenue\"",
            "no-effect",
            "travel.in_workload",
            &["\"workload\""],
        ),
        (
            "[rules]\nskils = true",
            "unknown-key",
            "rules.skils",
            &["`skills`"],
        ),
        (
            "[rules]\ncontiguous = \"yes\"",
            "wrong-type",
            "rules.contiguous",
            &["true or false"],
        ),
        (
            "[rules]\nforbid = [\"C1\"]",
            "wrong-type",
            "rules.forbid",
            &["pairs"],
        ),
        (
            "[rules]\nforbid = [[\"C1\", \"R1\", \"R2\"]]",
            "wrong-type",
            "rules.forbid",
            &["pairs"],
        ),
        (
            "[change]\nmeasure = \"revenue\"",
            "missing-key",
            "change.max_share",
            &["max_share = 0.10"],
        ),
        (
            "[change]\npenalty = 0",
            "out-of-range",
            "change.penalty",
            &["0 is not above 0"],
        ),
        (
            "[change]\nmax_share = 10",
            "out-of-range",
            "change.max_share",
            &["10 is not in [0, 1]", "10 % is 0.10"],
        ),
        (
            "[solve]\nseed = -1",
            "wrong-type",
            "solve.seed",
            &["-1", "0 or more"],
        ),
        (
            "[solve]\nseed = 1.5",
            "wrong-type",
            "solve.seed",
            &["whole number"],
        ),
        ("[solve]\ngap = 1", "out-of-range", "solve.gap", &["[0, 1)"]),
        (
            "[solve]\ntime_limit_s = 0",
            "out-of-range",
            "solve.time_limit_s",
            &["above 0"],
        ),
        (
            "[solve]\nthreads = 2",
            "unknown-key",
            "solve.threads",
            &["known here: seed, gap, time_limit_s"],
        ),
        (
            "[solver]\nseed = 2",
            "unknown-key",
            "solver",
            &["nearest known key is `solve`"],
        ),
    ];
    for (text, code, field, words) in cases {
        eprintln!("{text}");
        let files = "customers = \"customers.geojson\"\nreps = \"reps.geojson\"\n";
        let problems = load(&format!("{files}{text}\n"));
        assert_eq!(problems.len(), 1, "{problems:#?}");
        let expect = Expect {
            code,
            feature: None,
            id: None,
            field: Some(field),
            words,
        };
        assert_told(&problems, Severity::Error, "bad.toml", &expect);
    }
}

#[test]
fn whole_files() {
    let cases: &[(&str, &str, Option<&str>, &[&str])] = &[
        ("", "empty-file", None, &["empty"]),
        (
            "name = \"x\"",
            "missing-key",
            Some("customers"),
            &["customers = \"customers.geojson\""],
        ),
        (
            "name = \"x\"",
            "missing-key",
            Some("reps"),
            &["no `reps` file"],
        ),
        (
            "customers = customers.geojson",
            "invalid-toml",
            None,
            &["line 1", "quotes"],
        ),
        ("\n[rules\nskills = true", "invalid-toml", None, &["line 2"]),
        (
            "name = \"a\"\nname = \"b\"",
            "invalid-toml",
            None,
            &["line 2", "duplicate key"],
        ),
    ];
    for (text, code, field, words) in cases {
        let expect = Expect {
            code,
            feature: None,
            id: None,
            field: *field,
            words,
        };
        assert_told(&load(text), Severity::Error, "bad.toml", &expect);
    }
}

#[test]
fn all_at_once() {
    let problems = load(
        "customer = \"c\"\nreps = 5\n[travel]\nspeed_kmh = -1\nmetric = \"x\"\n[solve]\ngap = \"no\"\n[ruls]\n",
    );
    let mut fields: Vec<&str> = problems.iter().filter_map(|p| p.field.as_deref()).collect();
    fields.sort_unstable();
    let expected = [
        "customer",
        "customers",
        "reps",
        "ruls",
        "solve.gap",
        "travel.metric",
        "travel.speed_kmh",
    ];
    assert_eq!(fields, expected, "{problems:#?}");
}

#[test]
fn command_lines() {
    let nothing = Scenario::load(None, &Overrides::default()).expect_err("no files");
    for field in ["--customers", "--reps"] {
        let words = ["no `", "FILE"];
        let expect = Expect {
            code: "missing-key",
            feature: None,
            id: None,
            field: Some(field),
            words: &words,
        };
        assert_told(&nothing, Severity::Error, "command line", &expect);
    }
    let bad = Overrides {
        customers: Some("/nowhere/c.csv".into()),
        reps: Some("/nowhere/r.csv".into()),
        matrix: Some("/nowhere/m.csv".into()),
        tolerance: Some(5.0),
        balance: Some(vec![
            BalanceArg {
                measure: "x".into(),
                tolerance: None,
            },
            BalanceArg {
                measure: "x".into(),
                tolerance: None,
            },
        ]),
        ..Overrides::default()
    };
    let problems = Scenario::load(None, &bad).expect_err("bad values");
    let told: Vec<(&str, Option<&str>)> = problems
        .iter()
        .map(|p| (p.code, p.field.as_deref()))
        .collect();
    let expected = [
        ("out-of-range", Some("--tolerance")),
        ("duplicate-measure", Some("balance.measure")),
        ("missing-file", Some("--customers")),
        ("missing-file", Some("--reps")),
        ("missing-file", Some("--matrix")),
    ];
    assert_eq!(told, expected, "{problems:#?}");
    let missing = Scenario::load(Some("/nowhere/s.toml".as_ref()), &Overrides::default());
    let problems = missing.expect_err("no such scenario");
    assert_eq!(problems[0].code, "missing-file");
    assert_eq!(problems[0].file, "/nowhere/s.toml");
}

#[test]
fn no_measure_has_the_name_of_what_regions_have() {
    let measure = |name: &str| format!("[[balance]]\nmeasure = \"{name}\"\n");
    let goal = "[[target]]\nname = \"X\"\nmeasure = \"revenue\"\nvalue = 5\ndate = 2026-12-31\n";
    let regions = "[regions]\n";
    let told = |text: &str| load(text).iter().any(|p| p.code == "reserved-measure");
    for name in ["level", "parent", "reps", "region"] {
        assert!(told(&(measure(name) + regions)), "{name}");
        assert!(!told(&measure(name)), "{name}");
    }
    assert!(told(&(measure("goal_X") + goal + regions)));
    assert!(!told(&(measure("goal_X") + goal)));
    assert!(!told(&(measure("goal_X") + regions)));
}
