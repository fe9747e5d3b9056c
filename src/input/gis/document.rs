//! A layer as a GeoJSON document: a boundary, and outlines for the map.

use super::super::coords::Coords;
use super::super::rows::{Base, ID, IGNORE, Place, Sink};
use super::super::scalar::Scalar;
use crate::disk::beside::Beside;
use crate::disk::gis::Gis;
use crate::error::{Collector, Problem};
use crate::scenario::LayerRole;
use geojson::{Feature, FeatureCollection, GeoJson, Geometry, GeometryValue, Position};
use std::path::Path;

/// Gathers the geometries; columns mean nothing.
struct Shapes {
    base: Base,
    features: Vec<Feature>,
}

/// The features of a file as a document without properties; notes and problems go to `problems`. `None` where it cannot be read.
pub(crate) fn document(
    gis: Gis,
    (path, bytes, beside): (&Path, &[u8], &Beside),
    (role, layer): (LayerRole, Option<String>),
    problems: &mut Collector,
) -> Option<GeoJson> {
    let mut base = Base::new("", true);
    std::mem::swap(&mut base.problems, problems);
    base.layer = (role, layer);
    // Nobody asks for ids.
    base.lacks[usize::from(ID)] = true;
    let mut shapes = Shapes {
        base,
        features: Vec::new(),
    };
    let read = super::read(gis, (path, bytes), beside, &mut shapes);
    *problems = shapes.base.problems;
    match read {
        Ok(()) => Some(GeoJson::FeatureCollection(FeatureCollection {
            bbox: None,
            features: shapes.features,
            foreign_members: None,
        })),
        Err(problem) => {
            problems.add(*problem);
            None
        }
    }
}

impl Sink for Shapes {
    fn base(&mut self) -> &mut Base {
        &mut self.base
    }

    fn slot(&mut self, _: &str) -> u16 {
        IGNORE
    }

    fn set(&mut self, _: u16, _: Scalar<'_>) {}

    fn finish(&mut self, place: Place<'_>) {
        let number = self.features.len() + 1;
        let geometry = match place {
            Place::Shape(kind, coords) => geometry(kind, coords).unwrap_or_else(|what| {
                let problem = Problem::error(crate::error::codes::BAD_COORDINATES, what);
                let help = "mend it, or take it out";
                self.base
                    .problems
                    .add(problem.at(number).field("geometry").help(help));
                None
            }),
            _ => None,
        };
        self.features.push(Feature {
            geometry: geometry.map(Geometry::new),
            ..Feature::default()
        });
        self.base.discard();
    }

    fn discard(&mut self) {
        self.base.discard();
    }
}

/// A geometry as GeoJSON has it; one of a type that has no meaning on a map is one without positions.
fn geometry(kind: &str, coords: &Coords) -> Result<Option<GeometryValue>, String> {
    if let Some(wrong) = &coords.wrong {
        return Err(wrong.clone());
    }
    let position = |p: &[f64; 2]| Position::from(p.to_vec());
    let list = |from: usize, to: usize| {
        coords.positions[from..to]
            .iter()
            .map(position)
            .collect::<Vec<_>>()
    };
    let mut start = 0;
    let mut lines = || {
        let line = |end: &usize| list(std::mem::replace(&mut start, *end), *end);
        coords.rings.iter().map(line).collect::<Vec<_>>()
    };
    Ok(Some(match kind {
        "Point" | "MultiPoint" => GeometryValue::MultiPoint {
            coordinates: list(0, coords.positions.len()),
        },
        "LineString" => GeometryValue::LineString {
            coordinates: list(0, coords.positions.len()),
        },
        "MultiLineString" => GeometryValue::MultiLineString {
            coordinates: lines(),
        },
        "Polygon" => GeometryValue::Polygon {
            coordinates: lines(),
        },
        "MultiPolygon" => {
            let mut lines = lines().into_iter();
            let mut first = 0;
            let polygon = |end: &usize| {
                let count = end.saturating_sub(std::mem::replace(&mut first, *end));
                lines.by_ref().take(count).collect::<Vec<_>>()
            };
            GeometryValue::MultiPolygon {
                coordinates: coords.polygons.iter().map(polygon).collect(),
            }
        }
        other => return Err(format!("a {other} is no part of a map")),
    }))
}
