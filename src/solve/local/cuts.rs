//! Loads settled to a proven optimum, one cut of the map after the other.
//!
//! Where prices press the loads onto bounds, `k` reps make `k - 1` equations: what each rep gets from its neighbours must fill it to
//! its bound. The units that may move on a border are few, so that an equation costs something: with `r` moves per unit of cost on the
//! borders that serve it, about `exp(pi sqrt(r c / 3))` sets of moves cost at most `c` (Hardy & Ramanujan 1918 on partitions), and to
//! meet a load to one part in `p` takes `p` of them, so `c` is about `3 (ln p / pi)^2 / r`. What a plan costs above the LP bound is
//! therefore near the least sum of `1 / r` over `k - 1` equations that share the borders among them.
//!
//! So: cut the map in two, and choose the best set of moves across the cut such that the loads of each side *sum up* to what the prices
//! ask of it: one [knapsack](crate::bound::knapsack), solved to its optimum. Then cut each side again, without touching what is decided, down
//! to single reps. Each border serves the one cut that parts its reps. The weakest cuts come first and have all of their borders
//! to themselves: the tree of cuts is made from below, the two sets of reps with the densest common border put together first, and
//! their densities added up.
//!
//! Each tree gives another plan; trees of disturbed densities are tried on the whole map, and then on regions of it whose outer borders
//! stay as they are. What improves the plan is kept.
//!
//! Measured at 10,000 x 50 (lognormal workloads, sigma 0.8), excess over the LP bound in 1e-4 of it: one tree 1.07 after 5 ms, the best
//! of 20 0.93, regions for 2 s 0.88; no plan has less than 0.48 (a knapsack per rep). Tried instead: reps settled one by one, each with
//! all neighbours that are not settled yet, in the best order, 1.21; the same with the 16 best partial plans kept at each step, 1.12 in
//! ten times the time; exact solutions (HiGHS) of regions of six reps for twelve minutes, 1.55 (from 1.93); trades round
//! two neighbours and two common neighbours of theirs to a local optimum, 1.5. A local optimum of small regions leaves its cost on every border;
//! cuts pay once per equation. The same instance with workloads that are no decimals ends at 1.2 to 1.3: a set of reps that are all pressed the
//! same way must meet exactly what it has together, so that such sets are not made.

use super::forest::Forest;
use super::state::State;
use crate::base::deadline::Deadline;
use crate::base::random::Random;
use crate::bound::grain::{grain, in_grains};
use crate::bound::knapsack::{Fix, Knapsack, Side};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

/// Partial sets that one knapsack looks at: enough to meet a load exactly where two reps have no slack to share, at a million sites, too.
const SETS: usize = 400_000;
/// The same where loads have no grain, and nothing is met exactly.
const FEWER_SETS: usize = 20_000;
/// The same where the time is up, and the cuts that are left only make a plan whole.
const HURRIED_SETS: usize = 500;
/// Factors on the density of a border between two sets whose loads can all give way in the same direction only: what is short on one
/// side is not made up for by the other.
const ONE_WAY: [f64; 3] = [0.3, 1.0, NEVER];
/// Where loads have no [grain](crate::bound::grain), two such sets hardly ever meet what they have together.
const NEVER: f64 = 1e-6;
/// Greatest share by which densities are disturbed.
const SPREAD: f64 = 0.5;

/// Some reps in two parts, the smaller one first.
type Cut = [Vec<u32>; 2];

/// What an attempt gains, and the moves that do it, as item and option.
pub(super) type Found = (f64, Vec<(u32, u16)>);

/// What stays the same while a plan is improved.
pub(super) struct Cuts {
    /// Items that each rep may have.
    having: Vec<Vec<u32>>,
    /// The load that the price presses each rep to.
    pressed: Vec<f64>,
    /// Whether loads have a grain, and can be met exactly.
    exact: bool,
    /// Whether the load of each rep may be below that (1), above (2).
    ways: Vec<u8>,
    /// Per rep its neighbours, and the density of the common border.
    density: Vec<Vec<(u32, f64)>>,
    /// Wall-clock limit.
    until: Deadline,
}

