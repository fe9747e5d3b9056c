//! What the steps of the journal come to: the draft that counts, what can be taken back, what was kept.

use super::draft::{Draft, Ground, Hold};
use super::journal::Step;
use crate::base::ids::RepIx;
use crate::error::{Problem, codes};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Everything that was asked for, and was taken back.
#[derive(Clone, Debug)]
pub(super) struct History {
    pub now: Arc<Draft>,
    past: Vec<Arc<Draft>>,
    future: Vec<Arc<Draft>>,
    /// What was asked for when a plan was kept.
    saved: HashMap<String, Arc<Draft>>,
    pub mark: String,
    pub version: u64,
}

/// Where a project stands.
pub(super) const MARKS: [&str; 3] = ["draft", "proposed", "approved"];

impl History {
    pub fn new(first: Draft) -> History {
        History {
            now: Arc::new(first),
            past: Vec::new(),
            future: Vec::new(),
            saved: HashMap::new(),
            mark: MARKS[0].to_owned(),
            version: 0,
        }
    }

    pub fn undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub fn redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// One step further.
    ///
    /// # Errors
    /// What is wrong with it; nothing has changed then.
    pub fn step(&mut self, ground: &Ground, step: &Step) -> Result<(), Vec<Problem>> {
        let nothing = |what: &str| vec![Problem::error(codes::NO_EFFECT, what)];
        match step {
            Step::Do(edit) => {
                let new = ground.edited(&self.now, &[], edit)?;
                self.put(new);
            }
            Step::Held(pairs) => {
                let mut new = Draft::clone(&self.now);
                for (customer, rep) in pairs {
                    let (i, rep) = ground
                        .pair(&self.now, customer, rep)
                        .map_err(|p| vec![*p])?;
                    new.hold.insert(i, Hold { rep, stays: true });
                    new.forbid.remove(&(i, rep));
                }
                self.put(new);
            }
            Step::Undo => {
                let Some(before) = self.past.pop() else {
                    return Err(nothing("there is nothing to take back"));
                };
                self.future.push(std::mem::replace(&mut self.now, before));
            }
            Step::Redo => {
                let Some(after) = self.future.pop() else {
                    return Err(nothing("nothing was taken back"));
                };
                self.past.push(std::mem::replace(&mut self.now, after));
            }
            Step::Solved => {}
            Step::Saved(name) => {
                self.saved.insert(name.clone(), self.now.clone());
            }
            Step::Opened(name) => {
                let Some(then) = self.saved.get(name) else {
                    return Err(nothing("there is no such plan"));
                };
                let then = then.clone();
                self.past.push(std::mem::replace(&mut self.now, then));
                self.future.clear();
            }
            Step::Marked(mark) => {
                if !MARKS.contains(&mark.as_str()) {
                    return Err(nothing("a project is draft, proposed or approved"));
                }
                self.mark.clone_from(mark);
            }
        }
        // What was proposed or approved was something else.
        if !matches!(step, Step::Marked(_) | Step::Saved(_)) {
            MARKS[0].clone_into(&mut self.mark);
        }
        self.version += 1;
        Ok(())
    }

    /// One step of the journal further, whatever the inputs are by now: customers who are gone are left out, and so is a step that cannot be any more.
    /// Versions count on, and what takes a step back finds one, or it would take back another. What was left out, in words.
    pub fn again(&mut self, ground: &Ground, step: &Step) -> Option<String> {
        let problems = self.step(ground, step).err()?;
        let first = problems.first().map_or("", |p| p.what.as_str());
        let n = self.version + 1;
        if let Some(less) = ground.there_are(&self.now, step)
            && self.step(ground, &less).is_ok()
        {
            return Some(format!("edit {n} is done in part: {first}"));
        }
        if matches!(step, Step::Do(_) | Step::Held(_) | Step::Opened(_)) {
            self.put(Draft::clone(&self.now));
        }
        self.version = n;
        Some(format!("edit {n} is left out: {first}"))
    }

    fn put(&mut self, new: Draft) {
        self.past
            .push(std::mem::replace(&mut self.now, Arc::new(new)));
        self.future.clear();
    }

    /// Whether a plan of this name was kept.
    pub fn has(&self, name: &str) -> bool {
        self.saved.contains_key(name)
    }
}

/// What is to stay where it is, as pairs: where that is follows from the plan, which the journal does not have.
pub(super) fn held(
    ground: &Ground,
    draft: &Draft,
    owner: &[RepIx],
    edit: &super::edit::Edit,
) -> Result<Step, Vec<Problem>> {
    let new = ground.edited(draft, owner, edit)?;
    if !matches!(edit, super::edit::Edit::Lock { .. }) {
        let mut edit = edit.clone();
        if let Some(customers) = edit.customers() {
            // The journal is read at each start.
            let mut seen = HashSet::new();
            customers.retain(|id| seen.insert(id.clone()));
        }
        return Ok(Step::Do(edit));
    }
    let held = new
        .hold
        .iter()
        .filter(|(i, hold)| draft.hold.get(i) != Some(hold));
    let pairs = held.map(|(i, hold)| ground.names(&new, *i, hold.rep));
    Ok(Step::Held(pairs.collect()))
}
