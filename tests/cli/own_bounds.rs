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
