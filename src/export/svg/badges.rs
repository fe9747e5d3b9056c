//! Home bases as numbered badges that do not cover each other.

use super::view::View;
use super::{INK, xml};
use crate::input::Reps;
use crate::saved::SavedPlan;
use std::fmt::Write;

/// Radius of a badge, px.
const RADIUS: f64 = 8.5;
/// Rounds of pushing badges apart.
const ROUNDS: usize = 200;
/// A badge this far from its home base gets a line to it.
const LINE: f64 = 4.0;

pub(super) fn draw(text: &mut String, plan: &SavedPlan, reps: &Reps, map: &View) {
    let homes: Vec<(f64, f64)> = reps
        .lon
        .iter()
        .zip(&reps.lat)
        .map(|(x, y)| map.at(*x, *y))
        .collect();
    // Badges lie over customers; many of them would hide the map.
    let radius = if homes.len() > 150 { 3.0 } else { RADIUS };
    let numbered = homes.len() <= 150;
    let badges = if numbered {
        apart(&homes, 2.0 * radius + 1.0)
    } else {
        homes.clone()
    };
    text.push_str("<g font-size=\"9\" font-weight=\"700\" text-anchor=\"middle\">\n");
    for (home, badge) in homes.iter().zip(&badges) {
        let moved = (home.0 - badge.0).hypot(home.1 - badge.1);
        if moved > LINE {
            let _ = writeln!(
                text,
                "<path d=\"M{:.1} {:.1}L{:.1} {:.1}\" stroke=\"{INK}\" stroke-width=\"1.2\"/><circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"2\"/>",
                badge.0, badge.1, home.0, home.1, home.0, home.1
            );
        }
    }
    for (j, (x, y)) in badges.iter().enumerate() {
        let name = xml::text(&plan.territories.name[j]);
        let _ = write!(
            text,
            "<g><title>{name}</title><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\" fill=\"#ffffff\" stroke=\"{INK}\" stroke-width=\"1.4\"/>"
        );
        if numbered {
            let _ = write!(
                text,
                "<text x=\"{x:.1}\" y=\"{:.1}\">{}</text>",
                y + 3.2,
                j + 1
            );
        }
        text.push_str("</g>\n");
    }
    text.push_str("</g>\n");
}

/// Moves points that are closer than `distance` apart, as little as that takes.
fn apart(homes: &[(f64, f64)], distance: f64) -> Vec<(f64, f64)> {
    let mut at = homes.to_vec();
    for _ in 0..ROUNDS {
        let mut quiet = true;
        for a in 0..at.len() {
            for b in a + 1..at.len() {
                let (dx, dy) = (at[b].0 - at[a].0, at[b].1 - at[a].1);
                let d = dx.hypot(dy);
                if d >= distance {
                    continue;
                }
                quiet = false;
                // At one spot: apart in a direction of their own.
                let (ux, uy) = if d > 1e-9 {
                    (dx / d, dy / d)
                } else {
                    ((b as f64).cos(), (b as f64).sin())
                };
                let push = (distance - d) / 2.0 + 0.01;
                at[a] = (at[a].0 - ux * push, at[a].1 - uy * push);
                at[b] = (at[b].0 + ux * push, at[b].1 + uy * push);
            }
        }
        if quiet {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::apart;

    #[test]
    fn badges_do_not_touch() {
        let homes: Vec<(f64, f64)> = (0..30)
            .map(|i| (f64::from(i % 3), f64::from(i % 5)))
            .collect();
        let at = apart(&homes, 10.0);
        for a in 0..at.len() {
            for b in 0..a {
                let d = (at[a].0 - at[b].0).hypot(at[a].1 - at[b].1);
                assert!(d > 9.0, "{a} {b} {d}");
            }
        }
        let far = [(0.0, 0.0), (100.0, 0.0)];
        assert_eq!(apart(&far, 10.0), far);
    }
}
