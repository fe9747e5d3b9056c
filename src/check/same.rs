//! Whether two JSON texts say the same: what a file says, against what it should say.
//!
//! Blanks, the order of an object's members and the way a text is escaped mean nothing. Everything else does: a member
//! that is missing, unknown or doubled, an element more or less, another value. Numbers agree to nine digits (their
//! sums may come from another machine's sine), and 0 is not -0.

use super::{List, near};
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// Characters of a value that a message repeats.
const SHOWN: usize = 60;

/// Adds a finding to `list` for every value of `said` that is not as in `is`; `file` names the text, and `name` says
/// what stands at a place (for example the id of a feature), if that has a name.
pub(super) fn same(
    file: &str,
    said: &str,
    is: &str,
    name: &dyn Fn(&str) -> Option<String>,
    list: &mut List,
) {
    match (serde_json::from_str(said), serde_json::from_str(is)) {
        (Ok(said), Ok(is)) => Comparison { file, name, list }.values("", &said, &is),
        (Err(e), _) => list.add(format!("{file}: the file is damaged: {e}")),
        (_, Err(e)) => list.add(format!("{file}: nothing to compare with: {e}")),
    }
}

struct Comparison<'a> {
    file: &'a str,
    name: &'a dyn Fn(&str) -> Option<String>,
    list: &'a mut List,
}

impl Comparison<'_> {
    fn values(&mut self, path: &str, said: &Json, is: &Json) {
        match (said, is) {
            (Json::Object(said), Json::Object(is)) => self.objects(path, said, is),
            (Json::Array(said), Json::Array(is)) => self.arrays(path, said, is),
            (Json::Number(a), Json::Number(b)) => {
                let signs = a.is_sign_negative() == b.is_sign_negative();
                if !(near(*a, *b) && signs) {
                    self.differ(path, said, is);
                }
            }
            _ if said == is => {}
            _ => self.differ(path, said, is),
        }
    }

    fn objects(&mut self, path: &str, said: &Members, is: &Members) {
        for (name, value) in is {
            let path = join(path, name);
            match said.get(name) {
                Some(other) => self.values(&path, other, value),
                None => self.add(&path, &format!("is missing; it should be {value}")),
            }
        }
        for (name, value) in said.iter().filter(|(name, _)| !is.contains_key(*name)) {
            let what = format!("should not be there; it is {value}");
            self.add(&join(path, name), &what);
        }
    }

    fn arrays(&mut self, path: &str, said: &[Json], is: &[Json]) {
        if said.len() != is.len() {
            let what = format!("has {} entries, not {}", said.len(), is.len());
            self.add(path, &what);
        }
        for (at, (said, is)) in said.iter().zip(is).enumerate() {
            self.values(&format!("{path}[{at}]"), said, is);
        }
    }

    fn differ(&mut self, path: &str, said: &Json, is: &Json) {
        let what = format!("is {said}, the inputs and the plan mean {is}");
        self.add(path, &what);
    }

    fn add(&mut self, path: &str, what: &str) {
        let place = match (path, (self.name)(path)) {
            ("", _) => "the whole".to_owned(),
            (path, Some(name)) => format!("{path} ({name})"),
            (path, None) => path.to_owned(),
        };
        self.list.add(format!("{}: {place} {what}", self.file));
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

type Members = BTreeMap<String, Json>;

/// A value of which no object has a member twice.
#[derive(PartialEq, Serialize)]
#[serde(untagged)]
enum Json {
    Null,
    Bool(bool),
    Number(#[serde(serialize_with = "number")] f64),
    Text(String),
    Array(Vec<Json>),
    Object(Members),
}

/// Whole numbers without a point, as files have them.
fn number<S: Serializer>(v: &f64, s: S) -> Result<S::Ok, S::Error> {
    let whole = v.fract() == 0.0 && v.abs() < 1e15 && (*v != 0.0 || v.is_sign_positive());
    if whole {
        s.serialize_i64(*v as i64)
    } else {
        s.serialize_f64(*v)
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_json::to_string(self).unwrap_or_default();
        match text.char_indices().nth(SHOWN) {
            Some((at, _)) => write!(f, "{}...", &text[..at]),
            None => f.write_str(&text),
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Json, D::Error> {
        d.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, v: bool) -> Result<Json, E> {
        Ok(Json::Bool(v))
    }

    fn visit_i64<E: Error>(self, v: i64) -> Result<Json, E> {
        Ok(Json::Number(v as f64))
    }

    fn visit_u64<E: Error>(self, v: u64) -> Result<Json, E> {
        Ok(Json::Number(v as f64))
    }

    fn visit_f64<E: Error>(self, v: f64) -> Result<Json, E> {
        Ok(Json::Number(v))
    }

    fn visit_str<E: Error>(self, v: &str) -> Result<Json, E> {
        Ok(Json::Text(v.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut all = Vec::new();
        while let Some(element) = seq.next_element()? {
            all.push(element);
        }
        Ok(Json::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut all = Members::new();
        while let Some((name, value)) = map.next_entry::<String, Json>()? {
            if all.contains_key(&name) {
                return Err(A::Error::custom(format!(
                    "the member {name:?} stands twice"
                )));
            }
            all.insert(name, value);
        }
        Ok(Json::Object(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(said: &str, is: &str) -> Vec<String> {
        let mut list = List::new("files");
        same("f.json", said, is, &|_| None, &mut list);
        list.done().into_iter().map(|f| f.text).collect()
    }

    #[test]
    fn blanks_order_and_escapes_mean_nothing() {
        let is = r#"{"a":[1,2.5,{"b":"ä"}],"c":null,"d":1e3}"#;
        for said in [
            is,
            r#" { "c" : null, "d": 1000.0, "a" : [ 1 , 2.5, { "b" : "\u00e4" } ] } "#,
            r#"{"a":[1,2.5000000000001,{"b":"ä"}],"c":null,"d":1e3}"#,
        ] {
            assert_eq!(findings(said, is), Vec::<String>::new(), "{said}");
        }
    }

    #[test]
    fn everything_else_does() {
        let is = r#"{"a":[1,0,{"b":"x"}],"c":null}"#;
        for (said, place) in [
            (r#"{"a":[1,0,{"b":"y"}],"c":null}"#, "a[2].b is \"y\""),
            (r#"{"a":[2,0,{"b":"x"}],"c":null}"#, "a[0] is 2"),
            (r#"{"a":[1,-0.0,{"b":"x"}],"c":null}"#, "a[1] is -0.0"),
            (r#"{"a":["1",0,{"b":"x"}],"c":null}"#, "a[0] is \"1\""),
            (r#"{"a":[0,1,{"b":"x"}],"c":null}"#, "a[0] is 0"),
            (r#"{"a":[1,0],"c":null}"#, "a has 2 entries, not 3"),
            (r#"{"a":[1,0,{"b":"x"}],"c":false}"#, "c is false"),
            (r#"{"a":[1,0,{"b":"x"}]}"#, "c is missing"),
            (
                r#"{"a":[1,0,{"b":"x","e":1}],"c":null}"#,
                "a[2].e should not be there",
            ),
            (
                r#"{"a":[1,0,{"b":"z","b":"x"}],"c":null}"#,
                "\"b\" stands twice",
            ),
            (r#"{"a":[1,0,{"b":"x"}],"c":null}}"#, "damaged"),
        ] {
            let found = findings(said, is);
            assert!(found.iter().any(|f| f.contains(place)), "{said}: {found:?}");
        }
    }
}
