//! The two-sided knapsack of one rep, to its proven minimum: what the bound of relaxed assignment rows is made of, both where it is
//! found (`solve`) and where it is proven again (`check`).
//!
//! ```text
//! z = min  sum_i w_i x_i      L <= sum_i a_i x_i <= U,      x binary
//! ```
//!
//! With a multiplier `lambda` on the row and `q_i = w_i + lambda a_i`, the linear relaxation takes what has `q_i < 0`,
//! and every set `S` costs exactly
//!
//! ```text
//! z(lambda) + sum_{i not as in the relaxation} |q_i| + |lambda| (distance of its load to the bound that lambda presses on)
//! ```
//!
//! So the search goes over *deviations* from the relaxation in order of `|q_i|`: a dynamic programme over the load
//! (Pisinger's expanding core, 1997), in which a state goes as soon as it cannot beat the best set any more, or another is
//! lighter and costs no more. Limits on the cost are tried from small to large, so that a search cut off
//! still proves the last limit.
//!
//! At the prices of the LP most members are far from a deviation. [`Knapsack::least`] decides what would cost `core` or more at once:
//! whatever set deviates there costs that much more than the relaxation, so the smaller of that and of what is found among the others
//! is a bound on all sets (the core problem of Balas & Zemel 1980).
//!
//! Sums are plain floating point: right to a few units in the last place.

use crate::bound::grain::{grain, in_grains};

/// The loads and bounds of one rep.
#[derive(Clone, Debug, Default)]
pub(crate) struct Side {
    /// `a_i >= 0`.
    pub load: Vec<f64>,
    pub lower: f64,
    pub upper: f64,
}

impl Side {
    /// Where the loads have a grain, counts in it: no set reaches what is between two grains.
    pub fn count_in_grains(&mut self) {
        let Some(g) = grain(self.load.iter().copied()).filter(|g| *g > 0.0) else {
            return;
        };
        (self.lower, self.upper) = in_grains(self.lower, self.upper, g);
        self.load.iter_mut().for_each(|a| *a = (*a / g).round());
    }
}

/// What is decided about a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fix {
    Free,
    In,
    Out,
}

/// A member that may deviate.
#[derive(Clone, Copy, Debug)]
struct Deviation {
    /// `|q|`.
    cost: f64,
    member: u32,
    /// Change of the load, turned so that the multiplier presses on the upper bound.
    by: f64,
}

/// What the deviations from some place on can do at most: take load off, and at which least cost per load, up and down.
#[derive(Clone, Copy, Debug)]
struct Rest {
    down: f64,
    up_rate: f64,
    down_rate: f64,
}

impl Rest {
    /// Whether what follows on a partial set with this much load unused can come to less than `best`; the next deviation costs `least`.
    fn may_beat(&self, best: f64, s: &Partial, free: f64, (lambda, least): (f64, f64)) -> bool {
        let cost = s.total - lambda * free;
        if cost + least >= best {
            false
        } else if free >= 0.0 {
            s.total - free * (lambda - self.up_rate).max(0.0) < best
        } else {
            -free <= self.down && cost - free * self.down_rate < best
        }
    }
}

/// A partial set.
#[derive(Clone, Copy, Debug)]
struct Partial {
    /// Load, turned.
    y: f64,
    /// Cost of the deviations and of the load unused.
    total: f64,
    /// Its last deviation, in the arena.
    last: u32,
}

impl Partial {
    /// With another deviation, which is not in the arena yet.
    fn moved(self, by: f64, change: f64) -> Partial {
        Partial {
            y: self.y + by,
            total: self.total + change,
            last: self.last,
        }
    }
}

/// Share of its cost below which a member costs nothing at the multiplier.
const NOTHING: f64 = 1e-12;

/// No deviation.
const NONE: u32 = u32::MAX;

