//! `[[prefer]]`: what a pair costs by hand, and what the files of `data/rules` come to.

use crate::cases::{RULES, case};
use crate::common::Random;
use revier::base::ids::RepIx;
use revier::scenario::Cost;

/// The cost of every pair of many problems, from the definitions: travel, what holds for the pair, and the formula.
#[test]
fn pairs_cost_what_the_formula_says() {
    let at = |name: &str| RULES.iter().position(|r| r.name == name).expect("a rule");
    let mut random = Random(71);
    let (mut cheaper, mut dearer, mut free) = (0, 0, 0);
    for round in 0..40 {
        let also = ["minutes", "unweighted", "change penalty", "sparse matrix"][round % 4];
        let (inputs, model) = case(
            &mut random,
            12,
            3,
            0.3,
            &[at("prefer"), at("fit table"), at(also)],
        );
        let fit_of = |i: usize, j: usize, entry: usize| {
            let class = inputs.customers.compared[1].cells.get(i).to_text();
            let key = if class == "2.50" { "2.5" } else { &class };
            let table = inputs.reps.fits.iter().find(|t| t.entry == entry);
            let row = table.expect("a table").figures.get(j);
            row.and_then(|row| row.get(key)).copied().unwrap_or(0.0)
        };
        let text = |c: &revier::base::cells::Cells, i: usize| c.get(i).to_text();
        for i in 0..12 {
            for j in 0..3 {
                let rep = RepIx(j as u32);
                let (industry, knows) = (
                    text(&inputs.customers.compared[0].cells, i),
                    text(&inputs.reps.compared[0].cells, j),
                );
                let known = !industry.is_empty() && knows.split(';').any(|k| k == industry);
                let holds = [known, industry == "B" && !known, j == 0 && industry != "A"];
                let per_km = match inputs.scenario.travel.cost {
                    Cost::Km => 1.0,
                    Cost::Minutes => 60.0 / inputs.scenario.travel.speed_kmh,
                };
                let (mut km, mut share) = (0.0, 1.0);
                for (entry, _) in inputs.scenario.prefer.iter().zip(holds).filter(|e| e.1) {
                    km += per_km * entry.cost_km.unwrap_or(0.0);
                    share *= 1.0 + entry.cost_share.unwrap_or(0.0);
                }
                km += per_km * fit_of(i, j, 3);
                share *= 1.0 + fit_of(i, j, 4);
                let travel = match inputs.scenario.travel.cost {
                    Cost::Km => model.travel.km(i, rep),
                    Cost::Minutes => model.travel.minutes(i, rep),
                };
                let Some(travel) = travel else {
                    assert_eq!(model.pair_cost(i, rep), None);
                    continue;
                };
                let penalty = match &model.change {
                    Some(change) => change.penalty * model.moved(i, rep),
                    None => 0.0,
                };
                let fitted = if travel + km > 0.0 {
                    (travel + km) * share
                } else {
                    0.0
                };
                let by_hand = model.weights()[i] * fitted + penalty;
                let said = model.pair_cost(i, rep).expect("a cost");
                assert!((said - by_hand).abs() <= 1e-9 * by_hand, "{said} {by_hand}");
                let plain = model.weights()[i] * travel;
                assert!(
                    (model.preference(i, rep) - (by_hand - penalty - plain)).abs() <= 1e-9 * plain
                );
                cheaper += usize::from(fitted < travel);
                dearer += usize::from(fitted > travel);
                free += usize::from(fitted == 0.0);
            }
        }
    }
    assert!(
        cheaper > 100 && dearer > 50 && free > 10,
        "{cheaper} {dearer} {free}"
    );
}
