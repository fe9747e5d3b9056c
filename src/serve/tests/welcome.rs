//! A desk without a project: files come and go, whatever they are, and one is made of them.

use super::super::desk::Desk;
use super::super::house::House;
use super::super::routes::router;
use super::super::safety::Doors;
use super::super::welcome::{Limits, Place};
use super::bench::HOST;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Method, Request, header};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tower::ServiceExt;

const SMALL: Limits = Limits {
    file: 3 << 20,
    all: 4 << 20,
    files: 4,
};

/// As Excel writes it in German; the key is called what nobody would guess.
const KUNDEN: &[u8] = b"K\xFCrzel;Firma;L\xE4ngengrad;Breitengrad;Umsatz\r\nK1;B\xE4cker;9,1;49,2;1.200,50\r\nK2;M\xFCller;9,2;49,3;800,25\r\nK3;Wirt;10,4;50,1;1.000,25\r\nK4;Amt;10,5;50,2;990,5\r\n";
const REPS: &[u8] =
    b"Personalnummer,Name,lon,lat,capacity\nV1,Anna,9.1,49.2,1\nV2,Ben,10.5,50.1,1\n";

/// A house without a project, in a folder of its own.
struct Hall {
    dir: tempfile::TempDir,
    house: Arc<House>,
    runtime: tokio::runtime::Runtime,
}

impl Hall {
    fn new() -> Hall {
        Hall::with(Limits::default())
    }

    fn with(limits: Limits) -> Hall {
        let dir = tempfile::tempdir().unwrap();
        Hall {
            house: House::bare(Place::Within(dir.path().to_owned()), limits),
            dir,
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap(),
        }
    }

    /// The desk ends, and another one begins.
    fn restart(&mut self) {
        self.house = House::bare(Place::Within(self.dir.path().to_owned()), Limits::default());
    }

    fn project(&self) -> PathBuf {
        self.dir.path().join("revier-project")
    }

    async fn send(house: Arc<House>, method: Method, path: String, body: Body) -> (u16, Value) {
        let doors = Doors::new(HOST.parse().unwrap(), None);
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, HOST);
        let request = request.body(body).unwrap();
        let answer = router(house, doors).oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    fn ask(&self, method: Method, path: &str, body: impl Into<Body>) -> (u16, Value) {
        let sent = Hall::send(self.house.clone(), method, path.to_owned(), body.into());
        self.runtime.block_on(sent)
    }

    fn get(&self, path: &str) -> (u16, Value) {
        self.ask(Method::GET, path, Body::empty())
    }

    fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.ask(Method::POST, path, body.to_string())
    }

    /// Sends a file; `name` as an address has it.
    fn put(&self, name: &str, bytes: impl Into<Body>) -> (u16, Value) {
        self.ask(Method::POST, &format!("/v1/files?name={name}"), bytes)
    }

    /// The files, once all of them have been read.
    fn files(&self) -> Value {
        let begin = Instant::now();
        loop {
            let (status, told) = self.get("/v1/files");
            assert_eq!(status, 200, "{told}");
            if told["reading"] == false {
                return told;
            }
            assert!(
                begin.elapsed() < Duration::from_secs(60),
                "it is read for ever"
            );
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn names(&self) -> Vec<String> {
        let told = self.files();
        let files = told["files"].as_array().unwrap();
        files
            .iter()
            .map(|f| f["name"].as_str().unwrap().to_owned())
            .collect()
    }

    /// What lies in the project's folder, hidden or not.
    fn there(&self) -> Vec<String> {
        let mut all = Vec::new();
        for dir in [self.project(), self.project().join("files")] {
            for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
                all.push(entry.file_name().into_string().unwrap());
            }
        }
        all.sort();
        all
    }
}

