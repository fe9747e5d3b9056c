//! What an extract of OpenStreetMap has of roads: ways that cars drive, their nodes, turns that are not allowed.
//!
//! The file is gone through twice, for the ways and for their nodes, so that of all nodes only theirs are kept.

use super::profile::{self, Drive, Node, Tags};
use crate::base::words::thousands;
use crate::error::{Problem, codes};
use osmpbf::{Blob, BlobDecode, BlobReader, Element, PrimitiveBlock, RelMemberType};
use rayon::prelude::*;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Blobs that are unpacked side by side.
const AT_ONCE: usize = 16;
/// What a reader must know of a file (its `required_features`).
const KNOWN: [&str; 2] = ["OsmSchema-V0.6", "DenseNodes"];
/// The most nodes of ways that are driven, and of one of them: OpenStreetMap allows 2,000.
const MOST: usize = 1 << 31;
const MOST_OF_A_WAY: usize = 100_000;

/// A way that is driven.
pub(super) struct Way {
    pub id: i64,
    pub drive: Drive,
    /// Where its nodes stand in [`Extract::refs`].
    pub nodes: std::ops::Range<usize>,
}

/// Turns from a way over a node to a way.
pub(super) struct Turn {
    pub from: i64,
    pub via: i64,
    pub to: i64,
    /// Whether it is the only one allowed from there, not the one forbidden.
    pub only: bool,
}

/// What was found.
#[derive(Default)]
pub(super) struct Extract {
    pub ways: Vec<Way>,
    /// Ids of nodes.
    pub refs: Vec<i64>,
    pub turns: Vec<Turn>,
    /// Turns over a way, which are not kept to.
    pub turns_over_ways: usize,
    /// Nodes of the ways, ascending.
    pub nodes: Vec<i64>,
    /// Longitude and latitude in 1e-7 degrees; `None` for nodes that are not in the file.
    pub places: Vec<Option<[i32; 2]>>,
    /// What nodes do to who passes them, by place in `nodes`, ascending.
    pub special: Vec<(u32, Node)>,
}

/// Opens the file anew.
pub(crate) type Open<'a> = dyn Fn() -> Result<Box<dyn Read + Send>, Box<Problem>> + 'a;

/// Reads an extract.
pub(super) fn read(open: &Open<'_>) -> Result<Extract, Box<Problem>> {
    let mut extract = Extract::default();
    each(open, ways_of, |found| {
        for (id, drive, refs) in found.ways {
            let begin = extract.refs.len();
            extract.refs.extend(refs);
            let nodes = begin..extract.refs.len();
            extract.ways.push(Way { id, drive, nodes });
        }
        extract.turns.extend(found.turns);
        extract.turns_over_ways += found.over_ways;
        if found.longest > MOST_OF_A_WAY {
            let most = thousands(MOST_OF_A_WAY);
            return Err(broken(&format!("a way has more than {most} nodes")));
        }
        match extract.refs.len() < MOST {
            true => Ok(()),
            false => Err(broken("it has more roads than 32 bits count")),
        }
    })?;
    // What stands there twice, as where extracts were joined, counts once: the last of it.
    extract.ways.reverse();
    extract.ways.sort_by_key(|way| way.id);
    extract.ways.dedup_by_key(|way| way.id);
    extract.nodes.clone_from(&extract.refs);
    extract.nodes.par_sort_unstable();
    extract.nodes.dedup();
    extract.places = vec![None; extract.nodes.len()];
    let wanted = &extract.nodes;
    let (places, special) = (&mut extract.places, &mut extract.special);
    each(
        open,
        |block| nodes_of(block, wanted),
        |found| {
            for (at, place, kind) in found {
                places[at as usize] = Some(place);
                special.extend(kind.map(|kind| (at, kind)));
            }
            Ok(())
        },
    )?;
    special.reverse();
    special.sort_by_key(|(at, _)| *at);
    special.dedup_by_key(|(at, _)| *at);
    Ok(extract)
}

/// Lets `look` see every block of data, many side by side, and `take` what it saw, in their order.
fn each<T: Send>(
    open: &Open<'_>,
    look: impl Fn(&PrimitiveBlock) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), Box<Problem>>,
) -> Result<(), Box<Problem>> {
    let mut blobs = BlobReader::new(open()?);
    let mut begun = false;
    loop {
        let some: Result<Vec<Blob>, _> = guarded(|| blobs.by_ref().take(AT_ONCE).collect())?;
        let some = some.map_err(|error| broken(&error.to_string()))?;
        if some.is_empty() {
            return match begun {
                true => Ok(()),
                false => Err(broken("it is empty")),
            };
        }
        begun = true;
        let seen: Vec<Result<Option<T>, Box<Problem>>> = some
            .par_iter()
            .map(|blob| guarded(|| unpacked(blob, &look))?)
            .collect();
        for one in seen {
            one?.map_or(Ok(()), &mut take)?;
        }
    }
}

