//! All that edits have asked for so far: wishes, reps, rules. Positions stand for ids; reps that are new follow those of the file.

use super::edit::{Edit, Settings};
use super::journal::Step;
use crate::base::ids::{Ids, RepIx};
use crate::error::{Problem, codes};
use crate::input::Inputs;
use crate::input::index::IdIndex;
use std::collections::{BTreeMap, BTreeSet};

/// The most reps that a desk takes.
const MOST_REPS: usize = 100_000;

/// What holds a customer to a rep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hold {
    pub rep: RepIx,
    /// Whether it was asked to stay where it is, and not to go somewhere.
    pub stays: bool,
}

/// A rep that the file does not have.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NewRep {
    pub id: String,
    pub name: String,
    pub place: [f64; 2],
}

/// All that is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Draft {
    /// Whom customers are held to.
    pub hold: BTreeMap<u32, Hold>,
    /// Pairs that shall not be.
    pub forbid: BTreeSet<(u32, RepIx)>,
    /// Customers whose lock in the file does not hold, and to whom it was.
    pub unlock: BTreeMap<u32, RepIx>,
    /// Those of them whose lock does not hold because the rep is away.
    pub freed: BTreeSet<u32>,
    /// Reps who are away.
    pub off: BTreeSet<RepIx>,
    /// Home bases that are others than in the file.
    pub moved: BTreeMap<RepIx, [f64; 2]>,
    pub added: Vec<NewRep>,
    pub settings: Settings,
}

/// What edits are about.
#[derive(Debug)]
pub(super) struct Ground {
    customers: Ids,
    index: IdIndex,
    reps: Ids,
    rep_index: IdIndex,
    /// Whom the file locks each customer to, whatever the wishes say.
    locked: Vec<RepIx>,
    measures: Vec<String>,
    owned: bool,
    by_matrix: bool,
}

impl Ground {
    pub fn new(base: &Inputs) -> Ground {
        let c = &base.customers;
        let mut locked = vec![RepIx::NONE; c.len()];
        if base.scenario.rules.locks {
            for (i, lock) in c.locked.iter().enumerate() {
                if *lock {
                    locked[i] = c.owner.get(i).copied().unwrap_or(RepIx::NONE);
                }
            }
            for (i, j) in &base.unlocked {
                locked[*i as usize] = *j;
            }
        }
        Ground {
            index: IdIndex::build(&c.ids).0,
            customers: c.ids.clone(),
            rep_index: IdIndex::build(&base.reps.ids).0,
            reps: base.reps.ids.clone(),
            locked,
            measures: (base.scenario.balance.iter())
                .map(|b| b.measure.clone())
                .collect(),
            owned: c.owner.iter().any(|j| j.some().is_some()),
            by_matrix: base.matrix.is_some(),
        }
    }

    /// The wishes that the scenario has.
    pub fn first(base: &Inputs) -> Draft {
        let mut draft = Draft::default();
        for (i, rep) in base.wished.iter().enumerate() {
            if rep.some().is_some() {
                let hold = Hold {
                    rep: *rep,
                    stays: false,
                };
                draft.hold.insert(i as u32, hold);
            }
        }
        draft.forbid = base.wishes_forbid.iter().copied().collect();
        draft.unlock = base.unlocked.iter().copied().collect();
        draft
    }

    fn rep(&self, draft: &Draft, id: &str) -> Result<RepIx, Box<Problem>> {
        let added = || {
            let at = draft.added.iter().position(|rep| rep.id == id)?;
            Some(self.reps.len() + at)
        };
        let found = self.rep_index.get(&self.reps, id).or_else(added);
        found.map(|at| RepIx(at as u32)).ok_or_else(|| {
            let problem = Problem::error(codes::UNKNOWN_REP, format!("there is no rep {id:?}"));
            problem.field("rep").id(id).into()
        })
    }

