//! The files of a staffing: JSON with everything, a table, and the territories with their people.

use super::Staffing;
use super::pairs::{Knows, mean_km};
use crate::base::words::dusted;
use crate::disk::file;
use crate::error::Error;
use crate::output::{bbox, territories::geometry};
use crate::saved::text::{self, Dialect};
use crate::scenario::Role;
use rayon::prelude::*;
use serde_json::json;
use std::fmt::Write;
use std::path::Path;

/// How the JSON begins.
const JSON: &str = "{\"format\": \"revier staff 1\"";
/// How the GeoJSON begins.
const GEOJSON: &str = "{\"type\":\"FeatureCollection\",\"generator\":\"revier staff\",";
/// The columns of the table.
const COLUMNS: [&str; 14] = [
    "person_id",
    "person",
    "territory_id",
    "territory",
    "cost",
    "travel",
    "preference",
    "saved",
    "customers",
    "known",
    "mean_km",
    "next_territory_id",
    "next_territory",
    "next_more",
];

/// Whether a file is the JSON of a staffing.
#[must_use]
pub fn is_json(path: &Path) -> bool {
    file::begins_with(path, JSON)
}

/// Whether a file is the GeoJSON of a staffing.
#[must_use]
pub fn is_geojson(path: &Path) -> bool {
    file::begins_with(path, GEOJSON)
}

/// Whether a file is the table of a staffing.
#[must_use]
pub fn is_csv(path: &Path) -> bool {
    let comma = [false, true].map(|comma| Dialect { safe: true, comma });
    (comma.iter()).any(|dialect| file::begins_with(path, dialect.header(COLUMNS).trim_end()))
}

/// Everything: pairs, prices, costs, what is ruled out and why. Costs are decimals of the steps they are rounded to, in full.
///
/// # Errors
/// [`Error::Internal`] where the prices do not add up to the cost.
pub fn json(s: &Staffing) -> Result<String, Error> {
    let (case, a) = (&s.case, &s.assignment);
    let (people, count) = (0..case.people, 0..case.territories.len());
    let prices = (people.clone().map(|p| a.price_of_person(p)))
        .chain(count.clone().map(|t| a.price_of_territory(t)));
    let bound: i64 = prices.map(|x| x.price).sum();
    if bound != a.total {
        return Err(Error::Internal(
            "the prices do not add up to the cost".into(),
        ));
    }
    let inputs = case
        .inputs
        .files
        .iter()
        .filter(|f| f.role != Role::Scenario);
    let inputs = inputs.map(|f| {
        let name = f.path.file_name().map(|name| name.to_string_lossy());
        json!({"role": f.role.name(), "name": name, "sha256": f.sha256}).to_string()
    });
    let knows = match s.options.knows {
        Knows::Nothing => json!(null),
        Knows::Share(share) => json!({"share": share}),
        Knows::Way(way) => json!({"way": way}),
    };
    let mut text = format!(
        "{JSON}, \"revier\": {}, \"plan\": {}, \"unit\": {}, \"knows\": {knows}, \"step\": {},\n\"inputs\": [{}],\n",
        json!(env!("CARGO_PKG_VERSION")),
        json!(case.inputs.scenario.name),
        json!(case.inputs.scenario.objective_unit()),
        s.grid.decimal(1),
        inputs.collect::<Vec<String>>().join(", "),
    );
    let _ = writeln!(
        text,
        "\"complete\": {}, \"staffed\": {}, \"total\": {}, \"bound\": {},",
        s.is_complete(),
        a.staffed,
        s.grid.decimal(a.total),
        s.grid.decimal(bound)
    );
    list(
        &mut text,
        "people",
        people.clone().map(|p| person(s, p)).collect(),
    );
    list(
        &mut text,
        "territories",
        count.clone().map(|t| territory(s, t)).collect(),
    );
    list(&mut text, "swaps", swaps(s));
    for (name, sets) in [
        ("short_of_people", &s.short_of_people),
        ("short_of_territories", &s.short_of_territories),
    ] {
        let ids = |list: &[usize], of: &dyn Fn(usize) -> String| {
            list.iter()
                .map(|x| of(*x))
                .collect::<Vec<String>>()
                .join(", ")
        };
        let set = |set: &super::hall::Short| {
            let territories = ids(&set.territories, &|t| territory_id(s, t));
            let people = ids(&set.people, &|p| person_id(s, p));
            format!("{{\"territories\": [{territories}], \"people\": [{people}]}}")
        };
        list(&mut text, name, sets.iter().map(set).collect());
    }
    list(
        &mut text,
        "forbidden",
        people
            .clone()
            .into_par_iter()
            .flat_map(|p| forbidden(s, p))
            .collect(),
    );
    list(
        &mut text,
        "costs",
        people.into_par_iter().map(|p| costs(s, p)).collect(),
    );
    text.truncate(text.len() - 2);
    text.push_str("\n}\n");
    Ok(text)
}