/// What the sum of the loads of some reps costs near the point that the prices press it to.
#[derive(Clone, Copy, Debug)]
struct Vee {
    point: f64,
    /// Cost per unit of load below and above it, and how far that holds.
    slope: [f64; 2],
    room: [f64; 2],
}

impl Vee {
    fn cost(&self, y: f64) -> f64 {
        let off = y - self.point;
        off.abs() * self.slope[usize::from(off > 0.0)]
    }
}

/// A common border in the queue of the densest.
#[derive(PartialEq)]
struct Link(f64, u32, u32);

impl Eq for Link {}

impl PartialOrd for Link {
    fn partial_cmp(&self, other: &Link) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Link {
    fn cmp(&self, other: &Link) -> Ordering {
        let tie = || (other.1, other.2).cmp(&(self.1, self.2));
        self.0.total_cmp(&other.0).then_with(tie)
    }
}

/// A plan in the making.
struct Draft {
    load: Vec<f64>,
    choice: Vec<u16>,
}

impl Draft {
    fn take(&mut self, s: &State, item: u32, option: usize) {
        let from = self.choice[item as usize] as usize;
        let o = &s.items[item as usize].options;
        self.load[o.rep[from] as usize] -= o.load[from];
        self.load[o.rep[option] as usize] += o.load[option];
        self.choice[item as usize] = option as u16;
    }
}

/// Which side of the latest cut each rep is on, and the cut that each item was seen at last.
struct Marks {
    side_of: Vec<u32>,
    seen: Vec<u32>,
}

/// The items that a cut settles.
#[derive(Default)]
struct Across {
    /// Items with their best options here and there.
    members: Vec<(u32, u16, u16)>,
    /// What it costs each to be here rather than there.
    cost: Vec<f64>,
    load: Vec<f64>,
    /// The load of this side without them, and the load of both.
    fixed: f64,
    all: f64,
}

impl Cuts {
    /// For a state of one measure. Once the time is up, attempts end with what comes first.
    pub fn new(s: &State, forest: &Forest, until: &Deadline) -> Cuts {
        let mut having: Vec<Vec<u32>> = vec![Vec::new(); s.k];
        for (i, t) in s.items.iter().enumerate() {
            t.options
                .rep
                .iter()
                .for_each(|j| having[*j as usize].push(i as u32));
        }
        let loads = s.items.iter().flat_map(|t| t.options.load.iter().copied());
        let grain = grain(loads).filter(|g| *g > 0.0);
        let pressed = |j: usize| {
            if !s.deviation.is_empty() {
                return s.row(j).pressed();
            }
            let (mut lower, mut upper) = (s.lower[j], s.upper[j]);
            if let Some(g) = grain {
                let y = s.load[j];
                let (l, u) = in_grains(lower - y, upper - y, g);
                (lower, upper) = (y + l * g, y + u * g);
            }
            if s.mu[j] >= 0.0 { upper } else { lower }
        };
        let steepest = s.mu.iter().fold(0.0_f64, |a, p| a.max(p.abs()));
        let ways = |j: usize| match s.mu[j] {
            _ if !s.deviation.is_empty() => {
                let [below, above] = s.row(j).slopes().map(|side| side.0.is_finite());
                u8::from(below) + 2 * u8::from(above)
            }
            p if p.abs() <= 1e-9 * steepest => 3,
            p if p > 0.0 => 1,
            _ => 2,
        };
        Cuts {
            pressed: (0..s.k).map(pressed).collect(),
            ways: (0..s.k).map(ways).collect(),
            exact: grain.is_some(),
            density: forest.density.clone(),
            having,
            until: until.clone(),
        }
    }