/// Customers and reps whose key is told.
fn beginning() -> Value {
    json!({
        "customers": {"file": "Kunden.csv", "columns": {"id": "Kürzel", "lon": "Längengrad", "lat": "Breitengrad", "revenue": "Umsatz"}},
        "reps": {"file": "reps.csv", "columns": {"id": "Personalnummer", "name": "Name", "lon": "lon", "lat": "lat", "capacity": "capacity"}},
        "balance": [{"measure": "Umsatz", "tolerance": 0.3}],
    })
}

#[test]
fn files_are_understood_and_what_is_wrong_is_told() {
    let hall = Hall::new();
    assert_eq!(hall.files()["files"], json!([]));
    assert!(
        !hall.project().exists(),
        "nothing is made before something is given"
    );
    assert_eq!(
        hall.put("Kunden.csv", KUNDEN),
        (201, json!({"name": "Kunden.csv", "bytes": KUNDEN.len()}))
    );
    assert_eq!(hall.put("reps.csv", REPS).0, 201);
    let told = hall.files();
    assert_eq!(told["folder"], json!(hall.project()));
    let [customers, reps] = &told["files"].as_array().unwrap()[..] else {
        panic!("{told}");
    };
    assert_eq!(
        (
            &customers["role"],
            &customers["because"],
            &customers["rows"]
        ),
        (&json!("customers"), &json!("name"), &json!(4))
    );
    assert_eq!(reps["role"], "reps");
    assert_eq!(customers["problems"][0]["code"], "encoding-found");
    let sales = &customers["columns"][4];
    assert_eq!(
        (&sales["samples"][0], &sales["decimal"]),
        (&json!("1.200,50"), &json!(","))
    );
    assert_eq!(
        (
            &sales["meaning"]["customers"],
            &customers["columns"][0]["meaning"]["customers"]
        ),
        (&json!("revenue"), &Value::Null)
    );

    // The proposal lacks the key: all that is wrong is told, and nothing is left behind.
    let mut trial = told["proposal"].clone();
    trial["try"] = true.into();
    let (status, tried) = hall.post("/v1/start", &trial);
    assert_eq!(status, 200, "{tried}");
    assert_eq!(
        (&tried["problems"][0]["code"], &tried["problems"][0]["file"]),
        (&json!("missing-column"), &json!("Kunden.csv"))
    );
    assert_eq!(hall.post("/v1/start", &told["proposal"]).0, 422);
    assert_eq!(
        hall.there(),
        [".welcome.lock", "Kunden.csv", "files", "reps.csv"]
    );

    let mut trial = beginning();
    trial["try"] = true.into();
    let (_, tried) = hall.post("/v1/start", &trial);
    assert_eq!(
        (&tried["customers"], &tried["reps"], &tried["problems"]),
        (&json!(4), &json!(2), &json!([]))
    );
    assert_eq!(tried["measures"][0]["total"], 3991.5);
}