    /// The customers, each once, or the first few that do not exist.
    fn all(&self, ids: &[String], problems: &mut Vec<Problem>) -> Vec<u32> {
        if ids.is_empty() {
            let problem = Problem::error(codes::MISSING_VALUE, "no customer is named");
            problems.push(problem.field("customers"));
        }
        let mut found = BTreeSet::new();
        for id in ids {
            match self.index.get(&self.customers, id) {
                Some(i) => {
                    found.insert(i as u32);
                }
                None if problems.len() < 10 => {
                    let what = format!("there is no customer {id:?}");
                    let problem = Problem::error(codes::UNKNOWN_CUSTOMER, what);
                    problems.push(problem.field("customers").id(id));
                }
                None => {}
            }
        }
        found.into_iter().collect()
    }

    /// The draft with one more edit, where the customers are with these owners.
    ///
    /// # Errors
    /// All that is wrong with the edit.
    pub fn edited(
        &self,
        draft: &Draft,
        owner: &[RepIx],
        edit: &Edit,
    ) -> Result<Draft, Vec<Problem>> {
        let mut new = draft.clone();
        let mut problems = Vec::new();
        match edit {
            Edit::Assign { customers, rep } => {
                let all = self.all(customers, &mut problems);
                match self.there(draft, rep) {
                    Ok(rep) => {
                        self.keep_locks(draft, &all, |lock| lock != rep, &mut problems);
                        new.assign(&all, |_| Some(rep), false);
                    }
                    Err(problem) => problems.push(*problem),
                }
            }
            Edit::Forbid { customers, rep } => {
                let all = self.all(customers, &mut problems);
                match self.rep(draft, rep) {
                    Ok(rep) => {
                        self.keep_locks(draft, &all, |lock| lock == rep, &mut problems);
                        new.refuse(&all, rep);
                    }
                    Err(problem) => problems.push(*problem),
                }
            }
            Edit::Lock { customers } => {
                let all = self.all(customers, &mut problems);
                let now = |i: u32| owner.get(i as usize).copied().and_then(RepIx::some);
                let here = |i: u32| now(i).filter(|j| !draft.off.contains(j));
                new.assign(&all, here, true);
            }
            Edit::Unlock { customers } => {
                for i in self.all(customers, &mut problems) {
                    new.hold.remove(&i);
                    if let Some(j) = self.locked.get(i as usize).and_then(|j| j.some()) {
                        new.unlock.insert(i, j);
                        new.freed.remove(&i);
                    }
                }
            }
            Edit::Release { customers } => {
                let all: BTreeSet<u32> = self.all(customers, &mut problems).into_iter().collect();
                new.hold.retain(|i, _| !all.contains(i));
                // Who is away keeps nobody, wishes or not.
                let away = |j: &RepIx| draft.off.contains(j);
                new.unlock.retain(|i, j| !all.contains(i) || away(j));
                let kept = all.iter().filter(|i| new.unlock.contains_key(i));
                new.freed.extend(kept);
                new.forbid.retain(|(i, _)| !all.contains(i));
            }
            Edit::Settings(settings) => {
                self.judge(settings, &mut problems);
                new.settings = settings.over(&draft.settings);
            }
            of_reps => {
                if let Err(problem) = self.of_reps(&mut new, of_reps) {
                    problems.push(*problem);
                }
            }
        }
        if problems.is_empty() {
            Ok(new)
        } else {
            Err(problems)
        }
    }

    /// The positions of a customer and a rep.
    ///
    /// # Errors
    /// That there is none of them.
    pub fn pair(
        &self,
        draft: &Draft,
        customer: &str,
        rep: &str,
    ) -> Result<(u32, RepIx), Box<Problem>> {
        let found = self.index.get(&self.customers, customer);
        let i = found.ok_or_else(|| {
            let what = format!("there is no customer {customer:?}");
            Box::new(Problem::error(codes::UNKNOWN_CUSTOMER, what).id(customer))
        })?;
        Ok((i as u32, self.rep(draft, rep)?))
    }

