//! Contiguous territories, on small random graphs against enumeration of every plan, and properties on larger ones.

mod common;

use common::{Case, Open, Random, share};
use revier::base::ids::RepIx;
use revier::plan::{Plan, Status};
use revier::solve::{Contiguity, MOST_RISE, Options, solve, solve_on};
use revier::territory::{Adjacency, islands};

/// A random graph of `n` places: mostly connected, now and then with real islands.
fn graph(random: &mut Random, n: usize) -> Adjacency {
    let mut pairs = Vec::new();
    for i in 1..n as u32 {
        if random.below(10) > 0 {
            pairs.push((i, random.below(i as usize) as u32));
        }
    }
    for _ in 0..random.below(n + 1) {
        pairs.push((random.below(n) as u32, random.below(n) as u32));
    }
    Adjacency::from_pairs((0..n as u32).collect(), n, &pairs)
}

/// Whether every owner's sites are connected within each component, by merging neighbours until nothing changes.
fn contiguous(graph: &Adjacency, owner: &[usize]) -> bool {
    let mut label: Vec<usize> = (0..owner.len()).collect();
    loop {
        let before = label.clone();
        for i in 0..owner.len() {
            for s in graph.near_sites(i) {
                if owner[s] == owner[i] {
                    label[i] = label[i].min(label[s]);
                }
            }
        }
        if label == before {
            break;
        }
    }
    let component = |i: usize| graph.component(graph.place(i));
    (0..owner.len()).all(|i| {
        (0..i).all(|s| owner[s] != owner[i] || component(s) != component(i) || label[s] == label[i])
    })
}

/// Least cost of all contiguous plans within the bounds and rules.
fn enumerate(case: &Case, graph: &Adjacency) -> Option<f64> {
    let (n, k, m) = (case.model.n, case.model.k, case.model.m);
    let mut best: Option<f64> = None;
    let mut owner = vec![0usize; n];
    loop {
        if let Some(cost) = common::cost_if_feasible(&case.model, &owner, m)
            && best.is_none_or(|b| cost < b)
            && contiguous(graph, &owner)
        {
            best = Some(cost);
        }
        let Some(i) = owner.iter().position(|j| j + 1 < k) else {
            return best;
        };
        owner[..i].fill(0);
        owner[i] += 1;
    }
}

/// What is wrong with the plan, given the optimum.
fn complaint(plan: &Plan, best: Option<f64>, graph: &Adjacency, reps: usize) -> Option<String> {
    let Some(best) = best else {
        return (plan.status != Status::Infeasible)
            .then(|| format!("{:?}, no plan exists", plan.status));
    };
    if plan.status == Status::Infeasible {
        return Some(format!("infeasible, optimum {best}"));
    }
    if !islands(graph, &plan.owner, reps).is_empty() {
        return Some("torn".into());
    }
    if (plan.objective - best).abs() > 1e-7 * best.max(1e-3) {
        return Some(format!("got {}, optimum {best}", plan.objective));
    }
    if plan.bound > best * (1.0 + 1e-9) + 1e-9 || plan.certified > best * (1.0 + 1e-9) + 1e-9 {
        return Some(format!("bound {} above {best}", plan.bound));
    }
    // The certificate knows nothing of contiguity: what it leaves open, a search over all of these plans has ruled out, and says so.
    let searched =
        |note: &String| note.starts_with("no plan with contiguous territories costs less");
    let known = plan.status == Status::Optimal || plan.notes.iter().any(searched);
    (!known).then(|| format!("{:?}, gap {}", plan.status, plan.gap()))
}

