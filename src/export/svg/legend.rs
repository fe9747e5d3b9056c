//! Who the territories belong to, and how full they are.

use super::{INK, MUTED, fill, xml};
use crate::saved::{Measure, SavedPlan};
use std::fmt::Write;

/// Height of a line, px.
const LINE: f64 = 19.0;
/// Height of the heading, px.
const HEAD: f64 = 26.0;
/// Width of a column and of the space between two, px.
const COLUMN: f64 = 236.0;
const SPACE: f64 = 24.0;
/// Height of the key below the names, px.
const KEY: f64 = 34.0;
/// More columns are no legend any more.
const COLUMNS: usize = 5;
/// Characters of a name.
const NAME: usize = 22;
/// Where names, bars and figures stand in a column, px.
const NAME_X: f64 = 26.0;
const BAR_X: f64 = 158.0;
const BAR: f64 = 26.0;

/// The size of the legend; 0 where there is none.
pub(super) struct Legend {
    pub width: f64,
    pub height: f64,
    lines: usize,
}

impl Legend {
    /// A legend beside a map of the given height.
    pub fn new(plan: &SavedPlan, height: f64) -> Legend {
        let n = plan.territories.len();
        let lines = (((height - HEAD - KEY) / LINE) as usize).max(20);
        let columns = n.div_ceil(lines);
        if n == 0 || columns > COLUMNS {
            return Legend {
                width: 0.0,
                height: 0.0,
                lines: 0,
            };
        }
        let lines = n.div_ceil(columns);
        Legend {
            width: columns as f64 * (COLUMN + SPACE) - SPACE,
            height: HEAD + lines as f64 * LINE + KEY,
            lines,
        }
    }

    /// Draws it with its upper left corner at the given place.
    pub fn draw(&self, text: &mut String, plan: &SavedPlan, (x, y): (f64, f64), numbers: bool) {
        if self.lines == 0 {
            return;
        }
        let balance = plan.report.scenario.balance.first();
        let tolerance = balance.map_or(0.05, |b| b.tolerance);
        let measure = balance.map_or("", |b| b.measure.as_str());
        for (column, start) in (0..plan.territories.len()).step_by(self.lines).enumerate() {
            let x = x + column as f64 * (COLUMN + SPACE);
            let _ = writeln!(
                text,
                "<g transform=\"translate({x:.1} {y:.1})\" font-size=\"12\">\n\
                 <text x=\"{COLUMN}\" y=\"8\" font-size=\"11\" fill=\"{MUTED}\" text-anchor=\"end\">{} against share</text>",
                xml::text(&cut(measure, 24))
            );
            let end = (start + self.lines).min(plan.territories.len());
            for j in start..end {
                let y = HEAD + (j - start) as f64 * LINE;
                line(text, plan, j, y, tolerance, numbers);
            }
            text.push_str("</g>\n");
        }
        let y = y + self.height - 14.0;
        let badge = if numbers {
            format!(
                "<circle cx=\"98\" cy=\"-4\" r=\"6\" fill=\"#ffffff\" stroke=\"{INK}\" stroke-width=\"1.2\"/>\
                 <text x=\"112\">home base</text>"
            )
        } else {
            String::new()
        };
        let _ = writeln!(
            text,
            "<g transform=\"translate({x:.1} {y:.1})\" font-size=\"11\" fill=\"{MUTED}\">\
             <circle cx=\"9.5\" cy=\"-4\" r=\"1.6\" fill=\"{INK}\"/><text x=\"{NAME_X}\">customer</text>{badge}</g>"
        );
    }
}

fn line(text: &mut String, plan: &SavedPlan, j: usize, y: f64, tolerance: f64, numbers: bool) {
    let t = &plan.territories;
    let number = if numbers {
        (j + 1).to_string()
    } else {
        String::new()
    };
    let _ = write!(
        text,
        "<rect x=\"0\" y=\"{:.1}\" width=\"19\" height=\"14\" rx=\"3\" fill=\"{}\"/>\
         <text x=\"9.5\" y=\"{:.1}\" font-size=\"9\" font-weight=\"700\" text-anchor=\"middle\">{number}</text>\
         <text x=\"{NAME_X}\" y=\"{:.1}\">{}</text>",
        y - 7.0,
        fill(&t.color[j]),
        y + 3.2,
        y + 4.2,
        xml::text(&cut(&t.name[j], NAME))
    );
    let index = plan.report.territories.get(j).and_then(|figures| {
        let first = plan.report.scenario.balance.first()?;
        figures
            .measures
            .get(&first.measure)
            .and_then(|m: &Measure| m.index)
    });
    if let Some(index) = index {
        // A bar from the share to the total; its half width is the tolerance.
        let off = ((index - 1.0) / tolerance).clamp(-1.5, 1.5) * BAR / 2.0;
        let middle = BAR_X + BAR / 2.0;
        let (from, width) = (middle + off.min(0.0), off.abs());
        let _ = write!(
            text,
            "<path d=\"M{BAR_X} {y:.1}h{BAR}\" stroke=\"#d5dae0\" stroke-width=\"1\"/>\
             <rect x=\"{from:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"6\" fill=\"{MUTED}\"/>\
             <path d=\"M{middle} {:.1}v10\" stroke=\"{INK}\" stroke-width=\"1\"/>\
             <text x=\"{COLUMN}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"{MUTED}\">{:.1}\u{a0}%</text>",
            y - 3.0,
            y - 5.0,
            y + 4.2,
            100.0 * index
        );
    }
    text.push('\n');
}

/// The first `width` characters.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let start: String = text.chars().take(width - 1).collect();
    format!("{}\u{2026}", start.trim_end())
}
