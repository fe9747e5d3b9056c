//! CSV with the geometry as well-known text in the column `WKT`, the last one.
//!
//! Texts stand in quotes, numbers and truth values do not, so that a reader can tell the id `"007"` from the
//! number 7 (GDAL: `-oo AUTODETECT_TYPE=YES -oo QUOTED_FIELDS_AS_STRING=YES`; Python: `QUOTE_NONNUMERIC`).
//! An empty cell without quotes is a value that is not known.

use super::layer::{Layer, Shape, Value};
use crate::input::csv_safe;
use geo::{Coord, LineString};
use std::fmt::Write as _;
use std::io::{self, Write};

/// Writes a layer; with an apostrophe before formulas, if it is to be `safe`.
pub(super) fn write(out: &mut impl Write, layer: &Layer<'_>, safe: bool) -> io::Result<()> {
    let quoted = |line: &mut String, text: &str| match safe {
        true => quoted(line, &csv_safe::safe(text)),
        false => quoted(line, text),
    };
    let mut line = String::new();
    for field in &layer.fields {
        quoted(&mut line, &field.name);
        line.push(',');
    }
    line.push_str("\"WKT\"\n");
    out.write_all(line.as_bytes())?;
    for row in 0..layer.rows {
        line.clear();
        for field in &layer.fields {
            match field.value(row) {
                Value::Null => {}
                Value::Whole(n) => drop(write!(line, "{n}")),
                Value::Real(x) => drop(write!(line, "{x}")),
                Value::Text(text) => quoted(&mut line, text),
                Value::Bool(truth) => drop(write!(line, "{truth}")),
            }
            line.push(',');
        }
        line.push('"');
        wkt(&mut line, layer.shape(row));
        line.push_str("\"\n");
        out.write_all(line.as_bytes())?;
    }
    Ok(())
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    out.push_str(&text.replace('"', "\"\""));
    out.push('"');
}

/// Well-known text (OGC Simple Features 06-103r4, section 7).
fn wkt(out: &mut String, shape: Shape<'_>) {
    match shape {
        Shape::Point(p) => {
            out.push_str("POINT (");
            position(out, p);
            out.push(')');
        }
        Shape::Area(area) if area.0.is_empty() => out.push_str("MULTIPOLYGON EMPTY"),
        Shape::Area(area) => {
            out.push_str("MULTIPOLYGON (");
            for (n, polygon) in area.iter().enumerate() {
                out.push_str(if n > 0 { ",(" } else { "(" });
                ring(out, polygon.exterior());
                for hole in polygon.interiors() {
                    out.push(',');
                    ring(out, hole);
                }
                out.push(')');
            }
            out.push(')');
        }
    }
}

fn ring(out: &mut String, line: &LineString<f64>) {
    out.push('(');
    for (n, p) in line.0.iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        position(out, *p);
    }
    out.push(')');
}

fn position(out: &mut String, p: Coord<f64>) {
    let _ = write!(out, "{} {}", p.x, p.y);
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{MultiPolygon, polygon};

    #[test]
    fn well_known_text() {
        let text = |shape| {
            let mut out = String::new();
            wkt(&mut out, shape);
            out
        };
        assert_eq!(
            text(Shape::Point(Coord { x: 8.5, y: -1.0 })),
            "POINT (8.5 -1)"
        );
        let none = MultiPolygon::new(Vec::new());
        assert_eq!(text(Shape::Area(&none)), "MULTIPOLYGON EMPTY");
        let part = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 0.0, y: 0.5)];
        let two = MultiPolygon::new(vec![part.clone(), part]);
        assert_eq!(
            text(Shape::Area(&two)),
            "MULTIPOLYGON (((0 0,1 0,0 0.5,0 0)),((0 0,1 0,0 0.5,0 0)))"
        );
    }

    #[test]
    fn quotes_are_doubled() {
        let mut out = String::new();
        quoted(&mut out, "a \"b\"");
        assert_eq!(out, "\"a \"\"b\"\"\"");
    }
}
