//! Files: extracts that are damaged or of another kind, networks that are kept, keys of scenarios, plans that are checked.

use crate::osm::{Osm, blob, packed_blob, raw};
use crate::{ONEWAY, ROAD, at, folder, km, read, run, same, square, trip};
use std::fs;

#[test]
fn extracts_with_history_without_nodes_or_with_impossible_junctions_are_refused() {
    let dir = folder(&square([ROAD; 4]), at(0.5, 0.0), at(1.5, 0.0), "");
    let told = |bytes: &[u8]| {
        fs::write(dir.path().join("x.osm.pbf"), bytes).unwrap();
        let problems = read(dir.path()).unwrap_err();
        problems[0].what.clone()
    };
    let history = square([ROAD; 4]).bytes_for("HistoricalInformation");
    assert!(told(&history).contains("the history of OpenStreetMap"));
    let bare = Osm::default().way(12, &[1, 2], ROAD).bytes();
    assert!(told(&bare).contains("none of their nodes"));
    let mut star = Osm::default().node(0, at(0.0, 0.0));
    for i in 1..=1001 {
        let place = at(1.0, f64::from(i as u32) * 0.001);
        star = star.node(i, place).way(i, &[0, i], ROAD);
    }
    assert!(told(&star.bytes()).contains("1,001 roads meet in node 0"));
    let endless = [1, 2].repeat(50_001);
    let endless = square([ROAD; 4]).way(99, &endless, ROAD).bytes();
    assert!(told(&endless).contains("a way has more than 100,000 nodes"));
}

#[test]
fn islands_are_cut_off_and_places_far_from_roads_are_told_all_at_once() {
    let osm = square([ROAD; 4])
        .node(8, at(10.0, 0.0))
        .node(9, at(11.0, 0.0))
        .way(89, &[8, 9], ROAD);
    let dir = folder(&osm, at(0.5, 0.0), at(10.5, 0.0), "");
    let problems = read(dir.path()).unwrap_err();
    let [problem] = &problems[..] else {
        panic!("{problems:?}")
    };
    assert_eq!(problem.code, "off-road");
    assert_eq!(
        problem.what,
        "1 customer is farther than 500 m from any road that cars drive: C"
    );
    // By great circle, where that is asked for.
    let keys = "off_road = \"great-circle\"\ndetour = 1.5\nspeed_kmh = 30";
    same(
        trip(&osm, at(0.5, 0.0), at(10.5, 0.0), keys),
        km(15.0),
        km(15.0) / 30.0 * 60.0,
    );
}

#[test]
fn keys_that_do_nothing_or_lack_their_file_are_told() {
    let dir = folder(&square([ROAD; 4]), at(0.0, 0.0), at(1.0, 0.0), "");
    let told = |travel: &str| {
        let text =
            format!("customers = \"customers.csv\"\nreps = \"reps.csv\"\n[travel]\n{travel}");
        fs::write(dir.path().join("s.toml"), text).unwrap();
        let problems = read(dir.path()).unwrap_err();
        problems
            .iter()
            .map(|p| (p.code, p.field.clone().unwrap_or_default()))
            .collect::<Vec<_>>()
    };
    let of = |code, field: &str| (code, field.to_owned());
    assert_eq!(
        told("metric = \"road\""),
        [of("missing-key", "travel.roads")]
    );
    assert_eq!(
        told("max_snap_m = 5"),
        [of("no-effect", "travel.max_snap_m")]
    );
    assert_eq!(
        told("roads = \"y.osm.pbf\""),
        [of("missing-file", "travel.roads")]
    );
}

#[test]
fn damaged_extracts_are_errors() {
    let osm = square([ROAD; 4]).turn("no_left_turn", 12, 2, 23);
    let dir = folder(&osm, at(0.5, 0.0), at(1.5, 0.0), "");
    let whole = osm.bytes();
    let with = |bytes: &[u8]| {
        fs::write(dir.path().join("x.osm.pbf"), bytes).unwrap();
        read(dir.path()).map(drop)
    };
    assert!(with(&whole).is_ok());
    for end in 0..whole.len() {
        // Behind the header, the file is empty.
        let problems = with(&whole[..end]).unwrap_err();
        assert_eq!(
            problems[0].file,
            dir.path().join("x.osm.pbf").display().to_string()
        );
    }
    // Any single byte: it is read, or refused.
    for at in 0..whole.len() {
        for change in [0x01, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= change;
            let _ = with(&bytes);
        }
    }
    // Sizes that lie: of a header, of a blob, of what is packed.
    assert!(with(&[0xff; 64]).is_err());
    let mut lies = whole.clone();
    lies.extend(1_000_000_000_u32.to_be_bytes());
    assert!(with(&lies).is_err());
    let mut bomb = blob("OSMHeader", &raw(&[]));
    let zeros = vec![0_u8; 40 << 20];
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut packer, &zeros).unwrap();
    bomb.extend(blob("OSMData", &packed_blob(&packer.finish().unwrap(), 10)));
    assert!(with(&bomb).is_err());
}

