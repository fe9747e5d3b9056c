//! What is to be located: sites, candidates, and the pairs of them that can matter.
//!
//! ```text
//! minimise    sum_j f_j y_j + sum_ij c_ij x_ij
//! subject to  sum_j x_ij = 1                     every site is somebody's
//!             x_ij <= y_j                        only of a rep that there is
//!             L_j y_j <= sum_i a_ij x_ij <= U_j y_j
//!             sum_j y_j = p
//! ```
//!
//! The capacitated p-median problem (Lorena & Senne 2004) with a floor, and with loads that may depend on the rep. Of each site the pairs with its
//! nearest candidates are kept; what any other pair costs at least is known (`beyond`), so that bounds stay valid.

use rayon::prelude::*;

/// The pairs of all sites with the candidates near them, and the other way round.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Number of sites.
    pub(super) n: usize,
    /// Number of candidates.
    pub(super) m: usize,
    /// Pairs of site `i` are `site_start[i]..site_start[i + 1]`; `n + 1` values.
    site_start: Vec<usize>,
    /// Per pair, by site, cheapest first: the candidate, `c_ij` and `a_ij`.
    by_site: Vec<Pair>,
    /// Pairs of candidate `j` are `base_start[j]..base_start[j + 1]`; `m + 1` values.
    base_start: Vec<usize>,
    /// The same pairs by candidate, sites ascending: the site, `c_ij` and `a_ij`.
    by_base: Vec<Pair>,
    /// What a pair of site `i` that is not kept costs at least; infinite where all that are permitted are kept.
    pub(super) beyond: Vec<f64>,
    /// What site `i` costs at most with anybody.
    pub(super) dearest: Vec<f64>,
    /// The least load of site `i` with anybody.
    pub(super) load: Vec<f64>,
    /// Whether the load of a site is the same with everybody, kept or not.
    pub(super) same_loads: bool,
    /// `L_j`, 0 or more.
    pub(super) floor: Vec<f64>,
    /// `U_j`, infinite where nothing limits the load.
    pub(super) cap: Vec<f64>,
    /// `f_j`, what it costs that `j` is there, in the unit of `c_ij`; below 0 where closing costs something.
    pub(super) fixed_cost: Vec<f64>,
    /// Whether `j` is there anyway.
    pub(super) stays: Vec<bool>,
}

/// One pair, as seen from one of its sides.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// The other side: a candidate or a site.
    pub to: u32,
    /// `c_ij`.
    pub cost: f64,
    /// `a_ij`.
    pub load: f64,
}

/// A candidate: its bounds and what it costs.
#[derive(Clone, Copy, Debug)]
pub struct Base {
    /// `L_j`, 0 or more.
    pub floor: f64,
    /// `U_j`, infinite where nothing limits the load.
    pub cap: f64,
    /// `f_j`.
    pub fixed_cost: f64,
    /// Whether it is there anyway.
    pub stays: bool,
}

impl Problem {
    /// Keeps of each of `n` sites the pairs with the `keep` cheapest candidates, and with those that stay. `pair(i, j)` is cost and load,
    /// `None` where a rule forbids the pair.
    pub fn new(
        n: usize,
        bases: &[Base],
        keep: usize,
        pair: impl Fn(usize, usize) -> Option<(f64, f64)> + Sync,
    ) -> Problem {
        let m = bases.len();
        let stays: Vec<bool> = bases.iter().map(|b| b.stays).collect();
        let rows: Vec<Row> = (0..n)
            .into_par_iter()
            .map(|i| Row::new(m, keep, &stays, |j| pair(i, j)))
            .collect();
        let mut site_start = vec![0];
        let mut by_site = Vec::with_capacity(rows.iter().map(|row| row.pairs.len()).sum());
        for row in &rows {
            by_site.extend_from_slice(&row.pairs);
            site_start.push(by_site.len());
        }
        let (base_start, by_base) = transpose(m, &site_start, &by_site);
        let each = |of: fn(&Row) -> f64| -> Vec<f64> { rows.iter().map(of).collect() };
        let (beyond, dearest) = (each(|row| row.beyond), each(|row| row.dearest));
        let load = each(|row| row.loads.0);
        let same_loads = rows.iter().all(|row| row.loads.0 == row.loads.1);
        Problem {
            n,
            m,
            site_start,
            by_site,
            base_start,
            by_base,
            beyond,
            dearest,
            load,
            same_loads,
            floor: bases.iter().map(|b| b.floor).collect(),
            cap: bases.iter().map(|b| b.cap).collect(),
            fixed_cost: bases.iter().map(|b| b.fixed_cost).collect(),
            stays,
        }
    }

    /// How many pairs are kept.
    pub fn pairs(&self) -> usize {
        self.by_site.len()
    }

