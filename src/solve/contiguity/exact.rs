//! Small instances to the proven optimum: branch and bound, with cuts for what is torn.
//!
//! With a plan in hand whose cost exceeds the LP bound by `E`, no better plan uses an option with a reduced
//! cost above `E`. What is left is an integer programme without contiguity; where its optimum tears a
//! territory between sites `a` and `b`, a set `S` of places that separates them says why, and joins the
//! programme for every rep `j`:
//!
//! ```text
//! sum_(s in S) x_sj  >=  x_aj + x_bj - 1
//! ```
//!
//! until an optimum has no torn territory. (Oehrlein & Haunert 2017; the separators are the minimal ones of
//! Fischetti et al. 2017, nearest to either side.)

use super::Proof;
use super::ground::Ground;
use crate::base::deadline::Deadline;
use crate::base::ids::RepIx;
use crate::solve::exact::{Goal, Limits, MOST_COLUMNS, run, sizes, unit_of_cost};
use crate::territory::{Adjacency, Pieces};
use good_lp::solvers::SolutionStatus;
use good_lp::{Constraint, Expression, ProblemVariables, ResolutionError, Variable, variable};

/// Nodes with a choice up to which plans are proven.
const MOST_NODES: usize = 60;
/// Times that cuts are added.
const ROUNDS: usize = 400;

enum Found {
    /// The owners of the optimum stand in the ground.
    Optimum,
    /// There is no plan without torn territories.
    Nothing,
    /// Too large, or out of time.
    Unknown,
}

/// A set of places that separates two sites.
struct Cut {
    a: u32,
    b: u32,
    between: Vec<u32>,
}

/// Improves the plan to the proven optimum of all contiguous plans, if the instance is small enough.
pub(super) fn prove(g: &mut Ground, bound: f64, until: &Deadline) -> Proof {
    let mut cuts = Vec::new();
    let whole = super::repair::none_cut_off(g.graph, &g.owner, g.model.k);
    if !whole || violation(g) > 0.0 {
        let options = Options::of(g, f64::INFINITY);
        match search(g, &options, Goal::Violation, &mut cuts, until) {
            Found::Optimum if violation(g) > 0.0 => return Proof::NoPlan,
            Found::Optimum => {}
            Found::Nothing => return Proof::NoPlan,
            Found::Unknown => return Proof::None,
        }
    }
    let limit = (g.cost - bound).max(0.0) * (1.0 + 1e-9) + 1e-9 * bound.abs();
    let options = Options::of(g, limit);
    match search(g, &options, Goal::Excess, &mut cuts, until) {
        Found::Optimum => Proof::Optimum(g.cost),
        _ => Proof::None,
    }
}

/// Load outside the bounds, relative to the upper bounds.
fn violation(g: &Ground) -> f64 {
    let rows = &g.rows;
    let outside = |r: usize| {
        let y = g.load[r];
        (y - rows.upper[r]).max(rows.lower[r] - y).max(0.0) / rows.upper[r].abs().max(1e-300)
    };
    (0..g.load.len()).map(outside).sum()
}

/// A rep that may have a node.
struct Choice {
    rep: RepIx,
    /// Reduced cost.
    cost: f64,
    loads: Vec<f64>,
    moved: f64,
}

/// What each node may be given to.
struct Options {
    /// Per node its choices; the present owner alone where the rules permit nobody.
    of: Vec<Vec<Choice>>,
    /// The greatest reduced cost.
    limit: f64,
}

impl Options {
    /// Options whose reduced cost is at most `limit`.
    fn of(g: &Ground, limit: f64) -> Options {
        let of = (0..g.nodes() as u32).map(|node| {
            let mut reps: Vec<RepIx> = (0..g.model.k as u32).map(RepIx).collect();
            reps.retain(|j| g.permits(node, *j));
            if reps.is_empty() {
                reps.push(g.rep(node));
            }
            let choice = |rep: RepIx| {
                let mut loads = Vec::new();
                let offer = g.offer(node, rep, &mut loads);
                Choice {
                    rep,
                    cost: offer.value,
                    loads,
                    moved: offer.moved,
                }
            };
            let mut all: Vec<Choice> = reps.into_iter().map(choice).collect();
            let least = all.iter().map(|o| o.cost).fold(f64::INFINITY, f64::min);
            all.iter_mut().for_each(|o| o.cost -= least);
            all.retain(|o| o.cost <= limit);
            all
        });
        Options {
            of: of.collect(),
            limit,
        }
    }

