//! Better plans of small instances: an integer programme on what reduced costs leave open.
//!
//! With a plan in hand whose excess over the LP bound is `E`, no better plan uses an option with a reduced cost
//! above `E` (reduced-cost fixing). What is left is an integer [programme](super::programme) in the same shifted form as the
//! restricted LP.

use super::programme::{Goal, Limits, MOST_COLUMNS, run, sizes, unit_of_cost};
use crate::base::deadline::Deadline;
use crate::solve::local::State;
use good_lp::{Expression, ProblemVariables, Variable, variable};

/// Share of the time that the closest plan may take where none within the bounds is known.
const CLOSEST: f64 = 0.3;

/// Improves the plan, if the instance is small enough. `state` must hold *all* options. What the solver says of its plan proves nothing: it has a
/// tolerance of its own.
pub(crate) fn improve(state: &mut State, until: &Deadline) {
    if state.violation() > 0.0 {
        if columns(state, f64::INFINITY) > MOST_COLUMNS {
            return;
        }
        let part = until.within(CLOSEST * until.left().as_secs_f64());
        let _ = search(state, Goal::Violation, f64::INFINITY, &part);
    }
    let limit = state.excess() * (1.0 + 1e-9);
    if state.violation() <= 0.0 && columns(state, limit) <= MOST_COLUMNS {
        let _ = search(state, Goal::Excess, limit, until);
    }
}

/// Options beyond the first of each item that cost at most `limit`.
pub(crate) fn columns(s: &State, limit: f64) -> usize {
    s.items
        .iter()
        .map(|t| {
            t.options
                .cost
                .iter()
                .skip(1)
                .filter(|c| **c <= limit)
                .count()
        })
        .sum()
}

/// The greatest load that a single item puts on each row.
fn greatest(s: &State) -> Vec<f64> {
    let (m, rows) = (s.m, s.load.len());
    let mut most = vec![0.0_f64; rows];
    for o in s.items.iter().map(|t| &t.options) {
        for (c, j) in o.rep.iter().enumerate() {
            for r in 0..m {
                let at = *j as usize * m + r;
                most[at] = most[at].max(o.load[c * m + r]);
            }
            if s.change {
                most[rows - 1] = most[rows - 1].max(o.moved[c]);
            }
        }
    }
    most
}

/// Solves the integer programme and takes its plan if that is better; `None` if the solver has none.
fn search(s: &mut State, goal: Goal, limit: f64, until: &Deadline) -> Option<()> {
    let (m, rows) = (s.m, s.load.len());
    let money = unit_of_cost(&s.mu, &s.upper, limit);
    let mut variables = ProblemVariables::new();
    let mut objective = Expression::from(0.0);
    let size = sizes(&s.upper, &greatest(s));
    let base = without_items(s).into_iter().zip(&size);
    let mut row: Vec<Expression> = base.map(|(y, size)| Expression::from(y / size)).collect();
    let mut pick: Vec<Vec<(usize, Variable)>> = Vec::new();
    let mut whole = Vec::new();
    for (i, item) in s.items.iter().enumerate() {
        let o = &item.options;
        let open: Vec<usize> = (0..o.rep.len()).filter(|c| o.cost[*c] <= limit).collect();
        let mut sum = Expression::from(-1.0);
        let mut of_item = Vec::new();
        for c in open {
            let x = variables.add(
                variable()
                    .binary()
                    .initial(f64::from(u8::from(s.choice[i] as usize == c))),
            );
            sum += x;
            if goal == Goal::Excess {
                objective += (o.cost[c] / money) * x;
            }
            for r in 0..m {
                let at = o.rep[c] as usize * m + r;
                row[at] += (o.load[c * m + r] / size[at]) * x;
            }
            if s.change {
                row[rows - 1] += (o.moved[c] / size[rows - 1]) * x;
            }
            of_item.push((c, x));
        }
        whole.push(sum);
        pick.push(of_item);
    }
    let limits = Limits {
        lower: &s.lower,
        upper: &s.upper,
        mu: &s.mu,
        deviation: &s.deviation,
        size: &size,
        money,
    };
    let mut constraints = goal.rows(row, &limits, &mut variables, &mut objective);
    constraints.extend(whole.into_iter().map(|e| e.eq(0.0)));
    let wanted: Vec<Variable> = pick.iter().flatten().map(|(_, x)| *x).collect();
    let (values, _) = run(variables, objective, constraints, &wanted, until).ok()?;
    take(s, goal, &pick, &values)
}

/// Load of each row without the items.
fn without_items(s: &State) -> Vec<f64> {
    let (m, rows) = (s.m, s.load.len());
    let mut base = s.load.clone();
    for (i, item) in s.items.iter().enumerate() {
        let (c, o) = (s.choice[i] as usize, &item.options);
        for r in 0..m {
            base[o.rep[c] as usize * m + r] -= o.load[c * m + r];
        }
        if s.change {
            base[rows - 1] -= o.moved[c];
        }
    }
    base
}

/// Takes the plan with these values of its variables, unless the one in hand is better.
fn take(s: &mut State, goal: Goal, pick: &[Vec<(usize, Variable)>], values: &[f64]) -> Option<()> {
    let before: Vec<u16> = s.choice.clone();
    let rank = |s: &State| {
        if goal == Goal::Violation {
            s.violation()
        } else {
            s.excess()
        }
    };
    let old = rank(s);
    let mut at = 0;
    for (i, of_item) in pick.iter().enumerate() {
        let best = (0..of_item.len()).max_by(|a, b| values[at + a].total_cmp(&values[at + b]))?;
        at += of_item.len();
        s.take(i, of_item[best].0);
    }
    if rank(s) > old {
        s.choose(&before);
    }
    Some(())
}
