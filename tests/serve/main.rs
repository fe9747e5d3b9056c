//! `revier serve` as a process: it is killed at any moment, and nothing that it acknowledged is lost; told to end, it ends.
#![cfg(all(feature = "serve", unix))]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A desk in a process of its own.
struct Desk {
    process: Child,
    addr: String,
}

impl Desk {
    fn start(project: &Path) -> Desk {
        let mut command = Command::new(env!("CARGO_BIN_EXE_revier"));
        command.args(["serve", "--no-open", "--quiet", "--addr", "127.0.0.1:0"]);
        Desk::of(command.arg(project))
    }

    /// One without a project, in a folder.
    fn bare(dir: &Path) -> Desk {
        let mut command = Command::new(env!("CARGO_BIN_EXE_revier"));
        command.args(["serve", "--no-open", "--quiet", "--addr", "127.0.0.1:0"]);
        Desk::of(command.current_dir(dir))
    }

    fn of(command: &mut Command) -> Desk {
        let mut process = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        let out = process.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let Some((_, rest)) = line.split_once("http://") else {
            let mut said = String::new();
            let err = process.stderr.as_mut().expect("its errors");
            let _ = err.read_to_string(&mut said);
            panic!("no address: {line}{said}");
        };
        let addr = rest.split('/').next().unwrap_or_default().to_owned();
        Desk { process, addr }
    }

    /// Status and body of an answer; `None` where there is none.
    fn ask(&self, method: &str, path: &str, body: &str) -> Option<(u16, serde_json::Value)> {
        let mut stream = TcpStream::connect(&self.addr).ok()?;
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .ok()?;
        let (addr, length) = (&self.addr, body.len());
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {addr}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let status = answer.split(' ').nth(1)?.parse().ok()?;
        let body = answer.split_once("\r\n\r\n")?.1;
        Some((status, serde_json::from_str(body).ok()?))
    }

    fn version(&self) -> u64 {
        let (_, health) = self.ask("GET", "/healthz", "").expect("an answer");
        health["version"].as_u64().expect("a version")
    }

    fn kill(mut self) {
        // SIGKILL: nothing is put in order.
        self.process.kill().expect("it is killed");
        self.process.wait().expect("it is gone");
    }
}

fn write_project(dir: &Path) {
    let mut customers = "id,lon,lat,workload\n".to_owned();
    for i in 0..40 {
        let (lon, lat) = (8.0 + 0.05 * f64::from(i), 49.0 + 0.02 * f64::from(i % 7));
        customers += &format!("C{i},{lon:.2},{lat:.2},1\n");
    }
    let scenario = "customers = \"customers.csv\"\nreps = \"reps.csv\"\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.5\n";
    for (name, text) in [
        ("customers.csv", customers.as_str()),
        ("reps.csv", "id,lon,lat\nA,8.2,49\nB,9.0,49\nC,9.8,49\n"),
        ("scenario.toml", scenario),
    ] {
        std::fs::write(dir.join(name), text).expect("a file");
    }
}

/// How often it is killed: `REVIER_KILLS`.
fn kills() -> u32 {
    let said = std::env::var("REVIER_KILLS").ok();
    said.and_then(|text| text.parse().ok()).unwrap_or(50)
}

