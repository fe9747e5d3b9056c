//! The table of a shapefile: dBASE III (`.dbf`), fixed columns of texts in the encoding that the `.cpg` or the header names.

use super::feed::damaged;
use crate::base::date::Date;
use crate::error::{Problem, codes};
use crate::input::scalar::Scalar;
use encoding_rs::Encoding;
use std::borrow::Cow;

/// The header, and the description of a column, bytes.
const HEADER: usize = 32;
const FIELD: usize = 32;
/// The most columns that dBASE has, twice.
const MOST_FIELDS: usize = 2046;

/// A column.
struct Field {
    name: String,
    kind: u8,
    /// Where it stands in a row.
    at: usize,
    length: usize,
}

/// A table.
pub(super) struct Dbf<'b> {
    fields: Vec<Field>,
    rows: &'b [u8],
    width: usize,
    encoding: &'static Encoding,
    notes: Vec<Problem>,
}

/// A row.
pub(super) struct Row<'d> {
    table: &'d Dbf<'d>,
    bytes: &'d [u8],
}

impl<'b> Dbf<'b> {
    /// # Errors
    /// When it is damaged, or in an encoding that is not known.
    pub fn new(bytes: &'b [u8], cpg: Option<&str>) -> Result<Dbf<'b>, Box<Problem>> {
        let short = || damaged("shapefile", "the .dbf is cut off");
        let head = bytes.first_chunk::<HEADER>().ok_or_else(short)?;
        let count = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let begin = usize::from(u16::from_le_bytes([head[8], head[9]]));
        let width = usize::from(u16::from_le_bytes([head[10], head[11]]));
        let length = count.checked_mul(width).and_then(|n| n.checked_add(begin));
        let rows = length
            .and_then(|end| bytes.get(begin..end))
            .ok_or_else(short)?;
        if width == 0 {
            return Err(damaged("shapefile", "the rows of the .dbf have no bytes"));
        }
        let (encoding, said) = encoding(cpg, head[29])?;
        let described = bytes.get(HEADER..begin).ok_or_else(short)?;
        let fields = fields(described, width, encoding)?;
        let mut table = Dbf {
            fields,
            rows,
            width,
            encoding,
            notes: Vec::new(),
        };
        if said {
            table.told_encoding();
        } else {
            table.guess();
        }
        Ok(table)
    }

    fn told_encoding(&mut self) {
        if self.encoding != encoding_rs::UTF_8 && !self.rows.is_ascii() {
            self.note("and was read so");
        }
    }

    /// Nothing says which encoding it is: UTF-8 if all of it is that, else Windows-1252, as GIS programs take it.
    fn guess(&mut self) {
        if self.rows.is_ascii() {
            return;
        }
        let texts = |row: &[u8]| {
            let of = |f: &Field| {
                row.get(f.at..f.at + f.length)
                    .is_none_or(|b| std::str::from_utf8(b).is_ok())
            };
            self.fields.iter().all(of)
        };
        let utf8 = self.rows.chunks_exact(self.width).all(texts);
        self.encoding = match utf8 {
            true => encoding_rs::UTF_8,
            false => encoding_rs::WINDOWS_1252,
        };
        self.note("as far as can be told: there is no .cpg that says so");
    }

    fn note(&mut self, how: &str) {
        let what = format!("the .dbf is {}, {how}", self.encoding.name());
        let problem = Problem::warning(codes::ENCODING_FOUND, what);
        let help = "nothing, if names with umlauts look right; else write the encoding into a .cpg beside it";
        self.notes.push(problem.help(help));
    }

    /// What is to be told of it.
    pub fn notes(&self) -> impl Iterator<Item = Problem> {
        self.notes.iter().cloned()
    }

    /// The names of the columns.
    pub fn names(&self) -> Vec<&str> {
        self.fields.iter().map(|f| f.name.as_str()).collect()
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len() / self.width
    }

    /// A row.
    pub fn row(&self, number: usize) -> Option<Row<'_>> {
        let start = number.checked_mul(self.width)?;
        let bytes = self.rows.get(start..start.checked_add(self.width)?)?;
        Some(Row { table: self, bytes })
    }
}

