//! What a server can do wrong: each gives the right table, or one clear error.

use super::fake::{Fake, Fault, Kind, Nature, trip};
use revier::base::deadline::{Cancel, Deadline};
use revier::error::Problem;
use revier::routing::{self, Found, Key, Question, Server, Trip, ask, place};
use std::time::{Duration, Instant};

const KINDS: [Kind; 3] = [Kind::Osrm, Kind::Valhalla, Kind::Ors];

fn server(kind: Kind, url: &str) -> Server {
    let (kind, profile) = match kind {
        Kind::Osrm => (routing::Kind::Osrm, "driving"),
        Kind::Valhalla => (routing::Kind::Valhalla, "auto"),
        Kind::Ors => (routing::Kind::Openrouteservice, "driving-car"),
    };
    Server {
        kind,
        url: url.to_owned(),
        profile: profile.to_owned(),
        key: None,
        parallel: 3,
        per_minute: None,
        max_pairs: 6,
        timeout: Duration::from_millis(400),
        pause: Duration::from_millis(1),
    }
}

const BASES: [[f64; 2]; 3] = [[10.0, 50.0], [10.5, 50.5], [11.0, 49.0]];

fn sites() -> Vec<[f64; 2]> {
    (0..7)
        .map(|i| [9.5 + 0.25 * f64::from(i), 50.0 - 0.125 * f64::from(i)])
        .collect()
}

/// The trips that were found, and the places off the road.
type Answered = (Vec<Option<Trip>>, Vec<[i32; 2]>);

fn asked_until(server: &Server, until: &Deadline) -> Result<Answered, Box<Problem>> {
    let at = |places: &[[f64; 2]]| -> Vec<[i32; 2]> {
        places.iter().map(|[lon, lat]| place(*lon, *lat)).collect()
    };
    let (sources, targets) = (at(&BASES), at(&sites()));
    let mut found = vec![None; sources.len() * targets.len()];
    let mut off = Vec::new();
    let question = Question {
        sources: &sources,
        targets: &targets,
    };
    ask(server, question, &|_, _| true, until, |answer, _| {
        match answer {
            Found::OffRoad(place) => off.push(place),
            Found::Waits(_) => {}
            Found::Trips {
                sources: rows,
                targets: columns,
                trips,
            } => {
                for (at, trip) in trips.iter().enumerate() {
                    let (i, j) = (rows[at / columns.len()], columns[at % columns.len()]);
                    let cell = &mut found[i as usize * targets.len() + j as usize];
                    assert!(cell.replace(*trip).is_none(), "{i}, {j} is answered twice");
                }
            }
        }
        Ok(())
    })?;
    Ok((found, off))
}

fn asked(server: &Server) -> Result<Answered, Box<Problem>> {
    asked_until(server, &Deadline::never())
}

/// That all trips were found and are right, but for those of some places, which have none.
fn right(server: &Server, (found, _): &Answered, without: &[[f64; 2]]) {
    for (i, base) in BASES.iter().enumerate() {
        for (j, site) in sites().iter().enumerate() {
            let got = found[i * sites().len() + j].expect("each pair is answered");
            if without.contains(base) != without.contains(site) {
                assert_eq!(got, None, "{i}, {j}");
                continue;
            }
            let [seconds, metres] = trip(*base, *site);
            let got = got.expect("there is a way");
            assert_eq!(got[0], seconds);
            assert!((server.kind.km(got[1]) - metres / 1000.0).abs() < 1e-9);
        }
    }
}

#[test]
fn every_server_gives_its_table() {
    for kind in KINDS {
        let fake = Fake::start(kind, Nature::default(), vec![]);
        let server = server(kind, &fake.url);
        right(&server, &asked(&server).unwrap(), &[]);
        assert_eq!(fake.asked(), 4, "3 x 7 pairs in blocks of 6");
        let said = fake.all().to_ascii_lowercase();
        assert!(said.contains("user-agent: revier/"), "{said}");
        assert!(!said.contains("authorization"), "{said}");
    }
    let long = Nature {
        long: true,
        ..Nature::default()
    };
    let fake = Fake::start(Kind::Valhalla, long, vec![]);
    let server = server(Kind::Valhalla, &fake.url);
    right(&server, &asked(&server).unwrap(), &[]);
}

