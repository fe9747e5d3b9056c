//! GeoPackage (OGC 12-128r18): a table of an SQLite database, with a geometry in each row.
//!
//! The bytes are handed to SQLite as a database in memory, so what is read is what was hashed. A database may be made to hurt: views that never end, rows
//! that share their pages, pages that go round in circles. So only tables are read, the steps of SQLite and the bytes of
//! all values are counted, and both may be so many as the file is long, times a constant.

use super::feed::{self, Feed, damaged};
use super::layers::{self, Layer};
use super::{wkb, wkt};
use crate::disk::file;
use crate::error::{Problem, codes};
use crate::input::geojson::crs;
use crate::input::rows::Sink;
use crate::input::scalar::Scalar;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};
use std::io::Read;
use std::path::Path;

/// Steps of SQLite per byte of the file, and as many at least; a row takes two or three for every value.
const STEPS: (u64, u64) = (100, 20_000_000);
/// Steps after which they are counted.
const EVERY: i32 = 1000;
/// Bytes of values per byte of the file: texts may be converted.
const VALUES: usize = 4;
/// The least bytes of a row and what is kept of it.
const LEAST_ROW: usize = 8;

/// Reads the layer that is wanted.
///
/// # Errors
/// When it is no GeoPackage, is damaged, or has no layer that fits, or several.
pub(super) fn read<S: Sink>(path: &Path, bytes: &[u8], sink: &mut S) -> Result<(), Box<Problem>> {
    no_journal(path)?;
    let database = open(bytes).map_err(broken)?;
    let layers = layers_of(&database)?;
    let rows = |layer: &Layer| count(&database, &layer.name);
    let layer = layers::choose(&layers, rows, sink)?;
    let columns = columns(&database, layer)?;
    let said = system(&database, layer.system, sink)?;
    let projection = feed::system(said, sink)?;
    features(&database, bytes.len(), (layer, &columns, projection), sink)
}

/// Refuses a file whose last changes stand in another one: a program has it open, or broke down with it.
fn no_journal(path: &Path) -> Result<(), Box<Problem>> {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    let waiting = !file::is_pipe(path) && std::fs::metadata(&name).is_ok_and(|m| m.len() > 0);
    if !waiting {
        return Ok(());
    }
    let what = "changes wait in the file beside it that ends in -wal: another program has it open";
    let problem = Problem::error(codes::UNREADABLE_FILE, what);
    let help = "close it there (QGIS: remove the layer), or copy it: ogr2ogr out.gpkg in.gpkg";
    Err(problem.help(help).into())
}

fn broken(error: rusqlite::Error) -> Box<Problem> {
    let interrupted = rusqlite::ErrorCode::OperationInterrupted;
    if error.sqlite_error_code() == Some(interrupted) {
        return damaged("GeoPackage", "reading it does not come to an end");
    }
    damaged("GeoPackage", error)
}

/// The database in these bytes.
fn open(bytes: &[u8]) -> rusqlite::Result<Connection> {
    let mut database = Connection::open_in_memory()?;
    // A database that keeps a journal of its own (bytes 18 and 19) cannot be read in memory; one without does.
    let head = bytes.get(..18).unwrap_or(bytes);
    let rest = bytes.get(20..).unwrap_or_default();
    let plain = head.chain(&[1_u8, 1][..]).chain(rest);
    database.deserialize_read_exact("main", plain, head.len() + 2 + rest.len(), true)?;
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    let longest = i32::try_from(bytes.len().max(1_000_000)).unwrap_or(i32::MAX);
    database.set_limit(Limit::SQLITE_LIMIT_LENGTH, longest)?;
    let mut left = (STEPS.0 * bytes.len() as u64).max(STEPS.1) / EVERY as u64;
    database.progress_handler(
        EVERY,
        Some(move || {
            left = left.saturating_sub(1);
            left == 0
        }),
    )?;
    Ok(database)
}

