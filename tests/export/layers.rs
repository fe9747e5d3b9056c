//! The binary formats, read back by the crates that read them elsewhere.

#![cfg(any(feature = "gpkg", feature = "fgb", feature = "parquet"))]

use crate::Bench;
use geo::MultiPolygon;
use revier::export::Format;

/// Decodes the WKB of a MultiPolygon or a Point into its coordinates.
#[cfg(any(feature = "gpkg", feature = "parquet"))]
fn wkb(bytes: &[u8]) -> (u32, Vec<f64>) {
    struct Reader<'a>(&'a [u8]);
    impl Reader<'_> {
        fn take<const N: usize>(&mut self) -> [u8; N] {
            let (head, rest) = self.0.split_first_chunk::<N>().unwrap();
            self.0 = rest;
            *head
        }
        fn count(&mut self) -> u32 {
            u32::from_le_bytes(self.take())
        }
        fn head(&mut self) -> u32 {
            assert_eq!(self.take::<1>(), [1], "little-endian");
            self.count()
        }
        fn positions(&mut self, n: u32, out: &mut Vec<f64>) {
            (0..2 * n).for_each(|_| out.push(f64::from_le_bytes(self.take())));
        }
    }
    let mut reader = Reader(bytes);
    let mut out = Vec::new();
    let kind = reader.head();
    if kind == 1 {
        reader.positions(1, &mut out);
    } else {
        for _ in 0..reader.count() {
            assert_eq!(reader.head(), 3, "a polygon");
            for _ in 0..reader.count() {
                let n = reader.count();
                reader.positions(n, &mut out);
            }
        }
    }
    assert!(reader.0.is_empty(), "nothing is left");
    (kind, out)
}

fn coordinates(area: &MultiPolygon<f64>) -> Vec<f64> {
    let rings = area
        .iter()
        .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
    rings
        .flat_map(|ring| ring.0.iter().flat_map(|c| [c.x, c.y]))
        .collect()
}

#[cfg(feature = "gpkg")]
#[test]
fn geopackage() {
    for numbers in [false, true] {
        let bench = Bench::new(numbers);
        let plan = bench.plan();
        let db = rusqlite::Connection::open(bench.export(Format::Gpkg, "a.gpkg")).unwrap();
        let one = |sql: &str| -> i64 { db.query_row(sql, [], |row| row.get(0)).unwrap() };
        assert_eq!(one("PRAGMA application_id"), 0x4750_4B47);
        assert_eq!(
            one("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"),
            1
        );
        assert_eq!(one("SELECT count(*) FROM pragma_foreign_key_check"), 0);
        for (table, rows, indexed) in [
            ("territories", 4, 3),
            ("assignments", 80, 80),
            ("reps", 4, 4),
        ] {
            assert_eq!(one(&format!("SELECT count(*) FROM {table}")), rows);
            assert_eq!(
                one(&format!("SELECT count(*) FROM rtree_{table}_geom")),
                indexed
            );
            let styled = format!(
                "SELECT count(*) FROM layer_styles WHERE f_table_name = '{table}' AND useAsDefault"
            );
            assert_eq!(one(&styled), 1);
        }
        let t = &plan.territories;
        let mut select = db.prepare("SELECT rep, name, customers, typeof(rep), geom, workload_index, parts FROM territories ORDER BY fid").unwrap();
        let mut rows = select.query([]).unwrap();
        let mut j = 0;
        while let Some(row) = rows.next().unwrap() {
            let (name, customers, kind): (String, i64, String) = (
                row.get(1).unwrap(),
                row.get(2).unwrap(),
                row.get(3).unwrap(),
            );
            assert_eq!((&name, customers as u64), (&t.name[j], t.customers[j]));
            assert_eq!(kind, if numbers { "integer" } else { "text" });
            let blob: Vec<u8> = row.get(4).unwrap();
            assert_eq!(
                (&blob[..3], &blob[4..8]),
                (&b"GP\0"[..], &4326i32.to_le_bytes()[..])
            );
            let empty = t.polygons[j].0.is_empty();
            // Little-endian; the envelope of all but the empty one.
            assert_eq!(blob[3], if empty { 0b1_0001 } else { 0b0_0011 });
            let start = if empty { 8 } else { 40 };
            assert_eq!(wkb(&blob[start..]), (6, coordinates(&t.polygons[j])));
            j += 1;
        }
        assert_eq!(j, 4);
        // Null where there is no target to compare with.
        assert_eq!(
            one("SELECT count(*) FROM territories WHERE workload_index IS NULL"),
            1
        );
    }
}

