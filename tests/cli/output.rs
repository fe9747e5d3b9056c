//! `[output]`: columns that come back, German tables, and the files of who changes hands and of units.

use super::{Bench, revier, said};
use serde_json::Value;
use std::collections::BTreeMap;

/// The rows of a table that a spreadsheet in this dialect opens, by the names of their columns.
fn rows(text: &str, separator: u8) -> Vec<BTreeMap<String, String>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        let cells = header.iter().zip(record.iter());
        cells.map(|(h, c)| (h.to_owned(), c.to_owned())).collect()
    };
    reader.records().map(|r| row(r.unwrap())).collect()
}

/// The properties of a GeoJSON's features.
fn properties(text: &str) -> Vec<Value> {
    let collection: Value = serde_json::from_str(text).unwrap();
    let features = collection["features"].as_array().unwrap();
    features.iter().map(|f| f["properties"].clone()).collect()
}

/// Customers and reps as a CRM has them, and what follows the usual scenario.
fn crm(output: &str) -> Bench {
    let bench = Bench::default();
    let more = |i: usize, line: &str| match i {
        0 => format!("{line},name,PLZ,crm,km,Umsatz,aktiv,note\n"),
        _ => {
            let note = ["", "\"a, \"\"b\"\"\"", "=1+1", "x;y"][i % 4];
            let plz = if i == 3 { "04101" } else { "80331" };
            format!(
                "{line},Firma {i},{plz},001A{i},{i},{}.50,{},{note}\n",
                i * 7,
                i.is_multiple_of(2)
            )
        }
    };
    let text = bench.read("customers.csv");
    let text: String = text.lines().enumerate().map(|(i, l)| more(i, l)).collect();
    bench.write("customers.csv", &text);
    let reps: String = (bench.read("reps.csv").lines().enumerate())
        .map(|(i, l)| match i {
            0 => format!("{l},email,color\n"),
            _ => format!("{l},r{i}@example.com,blue\n"),
        })
        .collect();
    bench.write("reps.csv", &reps);
    let scenario = bench.read("scenario.toml") + "[output]\n" + output;
    bench.write("scenario.toml", &scenario);
    bench
}

#[test]
fn names_come_back_unasked() {
    let bench = crm("");
    bench.solve();
    assert_eq!(bench.check().0, 0);
    let text = bench.read("out/assignments.csv");
    assert!(
        text.starts_with(
            "customer_id,rep_id,km,minutes,previous_rep_id,changed,locked,lon,lat,rep_name,rep_color,name\n"
        ),
        "{text}"
    );
    let names = BTreeMap::from([("R1", "Ann"), ("R2", "Ben"), ("R3", "Cid"), ("R4", "Dot")]);
    let drawn = properties(&bench.read("out/territories.geojson"));
    let color = |rep: &str| drawn.iter().find(|p| p["rep"] == rep).unwrap()["color"].clone();
    for (i, row) in rows(&text, b',').iter().enumerate() {
        assert_eq!(row["name"], format!("Firma {}", i + 1));
        assert_eq!(row["rep_name"], names[row["rep_id"].as_str()]);
        assert_eq!(row["rep_color"], color(&row["rep_id"]));
    }
}

#[test]
fn all_columns_come_back_as_they_stand() {
    let bench = crm("carry = \"all\"\n");
    bench.solve();
    let (code, err) = bench.check();
    assert_eq!(code, 0, "{err}");
    let table = rows(&bench.read("out/assignments.csv"), b',');
    let points = properties(&bench.read("out/assignments.geojson"));
    let given = rows(&bench.read("customers.csv"), b',');
    for ((row, point), given) in table.iter().zip(&points).zip(&given) {
        for name in ["workload", "owner", "PLZ", "crm", "Umsatz", "aktiv"] {
            assert_eq!(row[name], given[name], "{name}");
        }
        // What a spreadsheet would run has an apostrophe in the table alone; what is taken gets another name.
        assert_eq!(row["note"].trim_start_matches('\''), given["note"]);
        assert_eq!(row["customer_km"], given["km"]);
        assert_eq!(point["PLZ"], given["PLZ"].as_str());
        assert_eq!(point["Umsatz"].as_f64(), given["Umsatz"].parse().ok());
        assert_eq!(point["aktiv"], given["aktiv"] == "true");
        let note = point["note"].as_str().unwrap_or_default();
        assert_eq!(note, given["note"]);
    }
    assert_eq!(table.len(), 60);
    for (i, rep) in properties(&bench.read("out/territories.geojson"))
        .iter()
        .enumerate()
    {
        assert_eq!(rep["email"], format!("r{}@example.com", i + 1));
        assert_eq!(rep["rep_color"], "blue");
        assert_ne!(rep["color"], "blue");
    }
    // An export has what the files have.
    let csv = bench.arg("csv");
    let args = ["export", &bench.arg("out"), "--to", "csv", "--out", &csv];
    let (code, _, err) = said(&revier(&args));
    assert_eq!(code, 0, "{err}");
    for (row, given) in rows(&bench.read("csv/assignments.csv"), b',')
        .iter()
        .zip(&given)
    {
        assert_eq!((&row["crm"], &row["PLZ"]), (&given["crm"], &given["PLZ"]));
        assert_eq!(row["Umsatz"].parse::<f64>(), given["Umsatz"].parse());
    }
}

