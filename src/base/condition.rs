//! Conditions on a customer and a rep, as a scenario writes them: `industry == "Pharma" && !("fr" in rep.languages)`.
//!
//! ```text
//! any    := all ("||" all)*
//! all    := not ("&&" not)*
//! not    := "!" not | "(" any ")" | term (("==" | "!=" | "<" | "<=" | ">" | ">=") term | "in" (term | list))
//! term   := column | "text" | 'text' | number | true | false
//! column := NAME | customer.NAME | customer["any name"] | rep.NAME | rep["any name"]
//! list   := "[" literal ("," literal)* "]"
//! ```
//!
//! The signs are those of the Common Expression Language, of which this is the part that compares: it always comes to an answer, needs no types to be
//! declared, and a verifier can evaluate it in a few lines. What it means:
//!
//! - `==` holds for two numbers that are equal, else for equal texts; a truth value is its text. Nothing equals a value that is not there. `!=` is the
//!   opposite of `==`.
//! - `<` and its like hold between numbers only. Numbers are the decimals that are written, however many digits they have.
//! - `a in b` holds if one of the items of `b` equals `a`: of a list, or of a value with semicolons (`de;fr`), as skills have them.

mod number;
mod parse;

use number::number;
use std::collections::BTreeSet;

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    root: Node,
}

/// Whose column it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The customer's.
    Customer,
    /// The rep's.
    Rep,
}

/// A column, by side and name.
pub type Column = (Side, String);

#[derive(Clone, Debug, PartialEq)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Compare(Term, Order, Term),
    In(Term, Vec<Term>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Equal,
    Below,
    AtMost,
    Above,
    AtLeast,
}

#[derive(Clone, Debug, PartialEq)]
enum Term {
    Column(Column),
    Literal(String),
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// What is wrong with it, and at which letter (counted from 1).
    pub fn parse(text: &str) -> Result<Condition, (usize, String)> {
        parse::parse(text, Side::Customer).map(|root| Condition { root })
    }

    /// Reads a condition on one side alone, whose columns need not say whose they are: `team == "Pharma"` of reps.
    ///
    /// # Errors
    /// As [`Condition::parse`], and where it names a column of the other side.
    pub fn parse_of(text: &str, side: Side) -> Result<Condition, (usize, String)> {
        let condition = parse::parse(text, side).map(|root| Condition { root })?;
        let (other, called) = match side {
            Side::Customer => (Side::Rep, "rep"),
            Side::Rep => (Side::Customer, "customer"),
        };
        if let Some(name) = condition.columns(other).first() {
            let at = text.find(called).unwrap_or(0);
            let letter = text[..at].chars().count() + 1;
            let what = format!(
                "{called}.{name} is not known here: this condition looks at one file alone"
            );
            return Err((letter, what));
        }
        Ok(condition)
    }

    /// The names of the columns of one side.
    #[must_use]
    pub fn columns(&self, side: Side) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        self.root.each_term(&mut |term| {
            if let Term::Column((of, name)) = term
                && *of == side
            {
                found.insert(name.as_str());
            }
        });
        found
    }

    /// Whether it holds where the columns have these values (empty: there is none).
    pub fn holds<'v>(&self, value: &impl Fn(&Column) -> &'v str) -> bool {
        self.root.holds(value)
    }
}

impl Node {
    fn each_term<'n>(&'n self, look: &mut impl FnMut(&'n Term)) {
        match self {
            Node::All(nodes) | Node::Any(nodes) => nodes.iter().for_each(|n| n.each_term(look)),
            Node::Not(node) => node.each_term(look),
            Node::Compare(a, _, b) => {
                look(a);
                look(b);
            }
            Node::In(a, items) => {
                look(a);
                items.iter().for_each(look);
            }
        }
    }

    fn holds<'v>(&self, value: &impl Fn(&Column) -> &'v str) -> bool {
        match self {
            Node::All(nodes) => nodes.iter().all(|n| n.holds(value)),
            Node::Any(nodes) => nodes.iter().any(|n| n.holds(value)),
            Node::Not(node) => !node.holds(value),
            Node::Compare(a, order, b) => order.holds(a.value(value), b.value(value)),
            Node::In(a, items) => {
                let a = a.value(value);
                items.iter().any(|item| match item {
                    Term::Literal(text) => equal(a, text),
                    Term::Column(column) => (value(column).split(';'))
                        .map(str::trim)
                        .any(|item| equal(a, item)),
                })
            }
        }
    }
}

impl Term {
    fn value<'t, 'v: 't>(&'t self, value: &impl Fn(&Column) -> &'v str) -> &'t str {
        match self {
            Term::Column(column) => value(column),
            Term::Literal(text) => text,
        }
    }
}

impl Order {
    fn holds(self, a: &str, b: &str) -> bool {
        if self == Order::Equal {
            return equal(a, b);
        }
        let Some((a, b)) = number(a).zip(number(b)) else {
            return false;
        };
        match self {
            Order::Equal => a == b,
            Order::Below => a < b,
            Order::AtMost => a <= b,
            Order::Above => a > b,
            Order::AtLeast => a >= b,
        }
    }
}

