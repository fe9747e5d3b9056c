//! A lattice over the land around a home base, and a point of road in each cell that has any.

use super::cells::Size;
use crate::base::sphere::EARTH_RADIUS_KM;
use crate::roads::{self, Graph, Snap};

/// The finest lattice, degrees of latitude: 11 m.
const FINEST: f64 = 1e-4;

/// Kilometres of a degree of latitude.
pub(super) fn degree_km() -> f64 {
    EARTH_RADIUS_KM.to_radians()
}

/// Rectangular cells, as wide as they are high at the latitude of the home base.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lattice {
    /// The longitude that others are counted from: at most half a turn away.
    middle: f64,
    /// The lower left corner, degrees.
    low: [f64; 2],
    /// The size of a cell, degrees.
    step: [f64; 2],
    pub size: Size,
}

/// West, south, east, north of some places; longitudes are near the middle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    middle: f64,
    low: [f64; 2],
    high: [f64; 2],
}

/// The longitude that is the same, at most half a turn from the middle.
fn near(middle: f64, lon: f64) -> f64 {
    lon - 360.0 * ((lon - middle) / 360.0).round()
}

impl Extent {
    pub fn around([lon, lat]: [f64; 2]) -> Extent {
        Extent {
            middle: lon,
            low: [lon, lat],
            high: [lon, lat],
        }
    }

    pub fn has(&self, [lon, lat]: [f64; 2]) -> bool {
        let at = [near(self.middle, lon), lat];
        [0, 1]
            .iter()
            .all(|k| self.low[*k] <= at[*k] && at[*k] <= self.high[*k])
    }

    pub fn add(&mut self, [lon, lat]: [f64; 2]) {
        let at = [near(self.middle, lon), lat];
        for axis in [0, 1] {
            self.low[axis] = self.low[axis].min(at[axis]);
            self.high[axis] = self.high[axis].max(at[axis]);
        }
    }

    /// The finest lattice of at most so many cells that covers the extent, and `margin_km` and two cells around it. Its steps are
    /// [`FINEST`] or twice, four times, ... that, and its corners multiples of them.
    pub fn lattice(&self, margin_km: f64, most: usize, lat: f64) -> Lattice {
        let squeeze = lat.to_radians().cos().max(0.01);
        let mut step = FINEST;
        loop {
            let steps = [step / squeeze, step];
            let margin = margin_km / degree_km() / step + 2.0;
            let low = [0, 1].map(|k| (self.low[k] / steps[k] - margin).floor());
            let high = [0, 1].map(|k| (self.high[k] / steps[k] + margin).ceil());
            let [columns, rows] = [0, 1].map(|k| (high[k] - low[k]) as usize);
            if columns.saturating_mul(rows) <= most {
                return Lattice {
                    middle: self.middle,
                    low: [low[0] * steps[0], low[1] * steps[1]],
                    step: steps,
                    size: Size { columns, rows },
                };
            }
            step *= 2.0;
        }
    }
}

impl Lattice {
    /// The height of a cell, km.
    pub fn km(&self) -> f64 {
        self.step[1] * degree_km()
    }

    /// A place in cells from the corner.
    fn at(&self, [lon, lat]: [f64; 2]) -> [f64; 2] {
        let lon = near(self.middle, lon);
        [
            (lon - self.low[0]) / self.step[0],
            (lat - self.low[1]) / self.step[1],
        ]
    }

    fn cell_at(&self, [x, y]: [f64; 2]) -> Option<usize> {
        let inside = x >= 0.0 && y >= 0.0;
        let (x, y) = (x as usize, y as usize);
        let inside = inside && x < self.size.columns && y < self.size.rows;
        inside.then(|| y * self.size.columns + x)
    }

    /// The cell that a place lies in.
    pub fn cell(&self, place: [f64; 2]) -> Option<usize> {
        self.cell_at(self.at(place))
    }

    /// The middle of a cell, degrees.
    pub fn center(&self, cell: usize) -> [f64; 2] {
        let [x, y] = self.middle_of(cell);
        self.degrees([x, y])
    }

