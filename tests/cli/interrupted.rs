//! Runs that are cut off leave the previous plan, or the new one, whole.

use super::{Bench, revier, said};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn a_killed_run_leaves_a_whole_plan() {
    let bench = Bench::new(4000);
    let (scenario, out) = (bench.arg("scenario.toml"), bench.arg("out"));
    let begin = Instant::now();
    bench.solve();
    let whole = begin.elapsed();
    let before = bench.read("out/assignments.csv");
    let mut killed = 0;
    for round in 1..=12 {
        let mut run = Command::new(env!("CARGO_BIN_EXE_revier"))
            .args(["solve", &scenario, "--out", &out, "--seed", "2"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(
            whole
                .mul_f64(f64::from(round) / 12.0)
                .max(Duration::from_millis(1)),
        );
        let _ = run.kill();
        killed += usize::from(!run.wait().unwrap().success());
        let check = revier(&["check", &out]);
        assert_eq!(
            check.status.code(),
            Some(0),
            "round {round}: {}",
            said(&check).2
        );
    }
    assert!(killed >= 3, "only {killed} runs were cut off");
    // The next run clears away what the killed ones left beside the plan.
    bench.solve();
    let left: Vec<String> = std::fs::read_dir(bench.dir.path())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|n| n.contains("revier-"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(bench.read("out/assignments.csv"), before);
}
