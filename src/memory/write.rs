//! Columns as GeoJSON: what is read again from it is what was read from the columns.

use super::table::{Row, Table, Value};
use geo::{Geometry, LineString, MultiPolygon, Polygon};
use serde::Serialize;
use std::io::{self, Write};

/// Features that are formatted before they are written.
const ROWS: usize = 4096;

/// A FeatureCollection, one feature per line.
pub(super) fn geojson(out: &mut impl Write, table: &Table) -> io::Result<()> {
    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n")?;
    let n = table.len();
    let mut text = Vec::new();
    for i in 0..n {
        feature(&mut text, table, i)?;
        text.extend_from_slice(if i + 1 < n { b",\n" } else { b"\n" });
        if i % ROWS == ROWS - 1 {
            out.write_all(&text)?;
            text.clear();
        }
    }
    out.write_all(&text)?;
    out.write_all(b"]}\n")
}

fn feature(out: &mut Vec<u8>, table: &Table, i: usize) -> io::Result<()> {
    out.extend_from_slice(b"{\"type\":\"Feature\",\"properties\":{");
    for (at, (name, column)) in table.columns().iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        json(out, name)?;
        out.push(b':');
        match column.get(i) {
            Value::Missing => out.extend_from_slice(b"null"),
            Value::Number(x) => json(out, &x)?,
            Value::Int(x) => json(out, &x)?,
            Value::Text(x) => json(out, x)?,
            Value::Flag(x) => json(out, &x)?,
            Value::List(x) => json(out, x)?,
        }
    }
    out.extend_from_slice(b"},\"geometry\":");
    match table.place(i) {
        Row::Nowhere => out.extend_from_slice(b"null"),
        Row::Point(place) => shape(out, "Point", &place)?,
        Row::Shape(Geometry::Point(p)) => shape(out, "Point", &[p.x(), p.y()])?,
        Row::Shape(Geometry::Polygon(p)) => shape(out, "Polygon", &rings(p))?,
        Row::Shape(Geometry::MultiPolygon(p)) => shape(out, "MultiPolygon", &polygons(p))?,
        // Nothing reads another one.
        Row::Shape(_) => out.extend_from_slice(b"null"),
    }
    out.push(b'}');
    Ok(())
}

fn json<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> io::Result<()> {
    serde_json::to_writer(out, value).map_err(io::Error::from)
}

fn shape<T: Serialize>(out: &mut Vec<u8>, kind: &str, coordinates: &T) -> io::Result<()> {
    out.extend_from_slice(b"{\"type\":\"");
    out.extend_from_slice(kind.as_bytes());
    out.extend_from_slice(b"\",\"coordinates\":");
    json(out, coordinates)?;
    out.push(b'}');
    Ok(())
}

fn polygons(shape: &MultiPolygon<f64>) -> Vec<Vec<Vec<[f64; 2]>>> {
    shape.iter().map(rings).collect()
}

fn rings(polygon: &Polygon<f64>) -> Vec<Vec<[f64; 2]>> {
    let ring = |ring: &LineString<f64>| ring.coords().map(|c| [c.x, c.y]).collect();
    let holes = polygon.interiors().iter();
    std::iter::once(polygon.exterior())
        .chain(holes)
        .map(ring)
        .collect()
}
