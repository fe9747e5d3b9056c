//! What of a model others than the solver may look at.

use super::{Bound, Model};
use crate::base::ids::RepIx;

impl Model {
    /// `L_jm`, `T_jm`, `U_jm`, rep-major, `k * m` values.
    #[must_use]
    pub fn bounds(&self) -> &[Bound] {
        &self.bounds
    }

    /// Cost per unit of travel, `n` values.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weight
    }

    /// Owner of today per site ([`RepIx::NONE`]: nobody); empty when no site has one.
    #[must_use]
    pub fn owners_of_today(&self) -> &[RepIx] {
        &self.previous
    }

    /// Group of a site or `u32::MAX`; empty without groups.
    #[must_use]
    pub fn groups_of_sites(&self) -> &[u32] {
        &self.group
    }
}
