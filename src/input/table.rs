//! Tables (CSV) into [`Lines`].

use super::figures::{self, Decided, Style};
use super::header::{below_title, listed};
use super::lines::{Kind, Lines};
use super::quotes::Quotes;
use super::scalar::Scalar;
use crate::error::{Problem, codes};
use crate::scenario::Decimal;
use std::io::Read;

/// Rows among which the header is looked for: above it may stand a title.
const TITLE: usize = 20;

/// Reads a CSV text: comma, semicolon or tab, whichever fits the header; `sep=;` in the first line decides.
pub(crate) fn read(text: &str, decimal: Option<Decimal>, lines: &mut impl Lines) {
    let (said, text) = said_separator(text);
    let (delimiter, above) = header_row(text, said, lines);
    if delimiter != b',' && decimal.is_none() {
        lines.grouped();
    }
    let like = record_after(text, delimiter, above);
    rows(
        csv_of(text.as_bytes(), delimiter),
        (delimiter, above),
        lines,
        |names, lines| {
            let kinds = lines.header(names, &like)?;
            Some(styles(
                text,
                (delimiter, above),
                decimal,
                (&kinds, names),
                lines,
            ))
        },
    );
}

/// What says that the numbers of a table parted by commas may be written in more than one way: quotes around a comma, or a sign between thousands.
const MARKS: [char; 5] = ['"', '\'', '\u{a0}', '\u{202f}', '\u{2019}'];

/// Whether a table that begins so is plain: the comma parts the cells, and no number has another sign in it. Then its rows need no look at whole columns, and may be
/// read from a stream with [`read_plain`].
pub(crate) fn is_plain(head: &str, lines: &impl Lines) -> bool {
    let (said, text) = said_separator(head);
    said.is_none() && !head.contains(MARKS) && header_row(text, None, lines) == (b',', 0)
}

/// Reads a plain table from a stream.
pub(crate) fn read_plain(source: impl Read, lines: &mut impl Lines) {
    rows(csv_of(source, b','), (b',', 0), lines, |names, lines| {
        lines.header(names, &[]).map(|_| Vec::new())
    });
}

/// Hands the rows to `lines`; `begin` has the names of the columns, and tells how their numbers are written.
fn rows<R: Read, L: Lines>(
    mut reader: csv::Reader<Quotes<R>>,
    (delimiter, above): (u8, usize),
    lines: &mut L,
    begin: impl FnOnce(&[&str], &mut L) -> Option<Vec<Style>>,
) {
    let mut record = csv::StringRecord::new();
    for at in 0..=above {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => record.clear(),
            Err(error) => return lines.broken(broken(&error)),
        }
        if at == above && above > 0 {
            lines.problem(below_title(above));
        }
    }
    let names: Vec<&str> = record.iter().map(str::trim).collect();
    let width = names.len();
    let Some(columns) = begin(&names, lines) else {
        return;
    };
    body(reader, (delimiter, width), columns, lines, |_, _| None);
}

/// Hands the rows below the header to `lines`, as many as it returns; `look` may change the styles of the columns for a row, and say what is odd about it.
fn body<R: Read>(
    mut reader: csv::Reader<Quotes<R>>,
    (delimiter, width): (u8, usize),
    mut columns: Vec<Style>,
    lines: &mut impl Lines,
    look: impl Fn(&csv::StringRecord, &mut Vec<Style>) -> Option<Problem>,
) -> usize {
    let mut record = csv::StringRecord::new();
    let mut number = 0;
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => number += 1,
            Err(error) => {
                lines.broken(broken(&error));
                return number;
            }
        }
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let odd = match record.len() == width {
            true => look(&record, &mut columns),
            false => Some(row_length(record.len(), width, delimiter)),
        };
        let styles = columns.iter().chain(std::iter::repeat(&Style::Plain));
        let cells = record.iter().zip(styles);
        let cells = cells.map(|(text, style)| written(text.trim(), *style));
        lines.row(number, cells, odd);
    }
    if let Some(problem) = reader.get_ref().problem() {
        lines.broken(problem);
    }
    number
}

/// The header of a table that comes in pieces.
pub(crate) struct Head {
    /// What parts the cells.
    pub delimiter: u8,
    names: Vec<String>,
}

