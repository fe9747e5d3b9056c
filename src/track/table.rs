//! Rows out of CSV text and Excel workbooks.

use crate::base::date::Date;
use crate::disk::file;
use crate::error::{Collector, Problem, codes};
use crate::input::scalar::Scalar;
use crate::input::{table, workbook};
use calamine::DataRef as Data;
use std::path::Path;

/// A cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    /// Text, a number or a truth value.
    Value(Scalar<'a>),
    /// A date of Excel.
    Day(Date),
}

/// Takes the rows of a table one after the other.
pub(super) trait Rows {
    /// The names of the columns; `false`: the rows cannot be used.
    fn header(&mut self, names: &[String], problems: &mut Collector) -> bool;
    /// Numbers such as 2.155 may be thousands in this table.
    fn grouped(&mut self);
    /// A row that is not blank, as many cells as there are names; data rows are counted from 1.
    fn row(&mut self, number: usize, cells: &[Cell<'_>], problems: &mut Collector);
}

/// Reads the rows of a file.
///
/// # Errors
/// When it is no table at all. Rows that cannot be used are among the problems.
pub(super) fn read(
    path: &Path,
    rows: &mut impl Rows,
    problems: &mut Collector,
) -> Result<(), Box<Problem>> {
    let bytes = file::bytes_of(path)?;
    match file::format(path, &bytes)? {
        file::Format::Json => {
            let problem = Problem::error(codes::WRONG_FORMAT, "results are a table, this is JSON");
            Err(problem.help("write them as .csv or .xlsx").into())
        }
        file::Format::Table => csv(file::utf8(&bytes)?, rows, problems),
        file::Format::Excel => excel(&bytes, rows, problems),
    }
}

fn csv(text: &str, rows: &mut impl Rows, problems: &mut Collector) -> Result<(), Box<Problem>> {
    let delimiter = table::delimiter(text);
    if delimiter != b',' {
        rows.grouped();
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(text.as_bytes());
    let broken = |e: csv::Error| Box::new(Problem::error(codes::WRONG_FORMAT, e.to_string()));
    let names = reader.headers().map_err(broken)?;
    let names: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
    if !rows.header(&names, problems) {
        return Ok(());
    }
    let mut record = csv::StringRecord::new();
    let mut number = 0;
    while reader.read_record(&mut record).map_err(broken)? {
        number += 1;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() != names.len() {
            let problem = table::row_length(record.len(), names.len(), delimiter);
            problems.add(problem.at(number));
            continue;
        }
        let cells: Vec<Cell<'_>> = record
            .iter()
            .map(|cell| Cell::Value(Scalar::Cell(cell.trim())))
            .collect();
        rows.row(number, &cells, problems);
    }
    Ok(())
}

/// The first sheet of a workbook.
fn excel(bytes: &[u8], rows: &mut impl Rows, problems: &mut Collector) -> Result<(), Box<Problem>> {
    let mut started = false;
    rows.grouped();
    workbook::read(bytes, |line| {
        if !started {
            started = true;
            let names: Vec<String> = line.cells.iter().map(table::name_of).collect();
            return rows.header(&names, problems);
        }
        if let Some(cell) = line.beyond {
            problems.add(table::right_of_all(&cell).at(line.number));
            return true;
        }
        let cells: Vec<Cell<'_>> = line.cells.iter().map(excel_cell).collect();
        let blank = Cell::Value(Scalar::Cell(""));
        if cells.iter().any(|cell| *cell != blank) {
            rows.row(line.number, &cells, problems);
        }
        true
    })?;
    if !started {
        rows.header(&[], problems);
    }
    Ok(())
}

fn excel_cell<'c>(cell: &'c workbook::Cell<'_>) -> Cell<'c> {
    let data = &cell.data;
    let day = || match data {
        Data::DateTime(when) if when.is_datetime() => {
            let (year, month, day, ..) = when.to_ymd_hms_milli();
            Date::new(i32::from(year), month, day)
        }
        Data::DateTimeIso(text) => text.get(..10)?.parse().ok(),
        _ => None,
    };
    if let Some(day) = day() {
        return Cell::Day(day);
    }
    if let Some(place) = &cell.formula {
        return Cell::Value(Scalar::Formula(place));
    }
    Cell::Value(match data {
        Data::SharedString(text) => Scalar::Cell(text.trim()),
        Data::Int(i) => Scalar::Int(*i),
        Data::Float(f) => Scalar::Float(*f),
        Data::String(text) => Scalar::Cell(text.trim()),
        Data::Bool(truth) => Scalar::Bool(*truth),
        Data::DateTime(_) | Data::DateTimeIso(_) | Data::DurationIso(_) => {
            Scalar::Other("a time or date")
        }
        Data::Error(_) => Scalar::Other("an Excel error"),
        Data::Empty => Scalar::Cell(""),
    })
}
