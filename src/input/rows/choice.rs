//! What conditions look at, and features that are passed over, for they are not chosen.

use super::super::carry::Carried;
use super::Base;

impl Base {
    /// Names of columns that a condition might have meant.
    pub fn compared_names(&self) -> Vec<String> {
        (self.others.iter().chain(&self.compared.names))
            .cloned()
            .collect()
    }

    /// The columns that conditions look at.
    pub fn compared(&mut self) -> Vec<Carried> {
        let mut problems = std::mem::take(&mut self.problems);
        let mut compared = std::mem::take(&mut self.compared);
        let columns = compared.take_compared(|position| self.number(position), &mut problems);
        self.problems = problems;
        columns
    }

    /// Whether the current feature is chosen; one that is broken is, so that it is told.
    pub fn is_chosen(&mut self) -> bool {
        if !self.chosen.any() || self.hopeless() {
            return true;
        }
        let id = self.current_id().to_owned();
        self.chosen.takes(&id)
    }

    /// Passes the current feature over.
    pub fn pass_over(&mut self) {
        let id = self.current_id().to_owned();
        let numeric = self.has_numeric_id();
        self.chosen.left.push(&id, numeric);
        self.discard();
        self.skip_row();
    }
}