    /// A step about those of its customers who are there; `None` where nobody is left.
    pub fn there_are(&self, draft: &Draft, step: &Step) -> Option<Step> {
        match step {
            Step::Do(edit) => {
                let mut edit = edit.clone();
                let customers = edit.customers()?;
                customers.retain(|id| self.index.get(&self.customers, id).is_some());
                (!customers.is_empty()).then_some(Step::Do(edit))
            }
            Step::Held(pairs) => {
                let mut pairs = pairs.clone();
                pairs.retain(|(customer, rep)| self.pair(draft, customer, rep).is_ok());
                (!pairs.is_empty()).then_some(Step::Held(pairs))
            }
            _ => None,
        }
    }

    /// The ids of a customer and a rep.
    pub fn names(&self, draft: &Draft, i: u32, rep: RepIx) -> (String, String) {
        let added = || {
            let at = rep.at().checked_sub(self.reps.len());
            at.and_then(|at| draft.added.get(at))
                .map_or("", |new| new.id.as_str())
        };
        let of_file = (rep.at() < self.reps.len()).then(|| self.reps.get(rep.at()));
        let customer = self.customers.get(i as usize).to_owned();
        (customer, of_file.unwrap_or_else(added).to_owned())
    }

    /// Tells the first few customers whose lock in the file is to a rep that the edit keeps them from.
    fn keep_locks(
        &self,
        draft: &Draft,
        all: &[u32],
        against: impl Fn(RepIx) -> bool,
        problems: &mut Vec<Problem>,
    ) {
        let lock = |i: u32| {
            let rep = self.locked.get(i as usize)?.some()?;
            (!draft.unlock.contains_key(&i) && against(rep)).then_some((i, rep))
        };
        for (i, rep) in all.iter().filter_map(|i| lock(*i)).take(10) {
            let (customer, rep) = self.names(draft, i, rep);
            let what = format!("customer {customer:?} is locked to {rep:?}");
            let problem = Problem::error(codes::LOCKED, what).field("customers");
            problems.push(problem.id(&customer).help("unlock it first"));
        }
    }

    /// A rep who is not away.
    fn there(&self, draft: &Draft, id: &str) -> Result<RepIx, Box<Problem>> {
        let rep = self.rep(draft, id)?;
        if draft.off.contains(&rep) {
            let what = format!("{id:?} is away");
            return Err(Box::new(
                Problem::error(codes::NO_EFFECT, what).field("rep").id(id),
            ));
        }
        Ok(rep)
    }

