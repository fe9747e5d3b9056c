//! Several teams over one map.

use super::{Bench, revier, said};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const TEAMS: &str = "
[[team]]
name = \"Pharma\"
customers = 'industry == \"pharma\" && size >= 3'
reps = 'team == \"pharma\"'
[[team]]
name = \"Rest of all\"
customers = 'industry != \"pharma\" || size >= 8'
reps = 'rep.team == \"rest\"'
balance = [{ measure = \"calls\", tolerance = 0.3 }]
";

/// A row of the customers: id, industry, size.
fn customer(i: usize) -> (String, &'static str, usize) {
    let industry = if i.is_multiple_of(3) {
        "pharma"
    } else {
        "retail"
    };
    (format!("C{i}"), industry, i % 10)
}

fn is_pharma(i: usize) -> bool {
    let (_, industry, size) = customer(i);
    industry == "pharma" && size >= 3
}

fn is_rest(i: usize) -> bool {
    let (_, industry, size) = customer(i);
    industry != "pharma" || size >= 8
}

const N: usize = 90;

/// The rows of the customers that `takes` takes; those of pharma have no calls, and one has a name for its workload.
fn customers(takes: impl Fn(usize) -> bool) -> String {
    let mut text = String::from("id,lon,lat,workload,calls,industry,size,owner,locked\n");
    for i in (0..N).filter(|i| takes(*i)) {
        let (id, industry, size) = customer(i);
        let at = |step: f64| (i as f64 * step).fract();
        let (x, y) = (at(0.754_877_666), at(0.569_840_291));
        let rest = is_rest(i);
        let calls = if rest {
            (1 + i % 5).to_string()
        } else {
            String::new()
        };
        let workload = if is_pharma(i) {
            (5 + i % 7).to_string()
        } else {
            "none".to_owned()
        };
        // Some are looked after by a rep of the other team alone.
        let owner = ["P1", "R1", "R2", ""][i % 4];
        let locked = i.is_multiple_of(40);
        text += &format!(
            "{id},{:.5},{:.5},{workload},{calls},{industry},{size},{owner},{locked}\n",
            10.0 + 2.0 * x,
            50.0 + y
        );
    }
    text
}

const REPS: &str = "id,name,lon,lat,team\nP1,Ann,10.4,50.4,pharma\nP2,Ben,11.5,50.6,pharma\nR1,Cid,10.3,50.7,rest\n\
                    R2,Dot,11.2,50.2,rest\nR3,Eve,11.7,50.8,rest\nX1,Old,11,50,none\n";

fn bench() -> Bench {
    let bench = Bench::default();
    bench.write("customers.csv", &customers(|_| true));
    bench.write("reps.csv", REPS);
    bench.write(
        "scenario.toml",
        &format!(
            "name = \"Both\"\ncustomers = \"customers.csv\"\nreps = \"reps.csv\"\nboundary = \"land.geojson\"\n\
             [[balance]]\nmeasure = \"workload\"\ntolerance = 0.2\n[solve]\ntime_limit_s = 5.0\n{TEAMS}"
        ),
    );
    bench
}

/// What the file of a team has when it is written for the team alone: owners of others are nobody's, and hold no lock.
fn alone(takes: fn(usize) -> bool, owners: &[&str]) -> String {
    let text = customers(takes);
    let mut lines = text.lines();
    let mut out = lines.next().unwrap_or_default().to_owned() + "\n";
    for line in lines {
        let mut cells: Vec<&str> = line.split(',').collect();
        if !owners.contains(&cells[7]) {
            (cells[7], cells[8]) = ("", "false");
        }
        out += &(cells.join(",") + "\n");
    }
    out
}

fn solve(bench: &Bench, more: &[&str]) -> (i32, String, String) {
    let (scenario, out) = (bench.arg("scenario.toml"), bench.arg("out"));
    said(&revier(
        &[&["solve", &scenario, "--out", &out], more].concat(),
    ))
}

fn rows(path: &Path) -> BTreeMap<String, Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap();
    let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    text.lines()
        .skip(1)
        .map(cells)
        .map(|c| (c[0].clone(), c))
        .collect()
}

fn json(path: &Path) -> serde_json::Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn each_team_has_the_plan_that_it_has_alone() {
    let bench = bench();
    let (code, out, err) = solve(&bench, &[]);
    assert_eq!(code, 0, "{err}");
    let none: Vec<usize> = (0..N).filter(|i| !is_pharma(*i) && !is_rest(*i)).collect();
    let both = (0..N).filter(|i| is_pharma(*i) && is_rest(*i)).count();
    assert!(both > 0 && !none.is_empty());
    let told = format!(
        "{} customers are in no team, and no plan has them: C{}",
        none.len(),
        none[0]
    );
    assert!(err.contains(&told), "{err}");
    assert!(
        err.contains("1 rep is in no team, and they get nothing: X1"),
        "{err}"
    );
    assert!(
        err.contains("have owners of other teams: they have none in this plan"),
        "{err}"
    );
    assert!(
        out.contains(&format!(
            "{} customers in 2 teams, {both} in several, {} in none",
            N - none.len(),
            none.len()
        )),
        "{out}"
    );

    // The same plan as that of files that have nobody else.
    let head = "boundary = \"land.geojson\"\n[solve]\ntime_limit_s = 5.0\n";
    for (name, takes, reps, measure) in [
        (
            "Pharma",
            is_pharma as fn(usize) -> bool,
            "pharma",
            "[[balance]]\nmeasure = \"workload\"\ntolerance = 0.2\n",
        ),
        (
            "Rest of all",
            is_rest,
            "rest",
            "[[balance]]\nmeasure = \"calls\"\ntolerance = 0.3\n",
        ),
    ] {
        let own: Vec<&str> = REPS
            .lines()
            .filter(|l| l.starts_with("id,") || l.ends_with(reps))
            .collect();
        let ids: Vec<&str> = own.iter().skip(1).map(|l| &l[..2]).collect();
        bench.write("own_reps.csv", &(own.join("\n") + "\n"));
        bench.write("own.csv", &alone(takes, &ids));
        bench.write(
            "own.toml",
            &format!("customers = \"own.csv\"\nreps = \"own_reps.csv\"\n{head}{measure}"),
        );
        bench.solve_into("alone", "own.toml", &[]);
        for file in ["assignments.csv", "territories.geojson", "changes.csv"] {
            assert_eq!(
                bench.read(&format!("out/{name}/{file}")),
                bench.read(&format!("alone/{file}")),
                "{name}: {file}"
            );
        }
        let (team, own) = (
            json(&bench.path(&format!("out/{name}/certificate.json"))),
            json(&bench.path("alone/certificate.json")),
        );
        assert_eq!(
            (&team["tree"], &team["value"]),
            (&own["tree"], &own["value"]),
            "{name}"
        );
        // And so it is when the team is solved by itself.
        let flags = ["--team", name];
        bench.solve_into("one", "scenario.toml", &flags);
        assert_eq!(
            bench.read(&format!("out/{name}/assignments.csv")),
            bench.read("one/assignments.csv")
        );
        let (code, _, err) = said(&revier(&["check", &bench.arg("one")]));
        assert_eq!(code, 0, "{err}");
    }
    let index = json(&bench.path("out/teams.json"));
    let teams = index["teams"].as_array().unwrap();
    assert_eq!(teams.len(), 2);
    let pharma = rows(&bench.path("out/Pharma/assignments.csv"));
    let expected: BTreeSet<String> = (0..N)
        .filter(|i| is_pharma(*i))
        .map(|i| format!("C{i}"))
        .collect();
    assert_eq!(pharma.keys().cloned().collect::<BTreeSet<_>>(), expected);
    assert_eq!(teams[0]["customers"], expected.len());
    assert_eq!(index["in_several"], both);
    assert_eq!(index["without_team"].as_array().unwrap().len(), none.len());
    let km = |t: &serde_json::Value| t["travel_km"].as_f64().unwrap();
    assert!((km(&index) - km(&teams[0]) - km(&teams[1])).abs() < 1e-9);
    let page = bench.read("out/index.html");
    assert!(
        page.contains("href=\"Rest%20of%20all/report.html\"") && page.contains("Pharma"),
        "{page}"
    );

    // A run again replaces all of it.
    let (code, _, err) = solve(&bench, &["--lang", "de"]);
    assert_eq!(code, 0, "{err}");
    assert!(bench.read("out/index.html").contains("zusammen"));
    assert_eq!(bench.check().0, 0);
}

#[test]
fn check_judges_all_teams_and_what_stands_of_them_together() {
    let bench = bench();
    assert_eq!(solve(&bench, &[]).0, 0);
    let (code, out, err) = said(&revier(&["check", &bench.arg("out")]));
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("team Pharma: the plan holds")
            && out.contains("team Rest of all: the plan holds"),
        "{out}"
    );
    let kept = bench.read("out/teams.json");
    for (from, to) in [
        ("\"in_several\": ", "\"in_several\": 1"),
        ("\"gap\": ", "\"gap\": 1"),
        ("\"name\": \"Both\"", "\"name\": \"Else\""),
        ("\"sha256\": \"", "\"sha256\": \"0"),
        (
            "\"idle_reps\": [\n    \"X1\"",
            "\"idle_reps\": [\n    \"X2\"",
        ),
    ] {
        assert!(kept.contains(from), "{kept}");
        bench.write("out/teams.json", &kept.replacen(from, to, 1));
        let (code, err) = bench.check();
        assert_eq!(code, 4, "{to}: {err}");
    }
    // A team that is left out, and one whose plan is another's.
    let mut fewer: serde_json::Value = serde_json::from_str(&kept).unwrap();
    fewer["teams"].as_array_mut().unwrap().pop();
    bench.write(
        "out/teams.json",
        &serde_json::to_string_pretty(&fewer).unwrap(),
    );
    let (code, err) = bench.check();
    assert!(
        code == 4 && err.contains("the teams are not those of the scenario"),
        "{err}"
    );
    bench.write("out/teams.json", &kept);
    assert_eq!(bench.check().0, 0);
    std::fs::remove_dir_all(bench.path("out/Pharma")).unwrap();
    std::fs::rename(bench.path("out/Rest of all"), bench.path("out/Pharma")).unwrap();
    bench.solve_into(
        "out/Rest of all",
        "scenario.toml",
        &["--team", "Rest of all"],
    );
    let (code, err) = bench.check();
    assert!(
        code == 4 && err.contains("is not that of the team"),
        "{err}"
    );
}

