//! In words: who is left over and why, what the rules keep apart, what is rounded.

use super::Staffing;
use super::hall::Short;
use super::pairs::{Reason, reasons};
use crate::base::words::{counted, enumerated, thousands};
use std::collections::BTreeMap;

/// People whose reasons are told where nobody may take a territory, and territories where a person may take none.
const TOLD: usize = 3;

impl Staffing {
    /// Why a person may not take a territory; empty where they may.
    #[must_use]
    pub fn reasons(&self, p: usize, t: usize) -> Vec<Reason> {
        match self.pair(p, t).forbidden {
            true => reasons(&self.case, p, t),
            false => Vec::new(),
        }
    }

    fn people<'a>(&'a self, list: &'a [usize]) -> String {
        enumerated(list.iter().map(|p| self.person(*p)))
    }

    fn territories<'a>(&'a self, list: &'a [usize]) -> String {
        enumerated(list.iter().map(|t| self.territory(*t)))
    }
}

/// Why fewer are staffed than there are people and territories for: a sentence per set that has too few on the other side.
#[must_use]
pub fn left_over(s: &Staffing) -> Vec<String> {
    let of_people = s.short_of_people.iter().map(|short| territories(s, short));
    let of_territories = s.short_of_territories.iter().map(|short| people(s, short));
    of_people.chain(of_territories).collect()
}

/// Territories that too few people can take.
fn territories(s: &Staffing, short: &Short) -> String {
    let names = s.territories(&short.territories);
    let n = short.territories.len();
    let territories = if n == 1 {
        "the territory"
    } else {
        "the territories"
    };
    if let ([t], []) = (&short.territories[..], &short.people[..]) {
        let why = (0..s.case.people).map(|p| (s.person(p), s.reasons(p, *t)));
        return format!(
            "nobody may take {territories} {names}: {}",
            told(why, s.case.people)
        );
    }
    let left = n - short.people.len();
    let stay = if left == 1 { "stays" } else { "stay" };
    let people = s.people(&short.people);
    format!(
        "{territories} {names} can be taken by {people} only: {left} of {n} {stay} without anybody"
    )
}

/// People who can take too few territories.
fn people(s: &Staffing, short: &Short) -> String {
    let (names, n) = (s.people(&short.people), short.people.len());
    if let ([], [p]) = (&short.territories[..], &short.people[..]) {
        let count = s.case.territories.len();
        let why = (0..count).map(|t| (s.territory(t), s.reasons(*p, t)));
        return format!(
            "{names} may take none of the territories: {}",
            told(why, count)
        );
    }
    let left = n - short.territories.len();
    let are = if left == 1 { "is" } else { "are" };
    let territories = s.territories(&short.territories);
    let the = if short.territories.len() == 1 {
        "territory"
    } else {
        "territories"
    };
    format!("{names} can take the {the} {territories} only: {left} of {n} {are} left over")
}

/// The first reasons, and how many more there are.
fn told<'a>(why: impl Iterator<Item = (&'a str, Vec<Reason>)>, count: usize) -> String {
    let one = |(name, reasons): (&str, Vec<Reason>)| {
        let texts: Vec<String> = reasons.into_iter().map(|r| r.text).collect();
        format!("{name}: {}", texts.join(", "))
    };
    let mut parts: Vec<String> = why.take(TOLD).map(one).collect();
    if count > TOLD {
        parts.push(format!("and {} more", thousands(count - TOLD)));
    }
    parts.join("; ")
}

/// How many pairs the rules keep apart, by rule; `None` where they keep none apart. A pair counts with each rule that keeps one of its customers away.
#[must_use]
pub fn ruled_out(s: &Staffing) -> Option<String> {
    let n = s.case.territories.len();
    let apart = (0..s.pairs.len()).filter(|at| s.pairs[*at].forbidden);
    let (mut count, mut by) = (0, BTreeMap::new());
    for at in apart {
        count += 1;
        for reason in s.reasons(at / n, at % n) {
            *by.entry(reason.rule).or_insert(0) += 1;
        }
    }
    let list = by
        .iter()
        .map(|(rule, n)| format!("{rule} {}", thousands(*n)));
    let list: Vec<String> = list.collect();
    let pairs = counted(s.pairs.len(), "pair", "pairs");
    (count > 0).then(|| {
        format!(
            "{} of {pairs} of person and territory are ruled out ({})",
            thousands(count),
            list.join(", ")
        )
    })
}

/// What is said of rounding: costs are whole steps.
#[must_use]
pub fn rounding(s: &Staffing) -> String {
    let step = s.grid.decimal(1);
    format!("costs are rounded to {step}")
}
