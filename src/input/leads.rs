//! Leads: customers who need an id, and a place or a postcode, and nothing else.

use super::customers::CustomerSink;
use super::fit_table;
use super::lines::Kind;
use super::listing::refuse;
use super::read::{parse, refuse_pipes, reps};
use super::rejects::{Reject, Rejects};
use super::reps::RepsRead;
use super::rows::{Base, ID, LAT, LON, Place, Sink, TEXTS};
use super::scalar::Scalar;
use super::{Columns, Customers, Inputs, Reps, Sealed, columns, relations};
use crate::base::ids::RepIx;
use crate::disk::beside::Beside;
use crate::disk::file;
use crate::error::{Error, Problem, codes};
use crate::memory::Table;
use crate::scenario::{Overrides, Scenario};
use std::collections::{HashMap, HashSet};
use std::path::Path;

const POSTCODE: u16 = TEXTS;
const COUNTRY: u16 = TEXTS + 1;

/// How the place of a lead is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum How {
    /// By its coordinates.
    #[default]
    Coordinates,
    /// By its postcode, which is an area unit of the plan.
    Unit,
    /// By its postcode, which a file of places has.
    Places,
    /// By its postcode, which several reps have a part of, or several countries.
    Ambiguous,
}

impl How {
    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            How::Coordinates => "coordinates",
            How::Unit => "unit",
            How::Places => "places",
            How::Ambiguous => "ambiguous",
        }
    }
}

/// Where a lead without coordinates is.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// Longitude and latitude, degrees.
    pub at: [f64; 2],
    /// What it is known by.
    pub how: How,
    /// In whose territory it is; [`RepIx::NONE`] in none, or where that is not clear.
    pub zone: RepIx,
    /// Whether nobody knows where it is: several countries have the postcode.
    pub unclear: bool,
    /// The postcode, and what else there is to say of it.
    pub note: String,
}

/// What was found for a postcode.
pub(crate) enum Sought {
    /// A place.
    Found(Placed),
    /// There is none, in words, and what to do.
    Unknown(String, String),
    /// There is nothing that a postcode could be looked up in.
    Nowhere,
}

/// Looks a postcode up, in a country if one is given.
pub(crate) type Finder<'f> = &'f (dyn Fn(&str, &str) -> Sought + Sync);

/// How leads are taken.
#[derive(Clone, Copy)]
pub(crate) struct Taking<'f> {
    /// Looks up postcodes.
    pub find: Finder<'f>,
    /// Whether bad leads do not stop the run.
    pub skip_bad: bool,
}

/// Leads that were read.
#[derive(Clone, Debug)]
pub struct Leads {
    /// The leads as customers, with the reps.
    pub inputs: Inputs,
    /// Where those are that have no coordinates.
    pub placed: HashMap<usize, Placed>,
    /// Which of the columns `customer_id`, `lon` and `lat` of the leads are what their names say.
    pub own: [bool; 3],
    /// Leads that are bad.
    pub rejects: Vec<Reject>,
    /// Leads that were read, bad ones included.
    pub count: usize,
    /// How many good ones come before the first bad one.
    pub good: usize,
    /// The good ones as they stand, where they are GeoJSON and that is wanted.
    pub raw: Vec<String>,
    /// Those that are none of the plan's team, by their position.
    pub foreign: HashSet<usize>,
}

/// Takes leads one after the other.
pub(crate) struct LeadSink<'f> {
    pub customers: CustomerSink,
    find: Finder<'f>,
    placed: HashMap<usize, Placed>,
    count: usize,
    good: Option<usize>,
    foreign: HashSet<usize>,
    code: String,
    country: String,
}

impl<'f> LeadSink<'f> {
    pub fn new(name: &str, scenario: &Scenario, taking: Taking<'f>) -> LeadSink<'f> {
        let mut customers = CustomerSink::of_leads(name, scenario);
        let base = customers.base();
        base.coded = true;
        base.rejects = taking.skip_bad.then(Rejects::of_file);
        LeadSink {
            customers,
            find: taking.find,
            placed: HashMap::new(),
            count: 0,
            good: None,
            foreign: HashSet::new(),
            code: String::new(),
            country: String::new(),
        }
    }

    /// The place of the current lead, by its postcode where it has no coordinates.
    fn place<'p>(&mut self, place: Place<'p>) -> (Place<'p>, Option<Placed>) {
        let base = self.customers.base();
        if self.code.is_empty() || base.hopeless() || base.is_placed(place) {
            return (place, None);
        }
        let problem = match (self.find)(&self.code, &self.country) {
            Sought::Found(placed) => {
                base.put_at(placed.at[0], placed.at[1]);
                return (Place::Columns, Some(placed));
            }
            Sought::Unknown(what, help) => Problem::error(codes::UNKNOWN_POSTCODE, what).help(help),
            Sought::Nowhere => {
                let what = "there is no coordinate, and nothing tells where its postcode is";
                let help = "name a file of postcodes with --places (https://download.geonames.org/export/zip/), or give it lon and lat";
                Problem::error(codes::MISSING_VALUE, what).help(help)
            }
        };
        base.pend(problem.field("postcode"));
        (Place::Reported, None)
    }

