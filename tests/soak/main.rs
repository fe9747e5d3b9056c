//! A soak: random scenarios over all rules and odd geometries, each solved, checked, exported, compared, tracked and
//! assigned by the real binary.
//!
//! ```sh
//! cargo test --release --test soak -- --ignored --nocapture
//! SOAK_CASES=10000 SOAK_SEED=7 cargo test --release --test soak -- --ignored --nocapture
//! ```
//!
//! `SOAK_BINARY` names another build to try; `SOAK_WORKERS` says how many cases run at a time.
//!
//! What must hold of every case: no panic, no signal, no exit status 1; `check` accepts what `solve` wrote; every command that
//! reads a plan reads it; the solver's phases keep within the time limit. The inputs of a case that fails are kept, and the
//! seed that makes them is printed.

mod case;
#[path = "../common/mod.rs"]
mod common;

use case::Case;
use common::Random;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, RwLock};
use std::time::Instant;

/// Beyond a tenth of the time limit: what the phases may take until they look at the clock, seconds. A busy or slow machine is given more by `SOAK_GRACE_MS`.
const GRACE_S: f64 = 0.25;
/// Times that a case which was late is solved again, alone: it may have been the machine that was busy.
const AGAIN: usize = 4;

/// A number from the environment.
fn setting(name: &str, default: u64) -> u64 {
    let text = std::env::var(name);
    text.map_or(default, |t| {
        t.parse()
            .unwrap_or_else(|_| panic!("{name}={t} is no number"))
    })
}

#[test]
#[ignore = "takes minutes; SOAK_CASES and SOAK_SEED say how many cases and which"]
fn soak() {
    let (cases, seed) = (setting("SOAK_CASES", 300), setting("SOAK_SEED", 1));
    let workers = setting("SOAK_WORKERS", 2);
    let (next, ended) = (AtomicUsize::new(0), Mutex::new(Ended::default()));
    let alone = RwLock::new(());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed) as u64;
                    if at >= cases {
                        break;
                    }
                    let dir = tempfile::tempdir().unwrap();
                    let outcome = run(dir.path(), (seed, at), &alone);
                    if outcome.is_err() {
                        let kept = dir.keep();
                        eprintln!("kept: {}", kept.display());
                    }
                    ended.lock().unwrap().count(seed, at, outcome);
                }
            });
        }
    });
    let ended = ended.into_inner().unwrap();
    println!("{ended:?}");
    assert!(
        ended.failed.is_empty(),
        "{} of {cases} cases failed",
        ended.failed.len()
    );
    let plans = ended.plans + ended.infeasible;
    assert!(
        10 * ended.refused <= cases as usize,
        "the generator makes too much bad input"
    );
    assert!(
        plans > 0 && ended.plans > ended.infeasible / 4,
        "hardly a plan"
    );
}

/// How the cases ended.
#[derive(Debug, Default)]
struct Ended {
    plans: usize,
    infeasible: usize,
    refused: usize,
    failed: Vec<u64>,
}

impl Ended {
    fn count(&mut self, seed: u64, at: u64, outcome: Result<i32, String>) {
        match outcome {
            Ok(0) => self.plans += 1,
            Ok(3) => self.infeasible += 1,
            Ok(_) => self.refused += 1,
            Err(what) => {
                eprintln!("case {at} of seed {seed}: {what}\n");
                self.failed.push(at);
            }
        }
        let done = self.plans + self.infeasible + self.refused + self.failed.len();
        if done.is_multiple_of(500) {
            eprintln!("{done} cases: {self:?}");
        }
    }
}

