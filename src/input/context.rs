//! Outlines that are drawn on the map and mean nothing else: Länder, districts, rivers.

use super::antimeridian;
use super::boundary::broken;
use super::rows::on_the_globe;
use crate::error::{Collector, Problem, codes};
use geojson::{GeoJson, Geometry, GeometryValue, Position};

/// A line on the map, `[lon, lat]`.
pub type Outline = Vec<[f64; 2]>;

/// Reads every line and every ring of a GeoJSON document.
pub(super) fn read(text: &str, problems: &mut Collector) -> Vec<Outline> {
    let lines = Vec::new();
    if let Some(problem) = super::geojson::doubled(text) {
        problems.add(problem);
        return lines;
    }
    match text.parse::<GeoJson>() {
        Ok(mut document) => {
            super::geojson::crs::convert(&mut document, |problem| problems.add(problem));
            of_document(document, problems)
        }
        Err(error) => {
            problems.add(broken(text, &error));
            lines
        }
    }
}

/// As [`read`], for a document in degrees.
pub(super) fn of_document(document: GeoJson, problems: &mut Collector) -> Vec<Outline> {
    let mut lines = Vec::new();
    let mut add = |geometry: &Geometry, number: usize| {
        if let Err(problem) = collect(&geometry.value, &mut lines) {
            problems.add((*problem).at(number).field("geometry"));
        }
    };
    match document {
        GeoJson::Geometry(geometry) => add(&geometry, 1),
        GeoJson::Feature(feature) => feature.geometry.iter().for_each(|g| add(g, 1)),
        GeoJson::FeatureCollection(collection) => {
            for (i, feature) in collection.features.iter().enumerate() {
                feature.geometry.iter().for_each(|g| add(g, i + 1));
            }
        }
    }
    if lines.is_empty() && !problems.has_errors() {
        let problem = Problem::error(codes::EMPTY_COLLECTION, "there is no outline in it");
        problems.add(problem.help("the context is made of polygons or lines"));
    }
    lines
}

fn collect(value: &GeometryValue, lines: &mut Vec<Outline>) -> Result<(), Box<Problem>> {
    match value {
        GeometryValue::LineString { coordinates } => line(coordinates, lines),
        GeometryValue::MultiLineString { coordinates } | GeometryValue::Polygon { coordinates } => {
            coordinates.iter().try_for_each(|l| line(l, lines))
        }
        GeometryValue::MultiPolygon { coordinates } => coordinates
            .iter()
            .flatten()
            .try_for_each(|l| line(l, lines)),
        GeometryValue::GeometryCollection { geometries } => {
            geometries.iter().try_for_each(|g| collect(&g.value, lines))
        }
        other => {
            let what = format!("a {} has no outline", other.type_name());
            Err(Problem::error(codes::WRONG_GEOMETRY, what)
                .help("use polygons or lines")
                .into())
        }
    }
}

fn line(positions: &[Position], lines: &mut Vec<Outline>) -> Result<(), Box<Problem>> {
    let mut out = Outline::with_capacity(positions.len());
    for position in positions {
        let [lon, lat, ..] = *position.as_slice() else {
            let problem = Problem::error(codes::BAD_COORDINATES, "a position is not [lon, lat]");
            return Err(problem.help("write two numbers").into());
        };
        on_the_globe([lon, lat])?;
        out.push([lon, lat]);
    }
    lines.extend(antimeridian::split(out));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rings_and_lines_are_kept_and_points_refused() {
        let mut problems = Collector::new("c");
        let polygon = r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#;
        assert_eq!(read(polygon, &mut problems)[0].len(), 4);
        let line = r#"{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[0,0],[1,0]]}}"#;
        assert_eq!(read(line, &mut problems), [vec![[0.0, 0.0], [1.0, 0.0]]]);
        assert!(!problems.has_errors());
        read(r#"{"type":"Point","coordinates":[0,0]}"#, &mut problems);
        let far = r#"{"type":"LineString","coordinates":[[0,0],[4e6,5e6]]}"#;
        read(far, &mut problems);
        let told: Vec<String> = problems
            .into_problems()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert!(told[0].contains("a Point has no outline"), "{told:?}");
        assert!(told[1].contains("EPSG:4326"), "{told:?}");
    }
}