    /// Settles the loads of a region anew, along a random tree of cuts; tells how that is better, if it is.
    pub fn attempt(&self, s: &State, region: &[u32], random: &mut Random) -> Option<Found> {
        let tree = self.tree(region, random);
        let mut inside = vec![false; s.k];
        region.iter().for_each(|j| inside[*j as usize] = true);
        let items: Vec<u32> = (region.iter().flat_map(|j| &s.of_rep[*j as usize]))
            .copied()
            .collect();
        let mut draft = Draft {
            load: s.load.clone(),
            choice: s.choice.clone(),
        };
        for i in &items {
            // Options are in order of cost.
            let reps = &s.items[*i as usize].options.rep;
            if let Some(o) = reps.iter().position(|j| inside[*j as usize]) {
                draft.take(s, *i, o);
            }
        }
        self.settle(s, &mut draft, &tree);
        let cost = |load: &[f64], choice: &[u16]| {
            let row = |j: &u32| s.row_cost(*j as usize, load[*j as usize]);
            let item = |i: &u32| s.items[*i as usize].options.cost[choice[*i as usize] as usize];
            region.iter().map(row).sum::<f64>() + items.iter().map(item).sum::<f64>()
        };
        let before = cost(&s.load, &s.choice);
        let gain = before - cost(&draft.load, &draft.choice);
        if gain <= 1e-9 * before.abs() {
            return None;
        }
        let choice = |i: u32| draft.choice[i as usize];
        let changed = items
            .into_iter()
            .filter(|i| choice(*i) != s.choice[*i as usize]);
        Some((gain, changed.map(|i| (i, choice(i))).collect()))
    }

    /// Cuts of a region down to single reps, from the top: the two sets with the densest common border are put together, again
    /// and again. Parts without a common border are not put together.
    fn tree(&self, region: &[u32], random: &mut Random) -> Vec<Cut> {
        let one_way = if self.exact {
            ONE_WAY[random.below(ONE_WAY.len())]
        } else {
            NEVER
        };
        let place: BTreeMap<u32, u32> = region.iter().copied().zip(0..).collect();
        let mut links: Vec<BTreeMap<u32, f64>> = vec![BTreeMap::new(); region.len()];
        for (j, a) in &place {
            for (l, d) in self.density[*j as usize].iter().filter(|x| x.0 > *j) {
                if let Some(b) = place.get(l) {
                    let noise = 1.0 + SPREAD * (random.below(2001) as f64 / 1000.0 - 1.0);
                    links[*a as usize].insert(*b, d * noise);
                    links[*b as usize].insert(*a, d * noise);
                }
            }
        }
        let mut set: Vec<Vec<u32>> = region.iter().map(|j| vec![*j]).collect();
        let mut ways: Vec<u8> = region.iter().map(|j| self.ways[*j as usize]).collect();
        let worth = |d: f64, ways: u8| if ways == 3 { d } else { d * one_way };
        let mut queue: BinaryHeap<Link> = BinaryHeap::new();
        for (a, near) in links.iter().enumerate() {
            for (b, d) in near.range(a as u32 + 1..) {
                queue.push(Link(worth(*d, ways[a] | ways[*b as usize]), a as u32, *b));
            }
        }
        let mut cuts: Vec<Cut> = Vec::new();
        while let Some(Link(d, a, b)) = queue.pop() {
            let both = ways[a as usize] | ways[b as usize];
            let now = links[a as usize].get(&b).map(|d| worth(*d, both));
            if now != Some(d) {
                continue;
            }
            // The one with fewer neighbours goes into the other.
            let (a, b) = if links[a as usize].len() >= links[b as usize].len() {
                (a, b)
            } else {
                (b, a)
            };
            let gone = std::mem::take(&mut set[b as usize]);
            let cut = [gone, set[a as usize].clone()];
            set[a as usize].extend(&cut[0]);
            let turned = ways[a as usize] != both;
            ways[a as usize] = both;
            // Neighbours whose border with the two is worth something else now: the others are in the queue as they are.
            let mut anew: Vec<u32> = Vec::new();
            for (c, d) in std::mem::take(&mut links[b as usize]) {
                links[c as usize].remove(&b);
                if c != a {
                    *links[a as usize].entry(c).or_default() += d;
                    let sum = links[a as usize][&c];
                    links[c as usize].insert(a, sum);
                    anew.push(c);
                }
            }
            if turned {
                anew = links[a as usize].keys().copied().collect();
            }
            for c in anew {
                let all = both | ways[c as usize];
                let density = links[a as usize][&c];
                queue.push(Link(worth(density, all), a.min(c), a.max(c)));
            }
            let [x, y] = cut;
            cuts.push(if x.len() <= y.len() { [x, y] } else { [y, x] });
        }
        cuts.reverse();
        cuts
    }

