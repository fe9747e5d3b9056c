//! What only customers, reps and boundary together can tell.

use super::astray::Middle;
use super::chosen::Left;
use super::customers::CustomersRead;
use super::hints;
use super::loose::Alike;
use super::reps::RepsRead;
use super::{CustomerColumns, RepColumns};
use crate::base::ids::RepIx;
use crate::base::words::thousands;
use crate::error::{Collector, Problem, Severity, codes};
use crate::scenario::{Carry, Scenario};
use geo::{BoundingRect, MultiPolygon};

/// What an owner is who is no rep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// An error.
    Refused,
    /// A warning: the owner is left out.
    LeftOut,
    /// Somebody who left: their customers are free, which is told.
    Former,
}

/// Turns owners from names into reps. A name of no rep is told once, with how many customers have it.
pub(super) fn owners(
    customers: &mut CustomersRead,
    reps: &RepsRead,
    unknown: Unknown,
    scenario: &Scenario,
) {
    let mut alike = Alike::new(scenario.tables.ids);
    let find = |name: &String| {
        let exact = reps.index.get(&reps.reps.ids, name);
        exact.or_else(|| alike.find(&reps.reps.ids, name))
    };
    let found: Vec<Option<usize>> = customers.owners.iter().map(find).collect();
    let locked = &customers.customers.locked;
    let mut missing: Vec<Missing> = vec![Missing::default(); found.len()];
    let mut owner = Vec::with_capacity(customers.owner.len());
    for (position, name) in customers.owner.iter().enumerate() {
        let rep = found.get(*name as usize).copied().flatten();
        owner.push(rep.map_or(RepIx::NONE, |rep| RepIx(rep as u32)));
        if rep.is_none()
            && let Some(missing) = missing.get_mut(*name as usize)
        {
            missing.first.get_or_insert(position);
            missing.customers += 1;
            missing.locked += usize::from(locked.get(position).copied().unwrap_or(false));
        }
    }
    let others = Left::new(&reps.base.chosen.left, scenario.tables.ids);
    if !reps.base.incomplete {
        for problem in alike.problems("owner", "reps") {
            customers.base.problems.add(problem);
        }
        let mut elsewhere = Missing::default();
        for (name, missing) in customers.owners.iter().zip(&missing) {
            let Some(first) = missing.first else { continue };
            if others.has(name) {
                elsewhere.customers += missing.customers;
                elsewhere.locked += missing.locked;
                continue;
            }
            let base = &mut customers.base;
            let mut problem = missing.problem(name, unknown);
            if unknown != Unknown::Former {
                let id = customers.customers.ids.get(first);
                problem = problem.at(base.number(first)).id(id);
            }
            base.problems.add(problem);
        }
        let elsewhere = elsewhere.of_other_teams();
        elsewhere
            .into_iter()
            .for_each(|p| customers.base.problems.add(p));
    }
    customers.customers.owner = owner;
}

/// The customers of an owner who is no rep.
#[derive(Clone, Copy, Debug, Default)]
struct Missing {
    first: Option<usize>,
    customers: usize,
    locked: usize,
}

impl Missing {
    /// That customers have owners who are reps, but not among those that are planned.
    fn of_other_teams(self) -> Option<Problem> {
        if self.customers == 0 {
            return None;
        }
        let mut what = match self.customers {
            1 => "one customer has an owner of another team: it has none in this plan".to_owned(),
            n => format!(
                "{} customers have owners of other teams: they have none in this plan",
                thousands(n)
            ),
        };
        if self.locked > 0 {
            what += &format!(
                "; {} of them locked, which holds for nobody here",
                thousands(self.locked)
            );
        }
        let problem = Problem::warning(codes::OTHER_TEAM, what).field("owner");
        Some(problem.help(
            "nothing, where several teams look after a customer; else mend the owner, or the team",
        ))
    }

    fn problem(self, name: &str, unknown: Unknown) -> Problem {
        let count = thousands(self.customers);
        let customers = if self.customers == 1 {
            "customer"
        } else {
            "customers"
        };
        if unknown == Unknown::Former {
            let mut what = format!(
                "{count} {customers} of {name:?}, who is no rep any more, have no owner today: that they get one is no change of hands"
            );
            if self.customers == 1 {
                what = what
                    .replace(" have no owner", " has no owner")
                    .replace("they get", "it gets");
            }
            if self.locked > 0 {
                what += &format!(
                    "; {} of them were locked, and are not",
                    thousands(self.locked)
                );
            }
            return Problem::warning(codes::FORMER_OWNER, what)
                .field("owner")
                .help("nothing, if that is so; add the rep again if not");
        }
        let what = if self.customers == 1 {
            format!("there is no rep {name:?}")
        } else {
            format!("there is no rep {name:?}, whom {count} {customers} name as their owner")
        };
        let problem = Problem::error(codes::UNKNOWN_REP, what).field("owner");
        if unknown == Unknown::LeftOut {
            let mut problem = problem.help("correct the id, add the rep, or leave the owner out");
            problem.severity = Severity::Warning;
            return problem;
        }
        problem.help(
            "correct the id or add the rep; if they left, say so in the scenario, [rules] former_owners = \"free\": \
             their customers then have no owner today, which is no change of hands",
        )
    }
}

