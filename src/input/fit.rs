//! Which entries of `[[prefer]]` hold for which customers and reps.

use super::customers::CustomersRead;
use super::reps::RepsRead;
use super::{Carried, Customers, Inputs, Reps, hints};
use crate::base::condition::{Column, Side};
use crate::base::ids::RepIx;
use crate::error::{Collector, Problem, codes};
use crate::scenario::Scenario;
use rayon::prelude::*;
use std::collections::HashMap;

/// Which entries hold, by classes of customers for whom it is the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fit {
    /// The class of each customer.
    pub class: Vec<u32>,
    /// Per class: whether each entry holds for each rep, rep-major.
    holds: Vec<Vec<bool>>,
    entries: usize,
}

impl Fit {
    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.holds.len()
    }

    /// The entries that hold for a class and a rep, in their order.
    pub fn of(&self, class: usize, rep: RepIx) -> impl Iterator<Item = usize> + '_ {
        let start = rep.at() * self.entries;
        (0..self.entries).filter(move |e| self.holds[class][start + e])
    }

    /// The entries that hold for a customer and a rep, in their order.
    pub fn holding(&self, customer: usize, rep: RepIx) -> impl Iterator<Item = usize> + '_ {
        self.of(self.class[customer] as usize, rep)
    }
}

impl Inputs {
    /// Which entries of `[[prefer]]` hold for whom; `None` without any.
    pub(crate) fn fit(&self) -> Option<Fit> {
        fit(&self.scenario, &self.customers, &self.reps)
    }
}

/// The texts of a column, by its name.
fn column<'c>(compared: &'c [Carried], name: &str) -> Option<&'c Carried> {
    compared.iter().find(|c| c.name == name)
}

fn fit(scenario: &Scenario, customers: &Customers, reps: &Reps) -> Option<Fit> {
    if scenario.prefer.is_empty() {
        return None;
    }
    let conditions = scenario.conditions();
    let names: Vec<String> = scenario.compared(Side::Customer).into_iter().collect();
    let of_customer = |i: usize| -> Vec<String> {
        let value = |name: &String| match name.as_str() {
            "id" => customers.ids.get(i).to_owned(),
            name => column(&customers.compared, name)
                .map_or_else(String::new, |c| c.cells.get(i).to_text()),
        };
        names.iter().map(value).collect()
    };
    let known = rep_values(scenario, reps);
    let holds = |values: &[String]| -> Vec<bool> {
        let value = |j: usize, (side, name): &Column| -> &str {
            let found = match side {
                Side::Customer => names
                    .iter()
                    .position(|n| n == name)
                    .and_then(|at| values.get(at)),
                Side::Rep => known.get(name).and_then(|all| all.get(j)),
            };
            found.map_or("", String::as_str)
        };
        let of_rep = |j: usize| {
            let holds = conditions.iter().map(move |c| (j, c.as_ref()));
            holds.map(|(j, c)| c.is_some_and(|c| c.holds(&|column| value(j, column))))
        };
        (0..reps.len()).flat_map(of_rep).collect()
    };
    // Customers with the same values first, then those for whom the same holds.
    let rows: Vec<Vec<String>> = (0..customers.len())
        .into_par_iter()
        .map(of_customer)
        .collect();
    let (of_values, values) = numbered(rows);
    let held: Vec<Vec<bool>> = values.par_iter().map(|v| holds(v)).collect();
    let (of_held, holds) = numbered(held);
    Some(Fit {
        class: (of_values.iter()).map(|v| of_held[*v as usize]).collect(),
        holds,
        entries: conditions.len(),
    })
}

/// The values of the reps, by column.
fn rep_values(scenario: &Scenario, reps: &Reps) -> HashMap<String, Vec<String>> {
    let of = |name: String| {
        let value = |j: usize| match name.as_str() {
            "id" => reps.ids.get(j).to_owned(),
            "name" => reps.name[j].clone(),
            "skills" => reps.skills[j].join(";"),
            name => {
                column(&reps.compared, name).map_or_else(String::new, |c| c.cells.get(j).to_text())
            }
        };
        let values = (0..reps.len()).map(value).collect();
        (name, values)
    };
    scenario.compared(Side::Rep).into_iter().map(of).collect()
}

/// The number of each item among those that differ, in the order of their first appearance, and these.
fn numbered<T: Clone + Eq + std::hash::Hash>(items: Vec<T>) -> (Vec<u32>, Vec<T>) {
    let mut known: HashMap<T, u32> = HashMap::new();
    let mut different = Vec::new();
    let number = |item: T| {
        *known.entry(item).or_insert_with_key(|item| {
            different.push(item.clone());
            different.len() as u32 - 1
        })
    };
    let numbers = items.into_iter().map(number).collect();
    (numbers, different)
}

/// Tells of columns that `[[prefer]]` looks at and that are not there, and of entries that hold for no pair.
pub(super) fn check(
    scenario: &Scenario,
    customers: &CustomersRead,
    reps: &RepsRead,
    problems: &mut Collector,
) {
    if customers.base.incomplete || reps.base.incomplete || scenario.prefer.is_empty() {
        return;
    }
    let (c, r) = (&customers.customers, &reps.reps);
    let mut absent = false;
    let sides = [
        (
            Side::Customer,
            "customer",
            &c.compared,
            &customers.base.compared_names(),
            &["id"][..],
        ),
        (
            Side::Rep,
            "rep",
            &r.compared,
            &reps.base.compared_names(),
            &["id", "name", "skills"],
        ),
    ];
    for (side, who, compared, names, always) in sides {
        for name in scenario.compared(side) {
            if always.contains(&name.as_str()) || column(compared, &name).is_some() {
                continue;
            }
            absent = true;
            let what = format!("no {who} has a column `{name}`");
            let help = match hints::most_like(&name, names) {
                Some(near) => format!("name it as the file does; did you mean `{near}`?"),
                None => match side {
                    Side::Customer => {
                        format!("correct the name; a column of the reps is rep.{name}")
                    }
                    Side::Rep => "correct the name".to_owned(),
                },
            };
            let problem = Problem::error(codes::MISSING_COLUMN, what).field("prefer.when");
            problems.add(problem.help(help));
        }
    }
    if absent {
        return;
    }
    let Some(fit) = fit(scenario, c, r) else {
        return;
    };
    let mut any = vec![false; scenario.prefer.len()];
    for class in 0..fit.classes() {
        for j in (0..r.len() as u32).map(RepIx) {
            fit.of(class, j).for_each(|e| any[e] = true);
        }
    }
    for (prefer, _) in scenario.prefer.iter().zip(any).filter(|(_, any)| !any) {
        let what = format!("no customer and rep meet the condition {:?}", prefer.when);
        let problem = Problem::warning(codes::NO_EFFECT, what).field("prefer.when");
        problems.add(problem.help("compare it with the values in the files, letter by letter"));
    }
}
