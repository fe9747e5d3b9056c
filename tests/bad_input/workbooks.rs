//! Workbooks that hurt, and workbooks that leave something open.

use super::{Bench, Expect, assert_told};
use revier::error::{Problem, Severity};
use std::io::{Cursor, Write};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// A workbook with one sheet of this XML, and a table of texts.
fn workbook(sheet: &str, texts: &str) -> Vec<u8> {
    workbook_of(&[("a", sheet)], texts)
}

/// A workbook with sheets of these names and this XML, and a table of texts.
pub fn workbook_of(sheets: &[(&str, &str)], texts: &str) -> Vec<u8> {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let relations = |all: &[(String, String, &str)]| {
        let one = |(id, target, kind): &(String, String, &str)| {
            format!("<Relationship Id=\"{id}\" Type=\"{office}/{kind}\" Target=\"{target}\"/>")
        };
        let all: String = all.iter().map(one).collect();
        format!("<Relationships xmlns=\"{package}/relationships\">{all}</Relationships>")
    };
    let number = |at: usize| at + 1;
    let (mut named, mut targets) = (String::new(), Vec::new());
    for (at, (name, _)) in sheets.iter().enumerate() {
        let n = number(at);
        named += &format!("<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>");
        targets.push((
            format!("rId{n}"),
            format!("worksheets/sheet{n}.xml"),
            "worksheet",
        ));
    }
    let root = [(
        "rId1".to_owned(),
        "xl/workbook.xml".to_owned(),
        "officeDocument",
    )];
    let mut parts = vec![
        (
            "[Content_Types].xml".to_owned(),
            format!("<Types xmlns=\"{package}/content-types\"/>"),
        ),
        ("_rels/.rels".to_owned(), relations(&root)),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{office}\"><sheets>{named}</sheets></workbook>"
            ),
        ),
        ("xl/_rels/workbook.xml.rels".to_owned(), relations(&targets)),
        ("xl/sharedStrings.xml".to_owned(), texts.to_owned()),
    ];
    for (at, (_, xml)) in sheets.iter().enumerate() {
        let sheet = format!("<worksheet xmlns=\"{MAIN}\">{xml}</worksheet>");
        parts.push((format!("xl/worksheets/sheet{}.xml", number(at)), sheet));
    }
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in parts {
        archive.start_file(name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

pub const NO_TEXTS: &str = "<sst/>";

/// A row of cells from column A on; text, numbers, or XML as it is.
pub fn row(number: usize, cells: &[&str]) -> String {
    let cell = |(at, text): (usize, &&str)| {
        let place = format!("{}{number}", char::from(b'A' + at as u8));
        match text.parse::<f64>() {
            _ if text.starts_with('<') => text.replacen("<c", &format!("<c r=\"{place}\""), 1),
            Ok(_) => format!("<c r=\"{place}\"><v>{text}</v></c>"),
            Err(_) => format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
        }
    };
    let cells: String = cells.iter().enumerate().map(cell).collect();
    format!("<row r=\"{number}\">{cells}</row>")
}

pub const HEADER: [&str; 4] = ["id", "lon", "lat", "workload"];
pub const C1: [&str; 4] = ["C1", "11.5", "48.1", "2"];
pub const C2: [&str; 4] = ["C2", "13.4", "52.5", "3"];

fn sheet(rows: &str) -> Vec<u8> {
    workbook(&format!("<sheetData>{rows}</sheetData>"), NO_TEXTS)
}

pub fn customers(bytes: &[u8]) -> Bench {
    Bench::new().with("customers", "c.xlsx", bytes)
}

/// The only error, which has this code and these words.
#[track_caller]
fn refused(bytes: &[u8], code: &str, words: &[&str]) {
    let begin = std::time::Instant::now();
    let problems = customers(bytes).problems();
    let errors: Vec<&Problem> = (problems.iter())
        .filter(|p| p.severity == Severity::Error)
        .collect();
    let text = errors[0].to_string();
    assert_eq!(errors[0].code, code, "{text}");
    assert!(words.iter().all(|w| text.contains(w)), "{words:?}: {text}");
    assert!(
        begin.elapsed().as_secs() < 20,
        "{text}: {:?}",
        begin.elapsed()
    );
}

#[test]
fn a_good_sheet_is_read_whatever_stands_around_it() {
    // Empty rows, cells without a column name, a note beside the table.
    let beside = C2.iter().copied().chain(["", "", "called twice"]);
    let beside: Vec<&str> = beside.collect();
    let rows = [row(3, &HEADER), row(4, &C1), row(9, &beside)].concat();
    let inputs = customers(&sheet(&rows)).read().unwrap();
    let ids: Vec<&str> = inputs.customers.ids.iter().collect();
    assert_eq!(ids, ["C1", "C2"]);
    assert_eq!(inputs.customers.column("workload"), Some(&[2.0, 3.0][..]));
}

#[test]
fn the_sheet_and_the_row_that_fit_are_found_and_told() {
    let data = |rows: &[String]| format!("<sheetData>{}</sheetData>", rows.concat());
    let info = data(&[row(1, &["Stand", "1.11.2026"]), row(2, &["id", "text"])]);
    let german = ["Kundennummer", "Längengrad", "Breitengrad", "Aufwand"];
    let table = data(&[
        row(1, &["Kundenliste"]),
        row(3, &german),
        row(4, &C1),
        row(5, &C2),
    ]);
    let x = ["X1", "10", "50", "9"];
    let other = data(&[row(1, &HEADER), row(2, &x), row(3, &C2)]);
    let book = workbook_of(
        &[("Info", &info), ("Kunden", &table), ("Archiv", &other)],
        NO_TEXTS,
    );
    let inputs = customers(&book).read().unwrap();
    let ids: Vec<&str> = inputs.customers.ids.iter().collect();
    assert_eq!(ids, ["C1", "C2"]);
    assert_eq!(inputs.customers.column("workload"), Some(&[2.0, 3.0][..]));
    let codes: Vec<&str> = inputs.warnings.iter().map(|p| p.code).collect();
    assert_eq!(codes, ["columns-found", "sheet-found", "header-found"]);
    let told: Vec<String> = inputs.warnings.iter().map(ToString::to_string).collect();
    assert!(
        told[1].contains("\"Kunden\"") && told[2].contains("row 3"),
        "{told:?}"
    );
    // The scenario has the last word, and says so where there is no such sheet.
    let named = |name: &str| {
        customers(&book).toml(&format!(
            "[tables]\nsheets = {{ customers = \"{name}\" }}\n"
        ))
    };
    let inputs = named("Archiv").read().unwrap();
    assert_eq!(inputs.customers.ids.get(0), "X1");
    assert!(inputs.warnings.is_empty(), "{:?}", inputs.warnings);
    let problems = named("Kundn").problems();
    assert_eq!(problems[0].code, "missing-sheet");
    assert!(
        problems[0].to_string().contains("Info, Kunden, Archiv"),
        "{}",
        problems[0]
    );
}

#[test]
fn rows_keep_their_numbers() {
    let rows = [
        row(3, &HEADER),
        row(4, &C1),
        row(9, &["C2", "200", "5", "1"]),
    ]
    .concat();
    let expect = Expect {
        code: "coordinates-out-of-range",
        feature: Some(6),
        id: Some("C2"),
        field: Some("lon"),
        words: &["200"],
    };
    let problems = customers(&sheet(&rows)).problems();
    assert_told(&problems, Severity::Error, "c.xlsx", &expect);
}

#[test]
fn a_cell_far_out_is_named_and_not_allocated() {
    let far = "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
    let rows = [row(1, &HEADER), row(2, &C1), row(3, &C2), far.to_owned()].concat();
    refused(
        &sheet(&rows),
        "row-length",
        &["XFD1048576", "clear the cell"],
    );
    // As wide as a sheet can be, it is the header that counts.
    let wide = "<c r=\"XFC1\" t=\"inlineStr\"><is><t>note</t></is></c></row>";
    let rows = [
        row(1, &HEADER).replace("</row>", wide),
        row(2, &C1),
        row(3, &C2),
    ]
    .concat();
    assert_eq!(customers(&sheet(&rows)).read().unwrap().customers.len(), 2);
}

#[test]
fn what_no_sheet_has_is_refused() {
    let good = [row(1, &HEADER), row(2, &C1), row(3, &C2)].concat();
    for bad in [
        "<row r=\"99999999999\"><c><v>1</v></c></row>",
        "<row r=\"1048577\"><c><v>1</v></c></row>",
        "<row r=\"4\"><c r=\"A4294967297\"><v>1</v></c></row>",
        "<row r=\"4\"><c r=\"ZZZZZZZZZZ4\"><v>1</v></c></row>",
        "<row r=\"4\"><c r=\"XFE4\"><v>1</v></c></row>",
    ] {
        refused(
            &sheet(&format!("{good}{bad}")),
            "wrong-format",
            &["XFD1048576"],
        );
    }
    for area in ["C2:A1", "A1:A99999999999", "B1:A2"] {
        let bytes = workbook(
            &format!("<dimension ref=\"{area}\"/><sheetData>{good}</sheetData>"),
            NO_TEXTS,
        );
        refused(&bytes, "wrong-format", &["workbook"]);
    }
    let backwards = [row(1, &HEADER), row(3, &C2), row(2, &C1)].concat();
    refused(
        &sheet(&backwards),
        "wrong-format",
        &["row 2 stands after a later one"],
    );
    let lies = "<sst uniqueCount=\"1000000000000000000\"/>";
    let bytes = workbook(&format!("<sheetData>{good}</sheetData>"), lies);
    refused(&bytes, "too-large", &["30,000,000 texts"]);
}

#[test]
fn a_bomb_is_not_unpacked() {
    let good = [row(1, &HEADER), row(2, &C1), row(3, &C2)].concat();
    // It says what it unfolds to: found in the directory of the archive.
    let mut bytes = sheet(&good);
    let mark = b"PK\x01\x02";
    let entries: Vec<usize> = (0..bytes.len() - 4)
        .filter(|at| &bytes[*at..at + 4] == mark)
        .collect();
    for at in &entries {
        bytes[at + 24..at + 28].copy_from_slice(&0x7000_0000_u32.to_le_bytes());
    }
    refused(&bytes, "too-large", &["1,073,741,824 bytes"]);
    // A text without an end.
    let text = "x".repeat(40 << 20);
    let bytes = sheet(&format!(
        "{good}<row r=\"4\"><c t=\"str\"><v>{text}</v></c></row>"
    ));
    assert!(bytes.len() < 1 << 20);
    refused(&bytes, "too-large", &["one piece"]);
}

#[test]
fn formulas_without_a_result_are_named() {
    let formula = "<c><f>B2*2</f></c>";
    let shared = "<c><f t=\"shared\" si=\"0\"/><v/></c>";
    let rows = [
        row(1, &HEADER),
        row(2, &["C1", "11.5", "48.1", formula]),
        row(3, &["C2", "13.4", "52.5", shared]),
        row(4, &["<c><f>A2</f></c>", "13.4", "52.4", "1"]),
        row(5, &["C4", "<c><f>1+1</f></c>", "52.4", "1"]),
        row(6, &["C5", "11", "48", "<c><f>1+1</f><v>2</v></c>"]),
    ];
    let problems = customers(&sheet(&rows.concat())).problems();
    for (feature, id, field, cell) in [
        (1, Some("C1"), "workload", "cell D2"),
        (2, Some("C2"), "workload", "cell D3"),
        (4, Some("C4"), "lon", "cell B5"),
    ] {
        let expect = Expect {
            code: "formula-without-value",
            feature: Some(feature),
            id,
            field: Some(field),
            words: &[cell, "save it"],
        };
        assert_told(&problems, Severity::Error, "c.xlsx", &expect);
    }
    let all: Vec<String> = problems.iter().map(Problem::to_string).collect();
    assert!(
        all.iter()
            .any(|p| p.contains("feature 3") && p.contains("cell A4")),
        "{all:?}"
    );
    assert!(!all.iter().any(|p| p.contains("C5")), "{all:?}");
    // A column that nothing reads may be full of them.
    let rows = [
        row(1, &["id", "lon", "lat", "colour"]),
        row(2, &["C1", "11.5", "48.1", formula]),
    ];
    assert!(customers(&sheet(&rows.concat())).read().is_ok());
}

/// An OpenDocument spreadsheet with this table.
fn spreadsheet(rows: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let plain = zip::write::SimpleFileOptions::default();
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\">\
         <office:body><office:spreadsheet><table:table table:name=\"Kunden\">{rows}</table:table></office:spreadsheet></office:body>\
         </office:document-content>"
    );
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        (
            "META-INF/manifest.xml",
            "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>",
        ),
        ("content.xml", content.as_str()),
    ] {
        archive.start_file(name, plain).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A row of texts and numbers of a spreadsheet.
pub fn ods_row(cells: &[&str]) -> String {
    let cell = |text: &&str| match text.parse::<f64>() {
        Ok(_) => format!("<table:table-cell office:value-type=\"float\" office:value=\"{text}\"/>"),
        Err(_) => format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
        ),
    };
    let cells: String = cells.iter().map(cell).collect();
    format!("<table:table-row>{cells}</table:table-row>")
}

fn ods(rows: &str) -> Bench {
    Bench::new().with("customers", "c.ods", &spreadsheet(rows))
}

#[test]
fn a_spreadsheet_of_open_document_is_read_below_its_title() {
    let rows = [
        ods_row(&["Kunden"]),
        ods_row(&["id", "lon", "lat", "workload"]),
        ods_row(&["C1", "9.5", "50.5", "2.25"]),
        "<table:table-row table:number-rows-repeated=\"3\"><table:table-cell/></table:table-row>".into(),
        ods_row(&["C2", "9.6", "50.6", "4"]),
        "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>".into(),
    ];
    let inputs = ods(&rows.concat()).read().expect("read");
    assert_eq!(inputs.customers.ids.get(1), "C2");
    assert_eq!(inputs.customers.columns[0].values, [2.25, 4.0]);
    assert!(inputs.warnings.iter().any(|p| p.code == "header-found"));
}

#[test]
fn a_spreadsheet_that_repeats_itself_without_end_is_refused() {
    let rows = ods_row(&["id", "lon", "lat", "workload"])
        + "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell table:number-columns-repeated=\"16000\" \
           office:value-type=\"float\" office:value=\"1\"/></table:table-row>";
    let problems = ods(&rows).problems();
    assert_eq!(problems[0].code, "too-large", "{problems:?}");
    assert!(problems[0].what.contains("cells"), "{problems:?}");
}

#[test]
fn a_formula_of_a_spreadsheet_without_a_result_is_named() {
    let rows = ods_row(&["id", "lon", "lat", "workload"])
        + "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>C1</text:p></table:table-cell>\
           <table:table-cell office:value-type=\"float\" office:value=\"9\"/><table:table-cell office:value-type=\"float\" office:value=\"50\"/>\
           <table:table-cell table:formula=\"of:=1+1\"/></table:table-row>";
    let problems = ods(&rows).problems();
    let told = problems[0].to_string();
    assert!(told.contains("formula in cell D2"), "{told}");
}

#[test]
fn what_is_packed_is_read_as_what_it_is() {
    let pack = |bytes: &[u8]| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    };
    let table = b"id;lon;lat;workload\nC1;9,5;50,5;2\nC2;9,6;50,6;4\n";
    let travel = b"customer_id,rep_id,km\nC1,R1,5\nC2,R2,7\n";
    let bench = Bench::new()
        .with("customers", "c.csv.gz", &pack(table))
        .with("reps", "r.geojson.gz", &pack(super::reps(&[]).as_bytes()))
        .with("matrix", "m.csv.gz", &pack(travel));
    let inputs = bench.read().expect("read");
    assert_eq!(inputs.customers.lon, [9.5, 9.6]);
    assert_eq!(inputs.reps.len(), 2);
    assert_eq!(inputs.matrix.expect("a matrix").km, [5.0, 7.0]);
    let mut cut = pack(table);
    cut.truncate(20);
    let problems = Bench::new().with("customers", "c.csv.gz", &cut).problems();
    assert_eq!(problems[0].code, "compressed-file");
    assert!(problems[0].what.contains("damaged"), "{problems:?}");
}
