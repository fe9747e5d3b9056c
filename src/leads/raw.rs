//! Features with their properties as they stand.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A feature.
#[derive(Deserialize)]
pub(super) struct Line<'a> {
    #[serde(borrow, default, deserialize_with = "pairs")]
    pub properties: Pairs<'a>,
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
}

/// Names and values, in their order.
type Pairs<'a> = Vec<(Cow<'a, str>, &'a str)>;

impl Line<'_> {
    /// The id as it stands: without quotes, where it is a number.
    pub fn id(&self) -> Option<&str> {
        let own = self.properties.iter().find(|(name, _)| name == "id");
        own.map(|(_, raw)| *raw)
            .or_else(|| self.id.map(RawValue::get))
    }
}

/// A collection.
#[derive(Deserialize)]
struct Collection<'a> {
    #[serde(borrow)]
    features: Vec<&'a RawValue>,
}

/// The features of a GeoJSON text: of a collection or a list, or one a line, those among them that are broken.
pub(super) fn features(text: &str) -> Vec<&str> {
    let collection = serde_json::from_str::<Collection<'_>>(text).map(|c| c.features);
    let list = collection.or_else(|_| serde_json::from_str::<Vec<&RawValue>>(text));
    match list {
        Ok(list) => list.into_iter().map(RawValue::get).collect(),
        Err(_) => {
            let pieces = text.split(['\n', '\u{1e}']);
            pieces.filter(|piece| !piece.trim().is_empty()).collect()
        }
    }
}

/// Those that are not bad; `bad` are positions, ascending.
pub(super) fn good<'t>(
    features: impl Iterator<Item = &'t str>,
    bad: impl Iterator<Item = usize>,
) -> impl Iterator<Item = &'t str> {
    let mut bad = bad.peekable();
    let good = features
        .enumerate()
        .filter(move |(at, _)| bad.next_if_eq(at).is_none());
    good.map(|(_, feature)| feature)
}

fn pairs<'de, D: Deserializer<'de>>(d: D) -> Result<Pairs<'de>, D::Error> {
    struct Take;
    impl<'de> Visitor<'de> for Take {
        type Value = Pairs<'de>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("properties")
        }

        fn visit_unit<E>(self) -> Result<Pairs<'de>, E> {
            Ok(Vec::new())
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
            let mut pairs = Vec::new();
            while let Some(name) = map.next_key::<Name<'de>>()? {
                let raw: &'de RawValue = map.next_value()?;
                pairs.push((name.0, raw.get()));
            }
            Ok(pairs)
        }
    }
    d.deserialize_any(Take)
}

/// The name of a property, borrowed where it has no escapes.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::{Line, features};

    #[test]
    fn features_of_every_kind_of_document() {
        let one = r#"{"type":"Feature","properties":{"a":[1]}}"#;
        for text in [
            format!("{{\"type\":\"FeatureCollection\",\"features\":[{one},\n {one}]}}"),
            format!("[{one},{one}]"),
            format!("{one}\n\n{one}\n"),
            format!("\u{1e}{one}\n\u{1e}{one}\n"),
        ] {
            assert_eq!(features(&text), [one, one], "{text}");
        }
    }

    #[test]
    fn properties_come_back_as_they_stand() {
        let line = r#"{"type":"Feature","id":7,"properties":{"z":[1, {"b":2}],"a\n":1.50,"x":null},"geometry":null}"#;
        let read: Line<'_> = serde_json::from_str(line).unwrap();
        let pairs: Vec<(&str, &str)> = read
            .properties
            .iter()
            .map(|(n, v)| (n.as_ref(), *v))
            .collect();
        assert_eq!(
            pairs,
            [("z", r#"[1, {"b":2}]"#), ("a\n", "1.50"), ("x", "null")]
        );
        assert_eq!(read.id(), Some("7"));
        let none: Line<'_> = serde_json::from_str(r#"{"properties":null}"#).unwrap();
        assert!(none.properties.is_empty() && none.id().is_none());
    }
}
