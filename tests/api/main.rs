//! The library from the outside: instances in memory, and plans that are those of the command line.

mod outside;
mod random;

use revier::{Builder, Error, Instance, Options, Plan, Source, Stage, Status, Table, solve};
use std::path::Path;

fn quiet(instance: &Instance) -> Plan {
    solve(instance, &Options::new(), |_| {}).unwrap()
}

const CUSTOMERS: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"id":"a","workload":2,"owner":"R1"},"geometry":{"type":"Point","coordinates":[8.1,50.1]}},
{"type":"Feature","properties":{"id":"b","workload":1.5},"geometry":{"type":"Point","coordinates":[8.2,50.2]}},
{"type":"Feature","properties":{"id":"c","workload":2},"geometry":{"type":"Point","coordinates":[9.1,50.1]}},
{"type":"Feature","properties":{"id":"d","workload":1.5,"owner":"R1"},"geometry":{"type":"Point","coordinates":[9.2,50.3]}}]}"#;

const REPS: &str = "id,lon,lat,name\nR1,8.0,50.0,Anna\nR2,9.0,50.0,Bo\n";

fn small() -> Builder {
    Instance::builder()
        .customers(Source::geojson(CUSTOMERS))
        .reps(Source::csv(REPS))
        .balance("workload", 0.1)
}

#[test]
fn a_plan_from_memory_has_everything() {
    let instance = small().build().unwrap();
    let mut stages = Vec::new();
    let plan = solve(&instance, &Options::new().threads(2), |stage| {
        stages.push(stage)
    })
    .unwrap();
    assert_eq!(plan.status(), Status::Optimal);
    assert_eq!(plan.owners(), [0, 0, 1, 1]);
    assert_eq!(
        plan.customer_ids().collect::<Vec<_>>(),
        ["a", "b", "c", "d"]
    );
    assert_eq!(plan.previous_owners(), [Some(0), None, None, Some(0)]);
    assert_eq!(plan.changed(), [false, false, false, true]);
    assert!(plan.gap() <= 1e-4 && plan.bound() <= plan.objective());
    assert_eq!(plan.check(), []);
    let territories = plan.territories();
    assert!(territories.iter().all(|t| t.area_km2 > 100.0));
    assert_eq!((territories[0].rep, territories[0].name), ("R1", "Anna"));
    let totals: Vec<f64> = territories.iter().map(|t| t.measures[0].total).collect();
    assert_eq!(totals, [3.5, 3.5]);
    assert_eq!(territories[0].measures[0].upper, Some(3.85));
    use geo::Contains;
    assert!(territories[1].polygon.contains(&geo::Point::new(9.1, 50.1)));
    assert_eq!(
        (stages.first(), stages.last()),
        (Some(&Stage::Read), Some(&Stage::Check))
    );
}

#[test]
fn a_saved_plan_is_whole_by_itself_and_holds() {
    let dir = tempfile::tempdir().unwrap();
    // Remarks on the inputs name their file, and one owner has left.
    let customers = CUSTOMERS
        .replace("\"workload\":1.5},", "\"Owner\":1},")
        .replace("1.5,\"owner\":\"R1\"", "1.5,\"owner\":\"R9\"");
    let instance = small()
        .scenario("[rules]\nformer_owners = \"free\"\n")
        .boundary(geo::Rect::new((7.5, 49.5), (9.15, 50.8)).to_polygon())
        .customers(Source::geojson(customers).named("my frame"))
        .build()
        .unwrap();
    assert!(instance.warnings().iter().all(|w| w.file == "my frame"));
    assert_eq!(instance.warnings().len(), 2, "{:?}", instance.warnings());
    let options = Options::new().gap(0.01).time_limit(20.0).seed(9);
    let plan = solve(&instance, &options, |_| {}).unwrap();
    assert!(plan.warnings().iter().any(|w| w.file == "my frame"));
    let out = dir.path().join("out");
    plan.save(&out).unwrap();
    let first = holds(&out);
    // It can be replaced, and moved along with its inputs.
    plan.save(&out).unwrap();
    std::fs::rename(&out, dir.path().join("moved")).unwrap();
    assert_eq!(holds(&dir.path().join("moved")), first);
}

