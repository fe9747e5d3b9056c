//! Numbers and ids as the files have them.

use crate::base::cells::Cell;
use crate::base::ids::Ids;
use crate::input::csv_safe;
use crate::scenario::OutputRules;
use rayon::prelude::*;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Rows that one thread formats at a time.
const CHUNK: usize = 8192;

/// Formats rows in parallel and writes them in order, a few dozen chunks at a time.
pub(crate) fn rows(
    out: &mut impl Write,
    n: usize,
    row: impl Fn(usize, &mut String) + Sync,
) -> io::Result<()> {
    let chunks: Vec<usize> = (0..n).step_by(CHUNK).collect();
    for batch in chunks.chunks(32) {
        let parts: Vec<String> = batch
            .par_iter()
            .map(|start| {
                let mut text = String::with_capacity(CHUNK * 160);
                (*start..(start + CHUNK).min(n)).for_each(|i| row(i, &mut text));
                text
            })
            .collect();
        for part in parts {
            out.write_all(part.as_bytes())?;
        }
    }
    Ok(())
}

/// A text as JSON.
pub(crate) fn json_text(out: &mut String, text: &str) {
    let plain = |b: u8| (b' '..0x7f).contains(&b) && b != b'"' && b != b'\\';
    if text.bytes().all(plain) {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&serde_json::Value::from(text).to_string());
    }
}

/// An id as JSON: a number if all ids of its file were numbers.
pub(crate) fn json_id(out: &mut String, ids: &Ids, i: usize) {
    if ids.numeric() {
        out.push_str(ids.get(i));
    } else {
        json_text(out, ids.get(i));
    }
}

/// A number as JSON, rounded to 1/1000; `null` for NaN.
pub(crate) fn json_rounded(out: &mut String, x: f64) {
    if x.is_finite() {
        rounded(out, x);
    } else {
        out.push_str("null");
    }
}

/// A number rounded to 1/1000; nothing for NaN.
pub(crate) fn rounded(out: &mut String, x: f64) {
    if x.is_finite() {
        number(out, thousandths(x));
    }
}

/// `x` rounded to 1/1000.
pub(crate) fn thousandths(x: f64) -> f64 {
    (x * 1000.0).round() / 1000.0
}

/// Decimals up to which [`number`] has a short way: those of coordinates.
const DECIMALS: usize = 7;

/// A number in full: the shortest decimal that reads back as the same.
///
/// Nearly all numbers of a plan have few decimals. If `x` is the double nearest to `s / 10^7` and `s` has at most
/// 15 digits, then `s / 10^7` is that decimal (no two decimals of 15 digits share a double), and its digits are
/// those of an integer, which takes a fraction of the time.
pub(crate) fn number(out: &mut String, x: f64) {
    let scaled = (x.abs() * 1e7).round();
    // Not so for -0 and NaN.
    if scaled < 1e15 && scaled / 1e7 == x.abs() && (scaled > 0.0 || x.is_sign_positive()) {
        if x < 0.0 {
            out.push('-');
        }
        decimal(out, scaled as u64);
    } else {
        let _ = write!(out, "{x}");
    }
}

/// `s / 10^7` without zeros at the end.
fn decimal(out: &mut String, mut s: u64) {
    let mut digits = [b'0'; 20];
    let mut start = digits.len();
    while s > 0 || start > digits.len() - DECIMALS - 1 {
        start -= 1;
        digits[start] = b'0' + (s % 10) as u8;
        s /= 10;
    }
    let (whole, part) = digits[start..].split_at(digits.len() - DECIMALS - start);
    let kept = part.iter().rposition(|d| *d != b'0').map_or(0, |at| at + 1);
    out.extend(whole.iter().map(|d| char::from(*d)));
    if kept > 0 {
        out.push('.');
        out.extend(part[..kept].iter().map(|d| char::from(*d)));
    }
}

/// How the tables of a plan are written (`[output]`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dialect {
    /// An apostrophe before formulas.
    pub safe: bool,
    /// A decimal comma, and semicolons between cells: as spreadsheets of half of Europe open them.
    pub comma: bool,
}

/// Tells a spreadsheet that a text is UTF-8.
pub(crate) const BYTE_ORDER_MARK: &str = "\u{feff}";

impl Dialect {
    pub fn of(rules: &OutputRules) -> Dialect {
        Dialect {
            safe: rules.csv_safe,
            comma: rules.comma(),
        }
    }

    /// What stands between cells.
    pub fn separator(self) -> char {
        if self.comma { ';' } else { ',' }
    }

