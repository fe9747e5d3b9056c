//! The map where no boundary is given, and the land within reach of the sites.
//!
//! Both are unions of triangles of a Delaunay triangulation and of rounded shapes that pad their rim:
//!
//! - The *outline* of sites keeps the triangles without a long edge (an alpha shape, Edelsbrunner,
//!   Kirkpatrick and Seidel 1983, with edge lengths for radii), fills the holes that leaves, joins
//!   what is near to each other along the minimum spanning tree, and pads the whole by a capsule
//!   round every edge of the rim. So wide bays stay open, and sites far from all others get an island.
//! - The land *within reach* is the union of discs of one radius round the sites. A triangle whose
//!   circumcircle is no larger than the discs lies in their union, so only the sites at the rim of
//!   those triangles need their disc.
//!
//! "What is long" follows from the sites; the numbers stand at the functions.

use super::TerritoryError;
use super::delaunay::Mesh;
use super::grid::{Pt, Rect, UNITS, cross};
use super::hull::{add_ring, around, convex_hull};
use super::label::union;
use super::unroll::Unroll;
use crate::base::sets::Sets;
use crate::base::sphere::EARTH_RADIUS_KM;

/// Corners of a disc.
const CORNERS: usize = 32;

/// Grid units of latitude per kilometre.
fn units_per_km() -> f64 {
    UNITS / (EARTH_RADIUS_KM.to_radians())
}

/// Degrees of longitude per degree of latitude, as lengths, at a grid latitude.
fn narrowing(y: i64) -> f64 {
    (y as f64 / UNITS).to_radians().cos().max(0.02)
}

/// The length of an edge in grid units of latitude, with the narrowing at its middle.
fn length(p: Pt, q: Pt) -> f64 {
    let squeeze = narrowing(i64::midpoint(p[1], q[1]));
    ((q[0] - p[0]) as f64 * squeeze).hypot((q[1] - p[1]) as f64)
}

/// The outline of the places, padded.
///
/// The places are thinned to one per cell of 0.5 % of the map's diagonal. With the edges of their
/// minimum spanning tree, the median `m` and the 95th percentile `q`:
///
/// ```text
/// pad     = m, but 1 to 12 % of the diagonal and at least 0.01 degrees of latitude (1.1 km)
/// longest = max(5 q, 4 pad)
/// ```
///
/// A cell of the Voronoi diagram is about `m / 0.65` wide, so cells at the rim are about as large as
/// those inside. A single site gets a disc.
pub(super) fn outline(
    places: &[Pt],
    unroll: Unroll,
    squeeze: f64,
) -> Result<Vec<[Pt; 2]>, TerritoryError> {
    let rect = around(places);
    let size = [0, 1].map(|k| (rect.max[k] - rect.min[k]) as f64);
    let diagonal = (size[0] * squeeze).hypot(size[1]);
    let least = (0.01 * diagonal).max(0.01 * UNITS);
    let thin = thinned(places, 0.5 * least, squeeze);
    let mesh = Mesh::new(&thin, &rect.grown(UNITS as i64), squeeze)?;
    let tree = spanning_tree(&mesh);
    let at = |share: f64| {
        let k = (share * tree.len() as f64) as usize;
        tree.get(k.min(tree.len().saturating_sub(1)))
            .map_or(0.0, |edge| edge.0)
    };
    let pad = at(0.5).min(0.12 * diagonal).max(least);
    let longest = (5.0 * at(0.95)).max(4.0 * pad);

    let mut kept: Vec<bool> = mesh
        .triangles
        .iter()
        .map(|t| {
            let corners = t.map(|v| mesh.at[v as usize]);
            t.iter().all(|&v| mesh.is_place(v))
                && (0..3).all(|k| length(corners[k], corners[(k + 1) % 3]) <= longest)
        })
        .collect();
    kept[0] = false;
    // Edges of the spanning tree that no triangle covers join its components.
    let mut joins = vec![false; mesh.links.len()];
    for &(length, link) in &tree {
        joins[link] = length <= longest;
    }
    fill_holes(&mesh, &mut kept, &joins);

    let mut segments = Vec::new();
    let mut lonely = vec![true; thin.len()];
    for (k, link) in mesh.links.iter().enumerate() {
        let [left, right] = link.faces.map(|f| kept[f as usize]);
        let [p, q] = link.ends.map(|v| mesh.at[v as usize]);
        if left || right || joins[k] {
            for v in link.ends {
                lonely[v as usize] = false;
            }
        }
        match (left, right) {
            (true, false) => segments.push([p, q]),
            (false, true) => segments.push([q, p]),
            (false, false) if joins[k] => {}
            _ => continue,
        }
        add_rounded(&mut segments, &[p, q], pad, unroll);
    }
    for (v, _) in lonely.iter().enumerate().filter(|(_, lonely)| **lonely) {
        add_rounded(&mut segments, &[thin[v]], pad, unroll);
    }
    union(&segments)
}

