//! `revier size`: how many reps, and where.

use super::{revier, said};
use std::path::{Path, PathBuf};
use std::process::Output;

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn code(output: &Output) -> i32 {
    said(output).0
}

fn stdout(output: &Output) -> String {
    said(output).1
}

fn stderr(output: &Output) -> String {
    said(output).2
}

/// Sixty customers on a grid, two hours each but for every seventh, and what is asked about them.
fn scenario(dir: &Path, sizing: &str) -> PathBuf {
    let mut table = String::from("id,lon,lat,workload,visits\n");
    for i in 0..60 {
        let (x, y) = (f64::from(i % 10), f64::from(i / 10));
        let hours = if i % 7 == 0 { 5 } else { 2 };
        let visits = 1 + i % 3;
        table += &format!(
            "K{i},{:.2},{:.2},{hours},{visits}\n",
            9.0 + 0.2 * x,
            49.0 + 0.2 * y
        );
    }
    std::fs::write(dir.join("customers.csv"), table).unwrap();
    std::fs::write(
        dir.join("reps.csv"),
        "id,lon,lat\nAnna,9.1,49.1\nBo,10.7,49.9\n",
    )
    .unwrap();
    let text = format!(
        "customers = \"customers.csv\"\nreps = \"reps.csv\"\n[travel]\nweight = \"visits\"\n[sizing]\n{sizing}\n"
    );
    let file = dir.join("scenario.toml");
    std::fs::write(&file, text).unwrap();
    file
}

const COSTS: &str = "candidates = \"customers\"\ncapacity = { workload = 40.0 }\ncost_per_rep = 300\ncost_per_km = 0.5";

fn rows(out: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(out.join("curve.csv")).unwrap();
    let cells = |line: &str| line.split(',').map(str::to_owned).collect();
    text.lines().skip(1).map(cells).collect()
}

#[test]
fn a_curve_has_bounds_a_proof_for_one_fewer_and_a_plan_that_holds() {
    let dir = tempfile::tempdir().unwrap();
    let file = scenario(dir.path(), COSTS);
    let out = dir.path().join("size");
    let run = revier(&["size", path(&file), "--out", path(&out)]);
    assert_eq!(code(&run), 0, "{}", stderr(&run));
    let rows = rows(&out);
    // 60 x 2 and 9 x 3 more are 147 hours: three reps can do 120.
    assert_eq!(rows[0][0], "3");
    assert_eq!(rows[0][7], "no");
    assert!(
        stdout(&run)
            .contains("none can be: there is 147.0 to do, and so many can do 120.0 at most")
    );
    let number = |row: &[String], at: usize| row[at].parse::<f64>().unwrap();
    for pair in rows[1..].windows(2) {
        // More reps never travel more.
        assert!(
            number(&pair[1], 1) <= number(&pair[0], 1) + 1e-3,
            "{pair:?}"
        );
    }
    for row in &rows[1..] {
        assert_eq!(row[7], "yes", "{row:?}");
        assert!(
            number(row, 2) <= number(row, 1) && number(row, 3) <= 0.05,
            "{row:?}"
        );
        // 300 each, and half a Euro for each of the two ways.
        let cost = 300.0 * number(row, 0) + number(row, 1);
        assert!((number(row, 4) - cost).abs() < 1e-2, "{row:?}");
    }
    let cost = |row: &Vec<String>| number(row, 4);
    let best = rows[1..]
        .iter()
        .min_by(|a, b| cost(a).total_cmp(&cost(b)))
        .unwrap();
    assert_eq!(best[8], "yes");
    let check = revier(&["check", path(&out.join("plan"))]);
    assert_eq!(code(&check), 0, "{}", stderr(&check));
    // The bases go straight into `solve`, and give the same plan.
    let again = dir.path().join("again");
    let text = "customers = \"customers.csv\"\nreps = \"size/reps.geojson\"\n[travel]\nweight = \"visits\"\n";
    std::fs::write(dir.path().join("again.toml"), text).unwrap();
    let run = revier(&[
        "solve",
        path(&dir.path().join("again.toml")),
        "--out",
        path(&again),
    ]);
    assert_eq!(code(&run), 0, "{}", stderr(&run));
    let owners = |of: &Path| std::fs::read_to_string(of.join("assignments.csv")).unwrap();
    assert_eq!(owners(&again), owners(&out.join("plan")));
}

#[test]
fn who_stays_is_in_every_row_and_whoever_goes_costs() {
    let dir = tempfile::tempdir().unwrap();
    let more = "\nfixed = [\"Anna\"]\nmin = 4\nmax = 5\n[sizing.may_close]\nBo = 1000000";
    let file = scenario(dir.path(), &format!("{COSTS}{more}"));
    let out = dir.path().join("size");
    let run = revier(&["size", path(&file), "--out", path(&out)]);
    assert_eq!(code(&run), 0, "{}", stderr(&run));
    assert_eq!(rows(&out).len(), 2);
    let reps = std::fs::read_to_string(out.join("reps.geojson")).unwrap();
    // A million is more than any travel here.
    assert!(
        reps.contains("\"Anna\"") && reps.contains("\"Bo\""),
        "{reps}"
    );
}

