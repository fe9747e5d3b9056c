//! State and customers as the interface has them.

use super::desk::Desk;
use super::kept::color;
use super::view::{View, travel};
use crate::base::ids::RepIx;
use crate::input::Opening;
use crate::scenario::Balance;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// `GET /v1/state`.
pub(super) fn state(desk: &Desk, view: &View) -> Value {
    let (scenario, kept) = (&view.frame.scenario, view.kept.as_deref());
    let objective = if kept.is_some() {
        Some(view.cost)
    } else {
        None
    };
    let balance = objective.filter(|_| view.model.weighs_balance());
    let balance = balance.map(|_| view.model.balance_cost(&view.owner));
    let travel = objective.map(|_| travel(&view.model, &view.owner));
    let costs = kept.map_or(&[][..], |k| &k.costs);
    let measure = |(at, b): (usize, &Balance)| {
        let auto = b.is_auto().then(|| b.budget());
        let asked = b.deviation_cost.is_some();
        let cost = asked.then(|| costs.get(at).copied()).flatten();
        json!({"name": b.measure, "tolerance": b.tolerance, "deviation_budget": auto, "deviation_cost": cost})
    };
    let notes = kept.map_or(&[][..], |k| &k.notes);
    let (busy, failed) = desk.solving();
    let busy = busy.map(|b| json!({"stage": b.stage, "percent": b.percent}));
    json!({
        "version": view.version,
        "name": scenario.name,
        "attribution": scenario.travel.attribution(),
        "project": desk.folder.dir.file_name().map(|n| n.to_string_lossy()),
        "saved_at": kept.and_then(|k| k.saved_at.as_ref()),
        "stale": view.stale,
        "status": kept.map(|k| k.status),
        "claim": kept.map(|k| k.claim),
        "objective": {"value": objective, "unit": scenario.objective_unit(), "plan": kept.map(|k| k.objective), "travel": travel, "balance": balance},
        "bound": kept.map(|k| k.bound),
        "gap": kept.map(|k| k.gap),
        "notes": desk.left_out.iter().chain(notes).collect::<Vec<_>>(),
        "travel_km": view.summary.mean_km(&view.model),
        "customers": view.model.n,
        "measures": scenario.balance.iter().enumerate().map(measure).collect::<Vec<_>>(),
        "limits": {
            "max_km": scenario.travel.max_km,
            "max_minutes": scenario.travel.max_minutes,
            "change_max_share": scenario.change.as_ref().and_then(|c| c.max_share),
            "contiguous": scenario.rules.contiguous,
        },
        "reps": (0..view.model.k).map(|j| rep(view, j)).collect::<Vec<_>>(),
        "wishes": wishes(view),
        "violations": view.violations,
        "undo": view.undo,
        "redo": view.redo,
        "busy": busy,
        "failed": failed,
        "plans": *view.plans,
        "draft": view.mark,
    })
}

fn rep(view: &View, j: usize) -> Value {
    let (reps, model) = (&view.frame.reps, &view.model);
    let figures = &view.summary.reps[j];
    let mut measures = Map::new();
    let finite = |x: f64| Some(x).filter(|x| x.is_finite());
    for (m, balance) in view.frame.scenario.balance.iter().enumerate() {
        let bound = &model.bounds[j * model.m + m];
        let of = json!({
            "total": figures.totals[m],
            "target": bound.target,
            "lower": finite(bound.lower),
            "upper": finite(bound.upper),
        });
        measures.insert(balance.measure.clone(), of);
    }
    json!({
        "id": reps.ids.get(j),
        "name": reps.name[j],
        "color": color(view.kept.as_deref(), j),
        "lon": reps.lon[j],
        "lat": reps.lat[j],
        "active": !view.draft.off.contains(&RepIx(j as u32)),
        "customers": figures.customers,
        "travel_km": figures.travel_km,
        "measures": measures,
    })
}

