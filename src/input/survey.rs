//! What stands in a file before anybody has said what it is for: its columns with samples of what is in them, and what its features are.
//!
//! It drives the readers of all formats, and keeps nothing but the samples; what is wrong with the file itself is told in their words.

use super::figures::{self, Decided, Style};
use super::lines::Kind;
use super::read::parse;
use super::rows::{Base, IGNORE, Place, Sink};
use super::scalar::{LIST_SEPARATOR, Scalar};
use crate::base::words::shorten;
use crate::disk::beside::Beside;
use crate::disk::file;
use crate::error::Problem;
use crate::scenario::Decimal;
use std::collections::HashSet;
use std::fmt::Write;
use std::path::Path;

/// Columns that are looked at; what stands right of them is counted as more.
const MOST: usize = 256;
/// Values that are shown of a column.
const SAMPLES: usize = 3;
/// The first values of a column, among which it is looked for what stands twice.
const COMPARED: usize = 2000;

/// A file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Survey {
    /// Rows of a table, features of anything else.
    pub rows: usize,
    /// The first columns, in their order.
    pub columns: Vec<Seen>,
    /// Whether there are more columns than are looked at.
    pub more: bool,
    /// Features that are points, polygons, and anything else that has a shape.
    pub shapes: [usize; 3],
    /// Whether features have ids beside their properties, as GeoJSON may have them.
    pub ids: bool,
    /// Of a workbook, the sheet that was looked at, and the others that are shown.
    pub sheets: Vec<String>,
    /// What is wrong with the file, or was found out about it.
    pub problems: Vec<Problem>,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Seen {
    pub name: String,
    /// The first values that differ, as they stand.
    pub samples: Vec<String>,
    /// Rows that have a value.
    pub filled: usize,
    /// Of those, how many are numbers, whatever their decimal mark.
    pub numbers: usize,
    /// Whether one of the first values stands twice.
    pub repeats: bool,
    /// The decimal mark that its numbers are read with, where they have one.
    pub decimal: Option<Decimal>,
    /// A number that may be read in two ways, where nothing tells which.
    pub doubt: Option<String>,
    /// A number that `[tables] decimal` decides about, whether or not anything else tells how it is read without that.
    pub open: Option<String>,
}

/// Looks at a file, which is called `label` in what is told.
pub(crate) fn survey(path: &Path, label: &str) -> Survey {
    let mut sink = Surveyor::new(label);
    let read = file::bytes_of(path).and_then(|bytes| {
        let beside = Beside::of(path, &bytes)?;
        parse(path, &bytes, &beside, &mut sink)
    });
    if let Err(problem) = read {
        sink.base.problems.add(*problem);
    }
    sink.into_survey()
}

/// What is kept of a column while it is read.
#[derive(Debug)]
struct Column {
    seen: Seen,
    figures: figures::Column,
    first: HashSet<String>,
}

/// Looks at features, one after the other.
#[derive(Debug)]
struct Surveyor {
    base: Base,
    columns: Vec<Column>,
    survey: Survey,
    text: String,
}

impl Surveyor {
    fn new(label: &str) -> Surveyor {
        let mut base = Base::new(label, false);
        // Nothing is asked of a file that nobody has given a meaning.
        base.lacks = [true; 3];
        Surveyor {
            base,
            columns: Vec::new(),
            survey: Survey::default(),
            text: String::new(),
        }
    }

    fn into_survey(mut self) -> Survey {
        // Where commas part the cells, none of them is a decimal mark.
        let separator = if self.base.grouped { b';' } else { b',' };
        let figures: Vec<_> = self.columns.iter().map(|c| c.figures.clone()).collect();
        let decided = figures::decide(&figures, separator, None);
        for (column, decided) in self.columns.iter_mut().zip(decided) {
            let open = column.figures.in_doubt().map(str::to_owned);
            let doubt = open.clone().filter(|_| self.base.grouped);
            column.seen.open = open;
            (column.seen.decimal, column.seen.doubt) = match decided {
                Decided::Comma(_) => (Some(Decimal::Comma), None),
                Decided::Followed(mark, _) | Decided::Style(Style::Written(mark)) => {
                    (Some(mark), None)
                }
                Decided::Asked(_, example) => (None, Some(example)),
                // "1.200" is read as programs write it, unless somebody says that it is not.
                Decided::Style(Style::Plain) => (None, doubt),
            };
        }
        Survey {
            columns: self.columns.into_iter().map(|c| c.seen).collect(),
            sheets: self.base.sheets,
            problems: self.base.problems.into_problems(),
            ..self.survey
        }
    }
}

