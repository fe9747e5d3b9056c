//! Routes as CSV and GeoJSON.

use super::{By, Route, Routing};
use crate::base::ids::RepIx;
use crate::base::rule::{Rule, listed};
use crate::saved::text;
use std::io::{self, Write};

/// First line of the table.
pub const CSV_HEADER: &str =
    "customer_id,rep_id,by,territory,km,minutes,next_rep_id,next_km,reason,lon,lat\n";

impl Routing {
    /// One-way km from a rep; NaN without one.
    fn km(&self, i: usize, j: RepIx) -> f64 {
        let km = j.some().and_then(|j| self.model.travel.km(i, j));
        km.unwrap_or(f64::NAN)
    }

    /// One-way minutes from a rep; NaN without one.
    fn minutes(&self, i: usize, j: RepIx) -> f64 {
        let minutes = j.some().and_then(|j| self.model.travel.minutes(i, j));
        minutes.unwrap_or(f64::NAN)
    }

    /// Why a lead goes where it goes, in words.
    #[must_use]
    pub fn reason(&self, i: usize) -> String {
        let ids = &self.leads.reps.ids;
        let Route {
            rep, by, territory, ..
        } = self.routes[i];
        let rep_id = rep.some().map_or("", |j| ids.get(j.at()));
        // Whose it would be, and what keeps it from there.
        let refused = |j: RepIx| {
            let rule = self.model.forbidden_by(i, j)?;
            Some(format!("{} may not have it ({rule})", ids.get(j.at())))
        };
        let owner = self
            .leads
            .customers
            .owner
            .get(i)
            .copied()
            .and_then(RepIx::some);
        let known = owner.filter(|j| *j != rep).and_then(refused);
        let known = known.map_or(String::new(), |text| format!("its owner {text}; "));
        match by {
            By::Customer => format!("a customer of {rep_id} already"),
            By::Lock => format!("locked to {rep_id}"),
            By::Group => format!("{rep_id} has its group"),
            By::Owner => format!("{rep_id} knows it"),
            By::Territory => format!("{known}in the territory of {rep_id}"),
            By::Price => {
                let place = match territory.some() {
                    None => "in no territory".to_owned(),
                    Some(j) => refused(j).unwrap_or_default(),
                };
                format!("{known}{place}; {rep_id} costs least at the plan's prices")
            }
            By::Nobody => {
                let mut rules: Vec<Rule> = (0..self.model.k as u32)
                    .filter_map(|j| self.model.forbidden_by(i, RepIx(j)))
                    .collect();
                rules.sort_unstable();
                rules.dedup();
                format!("no rep may have it ({})", listed(rules, ", "))
            }
        }
    }
}

/// Writes a row per lead, in their order.
///
/// # Errors
/// Those of `out`.
pub fn csv(out: &mut impl Write, r: &Routing) -> io::Result<()> {
    let (leads, reps) = (&r.leads.customers, &r.leads.reps.ids);
    let safe = r.leads.scenario.output.csv_safe;
    let rep = |to: &mut String, j: RepIx| {
        if let Some(j) = j.some() {
            text::cell(to, reps.get(j.at()), safe);
        }
        to.push(',');
    };
    out.write_all(CSV_HEADER.as_bytes())?;
    text::rows(out, r.routes.len(), |i, to| {
        let route = r.routes[i];
        text::cell(to, leads.ids.get(i), safe);
        to.push(',');
        rep(to, route.rep);
        to.push_str(route.by.name());
        to.push(',');
        rep(to, route.territory);
        text::rounded(to, r.km(i, route.rep));
        to.push(',');
        text::rounded(to, r.minutes(i, route.rep));
        to.push(',');
        rep(to, route.next);
        text::rounded(to, r.km(i, route.next));
        to.push(',');
        text::cell(to, &r.reason(i), safe);
        to.push(',');
        text::number(to, leads.lon[i]);
        to.push(',');
        text::number(to, leads.lat[i]);
        to.push('\n');
    })
}

/// Writes a Point per lead, in their order.
///
/// # Errors
/// Those of `out`.
pub fn geojson(out: &mut impl Write, r: &Routing) -> io::Result<()> {
    let (leads, reps) = (&r.leads.customers, &r.leads.reps.ids);
    let rep = |to: &mut String, key: &str, j: RepIx| {
        to.push_str(key);
        match j.some() {
            Some(j) => text::json_id(to, reps, j.at()),
            None => to.push_str("null"),
        }
    };
    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n")?;
    let n = r.routes.len();
    text::rows(out, n, |i, to| {
        let route = r.routes[i];
        to.push_str("{\"type\":\"Feature\",\"properties\":{\"customer_id\":");
        text::json_id(to, &leads.ids, i);
        rep(to, ",\"rep_id\":", route.rep);
        to.push_str(",\"by\":");
        text::json_text(to, route.by.name());
        rep(to, ",\"territory\":", route.territory);
        to.push_str(",\"km\":");
        text::json_rounded(to, r.km(i, route.rep));
        to.push_str(",\"minutes\":");
        text::json_rounded(to, r.minutes(i, route.rep));
        rep(to, ",\"next_rep_id\":", route.next);
        to.push_str(",\"next_km\":");
        text::json_rounded(to, r.km(i, route.next));
        to.push_str(",\"reason\":");
        text::json_text(to, &r.reason(i));
        to.push_str("},\"geometry\":{\"type\":\"Point\",\"coordinates\":[");
        text::number(to, leads.lon[i]);
        to.push(',');
        text::number(to, leads.lat[i]);
        to.push_str(if i + 1 < n { "]}},\n" } else { "]}}\n" });
    })?;
    out.write_all(b"]}\n")
}
