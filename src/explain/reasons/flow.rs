//! Greatest flow from classes of customers to reps, and the cut that limits it.

use crate::base::deadline::Deadline;

/// Customers that the same reps may have, as one supply.
#[derive(Clone, Debug)]
pub(super) struct Class {
    /// The reps, ascending.
    pub reps: Vec<u32>,
    /// Activity of all its customers.
    pub supply: f64,
}

/// What limits the flow: a least cut, as what the source still reaches.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    /// The greatest flow.
    pub flow: f64,
    /// Per class, whether the source still reaches it.
    pub classes: Vec<bool>,
    /// Per rep, whether the source still reaches it.
    pub reps: Vec<bool>,
}

/// The greatest flow through `supply -> class -> rep -> capacity` (Dinic 1970: blocking flows along shortest ways).
///
/// Amounts are real numbers; what is left below 1e-12 of the whole counts as nothing. `None`: time ran out.
pub(super) fn greatest(classes: &[Class], capacity: &[f64], until: &Deadline) -> Option<Cut> {
    let mut net = Net::new(classes, capacity);
    while net.levels() {
        net.next.fill(0);
        for class in 0..classes.len() {
            if until.is_over() {
                return None;
            }
            let mut left = net.supply[class];
            while net.class_level[class] == 0 && left > net.nothing {
                let pushed = net.push(class, left);
                if pushed <= 0.0 {
                    break;
                }
                left -= pushed;
            }
            net.supply[class] = left;
        }
    }
    let sent: f64 = net.sent.iter().sum();
    Some(Cut {
        flow: sent,
        classes: net.class_level.iter().map(|l| *l != u32::MAX).collect(),
        reps: net.rep_level.iter().map(|l| *l != u32::MAX).collect(),
    })
}

/// The residual network. Ways alternate: class to rep (no limit), rep back to a class that sends to it.
struct Net<'a> {
    classes: &'a [Class],
    /// Start of the edges of each class.
    start: Vec<usize>,
    /// Flow per edge.
    sent: Vec<f64>,
    /// Edges that end in each rep.
    into: Vec<Vec<(u32, usize)>>,
    /// What each class has left.
    supply: Vec<f64>,
    /// What each rep has left.
    room: Vec<f64>,
    class_level: Vec<u32>,
    rep_level: Vec<u32>,
    /// Edge that each class tries next, then each rep.
    next: Vec<usize>,
    nothing: f64,
}

