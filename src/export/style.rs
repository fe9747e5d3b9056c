//! The styles of the layers in QGIS's markup: what the map looks like when a layer is dropped on it.
//!
//! A category per rep, so that the legend of QGIS names the reps; colours are those of the territories.

use super::layer::{Layer, LayerName, Value};
use super::xml;
use std::fmt::Write;

/// How the table that the style is for has ids.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ids {
    /// As numbers, if all are.
    AsTheyAre,
    /// As texts.
    #[cfg_attr(not(feature = "shp"), expect(dead_code, reason = "shapefiles alone"))]
    Texts,
}

const DOCTYPE: &str = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n";

/// The style of a layer of the plan's GeoJSON as a file.
pub(super) fn file(layer: &Layer<'_>) -> String {
    let style = qml(layer, Ids::AsTheyAre);
    let rest = style.strip_prefix(DOCTYPE).unwrap_or(&style);
    format!("{DOCTYPE}<!-- {} -->\n{rest}", super::made_by())
}

/// The style of a layer.
pub(super) fn qml(layer: &Layer<'_>, ids: Ids) -> String {
    let mut out = String::from(DOCTYPE);
    let labels = u8::from(matches!(
        layer.name,
        LayerName::Territories | LayerName::Regions
    ));
    let _ = writeln!(
        out,
        "<qgis version=\"3.22\" styleCategories=\"Symbology|Labeling\" labelsEnabled=\"{labels}\">"
    );
    match layer.name {
        LayerName::Territories | LayerName::Regions => categories(&mut out, layer, ids),
        LayerName::Assignments => {
            single(&mut out, &marker("circle", "#404040", "#ffffff", 0.8, 0.05))
        }
        LayerName::Reps => single(&mut out, &marker("circle", "#ffffff", "#202020", 2.6, 0.5)),
    }
    if labels == 1 {
        labeling(&mut out, "name");
    }
    out.push_str("</qgis>\n");
    out
}

/// One filled symbol per rep, or per region.
fn categories(out: &mut String, layer: &Layer<'_>, ids: Ids) {
    let of = |name: &str, row: usize| {
        let field = layer.fields.iter().find(|f| f.name == name);
        match field.map(|f| f.value(row)) {
            Some(Value::Text(text)) => text.to_owned(),
            Some(Value::Whole(n)) => n.to_string(),
            _ => String::new(),
        }
    };
    let numbers = (0..layer.rows).any(|row| {
        let rep = layer.fields.first().map(|f| f.value(row));
        matches!(rep, Some(Value::Whole(_)))
    });
    let kind = if numbers && ids == Ids::AsTheyAre {
        "long"
    } else {
        "string"
    };
    let id = layer.fields.first().map_or("rep", |f| f.name.as_str());
    let _ = write!(
        out,
        "<renderer-v2 type=\"categorizedSymbol\" attr=\"{id}\" enableorderby=\"0\" symbollevels=\"0\" forceraster=\"0\">\n<categories>\n"
    );
    // Every category has a symbol of its own: editing one must not change another.
    for row in 0..layer.rows {
        let (rep, name) = (xml::text(&of(id, row)), xml::text(&of("name", row)));
        let _ = writeln!(
            out,
            "<category value=\"{rep}\" label=\"{name}\" symbol=\"{row}\" render=\"true\" type=\"{kind}\"/>"
        );
    }
    out.push_str("</categories>\n<symbols>\n");
    for row in 0..layer.rows {
        let fill = rgba(&of("color", row), 200);
        let _ = writeln!(
            out,
            "<symbol type=\"fill\" name=\"{row}\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">\
             <layer class=\"SimpleFill\" enabled=\"1\" locked=\"0\" pass=\"0\">{}</layer></symbol>",
            options(&[
                ("color", &fill),
                ("style", "solid"),
                ("outline_color", "80,80,80,255"),
                ("outline_style", "solid"),
                ("outline_width", "0.26"),
                ("outline_width_unit", "MM"),
                ("joinstyle", "round"),
            ])
        );
    }
    out.push_str("</symbols>\n</renderer-v2>\n");
}

/// The same symbol for all features.
fn single(out: &mut String, symbol: &str) {
    let _ = writeln!(
        out,
        "<renderer-v2 type=\"singleSymbol\" enableorderby=\"0\" symbollevels=\"0\" forceraster=\"0\">\n\
         <symbols>\n{symbol}\n</symbols>\n</renderer-v2>"
    );
}

fn marker(shape: &str, fill: &str, outline: &str, size: f64, width: f64) -> String {
    let layer = options(&[
        ("name", shape),
        ("color", &rgba(fill, 255)),
        ("outline_color", &rgba(outline, 255)),
        ("outline_style", "solid"),
        ("outline_width", &width.to_string()),
        ("outline_width_unit", "MM"),
        ("size", &size.to_string()),
        ("size_unit", "MM"),
    ]);
    format!(
        "<symbol type=\"marker\" name=\"0\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">\
         <layer class=\"SimpleMarker\" enabled=\"1\" locked=\"0\" pass=\"0\">{layer}</layer></symbol>"
    )
}

/// The options of a symbol layer in both spellings: QGIS 3.18 and older read `prop`, newer ones `Option`.
fn options(pairs: &[(&str, &str)]) -> String {
    let mut out = String::from("<Option type=\"Map\">");
    for (name, value) in pairs {
        let _ = write!(
            out,
            "<Option type=\"QString\" name=\"{name}\" value=\"{value}\"/>"
        );
    }
    out.push_str("</Option>");
    for (name, value) in pairs {
        let _ = write!(out, "<prop k=\"{name}\" v=\"{value}\"/>");
    }
    out
}

fn labeling(out: &mut String, field: &str) {
    let _ = writeln!(
        out,
        "<labeling type=\"simple\"><settings calloutType=\"simple\">\
         <text-style fieldName=\"{field}\" isExpression=\"0\" fontFamily=\"Open Sans\" fontSize=\"8\" fontSizeUnit=\"Point\" textColor=\"32,32,32,255\" textOpacity=\"1\">\
         <text-buffer bufferDraw=\"1\" bufferSize=\"0.8\" bufferSizeUnits=\"MM\" bufferColor=\"255,255,255,220\"/></text-style>\
         <placement placement=\"0\"/><rendering drawLabels=\"1\" obstacle=\"1\"/></settings></labeling>"
    );
}

/// `#rrggbb` as QGIS writes colours.
fn rgba(hex: &str, alpha: u8) -> String {
    let part = |at: usize| {
        let digits = hex.get(at..at + 2).unwrap_or("80");
        u8::from_str_radix(digits, 16).unwrap_or(128)
    };
    format!("{},{},{},{alpha}", part(1), part(3), part(5))
}

#[cfg(test)]
mod tests {
    use super::rgba;

    #[test]
    fn colours() {
        assert_eq!(rgba("#8dd3c7", 200), "141,211,199,200");
        assert_eq!(rgba("", 255), "128,128,128,255");
    }
}
