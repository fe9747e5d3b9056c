//! The saved plan, as far as results are compared with it: its targets, and who looks after whom.

use crate::base::date::Date;
use crate::base::ids::Ids;
use crate::error::{Error, Problem, codes};
use crate::input::index::IdIndex;
use crate::input::loose::Alike;
use crate::input::spelling::Named;
use crate::plan::targets::RepTarget;
use crate::saved::{REPORT, RepFigures, SavedPlan};
use crate::scenario::{TableRole, TableRules, Total};
use std::collections::HashMap;
use std::path::Path;

/// No target comes near: what a million customers of the largest number have.
const MAX_FIGURE: f64 = 1e30;

/// A rep of the plan.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rep {
    pub id: String,
    pub name: String,
    pub customers: usize,
}

/// A goal, and how much each of its reps is to reach.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Goal {
    pub name: String,
    pub measure: String,
    pub total: Total,
    pub from: Date,
    pub date: Date,
    /// Base and value per rep of the plan; `None` where the goal is not set.
    pub of: Vec<Option<Share>>,
}

/// What one rep is to reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Share {
    pub base: Option<f64>,
    pub value: f64,
}

/// The plan.
#[derive(Debug)]
pub(super) struct TrackedPlan {
    pub name: String,
    pub reps: Vec<Rep>,
    pub goals: Vec<Goal>,
    /// How tables are read.
    pub tables: TableRules,
    /// The columns that the scenario names for results.
    pub columns: Named,
    customers: Ids,
    index: IdIndex,
    owner: Vec<u32>,
    rep_ids: Ids,
    by_id: HashMap<String, usize>,
    /// Reps by names that only one of them has.
    by_name: HashMap<String, Option<usize>>,
}

impl TrackedPlan {
    /// Reads a plan directory.
    ///
    /// # Errors
    /// As [`SavedPlan::open`], and [`Error::Input`] when the plan has no targets.
    pub fn read(dir: &Path) -> Result<TrackedPlan, Error> {
        let SavedPlan {
            report,
            assignments,
            ..
        } = SavedPlan::open(dir)?;
        let told = |mut problem: Problem| {
            problem.file = dir.join(REPORT).display().to_string();
            Error::Input(vec![problem])
        };
        if report.targets.is_empty() {
            let problem = Problem::error(codes::NO_TARGETS, "the plan has no targets");
            let help = "add [[target]] with a measure, a value or growth, and a date to the scenario, and solve it again";
            return Err(told(problem.field("targets").help(help)));
        }
        let mut by_id = HashMap::new();
        let mut by_name = HashMap::new();
        let mut rep_ids = Ids::new();
        for (j, territory) in report.territories.iter().enumerate() {
            by_id.insert(territory.rep.clone(), j);
            rep_ids.push(&territory.rep, false);
            by_name
                .entry(territory.name.clone())
                .and_modify(|at| *at = None)
                .or_insert(Some(j));
        }
        let goals = goals(report.targets, report.territories.len(), &by_id).map_err(|what| {
            let what = format!("the file is damaged: {what}");
            told(Problem::error(codes::DAMAGED_PLAN, what).help("run `revier solve` again"))
        })?;
        let (index, _) = IdIndex::build(&assignments.ids);
        let assignments = assignments.into_columns();
        let rep = |t: RepFigures| Rep {
            id: t.rep,
            name: t.name,
            customers: t.customers,
        };
        Ok(TrackedPlan {
            name: report.scenario.name,
            reps: report.territories.into_iter().map(rep).collect(),
            goals,
            tables: report.scenario.tables,
            columns: report.scenario.columns.of(TableRole::Results).clone(),
            customers: assignments.ids,
            index,
            owner: assignments.owner.iter().map(|j| j.0).collect(),
            rep_ids,
            by_id,
            by_name,
        })
    }

    /// A plan without customers.
    #[cfg(test)]
    pub fn of(reps: Vec<Rep>, goals: Vec<Goal>) -> TrackedPlan {
        TrackedPlan {
            name: "plan".into(),
            reps,
            goals,
            tables: TableRules::default(),
            columns: Named::new(),
            index: IdIndex::build(&Ids::new()).0,
            customers: Ids::new(),
            owner: Vec::new(),
            rep_ids: Ids::new(),
            by_id: HashMap::new(),
            by_name: HashMap::new(),
        }
    }

    /// The customer of an id, and the rep who looks after it.
    pub fn customer(&self, id: &str) -> Option<(usize, usize)> {
        let at = self.index.get(&self.customers, id)?;
        Some((at, self.owner[at] as usize))
    }

    /// As [`TrackedPlan::customer`], for an id that is alike to one of the plan.
    pub fn customer_alike(&self, id: &str, alike: &mut Alike) -> Option<(usize, usize)> {
        let at = alike.find(&self.customers, id)?;
        Some((at, self.owner[at] as usize))
    }

    /// The rep of an id that is alike to one of the plan.
    pub fn rep_alike(&self, id: &str, alike: &mut Alike) -> Option<usize> {
        alike.find(&self.rep_ids, id)
    }

    /// The id of the customer at a position.
    pub fn customer_id(&self, at: usize) -> &str {
        self.customers.get(at)
    }

    /// The rep of an id, or of a name that no other rep has.
    pub fn rep(&self, text: &str) -> Option<usize> {
        let by_name = || self.by_name.get(text).copied().flatten();
        self.by_id.get(text).copied().or_else(by_name)
    }

    /// How many customers there are.
    pub fn customers(&self) -> usize {
        self.customers.len()
    }
}

/// Targets of one name are one goal.
fn goals(
    targets: Vec<RepTarget>,
    k: usize,
    by_id: &HashMap<String, usize>,
) -> Result<Vec<Goal>, String> {
    let mut goals: Vec<Goal> = Vec::new();
    for t in targets {
        let Some(j) = by_id.get(&t.rep).copied() else {
            return Err(format!(
                "it has a target of {:?}, who has no territory",
                t.rep
            ));
        };
        if [Some(t.value), t.base]
            .into_iter()
            .flatten()
            .any(|x| x.abs() > MAX_FIGURE)
        {
            return Err(format!(
                "the target {:?} of {:?} is out of all bounds",
                t.name, t.rep
            ));
        }
        let at = goals.iter().position(|g| g.name == t.name);
        let at = at.unwrap_or_else(|| {
            goals.push(Goal {
                name: t.name,
                measure: t.measure.clone(),
                total: t.total,
                from: t.from,
                date: t.date,
                of: vec![None; k],
            });
            goals.len() - 1
        });
        let goal = &mut goals[at];
        if (&goal.measure, goal.total, goal.from, goal.date)
            != (&t.measure, t.total, t.from, t.date)
        {
            return Err(format!(
                "the target {:?} is not the same for all reps",
                goal.name
            ));
        }
        goal.of[j] = Some(Share {
            base: t.base,
            value: t.value,
        });
    }
    Ok(goals)
}
