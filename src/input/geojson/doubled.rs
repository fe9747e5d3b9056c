//! Members that stand twice in an object, which parsers read as the first, the last, or not at all.

use crate::error::{Problem, codes};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

/// The first member that stands twice in its object, with the number of its feature; `None` also where the text is no JSON.
pub(crate) fn doubled(text: &str) -> Option<Problem> {
    let mut found = None;
    let walk = Walk {
        found: &mut found,
        feature: None,
        place: Place::Root,
    };
    let mut parser = serde_json::Deserializer::from_str(text);
    walk.deserialize(&mut parser).ok()?;
    let (feature, name) = found?;
    let what = format!("the member {name:?} stands twice in its object");
    let mut problem = Problem::error(codes::DUPLICATE_MEMBER, what).help("keep one of them");
    problem.feature = feature;
    Some(problem)
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Root,
    /// The list `features` of the root.
    Features,
    Within,
}

/// Walks through a value.
struct Walk<'f> {
    found: &'f mut Option<(Option<usize>, String)>,
    feature: Option<usize>,
    place: Place,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_any(self)
    }
}

/// The visits of what holds nothing.
macro_rules! scalars {
    ($($visit:ident($type:ty)),*) => {
        $(fn $visit<E: Error>(self, _: $type) -> Result<(), E> { Ok(()) })*
    };
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    scalars!(
        visit_bool(bool),
        visit_i64(i64),
        visit_u64(u64),
        visit_f64(f64),
        visit_str(&str)
    );

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let features = self.place == Place::Features;
        for at in 1.. {
            let element = Walk {
                found: &mut *self.found,
                feature: if features { Some(at) } else { self.feature },
                place: Place::Within,
            };
            if seq.next_element_seed(element)?.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut names = Names::default();
        while let Some(Name(name)) = map.next_key::<Name>()? {
            let features = self.place == Place::Root && name == "features";
            if let Some(name) = names.add(name)
                && self.found.is_none()
            {
                *self.found = Some((self.feature, name.into_owned()));
            }
            map.next_value_seed(Walk {
                found: &mut *self.found,
                feature: self.feature,
                place: if features {
                    Place::Features
                } else {
                    Place::Within
                },
            })?;
        }
        Ok(())
    }
}

/// A name of a member, copied only where it is escaped.
struct Name<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Name<'de>, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }
        d.deserialize_str(Text)
    }
}

/// Names that are looked through one by one.
const FEW: usize = 24;

/// The names of an object so far: a short list as a rule, and a set once there are many.
#[derive(Default)]
struct Names<'de> {
    few: Vec<Cow<'de, str>>,
    many: BTreeSet<Cow<'de, str>>,
}

impl<'de> Names<'de> {
    /// Adds a name, or gives it back where it is there already.
    fn add(&mut self, name: Cow<'de, str>) -> Option<Cow<'de, str>> {
        if self.few.contains(&name) || self.many.contains(&name) {
            return Some(name);
        }
        if self.few.len() < FEW {
            self.few.push(name);
        } else {
            self.many.insert(name);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubled_members_are_found_with_their_feature() {
        for (text, place) in [
            (
                r#"{"type":"A","b":[{"c":1},{"c":2}],"d":{"type":"A"}}"#,
                None,
            ),
            (r#"{"type":"A","type":"B"}"#, Some((None, "\"type\""))),
            (
                r#"{"features":[{"a":1},{"a":[{"x":1,"y":2,"x":1}]}]}"#,
                Some((Some(2), "\"x\"")),
            ),
            (
                r#"{"features":[{"features":[{"a":1,"a":1}]}]}"#,
                Some((Some(1), "\"a\"")),
            ),
            (r#"{"type":"A","type":"#, None),
        ] {
            let found = doubled(text);
            assert_eq!(found.is_some(), place.is_some(), "{text}");
            if let (Some(problem), Some((feature, name))) = (found, place) {
                assert_eq!(problem.feature, feature, "{text}");
                assert!(problem.what.contains(name), "{text}: {}", problem.what);
            }
        }
    }
}
