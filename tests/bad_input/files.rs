//! Files that are broken as a whole, tables, boundaries and matrices.

use super::{Bench, Expect, assert_told, collection, feature, reps};
use revier::error::Severity;

type Case<'a> = (&'a str, &'a [u8], Expect<'a>);

const fn whole<'a>(code: &'a str, words: &'a [&'a str]) -> Expect<'a> {
    Expect {
        code,
        feature: None,
        id: None,
        field: None,
        words,
    }
}

const fn on<'a>(field: &'a str, expect: Expect<'a>) -> Expect<'a> {
    Expect {
        field: Some(field),
        ..expect
    }
}

const fn row<'a>(feature: usize, id: Option<&'a str>, expect: Expect<'a>) -> Expect<'a> {
    Expect {
        feature: Some(feature),
        id,
        ..expect
    }
}

#[track_caller]
fn run(role: &str, cases: &[Case<'_>]) {
    for (file, content, expect) in cases {
        eprintln!("{file}: {}", String::from_utf8_lossy(content));
        let bench = Bench::new().with(role, file, content);
        assert_told(&bench.problems(), Severity::Error, file, expect);
    }
}

#[test]
fn no_geojson() {
    run("customers", &[
        ("a.geojson", b"", whole("empty-file", &["empty"])),
        ("a.geojson", b"\xEF\xBB\xBF \n", whole("empty-file", &["empty"])),
        ("a.geojson", b"[]", whole("empty-collection", &["no customers"])),
        ("a.geojson", b"[7]", row(1, None, whole("not-a-feature", &["a number"]))),
        ("a.geojson", b"{}", whole("wrong-root", &["FeatureCollection"])),
        ("a.geojson", br#"{"type": "GeometryCollection", "geometries": []}"#, whole("wrong-root", &["GeometryCollection"])),
        ("a.geojson", br#"{"type": "Topology", "objects": {}}"#, whole("wrong-root", &["TopoJSON"])),
        ("a.geojson", br#"{"type": "FeatureCollection"}"#, whole("wrong-root", &["no list `features`"])),
        ("a.geojson", br#"{"type": "FeatureCollection", "features": {}}"#, whole("wrong-root", &["no list `features`"])),
        ("a.geojson", br#"{"features": []}"#, whole("wrong-root", &["no \"type\""])),
        ("a.geojson", br#"{"type": "FeatureCollection", "features": []}"#, whole("empty-collection", &["no customers"])),
        ("a.geojson", br#"{"type": "FeatureCollection", "features": ["#, row(1, None, whole("truncated-json", &["line 1", "cut off"]))),
        ("a.geojson", b"{\"type\": \"FeatureCollection\",\n \"features\": [],}", whole("invalid-json", &["line 2"])),
        ("a.geojson", b"{\"type\": \"FeatureCollection\", \"features\": []} x", whole("invalid-json", &["trailing characters"])),
        ("a.geojson", b"<html>not found</html>", whole("invalid-json", &["line 1, column 1"])),
        ("a.geojson", b"{\"type\": \"Feature\", \"name\": \"M\xFCnchen\"}", whole("not-utf8", &["line 1", "0xFC", "Latin-1"])),
        ("a.geojson", b"\xFF\xFE{\0}\0", whole("not-utf8", &["UTF-16"])),
        ("a.geojson", b"\x1F\x8B\x08\0", whole("compressed-file", &["gzip", "unpack"])),
        ("a.geojson", b"PK\x03\x04rest", whole("compressed-file", &["zip"])),
        ("a.gpkg", b"SQLite format 3\0", whole("damaged-layer", &["GeoPackage", "ogr2ogr"])),
        ("a.xls", b"\xD0\xCF\x11\xE0\xA1", whole("wrong-format", &["workbook", ".xlsx"])),
        ("a.xlsx", b"id;lon;lat\n", whole("wrong-format", &["workbook"])),
        ("a.xlsx", b"PK\x03\x04 but no workbook", whole("wrong-format", &["workbook"])),
        ("a.shp", b"\0\0\x27\x0A", whole("missing-table", &[".dbf", "one folder"])),
        ("a.shp", b"id,lon,lat", whole("wrong-format", &["named like a shapefile", "export it again"])),
        ("a.fgb", b"fgb\x03fgb\0\xFF\xFF\xFF\xFF", whole("damaged-layer", &["FlatGeobuf", "cut off"])),
        ("a.geojson", br#"{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::31467"}}, "features": []}"#,
            on("crs", whole("crs-not-wgs84", &["EPSG::31467", "EPSG:4326"]))),
        ("a.geojsonl", b"{\"type\": \"Feature\", \"id\": 1, \"geometry\": null}\n{\"type\": \"Feature\"",
            row(2, None, whole("truncated-json", &["line 2"]))),
    ]);
}

#[test]
fn no_file() {
    let missing = Bench::new().with("boundary", "b.geojson", b"{}");
    std::fs::remove_file(missing.dir.path().join("b.geojson")).unwrap();
    let expect = on(
        "boundary",
        whole("missing-file", &["b.geojson", "does not exist"]),
    );
    assert_told(
        &missing.problems(),
        Severity::Error,
        "scenario.toml",
        &expect,
    );
    let directory = Bench::new().toml("[travel]\nmatrix = \"sub\"\n");
    std::fs::create_dir(directory.dir.path().join("sub")).unwrap();
    let expect = whole("is-directory", &["directory"]);
    assert_told(&directory.problems(), Severity::Error, "sub", &expect);
}

#[test]
fn tables() {
    run(
        "customers",
        &[
            (
                "c.csv",
                b"id,lon,lat\n",
                whole("empty-collection", &["no customers"]),
            ),
            (
                "c.csv",
                b"id,east,north\nC1,1,2\n",
                on(
                    "lon",
                    whole("missing-column", &["east (1)", "`lon` and `lat`"]),
                ),
            ),
            (
                "c.csv",
                b"key,lon,lat\nC1,1,2\n",
                on(
                    "id",
                    whole("missing-column", &["key (C1), lon (1), lat (2)"]),
                ),
            ),
            (
                "c.csv",
                b"id,lon,lat,workload,workload\nC1,1,2,3,4\n",
                on("workload", whole("duplicate-column", &["two columns"])),
            ),
            (
                "c.csv",
                b"id,lon,lat\nC1,1,2\nC2,1\n",
                row(2, Some("C2"), whole("row-length", &["2 cells", "3"])),
            ),
            (
                "c.csv",
                b"id,lon,lat\nC1,11,5,48,1\n",
                row(1, Some("C1"), whole("row-length", &["5 cells", "comma"])),
            ),
            (
                "c.csv",
                b"id;lon;lat\nC1;1.5;2\nC2;11,5;48\n",
                row(
                    2,
                    Some("C2"),
                    on("lon", whole("decimal-comma", &["11,5", "decimal point"])),
                ),
            ),
            (
                "c.csv",
                b"id;lon;lat;workload\nC1;1;2;1.234,5\nC2;1;2;1.5\n",
                row(
                    1,
                    Some("C1"),
                    on("workload", whole("decimal-comma", &["1.234,5"])),
                ),
            ),
            (
                "c.csv",
                b"id,lon,lat\nC1,east,2\n",
                row(1, Some("C1"), on("lon", whole("not-a-number", &["east"]))),
            ),
            (
                "c.csv",
                b"id,lon,lat\nC1,,2\n",
                row(
                    1,
                    Some("C1"),
                    on("lon", whole("missing-value", &["no coordinate"])),
                ),
            ),
            (
                "c.csv",
                b"id,lon,lat\n,1,2\n",
                row(1, None, on("id", whole("missing-id", &["column `id`"]))),
            ),
            (
                "c.csv",
                b"id,lon,lat\nC1,1,2\n,,\nC1,1,2\n",
                row(
                    3,
                    Some("C1"),
                    on("id", whole("duplicate-id", &["feature 1"])),
                ),
            ),
            (
                "c.csv",
                b"id,lon,lat,workload\nC1,1,2,inf\n",
                row(1, Some("C1"), on("workload", whole("not-finite", &["inf"]))),
            ),
            (
                "c.csv",
                b"id,lon,lat,owner,locked\nC1,1,2,R1,maybe\n",
                row(
                    1,
                    Some("C1"),
                    on("locked", whole("not-a-truth-value", &["maybe"])),
                ),
            ),
            (
                "c.csv",
                b"id,lon,lat\nC1,48,111\n",
                row(
                    1,
                    Some("C1"),
                    on("lat", whole("coordinates-swapped", &["111"])),
                ),
            ),
            (
                "c.csv",
                b"id,lon,lat\nC1,4468503,5333304\n",
                row(
                    1,
                    Some("C1"),
                    on("lon", whole("coordinates-out-of-range", &["Gauss-Krueger"])),
                ),
            ),
        ],
    );
}

#[test]
fn boundaries() {
    let geometry = |text: &str| collection(&[feature(text, "")]).into_bytes();
    let bow = geometry(
        r#"{"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}"#,
    );
    let line = geometry(r#"{"type": "LineString", "coordinates": [[0, 0], [2, 2]]}"#);
    let null = geometry("null");
    let short = geometry(r#"{"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [0, 0]]]}"#);
    let metres =
        geometry(r#"{"type": "Polygon", "coordinates": [[[691607, 5334760], [2, 2], [2, 3]]]}"#);
    let on_geometry = |expect| row(1, None, on("geometry", expect));
    run(
        "boundary",
        &[
            (
                "b.geojson",
                &bow,
                on_geometry(whole(
                    "invalid-polygon",
                    &["crosses itself", "[1.000000, 1.000000]"],
                )),
            ),
            (
                "b.geojson",
                &line,
                on_geometry(whole("wrong-geometry", &["LineString", "Polygons"])),
            ),
            (
                "b.geojson",
                &null,
                on_geometry(whole("null-geometry", &["no geometry"])),
            ),
            (
                "b.geojson",
                &short,
                on_geometry(whole("invalid-polygon", &["three distinct points"])),
            ),
            (
                "b.geojson",
                &metres,
                on_geometry(whole("coordinates-out-of-range", &["EPSG:4326"])),
            ),
            (
                "b.geojson",
                br#"{"type": "FeatureCollection", "features": []}"#,
                whole("empty-collection", &["no polygon"]),
            ),
            (
                "b.geojson",
                br#"{"type": "Polygon"}"#,
                whole("wrong-root", &["no GeoJSON"]),
            ),
            (
                "b.geojson",
                br#"{"type": "Polygon", "coordinates": [[["#,
                whole("truncated-json", &["cut off"]),
            ),
        ],
    );
}

#[test]
fn matrices() {
    run(
        "matrix",
        &[
            ("m.csv", b"\n", whole("empty-file", &["empty"])),
            (
                "m.csv",
                b"customer_id,rep_id,km\n",
                whole("empty-collection", &["no rows"]),
            ),
            (
                "m.csv",
                b"customer,rep_id,km\nC1,R1,1\n",
                on(
                    "customer_id",
                    whole("missing-column", &["customer, rep_id, km"]),
                ),
            ),
            (
                "m.csv",
                b"customer_id,rep_id\nC1,R1\n",
                on("km", whole("missing-column", &["neither"])),
            ),
            (
                "m.csv",
                b"customer_id,rep_id,minutes\nC1,R1,1\n",
                on("km", whole("matrix-incomplete", &["cost = \"km\""])),
            ),
            (
                "m.csv",
                b"customer_id,rep_id,km\nC9,R1,1\n",
                row(
                    1,
                    None,
                    on("customer_id", whole("unknown-customer", &["\"C9\""])),
                ),
            ),
            (
                "m.csv",
                b"customer_id,rep_id,km\nC1,R1,1\nC1,R9,1\n",
                row(2, None, on("rep_id", whole("unknown-rep", &["\"R9\""]))),
            ),
            (
                "m.csv",
                b"customer_id,rep_id,km\nC1,R1,1\nC2,R1,1\nC1,R1,2\n",
                row(
                    3,
                    Some("C1, R1"),
                    whole("duplicate-pair", &["first in row 1"]),
                ),
            ),
            (
                "m.csv",
                b"customer_id,rep_id,km\nC1,R1,-1\n",
                row(
                    1,
                    Some("C1, R1"),
                    on("km", whole("negative-number", &["-1"])),
                ),
            ),
            (
                "m.csv",
                b"customer_id;rep_id;km\nC1;R1;1,5\nC2;R1;1.5\n",
                row(
                    1,
                    Some("C1, R1"),
                    on("km", whole("decimal-comma", &["1,5"])),
                ),
            ),
            (
                "m.csv",
                b"customer_id,rep_id,km\nC1,R1,\n",
                row(
                    1,
                    Some("C1, R1"),
                    on("km", whole("missing-value", &["empty"])),
                ),
            ),
            (
                "m.csv",
                b"customer_id,rep_id,km\nC1\n",
                row(1, None, whole("row-length", &["1 cells", "header has 3"])),
            ),
            (
                "m.csv",
                b"customer_id,rep_id,km\nC1,R1\n",
                row(1, None, whole("row-length", &["2 cells", "header has 3"])),
            ),
            (
                "m.csv",
                b"customer_id,rep_id,km\nC1,R1,1\nC2,R1,1,5\n",
                row(
                    2,
                    None,
                    whole("row-length", &["4 cells", "header has 3", "in quotes"]),
                ),
            ),
            (
                "m.csv",
                b"customer_id,rep_id,km,minutes\nC1,R1,1,2\nC2,R1,1\n",
                row(2, None, whole("row-length", &["3 cells", "header has 4"])),
            ),
            (
                "m.csv",
                b"customer_id,rep_id,km\nC1,R\xC3\xBC,1\nC1,R\xFC,1\n",
                whole("not-utf8", &["line 3"]),
            ),
            (
                "m.csv",
                b"{\"type\": 1}",
                whole("wrong-format", &["no table"]),
            ),
        ],
    );
}

#[test]
fn reps_in_tables() {
    let bench = Bench::new().with(
        "reps",
        "r.csv",
        b"id,lon,lat,capacity\nR1,1,2,0\nR2,1,2,0\n",
    );
    let expect = on("capacity", whole("no-capacity", &["every rep is 0"]));
    assert_told(&bench.problems(), Severity::Error, "r.csv", &expect);
    assert!(
        Bench::new()
            .with("reps", "r.geojson", reps(&[]).as_bytes())
            .read()
            .is_ok()
    );
}
