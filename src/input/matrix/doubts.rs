//! Whether a travel matrix is in kilometres and minutes.
//!
//! A way on the ground is at least as long as the great circle, and rarely twice as long; metres in the place of kilometres make it a
//! thousand times as long, and seconds in the place of minutes make everybody walk. The median of the ratios tells.

use super::{Known, Rows};
use crate::error::{Collector, Problem, codes};
use geo::{Distance, Haversine, Point};

/// Rows that are looked at, spread over the file.
const SAMPLE: usize = 20_000;
/// Pairs nearer than this say nothing about units, km.
const NEAR_KM: f64 = 1.0;
/// Median of km / great circle beyond which the column is in metres (1,000 times a detour), or in something longer than km.
const RATIOS: [f64; 2] = [0.5, 100.0];
/// Median of the speed along the great circle, km/h, beyond which the column is in seconds or in hours.
const SPEEDS: [f64; 2] = [2.0, 1500.0];

/// A row whose great circle is long enough.
struct Sampled {
    entry: usize,
    great_circle_km: f64,
}

/// Warns of columns that are probably in another unit.
pub(super) fn complain(rows: &Rows, known: &Known<'_>, problems: &mut Collector) {
    let step = rows.customer.len().div_ceil(SAMPLE).max(1);
    let all = (0..rows.customer.len()).step_by(step);
    let sampled = all.map(|entry| Sampled {
        entry,
        great_circle_km: great_circle_km(rows, known, entry),
    });
    let sampled: Vec<Sampled> = sampled.filter(|s| s.great_circle_km > NEAR_KM).collect();
    let told = |what: String, s: &Sampled, help: &str, field: &str| {
        let customer = known.customers.ids.get(rows.customer[s.entry] as usize);
        let rep = known.reps.ids.get(rows.rep[s.entry].at());
        Problem::warning(codes::LOOKS_LIKE_METRES, what)
            .at(rows.row[s.entry] as usize)
            .id(&format!("{customer}, {rep}"))
            .field(field)
            .help(help)
    };
    if let Some((ratio, s)) = median(&sampled, |s| {
        Some(rows.km.get(s.entry)? / s.great_circle_km)
    }) && !(RATIOS[0]..RATIOS[1]).contains(&ratio)
    {
        let (km, circle) = (rows.km[s.entry], s.great_circle_km);
        let what = format!(
            "`km` is {} times the great circle in the middle: {km} here, where the great circle has {circle:.1} km",
            rounded(ratio)
        );
        let help = match ratio > 1.0 {
            true => "if the column is in metres, divide it by 1000",
            false => "no way is shorter than the great circle: check the unit, and lon and lat",
        };
        problems.add(told(what, s, help, "km"));
    }
    let speed = |s: &Sampled| {
        let minutes = *rows.minutes.get(s.entry)?;
        (minutes > 0.0).then(|| s.great_circle_km / minutes * 60.0)
    };
    if let Some((speed, s)) = median(&sampled, speed)
        && !(SPEEDS[0]..SPEEDS[1]).contains(&speed)
    {
        let (minutes, circle) = (rows.minutes[s.entry], s.great_circle_km);
        let what = format!(
            "`minutes` make {} km/h of the great circle in the middle: {minutes} here, for {circle:.1} km",
            rounded(speed)
        );
        let help = match speed < 100.0 {
            true => "if the column is in seconds, divide it by 60",
            false => "if the column is in hours, multiply it by 60",
        };
        problems.add(told(what, s, help, "minutes"));
    }
}

fn great_circle_km(rows: &Rows, known: &Known<'_>, entry: usize) -> f64 {
    let (c, r) = (known.customers, known.reps);
    let (i, j) = (rows.customer[entry] as usize, rows.rep[entry].at());
    let place =
        |lon: &[f64], lat: &[f64], at: usize| Some(Point::new(*lon.get(at)?, *lat.get(at)?));
    let ends = place(&c.lon, &c.lat, i).zip(place(&r.lon, &r.lat, j));
    ends.map_or(0.0, |(a, b)| Haversine.distance(a, b) / 1000.0)
}

/// The median of a figure, and the row that has it.
fn median(
    sampled: &[Sampled],
    figure: impl Fn(&Sampled) -> Option<f64>,
) -> Option<(f64, &Sampled)> {
    let mut all: Vec<(f64, &Sampled)> = sampled
        .iter()
        .filter_map(|s| Some((figure(s)?, s)))
        .collect();
    let middle = all.len() / 2;
    if all.is_empty() {
        return None;
    }
    let order = |a: &(f64, &Sampled), b: &(f64, &Sampled)| {
        a.0.total_cmp(&b.0).then(a.1.entry.cmp(&b.1.entry))
    };
    let (_, middle, _) = all.select_nth_unstable_by(middle, order);
    Some(*middle)
}

fn rounded(x: f64) -> String {
    if x >= 10.0 {
        format!("{x:.0}")
    } else {
        format!("{x:.2}")
    }
}