impl Sink for Surveyor {
    fn base(&mut self) -> &mut Base {
        &mut self.base
    }

    fn slot(&mut self, name: &str) -> u16 {
        if let Some(at) = self.columns.iter().position(|c| c.seen.name == name) {
            return at as u16;
        }
        if self.columns.len() == MOST {
            self.survey.more = true;
            return IGNORE;
        }
        let seen = Seen {
            name: name.to_owned(),
            ..Seen::default()
        };
        self.columns.push(Column {
            seen,
            figures: figures::Column::new(false),
            first: HashSet::new(),
        });
        (self.columns.len() - 1) as u16
    }

    fn kind(&self, _: u16) -> Kind {
        // As it stands: nothing is known of what it means.
        Kind::Text
    }

    fn set(&mut self, slot: u16, value: Scalar<'_>) {
        let Some(column) = self.columns.get_mut(usize::from(slot)) else {
            return;
        };
        self.text.clear();
        let number = written(value, &mut self.text);
        if self.text.is_empty() {
            return;
        }
        let seen = &mut column.seen;
        seen.filled += 1;
        if !number {
            column.figures.see(self.survey.rows + 1, &self.text);
        }
        let is_number = number || is_number(&self.text);
        seen.numbers += usize::from(is_number);
        if seen.filled > COMPARED {
            return;
        }
        let short = shorten(&self.text);
        if seen.samples.len() < SAMPLES && !seen.samples.contains(&short) {
            seen.samples.push(short);
        }
        seen.repeats |= !column.first.insert(std::mem::take(&mut self.text));
    }

    fn finish(&mut self, place: Place<'_>) {
        self.survey.rows += 1;
        self.survey.ids |= !self.base.current_id().is_empty();
        if let Place::Shape(kind, _) = place {
            let at = match kind {
                "Point" => 0,
                "Polygon" | "MultiPolygon" => 1,
                _ => 2,
            };
            self.survey.shapes[at] += 1;
        }
        self.base.finish(Place::Reported);
    }

    fn discard(&mut self) {
        self.base.discard();
    }
}

/// Writes a value as a reader would see it; whether it is a number and no text.
fn written(value: Scalar<'_>, out: &mut String) -> bool {
    match value {
        Scalar::Null => {}
        Scalar::Bool(truth) => out.push_str(if truth { "true" } else { "false" }),
        Scalar::Int(i) => {
            let _ = write!(out, "{i}");
            return true;
        }
        Scalar::UInt(u) => {
            let _ = write!(out, "{u}");
            return true;
        }
        Scalar::Float(f) => {
            let _ = write!(out, "{f}");
            return true;
        }
        Scalar::Text(text) | Scalar::Cell(text) | Scalar::Written(text, _) => {
            out.push_str(text.trim());
        }
        Scalar::List(list) => out.push_str(&list.replace(LIST_SEPARATOR, "; ")),
        Scalar::Formula(cell) => {
            let _ = write!(out, "= ({cell})");
        }
        Scalar::Failed(what) => out.push_str(what),
        Scalar::Day(day, _) => {
            let _ = write!(out, "{day}");
        }
        Scalar::Other(what) => {
            let _ = write!(out, "({what})");
        }
    }
    false
}

