//! The measures that are balanced, and which names they can have.

use super::args::in_command_line;
use super::sections::check_measure;
use super::{
    Balance, BalanceArg, Change, DEFAULT_TOLERANCE, GOAL, Goal, MEASURE_SUFFIXES, Overrides,
    REGION_PROPERTIES, TERRITORY_PROPERTIES, TravelRules,
};
use crate::error::{Collector, Problem, codes};

/// Who has names that a measure might have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    /// The scenario has `[regions]`, whose file has the figures of measures, too.
    by_regions: bool,
    /// And goals, which are properties of the regions.
    by_goals: bool,
}

impl Taken {
    pub fn new(regions: bool, goals: &[Goal]) -> Taken {
        Taken {
            by_regions: regions,
            by_goals: regions && !goals.is_empty(),
        }
    }
}

/// The measures to balance: those of the command line, else of the file, else `workload`.
pub(super) fn balance(
    drafted: Option<Vec<Balance>>,
    overrides: &Overrides,
    taken: Taken,
    problems: &mut Collector,
) -> Vec<Balance> {
    let drafted = drafted.unwrap_or_default();
    let of_file = |measure: &str| drafted.iter().find(|b| b.measure == measure);
    let fallback = overrides.tolerance;
    let valid = |t: f64| t > 0.0 && t < 1.0;
    let args = overrides.balance.iter().flatten();
    let said = args.clone().filter_map(|a| a.tolerance).chain(fallback);
    for tolerance in said.filter(|t| !valid(*t)) {
        let problem = Problem::error(codes::OUT_OF_RANGE, format!("{tolerance} is not in (0, 1)"))
            .field("--tolerance")
            .help("write a fraction (0.05) or per cent (5%)");
        problems.add(in_command_line(problem));
    }
    let resolve = |arg: &BalanceArg| {
        let own = of_file(&arg.measure);
        let tolerance = own.map_or(DEFAULT_TOLERANCE, |b| b.tolerance);
        arg.resolve(own, fallback.unwrap_or(tolerance))
    };
    let mut list: Vec<Balance> = args.map(resolve).collect();
    if list.is_empty() {
        list = drafted;
        if let Some(tolerance) = fallback {
            list.iter_mut().for_each(|b| b.tolerance = tolerance);
        }
    }
    if list.is_empty() {
        let tolerance = fallback.unwrap_or(DEFAULT_TOLERANCE);
        list.push(Balance::new("workload", tolerance));
    }
    for (i, entry) in list.iter().enumerate() {
        if list[..i].iter().any(|b| b.measure == entry.measure) {
            let what = format!("the measure {:?} is balanced twice", entry.measure);
            let problem = Problem::error(codes::DUPLICATE_MEASURE, what)
                .field("balance.measure")
                .help("keep one entry for each measure");
            problems.add(problem);
        }
        check_measure(&entry.measure, "balance.measure", problems);
        check_column(&entry.measure, &list, taken, problems);
    }
    list
}

/// The totals of a balanced measure are a property of the territories: its name must be free there.
fn check_column(measure: &str, list: &[Balance], taken: Taken, problems: &mut Collector) {
    let figure_of = |other: &&Balance| {
        let suffix = measure.strip_prefix(other.measure.as_str());
        suffix.is_some_and(|suffix| MEASURE_SUFFIXES.contains(&suffix))
    };
    let taken_by = if TERRITORY_PROPERTIES.contains(&measure) {
        "the territories have a property of that name".to_owned()
    } else if taken.by_regions && REGION_PROPERTIES.contains(&measure) {
        "the regions have a property of that name".to_owned()
    } else if taken.by_goals && measure.starts_with(GOAL) {
        format!("what begins with {GOAL} is a goal of the regions")
    } else if let Some(other) = list.iter().find(figure_of) {
        format!(
            "it is the name of a figure of the measure {:?}",
            other.measure
        )
    } else {
        return;
    };
    let what = format!("{measure:?} cannot be balanced: {taken_by}");
    let problem = Problem::error(codes::RESERVED_MEASURE, what)
        .field("balance.measure")
        .help("give the property of the customers another name");
    problems.add(problem);
}

/// Checks the measures that are named beside those to balance, each once.
pub(super) fn check_names(
    balance: &[Balance],
    travel: &TravelRules,
    change: Option<&Change>,
    problems: &mut Collector,
) {
    let balanced = |name: &str| balance.iter().any(|b| b.measure == name);
    if travel.weight != "none" && !balanced(&travel.weight) {
        check_measure(&travel.weight, "travel.weight", problems);
    }
    if let Some(change) = change.filter(|c| !balanced(&c.measure)) {
        check_measure(&change.measure, "change.measure", problems);
    }
}

/// Travel counts into a measure that is balanced.
pub(super) fn check_workload(travel: &TravelRules, balance: &[Balance], problems: &mut Collector) {
    if travel.in_workload && !balance.iter().any(|b| b.measure == "workload") {
        let what = "travel is to count into the measure \"workload\", which is not balanced";
        let problem = Problem::error(codes::NO_EFFECT, what)
            .field("travel.in_workload")
            .help("balance \"workload\", or leave in_workload out");
        problems.add(problem);
    }
}