#[test]
fn a_list_of_columns_comes_back_and_nothing_else() {
    let bench = crm("carry = [\"crm\", \"email\"]\n");
    bench.solve();
    assert_eq!(bench.check().0, 0);
    let points = properties(&bench.read("out/assignments.geojson"));
    assert_eq!(points[4]["crm"], "001A5");
    assert!(points[4].get("PLZ").is_none() && points[4].get("email").is_none());
    let drawn = properties(&bench.read("out/territories.geojson"));
    assert_eq!(drawn[0]["email"], "r1@example.com");
    // A column that is nowhere is a slip.
    let scenario = bench.read("scenario.toml").replace("\"crm\"", "\"CRM\"");
    bench.write("scenario.toml", &scenario);
    let (code, _, err) = said(&revier(&["solve", &bench.arg("scenario.toml")]));
    assert_eq!(code, 2);
    let told = "neither customers nor reps have a column \"CRM\" to carry";
    assert!(
        err.contains(told) && err.contains("did you mean `crm`?"),
        "{err}"
    );
}

#[test]
fn values_of_geojson_keep_their_types_and_what_has_none_is_told() {
    let bench = crm("carry = \"all\"\n");
    let feature = |i: usize| {
        let (x, y) = (10.1 + 0.2 * (i % 8) as f64, 50.1 + 0.2 * (i / 8) as f64);
        let odd = if i == 2 { ",\"x\":{\"a\":1}" } else { "" };
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"id\":{i},\"workload\":1,\"revenue\":2.5,\"code\":\"00{i}\",\"tags\":[\"a\",\"b\"],\
             \"big\":{}{odd}}},\"geometry\":{{\"type\":\"Point\",\"coordinates\":[{x},{y}]}}}}",
            9_007_199_254_740_993_u64 + i as u64
        )
    };
    let features: Vec<String> = (0..40).map(feature).collect();
    let text = format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[{}]}}",
        features.join(",")
    );
    bench.write("customers.geojson", &text);
    let scenario = bench
        .read("scenario.toml")
        .replace("customers.csv", "customers.geojson");
    let scenario = scenario.replace("[change]\nmeasure = \"revenue\"\nmax_share = 0.3\n", "");
    bench.write("scenario.toml", &scenario);
    let err = bench.solve_into("out", "scenario.toml", &[]);
    assert!(
        err.contains("feature 3") && err.contains("an object is not carried"),
        "{err}"
    );
    assert_eq!(bench.check().0, 0);
    for (i, p) in properties(&bench.read("out/assignments.geojson"))
        .iter()
        .enumerate()
    {
        assert_eq!(p["code"], format!("00{i}"));
        assert_eq!(p["tags"], "a;b");
        assert_eq!(p["big"], 9_007_199_254_740_993_u64 + i as u64);
    }
}

