//! Regions of the reps: a rule, a map of every level, totals; and what a column of that name is without the section.

use crate::{Bench, revier, said};
use geo::{Contains, Intersects, LineString, MultiPolygon, Point, Polygon};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

const REPS: [(&str, &str); 4] = [
    ("R1", "Süd/West"),
    ("R2", "Süd / Ost"),
    ("R3", "Nord"),
    ("R4", "Nord/Ost"),
];

/// 60 customers, those in the south of Süd, some of a level below or of one that no rep has; four reps. `more` is put behind the scenario.
fn bench(more: &str) -> Bench {
    let bench = Bench::default();
    let customers = bench.read("customers.csv");
    let mut table = String::new();
    for (i, line) in customers.lines().enumerate() {
        let lat = || line.split(',').nth(2).unwrap().parse::<f64>().unwrap();
        let region = match i {
            0 => "region",
            i if i % 3 == 0 => "",
            i if lat() < 50.6 && i % 10 == 1 => "Süd/West",
            _ if lat() < 50.6 => "Süd",
            i if i % 10 == 2 => "Nord/Ost/Berg",
            _ => "Nord",
        };
        table += &format!("{line},{region}\n");
    }
    bench.write("customers.csv", &table);
    let reps = bench.read("reps.csv");
    let mut lines = reps.lines();
    let mut table = format!("{},region\n", lines.next().unwrap());
    for (line, (_, region)) in lines.zip(REPS) {
        table += &format!("{line},{region}\n");
    }
    bench.write("reps.csv", &table);
    bench.write("scenario.toml", &scenario(more));
    bench
}

fn scenario(more: &str) -> String {
    format!(
        "customers = \"customers.csv\"\nreps = \"reps.csv\"\nboundary = \"land.geojson\"\n\
         [[balance]]\nmeasure = \"workload\"\ntolerance = 0.5\n\
         [[balance]]\nmeasure = \"revenue\"\ntolerance = 0.6\n\
         [[target]]\nname = \"More\"\nmeasure = \"revenue\"\ngrowth = 0.1\ndate = 2026-12-31\n{more}"
    )
}

fn json(bench: &Bench, name: &str) -> Value {
    serde_json::from_str(&bench.read(name)).unwrap()
}

fn ring(points: &Value) -> LineString<f64> {
    let point = |p: &Value| (p[0].as_f64().unwrap(), p[1].as_f64().unwrap());
    points.as_array().unwrap().iter().map(point).collect()
}

fn shape(feature: &Value) -> MultiPolygon<f64> {
    let polygon = |rings: &Value| {
        let mut rings = rings.as_array().unwrap().iter().map(ring);
        Polygon::new(rings.next().unwrap(), rings.collect())
    };
    let all = feature["geometry"]["coordinates"].as_array().unwrap();
    MultiPolygon(all.iter().map(polygon).collect())
}

/// The edges of shapes that no two of them share, on the grid.
fn rim<'a>(shapes: impl Iterator<Item = &'a MultiPolygon<f64>>) -> BTreeSet<[[i64; 2]; 2]> {
    let mut rim = BTreeSet::new();
    for polygon in shapes.flatten() {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        for line in rings.flat_map(LineString::lines) {
            let grid = |c: geo::Coord<f64>| [c.x, c.y].map(|x| (x * 1e7).round() as i64);
            let (p, q) = (grid(line.start), grid(line.end));
            if !rim.remove(&[q, p]) {
                assert!(rim.insert([p, q]));
            }
        }
    }
    rim
}

/// Features of a file by a property, in their order.
fn features(bench: &Bench, name: &str, key: &str) -> Vec<(String, Value)> {
    let file = json(bench, name);
    let named = |f: &Value| (f["properties"][key].as_str().unwrap().to_owned(), f.clone());
    file["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(named)
        .collect()
}

/// The reps of a region.
fn reps_of(region: &str) -> Vec<&'static str> {
    let of = |path: &str| {
        let path = path.replace(" / ", "/");
        path == region || path.starts_with(&format!("{region}/"))
    };
    let own = REPS.iter().filter(|(_, path)| of(path));
    own.map(|(id, _)| *id).collect()
}

