use super::*;
use crate::base::random::Random;

fn brute(side: &Side, w: &[f64], fix: &[Fix]) -> Option<f64> {
    let mut best: Option<f64> = None;
    for mask in 0u32..1 << w.len() {
        let inside = |i: usize| mask >> i & 1 == 1;
        let permitted = (0..w.len()).all(|i| match fix[i] {
            Fix::Free => true,
            Fix::In => inside(i),
            Fix::Out => !inside(i),
        });
        let sum = |v: &[f64]| {
            (0..v.len())
                .filter(|i| inside(*i))
                .map(|i| v[i])
                .sum::<f64>()
        };
        let load = sum(&side.load);
        if permitted && load >= side.lower && load <= side.upper {
            let cost = sum(w);
            best = Some(best.map_or(cost, |b: f64| b.min(cost)));
        }
    }
    best
}

#[test]
fn a_core_proves_no_more_than_all_sets_and_all_that_is_within_it() {
    let mut random = Random(4);
    let (mut inside, mut outside, mut none) = (0, 0, 0);
    for round in 0..3000 {
        let n = 1 + random.below(11);
        let load: Vec<f64> = (0..n).map(|_| random.below(30) as f64).collect();
        let total: f64 = load.iter().sum();
        let lower = (total * random.below(100) as f64 / 100.0).floor();
        let upper = lower + random.below(6) as f64;
        let q: Vec<f64> = (0..n).map(|_| random.below(400) as f64 - 200.0).collect();
        let mu = random.below(21) as f64 - 10.0;
        let constant = (mu * upper).max(mu * lower);
        let w: Vec<f64> = q.iter().zip(&load).map(|(q, a)| q - mu * a).collect();
        let side = Side { load, lower, upper };
        let core = random.below(300) as f64;
        let relaxed: f64 = q.iter().map(|q| q.min(0.0)).sum();
        let got = Knapsack::default().least(&side, (&w, &q), constant, core, usize::MAX);
        let want = brute(&side, &w, &vec![Fix::Free; n]).map(|z| z + constant);
        match want {
            Some(z) if z < relaxed + core => {
                assert!((got - z).abs() < 1e-7, "round {round}: {got}, not {z}");
                inside += 1;
            }
            // No set is within the core, or none at all is within the bounds.
            z => {
                assert!((got - relaxed - core).abs() < 1e-7, "round {round}: {got}");
                outside += usize::from(z.is_some());
                none += usize::from(z.is_none());
            }
        }
    }
    let all = [inside, outside, none];
    assert!(all.iter().all(|count| *count > 300), "{all:?}");
}

#[test]
fn random_knapsacks_cost_what_enumeration_says() {
    let mut random = Random(3);
    let (mut some, mut none) = (0, 0);
    for round in 0..3000 {
        let n = 1 + random.below(11);
        // Whole loads, so that sums are exact and equal loads are common.
        let load: Vec<f64> = (0..n).map(|_| random.below(30) as f64).collect();
        let total: f64 = load.iter().sum();
        let lower = (total * random.below(100) as f64 / 100.0).floor();
        let upper = lower + random.below(if round % 2 == 0 { 3 } else { 25 }) as f64;
        let side = Side { load, lower, upper };
        let w: Vec<f64> = (0..n)
            .map(|i| {
                let near = if round % 3 == 0 {
                    side.load[i] * -10.0
                } else {
                    0.0
                };
                near + random.below(1000) as f64 - 500.0
            })
            .collect();
        let fix: Vec<Fix> = (0..n)
            .map(|_| {
                [
                    Fix::Free,
                    Fix::Free,
                    Fix::Free,
                    Fix::Free,
                    Fix::In,
                    Fix::Out,
                ][random.below(6)]
            })
            .collect();
        let mut knapsack = Knapsack::default();
        let got = knapsack.solve(&side, &w, &fix, usize::MAX);
        let want = brute(&side, &w, &fix);
        match (got, want) {
            (Some(a), Some(b)) => {
                assert!((a - b).abs() < 1e-7, "round {round}: {a} instead of {b}");
                let cost: f64 = (0..n).filter(|i| knapsack.set[*i]).map(|i| w[i]).sum();
                assert!(
                    (a - cost).abs() < 1e-7,
                    "round {round}: the set costs {cost}, not {a}"
                );
                some += 1;
            }
            (None, None) => none += 1,
            other => panic!("round {round}: {other:?}"),
        }
        // Cut off early, it is still a bound.
        if let (Some(cut), Some(b)) = (knapsack.solve(&side, &w, &fix, 4), want) {
            assert!(
                cut <= b + 1e-7,
                "round {round}: cut off at {cut}, above {b}"
            );
        }
    }
    assert!(
        some > 1000 && none > 300,
        "{some} with a set, {none} without"
    );
}
