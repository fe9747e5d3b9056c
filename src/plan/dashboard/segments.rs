//! Segments and competitors per territory.

use super::Measures;
use crate::base::ids::RepIx;
use crate::input::{Category, Column};
use serde::{Deserialize, Serialize};

/// Values of a segment that are named; the rest is summed up.
const NAMED: usize = 12;

/// A categorical property, counted.
///
/// Each row of `customers` and `amounts` has one entry per value, then one for all other values, then one
/// for customers without a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// The property.
    pub property: String,
    /// The twelve values with the most customers, most first.
    pub values: Vec<String>,
    /// How many other values there are.
    pub other_values: usize,
    /// The measure of `amounts`: the first one.
    pub measure: String,
    /// Customers per territory and value.
    pub customers: Vec<Vec<u64>>,
    /// Totals of the measure per territory and value.
    pub amounts: Vec<Vec<f64>>,
}

impl Segment {
    pub(super) fn new(category: &Category, measures: &Measures<'_>, owner: &[RepIx]) -> Segment {
        let mut order = by_size(category);
        let other_values = order.len().saturating_sub(NAMED);
        order.truncate(NAMED);
        let mut place = vec![order.len(); category.values.len()];
        for (at, value) in order.iter().enumerate() {
            place[*value] = at;
        }
        let none = order.len() + 1;
        let measure = measures.names[0];
        let mut customers = vec![vec![0; none + 1]; measures.model.k];
        let mut amounts = vec![vec![0.0; none + 1]; measures.model.k];
        for (i, j) in owner.iter().enumerate() {
            let value = category.of.get(i).copied().unwrap_or(u32::MAX);
            let at = place.get(value as usize).copied().unwrap_or(none);
            customers[j.at()][at] += 1;
            amounts[j.at()][at] += measures.amount(i, *j, measure);
        }
        Segment {
            property: category.name.clone(),
            values: order.iter().map(|v| category.values[*v].clone()).collect(),
            other_values,
            measure: measure.to_owned(),
            customers,
            amounts,
        }
    }
}

/// What a competitor holds.
///
/// ```text
/// total_j = sum_i s_i w_i        share_j = total_j / sum_i w_i        over the customers i of rep j
/// ```
///
/// with `s_i` the competitor's share of the customer's demand and `w_i` the measure `share_of`; customers
/// whose share is unknown count in neither sum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Competitor {
    /// The property.
    pub property: String,
    /// The measure that the shares are shares of.
    pub share_of: String,
    /// What the competitor holds of the measure.
    pub total: f64,
    /// The same as a share, `null` where nothing is known.
    pub share: Option<f64>,
    /// Customers whose share is unknown.
    pub unknown: u64,
    /// The total per territory.
    pub totals: Vec<f64>,
    /// The share per territory.
    pub shares: Vec<Option<f64>>,
}

impl Competitor {
    pub(super) fn new(
        column: &Column,
        share_of: &str,
        measures: &Measures<'_>,
        owner: &[RepIx],
    ) -> Competitor {
        let k = measures.model.k;
        let (mut totals, mut demand, mut unknown) = (vec![0.0; k], vec![0.0; k], 0);
        for (i, j) in owner.iter().enumerate() {
            let share = column.values[i];
            if share.is_nan() {
                unknown += 1;
                continue;
            }
            let weight = measures.amount(i, *j, share_of);
            totals[j.at()] += share * weight;
            demand[j.at()] += weight;
        }
        let ratio = |total: f64, of: f64| (of > 0.0).then(|| total / of);
        let total = totals.iter().sum();
        Competitor {
            property: column.name.clone(),
            share_of: share_of.to_owned(),
            total,
            share: ratio(total, demand.iter().sum()),
            unknown,
            shares: totals
                .iter()
                .zip(&demand)
                .map(|(t, d)| ratio(*t, *d))
                .collect(),
            totals,
        }
    }
}

/// The values of a property, those of most customers first.
fn by_size(category: &Category) -> Vec<usize> {
    let mut count = vec![0u64; category.values.len()];
    for value in &category.of {
        if let Some(count) = count.get_mut(*value as usize) {
            *count += 1;
        }
    }
    let mut order: Vec<usize> = (0..count.len()).collect();
    order.sort_by(|a, b| {
        let names = || category.values[*a].cmp(&category.values[*b]);
        count[*b].cmp(&count[*a]).then_with(names)
    });
    order
}
