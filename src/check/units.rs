//! Territories made of area units: every unit in the territory of its owner, and all land accounted for.

use super::edges::{self, Edge, Strips};
use super::{Claim, Finding, List};
use crate::base::areas::{Areas, GridPoint};
use crate::input::Inputs;
use crate::territory::units::Units;
use geo::bool_ops::FillRule;
use geo::{Area, BooleanOps, MultiPolygon};
use rayon::prelude::*;

/// Borders may move by up to this many times the tolerance where units do not fit.
const MOVES: f64 = 3.0;
/// Metres by which rounding to the grid may move a border.
const ROUNDING: f64 = 0.03;
/// Metres per grid unit of latitude.
const METRES: f64 = 111_195.0 / 1e7;

/// Verifies territories against the units and their owners.
pub(super) fn units(
    inputs: &Inputs,
    units: &Units,
    claim: &Claim<'_>,
    edges: Vec<Edge>,
    name: &dyn Fn(u32) -> String,
) -> Vec<Finding> {
    let mut list = List::new("polygons");
    let owner = units.owners(claim.owner);
    fitted(units, &mut list);
    let strips = Strips::new(edges);
    let mut findings = edges::nesting(&strips, name);
    let mut land = vec![0_i128; inputs.reps.len()];
    for (unit, j) in owner.iter().enumerate() {
        if let Some(sum) = land.get_mut(j.at()) {
            *sum += units.areas().area2(unit);
        }
    }
    for (j, (polygons, land)) in claim.polygons.iter().zip(&land).enumerate() {
        let drawn = drawn2(polygons);
        if drawn != *land {
            list.add(format!(
                "the territory of {} has {:.9} of the land of its units",
                name(j as u32),
                drawn as f64 / *land as f64
            ));
        }
    }
    let missed: Vec<usize> = (0..units.len())
        .into_par_iter()
        .filter(|unit| {
            inner_point(units.areas(), *unit)
                .is_some_and(|p| !strips.at(p.map(i64::from), |side| side == owner[*unit].0))
        })
        .collect();
    for unit in missed {
        list.add(format!(
            "unit {:?} does not lie in the territory of {}",
            units.ids.get(unit),
            name(owner[unit].0)
        ));
    }
    findings.extend(list.done());
    findings
}

/// Twice the area of a territory on the grid.
fn drawn2(polygons: &MultiPolygon<f64>) -> i128 {
    let ring = |line: &geo::LineString<f64>| edges::area2(&edges::points(line)).abs();
    let one =
        |p: &geo::Polygon<f64>| ring(p.exterior()) - p.interiors().iter().map(ring).sum::<i128>();
    polygons.iter().map(one).sum()
}

/// Verifies what was made of units that did not fit: each has the land that it was given, but for what its borders may move, and for
/// what others claim as well.
///
/// ```text
/// | area(drawn) - area(given) |  <=  (3 snap_m + 0.03 m) (perimeter(drawn) + perimeter(given)) / 2  +  sum of overlaps
/// ```
///
/// The overlaps are worked out again, by `geo`, polygon by polygon, with what a ring goes round more than once as land of it: so a unit
/// that crosses itself claims at least what it was drawn with. Units that are invalid by themselves have no area that could be compared.
fn fitted(units: &Units, list: &mut List) {
    let mended = &units.mended;
    let Some(given) = &mended.given else {
        return;
    };
    let slip = MOVES * mended.snap_m + ROUNDING;
    let mut shared = vec![0.0; units.len()];
    let pairs: Vec<([u32; 2], f64)> = mended
        .overlaps
        .par_iter()
        .map(|o| {
            let [u, v] = o.units.map(|u| shape(given, u as usize));
            // Polygons of one unit may overlap each other where it is invalid: one by one, nothing of them cancels out.
            let area = |a: &geo::Polygon<f64>| -> f64 {
                let both = |b| a.intersection_with_fill_rule(b, FillRule::NonZero);
                v.iter().map(|b| both(b).unsigned_area()).sum()
            };
            (o.units, u.iter().map(area).sum())
        })
        .collect();
    for (pair, area) in pairs {
        pair.iter().for_each(|u| shared[*u as usize] += area);
    }
    for (unit, shared) in shared.iter().enumerate() {
        if mended.invalid.binary_search(&(unit as u32)).is_ok() {
            continue;
        }
        // On one scale: a unit that lost its southern end to another begins farther north.
        let per = scale(given, unit);
        let (drawn, was) = (land(units.areas(), unit, per), land(given, unit, per));
        let may = slip * (drawn.1 + was.1) / 2.0 + 1.01 * shared * per;
        if (drawn.0 - was.0).abs() > may {
            list.add(format!(
                "unit {:?} is drawn with {:.1} m2 and was given {:.1} m2",
                units.ids.get(unit),
                drawn.0,
                was.0
            ));
        }
    }
}

/// m2 per square grid unit at the southern end of a unit.
fn scale(areas: &Areas, unit: usize) -> f64 {
    let height = areas.corners(unit).map_or(0, |[low, _]| low[1]);
    (f64::from(height) / 1e7).to_radians().cos() * METRES * METRES
}

/// Area of a unit in m2, at `per` m2 per square grid unit, and perimeter in m.
fn land(areas: &Areas, unit: usize, per: f64) -> (f64, f64) {
    let length = |[a, b]: [GridPoint; 2]| {
        let d = |k: usize| f64::from(a[k]) - f64::from(b[k]);
        d(0).hypot(d(1)) * METRES
    };
    (
        areas.area2(unit) as f64 / 2.0 * per,
        areas.edges(unit).map(length).sum(),
    )
}

/// The polygons of a unit in grid units.
fn shape(areas: &Areas, unit: usize) -> MultiPolygon<f64> {
    let mut polygons: Vec<geo::Polygon<f64>> = Vec::new();
    for ring in areas.rings(unit) {
        let line: geo::LineString<f64> = ring
            .iter()
            .chain(ring.first())
            .map(|p| (f64::from(p[0]), f64::from(p[1])))
            .collect();
        match polygons.last_mut() {
            Some(polygon) if crate::base::areas::area2(ring) < 0 => polygon.interiors_push(line),
            _ => polygons.push(geo::Polygon::new(line, Vec::new())),
        }
    }
    MultiPolygon::new(polygons)
}

/// A point in the middle of the widest stretch of land at half the height of a unit; `None` where that is
/// narrower than the grid resolves.
fn inner_point(areas: &Areas, unit: usize) -> Option<GridPoint> {
    let [low, high] = areas.corners(unit)?;
    let y = (i64::from(low[1]) + i64::from(high[1])).div_euclid(2) as i32;
    let mut at: Vec<f64> = areas
        .edges(unit)
        .filter(|[a, b]| a[1].min(b[1]) <= y && y < a[1].max(b[1]))
        .map(|[a, b]| {
            let t = (f64::from(y) - f64::from(a[1])) / (f64::from(b[1]) - f64::from(a[1]));
            f64::from(a[0]) + t * (f64::from(b[0]) - f64::from(a[0]))
        })
        .collect();
    at.sort_by(f64::total_cmp);
    let widest = at
        .chunks_exact(2)
        .map(|pair| (pair[1] - pair[0], pair[0]))
        .max_by(|a, b| a.0.total_cmp(&b.0))?;
    let (width, from) = widest;
    (width >= 8.0).then(|| [(from + width / 2.0).round() as i32, y])
}
