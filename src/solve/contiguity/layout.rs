//! Owners on a [`Board`] that moves change: loads, cost, and whether a territory would be torn.

use super::board::{Band, Board};

/// Owners on a board that moves change, with loads and cost kept up to date.
pub(super) struct Layout<'b> {
    pub board: &'b Board,
    pub owner: Vec<u32>,
    /// Travel cost, and what load beside the targets costs.
    pub cost: f64,
    /// What loads are outside the bounds that the search keeps to, in shares.
    pub outside: f64,
    /// Rows outside the bounds that hold.
    pub broken: usize,
    load: Vec<f64>,
    /// The bounds that the search keeps to: those that hold, or tighter ones.
    aim: Vec<Band>,
    /// The vertices of each rep, and where in that list a vertex stands.
    of_rep: Vec<Vec<u32>>,
    at: Vec<u32>,
    seen: Vec<u32>,
    mark: u32,
    queue: Vec<u32>,
}

/// Vertices looked at before a territory counts as torn.
const LOOK: usize = 600;

impl<'b> Layout<'b> {
    /// These owners, with the bounds `share` times as wide as they are.
    pub fn new(board: &'b Board, owner: &[u32], share: f64) -> Layout<'b> {
        let n = board.len();
        let mut layout = Layout {
            board,
            owner: owner.to_vec(),
            cost: 0.0,
            outside: 0.0,
            broken: 0,
            load: vec![0.0; board.bands.len()],
            aim: board.bands.iter().map(|b| b.tightened(share)).collect(),
            of_rep: vec![Vec::new(); board.k],
            at: vec![0; n],
            seen: vec![0; n],
            mark: 0,
            queue: Vec::new(),
        };
        for v in 0..n as u32 {
            let list = &mut layout.of_rep[owner[v as usize] as usize];
            layout.at[v as usize] = list.len() as u32;
            list.push(v);
        }
        layout.refresh();
        layout
    }

    /// Adds everything up anew: sums that go up and down drift.
    pub fn refresh(&mut self) {
        let board = self.board;
        self.cost = 0.0;
        self.load.fill(0.0);
        for (v, j) in self.owner.iter().enumerate().map(|(v, j)| (v as u32, *j)) {
            self.cost += board.cost(v, j);
            for (r, a) in board.loads(v, j).iter().enumerate() {
                self.load[j as usize * board.m + r] += a;
            }
            if let Some(y) = self.load.get_mut(board.k * board.m) {
                *y += board.moved(v, j);
            }
        }
        if board.weighs_balance {
            let rows = board.bands.iter().zip(&self.load);
            self.cost += rows.map(|(b, y)| b.beside(*y)).sum::<f64>();
        }
        let out = |bands: &[Band]| -> Vec<f64> {
            let rows = bands.iter().zip(&self.load);
            rows.map(|(b, y)| b.outside(*y)).collect()
        };
        self.outside = out(&self.aim).iter().sum();
        self.broken = out(&board.bands).iter().filter(|o| **o > 0.0).count();
    }

    /// The vertices of a rep.
    pub fn of_rep(&self, j: u32) -> &[u32] {
        &self.of_rep[j as usize]
    }

    /// Load of a row.
    pub fn load(&self, row: usize) -> f64 {
        self.load[row]
    }

    /// By how much load `y` of a row is outside what the search keeps to.
    #[inline]
    pub fn out(&self, row: usize, y: f64) -> f64 {
        self.aim[row].outside(y)
    }

    /// What it costs that the load of a row becomes `y`, beside its target.
    #[inline]
    pub fn more_beside(&self, row: usize, y: f64) -> f64 {
        let band = self.board.bands[row];
        band.beside(y) - band.beside(self.load[row])
    }

    /// The row of the limit on change.
    #[inline]
    pub fn change_row(&self) -> Option<usize> {
        let row = self.board.k * self.board.m;
        (row < self.load.len()).then_some(row)
    }

    /// What giving the vertex to a rep adds to the cost and to what is outside.
    #[inline]
    pub fn gain(&self, v: u32, to: u32) -> (f64, f64) {
        let (board, from) = (self.board, self.owner[v as usize]);
        let m = board.m;
        let (mut cost, mut outside) = (board.cost(v, to) - board.cost(v, from), 0.0);
        let (leaving, entering) = (board.loads(v, from), board.loads(v, to));
        for r in 0..m {
            let (a, b) = (from as usize * m + r, to as usize * m + r);
            let (x, y) = (self.load[a], self.load[b]);
            outside += self.out(a, x - leaving[r]) - self.out(a, x);
            outside += self.out(b, y + entering[r]) - self.out(b, y);
            if board.weighs_balance && a != b {
                cost += self.more_beside(a, x - leaving[r]) + self.more_beside(b, y + entering[r]);
            }
        }
        if let Some(row) = self.change_row() {
            let more = board.moved(v, to) - board.moved(v, from);
            outside += self.out(row, self.load[row] + more) - self.out(row, self.load[row]);
        }
        (cost, outside)
    }

    fn shift(&mut self, row: usize, by: f64) {
        let band = self.board.bands[row];
        let (before, after) = (self.load[row], self.load[row] + by);
        self.outside += self.out(row, after) - self.out(row, before);
        self.broken -= usize::from(band.outside(before) > 0.0);
        self.broken += usize::from(band.outside(after) > 0.0);
        if self.board.weighs_balance {
            self.cost += band.beside(after) - band.beside(before);
        }
        self.load[row] = after;
    }

    /// Gives the vertex to a rep.
    pub fn set(&mut self, v: u32, to: u32) {
        let (board, from) = (self.board, self.owner[v as usize]);
        self.cost += board.cost(v, to) - board.cost(v, from);
        for r in 0..board.m {
            self.shift(from as usize * board.m + r, -board.loads(v, from)[r]);
            self.shift(to as usize * board.m + r, board.loads(v, to)[r]);
        }
        if let Some(row) = self.change_row() {
            self.shift(row, board.moved(v, to) - board.moved(v, from));
        }
        let place = self.at[v as usize] as usize;
        let list = &mut self.of_rep[from as usize];
        list.swap_remove(place);
        if let Some(other) = list.get(place) {
            self.at[*other as usize] = place as u32;
        }
        let list = &mut self.of_rep[to as usize];
        self.at[v as usize] = list.len() as u32;
        list.push(v);
        self.owner[v as usize] = to;
    }

    /// Whether the rep has a vertex next to `v`.
    pub fn touches(&self, v: u32, j: u32) -> bool {
        let near = self.board.near(v).iter();
        near.into_iter().any(|w| self.owner[*w as usize] == j)
    }

    /// Whether the territory of `v` stays in as many pieces, or fewer, without it: its neighbours in it must reach each other.
    /// A long way round counts as none.
    pub fn may_leave(&mut self, v: u32) -> bool {
        let board = self.board;
        let j = self.owner[v as usize];
        self.mark += 2;
        let (wanted, been) = (self.mark, self.mark + 1);
        let mut missing = 0;
        let mut first = None;
        for w in board.near(v) {
            if self.owner[*w as usize] == j {
                self.seen[*w as usize] = wanted;
                missing += 1;
                first = Some(*w);
            }
        }
        let Some(first) = first.filter(|_| missing > 1) else {
            return true;
        };
        self.seen[v as usize] = been;
        self.seen[first as usize] = been;
        missing -= 1;
        self.queue.clear();
        self.queue.push(first);
        let mut next = 0;
        while next < self.queue.len() && next < LOOK {
            for w in board.near(self.queue[next]) {
                let at = *w as usize;
                if self.owner[at] != j || self.seen[at] == been {
                    continue;
                }
                if self.seen[at] == wanted {
                    missing -= 1;
                    if missing == 0 {
                        return true;
                    }
                }
                self.seen[at] = been;
                self.queue.push(*w);
            }
            next += 1;
        }
        false
    }
}

#[cfg(test)]
pub(in crate::solve::contiguity) mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::solve::contiguity::trees::{Climate, Trees};