    fn middle_of(&self, cell: usize) -> [f64; 2] {
        let (x, y) = (cell % self.size.columns, cell / self.size.columns);
        [x as f64 + 0.5, y as f64 + 0.5]
    }

    fn degrees(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let lon = self.low[0] + x * self.step[0];
        let lat = (self.low[1] + y * self.step[1]).clamp(-90.0, 90.0);
        [near(0.0, lon), lat]
    }

    /// The point of road in each cell that is nearest to its middle, among some on each piece of road: half a cell apart at most.
    pub fn points(&self, graph: &Graph) -> Vec<Option<Point>> {
        let mut best: Vec<Option<Candidate>> = vec![None; self.size.cells()];
        let (columns, rows) = (self.size.columns as f64, self.size.rows as f64);
        for edge in roads::stretches(graph) {
            let mut last: Option<[f64; 2]> = None;
            for (corner, place) in roads::corners(graph, edge).enumerate() {
                let to = self.at(place);
                let Some(from) = last.replace(to) else {
                    continue;
                };
                let beyond =
                    |k: usize, end: f64| from[k].max(to[k]) < 0.0 || from[k].min(to[k]) > end;
                let d = [to[0] - from[0], to[1] - from[1]];
                // What leads half around the world leads the other way.
                if beyond(0, columns) || beyond(1, rows) || d[0].abs() * self.step[0] > 180.0 {
                    continue;
                }
                let pieces = (2.0 * d[0].abs().max(d[1].abs())).ceil().max(1.0);
                for n in 0..=pieces as usize {
                    let share = n as f64 / pieces;
                    let at = [from[0] + d[0] * share, from[1] + d[1] * share];
                    let Some(cell) = self.cell_at(at) else {
                        continue;
                    };
                    let middle = self.middle_of(cell);
                    let off = (at[0] - middle[0]).powi(2) + (at[1] - middle[1]).powi(2);
                    if best[cell].is_none_or(|b| off < b.off) {
                        let corner = corner as u32 - 1;
                        best[cell] = Some(Candidate {
                            off,
                            edge,
                            corner,
                            share,
                            at,
                        });
                    }
                }
            }
        }
        let point = |c: Candidate| Point {
            place: self.degrees(c.at),
            snap: roads::between(graph, c.edge, c.corner, c.share),
        };
        best.into_iter().map(|best| best.map(point)).collect()
    }

    /// For each cell without a point of road the cell whose point is near its middle: of all the nearest, or hardly farther (Danielsson 1980).
    pub fn nearest(&self, points: &[Option<Point>]) -> Vec<Option<usize>> {
        let (columns, rows) = (self.size.columns, self.size.rows);
        let own = |(cell, point): (usize, &Option<Point>)| point.as_ref().map(|_| cell);
        let mut near: Vec<Option<usize>> = points.iter().enumerate().map(own).collect();
        let off = |cell: usize, other: usize| {
            let place = points[other]
                .as_ref()
                .map_or([f64::MAX; 2], |p| self.at(p.place));
            let middle = self.middle_of(cell);
            (place[0] - middle[0]).powi(2) + (place[1] - middle[1]).powi(2)
        };
        let all = 0..columns * rows;
        let look = |cell: usize, near: &mut Vec<Option<usize>>| {
            if points[cell].is_some() {
                return;
            }
            let mut best = near[cell];
            for next in self.size.around(cell, 1) {
                if let Some(other) = near[next]
                    && best.is_none_or(|b| off(cell, other) < off(cell, b))
                {
                    best = Some(other);
                }
            }
            near[cell] = best;
        };
        for _ in 0..2 {
            all.clone().for_each(|cell| look(cell, &mut near));
            all.clone().rev().for_each(|cell| look(cell, &mut near));
        }
        near
    }
}

#[derive(Clone, Copy)]
struct Candidate {
    /// Squared, from the middle of the cell, in cells.
    off: f64,
    edge: u32,
    corner: u32,
    share: f64,
    at: [f64; 2],
}

/// A point of road.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    /// Degrees.
    pub place: [f64; 2],
    pub snap: Snap,
}
