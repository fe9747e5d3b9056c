//! Rows out of CSV text and Excel workbooks.

#[cfg(feature = "excel")]
mod sheet;

use crate::base::date::Date;
use crate::disk::file;
use crate::error::{Collector, Problem, codes};
use crate::input::scalar::Scalar;
use crate::input::table;
use std::path::Path;

/// A cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    /// Text, a number or a truth value.
    Value(Scalar<'a>),
    /// A date of Excel.
    #[cfg_attr(
        not(feature = "excel"),
        expect(dead_code, reason = "only workbooks have dates of their own")
    )]
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
        #[cfg(feature = "excel")]
        file::Format::Excel => sheet::read(&bytes, rows, problems),
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
