//! One change of the team of today: one more rep, one who leaves, one who moves.
//!
//! Which places are tried first comes from the prices of the plan of today. One more rep at `c` saves at most about
//!
//! ```text
//! max  sum_i (pi_i - c_ic) x_i     0 <= x <= 1,  sum_i a_ic x_i <= U_c        pi_i = min_j c_ij + mu_j a_ij
//! ```
//!
//! a fractional knapsack of the savings of the sites; a rep who moves saves what the way to the own territory does. What is told is
//! then the plan of the whole team, solved anew, and its bound: with `v` and `b` of the plan of today, `v'` and `b'` of the other one, the change saves
//! `v - v'` here, `v - b'` at most.

use super::people::{People, geojson, refuse_servers, with_reps};
use super::question::{Money, Question, money};
use crate::base::deadline::{Cancel, Deadline};
use crate::base::ids::RepIx;
use crate::disk::file;
use crate::error::Error;
use crate::input::Inputs;
use crate::model::Model;
use crate::plan::{Claim, Plan};
use crate::saved::text;
use crate::scenario::{Scenario, Sizing};
use rayon::prelude::*;
use std::fmt::Write;
use std::path::Path;

/// What changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// One more rep.
    Joins,
    /// A rep leaves; the others share out the territory.
    Leaves,
    /// A rep lives elsewhere.
    Moves,
}

impl What {
    /// As files have it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            What::Joins => "joins",
            What::Leaves => "leaves",
            What::Moves => "moves",
        }
    }
}

/// One change, and the plan of the team after it.
#[derive(Clone, Debug)]
pub struct Turn {
    /// What changes.
    pub what: What,
    /// Position in the team of who leaves or moves.
    pub rep: Option<u32>,
    /// Position in the team of the place where somebody is then.
    pub place: Option<u32>,
    /// What is claimed of the plan.
    pub claim: Claim,
    /// What it costs, in objective units; of the closest plan where none keeps the rules.
    pub travel: f64,
    /// What any plan costs at least.
    pub bound: f64,
}

impl Turn {
    /// Whether there is a plan.
    #[must_use]
    pub fn is_found(&self) -> bool {
        matches!(self.claim, Claim::Optimal | Claim::Within)
    }
}

/// The team of today, and what changes of it do.
#[derive(Debug)]
pub struct Turnover {
    people: People,
    /// How many reps there are today.
    pub reps: usize,
    /// The plan of today: what it costs, and any costs at least.
    pub today: (f64, f64),
    /// The changes: those who join, leave and move, each the best first.
    pub turns: Vec<Turn>,
    /// Whether somebody may get to a place without a region, which regions of the customers do not keep to themselves.
    pub without_region: bool,
    /// What a rep, and a unit of the objective, cost, where the scenario says so.
    costs: Option<(f64, f64)>,
    csv_safe: bool,
}

impl Turnover {
    /// Id and home of somebody of the team, or of a place.
    #[must_use]
    pub fn person(&self, at: u32) -> (&str, [f64; 2]) {
        let (reps, j) = (&self.people.reps, at as usize);
        (reps.ids.get(j), [reps.lon[j], reps.lat[j]])
    }

    /// What a change saves in objective units: with the plan that was found, and at most.
    #[must_use]
    pub fn saves(&self, turn: &Turn) -> (f64, f64) {
        let today = self.today.0;
        (today - turn.travel, today - turn.bound)
    }

    /// What a change saves in money, the pay of a rep included; `None` where the scenario has no costs.
    #[must_use]
    pub fn saves_money(&self, turn: &Turn) -> Option<f64> {
        let (rep, travel) = self.costs?;
        let pay = match turn.what {
            What::Joins => -rep,
            What::Leaves => rep,
            What::Moves => 0.0,
        };
        Some(travel * self.saves(turn).0 + pay)
    }
}

/// Which changes are looked at: so many places for one more, every rep who leaves, so many moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Places for one more that are told.
    pub joins: usize,
    /// Whether everybody's departure is.
    pub leaves: bool,
    /// Moves that are told.
    pub moves: usize,
}

/// Places that are solved for beyond those that are told: the prices are those of today.
const MORE: usize = 3;

