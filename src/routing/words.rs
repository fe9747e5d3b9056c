//! What a server says, made fit to be shown and to be reckoned with.

use super::{Fault, Trip};

/// Letters that are shown of what a server says.
const SHOWN: usize = 200;
/// Longer or farther is no trip on earth: seconds, metres.
const MOST: f64 = 1e9;

/// A text of a server in one line, without signs that a terminal acts on.
pub(super) fn clipped(text: &str) -> String {
    let plain = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(4 * SHOWN)
        .collect::<String>();
    let mut words = String::new();
    for word in plain.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    match words.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}...", &words[..at]),
        None => words,
    }
}

/// The beginning of a body, as a server's words.
pub(super) fn beginning(body: &[u8]) -> String {
    clipped(&String::from_utf8_lossy(&body[..body.len().min(4 * SHOWN)]))
}

/// The trips of two tables, which must have as many rows and columns as were asked for.
pub(super) fn paired(
    seconds: &[Vec<Option<f64>>],
    distances: &[Vec<Option<f64>>],
    [rows, columns]: [usize; 2],
) -> Result<Vec<Trip>, Fault> {
    let mut trips = Vec::with_capacity(rows * columns);
    for (name, table) in [("durations", seconds), ("distances", distances)] {
        let wrong = table.iter().find(|row| row.len() != columns);
        if table.len() != rows || wrong.is_some() {
            let got = [table.len(), wrong.or(table.first()).map_or(0, Vec::len)];
            return Err(Fault::wrong(format!(
                "the answer has {} x {} {name}, where {rows} x {columns} were asked for",
                got[0], got[1]
            )));
        }
    }
    for (seconds, distances) in seconds.iter().zip(distances) {
        for pair in seconds.iter().zip(distances) {
            trips.push(trip(pair)?);
        }
    }
    Ok(trips)
}

/// One trip; where one of its figures is missing there is none.
pub(super) fn trip(pair: (&Option<f64>, &Option<f64>)) -> Result<Trip, Fault> {
    let (Some(seconds), Some(distance)) = pair else {
        return Ok(None);
    };
    let sound = |x: &f64| (0.0..=MOST).contains(x);
    if !sound(seconds) || !sound(distance) {
        return Err(Fault::wrong(format!(
            "the answer has a trip of {seconds} seconds and a distance of {distance}"
        )));
    }
    // No negative zero.
    Ok(Some([seconds + 0.0, distance + 0.0]))
}

/// What is no JSON of the kind that was asked for.
pub(super) fn no_table(body: &[u8], error: &serde_json::Error) -> Fault {
    let begin = beginning(body);
    Fault::wrong(format!(
        "the answer is no table of trips ({}); it begins with: {begin}",
        clipped(&error.to_string())
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_is_short_and_harmless() {
        assert_eq!(clipped("a\u{1b}[31m\n\tb"), "a [31m b");
        let long = clipped(&"ä".repeat(10_000));
        assert_eq!(long.chars().count(), SHOWN + 3);
        assert_eq!(beginning(b"\xff\xfe<html>"), "\u{fffd}\u{fffd}<html>");
    }

    #[test]
    fn tables_have_the_size_that_was_asked_for() {
        let table = |x: f64| vec![vec![Some(x), None]];
        let read = paired(&table(60.0), &table(1.5), [1, 2]).unwrap();
        assert_eq!(read, [Some([60.0, 1.5]), None]);
        for size in [[2, 2], [1, 1], [1, 3], [0, 0]] {
            assert!(paired(&table(1.0), &table(1.0), size).is_err(), "{size:?}");
        }
        for odd in [-1.0, f64::NAN, f64::INFINITY, 1e10] {
            assert!(trip((&Some(odd), &Some(1.0))).is_err(), "{odd}");
            assert!(trip((&Some(1.0), &Some(odd))).is_err(), "{odd}");
        }
        let zero = trip((&Some(-0.0), &Some(0.0))).unwrap().unwrap();
        assert!(zero[0].is_sign_positive());
    }
}
