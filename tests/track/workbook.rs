//! Results in an Excel workbook.

use super::{Bench, line};

/// CRC-32 (ISO-HDLC), as ZIP has it.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 * (crc & 1))
        })
    })
}

/// A ZIP archive of files that are stored as they are.
fn zip(files: &[(&str, String)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let offset = out.len() as u32;
        let size = (text.len() as u32).to_le_bytes();
        // Version 2.0, no flags, stored, no time.
        let mut head = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        head.extend(crc(text.as_bytes()).to_le_bytes());
        head.extend(size);
        head.extend(size);
        head.extend((name.len() as u16).to_le_bytes());
        head.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&head);
        out.extend(name.as_bytes());
        out.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&head);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, count) = (out.len() as u32, (files.len() as u16).to_le_bytes());
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count);
    out.extend(count);
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// A workbook of one sheet; cells are XML, and style 1 is a date.
fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let row = |(i, cells): (usize, &&[&str])| {
        let cell = |(j, xml): (usize, &&str)| {
            let place = format!("{}{}", char::from(b'A' + j as u8), i + 1);
            xml.replacen("<c", &format!("<c r=\"{place}\""), 1)
        };
        let cells: String = cells.iter().enumerate().map(cell).collect();
        format!("<row r=\"{}\">{cells}</row>", i + 1)
    };
    let rows: String = rows.iter().enumerate().map(row).collect();
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    zip(&[
        (
            "[Content_Types].xml",
            format!("<Types xmlns=\"{package}/content-types\"/>"),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ])
}

const CUSTOMER: &str = "<c t=\"inlineStr\"><is><t>customer_id</t></is></c>";
const PERIOD: &str = "<c t=\"inlineStr\"><is><t>period</t></is></c>";
const REVENUE: &str = "<c t=\"inlineStr\"><is><t>revenue</t></is></c>";
const C1: &str = "<c t=\"inlineStr\"><is><t>C1</t></is></c>";
const C8: &str = "<c t=\"inlineStr\"><is><t>C8</t></is></c>";

#[test]
fn dates_years_and_texts_are_periods() {
    let bench = Bench::new();
    // 46027 is 2026-01-05.
    let rows: &[&[&str]] = &[
        &[CUSTOMER, PERIOD, REVENUE],
        &[C1, "<c s=\"1\"><v>46027</v></c>", "<c><v>12.5</v></c>"],
        &[C8, "<c><v>2026</v></c>", "<c><v>100</v></c>"],
        &[
            C1,
            "<c t=\"inlineStr\"><is><t>2026-Q3</t></is></c>",
            "<c><v>3</v></c>",
        ],
    ];
    std::fs::write(bench.path("results.xlsx"), workbook(rows)).unwrap();
    let (code, out, err) = bench.run(&["track", "plan", "results.xlsx", "--out", "-"]);
    assert_eq!(code, 0, "{err}");
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(line(&json, 0, 0)["actual"], 15.5);
    assert_eq!(line(&json, 0, 1)["actual"], 100.0);
    let steps: Vec<_> = line(&json, 0, 0)["periods"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["period"].clone())
        .collect();
    assert_eq!(steps, ["2026-01", "2026-Q3", "2026"]);
}

#[test]
fn cells_of_the_wrong_kind_are_told() {
    let bench = Bench::new();
    let rows: &[&[&str]] = &[
        &[CUSTOMER, PERIOD, REVENUE],
        &[
            "<c s=\"1\"><v>46027</v></c>",
            "<c><v>2026</v></c>",
            "<c><v>1</v></c>",
        ],
        &[C1, "<c><v>2026.5</v></c>", "<c s=\"1\"><v>46027</v></c>"],
        &[C8, "<c><v>2026</v></c>", "<c t=\"e\"><v>#DIV/0!</v></c>"],
    ];
    std::fs::write(bench.path("results.xlsx"), workbook(rows)).unwrap();
    let (code, _, err) = bench.run(&["track", "plan", "results.xlsx"]);
    assert_eq!(code, 2);
    for told in [
        "feature 1, field `customer_id`: the date 2026-01-05 where text is needed",
        "feature 2 (id \"C1\"), field `period`: 2026.5",
        "feature 2 (id \"C1\"), field `revenue`: the date 2026-01-05 where a number is needed",
        "feature 3 (id \"C8\"), field `revenue`: the error #DIV/0! in cell C4 where a value is needed",
    ] {
        assert!(err.contains(told), "{told:?} is not in\n{err}");
    }
    std::fs::write(bench.path("results.xlsx"), b"PK\x03\x04 but no workbook").unwrap();
    let (code, _, err) = bench.run(&["track", "plan", "results.xlsx"]);
    assert_eq!(code, 2);
    assert!(err.contains("cannot be read as a workbook"), "{err}");
}