#[test]
fn what_fails_for_the_moment_is_asked_again() {
    let begin = Instant::now();
    for kind in KINDS {
        for fault in [
            vec![Fault::Status(429, "Retry-After: 0\r\n", "{}")],
            vec![Fault::Status(
                429,
                "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT\r\n",
                "",
            )],
            vec![Fault::Status(503, "", "busy"); 2],
            vec![Fault::Status(502, "", ""), Fault::Status(504, "", "")],
            vec![Fault::Cut],
            vec![Fault::Closed, Fault::Cut],
            vec![Fault::Slow(Duration::from_millis(800))],
        ] {
            let fake = Fake::start(kind, Nature::default(), fault.clone());
            let server = server(kind, &fake.url);
            let answered = asked(&server).unwrap_or_else(|e| panic!("{kind:?} {fault:?}: {e}"));
            right(&server, &answered, &[]);
            let most = 4 + 2 * fault.len();
            assert!(
                fake.asked() > 4 && fake.asked() <= most,
                "{kind:?} {fault:?}"
            );
        }
    }
    assert!(begin.elapsed() < Duration::from_secs(60));
    // A pause that is asked for is made by all.
    let faults = vec![Fault::Status(429, "Retry-After: 1\r\n", "")];
    let fake = Fake::start(Kind::Osrm, Nature::default(), faults);
    let (begin, server) = (Instant::now(), server(Kind::Osrm, &fake.url));
    right(&server, &asked(&server).unwrap(), &[]);
    assert!(begin.elapsed() >= Duration::from_secs(1));
}

/// One error that says this.
fn refused(server: &Server, words: &[&str]) {
    let begin = Instant::now();
    let problem = asked(server).unwrap_err();
    assert!(begin.elapsed() < Duration::from_secs(30), "{problem}");
    let text = problem.to_string();
    for words in words {
        assert!(text.contains(words), "{words:?} is not in: {text}");
    }
    assert!(text.len() < 1000, "{text}");
    assert!(
        !text.chars().any(|c| c.is_control() && c != '\n'),
        "{text:?}"
    );
}

#[test]
fn what_is_no_answer_is_told_once() {
    let wrong: [(Fault, &[&str]); 10] = [
        (
            Fault::Body("<html>\u{1b}[31mlogin"),
            &["no table", "<html> [31mlogin"],
        ),
        (Fault::Body("{\"code\":\"Ok\"}"), &["wrong-answer"]),
        (Fault::Body(""), &["no table"]),
        (Fault::Body("[[[[[[[[[[[[[[[["), &["no table"]),
        (Fault::Short, &["where", "were asked for"]),
        (Fault::Number("NaN"), &["no table"]),
        (Fault::Number("-5"), &["-5 seconds"]),
        (Fault::Number("1e300"), &["seconds"]),
        (Fault::Number("1e999"), &["no table"]),
        (Fault::Number("\"7\""), &["no table"]),
    ];
    for kind in KINDS {
        for (fault, words) in &wrong {
            let fake = Fake::start(kind, Nature::default(), vec![fault.clone(); 9]);
            refused(&server(kind, &fake.url), words);
        }
        let fake = Fake::start(kind, Nature::default(), vec![Fault::Endless; 9]);
        let patient = Server {
            timeout: Duration::from_secs(20),
            ..server(kind, &fake.url)
        };
        refused(&patient, &["larger than"]);
        let moved = Fault::Status(302, "Location: http://example.org/x\r\n", "");
        let fake = Fake::start(kind, Nature::default(), vec![moved; 9]);
        refused(&server(kind, &fake.url), &["sends us on", "example.org"]);
        let fake = Fake::start(
            kind,
            Nature::default(),
            vec![Fault::Status(404, "", "not here"); 9],
        );
        refused(
            &server(kind, &fake.url),
            &["404", "not here", "travel.profile"],
        );
        let fake = Fake::start(
            kind,
            Nature::default(),
            vec![Fault::Status(503, "", "down"); 99],
        );
        refused(
            &server(kind, &fake.url),
            &["503", "down", "6 times", "is kept"],
        );
        let later = Fault::Status(429, "Retry-After: 86400\r\n", "");
        let fake = Fake::start(kind, Nature::default(), vec![later; 9]);
        refused(&server(kind, &fake.url), &["86400 s"]);
        let slow = Fault::Slow(Duration::from_millis(150));
        let fake = Fake::start(kind, Nature::default(), vec![slow; 99]);
        let hasty = Server {
            timeout: Duration::from_millis(50),
            ..server(kind, &fake.url)
        };
        refused(&hasty, &["takes too long"]);
    }
    refused(
        &server(Kind::Osrm, "http://127.0.0.1:9"),
        &["nobody listens"],
    );
}

