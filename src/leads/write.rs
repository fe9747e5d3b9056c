//! Routes as CSV and GeoJSON.

use super::columns::Layout;
use super::{By, Route, Routing};
use crate::base::cells::Cell;
use crate::base::ids::RepIx;
use crate::base::rule::{Rule, listed};
use crate::base::words::figure;
use crate::input::{Carried, How};
use crate::saved::text;
use std::io::{self, Write};

/// How routes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table.
    Csv,
    /// One collection.
    GeoJson,
    /// A feature a line.
    Lines,
}

/// How a GeoJSON of routes begins.
pub const GENERATOR: &str = "{\"type\":\"FeatureCollection\",\"generator\":\"revier assign\",";

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

    /// How the place of a lead is known.
    fn how(&self, i: usize) -> How {
        self.placed.get(&i).map(|p| p.how).unwrap_or_default()
    }

    /// Whether it is known where a lead is.
    fn is_placed(&self, i: usize) -> bool {
        !self.placed.get(&i).is_some_and(|p| p.unclear)
    }

    /// Why a lead goes where it goes, in words.
    #[must_use]
    pub fn reason(&self, i: usize) -> String {
        if self.foreign.contains(&i) {
            return self.not_of_this_team();
        }
        let reason = self.rule(i);
        match self.placed.get(&i) {
            Some(placed) if placed.unclear && self.routes[i].by == By::Nobody => {
                placed.note.clone()
            }
            Some(placed) => format!("{reason}; {}", placed.note),
            None => reason,
        }
    }

    /// That a lead is none of those that the plan is for.
    fn not_of_this_team(&self) -> String {
        let select = self.leads.scenario.select.clone().unwrap_or_default();
        let when = select.customers.unwrap_or_default();
        match select.team {
            Some(team) => format!("not of the team {team}, whose customers are {when}"),
            None => format!("the plan is for {when} only"),
        }
    }

    /// What decided about a lead, in words.
    fn rule(&self, i: usize) -> String {
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
                let far = rules.contains(&Rule::MaxKm);
                let nearest = match far {
                    true => self.nearest(i),
                    false => String::new(),
                };
                format!("no rep may have it ({}){nearest}", listed(rules, ", "))
            }
        }
    }
}

impl Routing {
    /// Who lives nearest to a lead, in words.
    fn nearest(&self, i: usize) -> String {
        let reps = (0..self.model.k as u32).map(RepIx);
        let ways = reps.filter_map(|j| Some((self.model.travel.km(i, j)?, j)));
        let nearest = ways.min_by(|a, b| a.0.total_cmp(&b.0));
        nearest.map_or(String::new(), |(km, j)| {
            let rep = self.leads.reps.ids.get(j.at());
            format!("; the nearest is {rep}, {} km away", figure(km))
        })
    }
}

/// Writes the routes of leads, row by row.
pub(super) struct Rows<'r> {
    r: &'r Routing,
    layout: &'r Layout,
    /// The columns of the leads, in the order of the layout.
    columns: Vec<Option<&'r Carried>>,
    safe: bool,
    /// Whose rows they are, where the layout has teams; `None`: of none.
    team: Option<&'r str>,
}

