//! Layers of a GeoPackage: what is wrong with a feature is told with its number and id, and so is what is wrong with the file.

use super::{Bench, Expect, assert_told};
use revier::error::Severity::{Error, Warning};
use rusqlite::{Connection, params};

/// The columns of a layer.
const COLUMNS: &str = "fid INTEGER PRIMARY KEY, geom BLOB, \"Kundennummer\" TEXT, \"WORKLOAD\", locked BOOLEAN, big INTEGER";

/// A GeoPackage with these layers of points, and nothing in them.
fn database(bench: &Bench, layers: &[&str]) -> Connection {
    let db = Connection::open(bench.dir.path().join("c.gpkg")).unwrap();
    db.execute_batch(
        "CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER PRIMARY KEY, organization TEXT, organization_coordsys_id INTEGER, definition TEXT);
         INSERT INTO gpkg_spatial_ref_sys VALUES (4326, 'EPSG', 4326, ''), (31467, 'EPSG', 31467, ''), (7, 'NONE', 7, 'LOCAL_CS[\"Werk 7\"]');
         CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);
         CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER);",
    )
    .unwrap();
    for layer in layers {
        db.execute_batch(&format!(
            "CREATE TABLE {layer} ({COLUMNS});
             INSERT INTO gpkg_contents VALUES ('{layer}', 'features');
             INSERT INTO gpkg_geometry_columns VALUES ('{layer}', 'geom', 'POINT', 4326);"
        ))
        .unwrap();
    }
    db
}

/// A geometry: the header of a GeoPackage, and well-known binary of a type with these numbers.
fn blob(kind: u32, count: Option<u32>, numbers: &[f64]) -> Vec<u8> {
    let mut out = b"GP\0\x01\xE6\x10\0\0\x01".to_vec();
    out.extend(kind.to_le_bytes());
    out.extend(count.iter().flat_map(|n| n.to_le_bytes()));
    out.extend(numbers.iter().flat_map(|x| x.to_le_bytes()));
    out
}

fn add(db: &Connection, layer: &str, geometry: Option<Vec<u8>>, id: &str) {
    let sql = format!(
        "INSERT INTO {layer} (geom, Kundennummer, WORKLOAD, locked, big) VALUES (?1, ?2, 2.5, 0, 9007199254740993)"
    );
    db.execute(&sql, params![geometry, id]).unwrap();
}

fn bench() -> Bench {
    Bench::new().with("customers", "c.gpkg", b"")
}

fn told<'a>(code: &'a str, words: &'a [&'a str]) -> Expect<'a> {
    Expect {
        code,
        feature: None,
        id: None,
        field: None,
        words,
    }
}

#[test]
fn columns_are_known_by_other_names_and_carried_as_they_are() {
    let bench = bench().toml("[output]\ncarry = \"all\"\n");
    let db = database(&bench, &["konten"]);
    for i in 1..=3 {
        add(
            &db,
            "konten",
            Some(blob(1, None, &[11.0 + f64::from(i), 48.1])),
            &format!("C{i}"),
        );
    }
    drop(db);
    let inputs = bench.read().unwrap();
    assert_eq!(inputs.customers.ids.get(2), "C3");
    assert_eq!(inputs.customers.lon, [12.0, 13.0, 14.0]);
    let carried = |name: &str| {
        let column = inputs.customers.carried.iter().find(|c| c.name == name);
        column.map(|c| c.cells.get(0).to_text())
    };
    assert_eq!(carried("big").as_deref(), Some("9007199254740993"));
    assert_eq!(carried("locked").as_deref(), Some("false"));
    let names = inputs
        .warnings
        .iter()
        .find(|p| p.code == "columns-found")
        .unwrap();
    assert!(
        names.to_string().contains("`Kundennummer` as `id`"),
        "{names}"
    );
}