#[test]
fn a_null_is_a_pair_without_a_trip() {
    for kind in KINDS {
        for refuses in [false, true] {
            let nature = Nature {
                island: vec![sites()[3], BASES[1]],
                refuses,
                ..Nature::default()
            };
            let fake = Fake::start(kind, nature, vec![]);
            let server = server(kind, &fake.url);
            let answered = asked(&server).unwrap();
            right(&server, &answered, &[sites()[3], BASES[1]]);
            assert!(answered.1.is_empty());
        }
        let fake = Fake::start(kind, Nature::default(), vec![Fault::Number("null")]);
        let answered = asked(&server(kind, &fake.url)).unwrap();
        assert_eq!(answered.0.iter().filter(|t| **t == Some(None)).count(), 1);
    }
}

#[test]
fn blocks_that_are_too_large_are_halved() {
    for kind in KINDS {
        for most in [1, 2, 5] {
            let nature = Nature {
                most: Some(most),
                ..Nature::default()
            };
            let fake = Fake::start(kind, nature, vec![]);
            let server = server(kind, &fake.url);
            right(&server, &asked(&server).unwrap(), &[]);
        }
        let nature = Nature {
            most: Some(0),
            ..Nature::default()
        };
        let fake = Fake::start(kind, nature, vec![]);
        refused(&server(kind, &fake.url), &["a single pair is too much"]);
        // Servers in front of it tell so, too.
        let faults = vec![Fault::Status(413, "", ""), Fault::Status(414, "", "")];
        let fake = Fake::start(kind, Nature::default(), faults);
        let server = server(kind, &fake.url);
        right(&server, &asked(&server).unwrap(), &[]);
    }
    let nature = Nature {
        far: Some(1.0),
        ..Nature::default()
    };
    let fake = Fake::start(Kind::Valhalla, nature, vec![]);
    let told = ["400000 meters", "max_matrix_distance", "max_km"];
    refused(&server(Kind::Valhalla, &fake.url), &told);
}

#[test]
fn places_off_the_road_are_found_among_the_others() {
    for kind in KINDS {
        for off in [
            vec![sites()[2]],
            vec![sites()[0], sites()[6], BASES[2]],
            BASES.to_vec(),
        ] {
            let nature = Nature {
                off: off.clone(),
                ..Nature::default()
            };
            let fake = Fake::start(kind, nature, vec![]);
            let server = server(kind, &fake.url);
            let (found, mut told) = asked(&server).unwrap();
            let mut places: Vec<_> = off.iter().map(|p| place(p[0], p[1])).collect();
            places.sort_unstable();
            told.sort_unstable();
            assert_eq!(told, places, "{kind:?}");
            for (i, base) in BASES.iter().enumerate() {
                for (j, site) in sites().iter().enumerate() {
                    let got = found[i * sites().len() + j].expect("each pair is answered");
                    let either = off.contains(base) || off.contains(site);
                    assert_eq!(got.is_none(), either, "{kind:?} {i}, {j}");
                }
            }
        }
    }
}

