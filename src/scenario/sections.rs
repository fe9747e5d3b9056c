//! The sections of a scenario: their keys, defaults and limits.

use super::keys::{CHANGE, COLUMNS, KEYS, OUTPUT, RULES, SOLVE, TABLES, TERRITORIES, UNITS};
use super::toml_walk::{Bounds, Doc, Section};
use super::{
    Carry, CarryWord, Change, ColumnNames, Decimal, Enclaves, FormerOwners, IdMatch, OutputRules,
    RESERVED, Rules, SolveRules, TableRules, TerritoryRules, UnitRules,
};
use super::{LayerRole, TableRole};
use crate::disk::file;
use crate::error::{Collector, Problem, codes};
use crate::territory::LEAST_REACH_KM;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::de::DeValue;

pub(super) const TOLERANCE: Bounds = Bounds {
    ok: |x| x > 0.0 && x < 1.0,
    says: "in (0, 1)",
    help: "write a fraction: 5 % is 0.05",
};
/// The shortest way on the ground is the great circle's, and none is a thousand times as long.
pub(super) const DETOUR: Bounds = Bounds {
    ok: |x| x > 0.0 && x <= 1000.0,
    says: "above 0 and at most 1000",
    help: "write kilometres on the ground per great-circle kilometre, such as 1.3",
};
/// Slower than any snail that sells.
pub(super) const SPEED: Bounds = Bounds {
    ok: |x| x >= 1e-3,
    says: "above 0 and at least 0.001",
    help: "write kilometres per hour, such as 60",
};
pub(super) const POSITIVE: Bounds = Bounds {
    ok: |x| x > 0.0,
    says: "above 0",
    help: "write a number above 0",
};
pub(super) const AT_LEAST_ONE: Bounds = Bounds {
    ok: |x| x >= 1.0,
    says: "1 or more",
    help: "write 1 or more",
};
pub(super) const SHARE: Bounds = Bounds {
    ok: |x| (0.0..=1.0).contains(&x),
    says: "in [0, 1]",
    help: "write a fraction: 10 % is 0.10",
};
pub(super) const REACH: Bounds = Bounds {
    ok: |x| x >= LEAST_REACH_KM,
    says: "0.01 or more",
    help: "write kilometres, or leave it out",
};
pub(super) const NOT_NEGATIVE: Bounds = Bounds {
    ok: |x| x >= 0.0,
    says: "0 or more",
    help: "write metres; 0 keeps every corner",
};
/// Of a cost.
pub(super) const NOT_NEGATIVE_COST: Bounds = Bounds {
    ok: |x| x >= 0.0,
    says: "0 or more",
    help: "write what a unit of load beside the target costs, or \"auto\"",
};
const SNAP: Bounds = Bounds {
    ok: |x| (0.0..=1000.0).contains(&x),
    says: "in [0, 1000]",
    help: "write metres, fewer than the units are wide; 0 joins nothing",
};
pub(super) const GAP: Bounds = Bounds {
    ok: |x| (0.0..1.0).contains(&x),
    says: "in [0, 1)",
    help: "write a fraction: 0.01 % is 1e-4",
};

/// `[rules]`.
pub(super) fn rules(doc: &mut Doc, root: Section<'_>, base: &Path) -> Rules {
    let default = Rules::default();
    let Some(s) = doc.table(root, "rules") else {
        return default;
    };
    doc.unknown_keys(s, RULES, KEYS);
    let former = [("error", FormerOwners::Error), ("free", FormerOwners::Free)];
    Rules {
        skills: doc.truth(s, "skills").unwrap_or(default.skills),
        locks: doc.truth(s, "locks").unwrap_or(default.locks),
        groups: doc.truth(s, "groups").unwrap_or(default.groups),
        places: doc.truth(s, "places").unwrap_or(default.places),
        forbid: doc.pairs(s, "forbid").unwrap_or_default(),
        contiguous: doc.truth(s, "contiguous").unwrap_or(default.contiguous),
        former_owners: doc.word(s, "former_owners", &former).unwrap_or_default(),
        wishes: doc
            .text(s, "wishes")
            .map(|(path, _)| file::named(base, path.as_ref())),
    }
}

/// `[change]`; the measure is empty when the section names none.
pub(super) fn change(doc: &mut Doc, root: Section<'_>) -> Option<Change> {
    let s = doc.table(root, "change")?;
    doc.unknown_keys(s, CHANGE, KEYS);
    let measure = doc.text(s, "measure").map(|(m, _)| m).unwrap_or_default();
    let max_share = doc.number(s, "max_share", &SHARE);
    let penalty = doc.number(s, "penalty", &POSITIVE);
    if !s.table.contains_key("max_share") && !s.table.contains_key("penalty") {
        let what = "[change] names neither a limit nor a penalty";
        let problem = Problem::error(codes::MISSING_KEY, what)
            .field("change.max_share")
            .help("add max_share = 0.10 or penalty = 0.5, or leave [change] out");
        let span = root.table.get("change").map_or(0..0, |v| v.span());
        doc.add(&span, problem);
    }
    Some(Change {
        max_share,
        penalty,
        measure,
    })
}

