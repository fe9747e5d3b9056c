//! What is within reach of each home base: `revier reach`.
//!
//! ```text
//! plan directory or scenario + limits -> trips of all pairs -> customers and measures within each limit, the nearest base of each customer
//!                                     -> areas, one per home base and limit (`ground` by road, `circle` as the crow flies)
//!                                     -> the ways of the plan's trips (`routes`)
//! ```
//!
//! Counts are those of the trips themselves, as the plan has them; an area is drawn around them, and keeps each customer on its side.

#[cfg(feature = "roads")]
mod cells;
mod circle;
mod count;
#[cfg(feature = "roads")]
mod ground;
#[cfg(feature = "roads")]
mod lattice;
mod limit;
mod read;
#[cfg(feature = "roads")]
mod routes;
mod write;

pub use count::{Count, Nearest};
pub use limit::{Limit, MOST_LIMITS, Unit, limits};
pub use write::{
    areas, customers_csv, customers_geojson, is_areas, is_customers_csv, is_customers_geojson,
    is_routes, routes,
};

use crate::base::ids::RepIx;
use crate::error::{Error, Problem};
use crate::input::Inputs;
use crate::scenario::Metric;
#[cfg(feature = "roads")]
use crate::scenario::OffRoad;
use crate::travel::Travel;
use geo::MultiPolygon;
use std::path::{Path, PathBuf};

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// As [`limits`] makes them.
    pub limits: Vec<Limit>,
    /// Of a scenario with teams: the team.
    pub team: Option<String>,
    /// Draw areas.
    pub areas: bool,
    /// Find the ways of the plan's trips.
    pub routes: bool,
}

/// The area within a limit of a home base.
#[derive(Clone, Debug)]
pub struct Area {
    /// The polygons; empty where there are none.
    pub shape: MultiPolygon<f64>,
    /// The size of what it is drawn from, m: details that are smaller are not to be trusted.
    pub resolution_m: f64,
}

/// A piece of road that trips of a plan share.
#[derive(Clone, Debug)]
pub struct Route {
    /// Its rep.
    pub rep: RepIx,
    /// Whether trips go home here, and not out.
    pub back: bool,
    /// Degrees, as it is driven.
    pub line: Vec<[f64; 2]>,
    /// Kilometres.
    pub km: f64,
    /// How many customers are visited by it, and what they have of each measure.
    pub sums: Vec<f64>,
}

/// What is within reach.
#[derive(Debug)]
pub struct Reach {
    /// Customers, reps, scenario.
    pub inputs: Inputs,
    /// All trips.
    pub travel: Travel,
    /// Whose each customer is by the plan; empty without a plan.
    pub owner: Vec<RepIx>,
    /// A colour per rep.
    pub colors: Vec<String>,
    /// The limits: minutes, then kilometres, ascending.
    pub limits: Vec<Limit>,
    /// What is within each limit of each rep: `counts[rep][limit]`.
    pub counts: Vec<Vec<Count>>,
    /// The nearest home base of each customer.
    pub nearest: Vec<Nearest>,
    /// The areas, likewise; `None` where travel comes from a matrix, or where none were asked for.
    pub areas: Option<Vec<Vec<Area>>>,
    /// The ways of the plan's trips, where they were asked for.
    pub routes: Vec<Route>,
    /// What is worth a note.
    pub notes: Vec<String>,
    /// Inputs whose bytes are others than when the plan was made.
    pub stale: Vec<PathBuf>,
    /// The files that a scenario names, also those that have no say here.
    pub named: Vec<PathBuf>,
}

