//! The main job: from a scenario to a plan that has been drawn and checked.
//!
//! ```text
//! read -> model -> solve -> territories -> check -> write
//! ```

use crate::base::deadline::{Cancel, Deadline};
use crate::check::{self, Broken, Claim, Finding};
use crate::error::{Error, Problem};
use crate::explain;
use crate::explain::advice::{self, Advice};
use crate::explain::drawn;
use crate::input::{self, Asking, Heard, Inputs};
use crate::model::Model;
use crate::output::{Contents, Target};
use crate::plan::drawing::Map;
use crate::plan::frontier::{FrontierRow, Trade};
use crate::plan::said;
use crate::plan::summary::Summary;
use crate::plan::{Plan, Prices};
use crate::report::Lang;
use crate::saved::Timings;
use crate::scenario::{Balance, Overrides, Scenario};
use crate::solve::frontier;
use crate::solve::{self, Contiguity, Options, Progress};
use crate::territory::{Territories, TerritoryError};
use std::path::Path;
use std::time::Instant;

/// What a run works on next; told to whoever watches.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Stage {
    /// Reading and validating the files.
    Read,
    /// Asking a routing server; this share is answered, 0 to 1.
    Ask(f64),
    /// The routing server wants to be left alone for so many seconds.
    Await(f64),
    /// Building the model.
    Solve,
    /// Looking for prices.
    Prices,
    /// Solving the LP.
    Lp,
    /// Improving a whole plan that is this far from the bound at most, 0 to 1.
    Improve(f64),
    /// Solving again with other limits on change.
    Frontier,
    /// Drawing the territories.
    Draw,
    /// Verifying the plan.
    Check,
    /// Writing the plan directory.
    Write,
}

impl Stage {
    /// In words.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Stage::Read => "reading the files",
            Stage::Ask(_) => "asking the routing server",
            Stage::Await(_) => "waiting for the routing server",
            Stage::Solve => "building the model",
            Stage::Prices => "looking for prices",
            Stage::Lp => "proving the bound",
            Stage::Improve(_) => "improving the plan",
            Stage::Frontier => "trading travel against change",
            Stage::Draw => "drawing the territories",
            Stage::Check => "checking the plan",
            Stage::Write => "writing the plan",
        }
    }

    /// How much of a run lies behind when the stage begins, 0 to 1.
    #[must_use]
    pub fn share(self) -> f64 {
        let eighths = match self {
            Stage::Read | Stage::Ask(_) | Stage::Await(_) => 0,
            Stage::Solve => 1,
            Stage::Prices => 2,
            Stage::Lp => 3,
            Stage::Improve(_) | Stage::Frontier => 4,
            Stage::Draw => 5,
            Stage::Check => 6,
            Stage::Write => 7,
        };
        f64::from(eighths) / 8.0
    }
}

/// What a run does beyond a plan of the scenario's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Task {
    /// Evaluate today's assignment instead of looking for a new plan.
    pub keep: bool,
    /// Also work out what other limits would give.
    pub frontier: Trade,
}

/// A plan with everything it was made from.
#[derive(Debug)]
pub struct Solved {
    /// What was read.
    pub inputs: Inputs,
    /// What was solved.
    pub model: Model,
    /// The plan, its violations and notes included.
    pub plan: Plan,
    /// The polygons.
    pub territories: Territories,
    /// The figures.
    pub summary: Summary,
    /// The language that the page opens in: English, until somebody sets another.
    pub lang: Lang,
    /// Plans with other limits; empty unless asked for.
    pub frontier: Vec<FrontierRow>,
    /// What the prices say, in words.
    pub advice: Vec<Advice>,
    /// Where the time went so far.
    pub timings: Timings,
    /// When the run began.
    pub begin: Instant,
}

/// Reads, solves, draws and checks; nothing is written.
///
/// # Errors
/// Bad input with all its problems, or [`Error::Internal`] when a step or the check fails.
pub fn run(
    scenario: &Scenario,
    file: Option<&Path>,
    overrides: &Overrides,
    watch: impl FnMut(Stage),
) -> Result<Solved, Error> {
    run_task(scenario, file, overrides, Task::default(), watch)
}

