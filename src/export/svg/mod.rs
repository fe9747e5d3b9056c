//! SVG: a picture of the plan for a page or a slide.
//!
//! Territories in their colours, customers as dots, home bases as numbered badges that the legend names with
//! how full each territory is, a title, and a scale bar. The projection is equirectangular, true to scale at
//! the middle latitude.

mod badges;
mod legend;
pub(super) mod sheet;
mod view;

use super::xml;
use crate::base::ids::RepIx;
use crate::base::words;
use crate::base::words::thousands;
use crate::input::Reps;
use crate::plan::{Claim, Status};
use crate::saved::SavedPlan;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};
use view::View;

/// Blank space around everything, px.
const MARGIN: f64 = 32.0;
/// Height of the title block, px.
const TITLE: f64 = 98.0;
/// Height of the foot with the scale bar, px.
const FOOT: f64 = 46.0;
/// Cells of this many pixels hold one dot at most; more could not be told apart.
const DOT_CELL: f64 = 1.5;

const INK: &str = "#1f2933";
const MUTED: &str = "#66727f";
const OUTLINE: &str = "#52606d";

/// Draws a plan; without home bases when there are none.
pub(super) fn write(out: &mut impl Write, plan: &SavedPlan, reps: Option<&Reps>) -> io::Result<()> {
    let map = View::of(plan, reps);
    let legend = legend::Legend::new(plan, map.height);
    let gap = if legend.width > 0.0 { 36.0 } else { 0.0 };
    let width = (MARGIN + map.width + gap + legend.width + MARGIN).max(620.0);
    let height = TITLE + map.height.max(legend.height) + FOOT + MARGIN;
    let mut text = String::new();
    let _ = writeln!(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" \
         font-family=\"Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif\" fill=\"{INK}\">\n\
         <!-- {} -->\n<title>{}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
        super::made_by(),
        xml::text(&plan.report.scenario.name)
    );
    title(&mut text, plan);
    let _ = writeln!(text, "<g transform=\"translate({MARGIN} {TITLE})\">");
    territories(&mut text, plan, &map);
    dots(&mut text, plan, &map);
    if let Some(reps) = reps {
        badges::draw(&mut text, plan, reps, &map);
    }
    text.push_str("</g>\n");
    let at = (MARGIN + map.width + gap, TITLE);
    legend.draw(&mut text, plan, at, reps.is_some());
    foot(&mut text, plan, &map, (width, height));
    text.push_str("</svg>\n");
    out.write_all(text.as_bytes())
}

/// A count and what is counted.
fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(n), if n == 1 { one } else { many })
}

fn title(text: &mut String, plan: &SavedPlan) {
    let report = &plan.report;
    let mut facts = vec![
        counted(plan.assignments.len(), "customer", "customers"),
        counted(plan.territories.len(), "territory", "territories"),
    ];
    for balance in &report.scenario.balance {
        let per_cent = digits(100.0 * balance.tolerance);
        facts.push(format!(
            "{} within {per_cent}\u{a0}% of each share",
            balance.measure
        ));
    }
    let proof = match report.status {
        Status::Infeasible if report.kept => format!(
            "Today\u{2019}s assignment: {}",
            counted(
                report.violations.len(),
                "deviation from the rules",
                "deviations from the rules"
            )
        ),
        Status::Infeasible if report.claim == Claim::NotFound => {
            "No plan that meets all rules was found; this is the closest one".to_owned()
        }
        Status::Infeasible => "Proven: no plan meets all rules; this one breaks few".to_owned(),
        _ if !report.preferences.is_empty() && report.gap <= words::NO_GAP => {
            "Proven: no plan costs less, travel and preferences together".to_owned()
        }
        _ if report.gap <= words::NO_GAP => "Proven: no plan travels less".to_owned(),
        _ => format!(
            "Proven: no plan within these rules saves more than {}\u{a0}% of the {}",
            plain(at_most(100.0 * report.gap)),
            match report.preferences.is_empty() {
                true => "travel",
                false => "travel and preferences",
            }
        ),
    };
    let _ = writeln!(
        text,
        "<text x=\"{MARGIN}\" y=\"40\" font-size=\"26\" font-weight=\"700\">{}</text>\n\
         <text x=\"{MARGIN}\" y=\"60\" font-size=\"13\" fill=\"{MUTED}\">{}<tspan x=\"{MARGIN}\" dy=\"17\">{proof}</tspan></text>",
        xml::text(&report.scenario.name),
        xml::text(&facts.join(" \u{b7} "))
    );
}

/// A number to two significant digits, not below 0.0001.
fn digits(x: f64) -> String {
    if x == 0.0 {
        return "0".into();
    }
    plain(format!("{x:.*}", usize::from(places(x))))
}

/// As [`digits`], rounded up: what is claimed to be at most this.
fn at_most(x: f64) -> String {
    words::fixed_at_most(x, places(x))
}

/// Digits behind the point that show two significant ones.
fn places(x: f64) -> u8 {
    (1.0 - x.abs().log10().floor()).clamp(0.0, 4.0) as u8
}

/// Without zeros at the end.
fn plain(text: String) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

