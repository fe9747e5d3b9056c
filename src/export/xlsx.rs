//! An Excel workbook: the sheets Territories, Assignments, Changes and Exceptions.
//!
//! Texts are text cells, whatever they begin with: nothing in it is run as a formula. Rows go through a temporary file, so that memory
//! does not grow with them. Read by revier as customers (`[tables] sheets`), Assignments gives the plan again.

use super::layer::{Layer, Shape, Value};
use crate::error::Error;
use crate::saved::text::Dialect;
use crate::saved::{self, SavedPlan};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatBorder, Workbook, Worksheet, XlsxError,
};
use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::path::Path;

/// The most rows of a sheet, the header among them, and characters of a cell. Source: Microsoft, Excel specifications and limits.
const MOST_ROWS: usize = 1_048_576;
const MOST_TEXT: usize = 32_767;

/// Says so where a plan does not fit, or its changes cannot be read.
pub(super) fn fits(plan: &SavedPlan) -> Result<(), Error> {
    let n = plan.assignments.len();
    if n >= MOST_ROWS {
        return Err(Error::Usage(format!(
            "{n} customers do not fit into a sheet of Excel, which has {MOST_ROWS} rows at most; use --to csv"
        )));
    }
    for layer in [Layer::territories(plan), Layer::assignments(plan)] {
        texts_fit(&layer)?;
    }
    table(plan).map_err(|what| {
        let path = plan.dir.join(saved::OPTIONAL[0]);
        let dir = plan.dir.display();
        Error::Usage(format!(
            "{} {what}; solve again (`revier check {dir}` tells all that is damaged)",
            path.display()
        ))
    })?;
    Ok(())
}

/// Says so where a name or a text is longer than a cell.
fn texts_fit(layer: &Layer<'_>) -> Result<(), Error> {
    let too_long = |text: &str| text.len() > MOST_TEXT && text.chars().count() > MOST_TEXT;
    for field in &layer.fields {
        let name: String = field.name.chars().take(40).collect();
        let row = (0..layer.rows).find(|row| match field.value(*row) {
            Value::Text(text) => too_long(text),
            _ => false,
        });
        let place = match row {
            _ if too_long(&field.name) => "the name of column".to_owned(),
            Some(row) => format!("row {} of column", row + 1),
            None => continue,
        };
        return Err(Error::Usage(format!(
            "{place} {name:?} is longer than the {MOST_TEXT} characters of a cell of Excel; leave it out (`[output] carry`) or use --to csv"
        )));
    }
    Ok(())
}

/// Whether revier wrote a workbook, and nobody saved it since: it names who made it and who saved it last, and its date.
pub(super) fn is_ours(path: &Path) -> bool {
    let untouched = || {
        let mut archive = zip::ZipArchive::new(std::fs::File::open(path).ok()?).ok()?;
        let core = archive.by_name("docProps/core.xml").ok()?;
        let mut text = String::new();
        core.take(1 << 16).read_to_string(&mut text).ok()?;
        let all = [
            "<dc:creator>revier ",
            "<cp:lastModifiedBy>revier ",
            ">2000-01-01T00:00:00Z</dcterms:modified>",
        ];
        Some(all.iter().all(|mark| text.contains(mark)))
    };
    untouched().unwrap_or(false)
}

/// Writes the workbook. The same plan gives the same bytes: it is dated 2000-01-01.
pub(super) fn write(out: &mut (impl Write + Send), plan: &SavedPlan) -> io::Result<()> {
    let changes = table(plan).map_err(io::Error::other)?;
    let workbook = || -> Result<Workbook, XlsxError> {
        let mut workbook = Workbook::new();
        let properties = DocProperties::new()
            .set_title(&plan.report.scenario.name)
            .set_author(super::made_by())
            .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
        workbook.set_properties(&properties);
        layer(&mut workbook, "Territories", &Layer::territories(plan))?;
        layer(&mut workbook, "Assignments", &Layer::assignments(plan))?;
        let names: Vec<&str> = changes.names.iter().map(String::as_str).collect();
        sheet(
            &mut workbook,
            "Changes",
            &names,
            changes.rows.len(),
            |row, column| {
                let text = changes.rows[row].get(column).map_or("", String::as_str);
                match changes.number(column, text) {
                    Some(x) => x,
                    None if text.is_empty() => Value::Null,
                    None => Value::Text(text),
                }
            },
        )?;
        let exceptions = exceptions(plan);
        let names = ["kind", "rep_id", "rep_name", "customer_id", "what"];
        sheet(
            &mut workbook,
            "Exceptions",
            &names,
            exceptions.len(),
            |row, column| match exceptions[row][column].as_str() {
                "" => Value::Null,
                text => Value::Text(text),
            },
        )?;
        Ok(workbook)
    };
    let mut bytes = workbook().map_err(io::Error::other)?;
    bytes.save_to_writer(&mut *out).map_err(io::Error::other)
}

