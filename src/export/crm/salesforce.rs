//! Salesforce: territories, their users and their accounts, as deletes and inserts against the state of today.
//!
//! Sources: Object Reference for the Salesforce Platform, Territory2, UserTerritory2Association, ObjectTerritory2Association (which has no
//! `update()`), RuleTerritory2Association (which has no `create()`), <https://developer.salesforce.com/docs/platform/object-reference/>.

use super::names::LONGEST;
use super::rules;
use super::source::{Source, region_description};
use super::table::Sheet;
use super::{HandOver, Settings, missing};
use crate::base::words::{counted, enumerated, first_of};
use crate::error::Error;
use std::collections::{HashMap, HashSet};

pub(super) const INSERT: &str = "1_Territory2_insert.csv";
pub(super) const UPDATE: &str = "2_Territory2_update.csv";
pub(super) const USERS_DELETE: &str = "3_UserTerritory2Association_delete.csv";
pub(super) const USERS_INSERT: &str = "4_UserTerritory2Association_insert.csv";
pub(super) const ACCOUNTS_DELETE: &str = "5_ObjectTerritory2Association_delete.csv";
pub(super) const ACCOUNTS_INSERT: &str = "6_ObjectTerritory2Association_insert.csv";
pub(super) const RULES: &str = "7_rules.csv";

/// The objects that are read, each by columns that no other has together.
pub(super) const OBJECTS: [&[&str]; 4] = [
    &["Id", "DeveloperName", "Territory2TypeId"],
    &["Id", "UserId", "Territory2Id"],
    &["Id", "ObjectId", "Territory2Id"],
    &["DeveloperName", "ObjectType", "BooleanFilter"],
];

/// How an association that somebody made is marked.
const MANUAL: &str = "Territory2Manual";

/// The part of an id that tells records apart: ids have 15 characters, or 18 with a check of their case.
fn key(id: &str) -> &str {
    id.get(..15).unwrap_or(id)
}

fn is_id(id: &str) -> bool {
    matches!(id.len(), 15 | 18) && id.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// What a cell holds that is to empty a field: the Bulk API passes over empty cells.
const NOTHING: &str = "#N/A";

/// A territory of today.
struct Today<'s> {
    id: &'s str,
    name: &'s str,
    developer_name: &'s str,
    parent: &'s str,
    description: &'s str,
    kind: &'s str,
}

/// The territories of the model.
fn territories<'s>(source: &'s Source<'_>, model: &str) -> Vec<Today<'s>> {
    let columns = [
        "Id",
        "Name",
        "DeveloperName",
        "ParentTerritory2Id",
        "Description",
        "Territory2TypeId",
        "Territory2ModelId",
    ];
    let tables = source.with(OBJECTS[0]);
    let rows = tables.flat_map(|table| table.cells(columns));
    let of_model = rows.filter(|row| row[6].is_empty() || key(row[6]) == key(model));
    let today = of_model.map(
        |[id, name, developer_name, parent, description, kind, _]| Today {
            id,
            name,
            developer_name,
            parent,
            description,
            kind,
        },
    );
    today.collect()
}