/// The findings of `revier check`, of which there must be none; what it says.
fn holds(dir: &Path) -> String {
    let verdict = revier::check(dir).unwrap();
    assert!(verdict.holds(), "{:?}", verdict.findings());
    verdict.text().lines().take(2).collect()
}

/// The scenarios of a directory: their text, and the files that they name read into memory.
fn in_memory(scenario: &Path) -> Builder {
    let text = std::fs::read_to_string(scenario).unwrap();
    let keys: toml::Table = text.parse().unwrap();
    let dir = scenario.parent().unwrap();
    let source = |value: Option<&toml::Value>| {
        let name = value?.as_str()?;
        let bytes = std::fs::read(dir.join(name)).unwrap();
        Some(match name.rsplit('.').next() {
            Some("csv") => Source::csv(bytes),
            _ => Source::geojson(bytes),
        })
    };
    let section = |key: &str, name: &str| keys.get(key).and_then(|s| s.get(name));
    // Tables of fit are files on the disk.
    let tables = keys.get("prefer").and_then(|p| p.as_array());
    let named = tables
        .into_iter()
        .flatten()
        .filter_map(|p| p.get("table")?.as_str());
    let text = named.fold(text.clone(), |text, name| {
        text.replace(&format!("\"{name}\""), &format!("{:?}", dir.join(name)))
    });
    let mut builder = Builder::new().scenario(text);
    if let Some(s) = source(keys.get("customers")) {
        builder = builder.customers(s);
    }
    if let Some(s) = source(keys.get("reps")) {
        builder = builder.reps(s);
    }
    if let Some(s) = source(keys.get("boundary")) {
        builder = builder.boundary(s);
    }
    if let Some(s) = source(section("travel", "matrix")) {
        builder = builder.matrix(s);
    }
    if let Some(s) = source(section("dashboard", "context")) {
        builder = builder.context(s);
    }
    if let Some(s) = source(
        keys.get("units")
            .filter(|u| u.is_str())
            .or(section("units", "file")),
    ) {
        builder = builder.units(s);
    }
    // Wishes are a file on the disk.
    if let Some(name) = section("rules", "wishes").and_then(|w| w.as_str()) {
        builder = builder.set("rules.wishes", dir.join(name).display().to_string());
    }
    builder
}

#[test]
fn plans_from_memory_are_those_of_the_command_line() {
    let dir = tempfile::tempdir().unwrap();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let mut tried = 0;
    for place in ["tiny", "new", "rules"] {
        for entry in std::fs::read_dir(data.join(place)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|e| e != "toml") {
                continue;
            }
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let out = dir.path().join(format!("cli-{place}-{name}"));
            let run = std::process::Command::new(env!("CARGO_BIN_EXE_revier"))
                .arg("solve")
                .arg(&path)
                .arg("--out")
                .arg(&out)
                .output()
                .unwrap();
            assert!([Some(0), Some(3)].contains(&run.status.code()), "{run:?}");
            let plan = quiet(&in_memory(&path).build().unwrap());
            let own = dir.path().join(format!("lib-{place}-{name}"));
            plan.save(&own).unwrap();
            for file in [
                "assignments.csv",
                "assignments.geojson",
                "territories.geojson",
            ] {
                let [a, b] = [&out, &own].map(|d| std::fs::read(d.join(file)).unwrap());
                assert!(a == b, "{}: {file}", path.display());
            }
            holds(&own);
            tried += 1;
        }
    }
    assert!(tried >= 3, "{tried}");
}

