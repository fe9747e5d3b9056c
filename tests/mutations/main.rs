//! Files that were damaged at random, for everything that reads foreign bytes: no panic, no case over five seconds, no memory without
//! end. Seeded: case `i` of a kind is the same on every machine. `tests/fuzz` has the same entry points for coverage-guided fuzzing.

#[path = "../common/books.rs"]
mod books;
#[path = "../common/mod.rs"]
mod common;
mod corpus;
#[path = "../fuzz/entries.rs"]
mod entries;
mod layers;
#[path = "../roads/osm.rs"]
#[allow(dead_code)]
mod osm;

use books::{Cell, Old};
use common::Random;
use entries::{BOOKS, PLAN, Place};
use std::io::{Cursor, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Cases in all, of this file: 100,000 in a release build, fewer where every one takes longer; `MUTATIONS=10000000` asks for another number, and
/// `MUTATIONS_FROM=100000` for other ones.
fn cases() -> std::ops::Range<usize> {
    let usual = if cfg!(debug_assertions) {
        4_000
    } else {
        100_000
    };
    let asked = |name: &str, usual: usize| {
        std::env::var(name).map_or(usual, |text| {
            text.parse()
                .unwrap_or_else(|_| panic!("{name}={text} is no number"))
        })
    };
    let from = asked("MUTATIONS_FROM", 0);
    from..from + asked("MUTATIONS", usual)
}

/// Pieces that readers trip over.
const PIECES: [&str; 30] = [
    "[]",
    "{}",
    "null",
    "true",
    "-1",
    "0",
    "1e308",
    "1e16",
    "-0.0",
    "9223372036854775807",
    "18446744073709551616",
    "NaN",
    "\"\"",
    "\"x\"",
    "[[]]",
    "[1]",
    "\\u0000",
    "\u{feff}",
    "\n",
    "\r\n",
    ";",
    ",",
    "\"",
    "'",
    "=cmd",
    "1.234.567",
    "2.155",
    "180.0000001",
    "é",
    "\u{202e}",
];

fn pick<'a, T>(random: &mut Random, list: &'a [T]) -> &'a T {
    &list[random.below(list.len())]
}

/// The bytes with one to four damages.
fn damage(random: &mut Random, seed: &[u8]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..1 + random.below(4) {
        if bytes.is_empty() {
            break;
        }
        let at = random.below(bytes.len());
        let end = at + random.below((bytes.len() - at).min(40) + 1);
        match random.below(8) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.truncate(at),
            3 => {
                let piece = bytes[at..end].to_vec();
                let to = random.below(bytes.len());
                bytes.splice(to..to, piece);
            }
            4 => drop(bytes.splice(at..at, pick(random, &PIECES).bytes())),
            _ => {
                // A whole value: a number, a word, a text.
                let value = |b: &u8| b.is_ascii_alphanumeric() || b"+-._".contains(b);
                let Some(from) = bytes[at..].iter().position(value).map(|n| at + n) else {
                    continue;
                };
                let length = bytes[from..].iter().position(|b| !value(b));
                let to = length.map_or(bytes.len(), |n| from + n);
                bytes.splice(from..to, pick(random, &PIECES).bytes());
            }
        }
    }
    bytes
}

type Part = (String, Vec<u8>);

/// A workbook of one sheet, as its parts.
fn parts() -> Vec<Part> {
    let main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let relation = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{office}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let sheet = format!(
        "<worksheet {main}><dimension ref=\"A1:D3\"/><sheetData>\
         <row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c><c r=\"D1\" t=\"s\"><v>3</v></c></row>\
         <row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>C1</t></is></c><c r=\"B2\"><v>11.5</v></c><c r=\"C2\"><v>48.1</v></c><c r=\"D2\"><f>1+1</f><v>2</v></c></row>\
         <row r=\"3\"><c r=\"A3\"><v>7</v></c><c r=\"B3\"><v>13.4</v></c><c r=\"C3\"><v>52.5</v></c><c r=\"D3\" s=\"1\"><f t=\"shared\" si=\"0\" ref=\"D3:D9\">D2</f><v>46027</v></c></row>\
         </sheetData></worksheet>"
    );
    let texts = format!(
        "<sst {main} uniqueCount=\"4\"><si><t>id</t></si><si><t>lon</t></si><si><t>lat</t></si><si><t>workload</t></si></sst>"
    );
    let styles = format!(
        "<styleSheet {main}><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
    );
    let book = format!(
        "<workbook {main} xmlns:r=\"{office}\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    [
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", book),
        (
            "xl/_rels/workbook.xml.rels",
            relation("worksheet", "worksheets/sheet1.xml"),
        ),
        ("xl/styles.xml", styles),
        ("xl/sharedStrings.xml", texts),
        ("xl/worksheets/sheet1.xml", sheet),
    ]
    .map(|(name, text)| (name.to_owned(), text.into_bytes()))
    .into()
}

