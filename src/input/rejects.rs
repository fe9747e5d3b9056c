//! Features that are bad and do not stop the run: they are put aside, each with all that is wrong with it.

use crate::error::{Problem, codes};
use std::collections::HashMap;

/// A feature that is bad.
#[derive(Clone, Debug)]
pub struct Reject {
    /// Number of the feature or data row, counted from 1.
    pub number: usize,
    /// Its id, empty where it has none.
    pub id: String,
    /// What is wrong with it, warnings included.
    pub problems: Vec<Problem>,
    /// Its own columns and what stands in them.
    pub row: Vec<(String, String)>,
}

/// Gathers them, feature by feature.
#[derive(Debug, Default)]
pub(crate) struct Rejects {
    list: Vec<Reject>,
    /// The ids of features that are good, and their numbers; `None` where there may be more than memory takes.
    ids: Option<HashMap<String, usize>>,
}

impl Rejects {
    /// Of a whole file: an id that stands twice is bad.
    pub fn of_file() -> Rejects {
        Rejects {
            ids: Some(HashMap::new()),
            ..Rejects::default()
        }
    }

    /// The problem of an id that a good feature has already.
    pub fn taken(&self, id: &str) -> Option<Problem> {
        let first = self.ids.as_ref()?.get(id)?;
        let what = format!("the id is taken: feature {first} has it");
        let help = "give every feature an id of its own";
        Some(Problem::error(codes::DUPLICATE_ID, what).help(help))
    }

    /// A good feature has this id.
    pub fn take(&mut self, id: &str, number: usize) {
        if let Some(ids) = &mut self.ids
            && !id.is_empty()
        {
            ids.insert(id.to_owned(), number);
        }
    }

    /// A bad feature.
    pub fn push(&mut self, reject: Reject) {
        self.list.push(reject);
    }

    /// All bad features, in their order.
    pub fn into_list(self) -> Vec<Reject> {
        self.list
    }
}
