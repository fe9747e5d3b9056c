//! FlatGeobuf (version 3): one layer, feature after feature. The index before them is passed over.
//!
//! Header and features are verified before anything in them is followed (a FlatBuffer may point anywhere); the framing, the values and the lists of
//! positions are read here, each within its bounds.

use super::feed::{self, Feed, damaged};
use super::wkt;
use crate::error::Problem;
use crate::input::coords::Coords;
use crate::input::geojson::crs;
use crate::input::rows::Sink;
use crate::input::scalar::Scalar;
use flatgeobuf::{
    ColumnType, Geometry, GeometryType, Header, size_prefixed_root_as_feature,
    size_prefixed_root_as_header,
};

/// Magic bytes, and those of a node of the index.
const MAGIC: usize = 8;
const NODE: u64 = 40;
/// The most columns that are read.
const MOST_COLUMNS: usize = 65_536;

/// Reads the features.
///
/// # Errors
/// When it is damaged.
pub(super) fn read<S: Sink>(bytes: &[u8], sink: &mut S) -> Result<(), Box<Problem>> {
    if bytes.get(3).is_none_or(|version| *version > 3) {
        return Err(damaged("FlatGeobuf", "it is of a version after 3"));
    }
    let (head, rest) = piece(bytes.get(MAGIC..).unwrap_or_default()).ok_or_else(cut_off)?;
    let header = aligned(head);
    let header =
        size_prefixed_root_as_header(&header).map_err(|error| damaged("FlatGeobuf", error))?;
    let index = index_size(header.features_count(), header.index_node_size());
    let features = index.and_then(|n| rest.get(usize::try_from(n).ok()?..));
    let features = features.ok_or_else(cut_off)?;
    let said = system(&header, sink)?;
    let projection = feed::system(said, sink)?;
    let columns = header.columns();
    let columns: Vec<(&str, ColumnType)> = columns
        .iter()
        .flatten()
        .take(MOST_COLUMNS)
        .map(|c| (c.name(), c.type_()))
        .collect();
    let names: Vec<&str> = columns.iter().map(|c| c.0).collect();
    let mut feed = Feed::new(sink, &names, projection);
    let layer = Layer {
        columns: &columns,
        kind: header.geometry_type(),
        count: header.features_count(),
    };
    match all(features, &layer, &mut feed) {
        Ok(()) => {
            feed.end();
            Ok(())
        }
        Err(problem) => Err(feed.broken(problem)),
    }
}

fn cut_off() -> Box<Problem> {
    damaged("FlatGeobuf", "it is cut off")
}

/// What begins with its length, with that, and what follows.
fn piece(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = u32::from_le_bytes(*bytes.first_chunk()?);
    // No table is smaller, and the reader of such would look beyond it.
    let length = usize::try_from(length).ok().filter(|n| *n >= 8)?;
    bytes.split_at_checked(length.checked_add(4)?)
}

/// A copy that begins where numbers of eight bytes may.
fn aligned(bytes: &[u8]) -> Vec<u8> {
    bytes.to_vec()
}

/// The bytes of the packed R-tree of so many features: all levels up to one node.
fn index_size(count: u64, node: u16) -> Option<u64> {
    if count == 0 || node == 0 {
        return Some(0);
    }
    let node = u64::from(node.max(2));
    let (mut level, mut nodes) = (count, count);
    loop {
        level = level.div_ceil(node);
        nodes = nodes.checked_add(level)?;
        // A single feature has a root of its own above it.
        if level == 1 {
            return nodes.checked_mul(NODE);
        }
    }
}

/// What the header says of the coordinates.
fn system<S: Sink>(
    header: &Header<'_>,
    sink: &mut S,
) -> Result<Result<crs::Read, Box<Problem>>, Box<Problem>> {
    let crs = header.crs();
    let code = crs.as_ref().filter(|c| c.code() > 0);
    if let Some(crs) = code.filter(|c| c.org().is_none_or(|o| o.eq_ignore_ascii_case("EPSG"))) {
        return Ok(crs::of_name(&format!("EPSG:{}", crs.code())));
    }
    if let Some(text) = crs
        .as_ref()
        .and_then(|c| c.wkt())
        .filter(|t| !t.trim().is_empty())
    {
        return Ok(wkt::read(text));
    }
    if let Some(name) = crs
        .as_ref()
        .and_then(|c| c.name())
        .filter(|n| !n.trim().is_empty())
    {
        return Ok(crs::of_name(name));
    }
    feed::unsaid("the file does not say what its coordinates are in", sink);
    Ok(Ok((None, None)))
}

/// What the header says of all features.
struct Layer<'h> {
    columns: &'h [(&'h str, ColumnType)],
    kind: GeometryType,
    /// How many there are; 0 where that was not known when it was written.
    count: u64,
}