#[test]
fn columns_are_read_as_their_geojson() {
    let table = Table::new()
        .int_ids([7, 8, 9, 10])
        .points([8.1, 8.2, 9.1, 9.2], [50.1, 50.2, 50.1, 50.3])
        .numbers("workload", [2.0, f64::NAN, 2.0, 1.0])
        .texts("owner", [Some("R1"), None, None, Some("R1")])
        .flags("locked", [true, false, false, false])
        .lists(
            "requires",
            vec![vec![], vec!["x".to_owned(), "y".to_owned()], vec![], vec![]],
        )
        .texts("group", [None, Some("g"), Some("h"), None]);
    let reps = Table::new()
        .ids(["R1", "R2"])
        .points([8.0, 9.0], [50.0, 50.0])
        .lists(
            "skills",
            vec![vec!["y".to_owned(), "x".to_owned()], vec!["x".to_owned()]],
        )
        .numbers("capacity", [1.0, 1.0]);
    let instance = Instance::builder()
        .customers(table)
        .reps(reps)
        .balance("workload", 0.4)
        .build()
        .unwrap();
    assert_eq!(instance.warnings().len(), 1, "{:?}", instance.warnings());
    let plan = quiet(&instance);
    assert_eq!(plan.locked(), [true, false, false, false]);
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    plan.save(&out).unwrap();
    holds(&out);
    // Ids are numbers again, and the saved inputs give the same plan.
    let points = std::fs::read_to_string(out.join("assignments.geojson")).unwrap();
    assert!(points.contains("\"customer_id\":7,"), "{points}");
    let again = quiet(&Instance::open(out.join("input-scenario.toml")).unwrap());
    assert_eq!(again.owners(), plan.owners());
    assert_eq!(
        again.territories_geojson().unwrap(),
        plan.territories_geojson().unwrap()
    );
    let report = plan.report_json().unwrap();
    let saved = std::fs::read_to_string(out.join("input-customers.geojson")).unwrap();
    assert!(saved.starts_with("{\"type\":\"FeatureCollection\",\"features\":[\n{\"type\":\"Feature\",\"properties\":{\"id\":7,\"workload\":2.0,"));
    assert!(report.contains("input-customers.geojson"));
}

#[test]
fn area_units_in_columns_become_territories() {
    let square = |x: f64| geo::Rect::new((x, 50.0), (x + 1.0, 51.0)).to_polygon();
    let units: Vec<geo::Geometry<f64>> = (0..4).map(|x| square(f64::from(x)).into()).collect();
    let customers = Table::new()
        .ids(["a", "b", "c", "d"])
        .geometry(units)
        .ints("workload", [1, 1, 1, 1]);
    let reps = Table::new()
        .ids(["R1", "R2"])
        .points([0.5, 3.5], [50.5, 50.5]);
    let plan = quiet(
        &Instance::builder()
            .customers(customers)
            .reps(reps)
            .build()
            .unwrap(),
    );
    assert_eq!(plan.owners(), [0, 0, 1, 1]);
    use geo::Area;
    let area: Vec<f64> = plan
        .territories()
        .iter()
        .map(|t| t.polygon.unsigned_area())
        .collect();
    assert!(area.iter().all(|a| (a - 2.0).abs() < 1e-9), "{area:?}");
}

#[test]
fn all_problems_are_told_at_once() {
    let customers = Table::new()
        .ids(["a", "a", "c"])
        .points([8.0, f64::NAN, 8.2], [50.0, 50.0, 150.0])
        .numbers("workload", [1.0, f64::INFINITY, -1.0]);
    let reps = Table::new().ids(["R"]).points([8.0, 9.0], [50.0]);
    let error = Instance::builder()
        .customers(customers)
        .reps(reps)
        .build()
        .unwrap_err();
    let told: Vec<(&str, &str, Option<usize>)> = (error.problems().iter())
        .map(|p| (p.file.as_str(), p.code, p.feature))
        .collect();
    for wanted in [
        ("customers", "duplicate-id", Some(2)),
        ("customers", "coordinates-out-of-range", Some(2)),
        ("customers", "not-finite", Some(2)),
        ("customers", "negative-number", Some(3)),
        ("reps", "row-length", None),
    ] {
        assert!(told.contains(&wanted), "{wanted:?} in {told:?}");
    }
    let error = small()
        .scenario("tolerance = 1\n[solve]\ngap = 2\n")
        .set("travel.detour", -1.0)
        .max_km(f64::NAN)
        .build()
        .unwrap_err();
    let fields: Vec<_> = error
        .problems()
        .iter()
        .filter_map(|p| p.field.as_deref())
        .collect();
    assert_eq!(
        fields,
        ["tolerance", "solve.gap", "travel.detour", "travel.max_km"],
        "{error}"
    );
    assert!(matches!(error, Error::Input(_)));
    let instance = small().build().unwrap();
    let options = Options::new().threads(0).gap(f64::NAN).time_limit(-1.0);
    let error = solve(&instance, &options, |_| {}).unwrap_err();
    assert_eq!(error.problems().len(), 3, "{error}");
}