/// As [`run`], and what `task` asks for.
///
/// # Errors
/// As [`run`]; [`Error::Usage`] when the task needs owners of today and there are none.
pub fn run_task(
    scenario: &Scenario,
    file: Option<&Path>,
    overrides: &Overrides,
    task: Task,
    watch: impl FnMut(Stage),
) -> Result<Solved, Error> {
    run_until(scenario, file, overrides, task, &Cancel::new(), watch)
}

/// As [`run_task`], and as soon as somebody sets the flag the solve ends with the best plan it knows, which is drawn and checked as any other.
///
/// # Errors
/// As [`run_task`].
pub fn run_until(
    scenario: &Scenario,
    file: Option<&Path>,
    overrides: &Overrides,
    task: Task,
    cancel: &Cancel,
    mut watch: impl FnMut(Stage),
) -> Result<Solved, Error> {
    let begin = Instant::now();
    watch(Stage::Read);
    // Asking takes the time that the server takes, as reading takes that of the disk.
    let mut asking = Asking {
        until: &Deadline::never().or(cancel),
        watch: &mut |heard| {
            watch(match heard {
                Heard::Share(share) => Stage::Ask(share),
                Heard::Waits(time) => Stage::Await(time.as_secs_f64()),
            });
        },
    };
    let mut inputs = input::read_asking(scenario, file, &mut asking)?;
    inputs.overrides = overrides.clone();
    run_on(inputs, task, cancel, begin, watch)
}

/// As [`run_until`], for who has read the inputs, and began at `begin`.
pub(crate) fn run_on(
    inputs: Inputs,
    task: Task,
    cancel: &Cancel,
    begin: Instant,
    watch: impl FnMut(Stage),
) -> Result<Solved, Error> {
    run_near(inputs, None, task, cancel, begin, watch)
}

/// As [`run_on`], and the prices of a similar plan are where the search for prices begins.
pub(crate) fn run_near(
    mut inputs: Inputs,
    prices: Option<&Prices>,
    task: Task,
    cancel: &Cancel,
    begin: Instant,
    mut watch: impl FnMut(Stage),
) -> Result<Solved, Error> {
    let former = explain::former_owners(&mut inputs);
    let mut timings = Timings {
        read: begin.elapsed().as_secs_f64(),
        ..Timings::default()
    };

    watch(Stage::Solve);
    let now = Instant::now();
    let mut model = Model::build(&inputs);
    timings.index = now.elapsed().as_secs_f64();
    // One limit for all phases.
    let until = Deadline::after(inputs.scenario.solve.time_limit_s).or(cancel);
    let (near, unchosen) = choose_costs(&mut inputs, &mut model, &until);
    let prices = near.as_ref().or(prices);
    timings.lp = now.elapsed().as_secs_f64() - timings.index;
    let none = |e: TerritoryError| Error::Usage(format!("no territories: {e}"));
    let map = Map::new(&inputs).map_err(none)?;
    timings.polygons = now.elapsed().as_secs_f64() - timings.index - timings.lp;
    let contiguity = Contiguity {
        graph: &map.graph,
        required: inputs.scenario.rules.contiguous,
    };
    let solver = Solver {
        prices,
        inputs: &inputs,
        model: &model,
        contiguity: &contiguity,
        until: &until,
    };
    let mut plan = solver.plan(task, &mut watch)?;
    plan.notes.extend(former);
    plan.notes.extend(unchosen);
    timings.index += plan.seconds.index;
    timings.lp += plan.seconds.lp;
    timings.round = plan.seconds.round;
    let mut frontier = Vec::new();
    if task.frontier.any() {
        watch(Stage::Frontier);
        frontier = solver.frontier(task.frontier, &mut plan)?;
    }
    let telling = solver.telling();
    let mut advice = solver.explain(&mut plan, &telling);

    watch(Stage::Draw);
    let now = Instant::now();
    let territories = map.draw(&plan.owner).map_err(none)?;
    let options = solver.options(until.clone());
    let outside = input::astray::outside(&inputs, &territories.outside);
    inputs.warnings.extend(outside);
    let summary = Summary::new(&model, &plan.owner);
    let told = drawn::notes(&inputs, &plan.owner, &territories);
    plan.notes.extend(told);
    timings.polygons += now.elapsed().as_secs_f64();

    watch(Stage::Check);
    let now = Instant::now();
    let drawing = (&territories, &summary);
    let (findings, weaker) = verify(&inputs, &model, &options, &mut plan, drawing);
    if weaker {
        // What the prices advise rests on those that are left.
        advice = advised(&inputs, &model, &plan, &telling);
    }
    timings.check = now.elapsed().as_secs_f64();
    refuse(&findings)?;
    Ok(Solved {
        inputs,
        model,
        plan,
        territories,
        summary,
        lang: Lang::default(),
        frontier,
        advice,
        timings,
        begin,
    })
}

