//! Leads to reps, by a plan in memory or a saved one.

use super::plan::Plan;
use super::source::{Kind, Source};
use crate::disk::file;
use crate::error::{Error, Problem, codes};
use crate::input::{self, Leads, Taking};
use crate::leads::{self, Known};
use crate::memory::Content;
use crate::output::Texts;
use crate::scenario::Scenario;
use std::path::{Path, PathBuf};

/// Where leads go.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Routing {
    /// One entry per lead, in their order.
    pub routes: Vec<Route>,
    /// What of the leads can be used, but is probably not what was meant, and which reps get beyond a bound.
    pub warnings: Vec<Problem>,
}

/// Where a lead goes, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Route {
    /// Id of the lead.
    pub lead: String,
    /// Id of the rep; `None` where no rep may have it.
    pub rep: Option<String>,
    /// What decided: `customer`, `lock`, `group`, `owner`, `territory`, `price` or `nobody`.
    pub by: &'static str,
    /// In whose territory it stands.
    pub territory: Option<String>,
    /// Who else is cheapest at the plan's prices.
    pub next: Option<String>,
}

impl Plan {
    /// Routes leads: they have an id and a place, and what else customers have.
    ///
    /// # Errors
    /// [`Error::Input`] with all problems of the leads.
    pub fn assign(&self, leads: impl Into<Source>) -> Result<Routing, Error> {
        let inputs = &self.solved.inputs;
        let contents = self.solved.contents(self.solved.lang);
        let report = Texts::new(&contents, Path::new(".")).report;
        let scenario = leads::of_leads(inputs.scenario.clone());
        let source = leads.into();
        let known = Known {
            report: &report,
            ids: &inputs.customers.ids,
            owner: &self.solved.plan.owner,
            polygons: &self.solved.territories.polygons,
        };
        let read = |taking: Taking<'_>| read(&scenario, source, taking);
        let ready = leads::Ready::new(known);
        leads::route_in_memory(known, &ready, None, &inputs.customers, read).map(told)
    }
}

/// Routes leads by the plan in a directory, as `revier assign` does.
///
/// # Errors
/// [`Error::Usage`] when there is no plan in the directory, or its reps are not there any more as they were; [`Error::Input`] with all
/// problems of the leads.
pub fn assign(dir: impl AsRef<Path>, leads: impl Into<Source>) -> Result<Routing, Error> {
    let source = leads.into();
    let read = |scenario: &Scenario, taking: Taking<'_>| read(scenario, source, taking);
    leads::route_read(dir.as_ref(), &leads::Options::default(), read).map(told)
}

/// The leads of a source, and what messages call them.
fn read(scenario: &Scenario, source: Source, taking: Taking<'_>) -> Result<(String, Leads), Error> {
    let label = source.label;
    let name = || label.clone().unwrap_or_else(|| "leads".into());
    let alone = |name: &str, mut problem: Problem| {
        name.clone_into(&mut problem.file);
        Error::Input(vec![problem])
    };
    match source.kind {
        Kind::File(path) => {
            let name = label.clone().unwrap_or_else(|| path.display().to_string());
            let bytes = file::bytes_of(&path).map_err(|problem| alone(&name, *problem))?;
            let leads = input::read_leads(scenario, (&name, &path), &bytes, taking)?;
            Ok((name, leads))
        }
        Kind::Memory(ending, Content::Bytes(bytes)) => {
            let path = PathBuf::from(format!("leads.{ending}"));
            let leads = input::read_leads(scenario, (&name(), &path), &bytes, taking)?;
            Ok((name(), leads))
        }
        Kind::Memory(_, Content::Table(table)) => {
            let leads = input::leads_of_columns(scenario, &name(), &table, taking)?;
            Ok((name(), leads))
        }
        Kind::Shape(_) => {
            let problem = Problem::error(codes::WRONG_FORMAT, "a shape is no list of leads");
            let help = "give GeoJSON, CSV or columns with ids and places";
            Err(alone(&name(), problem.help(help)))
        }
    }
}

fn told((routing, warnings): (leads::Routing, Vec<Problem>)) -> Routing {
    let (ids, reps) = (&routing.leads.customers.ids, &routing.leads.reps.ids);
    let rep = |j: crate::base::ids::RepIx| j.some().map(|j| reps.get(j.at()).to_owned());
    let route = |(i, r): (usize, &leads::Route)| Route {
        lead: ids.get(i).to_owned(),
        rep: rep(r.rep),
        by: r.by.name(),
        territory: rep(r.territory),
        next: rep(r.next),
    };
    Routing {
        routes: routing.routes.iter().enumerate().map(route).collect(),
        warnings,
    }
}