/// What is wished for, a row for each kind and rep.
fn wishes(view: &View) -> Vec<Value> {
    let mut rows: BTreeMap<(u8, RepIx), Vec<u32>> = BTreeMap::new();
    for (i, hold) in &view.draft.hold {
        let kind = if hold.stays { 1 } else { 0 };
        rows.entry((kind, hold.rep)).or_default().push(*i);
    }
    for (i, rep) in &view.draft.forbid {
        rows.entry((2, *rep)).or_default().push(*i);
    }
    for (i, rep) in &view.draft.unlock {
        rows.entry((3, *rep)).or_default().push(*i);
    }
    let (ids, reps) = (&view.frame.customers.ids, &view.frame.reps.ids);
    let row = |(n, ((kind, rep), list)): (usize, ((u8, RepIx), Vec<u32>))| {
        let (kind, verb) = [
            ("assign", ["goes to", "go to"]),
            ("lock", ["stays with", "stay with"]),
            ("forbid", ["does not go to", "do not go to"]),
            ("unlock", ["need not stay with"; 2]),
        ][usize::from(kind)];
        let (noun, verb) = match list.len() {
            1 => ("customer", verb[0]),
            _ => ("customers", verb[1]),
        };
        let rep = reps.get(rep.at());
        json!({
            "n": n + 1,
            "kind": kind,
            "rep": rep,
            "count": list.len(),
            "text": format!("{} {noun} {verb} {rep}", list.len()),
            "customers": list.iter().map(|i| ids.get(*i as usize)).collect::<Vec<_>>(),
        })
    };
    rows.into_iter().enumerate().map(row).collect()
}

/// `GET /v1/customers`: columns, all of them or those that are named.
pub(super) fn customers(view: &View, columns: Option<&str>) -> Value {
    let c = &view.frame.customers;
    let asked = |name: &str| columns.is_none_or(|list| list.split(',').any(|c| c.trim() == name));
    let mut out = Map::new();
    let mut put = |name: &str, value: &dyn Fn() -> Value| {
        if asked(name) {
            out.insert(name.to_owned(), value());
        }
    };
    let n = c.len();
    put("ids", &|| (c.ids.iter()).map(Value::from).collect());
    if !c.names.is_empty() {
        put("names", &|| (c.names.iter()).map(Value::from).collect());
    }
    put("lon", &|| json!(c.lon));
    put("lat", &|| json!(c.lat));
    put("rep", &|| {
        view.owner.iter().map(|j| Value::from(j.0)).collect()
    });
    put("previous", &|| {
        let today = |i: usize| c.owner.get(i).and_then(|j| j.some()).map(|j| j.0);
        (0..n).map(|i| json!(today(i))).collect()
    });
    put("locked", &|| {
        let locked = |i: usize| view.model.locked.get(i).is_some_and(|j| j.some().is_some());
        let stays = |i: usize| view.draft.hold.get(&(i as u32)).is_some_and(|h| h.stays);
        (0..n).map(|i| Value::from(locked(i) || stays(i))).collect()
    });
    put("wished", &|| {
        let mut wished = vec![false; n];
        let forbidden = view.draft.forbid.iter().map(|(i, _)| i);
        for i in view.draft.hold.keys().chain(forbidden) {
            wished[*i as usize] = true;
        }
        json!(wished)
    });
    put("measures", &|| {
        let column = |b: &crate::scenario::Balance| {
            (
                b.measure.clone(),
                json!(c.column(&b.measure).unwrap_or(&[])),
            )
        };
        Value::Object(view.frame.scenario.balance.iter().map(column).collect())
    });
    Value::Object(out)
}

/// The barriers of the scenario, as the map shows them.
pub(super) fn barriers(view: &View) -> Value {
    let drawn = view.frame.barriers.as_ref();
    let line = |line: &Vec<[f64; 2]>| {
        let geometry = json!({"type": "LineString", "coordinates": line});
        json!({"type": "Feature", "properties": {}, "geometry": geometry})
    };
    let lines = drawn.into_iter().flat_map(|d| d.lines.iter().map(line));
    let opening = |o: &Opening| {
        let geometry = json!({"type": "Point", "coordinates": o.at});
        json!({"type": "Feature", "properties": {"crossing": o.name}, "geometry": geometry})
    };
    let openings = drawn
        .into_iter()
        .flat_map(|d| d.crossings.iter().map(opening));
    let features: Vec<Value> = lines.chain(openings).collect();
    json!({"type": "FeatureCollection", "features": features})
}