#[test]
fn regions_are_drawn_at_every_level_and_nest_exactly() {
    let bench = bench("[regions]\n");
    bench.solve();
    let drawn: BTreeMap<String, Value> = features(&bench, "out/territories.geojson", "rep")
        .into_iter()
        .collect();
    let regions = features(&bench, "out/regions.geojson", "region");
    let paths: Vec<&str> = regions.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["Süd", "Süd/West", "Süd/Ost", "Nord", "Nord/Ost"]);
    let report = json(&bench, "out/report.json");
    for (at, (path, feature)) in regions.iter().enumerate() {
        let own = reps_of(path);
        let territories: Vec<MultiPolygon<f64>> = own.iter().map(|r| shape(&drawn[*r])).collect();
        let union = shape(feature);
        assert_eq!(
            rim(territories.iter()),
            rim(std::iter::once(&union)),
            "{path}"
        );
        let p = &feature["properties"];
        let sum = |name: &str| -> f64 {
            let of = |r: &&str| drawn[*r]["properties"][name].as_f64().unwrap();
            own.iter().map(of).sum()
        };
        for name in [
            "customers",
            "workload",
            "workload_target",
            "revenue",
            "area_km2",
        ] {
            let told = p[name].as_f64().unwrap();
            assert!((told - sum(name)).abs() < 1e-2, "{path} {name}: {told}");
        }
        assert_eq!(p["reps"], own.len());
        assert_eq!(p["level"], path.split('/').count());
        assert_eq!(
            p["parent"].as_str(),
            path.rsplit_once('/').map(|(above, _)| above)
        );
        assert!((p["goal_More"].as_f64().unwrap() - 1.1 * sum("revenue")).abs() < 1e-6);
        let told = &report["regions"][at];
        assert_eq!(told["region"], *path);
        let pairs = [
            (&told["measures"][0]["total"], "workload"),
            (&told["targets"][0]["value"], "goal_More"),
            (&told["travel_km"], "travel_km"),
        ];
        for (value, name) in pairs {
            assert_eq!(value.as_f64(), p[name].as_f64(), "{path} {name}");
        }
        // Whom its reps have lies in it.
        for (_, customer) in features(&bench, "out/assignments.geojson", "customer_id") {
            let at = &customer["geometry"]["coordinates"];
            let at = Point::new(at[0].as_f64().unwrap(), at[1].as_f64().unwrap());
            let rep = customer["properties"]["rep_id"].as_str().unwrap();
            assert_eq!(
                union.contains(&at) || union.intersects(&at),
                own.contains(&rep),
                "{customer}"
            );
        }
    }
    let (code, text) = bench.check();
    assert_eq!(code, 0, "{text}");
    let page = bench.read("out/report.html");
    assert!(page.contains("\"regions\":[{\"region\":\"Süd\""));
}

#[test]
fn customers_stay_in_their_region() {
    let bench = bench("[regions]\n");
    bench.solve();
    let region: BTreeMap<String, String> = bench
        .read("customers.csv")
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            (cells[0].to_owned(), cells[8].to_owned())
        })
        .collect();
    let reps: BTreeMap<&str, String> = REPS
        .iter()
        .map(|(id, path)| (*id, path.replace(" / ", "/")))
        .collect();
    for line in bench.read("out/assignments.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (of, rep) = (&region[cells[0]], &reps[cells[1]]);
        let differ = of.split('/').zip(rep.split('/')).any(|(a, b)| a != b);
        assert!(of.is_empty() || !differ, "{line}: {of} {rep}");
    }
    // Drawn alone: nobody is held.
    let free = scenario("[regions]\nstay = false\n");
    bench.write("free.toml", &free);
    bench.solve_into("free", "free.toml", &[]);
    bench.write("none.toml", &scenario(""));
    bench.solve_into("none", "none.toml", &[]);
    assert_eq!(
        bench.read("free/assignments.csv"),
        bench.read("none/assignments.csv")
    );
    assert!(bench.path("free/regions.geojson").exists());
    let (a, b) = (
        json(&bench, "out/report.json"),
        json(&bench, "free/report.json"),
    );
    assert!(a["objective"]["value"].as_f64() > b["objective"]["value"].as_f64());
}

#[test]
fn without_the_section_the_column_is_like_any_other() {
    let bench = bench("");
    bench.solve();
    assert!(!bench.path("out/regions.geojson").exists());
    for name in ["customers.csv", "reps.csv"] {
        let text = bench.read(name);
        bench.write(name, &text.replacen("region", "quarter", 1));
    }
    bench.solve_into("other", "scenario.toml", &[]);
    for name in [
        "assignments.csv",
        "assignments.geojson",
        "territories.geojson",
        "changes.csv",
    ] {
        assert_eq!(
            bench.read(&format!("out/{name}")),
            bench.read(&format!("other/{name}")),
            "{name}"
        );
    }
    let report = |dir: &str| {
        let mut report = json(&bench, &format!("{dir}/report.json"));
        for name in ["inputs", "files", "timings_s", "peak_memory_mb"] {
            report.as_object_mut().unwrap().remove(name);
        }
        report
    };
    assert_eq!(report("out"), report("other"));
    assert!(!bench.read("out/report.json").contains("region"));
}