#[test]
fn small_contiguous_plans_are_the_optimum_of_all() {
    let mut random = Random(11);
    let (mut feasible, mut only_torn, mut infeasible) = (0, 0, 0);
    let mut complaints = Vec::new();
    for round in 0..share(600) {
        let case = Case::random(&mut random, round);
        let graph = graph(&mut random, case.model.n);
        let best = enumerate(&case, &graph);
        let rule = Contiguity {
            graph: &graph,
            required: true,
        };
        let plan =
            solve_on(&case.model, Some(&rule), &Options::default(), &mut |_| {}).expect("solves");
        match best {
            Some(_) => feasible += 1,
            None if solve(&case.model, &Options::default())
                .expect("solves")
                .status
                != Status::Infeasible =>
            {
                only_torn += 1
            }
            None => infeasible += 1,
        }
        complaints.extend(
            complaint(&plan, best, &graph, case.model.k)
                .map(|c| format!("round {round}, {}: {c}", case.name)),
        );
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    // The generator makes enough of each kind for the test to mean something.
    assert!(
        feasible >= share(150) && only_torn >= share(50) && infeasible >= share(50),
        "{feasible} feasible, {only_torn} feasible only when torn, {infeasible} infeasible"
    );
}

/// A problem over Germany with the neighbours of its sites.
fn large(seed: u64, n: usize, k: usize, rules: bool) -> (revier::model::Model, Adjacency) {
    let mut random = Random(seed);
    let mut inputs = common::inputs(&mut random, n, k, 0.05);
    if rules {
        common::add_measure(&mut random, &mut inputs, 0.1);
        inputs.customers.open().skill_sets = vec![vec![], vec!["a".into()]];
        inputs.customers.open().requires =
            (0..n).map(|_| u32::from(random.below(40) == 0)).collect();
        (0..k)
            .filter(|j| j % 3 > 0)
            .for_each(|j| inputs.reps.open().skills[j] = vec!["a".into()]);
    }
    let c = &inputs.customers;
    let graph = revier::territory::adjacency(&c.lon, &c.lat).expect("valid");
    (revier::model::Model::build(&inputs), graph)
}

#[test]
fn larger_plans_are_contiguous_within_all_bounds() {
    for (seed, n, k) in [(1, 300, 5), (2, 1500, 20), (3, 4000, 30)] {
        let (model, graph) = large(seed, n, k, false);
        let rule = Contiguity {
            graph: &graph,
            required: true,
        };
        let plan = solve_on(&model, Some(&rule), &Options::default(), &mut |_| {}).expect("solves");
        let free = solve(&model, &Options::default()).expect("solves");
        eprintln!(
            "{n} x {k}: gap {:.2e}, free {:.2e}, islands of the free plan {}",
            plan.gap(),
            free.gap(),
            islands(&graph, &free.owner, k).len()
        );
        assert_ne!(plan.status, Status::Infeasible, "{n} x {k}");
        assert!(islands(&graph, &plan.owner, k).is_empty(), "{n} x {k}");
        assert!(
            plan.bound <= plan.objective && plan.gap() < 0.01,
            "{n} x {k}: {}",
            plan.gap()
        );
        let again =
            solve_on(&model, Some(&rule), &Options::default(), &mut |_| {}).expect("solves");
        assert_eq!(plan.owner, again.owner);
    }
}

#[test]
fn islands_are_joined_where_that_is_cheap() {
    let (mut before, mut after) = (0, 0);
    for (seed, n, k) in [(4, 400, 6), (5, 3000, 25)] {
        let (model, graph) = large(seed, n, k, true);
        let rule = Contiguity {
            graph: &graph,
            required: false,
        };
        let free = solve(&model, &Options::default()).expect("solves");
        let joined =
            solve_on(&model, Some(&rule), &Options::default(), &mut |_| {}).expect("solves");
        let count = |owner: &[RepIx]| islands(&graph, owner, k).len();
        eprintln!(
            "{n} x {k}: {} islands, {} after, cost {:.2e} more, gap {:.2e}",
            count(&free.owner),
            count(&joined.owner),
            joined.objective / free.objective - 1.0,
            joined.gap()
        );
        assert_eq!(
            free.status == Status::Infeasible,
            joined.status == Status::Infeasible
        );
        assert!(count(&joined.owner) <= count(&free.owner));
        before += count(&free.owner);
        after += count(&joined.owner);
        assert!(joined.objective <= free.objective * (1.0 + MOST_RISE));
        assert!(joined.bound <= free.objective * (1.0 + 1e-12));
    }
    assert!(after < before, "{before} islands before, {after} after");
}

/// A grid of area units, in which a plan with equal loads and all territories in one piece is known.
struct Planted {
    inputs: revier::input::Inputs,
    graph: Adjacency,
    owner: Vec<RepIx>,
}

/// Territories grown from random cells, as even in cells as that goes; workloads add up to 1,000 in each.
fn planted(seed: u64, rows: usize, columns: usize, k: usize, tolerance: f64) -> Planted {
    let mut random = Random(seed);
    let n = rows * columns;
    let mut pairs = Vec::new();
    for i in 0..n {
        if i % columns + 1 < columns {
            pairs.push((i as u32, i as u32 + 1));
        }
        if i + columns < n {
            pairs.push((i as u32, (i + columns) as u32));
        }
    }
    let graph = Adjacency::from_pairs((0..n as u32).collect(), n, &pairs);
    let mut owner = vec![usize::MAX; n];
    let mut sizes = vec![0; k];
    for (j, size) in sizes.iter_mut().enumerate() {
        let mut seed = random.below(n);
        while owner[seed] != usize::MAX {
            seed = random.below(n);
        }
        owner[seed] = j;
        *size = 1;
    }
    while let Some((j, i)) = (0..n)
        .filter(|i| owner[*i] == usize::MAX)
        .flat_map(|i| graph.near_sites(i).map(move |s| (s, i)))
        .filter(|(s, _)| owner[*s] != usize::MAX)
        .map(|(s, i)| (owner[s], i))
        .min_by_key(|(j, i)| (sizes[*j], (i * 7919 + seed as usize) % n))
    {
        owner[i] = j;
        sizes[j] += 1;
    }
    let mut inputs = common::inputs(&mut random, n, k, tolerance);
    let (mut c, mut reps) = (inputs.customers.open(), inputs.reps.open());
    for i in 0..n {
        c.lon[i] = 8.0 + 0.3 * (i % columns) as f64;
        c.lat[i] = 48.0 + 0.2 * (i / columns) as f64;
    }
    for j in 0..k {
        let own: Vec<usize> = (0..n).filter(|i| owner[*i] == j).collect();
        let shares: Vec<f64> = own.iter().map(|_| 1.0 + random.unit()).collect();
        let all: f64 = shares.iter().sum();
        let mut left = 1000.0;
        for (i, share) in own.iter().zip(&shares) {
            c.columns[0].values[*i] = (1000.0 * share / all).round();
            left -= c.columns[0].values[*i];
        }
        c.columns[0].values[own[0]] += left;
        let home = random.below(n);
        reps.lon[j] = c.lon[home] + 0.01 * random.unit();
        reps.lat[j] = c.lat[home] + 0.01 * random.unit();
    }
    drop((c, reps));
    Planted {
        inputs,
        graph,
        owner: owner.into_iter().map(|j| RepIx(j as u32)).collect(),
    }
}

impl Planted {
    /// The plan with contiguous territories, and its model.
    fn solved(&self, tolerance: f64) -> (revier::model::Model, Plan) {
        let mut inputs = self.inputs.clone();
        inputs.scenario.balance[0].tolerance = tolerance;
        let model = revier::model::Model::build(&inputs);
        let rule = Contiguity {
            graph: &self.graph,
            required: true,
        };
        let options = Options {
            time_limit_s: 10.0,
            ..Options::default()
        };
        let plan = solve_on(&model, Some(&rule), &options, &mut |_| {}).expect("solves");
        (model, plan)
    }

    /// Locks two units with those who have them in the known plan, and keeps two neighbours together who are.
    fn with_rules(mut self) -> Planted {
        let n = self.owner.len();
        let mut c = self.inputs.customers.open();
        c.owner = self.owner.clone();
        c.locked = (0..n).map(|i| i == 3 || i == n - 2).collect();
        c.group = vec![u32::MAX; n];
        c.group_names = vec!["g".into()];
        let two = (0..n - 1).find(|i| self.owner[*i] == self.owner[i + 1]);
        let two = two.expect("neighbours with one owner");
        (c.group[two], c.group[two + 1]) = (0, 0);
        drop(c);
        self
    }
}

#[test]
fn plans_that_are_known_to_exist_are_found() {
    for (seed, rows, columns, k) in [(1, 7, 8, 4), (2, 6, 6, 3), (3, 8, 8, 5), (4, 9, 5, 4)] {
        let mut known = planted(seed, rows, columns, k, 0.004);
        if seed % 2 == 0 {
            known = known.with_rules();
        }
        let (model, plan) = known.solved(0.004);
        let owner = |plan: &[RepIx]| -> Vec<usize> { plan.iter().map(|j| j.0 as usize).collect() };
        let cost = common::cost_if_feasible(&model, &owner(&known.owner), 1);
        assert!(cost.is_some() && contiguous(&known.graph, &owner(&known.owner)));
        assert_ne!(plan.status, Status::Infeasible, "{seed}: {:?}", plan.notes);
        let found = common::cost_if_feasible(&model, &owner(&plan.owner), 1);
        assert!(found.is_some(), "{seed}: a rule is broken");
        assert!(contiguous(&known.graph, &owner(&plan.owner)), "{seed}");
        assert!(found <= cost, "{seed}: {found:?}, known is {cost:?}");
    }
}

#[test]
fn a_looser_tolerance_loses_no_contiguous_plan() {
    for (seed, rows, columns, k) in [(11, 6, 7, 4), (12, 9, 5, 3)] {
        let known = planted(seed, rows, columns, k, 0.005);
        let mut before = f64::INFINITY;
        for tolerance in [0.005, 0.01, 0.05] {
            let (_, plan) = known.solved(tolerance);
            let name = format!("{rows} x {columns}, {k} reps, {tolerance}");
            assert_ne!(plan.status, Status::Infeasible, "{name}");
            let cost = plan.objective;
            assert!(
                cost <= before * (1.0 + 1e-9),
                "{name}: {cost} after {before}"
            );
            before = cost;
        }
    }
}
