//! Workbooks of other kinds than `.xlsx`, byte by byte.
#![allow(dead_code)]

use std::io::{Cursor, Write};

/// An archive of parts, packed.
pub fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let plain = zip::write::SimpleFileOptions::default();
        archive.start_file(*name, plain).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A record of an `.xlsb`.
fn record(kind: u16, body: &[u8]) -> Vec<u8> {
    let mut out = match kind {
        0..0x80 => vec![kind as u8],
        _ => vec![kind as u8 | 0x80, (kind >> 7) as u8],
    };
    let mut length = body.len();
    loop {
        let more = length > 0x7F;
        out.push((length & 0x7F) as u8 | u8::from(more) << 7);
        length >>= 7;
        if !more {
            break;
        }
    }
    out.extend(body);
    out
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let letters = units.iter().flat_map(|u| u.to_le_bytes());
    (units.len() as u32)
        .to_le_bytes()
        .into_iter()
        .chain(letters)
        .collect()
}

/// What a cell of an `.xlsb` holds.
pub enum Cell<'a> {
    Text(&'a str),
    Number(f64),
    /// A formula that came to this error.
    Failed(u8),
    /// A text whose second letter has a format of its own.
    Rich(&'a str),
}

/// The parts of an `.xlsb` of sheets, each with its state: 0 is shown, 1 hidden.
pub fn xlsb_parts(sheets: &[(&str, u32, &[&[Cell<'_>]])]) -> Vec<(String, Vec<u8>)> {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let mut book = [record(0x83, &[]), record(0x99, &[0; 12]), record(0x8F, &[])].concat();
    let mut relations = format!("<Relationships xmlns=\"{package}\">");
    let mut parts = Vec::new();
    for (n, (name, state, rows)) in (1_u32..).zip(sheets) {
        let head = [state.to_le_bytes(), n.to_le_bytes()].concat();
        let body = [head, wide(&format!("rId{n}")), wide(name)].concat();
        book.extend(record(0x9C, &body));
        relations += &format!(
            "<Relationship Id=\"rId{n}\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet{n}.bin\"/>"
        );
        let mut sheet = [record(0x81, &[]), record(0x94, &[0; 16]), record(0x91, &[])].concat();
        for (r, cells) in (0_u32..).zip(*rows) {
            sheet.extend(record(0, &[&r.to_le_bytes()[..], &[0; 13]].concat()));
            for (c, cell) in (0_u32..).zip(*cells) {
                let place = [c.to_le_bytes(), [0; 4]].concat();
                let (kind, value) = match cell {
                    Cell::Text(text) => (6, wide(text)),
                    Cell::Number(x) => (5, x.to_le_bytes().to_vec()),
                    Cell::Rich(text) => {
                        let run = [1, 0, 0, 0, 1, 0, 1, 0];
                        (62, [vec![1], wide(text), run.to_vec()].concat())
                    }
                    Cell::Failed(code) => (11, vec![*code, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
                };
                sheet.extend(record(kind, &[place, value].concat()));
            }
        }
        sheet.extend([record(0x92, &[]), record(0x82, &[])].concat());
        parts.push((format!("xl/worksheets/sheet{n}.bin"), sheet));
    }
    book.extend([record(0x90, &[]), record(0x84, &[])].concat());
    parts.push(("xl/workbook.bin".into(), book));
    let relations = relations + "</Relationships>";
    parts.push(("xl/_rels/workbook.bin.rels".into(), relations.into_bytes()));
    parts
}

/// An `.xlsb`.
pub fn xlsb(sheets: &[(&str, u32, &[&[Cell<'_>]])]) -> Vec<u8> {
    let parts = xlsb_parts(sheets);
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(n, b)| (n.as_str(), b.as_slice()))
        .collect();
    archive(&parts)
}

/// The parts of an `.ods` with these styles and this body.
pub fn ods_parts(styles: &str, tables: &str) -> Vec<(String, Vec<u8>)> {
    let spaces = ["office", "table", "text", "style"].map(|space| {
        format!("xmlns:{space}=\"urn:oasis:names:tc:opendocument:xmlns:{space}:1.0\"")
    });
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content {} xmlns:calcext=\"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0\">\
         <office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>\
         </office:document-content>",
        spaces.join(" ")
    );
    let manifest = "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", &content),
    ]
    .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
    .into()
}

/// An `.ods` with these styles and this body.
pub fn ods(styles: &str, tables: &str) -> Vec<u8> {
    let parts = ods_parts(styles, tables);
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(n, b)| (n.as_str(), b.as_slice()))
        .collect();
    archive(&parts)
}

/// A record of an `.xls`.
fn old(kind: u16, body: &[u8]) -> Vec<u8> {
    let head = [kind.to_le_bytes(), (body.len() as u16).to_le_bytes()].concat();
    [head, body.to_vec()].concat()
}

/// What a cell of an `.xls` holds: a text, a number, or the bytes of a formula's result.
pub enum Old<'a> {
    Text(&'a str),
    Number(f64),
    Formula([u8; 8]),
}

/// The stream of an `.xls` of one sheet (BIFF8); `before` is put in front of its sheets.
pub fn xls_stream(rows: &[&[Old<'_>]], before: &[u8]) -> Vec<u8> {
    let bof = |kind: u16| {
        let words = [0x0600, kind, 0x0DBB, 0x07CC, 0, 0, 0x0006, 0];
        old(0x0809, &words.map(u16::to_le_bytes).concat())
    };
    let code_page = old(0x0042, &1200_u16.to_le_bytes());
    let mut globals = [bof(0x0005), code_page, before.to_vec()].concat();
    let name = b"Kunden";
    let sheet = |start: u32| {
        let head = [&start.to_le_bytes()[..], &[0, 0, name.len() as u8, 0], name].concat();
        old(0x0085, &head)
    };
    let start = globals.len() + sheet(0).len() + 4;
    globals.extend(sheet(start as u32));
    globals.extend(old(0x000A, &[]));
    let mut out = [globals, bof(0x0010)].concat();
    for (r, cells) in (0_u16..).zip(rows) {
        for (c, cell) in (0_u16..).zip(*cells) {
            let place = [r, c, 15].map(u16::to_le_bytes).concat();
            out.extend(match cell {
                Old::Number(x) => old(0x0203, &[&place[..], &x.to_le_bytes()].concat()),
                Old::Text(text) => {
                    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
                    let length = (units.len() as u16 / 2).to_le_bytes();
                    old(0x0204, &[&place[..], &length, &[1], &units].concat())
                }
                Old::Formula(result) => {
                    // 1 + 1
                    let tokens = [7_u8, 0, 0x1E, 1, 0, 0x1E, 1, 0, 0x03];
                    old(0x0006, &[&place[..], result, &[0; 6], &tokens].concat())
                }
            });
        }
    }
    out.extend(old(0x000A, &[]));
    out
}

/// A compound file with this stream.
pub fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream(name).unwrap().write_all(stream).unwrap();
    file.flush().unwrap();
    file.into_inner().into_inner()
}
