//! The Delaunay triangulation of the places, and the exact Voronoi borders it stands for.

use super::TerritoryError;
use super::grid::{Line, Pt, Rect, TURN, round_ratio};
use super::tree::Tree;
use rayon::prelude::*;
use spade::{DelaunayTriangulation, HasPosition, Point2, Triangulation};

/// "No owner": what ghost vertices have.
pub(super) const NOBODY: u32 = u32::MAX;

/// Finest resolution of the squeeze of longitudes: `cos(latitude)` to 1/1024.
const FINEST: i64 = 1024;

/// Places of different owners nearer than this (grid units) become fixed points of the drawing.
const CLOSE: i64 = 16;

/// The plane in which distances are compared: a grid point `(x, y)` stands at `(px * x, py * y)`.
///
/// `px / py` is `cos` of the mean latitude to the resolution `1 / py`. With integer factors the scaled
/// coordinates are exact, so the triangulation (adaptive exact predicates on `f64`, which holds
/// integers below 2^53) and the circumcentres (rationals in `i128`) are those of the grid points
/// themselves, cocircular points of a regular grid included.
///
/// Magnitudes: scaled coordinates differ by less than `2^41`, so squares sum to less than `2^83`,
/// and the numerators of circumcentres stay below `2^125`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plane {
    pub px: i64,
    pub py: i64,
}

impl Plane {
    /// The squeeze of longitudes at the mean latitude of the places.
    pub(super) fn squeeze(places: &[Pt]) -> f64 {
        let sum: i128 = places.iter().map(|p| i128::from(p[1])).sum();
        let mean = sum as f64 / places.len().max(1) as f64 / super::grid::UNITS;
        mean.to_radians().cos().max(0.02)
    }

    /// The plane for a map of the given size (width plus height).
    fn new(squeeze: f64, size: i64) -> Plane {
        let mut py = FINEST;
        while py > 1 && 2 * size * py > 1 << 40 {
            py /= 2;
        }
        Plane {
            px: ((py as f64 * squeeze).round() as i64).max(1),
            py,
        }
    }

    /// Where a grid point stands.
    fn scaled(self, p: Pt) -> Pt {
        [self.px * p[0], self.py * p[1]]
    }

    /// Squared distance of two grid points.
    fn distance2(self, p: Pt, q: Pt) -> i128 {
        let d = self.scaled([p[0] - q[0], p[1] - q[1]]).map(i128::from);
        d[0] * d[0] + d[1] * d[1]
    }

    /// The bisector of two grid points, as a line of the grid:
    /// `2 px^2 (qx - px) x + 2 py^2 (qy - py) y = px^2 (qx^2 - px^2) + py^2 (qy^2 - py^2)`.
    fn bisector(self, p: Pt, q: Pt) -> Line {
        let (sp, sq) = (
            self.scaled(p).map(i128::from),
            self.scaled(q).map(i128::from),
        );
        Line {
            a: 2 * self.px * self.px * (q[0] - p[0]),
            b: 2 * self.py * self.py * (q[1] - p[1]),
            c: sq[0] * sq[0] - sp[0] * sp[0] + sq[1] * sq[1] - sp[1] * sp[1],
        }
    }

    /// The pixel of the circumcentre of three grid points that are not on a line.
    ///
    /// With `b`, `c` the scaled offsets of the other two from `p`:
    /// `u = (c_y |b|^2 - b_y |c|^2, b_x |c|^2 - c_x |b|^2) / (2 (b x c))`.
    fn circumcentre(self, p: Pt, q: Pt, r: Pt) -> Pt {
        let b = self.scaled([q[0] - p[0], q[1] - p[1]]).map(i128::from);
        let c = self.scaled([r[0] - p[0], r[1] - p[1]]).map(i128::from);
        let (bb, cc) = (b[0] * b[0] + b[1] * b[1], c[0] * c[0] + c[1] * c[1]);
        let den = 2 * (b[0] * c[1] - b[1] * c[0]);
        [
            p[0] + round_ratio(c[1] * bb - b[1] * cc, den * i128::from(self.px)),
            p[1] + round_ratio(b[0] * cc - c[0] * bb, den * i128::from(self.py)),
        ]
    }
}