impl Row<'_> {
    /// Whether it was taken out.
    pub fn is_deleted(&self) -> bool {
        self.bytes.first() == Some(&b'*')
    }

    /// Hands a value to `take`, as GeoJSON would have it.
    pub fn value(&self, column: usize, mut take: impl FnMut(Scalar<'_>)) {
        let Some(field) = self.table.fields.get(column) else {
            return;
        };
        let bytes = self
            .bytes
            .get(field.at..field.at + field.length)
            .unwrap_or_default();
        let binary = matches!(
            field.kind,
            b'M' | b'G' | b'B' | b'P' | b'I' | b'O' | b'Y' | b'T' | b'@' | b'+' | b'0'
        );
        if binary {
            return take(Scalar::Other("a value that no text stands for"));
        }
        let ends = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
        let Some(text) = self
            .table
            .encoding
            .decode_without_bom_handling_and_without_replacement(&bytes[..ends])
        else {
            return take(Scalar::Other(
                "a text that is not in the encoding of the .dbf",
            ));
        };
        let text = match &text {
            Cow::Borrowed(text) => text.trim(),
            Cow::Owned(text) => text.trim(),
        };
        match field.kind {
            _ if text.is_empty() => take(Scalar::Null),
            b'N' | b'F' => take(number(text)),
            b'L' => take(truth(text)),
            b'D' => match date(text) {
                Some(date) => take(Scalar::Text(&date)),
                None if text.bytes().all(|b| b == b'0') => take(Scalar::Null),
                None => take(Scalar::Text(text)),
            },
            _ => take(Scalar::Text(text)),
        }
    }
}

/// A number: whole where it is written so, however long. Asterisks are one that did not fit.
fn number(text: &str) -> Scalar<'_> {
    if let Ok(whole) = text.parse() {
        return Scalar::Int(whole);
    }
    if text.bytes().all(|b| b == b'*') {
        return Scalar::Null;
    }
    let plain = |b: u8| b.is_ascii_digit() || b"+-.eE".contains(&b);
    match text.parse::<f64>() {
        Ok(number) if text.bytes().all(plain) && text.contains(['.', 'e', 'E']) => {
            Scalar::Float(number)
        }
        _ => Scalar::Text(text),
    }
}

fn truth(text: &str) -> Scalar<'_> {
    match text {
        "T" | "t" | "Y" | "y" => Scalar::Bool(true),
        "F" | "f" | "N" | "n" => Scalar::Bool(false),
        "?" => Scalar::Null,
        _ => Scalar::Text(text),
    }
}

/// `2026-01-31` of `20260131`.
fn date(text: &str) -> Option<String> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (year, month, day) = (&text[..4], &text[4..6], &text[6..]);
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    date.map(|_| format!("{year}-{month}-{day}"))
}

/// The columns.
fn fields(
    described: &[u8],
    width: usize,
    encoding: &'static Encoding,
) -> Result<Vec<Field>, Box<Problem>> {
    let mut fields = Vec::new();
    // The first byte of a row says whether it was taken out.
    let mut at = 1;
    for bytes in described.chunks_exact(FIELD).take_while(|b| b[0] != 0x0D) {
        let name = &bytes[..11];
        let ends = name.iter().position(|b| *b == 0).unwrap_or(name.len());
        let (name, _, _) = encoding.decode(&name[..ends]);
        let kind = bytes[11].to_ascii_uppercase();
        // Long texts have the larger part of their length where others have decimals.
        let length = match kind {
            b'C' => usize::from(u16::from_le_bytes([bytes[16], bytes[17]])),
            _ => usize::from(bytes[16]),
        };
        fields.push(Field {
            name: name.trim().to_owned(),
            kind,
            at,
            length,
        });
        at += length;
    }
    if at > width || fields.len() > MOST_FIELDS {
        return Err(damaged(
            "shapefile",
            "the columns of the .dbf are wider than its rows",
        ));
    }
    if fields.is_empty() {
        return Err(damaged("shapefile", "the .dbf has no columns"));
    }
    Ok(fields)
}

