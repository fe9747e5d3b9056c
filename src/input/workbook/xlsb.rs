//! Cells of a binary workbook (`.xlsb`) that its reader passes over: results of formulas that are errors, and texts with formats of their own.
//!
//! A part is a sequence of records: kind and size in groups of seven bits, and as many bytes (MS-XLSB 2.1.4). `BrtBundleSh` names a sheet and the relation to
//! its part (2.4.306); a row begins with `BrtRowHdr`, a cell with its column.

use super::{
    Cell, Cells, MAX_CELLS, MAX_UNFOLDED, SHEET, broken, error_in, guarded, name, too_large,
};
use crate::error::Problem;
use calamine::DataRef;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use zip::ZipArchive;

const ROW: u32 = 0x0000;
const FORMULA_ERROR: u32 = 0x000B;
const RICH_TEXT: u32 = 0x003E;
const SHEET_DATA_END: u32 = 0x0092;
const BUNDLE_SHEET: u32 = 0x009C;

/// What stands in a cell, or else what is to be told of it.
type Found = Result<String, String>;

/// Row, column and what is there.
pub(super) type Passed = Vec<([u32; 2], Found)>;

type Archive<'b> = ZipArchive<Cursor<&'b [u8]>>;

/// The cells that are passed over.
#[derive(Debug, Default)]
pub(super) struct PassedOver {
    /// The part of each sheet.
    part: BTreeMap<String, String>,
    of_part: BTreeMap<String, Passed>,
}

impl PassedOver {
    /// Those of a sheet.
    pub fn of(&self, sheet: &str) -> Passed {
        let part = self.part.get(sheet);
        let passed = part.and_then(|part| self.of_part.get(part));
        passed.cloned().unwrap_or_default()
    }

    /// Looks through a workbook.
    pub fn find(bytes: &[u8]) -> Result<PassedOver, Box<Problem>> {
        let mut archive = guarded(|| ZipArchive::new(Cursor::new(bytes)))?;
        let targets = targets(&part(&mut archive, "xl/_rels/workbook.bin.rels")?);
        let book = part(&mut archive, "xl/workbook.bin")?;
        let mut found = PassedOver::default();
        for (_, body) in records(&book).filter(|(kind, _)| *kind == BUNDLE_SHEET) {
            let Some((relation, rest)) = body.get(8..).and_then(wide_text) else {
                continue;
            };
            if let (Some((sheet, _)), Some(target)) = (wide_text(rest), targets.get(&relation)) {
                let target = format!("xl/{target}");
                let there = archive.index_for_name(&target).is_some();
                if there && !found.of_part.contains_key(&target) {
                    let passed = of_sheet(&part(&mut archive, &target)?)?;
                    found.of_part.insert(target.clone(), passed);
                }
                found.part.insert(sheet, target);
            }
        }
        Ok(found)
    }
}

fn part(archive: &mut Archive<'_>, name: &str) -> Result<Vec<u8>, Box<Problem>> {
    let part = guarded(|| archive.by_name(name))?;
    let mut bytes = Vec::new();
    guarded(|| part.take(MAX_UNFOLDED).read_to_end(&mut bytes))?;
    Ok(bytes)
}

/// The parts that relations lead to.
fn targets(relations: &[u8]) -> BTreeMap<String, String> {
    let text = String::from_utf8_lossy(relations);
    let mut xml = quick_xml::Reader::from_str(&text);
    let mut found = BTreeMap::new();
    while let Ok(event) = xml.read_event() {
        use quick_xml::events::Event;
        match event {
            Event::Eof => break,
            Event::Start(element) | Event::Empty(element) => {
                let value = |name: &str| {
                    let found = element.try_get_attribute(name).ok().flatten()?;
                    Some(found.value.into_owned())
                };
                found.extend(value("Id").zip(value("Target")));
            }
            _ => {}
        }
    }
    found
}

/// A number in groups of seven bits, the last one without the eighth; and what follows.
fn number(bytes: &[u8], most: u32) -> Option<(u32, &[u8])> {
    let mut value = 0;
    for at in 0..most {
        let byte = *bytes.get(at as usize)?;
        value |= u32::from(byte & 0x7F) << (7 * at);
        if byte & 0x80 == 0 || at + 1 == most {
            return Some((value, &bytes[at as usize + 1..]));
        }
    }
    None
}

/// The records of a part: kind and body.
fn records(part: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let mut rest = part;
    std::iter::from_fn(move || {
        let (kind, tail) = number(rest, 2)?;
        let (size, tail) = number(tail, 4)?;
        let (body, next) = tail.split_at_checked(size as usize)?;
        rest = next;
        Some((kind, body))
    })
}

