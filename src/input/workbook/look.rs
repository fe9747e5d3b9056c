//! Looks at all parts of a workbook once, within limits, before a reader gets it.

use super::{MAX_CELLS, MAX_UNFOLDED, SHEET, broken, guarded, too_large};
use crate::error::Problem;
use quick_xml::events::{BytesStart, Event};
use std::io::{BufReader, Cursor, ErrorKind, Read};
use zip::ZipArchive;

/// The most elements of all parts.
const MAX_ELEMENTS: u64 = 4 * MAX_CELLS;
/// The most bytes between two tags: Excel keeps 32,767 characters in a cell.
const MAX_PIECE: usize = 16 << 20;

/// What all parts of a workbook hold together.
#[derive(Default)]
struct Budget {
    bytes: u64,
    elements: u64,
    cells: u64,
    texts: u64,
    looked: Looked,
}

/// What is found while all parts of a workbook are looked at.
#[derive(Clone, Copy, Default)]
pub(super) struct Looked {
    /// Whether it asks for a calculation as it is opened, as programs write that cannot calculate: a formula whose result is 0 may have none.
    pub calculates: bool,
}

/// Looks at all parts of the workbook, within the limits.
pub(super) fn look_through(bytes: &[u8]) -> Result<Looked, Box<Problem>> {
    let mut archive = guarded(|| ZipArchive::new(Cursor::new(bytes)))?;
    let mut budget = Budget::default();
    // What the archive says of itself costs nothing to add up; it may say too little.
    let mut said: u64 = 0;
    for at in 0..archive.len() {
        said = said.saturating_add(guarded(|| archive.by_index_raw(at))?.size());
    }
    if said > MAX_UNFOLDED {
        return Err(too_large("bytes when it is unpacked", MAX_UNFOLDED));
    }
    for at in 0..archive.len() {
        let part = guarded(|| archive.by_index(at))?;
        let xml = part.name().is_ok_and(|name| {
            let name = name.to_ascii_lowercase();
            name.ends_with(".xml") || name.ends_with(".rels")
        });
        if xml {
            look_at(part, &mut budget)?;
        } else {
            unfold(part, &mut budget)?;
        }
    }
    Ok(budget.looked)
}

/// Unfolds a part that is no XML, within what is left of the budget.
fn unfold(part: impl Read, budget: &mut Budget) -> Result<(), Box<Problem>> {
    let left = MAX_UNFOLDED - budget.bytes;
    // The end of an archive that is damaged is for the reader to tell.
    let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).unwrap_or(0);
    if read > left {
        return Err(too_large("bytes when it is unpacked", MAX_UNFOLDED));
    }
    budget.bytes += read;
    Ok(())
}

/// Looks at a part: nothing in it is beyond a sheet, and it stays within what is left of the budget.
fn look_at(part: impl Read, budget: &mut Budget) -> Result<(), Box<Problem>> {
    let left = MAX_UNFOLDED - budget.bytes;
    let pieces = Pieces {
        inner: part.take(left + 1),
        since_tag: 0,
    };
    let mut xml = quick_xml::Reader::from_reader(BufReader::new(pieces));
    let config = xml.config_mut();
    config.check_end_names = false;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        // What is no XML is for the reader to tell, if it reads that part at all.
        match xml.read_event_into(&mut buffer) {
            Ok(Event::Start(element) | Event::Empty(element)) => budget.add(&element)?,
            Err(quick_xml::Error::Io(error)) if error.kind() == ErrorKind::FileTooLarge => {
                return Err(too_large("bytes in one piece", MAX_PIECE as u64));
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    let mut rest = xml.into_inner();
    // The end of an archive that is damaged is for the reader to tell, too.
    let _ = std::io::copy(&mut rest, &mut std::io::sink());
    let unread = rest.get_ref().inner.limit();
    if unread == 0 {
        return Err(too_large("bytes when it is unpacked", MAX_UNFOLDED));
    }
    budget.bytes += left + 1 - unread;
    Ok(())
}

/// A stream that ends in an error where a piece without a tag is too long.
struct Pieces<R> {
    inner: R,
    since_tag: usize,
}

impl<R: Read> Read for Pieces<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        let tag = buffer[..n].iter().rposition(|b| *b == b'<');
        self.since_tag = tag.map_or(self.since_tag + n, |at| n - at);
        if self.since_tag > MAX_PIECE {
            return Err(ErrorKind::FileTooLarge.into());
        }
        Ok(n)
    }
}

