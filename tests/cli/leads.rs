//! Leads as people have them: their own columns, bad ones, far ones, and postcodes for coordinates.

use super::{Bench, revier, said};
use serde_json::Value;

/// A solved bench with leads in `leads.csv`.
fn with_leads(leads: &str) -> Bench {
    let bench = Bench::default();
    bench.solve();
    bench.write("leads.csv", leads);
    bench
}

fn assign(bench: &Bench, leads: &str, more: &[&str]) -> (i32, String, String) {
    let (out, leads) = (bench.arg("out"), bench.arg(leads));
    said(&revier(&[&["assign", &out, &leads], more].concat()))
}

/// The cells of a column of a table.
fn column(table: &str, name: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let at = reader.headers().unwrap().iter().position(|h| h == name);
    let at = at.unwrap_or_else(|| panic!("no column {name}: {table}"));
    let cell = |r: Result<csv::StringRecord, csv::Error>| r.unwrap()[at].to_owned();
    reader.records().map(cell).collect()
}

#[test]
fn the_columns_of_the_leads_come_back_first_and_in_their_order() {
    let bench = with_leads(
        "Zusatz;id;PLZ;lon;lat;Umsatz;km;Notiz\n\
         x;1;04101;10,40;50,4;1.234,50;7;\"a;b\"\n\
         ;2;80331;10,5;50,9;9;;=1+1\n",
    );
    let (code, out, err) = assign(&bench, "leads.csv", &[]);
    assert_eq!(code, 0, "{err}");
    let header = out.lines().next().unwrap();
    assert_eq!(
        header,
        "Zusatz,id,PLZ,lon,lat,Umsatz,lead_km,Notiz,customer_id,rep_id,by,territory,km,minutes,next_rep_id,next_km,reason,place"
    );
    assert_eq!(column(&out, "PLZ"), ["04101", "80331"]);
    assert_eq!(column(&out, "lon"), ["10,40", "10,5"]);
    assert_eq!(column(&out, "Umsatz"), ["1.234,50", "9"]);
    assert_eq!(column(&out, "lead_km"), ["7", ""]);
    assert_eq!(column(&out, "Notiz"), ["a;b", "'=1+1"]);
    assert!(
        err.contains("warning[column-renamed]") && err.contains("`km` as `lead_km`"),
        "{err}"
    );
    // What was routed may be routed again.
    bench.write("again.csv", &out);
    let (code, again, err) = assign(&bench, "again.csv", &[]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(column(&again, "lead_rep_id"), column(&out, "rep_id"));
    assert_eq!(column(&again, "rep_id"), column(&out, "rep_id"));

    // GeoJSON and GeoJSON lines likewise.
    bench.write(
        "leads.geojsonl",
        "{\"type\":\"Feature\",\"properties\":{\"zeta\":1.5,\"id\":7,\"alpha\":\"04101\",\"list\":[1,{\"x\":2}],\"by\":\"fax\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[10.4,50.4]}}\n\
         {\"type\":\"Feature\",\"properties\":{\"id\":8,\"alpha\":null},\"geometry\":{\"type\":\"Point\",\"coordinates\":[10.5,50.9]}}\n",
    );
    for name in ["routes.geojson", "routes.geojsonl"] {
        let (code, _, err) = assign(&bench, "leads.geojsonl", &["--out", &bench.arg(name)]);
        assert_eq!(code, 0, "{err}");
        let text = bench.read(name);
        let order = [
            "\"zeta\"",
            "\"id\"",
            "\"alpha\"",
            "\"lead_by\"",
            "\"customer_id\"",
            "\"rep_id\"",
        ];
        let at: Vec<usize> = order.iter().map(|key| text.find(key).unwrap()).collect();
        assert!(at.is_sorted(), "{text}");
        let first: Value = match name {
            "routes.geojson" => {
                serde_json::from_str::<Value>(&text).unwrap()["features"][0].clone()
            }
            _ => serde_json::from_str(text.lines().next().unwrap()).unwrap(),
        };
        let p = &first["properties"];
        assert_eq!(
            (&p["zeta"], &p["alpha"]),
            (&Value::from(1.5), &Value::from("04101"))
        );
        assert_eq!(
            (&p["customer_id"], &p["lead_by"]),
            (&Value::from(7), &Value::from("fax"))
        );
        assert_eq!(p["list"], serde_json::json!([1, {"x": 2}]));
        // Ours may be replaced, the leads may not.
        assert_eq!(
            assign(&bench, "leads.geojsonl", &["--out", &bench.arg(name)]).0,
            0
        );
        let (code, _, err) = assign(
            &bench,
            "leads.csv",
            &["--out", &bench.arg("leads.geojsonl")],
        );
        assert_eq!((code, err.contains("is in the way")), (2, true), "{err}");
    }
    let collection = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"id":1},"geometry":null}]}"#;
    bench.write("own.geojson", collection);
    let (code, _, _) = assign(&bench, "leads.csv", &["--out", &bench.arg("own.geojson")]);
    assert_eq!((code, bench.read("own.geojson").as_str()), (2, collection));
}

