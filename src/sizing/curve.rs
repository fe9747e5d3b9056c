//! The curve: what each number of reps costs, and at least costs.

use super::bases::Choice;
use super::page::Places;
use super::people::{People, with_reps};
use super::prices::Values;
use super::problem::{Bases, Problem};
use super::search::{Depth, Point, point};
use crate::base::deadline::{Cancel, Deadline};
use crate::base::ids::RepIx;
use crate::error::{Error, Problem as Wrong, codes};
use crate::input::{self, Inputs, Reps};
use crate::model::Model;
use crate::plan::Status;
use crate::scenario::{Cost, Scenario, Sizing};
use crate::solve::{self, Options};
use std::collections::BTreeMap;
use std::path::Path;

/// What is known about one number of reps.
#[derive(Clone, Debug)]
pub struct Row {
    /// How many.
    pub reps: usize,
    /// Whether there is a plan.
    pub verdict: Verdict,
    /// The travel of the plan, in objective units.
    pub travel: f64,
    /// What travel is at least.
    pub bound: f64,
    /// What all costs together, where the scenario has costs.
    pub total_cost: Option<f64>,
    /// What all costs at least.
    pub cost_bound: Option<f64>,
    /// How much of the first measure could be carried beyond what there is; infinite without a capacity.
    pub free: f64,
    /// Positions in [`People::reps`] of those who are there.
    pub chosen: Vec<u32>,
    /// The prices of the sites that prove the bound, in the order of the customers.
    pub prices: Vec<f64>,
}

/// Whether there is a plan with so many reps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// Here is one.
    Found,
    /// There is none: so much of the first measure is there, and so much can be carried.
    TooFew {
        /// The least there is.
        needed: f64,
        /// The most that so many can carry.
        carried: f64,
    },
    /// There is none: it would cost more than the dearest assignment there is.
    TooDear {
        /// What it would cost at least, in objective units.
        bound: f64,
        /// What each customer costs with the rep that is dearest for it, in sum.
        dearest: f64,
    },
    /// None was found, none is ruled out.
    NotFound,
}

impl Verdict {
    /// As files have it: `yes`, `no` (proven) or `not found`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Found => "yes",
            Verdict::TooFew { .. } | Verdict::TooDear { .. } => "no",
            Verdict::NotFound => "not found",
        }
    }
}

impl Row {
    /// `(travel - bound) / travel`, 0 where there is no plan.
    #[must_use]
    pub fn gap(&self) -> f64 {
        match self.total_cost.zip(self.cost_bound) {
            Some((cost, bound)) if cost > 0.0 => ((cost - bound) / cost).max(0.0),
            None if self.travel > 0.0 => ((self.travel - self.bound) / self.travel).max(0.0),
            _ => 0.0,
        }
    }
}

/// All numbers of reps that were looked at.
#[derive(Debug)]
pub struct Curve {
    /// Everyone who could be there.
    pub people: People,
    /// One row per number, ascending.
    pub rows: Vec<Row>,
    /// What a rep costs, 0 without costs.
    pub cost_per_rep: f64,
    /// What a map shows beside home bases.
    pub(super) places: Places,
    /// Position of the row that is recommended: the cheapest, or without costs the one with the fewest reps; `None` where no row has a plan.
    pub best: Option<usize>,
}

/// What a kilometre, and a rep, cost in objective units and in money.
struct Money {
    /// Money per unit of the objective.
    travel: f64,
    rep: f64,
}

/// What stands behind all rows.
struct Question<'a> {
    scenario: &'a Scenario,
    rules: &'a Sizing,
    people: &'a People,
    model: &'a Model,
    money: Option<Money>,
}

/// Numbers of reps looked at where the scenario names no greatest one: a third more than the least, and at least so many.
const MORE: usize = 5;
/// Gap at which the plan of a row is good enough, and seconds it may take: the bases matter more.
const PLAN: (f64, f64) = (1e-3, 2.0);

/// Gap of a row from which swaps are tried with whole customers; pairs of customers and reps that are solved in all, and swaps at most.
const OPEN: f64 = 5e-3;
const TRIED: usize = 3_000_000;
const MOST_TRIED: usize = 200;

