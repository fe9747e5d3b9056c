//! Sheets that are not what they seem: hidden, without results, full of errors, locked, or made to hurt.

#[path = "../common/books.rs"]
mod books;

use super::workbooks::{C1, C2, HEADER, NO_TEXTS, customers, ods_row, row, workbook_of};
use super::{Bench, Expect, assert_told};
use books::{Cell, Old};
use revier::error::{Problem, Severity};
use revier::input::Inputs;
use std::time::{Duration, Instant};

fn of(name: &str, bytes: &[u8]) -> Bench {
    Bench::new().with("customers", name, bytes)
}

fn ids(inputs: &Inputs) -> Vec<&str> {
    inputs.customers.ids.iter().collect()
}

#[track_caller]
fn assert_cell(name: &str, bytes: &[u8], code: &str, feature: usize, id: &str, words: &[&str]) {
    let expect = Expect {
        code,
        feature: Some(feature),
        id: Some(id),
        field: Some("workload"),
        words,
    };
    assert_told(&of(name, bytes).problems(), Severity::Error, name, &expect);
}

#[track_caller]
fn assert_passed_over(inputs: &Inputs) {
    assert_eq!(ids(inputs), ["C1", "C2"]);
    let told: Vec<String> = inputs.warnings.iter().map(Problem::to_string).collect();
    let hidden = told.iter().find(|t| t.contains("sheet-hidden"));
    let hidden = hidden.unwrap_or_else(|| panic!("{told:?}"));
    assert!(
        hidden.contains("\"Alt\" is hidden") && hidden.contains("[tables] sheets"),
        "{hidden}"
    );
}

#[test]
fn hidden_sheets_are_read_by_name_only() {
    let data = |rows: &[String]| format!("<sheetData>{}</sheetData>", rows.concat());
    let x = ["X1", "10", "50", "9"];
    let old = data(&[row(1, &HEADER), row(2, &x), row(3, &C2)]);
    let new = data(&[row(1, &HEADER), row(2, &C1), row(3, &C2)]);
    // The name goes into the XML as it stands.
    for state in ["hidden", "veryHidden"] {
        let alt = format!("Alt\" state=\"{state}");
        let book = workbook_of(&[(&alt, &old), ("Kunden", &new)], NO_TEXTS);
        assert_passed_over(&customers(&book).read().unwrap());
        let named = "[tables]\nsheets = { customers = \"Alt\" }\n";
        let inputs = customers(&book).toml(named).read().unwrap();
        assert_eq!(ids(&inputs), ["X1", "C2"]);
        assert!(inputs.warnings.is_empty(), "{:?}", inputs.warnings);
        // Where there is no other, it is what is meant.
        let alone = workbook_of(&[(&alt, &old)], NO_TEXTS);
        assert_eq!(ids(&customers(&alone).read().unwrap()), ["X1", "C2"]);
    }
}

fn cells<'a>(row: &[&'a str]) -> Vec<Cell<'a>> {
    let cell = |text: &&'a str| match text.parse() {
        Ok(number) => Cell::Number(number),
        Err(_) => Cell::Text(text),
    };
    row.iter().map(cell).collect()
}

