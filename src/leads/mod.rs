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

mod loads;
mod write;

pub use write::{CSV_HEADER, csv, geojson};

use crate::base::areas::{Areas, on_grid};
use crate::base::ids::{Ids, RepIx};
use crate::disk::file;
use crate::error::{Error, Problem, codes};
use crate::input::index::IdIndex;
use crate::input::{self, Customers, Inputs};
use crate::model::Model;
use crate::saved::{Report, SavedPlan};
use crate::scenario::{Dashboard, MOVED, Metric, Scenario};
use geo::MultiPolygon;
use loads::{beyond, loads};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::borrow::Cow;
use std::path::Path;

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

/// Leads and where they go.
#[derive(Clone, Debug)]
pub struct Routing {
    /// The leads, as they were read.
    pub leads: Inputs,
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
/// [`Error::Usage`] when there is no plan in `dir`, or the plan's reps are not there any more as they were; [`Error::Input`] with
/// all problems of the leads.
pub fn route(dir: &Path, source: Source<'_>) -> Result<(Routing, Vec<Problem>), Error> {
    route_read(dir, |scenario| match source {
        Source::File(path) => {
            let name = path.display().to_string();
            let bytes = file::bytes_of(path).map_err(|mut problem| {
                problem.file.clone_from(&name);
                Error::Input(vec![*problem])
            })?;
            let leads = input::read_leads(scenario, &name, path, &bytes)?;
            Ok((name, leads))
        }
        Source::Stdin(bytes) => {
            let table = Path::new("stdin.csv");
            let leads = input::read_leads(scenario, "stdin", table, bytes)?;
            Ok(("stdin".to_owned(), leads))
        }
    })
}

/// As [`route`], for leads that `read` reads, by a scenario, with what messages call them.
///
/// # Errors
/// As [`route`], and what `read` says.
pub(crate) fn route_read(
    dir: &Path,
    read: impl FnOnce(&Scenario) -> Result<(String, Inputs), Error>,
) -> Result<(Routing, Vec<Problem>), Error> {
    let plan = SavedPlan::open(dir)?;
    plan.home_bases().map_err(|why| {
        Error::Usage(format!(
            "leads go by where reps live: {why}; run `revier solve` again"
        ))
    })?;
    let (name, leads) = read(&of_leads(plan.report.scenario.seen_from(dir)))?;
    let known = Known {
        report: &plan.report,
        ids: &plan.assignments.ids,
        owner: &plan.assignments.owner,
        polygons: &plan.territories.polygons,
    };
    Ok(routed(known, &name, leads, || {
        customers(&plan, dir).map(Cow::Owned)
    }))
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

/// Routes leads that have been read, and are called `name` in messages; `customers` is asked for the plan's where groups need them, or
/// for why there are none.
pub(crate) fn routed<'a>(
    plan: Known<'a>,
    name: &str,
    mut leads: Inputs,
    customers: impl FnOnce() -> Result<Cow<'a, Customers>, String>,
) -> (Routing, Vec<Problem>) {
    let mut warnings = std::mem::take(&mut leads.warnings);
    if plan.report.scenario.travel.metric == Metric::Matrix {
        let what = "the plan's travel comes from a matrix, which leads are not in";
        let mut problem = Problem::warning(codes::NO_EFFECT, what);
        name.clone_into(&mut problem.file);
        warnings.push(
            problem.help("their way is the great circle, with the scenario's detour and speed"),
        );
    }
    let model = Model::build(&leads);
    let groups = known_groups(plan, customers, &leads, &mut warnings);
    let router = Router::new(plan, &leads, &model);
    let routes = router.all(&groups);
    let reps = loads(plan.report, &model, &routes);
    warnings.extend(beyond(plan.report, &reps, name));
    let routing = Routing {
        leads,
        model,
        routes,
        reps,
    };
    (routing, warnings)
}

/// The scenario of a plan, as far as it concerns leads.
pub(crate) fn of_leads(mut s: Scenario) -> Scenario {
    (s.units, s.boundary, s.change) = (None, None, None);
    (s.travel.metric, s.travel.matrix) = (Metric::GreatCircle, None);
    s.rules.forbid.clear();
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
    let mut of = vec![RepIx::NONE; names.len()];
    if names.is_empty() || !leads.scenario.rules.groups {
        return of;
    }
    let customers = match customers() {
        Ok(customers) => customers,
        Err(why) => {
            let what = format!("groups of leads do not find their customers: {why}");
            warnings
                .push(Problem::warning(codes::NO_EFFECT, what).help("run `revier solve` again"));
            return of;
        }
    };
    let group_of = |name: &String| customers.group_names.iter().position(|g| g == name);
    let known: Vec<Option<usize>> = names.iter().map(group_of).collect();
    let mut rep = vec![RepIx::NONE; customers.group_names.len()];
    for (group, owner) in customers.group.iter().zip(plan.owner) {
        if let Some(first) = rep.get_mut(*group as usize).filter(|j| **j == RepIx::NONE) {
            *first = *owner;
        }
    }
    for (j, at) in of.iter_mut().zip(known) {
        *j = at.map_or(RepIx::NONE, |g| rep[g]);
    }
    of
}

/// The customers of the plan, or why there are none.
fn customers(plan: &SavedPlan, dir: &Path) -> Result<Customers, String> {
    let scenario = plan.report.scenario.seen_from(dir);
    let name = scenario.customers.display().to_string();
    if !scenario.customers.exists() {
        return Err(format!("{name}: the file does not exist; {MOVED}"));
    }
    let (customers, hash) = input::read_customers(&scenario).map_err(|e| e.to_string())?;
    let listed = |f: &crate::saved::Input| f.role == "customers" && f.sha256 == hash;
    if !plan.report.inputs.iter().any(listed) || customers.ids != plan.assignments.ids {
        return Err(format!("{name} has changed since the plan was made"));
    }
    Ok(customers)
}

/// What routing looks at.
struct Router<'a> {
    plan: Known<'a>,
    leads: &'a Inputs,
    model: &'a Model,
    /// Prices `mu_jm`, rep-major.
    prices: Vec<f64>,
    known: IdIndex,
    territories: Locator,
}

