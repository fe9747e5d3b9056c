//! Loads that no bounds hold: of locked customers, of single customers and groups, of all of them.

use super::Teller;
use crate::base::ids::RepIx;
use crate::base::words::figure;

impl Teller<'_> {
    /// Reps whose locked customers alone exceed a bound; without those of `told`.
    pub(super) fn locked_loads(&self, told: &[(RepIx, usize)]) -> Vec<String> {
        let model = self.model;
        let mut load = vec![0.0; model.k * model.m];
        let mut count = vec![0usize; model.k];
        for i in 0..model.n {
            if let Some(j) = model.lock(i) {
                count[j.at()] += 1;
                for m in 0..model.m {
                    load[j.at() * model.m + m] += model.activity(i, j, m);
                }
            }
        }
        let over = load.iter().zip(&model.bounds).enumerate();
        let known = |row: usize| told.contains(&(RepIx((row / model.m) as u32), row % model.m));
        over.filter(|(row, (y, b))| **y > b.upper && !b.permits(**y) && !known(*row))
            .map(|(row, (y, b))| {
                let j = row / model.m;
                format!(
                    "{}: {} locked customers hold {} {}, its upper bound is {}",
                    self.rep(RepIx(j as u32)),
                    count[j],
                    figure(*y),
                    self.measure(row % model.m),
                    figure(b.upper)
                )
            })
            .collect()
    }

    /// Customers and groups that exceed the upper bound of every rep they may go to.
    pub(super) fn too_heavy(&self) -> Vec<String> {
        let model = self.model;
        let grouped = |i: &usize| model.group.get(*i).is_some_and(|g| *g != u32::MAX);
        let singles = (0..model.n).filter(|i| !grouped(i) && model.lock(*i).is_none());
        let groups = self.members();
        let units = singles
            .map(|i| (None, vec![i]))
            .chain(groups.into_iter().enumerate().map(|(g, l)| (Some(g), l)));
        let mut out = Vec::new();
        for (group, list) in units {
            for m in 0..model.m {
                let row = |j: RepIx| j.at() * model.m + m;
                let reps = (0..model.k as u32).map(RepIx);
                let most = reps.clone().map(|j| model.bounds[row(j)].upper);
                let own: f64 = list.iter().map(|i| model.amount[i * model.m + m]).sum();
                // Only what is heavier than some bound is looked at rep by rep.
                if model.travel_load.is_none() && most.fold(f64::INFINITY, f64::min) >= own {
                    continue;
                }
                let load = |j: RepIx| list.iter().map(|i| model.activity(*i, j, m)).sum::<f64>();
                let mut permitted = reps
                    .filter(|j| list.iter().all(|i| self.permits(*i, *j)))
                    .map(|j| (load(j), model.bounds[row(j)]))
                    .peekable();
                let Some((first, _)) = permitted.peek().copied() else {
                    continue;
                };
                let mut bound = 0.0_f64;
                let heavy = permitted.all(|(y, b)| {
                    bound = bound.max(b.upper);
                    y > b.upper && !b.permits(y)
                });
                if !heavy {
                    continue;
                }
                let who = match group {
                    None => format!("{} holds", self.names(&list)),
                    Some(g) => format!(
                        "group {:?}: its {} customers hold",
                        self.inputs.customers.group_names[g],
                        list.len()
                    ),
                };
                out.push(format!(
                    "{who} {} {}, more than any permitted rep may have ({})",
                    figure(first),
                    self.measure(m),
                    figure(bound)
                ));
            }
        }
        out
    }

    /// Measures whose bounds cannot add up to the total; without those of `told`.
    pub(super) fn sums_of_bounds(&self, told: &[usize]) -> Vec<String> {
        let model = self.model;
        let mut out = Vec::new();
        for m in 0..model.m {
            if told.contains(&m) || model.travel_load.as_ref().is_some_and(|l| l.measure == m) {
                continue;
            }
            let total: f64 = (0..model.n).map(|i| model.amount[i * model.m + m]).sum();
            let rows = || model.bounds.iter().skip(m).step_by(model.m);
            let (lower, upper): (f64, f64) =
                (rows().map(|b| b.lower).sum(), rows().map(|b| b.upper).sum());
            let slop = 1e-9 * total;
            if lower > total + slop {
                out.push(format!(
                    "the lower bounds on {} add up to {}, there is only {}",
                    self.measure(m),
                    figure(lower),
                    figure(total)
                ));
            }
            if upper < total - slop {
                out.push(format!(
                    "the upper bounds on {} add up to {}, there is {}",
                    self.measure(m),
                    figure(upper),
                    figure(total)
                ));
            }
        }
        out
    }
}
