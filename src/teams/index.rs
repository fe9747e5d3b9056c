//! `teams.json`: which teams have plans, and what they come to together.

use super::Members;
use crate::disk::file;
use crate::error::{Error, Problem, codes};
use crate::input::{self, Inputs};
use crate::plan::Claim;
use crate::saved::{self, REPORT, Report};
use crate::scenario::{Overrides, Role, Scenario, titled};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The name of the index.
pub const INDEX: &str = "teams.json";
/// How many customers in no team are listed.
const LISTED: usize = 100;

/// `teams.json`. Every figure follows from the plans and their inputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// Version of revier that wrote it.
    pub revier_teams: String,
    /// Title of the scenario.
    pub name: String,
    /// The teams, in the order of the scenario.
    pub teams: Vec<TeamFigures>,
    /// Kilometres that all travel; none where a plan has minutes only.
    pub travel_km: Option<f64>,
    /// Customers who are in a team.
    pub customers: usize,
    /// Customers who are in several: each of these looks after them.
    pub in_several: usize,
    /// Customers who are in none, whom no plan has.
    pub in_none: usize,
    /// The first of their ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without_team: Vec<String>,
    /// Reps who are in no team.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub idle_reps: Vec<String>,
}

/// What the index says of a team: figures of its report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamFigures {
    /// Its name, and that of the directory of its plan.
    pub name: String,
    /// Customers.
    pub customers: usize,
    /// Reps.
    pub reps: usize,
    /// What is proven of its plan.
    pub claim: Claim,
    /// Cost of the plan.
    pub objective: f64,
    /// In which unit.
    pub unit: String,
    /// Lower bound on the cost of every plan of the team.
    pub bound: f64,
    /// `(objective - bound) / objective`.
    pub gap: f64,
    /// Kilometres travelled; none where the plan has minutes only.
    pub travel_km: Option<f64>,
    /// Hash of its `report.json`, which has the hashes of all other files.
    pub sha256: String,
}

/// Whether a file is such an index.
#[must_use]
pub fn is_index(path: &Path) -> bool {
    file::begins_with(path, "{\n  \"revier_teams\":")
}

/// The index of plans that stand in the directories of their teams below `dir`, which were made from these inputs.
///
/// # Errors
/// What is wrong with a report.
pub fn of_dir(dir: &Path, name: &str, teams: &[(&str, &Inputs)]) -> Result<Index, Error> {
    let mut figures = Vec::new();
    for (team, _) in teams {
        figures.push(figures_of(&dir.join(team), team)?);
    }
    let inputs: Vec<&Inputs> = teams.iter().map(|(_, inputs)| *inputs).collect();
    let mut members = Members::of(&inputs);
    let in_none = members.nobodys.len();
    members.nobodys.truncate(LISTED);
    Ok(Index {
        revier_teams: env!("CARGO_PKG_VERSION").to_owned(),
        name: name.to_owned(),
        travel_km: figures.iter().map(|f| f.travel_km).sum(),
        teams: figures,
        customers: members.customers,
        in_several: members.several,
        in_none,
        without_team: members.nobodys,
        idle_reps: members.idle,
    })
}

fn figures_of(dir: &Path, team: &str) -> Result<TeamFigures, Error> {
    let report: Report = saved::report(dir)?;
    let path = dir.join(REPORT);
    let bytes = file::kept_bytes(&path).map_err(|p| told(&path, *p))?;
    Ok(TeamFigures {
        name: team.to_owned(),
        customers: report.territories.iter().map(|t| t.customers).sum(),
        reps: report.territories.len(),
        claim: report.claim,
        objective: report.objective.value,
        unit: report.objective.unit,
        bound: report.bound,
        gap: report.gap,
        travel_km: report.territories.iter().map(|t| t.travel_km).sum(),
        sha256: file::sha256(&bytes),
    })
}

fn told(path: &Path, mut problem: Problem) -> Error {
    problem.file = path.display().to_string();
    Error::Input(vec![problem])
}

