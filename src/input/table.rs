//! Tables (CSV, Excel) into a [`Sink`](super::rows::Sink).

use super::rows::{ID, IGNORE, LAT, LON, Place, Sink};
use super::scalar::Scalar;
use super::workbook;
use crate::error::{Problem, codes};
use calamine::{Data, DataRef};

/// Reads a CSV text: comma, semicolon or tab, whichever the header has most of.
pub(crate) fn read_csv<S: Sink>(text: &str, sink: &mut S) {
    let delimiter = delimiter(text);
    sink.base().grouped = delimiter != b',';
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut slots = Vec::new();
    let mut first = true;
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return,
            Ok(true) if first => {
                slots = header(record.iter().map(str::trim), sink);
                first = false;
            }
            Ok(true) => row(
                &slots,
                record.len(),
                record.iter().map(cell),
                delimiter,
                sink,
            ),
            Err(error) => {
                let base = sink.base();
                base.incomplete = true;
                base.problems
                    .add(Problem::error(codes::WRONG_FORMAT, error.to_string()));
                return;
            }
        }
    }
}

fn cell(text: &str) -> Scalar<'_> {
    Scalar::Cell(text.trim())
}

/// The character that separates columns in the header.
pub(crate) fn delimiter(text: &str) -> u8 {
    let header = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in header.bytes() {
        quoted ^= byte == b'"';
        for (delimiter, count) in counts.iter_mut().filter(|(d, _)| *d == byte && !quoted) {
            debug_assert_eq!(*delimiter, byte);
            *count += 1;
        }
    }
    // Of equal counts the earlier one wins.
    counts
        .iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(b',', |(d, _)| *d)
}

/// Reads the first sheet of an Excel workbook.
pub(crate) fn read_excel<S: Sink>(bytes: &[u8], sink: &mut S) {
    // Numbers that Excel has as texts.
    sink.base().grouped = true;
    let mut slots = None;
    let mut last = 0;
    let read = workbook::read(bytes, |line| {
        let Some(slots) = &slots else {
            let names: Vec<String> = line.cells.iter().map(name_of).collect();
            slots = Some(header(names.iter().map(String::as_str), sink));
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
        let cells = line.cells.iter().map(excel_cell);
        row(slots, line.cells.len(), cells, b'\t', sink);
        true
    });
    if let Err(problem) = read {
        sink.base().incomplete = true;
        sink.base().problems.add(*problem);
    } else if slots.is_none() {
        header(std::iter::empty(), sink);
    }
}

/// The problem of a row whose only values stand right of the table.
pub(crate) fn right_of_all(cell: &str) -> Problem {
    let what = format!("the row has nothing but cell {cell}, right of the last column with a name");
    Problem::error(codes::ROW_LENGTH, what).help("clear the cell, or name its column")
}

/// The problem of a row that has more or fewer cells than the header.
pub(crate) fn row_length(cells: usize, header: usize, delimiter: u8) -> Problem {
    let what = format!("the row has {cells} cells, the header has {header}");
    let help = match delimiter {
        b',' => "put texts and numbers with a comma in quotes, or use semicolons",
        _ => "put texts that hold the separator in quotes",
    };
    Problem::error(codes::ROW_LENGTH, what).help(help)
}

/// The name of a column in the first row of a sheet.
pub(crate) fn name_of(cell: &workbook::Cell<'_>) -> String {
    let data = Data::from(cell.data.clone());
    data.to_string().trim().to_owned()
}

fn excel_cell<'c>(cell: &'c workbook::Cell<'_>) -> Scalar<'c> {
    if let Some(place) = &cell.formula {
        return Scalar::Formula(place);
    }
    match &cell.data {
        DataRef::Int(i) => Scalar::Int(*i),
        DataRef::Float(f) => Scalar::Float(*f),
        DataRef::String(text) => self::cell(text),
        DataRef::SharedString(text) => self::cell(text),
        DataRef::Bool(truth) => Scalar::Bool(*truth),
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) | DataRef::DurationIso(_) => {
            Scalar::Other("a date")
        }
        DataRef::Error(_) => Scalar::Other("an Excel error"),
        DataRef::Empty => Scalar::Cell(""),
    }
}

/// The slots of the columns; says which columns lack and which stand twice.
fn header<'n, S: Sink>(names: impl Iterator<Item = &'n str> + Clone, sink: &mut S) -> Vec<u16> {
    sink.base().table = true;
    let mut slots: Vec<u16> = Vec::new();
    for name in names.clone() {
        let slot = if name.is_empty() {
            IGNORE
        } else {
            sink.slot(name)
        };
        if slot != IGNORE && slots.contains(&slot) {
            let problem = Problem::error(codes::DUPLICATE_COLUMN, "two columns have this name");
            sink.base()
                .problems
                .add(problem.field(name).help("rename or remove one of them"));
        }
        slots.push(slot);
    }
    for (slot, name) in [(ID, "id"), (LON, "lon"), (LAT, "lat")] {
        if slots.contains(&slot) {
            continue;
        }
        let named = names.clone().filter(|name| !name.is_empty());
        let seen: Vec<&str> = named.take(12).collect();
        let what = format!(
            "there is no column `{name}`; the columns are: {}",
            seen.join(", ")
        );
        let help = match slot {
            ID => "name the column of the unique id `id`",
            _ => "name the columns of longitude and latitude `lon` and `lat`",
        };
        let base = sink.base();
        base.lacks[usize::from(slot)] = true;
        base.problems.add(
            Problem::error(codes::MISSING_COLUMN, what)
                .field(name)
                .help(help),
        );
    }
    let ever = slots.iter().filter(|s| **s != IGNORE);
    ever.for_each(|slot| {
        sink.base().twice(*slot);
    });
    sink.discard();
    slots
}

fn row<'c, S: Sink>(
    slots: &[u16],
    len: usize,
    cells: impl Iterator<Item = Scalar<'c>> + Clone,
    delimiter: u8,
    sink: &mut S,
) {
    if cells.clone().all(|cell| cell == Scalar::Cell("")) {
        sink.base().skip_row();
        return;
    }
    for (&slot, cell) in slots.iter().zip(cells) {
        if slot != IGNORE {
            sink.set(slot, cell);
        }
    }
    if len != slots.len() {
        // The cells may stand in the wrong columns: nothing else is said about them.
        sink.base()
            .give_up_row(row_length(len, slots.len(), delimiter));
    }
    sink.finish(Place::Columns);
}

#[cfg(test)]
mod tests {
    use super::delimiter;

    #[test]
    fn delimiters() {
        assert_eq!(delimiter("id,lon,lat"), b',');
        assert_eq!(delimiter("\nid;lon;lat\n1,2,3,4,5"), b';');
        assert_eq!(delimiter("id\tlon\tlat"), b'\t');
        assert_eq!(delimiter("\"a;b;c\",x"), b',');
        assert_eq!(delimiter("id"), b',');
    }
}
