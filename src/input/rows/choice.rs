//! Features that are passed over, for they are not chosen.

use super::Base;

impl Base {
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
