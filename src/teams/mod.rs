//! Several teams over one map: each is a scenario of its own, with a plan directory of its own, and an index stands beside these.
//!
//! Teams share files and rules, never customers within one plan: a customer in two teams is looked after by both, and each of the two plans is proven
//! by itself. So what the teams travel together is a sum, and its bound is the sum of their bounds.

mod index;
mod page;

pub use index::{INDEX, Index, TeamFigures, check, is_index, of_dir};
pub use page::{PAGE, is_page, page};

use crate::base::deadline::Cancel;
use crate::base::words::thousands;
use crate::disk::file::is_pipe;
use crate::error::{Error, Problem, Severity, codes};
use crate::input::{self, Asking, Inputs};
use crate::run::{self, Solved, Stage, Task};
use crate::scenario::{Overrides, Scenario};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::time::Instant;

/// How many are named.
const NAMED: usize = 5;

/// A team, read.
pub struct Team {
    /// Its name.
    pub name: String,
    /// Its customers and reps, and all else.
    pub inputs: Inputs,
    begin: Instant,
}

/// Reads all teams of a scenario; the second value: what is to be told of all of them together.
///
/// # Errors
/// [`Error::Input`] with all problems of all teams, each once, and where a rep is in two of them.
pub fn read(
    file: &Path,
    overrides: &Overrides,
    whole: &Scenario,
) -> Result<(Vec<Team>, Vec<Problem>), Error> {
    no_pipes(file, whole)?;
    let (mut teams, mut problems) = (Vec::new(), Vec::new());
    for team in &whole.team {
        let begin = Instant::now();
        let own = Overrides {
            team: Some(team.name.clone()),
            ..overrides.clone()
        };
        let read = Scenario::load(Some(file), &own)
            .map_err(Error::Input)
            .and_then(|scenario| {
                Asking::patiently(|asking| input::read_asking(&scenario, Some(file), asking))
            });
        match read {
            Ok(mut inputs) => {
                inputs.overrides = own;
                let name = team.name.clone();
                teams.push(Team {
                    name,
                    inputs,
                    begin,
                });
            }
            Err(Error::Input(found)) => problems.extend(found),
            Err(other) => return Err(other),
        }
    }
    let label = whole.label(file);
    let inputs: Vec<&Inputs> = teams.iter().map(|t| &t.inputs).collect();
    let names: Vec<&str> = teams.iter().map(|t| t.name.as_str()).collect();
    if problems.is_empty() {
        problems.extend(in_two(&names, &inputs));
    }
    let mut told = HashSet::new();
    problems.retain(|p| told.insert(p.to_string()));
    if problems.iter().any(|p| p.severity == Severity::Error) {
        for problem in problems.iter_mut().filter(|p| p.file.is_empty()) {
            problem.file.clone_from(&label);
        }
        return Err(Error::Input(problems));
    }
    let mut warnings = in_none(&Members::of(&inputs));
    for warning in &mut warnings {
        warning.file.clone_from(&label);
    }
    Ok((teams, warnings))
}

/// The files are read once for each team, which a pipe cannot be.
fn no_pipes(file: &Path, whole: &Scenario) -> Result<(), Error> {
    let mut pipes = Vec::new();
    let mut look = |path: &Path| {
        if is_pipe(path) {
            pipes.push(path.display().to_string());
        }
    };
    look(file);
    whole.clone().each_path(|path| look(path));
    match pipes.is_empty() {
        true => Ok(()),
        false => Err(Error::Usage(format!(
            "files are read once for each team, and these are pipes: {}; name files, or one team with --team",
            pipes.join(", ")
        ))),
    }
}

/// Reps who are in two teams.
fn in_two(names: &[&str], inputs: &[&Inputs]) -> Vec<Problem> {
    let mut of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, inputs) in names.iter().zip(inputs) {
        for id in inputs.reps.ids.iter() {
            of.entry(id).or_default().push(name);
        }
    }
    let twice = of.iter().filter(|(_, teams)| teams.len() > 1);
    let told = |(id, teams): (&&str, &Vec<&str>)| {
        let what = format!("the rep is in {} teams: {}", teams.len(), teams.join(", "));
        let problem = Problem::error(codes::BAD_TEAM, what)
            .field("team.reps")
            .id(id);
        problem.help("a rep is in one team, for both would fill its time: mend the conditions, or split the rep into two")
    };
    twice.take(4 * NAMED).map(told).collect()
}

/// In how many teams the customers and reps of the files are.
pub(crate) struct Members {
    /// Ids of customers in no team, in the order of the file.
    pub nobodys: Vec<String>,
    /// Customers in several teams.
    pub several: usize,
    /// Customers in a team.
    pub customers: usize,
    /// Ids of reps in no team.
    pub idle: Vec<String>,
}

impl Members {
    pub fn of(inputs: &[&Inputs]) -> Members {
        let mut teams: HashMap<&str, usize> = HashMap::new();
        for id in inputs.iter().flat_map(|i| i.customers.ids.iter()) {
            *teams.entry(id).or_default() += 1;
        }
        let busy: HashSet<&str> = inputs.iter().flat_map(|i| i.reps.ids.iter()).collect();
        // Whoever is in no team is left out by the first.
        let left = |side: usize| inputs.first().map(|i| &i.left[side]);
        let customers = left(0).into_iter().flat_map(|ids| ids.iter());
        let reps = left(1).into_iter().flat_map(|ids| ids.iter());
        Members {
            nobodys: (customers.filter(|id| !teams.contains_key(id)))
                .map(str::to_owned)
                .collect(),
            several: teams.values().filter(|n| **n > 1).count(),
            customers: teams.len(),
            idle: reps
                .filter(|id| !busy.contains(id))
                .map(str::to_owned)
                .collect(),
        }
    }
}

/// Customers and reps in no team.
fn in_none(members: &Members) -> Vec<Problem> {
    let sides = [
        (
            &members.nobodys,
            "customer",
            "team.customers",
            "no plan has them",
        ),
        (&members.idle, "rep", "team.reps", "they get nothing"),
    ];
    let mut told = Vec::new();
    for (ids, who, field, so) in sides.into_iter().filter(|(ids, ..)| !ids.is_empty()) {
        let first: Vec<&str> = ids.iter().take(NAMED).map(String::as_str).collect();
        let more = match ids.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {} more", thousands(more)),
        };
        let (are, s) = match ids.len() {
            1 => ("is", ""),
            _ => ("are", "s"),
        };
        let what = format!(
            "{} {who}{s} {are} in no team, and {so}: {}{more}",
            thousands(ids.len()),
            first.join(", ")
        );
        let problem = Problem::warning(codes::IN_NO_TEAM, what).field(field);
        told.push(problem.help("nothing, if that is meant; else widen the condition of a team"));
    }
    told
}

/// Solves a team.
///
/// # Errors
/// As [`run::run_until`].
pub fn solve(
    team: Team,
    task: Task,
    cancel: &Cancel,
    watch: impl FnMut(Stage),
) -> Result<Solved, Error> {
    run::run_on(team.inputs, task, cancel, team.begin, watch)
}
