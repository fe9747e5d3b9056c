//! Road networks: an extract of OpenStreetMap becomes a graph, places are found on it, and trips are searched.
//!
//! A trip is the fastest way by car; its kilometres are those of that way. It begins with a walk to the nearest road that cars drive and
//! ends with one (`WALK_KMH`). Distances are in whole centimetres and times in whole milliseconds, so that sums do not depend on their order.
//! Which roads are driven, and how fast, is in `profile`; the graph keeps the largest part in which each place can be reached from each.
//!
//! Turns that OpenStreetMap restricts from the end of a way over a node are kept to, others are counted; traffic keeps to the right.

mod barred;
mod build;
mod cache;
mod car;
mod graph;
mod parts;
mod pbf;
mod profile;
mod search;
mod shape;
mod snap;
mod steps;
mod text;

pub(crate) use barred::{ASIDE, barred};
pub(crate) use cache::{decode, encode, is_ours as is_prepared};
pub use graph::Facts;
pub(crate) use graph::Graph;
pub(crate) use pbf::Open;
pub(crate) use search::{Found, Keeps, Searcher, Trip};
pub(crate) use shape::{arc_km, between, corners, ends, line, stretches};
pub(crate) use snap::{Snap, Snapper};
pub(crate) use text::{arcs, snaps, turns};

use crate::error::{Problem, codes};

/// How fast one gets from a place to the road, km/h.
pub(crate) const WALK_KMH: f64 = 5.0;

/// The road network of an extract.
pub(crate) fn read(open: &Open<'_>) -> Result<Graph, Box<Problem>> {
    let extract = pbf::read(open)?;
    if !extract.ways.is_empty() && extract.places.iter().all(Option::is_none) {
        let what = "it has roads, and none of their nodes";
        let problem = Problem::error(codes::WRONG_FORMAT, what);
        let help = "take an extract that has nodes of its own (not only locations on ways: osmium add-locations-to-ways leaves them out)";
        return Err(problem.help(help).into());
    }
    let graph = build::build(&extract)?;
    if graph.arcs.is_empty() {
        let what = "there is no road in it that cars can drive";
        let problem = Problem::error(codes::EMPTY_COLLECTION, what);
        return Err(problem.help("take an extract with `highway` ways").into());
    }
    Ok(graph)
}