/// A box round the land within `km` kilometres of the places.
pub(super) fn reach_rect(places: &[Pt], km: f64, unroll: Unroll) -> Rect {
    let mut rect = Rect::EMPTY;
    let mut corners = Vec::new();
    // The widest discs are the northernmost or the southernmost ones.
    let all = around(places);
    for p in [
        all.min,
        all.max,
        [all.min[0], all.max[1]],
        [all.max[0], all.min[1]],
    ] {
        corners.extend(disc(p, km * units_per_km(), unroll));
    }
    corners.iter().for_each(|&p| rect.add(p));
    rect
}

/// The land within `km` kilometres of a place, measured at the latitude of the place.
///
/// Discs of places in one cell of a 24th of the radius are drawn once, so at the rim up to 6 % of the
/// radius may be missing.
pub(super) fn within_reach(
    mesh: &Mesh,
    km: f64,
    unroll: Unroll,
    squeeze: f64,
) -> Result<Vec<[Pt; 2]>, TerritoryError> {
    let radius = km * units_per_km();
    let (left, right) = unroll.range();
    let near = |v: u32| mesh.place(v).is_some() && (left..=right).contains(&mesh.at[v as usize][0]);
    let kept: Vec<bool> = mesh
        .triangles
        .iter()
        .map(|t| {
            let [a, b, c] = t.map(|v| mesh.at[v as usize]);
            // R = abc / (4 area); a triangle without area has none.
            let sides = length(a, b) * length(b, c) * length(c, a);
            let area2 = cross(a, b, c) as f64 * narrowing((a[1] + b[1] + c[1]) / 3);
            t.iter().all(|&v| near(v)) && area2 > 0.0 && sides <= 2.0 * area2 * radius
        })
        .collect();
    let mut rim = vec![false; mesh.at.len()];
    for (t, _) in mesh
        .triangles
        .iter()
        .zip(&kept)
        .skip(1)
        .filter(|(_, kept)| !**kept)
    {
        t.iter().for_each(|&v| rim[v as usize] = true);
    }
    let mut segments = Vec::new();
    for link in &mesh.links {
        let [p, q] = link.ends.map(|v| mesh.at[v as usize]);
        match link.faces.map(|f| kept[f as usize]) {
            [true, false] => segments.push([p, q]),
            [false, true] => segments.push([q, p]),
            _ => {}
        }
    }
    let rim: Vec<Pt> = (0..mesh.at.len())
        .filter(|&v| rim[v] && mesh.place(v as u32).is_some())
        .map(|v| mesh.at[v])
        .collect();
    for p in thinned(&rim, radius / 24.0, squeeze) {
        add_rounded(&mut segments, &[p], radius, unroll);
    }
    union(&segments)
}

/// One of the places in each cell of a square grid: the first.
fn thinned(places: &[Pt], cell: f64, squeeze: f64) -> Vec<Pt> {
    let mut keyed: Vec<([i64; 2], usize)> = places
        .iter()
        .enumerate()
        .map(|(k, p)| {
            let x = (p[0] as f64 * squeeze / cell).floor() as i64;
            let y = (p[1] as f64 / cell).floor() as i64;
            ([x, y], k)
        })
        .collect();
    keyed.sort_unstable();
    keyed.dedup_by_key(|(cell, _)| *cell);
    keyed.into_iter().map(|(_, k)| places[k]).collect()
}

/// The minimum spanning tree of the places of a mesh (Kruskal 1956): lengths and links, ascending.
/// A Delaunay triangulation contains it.
fn spanning_tree(mesh: &Mesh) -> Vec<(f64, usize)> {
    let mut edges: Vec<(f64, usize)> = mesh
        .links
        .iter()
        .enumerate()
        .filter(|(_, link)| link.ends.iter().all(|&v| mesh.is_place(v)))
        .map(|(k, link)| {
            let [p, q] = link.ends.map(|v| mesh.at[v as usize]);
            (length(p, q), k)
        })
        .collect();
    edges.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut sets = Sets::new(mesh.at.len());
    edges.retain(|&(_, k)| {
        let [a, b] = mesh.links[k].ends;
        sets.join(a, b)
    });
    edges
}