/// A layer, points with their coordinates.
fn layer(workbook: &mut Workbook, name: &str, layer: &Layer<'_>) -> Result<(), XlsxError> {
    let mut names: Vec<&str> = layer.fields.iter().map(|f| f.name.as_str()).collect();
    let fields = names.len();
    if matches!(layer.shapes, super::layer::Shapes::Points { .. }) {
        names.extend(["lon", "lat"]);
    }
    sheet(workbook, name, &names, layer.rows, |row, column| {
        match (layer.fields.get(column), layer.shape(row)) {
            (Some(field), _) => field.value(row),
            (None, Shape::Point(p)) => Value::Real(if column == fields { p.x } else { p.y }),
            (None, Shape::Area(_)) => Value::Null,
        }
    })
}

/// How numbers of a column look; the cell has all digits.
fn looks(name: &str) -> &'static str {
    match name {
        "lon" | "lat" => "0.0000000",
        "km" | "minutes" | "travel_km" | "travel_minutes" => "#,##0.0",
        "area_km2" => "#,##0",
        _ if name.ends_with("_index") => "0.0%",
        _ => "General",
    }
}

/// A sheet with a frozen header and a filter.
fn sheet<'v>(
    workbook: &mut Workbook,
    name: &str,
    names: &[&str],
    rows: usize,
    value: impl Fn(usize, usize) -> Value<'v>,
) -> Result<(), XlsxError> {
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_name(name)?;
    let head = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0x00E8_ECF4))
        .set_border_bottom(FormatBorder::Thin);
    let formats: Vec<Format> = (names.iter())
        .map(|name| Format::new().set_num_format(looks(name)))
        .collect();
    for (column, name) in (0u16..).zip(names) {
        let width = name.chars().count().clamp(8, 30) + 4;
        sheet.set_column_width(column, width as f64)?;
        sheet.write_string_with_format(0, column, *name, &head)?;
    }
    for row in 0..rows {
        for (column, format) in (0u16..).zip(&formats) {
            let at = (row as u32 + 1, column);
            cell(sheet, at, value(row, usize::from(column)), format)?;
        }
    }
    sheet.set_freeze_panes(1, 1)?;
    if let Some(last) = names.len().checked_sub(1) {
        sheet.autofilter(0, 0, rows as u32, last as u16)?;
    }
    Ok(())
}

/// Whole numbers that a double has exactly.
const EXACT: i64 = 1 << 53;

fn cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: Value<'_>,
    format: &Format,
) -> Result<(), XlsxError> {
    match value {
        Value::Null => return Ok(()),
        Value::Whole(n) if (-EXACT..=EXACT).contains(&n) => {
            sheet.write_number_with_format(row, column, n as f64, format)?
        }
        Value::Whole(n) => sheet.write_string(row, column, n.to_string())?,
        Value::Real(x) => sheet.write_number_with_format(row, column, x, format)?,
        Value::Bool(truth) => sheet.write_boolean(row, column, truth)?,
        Value::Text(text) if text.chars().count() > MOST_TEXT => {
            return Err(XlsxError::MaxStringLengthExceeded);
        }
        Value::Text(text) => sheet.write_string(row, column, text)?,
    };
    Ok(())
}

/// `changes.csv` of the plan: its columns and cells.
#[derive(Default)]
struct Table {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
    comma: bool,
    /// Whether each column of ids has numbers, as in the other sheets.
    numeric: [bool; IDS],
}

/// Columns of `changes.csv` that are texts; the first ones are ids: of the customer, and of two reps.
const TEXTS: usize = 6;
const IDS: usize = 3;

