//! Leads to reps: `revier assign`.
//!
//! A saved plan says who looks after a new account. The first of these decides:
//!
//! 1. `customer`: the plan has the account already, and it keeps its rep;
//! 2. `lock`: it is locked to its owner;
//! 3. `group`: its group has customers, or other leads, that a rep has or gets;
//! 4. `owner`: a rep knows it;
//! 5. `territory`: it stands in a rep's territory;
//! 6. `price`: of all reps, the one with the least `c_ij + sum_m mu_jm a_ijm`: the travel, and what its work is worth at the plan's
//!    prices. A full territory has a high price, one that lacks work a negative one.
//!
//! From the third on, only reps come into question whom skills and travel limits permit. Bounds do not keep a lead from its
//! territory: they are what the next plan is for, and whoever gets beyond one is told.

mod columns;
mod loads;
pub mod locator;
mod postcodes;
mod raw;
mod rejects;
mod router;
mod several;
mod stream;
mod write;

pub use columns::{COLUMNS, is_ours};
pub use rejects::{is_rejects, rejects};
pub use several::Several;
pub use stream::{Out, Streamed, Tally, stream};
pub use write::{Format, GENERATOR, csv, geojson, lines};

use crate::base::ids::{Ids, RepIx};
use crate::disk::file;
use crate::error::{Error, Problem, codes};
use crate::input::{self, Customers, Inputs, Leads, Placed, Reject, Taking};
use crate::model::Model;
use crate::saved::{Report, SavedPlan};
use crate::scenario::{Dashboard, MOVED, Metric, Role, Scenario};
use geo::MultiPolygon;
use loads::beyond;
use postcodes::{Postcodes, UnitCodes};
use router::{Atlas, Chart, Router};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// What decided about a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// The plan has it as a customer.
    Customer,
    /// It is locked to its owner.
    Lock,
    /// Its group.
    Group,
    /// Its owner, who knows it.
    Owner,
    /// The territory that it stands in.
    Territory,
    /// The least cost at the plan's prices.
    Price,
    /// No rep may have it.
    Nobody,
}

impl By {
    /// All of them, in their order.
    pub const ALL: [By; 7] = [
        By::Customer,
        By::Lock,
        By::Group,
        By::Owner,
        By::Territory,
        By::Price,
        By::Nobody,
    ];

    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            By::Customer => "customer",
            By::Lock => "lock",
            By::Group => "group",
            By::Owner => "owner",
            By::Territory => "territory",
            By::Price => "price",
            By::Nobody => "nobody",
        }
    }
}

/// Where a lead goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Route {
    /// The rep; [`RepIx::NONE`] where nobody may have it.
    pub rep: RepIx,
    /// What decided.
    pub by: By,
    /// In whose territory it stands; [`RepIx::NONE`] outside of all.
    pub territory: RepIx,
    /// The permitted rep who is cheapest at the plan's prices but for `rep`; [`RepIx::NONE`] without one.
    pub next: RepIx,
}

impl Route {
    /// To nobody, whoever lives where.
    fn nobody() -> Route {
        Route {
            rep: RepIx::NONE,
            by: By::Nobody,
            territory: RepIx::NONE,
            next: RepIx::NONE,
        }
    }
}

/// Leads and where they go.
#[derive(Clone, Debug)]
pub struct Routing {
    /// The leads, as they were read.
    pub leads: Inputs,
    /// Where those are that have no coordinates.
    pub placed: HashMap<usize, Placed>,
    /// Which of the columns `customer_id`, `lon` and `lat` of the leads are what their names say.
    pub own: [bool; 3],
    /// Leads that are bad.
    pub rejects: Vec<Reject>,
    /// The leads as they stand, where they are GeoJSON.
    pub raw: Vec<String>,
    /// Those that are none of the plan's team, by their position.
    pub foreign: HashSet<usize>,
    /// Their distances and rules.
    pub model: Model,
    /// Where each goes, in the order of the leads.
    pub routes: Vec<Route>,
    /// Figures per rep.
    pub reps: Vec<Load>,
}

