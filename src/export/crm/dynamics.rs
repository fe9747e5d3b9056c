//! Dynamics 365: territories, and the territory of each account.
//!
//! Source: Territory table reference, <https://learn.microsoft.com/en-us/power-apps/developer/data-platform/reference/entities/territory>.

use super::source::{Region, Source, region_described, region_description};
use super::table::Sheet;
use super::{HandOver, Settings};
use crate::base::words::enumerated;
use crate::disk::file::sha256;
use crate::error::Error;
use std::collections::{HashMap, HashSet};

pub(super) const CREATE: &str = "1_territory_create.csv";
pub(super) const UPDATE: &str = "2_territory_update.csv";
pub(super) const ACCOUNTS: &str = "3_account_update.csv";

/// The tables that are read, each by columns that no other has together.
pub(super) const OBJECTS: [&[&str]; 2] = [&["territoryid", "name"], &["accountid", "territoryid"]];

/// The most characters of a name: what is cut to that fits any release.
const LONGEST: usize = 100;

/// What Dynamics is given.
pub(super) fn make(source: &Source<'_>, settings: &Settings) -> Result<HandOver, Error> {
    let k = source.names.len();
    let mut notes = Vec::new();
    // Territories are found by their names: each has its own.
    let labels: Vec<String> = (0..k).map(|j| source.label(j, LONGEST)).collect();
    let twice = |j: usize| labels.iter().filter(|l| **l == labels[j]).count() > 1;
    let names: Vec<String> = (0..k)
        .map(|j| match twice(j) {
            true => format!("{} ({})", source.label(j, LONGEST / 2), source.rep(j)),
            false => labels[j].clone(),
        })
        .collect();
    several_territories(source, &mut notes);
    let columns = [
        "territoryid",
        "name",
        "managerid",
        "parentterritoryid",
        "description",
    ];
    let today: HashMap<&str, [&str; 5]> = (source.with(OBJECTS[0]))
        .flat_map(|t| t.cells(columns))
        .map(|row| (row[1], row))
        .collect();
    let of_region = made_for_regions(today.values());
    let top = settings.parent_id.as_deref().unwrap_or_default();
    let mut create = Sheet::new(CREATE, &columns[1..]);
    let mut update = Sheet::new(UPDATE, &columns);
    let regions = source.regions.iter().map(|g| {
        let name = region_name(&g.path, &names, &source.regions);
        (name, "", region_description(&g.path), g.parent)
    });
    let reps = names.iter().enumerate().map(|(j, name)| {
        let user = source.users[j].as_deref().unwrap_or_default();
        let description = format!("Territory of {}", source.rep(j));
        (name.clone(), user, description, source.region_of[j])
    });
    // Regions stand before what lies in them.
    let mut ids: Vec<Option<&str>> = Vec::with_capacity(source.regions.len() + k);
    let mut homeless = Vec::new();
    for (name, user, description, region) in regions.chain(reps) {
        let parent = region.map_or(top, |g| ids[g].unwrap_or_default());
        let there = today.get(name.as_str());
        ids.push(there.map(|t| t[0]));
        match there {
            None => create.rows.push(
                [&name, user, parent, &description]
                    .map(str::to_owned)
                    .into(),
            ),
            Some([id, _, manager, above, said]) => {
                // What is not said, or not known yet, stays as it is: but no region keeps what has none.
                let user = if user.is_empty() { manager } else { user };
                let none = parent.is_empty() && region.is_none();
                let left = none && of_region.contains(&above.to_ascii_lowercase());
                let parent = match parent {
                    "" if !left => above,
                    parent => parent,
                };
                if left {
                    homeless.push(name.clone());
                }
                let same = same(user, manager) && same(parent, above) && *said == description;
                if !same {
                    update.rows.push(
                        [id, name.as_str(), user, parent, &description]
                            .map(str::to_owned)
                            .into(),
                    );
                }
            }
        }
    }
    if !homeless.is_empty() {
        notes.push(format!(
            "in a region until today, and in none any more: {}; {UPDATE} has an empty parentterritoryid for them: where your import passes over empty cells, empty it by hand",
            enumerated(homeless.iter().map(String::as_str))
        ));
    }
    let waiting = ids.iter().filter(|id| id.is_none()).count();
    if waiting > 0 {
        notes.push(format!(
            "territories that are not there yet: {waiting}; load {CREATE}, export the territories, and run this again with that file in --from; their accounts follow then"
        ));
    }
    let accounts = accounts(source, &ids[source.regions.len()..]);
    Ok(HandOver {
        texts: Vec::new(),
        sheets: vec![create, update, accounts],
        readme: README.to_owned(),
        notes,
    })
}

