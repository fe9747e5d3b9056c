//! A sheet of a workbook (`.xlsx`, `.xlsb`, `.ods`, `.xls`), row by row.
//!
//! All but the last are ZIP archives of XML and binary files. What stands in it may be made to hurt: a few kilobytes that unfold to gigabytes, a cell at
//! `XFD1048576` (the rectangle of all cells would have 17 billion), rows that no sheet has, a table of texts that claims to have 10^18.
//! So all of it is looked at once, within limits, before a reader gets it; and rows are streamed, so that memory goes with the cells
//! that there are and not with the rectangle around them.

mod book;
mod look_ods;
mod look_old;

use crate::base::words::thousands;
use crate::error::{Problem, codes};
use book::{Book, Kind};
use calamine::DataRef;
use quick_xml::events::{BytesStart, Event};
use std::io::{BufReader, Cursor, ErrorKind, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use zip::ZipArchive;

/// The most bytes that the parts of a workbook may unfold to: a full sheet of 20 columns has half of that.
const MAX_UNFOLDED: u64 = 1 << 30;
/// The most cells of all sheets, and the most texts.
const MAX_CELLS: u64 = 30_000_000;
/// The most elements of all parts.
const MAX_ELEMENTS: u64 = 4 * MAX_CELLS;
/// The most bytes between two tags: Excel keeps 32,767 characters in a cell.
const MAX_PIECE: usize = 16 << 20;
/// Rows and columns of a sheet.
const SHEET: [u32; 2] = [1_048_576, 16_384];

/// A cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell<'a> {
    /// What stands in it.
    pub data: DataRef<'a>,
    /// Where it stands (`C2`), if it holds a formula whose result is not saved.
    pub formula: Option<String>,
}

impl Cell<'_> {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.data == DataRef::Empty && self.formula.is_none()
    }
}

/// A row that is not empty. All rows have as many cells as the first.
pub(crate) struct Row<'r, 'a> {
    /// Its number below the first, 0 for the first.
    pub number: usize,
    pub cells: &'r [Cell<'a>],
    /// Where the first cell stands that is right of them, if there is one and all of them are empty.
    pub beyond: Option<String>,
}

/// Rows among which the header of a sheet is looked for, and sheets.
const TITLE: u32 = 20;
const MOST_SHEETS: usize = 50;

/// Which sheet is read, and from which row on.
pub(crate) struct Table {
    pub sheet: String,
    /// The row of the header, counted from 1, where it is not the first that is not empty.
    pub below: Option<u32>,
    /// Whether it is another sheet than the first, and nobody named it.
    pub chosen: bool,
}