    /// Owners in columns of the grid, which no rule forbids.
    pub fn columns(board: &Board, side: usize) -> Vec<u32> {
        let owner = (0..board.len()).map(|v| (v % side * board.k / side) as u32);
        owner.collect()
    }

    /// How many pieces the territory of a rep has.
    pub fn pieces(layout: &Layout, j: u32) -> usize {
        let mut left: Vec<u32> = layout.of_rep(j).to_vec();
        let mut count = 0;
        while let Some(first) = left.pop() {
            count += 1;
            let mut stack = vec![first];
            while let Some(v) = stack.pop() {
                for w in layout.board.near(v) {
                    if let Some(at) = left.iter().position(|x| x == w) {
                        left.swap_remove(at);
                        stack.push(*w);
                    }
                }
            }
        }
        count
    }

    #[test]
    fn gains_are_what_moves_change_and_leaving_tears_nothing() {
        let board = Board::grid(7, 4, 0.1, 5);
        let mut layout = Layout::new(&board, &columns(&board, 7), 0.8);
        let mut random = Random(3);
        let (mut left, mut stayed) = (0, 0);
        for _ in 0..3000 {
            let (v, to) = (random.below(49) as u32, random.below(4) as u32);
            let from = layout.owner[v as usize];
            if from == to || !board.cost(v, to).is_finite() || !board.cost(v, from).is_finite() {
                continue;
            }
            let (cost, outside) = layout.gain(v, to);
            let now = (layout.cost, layout.outside);
            let (may, before) = (layout.may_leave(v), pieces(&layout, from));
            layout.set(v, to);
            assert!((layout.cost - now.0 - cost).abs() < 1e-9 * now.0);
            assert!((layout.outside - now.1 - outside).abs() < 1e-9);
            let after = pieces(&layout, from);
            assert_eq!(
                may,
                after <= before.max(1),
                "{before} pieces, {after} after"
            );
            *(if may { &mut left } else { &mut stayed }) += 1;
            let (outside, broken) = (layout.outside, layout.broken);
            layout.refresh();
            assert!((layout.outside - outside).abs() < 1e-9 && layout.broken == broken);
            if !may {
                layout.set(v, from);
            }
        }
        assert!(left > 100 && stayed > 100, "{left} left, {stayed} stayed");
    }

