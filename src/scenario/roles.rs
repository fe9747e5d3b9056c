//! What files are for.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What a file that a plan is made from is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Role {
    /// The scenario itself.
    Scenario,
    /// Who is looked after.
    Customers,
    /// Who looks after them.
    Reps,
    /// Area units that territories are made of.
    Units,
    /// The land that territories cover.
    Boundary,
    /// Distances.
    Matrix,
    /// The road network.
    Roads,
    /// What trips do not cross, or only at a cost.
    Barriers,
    /// What reps and segments of customers cost together, for `[[prefer]]`.
    Fit,
    /// Pairs that shall be, or shall not be.
    Wishes,
    /// Outlines that the report's map shows.
    Context,
}

impl Role {
    /// Those of which a scenario names one file.
    pub(crate) const NAMED: [Role; 9] = [
        Role::Customers,
        Role::Reps,
        Role::Units,
        Role::Boundary,
        Role::Matrix,
        Role::Roads,
        Role::Barriers,
        Role::Wishes,
        Role::Context,
    ];

    /// As messages, `report.json` and the names of saved files have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Role::Scenario => "scenario",
            Role::Customers => "customers",
            Role::Reps => "reps",
            Role::Units => "units",
            Role::Boundary => "boundary",
            Role::Matrix => "matrix",
            Role::Roads => "roads",
            Role::Barriers => "barriers",
            Role::Fit => "fit",
            Role::Wishes => "wishes",
            Role::Context => "context",
        }
    }

    /// The key of a scenario that names such a file; nothing names the scenario.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Role::Units => "units.file",
            Role::Matrix => "travel.matrix",
            Role::Roads => "travel.roads",
            Role::Barriers => "travel.barriers",
            Role::Fit => "prefer.table",
            Role::Wishes => "rules.wishes",
            Role::Context => "dashboard.context",
            Role::Scenario | Role::Customers | Role::Reps | Role::Boundary => self.name(),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A table whose columns a scenario may name, and whose sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum TableRole {
    /// Who is looked after.
    Customers,
    /// New customers, for `revier assign`.
    Leads,
    /// Distances.
    Matrix,
    /// Who looks after customers.
    Reps,
    /// Figures, for `revier track`.
    Results,
    /// Pairs that shall be, or shall not be.
    Wishes,
}

impl TableRole {
    /// All of them, in the order in which messages list them.
    pub const ALL: [TableRole; 6] = [
        TableRole::Customers,
        TableRole::Reps,
        TableRole::Matrix,
        TableRole::Results,
        TableRole::Leads,
        TableRole::Wishes,
    ];

    /// As scenarios and the command line have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            TableRole::Customers => "customers",
            TableRole::Leads => "leads",
            TableRole::Matrix => "matrix",
            TableRole::Reps => "reps",
            TableRole::Results => "results",
            TableRole::Wishes => "wishes",
        }
    }

    /// Whether a scenario may say of a property that no column of the table has it.
    pub(crate) fn may_lack(self) -> bool {
        matches!(
            self,
            TableRole::Customers | TableRole::Reps | TableRole::Leads
        )
    }

    /// The table of this name.
    pub(crate) fn of(name: &str) -> Option<TableRole> {
        TableRole::ALL.into_iter().find(|role| role.name() == name)
    }
}

impl fmt::Display for TableRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a layer of a file with several is read for.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum LayerRole {
    /// Who is looked after.
    #[default]
    Customers,
    /// Who looks after them.
    Reps,
    /// Area units that territories are made of.
    Units,
    /// The land that territories cover.
    Boundary,
    /// Outlines that the report's map shows.
    Context,
    /// New customers, for `revier assign`.
    Leads,
}

impl LayerRole {
    /// All of them, in the order in which messages list them.
    pub const ALL: [LayerRole; 6] = [
        LayerRole::Customers,
        LayerRole::Reps,
        LayerRole::Units,
        LayerRole::Boundary,
        LayerRole::Context,
        LayerRole::Leads,
    ];

    /// As scenarios have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            LayerRole::Customers => "customers",
            LayerRole::Reps => "reps",
            LayerRole::Units => "units",
            LayerRole::Boundary => "boundary",
            LayerRole::Context => "context",
            LayerRole::Leads => "leads",
        }
    }
}

impl fmt::Display for LayerRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// `[columns]`: for each table, a property, and the column of the tables that has it; an empty one says that no column has it, whatever it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnNames {
    customers: BTreeMap<String, String>,
    reps: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    matrix: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    results: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    leads: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    wishes: BTreeMap<String, String>,
}

impl ColumnNames {
    /// Property to column of a table.
    #[must_use]
    pub fn of(&self, role: TableRole) -> &BTreeMap<String, String> {
        match role {
            TableRole::Customers => &self.customers,
            TableRole::Leads => &self.leads,
            TableRole::Matrix => &self.matrix,
            TableRole::Reps => &self.reps,
            TableRole::Results => &self.results,
            TableRole::Wishes => &self.wishes,
        }
    }

    /// As [`ColumnNames::of`], to be changed.
    pub fn of_mut(&mut self, role: TableRole) -> &mut BTreeMap<String, String> {
        match role {
            TableRole::Customers => &mut self.customers,
            TableRole::Leads => &mut self.leads,
            TableRole::Matrix => &mut self.matrix,
            TableRole::Reps => &mut self.reps,
            TableRole::Results => &mut self.results,
            TableRole::Wishes => &mut self.wishes,
        }
    }

    pub(super) fn is_default(&self) -> bool {
        *self == ColumnNames::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_written_by_its_name_and_read_by_it() {
        for role in TableRole::ALL {
            assert_eq!(TableRole::of(role.name()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.name());
        }
        assert_eq!(TableRole::of("rep"), None);
        for role in Role::NAMED.into_iter().chain([Role::Scenario]) {
            assert_eq!(serde_json::to_value(role).unwrap(), role.name());
            let read: Role = serde_json::from_value(role.name().into()).unwrap();
            assert_eq!(read, role);
        }
        assert!(serde_json::from_value::<Role>("rep".into()).is_err());
    }

    #[test]
    fn each_table_has_columns_of_its_own() {
        let mut names = ColumnNames::default();
        for role in TableRole::ALL {
            names.of_mut(role).insert("id".into(), role.to_string());
        }
        for role in TableRole::ALL {
            assert_eq!(names.of(role)["id"], role.name());
        }
    }
}
