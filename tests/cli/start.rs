//! What `revier new` makes is a scenario that works, and whose comments are true.

use super::{revier, said};
#[cfg(feature = "routing")]
use crate::fake;
use crate::osm::Osm;
use std::path::Path;

#[test]
fn the_start_is_solved_checked_and_routes_its_leads() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("my territories");
    let (code, out, err) = said(&revier(&["new", dir.to_str().unwrap()]));
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("revier solve"), "{out}");
    let path = |name: &str| dir.join(name).display().to_string();
    let (code, _, err) = said(&revier(&[
        "solve",
        &path("scenario.toml"),
        "--out",
        &path("out"),
    ]));
    assert_eq!(code, 0, "{err}");
    assert!(!err.contains("warning"), "{err}");
    assert_eq!(said(&revier(&["check", &path("out")])).0, 0);
    let (code, out, err) = said(&revier(&["assign", &path("out"), &path("leads.csv")]));
    assert_eq!(code, 0, "{err}");
    assert_eq!(out.lines().count(), 8, "{out}");
    // Nothing is written over.
    let (code, _, err) = said(&revier(&["new", dir.to_str().unwrap()]));
    assert_eq!(code, 2);
    assert!(err.contains("is not empty"), "{err}");
    let (code, _, err) = said(&revier(&["new", &path("scenario.toml")]));
    assert_eq!(code, 2);
    assert!(err.contains("is a file"), "{err}");
}

/// Every setting that is commented out is one: the scenario is solved with each of them in turn.
#[test]
fn every_comment_is_a_setting_that_works() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("new");
    assert_eq!(said(&revier(&["new", dir.to_str().unwrap()])).0, 0);
    let path = |name: &str| dir.join(name).display().to_string();
    // Files that settings name.
    let district = std::fs::read_to_string(dir.join("boundary.geojson")).unwrap();
    std::fs::write(dir.join("districts.geojson"), &district).unwrap();
    std::fs::write(
        dir.join("postcodes.geojson"),
        district.replace("\"ags\"", "\"id\""),
    )
    .unwrap();
    let customers = std::fs::read_to_string(dir.join("customers.csv")).unwrap();
    let mut table = String::from("customer_id,rep_id,km,minutes\n");
    for line in customers.lines().skip(1) {
        let id = line.split(',').next().unwrap();
        for rep in ["R1", "R2", "R3"] {
            table += &format!("{id},{rep},{},{}\n", 10 + id.len() * 7 % 5, 20);
        }
    }
    std::fs::write(dir.join("travel.csv"), table).unwrap();
    let first = customers.lines().nth(1).and_then(|l| l.split(',').next());
    let wishes = format!("customer_id,rep_id,wish\n{},R1,forbid\n", first.unwrap());
    std::fs::write(dir.join("wishes.csv"), wishes).unwrap();
    let barrier = r#"{"type": "LineString", "coordinates": [[6.9, 49.3], [6.95, 49.35]]}"#;
    std::fs::write(dir.join("barriers.geojson"), barrier).unwrap();
    std::fs::write(dir.join("fit.csv"), "rep_id,machinery\nR1,-5\n").unwrap();
    let mut lines = customers.lines();
    let header = format!("{},share_rival_a\n", lines.next().unwrap());
    let rows: String = lines.map(|l| format!("{l},0.2\n")).collect();
    std::fs::write(dir.join("customers.csv"), header + &rows).unwrap();

    one_road(&dir);

    let text = std::fs::read_to_string(dir.join("scenario.toml")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let roads = lines.iter().position(|l| l.starts_with("# roads = "));
    let setting = |line: &str| {
        let bare = line.strip_prefix("# ")?;
        let key = bare.split(" = ").next()?;
        let is_key = bare.contains(" = ") && !key.contains(' ');
        (is_key || bare.starts_with('[')).then(|| bare.to_owned())
    };
    #[cfg(feature = "routing")]
    let server = fake::Fake::start(fake::Kind::Osrm, fake::Nature::default(), vec![]);
    #[cfg(feature = "routing")]
    let address = server.url.clone();
    #[cfg(not(feature = "routing"))]
    let address = "http://127.0.0.1:9".to_owned();
    let mut tried = 0;
    let mut at = 0;
    while at < lines.len() {
        // A section that is commented out counts as a whole.
        let Some(first) = setting(lines[at]) else {
            at += 1;
            continue;
        };
        let mut end = at + 1;
        while first.starts_with('[') && end < lines.len() && setting(lines[end]).is_some() {
            end += 1;
        }
        let of_roads = ["direction", "max_snap_m", "off_road"];
        let of_roads = of_roads.iter().any(|key| first.starts_with(key));
        let on = |n: usize| {
            let beside = first.starts_with("metric") && n == at + 1;
            (at..end).contains(&n) || beside || (of_roads && Some(n) == roads)
        };
        let with: String = (lines.iter().enumerate())
            .map(|(n, line)| if on(n) { setting(line).unwrap() } else { (*line).to_owned() } + "\n")
            .collect();
        // The proof of the optimum is not what is tried here.
        let with = if with.contains("\ntime_limit_s") {
            with
        } else {
            with.replace("\n[solve]\n", "\n[solve]\ntime_limit_s = 0.3\n")
        };
        let with = with.replace(
            "\"great-circle\"               # or \"matrix\"",
            "\"matrix\" #",
        );
        let with = match of_servers(&first) {
            true => by_server(&with, &address),
            false => with,
        };
        if of_servers(&first) && cfg!(not(feature = "routing")) {
            at = end;
            continue;
        }
        match first.as_str() {
            // They choose by columns that the example does not have.
            "[[team]]" | "[select]" => chooses(&dir, &with, &first, &path("chosen")),
            _ => solves(&dir, &with, &first, &path("out")),
        }
        tried += 1;
        at = end;
    }
    assert!(tried >= 25, "{tried} settings");
}