#[test]
fn german_tables_are_read_back_the_same() {
    let bench = crm("carry = \"all\"\ndecimal = \",\"\n");
    bench.solve();
    let (code, err) = bench.check();
    assert_eq!(code, 0, "{err}");
    let text = bench.read("out/assignments.csv");
    assert!(text.starts_with("\u{feff}customer_id;rep_id;km;"), "{text}");
    let table = rows(&text, b';');
    let points = properties(&bench.read("out/assignments.geojson"));
    for (row, point) in table.iter().zip(&points) {
        for name in ["km", "minutes", "Umsatz"] {
            assert!(!row[name].contains('.'), "{name}: {}", row[name]);
            let number: f64 = row[name].replace(',', ".").parse().unwrap();
            assert_eq!(Some(number), point[name].as_f64(), "{name}");
        }
    }
    assert!(bench.read("out/changes.csv").starts_with('\u{feff}'));
    // The table as customers, their reps as owners: today's plan is the one that was written.
    let scenario = format!(
        "customers = \"out/assignments.csv\"\nreps = \"reps.csv\"\n[columns.customers]\nid = \"customer_id\"\nowner = \"rep_id\"\n\
         {}",
        &bench.read("scenario.toml")
            ["customers = \"customers.csv\"\nreps = \"reps.csv\"\n".len()..]
    );
    let at = scenario.find("[columns.customers]").unwrap();
    let (files, rest) = scenario.split_at(at);
    let (columns, rest) = rest.split_at(rest.find("boundary").unwrap());
    let (boundary, rest) = rest.split_once('\n').unwrap();
    bench.write("again.toml", &format!("{files}{boundary}\n{columns}{rest}"));
    bench.solve_into("again", "again.toml", &["--keep"]);
    let again = rows(&bench.read("again/assignments.csv"), b';');
    for (a, b) in table.iter().zip(&again) {
        for name in [
            "customer_id",
            "rep_id",
            "km",
            "minutes",
            "lon",
            "lat",
            "Umsatz",
            "PLZ",
        ] {
            assert_eq!(a[name], b[name], "{name}");
        }
    }
    // Nobody changes hands, and the table says so.
    assert_eq!(rows(&bench.read("again/changes.csv"), b';').len(), 0);
}

#[test]
fn changes_are_the_rows_that_change() {
    let bench = crm("");
    bench.solve();
    let changes = rows(&bench.read("out/changes.csv"), b',');
    let all = rows(&bench.read("out/assignments.csv"), b',');
    let moved: Vec<_> = all.iter().filter(|r| r["changed"] == "true").collect();
    assert!(!moved.is_empty());
    assert_eq!(changes.len(), moved.len());
    let given = rows(&bench.read("customers.csv"), b',');
    for (change, row) in changes.iter().zip(moved) {
        let given = given
            .iter()
            .find(|g| g["id"] == row["customer_id"])
            .unwrap();
        assert_eq!(change["customer_id"], row["customer_id"]);
        assert_eq!(change["from_rep_id"], given["owner"]);
        assert_eq!(
            (&change["to_rep_id"], &change["to_rep_name"]),
            (&row["rep_id"], &row["rep_name"])
        );
        assert_eq!(
            (&change["name"], &change["revenue"]),
            (&given["name"], &given["revenue"])
        );
    }
    // An edited or lost file is found.
    let text = bench.read("out/changes.csv");
    bench.write("out/changes.csv", &text.replace("Firma", "Fima"));
    assert_eq!(bench.check().0, 4);
    std::fs::remove_file(bench.path("out/changes.csv")).unwrap();
    let (code, err) = bench.check();
    assert_eq!(code, 4);
    assert!(err.contains("changes.csv"), "{err}");
}

/// The cells of a sheet, by the names of their columns.
#[cfg(feature = "excel")]
fn sheet(path: &std::path::Path, name: &str) -> Vec<BTreeMap<String, calamine::Data>> {
    use calamine::Reader;
    let mut workbook: calamine::Xlsx<_> = calamine::open_workbook(path).unwrap();
    let range = workbook.worksheet_range(name).unwrap();
    let mut rows = range.rows();
    let header: Vec<String> = rows
        .next()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    rows.map(|r| header.iter().cloned().zip(r.iter().cloned()).collect())
        .collect()
}

