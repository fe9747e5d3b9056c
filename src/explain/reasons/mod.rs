//! Why the bounds of a measure cannot be met, as sets of reps and customers, and what would help.
//!
//! For one measure whose activity does not depend on the rep, customers are supply and bounds are capacities of a
//! network: `customer -> permitted rep -> bound`. The upper bounds can hold everything, and the lower bounds can be
//! filled, exactly if both greatest flows are as large as they should be; then both hold at once (Mendelsohn & Dulmage 1958).
//! Where one falls short, a least cut names the culprits (Ford & Fulkerson 1956; Hall's theorem in amounts): customers that only
//! a few reps may have hold more than these may take, or reps must have more than the customers permitted to them hold.
//! That is what the LP without travel costs and with elastic bounds has as its dual solution, read off exactly.
//!
//! Customers that the same reps may have are one supply, so the network is small.

mod flow;

use crate::base::deadline::Deadline;
use crate::base::ids::RepIx;
use crate::base::rule::{Rule, listed};
use crate::base::sets::Sets;
use crate::base::words::{enumerated, figure, thousands};
use crate::input::Inputs;
use crate::model::{Bound, Model, Origin};
use flow::{Class, greatest};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Edges of the network beyond which it is not built.
const LARGEST: usize = 5_000_000;

/// What [`of_bounds`] tells.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// The reasons.
    pub notes: Vec<String>,
    /// Measures that were looked at.
    pub measures: Vec<usize>,
    /// Rep and measure where locked customers alone are too much.
    pub locked: Vec<(RepIx, usize)>,
}

/// Why the bounds of single measures cannot be met; no notes when each of them could be met by itself. Measures that
/// travel counts into are not looked at, nor is a network of more than five million edges; and there is no more than time permits.
#[must_use]
pub fn of_bounds(inputs: &Inputs, model: &Model, until: &Deadline) -> Told {
    let mut told = Told::default();
    for m in 0..model.m {
        if model.travel_load.as_ref().is_some_and(|l| l.measure == m) {
            continue;
        }
        if until.is_over() {
            break;
        }
        if let Some(net) = Network::new(inputs, model, m)
            && net.reasons(&mut told, until).is_some()
        {
            told.measures.push(m);
        }
    }
    told
}

/// Customers of one measure by the reps that may have them.
struct Network<'a> {
    inputs: &'a Inputs,
    model: &'a Model,
    measure: usize,
    classes: Vec<Class>,
    /// Customers of each class.
    members: Vec<Vec<u32>>,
}

