//! Small problems against every plan there is.

use crate::cases::{RULES, case, mix, names};
use crate::common::{Random, cost_if_feasible, share};
use revier::base::ids::RepIx;
use revier::input::Inputs;
use revier::model::Model;
use revier::plan::{Proof, Status};
use revier::solve::{Options, solve};

/// The least cost of all plans, by going through them depth first; branches that already break a bound, or cost
/// as much as the best plan, are cut.
struct Search<'a> {
    model: &'a Model,
    owner: Vec<usize>,
    load: Vec<f64>,
    moved: f64,
    /// Least cost of sites `i..`.
    rest: Vec<f64>,
    best: Option<f64>,
}

impl Search<'_> {
    fn optimum(model: &Model) -> Option<f64> {
        let mut rest = vec![0.0; model.n + 1];
        for i in (0..model.n).rev() {
            let costs = (0..model.k as u32).map(|j| model.pair_cost(i, RepIx(j)));
            rest[i] = rest[i + 1] + costs.flatten().fold(f64::INFINITY, f64::min);
        }
        let mut search = Search {
            model,
            owner: Vec::new(),
            load: vec![0.0; model.k * model.m],
            moved: 0.0,
            rest,
            best: None,
        };
        search.go(0.0);
        search.best
    }

    fn go(&mut self, cost: f64) {
        let (i, model) = (self.owner.len(), self.model);
        if self
            .best
            .is_some_and(|b| cost + self.rest[i] > b + 1e-9 * b)
        {
            return;
        }
        if i == model.n {
            if let Some(c) = cost_if_feasible(model, &self.owner, model.m)
                && self.best.is_none_or(|b| c < b)
            {
                self.best = Some(c);
            }
            return;
        }
        for j in 0..model.k {
            let rep = RepIx(j as u32);
            let (Some(c), None) = (model.pair_cost(i, rep), model.forbidden_by(i, rep)) else {
                continue;
            };
            let before = self.load.clone();
            let mut fits = true;
            for m in 0..model.m {
                let row = j * model.m + m;
                self.load[row] += model.activity(i, rep, m);
                fits &= self.load[row] <= model.bounds()[row].upper * (1.0 + 1e-9) + 1e-9;
            }
            let moved = self.moved;
            self.moved += model.moved(i, rep);
            fits &= model
                .change
                .as_ref()
                .is_none_or(|l| self.moved <= l.limit * (1.0 + 1e-9) + 1e-9);
            if fits {
                self.owner.push(j);
                self.go(cost + c);
                self.owner.pop();
            }
            self.load = before;
            self.moved = moved;
        }
    }
}

/// What is wrong with the plan of a model; whether there is any plan.
fn judge(inputs: &Inputs, model: &Model) -> (Option<String>, bool) {
    let best = Search::optimum(model);
    let mut plan = match solve(model, &Options::default()) {
        Ok(plan) => plan,
        Err(e) => return (Some(e.to_string()), best.is_some()),
    };
    if let Some(finding) = crate::findings(inputs, model, &mut plan).first() {
        return (Some(format!("check: {finding}")), best.is_some());
    }
    let Some(best) = best else {
        let wrong = plan.status != Status::Infeasible;
        return (
            wrong.then(|| format!("{:?}, no plan exists", plan.status)),
            false,
        );
    };
    let slop = 1e-9 * best.abs() + 1e-9;
    let owner: Vec<usize> = plan.owner.iter().map(|j| j.at()).collect();
    let cost = cost_if_feasible(model, &owner, model.m);
    let wrong = if plan.status == Status::Infeasible {
        Some(format!("infeasible, the optimum is {best}"))
    } else if cost.is_none_or(|c| (c - plan.objective).abs() > slop) {
        Some(format!("says {}, recounted {cost:?}", plan.objective))
    } else if plan.bound > best + slop || plan.certified > best + slop {
        Some(format!(
            "bound {} / {} above {best}",
            plan.bound, plan.certified
        ))
    } else if (plan.objective - best).abs() > slop.max(1e-7 * best) {
        Some(format!(
            "{} {:?}, the optimum is {best}",
            plan.objective, plan.status
        ))
    } else if plan.status != Status::Optimal || (plan.proof == Proof::Prices && plan.gap() > 1e-4) {
        Some(format!(
            "{:?} {:?}, {} of {best}, bound {}, {:?}",
            plan.status, plan.proof, plan.objective, plan.bound, plan.notes
        ))
    } else {
        None
    };
    (wrong, true)
}