    fn of_reps(&self, new: &mut Draft, edit: &Edit) -> Result<(), Box<Problem>> {
        match edit {
            Edit::RepOff { rep } => {
                let j = self.rep(new, rep)?;
                if new.off.len() + 1 >= self.reps.len() + new.added.len() && !new.off.contains(&j) {
                    let what = "nobody would be left";
                    return Err(Box::new(
                        Problem::error(codes::NO_EFFECT, what).field("rep").id(rep),
                    ));
                }
                new.off.insert(j);
                new.hold.retain(|_, hold| hold.rep != j);
                // Who is away keeps nobody.
                for (i, rep) in self.locked.iter().enumerate() {
                    if *rep == j && !new.unlock.contains_key(&(i as u32)) {
                        new.unlock.insert(i as u32, j);
                        new.freed.insert(i as u32);
                    }
                }
            }
            Edit::RepOn { rep } => {
                let j = self.rep(new, rep)?;
                new.off.remove(&j);
                let (freed, locked) = (&mut new.freed, &self.locked);
                let back = |i: u32| locked.get(i as usize) == Some(&j);
                new.unlock.retain(|i, _| !(back(*i) && freed.contains(i)));
                freed.retain(|i| !back(*i));
            }
            Edit::RepMove { rep, lon, lat } => {
                let j = self.rep(new, rep)?;
                let place = self.place(*lon, *lat)?;
                match (j.at())
                    .checked_sub(self.reps.len())
                    .and_then(|at| new.added.get_mut(at))
                {
                    Some(added) => added.place = place,
                    None => {
                        new.moved.insert(j, place);
                    }
                }
            }
            Edit::RepNew { id, name, lon, lat } => {
                let place = self.place(*lon, *lat)?;
                let plain = !id.trim().is_empty() && id.trim() == id && id.len() <= 200;
                if !plain || id.chars().any(char::is_control) {
                    let what =
                        "the id of a rep is a text of up to 200 letters without spaces around it";
                    return Err(Box::new(
                        Problem::error(codes::OUT_OF_RANGE, what).field("id"),
                    ));
                }
                if self.rep(new, id).is_ok() {
                    let what = format!("there is a rep {id:?}");
                    return Err(Box::new(
                        Problem::error(codes::DUPLICATE_NAME, what)
                            .field("id")
                            .id(id),
                    ));
                }
                if self.reps.len() + new.added.len() >= MOST_REPS {
                    let what = "there are too many reps";
                    return Err(Box::new(
                        Problem::error(codes::OUT_OF_RANGE, what).field("id"),
                    ));
                }
                let name = name
                    .as_deref()
                    .map(str::trim)
                    .filter(|name| !name.is_empty());
                new.added.push(NewRep {
                    id: id.clone(),
                    name: name.unwrap_or(id).to_owned(),
                    place,
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn place(&self, lon: f64, lat: f64) -> Result<[f64; 2], Box<Problem>> {
        if self.by_matrix {
            let what = "travel comes from a matrix, from roads, from a routing server or goes round barriers, which know no other home bases here";
            return Err(Box::new(
                Problem::error(codes::NO_EFFECT, what).field("travel.matrix"),
            ));
        }
        if !(-180.0..=180.0).contains(&lon) || !(-90.0..=90.0).contains(&lat) {
            let what = format!("[{lon}, {lat}] is no place on earth");
            return Err(Box::new(
                Problem::error(codes::OUT_OF_RANGE, what).field("lon"),
            ));
        }
        Ok([lon, lat])
    }

    fn judge(&self, settings: &Settings, problems: &mut Vec<Problem>) {
        let mut add = |what: String, field: &str| {
            problems.push(Problem::error(codes::OUT_OF_RANGE, what).field(field));
        };
        for (measure, tolerance) in &settings.tolerance {
            if !self.measures.contains(measure) {
                add(format!("{measure:?} is not balanced"), "tolerance");
            }
            if !(*tolerance > 0.0 && *tolerance < 1.0) {
                add(
                    format!("a tolerance of {tolerance} is not in (0, 1)"),
                    "tolerance",
                );
            }
        }
        for (measure, budget) in &settings.deviation_budget {
            if !self.measures.contains(measure) {
                add(format!("{measure:?} is not balanced"), "deviation_budget");
            }
            if !(0.0..=1.0).contains(budget) {
                add(
                    format!("a share of {budget} is not in [0, 1]"),
                    "deviation_budget",
                );
            }
        }
        let limits = [
            ("max_km", settings.max_km),
            ("max_minutes", settings.max_minutes),
        ];
        for (name, limit) in limits {
            if let Some(limit) = limit.flatten().filter(|l| !(*l > 0.0 && *l <= 1e15)) {
                add(format!("{name} = {limit} is not above 0"), name);
            }
        }
        if let Some(share) = settings.change_max_share.flatten() {
            if !(0.0..=1.0).contains(&share) {
                add(
                    format!("a share of {share} is not in [0, 1]"),
                    "change_max_share",
                );
            } else if !self.owned {
                let what = "no customer has an owner today: nothing can change hands";
                add(what.to_owned(), "change_max_share");
            }
        }
    }
}

impl Draft {
    fn assign(&mut self, all: &[u32], rep: impl Fn(u32) -> Option<RepIx>, stays: bool) {
        for i in all {
            if let Some(rep) = rep(*i) {
                self.hold.insert(*i, Hold { rep, stays });
                self.forbid.remove(&(*i, rep));
            }
        }
    }

    fn refuse(&mut self, all: &[u32], rep: RepIx) {
        for i in all {
            if self.hold.get(i).is_some_and(|hold| hold.rep == rep) {
                self.hold.remove(i);
            }
            self.forbid.insert((*i, rep));
        }
    }
}
