//! Plans whose travel comes from a server: the table of its answers is an input as any matrix is.

use super::fake::{Fake, Fault, Kind, Nature, trip};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Runs revier; its status, and what it says.
fn run(dir: &Path, args: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_revier"));
    let done = command.args(args).current_dir(dir).output().unwrap();
    let text = [done.stdout, done.stderr].concat();
    (
        done.status.code().unwrap(),
        String::from_utf8(text).unwrap(),
    )
}

/// That a command succeeds; what it says.
fn good(dir: &Path, args: &[&str]) -> String {
    let (status, said) = run(dir, args);
    assert_eq!(status, 0, "{args:?}: {said}");
    said
}

fn customers(count: usize) -> String {
    let mut text = "id,lon,lat,workload\n".to_owned();
    for i in 0..count {
        let (lon, lat) = (9.0 + 0.125 * (i % 9) as f64, 49.0 + 0.25 * (i / 9) as f64);
        text += &format!("\"Smith, {i}\",{lon},{lat},{}\n", 1 + i % 3);
    }
    text
}

const REPS: &str = "id,lon,lat\nAnna,9.1,49.1\nBo,9.9,50.4\n\"C \"\"x\"\"\",9.5,49.8\n";

/// A folder with customers, reps and a scenario that asks this server.
fn folder(metric: &str, url: &str, keys: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("customers.csv"), customers(60)).unwrap();
    fs::write(dir.path().join("reps.csv"), REPS).unwrap();
    scenario(dir.path(), metric, url, keys);
    dir
}

fn scenario(dir: &Path, metric: &str, url: &str, keys: &str) {
    let text = format!(
        "customers = \"customers.csv\"\nreps = \"reps.csv\"\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.1\n\
         [travel]\nmetric = \"{metric}\"\nurl = \"{url}/\"\ncost = \"minutes\"\n{keys}\n[solve]\ntime_limit_s = 5\n"
    );
    fs::write(dir.join("s.toml"), text).unwrap();
}

fn report(dir: &Path) -> Value {
    serde_json::from_slice(&fs::read(dir.join("report.json")).unwrap()).unwrap()
}

const KINDS: [(Kind, &str); 3] = [
    (Kind::Osrm, "osrm"),
    (Kind::Valhalla, "valhalla"),
    (Kind::Ors, "openrouteservice"),
];

