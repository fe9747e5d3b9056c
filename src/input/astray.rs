//! Places that are probably wrong: far from all others, or outside the boundary.
//!
//! The middle of the customers is the median of their coordinates, and `R` the distance from there that 95 % of them do not exceed. A
//! place is far from all others beyond `4 R` (and 100 km): islands and branches overseas are within that, swapped coordinates and
//! lost signs are not. Up to a twentieth of the places can be wrong, and none of them moves the middle or `R`.

use super::Inputs;
use crate::error::{Collector, Problem, codes};
use geo::{Contains, Distance, Haversine, Point};

/// How many `R` are far.
const FAR: f64 = 4.0;
/// Nothing nearer than this is far, km.
const NEAR_KM: f64 = 100.0;
/// The share of the customers that `R` reaches.
const REACHED: f64 = 0.95;
/// Fewer customers have no middle.
const FEWEST: usize = 8;

/// Where most customers are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Middle {
    at: [f64; 2],
    radius_km: f64,
}

impl Middle {
    /// `None` for few customers.
    pub fn of(lon: &[f64], lat: &[f64]) -> Option<Middle> {
        if lon.len() < FEWEST {
            return None;
        }
        let at = [quantile(lon.to_vec(), 0.5), quantile(lat.to_vec(), 0.5)];
        let away = lon.iter().zip(lat).map(|(x, y)| distance_km(at, [*x, *y]));
        Some(Middle {
            at,
            radius_km: quantile(away.collect(), REACHED),
        })
    }

    fn away(&self, place: [f64; 2]) -> f64 {
        distance_km(self.at, place)
    }

    /// Warns of each place that is far from the middle. Places at 0, 0 are told otherwise.
    pub fn warn(
        &self,
        lon: &[f64],
        lat: &[f64],
        id: &dyn Fn(usize) -> String,
        problems: &mut Collector,
    ) {
        let far = (FAR * self.radius_km).max(NEAR_KM);
        for (i, (x, y)) in lon.iter().zip(lat).enumerate() {
            let away = self.away([*x, *y]);
            if away <= far || (*x == 0.0 && *y == 0.0) {
                continue;
            }
            let home = self.away([*y, *x]) <= self.radius_km.max(NEAR_KM);
            let what = format!(
                "[{x}, {y}] is {away:.0} km from the middle of the customers; 95 % of them are within {:.0} km",
                self.radius_km.ceil()
            );
            let problem = Problem::warning(codes::FAR_PLACE, what)
                .at(i + 1)
                .id(&id(i));
            problems.add(problem.help(advice(home)));
        }
    }
}

/// Warns of each customer outside the boundary.
pub(crate) fn outside(inputs: &Inputs, list: &[usize]) -> Vec<Problem> {
    let Some(boundary) = &inputs.boundary else {
        return Vec::new();
    };
    let c = &inputs.customers;
    let mut problems = Collector::new(inputs.scenario.customers.display().to_string());
    for i in list {
        let (lon, lat) = (c.lon[*i], c.lat[*i]);
        let home = boundary.contains(&Point::new(lat, lon));
        let what = format!("[{lon}, {lat}] is outside the boundary");
        let problem = Problem::warning(codes::OUTSIDE_BOUNDARY, what)
            .at(i + 1)
            .id(c.ids.get(*i));
        problems.add(problem.help(advice(home)));
    }
    problems.into_problems()
}

fn advice(swapped_is_home: bool) -> &'static str {
    if swapped_is_home {
        "lon and lat look swapped: the other way round it is among the others; coordinates are [lon, lat], longitude first"
    } else {
        "correct the coordinates if they are wrong; coordinates are [lon, lat], longitude first"
    }
}

/// The value that a share of the list does not exceed.
fn quantile(mut list: Vec<f64>, share: f64) -> f64 {
    let at = (share * (list.len().saturating_sub(1)) as f64).floor() as usize;
    if list.is_empty() {
        return 0.0;
    }
    *list.select_nth_unstable_by(at, f64::total_cmp).1
}

fn distance_km(a: [f64; 2], b: [f64; 2]) -> f64 {
    Haversine.distance(Point::from(a), Point::from(b)) / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lon: &[f64], lat: &[f64]) -> Vec<Problem> {
        let mut problems = Collector::new("customers.csv");
        if let Some(middle) = Middle::of(lon, lat) {
            middle.warn(lon, lat, &|i| format!("C{i}"), &mut problems);
        }
        problems.into_problems()
    }

    /// A grid of ten by ten places around 10, 50.
    fn grid() -> (Vec<f64>, Vec<f64>) {
        let place = |i: u32| {
            (
                9.5 + 0.1 * f64::from(i % 10),
                49.5 + 0.1 * f64::from(i / 10),
            )
        };
        (0..100).map(place).unzip()
    }

    #[test]
    fn a_swapped_place_is_told_with_its_cause() {
        let (mut lon, mut lat) = grid();
        assert!(told(&lon, &lat).is_empty());
        (lon[7], lat[7]) = (lat[7], lon[7]);
        let found = told(&lon, &lat);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].feature, found[0].id.as_deref()),
            (Some(8), Some("C7"))
        );
        assert!(found[0].action.contains("swapped"), "{}", found[0]);
        // Several of them keep each other company, and are far from all others still.
        (lon[9], lat[9]) = (lat[9], lon[9]);
        (lon[8], lat[8]) = (lat[8], lon[8]);
        assert_eq!(told(&lon, &lat).len(), 3);
    }

    #[test]
    fn a_lost_sign_is_told_without_one() {
        let (lon, mut lat) = grid();
        lat[3] = -lat[3];
        let found = told(&lon, &lat);
        assert_eq!(found.len(), 1);
        assert!(!found[0].action.contains("swapped"), "{}", found[0]);
    }

    #[test]
    fn branches_overseas_are_none_of_it() {
        // Spain and the Canary Islands.
        let mut places: Vec<(f64, f64)> = (0..95)
            .map(|i| {
                (
                    -8.0 + 0.12 * f64::from(i),
                    37.0 + 0.065 * f64::from(i * 37 % 95),
                )
            })
            .collect();
        places.extend((0..5).map(|i| (-16.5 + 0.4 * f64::from(i), 28.2)));
        let (lon, lat): (Vec<f64>, Vec<f64>) = places.into_iter().unzip();
        assert!(told(&lon, &lat).is_empty());
        // One place, and one beside it.
        assert!(told(&[9.0; 20], &[50.0; 20]).is_empty());
        let mut lon = [9.0; 20];
        lon[4] = 9.5;
        assert!(told(&lon, &[50.0; 20]).is_empty());
    }
}
