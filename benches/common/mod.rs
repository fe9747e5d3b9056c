//! Seeded instances, written to files and read back: benches start where users do.

use revier::input::{self, Inputs};
use revier::scenario::{Overrides, Scenario};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// splitmix64 (Steele, Lea & Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// In `[0, 1)`.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Standard normal (Box & Muller 1958).
    fn normal(&mut self) -> f64 {
        let (u, v) = (1.0 - self.unit(), self.unit());
        (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }
}

/// Towns: the larger ones are more likely to be drawn.
struct Towns {
    at: Vec<[f64; 2]>,
    /// Cumulated population.
    until: Vec<f64>,
}

impl Towns {
    fn new(random: &mut Random, count: usize) -> Towns {
        let (mut at, mut until, mut sum) = (Vec::new(), Vec::new(), 0.0);
        for _ in 0..count {
            at.push([6.0 + 9.0 * random.unit(), 47.5 + 7.0 * random.unit()]);
            sum += (1.2 * random.normal()).exp();
            until.push(sum);
        }
        Towns { at, until }
    }

    fn draw(&self, random: &mut Random) -> [f64; 2] {
        let all = self.until.last().copied().unwrap_or(0.0);
        let at = all * random.unit();
        let town = self.until.partition_point(|u| *u <= at);
        self.at[town.min(self.at.len() - 1)]
    }
}

/// Files of an instance: `n` customers at 1,000 towns over the extent of Germany, workloads lognormal with sigma
/// 0.8, `k` reps at towns, tolerance 5 %.
pub struct Files {
    dir: tempfile::TempDir,
}

impl Files {
    pub fn new(n: usize, k: usize) -> Files {
        let files = Files {
            dir: tempfile::tempdir().expect("a temporary directory"),
        };
        let random = &mut Random(0x5eed);
        let towns = Towns::new(random, 1000);
        let mut csv = String::from("id,lon,lat,workload\n");
        let mut geojson = String::from("{\"type\":\"FeatureCollection\",\"features\":[\n");
        for i in 0..n {
            let [x, y] = towns.draw(random);
            let (x, y) = (x + 0.06 * random.normal(), y + 0.04 * random.normal());
            let hours = 0.01 + 4.0 * (0.8 * random.normal()).exp();
            let comma = if i == 0 { "" } else { ",\n" };
            let _ = writeln!(csv, "C{i},{x:.5},{y:.5},{hours:.2}");
            let _ = write!(
                geojson,
                "{comma}{{\"type\":\"Feature\",\"properties\":{{\"id\":\"C{i}\",\"workload\":{hours:.2}}},\
                 \"geometry\":{{\"type\":\"Point\",\"coordinates\":[{x:.5},{y:.5}]}}}}"
            );
        }
        geojson.push_str("\n]}\n");
        let mut reps = String::from("id,lon,lat\n");
        for j in 0..k {
            let [x, y] = towns.draw(random);
            let (x, y) = (x + 0.01 * random.normal(), y + 0.01 * random.normal());
            let _ = writeln!(reps, "R{j},{x:.5},{y:.5}");
        }
        for (name, text) in [("c.csv", csv), ("c.geojson", geojson), ("r.csv", reps)] {
            fs::write(files.path(name), text).expect("a file");
        }
        files
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The scenario with the customers from a CSV or a GeoJSON file.
    pub fn scenario(&self, customers: &str) -> Scenario {
        let overrides = Overrides {
            customers: Some(self.path(customers)),
            reps: Some(self.path("r.csv")),
            ..Overrides::default()
        };
        Scenario::load(None::<&Path>, &overrides).expect("a scenario")
    }

    pub fn inputs(&self) -> Inputs {
        input::read(&self.scenario("c.csv"), None).expect("inputs")
    }
}