    #[test]
    fn both_sides_of_a_cut_are_in_one_piece_and_cost_what_was_said() {
        let board = Board::grid(8, 3, 0.1, 9);
        let mut layout = Layout::new(&board, &columns(&board, 8), 1.0);
        let mut trees = Trees::new(&board);
        let mut random = Random(4);
        let climate = Climate {
            heat: 500.0,
            fine: 1000.0,
        };
        let mut cuts = 0;
        for round in 0..600 {
            let pair = [[0, 1], [1, 2]][round % 2];
            let Some(v) = layout.of_rep(pair[0]).first().copied() else {
                continue;
            };
            let now = (layout.cost, layout.outside);
            let Some((cost, outside)) = trees.cut(&layout, (pair, v), climate, &mut random) else {
                continue;
            };
            trees.take(&mut layout, pair, &mut Vec::new());
            cuts += 1;
            assert!((layout.cost - now.0 - cost).abs() < 1e-6 * now.0);
            assert!((layout.outside - now.1 - outside).abs() < 1e-9);
            for j in pair {
                assert!(pieces(&layout, j) <= 1, "round {round}");
                let permitted = |v: &u32| board.cost(*v, j).is_finite();
                assert!(layout.of_rep(j).iter().all(permitted), "round {round}");
            }
        }
        assert!(cuts > 100, "{cuts} cuts");
    }
}