    /// What the sum of the loads of some reps costs: what is left over goes where it costs least.
    fn vee(&self, s: &State, reps: &[u32]) -> Vee {
        let mut vee = Vee {
            point: 0.0,
            slope: [f64::INFINITY; 2],
            room: [f64::INFINITY; 2],
        };
        let mut dearest = 0.0_f64;
        let mut room = [0.0; 2];
        for j in reps {
            let j = *j as usize;
            vee.point += self.pressed[j];
            dearest = dearest.max(s.penalty[j]);
            if !s.deviation.is_empty() {
                for (way, (slope, most)) in s.row(j).slopes().into_iter().enumerate() {
                    if slope.is_finite() {
                        vee.slope[way] = vee.slope[way].min(slope);
                        room[way] += most;
                    }
                }
                continue;
            }
            let way = usize::from(s.mu[j] < 0.0);
            vee.slope[way] = vee.slope[way].min(s.mu[j].abs());
            room[way] += s.upper[j] - s.lower[j];
        }
        for (way, room) in room.into_iter().enumerate() {
            if vee.slope[way].is_finite() {
                vee.room[way] = room;
            } else {
                // Outside the bounds.
                vee.slope[way] = dearest;
            }
        }
        vee
    }

    /// Settles cut after cut; the items of the reps that are cut are at one of them, each at the cheapest.
    fn settle(&self, s: &State, draft: &mut Draft, cuts: &[Cut]) {
        let mut marks = Marks {
            side_of: vec![0; s.k],
            seen: vec![0; s.items.len()],
        };
        let (mut knapsack, mut across) = (Knapsack::default(), Across::default());
        for (turn, cut) in (1..).zip(cuts) {
            self.gather(s, draft, cut, turn, &mut marks, &mut across);
            let Some(set) = self.best_set(s, cut, &across, &mut knapsack) else {
                continue;
            };
            for ((i, here, there), taken) in across.members.iter().zip(set) {
                draft.take(s, *i, usize::from(if taken { *here } else { *there }));
            }
        }
    }

    /// What a cut settles: the items that are on one of its sides and may be on both.
    fn gather(
        &self,
        s: &State,
        draft: &Draft,
        cut: &Cut,
        turn: u32,
        marks: &mut Marks,
        across: &mut Across,
    ) {
        let sides = [2 * turn, 2 * turn + 1];
        let Marks { side_of, seen } = marks;
        for (reps, side) in cut.iter().zip(sides) {
            reps.iter().for_each(|j| side_of[*j as usize] = side);
        }
        across.members.clear();
        across.cost.clear();
        across.load.clear();
        let sum = |reps: &[u32]| reps.iter().map(|j| draft.load[*j as usize]).sum::<f64>();
        across.fixed = sum(&cut[0]);
        across.all = across.fixed + sum(&cut[1]);
        for i in cut[0].iter().flat_map(|j| &self.having[*j as usize]) {
            if std::mem::replace(&mut seen[*i as usize], turn) == turn {
                continue;
            }
            let o = &s.items[*i as usize].options;
            let at = draft.choice[*i as usize] as usize;
            let now = side_of[o.rep[at] as usize];
            if !sides.contains(&now) {
                continue;
            }
            let best = |side| o.rep.iter().position(|j| side_of[*j as usize] == side);
            let (Some(here), Some(there)) = (best(sides[0]), best(sides[1])) else {
                continue;
            };
            if now == sides[0] {
                across.fixed -= o.load[at];
            }
            across.members.push((*i, here as u16, there as u16));
            across.cost.push(o.cost[here] - o.cost[there]);
            across.load.push(o.load[here]);
        }
    }