/// An edge of the triangulation: its ends, and the triangles on its left and right.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub ends: [u32; 2],
    pub faces: [u32; 2],
}

/// The triangulation in flat arrays.
#[derive(Clone, Debug)]
pub(super) struct Mesh {
    pub plane: Plane,
    /// Vertices: the places, their copies one turn to the east or west, four ghosts.
    pub at: Vec<Pt>,
    /// The place that each copy repeats.
    copies: Vec<u32>,
    places: usize,
    /// The box of the map and the squeeze of longitudes that it was made for.
    rect: Rect,
    squeeze: f64,
    pub links: Vec<Link>,
    /// The corners of each face; face 0 is the one round all others.
    pub triangles: Vec<[u32; 3]>,
}

/// A border between two owners: the part of a bisector between two circumcentres, whose pixels are
/// `from` and `to`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Border {
    pub line: Line,
    pub from: Pt,
    pub to: Pt,
    pub left: u32,
    pub right: u32,
}

struct Vertex {
    position: Point2<f64>,
    index: u32,
}

impl HasPosition for Vertex {
    type Scalar = f64;

    fn position(&self) -> Point2<f64> {
        self.position
    }
}

impl Mesh {
    /// Triangulates the places of a map whose frame has the box `frame`.
    ///
    /// Four ghosts at a distance of twice the map's size (width plus height) stand round the map.
    /// Every point of the map is nearer to every place than to a ghost, so they change nothing on
    /// the map, but every place is inside the hull and has a bounded cell. They do not disconnect
    /// the places either: a minimum spanning tree joins all places before it reaches for a ghost,
    /// and it is part of the triangulation.
    ///
    /// Where the map is wider than half a turn, places stand a second time one turn away, so that
    /// cells on both sides of the cut know of each other.
    pub(super) fn new(places: &[Pt], frame: &Rect, squeeze: f64) -> Result<Mesh, TerritoryError> {
        let mut at = places.to_vec();
        let mut rect = *frame;
        places.iter().for_each(|&p| rect.add(p));
        let mut copies = Vec::new();
        if rect.max[0] - rect.min[0] > TURN / 2 {
            let reach = rect.min[0] - TURN / 2..=rect.max[0] + TURN / 2;
            for (place, &p) in places.iter().enumerate() {
                for x in [p[0] - TURN, p[0] + TURN] {
                    if reach.contains(&x) {
                        copies.push(place as u32);
                        at.push([x, p[1]]);
                        rect.add([x, p[1]]);
                    }
                }
            }
        }
        let size = (rect.max[0] - rect.min[0]) + (rect.max[1] - rect.min[1]) + 1000;
        let plane = Plane::new(squeeze, size);
        let middle = [0, 1].map(|k| i64::midpoint(rect.min[k], rect.max[k]));
        // Twice the size in the scaled plane, hence farther in grid units where px < py.
        let far = [2 * size * plane.py / plane.px, 2 * size];
        for (sx, sy) in [(-1, -1), (1, -1), (1, 1), (-1, 1)] {
            at.push([middle[0] + sx * far[0], middle[1] + sy * far[1]]);
        }
        let vertices = at
            .iter()
            .enumerate()
            .map(|(index, &p)| {
                let [x, y] = plane.scaled(p);
                Vertex {
                    position: Point2::new(x as f64, y as f64),
                    index: index as u32,
                }
            })
            .collect();
        let spade = DelaunayTriangulation::<Vertex>::bulk_load(vertices)
            .map_err(|error| TerritoryError(format!("the triangulation failed: {error}")))?;
        let links = spade
            .undirected_edges()
            .map(|edge| {
                let edge = edge.as_directed();
                Link {
                    ends: edge.vertices().map(|v| v.data().index),
                    faces: [edge.face(), edge.rev().face()].map(|f| f.fix().index() as u32),
                }
            })
            .collect();
        // Face 0 is the outer one.
        let mut triangles = vec![[0; 3]; spade.num_all_faces()];
        for face in spade.inner_faces() {
            triangles[face.fix().index()] = face.vertices().map(|v| v.data().index);
        }
        Ok(Mesh {
            plane,
            at,
            copies,
            places: places.len(),
            rect: *frame,
            squeeze,
            links,
            triangles,
        })
    }