/// One case; the exit status of `solve`, or what went wrong. Who holds `alone` for writing is the only one that runs.
fn run(dir: &Path, (seed, at): (u64, u64), alone: &RwLock<()>) -> Result<i32, String> {
    let mut random = Random(seed.wrapping_mul(1_000_003).wrapping_add(at));
    random.next();
    let case = Case::random(&mut random);
    case.write(dir);
    let about = case.about();
    let mut shared = Some(alone.read().unwrap());
    let fail = |what: String| Err(format!("{about}: {what}"));
    let (code, said) = revier(dir, &["solve", "scenario.toml", "--out", "out"])
        .map_err(|e| format!("{about}: solve: {e}"))?;
    if code == 2 {
        return Ok(2);
    }
    if code != 0 && code != 3 {
        return fail(format!("solve ends with {code}: {said}"));
    }
    let mut late = in_time(&dir.join("out"), case.time_limit_s);
    if late.is_err() {
        drop(shared.take());
        let _only = alone.write().unwrap();
        for _ in 0..AGAIN {
            if late.is_ok() {
                break;
            }
            revier(dir, &["solve", "scenario.toml", "--out", "again"])
                .map_err(|e| format!("{about}: solve: {e}"))?;
            late = in_time(&dir.join("again"), case.time_limit_s);
        }
    }
    let _shared = shared.or_else(|| alone.read().ok());
    if let Err(late) = late {
        return fail(late);
    }
    let then = |args: &[&str], permitted: &[i32]| -> Result<(), String> {
        let (code, said) = revier(dir, args).map_err(|e| format!("{about}: {args:?}: {e}"))?;
        if permitted.contains(&code) {
            return Ok(());
        }
        Err(format!("{about}: {args:?} ends with {code}: {said}"))
    };
    then(&["check", "out"], &[0])?;
    let formats = ["gpkg", "fgb", "kml", "topojson", "csv", "svg"];
    then(
        &[
            "export",
            "out",
            "--to",
            formats[random.below(formats.len())],
        ],
        &[0],
    )?;
    then(
        &["assign", "out", "leads.csv", "--out", "routed.csv"],
        &[0, 3],
    )?;
    if case.has_owners {
        // Today's assignment; it may break any rule, and of few customers none may have an owner.
        let keep = ["solve", "scenario.toml", "--keep", "--out", "today"];
        let (code, said) = revier(dir, &keep).map_err(|e| format!("{about}: keep: {e}"))?;
        if code == 2 && said.contains("no customer has an `owner`") {
            return Ok(2);
        }
        if code != 0 && code != 3 {
            return fail(format!("{keep:?} ends with {code}: {said}"));
        }
    } else {
        then(
            &["solve", "scenario.toml", "--seed", "9", "--out", "today"],
            &[0, 3],
        )?;
    }
    then(&["check", "today"], &[0])?;
    then(&["compare", "today", "out"], &[0])?;
    if case.has_targets {
        then(
            &["track", "out", "actuals.csv", "--out", "track.html"],
            &[0],
        )?;
    }
    Ok(code)
}

/// Whether the phases of the solver kept within the limit, by the timings in the report of a plan.
fn in_time(plan: &Path, limit: f64) -> Result<(), String> {
    let text = std::fs::read_to_string(plan.join("report.json")).map_err(|e| e.to_string())?;
    let report: serde_json::Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
    let seconds = |name: &str| report["timings_s"][name].as_f64().unwrap_or(f64::NAN);
    let solving = seconds("lp") + seconds("round");
    let grace = setting("SOAK_GRACE_MS", (1000.0 * GRACE_S) as u64) as f64 / 1000.0;
    if solving <= 1.1 * limit + grace {
        return Ok(());
    }
    Err(format!("solving took {solving} s, the limit is {limit} s"))
}

/// Runs revier in a directory; the exit status and what it said on stderr. A signal, a panic or no end within a minute is an error.
fn revier(dir: &Path, args: &[&str]) -> Result<(i32, String), String> {
    let begin = Instant::now();
    let binary = std::env::var("SOAK_BINARY");
    let binary = binary.unwrap_or_else(|_| env!("CARGO_BIN_EXE_revier").to_owned());
    let output: Output = Command::new(binary)
        .args(args)
        .current_dir(dir)
        .output()
        .map_err(|e| e.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let Some(code) = output.status.code() else {
        return Err(format!("ended by a signal: {said}"));
    };
    if said.contains("panicked at") {
        return Err(format!("a panic: {said}"));
    }
    let seconds = begin.elapsed().as_secs_f64();
    if seconds > 60.0 {
        return Err(format!("took {seconds:.0} s"));
    }
    Ok((code, said))
}