    /// Which items are best on the first side of a cut: one knapsack for each piece of the loads in which what a load costs is a line.
    fn best_set(
        &self,
        s: &State,
        cut: &Cut,
        across: &Across,
        knapsack: &mut Knapsack,
    ) -> Option<Vec<bool>> {
        let Across {
            cost,
            load,
            fixed,
            all,
            ..
        } = across;
        let vees = [self.vee(s, &cut[0]), self.vee(s, &cut[1])];
        let costs = |y: f64| vees[0].cost(y) + vees[1].cost(all - y);
        let fix = vec![Fix::Free; load.len()];
        let mut w = Vec::new();
        let mut best: Option<(f64, Vec<bool>)> = None;
        let sets = match (self.until.is_over(), self.exact) {
            (true, _) => HURRIED_SETS,
            (false, true) => SETS,
            (false, false) => FEWER_SETS,
        };
        let broken = s.penalty[cut[0][0] as usize];
        for (from, to, slope) in pieces(&vees, *all) {
            if slope.abs() >= broken && best.is_some() {
                continue;
            }
            if !self.exact && to - from <= 1e-9 * all.abs() {
                // No sum of loads meets it.
                continue;
            }
            let mut side = Side {
                load: load.clone(),
                lower: from - fixed,
                upper: to - fixed,
            };
            side.count_in_grains();
            w.clear();
            w.extend(cost.iter().zip(load).map(|(c, a)| c + slope * a));
            if knapsack.solve(&side, &w, &fix, sets).is_none() {
                continue;
            }
            let sum = |of: &[f64]| {
                let taken = of.iter().zip(&knapsack.set).filter(|x| *x.1);
                taken.map(|x| x.0).sum::<f64>()
            };
            let y = sum(&side.load);
            let near = 1e-9 * (y.abs() + side.upper.abs());
            if y < side.lower - near || y > side.upper + near {
                // Cut off before it had a set.
                continue;
            }
            let value = sum(cost) + costs(fixed + sum(load));
            if best.as_ref().is_none_or(|b| value < b.0) {
                best = Some((value, knapsack.set.clone()));
            }
        }
        best.map(|(_, set)| set)
    }
}

/// The pieces of the loads of the first side in which what both sides cost is a line: (from, to, slope), those within the bounds first.
///
/// What a load costs has a kink where one of the sides meets its point; between kinks it is a line.
fn pieces(vees: &[Vee; 2], all: f64) -> [(f64, f64, f64); 3] {
    let (p, q) = (vees[0].point, all - vees[1].point);
    let (low, high) = (p.min(q), p.max(q));
    let [least, most] = [0, 1].map(|way| {
        let sign = if way == 0 { -1.0 } else { 1.0 };
        let ends = [
            p + sign * vees[0].room[way],
            q + sign * vees[1].room[1 - way],
        ];
        // The nearer of the two; all that there is, where nothing limits it.
        let end = sign * (sign * ends[0]).min(sign * ends[1]);
        end.clamp(low - all.abs(), high + all.abs())
    });
    let [below, above] = [0, 1].map(|way| vees[0].slope[way] + vees[1].slope[1 - way]);
    let between = if p < q {
        vees[0].slope[1] - vees[1].slope[1]
    } else {
        vees[1].slope[0] - vees[0].slope[0]
    };
    let mut pieces = [
        (low.max(least), high.min(most), between),
        (least, low.min(most), -below),
        (high.max(least), most, above),
    ];
    // Outside the bounds only where there is nothing else.
    pieces.sort_by(|x, y| x.2.abs().total_cmp(&y.2.abs()));
    pieces
}

#[cfg(test)]
mod tests;