/// `[territories]`.
pub(super) fn territories(doc: &mut Doc, root: Section<'_>) -> TerritoryRules {
    let default = TerritoryRules::default();
    let Some(s) = doc.table(root, "territories") else {
        return default;
    };
    doc.unknown_keys(s, TERRITORIES, KEYS);
    let enclaves = [("keep", Enclaves::Keep), ("list", Enclaves::List)];
    TerritoryRules {
        max_reach_km: doc.number(s, "max_reach_km", &REACH),
        simplify_m: doc
            .number(s, "simplify_m", &NOT_NEGATIVE)
            .unwrap_or(default.simplify_m),
        smooth_m: doc
            .number(s, "smooth_m", &NOT_NEGATIVE)
            .unwrap_or(default.smooth_m),
        enclaves: doc.word(s, "enclaves", &enclaves).unwrap_or_default(),
    }
}

/// `units = "FILE"`, or `[units]` with a `file` (none where the customers are units themselves) and rules.
pub(super) fn units(doc: &mut Doc, root: Section<'_>, base: &Path) -> (Option<PathBuf>, UnitRules) {
    let default = UnitRules::default();
    let Some(value) = root.table.get("units") else {
        return (None, default);
    };
    if value.get_ref().as_table().is_none() {
        let file = doc
            .text(root, "units")
            .map(|(text, _)| file::named(base, text.as_ref()));
        return (file, default);
    }
    let Some(s) = doc.table(root, "units") else {
        return (None, default);
    };
    doc.unknown_keys(s, UNITS, KEYS);
    let file = doc
        .text(s, "file")
        .map(|(text, _)| file::named(base, text.as_ref()));
    let snap_m = doc.number(s, "snap_m", &SNAP).unwrap_or(default.snap_m);
    (file, UnitRules { snap_m })
}

/// `[solve]`.
pub(super) fn solve(doc: &mut Doc, root: Section<'_>) -> SolveRules {
    let default = SolveRules::default();
    let Some(s) = doc.table(root, "solve") else {
        return default;
    };
    doc.unknown_keys(s, SOLVE, KEYS);
    SolveRules {
        seed: doc.whole(s, "seed").unwrap_or(default.seed),
        gap: doc.number(s, "gap", &GAP).unwrap_or(default.gap),
        time_limit_s: doc
            .number(s, "time_limit_s", &POSITIVE)
            .unwrap_or(default.time_limit_s),
    }
}

/// `[output]`.
pub(super) fn output(doc: &mut Doc, root: Section<'_>) -> OutputRules {
    let default = OutputRules::default();
    let Some(s) = doc.table(root, "output") else {
        return default;
    };
    doc.unknown_keys(s, OUTPUT, KEYS);
    let words = [("names", CarryWord::Names), ("all", CarryWord::All)];
    let is_word = s.table.get("carry").is_some_and(|v| v.get_ref().is_str());
    let carry = match is_word {
        true => doc.word(s, "carry", &words).map(Carry::Word),
        false => doc.texts(s, "carry").map(Carry::Columns),
    };
    OutputRules {
        csv_safe: doc.truth(s, "csv_safe").unwrap_or(default.csv_safe),
        carry: carry.unwrap_or_default(),
        decimal: doc.word(s, "decimal", &MARKS),
    }
}

const MARKS: [(&str, Decimal); 2] = [(".", Decimal::Point), (",", Decimal::Comma)];

/// `[tables]`.
pub(super) fn tables(doc: &mut Doc, root: Section<'_>) -> TableRules {
    let Some(s) = doc.table(root, "tables") else {
        return TableRules::default();
    };
    doc.unknown_keys(s, TABLES, KEYS);
    let matches = [("exact", IdMatch::Exact), ("loose", IdMatch::Loose)];
    TableRules {
        decimal: doc.word(s, "decimal", &MARKS),
        ids: doc.word(s, "ids", &matches).unwrap_or_default(),
        sheets: doc.table(s, "sheets").map_or_else(BTreeMap::new, |roles| {
            doc.unknown_keys(roles, COLUMNS, KEYS);
            let mut of = |role: TableRole| Some((role, doc.text(roles, role.name())?.0));
            TableRole::ALL.into_iter().filter_map(&mut of).collect()
        }),
        layers: doc.table(s, "layers").map_or_else(BTreeMap::new, |roles| {
            doc.unknown_keys(roles, &LayerRole::ALL.map(LayerRole::name), KEYS);
            let of = |role: LayerRole| Some((role, doc.text(roles, role.name())?.0));
            LayerRole::ALL.into_iter().filter_map(of).collect()
        }),
    }
}

pub(super) fn columns(doc: &mut Doc, root: Section<'_>) -> ColumnNames {
    let Some(s) = doc.table(root, "columns") else {
        return ColumnNames::default();
    };
    doc.unknown_keys(s, COLUMNS, KEYS);
    let mut found = ColumnNames::default();
    for role in TableRole::ALL {
        let Some(names) = doc.table(s, role.name()) else {
            continue;
        };
        for key in names.table.keys() {
            let property = key.get_ref().as_ref();
            let said = names.table.get(property).map(|v| v.get_ref());
            let none = said.and_then(DeValue::as_str) == Some("");
            let column = match none && role.may_lack() {
                true => Some(String::new()),
                false => doc.text(names, property).map(|(column, _)| column),
            };
            if let Some(column) = column {
                found.of_mut(role).insert(property.to_owned(), column);
            }
        }
    }
    found
}

/// Names that mean something else are no measures.
pub(super) fn check_measure(measure: &str, field: &str, problems: &mut Collector) {
    if RESERVED.contains(&measure) {
        let what = format!("{measure:?} is no measure: the name has another meaning");
        let problem = Problem::error(codes::RESERVED_MEASURE, what)
            .field(field)
            .help("name a numeric property of the customers, or \"customers\"");
        problems.add(problem);
    }
}
