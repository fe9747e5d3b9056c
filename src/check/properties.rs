//! Targets, bounds and figures as `report.json` and the properties of `territories.geojson` have them.

use super::saved::Shapes;
use super::truth::Truth;
use super::{List, near};
use crate::saved::Report;

/// Targets and bounds of report.json, and the properties of territories.geojson.
pub(super) fn properties(truth: &Truth<'_>, report: &Report, shapes: &Shapes, list: &mut List) {
    let inputs = truth.inputs;
    let same = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => near(a, b),
        (a, b) => a == b,
    };
    for (j, territory) in report.territories.iter().enumerate() {
        let id = &territory.rep;
        for (m, balance) in inputs.scenario.balance.iter().enumerate() {
            let row = j * truth.m + m;
            let Some(said) = territory.measures.get(&balance.measure) else {
                list.add(format!(
                    "{id:?} has no total of {} in report.json",
                    balance.measure
                ));
                continue;
            };
            let upper = Some(truth.upper[row]).filter(|u| u.is_finite());
            let target = truth.target[row];
            let index = target.filter(|t| *t > 0.0).map(|t| said.total / t);
            let of_report = [
                ("target", said.target, target),
                ("lower", Some(said.lower), Some(truth.lower[row])),
                ("upper", said.upper, upper),
                ("index", said.index, index),
            ];
            let drawn = &shapes.properties[j];
            let name = &balance.measure;
            let of_shape = [
                ("total", drawn.number(name), Some(said.total)),
                ("target", drawn.number(&format!("{name}_target")), target),
                ("index", drawn.number(&format!("{name}_index")), index),
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
        let drawn = &shapes.properties[j];
        let figures = [
            ("customers", Some(territory.customers as f64)),
            ("travel_km", territory.travel_km),
            ("travel_minutes", territory.travel_minutes),
            ("parts", Some(shapes.polygons[j].0.len() as f64)),
        ];
        for (what, is) in figures {
            if !same(drawn.number(what), is) {
                list.add(format!(
                    "territories.geojson: {id:?}: {what} is {is:?}, the file says {:?}",
                    drawn.number(what)
                ));
            }
        }
        let area = crate::territory::area_km2(&shapes.polygons[j]);
        if !drawn
            .number("area_km2")
            .is_some_and(|a| (a - area).abs() <= 6e-4)
        {
            list.add(format!(
                "territories.geojson: {id:?}: the area is {area:.3} km2, the file says {:?}",
                drawn.number("area_km2")
            ));
        }
    }
}