/// The layers of features, in their order.
fn layers_of(database: &Connection) -> Result<Vec<Layer>, Box<Problem>> {
    if !has_table(database, "gpkg_contents")? || !has_table(database, "gpkg_geometry_columns")? {
        let what = "this is an SQLite database, and no GeoPackage: it has no layers of features";
        let problem = Problem::error(codes::WRONG_FORMAT, what);
        let help = "export it: ogr2ogr -t_srs EPSG:4326 out.gpkg in.sqlite";
        return Err(problem.help(help).into());
    }
    let sql = "SELECT c.table_name, g.column_name, g.geometry_type_name, g.srs_id FROM gpkg_contents c \
         JOIN gpkg_geometry_columns g ON lower(g.table_name) = lower(c.table_name) \
         WHERE c.data_type = 'features' ORDER BY c.rowid LIMIT 1000";
    let layer = |row: &Row<'_>| {
        Ok(Layer {
            name: row.get(0)?,
            column: row.get(1)?,
            kind: row.get(2)?,
            system: row.get(3)?,
        })
    };
    let mut statement = database.prepare(sql).map_err(broken)?;
    let found = statement.query_map([], layer).map_err(broken)?;
    found.collect::<rusqlite::Result<_>>().map_err(broken)
}

/// Whether there is a table of this name: no view, which may be anything.
fn has_table(database: &Connection, name: &str) -> Result<bool, Box<Problem>> {
    let sql = "SELECT sql FROM sqlite_master WHERE type = 'table' AND lower(name) = lower(?1)";
    let found = database.query_row(sql, [name], |row| row.get::<_, Option<String>>(0));
    let sql = found.optional().map_err(broken)?;
    let stored = |sql: String| {
        let words: Vec<&str> = sql.split_whitespace().take(2).collect();
        !words.join(" ").eq_ignore_ascii_case("create virtual")
    };
    Ok(sql.flatten().is_some_and(stored))
}

/// A name in quotes.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn count(database: &Connection, table: &str) -> Option<usize> {
    let sql = format!("SELECT count(*) FROM {}", quoted(table));
    let count = database
        .query_row(&sql, [], |row| row.get::<_, i64>(0))
        .ok()?;
    usize::try_from(count).ok()
}

/// A column: its name, and whether it holds truth values.
struct Column {
    name: String,
    truth: bool,
    /// Whether it has the geometries.
    shape: bool,
}

fn columns(database: &Connection, layer: &Layer) -> Result<Vec<Column>, Box<Problem>> {
    if !has_table(database, &layer.name)? {
        let what = format!("the layer {:?} is no table of the file", layer.name);
        let help = "a view is not read: export it with ogr2ogr out.gpkg in.gpkg LAYER";
        return Err(Problem::error(codes::MISSING_LAYER, what).help(help).into());
    }
    let sql = "SELECT name, type FROM pragma_table_info(?1)";
    let mut statement = database.prepare(sql).map_err(broken)?;
    let column = |row: &Row<'_>| {
        let name: String = row.get(0)?;
        let kind: String = row.get(1)?;
        Ok(Column {
            truth: kind.to_ascii_uppercase().starts_with("BOOL"),
            shape: name.eq_ignore_ascii_case(&layer.column),
            name,
        })
    };
    let found = statement.query_map([&layer.name], column).map_err(broken)?;
    let columns: Vec<Column> = found.collect::<rusqlite::Result<_>>().map_err(broken)?;
    match columns.iter().any(|c| c.shape) {
        true => Ok(columns),
        false => {
            let why = format!(
                "the layer {:?} has no column {:?}",
                layer.name, layer.column
            );
            Err(damaged("GeoPackage", why))
        }
    }
}

/// What the file says of the coordinates of a layer.
fn system<S: Sink>(
    database: &Connection,
    id: i64,
    sink: &mut S,
) -> Result<Result<crs::Read, Box<Problem>>, Box<Problem>> {
    if matches!(id, -1 | 0 | 99_999) {
        feed::unsaid("the layer does not say what its coordinates are in", sink);
        return Ok(Ok((None, None)));
    }
    let sql = "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?1";
    let of = |row: &Row<'_>| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, i64>(1)?,
            row.get::<_, String>(2)?,
        ))
    };
    let found = database.query_row(sql, [id], of).optional();
    let Some((organization, code, definition)) = found.map_err(broken)? else {
        return Err(damaged(
            "GeoPackage",
            format!("it has no coordinate system {id}"),
        ));
    };
    Ok(match organization.eq_ignore_ascii_case("EPSG") {
        true => crs::of_name(&format!("EPSG:{code}")),
        false => wkt::read(&definition),
    })
}