/// The search, with room that is kept between calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct Knapsack {
    /// The members of the best set.
    pub set: Vec<bool>,
    q: Vec<f64>,
    breaks: Vec<(f64, f64)>,
    deviations: Vec<Deviation>,
    rest: Vec<Rest>,
    states: Vec<Partial>,
    next: Vec<Partial>,
    /// (deviation before, deviation) of every partial set.
    arena: Vec<(u32, u32)>,
    /// What the minimum of the last call costs above the relaxation.
    above: f64,
}

/// How far above its relaxation the set of a rep is looked for: this many times its share of `excess`, which all `k` reps have together.
/// Everywhere, where that is all of it.
///
/// Gaps measured: at 10,000 x 200 3.8e-4 with 6 shares, 4.5e-4 with 20 (the knapsacks are larger, the ascent has fewer steps); at 1,000 x 50
/// 8.7e-4 with 6 to 20 shares, 1.25e-3 with 3 (some reps need more); at 100,000 x 200 7.9e-6 with any of them.
pub(crate) fn core(excess: f64, k: usize) -> f64 {
    const SHARES: usize = 6;
    if k <= SHARES {
        return f64::INFINITY;
    }
    excess * SHARES as f64 / k as f64
}

impl Knapsack {
    /// A lower bound on the *excess* of the sets of one rep: `w` of the set and `constant`, which must be at least the sum of the set's `q`, what
    /// its members cost at the prices of the rows. Members that cost `core` or more to deviate are decided by `q`.
    pub fn least(
        &mut self,
        side: &Side,
        (w, q): (&[f64], &[f64]),
        constant: f64,
        core: f64,
        most: usize,
    ) -> f64 {
        let decide = |q: &f64| match *q {
            q if q <= -core => Fix::In,
            q if q >= core => Fix::Out,
            _ => Fix::Free,
        };
        let fix: Vec<Fix> = q.iter().map(decide).collect();
        let relaxed: f64 = q.iter().map(|q| q.min(0.0)).sum();
        let found = self.solve(side, w, &fix, most);
        found
            .map_or(f64::INFINITY, |z| z + constant)
            .min(relaxed + core)
    }

    /// A lower bound on the cost of the sets that `fix` permits, at costs `w`; it is the cost of `self.set` unless the
    /// search came to more than `most` partial sets: then that is the best one seen, or breaks the bounds where there was none.
    /// `None`: no set keeps the bounds.
    pub fn solve(&mut self, side: &Side, w: &[f64], fix: &[Fix], most: usize) -> Option<f64> {
        let lambda = multiplier(side, w, fix, &mut self.breaks)?;
        let turn = if lambda >= 0.0 { 1.0 } else { -1.0 };
        self.q.clear();
        self.q
            .extend(w.iter().zip(&side.load).map(|(w, a)| w + lambda * a));
        let (mut floor, mut load) = (0.0, 0.0);
        self.deviations.clear();
        self.set.clear();
        for (i, f) in fix.iter().enumerate() {
            let (q, a) = (self.q[i], side.load[i]);
            let inside = *f == Fix::In || (*f == Fix::Free && q < 0.0);
            self.set.push(inside);
            if inside {
                floor += q;
                load += a;
            }
        }
        if lambda != 0.0 {
            load = self.even_out(side, w, fix, load, lambda > 0.0);
        }
        for (i, f) in fix.iter().enumerate() {
            let (q, a, inside) = (self.q[i], side.load[i], self.set[i]);
            if *f == Fix::Free {
                self.deviations.push(Deviation {
                    cost: q.abs(),
                    member: i as u32,
                    by: turn * if inside { -a } else { a },
                });
            }
        }
        let (lower, upper) = if turn > 0.0 {
            (side.lower, side.upper)
        } else {
            (-side.upper, -side.lower)
        };
        floor -= lambda.abs() * upper;
        self.deviations
            .sort_unstable_by(|a, b| a.cost.total_cmp(&b.cost).then(a.member.cmp(&b.member)));
        self.fill_rest();
        self.above = self.deepen(lambda.abs(), turn * load, (lower, upper), most)?;
        Some(floor + self.above)
    }

