//! The real binary, as a user runs it.

mod advice;
mod anywhere;
mod assign;
mod barriers;
mod beside;
mod certificate;
mod compared;
mod corruption;
mod damage;
mod destinations;
mod exit_codes;
#[cfg(feature = "routing")]
#[allow(dead_code)]
#[path = "../servers/fake.rs"]
mod fake;
mod far_bounds;
mod interrupted;
mod judged;
mod lead_stream;
mod leads;
mod limits;
mod messages;
#[allow(dead_code)]
#[path = "../roads/osm.rs"]
mod osm;
mod output;
mod own_bounds;
mod places;
mod reach;
mod readers;
mod regions;
mod same_bytes;
mod size;
mod staff;
mod start;
mod tables;
mod teams;
mod territories;
mod today;
mod turnover;
mod units;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The binary with these arguments.
pub fn revier(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_revier"))
        .args(args)
        // What an example of a scenario names.
        .env("ORS_API_KEY", "none")
        .output()
        .unwrap()
}

/// Exit status, stdout, stderr.
pub fn said(output: &Output) -> (i32, String, String) {
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// A place of the repository.
pub fn data(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data")
        .join(path)
        .display()
        .to_string()
}

/// A scenario of 60 customers and 4 reps with a boundary, owners, locks, skills and a limit on change.
pub struct Bench {
    pub dir: tempfile::TempDir,
}

impl Default for Bench {
    fn default() -> Self {
        Bench::new(60)
    }
}

impl Bench {
    pub fn new(n: usize) -> Bench {
        let bench = Bench {
            dir: tempfile::tempdir().unwrap(),
        };
        // A low-discrepancy sequence: spread out, and the same everywhere.
        let at = |i: usize, step: f64| (i as f64 * step).fract();
        let mut customers = String::from("id,lon,lat,workload,revenue,owner,locked,requires\n");
        for i in 0..n {
            let (x, y) = (at(i, 0.754_877_666), at(i, 0.569_840_291));
            let owner = 1 + usize::from(x > 0.5) + 2 * usize::from(y > 0.5);
            customers += &format!(
                "C{i},{:.5},{:.5},{},{},R{owner},{},{}\n",
                10.0 + 2.0 * x,
                50.0 + 1.5 * y,
                5 + i * 7 % 11,
                100 + i * 13 % 97,
                i % 20 == 3,
                if i % 15 == 4 { "cold" } else { "" },
            );
        }
        bench.write("customers.csv", &customers);
        bench.write(
            "reps.csv",
            "id,name,lon,lat,capacity,skills\nR1,Ann,10.5,50.4,1,cold\nR2,Ben,11.5,50.4,1,\n\
             R3,Cid,10.5,51.1,1,cold\nR4,Dot,11.5,51.1,0.8,cold\n",
        );
        bench.write(
            "land.geojson",
            r#"{"type":"Polygon","coordinates":[[[9.9,49.9],[12.1,49.9],[12.2,51.6],[9.9,51.6],[9.9,49.9]]]}"#,
        );
        bench.write(
            "scenario.toml",
            "customers = \"customers.csv\"\nreps = \"reps.csv\"\nboundary = \"land.geojson\"\n\
             [[balance]]\nmeasure = \"workload\"\ntolerance = 0.1\n\
             [[balance]]\nmeasure = \"revenue\"\ntolerance = 0.3\n\
             [change]\nmeasure = \"revenue\"\nmax_share = 0.3\n",
        );
        bench
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn arg(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Solves the scenario into `out`; status 0 is expected.
    pub fn solve(&self) {
        self.solve_into("out", "scenario.toml", &[]);
    }

    /// Solves a scenario into a directory; status 0 is expected. What was said.
    pub fn solve_into(&self, out: &str, scenario: &str, flags: &[&str]) -> String {
        let (scenario, out) = (self.arg(scenario), self.arg(out));
        let args = [&["solve", &scenario, "--out", &out], flags].concat();
        let (code, _, err) = said(&revier(&args));
        assert_eq!(code, 0, "{err}");
        err
    }

    /// Status and messages of `check out`.
    pub fn check(&self) -> (i32, String) {
        let (code, _, err) = said(&revier(&["check", &self.arg("out")]));
        (code, err)
    }
}
