//! Today's assignment as a plan: nothing moves, and the LP says how good it is.

use super::lp;
use super::units::Units;
use super::{Contiguity, Known, Options, PRICES, assemble, cut_off, part, prices};
use crate::base::ids::RepIx;
use crate::error::Error;
use crate::model::Model;
use crate::plan::said;
use crate::plan::{Plan, SolveSeconds};
use crate::territory;
use std::time::Instant;

/// Evaluates the assignment of today: every customer with an owner stays, whatever the rules say; the bound is the
/// LP's.
///
/// A customer without an owner goes where its group is today, else to the permitted rep who costs least, and
/// a note counts them. Where territories must be contiguous and one of today's is not, today breaks a rule as any other.
///
/// # Errors
/// [`Error::Usage`] when nobody has an owner.
pub fn keep(
    model: &Model,
    contiguity: Option<&Contiguity>,
    options: &Options,
) -> Result<Plan, Error> {
    let (owner, placed) = today(model)?;
    let begin = Instant::now();
    let units = Units::build_for(model, &owner);
    let indexed = Instant::now();
    let until = options.until.within(options.time_limit_s);
    let start = prices::prices(&units, None, &part(&until, PRICES));
    let priced = Instant::now();
    let lp = lp::solve(&units, &start, options.lp, &until);
    let solved = Instant::now();
    let in_pieces = |c: &Contiguity| !territory::islands(c.graph, &owner, model.k).is_empty();
    let known = Known {
        torn: contiguity.is_some_and(|c| c.required && in_pieces(c)),
        ..Known::default()
    };
    let mut plan = assemble(model, options, owner, &lp, known)?;
    plan.kept = true;
    plan.notes.push(said::KEPT.to_owned());
    plan.notes.extend(cut_off(until.is_over(), &until, options));
    if placed > 0 {
        plan.notes.push(said::placed(placed, model.n));
    }
    plan.seconds = SolveSeconds {
        index: (indexed - begin).as_secs_f64(),
        lp: (solved - indexed).as_secs_f64(),
        prices: (priced - indexed).as_secs_f64(),
        round: solved.elapsed().as_secs_f64(),
    };
    Ok(plan)
}

/// The owners of today, and how many customers had to be given one.
fn today(model: &Model) -> Result<(Vec<RepIx>, usize), Error> {
    let owned = |i: usize| model.previous.get(i).copied().and_then(RepIx::some);
    if !(0..model.n).any(|i| owned(i).is_some()) {
        return Err(Error::Usage(
            "there is no assignment of today to keep: no customer has an `owner`".to_owned(),
        ));
    }
    let mut of_group = vec![None; model.groups];
    for (i, g) in model.group.iter().enumerate() {
        if let Some(first) = of_group.get_mut(*g as usize) {
            *first = first.or_else(|| owned(i));
        }
    }
    let mut placed = 0;
    let owner = (0..model.n)
        .map(|i| {
            owned(i).unwrap_or_else(|| {
                placed += 1;
                let group = model.group.get(i).map_or(usize::MAX, |g| *g as usize);
                let shared = of_group.get(group).copied().flatten();
                shared
                    .filter(|j| model.forbidden_by(i, *j).is_none())
                    .unwrap_or_else(|| model.cheapest(i))
            })
        })
        .collect();
    Ok((owner, placed))
}
