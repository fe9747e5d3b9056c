//! Tables of `[[prefer]]`: read as people have them, and what is wrong with them told at once.

use super::workbooks::{NO_TEXTS, row, workbook_of};
use super::{Bench, Expect, assert_told, collection, point};
use revier::error::Severity;
use revier::input::Inputs;

fn bench(name: &str, table: &[u8], more: &str) -> Bench {
    let customer = |id: &str, industry: &str| {
        let properties =
            format!("\"id\": \"{id}\", \"workload\": 1, \"industry\": {industry}, \"team\": \"T\"");
        point(9.0, 50.0, &properties)
    };
    let customers = [
        customer("C1", "\"Pharma\""),
        customer("C2", "\"Bäcker\""),
        customer("C3", "7"),
    ];
    let rep = |id: &str, team: &str| {
        let properties = format!("\"id\": \"{id}\", \"team\": \"{team}\"");
        point(9.0, 50.0, &properties)
    };
    let reps = [rep("R1", "A"), rep("R2", "A"), rep("R3", "B")];
    let bench = Bench::new()
        .with("customers", "c.geojson", collection(&customers).as_bytes())
        .with("reps", "r.geojson", collection(&reps).as_bytes());
    bench.write(name, table);
    let entry = format!("[[prefer]]\ntable = \"{name}\"\nby = \"industry\"\n");
    bench.toml(&(entry + more))
}

fn of_text(text: &str) -> Bench {
    bench("fit.csv", text.as_bytes(), "unit = \"km\"\n")
}

/// What a rep costs with Pharma, Bäcker and 7.
fn figures(inputs: &Inputs, rep: usize) -> [f64; 3] {
    let row = &inputs.reps.fits[0].figures[rep];
    ["Pharma", "Bäcker", "7"].map(|value| row.get(value).copied().unwrap_or(0.0))
}

#[test]
fn tables_are_read_as_people_have_them() {
    // A title, a blank corner, Windows-1252, decimal commas, empty cells, a number as a segment.
    let table = "Passung 2026;;;\n;Pharma;B\u{e4}cker;7,0\nR1;-20,5;;1\nR2;;5;\nR3;0;0;0\n";
    let latin: Vec<u8> = table.chars().map(|c| c as u8).collect();
    let read = bench("fit.csv", &latin, "unit = \"km\"\n").read();
    let inputs = read.expect("it is good");
    assert_eq!(figures(&inputs, 0), [-20.5, 0.0, 0.0], "7,0 is a text");
    assert_eq!(figures(&inputs, 1), [0.0, 5.0, 0.0]);
    assert_eq!(figures(&inputs, 2), [0.0; 3]);
    let file = inputs.files.iter().find(|f| f.role.name() == "fit");
    assert_eq!(file.expect("it is listed").sha256.len(), 64);
    // A list of pairs, whose columns have other names.
    let pairs = "Vertreter\tvalue\tcost_km\nR1\tPharma\t-20\nR1\t7.0\t3\nR3\tBäcker\t5\n";
    let inputs = of_text(pairs).read().expect("it is good");
    assert_eq!(figures(&inputs, 0), [-20.0, 0.0, 3.0]);
    assert_eq!(figures(&inputs, 2), [0.0, 5.0, 0.0]);
    // A team's rows alone count; others name who is known.
    let select = "unit = \"km\"\n[select]\nreps = 'team == \"A\"'\n";
    let text = "rep_id,name,Pharma\nR3,Ina,7\nR2,Ute,-4\nR1,Jo,2\n";
    let inputs = bench("fit.csv", text.as_bytes(), select).read();
    let inputs = inputs.expect("it is good");
    assert_eq!(inputs.reps.fits[0].figures.len(), 2);
    assert_eq!(figures(&inputs, 1), [-4.0, 0.0, 0.0]);
    assert!(
        inputs
            .warnings
            .iter()
            .all(|w| w.field.as_deref() != Some("name")),
        "{:?}",
        inputs.warnings
    );
}

