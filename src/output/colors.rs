//! Fill colours: neighbouring territories differ, for colour-blind people too.

use super::vision::difference;
use geo::{CoordsIter, MultiPolygon};
use std::collections::{BTreeSet, HashMap};

/// Eight calm fills that dark text stands out on; every two of them differ by [`CLEAR`] or more.
const PALETTE: [&str; 8] = [
    "#7690cf", "#6fcdb6", "#fae6ad", "#d08884", "#e0b36c", "#b6b9f4", "#aef2f5", "#99914c",
];

/// A colour for one of several, where no map says who are neighbours.
pub(crate) fn any(j: usize) -> &'static str {
    PALETTE[j % PALETTE.len()]
}

/// A difference that is seen at once; the least one of two colours of the palette.
#[cfg(test)]
const CLEAR: f64 = 0.065;

/// Beyond this a greater difference helps nobody, and would only leave colours of the palette unused.
const ENOUGH: f64 = 0.085;

/// What a common border costs between two territories of one colour, against two that differ by `d`:
/// `-min(d, ENOUGH)`.
const SAME: f64 = 100.0;

/// Rounds of improvement; each lowers the cost, and few are needed.
const ROUNDS: usize = 50;

/// One colour per rep.
///
/// ```text
/// minimise  sum over neighbours a, b of  cost(color_a, color_b)
/// ```
///
/// First the territories in order of how many colours their neighbours have already (Brelaz 1979), each with the
/// colour that costs least, the one used least where several do; then each territory in turn gets the colour that
/// costs least, until nothing changes. Neighbours are territories that share a vertex of their borders.
pub(crate) fn colors(polygons: &[MultiPolygon<f64>]) -> Vec<&'static str> {
    let cost = costs();
    let near = neighbours(polygons);
    let mut used = [0usize; PALETTE.len()];
    let mut color: Vec<Option<usize>> = vec![None; near.len()];
    let best = |j: usize, color: &[Option<usize>], used: &[usize]| {
        let of = |c: usize| -> f64 {
            near[j]
                .iter()
                .filter_map(|n| color[*n])
                .map(|n| cost[c][n])
                .sum()
        };
        (0..PALETTE.len())
            .min_by(|a, b| of(*a).total_cmp(&of(*b)).then(used[*a].cmp(&used[*b])))
            .unwrap_or(0)
    };
    for _ in 0..near.len() {
        let open = (0..near.len()).filter(|j| color[*j].is_none());
        let taken = |j: &usize| {
            let mut seen = [false; PALETTE.len()];
            near[*j]
                .iter()
                .filter_map(|n| color[*n])
                .for_each(|c| seen[c] = true);
            let seen = seen.iter().filter(|s| **s).count();
            (seen, near[*j].len(), std::cmp::Reverse(*j))
        };
        let Some(next) = open.max_by_key(taken) else {
            break;
        };
        let c = best(next, &color, &used);
        color[next] = Some(c);
        used[c] += 1;
    }
    for _ in 0..ROUNDS {
        let mut changed = false;
        for j in 0..near.len() {
            let of = |c: usize, color: &[Option<usize>]| -> f64 {
                near[j]
                    .iter()
                    .filter_map(|n| color[*n])
                    .map(|n| cost[c][n])
                    .sum()
            };
            let (now, c) = (color[j].unwrap_or(0), best(j, &color, &used));
            if of(c, &color) < of(now, &color) - 1e-12 {
                color[j] = Some(c);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    color.into_iter().map(|c| PALETTE[c.unwrap_or(0)]).collect()
}

fn costs() -> [[f64; PALETTE.len()]; PALETTE.len()] {
    let mut cost = [[0.0; PALETTE.len()]; PALETTE.len()];
    for (a, row) in cost.iter_mut().enumerate() {
        for (b, cost) in row.iter_mut().enumerate() {
            *cost = if a == b {
                SAME
            } else {
                -difference(PALETTE[a], PALETTE[b]).min(ENOUGH)
            };
        }
    }
    cost
}

/// Which territories share a vertex of their borders, ascending.
fn neighbours(polygons: &[MultiPolygon<f64>]) -> Vec<Vec<usize>> {
    let mut at: HashMap<(u64, u64), Vec<usize>> = HashMap::new();
    for (j, shape) in polygons.iter().enumerate() {
        for p in shape.coords_iter() {
            let here = at.entry((p.x.to_bits(), p.y.to_bits())).or_default();
            if !here.contains(&j) {
                here.push(j);
            }
        }
    }
    let mut near: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); polygons.len()];
    for here in at.values() {
        for a in here {
            for b in here {
                if a != b {
                    near[*a].insert(*b);
                }
            }
        }
    }
    near.into_iter().map(|n| n.into_iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::polygon;

    #[test]
    fn all_colors_differ_for_everybody() {
        for (i, a) in PALETTE.iter().enumerate() {
            for b in &PALETTE[..i] {
                let d = difference(a, b);
                assert!(d >= CLEAR, "{a} {b} {d}");
            }
        }
    }

    #[test]
    fn neighbours_differ() {
        let square = |x: f64, y: f64| {
            MultiPolygon::new(vec![polygon![
                (x: x, y: y), (x: x + 1.0, y: y), (x: x + 1.0, y: y + 1.0), (x: x, y: y + 1.0)
            ]])
        };
        let grid: Vec<_> = (0..64)
            .map(|i| square(f64::from(i % 8), f64::from(i / 8)))
            .collect();
        let color = colors(&grid);
        for a in 0i32..64 {
            for b in 0i32..64 {
                let touch = (a % 8 - b % 8).abs() <= 1 && (a / 8 - b / 8).abs() <= 1;
                assert!(
                    a == b || !touch || color[a as usize] != color[b as usize],
                    "{a} {b}"
                );
            }
        }
    }

    #[test]
    fn territories_apart_use_the_whole_palette() {
        let apart: Vec<_> = (0..8)
            .map(|i| {
                let x = 10.0 * f64::from(i);
                MultiPolygon::new(vec![
                    polygon![(x: x, y: 0.0), (x: x + 1.0, y: 0.0), (x: x, y: 1.0)],
                ])
            })
            .collect();
        assert_eq!(colors(&apart).iter().collect::<BTreeSet<_>>().len(), 8);
    }
}