/// Looks at changes of the team of the scenario that was read from `file`.
///
/// # Errors
/// Bad input with all its problems, [`Error::Infeasible`] where there is no plan today, [`Error::Internal`] when a solve contradicts itself.
pub fn turnover(
    scenario: &Scenario,
    file: &Path,
    asked: Asked,
    cancel: &Cancel,
) -> Result<Turnover, Error> {
    let rules = scenario.sizing.clone().unwrap_or_else(Sizing::anywhere);
    refuse_servers(scenario)?;
    let label = file.display().to_string();
    let money = money(scenario, &rules, &label)?;
    let (people, reps) = People::everybody(scenario, &rules, &label)?;
    let mut inputs = with_reps(file, &geojson(scenario, &people.reps))?;
    let without_region = (asked.joins > 0 || asked.moves > 0) && people.without_region(&inputs);
    let model = Model::build(&inputs);
    let costs = money.as_ref().map(|m: &Money| (m.rep, m.travel));
    let question = Question {
        scenario,
        rules: &rules,
        people: &people,
        model: &model,
        money,
    };
    let until = Deadline::never().or(cancel);
    let everybody: Vec<u32> = (0..reps as u32).collect();
    let (of_team, plan) = question.solved(&everybody, &mut inputs, &until)?;
    if !matches!(plan.claim, Claim::Optimal | Claim::Within) {
        let what = "the reps of today have no plan within the rules: `revier solve` says why";
        return Err(Error::Infeasible(what.into()));
    }
    let today = (plan.objective, plan.bound);
    let mut trial = Trial {
        question: &question,
        everybody,
        of_team: &of_team,
        plan: &plan,
        inputs: &mut inputs,
        until,
    };
    let mut turns = trial.joins(asked.joins)?;
    if asked.leaves && reps > 1 {
        turns.extend(trial.leaves()?);
    }
    turns.extend(trial.moves(asked.moves)?);
    Ok(Turnover {
        people,
        without_region,
        reps,
        today,
        turns,
        costs,
        csv_safe: scenario.output.csv_safe,
    })
}

struct Trial<'a> {
    question: &'a Question<'a>,
    everybody: Vec<u32>,
    /// The model of the team of today, and its plan.
    of_team: &'a Model,
    plan: &'a Plan,
    inputs: &'a mut Inputs,
    until: Deadline,
}

impl Trial<'_> {
    /// The places where somebody could be and nobody is.
    fn places(&self) -> Vec<u32> {
        let all = self.question.people.reps.len() as u32;
        (self.everybody.len() as u32..all).collect()
    }

    /// The plan after a change.
    fn turn(&mut self, what: What, rep: Option<u32>, place: Option<u32>) -> Result<Turn, Error> {
        let stays = self.everybody.iter().copied().filter(|j| Some(*j) != rep);
        let chosen: Vec<u32> = stays.chain(place).collect();
        let (_, plan) = (self.question).solved(&chosen, self.inputs, &self.until)?;
        Ok(Turn {
            what,
            rep,
            place,
            claim: plan.claim,
            travel: plan.objective,
            bound: plan.bound,
        })
    }

    /// The best places for one more.
    fn joins(&mut self, most: usize) -> Result<Vec<Turn>, Error> {
        let mut turns = Vec::new();
        for place in self.promising(most) {
            if self.until.is_over() {
                break;
            }
            turns.push(self.turn(What::Joins, None, Some(place))?);
        }
        Ok(best(turns, most))
    }

    /// Places by what the prices of today say that one more rep there would save at most.
    fn promising(&self, most: usize) -> Vec<u32> {
        if most == 0 {
            return Vec::new();
        }
        let (m, k) = (self.of_team, self.everybody.len());
        let price = |j: usize| self.plan.prices.rep_measure[j * m.m];
        let worth: Vec<f64> = (0..m.n)
            .into_par_iter()
            .map(|i| {
                let open = (0..k).filter(|j| m.forbidden_by(i, RepIx(*j as u32)).is_none());
                let cost = |j: usize| {
                    let rep = RepIx(j as u32);
                    m.cost(i, rep) + price(j) * m.activity(i, rep, 0)
                };
                open.map(cost).fold(f64::INFINITY, f64::min)
            })
            .collect();
        let all = self.question.model;
        let measured: Vec<f64> = (0..k).map(|j| m.bounds[j * m.m].upper).collect();
        let room = measured.iter().copied().fold(0.0, f64::max);
        let saving = |place: u32| {
            let rep = RepIx(place);
            let of = |i: usize| {
                let permitted = all.forbidden_by(i, rep).is_none();
                let (saved, load) = (worth[i] - all.cost(i, rep), all.activity(i, rep, 0));
                (permitted && saved > 0.0).then_some((saved, load))
            };
            knapsack((0..m.n).filter_map(of).collect(), room)
        };
        let places = self.places();
        let mut ranked: Vec<(f64, u32)> = places.par_iter().map(|p| (saving(*p), *p)).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let first = ranked.into_iter().take(most + MORE);
        first.map(|(_, place)| place).collect()
    }

    /// Every departure.
    fn leaves(&mut self) -> Result<Vec<Turn>, Error> {
        let mut turns = Vec::new();
        for rep in self.everybody.clone() {
            if self.until.is_over() {
                break;
            }
            turns.push(self.turn(What::Leaves, Some(rep), None)?);
        }
        let all = turns.len();
        Ok(best(turns, all))
    }

    /// The best moves: of each rep to the place from where the way to the territory of today is shortest.
    fn moves(&mut self, most: usize) -> Result<Vec<Turn>, Error> {
        let (m, all, owner) = (self.of_team, self.question.model, &self.plan.owner);
        let places = self.places();
        let mut own: Vec<Vec<usize>> = vec![Vec::new(); self.everybody.len()];
        for (i, j) in owner.iter().enumerate() {
            own[j.at()].push(i);
        }
        let saving = |j: usize, place: u32| -> Option<f64> {
            let rep = RepIx(place);
            let mut saved = 0.0;
            for i in own[j].iter().copied() {
                if all.forbidden_by(i, rep).is_some() {
                    return None;
                }
                saved += m.cost(i, RepIx(j as u32)) - all.cost(i, rep);
            }
            Some(saved)
        };
        let of_rep = |j: usize| -> Option<(f64, u32, u32)> {
            let found = places.iter().filter_map(|p| Some((saving(j, *p)?, *p)));
            let best = found.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
            (best.0 > 0.0).then_some((best.0, j as u32, best.1))
        };
        let reps = 0..self.everybody.len();
        let mut ranked: Vec<(f64, u32, u32)> = reps.into_par_iter().filter_map(of_rep).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let more = if most > 0 { most + MORE } else { 0 };
        let mut turns = Vec::new();
        for (_, rep, place) in ranked.into_iter().take(more) {
            if self.until.is_over() {
                break;
            }
            turns.push(self.turn(What::Moves, Some(rep), Some(place))?);
        }
        Ok(best(turns, most))
    }
}