#[test]
fn a_segment_may_have_a_name_of_reps() {
    let read = |by: &str, table: &str| {
        let customers = format!("id,lon,lat,workload,{by}\nC1,9,50,1,Owner\nC2,9,50,1,rep\n");
        let bench = Bench::new()
            .with("customers", "c.csv", customers.as_bytes())
            .with("reps", "r.csv", b"id,lon,lat\nR1,9,50\n");
        bench.write("fit.csv", table.as_bytes());
        let entry = format!("[[prefer]]\ntable = \"fit.csv\"\nby = \"{by}\"\nunit = \"km\"\n");
        bench.toml(&entry).read()
    };
    for (by, table) in [
        ("kind", "x,rep,Owner\nR1,7,-3\n"),
        ("kind", "rep,Owner,rep_id\n7,-3,R1\n"),
        ("kind", "Vertreter,Owner,rep\nR1,-3,7\n"),
        (
            "mitarbeiter",
            "mitarbeiter,rep,cost_km\nOwner,R1,-3\nrep,R1,7\n",
        ),
    ] {
        let inputs = read(by, table).unwrap_or_else(|e| panic!("{table}: {e:?}"));
        let of_rep = &inputs.reps.fits[0].figures[0];
        let figures = ["Owner", "rep"].map(|value| of_rep.get(value));
        assert_eq!(figures, [Some(&-3.0), Some(&7.0)], "{table}");
    }
    // One that is no segment may be the reps': nobody guesses.
    let problems = read("kind", "Nr,Vertreter,Owner\n1,R1,-3\n").expect_err("it is in doubt");
    let expect = Expect {
        code: "ambiguous-column",
        feature: None,
        id: None,
        field: Some("rep_id"),
        words: &["the first column, `Nr`", "`Vertreter` may be theirs"],
    };
    assert_told(&problems, Severity::Error, "fit.csv", &expect);
}

#[test]
fn what_may_be_thousands_is_told_by_column() {
    for (table, field, row) in [
        (
            "rep_id;Pharma;B\u{e4}cker\nR1;1.020;5\nR2;3.5;2.155\n",
            "B\u{e4}cker",
            2,
        ),
        ("rep_id;Pharma;note\nR1;1.020;2.155\n", "Pharma", 1),
        ("rep_id;industry;cost_km\nR1;Pharma;1.020\n", "cost_km", 1),
    ] {
        let warnings = of_text(table).read().expect("it is read").warnings;
        let mut doubts = warnings.iter().filter(|w| w.code == "looks-like-thousands");
        let doubt = doubts.next().unwrap_or_else(|| panic!("{warnings:?}"));
        // Another figure of the column settles it.
        assert_eq!(doubt.field.as_deref(), Some(field), "{doubt:?}");
        assert_eq!(doubt.feature, Some(row), "{doubt:?}");
        assert!(doubts.next().is_none(), "{warnings:?}");
    }
    // Where the comma parts columns, the point is the decimal point.
    let inputs = of_text("rep_id,Pharma\nR1,1.020\n").read();
    let warnings = inputs.expect("it is read").warnings;
    assert!(warnings.iter().all(|w| w.code != "looks-like-thousands"));
}