impl Budget {
    /// Counts an element, and refuses what no sheet has.
    fn add(&mut self, element: &BytesStart<'_>) -> Result<(), Box<Problem>> {
        let attribute = |name: &str| {
            let found = element.try_get_attribute(name).ok().flatten();
            found.map(|attribute| attribute.value.into_owned())
        };
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return Err(too_large("elements", MAX_ELEMENTS));
        }
        match element.local_name().as_ref() {
            "c" => {
                self.cells += 1;
                if self.cells > MAX_CELLS {
                    return Err(too_large("cells", MAX_CELLS));
                }
                attribute("r").map_or(Ok(()), |place| on_the_sheet(&place))
            }
            "calcPr" => {
                let on = attribute("fullCalcOnLoad");
                self.looked.calculates |= matches!(on.as_deref(), Some("1" | "true"));
                Ok(())
            }
            "row" => attribute("r").map_or(Ok(()), |place| on_the_sheet(&place)),
            "dimension" | "f" => attribute("ref").map_or(Ok(()), |area| in_order(&area)),
            "si" => {
                self.texts += 1;
                if self.texts > MAX_CELLS {
                    return Err(too_large("texts", MAX_CELLS));
                }
                Ok(())
            }
            "sst" => match attribute("uniqueCount").map(|count| count.parse::<u64>()) {
                Some(Ok(count)) if count > MAX_CELLS => Err(too_large("texts", MAX_CELLS)),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

/// Row and column, counted from 1, of `C2`; column 0 of `2`. What is not written so is for the reader to tell.
fn place_of(text: &str) -> Option<[u32; 2]> {
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = text.split_at(digits);
    let plain = letters.bytes().all(|b| b.is_ascii_alphabetic())
        && digits.bytes().all(|b| b.is_ascii_digit());
    if !plain {
        return None;
    }
    let value = |b: u8| u32::from(b.to_ascii_uppercase() - b'A') + 1;
    let column = letters
        .bytes()
        .try_fold(0_u32, |n, b| n.checked_mul(26)?.checked_add(value(b)));
    Some([
        digits.parse().unwrap_or(u32::MAX),
        column.unwrap_or(u32::MAX),
    ])
}

fn on_the_sheet(place: &str) -> Result<(), Box<Problem>> {
    match place_of(place) {
        Some([row, column]) if row > SHEET[0] || column > SHEET[1] => {
            let place = crate::base::words::shorten(place);
            Err(broken(&format!(
                "it names the cell or row {place:?}, and a sheet ends at XFD1048576"
            )))
        }
        _ => Ok(()),
    }
}

/// Both ends of `A1:C2` are on the sheet, and the first is not after the second.
fn in_order(area: &str) -> Result<(), Box<Problem>> {
    let mut ends = Vec::new();
    for end in area.split(':') {
        on_the_sheet(end)?;
        ends.extend(place_of(end));
    }
    match ends.as_slice() {
        [a, b, ..] if a[0] > b[0] || a[1] > b[1] => {
            let area = crate::base::words::shorten(area);
            Err(broken(&format!("the area {area:?} ends before it begins")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read() {
        assert_eq!(place_of("XFD1048576"), Some(SHEET));
        assert_eq!(place_of("17"), Some([17, 0]));
        assert_eq!(place_of("A"), None);
        assert_eq!(place_of("99999999999"), Some([u32::MAX, 0]));
        assert_eq!(place_of("ZZZZZZZZZ1"), Some([1, u32::MAX]));
    }

    #[test]
    fn areas_are_on_the_sheet() {
        assert!(in_order("A1:C2").is_ok());
        assert!(in_order("C2:A1").is_err());
        assert!(in_order("A1:A1048577").is_err());
        assert!(in_order("A1:XFE1").is_err());
        assert!(on_the_sheet("1048576").is_ok());
        assert!(on_the_sheet("99999999999").is_err());
    }
}