/// The ids of territories that were made for a region, of this plan or another: their names follow from what is said of them.
fn made_for_regions<'t>(today: impl Iterator<Item = &'t [&'t str; 5]>) -> HashSet<String> {
    let is_region = |row: &&[&str; 5]| {
        let path = region_described(row[4]);
        path.is_some_and(|path| row[1] == path || row[1] == apart(path))
    };
    let ids = today.filter(is_region).map(|row| row[0]);
    ids.map(str::to_ascii_lowercase).collect()
}

/// The accounts that get another territory than they have, where the ids of the territories are known.
fn accounts(source: &Source<'_>, ids: &[Option<&str>]) -> Sheet {
    let is: HashMap<String, &str> = (source.with(OBJECTS[1]))
        .flat_map(|t| t.cells(["accountid", "territoryid"]))
        .map(|[account, territory]| (account.to_ascii_lowercase(), territory))
        .collect();
    let mut accounts = Sheet::new(ACCOUNTS, &["accountid", "territoryid"]);
    for (account, owner) in source.accounts.iter().zip(&source.plan.assignments.owner) {
        let Some(id) = owner.some().and_then(|j| ids[j.at()]) else {
            continue;
        };
        if !is
            .get(&account.to_ascii_lowercase())
            .is_some_and(|now| same(now, id))
        {
            accounts.rows.push([account, id].map(str::to_owned).into());
        }
    }
    accounts
}

/// The name of a region: its path, unless a rep or another region is called so, whatever the case, or it is too long.
fn region_name(path: &str, reps: &[String], regions: &[Region]) -> String {
    let long = path.chars().count() > LONGEST;
    let own = path.to_lowercase();
    let others = regions.iter().map(|g| &g.path).filter(|p| *p != path);
    if !long && !reps.iter().chain(others).any(|p| p.to_lowercase() == own) {
        return path.to_owned();
    }
    apart(path)
}

/// The name of a region that tells it from all that may be called like it.
fn apart(path: &str) -> String {
    let begin: String = path.chars().take(LONGEST - 18).collect();
    format!("{begin} (region {})", &sha256(path.as_bytes())[..8])
}

/// Whether two ids are the same: case does not matter.
fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Tells of users who would have several territories, where they can have one.
fn several_territories(source: &Source<'_>, notes: &mut Vec<String>) {
    let mut of: HashMap<String, Vec<&str>> = HashMap::new();
    for (j, user) in source.users.iter().enumerate() {
        if let Some(user) = user {
            of.entry(user.to_ascii_lowercase())
                .or_default()
                .push(source.rep(j));
        }
    }
    let mut several: Vec<&Vec<&str>> = of.values().filter(|reps| reps.len() > 1).collect();
    several.sort();
    for reps in several {
        notes.push(format!(
            "the territories of {} have one user, who can be a member of one territory only: overlays are not kept",
            enumerated(reps.iter().copied())
        ));
    }
    let without = source.without_user();
    if !without.is_empty() {
        notes.push(format!(
            "no user is known of {}: their territories get no manager (--users FILE with rep_id and user, or --user-column)",
            enumerated(without.into_iter())
        ));
    }
}

const README: &str = "\
Dynamics 365. Load the files in the order of their numbers; a file with no row below its header needs no loading.

1. `1_territory_create.csv` and `2_territory_update.csv` (by `territoryid`): `name`, `managerid` (the id of a user), `parentterritoryid`, `description`. Then export the territories
   (`territoryid`, `name`, `managerid`, `parentterritoryid`, `description`) and run the same command again with the export in `--from`: only Dynamics knows the ids of new territories.
   Where the plan has regions, each is a territory, too: what lies in a new one gets its `parentterritoryid` by the update of the second run.
2. `3_account_update.csv` (by `accountid`): `territoryid`, for accounts that get another one than the export of accounts in `--from` has.

After that a run against fresh exports writes no rows. Columns have the names of the tables in Dataverse
([territory](https://learn.microsoft.com/en-us/power-apps/developer/data-platform/reference/entities/territory); `account.territoryid` by the relationship
[territory_accounts](https://learn.microsoft.com/en-us/dynamics365/developer/reference/entities/territory)); `description` has at most 2,000 characters there.

A territory whose rep has no region any more has an empty `parentterritoryid` in the update, where the territory above it was one that revier made for a region.

A user is a member of one territory only. Could not be verified in a reference: that, how long a name may be (100 characters are written), whether names that differ by case only are the same (regions are kept apart
from reps and from each other so), and whether your import empties a field by an empty cell. Nobody has loaded these files into a real Dynamics: try a sandbox first.
";
