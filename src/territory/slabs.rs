//! Rays to the left and right, answered exactly.

use super::grid::{Pt, cross};
use std::cmp::Ordering;

/// Segments in horizontal slabs of the plane, for rays parallel to the x axis.
///
/// A ray from `p` runs at height `p.y + e` with an infinitely small `e > 0`: it passes through no
/// vertex, horizontal segments do not count, and a segment counts when `low.y <= p.y < high.y`.
pub(super) struct Slabs {
    /// Each segment with its lower end first; horizontal ones are kept but never hit.
    upward: Vec<[Pt; 2]>,
    base: i64,
    height: i64,
    /// Start of each slab in `members`.
    start: Vec<usize>,
    members: Vec<u32>,
}

/// Which way a ray runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Left,
    Right,
}

impl Slabs {
    /// Sorts segments into slabs. Each is found from heights up to `margin` away from it too.
    pub(super) fn new(segments: impl Iterator<Item = [Pt; 2]>, margin: i64) -> Slabs {
        let upward: Vec<[Pt; 2]> = segments
            .map(|[a, b]| if a[1] <= b[1] { [a, b] } else { [b, a] })
            .collect();
        let base = upward.iter().map(|s| s[0][1]).min().unwrap_or(0) - margin;
        let top = upward.iter().map(|s| s[1][1]).max().unwrap_or(0) + margin;
        // As many slabs as there are segments, but fewer where tall segments would stand in too
        // many of them: eight entries per segment on average.
        let n = upward.len().max(1) as i128;
        let tall: i128 = upward
            .iter()
            .map(|s| i128::from(s[1][1] - s[0][1] + 2 * margin))
            .sum();
        let range = i128::from(top - base) + 1;
        let slabs = (8 * n * range / tall.max(1)).clamp(1, n);
        let height = ((range + slabs - 1) / slabs).max(1) as i64;
        let slabs = ((range as i64) + height - 1) / height;
        let span = |s: &[Pt; 2]| {
            let first = (s[0][1] - margin - base) / height;
            let last = (s[1][1] + margin - base) / height;
            first as usize..=last as usize
        };
        let mut start = vec![0; slabs as usize + 1];
        for s in &upward {
            span(s).for_each(|slab| start[slab + 1] += 1);
        }
        for slab in 1..start.len() {
            start[slab] += start[slab - 1];
        }
        let mut fill = start.clone();
        let mut members = vec![0; start.last().copied().unwrap_or(0)];
        for (i, s) in upward.iter().enumerate() {
            for slab in span(s) {
                members[fill[slab]] = i as u32;
                fill[slab] += 1;
            }
        }
        Slabs {
            upward,
            base,
            height,
            start,
            members,
        }
    }

    /// The segments that may have a point at height `y`, within the margin.
    pub(super) fn at(&self, y: i64) -> &[u32] {
        let slab = (y - self.base).div_euclid(self.height);
        if slab < 0 || slab as usize + 1 >= self.start.len() {
            return &[];
        }
        &self.members[self.start[slab as usize]..self.start[slab as usize + 1]]
    }

    /// A segment, lower end first.
    pub(super) fn segment(&self, i: u32) -> [Pt; 2] {
        self.upward[i as usize]
    }

    /// Calls `hit` with each segment that the ray from `p` to the left crosses.
    pub(super) fn left_of(&self, p: Pt, mut hit: impl FnMut(usize)) {
        for &i in self.at(p[1]) {
            let [low, high] = self.upward[i as usize];
            if low[1] <= p[1] && p[1] < high[1] && cross(low, high, p) < 0 {
                hit(i as usize);
            }
        }
    }

    /// The first segment that the ray from `p` meets. What passes through `p` is not met.
    pub(super) fn first(&self, p: Pt, way: Way) -> Option<usize> {
        self.first_of(p, way, |side| match way {
            Way::Left => side < 0,
            Way::Right => side > 0,
        })
    }

    /// The same for a ray that starts infinitely little to the right of `p`: on the left it meets what
    /// passes through `p`, on the right it does not.
    pub(super) fn first_right_of(&self, p: Pt, way: Way) -> Option<usize> {
        self.first_of(p, way, |side| match way {
            Way::Left => side <= 0,
            Way::Right => side > 0,
        })
    }

    /// The first segment that the ray from `p` meets, among those that have `p` on a side that counts.
    fn first_of(&self, p: Pt, way: Way, counts: impl Fn(i128) -> bool) -> Option<usize> {
        let mut best: Option<u32> = None;
        for &i in self.at(p[1]) {
            let [low, high] = self.upward[i as usize];
            if low[1] > p[1] || p[1] >= high[1] {
                continue;
            }
            if !counts(cross(low, high, p)) {
                continue;
            }
            let nearer = best.is_none_or(|held| {
                let order = self.compare(i, held, p[1]);
                if way == Way::Left {
                    order.is_gt()
                } else {
                    order.is_lt()
                }
            });
            if nearer {
                best = Some(i);
            }
        }
        best.map(|i| i as usize)
    }

    /// Which of two segments is farther left just above height `y`:
    /// `x = low.x + (y - low.y) dx / dy`, then `dx / dy`.
    fn compare(&self, i: u32, j: u32, y: i64) -> Ordering {
        let parts = |k: u32| {
            let [low, high] = self.upward[k as usize];
            let dx = i128::from(high[0] - low[0]);
            let dy = i128::from(high[1] - low[1]);
            (
                i128::from(low[0]) * dy + i128::from(y - low[1]) * dx,
                dx,
                dy,
            )
        };
        let ((x1, dx1, dy1), (x2, dx2, dy2)) = (parts(i), parts(j));
        (x1 * dy2)
            .cmp(&(x2 * dy1))
            .then_with(|| (dx1 * dy2).cmp(&(dx2 * dy1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_segment_is_hit_first() {
        let slabs = Slabs::new(
            [
                [[0, 0], [0, 10]],
                [[5, 10], [3, -2]],
                [[9, 0], [9, 5]],
                [[0, 0], [9, 0]],
            ]
            .into_iter(),
            0,
        );
        assert_eq!(slabs.first([7, 0], Way::Left), Some(1));
        assert_eq!(slabs.first([7, 0], Way::Right), Some(2));
        assert_eq!(slabs.first([7, 5], Way::Right), None);
        assert_eq!(slabs.first([2, 9], Way::Left), Some(0));
        assert_eq!(slabs.first([2, 11], Way::Left), None);
        let mut hits = Vec::new();
        slabs.left_of([7, 0], |i| hits.push(i));
        assert_eq!(hits, [0, 1]);
    }

    #[test]
    fn a_segment_through_the_start_is_on_the_left_of_a_ray_from_just_beside_it() {
        let slabs = Slabs::new([[[0, 0], [0, 9]], [[4, 0], [4, 9]]].into_iter(), 0);
        assert_eq!(slabs.first([4, 3], Way::Left), Some(0));
        assert_eq!(slabs.first_right_of([4, 3], Way::Left), Some(1));
        assert_eq!(slabs.first_right_of([4, 3], Way::Right), None);
    }

    #[test]
    fn segments_that_fan_out_of_a_vertex_are_told_apart() {
        let slabs = Slabs::new(
            [[[0, 0], [-5, 9]], [[0, 0], [4, 9]], [[0, 0], [0, 9]]].into_iter(),
            0,
        );
        assert_eq!(slabs.first([1, 0], Way::Left), Some(1));
        assert_eq!(slabs.first([-1, 0], Way::Right), Some(0));
    }
}