/// Looks at all numbers of reps for the scenario that was read from `file`. `watch` hears how many of how many are done.
///
/// # Errors
/// Bad input with all its problems; [`Error::Internal`] when a solve contradicts itself.
pub fn curve(
    scenario: &Scenario,
    file: &Path,
    cancel: &Cancel,
    mut watch: impl FnMut(usize, usize),
) -> Result<Curve, Error> {
    let Some(rules) = &scenario.sizing else {
        let what = "the scenario has no section [sizing]: add one with `candidates`, or candidates = \"customers\"";
        return Err(Error::Usage(what.into()));
    };
    let label = file.display().to_string();
    let money = money(scenario, rules, &label)?;
    let people = People::read(scenario, rules, &label)?;
    let everyone: Vec<u32> = (0..people.reps.len() as u32).collect();
    let text = people.geojson(scenario, &everyone, &|_| serde_json::Map::new());
    let mut inputs = with_reps(file, &text)?;
    let places = Places::new(&inputs);
    let model = Model::build(&inputs);
    let question = Question {
        scenario,
        rules,
        people: &people,
        model: &model,
        money,
    };
    let mut problem = question.problem()?;
    let range: Vec<usize> = question.range(&mut problem).collect();
    let until = Deadline::after(scenario.solve.time_limit_s * (1 + range.len()) as f64).or(cancel);
    let mut shared = Shared::default();
    let mut rows: Vec<Row> = Vec::new();
    let mut start: (Vec<u32>, Option<Vec<f64>>) = (Vec::new(), None);
    for (at, p) in range.iter().copied().enumerate() {
        watch(at, range.len());
        question.bounds_for(p, &mut problem);
        let row = match problem.too_few(p) {
            Some((needed, carried)) => question.nobody(p, Verdict::TooFew { needed, carried }),
            None => {
                let depth = question.depth(&problem);
                let found = point(
                    &problem,
                    p,
                    (&start.0, start.1.as_deref()),
                    depth,
                    &until,
                    |v, pi| {
                        shared.see(v, pi, &range);
                    },
                );
                let mut row = question.row(found, problem.worst(p), &mut inputs, &until)?;
                question.refine(&mut row, &problem, &mut inputs, &until)?;
                start = (row.chosen.clone(), Some(row.prices.clone()));
                row
            }
        };
        rows.push(row);
        if until.is_cancelled() {
            break;
        }
    }
    if question.same_bounds() {
        shared.improve(&mut rows, &question);
    }
    let best = best(&rows);
    Ok(Curve {
        cost_per_rep: question.money.map_or(0.0, |m| m.rep),
        people,
        rows,
        places,
        best,
    })
}

/// The row that is recommended.
fn best(rows: &[Row]) -> Option<usize> {
    let found = |r: &&(usize, &Row)| r.1.verdict == Verdict::Found;
    let all: Vec<(usize, &Row)> = rows.iter().enumerate().collect();
    let cost = |r: &Row| r.total_cost.unwrap_or(r.reps as f64);
    let best = all.iter().filter(found);
    best.min_by(|a, b| cost(a.1).total_cmp(&cost(b.1)))
        .map(|r| r.0)
}

/// The best bound seen for each number of reps, whichever it was looked for.
#[derive(Default)]
struct Shared(BTreeMap<usize, (f64, Vec<f64>)>);

impl Shared {
    fn see(&mut self, values: &Values, pi: &[f64], range: &[usize]) {
        for p in range {
            let bound = values.bound(*p);
            match self.0.get_mut(p) {
                Some((best, _)) if *best >= bound => {}
                // The prices are kept where they help by more than nothing.
                Some(entry) => *entry = (bound, pi.to_vec()),
                None => {
                    self.0.insert(*p, (bound, pi.to_vec()));
                }
            }
        }
    }

    fn improve(self, rows: &mut [Row], question: &Question<'_>) {
        for row in rows {
            if let Some((bound, pi)) = self.0.get(&row.reps)
                && *bound > row.bound
                && matches!(row.verdict, Verdict::Found | Verdict::NotFound)
            {
                row.bound = *bound;
                row.cost_bound = question.cost_of(row.reps, question.with_closing(*bound));
                row.prices.clone_from(pi);
            }
        }
    }
}

