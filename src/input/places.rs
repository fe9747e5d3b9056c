//! Customers that stay together because of where they are: in one area unit, or at one place.

use super::CustomerColumns;
use crate::base::areas::{GridPoint, degrees, on_grid};
use crate::base::sets::Sets;
use crate::scenario::Scenario;
use std::collections::{BTreeMap, HashMap};

/// Makes the customers of each place one group (`rules.places`), together with the groups that they bring along.
pub(super) fn join(scenario: &Scenario, customers: &mut CustomerColumns) {
    let mut places: Vec<GridPoint> = Vec::new();
    let mut number: HashMap<GridPoint, u32> = HashMap::new();
    let of_customer: Vec<u32> = (0..customers.len())
        .map(|i| {
            let place = place(customers.lon[i], customers.lat[i]);
            *number.entry(place).or_insert_with(|| {
                places.push(place);
                places.len() as u32 - 1
            })
        })
        .collect();
    let name = |of: u32| {
        let [lon, lat] = degrees(places[of as usize]);
        format!("place [{lon}, {lat}]")
    };
    keep_together(scenario, customers, &of_customer, &name);
}

/// The grid point of a place; the antimeridian is at -180 degrees.
fn place(lon: f64, lat: f64) -> GridPoint {
    match on_grid(lon, lat) {
        [1_800_000_000, y] => [-1_800_000_000, y],
        p => p,
    }
}

/// Makes the customers of each set (a unit, a place) one group, together with the groups that they bring along; `name` is what the
/// group of a set is called.
pub(super) fn keep_together(
    scenario: &Scenario,
    c: &mut CustomerColumns,
    of_customer: &[u32],
    name: &dyn Fn(u32) -> String,
) {
    let groups = if scenario.rules.groups {
        c.group_names.len()
    } else {
        0
    };
    let sets = of_customer.iter().max().map_or(0, |s| *s as usize + 1);
    // Sets first, then groups; merged where a customer is in both.
    let mut joined = Sets::new(sets + groups);
    for (i, set) in of_customer.iter().enumerate() {
        if let Some(g) = c.group.get(i).filter(|g| (**g as usize) < groups) {
            joined.join(*set, sets as u32 + g);
        }
    }
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (i, set) in of_customer.iter().enumerate() {
        let of = joined.root(*set);
        members.entry(of).or_default().push(i as u32);
    }
    c.group = vec![u32::MAX; of_customer.len()];
    c.group_names.clear();
    for (set, customers) in members.into_iter().filter(|(_, list)| list.len() > 1) {
        for i in customers {
            c.group[i as usize] = c.group_names.len() as u32;
        }
        c.group_names.push(name(set));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::Ids;

    fn customers(places: &[(f64, f64)], group: &[u32]) -> CustomerColumns {
        let mut ids = Ids::default();
        (0..places.len()).for_each(|i| ids.push(&format!("C{i}"), false));
        CustomerColumns {
            ids,
            lon: places.iter().map(|p| p.0).collect(),
            lat: places.iter().map(|p| p.1).collect(),
            group: group.to_vec(),
            group_names: vec!["chain".into()],
            ..CustomerColumns::default()
        }
    }

    fn scenario(groups: bool) -> Scenario {
        let text = format!(
            r#"{{"name":"s","customers":"c","reps":"r","boundary":null,"balance":[],"change":null,
                "travel":{{"metric":"great-circle","matrix":null,"cost":"km","weight":"none","detour":1,"speed_kmh":60,
                "max_km":null,"max_minutes":null,"stops_per_tour":1,"in_workload":false}},
                "rules":{{"skills":true,"locks":true,"groups":{groups},"forbid":[],"contiguous":false}},
                "solve":{{"seed":1,"gap":0,"time_limit_s":1}}}}"#
        );
        serde_json::from_str(&text).expect("a scenario")
    }

    #[test]
    fn one_place_is_one_group_and_brings_its_groups_along() {
        // Two at one place, to half a unit of the grid; the antimeridian is one place; a chain joins a single one.
        let at = [
            (9.0, 50.0),
            (9.000_000_04, 50.0),
            (180.0, 5.0),
            (-180.0, 5.0),
            (7.0, 47.0),
            (9.000_000_2, 50.0),
        ];
        let none = u32::MAX;
        let mut c = customers(&at, &[0, none, none, none, 0, none]);
        join(&scenario(true), &mut c);
        assert_eq!(c.group, [0, 0, 1, 1, 0, none]);
        assert_eq!(c.group_names, ["place [9, 50]", "place [-180, 5]"]);
        // Where groups do not count, the place alone does.
        let mut c = customers(&at, &[0, none, none, none, 0, none]);
        join(&scenario(false), &mut c);
        assert_eq!(c.group, [0, 0, 1, 1, none, none]);
    }
}
