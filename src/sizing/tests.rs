//! Small problems against all there is: every choice of bases, every assignment of whole customers.

use super::prices::Values;
use super::problem::{Base, Problem};
use super::search::{Depth, point};
use crate::base::deadline::Deadline;
use crate::base::random::Random;

const DEPTH: Depth = Depth {
    tries: 30,
    rounds: 3,
    steps: 150,
    gap: 1e-6,
};

struct Small {
    n: usize,
    m: usize,
    cost: Vec<f64>,
    load: Vec<f64>,
    problem: Problem,
}

fn points(random: &mut Random, count: usize) -> Vec<(f64, f64)> {
    let mut draw = || random.below(1000) as f64;
    (0..count).map(|_| (draw(), draw())).collect()
}

/// Shares of a total, up to so many per cent.
fn bounds(random: &mut Random, (m, most): (usize, usize), total: f64) -> Vec<f64> {
    let mut draw = || total * random.below(most) as f64 / 100.0;
    (0..m).map(|_| draw()).collect()
}

/// Points in a square, some costs of opening, some loads that depend on the base, a pair in eight forbidden.
fn small(random: &mut Random) -> Small {
    let (n, m) = (3 + random.below(4), 2 + random.below(4));
    let (sites, places) = (points(random, n), points(random, m));
    let own: Vec<f64> = (0..n).map(|_| 1.0 + random.below(9) as f64).collect();
    let differ = random.below(3) == 0;
    let mut cost = vec![f64::INFINITY; n * m];
    let mut load = vec![0.0; n * m];
    for i in 0..n {
        for j in 0..m {
            if random.below(8) > 0 {
                let far = (sites[i].0 - places[j].0).hypot(sites[i].1 - places[j].1);
                cost[i * m + j] = far;
                // Whoever is near may take longer.
                load[i * m + j] = own[i]
                    + if differ {
                        random.below(40) as f64 / 10.0
                    } else {
                        0.0
                    };
            }
        }
    }
    let total: f64 = own.iter().sum();
    let cap = bounds(random, (m, 100), total);
    let cap: Vec<f64> = cap.iter().map(|c| c + 0.2 * total).collect();
    let floor = match random.below(2) {
        0 => vec![0.0; m],
        _ => bounds(random, (m, 25), total),
    };
    let fixed_cost: Vec<f64> = (0..m).map(|_| random.below(300) as f64 - 100.0).collect();
    let base = |j: usize| Base {
        floor: floor[j],
        cap: cap[j],
        fixed_cost: fixed_cost[j],
        stays: random.below(5) == 0,
    };
    let bases: Vec<Base> = (0..m).map(base).collect();
    let keep = if random.below(2) == 0 { 2 } else { m };
    let problem = Problem::new(n, &bases, keep, |i, j| {
        let c = cost[i * m + j];
        c.is_finite().then(|| (c, load[i * m + j]))
    });
    Small {
        n,
        m,
        cost,
        load,
        problem,
    }
}

/// The least cost with `p` bases; `None` where no plan keeps the bounds.
fn optimum(s: &Small, p: usize) -> Option<f64> {
    let mut best: Option<f64> = None;
    for set in 0u32..1 << s.m {
        let is = |j: usize| set >> j & 1 == 1;
        if set.count_ones() as usize != p || (0..s.m).any(|j| s.problem.stays[j] && !is(j)) {
            continue;
        }
        let open: Vec<usize> = (0..s.m).filter(|j| is(*j)).collect();
        let fixed: f64 = open.iter().map(|j| s.problem.fixed_cost[*j]).sum();
        for plan in 0..open.len().pow(s.n as u32) {
            let (mut rest, mut cost, mut load) = (plan, fixed, vec![0.0; s.m]);
            for i in 0..s.n {
                let j = open[rest % open.len()];
                rest /= open.len();
                cost += s.cost[i * s.m + j];
                load[j] += s.load[i * s.m + j];
            }
            let within = |j: &usize| {
                load[*j] <= s.problem.cap[*j] + 1e-9 && load[*j] >= s.problem.floor[*j] - 1e-9
            };
            if cost.is_finite() && open.iter().all(within) {
                best = Some(best.map_or(cost, |b| b.min(cost)));
            }
        }
    }
    best
}

#[test]
fn no_bound_is_above_the_optimum_whatever_the_prices() {
    let mut random = Random(2911);
    let (mut plans, mut tight, mut proven) = (0, 0, 0);
    for case in 0..600 {
        let s = small(&mut random);
        for p in s.problem.staying().max(1)..=s.m {
            let best = optimum(&s, p);
            if s.problem.too_few(p).is_some() {
                assert_eq!(best, None, "case {case}: {p} are enough");
                proven += 1;
                continue;
            }
            let found = point(
                &s.problem,
                p,
                (&[], None),
                DEPTH,
                &Deadline::never(),
                |_, _| {},
            );
            assert!(found.choices.iter().all(|c| c.len() == p), "case {case}");
            if found.bound > s.problem.worst(p) * (1.0 + 1e-9) {
                assert_eq!(best, None, "case {case}: {p} are enough");
                proven += 1;
            }
            // And prices that nobody looked for.
            let pi: Vec<f64> = (s.problem.beyond.iter())
                .map(|most| (random.below(3000) as f64 - 1000.0).min(*most))
                .collect();
            let any = Values::new(&s.problem, &pi).bound(p);
            if let Some(best) = best {
                let slack = 1e-9 * (1.0 + best.abs());
                assert!(
                    found.bound <= best + slack,
                    "case {case}: {} > {best}",
                    found.bound
                );
                assert!(any <= best + slack, "case {case}: {any} > {best}");
                plans += 1;
                tight += usize::from(best - found.bound <= 0.05 * best.abs());
            }
        }
    }
    assert!(plans > 500 && proven > 50, "{plans} plans, {proven} proofs");
    assert!(3 * tight > plans, "{tight} of {plans} bounds are near");
}
