//! What of a plan a CRM is given: accounts by their records, reps by their users.

use super::Settings;
use super::names::developer_names;
use super::table::{Table, read_all};
use crate::error::{Collector, Error, Problem, codes};
use crate::input::{Carried, Coded, read_customers, read_reps};
use crate::saved::{RepFigures, SavedPlan, coded_units};
use crate::scenario::{Carry, MOVED, Scenario};
use std::collections::HashMap;

/// What of a plan a CRM is given.
pub(super) struct Source<'a> {
    pub plan: &'a SavedPlan,
    /// The record of each customer.
    pub accounts: Vec<String>,
    /// The user of each rep, as far as they are known.
    pub users: Vec<Option<String>>,
    /// Names of the reps that machines take.
    pub names: Vec<String>,
    /// The regions of the reps, each before those in it.
    pub regions: Vec<Region>,
    /// The region of each rep.
    pub region_of: Vec<Option<usize>>,
    /// Exports of today.
    pub today: Vec<Table>,
}

/// A region of the reps: a territory above theirs.
pub(super) struct Region {
    pub path: String,
    /// The last level of the path.
    pub name: String,
    /// The region that it lies in.
    pub parent: Option<usize>,
    /// Its name that machines take.
    pub developer_name: String,
}

/// Names of regions that machines take, and that differ from those of the reps.
fn region_names<'p>(paths: impl Iterator<Item = &'p str>, reps: &[String]) -> Vec<String> {
    let ids: Vec<String> = paths.map(|path| format!("Region/{path}")).collect();
    let named: Vec<(&str, &str)> = ids.iter().map(|id| (id.as_str(), id.as_str())).collect();
    developer_names(&named, reps)
}

/// What is written of a region.
pub(super) fn region_description(path: &str) -> String {
    format!("Region {path}")
}

/// The region that such a description is about.
pub(super) fn region_described(text: &str) -> Option<&str> {
    text.strip_prefix("Region ")
}

/// The regions of a plan.
fn regions(plan: &SavedPlan, reps: &[String]) -> Vec<Region> {
    let told = &plan.report.regions;
    let names = region_names(told.iter().map(|g| g.region.as_str()), reps);
    let at = |path: &String| told.iter().position(|g| g.region == *path);
    let region = told.iter().zip(names).map(|(g, developer_name)| Region {
        path: g.region.clone(),
        name: g.name.clone(),
        parent: g.parent.as_ref().and_then(at),
        developer_name,
    });
    region.collect()
}

impl<'a> Source<'a> {
    pub fn new(plan: &'a SavedPlan, settings: &Settings) -> Result<Source<'a>, Error> {
        let reps = &plan.territories;
        let named: Vec<(&str, &str)> = (reps.ids.iter())
            .zip(reps.name.iter().map(String::as_str))
            .collect();
        let names = developer_names(&named, &[]);
        let regions = regions(plan, &names);
        let region = |of: &RepFigures| {
            let path = of.region.as_ref()?;
            regions.iter().position(|g| g.path == *path)
        };
        Ok(Source {
            region_of: plan.report.territories.iter().map(region).collect(),
            regions,
            accounts: accounts(plan, settings.account_column.as_deref())?,
            users: users(plan, settings)?,
            names,
            today: read_all(&settings.from)?,
            plan,
        })
    }

    /// The name of a rep, cut to so many characters.
    pub fn label(&self, j: usize, most: usize) -> String {
        self.plan.territories.name[j].chars().take(most).collect()
    }

    /// The id of a rep.
    pub fn rep(&self, j: usize) -> &str {
        self.plan.territories.ids.get(j)
    }

    /// Whether a territory of today was made for a region, of this plan or another: its name follows from what is said of it.
    pub fn is_region(&self, developer_name: &str, description: &str) -> bool {
        let Some(path) = region_described(description) else {
            return false;
        };
        let names = region_names(std::iter::once(path), &self.names);
        names.iter().any(|n| n.eq_ignore_ascii_case(developer_name))
    }

    /// Tables of today that have all of these columns.
    pub fn with<'s>(&'s self, columns: &'s [&str]) -> impl Iterator<Item = &'s Table> {
        self.today
            .iter()
            .filter(|t| columns.iter().all(|c| t.has(c)))
    }

    /// What is said of reps whose users are unknown.
    pub fn without_user(&self) -> Vec<&str> {
        let reps = (0..self.users.len()).filter(|j| self.users[*j].is_none());
        reps.map(|j| self.rep(j)).collect()
    }

    /// The postcodes of the plan's area units and whose they are; none where it has no units.
    pub fn postcodes(&self) -> Result<Vec<(Coded, usize)>, String> {
        let units = coded_units(self.plan)?.unwrap_or_default();
        let owned = units.into_iter();
        let owned = owned.filter_map(|(unit, rep)| Some((unit, rep.some()?.at())));
        Ok(owned.collect())
    }
}

/// A column that is read again from the inputs.
fn column<'c>(
    carried: &'c [Carried],
    name: &str,
    flag: &str,
    of: &str,
) -> Result<&'c Carried, Error> {
    carried.iter().find(|c| c.name == name).ok_or_else(|| {
        let what = format!("{flag} {name}: the {of} have no such column");
        Error::Usage(format!("{what}; name one of theirs"))
    })
}

