//! What `solve` prints: a table that fits 80 columns.

use super::visible::visible;
use revier::base::words::thousands;
use revier::base::words::{
    NO_GAP, figure, figure_at_least, fixed, gap, percent, percent_at_least, reach as axis,
};
use revier::explain::advice::{Advice, AdviceKind};
use revier::plan::frontier::FrontierRow;
use revier::plan::preferences::preferences;
use revier::plan::regions::regions as plan_regions;
use revier::plan::summary::Change;
use revier::plan::{Claim, Plan, Status};
use revier::run::Solved;
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
    text.push_str(&regions(solved));
    let plan = &solved.plan;
    if let Some(c) = Change::new(&solved.inputs, &solved.summary) {
        let _ = writeln!(
            text,
            "\nchange: {} of {} customers, {} of {}{}",
            thousands(c.customers),
            thousands(solved.model.n),
            percent(c.share, 2),
            c.measure,
            c.max_share
                .map_or(String::new(), |s| format!(" (limit {})", percent(s, 2)))
        );
    }
    preferred(solved, &mut text);
    beside(solved, &mut text);
    let _ = writeln!(
        text,
        "\n{}: objective {}, bound {}, gap {}\n{}\nwritten to {}",
        status(plan.status),
        figure(plan.objective),
        figure_at_least(plan.bound),
        gap(plan.gap()),
        proven(plan),
        out.display()
    );
    text
}

/// What became of the preferences, a line each.
fn preferred(solved: &Solved, text: &mut String) {
    let plan = &solved.plan;
    for p in preferences(&solved.inputs, &solved.model, &plan.owner) {
        let (holds, could) = (thousands(p.holds), thousands(p.could));
        let when = visible(&p.when);
        let _ = write!(
            text,
            "\nprefer {when}: {holds} of {could} customers for whom a rep meets it"
        );
    }
    if solved.model.has_preferences() {
        let unit = solved.inputs.scenario.objective_unit();
        let travel = figure(plan.travel());
        let rest = figure(plan.preference.abs());
        let sign = if plan.preference < 0.0 {
            "less"
        } else {
            "more"
        };
        let _ = writeln!(
            text,
            "\npreferences: travel {travel} {unit}, {rest} {sign} by preferences"
        );
    }
}

/// What load beside the targets costs, a line for each measure that has a cost, and what is left as travel.
fn beside(solved: &Solved, text: &mut String) {
    let (scenario, plan) = (&solved.inputs.scenario, &solved.plan);
    let unit = scenario.objective_unit();
    let measures = scenario.balance.iter().enumerate();
    let mut asked = measures
        .filter(|(_, b)| b.deviation_cost.is_some())
        .peekable();
    if asked.peek().is_none() {
        return;
    }
    let beside = solved.model.beside(&plan.owner);
    for (m, b) in asked {
        let how = if b.is_auto() {
            "chosen by the budget"
        } else {
            "as asked"
        };
        let _ = write!(
            text,
            "\nbalance: {} {} above or below the targets in all, at {} {unit} each ({how})",
            figure(beside[m]),
            visible(&b.measure),
            figure(b.price()),
        );
    }
    let _ = writeln!(
        text,
        "\nof the objective {} is travel, {} balance ({unit})",
        figure(plan.travel()),
        figure(plan.balance)
    );
}

/// What the bound says, in a sentence; what is left of a proven optimum is rounding.
fn proven(plan: &Plan) -> String {
    let (costs, cost) = if plan.penalty > 0.0 || plan.preference != 0.0 || plan.balance > 0.0 {
        ("costs", "cost")
    } else {
        ("travels", "travel")
    };
    if plan.gap() <= NO_GAP {
        return format!("no plan within these rules {costs} less");
    }
    let share = percent_at_least(1.0 - plan.gap(), 3);
    format!("no plan within these rules can {cost} less than {share} of this one")
}

/// A line per region with the first measure; nothing where the reps have none.
fn regions(solved: &Solved) -> String {
    let all = plan_regions(&solved.inputs, &solved.model, &solved.summary, &[]);
    let Some(first) = all.first().and_then(|region| region.measures.first()) else {
        return String::new();
    };
    let head = cut(&first.measure, 12);
    let mut text = format!(
        "\n{:<NAME$} {:>9} {head:>12} {:>7} {:>7}\n",
        "region", "customers", "index", "reps"
    );
    for region in &all {
        let name = format!(
            "{:1$}{2}",
            "",
            2 * region.level.saturating_sub(1),
            visible(&region.name)
        );
        let (total, index) = match region.measures.first() {
            Some(m) => (figure(m.total), m.index.map_or("-".into(), |i| fixed(i, 3))),
            None => Default::default(),
        };
        let _ = writeln!(
            text,
            "{:<NAME$} {:>9} {total:>12} {index:>7} {:>7}",
            cut(&name, NAME),
            thousands(region.customers),
            region.reps.len()
        );
    }
    text
}

