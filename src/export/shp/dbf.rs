//! The table of a shapefile: dBASE III with UTF-8 (`.cpg` says so).
//!
//! A column has one width. Numbers stand in it with as many decimals as the longest of the column needs, so that each is the number that it was; those that
//! would take more than [`WIDEST`] letters are written with an exponent. A blank is a value that is not known.

use crate::base::words::shorten;
use crate::export::layer::{Field, Kind, Layer, Value};
use std::collections::{BTreeSet, HashMap};
use std::io;

/// Bytes of a name.
const NAME: usize = 10;
/// Bytes of a text.
const LONGEST: usize = 254;
/// Letters of a number.
const WIDEST: usize = 32;
/// Bytes of a row: its length stands in 16 bits.
const ROW: usize = 65_535;

/// Names that would be cut to something nobody knows.
const SHORT: [(&str, &str); 4] = [
    ("customer_id", "cust_id"),
    ("previous_rep_id", "prev_rep"),
    ("travel_km", "travel_km"),
    ("travel_minutes", "travel_min"),
];
/// What follows the name of a measure, and its short form.
const ENDS: [(&str, &str); 2] = [("_target", "_tgt"), ("_index", "_idx")];
/// Columns with ids, which are texts whatever they look like.
const IDS: [&str; 4] = ["rep", "rep_id", "customer_id", "previous_rep_id"];

/// How a column is written.
struct Column<'l, 'a> {
    field: &'l Field<'a>,
    name: String,
    kind: u8,
    width: usize,
    decimals: usize,
}

/// The table of a layer.
pub(super) fn table(layer: &Layer<'_>) -> io::Result<Vec<u8>> {
    let columns = columns(layer);
    let row: usize = 1 + columns.iter().map(|c| c.width).sum::<usize>();
    let header = 32 * (columns.len() + 1) + 1;
    if row > ROW || header > ROW || columns.len() > 255 {
        let what = format!(
            "{} columns of {row} bytes are more than the table of a shapefile holds; carry fewer, or export --to gpkg",
            columns.len()
        );
        return Err(io::Error::other(what));
    }
    told_apart(layer, &columns)?;
    let rows = u32::try_from(layer.rows).map_err(io::Error::other)?;
    let mut out = Vec::with_capacity(header + row * layer.rows + 1);
    // A day is asked for, and the bytes are to depend on the plan alone.
    out.extend([3, 80, 1, 1]);
    out.extend(rows.to_le_bytes());
    out.extend((header as u16).to_le_bytes());
    out.extend((row as u16).to_le_bytes());
    out.extend([0; 20]);
    for column in &columns {
        let mut name = column.name.clone().into_bytes();
        name.resize(NAME + 1, 0);
        out.extend(name);
        out.push(column.kind);
        out.extend([0; 4]);
        out.extend([column.width as u8, column.decimals as u8]);
        out.extend([0; 14]);
    }
    out.push(b'\r');
    for row in 0..layer.rows {
        out.push(b' ');
        for column in &columns {
            let text = column.text(column.field.value(row));
            let pad = column.width - text.len();
            let right = column.kind == b'N';
            out.extend(std::iter::repeat_n(b' ', if right { pad } else { 0 }));
            out.extend(text.as_bytes());
            out.extend(std::iter::repeat_n(b' ', if right { 0 } else { pad }));
        }
    }
    out.push(0x1a);
    Ok(out)
}

/// Refuses ids that differ, and not in what is left of them: nobody could tell who is meant.
fn told_apart(layer: &Layer<'_>, columns: &[Column<'_, '_>]) -> io::Result<()> {
    for column in columns
        .iter()
        .filter(|c| IDS.contains(&c.field.name.as_str()))
    {
        let mut whole: HashMap<&str, &str> = HashMap::new();
        for row in 0..layer.rows {
            let Value::Text(id) = column.field.value(row) else {
                continue;
            };
            let first = whole.entry(cut(id, LONGEST)).or_insert(id);
            if *first != id {
                let what = format!(
                    "two ids in {} of {} are alike in their first {LONGEST} bytes, which is all that a shapefile has for a text ({}); \
                     shorten them, or export --to gpkg",
                    column.field.name,
                    layer.name.text(),
                    shorten(id)
                );
                return Err(io::Error::other(what));
            }
        }
    }
    Ok(())
}

