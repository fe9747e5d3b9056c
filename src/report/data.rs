//! What the page is given, as one JSON value.

use super::arcs::{self, Arcs, Encoded, SCALE, Step};
use super::sample::sample;
use crate::base::ids::RepIx;
use crate::base::lang::Lang;
use crate::model::Model;
use crate::saved::Contents;
use geo::LineString;
use serde::Serialize;

/// The page's data.
#[derive(Serialize)]
pub(super) struct Page<'a, R> {
    lang: Lang,
    /// `report.json` without what differs from run to run, its longest lists cut.
    report: &'a R,
    colors: &'a [&'a str],
    counts: Counts,
    map: Map,
    points: Points<'a>,
}

/// How long the lists of the report are that the page may have the beginning of only.
#[derive(Serialize)]
struct Counts {
    violations: usize,
    outside: usize,
    enclaves: usize,
}

/// Shapes in 1/`scale` of a degree.
#[derive(Serialize)]
struct Map {
    scale: f64,
    arcs: Encoded,
    /// Per rep: polygons, each with its rings, each a list of steps along arcs.
    territories: Vec<Vec<Vec<Vec<Step>>>>,
    context_arcs: Encoded,
    /// Lines of barriers; left out where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    barrier_arcs: Option<Encoded>,
    homes: Vec<[i64; 2]>,
}

/// The customers on the map, as columns.
#[derive(Serialize)]
struct Points<'a> {
    /// How many customers there are in all.
    total: usize,
    x: Vec<i64>,
    y: Vec<i64>,
    owner: Vec<u32>,
    /// Owner of today, -1 without one; absent when nobody has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<Vec<i64>>,
    /// The first measure.
    size: Vec<f64>,
    id: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Vec<&'a str>>,
    /// Positions in these columns of customers that stay with their owner.
    locked: Vec<usize>,
}

impl<'a, R: Serialize> Page<'a, R> {
    pub fn new(c: &Contents<'a>, report: &'a R, colors: &'a [&'a str]) -> Page<'a, R> {
        Page {
            lang: c.lang,
            report,
            colors,
            counts: Counts {
                violations: c.plan.violations.len(),
                outside: c.territories.outside.len(),
                enclaves: c.territories.listed.len(),
            },
            map: Map::new(c),
            points: Points::new(c),
        }
    }
}

impl Map {
    fn new(c: &Contents<'_>) -> Map {
        let ring = |line: &LineString<f64>| line.0.iter().map(|p| [p.x, p.y]).collect();
        let mut lines: Vec<Vec<[f64; 2]>> = Vec::new();
        for polygon in c.territories.polygons.iter().flatten() {
            lines.push(ring(polygon.exterior()));
            lines.extend(polygon.interiors().iter().map(ring));
        }
        let mut arcs = Arcs::default();
        let mut steps = arcs::cut(&lines, &mut arcs).into_iter();
        let territories = c.territories.polygons.iter().map(|shape| {
            let rings = shape.iter().map(|polygon| 1 + polygon.interiors().len());
            rings.map(|n| steps.by_ref().take(n).collect()).collect()
        });
        let territories = territories.collect();
        let mut context = Arcs::default();
        arcs::cut(&c.inputs.context, &mut context);
        let barriers = c.inputs.barriers.as_ref().map(|drawn| {
            let mut barriers = Arcs::default();
            arcs::cut(&drawn.lines, &mut barriers);
            barriers.encode()
        });
        let reps = &c.inputs.reps;
        let homes = reps.lon.iter().zip(&reps.lat);
        Map {
            scale: SCALE,
            arcs: arcs.encode(),
            territories,
            context_arcs: context.encode(),
            barrier_arcs: barriers,
            homes: homes.map(|(x, y)| [coarse(*x), coarse(*y)]).collect(),
        }
    }
}

impl<'a> Points<'a> {
    fn new(c: &Contents<'a>) -> Points<'a> {
        let (customers, model) = (&c.inputs.customers, c.model);
        let name = |i: usize| match customers.names.is_empty() {
            true => "",
            false => customers.names.get(i),
        };
        let text = |i: usize| customers.ids.get(i).len() + name(i).len();
        let chosen = sample(model.n, |i| size_of(model, i), text);
        let of = |i: &usize| {
            let previous = model.previous[*i].some();
            previous.map_or(-1, |RepIx(j)| i64::from(j))
        };
        let anyone = model.previous.iter().any(|p| p.some().is_some());
        let locked = chosen.iter().enumerate();
        let locked = locked.filter(|(_, i)| model.lock(**i).is_some());
        Points {
            total: model.n,
            x: chosen.iter().map(|i| coarse(customers.lon[*i])).collect(),
            y: chosen.iter().map(|i| coarse(customers.lat[*i])).collect(),
            owner: chosen.iter().map(|i| c.plan.owner[*i].0).collect(),
            previous: anyone.then(|| chosen.iter().map(of).collect()),
            size: chosen.iter().map(|i| rounded(size_of(model, *i))).collect(),
            id: chosen.iter().map(|i| customers.ids.get(*i)).collect(),
            name: (!customers.names.is_empty()).then(|| chosen.iter().map(|i| name(*i)).collect()),
            locked: locked.map(|(at, _)| at).collect(),
        }
    }
}

/// The size of a customer: its part of the first measure that does not depend on the rep.
fn size_of(model: &Model, i: usize) -> f64 {
    model.amount[i * model.m]
}

fn coarse(degrees: f64) -> i64 {
    (degrees * SCALE).round() as i64
}

/// To a thousandth.
fn rounded(x: f64) -> f64 {
    (x * 1000.0).round() / 1000.0
}
