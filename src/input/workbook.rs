//! A sheet of a workbook (`.xlsx`, `.xlsb`, `.ods`, `.xls`), row by row.
//!
//! All but the last are ZIP archives of XML and binary files. What stands in it may be made to hurt: a few kilobytes that unfold to gigabytes, a cell at
//! `XFD1048576` (the rectangle of all cells would have 17 billion), rows that no sheet has, a table of texts that claims to have 10^18.
//! So all of it is looked at once, within limits, before a reader gets it; and rows are streamed, so that memory goes with the cells
//! that there are and not with the rectangle around them.

mod book;
mod look;
mod look_old;
mod ods;
mod xlsb;

use crate::base::words::thousands;
use crate::error::{Problem, codes};
use book::{Book, Kind, Sheet};
use calamine::DataRef;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The most bytes that the parts of a workbook may unfold to: a full sheet of 20 columns has half of that.
const MAX_UNFOLDED: u64 = 1 << 30;
/// The most cells of all sheets, and the most texts.
const MAX_CELLS: u64 = 30_000_000;
/// Rows and columns of a sheet.
const SHEET: [u32; 2] = [1_048_576, 16_384];

/// A cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell<'a> {
    /// What stands in it.
    pub data: DataRef<'a>,
    /// Where it stands (`C2`), if it holds a formula whose result is not saved.
    pub formula: Option<String>,
    /// The error that it holds and where, in words, if it does.
    pub error: Option<String>,
}

impl Cell<'_> {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.data == DataRef::Empty && self.formula.is_none() && self.error.is_none()
    }
}

/// The cells of a sheet, each with its row and column, in their order.
type Cells<'a> = Box<dyn FnMut() -> Result<Option<([u32; 2], Cell<'a>)>, Box<Problem>> + 'a>;

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
    /// Whether it is another sheet than the first that is shown, and nobody named it.
    pub chosen: bool,
    /// A hidden sheet that would fit, too, and was passed over.
    pub hidden: Option<String>,
    /// The other sheets that are shown.
    pub others: Vec<String>,
}

/// Hands the rows of a sheet that are not empty to `each`, from its header on, until it says `false`: of the sheet with the name that is wanted, else of the first that
/// has a header that `fits`, else of the first. Hidden sheets are read by name only, unless there are no others.
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
    let looked = match kind {
        Kind::Xls => look::Looked::default(),
        _ => look::look_through(bytes)?,
    };
    let mut book = Book::open(kind, bytes, looked)?;
    let sheets = book.sheets();
    let shown = |hidden: bool| sheets.iter().filter(move |s| s.hidden == hidden);
    let Some(first) = shown(false).next().or(sheets.first()) else {
        return Err(broken("there is no sheet in it"));
    };
    let tried: Vec<&Sheet> = match wanted {
        Some(wanted) => vec![
            sheets
                .iter()
                .find(|s| s.name == wanted)
                .ok_or_else(|| no_sheet(wanted, &sheets))?,
        ],
        None if first.hidden => sheets.iter().take(MOST_SHEETS).collect(),
        None => shown(false).take(MOST_SHEETS).collect(),
    };
    let mut found = (wanted.map_or(first, |_| tried[0]), 0, 0);
    for sheet in tried {
        if let Some((row, top)) = header(&mut book, &sheet.name, fits)? {
            found = (sheet, row, top);
            break;
        }
    }
    let mut hidden = None;
    if wanted.is_none() && !first.hidden {
        for sheet in shown(true).take(MOST_SHEETS) {
            if hidden.is_none() && header(&mut book, &sheet.name, fits)?.is_some() {
                hidden = Some(sheet.name.clone());
            }
        }
    }
    let (sheet, from, top) = found;
    let mut cells = counted(book.cells(&sheet.name)?);
    let mut now = Gathered::default();
    let table = Table {
        sheet: sheet.name.clone(),
        below: (from > top).then_some(from + 1),
        chosen: wanted.is_none() && sheet.name != first.name,
        hidden,
        others: shown(false)
            .filter(|s| s.name != sheet.name)
            .map(|s| s.name.clone())
            .collect(),
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

/// The cells, within the limits on how many there are and how much text is in them: one that is small in the file may stand for many.
fn counted(mut cells: Cells<'_>) -> Cells<'_> {
    let (mut count, mut text) = (0, 0);
    Box::new(move || {
        let next = cells()?;
        if let Some((_, cell)) = &next {
            count += 1;
            text += match &cell.data {
                DataRef::String(text) => text.len() as u64,
                DataRef::SharedString(text) => text.len() as u64,
                _ => 0,
            };
        }
        if count > MAX_CELLS {
            return Err(too_large("cells", MAX_CELLS));
        }
        if text > MAX_UNFOLDED {
            return Err(too_large("bytes of text", MAX_UNFOLDED));
        }
        Ok(next)
    })
}

/// The row of a sheet that `fits` as a header, and the first that is not empty.
fn header(
    book: &mut Book<'_>,
    name: &str,
    fits: &dyn Fn(&[Cell<'_>]) -> bool,
) -> Result<Option<(u32, u32)>, Box<Problem>> {
    // A sheet of another kind (a chart) has no cells.
    let Ok(cells) = book.cells(name) else {
        return Ok(None);
    };
    let mut cells = counted(cells);
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

/// That no sheet has this name; where it is to be mended is for the caller to tell.
fn no_sheet(wanted: &str, sheets: &[Sheet]) -> Box<Problem> {
    let names: Vec<&str> = sheets.iter().map(|s| s.name.as_str()).collect();
    let what = format!(
        "there is no sheet {wanted:?}; the sheets are: {}",
        names.join(", ")
    );
    Problem::error(codes::MISSING_SHEET, what).into()
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

/// That nobody can read it without its password.
fn locked() -> Box<Problem> {
    let what = "the workbook is protected by a password";
    let help = "open it, take the password off (Excel: File, Info, Protect Workbook, Encrypt with Password), and save it again";
    Problem::error(codes::PASSWORD, what).help(help).into()
}

/// An error that a formula came to, and where.
fn error_in(place: [u32; 2], error: &str) -> String {
    let error = crate::base::words::shorten(error);
    format!("the error {error} in cell {}", name(place))
}

fn too_large(what: &str, most: u64) -> Box<Problem> {
    let what = format!(
        "the workbook has more than {} {what}",
        thousands(most as usize)
    );
    let help = "take out the sheets and columns that nothing needs, or save it as CSV UTF-8";
    Problem::error(codes::TOO_LARGE, what).help(help).into()
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn places_have_names() {
        assert_eq!(name([0, 0]), "A1");
        assert_eq!(name([1, 2]), "C2");
        assert_eq!(name([1_048_575, 16_383]), "XFD1048576");
        assert_eq!(name([9, 26]), "AA10");
    }
}
