//! `assignments.geojson` and `assignments.csv`: who looks after which customer.

use super::Contents;
use super::carried::Columns;
use crate::base::ids::RepIx;
use crate::saved::schema::{COLUMNS, OF_REP};
use crate::saved::text::{self, Dialect};
use std::io::{self, Write};

/// One Point per customer, in input order.
pub(super) fn geojson(out: &mut impl Write, c: &Contents<'_>, colors: &[&str]) -> io::Result<()> {
    let (customers, reps) = (&c.inputs.customers, &c.inputs.reps);
    let columns = Columns::of_customers(customers);
    // The place is the geometry.
    let own = COLUMNS[..7].iter().chain(&OF_REP);
    let own: Vec<String> = own.map(|name| member(name)).collect();
    let keys: Vec<String> = columns.names_of.iter().map(|n| member(n)).collect();
    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n")?;
    text::rows(out, c.model.n, |i, to| {
        let rep = c.plan.owner[i].at();
        to.push_str("{\"type\":\"Feature\",\"properties\":{");
        to.push_str(&own[0][1..]);
        text::json_id(to, &customers.ids, i);
        to.push_str(&own[1]);
        text::json_id(to, &reps.ids, rep);
        to.push_str(&own[2]);
        text::json_rounded(to, c.summary.km[i]);
        to.push_str(&own[3]);
        text::json_rounded(to, c.summary.minutes[i]);
        to.push_str(&own[4]);
        match previous(c, i) {
            Some(j) => text::json_id(to, &reps.ids, j.at()),
            None => to.push_str("null"),
        }
        to.push_str(&own[5]);
        to.push_str(word(c.summary.changed[i]));
        to.push_str(&own[6]);
        to.push_str(word(c.model.lock(i).is_some()));
        to.push_str(&own[7]);
        text::json_text(to, &reps.name[rep]);
        to.push_str(&own[8]);
        text::json_text(to, colors[rep]);
        for (key, value) in keys.iter().zip(columns.row(i)) {
            to.push_str(key);
            text::json_value(to, value);
        }
        to.push_str("},\"geometry\":{\"type\":\"Point\",\"coordinates\":[");
        text::number(to, customers.lon[i]);
        to.push(',');
        text::number(to, customers.lat[i]);
        to.push_str(if i + 1 < c.model.n { "]}},\n" } else { "]}}\n" });
    })?;
    out.write_all(b"]}\n")
}

/// A comma, and the name of a member that is not the first.
fn member(name: &str) -> String {
    let mut key = String::from(",");
    text::json_text(&mut key, name);
    key + ":"
}

/// One row per customer, in input order.
pub(super) fn csv(out: &mut impl Write, c: &Contents<'_>, colors: &[&str]) -> io::Result<()> {
    let (customers, reps) = (&c.inputs.customers, &c.inputs.reps);
    let dialect = Dialect::of(&c.inputs.scenario.output);
    let columns = Columns::of_customers(customers);
    let names = COLUMNS.into_iter().chain(OF_REP);
    let names = names.chain(columns.names_of.iter().map(String::as_str));
    out.write_all(dialect.header(names).as_bytes())?;
    text::rows(out, c.model.n, |i, to| {
        let rep = c.plan.owner[i].at();
        dialect.text(to, customers.ids.get(i));
        dialect.next(to);
        dialect.text(to, reps.ids.get(rep));
        dialect.next(to);
        dialect.rounded(to, c.summary.km[i]);
        dialect.next(to);
        dialect.rounded(to, c.summary.minutes[i]);
        dialect.next(to);
        if let Some(j) = previous(c, i) {
            dialect.text(to, reps.ids.get(j.at()));
        }
        dialect.next(to);
        to.push_str(word(c.summary.changed[i]));
        dialect.next(to);
        to.push_str(word(c.model.lock(i).is_some()));
        dialect.next(to);
        dialect.number(to, customers.lon[i]);
        dialect.next(to);
        dialect.number(to, customers.lat[i]);
        dialect.next(to);
        dialect.text(to, &reps.name[rep]);
        dialect.next(to);
        to.push_str(colors[rep]);
        for value in columns.row(i) {
            dialect.next(to);
            dialect.value(to, value);
        }
        to.push('\n');
    })
}

pub(super) fn previous(c: &Contents<'_>, i: usize) -> Option<RepIx> {
    c.model.previous.get(i).copied().and_then(RepIx::some)
}

fn word(yes: bool) -> &'static str {
    if yes { "true" } else { "false" }
}
