//! The coordinates of one geometry, flat, whatever its type.
//!
//! `type` may come after `coordinates`, so the nesting is recorded and judged afterwards: a
//! position at depth 0 is a Point, at depth 2 it belongs to a Polygon, at depth 3 to a MultiPolygon.

use super::antimeridian;
use crate::base::projection::Projection;
use geo::{BoundingRect, Centroid, Coord, Intersects, LineString, MultiPolygon, Polygon};

/// Coordinates of one geometry; reused from feature to feature.
#[derive(Debug, Default)]
pub(crate) struct Coords {
    /// All positions; altitudes are dropped.
    pub positions: Vec<[f64; 2]>,
    /// How deep the positions are nested; `None` without any.
    pub depth: Option<u8>,
    /// End of every list of positions, as an index into `positions`.
    pub rings: Vec<usize>,
    /// End of every list of lists of positions, as an index into `rings`.
    pub polygons: Vec<usize>,
    /// How deep the deepest list is that holds nothing.
    pub empty: Option<u8>,
    /// The first thing that is wrong, in words.
    pub wrong: Option<String>,
}

impl Coords {
    pub fn clear(&mut self) {
        self.positions.clear();
        self.rings.clear();
        self.polygons.clear();
        self.depth = None;
        self.empty = None;
        self.wrong = None;
    }

    /// Remembers the first thing that is wrong.
    pub fn fail(&mut self, what: impl FnOnce() -> String) {
        self.wrong.get_or_insert_with(what);
    }

    /// Takes a position at `depth`.
    pub fn push(&mut self, position: [f64; 2], depth: u8) {
        if *self.depth.get_or_insert(depth) != depth {
            self.fail(|| "the positions are not nested alike".into());
        }
        self.positions.push(position);
    }

    /// Takes a list at `depth` that holds nothing.
    pub fn push_empty(&mut self, depth: u8) {
        self.empty = self.empty.max(Some(depth));
        self.close(depth);
    }

    /// Ends a list at `depth` that held lists or positions.
    pub fn close(&mut self, depth: u8) {
        match self.depth {
            Some(d) if d == depth + 1 => self.rings.push(self.positions.len()),
            Some(d) if d == depth + 2 => self.polygons.push(self.rings.len()),
            _ => {}
        }
    }

    /// Turns metres into degrees; `false` where they are degrees already, which are left as they are.
    pub fn project(&mut self, projection: Projection) -> bool {
        // Addresses that could not be found are at the origin in degrees and in metres.
        let degrees = |p: [f64; 2]| p[0].abs() <= 180.0 && p[1].abs() <= 90.0 && p != [0.0; 2];
        if !self.positions.is_empty() && self.positions.iter().all(|p| degrees(*p)) {
            return false;
        }
        let mut nowhere = None;
        for position in &mut self.positions {
            let place = projection.degrees(*position);
            if place.iter().all(|x| x.is_finite()) {
                *position = place;
            } else {
                nowhere.get_or_insert(*position);
                *position = [0.0; 2];
            }
        }
        if let Some([x, y]) = nowhere {
            self.fail(|| format!("[{x}, {y}] is nowhere in the projection that `crs` names"));
        }
        true
    }

    /// The position of a MultiPoint that has one.
    pub fn only_point(&self) -> Option<[f64; 2]> {
        match (&self.wrong, self.depth, self.positions.as_slice()) {
            (None, Some(1), [position]) => Some(*position),
            _ => None,
        }
    }

    /// The position of a Point.
    pub fn point(&self) -> Result<[f64; 2], String> {
        if let Some(wrong) = &self.wrong {
            return Err(wrong.clone());
        }
        match (self.depth, self.positions.as_slice()) {
            (Some(0), [position]) => Ok(*position),
            (None, _) => Err("the coordinates are empty".into()),
            _ => Err("the coordinates of a Point are one position [lon, lat]".into()),
        }
    }