#[test]
fn what_is_wrong_with_teams_is_told() {
    let bench = bench();
    let text = bench.read("scenario.toml");
    let told = |from: &str, to: &str, flags: &[&str], words: &[&str]| {
        assert!(text.contains(from), "{from}");
        bench.write("scenario.toml", &text.replacen(from, to, 1));
        let (code, _, err) = solve(&bench, flags);
        assert_eq!(code, 2, "{to}: {err}");
        for word in words {
            assert!(err.contains(word), "{word}: {err}");
        }
        assert!(!bench.path("out").join("teams.json").exists());
    };
    let same = ("time_limit_s = 5.0", "time_limit_s = 5.0");
    told(
        same.0,
        same.1,
        &["--team", "Pharm"],
        &["there is no team \"Pharm\"", "Pharma, Rest of all"],
    );
    told(
        "reps = 'team == \"pharma\"'\n",
        "",
        &[],
        &["R1", "the rep is in 2 teams: Pharma, Rest of all"],
    );
    told(
        "Rest of all",
        "pharma",
        &[],
        &["there is a team \"Pharma\" already"],
    );
    told(
        "Rest of all",
        "../up",
        &[],
        &["cannot be the name of a team"],
    );
    told(
        "industry == \"pharma\" &&",
        "rep.team == \"pharma\" &&",
        &[],
        &["rep.team is not known here"],
    );
    told(
        "industry == \"pharma\" &&",
        "industri == \"pharma\" &&",
        &[],
        &["has a column `industri`", "did you mean `industry`"],
    );
    told(
        "industry == \"pharma\" &&",
        "industry == \"Pharma\" &&",
        &[],
        &["none of the customers meets the condition"],
    );
    told(
        "time_limit_s = 5.0",
        "time_limit_s = 5.0\n[select]\nreps = 'team == \"x\"'",
        &[],
        &["there are teams, which select themselves"],
    );
    told(
        "customers = 'industry == \"pharma\" && size >= 3'\nreps = 'team == \"pharma\"'\n",
        "",
        &[],
        &["does not say which customers or reps"],
    );
    bench.write("scenario.toml", &text);
    let (code, _, err) = solve(&bench, &["--strict"]);
    assert!(
        code == 3 && err.contains("customers are in no team"),
        "{err}"
    );
    assert!(!bench.path("out/Pharma").exists());
    // One plan and several do not stand in one directory.
    bench.solve_into("out", "scenario.toml", &["--team", "Pharma"]);
    let (code, _, err) = solve(&bench, &[]);
    assert!(code == 2 && err.contains("has a plan of its own"), "{err}");
    let (code, _, err) = said(&revier(&[
        "size",
        &bench.arg("scenario.toml"),
        "--out",
        &bench.arg("size"),
    ]));
    assert_eq!(code, 2, "{err}");
}

