//! Workbooks of all kinds, as streams of cells: `.xlsx` and `.xlsb` are streamed; `.ods` and `.xls` are taken apart by their reader as a whole, once it is
//! known that this stays within the limits.

use super::{Cell, SHEET, broken, guarded, look_old, name};
use crate::error::Problem;
use calamine::{Data, DataRef, Ods, Range, Reader, Xls, Xlsb, Xlsx};
use std::io::Cursor;
use zip::ZipArchive;

/// What is read from.
type Bytes<'b> = Cursor<&'b [u8]>;

/// The cells of a sheet, each with its row and column, in their order.
pub(super) type Cells<'a> =
    Box<dyn FnMut() -> Result<Option<([u32; 2], Cell<'a>)>, Box<Problem>> + 'a>;

/// A workbook that has been looked through.
pub(super) enum Book<'b> {
    Xlsx(Box<Xlsx<Bytes<'b>>>),
    Xlsb(Box<Xlsb<Bytes<'b>>>),
    Ods(Box<Ods<Bytes<'b>>>),
    Xls(Box<Xls<Bytes<'b>>>),
}

/// What kind of workbook it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Xlsx,
    Xlsb,
    Ods,
    Xls,
}

/// The kind of a workbook, by its content.
pub(super) fn kind(bytes: &[u8]) -> Result<Kind, Box<Problem>> {
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Ok(Kind::Xls);
    }
    let archive = guarded(|| ZipArchive::new(Cursor::new(bytes)))?;
    let has = |part: &str| archive.index_for_name(part).is_some();
    Ok(match (has("xl/workbook.bin"), has("content.xml")) {
        (true, _) => Kind::Xlsb,
        (_, true) => Kind::Ods,
        _ => Kind::Xlsx,
    })
}

impl<'b> Book<'b> {
    /// Opens a workbook.
    pub fn open(kind: Kind, bytes: &'b [u8]) -> Result<Book<'b>, Box<Problem>> {
        let source = || Cursor::new(bytes);
        Ok(match kind {
            Kind::Xlsx => Book::Xlsx(Box::new(guarded(|| Xlsx::new(source()))?)),
            Kind::Xlsb => Book::Xlsb(Box::new(guarded(|| Xlsb::new(source()))?)),
            Kind::Ods => Book::Ods(Box::new(guarded(|| Ods::new(source()))?)),
            Kind::Xls => {
                look_old::look_through(bytes)?;
                Book::Xls(Box::new(guarded(|| Xls::new(source()))?))
            }
        })
    }

    pub fn sheet_names(&self) -> Vec<String> {
        match self {
            Book::Xlsx(book) => book.sheet_names(),
            Book::Xlsb(book) => book.sheet_names(),
            Book::Ods(book) => book.sheet_names(),
            Book::Xls(book) => book.sheet_names(),
        }
    }

    /// The cells of a sheet.
    pub fn cells(&mut self, sheet: &str) -> Result<Cells<'_>, Box<Problem>> {
        match self {
            Book::Xlsx(book) => {
                let mut cells = guarded(|| book.worksheet_cells_reader(sheet))?;
                Ok(Box::new(move || {
                    let Some(record) = guarded(|| cells.next_cell_with_formula_metadata())? else {
                        return Ok(None);
                    };
                    let bare = record.formula.is_some() && record.value == DataRef::Empty;
                    placed(record.pos, record.value, bare).map(Some)
                }))
            }
            Book::Xlsb(book) => {
                let mut cells = guarded(|| book.worksheet_cells_reader(sheet))?;
                Ok(Box::new(move || {
                    let Some(cell) = guarded(|| cells.next_cell())? else {
                        return Ok(None);
                    };
                    let place = cell.get_position();
                    placed(place, cell.get_value().clone(), false).map(Some)
                }))
            }
            Book::Ods(book) => {
                let values = guarded(|| book.worksheet_range(sheet))?;
                let formulas = guarded(|| book.worksheet_formula(sheet))?;
                Ok(listed(&values, &formulas))
            }
            Book::Xls(book) => {
                let values = guarded(|| book.worksheet_range(sheet))?;
                let formulas = guarded(|| book.worksheet_formula(sheet))?;
                Ok(listed(&values, &formulas))
            }
        }
    }
}

/// A cell at its place; `bare`: a formula without a result.
fn placed<'a>(
    place: (u32, u32),
    data: DataRef<'a>,
    bare: bool,
) -> Result<([u32; 2], Cell<'a>), Box<Problem>> {
    let place = <[u32; 2]>::from(place);
    if place[0] >= SHEET[0] || place[1] >= SHEET[1] {
        return Err(broken("a cell stands outside of the sheet"));
    }
    let formula = bare.then(|| name(place));
    Ok((place, Cell { data, formula }))
}

/// The cells of a sheet that was read as a whole, row by row.
fn listed<'a>(values: &Range<Data>, formulas: &Range<String>) -> Cells<'a> {
    let mut cells: Vec<((u32, u32), DataRef<'a>, bool)> = Vec::new();
    let (top, left) = values.start().unwrap_or_default();
    for (row, column, value) in values.used_cells() {
        cells.push((
            (top + row as u32, left + column as u32),
            owned(value),
            false,
        ));
    }
    let (top, left) = formulas.start().unwrap_or_default();
    let valued = cells.len();
    for (row, column, _) in formulas.used_cells() {
        let place = (top + row as u32, left + column as u32);
        if cells[..valued]
            .binary_search_by_key(&place, |c| c.0)
            .is_err()
        {
            cells.push((place, DataRef::Empty, true));
        }
    }
    cells.sort_by_key(|cell| cell.0);
    let mut cells = cells.into_iter();
    Box::new(move || match cells.next() {
        Some((place, data, bare)) => placed(place, data, bare).map(Some),
        None => Ok(None),
    })
}

fn owned<'a>(value: &Data) -> DataRef<'a> {
    match value {
        Data::Int(i) => DataRef::Int(*i),
        Data::Float(f) => DataRef::Float(*f),
        Data::String(text) => DataRef::String(text.clone()),
        Data::Bool(truth) => DataRef::Bool(*truth),
        Data::DateTime(when) => DataRef::DateTime(*when),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}
