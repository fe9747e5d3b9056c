//! GeoParquet 1.1, one file per layer: the geometry as WKB in the column `geometry`, in OGC:CRS84.
//!
//! The columns are written through the `parquet` crate alone; what makes the file a GeoParquet file is the JSON
//! under the key `geo` of its metadata.

use super::layer::{Field, Kind, Layer, Value};
use super::wkb;
use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::{Type, TypePtr};
use serde_json::json;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

/// Features per row group.
const GROUP: usize = 65_536;

const GEOMETRY: &str = "geometry";

/// OGC:CRS84 in PROJJSON 0.7.
const CRS84: &str = include_str!("crs84.json");

pub(super) fn write(out: &mut (impl Write + Send), layer: &Layer<'_>) -> io::Result<()> {
    run(out, layer).map_err(io::Error::other)
}

fn run(out: &mut (impl Write + Send), layer: &Layer<'_>) -> Result<(), ParquetError> {
    let properties = WriterProperties::builder()
        .set_created_by(super::made_by())
        .set_compression(Compression::SNAPPY)
        .set_key_value_metadata(Some(vec![KeyValue::new("geo".into(), metadata(layer)?)]))
        .build();
    let mut file = SerializedFileWriter::new(out, schema(layer)?, Arc::new(properties))?;
    for start in (0..layer.rows).step_by(GROUP) {
        let rows = start..(start + GROUP).min(layer.rows);
        let mut group = file.next_row_group()?;
        for field in &layer.fields {
            column(&mut group, field, rows.clone())?;
        }
        let shapes = rows.map(|row| {
            let mut bytes = Vec::new();
            wkb::write(&mut bytes, layer.shape(row));
            Some(ByteArray::from(bytes))
        });
        put::<ByteArrayType>(&mut group, shapes)?;
        group.close()?;
    }
    file.close()?;
    Ok(())
}

fn schema(layer: &Layer<'_>) -> Result<TypePtr, ParquetError> {
    let names = layer.distinct_names(&[GEOMETRY]);
    let mut columns = Vec::new();
    for (field, name) in layer.fields.iter().zip(&names) {
        columns.push(column_type(field.kind, name)?);
    }
    let wkb = parse_message_type("message m { OPTIONAL BYTE_ARRAY geometry; }")?;
    columns.extend(wkb.get_fields().iter().cloned());
    let schema = Type::group_type_builder(layer.name.text()).with_fields(columns);
    Ok(Arc::new(schema.build()?))
}

fn column_type(kind: Kind, name: &str) -> Result<TypePtr, ParquetError> {
    use parquet::basic::{LogicalType, Repetition, Type as Physical};
    let (physical, logical) = match kind {
        Kind::Whole => (Physical::INT64, None),
        Kind::Real => (Physical::DOUBLE, None),
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Bool => (Physical::BOOLEAN, None),
    };
    let column = Type::primitive_type_builder(name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical);
    Ok(Arc::new(column.build()?))
}

fn column<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    field: &Field<'_>,
    rows: Range<usize>,
) -> Result<(), ParquetError> {
    let values = rows.map(|row| field.value(row));
    match field.kind {
        Kind::Whole => put::<Int64Type>(
            group,
            values.map(|v| match v {
                Value::Whole(n) => Some(n),
                _ => None,
            }),
        ),
        Kind::Real => put::<DoubleType>(
            group,
            values.map(|v| match v {
                Value::Real(x) => Some(x),
                _ => None,
            }),
        ),
        Kind::Text => put::<ByteArrayType>(
            group,
            values.map(|v| match v {
                Value::Text(text) => Some(ByteArray::from(text)),
                _ => None,
            }),
        ),
        Kind::Bool => put::<BoolType>(
            group,
            values.map(|v| match v {
                Value::Bool(truth) => Some(truth),
                _ => None,
            }),
        ),
    }
}

/// Writes the next column of a row group; `None` is null.
fn put<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, impl Write + Send>,
    values: impl Iterator<Item = Option<T::T>>,
) -> Result<(), ParquetError> {
    let mut present = Vec::new();
    let mut levels = Vec::new();
    for value in values {
        levels.push(i16::from(value.is_some()));
        present.extend(value);
    }
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General(
            "more columns than the schema has".into(),
        ));
    };
    column
        .typed::<T>()
        .write_batch(&present, Some(&levels), None)?;
    column.close()
}

fn metadata(layer: &Layer<'_>) -> Result<String, ParquetError> {
    let crs: serde_json::Value =
        serde_json::from_str(CRS84).map_err(|e| ParquetError::External(Box::new(e)))?;
    let mut column = json!({
        "encoding": "WKB",
        "geometry_types": [layer.geometry_type()],
        "crs": crs,
        "edges": "planar",
        "orientation": "counterclockwise",
    });
    if let Some(bounds) = layer.bounds() {
        column["bbox"] = json!(bounds);
    }
    let columns = json!({ GEOMETRY: column });
    let geo = json!({ "version": "1.1.0", "primary_column": GEOMETRY, "columns": columns });
    Ok(geo.to_string())
}