#[test]
fn a_solve_can_be_cancelled_from_elsewhere() {
    let instance = small().build().unwrap();
    let cancel = revier::Cancel::new();
    std::thread::scope(|s| {
        s.spawn(|| cancel.set()).join().unwrap();
    });
    let plan = solve(&instance, &Options::new().cancel(&cancel), |_| {}).unwrap();
    assert!(plan.interrupted());
    assert_eq!(plan.check(), []);
}

#[test]
fn leads_go_the_same_way_by_a_plan_in_memory_and_a_saved_one() {
    let customers = CUSTOMERS.replace("\"id\":\"a\"", "\"id\":\"a\",\"group\":\"g\"");
    let instance = small()
        .customers(Source::geojson(customers))
        .build()
        .unwrap();
    let plan = quiet(&instance);
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    plan.save(&out).unwrap();
    let csv = Source::csv("id,lon,lat,group\nnew,9.15,50.2,\na,8.1,50.1,\nfar,9.4,50.1,g\n");
    let columns = Table::new()
        .ids(["new", "a", "far"])
        .points([9.15, 8.1, 9.4], [50.2, 50.1, 50.1])
        .texts("group", [None, None, Some("g")]);
    let routing = plan.assign(csv.clone()).unwrap();
    let by: Vec<(&str, Option<&str>)> = (routing.routes.iter())
        .map(|r| (r.by, r.rep.as_deref()))
        .collect();
    assert_eq!(
        by,
        [
            ("territory", Some("R2")),
            ("customer", Some("R1")),
            ("group", Some("R1"))
        ]
    );
    assert_eq!(plan.assign(columns).unwrap().routes, routing.routes);
    assert_eq!(revier::assign(&out, csv).unwrap().routes, routing.routes);
    let error = plan.assign(Source::csv("id,lon,lat\nx,8,\n")).unwrap_err();
    assert_eq!(error.problems()[0].file, "leads");
}

#[test]
fn todays_assignment_stays_itself_beside_a_frontier_of_cheaper_plans() {
    let customers = Table::new()
        .ids(["a", "b"])
        .points(vec![8.0, 9.0], vec![50.0, 50.0])
        .numbers("workload", vec![1.0, 1.0])
        .texts("owner", [Some("R2"), Some("R1")]);
    let instance = small().customers(customers).build().unwrap();
    let options = Options::new().keep(true).frontier(true);
    let plan = solve(&instance, &options, |_| {}).unwrap();
    assert_eq!(plan.owners(), [1, 0]);
    assert_eq!(plan.check(), []);
}

#[test]
fn units_that_overlap_themselves_and_others_are_told_and_drawn() {
    let mut shapes: Vec<geo::MultiPolygon<f64>> = [
        // Takes the southern end of the other.
        &[(7.0, 49.9), (9.2, 49.7), (9.6, 50.1), (7.0, 50.3)][..],
        // Crosses itself; some of it is gone round twice, some the other way.
        &[
            (7.0, 49.0),
            (9.128, 50.518),
            (8.477, 49.0),
            (8.781, 50.588),
            (9.126, 50.285),
        ],
        // A star, all of whose middle is gone round twice.
        &[
            (7.9, 50.6),
            (9.1, 50.6),
            (8.1, 49.9),
            (8.5, 51.0),
            (8.9, 49.9),
        ],
    ]
    .map(|ring| geo::Polygon::new(geo::LineString::from(ring.to_vec()), vec![]).into())
    .to_vec();
    let corners = vec![(7.0, 49.0), (7.0, 49.3), (9.7, 50.5), (7.0, 49.0)];
    let twice = geo::Polygon::new(geo::LineString::from(corners), vec![]);
    shapes.push(geo::MultiPolygon(vec![twice.clone(), twice]));
    for shape in shapes {
        let units: Vec<geo::Geometry<f64>> = vec![
            shape.into(),
            geo::Rect::new((8.0, 50.0), (9.0, 51.0)).to_polygon().into(),
        ];
        let customers = Table::new().ids(["a", "b"]).geometry(units);
        let instance = small().customers(customers).build().unwrap();
        let codes: Vec<&str> = instance.warnings().iter().map(|w| w.code).collect();
        assert!(codes.contains(&"units-overlap"), "{codes:?}");
        assert_eq!(quiet(&instance).check(), []);
    }
}