/// The encoding of the texts, and whether anything says so: the `.cpg` first, the header next.
fn encoding(cpg: Option<&str>, language: u8) -> Result<(&'static Encoding, bool), Box<Problem>> {
    let said = cpg.map(str::trim).filter(|said| !said.is_empty());
    if let Some(said) = said {
        return match named(said) {
            Some(encoding) => Ok((encoding, true)),
            None => {
                let what = format!(
                    "the .cpg says that the .dbf is {:?}",
                    crate::base::words::shorten(said)
                );
                let problem = Problem::error(codes::NOT_UTF8, what).field("cpg");
                let help = "export it in UTF-8: ogr2ogr -lco ENCODING=UTF-8 out.shp in.shp";
                Err(problem.help(help).into())
            }
        };
    }
    let by_language = match language {
        0x03 | 0x57 | 0x58 | 0x59 => encoding_rs::WINDOWS_1252,
        0x26 | 0x65 => encoding_rs::IBM866,
        0x4D | 0x7A => encoding_rs::GBK,
        0x4F | 0x78 => encoding_rs::BIG5,
        0x7B | 0x13 => encoding_rs::SHIFT_JIS,
        0x7D => encoding_rs::WINDOWS_1255,
        0x7E => encoding_rs::WINDOWS_1256,
        0xC8 => encoding_rs::WINDOWS_1250,
        0xC9 => encoding_rs::WINDOWS_1251,
        0xCA => encoding_rs::WINDOWS_1254,
        0xCB => encoding_rs::WINDOWS_1253,
        0xCC => encoding_rs::WINDOWS_1257,
        _ => return Ok((encoding_rs::UTF_8, false)),
    };
    // GDAL writes 0x57 for whatever the computer has: nothing is said by that.
    Ok((by_language, language != 0x57))
}

