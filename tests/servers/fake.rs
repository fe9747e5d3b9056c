//! A routing server for tests: it understands requests of OSRM, Valhalla and openrouteservice, and fails as it is told to.

use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What goes wrong with one request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// A status with headers and a body.
    Status(u16, &'static str, &'static str),
    /// The connection ends in the middle of the answer.
    Cut,
    /// The connection ends before there is any answer.
    Closed,
    /// Something else with status 200.
    Body(&'static str),
    /// A row is missing.
    Short,
    /// The first number of the answer is this.
    Number(&'static str),
    /// It comes after so long.
    Slow(Duration),
    /// It never ends.
    Endless,
}

/// What a server is like.
#[derive(Clone, Debug, Default)]
pub struct Nature {
    /// Most pairs that it takes.
    pub most: Option<usize>,
    /// Places that are near no road.
    pub off: Vec<[f64; 2]>,
    /// Places that cannot be reached.
    pub island: Vec<[f64; 2]>,
    /// Whether an island makes a request fail, instead of an empty answer.
    pub refuses: bool,
    /// Longest straight line, in degrees.
    pub far: Option<f64>,
    /// Valhalla's long form.
    pub long: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Osrm,
    Valhalla,
    Ors,
}

pub struct Fake {
    pub url: String,
    pub requests: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.url.trim_start_matches("http://"));
    }
}

impl Fake {
    pub fn start(kind: Kind, nature: Nature, faults: Vec<Fault>) -> Fake {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let faults = Arc::new(Mutex::new(VecDeque::from(faults)));
        let (seen, ends) = (requests.clone(), stop.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ends.load(Ordering::Relaxed) {
                    return;
                }
                let (seen, faults, nature) = (seen.clone(), faults.clone(), nature.clone());
                thread::spawn(move || serve(&stream, kind, &nature, &seen, &faults));
            }
        });
        Fake {
            url,
            requests,
            stop,
        }
    }

    pub fn asked(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    pub fn all(&self) -> String {
        self.requests.lock().unwrap().join("\n\n")
    }
}

