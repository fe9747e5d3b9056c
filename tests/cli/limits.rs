//! Time limits, signals, and problems that have no solution: a plan or a reason, and never later than was asked for.

use super::{data, revier, said};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What reading, drawing, checking and writing may take beside the limit, on a busy machine.
const BESIDE: f64 = 8.0;

fn write(dir: &Path, name: &str, text: &str) {
    std::fs::write(dir.join(name), text).unwrap();
}

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// Solves a scenario of `dir`; exit status, what was said, seconds.
fn solve(dir: &Path, scenario: &str, more: &[&str]) -> (i32, String, f64) {
    let (scenario, out) = (dir.join(scenario), dir.join("out"));
    let mut args = vec!["solve", scenario.to_str().unwrap()];
    args.extend(["--out", out.to_str().unwrap()]);
    args.extend(more);
    let begin = Instant::now();
    let (code, stdout, stderr) = said(&revier(&args));
    (code, stdout + &stderr, begin.elapsed().as_secs_f64())
}

/// A directory with the German example, its files changed by `change` (name, text).
fn germany(change: impl Fn(&str, String) -> String) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let names = [
        "customers.geojson",
        "reps.geojson",
        "germany.geojson",
        "scenario.toml",
        "realign.toml",
    ];
    for name in names {
        let text = change(name, read(data(&format!("germany/{name}"))));
        // The map on the page is not what is looked at.
        let text = text.replace("context = \"laender.geojson\"", "");
        write(dir.path(), name, &text);
    }
    dir
}

/// `n` customers and `k` reps over a square, with owners and a second measure.
fn square(dir: &Path, n: usize, k: usize) {
    let at = |i: usize, step: f64| (i as f64 * step).fract();
    let mut customers = String::from("id,lon,lat,workload,revenue,owner\n");
    for i in 0..n {
        let (x, y) = (at(i + 1, 0.754_877_666), at(i + 1, 0.569_840_291));
        let (w, r) = (5 + i * 7 % 11, 100 + i * 13 % 97);
        let owner = i * 31 % k;
        writeln!(
            customers,
            "C{i},{:.5},{:.5},{w},{r},R{owner}",
            6.0 + 8.0 * x,
            47.5 + 7.0 * y
        )
        .unwrap();
    }
    let mut reps = String::from("id,lon,lat\n");
    for j in 0..k {
        let (x, y) = (at(j + 1, 0.618_033_988), at(j + 1, 0.414_213_562));
        writeln!(reps, "R{j},{:.5},{:.5}", 6.0 + 8.0 * x, 47.5 + 7.0 * y).unwrap();
    }
    write(dir, "customers.csv", &customers);
    write(dir, "reps.csv", &reps);
}

const HEAD: &str = "name = \"x\"\ncustomers = \"customers.csv\"\nreps = \"reps.csv\"\n[[balance]]\nmeasure = \"workload\"\n";

#[test]
fn bounds_that_cannot_be_met_are_told_long_before_the_limit() {
    let owned = |text: &str| text.contains("\"owner\":\"R13\"") && text.contains("\"locked\":true");
    let cases: [(&str, tempfile::TempDir, &str); 3] = [
        (
            "scenario.toml",
            germany(|name, text| match name {
                "reps.geojson" => (text.lines())
                    .map(|l| match l.contains("\"id\":\"R13\"") {
                        true => l
                            .replace("\"capacity\":1.0", "\"capacity\":0")
                            .replace("\"capacity\":1.2", "\"capacity\":0")
                            .replace("\"capacity\":0.8", "\"capacity\":0"),
                        false => l.to_owned(),
                    })
                    .collect::<Vec<_>>()
                    .join("\n"),
                _ => text,
            }),
            "R13: 2 locked customers hold",
        ),
        (
            "scenario.toml",
            germany(|name, text| match name {
                "customers.geojson" => (text.lines())
                    .map(|l| match owned(l) {
                        true => l.replace("\"workload\":", "\"workload\":600,\"hours\":"),
                        false => l.to_owned(),
                    })
                    .collect::<Vec<_>>()
                    .join("\n"),
                _ => text,
            }),
            "R13: 2 locked customers hold 1,200",
        ),
        (
            "realign.toml",
            germany(|_, text| text.replace("max_share = 0.10", "max_share = 0.02")),
            "must change hands",
        ),
    ];
    for (scenario, dir, reason) in cases {
        let (code, text, seconds) = solve(dir.path(), scenario, &[]);
        assert_eq!(code, 3, "{reason}: {text}");
        assert!(text.contains(reason), "{reason}: {text}");
        assert!(
            text.contains("not even one that shares customers"),
            "{reason}: {text}"
        );
        assert!(seconds < 30.0, "{reason}: {seconds} s");
    }
}