#[test]
fn nothing_that_was_acknowledged_is_lost() {
    let dir = tempfile::tempdir().expect("a directory");
    write_project(dir.path());
    let project = dir.path().join("scenario.toml");
    let mut desk = Desk::start(&project);
    while desk.ask("GET", "/v1/state", "").expect("an answer").1["busy"].is_object() {
        std::thread::sleep(Duration::from_millis(5));
    }
    // What the last answer said, and how many edits were sent beyond it.
    let (mut wishes, mut version) = (0, desk.version());
    let (mut sent, mut answered) = (0_u64, 0_u64);
    let mut random = 12_345_u64;
    for round in 0..kills() {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let wait = Duration::from_micros((random >> 33) % 30_000);
        let killer = {
            let pid = desk.process.id().to_string();
            std::thread::spawn(move || {
                std::thread::sleep(wait);
                let _ = Command::new("kill").args(["-9", &pid]).status();
            })
        };
        loop {
            let customer = sent % 40;
            let edit =
                format!("{{\"kind\":\"forbid\",\"customers\":[\"C{customer}\"],\"rep\":\"A\"}}");
            let edit = match sent / 40 % 2 {
                0 => edit,
                _ => format!("{{\"kind\":\"release\",\"customers\":[\"C{customer}\"]}}"),
            };
            let body = format!("{{\"version\":{version},\"edit\":{edit}}}");
            let Some((status, state)) = desk.ask("POST", "/v1/edits", &body) else {
                break;
            };
            assert_eq!(status, 200, "{state}");
            sent += 1;
            answered += 1;
            version = state["version"].as_u64().expect("a version");
            let count = |w: &serde_json::Value| w["count"].as_u64().unwrap_or(0);
            wishes = state["wishes"]
                .as_array()
                .expect("wishes")
                .iter()
                .map(count)
                .sum();
        }
        killer.join().expect("the killer");
        desk.kill();
        desk = Desk::start(&project);
        let (_, state) = desk.ask("GET", "/v1/state", "").expect("an answer");
        let now = state["version"].as_u64().expect("a version");
        // The one that was not answered may have been written down, or not.
        assert!(
            now == version || now == version + 1,
            "round {round}: {version} was told, {now} is there"
        );
        let count = |w: &serde_json::Value| w["count"].as_u64().unwrap_or(0);
        let there: u64 = state["wishes"]
            .as_array()
            .expect("wishes")
            .iter()
            .map(count)
            .sum();
        if now == version {
            assert_eq!(there, wishes, "round {round}");
        } else {
            assert_eq!(there.abs_diff(wishes), 1, "round {round}");
            sent += 1;
        }
        (version, wishes) = (now, there);
    }
    assert!(
        answered > u64::from(kills()),
        "{answered} edits were answered"
    );
    desk.kill();
}

#[test]
fn a_second_desk_is_refused_and_writes_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    write_project(dir.path());
    let project = dir.path().join("scenario.toml");
    let desk = Desk::start(&project);
    while desk.ask("GET", "/v1/state", "").expect("an answer").1["busy"].is_object() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let edit = format!(
        "{{\"version\":{},\"edit\":{{\"kind\":\"forbid\",\"customers\":[\"C1\"],\"rep\":\"A\"}}}}",
        desk.version()
    );
    assert_eq!(
        desk.ask("POST", "/v1/edits", &edit).expect("an answer").0,
        200
    );
    // It would be written anew by whoever opens the project.
    let wishes = dir.path().join("scenario.desk/wishes.csv");
    std::fs::remove_file(&wishes).expect("it is there");
    let second = Command::new(env!("CARGO_BIN_EXE_revier"))
        .args(["serve", "--no-open", "--addr", "127.0.0.1:0"])
        .arg(&project)
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&second.stderr);
    assert_eq!(second.status.code(), Some(2), "{said}");
    assert!(said.contains("another desk"), "{said}");
    assert!(!wishes.exists());
    desk.kill();
    // Whoever comes next has it, and all that was done.
    let next = Desk::start(&project);
    assert!(wishes.exists());
    next.kill();
}

#[test]
fn it_ends_when_told_to_and_is_fast_about_it() {
    for signal in ["-TERM", "-INT"] {
        let dir = tempfile::tempdir().expect("a directory");
        write_project(dir.path());
        let mut desk = Desk::start(&dir.path().join("scenario.toml"));
        assert_eq!(desk.ask("GET", "/healthz", "").expect("an answer").0, 200);
        // An idle connection, and one whose head never ends.
        let idle = TcpStream::connect(&desk.addr).expect("a connection");
        let mut slow = TcpStream::connect(&desk.addr).expect("a connection");
        slow.write_all(b"GET / HTTP/1.1\r\nHost: ")
            .expect("it is sent");
        let begin = Instant::now();
        let pid = desk.process.id().to_string();
        Command::new("kill")
            .args([signal, &pid])
            .status()
            .expect("a signal");
        let status = desk.process.wait().expect("it ends");
        assert_eq!(status.code(), Some(0), "{signal}");
        assert!(
            begin.elapsed() < Duration::from_secs(10),
            "{:?}",
            begin.elapsed()
        );
        drop((idle, slow));
    }
}

