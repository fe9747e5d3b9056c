//! `changes.csv`: who changes hands; and `units.csv`: whose each area unit is.

use super::Contents;
use super::assignments::previous;
use crate::saved::schema::{CHANGES, UNITS};
use crate::saved::text::{self, Dialect};
use std::io::{self, Write};

/// Whether anybody has an owner of today, so that there is something to say of changes.
pub(super) fn anyone(c: &Contents<'_>) -> bool {
    (0..c.model.n).any(|i| previous(c, i).is_some())
}

/// One row per customer who gets another rep than today's, in input order.
pub(super) fn changes(out: &mut impl Write, c: &Contents<'_>) -> io::Result<()> {
    let (customers, reps) = (&c.inputs.customers, &c.inputs.reps);
    let dialect = Dialect::of(&c.inputs.scenario.output);
    let balance = &c.inputs.scenario.balance;
    let measures = balance.iter().map(|b| b.measure.as_str());
    out.write_all(
        dialect
            .header(CHANGES.into_iter().chain(measures))
            .as_bytes(),
    )?;
    let moved: Vec<usize> = (0..c.model.n).filter(|i| c.summary.changed[*i]).collect();
    text::rows(out, moved.len(), |at, to| {
        let (i, new) = (moved[at], c.plan.owner[moved[at]]);
        let Some(old) = previous(c, i) else { return };
        dialect.text(to, customers.ids.get(i));
        dialect.next(to);
        dialect.text(to, reps.ids.get(old.at()));
        dialect.next(to);
        dialect.text(to, reps.ids.get(new.at()));
        dialect.next(to);
        if !customers.names.is_empty() {
            dialect.text(to, customers.names.get(i));
        }
        for rep in [old, new] {
            dialect.next(to);
            dialect.text(to, &reps.name[rep.at()]);
        }
        for m in 0..c.model.m {
            dialect.next(to);
            dialect.number(to, c.model.activity(i, new, m));
        }
        to.push('\n');
    })
}

/// One row per area unit, in the order of their file; without a rep where no unit that it borders on, near or far, has customers.
pub(super) fn units(out: &mut impl Write, c: &Contents<'_>) -> io::Result<()> {
    let Some(units) = &c.inputs.units else {
        return Ok(());
    };
    let dialect = Dialect::of(&c.inputs.scenario.output);
    let reps = &c.inputs.reps;
    let owners = units.owners(&c.plan.owner);
    out.write_all(dialect.header(UNITS).as_bytes())?;
    text::rows(out, owners.len(), |u, to| {
        dialect.text(to, units.ids.get(u));
        dialect.next(to);
        if let Some(j) = owners[u].some() {
            dialect.text(to, reps.ids.get(j.at()));
        }
        dialect.next(to);
        if let Some(j) = owners[u].some() {
            dialect.text(to, &reps.name[j.at()]);
        }
        to.push('\n');
    })
}
