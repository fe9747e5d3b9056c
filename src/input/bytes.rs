//! The bytes of an input, wherever they are.

use crate::disk::file;
use crate::error::{Problem, codes};
use crate::memory::Content;
use crate::scenario::Scenario;
use std::borrow::Cow;
use std::path::Path;

/// The bytes of a file, in memory or on the disk.
pub(super) fn bytes_of<'s>(
    scenario: &'s Scenario,
    path: &Path,
) -> Result<Cow<'s, [u8]>, Box<Problem>> {
    match scenario.origin.memory.get(path).map(|held| &held.content) {
        Some(Content::Bytes(bytes)) => {
            file::not_empty(bytes)?;
            Ok(Cow::Borrowed(bytes))
        }
        Some(Content::Table(_)) => {
            let problem =
                Problem::error(codes::WRONG_FORMAT, "columns stand where a shape is needed");
            Err(problem.help("give a polygon, or GeoJSON").into())
        }
        None => file::bytes_of(path).map(Cow::Owned),
    }
}
