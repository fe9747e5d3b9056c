//! Layers of GIS programs, damaged.

use super::entries::Place;
use super::{damage, packed};
use crate::common::Random;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

/// Cases of every run; those of files that GDAL wrote are so many by hand.
const CASES: usize = 12_000;
const BY_HAND: usize = 20_000;

/// The files of one layer: of a shapefile `.shp`, `.dbf`, `.prj` and `.cpg`.
struct Seed {
    kind: &'static str,
    parts: Vec<Vec<u8>>,
}

const PRJ: &str = r#"PROJCS["ETRS_1989_UTM_Zone_32N",GEOGCS["GCS_ETRS_1989",DATUM["D_ETRS_1989",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],UNIT["Meter",1.0],AUTHORITY["EPSG","25832"]]"#;
const COLUMNS: &str = "fid INTEGER PRIMARY KEY, geom BLOB, id TEXT, workload REAL, locked BOOLEAN";

/// A position as well-known binary.
fn wkb(x: f64, y: f64) -> Vec<u8> {
    let mut out = vec![1, 1, 0, 0, 0];
    out.extend(x.to_le_bytes());
    out.extend(y.to_le_bytes());
    out
}

/// A square as well-known binary: a polygon.
fn square(x: f64, y: f64) -> Vec<u8> {
    let mut out = vec![1, 3, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0];
    for [dx, dy] in [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]] {
        out.extend((x + dx).to_le_bytes());
        out.extend((y + dy).to_le_bytes());
    }
    out
}

/// A GeoPackage of two layers in small pages.
fn geopackage() -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.gpkg");
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch(&format!(
        "PRAGMA page_size = 512;
         CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT, organization_coordsys_id INTEGER, definition TEXT);
         INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS[\"WGS 84\"]');
         CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);
         CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER);
         CREATE TABLE points ({COLUMNS}); CREATE TABLE squares ({COLUMNS});
         INSERT INTO gpkg_contents VALUES ('points', 'features'), ('squares', 'features');
         INSERT INTO gpkg_geometry_columns VALUES ('points', 'geom', 'POINT', 4326), ('squares', 'geom', 'POLYGON', 4326);"
    ))
    .unwrap();
    for i in 0..12 {
        let at = 9.0 + f64::from(i);
        for (table, shape) in [("points", wkb(at, 50.0)), ("squares", square(at, 50.0))] {
            let blob = [&[b'G', b'P', 0, 1, 0xE6, 0x10, 0, 0][..], &shape].concat();
            let sql =
                format!("INSERT INTO {table} (geom, id, workload, locked) VALUES (?1, ?2, ?3, 0)");
            db.execute(&sql, rusqlite::params![blob, format!("C{i}"), at])
                .unwrap();
        }
    }
    drop(db);
    std::fs::read(path).unwrap()
}

/// A FlatGeobuf of points, by the writer that `revier export` has.
fn flatgeobuf() -> Vec<u8> {
    use flatgeobuf::{ColumnType, FgbWriter, GeometryType};
    use geozero::{ColumnValue, PropertyProcessor};
    let mut file = FgbWriter::create("points", GeometryType::Point).unwrap();
    file.add_column("id", ColumnType::String, |_, _| {});
    file.add_column("workload", ColumnType::Double, |_, _| {});
    for i in 0..12 {
        let at = 9.0 + f64::from(i);
        let id = format!("C{i}");
        file.add_feature_geom(geo::Geometry::Point(geo::Point::new(at, 50.0)), |feature| {
            feature
                .property(0, "id", &ColumnValue::String(&id))
                .unwrap();
            feature
                .property(1, "workload", &ColumnValue::Double(at))
                .unwrap();
        })
        .unwrap();
    }
    let mut out = Vec::new();
    file.write(&mut out).unwrap();
    out
}

/// A shapefile of points in metres.
fn shapefile() -> Vec<Vec<u8>> {
    let mut records: Vec<u8> = Vec::new();
    let mut rows: Vec<u8> = Vec::new();
    for i in 0..12_u32 {
        records.extend((i + 1).to_be_bytes());
        records.extend(10_u32.to_be_bytes());
        records.extend(1_u32.to_le_bytes());
        records.extend((500_000.0 + f64::from(i)).to_le_bytes());
        records.extend(5_500_000.0_f64.to_le_bytes());
        rows.extend(format!(" C{i:<7}{:>10}", f64::from(i) + 0.5).bytes());
    }
    let mut shp = vec![0; 100];
    shp[..4].copy_from_slice(&[0, 0, 0x27, 0x0A]);
    let words = (100 + records.len() as u32) / 2;
    shp[24..28].copy_from_slice(&words.to_be_bytes());
    shp.extend(records);
    let mut dbf = vec![3, 126, 1, 1, 12, 0, 0, 0, 97, 0, 19, 0];
    dbf.resize(32, 0);
    for (name, kind, length) in [("ID", b'C', 8), ("WORKLOAD", b'N', 10)] {
        let mut field = [0; 32];
        field[..name.len()].copy_from_slice(name.as_bytes());
        (field[11], field[16]) = (kind, length);
        dbf.extend(field);
    }
    dbf.push(0x0D);
    dbf.extend(rows);
    vec![shp, dbf, PRJ.into(), "1252".into()]
}

fn zipped(parts: &[Vec<u8>]) -> Vec<u8> {
    let names = ["a.shp", "a.dbf", "a.prj", "a.cpg"].map(str::to_owned);
    let parts: Vec<_> = names.into_iter().zip(parts.iter().cloned()).collect();
    packed(&parts)
}