/// Where the header of a table is, by its first bytes.
pub(crate) enum Begins {
    /// That cannot be told yet.
    Unknown,
    /// Not in the first row.
    Elsewhere,
    /// Here; the rows begin behind so many bytes.
    Here(Head, usize),
}

/// Looks for the header in the first row of a table.
pub(crate) fn head(text: &str, fits: impl Fn(&[&str]) -> bool) -> Begins {
    let (said, rest) = said_separator(text);
    let rest = rest.trim_start_matches(['\n', '\r']);
    for delimiter in separators(rest, said) {
        let Some(end) = Quotes::new((), delimiter).first_end(rest.as_bytes()) else {
            return Begins::Unknown;
        };
        let line = rest.get(..=end).unwrap_or_default();
        let record = csv_of(line.as_bytes(), delimiter).into_records().next();
        let record = record.and_then(Result::ok).unwrap_or_default();
        let names: Vec<&str> = record.iter().map(str::trim).collect();
        if fits(&names) {
            let head = Head {
                delimiter,
                names: names.into_iter().map(str::to_owned).collect(),
            };
            return Begins::Here(head, text.len() - rest.len() + end + 1);
        }
    }
    Begins::Elsewhere
}

/// Reads rows of a table below its header; how many there are. Each row tells by itself how its numbers are written.
pub(crate) fn piece(
    text: &str,
    head: &Head,
    decimal: Option<Decimal>,
    lines: &mut impl Lines,
) -> usize {
    let names: Vec<&str> = head.names.iter().map(String::as_str).collect();
    let Some(kinds) = lines.header(&names, &[]) else {
        return 0;
    };
    let look = |record: &csv::StringRecord, styles: &mut Vec<Style>| {
        styles.clear();
        let mut odd = None;
        for ((cell, kind), name) in record.iter().zip(&kinds).zip(&names) {
            let style = match kind {
                Kind::Text => Ok(Style::Plain),
                kind => alone(cell.trim(), *kind, head.delimiter, decimal),
            };
            styles.push(style.unwrap_or_else(|problem| {
                odd.get_or_insert((*problem).field(*name));
                Style::Plain
            }));
        }
        odd
    };
    let reader = csv_of(text.as_bytes(), head.delimiter);
    body(
        reader,
        (head.delimiter, names.len()),
        Vec::new(),
        lines,
        look,
    )
}

/// How a number is written, by itself.
fn alone(
    text: &str,
    kind: Kind,
    delimiter: u8,
    decimal: Option<Decimal>,
) -> Result<Style, Box<Problem>> {
    let plain = |b: u8| b.is_ascii_digit() || b == b'-' || b == b'.' && delimiter == b',';
    if text.bytes().all(plain) {
        return Ok(Style::Plain);
    }
    let mut column = figures::Column::new(kind == Kind::Coordinate);
    column.see(1, text);
    if column.is_doubtful() && delimiter != b',' && decimal.is_none() {
        return Err(asked(text).into());
    }
    match figures::decide(&[column], delimiter, decimal).pop() {
        Some(Decided::Style(style)) => Ok(style),
        Some(Decided::Comma(_)) => Ok(Style::Written(Decimal::Comma)),
        Some(Decided::Followed(decimal, _)) => Ok(Style::Written(decimal)),
        Some(Decided::Asked(..)) => Err(asked(text).into()),
        None => Ok(Style::Plain),
    }
}

/// That a number may be read in two ways.
fn asked(text: &str) -> Problem {
    let [point, comma] =
        [Decimal::Point, Decimal::Comma].map(|d| figures::number(text, d).unwrap_or_default());
    let what = format!("{text} may be {point} or {comma}, and no number of the table tells");
    let help = "set [tables] decimal = \".\" for the first, \",\" for the second";
    Problem::error(codes::DECIMAL_UNKNOWN, what).help(help)
}

fn broken(error: &csv::Error) -> Problem {
    match error.kind() {
        csv::ErrorKind::Utf8 { pos, .. } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            let problem = Problem::error(codes::NOT_UTF8, format!("line {line} is not UTF-8"));
            problem.help("save the file as UTF-8")
        }
        csv::ErrorKind::Io(_) => Problem::error(codes::UNREADABLE_FILE, error.to_string()),
        _ => Problem::error(codes::WRONG_FORMAT, error.to_string()),
    }
}

