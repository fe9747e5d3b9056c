//! What the desk shows at one version: nothing in it changes any more.

use super::draft::Draft;
use super::folder::Folder;
use super::inputs::{Texts, wished_model};
use super::kept::{Kept, Named};
use crate::base::ids::RepIx;
use crate::error::Error;
use crate::explain::violations::violations;
use crate::input::Inputs;
use crate::model::Model;
use crate::plan::Violation;
use crate::plan::summary::Summary;
use rayon::prelude::*;
use std::sync::Arc;

/// Broken rules that are told.
const TOLD: usize = 200;

/// Everything about one version.
#[derive(Debug)]
pub(super) struct View {
    pub version: u64,
    pub draft: Arc<Draft>,
    pub texts: Texts,
    /// The inputs without wishes, and their model.
    pub frame: Arc<Inputs>,
    pub plain: Arc<Model>,
    /// The model with the wishes.
    pub model: Model,
    /// Owners shown: those of the plan, and whoever is held to somebody with them.
    pub owner: Vec<RepIx>,
    pub summary: Summary,
    /// What the owners shown cost.
    pub cost: f64,
    pub violations: Vec<Violation>,
    pub kept: Option<Arc<Kept>>,
    /// Whether the plan is one of another draft.
    pub stale: bool,
    pub undo: bool,
    pub redo: bool,
    pub mark: String,
    pub plans: Arc<Vec<Named>>,
}

/// What of a view follows from the history.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub version: u64,
    pub draft: Arc<Draft>,
    pub undo: bool,
    pub redo: bool,
    pub mark: String,
    pub plans: Arc<Vec<Named>>,
    pub kept: Option<Arc<Kept>>,
}

/// Whether two drafts have the same reps and rules.
fn alike(a: &Draft, b: &Draft) -> bool {
    (&a.off, &a.moved, &a.added, &a.settings) == (&b.off, &b.moved, &b.added, &b.settings)
}

/// Inputs and model of a draft without its wishes: those of another view where they are the same.
fn frame_of(
    folder: &Folder,
    draft: &Draft,
    texts: &Texts,
    near: Option<&View>,
    kept: Option<&Kept>,
) -> Result<(Arc<Inputs>, Arc<Model>), Error> {
    let costs = |kept: Option<&Kept>| kept.map(|k| k.costs.clone()).unwrap_or_default();
    let same =
        |view: &&View| alike(&view.draft, draft) && costs(view.kept.as_deref()) == costs(kept);
    if let Some(view) = near.filter(same) {
        return Ok((view.frame.clone(), view.plain.clone()));
    }
    let memory = &folder.base.scenario.origin.memory;
    let mut frame = texts.frame(&folder.base, draft, memory)?;
    frame.scenario.rules.wishes = Some("wishes.csv".into());
    if let Some(kept) = kept {
        kept.settle_costs(&mut frame.scenario);
    }
    let plain = Model::build(&frame);
    Ok((Arc::new(frame), Arc::new(plain)))
}

/// A draft as a model with its texts and inputs.
#[derive(Debug)]
pub(super) struct Asked {
    pub texts: Texts,
    pub frame: Arc<Inputs>,
    pub plain: Arc<Model>,
    pub model: Model,
}

impl Asked {
    /// # Errors
    /// Rules that contradict each other.
    pub fn new(
        folder: &Folder,
        draft: &Draft,
        near: Option<&View>,
        kept: Option<&Kept>,
    ) -> Result<Asked, Error> {
        let texts = folder.texts(draft);
        let (frame, plain) = frame_of(folder, draft, &texts, near, kept)?;
        let model = wished_model(&frame, &plain, draft);
        Ok(Asked {
            texts,
            frame,
            plain,
            model,
        })
    }

    /// The rules that owners break.
    pub fn broken(&self, owner: &[RepIx]) -> Vec<Violation> {
        let mut all = violations(&self.frame, &self.model, owner);
        all.truncate(TOLD);
        all
    }
}

/// Whom the customers are with: as in the plan, or where there is none as today, or with the cheapest; and with those they are held to.
pub(super) fn owners(model: &Model, kept: Option<&Kept>, draft: &Draft) -> Vec<RepIx> {
    let today = |i: usize| {
        let owner = model.previous.get(i).copied().and_then(RepIx::some);
        owner.unwrap_or_else(|| model.cheapest(i))
    };
    let mut owner: Vec<RepIx> = match kept {
        Some(kept) => {
            let reps = 0..kept.reps + kept.added.len();
            let place: Vec<Option<usize>> = reps.map(|j| kept.place(j, draft)).collect();
            let now = |(i, j): (usize, &RepIx)| match place.get(j.at()).copied().flatten() {
                Some(now) if now < model.k => RepIx(now as u32),
                _ => today(i),
            };
            kept.owner.par_iter().enumerate().map(now).collect()
        }
        None => (0..model.n).into_par_iter().map(today).collect(),
    };
    for (i, hold) in &draft.hold {
        owner[*i as usize] = hold.rep;
    }
    owner
}

/// What owners cost.
pub(super) fn cost(model: &Model, owner: &[RepIx]) -> f64 {
    summed(owner, &|i, j| model.cost(i, j)) + model.balance_cost(owner)
}

/// What owners travel, in the unit of the objective.
pub(super) fn travel(model: &Model, owner: &[RepIx]) -> f64 {
    summed(owner, &|i, j| model.travel_cost(i, j).unwrap_or(0.0))
}

/// A sum over pairs, in fixed pieces.
fn summed(owner: &[RepIx], of: &(impl Fn(usize, RepIx) -> f64 + Sync)) -> f64 {
    let parts: Vec<f64> = (owner.par_chunks(4096).enumerate())
        .map(|(p, part)| {
            let each = part.iter().enumerate();
            each.map(|(i, j)| of(p * 4096 + i, *j)).sum()
        })
        .collect();
    parts.iter().sum()
}

impl View {
    /// # Errors
    /// Rules that contradict each other.
    pub fn new(folder: &Folder, facts: Facts, near: Option<&View>) -> Result<View, Error> {
        let asked = Asked::new(folder, &facts.draft, near, facts.kept.as_deref())?;
        let owner = owners(&asked.model, facts.kept.as_deref(), &facts.draft);
        let key = asked.texts.key(&folder.plan(super::folder::CURRENT))?;
        let kept = facts.kept;
        Ok(View {
            version: facts.version,
            summary: Summary::new(&asked.model, &owner),
            cost: cost(&asked.model, &owner),
            violations: asked.broken(&owner),
            stale: kept.as_ref().is_none_or(|kept| kept.key != key),
            draft: facts.draft,
            texts: asked.texts,
            frame: asked.frame,
            plain: asked.plain,
            model: asked.model,
            owner,
            kept,
            undo: facts.undo,
            redo: facts.redo,
            mark: facts.mark,
            plans: facts.plans,
        })
    }
}