    /// The triangulation of other places of the same map.
    pub(super) fn of_others(&self, places: &[Pt]) -> Result<Mesh, TerritoryError> {
        Mesh::new(places, &self.rect, self.squeeze)
    }

    /// The place of a vertex; `None` for a ghost.
    pub(super) fn place(&self, vertex: u32) -> Option<u32> {
        let v = vertex as usize;
        if v < self.places {
            Some(vertex)
        } else {
            self.copies.get(v - self.places).copied()
        }
    }

    /// Whether a vertex is a place itself, no copy and no ghost.
    pub(super) fn is_place(&self, vertex: u32) -> bool {
        (vertex as usize) < self.places
    }

    /// The two different places that an edge joins, if it does.
    pub(super) fn places_of(&self, link: &Link) -> Option<[u32; 2]> {
        let [p, q] = link.ends.map(|v| self.place(v));
        Some([p?, q?]).filter(|[p, q]| p != q)
    }

    /// The owner of every vertex, given that of every place.
    fn owners(&self, place_owner: &[u32]) -> Vec<u32> {
        let mut owners = place_owner.to_vec();
        owners.extend(self.copies.iter().map(|&place| place_owner[place as usize]));
        owners.resize(self.at.len(), NOBODY);
        owners
    }

    /// The borders between owners that may meet the box, and the places within [`CLOSE`] units of
    /// a place of another owner.
    pub(super) fn borders(&self, place_owner: &[u32], rect: &Rect) -> (Vec<Border>, Vec<u32>) {
        let owners = self.owners(place_owner);
        let split = |link: &Link| {
            let [from, to] = link.ends.map(|v| owners[v as usize]);
            from != to && from != NOBODY && to != NOBODY
        };
        let links: Vec<Link> = self.links.par_iter().copied().filter(split).collect();
        let mut faces: Vec<u32> = links.iter().flat_map(|link| link.faces).collect();
        faces.par_sort_unstable();
        faces.dedup();
        let centres: Vec<Pt> = faces
            .par_iter()
            .map(|&face| {
                let [p, q, r] = self.triangles[face as usize].map(|v| self.at[v as usize]);
                self.plane.circumcentre(p, q, r)
            })
            .collect();
        let centre = |face: u32| faces.binary_search(&face).ok().map(|k| centres[k]);
        let grown = rect.grown(8);
        let borders = links
            .par_iter()
            .filter_map(|link| {
                let [p, q] = link.ends.map(|v| self.at[v as usize]);
                let [left, right] = link.ends.map(|v| owners[v as usize]);
                // Turned a quarter to the left of p -> q: from the right triangle to the left one,
                // with p on the left.
                let (from, to) = (centre(link.faces[1])?, centre(link.faces[0])?);
                let line = self.plane.bisector(p, q);
                let meets = from != to && Rect::of(from, to).meets(&grown) && line.near(&grown);
                meets.then_some(Border {
                    line,
                    from,
                    to,
                    left,
                    right,
                })
            })
            .collect();
        let limit = i128::from(CLOSE * self.plane.py).pow(2);
        let mut close: Vec<u32> = links
            .par_iter()
            .filter(|link| {
                let [p, q] = link.ends.map(|v| self.at[v as usize]);
                self.plane.distance2(p, q) < limit
            })
            .flat_map_iter(|link| link.ends)
            .filter(|&v| (v as usize) < self.places)
            .collect();
        close.par_sort_unstable();
        close.dedup();
        (borders, close)
    }