/// Hands the rows of a layer to the sink.
fn features<S: Sink>(
    database: &Connection,
    length: usize,
    (layer, columns, projection): (
        &Layer,
        &[Column],
        Option<crate::base::projection::Projection>,
    ),
    sink: &mut S,
) -> Result<(), Box<Problem>> {
    let names: Vec<&str> = columns
        .iter()
        .map(|c| if c.shape { "" } else { c.name.as_str() })
        .collect();
    let mut feed = Feed::new(sink, &names, projection);
    let wanted: Vec<usize> = (0..columns.len())
        .filter(|at| columns[*at].shape || feed.wants(*at))
        .collect();
    let list: Vec<String> = wanted.iter().map(|at| quoted(&columns[*at].name)).collect();
    let sql = format!("SELECT {} FROM {}", list.join(", "), quoted(&layer.name));
    let read = (|| {
        let mut statement = database.prepare(&sql).map_err(broken)?;
        let mut rows = statement.query([]).map_err(broken)?;
        let (mut count, mut values) = (0, 0);
        while let Some(row) = rows.next().map_err(broken)? {
            count += 1;
            let mut kind = None;
            for (at, column) in wanted.iter().enumerate() {
                let value = row.get_ref(at).map_err(broken)?;
                values += size(value);
                match columns[*column].shape {
                    true => kind = shape(value, &mut feed),
                    false => give(*column, scalar(value, columns[*column].truth), &mut feed),
                }
            }
            if values > VALUES * length || count > length / LEAST_ROW {
                return Err(damaged(
                    "GeoPackage",
                    "its rows hold more than the file has",
                ));
            }
            feed.finish(kind);
        }
        Ok(())
    })();
    match read {
        Ok(()) => {
            feed.end();
            Ok(())
        }
        Err(problem) => Err(feed.broken(problem)),
    }
}

/// Hands a value to the feed. GDAL writes lists as JSON.
fn give<S: Sink>(column: usize, value: Scalar<'_>, feed: &mut Feed<'_, S>) {
    match value {
        Scalar::Text(text) if text.starts_with('[') && text.ends_with(']') => {
            feed.json(column, text);
        }
        value => feed.value(column, value),
    }
}

/// The bytes of a value.
fn size(value: ValueRef<'_>) -> usize {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len(),
        _ => 0,
    }
}

/// A value as GeoJSON would have it.
fn scalar(value: ValueRef<'_>, truth: bool) -> Scalar<'_> {
    match value {
        ValueRef::Null => Scalar::Null,
        ValueRef::Integer(i) if truth && (i == 0 || i == 1) => Scalar::Bool(i == 1),
        ValueRef::Integer(i) => Scalar::Int(i),
        ValueRef::Real(x) => Scalar::Float(x),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes)
            .map_or(Scalar::Other("a text that is not UTF-8"), Scalar::Text),
        ValueRef::Blob(_) => Scalar::Other("binary data"),
    }
}

/// The type of a geometry (clause 2.1.3); its positions go to the feed.
fn shape<S: Sink>(value: ValueRef<'_>, feed: &mut Feed<'_, S>) -> Option<&'static str> {
    let bytes = match value {
        ValueRef::Null => return None,
        ValueRef::Blob(bytes) => bytes,
        _ => &[],
    };
    let read = match inner(bytes) {
        Ok(bytes) => wkb::read(bytes, &mut feed.coords),
        Err(why) => Err(why.to_owned()),
    };
    Some(read.unwrap_or_else(|why| {
        feed.coords.fail(|| why);
        "Point"
    }))
}

/// The well-known binary behind the header of a geometry.
fn inner(bytes: &[u8]) -> Result<&[u8], &'static str> {
    let Some((&[b'G', b'P', _, flags, ..], rest)) = bytes.split_first_chunk::<8>() else {
        return Err("the geometry does not begin as one of a GeoPackage");
    };
    if flags & 0x20 != 0 {
        return Err("the geometry is of a kind of its own");
    }
    let envelope = match flags >> 1 & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return Err("the geometry has an envelope of no known kind"),
    };
    rest.get(envelope..).ok_or("the geometry is cut off")
}