#[test]
#[cfg(feature = "excel")]
fn a_workbook_has_what_the_files_have_and_gives_the_plan_again() {
    use calamine::Data;
    let bench = crm("carry = \"all\"\n");
    bench.solve();
    let (out, book) = (bench.arg("out"), bench.arg("plan.xlsx"));
    let export = |more: &[&str]| {
        let args = ["export", &out, "--to", "xlsx", "--out", &book];
        said(&revier(&[&args[..], more].concat()))
    };
    let (code, _, err) = export(&[]);
    assert_eq!(code, 0, "{err}");
    let first = std::fs::read(bench.path("plan.xlsx")).unwrap();
    assert_eq!(export(&[]).0, 0);
    assert!(first == std::fs::read(bench.path("plan.xlsx")).unwrap());
    assert_eq!(export(&["--layer", "reps"]).0, 2);

    let rows = rows(&bench.read("out/assignments.csv"), b',');
    let cells = sheet(&bench.path("plan.xlsx"), "Assignments");
    assert_eq!(cells.len(), rows.len());
    for (cell, row) in cells.iter().zip(&rows) {
        for name in ["customer_id", "rep_id", "rep_name", "name", "PLZ", "crm"] {
            assert_eq!(cell[name], Data::String(row[name].clone()), "{name}");
        }
        for name in ["km", "lon", "lat", "Umsatz", "workload"] {
            assert_eq!(
                cell[name],
                Data::Float(row[name].parse().unwrap()),
                "{name}"
            );
        }
        assert_eq!(cell["changed"], Data::Bool(row["changed"] == "true"));
        // What looks like a formula is a text, and none.
        if row["note"].starts_with('\'') {
            assert_eq!(cell["note"], Data::String(row["note"][1..].to_owned()));
        }
    }
    let changes = sheet(&bench.path("plan.xlsx"), "Changes");
    let moved = rows.iter().filter(|r| r["changed"] == "true").count();
    assert_eq!(changes.len(), moved);
    assert!(matches!(changes[0]["revenue"], Data::Float(x) if x >= 100.0));
    assert_eq!(sheet(&bench.path("plan.xlsx"), "Territories").len(), 4);
    sheet(&bench.path("plan.xlsx"), "Exceptions");

    // Read as customers, with the rep as owner, it is the plan again.
    let text = bench.read("scenario.toml");
    let text = text.replace("customers.csv", "plan.xlsx")
        + "[tables]\nsheets = { customers = \"Assignments\" }\n[columns]\ncustomers = { id = \"customer_id\", owner = \"rep_id\" }\n";
    bench.write("again.toml", &text);
    bench.solve_into("again", "again.toml", &["--keep"]);
    assert_eq!(said(&revier(&["check", &bench.arg("again")])).0, 0);
    let again = self::rows(&bench.read("again/assignments.csv"), b',');
    for (a, b) in rows.iter().zip(&again) {
        for name in ["customer_id", "rep_id", "km", "lon", "lat", "PLZ", "note"] {
            assert_eq!(a[name], b[name], "{name}");
        }
    }
    for (a, b) in rows.iter().zip(&again) {
        // A number of a workbook has no zeros at its end.
        assert_eq!(a["Umsatz"].parse::<f64>(), b["Umsatz"].parse());
    }
    // Somebody else's workbook is left alone.
    std::fs::write(bench.path("plan.xlsx"), "PK not ours").unwrap();
    let (code, _, err) = export(&[]);
    assert!(code == 2 && err.contains("did not write it"), "{err}");
}

#[test]
#[cfg(feature = "excel")]
fn what_does_not_go_into_a_workbook_is_told_with_its_place() {
    let bench = crm("carry = \"all\"\n");
    let (out, book) = (bench.arg("out"), bench.arg("book.xlsx"));
    let export = || said(&revier(&["export", &out, "--to", "xlsx", "--out", &book]));
    bench.solve();
    assert_eq!(export().0, 0);
    let changes = bench.read("out/changes.csv");
    bench.write("out/changes.csv", &changes.replacen("Firma", "Forma", 1));
    let (code, _, err) = export();
    assert!(
        code == 2 && err.contains("changes.csv was changed since the plan was written"),
        "{err}"
    );
    std::fs::remove_file(bench.arg("out/changes.csv")).unwrap();
    let (code, _, err) = export();
    assert!(
        code == 2 && err.contains("changes.csv cannot be read"),
        "{err}"
    );
    // A text longer than a cell.
    let customers = bench.read("customers.csv");
    bench.write(
        "customers.csv",
        &customers.replacen("Firma 2", &"x".repeat(40_000), 1),
    );
    bench.solve();
    let (code, _, err) = export();
    assert!(
        code == 2 && err.contains("row 2 of column \"name\" is longer than the 32767"),
        "{err}"
    );
}

