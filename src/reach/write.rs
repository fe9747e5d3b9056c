//! The files: areas, customers with their nearest home base, ways.
//!
//! Features have the members of simplestyle 1.1 (github.com/mapbox/simplestyle-spec), so that whatever draws GeoJSON draws them in the plan's
//! colours. Larger limits come first: the smaller ones lie above them.

use super::count::trip;
use super::limit::Limit;
use super::{Area, Reach};
use crate::base::ids::{Ids, RepIx};
use crate::disk::file;
use crate::output::{bbox, territories::geometry};
use crate::saved::text::{self, Dialect};
use crate::scenario::Direction;
use crate::territory::area_km2;
use geo::MultiPolygon;
use std::fmt::Write;
use std::path::Path;

/// How the files begin.
const AREAS: &str =
    "{\"type\":\"FeatureCollection\",\"generator\":\"revier reach\",\"content\":\"areas\",";
const CUSTOMERS: &str =
    "{\"type\":\"FeatureCollection\",\"generator\":\"revier reach\",\"content\":\"customers\",";
const ROUTES: &str =
    "{\"type\":\"FeatureCollection\",\"generator\":\"revier reach\",\"content\":\"routes\",";

/// The first columns of the table of customers; one per limit follows.
const COLUMNS: [&str; 11] = [
    "customer_id",
    "rep_id",
    "km",
    "minutes",
    "nearest_rep_id",
    "nearest_km",
    "nearest_minutes",
    "more_km",
    "more_minutes",
    "lon",
    "lat",
];

/// Whether a file has areas that revier wrote.
#[must_use]
pub fn is_areas(path: &Path) -> bool {
    file::begins_with(path, AREAS)
}

/// Whether a file has customers that revier wrote, as GeoJSON.
#[must_use]
pub fn is_customers_geojson(path: &Path) -> bool {
    file::begins_with(path, CUSTOMERS)
}

/// Whether a file has ways that revier wrote.
#[must_use]
pub fn is_routes(path: &Path) -> bool {
    file::begins_with(path, ROUTES)
}

/// Whether a file is such a table of customers.
#[must_use]
pub fn is_customers_csv(path: &Path) -> bool {
    let comma = [false, true].map(|comma| Dialect { safe: true, comma });
    (comma.iter()).any(|dialect| file::begins_with(path, dialect.header(COLUMNS).trim_end()))
}

/// The members of a collection that say whose the roads are.
fn attribution(reach: &Reach, to: &mut String) {
    if let Some(who) = reach.attribution() {
        let _ = write!(to, "\"attribution\":\"{who}\",");
    }
}

/// `"name":`, after a comma.
fn member(to: &mut String, name: &str) {
    to.push(',');
    text::json_text(to, name);
    to.push(':');
}

fn number(to: &mut String, name: &str, x: f64) {
    member(to, name);
    text::json_rounded(to, x);
}

fn id(to: &mut String, ids: &Ids, rep: RepIx) {
    match rep.some() {
        Some(RepIx(j)) => text::json_id(to, ids, j as usize),
        None => to.push_str("null"),
    }
}

/// Properties that begin with the rep.
fn of_rep(reach: &Reach, rep: RepIx, to: &mut String) {
    let reps = &reach.inputs.reps;
    to.push_str("\"properties\":{\"rep\":");
    id(to, &reps.ids, rep);
    member(to, "name");
    text::json_text(to, &reps.name[rep.at()]);
}

/// What there is of each measure. One whose name is taken is told as `NAME_total`.
fn measures(reach: &Reach, sums: &[f64], taken: &[&str], to: &mut String) {
    let balance = reach.inputs.scenario.balance.iter().zip(sums);
    for (balance, sum) in balance.filter(|(b, _)| b.measure != "customers") {
        match taken.contains(&balance.measure.as_str()) {
            true => number(to, &format!("{}_total", balance.measure), *sum),
            false => number(to, &balance.measure, *sum),
        }
    }
}

/// Areas: a feature per limit and rep. Where travel comes from a matrix there is no geometry.
#[must_use]
pub fn areas(reach: &Reach) -> String {
    let mut to = String::from(AREAS);
    attribution(reach, &mut to);
    let all = reach.areas.iter().flatten().flatten();
    let shapes: Vec<&MultiPolygon<f64>> = all.map(|a| &a.shape).collect();
    bbox::member(&mut to, shapes);
    to.push_str("\"features\":[\n");
    let mut first = true;
    for (at, limit) in reach.limits.iter().enumerate().rev() {
        for j in 0..reach.inputs.reps.len() {
            to.push_str(if first { "" } else { ",\n" });
            first = false;
            area(reach, RepIx(j as u32), (at, *limit), &mut to);
        }
    }
    to.push_str("\n]}\n");
    to
}

