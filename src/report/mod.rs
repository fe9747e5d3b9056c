//! `report.html`: the map and the figures of a plan in one file that needs no network.
//!
//! The page's code is plain JavaScript and CSS in `page/`, with Leaflet from `vendor/`. This module chooses what
//! of the data the page needs (`data`, `sample`, `arcs`), and puts everything into one file (`assets`).

mod arcs;
pub(crate) mod assets;
mod data;
mod sample;

pub use crate::base::lang::Lang;

use crate::saved::Contents;
use serde::Serialize;
use std::io::{self, Write};

/// Writes the page.
///
/// `report` is what `report.json` says, without what differs from run to run; `colors` has a fill per rep.
pub(crate) fn write(
    out: &mut impl Write,
    contents: &Contents<'_>,
    report: &impl Serialize,
    colors: &[&str],
) -> io::Result<()> {
    let page = data::Page::new(contents, report, colors);
    let json = serde_json::to_string(&page)?;
    assets::write(out, &contents.inputs.scenario, contents.lang, &json)
}