#[test]
fn whoever_ends_the_run_does_not_wait_for_the_server() {
    for kind in KINDS {
        let fake = Fake::start(
            kind,
            Nature::default(),
            vec![Fault::Status(503, "Retry-After: 50\r\n", ""); 99],
        );
        let server = server(kind, &fake.url);
        let cancel = Cancel::new();
        let begin = Instant::now();
        let problem = std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(200));
                cancel.set();
            });
            asked_until(&server, &Deadline::never().or(&cancel)).unwrap_err()
        });
        assert!(begin.elapsed() < Duration::from_secs(5));
        assert!(problem.what.contains("ended"), "{problem}");
        let problem = asked_until(&server, &Deadline::after(0.3)).unwrap_err();
        assert!(problem.what.contains("ended"), "{problem}");
    }
}

#[test]
fn so_many_a_minute_are_sent() {
    let fake = Fake::start(Kind::Osrm, Nature::default(), vec![]);
    let slow = Server {
        per_minute: Some(240.0),
        ..server(Kind::Osrm, &fake.url)
    };
    let begin = Instant::now();
    right(&slow, &asked(&slow).unwrap(), &[]);
    // Four requests, a quarter of a second between each two.
    assert!(begin.elapsed() >= Duration::from_millis(740));
}

#[test]
fn a_key_is_sent_and_never_shown() {
    // Its name is of this test alone; `PATH` is there on every machine and holds something that can be sent.
    let key = Key::of_variable("PATH").unwrap();
    let secret = std::env::var("PATH").unwrap();
    assert!(!format!("{key:?}").contains(&secret));
    let fake = Fake::start(Kind::Ors, Nature::default(), vec![]);
    let keyed = Server {
        key: Some(key),
        ..server(Kind::Ors, &fake.url)
    };
    right(&keyed, &asked(&keyed).unwrap(), &[]);
    assert!(fake.all().contains(&secret));
    // A server that says it back.
    let text: &'static str =
        Box::leak(format!("{{\"error\":\"bad key {secret}\"}}").into_boxed_str());
    let fake = Fake::start(
        Kind::Ors,
        Nature::default(),
        vec![Fault::Status(403, "", text); 9],
    );
    let keyed = Server {
        url: fake.url.clone(),
        ..keyed
    };
    let problem = asked(&keyed).unwrap_err().to_string();
    assert!(!problem.contains(&secret), "{problem}");
    assert!(problem.contains("bad key ***") && problem.contains("key_env"));
    let none = Key::of_variable("REVIER_TEST_NO_SUCH_KEY").unwrap_err();
    assert!(none.what.contains("REVIER_TEST_NO_SUCH_KEY"), "{none}");
}

#[test]
fn a_key_is_hidden_in_whatever_a_server_says() {
    let secret = std::env::var("PATH").unwrap();
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let escaped = secret.replace('/', "\\/");
    let faults = [
        (
            Kind::Ors,
            Fault::Body(leak(format!("invalid key {secret}"))),
        ),
        (
            Kind::Osrm,
            Fault::Body(leak(format!("{{\"code\":\"{secret}\"}}"))),
        ),
        (
            Kind::Osrm,
            Fault::Body(leak(format!("{{\"code\":\"{escaped}\"}}"))),
        ),
        (
            Kind::Valhalla,
            Fault::Body(leak(format!(
                "{{\"units\":\"{secret}\",\"sources_to_targets\":[]}}"
            ))),
        ),
        (
            Kind::Ors,
            Fault::Status(
                302,
                leak(format!("Location: http://127.0.0.1/?key={secret}\r\n")),
                "",
            ),
        ),
        (
            Kind::Ors,
            Fault::Status(429, "Retry-After: 0\r\n", leak(format!("no {secret}"))),
        ),
    ];
    let word = secret.split(['/', ':']).find(|w| w.len() > 3).unwrap();
    for (kind, fault) in faults {
        let fake = Fake::start(kind, Nature::default(), vec![fault.clone(); 30]);
        let keyed = Server {
            key: Some(Key::of_variable("PATH").unwrap()),
            ..server(kind, &fake.url)
        };
        let problem = asked(&keyed).unwrap_err();
        assert!(problem.what.contains("***"), "{fault:?}: {problem}");
        assert!(!problem.what.contains(word), "{fault:?}: {problem}");
    }
}
