//! Which sites are next to each other, and what is cut off from the rest of its territory: in words, and why.
//!
//! Everything here follows from the inputs and the owners alone.

use crate::base::ids::RepIx;
use crate::base::rule::Rule;
use crate::base::words::{NAMED, counted, first_of};
use crate::input::Inputs;
use crate::model::Model;
use crate::plan::{Plan, Unjoined, Violation};
use crate::territory::{Adjacency, Piece, TerritoryError, Tessellation, islands};
use std::collections::BTreeMap;

/// The neighbours of all customers: by the shared borders of area units, or the common borders of cells on the map.
///
/// # Errors
/// When the places cannot be triangulated, or the units have too many edges.
pub fn neighbours(inputs: &Inputs) -> Result<Adjacency, TerritoryError> {
    if let Some(units) = &inputs.units {
        return Ok(inputs.parted(units.graph().clone()));
    }
    let (c, boundary) = (&inputs.customers, inputs.boundary.as_ref());
    let reach = inputs.scenario.territories.max_reach_km;
    let map = Tessellation::within_reach(&c.lon, &c.lat, boundary, reach)?;
    Ok(inputs.parted(map.adjacency()))
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
            rule: Rule::Contiguous,
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

/// Why an island is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    /// This rule leaves no way to join it.
    Forced(Rule),
    /// Ways to join it cost more travel.
    Costs,
    /// No way within the bounds was found.
    NotFound,
    /// No cheap way within the bounds was found, and no other was looked for.
    NotCheap,
    /// It is an island of today's assignment.
    Today,
}

/// The islands of a plan that may have some, and why they are left: forced only where no plan at all joins them.
#[must_use]
pub fn notes(inputs: &Inputs, model: &Model, graph: &Adjacency, plan: &Plan) -> Vec<String> {
    tell(inputs, model, graph, plan).0
}

/// An island, why it is one, and what joining it would cost more, as a share of the objective in per cent.
struct Island {
    piece: Piece,
    why: Why,
    percent: Option<f64>,
}

/// The notes on islands, and what a run found out about joining them, as far as notes rest on it: the islands that it tried to join, in
/// the order of the sites, each with a rise as its note tells it, rounded up; 0 where a way was found and no note names the island.
pub(crate) fn tell(
    inputs: &Inputs,
    model: &Model,
    graph: &Adjacency,
    plan: &Plan,
) -> (Vec<String>, Vec<Unjoined>) {
    let mut by_reason: BTreeMap<Why, Vec<Island>> = BTreeMap::new();
    for island in left(model, graph, plan) {
        by_reason.entry(island.why).or_default().push(island);
    }
    let mut found = Vec::new();
    for (why, all) in &by_reason {
        let tried = matches!(why, Why::Costs | Why::NotFound);
        for (at, island) in all.iter().enumerate().filter(|_| tried) {
            let told = island.percent.filter(|_| at < NAMED).unwrap_or(0.0);
            let rise = told / 100.0 * plan.objective;
            found.push(Unjoined {
                site: island.piece.sites[0],
                rise: (*why == Why::Costs).then_some(rise),
            });
        }
    }
    found.sort_by_key(|u| u.site);
    let notes = by_reason.iter().map(|(why, all)| note(inputs, *why, all));
    (notes.collect(), found)
}

/// The islands that are left, in the order of their pieces.
fn left(model: &Model, graph: &Adjacency, plan: &Plan) -> Vec<Island> {
    let cut_off = islands(graph, &plan.owner, model.k);
    let mut reach = None;
    let mut by_rep: Vec<usize> = (0..cut_off.len()).collect();
    by_rep.sort_by_key(|p| cut_off[*p].rep);
    let mut forced = vec![None; cut_off.len()];
    for p in by_rep {
        forced[p] = forced_by(model, graph, &plan.owner, &cut_off[p], &mut reach);
    }
    let known: BTreeMap<u32, Option<f64>> =
        plan.unjoined.iter().map(|u| (u.site, u.rise)).collect();
    let of_all = cut_off.into_iter().zip(forced);
    let island = |(piece, forced): (Piece, Option<Rule>)| {
        let known = known.get(&piece.sites[0]);
        let rise = known.copied().flatten();
        let share = rise.filter(|_| plan.objective > 0.0);
        let why = match forced {
            Some(rule) => Why::Forced(rule),
            None if plan.kept => Why::Today,
            None if rise.is_some() => Why::Costs,
            None if known.is_some() => Why::NotFound,
            None => Why::NotCheap,
        };
        Island {
            piece,
            why,
            // What a rule forces costs nothing to leave as it is, whatever was tried.
            percent: (share.filter(|_| why == Why::Costs))
                .map(|rise| percent(rise / plan.objective)),
        }
    };
    of_all.map(island).collect()
}

/// The islands of one reason in words.
fn note(inputs: &Inputs, why: Why, all: &[Island]) -> String {
    let sites: usize = all.iter().map(|i| i.piece.sites.len()).sum();
    let example = |island: &Island| {
        let rep = inputs.reps.ids.get(island.piece.rep.at());
        let first = inputs.customers.ids.get(island.piece.sites[0] as usize);
        let more = (island.percent).map_or_else(String::new, |p| format!(" (+{p} %)"));
        format!("{first} of {rep}{more}")
    };
    let examples = first_of(all.iter().map(example));
    let (islands, customers) = (
        counted(all.len(), "island", "islands"),
        counted(sites, "customer", "customers"),
    );
    let text = match why {
        Why::Forced(rule) => format!("forced by `{rule}`"),
        Why::Costs => "not joined, because that would cost more travel".to_owned(),
        Why::NotFound => "not joined, no way within the bounds was found".to_owned(),
        Why::NotCheap => "not joined, no cheap way within the bounds was found".to_owned(),
        Why::Today => "in today's assignment".to_owned(),
    };
    format!("{islands} ({customers}) {text}: {}", examples)
}