#[test]
fn a_plan_is_that_of_its_own_table_and_asks_nothing_again() {
    for (kind, metric) in KINDS {
        let fake = Fake::start(kind, Nature::default(), vec![]);
        let dir = folder(metric, &fake.url, "");
        let at = dir.path();
        good(at, &["solve", "s.toml", "--out", "a", "--quiet"]);
        let asked = fake.asked();
        assert!(asked > 0);
        // What was sent says nothing of who it is.
        let said = fake.all();
        for word in ["Anna", "Bo", "Smith", "workload"] {
            assert!(!said.contains(word), "{word} was sent: {said}");
        }
        let table = format!("s-{metric}.csv");
        let text = fs::read_to_string(at.join(&table)).unwrap();
        assert_eq!(text.lines().count(), 1 + 60 * 3);
        let [seconds, metres] = trip([9.1, 49.1], [9.0, 49.0]);
        let first = format!("\"Smith, 0\",Anna,{},{}", metres / 1000.0, seconds / 60.0);
        assert_eq!(text.lines().nth(1).unwrap(), first);

        // Nothing is asked by whoever reads the plan, nor by a run with the same places: it needs no key.
        let text_then = fs::read_to_string(at.join("s.toml")).unwrap();
        let keyed = text_then.replace("cost =", "key_env = \"REVIER_NO_SUCH_KEY\"\ncost =");
        fs::write(
            at.join("k.toml"),
            keyed.replace("cost =", &format!("table = \"{table}\"\ncost =")),
        )
        .unwrap();
        good(at, &["solve", "k.toml", "--out", "k", "--quiet"]);
        good(at, &["check", "a"]);
        good(at, &["export", "a", "--to", "csv", "--out", "e.csv"]);
        good(at, &["solve", "s.toml", "--out", "b", "--quiet"]);
        good(at, &["compare", "a", "b"]);
        assert_eq!(fake.asked(), asked, "{metric}");

        let matrix = fs::read_to_string(at.join("s.toml")).unwrap();
        let matrix = matrix
            .lines()
            .filter(|l| !l.starts_with("url"))
            .map(|l| match l.starts_with("metric") {
                true => format!("metric = \"matrix\"\nmatrix = \"{table}\"\n"),
                false => format!("{l}\n"),
            })
            .collect::<String>();
        fs::write(at.join("m.toml"), matrix).unwrap();
        good(at, &["solve", "m.toml", "--out", "m", "--quiet"]);
        let owners =
            |plan: &str| fs::read_to_string(at.join(plan).join("assignments.csv")).unwrap();
        assert_eq!(owners("a"), owners("m"));
        let (by_server, by_table) = (report(&at.join("a")), report(&at.join("m")));
        assert_eq!(by_server["objective"], by_table["objective"]);
        assert_eq!(by_server["bound"], by_table["bound"]);
        let roles: Vec<&Value> = by_server["inputs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|i| &i["role"])
            .collect();
        assert!(roles.contains(&&Value::from("matrix")), "{roles:?}");

        // Somebody changes a figure of the table.
        fs::write(at.join(&table), text.replacen(",Anna,", ",Anna,1", 1)).unwrap();
        let (status, said) = run(at, &["check", "a"]);
        assert!(status == 4 && said.contains(&table), "{said}");
        let (status, said) = run(at, &["solve", "s.toml", "--out", "b", "--quiet"]);
        assert!(status == 2 && said.contains("no-table"), "{said}");
        fs::remove_file(at.join(&table)).unwrap();
        let (status, said) = run(at, &["check", "a"]);
        assert!(status == 4 && said.contains(&table), "{said}");
        // It is made anew of the answers.
        good(at, &["solve", "s.toml", "--out", "b", "--quiet"]);
        assert_eq!(fs::read_to_string(at.join(&table)).unwrap(), text);
        assert_eq!(fake.asked(), asked, "{metric}");
    }
}

#[test]
fn only_new_places_are_asked_for() {
    let fake = Fake::start(Kind::Osrm, Nature::default(), vec![]);
    let dir = folder("osrm", &fake.url, "direction = \"round\"");
    let at = dir.path();
    good(at, &["solve", "s.toml", "--out", "a", "--quiet"]);
    let places = |request: &str| request.lines().next().unwrap().matches(';').count();
    let all = fake.asked();
    // Two more at one place, one where somebody is already, and one who has moved.
    let more = customers(60).replacen("\"Smith, 5\",9.625", "\"Smith, 5\",9.63", 1)
        + "x,10.25,49.5,1\ny,10.25,49.5,1\nz,9,49,1\n";
    fs::write(at.join("customers.csv"), more).unwrap();
    good(at, &["solve", "s.toml", "--out", "a", "--quiet"]);
    good(at, &["check", "a"]);
    let requests = fake.requests.lock().unwrap()[all..].to_vec();
    assert_eq!(requests.len(), 2, "out and back: {requests:?}");
    // Three bases and two places: four semicolons between five places, and three among the positions.
    for request in &requests {
        assert_eq!(places(request), 4 + 3, "{request}");
    }
    let table = fs::read_to_string(at.join("s-osrm.csv")).unwrap();
    assert_eq!(table.lines().count(), 1 + 63 * 3);
    let row = |id: &str| {
        table
            .lines()
            .find(|l| l.starts_with(id))
            .unwrap()
            .to_owned()
    };
    let [out, back] = [
        trip([9.1, 49.1], [10.25, 49.5]),
        trip([10.25, 49.5], [9.1, 49.1]),
    ];
    assert_ne!(out[0], back[0]);
    let minutes = (out[0] / 60.0 + back[0] / 60.0) / 2.0;
    assert_eq!(
        row("x,Anna"),
        format!("x,Anna,{},{minutes}", out[1] / 1000.0)
    );
    assert_eq!(row("x,Anna")[1..], row("y,Anna")[1..]);
}

/// Pairs that the requests of OSRM ask for.
fn pairs(requests: &[String]) -> usize {
    let count = |request: &str, name: &str| {
        let list = request.split(name).nth(1).unwrap();
        let end = list.find(['&', ' ']).unwrap();
        list[..end].split(';').count()
    };
    let of = |r: &String| count(r, "?sources=") * count(r, "&destinations=");
    requests.iter().map(of).sum()
}

#[test]
fn a_run_that_is_killed_keeps_what_was_answered() {
    let fake = Fake::start(Kind::Osrm, Nature::default(), vec![]);
    let dir = folder("osrm", &fake.url, "max_pairs = 30\nparallel = 1");
    let at = dir.path();
    good(at, &["solve", "s.toml", "--out", "a", "--quiet"]);
    let first = fake.requests.lock().unwrap().clone();
    assert_eq!(pairs(&first), 60 * 3);
    let answers = fs::read_to_string(at.join("s-osrm.csv.answers")).unwrap();
    let kept: Vec<&str> = answers.lines().collect();
    // As a kill leaves it: a head, two answers and a part of the third.
    let part = format!("{}\n{}\n{}\n{}", kept[0], kept[1], kept[2], &kept[3][..40]);
    fs::write(at.join("s-osrm.csv.answers"), part).unwrap();
    fs::remove_file(at.join("s-osrm.csv")).unwrap();
    good(at, &["solve", "s.toml", "--out", "b", "--quiet"]);
    let second = fake.requests.lock().unwrap()[first.len()..].to_vec();
    assert_eq!(pairs(&second), 60 * 3 - pairs(&first[..2]));
    good(at, &["check", "b"]);
    let owners = |plan: &str| fs::read_to_string(at.join(plan).join("assignments.csv")).unwrap();
    assert_eq!(owners("a"), owners("b"));
}

#[test]
fn a_refusal_is_told_and_leaves_no_table() {
    let no = "{\"code\":\"InvalidQuery\",\"message\":\"no\"}";
    let fake = Fake::start(
        Kind::Osrm,
        Nature::default(),
        vec![Fault::Status(400, "", no)],
    );
    let dir = folder("osrm", &fake.url, "");
    let (status, said) = run(dir.path(), &["solve", "s.toml", "--out", "a", "--quiet"]);
    assert!(status == 2 && said.contains("InvalidQuery: no"), "{said}");
    assert!(!dir.path().join("s-osrm.csv").exists() && !dir.path().join("a").exists());
}

#[test]
fn places_without_a_way_are_named() {
    let nature = Nature {
        off: vec![[9.0, 49.0], [9.9, 50.4]],
        ..Nature::default()
    };
    let fake = Fake::start(Kind::Valhalla, nature, vec![]);
    let dir = folder("valhalla", &fake.url, "");
    let (status, said) = run(dir.path(), &["solve", "s.toml", "--out", "a", "--quiet"]);
    assert_eq!(status, 2, "{said}");
    let told = "knows no road near 1 customer and 1 rep: Smith, 0, Bo";
    assert!(said.contains("off-road") && said.contains(told), "{said}");
    let keys = "off_road = \"great-circle\"\ndetour = 1.5\nspeed_kmh = 50";
    scenario(dir.path(), "valhalla", &fake.url, keys);
    good(dir.path(), &["solve", "s.toml", "--out", "a", "--quiet"]);
    good(dir.path(), &["check", "a"]);
    let table = fs::read_to_string(dir.path().join("s-valhalla.csv")).unwrap();
    assert_eq!(table.lines().count(), 1 + 60 * 3);

    let nature = Nature {
        island: vec![[9.0, 49.0], [9.125, 49.0]],
        ..Nature::default()
    };
    let fake = Fake::start(Kind::Osrm, nature, vec![]);
    let dir = folder("osrm", &fake.url, "");
    let (_, said) = run(dir.path(), &["solve", "s.toml", "--out", "a"]);
    assert!(said.contains("2 of 60 customers have no way"), "{said}");
    good(dir.path(), &["check", "a"]);
}

#[test]
fn the_table_has_all_pairs_whatever_max_km_is() {
    let fake = Fake::start(Kind::Valhalla, Nature::default(), vec![]);
    let dir = folder("valhalla", &fake.url, "max_km = 60");
    let at = dir.path();
    let _ = run(at, &["solve", "s.toml", "--out", "a", "--quiet"]);
    let table = fs::read_to_string(at.join("s-valhalla.csv")).unwrap();
    assert_eq!(table.lines().count(), 1 + 60 * 3);
    let asked = fake.asked();
    // A server that does not answer for places that are so far apart is told of, not worked around.
    let nature = Nature {
        far: Some(1.2),
        ..Nature::default()
    };
    let near = Fake::start(Kind::Valhalla, nature, vec![]);
    let other = folder("valhalla", &near.url, "max_km = 60");
    let (status, said) = run(other.path(), &["solve", "s.toml", "--out", "a", "--quiet"]);
    assert!(
        status == 2 && said.contains("max_matrix_distance"),
        "{said}"
    );
    scenario(at, "valhalla", &fake.url, "");
    good(at, &["solve", "s.toml", "--out", "b", "--quiet"]);
    assert_eq!(fake.asked(), asked);
}

#[test]
fn reach_takes_no_table_of_other_places() {
    let fake = Fake::start(Kind::Osrm, Nature::default(), vec![]);
    let dir = folder("osrm", &fake.url, "");
    let at = dir.path();
    good(at, &["solve", "s.toml", "--out", "a", "--quiet"]);
    let asked = fake.asked();
    let reach = ["reach", "s.toml", "--minutes", "30"];
    let of_plan = ["reach", "a", "--minutes", "30"];
    good(at, &reach);
    good(at, &of_plan);
    let refused = |args: &[&str], why: &str| {
        let (status, said) = run(at, args);
        assert!(status == 2 && said.contains("no-table"), "{why}: {said}");
        assert!(said.contains("revier solve") || said.contains("travel.table"));
    };
    // Somebody has moved.
    let moved = customers(60).replacen("\"Smith, 5\",9.625", "\"Smith, 5\",9.63", 1);
    fs::write(at.join("customers.csv"), moved).unwrap();
    refused(&reach, "moved");
    refused(&of_plan, "moved");
    fs::write(at.join("customers.csv"), customers(60)).unwrap();
    good(at, &of_plan);
    // Another server, profile, direction.
    let text = fs::read_to_string(at.join("s.toml")).unwrap();
    for key in ["profile = \"foot\"", "direction = \"back\""] {
        let other = text.replace("cost =", &format!("{key}\ncost ="));
        fs::write(at.join("s.toml"), other).unwrap();
        refused(&reach, key);
    }
    fs::write(at.join("s.toml"), text.replace("127.0.0.1", "localhost")).unwrap();
    refused(&reach, "url");
    fs::write(at.join("s.toml"), &text).unwrap();
    good(at, &reach);
    // A row that somebody has changed.
    let table = at.join("s-osrm.csv");
    let rows = fs::read_to_string(&table).unwrap();
    fs::write(&table, rows.replacen(",Anna,", ",Anna,1", 1)).unwrap();
    refused(&reach, "changed");
    refused(&of_plan, "changed");
    assert_eq!(fake.asked(), asked);
}

#[test]
fn a_file_that_comes_to_the_tables_place_meanwhile_is_kept() {
    let slow = Fault::Slow(std::time::Duration::from_millis(1500));
    let fake = Fake::start(Kind::Osrm, Nature::default(), vec![slow]);
    let dir = folder("osrm", &fake.url, "");
    let at = dir.path();
    let table = at.join("s-osrm.csv");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while fake.asked() == 0 {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            fs::write(&table, "mine\n").unwrap();
        });
        let (status, said) = run(at, &["solve", "s.toml", "--out", "a", "--quiet"]);
        assert!(status == 2 && said.contains("no-table"), "{said}");
    });
    assert_eq!(fs::read_to_string(&table).unwrap(), "mine\n");
    let asked = fake.asked();
    fs::remove_file(&table).unwrap();
    good(at, &["solve", "s.toml", "--out", "a", "--quiet"]);
    assert_eq!(fake.asked(), asked);
}