    /// The pairs of a site, cheapest first.
    pub fn of_site(&self, i: usize) -> &[Pair] {
        &self.by_site[self.site_start[i]..self.site_start[i + 1]]
    }

    /// The pairs of a candidate, sites ascending.
    pub fn of_base(&self, j: usize) -> &[Pair] {
        &self.by_base[self.base_start[j]..self.base_start[j + 1]]
    }

    /// How many stay anyway.
    pub fn staying(&self) -> usize {
        self.stays.iter().filter(|s| **s).count()
    }

    /// Whether totals alone rule out that `p` reps do: the largest `p` cannot carry the least load there is, or the smallest `p` floors are more
    /// than the greatest. `(what is needed, what there is)`.
    pub fn too_few(&self, p: usize) -> Option<(f64, f64)> {
        let need: f64 = self.load.iter().sum();
        let mut free: Vec<f64> = self.others().map(|j| self.cap[j]).collect();
        free.sort_by(|a, b| b.total_cmp(a));
        let staying = (0..self.m).filter(|j| self.stays[*j]);
        let staying: f64 = staying.map(|j| self.cap[j]).sum();
        let take = p.saturating_sub(self.staying());
        let there = staying + free.iter().take(take).sum::<f64>();
        // Sums of doubles: only a clear excess counts.
        (need > there * (1.0 + 1e-9)).then_some((need, there))
    }

    /// What any plan with `p` reps costs at most: a bound above it says that there is none.
    pub fn worst(&self, p: usize) -> f64 {
        let mut fixed: Vec<f64> = self.others().map(|j| self.fixed_cost[j]).collect();
        fixed.sort_by(|a, b| b.total_cmp(a));
        let stays = (0..self.m).filter(|j| self.stays[*j]);
        let staying: f64 = stays.map(|j| self.fixed_cost[j]).sum();
        let others = fixed.iter().take(p.saturating_sub(self.staying()));
        self.dearest.iter().sum::<f64>() + staying + others.sum::<f64>()
    }

    /// The candidates that need not be there.
    pub fn others(&self) -> impl Iterator<Item = usize> {
        (0..self.m).filter(|j| !self.stays[*j])
    }
}

/// What is kept of one site, and what is known of all its pairs.
struct Row {
    /// The pairs that are kept, cheapest first.
    pairs: Vec<Pair>,
    /// What any other costs at least.
    beyond: f64,
    /// What any costs at most.
    dearest: f64,
    /// The least and the greatest load, whatever is kept.
    loads: (f64, f64),
}

impl Row {
    fn new(
        m: usize,
        keep: usize,
        stays: &[bool],
        pair: impl Fn(usize) -> Option<(f64, f64)>,
    ) -> Row {
        let all = (0..m).filter_map(|j| {
            pair(j).map(|(cost, load)| Pair {
                to: j as u32,
                cost,
                load,
            })
        });
        let mut pairs: Vec<Pair> = all.collect();
        let order = |a: &Pair, b: &Pair| a.cost.total_cmp(&b.cost).then(a.to.cmp(&b.to));
        let least = |pairs: &[Pair], of: fn(&Pair) -> f64| {
            pairs.iter().map(of).fold(f64::INFINITY, f64::min)
        };
        let dearest = pairs.iter().map(|p| p.cost).fold(0.0, f64::max);
        let loads = match pairs.is_empty() {
            true => (0.0, 0.0),
            false => (least(&pairs, |p| p.load), -least(&pairs, |p| -p.load)),
        };
        let mut beyond = f64::INFINITY;
        if pairs.len() > keep {
            pairs.select_nth_unstable_by(keep, order);
            let mut far = pairs.split_off(keep);
            beyond = least(&far, |p| p.cost);
            far.retain(|p| stays[p.to as usize]);
            pairs.extend(far);
        }
        pairs.sort_unstable_by(order);
        Row {
            pairs,
            beyond,
            dearest,
            loads,
        }
    }
}

/// The pairs by candidate.
fn transpose(m: usize, start: &[usize], by_site: &[Pair]) -> (Vec<usize>, Vec<Pair>) {
    let mut at = vec![0usize; m + 1];
    for pair in by_site {
        at[pair.to as usize + 1] += 1;
    }
    for j in 0..m {
        at[j + 1] += at[j];
    }
    let base_start = at.clone();
    let none = Pair {
        to: 0,
        cost: 0.0,
        load: 0.0,
    };
    let mut by_base = vec![none; by_site.len()];
    for i in 0..start.len() - 1 {
        for pair in &by_site[start[i]..start[i + 1]] {
            let place = &mut at[pair.to as usize];
            by_base[*place] = Pair {
                to: i as u32,
                ..*pair
            };
            *place += 1;
        }
    }
    (base_start, by_base)
}
