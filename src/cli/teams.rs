//! `revier solve`, `check` and `assign` of several teams.

use super::files::filled;
use super::log::Log;
use super::{interrupt, say, table};
use revier::base::deadline::Cancel;
use revier::check::check_dir;
use revier::disk::staging::{File, Guard, publish};
use revier::error::Error;
use revier::input::Inputs;
use revier::output::Target;
use revier::plan::Status;
use revier::report::Lang;
use revier::run::{Stage, Task};
use revier::scenario::{Overrides, Scenario};
use revier::teams::{self, INDEX, Index, PAGE, Team};
use std::path::{Path, PathBuf};

/// What solving all teams needs to know.
pub struct Job<'a> {
    /// The scenario's file.
    pub file: &'a Path,
    /// Where the plans go, each into a directory of its own.
    pub out: &'a Path,
    pub force: bool,
    pub strict: bool,
    pub task: Task,
    pub lang: Lang,
}

/// Whether something stands at `out` that is one plan: teams do not stand among its files.
fn is_plan(out: &Path) -> bool {
    out.join("report.json").exists()
}

/// Where everything goes: the index, its page, and a plan for each team.
struct Places {
    index: File,
    page: File,
    plans: Vec<Target>,
}

impl Places {
    fn claim(job: &Job<'_>, scenario: &Scenario) -> Result<Places, Error> {
        if is_plan(job.out) {
            let out = job.out.display();
            return Err(Error::Usage(format!(
                "{out} has a plan of its own, and the scenario has teams; name another directory with --out, or one team with --team"
            )));
        }
        let guard = |is_ours: fn(&Path) -> bool| Guard {
            is_ours,
            otherwise: "is in the way, and no index of teams that revier wrote",
            force: job.force,
        };
        let index = File::claim(&job.out.join(INDEX), guard(teams::is_index))?;
        let page = File::claim(&job.out.join(PAGE), guard(teams::is_page))?;
        let mut read: Vec<PathBuf> = vec![job.file.to_owned()];
        scenario.clone().each_path(|path| read.push(path.clone()));
        for file in [&index, &page] {
            file.spares(read.iter().map(PathBuf::as_path))?;
        }
        let mut plans = Vec::new();
        for team in &scenario.team {
            let place = job.out.join(&team.name);
            let target = match job.force {
                true => Target::claim_by_force(&place)?,
                false => Target::claim(&place)?,
            };
            target.spares(read.iter().map(PathBuf::as_path))?;
            plans.push(target);
        }
        Ok(Places { index, page, plans })
    }
}

/// Solves all teams of a scenario, one after the other.
pub fn solve(
    job: &Job<'_>,
    scenario: &Scenario,
    overrides: &Overrides,
    log: &Log,
) -> Result<(), Error> {
    let places = Places::claim(job, scenario)?;
    log.stage("reading the files of all teams");
    let (read, warnings) = teams::read(job.file, overrides, scenario)?;
    log.clear();
    log.problems(&warnings);
    let of_customers = |w: &revier::Problem| w.field.as_deref() == Some("team.customers");
    if job.strict && warnings.iter().any(of_customers) {
        return Err(Error::Infeasible(
            "customers are in no team; nothing was written (--strict)".into(),
        ));
    }
    let cancel = interrupt::listen()?;
    let (mut kept, mut infeasible): (Vec<(String, Inputs)>, Vec<String>) = (Vec::new(), Vec::new());
    for (team, target) in read.into_iter().zip(places.plans) {
        let name = team.name.clone();
        let (inputs, told) = one(job, team, target, &cancel, log)?;
        infeasible.extend(told);
        kept.push((name, inputs));
    }
    let teams: Vec<(&str, &Inputs)> = kept.iter().map(|(n, i)| (n.as_str(), i)).collect();
    let index = teams::of_dir(job.out, &scenario.name, &teams)?;
    let (text, html) = (index.text()?, teams::page(&index, job.lang));
    let staged = vec![
        places.page.stage(filled(html.as_bytes()))?,
        places.index.stage(filled(text.as_bytes()))?,
    ];
    publish(staged)?;
    say(&summary(&index))?;
    match infeasible.is_empty() {
        true => Ok(()),
        false => Err(Error::Infeasible(infeasible.join("\n"))),
    }
}

/// Solves one team and writes its plan; its inputs, and what is told where no plan meets the rules.
fn one(
    job: &Job<'_>,
    team: Team,
    target: Target,
    cancel: &Cancel,
    log: &Log,
) -> Result<(Inputs, Option<String>), Error> {
    let name = team.name.clone();
    let mut solved = teams::solve(team, job.task, cancel, |stage| {
        interrupt::reached(stage);
        log.solving(stage);
    })?;
    solved.lang = job.lang;
    log.clear();
    log.note(&format!("team {name}"));
    log.problems(&solved.inputs.warnings);
    let bad = solved.plan.status == Status::Infeasible;
    if bad && job.strict {
        let written = "nothing was written of this team and those behind it (--strict)";
        let told = table::infeasible(&solved, written);
        return Err(Error::Infeasible(format!("team {name}: {told}")));
    }
    log.solving(Stage::Write);
    solved.write(target)?;
    log.clear();
    for note in &solved.plan.notes {
        log.note(note);
    }
    let place = job.out.join(&name);
    say(&format!("team {name}\n"))?;
    let mut told = None;
    if bad {
        let written = format!("the closest plan is in {}", place.display());
        let why = table::infeasible(&solved, &written);
        told = Some(format!("team {name}: {why}"));
    } else {
        say(&table::summary(&solved, &place))?;
        say(&table::advice(&solved.advice))?;
        say(&table::frontier(&solved.frontier))?;
    }
    say("\n")?;
    Ok((solved.inputs, told))
}

/// The teams side by side.
fn summary(index: &Index) -> String {
    use revier::base::words::{figure, gap, thousands};
    use std::fmt::Write;
    let mut text = format!(
        "{:<22} {:>9} {:>6} {:>12} {:>10} {:>10}\n",
        "team", "customers", "reps", "km", "gap", "claim"
    );
    for t in &index.teams {
        let claim = serde_json::to_value(t.claim).unwrap_or_default();
        let _ = writeln!(
            text,
            "{:<22} {:>9} {:>6} {:>12} {:>10} {:>10}",
            table::cut(&t.name, 22),
            thousands(t.customers),
            thousands(t.reps),
            t.travel_km.map_or_else(|| "-".to_owned(), figure),
            gap(t.gap),
            claim.as_str().unwrap_or_default()
        );
    }
    let _ = writeln!(
        text,
        "{} customers in {} teams, {} in several, {} in none",
        thousands(index.customers),
        index.teams.len(),
        thousands(index.in_several),
        thousands(index.in_none)
    );
    text
}

/// Checks the plans of all teams, and their index.
pub fn check(dir: &Path, index: &Index, log: &Log) -> Result<(), Error> {
    let mut findings = Vec::new();
    let mut told = String::new();
    for team in &index.teams {
        log.stage("checking the plan of a team");
        let verdict = check_dir(&dir.join(&team.name))?;
        log.clear();
        let of = |f: &revier::Finding| format!("team {}: {f}", team.name);
        findings.extend(verdict.findings.iter().map(of));
        if verdict.findings.is_empty() {
            told += &format!("team {}: {}\n", team.name, verdict.text());
        }
    }
    if findings.is_empty() {
        let wrong = teams::check(dir, index)?;
        findings.extend(wrong.into_iter().map(|text| format!("{INDEX}: {text}")));
    }
    if !findings.is_empty() {
        return Err(Error::CheckFailed(findings));
    }
    say(&(told + &summary(index)))
}