#[test]
fn leads_go_to_the_teams_of_their_segment() {
    let bench = bench();
    assert_eq!(solve(&bench, &[]).0, 0);
    bench.write(
        "leads.csv",
        "id,lon,lat,industry,size,team\nL1,10.5,50.4,pharma,5,a\nL2,10.5,50.4,retail,1,b\nL3,11.2,50.3,pharma,9,c\nL4,11.2,50.3,pharma,1,d\n",
    );
    let assign = |dir: &str, more: &[&str]| {
        said(&revier(
            &[&["assign", &bench.arg(dir), &bench.arg("leads.csv")], more].concat(),
        ))
    };
    let (code, out, err) = assign("out", &[]);
    assert_eq!(code, 3, "{err}");
    let lines: Vec<Vec<&str>> = out.lines().map(|l| l.split(',').collect()).collect();
    assert_eq!(
        lines[0][..6],
        ["id", "lon", "lat", "industry", "size", "lead_team"]
    );
    assert_eq!(lines[0].last(), Some(&"team"));
    let rep = lines[0].iter().position(|c| *c == "rep_id").unwrap();
    let of: Vec<(&str, char, &str)> = (lines[1..].iter())
        .map(|l| {
            (
                l[0],
                l[rep].chars().next().unwrap_or('-'),
                *l.last().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        of,
        [
            ("L1", 'P', "Pharma"),
            ("L2", 'R', "Rest of all"),
            ("L3", 'P', "Pharma"),
            ("L3", 'R', "Rest of all"),
            ("L4", '-', "")
        ]
    );
    assert!(
        out.lines()
            .last()
            .is_some_and(|l| l.contains("of none of the teams")),
        "{out}"
    );
    // Of a team alone, the others are nobody's; who gets a lead is the same.
    let (code, one, _) = assign("out/Pharma", &[]);
    assert_eq!(code, 3);
    let line = |text: &str, at: usize| {
        text.lines()
            .nth(at)
            .unwrap()
            .split(',')
            .nth(rep)
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        (line(&one, 1), line(&one, 3)),
        (line(&out, 1), line(&out, 3))
    );
    assert_eq!(
        (line(&one, 2), line(&one, 4)),
        (String::new(), String::new())
    );
    assert!(one.contains("not of the team Pharma"), "{one}");
    let (code, text, err) = assign("out", &["--out", &bench.arg("routes.geojson")]);
    assert_eq!(code, 3, "{err}");
    assert!(
        text.contains("4 leads: 1 of no team, 1 of several teams"),
        "{text}"
    );
    let routes = json(&bench.path("routes.geojson"));
    let features = routes["features"].as_array().unwrap();
    assert_eq!(features.len(), 5);
    assert_eq!(features[3]["properties"]["team"], "Rest of all");
    assert!(features[4]["properties"]["team"].is_null());
}

#[test]
fn what_starts_from_a_plan_starts_from_that_of_a_team() {
    let bench = bench();
    assert_eq!(solve(&bench, &[]).0, 0);
    let dir = bench.arg("out/Rest of all");
    for args in [
        vec!["compare", &dir, &dir],
        vec![
            "export",
            &dir,
            "--to",
            "csv",
            "--out",
            &bench.arg("plan.csv"),
        ],
        vec!["sheets", &dir, "--out", &bench.arg("sheets")],
        vec!["staff", &dir, &bench.arg("reps.csv")],
    ] {
        let (code, _, err) = said(&revier(&args));
        assert_eq!(code, 0, "{args:?}: {err}");
    }
}
