//! The barriers of a scenario: read, and what follows from them for places.

mod read;
mod round;
mod walls;
mod words;

pub(super) use read::read;
#[cfg(feature = "roads")]
pub(super) use round::trips as trips_round;
pub(super) use round::{matrix, refuse_inside};
#[cfg(feature = "roads")]
pub(super) use walls::Walls;

use super::Outline;
use crate::barriers::Barriers;

/// The barriers of a scenario.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// What trips go round.
    pub(crate) barriers: Barriers,
    /// Their lines and rims, and those of named crossings, for the map.
    pub lines: Vec<Outline>,
    /// The named crossings.
    pub crossings: Vec<Opening>,
}

/// A named crossing on the map.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// What it is called.
    pub name: String,
    /// A place of it, `[lon, lat]`.
    pub at: [f64; 2],
}
