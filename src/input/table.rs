//! Tables (CSV) into a [`Sink`](super::rows::Sink).

use super::figures::{self, Decided, Style};
use super::header::{below_title, fits, header, listed};
use super::rows::{ID, IGNORE, LAT, LON, Place, Sink};
use super::scalar::Scalar;
use super::spelling::Named;
use crate::error::{Problem, codes};
use crate::scenario::Decimal;

/// Rows among which the header is looked for: above it may stand a title.
const TITLE: usize = 20;

/// Reads a CSV text: comma, semicolon or tab, whichever fits the header; `sep=;` in the first line decides.
pub(crate) fn read_csv<S: Sink>(text: &str, sink: &mut S) {
    let (said, text) = said_separator(text);
    let (delimiter, above) = header_row(text, said, &sink.base().named);
    sink.base().grouped = delimiter != b',' && sink.base().decimal.is_none();
    let mut reader = reader(text, delimiter);
    let mut record = csv::StringRecord::new();
    let mut slots = Vec::new();
    let mut columns = Vec::new();
    let mut at = 0;
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return,
            Ok(true) if at < above => {}
            Ok(true) if at == above => {
                let names: Vec<&str> = record.iter().map(str::trim).collect();
                let like = record_after(text, delimiter, above);
                slots = header(&names, &like, sink);
                columns = styles(text, delimiter, (above, &slots, &names), sink);
                if above > 0 {
                    sink.base().problems.add(below_title(above));
                }
            }
            Ok(true) => {
                let cells = record
                    .iter()
                    .zip(columns.iter().chain(std::iter::repeat(&Style::Plain)));
                let cells = cells.map(|(text, style)| written(text.trim(), *style));
                row(&slots, record.len(), cells, delimiter, sink);
            }
            Err(error) => {
                let base = sink.base();
                base.incomplete = true;
                base.problems
                    .add(Problem::error(codes::WRONG_FORMAT, error.to_string()));
                return;
            }
        }
        at += 1;
    }
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

/// The separator that the first line names, as Excel does (`sep=;`), and what follows.
fn said_separator(text: &str) -> (Option<u8>, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let said = first.trim().strip_prefix("sep=").map(str::as_bytes);
    match said {
        Some(&[separator @ (b',' | b';' | b'\t' | b'|')]) => (Some(separator), rest),
        // The tab at the end of the line was trimmed.
        Some(&[]) => (Some(b'\t'), rest),
        _ => (None, text),
    }
}

/// The separator, and how many rows stand above the header: the first row that has a column for the id and for both coordinates, with whichever
/// separator; else the first one.
fn header_row(text: &str, said: Option<u8>, names: &Named) -> (u8, usize) {
    let usual = delimiter(text);
    let others = [b';', b',', b'\t'].into_iter().filter(|d| *d != usual);
    let tried: Vec<u8> = match said {
        Some(separator) => vec![separator],
        None => std::iter::once(usual).chain(others).collect(),
    };
    for delimiter in &tried {
        let rows = reader(text, *delimiter)
            .into_records()
            .map_while(Result::ok);
        let is_header = |record: csv::StringRecord| fits(record.iter(), names);
        if let Some(above) = rows.take(TITLE).position(is_header) {
            return (*delimiter, above);
        }
    }
    (said.unwrap_or(usual), 0)
}

/// The cells of the row below the header: examples of what the columns hold.
fn record_after(text: &str, delimiter: u8, above: usize) -> Vec<String> {
    let mut rows = reader(text, delimiter).into_records().map_while(Result::ok);
    let row = rows.nth(above + 1).unwrap_or_default();
    row.iter().map(|c| c.trim().to_owned()).collect()
}