#[test]
fn features_are_told_by_number_and_id() {
    let bench = bench();
    let db = database(&bench, &["konten"]);
    add(&db, "konten", Some(blob(1, None, &[11.5, 48.1])), "C1");
    add(&db, "konten", None, "C2");
    add(&db, "konten", Some(blob(2, Some(1), &[11.5, 48.1])), "C3");
    add(&db, "konten", Some(b"GP".to_vec()), "C4");
    add(
        &db,
        "konten",
        Some(blob(1, None, &[f64::INFINITY, 48.1])),
        "C5",
    );
    add(&db, "konten", Some(blob(1, None, &[11.5, 48.1])), "C6");
    db.execute_batch("UPDATE konten SET WORKLOAD = x'0102' WHERE fid = 6")
        .unwrap();
    drop(db);
    let problems = bench.problems();
    for (number, id, field, code, words) in [
        (2, "C2", "geometry", "null-geometry", &["no geometry"][..]),
        (3, "C3", "geometry", "wrong-geometry", &["LineString"]),
        (4, "C4", "geometry", "bad-coordinates", &["does not begin"]),
        (5, "C5", "geometry", "bad-coordinates", &["inf"]),
        (6, "C6", "workload", "not-a-number", &["binary data"]),
    ] {
        let expect = Expect {
            code,
            feature: Some(number),
            id: Some(id),
            field: Some(field),
            words,
        };
        assert_told(&problems, Error, "c.gpkg", &expect);
    }
    assert!(problems.iter().all(|p| p.feature != Some(1)));
}

#[test]
fn a_layer_has_to_be_named_where_several_fit() {
    let bench = bench();
    let db = database(&bench, &["alt", "neu"]);
    for layer in ["alt", "neu", "neu"] {
        add(&db, layer, Some(blob(1, None, &[11.5, 48.1])), "C1");
    }
    let several = bench.problems();
    let words = [
        "alt (POINT, 1 rows)",
        "neu (POINT, 2 rows)",
        "layers = { customers = \"alt\" }",
    ];
    assert_told(&several, Error, "c.gpkg", &told("missing-layer", &words));
    db.execute_batch(
        "UPDATE gpkg_geometry_columns SET geometry_type_name = 'POLYGON' WHERE table_name = 'neu'",
    )
    .unwrap();
    drop(db);
    let inputs = bench.read().unwrap();
    let words = ["\"alt\" is read", "neu (POLYGON, 2 rows)"];
    assert_told(
        &inputs.warnings,
        Warning,
        "c.gpkg",
        &told("layer-found", &words),
    );
    let named = bench.toml("[tables]\nlayers = { customers = \"weg\" }\n");
    let words = ["no layer \"weg\"", "neu"];
    assert_told(
        &named.problems(),
        Error,
        "c.gpkg",
        &told("missing-layer", &words),
    );
}

#[test]
fn other_systems_views_and_open_files_are_refused() {
    for (change, code, field, word) in [
        (
            "UPDATE gpkg_geometry_columns SET srs_id = 31467",
            "crs-not-wgs84",
            Some("crs"),
            "ogr2ogr -t_srs EPSG:4326",
        ),
        (
            "UPDATE gpkg_geometry_columns SET srs_id = 7",
            "crs-not-wgs84",
            Some("crs"),
            "Werk 7",
        ),
        (
            "UPDATE gpkg_geometry_columns SET srs_id = 8",
            "damaged-layer",
            None,
            "no coordinate system 8",
        ),
        (
            "UPDATE gpkg_geometry_columns SET column_name = 'shape'",
            "damaged-layer",
            None,
            "no column \"shape\"",
        ),
        (
            "DROP TABLE gpkg_contents",
            "wrong-format",
            None,
            "no GeoPackage",
        ),
        (
            "ALTER TABLE konten RENAME TO x; CREATE VIEW konten AS SELECT * FROM x",
            "missing-layer",
            None,
            "no table",
        ),
        (
            "ALTER TABLE konten RENAME TO x; CREATE VIEW konten AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS fid, NULL AS geom FROM n",
            "missing-layer",
            None,
            "no table",
        ),
        (
            "UPDATE gpkg_contents SET data_type = 'tiles'",
            "missing-layer",
            None,
            "no layer of features",
        ),
    ] {
        let bench = bench();
        let db = database(&bench, &["konten"]);
        add(&db, "konten", Some(blob(1, None, &[11.5, 48.1])), "C1");
        db.execute_batch(change).unwrap();
        drop(db);
        let words = [word];
        let expect = Expect {
            field,
            ..told(code, &words)
        };
        assert_told(&bench.problems(), Error, "c.gpkg", &expect);
    }
    // Written ahead: whole once it is closed, and not before.
    let bench = bench();
    let db = database(&bench, &["konten"]);
    db.execute_batch("PRAGMA journal_mode = WAL").unwrap();
    add(&db, "konten", Some(blob(1, None, &[11.5, 48.1])), "C1");
    let words = ["-wal", "QGIS"];
    assert_told(
        &bench.problems(),
        Error,
        "c.gpkg",
        &told("unreadable-file", &words),
    );
    drop(db);
    assert_eq!(bench.read().unwrap().customers.len(), 1);
}
