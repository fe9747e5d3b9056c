//! What a plan directory is made of, before it is written.

use super::Timings;
use crate::base::lang::Lang;
use crate::explain::advice::Advice;
use crate::input::Inputs;
use crate::model::Model;
use crate::plan::Plan;
use crate::plan::frontier::FrontierRow;
use crate::plan::summary::Summary;
use crate::territory::Territories;
use std::time::Instant;

/// What a plan directory is made of.
#[derive(Clone, Copy, Debug)]
pub struct Contents<'a> {
    /// What was read.
    pub inputs: &'a Inputs,
    /// What was solved.
    pub model: &'a Model,
    /// The plan.
    pub plan: &'a Plan,
    /// Its polygons.
    pub territories: &'a Territories,
    /// Its figures.
    pub summary: &'a Summary,
    /// The language that the page opens in.
    pub lang: Lang,
    /// Plans with other limits on change.
    pub frontier: &'a [FrontierRow],
    /// What the prices say.
    pub advice: &'a [Advice],
    /// Times so far; `write` and `total` are filled in on the way.
    pub timings: Timings,
    /// When the run began.
    pub begin: Instant,
}