/// A line per rep with the first measure, and one per further measure.
pub fn territories(solved: &Solved) -> String {
    let balance = &solved.inputs.scenario.balance;
    let (model, reps) = (&solved.model, &solved.inputs.reps);
    let index = |j: usize, m: usize| {
        let target = model.bounds()[j * model.m + m]
            .target
            .filter(|t| *t > 0.0)?;
        Some(solved.summary.reps[j].totals[m] / target)
    };
    let of_measure = |m: usize| (0..model.k).filter_map(move |j| index(j, m));
    let tolerance = balance.first().map_or(0.0, |b| b.tolerance);
    let reach = of_measure(0).fold(tolerance, |reach, i| reach.max((i - 1.0).abs()));
    let first = balance.first().map_or("", |b| b.measure.as_str());
    let mut text = String::new();
    let ends = (format!("-{}", axis(reach)), format!("+{}", axis(reach)));
    let room = BAR.saturating_sub(ends.0.len() + ends.1.len());
    let _ = writeln!(
        text,
        "{:<NAME$} {:>9} {:>12} {:>7} {}{:room$}{} {:>7}",
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
        let km = rep.travel_km.map_or("-".to_owned(), |d| fixed(d, 1));
        let _ = writeln!(
            text,
            "{:<NAME$} {:>9} {:>12} {:>7} {} {km:>7}",
            cut(&reps.name[j], NAME),
            rep.customers,
            figure(rep.totals[0]),
            index.map_or("-".to_owned(), |i| fixed(i, 3)),
            index.map_or_else(|| " ".repeat(BAR), |i| bar(i, reach)),
        );
    }
    for (m, entry) in balance.iter().enumerate().skip(1) {
        let low = of_measure(m).fold(f64::INFINITY, f64::min);
        let high = of_measure(m).fold(f64::NEG_INFINITY, f64::max);
        if low <= high {
            let name = cut(&entry.measure, 40);
            let (low, high) = (fixed(low, 3), fixed(high, 3));
            let _ = writeln!(text, "{name}: index {low} to {high}");
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

/// What the prices say, in short: the report has all of it; empty where they say nothing.
pub fn advice(all: &[Advice]) -> String {
    let mut text = String::new();
    for (kinds, most) in [
        (&[AdviceKind::Upper, AdviceKind::Lower][..], 3),
        (&[AdviceKind::Change][..], 1),
        (&[AdviceKind::Rule][..], 2),
        (&[AdviceKind::NewRep][..], 1),
    ] {
        let of_kind = all.iter().filter(|a| kinds.contains(&a.kind));
        for each in of_kind.take(most) {
            text.push_str(&wrap(&each.text));
        }
    }
    if !text.is_empty() {
        text.insert_str(
            0,
            "\nwhat limits the plan (prices hold for small changes):\n",
        );
    }
    text
}

/// An item of a list, in lines of at most 80 characters.
fn wrap(text: &str) -> String {
    let (mut out, mut width) = ("  -".to_owned(), 3);
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if width + 1 + length > 80 {
            out.push_str("\n   ");
            width = 3;
        }
        out.push(' ');
        out.push_str(word);
        width += 1 + length;
    }
    out.push('\n');
    out
}

/// What other limits give, a line per plan; empty without a frontier.
pub fn frontier(rows: &[FrontierRow]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let balance = rows.iter().any(|row| row.tolerance.is_some());
    let change = !balance || rows.iter().any(|row| row.moved_share > 0.0);
    let mut text = String::from("\n");
    if balance {
        let _ = write!(text, "{:>9} ", "tolerance");
    }
    if change {
        let _ = write!(text, "{:>9} {:>8} ", "max share", "moved");
    }
    let _ = writeln!(
        text,
        "{:>14} {:>8} {:>9}  {:<10} {:>8}",
        "objective", "mean km", "off by", "status", "gap"
    );
    let percent = |x: f64| percent(x, 2);
    for row in rows {
        if balance {
            let tolerance = row.tolerance.map_or("-".to_owned(), percent);
            let _ = write!(text, "{tolerance:>9} ");
        }
        if change {
            let limit = row.max_share.map_or("none".to_owned(), percent);
            let _ = write!(text, "{limit:>9} {:>8} ", percent(row.moved_share));
        }
        let _ = writeln!(
            text,
            "{:>14} {:>8} {:>9}  {:<10} {:>8}",
            figure(row.objective),
            row.travel_km.map_or("-".to_owned(), |d| fixed(d, 2)),
            row.worst_index_deviation.map_or("-".to_owned(), percent),
            match row.status {
                // Which of them cannot be is not told apart here.
                Status::Infeasible => "none found",
                known => status(known),
            },
            gap(row.gap),
        );
    }
    text
}

/// A status in a word.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Optimal => "optimal",
        Status::Feasible => "feasible",
        Status::Infeasible => "infeasible",
    }
}

/// The first `width` characters.
pub fn cut(text: &str, width: usize) -> String {
    // A name of two lines is one line of a table.
    let text = &visible(text).replace(['\n', '\t'], " ");
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
    let mut text = if plan.kept {
        let n = plan.violations.len();
        let s = if n == 1 { "" } else { "s" };
        format!(
            "today's assignment: {} deviation{s} from the rules",
            thousands(n)
        )
    } else if plan.claim == Claim::Infeasible {
        "no plan meets the rules (proven by certificate.json)".to_owned()
    } else {
        "no plan that meets the rules was found, and none is ruled out".to_owned()
    };
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
    fn the_axis_of_the_bars_is_never_nothing_to_nothing() {
        for reach in [0.05, 0.003, 0.000_4, 1e-6, 0.125, 1.5] {
            let ends = 2 * (1 + axis(reach).len());
            assert!(ends <= BAR, "{reach}");
            assert_ne!(axis(reach), "0%", "{reach}");
        }
    }

    #[test]
    fn the_columns_fit_eighty() {
        let columns = [NAME, 9, 12, 7, BAR, 7];
        assert!(columns.iter().sum::<usize>() + columns.len() - 1 <= 80);
    }
}
