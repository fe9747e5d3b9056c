//! The map of one rep's sheet: the territory among its neighbours, with customers who stay, come and go.
//!
//! Who they are is told by shape, and not by colour alone: sheets are printed.

use super::view::View;
use super::{INK, dark, fill};
use crate::export::xml;
use crate::input::Reps;
use crate::saved::SavedPlan;
use geo::BoundingRect;
use std::fmt::Write as _;

/// Blank space around the territory, px.
const PAD: f64 = 16.0;

/// Customers, by position.
pub(in crate::export) struct Marked<'a> {
    pub kept: &'a [usize],
    pub gained: &'a [usize],
    pub lost: &'a [usize],
}

/// Draws the map of rep `j`; `title` says what it shows.
pub(in crate::export) fn map(
    plan: &SavedPlan,
    reps: Option<&Reps>,
    j: usize,
    marked: &Marked<'_>,
    title: &str,
) -> String {
    let (t, a) = (&plan.territories, &plan.assignments);
    let own = t.polygons[j].iter().flat_map(|p| p.exterior().0.iter());
    let mut points: Vec<(f64, f64)> = own.map(|c| (c.x, c.y)).collect();
    let all = [marked.kept, marked.gained, marked.lost];
    points.extend(
        all.iter()
            .flat_map(|list| list.iter())
            .map(|i| (a.lon[*i], a.lat[*i])),
    );
    points.extend(reps.map(|r| (r.lon[j], r.lat[j])));
    let view = View::around(&points);
    let (w, h) = (view.width + 2.0 * PAD, view.height + 2.0 * PAD);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {w:.0} {h:.0}\"><title>{}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n<g transform=\"translate({PAD} {PAD})\">\n\
         <g transform=\"scale(.1)\" fill-rule=\"evenodd\" stroke=\"#8b96a1\" stroke-width=\"10\" stroke-linejoin=\"round\">\n",
        xml::text(title)
    );
    let shown = |area: &geo::MultiPolygon<f64>| {
        let Some(r) = area.bounding_rect() else {
            return false;
        };
        let ((x0, y1), (x1, y0)) = (view.at(r.min().x, r.min().y), view.at(r.max().x, r.max().y));
        x1 >= -PAD && x0 <= view.width + PAD && y1 >= -PAD && y0 <= view.height + PAD
    };
    // The rep's own comes last, over the borders of the others.
    let others = (0..t.len()).filter(|o| *o != j && shown(&t.polygons[*o]));
    for o in others.chain([j]) {
        let color = if o == j {
            fill(&t.color[o])
        } else {
            "#f1f3f5".to_owned()
        };
        let path = view.path(&t.polygons[o]);
        let _ = writeln!(
            out,
            "<path fill=\"{color}\" d=\"{path}\"><title>{}</title></path>",
            xml::text(&t.name[o])
        );
    }
    out.push_str("</g>\n");
    let at = |i: &usize| view.at(a.lon[*i], a.lat[*i]);
    let ink = dark(&t.color[j]);
    let _ = writeln!(
        out,
        "<g fill=\"{ink}\" stroke=\"#ffffff\" stroke-width=\".6\">"
    );
    for (x, y) in marked.kept.iter().map(at) {
        let _ = write!(out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"/>");
    }
    let _ = writeln!(
        out,
        "</g>\n<g fill=\"{INK}\" stroke=\"#ffffff\" stroke-width=\".8\">"
    );
    for (x, y) in marked.gained.iter().map(at) {
        let _ = write!(out, "<path d=\"M{x:.1} {:.1}l5 9h-10z\"/>", y - 6.0);
    }
    let _ = writeln!(
        out,
        "</g>\n<g fill=\"none\" stroke=\"{INK}\" stroke-width=\"1.6\">"
    );
    for (x, y) in marked.lost.iter().map(at) {
        let _ = write!(
            out,
            "<path d=\"M{:.1} {:.1}l7 7m-7 0l7 -7\"/>",
            x - 3.5,
            y - 3.5
        );
    }
    out.push_str("</g>\n");
    if let Some((x, y)) = reps.map(|r| view.at(r.lon[j], r.lat[j])) {
        let _ = writeln!(
            out,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"12\" height=\"12\" fill=\"#ffffff\" stroke=\"{INK}\" stroke-width=\"2.4\"/>",
            x - 6.0,
            y - 6.0
        );
    }
    let (km, length) = view.scale_bar(110.0);
    let _ = writeln!(
        out,
        "<g transform=\"translate(0 {:.1})\" font-size=\"11\" fill=\"{INK}\" font-family=\"sans-serif\"><path d=\"M0 -5v5h{length:.1}v-5\" fill=\"none\" stroke=\"{INK}\"/>\
         <text x=\"4\" y=\"-4\">{km} km</text></g>\n</g></svg>",
        view.height + PAD - 5.0
    );
    out
}
