//! OSRM: `GET /table/v1/PROFILE/LON,LAT;...?sources=...&destinations=...&annotations=duration,distance`, seconds and metres.

use super::http::Request;
use super::words::{clipped, no_table, paired};
use super::{Fault, Place, Server, Trip, degrees};
use serde::Deserialize;
use std::fmt::Write;

/// Between places on one stretch of road OSRM counts up to some decimetres less than nothing.
const LEAST_M: f64 = -5.0;

pub(super) fn request(server: &Server, sources: &[Place], targets: &[Place]) -> Request {
    let mut url = format!("{}/table/v1/{}/", server.url, server.profile);
    for (at, [lon, lat]) in sources.iter().chain(targets).enumerate() {
        let between = if at > 0 { ";" } else { "" };
        let _ = write!(url, "{between}{},{}", degrees(*lon), degrees(*lat));
    }
    let mut list = |name: &str, from: usize, count: usize| {
        let _ = write!(url, "{name}=");
        for at in from..from + count {
            let between = if at > from { ";" } else { "" };
            let _ = write!(url, "{between}{at}");
        }
    };
    list("?sources", 0, sources.len());
    list("&destinations", sources.len(), targets.len());
    url.push_str("&annotations=duration,distance");
    Request { url, body: None }
}

#[derive(Deserialize)]
struct Answer {
    code: String,
    durations: Option<Vec<Vec<Option<f64>>>>,
    distances: Option<Vec<Vec<Option<f64>>>>,
}

pub(super) fn trips(body: &[u8], size: [usize; 2]) -> Result<Vec<Trip>, Fault> {
    let answer: Answer = serde_json::from_slice(body).map_err(|e| no_table(body, &e))?;
    if answer.code != "Ok" {
        return Err(fault(200, body));
    }
    match (answer.durations, answer.distances) {
        (Some(seconds), Some(mut metres)) => {
            for metre in metres.iter_mut().flatten().flatten() {
                if (LEAST_M..0.0).contains(metre) {
                    *metre = 0.0;
                }
            }
            paired(&seconds, &metres, size)
        }
        (None, _) => Err(Fault::wrong("the answer has no durations")),
        (_, None) => Err(Fault::wrong(
            "the answer has no distances; OSRM gives them from version 5.18 on",
        )),
    }
}

#[derive(Deserialize, Default)]
struct Refusal {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

pub(super) fn fault(status: u16, body: &[u8]) -> Fault {
    let Ok(said) = serde_json::from_slice::<Refusal>(body) else {
        return Fault::refused(status, &super::words::beginning(body));
    };
    let words = clipped(&format!("{}: {}", said.code, said.message));
    match said.code.as_str() {
        "TooBig" => Fault::TooBig(words),
        "NoTable" | "NoRoute" => Fault::NoWay,
        "NoSegment" => Fault::OffRoad(last_number(&said.message)),
        _ => Fault::refused(status, &words),
    }
}

/// `Could not find a matching segment for coordinate 3`.
fn last_number(text: &str) -> Option<usize> {
    let digits = text.trim_end_matches('.').rsplit(' ').next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::{Kind, place};
    use std::time::Duration;

    #[test]
    fn the_address_has_places_and_nothing_else() {
        let server = Server {
            kind: Kind::Osrm,
            url: "http://127.0.0.1:5000".into(),
            profile: "driving".into(),
            key: None,
            parallel: 1,
            per_minute: None,
            max_pairs: 100,
            timeout: Duration::from_secs(1),
            pause: Server::PAUSE,
        };
        let [a, b, c] = [
            place(24.123_456_7, 60.5),
            place(-0.000_000_4, -60.0),
            place(179.999_999_9, 1e-6),
        ];
        let request = request(&server, &[a], &[b, c]);
        assert_eq!(
            request.url,
            "http://127.0.0.1:5000/table/v1/driving/24.123457,60.5;0,-60;180,0.000001?sources=0&destinations=1;2&annotations=duration,distance"
        );
    }

    #[test]
    fn a_little_less_than_nothing_is_nothing() {
        let body = |metres: f64| {
            format!(r#"{{"code":"Ok","durations":[[0]],"distances":[[{metres}]]}}"#).into_bytes()
        };
        assert_eq!(trips(&body(-0.4), [1, 1]).unwrap(), [Some([0.0, 0.0])]);
        assert!(trips(&body(-5.1), [1, 1]).is_err());
    }

    #[test]
    fn refusals_say_which_place_it_is() {
        let body = br#"{"code":"NoSegment","message":"Could not find a matching segment for coordinate 3"}"#;
        assert!(matches!(fault(400, body), Fault::OffRoad(Some(3))));
        let body = br#"{"code":"TooBig","message":"Too many table coordinates"}"#;
        assert!(matches!(fault(400, body), Fault::TooBig(_)));
        assert!(matches!(fault(500, b"<html>"), Fault::Fatal(_)));
    }
}
