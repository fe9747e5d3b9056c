//! The columns of a table of results.

use crate::error::{Collector, Problem, codes};
use crate::input::hints::most_like;
use crate::input::spelling::Named;
use crate::input::wanted::{CUSTOMER, REP, Wanted, places};

/// Where what stands.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub customer: Option<usize>,
    pub rep: Option<usize>,
    pub period: usize,
    pub figures: Figures,
}

#[derive(Debug)]
pub(super) enum Figures {
    /// (column, measure).
    Wide(Vec<(usize, u32)>),
    /// Columns of `measure` and `value`.
    Long(usize, usize),
}

impl Default for Figures {
    fn default() -> Figures {
        Figures::Wide(Vec::new())
    }
}

/// Other names of the columns, folded.
const PERIOD: &[&str] = &["zeitraum", "periode", "monat", "month", "quartal", "datum"];
const MEASURE: &[&str] = &["kennzahl", "messgroesse"];
const VALUE: &[&str] = &["wert", "betrag"];

/// Own names of the column of the rep, besides `rep`.
const REP_NAMES: [&str; 2] = ["rep_id", "territory"];

/// The columns with ids and the period.
fn subjects() -> [Wanted; 3] {
    [
        Wanted::new("customer_id", CUSTOMER),
        Wanted::new("rep", REP),
        Wanted::new("period", PERIOD),
    ]
}

/// Whether these may be the names of the columns.
pub(super) fn fits(names: &[&str], named: &Named) -> bool {
    let [customer, rep, period] = subjects().map(|w| w.is_among(names, named));
    period && (customer || rep || names.contains(&REP_NAMES[1]))
}

/// Finds the columns; `None` where the rows cannot be used, which is told.
pub(super) fn find(
    (names, like): (&[&str], &[String]),
    (measures, named): (&[String], &Named),
    problems: &mut Collector,
) -> Option<Columns> {
    let at = |wanted: &str| names.iter().position(|name| *name == wanted);
    let own_measure = measures.iter().any(|m| m == "measure");
    let mut wanted = subjects().to_vec();
    if !own_measure {
        wanted.push(Wanted::new("measure", MEASURE));
        wanted.push(Wanted::new("value", VALUE));
    }
    let fixed = wanted.len();
    wanted.extend(measures.iter().map(|m| Wanted::new(m, &[])));
    if at("rep").is_none() && REP_NAMES.iter().any(|name| at(name).is_some()) {
        // Names that revier itself writes: nothing is to be told.
        wanted[1] = Wanted::new(REP_NAMES.iter().find(|n| at(n).is_some())?, REP);
    }
    let found = places((names, like), &wanted, ("results", named), &mut |p| {
        problems.add(p);
    });
    let mut missing = |name: &str, help: &str| {
        let seen: Vec<&str> = names.iter().copied().filter(|n| !n.is_empty()).collect();
        let mut what = format!(
            "there is no column `{name}`; the columns are: {}",
            seen.join(", ")
        );
        let all: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
        if let Some(near) = most_like(name, &all) {
            what += &format!("; did you mean `{near}`?");
        }
        let problem = Problem::error(codes::MISSING_COLUMN, what).field(name);
        problems.add(problem.help(help));
    };
    let (customer, rep, period) = (found[0], found[1], found[2]);
    if customer.is_none() && rep.is_none() {
        let help = "name the column of the customers `customer_id`, or that of the reps `rep`";
        missing("customer_id", help);
    }
    if period.is_none() {
        let help = "add a column `period`: 2026, 2026-Q1, 2026-01 or 2026-01-31";
        missing("period", help);
    }
    let long = if own_measure {
        [None; 2]
    } else {
        [found[3], found[4]]
    };
    let figures = match long {
        [Some(measure), Some(value)] => Figures::Long(measure, value),
        [Some(_), None] => {
            missing("value", "a table with `measure` has its figures in `value`");
            return None;
        }
        _ => {
            let of = |(i, at): (usize, &Option<usize>)| Some(((*at)?, i as u32));
            let wide: Vec<(usize, u32)> =
                found[fixed..].iter().enumerate().filter_map(of).collect();
            if wide.is_empty() {
                let name = measures.first().map_or("", String::as_str);
                let help = format!(
                    "the targets are of: {}; name the columns so, or write `measure` and `value`",
                    measures.join(", ")
                );
                missing(name, &help);
            }
            Figures::Wide(wide)
        }
    };
    let columns = Columns {
        customer,
        rep,
        period: period.unwrap_or(0),
        figures,
    };
    (!problems.has_errors()).then_some(columns)
}