#[cfg(feature = "gpkg")]
#[test]
fn names_that_a_database_takes_for_the_same_are_told_apart() {
    let bench = Bench::new(false);
    // A later version may write more properties.
    let text = bench.read("plan/territories.geojson").replace(
        "\"parts\":",
        "\"FID\":7,\"Parts\":\"a\",\"geom\":true,\"parts\":",
    );
    bench.write("plan/territories.geojson", &text);
    let db = rusqlite::Connection::open(bench.export(Format::Gpkg, "a.gpkg")).unwrap();
    let mut select = db
        .prepare("SELECT name, type FROM pragma_table_info('territories')")
        .unwrap();
    let columns: Vec<(String, String)> = select
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let type_of = |name: &str| columns.iter().find(|c| c.0 == name).map(|c| c.1.as_str());
    assert_eq!(type_of("FID_2"), Some("DOUBLE"));
    assert_eq!(type_of("Parts"), Some("TEXT"));
    assert_eq!(type_of("geom_2"), Some("BOOLEAN"));
    assert_eq!(type_of("parts_2"), Some("INTEGER"));
}

#[cfg(feature = "fgb")]
#[test]
fn flatgeobuf() {
    use flatgeobuf::{FallibleStreamingIterator, FeatureProperties, FgbReader};
    use geozero::ToGeo;
    for numbers in [false, true] {
        let bench = Bench::new(numbers);
        let plan = bench.plan();
        let dir = bench.export(Format::Fgb, "fgb");
        let open =
            |name: &str| std::io::BufReader::new(std::fs::File::open(dir.join(name)).unwrap());
        let mut features = FgbReader::open(open("territories.fgb"))
            .unwrap()
            .select_all()
            .unwrap();
        assert_eq!(features.header().crs().map(|crs| crs.code()), Some(4326));
        let t = &plan.territories;
        let mut j = 0;
        while let Some(feature) = features.next().unwrap() {
            if !t.polygons[j].0.is_empty() {
                let geo::Geometry::MultiPolygon(area) = feature.to_geo().unwrap() else {
                    panic!("no MultiPolygon");
                };
                assert_eq!(coordinates(&area), coordinates(&t.polygons[j]));
            }
            let name: String = feature.property("name").unwrap();
            assert_eq!(name, t.name[j]);
            if numbers {
                assert_eq!(
                    feature.property::<i64>("rep").unwrap().to_string(),
                    t.ids.get(j)
                );
            } else {
                assert_eq!(feature.property::<String>("rep").unwrap(), t.ids.get(j));
            }
            j += 1;
        }
        assert_eq!(j, 4);
        // Points come in the order of the index, and a window finds those in it.
        let a = &plan.assignments;
        let window = (10.0, 50.0, 10.5, 50.5);
        let mut inside = FgbReader::open(open("assignments.fgb"))
            .unwrap()
            .select_bbox(window.0, window.1, window.2, window.3)
            .unwrap();
        let mut found = 0;
        while let Some(feature) = inside.next().unwrap() {
            let geo::Geometry::Point(p) = feature.to_geo().unwrap() else {
                panic!("no Point")
            };
            let i = (0..a.len())
                .find(|i| a.lon[*i] == p.x() && a.lat[*i] == p.y())
                .unwrap();
            assert_eq!(feature.property::<f64>("km").unwrap(), a.km[i]);
            found += 1;
        }
        let expected = (0..a.len())
            .filter(|i| a.lon[*i] <= window.2 && a.lat[*i] <= window.3)
            .count();
        assert_eq!(found, expected);
    }
}

#[cfg(feature = "parquet")]
#[test]
fn geoparquet() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    for numbers in [false, true] {
        let bench = Bench::new(numbers);
        let plan = bench.plan();
        let dir = bench.export(Format::Parquet, "parquet");
        let open = |name: &str| {
            SerializedFileReader::new(std::fs::File::open(dir.join(name)).unwrap()).unwrap()
        };
        let file = open("territories.parquet");
        let meta = file.metadata().file_metadata();
        let geo = meta
            .key_value_metadata()
            .unwrap()
            .iter()
            .find(|kv| kv.key == "geo")
            .unwrap();
        let geo: serde_json::Value = serde_json::from_str(geo.value.as_ref().unwrap()).unwrap();
        let column = &geo["columns"]["geometry"];
        assert_eq!(geo["primary_column"], "geometry");
        assert_eq!(column["crs"]["id"]["code"], "CRS84");
        assert_eq!(
            column["geometry_types"],
            serde_json::json!(["MultiPolygon"])
        );
        let t = &plan.territories;
        let mut rows = 0;
        for (j, row) in file.get_row_iter(None).unwrap().enumerate() {
            let row = row.unwrap();
            let value = |name: &str| {
                row.get_column_iter()
                    .find(|c| c.0 == name)
                    .unwrap()
                    .1
                    .clone()
            };
            let rep = if numbers {
                Field::Long(t.ids.get(j).parse().unwrap())
            } else {
                Field::Str(t.ids.get(j).into())
            };
            assert_eq!(value("rep"), rep);
            assert_eq!(value("name"), Field::Str(t.name[j].clone()));
            assert_eq!(value("workload_index") == Field::Null, j == 3);
            let Field::Bytes(bytes) = value("geometry") else {
                panic!("no bytes")
            };
            assert_eq!(wkb(bytes.data()), (6, coordinates(&t.polygons[j])));
            rows += 1;
        }
        assert_eq!(rows, 4);
        assert_eq!(
            open("assignments.parquet")
                .get_row_iter(None)
                .unwrap()
                .count(),
            80
        );
    }
}