/// What `look` sees in a blob.
fn unpacked<T>(
    blob: &Blob,
    look: impl Fn(&PrimitiveBlock) -> T,
) -> Result<Option<T>, Box<Problem>> {
    match blob.decode().map_err(|error| broken(&error.to_string()))? {
        BlobDecode::OsmHeader(header) => {
            let strange = header
                .required_features()
                .iter()
                .find(|f| !KNOWN.contains(&f.as_str()));
            match strange.map(String::as_str) {
                Some("HistoricalInformation") => Err(with_history()),
                Some(feature) => Err(broken(&format!(
                    "it needs {feature:?}, which revier does not know"
                ))),
                None => Ok(None),
            }
        }
        BlobDecode::OsmData(block) => Ok(Some(look(&block))),
        BlobDecode::Unknown(_) => Ok(None),
    }
}

/// A crate that reads untrusted bytes may panic on them.
fn guarded<T>(read: impl FnOnce() -> T) -> Result<T, Box<Problem>> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| broken("it is damaged"))
}

fn broken(what: &str) -> Box<Problem> {
    let what = format!("cannot be read as an extract of OpenStreetMap: {what}");
    let problem = Problem::error(codes::WRONG_FORMAT, what);
    problem.help("download it again (.osm.pbf)").into()
}

fn with_history() -> Box<Problem> {
    let what = "it has the history of OpenStreetMap, with roads that are gone";
    let problem = Problem::error(codes::WRONG_FORMAT, what);
    let help = "take an extract of one day, or make one: osmium time-filter";
    problem.help(help).into()
}

/// Of a block, what is of the first pass.
#[derive(Default)]
struct Found {
    ways: Vec<(i64, Drive, Vec<i64>)>,
    turns: Vec<Turn>,
    over_ways: usize,
    longest: usize,
}

fn ways_of(block: &PrimitiveBlock) -> Found {
    let mut found = Found::default();
    block.for_each_element(|element| match element {
        Element::Way(way) => {
            let tags = Tags(way.tags().collect());
            if tags.get("highway").is_none() && tags.get("route").is_none() {
                return;
            }
            if let Some(drive) = profile::drive(&tags) {
                let nodes = way.raw_refs().len();
                found.longest = found.longest.max(nodes);
                if nodes <= MOST_OF_A_WAY {
                    found.ways.push((way.id(), drive, way.refs().collect()));
                }
            }
        }
        Element::Relation(relation) => {
            let tags = Tags(relation.tags().collect());
            if let Some(only) = restricts(&tags) {
                let members = relation.members();
                let roles =
                    members.filter_map(|m| Some((m.role().ok()?, m.member_type, m.member_id)));
                let members: Vec<(&str, RelMemberType, i64)> = roles.collect();
                turns(&members, only, &mut found);
            }
        }
        _ => {}
    });
    found
}

/// Whether a relation forbids a turn (`false`) or all others (`true`).
fn restricts(tags: &Tags<'_>) -> Option<bool> {
    if tags.get("type") != Some("restriction") {
        return None;
    }
    let excepted = |list: &str| {
        list.split(';')
            .any(|v| ["motorcar", "motor_vehicle"].contains(&v.trim()))
    };
    if tags.get("except").is_some_and(excepted) {
        return None;
    }
    let keys = [
        "restriction:motorcar",
        "restriction:motor_vehicle",
        "restriction",
    ];
    let kind = keys.iter().find_map(|key| tags.get(key))?;
    // What holds at some hours (`day_on`, `hour_on`) is kept to at all: reps drive when shops are open.
    if kind == "only_u_turn" {
        return None;
    }
    match kind.split_once('_')?.0 {
        "no" => Some(false),
        "only" => Some(true),
        _ => None,
    }
}

fn turns(members: &[(&str, RelMemberType, i64)], only: bool, found: &mut Found) {
    let of = |role: &'static str, kind: RelMemberType| {
        let these = members.iter().filter(move |m| m.0 == role && m.1 == kind);
        these.map(|m| m.2)
    };
    let via: Vec<i64> = of("via", RelMemberType::Node).collect();
    let [via] = via[..] else {
        found.over_ways += 1;
        return;
    };
    for from in of("from", RelMemberType::Way) {
        let to = of("to", RelMemberType::Way);
        found.turns.extend(to.map(|to| Turn {
            from,
            via,
            to,
            only,
        }));
    }
}

/// A node that is wanted: its position among them, its place, and what it does.
type Placed = (u32, [i32; 2], Option<Node>);

fn nodes_of(block: &PrimitiveBlock, wanted: &[i64]) -> Vec<Placed> {
    let mut found = Vec::new();
    let mut take = |id: i64, place: [i64; 2], tags: &mut dyn FnMut() -> Option<Node>| {
        // Beyond the Earth there are damaged files only.
        let on_earth = place[0].abs() <= 180 * NANO && place[1].abs() <= 90 * NANO;
        if let (Ok(at), true) = (wanted.binary_search(&id), on_earth) {
            found.push((at as u32, place.map(|x| (x / 100) as i32), tags()));
        }
    };
    block.for_each_element(|element| match element {
        Element::Node(node) => take(node.id(), [node.nano_lon(), node.nano_lat()], &mut || {
            profile::node(&Tags(node.tags().collect()))
        }),
        Element::DenseNode(node) => {
            take(node.id(), [node.nano_lon(), node.nano_lat()], &mut || {
                profile::node(&Tags(node.tags().collect()))
            })
        }
        _ => {}
    });
    found
}

/// Billionths of a degree in one.
const NANO: i64 = 1_000_000_000;
