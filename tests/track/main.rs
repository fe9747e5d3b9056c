//! `revier track`, as a user runs it: a plan of the tiny example, and results.

mod bad_results;
mod bad_targets;
mod figures;
mod page;
mod workbook;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A place of the repository.
pub fn data(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    root.join(path).display().to_string()
}

/// Exit status, stdout, stderr.
pub type Said = (i32, String, String);

/// A plan of the tiny example with targets, in a directory of its own.
pub struct Bench {
    pub dir: tempfile::TempDir,
}

impl Default for Bench {
    fn default() -> Self {
        Self::new()
    }
}

impl Bench {
    /// The plan of `data/tiny/targets.toml`, in `plan`.
    pub fn new() -> Bench {
        let bench = Bench::empty();
        let (code, _, err) = bench.run(&["solve", &data("tiny/targets.toml"), "--out", "plan"]);
        assert_eq!(code, 0, "{err}");
        bench
    }

    pub fn empty() -> Bench {
        Bench {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    /// A plan of the tiny customers with other sections at the end of the scenario.
    pub fn with(sections: &str) -> (Bench, Said) {
        let bench = Bench::empty();
        bench.write(
            "scenario.toml",
            &format!(
                "customers = {:?}\nreps = {:?}\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.1\n{sections}",
                data("tiny/customers.geojson"),
                data("tiny/reps.geojson")
            ),
        );
        let said = bench.run(&["solve", "scenario.toml", "--out", "plan"]);
        (bench, said)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The binary in this directory, without a language in the environment.
    pub fn run(&self, args: &[&str]) -> Said {
        self.run_with(args, &[])
    }

    pub fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> Said {
        let output: Output = Command::new(env!("CARGO_BIN_EXE_revier"))
            .args(args)
            .current_dir(self.dir.path())
            .env_remove("LC_ALL")
            .env_remove("LC_MESSAGES")
            .env_remove("LANG")
            .envs(env.iter().copied())
            .output()
            .unwrap();
        (
            output.status.code().unwrap_or(-1),
            String::from_utf8_lossy(&output.stdout).into_owned(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    }

    /// The dashboard of a table of results, as JSON; what stderr says.
    pub fn track(&self, results: &str, more: &[&str]) -> (Value, String) {
        self.write("results.csv", results);
        let mut args = vec!["track", "plan", "results.csv", "--out", "-"];
        args.extend_from_slice(more);
        let (code, out, err) = self.run(&args);
        assert_eq!(code, 0, "{err}");
        (serde_json::from_str(&out).unwrap(), err)
    }
}

/// A territory of a goal, both by position.
pub fn line(dashboard: &Value, goal: usize, rep: usize) -> &Value {
    &dashboard["goals"][goal]["territories"][rep]
}
