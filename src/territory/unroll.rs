//! Longitudes laid out flat, cut where nothing is.
//!
//! Data on both sides of the antimeridian (Fiji, the Aleutians) must not be torn apart, so the circle
//! of longitudes is cut in the middle of its widest empty stretch and unrolled from there. Polygons
//! are cut at +-180 degrees again on the way out (RFC 7946, 3.1.9).

use super::TerritoryError;
use super::grid::{Pt, TURN, UNITS};
use geo::{Coord, MultiPolygon, Polygon};

/// Bins of the circle, a tenth of a degree each.
const BINS: usize = 3600;

/// Grid units per bin.
const BIN: i64 = TURN / BINS as i64;

/// Where the circle of longitudes is cut, and what that makes of coordinates.
///
/// Local coordinates have their origin on the equator, opposite the cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unroll {
    /// The cut, in grid units of longitude; `[cut, cut + 360 degrees)` is laid out flat.
    cut: i64,
    /// No stretch is empty: the map is cut through what is there.
    pub(super) whole: bool,
}

/// Grid units of a coordinate in degrees, or what is wrong with it.
fn units(value: f64, limit: f64, what: &str) -> Result<i64, TerritoryError> {
    if value.is_finite() && value.abs() <= limit {
        Ok((value * UNITS).round() as i64)
    } else {
        Err(TerritoryError(format!(
            "{what} {value} is not within -{limit} to {limit} degrees"
        )))
    }
}

/// A longitude in grid units; up to 540 degrees, for boundaries that run on past 180.
pub(super) fn lon_units(lon: f64) -> Result<i64, TerritoryError> {
    units(lon, 540.0, "the longitude")
}

/// A latitude in grid units.
pub(super) fn lat_units(lat: f64) -> Result<i64, TerritoryError> {
    units(lat, 90.0, "the latitude")
}

/// Least and greatest longitude of a polygon, in grid units.
fn extent(polygon: &Polygon<f64>) -> Result<Option<(i64, i64)>, TerritoryError> {
    let mut range: Option<(i64, i64)> = None;
    for coord in polygon.exterior().coords() {
        let x = lon_units(coord.x)?;
        range = Some(range.map_or((x, x), |(low, high)| (low.min(x), high.max(x))));
    }
    Ok(range)
}

impl Unroll {
    /// Longitudes as they are, for what is cut at the antimeridian already.
    pub(super) fn flat() -> Unroll {
        Unroll {
            cut: -TURN / 2,
            whole: false,
        }
    }

    /// Finds the cut for sites at the given longitudes and a boundary.
    pub(super) fn new(
        lon: &[i64],
        boundary: Option<&MultiPolygon<f64>>,
    ) -> Result<Unroll, TerritoryError> {
        let mut spans: Vec<(i64, i64)> = Vec::new();
        for polygon in boundary.iter().flat_map(|all| &all.0) {
            spans.extend(extent(polygon)?);
        }
        Ok(Unroll::of_spans(lon.iter().map(|&x| (x, x)).chain(spans)))
    }

    /// Finds the cut for stretches of longitude, each from west to east.
    pub(super) fn of_spans(spans: impl Iterator<Item = (i64, i64)>) -> Unroll {
        let mut used = [false; BINS];
        for (low, high) in spans {
            let first = low.div_euclid(BIN);
            let last = high.div_euclid(BIN).min(first + BINS as i64 - 1);
            (first..=last).for_each(|bin| used[bin.rem_euclid(BINS as i64) as usize] = true);
        }
        // The widest run of empty bins round the circle; of equals, the one nearest to 180 degrees.
        let mut best: Option<(usize, usize, usize)> = None;
        let begins = |at: usize| !used[at] && used[(at + BINS - 1) % BINS];
        for first in (0..BINS).filter(|&at| begins(at)) {
            let length = (1..BINS)
                .find(|step| used[(first + step) % BINS])
                .unwrap_or(BINS);
            let middle = (first + length / 2) % BINS;
            let off = middle.abs_diff(BINS / 2);
            if best.is_none_or(|(l, o, _)| (length, o) > (l, off)) {
                best = Some((length, off, middle));
            }
        }
        match best {
            Some((_, _, middle)) => {
                let cut = middle as i64 * BIN;
                Unroll {
                    cut: if cut > TURN / 2 { cut - TURN } else { cut },
                    whole: false,
                }
            }
            None => Unroll {
                cut: -TURN / 2,
                whole: used[0],
            },
        }
    }