/// Whether two values are the same; one that is not there is the same as none.
fn equal(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim(), b.trim());
    if a.is_empty() || b.is_empty() {
        return false;
    }
    a == b || number(a).zip(number(b)).is_some_and(|(a, b)| a == b)
}

/// What stands for a value wherever it is looked up: values are the same to `==` where this is; none for one that is not there.
#[must_use]
pub(crate) fn folded(value: &str) -> Option<String> {
    let value = value.trim();
    let folded = number(value).map_or_else(|| value.to_owned(), |number| number.to_string());
    (!value.is_empty()).then_some(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str) -> bool {
        let condition = Condition::parse(text).unwrap_or_else(|e| panic!("{text}: {e:?}"));
        condition.holds(&|(side, name)| match (side, name.as_str()) {
            (Side::Customer, "industry") => "Pharma",
            (Side::Customer, "beds") => "120",
            (Side::Customer, "PLZ") => "04101",
            (Side::Customer, "vip") => "true",
            (Side::Customer, "long") => "12345678901234567",
            (Side::Customer, "zero") => "-0e5",
            (Side::Rep, "languages") => "de; fr",
            (Side::Rep, "Sprache 1") => "fr",
            (Side::Rep, "years") => "7.50",
            _ => "",
        })
    }

    #[test]
    fn what_conditions_mean() {
        for (text, expected) in [
            ("industry == 'Pharma'", true),
            (
                "customer.industry == \"Pharma\" && 'fr' in rep.languages",
                true,
            ),
            ("!('it' in rep.languages)", true),
            ("'f' in rep.languages", false),
            ("industry in ['Retail', 'Pharma']", true),
            ("industry in [\"Retail\"]", false),
            ("beds >= 120 && beds < 120.5 && !(beds > 120)", true),
            ("beds == '120.0' && beds == 120", true),
            ("beds <= 1e2 || vip == true", true),
            // A postcode is no number.
            ("PLZ == 4101", false),
            ("PLZ == '04101'", true),
            ("PLZ < 5000", false),
            ("rep[\"Sprache 1\"] in rep.languages", true),
            ("rep.years == 7.5", true),
            // More digits than a double has, and a zero with an exponent.
            ("long == 12345678901234567", true),
            ("long == 12345678901234568", false),
            ("long < 12345678901234568 && long > 12345678901234566", true),
            ("zero == 0 && zero < 1 && zero > -1e-999", true),
            // What is not there equals nothing, itself included.
            ("customer.none == rep.none", false),
            ("none != 'x'", true),
            ("none < 1 || none >= 1", false),
            (
                "industry == 'A' || industry == 'Pharma' && vip == false",
                false,
            ),
            (
                "(industry == 'A' || industry == 'Pharma') && vip == true",
                true,
            ),
        ] {
            assert_eq!(holds(text), expected, "{text}");
        }
    }

    #[test]
    fn columns_are_named_by_side() {
        let c = Condition::parse("a == 1 && 'x' in rep.b || customer['c d'] != rep.e").unwrap();
        let of = |side| c.columns(side).into_iter().collect::<Vec<_>>();
        assert_eq!(of(Side::Customer), ["a", "c d"]);
        assert_eq!(of(Side::Rep), ["b", "e"]);
    }

    #[test]
    fn one_side_alone_needs_no_name() {
        let c = Condition::parse_of("team == 'a' || rep.zone in ['x']", Side::Rep).unwrap();
        assert_eq!(
            c.columns(Side::Rep).into_iter().collect::<Vec<_>>(),
            ["team", "zone"]
        );
        assert!(c.holds(&|(_, name)| if name == "team" { "a" } else { "" }));
        let (at, what) = Condition::parse_of("team == customer.a", Side::Rep).unwrap_err();
        assert!(
            at == 9 && what.contains("customer.a is not known here"),
            "{at} {what}"
        );
        assert!(Condition::parse_of("rep.a == 1", Side::Customer).is_err());
    }

    #[test]
    fn what_is_wrong_is_told_where_it_is() {
        for (text, at, what) in [
            ("", 1, "a column or a value"),
            ("industry", 9, "compare"),
            ("industry = 'x'", 10, "write =="),
            ("industry == ", 13, "a column or a value"),
            ("industry == 'x", 13, "quote"),
            ("a == 1 & b == 2", 8, "write &&"),
            ("a == 1 b == 2", 8, "&& or ||"),
            ("(a == 1", 8, "closes"),
            ("a in 5", 6, "list"),
            ("a in [b]", 7, "a text, a number"),
            ("a in []", 7, "a text, a number"),
            ("rep == 'R1'", 1, "rep.id"),
            ("a == 1.2.3", 6, "no number"),
            ("a == $", 6, "'$'"),
            ("1 == 2", 1, "no column"),
        ] {
            let (found, told) = Condition::parse(text).expect_err(text);
            assert!(told.contains(what) && found == at, "{text}: {found} {told}");
        }
        let deep = format!("{}a == 1{}", "(".repeat(5000), ")".repeat(5000));
        assert!(Condition::parse(&deep).is_err());
        assert!(Condition::parse(&format!("{}a == 1", "!".repeat(5000))).is_err());
    }
}