/// Judges `count` problems of each choice of rules (a share of them in a build for debugging); fails with all complaints.
fn all(seed: u64, choices: &[Vec<usize>], count: usize, most: (usize, usize), both: bool) {
    let mut random = Random(seed);
    let mut complaints = Vec::new();
    for on in choices {
        let (mut feasible, mut tried) = (0, 0);
        for _ in 0..share(count) {
            let n = 4 + random.below(most.0 - 3);
            let k = 2 + random.below(most.1 - 1);
            let tolerance = [0.15, 0.3, 0.5][random.below(3)];
            let (inputs, model) = case(&mut random, n, k, tolerance, on);
            let (complaint, exists) = judge(&inputs, &model);
            complaints
                .extend(complaint.map(|c| format!("{n} x {k}, {tolerance}, {}: {c}", names(on))));
            feasible += usize::from(exists);
            tried += 1;
        }
        // Each rule must leave enough plans for the test to mean something.
        if both && 5 * feasible < tried {
            complaints.push(format!(
                "{}: only {feasible} of {tried} have a plan",
                names(on)
            ));
        }
    }
    assert!(
        complaints.is_empty(),
        "{} complaints\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}

#[test]
fn every_rule_alone_gives_the_optimum_of_all_plans() {
    let choices: Vec<Vec<usize>> = (0..RULES.len()).map(|r| vec![r]).collect();
    all(11, &choices, 100, (12, 3), true);
}

#[test]
fn every_pair_of_rules_gives_the_optimum_of_all_plans() {
    let pairs = (0..RULES.len()).flat_map(|a| (0..a).map(move |b| vec![b, a]));
    all(12, &pairs.collect::<Vec<_>>(), 15, (12, 3), false);
}

#[test]
fn random_mixes_of_rules_give_the_optimum_of_all_plans() {
    let mut random = Random(13);
    let mixes: Vec<Vec<usize>> = (0..share(2000)).map(|_| mix(&mut random)).collect();
    all(14, &mixes, 1, (12, 3), false);
}

/// Prices of the assignment rows prove a bound whatever they are, so none may prove more than the optimum: the checker must refuse
/// what a bad plan claims, and tell what is proven instead.
#[test]
fn no_prices_of_the_assignment_rows_prove_more_than_the_optimum() {
    let mut random = Random(15);
    let (mut tried, mut stronger) = (0, 0);
    for round in 0..share(1000) {
        let on = mix(&mut random);
        let (n, k) = (4 + random.below(9), 2 + random.below(2));
        let (inputs, model) = case(&mut random, n, k, 0.3, &on);
        let Some(best) = Search::optimum(&model) else {
            continue;
        };
        let mut plan = solve(&model, &Options::default()).expect("a plan");
        for i in 0..n {
            let permitted = |j: &RepIx| model.forbidden_by(i, *j).is_none();
            let open: Vec<RepIx> = (0..k as u32).map(RepIx).filter(permitted).collect();
            plan.owner[i] = open[random.below(open.len())];
        }
        plan.objective = (0..n).map(|i| model.cost(i, plan.owner[i])).sum();
        if plan.objective <= best {
            continue;
        }
        let scale = random.unit() * best / n as f64;
        let price = |i: u32, random: &mut Random| (i, scale * (1.5 * random.unit() - 0.5));
        plan.proof = Proof::Assignment;
        plan.bound = plan.objective;
        plan.prices.assignment = (0..n as u32).map(|i| price(i, &mut random)).collect();
        let findings = crate::findings(&inputs, &model, &mut plan);
        let said = findings.iter().find_map(|f| {
            let rest = f.text.strip_prefix("the knapsacks prove ")?;
            rest.split(',').next()?.parse::<f64>().ok()
        });
        let name = format!("round {round}, {n} x {k}, {}", names(&on));
        let said = said.unwrap_or_else(|| panic!("{name}: {} is proven", plan.objective));
        assert!(
            said <= best * (1.0 + 1e-8) + 1e-9,
            "{name}: {said} above the optimum {best}"
        );
        tried += 1;
        stronger += usize::from(said > plan.certified * (1.0 + 1e-6));
    }
    assert!(
        tried >= share(150) && stronger >= share(30),
        "{tried} tried, {stronger} prove more than the prices of the balance rows"
    );
}
