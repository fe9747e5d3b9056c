//! Runs that are cut off leave the previous plan, or the new one, whole.

use super::destinations::left;
use super::{Bench, revier, said};
use std::collections::BTreeMap;
use std::path::PathBuf;
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

/// A command that is killed over and over: how it is called, and what may stand there afterwards.
struct Job {
    args: Vec<String>,
    /// The directory that it runs in.
    cwd: PathBuf,
    /// The file that it writes; none for a plan, which `check` judges.
    file: Option<PathBuf>,
}

/// The two calls of a job, which write different things to one place.
struct Pair {
    name: &'static str,
    jobs: [Job; 2],
    /// What each of them writes to a file; empty for a plan.
    whole: Vec<Vec<u8>>,
    /// How long a call takes.
    takes: Duration,
}

/// Where and how the kills happen. Environment variables change it: REVIER_KILLS_DIR (the file system), REVIER_KILLS_RUN (what the
/// command line starts with, such as `unshare --pid --fork --kill-child`).
struct Killer {
    bench: Bench,
    wrap: Vec<String>,
    random: u64,
}

impl Killer {
    fn new() -> Killer {
        let var = |name: &str| std::env::var(name).unwrap_or_default();
        let mut bench = Bench::new(300);
        let dir = var("REVIER_KILLS_DIR");
        if !dir.is_empty() {
            let there = tempfile::tempdir_in(dir).unwrap();
            for entry in std::fs::read_dir(bench.dir.path()).unwrap().flatten() {
                std::fs::copy(entry.path(), there.path().join(entry.file_name())).unwrap();
            }
            bench.dir = there;
        }
        let target =
            "[[target]]\nname = \"R\"\nmeasure = \"revenue\"\ngrowth = 0.05\ndate = 2026-12-31\n";
        // The plan matters little here, the time that it takes much.
        let text = bench.read("scenario.toml") + target + "[solve]\ngap = 0.2\ntime_limit_s = 1\n";
        bench.write("scenario.toml", &text);
        bench.write("leads1.csv", "id,lon,lat\nL1,10.5,50.5\n");
        let many: String = (0..500).map(|i| format!("M{i},11.{i:03},50.7\n")).collect();
        bench.write("leads2.csv", &format!("id,lon,lat\n{many}"));
        bench.write(
            "results1.csv",
            "customer_id,period,revenue\nC1,2026-01,100\n",
        );
        bench.write(
            "results2.csv",
            "customer_id,period,revenue\nC1,2026-02,900\nC2,2026-02,1\n",
        );
        std::fs::create_dir(bench.path("inside")).unwrap();
        bench.solve();
        std::fs::rename(bench.path("out"), bench.path("fixed")).unwrap();
        Killer {
            bench,
            wrap: var("REVIER_KILLS_RUN")
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
            random: 1,
        }
    }

    fn random(&mut self) -> u64 {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.random >> 33
    }

    /// Each command twice, with something else to write.
    fn pairs(&mut self) -> Vec<Pair> {
        let at = |name: &str| self.bench.arg(name);
        let root = self.bench.dir.path().to_owned();
        let own = |args: &[&str]| args.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>();
        let job = |args: &[&str], file: &str| Job {
            args: own(args),
            cwd: root.clone(),
            file: (!file.is_empty()).then(|| root.join(file)),
        };
        let fixed = at("fixed");
        let mut pairs = Vec::new();
        let mut add = |name, jobs: [Job; 2]| {
            pairs.push(Pair {
                name,
                jobs,
                whole: Vec::new(),
                takes: Duration::ZERO,
            });
        };
        let scenario = at("scenario.toml");
        add(
            "solve",
            ["1", "2"].map(|seed| job(&["solve", &scenario, "--out", "out", "--seed", seed], "")),
        );
        add(
            "solve inside",
            ["1", "2"].map(|seed| Job {
                cwd: root.join("inside"),
                ..job(&["solve", &scenario, "--out", ".", "--seed", seed], "")
            }),
        );
        add(
            "export",
            ["territories", "reps"].map(|layer| {
                job(
                    &[
                        "export",
                        &fixed,
                        "--to",
                        "csv",
                        "--out",
                        "layer.csv",
                        "--layer",
                        layer,
                    ],
                    "layer.csv",
                )
            }),
        );
        if cfg!(feature = "gpkg") {
            add(
                "export",
                ["territories", "assignments"].map(|layer| {
                    job(
                        &[
                            "export", &fixed, "--to", "gpkg", "--out", "a.gpkg", "--layer", layer,
                        ],
                        "a.gpkg",
                    )
                }),
            );
        }
        add(
            "assign",
            ["leads1.csv", "leads2.csv"].map(|leads| {
                job(
                    &["assign", &fixed, leads, "--out", "routes.csv"],
                    "routes.csv",
                )
            }),
        );
        add(
            "track",
            ["results1.csv", "results2.csv"].map(|results| {
                job(
                    &["track", &fixed, results, "--out", "track.html"],
                    "track.html",
                )
            }),
        );
        for pair in &mut pairs {
            for job in &pair.jobs {
                let begin = Instant::now();
                let output = self.command(job).output().unwrap();
                assert_eq!(
                    output.status.code(),
                    Some(0),
                    "{}: {}",
                    pair.name,
                    said(&output).2
                );
                pair.takes = begin.elapsed();
                pair.whole
                    .extend(job.file.iter().map(|file| std::fs::read(file).unwrap()));
            }
        }
        pairs
    }

