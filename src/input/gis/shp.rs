//! Shapefile (ESRI, "Shapefile Technical Description", 1998): the geometries of a `.shp`, with the rows of its `.dbf`.
//!
//! Records are read one after the other and never by the index: `.shx` says nothing that the file itself does not. The crate `shapefile` is not used: its tables
//! have every number as a float, which spoils ids of 17 digits.

use super::dbf::Dbf;
use super::feed::{self, Feed, damaged};
use super::{rings, wkt};
use crate::base::words::thousands;
use crate::disk::beside::Beside;
use crate::error::{Problem, codes};
use crate::input::coords::Coords;
use crate::input::rows::Sink;

/// The header of the file, and that of a record, bytes.
const HEADER: usize = 100;
const RECORD: usize = 8;

/// Reads the features.
///
/// # Errors
/// When it is damaged, or has no table.
pub(super) fn read<S: Sink>(
    bytes: &[u8],
    beside: &Beside,
    sink: &mut S,
) -> Result<(), Box<Problem>> {
    let Some(table) = beside.get("dbf") else {
        let what = "there is no .dbf beside the .shp: the features have no ids and no columns";
        let help = "put all files of the shapefile (.shp, .dbf, .prj, .cpg) into one folder, with one name; a pipe cannot have them: use a .zip";
        return Err(Problem::error(codes::MISSING_TABLE, what).help(help).into());
    };
    let table = Dbf::new(table, beside.text("cpg").as_deref())?;
    for note in table.notes() {
        sink.base().problems.add(note);
    }
    let projection = match beside.text("prj") {
        Some(text) => feed::system(wkt::read(&text), sink)?,
        None => {
            feed::unsaid("there is no .prj beside the .shp", sink);
            None
        }
    };
    let names = table.names();
    let mut feed = Feed::new(sink, &names, projection);
    let mut records = Records::new(bytes)?;
    let mut count = 0;
    let read = loop {
        let record = match records.next() {
            Ok(Some(record)) => record,
            Ok(None) => break Ok(()),
            Err(problem) => break Err(problem),
        };
        let Some(row) = table.row(count) else {
            break Err(damaged("shapefile", uneven(table.len(), "fewer")));
        };
        count += 1;
        if row.is_deleted() {
            continue;
        }
        for column in 0..names.len() {
            if feed.wants(column) {
                row.value(column, |value| feed.value(column, value));
            }
        }
        let kind = geometry(record, &mut feed.coords).unwrap_or_else(|why| {
            feed.coords.fail(|| why);
            Some("Point")
        });
        feed.finish(kind);
    };
    let even = || match count == table.len() {
        true => Ok(()),
        false => Err(damaged("shapefile", uneven(table.len(), "more"))),
    };
    match read.and_then(|()| even()) {
        Ok(()) => {
            feed.end();
            Ok(())
        }
        Err(problem) => Err(feed.broken(problem)),
    }
}

fn uneven(rows: usize, than: &str) -> String {
    format!(
        "the .dbf has {} rows, {than} than the .shp has geometries",
        thousands(rows)
    )
}

/// The records of a `.shp`.
struct Records<'b> {
    rest: &'b [u8],
}

impl<'b> Records<'b> {
    fn new(bytes: &'b [u8]) -> Result<Records<'b>, Box<Problem>> {
        let length = bytes.get(24..28).and_then(|b| b.try_into().ok());
        let length = length.map_or(0, |b| 2 * u64::from(u32::from_be_bytes(b)));
        let whole = usize::try_from(length)
            .ok()
            .and_then(|end| bytes.get(HEADER..end));
        match whole {
            Some(rest) => Ok(Records { rest }),
            None => {
                let why = format!(
                    "the .shp says that it has {} bytes, and has {}",
                    thousands(length as usize),
                    thousands(bytes.len())
                );
                Err(damaged("shapefile", why))
            }
        }
    }

    /// The content of the next record.
    fn next(&mut self) -> Result<Option<&'b [u8]>, Box<Problem>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let record = self
            .rest
            .split_first_chunk::<RECORD>()
            .and_then(|(head, rest)| {
                let [_, _, _, _, a, b, c, d] = *head;
                let length = 2 * u64::from(u32::from_be_bytes([a, b, c, d]));
                rest.split_at_checked(usize::try_from(length).ok()?)
            });
        match record {
            Some((record, rest)) => {
                self.rest = rest;
                Ok(Some(record))
            }
            None => Err(damaged("shapefile", "a record of the .shp is cut off")),
        }
    }
}

/// A number at a place of a record.
fn whole(record: &[u8], at: usize) -> Result<usize, String> {
    let bytes = record.get(at..).and_then(|b| b.first_chunk());
    let number = bytes.map(|b| u32::from_le_bytes(*b));
    number.map(|n| n as usize).ok_or_else(cut_off)
}

fn cut_off() -> String {
    "the geometry is cut off".to_owned()
}