/// `rules.forbid`, resolved. Pairs of customers and reps who are not chosen play no part.
pub(super) fn forbid(
    scenario: &Scenario,
    customers: &CustomersRead,
    reps: &RepsRead,
    problems: &mut Collector,
) -> Vec<(u32, RepIx)> {
    let rule = scenario.tables.ids;
    let mut alike = [(); 2].map(|()| Alike::new(rule));
    let left = [&customers.base, &reps.base].map(|base| Left::new(&base.chosen.left, rule));
    let mut resolved = Vec::new();
    for (customer, rep) in &scenario.rules.forbid {
        if left[0].has(customer) || left[1].has(rep) {
            continue;
        }
        let ids = &customers.customers.ids;
        let exact = customers.index.get(ids, customer);
        let customer_at = exact.or_else(|| alike[0].find(ids, customer));
        let ids = &reps.reps.ids;
        let exact = reps.index.get(ids, rep);
        let rep_at = exact.or_else(|| alike[1].find(ids, rep));
        let mut unknown = |code, what: &str, id: &str, file: &std::path::Path| {
            let what = format!("there is no {what} {id:?} in {}", scenario.label(file));
            let problem = Problem::error(code, what).field("rules.forbid");
            problems.add(problem.help("correct the id, or remove the pair"));
        };
        if customer_at.is_none() && !customers.base.incomplete {
            unknown(
                codes::UNKNOWN_CUSTOMER,
                "customer",
                customer,
                &scenario.customers,
            );
        }
        if rep_at.is_none() && !reps.base.incomplete {
            unknown(codes::UNKNOWN_REP, "rep", rep, &scenario.reps);
        }
        if let (Some(customer), Some(rep)) = (customer_at, rep_at) {
            resolved.push((customer as u32, RepIx(rep as u32)));
        }
    }
    for (alike, whom) in alike.iter().zip(["customers", "reps"]) {
        let told = alike.problems("rules.forbid", whom);
        told.into_iter().for_each(|p| problems.add(p));
    }
    resolved.sort_unstable();
    resolved.dedup();
    resolved
}

/// The reps that targets are set for must exist.
pub(super) fn goals(scenario: &Scenario, reps: &RepsRead, problems: &mut Collector) {
    let (rule, ids) = (scenario.tables.ids, &reps.reps.ids);
    let (mut alike, left) = (Alike::new(rule), Left::new(&reps.base.chosen.left, rule));
    for goal in &scenario.target {
        for id in goal.reps.iter().flatten() {
            let known = reps.index.get(ids, id).or_else(|| alike.find(ids, id));
            if known.is_none() && !left.has(id) && !reps.base.incomplete {
                let what = format!(
                    "the target {:?} is set for {id:?}, and there is no such rep in {}",
                    goal.name,
                    scenario.label(&scenario.reps)
                );
                let problem = Problem::error(codes::UNKNOWN_REP, what).field("target.reps");
                problems.add(problem.help("correct the id, or remove it"));
            }
        }
    }
    let told = alike.problems("target.reps", "reps");
    told.into_iter().for_each(|p| problems.add(p));
}

/// A measure to balance must be more than 0 in total.
pub(super) fn totals(scenario: &Scenario, customers: &mut CustomersRead) {
    let problems = &mut customers.base.problems;
    if problems.has_errors() {
        return;
    }
    for balance in &scenario.balance {
        let measure = &balance.measure;
        let total: f64 = customers
            .customers
            .column(measure)
            .unwrap_or_default()
            .iter()
            .sum();
        // Travel alone may be the work.
        let by_travel = scenario.travel.in_workload && measure == "workload";
        let problem = if total == 0.0 && !by_travel {
            Problem::error(codes::TOTAL_ZERO, format!("the total of `{measure}` is 0"))
                .help("balance another measure, or correct the values")
        } else if !total.is_finite() {
            Problem::error(
                codes::NOT_FINITE,
                format!("the total of `{measure}` is too large"),
            )
            .help("use a larger unit")
        } else {
            continue;
        };
        problems.add(problem.field(measure));
    }
}

/// More reps than customers: a slip that a run survives.
pub(super) fn counts(c: &CustomerColumns, r: &RepColumns, of_reps: &mut Collector) {
    let (k, n) = (r.len(), c.len());
    if k > n {
        let (k, n) = (thousands(k), thousands(n));
        let what = format!("there are {k} reps for {n} customers: some get none");
        let problem = Problem::warning(codes::MORE_REPS_THAN_CUSTOMERS, what);
        of_reps.add(problem.help("check that both files are the right ones"));
    }
}