#[test]
fn a_region_may_be_a_segment_too() {
    for section in ["[regions]\n", ""] {
        let more = format!("{section}[dashboard]\nsegments = [\"region\"]\n");
        let bench = bench(&more);
        bench.solve();
        let report = json(&bench, "out/report.json");
        let segment = report["dashboard"].to_string();
        assert!(segment.contains("Nord/Ost/Berg"), "{segment}");
        assert_eq!(bench.check().0, 0);
    }
}

#[test]
fn paths_with_empty_levels_are_told_all_at_once() {
    let bench = bench("[regions]\n");
    let (customers, reps) = (bench.read("customers.csv"), bench.read("reps.csv"));
    bench.write(
        "customers.csv",
        &customers.replacen(",Süd\n", ",Süd//Ost\n", 1),
    );
    bench.write(
        "reps.csv",
        &reps
            .replacen("Süd / Ost", "Süd/ ", 1)
            .replacen("Nord/Ost", "/Ost", 1),
    );
    let args = [
        "solve",
        &bench.arg("scenario.toml"),
        "--out",
        &bench.arg("out"),
    ];
    let (code, _, text) = said(&revier(&args));
    assert_eq!(code, 2, "{text}");
    for part in [
        "\"Süd//Ost\" is empty",
        "\"Süd/\" is empty",
        "\"/Ost\" is empty",
        "bad-region",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(
        text.contains("part the levels by one slash, as in Süd/Bayern"),
        "{text}"
    );
}

#[test]
fn reps_without_a_region_are_told_and_serve_all() {
    let bench = bench("[regions]\n");
    let reps = bench.read("reps.csv");
    bench.write("reps.csv", &reps.replacen("Süd / Ost", "", 1));
    let text = bench.solve_into("out", "scenario.toml", &[]);
    let told = "1 of 4 reps have no region, and may have customers of every region: R2";
    assert!(text.contains(told), "{text}");
    assert_eq!(bench.check().0, 0);
    bench.write("reps.csv", "id,lon,lat,skills\nR1,10.5,50.4,cold\nR2,11.5,50.4,cold\nR3,10.5,51.1,cold\nR4,11.5,51.1,cold\n");
    let text = bench.solve_into("none", "scenario.toml", &[]);
    assert!(
        text.contains("no rep has a region: the section does nothing"),
        "{text}"
    );
    assert!(!bench.path("none/regions.geojson").exists());
}

#[test]
fn a_forged_map_of_regions_is_found() {
    let bench = bench("[regions]\n");
    bench.solve();
    let (map, report) = (
        bench.read("out/regions.geojson"),
        bench.read("out/report.json"),
    );
    let hash = |text: &str| -> String {
        let digest = Sha256::digest(text.as_bytes());
        digest.iter().map(|b| format!("{b:02x}")).collect()
    };
    let own = hash(&map);
    assert!(report.contains(&own));
    let point = map.split("[[[[").nth(1).unwrap().split(',').next().unwrap();
    for (from, to) in [
        ("\"level\":2", "\"level\":3"),
        ("\"customers\":", "\"customers\":1"),
        ("\"parent\":\"Süd\"", "\"parent\":\"Nord\""),
        (point, "10.12345"),
    ] {
        let forged = map.replacen(from, to, 1);
        assert_ne!(forged, map);
        bench.write("out/regions.geojson", &forged);
        bench.write("out/report.json", &report.replace(&own, &hash(&forged)));
        let (code, text) = bench.check();
        assert_eq!(code, 4, "{from}: {text}");
        assert!(text.contains("regions.geojson"), "{text}");
    }
    std::fs::remove_file(bench.path("out/regions.geojson")).unwrap();
    bench.write("out/report.json", &report);
    assert_eq!(bench.check().0, 4);
}

#[test]
fn leads_stay_in_their_region() {
    let bench = bench("[regions]\n");
    bench.solve();
    // In the south, of the north; and of nobody's region.
    bench.write(
        "leads.csv",
        "id,lon,lat,region\nL1,10.5,50.3,\nL2,10.5,50.3,Nord\nL3,11.5,51.2,Süd/Ost\nL4,11.5,51.2,West\n",
    );
    let (out, leads) = (bench.arg("out"), bench.arg("leads.csv"));
    let (code, routes, text) = said(&revier(&["assign", &out, &leads]));
    assert_eq!(code, 3, "{text}");
    assert!(routes.contains("regions"), "{routes}");
    let rep = |id: &str| {
        let line = routes
            .lines()
            .find(|l| l.starts_with(id))
            .unwrap_or_else(|| panic!("{routes}"));
        line.split(',').nth(5).unwrap().to_owned()
    };
    assert!(["R1", "R2"].contains(&rep("L1").as_str()), "{routes}");
    assert!(["R3", "R4"].contains(&rep("L2").as_str()), "{routes}");
    assert_eq!(
        (rep("L3").as_str(), rep("L4").as_str()),
        ("R2", ""),
        "{routes}"
    );
}

#[test]
fn area_units_hand_their_region_to_customers() {
    let bench = bench("[regions]\n");
    let square = |id: &str, x: f64, y: f64, w: f64, region: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{"id":"{id}","region":"{region}"}},"geometry":{{"type":"Polygon","coordinates":[[[{x},{y}],[{e},{y}],[{e},{n}],[{x},{n}],[{x},{y}]]]}}}}"#,
            e = x + w,
            n = y + 1.0
        )
    };
    let units = [
        square("U1", 9.0, 49.75, 2.0, "Süd"),
        square("U2", 11.0, 49.75, 2.0, "Süd/Ost"),
        square("U3", 9.0, 50.75, 2.0, "Nord"),
        square("U4", 11.0, 50.75, 2.0, "Nord/Ost"),
        // Nobody is there, and it borders on Süd alone.
        square("U5", 9.0, 48.75, 2.0, "Nord"),
    ];
    let units = units.join(",");
    bench.write(
        "units.geojson",
        &format!(r#"{{"type":"FeatureCollection","features":[{units}]}}"#),
    );
    // Their own regions are gone.
    let customers = bench.read("customers.csv");
    let plain = customers
        .lines()
        .map(|l| format!("{}\n", l.rsplit_once(',').unwrap().0));
    bench.write("customers.csv", &plain.collect::<String>());
    bench.write(
        "scenario.toml",
        "customers = \"customers.csv\"\nreps = \"reps.csv\"\nunits = \"units.geojson\"\n\
         [[balance]]\nmeasure = \"workload\"\ntolerance = 0.9\n[rules]\nskills = false\n[regions]\n",
    );
    bench.solve();
    let owners = bench.read("out/units.csv");
    let owner = |id: &str| {
        let line = owners.lines().find(|l| l.starts_with(id)).unwrap();
        line.split(',').nth(1).unwrap().to_owned()
    };
    assert_eq!([owner("U1"), owner("U2")], ["R1", "R2"], "{owners}");
    assert_eq!([owner("U3"), owner("U4")], ["R3", "R4"], "{owners}");
    assert_eq!(owner("U5"), "R3", "{owners}");
    assert_eq!(bench.check().0, 0);
    // A unit of a region that no rep is of.
    let text = bench
        .read("units.geojson")
        .replace("Nord/Ost", "Nord/Ost/Berg")
        .replace("\"Süd\"", "\"Mitte\"");
    bench.write("units.geojson", &text);
    let args = [
        "solve",
        &bench.arg("scenario.toml"),
        "--out",
        &bench.arg("none"),
    ];
    let (code, _, text) = said(&revier(&args));
    assert_eq!(code, 3, "{text}");
    assert!(
        text.contains("of the region Mitte, which no rep is of"),
        "{text}"
    );
}

#[test]
fn a_layer_of_regions_is_exported_where_there_are_some() {
    let bench = bench("[regions]\n");
    bench.solve();
    let export = |layer: &str| {
        let args = [
            "export",
            &bench.arg("out"),
            "--to",
            "csv",
            "--out",
            "-",
            "--layer",
            layer,
        ];
        said(&revier(&args))
    };
    let (code, text, err) = export("regions");
    assert_eq!(code, 0, "{err}");
    assert_eq!(text.lines().count(), 6, "{text}");
    assert!(
        text.contains("Süd/West") && text.contains("goal_More"),
        "{text}"
    );
    bench.write("scenario.toml", &scenario(""));
    bench.solve();
    let (code, _, err) = export("regions");
    assert_eq!(
        (code, err.contains("the plan has no regions")),
        (2, true),
        "{err}"
    );
}