#[test]
fn an_address_that_others_reach_needs_a_token() {
    let dir = tempfile::tempdir().expect("a directory");
    write_project(dir.path());
    let said = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_revier"));
        command
            .args(["serve", "--no-open", "--addr", "0.0.0.0:0"])
            .args(more);
        let ran = command
            .arg(dir.path().join("scenario.toml"))
            .output()
            .expect("it runs");
        (
            ran.status.code(),
            String::from_utf8_lossy(&ran.stderr).into_owned(),
        )
    };
    let (code, text) = said(&[]);
    assert!(code == Some(2) && text.contains("--token-file"), "{text}");
    let short = dir.path().join("short");
    std::fs::write(&short, "abc\n").expect("a file");
    let (code, text) = said(&["--token-file", short.to_str().expect("a path")]);
    assert!(code == Some(2) && text.contains("16 letters"), "{text}");
}

#[test]
fn files_outlive_a_desk_that_is_killed_at_any_moment() {
    let dir = tempfile::tempdir().expect("a directory");
    write_project(dir.path());
    let read = |name: &str| std::fs::read_to_string(dir.path().join(name)).expect("a file");
    let (customers, reps) = (read("customers.csv"), read("reps.csv"));
    for name in ["scenario.toml", "customers.csv", "reps.csv"] {
        std::fs::remove_file(dir.path().join(name)).expect("it is there");
    }
    let begin = r#"{"customers": {"file": "customers.csv"}, "reps": {"file": "reps.csv"}, "balance": [{"measure": "workload", "tolerance": 0.5}]}"#;
    let mut random = 77_u64;
    let mut begun = 0;
    for round in 0..kills().min(200) {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let desk = Desk::bare(dir.path());
        let names = |files: &serde_json::Value| -> Vec<String> {
            let files = files["files"].as_array().expect("files");
            files
                .iter()
                .map(|f| f["name"].as_str().unwrap_or("").to_owned())
                .collect()
        };
        let put = |name: &str, text: &str| {
            desk.ask("POST", &format!("/v1/files?name={name}&replace=true"), text)
                .map(|(status, _)| status)
        };
        assert_eq!(put("customers.csv", &customers), Some(201), "round {round}");
        let killer = {
            let pid = desk.process.id().to_string();
            let wait = Duration::from_micros((random >> 33) % 25_000);
            std::thread::spawn(move || {
                std::thread::sleep(wait);
                let _ = Command::new("kill").args(["-9", &pid]).status();
            })
        };
        let second = put("reps.csv", &reps);
        let started = desk
            .ask("POST", "/v1/start", begin)
            .map(|(status, _)| status);
        killer.join().expect("the killer");
        desk.kill();
        let next = Desk::bare(dir.path());
        let (_, files) = next.ask("GET", "/v1/files", "").expect("an answer");
        let projects = files["projects"].as_array().expect("projects").len();
        if started == Some(200) || projects > 0 {
            // It was begun, or would have been: the project is whole.
            begun += 1;
            let (status, told) = next
                .ask("POST", "/v1/open", "{\"project\": \"revier-project\"}")
                .expect("an answer");
            assert_eq!(status, 200, "round {round}: {told}");
            assert_eq!(
                next.ask("GET", "/v1/state", "").expect("an answer").1["customers"],
                40
            );
        } else if !dir.path().join("revier-project/scenario.toml").exists() {
            let mut expected = vec!["customers.csv"];
            expected.extend((second == Some(201)).then_some("reps.csv"));
            let there = names(&files);
            assert!(
                expected.iter().all(|name| there.iter().any(|t| t == name)),
                "round {round}: {there:?}"
            );
        }
        next.kill();
        let _ = std::fs::remove_dir_all(dir.path().join("revier-project"));
    }
    assert!(begun > 0 || kills() < 20, "no project was ever begun");
}