#[test]
fn rules_about_who_is_there_are_left_out_and_that_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let file = scenario(dir.path(), COSTS);
    let plain = std::fs::read_to_string(&file).unwrap();
    let rules = "[change]\nmeasure = \"workload\"\nmax_share = 0.5\n[[prefer]]\nwhen = 'rep.id == \"Anna\"'\ncost_km = 900.0\n[rules]\nwishes = \"wishes.csv\"\n";
    let costs = |text: &str| {
        format!("{text}\n[[balance]]\nmeasure = \"workload\"\ndeviation_cost = \"auto\"\n")
    };
    let wishes = "customer_id,rep_id,wish\nK1,Bo,assign\nK2,Bo,forbid\n";
    std::fs::write(dir.path().join("wishes.csv"), wishes).unwrap();
    let mut curves = Vec::new();
    for (name, text) in [("plain", plain.clone()), ("more", costs(&plain) + rules)] {
        std::fs::write(&file, text).unwrap();
        let out = dir.path().join(name);
        let output = revier(&["size", path(&file), "--out", path(&out)]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        for rule in [
            "[change]",
            "[[prefer]]",
            "[rules] wishes",
            "[[balance]] deviation_cost",
        ] {
            let told = stderr(&output).contains(&format!("{rule} is left out"));
            assert_eq!(told, name == "more", "{}", stderr(&output));
        }
        curves.push(rows(&out));
    }
    assert_eq!(curves[0], curves[1]);
}

#[test]
fn places_without_a_region_are_told_where_customers_have_some() {
    let dir = tempfile::tempdir().unwrap();
    let sizing = "candidates = \"customers\"\ncapacity = { workload = 200.0 }";
    let file = scenario(dir.path(), sizing);
    let text = std::fs::read_to_string(&file).unwrap();
    let customers = std::fs::read_to_string(dir.path().join("customers.csv")).unwrap();
    let mut lines = customers.lines();
    let header = format!("{},region\n", lines.next().unwrap());
    let regional: String = lines.map(|line| format!("{line},A\n")).collect();
    std::fs::write(dir.path().join("customers.csv"), header + &regional).unwrap();
    std::fs::write(
        dir.path().join("reps.csv"),
        "id,lon,lat,region\nAnna,9.1,49.1,A\nBo,10.7,49.9,A\n",
    )
    .unwrap();
    let run = |more: &str, flags: &[&str]| {
        std::fs::write(&file, format!("{text}{more}")).unwrap();
        let out = dir.path().join("size");
        let output = revier(&[&["size", path(&file), "--out", path(&out)], flags].concat());
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        stderr(&output)
    };
    let left_out =
        "[regions] for places without a region is left out: nobody knows who will be there";
    for flags in [&[][..], &["--next", "1"], &["--move", "1"]] {
        let told = run("[regions]\n", flags);
        assert!(
            told.contains(left_out) && !told.contains("<memory>"),
            "{told}"
        );
    }
    let told = run("[regions]\n", &[]);
    let named = format!("{}, field `regions`", path(&file));
    assert!(told.contains(&named), "{told}");
    assert!(!run("[regions]\n", &["--leave"]).contains(left_out));
    assert!(!run("[regions]\nstay = false\n", &[]).contains(left_out));
    assert!(!run("", &[]).contains(left_out));
}

#[test]
fn what_is_wrong_with_sizing_is_told_at_once_and_nothing_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let wrong = "candidates = \"towns.geojson\"\ncount = 3\nmin = 2\ncapacity = { revenue = 1.0 }\nfloor = { workload = -1 }\nmaximum = 4";
    let file = scenario(dir.path(), wrong);
    let out = dir.path().join("size");
    let run = revier(&["size", path(&file), "--out", path(&out)]);
    assert_eq!(code(&run), 2);
    let told = stderr(&run);
    for text in [
        "unknown key `maximum`",
        "`count` and a range are named",
        "-1 is not 0 or more",
        "\"revenue\" is not balanced",
        "towns.geojson does not exist",
    ] {
        assert!(told.contains(text), "{text}: {told}");
    }
    assert!(!out.join("curve.csv").exists());
    let of = |sizing: &str| {
        let file = scenario(dir.path(), sizing);
        let run = revier(&["size", path(&file), "--out", path(&out)]);
        assert_eq!(code(&run), 2, "{sizing}");
        stderr(&run)
    };
    assert!(
        of("fixed = [\"Carl\"]\ncapacity = { workload = 40.0 }").contains("\"Carl\" is nobody in")
    );
    assert!(
        of("cost_per_rep = 1\ncapacity = { workload = 40.0 }")
            .contains("what a kilometre costs is not said")
    );
    // No section at all, and a scenario without reps is none for `solve`.
    let text = "customers = \"customers.csv\"\nreps = \"reps.csv\"\n";
    std::fs::write(&file, text).unwrap();
    let run = revier(&["size", path(&file), "--out", path(&out)]);
    assert!(code(&run) == 2 && stderr(&run).contains("has no section [sizing]"));
    std::fs::write(&file, "customers = \"customers.csv\"\n[sizing]\n").unwrap();
    let run = revier(&["solve", path(&file), "--out", path(&out)]);
    assert!(
        code(&run) == 2 && stderr(&run).contains("no `reps` file is named"),
        "{}",
        stderr(&run)
    );
}

#[test]
fn a_foreign_file_is_not_written_over() {
    let dir = tempfile::tempdir().unwrap();
    let file = scenario(dir.path(), COSTS);
    let out = dir.path().join("size");
    std::fs::create_dir(&out).unwrap();
    std::fs::write(out.join("reps.geojson"), "mine").unwrap();
    let run = revier(&["size", path(&file), "--out", path(&out)]);
    assert!(
        code(&run) == 2 && stderr(&run).contains("is in the way"),
        "{}",
        stderr(&run)
    );
    assert_eq!(
        std::fs::read_to_string(out.join("reps.geojson")).unwrap(),
        "mine"
    );
}
