//! The coordinates of one geometry, flat, whatever its type.
//!
//! `type` may come after `coordinates`, so the nesting is recorded and judged afterwards: a
//! position at depth 0 is a Point, at depth 2 it belongs to a Polygon, at depth 3 to a MultiPolygon.

use geo::{Centroid, Coord, LineString, MultiPolygon, Polygon};

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
    /// The first thing that is wrong, in words.
    pub wrong: Option<String>,
}

impl Coords {
    pub fn clear(&mut self) {
        self.positions.clear();
        self.rings.clear();
        self.polygons.clear();
        self.depth = None;
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

    /// Ends a list at `depth` that held lists or positions.
    pub fn close(&mut self, depth: u8) {
        match self.depth {
            Some(d) if d == depth + 1 => self.rings.push(self.positions.len()),
            Some(d) if d == depth + 2 => self.polygons.push(self.rings.len()),
            _ => {}
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

    /// Where an area unit is, unless it says so itself: its centroid.
    pub fn centroid(&self, depth: u8) -> Result<[f64; 2], String> {
        let area = self.polygons(depth)?;
        let lons = self.positions.iter().map(|p| p[0]);
        let (west, east) = lons.fold((f64::MAX, f64::MIN), |(w, e), x| (w.min(x), e.max(x)));
        if east - west > 180.0 {
            return Err("the polygon spans more than 180 degrees of longitude".into());
        }
        let centroid = area.centroid().ok_or("the polygon has no centroid")?;
        Ok([centroid.x(), centroid.y()])
    }
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
        assert!(c.centroid(2).is_err());
        c.clear();
        assert!(c.point().is_err());
        square(&mut c, 2, 0.0);
        assert!(c.point().is_err());
        assert_eq!(c.centroid(2), Ok([1.0, 1.0]));
        assert!(c.centroid(3).is_err());
    }

    #[test]
    fn multi_polygons_keep_their_parts() {
        let mut c = Coords::default();
        square(&mut c, 3, 0.0);
        square(&mut c, 3, 10.0);
        c.close(0);
        assert_eq!(c.polygons(3).map(|m| m.0.len()), Ok(2));
        assert_eq!(c.centroid(3), Ok([6.0, 1.0]));
    }

    #[test]
    fn slivers_and_world_wide_units_are_refused() {
        let mut c = Coords::default();
        c.push([0.0, 0.0], 2);
        c.push([1.0, 0.0], 2);
        c.close(1);
        c.close(0);
        assert!(
            c.centroid(2)
                .is_err_and(|e| e.contains("three distinct points"))
        );
        c.clear();
        square(&mut c, 3, -179.0);
        square(&mut c, 3, 177.0);
        assert!(c.centroid(3).is_err_and(|e| e.contains("180 degrees")));
    }
}
