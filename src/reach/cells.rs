//! Cells of a lattice, and within which limit each lies: specks go.
//!
//! A speck is a piece of fewer than [`SPECK`] cells without a customer who is on its side: of what is within a limit (cells that touch, also
//! at corners), or of what is not (cells that share a side). Pieces of what is within go first, then holes are filled. Both keep the order of
//! sets (area opening and closing, Vincent 1993): what lies within a limit lies within each larger one, afterwards as before.

/// Pieces of fewer cells are specks.
const SPECK: usize = 4;

/// The least and the greatest limit that customers in a cell are within; [`NOBODY`] where there are none.
pub(super) type Held = (u8, u8);

/// No customer.
pub(super) const NOBODY: Held = (u8::MAX, 0);

/// A lattice of cells, row by row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub columns: usize,
    pub rows: usize,
}

impl Size {
    pub fn cells(self) -> usize {
        self.columns * self.rows
    }

    /// The cells at most so many columns and rows from one, itself included.
    pub fn around(self, cell: usize, most: usize) -> impl Iterator<Item = usize> {
        let (x, y) = (cell % self.columns, cell / self.columns);
        let xs = x.saturating_sub(most)..(x + most + 1).min(self.columns);
        let ys = y.saturating_sub(most)..(y + most + 1).min(self.rows);
        ys.flat_map(move |y| xs.clone().map(move |x| y * self.columns + x))
    }
}

/// Takes specks out of `level`, which says for each cell how many limits are too small for it; there are `limits` of them.
pub(super) fn sieve(level: &mut [u8], held: &[Held], size: Size, limits: u8) {
    let mut sieved = vec![limits; level.len()];
    for limit in (0..limits).rev() {
        let mut within: Vec<bool> = level.iter().map(|l| *l <= limit).collect();
        turn(&mut within, true, size, |cell| held[cell].0 <= limit);
        turn(&mut within, false, size, |cell| held[cell].1 > limit);
        for (cell, _) in within.iter().enumerate().filter(|(_, within)| **within) {
            sieved[cell] = limit;
        }
    }
    level.copy_from_slice(&sieved);
}

/// Turns the specks of a side over that hold nobody.
fn turn(within: &mut [bool], side: bool, size: Size, holds: impl Fn(usize) -> bool) {
    let mut seen = vec![false; within.len()];
    let mut piece = Vec::new();
    for first in 0..within.len() {
        if within[first] != side || seen[first] {
            continue;
        }
        piece.clear();
        piece.push(first);
        seen[first] = true;
        let mut at = 0;
        while at < piece.len() {
            let cell = piece[at];
            at += 1;
            for next in size.around(cell, 1) {
                let straight = next % size.columns == cell % size.columns
                    || next / size.columns == cell / size.columns;
                if within[next] == side && !seen[next] && (side || straight) {
                    seen[next] = true;
                    piece.push(next);
                }
            }
        }
        if piece.len() < SPECK && !piece.iter().any(|cell| holds(*cell)) {
            piece.iter().for_each(|cell| within[*cell] = !side);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;

    #[test]
    fn specks_go_and_customers_stay() {
        let size = Size {
            columns: 9,
            rows: 5,
        };
        let mut level = vec![1; 45];
        let mut held = vec![NOBODY; 45];
        // Four in a row stay, one alone goes, one with a customer stays.
        (9..13).for_each(|cell| level[cell] = 0);
        (level[26], level[42]) = (0, 0);
        held[42] = (0, 0);
        sieve(&mut level, &held, size, 1);
        let within: Vec<usize> = (0..45).filter(|c| level[*c] == 0).collect();
        assert_eq!(within, [9, 10, 11, 12, 42]);
    }

    #[test]
    fn sets_stay_nested_and_depend_on_no_other_limit() {
        let mut random = Random(5);
        let size = Size {
            columns: 12,
            rows: 12,
        };
        for _ in 0..200 {
            let level: Vec<u8> = (0..144).map(|_| random.below(4) as u8).collect();
            let mut held = vec![NOBODY; 144];
            for _ in 0..10 {
                let l = random.below(4) as u8;
                held[random.below(144)] = (l, l);
            }
            let mut all = level.clone();
            sieve(&mut all, &held, size, 3);
            for limit in 0..3 {
                let to = |l: u8| u8::from(l > limit);
                let mut one: Vec<u8> = level.iter().map(|l| to(*l)).collect();
                let held: Vec<Held> = held
                    .iter()
                    .map(|h| if *h == NOBODY { *h } else { (to(h.0), to(h.1)) })
                    .collect();
                sieve(&mut one, &held, size, 1);
                // A larger limit takes a cell in only if it is within that one, too.
                let same = all
                    .iter()
                    .zip(&one)
                    .all(|(all, one)| (*all > limit) == (*one > 0));
                assert!(same);
            }
        }
    }
}
