//! The hand-over to a CRM: a folder of tables to load, in their order, that make of the state of today what the plan says.
//!
//! What only the CRM knows (ids of the model, of users, of accounts) is asked for, and nothing is made up. Rows that need the id of a record
//! which is not there yet are left for the next run, which starts from an export with those records; the run after that has no rows.

mod dynamics;
mod hubspot;
mod names;
mod rules;
mod salesforce;
mod sap;
mod source;
mod table;

use super::{Exported, not_in_the_plan};
use crate::base::words::enumerated;
use crate::disk::staging::{Folder, Kind};
use crate::error::Error;
use crate::saved::SavedPlan;
use source::Source;
use std::path::{Path, PathBuf};
use table::Sheet;

/// A CRM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crm {
    /// Salesforce, with Sales Territories (Territory2).
    Salesforce,
    /// HubSpot.
    Hubspot,
    /// Dynamics 365.
    Dynamics,
    /// SAP, by a mapping of the user's.
    Sap,
}

/// What the user says of a CRM.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Exports of the CRM as it is today: files, or folders of them.
    pub from: Vec<PathBuf>,
    /// The column of the customers with the id of the record; without one, the id of the customer is.
    pub account_column: Option<String>,
    /// The column of the reps with the id or e-mail of the user.
    pub user_column: Option<String>,
    /// A table of reps and their users (`rep_id`, `user`).
    pub users: Option<PathBuf>,
    /// Salesforce: `Territory2ModelId` and `Territory2TypeId`.
    pub model_id: Option<String>,
    /// Salesforce: `Territory2TypeId`.
    pub type_id: Option<String>,
    /// Salesforce and Dynamics: the territory above.
    pub parent_id: Option<String>,
    /// Salesforce: `RoleInTerritory2`.
    pub role: Option<String>,
    /// HubSpot: the column by which records are found.
    pub key: Option<String>,
    /// HubSpot: the property with the territory.
    pub property: Option<String>,
    /// SAP: what the columns are called.
    pub mapping: Option<PathBuf>,
}

/// The file that a folder is known by, and how it begins.
const README: &str = "README.md";
const MARK: &str = "# Hand-over by `revier export`";

fn is_ours(dir: &Path) -> bool {
    std::fs::read_to_string(dir.join(README)).is_ok_and(|text| text.starts_with(MARK))
}

/// All files of all hand-overs.
static FOLDER: Kind = Kind {
    what: "the hand-over",
    names: &[
        README,
        salesforce::INSERT,
        salesforce::UPDATE,
        salesforce::USERS_DELETE,
        salesforce::USERS_INSERT,
        salesforce::ACCOUNTS_DELETE,
        salesforce::ACCOUNTS_INSERT,
        salesforce::RULES,
        hubspot::COMPANIES,
        dynamics::CREATE,
        dynamics::UPDATE,
        dynamics::ACCOUNTS,
        sap::ACCOUNTS,
        sap::TERRITORIES,
        sap::MAPPING,
    ],
    manifest: README,
    is_ours,
    by_force: true,
};

/// What a CRM is given: tables, how they are loaded, and what is to be said.
struct HandOver {
    sheets: Vec<Sheet>,
    /// Other files, by name.
    texts: Vec<(&'static str, String)>,
    readme: String,
    notes: Vec<String>,
}

/// Writes the folder.
///
/// # Errors
/// [`Error::Usage`] where something is not said that is needed, or the folder cannot be written; [`Error::Input`] with what is wrong with
/// the files.
pub fn hand_over(
    plan: &SavedPlan,
    crm: Crm,
    settings: &Settings,
    out: &Path,
    force: bool,
) -> Result<Exported, Error> {
    not_in_the_plan(&plan.dir, out)?;
    not_in_the_plan(&plan.dir, &out.join(README))?;
    let folder = Folder::claim(out, &FOLDER, force)?;
    let read = settings
        .from
        .iter()
        .chain(&settings.users)
        .chain(&settings.mapping);
    folder.spares(read.map(PathBuf::as_path))?;
    let inputs: Vec<PathBuf> = (plan.report.inputs.iter())
        .map(|f| plan.dir.join(&f.path))
        .collect();
    folder.spares(inputs.iter().map(PathBuf::as_path))?;
    let source = Source::new(plan, settings)?;
    known(&source, crm, settings)?;
    let made = match crm {
        Crm::Salesforce => salesforce::make(&source, settings)?,
        Crm::Hubspot => hubspot::make(&source, settings)?,
        Crm::Dynamics => dynamics::make(&source, settings)?,
        Crm::Sap => sap::make(&source, settings)?,
    };
    let readme = format!("{MARK}\n\n{}", made.readme);
    folder.fill(|dir| {
        for sheet in &made.sheets {
            table::save(&dir.join(sheet.name), &sheet.bytes()?)?;
        }
        for (name, text) in &made.texts {
            table::save(&dir.join(name), text.as_bytes())?;
        }
        table::save(&dir.join(README), readme.as_bytes())
    })?;
    let rows = |n: usize| {
        if n == 1 {
            "1 row".to_owned()
        } else {
            format!("{n} rows")
        }
    };
    let files = made.sheets.iter();
    Ok(Exported {
        files: files
            .map(|s| (out.join(s.name), rows(s.rows.len())))
            .chain(
                (made.texts.iter()).map(|(name, _)| (out.join(name), "to be filled in".to_owned())),
            )
            .chain([(out.join(README), "the order of loading".to_owned())])
            .collect(),
        notes: made.notes,
    })
}

/// Refuses tables of today that are no exports of this CRM: what is not read would be written once more.
fn known(source: &Source<'_>, crm: Crm, settings: &Settings) -> Result<(), Error> {
    let said = |name: &Option<String>| name.clone().unwrap_or_default();
    let companies = [
        said(&settings.key),
        hubspot::OWNER.to_owned(),
        said(&settings.property),
    ];
    let companies: Vec<&str> = companies.iter().map(String::as_str).collect();
    if crm == Crm::Sap && !settings.from.is_empty() {
        let what = "--from: nothing is compared with the state of a SAP system; leave it out";
        return Err(Error::Usage(what.into()));
    }
    let objects: Vec<&[&str]> = match crm {
        Crm::Salesforce => salesforce::OBJECTS.to_vec(),
        Crm::Hubspot => vec![&companies],
        Crm::Dynamics => dynamics::OBJECTS.to_vec(),
        Crm::Sap => Vec::new(),
    };
    let is = |table: &&table::Table| objects.iter().any(|o| o.iter().all(|c| table.has(c)));
    let others: Vec<String> = (source.today.iter())
        .filter(|t| !is(t))
        .map(|t| t.path.display().to_string())
        .collect();
    if others.is_empty() {
        return Ok(());
    }
    let needed: Vec<String> = objects.iter().map(|o| o.join(", ")).collect();
    Err(Error::Usage(format!(
        "--from: {} {} no export of this CRM, which has the columns {}",
        enumerated(others.iter().map(String::as_str)),
        if others.len() == 1 { "is" } else { "are" },
        needed.join("; or ")
    )))
}

/// What is missing on the command line, all at once.
fn missing(flags: &[(&str, bool, &str)]) -> Result<(), Error> {
    let gone = flags.iter().filter(|(_, there, _)| !there);
    let gone: Vec<String> = gone
        .map(|(flag, _, why)| format!("{flag} ({why})"))
        .collect();
    match gone.is_empty() {
        true => Ok(()),
        false => Err(Error::Usage(format!(
            "only the CRM knows these, say them: {}",
            gone.join("; ")
        ))),
    }
}
