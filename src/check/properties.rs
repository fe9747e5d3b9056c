//! Targets, bounds and figures as `report.json` and the properties of `territories.geojson` have them.

use super::saved::Shapes;
use super::truth::Truth;
use super::{List, near};
use crate::saved::Report;

/// Targets and bounds of report.json, and the properties of territories.geojson.
pub(super) fn properties(truth: &Truth<'_>, report: &Report, shapes: &Shapes, list: &mut List) {
    for j in 0..report.territories.len() {
        for m in 0..truth.m {
            measure(truth, report, shapes, (j, m), list);
        }
        drawn(report, shapes, j, list);
    }
}

fn same(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => near(a, b),
        (a, b) => a == b,
    }
}

/// The figures of a balanced measure of a territory, in both files.
fn measure(
    truth: &Truth<'_>,
    report: &Report,
    shapes: &Shapes,
    (j, m): (usize, usize),
    list: &mut List,
) {
    let territory = &report.territories[j];
    let drawn = |name: &str| shapes.number(j, name);
    let (id, name) = (&territory.rep, &truth.inputs.scenario.balance[m].measure);
    let Some(said) = territory.measures.get(name) else {
        list.add(format!("{id:?} has no total of {name} in report.json"));
        return;
    };
    let row = j * truth.m + m;
    let upper = Some(truth.upper[row]).filter(|u| u.is_finite());
    let target = truth.target[row];
    let index = target.filter(|t| *t > 0.0).map(|t| said.total / t);
    let of_report = [
        ("target", said.target, target),
        ("lower", Some(said.lower), Some(truth.lower[row])),
        ("upper", said.upper, upper),
        ("index", said.index, index),
    ];
    let of_shape = [
        ("total", drawn(name), Some(said.total)),
        ("target", drawn(&format!("{name}_target")), target),
        ("index", drawn(&format!("{name}_index")), index),
    ];
    for (file, figures) in [
        ("report.json", &of_report[..]),
        ("territories.geojson", &of_shape[..]),
    ] {
        for (what, said, is) in figures {
            if !same(*said, *is) {
                list.add(format!(
                    "{file}: {id:?}: {what} of {name} is {is:?}, the file says {said:?}"
                ));
            }
        }
    }
}

/// What else a territory on the map has.
fn drawn(report: &Report, shapes: &Shapes, j: usize, list: &mut List) {
    let territory = &report.territories[j];
    let drawn = |name: &str| shapes.number(j, name);
    let id = &territory.rep;
    let figures = [
        ("customers", Some(territory.customers as f64)),
        ("travel_km", territory.travel_km),
        ("travel_minutes", territory.travel_minutes),
        ("parts", Some(shapes.polygons()[j].0.len() as f64)),
    ];
    for (what, is) in figures {
        if !same(drawn(what), is) {
            list.add(format!(
                "territories.geojson: {id:?}: {what} is {is:?}, the file says {:?}",
                drawn(what)
            ));
        }
    }
    let area = crate::territory::area_km2(&shapes.polygons()[j]);
    if !drawn("area_km2").is_some_and(|a| (a - area).abs() <= 6e-4) {
        list.add(format!(
            "territories.geojson: {id:?}: the area is {area:.3} km2, the file says {:?}",
            drawn("area_km2")
        ));
    }
}