/// What travel costs in money: a visit is a round trip, shared among the stops of a tour.
fn money(scenario: &Scenario, rules: &Sizing, label: &str) -> Result<Option<Money>, Error> {
    let mut problems = Vec::new();
    let mut wrong = |what: &str, field: &str, help: &str| {
        let mut problem = Wrong::error(codes::NO_EFFECT, what).field(field).help(help);
        problem.file = label.to_owned();
        problems.push(problem);
    };
    let closing = rules.may_close.values().any(|cost| *cost > 0.0);
    if rules.cost_per_km.is_none() && (rules.cost_per_rep.is_some() || closing) {
        wrong(
            "a rep costs money, and what a kilometre costs is not said",
            "sizing.cost_per_km",
            "add cost_per_km = 0.6, in the unit of cost_per_rep",
        );
    }
    let travel = &scenario.travel;
    if rules.cost_per_km.is_some() && (travel.weight != "visits" || travel.cost != Cost::Km) {
        wrong(
            "what is minimised is not the kilometres that are driven",
            "sizing.cost_per_km",
            "write weight = \"visits\" and cost = \"km\" in [travel]",
        );
    }
    if !problems.is_empty() {
        return Err(Error::Input(problems));
    }
    Ok(rules.cost_per_km.map(|per_km| Money {
        travel: per_km * 2.0 / travel.stops_per_tour,
        rep: rules.cost_per_rep.unwrap_or(0.0),
    }))
}