/// What the table does not hold as it is: names that are others, texts that are cut.
pub(super) fn notes(layer: &Layer<'_>) -> Vec<String> {
    let columns = columns(layer);
    let of = layer.name.text();
    let renamed: Vec<String> = (columns.iter())
        .filter(|c| c.name != c.field.name)
        .map(|c| format!("{} is {}", c.field.name, c.name))
        .collect();
    let mut notes = Vec::new();
    if !renamed.is_empty() {
        let names = renamed.join(", ");
        notes.push(format!(
            "{of}: a shapefile has ten letters for a name: {names}"
        ));
    }
    for column in &columns {
        let is_cut = |row: &usize| match column.field.value(*row) {
            Value::Text(text) => text.len() > LONGEST,
            _ => false,
        };
        let cut = (0..layer.rows).filter(is_cut).count();
        if cut > 0 {
            let name = &column.field.name;
            notes.push(format!(
                "{of}: {cut} texts of {name} were cut: a shapefile has {LONGEST} bytes for one"
            ));
        }
    }
    notes
}

fn columns<'l, 'a>(layer: &'l Layer<'a>) -> Vec<Column<'l, 'a>> {
    let mut used = BTreeSet::new();
    let column = |field: &'l Field<'a>| {
        let mut column = Column {
            field,
            name: name(&field.name, &mut used),
            kind: match field.kind {
                Kind::Bool => b'L',
                Kind::Whole | Kind::Real if !IDS.contains(&field.name.as_str()) => b'N',
                _ => b'C',
            },
            width: 1,
            decimals: 0,
        };
        column.measure(layer.rows);
        column
    };
    layer.fields.iter().map(column).collect()
}

/// A name of ten bytes at most that no other column has, upper and lower case being one.
fn name(long: &str, used: &mut BTreeSet<String>) -> String {
    let short = SHORT.iter().find(|(name, _)| *name == long);
    let end = ENDS
        .iter()
        .find_map(|(end, short)| Some((long.strip_suffix(end)?, *short)));
    let plain = match (short, end) {
        (Some((_, short)), _) => (*short).to_owned(),
        (_, Some((stem, end))) if long.len() > NAME => {
            format!("{}{end}", cut(stem, NAME - end.len()))
        }
        _ => cut(long, NAME).to_owned(),
    };
    let mut name = plain.clone();
    let mut n = 2;
    while name.is_empty() || !used.insert(name.to_lowercase()) {
        let end = format!("_{n}");
        name = format!("{}{end}", cut(&plain, NAME - end.len()));
        n += 1;
    }
    name
}

/// The beginning of a text, `most` bytes at most, in whole letters.
fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

impl Column<'_, '_> {
    /// Finds the decimals and the width that all values need.
    fn measure(&mut self, rows: usize) {
        let decimals = |value: Value<'_>| match value {
            Value::Real(x) => x.to_string().split_once('.').map_or(0, |(_, d)| d.len()),
            _ => 0,
        };
        let values = || (0..rows).map(|row| self.field.value(row));
        if self.kind == b'N' {
            self.decimals = values().map(decimals).max().unwrap_or(0);
            let digits = |value| match value {
                Value::Real(x) => format!("{x:.0}").len() + 1,
                _ => 0,
            };
            let whole = values().map(digits).max().unwrap_or(0);
            if whole + self.decimals > WIDEST {
                // With an exponent, as long as it takes.
                self.decimals = usize::MAX;
            }
        }
        let widest = (0..rows).map(|row| self.text(self.field.value(row)).len());
        self.width = widest.max().unwrap_or(0).max(1);
        if self.decimals == usize::MAX {
            self.decimals = 15;
            self.kind = b'F';
            self.width = self.width.max(24);
        }
    }

    /// A value as it stands in the table.
    fn text(&self, value: Value<'_>) -> String {
        match value {
            Value::Null => String::new(),
            Value::Whole(n) => n.to_string(),
            Value::Real(x) if self.kind == b'F' || self.decimals == usize::MAX => format!("{x:e}"),
            Value::Real(x) => format!("{x:.*}", self.decimals),
            Value::Bool(truth) => if truth { "T" } else { "F" }.to_owned(),
            // A line break or a zero would end the row for some readers.
            Value::Text(text) => cut(text, LONGEST).replace('\0', " "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_ten_bytes_and_differ() {
        let mut used = BTreeSet::new();
        let mut of = |long: &str| name(long, &mut used);
        assert_eq!(of("rep"), "rep");
        assert_eq!(of("customer_id"), "cust_id");
        assert_eq!(of("workload"), "workload");
        assert_eq!(of("workload_target"), "worklo_tgt");
        assert_eq!(of("workload_index"), "worklo_idx");
        assert_eq!(of("workloads_index"), "worklo_i_2");
        assert_eq!(of("REP"), "REP_2");
        assert_eq!(of("Kundengrößenklasse"), "Kundengrö");
        assert_eq!(of("Kundengrößen"), "Kundengr_2");
        assert_eq!(of(""), "_2");
    }
}
