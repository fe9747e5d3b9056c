//! The text formats and their geometry, read back.

use crate::Bench;
use geo::{Area, MultiPolygon};
use revier::export::Format;
use revier::saved::SavedPlan;
use serde_json::Value;

/// All numbers of a text, in order.
fn numbers(text: &str) -> Vec<f64> {
    let part = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | 'e');
    let words = text
        .split(|c: char| !part(c))
        .filter(|w| w.bytes().any(|b| b.is_ascii_digit()));
    words.map(|w| w.parse().unwrap()).collect()
}

/// All coordinates of an area, in order.
fn coordinates(area: &MultiPolygon<f64>) -> Vec<f64> {
    let rings = area
        .iter()
        .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
    rings
        .flat_map(|ring| ring.0.iter().flat_map(|c| [c.x, c.y]))
        .collect()
}

fn csv_rows(path: std::path::PathBuf) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_path(path)
        .unwrap();
    let rows = reader
        .records()
        .map(|r| r.unwrap().iter().map(str::to_owned).collect());
    rows.collect()
}

#[test]
fn csv_holds_every_value_and_coordinate() {
    for ids in [false, true] {
        let bench = Bench::new(ids);
        let plan = bench.plan();
        let dir = bench.export(Format::Csv, "csv");
        let rows = csv_rows(dir.join("territories.csv"));
        let head = rows[0].join(",");
        assert!(
            head.starts_with("rep,name,customers,color,workload,workload_target,"),
            "{head}"
        );
        assert!(head.ends_with(",area_km2,parts,WKT"), "{head}");
        let t = &plan.territories;
        for (j, row) in rows[1..].iter().enumerate() {
            assert_eq!(
                (row[0].as_str(), &row[1], &row[3]),
                (t.ids.get(j), &t.name[j], &t.color[j])
            );
            assert_eq!(numbers(row.last().unwrap()), coordinates(&t.polygons[j]));
        }
        assert_eq!(rows[4].last().unwrap(), "MULTIPOLYGON EMPTY");
        let first = bench
            .read("csv/assignments.csv")
            .lines()
            .nth(1)
            .unwrap()
            .to_owned();
        assert!(
            first.starts_with(if ids { "1,1," } else { "\"C1\",\"R" }) || ids,
            "{first}"
        );
        let rows = csv_rows(dir.join("assignments.csv"));
        assert_eq!(rows.len(), 81);
        let a = &plan.assignments;
        for (i, row) in rows[1..].iter().enumerate() {
            assert_eq!(
                (row[0].as_str(), row[1].as_str()),
                (a.ids.get(i), t.ids.get(a.owner[i].at()))
            );
            assert_eq!(row[2].parse(), Ok(a.km[i]));
            assert_eq!(numbers(row.last().unwrap()), [a.lon[i], a.lat[i]]);
        }
        let rows = csv_rows(dir.join("reps.csv"));
        assert_eq!(
            rows[0],
            [
                "rep",
                "name",
                "customers",
                "color",
                "capacity",
                "skills",
                "WKT"
            ]
        );
        assert_eq!((rows[3][1].as_str(), rows[3][5].as_str()), ("Čid", "x;y"));
    }
}

#[test]
fn kml_has_one_closed_outer_ring_per_polygon() {
    let bench = Bench::new(false);
    let plan = bench.plan();
    bench.export(Format::Kml, "a.kml");
    let text = bench.read("a.kml");
    let t = &plan.territories;
    let between = |text: &str, from: &str, to: &str| -> Vec<String> {
        let pieces = text.split(from).skip(1).filter_map(|p| p.split(to).next());
        pieces.map(str::to_owned).collect()
    };
    let folder = &between(&text, "<name>territories</name>", "</Folder>")[0];
    let marks = between(folder, "<Placemark>", "</Placemark>");
    // The rep without land has no placemark.
    assert_eq!(marks.len(), 3);
    for (j, mark) in marks.iter().enumerate() {
        let rings = between(mark, "<coordinates>", "</coordinates>");
        assert_eq!(numbers(&rings.join(" ")), coordinates(&t.polygons[j]));
        for ring in &rings {
            assert_eq!(ring.split(' ').next(), ring.split(' ').next_back());
        }
        let parts = &t.polygons[j].0;
        assert_eq!(mark.matches("<outerBoundaryIs>").count(), parts.len());
        let holes: usize = parts.iter().map(|p| p.interiors().len()).sum();
        assert_eq!(mark.matches("<innerBoundaryIs>").count(), holes);
        assert_eq!(mark.contains("<MultiGeometry>"), parts.len() > 1);
    }
    assert!(
        marks[0].contains("<name>Ann &lt;A&gt; &amp; &quot;Co&quot;</name>"),
        "{}",
        &marks[0][..200]
    );
    assert_eq!(text.matches("<Placemark>").count(), 3 + 80 + 4);
    // `#8dd3c7` is written blue first.
    let color = t.color[0].trim_start_matches('#');
    let (r, g, b) = (&color[..2], &color[2..4], &color[4..]);
    assert!(
        text.contains(&format!("<Style id=\"c{color}\">"))
            && text.contains(&format!("<color>b0{b}{g}{r}</color>"))
    );
    well_formed(&text);
}

fn well_formed(text: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut depth = 0;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(_) => depth += 1,
            quick_xml::events::Event::End(_) => depth -= 1,
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
}

