//! Leads of several teams: each goes to the team, or the teams, whose customers it would be one of.

use super::write::{GENERATOR, Rows, header};
use super::{By, Format, Routing, Tally};
use crate::saved::text;
use std::io::{self, Write};

/// The same leads, routed by the plan of each team.
pub struct Several {
    teams: Vec<(String, Routing)>,
    /// Lead and position of the team of each row; a lead that is none of any team has a row of the first, which says so.
    rows: Vec<(usize, Option<usize>)>,
}

impl Several {
    /// Of routings of the same leads; `None` where there is none.
    #[must_use]
    pub fn new(teams: Vec<(String, Routing)>) -> Option<Several> {
        let count = teams.first()?.1.routes.len();
        if teams.iter().any(|(_, r)| r.routes.len() != count) {
            return None;
        }
        let mut rows = Vec::with_capacity(count);
        for i in 0..count {
            let mine = |(_, (_, r)): &(usize, &(String, Routing))| !r.foreign.contains(&i);
            let own = teams.iter().enumerate().filter(mine);
            let before = rows.len();
            rows.extend(own.map(|(t, _)| (i, Some(t))));
            if rows.len() == before {
                rows.push((i, None));
            }
        }
        Some(Several { teams, rows })
    }

    /// The routings, each with the name of its team.
    pub fn teams(&self) -> impl Iterator<Item = (&str, &Routing)> {
        self.teams.iter().map(|(name, r)| (name.as_str(), r))
    }

    /// What decided about the rows; `leads` is how many leads there are.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let first = self.teams.first().map(|(_, r)| r);
        let mut tally = Tally {
            leads: first.map_or(0, |r| r.routes.len()),
            rejects: first.map_or(0, |r| r.rejects.len()),
            ..Tally::default()
        };
        for (i, team) in &self.rows {
            let by = team.map_or(By::Nobody, |t| self.teams[t].1.routes[*i].by);
            tally.by[by as usize] += 1;
        }
        tally
    }

    /// Leads that are in no team, and leads that are in several.
    #[must_use]
    pub fn spread(&self) -> (usize, usize) {
        let none = self.rows.iter().filter(|(_, team)| team.is_none()).count();
        let again = |pair: &&[(usize, Option<usize>)]| pair[0].0 == pair[1].0;
        let mut twice: Vec<usize> = self.rows.windows(2).filter(again).map(|p| p[0].0).collect();
        twice.dedup();
        (none, twice.len())
    }

    /// Writes a row per lead and team, in the order of the leads and the teams.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut impl Write, format: Format) -> io::Result<()> {
        let Some((_, first)) = self.teams.first() else {
            return Ok(());
        };
        let layout = match format {
            Format::Csv => first.layout(),
            _ => first.json_layout(),
        };
        let layout = layout.with_team();
        let writers: Vec<Rows<'_>> = (self.teams.iter())
            .map(|(name, r)| Rows::new(r, &layout).of_team(Some(name)))
            .collect();
        let nobody = Rows::new(first, &layout).of_team(None);
        let writer = |row: usize| {
            let (i, team) = self.rows[row];
            (i, team.map_or(&nobody, |t| &writers[t]))
        };
        let n = self.rows.len();
        match format {
            Format::Csv => {
                header(out, &layout, first.leads.scenario.output.csv_safe)?;
                text::rows(out, n, |row, to| {
                    let (i, rows) = writer(row);
                    rows.csv(i, to);
                })
            }
            Format::Lines => text::rows(out, n, |row, to| {
                let (i, rows) = writer(row);
                rows.feature(i, to);
                to.push('\n');
            }),
            Format::GeoJson => {
                out.write_all(GENERATOR.as_bytes())?;
                out.write_all(b"\"features\":[\n")?;
                text::rows(out, n, |row, to| {
                    let (i, rows) = writer(row);
                    rows.feature(i, to);
                    to.push_str(if row + 1 < n { ",\n" } else { "\n" });
                })?;
                out.write_all(b"]}\n")
            }
        }
    }
}
