//! What `solve` prints: a table that fits 80 columns.

use revier::plan::Status;
use revier::run::Solved;
use revier::violations::figure;
use std::fmt::Write;
use std::path::Path;

/// Violations named on the terminal; the report has all.
const SHOWN: usize = 10;

/// Widest name of a rep.
const NAME: usize = 22;

/// Width of a bar: odd, so that it has a middle.
const BAR: usize = 17;

/// The plan in a table, a line per rep, and how good it is.
pub fn summary(solved: &Solved, out: &Path) -> String {
    let mut text = territories(solved);
    let plan = &solved.plan;
    let status = match plan.status {
        Status::Optimal => "optimal",
        Status::Feasible => "feasible",
        Status::Infeasible => "infeasible",
    };
    let _ = writeln!(
        text,
        "\n{status}: objective {}, bound {}, gap {:.4} %\n\
         no plan within these rules can travel less than {:.3} % of this one\n\
         written to {}",
        figure(plan.objective),
        figure(plan.bound),
        100.0 * plan.gap(),
        100.0 * (1.0 - plan.gap()),
        out.display()
    );
    text
}

/// A line per rep with the first measure, and one per further measure.
fn territories(solved: &Solved) -> String {
    let balance = &solved.inputs.scenario.balance;
    let (model, reps) = (&solved.model, &solved.inputs.reps);
    let index = |j: usize, m: usize| {
        let target = model.bounds[j * model.m + m].target.filter(|t| *t > 0.0)?;
        Some(solved.summary.reps[j].totals[m] / target)
    };
    let of_measure = |m: usize| (0..model.k).filter_map(move |j| index(j, m));
    let tolerance = balance.first().map_or(0.0, |b| b.tolerance);
    let reach = of_measure(0).fold(tolerance, |reach, i| reach.max((i - 1.0).abs()));
    let first = balance.first().map_or("", |b| b.measure.as_str());
    let mut text = String::new();
    let ends = (
        format!("{:+.0}%", -100.0 * reach),
        format!("{:+.0}%", 100.0 * reach),
    );
    let gap = BAR - ends.0.len() - ends.1.len();
    let _ = writeln!(
        text,
        "{:<NAME$} {:>9} {:>12} {:>7} {}{:gap$}{} {:>7}",
        "rep",
        "customers",
        cut(first, 12),
        "index",
        ends.0,
        "",
        ends.1,
        "mean km",
    );
    for (j, rep) in solved.summary.reps.iter().enumerate() {
        let index = index(j, 0);
        let km = rep.travel_km.map_or("-".to_owned(), |d| format!("{d:.1}"));
        let _ = writeln!(
            text,
            "{:<NAME$} {:>9} {:>12} {:>7} {} {km:>7}",
            cut(&reps.name[j], NAME),
            rep.customers,
            figure(rep.totals[0]),
            index.map_or("-".to_owned(), |i| format!("{i:.3}")),
            index.map_or_else(|| " ".repeat(BAR), |i| bar(i, reach)),
        );
    }
    for (m, entry) in balance.iter().enumerate().skip(1) {
        let low = of_measure(m).fold(f64::INFINITY, f64::min);
        let high = of_measure(m).fold(f64::NEG_INFINITY, f64::max);
        if low <= high {
            let name = cut(&entry.measure, 40);
            let _ = writeln!(text, "{name}: index {low:.3} to {high:.3}");
        }
    }
    text
}

/// A bar from the target in the middle to the index, `reach` wide on either side.
fn bar(index: f64, reach: f64) -> String {
    let half = BAR / 2;
    let share = ((index - 1.0) / reach.max(1e-12)).clamp(-1.0, 1.0);
    let cells = (share.abs() * half as f64).round() as usize;
    let cell = |i: usize| match i {
        _ if i == half => '│',
        _ if share < 0.0 && i < half && half - i <= cells => '█',
        _ if share > 0.0 && i > half && i - half <= cells => '█',
        _ => '·',
    };
    (0..BAR).map(cell).collect()
}

/// The first `width` characters.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars()
        .take(width - 1)
        .chain(std::iter::once('…'))
        .collect()
}

/// Why no plan meets the rules.
pub fn infeasible(solved: &Solved, written: &str) -> String {
    let plan = &solved.plan;
    let mut text = "no plan that meets the rules was found".to_owned();
    for violation in plan.violations.iter().take(SHOWN) {
        let _ = write!(text, "\n  {}", violation.text);
    }
    if plan.violations.len() > SHOWN {
        let _ = write!(text, "\n  and {} more", plan.violations.len() - SHOWN);
    }
    let _ = write!(text, "\n{written}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_start_in_the_middle() {
        assert_eq!(bar(1.0, 0.05), "········│········");
        assert_eq!(bar(1.05, 0.05), "········│████████");
        assert_eq!(bar(0.975, 0.05), "····████│········");
        assert_eq!(bar(3.0, 0.05), bar(1.05, 0.05));
    }

    #[test]
    fn the_columns_fit_eighty() {
        let columns = [NAME, 9, 12, 7, BAR, 7];
        assert!(columns.iter().sum::<usize>() + columns.len() - 1 <= 80);
    }
}
