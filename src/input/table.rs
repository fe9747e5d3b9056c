//! Tables (CSV) into a [`Sink`](super::rows::Sink).

use super::figures::{self, Decided, Style};
use super::rows::{ID, IGNORE, LAT, LON, Place, Sink, slot_of};
use super::scalar::Scalar;
use super::spelling::{self, Named};
use crate::base::words::shorten;
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

/// Whether these may be the names of columns: of the id and of both coordinates.
pub(super) fn fits<'c>(columns: impl Iterator<Item = &'c str>, names: &Named) -> bool {
    let known: Vec<&str> = columns.filter_map(|c| known(c.trim(), names)).collect();
    ["id", "lon", "lat"].iter().all(|n| known.contains(n))
}

/// The property that a column stands for, by the scenario or by its name.
fn known<'n>(column: &str, names: &'n Named) -> Option<&'n str> {
    spelling::named(names, column).or_else(|| spelling::alias(column))
}

/// The cells of the row below the header: examples of what the columns hold.
fn record_after(text: &str, delimiter: u8, above: usize) -> Vec<String> {
    let mut rows = reader(text, delimiter).into_records().map_while(Result::ok);
    let row = rows.nth(above + 1).unwrap_or_default();
    row.iter().map(|c| c.trim().to_owned()).collect()
}

/// That the header is not the first row.
pub(super) fn below_title(above: usize) -> Problem {
    let what = format!(
        "the header is row {}: what stands above it is no data",
        above + 1
    );
    let help = "nothing, if that is so; else put the names of the columns into the first row";
    Problem::warning(codes::HEADER_FOUND, what).help(help)
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
            list(&commas),
            if commas.len() == 1 { "has" } else { "have" }
        );
        let problem = Problem::warning(codes::DECIMAL_FOUND, what);
        sink.base().problems.add(
            problem.help("nothing, if that is so; else write all numbers of a column in one way"),
        );
    }
    styles
}

/// Names in a sentence.
fn list(names: &[String]) -> String {
    match names {
        [.., _] if names.len() > 8 => {
            format!("{} and {} more", names[..8].join(", "), names.len() - 8)
        }
        [head @ .., last] if !head.is_empty() => format!("{} and {last}", head.join(", ")),
        _ => names.concat(),
    }
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

/// The slots of the columns; says what was understood, which columns lack, which stand twice and which are in doubt.
pub(super) fn header<S: Sink>(names: &[&str], like: &[String], sink: &mut S) -> Vec<u16> {
    sink.base().table = true;
    let by_scenario = sink.base().named.clone();
    let mut slots: Vec<u16> = Vec::new();
    for name in names {
        let slot = match name.is_empty() {
            true => IGNORE,
            false => slot_of(name, sink),
        };
        if slot != IGNORE && slots.contains(&slot) {
            let problem = Problem::error(codes::DUPLICATE_COLUMN, "two columns have this name");
            sink.base()
                .problems
                .add(problem.field(*name).help("rename or remove one of them"));
        }
        slots.push(slot);
    }
    for (property, column) in &by_scenario {
        if !names.contains(&column.as_str()) {
            let what = format!(
                "there is no column {column:?}, which the scenario names for `{property}`; {}",
                all_of(names, like)
            );
            let problem = Problem::error(codes::MISSING_COLUMN, what).field(property);
            sink.base()
                .problems
                .add(problem.help("mend the name in [columns.customers] or [columns.reps]"));
        }
    }
    let doubtful = by_alias(names, like, &mut slots, sink);
    for (slot, name) in [(ID, "id"), (LON, "lon"), (LAT, "lat")] {
        if slots.contains(&slot) {
            continue;
        }
        sink.base().lacks[usize::from(slot)] = true;
        if doubtful.contains(&slot) || by_scenario.contains_key(name) {
            continue;
        }
        let what = format!("there is no column `{name}`; {}", all_of(names, like));
        let help = match slot {
            ID => {
                "name the column of the unique id `id`, or name it in the scenario: [columns.customers] id = \"...\""
            }
            _ => {
                "name the columns of longitude and latitude `lon` and `lat`, or name them in the scenario: [columns.customers] lon = \"...\""
            }
        };
        let problem = Problem::error(codes::MISSING_COLUMN, what).field(name);
        sink.base().problems.add(problem.help(help));
    }
    let ever = slots.iter().filter(|s| **s != IGNORE);
    ever.for_each(|slot| {
        sink.base().twice(*slot);
    });
    sink.discard();
    slots
}

/// Gives columns with another name for a property its slot, where no column has the name itself, and tells so; the needed slots that several columns
/// may be meant for.
fn by_alias<S: Sink>(names: &[&str], like: &[String], slots: &mut [u16], sink: &mut S) -> Vec<u16> {
    let mut found: Vec<(u16, &str, Vec<usize>)> = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let Some(property) = spelling::alias(name).filter(|p| slots[at] == IGNORE && p != name)
        else {
            continue;
        };
        let by_scenario = sink.base().named.contains_key(property);
        let slot = sink.slot(property);
        if slot == IGNORE {
            // It is no name of the file's.
            sink.base().others.retain(|o| o != property);
        } else if !slots.contains(&slot) && !by_scenario {
            match found.iter_mut().find(|f| f.0 == slot) {
                Some((_, _, columns)) => columns.push(at),
                None => found.push((slot, property, vec![at])),
            }
        }
    }
    let (mut doubtful, mut understood) = (Vec::new(), Vec::new());
    for (slot, property, columns) in found {
        if let [at] = columns[..] {
            slots[at] = slot;
            sink.base().others.retain(|o| o != names[at]);
            understood.push(format!("`{}` as `{property}`", names[at]));
            continue;
        }
        let may: Vec<String> = columns
            .iter()
            .map(|at| format!("`{}`", names[*at]))
            .collect();
        let what = format!(
            "{} may all be `{property}`; {}",
            list(&may),
            all_of(names, like)
        );
        let help = format!(
            "say which: [columns.customers] {property} = {:?}",
            names[columns[0]]
        );
        let needed = [ID, LON, LAT].contains(&slot);
        let problem = match needed {
            true => Problem::error(codes::AMBIGUOUS_COLUMN, what),
            false => Problem::warning(
                codes::AMBIGUOUS_COLUMN,
                format!("{what}; none of them is read"),
            ),
        };
        sink.base().problems.add(problem.field(property).help(help));
        if needed {
            doubtful.push(slot);
        }
    }
    if !understood.is_empty() {
        let what = format!("columns are read by other names: {}", list(&understood));
        let help = "if one of them is something else, name the right column in the scenario: [columns.customers] id = \"...\"";
        let problem = Problem::warning(codes::COLUMNS_FOUND, what);
        sink.base().problems.add(problem.help(help));
    }
    doubtful
}

/// All columns, each with a cell as an example.
fn all_of(names: &[&str], like: &[String]) -> String {
    let mut out = String::from("the columns are: ");
    let named = names
        .iter()
        .enumerate()
        .filter(|(_, name)| !name.is_empty());
    for (n, (at, name)) in named.take(MOST_NAMED).enumerate() {
        out += if n > 0 { ", " } else { "" };
        out += name;
        if let Some(example) = like.get(at).filter(|e| !e.is_empty()) {
            out += &format!(" ({})", shorten(example));
        }
    }
    if names.len() > MOST_NAMED {
        out += &format!(" and {} more", names.len() - MOST_NAMED);
    }
    out
}

/// Columns that a message names.
const MOST_NAMED: usize = 40;

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