    /// The polygons of a Polygon (`depth` 2) or MultiPolygon (`depth` 3), rings closed.
    pub fn polygons(&self, depth: u8) -> Result<MultiPolygon<f64>, String> {
        if let Some(wrong) = &self.wrong {
            return Err(wrong.clone());
        }
        match self.depth {
            None => return Err("the coordinates are empty".into()),
            Some(d) if d != depth => return Err("the coordinates are nested wrongly".into()),
            Some(_) if self.empty >= Some(depth) => return Err("a position is empty".into()),
            Some(_) => {}
        }
        let mut polygons = Vec::new();
        let (mut ring_start, mut start) = (0, 0);
        for &ring_end in &self.polygons {
            let mut rings = Vec::new();
            for &end in &self.rings[ring_start..ring_end] {
                rings.push(ring(&self.positions[start..end])?);
                start = end;
            }
            ring_start = ring_end;
            if rings.is_empty() {
                return Err("a polygon has no rings".into());
            }
            let holes = rings.split_off(1);
            polygons.extend(rings.pop().map(|shell| Polygon::new(shell, holes)));
        }
        Ok(MultiPolygon(polygons))
    }

    /// Where an area unit is, unless it says so itself: its centroid, or where that is no land of it (a ring, a
    /// crescent, islands), the middle of a wide stretch of land.
    pub fn place(&self, depth: u8) -> Result<[f64; 2], String> {
        let mut area = self.polygons(depth)?;
        antimeridian::uncut(&area)?;
        antimeridian::join(&mut area);
        let centroid = area.centroid().ok_or("the polygon has no centroid")?;
        let place = if area.intersects(&centroid) {
            centroid.into()
        } else {
            inner_point(&area).unwrap_or(centroid.into())
        };
        Ok([antimeridian::wrapped(place.x), place.y])
    }
}

/// Heights at which [`inner_point`] looks, as shares of the whole.
const HEIGHTS: [f64; 7] = [0.5, 0.25, 0.75, 0.125, 0.375, 0.625, 0.875];

/// The middle of the widest stretch of land at one of several heights; edges count by parity.
fn inner_point(area: &MultiPolygon<f64>) -> Option<Coord<f64>> {
    let extent = area.bounding_rect()?;
    // Of equally wide ones the first.
    let wider =
        |best: (f64, f64, f64), next: (f64, f64, f64)| if next.0 > best.0 { next } else { best };
    let edges = || {
        let rings = |p| std::iter::once(Polygon::exterior(p)).chain(p.interiors());
        area.iter().flat_map(rings).flat_map(LineString::lines)
    };
    let widest = |share: &f64| {
        let y = extent.min().y + share * extent.height();
        let mut at: Vec<f64> = edges()
            .filter(|e| e.start.y.min(e.end.y) <= y && y < e.start.y.max(e.end.y))
            .map(|e| e.start.x + (y - e.start.y) / e.dy() * e.dx())
            .collect();
        at.sort_by(f64::total_cmp);
        let stretch = |pair: &[f64]| (pair[1] - pair[0], (pair[0] + pair[1]) / 2.0, y);
        at.chunks_exact(2).map(stretch).reduce(wider)
    };
    let best = HEIGHTS.iter().filter_map(widest).reduce(wider);
    best.map(|(_, x, y)| Coord { x, y })
}

