//! From ids back to positions.

use crate::base::ids::Ids;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// Finds the position of an id. Open addressing over the bytes that [`Ids`] already holds: a
/// million ids take 16 MB and no allocation each.
#[derive(Debug)]
pub(crate) struct IdIndex {
    /// High half: hash; low half: position + 1, or 0 for a free slot.
    slots: Vec<u64>,
    state: RandomState,
}

/// An id that was there before: the position, and the position of the first one.
pub(crate) type Duplicate = (usize, usize);

impl IdIndex {
    /// Indexes all ids that are not empty, and lists those that repeat an earlier one.
    pub fn build(ids: &Ids) -> (IdIndex, Vec<Duplicate>) {
        let mut index = IdIndex {
            slots: vec![0; (ids.len() * 2).next_power_of_two().max(8)],
            state: RandomState::new(),
        };
        let mut duplicates = Vec::new();
        for (position, id) in ids.iter().enumerate().filter(|(_, id)| !id.is_empty()) {
            let hash = index.state.hash_one(id);
            match index.find(ids, id, hash) {
                Ok(first) => duplicates.push((position, first)),
                Err(free) => index.slots[free] = tag(hash) | (position as u64 + 1),
            }
        }
        (index, duplicates)
    }

    /// The position of an id in the list that was indexed.
    pub fn get(&self, ids: &Ids, id: &str) -> Option<usize> {
        self.find(ids, id, self.state.hash_one(id)).ok()
    }

    /// The position of `id`, or the free slot where it belongs.
    fn find(&self, ids: &Ids, id: &str, hash: u64) -> Result<usize, usize> {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return Err(at);
            }
            let position = (slot & 0xFFFF_FFFF) as usize - 1;
            if tag(slot) == tag(hash) && ids.get(position) == id {
                return Ok(position);
            }
            at = (at + 1) & mask;
        }
    }
}

fn tag(hash: u64) -> u64 {
    hash & 0xFFFF_FFFF_0000_0000
}

/// Distinct texts in the order of their first appearance.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub list: Vec<String>,
    index: HashMap<String, u32>,
    last: u32,
}

impl Names {
    /// The number of a text; a new one gets the next.
    pub fn number(&mut self, text: &str) -> u32 {
        if self.list.get(self.last as usize).is_some_and(|l| l == text) {
            return self.last;
        }
        self.last = match self.index.get(text) {
            Some(number) => *number,
            None => {
                let number = self.list.len() as u32;
                self.list.push(text.to_owned());
                self.index.insert(text.to_owned(), number);
                number
            }
        };
        self.last
    }

    /// Keeps the texts whose numbers stand in `of`, numbered anew by their first appearance there.
    pub fn keep(&mut self, of: &mut [u32]) {
        let mut kept = Names::default();
        for number in of {
            if let Some(text) = self.list.get(*number as usize) {
                *number = kept.number(text);
            }
        }
        *self = kept;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_there_and_what_is_twice() {
        let mut ids = Ids::new();
        for i in 0..5000 {
            ids.push(&format!("C{}", i % 4999), false);
        }
        ids.push("", false);
        ids.push("", false);
        let (index, duplicates) = IdIndex::build(&ids);
        assert_eq!(duplicates, [(4999, 0)]);
        assert_eq!(index.get(&ids, "C17"), Some(17));
        assert_eq!(index.get(&ids, "C4998"), Some(4998));
        assert_eq!(index.get(&ids, "C5000"), None);
        assert_eq!(index.get(&ids, ""), None);
    }

    #[test]
    fn names_are_numbered_once() {
        let mut names = Names::default();
        let numbers: Vec<u32> = ["a", "b", "b", "a", "c"].map(|n| names.number(n)).into();
        assert_eq!(numbers, [0, 1, 1, 0, 2]);
        assert_eq!(names.list, ["a", "b", "c"]);
        let mut of = [2, u32::MAX, 0, 2];
        names.keep(&mut of);
        assert_eq!(
            (names.list, of),
            (vec!["c".into(), "a".into()], [0, u32::MAX, 1, 0])
        );
    }
}