/// A member that is a list, an element per line.
fn list(to: &mut String, name: &str, lines: Vec<String>) {
    let (open, end) = if lines.is_empty() {
        ("[", "]")
    } else {
        ("[\n", "\n]")
    };
    let _ = writeln!(to, "\"{name}\": {open}{}{end},", lines.join(",\n"));
}

fn person_id(s: &Staffing, p: usize) -> String {
    let mut to = String::new();
    text::json_id(&mut to, &s.inputs().reps.ids, p);
    to
}

fn territory_id(s: &Staffing, t: usize) -> String {
    let mut to = String::new();
    text::json_id(&mut to, &s.plan().ids, s.case.territories[t]);
    to
}

fn or_null(id: Option<String>) -> String {
    id.unwrap_or_else(|| "null".into())
}

/// A person, their territory, and their second choice.
fn person(s: &Staffing, p: usize) -> String {
    let (a, price) = (&s.assignment, s.assignment.price_of_person(p));
    let own = a.of_person[p];
    let mut line = format!(
        "{{\"id\": {}, \"name\": {}, \"territory\": {}, \"price\": {}, \"covers\": {}",
        person_id(s, p),
        json!(s.person(p)),
        or_null(own.map(|t| territory_id(s, t))),
        s.grid.decimal(price.price),
        price.covers
    );
    if let Some(t) = own {
        let pair = s.pair(p, t);
        let _ = write!(
            line,
            ", \"cost\": {}, \"travel\": {}, \"preference\": {}, \"saved\": {}, \"customers\": {}, \"known\": {}, \"mean_km\": ",
            s.grid.decimal(s.table.cost(p, t).unwrap_or(0)),
            dusted(pair.travel),
            dusted(pair.preference),
            dusted(pair.saved),
            s.case.customers[t].len(),
            pair.known
        );
        text::json_rounded(&mut line, mean_km(&s.case, p, t).unwrap_or(f64::NAN));
    }
    match &s.seconds[p] {
        None => line.push_str(", \"next\": null}"),
        Some(next) => {
            let (to, more) = (territory_id(s, next.territory), s.grid.decimal(next.more));
            let fewer = next.fewer;
            let _ = write!(
                line,
                ", \"next\": {{\"territory\": {to}, \"more\": {more}, \"fewer\": {fewer}}}}}"
            );
        }
    }
    line
}

fn territory(s: &Staffing, t: usize) -> String {
    let price = s.assignment.price_of_territory(t);
    let person = s.assignment.of_territory[t].map(|p| person_id(s, p));
    format!(
        "{{\"id\": {}, \"name\": {}, \"customers\": {}, \"person\": {}, \"price\": {}, \"covers\": {}}}",
        territory_id(s, t),
        json!(s.territory(t)),
        s.case.customers[t].len(),
        or_null(person),
        s.grid.decimal(price.price),
        price.covers
    )
}

fn swaps(s: &Staffing) -> Vec<String> {
    let line = |swap: &super::Swap| {
        let (one, other) = (person_id(s, swap.one), person_id(s, swap.other));
        let more = s.grid.decimal(swap.more);
        format!("{{\"one\": {one}, \"other\": {other}, \"more\": {more}}}")
    };
    s.swaps.iter().map(line).collect()
}

/// The territories that a person may not take, and why.
fn forbidden(s: &Staffing, p: usize) -> Vec<String> {
    let apart = (0..s.case.territories.len()).filter(|t| s.pair(p, *t).forbidden);
    let line = |t: usize| {
        let reasons = s.reasons(p, t).into_iter();
        let reasons = reasons.map(|r| {
            json!({"rule": r.rule.name(), "customers": r.customers, "text": r.text}).to_string()
        });
        let reasons = reasons.collect::<Vec<String>>().join(", ");
        let (person, territory) = (person_id(s, p), territory_id(s, t));
        format!("{{\"person\": {person}, \"territory\": {territory}, \"reasons\": [{reasons}]}}")
    };
    apart.map(line).collect()
}

/// What a person costs in each territory.
fn costs(s: &Staffing, p: usize) -> String {
    let cost = |t: usize| match s.table.cost(p, t) {
        Some(steps) => s.grid.decimal(steps).to_string(),
        None => "null".into(),
    };
    let row: Vec<String> = (0..s.case.territories.len()).map(cost).collect();
    format!("[{}]", row.join(","))
}

