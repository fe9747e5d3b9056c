//! Tables for SAP, by a mapping of the user's.

use crate::{Bench, revier, said};

fn export(bench: &Bench, out: &str, more: &[&str]) -> (i32, String) {
    let (plan, out) = (bench.arg("plan"), bench.arg(out));
    let (code, _, err) = said(&revier(
        &[&["export", &plan, "--to", "sap", "--out", &out], more].concat(),
    ));
    (code, err)
}

/// The rows of a CSV file, the header first.
fn rows(bench: &Bench, name: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_path(bench.path(name))
        .unwrap();
    let row = |r: csv::StringRecord| r.iter().map(str::to_owned).collect();
    reader.records().map(|r| row(r.unwrap())).collect()
}

#[test]
fn the_mapping_names_every_column() {
    let bench = Bench::new(false);
    let (code, err) = export(&bench, "first", &[]);
    assert_eq!(code, 0, "{err}");
    let template = bench.read("first/mapping.toml");
    assert!(
        template.contains("{ name = \"\", from = \"previous_rep_id\" }"),
        "{template}"
    );
    assert!(
        template.contains("{ name = \"\", from = \"workload\" }"),
        "{template}"
    );
    // Nothing is named before the user does.
    bench.write("mapping.toml", &template);
    let mapping = bench.arg("mapping.toml");
    let (code, err) = export(&bench, "crm", &["--mapping", &mapping]);
    assert!(code == 2 && err.contains("the column has no name"), "{err}");
    assert!(!bench.path("crm").exists());

    let text = "[accounts]\nrows = \"all\"\ncolumns = [\n{ name = \"KUNDE, Nr\", from = \"account\" },\n{ name = \"VKORG\", text = \"1000\" },\n\
                { name = \"REP\", from = \"rep_id\" },\n{ name = \"REP_ALT\", from = \"previous_rep_id\" },\n]\n\
                [territories]\ncolumns = [{ name = \"G\", from = \"rep_id\" }, { name = \"SUM\", from = \"workload\" }, { name = \"N\", from = \"customers\" }]\n";
    bench.write("mapping.toml", text);
    let (code, err) = export(&bench, "crm", &["--mapping", &mapping]);
    assert_eq!(code, 0, "{err}");
    let written = rows(&bench, "crm/sap-accounts.csv");
    assert_eq!(written[0], ["KUNDE, Nr", "VKORG", "REP", "REP_ALT"]);
    let plan = rows(&bench, "plan/assignments.csv");
    let at = |name: &str| plan[0].iter().position(|c| c == name).unwrap();
    let (id, rep, before) = (at("customer_id"), at("rep_id"), at("previous_rep_id"));
    let expected: Vec<Vec<String>> = (plan[1..].iter())
        .map(|r| {
            vec![
                r[id].clone(),
                "1000".to_owned(),
                r[rep].clone(),
                r[before].clone(),
            ]
        })
        .collect();
    assert_eq!(written[1..], expected);
    let report: serde_json::Value = serde_json::from_str(&bench.read("plan/report.json")).unwrap();
    for (row, t) in rows(&bench, "crm/sap-territories.csv")[1..]
        .iter()
        .zip(report["territories"].as_array().unwrap())
    {
        assert_eq!(row[0], t["rep"].as_str().unwrap());
        assert_eq!(
            row[1].parse::<f64>().ok(),
            t["measures"]["workload"]["total"].as_f64()
        );
        assert_eq!(row[2], t["customers"].to_string());
    }
    // Those who change hands alone.
    bench.write("mapping.toml", &text.replace("\"all\"", "\"changed\""));
    let (code, err) = export(&bench, "crm", &["--mapping", &mapping]);
    assert_eq!(code, 0, "{err}");
    let changed = at("changed");
    let expected = plan[1..].iter().filter(|r| r[changed] == "true").count();
    assert_eq!(rows(&bench, "crm/sap-accounts.csv").len() - 1, expected);
}

#[test]
fn what_is_wrong_with_a_mapping_is_told_all_at_once() {
    let bench = Bench::new(false);
    let mapping = bench.arg("mapping.toml");
    bench.write(
        "mapping.toml",
        "[accounts]\ncolumns = [{ name = \"A\", from = \"x\" }, { name = \"A\", text = \"1\" }, { name = \"B\" }, { name = \"U\", from = \"user\" }]\n[territories]\ncolumns = []\n",
    );
    let (code, err) = export(&bench, "crm", &["--mapping", &mapping]);
    assert_eq!(code, 2);
    for words in [
        "the plan has no \"x\"",
        "there is: account, customer_id, rep_id",
        "\"A\" stands twice",
        "\"B\" needs `from` or `text`",
        "the user of these reps is not known",
        "it has no columns",
    ] {
        assert!(err.contains(words), "{words}: {err}");
    }
    bench.write(
        "mapping.toml",
        "[accounts]\ncolumns = [\n{ nam = \"A\" }]\n",
    );
    let (code, err) = export(&bench, "crm", &["--mapping", &mapping]);
    assert!(code == 2 && err.contains("line 3"), "{err}");
    let (code, err) = export(&bench, "crm", &["--from", &mapping]);
    assert!(code == 2 && err.contains("nothing is compared"), "{err}");
}
