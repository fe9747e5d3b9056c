//! Tables of `[[prefer]]` with the real binary.

use crate::examples::{Solved, data, ends, revier};
use std::fs;
use std::path::Path;

/// The scenario, with its tables in the same folder as the others.
fn scenario() -> String {
    let text = fs::read_to_string(data("fit")).expect("the scenario");
    let folder = data("x").parent().map(Path::to_owned).unwrap_or_default();
    let at = |name: &str| format!("= {:?}", folder.join(name));
    text.replace("= \"fit.csv\"", &at("fit.csv"))
        .replace("= \"fit_accounts.csv\"", &at("fit_accounts.csv"))
}

/// A plan with tables is proven and checked from any directory, and one whose table was changed is refused.
#[test]
fn tables_are_inputs_of_the_plan() {
    let text = scenario();
    let plan = Solved::of_text(&text, &[]);
    assert_eq!(plan.code, 0, "{}", plan.errors);
    let inputs = plan.report["inputs"].as_array().expect("inputs");
    let tables = inputs.iter().filter(|i| i["role"] == "fit").count();
    assert_eq!(tables, 2, "{inputs:?}");
    let told = &plan.report["preferences"];
    assert_eq!(told[0]["when"], "fit.csv by requires", "{told}");
    assert_eq!(told[0]["could"], 3, "{told}");
    assert_eq!(told[1]["when"], "fit_accounts.csv by id", "{told}");
    ends(revier().current_dir("/").arg("check").arg(&plan.dir), 0);
    ends(revier().arg("compare").arg(&plan.dir).arg(&plan.dir), 0);
    ends(
        revier()
            .arg("staff")
            .arg(&plan.dir)
            .arg(data("x").with_file_name("reps.csv")),
        0,
    );
    // Another figure is another plan.
    let folder = plan.dir.parent().expect("a directory").to_owned();
    let table = fs::read_to_string(data("x").with_file_name("fit.csv")).expect("a table");
    fs::write(folder.join("fit.csv"), table.replace("-25", "250")).expect("written");
    let other = fs::read_to_string(data("fit")).expect("the scenario");
    let at = |name: &str| format!("= {:?}", data("x").with_file_name(name));
    let other = ["customers.csv", "reps.csv", "fit_accounts.csv"]
        .iter()
        .fold(other, |text, name| {
            text.replace(&format!("= {name:?}"), &at(name))
        });
    fs::write(folder.join("other.toml"), other).expect("written");
    let check = revier()
        .arg("check")
        .arg(&plan.dir)
        .arg("--scenario")
        .arg(folder.join("other.toml"))
        .output();
    let check = check.expect("the binary runs");
    let err = String::from_utf8_lossy(&check.stderr);
    assert_eq!(check.status.code(), Some(4), "{err}");
    assert!(err.contains("the owners cost"), "{err}");
}

/// Leads outside of all territories go to whom the table makes near.
#[test]
fn leads_go_to_whom_the_table_says() {
    let folder = tempfile::tempdir().expect("a directory");
    let table = folder.path().join("fit.csv");
    fs::write(&table, "rep_id,medtech\nR1,-400\nR2,\n").expect("written");
    let text = scenario();
    let at = format!("table = {:?}", data("x").with_file_name("fit.csv"));
    assert!(text.contains(&at), "{text}");
    let plan = Solved::of_text(&text.replace(&at, &format!("table = {table:?}")), &[]);
    assert_eq!(plan.code, 0, "{}", plan.errors);
    let notes = plan.report["notes"].to_string();
    let note = "fit.csv by requires has no row for R3: it counts 0 for them";
    assert!(notes.contains(note), "{notes}");
    ends(revier().arg("check").arg(&plan.dir), 0);
    // Whoever staffs the plan hears the same of the people, and of nobody else.
    let reps = data("x").with_file_name("reps.csv");
    let few = folder.path().join("few.csv");
    let rows = fs::read_to_string(&reps).expect("reps");
    let rows: Vec<&str> = rows.lines().filter(|l| !l.starts_with("R3")).collect();
    fs::write(&few, rows.join("\n")).expect("written");
    for (people, lacks) in [(&reps, true), (&few, false)] {
        let told = ends(revier().arg("staff").arg(&plan.dir).arg(people), 0).1;
        assert_eq!(told.contains(note), lacks, "{told}");
    }
    let leads = folder.path().join("leads.csv");
    // West of all territories, nearest to Nuremberg.
    let rows = "id,lon,lat,workload,requires\nL1,8.6,49.6,5,\nL2,8.6,49.6,5,medtech\n";
    fs::write(&leads, rows).expect("written");
    let whole = ends(revier().arg("assign").arg(&plan.dir).arg(&leads), 0).0;
    // And the same where they come in a stream.
    let mut command = revier();
    command
        .arg("assign")
        .arg(&plan.dir)
        .arg("-")
        .stdin(fs::File::open(&leads).expect("leads"));
    for out in [whole, ends(&mut command, 0).0] {
        let mut reader = csv::Reader::from_reader(out.as_bytes());
        let rows = reader.deserialize::<std::collections::HashMap<String, String>>();
        let reps: Vec<String> = rows.map(|r| r.expect("a row")["rep_id"].clone()).collect();
        assert_eq!(reps, ["R2", "R1"], "{out}");
    }
}

/// Each team reads its rows of one table.
#[test]
fn teams_share_a_table() {
    let folder = tempfile::tempdir().expect("a directory");
    let at = |name: &str| format!("{:?}", data("x").with_file_name(name));
    let text = format!(
        "customers = {}\nreps = {}\n[[prefer]]\ntable = {}\nby = \"requires\"\nunit = \"km\"\n\
         [rules]\nskills = false\nlocks = false\ngroups = false\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.2\n\
         [[team]]\nname = \"North\"\nreps = 'id == \"R2\" || id == \"R3\"'\n[[team]]\nname = \"South\"\nreps = 'id == \"R1\"'\n",
        at("customers.csv"),
        at("reps.csv"),
        at("fit.csv"),
    );
    let file = folder.path().join("scenario.toml");
    fs::write(&file, text).expect("written");
    let out = folder.path().join("out");
    ends(revier().arg("solve").arg(&file).arg("--out").arg(&out), 0);
    ends(revier().arg("check").arg(&out), 0);
    for (team, could) in [("North", 3), ("South", 3)] {
        let report = fs::read_to_string(out.join(team).join("report.json")).expect("a report");
        let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
        assert_eq!(report["preferences"][0]["could"], could, "{team}");
    }
}
