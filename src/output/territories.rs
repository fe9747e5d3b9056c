//! `territories.geojson`: one MultiPolygon per rep.

use super::Contents;
use super::bbox;
use super::carried::Columns;
use crate::base::words::dusted;
use crate::plan::summary::index;
use crate::saved::schema::{OF_TERRITORY, TERRITORY};
use crate::saved::text;
use crate::scenario::MEASURE_SUFFIXES;
use crate::territory::area_km2;
use geo::{LineString, MultiPolygon};
use rayon::prelude::*;
use std::io::{self, Write};

/// One Feature per rep, in rep order; empty coordinates for a rep without customers.
pub(super) fn write(out: &mut impl Write, c: &Contents<'_>, colors: &[&str]) -> io::Result<()> {
    let mut head = String::from("{\"type\":\"FeatureCollection\",");
    bbox::member(&mut head, &c.territories.polygons);
    head.push_str("\"features\":[\n");
    out.write_all(head.as_bytes())?;
    let features: Vec<String> = (0..c.model.k)
        .into_par_iter()
        .map(|j| feature(c, j, colors[j]))
        .collect();
    out.write_all(features.join(",\n").as_bytes())?;
    out.write_all(b"\n]}\n")
}

fn feature(c: &Contents<'_>, j: usize, color: &str) -> String {
    let (reps, shape) = (&c.inputs.reps, &c.territories.polygons[j]);
    let rep = &c.summary.reps[j];
    let mut to = String::from("{\"type\":\"Feature\",");
    bbox::member(&mut to, [shape]);
    let [id, name, customers, of_color] = TERRITORY;
    to.push_str(&format!("\"properties\":{{\"{id}\":"));
    text::json_id(&mut to, &reps.ids, j);
    to.push_str(&format!(",\"{name}\":"));
    text::json_text(&mut to, &reps.name[j]);
    to.push_str(&format!(
        ",\"{customers}\":{},\"{of_color}\":\"{color}\"",
        rep.customers
    ));
    for (m, balance) in c.inputs.scenario.balance.iter().enumerate() {
        let (total, target) = (rep.totals[m], c.model.bounds[j * c.model.m + m].target);
        let figures = [Some(total), target, index(total, target)];
        Figures::measure(&mut to, &balance.measure, figures);
    }
    Figures::ways(&mut to, [rep.travel_km, rep.travel_minutes], shape);
    let columns = Columns::of_reps(c.inputs);
    for (name, value) in columns.names_of.iter().zip(columns.row(j)) {
        to.push(',');
        text::json_text(&mut to, name);
        to.push(':');
        text::json_value(&mut to, value);
    }
    to.push_str("},");
    geometry(&mut to, shape);
    to.push('}');
    to
}

/// Properties that territories and their unions have alike.
pub(super) struct Figures;

impl Figures {
    /// Total, target and index of a measure.
    pub fn measure(to: &mut String, measure: &str, figures: [Option<f64>; 3]) {
        let [target_of, index_of] = MEASURE_SUFFIXES;
        for (suffix, value) in ["", target_of, index_of].into_iter().zip(figures) {
            // The number of customers is there already.
            if suffix.is_empty() && measure == TERRITORY[2] {
                continue;
            }
            to.push(',');
            text::json_text(to, &format!("{measure}{suffix}"));
            to.push(':');
            match value {
                Some(v) => text::number(to, dusted(v)),
                None => to.push_str("null"),
            }
        }
    }

    /// Travel (km, minutes), and how large the land is.
    pub fn ways(to: &mut String, travel: [Option<f64>; 2], shape: &MultiPolygon<f64>) {
        let [km, minutes, area, parts] = OF_TERRITORY;
        let values = [travel[0], travel[1], Some(area_km2(shape))];
        for (name, value) in [km, minutes, area].into_iter().zip(values) {
            to.push_str(&format!(",\"{name}\":"));
            text::json_rounded(to, value.unwrap_or(f64::NAN));
        }
        to.push_str(&format!(",\"{parts}\":{}", shape.0.len()));
    }
}

/// The member `geometry` of a territory.
pub(crate) fn geometry(to: &mut String, shape: &MultiPolygon<f64>) {
    to.push_str("\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":[");
    for (p, polygon) in shape.iter().enumerate() {
        to.push_str(if p > 0 { ",[" } else { "[" });
        ring(to, polygon.exterior());
        for hole in polygon.interiors() {
            to.push(',');
            ring(to, hole);
        }
        to.push(']');
    }
    to.push_str("]}");
}

fn ring(to: &mut String, line: &LineString<f64>) {
    to.push('[');
    for (i, p) in line.0.iter().enumerate() {
        to.push_str(if i > 0 { ",[" } else { "[" });
        text::number(to, p.x);
        to.push(',');
        text::number(to, p.y);
        to.push(']');
    }
    to.push(']');
}