#[test]
fn months_that_excel_made_dates_of_are_months() {
    let bench = Bench::new();
    let run = |days: [u32; 3]| {
        let cells = days.map(|day| format!("<c s=\"1\"><v>{day}</v></c>"));
        let rows: &[&[&str]] = &[
            &[CUSTOMER, PERIOD, REVENUE],
            &[C1, &cells[0], "<c><v>12.5</v></c>"],
            &[C1, &cells[1], "<c><v>3</v></c>"],
            &[C8, &cells[2], "<c><v>100</v></c>"],
        ];
        std::fs::write(bench.path("results.xlsx"), workbook(rows)).unwrap();
        bench.run(&["track", "plan", "results.xlsx", "--out", "-"])
    };
    // 46023 is 2026-01-01, 46054 2026-02-01, 46082 2026-03-01.
    let (code, out, err) = run([46_023, 46_054, 46_082]);
    assert_eq!(code, 0, "{err}");
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["goals"][0]["as_of"], "2026-03-31", "{out}");
    for told in [
        "months-found",
        "2026-01-01 is 2026-01",
        "write them as texts",
    ] {
        assert!(err.contains(told), "{told:?} is not in\n{err}");
    }
    // One that is not the first: single days.
    let (code, out, err) = run([46_023, 46_054, 46_083]);
    assert_eq!(code, 0, "{err}");
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["goals"][0]["as_of"], "2026-03-02", "{out}");
    assert!(!err.contains("months-found"), "{err}");
    // The month counts once: as a date and as a text.
    let text = "<c t=\"inlineStr\"><is><t>2026-01</t></is></c>";
    let rows: &[&[&str]] = &[
        &[CUSTOMER, PERIOD, REVENUE],
        &[C1, "<c s=\"1\"><v>46023</v></c>", "<c><v>1</v></c>"],
        &[C1, text, "<c><v>1</v></c>"],
    ];
    std::fs::write(bench.path("results.xlsx"), workbook(rows)).unwrap();
    let (code, _, err) = bench.run(&["track", "plan", "results.xlsx", "--out", "-"]);
    assert_eq!(code, 0, "{err}");
    // Days that are written out are days, and that is told where they look like months.
    let write = |days: [&str; 2]| {
        let [a, b] = days;
        bench.write(
            "r.csv",
            &format!("customer_id,period,revenue\nC1,{a},5\nC8,{b},7\n"),
        );
        let (code, out, err) = bench.run(&["track", "plan", "r.csv", "--out", "-"]);
        assert_eq!(code, 0, "{err}");
        let json: serde_json::Value = serde_json::from_str(&out).unwrap();
        (json["goals"][0]["as_of"].clone(), err)
    };
    let (as_of, err) = write(["2026-01-01", "2026-02-01 00:00:00"]);
    assert_eq!(as_of, "2026-02-01");
    assert!(
        err.contains("looks-like-months") && err.contains("write 2026-01"),
        "{err}"
    );
    for days in [
        ["2026-01-01", "2026-02-02"],
        ["2026-01-01", "2026-01-01"],
        ["2026-01", "2026-02-01"],
    ] {
        assert!(!write(days).1.contains("looks-like-months"), "{days:?}");
    }
}