/// The scenario of a plan, that one column comes along.
fn carrying(plan: &SavedPlan, name: &str) -> Scenario {
    let mut scenario = plan.report.scenario.seen_from(&plan.dir);
    scenario.output.carry = Carry::Columns(vec![name.to_owned()]);
    scenario
}

/// The record of each customer: an id in a column, or that of the customer; each once.
fn accounts(plan: &SavedPlan, name: Option<&str>) -> Result<Vec<String>, Error> {
    let ids = &plan.assignments.ids;
    let Some(name) = name else {
        return Ok(ids.iter().map(str::to_owned).collect());
    };
    let scenario = carrying(plan, name);
    let path = scenario.customers.display().to_string();
    let (customers, hash) = read_customers(&scenario)?;
    let listed = plan.report.inputs.iter().any(|f| f.sha256 == hash);
    if !listed || customers.ids != *ids {
        return Err(Error::Usage(format!(
            "{path} has changed since the plan was made, or is not there; {MOVED}"
        )));
    }
    let cells = &column(&customers.carried, name, "--account-column", "customers")?.cells;
    let mut problems = Collector::new(path);
    let mut first = HashMap::new();
    let mut accounts = Vec::with_capacity(ids.len());
    for i in 0..ids.len() {
        let account = cells.get(i).to_text();
        let told = |code, what: String, help: &str| {
            let problem = Problem::error(code, what).at(i + 1).id(ids.get(i));
            problem.field(name).help(help)
        };
        if account.is_empty() {
            let what = "there is no record of the CRM".to_owned();
            problems.add(told(codes::MISSING_VALUE, what, "fill it in"));
        } else if let Some(other) = first.insert(account.clone(), i) {
            let what = format!("customer {:?} has the same record", ids.get(other));
            problems.add(told(codes::DUPLICATE_ID, what, "give each its own"));
        }
        accounts.push(account);
    }
    problems.refuse().map_err(Error::Input)?;
    Ok(accounts)
}

/// The user of each rep: by the table that is named, else by the column of the reps.
fn users(plan: &SavedPlan, settings: &Settings) -> Result<Vec<Option<String>>, Error> {
    let reps = &plan.territories.ids;
    let mut users = vec![None; reps.len()];
    if let Some(name) = &settings.user_column {
        plan.home_bases().map_err(Error::Usage)?;
        let (read, _) = read_reps(&carrying(plan, name))?;
        let cells = &column(&read.carried, name, "--user-column", "reps")?.cells;
        for (j, user) in users.iter_mut().enumerate() {
            *user = Some(cells.get(j).to_text()).filter(|u| !u.is_empty());
        }
    }
    let Some(path) = &settings.users else {
        return Ok(users);
    };
    let table = Table::read(path)?;
    let mut problems = Collector::new(table.path.display().to_string());
    for name in ["rep_id", "user"] {
        if !table.has(name) {
            let problem = Problem::error(
                codes::MISSING_COLUMN,
                format!("there is no column `{name}`"),
            );
            problems.add(
                problem
                    .field(name)
                    .help("it has the columns rep_id and user: the user of each rep in the CRM"),
            );
        }
    }
    for (row, [rep, user]) in table.cells(["rep_id", "user"]).enumerate() {
        match reps.iter().position(|id| id == rep) {
            Some(j) => users[j] = Some(user.to_owned()).filter(|u| !u.is_empty()),
            None if table.has("rep_id") => {
                let problem =
                    Problem::error(codes::UNKNOWN_REP, format!("there is no rep {rep:?}"));
                problems.add(
                    problem
                        .at(row + 1)
                        .field("rep_id")
                        .help("correct it, or take the row out"),
                );
            }
            None => {}
        }
    }
    problems.refuse().map_err(Error::Input)?;
    Ok(users)
}