/// What the properties of an area are called, besides measures.
const OF_AREA: [&str; 16] = [
    "rep",
    "name",
    "limit",
    "unit",
    "metric",
    "direction",
    "customers",
    "customers_own",
    "area_km2",
    "parts",
    "resolution_m",
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "title",
];

fn area(reach: &Reach, rep: RepIx, (at, limit): (usize, Limit), to: &mut String) {
    let area: Option<&Area> = reach.areas.as_ref().map(|areas| &areas[rep.at()][at]);
    let area = area.filter(|area| !area.shape.0.is_empty());
    to.push_str("{\"type\":\"Feature\",");
    if let Some(area) = area {
        bbox::member(to, [&area.shape]);
    }
    of_rep(reach, rep, to);
    // As it was asked for.
    let _ = write!(to, ",\"limit\":{}", limit.most);
    member(to, "unit");
    text::json_text(to, limit.unit.name());
    let travel = &reach.inputs.scenario.travel;
    member(to, "metric");
    text::json_text(to, travel.metric.name());
    if let Some(roads) = &travel.roads {
        member(to, "direction");
        text::json_text(to, direction(roads.direction));
    }
    let count = &reach.counts[rep.at()][at];
    let _ = write!(to, ",\"customers\":{}", count.customers);
    if !reach.owner.is_empty() {
        let _ = write!(to, ",\"customers_own\":{}", count.own);
    }
    measures(reach, &count.measures, &OF_AREA, to);
    if let Some(area) = area {
        number(to, "area_km2", area_km2(&area.shape));
        let _ = write!(to, ",\"parts\":{}", area.shape.0.len());
        number(to, "resolution_m", area.resolution_m);
    }
    let color = &reach.colors[rep.at()];
    let title = format!(
        "{}: {} {}",
        reach.inputs.reps.name[rep.at()],
        limit.most,
        limit.unit.name()
    );
    member(to, "title");
    text::json_text(to, &title);
    member(to, "fill");
    text::json_text(to, color);
    to.push_str(",\"fill-opacity\":0.25");
    member(to, "stroke");
    text::json_text(to, color);
    to.push_str(",\"stroke-width\":1.5},");
    match area {
        Some(area) => geometry(to, &area.shape),
        None => to.push_str("\"geometry\":null"),
    }
    to.push('}');
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Out => "out",
        Direction::Back => "back",
        Direction::Round => "round",
    }
}

/// A line per customer, with how many home bases are within each limit.
#[must_use]
pub fn customers_csv(reach: &Reach) -> String {
    let dialect = Dialect::of(&reach.inputs.scenario.output);
    let within: Vec<String> = reach.limits.iter().map(within_name).collect();
    let names = COLUMNS.into_iter().chain(within.iter().map(String::as_str));
    let mut to = dialect.header(names);
    let c = &reach.inputs.customers;
    for i in 0..c.len() {
        dialect.text(&mut to, c.ids.get(i));
        let row = row(reach, i);
        for (k, name) in COLUMNS.iter().enumerate().skip(1) {
            dialect.next(&mut to);
            match *name {
                "rep_id" => rep_cell(reach, row.own, dialect, &mut to),
                "nearest_rep_id" => rep_cell(reach, row.nearest, dialect, &mut to),
                "lon" => dialect.number(&mut to, c.lon[i]),
                "lat" => dialect.number(&mut to, c.lat[i]),
                _ => dialect.rounded(&mut to, row.figure(k)),
            }
        }
        for n in row.within {
            dialect.next(&mut to);
            let _ = write!(to, "{n}");
        }
        to.push('\n');
    }
    to
}

fn rep_cell(reach: &Reach, rep: RepIx, dialect: Dialect, to: &mut String) {
    if let Some(RepIx(j)) = rep.some() {
        dialect.text(to, reach.inputs.reps.ids.get(j as usize));
    }
}

/// `bases_30_minutes`.
fn within_name(limit: &Limit) -> String {
    format!("bases_{}_{}", limit.most, limit.unit.name())
}

/// What is told of a customer.
struct Row {
    own: RepIx,
    trip: [f64; 2],
    nearest: RepIx,
    nearest_trip: [f64; 2],
    within: Vec<usize>,
}

impl Row {
    /// The figure of one of [`COLUMNS`]; NaN where there is none.
    fn figure(&self, column: usize) -> f64 {
        let more = |k: usize| self.trip[k] - self.nearest_trip[k];
        match COLUMNS[column] {
            "km" => self.trip[0],
            "minutes" => self.trip[1],
            "nearest_km" => self.nearest_trip[0],
            "nearest_minutes" => self.nearest_trip[1],
            "more_km" => more(0),
            _ => more(1),
        }
    }
}

