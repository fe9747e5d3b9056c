//! From degrees to pixels.
//!
//! Equirectangular: `x = (lon - west) cos(phi) s`, `y = (north - lat) s`, with `phi` the middle latitude and `s`
//! pixels per degree of latitude.

use crate::base::sphere::EARTH_RADIUS_KM;
use crate::input::Reps;
use crate::saved::SavedPlan;
use geo::{LineString, MultiPolygon};
use std::fmt::Write;

/// The map fits into this many pixels.
const MAX: (f64, f64) = (720.0, 860.0);

/// Where things are on the picture.
#[derive(Clone, Debug)]
pub(super) struct View {
    /// Longitudes below this are drawn a turn further east.
    turn: f64,
    west: f64,
    north: f64,
    /// Pixels per degree of longitude and of latitude.
    scale: (f64, f64),
    /// The latitude that is true to scale.
    pub middle: f64,
    /// Size of the map, px.
    pub width: f64,
    pub height: f64,
}

impl View {
    /// A view of all territories, customers and home bases.
    pub fn of(plan: &SavedPlan, reps: Option<&Reps>) -> View {
        let outlines = plan.territories.polygons.iter().flatten();
        let shore = outlines.flat_map(|p| p.exterior().0.iter().map(|c| (c.x, c.y)));
        let a = &plan.assignments;
        let sites = a.lon.iter().copied().zip(a.lat.iter().copied());
        let homes = reps.map(|r| r.lon.iter().copied().zip(r.lat.iter().copied()));
        let points: Vec<(f64, f64)> = shore
            .chain(sites)
            .chain(homes.into_iter().flatten())
            .collect();
        View::around(&points)
    }

    pub fn around(points: &[(f64, f64)]) -> View {
        let range = |of: &dyn Fn(&(f64, f64)) -> f64| {
            points
                .iter()
                .map(of)
                .fold((f64::MAX, f64::MIN), |(low, high), x| {
                    (low.min(x), high.max(x))
                })
        };
        let (mut west, mut east) = range(&|p| p.0);
        let turned = range(&|p| if p.0 < 0.0 { p.0 + 360.0 } else { p.0 });
        let mut turn = f64::MIN;
        // Across the antimeridian the map is narrower with the west laid out behind the east.
        if turned.1 - turned.0 < east - west {
            (west, east) = turned;
            turn = 0.0;
        }
        let (mut south, mut north) = range(&|p| p.1);
        if points.is_empty() {
            (west, east, south, north) = (0.0, 0.0, 0.0, 0.0);
        }
        let middle = (south + north) / 2.0;
        let squeeze = middle.to_radians().cos().max(1e-3);
        // A single place gets a map of a hundred metres.
        let dx = ((east - west) * squeeze).max(1e-3);
        let dy = (north - south).max(1e-3);
        let s = (MAX.0 / dx).min(MAX.1 / dy);
        View {
            turn,
            west,
            north,
            scale: (squeeze * s, s),
            middle,
            width: dx * s,
            height: dy * s,
        }
    }

    /// Pixels from the upper left corner of the map.
    pub fn at(&self, lon: f64, lat: f64) -> (f64, f64) {
        let lon = if lon < self.turn { lon + 360.0 } else { lon };
        (
            (lon - self.west) * self.scale.0,
            (self.north - lat) * self.scale.1,
        )
    }

    /// An area as path data in tenths of pixels. Rings that are smaller than that vanish.
    pub fn path(&self, area: &MultiPolygon<f64>) -> String {
        let mut out = String::new();
        for polygon in area {
            self.ring(&mut out, polygon.exterior());
            polygon
                .interiors()
                .iter()
                .for_each(|hole| self.ring(&mut out, hole));
        }
        out
    }

    fn ring(&self, out: &mut String, line: &LineString<f64>) {
        let mut points: Vec<(i64, i64)> = Vec::with_capacity(line.0.len());
        for p in &line.0 {
            let (x, y) = self.at(p.x, p.y);
            let p = ((x * 10.0).round() as i64, (y * 10.0).round() as i64);
            if points.last() != Some(&p) {
                points.push(p);
            }
        }
        if points.len() < 4 {
            return;
        }
        points.pop();
        let mut before = points[0];
        let _ = write!(out, "M{} {}l", before.0, before.1);
        for (n, p) in points.iter().enumerate().skip(1) {
            let (dx, dy) = (p.0 - before.0, p.1 - before.1);
            let space = if n > 1 && dx >= 0 { " " } else { "" };
            let comma = if dy >= 0 { " " } else { "" };
            let _ = write!(out, "{space}{dx}{comma}{dy}");
            before = *p;
        }
        out.push('z');
    }

    /// A round number of kilometres whose bar is at most `longest` pixels, and the length of that bar.
    pub fn scale_bar(&self, longest: f64) -> (f64, f64) {
        let px_per_km = self.scale.1 / (EARTH_RADIUS_KM.to_radians());
        let most = longest / px_per_km;
        let unit = 10f64.powf(most.log10().floor());
        let km = [5.0, 2.0, 1.0]
            .into_iter()
            .map(|n| n * unit)
            .find(|km| *km <= most);
        let km = km.unwrap_or(unit);
        (km, km * px_per_km)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_degree_of_latitude_is_111_km_on_the_bar() {
        let view = View::around(&[(5.0, 47.0), (15.0, 55.0)]);
        let (km, length) = view.scale_bar(130.0);
        let degree = view.at(10.0, 50.0).1 - view.at(10.0, 51.0).1;
        assert!((length / km * 111.195 - degree).abs() < 1e-3 * degree);
        assert!(length <= 130.0);
        // East-west distances at the middle latitude are to the same scale.
        let (west, east) = (view.at(10.0, 51.0).0, view.at(11.0, 51.0).0);
        assert!(((east - west) / degree - 51f64.to_radians().cos()).abs() < 1e-9);
    }

    #[test]
    fn the_map_is_whole_across_the_antimeridian() {
        let view = View::around(&[(177.0, -18.0), (-178.0, -17.0)]);
        let (fiji, lau) = (view.at(177.0, -18.0), view.at(-178.0, -17.0));
        assert!(
            fiji.0 < lau.0 && (lau.0 - view.width).abs() < 1e-6,
            "{fiji:?} {lau:?}"
        );
    }

    #[test]
    fn one_place_is_drawable() {
        let view = View::around(&[(8.0, 50.0)]);
        assert!(view.width.is_finite() && view.at(8.0, 50.0) == (0.0, 0.0));
        assert!(View::around(&[]).height.is_finite());
    }
}