impl Question<'_> {
    /// The capacities of one's own rules are the same for every number of reps.
    fn same_bounds(&self) -> bool {
        let measure = &self.scenario.balance[0].measure;
        self.rules.capacity.contains_key(measure)
            || (self.people.reps.max[0].iter().all(Option::is_some)
                && self.people.reps.min[0].iter().all(Option::is_some))
    }

    /// All pairs that can matter, with costs and loads of the first measure.
    fn problem(&self) -> Result<Problem, Error> {
        let model = self.model;
        let measure = &self.scenario.balance[0].measure;
        let shared = !self.rules.capacity.contains_key(measure);
        let capacity = &self.people.reps.capacity;
        if shared && (model.travel_load_of(0).is_some() || capacity.iter().any(|c| *c != Some(1.0)))
        {
            let what = format!(
                "what a rep can carry depends on who is there: say how much of {measure:?} a rep with capacity 1 can carry, as [sizing] capacity = {{ {measure} = 1600.0 }}"
            );
            return Err(Error::Usage(what));
        }
        let money = self.money.as_ref().map_or(1.0, |m| m.travel);
        let closing = |j: usize| match self.people.closing[j] {
            0.0 => 0.0,
            cost => -cost / money,
        };
        let bases = Bases {
            floor: vec![0.0; model.k],
            cap: vec![f64::INFINITY; model.k],
            fixed_cost: (0..model.k).map(closing).collect(),
            stays: self.people.stays.clone(),
        };
        let least = self.least_count();
        let keep = (8 * model.k / least.max(1)).clamp(60, model.k.max(60));
        Ok(Problem::new(model.n, bases, keep, |i, j| {
            let rep = RepIx(j as u32);
            model
                .forbidden_by(i, rep)
                .is_none()
                .then(|| (model.cost(i, rep), model.activity(i, rep, 0)))
        }))
    }

    /// About the least number of reps that is looked at.
    fn least_count(&self) -> usize {
        let measure = &self.scenario.balance[0].measure;
        let total: f64 = (0..self.model.n)
            .map(|i| self.model.amount[i * self.model.m])
            .sum();
        let by_load = (self.rules.capacity.get(measure)).map_or(1.0, |cap| (total / cap).ceil());
        (self.rules.min as usize).max(by_load as usize).max(1)
    }

    /// Bounds on the load of the first measure when there are `p` reps.
    fn bounds_for(&self, p: usize, problem: &mut Problem) {
        let balance = &self.scenario.balance[0];
        let reps = &self.people.reps;
        let total: f64 = problem.load.iter().sum();
        let share = total / p as f64;
        for j in 0..problem.m {
            let relative = reps.capacity[j];
            let rule = self.rules.capacity.get(&balance.measure);
            let (floor, cap) = match (rule, relative) {
                (_, None) => (0.0, f64::INFINITY),
                (Some(cap), Some(relative)) => {
                    let floor = self.rules.floor.get(&balance.measure);
                    (floor.copied().unwrap_or(0.0) * relative, cap * relative)
                }
                (None, Some(_)) => (
                    (1.0 - balance.tolerance) * share * (1.0 - SUM),
                    (1.0 + balance.tolerance) * share * (1.0 + SUM),
                ),
            };
            // A share gives way to a bound of one's own on the other side: then it bounds nothing here.
            let (least, most) = (reps.min[0][j], reps.max[0][j]);
            let gives_way = rule.is_none() && (least.is_some() || most.is_some());
            let share = |x: f64, none: f64| if gives_way { none } else { x };
            problem.floor[j] = least.unwrap_or(share(floor, 0.0));
            problem.cap[j] = most.unwrap_or(share(cap, f64::INFINITY));
        }
    }

    /// The numbers of reps that are looked at.
    fn range(&self, problem: &mut Problem) -> std::ops::RangeInclusive<usize> {
        let most = problem.m;
        let staying = problem.staying().max(1);
        let clamp = |p: usize| p.clamp(staying, most.max(staying));
        let mut least = staying;
        if self.same_bounds() {
            self.bounds_for(1, problem);
            while least < most && problem.too_few(least).is_some() {
                least += 1;
            }
        }
        let min = match self.rules.min {
            // One fewer than the least, to say why.
            0 => clamp(least.saturating_sub(1)),
            min => clamp(min as usize),
        };
        let max = match self.rules.max {
            0 => clamp(least + MORE.max(least / 3)),
            max => clamp(max as usize),
        };
        min..=max.max(min)
    }

    fn depth(&self, problem: &Problem) -> Depth {
        let pairs = problem.by_site.len();
        Depth {
            tries: 30,
            rounds: 2,
            steps: (200_000_000 / pairs.max(1)).clamp(40, 200),
            gap: 1e-3,
        }
    }

    /// A row without a plan.
    fn nobody(&self, p: usize, verdict: Verdict) -> Row {
        Row {
            reps: p,
            verdict,
            travel: f64::NAN,
            bound: f64::NAN,
            total_cost: None,
            cost_bound: None,
            free: 0.0,
            chosen: Vec::new(),
            prices: Vec::new(),
        }
    }

    /// The cheapest of whole customers for the choices of a point.
    fn row(
        &self,
        found: Point,
        worst: f64,
        inputs: &mut Inputs,
        until: &Deadline,
    ) -> Result<Row, Error> {
        if found.bound > worst * (1.0 + 1e-9) {
            let verdict = Verdict::TooDear {
                bound: found.bound,
                dearest: worst,
            };
            let mut row = self.nobody(found.p, verdict);
            (row.bound, row.prices) = (found.bound, found.pi);
            row.chosen = found.choices.into_iter().next().unwrap_or_default();
            return Ok(row);
        }
        let mut best = self.nobody(found.p, Verdict::NotFound);
        best.chosen = found.choices.first().cloned().unwrap_or_default();
        for chosen in found.choices {
            if let Some((travel, free)) = self.whole(&chosen, inputs, until)? {
                let all = travel + self.closed(&chosen);
                let known = best.travel + self.closed(&best.chosen);
                if best.verdict == Verdict::NotFound || all < known {
                    (best.verdict, best.travel, best.free) = (Verdict::Found, travel, free);
                    best.total_cost = self.cost_of(found.p, all);
                    best.chosen = chosen;
                }
            }
        }
        best.bound = found.bound;
        best.cost_bound = self.cost_of(found.p, self.with_closing(found.bound));
        best.prices = found.pi;
        Ok(best)
    }

    /// Swaps that whole customers prefer, where the gap is open still: the fewer there are, the more can be tried.
    fn refine(
        &self,
        row: &mut Row,
        problem: &Problem,
        inputs: &mut Inputs,
        until: &Deadline,
    ) -> Result<(), Error> {
        let mut left = (TRIED / (self.model.n * row.reps).max(1)).min(MOST_TRIED);
        let mut better = true;
        let open = |row: &Row| {
            row.verdict == Verdict::NotFound || row.verdict == Verdict::Found && row.gap() > OPEN
        };
        while better && open(row) {
            better = false;
            for chosen in Choice::new(problem, row.chosen.iter().copied()).others(left) {
                if left == 0 || until.is_over() {
                    return Ok(());
                }
                left -= 1;
                let Some((travel, free)) = self.whole(&chosen, inputs, until)? else {
                    continue;
                };
                let all = travel + self.closed(&chosen);
                if row.verdict == Verdict::NotFound || all < row.travel + self.closed(&row.chosen) {
                    (row.verdict, row.travel, row.free) = (Verdict::Found, travel, free);
                    row.total_cost = self.cost_of(row.reps, all);
                    row.chosen = chosen;
                    better = true;
                    break;
                }
            }
        }
        Ok(())
    }

    /// Travel, and what is free of the first measure, of a plan with these bases; `None` where none was found.
    fn whole(
        &self,
        chosen: &[u32],
        inputs: &mut Inputs,
        until: &Deadline,
    ) -> Result<Option<(f64, f64)>, Error> {
        inputs.reps = bounded(self.scenario, self.rules, &self.people.reps, chosen);
        let place = |j: RepIx| chosen.binary_search(&j.0).ok().map(|at| RepIx(at as u32));
        let forbid = inputs.forbid.clone();
        let here = |(i, j): &(u32, RepIx)| Some((*i, place(*j)?));
        inputs.forbid = forbid.iter().filter_map(here).collect();
        let owner = inputs.customers.owner.clone();
        let of = |j: &RepIx| j.some().and_then(place).unwrap_or(RepIx::NONE);
        inputs.customers.owner = owner.iter().map(of).collect();
        let matrix = inputs.matrix.clone();
        inputs.matrix = matrix.as_ref().map(|m| only(m, &place));
        let model = Model::build(inputs);
        (inputs.forbid, inputs.customers.owner, inputs.matrix) = (forbid, owner, matrix);
        let options = Options {
            seed: self.scenario.solve.seed,
            gap: PLAN.0,
            time_limit_s: PLAN.1.min(self.scenario.solve.time_limit_s),
            until: until.clone(),
            ..Options::default()
        };
        let plan = solve::solve(&model, &options)?;
        if plan.status == Status::Infeasible {
            return Ok(None);
        }
        let cap: f64 = model.bounds.iter().step_by(model.m).map(|b| b.upper).sum();
        let loads = plan.owner.iter().enumerate();
        let load: f64 = loads.map(|(i, j)| model.activity(i, *j, 0)).sum();
        Ok(Some((plan.objective, cap - load)))
    }

    /// What closing those who are not there costs, in objective units.
    fn closed(&self, chosen: &[u32]) -> f64 {
        let Some(money) = &self.money else {
            return 0.0;
        };
        let away = |j: &usize| chosen.binary_search(&(*j as u32)).is_err();
        let costs = (0..self.people.closing.len()).filter(away);
        costs.map(|j| self.people.closing[j] / money.travel).sum()
    }

    /// A bound in which closing costs were counted from those who are there.
    fn with_closing(&self, bound: f64) -> f64 {
        bound + self.closed(&[])
    }

    /// What `p` reps cost whose travel and closings are so much.
    fn cost_of(&self, p: usize, travel: f64) -> Option<f64> {
        let money = self.money.as_ref()?;
        Some(p as f64 * money.rep + travel * money.travel)
    }
}