/// The cheapest first, those without a plan last.
fn best(mut turns: Vec<Turn>, most: usize) -> Vec<Turn> {
    turns.sort_by(|a, b| {
        let key = |t: &Turn| (!t.is_found(), t.travel);
        let (a, b) = (key(a), key(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    turns.truncate(most);
    turns
}

/// The most that `(worth, load)`, each taken in part, are worth together within a total load.
fn knapsack(mut items: Vec<(f64, f64)>, room: f64) -> f64 {
    // What is worth most for its load comes first. Products across would not order equal ratios: they are rounded.
    let ratio = |(worth, load): &(f64, f64)| match *load > 0.0 {
        true => worth / load,
        false => f64::INFINITY,
    };
    items.sort_by(|a, b| ratio(b).total_cmp(&ratio(a)));
    let (mut left, mut sum) = (room, 0.0);
    for (worth, load) in items {
        let part = if load > left { left / load } else { 1.0 };
        sum += part * worth;
        left -= part * load;
        if left <= 0.0 {
            break;
        }
    }
    sum
}

/// The first line of `turnover.csv`.
const HEADER: &str = "change,rep,place,lon,lat,travel,bound,saves,saves_at_most,saves_money,plan";

/// `turnover.csv`: a line per change. `plan` is `yes`, `no` (proven) or `not found`; what a change saves is in objective units.
#[must_use]
pub fn turns_table(turnover: &Turnover) -> String {
    let mut table = format!("{HEADER}\n");
    for turn in &turnover.turns {
        let name = |at: Option<u32>| {
            let mut cell = String::new();
            let id = at.map_or("", |at| turnover.person(at).0);
            text::cell(&mut cell, id, turnover.csv_safe);
            cell
        };
        let at = turn.place.or(turn.rep).map(|at| turnover.person(at).1);
        let at = at.map_or_else(String::new, |[lon, lat]| format!("{lon},{lat}"));
        let (found, most) = turnover.saves(turn);
        let figures = match turn.is_found() {
            // Bounds are rounded against the claim.
            true => format!(
                "{:.3},{:.3},{found:.3},{:.3},{}",
                turn.travel,
                (turn.bound * 1e3).floor() / 1e3,
                (most * 1e3).ceil() / 1e3,
                turnover
                    .saves_money(turn)
                    .map_or_else(String::new, |x| format!("{x:.2}"))
            ),
            false => ",,,,".to_owned(),
        };
        let plan = match turn.claim {
            Claim::Infeasible => "no",
            _ if turn.is_found() => "yes",
            _ => "not found",
        };
        let (rep, place) = (name(turn.rep), name(turn.place));
        let _ = writeln!(
            table,
            "{},{rep},{place},{at},{figures},{plan}",
            turn.what.word()
        );
    }
    table
}

/// Whether a file is a `turnover.csv` of an earlier run.
#[must_use]
pub fn is_turns(path: &Path) -> bool {
    file::begins_with(path, HEADER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_knapsack_takes_the_best_first_and_the_last_in_part() {
        let items = vec![(10.0, 5.0), (6.0, 1.0), (9.0, 3.0), (1.0, 0.0)];
        // 6 and 1 whole, 9 whole, and 1/5 of 10.
        assert_eq!(knapsack(items.clone(), 5.0), 6.0 + 1.0 + 9.0 + 2.0);
        assert_eq!(knapsack(items.clone(), 100.0), 26.0);
        assert_eq!(knapsack(items, 0.0), 1.0);
        assert_eq!(knapsack(Vec::new(), 1.0), 0.0);
    }
}
