//! The search against all plans there are, and trees that were tampered with.

use super::*;
use crate::base::decimal::Grid;
use crate::base::random::Random;
use crate::bound::worth;

/// A case of up to 8 units and 3 reps, with bounds that some plan meets, or meets nearly.
fn random_case(random: &mut Random) -> Case {
    let (n, k) = (2 + random.below(7), 1 + random.below(3));
    let m = 1 + usize::from(random.below(3) == 0);
    let large = [1, 1, 1_000_000_007][random.below(3)];
    let mut case = Case {
        reps: k,
        measures: m,
        grid: vec![Grid::of(&[1.0], 0); m],
        caution: 4.0,
        ..Case::default()
    };
    let mut owner = Vec::new();
    for _ in 0..n {
        let steps: Vec<i128> = (0..m)
            .map(|_| large * random.below(30) as i128 + random.below(4) as i128)
            .collect();
        let mut pairs = Vec::new();
        for rep in 0..k as u32 {
            if random.below(6) > 0 {
                let loads = steps.iter().map(|s| (*s, *s as f64));
                case.push((rep, random.below(1000) as f64), loads, (0, 0.0));
                pairs.push(rep);
            }
        }
        owner.push(pairs.get(random.below(k)).copied().unwrap_or(0));
        case.end_unit();
    }
    // Bounds round the totals of some owners, maybe off by little.
    let mut total = vec![0i128; k * m];
    for (u, j) in owner.iter().enumerate() {
        if let Some(o) = case.option(u, *j) {
            (0..m).for_each(|r| total[*j as usize * m + r] += case.steps[o * m + r]);
        }
    }
    let width = [0, 0, 3, 3 * large][random.below(4)];
    let off = random.below(3) as i128 - 1;
    case.least = total.iter().map(|t| (t - width + off).max(0)).collect();
    case.most = total.iter().map(|t| t + width + off).collect();
    case.tighten();
    case
}

/// The least cost of all plans within the bounds.
fn enumerate(case: &Case) -> f64 {
    let all: Vec<Vec<usize>> = (0..case.units())
        .map(|u| case.options(u).collect())
        .collect();
    if all.iter().any(Vec::is_empty) {
        return f64::INFINITY;
    }
    let (mut at, mut best) = (vec![0; all.len()], f64::INFINITY);
    loop {
        let mut total = vec![0i128; case.least.len()];
        let mut cost = 0.0;
        for (u, c) in at.iter().enumerate() {
            let o = all[u][*c];
            cost += case.cost[o];
            for r in 0..case.measures {
                total[case.rep[o] as usize * case.measures + r] +=
                    case.steps[o * case.measures + r];
            }
        }
        let within = |(row, y): (usize, &i128)| (case.least[row]..=case.most[row]).contains(y);
        if total.iter().enumerate().all(within) {
            best = f64::min(best, cost);
        }
        let Some(u) = (0..at.len()).find(|u| at[*u] + 1 < all[*u].len()) else {
            return best;
        };
        at[..u].fill(0);
        at[u] += 1;
    }
}

fn judged(case: &Case) -> Outcome {
    let none = RowPrices {
        row: vec![0.0; case.least.len()],
        change: 0.0,
    };
    let budget = Budget {
        numbers: 100_000,
        columns: 1_000_000,
        enough: 1_000_000,
        gap: 0.0,
        until: Deadline::never(),
        lp: LpSolver::preferred(),
    };
    search(case, &none, None, budget)
}

