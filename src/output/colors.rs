//! Fill colours: neighbouring territories differ.

use geo::{CoordsIter, MultiPolygon};
use std::collections::{BTreeSet, HashMap};

/// Twelve light fills that dark text stands out on.
const PALETTE: [&str; 12] = [
    "#8dd3c7", "#fdb462", "#80b1d3", "#fccde5", "#b3de69", "#bc80bd", "#ffed6f", "#fb8072",
    "#bebada", "#ccebc5", "#d9b38c", "#9ecae1",
];

/// One colour per rep: greedy over the reps in order, of the colours that no neighbour has the one used least.
/// Neighbours are territories that share a piece of border.
pub(super) fn colors(polygons: &[MultiPolygon<f64>]) -> Vec<&'static str> {
    let near = neighbours(polygons);
    let mut used = [0usize; PALETTE.len()];
    let mut color: Vec<usize> = Vec::with_capacity(polygons.len());
    for others in &near {
        let taken: BTreeSet<usize> = others
            .iter()
            .filter_map(|j| color.get(*j).copied())
            .collect();
        let best = (0..PALETTE.len())
            .min_by_key(|c| (taken.contains(c), used[*c], *c))
            .unwrap_or(0);
        used[best] += 1;
        color.push(best);
    }
    color.into_iter().map(|c| PALETTE[c]).collect()
}

/// Which territories share a vertex of their borders.
fn neighbours(polygons: &[MultiPolygon<f64>]) -> Vec<BTreeSet<usize>> {
    let mut at: HashMap<(u64, u64), Vec<usize>> = HashMap::new();
    for (j, shape) in polygons.iter().enumerate() {
        for p in shape.coords_iter() {
            let here = at.entry((p.x.to_bits(), p.y.to_bits())).or_default();
            if !here.contains(&j) {
                here.push(j);
            }
        }
    }
    let mut near = vec![BTreeSet::new(); polygons.len()];
    for here in at.values() {
        for a in here {
            for b in here {
                if a != b {
                    near[*a].insert(*b);
                }
            }
        }
    }
    near
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::polygon;

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
        assert_eq!(color.iter().collect::<BTreeSet<_>>().len(), PALETTE.len());
    }
}