impl<'r> Rows<'r> {
    pub fn new(r: &'r Routing, layout: &'r Layout) -> Rows<'r> {
        Rows {
            r,
            layout,
            columns: layout.own.iter().map(|(name, _)| r.carried(name)).collect(),
            safe: r.leads.scenario.output.csv_safe,
            team: None,
        }
    }

    /// The rows of a team, or of none.
    pub fn of_team(self, team: Option<&'r str>) -> Rows<'r> {
        Rows { team, ..self }
    }

    /// Why a lead goes where it goes, in words.
    fn reason(&self, i: usize) -> String {
        match self.layout.team && self.team.is_none() {
            true => "of none of the teams".to_owned(),
            false => self.r.reason(i),
        }
    }

    fn cell(&self, column: usize, i: usize) -> Cell<'r> {
        self.columns[column].map_or(Cell::Null, |c| c.cells.get(i))
    }

    /// A row of a table.
    pub fn csv(&self, i: usize, to: &mut String) {
        let (r, route) = (self.r, self.r.routes[i]);
        for column in 0..self.columns.len() {
            match self.cell(column, i) {
                Cell::Text(said) => text::cell(to, said, self.safe),
                other => to.push_str(&other.to_text()),
            }
            to.push(',');
        }
        let rep = |to: &mut String, j: RepIx| {
            if let Some(j) = j.some() {
                text::cell(to, r.leads.reps.ids.get(j.at()), self.safe);
            }
        };
        let leads = &r.leads.customers;
        let place = |to: &mut String, x: f64| {
            if r.is_placed(i) {
                text::number(to, x);
            }
        };
        let mut first = true;
        for (at, _) in self.layout.added.iter().enumerate().filter(|(_, is)| **is) {
            if !std::mem::take(&mut first) {
                to.push(',');
            }
            match at {
                0 => text::cell(to, leads.ids.get(i), self.safe),
                1 => rep(to, route.rep),
                2 => to.push_str(route.by.name()),
                3 => rep(to, route.territory),
                4 => text::rounded(to, r.km(i, route.rep)),
                5 => text::rounded(to, r.minutes(i, route.rep)),
                6 => rep(to, route.next),
                7 => text::rounded(to, r.km(i, route.next)),
                8 => text::cell(to, &self.reason(i), self.safe),
                9 => to.push_str(r.how(i).name()),
                10 => place(to, leads.lon[i]),
                _ => place(to, leads.lat[i]),
            }
        }
        if self.layout.team {
            to.push(',');
            text::cell(to, self.team.unwrap_or_default(), self.safe);
        }
        to.push('\n');
    }

    /// A feature; `words`: all cells of the leads are texts, as a table has them that nobody sees the end of.
    pub fn json(&self, i: usize, words: bool, to: &mut String) {
        to.push_str("{\"type\":\"Feature\",\"properties\":{");
        for (column, (_, name)) in self.layout.own.iter().enumerate() {
            text::json_text(to, name);
            to.push(':');
            match self.cell(column, i) {
                Cell::Null => to.push_str("null"),
                cell if words => text::json_text(to, &cell.to_text()),
                cell => text::json_value(to, cell),
            }
            to.push(',');
        }
        if self.layout.added[0] {
            to.push_str("\"customer_id\":");
            match words {
                true => text::json_text(to, self.r.leads.customers.ids.get(i)),
                false => text::json_id(to, &self.r.leads.customers.ids, i),
            }
            to.push(',');
        }
        self.json_end(i, to);
    }

    /// What revier adds to a feature behind the id, and its geometry.
    fn json_end(&self, i: usize, to: &mut String) {
        let (r, route) = (self.r, self.r.routes[i]);
        let reps = &r.leads.reps.ids;
        let rep = |to: &mut String, key: &str, j: RepIx| {
            to.push_str(key);
            match j.some() {
                Some(j) => text::json_id(to, reps, j.at()),
                None => to.push_str("null"),
            }
        };
        rep(to, "\"rep_id\":", route.rep);
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
        text::json_text(to, &self.reason(i));
        to.push_str(",\"place\":");
        text::json_text(to, r.how(i).name());
        if self.layout.team {
            to.push_str(",\"team\":");
            match self.team {
                Some(team) => text::json_text(to, team),
                None => to.push_str("null"),
            }
        }
        self.json_point(i, to);
    }

    /// The end of a feature's properties, and its geometry.
    fn json_point(&self, i: usize, to: &mut String) {
        let r = self.r;
        if r.is_placed(i) {
            to.push_str("},\"geometry\":{\"type\":\"Point\",\"coordinates\":[");
            text::number(to, r.leads.customers.lon[i]);
            to.push(',');
            text::number(to, r.leads.customers.lat[i]);
            to.push_str("]}}");
        } else {
            to.push_str("},\"geometry\":null}");
        }
    }

    /// A feature, with its properties as they stand where it was one.
    pub fn feature(&self, i: usize, to: &mut String) {
        match self.r.raw.get(i) {
            Some(raw) => self.same(i, raw, to),
            None => self.json(i, false, to),
        }
    }

    /// A feature of a line, whose properties come back as they stand.
    pub fn same(&self, i: usize, line: &str, to: &mut String) {
        let Ok(read) = serde_json::from_str::<super::raw::Line<'_>>(line) else {
            return self.json(i, true, to);
        };
        to.push_str("{\"type\":\"Feature\",\"properties\":{");
        let names = read.properties.iter().map(|(name, _)| name.as_ref());
        let mut names = Layout::new(names, [self.r.own[0], false, false]);
        if self.layout.team {
            names = names.with_team();
        }
        for ((_, raw), (_, here)) in read.properties.iter().zip(&names.own) {
            text::json_text(to, here);
            to.push(':');
            to.push_str(raw);
            to.push(',');
        }
        if names.added[0] {
            let id = self.r.leads.customers.ids.get(i);
            to.push_str("\"customer_id\":");
            match read.id() == Some(id) {
                true => to.push_str(id),
                false => text::json_text(to, id),
            }
            to.push(',');
        }
        self.json_end(i, to);
    }
}

/// Writes a row per lead, in their order.
///
/// # Errors
/// Those of `out`.
pub fn csv(out: &mut impl Write, r: &Routing) -> io::Result<()> {
    let layout = r.layout();
    header(out, &layout, r.leads.scenario.output.csv_safe)?;
    let rows = Rows::new(r, &layout);
    text::rows(out, r.routes.len(), |i, to| rows.csv(i, to))
}

/// Writes the names of the columns.
pub(super) fn header(out: &mut impl Write, layout: &Layout, safe: bool) -> io::Result<()> {
    let mut line = String::new();
    for name in layout.names() {
        if !line.is_empty() {
            line.push(',');
        }
        text::cell(&mut line, name, safe);
    }
    line.push('\n');
    out.write_all(line.as_bytes())
}

/// Writes a Point per lead, in their order.
///
/// # Errors
/// Those of `out`.
pub fn geojson(out: &mut impl Write, r: &Routing) -> io::Result<()> {
    let layout = r.json_layout();
    let rows = Rows::new(r, &layout);
    out.write_all(GENERATOR.as_bytes())?;
    out.write_all(b"\"features\":[\n")?;
    let n = r.routes.len();
    text::rows(out, n, |i, to| {
        rows.feature(i, to);
        to.push_str(if i + 1 < n { ",\n" } else { "\n" });
    })?;
    out.write_all(b"]}\n")
}

/// Writes a Point per lead, in their order, a line for each.
///
/// # Errors
/// Those of `out`.
pub fn lines(out: &mut impl Write, r: &Routing) -> io::Result<()> {
    let layout = r.json_layout();
    let rows = Rows::new(r, &layout);
    text::rows(out, r.routes.len(), |i, to| {
        rows.feature(i, to);
        to.push('\n');
    })
}
