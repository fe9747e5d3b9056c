//! Valhalla: `POST /sources_to_targets`, seconds and km.

use super::http::Request;
use super::words::{beginning, clipped, no_table, paired, trip};
use super::{Fault, Place, Server, Trip, degrees};
use crate::error::{Problem, codes};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn request(server: &Server, sources: &[Place], targets: &[Place]) -> Request {
    let list = |places: &[Place]| -> Vec<Value> {
        let one = |p: &Place| json!({"lat": degrees(p[1]), "lon": degrees(p[0])});
        places.iter().map(one).collect()
    };
    let body = json!({
        "sources": list(sources), "targets": list(targets), "costing": server.profile,
        "units": "kilometers", "verbose": false,
    });
    Request {
        url: format!("{}/sources_to_targets", server.url),
        body: Some(body.to_string()),
    }
}

/// Servers of before 3.2 know the long form only.
#[derive(Deserialize)]
#[serde(untagged)]
enum Table {
    Short {
        durations: Vec<Vec<Option<f64>>>,
        distances: Vec<Vec<Option<f64>>>,
    },
    Long(Vec<Vec<Entry>>),
}

#[derive(Deserialize)]
struct Entry {
    from_index: usize,
    to_index: usize,
    time: Option<f64>,
    distance: Option<f64>,
}

#[derive(Deserialize)]
struct Answer {
    sources_to_targets: Table,
    #[serde(default)]
    units: Option<String>,
}

pub(super) fn trips(body: &[u8], size: [usize; 2]) -> Result<Vec<Trip>, Fault> {
    let answer: Answer = serde_json::from_slice(body).map_err(|e| no_table(body, &e))?;
    if let Some(units) = answer.units.filter(|u| u != "kilometers" && u != "km") {
        let units = clipped(&units);
        return Err(Fault::wrong(format!("the answer is in {units}, not in km")));
    }
    match answer.sources_to_targets {
        Table::Short {
            durations,
            distances,
        } => paired(&durations, &distances, size),
        Table::Long(rows) => entries(&rows, size),
    }
}

/// The trips of the long form, which says of each where it belongs.
fn entries(rows: &[Vec<Entry>], [m, n]: [usize; 2]) -> Result<Vec<Trip>, Fault> {
    let wrong = || {
        Fault::wrong(format!(
            "the answer does not have each of {m} x {n} pairs once"
        ))
    };
    if rows.iter().map(Vec::len).sum::<usize>() != m * n {
        return Err(wrong());
    }
    let mut found: Vec<Option<Trip>> = vec![None; m * n];
    for entry in rows.iter().flatten() {
        if entry.from_index >= m || entry.to_index >= n {
            return Err(wrong());
        }
        let place = &mut found[entry.from_index * n + entry.to_index];
        if place
            .replace(trip((&entry.time, &entry.distance))?)
            .is_some()
        {
            return Err(wrong());
        }
    }
    Ok(found.into_iter().map(Option::unwrap_or_default).collect())
}

#[derive(Deserialize, Default)]
struct Refusal {
    #[serde(default)]
    error_code: u32,
    #[serde(default)]
    error: String,
}

pub(super) fn fault(status: u16, body: &[u8]) -> Fault {
    let Ok(said) = serde_json::from_slice::<Refusal>(body) else {
        return Fault::refused(status, &beginning(body));
    };
    let words = clipped(&said.error);
    match said.error_code {
        150 | 151 => Fault::TooBig(words),
        154 => too_far(&words),
        170 | 442 => Fault::NoWay,
        171 => Fault::OffRoad(None),
        _ => Fault::refused(status, &words),
    }
}

/// The server's limit on the straight line between two places.
fn too_far(words: &str) -> Fault {
    let what = format!("pairs are farther apart than the server permits: {words}");
    let help = "raise max_matrix_distance in the server's configuration: all pairs are asked for, so that the table holds whatever max_km is";
    let problem = Problem::error(codes::NO_ANSWER, what).field("travel.url");
    Fault::Fatal(Box::new(problem.help(help)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_the_table_are_read() {
        let short = br#"{"sources_to_targets":{"durations":[[60,null]],"distances":[[1.25,null]]},"units":"kilometers"}"#;
        let told = [Some([60.0, 1.25]), None];
        assert_eq!(trips(short, [1, 2]).unwrap(), told);
        let long =
            br#"{"sources_to_targets":[[{"distance":null,"time":null,"to_index":1,"from_index":0},
            {"distance":1.25,"time":60,"to_index":0,"from_index":0}]]}"#;
        assert_eq!(trips(long, [1, 2]).unwrap(), told);
        assert!(trips(long, [2, 1]).is_err());
        let twice = String::from_utf8(long.to_vec()).unwrap();
        let twice = twice.replace("\"to_index\":1", "\"to_index\":0");
        assert!(trips(twice.as_bytes(), [1, 2]).is_err());
        let miles =
            br#"{"sources_to_targets":{"durations":[[1]],"distances":[[1]]},"units":"miles"}"#;
        assert!(trips(miles, [1, 1]).is_err());
    }
}
