//! From an [`Instance`] to a [`Plan`].

use super::instance::Instance;
use super::plan::Plan;
use crate::base::deadline::Cancel;
use crate::error::{Error, Problem, codes};
use crate::input::Inputs;
use crate::report::Lang;
use crate::run::{self, Stage, Task};
use crate::scenario::Scenario;
use std::time::Instant;
use toml::{Table, Value};

/// More threads than any machine of today has cores for; each costs memory before it does anything.
const MAX_THREADS: usize = 512;

/// How to solve; what is not set is as the scenario says.
///
/// ```
/// use revier::{Cancel, Options};
///
/// let cancel = Cancel::new();
/// let options = Options::new().seed(7).gap(0.001).time_limit(10.0).cancel(&cancel);
/// // From any thread: the solve ends with the best plan that it knows.
/// cancel.set();
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Options {
    seed: Option<u64>,
    gap: Option<f64>,
    time_limit_s: Option<f64>,
    threads: Option<usize>,
    task: Task,
    lang: Lang,
    cancel: Cancel,
}

impl Options {
    /// As the scenario says: seed 1, gap 0.0001 and 60 seconds where it says nothing.
    pub fn new() -> Options {
        Options::default()
    }

    /// Seed of everything random. Same instance and seed: the same plan, whatever the number of threads.
    pub fn seed(mut self, seed: u64) -> Options {
        self.seed = Some(seed);
        self
    }

    /// Stop when the plan is proven to cost at most this share more than the best there is.
    pub fn gap(mut self, gap: f64) -> Options {
        self.gap = Some(gap);
        self
    }

    /// Stop improving after so many seconds.
    pub fn time_limit(mut self, seconds: f64) -> Options {
        self.time_limit_s = Some(seconds);
        self
    }

    /// Solve on so many threads of its own, 1 to 512; otherwise on those of the `rayon` pool that [`solve`] is called in.
    pub fn threads(mut self, threads: usize) -> Options {
        self.threads = Some(threads);
        self
    }

    /// Evaluate today's assignment (`owner`) as a plan: nothing moves.
    pub fn keep(mut self, yes: bool) -> Options {
        self.task.keep = yes;
        self
    }

    /// Also work out what other limits on change would give; the report has it.
    pub fn frontier(mut self, yes: bool) -> Options {
        self.task.frontier.change = yes;
        self
    }

    /// Also work out what narrower and wider tolerances would give; with [`Options::frontier`], each of both. The report has it.
    pub fn frontier_of_balance(mut self, yes: bool) -> Options {
        self.task.frontier.balance = yes;
        self
    }

    /// The language that the report's page opens in.
    pub fn lang(mut self, lang: Lang) -> Options {
        self.lang = lang;
        self
    }

    /// A flag that ends the solve early, with the best plan that is known.
    pub fn cancel(mut self, cancel: &Cancel) -> Options {
        self.cancel = cancel.clone();
        self
    }

    /// What a scenario would have in `[solve]`, or all that is wrong with it.
    fn settings(&self) -> Result<Table, Error> {
        let mut solve = Table::new();
        let set = [("gap", self.gap), ("time_limit_s", self.time_limit_s)];
        for (key, value) in set {
            if let Some(value) = value {
                solve.insert(key.into(), Value::Float(value));
            }
        }
        let mut table = Table::new();
        if !solve.is_empty() {
            table.insert("solve".into(), Value::Table(solve));
        }
        let text = toml::to_string(&table);
        let text = text.map_err(|e| Error::Internal(format!("options: {e}")))?;
        let mut problems = Scenario::problems_of(&text, "options", false);
        if let Some(threads) = self.threads.filter(|n| !(1..=MAX_THREADS).contains(n)) {
            let what = format!("{threads} threads are not 1 to {MAX_THREADS}");
            let mut problem = Problem::error(codes::OUT_OF_RANGE, what).field("threads");
            problem.file = "options".into();
            problems.push(problem.help("leave it out to use all cores"));
        }
        if problems.is_empty() {
            Ok(table)
        } else {
            Err(Error::Input(problems))
        }
    }

    /// The inputs of a run with these options.
    fn applied(&self, instance: &Instance) -> Result<Inputs, Error> {
        let settings = self.settings()?;
        let mut inputs = instance.inputs();
        if let Some(seed) = self.seed {
            inputs.overrides.seed = Some(seed);
            inputs.scenario.solve.seed = seed;
        }
        if !settings.is_empty() {
            instance.with(settings, &mut inputs)?;
            let rules = &mut inputs.scenario.solve;
            rules.gap = self.gap.unwrap_or(rules.gap);
            rules.time_limit_s = self.time_limit_s.unwrap_or(rules.time_limit_s);
        }
        Ok(inputs)
    }
}

/// Solves, draws and checks. `watch` hears what is worked on next.
///
/// That no plan keeps all rules is no error: the plan is the closest one then, and its [`status`](Plan::status) says so.
///
/// # Errors
/// [`Error::Input`] with all that is wrong with the options, [`Error::Usage`] where there is nothing to draw or to keep,
/// [`Error::Internal`] when a step or the check fails.
pub fn solve(
    instance: &Instance,
    options: &Options,
    mut watch: impl FnMut(Stage) + Send,
) -> Result<Plan, Error> {
    let begin = Instant::now();
    watch(Stage::Read);
    let inputs = options.applied(instance)?;
    let run = || run::run_on(inputs, options.task, &options.cancel, begin, watch);
    let mut solved = match options.threads {
        None => run(),
        Some(threads) => {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let pool = pool.map_err(|e| Error::Internal(format!("no threads: {e}")))?;
            pool.install(run)
        }
    }?;
    solved.lang = options.lang;
    Ok(Plan::new(solved))
}
