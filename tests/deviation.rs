//! A cost of load beside the targets: small problems against all plans there are, bounds of random prices, and larger ones against what they must keep.

mod common;

use common::{Random, add_measure, cost_if_feasible, inputs, mix, share};
use revier::input::Inputs;
use revier::model::Model;
use revier::plan::{Prices, Status};
use revier::scenario::DeviationCost;
use revier::solve::{Options, least_cost, solve};

/// Gives measures of a problem costs; 0 and more than any travel among them.
fn weigh(random: &mut Random, inputs: &mut Inputs) {
    for balance in &mut inputs.scenario.balance {
        let cost = [0.0, 0.3, 5.0, 60.0, 1000.0, 1e5][random.below(6)];
        balance.deviation_cost = Some(DeviationCost::Cost(cost));
    }
    inputs.scenario.balance[0].deviation_cost =
        Some(DeviationCost::Cost([0.5, 20.0, 300.0][random.below(3)]));
}

/// A small problem with a mix of rules and costs.
fn small(random: &mut Random, round: usize) -> (String, Model) {
    let (n, k) = (2 + random.below(6), 1 + random.below(3));
    let tolerance = [0.2, 0.4, 0.8, 0.95][random.below(4)];
    let mut problem = inputs(random, n, k, tolerance);
    let mut name = format!("{n} x {k}, {tolerance}");
    if round % 2 == 1 {
        name += &mix(random, &mut problem);
    }
    if round.is_multiple_of(5) && problem.scenario.balance.len() == 1 {
        add_measure(random, &mut problem, 0.9);
    }
    weigh(random, &mut problem);
    (name, Model::build(&problem))
}

/// The least cost of all plans; `None`: there is none.
fn optimum(model: &Model) -> Option<f64> {
    let all = model.k.pow(model.n as u32);
    let owner = |code: usize| -> Vec<usize> {
        (0..model.n as u32)
            .map(|i| code / model.k.pow(i) % model.k)
            .collect()
    };
    let costs = (0..all).filter_map(|code| cost_if_feasible(model, &owner(code), model.m));
    costs.reduce(f64::min)
}

#[test]
fn the_plan_is_the_best_of_all_and_no_bound_is_above_it() {
    let mut random = Random(181);
    let (mut plans, mut none, mut split) = (0, 0, 0);
    for round in 0..share(1200) {
        let (name, model) = small(&mut random, round);
        let best = optimum(&model);
        let plan = solve(&model, &Options::default()).expect("revier does not contradict itself");
        let Some(best) = best else {
            none += 1;
            assert_eq!(plan.status, Status::Infeasible, "round {round}, {name}");
            continue;
        };
        plans += 1;
        let near = (plan.objective - best).abs() <= 1e-7 * best.max(1e-3);
        assert!(
            near,
            "round {round}, {name}: {} instead of {best}",
            plan.objective
        );
        let above = best * (1.0 + 1e-9) + 1e-9;
        assert!(
            plan.bound <= above && plan.certified <= above,
            "round {round}, {name}"
        );
        assert_eq!(plan.status, Status::Optimal, "round {round}, {name}");
        let parts = plan.travel() + plan.preference + plan.penalty + plan.balance;
        assert!((parts - plan.objective).abs() <= 1e-9 * plan.objective.max(1.0));
        split += usize::from(plan.balance > 0.0);
    }
    let enough = |count: usize, least: usize| count >= share(least);
    assert!(
        enough(plans, 500) && enough(none, 50) && enough(split, 400),
        "{plans} {none} {split}"
    );
}

#[test]
fn no_prices_prove_more_than_the_optimum() {
    let mut random = Random(182);
    let mut looked = 0;
    for round in 0..share(600) {
        let (name, model) = small(&mut random, round);
        let Some(best) = optimum(&model) else {
            continue;
        };
        for _ in 0..20 {
            let scale = [1.0, 30.0, 1000.0][random.below(3)];
            let prices = Prices {
                rep_measure: (0..model.k * model.m)
                    .map(|_| scale * random.gauss())
                    .collect(),
                change: 0.0,
                assignment: Vec::new(),
            };
            if let Some(least) = least_cost(&model, &prices, best) {
                looked += 1;
                assert!(
                    least <= best * (1.0 + 1e-9),
                    "round {round}, {name}: {least} > {best}"
                );
            }
        }
    }
    assert!(looked > share(5000), "{looked}");
}