impl Index {
    /// Reads the index of a directory; `None` where it has none.
    ///
    /// # Errors
    /// [`Error::Input`] where it is damaged.
    pub fn read(dir: &Path) -> Result<Option<Index>, Error> {
        let path = dir.join(INDEX);
        if !path.is_file() {
            return Ok(None);
        }
        let bytes = file::kept_bytes(&path).map_err(|p| told(&path, *p))?;
        let index: Index = serde_json::from_slice(&bytes).map_err(|e| {
            let problem = Problem::error(codes::DAMAGED_PLAN, e.to_string());
            told(&path, problem.help("run `revier solve` again"))
        })?;
        // The names lead to directories.
        for team in &index.teams {
            if !team
                .name
                .chars()
                .all(|c| c.is_alphanumeric() || "-_ ".contains(c))
            {
                let what = format!("{:?} is no name of a team", team.name);
                let problem = Problem::error(codes::DAMAGED_PLAN, what).field("teams.name");
                return Err(told(&path, problem.help("run `revier solve` again")));
            }
        }
        Ok(Some(index))
    }

    /// As the file has it.
    ///
    /// # Errors
    /// [`Error::Internal`] where a figure is none that JSON has.
    pub fn text(&self) -> Result<String, Error> {
        let text = serde_json::to_string_pretty(self);
        Ok(text.map_err(|e| Error::Internal(e.to_string()))? + "\n")
    }
}

/// What is wrong with the index of plans that hold, each by itself: it is derived again from their reports and inputs.
///
/// # Errors
/// As [`saved::report`], and what is wrong with inputs.
pub fn check(dir: &Path, index: &Index) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    let (mut read, mut whole): (Vec<(String, Inputs)>, Option<Scenario>) = (Vec::new(), None);
    for team in &index.teams {
        let at = dir.join(&team.name);
        let report = saved::report(&at)?;
        let overrides = report.overrides.seen_from(&at);
        if overrides.team.as_deref() != Some(team.name.as_str()) {
            found.push(format!(
                "the plan in {} is not that of the team",
                at.display()
            ));
            continue;
        }
        let scenario = report.scenario.seen_from(&at);
        read.push((team.name.clone(), input::read(&scenario, None)?));
        let file = report.inputs.iter().find(|i| i.role == Role::Scenario);
        if let Some(file) = file {
            let all = Overrides {
                team: None,
                ..overrides
            };
            let loaded = Scenario::load(Some(&at.join(&file.path)), &all).map_err(Error::Input)?;
            // Plans of one index are those of one scenario.
            if whole.as_ref().is_some_and(|w| w.team != loaded.team) {
                found.push(format!(
                    "the plan in {} is of another scenario",
                    at.display()
                ));
            }
            whole.get_or_insert(loaded);
        }
        let title = titled(&index.name, Some(&team.name));
        if report.scenario.name != title {
            found.push(format!("the plan in {} is called otherwise", at.display()));
        }
    }
    let Some(whole) = whole.filter(|_| found.is_empty()) else {
        if found.is_empty() {
            found.push("there is no team".to_owned());
        }
        return Ok(found);
    };
    let named = whole.team.iter().map(|t| t.name.as_str());
    if !named.eq(index.teams.iter().map(|t| t.name.as_str())) {
        found.push("the teams are not those of the scenario".to_owned());
        return Ok(found);
    }
    let teams: Vec<(&str, &Inputs)> = read.iter().map(|(n, i)| (n.as_str(), i)).collect();
    let names: Vec<&str> = teams.iter().map(|(n, _)| *n).collect();
    let inputs: Vec<&Inputs> = teams.iter().map(|(_, i)| *i).collect();
    found.extend(super::in_two(&names, &inputs).iter().map(Problem::sentence));
    let derived = of_dir(dir, &index.name, &teams)?;
    if derived.text()? != index.text()? {
        found.push("a figure is not what follows from the plans and their inputs".to_owned());
    }
    Ok(found)
}
