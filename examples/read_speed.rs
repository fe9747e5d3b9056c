//! How long reading takes: `cargo run --release --example read_speed [CUSTOMERS]`.
//!
//! Writes a collection of a million made-up customers (about 160 bytes each) to a temporary
//! directory, reads it five times, and prints the best time. For one core: `RAYON_NUM_THREADS=1`.

use revier::input::read;
use revier::scenario::{Overrides, Scenario};
use std::fmt::Write;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let n: usize = match std::env::args().nth(1) {
        Some(n) => n.parse()?,
        None => 1_000_000,
    };
    let dir = tempfile::tempdir()?;
    let customers = dir.path().join("customers.geojson");
    std::fs::write(&customers, collection(n, customer)?)?;
    let reps = dir.path().join("reps.geojson");
    std::fs::write(&reps, collection(50, rep)?)?;
    let size = std::fs::metadata(&customers)?.len() as f64;
    let overrides = Overrides {
        customers: Some(customers),
        reps: Some(reps),
        balance: Some(vec!["workload".parse()?, "revenue".parse()?]),
        ..Overrides::default()
    };
    let scenario = Scenario::load(None, &overrides).map_err(revier::error::Error::Input)?;
    let (mut best, mut best_cpu) = (f64::MAX, f64::MAX);
    for _ in 0..5 {
        let (start, start_cpu) = (Instant::now(), cpu_seconds());
        let inputs = read(&scenario, None)?;
        best = best.min(start.elapsed().as_secs_f64());
        best_cpu = best_cpu.min(cpu_seconds() - start_cpu);
        assert_eq!(inputs.customers.len(), n);
    }
    println!(
        "{n} customers, {:.0} MB: {best:.3} s, {best_cpu:.3} s of processor time, {} threads \
         (file, hash, parse, checks)",
        size / 1e6,
        rayon::current_num_threads()
    );
    Ok(())
}

/// Processor time of all threads so far, where the system tells it: other work on the machine
/// does not count.
fn cpu_seconds() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten();
    let nanoseconds = tasks.filter_map(|task| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<f64>().ok()
    });
    nanoseconds.sum::<f64>() / 1e9
}

type Writer = fn(&mut String, usize, f64, f64) -> std::fmt::Result;

fn collection(n: usize, feature: Writer) -> Result<String, std::fmt::Error> {
    let mut out = String::from("{\"type\":\"FeatureCollection\",\"features\":[\n");
    for i in 0..n {
        let (u, v) = (fraction(i as u64), fraction(i as u64 + 1_000_000_007));
        let place = (5.9 + 9.0 * u, 47.3 + 7.7 * v);
        if i > 0 {
            out.push_str(",\n");
        }
        feature(&mut out, i, place.0, place.1)?;
    }
    out.push_str("\n]}\n");
    Ok(out)
}

fn customer(out: &mut String, i: usize, lon: f64, lat: f64) -> std::fmt::Result {
    let workload = 1.0 + 9.0 * fraction(i as u64 ^ 0x5555);
    let revenue = 1e5 * fraction(i as u64 ^ 0xAAAA);
    write!(
        out,
        "{{\"type\":\"Feature\",\"geometry\":{{\"type\":\"Point\",\"coordinates\":[{lon:.5},{lat:.5}]}},\
         \"properties\":{{\"id\":\"C{i:07}\",\"workload\":{workload:.2},\"revenue\":{revenue:.0},\
         \"industry\":\"Trade\",\"size\":\"M\",\"owner\":\"R{}\"}}}}",
        i % 50
    )
}

fn rep(out: &mut String, i: usize, lon: f64, lat: f64) -> std::fmt::Result {
    write!(
        out,
        "{{\"type\":\"Feature\",\"geometry\":{{\"type\":\"Point\",\"coordinates\":[{lon:.5},{lat:.5}]}},\
         \"properties\":{{\"id\":\"R{i}\",\"name\":\"Rep {i}\"}}}}"
    )
}

/// A number in [0, 1) that is the same for the same `i` on every machine (splitmix64).
fn fraction(i: u64) -> f64 {
    let mut z = i
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}
