//! A sheet of a workbook into [`Lines`].

use super::header::below_title;
use super::lines::Lines;
use super::scalar::Scalar;
use super::workbook;
use crate::base::date::Date;
use crate::error::{Problem, codes};
use calamine::{Data, DataRef};
use std::cell::RefCell;

/// Reads the sheet that is wanted, else the first that has a header that fits, else the first.
pub(super) fn read(bytes: &[u8], wanted: Option<&str>, lines: &mut impl Lines) {
    // Numbers that Excel has as texts.
    lines.grouped();
    let lines = RefCell::new(lines);
    let mut begun = None;
    let is_header = |cells: &[workbook::Cell<'_>]| {
        let columns: Vec<String> = cells.iter().map(name_of).collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        lines.borrow().fits(&columns)
    };
    let read = workbook::read_sheet(bytes, wanted, &is_header, |line| {
        let mut lines = lines.borrow_mut();
        if begun.is_none() {
            let names: Vec<String> = line.cells.iter().map(name_of).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            begun = Some(lines.header(&names, &[]).is_some());
            return begun == Some(true);
        }
        if let Some(cell) = line.beyond {
            lines.row(line.number, std::iter::empty(), Some(right_of_all(&cell)));
            return true;
        }
        let cells = line.cells.iter().map(scalar);
        if cells.clone().any(|cell| cell != Scalar::Cell("")) {
            lines.row(line.number, cells, None);
        }
        true
    });
    let lines = lines.into_inner();
    match read {
        Err(problem) => lines.broken(*problem),
        Ok(_) if begun.is_none() => {
            lines.header(&[], &[]);
        }
        Ok(table) => told(&table, lines),
    }
}

/// Tells which sheet was read, and from which row on, where that is not what stands first.
fn told(table: &workbook::Table, lines: &mut impl Lines) {
    if table.chosen {
        let what = format!(
            "the sheet {:?} was read: the first one {}",
            table.sheet,
            lines.lacks()
        );
        let help = "nothing, if that is so; else name the sheet in [tables] sheets";
        let problem = Problem::warning(codes::SHEET_FOUND, what);
        lines.problem(problem.help(help));
    }
    if let Some(row) = table.below {
        lines.problem(below_title(row as usize - 1));
    }
}

/// The problem of a row whose only values stand right of the table.
fn right_of_all(cell: &str) -> Problem {
    let what = format!("the row has nothing but cell {cell}, right of the last column with a name");
    Problem::error(codes::ROW_LENGTH, what).help("clear the cell, or name its column")
}

/// The name of a column in the first row of a sheet.
fn name_of(cell: &workbook::Cell<'_>) -> String {
    let data = Data::from(cell.data.clone());
    data.to_string().trim().to_owned()
}

/// The value of a cell.
fn scalar<'c>(cell: &'c workbook::Cell<'_>) -> Scalar<'c> {
    if let Some(place) = &cell.formula {
        return Scalar::Formula(place);
    }
    match &cell.data {
        DataRef::Int(i) => Scalar::Int(*i),
        DataRef::Float(f) => Scalar::Float(*f),
        DataRef::String(text) => Scalar::Cell(text.trim()),
        DataRef::SharedString(text) => Scalar::Cell(text.trim()),
        DataRef::Bool(truth) => Scalar::Bool(*truth),
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) | DataRef::DurationIso(_) => {
            let other = Scalar::Other("a time or date");
            day(&cell.data).map_or(other, |(day, time)| Scalar::Day(day, time))
        }
        DataRef::Error(_) => Scalar::Other("an Excel error"),
        DataRef::Empty => Scalar::Cell(""),
    }
}

/// The day of a date, and the time of it to the nearest second.
fn day(data: &DataRef<'_>) -> Option<(Date, [u8; 3])> {
    match data {
        DataRef::DateTime(when) if when.is_datetime() => {
            let (year, month, day, h, m, s, milli) = when.to_ymd_hms_milli();
            // A fraction of a day is seldom a second exactly; one that would round to the next minute is left below.
            let s = if milli >= 500 && s < 59 { s + 1 } else { s };
            Some((Date::new(i32::from(year), month, day)?, [h, m, s]))
        }
        DataRef::DateTimeIso(text) => {
            let part = |at: usize| text.get(at..at + 2).and_then(|t| t.parse().ok());
            let time = [11, 14, 17].map(|at| part(at).unwrap_or(0));
            Some((text.get(..10)?.parse().ok()?, time))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{ExcelDateTime, ExcelDateTimeType};

    #[test]
    fn a_date_keeps_its_time_of_day() {
        let cell = |value: f64| {
            let kind = ExcelDateTimeType::DateTime;
            DataRef::DateTime(ExcelDateTime::new(value, kind, false))
        };
        let told = |data: &DataRef<'_>| day(data).map(|(day, time)| (day.to_string(), time));
        let of = |day: &str, time: [u8; 3]| Some((day.to_owned(), time));
        assert_eq!(told(&cell(46023.0)), of("2026-01-01", [0, 0, 0]));
        assert_eq!(told(&cell(46023.5625)), of("2026-01-01", [13, 30, 0]));
        let late = 46023.0 + 86_399.0 / 86_400.0;
        assert_eq!(told(&cell(late)), of("2026-01-01", [23, 59, 59]));
        let iso = |text: &str| DataRef::DateTimeIso(text.to_owned());
        assert_eq!(
            told(&iso("2026-03-29T07:05:09")),
            of("2026-03-29", [7, 5, 9])
        );
        assert_eq!(told(&iso("2026-03-29")), of("2026-03-29", [0, 0, 0]));
    }
}
