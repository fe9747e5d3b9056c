//! Which entries of `[[prefer]]` hold for which customers and reps.

use super::customers::CustomersRead;
use super::reps::RepsRead;
use super::{Carried, CustomerColumns, Inputs, RepColumns, hints};
use crate::base::condition::{Column, Condition, Side};
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

fn fit(scenario: &Scenario, customers: &CustomerColumns, reps: &RepColumns) -> Option<Fit> {
    if scenario.prefer.is_empty() {
        return None;
    }
    let conditions = scenario.conditions();
    let entries = conditions.len();
    let of_entry = |condition: &Option<Condition>| {
        let none = Answers::none(customers.len(), reps.len());
        let answers = condition.as_ref().map(|c| Answers::of(c, customers, reps));
        answers.unwrap_or(none)
    };
    let answers: Vec<Answers> = conditions.iter().map(of_entry).collect();
    // Customers with the same answers to all of them are a class.
    let keys: Vec<Vec<u32>> = (0..customers.len())
        .into_par_iter()
        .map(|i| answers.iter().map(|a| a.of_customer[i]).collect())
        .collect();
    let (class, kinds) = numbered(keys);
    let holds = |kind: &Vec<u32>| -> Vec<bool> {
        let mut holds = Vec::with_capacity(reps.len() * entries);
        for j in 0..reps.len() {
            let of_rep = answers.iter().zip(kind);
            holds.extend(of_rep.map(|(a, row)| a.rows[*row as usize][a.of_rep[j] as usize]));
        }
        holds
    };
    Some(Fit {
        class,
        holds: kinds.par_iter().map(holds).collect(),
        entries,
    })
}

/// Where one condition holds: by kinds of customers and kinds of reps, as far as it looks at them.
struct Answers {
    /// The row of each customer.
    of_customer: Vec<u32>,
    /// The column of each rep.
    of_rep: Vec<u32>,
    /// Rows that differ.
    rows: Vec<Vec<bool>>,
}

impl Answers {
    /// Of a condition that never holds.
    fn none(customers: usize, reps: usize) -> Answers {
        Answers {
            of_customer: vec![0; customers],
            of_rep: vec![0; reps],
            rows: vec![vec![false]],
        }
    }

    fn of(condition: &Condition, customers: &CustomerColumns, reps: &RepColumns) -> Answers {
        let names = |side| condition.columns(side).into_iter().collect::<Vec<&str>>();
        let (of_customers, of_reps) = (names(Side::Customer), names(Side::Rep));
        let rows = |n: usize, row: &(dyn Fn(usize) -> Vec<String> + Sync)| {
            numbered((0..n).into_par_iter().map(row).collect())
        };
        let customer = |i: usize| -> Vec<String> {
            let value = |name: &&str| customer_value(customers, i, name);
            of_customers.iter().map(value).collect()
        };
        let rep = |j: usize| -> Vec<String> {
            let value = |name: &&str| rep_value(reps, j, name);
            of_reps.iter().map(value).collect()
        };
        let (of_kind, customers) = rows(customers.len(), &customer);
        let (of_rep, reps) = rows(reps.len(), &rep);
        let holds = |c: &Vec<String>, r: &Vec<String>| {
            condition.holds(&|(side, name): &Column| {
                let (names, values) = match side {
                    Side::Customer => (&of_customers, c),
                    Side::Rep => (&of_reps, r),
                };
                let at = names.iter().position(|n| n == name);
                at.and_then(|at| values.get(at)).map_or("", String::as_str)
            })
        };
        let held: Vec<Vec<bool>> = (customers.par_iter())
            .map(|c| reps.iter().map(|r| holds(c, r)).collect())
            .collect();
        let (row, rows) = numbered(held);
        Answers {
            of_customer: of_kind.iter().map(|kind| row[*kind as usize]).collect(),
            of_rep,
            rows,
        }
    }
}

/// A value of a customer that a condition looks at.
fn customer_value(customers: &CustomerColumns, i: usize, name: &str) -> String {
    match name {
        "id" => customers.ids.get(i).to_owned(),
        name => carried_value(&customers.compared, i, name),
    }
}

/// A value of a rep that a condition looks at.
fn rep_value(reps: &RepColumns, j: usize, name: &str) -> String {
    match name {
        "id" => reps.ids.get(j).to_owned(),
        "name" => reps.name[j].clone(),
        "skills" => reps.skills[j].join(";"),
        name => carried_value(&reps.compared, j, name),
    }
}

fn carried_value(compared: &[Carried], row: usize, name: &str) -> String {
    column(compared, name).map_or_else(String::new, |c| c.cells.get(row).to_text())
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