fn all<S: Sink>(
    mut rest: &[u8],
    layer: &Layer<'_>,
    feed: &mut Feed<'_, S>,
) -> Result<(), Box<Problem>> {
    let mut count = 0;
    while !rest.is_empty() {
        let (bytes, behind) = piece(rest).ok_or_else(cut_off)?;
        rest = behind;
        count += 1;
        let wrong = |why: String| damaged("FlatGeobuf", format!("feature {count}: {why}"));
        let feature = size_prefixed_root_as_feature(bytes).map_err(|e| wrong(e.to_string()))?;
        let own: Option<Vec<(&str, ColumnType)>> = feature.columns().map(|c| {
            c.iter()
                .take(MOST_COLUMNS)
                .map(|c| (c.name(), c.type_()))
                .collect()
        });
        if own.is_some_and(|own| own != layer.columns) {
            return Err(wrong("it has columns of its own".to_owned()));
        }
        if let Some(properties) = feature.properties() {
            values(properties.bytes(), layer.columns, feed).map_err(wrong)?;
        }
        let budget = bytes.len() / 8;
        let kind = feature.geometry().and_then(|geometry| {
            let kind = match layer.kind {
                GeometryType::Unknown => geometry.type_(),
                kind => kind,
            };
            shape(&geometry, kind, &mut feed.coords, budget)
        });
        feed.finish(kind);
    }
    match layer.count {
        0 => Ok(()),
        said if said == count => Ok(()),
        said => Err(damaged(
            "FlatGeobuf",
            format!("it says that it has {said} features, and has {count}"),
        )),
    }
}

/// Takes bytes from the front.
fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], String> {
    let (taken, behind) = rest.split_first_chunk().ok_or("its values are cut off")?;
    *rest = behind;
    Ok(*taken)
}

/// Hands the values of a feature to the feed: each behind the number of its column.
fn values<S: Sink>(
    mut rest: &[u8],
    columns: &[(&str, ColumnType)],
    feed: &mut Feed<'_, S>,
) -> Result<(), String> {
    let mut last: Option<usize> = None;
    // Some writers leave a byte behind a value of bytes.
    while rest.len() > 1 {
        let column = usize::from(u16::from_le_bytes(take(&mut rest)?));
        let Some((_, kind)) = columns.get(column) else {
            return Err(format!(
                "it has a value of column {column}, which there is none of"
            ));
        };
        if last.is_some_and(|last| column <= last) {
            return Err("its values are not in the order of the columns".to_owned());
        }
        last = Some(column);
        match (*kind, value(*kind, &mut rest)?) {
            _ if !feed.wants(column) => {}
            (ColumnType::Json, Scalar::Text(text)) => feed.json(column, text),
            (_, value) => feed.value(column, value),
        }
    }
    Ok(())
}

/// A value as GeoJSON would have it.
fn value<'v>(kind: ColumnType, rest: &mut &'v [u8]) -> Result<Scalar<'v>, String> {
    Ok(match kind {
        ColumnType::Byte => Scalar::Int(i8::from_le_bytes(take(rest)?).into()),
        ColumnType::UByte => Scalar::Int(u8::from_le_bytes(take(rest)?).into()),
        ColumnType::Bool => match take(rest)? {
            [0] => Scalar::Bool(false),
            [_] => Scalar::Bool(true),
        },
        ColumnType::Short => Scalar::Int(i16::from_le_bytes(take(rest)?).into()),
        ColumnType::UShort => Scalar::Int(u16::from_le_bytes(take(rest)?).into()),
        ColumnType::Int => Scalar::Int(i32::from_le_bytes(take(rest)?).into()),
        ColumnType::UInt => Scalar::Int(u32::from_le_bytes(take(rest)?).into()),
        ColumnType::Long => Scalar::Int(i64::from_le_bytes(take(rest)?)),
        ColumnType::ULong => Scalar::UInt(u64::from_le_bytes(take(rest)?)),
        ColumnType::Float => Scalar::Float(f32::from_le_bytes(take(rest)?).into()),
        ColumnType::Double => Scalar::Float(f64::from_le_bytes(take(rest)?)),
        ColumnType::String | ColumnType::DateTime | ColumnType::Json => {
            let text = std::str::from_utf8(counted(rest)?);
            text.map_or(Scalar::Other("a text that is not UTF-8"), Scalar::Text)
        }
        ColumnType::Binary => {
            counted(rest)?;
            Scalar::Other("binary data")
        }
        other => return Err(format!("it has a value of the type {}", other.0)),
    })
}

/// Bytes behind their number.
fn counted<'v>(rest: &mut &'v [u8]) -> Result<&'v [u8], String> {
    let length = u32::from_le_bytes(take(rest)?);
    let split = usize::try_from(length)
        .ok()
        .and_then(|n| rest.split_at_checked(n));
    let (bytes, behind) = split.ok_or("its values are cut off")?;
    *rest = behind;
    Ok(bytes)
}

