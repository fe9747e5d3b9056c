//! `POST /v1/leads`: to whom new leads go, by the plan at hand.

use super::desk::Desk;
use super::refusal::Refusal;
use crate::base::ids::RepIx;
use crate::error::codes;
use crate::input::read_leads;
use crate::leads::{Known, Ready, of_leads, route_in_memory};
use serde_json::{Map, Value, json};
use std::path::Path;

/// The most leads of one request.
const MOST: usize = 100_000;

/// What was sent as a file of leads: GeoJSON and tables as they are, objects with `lon` and `lat` as GeoJSON.
fn file_of(kind: &str, body: &[u8]) -> Result<(&'static str, Vec<u8>), Refusal> {
    if kind.starts_with("text/csv") {
        return Ok(("leads.csv", body.to_vec()));
    }
    let bad = |what: String| Refusal::Malformed(what);
    let value: Value = serde_json::from_slice(body).map_err(|e| bad(format!("no JSON: {e}")))?;
    if value
        .get("type")
        .is_some_and(|t| t == "FeatureCollection" || t == "Feature")
    {
        return Ok(("leads.geojson", body.to_vec()));
    }
    let list = match value {
        Value::Array(list) => list,
        one @ Value::Object(_) => vec![one],
        _ => {
            return Err(bad(
                "leads are an object, a list of objects, GeoJSON or CSV".into(),
            ));
        }
    };
    if list.is_empty() || list.len() > MOST {
        return Err(bad(format!("a request has 1 to {MOST} leads")));
    }
    let mut features = Vec::with_capacity(list.len());
    for (n, lead) in list.into_iter().enumerate() {
        let Value::Object(mut lead) = lead else {
            return Err(bad(format!("lead {} is no object", n + 1)));
        };
        let (lon, lat) = (lead.remove("lon"), lead.remove("lat"));
        let geometry = match (lon, lat) {
            (Some(lon), Some(lat)) => json!({"type": "Point", "coordinates": [lon, lat]}),
            _ => Value::Null,
        };
        if lead.get("id").is_none_or(Value::is_null) {
            lead.insert("id".into(), json!(format!("lead-{}", n + 1)));
        }
        features.push(json!({"type": "Feature", "properties": lead, "geometry": geometry}));
    }
    let all = json!({"type": "FeatureCollection", "features": features});
    Ok(("leads.geojson", all.to_string().into_bytes()))
}

/// A row per lead.
///
/// # Errors
/// All that is wrong with the leads; [`Refusal::Missing`] before there is a plan.
pub(super) fn route(desk: &Desk, kind: &str, body: &[u8]) -> Result<Value, Refusal> {
    let view = desk.view();
    let kept = view.kept.as_deref();
    let Some((kept, plan)) = kept.and_then(|kept| Some((kept, kept.plan.as_deref()?))) else {
        return Err(Refusal::Missing("there is no plan yet".into()));
    };
    let known = Known::of(plan);
    let ready = kept.ready.get_or_init(|| Ready::new(known));
    let scenario = of_leads(plan.report.scenario.seen_from(&kept.dir));
    let (name, bytes) = file_of(kind, body)?;
    let customers = &desk.folder.base.customers;
    let routed = route_in_memory(known, ready, Some(plan), customers, |taking| {
        let leads = read_leads(&scenario, (name, Path::new(name)), &bytes, taking)?;
        Ok((name.to_owned(), leads))
    });
    let (routing, warnings) = routed.map_err(Refusal::of)?;
    desk.wires.metrics.leads(routing.routes.len());
    let (ids, reps) = (&routing.leads.customers.ids, &routing.leads.reps);
    let row = |i: usize| {
        let route = &routing.routes[i];
        let rep = route.rep.some();
        let id = |j: RepIx| j.some().map(|j| reps.ids.get(j.at()));
        let mut row = Map::new();
        row.insert("id".into(), json!(ids.get(i)));
        row.insert("rep".into(), json!(id(route.rep)));
        row.insert("name".into(), json!(rep.map(|j| &reps.name[j.at()])));
        row.insert("how".into(), json!(route.by.name()));
        row.insert(
            "km".into(),
            json!(rep.and_then(|j| routing.model.travel.km(i, j))),
        );
        row.insert("next".into(), json!(id(route.next)));
        row.insert("reason".into(), json!(routing.reason(i)));
        Value::Object(row)
    };
    let odd = |p: &&crate::error::Problem| p.code != codes::COLUMN_RENAMED;
    let warnings: Vec<String> = warnings.iter().filter(odd).map(|p| p.sentence()).collect();
    let rows: Vec<Value> = (0..routing.routes.len()).map(row).collect();
    Ok(json!({"rows": rows, "warnings": warnings}))
}