fn word(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?))
}

/// A text with its length in UTF-16 before it; and what follows.
fn wide_text(bytes: &[u8]) -> Option<(String, &[u8])> {
    let length = 2 * word(bytes)? as usize;
    let (text, rest) = bytes.get(4..)?.split_at_checked(length)?;
    let units: Vec<u16> = (text.chunks_exact(2))
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    Some((String::from_utf16_lossy(&units), rest))
}

/// The name of an error (MS-XLSB 2.5.97.2).
fn error_name(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        _ => "of a formula",
    }
}

/// The cells of a sheet that are passed over, in their order.
fn of_sheet(part: &[u8]) -> Result<Passed, Box<Problem>> {
    let (mut row, mut found) = (0, Passed::new());
    for (kind, body) in records(part) {
        let first = word(body).unwrap_or(u32::MAX);
        let place = [row, first];
        match kind {
            ROW => row = first,
            SHEET_DATA_END => break,
            FORMULA_ERROR | RICH_TEXT if row >= SHEET[0] || first >= SHEET[1] => {
                return Err(broken("a cell stands outside of the sheet"));
            }
            FORMULA_ERROR => {
                let code = body.get(8).copied().unwrap_or(u8::MAX);
                found.push((place, Err(error_in(place, error_name(code)))));
            }
            RICH_TEXT => {
                // Flags, the text, and then where its formats change (2.5.123).
                let text = body.get(9..).and_then(wide_text);
                let broken = || format!("a text that is cut short in cell {}", name(place));
                found.push((place, text.map(|(text, _)| text).ok_or_else(broken)));
            }
            _ => {}
        }
        if found.len() as u64 > MAX_CELLS {
            return Err(too_large("cells", MAX_CELLS));
        }
    }
    Ok(found)
}

/// Cells and those that were passed over, each in its place.
pub(super) fn merged<'a>(mut cells: Cells<'a>, passed: Passed) -> Cells<'a> {
    let mut passed = passed.into_iter().peekable();
    let (mut waiting, mut ended) = (None, false);
    Box::new(move || {
        if waiting.is_none() && !ended {
            waiting = cells()?;
            ended = waiting.is_none();
        }
        let next = waiting
            .as_ref()
            .map(|(place, _): &([u32; 2], Cell<'a>)| *place);
        match passed.next_if(|(place, _)| next.is_none_or(|next| *place < next)) {
            Some((place, found)) => {
                let (text, error) = (found.clone().ok(), found.err());
                let cell = Cell {
                    data: text.map_or(DataRef::Empty, DataRef::String),
                    error,
                    ..Cell::default()
                };
                Ok(Some((place, cell)))
            }
            None => Ok(waiting.take()),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u8, body: &[u8]) -> Vec<u8> {
        [&[kind, body.len() as u8][..], body].concat()
    }

    #[test]
    fn errors_of_formulas_are_found_where_they_stand() {
        let cell = |column: u8, rest: &[u8]| [&[column, 0, 0, 0, 0, 0, 0, 0][..], rest].concat();
        let part = [
            vec![0x91, 0x01, 0],
            record(0, &[4, 0, 0, 0, 9, 9]),
            record(5, &cell(1, &[0; 8])),
            record(11, &cell(2, &[0x07, 0, 0])),
            record(62, &cell(3, &[])),
            vec![0x92, 0x01, 0],
            record(11, &cell(9, &[0x07])),
        ]
        .concat();
        let found = of_sheet(&part).unwrap();
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0].0, [4, 2]);
        assert_eq!(found[0].1, Err("the error #DIV/0! in cell C5".to_owned()));
        let cut_short = found[1].1.clone().unwrap_err();
        assert!(cut_short.ends_with("in cell D5"), "{found:?}");
        assert!(of_sheet(&part[..part.len() / 2]).is_ok());
        assert!(of_sheet(&record(11, &cell(0xFF, &[]).repeat(2)[8..])).is_ok());
    }

    #[test]
    fn they_come_in_their_places() {
        let mut plain = vec![[0, 0], [1, 1], [3, 0]].into_iter();
        let cells: Cells<'_> =
            Box::new(move || Ok(plain.next().map(|place| (place, Cell::default()))));
        let passed = [[0, 1], [1, 0], [9, 0]].map(|place| (place, Ok(String::new())));
        let mut merged = merged(cells, passed.to_vec());
        let mut places = Vec::new();
        while let Some((place, _)) = merged().unwrap() {
            places.push(place);
        }
        let order = [[0, 0], [0, 1], [1, 0], [1, 1], [3, 0], [9, 0]];
        assert_eq!(places, order);
    }
}
