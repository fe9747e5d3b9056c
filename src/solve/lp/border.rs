//! Units with more than one option near the optimum.

use crate::solve::units::OptionList;

/// A unit (or several that are alike in every option) with more than one option near the optimum.
#[derive(Clone, Debug)]
pub(crate) struct Border {
    /// The units.
    pub units: Vec<u32>,
    /// The options, the cheapest first. Costs are *reduced* costs; all numbers are sums over `units`.
    pub options: OptionList,
    /// Share of each option in the LP optimum.
    pub share: Vec<f64>,
}

impl Border {
    /// Whether the LP splits the unit between reps.
    pub fn is_split(&self) -> bool {
        self.share.iter().copied().fold(0.0, f64::max) < 1.0 - 1e-6
    }
}

/// The rounding of a reduced cost, as a share of the mean value of a unit.
pub(super) const TIED: f64 = 1e-11;