impl<'a> Router<'a> {
    fn new(plan: Known<'a>, leads: &'a Inputs, model: &'a Model) -> Router<'a> {
        let mut prices = vec![0.0; model.k * model.m];
        for p in &plan.report.prices {
            let j = leads.reps.ids.iter().position(|id| id == p.rep);
            let m = (leads.scenario.balance.iter()).position(|b| b.measure == p.measure);
            if let (Some(j), Some(m)) = (j, m) {
                prices[j * model.m + m] = p.price;
            }
        }
        Router {
            plan,
            leads,
            model,
            prices,
            known: IdIndex::build(plan.ids).0,
            territories: Locator::new(plan.polygons),
        }
    }

    /// All leads; `groups` are the reps of those that have customers.
    fn all(&self, groups: &[RepIx]) -> Vec<Route> {
        let together = self.together(groups);
        (0..self.model.n)
            .into_par_iter()
            .map(|i| self.one(i, &together))
            .collect()
    }

    /// What a rep costs a lead at the plan's prices; `None` where a rule forbids it.
    fn cost(&self, i: usize, j: RepIx) -> Option<f64> {
        if self.model.forbidden_by(i, j).is_some() {
            return None;
        }
        let m = self.model.m;
        let load = |r: usize| self.prices[j.at() * m + r] * self.model.activity(i, j, r);
        Some(self.model.travel_cost(i, j)? + (0..m).map(load).sum::<f64>())
    }

    /// The rep of each group of leads: that of its customers, or who costs all its leads least together.
    fn together(&self, groups: &[RepIx]) -> Vec<RepIx> {
        let mut of = groups.to_vec();
        if !self.leads.scenario.rules.groups {
            return vec![RepIx::NONE; groups.len()];
        }
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); groups.len()];
        for (i, g) in self.leads.customers.group.iter().enumerate() {
            if let Some(list) = members.get_mut(*g as usize) {
                list.push(i);
            }
        }
        for (rep, list) in of.iter_mut().zip(members) {
            if *rep == RepIx::NONE && list.len() > 1 {
                let all = |j: &RepIx| list.iter().map(|i| self.cost(*i, *j)).sum::<Option<f64>>();
                let reps = (0..self.model.k as u32).map(RepIx);
                let costs = reps.filter_map(|j| Some((all(&j)?, j)));
                *rep = costs
                    .min_by(|a, b| a.0.total_cmp(&b.0))
                    .map_or(RepIx::NONE, |c| c.1);
            }
        }
        of
    }

    fn one(&self, i: usize, groups: &[RepIx]) -> Route {
        let c = &self.leads.customers;
        let territory = self.territories.find(c.lon[i], c.lat[i]);
        let permitted = |j: RepIx| {
            j.some()
                .filter(|j| self.model.forbidden_by(i, *j).is_none())
        };
        let group = c.group.get(i).and_then(|g| groups.get(*g as usize));
        let owner = c.owner.get(i).copied().unwrap_or(RepIx::NONE);
        let mut order: Vec<(f64, RepIx)> = (0..self.model.k as u32)
            .filter_map(|j| Some((self.cost(i, RepIx(j))?, RepIx(j))))
            .collect();
        order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let known = self.known.get(self.plan.ids, c.ids.get(i));
        let (rep, by) = if let Some(at) = known {
            (self.plan.owner[at], By::Customer)
        } else if let Some(j) = self.model.lock(i) {
            (j, By::Lock)
        } else if let Some(j) = group.copied().and_then(permitted) {
            (j, By::Group)
        } else if let Some(j) = permitted(owner) {
            (j, By::Owner)
        } else if let Some(j) = permitted(territory) {
            (j, By::Territory)
        } else if let Some((_, j)) = order.first() {
            (*j, By::Price)
        } else {
            (RepIx::NONE, By::Nobody)
        };
        let next = order.iter().find(|(_, j)| *j != rep);
        Route {
            rep,
            by,
            territory,
            next: next.map_or(RepIx::NONE, |n| n.1),
        }
    }
}