impl Reach {
    /// Who is to be named beside the map, where its roads are somebody's.
    #[must_use]
    pub fn attribution(&self) -> Option<&'static str> {
        self.inputs.scenario.travel.attribution()
    }

    /// How many customers are within a limit of no home base.
    #[must_use]
    pub fn nobody_within(&self, limit: Limit) -> usize {
        let reps = 0..self.inputs.reps.len() as u32;
        let near = |i: usize| {
            reps.clone().any(|j| {
                let trip = count::trip(&self.travel, i, RepIx(j));
                trip.is_some_and(|trip| limit.unit.of(trip) <= limit.most)
            })
        };
        (0..self.nearest.len()).filter(|i| !near(*i)).count()
    }

    /// Minutes that trips of the plan take beyond those from the nearest home base, on average over customers who have another rep; 0 without any.
    #[must_use]
    pub fn minutes_more(&self) -> f64 {
        let of = self.owner.iter().zip(&self.nearest).enumerate();
        let more = of.filter(|(_, (own, nearest))| **own != nearest.rep);
        let more: Vec<f64> = more
            .filter_map(|(i, (own, nearest))| {
                let [_, minutes] = count::trip(&self.travel, i, own.some()?)?;
                Some(minutes - nearest.trip[1])
            })
            .collect();
        more.iter().sum::<f64>() / more.len().max(1) as f64
    }

    /// What each customer has of each measure.
    #[cfg(feature = "roads")]
    fn measures(&self) -> Vec<&[f64]> {
        let balance = self.inputs.scenario.balance.iter();
        let of = |name: &str| self.inputs.customers.column(name).unwrap_or(&[]);
        balance.map(|b| of(&b.measure)).collect()
    }
}

/// Finds what is within reach of the home bases of a plan directory, or of a scenario. The second value: problems that do not stop it.
///
/// # Errors
/// [`Error::Input`] with all problems of the files, [`Error::Usage`] when there is no plan, or no plan whose ways could be drawn.
pub fn reach(from: &Path, options: &Options) -> Result<(Reach, Vec<Problem>), Error> {
    let read = read::read(from, options)?;
    let travel = Travel::build(&read.inputs);
    let mut reach = Reach {
        counts: count::counts(&read, &travel, &options.limits),
        nearest: count::nearest(&read.inputs, &travel),
        areas: None,
        routes: Vec::new(),
        limits: options.limits.clone(),
        owner: read.owner,
        colors: read.colors,
        notes: Vec::new(),
        stale: read.stale,
        named: read.named,
        inputs: read.inputs,
        travel,
    };
    let metric = reach.inputs.scenario.travel.metric;
    let barred = reach.inputs.scenario.travel.barriers.is_some();
    match metric {
        m if options.areas && (m == Metric::Matrix || m.by_server()) => {
            let note = "travel comes from a table, which says nothing of what lies between the customers: they are counted, and there are no areas";
            reach.notes.push(note.into());
        }
        _ if options.areas && barred => {
            let note = "trips go round barriers: customers are counted by them, and there are no areas, which would reach across";
            reach.notes.push(note.into());
        }
        Metric::GreatCircle if options.areas => {
            let areas = circle::areas(&reach);
            reach.notes.extend(circle::note(&areas));
            reach.areas = Some(areas);
        }
        _ => {}
    }
    if options.routes && metric != Metric::Road {
        let what = "--routes: the travel of this plan follows no roads, so there are no ways to draw; leave it out";
        return Err(Error::Usage(what.into()));
    }
    if options.routes && barred {
        let what =
            "--routes: ways by road are not drawn where trips go round barriers; leave it out";
        return Err(Error::Usage(what.into()));
    }
    if metric == Metric::Road && !barred && (options.areas || options.routes) {
        by_road(&mut reach, options)?;
    }
    let warnings = std::mem::take(&mut reach.inputs.warnings);
    Ok((reach, warnings))
}

#[cfg(feature = "roads")]
fn by_road(reach: &mut Reach, options: &Options) -> Result<(), Error> {
    let Some(graph) = crate::input::roads_of(&reach.inputs.scenario)? else {
        return Ok(());
    };
    let ground = ground::Ground::new(&graph, &reach.inputs);
    if options.areas {
        let (areas, notes) = ground.areas(reach)?;
        reach.areas = Some(areas);
        reach.notes.extend(notes);
        let roads = reach.inputs.scenario.travel.roads.as_ref();
        if roads.is_some_and(|roads| roads.off_road == OffRoad::GreatCircle) {
            let note = "off_road = \"great-circle\": whoever is near no road is counted by the great circle, which areas by road do not show; around a home base near no road the area is a circle";
            reach.notes.push(note.into());
        }
    }
    if options.routes {
        let (routes, notes) = routes::routes(&ground, reach);
        reach.routes = routes;
        reach.notes.extend(notes);
    }
    Ok(())
}

/// Without roads no input of a scenario with roads is read.
#[cfg(not(feature = "roads"))]
fn by_road(_: &mut Reach, _: &Options) -> Result<(), Error> {
    Ok(())
}