    /// All leads are in: what is to be told, and the leads; `None` where one of them stops the run.
    pub fn into_leads(
        mut self,
        scenario: &Scenario,
        reps: &mut RepsRead,
        whole: bool,
    ) -> (Vec<Problem>, Leads) {
        let base = self.customers.base();
        let is = |slot: u16, name: &str| base.carries.of_slot(slot) == Some(name);
        let own = [is(ID, "customer_id"), is(LON, "lon"), is(LAT, "lat")];
        let rejects = base.rejects.take().map(Rejects::into_list);
        let mut leads = self.customers.into_customers();
        relations::owners(&mut leads, reps, relations::Unknown::LeftOut, scenario);
        if whole && !leads.base.problems.has_errors() && !reps.base.problems.has_errors() {
            let of = [&mut leads.base.problems, &mut reps.base.problems];
            relations::places(&leads.customers, &reps.reps, None, of);
        }
        let mut problems = leads.base.problems.into_problems();
        let customers = sealed(leads.customers, &mut problems);
        let reps = sealed(reps.reps.clone(), &mut problems);
        let inputs = inputs(scenario, customers, reps);
        let leads = Leads {
            good: self.good.unwrap_or(inputs.customers.len()),
            raw: Vec::new(),
            foreign: self.foreign,
            inputs,
            placed: self.placed,
            own,
            rejects: rejects.unwrap_or_default(),
            count: self.count,
        };
        (problems, leads)
    }
}

impl Sink for LeadSink<'_> {
    fn base(&mut self) -> &mut Base {
        self.customers.base()
    }

    fn slot(&mut self, name: &str) -> u16 {
        match name {
            "postcode" => POSTCODE,
            "country" => COUNTRY,
            _ => self.customers.slot(name),
        }
    }

    fn kind(&self, slot: u16) -> Kind {
        match slot {
            POSTCODE | COUNTRY => Kind::Text,
            _ => self.customers.kind(slot),
        }
    }

    fn set(&mut self, slot: u16, value: Scalar<'_>) {
        let (text, field) = match slot {
            POSTCODE => (&mut self.code, "postcode"),
            COUNTRY => (&mut self.country, "country"),
            _ => return self.customers.set(slot, value),
        };
        if let Err(wrong) = value.text(text) {
            text.clear();
            self.customers.base().pend(wrong.problem(field));
        }
    }

    fn finish(&mut self, place: Place<'_>) {
        self.count += 1;
        let mine = self.customers.base().is_chosen();
        let (place, placed) = self.place(place);
        self.code.clear();
        self.country.clear();
        self.customers.judge();
        if self.customers.base().reject(place) {
            let good = self.customers.base().ids.len();
            self.good.get_or_insert(good);
            return self.customers.reset();
        }
        let position = self.customers.base().ids.len();
        if !mine {
            self.foreign.insert(position);
        }
        if let Some(placed) = placed {
            self.placed.insert(position, placed);
        }
        self.customers.keep(place);
    }

    fn discard(&mut self) {
        self.code.clear();
        self.country.clear();
        self.customers.discard();
    }
}

/// Reads leads, in the formats of customers, and the reps that a scenario names. A lead needs an id and a place; a measure that none
/// has counts as 0 (a workload as 1), and an owner who is no rep is told and left out.
///
/// `name` is what they are called in messages; the ending of `path` tells a table from GeoJSON where the content does not.
///
/// # Errors
/// [`Error::Input`] with all problems of both.
pub(crate) fn read_leads(
    scenario: &Scenario,
    (name, path): (&str, &Path),
    bytes: &[u8],
    taking: Taking<'_>,
) -> Result<Leads, Error> {
    refuse_pipes(scenario)?;
    leads(scenario, name, taking, |sink| {
        file::not_empty(bytes)?;
        let beside = Beside::of(path, bytes)?;
        parse(path, bytes, &beside, sink)
    })
}

/// As [`read_leads`], for columns.
///
/// # Errors
/// As [`read_leads`].
pub(crate) fn leads_of_columns(
    scenario: &Scenario,
    name: &str,
    table: &Table,
    taking: Taking<'_>,
) -> Result<Leads, Error> {
    leads(scenario, name, taking, |sink| {
        columns::read(table, sink);
        Ok(())
    })
}

/// Reads leads that `fill` fills in.
fn leads(
    scenario: &Scenario,
    name: &str,
    taking: Taking<'_>,
    fill: impl FnOnce(&mut LeadSink<'_>) -> Result<(), Box<Problem>>,
) -> Result<Leads, Error> {
    let mut sink = LeadSink::new(name, scenario, taking);
    if let Err(problem) = fill(&mut sink) {
        sink.base().incomplete = true;
        sink.base().problems.add(*problem);
    }
    let mut reps = reps_of_leads(scenario);
    let (mut problems, mut leads) = sink.into_leads(scenario, &mut reps, true);
    problems.extend(reps.base.problems.into_problems());
    leads.inputs.warnings = refuse(problems)?;
    Ok(leads)
}

/// The reps that a scenario names, and what it says of their fit.
pub(super) fn reps_of_leads(scenario: &Scenario) -> RepsRead {
    let (_, mut reps) = reps(scenario);
    for (_, _, found) in fit_table::read(scenario, &mut reps, None) {
        let problems = found.into_problems().into_iter();
        problems.for_each(|problem| reps.base.problems.add(problem));
    }
    reps
}

/// Columns, or nothing and what does not fit.
fn sealed<T: Columns + Default>(columns: T, problems: &mut Vec<Problem>) -> Sealed<T> {
    Sealed::new(columns).unwrap_or_else(|misfits| {
        problems.extend(misfits);
        Sealed::default()
    })
}

/// Leads as the customers of a scenario that has nothing else.
fn inputs(scenario: &Scenario, customers: Customers, reps: Reps) -> Inputs {
    Inputs {
        scenario: scenario.clone(),
        customers,
        reps,
        units: None,
        boundary: None,
        matrix: None,
        barriers: None,
        context: Vec::new(),
        forbid: Vec::new(),
        wished: Vec::new(),
        wishes_forbid: Vec::new(),
        unlocked: Vec::new(),
        files: Vec::new(),
        overrides: Overrides::default(),
        left: Default::default(),
        warnings: Vec::new(),
    }
}