/// Finds the territory of a place.
struct Locator {
    /// The polygons one by one, and whose they are.
    parts: Areas,
    owner: Vec<RepIx>,
    tree: RTree<GeomWithData<Rectangle<[i32; 2]>, u32>>,
}

impl Locator {
    fn new(polygons: &[MultiPolygon<f64>]) -> Locator {
        let (mut parts, mut owner) = (Areas::default(), Vec::new());
        for (j, territory) in polygons.iter().enumerate() {
            for part in territory {
                if parts.push(&MultiPolygon(vec![part.clone()])) {
                    owner.push(RepIx(j as u32));
                } else {
                    owner.push(RepIx::NONE);
                }
            }
        }
        let boxes = (0..parts.len()).filter_map(|at| {
            let [low, high] = parts.corners(at)?;
            Some(GeomWithData::new(
                Rectangle::from_corners(low, high),
                at as u32,
            ))
        });
        Locator {
            tree: RTree::bulk_load(boxes.collect()),
            parts,
            owner,
        }
    }

    /// The territory of a place; on a border, that of the first rep.
    fn find(&self, lon: f64, lat: f64) -> RepIx {
        let p = on_grid(lon, lat);
        self.tree
            .locate_in_envelope_intersecting(&AABB::from_point(p))
            .filter(|part| self.parts.contains(part.data as usize, p))
            .map(|part| self.owner[part.data as usize])
            .min()
            .unwrap_or(RepIx::NONE)
    }
}