/// Chooses what load beside the targets costs where the scenario leaves that to the travel; prices to begin with, if any were found
/// by the way, and a note where time ended the search.
fn choose_costs(
    inputs: &mut Inputs,
    model: &mut Model,
    until: &Deadline,
) -> (Option<Prices>, Option<String>) {
    let open = |b: &Balance| b.is_auto() && b.chosen.is_none();
    if !inputs.scenario.balance.iter().any(open) {
        return (None, None);
    }
    let options = options(&inputs.scenario, until.clone());
    let found = solve::spend(model, &inputs.scenario.balance, &options);
    for (b, cost) in inputs.scenario.balance.iter_mut().zip(found.costs) {
        if b.is_auto() {
            b.chosen = Some(cost);
        }
    }
    model.weigh_balance(&inputs.scenario.balance);
    let note = found.cut.then(|| said::NO_COST.to_owned());
    let rows = model.k * model.m;
    let prices = found.prices.and_then(|mu| {
        Some(Prices {
            rep_measure: mu.get(..rows)?.to_vec(),
            change: mu.get(rows).copied().unwrap_or(0.0),
            assignment: Vec::new(),
        })
    });
    (prices, note)
}

/// How the plan of a scenario is looked for.
fn options(scenario: &Scenario, until: Deadline) -> Options {
    let rules = &scenario.solve;
    Options {
        seed: rules.seed,
        gap: rules.gap,
        time_limit_s: rules.time_limit_s,
        until,
        ..Options::default()
    }
}

/// What the solves of a run share.
struct Solver<'a> {
    prices: Option<&'a Prices>,
    inputs: &'a Inputs,
    model: &'a Model,
    contiguity: &'a Contiguity<'a>,
    until: &'a Deadline,
}