/// The type of a geometry; its positions go into `coords`. Parts may point to the same positions over and over: no more than `budget` of them are read.
fn shape(
    geometry: &Geometry<'_>,
    kind: GeometryType,
    coords: &mut Coords,
    budget: usize,
) -> Option<&'static str> {
    let mut left = budget;
    let read = match kind {
        GeometryType::Point => list(geometry, 0..positions(geometry), 0, coords, &mut left),
        GeometryType::MultiPoint | GeometryType::LineString => {
            let read = list(geometry, 0..positions(geometry), 1, coords, &mut left);
            coords.close(0);
            read
        }
        GeometryType::Polygon | GeometryType::MultiLineString => {
            rings(geometry, 2, coords, &mut left)
        }
        GeometryType::MultiPolygon => {
            let parts = geometry.parts();
            let read = match &parts {
                Some(parts) => parts
                    .iter()
                    .try_for_each(|part| rings(&part, 3, coords, &mut left)),
                None => rings(geometry, 3, coords, &mut left),
            };
            coords.close(0);
            read
        }
        _ => Ok(()),
    };
    if let Err(why) = read {
        coords.fail(|| why.to_owned());
    }
    Some(match kind {
        GeometryType::Point => "Point",
        GeometryType::MultiPoint => "MultiPoint",
        GeometryType::LineString => "LineString",
        GeometryType::MultiLineString => "MultiLineString",
        GeometryType::Polygon => "Polygon",
        GeometryType::MultiPolygon => "MultiPolygon",
        GeometryType::GeometryCollection => "GeometryCollection",
        GeometryType::Unknown => return None,
        GeometryType::CurvePolygon | GeometryType::MultiSurface => "CurvePolygon",
        GeometryType::CircularString | GeometryType::CompoundCurve | GeometryType::MultiCurve => {
            "curve"
        }
        _ => "geometry of no known type",
    })
}

/// How many positions a geometry has.
fn positions(geometry: &Geometry<'_>) -> usize {
    geometry.xy().map_or(0, |xy| xy.len() / 2)
}

/// Some of the positions of a geometry.
fn list(
    geometry: &Geometry<'_>,
    range: std::ops::Range<usize>,
    depth: u8,
    coords: &mut Coords,
    left: &mut usize,
) -> Result<(), &'static str> {
    let Some(xy) = geometry.xy() else {
        return Ok(());
    };
    *left = left
        .checked_sub(range.len() + 1)
        .ok_or("the geometry has more positions than the file")?;
    for at in range {
        coords.push([xy.get(2 * at), xy.get(2 * at + 1)], depth);
    }
    Ok(())
}

/// The rings of a polygon at `depth`, or lines.
fn rings(
    geometry: &Geometry<'_>,
    depth: u8,
    coords: &mut Coords,
    left: &mut usize,
) -> Result<(), &'static str> {
    let all = positions(geometry);
    let mut from = 0;
    let mut ring = |to: usize| {
        if to < from || to > all {
            return Err("the rings of the geometry overlap");
        }
        list(geometry, from..to, depth, coords, left)?;
        match from == to {
            true => coords.push_empty(depth - 1),
            false => coords.close(depth - 1),
        }
        from = to;
        Ok(())
    };
    match geometry.ends() {
        Some(ends) if !ends.is_empty() => ends.iter().try_for_each(|end| ring(end as usize))?,
        _ if all > 0 => ring(all)?,
        _ => {}
    }
    coords.close(depth - 2);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_is_as_long_as_its_levels() {
        for (count, node, nodes) in [
            (0, 16, 0),
            (1, 16, 2),
            (5, 0, 0),
            (16, 16, 17),
            (17, 16, 20),
            (5000, 16, 5336),
        ] {
            assert_eq!(
                index_size(count, node),
                Some(nodes * NODE),
                "{count} {node}"
            );
        }
        assert_eq!(index_size(u64::MAX, 2), None);
    }

    #[test]
    fn values_of_all_types() {
        let text = [&3_u32.to_le_bytes()[..], b"abc"].concat();
        for (kind, bytes, expected) in [
            (ColumnType::Byte, vec![0xFF], Scalar::Int(-1)),
            (ColumnType::Bool, vec![1], Scalar::Bool(true)),
            (
                ColumnType::ULong,
                u64::MAX.to_le_bytes().to_vec(),
                Scalar::UInt(u64::MAX),
            ),
            (
                ColumnType::Float,
                1.5_f32.to_le_bytes().to_vec(),
                Scalar::Float(1.5),
            ),
            (ColumnType::String, text.clone(), Scalar::Text("abc")),
            (ColumnType::DateTime, text.clone(), Scalar::Text("abc")),
            (
                ColumnType::Binary,
                text.clone(),
                Scalar::Other("binary data"),
            ),
        ] {
            assert_eq!(value(kind, &mut &bytes[..]), Ok(expected));
            assert!(value(kind, &mut &bytes[..bytes.len() - 1]).is_err());
        }
        assert!(value(ColumnType::String, &mut &[0xFF; 8][..]).is_err());
        assert!(value(ColumnType(99), &mut &[0xFF; 8][..]).is_err());
    }
}