#[test]
fn a_looser_limit_on_change_never_loses_a_plan() {
    for share in ["0.0804", "0.10"] {
        let dir = germany(|_, text| {
            text.replace("max_share = 0.10", &format!("max_share = {share}"))
                .replace("measure = \"revenue\"", "measure = \"workload\"")
        });
        let (code, text, _) = solve(dir.path(), "realign.toml", &[]);
        assert_eq!(code, 0, "{share}: {text}");
    }
}

#[test]
fn no_change_at_all_of_great_amounts_is_a_plan_or_infeasible() {
    for (scale, tolerance) in [("000000000", 0.2), ("000000000000", 0.6), ("", 0.2)] {
        let dir = tempfile::tempdir().unwrap();
        square(dir.path(), 30, 3);
        let customers = read(dir.path().join("customers.csv"));
        let lines = customers.lines().map(|l| {
            let mut fields: Vec<String> = l.split(',').map(str::to_owned).collect();
            if fields[0] != "id" {
                fields[4].push_str(scale);
            }
            fields.join(",")
        });
        write(
            dir.path(),
            "customers.csv",
            &lines.collect::<Vec<_>>().join("\n"),
        );
        let rules = format!(
            "{HEAD}tolerance = {tolerance}\n[change]\nmeasure = \"revenue\"\nmax_share = 0.0\n"
        );
        write(dir.path(), "s.toml", &rules);
        let (code, text, _) = solve(dir.path(), "s.toml", &[]);
        assert!(code == 0 || code == 3, "{scale} {tolerance}: {code} {text}");
    }
}

#[test]
fn a_customer_beyond_every_bound_is_named() {
    for sizes in [
        [10_000_000, 100, 1],
        [900_000_000, 7, 3],
        [1_000_000, 999, 1],
    ] {
        let dir = tempfile::tempdir().unwrap();
        let [a, b, c] = sizes;
        let customers =
            format!("id,lon,lat,workload\nC1,10,50,{a}\nC2,10.13,50.07,{b}\nC3,10.26,50.28,{c}\n");
        write(dir.path(), "customers.csv", &customers);
        write(dir.path(), "reps.csv", "id,lon,lat\nR1,10,50\nR2,11,51\n");
        write(dir.path(), "s.toml", &format!("{HEAD}tolerance = 0.2\n"));
        let (code, text, seconds) = solve(dir.path(), "s.toml", &[]);
        assert_eq!(code, 3, "{sizes:?}: {text}");
        assert!(
            text.contains("C1 holds") && text.contains("more than any permitted rep may have"),
            "{text}"
        );
        assert!(seconds < 20.0, "{sizes:?}: {seconds} s");
    }
}