fn row(reach: &Reach, i: usize) -> Row {
    let own = reach.owner.get(i).copied().unwrap_or(RepIx::NONE);
    let none = [f64::NAN; 2];
    let of_own = own.some().and_then(|rep| trip(&reach.travel, i, rep));
    let reps = (0..reach.inputs.reps.len() as u32).map(RepIx);
    let trips: Vec<[f64; 2]> = reps.filter_map(|rep| trip(&reach.travel, i, rep)).collect();
    let within = reach.limits.iter().map(|l| {
        let within = trips.iter().filter(|trip| l.unit.of(**trip) <= l.most);
        within.count()
    });
    Row {
        own,
        trip: of_own.unwrap_or(none),
        nearest: reach.nearest[i].rep,
        nearest_trip: reach.nearest[i].trip,
        within: within.collect(),
    }
}

/// The same as points.
#[must_use]
pub fn customers_geojson(reach: &Reach) -> String {
    let mut to = String::from(CUSTOMERS);
    attribution(reach, &mut to);
    to.push_str("\"features\":[\n");
    let c = &reach.inputs.customers;
    for i in 0..c.len() {
        to.push_str(if i == 0 { "" } else { ",\n" });
        let row = row(reach, i);
        to.push_str("{\"type\":\"Feature\",\"properties\":{\"customer_id\":");
        text::json_id(&mut to, &c.ids, i);
        for (k, name) in COLUMNS.iter().enumerate().take(9).skip(1) {
            match *name {
                "rep_id" | "nearest_rep_id" => {
                    member(&mut to, name);
                    let rep = if *name == "rep_id" {
                        row.own
                    } else {
                        row.nearest
                    };
                    id(&mut to, &reach.inputs.reps.ids, rep);
                }
                _ => number(&mut to, name, row.figure(k)),
            }
        }
        for (limit, n) in reach.limits.iter().zip(&row.within) {
            member(&mut to, &within_name(limit));
            let _ = write!(to, "{n}");
        }
        member(&mut to, "marker-color");
        let color = row
            .nearest
            .some()
            .map(|RepIx(j)| reach.colors[j as usize].as_str());
        text::json_text(&mut to, color.unwrap_or("#808080"));
        to.push_str("},\"geometry\":{\"type\":\"Point\",\"coordinates\":");
        point(&mut to, [c.lon[i], c.lat[i]]);
        to.push_str("}}");
    }
    to.push_str("\n]}\n");
    to
}

fn point(to: &mut String, [lon, lat]: [f64; 2]) {
    to.push('[');
    text::number(to, lon);
    to.push(',');
    text::number(to, lat);
    to.push(']');
}

/// What the properties of a way are called, besides measures.
const OF_ROUTE: [&str; 8] = [
    "rep",
    "name",
    "direction",
    "customers",
    "km",
    "stroke",
    "stroke-width",
    "stroke-opacity",
];

/// Ways: a line per piece of road, rep and direction.
#[must_use]
pub fn routes(reach: &Reach) -> String {
    let mut to = String::from(ROUTES);
    attribution(reach, &mut to);
    to.push_str("\"features\":[\n");
    let most = reach.routes.iter().map(|r| r.sums[0]).fold(1.0, f64::max);
    for (at, route) in reach.routes.iter().enumerate() {
        to.push_str(if at == 0 { "" } else { ",\n" });
        let _ = write!(to, "{{\"type\":\"Feature\",\"id\":{},", at + 1);
        of_rep(reach, route.rep, &mut to);
        member(&mut to, "direction");
        to.push_str(if route.back { "\"back\"" } else { "\"out\"" });
        let _ = write!(to, ",\"customers\":{}", route.sums[0]);
        measures(reach, &route.sums[1..], &OF_ROUTE, &mut to);
        number(&mut to, "km", route.km);
        member(&mut to, "stroke");
        text::json_text(&mut to, &reach.colors[route.rep.at()]);
        number(
            &mut to,
            "stroke-width",
            1.0 + 5.0 * (route.sums[0] / most).sqrt(),
        );
        to.push_str(
            ",\"stroke-opacity\":0.9},\"geometry\":{\"type\":\"LineString\",\"coordinates\":[",
        );
        let mut last = None;
        for (k, place) in route.line.iter().enumerate() {
            let place = place.map(|x| (x * 1e7).round() / 1e7);
            // Points that are one are so once, but for a line of no length.
            if last == Some(place) && k + 1 < route.line.len() {
                continue;
            }
            to.push_str(if k == 0 { "" } else { "," });
            point(&mut to, place);
            last = Some(place);
        }
        to.push_str("]}}");
    }
    to.push_str("\n]}\n");
    to
}
