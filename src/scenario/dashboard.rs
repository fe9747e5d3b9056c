//! `[dashboard]`: what the report counts and shows beyond the plan.

use super::keys::{DASHBOARD, KEYS};
use super::sections::check_measure;
use super::toml_walk::{Doc, Section};
use super::{Balance, Dashboard, RESERVED};
use crate::disk::file;
use crate::error::{Collector, Problem, codes};
use std::path::Path;

/// The section; `share_of` is empty when the file names none.
pub(super) fn section(doc: &mut Doc, root: Section<'_>, base: &Path) -> Dashboard {
    let Some(s) = doc.table(root, "dashboard") else {
        return Dashboard::default();
    };
    doc.unknown_keys(s, DASHBOARD, KEYS);
    let tiles = doc.text(s, "tiles").and_then(|(url, span)| {
        let web = url.starts_with("https://") || url.starts_with("http://");
        let complete = ["{z}", "{x}", "{y}"].iter().all(|part| url.contains(part));
        if !(web && complete) {
            let what = format!("{url:?} is no address of map tiles");
            let problem = Problem::error(codes::UNKNOWN_VALUE, what)
                .field("dashboard.tiles")
                .help("write https://.../{z}/{x}/{y}.png, or leave it out: the page then needs no network");
            doc.add(&span, problem);
            return None;
        }
        Some(url)
    });
    Dashboard {
        segments: doc.texts(s, "segments").unwrap_or_default(),
        measures: doc.texts(s, "measures").unwrap_or_default(),
        competitors: doc.texts(s, "competitors").unwrap_or_default(),
        share_of: doc.text(s, "share_of").map(|(m, _)| m).unwrap_or_default(),
        context: doc
            .text(s, "context")
            .map(|(path, _)| file::named(base, path.as_ref())),
        tiles,
        attribution: doc.text(s, "attribution").map(|(text, _)| text),
    }
}

/// A name that has a meaning already cannot be `what`.
fn taken(name: &str, what: &str, other: &str) -> Problem {
    let what = format!("{name:?} cannot be {what}: {other}");
    Problem::error(codes::RESERVED_MEASURE, what).help("name another property of the customers")
}

/// Every property has one meaning: a segment is no measure, and a measure is no competitor's share.
pub(super) fn check(dashboard: &Dashboard, balance: &[Balance], problems: &mut Collector) {
    let d = dashboard;
    for measure in &d.measures {
        check_measure(measure, "dashboard.measures", problems);
    }
    if !d.competitors.is_empty() {
        check_measure(&d.share_of, "dashboard.share_of", problems);
    }
    let is_measure = |name: &String| {
        balance.iter().any(|b| b.measure == *name)
            || d.measures.contains(name)
            || d.share_of == *name
            || name == "customers"
    };
    let lists = [
        ("dashboard.segments", &d.segments, "a segment"),
        ("dashboard.competitors", &d.competitors, "a competitor"),
    ];
    for (field, names, what) in lists {
        for name in names {
            let other = if RESERVED.contains(&name.as_str()) || name == "name" {
                "the name has another meaning"
            } else if is_measure(name) {
                "it is a measure"
            } else if field == "dashboard.competitors" && d.segments.contains(name) {
                "it is a segment"
            } else {
                continue;
            };
            problems.add(taken(name, what, other).field(field));
        }
    }
}