/// A row per person, in their order, then one per territory that nobody takes.
#[must_use]
pub fn csv(s: &Staffing) -> String {
    let dialect = Dialect::of(&s.inputs().scenario.output);
    let mut to = dialect.header(COLUMNS);
    for p in 0..s.case.people {
        row(s, dialect, Some(p), s.assignment.of_person[p], &mut to);
    }
    let empty = s.assignment.of_territory.iter().enumerate();
    for (t, _) in empty.filter(|(_, person)| person.is_none()) {
        row(s, dialect, None, Some(t), &mut to);
    }
    to
}

fn row(s: &Staffing, dialect: Dialect, p: Option<usize>, t: Option<usize>, to: &mut String) {
    let person = p.map(|p| (s.inputs().reps.ids.get(p), s.person(p)));
    let territory = |t: usize| (s.plan().ids.get(s.case.territories[t]), s.territory(t));
    let both = |of: Option<(&str, &str)>, to: &mut String| {
        let (id, name) = of.unwrap_or_default();
        dialect.text(to, id);
        dialect.next(to);
        dialect.text(to, name);
        dialect.next(to);
    };
    both(person, to);
    both(t.map(territory), to);
    let pair = p.zip(t);
    let number = |x: Option<f64>, to: &mut String| {
        dialect.rounded(to, x.unwrap_or(f64::NAN));
        dialect.next(to);
    };
    let of_pair = |f: fn(&super::Pair) -> f64| pair.map(|(p, t)| f(s.pair(p, t)));
    number(of_pair(super::Pair::cost), to);
    number(of_pair(|x| x.travel), to);
    number(of_pair(|x| x.preference), to);
    number(of_pair(|x| x.saved), to);
    number(t.map(|t| s.case.customers[t].len() as f64), to);
    number(of_pair(|x| f64::from(x.known)), to);
    number(pair.and_then(|(p, t)| mean_km(&s.case, p, t)), to);
    let next = p.and_then(|p| s.seconds[p]).filter(|next| next.fewer == 0);
    both(next.map(|next| territory(next.territory)), to);
    if let Some(next) = next {
        dialect.rounded(to, s.grid.value(next.more));
    }
    to.push('\n');
}

/// The territories of the plan with the people who take them: a MultiPolygon each.
#[must_use]
pub fn geojson(s: &Staffing) -> String {
    let mut to = String::from(GEOJSON);
    bbox::member(&mut to, &s.plan().polygons);
    to.push_str("\"features\":[\n");
    let count = 0..s.case.territories.len();
    let features: Vec<String> = count.into_par_iter().map(|t| feature(s, t)).collect();
    to.push_str(&features.join(",\n"));
    to.push_str("\n]}\n");
    to
}

fn feature(s: &Staffing, t: usize) -> String {
    let at = s.case.territories[t];
    let shape = &s.plan().polygons[at];
    let mut to = String::from("{\"type\":\"Feature\",");
    bbox::member(&mut to, [shape]);
    let _ = write!(
        to,
        "\"properties\":{{\"territory\":{},\"territory_name\":",
        territory_id(s, t)
    );
    text::json_text(&mut to, s.territory(t));
    let person = s.assignment.of_territory[t];
    let _ = write!(
        to,
        ",\"person\":{}",
        or_null(person.map(|p| person_id(s, p)))
    );
    to.push_str(",\"person_name\":");
    match person {
        Some(p) => text::json_text(&mut to, s.person(p)),
        None => to.push_str("null"),
    }
    let pair = person.map(|p| s.pair(p, t));
    let numbers = [
        ("cost", pair.map(super::Pair::cost)),
        ("known", pair.map(|x| f64::from(x.known))),
        ("mean_km", person.and_then(|p| mean_km(&s.case, p, t))),
        ("home_lon", person.map(|p| s.inputs().reps.lon[p])),
        ("home_lat", person.map(|p| s.inputs().reps.lat[p])),
    ];
    let _ = write!(to, ",\"customers\":{}", s.case.customers[t].len());
    for (name, value) in numbers {
        let _ = write!(to, ",\"{name}\":");
        match value.filter(|x| x.is_finite()) {
            // Places as they stand.
            Some(x) if name.starts_with("home") => text::number(&mut to, x),
            Some(x) => text::json_rounded(&mut to, x),
            None => to.push_str("null"),
        }
    }
    let _ = write!(to, ",\"color\":{}}},", json!(s.plan().color[at]));
    geometry(&mut to, shape);
    to.push('}');
    to
}