/// What the leads mean for a rep.
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    /// New accounts; those that the plan has already do not count.
    pub leads: usize,
    /// Totals per balance measure before, and what the new accounts add.
    pub before: Vec<f64>,
    /// What the new accounts add.
    pub added: Vec<f64>,
    /// Bounds per balance measure.
    pub upper: Vec<Option<f64>>,
}

/// How leads are routed.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// No lead goes to a rep farther away than this, km.
    pub max_km: Option<f64>,
    /// A file of postcodes and their places, in the postal format of GeoNames.
    pub places: Option<PathBuf>,
    /// Whether bad leads are put aside instead of stopping the run.
    pub skip_bad: bool,
}

/// Leads as they come.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// A file, in the formats of customers.
    File(&'a Path),
    /// What came from elsewhere: GeoJSON, or else a table.
    Stdin(&'a [u8]),
}

/// Routes leads by the plan in `dir`. The second value: problems that do not stop it.
///
/// # Errors
/// [`Error::Usage`] when there is no plan in `dir`, or the plan's reps or tables of fit are not there any more as they were;
/// [`Error::Input`] with all problems of the leads.
pub fn route(
    dir: &Path,
    source: Source<'_>,
    options: &Options,
) -> Result<(Routing, Vec<Problem>), Error> {
    route_read(dir, options, |scenario, taking| match source {
        Source::File(path) => {
            let name = path.display().to_string();
            let bytes = file::bytes_of(path).map_err(|mut problem| {
                problem.file.clone_from(&name);
                Error::Input(vec![*problem])
            })?;
            let mut leads = input::read_leads(scenario, (&name, path), &bytes, taking)?;
            leads.raw = as_they_stand(path, &bytes, &leads);
            Ok((name, leads))
        }
        Source::Stdin(bytes) => {
            let table = Path::new("stdin.csv");
            let mut leads = input::read_leads(scenario, ("stdin", table), bytes, taking)?;
            leads.raw = as_they_stand(table, bytes, &leads);
            Ok(("stdin".to_owned(), leads))
        }
    })
}

/// The good leads of a GeoJSON as they stand; none of another file.
fn as_they_stand(path: &Path, bytes: &[u8], leads: &Leads) -> Vec<String> {
    let Ok((file::Format::Json, content)) = file::content(path, bytes) else {
        return Vec::new();
    };
    let features = raw::features(file::utf8(&content).unwrap_or_default());
    if features.len() != leads.count {
        return Vec::new();
    }
    let bad = leads.rejects.iter().map(|r| r.number - 1);
    raw::good(features.into_iter(), bad)
        .map(str::to_owned)
        .collect()
}

/// As [`route`], for leads that `read` reads, by a scenario, with what messages call them.
///
/// # Errors
/// As [`route`], and what `read` says.
pub(crate) fn route_read(
    dir: &Path,
    options: &Options,
    read: impl FnOnce(&Scenario, Taking<'_>) -> Result<(String, Leads), Error>,
) -> Result<(Routing, Vec<Problem>), Error> {
    let plan = opened(dir)?;
    let known = Known::of(&plan);
    let ready = Ready::new(known);
    let atlas = ready.atlas(known);
    let postcodes = Postcodes::new(
        &atlas,
        (Some(&plan), &ready.units),
        options.places.as_deref(),
    )?;
    let scenario = scenario(&plan, options);
    let find = |code: &str, country: &str| postcodes.find(code, country);
    let taking = Taking {
        find: &find,
        skip_bad: options.skip_bad,
    };
    let (name, leads) = read(&scenario, taking)?;
    Ok(routed(&atlas, &name, leads, || {
        customers(&plan).map(Cow::Owned)
    }))
}

/// A plan whose home bases are known, and whose tables of `[[prefer]]` are as they were.
fn opened(dir: &Path) -> Result<SavedPlan, Error> {
    let plan = SavedPlan::open(dir)?;
    plan.home_bases().map_err(|why| {
        Error::Usage(format!(
            "leads go by where reps live: {why}; run `revier solve` again"
        ))
    })?;
    plan.fit_tables().map_err(|why| {
        Error::Usage(format!(
            "leads go by what tables say of whom reps fit: {why}; run `revier solve` again"
        ))
    })?;
    Ok(plan)
}

/// The scenario by which the leads of a plan are read and routed.
fn scenario(plan: &SavedPlan, options: &Options) -> Scenario {
    let mut scenario = of_leads(plan.report.scenario.seen_from(&plan.dir));
    let travel = &mut scenario.travel;
    if let Some(limit) = options.max_km {
        travel.max_km = Some(travel.max_km.map_or(limit, |km| km.min(limit)));
    }
    scenario
}

/// What routing has to know of a plan.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    /// Its report.
    pub report: &'a Report,
    /// Ids of its customers.
    pub ids: &'a Ids,
    /// The rep of each.
    pub owner: &'a [RepIx],
    /// The territory of each rep.
    pub polygons: &'a [MultiPolygon<f64>],
}

impl<'a> Known<'a> {
    pub(crate) fn of(plan: &'a SavedPlan) -> Known<'a> {
        Known {
            report: &plan.report,
            ids: &plan.assignments.ids,
            owner: &plan.assignments.owner,
            polygons: &plan.territories.polygons,
        }
    }
}

/// What is made of a plan before leads are routed by it: once, where they come one by one.
#[derive(Debug)]
pub(crate) struct Ready {
    chart: Chart,
    units: UnitCodes,
}

impl Ready {
    pub(crate) fn new(plan: Known<'_>) -> Ready {
        Ready {
            chart: Chart::new(plan),
            units: UnitCodes::new(),
        }
    }

    fn atlas<'a>(&'a self, plan: Known<'a>) -> Atlas<'a> {
        Atlas {
            plan,
            chart: &self.chart,
        }
    }
}

/// Routes leads that `read` reads by a plan in memory, made ready; `saved` is asked for area units where leads have postcodes only.
pub(crate) fn route_in_memory(
    plan: Known<'_>,
    ready: &Ready,
    saved: Option<&SavedPlan>,
    customers: &Customers,
    read: impl FnOnce(Taking<'_>) -> Result<(String, Leads), Error>,
) -> Result<(Routing, Vec<Problem>), Error> {
    let atlas = ready.atlas(plan);
    let postcodes = Postcodes::new(&atlas, (saved, &ready.units), None)?;
    let find = |code: &str, country: &str| postcodes.find(code, country);
    let taking = Taking {
        find: &find,
        skip_bad: false,
    };
    let (name, leads) = read(taking)?;
    Ok(routed(&atlas, &name, leads, || {
        Ok(Cow::Borrowed(customers))
    }))
}

/// Routes leads that have been read, and are called `name` in messages; `customers` is asked for the plan's where groups need them, or
/// for why there are none.
fn routed<'a>(
    atlas: &Atlas<'_>,
    name: &str,
    mut leads: Leads,
    customers: impl FnOnce() -> Result<Cow<'a, Customers>, String>,
) -> (Routing, Vec<Problem>) {
    let plan = atlas.plan;
    let mut warnings = std::mem::take(&mut leads.inputs.warnings);
    warnings.extend(no_matrix(plan, name));
    let model = Model::build(&leads.inputs);
    let groups = known_groups(plan, customers, &leads.inputs, &mut warnings);
    let routes = Router::new(atlas, &leads, &model).all(&groups);
    let mut reps = loads::before(plan.report);
    loads::add(&mut reps, &model, &routes);
    warnings.extend(beyond(plan.report, &reps, name));
    let routing = Routing {
        leads: leads.inputs,
        placed: leads.placed,
        own: leads.own,
        rejects: leads.rejects,
        raw: leads.raw,
        foreign: leads.foreign,
        model,
        routes,
        reps,
    };
    warnings.extend(routing.renamed(name));
    (routing, warnings)
}

/// That leads are not in the matrix of a plan.
fn no_matrix(plan: Known<'_>, name: &str) -> Option<Problem> {
    let what = match plan.report.scenario.travel.metric {
        _ if plan.report.scenario.travel.barriers.is_some() => {
            "the plan's travel goes round barriers, which leads do not"
        }
        Metric::GreatCircle => return None,
        Metric::Matrix => "the plan's travel comes from a matrix, which leads are not in",
        Metric::Road => "the plan's travel follows roads, which are not searched for leads",
        Metric::Osrm | Metric::Valhalla | Metric::Openrouteservice => {
            "the plan's travel comes from a routing server, which is not asked for leads"
        }
    };
    let mut problem = Problem::warning(codes::NO_EFFECT, what);
    name.clone_into(&mut problem.file);
    Some(problem.help("their way is the great circle, with the scenario's detour and speed"))
}

/// The scenario of a plan, as far as it concerns leads.
pub(crate) fn of_leads(mut s: Scenario) -> Scenario {
    (s.units, s.boundary, s.change) = (None, None, None);
    s.travel.metric = Metric::GreatCircle;
    (s.travel.matrix, s.travel.roads, s.travel.server) = (None, None, None);
    s.travel.barriers = None;
    s.rules.forbid.clear();
    s.rules.wishes = None;
    s.dashboard = Dashboard::default();
    s.target.clear();
    s
}

/// The rep of each group of the leads that the plan's customers have, too.
fn known_groups<'a>(
    plan: Known<'_>,
    customers: impl FnOnce() -> Result<Cow<'a, Customers>, String>,
    leads: &Inputs,
    warnings: &mut Vec<Problem>,
) -> Vec<RepIx> {
    let names = &leads.customers.group_names;
    if names.is_empty() || !leads.scenario.rules.groups {
        return vec![RepIx::NONE; names.len()];
    }
    let known = match customers() {
        Ok(customers) => groups_of(plan, &customers),
        Err(why) => {
            warnings.push(no_groups(&why));
            HashMap::new()
        }
    };
    let rep = |name: &String| known.get(name).copied().unwrap_or(RepIx::NONE);
    names.iter().map(rep).collect()
}

/// The rep of each group of a plan's customers.
fn groups_of(plan: Known<'_>, customers: &Customers) -> HashMap<String, RepIx> {
    let mut of = HashMap::new();
    for (group, owner) in customers.group.iter().zip(plan.owner) {
        if let Some(name) = customers.group_names.get(*group as usize)
            && !of.contains_key(name)
        {
            of.insert(name.clone(), *owner);
        }
    }
    of
}

/// That nobody knows whose the groups are.
fn no_groups(why: &str) -> Problem {
    let what = format!("groups of leads do not find their customers: {why}");
    Problem::warning(codes::NO_EFFECT, what).help("run `revier solve` again")
}

/// The customers of the plan, or why there are none.
fn customers(plan: &SavedPlan) -> Result<Customers, String> {
    let scenario = plan.report.scenario.seen_from(&plan.dir);
    let name = scenario.customers.display().to_string();
    if !scenario.customers.exists() {
        return Err(format!("{name}: the file does not exist; {MOVED}"));
    }
    let (customers, hash) = input::read_customers(&scenario).map_err(|e| e.to_string())?;
    let listed = |f: &crate::saved::Input| f.role == Role::Customers && f.sha256 == hash;
    if !plan.report.inputs.iter().any(listed) || customers.ids != plan.assignments.ids {
        return Err(format!("{name} has changed since the plan was made"));
    }
    Ok(customers)
}
