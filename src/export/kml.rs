//! KML 2.2 (OGC 07-147r2), in the dialect that the map importers of CRM systems take.
//!
//! - Longitude first, no altitude, WGS 84 (KML knows nothing else).
//! - One `Placemark` per feature, with the rep's name. A territory of one part is a `Polygon`; only one of
//!   several parts is a `MultiGeometry`.
//! - A polygon is one closed outer ring, counter-clockwise. Inner rings are written where another territory
//!   lies inside, and nowhere else: leaving them out would make territories overlap.
//! - Attributes are typed (`Schema` and `SchemaData`), so that numbers come back as numbers.
//! - A rep without a territory has no `Placemark` among the territories, because importers refuse those
//!   without a shape.

use super::layer::{Field, Kind, Layer, LayerName, Shape, Value};
use super::xml;
use geo::LineString;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

pub(super) fn write(out: &mut impl Write, title: &str, layers: &[Layer<'_>]) -> io::Result<()> {
    let mut head = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(head, "<!-- {} -->", super::made_by());
    head.push_str("<kml xmlns=\"http://www.opengis.net/kml/2.2\">\n<Document>\n");
    let _ = writeln!(head, "<name>{}</name>", xml::text(title));
    for color in colors(layers) {
        style(&mut head, &color);
    }
    head.push_str(
        "<Style id=\"customer\"><IconStyle><scale>0.4</scale></IconStyle><LabelStyle><scale>0</scale></LabelStyle></Style>\n\
         <Style id=\"rep\"><IconStyle><scale>1</scale></IconStyle></Style>\n",
    );
    layers.iter().for_each(|layer| schema(&mut head, layer));
    out.write_all(head.as_bytes())?;
    layers.iter().try_for_each(|layer| folder(out, layer))?;
    out.write_all(b"</Document>\n</kml>\n")
}

/// The fill colours of the territories, each once.
fn colors(layers: &[Layer<'_>]) -> BTreeSet<String> {
    let territories =
        (layers.iter()).filter(|l| matches!(l.name, LayerName::Territories | LayerName::Regions));
    let rows = territories.flat_map(|l| (0..l.rows).map(|row| text_of(l, "color", row)));
    rows.collect()
}

fn text_of(layer: &Layer<'_>, name: &str, row: usize) -> String {
    let field = layer.fields.iter().find(|f| f.name == name);
    match field.map(|f| f.value(row)) {
        Some(Value::Text(text)) => text.to_owned(),
        Some(Value::Whole(n)) => n.to_string(),
        _ => String::new(),
    }
}

/// `#rrggbb` is written `aabbggrr`.
fn style(out: &mut String, color: &str) {
    let hex = color.trim_start_matches('#');
    let (Some(r), Some(g), Some(b)) = (hex.get(..2), hex.get(2..4), hex.get(4..6)) else {
        return;
    };
    let _ = writeln!(
        out,
        "<Style id=\"c{hex}\"><LineStyle><color>ff505050</color><width>1.5</width></LineStyle>\
         <PolyStyle><color>b0{b}{g}{r}</color></PolyStyle></Style>"
    );
}

fn schema(out: &mut String, layer: &Layer<'_>) {
    let name = layer.name.text();
    let _ = writeln!(out, "<Schema name=\"{name}\" id=\"{name}\">");
    for field in attributes(layer) {
        let kind = match field.kind {
            Kind::Whole => whole(layer, field),
            Kind::Real => "double",
            Kind::Text => "string",
            Kind::Bool => "bool",
        };
        let name = xml::text(&field.name);
        let _ = writeln!(out, "<SimpleField type=\"{kind}\" name=\"{name}\"/>");
    }
    out.push_str("</Schema>\n");
}

/// The narrowest type that all values of a field fit in: readers take `int` as 32 bits, and `double` holds whole
/// numbers to 2^53.
fn whole(layer: &Layer<'_>, field: &Field<'_>) -> &'static str {
    let size = (0..layer.rows).map(|row| match field.value(row) {
        Value::Whole(n) => n.unsigned_abs(),
        _ => 0,
    });
    match size.max().unwrap_or(0) {
        0..0x8000_0000 => "int",
        0x8000_0000..=0x20_0000_0000_0000 => "double",
        _ => "string",
    }
}

/// The attributes but `name`, which is an element of its own.
fn attributes<'l>(layer: &'l Layer<'_>) -> impl Iterator<Item = &'l Field<'l>> {
    layer.fields.iter().filter(|f| f.name != "name")
}

fn folder(out: &mut impl Write, layer: &Layer<'_>) -> io::Result<()> {
    let name = layer.name.text();
    writeln!(out, "<Folder>\n<name>{name}</name>")?;
    let mut text = String::new();
    for row in (0..layer.rows).filter(|row| !layer.shape(*row).is_empty()) {
        text.clear();
        placemark(&mut text, layer, row);
        out.write_all(text.as_bytes())?;
    }
    out.write_all(b"</Folder>\n")
}

fn placemark(out: &mut String, layer: &Layer<'_>, row: usize) {
    let (title, style) = match layer.name {
        LayerName::Territories | LayerName::Regions => {
            let color = text_of(layer, "color", row);
            let style = format!("c{}", color.trim_start_matches('#'));
            (text_of(layer, "name", row), style)
        }
        LayerName::Reps => (text_of(layer, "name", row), "rep".to_owned()),
        LayerName::Assignments => {
            let name = text_of(layer, "name", row);
            let id = || text_of(layer, "customer_id", row);
            let title = if name.is_empty() { id() } else { name };
            (title, "customer".to_owned())
        }
    };
    let _ = write!(
        out,
        "<Placemark><name>{}</name><styleUrl>#{style}</styleUrl>\n\
         <ExtendedData><SchemaData schemaUrl=\"#{}\">",
        xml::text(&title),
        layer.name.text()
    );
    for field in attributes(layer) {
        let value = match field.value(row) {
            Value::Null => continue,
            Value::Whole(n) => n.to_string(),
            Value::Real(x) => x.to_string(),
            Value::Text(text) => xml::text(text),
            Value::Bool(truth) => u8::from(truth).to_string(),
        };
        let name = xml::text(&field.name);
        let _ = write!(out, "<SimpleData name=\"{name}\">{value}</SimpleData>");
    }
    out.push_str("</SchemaData></ExtendedData>\n");
    match layer.shape(row) {
        Shape::Point(p) => {
            let _ = write!(
                out,
                "<Point><coordinates>{},{}</coordinates></Point>",
                p.x, p.y
            );
        }
        Shape::Area(area) => {
            let several = area.0.len() > 1;
            out.push_str(if several { "<MultiGeometry>" } else { "" });
            for polygon in area {
                out.push_str("<Polygon><outerBoundaryIs>");
                ring(out, polygon.exterior());
                out.push_str("</outerBoundaryIs>");
                for hole in polygon.interiors() {
                    out.push_str("<innerBoundaryIs>");
                    ring(out, hole);
                    out.push_str("</innerBoundaryIs>");
                }
                out.push_str("</Polygon>");
            }
            out.push_str(if several { "</MultiGeometry>" } else { "" });
        }
    }
    out.push_str("</Placemark>\n");
}

fn ring(out: &mut String, line: &LineString<f64>) {
    out.push_str("<LinearRing><coordinates>");
    for (n, p) in line.0.iter().enumerate() {
        let _ = write!(out, "{}{},{}", if n > 0 { " " } else { "" }, p.x, p.y);
    }
    out.push_str("</coordinates></LinearRing>");
}
