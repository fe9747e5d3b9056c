//! Which entries of `[[prefer]]` hold for which customers and reps.

use super::customers::CustomersRead;
use super::reps::RepsRead;
use super::{Carried, CustomerColumns, FitTable, Inputs, RepColumns, hints};
use crate::base::condition::{Column, Condition, Side, folded};
use crate::base::ids::RepIx;
use crate::error::{Collector, Problem, codes};
use crate::scenario::{FitUnit, Prefer, Scenario, times};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};

/// Which entries hold, and what they are worth, by classes of customers for whom it is the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fit {
    /// The class of each customer.
    pub class: Vec<u32>,
    /// Per class: what each entry is worth for each rep, rep-major: 0 where it does not hold, else the number of its worth, from 1 on.
    holds: Vec<Vec<u32>>,
    /// Per entry what it may be worth.
    worths: Vec<Vec<Worth>>,
}

/// What an entry makes of the travel of a pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Worth {
    /// Kilometres that are added.
    pub km: f64,
    /// What the sum is multiplied by.
    pub times: f64,
}

impl Fit {
    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.holds.len()
    }

    /// The entries that hold for a class and a rep, in their order, and what they are worth.
    pub fn of(&self, class: usize, rep: RepIx) -> impl Iterator<Item = (usize, Worth)> + '_ {
        let start = rep.at() * self.worths.len();
        let entries = self.worths.iter().enumerate();
        entries.filter_map(move |(e, worths)| {
            let number = self.holds[class][start + e] as usize;
            Some((e, *worths.get(number.checked_sub(1)?)?))
        })
    }

    /// The entries that hold for a customer and a rep, in their order, and what they are worth.
    pub fn holding(
        &self,
        customer: usize,
        rep: RepIx,
    ) -> impl Iterator<Item = (usize, Worth)> + '_ {
        self.of(self.class[customer] as usize, rep)
    }

    /// All kilometres that are ever added to one pair, without signs.
    pub fn most_km(&self) -> f64 {
        let of_entry = |worths: &Vec<Worth>| worths.iter().map(|w| w.km.abs()).fold(0.0, f64::max);
        self.worths.iter().map(of_entry).sum()
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
    let of_entry = |(entry, prefer): (usize, &Prefer)| match (&prefer.table, &conditions[entry]) {
        (Some(_), _) => match reps.fits.iter().find(|table| table.entry == entry) {
            Some(table) => Answers::of_table(prefer, table, customers, reps.len()),
            None => Answers::none(customers.len(), reps.len()),
        },
        (None, Some(condition)) => Answers::of(prefer, condition, customers, reps),
        (None, None) => Answers::none(customers.len(), reps.len()),
    };
    let mut answers: Vec<Answers> = scenario.prefer.iter().enumerate().map(of_entry).collect();
    // Customers with the same answers to all of them are a class.
    let keys: Vec<Vec<u32>> = (0..customers.len())
        .into_par_iter()
        .map(|i| answers.iter().map(|a| a.of_customer[i]).collect())
        .collect();
    let (class, kinds) = numbered(keys);
    let holds = |kind: &Vec<u32>| -> Vec<u32> {
        let mut holds = Vec::with_capacity(reps.len() * entries);
        for j in 0..reps.len() {
            let of_rep = answers.iter().zip(kind);
            holds.extend(of_rep.map(|(a, row)| a.rows[*row as usize][a.of_rep[j] as usize]));
        }
        holds
    };
    let holds = kinds.par_iter().map(holds).collect();
    let worths = answers.iter_mut().map(|a| std::mem::take(&mut a.worths));
    Some(Fit {
        class,
        holds,
        worths: worths.collect(),
    })
}

/// Where one entry holds: by kinds of customers and kinds of reps, as far as it looks at them.
struct Answers {
    /// The row of each customer.
    of_customer: Vec<u32>,
    /// The column of each rep.
    of_rep: Vec<u32>,
    /// Rows that differ: 0 where it does not hold, else the number of its worth, from 1 on.
    rows: Vec<Vec<u32>>,
    worths: Vec<Worth>,
}

impl Answers {
    /// Of an entry that never holds.
    fn none(customers: usize, reps: usize) -> Answers {
        Answers {
            of_customer: vec![0; customers],
            of_rep: vec![0; reps],
            rows: vec![vec![0]],
            worths: Vec::new(),
        }
    }