    /// What costs nothing at the multiplier, because many members have the same cost per load, is taken as far as the load comes near the
    /// bound; the new load. (Members at one place are alike so: a search over all their subsets would not end.)
    fn even_out(&mut self, side: &Side, w: &[f64], fix: &[Fix], load: f64, high: bool) -> f64 {
        let nothing = |i: usize| fix[i] == Fix::Free && self.q[i].abs() <= NOTHING * w[i].abs();
        let mut alike: Vec<usize> = (0..w.len()).filter(|i| nothing(*i)).collect();
        if alike.len() < 2 {
            return load;
        }
        alike.sort_by(|x, y| side.load[*y].total_cmp(&side.load[*x]).then(x.cmp(y)));
        let mut load = load;
        for i in &alike {
            if self.set[*i] == high {
                self.set[*i] = !high;
                load += if high { -side.load[*i] } else { side.load[*i] };
            }
        }
        for i in alike {
            let a = side.load[i];
            if high && load + a <= side.upper {
                self.set[i] = true;
                load += a;
            } else if !high && load - a >= side.lower {
                self.set[i] = false;
                load -= a;
            }
        }
        load
    }

    fn fill_rest(&mut self) {
        let mut rest = Rest {
            down: 0.0,
            up_rate: f64::INFINITY,
            down_rate: f64::INFINITY,
        };
        self.rest.clear();
        for d in self.deviations.iter().rev() {
            if d.by > 0.0 {
                rest.up_rate = rest.up_rate.min(d.cost / d.by);
            } else if d.by < 0.0 {
                rest.down -= d.by;
                rest.down_rate = rest.down_rate.min(d.cost / -d.by);
            }
            self.rest.push(rest);
        }
        self.rest.reverse();
    }

    /// Searches with growing limits; the cost above the relaxation.
    fn deepen(
        &mut self,
        lambda: f64,
        load: f64,
        (lower, upper): (f64, f64),
        most: usize,
    ) -> Option<f64> {
        let span = lambda * (upper - lower).max(0.0);
        let all: f64 = self.deviations.iter().map(|d| d.cost).sum::<f64>() + span;
        // Above every set there is.
        let everything = all * (1.0 + 1e-9) + f64::MIN_POSITIVE;
        let typical = self.deviations.get(6).or(self.deviations.last());
        let mut limit = typical.map_or(everything, |d| 2.0 * d.cost);
        limit = limit.max(1e-9 * everything);
        let (mut proven, mut left) = (0.0, most);
        loop {
            let start = Partial {
                y: load,
                total: lambda * (upper - load),
                last: NONE,
            };
            match self.sweep(
                lambda,
                start,
                (lower, upper),
                limit.min(everything),
                &mut left,
            ) {
                Sweep::Found(cost, last) => {
                    self.flip(last);
                    return Some(cost);
                }
                Sweep::CutOff(last) => {
                    self.flip(last);
                    return Some(proven);
                }
                Sweep::Nothing if limit >= everything => return None,
                Sweep::Nothing => {
                    proven = limit;
                    limit *= 3.0;
                }
            }
        }
    }

    /// Makes a partial set of the relaxed one.
    fn flip(&mut self, mut at: u32) {
        while at != NONE {
            let (before, d) = self.arena[at as usize];
            let i = self.deviations[d as usize].member as usize;
            self.set[i] = !self.set[i];
            at = before;
        }
    }

