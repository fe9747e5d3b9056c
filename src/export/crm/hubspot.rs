//! HubSpot: one sheet of companies, found by their record id or another unique property, with their owner and territory.

use super::source::Source;
use super::table::Sheet;
use super::{HandOver, Settings, missing};
use crate::base::words::enumerated;
use crate::error::Error;
use std::collections::HashMap;

pub(super) const COMPANIES: &str = "companies.csv";

/// The property with the owner, an e-mail.
pub(super) const OWNER: &str = "Company owner";

/// What HubSpot is given.
pub(super) fn make(source: &Source<'_>, settings: &Settings) -> Result<HandOver, Error> {
    missing(&[
        (
            "--key",
            settings.key.is_some(),
            "the column that companies are found by: \"Record ID\", or a property with unique values",
        ),
        (
            "--territory-property",
            settings.property.is_some(),
            "the name of the property with the territory",
        ),
    ])?;
    let key = settings.key.as_deref().unwrap_or_default();
    let property = settings.property.as_deref().unwrap_or_default();
    let plan = source.plan;
    let busy = |j: &&str| {
        plan.report
            .territories
            .iter()
            .any(|t| t.rep == **j && t.customers > 0)
    };
    let without: Vec<&str> = source
        .without_user()
        .into_iter()
        .filter(|j| busy(j))
        .collect();
    if !without.is_empty() {
        return Err(Error::Usage(format!(
            "the e-mail of {} is not known: say it with --users FILE (rep_id, user) or --user-column",
            enumerated(without.into_iter())
        )));
    }
    let wrong: Vec<&str> = (source.users.iter().flatten())
        .map(String::as_str)
        .filter(|u| !u.contains('@'))
        .collect();
    if !wrong.is_empty() {
        return Err(Error::Usage(format!(
            "owners are named by their e-mail, and these are none: {}",
            enumerated(wrong.into_iter())
        )));
    }
    let columns = [key, OWNER, property];
    let today: HashMap<&str, [&str; 2]> = (source.with(&columns))
        .flat_map(|t| t.cells(columns))
        .map(|[account, owner, territory]| (account, [owner, territory]))
        .collect();
    let mut sheet = Sheet::new(COMPANIES, &[key, OWNER, property]);
    for (account, owner) in source.accounts.iter().zip(&plan.assignments.owner) {
        let Some(j) = owner.some() else { continue };
        let user = source.users[j.at()].as_deref().unwrap_or_default();
        let territory = &plan.territories.name[j.at()];
        let same = today.get(account.as_str());
        if same.is_some_and(|[o, t]| o.eq_ignore_ascii_case(user) && t == territory) {
            continue;
        }
        sheet
            .rows
            .push([account, user, territory].map(str::to_owned).into());
    }
    Ok(HandOver {
        texts: Vec::new(),
        sheets: vec![sheet],
        readme: README.to_owned(),
        notes: Vec::new(),
    })
}

const README: &str = "\
HubSpot. Import `companies.csv` as companies, one file, one object, and choose to update existing records: the first column finds them, `Company owner` is the e-mail of a
user, the last column is the property with the territory, which has to be there before. The file has the companies that change; with an export of today
(the same three columns) in `--from`, a second run has no rows.

A file has one sheet, fewer than 1,000 columns, a header with the names of the properties, and is UTF-8
([HubSpot, Set up import files](https://knowledge.hubspot.com/import-and-export/set-up-your-import-file)); up to 1,048,576 rows and 512 MB with a paid subscription.

Could not be verified in a reference: whether your exports show an owner as an e-mail. Where they show a name, every company is written again. Nobody has loaded this file into a real HubSpot: try a few rows first.
";