/// Places that are probably wrong: at 0, 0, or with lon and lat swapped.
pub(super) fn places(
    c: &CustomerColumns,
    r: &RepColumns,
    boundary: Option<&MultiPolygon<f64>>,
    [of_customers, of_reps]: [&mut Collector; 2],
) {
    zero_places(&c.lon, &c.lat, "customers", of_customers);
    zero_places(&r.lon, &r.lat, "reps", of_reps);
    if let Some(middle) = Middle::of(&c.lon, &c.lat) {
        // Customers outside a boundary are told when that is known: after the map is drawn.
        if boundary.is_none() {
            let id = |i: usize| c.ids.get(i).to_owned();
            middle.warn(&c.lon, &c.lat, &id, of_customers);
        }
        let id = |j: usize| r.ids.get(j).to_owned();
        middle.warn(&r.lon, &r.lat, &id, of_reps);
    }
    let frame = boundary.and_then(BoundingRect::bounding_rect);
    if let Some(frame) = frame {
        let inside = |lon: f64, lat: f64| {
            (frame.min().x..=frame.max().x).contains(&lon)
                && (frame.min().y..=frame.max().y).contains(&lat)
        };
        let files = [
            (&c.lon, &c.lat, "customers", of_customers),
            (&r.lon, &r.lat, "reps", of_reps),
        ];
        for (lon, lat, what, problems) in files {
            let places = || lon.iter().zip(lat);
            let swapped = places().filter(|(x, y)| inside(**y, **x)).count();
            if swapped * 2 > lon.len() && !places().any(|(x, y)| inside(*x, *y)) {
                let what = format!(
                    "all {what} are outside of the boundary; with lon and lat swapped {} of {} are inside",
                    thousands(swapped),
                    thousands(lon.len())
                );
                problems.add(swapped_problem(what));
            }
        }
    } else if let (Some(at), Some(home)) = (middle(&c.lon, &c.lat), middle(&r.lon, &r.lat)) {
        let apart = distance_km(at, home);
        let mirrored = distance_km([at[1], at[0]], home);
        if apart > 500.0 && mirrored < apart / 5.0 {
            let what = format!(
                "customers and reps are {apart:.0} km apart in the middle; with lon and lat of the customers swapped only {mirrored:.0} km"
            );
            of_customers.add(swapped_problem(what));
        }
    }
}

fn swapped_problem(what: String) -> Problem {
    Problem::warning(codes::LOOKS_SWAPPED, what).help("coordinates are [lon, lat], longitude first")
}

fn zero_places(lon: &[f64], lat: &[f64], what: &str, problems: &mut Collector) {
    let zero = lon
        .iter()
        .zip(lat)
        .filter(|(x, y)| **x == 0.0 && **y == 0.0);
    let count = zero.count();
    if count > 0 && !problems.has_errors() {
        let all = if count == lon.len() { "all " } else { "" };
        let of = format!(
            "{all}{} of {} {what}",
            thousands(count),
            thousands(lon.len())
        );
        let what = format!("{of} are at exactly [0, 0], in the sea off Africa");
        let problem = Problem::warning(codes::ZERO_PLACE, what);
        problems.add(problem.help("addresses that could not be found end there: correct them"));
    }
}

/// The medians of the coordinates: some wrong places do not move it.
fn middle(lon: &[f64], lat: &[f64]) -> Option<[f64; 2]> {
    let median = |values: &[f64]| {
        let mut sorted = values.to_vec();
        let half = sorted.len() / 2;
        (!sorted.is_empty()).then(|| *sorted.select_nth_unstable_by(half, f64::total_cmp).1)
    };
    Some([median(lon)?, median(lat)?])
}

fn distance_km(a: [f64; 2], b: [f64; 2]) -> f64 {
    use geo::{Distance, Haversine, Point};
    Haversine.distance(Point::from(a), Point::from(b)) / 1000.0
}

/// The problems of columns that `[output] carry` lists and none of these files has.
pub(super) fn not_to_carry(carry: &Carry, of: &[&[String]], problems: &mut Collector) {
    let Carry::Columns(listed) = carry else {
        return;
    };
    for name in listed {
        if of.iter().any(|names| names.contains(name)) {
            continue;
        }
        let all: Vec<String> = of.iter().flat_map(|names| names.iter().cloned()).collect();
        let help = match hints::most_like(name, &all) {
            Some(near) => format!("name it as the file does; did you mean `{near}`?"),
            None => "correct the name in [output] carry, or take it out".to_owned(),
        };
        let what = format!("neither customers nor reps have a column {name:?} to carry");
        let problem = Problem::error(codes::MISSING_COLUMN, what).field("output.carry");
        problems.add(problem.help(help));
    }
}
