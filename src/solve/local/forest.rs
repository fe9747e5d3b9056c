//! Which reps are neighbours, and along which of them loads are passed on.

use super::state::{Item, State};
use crate::base::random::Random;
use std::collections::{HashMap, VecDeque};

/// Units that the density of a border is counted from.
const FEW: usize = 8;
/// Reps that have a border at a unit: the cheapest of its options. Without a plan every pair is an option, and the squares of all reps would take longer
/// than the search.
const BORDER: usize = 32;

/// Which reps are neighbours, and how far each is from a free rep.
pub(super) struct Forest {
    /// Per rep, who has a unit that the other may have.
    pub neighbours: Vec<Vec<u32>>,
    /// Neighbours with a long common border.
    pub strong: Vec<Vec<u32>>,
    pub depth: Vec<u32>,
    /// Per rep its neighbours in order, and the cheap units per unit of cost on the common border.
    pub density: Vec<Vec<(u32, f64)>>,
}

impl Forest {
    pub fn new(s: &State) -> Forest {
        let strong = strong(s);
        // A rep is as free as its prices are low; the freest of each part of the map is a root, and all that
        // have no price at all.
        let pressure = |j: usize| s.pressure(j);
        let mut order: Vec<usize> = (0..s.k).collect();
        order.sort_by(|a, b| pressure(*a).total_cmp(&pressure(*b)).then(a.cmp(b)));
        let none = 1e-9 * order.last().map_or(0.0, |j| pressure(*j));
        let mut depth = vec![u32::MAX; s.k];
        let mut queue: VecDeque<usize> = VecDeque::new();
        for j in &order {
            if pressure(*j) <= none {
                depth[*j] = 0;
                queue.push_back(*j);
            }
        }
        for root in order {
            if depth[root] == u32::MAX && queue.is_empty() {
                depth[root] = 0;
                queue.push_back(root);
            }
            while let Some(j) = queue.pop_front() {
                for l in &strong[j] {
                    if depth[*l as usize] == u32::MAX {
                        depth[*l as usize] = depth[j] + 1;
                        queue.push_back(*l as usize);
                    }
                }
            }
        }
        Forest {
            neighbours: neighbours(s),
            strong,
            depth,
            density: density(s),
        }
    }

    /// A neighbour of `j` nearer to a root, at random.
    pub fn parent(&self, j: usize, random: &mut Random) -> Option<usize> {
        let mut count = 0;
        let mut found = None;
        for l in &self.strong[j] {
            if self.depth[*l as usize] < self.depth[j] {
                count += 1;
                if random.below(count) == 0 {
                    found = Some(*l as usize);
                }
            }
        }
        found
    }

    /// A rep at random and others round it, at most `most`: each time one of the neighbours, at random.
    pub fn region(&self, most: usize, random: &mut Random) -> Vec<u32> {
        let mut region = vec![random.below(self.density.len()) as u32];
        let mut near: Vec<u32> = Vec::new();
        while region.len() < most {
            let last = region[region.len() - 1] as usize;
            near.extend(self.density[last].iter().map(|x| x.0));
            near.retain(|j| !region.contains(j));
            if near.is_empty() {
                break;
            }
            region.push(near[random.below(near.len())]);
        }
        region.sort_unstable();
        region
    }
}

/// The options of an item that make a border, cheapest first.
fn at_border(item: &Item) -> &[u32] {
    let reps = &item.options.rep;
    &reps[..reps.len().min(BORDER)]
}

/// Per rep, in order, who has a unit at its border that the other may have.
fn neighbours(s: &State) -> Vec<Vec<u32>> {
    let mut neighbours: Vec<Vec<u32>> = vec![Vec::new(); s.k];
    for item in &s.items {
        let reps = at_border(item);
        for a in reps {
            let others = reps.iter().filter(|b| *b != a);
            neighbours[*a as usize].extend(others);
        }
    }
    for of_rep in &mut neighbours {
        of_rep.sort_unstable();
        of_rep.dedup();
    }
    neighbours
}

/// Per rep its neighbours, and how many units per unit of cost may go to each or come from it, from the cheapest few.
fn density(s: &State) -> Vec<Vec<(u32, f64)>> {
    let mut shared: HashMap<(u32, u32), Vec<f64>> = HashMap::new();
    for item in &s.items {
        let (reps, costs) = (at_border(item), &item.options.cost);
        for (x, a) in reps.iter().enumerate() {
            for (y, b) in reps[..x].iter().enumerate() {
                let cost = costs[x].max(costs[y]);
                shared.entry((*a.min(b), *a.max(b))).or_default().push(cost);
            }
        }
    }
    let mut out = vec![Vec::new(); s.k];
    for ((a, b), mut costs) in shared {
        costs.sort_unstable_by(f64::total_cmp);
        costs.truncate(FEW);
        let density = (costs.len() as f64).powi(2) / costs.iter().sum::<f64>().max(1e-300);
        out[a as usize].push((b, density));
        out[b as usize].push((a, density));
    }
    out.iter_mut().for_each(|v| v.sort_by_key(|x| x.0));
    out
}

/// Per rep, the neighbours with at least a third as many units on the common border as the longest one has.
fn strong(s: &State) -> Vec<Vec<u32>> {
    let mut shared: HashMap<(u32, u32), u32> = HashMap::new();
    for item in s.items.iter().filter(|t| t.options.rep.len() > 1) {
        let (a, b) = (item.options.rep[0], item.options.rep[1]);
        *shared.entry((a.min(b), a.max(b))).or_default() += 1;
    }
    let mut longest = vec![0; s.k];
    for ((a, b), count) in &shared {
        for j in [*a, *b] {
            longest[j as usize] = longest[j as usize].max(*count);
        }
    }
    let mut out = vec![Vec::new(); s.k];
    for ((a, b), count) in shared {
        if 3 * count >= longest[a as usize].min(longest[b as usize]) {
            out[a as usize].push(b);
            out[b as usize].push(a);
        }
    }
    out.iter_mut().for_each(|v| v.sort_unstable());
    out
}