const SOME_BAD: &str = "id,name,lon,lat,workload,note\n\
    a,Ann,10.4,50.4,1,first\n\
    b,Bo,10.4,95,-3,\"two, faults\"\n\
    c,Cy,,,1,\n\
    a,Di,10.5,50.5,1,again\n\
    ,El,10.5,50.5,1,\n\
    d,Fy,10.5,50.6,2,last,more\n\
    e,Gus,10.5,50.6,2,last\n";

#[test]
fn bad_leads_are_put_aside_and_the_others_routed() {
    let bench = with_leads(SOME_BAD);
    // All at once, as long as nobody says otherwise.
    let (code, out, err) = assign(&bench, "leads.csv", &[]);
    assert_eq!((code, out.as_str()), (2, ""));
    for feature in 2..=6 {
        assert!(err.contains(&format!("feature {feature}")), "{err}");
    }
    let bad = bench.arg("bad.csv");
    let (code, out, err) = assign(&bench, "leads.csv", &["--skip-bad", &bad]);
    assert_eq!(code, 5, "{err}");
    assert!(err.contains("5 of 7 leads are bad, and stand in"), "{err}");
    assert_eq!(column(&out, "id"), ["a", "e"]);
    assert_eq!(column(&out, "note"), ["first", "last"]);
    let rejects = bench.read("bad.csv");
    assert!(rejects.starts_with(
        "id,name,lon,lat,workload,note,reject_row,reject_id,reject_code,reject_field,reject_what,reject_help\n"
    ));
    assert_eq!(column(&rejects, "reject_row"), ["2", "3", "4", "5", "6"]);
    assert_eq!(column(&rejects, "reject_id"), ["b", "c", "a", "", "d"]);
    assert_eq!(column(&rejects, "name"), ["Bo", "Cy", "Di", "El", "Fy"]);
    let codes = column(&rejects, "reject_code");
    assert_eq!(
        codes[1..],
        ["missing-value", "duplicate-id", "missing-id", "row-length"]
    );
    assert!(
        codes[0] == "negative-number | coordinates-swapped",
        "{codes:?}"
    );
    assert!(column(&rejects, "reject_what")[2].contains("feature 1 has it"));
    assert!(
        column(&rejects, "reject_help")
            .iter()
            .all(|help| !help.is_empty())
    );

    // Mended, they go the same way; the file is there even if none is bad.
    let mended = "id,name,lon,lat,workload,note,reject_row,reject_id,reject_code,reject_field,reject_what,reject_help\n\
                  b,Bo,10.4,50.5,3,\"two, faults\",2,b,x,y,z,w\n";
    bench.write("mended.csv", mended);
    let (code, out, err) = assign(&bench, "mended.csv", &["--skip-bad", &bad]);
    assert_eq!(
        (code, column(&out, "id")),
        (0, vec!["b".to_owned()]),
        "{err}"
    );
    assert_eq!(bench.read("bad.csv").lines().count(), 1);
}