#[test]
fn files_become_a_project_that_can_be_opened_again() {
    let mut hall = Hall::new();
    assert_eq!(hall.put("Kunden.csv", KUNDEN).0, 201);
    assert_eq!(hall.put("reps.csv", REPS).0, 201);
    assert_eq!(hall.get("/v1/state").0, 404);
    let (status, begun) = hall.post("/v1/start", &beginning());
    assert_eq!(status, 200, "{begun}");
    assert_eq!(hall.get("/v1/state").1["customers"], 4);
    for (method, path) in [
        (Method::GET, "/v1/files"),
        (Method::POST, "/v1/files?name=a.csv"),
        (Method::DELETE, "/v1/files/Kunden.csv"),
    ] {
        assert_eq!(hall.ask(method, path, "x").0, 409, "{path}");
    }
    assert_eq!(hall.post("/v1/start", &beginning()).0, 409);
    let desk = hall.house.desk().unwrap().clone();
    while desk.busy().is_some() {
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(desk.view().kept.is_some());
    assert_eq!(
        hall.there(),
        [
            "Kunden.csv",
            "files",
            "reps.csv",
            "scenario.desk",
            "scenario.toml"
        ]
    );
    drop(desk);

    // It is an ordinary project, and the next welcome has it.
    assert_eq!(Desk::open(&hall.project()).unwrap().view().model.n, 4);
    hall.restart();
    let told = hall.files();
    assert_eq!(told["projects"][0]["folder"], "revier-project");
    assert_eq!(told["files"], json!([]));
    assert_eq!(
        told["folder"],
        json!(hall.dir.path().join("revier-project-2"))
    );
    assert_eq!(hall.post("/v1/open", &json!({"project": "../x"})).0, 404);
    assert_eq!(
        hall.post("/v1/open", &json!({"project": "revier-project"}))
            .0,
        200
    );
    assert_eq!(hall.get("/v1/state").1["customers"], 4);
}

#[test]
fn what_a_column_is_not_to_mean_is_not_read() {
    let hall = Hall::new();
    let rows = |i: usize| format!("{i},9.{i},50,V2,j,{},30,7\n", if i == 1 { 100 } else { 1 });
    let table: String = (1..=4).map(rows).collect();
    let table = format!("id,lon,lat,Betreuer,locked,workload,customers,Std\n{table}");
    assert_eq!(hall.put("Kunden.csv", table).0, 201);
    let feature = |name: &str, lon: f64, capacity: f64| {
        json!({"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, 50.0]},
            "properties": {"id": name, "capacity": capacity, "skills": "x"}})
    };
    let reps = json!({"type": "FeatureCollection", "features": [feature("V1", 9.1, 9.0), feature("V2", 9.4, 1.0)]});
    assert_eq!(hall.put("reps.geojson", reps.to_string()).0, 201);
    let told = hall.files();
    let columns = &told["proposal"]["customers"]["columns"];
    assert_eq!(
        (&columns["owner"], &columns["locked"]),
        (&json!("Betreuer"), &json!("locked"))
    );
    let body = json!({
        "customers": {"file": "Kunden.csv", "columns": {"id": "id", "lon": "lon", "lat": "lat"}},
        "reps": {"file": "reps.geojson", "columns": {"id": "id"}},
        "balance": [{"measure": "customers", "tolerance": 0.3}],
    });
    let trial = |body: &Value| {
        let mut body = body.clone();
        body["try"] = true.into();
        hall.post("/v1/start", &body).1
    };
    let tried = trial(&body);
    assert_eq!(tried["problems"], json!([]), "{tried}");
    assert_eq!(tried["warnings"], json!([]), "{tried}");
    let scenario: toml::Table = tried["scenario"].as_str().unwrap().parse().unwrap();
    for (role, properties) in [
        ("customers", &["owner", "locked", "workload"][..]),
        ("reps", &["capacity", "skills"]),
    ] {
        let named = scenario["columns"][role].as_table().unwrap();
        assert_eq!(named.len(), properties.len(), "{named}");
        assert!(properties.iter().all(|p| named[*p].as_str() == Some("")));
    }
    // A column that is called as what another one means is that other one's measure no more.
    let mut measured = body.clone();
    measured["customers"]["columns"]["workload"] = "Std".into();
    measured["balance"][0]["measure"] = "workload".into();
    assert_eq!(trial(&measured)["measures"][0]["total"], 103.0);
    measured["balance"][0]["measure"] = "Std".into();
    assert_eq!(trial(&measured)["measures"][0]["total"], 28.0);
    measured["customers"]["columns"] = body["customers"]["columns"].clone();
    measured["balance"][0]["measure"] = "workload".into();
    assert_eq!(trial(&measured)["measures"][0]["total"], 103.0);

    let wanted = serde_json::from_value(body).unwrap();
    let read = hall.house.welcome().unwrap().attempt(&wanted).ok().unwrap();
    let (customers, reps) = (&read.inputs.customers, &read.inputs.reps);
    assert!(customers.locked.is_empty() && customers.owner.is_empty());
    assert!(reps.capacity.iter().all(|c| c.is_none_or(|c| c == 1.0)));
    assert!(reps.skills.iter().all(Vec::is_empty));
}

#[test]
fn once_a_project_begins_its_files_stay_as_they_are() {
    let hall = Hall::new();
    assert_eq!(hall.put("Kunden.csv", KUNDEN).0, 201);
    assert_eq!(hall.put("reps.csv", REPS).0, 201);
    let inbox = hall.house.welcome().unwrap().inbox.clone();
    let mut coming = inbox.begin("Kunden.csv", true).unwrap();
    coming.write(b"id\n").unwrap();
    let closed = inbox.close();
    assert_eq!(
        hall.ask(Method::DELETE, "/v1/files/reps.csv", "").0,
        409,
        "a project is being made of it"
    );
    assert_eq!(hall.put("more.csv", "id\n1\n").0, 409);
    drop(closed);
    assert_eq!(
        hall.post(
            "/v1/start",
            &json!({"customers": {"file": "Kunden.csv"}, "reps": {"file": "gone.csv"}})
        )
        .0,
        422
    );
    assert_eq!(hall.put("more.csv", "id\n1\n").0, 201, "it came to nothing");
    assert_eq!(hall.post("/v1/start", &beginning()).0, 200);
    assert!(coming.end().is_err());
    assert!(inbox.remove("reps.csv").is_err());
    let kept = std::fs::read(hall.project().join("files/Kunden.csv")).unwrap();
    assert_eq!(kept, KUNDEN);
    assert!(hall.there().iter().all(|name| !name.starts_with(".half")));
}

#[test]
fn what_is_left_of_another_project_or_taken_away_is_no_part_of_this_one() {
    let hall = Hall::new();
    assert_eq!(hall.put("Kunden.csv", KUNDEN).0, 201);
    // Somebody tidies up under the desk.
    std::fs::remove_dir_all(hall.project()).unwrap();
    assert_eq!(hall.names(), [""; 0]);
    assert_eq!(hall.put("Kunden.csv", KUNDEN).0, 201);
    assert_eq!(hall.put("reps.csv", REPS).0, 201);
    let left = hall.project().join("scenario.desk");
    std::fs::create_dir(&left).unwrap();
    std::fs::write(left.join("journal.jsonl"), "of other customers\n").unwrap();
    let (status, told) = hall.post("/v1/start", &beginning());
    assert_eq!(status, 200, "{told}");
    let kept = hall.project().join("scenario.desk.old-1/journal.jsonl");
    assert!(kept.is_file(), "nothing is lost");
}

#[test]
fn names_lead_nowhere_else() {
    let hall = Hall::new();
    for name in [
        "..%2Fx.csv",
        "%2Fetc%2Fx.csv",
        "a%5Cb.csv",
        ".x.csv",
        "",
        "..",
        "CON.csv",
        &"a".repeat(300),
    ] {
        assert_eq!(hall.put(name, "id\n").0, 400, "{name}");
    }
    assert_eq!(hall.ask(Method::POST, "/v1/files", "id\n").0, 400);
    for name in ["a.exe", "a.pdf", "a", "a.html", "a.csv.exe", "a.gz"] {
        let (status, told) = hall.put(name, "x");
        assert!(
            status == 415 && told["error"].as_str().unwrap().contains("csv"),
            "{name}: {told}"
        );
    }
    assert!(!hall.project().exists());
    assert_eq!(
        hall.put("%3Cimg%20src%3Dx%20onerror%3Da%281%29%3E.csv", "id\n1\n")
            .1["name"],
        "_img src=x onerror=a(1)_.csv"
    );
    // Letters are composed.
    assert_eq!(
        hall.put("Mu%CC%88ller.csv", "id\n1\n").1["name"],
        "M\u{fc}ller.csv"
    );
    assert_eq!(hall.put("M%C3%BCLLER.csv", "id\n").0, 409);
    for name in ["..%2Fscenario.toml", "..", ".welcome.lock", "nothing.csv"] {
        assert_eq!(
            hall.ask(Method::DELETE, &format!("/v1/files/{name}"), "").0,
            404,
            "{name}"
        );
    }
    assert_eq!(
        hall.ask(Method::DELETE, "/v1/files/M%C3%BCller.csv", "").0,
        200
    );
    assert_eq!(hall.names().len(), 1);
}

#[test]
fn nothing_is_written_over_unless_that_is_asked_for() {
    let hall = Hall::new();
    assert_eq!(hall.put("a.csv", "id\n1\n").0, 201);
    let (status, told) = hall.put("a.csv", "id\n2\n3\n");
    assert!(
        status == 409 && told["error"].as_str().unwrap().contains("a.csv"),
        "{told}"
    );
    assert_eq!(hall.put("A.CSV", "id\n2\n3\n").0, 409);
    assert_eq!(hall.files()["files"][0]["rows"], 1);
    assert_eq!(hall.put("a.csv&replace=true", "id\n2\n3\n").0, 201);
    assert_eq!(hall.files()["files"][0]["rows"], 2);
    assert_eq!(hall.put("A.csv&replace=true", "id\n2\n3\n4\n").0, 201);
    assert_eq!(hall.names(), ["A.csv"]);
    assert_eq!(hall.files()["files"][0]["rows"], 3);
}

#[test]
fn what_is_too_large_or_too_much_is_refused_and_leaves_nothing() {
    let hall = Hall::with(SMALL);
    let bytes = |n: usize| vec![b'1'; n];
    let most = SMALL.file as usize;
    assert_eq!(hall.put("a.csv", bytes(most + 1)).0, 413);
    // Without a length: it is counted while it comes.
    let pieces = vec![Ok(Bytes::from(bytes(most))), Ok(Bytes::from(bytes(1)))];
    assert_eq!(hall.put("a.csv", Body::from_stream(Stream(pieces))).0, 413);
    assert_eq!(hall.names(), [""; 0]);
    assert_eq!(hall.put("a.csv", bytes(most)).0, 201);
    assert_eq!(
        hall.put("b.csv", bytes(most)).0,
        413,
        "all of them together"
    );
    for name in ["b", "c", "d"] {
        assert_eq!(hall.put(&format!("{name}.csv"), "1").0, 201);
    }
    assert_eq!(hall.put("e.csv", "1").0, 413);
    assert_eq!(hall.put("e.csv", "").0, 413);
    assert_eq!(hall.put("d.csv&replace=true", "").0, 400, "it is empty");
    assert_eq!(hall.names().len(), 4);
    assert!(hall.there().iter().all(|name| !name.starts_with(".half")));
}

#[test]
fn what_breaks_off_is_not_taken() {
    let hall = Hall::new();
    assert_eq!(hall.put("a.csv", "id\nold\n").0, 201);
    for name in ["b.csv", "a.csv&replace=true"] {
        let pieces = vec![
            Ok(Bytes::from_static(b"id\nnew\n")),
            Err(std::io::Error::other("gone")),
        ];
        let (status, told) = hall.put(name, Body::from_stream(Stream(pieces)));
        assert_eq!(status, 400, "{told}");
    }
    assert_eq!(hall.names(), ["a.csv"]);
    assert_eq!(
        std::fs::read(hall.project().join("files/a.csv")).unwrap(),
        b"id\nold\n"
    );
    assert!(hall.there().iter().all(|name| !name.starts_with(".half")));
    // It can be sent again.
    assert_eq!(hall.put("b.csv", "id\n1\n").0, 201);
}

#[test]
fn two_at_once_do_not_get_in_each_others_way() {
    let hall = Hall::new();
    let name = "/v1/files?name=a.csv";
    let all: Vec<u16> = hall.runtime.block_on(async {
        let one = |i: usize| {
            Hall::send(
                hall.house.clone(),
                Method::POST,
                name.to_owned(),
                Body::from(format!("id\n{i}\n")),
            )
        };
        let tasks: Vec<_> = (0..6).map(|i| tokio::spawn(one(i))).collect();
        let mut all = Vec::new();
        for task in tasks {
            all.push(task.await.unwrap().0);
        }
        all
    });
    assert_eq!(all.iter().filter(|s| **s == 201).count(), 1, "{all:?}");
    assert!(all.iter().all(|s| [201, 409].contains(s)), "{all:?}");
    assert_eq!(hall.names(), ["a.csv"]);
    // And two who begin: one project, and one who hears of it.
    assert_eq!(
        (
            hall.put("Kunden.csv", KUNDEN).0,
            hall.put("reps.csv", REPS).0
        ),
        (201, 201)
    );
    let body = beginning().to_string();
    let mut all: Vec<u16> = hall.runtime.block_on(async {
        let one = || {
            Hall::send(
                hall.house.clone(),
                Method::POST,
                "/v1/start".into(),
                Body::from(body.clone()),
            )
        };
        let (a, b) = (tokio::spawn(one()), tokio::spawn(one()));
        vec![a.await.unwrap().0, b.await.unwrap().0]
    });
    all.sort_unstable();
    assert_eq!(all, [200, 409]);
}

#[test]
fn files_wait_for_the_next_desk_and_a_second_one_takes_another_folder() {
    let mut hall = Hall::new();
    assert_eq!(hall.put("Kunden.csv", KUNDEN).0, 201);
    std::fs::write(
        hall.project().join("files/.half-7"),
        "left by a desk that was killed",
    )
    .unwrap();
    std::fs::write(hall.project().join("files/notes.exe"), "not ours").unwrap();
    let second = House::bare(Place::Within(hall.dir.path().to_owned()), Limits::default());
    assert!(second.files().unwrap().ends_with("revier-project-2"));
    let sent = Hall::send(
        second.clone(),
        Method::POST,
        "/v1/files?name=a.csv".into(),
        Body::from("id\n1\n"),
    );
    assert_eq!(hall.runtime.block_on(sent).0, 201);
    assert!(second.files().unwrap().ends_with("revier-project-2"));
    drop(second);
    // The lock goes with the desk, and the files stay.
    hall.house = House::bare(
        Place::Here(hall.dir.path().join("elsewhere")),
        Limits::default(),
    );
    hall.restart();
    assert_eq!(hall.names(), ["Kunden.csv"]);
    assert!(!hall.project().join("files/.half-7").exists());
    assert!(hall.project().join("files/notes.exe").exists());
}

#[test]
fn hostile_files_become_problems() {
    let hall = Hall::new();
    let bomb = {
        use std::io::Write;
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(&vec![b'a'; 64 << 20]).unwrap();
        packed.finish().unwrap()
    };
    let wide: String = (0..1_000_000).map(|i| format!("c{i};")).collect();
    for (name, bytes) in [
        ("nul.x.csv", b"id\0;lon\n\xFF\x81".to_vec()),
        ("a.xlsx", b"PK\x03\x04".to_vec()),
        ("bomb.geojson.gz", bomb),
        ("deep.geojson", vec![b'['; 1 << 20]),
        ("a.gpkg", b"SQLite format 3\0 and nothing".to_vec()),
        ("wide.csv", wide.into_bytes()),
    ] {
        let name = name.replace("nul.x", "zeros");
        assert_eq!(hall.put(&name, bytes).0, 201, "{name}");
    }
    let told = hall.files();
    for file in told["files"].as_array().unwrap() {
        let wide = file["name"] == "wide.csv";
        let bad = !file["problems"].as_array().unwrap().is_empty();
        assert!(bad || wide && file["more_columns"] == true, "{file}");
    }
    let evil = "</script><script>alert(1)</script>";
    assert_eq!(
        hall.put("evil.csv", format!("id,{evil}\n1,{evil}\n2,=cmd()\n"))
            .0,
        201
    );
    let told = hall.files();
    let file = told["files"]
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["name"] == "evil.csv")
        .unwrap();
    assert_eq!(
        (
            &file["columns"][1]["name"],
            &file["columns"][1]["samples"][0]
        ),
        (&json!(evil), &json!(evil))
    );
    // Whatever is asked for, it is an answer, and the desk goes on.
    for (customers, reps) in [
        ("wide.csv", "evil.csv"),
        ("a.gpkg", "a.xlsx"),
        ("bomb.geojson.gz", "deep.geojson"),
        ("evil.csv", "evil.csv"),
    ] {
        let body = json!({"customers": {"file": customers}, "reps": {"file": reps}});
        let (status, told) = hall.post("/v1/start", &body);
        assert!(
            status == 422 && !told["problems"].as_array().unwrap().is_empty(),
            "{customers} {told}"
        );
    }
    assert_eq!(hall.get("/healthz").0, 200);
}

