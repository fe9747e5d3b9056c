//! Reads lines and areas that no trip crosses, or only at a cost, and named crossings.

use super::super::antimeridian;
use super::super::boundary::broken;
use super::super::bytes::bytes_of;
use super::super::geojson::{crs, doubled};
use super::super::listing::{Hashes, Shapes};
use super::super::rows::on_the_globe;
use super::{Drawn, Opening, words};
use crate::barriers::{Barrier, Barriers, Charge, Crossing, Fault, SHUT, Shape};
use crate::disk::file;
use crate::error::{Collector, Problem, codes};
use crate::scenario::{Scenario, TravelRules};
use geojson::{Feature, GeoJson, Geometry, GeometryValue, JsonObject, Position};
use std::path::Path;

/// Reads the file: its hash, the barriers unless there are problems, and the problems.
pub(in crate::input) fn read(scenario: &Scenario, path: &Path) -> Shapes<Option<Drawn>> {
    let mut problems = Collector::new(scenario.label(path));
    let (mut hashes, mut shape) = (Hashes::default(), None);
    match bytes_of(scenario, path) {
        Ok(bytes) => {
            hashes = Hashes::alone(file::sha256(&bytes));
            match text(path, &bytes) {
                Ok(text) => shape = of_text(&text, &scenario.travel, &mut problems),
                Err(problem) => problems.add(*problem),
            }
        }
        Err(problem) => problems.add(*problem),
    }
    Shapes {
        hashes,
        shape,
        problems,
    }
}

/// The text of a file that is GeoJSON.
fn text(path: &Path, bytes: &[u8]) -> Result<String, Box<Problem>> {
    match file::content(path, bytes)? {
        (file::Format::Json, unpacked) => file::utf8(&unpacked).map(str::to_owned),
        _ => {
            let what = "barriers are read from GeoJSON, and this is something else";
            let problem = Problem::error(codes::WRONG_FORMAT, what);
            let help = "convert it, for example with ogr2ogr barriers.geojson FILE";
            Err(problem.help(help).into())
        }
    }
}

fn of_text(text: &str, travel: &TravelRules, problems: &mut Collector) -> Option<Drawn> {
    if let Some(problem) = doubled(text) {
        problems.add(problem);
        return None;
    }
    let mut document: GeoJson = match text.parse() {
        Ok(document) => document,
        Err(error) => {
            if words::broken_features(text, problems) {
                return None;
            }
            let problem = broken(text, &error);
            let help = "barriers are a FeatureCollection of lines and polygons";
            let help = match problem.code {
                codes::WRONG_ROOT => help.to_owned(),
                _ => problem.action.clone(),
            };
            problems.add(problem.help(help));
            return None;
        }
    };
    let before = problems.has_errors();
    crs::convert(&mut document, |problem| problems.add(problem));
    if problems.has_errors() != before {
        return None;
    }
    let mut file = File {
        per_minute: travel.speed_kmh / 60.0,
        problems,
        barriers: Vec::new(),
        crossings: Vec::new(),
    };
    match document {
        GeoJson::Geometry(geometry) => file.feature(&Feature::from(geometry), 1),
        GeoJson::Feature(feature) => file.feature(&feature, 1),
        GeoJson::FeatureCollection(all) => {
            for (i, feature) in all.features.iter().enumerate() {
                file.feature(feature, i + 1);
            }
        }
    }
    let File {
        barriers,
        crossings,
        ..
    } = file;
    if problems.has_errors() {
        return None;
    }
    if barriers.is_empty() {
        let problem = Problem::error(codes::EMPTY_COLLECTION, "there is no barrier in it");
        problems.add(problem.help("draw a LineString or a Polygon, or remove travel.barriers"));
        return None;
    }
    match Barriers::new(&barriers, &crossings) {
        Ok(made) => Some(Drawn {
            barriers: made,
            lines: lines(&barriers, &crossings),
            crossings: openings(&crossings),
        }),
        Err(faults) => {
            faults
                .into_iter()
                .for_each(|fault| problems.add(told(fault)));
            None
        }
    }
}

fn told(fault: Fault) -> Problem {
    let problem = Problem::error(codes::BAD_BARRIER, fault.what)
        .field("geometry")
        .help(fault.help);
    match fault.feature {
        0 => problem,
        feature => problem.at(feature),
    }
}

