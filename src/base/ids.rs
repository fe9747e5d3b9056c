//! Indices and identifiers.

use serde::Serialize;

/// Position of a rep in the list of reps, `0..k`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RepIx(pub u32);

impl RepIx {
    /// "No rep": a customer without an owner of today.
    pub const NONE: RepIx = RepIx(u32::MAX);

    /// The index as `usize`, for slices.
    #[must_use]
    pub fn at(self) -> usize {
        self.0 as usize
    }

    /// `Some(self)` unless this is [`RepIx::NONE`].
    #[must_use]
    pub fn some(self) -> Option<RepIx> {
        (self != RepIx::NONE).then_some(self)
    }
}

/// Identifiers of all features of a file, in one allocation.
///
/// Ids are text; when *every* id of the file was a JSON number the outputs write them as numbers
/// again, so that joins in a GIS keep working.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ids {
    bytes: String,
    ends: Vec<u64>,
    not_numeric: bool,
}

impl Ids {
    /// An empty list.
    #[must_use]
    pub fn new() -> Ids {
        Ids::default()
    }

    /// Appends an id; `numeric` says that the file had it as a number.
    pub fn push(&mut self, id: &str, numeric: bool) {
        self.bytes.push_str(id);
        self.ends.push(self.bytes.len() as u64);
        self.not_numeric |= !numeric;
    }

    /// The id at position `i`.
    ///
    /// # Panics
    /// If `i >= len()`.
    #[must_use]
    pub fn get(&self, i: usize) -> &str {
        let start = if i == 0 { 0 } else { self.ends[i - 1] as usize };
        &self.bytes[start..self.ends[i] as usize]
    }

    /// How many ids there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Whether every id was a number in the file it came from.
    #[must_use]
    pub fn numeric(&self) -> bool {
        !self.not_numeric && !self.is_empty()
    }

    /// All ids in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> + '_ {
        (0..self.len()).map(|i| self.get(i))
    }
}
