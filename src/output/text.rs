//! Numbers and ids as the files have them.

use crate::ids::Ids;
use rayon::prelude::*;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Rows that one thread formats at a time.
const CHUNK: usize = 8192;

/// Formats rows in parallel and writes them in order, a few dozen chunks at a time.
pub(super) fn rows(
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
pub(super) fn json_text(out: &mut String, text: &str) {
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
pub(super) fn json_id(out: &mut String, ids: &Ids, i: usize) {
    if ids.numeric() {
        out.push_str(ids.get(i));
    } else {
        json_text(out, ids.get(i));
    }
}

/// A number as JSON, rounded to 1/1000; `null` for NaN.
pub(super) fn json_rounded(out: &mut String, x: f64) {
    if x.is_finite() {
        rounded(out, x);
    } else {
        out.push_str("null");
    }
}

/// A number rounded to 1/1000; nothing for NaN.
pub(super) fn rounded(out: &mut String, x: f64) {
    if x.is_finite() {
        let _ = write!(out, "{}", thousandths(x));
    }
}

/// `x` rounded to 1/1000.
pub(super) fn thousandths(x: f64) -> f64 {
    (x * 1000.0).round() / 1000.0
}

/// A number in full.
pub(super) fn number(out: &mut String, x: f64) {
    let _ = write!(out, "{x}");
}

/// A cell of a CSV table (RFC 4180).
pub(super) fn cell(out: &mut String, text: &str) {
    if text.contains(['"', ',', '\n', '\r']) {
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
            cell(&mut line, text);
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
    fn numbers_are_rounded_to_thousandths() {
        let mut out = String::new();
        json_rounded(&mut out, 12.345_678);
        out.push(' ');
        json_rounded(&mut out, f64::NAN);
        assert_eq!(out, "12.346 null");
    }
}