/// How the numbers of each column are written, by all of its cells.
fn styles<S: Sink>(
    text: &str,
    delimiter: u8,
    (above, slots, names): (usize, &[u16], &[&str]),
    sink: &mut S,
) -> Vec<Style> {
    // Where the comma parts the cells, a number with a comma stands in quotes; others have an apostrophe or a hard space between thousands.
    let marks = |piece: &[u8]| {
        let mark = |b: &u8| matches!(b, b'"' | b'\'' | 0xC2 | 0xE2);
        piece.iter().fold(false, |any, b| any | mark(b))
    };
    if delimiter == b',' && !text.as_bytes().chunks(4096).any(marks) {
        return Vec::new();
    }
    let coordinate = |slot: &u16| figures::Column::new([LON, LAT].contains(slot));
    let mut columns: Vec<figures::Column> = slots.iter().map(coordinate).collect();
    let mut reader = reader(text, delimiter);
    let mut record = csv::StringRecord::new();
    let mut at = 0;
    while let Ok(true) = reader.read_record(&mut record) {
        at += 1;
        if at <= above + 1 || record.len() != slots.len() {
            continue;
        }
        let cells = record.iter().zip(&mut columns).zip(slots);
        cells
            .filter(|(_, slot)| **slot != IGNORE && **slot != ID)
            .for_each(|((cell, column), _)| column.see(at - above - 1, cell.trim()));
    }
    let decided = figures::decide(&columns, delimiter, sink.base().decimal);
    told(decided, names, sink)
}

/// Tells what was decided of the columns: the style of each.
fn told<S: Sink>(decided: Vec<Decided>, names: &[&str], sink: &mut S) -> Vec<Style> {
    let (mut commas, mut example) = (Vec::new(), String::new());
    let mut styles = Vec::new();
    for (decided, name) in decided.into_iter().zip(names) {
        let problems = &mut sink.base().problems;
        styles.push(match decided {
            Decided::Style(style) => style,
            Decided::Comma(text) => {
                commas.push(format!("`{name}`"));
                example = text;
                Style::Written(Decimal::Comma)
            }
            Decided::Followed(decimal, text) => {
                let plain = figures::number(&text, decimal).unwrap_or_default();
                let what = format!(
                    "{text} is read as {plain}, as the numbers of the other columns are written"
                );
                let problem = Problem::warning(codes::DECIMAL_FOUND, what).field(*name);
                problems
                    .add(problem.help("if that is wrong, set [tables] decimal = \".\" or \",\""));
                Style::Written(decimal)
            }
            Decided::Asked(row, text) => {
                let [point, comma] = [Decimal::Point, Decimal::Comma]
                    .map(|d| figures::number(&text, d).unwrap_or_default());
                let what =
                    format!("{text} may be {point} or {comma}, and no number of the table tells");
                let problem = Problem::error(codes::DECIMAL_UNKNOWN, what)
                    .field(*name)
                    .at(row);
                problems.add(
                    problem
                        .help("set [tables] decimal = \".\" for the first, \",\" for the second"),
                );
                // Nothing more is said of its cells.
                Style::Written(Decimal::Comma)
            }
        });
    }
    if !commas.is_empty() {
        let plain = figures::number(&example, Decimal::Comma).unwrap_or_default();
        let what = format!(
            "{} {} a decimal comma: {example} is read as {plain}",
            listed(&commas),
            if commas.len() == 1 { "has" } else { "have" }
        );
        let problem = Problem::warning(codes::DECIMAL_FOUND, what);
        sink.base().problems.add(
            problem.help("nothing, if that is so; else write all numbers of a column in one way"),
        );
    }
    styles
}

/// A cell of a column with this style.
fn written(text: &str, style: Style) -> Scalar<'_> {
    match style {
        Style::Written(decimal) if !text.is_empty() => Scalar::Written(text, decimal),
        _ => Scalar::Cell(text),
    }
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

/// The problem of a row that has more or fewer cells than the header.
pub(crate) fn row_length(cells: usize, header: usize, delimiter: u8) -> Problem {
    let what = format!("the row has {cells} cells, the header has {header}");
    let help = match delimiter {
        b',' => "put texts and numbers with a comma in quotes, or use semicolons",
        _ => "put texts that hold the separator in quotes",
    };
    Problem::error(codes::ROW_LENGTH, what).help(help)
}

/// Hands the cells of a row to a sink.
pub(super) fn row<'c, S: Sink>(
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