fn lines(barriers: &[Barrier], crossings: &[Crossing]) -> Vec<Vec<[f64; 2]>> {
    let of = |barrier: &Barrier| match &barrier.shape {
        Shape::Line(line) => vec![line.clone()],
        Shape::Area(rings) => rings.clone(),
    };
    let ways = crossings.iter().map(|crossing| crossing.way.clone());
    let drawn = barriers.iter().flat_map(of);
    let all = drawn.chain(ways.filter(|way| way.len() > 1));
    all.flat_map(antimeridian::split).collect()
}

fn openings(crossings: &[Crossing]) -> Vec<Opening> {
    let of = |crossing: &Crossing| {
        let at = crossing.way.get(crossing.way.len() / 2)?;
        Some(Opening {
            name: crossing.name.clone(),
            at: *at,
        })
    };
    crossings.iter().filter_map(of).collect()
}

/// What is read so far.
struct File<'p> {
    /// Kilometres of a minute.
    per_minute: f64,
    problems: &'p mut Collector,
    barriers: Vec<Barrier>,
    crossings: Vec<Crossing>,
}

impl File<'_> {
    fn feature(&mut self, feature: &Feature, number: usize) {
        let id = match &feature.id {
            Some(geojson::feature::Id::String(id)) => id.clone(),
            Some(geojson::feature::Id::Number(id)) => id.to_string(),
            None => String::new(),
        };
        let empty = JsonObject::new();
        let properties = feature.properties.as_ref().unwrap_or(&empty);
        if let Some(problem) = words::misspelt(properties) {
            self.problems.add(problem.at(number).id(&id));
        }
        let read = self
            .charge(properties)
            .and_then(|charge| Ok((charge, name(properties)?)));
        let read = read.and_then(|(charge, name)| {
            let geometry = feature.geometry.as_ref().ok_or_else(|| {
                let problem = Problem::error(codes::NULL_GEOMETRY, "there is no geometry");
                Box::new(problem.field("geometry").help("take the feature out"))
            })?;
            match name {
                None => self.barrier(geometry, number, charge.unwrap_or(SHUT)),
                Some(name) => self.crossing(geometry, number, &name, charge.unwrap_or([0.0; 2])),
            }
        });
        if let Err(problem) = read {
            self.problems.add((*problem).at(number).id(&id));
        }
    }

    /// Kilometres and minutes of crossing: where one is given, the other follows from the speed of the scenario.
    fn charge(&self, properties: &JsonObject) -> Result<Option<Charge>, Box<Problem>> {
        let [km, minutes] = ["km", "minutes"].map(|key| amount(properties, key));
        Ok(match (km?, minutes?) {
            (None, None) => None,
            (Some(km), None) => Some([km, km / self.per_minute]),
            (None, Some(minutes)) => Some([minutes * self.per_minute, minutes]),
            (Some(km), Some(minutes)) => Some([km, minutes]),
        })
    }

    fn barrier(
        &mut self,
        geometry: &Geometry,
        feature: usize,
        charge: Charge,
    ) -> Result<(), Box<Problem>> {
        let mut add = |shape: Shape| {
            self.barriers.push(Barrier {
                feature,
                shape,
                charge,
            });
        };
        let area = |rings: &[Vec<Position>]| -> Result<Shape, Box<Problem>> {
            let rings: Result<Vec<_>, _> = rings.iter().map(|ring| line(ring)).collect();
            let rings = rings?;
            if rings.is_empty() {
                return Err(nothing("a Polygon without rings"));
            }
            Ok(Shape::Area(rings))
        };
        match &geometry.value {
            GeometryValue::LineString { coordinates } => add(Shape::Line(line(coordinates)?)),
            GeometryValue::Polygon { coordinates } => add(area(coordinates)?),
            GeometryValue::MultiLineString { coordinates } if !coordinates.is_empty() => {
                for part in coordinates {
                    add(Shape::Line(line(part)?));
                }
            }
            GeometryValue::MultiPolygon { coordinates } if !coordinates.is_empty() => {
                for part in coordinates {
                    add(area(part)?);
                }
            }
            GeometryValue::GeometryCollection { geometries } if !geometries.is_empty() => {
                for part in geometries {
                    self.barrier(part, feature, charge)?;
                }
            }
            GeometryValue::Point { .. } | GeometryValue::MultiPoint { .. } => {
                let what = format!("a {} is no barrier", geometry.value.type_name());
                let problem = Problem::error(codes::WRONG_GEOMETRY, what).field("geometry");
                let help = "draw a line or an area; a place where one may cross has a name: crossing = \"Elbtunnel\"";
                return Err(problem.help(help).into());
            }
            other => return Err(nothing(&format!("a {} without parts", other.type_name()))),
        }
        Ok(())
    }

    fn crossing(
        &mut self,
        geometry: &Geometry,
        feature: usize,
        name: &str,
        charge: Charge,
    ) -> Result<(), Box<Problem>> {
        let ways: Result<Vec<Vec<[f64; 2]>>, Box<Problem>> = match &geometry.value {
            GeometryValue::Point { coordinates } => point(coordinates).map(|at| vec![vec![at]]),
            GeometryValue::MultiPoint { coordinates } => {
                coordinates.iter().map(|at| Ok(vec![point(at)?])).collect()
            }
            GeometryValue::LineString { coordinates } => line(coordinates).map(|way| vec![way]),
            GeometryValue::MultiLineString { coordinates } => {
                coordinates.iter().map(|way| line(way)).collect()
            }
            other => {
                let what = format!("a {} cannot be a crossing", other.type_name());
                let problem = Problem::error(codes::WRONG_GEOMETRY, what).field("geometry");
                let help = "draw the point of the line that it opens, or a LineString from one side to the other";
                return Err(problem.help(help).into());
            }
        };
        let ways = ways?;
        if ways.is_empty() {
            return Err(nothing("a crossing without parts"));
        }
        self.crossings.extend(ways.into_iter().map(|way| Crossing {
            feature,
            name: name.to_owned(),
            way,
            charge,
        }));
        Ok(())
    }
}