    /// The greatest load that a single node puts on each row.
    fn greatest(&self, g: &Ground) -> Vec<f64> {
        let mut most = vec![0.0_f64; g.load.len()];
        for choice in self.of.iter().flatten() {
            for (r, a) in choice.loads.iter().enumerate() {
                let at = choice.rep.at() * g.model.m + r;
                most[at] = most[at].max(*a);
            }
            if let Some(at) = g.change_row() {
                most[at] = most[at].max(choice.moved);
            }
        }
        most
    }

    fn too_many(&self) -> bool {
        let free = self.of.iter().filter(|o| o.len() > 1);
        free.clone().count() > MOST_NODES || free.map(|o| o.len() - 1).sum::<usize>() > MOST_COLUMNS
    }
}

/// Solves the programme, with more cuts each time, until its optimum is contiguous.
fn search(
    g: &mut Ground,
    options: &Options,
    goal: Goal,
    cuts: &mut Vec<Cut>,
    until: &Deadline,
) -> Found {
    if options.too_many() {
        return Found::Unknown;
    }
    for _ in 0..ROUNDS {
        if until.is_over() {
            return Found::Unknown;
        }
        let owner = match optimum(g, options, goal, cuts, until) {
            Ok(Some(owner)) => owner,
            Ok(None) | Err(ResolutionError::Other(_) | ResolutionError::Str(_)) => {
                return Found::Unknown;
            }
            Err(ResolutionError::Infeasible) => return Found::Nothing,
            Err(_) => return Found::Unknown,
        };
        let before = cuts.len();
        separate(g.graph, &owner, g.model.k, cuts);
        if cuts.len() == before {
            take(g, &owner, goal);
            return Found::Optimum;
        }
    }
    Found::Unknown
}

/// Takes these owners, unless the plan in hand is whole and better: within the solver's tolerances it may be.
fn take(g: &mut Ground, owner: &[RepIx], goal: Goal) {
    let mut log = Vec::new();
    let whole = super::repair::none_cut_off(g.graph, &g.owner, g.model.k);
    let was = (violation(g), g.cost);
    for node in 0..g.nodes() as u32 {
        let to = owner[g.sites(node)[0] as usize];
        if g.rep(node) != to {
            g.give(node, to, &mut log);
        }
    }
    let now = (violation(g), g.cost);
    let worse = match goal {
        Goal::Excess => now.0 > was.0 || (now.0 == was.0 && now.1 > was.1),
        Goal::Violation => now.0 > was.0,
    };
    if whole && worse {
        g.undo(&mut log, 0);
    }
}

/// Owners of an optimum of the programme; `None` if it is not proven.
fn optimum(
    g: &Ground,
    options: &Options,
    goal: Goal,
    cuts: &[Cut],
    until: &Deadline,
) -> Result<Option<Vec<RepIx>>, ResolutionError> {
    let (m, rows) = (g.model.m, &g.rows);
    let money = unit_of_cost(&rows.mu, &rows.upper, options.limit);
    let size = sizes(&rows.upper, &options.greatest(g));
    let mut variables = ProblemVariables::new();
    let mut objective = Expression::from(0.0);
    let mut constraints = Vec::new();
    let mut row = vec![Expression::from(0.0); g.load.len()];
    let mut pick: Picks = Vec::new();
    for (node, all) in options.of.iter().enumerate() {
        let now = g.rep(node as u32);
        let mut sum = Expression::from(-1.0);
        let mut of_node = Vec::new();
        for choice in all {
            let share = if all.len() > 1 {
                let start = f64::from(u8::from(choice.rep == now));
                let x = variables.add(variable().binary().initial(start));
                sum += x;
                of_node.push(Some(x));
                Expression::from(x)
            } else {
                of_node.push(None);
                Expression::from(1.0)
            };
            if goal == Goal::Excess {
                objective += (choice.cost / money) * share.clone();
            }
            for (r, a) in choice.loads.iter().enumerate() {
                let at = choice.rep.at() * m + r;
                row[at] += (a / size[at]) * share.clone();
            }
            if let Some(at) = g.change_row() {
                row[at] += (choice.moved / size[at]) * share;
            }
        }
        if all.len() > 1 {
            constraints.push(sum.eq(0.0));
        }
        pick.push(of_node);
    }
    let limits = Limits {
        lower: &rows.lower,
        upper: &rows.upper,
        mu: &rows.mu,
        deviation: &rows.deviation,
        size: &size,
        money,
    };
    constraints.extend(goal.rows(row, &limits, &mut variables, &mut objective));
    constraints.extend(cut_rows(g, options, &pick, cuts));
    let wanted: Vec<Variable> = pick.iter().flatten().filter_map(|x| *x).collect();
    let (values, status) = run(variables, objective, constraints, &wanted, until)?;
    if !matches!(status, SolutionStatus::Optimal) {
        return Ok(None);
    }
    Ok(Some(chosen(g, options, &values)))
}

