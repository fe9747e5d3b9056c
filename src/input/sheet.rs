//! A sheet of a workbook into [`Lines`].

use super::figures::{self, Decided, Style};
use super::header::below_title;
use super::lines::{Kind, Lines, Reading};
use super::scalar::Scalar;
use super::{table, workbook};
use crate::base::date::Date;
use crate::error::{Problem, codes};
use calamine::{Data, DataRef};
use std::cell::RefCell;

/// Reads the sheet that is wanted, else the first that has a header that fits, else the first.
pub(super) fn read(bytes: &[u8], reading: Reading<'_>, lines: &mut impl Lines) {
    if reading.decimal.is_none() {
        // Numbers that Excel has as texts.
        lines.grouped();
    }
    let lines = RefCell::new(lines);
    let mut columns: Option<Option<Columns>> = None;
    let is_header = |cells: &[workbook::Cell<'_>]| {
        let names = names_of(cells);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        lines.borrow().fits(&names)
    };
    let read = workbook::read_sheet(bytes, reading.sheet, &is_header, |line| {
        let Some(begun) = &mut columns else {
            let names = names_of(line.cells);
            let of: Vec<&str> = names.iter().map(String::as_str).collect();
            let kinds = lines.borrow_mut().header(&of, &[]);
            let begun = columns.insert(kinds.map(|kinds| Columns {
                styles: vec![Style::Plain; kinds.len()],
                kinds,
                names,
                known: false,
            }));
            return begun.is_some();
        };
        if let Some(cell) = line.beyond {
            let odd = Some(right_of_all(&cell));
            let mut lines = lines.borrow_mut();
            lines.row(line.number, std::iter::empty(), odd);
            return true;
        }
        let Some(begun) = begun else {
            return false;
        };
        if !begun.known && begun.in_doubt(line.cells) {
            begun.known = true;
            // Where it cannot be read, that is told by whoever reads on.
            if let Some(decided) = begun.look(bytes, reading, &is_header) {
                let names: Vec<&str> = begun.names.iter().map(String::as_str).collect();
                begun.styles = table::told(decided, &names, &mut **lines.borrow_mut());
            }
        }
        let cells = line.cells.iter().zip(&begun.styles);
        let cells = cells.map(|(cell, style)| scalar(cell, *style));
        if cells.clone().any(|cell| cell != Scalar::Cell("")) {
            lines.borrow_mut().row(line.number, cells, None);
        }
        true
    });
    let lines = lines.into_inner();
    match read {
        Err(problem) if problem.code == codes::MISSING_SHEET => {
            let help = format!("mend the name in {}", lines.sheets());
            lines.broken(problem.help(help));
        }
        Err(problem) => lines.broken(*problem),
        Ok(_) if columns.is_none() => {
            lines.header(&[], &[]);
        }
        Ok(table) => {
            lines.other_sheets(&table.sheet, &table.others);
            told(&table, lines);
        }
    }
}

/// What columns are called, what they hold, and how the numbers in their texts are written.
struct Columns {
    names: Vec<String>,
    kinds: Vec<Kind>,
    styles: Vec<Style>,
    /// Whether the styles are known: the first text that may be a number makes it necessary to look at all of them.
    known: bool,
}

impl Columns {
    /// Whether a text of these may be a number that is written in more than one way.
    fn in_doubt(&self, cells: &[workbook::Cell<'_>]) -> bool {
        let mut cells = cells.iter().zip(&self.kinds);
        cells.any(|(cell, kind)| {
            let text = text_of(cell).unwrap_or_default();
            *kind != Kind::Text
                && text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+'))
                && text.contains(|c: char| !c.is_ascii_digit())
        })
    }

    /// Looks at all texts of the sheet.
    fn look(
        &self,
        bytes: &[u8],
        reading: Reading<'_>,
        is_header: &dyn Fn(&[workbook::Cell<'_>]) -> bool,
    ) -> Option<Vec<Decided>> {
        let mut columns: Vec<Option<figures::Column>> =
            self.kinds.iter().map(|k| k.column()).collect();
        let seen = workbook::read_sheet(bytes, reading.sheet, is_header, |line| {
            let cells = line.cells.iter().zip(&mut columns);
            for (cell, column) in cells.filter(|_| line.number > 0) {
                if let (Some(text), Some(column)) = (text_of(cell), column) {
                    column.see(line.number, text);
                }
            }
            true
        });
        seen.ok()?;
        let columns = columns.into_iter().map(Option::unwrap_or_default);
        let columns: Vec<figures::Column> = columns.collect();
        // Cells are not parted by anything that a number may have.
        Some(figures::decide(&columns, b';', reading.decimal))
    }
}

/// The text of a cell that holds one.
fn text_of<'c>(cell: &'c workbook::Cell<'_>) -> Option<&'c str> {
    match &cell.data {
        _ if cell.error.is_some() => None,
        DataRef::String(text) => Some(text.trim()),
        DataRef::SharedString(text) => Some(text.trim()),
        _ => None,
    }
}

/// The names of columns, in the first row.
fn names_of(cells: &[workbook::Cell<'_>]) -> Vec<String> {
    cells.iter().map(name_of).collect()
}

/// Tells which sheet was read, and from which row on, where that is not what stands first.
fn told(table: &workbook::Table, lines: &mut impl Lines) {
    if table.chosen {
        let what = format!(
            "the sheet {:?} was read: the first one {}",
            table.sheet,
            lines.lacks()
        );
        let help = format!(
            "nothing, if that is so; else name the sheet in {}",
            lines.sheets()
        );
        let problem = Problem::warning(codes::SHEET_FOUND, what);
        lines.problem(problem.help(help));
    }
    if let Some(hidden) = &table.hidden {
        let what = format!(
            "the sheet {hidden:?} is hidden, and was not looked at, though its columns fit"
        );
        let help = format!(
            "nothing, if that is so; to read it, name it in {}",
            lines.sheets()
        );
        lines.problem(Problem::warning(codes::SHEET_HIDDEN, what).help(help));
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

/// The value of a cell of a column with this style.
fn scalar<'c>(cell: &'c workbook::Cell<'_>, style: Style) -> Scalar<'c> {
    if let Some(place) = &cell.formula {
        return Scalar::Formula(place);
    }
    if let Some(error) = &cell.error {
        return Scalar::Failed(error);
    }
    match &cell.data {
        DataRef::Int(i) => Scalar::Int(*i),
        DataRef::Float(f) => Scalar::Float(*f),
        DataRef::String(text) => table::written(text.trim(), style),
        DataRef::SharedString(text) => table::written(text.trim(), style),
        DataRef::Bool(truth) => Scalar::Bool(*truth),
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) | DataRef::DurationIso(_) => {
            let other = Scalar::Other("a time or date");
            day(&cell.data).map_or(other, |(day, time)| Scalar::Day(day, time))
        }
        DataRef::Error(_) => Scalar::Failed("an error"),
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
