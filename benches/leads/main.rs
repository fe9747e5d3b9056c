//! The territories of leads, alone: `cargo bench --bench leads -- PLAN LEADS OWNERS [RUNS]`.
//!
//! `PLAN` is a plan directory, `LEADS` has longitude and latitude of each lead as doubles (little-endian), and `OWNERS` gets the position of each lead's rep as
//! a 32-bit number (-1: nobody's land). Prints how long reading the plan, making ready and, in each run, all leads took, in seconds. `run.sh` compares all of it
//! with others.

use revier::leads::locator::Locator;
use revier::saved::SavedPlan;
use std::path::Path;
use std::time::Instant;

fn main() {
    // Cargo adds `--bench`.
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let [plan, leads, owners, runs @ ..] = &args[..] else {
        eprintln!("usage: cargo bench --bench leads -- PLAN LEADS OWNERS [RUNS]");
        return;
    };
    let runs = runs.first().map_or(3, |n| n.parse().unwrap());
    let bytes = std::fs::read(leads).unwrap();
    let numbers: Vec<f64> = (bytes.chunks_exact(8))
        .map(|b| f64::from_le_bytes(b.try_into().unwrap()))
        .collect();
    let (lon, lat): (Vec<f64>, Vec<f64>) = numbers.chunks_exact(2).map(|c| (c[0], c[1])).unzip();
    let begin = Instant::now();
    let plan = SavedPlan::open(Path::new(plan)).unwrap();
    println!("read {:.6}", begin.elapsed().as_secs_f64());
    let begin = Instant::now();
    let locator = Locator::new(&plan.territories.polygons);
    println!("ready {:.6}", begin.elapsed().as_secs_f64());
    let mut found = Vec::new();
    for _ in 0..runs {
        let begin = Instant::now();
        found = locator.find_all(&lon, &lat);
        println!("leads {:.6}", begin.elapsed().as_secs_f64());
    }
    let bytes: Vec<u8> = found.iter().flat_map(|j| j.0.to_le_bytes()).collect();
    std::fs::write(owners, bytes).unwrap();
}
