//! Territories made of area units: every unit in the territory of its owner, and all land accounted for.

use super::edges::{self, Edge, Strips};
use super::{Claim, Finding, List};
use crate::areas::{Areas, GridPoint};
use crate::ids::RepIx;
use crate::input::Inputs;
use crate::units::Units;
use geo::MultiPolygon;
use rayon::prelude::*;

/// Relative change of area that snapping overlapping or loosely fitting units to the grid may bring.
const SLIP: f64 = 1e-6;

/// Verifies territories against the units and their owners.
pub(super) fn units(
    inputs: &Inputs,
    units: &Units,
    claim: &Claim<'_>,
    edges: Vec<Edge>,
    name: &dyn Fn(u32) -> String,
) -> Vec<Finding> {
    let mut list = List::new("polygons");
    let (owner, exact) = match (units.owners(claim.owner), units.is_exact()) {
        (Ok(owner), Ok(exact)) => (owner, exact),
        (Err(e), _) | (_, Err(e)) => {
            list.add(e.to_string());
            return list.done();
        }
    };
    let strips = Strips::new(edges);
    let mut findings = edges::nesting(&strips, name);
    let mut land = vec![0_i128; inputs.reps.len()];
    for (unit, j) in owner.iter().enumerate() {
        if let Some(sum) = land.get_mut(j.at()) {
            *sum += units.areas.area2(unit);
        }
    }
    for (j, (polygons, land)) in claim.polygons.iter().zip(&land).enumerate() {
        let drawn = drawn2(polygons);
        let fits = if exact {
            drawn == *land
        } else {
            drawn as f64 <= *land as f64 * (1.0 + SLIP)
        };
        if !fits {
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
            inner_point(&units.areas, *unit).is_some_and(|p| {
                !strips.at(p.map(i64::from), |side| side == owner[*unit].0)
                    && (exact || !claimed_twice(units, &owner, *unit, p))
            })
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

/// Whether a unit of another owner has the point too.
fn claimed_twice(units: &Units, owner: &[RepIx], unit: usize, p: GridPoint) -> bool {
    (0..units.len()).any(|other| {
        let boxed = units
            .areas
            .corners(other)
            .is_some_and(|[low, high]| (0..2).all(|k| low[k] <= p[k] && p[k] <= high[k]));
        owner[other] != owner[unit] && boxed && units.areas.contains(other, p)
    })
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