#[test]
fn ids_are_texts_and_numbers_have_all_their_digits() {
    let customer = |id: &str| format!("{id},9,50,1,{id}");
    let ids = ["12E4", "120000", "12345678901234567", "12345678901234568"];
    let customers = ids.map(customer).join("\n");
    let customers = format!("id,lon,lat,workload,number\n{customers}\n");
    let read = |by: &str| {
        let bench = Bench::new()
            .with("customers", "c.csv", customers.as_bytes())
            .with("reps", "r.csv", b"id,lon,lat\nR1,9,50\n");
        let costs = (1..).zip(ids).map(|(cost, id)| format!("R1,{id},{cost}"));
        let costs: Vec<String> = costs.collect();
        let table = format!("rep_id,{by},cost_km\n{}\n", costs.join("\n"));
        bench.write("fit.csv", table.as_bytes());
        let entry = format!("[[prefer]]\ntable = \"fit.csv\"\nby = \"{by}\"\nunit = \"km\"\n");
        bench.toml(&entry).read()
    };
    let inputs = read("id").expect("no two ids are the same");
    let of_rep = &inputs.reps.fits[0].figures[0];
    assert_eq!(ids.map(|id| of_rep[id]), [1.0, 2.0, 3.0, 4.0]);
    // As numbers, the first two are one, and the others two.
    let problems = read("number").expect_err("120000 stands twice");
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].code, "duplicate-pair");
}

/// Table; code, row, id, field and words of what is told.
type Case<'a> = (
    &'a str,
    &'a str,
    Option<usize>,
    Option<&'a str>,
    &'a str,
    &'a [&'a str],
);

fn told((table, code, feature, id, field, words): &Case<'_>, severity: Severity) {
    let all = match of_text(table).read() {
        Ok(inputs) => inputs.warnings,
        Err(problems) => problems,
    };
    let expect = Expect {
        code,
        feature: *feature,
        id: *id,
        field: Some(field),
        words,
    };
    assert_told(&all, severity, "fit.csv", &expect);
}

#[test]
fn bad_tables_are_told_with_row_and_column() {
    let cases: &[Case<'_>] = &[
        (
            "rep_id,Pharma\nR1,5\nR44,5\n",
            "unknown-rep",
            Some(2),
            None,
            "rep_id",
            &["there is no \"R44\"", "correct the id"],
        ),
        (
            "rep_id,Pharma\nR1,5\n,5\n",
            "unknown-rep",
            Some(2),
            None,
            "rep_id",
            &["the row names no rep"],
        ),
        (
            "Rep,Pharma\nR1,5\nR2,\nR1,6\n",
            "duplicate-pair",
            Some(3),
            Some("R1"),
            "Rep",
            &["row 1"],
        ),
        (
            "rep_id,Pharma,Pharma\nR1,5,6\n",
            "duplicate-column",
            None,
            None,
            "Pharma",
            &["two columns have this name"],
        ),
        (
            "rep_id,Pharma\nR1,near\n",
            "not-a-number",
            Some(1),
            Some("R1"),
            "Pharma",
            &["near"],
        ),
        (
            "rep_id,Pharma\nR1,-30000\n",
            "out-of-range",
            Some(1),
            Some("R1"),
            "Pharma",
            &["-30000 is not in [-20000, 20000]"],
        ),
        (
            "rep_id,Pharma,\nR1,5,6\n",
            "missing-column",
            Some(1),
            None,
            "column 3",
            &["without a name"],
        ),
        (
            "rep_id\nR1\n",
            "missing-column",
            None,
            None,
            "rep_id",
            &[
                "no column beside that of the reps",
                "each value of `industry`",
            ],
        ),
        (
            "rep_id,industry,cost_share\nR1,Pharma,0.1\n",
            "conflicting-keys",
            None,
            None,
            "cost_share",
            &["another `unit`", "rename it `cost_km`"],
        ),
        (
            "rep_id,industry,Cost share,cost_km\nR1,Pharma,0.1,5\n",
            "conflicting-keys",
            None,
            None,
            "cost_share",
            &["both cost_km and cost_share", "make two tables of it"],
        ),
        (
            "rep_id,sector,cost_km\nR1,Pharma,0.1\n",
            "missing-column",
            None,
            None,
            "industry",
            &["rep_id,industry,cost_km"],
        ),
        (
            "rep_id,industry,cost_km\nR1,Pharma,5\nR1,Pharma,5\n",
            "duplicate-pair",
            Some(2),
            Some("R1, Pharma"),
            "industry",
            &["first in row 1"],
        ),
        (
            "rep_id,industry,cost_km\nR1,,5\n",
            "missing-value",
            Some(1),
            None,
            "industry",
            &["the row has no industry"],
        ),
    ];
    for case in cases {
        told(case, Severity::Error);
    }
    let empty = of_text("rep_id,Pharma\nR1,\nR2,\n").problems();
    assert!(
        empty
            .iter()
            .any(|p| p.code == "empty-collection" && p.what == "there are no figures in it"),
        "{empty:?}"
    );
    // All of it at once.
    let all = of_text("rep_id,Pharma,Bäcker\nR9,5,5\nR1,near,far\nR1,1,1\n").problems();
    assert_eq!(
        all.iter().filter(|p| p.feature.is_some()).count(),
        4,
        "{all:?}"
    );
}

