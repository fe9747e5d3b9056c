//! Names of what stands in the tables and features of a plan directory; whoever writes them, and whoever reads them, has them from here.
//!
//! `report.json` has types of its own ([`Report`](super::Report)), which are written and read alike.

use crate::scenario::GOAL;

/// The first columns of `assignments.csv`, in their order; names and what is carried along follow. In `assignments.geojson` all but the place,
/// which is the geometry there, are properties.
pub(crate) const COLUMNS: [&str; 9] = [
    "customer_id",
    "rep_id",
    "km",
    "minutes",
    "previous_rep_id",
    "changed",
    "locked",
    "lon",
    "lat",
];

/// The columns with the name and the colour of the rep.
pub(crate) const OF_REP: [&str; 2] = ["rep_name", "rep_color"];

/// The first properties of a territory; its measures follow.
pub(crate) const TERRITORY: [&str; 4] = ["rep", "name", "customers", "color"];

/// What follows the measures of a territory; what is carried along comes behind.
pub(crate) const OF_TERRITORY: [&str; 4] = ["travel_km", "travel_minutes", "area_km2", "parts"];

/// The first properties of a region; those with the figures of a territory follow.
pub(crate) const REGION: [&str; 4] = ["region", "name", "customers", "color"];

/// What else a region has: how deep it lies, in which one, how many reps are in it, and what the names of its goals begin with.
pub(crate) const OF_REGION: [&str; 4] = ["level", "parent", "reps", GOAL];

/// Columns of `changes.csv`; the measures of the plan follow.
pub(crate) const CHANGES: [&str; 6] = [
    "customer_id",
    "from_rep_id",
    "to_rep_id",
    "name",
    "from_rep_name",
    "to_rep_name",
];

/// Columns of `units.csv`.
pub(crate) const UNITS: [&str; 3] = ["unit_id", "rep_id", "rep_name"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{REGION_PROPERTIES, TERRITORY_PROPERTIES};

    #[test]
    fn no_measure_can_have_the_name_of_a_property() {
        let of_regions = REGION
            .iter()
            .chain(&OF_REGION[..3])
            .chain(REGION_PROPERTIES);
        let of_territories = TERRITORY.iter().chain(&OF_TERRITORY);
        for name in of_regions.chain(of_territories) {
            let taken = TERRITORY_PROPERTIES.contains(name) || REGION_PROPERTIES.contains(name);
            // This one is a measure itself.
            assert!(taken || *name == "customers", "{name}");
        }
    }
}