fn packed(parts: &[Part]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored);
        archive.start_file(name.as_str(), options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A damaged workbook: mostly a part of it, so that the archive around it is whole.
fn workbook(random: &mut Random) -> Vec<u8> {
    let mut parts = parts();
    if random.below(8) == 0 {
        return damage(random, &packed(&parts));
    }
    // The sheet is what most of the readers' work is about.
    let at = if random.below(2) == 0 {
        parts.len() - 1
    } else {
        random.below(parts.len())
    };
    parts[at].1 = damage(random, &parts[at].1);
    packed(&parts)
}

const HEADER: [&str; 4] = ["id", "lon", "lat", "workload"];

/// The parts of an `.ods`, with what its reader looks at.
fn ods() -> Vec<Part> {
    let style = "<style:style style:name=\"ta1\" style:family=\"table\"><style:table-properties table:display=\"false\"/></style:style>";
    let text = |t: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{t}<text:s text:c=\"2\"/></text:p></table:table-cell>"
        )
    };
    let number = |x: f64| {
        format!(
            "<table:table-cell table:number-columns-repeated=\"1\" office:value-type=\"float\" office:value=\"{x}\"/>"
        )
    };
    let header: String = HEADER.map(text).concat();
    let row = |id: &str, lon: f64| {
        let cells = [text(id), number(lon), number(48.1), number(2.0)].concat();
        format!("<table:table-row table:number-rows-repeated=\"1\">{cells}</table:table-row>")
    };
    let rows = format!(
        "<table:table-row>{header}</table:table-row>{}{}",
        row("C1", 11.5),
        row("C&#50;", 13.4)
    );
    let table = |name: &str, style: &str| {
        format!(
            "<table:table table:name=\"{name}\" table:style-name=\"{style}\">{rows}</table:table>"
        )
    };
    books::ods_parts(style, &(table("Alt", "ta1") + &table("Kunden", "ta2")))
}

