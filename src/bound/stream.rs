//! Rays of what is too large to be held as one case: its units come in pieces.

use super::{Case, leaf};
use rayon::prelude::*;

/// A case whose units are made when they are asked for.
pub(crate) struct Stream<'a> {
    /// The case without units.
    frame: Case,
    units: usize,
    unit: Unit<'a>,
    stop: &'a (dyn Fn() -> bool + Sync),
}

/// Adds a unit with its permitted pairs to a case; their costs are not asked for.
pub(crate) type Unit<'a> = &'a (dyn Fn(usize, &mut Case) + Sync);

/// Pairs of a piece, about.
const PAIRS: usize = 100_000;

impl<'a> Stream<'a> {
    /// `frame` has everything but the units; `unit` adds them. Tightens the bounds. `None` where `stop` says so before the end.
    pub fn new(
        frame: Case,
        units: usize,
        unit: Unit<'a>,
        stop: &'a (dyn Fn() -> bool + Sync),
    ) -> Option<Stream<'a>> {
        let mut stream = Stream {
            frame,
            units,
            unit,
            stop,
        };
        let spreads = stream.pieces(|piece| piece.spread())?;
        let none = stream.frame.spread();
        let all = spreads.iter().fold(none, |all, s| all.join(s));
        stream.frame.tighten_by(&all);
        Some(stream)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.frame.least.len()
    }

    /// The value of a ray, as of a case; `None` where it is too large for a number, or was stopped.
    pub fn ray(&self, row: &[i64], change: i64) -> Option<i128> {
        let sums = self.pieces(|piece| leaf::ray_of_units(piece, &piece.open(), row, change))?;
        let mut value = 0i128;
        for sum in sums {
            match sum? {
                leaf::NOBODY => return Some(1),
                sum => value = value.checked_add(sum)?,
            }
        }
        value.checked_sub(leaf::ray_of_rows(&self.frame, row, change)?)
    }

    /// What is made of each piece, in order.
    fn pieces<T: Send>(&self, of: impl Fn(&Case) -> T + Sync) -> Option<Vec<T>> {
        let most = (PAIRS / self.frame.reps.max(1)).max(1);
        let piece = |p: usize| {
            if (self.stop)() {
                return None;
            }
            let mut case = self.frame.clone();
            (p * most..((p + 1) * most).min(self.units)).for_each(|u| (self.unit)(u, &mut case));
            Some(of(&case))
        };
        (0..self.units.div_ceil(most))
            .into_par_iter()
            .map(piece)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::decimal::Grid;

    #[test]
    fn pieces_are_the_whole() {
        let frame = Case {
            reps: 3,
            measures: 1,
            grid: vec![Grid::of(&[1.0], 0)],
            least: vec![5; 3],
            most: vec![100_001, 70_000, 90_000],
            caution: 1.0,
            ..Case::default()
        };
        let unit = |u: usize, case: &mut Case| {
            for rep in (0..3).filter(|j| !(u + *j as usize).is_multiple_of(4)) {
                let steps = 2 * (1 + (u as i128 * 7) % 11);
                case.push((rep, 0.0), [(steps, steps as f64)].into_iter(), (0, 0.0));
            }
            case.end_unit();
        };
        let units = 60_000;
        let mut whole = frame.clone();
        (0..units).for_each(|u| unit(u, &mut whole));
        whole.tighten();
        let stream = Stream::new(frame.clone(), units, &unit, &|| false).unwrap();
        assert!(Stream::new(frame, units, &unit, &|| true).is_none());
        assert_eq!(
            (&stream.frame.least, &stream.frame.most),
            (&whole.least, &whole.most)
        );
        assert_eq!((whole.least[0], whole.most[0]), (6, 100_000));
        for row in [[1, 1, 1], [3, 0, 1], [-1, 0, 2]] {
            let one = leaf::ray(&whole, &whole.open(), &row, 0);
            assert_eq!(stream.ray(&row, 0), one);
        }
        assert!(stream.ray(&[1, 1, 1], 0) > Some(0));
    }
}