/// Doubles are off by less where totals are shared out.
const SUM: f64 = 1e-12;

/// Some of the reps; capacities of the rules become bounds of their own.
pub(super) fn bounded(scenario: &Scenario, rules: &Sizing, all: &Reps, chosen: &[u32]) -> Reps {
    let pick = |j: &u32| *j as usize;
    let mut reps = Reps::default();
    for j in chosen.iter().map(pick) {
        reps.ids.push(all.ids.get(j), false);
        reps.name.push(all.name[j].clone());
        reps.lon.push(all.lon[j]);
        reps.lat.push(all.lat[j]);
        reps.capacity.push(all.capacity[j]);
        reps.skills.push(all.skills[j].clone());
        reps.max_km.push(all.max_km[j]);
        reps.max_minutes.push(all.max_minutes[j]);
    }
    for (m, balance) in scenario.balance.iter().enumerate() {
        let (mut min, mut max) = (Vec::new(), Vec::new());
        for j in chosen.iter().map(pick) {
            let of = |table: &BTreeMap<String, f64>, default: Option<f64>| {
                let relative = all.capacity[j]?;
                table
                    .get(&balance.measure)
                    .map(|x| x * relative)
                    .or(default)
            };
            let has = rules.capacity.contains_key(&balance.measure);
            let floor = of(&rules.floor, has.then_some(0.0));
            min.push(all.min[m][j].or(floor));
            max.push(all.max[m][j].or(of(&rules.capacity, None)));
        }
        reps.min.push(min);
        reps.max.push(max);
    }
    reps
}

/// The pairs of a matrix with some of the reps.
fn only(matrix: &input::Matrix, place: &dyn Fn(RepIx) -> Option<RepIx>) -> input::Matrix {
    let mut kept = input::Matrix {
        start: vec![0],
        ..input::Matrix::default()
    };
    for i in 0..matrix.start.len() - 1 {
        for at in matrix.start[i] as usize..matrix.start[i + 1] as usize {
            if let Some(j) = place(matrix.rep[at]) {
                kept.rep.push(j);
                kept.km.extend(matrix.km.get(at));
                kept.minutes.extend(matrix.minutes.get(at));
            }
        }
        kept.start.push(kept.rep.len() as u64);
    }
    kept
}