    /// Of a table.
    fn of_table(
        prefer: &Prefer,
        table: &FitTable,
        customers: &CustomerColumns,
        reps: usize,
    ) -> Answers {
        let by = prefer.by.as_deref().unwrap_or_default();
        let columns: BTreeSet<&str> = (table.figures.iter())
            .flat_map(|of_rep| of_rep.keys().map(String::as_str))
            .collect();
        // All values that the table does not have are one.
        let value = |i: usize| {
            let value = key(by, &customer_value(customers, i, by));
            value.filter(|value| columns.contains(value.as_str()))
        };
        let all = (0..customers.len()).into_par_iter().map(value);
        let (of_kind, values) = numbered(all.collect());
        let figure = |j: usize, value: &Option<String>| {
            let of_rep = table.figures.get(j)?;
            of_rep.get(value.as_ref()?).copied().filter(|x| *x != 0.0)
        };
        let mut known: HashMap<u64, u32> = HashMap::new();
        let mut worths = Vec::new();
        let mut number = |figure: Option<f64>| {
            figure.map_or(0, |figure| {
                *known.entry(figure.to_bits()).or_insert_with(|| {
                    worths.push(match prefer.unit {
                        Some(FitUnit::Share) => Worth {
                            km: 0.0,
                            times: times(figure),
                        },
                        _ => Worth {
                            km: figure,
                            times: 1.0,
                        },
                    });
                    worths.len() as u32
                })
            })
        };
        let mut row = |value| (0..reps).map(|j| number(figure(j, value))).collect();
        let (row, rows) = numbered(values.iter().map(&mut row).collect());
        Answers {
            of_customer: of_kind.iter().map(|kind| row[*kind as usize]).collect(),
            of_rep: (0..reps as u32).collect(),
            rows,
            worths,
        }
    }

    fn of(
        prefer: &Prefer,
        condition: &Condition,
        customers: &CustomerColumns,
        reps: &RepColumns,
    ) -> Answers {
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
        let held: Vec<Vec<u32>> = (customers.par_iter())
            .map(|c| reps.iter().map(|r| u32::from(holds(c, r))).collect())
            .collect();
        let (row, rows) = numbered(held);
        Answers {
            of_customer: of_kind.iter().map(|kind| row[*kind as usize]).collect(),
            of_rep,
            rows,
            worths: vec![Worth {
                km: prefer.cost_km.unwrap_or(0.0),
                times: times(prefer.cost_share.unwrap_or(0.0)),
            }],
        }
    }
}

/// A value of a customer that an entry looks at.
pub(super) fn customer_value(customers: &CustomerColumns, i: usize, name: &str) -> String {
    match name {
        "id" => customers.ids.get(i).to_owned(),
        name => carried_value(&customers.compared, i, name),
    }
}

/// What stands for a value of the customers' column `by` of a table: an id is the text that it is, others are the same where `==` says so.
pub(super) fn key(by: &str, value: &str) -> Option<String> {
    match by {
        "id" => Some(value.trim().to_owned()).filter(|id| !id.is_empty()),
        _ => folded(value),
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
            let by = |p: &Prefer| side == Side::Customer && p.by.as_ref() == Some(&name);
            let field = match scenario.prefer.iter().any(by) {
                true => "prefer.by",
                false => "prefer.when",
            };
            let problem = Problem::error(codes::MISSING_COLUMN, what).field(field);
            problems.add(problem.help(help));
        }
    }
    if !absent {
        without_effect(scenario, c, r, problems);
    }
}

/// Tells of entries of `[[prefer]]` that hold for no pair.
pub(super) fn without_effect(
    scenario: &Scenario,
    c: &CustomerColumns,
    r: &RepColumns,
    problems: &mut Collector,
) {
    let Some(fit) = fit(scenario, c, r) else {
        return;
    };
    let mut any = vec![false; scenario.prefer.len()];
    for class in 0..fit.classes() {
        for j in (0..r.len() as u32).map(RepIx) {
            fit.of(class, j).for_each(|(e, _)| any[e] = true);
        }
    }
    for (prefer, _) in scenario.prefer.iter().zip(any).filter(|(_, any)| !any) {
        let (what, field) = match &prefer.table {
            Some(_) => (
                format!(
                    "the table has nothing for any customer and rep: {}",
                    prefer.said()
                ),
                "prefer.table",
            ),
            None => (
                format!("no customer and rep meet the condition {:?}", prefer.when),
                "prefer.when",
            ),
        };
        let problem = Problem::warning(codes::NO_EFFECT, what).field(field);
        problems.add(problem.help("compare it with the values in the files, letter by letter"));
    }
}