fn nothing(what: &str) -> Box<Problem> {
    let problem = Problem::error(codes::NULL_GEOMETRY, format!("{what} draws nothing"));
    problem
        .field("geometry")
        .help("take the feature out")
        .into()
}

/// What a crossing is called; `None` of barriers.
fn name(properties: &JsonObject) -> Result<Option<String>, Box<Problem>> {
    match properties.get("crossing") {
        None | Some(serde_json::Value::Null) => Ok(None),
        Some(serde_json::Value::String(name)) if !name.trim().is_empty() => {
            Ok(Some(name.trim().to_owned()))
        }
        Some(other) => {
            let what = format!("{other} is no name of a crossing");
            let problem = Problem::error(codes::NOT_TEXT, what).field("crossing");
            let help = "write its name, such as \"Elbtunnel\"; a barrier has no such property";
            Err(problem.help(help).into())
        }
    }
}

/// A number that is not negative, where there is one.
fn amount(properties: &JsonObject, key: &'static str) -> Result<Option<f64>, Box<Problem>> {
    let Some(value) = properties.get(key).filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let help =
        "write what crossing costs, such as 15; leave `minutes` and `km` out where nobody crosses";
    let (code, what) = match value.as_f64() {
        Some(amount) if (0.0..=1e6).contains(&amount) => return Ok(Some(amount)),
        Some(amount) if amount < 0.0 => (codes::NEGATIVE_NUMBER, format!("{value} is below 0")),
        Some(_) => (
            codes::OUT_OF_RANGE,
            format!("{value} is more than a million"),
        ),
        None => (codes::NOT_A_NUMBER, format!("{value} is no number")),
    };
    Err(Problem::error(code, what).field(key).help(help).into())
}

fn point(position: &Position) -> Result<[f64; 2], Box<Problem>> {
    let [lon, lat, ..] = *position.as_slice() else {
        let problem = Problem::error(codes::BAD_COORDINATES, "a position is not [lon, lat]");
        return Err(problem.field("geometry").help("write two numbers").into());
    };
    on_the_globe([lon, lat]).map_err(|problem| (*problem).field("geometry"))?;
    Ok([lon, lat])
}

fn line(positions: &[Position]) -> Result<Vec<[f64; 2]>, Box<Problem>> {
    if positions.is_empty() {
        return Err(nothing("a line without corners"));
    }
    positions.iter().map(point).collect()
}
