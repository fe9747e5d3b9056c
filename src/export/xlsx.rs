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

/// Says so where a plan does not fit.
pub(super) fn fits(plan: &SavedPlan) -> Result<(), Error> {
    let n = plan.assignments.len();
    if n < MOST_ROWS {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "{n} customers do not fit into a sheet of Excel, which has {MOST_ROWS} rows at most; use --to csv"
    )))
}

/// Whether revier wrote a workbook: it names its author.
pub(super) fn is_ours(path: &Path) -> bool {
    let author = || {
        let mut archive = zip::ZipArchive::new(std::fs::File::open(path).ok()?).ok()?;
        let core = archive.by_name("docProps/core.xml").ok()?;
        let mut text = String::new();
        core.take(1 << 16).read_to_string(&mut text).ok()?;
        Some(text.contains("<dc:creator>revier "))
    };
    author().unwrap_or(false)
}

/// Writes the workbook. The same plan gives the same bytes: it is dated 2000-01-01.
pub(super) fn write(out: &mut (impl Write + Send), plan: &SavedPlan) -> io::Result<()> {
    let changes = table(plan)?;
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
                    Some(x) => Value::Real(x),
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
}

/// Columns of `changes.csv` that are texts.
const TEXTS: usize = 6;

impl Table {
    fn number(&self, column: usize, text: &str) -> Option<f64> {
        let dialect = Dialect {
            safe: false,
            comma: self.comma,
        };
        (column >= TEXTS).then(|| dialect.parse(text)).flatten()
    }
}

fn table(plan: &SavedPlan) -> io::Result<Table> {
    let name = saved::OPTIONAL[0];
    let rules = &plan.report.scenario.output;
    let dialect = Dialect::of(rules);
    if !plan.report.files.iter().any(|f| f.name == name) {
        return Ok(Table::default());
    }
    let bytes = std::fs::read(plan.dir.join(name))?;
    let mut reader = dialect.reader(&bytes);
    let texts = |record: &csv::StringRecord| -> Vec<String> {
        let cells = record.iter();
        cells
            .map(|cell| dialect.as_given(cell).to_owned())
            .collect()
    };
    let names = texts(reader.headers().map_err(io::Error::other)?);
    let mut rows = Vec::new();
    for record in reader.records() {
        rows.push(texts(&record.map_err(io::Error::other)?));
    }
    Ok(Table {
        names,
        rows,
        comma: dialect.comma,
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
