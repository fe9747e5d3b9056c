//! Areas of units (postcodes, counties): rings on the integer grid of 1e-7 degrees.

use geo::{LineString, MultiPolygon};

/// A grid point `[lon, lat]`, in units of 1e-7 degrees.
pub type GridPoint = [i32; 2];

/// Grid units per degree.
const UNITS: f64 = 1e7;

/// The polygons of units, flat: 8 bytes per vertex.
///
/// Rings stand without their closing points; shells run counter-clockwise and holes clockwise, so the land is
/// always on the left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Areas {
    points: Vec<GridPoint>,
    /// End of each ring in `points`.
    ring_end: Vec<u32>,
    /// End of each unit in `ring_end`.
    unit_end: Vec<u32>,
}

/// A position on the grid.
#[must_use]
pub fn on_grid(lon: f64, lat: f64) -> GridPoint {
    [lon, lat].map(|v| (v * UNITS).round() as i32)
}

/// Degrees of a grid point.
#[must_use]
pub fn degrees(p: GridPoint) -> [f64; 2] {
    p.map(|v| f64::from(v) / UNITS)
}

/// Twice the signed area of a ring; positive when it runs counter-clockwise.
#[must_use]
pub fn area2(ring: &[GridPoint]) -> i128 {
    let mut sum = 0_i128;
    for (i, p) in ring.iter().enumerate() {
        let q = ring[(i + 1) % ring.len()];
        sum += i128::from(i64::from(p[0]) * i64::from(q[1]) - i64::from(p[1]) * i64::from(q[0]));
    }
    sum
}

impl Areas {
    /// How many units there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.unit_end.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.unit_end.is_empty()
    }

    /// Appends a unit; returns whether it has land on the grid.
    pub fn push(&mut self, area: &MultiPolygon<f64>) -> bool {
        let before = self.ring_end.len();
        for polygon in area {
            self.ring(polygon.exterior(), true);
            polygon
                .interiors()
                .iter()
                .for_each(|hole| self.ring(hole, false));
        }
        self.unit_end.push(self.ring_end.len() as u32);
        self.ring_end.len() > before
    }

    /// Appends units without land until there are `len`.
    pub fn pad(&mut self, len: usize) {
        while self.unit_end.len() < len {
            self.unit_end.push(self.ring_end.len() as u32);
        }
    }

    fn ring(&mut self, line: &LineString<f64>, shell: bool) {
        let start = self.points.len();
        for c in line.coords() {
            let p = on_grid(c.x, c.y);
            if self.points[start..].last() != Some(&p) {
                self.points.push(p);
            }
        }
        while self.points.len() > start + 1 && self.points[start..].first() == self.points.last() {
            self.points.pop();
        }
        let twice = area2(&self.points[start..]);
        if twice == 0 {
            self.points.truncate(start);
            return;
        }
        if (twice > 0) != shell {
            self.points[start..].reverse();
        }
        self.ring_end.push(self.points.len() as u32);
    }

    /// The rings of a unit.
    ///
    /// # Panics
    /// If there is no such unit.
    pub fn rings(&self, unit: usize) -> impl Iterator<Item = &[GridPoint]> {
        let start = |ends: &[u32], at: usize| if at == 0 { 0 } else { ends[at - 1] as usize };
        (start(&self.unit_end, unit)..self.unit_end[unit] as usize)
            .map(move |r| &self.points[start(&self.ring_end, r)..self.ring_end[r] as usize])
    }

    /// How many rings all units have.
    #[must_use]
    pub fn ring_count(&self) -> usize {
        self.ring_end.len()
    }

    /// Whether a unit has no land.
    #[must_use]
    pub fn is_bare(&self, unit: usize) -> bool {
        self.rings(unit).next().is_none()
    }

    /// Twice the area of a unit, in square grid units.
    #[must_use]
    pub fn area2(&self, unit: usize) -> i128 {
        self.rings(unit).map(area2).sum()
    }

    /// The edges of a unit, its land on their left.
    pub fn edges(&self, unit: usize) -> impl Iterator<Item = [GridPoint; 2]> {
        self.rings(unit).flat_map(|ring| {
            let next = ring.iter().cycle().skip(1);
            ring.iter().zip(next).map(|(a, b)| [*a, *b])
        })
    }

    /// South-western and north-eastern corner of a unit; `None` for one without land.
    #[must_use]
    pub fn corners(&self, unit: usize) -> Option<[GridPoint; 2]> {
        let mut points = self.rings(unit).flatten();
        let first = *points.next()?;
        Some(points.fold([first; 2], |[low, high], p| {
            [
                [low[0].min(p[0]), low[1].min(p[1])],
                [high[0].max(p[0]), high[1].max(p[1])],
            ]
        }))
    }

    /// Whether a point lies in a unit or on its border: the parity of the edges west of it.
    #[must_use]
    pub fn contains(&self, unit: usize, p: GridPoint) -> bool {
        let mut inside = false;
        for [a, b] in self.edges(unit) {
            let (low, high) = if a[1] <= b[1] { (a, b) } else { (b, a) };
            let side = cross(low, high, p);
            let within = |k: usize| a[k].min(b[k]) <= p[k] && p[k] <= a[k].max(b[k]);
            if side == 0 && within(0) && within(1) {
                return true;
            }
            if low[1] <= p[1] && p[1] < high[1] && side < 0 {
                inside = !inside;
            }
        }
        inside
    }
}