#[test]
fn a_sheet_that_is_not_there_is_mended_where_it_is_named() {
    let rows = row(1, &["rep_id", "Pharma"]) + &row(2, &["R1", "5"]);
    let data = format!("<sheetData>{rows}</sheetData>");
    let book = workbook_of(&[("Passung", &data)], NO_TEXTS);
    let read = |more: &str| bench("fit.xlsx", &book, &format!("unit = \"km\"\n{more}")).read();
    let inputs = read("sheet = \"Passung\"\n").expect("it is good");
    assert_eq!(figures(&inputs, 0), [5.0, 0.0, 0.0]);
    let problems = read("sheet = \"Pasung\"\n").expect_err("it is not there");
    let expect = Expect {
        code: "missing-sheet",
        feature: None,
        id: None,
        field: None,
        words: &["\"Pasung\"", "Passung", "mend the name in prefer.sheet"],
    };
    assert_told(&problems, Severity::Error, "fit.xlsx", &expect);
}

#[test]
fn per_cent_is_a_fraction() {
    let table = "rep_id,Pharma\nR1,10 %\n";
    let told = bench("fit.csv", table.as_bytes(), "unit = \"share\"\n").problems();
    assert!(
        told.iter()
            .any(|p| p.action == "write a fraction: 10 % is 0.1"),
        "{told:?}"
    );
}

#[test]
fn what_lacks_is_a_warning() {
    let cases: &[Case<'_>] = &[
        (
            "rep_id,Pharma,Farma\nR1,5,5\nR2,,\n",
            "no-effect",
            None,
            None,
            "Farma",
            &["no customer has the industry \"Farma\""],
        ),
        (
            "rep_id,pharma,Bäcker\nR1,5,5\n",
            "no-effect",
            None,
            None,
            "pharma",
            &["did you mean \"Pharma\"?"],
        ),
        (
            "rep_id,industry,cost_km\nR1,Pharma,5\nR1,Other,5\n",
            "no-effect",
            Some(2),
            None,
            "industry",
            &["no customer has the industry \"Other\""],
        ),
    ];
    for case in cases {
        told(case, Severity::Warning);
    }
    let none = of_text("rep_id,Other\nR1,5\nR2,\nR3,\n").read();
    let none = none.expect("it is read").warnings;
    let told = |p: &revier::error::Problem| p.field.as_deref() == Some("prefer.table");
    assert!(
        none.iter()
            .any(|p| told(p) && p.what.contains("fit.csv by industry")),
        "{none:?}"
    );
    let by = of_text("rep_id,Pharma\nR1,5\n");
    let by = by.toml("[[prefer]]\ntable = \"fit.csv\"\nby = \"industri\"\nunit = \"km\"\n");
    let expect = Expect {
        code: "missing-column",
        feature: None,
        id: None,
        field: Some("prefer.by"),
        words: &[
            "no customer has a column `industri`",
            "did you mean `industry`",
        ],
    };
    assert_told(&by.problems(), Severity::Error, "scenario.toml", &expect);
}