impl Table {
    fn number(&self, column: usize, text: &str) -> Option<Value<'static>> {
        if self.numeric.get(column).is_some_and(|numeric| *numeric) {
            return text.parse().ok().map(Value::Whole);
        }
        let dialect = Dialect {
            safe: false,
            comma: self.comma,
        };
        let number = (column >= TEXTS).then(|| dialect.parse(text)).flatten();
        number.map(Value::Real)
    }
}

fn table(plan: &SavedPlan) -> Result<Table, String> {
    let name = saved::OPTIONAL[0];
    let rules = &plan.report.scenario.output;
    let dialect = Dialect::of(rules);
    let Some(listed) = plan.report.files.iter().find(|f| f.name == name) else {
        return Ok(Table::default());
    };
    let told = |e: io::Error| format!("cannot be read ({e})");
    let bytes = std::fs::read(plan.dir.join(name)).map_err(told)?;
    if crate::disk::file::sha256(&bytes) != listed.sha256 {
        return Err("was changed since the plan was written".to_owned());
    }
    let mut reader = dialect.reader(&bytes);
    let texts = |record: &csv::StringRecord| -> Vec<String> {
        let cells = record.iter();
        cells
            .map(|cell| dialect.as_given(cell).to_owned())
            .collect()
    };
    let told = |e: csv::Error| format!("cannot be read ({e})");
    let names = texts(reader.headers().map_err(told)?);
    let mut rows = Vec::new();
    for record in reader.records() {
        rows.push(texts(&record.map_err(told)?));
    }
    let whole = |layer: &Layer<'_>, field: &str| {
        let field = layer.fields.iter().find(|f| f.name == field);
        field.is_some_and(|f| matches!(f.value(0), Value::Whole(_)))
    };
    let (customer, rep) = {
        let assignments = Layer::assignments(plan);
        (
            whole(&assignments, "customer_id"),
            whole(&assignments, "rep_id"),
        )
    };
    Ok(Table {
        names,
        rows,
        comma: dialect.comma,
        numeric: [customer, rep, rep],
    })
}

/// What somebody should look at: rules that are broken, who stands outside or inside another territory, and the notes of the run (islands among them).
fn exceptions(plan: &SavedPlan) -> Vec<[String; 5]> {
    let report = &plan.report;
    let name: HashMap<&str, &str> = (report.territories.iter())
        .map(|t| (t.rep.as_str(), t.name.as_str()))
        .collect();
    let row = |kind: &str, rep: Option<&str>, site: Option<&str>, what: &str| {
        let rep = rep.unwrap_or_default();
        let named = name.get(rep).copied().unwrap_or_default();
        [kind, rep, named, site.unwrap_or_default(), what].map(str::to_owned)
    };
    let broken = report.violations.iter().map(|v| {
        let kind = v.rule.to_string();
        row(&kind, v.rep.as_deref(), v.site.as_deref(), &v.text)
    });
    let inside = report.enclaves.iter().map(|e| {
        let what = format!("it stands in the territory of {}", e.inside);
        row("enclave", Some(&e.rep), Some(&e.site), &what)
    });
    let outside = report.outside.iter();
    let outside = outside.map(|site| {
        row(
            "outside",
            None,
            Some(site),
            "it stands outside the boundary",
        )
    });
    let notes = report
        .notes
        .iter()
        .map(|note| row("note", None, None, note));
    broken.chain(inside).chain(outside).chain(notes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use zip::write::SimpleFileOptions;

    /// A workbook's properties by themselves.
    fn saved_by(dir: &Path, editor: &str, date: &str) -> bool {
        let path = dir.join("book.xlsx");
        let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
        let options = SimpleFileOptions::default();
        archive.start_file("docProps/core.xml", options).unwrap();
        let text = format!(
            "<a><dc:creator>revier 1</dc:creator><cp:lastModifiedBy>{editor}</cp:lastModifiedBy><dcterms:modified t=\"x\">{date}</dcterms:modified></a>"
        );
        archive.write_all(text.as_bytes()).unwrap();
        archive.finish().unwrap();
        is_ours(&path)
    }

    #[test]
    fn a_workbook_that_somebody_saved_is_not_ours_any_more() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        assert!(saved_by(dir, "revier 1", "2000-01-01T00:00:00Z"));
        assert!(!saved_by(dir, "Anna", "2000-01-01T00:00:00Z"));
        assert!(!saved_by(dir, "revier 1", "2026-03-01T12:00:00Z"));
    }
}