/// Whether a setting is about a routing server.
fn of_servers(setting: &str) -> bool {
    let key = setting.split(" = ").next().unwrap_or_default();
    let keys = "url profile table key_env allow_http parallel per_minute max_pairs timeout_s";
    keys.split(' ').any(|known| known == key)
}

/// The same where a server is asked.
fn by_server(text: &str, address: &str) -> String {
    let url = format!("url = \"{address}\"");
    let text = text.replace("\nurl = \"http://127.0.0.1:5000\"", "\n");
    text.replace(
        "\n[travel]\n",
        &format!("\n[travel]\nmetric = \"osrm\"\n{url}\n"),
    )
}

/// An extract of OpenStreetMap with one road, which passes everybody.
fn one_road(dir: &Path) {
    let mut osm = Osm::default();
    let mut nodes = Vec::new();
    for file in ["customers.csv", "reps.csv"] {
        let text = std::fs::read_to_string(dir.join(file)).unwrap();
        let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let header = lines.next().unwrap();
        let [lon, lat] = ["lon", "lat"].map(|name| header.iter().position(|h| *h == name).unwrap());
        for line in lines {
            let id = nodes.len() as i64 + 1;
            nodes.push(id);
            osm = osm.node(id, [lon, lat].map(|at| line[at].parse().unwrap()));
        }
    }
    osm = osm.way(1, &nodes, &[("highway", "primary")]);
    std::fs::write(dir.join("germany.osm.pbf"), osm.bytes()).unwrap();
}

fn tried(dir: &Path, text: &str, out: &str) -> (i32, String) {
    let file = dir.join("tried.toml");
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let (code, _, err) = said(&revier(&["solve", file, "--out", out, "--quiet"]));
    (code, err)
}

fn chooses(dir: &Path, text: &str, name: &str, out: &str) {
    let (code, err) = tried(dir, text, out);
    let told = "by which they are chosen";
    assert!(code == 2 && err.contains(told), "{name}: {code} {err}");
    assert!(!err.contains("unknown key"), "{name}: {err}");
}

fn solves(dir: &Path, text: &str, name: &str, out: &str) {
    let (code, err) = tried(dir, text, out);
    // A rule may be too much for the example; it must be understood.
    assert!(code == 0 || code == 3, "{name}: {code} {err}");
}