impl<'a> Network<'a> {
    /// `None` when it would be too large.
    fn new(inputs: &'a Inputs, model: &'a Model, measure: usize) -> Option<Network<'a>> {
        let permitted = |i: usize| -> Vec<u32> {
            let reps = (0..model.k as u32).filter(|j| model.forbidden_by(i, RepIx(*j)).is_none());
            reps.collect()
        };
        let mut of_site: Vec<Vec<u32>> = (0..model.n).into_par_iter().map(permitted).collect();
        // A group goes where all its members may go.
        let mut of_group: Vec<Option<Vec<u32>>> = vec![None; model.groups];
        for (i, g) in model.group.iter().enumerate() {
            if let Some(shared) = of_group.get_mut(*g as usize) {
                match shared {
                    None => *shared = Some(of_site[i].clone()),
                    Some(list) => list.retain(|j| of_site[i].contains(j)),
                }
            }
        }
        for (i, g) in model.group.iter().enumerate() {
            if let Some(Some(shared)) = of_group.get(*g as usize) {
                of_site[i].clone_from(shared);
            }
        }
        let mut index: HashMap<Vec<u32>, usize> = HashMap::new();
        let mut classes: Vec<Class> = Vec::new();
        let mut members: Vec<Vec<u32>> = Vec::new();
        let mut edges = 0;
        for (i, reps) in of_site.into_iter().enumerate() {
            let supply = model.amount[i * model.m + measure];
            if reps.is_empty() || supply <= 0.0 {
                continue;
            }
            let at = match index.get(&reps) {
                Some(at) => *at,
                None => {
                    edges += reps.len();
                    if edges > LARGEST {
                        return None;
                    }
                    index.insert(reps.clone(), classes.len());
                    members.push(Vec::new());
                    classes.push(Class { reps, supply: 0.0 });
                    classes.len() - 1
                }
            };
            classes[at].supply += supply;
            members[at].push(i as u32);
        }
        Some(Network {
            inputs,
            model,
            measure,
            classes,
            members,
        })
    }

    fn bound(&self, j: usize) -> &Bound {
        &self.model.bounds[j * self.model.m + self.measure]
    }

    /// Tells why the bounds cannot be met; `None` where there was no time for that.
    fn reasons(&self, told: &mut Told, until: &Deadline) -> Option<()> {
        let k = self.model.k;
        let whole: f64 = self.classes.iter().map(|c| c.supply).sum();
        let slip = 1e-9 * whole;
        let mut out = Vec::new();
        let upper: Vec<f64> = (0..k).map(|j| self.bound(j).upper).collect();
        let over = greatest(&self.classes, &upper, until)?;
        if over.flow < whole - slip {
            for part in self.parts(&over.classes, &over.reps) {
                out.push(self.too_much(&part));
                if let ([rep], true) = (&part.reps[..], self.locked(&part) == part.sites.len()) {
                    told.locked.push((RepIx(*rep), self.measure));
                }
            }
        }
        let lower: Vec<f64> = (0..k).map(|j| self.bound(j).lower).collect();
        let under = greatest(&self.classes, &lower, until)?;
        if under.flow < lower.iter().sum::<f64>() - slip {
            let short: Vec<bool> = under.reps.iter().map(|r| !r).collect();
            let used: Vec<bool> = (self.classes.iter())
                .map(|c| c.reps.iter().any(|j| short[*j as usize]))
                .collect();
            for part in self.parts(&used, &short) {
                if part.reps.iter().any(|j| lower[*j as usize] > 0.0) {
                    out.extend(self.too_little(&part));
                }
            }
        }
        if !out.is_empty()
            && let Some(tolerance) = self.tolerance_that_helps(until)
        {
            out.push(format!(
                "a tolerance of {} on {} would let every bound be met (as far as shares of customers go)",
                percent(tolerance),
                self.name()
            ));
        }
        told.notes.append(&mut out);
        Some(())
    }

    /// The connected parts of what a cut names.
    fn parts(&self, classes: &[bool], reps: &[bool]) -> Vec<Part> {
        let k = self.model.k;
        let mut sets = Sets::new(k);
        for (class, _) in self
            .classes
            .iter()
            .zip(classes)
            .filter(|(_, named)| **named)
        {
            let mut named = class.reps.iter().filter(|j| reps[**j as usize]);
            if let Some(first) = named.next() {
                named.for_each(|j| {
                    sets.join(*first, *j);
                });
            }
        }
        let mut parts: BTreeMap<u32, Part> = BTreeMap::new();
        for j in (0..k).filter(|j| reps[*j]) {
            let part = parts.entry(sets.root(j as u32)).or_default();
            part.reps.push(j as u32);
        }
        for (c, class) in self.classes.iter().enumerate().filter(|(c, _)| classes[*c]) {
            let first = class.reps.iter().find(|j| reps[**j as usize]);
            if let Some(part) = first.and_then(|j| parts.get_mut(&sets.root(*j))) {
                part.supply += class.supply;
                part.sites.extend(&self.members[c]);
            }
        }
        parts.into_values().collect()
    }

    fn name(&self) -> &str {
        &self.inputs.scenario.balance[self.measure].measure
    }

    fn amount(&self, i: u32) -> f64 {
        self.model.amount[i as usize * self.model.m + self.measure]
    }

    /// How many of its customers are locked.
    fn locked(&self, part: &Part) -> usize {
        let locked = |i: &&u32| self.model.lock(**i as usize).is_some();
        part.sites.iter().filter(locked).count()
    }

    /// Customers that only these reps may have hold more than their upper bounds.
    fn too_much(&self, part: &Part) -> String {
        let room: f64 = part
            .reps
            .iter()
            .map(|j| self.bound(*j as usize).upper)
            .sum();
        let locked = self.locked(part);
        let everyone = part.reps.len() == self.model.k;
        let who = if everyone {
            "all reps".to_owned()
        } else {
            self.reps(&part.reps)
        };
        let all_locked = locked == part.sites.len();
        let what = if all_locked && part.reps.len() == 1 {
            format!(
                "{who}: {} locked {} hold",
                thousands(part.sites.len()),
                customers(part.sites.len())
            )
        } else if everyone {
            format!(
                "{who}: the {} {} hold",
                thousands(part.sites.len()),
                customers(part.sites.len())
            )
        } else {
            format!(
                "{who}: {} {} that nobody else may have ({}) hold",
                thousands(part.sites.len()),
                customers(part.sites.len()),
                self.rules(part)
            )
        };
        let bounds = if part.reps.len() == 1 {
            "its upper bound is"
        } else {
            "their upper bounds add up to"
        };
        let mut text = format!(
            "{what} {} of {}, {bounds} {}: {} too much",
            figure(part.supply),
            self.name(),
            figure(room),
            figure(part.supply - room)
        );
        let mut ways = Vec::new();
        let (shares, fixed) = self.shares(part, |b| (b.upper, b.origins[1]));
        if shares > 0.0 {
            ways.push(format!(
                "a tolerance of {}",
                percent((part.supply - fixed) / shares - 1.0)
            ));
        }
        if locked > 0 {
            let free = self.to_unlock(part, part.supply - room);
            if !free.is_empty() {
                ways.push(format!("unlocking {}", self.sites(&free)));
            }
        }
        if !ways.is_empty() {
            text += &format!("; {} would do for them", ways.join(", or "));
        }
        text
    }

    /// Reps whose lower bounds are more than the customers they may have.
    fn too_little(&self, part: &Part) -> Option<String> {
        let need: f64 = part
            .reps
            .iter()
            .map(|j| self.bound(*j as usize).lower)
            .sum();
        if need <= part.supply {
            return None;
        }
        let one = part.reps.len() == 1;
        let mut text = format!(
            "{}: the {} {} that {} may have{} hold {} of {}, {} {}: {} too little",
            self.reps(&part.reps),
            thousands(part.sites.len()),
            customers(part.sites.len()),
            if one { "it" } else { "they" },
            if part.sites.len() == self.model.n {
                String::new()
            } else {
                format!(" ({})", self.rules_beyond(part))
            },
            figure(part.supply),
            self.name(),
            if one {
                "its lower bound is"
            } else {
                "their lower bounds add up to"
            },
            figure(need),
            figure(need - part.supply)
        );
        let (shares, fixed) = self.shares(part, |b| (b.lower, b.origins[0]));
        let tolerance = 1.0 - (part.supply - fixed) / shares;
        if shares > 0.0 && tolerance < 1.0 {
            text += &format!("; a tolerance of {} would do for them", percent(tolerance));
        }
        Some(text)
    }

    /// Targets of the part's reps whose bound is a share, and the sum of the absolute bounds of the others.
    fn shares(&self, part: &Part, side: impl Fn(&Bound) -> (f64, Origin)) -> (f64, f64) {
        let (mut shares, mut fixed) = (0.0, 0.0);
        for j in &part.reps {
            let b = self.bound(*j as usize);
            match (b.target, side(b)) {
                (Some(target), (_, Origin::Share)) => shares += target,
                (_, (absolute, _)) => fixed += absolute,
            }
        }
        (shares, fixed)
    }

    /// The fewest locked customers, largest first, that hold `excess` and that somebody else could have.
    fn to_unlock(&self, part: &Part, excess: f64) -> Vec<u32> {
        let unlocked = Model {
            locked: Vec::new(),
            ..self.model.clone()
        };
        let elsewhere = |i: u32| {
            (0..self.model.k as u32)
                .map(RepIx)
                .filter(|j| self.model.lock(i as usize) != Some(*j))
                .any(|j| unlocked.forbidden_by(i as usize, j).is_none())
        };
        let mut locked: Vec<u32> = part.sites.clone();
        locked.retain(|i| self.model.lock(*i as usize).is_some() && elsewhere(*i));
        locked.sort_by(|a, b| self.amount(*b).total_cmp(&self.amount(*a)).then(a.cmp(b)));
        let mut left = excess;
        let mut out = Vec::new();
        for i in locked {
            if left <= 0.0 {
                break;
            }
            left -= self.amount(i);
            out.push(i);
        }
        if left > 0.0 { Vec::new() } else { out }
    }

    /// The rules that keep the part's customers from the other reps.
    fn rules(&self, part: &Part) -> String {
        let inside: BTreeSet<u32> = part.reps.iter().copied().collect();
        let mut names = BTreeSet::new();
        for i in part.sites.iter().take(2000) {
            for j in (0..self.model.k as u32).filter(|j| !inside.contains(j)) {
                match self.model.forbidden_by(*i as usize, RepIx(j)) {
                    Some(rule) => names.insert(rule),
                    // Permitted by itself: its group keeps it.
                    None => names.insert(Rule::Groups),
                };
            }
        }
        listed(names, ", ")
    }

    /// The rules that keep the part's reps from the other customers.
    fn rules_beyond(&self, part: &Part) -> String {
        let inside: BTreeSet<u32> = part.sites.iter().copied().collect();
        let mut names = BTreeSet::new();
        let step = (self.model.n / 2000).max(1);
        for i in (0..self.model.n)
            .step_by(step)
            .filter(|i| !inside.contains(&(*i as u32)))
        {
            for j in &part.reps {
                names.extend(self.model.forbidden_by(i, RepIx(*j)));
            }
        }
        listed(names, ", ")
    }

    /// The least tolerance with which every bound of the measure can be met, by bisection; `None` if none below 1 does, or
    /// time ran out.
    fn tolerance_that_helps(&self, until: &Deadline) -> Option<f64> {
        let now = self.inputs.scenario.balance[self.measure].tolerance;
        if self.classes.iter().map(|c| c.reps.len()).sum::<usize>() > LARGEST / 50 {
            return None;
        }
        let whole: f64 = self.classes.iter().map(|c| c.supply).sum();
        let fits = |tolerance: f64| {
            let side = |b: &Bound, now: f64, sign: f64, origin: Origin| match b.target {
                Some(t) if origin == Origin::Share => (1.0 + sign * tolerance) * t,
                _ => now,
            };
            let bounds = || (0..self.model.k).map(|j| self.bound(j));
            let upper = bounds().map(|b| side(b, b.upper, 1.0, b.origins[1]));
            let lower = bounds().map(|b| side(b, b.lower, -1.0, b.origins[0]));
            let (upper, lower): (Vec<f64>, Vec<f64>) = (upper.collect(), lower.collect());
            let need: f64 = lower.iter().sum();
            let flow = |bounds: &[f64]| greatest(&self.classes, bounds, until).map(|c| c.flow);
            Some(flow(&upper)? >= whole * (1.0 - 1e-9) && flow(&lower)? >= need - 1e-9 * whole)
        };
        let (mut low, mut high) = (now, 0.999);
        if !fits(high)? {
            return None;
        }
        while high - low > 2e-4 {
            let middle = 0.5 * (low + high);
            if fits(middle)? {
                high = middle
            } else {
                low = middle
            }
        }
        Some(high)
    }

    fn reps(&self, list: &[u32]) -> String {
        enumerate(list, |j| self.inputs.reps.ids.get(j as usize).to_owned())
    }

    fn sites(&self, list: &[u32]) -> String {
        enumerate(list, |i| {
            self.inputs.customers.ids.get(i as usize).to_owned()
        })
    }
}

/// Reps and customers that a reason is about.
#[derive(Clone, Debug, Default)]
struct Part {
    reps: Vec<u32>,
    sites: Vec<u32>,
    supply: f64,
}

fn customers(n: usize) -> &'static str {
    if n == 1 { "customer" } else { "customers" }
}

/// Up to a tenth of a per cent, rounded up: what is said to help must help.
fn percent(share: f64) -> String {
    format!("{} %", (share * 1000.0 - 1e-6).ceil() / 10.0)
}

fn enumerate(list: &[u32], name: impl Fn(u32) -> String) -> String {
    enumerated(list.iter().map(|v| name(*v)))
}
