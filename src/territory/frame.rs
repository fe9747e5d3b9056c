//! What the territories fill: the boundary, or a padded outline of the sites; on request no more
//! than the land within reach of a site.

use super::TerritoryError;
use super::grid::{Line, Pt, Rect, TURN, UNITS, cross};
use super::hull::{add_ring, around};
use super::outline::outline;
use super::slabs::Slabs;
use super::unroll::{Unroll, lat_units, lon_units};
use geo::{LineString, MultiPolygon};

/// Sites this near to the frame (in grid units) become fixed points of the drawing, so that no
/// rounded edge moves across them.
pub(super) const NEAR: i64 = 4;

/// The outline as directed segments: shells run counter-clockwise, holes clockwise, so the inside is
/// where the winding number is positive.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub segments: Vec<[Pt; 2]>,
    /// The outline of the land within reach, in the same form, where that is less.
    pub reach: Option<Vec<[Pt; 2]>>,
    pub rect: Rect,
    /// Drawn here, with room around every site.
    pub padded: bool,
}

/// Where a site lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub inside: bool,
    pub near: bool,
}

impl Frame {
    /// The outline of a boundary.
    pub(super) fn of_boundary(
        boundary: &MultiPolygon<f64>,
        unroll: Unroll,
    ) -> Result<Frame, TerritoryError> {
        let mut segments = Vec::new();
        for polygon in &boundary.0 {
            let shift = unroll.shift(polygon)?;
            let shells = std::iter::once((polygon.exterior(), true));
            let holes = polygon.interiors().iter().map(|ring| (ring, false));
            for (ring, shell) in shells.chain(holes) {
                add_ring(&mut segments, snapped(ring, shift)?, shell);
            }
        }
        if segments.is_empty() {
            return Err(TerritoryError("the boundary has no area".into()));
        }
        Ok(Frame::new(segments, false))
    }

    /// The outline of the places, padded.
    pub(super) fn padded(
        places: &[Pt],
        unroll: Unroll,
        squeeze: f64,
    ) -> Result<Frame, TerritoryError> {
        Ok(Frame::new(outline(places, unroll, squeeze)?, true))
    }

    /// The land within reach of a site, given by its outline, and nothing else.
    pub(super) fn of_reach(reach: Vec<[Pt; 2]>) -> Frame {
        Frame::new(reach, true)
    }

    fn new(segments: Vec<[Pt; 2]>, padded: bool) -> Frame {
        let rect = around(segments.iter().map(|s| &s[0]));
        Frame {
            segments,
            reach: None,
            rect,
            padded,
        }
    }

    /// An index of the segments.
    pub(super) fn index(&self) -> FrameIndex {
        FrameIndex::new(&self.segments)
    }
}

/// Tells where sites lie with respect to the frame.
pub(super) struct FrameIndex {
    slabs: Slabs,
    /// Whether each segment runs downwards.
    down: Vec<bool>,
}

impl FrameIndex {
    /// An index of directed segments: the inside is on their left.
    pub(super) fn new(segments: &[[Pt; 2]]) -> FrameIndex {
        FrameIndex {
            slabs: Slabs::new(segments.iter().copied(), NEAR),
            down: segments.iter().map(|s| s[0][1] > s[1][1]).collect(),
        }
    }

    /// Whether a site lies inside the frame (its edges belong to it), and near an edge.
    pub(super) fn position(&self, p: Pt) -> Position {
        let mut winding = 0;
        let mut near = false;
        for &i in self.slabs.at(p[1]) {
            let [low, high] = self.slabs.segment(i);
            let rect = Rect::of(low, high);
            if rect.min[0] > p[0] + NEAR {
                continue;
            }
            let side = if rect.max[0] < p[0] {
                -1
            } else {
                cross(low, high, p).signum()
            };
            if side == 0 && rect.contains(p) {
                return Position {
                    inside: true,
                    near: true,
                };
            }
            if side < 0 && low[1] <= p[1] && p[1] < high[1] {
                winding += if self.down[i as usize] { 1 } else { -1 };
            }
            near |= rect.grown(NEAR).contains(p) && within(low, high, p);
        }
        // Left of a counter-clockwise shell's western (downward) edge is the inside.
        Position {
            inside: winding > 0,
            near,
        }
    }
}

/// Whether `p` is within about [`NEAR`] of the line through two points.
fn within(a: Pt, b: Pt, p: Pt) -> bool {
    let line = Line::through(a, b);
    line.near(&Rect::of(p, p).grown(NEAR))
}

/// A ring on the grid, without its closing point and without repeats.
fn snapped(ring: &LineString<f64>, shift: i64) -> Result<Vec<Pt>, TerritoryError> {
    let mut points: Vec<Pt> = Vec::with_capacity(ring.0.len());
    for coord in ring.coords() {
        let p = [lon_units(coord.x)? + shift, lat_units(coord.y)?];
        if points.last() != Some(&p) {
            points.push(p);
        }
    }
    if points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    for (k, p) in points.iter().enumerate() {
        let q = points[(k + 1) % points.len()];
        let step = (p[0] - q[0]).abs();
        // A whole turn along the edge of a world map is meant; a jump from 179 to -179 hardly is.
        if step > TURN / 2 && step != TURN {
            return Err(TerritoryError(format!(
                "an edge of the boundary spans {:.1} degrees of longitude, from {} to {}, at latitude \
                 {}: cut the boundary at the antimeridian (RFC 7946), or add points to the edge",
                step as f64 / UNITS,
                (p[0] - shift) as f64 / UNITS,
                (q[0] - shift) as f64 / UNITS,
                p[1] as f64 / UNITS
            )));
        }
    }
    Ok(points)
}