#[test]
fn the_dearer_load_beside_the_targets_the_less_there_is_of_it() {
    let mut random = Random(183);
    for (n, k, second) in [(400, 8, false), (300, 6, true)] {
        let mut problem = inputs(&mut random, n, k, 0.2);
        if second {
            add_measure(&mut random, &mut problem, 0.4);
        }
        let mut before: Option<(f64, f64, f64)> = None;
        for cost in [0.0, 5.0, 40.0, 200.0, 1e4] {
            problem.scenario.balance[0].deviation_cost = Some(DeviationCost::Cost(cost));
            let model = Model::build(&problem);
            let options = Options {
                time_limit_s: 3.0,
                ..Options::default()
            };
            let plan = solve(&model, &options).expect("revier does not contradict itself");
            assert!(plan.status != Status::Infeasible, "{n} x {k} at {cost}");
            assert!(plan.gap() < 0.03, "{n} x {k} at {cost}: {}", plan.gap());
            let (beside, travel) = (model.beside(&plan.owner)[0], plan.travel());
            if let Some((cost_before, beside_before, objective)) = before {
                // Both are near the best of their cost: exchange them.
                let slack = plan.objective * plan.gap() + objective * 0.03;
                let saved = (cost - cost_before) * (beside - beside_before);
                assert!(
                    saved <= slack,
                    "{n} x {k} at {cost}: {beside} after {beside_before}"
                );
            }
            before = Some((cost, beside, travel + cost * beside));
        }
        let (_, beside, _) = before.unwrap_or_default();
        let all: f64 = problem.customers.columns[0].values.iter().sum();
        assert!(beside < 0.01 * all, "{beside} of {all}");
    }
}

/// A problem whose advice is tried: customers with a skill here and there, on a strip of land, and reps with shares.
struct Advised {
    customers: String,
    reps: String,
    scenario: String,
}

impl Advised {
    fn new(random: &mut Random) -> Advised {
        let (n, k) = (6 + random.below(10), 2 + random.below(3));
        let customer = |i: usize, random: &mut Random| {
            let (lon, lat) = (8.0 + 2.0 * random.unit(), 50.0 + 0.5 * random.unit());
            let requires = ["", "a"][usize::from(random.below(4) == 0)];
            format!(
                "c{i},{lon:.4},{lat:.4},{},{requires}\n",
                1 + random.below(9)
            )
        };
        let rep = |j: usize, random: &mut Random| {
            let skills = ["", "a"][usize::from(j == 0 || random.below(2) == 0)];
            format!("R{j},{:.4},50.2,{skills},1,\n", 8.0 + 2.0 * random.unit())
        };
        let customers: String = (0..n).map(|i| customer(i, random)).collect();
        let reps: String = (0..k).map(|j| rep(j, random)).collect();
        let cost = [0.0, 3.0, 30.0, 300.0][random.below(4)];
        Advised {
            customers: format!("id,lon,lat,workload,requires\n{customers}"),
            reps: format!("id,lon,lat,skills,capacity,max_workload\n{reps}"),
            scenario: format!(
                "[[balance]]\nmeasure = \"workload\"\ntolerance = 0.5\ndeviation_cost = {cost}\n[solve]\ngap = 1e-6\n"
            ),
        }
    }

    fn solve(&self, without: &str, rep: &str) -> revier::Plan {
        let rules = format!("{}[rules]\n{without}", self.scenario);
        let instance = revier::Instance::builder()
            .scenario(rules)
            .customers(revier::Source::csv(self.customers.clone()))
            .reps(revier::Source::csv(format!("{}{rep}", self.reps)))
            .build()
            .unwrap();
        revier::solve(&instance, &revier::Options::new(), |_| {}).unwrap()
    }
}

#[test]
fn no_advice_promises_less_than_a_plan_saves_where_it_says_at_most() {
    let mut random = Random(184);
    let (mut rules, mut reps) = (0, 0);
    for round in 0..share(240) {
        let problem = Advised::new(&mut random);
        let plan = problem.solve("", "");
        if plan.status() == Status::Infeasible {
            continue;
        }
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("plan");
        plan.save(&out).unwrap();
        let report = std::fs::read_to_string(out.join("report.json")).unwrap();
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        let upper = |t: &serde_json::Value| t["measures"]["workload"]["upper"].as_f64().unwrap();
        let all = report["territories"].as_array().unwrap();
        let room = all.iter().map(upper).sum::<f64>() / all.len() as f64;
        for a in report["advice"].as_array().unwrap() {
            let other = match a["kind"].as_str().unwrap() {
                "rule" => {
                    rules += 1;
                    problem.solve("skills = false\n", "")
                }
                "new_rep" => {
                    reps += 1;
                    let at = &a["place"];
                    problem.solve("", &format!("N,{},{},,,{room}\n", at[0], at[1]))
                }
                _ => continue,
            };
            let saved = plan.objective() - other.objective();
            let most = a["saves"].as_f64().unwrap();
            assert!(
                saved <= most + 1e-6 * plan.objective(),
                "round {round}: saves {saved}, {a}"
            );
        }
    }
    assert!(rules > share(40) && reps > share(200), "{rules} and {reps}");
}
