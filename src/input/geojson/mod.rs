//! GeoJSON into a [`Sink`](super::rows::Sink): typed and streaming, without a tree of values.

pub(crate) mod crs;
mod documents;
mod doubled;
mod features;
mod geometry;
mod syntax;
mod value;

pub(crate) use documents::{is_feature, read, read_lines};
pub(crate) use doubled::doubled;
#[cfg(any(feature = "gpkg", feature = "fgb"))]
pub(crate) use value::json_value;

use crate::error::Problem;

/// The problem for a parse error in a file that was read as a whole.
pub(crate) fn syntax_problem(text: &str, error: &serde_json::Error) -> Box<Problem> {
    syntax::problem(text, error, 0)
}
