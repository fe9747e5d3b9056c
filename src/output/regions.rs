//! `regions.geojson`: the regions of the reps at every level, each the union of its territories as they are drawn.

use super::territories::{Figures, geometry};
use super::{Contents, bbox, colors};
use crate::plan::regions::Region;
use crate::plan::targets::targets;
use crate::saved::schema::{OF_REGION, REGION};
use crate::saved::text::{self, thousandths};
use crate::territory::dissolve;
use geo::MultiPolygon;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The regions of a plan, as its files have them.
pub(super) fn regions(c: &Contents<'_>) -> Vec<Region> {
    let goals = targets(c.inputs, &c.plan.owner, |j, m| c.summary.reps[j].totals[m]);
    let mut all = crate::plan::regions::regions(c.inputs, c.model, c.summary, &goals);
    for region in &mut all {
        region.travel_km = region.travel_km.map(thousandths);
        region.travel_minutes = region.travel_minutes.map(thousandths);
    }
    all
}

/// Their polygons and colours: those of one level are drawn at once.
fn drawn(c: &Contents<'_>, all: &[Region]) -> io::Result<Vec<(MultiPolygon<f64>, &'static str)>> {
    let empty = (MultiPolygon(Vec::new()), "");
    let mut drawn = vec![empty; all.len()];
    let mut levels: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (g, region) in all.iter().enumerate() {
        levels.entry(region.level).or_default().push(g);
    }
    for list in levels.values() {
        let has = |j: usize| {
            let id = c.inputs.reps.ids.get(j);
            list.iter()
                .position(|g| all[*g].reps.iter().any(|r| r == id))
        };
        let of: Vec<Option<usize>> = (0..c.model.k).map(has).collect();
        let unions = dissolve(&c.territories.polygons, &of, list.len());
        let unions = unions.map_err(io::Error::other)?;
        let colors = colors::colors(&unions);
        for ((g, union), color) in list.iter().zip(unions).zip(colors) {
            drawn[*g] = (union, color);
        }
    }
    Ok(drawn)
}

/// One Feature per region, each followed by those in it.
pub(super) fn write(out: &mut impl Write, c: &Contents<'_>) -> io::Result<()> {
    let all = regions(c);
    let drawn = drawn(c, &all)?;
    let mut head = String::from("{\"type\":\"FeatureCollection\",");
    bbox::member(&mut head, drawn.iter().map(|(shape, _)| shape));
    head.push_str("\"features\":[\n");
    out.write_all(head.as_bytes())?;
    let features = all.iter().zip(&drawn);
    let features: Vec<String> = features
        .map(|(g, (shape, color))| feature(g, shape, color))
        .collect();
    out.write_all(features.join(",\n").as_bytes())?;
    out.write_all(b"\n]}\n")
}

fn feature(region: &Region, shape: &MultiPolygon<f64>, color: &str) -> String {
    let mut to = String::from("{\"type\":\"Feature\",");
    bbox::member(&mut to, [shape]);
    let [path, name, customers, of_color] = REGION;
    to.push_str(&format!("\"properties\":{{\"{path}\":"));
    text::json_text(&mut to, &region.region);
    to.push_str(&format!(",\"{name}\":"));
    text::json_text(&mut to, &region.name);
    to.push_str(&format!(
        ",\"{customers}\":{},\"{of_color}\":\"{color}\"",
        region.customers
    ));
    let [level, parent, reps, goal] = OF_REGION;
    to.push_str(&format!(",\"{level}\":{},\"{parent}\":", region.level));
    match &region.parent {
        Some(parent) => text::json_text(&mut to, parent),
        None => to.push_str("null"),
    }
    to.push_str(&format!(",\"{reps}\":{}", region.reps.len()));
    for m in &region.measures {
        let figures = [Some(m.total), m.target, m.index];
        Figures::measure(&mut to, &m.measure, figures);
    }
    Figures::ways(&mut to, [region.travel_km, region.travel_minutes], shape);
    for t in &region.targets {
        let same = region.targets.iter().filter(|o| o.name == t.name);
        let when = match same.count() {
            1 => String::new(),
            _ => format!("_{}_{}", t.measure, t.date),
        };
        to.push(',');
        text::json_text(&mut to, &format!("{goal}{}{when}", t.name));
        to.push(':');
        text::number(&mut to, t.value);
    }
    to.push_str("},");
    geometry(&mut to, shape);
    to.push('}');
    to
}