#[test]
fn nothing_is_written_over_that_holds_no_bad_leads() {
    let bench = with_leads(SOME_BAD);
    bench.write("mine.csv", "a,b\n1,2\n");
    for (name, words) in [
        ("mine.csv", "is in the way, and no bad leads"),
        ("leads.csv", "is in the way, and no bad leads"),
        ("bad.txt", "must end in .csv"),
        ("out/bad.csv", "among the files of the plan"),
    ] {
        let (code, out, err) = assign(&bench, "leads.csv", &["--skip-bad", &bench.arg(name)]);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.contains(words), "{err}");
    }
    assert_eq!(bench.read("mine.csv"), "a,b\n1,2\n");
    assert_eq!(bench.read("leads.csv"), SOME_BAD);
    let both = bench.arg("both.csv");
    let (code, _, err) = assign(&bench, "leads.csv", &["--skip-bad", &both, "--out", &both]);
    assert_eq!((code, err.contains("name two files")), (2, true), "{err}");
    // A broken file is no bad lead.
    bench.write("broken.csv", "id,lon,lat\na,10.4,50.4\nb,\"10.4,50.4\n");
    let (code, _, err) = assign(&bench, "broken.csv", &["--skip-bad", &bench.arg("bad.csv")]);
    assert_eq!(
        (code, err.contains("line 3 and not closed")),
        (2, true),
        "{err}"
    );
}

#[test]
fn a_lead_too_far_from_everybody_goes_to_nobody() {
    let bench = with_leads(
        "id,lon,lat,owner,locked\nnear,10.5,50.4,,\nfar,2.35,48.86,,\nC1,2.35,48.86,,\nstays,2.35,48.86,R3,true\n",
    );
    let (code, out, err) = assign(&bench, "leads.csv", &["--max-km", "100"]);
    assert_eq!(code, 3, "{err}");
    assert!(err.contains("no rep may have 1 of 4 leads"), "{err}");
    assert_eq!(
        column(&out, "by"),
        ["territory", "nobody", "customer", "lock"]
    );
    assert_eq!(column(&out, "rep_id")[1], "");
    let reason = &column(&out, "reason")[1];
    assert!(
        reason.starts_with("no rep may have it (max_km); the nearest is R")
            && reason.ends_with(" km away"),
        "{reason}"
    );
    assert_eq!(assign(&bench, "leads.csv", &[]).0, 0);
    let (code, _, err) = assign(&bench, "leads.csv", &["--max-km", "-5"]);
    assert_eq!(code, 2, "{err}");
}

/// Places in the postal format of GeoNames.
fn places(rows: &[(&str, &str, f64, f64)]) -> String {
    let line = |(country, code, lon, lat): &(&str, &str, f64, f64)| {
        format!("{country}\t{code}\tX\tA\tA\tB\tB\tC\tC\t{lat}\t{lon}\t4\n")
    };
    rows.iter().map(line).collect()
}

#[test]
fn leads_without_coordinates_go_by_a_file_of_places() {
    let bench = with_leads(
        "id,lon,lat,PLZ,Land\n\
         own,11.5,51.1,99999,\n\
         one,,,04103,Deutschland\n\
         where,,,1010,\n\
         at,,,1010,AT\n\
         split,,,07000,DE\n\
         dutch,,,1012 AB,NL\n",
    );
    bench.write(
        "places.txt",
        &places(&[
            ("DE", "04103", 10.45, 50.35),
            ("DE", "04103", 10.47, 50.37),
            ("AT", "1010", 11.5, 51.1),
            ("CH", "1010", 10.5, 50.4),
            ("DE", "07000", 10.45, 50.35),
            ("DE", "07000", 10.46, 50.36),
            ("DE", "07000", 11.6, 51.15),
            ("NL", "1012", 10.5, 50.38),
        ]),
    );
    let file = bench.arg("places.txt");
    let (code, out, err) = assign(&bench, "leads.csv", &["--places", &file]);
    assert_eq!(code, 3, "{err}");
    let place = column(&out, "place");
    assert_eq!(
        place,
        [
            "coordinates",
            "places",
            "ambiguous",
            "places",
            "ambiguous",
            "places"
        ]
    );
    let by = column(&out, "by");
    assert_eq!(
        (by[1].as_str(), by[2].as_str(), by[3].as_str()),
        ("territory", "nobody", "territory")
    );
    let reps = column(&out, "rep_id");
    assert_eq!(
        (&reps[1], &reps[4], &reps[5]),
        (&reps[1], &reps[1], &reps[1])
    );
    assert_eq!((&reps[3], reps[2].as_str()), (&reps[0], ""));
    let reason = column(&out, "reason");
    assert_eq!(
        reason[2],
        "the postcode 1010 is in AT and CH: say which in a column `country`"
    );
    assert!(
        reason[4].contains("of which") && reason[4].contains("a part, too"),
        "{}",
        reason[4]
    );
    assert!(
        reason[1].ends_with("; placed by its postcode 04103"),
        "{}",
        reason[1]
    );

    // What is wrong is told, or put aside.
    bench.write(
        "leads.csv",
        "id,PLZ,Land\nlost,4103,DE\nnone,88888,\nempty,,\nabroad,1010,DE\n",
    );
    let bad = bench.arg("bad.csv");
    let (code, out, err) = assign(
        &bench,
        "leads.csv",
        &["--places", &file, "--skip-bad", &bad],
    );
    assert_eq!((code, out.lines().count()), (5, 1), "{err}");
    let rejects = bench.read("bad.csv");
    assert_eq!(
        column(&rejects, "reject_code"),
        [
            "unknown-postcode",
            "unknown-postcode",
            "missing-value",
            "unknown-postcode"
        ]
    );
    let help = column(&rejects, "reject_help");
    assert!(
        help[0].contains("04103") && help[3].contains("AT and CH"),
        "{help:?}"
    );
    let (code, _, err) = assign(&bench, "leads.csv", &[]);
    assert_eq!((code, err.contains("--places")), (2, true), "{err}");

    bench.write(
        "places.txt",
        "DE;04103;Leipzig\nDE\t04103\tX\tA\tA\tB\tB\tC\tC\tnorth\t12\t4\n",
    );
    let (code, _, err) = assign(&bench, "leads.csv", &["--places", &file]);
    assert_eq!(code, 2);
    assert!(
        err.contains("feature 1")
            && err.contains("feature 2")
            && err.contains("parted by tabs")
            && err.contains("\"north\" is no latitude"),
        "{err}"
    );
}