/// Twice the signed area of the triangle `a b c`.
#[must_use]
pub fn cross(a: GridPoint, b: GridPoint, c: GridPoint) -> i128 {
    let d = |p: GridPoint, k: usize| i128::from(p[k]) - i128::from(a[k]);
    d(b, 0) * d(c, 1) - d(b, 1) * d(c, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Polygon, polygon};

    fn holed() -> Areas {
        let shell =
            polygon![(x: 0.0, y: 0.0), (x: 0.0, y: 4.0), (x: 4.0, y: 4.0), (x: 4.0, y: 0.0)];
        let hole = polygon![(x: 1.0, y: 1.0), (x: 2.0, y: 1.0), (x: 2.0, y: 2.0), (x: 1.0, y: 2.0)];
        let mut areas = Areas::default();
        areas.pad(1);
        assert!(areas.push(&MultiPolygon(vec![Polygon::new(
            shell.exterior().clone(),
            vec![hole.exterior().clone()],
        )])));
        areas
    }

    #[test]
    fn land_is_on_the_left() {
        let areas = holed();
        assert_eq!(
            (areas.len(), areas.is_bare(0), areas.is_bare(1)),
            (2, true, false)
        );
        let turns: Vec<bool> = areas.rings(1).map(|r| area2(r) > 0).collect();
        assert_eq!(turns, [true, false]);
        assert_eq!(areas.area2(1), 2 * 15 * 100_000_000_000_000);
        assert_eq!(areas.edges(1).count(), 8);
    }

    #[test]
    fn holes_and_borders() {
        let areas = holed();
        let inside = |x: f64, y: f64| areas.contains(1, on_grid(x, y));
        assert!(inside(0.5, 0.5) && inside(0.0, 2.0) && inside(4.0, 4.0));
        assert!(inside(1.0, 1.5) && !inside(1.5, 1.5) && !inside(-0.1, 2.0) && !inside(5.0, 1.0));
    }

    #[test]
    fn what_vanishes_on_the_grid_is_no_land() {
        let mut areas = Areas::default();
        let speck = polygon![(x: 0.0, y: 0.0), (x: 1e-9, y: 0.0), (x: 0.0, y: 1e-9)];
        assert!(!areas.push(&MultiPolygon(vec![speck])));
        assert!(areas.is_bare(0));
    }
}