/// Whether a text is a number, with one decimal mark or the other.
fn is_number(text: &str) -> bool {
    let marks = [Decimal::Point, Decimal::Comma];
    text.len() <= 40
        && (marks
            .iter()
            .any(|mark| figures::number(text, *mark).is_some())
            || text.parse::<f64>().is_ok_and(f64::is_finite))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, bytes: &[u8]) -> Survey {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        survey(&path, name)
    }

    #[test]
    fn a_table_of_a_spreadsheet() {
        let text = b"Kundennr;Stra\xDFe;L\xE4nge;Breite;Umsatz\nK1;Am Weg 1;8,5;50,1;1.200,50\nK2;;8,6;50,2;900\n";
        let found = of("Kunden.csv", text);
        assert_eq!((found.rows, found.columns.len(), found.more), (2, 5, false));
        let column = |name: &str| found.columns.iter().find(|c| c.name == name).unwrap();
        assert_eq!(column("Straße").filled, 1);
        let sales = column("Umsatz");
        assert_eq!(sales.samples, ["1.200,50", "900"]);
        assert_eq!((sales.numbers, sales.decimal), (2, Some(Decimal::Comma)));
        assert_eq!(
            (column("Kundennr").numbers, column("Kundennr").repeats),
            (0, false)
        );
        let codes: Vec<_> = found.problems.iter().map(|p| p.code).collect();
        assert_eq!(codes, ["encoding-found"]);
    }

    #[test]
    fn what_may_be_read_in_two_ways_is_in_doubt_where_nothing_tells() {
        let doubt = |text: &str| of("a.csv", text.as_bytes()).columns[1].doubt.clone();
        assert_eq!(doubt("id;x\n1;1.200\n2;7\n").as_deref(), Some("1.200"));
        assert_eq!(doubt("id;x\n1;1,200\n").as_deref(), Some("1,200"));
        assert_eq!(doubt("id;x;y\n1;1.200;2,5\n"), None);
        assert_eq!(doubt("id;x\n1;1.200\n2;1.5\n"), None);
        assert_eq!(doubt("id,x\n1,1.200\n"), None);
    }

    #[test]
    fn what_the_answer_decides_about_is_told_of_every_column() {
        let open = |text: &str| of("a.csv", text.as_bytes()).columns[1].open.clone();
        assert_eq!(
            open("id,capacity\n1,1.250\n2,2\n").as_deref(),
            Some("1.250")
        );
        assert_eq!(open("id;x;lat\n1;1,200;50.1\n").as_deref(), Some("1,200"));
        assert_eq!(open("id;x\n1;1.200\n2;1.5\n"), None);
        assert_eq!(open("id,x\n1,7\n"), None);
    }

    #[cfg(feature = "excel")]
    #[test]
    fn other_sheets_of_a_workbook_are_told() {
        let mut book = rust_xlsxwriter::Workbook::new();
        for name in ["Alt", "Neu", "Info"] {
            let sheet = book.add_worksheet();
            sheet.set_name(name).unwrap();
            for (column, text) in (0..).zip(["id", "lon", "lat", name]) {
                sheet.write(0, column, text).unwrap();
                sheet.write(1, column, 7).unwrap();
            }
        }
        let found = of("a.xlsx", &book.save_to_buffer().unwrap());
        assert_eq!(found.sheets, ["Alt", "Neu", "Info"]);
        assert_eq!(found.columns[3].name, "Alt");
        assert!(of("a.csv", b"id\n1\n").sheets.is_empty());
    }

    #[test]
    fn features_with_shapes() {
        let text = br#"{"type":"FeatureCollection","features":[
            {"type":"Feature","id":7,"properties":{"name":"<b>"},"geometry":{"type":"Point","coordinates":[8,50]}},
            {"type":"Feature","properties":{"stufe":["a","b"]},"geometry":{"type":"Polygon","coordinates":[[[8,50],[9,50],[9,51],[8,50]]]}}]}"#;
        let found = of("a.geojson", text);
        assert_eq!((found.rows, found.shapes, found.ids), (2, [1, 1, 0], true));
        assert_eq!(found.columns[0].samples, ["<b>"]);
        assert_eq!(found.columns[1].samples, ["a; b"]);
    }

    #[test]
    fn hostile_files_are_problems_or_bounded() {
        let wide: String = (0..100_000).map(|i| format!("c{i},")).collect();
        let found = of("wide.csv", format!("{wide}\n").as_bytes());
        assert_eq!((found.columns.len(), found.more), (MOST, true));
        for (name, bytes) in [
            ("a.csv", &b"a\0b\xFF\n"[..]),
            ("a.xlsx", b"PK\x03\x04 no archive"),
            ("a.geojson", b"[[[[[[[["),
            ("a.gpkg", b"SQLite format 3\0"),
            ("a.shp", b"\0\0\x27\x0A"),
            ("a.csv.gz", b"\x1F\x8B\x08"),
            ("empty.csv", b""),
        ] {
            let found = of(name, bytes);
            assert!(!found.problems.is_empty(), "{name}");
            assert!(found.problems.iter().all(|p| p.file == name), "{name}");
        }
        let long = format!("id,x\n1,{}\n", "ä".repeat(100_000));
        let samples = &of("long.csv", long.as_bytes()).columns[1].samples;
        assert!(samples[0].chars().count() < 50);
    }
}
