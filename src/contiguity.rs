//! Which sites are next to each other, and what is cut off from the rest of its territory: in words, and why.
//!
//! Everything here follows from the inputs and the owners alone.

use crate::error::thousands;
use crate::ids::RepIx;
use crate::input::Inputs;
use crate::model::Model;
use crate::plan::Violation;
use crate::territory::{self, Adjacency, Piece, TerritoryError, islands};
use std::collections::BTreeMap;

/// The neighbours of all customers: by the shared borders of area units, or the Delaunay edges between places.
///
/// # Errors
/// When the places cannot be triangulated, or the units have too many edges.
pub fn neighbours(inputs: &Inputs) -> Result<Adjacency, TerritoryError> {
    if let Some(units) = &inputs.units {
        return Ok(units.graph().clone());
    }
    territory::adjacency(&inputs.customers.lon, &inputs.customers.lat)
}

/// Violations of `rules.contiguous`: one for each piece that is cut off from the rest of its territory, with
/// its first customer.
#[must_use]
pub fn violations(inputs: &Inputs, graph: &Adjacency, owner: &[RepIx]) -> Vec<Violation> {
    let cut_off = islands(graph, owner, inputs.reps.len());
    let violation = |piece: Piece| {
        let (rep, first) = (
            inputs.reps.ids.get(piece.rep.at()),
            inputs.customers.ids.get(piece.sites[0] as usize),
        );
        Violation {
            rule: "contiguous".into(),
            rep: Some(rep.to_owned()),
            site: Some(first.to_owned()),
            by: piece.sites.len() as f64,
            text: format!(
                "{rep}: {} cut off from the rest of its territory",
                named(inputs, &piece.sites)
            ),
        }
    };
    cut_off.into_iter().map(violation).collect()
}

/// The islands of a plan that may have some, by the rule that forces them.
#[must_use]
pub fn notes(inputs: &Inputs, model: &Model, graph: &Adjacency, owner: &[RepIx]) -> Vec<String> {
    let cut_off = islands(graph, owner, model.k);
    if cut_off.is_empty() {
        return Vec::new();
    }
    let load = loads(model, owner);
    let mut by_reason: BTreeMap<&'static str, Vec<&Piece>> = BTreeMap::new();
    for piece in &cut_off {
        let reason = forced_by(model, graph, owner, &load, piece);
        by_reason.entry(reason).or_default().push(piece);
    }
    let told = by_reason.into_iter().map(|(reason, pieces)| {
        let sites: usize = pieces.iter().map(|p| p.sites.len()).sum();
        let mut examples: Vec<String> = pieces
            .iter()
            .take(NAMED)
            .map(|p| {
                let rep = inputs.reps.ids.get(p.rep.at());
                format!("{} of {rep}", inputs.customers.ids.get(p.sites[0] as usize))
            })
            .collect();
        if pieces.len() > NAMED {
            examples.push("...".into());
        }
        let (islands, customers) = (
            counted(pieces.len(), "island", "islands"),
            counted(sites, "customer", "customers"),
        );
        let text = match reason {
            "cost" => "not joined, because that would cost too much travel".to_owned(),
            rule => format!("forced by `{rule}`"),
        };
        format!("{islands} ({customers}) {text}: {}", examples.join(", "))
    });
    told.collect()
}

/// Parts of the graph that no neighbour connects with the rest: real islands, which `rules.contiguous` excepts.
#[must_use]
pub fn exceptions(inputs: &Inputs, graph: &Adjacency) -> Option<String> {
    let mut size: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for i in 0..graph.len() {
        let component = graph.component(graph.place(i));
        size.entry(component).or_default().push(i as u32);
    }
    let mainland = size
        .iter()
        .max_by_key(|(c, sites)| (sites.len(), std::cmp::Reverse(**c)))
        .map(|(c, _)| *c)?;
    let off: Vec<u32> = size
        .into_iter()
        .filter(|(c, _)| *c != mainland)
        .flat_map(|(_, sites)| sites)
        .collect();
    (!off.is_empty()).then(|| {
        format!(
            "{} on islands that border on nothing else, which `rules.contiguous` excepts",
            named(inputs, &off)
        )
    })
}

/// Ids in an enumeration before "and N more".
const NAMED: usize = 5;

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(n), if n == 1 { one } else { many })
}

/// "3 customers (C1, C5, C9) are", with five names at most.
fn named(inputs: &Inputs, sites: &[u32]) -> String {
    let mut names: Vec<&str> = sites
        .iter()
        .take(NAMED)
        .map(|i| inputs.customers.ids.get(*i as usize))
        .collect();
    if sites.len() > NAMED {
        names.push("...");
    }
    format!(
        "{} ({}) {}",
        counted(sites.len(), "customer", "customers"),
        names.join(", "),
        if sites.len() == 1 { "is" } else { "are" }
    )
}

/// Loads per rep and measure.
fn loads(model: &Model, owner: &[RepIx]) -> Vec<f64> {
    let mut load = vec![0.0; model.k * model.m];
    for (i, j) in owner.iter().enumerate() {
        for m in 0..model.m {
            load[j.at() * model.m + m] += model.activity(i, *j, m);
        }
    }
    load
}

/// Why an island is not with one of the reps around it: the rule that keeps it from each of them, `balance`
/// when a bound would break, else `cost`.
fn forced_by(
    model: &Model,
    graph: &Adjacency,
    owner: &[RepIx],
    load: &[f64],
    piece: &Piece,
) -> &'static str {
    let sites = || piece.sites.iter().map(|s| *s as usize);
    let mut around: Vec<RepIx> = sites()
        .flat_map(|i| graph.near_sites(i))
        .map(|s| owner[s])
        .filter(|j| *j != piece.rep)
        .collect();
    around.sort_unstable();
    around.dedup();
    let mut rules = Vec::new();
    let mut open = Vec::new();
    for j in around {
        match sites().find_map(|i| model.forbidden_by(i, j)) {
            Some(rule) => rules.push(rule),
            None => open.push(j),
        }
    }
    if open.is_empty() {
        // Of several rules the one that stands for most of the neighbours.
        let count = |rule: &&str| rules.iter().filter(|r| *r == rule).count();
        return rules
            .iter()
            .max_by_key(|r| (count(r), std::cmp::Reverse(**r)))
            .copied()
            .unwrap_or("cost");
    }
    let grouped = |i: usize| model.group.get(i).is_some_and(|g| *g != u32::MAX);
    if sites().any(grouped) {
        return "groups";
    }
    let fits = |j: RepIx| {
        (0..model.m).all(|m| {
            let sum = |rep: RepIx| sites().map(|i| model.activity(i, rep, m)).sum::<f64>();
            let (from, to) = (piece.rep.at() * model.m + m, j.at() * model.m + m);
            load[from] - sum(piece.rep) >= model.bounds[from].lower
                && load[to] + sum(j) <= model.bounds[to].upper
        })
    };
    if open.into_iter().any(fits) {
        "cost"
    } else {
        "balance"
    }
}