#[test]
fn numbers_with_a_decimal_comma_come_back_as_numbers() {
    let bench = crm("carry = \"all\"\n");
    let german: String = (bench.read("customers.csv").lines().enumerate())
        .map(|(i, line)| {
            let cells: Vec<&str> = line.split(',').collect();
            let more = match i {
                0 => ["Rabatt", "Strecke", "Telefon", "Artikel"].join(";"),
                _ => format!("{i},25;1.{i:03},5;49 891 {i:03};1.{i:03}"),
            };
            let note = if i == 0 { "" } else { "x" };
            // Without the notes, which have commas of their own.
            let plain = cells[..cells.len().min(14)].join(";");
            let plain = if i == 0 {
                plain
            } else {
                plain.replace('.', ",")
            };
            format!("{plain};{note};{more}\n")
        })
        .collect();
    bench.write("customers.csv", &german);
    bench.solve();
    let (code, err) = bench.check();
    assert_eq!(code, 0, "{err}");
    let points = properties(&bench.read("out/assignments.geojson"));
    let table = rows(&bench.read("out/assignments.csv"), b',');
    for (i, (point, row)) in (1..).zip(points.iter().zip(&table)) {
        assert_eq!(point["Rabatt"], f64::from(i) + 0.25);
        assert_eq!(point["Strecke"], 1000.5 + f64::from(i));
        assert_eq!(row["Strecke"], format!("1{i:03}.5"));
        assert_eq!(point["Telefon"], format!("49 891 {i:03}"));
        // As the other columns are written.
        assert_eq!(point["Artikel"], 1000 + i);
    }
}

#[test]
fn long_ids_keep_their_digits() {
    let bench = Bench::default();
    let long = |i: usize| 900_719_925_474_099_300 + i as u64;
    let features: Vec<String> = (bench.read("customers.csv").lines().skip(1).enumerate())
        .map(|(i, line)| {
            let cells: Vec<&str> = line.split(',').collect();
            format!(
                "{{\"type\":\"Feature\",\"geometry\":{{\"type\":\"Point\",\"coordinates\":[{},{}]}},\
                 \"properties\":{{\"id\":\"{}\",\"workload\":{},\"revenue\":{},\"owner\":\"{}\",\"crm\":{}}}}}",
                cells[1], cells[2], cells[0], cells[3], cells[4], cells[5], long(i)
            )
        })
        .collect();
    let all = features.join(",\n");
    bench.write(
        "c.geojson",
        &format!("{{\"type\":\"FeatureCollection\",\"features\":[{all}]}}"),
    );
    let scenario = bench
        .read("scenario.toml")
        .replace("customers.csv", "c.geojson");
    bench.write("scenario.toml", &(scenario + "[output]\ncarry = \"all\"\n"));
    bench.solve();
    let points = properties(&bench.read("out/assignments.geojson"));
    assert_eq!(points[7]["crm"], long(7));
    let out = bench.arg("out");
    let table = bench.arg("a.csv");
    let args = [
        "export",
        &out,
        "--to",
        "csv",
        "--layer",
        "assignments",
        "--out",
        &table,
    ];
    assert_eq!(said(&revier(&args)).0, 0);
    assert!(bench.read("a.csv").contains(&format!("\"{}\"", long(7))));
    #[cfg(feature = "excel")]
    {
        let book = bench.path("a.xlsx");
        let args = [
            "export",
            &out,
            "--to",
            "xlsx",
            "--out",
            &bench.arg("a.xlsx"),
        ];
        assert_eq!(said(&revier(&args)).0, 0);
        let cell = sheet(&book, "Assignments")[7]["crm"].clone();
        assert_eq!(cell, calamine::Data::String(long(7).to_string()));
    }
}

#[test]
fn a_table_whose_header_has_lines_of_its_own_is_replaced() {
    let bench = crm("carry = \"all\"\n");
    let text = bench
        .read("customers.csv")
        .replacen("note", "\"a \"\"note\"\"\nof ours\"", 1);
    bench.write("customers.csv", &text);
    bench.solve();
    let (out, table) = (bench.arg("out"), bench.arg("a.csv"));
    let args = [
        "export",
        &out,
        "--to",
        "csv",
        "--layer",
        "assignments",
        "--out",
        &table,
    ];
    for _ in 0..2 {
        let (code, _, err) = said(&revier(&args));
        assert_eq!(code, 0, "{err}");
    }
    // What only begins so is somebody else's.
    bench.write(
        "a.csv",
        "\"customer_id\",\"rep_id\",\"x\ny\"\n1,2,3\n\"WKT\"\n",
    );
    assert_eq!(said(&revier(&args)).0, 2);
}