#[test]
fn whom_it_asks_and_that_it_waits_is_told() {
    let later = |after| Fault::Status(429, after, "bad sk-hunter2");
    let faults = vec![later("Retry-After: 1\r\n"), later("Retry-After: 61\r\n")];
    let fake = Fake::start(Kind::Osrm, Nature::default(), faults);
    let keys = "key_env = \"REVIER_TEST_KEY\"\nparallel = 1\n[columns.matrix]\nkm = \"Weg\"";
    let dir = folder("osrm", &fake.url, keys);
    let solve = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_revier"));
        command.env("REVIER_TEST_KEY", "Bearer sk-hunter2");
        command.current_dir(dir.path());
        let done = command.args(["solve", "s.toml", "--out", "a"]).output();
        let done = done.unwrap();
        (done.status.code(), String::from_utf8(done.stderr).unwrap())
    };
    let (status, said) = solve();
    assert_eq!(status, Some(2), "{said}");
    for told in [
        fake.url.as_str(),
        "REVIER_TEST_KEY",
        "left alone for 1 s",
        "come back in 61 s",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
    assert!(!said.contains("hunter2"), "{said}");
    // The names of a matrix's columns are not those of the table.
    let (status, said) = solve();
    assert_eq!(status, Some(0), "{said}");
}

