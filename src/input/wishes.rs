//! Wishes: pairs of a customer and a rep that shall be, or shall not be, and locks that shall not hold (`customer_id,rep_id,wish`).

use super::index::IdIndex;
use super::lines::{Kind, Lines, Reading};
use super::loose::Alike;
use super::read_lines::read_lines;
use super::scalar::Scalar;
use super::spelling::Named;
use super::wanted::{CUSTOMER, REP, Wanted, places};
use super::{CustomerColumns, RepColumns};
use crate::base::ids::RepIx;
use crate::disk::file;
use crate::error::{Collector, Problem, codes};
use crate::scenario::{Scenario, TableRole};
use std::collections::BTreeMap;
use std::path::Path;

const NAMES: [&str; 3] = ["customer_id", "rep_id", "wish"];
/// Whose the ids are.
const WHOM: [&str; 2] = ["customers", "reps"];

/// What is wished for a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    /// The customer goes to the rep, whoever has it today.
    Assign,
    /// The customer does not go to the rep.
    Forbid,
    /// The lock of the customer to this rep does not hold.
    Unlock,
}

/// What the rows name.
pub(super) struct Known<'a> {
    pub customers: (&'a CustomerColumns, &'a IdIndex),
    pub reps: (&'a RepColumns, &'a IdIndex),
}

/// The wishes of a table, resolved.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    /// Whom each customer shall go to; empty where no such wish stands.
    pub assign: Vec<RepIx>,
    /// Pairs that shall not be.
    pub forbid: Vec<(u32, RepIx)>,
    /// Customers and the reps that a lock is not to hold them to.
    pub unlock: Vec<(u32, RepIx)>,
}

impl Wishes {
    /// Adds the pairs that wishes forbid to the others, and lifts locks; of the wishes what took effect.
    pub fn grant(self, c: &mut CustomerColumns, forbid: &mut Vec<(u32, RepIx)>) -> Wishes {
        if !self.forbid.is_empty() {
            forbid.extend_from_slice(&self.forbid);
            forbid.sort_unstable();
            forbid.dedup();
        }
        let mut lifted = |(i, j): &(u32, RepIx)| {
            let held = c.owner.get(*i as usize) == Some(j);
            let lock = c.locked.get_mut(*i as usize).filter(|_| held);
            lock.is_some_and(std::mem::take)
        };
        let unlock = self.unlock.into_iter().filter(|pair| lifted(pair));
        Wishes {
            assign: self.assign,
            forbid: self.forbid,
            unlock: unlock.collect(),
        }
    }
}

/// Reads the wishes; their hash, and what they are where nothing is wrong with them. A table without rows wishes nothing.
pub(super) fn read(
    bytes: &[u8],
    path: &Path,
    scenario: &Scenario,
    known: &Known<'_>,
    problems: &mut Collector,
) -> (String, Wishes) {
    let mut rows = WishRows {
        known,
        named: scenario.columns.of(TableRole::Wishes),
        problems,
        columns: [None; 3],
        alike: [(); 2].map(|()| Alike::new(scenario.tables.ids)),
        assign: BTreeMap::new(),
        forbid: BTreeMap::new(),
        unlock: BTreeMap::new(),
        begun: false,
    };
    let reading = Reading {
        sheet: (scenario.tables.sheets.get(&TableRole::Wishes)).map(String::as_str),
        decimal: scenario.tables.decimal,
    };
    let parsed = file::content(path, bytes)
        .and_then(|(format, content)| read_lines(format, &content, reading, &mut rows));
    match parsed {
        Ok(()) if !rows.begun => {
            rows.header(&[], &[]);
        }
        Ok(()) => {}
        Err(problem) => rows.problems.add(*problem),
    }
    for (alike, (field, whom)) in rows.alike.iter().zip(NAMES.into_iter().zip(WHOM)) {
        for problem in alike.problems(field, whom) {
            rows.problems.add(problem);
        }
    }
    let mut wishes = Wishes {
        forbid: rows.forbid.keys().copied().collect(),
        unlock: rows.unlock.keys().copied().collect(),
        ..Wishes::default()
    };
    if !rows.assign.is_empty() {
        wishes.assign = vec![RepIx::NONE; known.customers.0.len()];
        for (i, (rep, _)) in &rows.assign {
            wishes.assign[*i as usize] = *rep;
        }
    }
    (file::sha256(bytes), wishes)
}

/// Takes the rows of the table.
struct WishRows<'a> {
    known: &'a Known<'a>,
    named: &'a Named,
    problems: &'a mut Collector,
    columns: [Option<usize>; 3],
    /// Ids that spreadsheets have changed, of customers and of reps.
    alike: [Alike; 2],
    /// Per customer, whom it shall go to, and the row that says so.
    assign: BTreeMap<u32, (RepIx, usize)>,
    /// Per pair that shall not be, the row that says so.
    forbid: BTreeMap<(u32, RepIx), usize>,
    /// Per pair whose lock shall not hold, the row that says so.
    unlock: BTreeMap<(u32, RepIx), usize>,
    begun: bool,
}

fn wanted() -> [Wanted; 3] {
    let others = [CUSTOMER, REP, &["wunsch"][..]];
    std::array::from_fn(|i| Wanted::new(NAMES[i], others[i]))
}

