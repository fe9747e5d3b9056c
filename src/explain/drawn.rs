//! What the map cannot show as the plan has it, in words.

use crate::base::ids::RepIx;
use crate::base::words::{counted, first_of, thousands};
use crate::input::Inputs;
use crate::territory::{Territories, parts};
use std::collections::BTreeSet;

/// Notes on a drawing: customers that are left out, share a place, or have no room; territories without land, and those in
/// several parts where the rule wants one.
pub(crate) fn notes(inputs: &Inputs, owner: &[RepIx], drawn: &Territories) -> Vec<String> {
    let mut notes = Vec::new();
    let count = drawn.listed.len();
    if count > 0 {
        let (s, are) = if count == 1 { ("", "is") } else { ("s", "are") };
        notes.push(format!(
            "{count} customer{s} that a rule keeps inside another rep's territory {are} left out of \
             the map and listed in report.json (enclaves)"
        ));
    }
    notes.extend(shared(inputs, owner, drawn));
    notes.extend(close(inputs, owner, drawn));
    notes.extend(landless(inputs, owner, drawn));
    if inputs.scenario.rules.contiguous {
        notes.extend(torn(inputs, drawn));
    }
    notes
}

/// "C1 of R1 at [9, 50]", and so on.
fn examples(inputs: &Inputs, owner: &[RepIx], sites: &[usize]) -> String {
    let c = &inputs.customers;
    let one = |i: &usize| {
        let rep = inputs.reps.ids.get(owner[*i].at());
        format!(
            "{} of {rep} at [{}, {}]",
            c.ids.get(*i),
            c.lon[*i],
            c.lat[*i]
        )
    };
    first_of(sites.iter().map(one))
}

/// Customers at a place where another rep has the land, as more of the customers there are theirs.
fn shared(inputs: &Inputs, owner: &[RepIx], drawn: &Territories) -> Option<String> {
    let sites = &drawn.shared_place;
    if sites.is_empty() {
        return None;
    }
    let c = &inputs.customers;
    let at = |i: &usize| [c.lon[*i], c.lat[*i]].map(|v| (v * 1e7).round() as i64);
    let places: BTreeSet<[i64; 2]> = sites.iter().map(at).collect();
    let way = if inputs.scenario.rules.places {
        ""
    } else {
        "; [rules] places = true keeps a place with one rep"
    };
    Some(format!(
        "{} at {} with customers of several reps, one of whom has the land, not theirs: {}{way}",
        counted(sites.len(), "customer is", "customers are"),
        counted(places.len(), "place", "places"),
        examples(inputs, owner, sites)
    ))
}

/// Customers whose land is too small for the grid.
fn close(inputs: &Inputs, owner: &[RepIx], drawn: &Territories) -> Option<String> {
    let sites = &drawn.too_close;
    (!sites.is_empty()).then(|| {
        format!(
            "{} within centimetres of other reps' customers or of the boundary, with no room for land of their rep: {}",
            counted(sites.len(), "customer is", "customers are"),
            examples(inputs, owner, sites)
        )
    })
}

/// Reps who have customers and no land.
fn landless(inputs: &Inputs, owner: &[RepIx], drawn: &Territories) -> Option<String> {
    let mut customers = vec![0; drawn.polygons.len()];
    for j in owner {
        if let Some(n) = customers.get_mut(j.at()) {
            *n += 1;
        }
    }
    let without = |j: &usize| customers[*j] > 0 && drawn.polygons[*j].0.is_empty();
    let reps: Vec<usize> = (0..drawn.polygons.len()).filter(without).collect();
    let named = first_of(reps.iter().map(|j| {
        let held = counted(customers[*j], "customer", "customers");
        format!("{} ({held})", inputs.reps.ids.get(*j))
    }));
    (!reps.is_empty()).then(|| {
        format!(
            "{} and no land on the map: {}",
            counted(reps.len(), "rep has customers", "reps have customers"),
            named
        )
    })
}

/// Territories that are drawn in several parts, though the rule wants each in one: real islands, customers at one place, parts
/// of a unit.
fn torn(inputs: &Inputs, drawn: &Territories) -> Option<String> {
    let counts = drawn.polygons.iter().map(parts);
    let several: Vec<(usize, usize)> = counts.enumerate().filter(|(_, n)| *n > 1).collect();
    let of = several.iter();
    let named = first_of(of.map(|(j, n)| format!("{} in {n}", inputs.reps.ids.get(*j))));
    let are = if several.len() == 1 {
        "territory is"
    } else {
        "territories are"
    };
    (!several.is_empty()).then(|| {
        format!(
            "{} {are} drawn in several parts, as their land is, though `rules.contiguous` joins their customers: {}",
            thousands(several.len()),
            named
        )
    })
}