impl Solver<'_> {
    fn options(&self, until: Deadline) -> Options {
        options(&self.inputs.scenario, until)
    }

    /// The plan of the scenario, or today's assignment.
    fn plan(&self, task: Task, watch: &mut impl FnMut(Stage)) -> Result<Plan, Error> {
        // A frontier needs a part of the time.
        let limit = self.inputs.scenario.solve.time_limit_s;
        let options = self.options(match task.frontier.any() {
            true => self.until.within(0.5 * limit),
            false => self.until.clone(),
        });
        if task.keep {
            return solve::keep(self.model, Some(self.contiguity), &options);
        }
        let mut report = |progress| {
            watch(match progress {
                Progress::Prices => Stage::Prices,
                Progress::Lp => Stage::Lp,
                Progress::Plan { gap } => Stage::Improve(gap),
            });
        };
        let (model, contiguity) = (self.model, self.contiguity);
        solve::solve_near(model, contiguity, &options, self.prices, &mut report)
    }

    /// The frontier; the plan becomes what is found to be better by the way.
    fn frontier(&self, trade: Trade, plan: &mut Plan) -> Result<Vec<FrontierRow>, Error> {
        let (model, options) = (self.model, self.options(self.until.clone()));
        let (inputs, contiguity) = (self.inputs, self.contiguity);
        let found = frontier::frontier(inputs, model, &options, contiguity, trade, plan)?;
        // Today's assignment stays what it is.
        if let Some(owner) = found.better.filter(|_| !plan.kept) {
            solve::adopt(model, &options, owner, plan);
        }
        Ok(found.rows)
    }

    /// How long reasons and advice may take.
    fn telling(&self) -> Deadline {
        let limit = self.inputs.scenario.solve.time_limit_s;
        self.until.grace(EXPLAIN.0 + EXPLAIN.1 * limit)
    }

    /// Reasons for what is broken, and advice.
    fn explain(&self, plan: &mut Plan, telling: &Deadline) -> Vec<Advice> {
        let limit = self.inputs.scenario.solve.time_limit_s;
        let graph = self.contiguity.graph;
        explain::explain(self.inputs, self.model, graph, plan, telling);
        let advice = advised(self.inputs, self.model, plan, telling);
        if telling.is_over() && !said::has_ended(&plan.notes, limit) {
            plan.notes.push(said::NO_TIME.to_owned());
        }
        advice
    }
}

/// What the prices advise; nothing where there are none.
fn advised(inputs: &Inputs, model: &Model, plan: &Plan, until: &Deadline) -> Vec<Advice> {
    match plan.lp.objective.is_finite() {
        true => advice::advice(inputs, model, plan, until),
        false => Vec::new(),
    }
}

/// What the check finds, and whether less is claimed: a proof that does not pass is no reason to lose the plan.
fn verify(
    inputs: &Inputs,
    model: &Model,
    options: &Options,
    plan: &mut Plan,
    (territories, summary): (&Territories, &Summary),
) -> (Vec<Finding>, bool) {
    let broken = Broken::of(plan);
    let judge = |plan: &Plan| {
        let claim = Claim::of(plan, &broken, territories, summary);
        check::check(inputs, &claim)
    };
    let mut findings = judge(plan);
    let of_proof = |f: &Finding| ["bound", "certificate"].contains(&f.what);
    let mut weaker = false;
    while !findings.is_empty() && findings.iter().all(of_proof) {
        if !solve::weaken(model, options, plan) {
            break;
        }
        weaker = true;
        findings = judge(plan);
    }
    (findings, weaker)
}

fn refuse(findings: &[Finding]) -> Result<(), Error> {
    if findings.is_empty() {
        return Ok(());
    }
    let list: Vec<String> = findings.iter().map(ToString::to_string).collect();
    Err(Error::Internal(format!(
        "the plan does not pass its own check:\n{}",
        list.join("\n")
    )))
}

/// Seconds, and share of the time limit, that reasons may take after its end.
const EXPLAIN: (f64, f64) = (0.5, 0.05);

impl Solved {
    /// What of the inputs can be used, but is probably not what was meant; by the names that whoever gave them knows.
    #[must_use]
    pub fn warnings(&self) -> Vec<Problem> {
        let memory = &self.inputs.scenario.origin.memory;
        let mut warnings = self.inputs.warnings.clone();
        for warning in &mut warnings {
            warning.file = memory.label(Path::new(&warning.file));
        }
        warnings
    }

    /// Writes the plan directory.
    ///
    /// # Errors
    /// [`Error::Io`]; what stood there before is untouched then.
    pub fn write(&self, target: Target) -> Result<(), Error> {
        target.write(&self.contents(self.lang))
    }

    /// What a plan directory is made of, with a page that opens in this language.
    pub(crate) fn contents(&self, lang: Lang) -> Contents<'_> {
        Contents {
            inputs: &self.inputs,
            model: &self.model,
            plan: &self.plan,
            territories: &self.territories,
            summary: &self.summary,
            lang,
            frontier: &self.frontier,
            advice: &self.advice,
            timings: self.timings,
            begin: self.begin,
        }
    }
}