#[test]
fn what_is_asked_for_is_validated_like_every_scenario() {
    let hall = Hall::new();
    assert_eq!(
        hall.post("/v1/start", &beginning()).0,
        404,
        "there are no files"
    );
    assert_eq!(
        (
            hall.put("Kunden.csv", KUNDEN).0,
            hall.put("reps.csv", REPS).0
        ),
        (201, 201)
    );
    let with = |key: &str, value: Value| {
        let mut body = beginning();
        body[key] = value;
        hall.post("/v1/start", &body)
    };
    for (key, value) in [
        ("balance", json!([{"measure": "Umsatz", "tolerance": 7}])),
        ("balance", json!([{"measure": "nothing", "tolerance": 0.1}])),
        ("balance", json!([{"measure": "", "tolerance": 0.1}])),
        ("decimal", json!("x")),
        ("decimal", json!("\"\n[travel]\nmax_km = 1")),
        ("customers", json!({"file": "../../etc/passwd"})),
        (
            "customers",
            json!({"file": "Kunden.csv", "columns": {"id": "nothing"}}),
        ),
        ("boundary", json!("Kunden.csv")),
        ("matrix", json!("reps.csv")),
        ("units", json!("gone.gpkg")),
    ] {
        let (status, told) = with(key, value.clone());
        assert!(
            status == 422 && told["problems"].as_array().is_some_and(|p| !p.is_empty()),
            "{key} {value}: {status} {told}"
        );
    }
    for body in ["", "[]", "{", "{\"customers\": 7}", "{\"x\": 1}"] {
        assert_eq!(hall.ask(Method::POST, "/v1/start", body).0, 400, "{body}");
    }
    assert_eq!(
        hall.there(),
        [".welcome.lock", "Kunden.csv", "files", "reps.csv"]
    );
    assert_eq!(with("name", json!("A \"name\"\n[x]")).0, 200);
    assert_eq!(hall.get("/v1/state").1["name"], "A \"name\"\n[x]");
}