/// What Salesforce is given.
pub(super) fn make(source: &Source<'_>, settings: &Settings) -> Result<HandOver, Error> {
    missing(&[
        (
            "--model-id",
            settings.model_id.is_some(),
            "Territory2ModelId, the model that the territories belong to",
        ),
        (
            "--type-id",
            settings.type_id.is_some(),
            "Territory2TypeId, their type",
        ),
    ])?;
    let model = settings.model_id.as_deref().unwrap_or_default();
    let kind = settings.type_id.as_deref().unwrap_or_default();
    ids_are_ids(source, settings)?;
    let today = territories(source, model);
    let known: HashMap<String, &Today<'_>> = (today.iter())
        .map(|t| (t.developer_name.to_ascii_lowercase(), t))
        .collect();
    let find = |name: &String| known.get(&name.to_ascii_lowercase()).copied();
    let there: Vec<Option<&Today<'_>>> = source.names.iter().map(find).collect();
    let above: Vec<Option<&Today<'_>>> = (source.regions.iter())
        .map(|region| find(&region.developer_name))
        .collect();
    let mut notes = Vec::new();
    let own: Vec<&Today<'_>> = above.iter().chain(&there).copied().flatten().collect();
    let waiting = above.len() + there.len() - own.len();
    if waiting > 0 {
        notes.push(format!(
            "{} not there yet: load {INSERT}, export Territory2, and run this again with that file in --from; users and accounts follow then",
            if waiting == 1 { "1 territory is".to_owned() } else { format!("{waiting} territories are") }
        ));
    }
    let left = today.iter().filter(|t| key(t.kind) == key(kind));
    let left = left.filter(|t| !own.iter().any(|own| own.id == t.id));
    let left: Vec<&str> = left.map(|t| t.developer_name).collect();
    if !left.is_empty() {
        notes.push(format!(
            "of this type, and of no rep or region of the plan: {}; they lose accounts of the plan, and stay",
            enumerated(left.into_iter())
        ));
    }
    let regions: HashSet<&str> = (today.iter())
        .filter(|t| source.is_region(t.developer_name, t.description))
        .map(|t| key(t.id))
        .collect();
    let (mut sheets, homeless) =
        places(source, settings, [&above, &there], (model, kind), &regions);
    if !homeless.is_empty() {
        notes.push(format!(
            "in a region until today, and in none any more: {}; {NOTHING} in {UPDATE} empties ParentTerritory2Id by the Bulk API, and Data Loader without it takes an empty cell there, with \"Insert null values\"",
            enumerated(homeless.iter().map(String::as_str))
        ));
    }
    sheets.extend(users(source, settings, &there, &mut notes));
    // Territories of the same type share the accounts out among them; others (overlays, say) are left alone.
    let ours: HashSet<&str> = (today.iter())
        .filter(|t| key(t.kind) == key(kind))
        .map(|t| key(t.id))
        .chain(own.iter().map(|t| key(t.id)))
        .collect();
    sheets.extend(accounts(source, &there, &ours, &mut notes));
    sheets.push(postcodes(source, &mut notes));
    Ok(HandOver {
        texts: Vec::new(),
        sheets,
        readme: README.to_owned(),
        notes,
    })
}

/// Refuses ids that are none of Salesforce's.
fn ids_are_ids(source: &Source<'_>, settings: &Settings) -> Result<(), Error> {
    let mut wrong = Vec::new();
    let flags = [
        ("--model-id", &settings.model_id),
        ("--type-id", &settings.type_id),
        ("--parent-id", &settings.parent_id),
    ];
    for (flag, id) in flags {
        if let Some(id) = id.as_deref().filter(|id| !is_id(id)) {
            wrong.push(format!("{flag} {id:?}"));
        }
    }
    let users = source.users.iter().flatten().filter(|u| !is_id(u));
    let users: Vec<&str> = users.map(String::as_str).collect();
    if !users.is_empty() {
        wrong.push(format!("users of reps: {}", first_of(users.into_iter())));
    }
    let accounts = source.accounts.iter().filter(|a| !is_id(a));
    let accounts: Vec<&str> = accounts.map(String::as_str).collect();
    if !accounts.is_empty() {
        let help = "name the column with their ids by --account-column";
        wrong.push(format!(
            "accounts: {} ({help})",
            first_of(accounts.into_iter())
        ));
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Error::Usage(format!(
            "these are no ids of Salesforce, which have 15 or 18 letters and digits: {}",
            wrong.join("; ")
        ))),
    }
}

/// A territory as it shall be.
struct Place<'s> {
    name: String,
    developer_name: &'s str,
    description: String,
    /// The region that it lies in.
    parent: Option<usize>,
    today: Option<&'s Today<'s>>,
}