#[test]
fn every_phase_keeps_the_time_limit() {
    let dir = tempfile::tempdir().unwrap();
    square(dir.path(), 4000, 400);
    let more = [
        ("tolerance = 0.05\n", &[][..]),
        (
            "tolerance = 0.05\n[[balance]]\nmeasure = \"revenue\"\ntolerance = 0.1\n[rules]\ncontiguous = true\n",
            &[][..],
        ),
        (
            "tolerance = 0.05\n[change]\nmeasure = \"revenue\"\nmax_share = 0.5\n",
            &["--frontier", "change"][..],
        ),
    ];
    for (rules, args) in more {
        for limit in [0.01, 1.0] {
            let text = format!("{HEAD}{rules}[solve]\ntime_limit_s = {limit}\n");
            write(dir.path(), "s.toml", &text);
            let (code, text, seconds) = solve(dir.path(), "s.toml", args);
            assert!(code == 0 || code == 3, "{rules} {limit}: {code} {text}");
            // The longer limit may be enough for all there is to find; the shorter one never is.
            assert!(
                limit > 0.5 || text.contains(&format!("the time limit of {limit} s")),
                "{rules} {limit}: {text}"
            );
            assert!(
                seconds < 1.1 * limit + BESIDE,
                "{rules} {limit}: {seconds} s"
            );
        }
    }
}

#[test]
fn a_frontier_beside_a_bound_of_ones_own_holds() {
    // The lower bound gives way in proportion: a wider tolerance is no wider for R1.
    let dir = tempfile::tempdir().unwrap();
    let reps = "id,lon,lat,max_workload\nR0,8.3702,50.5074,100\nR1,9.6922,50.1453,3\n";
    write(dir.path(), "reps.csv", reps);
    let customers = "id,lon,lat,workload\nC0,9.0747,49.669,3\nC1,9.3746,49.9657,1\nC2,9.9297,50.4803,1\n\
                     C3,9.0582,50.7356,3\nC4,9.0501,50.2187,3\nC5,8.5063,50.9794,3\n";
    write(dir.path(), "customers.csv", customers);
    write(dir.path(), "s.toml", &format!("{HEAD}tolerance = 0.3\n"));
    let (code, text, _) = solve(dir.path(), "s.toml", &["--frontier", "balance"]);
    assert!(code == 0 || code == 3, "{code} {text}");
    let out = dir.path().join("out");
    let (code, text, errors) = super::said(&revier(&["check", out.to_str().unwrap()]));
    assert_eq!(code, 0, "{text}{errors}");
}

#[test]
fn many_reps_end_in_time_with_a_bound() {
    let dir = tempfile::tempdir().unwrap();
    square(dir.path(), 3000, 300);
    for limit in [0.2, 2.0] {
        let text = format!("{HEAD}tolerance = 0.3\n[solve]\ntime_limit_s = {limit}\n");
        write(dir.path(), "s.toml", &text);
        let (code, text, seconds) = solve(dir.path(), "s.toml", &[]);
        assert!(code == 0 || code == 3, "{limit}: {code} {text}");
        assert!(seconds < 1.1 * limit + BESIDE, "{limit}: {seconds} s");
        let report: Value =
            serde_json::from_str(&read(dir.path().join("out/report.json"))).unwrap();
        let bound = report["certified"].as_f64().unwrap();
        assert!(bound > 0.0, "{limit}: no bound");
    }
}

