//! `revier staff`: who takes which territory.

use super::{Bench, data, revier, said};
use serde_json::Value;
use std::path::Path;

/// Ten customers on a line, five east and five west, each with a rep; and whoever is asked about.
struct Line {
    dir: tempfile::TempDir,
}

impl Line {
    fn new(scenario: &str) -> Line {
        let line = Line {
            dir: tempfile::tempdir().unwrap(),
        };
        let mut table = String::from("id,lon,lat,workload,owner,requires\n");
        for i in 0..10 {
            let (lon, owner) = (8.0 + 0.1 * f64::from(i), if i < 5 { "W" } else { "E" });
            let requires = if i == 9 { "cold;crane" } else { "" };
            table += &format!("K{i},{lon:.2},50,2,{owner},{requires}\n");
        }
        line.write("customers.csv", &table);
        line.write(
            "reps.csv",
            "id,name,lon,lat,skills\nW,Wanda,8.2,50,\nE,Emil,8.7,50,cold;crane\n",
        );
        line.solve(scenario);
        line
    }

    /// Plans by these rules.
    fn solve(&self, rules: &str) {
        let files = "customers = \"customers.csv\"\nreps = \"reps.csv\"\n";
        self.write("scenario.toml", &format!("{files}{rules}"));
        let (code, _, err) = said(&revier(&[
            "solve",
            &self.arg("scenario.toml"),
            "--out",
            &self.arg("out"),
        ]));
        assert_eq!(code, 0, "{err}");
    }

    fn arg(&self, name: &str) -> String {
        self.dir.path().join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.dir.path().join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.dir.path().join(name)).unwrap()
    }

    /// Staffs the plan with these people: status, the table, messages, and the JSON.
    fn staff(&self, people: &str, flags: &[&str]) -> (i32, String, String, Value) {
        self.write("people.csv", people);
        let (out, people) = (self.arg("out"), self.arg("people.csv"));
        let (code, text, err) = said(&revier(&[&["staff", &out, &people], flags].concat()));
        let again = revier(&[&["staff", &out, &people, "--out", "-"], flags].concat());
        assert_eq!(said(&again).0, code);
        let json = serde_json::from_slice(&again.stdout).unwrap_or(Value::Null);
        (code, text, err, json)
    }
}

/// The territory of each person.
fn taken(json: &Value) -> Vec<(String, Option<String>)> {
    let text = |v: &Value| v.as_str().map(str::to_owned);
    let people = json["people"].as_array().unwrap().iter();
    people
        .map(|p| (text(&p["id"]).unwrap(), text(&p["territory"])))
        .collect()
}

fn of(person: &str, territory: &str) -> (String, Option<String>) {
    let territory = Some(territory.to_owned()).filter(|t| !t.is_empty());
    (person.to_owned(), territory)
}

#[test]
fn the_same_people_keep_their_territories_or_travel_less() {
    let bench = Bench::default();
    bench.solve();
    let (code, text, err) = said(&revier(&[
        "staff",
        &bench.arg("out"),
        &bench.arg("reps.csv"),
        "--out",
        &bench.arg("s.json"),
    ]));
    assert_eq!(code, 0, "{err}");
    assert!(text.contains("4 of 4 territories have a person"), "{text}");
    let json: Value = serde_json::from_str(&bench.read("s.json")).unwrap();
    let report: Value = serde_json::from_str(&bench.read("out/report.json")).unwrap();
    let (total, travel) = (
        json["total"].as_f64().unwrap(),
        report["objective"]["travel"].as_f64().unwrap(),
    );
    assert!(total <= travel + 1e-6, "{total} {travel}");
    assert_eq!(json["bound"], json["total"]);
    // Ben has no skill for what needs cooling.
    assert!(text.contains("(skills "), "{text}");
}

