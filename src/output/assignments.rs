//! `assignments.geojson` and `assignments.csv`: who looks after which customer.

use super::Contents;
use crate::base::ids::RepIx;
use crate::saved::{COLUMNS, text};
use std::io::{self, Write};

/// One Point per customer, in input order.
pub(super) fn geojson(out: &mut impl Write, c: &Contents<'_>) -> io::Result<()> {
    let (customers, reps) = (&c.inputs.customers, &c.inputs.reps);
    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n")?;
    text::rows(out, c.model.n, |i, to| {
        to.push_str("{\"type\":\"Feature\",\"properties\":{\"customer_id\":");
        text::json_id(to, &customers.ids, i);
        to.push_str(",\"rep_id\":");
        text::json_id(to, &reps.ids, c.plan.owner[i].at());
        to.push_str(",\"km\":");
        text::json_rounded(to, c.summary.km[i]);
        to.push_str(",\"minutes\":");
        text::json_rounded(to, c.summary.minutes[i]);
        to.push_str(",\"previous_rep_id\":");
        match previous(c, i) {
            Some(j) => text::json_id(to, &reps.ids, j.at()),
            None => to.push_str("null"),
        }
        to.push_str(",\"changed\":");
        to.push_str(word(c.summary.changed[i]));
        to.push_str(",\"locked\":");
        to.push_str(word(c.model.lock(i).is_some()));
        to.push_str("},\"geometry\":{\"type\":\"Point\",\"coordinates\":[");
        text::number(to, customers.lon[i]);
        to.push(',');
        text::number(to, customers.lat[i]);
        to.push_str(if i + 1 < c.model.n { "]}},\n" } else { "]}}\n" });
    })?;
    out.write_all(b"]}\n")
}

/// One row per customer, in input order.
pub(super) fn csv(out: &mut impl Write, c: &Contents<'_>) -> io::Result<()> {
    let (customers, reps) = (&c.inputs.customers, &c.inputs.reps);
    let safe = c.inputs.scenario.output.csv_safe;
    writeln!(out, "{}", COLUMNS.join(","))?;
    text::rows(out, c.model.n, |i, to| {
        text::cell(to, customers.ids.get(i), safe);
        to.push(',');
        text::cell(to, reps.ids.get(c.plan.owner[i].at()), safe);
        to.push(',');
        text::rounded(to, c.summary.km[i]);
        to.push(',');
        text::rounded(to, c.summary.minutes[i]);
        to.push(',');
        if let Some(j) = previous(c, i) {
            text::cell(to, reps.ids.get(j.at()), safe);
        }
        to.push(',');
        to.push_str(word(c.summary.changed[i]));
        to.push(',');
        to.push_str(word(c.model.lock(i).is_some()));
        to.push(',');
        text::number(to, customers.lon[i]);
        to.push(',');
        text::number(to, customers.lat[i]);
        to.push('\n');
    })
}

fn previous(c: &Contents<'_>, i: usize) -> Option<RepIx> {
    c.model.previous.get(i).copied().and_then(RepIx::some)
}

fn word(yes: bool) -> &'static str {
    if yes { "true" } else { "false" }
}
