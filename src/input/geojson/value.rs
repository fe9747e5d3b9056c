//! Serde visitors for the value of a property.

use crate::input::scalar::{LIST_SEPARATOR, Scalar};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::fmt::Write;

/// Hands a property's value to `set`.
pub(super) struct Value<'s> {
    pub set: &'s mut dyn FnMut(Scalar<'_>),
    pub list: &'s mut String,
}

/// Hands a value that is written as JSON to `set`; `false` where it is no JSON.
#[cfg(any(feature = "gpkg", feature = "fgb"))]
pub(crate) fn json_value(text: &str, set: &mut dyn FnMut(Scalar<'_>)) -> bool {
    if serde_json::from_str::<IgnoredAny>(text).is_err() {
        return false;
    }
    let list = &mut String::new();
    let value = Value { set, list };
    value
        .deserialize(&mut serde_json::Deserializer::from_str(text))
        .is_ok()
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        (self.set)(Scalar::Null);
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        (self.set)(Scalar::Bool(value));
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        (self.set)(Scalar::Int(value));
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        (self.set)(Scalar::UInt(value));
        Ok(())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        (self.set)(Scalar::Float(value));
        Ok(())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        (self.set)(Scalar::Text(value));
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        (self.set)(Scalar::Other("an object"));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Value { set, list } = self;
        list.clear();
        let mut flat = true;
        let mut item = |value: Scalar<'_>| {
            if !list.is_empty() {
                list.push(LIST_SEPARATOR);
            }
            flat &= match value {
                Scalar::Text(text) => list.write_str(text).is_ok(),
                Scalar::Int(i) => write!(list, "{i}").is_ok(),
                Scalar::UInt(u) => write!(list, "{u}").is_ok(),
                _ => false,
            };
        };
        let mut inner = String::new();
        while seq
            .next_element_seed(Value {
                set: &mut item,
                list: &mut inner,
            })?
            .is_some()
        {}
        if flat {
            set(Scalar::List(list));
        } else {
            set(Scalar::Other("a list of things that are no texts"));
        }
        Ok(())
    }
}