/// `count` positions at a place of a record.
fn positions(
    record: &[u8],
    at: usize,
    count: usize,
) -> Result<impl Iterator<Item = [f64; 2]>, String> {
    let end = count.checked_mul(16).and_then(|n| n.checked_add(at));
    let bytes = end
        .and_then(|end| record.get(at..end))
        .ok_or_else(cut_off)?;
    let number = |b: &[u8]| b.first_chunk().map_or(f64::NAN, |b| f64::from_le_bytes(*b));
    Ok(bytes
        .chunks_exact(16)
        .map(move |p| [number(p), number(&p[8..])]))
}

/// The type of a geometry as GeoJSON calls it; its positions go into `coords`. Altitudes and measures stand behind them, and are not read.
fn geometry(record: &[u8], coords: &mut Coords) -> Result<Option<&'static str>, String> {
    match whole(record, 0)? {
        0 => Ok(None),
        1 | 11 | 21 => {
            positions(record, 4, 1)?.for_each(|p| coords.push(p, 0));
            Ok(Some("Point"))
        }
        8 | 18 | 28 => {
            let count = whole(record, 36)?;
            positions(record, 40, count)?.for_each(|p| coords.push(p, 1));
            coords.close(0);
            Ok(Some("MultiPoint"))
        }
        3 | 13 | 23 => {
            for part in parts(record)? {
                part?.into_iter().for_each(|p| coords.push(p, 2));
                coords.close(1);
            }
            coords.close(0);
            Ok(Some("MultiLineString"))
        }
        5 | 15 | 25 => {
            let parts = parts(record)?.collect::<Result<Vec<_>, _>>()?;
            rings::nest(&parts, coords)?;
            Ok(Some("MultiPolygon"))
        }
        31 => Ok(Some("MultiPatch")),
        other => Err(format!("the geometry has the type {other}")),
    }
}

/// The parts of lines and polygons, which are one behind the other.
fn parts(record: &[u8]) -> Result<impl Iterator<Item = Result<Vec<[f64; 2]>, String>>, String> {
    let (count, points) = (whole(record, 36)?, whole(record, 40)?);
    let first = count
        .checked_mul(4)
        .and_then(|n| n.checked_add(44))
        .ok_or_else(cut_off)?;
    // All of it is there; no list is longer than the record.
    let _ = positions(record, first, points)?;
    let start = move |part: usize| match part == count {
        true => Ok(points),
        false => whole(record, 44 + 4 * part),
    };
    Ok((0..count).map(move |part| {
        let (from, to) = (start(part)?, start(part + 1)?);
        if from > to || to > points || part == 0 && from != 0 {
            return Err("the parts of the geometry overlap".to_owned());
        }
        Ok(positions(record, first + 16 * from, to - from)?.collect())
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u32, counts: &[u32], numbers: &[f64]) -> Vec<u8> {
        let mut out = kind.to_le_bytes().to_vec();
        if !counts.is_empty() {
            out.extend([0; 32]);
        }
        out.extend(counts.iter().flat_map(|n| n.to_le_bytes()));
        out.extend(numbers.iter().flat_map(|x| x.to_le_bytes()));
        out
    }

    #[test]
    fn geometries_of_all_types() {
        let of = |record: &[u8]| {
            let mut coords = Coords::default();
            (geometry(record, &mut coords), coords)
        };
        assert_eq!(of(&record(0, &[], &[])).0, Ok(None));
        let (kind, coords) = of(&record(11, &[], &[9.0, 50.0, 100.0, 0.0]));
        assert_eq!((kind, coords.point()), (Ok(Some("Point")), Ok([9.0, 50.0])));
        let (kind, coords) = of(&record(8, &[1], &[9.0, 50.0]));
        assert_eq!(
            (kind, coords.only_point()),
            (Ok(Some("MultiPoint")), Some([9.0, 50.0]))
        );
        let square = [0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 2.0, 0.0, 0.0, 0.0];
        let (kind, coords) = of(&record(5, &[1, 5, 0], &square));
        assert_eq!(
            (kind, coords.place(3)),
            (Ok(Some("MultiPolygon")), Ok([1.0, 1.0]))
        );
        let (kind, coords) = of(&record(3, &[2, 5, 0, 2], &square));
        assert_eq!(
            (kind, coords.rings),
            (Ok(Some("MultiLineString")), vec![2, 5])
        );
        assert_eq!(of(&record(31, &[], &[])).0, Ok(Some("MultiPatch")));
    }

    #[test]
    fn geometries_that_lie_are_told() {
        let square = [0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 2.0, 0.0, 0.0, 0.0];
        for (kind, counts) in [
            (8, vec![u32::MAX]),
            (5, vec![1, u32::MAX, 0]),
            (5, vec![u32::MAX, 5, 0]),
            (5, vec![2, 5, 0, 9]),
            (5, vec![2, 5, 3, 1]),
            (5, vec![1, 5, 2]),
            (77, vec![]),
        ] {
            let bytes = record(kind, &counts, &square);
            assert!(
                geometry(&bytes, &mut Coords::default()).is_err(),
                "{kind} {counts:?}"
            );
        }
        let whole = record(5, &[1, 5, 0], &square);
        for end in 0..whole.len() {
            assert!(
                geometry(&whole[..end], &mut Coords::default()).is_err(),
                "{end}"
            );
        }
    }
}