#[test]
fn keys_are_looked_at_and_no_secret_is_repeated() {
    let dir = folder("osrm", "http://127.0.0.1:9", "");
    let told = |travel: &str| {
        let text =
            format!("customers = \"customers.csv\"\nreps = \"reps.csv\"\n[travel]\n{travel}\n");
        fs::write(dir.path().join("s.toml"), text).unwrap();
        let (status, said) = run(dir.path(), &["solve", "s.toml", "--out", "a", "--quiet"]);
        assert_eq!(status, 2, "{travel}: {said}");
        assert!(!said.contains("hunter2"), "{travel}: {said}");
        said
    };
    let osrm = |url: &str| format!("metric = \"osrm\"\nurl = \"{url}\"");
    let cases = [
        ("metric = \"osrm\"".to_owned(), "missing-key"),
        ("url = \"http://127.0.0.1:5000\"".to_owned(), "no-effect"),
        ("parallel = 3".to_owned(), "no-effect"),
        (osrm("http://me:hunter2@127.0.0.1"), "key_env"),
        (osrm("http://[::1]example.org"), "no address"),
        (osrm("http://[::1]:80x"), "no address"),
        (osrm("http://127.0.0.1") + "\nkey_env = \"HOME\"", "TOKEN"),
        (osrm("https://example.org/?api_key=hunter2"), "key_env"),
        (osrm("http://example.org"), "unencrypted"),
        (osrm("ftp://127.0.0.1"), "no address"),
        (osrm("127.0.0.1:5000"), "no address"),
        (osrm("http:///x"), "no address"),
        (
            osrm("http://127.0.0.1") + "\nkey_env = \"hunter2-8f3a\"",
            "key_env",
        ),
        (
            osrm("http://127.0.0.1") + "\nkey_env = \"REVIER_NO_SUCH_KEY\"",
            "is not set",
        ),
        (
            osrm("http://127.0.0.1") + "\nprofile = \"../x\"",
            "no profile",
        ),
        (
            osrm("http://127.0.0.1") + "\nparallel = 1.5",
            "whole number",
        ),
        (osrm("http://127.0.0.1") + "\nmax_snap_m = 5", "no-effect"),
        (
            osrm("http://127.0.0.1") + "\nmatrix = \"customers.csv\"",
            "no-effect",
        ),
        (
            osrm("http://127.0.0.1:9") + "\ntimeout_s = 1",
            "nobody listens",
        ),
    ];
    for (travel, word) in cases {
        let said = told(&travel);
        assert!(said.contains(word), "{travel}: {said}");
    }
    // What stands in the place of the table stays.
    let said = told(&(osrm("http://127.0.0.1:9") + "\ntable = \"customers.csv\""));
    assert!(said.contains("no-table"), "{said}");
    assert_eq!(
        fs::read_to_string(dir.path().join("customers.csv")).unwrap(),
        customers(60)
    );
}

