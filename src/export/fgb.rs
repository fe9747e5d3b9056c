//! FlatGeobuf, one file per layer, EPSG:4326, with a packed Hilbert R-tree.
//!
//! The tree cannot hold a feature without a place, so a layer with an empty territory is written without one.

use super::layer::{Kind, Layer, Shape, Value};
use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use geo::{Geometry, Point};
use geozero::{ColumnValue, PropertyProcessor};
use std::io::{self, Write};

pub(super) fn write(out: &mut impl Write, title: &str, layer: &Layer<'_>) -> io::Result<()> {
    let geometry_type = match layer.geometry_type() {
        "Point" => GeometryType::Point,
        _ => GeometryType::MultiPolygon,
    };
    let made_by = serde_json::json!({ "generator": super::made_by() }).to_string();
    let options = FgbWriterOptions {
        write_index: (0..layer.rows).all(|row| !layer.shape(row).is_empty()),
        crs: FgbCrs {
            org: Some("EPSG"),
            code: 4326,
            name: Some("WGS 84"),
            ..FgbCrs::default()
        },
        title: Some(title),
        metadata: Some(&made_by),
        ..FgbWriterOptions::default()
    };
    let mut file = FgbWriter::create_with_options(layer.name.text(), geometry_type, options)
        .map_err(io::Error::other)?;
    for field in &layer.fields {
        let kind = match field.kind {
            Kind::Whole => ColumnType::Long,
            Kind::Real => ColumnType::Double,
            Kind::Text => ColumnType::String,
            Kind::Bool => ColumnType::Bool,
        };
        file.add_column(&field.name, kind, |_, _| {});
    }
    for row in 0..layer.rows {
        let geometry = match layer.shape(row) {
            Shape::Point(p) => Geometry::Point(Point(p)),
            Shape::Area(area) => Geometry::MultiPolygon(area.clone()),
        };
        let mut failed = None;
        file.add_feature_geom(geometry, |feature| {
            for (n, field) in layer.fields.iter().enumerate() {
                let value = match field.value(row) {
                    Value::Null => continue,
                    Value::Whole(n) => ColumnValue::Long(n),
                    Value::Real(x) => ColumnValue::Double(x),
                    Value::Text(text) => ColumnValue::String(text),
                    Value::Bool(truth) => ColumnValue::Bool(truth),
                };
                if let Err(error) = feature.property(n, &field.name, &value) {
                    failed = Some(error);
                }
            }
        })
        .map_err(io::Error::other)?;
        if let Some(error) = failed {
            return Err(io::Error::other(error));
        }
    }
    file.write(out).map_err(io::Error::other)
}