#[test]
fn trees_prove_the_optimum_of_all_plans_and_no_more() {
    let mut random = Random(5);
    let (mut exist, mut none) = (0, 0);
    for round in 0..400 {
        let case = random_case(&mut random);
        let best = enumerate(&case);
        let found = judged(&case);
        let tree = worth(&case, &found.tree);
        let value = tree.map(|w| w.value).unwrap_or(f64::NAN);
        if best.is_infinite() {
            none += 1;
            assert!(
                found.plan.is_none() && value.is_infinite(),
                "round {round}: {value}, no plan exists"
            );
        } else {
            exist += 1;
            let cost = found.plan.map(|p| p.1);
            assert_eq!(cost, Some(best), "round {round}");
            assert!(
                value <= best && value >= best * (1.0 - 1e-7) - 1e-7,
                "round {round}: {value} of {best}"
            );
        }
    }
    assert!(
        exist >= 100 && none >= 100,
        "{exist} with a plan, {none} without"
    );
}

/// Every leaf that is left out or swapped for another one is refused, or proves no more than there is.
#[test]
fn trees_that_were_tampered_with_prove_no_more() {
    let mut random = Random(6);
    let mut refused = 0;
    for round in 0..200 {
        let case = random_case(&mut random);
        let best = enumerate(&case);
        let mut tree = judged(&case).tree;
        tamper(&mut tree, &mut random, case.least.len());
        match worth(&case, &tree) {
            Ok(worth) => assert!(
                worth.value <= best,
                "round {round}: {} of {best}",
                worth.value
            ),
            Err(_) => refused += 1,
        }
    }
    assert!(refused >= 30, "{refused}");
}

fn tamper(tree: &mut Tree, random: &mut Random, rows: usize) {
    match tree {
        Tree::Reps { branches, .. } if random.below(4) == 0 => drop(branches.pop()),
        Tree::Reps { branches, .. } if !branches.is_empty() => {
            let at = random.below(branches.len());
            tamper(&mut branches[at].1, random, rows);
        }
        Tree::Cutoff { rest, .. } if random.below(3) > 0 => tamper(rest, random, rows),
        Tree::Cutoff { cutoff, prices, .. } => {
            if random.below(2) == 0 {
                *cutoff *= 1.5;
            } else {
                prices.row.iter_mut().for_each(|p| *p *= 3.0);
            }
        }
        Tree::Prices(p) | Tree::Assignment { prices: p, .. } => {
            p.row.iter_mut().for_each(|p| *p = 7.0 - *p)
        }
        Tree::Ray { row, .. } => row.iter_mut().for_each(|y| *y = 1 - *y),
        other => {
            *other = [
                Tree::Subset { rep: 0, measure: 0 },
                Tree::Ray {
                    row: vec![1; rows],
                    change: 0,
                },
            ][random.below(2)]
            .clone()
        }
    }
}

/// Who verifies may close a pair more than who wrote the tree, up to the last one of a unit: nothing less is proven then.
#[test]
fn a_unit_that_loses_its_last_pair_proves_the_cutoff() {
    let mut case = Case {
        reps: 2,
        measures: 1,
        grid: vec![Grid::of(&[1.0], 0)],
        least: vec![0; 2],
        most: vec![10; 2],
        caution: 1.0,
        ..Case::default()
    };
    for _ in 0..2 {
        for (rep, cost) in [(0, 5.0), (1, 9.0)] {
            case.push((rep, cost), [(1, 1.0)].into_iter(), (0, 0.0));
        }
        case.end_unit();
    }
    case.tighten();
    let prices = RowPrices {
        row: vec![0.0; 2],
        change: 0.0,
    };
    let rest = Tree::Assignment {
        prices: prices.clone(),
        measure: 0,
        above: Vec::new(),
    };
    let tree = |cutoff| Tree::Cutoff {
        cutoff,
        prices: prices.clone(),
        rest: Box::new(rest.clone()),
    };
    // Both units cost 10 at least: below 9 there is nothing at all.
    assert_eq!(worth(&case, &tree(9.0)).map(|w| w.value), Ok(9.0));
    let all = worth(&case, &tree(11.0)).map(|w| w.value);
    assert!(
        all.as_ref().is_ok_and(|v| (9.9..=10.0).contains(v)),
        "{all:?}"
    );
}
