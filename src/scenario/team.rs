//! `[[team]]` and `[select]`: which customers and reps of the files a plan is for.
//!
//! A team is a scenario of its own: the files and rules of the whole, the customers and reps that its conditions hold for, and its own measures
//! where it has some. So its plan, bound and certificate are those of any other scenario, and nothing of another team counts in them.

use super::keys::{KEYS, SELECT, TEAM};
use super::prefer::in_words;
use super::toml_walk::{Doc, Section};
use super::{Balance, Scenario};
use crate::base::condition::{Condition, Side};
use crate::error::{Problem, codes};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// One `[[team]]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// Its name, and that of the directory of its plan.
    pub name: String,
    /// The [`Condition`] on its customers; all without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customers: Option<String>,
    /// The condition on its reps; all without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reps: Option<String>,
    /// Its measures; those of the scenario where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub balance: Vec<Balance>,
}

/// `[select]`: a part of the files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Select {
    /// The team that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The condition on customers; all without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customers: Option<String>,
    /// The condition on reps; all without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reps: Option<String>,
}

/// The longest name of a team, letters.
const LONGEST_NAME: usize = 60;
/// The most teams.
const MOST: usize = 100;

impl Team {
    /// The part of the files that it is.
    pub(super) fn select(&self) -> Select {
        Select {
            team: Some(self.name.clone()),
            customers: self.customers.clone(),
            reps: self.reps.clone(),
        }
    }
}

impl Scenario {
    /// The condition on one file; `None` where all of it is planned. One that is none holds for nobody; reading has refused it.
    pub(crate) fn selected(&self, side: Side) -> Option<Condition> {
        let select = self.select.as_ref()?;
        let text = match side {
            Side::Customer => select.customers.as_ref(),
            Side::Rep => select.reps.as_ref(),
        };
        Condition::parse_of(text?, side).ok()
    }
}

/// All `[[team]]` entries.
pub(super) fn teams(doc: &mut Doc, root: Section<'_>) -> Vec<Team> {
    let mut found: Vec<Team> = Vec::new();
    let entries = doc.tables(root, "team").unwrap_or_default();
    if entries.len() > MOST {
        let what = format!("there are {} teams", entries.len());
        let problem = Problem::error(codes::OUT_OF_RANGE, what).field("team");
        doc.add(
            &entries[MOST].1,
            problem.help(format!("write {MOST} at most")),
        );
        return found;
    }
    for (section, span) in entries {
        doc.unknown_keys(section, TEAM, KEYS);
        let [customers, reps] = conditions(doc, section, &span);
        let balance = super::balance::balance(doc, section).unwrap_or_default();
        let Some((name, at)) = doc.text(section, "name") else {
            if !section.table.contains_key("name") {
                let problem = Problem::error(codes::MISSING_KEY, "this team has no name");
                doc.add(
                    &span,
                    problem.field("team.name").help("add name = \"Pharma\""),
                );
            }
            continue;
        };
        if let Some(problem) = bad_name(&name, &found) {
            doc.add(&at, problem.field("team.name"));
        }
        found.push(Team {
            name,
            customers,
            reps,
            balance,
        });
    }
    if let Some(first) = root.table.get("select").filter(|_| !found.is_empty()) {
        let what = "there are teams, which select themselves";
        let problem = Problem::error(codes::CONFLICTING_KEYS, what).field("select");
        doc.add(&first.span(), problem.help("remove [select], or the teams"));
    }
    found
}

/// `[select]`.
pub(super) fn select(doc: &mut Doc, root: Section<'_>) -> Option<Select> {
    let section = doc.table(root, "select")?;
    doc.unknown_keys(section, SELECT, KEYS);
    let span = root.table.get("select").map_or(0..0, |v| v.span());
    let [customers, reps] = conditions(doc, section, &span);
    Some(Select {
        team: None,
        customers,
        reps,
    })
}

/// The conditions of a section on customers and on reps, of which there must be one.
fn conditions(doc: &mut Doc, section: Section<'_>, span: &Range<usize>) -> [Option<String>; 2] {
    let keys = [("customers", Side::Customer), ("reps", Side::Rep)];
    if !keys.iter().any(|(key, _)| section.table.contains_key(*key)) {
        let what = "this entry does not say which customers or reps it is for";
        let problem = Problem::error(codes::MISSING_KEY, what).field(section.path("customers"));
        let help = "add customers = 'industry == \"Pharma\"', reps = 'team == \"Pharma\"', or both";
        doc.add(span, problem.help(help));
    }
    keys.map(|(key, side)| {
        let (text, at) = doc.text(section, key)?;
        if let Err(wrong) = Condition::parse_of(&text, side) {
            let problem = Problem::error(codes::BAD_CONDITION, in_words(&text, &wrong));
            let help = format!(
                "compare columns of the {key} with values: industry == \"Pharma\" && size >= 3"
            );
            doc.add(&at, problem.field(section.path(key)).help(help));
        }
        Some(text)
    })
}

/// What is wrong with a name: it is none that a directory can have everywhere, or another team has it.
fn bad_name(name: &str, others: &[Team]) -> Option<Problem> {
    let usual = |c: char| c.is_alphanumeric() || "-_ ".contains(c);
    let ends = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    if !name.chars().all(usual)
        || !ends(name.chars().next())
        || !ends(name.chars().next_back())
        || name.chars().count() > LONGEST_NAME
    {
        let what = format!("{name:?} cannot be the name of a team, whose directory is called so");
        let help = format!(
            "use letters, digits, spaces, - and _, at most {LONGEST_NAME}, and a letter or digit at both ends"
        );
        return Some(Problem::error(codes::BAD_TEAM, what).help(help));
    }
    // Some file systems do not tell capitals.
    let folded = |name: &str| name.to_lowercase();
    if let Some(other) = others.iter().find(|o| folded(&o.name) == folded(name)) {
        let what = format!("there is a team {:?} already", other.name);
        return Some(
            Problem::error(codes::BAD_TEAM, what).help("give every team a name of its own"),
        );
    }
    None
}

/// Takes the team of this name out of those that there are: what it selects, and its measures.
///
/// # Errors
/// Where there is none.
pub(super) fn take(
    name: &str,
    teams: &mut Vec<Team>,
    select: &mut Option<Select>,
    balance: &mut Option<Vec<Balance>>,
) -> Result<(), Box<Problem>> {
    let Some(team) = teams.iter().find(|t| t.name == name) else {
        let names: Vec<&str> = teams.iter().map(|t| t.name.as_str()).collect();
        let help = match names.is_empty() {
            true => "the scenario has no teams: leave --team out, or add [[team]]".to_owned(),
            false => format!("the teams are: {}", names.join(", ")),
        };
        let problem = Problem::error(codes::BAD_TEAM, format!("there is no team {name:?}"));
        return Err(problem.field("--team").help(help).into());
    };
    *select = Some(team.select());
    if !team.balance.is_empty() {
        *balance = Some(team.balance.clone());
    }
    teams.clear();
    Ok(())
}
