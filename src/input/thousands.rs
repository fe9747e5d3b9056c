//! Numbers that may be thousands: `2.155` in a table of a country that writes 2,155 so.
//!
//! They are read as they stand, with a decimal point. A column says that it means decimals by any number that cannot be grouped in
//! threes (`2.15`, `0.500`), and that it does not group by one of four digits or more without a point (`1200`). Only a table whose
//! separator is not the comma is in doubt: where the comma separates columns, the point is the decimal point.

use super::scalar::{Scalar, is_grouped};
use crate::error::{Problem, codes};

/// How many cells are named.
const NAMED: usize = 3;

/// What a column of numbers has shown so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Thousands {
    /// The number of the current row, if it is in doubt.
    current: Option<String>,
    decimals: bool,
    count: usize,
    /// Row, id and text of the first few.
    first: Vec<(usize, String, String)>,
}

impl Thousands {
    /// A cell of the current row.
    pub fn see(&mut self, value: Scalar<'_>) {
        let Scalar::Cell(text) = value else {
            return;
        };
        if self.decimals || text.is_empty() {
            return;
        }
        let whole = text.strip_prefix('-').unwrap_or(text);
        if is_grouped(whole) {
            self.current = Some(text.to_owned());
        } else {
            self.decimals = whole.len() > 3 || !whole.bytes().all(|b| b.is_ascii_digit());
        }
    }

    /// The current row does not count.
    pub fn forget(&mut self) {
        self.current = None;
    }

    /// The current row ends.
    pub fn finish(&mut self, row: usize, id: &str) {
        if let Some(text) = self.current.take() {
            self.count += 1;
            if self.first.len() < NAMED {
                self.first.push((row, id.to_owned(), text));
            }
        }
    }

    /// What is to be told of the column.
    pub fn problem(&self, field: &str) -> Option<Problem> {
        let (row, id, text) = self.first.first().filter(|_| !self.decimals)?;
        let cell = |(row, id, text): &(usize, String, String)| match id.as_str() {
            "" => format!("{text} (row {row})"),
            id => format!("{text} (row {row}, {id})"),
        };
        let cells: Vec<String> = self.first.iter().map(cell).collect();
        let more = match self.count - self.first.len() {
            0 => String::new(),
            more => format!(" and {} more", crate::base::words::thousands(more)),
        };
        let what = format!(
            "`{field}` has {}{more}, taken as decimals: {text} is between {} and {}",
            cells.join(", "),
            text.split('.').next().unwrap_or_default(),
            text.split('.')
                .next()
                .and_then(|whole| whole.parse::<i64>().ok())
                .map_or(0, |whole| whole
                    + if text.starts_with('-') { -1 } else { 1 }),
        );
        let help = format!(
            "if they are thousands, write them without the point ({}); if they are decimals, nothing is wrong",
            text.replace('.', "")
        );
        let problem = Problem::warning(codes::LOOKS_LIKE_THOUSANDS, what);
        Some(problem.at(*row).id(id).field(field).help(help))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(cells: &[&str]) -> Option<String> {
        let mut column = Thousands::default();
        for (i, text) in cells.iter().enumerate() {
            column.see(Scalar::Cell(text));
            column.finish(i + 1, &format!("C{}", i + 1));
        }
        column.problem("workload").map(|p| p.to_string())
    }

    #[test]
    fn groups_of_three_are_in_doubt() {
        let told = told(&["", "2.155", "12.500", "990"]).unwrap();
        assert!(
            told.contains("2.155 (row 2, C2), 12.500 (row 3, C3)"),
            "{told}"
        );
        assert!(
            told.contains("between 2 and 3") && told.contains("(2155)"),
            "{told}"
        );
    }

    #[test]
    fn what_settles_it_is_believed() {
        for settled in ["2.15", "0.500", "1200", "1e3", "2.1555"] {
            assert_eq!(told(&["2.155", settled]), None, "{settled}");
        }
        assert_eq!(told(&["1", "990", ""]), None);
    }
}