/// Territories that are new, and those that have changed: regions first, each before those in it, then those of the reps.
///
/// Only Salesforce knows the ids of new regions: what lies in one gets its parent in the run after. The second value: the names of those that leave one
/// of today's `regions`, by their keys, for none.
fn places<'s>(
    source: &'s Source<'_>,
    settings: &Settings,
    [above, there]: [&[Option<&'s Today<'s>>]; 2],
    (model, kind): (&str, &str),
    regions: &HashSet<&str>,
) -> (Vec<Sheet>, Vec<String>) {
    let mut insert = Sheet::new(
        INSERT,
        &[
            "Name",
            "DeveloperName",
            "Territory2ModelId",
            "Territory2TypeId",
            "ParentTerritory2Id",
            "Description",
        ],
    );
    let mut update = Sheet::new(UPDATE, &["Id", "Name", "ParentTerritory2Id", "Description"]);
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let above_first = source.regions.iter().zip(above).map(|(g, today)| Place {
        name: cut(&g.name, LONGEST),
        developer_name: &g.developer_name,
        description: cut(&region_description(&g.path), 1000),
        parent: g.parent,
        today: *today,
    });
    let reps = there.iter().enumerate().map(|(j, today)| Place {
        name: source.label(j, LONGEST),
        developer_name: &source.names[j],
        description: cut(&format!("Territory of {}", source.rep(j)), 1000),
        parent: source.region_of[j],
        today: *today,
    });
    let mut homeless = Vec::new();
    for place in above_first.chain(reps) {
        let parent = match place.parent {
            Some(g) => above[g].map_or("", |t| t.id),
            None => settings.parent_id.as_deref().unwrap_or_default(),
        };
        let (name, description) = (&place.name, &place.description);
        match place.today {
            None => insert.rows.push(
                [name, place.developer_name, model, kind, parent, description]
                    .map(str::to_owned)
                    .into(),
            ),
            Some(t) => {
                // Where nothing is said, or nobody knows yet, it stays where it is: but no region keeps what has none.
                let none = parent.is_empty() && place.parent.is_none();
                let left = none && regions.contains(key(t.parent));
                let parent = match parent {
                    "" if left => NOTHING,
                    "" => t.parent,
                    parent => parent,
                };
                if left {
                    homeless.push(name.clone());
                }
                let moved = key(t.parent) != key(parent);
                if t.name != *name || t.description != *description || moved {
                    update
                        .rows
                        .push([t.id, name, parent, description].map(str::to_owned).into());
                }
            }
        }
    }
    (vec![insert, update], homeless)
}