/// The parts of an `.xlsb`.
fn xlsb() -> Vec<Part> {
    let header = HEADER.map(Cell::Text);
    let one = [
        Cell::Text("C1"),
        Cell::Number(11.5),
        Cell::Number(48.1),
        Cell::Failed(7),
    ];
    let two = [
        Cell::Text("C2"),
        Cell::Number(13.4),
        Cell::Number(52.5),
        Cell::Number(3.0),
    ];
    let rows: &[&[Cell<'_>]] = &[&header, &one, &two];
    books::xlsb_parts(&[("Alt", 1, rows), ("Kunden", 0, rows)])
}

/// The stream of an `.xls`.
fn xls() -> Vec<u8> {
    let header = HEADER.map(Old::Text);
    let line = |id: &'static str, x: f64, result: [u8; 8]| {
        [
            Old::Text(id),
            Old::Number(x),
            Old::Number(48.1),
            Old::Formula(result),
        ]
    };
    let one = line("C1", 11.5, 2.0_f64.to_le_bytes());
    let two = line("C2", 13.4, [3, 0, 0, 0, 0, 0, 0xFF, 0xFF]);
    books::xls_stream(&[&header, &one, &two], &[])
}

/// A damaged part among whole ones.
fn damaged_part(random: &mut Random, mut parts: Vec<Part>) -> Vec<u8> {
    if random.below(8) == 0 {
        return damage(random, &packed(&parts));
    }
    let at = random.below(parts.len());
    parts[at].1 = damage(random, &parts[at].1);
    packed(&parts)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// A damaged workbook of one of [`BOOKS`], or a packed table.
fn book(random: &mut Random, kind: &str, table: &[u8]) -> Vec<u8> {
    match kind {
        "ods" => damaged_part(random, ods()),
        "xlsb" => damaged_part(random, xlsb()),
        "xls" if random.below(4) == 0 => damage(random, &books::compound("/Workbook", &xls())),
        "xls" => books::compound("/Workbook", &damage(random, &xls())),
        _ if random.below(2) == 0 => damage(random, &gzip(table)),
        _ => gzip(&damage(random, table)),
    }
}

/// Roads between the places of the example: of one way and of both, a roundabout, a ferry, turns that are not allowed.
fn roads() -> osm::Osm {
    let at = |i: i64| [10.6 + 0.3 * (i % 5) as f64, 48.1 + 0.35 * (i / 5) as f64];
    let nodes = (0..20).fold(osm::Osm::default(), |net, i| net.node(i + 1, at(i)));
    let rows = (0..4).fold(nodes, |net, row| {
        let all: Vec<i64> = (1..6).map(|i| 5 * row + i).collect();
        net.way(
            100 + row,
            &all,
            &[("highway", "primary"), ("maxspeed", "80")],
        )
    });
    let columns = (0..5).fold(rows, |net, column| {
        let all: Vec<i64> = (0..4).map(|i| 5 * i + column + 1).collect();
        let tags: osm::Tags = match column {
            0 => &[("highway", "residential"), ("oneway", "yes")],
            1 => &[("route", "ferry"), ("duration", "00:30")],
            2 => &[("highway", "service"), ("access", "destination")],
            _ => &[("highway", "tertiary"), ("maxspeed", "30 mph")],
        };
        net.way(200 + column, &all, tags)
    });
    columns
        .way(
            300,
            &[1, 2, 7, 6, 1],
            &[("highway", "primary"), ("junction", "roundabout")],
        )
        .at(8, &[("highway", "traffic_signals")])
        .at(9, &[("barrier", "gate")])
        .turn("no_left_turn", 101, 8, 202)
        .turn("only_straight_on", 102, 13, 202)
}

/// A damaged extract of OpenStreetMap: a part of it, whose length fits, or anything, whose length may not.
fn extract(random: &mut Random) -> Vec<u8> {
    let whole = roads().bytes();
    let damaged = damage(random, &whole);
    let length = u32::from_be_bytes([whole[0], whole[1], whole[2], whole[3]]) as usize;
    match random.below(3) {
        0 => damaged,
        _ => {
            // The header of the file stays, and the block is damaged in a blob of its own.
            let head = 4 + length + blob_length(&whole[4..4 + length]);
            let block = damage(random, &roads().block());
            let data = osm::blob("OSMData", &osm::raw(&block));
            [whole[..head].to_vec(), data].concat()
        }
    }
}

/// How long the blob is that a header, written by [`osm::blob`], comes before: its last number.
fn blob_length(header: &[u8]) -> usize {
    let at = header.iter().position(|b| *b == 3 << 3).unwrap_or(0);
    let digits = header[at + 1..].iter().enumerate();
    digits.fold(0, |sum, (i, b)| sum | usize::from(b & 0x7F) << (7 * i))
}

/// One case of a kind.
fn case(place: &Place, seeds: &[Vec<Vec<u8>>], kind: usize, number: usize) {
    let mut random = Random((kind as u64) << 32 | number as u64);
    let random = &mut random;
    match kind {
        0 => place.every(
            "geojson",
            &damage(random, &seeds[0][number % seeds[0].len()]),
        ),
        1 => place.every("csv", &damage(random, &seeds[1][number % seeds[1].len()])),
        2 => place.every("xlsx", &workbook(random)),
        3 => place.scenario(&damage(random, &seeds[2][number % seeds[2].len()])),
        4 => {
            let of = if random.below(2) == 0 { 0 } else { 1 };
            place.leads(&damage(random, &seeds[of][number % seeds[of].len()]));
        }
        10 => place.every("pbf", &extract(random)),
        6..10 => {
            let kind = BOOKS[kind - 6];
            place.every(
                kind,
                &book(random, kind, &seeds[1][number % seeds[1].len()]),
            );
        }
        _ => place.plan(number, &damage(random, &seeds[3][number % PLAN.len()])),
    }
}

/// Of 26 cases, how many are of each kind.
const SHARES: [usize; 11] = [5, 5, 3, 3, 2, 2, 2, 1, 1, 1, 1];

/// Ends the process when one case takes forever: a test cannot be cut off otherwise.
fn watch(cases: &'static AtomicU64) {
    std::thread::spawn(move || {
        let mut last = (u64::MAX, Instant::now());
        loop {
            std::thread::sleep(Duration::from_secs(1));
            let now = cases.load(Ordering::Relaxed);
            if now != last.0 {
                last = (now, Instant::now());
            } else if last.1.elapsed() > Duration::from_secs(120) {
                eprintln!(
                    "case {} of kind {} does not end",
                    now & 0xFFFF_FFFF,
                    now >> 32
                );
                std::process::abort();
            }
        }
    });
}

/// Peak of the process, MB.
fn peak_mb() -> Option<f64> {
    revier::output::peak_memory_mb()
}

#[test]
fn damaged_files_are_told_and_nothing_else() {
    static CASE: AtomicU64 = AtomicU64::new(0);
    let place = Place::new(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/tiny"));
    let of = |names: &[&str]| names.iter().map(|n| place.seed(n)).collect::<Vec<_>>();
    let matrix = b"customer_id;rep_id;km;minutes\nA1;R1;12.5;20\nA2;R1;2.155;3\n".to_vec();
    let mut tables = of(&["customers.csv", "actuals.csv"]);
    tables.push(matrix);
    let plan: Vec<String> = PLAN.iter().map(|n| format!("plan/{n}")).collect();
    let plan: Vec<&str> = plan.iter().map(String::as_str).collect();
    let seeds = [
        of(&[
            "customers.geojson",
            "reps.geojson",
            "plan/territories.geojson",
        ]),
        tables,
        of(&["scenario.toml", "targets.toml"]),
        of(&plan),
    ];
    watch(&CASE);
    let mut wrong: Vec<String> = Vec::new();
    let (cases, whole) = (cases(), SHARES.iter().sum::<usize>());
    for round in cases.start / whole..cases.end / whole {
        for (kind, share) in SHARES.into_iter().enumerate() {
            for number in round * share..(round + 1) * share {
                CASE.store((kind as u64) << 32 | number as u64, Ordering::Relaxed);
                let begin = Instant::now();
                let outcome = catch_unwind(AssertUnwindSafe(|| case(&place, &seeds, kind, number)));
                if outcome.is_err() || begin.elapsed() > Duration::from_secs(5) {
                    let how = outcome.map_or("panics", |()| "takes too long");
                    wrong.push(format!(
                        "case {number} of kind {kind} {how}: {:?}",
                        begin.elapsed()
                    ));
                }
            }
        }
        assert!(wrong.len() < 10, "{}", wrong.join("\n"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    if let Some(mb) = peak_mb() {
        assert!(mb < 2000.0, "{mb} MB at the peak");
    }
}

/// The workbook that is damaged is a good one.
#[test]
fn the_seed_is_read() {
    let bytes = packed(&parts());
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let mut sheet = String::new();
    let mut part = archive.by_name("xl/worksheets/sheet1.xml").unwrap();
    part.read_to_string(&mut sheet).unwrap();
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("c.xlsx"), &bytes).unwrap();
    let tiny = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/tiny/scenario.toml");
    let overrides = revier::scenario::Overrides {
        customers: Some(dir.path().join("c.xlsx")),
        ..Default::default()
    };
    let mut scenario = revier::scenario::Scenario::load(Some(&tiny), &overrides).unwrap();
    scenario.change = None;
    let ids = revier::input::read_customers(&scenario).map(|(c, _)| c.ids.len());
    // D3 is a date, which is no workload; the rest is read.
    let told = ids.unwrap_err().to_string();
    assert!(
        told.contains("the date")
            && told.contains("where a number is needed")
            && told.contains("feature 2"),
        "{told}"
    );
}

/// So are those of other kinds: what is wrong with them is meant to be.
#[test]
fn the_other_seeds_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let tiny = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/tiny/scenario.toml");
    let read = |name: &str, bytes: &[u8]| {
        std::fs::write(dir.path().join(name), bytes).unwrap();
        let overrides = revier::scenario::Overrides {
            customers: Some(dir.path().join(name)),
            ..Default::default()
        };
        let mut scenario = revier::scenario::Scenario::load(Some(&tiny), &overrides).unwrap();
        scenario.change = None;
        scenario.balance.clear();
        let read = revier::input::read_customers(&scenario);
        read.map(|(c, _)| c.ids.len()).map_err(|e| e.to_string())
    };
    assert_eq!(read("c.ods", &packed(&ods())), Ok(2));
    let told = read("c.xlsb", &packed(&xlsb())).unwrap_err();
    let failed = "feature 1 (id \"C1\"), field `workload`: the error #DIV/0! in cell D2";
    assert!(
        told.contains(failed) && told.matches("error[").count() == 1,
        "{told}"
    );
    assert_eq!(read("c.xls", &books::compound("/Workbook", &xls())), Ok(2));
    assert_eq!(
        read("c.csv.gz", &gzip(b"id,lon,lat\nC1,9,50\nC2,9,51\n")),
        Ok(2)
    );
}

/// The extract that is damaged is a good one: places are on its roads.
#[test]
fn the_roads_are_read() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("roads.pbf"), roads().bytes()).unwrap();
    let tiny = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/tiny/scenario.toml");
    let mut scenario = revier::scenario::Scenario::load(Some(&tiny), &Default::default()).unwrap();
    scenario.travel.metric = revier::scenario::Metric::Road;
    scenario.travel.roads = Some(revier::scenario::RoadRules {
        file: dir.path().join("roads.pbf"),
        direction: revier::scenario::Direction::Round,
        max_snap_m: 100_000.0,
        off_road: revier::scenario::OffRoad::GreatCircle,
    });
    let inputs = revier::input::read(&scenario, Some(&tiny)).map_err(|e| e.to_string());
    assert!(inputs.is_ok(), "{:?}", inputs.err());
    let extract = extract(&mut Random(3));
    assert_ne!(extract, roads().bytes());
}