#[test]
fn sums_of_whole_customers_are_looked_at_within_the_limit() {
    // Every rep's bounds are narrower than the greatest load, and each has other customers: a subset sum per rep.
    let dir = tempfile::tempdir().unwrap();
    square(dir.path(), 1800, 60);
    let text = read(dir.path().join("customers.csv"));
    let large = text.lines().enumerate().map(|(i, line)| match i {
        0 => format!("{line},requires"),
        1 => line.replacen(",5,", ",8000.01,", 1) + ",",
        _ => format!("{},s{}", line, i % 60),
    });
    write(
        dir.path(),
        "customers.csv",
        &large.collect::<Vec<_>>().join("\n"),
    );
    let reps = read(dir.path().join("reps.csv"));
    let skills = |j: usize| {
        (0..60)
            .filter(|s| s % 59 != j)
            .map(|s| format!("s{s}"))
            .collect::<Vec<_>>()
            .join(";")
    };
    let skilled = reps.lines().enumerate().map(|(j, line)| match j {
        0 => format!("{line},skills"),
        _ => format!("{line},{}", skills(j - 1)),
    });
    write(
        dir.path(),
        "reps.csv",
        &skilled.collect::<Vec<_>>().join("\n"),
    );
    let rules = format!("{HEAD}tolerance = 0.1\n[solve]\ntime_limit_s = 0.2\n");
    write(dir.path(), "s.toml", &rules);
    let (code, text, _) = solve(dir.path(), "s.toml", &[]);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("C0 holds 8,000 workload"), "{text}");
    let report: Value = serde_json::from_str(&read(dir.path().join("out/report.json"))).unwrap();
    let seconds = |phase: &str| report["timings_s"][phase].as_f64().unwrap();
    // Without a look at the clock the sums alone take several seconds.
    let solving = seconds("lp") + seconds("round");
    assert!(solving < 1.5, "{solving} s");
}

#[test]
fn a_longer_limit_never_gives_a_worse_contiguous_plan() {
    let dir = tempfile::tempdir().unwrap();
    for (n, k, tolerance) in [(300, 10, 0.15), (800, 20, 0.2)] {
        square(dir.path(), n, k);
        let mut before: Option<(bool, f64)> = None;
        for limit in [0.1, 1.0, 4.0] {
            let rules = format!(
                "{HEAD}tolerance = {tolerance}\n[[balance]]\nmeasure = \"revenue\"\ntolerance = {tolerance}\n[rules]\ncontiguous = true\n[solve]\ntime_limit_s = {limit}\n"
            );
            write(dir.path(), "s.toml", &rules);
            let (code, text, _) = solve(dir.path(), "s.toml", &[]);
            assert!(code == 0 || code == 3, "{n} x {k}, {limit}: {text}");
            let report: Value =
                serde_json::from_str(&read(dir.path().join("out/report.json"))).unwrap();
            let now = (code == 0, report["objective"]["value"].as_f64().unwrap());
            if let Some((within, cost)) = before
                && within
            {
                assert!(
                    now.0,
                    "{n} x {k}: a plan within the bounds is lost with {limit} s"
                );
                assert!(
                    now.1 <= cost * (1.0 + 1e-9),
                    "{n} x {k}, {limit}: {} after {cost}",
                    now.1
                );
            }
            before = Some(now);
        }
        assert!(before.is_some_and(|b| b.0), "{n} x {k}: no plan in 4 s");
    }
}

#[cfg(unix)]
#[test]
fn the_first_signal_ends_the_search_and_the_best_plan_is_written() {
    for signal in ["-INT", "-TERM"] {
        let dir = tempfile::tempdir().unwrap();
        square(dir.path(), 4000, 400);
        write(
            dir.path(),
            "s.toml",
            &format!("{HEAD}tolerance = 0.05\n[solve]\ntime_limit_s = 300\n"),
        );
        let out = dir.path().join("out");
        let run = Command::new(env!("CARGO_BIN_EXE_revier"))
            .arg("--log=json")
            .arg("solve")
            .arg(dir.path().join("s.toml"))
            .arg("--out")
            .arg(&out)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_secs(4));
        let begin = Instant::now();
        let kill = Command::new("kill")
            .args([signal, &run.id().to_string()])
            .status();
        assert!(kill.unwrap().success());
        let (code, _, stderr) = said(&run.wait_with_output().unwrap());
        assert!(code == 0 || code == 3, "{signal}: {code} {stderr}");
        assert!(
            stderr.contains("the run was interrupted"),
            "{signal}: {stderr}"
        );
        assert!(begin.elapsed().as_secs_f64() < 20.0, "{signal}");
        let check = revier(&["check", out.to_str().unwrap()]);
        assert_eq!(check.status.code(), Some(0), "{signal}: {}", said(&check).2);
    }
}