impl Lines for WishRows<'_> {
    fn fits(&self, names: &[&str]) -> bool {
        (wanted().iter()).all(|w| w.is_among(names, self.named))
    }

    fn lacks(&self) -> &'static str {
        "has no columns for customer, rep and wish"
    }

    fn header(&mut self, names: &[&str], like: &[String]) -> Option<Vec<Kind>> {
        self.begun = true;
        let problems = &mut *self.problems;
        let tell = &mut |problem| problems.add(problem);
        let found = places((names, like), &wanted(), ("wishes", self.named), tell);
        self.columns = std::array::from_fn(|i| found[i]);
        for (column, name) in self.columns.iter().zip(NAMES) {
            if column.is_none() {
                let all = names.join(", ");
                let what = format!("there is no column `{name}`; the columns are: {all}");
                let problem = Problem::error(codes::MISSING_COLUMN, what).field(name);
                problems.add(problem.help("the header is customer_id,rep_id,wish"));
            }
        }
        Some(vec![Kind::Text; names.len()])
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.add(problem);
    }

    fn grouped(&mut self) {}

    fn row<'c>(
        &mut self,
        number: usize,
        cells: impl Iterator<Item = Scalar<'c>> + Clone,
        odd: Option<Problem>,
    ) {
        if let Some(problem) = odd {
            self.problems.add(problem.at(number));
            return;
        }
        let [Some(customer), Some(rep), Some(wish)] = self.columns else {
            return;
        };
        let mut texts = [const { String::new() }; 3];
        for ((at, text), name) in [customer, rep, wish].iter().zip(&mut texts).zip(NAMES) {
            let cell = cells.clone().nth(*at);
            if let Some(Err(wrong)) = cell.map(|cell| cell.text(text)) {
                self.problems.add(wrong.problem(name).at(number));
                return;
            }
        }
        let [customer, rep, wish] = &texts;
        self.take(number, [customer, rep, wish]);
    }

    fn broken(&mut self, problem: Problem) {
        self.problems.add(problem);
    }
}

impl WishRows<'_> {
    fn take(&mut self, row: usize, [customer, rep, wish]: [&str; 3]) {
        let wish = match wish.trim() {
            "assign" => Some(Wish::Assign),
            "forbid" => Some(Wish::Forbid),
            "unlock" => Some(Wish::Unlock),
            other => {
                let what = format!("{other:?} is no wish");
                let problem = Problem::error(codes::UNKNOWN_VALUE, what).field(NAMES[2]);
                let pair = format!("{customer}, {rep}");
                let help = "write assign (the customer goes to this rep), forbid (it does not), or unlock (its lock to this rep does not hold)";
                self.problems.add(problem.at(row).id(&pair).help(help));
                None
            }
        };
        let ((customers, of_customers), (reps, of_reps)) = (self.known.customers, self.known.reps);
        let exact = of_customers.get(&customers.ids, customer);
        let i = exact.or_else(|| self.alike[0].find(&customers.ids, customer));
        let exact = of_reps.get(&reps.ids, rep);
        let j = exact.or_else(|| self.alike[1].find(&reps.ids, rep));
        let missing = [
            (i.is_none(), codes::UNKNOWN_CUSTOMER, customer, 0),
            (j.is_none(), codes::UNKNOWN_REP, rep, 1),
        ];
        for (_, code, id, at) in missing.into_iter().filter(|m| m.0) {
            let what = format!("there is no {id:?} among the {}", WHOM[at]);
            let problem = Problem::error(code, what).at(row).field(NAMES[at]);
            (self.problems).add(problem.help("correct the id, or remove the row"));
        }
        if let (Some(i), Some(j), Some(wish)) = (i, j, wish) {
            self.add(row, (i as u32, RepIx(j as u32)), wish);
        }
    }

    /// Adds a wish; one that stands already, and two that cannot both be, are told.
    fn add(&mut self, row: usize, (i, j): (u32, RepIx), wish: Wish) {
        let assigned = self.assign.get(&i).copied();
        let forbidden = self.forbid.get(&(i, j)).copied();
        let unlocked = self.unlock.get(&(i, j)).copied();
        let (code, what) = match (wish, assigned, forbidden) {
            (Wish::Assign, Some((rep, first)), _) if rep == j => twice(first),
            (Wish::Forbid, _, Some(first)) => twice(first),
            (Wish::Unlock, ..) => match unlocked {
                Some(first) => twice(first),
                None => {
                    self.unlock.insert((i, j), row);
                    return;
                }
            },
            (Wish::Assign, Some((rep, first)), _) => {
                let rep = self.known.reps.0.ids.get(rep.at());
                let what = format!("row {first} wishes the customer to {rep:?}");
                (codes::CONFLICTING_WISHES, what)
            }
            (Wish::Assign, None, Some(first)) => {
                let what = format!("row {first} forbids what this one wishes");
                (codes::CONFLICTING_WISHES, what)
            }
            (Wish::Forbid, Some((rep, first)), None) if rep == j => {
                let what = format!("row {first} wishes what this one forbids");
                (codes::CONFLICTING_WISHES, what)
            }
            (Wish::Assign, None, None) => {
                self.assign.insert(i, (j, row));
                return;
            }
            (Wish::Forbid, _, None) => {
                self.forbid.insert((i, j), row);
                return;
            }
        };
        let (customers, reps) = (&self.known.customers.0.ids, &self.known.reps.0.ids);
        let pair = format!("{}, {}", customers.get(i as usize), reps.get(j.at()));
        let problem = Problem::error(code, what).at(row).field(NAMES[2]);
        (self.problems).add(problem.id(&pair).help("remove one of the rows"));
    }
}

fn twice(first: usize) -> (&'static str, String) {
    let what = format!("the wish stands twice, first in row {first}");
    (codes::DUPLICATE_PAIR, what)
}