/// An encoding as `.cpg` files name it: `UTF-8`, `1252`, `CP1252`, `ISO-8859-1`, `ISO 88591`, `ANSI 1252`.
fn named(said: &str) -> Option<&'static Encoding> {
    if let Some(known) = Encoding::for_label(said.as_bytes()) {
        return Some(known);
    }
    let folded: String = (said.chars().filter(char::is_ascii_alphanumeric))
        .collect::<String>()
        .to_ascii_lowercase();
    let digits = folded.trim_start_matches(|c: char| !c.is_ascii_digit());
    match (folded.as_str(), digits) {
        ("utf8" | "65001", _) | (_, "65001") => Some(encoding_rs::UTF_8),
        (
            _,
            page @ ("1250" | "1251" | "1252" | "1253" | "1254" | "1255" | "1256" | "1257" | "1258"),
        ) => Encoding::for_label(format!("windows-{page}").as_bytes()),
        (_, "866") => Some(encoding_rs::IBM866),
        (_, "932") => Some(encoding_rs::SHIFT_JIS),
        (_, "936") => Some(encoding_rs::GBK),
        (_, "949") => Some(encoding_rs::EUC_KR),
        (_, "950") => Some(encoding_rs::BIG5),
        (_, iso) => {
            let part = iso.strip_prefix("8859")?;
            Encoding::for_label(format!("iso-8859-{part}").as_bytes())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(fields: &[(&str, u8, u8)], language: u8, rows: &[&[u8]]) -> Vec<u8> {
        let width: usize = 1 + fields.iter().map(|f| usize::from(f.2)).sum::<usize>();
        let begin = HEADER + FIELD * fields.len() + 1;
        let mut out = vec![3, 126, 1, 1];
        out.extend((rows.len() as u32).to_le_bytes());
        out.extend((begin as u16).to_le_bytes());
        out.extend((width as u16).to_le_bytes());
        out.resize(HEADER, 0);
        out[29] = language;
        for (name, kind, length) in fields {
            let mut field = [0; FIELD];
            field[..name.len()].copy_from_slice(name.as_bytes());
            (field[11], field[16]) = (*kind, *length);
            out.extend(field);
        }
        out.push(0x0D);
        for row in rows {
            let mut row = row.to_vec();
            row.resize(width, b' ');
            out.extend(row);
        }
        out
    }

    fn said(bytes: &[u8], cpg: Option<&str>, column: usize) -> String {
        let table = Dbf::new(bytes, cpg).unwrap();
        let mut out = String::new();
        table
            .row(0)
            .unwrap()
            .value(column, |v| out = format!("{v:?}"));
        out
    }

    #[test]
    fn values_are_those_of_geojson() {
        let columns = [
            ("ID", b'N', 18),
            ("X", b'N', 10),
            ("OK", b'L', 1),
            ("DAY", b'D', 8),
            ("NAME", b'C', 6),
            ("MEMO", b'M', 4),
            ("NONE", b'N', 4),
        ];
        let row = b" 900719925474099301      1.50T20260131ab       7****";
        let bytes = table(&columns, 0, &[row]);
        let expected = [
            "Int(900719925474099301)",
            "Float(1.5)",
            "Bool(true)",
            "Text(\"2026-01-31\")",
            "Text(\"ab\")",
            "Other(\"a value that no text stands for\")",
            "Null",
        ];
        for (column, expected) in expected.iter().enumerate() {
            assert_eq!(said(&bytes, None, column), *expected, "{column}");
        }
        for (text, value) in [
            ("inf", Scalar::Text("inf")),
            ("1e3", Scalar::Float(1000.0)),
            ("99999999999999999999", Scalar::Text("99999999999999999999")),
            ("-7", Scalar::Int(-7)),
        ] {
            assert_eq!(number(text), value);
        }
    }

    #[test]
    fn texts_in_their_encoding() {
        let bytes =
            |language, text: &[u8]| table(&[("N", b'C', 8)], language, &[&[b" ", text].concat()]);
        for (cpg, language, text) in [
            (Some("UTF-8"), 0, &b"K\xC3\xB6ln"[..]),
            (Some("1252"), 0, b"K\xF6ln"),
            (Some("ISO-8859-1"), 0, b"K\xF6ln"),
            (Some("ISO 88591"), 0, b"K\xF6ln"),
            (Some("ANSI 1252"), 0x57, b"K\xF6ln"),
            (None, 0x03, b"K\xF6ln"),
            (None, 0x57, b"K\xF6ln"),
            (None, 0x57, b"K\xC3\xB6ln"),
            (None, 0, b"K\xC3\xB6ln"),
        ] {
            let bytes = bytes(language, text);
            assert_eq!(said(&bytes, cpg, 0), "Text(\"Köln\")", "{cpg:?} {language}");
        }
        let wrong = said(&bytes(0, b"K\xF6ln"), Some("UTF-8"), 0);
        assert!(wrong.contains("not in the encoding"), "{wrong}");
        let unknown = Dbf::new(&bytes(0, b"x"), Some("EBCDIC")).err().unwrap();
        assert!(unknown.to_string().contains("EBCDIC"), "{unknown}");
    }

    #[test]
    fn tables_that_lie_are_told() {
        let good = table(&[("A", b'C', 4), ("B", b'N', 4)], 0, &[b" abcd1234"]);
        for end in 0..good.len() {
            assert!(Dbf::new(&good[..end], None).is_err(), "{end}");
        }
        for (at, byte) in [
            (4, 0xFF),
            (7, 0xFF),
            (10, 0),
            (8, 0xFF),
            (HEADER + 16, 0xFF),
            (HEADER, 0x0D),
        ] {
            let mut bytes = good.clone();
            bytes[at] = byte;
            assert!(Dbf::new(&bytes, None).is_err(), "{at}");
        }
    }
}