#[test]
fn each_team_has_a_table_of_its_own() {
    let fake = Fake::start(Kind::Ors, Nature::default(), vec![]);
    let dir = folder("openrouteservice", &fake.url, "");
    let text = fs::read_to_string(dir.path().join("s.toml")).unwrap();
    let teams = "[[team]]\nname = \"east\"\ncustomers = \"workload >= 2\"\n[[team]]\nname = \"west\"\ncustomers = \"workload < 2\"\nreps = \"id == 'Anna'\"\n";
    let text = text + &teams.replacen("\n[[team]]", "\nreps = \"id != 'Anna'\"\n[[team]]", 1);
    fs::write(dir.path().join("s.toml"), text).unwrap();
    good(dir.path(), &["solve", "s.toml", "--out", "t", "--quiet"]);
    good(dir.path(), &["check", "t"]);
    for team in ["east", "west"] {
        let name = format!("s-openrouteservice-{team}.csv");
        assert!(dir.path().join(name).exists(), "{team}");
    }
}

#[test]
fn the_library_asks_where_it_may_keep_the_answers() {
    use revier::{Builder, Options, Source, solve};
    use serde_json::json;
    let fake = Fake::start(Kind::Osrm, Nature::default(), vec![]);
    let dir = tempfile::tempdir().unwrap();
    let builder = Builder::new()
        .customers(Source::csv(customers(30)))
        .reps(Source::csv(REPS))
        .balance("workload", 0.2)
        .set("travel", json!({"metric": "osrm", "url": fake.url.clone()}));
    let error = builder.clone().build().unwrap_err();
    assert!(error.to_string().contains("travel.table"), "{error}");
    assert_eq!(fake.asked(), 0);
    let table = dir.path().join("t.csv").display().to_string();
    let instance = builder.set("travel.table", table).build().unwrap();
    let asked = fake.asked();
    assert!(asked > 0);
    let plan = solve(&instance, &Options::new().time_limit(5.0), |_| {}).unwrap();
    let out = dir.path().join("plan");
    plan.save(&out).unwrap();
    assert!(revier::check(&out).unwrap().holds());
    assert_eq!(fake.asked(), asked);
}