#[test]
fn who_lives_nearer_takes_the_territory_and_a_third_is_left_over() {
    let line = Line::new("");
    let people = "id,name,lon,lat,skills\nX,Xaver,8.75,50,cold;crane\nY,Yara,8.15,50,\nZ,Zoe,8.5,50,crane;cold\n";
    let (code, text, err, json) = line.staff(people, &[]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(taken(&json), [of("X", "E"), of("Y", "W"), of("Z", "")]);
    assert!(
        text.contains("2 of 2 territories have a person, 2 of 3 people a territory"),
        "{text}"
    );
    // Zoe is told what it costs that she works, and Yara that nothing else is hers.
    assert!(json["people"][2]["next"]["more"].as_f64().unwrap() > 0.0);
    let apart = &json["forbidden"][0];
    assert_eq!(
        (&apart["person"], &apart["territory"]),
        (&"Y".into(), &"E".into())
    );
    assert_eq!(
        apart["reasons"][0]["text"],
        "lacks the skills cold and crane, which 1 customer requires"
    );
    assert_eq!(json["people"][1]["next"], Value::Null);
    assert_eq!(json["costs"][1][1], Value::Null);
    assert!(
        text.contains("1 of 6 pairs of person and territory are ruled out (skills 1)"),
        "{text}"
    );
}

#[test]
fn fewer_people_than_territories_staff_what_costs_least() {
    let line = Line::new("");
    let (code, text, _, json) = line.staff("id,lon,lat,skills\nX,8.2,50,cold;crane\n", &[]);
    assert_eq!(code, 0);
    assert_eq!(taken(&json), [of("X", "W")]);
    assert!(
        text.contains("1 of 2 territories have a person, 1 of 1 people a territory"),
        "{text}"
    );
    assert_eq!(json["territories"][1]["person"], Value::Null);
}

#[test]
fn too_few_who_may_are_told_with_the_set_that_shows_it() {
    let line = Line::new("");
    let people = "id,name,lon,lat,skills\nX,Xaver,8.7,50,cold\nY,Yara,8.1,50,\nZ,Zoe,8.2,50,\n";
    let (code, text, err, json) = line.staff(people, &[]);
    assert_eq!(code, 3, "{err}");
    assert!(text.contains("1 of 2 territories have a person"), "{text}");
    assert!(
        err.contains("1 of 2 can be staffed, no staffing has more"),
        "{err}"
    );
    assert!(err.contains("nobody may take the territory Emil: Xaver: lacks the skill crane, which 1 customer requires; Yara: lacks the skills cold and crane"), "{err}");
    assert!(
        err.contains("Xaver, Yara and Zoe can take the territory Wanda only: 2 of 3 are left over"),
        "{err}"
    );
    assert_eq!(json["complete"], false);
    assert_eq!(json["short_of_people"][0]["territories"][0], "E");
    // Nobody at all.
    let (code, _, err, json) = line.staff(
        "id,name,lon,lat,max_km\nX,Xaver,8.7,50,1\nY,Yara,8.1,50,0\n",
        &[],
    );
    assert_eq!(code, 3);
    assert!(err.contains("0 of 2 can be staffed"), "{err}");
    assert!(
        err.contains(
            "nobody may take the territory Wanda: Xaver: 5 customers are more than 1 km away"
        ),
        "{err}"
    );
    assert!(
        err.contains("Yara may take none of the territories"),
        "{err}"
    );
    assert_eq!(json["total"], 0);
}

#[test]
fn bounds_of_ones_own_are_exact_and_shares_are_none() {
    let line = Line::new("");
    let people = |bounds: &str| {
        format!(
            "id,name,lon,lat,skills,capacity,min_workload,max_workload\nX,Xaver,8.2,50,,0.01,{bounds}\nY,Yara,8.7,50,cold;crane,1,,\n"
        )
    };
    let (code, _, err, json) = line.staff(&people("10,10"), &[]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(taken(&json), [of("X", "W"), of("Y", "E")]);
    let (code, _, err, _) = line.staff(&people(",9.999"), &[]);
    assert!(
        code == 3 && err.contains("10 workload is above max_workload, 9.999"),
        "{err}"
    );
    let (code, _, err, _) = line.staff(&people("10.5,"), &[]);
    assert!(
        code == 3 && err.contains("10 workload is below min_workload, 10.5"),
        "{err}"
    );
}

#[test]
fn accounts_that_know_somebody_are_counted_and_may_weigh() {
    let line = Line::new("");
    // Both live in the middle, so that what they know decides.
    let people = "id,lon,lat,skills\nE,8.45,50,cold;crane\nW,8.451,50,cold;crane\n";
    let (_, text, _, json) = line.staff(people, &[]);
    let plain = json["total"].as_f64().unwrap();
    assert!(
        text.contains("customers who know one of the people keep theirs"),
        "{text}"
    );
    let (code, text, _, json) = line.staff(people, &["--knows", "25%"]);
    assert_eq!(code, 0);
    assert_eq!(taken(&json), [of("E", "E"), of("W", "W")]);
    assert!(
        text.contains("10 of 10 customers who know one of the people keep theirs (100.0 %)"),
        "{text}"
    );
    let least = json["people"].as_array().unwrap().iter();
    let travel: f64 = least.map(|p| p["travel"].as_f64().unwrap()).sum();
    assert!((json["total"].as_f64().unwrap() - 0.75 * travel).abs() < 1e-6);
    assert!(travel >= plain - 1e-6);
    // 20 workload, each 3 km nearer.
    let (_, _, _, json) = line.staff(people, &["--knows", "3"]);
    assert!((json["total"].as_f64().unwrap() - (travel - 60.0)).abs() < 1e-6);
    for wrong in ["-1", "101%", "x", "NaN"] {
        let (code, _, err, _) = line.staff(people, &[&format!("--knows={wrong}")]);
        assert!(
            code == 2 && err.contains("write a share (10%), or the km of a way (20)"),
            "{err}"
        );
    }
}

#[test]
fn forbidden_pairs_and_ways_that_a_matrix_lacks_keep_people_apart() {
    let mut ways = String::from("customer_id,rep_id,km,minutes\n");
    for i in 0..10 {
        ways += &format!("K{i},W,{},10\nK{i},E,{},10\n", 10 * i, 90 - 10 * i);
    }
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("ways.csv"), &ways).unwrap();
    let matrix = format!(
        "[travel]\nmetric = \"matrix\"\nmatrix = {:?}\n",
        dir.path().join("ways.csv")
    );
    let line = Line::new(&format!(
        "{matrix}[rules]\nskills = false\nforbid = [[\"K0\", \"E\"], [\"K9\", \"W\"]]\n"
    ));
    // Of the plan's reps only W is left; the rows of E, and the pair that E is forbidden, concern nobody.
    let (code, _, err, json) = line.staff("id,name,lon,lat\nW,Wanda,8,50\nN,Nora,8,50\n", &[]);
    assert_eq!(code, 3, "{err}");
    assert_eq!(taken(&json), [of("W", "W"), of("N", "")]);
    assert!(err.contains("Wanda: must not have K9 ([rules] forbid); Nora: the travel matrix has no way to 5 customers"), "{err}");
    assert!(!err.contains("no rep any more"), "{err}");
    // With a matrix of the people's own, both work.
    let more: String = (0..10).map(|i| format!("K{i},N,5,5\n")).collect();
    line.write("more.csv", &format!("{ways}{more}"));
    let flags = ["--matrix", &line.arg("more.csv")];
    let (code, _, err, json) = line.staff("id,name,lon,lat\nW,Wanda,8,50\nN,Nora,8,50\n", &flags);
    assert_eq!(code, 0, "{err}");
    assert_eq!(taken(&json), [of("W", "W"), of("N", "E")]);
    let line = Line::new("");
    let (code, _, err, _) = line.staff("id,lon,lat\nW,8,50\n", &flags);
    assert!(
        code == 2 && err.contains("the travel of this plan comes from no matrix"),
        "{err}"
    );
}

#[test]
fn preferences_count_and_a_column_that_people_lack_is_told() {
    let prefer = "[[prefer]]\nwhen = '\"north\" in rep.region'\ncost_share = 1.0\n";
    let line = Line::new("");
    let reps = "id,name,lon,lat,skills,region\nW,Wanda,8.2,50,,\nE,Emil,8.7,50,cold;crane,north\n";
    line.write("reps.csv", reps);
    line.solve(prefer);
    // Of the plan's reps Wanda is not among the people.
    let people = "id,lon,lat,skills,region\nE,8.7,50,cold;crane,north\nX,8.2,50,,\n";
    let (code, _, err, json) = line.staff(people, &[]);
    assert_eq!(code, 0, "{err}");
    let emil = &json["people"][0];
    assert!(emil["travel"].as_f64().unwrap() > 0.0);
    assert_eq!(emil["travel"], emil["preference"]);
    let of_emil = 2.0 * emil["travel"].as_f64().unwrap();
    assert!((emil["cost"].as_f64().unwrap() - of_emil).abs() < 1e-6);
    assert_eq!(json["people"][1]["preference"], 0);
    let (code, _, err, _) = line.staff("id,lon,lat\nE,8.7,50\n", &[]);
    assert!(
        code == 2 && err.contains("no rep has a column `region`"),
        "{err}"
    );
}

#[test]
fn a_lock_holds_nobody_and_its_exception_stays() {
    // Locked accounts of data/rules are farther away than anybody may be.
    let dir = tempfile::tempdir().unwrap();
    let (out, locks) = (dir.path().join("out"), data("rules/locks.toml"));
    let out = out.to_str().unwrap();
    let (code, _, err) = said(&revier(&["solve", &locks, "--out", out]));
    assert_eq!(code, 0, "{err}");
    let (code, text, err) = said(&revier(&["staff", out, &data("rules/reps.csv")]));
    assert_eq!(code, 0, "{err}");
    assert!(text.contains("3 of 3 territories have a person"), "{text}");
}

#[test]
fn files_are_by_their_endings_and_no_others_are_written_over() {
    let line = Line::new("[output]\ndecimal = \",\"\n");
    let people = "id,name,lon,lat,skills\nX,\"=Xaver; A\",8.75,50,cold;crane\nY,Yara,8.15,50,\nZ,Zoe,8.5,50,\n";
    line.write("people.csv", people);
    let (out, from) = (line.arg("out"), line.arg("people.csv"));
    let run = |to: &str, flags: &[&str]| {
        let to = line.arg(to);
        said(&revier(
            &[&["staff", &out, &from, "--out", &to], flags].concat(),
        ))
    };
    for name in ["s.json", "s.csv", "s.geojson"] {
        // Twice: one's own are replaced.
        assert_eq!(run(name, &[]).0, 0);
        let first = line.read(name);
        assert_eq!(run(name, &[]).0, 0);
        assert_eq!(line.read(name), first);
        line.write(name, "mine");
        let (code, _, err) = run(name, &[]);
        assert!(
            code == 2 && err.contains("is no staffing of revier"),
            "{err}"
        );
        assert_eq!(line.read(name), "mine");
        assert_eq!(run(name, &["--force"]).0, 0);
        assert_eq!(line.read(name), first);
    }
    let table = line.read("s.csv");
    let rows: Vec<&str> = table.lines().collect();
    assert!(
        rows[0].starts_with("\u{feff}person_id;person;territory_id;territory;cost;"),
        "{table}"
    );
    assert!(rows[1].starts_with("X;\"'=Xaver; A\";E;Emil;"), "{table}");
    assert!(rows[3].starts_with("Z;Zoe;;;;;;;;;;W;Wanda;"), "{table}");
    let land: Value = serde_json::from_str(&line.read("s.geojson")).unwrap();
    let east = &land["features"][1];
    assert_eq!(
        (
            &east["properties"]["territory"],
            &east["properties"]["person"]
        ),
        (&"E".into(), &"X".into())
    );
    assert_eq!(east["properties"]["home_lon"], 8.75);
    assert_eq!(east["geometry"]["type"], "MultiPolygon");
    for (to, told) in [
        ("s.txt", "the name must end in .json, .csv or .geojson"),
        ("out/s.json", "would lie among the files of the plan"),
        ("people.csv", "is in the way"),
        ("no/s.json", "there is no directory"),
    ] {
        let (code, _, err) = run(to, &[]);
        assert!(code == 2 && err.contains(told), "{to}: {err}");
    }
    let (code, _, err) = run("people.csv", &["--force"]);
    assert!(
        code == 2 && err.contains("is read; name another file"),
        "{err}"
    );
    assert_eq!(line.read("people.csv"), people);
}

#[test]
fn what_is_wrong_with_people_or_plan_is_told() {
    let line = Line::new("");
    let told = |people: &str, texts: &[&str]| {
        let (code, _, err, _) = line.staff(people, &[]);
        assert_eq!(code, 2, "{err}");
        for text in texts {
            assert!(err.contains(text), "{text}: {err}");
        }
    };
    told(
        "id,lon,lat\nX,8,50\nX,8,50\nY,NaN,50\nZ,8,99\n",
        &["people.csv", "\"X\"", "lat"],
    );
    told("id,lon,lat\n", &["there are no reps in it"]);
    told("", &["people.csv"]);
    let dir = line.arg("out");
    let (code, _, err) = said(&revier(&["staff", &dir, &dir]));
    assert!(code == 2 && err.contains("is a directory"), "{err}");
    let (code, _, err) = said(&revier(&[
        "staff",
        &line.arg("people.csv"),
        &line.arg("reps.csv"),
    ]));
    assert!(
        code == 2 && err.contains("is a file, not a plan directory"),
        "{err}"
    );
    // Other customers than those of the plan; the same with other figures.
    let customers = line.read("customers.csv");
    line.write(
        "customers.csv",
        &customers.replace("K0,8.00,50,2", "K0,8.00,50,3"),
    );
    let (code, _, err, _) = line.staff("id,lon,lat,skills\nW,8,50,cold;crane\n", &[]);
    assert!(
        code == 0 && err.contains("customers.csv has changed since the plan"),
        "{err}"
    );
    line.write("customers.csv", &customers.replace("K0,", "Q0,"));
    told(
        "id,lon,lat\nW,8,50\n",
        &["these are not the customers that the plan was made from"],
    );
    std::fs::remove_file(Path::new(&line.arg("customers.csv"))).unwrap();
    told(
        "id,lon,lat\nW,8,50\n",
        &["customers.csv", "which is not there"],
    );
}

#[test]
fn people_may_come_from_stdin_and_the_plan_from_anywhere() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let line = Line::new("");
    let mut child = Command::new(env!("CARGO_BIN_EXE_revier"))
        .args(["staff", "out", "-", "--quiet"])
        .current_dir(line.dir.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let people = b"id,name,lon,lat,skills\nX,Xaver,8.7,50,cold;crane\nY,Yara,8.2,50,\n";
    child.stdin.take().unwrap().write_all(people).unwrap();
    let output = child.wait_with_output().unwrap();
    let (code, here, _) = said(&output);
    assert_eq!(code, 0);
    line.write("people.csv", std::str::from_utf8(people).unwrap());
    let away = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_revier"))
        .args(["staff", &line.arg("out"), &line.arg("people.csv")])
        .current_dir(away.path())
        .output()
        .unwrap();
    assert_eq!(said(&output).1, here);
}

#[test]
fn a_staffing_is_the_same_whatever_the_threads() {
    let bench = Bench::default();
    bench.solve();
    let of = |threads: &str| {
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_revier"))
            .args([
                "staff",
                &bench.arg("out"),
                &bench.arg("reps.csv"),
                "--out",
                "-",
                "--knows",
                "10%",
            ])
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        assert_eq!(said(&run).0, 0);
        run.stdout
    };
    assert_eq!(of("1"), of("2"));
    assert_eq!(of("1"), of("4"));
}

#[test]
fn columns_of_the_people_are_named_by_a_flag() {
    let line = Line::new("");
    let people = "Pnr,Nr,lon,lat,skills\nW,1,8.2,50,\nE,2,8.7,50,cold;crane\n";
    let (code, _, err, _) = line.staff(people, &[]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("--columns id="), "{err}");
    // No scenario names columns of the people.
    assert!(!err.contains("[columns"), "{err}");
    let (code, _, err, json) = line.staff(people, &["--columns", "id=Pnr"]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(taken(&json), [of("W", "W"), of("E", "E")]);
    let (code, _, err, _) = line.staff(people, &["--columns", "id=Else"]);
    assert!(
        code == 2 && err.contains("in --columns") && !err.contains("[columns"),
        "{err}"
    );
}