    fn command(&self, job: &Job) -> Command {
        let binary = env!("CARGO_BIN_EXE_revier").to_owned();
        let mut all = self.wrap.iter().chain([&binary]).chain(&job.args);
        let mut command = Command::new(all.next().unwrap());
        command.args(all).current_dir(&job.cwd);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        command
    }

    /// Starts a call and kills it at a random moment, in half of all cases once it has begun to write; whether it was cut off.
    fn kill(&mut self, pair: &Pair, job: &Job) -> bool {
        let wait = pair.takes.mul_f64(self.random() as f64 % 1000.0 / 900.0);
        let once_it_writes = self.random().is_multiple_of(2);
        let more = Duration::from_micros(self.random() % 12_000);
        let dir = match &job.file {
            None if job.cwd.ends_with("inside") => job.cwd.clone(),
            _ => self.bench.dir.path().to_owned(),
        };
        let mut run = self.command(job).spawn().unwrap();
        let begin = Instant::now();
        if once_it_writes {
            let writes = || {
                let names = std::fs::read_dir(&dir)
                    .unwrap()
                    .flatten()
                    .map(|e| e.file_name());
                names
                    .into_iter()
                    .any(|n| n.to_string_lossy().ends_with(".new"))
            };
            while !writes() && begin.elapsed() < pair.takes * 2 && run.try_wait().unwrap().is_none()
            {
                std::thread::yield_now();
            }
            std::thread::sleep(more);
        } else {
            std::thread::sleep(wait);
        }
        let _ = run.kill();
        !run.wait().unwrap().success()
    }

    /// What stands there is whole: one of the two things that are written there.
    fn is_whole(&self, pair: &Pair, round: usize) {
        let name = pair.name;
        match &pair.jobs[0].file {
            None => {
                let plan = match pair.jobs[0].cwd.ends_with("inside") {
                    true => self.bench.arg("inside"),
                    false => self.bench.arg("out"),
                };
                let check = revier(&["check", &plan]);
                assert_eq!(
                    check.status.code(),
                    Some(0),
                    "{name}, round {round}: {}",
                    said(&check).2
                );
            }
            Some(file) => {
                let found = std::fs::read(file).unwrap();
                assert!(pair.whole.contains(&found), "{name}, round {round}: torn");
                if name == "track" {
                    let json = std::fs::read(file.with_extension("json")).unwrap();
                    serde_json::from_slice::<serde_json::Value>(&json).unwrap();
                }
            }
        }
    }

    /// So many rounds; how many runs of each command were cut off.
    fn rounds(&mut self, rounds: usize) -> BTreeMap<&'static str, usize> {
        let pairs = self.pairs();
        let mut cut = BTreeMap::new();
        for round in 0..rounds {
            let pair = &pairs[round % pairs.len()];
            let which = (self.random() % 2) as usize;
            // In every third round another run writes to the same place meanwhile, and ends well.
            let other = self
                .random()
                .is_multiple_of(3)
                .then(|| self.command(&pair.jobs[1 - which]).spawn().unwrap());
            *cut.entry(pair.name).or_default() += usize::from(self.kill(pair, &pair.jobs[which]));
            if let Some(other) = other {
                let output = other.wait_with_output().unwrap();
                assert_eq!(
                    output.status.code(),
                    Some(0),
                    "{}, round {round}: {}",
                    pair.name,
                    said(&output).2
                );
            }
            self.is_whole(pair, round);
        }
        // The next run of each clears away what the killed ones left.
        for pair in &pairs {
            let output = self.command(&pair.jobs[0]).output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{}", said(&output).2);
            self.is_whole(pair, rounds);
        }
        assert_eq!(left(self.bench.dir.path()), Vec::<String>::new());
        cut
    }
}

#[test]
fn killed_commands_leave_nothing_torn_and_nothing_behind() {
    let cut = Killer::new().rounds(40);
    assert!(cut.values().sum::<usize>() >= 12, "{cut:?}");
}

/// As many kills as `REVIER_KILLS` says: `REVIER_KILLS=1000 cargo test --test cli -- --ignored --nocapture kills`.
#[test]
#[ignore = "takes minutes; run by hand"]
fn kills_by_the_thousand() {
    let rounds = std::env::var("REVIER_KILLS").map_or(1000, |n| n.parse().unwrap());
    let cut = Killer::new().rounds(rounds);
    println!("{rounds} rounds, cut off: {cut:?}");
}
