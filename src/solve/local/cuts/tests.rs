//! Cuts against all plans there are.

use super::*;
use crate::solve::local::Item;
use crate::solve::units::OptionList;

/// Items between random reps; whole loads, so that sums are exact.
fn random_state(random: &mut Random, k: usize, n: usize) -> State {
    let item = |unit: usize, random: &mut Random| {
        let a = random.below(k);
        let b = (a + 1 + random.below(k - 1)) % k;
        let load = (1 + random.below(40)) as f64;
        Item {
            unit: unit as u32,
            options: OptionList {
                rep: vec![a as u32, b as u32],
                cost: vec![0.0, random.below(1000) as f64 / 10.0],
                load: vec![load; 2],
                moved: vec![0.0; 2],
            },
        }
    };
    let items: Vec<Item> = (0..n).map(|i| item(i, random)).collect();
    let mut load = vec![0.0; k];
    for t in &items {
        let o = random.below(2);
        load[t.options.rep[o] as usize] += t.options.load[o];
    }
    let row = |y: &f64| {
        // Whole loads and bounds, and bounds that no sum of loads meets.
        let off = random.below(3) as f64 / 2.0;
        let mu = [-3.0, -0.7, 0.0, 0.4, 5.0][random.below(5)];
        let wide = random.below(12) as f64;
        if mu >= 0.0 {
            (100.0, 100.0 + y - wide, 100.0 + y + off, mu)
        } else {
            (100.0, 100.0 + y - off, 100.0 + y + wide, mu)
        }
    };
    let rows: Vec<(f64, f64, f64, f64)> = load.iter().map(row).collect();
    State::of(items, &rows)
}

fn least_excess(s: &State) -> f64 {
    let mut s = s.clone();
    let mut least = f64::INFINITY;
    for mask in 0u32..1 << s.items.len() {
        (0..s.items.len()).for_each(|i| s.take(i, (mask >> i & 1) as usize));
        least = least.min(s.excess());
    }
    least
}

#[test]
fn one_cut_between_two_reps_is_settled_to_the_optimum_of_all_plans() {
    let mut random = Random(1);
    let mut gained = 0;
    for round in 0..400 {
        let n = 2 + random.below(11);
        let mut s = random_state(&mut random, 2, n);
        let least = least_excess(&s);
        let cuts = Cuts::new(&s, &Forest::new(&s), &Deadline::never());
        let before = s.excess();
        if let Some((gain, moves)) = cuts.attempt(&s, &[0, 1], &mut random) {
            moves
                .iter()
                .for_each(|(i, o)| s.take(*i as usize, *o as usize));
            assert!((before - gain - s.excess()).abs() < 1e-6, "round {round}");
            gained += 1;
        }
        // A plan within the bounds costs less than what is outside of one; only those are promised.
        if least < 1e3 {
            assert!(
                s.excess() <= least + 1e-6,
                "round {round}: {} instead of {least}",
                s.excess()
            );
        }
    }
    assert!(gained > 200, "{gained} plans became better");
}

#[test]
fn attempts_tell_what_they_gain_and_leave_the_rest_alone() {
    let mut random = Random(2);
    let (mut gained, mut best) = (0, 0);
    for round in 0..300 {
        let k = 3 + random.below(4);
        let mut s = random_state(&mut random, k, 14);
        let forest = Forest::new(&s);
        let cuts = Cuts::new(&s, &forest, &Deadline::never());
        let least = least_excess(&s);
        for _ in 0..10 {
            let size = 2 + random.below(k - 1);
            let region = forest.region(size, &mut random);
            let (before, old) = (s.excess(), s.clone());
            let Some((gain, moves)) = cuts.attempt(&s, &region, &mut random) else {
                continue;
            };
            gained += 1;
            for (i, o) in moves {
                let (i, o) = (i as usize, o as usize);
                s.take(i, o);
                let pair = [old.rep(i) as u32, s.rep(i) as u32];
                assert!(pair.iter().all(|j| region.contains(j)), "round {round}");
            }
            assert!(gain > 0.0 && (before - gain - s.excess()).abs() < 1e-6);
        }
        assert!(s.excess() >= least - 1e-6, "round {round}");
        best += usize::from(s.excess() <= least + 1e-6);
    }
    assert!(
        gained > 300 && best > 100,
        "{gained} gains, {best} of 300 plans are the best"
    );
}

#[test]
fn a_tree_parts_any_two_neighbours_once() {
    let mut random = Random(3);
    for _ in 0..100 {
        let k = 2 + random.below(30);
        let s = random_state(&mut random, k, 2 * k);
        let forest = Forest::new(&s);
        let cuts = Cuts::new(&s, &forest, &Deadline::never());
        let region: Vec<u32> = (0..k as u32).filter(|_| random.below(4) > 0).collect();
        let tree = cuts.tree(&region, &mut random);
        let mut parted: BTreeMap<(u32, u32), usize> = BTreeMap::new();
        for [x, y] in &tree {
            assert!(!x.is_empty() && x.len() <= y.len());
            for (a, b) in x.iter().flat_map(|a| y.iter().map(move |b| (*a, *b))) {
                *parted.entry((a.min(b), a.max(b))).or_default() += 1;
            }
        }
        assert!(parted.values().all(|times| *times == 1));
        for j in &region {
            for (l, _) in &forest.density[*j as usize] {
                let both = region.contains(l);
                assert_eq!(both, parted.contains_key(&(*j.min(l), *j.max(l))));
            }
        }
    }
}
