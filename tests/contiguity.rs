//! Contiguous territories, on small random graphs against enumeration of every plan, and properties on larger ones.

mod common;

use common::{Case, Random, share};
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
        inputs.customers.skill_sets = vec![vec![], vec!["a".into()]];
        inputs.customers.requires = (0..n).map(|_| u32::from(random.below(40) == 0)).collect();
        (0..k)
            .filter(|j| j % 3 > 0)
            .for_each(|j| inputs.reps.skills[j] = vec!["a".into()]);
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
