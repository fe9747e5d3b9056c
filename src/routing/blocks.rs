//! Which pairs are asked together: blocks of sources and targets, each within the limits of a request.

/// Sources and targets, by position, all pairs of which are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub sources: Vec<u32>,
    pub targets: Vec<u32>,
}

/// What a request may have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub pairs: usize,
    pub places: usize,
}

impl Block {
    pub fn pairs(&self) -> usize {
        self.sources.len() * self.targets.len()
    }

    pub fn places(&self) -> usize {
        self.sources.len() + self.targets.len()
    }

    pub fn fits(&self, limits: Limits) -> bool {
        // Two places are the least.
        self.pairs() <= limits.pairs.max(1) && self.places() <= limits.places.max(2)
    }

    /// Two halves, cut across the longer side; `None` of a single pair.
    pub fn halves(&self) -> Option<[Block; 2]> {
        let cut = |list: &[u32]| {
            let (a, b) = list.split_at(list.len().div_ceil(2));
            [a.to_vec(), b.to_vec()]
        };
        if self.pairs() < 2 {
            return None;
        }
        let halves = if self.sources.len() > self.targets.len() {
            cut(&self.sources).map(|sources| Block {
                sources,
                targets: self.targets.clone(),
            })
        } else {
            cut(&self.targets).map(|targets| Block {
                sources: self.sources.clone(),
                targets,
            })
        };
        Some(halves)
    }

    /// The blocks of it that are within the limits.
    pub fn within(self, limits: Limits, out: &mut Vec<Block>) {
        let halves = if self.fits(limits) {
            None
        } else {
            self.halves()
        };
        match halves {
            Some(halves) => halves.into_iter().for_each(|half| half.within(limits, out)),
            None if self.pairs() > 0 => out.push(self),
            None => {}
        }
    }
}

/// Blocks that have every pair that is needed. At least half of the pairs of each are: what is asked for nothing costs less than requests
/// for single pairs.
pub(super) fn cover(
    [m, n]: [usize; 2],
    limits: Limits,
    needed: &dyn Fn(usize, usize) -> bool,
) -> Vec<Block> {
    let mut out = Vec::new();
    let all = Block {
        sources: (0..m as u32).collect(),
        targets: (0..n as u32).collect(),
    };
    split(all, limits, needed, &mut out);
    out
}

fn split(
    block: Block,
    limits: Limits,
    needed: &dyn Fn(usize, usize) -> bool,
    out: &mut Vec<Block>,
) {
    let mut rows = vec![0_usize; block.sources.len()];
    let mut columns = vec![0_usize; block.targets.len()];
    for (i, row) in block.sources.iter().zip(&mut rows) {
        for (j, column) in block.targets.iter().zip(&mut columns) {
            if needed(*i as usize, *j as usize) {
                *row += 1;
                *column += 1;
            }
        }
    }
    let wanted: usize = rows.iter().sum();
    let kept = |list: &[u32], counts: &[usize]| -> Vec<u32> {
        let some = list.iter().zip(counts).filter(|(_, count)| **count > 0);
        some.map(|(at, _)| *at).collect()
    };
    let block = Block {
        sources: kept(&block.sources, &rows),
        targets: kept(&block.targets, &columns),
    };
    let all = block.pairs();
    if wanted == all {
        // Nothing more is to be found out about it.
        block.within(limits, out);
    } else if block.fits(limits) && 2 * wanted >= all {
        out.push(block);
    } else if let Some(halves) = block.halves() {
        halves
            .into_iter()
            .for_each(|half| split(half, limits, needed, out));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blocks, with each pair that is needed in one of them, and none in two.
    fn covers(size: [usize; 2], limits: Limits, needed: &dyn Fn(usize, usize) -> bool) -> usize {
        let blocks = cover(size, limits, needed);
        let mut seen = vec![0; size[0] * size[1]];
        for block in &blocks {
            assert!(block.fits(limits) && block.pairs() > 0, "{block:?}");
            for i in &block.sources {
                for j in &block.targets {
                    seen[*i as usize * size[1] + *j as usize] += 1;
                }
            }
        }
        for i in 0..size[0] {
            for j in 0..size[1] {
                let count = seen[i * size[1] + j];
                assert!(count <= 1 && (count == 1 || !needed(i, j)), "{i}, {j}");
            }
        }
        blocks.len()
    }

    const LIMITS: Limits = Limits {
        pairs: 100,
        places: 30,
    };

    #[test]
    fn every_pair_is_asked_once() {
        assert_eq!(covers([0, 5], LIMITS, &|_, _| true), 0);
        assert_eq!(covers([5, 5], LIMITS, &|_, _| true), 1);
        assert!(covers([20, 1000], LIMITS, &|_, _| true) <= 256);
        assert_eq!(covers([20, 1000], LIMITS, &|_, _| false), 0);
        // A new base, and two new customers.
        assert!(covers([20, 1000], LIMITS, &|i, _| i == 7) <= 64);
        assert_eq!(covers([20, 1000], LIMITS, &|_, j| j == 3 || j == 900), 1);
        covers([20, 100], LIMITS, &|i, j| (i + j) % 3 == 0);
        covers([20, 100], LIMITS, &|i, j| (i * 37 + j * 101) % 50 == 0);
        let one = Limits {
            pairs: 1,
            places: 2,
        };
        assert_eq!(covers([3, 4], one, &|_, _| true), 12);
    }
}
