//! The documents of a file: one collection, or one feature per line or record separator.

use super::features::{Object, Root, Scratch};
use super::{crs, syntax};
use crate::base::words::thousands;
use crate::error::{Problem, codes};
use crate::input::hints;
use crate::input::rows::{Base, Place, Sink};
use serde::de::DeserializeSeed;

/// Record separator of GeoJSON text sequences (RFC 8142).
const RECORD: char = '\u{1e}';

/// Reads all features of a file into `sink`; problems go to the sink's base.
///
/// `lines_by_name` says that the file's name promises one document per line.
pub(crate) fn read<S: Sink>(text: &str, lines_by_name: bool, sink: &mut S) {
    documents(text, lines_by_name, sink);
    hints::named_and_absent(sink.base());
    in_degrees(sink.base());
}

/// Tells of features that should be in metres, and are in degrees.
fn in_degrees(base: &mut Base) {
    if let Some((first, count)) = base.in_degrees.take() {
        let of = match count == base.ids.len() {
            true => "of all features".to_owned(),
            false => format!("of {} features", thousands(count)),
        };
        base.problems.add(crs::degrees_already(&of).at(first));
    }
}

fn documents<S: Sink>(text: &str, lines_by_name: bool, sink: &mut S) {
    let mut scratch = Scratch::default();
    let records = text.trim_start().starts_with(RECORD);
    if !records && !has_lines(text, lines_by_name) {
        if let Err(mut problem) = document(text, text, sink, &mut scratch) {
            if scratch.in_features {
                problem.feature = Some(sink.base().current());
            }
            sink.discard();
            sink.base().incomplete = true;
            sink.base().problems.add(*problem);
        }
        return;
    }
    pieces(text, if records { RECORD } else { '\n' }, sink);
}

/// Reads the features of a text that has one a line.
pub(crate) fn read_lines<S: Sink>(text: &str, sink: &mut S) {
    pieces(text, '\n', sink);
}

/// Whether a line is a feature.
pub(crate) fn is_feature(line: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Typed<'a> {
        #[serde(rename = "type", borrow)]
        kind: std::borrow::Cow<'a, str>,
    }
    serde_json::from_str::<Typed<'_>>(line).is_ok_and(|typed| typed.kind == "Feature")
}

/// Reads a document from each piece of a text.
fn pieces<S: Sink>(text: &str, end: char, sink: &mut S) {
    let mut scratch = Scratch::default();
    for piece in text.split(end).filter(|piece| !piece.trim().is_empty()) {
        if let Err(problem) = document(text, piece, sink, &mut scratch) {
            // This line is lost, the ones behind it are not.
            sink.discard();
            sink.base().incomplete = true;
            sink.base().give_up(*problem);
            sink.finish(Place::Reported);
        }
    }
}

/// Whether a file holds a document per line.
fn has_lines(text: &str, by_name: bool) -> bool {
    let text = text.trim_start();
    let Some((first, rest)) = text.split_once('\n') else {
        return false;
    };
    if rest.trim_start().is_empty() {
        return false;
    }
    match serde_json::from_str::<serde::de::IgnoredAny>(first) {
        Ok(_) => true,
        Err(error) => by_name && !error.is_eof(),
    }
}

/// Parses one document, a piece of `text`.
fn document<S: Sink>(
    text: &str,
    piece: &str,
    sink: &mut S,
    scratch: &mut Scratch,
) -> Result<(), Box<Problem>> {
    sink.base().projection = None;
    let mut parser = serde_json::Deserializer::from_str(piece);
    let object = Object {
        sink: &mut *sink,
        scratch,
        root: true,
    };
    let parsed = object.deserialize(&mut parser);
    let root = parsed.and_then(|root| parser.end().map(|()| root));
    let root = root.map_err(|error| syntax::problem(piece, &error, lines_before(text, piece)))?;
    if let Some(problem) = &root.crs {
        sink.base().problems.add((**problem).clone());
    }
    if let Some(member) = root.twice {
        sink.base().problems.add(member.twice());
    }
    judge(&root)
}

/// How many lines of `text` stand before `piece`, which is a part of it.
fn lines_before(text: &str, piece: &str) -> usize {
    let offset = (piece.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    before.iter().filter(|b| **b == b'\n').count()
}

/// Says what is wrong with a document that is JSON.
fn judge(root: &Root) -> Result<(), Box<Problem>> {
    let what = match (root.kind.as_deref(), root.features) {
        (Some("FeatureCollection"), true) | (Some("Feature"), _) => return Ok(()),
        // A bare list of features.
        (None, true) if root.array => return Ok(()),
        (Some("FeatureCollection"), false) => "the collection has no list `features`".into(),
        (None, true) => "there is a list `features`, but no \"type\": \"FeatureCollection\"".into(),
        (None, false) => "there is no \"type\": \"FeatureCollection\"".into(),
        (Some("Topology"), _) => "this is TopoJSON".into(),
        (Some(kind), _) => format!("a {kind} stands where a FeatureCollection is needed"),
    };
    let help = "write {\"type\": \"FeatureCollection\", \"features\": [...]}";
    Err(Problem::error(codes::WRONG_ROOT, what).help(help).into())
}
