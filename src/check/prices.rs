//! The prices that a report claims: one for each rep and measure, at most one for each customer.

use super::saved::Rows;
use super::{Finding, List};
use crate::input::Inputs;
use crate::input::index::IdIndex;
use crate::plan::Prices;
use crate::saved::Report;
use std::collections::BTreeMap;

/// The prices, NaN where one is missing, and those that are nobody's or stand twice.
pub(super) fn prices(inputs: &Inputs, report: &Report, rows: &Rows) -> (Prices, Vec<Finding>) {
    let mut list = List::new("bound");
    let prices = Prices {
        rep_measure: of_rows(inputs, report, &mut list),
        change: report.change_price,
        assignment: of_sites(inputs, report, rows, &mut list),
    };
    (prices, list.done())
}

/// The prices of the balance rows.
fn of_rows(inputs: &Inputs, report: &Report, list: &mut List) -> Vec<f64> {
    let (ids, measures) = (&inputs.reps.ids, &inputs.scenario.balance);
    let (index, _) = IdIndex::build(ids);
    let names = measures.iter().enumerate();
    let measure: BTreeMap<&str, usize> = names.map(|(m, b)| (b.measure.as_str(), m)).collect();
    let mut prices = vec![f64::NAN; ids.len() * measures.len()];
    for said in &report.prices {
        let (rep, of) = (&said.rep, &said.measure);
        let Some(j) = index.get(ids, rep) else {
            list.add(format!(
                "report.json has a price of {of} for rep {rep:?}, who is not in the inputs"
            ));
            continue;
        };
        let Some(m) = measure.get(of.as_str()) else {
            list.add(format!(
                "report.json has a price of {of:?} for rep {rep:?}, a measure that the scenario does not balance"
            ));
            continue;
        };
        let price = &mut prices[j * measures.len() + m];
        if !price.is_nan() {
            list.add(format!(
                "report.json has two prices of {of} for rep {rep:?}"
            ));
        }
        *price = said.price;
    }
    prices
}

/// The prices of the assignment rows, in the order of the customers.
fn of_sites(inputs: &Inputs, report: &Report, rows: &Rows, list: &mut List) -> Vec<(u32, f64)> {
    let mut prices: Vec<(u32, f64)> = Vec::new();
    for said in &report.assignment_prices {
        let id = &said.site;
        match rows.index.get(&inputs.customers.ids, id) {
            None => list.add(format!(
                "report.json has an assignment price of {id:?}, a customer that is not in the inputs"
            )),
            Some(i) => {
                if prices.last().is_some_and(|(last, _)| *last >= i as u32) {
                    list.add(format!(
                        "report.json has two assignment prices of {id:?}, or they are out of order"
                    ));
                }
                prices.push((i as u32, said.price));
            }
        }
    }
    prices
}