#[test]
fn hidden_sheets_of_other_kinds_are_passed_over() {
    let (header, one, two) = (cells(&HEADER), cells(&C1), cells(&C2));
    let other = cells(&["X1", "10", "50", "9"]);
    let old: &[&[Cell<'_>]] = &[&header, &other];
    let new: &[&[Cell<'_>]] = &[&header, &one, &two];
    let book = books::xlsb(&[("Alt", 1, old), ("Kunden", 0, new)]);
    assert_passed_over(&of("c.xlsb", &book).read().unwrap());
    let styles = "<style:style style:name=\"ta2\" style:family=\"table\"><style:table-properties table:display=\"false\"/></style:style>";
    let table = |name: &str, style: &str, rows: &[&[&str]]| {
        let rows: String = rows.iter().map(|r| ods_row(r)).collect();
        format!(
            "<table:table table:name=\"{name}\" table:style-name=\"{style}\">{rows}</table:table>"
        )
    };
    let tables = table("Alt", "ta2", &[&HEADER, &["X1", "10", "50", "9"]])
        + &table("Kunden", "ta1", &[&HEADER, &C1, &C2]);
    assert_passed_over(&of("c.ods", &books::ods(styles, &tables)).read().unwrap());
}

#[test]
fn texts_with_formats_of_their_own_are_texts() {
    let numbers = |lon, lat| [Cell::Number(lon), Cell::Number(lat), Cell::Number(5.0)];
    let row = |id, [lon, lat, load]: [Cell<'static>; 3]| [id, lon, lat, load];
    let rows = [
        row(Cell::Rich("C1"), numbers(11.5, 48.1)),
        row(Cell::Text("C2"), numbers(13.4, 52.5)),
        row(Cell::Rich("Cöln 3"), numbers(6.9, 50.9)),
    ];
    let header = cells(&HEADER);
    let sheet: &[&[Cell<'_>]] = &[&header, &rows[0], &rows[1], &rows[2]];
    let book = books::xlsb(&[("Kunden", 0, sheet)]);
    let inputs = of("c.xlsb", &book).read().unwrap();
    assert_eq!(ids(&inputs), ["C1", "C2", "Cöln 3"]);
}

#[test]
fn errors_of_formulas_are_told_with_their_cells() {
    let help = "mend the formula, or clear the cell";
    let failed = [
        Cell::Text("C2"),
        Cell::Number(13.4),
        Cell::Number(52.5),
        Cell::Failed(7),
    ];
    let rows: &[&[Cell<'_>]] = &[&cells(&HEADER), &cells(&C1), &failed];
    let book = books::xlsb(&[("Kunden", 0, rows)]);
    let words = ["#DIV/0! in cell D3", help];
    assert_cell("c.xlsb", &book, "cell-error", 2, "C2", &words);

    let error = |attributes: &str, text: &str| {
        format!(
            "<table:table-cell table:formula=\"of:=1/0\" {attributes}><text:p>{text}</text:p></table:table-cell>"
        )
    };
    for (cell, name) in [
        (
            error(
                "office:value-type=\"string\" office:string-value=\"\" calcext:value-type=\"error\"",
                "#DIV/0!",
            ),
            "#DIV/0!",
        ),
        (
            error("office:value-type=\"float\" office:value=\"0\"", "#DIV/0!"),
            "#DIV/0!",
        ),
        (error("office:value-type=\"string\"", "Err:502"), "Err:502"),
        (
            error("office:value-type=\"float\" office:value=\"0\"", "#NV"),
            "#NV",
        ),
    ] {
        let last = ods_row(&["C2", "13.4", "52.5"])
            .replace("</table:table-row>", &(cell + "</table:table-row>"));
        let table = format!(
            "<table:table table:name=\"a\">{}{}{last}</table:table>",
            ods_row(&HEADER),
            ods_row(&C1)
        );
        let words = [&format!("{name} in cell D3"), help];
        assert_cell(
            "c.ods",
            &books::ods("", &table),
            "cell-error",
            2,
            "C2",
            &words,
        );
    }

    let wrong = "<c t=\"e\"><v>#DIV/0!</v></c>";
    let rows = [
        row(1, &HEADER),
        row(2, &C1),
        row(3, &["C2", "13.4", "52.5", wrong]),
    ]
    .concat();
    let book = workbook_of(
        &[("a", &format!("<sheetData>{rows}</sheetData>"))],
        NO_TEXTS,
    );
    assert_cell(
        "c.xlsx",
        &book,
        "cell-error",
        2,
        "C2",
        &["#DIV/0! in cell D3", help],
    );
    // As Excel writes it into a CSV: no group, no owner and no number.
    for name in ["#DIV/0!", "#NV", "#N/A", "#WERT!", "Err:502"] {
        let text = format!("id,lon,lat,workload,group\nC1,9,50,1,{name}\nC2,9.5,50,{name},\n");
        let problems = of("c.csv", text.as_bytes()).problems();
        let told: Vec<(&str, Option<&str>)> = (problems.iter())
            .map(|p| (p.code, p.field.as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                ("cell-error", Some("group")),
                ("cell-error", Some("workload"))
            ]
        );
    }
}

#[test]
fn formulas_that_no_program_calculated_are_told() {
    let none = [3, 0, 0, 0, 0, 0, 0xFF, 0xFF];
    let text = |t: &'static str| Old::Text(t);
    let header: Vec<Old<'_>> = HEADER.into_iter().map(text).collect();
    let line = |id: &'static str, x: f64, result: [u8; 8]| {
        [
            text(id),
            Old::Number(x),
            Old::Number(50.0),
            Old::Formula(result),
        ]
    };
    let book = |rows: &[&[Old<'_>]]| books::compound("/Workbook", &books::xls_stream(rows, &[]));
    let bytes = book(&[&header, &line("C1", 9.0, none), &line("C2", 9.5, none)]);
    let words = ["formula in cell D2 has no result", "calculate and save it"];
    assert_cell("c.xls", &bytes, "formula-without-value", 1, "C1", &words);
    let two = 2.0_f64.to_le_bytes();
    let bytes = book(&[&header, &line("C1", 9.0, two), &line("C2", 9.5, two)]);
    let inputs = of("c.xls", &bytes).read().unwrap();
    assert_eq!(inputs.customers.column("workload"), Some(&[2.0, 2.0][..]));
    // An .xlsx that asks for a calculation as it is opened: 0 is what stands in for a result.
    let rows = |result: &str| {
        let formula = format!("<c><f>1+1</f><v>{result}</v></c>");
        let rows = [
            row(1, &HEADER),
            row(2, &C1),
            row(3, &["C2", "13.4", "52.5", &formula]),
        ];
        format!("<sheetData>{}</sheetData>", rows.concat())
    };
    let lazy = |result: &str| {
        // The last sheet's name closes the list of sheets in the XML.
        let name = "a\" sheetId=\"1\" r:id=\"rId1\"/></sheets><calcPr fullCalcOnLoad=\"1\"/><sheets><sheet name=\"b";
        workbook_of(&[(name, &rows(result))], NO_TEXTS)
    };
    let words = ["formula in cell D3 has no result"];
    assert_cell(
        "c.xlsx",
        &lazy("0"),
        "formula-without-value",
        2,
        "C2",
        &words,
    );
    assert!(customers(&lazy("4")).read().is_ok());
    let calculated = workbook_of(&[("a", &rows("0"))], NO_TEXTS);
    assert!(customers(&calculated).read().is_ok());
}

#[test]
fn what_is_locked_says_so() {
    let locked = books::compound("/EncryptedPackage", b"x");
    let rows: &[&[Old<'_>]] = &[&[Old::Text("id")]];
    let old = books::compound(
        "/Workbook",
        &books::xls_stream(rows, &[0x2F, 0, 2, 0, 1, 0]),
    );
    let parts = books::ods_parts("", "<table:table table:name=\"a\"/>");
    let manifest = b"<m><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></m>";
    let part = |(name, bytes): &'_ (String, Vec<u8>)| match name.as_str() {
        "META-INF/manifest.xml" => (name.clone(), manifest.to_vec()),
        _ => (name.clone(), bytes.clone()),
    };
    let parts: Vec<(String, Vec<u8>)> = parts.iter().map(part).collect();
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(n, b)| (n.as_str(), b.as_slice()))
        .collect();
    let open = books::archive(&parts);
    for (name, bytes) in [("c.xlsx", &locked), ("c.xls", &old), ("c.ods", &open)] {
        let problems = of(name, bytes).problems();
        let told = problems[0].to_string();
        assert_eq!(problems[0].code, "password", "{name}: {told}");
        assert!(told.contains("protected by a password") && told.contains("take the password off"));
    }
}

/// Told as too large, or as no workbook, within seconds.
#[track_caller]
fn assert_too_large(rows: &str, words: &str) {
    let table = format!(
        "<table:table table:name=\"a\">{}{rows}</table:table>",
        ods_row(&HEADER)
    );
    let begin = Instant::now();
    let problems = of("c.ods", &books::ods("", &table)).problems();
    let told = problems[0].to_string();
    assert_eq!(problems[0].code, "too-large", "{told}");
    assert!(told.contains(words), "{told}");
    assert!(
        begin.elapsed() < Duration::from_secs(60),
        "{:?}",
        begin.elapsed()
    );
}

#[test]
fn spreadsheets_that_unfold_without_end_are_refused() {
    let number = "office:value-type=\"float\" office:value=\"1\"";
    let text = "office:value-type=\"string\"";
    let rows = |cell: &str| {
        format!("<table:table-row table:number-rows-repeated=\"1048000\">{cell}</table:table-row>")
    };
    let many = "table:number-columns-repeated=\"16000\"";
    // A value without a type, a count by its entities, and a text of blanks.
    assert_too_large(
        &rows(&format!("<table:table-cell office:value=\"1\" {many}/>")),
        "cells",
    );
    let count = "table:number-columns-repeated=\"&#49;&#54;000\"";
    assert_too_large(
        &rows(&format!("<table:table-cell {number} {count}/>")),
        "cells",
    );
    let blanks = format!(
        "<table:table-cell {text}><text:p>a<text:s text:c=\"2000000000\"/></text:p></table:table-cell>"
    );
    assert_too_large(
        &format!("<table:table-row>{blanks}</table:table-row>"),
        "characters in a cell",
    );
    let long = "x".repeat(30_000);
    let texts = format!(
        "<table:table-row table:number-rows-repeated=\"1000\"><table:table-cell {text} table:number-columns-repeated=\"100\"><text:p>{long}</text:p></table:table-cell></table:table-row>"
    );
    assert_too_large(&texts, "bytes of text");
    assert_too_large(
        &format!(
            "<table:table-row><table:table-cell {number} table:number-columns-repeated=\"99999999999\"/></table:table-row>"
        ),
        "columns",
    );
    let far = format!(
        "<table:table-row table:number-rows-repeated=\"4000000000\"><table:table-cell/></table:table-row><table:table-row><table:table-cell {number}/></table:table-row>"
    );
    assert_too_large(&far, "rows");
}

#[test]
fn spreadsheets_that_are_broken_say_so() {
    for (body, words) in [
        (
            "<table:table table:name=\"a\"><table:table-row>",
            "ends before it is complete",
        ),
        (
            "<table:table table:name=\"a\"><table:table-row><table:table-cell><office:annotation>",
            "ends before it is complete",
        ),
        (
            "<table:table table:name=\"a\"><table:table-row table:number-rows-repeated=\"x\"/></table:table>",
            "number-rows-repeated",
        ),
        (
            "<table:table table:name=\"a\"><table:table-row><table:table-cell office:value=\"1,5\"/></table:table-row></table:table>",
            "1,5",
        ),
    ] {
        let parts = books::ods_parts("", body);
        let cut = |(name, bytes): (String, Vec<u8>)| {
            let text = String::from_utf8(bytes).unwrap();
            // What is left open has no end.
            let end = if body.ends_with("</table:table>") {
                text.len()
            } else {
                text.find(body).map_or(text.len(), |at| at + body.len())
            };
            (name, text.as_bytes()[..end].to_vec())
        };
        let parts: Vec<(String, Vec<u8>)> = parts.into_iter().map(cut).collect();
        let parts: Vec<(&str, &[u8])> = parts
            .iter()
            .map(|(n, b)| (n.as_str(), b.as_slice()))
            .collect();
        let problems = of("c.ods", &books::archive(&parts)).problems();
        assert_eq!(problems[0].code, "wrong-format", "{problems:?}");
        assert!(problems[0].what.contains(words), "{problems:?}");
    }
}

#[test]
fn texts_of_a_spreadsheet_come_as_they_are_shown() {
    let cell = |inner: &str| {
        format!("<table:table-cell office:value-type=\"string\">{inner}</table:table-cell>")
    };
    let rest = ods_row(&["9", "50", "1"]).replace("<table:table-row>", "");
    let rows: String = [
        "<office:annotation><text:p>note</text:p></office:annotation><text:p>A<text:s/>&amp;<text:span>B</text:span></text:p>",
        "<text:p>C</text:p><text:p>D&#228;</text:p>",
    ]
    .map(|inner| format!("<table:table-row>{}{rest}", cell(inner)))
    .concat();
    let grouped = format!("<table:table-row-group>{rows}</table:table-row-group>");
    let head = format!(
        "<table:table-header-rows>{}</table:table-header-rows>",
        ods_row(&HEADER)
    );
    let table = format!("<table:table table:name=\"a\">{head}{grouped}</table:table>");
    let inputs = of("c.ods", &books::ods("", &table)).read().unwrap();
    assert_eq!(ids(&inputs), ["A &B", "C\nDä"]);
}

#[test]
fn numbers_that_excel_has_as_texts_follow_their_column() {
    let german = ["id", "lon", "lat", "workload", "Rabatt"];
    let book = |cells: &[[&str; 5]]| {
        let rows: String = (2..).zip(cells).map(|(n, c)| row(n, c)).collect();
        workbook_of(
            &[(
                "a",
                &format!("<sheetData>{}{rows}</sheetData>", row(1, &german)),
            )],
            NO_TEXTS,
        )
    };
    let thousand = "<c t=\"inlineStr\"><is><t>1.200</t></is></c>";
    let lines = [
        ["C1", "11.5", "48.1", "2", "0,5"],
        ["C2", "13,4", "52.5", "1.234,5", "12,25"],
        ["C3", "12,4", "51,5", thousand, "x"],
    ];
    let inputs = customers(&book(&lines)).read().unwrap();
    assert_eq!(inputs.customers.lon, [11.5, 13.4, 12.4]);
    assert_eq!(
        inputs.customers.column("workload"),
        Some(&[2.0, 1234.5, 1200.0][..])
    );
    assert!(
        inputs.warnings.iter().any(|p| p.code == "decimal-found"),
        "{:?}",
        inputs.warnings
    );
    // Nothing but thousands, or decimals: asked for, and answered.
    let doubt = book(&[
        ["C1", "11.5", "48.1", "1,200", ""],
        ["C2", "13.5", "52.5", "7", ""],
    ]);
    let problems = customers(&doubt).problems();
    assert_eq!(problems[0].code, "decimal-unknown", "{problems:?}");
    for (mark, value) in [(",", 1.2), (".", 1200.0)] {
        let said = format!("[tables]\ndecimal = \"{mark}\"\n");
        let inputs = customers(&doubt).toml(&said).read().unwrap();
        assert_eq!(inputs.customers.column("workload"), Some(&[value, 7.0][..]));
    }
}
