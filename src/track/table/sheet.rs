//! Rows out of Excel workbooks.

use super::{Cell, Rows};
use crate::base::date::Date;
use crate::error::{Collector, Problem};
use crate::input::scalar::Scalar;
use crate::input::{sheet, workbook};
use calamine::DataRef as Data;

/// The first sheet of a workbook.
pub(super) fn read(
    bytes: &[u8],
    rows: &mut impl Rows,
    problems: &mut Collector,
) -> Result<(), Box<Problem>> {
    let mut started = false;
    rows.grouped();
    workbook::read(bytes, |line| {
        if !started {
            started = true;
            let names: Vec<String> = line.cells.iter().map(sheet::name_of).collect();
            return rows.header(&names, problems);
        }
        if let Some(cell) = line.beyond {
            problems.add(sheet::right_of_all(&cell).at(line.number));
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
    match day() {
        Some(day) => Cell::Day(day),
        None => Cell::Value(sheet::scalar(cell, "a time or date")),
    }
}
