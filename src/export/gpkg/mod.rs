//! GeoPackage 1.3: the layers in one SQLite file, with spatial indexes and the colours for QGIS.
//!
//! The file depends on the plan alone: dates in it are [`EPOCH`].

use super::layer::{Kind, Layer, Shape, Value};
use super::style;
use super::wkb;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql, params};
use std::path::Path;

/// "GPKG", in the header of the file.
const APPLICATION_ID: i32 = 0x4750_4B47;
/// GeoPackage 1.3.0, which GDAL knows since 3.2.
const VERSION: i32 = 10_300;
const SRS: i32 = 4326;
/// The date of every entry that must have one.
const EPOCH: &str = "1970-01-01T00:00:00.000Z";

/// Writes a database at `path`, where nothing is yet.
pub(super) fn write(path: &Path, layers: &[Layer<'_>]) -> rusqlite::Result<()> {
    let mut db = Connection::open(path)?;
    // The file is new and appears under its name only when it is whole: a journal has nothing to protect.
    db.pragma_update(None, "journal_mode", "OFF")?;
    db.pragma_update(None, "synchronous", "OFF")?;
    db.pragma_update(None, "application_id", APPLICATION_ID)?;
    db.pragma_update(None, "user_version", VERSION)?;
    let all = db.transaction()?;
    all.execute_batch(include_str!("tables.sql"))?;
    all.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) \
         VALUES ('layer_styles', 'attributes', 'layer_styles', ?1, ?2)",
        params![super::made_by(), EPOCH],
    )?;
    layers.iter().try_for_each(|layer| table(&all, layer))?;
    all.commit()?;
    db.close().map_err(|(_, error)| error)
}

/// Whether `path` is a GeoPackage that holds nothing but what [`write`] puts there.
pub(super) fn is_ours(path: &Path) -> bool {
    let look = || -> rusqlite::Result<i64> {
        let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        db.query_row(
            "SELECT count(*) FROM gpkg_contents WHERE description NOT LIKE 'revier %' OR table_name NOT IN \
             ('territories', 'assignments', 'reps', 'layer_styles')",
            [],
            |row| row.get(0),
        )
    };
    look() == Ok(0)
}

/// An SQL name.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Names of the key and of the geometry.
const KEY: &str = "fid";
const GEOMETRY: &str = "geom";

fn table(db: &Connection, layer: &Layer<'_>) -> rusqlite::Result<()> {
    let table = layer.name.text();
    let names = layer.distinct_names(&[KEY, GEOMETRY]);
    let mut columns = format!("{KEY} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {GEOMETRY} ");
    columns.push_str(match layer.geometry_type() {
        "Point" => "POINT",
        _ => "MULTIPOLYGON",
    });
    let mut slots = String::from("?, ?");
    for (field, name) in layer.fields.iter().zip(&names) {
        let kind = match field.kind {
            Kind::Whole => "INTEGER",
            Kind::Real => "DOUBLE",
            Kind::Text => "TEXT",
            Kind::Bool => "BOOLEAN",
        };
        columns.push_str(&format!(", {} {kind}", quoted(name)));
        slots.push_str(", ?");
    }
    let named = |sql: &str| {
        sql.replace("{t}", table)
            .replace("{c}", GEOMETRY)
            .replace("{i}", KEY)
    };
    let bounds = layer.bounds().map(|b| b.map(Some)).unwrap_or_default();
    let [min_x, min_y, max_x, max_y] = bounds;
    db.execute(
        "INSERT INTO gpkg_contents VALUES (?1, 'features', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            table,
            super::made_by(),
            EPOCH,
            min_x,
            min_y,
            max_x,
            max_y,
            SRS
        ],
    )?;
    db.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?1, ?2, upper(?3), ?4, 0, 0)",
        params![table, GEOMETRY, layer.geometry_type(), SRS],
    )?;
    db.execute(
        "INSERT INTO gpkg_extensions VALUES (?1, ?2, 'gpkg_rtree_index', \
         'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
        params![table, GEOMETRY],
    )?;
    db.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, \
         styleQML, styleSLD, useAsDefault, description, owner, update_time) \
         VALUES ('', '', ?1, ?2, ?1, ?3, '', 1, ?4, '', ?5)",
        params![table, GEOMETRY, style::qml(layer, style::Ids::AsTheyAre), super::made_by(), EPOCH],
    )?;
    db.execute_batch(&format!("CREATE TABLE {} ({columns})", quoted(table)))?;
    db.execute_batch(&named(include_str!("rtree.sql")))?;
    rows(
        db,
        layer,
        &slots,
        &named("INSERT INTO \"rtree_{t}_{c}\" VALUES (?, ?, ?, ?, ?)"),
    )?;
    db.execute_batch(&named(include_str!("triggers.sql")))
}

/// Fills a layer and its index.
fn rows(db: &Connection, layer: &Layer<'_>, slots: &str, index: &str) -> rusqlite::Result<()> {
    let insert = format!("INSERT INTO {} VALUES ({slots})", quoted(layer.name.text()));
    let mut insert = db.prepare(&insert)?;
    let mut index = db.prepare(index)?;
    let mut blob = Vec::new();
    for row in 0..layer.rows {
        let (key, shape) = (row as i64 + 1, layer.shape(row));
        blob.clear();
        geometry(&mut blob, shape);
        insert.raw_bind_parameter(1, key)?;
        insert.raw_bind_parameter(2, blob.as_slice())?;
        for (n, field) in layer.fields.iter().enumerate() {
            insert.raw_bind_parameter(n + 3, field.value(row))?;
        }
        insert.raw_execute()?;
        if let Some([w, s, e, n]) = shape.bounds() {
            index.execute(params![key, w, e, s, n])?;
        }
    }
    Ok(())
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Value::Null => ValueRef::Null,
            Value::Whole(n) => ValueRef::Integer(n),
            Value::Real(x) => ValueRef::Real(x),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bool(truth) => ValueRef::Integer(i64::from(truth)),
        }))
    }
}

/// A geometry as GeoPackage has it: a header with the envelope of areas, then WKB (annex C of the standard).
fn geometry(out: &mut Vec<u8>, shape: Shape<'_>) {
    const LITTLE_ENDIAN: u8 = 1;
    const ENVELOPE_XY: u8 = 1 << 1;
    const EMPTY: u8 = 1 << 4;
    let envelope = match shape {
        Shape::Point(_) => None,
        Shape::Area(_) => shape.bounds(),
    };
    let flags = LITTLE_ENDIAN
        | if envelope.is_some() { ENVELOPE_XY } else { 0 }
        | if shape.is_empty() { EMPTY } else { 0 };
    out.extend([b'G', b'P', 0, flags]);
    out.extend(SRS.to_le_bytes());
    if let Some([w, s, e, n]) = envelope {
        [w, e, s, n]
            .iter()
            .for_each(|x| out.extend(x.to_le_bytes()));
    }
    wkb::write(out, shape);
}
