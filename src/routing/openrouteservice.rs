//! openrouteservice: `POST /v2/matrix/PROFILE`, seconds and km.

use super::http::Request;
use super::words::{beginning, clipped, no_table, paired};
use super::{Fault, Place, Server, Trip, degrees};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn request(server: &Server, sources: &[Place], targets: &[Place]) -> Request {
    let both = sources.iter().chain(targets);
    let places: Vec<[f64; 2]> = both.map(|p| p.map(degrees)).collect();
    let list = |from: usize, count: usize| -> Vec<String> {
        (from..from + count).map(|at| at.to_string()).collect()
    };
    let body = json!({
        "locations": places, "sources": list(0, sources.len()), "destinations": list(sources.len(), targets.len()),
        "metrics": ["distance", "duration"], "units": "km",
    });
    Request {
        url: format!("{}/v2/matrix/{}", server.url, server.profile),
        body: Some(body.to_string()),
    }
}

#[derive(Deserialize)]
struct Answer {
    durations: Vec<Vec<Option<f64>>>,
    distances: Vec<Vec<Option<f64>>>,
}

pub(super) fn trips(body: &[u8], size: [usize; 2]) -> Result<Vec<Trip>, Fault> {
    let answer: Answer = serde_json::from_slice(body).map_err(|e| no_table(body, &e))?;
    paired(&answer.durations, &answer.distances, size)
}

pub(super) fn fault(status: u16, body: &[u8]) -> Fault {
    let Ok(said) = serde_json::from_slice::<Value>(body) else {
        return Fault::refused(status, &beginning(body));
    };
    let error = &said["error"];
    let words = [&error["message"], error, &said["message"]];
    let words = words.iter().find_map(|v| v.as_str()).unwrap_or_default();
    let words = clipped(words);
    match error["code"].as_u64() {
        // Routes, or what lies between the places.
        Some(6004 | 6006) => Fault::TooBig(words),
        Some(6010) => Fault::OffRoad(None),
        Some(6009) => Fault::NoWay,
        _ => Fault::refused(status, &words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_come_in_several_forms() {
        let big =
            br#"{"error":{"code":6004,"message":"Only a total of 3500 routes are allowed."}}"#;
        assert!(matches!(fault(400, big), Fault::TooBig(words) if words.contains("3500")));
        for body in [
            &br#"{"error":"Access to this API has been disallowed"}"#[..],
            br#"{"error":{"message":"Access to this API has been disallowed"}}"#,
            br#"[1]"#,
            b"null",
        ] {
            let Fault::Fatal(problem) = fault(403, body) else {
                panic!("{body:?}");
            };
            assert!(problem.action.contains("key_env"));
        }
    }
}