/// A bench of 16 squares as units, by their ids or by a property.
fn units(property: bool) -> Bench {
    let bench = Bench::default();
    let mut features = Vec::new();
    for n in 0..16 {
        let (x, y) = (
            10.0 + 0.5 * f64::from(n % 4),
            50.0 + 0.375 * f64::from(n / 4),
        );
        let (u, v) = (x + 0.5, y + 0.375);
        let code = format!("0{}", 4100 + n);
        let names = match property {
            true => format!("\"id\":\"U{n}\",\"plz\":\"{code}\",\"land\":\"DE\""),
            false => format!("\"id\":\"{code}\""),
        };
        features.push(format!(
            "{{\"type\":\"Feature\",\"properties\":{{{names}}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[[{x},{y}],[{u},{y}],[{u},{v}],[{x},{v}],[{x},{y}]]]}}}}"
        ));
    }
    let text = format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[{}]}}",
        features.join(",")
    );
    bench.write("units.geojson", &text);
    bench.write(
        "scenario.toml",
        "customers = \"customers.csv\"\nreps = \"reps.csv\"\nunits = \"units.geojson\"\n\
         [rules]\nlocks = false\nskills = false\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.4\n",
    );
    bench.solve();
    bench
}

#[test]
fn leads_without_coordinates_go_by_the_units_of_the_plan() {
    for property in [false, true] {
        let bench = units(property);
        let mut table = String::from("id,postcode,country\n");
        for n in 0..16 {
            table += &format!(
                "L{n},0{},{}\n",
                4100 + n,
                if n % 2 == 0 { "DE" } else { "" }
            );
        }
        bench.write("leads.csv", &table);
        let (code, out, err) = assign(&bench, "leads.csv", &[]);
        assert_eq!(code, 0, "{err}");
        let whose = bench.read("out/units.csv");
        assert_eq!(column(&out, "rep_id"), column(&whose, "rep_id"));
        assert!(column(&out, "place").iter().all(|p| p == "unit"));
        // A file comes second.
        bench.write(
            "places.txt",
            &places(&[("DE", "04100", 11.9, 51.4), ("DE", "05000", 11.9, 51.4)]),
        );
        bench.write("more.csv", "id,postcode\na,04100\nb,05000\n");
        let file = bench.arg("places.txt");
        let (code, more, err) = assign(&bench, "more.csv", &["--places", &file]);
        assert_eq!(code, 0, "{err}");
        assert_eq!(column(&more, "place"), ["unit", "places"]);
        assert_eq!(column(&more, "rep_id")[0], column(&whose, "rep_id")[0]);
        let (code, _, err) = assign(&bench, "more.csv", &[]);
        assert_eq!(
            (code, err.contains("error[unknown-postcode]")),
            (2, true),
            "{err}"
        );
    }
}
