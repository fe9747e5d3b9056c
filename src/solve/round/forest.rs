//! Which reps are neighbours, and along which of them loads are passed on.

use super::improve::Random;
use super::state::State;
use super::sweep::{NONE, Tree};
use std::collections::{HashMap, VecDeque};

/// One tree in this many uses short borders, too.
const WIDE: usize = 5;

/// Which reps are neighbours, and how far each is from a free rep.
pub(super) struct Forest {
    /// Per rep, who has a unit that the other may have.
    pub neighbours: Vec<Vec<u32>>,
    /// Neighbours with a long common border.
    pub strong: Vec<Vec<u32>>,
    pub depth: Vec<u32>,
}

impl Forest {
    pub fn new(s: &State) -> Forest {
        let mut neighbours: Vec<Vec<u32>> = vec![Vec::new(); s.k];
        for item in &s.items {
            for a in &item.options.rep {
                for b in &item.options.rep {
                    if a != b && !neighbours[*a as usize].contains(b) {
                        neighbours[*a as usize].push(*b);
                    }
                }
            }
        }
        neighbours.iter_mut().for_each(|v| v.sort_unstable());
        let strong = strong(s);
        // A rep is as free as its prices are low; the freest of each part of the map is a root, and all that
        // have no price at all.
        let pressure = |j: usize| {
            s.mu[j * s.m..(j + 1) * s.m]
                .iter()
                .map(|p| p.abs())
                .sum::<f64>()
        };
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
            neighbours,
            strong,
            depth,
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

    /// A rep at random and those nearest to it, by steps over long borders, at most `most`.
    pub fn region(&self, most: usize, random: &mut Random) -> Vec<u32> {
        let mut region = vec![random.below(self.depth.len()) as u32];
        let mut seen = vec![false; self.depth.len()];
        seen[region[0] as usize] = true;
        let mut at = 0;
        while at < region.len() && region.len() < most {
            for l in &self.strong[region[at] as usize] {
                if !seen[*l as usize] && region.len() < most {
                    seen[*l as usize] = true;
                    region.push(*l);
                }
            }
            at += 1;
        }
        region
    }

    /// A random spanning forest of some reps: edges join it one by one, any that leads to a new rep. Roots are those of the
    /// forest, or any rep where there is none of them.
    pub fn tree(&self, reps: &[u32], random: &mut Random) -> Tree {
        let near = if random.below(WIDE) == 0 {
            &self.neighbours
        } else {
            &self.strong
        };
        let mut open = vec![false; self.depth.len()];
        reps.iter().for_each(|j| open[*j as usize] = true);
        let mut parent = vec![NONE; self.depth.len()];
        let roots = reps.iter().filter(|j| self.depth[**j as usize] == 0);
        let mut order: Vec<u32> = roots.copied().collect();
        if order.is_empty() {
            order.push(reps[random.below(reps.len())]);
        }
        order.iter().for_each(|j| open[*j as usize] = false);
        let of = |j: u32| near[j as usize].iter().map(move |l| (j, *l));
        let mut edges: Vec<(u32, u32)> = order.iter().flat_map(|j| of(*j)).collect();
        while !edges.is_empty() {
            let (j, l) = edges.swap_remove(random.below(edges.len()));
            if open[l as usize] {
                open[l as usize] = false;
                parent[l as usize] = j;
                order.push(l);
                edges.extend(of(l));
            }
        }
        order.reverse();
        Tree { parent, order }
    }
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