#[test]
fn a_plan_on_roads_is_that_of_its_own_table_and_is_checked_on_the_roads() {
    let dir = folder(
        &square([ONEWAY, ROAD, ROAD, ROAD]),
        at(0.5, 0.0),
        at(1.5, 0.0),
        "",
    );
    let dir = dir.path();
    let places = |name: &str, ids: &str, places: &[[f64; 2]]| {
        let rows = places
            .iter()
            .enumerate()
            .map(|(i, [lon, lat])| format!("{ids}{i},{lon},{lat}\n"));
        fs::write(
            dir.join(name),
            format!("id,lon,lat\n{}", rows.collect::<String>()),
        )
        .unwrap();
    };
    let round: Vec<[f64; 2]> = (1..8)
        .flat_map(|x| {
            let x = f64::from(x) / 4.0;
            [at(x, 0.0), at(2.0, x), at(x, 2.0), at(0.0, x)]
        })
        .collect();
    places("customers.csv", "C", &round);
    places("reps.csv", "R", &[at(1.9, 0.0), at(0.1, 2.0)]);
    let text = fs::read_to_string(dir.join("s.toml")).unwrap();
    fs::write(
        dir.join("s.toml"),
        format!("{text}weight = \"customers\"\n[[balance]]\nmeasure = \"customers\"\n"),
    )
    .unwrap();
    let (status, said) = run(dir, &["solve", "s.toml", "--out", "road"]);
    assert_eq!(status, 0, "{said}");
    let (status, said) = run(dir, &["check", "road"]);
    assert!(status == 0 && said.contains("roads ../x.osm.pbf"), "{said}");

    // The same from the table.
    let (status, said) = run(dir, &["roads", "s.toml", "--matrix", "table.csv"]);
    assert_eq!(status, 0, "{said}");
    let text = fs::read_to_string(dir.join("s.toml")).unwrap();
    fs::write(
        dir.join("t.toml"),
        text.replace("roads = \"x.osm.pbf\"", "matrix = \"table.csv\""),
    )
    .unwrap();
    let (status, said) = run(dir, &["solve", "t.toml", "--out", "table"]);
    assert_eq!(status, 0, "{said}");
    let owners = |plan: &str| fs::read_to_string(dir.join(plan).join("assignments.csv")).unwrap();
    assert_eq!(owners("road"), owners("table"));

    // On other roads it is another plan's.
    fs::write(dir.join("x.osm.pbf"), square([ROAD; 4]).bytes()).unwrap();
    let (status, said) = run(dir, &["check", "road"]);
    assert_ne!(status, 0, "{said}");
}

#[test]
fn a_prepared_network_is_used_while_it_is_of_this_extract_and_whole() {
    let [a, b] = [at(0.5, 0.0), at(1.5, 0.0)];
    let dir = folder(&square([ROAD; 4]), a, b, "");
    let km = || read(dir.path()).unwrap().matrix.as_ref().unwrap().km[0];
    let first = km();
    let (status, said) = run(dir.path(), &["roads", "x.osm.pbf"]);
    assert!(
        status == 0 && said.contains("4 junctions, 8 arcs"),
        "{said}"
    );
    let kept = dir.path().join("x.osm.pbf.revier");
    assert_eq!(km().to_bits(), first.to_bits());
    // A part of it, or a wrong bit, is no network.
    let whole = fs::read(&kept).unwrap();
    for end in [0, 10, 40, whole.len() / 2, whole.len() - 1] {
        fs::write(&kept, &whole[..end]).unwrap();
        assert_eq!(km().to_bits(), first.to_bits());
    }
    for at in (0..whole.len()).step_by(3) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        fs::write(&kept, bytes).unwrap();
        assert_eq!(km().to_bits(), first.to_bits());
    }
    // Of another extract it is not used.
    fs::write(&kept, &whole).unwrap();
    fs::write(
        dir.path().join("x.osm.pbf"),
        square([ONEWAY, ROAD, ROAD, ROAD]).bytes(),
    )
    .unwrap();
    let text = fs::read_to_string(dir.path().join("s.toml")).unwrap();
    fs::write(
        dir.path().join("s.toml"),
        format!("{text}direction = \"back\"\n"),
    )
    .unwrap();
    assert!(km() > 2.0 * first);
    // What is in the way stays.
    fs::write(&kept, "mine").unwrap();
    let (status, said) = run(dir.path(), &["roads", "x.osm.pbf"]);
    assert!(status == 2 && said.contains("is in the way"), "{said}");
    assert_eq!(fs::read(&kept).unwrap(), b"mine");
}