fn territories(text: &mut String, plan: &SavedPlan, map: &View) {
    let t = &plan.territories;
    let paths: Vec<String> = t.polygons.iter().map(|area| map.path(area)).collect();
    let all: String = paths.concat();
    // The outline shows where the fills, drawn over it, end.
    let _ = writeln!(
        text,
        "<path transform=\"scale(.1)\" fill=\"none\" stroke=\"{OUTLINE}\" stroke-width=\"28\" stroke-linejoin=\"round\" d=\"{all}\"/>\n\
         <g transform=\"scale(.1)\" fill-rule=\"evenodd\" stroke=\"#ffffff\" stroke-width=\"9\" stroke-linejoin=\"round\">"
    );
    for (j, path) in paths
        .iter()
        .enumerate()
        .filter(|(_, path)| !path.is_empty())
    {
        let (name, color) = (xml::text(&t.name[j]), fill(&t.color[j]));
        let _ = writeln!(
            text,
            "<path fill=\"{color}\" d=\"{path}\"><title>{name}</title></path>"
        );
    }
    text.push_str("</g>\n");
}

/// Customers: strokes of no length with round ends, in a dark shade of their territory.
fn dots(text: &mut String, plan: &SavedPlan, map: &View) {
    let a = &plan.assignments;
    let n = plan.territories.len();
    let mut paths = vec![String::new(); n];
    let mut taken = BTreeSet::new();
    for i in 0..a.len() {
        let (x, y) = map.at(a.lon[i], a.lat[i]);
        let cell = ((x / DOT_CELL) as i32, (y / DOT_CELL) as i32);
        let RepIx(j) = a.owner[i];
        if let Some(path) = paths.get_mut(j as usize)
            && taken.insert(cell)
        {
            let _ = write!(path, "M{} {}h0", (x * 10.0).round(), (y * 10.0).round());
        }
    }
    text.push_str("<g transform=\"scale(.1)\" fill=\"none\" stroke-width=\"18\" stroke-linecap=\"round\" stroke-opacity=\".75\">\n");
    for (j, path) in paths
        .iter()
        .enumerate()
        .filter(|(_, path)| !path.is_empty())
    {
        let color = dark(&plan.territories.color[j]);
        let _ = writeln!(text, "<path stroke=\"{color}\" d=\"{path}\"/>");
    }
    text.push_str("</g>\n");
}

/// `#rrggbb` on its way to another colour: `share` of that one, the rest of its own.
fn blend(color: &str, other: [f64; 3], share: f64) -> String {
    let part = |at: usize, to: f64| {
        let hex = color.get(at..at + 2).unwrap_or("80");
        let own = f64::from(u8::from_str_radix(hex, 16).unwrap_or(128));
        (own + (to - own) * share).round() as u8
    };
    let [r, g, b] = [part(1, other[0]), part(3, other[1]), part(5, other[2])];
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// The fill of a territory: its colour, lighter, so that dots and badges stand out.
fn fill(color: &str) -> String {
    blend(color, [255.0; 3], 0.3)
}

/// The dots of a territory: a dark shade of its colour.
fn dark(color: &str) -> String {
    blend(color, [20.0, 30.0, 45.0], 0.6)
}

/// Scale bar and projection, and whose the roads are.
fn foot(text: &mut String, plan: &SavedPlan, map: &View, (width, height): (f64, f64)) {
    let y = height - MARGIN + 4.0;
    let (km, length) = map.scale_bar(130.0);
    let middle = length / 2.0;
    let hemisphere = if map.middle < 0.0 { "S" } else { "N" };
    let _ = writeln!(
        text,
        "<g transform=\"translate({MARGIN} {y:.1})\" font-size=\"11\" fill=\"{MUTED}\">\
         <path d=\"M0 -5v5h{length:.1}v-5\" fill=\"none\" stroke=\"{MUTED}\" stroke-width=\"1.2\"/>\
         <text x=\"{middle:.1}\" y=\"-5\" text-anchor=\"middle\">{km} km</text>\
         <text x=\"{:.1}\" y=\"0\" text-anchor=\"end\">{} \u{b7} equirectangular, true to scale at {:.1}\u{b0} {hemisphere}</text></g>",
        width - 2.0 * MARGIN,
        super::made_by(),
        map.middle.abs()
    );
    if let Some(who) = plan.report.scenario.travel.attribution() {
        let (x, y) = (width - MARGIN, y - 15.0);
        let _ = writeln!(
            text,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"end\" font-size=\"11\" fill=\"{MUTED}\">Roads: {who}</text>"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (x, text) in [
            (5.0, "5"),
            (7.5, "7.5"),
            (20.0, "20"),
            (0.0123, "0.012"),
            (0.000_04, "0"),
            (0.0, "0"),
            (123.4, "123"),
        ] {
            assert_eq!(digits(x), text);
        }
    }

    #[test]
    fn colours_blend() {
        assert_eq!(blend("#80ff10", [0.0; 3], 0.5), "#408008");
        assert_eq!(blend("#80ff10", [255.0; 3], 1.0), "#ffffff");
        assert_eq!(blend("#80ff10", [255.0; 3], 0.0), "#80ff10");
    }
}
