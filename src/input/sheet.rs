//! A sheet of an Excel workbook into a [`Sink`](super::rows::Sink).

use super::header::{below_title, fits, header};
use super::rows::{Place, Sink};
use super::scalar::Scalar;
use super::table::row;
use super::workbook;
use crate::error::{Problem, codes};
use calamine::{Data, DataRef};

/// Reads the sheet that the scenario names, else the first that has columns for the id and the coordinates, else the first.
pub(super) fn read<S: Sink>(bytes: &[u8], sink: &mut S) {
    // Numbers that Excel has as texts.
    sink.base().grouped = true;
    let mut slots = None;
    let mut last = 0;
    let (wanted, names) = (sink.base().sheet.clone(), sink.base().named.clone());
    let is_header = |cells: &[workbook::Cell<'_>]| {
        let columns: Vec<String> = cells.iter().map(name_of).collect();
        fits(columns.iter().map(String::as_str), &names)
    };
    let read = workbook::read_sheet(bytes, wanted.as_deref(), &is_header, |line| {
        let Some(slots) = &slots else {
            let names: Vec<String> = line.cells.iter().map(name_of).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            slots = Some(header(&names, &[], sink));
            return true;
        };
        for _ in last + 1..line.number {
            sink.base().skip_row();
        }
        last = line.number;
        if let Some(cell) = line.beyond {
            sink.base().give_up_row(right_of_all(&cell));
            sink.finish(Place::Columns);
            return true;
        }
        let cells = line.cells.iter().map(|cell| scalar(cell, "a date"));
        row(slots, line.cells.len(), cells, b'\t', sink);
        true
    });
    match read {
        Err(problem) => {
            sink.base().incomplete = true;
            sink.base().problems.add(*problem);
        }
        Ok(_) if slots.is_none() => {
            header(&[], &[], sink);
        }
        Ok(table) => told(&table, sink),
    }
}

/// Tells which sheet was read, and from which row on, where that is not what stands first.
fn told<S: Sink>(table: &workbook::Table, sink: &mut S) {
    if table.chosen {
        let what = format!(
            "the sheet {:?} was read: the first one has no columns for the id and the coordinates",
            table.sheet
        );
        let help = "nothing, if that is so; else name the sheet in [tables] sheets";
        let problem = Problem::warning(codes::SHEET_FOUND, what);
        sink.base().problems.add(problem.help(help));
    }
    if let Some(row) = table.below {
        sink.base().problems.add(below_title(row as usize - 1));
    }
}

/// The problem of a row whose only values stand right of the table.
pub(crate) fn right_of_all(cell: &str) -> Problem {
    let what = format!("the row has nothing but cell {cell}, right of the last column with a name");
    Problem::error(codes::ROW_LENGTH, what).help("clear the cell, or name its column")
}

/// The name of a column in the first row of a sheet.
pub(crate) fn name_of(cell: &workbook::Cell<'_>) -> String {
    let data = Data::from(cell.data.clone());
    data.to_string().trim().to_owned()
}

/// The value of a cell. A date is none that a property takes: it is called so.
pub(crate) fn scalar<'c>(cell: &'c workbook::Cell<'_>, date: &'static str) -> Scalar<'c> {
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
            Scalar::Other(date)
        }
        DataRef::Error(_) => Scalar::Other("an Excel error"),
        DataRef::Empty => Scalar::Cell(""),
    }
}