/// Per node and option its variable, none for the only one.
type Picks = Vec<Vec<Option<Variable>>>;

/// The rows of the cuts: who has both sites has a place between them.
fn cut_rows(g: &Ground, options: &Options, pick: &Picks, cuts: &[Cut]) -> Vec<Constraint> {
    let share = |site: u32, j: RepIx| {
        let node = g.node(site) as usize;
        let at = options.of[node].iter().position(|o| o.rep == j);
        match at.map(|o| pick[node][o]) {
            None => Expression::from(0.0),
            Some(None) => Expression::from(1.0),
            Some(Some(x)) => Expression::from(x),
        }
    };
    let mut rows = Vec::new();
    for cut in cuts {
        let mut nodes: Vec<u32> = cut.between.clone();
        nodes.sort_unstable_by_key(|s| g.node(*s));
        nodes.dedup_by_key(|s| g.node(*s));
        for j in (0..g.model.k as u32).map(RepIx) {
            let mut sum = -share(cut.a, j) - share(cut.b, j);
            nodes.iter().for_each(|s| sum += share(*s, j));
            rows.push(sum.geq(-1.0));
        }
    }
    rows
}

/// Owners by the greatest share of each node that has a choice.
fn chosen(g: &Ground, options: &Options, values: &[f64]) -> Vec<RepIx> {
    let mut owner = g.owner.clone();
    let mut at = 0;
    for (node, all) in options.of.iter().enumerate() {
        let mut chosen = 0;
        if all.len() > 1 {
            let of_node = &values[at..at + all.len()];
            at += all.len();
            chosen = (0..all.len())
                .max_by(|a, b| of_node[*a].total_cmp(&of_node[*b]))
                .unwrap_or(0);
        }
        for s in g.sites(node as u32) {
            owner[*s as usize] = all[chosen].rep;
        }
    }
    owner
}

/// Adds cuts for every torn territory: between an island and its main piece, near the one and near the other.
fn separate(graph: &Adjacency, owner: &[RepIx], reps: usize, cuts: &mut Vec<Cut>) {
    let pieces = Pieces::new(graph, owner, reps);
    let island = pieces.islands();
    for (p, piece) in pieces.all.iter().enumerate().filter(|(p, _)| island[*p]) {
        let key = (piece.rep, piece.component);
        let main = (0..pieces.all.len())
            .find(|q| !island[*q] && (pieces.all[*q].rep, pieces.all[*q].component) == key);
        let Some(main) = main else { continue };
        let (here, there) = (&pieces.all[p].sites, &pieces.all[main].sites);
        let mut pairs = vec![(here[0], there[0])];
        if let (Some(a), Some(b)) = (here.last(), there.last())
            && (*a, *b) != pairs[0]
        {
            pairs.push((*a, *b));
        }
        for (a, b) in pairs {
            for (near, far, inside) in [(a, b, here), (b, a, there)] {
                let between = separator(graph, inside, far);
                let cut = Cut {
                    a: near,
                    b: far,
                    between,
                };
                cuts.push(cut);
            }
        }
    }
}

/// The sites of the places next to the places of `inside` from which `far` can be reached without crossing
/// another such place.
fn separator(graph: &Adjacency, inside: &[u32], far: u32) -> Vec<u32> {
    const INSIDE: u8 = 1;
    const FENCE: u8 = 2;
    const REACHED: u8 = 4;
    let mut mark = vec![0u8; graph.places()];
    for s in inside {
        mark[graph.place(*s as usize)] |= INSIDE;
    }
    for s in inside {
        for p in graph.neighbours(graph.place(*s as usize)) {
            if mark[*p as usize] & INSIDE == 0 {
                mark[*p as usize] |= FENCE;
            }
        }
    }
    let mut fence = Vec::new();
    let mut stack = vec![graph.place(far as usize)];
    mark[stack[0]] |= REACHED;
    while let Some(place) = stack.pop() {
        for p in graph.neighbours(place).iter().map(|p| *p as usize) {
            if mark[p] & REACHED == 0 {
                mark[p] |= REACHED;
                if mark[p] & FENCE == 0 {
                    stack.push(p);
                } else {
                    fence.extend_from_slice(graph.sites(p));
                }
            }
        }
    }
    fence
}
