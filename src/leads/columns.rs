//! The columns of routes: those of the leads, in their order, and then what revier adds.

use super::Routing;
use crate::disk::file;
use crate::error::{Problem, codes};
use crate::input::Carried;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// What revier adds.
pub const COLUMNS: [&str; 12] = [
    "customer_id",
    "rep_id",
    "by",
    "territory",
    "km",
    "minutes",
    "next_rep_id",
    "next_km",
    "reason",
    "place",
    "lon",
    "lat",
];

/// What the column with the team is called, where there are several.
const TEAM: &str = "team";

/// Where those of them are that routes have side by side in every version.
const SIDE_BY_SIDE: std::ops::Range<usize> = 1..9;

/// Those of them that leads may have themselves, in the order of [`Routing::own`].
const OWN: [&str; 3] = ["customer_id", "lon", "lat"];

/// What a column is called that has the name of one of ours.
const BEFORE: &str = "lead_";

/// The columns of routes.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// The columns of the leads: what they are called there, and what here.
    pub own: Vec<(String, String)>,
    /// Which of [`COLUMNS`] follow: all but those that the leads have themselves.
    pub added: [bool; 12],
    /// Whether the team follows.
    pub team: bool,
}

impl Layout {
    /// For leads with these columns, of which some are what their names say.
    pub fn new<'n>(names: impl Iterator<Item = &'n str>, own: [bool; 3]) -> Layout {
        let is_own = |name: &str| OWN.iter().zip(own).any(|(n, is)| is && *n == name);
        let added = COLUMNS.map(|name| !is_own(name));
        let names: Vec<&str> = names.collect();
        let mut used: Vec<String> = COLUMNS.iter().map(|n| (*n).to_owned()).collect();
        used.extend(names.iter().map(|n| (*n).to_owned()));
        let here = |name: &&str| {
            let mut here = (*name).to_owned();
            if COLUMNS.contains(name) && !is_own(name) {
                while used.contains(&here) {
                    here.insert_str(0, BEFORE);
                }
                used.push(here.clone());
            }
            ((*name).to_owned(), here)
        };
        let own = names.iter().map(here).collect();
        Layout {
            own,
            added,
            team: false,
        }
    }

    /// The same where places are geometries: without coordinates of ours.
    pub fn of_features(mut self) -> Layout {
        self.added[10..].fill(false);
        self
    }

    /// The same with the team of each row.
    pub fn with_team(mut self) -> Layout {
        self.team = true;
        let mut here = TEAM.to_owned();
        while self.names().filter(|n| *n == here).count() > usize::from(here == TEAM) {
            here.insert_str(0, BEFORE);
        }
        if let Some((_, own)) = self.own.iter_mut().find(|(_, own)| own == TEAM) {
            *own = here;
        }
        self
    }

    /// That columns of the leads come back under other names.
    pub fn renamed(&self, file: &str) -> Option<Problem> {
        let other = self.own.iter().filter(|(there, here)| there != here);
        let told: Vec<String> = other
            .map(|(there, here)| format!("`{there}` as `{here}`"))
            .collect();
        let what = format!(
            "columns of the leads are called as those of the routes, and come back by other names: {}",
            told.join(", ")
        );
        let mut problem = Problem::warning(codes::COLUMN_RENAMED, what);
        file.clone_into(&mut problem.file);
        let help = "nothing, if that is so; else rename or remove them in the leads";
        (!told.is_empty()).then(|| problem.help(help))
    }

    /// All names, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let own = self.own.iter().map(|(_, here)| here.as_str());
        let added = COLUMNS.iter().zip(self.added);
        let team = self.team.then_some(TEAM);
        own.chain(added.filter(|(_, is)| *is).map(|(name, _)| *name))
            .chain(team)
    }
}

impl Routing {
    /// The columns of the routes.
    pub(super) fn layout(&self) -> Layout {
        let carried = &self.leads.customers.carried;
        Layout::new(carried.iter().map(|c| c.name.as_str()), self.own)
    }

    /// As [`Routing::layout`], where places are geometries.
    pub(super) fn json_layout(&self) -> Layout {
        self.layout().of_features()
    }

    /// That columns of the leads come back under other names.
    pub(super) fn renamed(&self, file: &str) -> Option<Problem> {
        self.layout().renamed(file)
    }

    /// A column of the leads.
    pub(super) fn carried(&self, name: &str) -> Option<&Carried> {
        let carried = &self.leads.customers.carried;
        carried.iter().find(|c| c.name == name)
    }
}

/// The most of a file that is looked at.
const HEAD: u64 = 1 << 20;

/// Whether a file holds routes that revier wrote.
#[must_use]
pub fn is_ours(path: &Path) -> bool {
    let Some(line) = first_line(path) else {
        return false;
    };
    let known = line.starts_with(super::GENERATOR) || file::begins_with(path, OLD);
    let marks = &COLUMNS[SIDE_BY_SIDE];
    let by_columns = || line.contains(&marks.join(","));
    let feature = || -> Option<bool> {
        let line: serde_json::Value = serde_json::from_str(&line).ok()?;
        let properties = line.get("properties")?.as_object()?;
        Some(marks.iter().all(|name| properties.contains_key(*name)))
    };
    known || by_columns() && !line.starts_with('{') || feature().unwrap_or(false)
}

/// How a GeoJSON of routes began before 0.3.
const OLD: &str = "{\"type\":\"FeatureCollection\",\"features\":[\n{\"type\":\"Feature\",\"properties\":{\"customer_id\":";

/// The first line of a file, as far as it is looked at.
pub(super) fn first_line(path: &Path) -> Option<String> {
    let file = std::fs::File::open(path).ok()?;
    let mut line = String::new();
    BufReader::new(file.take(HEAD)).read_line(&mut line).ok()?;
    Some(line.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_the_leads_come_first_and_ours_keep_their_names() {
        let names = ["id", "rep_id", "lon", "lead_rep_id"];
        let layout = Layout::new(names.into_iter(), [false, true, false]);
        let all: Vec<&str> = layout.names().collect();
        assert_eq!(all[..4], ["id", "lead_lead_rep_id", "lon", "lead_rep_id"]);
        assert_eq!(all[4..6], ["customer_id", "rep_id"]);
        assert_eq!(all.iter().filter(|n| **n == "lon").count(), 1);
        assert_eq!(all.last(), Some(&"lat"));
        let told = layout.renamed("x.csv").map(|p| p.what);
        assert!(told.is_some_and(|t| t.contains("`rep_id` as `lead_lead_rep_id`")));
    }

    #[test]
    fn the_team_comes_last_and_keeps_its_name() {
        let layout = |names: &[&'static str]| {
            let all = Layout::new(names.iter().copied(), [false; 3]).with_team();
            all.names().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(layout(&["id"]).last().map(String::as_str), Some("team"));
        let all = layout(&["team", "lead_team"]);
        assert_eq!(all[..2], ["lead_lead_team", "lead_team"]);
        assert_eq!(all.iter().filter(|n| *n == "team").count(), 1);
    }
}
