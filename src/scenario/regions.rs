//! `[regions]`: regions of the reps, and whether territories stay within them.

use super::keys::{KEYS, REGIONS};
use super::toml_walk::{Doc, Section};
use serde::{Deserialize, Serialize};

/// `[regions]`. Where the section is, the property `region` of reps, customers and area units is a path of regions (`Süd/Bayern`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regions {
    /// Whether a customer with a region goes to reps whose region is the same, above or below it alone; reps without one serve all.
    pub stay: bool,
}

/// The section; `None` where there is none.
pub(super) fn section(doc: &mut Doc, root: Section<'_>) -> Option<Regions> {
    let s = doc.table(root, "regions")?;
    doc.unknown_keys(s, REGIONS, KEYS);
    let stay = doc.truth(s, "stay").unwrap_or(true);
    Some(Regions { stay })
}
