//! Serde visitors for the `geometry` of a feature.

use crate::input::coords::Coords;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// What stood at `geometry`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// `null`, or no such member.
    Nothing,
    /// An object; its type is in [`Shape::kind`].
    Object,
    /// Something else.
    Wrong,
}

/// The geometry of the current feature.
#[derive(Debug, Default)]
pub(super) struct Shape {
    pub kind: String,
    pub coords: Coords,
    /// Its type or its coordinates stand twice.
    pub twice: bool,
}

/// Reads a geometry into a [`Shape`].
pub(super) struct Geometry<'s>(pub &'s mut Shape);

impl<'de> DeserializeSeed<'de> for Geometry<'_> {
    type Value = Found;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Found, D::Error> {
        self.0.kind.clear();
        self.0.coords.clear();
        self.0.twice = false;
        d.deserialize_any(self)
    }
}

/// The scalar visits, which all end in the same value.
macro_rules! scalars {
    ($value:ty: $($visit:ident($type:ty)),* => $result:expr) => {
        $(fn $visit<E: Error>(self, _: $type) -> Result<$value, E> { Ok($result) })*
    };
}

impl<'de> Visitor<'de> for Geometry<'_> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a geometry")
    }

    fn visit_unit<E: Error>(self) -> Result<Found, E> {
        Ok(Found::Nothing)
    }

    scalars!(Found: visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str) => Found::Wrong);

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Found, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Found::Wrong)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found, A::Error> {
        let Shape {
            kind,
            coords,
            twice,
        } = self.0;
        let mut seen = [false; 2];
        while let Some(member) = map.next_key::<Member>()? {
            if let Some(seen) = seen.get_mut(member as usize) {
                *twice |= std::mem::replace(seen, true);
            }
            match member {
                Member::Type => map.next_value_seed(Name(kind))?,
                Member::Coordinates => {
                    coords.clear();
                    if map.next_value_seed(Nested { coords, depth: 0 })?.is_some() {
                        coords.fail(|| "the coordinates are no list".into());
                    }
                }
                Member::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if kind.is_empty() {
            kind.push_str("geometry without a type");
        }
        Ok(Found::Object)
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Member {
    Type,
    Coordinates,
    #[serde(other)]
    Other,
}

/// Reads a text into a string that is reused; anything else leaves it empty.
pub(super) struct Name<'s>(pub &'s mut String);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        self.0.clear();
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Name<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<(), E> {
        self.0.push_str(name);
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    scalars!((): visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64) => ());

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// Reads nested lists of numbers; `Some` for a number, `None` for a list.
struct Nested<'s> {
    coords: &'s mut Coords,
    depth: u8,
}

impl<'de> DeserializeSeed<'de> for Nested<'_> {
    type Value = Option<f64>;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Option<f64>, D::Error> {
        d.deserialize_any(self)
    }
}

impl Nested<'_> {
    fn wrong(self, value: &str) -> Option<f64> {
        self.coords
            .fail(|| format!("{value} stands where a number is needed"));
        Some(0.0)
    }
}

impl<'de> Visitor<'de> for Nested<'_> {
    type Value = Option<f64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("coordinates")
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Option<f64>, E> {
        Ok(Some(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Option<f64>, E> {
        Ok(Some(value as f64))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Option<f64>, E> {
        Ok(Some(value as f64))
    }

    fn visit_unit<E: Error>(self) -> Result<Option<f64>, E> {
        Ok(self.wrong("null"))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Option<f64>, E> {
        Ok(self.wrong(&value.to_string()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Option<f64>, E> {
        Ok(self.wrong(&format!(
            "the text {:?}",
            crate::base::words::shorten(value)
        )))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<f64>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(self.wrong("an object"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<f64>, A::Error> {
        let Nested { coords, depth } = self;
        let mut position = [0.0; 2];
        let (mut numbers, mut lists) = (0_usize, 0_usize);
        while let Some(value) = seq.next_element_seed(Nested {
            coords: &mut *coords,
            depth: depth + 1,
        })? {
            match value {
                Some(number) => {
                    if let Some(slot) = position.get_mut(numbers) {
                        *slot = number;
                    }
                    numbers += 1;
                }
                None => lists += 1,
            }
        }
        match (numbers, lists) {
            (0, 0) => coords.push_empty(depth),
            (0, _) => coords.close(depth),
            (1, 0) => coords.fail(|| "a position has one number only".into()),
            (_, 0) => coords.push(position, depth),
            _ => coords.fail(|| "a list holds numbers and lists".into()),
        }
        Ok(None)
    }
}
