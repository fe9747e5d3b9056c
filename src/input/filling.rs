//! The rows of a table into a [`Sink`]: each is a feature, its columns are its properties.

use super::header::{fits, header};
use super::lines::{Kind, Lines, Reading};
use super::rows::{IGNORE, Place, Sink, Uses, put};
use super::scalar::Scalar;
use crate::disk::file::Format;
use crate::error::Problem;

/// Reads a table into a sink, as its base says that it is read.
///
/// # Errors
/// When it is no table.
pub(super) fn read<S: Sink>(
    format: Format,
    bytes: &[u8],
    sink: &mut S,
) -> Result<(), Box<Problem>> {
    let sheet = sink.base().sheet.clone();
    let reading = Reading {
        sheet: sheet.as_deref(),
        decimal: sink.base().decimal,
    };
    // No header is none of an id and coordinates, either.
    let mut filling = Filling {
        named: sink.base().named.clone(),
        coded: sink.base().coded,
        sink,
        slots: None,
        last: 0,
    };
    super::read_lines::read_lines(format, bytes, reading, &mut filling)?;
    if filling.slots.is_none() && !filling.sink.base().incomplete {
        filling.header(&[], &[]);
    }
    Ok(())
}

/// Whether these may be the names of columns, with a postcode for coordinates.
pub(super) fn fit(names: &[&str], named: &super::spelling::Named) -> bool {
    fits(names.iter().copied(), named, true)
}

/// Reads a piece of a table into a sink; `read` says how many rows it has.
pub(super) fn piece<S: Sink>(
    sink: &mut S,
    read: impl FnOnce(&mut Filling<'_, S>) -> usize,
) -> usize {
    let mut filling = Filling {
        named: sink.base().named.clone(),
        coded: true,
        sink,
        slots: None,
        last: 0,
    };
    read(&mut filling)
}

pub(super) struct Filling<'s, S> {
    named: super::spelling::Named,
    /// Whether a postcode stands for coordinates.
    coded: bool,
    sink: &'s mut S,
    /// What becomes of the columns, once there is a header.
    slots: Option<Vec<Uses>>,
    /// The number of the last row.
    last: usize,
}

impl<S: Sink> Lines for Filling<'_, S> {
    fn fits(&self, names: &[&str]) -> bool {
        fits(names.iter().copied(), &self.named, self.coded)
    }

    fn lacks(&self) -> &'static str {
        "has no columns for the id and the coordinates"
    }

    fn header(&mut self, names: &[&str], like: &[String]) -> Option<Vec<Kind>> {
        let slots = header(names, like, self.sink);
        let carries = !self.sink.base().carries.is_whole();
        let kind = |uses: &Uses| match self.sink.kind(uses.slot) {
            Kind::Text if uses.carried != IGNORE && carries => Kind::Carried,
            // An id is a text, whatever looks at it.
            Kind::Text
                if (uses.compared, uses.chosen) != (IGNORE, IGNORE) && uses.slot == IGNORE =>
            {
                Kind::Carried
            }
            kind => kind,
        };
        let kinds = slots.iter().map(kind).collect();
        self.slots = Some(slots);
        Some(kinds)
    }

    fn problem(&mut self, problem: Problem) {
        self.sink.base().problems.add(problem);
    }

    fn grouped(&mut self) {
        self.sink.base().grouped = true;
    }

    fn row<'c>(
        &mut self,
        number: usize,
        cells: impl Iterator<Item = Scalar<'c>> + Clone,
        odd: Option<Problem>,
    ) {
        for _ in self.last + 1..number {
            self.sink.base().skip_row();
        }
        self.last = number;
        let slots = self.slots.as_deref().unwrap_or_default();
        for (uses, cell) in slots.iter().zip(cells) {
            put(*uses, cell, self.sink);
        }
        if let Some(problem) = odd {
            // The cells may stand in the wrong columns: nothing else is said about them.
            self.sink.base().give_up_row(problem);
        }
        self.sink.finish(Place::Columns);
    }

    fn other_sheets(&mut self, read: &str, others: &[String]) {
        let read = std::iter::once(read.to_owned());
        self.sink.base().sheets = read.chain(others.iter().cloned()).collect();
    }

    fn broken(&mut self, problem: Problem) {
        self.sink.base().incomplete = true;
        self.sink.base().problems.add(problem);
    }
}