/// Answers what comes on one connection.
fn serve(
    stream: &TcpStream,
    kind: Kind,
    nature: &Nature,
    seen: &Mutex<Vec<String>>,
    faults: &Mutex<VecDeque<Fault>>,
) {
    let mut reader = BufReader::new(stream);
    let mut out = stream;
    loop {
        let mut head = String::new();
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let lower = line.to_ascii_lowercase();
            if let Some(n) = lower.strip_prefix("content-length:") {
                length = n.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
            head += &line;
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let body = String::from_utf8(body).unwrap();
        seen.lock().unwrap().push(format!("{head}\n{body}"));
        let fault = faults.lock().unwrap().pop_front();
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let (mut status, mut answer) = answer(kind, nature, &path, &body);
        let mut headers = String::new();
        match fault {
            None => {}
            Some(Fault::Closed) => return,
            Some(Fault::Slow(time)) => thread::sleep(time),
            Some(Fault::Status(code, more, text)) => {
                (status, answer) = (code, text.to_owned());
                headers = more.to_owned();
            }
            Some(Fault::Body(text)) => (status, answer) = (200, text.to_owned()),
            Some(Fault::Cut) => {
                let all = answer.len();
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {all}\r\n\r\n");
                let _ = out.write_all(head.as_bytes());
                let _ = out.write_all(&answer.as_bytes()[..all / 2]);
                return;
            }
            Some(Fault::Short) => answer = short(&answer),
            Some(Fault::Number(text)) => answer = numbered(&answer, text),
            Some(Fault::Endless) => {
                let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
                let _ = out.write_all(head.as_bytes());
                let chunk = vec![b' '; 1 << 20];
                for _ in 0..1024 {
                    if out.write_all(&chunk).is_err() {
                        return;
                    }
                }
                return;
            }
        }
        let text = format!(
            "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{headers}\r\n{answer}",
            answer.len()
        );
        if out.write_all(text.as_bytes()).is_err() {
            return;
        }
    }
}

/// An answer whose tables lack a row.
fn short(answer: &str) -> String {
    let mut value: Value = serde_json::from_str(answer).unwrap();
    let inner = match value.get_mut("sources_to_targets") {
        Some(inner) => inner,
        None => &mut value,
    };
    inner["durations"].as_array_mut().unwrap().pop();
    value.to_string()
}

/// An answer whose first number of the first table is another text.
fn numbered(answer: &str, text: &str) -> String {
    let begin = answer.find("durations\":[[").unwrap() + "durations\":[[".len();
    let end = begin + answer[begin..].find([',', ']']).unwrap();
    format!("{}{text}{}", &answer[..begin], &answer[end..])
}

/// Sources and targets of a request.
fn asked(kind: Kind, path: &str, body: &str) -> [Vec<[f64; 2]>; 2] {
    let number = |v: &Value| v.as_f64().unwrap();
    match kind {
        Kind::Osrm => {
            let (places, query) = path.split_once('?').unwrap();
            let places = places.strip_prefix("/table/v1/driving/").unwrap();
            let all: Vec<[f64; 2]> = places
                .split(';')
                .map(|p| {
                    let (lon, lat) = p.split_once(',').unwrap();
                    [lon.parse().unwrap(), lat.parse().unwrap()]
                })
                .collect();
            let list = |name: &str| -> Vec<[f64; 2]> {
                let mut parts = query.split('&');
                let part = parts.find_map(|p| p.strip_prefix(name)).unwrap();
                let at = part.split(';').map(|i| i.parse::<usize>().unwrap());
                at.map(|i| all[i]).collect()
            };
            assert!(query.ends_with("annotations=duration,distance"));
            [list("sources="), list("destinations=")]
        }
        Kind::Valhalla => {
            assert_eq!(path, "/sources_to_targets");
            let value: Value = serde_json::from_str(body).unwrap();
            assert_eq!(value["costing"], "auto");
            ["sources", "targets"].map(|name| {
                let list = value[name].as_array().unwrap().iter();
                list.map(|p| [number(&p["lon"]), number(&p["lat"])])
                    .collect()
            })
        }
        Kind::Ors => {
            assert_eq!(path, "/v2/matrix/driving-car");
            let value: Value = serde_json::from_str(body).unwrap();
            let all = &value["locations"];
            ["sources", "destinations"].map(|name| {
                let list = value[name].as_array().unwrap().iter();
                let at = list.map(|i| i.as_str().unwrap().parse::<usize>().unwrap());
                at.map(|i| [number(&all[i][0]), number(&all[i][1])])
                    .collect()
            })
        }
    }
}

/// Seconds and metres of a trip: along meridians and parallels, a second more to the east.
pub fn trip(from: [f64; 2], to: [f64; 2]) -> [f64; 2] {
    let degrees = (from[0] - to[0]).abs() + (from[1] - to[1]).abs();
    let metres = (degrees * 1_111_950.0).round() / 10.0;
    let east = if to[0] > from[0] { 1.0 } else { 0.0 };
    [(metres / 1.5).round() / 10.0 + east, metres]
}

fn answer(kind: Kind, nature: &Nature, path: &str, body: &str) -> (u16, String) {
    let [sources, targets] = asked(kind, path, body);
    let refusal = |status: u16, osrm: &str, valhalla: u32, ors: u32, words: &str| {
        let value = match kind {
            Kind::Osrm => json!({"code": osrm, "message": words}),
            Kind::Valhalla => {
                json!({"error_code": valhalla, "error": words, "status_code": status})
            }
            Kind::Ors => json!({"error": {"code": ors, "message": words}}),
        };
        (status, value.to_string())
    };
    if nature
        .most
        .is_some_and(|most| sources.len() * targets.len() > most)
    {
        return refusal(400, "TooBig", 150, 6004, "too many pairs");
    }
    let all: Vec<[f64; 2]> = sources.iter().chain(&targets).copied().collect();
    if let Some(at) = all.iter().position(|p| nature.off.contains(p)) {
        let words = format!("Could not find a matching segment for coordinate {at}");
        return refusal(400, "NoSegment", 171, 6010, &words);
    }
    let degrees = |a: &[f64; 2], b: &[f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
    let apart = |far: f64| {
        sources
            .iter()
            .any(|s| targets.iter().any(|t| degrees(s, t) > far))
    };
    if nature.far.is_some_and(apart) {
        let words = "Path distance exceeds the max distance limit: 400000 meters";
        return refusal(400, "TooFar", 154, 6004, words);
    }
    let cut = |p: &[f64; 2]| nature.island.contains(p);
    let parted = sources
        .iter()
        .any(|s| targets.iter().any(|t| cut(s) != cut(t)));
    if nature.refuses && parted {
        return refusal(
            400,
            "NoTable",
            442,
            6009,
            "No path could be found for input",
        );
    }
    let table = |at: usize, per: f64| -> Vec<Vec<Option<f64>>> {
        let row = |s: &[f64; 2]| {
            let one = |t: &[f64; 2]| (cut(s) == cut(t)).then(|| trip(*s, *t)[at] / per);
            targets.iter().map(one).collect()
        };
        sources.iter().map(row).collect()
    };
    let (seconds, metres, km) = (table(0, 1.0), table(1, 1.0), table(1, 1000.0));
    let value = match kind {
        Kind::Osrm => json!({"code": "Ok", "durations": seconds, "distances": metres}),
        Kind::Ors => json!({"durations": seconds, "distances": km, "metadata": {}}),
        Kind::Valhalla if nature.long => {
            let row = |i: usize| -> Vec<Value> {
                let one = |j: usize| json!({"from_index": i, "to_index": j, "time": seconds[i][j], "distance": km[i][j]});
                (0..targets.len()).map(one).collect()
            };
            let rows: Vec<Vec<Value>> = (0..sources.len()).map(row).collect();
            json!({"sources_to_targets": rows, "units": "kilometers"})
        }
        Kind::Valhalla => {
            json!({"sources_to_targets": {"durations": seconds, "distances": km}, "units": "kilometers"})
        }
    };
    (200, value.to_string())
}