/// Of a figure that is rounded already, what its last bits may be above it.
const DUST: f64 = 1e-12;

/// A share in per cent, two digits of it, rounded up; of a rounded one, itself.
fn percent(share: f64) -> f64 {
    let percent = 100.0 * share * (1.0 - DUST);
    if percent >= 1e6 {
        // Two digits: more would not stand where the objective is rounded.
        let unit = 10f64.powf(percent.log10().floor() - 1.0);
        return (percent / unit).ceil() * unit;
    }
    let places = (1.0 - percent.max(1e-6).log10().floor()).clamp(0.0, 6.0);
    let scale = 10f64.powf(places);
    (percent * scale).ceil() / scale
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

/// "3 customers (C1, C5, C9) are", with five names at most.
fn named(inputs: &Inputs, sites: &[u32]) -> String {
    let names = first_of(sites.iter().map(|i| inputs.customers.ids.get(*i as usize)));
    format!(
        "{} ({}) {}",
        counted(sites.len(), "customer", "customers"),
        names,
        if sites.len() == 1 { "is" } else { "are" }
    )
}

/// The sites that one rep may have: how they hang together, and those of its own that nobody else may have.
struct Reach {
    rep: RepIx,
    /// Per site the part of the permitted sites that it belongs to, [`NO_PART`] where the rep may not have it.
    part: Vec<u32>,
    bound: Vec<usize>,
}

/// The part of a site that the rep may not have.
const NO_PART: u32 = u32::MAX;

/// Whether only `rep` may have a site.
fn is_bound(model: &Model, i: usize, rep: RepIx) -> bool {
    let mut others = (0..model.k as u32).map(RepIx).filter(|j| *j != rep);
    others.all(|j| model.forbidden_by(i, j).is_some())
}

impl Reach {
    fn new(model: &Model, graph: &Adjacency, owner: &[RepIx], rep: RepIx) -> Reach {
        let mut part = vec![NO_PART; graph.len()];
        let permitted = |i: usize| model.forbidden_by(i, rep).is_none();
        let (mut parts, mut stack) = (0, Vec::new());
        for start in 0..graph.len() {
            if part[start] != NO_PART || !permitted(start) {
                continue;
            }
            part[start] = parts;
            stack.push(start);
            while let Some(i) = stack.pop() {
                for s in graph.near_sites(i) {
                    if part[s] == NO_PART && permitted(s) {
                        part[s] = parts;
                        stack.push(s);
                    }
                }
            }
            parts += 1;
        }
        let own = (0..model.n).filter(|i| owner[*i] == rep);
        let bound = own.filter(|i| is_bound(model, *i, rep)).collect();
        Reach { rep, part, bound }
    }
}

/// The rule that leaves no way to join an island in any plan, if one does.
///
/// That is proven where some site `s` of the island may go to its rep alone, and the sites that this rep may have and that hang together
/// with `s` do not reach another one that it alone may have. `reach` keeps what was worked out for the last rep that was asked for.
fn forced_by(
    model: &Model,
    graph: &Adjacency,
    owner: &[RepIx],
    piece: &Piece,
    reach: &mut Option<Reach>,
) -> Option<Rule> {
    let sites = piece.sites.iter().map(|s| *s as usize);
    let first = (sites).clone().find(|s| is_bound(model, *s, piece.rep))?;
    if reach.as_ref().is_none_or(|r| r.rep != piece.rep) {
        *reach = Some(Reach::new(model, graph, owner, piece.rep));
    }
    let reach = reach.as_ref()?;
    let component = graph.component(graph.place(first));
    let apart = |i: &&usize| {
        reach.part[**i] != reach.part[first] && graph.component(graph.place(**i)) == component
    };
    reach.bound.iter().find(apart)?;
    let others = |j: &RepIx| *j != piece.rep;
    // The rule that stands for most of the neighbours, of equals the first.
    let mut around: Vec<RepIx> = graph.near_sites(first).map(|s| owner[s]).collect();
    around.retain(others);
    around.sort_unstable();
    around.dedup();
    let rules: Vec<Rule> = around
        .iter()
        .filter_map(|j| model.forbidden_by(first, *j))
        .collect();
    let count = |rule: &Rule| rules.iter().filter(|r| *r == rule).count();
    let most = rules.iter().copied();
    most.max_by_key(|r| (count(r), std::cmp::Reverse(*r)))
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn shares_are_rounded_up_and_rounded_ones_stay() {
        for (share, told) in [
            (0.012_345, 1.3),
            (0.1, 10.0),
            (0.099_61, 10.0),
            (0.001, 0.1),
            (2.5, 250.0),
            (1e-9, 1e-6),
            (0.0, 0.0),
            (94_239_340_963.79, 9.5e12),
        ] {
            assert_eq!(percent(share), told, "{share}");
        }
        for objective in [1.0, 3.7, 12_345.678, 1e12 / 7.0] {
            for n in 1..=9_999 {
                let told = percent(f64::from(n) * 1.234e-4);
                let rise = told / 100.0 * objective;
                assert_eq!(percent(rise / objective), told, "{n} of {objective}");
                // A plan that costs next to nothing.
                let told = percent(f64::from(n) * 1.234e9);
                let rise = told / 100.0 * objective;
                assert_eq!(percent(rise / objective), told, "{n} of {objective}");
            }
        }
    }
}