    /// Local x of the cut and of the cut 360 degrees on.
    pub(super) fn range(self) -> (i64, i64) {
        (-TURN / 2, TURN / 2)
    }

    /// Longitude of the local origin.
    fn origin(self) -> i64 {
        self.cut + TURN / 2
    }

    /// Local x of a site's longitude.
    pub(super) fn x(self, lon: i64) -> i64 {
        self.cut + (lon - self.cut).rem_euclid(TURN) - self.origin()
    }

    /// What to add to the longitudes of a polygon of the boundary for local x.
    pub(super) fn shift(self, polygon: &Polygon<f64>) -> Result<i64, TerritoryError> {
        let Some((low, high)) = extent(polygon)? else {
            return Ok(0);
        };
        let shift = self.shift_of(low, high);
        let (left, right) = self.range();
        if low + shift < left || high + shift > right {
            return Err(TerritoryError(format!(
                "the boundary goes round the globe and a polygon of it crosses the meridian where \
                 the map is cut: it runs from longitude {} to {}; cut it at 180 degrees (RFC 7946)",
                low as f64 / UNITS,
                high as f64 / UNITS
            )));
        }
        Ok(shift)
    }

    /// What to add to a stretch of longitudes for local x, where it fits into the layout.
    pub(super) fn shift_of(self, low: i64, high: i64) -> i64 {
        let shift = self.x(low) - low;
        let (left, right) = self.range();
        // What starts right at the far end of the layout belongs to its other end.
        if high + shift > right && low + shift - TURN >= left {
            shift - TURN
        } else {
            shift
        }
    }

    /// Local x of the antimeridian where it passes strictly between two values of x.
    pub(super) fn antimeridian(self, low: i64, high: i64) -> Option<i64> {
        let x = (TURN / 2 - self.origin() - low).rem_euclid(TURN) + low;
        (low < x && x < high).then_some(x)
    }

    /// How many turns a local x is away from longitudes -180 to 180.
    pub(super) fn sheet(self, x: i64) -> i64 {
        (x + self.origin() + TURN / 2).div_euclid(TURN)
    }

    /// The coordinate in degrees of a local point, moved back by the turns of its sheet.
    pub(super) fn degrees(self, p: Pt, sheet: i64) -> Coord<f64> {
        Coord {
            x: (p[0] + self.origin() - sheet * TURN) as f64 / UNITS,
            y: p[1] as f64 / UNITS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unroll(lon: &[f64]) -> Unroll {
        let lon: Vec<i64> = lon.iter().map(|&l| lon_units(l).expect("valid")).collect();
        Unroll::new(&lon, None).expect("no boundary")
    }

    #[test]
    fn the_cut_falls_into_the_widest_gap() {
        let fiji = unroll(&[177.0, -178.0, 180.0, -180.0]);
        let x = |lon: f64| fiji.x(lon_units(lon).expect("valid"));
        assert_eq!(x(180.0), x(-180.0));
        assert_eq!(x(-178.0) - x(177.0), 50_000_000);
        let at = fiji
            .antimeridian(x(177.0), x(-178.0))
            .expect("it is between");
        assert_eq!(at, x(180.0));
        assert_eq!(fiji.degrees([at, 0], fiji.sheet(at - 1)).x, 180.0);
        assert_eq!(fiji.degrees([at, 0], fiji.sheet(at)).x, -180.0);
        let germany = unroll(&[6.0, 15.0]);
        assert_eq!(
            germany.antimeridian(germany.x(60_000_000), germany.x(150_000_000)),
            None
        );
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(lon_units(f64::NAN).is_err());
        assert!(lat_units(90.1).is_err());
        assert!(lat_units(-90.0).is_ok());
    }
}