#[test]
fn the_example_is_one_click_away() {
    let hall = Hall::new();
    assert_eq!(hall.ask(Method::POST, "/v1/example", "").0, 200);
    let desk = hall.house.desk().unwrap().clone();
    assert_eq!(desk.view().model.n, 5000);
    desk.close();
    assert!(
        hall.dir
            .path()
            .join("revier-example/scenario.toml")
            .is_file()
    );
    assert_eq!(hall.ask(Method::POST, "/v1/example", "").0, 409);
    while desk.busy().is_some() {
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn before_there_is_a_project_its_addresses_say_so() {
    let hall = Hall::new();
    for path in [
        "/v1/state",
        "/v1/customers",
        "/v1/plan",
        "/v1/export?to=csv",
    ] {
        let (status, told) = hall.get(path);
        assert!(
            status == 404 && told["error"].as_str().unwrap().contains("no project"),
            "{path}: {told}"
        );
    }
    assert_eq!(hall.post("/v1/solve", &json!({"version": 0})).0, 404);
    assert_eq!(
        hall.get("/healthz"),
        (200, json!({"status": "ok", "version": 0}))
    );
    for (path, word) in [
        ("/", "data-page=\"welcome\""),
        ("/metrics", "revier_answers_total"),
    ] {
        let doors = Doors::new(HOST.parse().unwrap(), None);
        let request = Request::builder()
            .uri(path)
            .header(header::HOST, HOST)
            .body(Body::empty())
            .unwrap();
        let answer = hall
            .runtime
            .block_on(router(hall.house.clone(), doors).oneshot(request))
            .unwrap();
        let bytes = hall
            .runtime
            .block_on(to_bytes(answer.into_body(), usize::MAX))
            .unwrap();
        assert!(String::from_utf8_lossy(&bytes).contains(word), "{path}");
    }
    // Another site sends no files.
    for (name, value, expected) in [
        ("origin", "http://evil.example", 403),
        ("host", "evil.example", 421),
    ] {
        let doors = Doors::new(HOST.parse().unwrap(), None);
        let mut request = Request::builder()
            .method(Method::POST)
            .uri("/v1/files?name=a.csv")
            .header(header::HOST, HOST)
            .body(Body::from("id\n"))
            .unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
        let answer = hall
            .runtime
            .block_on(router(hall.house.clone(), doors).oneshot(request))
            .unwrap();
        assert_eq!(answer.status().as_u16(), expected);
    }
    assert!(!hall.project().exists());
}

#[test]
fn too_many_at_once_are_told_to_wait() {
    let hall = Hall::new();
    let turns = &hall.house.welcome().unwrap().inbox.turns;
    turns.fetch_add(8, std::sync::atomic::Ordering::AcqRel);
    assert_eq!(hall.put("a.csv", "id\n1\n").0, 429);
    turns.fetch_sub(8, std::sync::atomic::Ordering::AcqRel);
    assert_eq!(hall.put("a.csv", "id\n1\n").0, 201);
    // And whoever tries again and again does not have all files read as often at once.
    assert_eq!(
        (
            hall.put("Kunden.csv", KUNDEN).0,
            hall.put("reps.csv", REPS).0
        ),
        (201, 201)
    );
    let mut trial = beginning();
    trial["try"] = true.into();
    let body = trial.to_string();
    let all: Vec<u16> = hall.runtime.block_on(async {
        let one = || {
            Hall::send(
                hall.house.clone(),
                Method::POST,
                "/v1/start".into(),
                Body::from(body.clone()),
            )
        };
        let tasks: Vec<_> = (0..24).map(|_| tokio::spawn(one())).collect();
        let mut all = Vec::new();
        for task in tasks {
            all.push(task.await.unwrap().0);
        }
        all
    });
    assert!(
        all.contains(&200) && all.iter().all(|s| [200, 429].contains(s)),
        "{all:?}"
    );
    assert_eq!(hall.post("/v1/start", &trial).0, 200);
}

#[test]
fn those_who_listen_hear_of_files_and_of_the_project() {
    use super::super::desk::Event;
    let hall = Hall::new();
    let mut events = hall.house.wires.events.subscribe();
    assert_eq!(hall.put("Kunden.csv", KUNDEN).0, 201);
    assert_eq!(events.try_recv().ok(), Some(Event::Files));
    assert_eq!(hall.put("reps.csv", REPS).0, 201);
    assert_eq!(hall.post("/v1/start", &beginning()).0, 200);
    let mut all = Vec::new();
    while let Ok(event) = events.try_recv() {
        all.push(event);
    }
    assert!(all.contains(&Event::Opened), "{all:?}");
}

#[test]
fn an_empty_folder_is_where_a_project_may_begin() {
    use super::super::is_new;
    let dir = tempfile::tempdir().unwrap();
    assert!(is_new(dir.path()) && !is_new(&dir.path().join("gone")));
    std::fs::create_dir(dir.path().join("files")).unwrap();
    assert!(is_new(dir.path()));
    std::fs::write(dir.path().join("scenario.toml"), "").unwrap();
    assert!(!is_new(dir.path()) && !is_new(&dir.path().join("scenario.toml")));
}

/// A body that comes in pieces, or breaks off.
struct Stream(Vec<std::io::Result<Bytes>>);

impl futures_core::Stream for Stream {
    type Item = std::io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = (!self.0.is_empty()).then(|| self.0.remove(0));
        Poll::Ready(next)
    }
}
