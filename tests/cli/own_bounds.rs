//! Bounds of a rep's own beside those of its share.

use super::{Bench, revier, said};
use serde_json::Value;

/// Customers per rep of 48 customers and three reps with a column for bounds of their own; the share is 12.8 to 19.2 customers each.
fn counts(column: &str, values: [&str; 3]) -> Vec<u64> {
    let bench = Bench::new(0);
    let at = |i: usize, step: f64| (i as f64 * step).fract();
    let mut customers = String::from("id,lon,lat\n");
    for i in 0..48 {
        let (x, y) = (at(i, 0.754_877_666), at(i, 0.569_840_291));
        customers += &format!("C{i},{:.5},{:.5}\n", 10.0 + 2.0 * x, 50.0 + 1.5 * y);
    }
    bench.write("some.csv", &customers);
    let [a, b, c] = values;
    let reps = format!("id,lon,lat,{column}\nA,10.5,50.4,{a}\nB,11.5,50.4,{b}\nC,10.9,51.1,{c}\n");
    bench.write("own.csv", &reps);
    let (customers, reps, out) = (
        bench.arg("some.csv"),
        bench.arg("own.csv"),
        bench.arg("out"),
    );
    let (code, _, err) = said(&revier(&[
        "solve",
        "--customers",
        &customers,
        "--reps",
        &reps,
        "--balance",
        "customers:20%",
        "--out",
        &out,
    ]));
    assert_eq!(code, 0, "{err}");
    let (code, err) = bench.check();
    assert_eq!(code, 0, "{err}");
    let report: Value = serde_json::from_str(&bench.read("out/report.json")).unwrap();
    let all = report["territories"].as_array().unwrap();
    all.iter().filter_map(|t| t["customers"].as_u64()).collect()
}

#[test]
fn an_upper_bound_below_the_share_moves_the_lower_one() {
    // The two others can take 19 each.
    assert_eq!(counts("max_customers", ["10", "", ""]), [10, 19, 19]);
}

#[test]
fn a_lower_bound_above_the_share_moves_the_upper_one() {
    let found = counts("min_customers", ["21", "", ""]);
    assert!((21..=22).contains(&found[0]), "{found:?}");
    assert_eq!(found.iter().sum::<u64>(), 48);
}

#[test]
fn a_rep_on_leave_has_nobody() {
    assert_eq!(counts("max_customers", ["0", "24", "24"]), [0, 24, 24]);
}

/// Solves three customers and two reps, the first on leave, the other with a bound of its own; exit status, what is said.
fn on_leave(most: &str) -> (i32, String) {
    let bench = Bench::new(1);
    bench.write(
        "customers.csv",
        "id,lon,lat,workload\nC1,9.217,51.224,1\nC2,8.585,51.332,3\nC3,10.990,51.847,1\n",
    );
    bench.write(
        "reps.csv",
        &format!("id,lon,lat,max_workload\nR0,11.174,50.659,0\nR1,8.477,48.809,{most}\n"),
    );
    let text = "customers = \"customers.csv\"\nreps = \"reps.csv\"\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.6\n";
    bench.write("leave.toml", text);
    let args = [
        "solve",
        &bench.arg("leave.toml"),
        "--out",
        &bench.arg("out"),
    ];
    let (code, _, err) = said(&revier(&args));
    let (checked, found) = bench.check();
    assert_eq!(checked, 0, "{found}");
    (code, err)
}

#[test]
fn a_rep_on_leave_whose_work_the_other_may_not_have_is_told() {
    // All of 5 is left to one rep, whose share of 2.5 is exceeded by at most 60 %.
    let (code, err) = on_leave("");
    assert_eq!(code, 3, "{err}");
    let why = "the 3 customers hold 5 of workload, their upper bounds add up to 4: 1 too much";
    assert!(err.contains(why), "{err}");
    let (code, err) = on_leave("5");
    assert_eq!(code, 0, "{err}");
}

#[test]
fn a_rep_who_may_have_nobody_and_must_have_some_is_told() {
    // R1 reaches nobody: the only sum of its customers is 0.
    let bench = Bench::new(1);
    bench.write(
        "customers.csv",
        "id,lon,lat,workload\nC1,9.2,51.2,1\nC2,8.5,51.3,3\nC3,9.0,51.5,1\n",
    );
    bench.write(
        "reps.csv",
        "id,lon,lat,max_km\nR0,9.0,51.3,\nR1,8.4,48.8,1\n",
    );
    let text = "customers = \"customers.csv\"\nreps = \"reps.csv\"\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.6\n";
    bench.write("alone.toml", text);
    let args = [
        "solve",
        &bench.arg("alone.toml"),
        "--out",
        &bench.arg("out"),
    ];
    let (code, _, err) = said(&revier(&args));
    assert_eq!(code, 3, "{err}");
    assert!(
        err.contains("R1: workload 0 is 1 below its lower bound of 1"),
        "{err}"
    );
    let (checked, found) = bench.check();
    assert_eq!(checked, 0, "{found}");
}
