//! Amounts of customers, each a numeric property: the values, and which features lack it.

use super::hints;
use super::rows::Base;
use super::scalar::Scalar;
use super::thousands::Thousands;
use crate::base::words::thousands;
use crate::error::{Problem, Severity, codes};

/// A numeric property of the current feature.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Value {
    Missing,
    Reported,
    Is(f64),
}

#[derive(Debug)]
pub(super) struct Numeric {
    pub name: String,
    pub default: Option<f64>,
    value: Value,
    pub values: Vec<f64>,
    pub missing: usize,
    /// Not needed: left out when no customer has it.
    pub optional: bool,
    /// Number and id of the first few features that lack it.
    first_missing: Vec<(usize, String)>,
    /// Whether its numbers are thousands.
    pub grouped: Thousands,
}

impl Numeric {
    pub fn new(optional: bool, name: String) -> Numeric {
        Numeric {
            optional,
            default: matches!(name.as_str(), "workload" | "visits").then_some(1.0),
            name,
            value: Value::Missing,
            values: Vec::new(),
            missing: 0,
            first_missing: Vec::new(),
            grouped: Thousands::default(),
        }
    }

    /// The amount of the current feature, and what is wrong with it; `grouped` says that the table leaves open what a point means.
    pub fn set(&mut self, value: Scalar<'_>, grouped: bool) -> Option<Problem> {
        if grouped {
            self.grouped.see(value);
        }
        let (value, wrong) = match value.amount() {
            Ok(Some(number)) => (Value::Is(number), None),
            Ok(None) => (Value::Missing, None),
            Err(wrong) => (Value::Reported, Some(wrong.problem(&self.name))),
        };
        self.value = value;
        wrong
    }

    /// The current feature is complete.
    pub fn finish(&mut self, base: &Base) {
        let value = match self.value {
            Value::Is(value) => value,
            Value::Missing if !base.hopeless() => {
                self.missing += 1;
                if self.first_missing.len() < 5 {
                    let id = base.current_id().to_owned();
                    self.first_missing.push((base.current(), id));
                }
                self.default.unwrap_or(0.0)
            }
            _ => 0.0,
        };
        if base.grouped {
            self.grouped.finish(base.current(), base.current_id());
        }
        self.values.push(value);
    }

    /// Forgets the current feature.
    pub fn reset(&mut self) {
        self.value = Value::Missing;
        self.grouped.forget();
    }

    /// The first few features that lack a property.
    fn told_first(&self) -> String {
        let first: Vec<String> = self
            .first_missing
            .iter()
            .map(|(number, id)| format!("{number} ({id})"))
            .collect();
        first.join(", ")
    }

    /// The warning about a property with a default that features lack.
    pub fn counts_as_one(&self, n: usize) -> Problem {
        let name = &self.name;
        let what = format!(
            "`{name}` is empty on {} of {} customers and counts as 1 there, first on feature {}",
            thousands(self.missing),
            thousands(n),
            self.told_first()
        );
        let mut problem = Problem::warning(codes::COUNTS_AS_ONE, what)
            .field(name)
            .help("fill it in; write 0 where there is none");
        if let Some((number, id)) = self.first_missing.first() {
            problem = problem.at(*number).id(id);
        }
        problem
    }

    /// The problem of a measure that features lack.
    pub fn lacks(&self, n: usize, others: &[String]) -> Problem {
        let name = &self.name;
        let (what, help) = if self.missing == n {
            let help = match hints::most_like(name, others) {
                Some(near) => {
                    format!("name it in the scenario as the file does; did you mean `{near}`?")
                }
                None => "name a numeric property of the customers, or \"customers\"".into(),
            };
            (format!("no customer has a property `{name}`"), help)
        } else {
            let what = format!(
                "`{name}` is missing on {} of {} customers, first on feature {}",
                thousands(self.missing),
                thousands(n),
                self.told_first()
            );
            (what, "fill it in; write 0 where there is none".into())
        };
        let mut problem = Problem::error(codes::MISSING_VALUE, what)
            .field(name)
            .help(help);
        if self.optional {
            problem.severity = Severity::Warning;
            problem.what += "; it counts as 0 there";
        }
        if let Some((number, id)) = self.first_missing.first() {
            problem = problem.at(*number).id(id);
        }
        problem
    }
}