impl<'a> Net<'a> {
    fn new(classes: &'a [Class], capacity: &[f64]) -> Net<'a> {
        let mut start = vec![0];
        let mut into = vec![Vec::new(); capacity.len()];
        for (c, class) in classes.iter().enumerate() {
            let at = start[c];
            for (o, rep) in class.reps.iter().enumerate() {
                into[*rep as usize].push((c as u32, at + o));
            }
            start.push(at + class.reps.len());
        }
        let whole: f64 = classes.iter().map(|c| c.supply).sum();
        Net {
            classes,
            sent: vec![0.0; start[classes.len()]],
            start,
            into,
            supply: classes.iter().map(|c| c.supply).collect(),
            room: capacity.to_vec(),
            class_level: vec![u32::MAX; classes.len()],
            rep_level: vec![u32::MAX; capacity.len()],
            next: vec![0; classes.len() + capacity.len()],
            nothing: 1e-12 * whole,
        }
    }

    /// Distances from the source; whether a rep with room is reached.
    fn levels(&mut self) -> bool {
        self.class_level.fill(u32::MAX);
        self.rep_level.fill(u32::MAX);
        let mut wave: Vec<usize> = (0..self.classes.len())
            .filter(|c| self.supply[*c] > self.nothing)
            .collect();
        wave.iter().for_each(|c| self.class_level[*c] = 0);
        let mut level = 0;
        let mut found = false;
        while !wave.is_empty() {
            level += 1;
            let mut reps = Vec::new();
            for c in wave {
                for rep in &self.classes[c].reps {
                    let at = *rep as usize;
                    if self.rep_level[at] == u32::MAX {
                        self.rep_level[at] = level;
                        found |= self.room[at] > self.nothing;
                        reps.push(at);
                    }
                }
            }
            level += 1;
            wave = Vec::new();
            for rep in reps {
                for (c, edge) in &self.into[rep] {
                    let c = *c as usize;
                    if self.class_level[c] == u32::MAX && self.sent[*edge] > self.nothing {
                        self.class_level[c] = level;
                        wave.push(c);
                    }
                }
            }
        }
        found
    }

    /// Sends up to `most` from a class along one shortest way; how much was sent.
    fn push(&mut self, class: usize, most: f64) -> f64 {
        // The way so far: (class, edge to the rep), and back edges in between.
        let mut way: Vec<(usize, usize)> = Vec::new();
        let mut at = class;
        loop {
            let Some(edge) = self.onward(at) else {
                // A dead end: take the last step back, and never again.
                self.class_level[at] = if at == class {
                    self.class_level[at]
                } else {
                    u32::MAX - 1
                };
                match way.pop() {
                    None => return 0.0,
                    Some((before, _)) => {
                        at = before;
                        continue;
                    }
                }
            };
            way.push((at, edge));
            let rep = self.rep_of(at, edge);
            if self.room[rep] > self.nothing {
                return self.send(&way, rep, most);
            }
            match self.back(rep) {
                Some(c) => at = c,
                None => {
                    way.pop();
                    self.next[at] += 1;
                }
            }
        }
    }

    fn rep_of(&self, class: usize, edge: usize) -> usize {
        self.classes[class].reps[edge - self.start[class]] as usize
    }

    /// The next edge of a class that leads one level on.
    fn onward(&mut self, class: usize) -> Option<usize> {
        let reps = &self.classes[class].reps;
        while self.next[class] < reps.len() {
            let rep = reps[self.next[class]] as usize;
            if self.rep_level[rep] == self.class_level[class].wrapping_add(1) {
                return Some(self.start[class] + self.next[class]);
            }
            self.next[class] += 1;
        }
        None
    }

    /// The next class, one level on, that a rep can give back to.
    fn back(&mut self, rep: usize) -> Option<usize> {
        let slot = self.classes.len() + rep;
        while self.next[slot] < self.into[rep].len() {
            let (c, edge) = self.into[rep][self.next[slot]];
            let c = c as usize;
            let open = self.class_level[c] == self.rep_level[rep].wrapping_add(1);
            if open && self.sent[edge] > self.nothing {
                return Some(c);
            }
            self.next[slot] += 1;
        }
        None
    }

    fn send(&mut self, way: &[(usize, usize)], rep: usize, most: f64) -> f64 {
        let mut amount = most.min(self.room[rep]);
        // Between two steps, the rep of the first gives back to the class of the second.
        let gives: Vec<usize> = way
            .windows(2)
            .map(|w| {
                let rep = self.rep_of(w[0].0, w[0].1);
                let reps = &self.classes[w[1].0].reps;
                self.start[w[1].0] + reps.partition_point(|r| (*r as usize) < rep)
            })
            .collect();
        for edge in &gives {
            amount = amount.min(self.sent[*edge]);
        }
        way.iter().for_each(|(_, edge)| self.sent[*edge] += amount);
        gives.iter().for_each(|edge| self.sent[*edge] -= amount);
        self.room[rep] -= amount;
        amount
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greatest(classes: &[Class], capacity: &[f64]) -> Cut {
        super::greatest(classes, capacity, &Deadline::never()).unwrap()
    }

    fn class(reps: &[u32], supply: f64) -> Class {
        Class {
            reps: reps.to_vec(),
            supply,
        }
    }

    #[test]
    fn what_fits_flows() {
        let classes = [class(&[0], 3.0), class(&[0, 1], 4.0), class(&[1, 2], 5.0)];
        let cut = greatest(&classes, &[4.0, 4.0, 4.0]);
        assert!((cut.flow - 12.0).abs() < 1e-9, "{}", cut.flow);
    }

    #[test]
    fn the_cut_names_who_is_too_full() {
        // Reps 0 and 1 share 12, and may have 4 each; rep 2 has room but may not help.
        let classes = [class(&[0], 6.0), class(&[0, 1], 6.0), class(&[2], 1.0)];
        let cut = greatest(&classes, &[4.0, 4.0, 9.0]);
        assert!((cut.flow - 9.0).abs() < 1e-9, "{}", cut.flow);
        assert_eq!(cut.classes, [true, true, false]);
        assert_eq!(cut.reps, [true, true, false]);
    }

    #[test]
    fn the_flow_is_the_least_cut_of_all() {
        // Against every cut: by weak duality the flow is at most each, by the theorem it is the least.
        let mut seed = 5u64;
        let mut below = |n: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % n
        };
        for _ in 0..500 {
            let k = 1 + below(5) as usize;
            let classes: Vec<Class> = (0..1 + below(7))
                .map(|_| {
                    let mask = 1 + below((1 << k) - 1);
                    let reps: Vec<u32> = (0..k as u32).filter(|j| mask >> j & 1 == 1).collect();
                    class(&reps, below(20) as f64)
                })
                .collect();
            let capacity: Vec<f64> = (0..k).map(|_| below(20) as f64).collect();
            let least = (0..1u32 << k)
                .map(|full| {
                    let of = |j: &u32| full >> j & 1 == 1;
                    let outside: f64 = classes
                        .iter()
                        .filter(|c| !c.reps.iter().all(of))
                        .map(|c| c.supply)
                        .sum();
                    let room: f64 = (0..k as u32).filter(of).map(|j| capacity[j as usize]).sum();
                    outside + room
                })
                .fold(f64::INFINITY, f64::min);
            let cut = greatest(&classes, &capacity);
            assert!(
                (cut.flow - least).abs() < 1e-9,
                "{} {least} {classes:?} {capacity:?}",
                cut.flow
            );
        }
    }
}