fn ring(positions: &[[f64; 2]]) -> Result<LineString<f64>, String> {
    let mut points: Vec<Coord<f64>> = positions.iter().map(|&[x, y]| Coord { x, y }).collect();
    points.dedup();
    if points.first() != points.last() {
        points.extend(points.first().copied());
    }
    if points.len() < 4 {
        return Err("a ring of the polygon has fewer than three distinct points".into());
    }
    Ok(LineString(points))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(coords: &mut Coords, depth: u8, x: f64) {
        for [dx, dy] in [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]] {
            coords.push([x + dx, dy], depth);
        }
        coords.close(depth - 1);
        coords.close(depth - 2);
    }

    #[test]
    fn nesting_decides_what_it_is() {
        let mut c = Coords::default();
        c.push([1.0, 2.0], 0);
        assert_eq!(c.point(), Ok([1.0, 2.0]));
        assert!(c.place(2).is_err());
        c.clear();
        assert!(c.point().is_err());
        square(&mut c, 2, 0.0);
        assert!(c.point().is_err());
        assert_eq!(c.place(2), Ok([1.0, 1.0]));
        assert!(c.place(3).is_err());
    }

    #[test]
    fn multi_polygons_keep_their_parts() {
        let mut c = Coords::default();
        square(&mut c, 3, 0.0);
        square(&mut c, 3, 10.0);
        c.close(0);
        assert_eq!(c.polygons(3).map(|m| m.0.len()), Ok(2));
        // The centroid lies between them; the place is on land.
        assert_eq!(c.place(3), Ok([1.0, 1.0]));
    }

    #[test]
    fn an_empty_position_is_none() {
        for first in [true, false] {
            let mut c = Coords::default();
            if first {
                c.push_empty(2);
            }
            square(&mut c, 2, 0.0);
            if !first {
                c.push_empty(2);
            }
            assert!(
                c.polygons(2)
                    .is_err_and(|e| e.contains("position is empty"))
            );
        }
        let mut c = Coords::default();
        square(&mut c, 3, 0.0);
        c.push_empty(1);
        assert!(c.polygons(3).is_err_and(|e| e.contains("no rings")));
    }

    #[test]
    fn slivers_are_refused() {
        let mut c = Coords::default();
        c.push([0.0, 0.0], 2);
        c.push([1.0, 0.0], 2);
        c.close(1);
        c.close(0);
        assert!(
            c.place(2)
                .is_err_and(|e| e.contains("three distinct points"))
        );
    }

    #[test]
    fn a_place_is_on_the_land_of_its_unit() {
        let put = |c: &mut Coords, ring: &[[f64; 2]]| {
            ring.iter().for_each(|p| c.push(*p, 2));
            c.close(1);
        };
        let square = |x: f64, y: f64, s: f64| [[x, y], [x + s, y], [x + s, y + s], [x, y + s]];
        // A ring round a lake.
        let mut c = Coords::default();
        put(&mut c, &square(0.0, 0.0, 10.0));
        put(&mut c, &square(2.0, 2.0, 7.0));
        c.close(0);
        let [x, y] = c.place(2).expect("land");
        assert!(
            (0.0..=10.0).contains(&x) && (x <= 2.0 || x >= 9.0 || y <= 2.0 || y >= 9.0),
            "{x} {y}"
        );
        // A crescent, and two islands.
        c.clear();
        put(
            &mut c,
            &[
                [0.0, 0.0],
                [9.0, 0.0],
                [9.0, 1.0],
                [1.0, 1.0],
                [1.0, 8.0],
                [9.0, 8.0],
                [9.0, 9.0],
                [0.0, 9.0],
            ],
        );
        c.close(0);
        let [x, y] = c.place(2).expect("land");
        assert!(x <= 1.0 || y <= 1.0 || y >= 8.0, "{x} {y}");
        c.clear();
        for x in [0.0, 8.0] {
            square(x, 0.0, 2.0).iter().for_each(|p| c.push(*p, 3));
            c.close(2);
            c.close(1);
        }
        c.close(0);
        assert_eq!(c.place(3), Ok([1.0, 1.0]));
    }

    #[test]
    fn units_are_cut_at_the_antimeridian_or_refused() {
        // Cut as RFC 7946 wants it: the place is in the middle, on whichever side.
        let mut c = Coords::default();
        square(&mut c, 3, -180.0);
        square(&mut c, 3, 178.0);
        c.close(0);
        assert_eq!(c.place(3), Ok([-180.0, 1.0]));
        c.clear();
        square(&mut c, 3, -180.0);
        square(&mut c, 3, 178.0);
        square(&mut c, 3, 176.0);
        c.close(0);
        assert_eq!(c.place(3), Ok([179.0, 1.0]));
        // Not cut.
        c.clear();
        for p in [[179.0, 0.0], [-179.0, 0.0], [-179.0, 1.0], [179.0, 1.0]] {
            c.push(p, 2);
        }
        c.close(1);
        c.close(0);
        assert!(c.place(2).is_err_and(|e| e.contains("antimeridian")));
        // Round the pole, and all round the globe.
        c.clear();
        for p in [
            [-180.0, -90.0],
            [180.0, -90.0],
            [180.0, -70.0],
            [0.0, -60.0],
            [-180.0, -70.0],
        ] {
            c.push(p, 2);
        }
        c.close(1);
        c.close(0);
        assert!(c.place(2).is_ok_and(|[x, y]| x.abs() < 1e-9 && y < -60.0));
    }
}