#[test]
fn a_geopackage_in_memory_is_kept_with_the_plan() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("c.gpkg");
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch(
        "CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER PRIMARY KEY, organization TEXT, organization_coordsys_id INTEGER, definition TEXT);
         INSERT INTO gpkg_spatial_ref_sys VALUES (4326, 'EPSG', 4326, '');
         CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);
         INSERT INTO gpkg_contents VALUES ('konten', 'features');
         CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER);
         INSERT INTO gpkg_geometry_columns VALUES ('konten', 'geom', 'POINT', 4326);
         CREATE TABLE konten (fid INTEGER PRIMARY KEY, geom BLOB, id TEXT, workload REAL);",
    )
    .unwrap();
    for (id, lon) in [("a", 8.1_f64), ("b", 8.2), ("c", 8.8), ("d", 8.9)] {
        let mut blob = b"GP\0\x01\xE6\x10\0\0\x01\x01\0\0\0".to_vec();
        blob.extend(lon.to_le_bytes());
        blob.extend(50.1_f64.to_le_bytes());
        let sql = "INSERT INTO konten (geom, id, workload) VALUES (?1, ?2, 2)";
        db.execute(sql, rusqlite::params![blob, id]).unwrap();
    }
    drop(db);
    let instance = Instance::builder()
        .customers(Source::geopackage(std::fs::read(&path).unwrap()))
        .reps(Source::csv("id,lon,lat\nR1,8.0,50.0\nR2,9.0,50.0\n"))
        .balance("workload", 0.05)
        .build()
        .unwrap();
    let plan = solve(&instance, &Options::new(), |_| {}).unwrap();
    let out = dir.path().join("out");
    plan.save(&out).unwrap();
    assert!(out.join("input-customers.gpkg").is_file());
    holds(&out);
}

/// An extract in memory gives the trips of the file, and a plan that is saved takes it along.
#[cfg(feature = "roads")]
#[test]
fn travel_follows_roads_in_memory() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/helsinki");
    let bytes = |name: &str| std::fs::read(data.join(name)).unwrap();
    let built = |roads: Source| {
        let builder = Builder::new()
            .set("travel.cost", "minutes")
            .balance("workload", 0.05);
        let builder = builder.customers(Source::csv(bytes("customers.csv")));
        let builder = builder.reps(Source::csv(bytes("reps.csv"))).roads(roads);
        quiet(&builder.build().unwrap())
    };
    let held = built(Source::osm_pbf(bytes("helsinki.osm.pbf")));
    let file = built(Source::file(data.join("helsinki.osm.pbf")));
    assert_eq!(held.objective().to_bits(), file.objective().to_bits());
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("plan");
    held.save(&out).unwrap();
    assert_eq!(
        std::fs::read(out.join("input-roads.pbf")).unwrap(),
        bytes("helsinki.osm.pbf")
    );
    holds(&out);
    let builder = Builder::new().customers(Source::csv(bytes("customers.csv")));
    let builder = builder.reps(Source::csv(bytes("reps.csv")));
    let refused = builder.roads(Source::csv("a,b")).build();
    let Err(Error::Input(problems)) = refused else {
        panic!()
    };
    assert!(
        problems
            .iter()
            .any(|p| p.what.contains("the roads cannot be read")),
        "{problems:?}"
    );
}
