//! Workbooks of all kinds, as streams of cells: `.xlsx`, `.xlsb` and `.ods` are streamed; `.xls` is taken apart by its reader as a whole, once it is
//! known that this stays within the limits.

use super::look::Looked;
use super::ods::Ods;
use super::xlsb::{self, PassedOver};
use super::{Cell, Cells, SHEET, broken, error_in, guarded, look_old, name};
use crate::error::Problem;
use calamine::{Data, DataRef, Range, Reader, SheetVisible, Xls, Xlsb, Xlsx};
use std::io::Cursor;
use zip::ZipArchive;

/// What is read from.
type Bytes<'b> = Cursor<&'b [u8]>;

/// A workbook that has been looked through.
pub(super) enum Book<'b> {
    /// With whether numbers that formulas have may be none: the workbook asks for a calculation as it is opened.
    Xlsx(Box<Xlsx<Bytes<'b>>>, bool),
    /// With the cells of each sheet that its reader passes over.
    Xlsb(Box<Xlsb<Bytes<'b>>>, PassedOver),
    Ods(Ods),
    /// With whether no formula has a result.
    Xls(Box<Xls<Bytes<'b>>>, bool),
}

/// A sheet of a workbook.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub name: String,
    pub hidden: bool,
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
    pub fn open(kind: Kind, bytes: &'b [u8], looked: Looked) -> Result<Book<'b>, Box<Problem>> {
        let source = || Cursor::new(bytes);
        Ok(match kind {
            Kind::Xlsx => {
                let book = guarded(|| Xlsx::new(source()))?;
                Book::Xlsx(Box::new(book), looked.calculates)
            }
            Kind::Xlsb => {
                let book = guarded(|| Xlsb::new(source()))?;
                Book::Xlsb(Box::new(book), PassedOver::find(bytes)?)
            }
            Kind::Ods => Book::Ods(Ods::open(bytes)?),
            Kind::Xls => {
                let bare = look_old::look_through(bytes)?;
                Book::Xls(Box::new(guarded(|| Xls::new(source()))?), bare)
            }
        })
    }

    /// The sheets, in their order.
    pub fn sheets(&self) -> Vec<Sheet> {
        let of = |sheets: &[calamine::Sheet]| {
            let sheet = |s: &calamine::Sheet| Sheet {
                name: s.name.clone(),
                hidden: s.visible != SheetVisible::Visible,
            };
            sheets.iter().map(sheet).collect()
        };
        match self {
            Book::Xlsx(book, _) => of(book.sheets_metadata()),
            Book::Xlsb(book, _) => of(book.sheets_metadata()),
            Book::Xls(book, _) => of(book.sheets_metadata()),
            Book::Ods(book) => {
                let sheet = |s: &super::ods::Sheet| Sheet {
                    name: s.name.clone(),
                    hidden: s.hidden,
                };
                book.sheets.iter().map(sheet).collect()
            }
        }
    }

    /// The cells of a sheet.
    pub fn cells(&mut self, sheet: &str) -> Result<Cells<'_>, Box<Problem>> {
        match self {
            Book::Xlsx(book, calculates) => {
                let calculates = *calculates;
                let mut cells = guarded(|| book.worksheet_cells_reader(sheet))?;
                Ok(Box::new(move || {
                    let Some(record) = guarded(|| cells.next_cell_with_formula_metadata())? else {
                        return Ok(None);
                    };
                    let none = match &record.value {
                        DataRef::Empty => true,
                        DataRef::Float(value) => calculates && *value == 0.0,
                        DataRef::Int(value) => calculates && *value == 0,
                        _ => false,
                    };
                    let bare = record.formula.is_some() && none;
                    placed(record.pos, record.value, bare).map(Some)
                }))
            }
            Book::Xlsb(book, passed) => {
                let passed = passed.of(sheet);
                let mut cells = guarded(|| book.worksheet_cells_reader(sheet))?;
                let read = move || {
                    let Some(cell) = guarded(|| cells.next_cell())? else {
                        return Ok(None);
                    };
                    let place = cell.get_position();
                    placed(place, cell.get_value().clone(), false).map(Some)
                };
                Ok(xlsb::merged(Box::new(read), passed))
            }
            Book::Ods(book) => match book.cells(sheet) {
                Some(mut cells) => Ok(Box::new(move || cells.next())),
                None => Err(broken("there is no such sheet")),
            },
            Book::Xls(book, bare) => {
                let values = guarded(|| book.worksheet_range(sheet))?;
                let formulas = guarded(|| book.worksheet_formula(sheet))?;
                Ok(listed(&values, &formulas, *bare))
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
    let error = match &data {
        DataRef::Error(error) => Some(error_in(place, &error.to_string())),
        _ => None,
    };
    let cell = Cell {
        data,
        formula,
        error,
    };
    Ok((place, cell))
}

/// The cells of a sheet that was read as a whole, row by row; `bare`: its formulas have no results, and an empty text is none.
fn listed<'a>(values: &Range<Data>, formulas: &Range<String>, bare: bool) -> Cells<'a> {
    let mut cells: Vec<((u32, u32), DataRef<'a>, bool)> = Vec::new();
    let (top, left) = values.start().unwrap_or_default();
    let none = |value: &Data| bare && matches!(value, Data::String(text) if text.is_empty());
    for (row, column, value) in values.used_cells().filter(|(_, _, v)| !none(v)) {
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
