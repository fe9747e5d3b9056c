//! Rings of a shapefile's polygon, in any order, into polygons with their holes.
//!
//! Shells go clockwise and holes against the clock; a hole belongs to the smallest shell that it lies in. A polygon whose rings all go the wrong way is
//! taken for one of shells.

use crate::input::coords::Coords;

type Ring = Vec<[f64; 2]>;

/// Edges that are looked at for one geometry, as a multiple of how many it has: beyond that, it is none that a map has.
const LOOKS: usize = 500;

/// Twice the area, positive against the clock.
fn doubled(ring: &[[f64; 2]]) -> f64 {
    let Some([x0, y0]) = ring.first() else {
        return 0.0;
    };
    let pair = |pair: &[[f64; 2]]| {
        let ([ax, ay], [bx, by]) = (pair[0], pair[1]);
        (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
    };
    ring.windows(2).map(pair).sum()
}

/// Whether a position lies in a ring, by parity.
fn holds(ring: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
    let crosses = |pair: &&[[f64; 2]]| {
        let ([ax, ay], [bx, by]) = (pair[0], pair[1]);
        (ay > y) != (by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax)
    };
    ring.windows(2).filter(crosses).count() % 2 == 1
}

/// The extent of a ring: least x and y, largest x and y.
fn extent(ring: &[[f64; 2]]) -> [f64; 4] {
    let first = [
        f64::INFINITY,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NEG_INFINITY,
    ];
    ring.iter().fold(first, |e, [x, y]| {
        [e[0].min(*x), e[1].min(*y), e[2].max(*x), e[3].max(*y)]
    })
}

fn within(a: [f64; 4], b: [f64; 4]) -> bool {
    a[0] >= b[0] && a[1] >= b[1] && a[2] <= b[2] && a[3] <= b[3]
}

/// Puts rings into `coords` as a MultiPolygon.
pub(super) fn nest(rings: &[Ring], coords: &mut Coords) -> Result<(), String> {
    let areas: Vec<f64> = rings.iter().map(|ring| doubled(ring)).collect();
    let mut shells: Vec<usize> = (0..rings.len()).filter(|r| areas[*r] <= 0.0).collect();
    if shells.is_empty() {
        shells = (0..rings.len()).collect();
    }
    let mut holes: Vec<Vec<usize>> = vec![Vec::new(); shells.len()];
    let extents: Vec<[f64; 4]> = rings.iter().map(|ring| extent(ring)).collect();
    let edges: usize = rings.iter().map(Vec::len).sum();
    let mut left = edges.saturating_mul(LOOKS);
    for hole in (0..rings.len()).filter(|r| shells.binary_search(r).is_err()) {
        let mut best: Option<usize> = None;
        for (at, shell) in shells.iter().enumerate() {
            left = left.saturating_sub(1);
            if shells.len() == 1 {
                best = Some(at);
                break;
            }
            if !within(extents[hole], extents[*shell]) {
                continue;
            }
            left = left.saturating_sub(rings[*shell].len());
            // In the middle of an edge: corners of holes may touch the shell.
            let [a, b] = [
                rings[hole][0],
                *rings[hole].get(1).unwrap_or(&rings[hole][0]),
            ];
            let middle = [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0];
            let smaller = best.is_none_or(|best| areas[*shell].abs() < areas[shells[best]].abs());
            if smaller && holds(&rings[*shell], middle) {
                best = Some(at);
            }
        }
        if left == 0 {
            return Err("the polygon has too many shells and holes".to_owned());
        }
        match best {
            Some(at) => holes[at].push(hole),
            None => return Err("a hole of the polygon lies in none of its shells".to_owned()),
        }
    }
    for (shell, holes) in shells.iter().zip(&holes) {
        for ring in std::iter::once(shell).chain(holes) {
            rings[*ring].iter().for_each(|p| coords.push(*p, 3));
            match rings[*ring].is_empty() {
                true => coords.push_empty(2),
                false => coords.close(2),
            }
        }
        coords.close(1);
    }
    coords.close(0);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square, clockwise.
    fn square(x: f64, y: f64, side: f64) -> Ring {
        vec![
            [x, y],
            [x, y + side],
            [x + side, y + side],
            [x + side, y],
            [x, y],
        ]
    }

    fn hole(x: f64, y: f64, side: f64) -> Ring {
        square(x, y, side).into_iter().rev().collect()
    }

    #[test]
    fn holes_go_to_the_smallest_shell_around_them() {
        // An island in a lake, with a pond; the hole of the outer one comes first.
        let rings = [
            hole(1.0, 1.0, 8.0),
            square(0.0, 0.0, 10.0),
            square(2.0, 2.0, 6.0),
            hole(3.0, 3.0, 1.0),
        ];
        let mut coords = Coords::default();
        nest(&rings, &mut coords).unwrap();
        let polygons = coords.polygons(3).unwrap();
        let counts: Vec<usize> = polygons.iter().map(|p| p.interiors().len()).collect();
        assert_eq!(counts, [1, 1]);
        assert_eq!(polygons.0[1].interiors()[0].0[0].x, 3.0);
    }

    #[test]
    fn rings_that_go_the_wrong_way_are_shells() {
        let mut coords = Coords::default();
        nest(&[hole(0.0, 0.0, 1.0), hole(5.0, 0.0, 1.0)], &mut coords).unwrap();
        assert_eq!(coords.polygons(3).map(|p| p.0.len()), Ok(2));
    }

    #[test]
    fn what_lies_nowhere_is_told() {
        let apart = [
            square(0.0, 0.0, 1.0),
            square(3.0, 0.0, 1.0),
            hole(9.0, 0.0, 0.5),
        ];
        assert!(nest(&apart, &mut Coords::default()).is_err_and(|e| e.contains("hole")));
        assert!(nest(&[vec![]], &mut Coords::default()).is_ok());
    }

    #[test]
    fn many_shells_and_holes_come_to_an_end() {
        let n = 3000;
        let shells = (0..n).map(|_| square(0.0, 0.0, 10.0));
        let rings: Vec<Ring> = shells.chain((0..n).map(|_| hole(1.0, 1.0, 1.0))).collect();
        let begin = std::time::Instant::now();
        assert!(nest(&rings, &mut Coords::default()).is_err_and(|e| e.contains("too many")));
        assert!(begin.elapsed().as_secs() < 30, "{:?}", begin.elapsed());
    }
}