    /// What a file begins with.
    pub fn start(self) -> &'static str {
        if self.comma { BYTE_ORDER_MARK } else { "" }
    }

    /// The next cell begins.
    pub fn next(self, out: &mut String) {
        out.push(self.separator());
    }

    /// A text.
    pub fn text(self, out: &mut String, text: &str) {
        cell(out, text, self.safe);
    }

    /// A number as JSON writes it.
    pub fn digits(self, out: &mut String, number: &str) {
        match self.comma {
            true => out.push_str(&number.replace('.', ",")),
            false => out.push_str(number),
        }
    }

    /// A number in full.
    pub fn number(self, out: &mut String, x: f64) {
        let start = out.len();
        number(out, x);
        if self.comma {
            let digits = out.split_off(start);
            self.digits(out, &digits);
        }
    }

    /// A number rounded to 1/1000; nothing for NaN.
    pub fn rounded(self, out: &mut String, x: f64) {
        if x.is_finite() {
            self.number(out, thousandths(x));
        }
    }

    /// A value that is carried along.
    pub fn value(self, out: &mut String, value: Cell<'_>) {
        match value {
            Cell::Null => {}
            Cell::Bool(truth) => out.push_str(if truth { "true" } else { "false" }),
            Cell::Number(digits) => self.digits(out, digits),
            Cell::Text(text) => self.text(out, text),
        }
    }

    /// The line with the names of the columns.
    pub fn header<'n>(self, names: impl IntoIterator<Item = &'n str>) -> String {
        let mut line = String::from(self.start());
        for (n, name) in names.into_iter().enumerate() {
            if n > 0 {
                self.next(&mut line);
            }
            self.text(&mut line, name);
        }
        line.push('\n');
        line
    }

    /// Reads a table of a plan.
    pub fn reader(self, bytes: &[u8]) -> csv::Reader<&[u8]> {
        let bytes = bytes
            .strip_prefix(BYTE_ORDER_MARK.as_bytes())
            .unwrap_or(bytes);
        csv::ReaderBuilder::new()
            .delimiter(if self.comma { b';' } else { b',' })
            .from_reader(bytes)
    }

    /// The text that a cell has.
    pub fn as_given(self, cell: &str) -> &str {
        match self.safe {
            true => csv_safe::unsafe_again(cell),
            false => cell,
        }
    }

    /// The number that a cell has.
    #[cfg(feature = "excel")]
    pub fn parse(self, cell: &str) -> Option<f64> {
        match self.comma {
            true if cell.contains('.') => None,
            true => cell.replace(',', ".").parse().ok(),
            false => cell.parse().ok(),
        }
    }
}

/// A value that is carried along, as JSON.
pub(crate) fn json_value(out: &mut String, value: Cell<'_>) {
    match value {
        Cell::Null => out.push_str("null"),
        Cell::Bool(truth) => out.push_str(if truth { "true" } else { "false" }),
        Cell::Number(digits) => out.push_str(digits),
        Cell::Text(text) => json_text(out, text),
    }
}

/// A cell of a CSV table (RFC 4180), parted by commas or semicolons; with an apostrophe before formulas, if it is to be `safe`.
pub(crate) fn cell(out: &mut String, text: &str, safe: bool) {
    let text = &if safe {
        csv_safe::safe(text)
    } else {
        text.into()
    };
    if text.contains(['"', ',', ';', '\n', '\r']) {
        out.push('"');
        out.push_str(&text.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn awkward_texts_survive() {
        for text in ["plain", "a \"b\" \\ c", "Ümläut", "tab\tline\n", ""] {
            let mut json = String::new();
            json_text(&mut json, text);
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
            let mut line = String::new();
            cell(&mut line, text, false);
            line.push_str(",x\n");
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .from_reader(line.as_bytes());
            let record = reader.records().next().unwrap().unwrap();
            assert_eq!(&record[0], text);
        }
    }

    #[test]
    fn rows_come_in_order() {
        let mut out = Vec::new();
        rows(&mut out, 3 * CHUNK + 5, |i, text| {
            let _ = writeln!(text, "{i}");
        })
        .unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.lines().enumerate().all(|(i, l)| l == i.to_string()));
        assert_eq!(text.lines().count(), 3 * CHUNK + 5);
    }

    #[test]
    fn numbers_are_written_as_rust_writes_them() {
        let mut seed = 1u64;
        let mut random = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            seed >> 11
        };
        let edges = [
            0.0,
            -0.0,
            1.0,
            -1.0,
            0.1,
            1e-7,
            -1e-7,
            1.5e-7,
            1e7,
            99_999_999.999_999_9,
            1e8,
            1e15,
            1e22,
            0.1 + 0.2,
            180.0,
            -179.999_999_9,
            f64::MIN_POSITIVE,
            f64::MAX,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
        ];
        let decimals = (0..40_000).map(|i| {
            let (digits, scale) = (random() % 10u64.pow(1 + i % 16), 10f64.powi(i as i32 % 11));
            digits as f64 / scale
        });
        let mut all: Vec<f64> = decimals.collect();
        let neighbours = all.iter().map(|x| f64::from_bits(x.to_bits() + 1));
        all.extend(neighbours.collect::<Vec<f64>>());
        for x in edges.into_iter().chain(all) {
            let mut out = String::new();
            number(&mut out, x);
            assert_eq!(out, x.to_string());
        }
    }

    #[test]
    fn numbers_are_rounded_to_thousandths() {
        let mut out = String::new();
        json_rounded(&mut out, 12.345_678);
        out.push(' ');
        json_rounded(&mut out, f64::NAN);
        assert_eq!(out, "12.346 null");
    }
}
