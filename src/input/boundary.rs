//! The outline that territories are cut to.

use super::{antimeridian, outline};
use crate::error::{Collector, Problem, codes};
use geo::{Coord, LineString, MultiPolygon, Polygon};
use geojson::{Feature, FeatureCollection, GeoJson, Geometry, GeometryValue, Position};

/// Reads every polygon of a GeoJSON document, and joins them to one area.
///
/// Polygons that touch or overlap (the Länder of a country) are united; the others keep their
/// vertices exactly. `None` when there are problems.
pub(super) fn read(text: &str, problems: &mut Collector) -> Option<MultiPolygon<f64>> {
    if let Some(problem) = super::geojson::doubled(text) {
        problems.add(problem);
        return None;
    }
    let mut document: GeoJson = match text.parse() {
        Ok(document) => document,
        Err(error) => {
            problems.add(broken(text, &error));
            return None;
        }
    };
    let before = problems.has_errors();
    super::geojson::crs::convert(&mut document, |problem| problems.add(problem));
    if problems.has_errors() != before {
        return None;
    }
    of_document(document, problems)
}

/// As [`read`], for a document in degrees.
pub(super) fn of_document(
    document: GeoJson,
    problems: &mut Collector,
) -> Option<MultiPolygon<f64>> {
    let before = problems.has_errors();
    let mut area = Area {
        problems,
        polygons: Vec::new(),
    };
    match document {
        GeoJson::Geometry(geometry) => area.geometry(&geometry, 1, ""),
        GeoJson::Feature(feature) => area.feature(&feature, 1),
        GeoJson::FeatureCollection(collection) => area.collection(&collection),
    }
    let polygons = area.polygons;
    if polygons.is_empty() && !problems.has_errors() {
        let problem = Problem::error(codes::EMPTY_COLLECTION, "there is no polygon in it");
        problems.add(problem.help("the boundary is a Polygon or a MultiPolygon"));
    }
    if problems.has_errors() != before {
        return None;
    }
    // What is drawn is on the grid, so a spike narrower than that is none. Where rounding makes a crossing, the polygons as given.
    let rounded = polygons.iter().map(|(n, p)| (*n, outline::on_grid(p)));
    match outline::join(rounded.collect()).or_else(|_| outline::join(polygons)) {
        Ok(area) => Some(area),
        Err(crossings) => {
            for (feature, [lon, lat]) in crossings {
                let what = format!("the outline crosses itself near [{lon:.6}, {lat:.6}]");
                let problem = Problem::error(codes::INVALID_POLYGON, what)
                    .at(feature)
                    .field("geometry")
                    .help(
                        "mend it, for example with ogr2ogr -makevalid, or in QGIS: Fix geometries",
                    );
                problems.add(problem);
            }
            None
        }
    }
}

/// A parse error: JSON that is broken, or JSON that is no GeoJSON.
pub(super) fn broken(text: &str, error: &geojson::Error) -> Problem {
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
        return *super::geojson::syntax_problem(text, &error);
    }
    let what = format!("this is no GeoJSON: {error}");
    let help = "the boundary is a Polygon, a MultiPolygon, or a collection of them";
    Problem::error(codes::WRONG_ROOT, what).help(help)
}

struct Area<'p> {
    problems: &'p mut Collector,
    /// Each with the number of its feature.
    polygons: Vec<(usize, Polygon<f64>)>,
}

impl Area<'_> {
    fn collection(&mut self, collection: &FeatureCollection) {
        for (i, feature) in collection.features.iter().enumerate() {
            self.feature(feature, i + 1);
        }
    }

    fn feature(&mut self, feature: &Feature, number: usize) {
        let id = match &feature.id {
            Some(geojson::feature::Id::String(id)) => id.clone(),
            Some(geojson::feature::Id::Number(id)) => id.to_string(),
            None => String::new(),
        };
        match &feature.geometry {
            Some(geometry) => self.geometry(geometry, number, &id),
            None => {
                let problem = Problem::error(codes::NULL_GEOMETRY, "there is no geometry");
                self.add(problem.help("take the feature out"), number, &id);
            }
        }
    }

    fn add(&mut self, problem: Problem, number: usize, id: &str) {
        self.problems
            .add(problem.at(number).id(id).field("geometry"));
    }

    fn geometry(&mut self, geometry: &Geometry, number: usize, id: &str) {
        match &geometry.value {
            GeometryValue::Polygon { coordinates } => self.polygon(coordinates, number, id),
            GeometryValue::MultiPolygon { coordinates } => {
                coordinates
                    .iter()
                    .for_each(|rings| self.polygon(rings, number, id));
            }
            GeometryValue::GeometryCollection { geometries } => {
                geometries
                    .iter()
                    .for_each(|geometry| self.geometry(geometry, number, id));
            }
            other => {
                let what = format!("a {} cannot be part of a boundary", other.type_name());
                let problem = Problem::error(codes::WRONG_GEOMETRY, what);
                self.add(problem.help("use Polygons or MultiPolygons"), number, id);
            }
        }
    }

    fn polygon(&mut self, rings: &[Vec<Position>], number: usize, id: &str) {
        let mut lines = Vec::with_capacity(rings.len());
        for ring in rings {
            match line(ring) {
                Ok(line) => lines.push(line),
                Err(problem) => return self.add(*problem, number, id),
            }
        }
        if lines.is_empty() {
            let problem = Problem::error(codes::INVALID_POLYGON, "a polygon has no rings");
            return self.add(problem.help("take it out"), number, id);
        }
        let holes = lines.split_off(1);
        let shell = lines.pop();
        self.polygons
            .extend(shell.map(|shell| (number, Polygon::new(shell, holes))));
    }
}

/// A ring: on the globe, without repeated points, closed.
fn line(positions: &[Position]) -> Result<LineString<f64>, Box<Problem>> {
    let mut points: Vec<Coord<f64>> = Vec::with_capacity(positions.len() + 1);
    for position in positions {
        let [x, y, ..] = *position.as_slice() else {
            let problem = Problem::error(codes::BAD_COORDINATES, "a position is not [lon, lat]");
            return Err(problem.help("write two numbers").into());
        };
        super::rows::on_the_globe([x, y])?;
        points.push(Coord { x, y });
    }
    points.dedup();
    if points.first() != points.last() {
        points.extend(points.first().copied());
    }
    if points.len() < 4 {
        let what = "a ring has fewer than three distinct points";
        return Err(Problem::error(codes::INVALID_POLYGON, what)
            .help("take it out")
            .into());
    }
    let ring = LineString(points);
    antimeridian::uncut_ring(&ring).map_err(|what| {
        Problem::error(codes::INVALID_POLYGON, what)
            .help("cut it, for example with ogr2ogr -wrapdateline")
    })?;
    Ok(ring)
}
