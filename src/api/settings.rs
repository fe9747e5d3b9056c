//! Keys of a scenario that are set one by one, as TOML.

use crate::error::{Problem, codes};
use serde_json::Value as Json;
use toml::{Table, Value};

/// How deep values may be nested; no key of a scenario goes that deep.
const DEPTH: usize = 8;

/// Keys that were set, and what is wrong with how that was done.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    pub table: Table,
    pub problems: Vec<Problem>,
}

impl Settings {
    /// Sets a dotted key.
    pub fn set(&mut self, key: &str, value: Value) {
        let mut parts: Vec<&str> = key.split('.').collect();
        let last = parts.pop().unwrap_or_default();
        let mut table = &mut self.table;
        for part in parts.iter().take(DEPTH) {
            let entry = table.entry((*part).to_owned());
            let next = entry.or_insert_with(|| Value::Table(Table::new()));
            match next {
                Value::Table(inner) => table = inner,
                _ => {
                    let what = format!("{part:?} is set to a value, and so is a key below it");
                    let problem = Problem::error(codes::CONFLICTING_KEYS, what).field(key);
                    self.problems.push(problem.help("set one of them"));
                    return;
                }
            }
        }
        match (table.get_mut(last), value) {
            (Some(Value::Table(old)), Value::Table(new)) => merge(old, new),
            (_, value) => {
                table.insert(last.to_owned(), value);
            }
        }
    }

    /// Sets a dotted key to a value of JSON.
    pub fn set_json(&mut self, key: &str, value: &Json) {
        match toml_of(value, DEPTH) {
            Ok(value) => self.set(key, value),
            Err((code, what)) => {
                let problem = Problem::error(code, what).field(key);
                let help = "write a text, a number, true or false, or lists and objects of them";
                self.problems.push(problem.help(help));
            }
        }
    }

    /// Adds a table to a list of them.
    pub fn push(&mut self, key: &str, entry: Table) {
        match self.table.get_mut(key) {
            Some(Value::Array(list)) => list.push(Value::Table(entry)),
            _ => self.set(key, Value::Array(vec![Value::Table(entry)])),
        }
    }
}

/// Puts the keys of `new` in the place of those of `old`; what `new` does not name stays.
pub(super) fn merge(old: &mut Table, new: Table) {
    for (key, value) in new {
        match (old.get_mut(&key), value) {
            (Some(Value::Table(old)), Value::Table(new)) => merge(old, new),
            (_, value) => {
                old.insert(key, value);
            }
        }
    }
}

/// A value of JSON, or which code says what is wrong with it.
fn toml_of(value: &Json, depth: usize) -> Result<Value, (&'static str, String)> {
    if depth == 0 {
        return Err((codes::WRONG_TYPE, "the value is nested too deep".into()));
    }
    match value {
        Json::Null => Err((
            codes::WRONG_TYPE,
            "null (or a number that is not finite) is no value".into(),
        )),
        Json::Bool(truth) => Ok(Value::Boolean(*truth)),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Ok(Value::Integer(whole)),
            (None, Some(float)) => Ok(Value::Float(float)),
            (None, None) => Err((codes::NOT_A_NUMBER, format!("{number} is too large"))),
        },
        Json::String(text) => Ok(Value::String(text.clone())),
        Json::Array(items) => {
            let items = items.iter().map(|item| toml_of(item, depth - 1));
            items.collect::<Result<Vec<Value>, _>>().map(Value::Array)
        }
        Json::Object(members) => {
            let mut table = Table::new();
            for (key, member) in members {
                table.insert(key.clone(), toml_of(member, depth - 1)?);
            }
            Ok(Value::Table(table))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_set_one_in_another() {
        let mut s = Settings::default();
        s.set_json("travel.max_km", &json!(80));
        s.set_json("travel", &json!({"cost": "minutes"}));
        s.set_json("name", &json!("Nord"));
        let text = toml::to_string(&s.table).unwrap_or_default();
        let wanted = "name = \"Nord\"\n\n[travel]\ncost = \"minutes\"\nmax_km = 80\n";
        assert_eq!(text, wanted);
        assert!(s.problems.is_empty());
    }

    #[test]
    fn what_is_no_value_is_told() {
        let mut s = Settings::default();
        let mut deep = json!(1);
        for _ in 0..20 {
            deep = json!([deep]);
        }
        s.set_json("a", &json!(f64::NAN));
        s.set_json("b", &deep);
        s.set_json("name", &json!("x"));
        s.set_json("name.first", &json!("y"));
        let told: Vec<&str> = s.problems.iter().map(|p| p.code).collect();
        let wanted = [
            codes::WRONG_TYPE,
            codes::WRONG_TYPE,
            codes::CONFLICTING_KEYS,
        ];
        assert_eq!(told, wanted);
    }
}