    /// The pixels of the circumcentres of all faces; face 0 has none.
    pub(super) fn centres(&self) -> Vec<Pt> {
        let centre = |t: &[u32; 3]| {
            let [p, q, r] = t.map(|v| self.at[v as usize]);
            self.plane.circumcentre(p, q, r)
        };
        let mut centres = vec![[0; 2]; 1.min(self.triangles.len())];
        centres.par_extend(self.triangles.par_iter().skip(1).map(centre));
        centres
    }

    /// How far each place is from the nearest border, about: half its distance to the nearest
    /// neighbour of another owner, infinity without one. In grid units of latitude.
    pub(super) fn clearances(&self, place_owner: &[u32]) -> Vec<f64> {
        let owners = self.owners(place_owner);
        let mut clear = vec![f64::INFINITY; self.places];
        for link in &self.links {
            let [from, to] = link.ends.map(|v| owners[v as usize]);
            if from == to || from == NOBODY || to == NOBODY {
                continue;
            }
            let [p, q] = link.ends.map(|v| self.at[v as usize]);
            let half = (self.plane.distance2(p, q) as f64).sqrt() / self.plane.py as f64 / 2.0;
            for place in link.ends.iter().filter_map(|&v| self.place(v)) {
                let best = &mut clear[place as usize];
                *best = best.min(half);
            }
        }
        clear
    }

    /// A tree over the places and their copies.
    pub(super) fn tree(&self) -> Tree {
        let all = &self.at[..self.places + self.copies.len()];
        Tree::new(all.iter().map(|&p| Rect::of(p, p)).collect())
    }

    /// The place nearest to a grid point, of equals the first; `tree` is that of this mesh.
    pub(super) fn nearest(&self, tree: &Tree, p: Pt) -> Option<u32> {
        let to = |rect: &Rect| {
            let near = [0, 1].map(|k| p[k].clamp(rect.min[k], rect.max[k]));
            self.plane.distance2(near, p)
        };
        let vertex = tree.least(to, |v| self.plane.distance2(self.at[v], p))?;
        self.place(vertex as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circumcentre_is_rounded_into_its_pixel() {
        let plane = Plane { px: 1, py: 1 };
        assert_eq!(plane.circumcentre([0, 0], [10, 0], [0, 10]), [5, 5]);
        assert_eq!(plane.circumcentre([0, 0], [11, 0], [0, 9]), [6, 5]);
        let squeezed = Plane { px: 640, py: 1024 };
        let centre = squeezed.circumcentre([0, 0], [1000, 0], [0, 1000]);
        assert_eq!(centre, [500, 500]);
    }

    #[test]
    fn squares_have_one_centre_whatever_their_diagonal() {
        let plane = Plane { px: 643, py: 1024 };
        let [a, b, c, d] = [[3, 3], [10, 3], [10, 14], [3, 14]];
        let centre = plane.circumcentre(a, b, c);
        assert_eq!(centre, plane.circumcentre(a, c, d));
        assert_eq!(centre, plane.circumcentre(b, c, d));
        assert!(plane.bisector(a, b).enters(centre));
        assert!(plane.bisector(b, c).enters(centre));
    }

    #[test]
    fn the_numbers_of_a_world_map_fit() {
        let turn = TURN;
        let size = 2 * turn + turn / 2 + 1000;
        let plane = Plane::new(1.0, size);
        let far = 2 * size;
        let centre = plane.circumcentre([-turn, turn / 4], [far, far], [far, -far]);
        assert!(centre[0].abs() < far && centre[1].abs() < far);
        assert!(
            plane
                .bisector([-turn, -turn / 4], [turn, turn / 4])
                .enters([0, 0])
        );
    }
}
