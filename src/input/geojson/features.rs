//! Serde visitors for collections, features and their properties.

use super::crs;
use super::geometry::{Found, Geometry, Name, Shape};
use super::value::Value;
use crate::error::{Problem, codes};
use crate::input::rows::{IGNORE, Place, Sink, Uses, put, uses_of};
use crate::input::scalar::Scalar;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// What the root of a document turned out to be; its features are in the sink by then.
#[derive(Debug, Default)]
pub(super) struct Root {
    pub kind: Option<String>,
    pub features: bool,
    pub array: bool,
    /// What is to be told of the `crs` member.
    pub crs: Option<Box<Problem>>,
    /// A member that stands twice.
    pub twice: Option<Member>,
}

/// Buffers that are used again for every feature.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    shape: Shape,
    kind: String,
    list: String,
    keys: Vec<(String, Uses)>,
    /// Which of `keys` the current feature has.
    seen: Vec<bool>,
    /// Whether the parser is inside of the list `features`.
    pub in_features: bool,
}

/// Reads a feature, or the root of a document (a collection or a single feature).
///
/// Members may come in any order: the type is judged at the end.
pub(super) struct Object<'s, S> {
    pub sink: &'s mut S,
    pub scratch: &'s mut Scratch,
    pub root: bool,
}

impl<'de, S: Sink> DeserializeSeed<'de> for Object<'_, S> {
    type Value = Root;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Root, D::Error> {
        d.deserialize_any(self)
    }
}

impl<S: Sink> Object<'_, S> {
    /// Something else stands where an object is needed.
    fn no_object(self, what: &str) -> Root {
        if !self.root {
            let problem = Problem::error(codes::NOT_A_FEATURE, format!("{what}, not a Feature"));
            self.sink.base().give_up(problem.help("take it out"));
            self.sink.finish(Place::Reported);
        }
        Root::default()
    }
}

/// The end of a feature of which all members are read: what is wrong with it as a whole, and its place.
fn finish<S: Sink>(
    sink: &mut S,
    scratch: &mut Scratch,
    (kind, twice): (&str, Option<Member>),
    found: Found,
) {
    let is_feature = kind == "Feature";
    if !is_feature {
        let what = if kind.is_empty() {
            "there is no \"type\": \"Feature\"".to_owned()
        } else {
            format!("a {kind}, not a Feature")
        };
        let problem = Problem::error(codes::NOT_A_FEATURE, what);
        sink.base()
            .give_up(problem.help("write {\"type\": \"Feature\", ...}"));
    }
    if let Some(member) = twice {
        sink.base().pend(member.twice());
    }
    if scratch.shape.twice {
        let problem = Problem::error(codes::DUPLICATE_MEMBER, TWICE_IN_GEOMETRY);
        sink.base().pend(problem.field("geometry").help(KEEP_ONE));
    }
    if let Some(projection) = sink.base().projection
        && !scratch.shape.coords.project(projection)
    {
        let at = sink.base().current();
        sink.base().in_degrees.get_or_insert((at, 0)).1 += 1;
    }
    sink.finish(match found {
        _ if !is_feature => Place::Reported,
        Found::Nothing => Place::Null,
        Found::Object => Place::Shape(&scratch.shape.kind, &scratch.shape.coords),
        Found::Wrong => Place::Shape("value that is no geometry", &scratch.shape.coords),
    });
}