/// Users of the territories: reps leave those of others, and come into their own.
fn users(
    source: &Source<'_>,
    settings: &Settings,
    there: &[Option<&Today<'_>>],
    notes: &mut Vec<String>,
) -> Vec<Sheet> {
    let without = source.without_user();
    if !without.is_empty() {
        notes.push(format!(
            "no user is known of {}: their territories get none (--users FILE with rep_id and user, or --user-column)",
            enumerated(without.into_iter())
        ));
    }
    let reps: HashSet<&str> = source.users.iter().flatten().map(|u| key(u)).collect();
    let at: HashMap<&str, usize> = (there.iter().enumerate())
        .filter_map(|(j, t)| Some((key(t.as_ref()?.id), j)))
        .collect();
    let mut delete = Sheet::new(USERS_DELETE, &["Id", "UserId", "Territory2Id"]);
    let mut insert = Sheet::new(
        USERS_INSERT,
        &["UserId", "Territory2Id", "RoleInTerritory2"],
    );
    let mut placed = vec![false; there.len()];
    let tables = source.with(OBJECTS[1]);
    for [id, user, territory] in tables.flat_map(|t| t.cells(["Id", "UserId", "Territory2Id"])) {
        let Some(j) = at.get(key(territory)) else {
            continue;
        };
        let own = source.users[*j]
            .as_deref()
            .is_some_and(|u| key(u) == key(user));
        // Managers and others who are no reps stay.
        if own && !placed[*j] {
            placed[*j] = true;
        } else if own || reps.contains(key(user)) {
            delete
                .rows
                .push([id, user, territory].map(str::to_owned).into());
        }
    }
    let role = settings.role.as_deref().unwrap_or_default();
    for (j, today) in there.iter().enumerate() {
        if let (Some(t), Some(user), false) = (today, &source.users[j], placed[j]) {
            insert
                .rows
                .push([user, t.id, role].map(str::to_owned).into());
        }
    }
    vec![delete, insert]
}

/// Accounts: what is wrong is deleted, what is missing inserted; there is no update.
fn accounts(
    source: &Source<'_>,
    there: &[Option<&Today<'_>>],
    ours: &HashSet<&str>,
    notes: &mut Vec<String>,
) -> Vec<Sheet> {
    let owner = &source.plan.assignments.owner;
    let position: HashMap<&str, usize> = (source.accounts.iter().enumerate())
        .map(|(i, account)| (key(account), i))
        .collect();
    let wanted = |i: usize| owner[i].some().and_then(|j| there[j.at()]).map(|t| t.id);
    let mut delete = Sheet::new(ACCOUNTS_DELETE, &["Id", "ObjectId", "Territory2Id"]);
    let mut insert = Sheet::new(
        ACCOUNTS_INSERT,
        &["ObjectId", "Territory2Id", "AssociationCause"],
    );
    let mut placed = vec![false; source.accounts.len()];
    let mut by_rule = 0;
    let columns = ["Id", "ObjectId", "Territory2Id", "AssociationCause"];
    let tables = source.with(OBJECTS[2]);
    for [id, account, territory, cause] in tables.flat_map(|t| t.cells(columns)) {
        let Some(i) = position.get(key(account)).copied() else {
            continue;
        };
        let Some(to) = wanted(i) else {
            // Nobody knows yet where it goes: it stays until its territory is there.
            continue;
        };
        if key(to) == key(territory) && !placed[i] {
            placed[i] = true;
        } else if ours.contains(key(territory)) {
            match cause.is_empty() || cause == MANUAL {
                true => delete
                    .rows
                    .push([id, account, territory].map(str::to_owned).into()),
                false => by_rule += 1,
            }
        }
    }
    for (i, account) in source.accounts.iter().enumerate() {
        if let (Some(to), false) = (wanted(i), placed[i]) {
            insert
                .rows
                .push([account, to, MANUAL].map(str::to_owned).into());
        }
    }
    if by_rule > 0 {
        notes.push(format!(
            "{} in a territory of others by an assignment rule: they leave it when that rule does",
            counted(by_rule, "account is", "accounts are")
        ));
    }
    vec![delete, insert]
}

/// Assignment rules by postcode, where the plan has area units with postcodes; those that are there already are left out.
fn postcodes(source: &Source<'_>, notes: &mut Vec<String>) -> Sheet {
    let head = [
        "Territory2DeveloperName",
        "RuleDeveloperName",
        "RuleName",
        "ObjectType",
        "BooleanFilter",
        "SortOrder",
        "Field",
        "Operation",
        "Value",
    ];
    let mut sheet = Sheet::new(RULES, &head);
    let made = source.postcodes().and_then(|codes| {
        let codes: Vec<(String, usize)> = codes.into_iter().map(|(c, j)| (c.code, j)).collect();
        rules::rules(&codes, source.names.len())
    });
    let all = match made {
        Ok(all) => all,
        Err(why) => {
            notes.push(format!("no rules by postcode: {why}"));
            return sheet;
        }
    };
    let there: HashSet<String> = (source.with(OBJECTS[3]))
        .flat_map(|t| t.cells(["DeveloperName"]))
        .map(|[name]| name.to_ascii_lowercase())
        .collect();
    for (j, of) in all.iter().enumerate() {
        for (n, rule) in of.iter().enumerate() {
            let name = rule.name(&source.names[j]);
            if there.contains(&name.to_ascii_lowercase()) {
                continue;
            }
            let label: String = format!("{}, postcodes {}", source.label(j, 60), n + 1);
            for (at, line) in rule.lines.iter().enumerate() {
                let order = (at + 1).to_string();
                let row = [
                    &source.names[j],
                    &name,
                    &label,
                    "Account",
                    &rule.filter,
                    &order,
                    "BillingPostalCode",
                    line.operation,
                    &line.value,
                ];
                sheet.rows.push(row.map(str::to_owned).into());
            }
        }
    }
    sheet
}

const README: &str = include_str!("salesforce.md");