/// Hands the rows of a sheet that are not empty to `each`, from its header on, until it says `false`: of the sheet with the name that is wanted, else of the first that
/// has a header that `fits`, else of the first.
///
/// # Errors
/// A [`Problem`] without a file name when this is no workbook, is damaged, is larger than the limits, or has no such sheet.
pub(crate) fn read_sheet(
    bytes: &[u8],
    wanted: Option<&str>,
    fits: &dyn Fn(&[Cell<'_>]) -> bool,
    mut each: impl FnMut(Row<'_, '_>) -> bool,
) -> Result<Table, Box<Problem>> {
    let kind = book::kind(bytes)?;
    if kind != Kind::Xls {
        look_through(bytes)?;
    }
    let mut book = Book::open(kind, bytes)?;
    let names = book.sheet_names();
    let Some(first) = names.first() else {
        return Err(broken("there is no sheet in it"));
    };
    let tried: Vec<&String> = match wanted {
        Some(wanted) => vec![
            names
                .iter()
                .find(|n| *n == wanted)
                .ok_or_else(|| no_sheet(wanted, &names))?,
        ],
        None => names.iter().take(MOST_SHEETS).collect(),
    };
    let mut found = (wanted.map_or(first, |_| tried[0]), 0, 0);
    for name in tried {
        if let Some((row, top)) = header(&mut book, name, fits)? {
            found = (name, row, top);
            break;
        }
    }
    let (name, from, top) = found;
    let mut cells = book.cells(name)?;
    let mut now = Gathered::default();
    let table = Table {
        sheet: name.clone(),
        below: (from > top).then_some(from + 1),
        chosen: wanted.is_none() && name != first,
    };
    while let Some((place, cell)) = cells()? {
        if cell.is_empty() || place[0] < from {
            continue;
        }
        if now.row.is_some_and(|row| place[0] < row) {
            return Err(broken(&format!(
                "row {} stands after a later one",
                place[0] + 1
            )));
        }
        if now.row.is_some_and(|row| place[0] > row) && !now.hand_over(&mut each) {
            return Ok(table);
        }
        now.take(place, cell);
    }
    now.hand_over(&mut each);
    Ok(table)
}

/// The row of a sheet that `fits` as a header, and the first that is not empty.
fn header(
    book: &mut Book<'_>,
    name: &str,
    fits: &dyn Fn(&[Cell<'_>]) -> bool,
) -> Result<Option<(u32, u32)>, Box<Problem>> {
    // A sheet of another kind (a chart) has no cells.
    let Ok(mut cells) = book.cells(name) else {
        return Ok(None);
    };
    let mut rows: Vec<(u32, Vec<Cell<'_>>)> = Vec::new();
    while let Some((place, cell)) = cells()? {
        let top = rows.first().map_or(place[0], |r| r.0);
        if place[0] >= top.saturating_add(TITLE) {
            break;
        }
        match rows.last_mut() {
            _ if cell.is_empty() => {}
            Some((row, cells)) if *row == place[0] => cells.push(cell),
            _ => rows.push((place[0], vec![cell])),
        }
    }
    let top = rows.first().map_or(0, |r| r.0);
    let found = rows.iter().find(|(_, cells)| fits(cells));
    Ok(found.map(|(row, _)| (*row, top)))
}

/// That no sheet has this name.
fn no_sheet(wanted: &str, names: &[String]) -> Box<Problem> {
    let what = format!(
        "there is no sheet {wanted:?}; the sheets are: {}",
        names.join(", ")
    );
    let problem = Problem::error(codes::MISSING_SHEET, what);
    problem.help("mend the name in [tables] sheets").into()
}

/// The row that is being read.
#[derive(Default)]
struct Gathered<'a> {
    row: Option<u32>,
    cells: Vec<Cell<'a>>,
    beyond: Option<String>,
    /// Row and width of the first.
    header: Option<(u32, usize)>,
}

impl<'a> Gathered<'a> {
    fn take(&mut self, place: [u32; 2], cell: Cell<'a>) {
        let at = place[1] as usize;
        self.row = Some(place[0]);
        match self.header {
            Some((_, width)) if at >= width => {
                self.beyond.get_or_insert_with(|| name(place));
            }
            Some((_, width)) => self.cells.resize_with(width, Cell::default),
            None if at >= self.cells.len() => self.cells.resize_with(at + 1, Cell::default),
            None => {}
        }
        if let Some(free) = self.cells.get_mut(at) {
            *free = cell;
        }
    }

    fn hand_over(&mut self, each: &mut impl FnMut(Row<'_, '_>) -> bool) -> bool {
        let Some(row) = self.row.take() else {
            return true;
        };
        let (first, width) = *self.header.get_or_insert((row, self.cells.len()));
        self.cells.resize_with(width, Cell::default);
        let beyond = self.beyond.take();
        let go_on = each(Row {
            number: (row - first) as usize,
            cells: &self.cells,
            beyond: beyond.filter(|_| self.cells.iter().all(Cell::is_empty)),
        });
        self.cells.clear();
        go_on
    }
}

/// `C2` for row 1, column 2, counted from 0.
fn name([row, column]: [u32; 2]) -> String {
    let (mut letters, mut rest) = (Vec::new(), column + 1);
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    let letters: String = letters.into_iter().rev().collect();
    format!("{letters}{}", row + 1)
}

/// What a reader of another crate says; if it panics, the file is damaged.
fn guarded<T, E: std::fmt::Display>(
    read: impl FnOnce() -> Result<T, E>,
) -> Result<T, Box<Problem>> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(broken(&error.to_string())),
        Err(_) => Err(broken("it is damaged")),
    }
}

fn broken(what: &str) -> Box<Problem> {
    let what = format!("cannot be read as a workbook: {what}");
    let problem = Problem::error(codes::WRONG_FORMAT, what);
    problem
        .help("save it again as .xlsx, or as CSV UTF-8")
        .into()
}

fn too_large(what: &str, most: u64) -> Box<Problem> {
    let what = format!(
        "the workbook has more than {} {what}",
        thousands(most as usize)
    );
    let help = "take out the sheets and columns that nothing needs, or save it as CSV UTF-8";
    Problem::error(codes::TOO_LARGE, what).help(help).into()
}

/// What all parts of a workbook hold together.
#[derive(Default)]
struct Budget {
    bytes: u64,
    elements: u64,
    cells: u64,
    texts: u64,
    /// The table of an OpenDocument spreadsheet, and the cells of those before it.
    table: look_ods::Table,
    area: u64,
}

/// Looks at all parts of the workbook, within the limits.
fn look_through(bytes: &[u8]) -> Result<(), Box<Problem>> {
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
    budget.close_table()
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
    /// The table that was looked at has ended.
    fn close_table(&mut self) -> Result<(), Box<Problem>> {
        let size = std::mem::take(&mut self.table).size();
        self.area = self.area.saturating_add(size);
        if self.area > MAX_CELLS {
            return Err(too_large("cells", MAX_CELLS));
        }
        Ok(())
    }

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
        let repeated = |name: &str| attribute(name).and_then(|n| n.parse().ok()).unwrap_or(1);
        match element.name().as_ref() {
            "table:table" => self.close_table()?,
            "table:table-row" => self.table.row(repeated("table:number-rows-repeated")),
            "table:table-cell" | "table:covered-table-cell" => {
                let valued = ["office:value-type", "table:formula"].map(&attribute);
                let some = valued.iter().any(Option::is_some);
                self.table
                    .cell(repeated("table:number-columns-repeated"), some);
            }
            _ => {}
        }
        match element.local_name().as_ref() {
            "c" => {
                self.cells += 1;
                if self.cells > MAX_CELLS {
                    return Err(too_large("cells", MAX_CELLS));
                }
                attribute("r").map_or(Ok(()), |place| on_the_sheet(&place))
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
    fn places_have_names() {
        assert_eq!(name([0, 0]), "A1");
        assert_eq!(name([1, 2]), "C2");
        assert_eq!(name([1_048_575, 16_383]), "XFD1048576");
        assert_eq!(name([9, 26]), "AA10");
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