impl<'de, S: Sink> Visitor<'de> for Object<'_, S> {
    type Value = Root;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E: Error>(self) -> Result<Root, E> {
        Ok(self.no_object("null"))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Root, E> {
        Ok(self.no_object("a truth value"))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Root, E> {
        Ok(self.no_object("a number"))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Root, E> {
        Ok(self.no_object("a number"))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Root, E> {
        Ok(self.no_object("a number"))
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Root, E> {
        Ok(self.no_object("a text"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Root, A::Error> {
        if !self.root {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(self.no_object("a list"));
        }
        let Object { sink, scratch, .. } = self;
        let features = Features { sink, scratch }.visit_seq(seq)?;
        Ok(Root {
            features,
            array: true,
            ..Root::default()
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Root, A::Error> {
        let Object {
            sink,
            scratch,
            root: is_root,
        } = self;
        let mut root = Root::default();
        let mut found = Found::Nothing;
        let mut kind = std::mem::take(&mut scratch.kind);
        kind.clear();
        let (mut seen, mut twice) = ([false; MEMBERS], None);
        while let Some(member) = map.next_key::<Member>()? {
            if member != Member::Other && std::mem::replace(&mut seen[member as usize], true) {
                twice = Some(member);
            }
            match member {
                Member::Type => map.next_value_seed(Name(&mut kind))?,
                Member::Geometry => found = map.next_value_seed(Geometry(&mut scratch.shape))?,
                Member::Properties => {
                    if !map.next_value_seed(Properties {
                        sink: &mut *sink,
                        scratch: &mut *scratch,
                    })? {
                        let problem = Problem::error(codes::WRONG_TYPE, "this is no object");
                        sink.base()
                            .pend(problem.field("properties").help("write {...}"));
                    }
                }
                Member::Id => {
                    let list = &mut scratch.list;
                    let set = &mut |value: Scalar<'_>| sink.base().set_top_id(value);
                    map.next_value_seed(Value { set, list })?;
                }
                Member::Features if is_root => {
                    // What stood before it belongs to the collection, not to its first feature.
                    sink.discard();
                    root.features = map.next_value_seed(Features {
                        sink: &mut *sink,
                        scratch: &mut *scratch,
                    })?;
                }
                Member::Crs if is_root => {
                    let late = seen[Member::Features as usize];
                    root.crs = coordinates(&map.next_value()?, late, &mut *sink);
                }
                Member::Features | Member::Crs | Member::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let is_feature = kind == "Feature";
        if is_root && !is_feature {
            sink.discard();
            root.twice = twice;
        } else {
            finish(sink, scratch, (&kind, twice), found);
        }
        if is_root {
            root.kind = (!kind.is_empty()).then(|| kind.clone());
        }
        scratch.kind = kind;
        Ok(root)
    }
}

/// Takes what a `crs` member says for the features to come; what is to be told of it. Features that came before it cannot be converted any more.
fn coordinates<S: Sink>(crs: &serde_json::Value, late: bool, sink: &mut S) -> Option<Box<Problem>> {
    match crs::read(crs) {
        Ok((Some(_), _)) if late => {
            let what = "`crs` stands behind the features, and is not that of WGS 84";
            let problem = Problem::error(codes::CRS_NOT_WGS84, what).field("crs");
            let help =
                "write it before `features`, or ogr2ogr -t_srs EPSG:4326 out.geojson in.geojson";
            Some(problem.help(help).into())
        }
        Ok((projection, note)) => {
            sink.base().projection = projection;
            note.map(Box::new)
        }
        Err(problem) => Some(problem),
    }
}

/// A member of a feature or collection that means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
pub(super) enum Member {
    Type,
    Features,
    Geometry,
    Properties,
    Id,
    Crs,
    #[serde(other)]
    Other,
}

/// How many a [`Member`] may be.
const MEMBERS: usize = Member::Other as usize + 1;

const TWICE_IN_GEOMETRY: &str = "its type or its coordinates stand twice";
const KEEP_ONE: &str = "keep one of them";

impl Member {
    fn name(self) -> &'static str {
        match self {
            Member::Type => "type",
            Member::Features => "features",
            Member::Geometry => "geometry",
            Member::Properties => "properties",
            Member::Id => "id",
            Member::Crs => "crs",
            Member::Other => "",
        }
    }

    /// What to tell of a member that stands twice: readers differ in which of the two they take.
    pub fn twice(self) -> Problem {
        let problem = Problem::error(codes::DUPLICATE_MEMBER, "the member stands twice");
        problem.field(self.name()).help(KEEP_ONE)
    }
}

/// Reads the list `features`; whether it was a list.
struct Features<'s, S> {
    sink: &'s mut S,
    scratch: &'s mut Scratch,
}

impl<'de, S: Sink> DeserializeSeed<'de> for Features<'_, S> {
    type Value = bool;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<bool, D::Error> {
        d.deserialize_any(self)
    }
}

/// The visits of everything that is no list or object, which mean "not that".
macro_rules! not_that {
    () => {
        fn visit_unit<E: Error>(self) -> Result<bool, E> {
            Ok(false)
        }
        fn visit_bool<E: Error>(self, _: bool) -> Result<bool, E> {
            Ok(false)
        }
        fn visit_i64<E: Error>(self, _: i64) -> Result<bool, E> {
            Ok(false)
        }
        fn visit_u64<E: Error>(self, _: u64) -> Result<bool, E> {
            Ok(false)
        }
        fn visit_f64<E: Error>(self, _: f64) -> Result<bool, E> {
            Ok(false)
        }
        fn visit_str<E: Error>(self, _: &str) -> Result<bool, E> {
            Ok(false)
        }
    };
}

impl<'de, S: Sink> Visitor<'de> for Features<'_, S> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of features")
    }

    not_that!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        let Features { sink, scratch } = self;
        scratch.in_features = true;
        while seq
            .next_element_seed(Object {
                sink: &mut *sink,
                scratch: &mut *scratch,
                root: false,
            })?
            .is_some()
        {}
        scratch.in_features = false;
        Ok(true)
    }
}

/// Reads `properties`; whether they were an object or null.
struct Properties<'s, S> {
    sink: &'s mut S,
    scratch: &'s mut Scratch,
}

impl<'de, S: Sink> DeserializeSeed<'de> for Properties<'_, S> {
    type Value = bool;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<bool, D::Error> {
        d.deserialize_option(self)
    }
}

impl<'de, S: Sink> Visitor<'de> for Properties<'_, S> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("properties")
    }

    fn visit_none<E: Error>(self) -> Result<bool, E> {
        Ok(true)
    }

    fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<bool, D::Error> {
        d.deserialize_any(self)
    }

    not_that!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(false)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let Properties { sink, scratch } = self;
        let mut expected = 0;
        scratch.seen.fill(false);
        while let Some(uses) = map.next_key_seed(PropertyKey {
            sink: &mut *sink,
            keys: &mut scratch.keys,
            expected: &mut expected,
        })? {
            let (at, slot) = (expected - 1, uses.slot);
            scratch.seen.resize(scratch.keys.len(), false);
            // The same name again, or another name of the same property.
            let again = scratch.seen.get_mut(at).map(|s| std::mem::replace(s, true)) == Some(true);
            if again || (slot != IGNORE && sink.base().twice(slot)) {
                let name = scratch.keys.get(at);
                let name = name.map_or("", |(name, _)| name.as_str()).to_owned();
                let problem = Problem::error(codes::DUPLICATE_MEMBER, "the property stands twice");
                sink.base().pend(problem.field(name).help(KEEP_ONE));
            }
            if uses == Uses::NONE {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let set = &mut |value: Scalar<'_>| put(uses, value, sink);
            map.next_value_seed(Value {
                set,
                list: &mut scratch.list,
            })?;
        }
        Ok(true)
    }
}

/// The slot of a property's name. Features of a file mostly have the same names in the same
/// order, so the next name of the last feature is tried first.
struct PropertyKey<'s, S> {
    sink: &'s mut S,
    keys: &'s mut Vec<(String, Uses)>,
    expected: &'s mut usize,
}

impl<'de, S: Sink> DeserializeSeed<'de> for PropertyKey<'_, S> {
    type Value = Uses;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Uses, D::Error> {
        d.deserialize_identifier(self)
    }
}

impl<S: Sink> Visitor<'_> for PropertyKey<'_, S> {
    type Value = Uses;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a property")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Uses, E> {
        let PropertyKey {
            sink,
            keys,
            expected,
        } = self;
        if let Some((key, uses)) = keys.get(*expected)
            && key == name
        {
            *expected += 1;
            return Ok(*uses);
        }
        if let Some(at) = keys.iter().position(|(key, _)| key == name) {
            *expected = at + 1;
            return Ok(keys[at].1);
        }
        let uses = uses_of(name, sink);
        if keys.len() < 512 {
            keys.push((name.to_owned(), uses));
            *expected = keys.len();
        } else {
            // Nobody remembers it.
            *expected = keys.len() + 1;
        }
        Ok(uses)
    }
}
