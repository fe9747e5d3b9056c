//! What everything else stands on: indices, figures, dates, places on a grid, time limits. Imports nothing of the crate.

pub mod areas;
pub mod cells;
pub mod condition;
pub mod date;
pub mod deadline;
pub(crate) mod decimal;
pub(crate) mod hilbert;
pub(crate) mod host;
pub mod ids;
pub mod lang;
pub(crate) mod projection;
pub(crate) mod random;
pub mod region;
pub mod rule;
pub(crate) mod sets;
pub mod sphere;
pub mod words;
