//! Columns in memory into a [`Sink`](super::rows::Sink), as their GeoJSON would be read.

use super::coords::Coords;
use super::hints;
use super::rows::{IGNORE, Place, Sink, Uses, put, uses_of};
use super::scalar::{LIST_SEPARATOR, Scalar};
use crate::base::words::thousands;
use crate::error::{Problem, codes};
use crate::memory::{Row, Table, Value};
use geo::{Geometry, LineString, Polygon};

/// Reads the features of a table.
pub(super) fn read<S: Sink>(table: &Table, sink: &mut S) {
    let n = table.len();
    let short: Vec<_> = (table.lengths().into_iter()).filter(|c| c.1 != n).collect();
    for (name, len) in &short {
        let what = format!(
            "the column has {} values, the table {} rows",
            thousands(*len),
            thousands(n)
        );
        let problem = Problem::error(codes::ROW_LENGTH, what).field(*name);
        let help = "give every column one value per row";
        sink.base().problems.add(problem.help(help));
    }
    for (at, (name, _)) in table.columns().iter().enumerate() {
        if table.columns()[..at].iter().any(|(other, _)| other == name) {
            let what = "two columns have this name";
            let problem = Problem::error(codes::DUPLICATE_COLUMN, what).field(name);
            sink.base().problems.add(problem.help("keep one of them"));
        }
    }
    if sink.base().problems.has_errors() {
        // What is behind the end of a column would only add noise.
        sink.base().incomplete = true;
        return;
    }
    let columns = table.columns().iter();
    let slots: Vec<_> = columns.map(|(name, c)| (uses_of(name, sink), c)).collect();
    let (mut coords, mut list) = (Coords::default(), String::new());
    for i in 0..n {
        for (uses, column) in slots.iter().filter(|(uses, _)| *uses != Uses::NONE) {
            if uses.slot != IGNORE {
                sink.base().twice(uses.slot);
            }
            let value = match column.get(i) {
                Value::Missing => Scalar::Null,
                Value::Number(x) => Scalar::Float(x),
                Value::Int(x) => Scalar::Int(x),
                Value::Text(x) => Scalar::Text(x),
                Value::Flag(x) => Scalar::Bool(x),
                Value::List(items) => joined(items, &mut list),
            };
            put(*uses, value, sink);
        }
        coords.clear();
        let kind = match table.place(i) {
            Row::Nowhere => None,
            Row::Point(place) => {
                coords.push(place, 0);
                Some("Point")
            }
            Row::Shape(shape) => Some(take(shape, &mut coords)),
        };
        sink.finish(kind.map_or(Place::Null, |kind| Place::Shape(kind, &coords)));
    }
    hints::named_and_absent(sink.base());
}

/// A list as one text.
fn joined<'l>(items: &[String], list: &'l mut String) -> Scalar<'l> {
    list.clear();
    for item in items {
        if !list.is_empty() {
            list.push(LIST_SEPARATOR);
        }
        list.push_str(item);
    }
    Scalar::List(list)
}

/// The type of a shape; its positions go into `coords`.
fn take(shape: &Geometry<f64>, coords: &mut Coords) -> &'static str {
    match shape {
        Geometry::Point(p) => {
            coords.push([p.x(), p.y()], 0);
            "Point"
        }
        Geometry::Polygon(polygon) => {
            rings(polygon, 2, coords);
            "Polygon"
        }
        Geometry::MultiPolygon(polygons) => {
            for polygon in polygons {
                rings(polygon, 3, coords);
            }
            "MultiPolygon"
        }
        Geometry::MultiPoint(_) => "MultiPoint",
        Geometry::Line(_) | Geometry::LineString(_) => "LineString",
        Geometry::MultiLineString(_) => "MultiLineString",
        Geometry::GeometryCollection(_) => "GeometryCollection",
        Geometry::Rect(_) | Geometry::Triangle(_) => "Rect or Triangle (make it a Polygon)",
    }
}

/// The rings of a polygon whose positions lie at `depth`.
fn rings(polygon: &Polygon<f64>, depth: u8, coords: &mut Coords) {
    let mut ring = |ring: &LineString<f64>| {
        for c in ring.coords() {
            if !c.x.is_finite() || !c.y.is_finite() {
                coords.fail(|| format!("[{}, {}] is no position", c.x, c.y));
            }
            coords.push([c.x, c.y], depth);
        }
        if ring.0.is_empty() {
            coords.push_empty(depth - 1);
        } else {
            coords.close(depth - 1);
        }
    };
    ring(polygon.exterior());
    polygon.interiors().iter().for_each(&mut ring);
    coords.close(depth - 2);
}