    /// The best set that costs less than `limit` above the relaxation.
    fn sweep(
        &mut self,
        lambda: f64,
        start: Partial,
        (lower, upper): (f64, f64),
        limit: f64,
        left: &mut usize,
    ) -> Sweep {
        let mut best = limit;
        let mut found = None;
        let mut look = |s: &Partial, best: &mut f64| {
            if s.total < *best && s.y <= upper && s.y >= lower {
                *best = s.total;
                found = Some(s.last);
            }
        };
        self.arena.clear();
        self.states.clear();
        self.states.push(start);
        look(&start, &mut best);
        // Lighter is better as long as what ends below the lower bound costs too much anyway.
        let one_sided = lambda * (upper - lower) >= best;
        for (t, d) in self.deviations.iter().enumerate() {
            let change = d.cost - lambda * d.by;
            let rest = self.rest[t];
            self.states
                .retain(|s| rest.may_beat(best, s, upper - s.y, (lambda, d.cost)));
            if self.states.is_empty() {
                break;
            }
            if self.states.len() > *left {
                return Sweep::CutOff(found.unwrap_or(NONE));
            }
            *left -= self.states.len();
            self.next.clear();
            let (mut a, mut b) = (0, 0);
            let mut least = f64::INFINITY;
            let states = &self.states;
            while a < states.len() || b < states.len() {
                // `b` is never ahead of `a` by more than the shift, so one of them is in range.
                let old =
                    a < states.len() && (b == states.len() || states[a].y <= states[b].y + d.by);
                let mut s = if old {
                    a += 1;
                    states[a - 1]
                } else {
                    b += 1;
                    states[b - 1].moved(d.by, change)
                };
                if one_sided {
                    if s.total >= least {
                        continue;
                    }
                    least = s.total;
                } else if let Some(p) = self.next.last_mut().filter(|p| p.y == s.y) {
                    if p.total <= s.total {
                        continue;
                    }
                    self.next.pop();
                }
                if !old {
                    self.arena.push((s.last, t as u32));
                    s.last = self.arena.len() as u32 - 1;
                    look(&s, &mut best);
                }
                self.next.push(s);
            }
            std::mem::swap(&mut self.states, &mut self.next);
        }
        found.map_or(Sweep::Nothing, |last| Sweep::Found(best, last))
    }
}

/// How a sweep ended.
enum Sweep {
    /// The cost of the best set, and its last deviation.
    Found(f64, u32),
    /// No set costs less than the limit.
    Nothing,
    /// Too many partial sets; the last deviation of the best set so far.
    CutOff(u32),
}

/// Where a multiplier changes what has `q < 0`, and by which load, in the order in which it comes there.
fn fill_breaks(side: &Side, w: &[f64], fix: &[Fix], high: bool, breaks: &mut Vec<(f64, f64)>) {
    breaks.clear();
    for ((f, a), w) in fix.iter().zip(&side.load).zip(w) {
        if *f == Fix::Free && *a > 0.0 && (*w < 0.0) == high {
            breaks.push((-w / a, *a));
        }
    }
    if high {
        breaks.sort_unstable_by(|x, y| x.0.total_cmp(&y.0));
    } else {
        breaks.sort_unstable_by(|x, y| y.0.total_cmp(&x.0));
    }
}

/// The best multiplier: where the load of what has `q < 0` meets a bound; `None` when no set can.
fn multiplier(side: &Side, w: &[f64], fix: &[Fix], breaks: &mut Vec<(f64, f64)>) -> Option<f64> {
    let (mut load, mut most, mut least) = (0.0, 0.0, 0.0);
    for ((f, a), w) in fix.iter().zip(&side.load).zip(w) {
        if *f != Fix::Out {
            most += a;
        }
        if *f == Fix::In {
            least += a;
        }
        if *f == Fix::In || (*f == Fix::Free && *w < 0.0) {
            load += a;
        }
    }
    if most < side.lower || least > side.upper {
        return None;
    }
    let high = load > side.upper;
    if !high && load >= side.lower {
        return Some(0.0);
    }
    fill_breaks(side, w, fix, high, breaks);
    let mut lambda = 0.0;
    for (at, a) in breaks.iter() {
        lambda = *at;
        load += if high { -a } else { *a };
        if (high && load <= side.upper) || (!high && load >= side.lower) {
            break;
        }
    }
    Some(lambda)
}

#[cfg(test)]
mod tests;
