//! A packed tree of boxes over items in an order that is already local.

use super::grid::{Pt, Rect};

/// Children per node.
const FAN: usize = 8;

/// Boxes over runs of [`FAN`] consecutive items, boxes over runs of those, and so on.
///
/// Nothing is sorted here: ring segments come in the order of their rings, points in Morton order.
pub(super) struct Tree {
    /// `levels[0]` has a box per item.
    levels: Vec<Vec<Rect>>,
}

impl Tree {
    /// The tree over the boxes of the items.
    pub(super) fn new(items: Vec<Rect>) -> Tree {
        let mut levels = vec![items];
        while let Some(last) = levels.last()
            && last.len() > FAN
        {
            let next = last
                .chunks(FAN)
                .map(|run| {
                    let mut all = Rect::EMPTY;
                    run.iter().for_each(|rect| all.join(rect));
                    all
                })
                .collect();
            levels.push(next);
        }
        Tree { levels }
    }

    /// Calls `found` with every item whose box, and those above it, are `wanted`, in item order.
    pub(super) fn visit(&self, wanted: impl Fn(&Rect) -> bool, mut found: impl FnMut(usize)) {
        let top = self.levels.len() - 1;
        let mut stack: Vec<(usize, usize)> = Vec::with_capacity(64);
        stack.extend((0..self.levels[top].len()).rev().map(|at| (top, at)));
        while let Some((level, at)) = stack.pop() {
            if !wanted(&self.levels[level][at]) {
                continue;
            }
            if level == 0 {
                found(at);
            } else {
                let end = (at * FAN + FAN).min(self.levels[level - 1].len());
                stack.extend((at * FAN..end).rev().map(|child| (level - 1, child)));
            }
        }
    }
}

impl Tree {
    /// Whether there is an item that is `right`, among those whose box, and those above it, are
    /// `wanted`.
    pub(super) fn any(
        &self,
        wanted: impl Fn(&Rect) -> bool,
        mut right: impl FnMut(usize) -> bool,
    ) -> bool {
        let top = self.levels.len() - 1;
        let mut stack: Vec<(usize, usize)> = Vec::with_capacity(64);
        stack.extend((0..self.levels[top].len()).map(|at| (top, at)));
        while let Some((level, at)) = stack.pop() {
            if !wanted(&self.levels[level][at]) {
                continue;
            }
            if level == 0 {
                if right(at) {
                    return true;
                }
            } else {
                let end = (at * FAN + FAN).min(self.levels[level - 1].len());
                stack.extend((at * FAN..end).map(|child| (level - 1, child)));
            }
        }
        false
    }

    /// The item with the least value, of equals the first; `bound` is no more than the value of any
    /// item in a box.
    pub(super) fn least<V: Ord + Copy>(
        &self,
        bound: impl Fn(&Rect) -> V,
        value: impl Fn(usize) -> V,
    ) -> Option<usize> {
        let mut queue = std::collections::BinaryHeap::new();
        let top = self.levels.len() - 1;
        let entry = |level: usize, at: usize| {
            // Boxes before items of the same value, so that the first of these is found.
            let v = if level == 0 {
                value(at)
            } else {
                bound(&self.levels[level][at])
            };
            std::cmp::Reverse((v, std::cmp::Reverse(level), at))
        };
        queue.extend((0..self.levels[top].len()).map(|at| entry(top, at)));
        while let Some(std::cmp::Reverse((_, std::cmp::Reverse(level), at))) = queue.pop() {
            if level == 0 {
                return Some(at);
            }
            let end = (at * FAN + FAN).min(self.levels[level - 1].len());
            queue.extend((at * FAN..end).map(|child| entry(level - 1, child)));
        }
        None
    }
}

/// Spreads the low 32 bits of `v` to the even bits.
fn spread(v: u64) -> u64 {
    let mut v = v & 0xffff_ffff;
    v = (v | v << 16) & 0x0000_ffff_0000_ffff;
    v = (v | v << 8) & 0x00ff_00ff_00ff_00ff;
    v = (v | v << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    v = (v | v << 2) & 0x3333_3333_3333_3333;
    (v | v << 1) & 0x5555_5555_5555_5555
}

/// Morton code of a point: the bits of x and y interleaved. It is only used for order, so points more
/// than `2^31` units (215 degrees) from the origin share the codes of the rim.
pub(super) fn morton(p: Pt) -> u64 {
    let [x, y] = p.map(|v| (v + (1 << 31)).clamp(0, (1 << 32) - 1) as u64);
    spread(x) | spread(y) << 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_scan_finds() {
        let points: Vec<Pt> = (0..1000)
            .map(|i| [i * 7919 % 1009, i * 104_729 % 997])
            .collect();
        let tree = Tree::new(points.iter().map(|&p| Rect::of(p, p)).collect());
        let query = Rect::of([100, 200], [400, 300]);
        let mut found = Vec::new();
        tree.visit(|rect| rect.meets(&query), |i| found.push(i));
        let scan: Vec<usize> = (0..points.len())
            .filter(|&i| query.contains(points[i]))
            .collect();
        assert_eq!(found, scan);
        assert!(!scan.is_empty());
    }

    #[test]
    fn an_empty_tree_finds_nothing() {
        Tree::new(Vec::new()).visit(|_| true, |_| panic!("nothing is there"));
    }

    #[test]
    fn morton_codes_keep_neighbours_together() {
        let codes: Vec<u64> = [[0, 0], [1, 0], [0, 1], [1, 1], [2, 0]]
            .map(morton)
            .to_vec();
        assert!(codes.windows(2).all(|w| w[1] == w[0] + 1));
        assert_eq!(morton([1 << 40, -1 << 40]), morton([1 << 41, -1 << 41]));
    }
}
