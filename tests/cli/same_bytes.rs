//! Same inputs and seed: the same bytes, whatever the number of threads.

use super::{data, revier, said};
use serde_json::Value;
use std::path::Path;

/// The files of a plan; the report without times and memory.
fn content(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for name in revier::saved::FILES {
        let bytes = std::fs::read(dir.join(name)).unwrap();
        if name == "report.json" {
            let mut report: Value = serde_json::from_slice(&bytes).unwrap();
            let members = report.as_object_mut().unwrap();
            assert!(members.remove("timings_s").is_some());
            assert!(members.remove("peak_memory_mb").is_some());
            files.push((name.to_owned(), report.to_string().into_bytes()));
        } else {
            files.push((name.to_owned(), bytes));
        }
    }
    files
}

#[test]
fn one_two_and_four_threads_agree() {
    for scenario in [
        "germany/scenario.toml",
        "germany/rules.toml",
        "germany/realign.toml",
    ] {
        let dir = tempfile::tempdir().unwrap();
        let plan = |threads: &str, name: &str| {
            let out = dir.path().join(name);
            let args = [
                "solve",
                &data(scenario),
                "--threads",
                threads,
                "--out",
                &out.display().to_string(),
            ];
            let output = revier(&args);
            assert_eq!(output.status.code(), Some(0), "{}", said(&output).2);
            content(&out)
        };
        let one = plan("1", "a");
        for (threads, name) in [("2", "b"), ("4", "c"), ("1", "d")] {
            for (x, y) in one.iter().zip(plan(threads, name)) {
                assert!(
                    *x == y,
                    "{scenario}: {} differs with {threads} threads",
                    x.0
                );
            }
        }
    }
}