/// The territories of a TopoJSON document: their properties, and rings as lists of positions.
/// Polygons, rings, positions.
type Rings = Vec<Vec<Vec<[f64; 2]>>>;

fn decode(text: &str) -> Vec<(Value, Rings)> {
    let topology: Value = serde_json::from_str(text).unwrap();
    let scale = topology["transform"]["scale"][0].as_f64().unwrap();
    let arcs: Vec<Vec<[f64; 2]>> = topology["arcs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|arc| {
            let mut at = [0, 0];
            let step = |delta: &Value| {
                at = [
                    at[0] + delta[0].as_i64().unwrap(),
                    at[1] + delta[1].as_i64().unwrap(),
                ];
                at.map(|x| x as f64 * scale)
            };
            arc.as_array().unwrap().iter().map(step).collect()
        })
        .collect();
    let ring = |numbers: &Value| {
        let mut ring: Vec<[f64; 2]> = Vec::new();
        for n in numbers.as_array().unwrap() {
            let n = n.as_i64().unwrap();
            let mut arc = arcs[if n < 0 { !n } else { n } as usize].clone();
            if n < 0 {
                arc.reverse();
            }
            if let Some(end) = ring.pop() {
                assert_eq!(end, arc[0], "arcs meet");
            }
            ring.extend(arc);
        }
        ring
    };
    let geometries = topology["objects"]["territories"]["geometries"]
        .as_array()
        .unwrap();
    let polygon = |p: &Value| p.as_array().unwrap().iter().map(ring).collect();
    let object = |g: &Value| {
        let polygons = g["arcs"].as_array().unwrap().iter().map(polygon).collect();
        (g["properties"].clone(), polygons)
    };
    geometries.iter().map(object).collect()
}

#[test]
fn topojson_gives_the_same_rings_from_arcs_that_neighbours_share() {
    let bench = Bench::new(true);
    let plan = bench.plan();
    bench.export(Format::Topojson, "a.topojson");
    let text = bench.read("a.topojson");
    let t = &plan.territories;
    let decoded = decode(&text);
    assert_eq!(decoded.len(), 4);
    for (j, (properties, polygons)) in decoded.iter().enumerate() {
        assert_eq!(properties["rep"].to_string(), t.ids.get(j));
        assert_eq!(properties["name"], t.name[j].as_str());
        assert_eq!(polygons.len(), t.polygons[j].0.len());
        for (rings, polygon) in polygons.iter().zip(&t.polygons[j]) {
            let ours = std::iter::once(polygon.exterior()).chain(polygon.interiors());
            for (n, (ring, ours)) in rings.iter().zip(ours).enumerate() {
                assert_eq!(ring[0], ring[ring.len() - 1]);
                let line = geo::LineString::from(ring.clone());
                let area = geo::Polygon::new(line, Vec::new()).signed_area();
                let expected = geo::Polygon::new(ours.clone(), Vec::new()).signed_area();
                // The other way round: shells clockwise.
                assert!(
                    (area + expected).abs() <= 1e-9 * expected.abs(),
                    "{j} {n} {area} {expected}"
                );
                let sorted = |mut points: Vec<[f64; 2]>| {
                    points.pop();
                    points.sort_by(|a, b| a.partial_cmp(b).unwrap());
                    points
                };
                let theirs = sorted(ring.clone());
                let ours = sorted(ours.0.iter().map(|c| [c.x, c.y]).collect());
                assert_eq!(theirs.len(), ours.len());
                let off = theirs
                    .iter()
                    .zip(&ours)
                    .map(|(a, b)| (a[0] - b[0]).abs().max((a[1] - b[1]).abs()));
                assert!(off.fold(0.0, f64::max) < 1e-12);
            }
        }
    }
    // No piece of border stands in two arcs.
    let topology: Value = serde_json::from_str(&text).unwrap();
    let mut pieces = std::collections::HashSet::new();
    for arc in topology["arcs"].as_array().unwrap() {
        let mut at = [0, 0];
        for (i, delta) in arc.as_array().unwrap().iter().enumerate() {
            let next = [
                at[0] + delta[0].as_i64().unwrap(),
                at[1] + delta[1].as_i64().unwrap(),
            ];
            assert!(i == 0 || pieces.insert([at.min(next), at.max(next)]));
            at = next;
        }
    }
}

#[test]
fn the_picture_names_everybody() {
    let bench = Bench::new(false);
    let plan: SavedPlan = bench.plan();
    let options = revier::export::Options {
        format: Format::Svg,
        layers: Vec::new(),
        force: false,
    };
    revier::export::export(&plan, &options, Some(&bench.path("a.svg"))).unwrap();
    let text = bench.read("a.svg");
    well_formed(&text);
    assert!(text.contains("Bench &lt;1&gt; &amp; more"));
    for name in ["Ann &lt;A&gt; &amp; &quot;Co&quot;", "Ben", "Čid", "Nobody"] {
        // In the legend, and as the tooltip of the badge.
        assert!(text.matches(name).count() >= 2, "{name}");
    }
    let with_land = plan
        .territories
        .polygons
        .iter()
        .filter(|p| !p.0.is_empty())
        .count();
    assert_eq!(text.matches("<path fill=\"#").count(), with_land);
    assert!(text.contains("80 customers \u{b7} 4 territories"));
}