fn csv_of<R: Read>(source: R, delimiter: u8) -> csv::Reader<Quotes<R>> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(Quotes::new(source, delimiter))
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

/// The separator, and how many rows stand above the header: the first row that `fits`, with whichever separator; else the first one.
fn header_row(text: &str, said: Option<u8>, lines: &impl Lines) -> (u8, usize) {
    for delimiter in &separators(text, said) {
        let rows = csv_of(text.as_bytes(), *delimiter)
            .into_records()
            .map_while(Result::ok);
        let is_header = |record: csv::StringRecord| {
            let names: Vec<&str> = record.iter().map(str::trim).collect();
            lines.fits(&names)
        };
        if let Some(above) = rows.take(TITLE).position(is_header) {
            return (*delimiter, above);
        }
    }
    (said.unwrap_or_else(|| delimiter(text)), 0)
}

/// The separators that may part the cells, the likeliest first.
fn separators(text: &str, said: Option<u8>) -> Vec<u8> {
    if let Some(separator) = said {
        return vec![separator];
    }
    let usual = delimiter(text);
    let others = [b';', b',', b'\t'].into_iter().filter(|d| *d != usual);
    std::iter::once(usual).chain(others).collect()
}

/// The cells of the row below the header: examples of what the columns hold.
fn record_after(text: &str, delimiter: u8, above: usize) -> Vec<String> {
    let records = csv_of(text.as_bytes(), delimiter).into_records();
    let row = records.map_while(Result::ok).nth(above + 1);
    let row = row.unwrap_or_default();
    row.iter().map(|c| c.trim().to_owned()).collect()
}

/// How the numbers of each column are written, by all of its cells.
fn styles(
    text: &str,
    (delimiter, above): (u8, usize),
    decimal: Option<Decimal>,
    (kinds, names): (&[Kind], &[&str]),
    lines: &mut impl Lines,
) -> Vec<Style> {
    // Where the comma parts the cells, a number with a comma stands in quotes; others have an apostrophe or a hard space between thousands.
    if delimiter == b',' && decimal != Some(Decimal::Comma) && !has_marks(text) {
        return Vec::new();
    }
    let mut columns: Vec<Option<figures::Column>> = kinds.iter().map(|k| k.column()).collect();
    let mut reader = csv_of(text.as_bytes(), delimiter);
    let mut record = csv::StringRecord::new();
    let mut at = 0;
    while let Ok(true) = reader.read_record(&mut record) {
        at += 1;
        if at <= above + 1 || record.len() != kinds.len() {
            continue;
        }
        for (cell, column) in record.iter().zip(&mut columns) {
            if let Some(column) = column {
                column.see(at - above - 1, cell.trim());
            }
        }
    }
    let columns: Vec<figures::Column> = (columns.into_iter())
        .map(Option::unwrap_or_default)
        .collect();
    let decided = figures::decide(&columns, delimiter, decimal);
    told(decided, names, lines)
}

/// Tells what was decided of the columns: the style of each.
pub(super) fn told(decided: Vec<Decided>, names: &[&str], lines: &mut impl Lines) -> Vec<Style> {
    let (mut commas, mut example) = (Vec::new(), String::new());
    let mut styles = Vec::new();
    for (decided, name) in decided.into_iter().zip(names) {
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
                lines.problem(
                    problem.help("if that is wrong, set [tables] decimal = \".\" or \",\""),
                );
                Style::Written(decimal)
            }
            Decided::Asked(row, text) => {
                lines.problem(asked(&text).field(*name).at(row));
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
        lines.problem(
            problem.help("nothing, if that is so; else write all numbers of a column in one way"),
        );
    }
    styles
}

/// A cell of a column with this style.
pub(super) fn written(text: &str, style: Style) -> Scalar<'_> {
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

/// Whether a text has quotes, apostrophes, or the first byte of a hard space.
fn has_marks(text: &str) -> bool {
    let marks = |piece: &[u8]| {
        let mark = |b: &u8| matches!(b, b'"' | b'\'' | 0xC2 | 0xE2);
        piece.iter().fold(false, |any, b| any | mark(b))
    };
    text.as_bytes().chunks(4096).any(marks)
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
