//! What a file of barriers may have meant.

use super::super::hints::most_like;
use crate::error::{Collector, Problem, codes};
use geojson::{Feature, JsonObject};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::HashMap;

/// Other words for what crossing costs.
const ALSO: [(&str, &[&str]); 2] = [
    ("minutes", &["min", "mins", "minuten", "duration"]),
    ("km", &["kms", "kilometers", "kilometres", "kilometer"]),
];

/// A property that looks like one which says what crossing costs, or how a crossing is called, where that one is missing.
pub(super) fn misspelt(properties: &JsonObject) -> Option<Problem> {
    let known = ["minutes", "km", "crossing"].map(str::to_owned);
    let meant = |key: &String| {
        let low = key.trim().to_lowercase();
        let also = ALSO.iter().find(|(_, words)| words.contains(&low.as_str()));
        let like = || most_like(key, &known).map(String::as_str);
        also.map(|(own, _)| *own).or_else(like)
    };
    let other = |key: &String| !known.contains(key) && properties[key.as_str()] != Value::Null;
    let mut found = properties.keys().filter(|key| other(key));
    let (key, own) = found.find_map(|key| {
        let own = meant(key)?;
        (!properties.contains_key(own)).then_some((key, own))
    })?;
    let what = format!("the property {key:?} is not read; was `{own}` meant?");
    let help = format!(
        "write `{own}`, in lower case, or leave the property out: without `minutes` and `km` nobody crosses a barrier"
    );
    Some(
        Problem::warning(codes::NO_EFFECT, what)
            .field(key)
            .help(help),
    )
}

/// Tells of the features of a collection that are none of GeoJSON; whether there are any.
pub(super) fn broken_features(text: &str, problems: &mut Collector) -> bool {
    type Raw = HashMap<String, Box<RawValue>>;
    let all: Option<Raw> = serde_json::from_str(text).ok();
    let mut all = all.unwrap_or_default();
    let alone = all.get("type").is_some_and(|t| t.get() == "\"Feature\"");
    let listed = all.remove("features");
    let listed = listed.and_then(|f| serde_json::from_str::<Vec<Box<RawValue>>>(f.get()).ok());
    let listed = listed.unwrap_or_default();
    let features: Vec<&str> = match alone {
        true => vec![text],
        false => listed.iter().map(|f| f.get()).collect(),
    };
    let mut any = false;
    for (at, feature) in features.into_iter().enumerate() {
        let Err(error) = feature.parse::<Feature>() else {
            continue;
        };
        any = true;
        let own: Option<Raw> = serde_json::from_str(feature).ok();
        let id = own.and_then(|own| serde_json::from_str::<Value>(own.get("id")?.get()).ok());
        let id = match id {
            Some(Value::String(id)) => id,
            Some(Value::Number(id)) => id.to_string(),
            _ => String::new(),
        };
        // The line is one of the feature, not of the file.
        let error = error.to_string();
        let error = error.split(" at line ").next().unwrap_or_default();
        let what = format!("this is no feature of GeoJSON: {error}");
        let problem = Problem::error(codes::WRONG_ROOT, what).at(at + 1).id(&id);
        let help = "a position is two numbers, [10.5, 50.5], without quotes; a part of a MultiPolygon is a list of rings";
        problems.add(problem.help(help));
    }
    any
}
