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

fn territories(solved: &Solved) -> String {
    let balance = &solved.inputs.scenario.balance;
    let first = balance.first().map_or("", |b| b.measure.as_str());
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{:<NAME$} {:>9} {:>12} {:>7} {:>9}",
        "rep",
        "customers",
        cut(first, 12),
        "index",
        "mean km"
    );
    let (model, reps) = (&solved.model, &solved.inputs.reps);
    for (j, rep) in solved.summary.reps.iter().enumerate() {
        let target = model.bounds[j * model.m].target.filter(|t| *t > 0.0);
        let index = target.map_or("-".to_owned(), |t| format!("{:.3}", rep.totals[0] / t));
        let km = rep.travel_km.map_or("-".to_owned(), |d| format!("{d:.1}"));
        let _ = writeln!(
            text,
            "{:<NAME$} {:>9} {:>12} {:>7} {:>9}",
            cut(&reps.name[j], NAME),
            rep.customers,
            figure(rep.totals[0]),
            index,
            km
        );
    }
    text
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