fn seeds() -> Vec<Seed> {
    let of = |kind, bytes| Seed {
        kind,
        parts: vec![bytes],
    };
    vec![
        of("gpkg", geopackage()),
        of("fgb", flatgeobuf()),
        of("zip", zipped(&shapefile())),
        Seed {
            kind: "shp",
            parts: shapefile(),
        },
    ]
}

/// Whole layers as the cases of the target `layers`: the bytes that choose, and the file.
pub fn whole() -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut all = Vec::new();
    for role in 0..4 {
        for (kind, seed) in seeds().into_iter().enumerate() {
            let kind = kind as u8;
            match seed.parts.as_slice() {
                [shp, dbf, ..] => {
                    // The role stands before the `.shp`, and counts with it.
                    let length = (shp.len() as u16 + 1).to_le_bytes();
                    let choice = vec![kind, length[0], length[1], role];
                    all.push((choice, [&shp[..], dbf].concat()));
                }
                parts => all.push((vec![kind, role], parts[0].clone())),
            }
        }
    }
    all
}

/// As a reader of numbers is tripped: one of four bytes, often where a length stands.
fn lie(random: &mut Random, bytes: &mut [u8]) {
    if bytes.len() < 8 {
        return;
    }
    let front = if random.below(2) == 0 {
        bytes.len()
    } else {
        bytes.len().min(200)
    };
    let at = random.below(front - 4);
    let numbers = [
        0,
        1,
        2,
        7,
        255,
        65_535,
        0x7FFF_FFFF,
        0x8000_0000,
        0xFFFF_FFFF,
        bytes.len() as u32,
    ];
    let number = numbers[random.below(numbers.len())];
    let number = if random.below(2) == 0 {
        number.to_le_bytes()
    } else {
        number.to_be_bytes()
    };
    bytes[at..at + 4].copy_from_slice(&number);
}

/// One case.
fn case(place: &Place, seeds: &[Seed], number: usize) {
    let mut random = Random(0x6715 << 32 | number as u64);
    let seed = &seeds[number % seeds.len()];
    let mut parts = seed.parts.clone();
    let at = match parts.len() {
        1 => 0,
        // Projections and encodings are short.
        n => [0, 0, 1, 1, 2, 3][random.below(6)].min(n - 1),
    };
    for _ in 0..1 + random.below(3) {
        match random.below(3) {
            0 => parts[at] = damage(&mut random, &parts[at]),
            1 => lie(&mut random, &mut parts[at]),
            _ if !parts[at].is_empty() => {
                let byte = random.below(parts[at].len());
                parts[at][byte] ^= 1 << random.below(8);
            }
            _ => {}
        }
    }
    match <[Vec<u8>; 4]>::try_from(parts) {
        Ok(parts) if random.below(4) == 0 => place.every("zip", &zipped(&parts)),
        Ok(parts) => place.shapefile(&parts),
        Err(parts) => place.every(seed.kind, &parts[0]),
    }
}

fn all(seeds: &[Seed], cases: usize) {
    let place = Place::new(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/tiny"));
    let mut wrong = Vec::new();
    for number in 0..cases {
        let begin = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| case(&place, seeds, number)));
        if outcome.is_err() || begin.elapsed() > Duration::from_secs(5) {
            let how = outcome.map_or("panics", |()| "takes too long");
            wrong.push(format!("case {number} {how}: {:?}", begin.elapsed()));
            assert!(wrong.len() < 10, "{}", wrong.join("\n"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    if let Some(mb) = super::peak_mb() {
        assert!(mb < 2000.0, "{mb} MB at the peak");
    }
}

#[test]
fn damaged_layers_are_told_and_nothing_else() {
    all(&seeds(), CASES);
}

/// The layers that are damaged are good ones.
#[test]
fn the_layers_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let tiny = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/tiny/scenario.toml");
    for seed in seeds() {
        let names = ["shp", "dbf", "prj", "cpg"];
        let ending = |at| {
            if seed.parts.len() == 1 {
                seed.kind
            } else {
                names[at]
            }
        };
        for (at, bytes) in seed.parts.iter().enumerate() {
            std::fs::write(dir.path().join("c").with_extension(ending(at)), bytes).unwrap();
        }
        let overrides = revier::scenario::Overrides {
            customers: Some(dir.path().join("c").with_extension(seed.kind)),
            ..Default::default()
        };
        let mut scenario = revier::scenario::Scenario::load(Some(&tiny), &overrides).unwrap();
        scenario.change = None;
        scenario.balance.clear();
        let read = revier::input::read_customers(&scenario).map_err(|e| e.to_string());
        let (customers, _) = read.unwrap();
        assert_eq!(customers.len(), 12, "{}", seed.kind);
        // The index of a FlatGeobuf puts them into another order.
        let last = (0..12).any(|i| customers.ids.get(i) == "C11");
        assert!(last, "{}", seed.kind);
    }
}

/// `LAYERS=DIR cargo test --release --test mutations -- --ignored`: whatever layers are in a directory.
#[test]
#[ignore = "needs files of GDAL"]
fn damaged_layers_of_gdal_are_told() {
    let dir = std::env::var_os("LAYERS").expect("LAYERS");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        let read = |ending: &str| std::fs::read(path.with_extension(ending)).unwrap_or_default();
        match path.extension().and_then(|e| e.to_str()) {
            Some("gpkg") => found.push(Seed {
                kind: "gpkg",
                parts: vec![read("gpkg")],
            }),
            Some("fgb") => found.push(Seed {
                kind: "fgb",
                parts: vec![read("fgb")],
            }),
            Some("shp") => found.push(Seed {
                kind: "shp",
                parts: ["shp", "dbf", "prj", "cpg"].map(read).into(),
            }),
            _ => {}
        }
    }
    assert!(found.len() >= 3);
    all(&found, BY_HAND);
}
