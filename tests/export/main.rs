//! Plans read back, exports read back, and the command `revier export` with the real binary.

mod bad_plans;
mod command;
mod crm;
mod layers;
mod sap;
mod shapes;
mod sheets;
mod shp;

use revier::export::{Format, LayerName, Options, export};
use revier::saved::SavedPlan;
use std::path::PathBuf;
use std::process::{Command, Output};

/// A scenario whose territories have holes, islands and a rep without customers, and its plan in `plan`.
pub struct Bench {
    pub dir: tempfile::TempDir,
}

impl Bench {
    /// Ids are numbers or texts.
    pub fn new(numbers: bool) -> Bench {
        let bench = Bench {
            dir: tempfile::tempdir().unwrap(),
        };
        let id = |text: &str, n: usize| {
            if numbers {
                format!("{n}")
            } else {
                format!("\"{text}{n}\"")
            }
        };
        let at = |i: usize, step: f64| (i as f64 * step).fract();
        let mut customers = Vec::new();
        for i in 1..=80 {
            let (x, y) = (
                10.0 + 2.0 * at(i, 0.754_877_666),
                50.0 + 1.5 * at(i, 0.569_840_291),
            );
            // One account of the rep in the west lies deep in the east: its land is a hole there.
            let locked = if (x - 11.6).abs() < 0.1 && (y - 50.7).abs() < 0.2 {
                "true"
            } else {
                "false"
            };
            customers.push(format!(
                r#"{{"type":"Feature","properties":{{"id":{},"workload":{}.5,"owner":{},"locked":{locked}}},"geometry":{{"type":"Point","coordinates":[{x:.5},{y:.5}]}}}}"#,
                id("C", i),
                5 + i * 7 % 11,
                id("R", 1)
            ));
        }
        let names = ["Ann <A> & \\\"Co\\\"", "Ben", "Čid", "Nobody"];
        let reps: Vec<String> = (1..=4)
            .map(|j| {
                let x = [10.3, 11.0, 11.7, 11.0][j - 1];
                let capacity = if j == 4 { 0 } else { 1 };
                format!(
                    r#"{{"type":"Feature","properties":{{"id":{},"name":"{}","capacity":{capacity},"skills":["x","y"]}},"geometry":{{"type":"Point","coordinates":[{x},50.75]}}}}"#,
                    id("R", j),
                    names[j - 1]
                )
            })
            .collect();
        let collection = |features: &[String]| {
            format!(
                r#"{{"type":"FeatureCollection","features":[{}]}}"#,
                features.join(",")
            )
        };
        bench.write("customers.geojson", &collection(&customers));
        bench.write("reps.geojson", &collection(&reps));
        bench.write(
            "land.geojson",
            r#"{"type":"MultiPolygon","coordinates":[
                [[[9.9,49.9],[12.1,49.9],[12.2,51.6],[9.9,51.6],[9.9,49.9]],
                 [[11.1,50.2],[11.0,50.4],[11.2,50.3],[11.1,50.2]]],
                [[[12.3,50.5],[12.5,50.5],[12.4,50.7],[12.3,50.5]]]]}"#,
        );
        bench.write(
            "scenario.toml",
            "name = \"Bench <1> & more\"\ncustomers = \"customers.geojson\"\nreps = \"reps.geojson\"\n\
             boundary = \"land.geojson\"\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.3\n\
             [[balance]]\nmeasure = \"customers\"\ntolerance = 0.5\n",
        );
        let output = revier(&[
            "solve",
            &bench.arg("scenario.toml"),
            "--out",
            &bench.arg("plan"),
        ]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output).2);
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

    pub fn plan(&self) -> SavedPlan {
        SavedPlan::open(&self.path("plan")).unwrap()
    }

    /// Exports into `name`, with all layers.
    pub fn export(&self, format: Format, name: &str) -> PathBuf {
        let options = Options {
            format,
            layers: LayerName::ALL.into(),
            force: false,
        };
        export(&self.plan(), &options, Some(&self.path(name))).unwrap();
        self.path(name)
    }
}

/// The binary with these arguments.
pub fn revier(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_revier"))
        .args(args)
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