/// Keeps the triangles from which no way leads out but across kept triangles and joins.
fn fill_holes(mesh: &Mesh, kept: &mut [bool], joins: &[bool]) {
    let mut sets = Sets::new(kept.len());
    for (link, _) in mesh.links.iter().zip(joins).filter(|(_, join)| !**join) {
        if link.faces.iter().all(|&f| !kept[f as usize]) {
            sets.join(link.faces[0], link.faces[1]);
        }
    }
    // Face 0 is the one round all triangles.
    let outside = sets.root(0);
    for face in 1..kept.len() as u32 {
        kept[face as usize] |= sets.root(face) != outside;
    }
}

/// Adds the convex hull of discs round some points: a disc round one, a capsule round two.
fn add_rounded(segments: &mut Vec<[Pt; 2]>, points: &[Pt], radius: f64, unroll: Unroll) {
    let corners = points.iter().flat_map(|&p| disc(p, radius, unroll));
    add_ring(segments, convex_hull(corners.collect()), true);
}

/// The corners of a disc, cut to the map's range of coordinates; none where all of it lies beyond the cut.
fn disc(p: Pt, radius: f64, unroll: Unroll) -> Vec<Pt> {
    let (left, right) = unroll.range();
    // Land on both sides of the cut must not touch there: it would be one part cut in two.
    let (left, right) = (left + 2, right - 2);
    let pole = (90.0 * UNITS) as i64;
    let corner = |k: usize| {
        let angle = k as f64 * std::f64::consts::TAU / CORNERS as f64;
        let up = radius * angle.sin();
        let x = p[0] + (half_width(p[1], up, radius) * angle.cos().signum()).round() as i64;
        [x, p[1] + up.round() as i64]
    };
    let ring: Vec<Pt> = (0..CORNERS).map(corner).collect();
    // The centre of a disc may lie beyond the cut, where only a part of it reaches across.
    let ring = beyond(&ring, 0, left, 1);
    let ring = beyond(&ring, 0, right, -1);
    let ring = beyond(&ring, 1, -pole, 1);
    beyond(&ring, 1, pole, -1)
}

/// Half the width of a disc in grid units of longitude, `up` grid units of latitude above its centre at latitude `y`.
///
/// In the plane that is `sqrt(r^2 - up^2) / cos(y)`. On the sphere, the longitude `w` of a point of latitude `v` at the angular distance `r` is
///
/// ```text
/// cos w = (cos r - sin v sin y) / (cos v cos y)
/// ```
///
/// The lesser one is taken: towards a pole the plane narrows, and away from it the sphere does.
fn half_width(y: i64, up: f64, radius: f64) -> f64 {
    let flat = (radius * radius - up * up).max(0.0).sqrt() / narrowing(y);
    let [y, v, r] = [y as f64, y as f64 + up, radius].map(|u| (u / UNITS).to_radians());
    let across = (r.cos() - v.sin() * y.sin()) / (v.cos() * y.cos());
    // Where the disc holds the pole or a latitude is beyond it, the sphere limits nothing.
    let round = if across > -1.0 && v.cos() > 0.0 && y.cos() > 0.0 {
        across.min(1.0).acos().to_degrees() * UNITS
    } else {
        f64::INFINITY
    };
    flat.min(round)
}

/// The part of a convex polygon where `sign` times a coordinate is at least `sign * limit` (Sutherland & Hodgman 1974).
fn beyond(ring: &[Pt], axis: usize, limit: i64, sign: i64) -> Vec<Pt> {
    let depth = |p: Pt| sign * (p[axis] - limit);
    let mut part = Vec::with_capacity(ring.len() + 2);
    for (k, &p) in ring.iter().enumerate() {
        let q = ring[(k + 1) % ring.len()];
        if depth(p) >= 0 {
            part.push(p);
        }
        if (depth(p) < 0) != (depth(q) < 0) {
            let share = (limit - p[axis]) as f64 / (q[axis] - p[axis]) as f64;
            let other = 1 - axis;
            let at = p[other] + (share * (q[other] - p[other]) as f64).round() as i64;
            part.push(if axis == 0 { [limit, at] } else { [at, limit] });
        }
    }
    part
}
