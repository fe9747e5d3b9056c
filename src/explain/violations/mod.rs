//! Which rules a set of owners breaks, by how much, and why, in words for a planner.

mod forced;
mod sums;

use crate::base::deadline::Deadline;
use crate::base::ids::RepIx;
pub use crate::base::words::figure;
use crate::base::words::{dusted, fixed, thousands};
use crate::explain::reasons;
use crate::input::Inputs;
use crate::model::Model;
use crate::plan::Violation;

/// All rules that `owner` breaks: pairs first, then groups, change, and balance.
#[must_use]
pub fn violations(inputs: &Inputs, model: &Model, owner: &[RepIx]) -> Vec<Violation> {
    let teller = Teller { inputs, model };
    let mut out = Vec::new();
    for (i, j) in owner.iter().enumerate() {
        if let Some(rule) = model.forbidden_by(i, *j) {
            out.push(teller.pair(i, *j, rule));
        }
    }
    teller.groups(owner, &mut out);
    teller.change(owner, &mut out);
    teller.balance(owner, &mut out);
    out
}

/// Why no plan can meet the rules, as far as the bounds of single measures ([`reasons::of_bounds`]), single customers, groups and
/// reps tell, and as far as there is time; empty when the reason lies in the interplay of all. Nothing is told twice.
#[must_use]
pub fn reasons(inputs: &Inputs, model: &Model, until: &Deadline) -> Vec<String> {
    let teller = Teller { inputs, model };
    let bounds = reasons::of_bounds(inputs, model, until);
    // Whom no rep may have at all comes first: no tolerance helps there.
    let mut all = teller.orphans();
    let steps: [&dyn Fn() -> Vec<String>; 6] = [
        &|| teller.split_groups(),
        &|| teller.locked_loads(&bounds.locked),
        &|| teller.too_heavy(),
        &|| teller.sums_of_bounds(&bounds.measures),
        &|| teller.unreachable_sums(until),
        &|| teller.forced_change().into_iter().collect(),
    ];
    all.extend(bounds.notes.iter().cloned());
    for step in steps {
        if !until.is_over() {
            all.extend(step());
        }
    }
    all
}

/// Customers in an enumeration before "and N more".
const NAMED: usize = 5;

struct Teller<'a> {
    inputs: &'a Inputs,
    model: &'a Model,
}

impl Teller<'_> {
    fn site(&self, i: usize) -> &str {
        self.inputs.customers.ids.get(i)
    }

    fn rep(&self, j: RepIx) -> &str {
        self.inputs.reps.ids.get(j.at())
    }

    fn measure(&self, m: usize) -> &str {
        &self.inputs.scenario.balance[m].measure
    }

    fn skills(&self, i: usize) -> String {
        let c = &self.inputs.customers;
        let set = c
            .requires
            .get(i)
            .and_then(|s| c.skill_sets.get(*s as usize));
        set.map_or_else(String::new, |s| s.join(", "))
    }

    /// A pair that a rule forbids.
    fn pair(&self, i: usize, j: RepIx, rule: &str) -> Violation {
        let (site, rep) = (self.site(i), self.rep(j));
        let over = |travel: Option<f64>, limit: f64| travel.map_or(0.0, |t| t - limit);
        let (by, text) = match rule {
            "locks" => {
                let lock = self.model.lock(i).map_or("nobody", |l| self.rep(l));
                (1.0, format!("{site} is locked to {lock} but goes to {rep}"))
            }
            "skills" => (
                1.0,
                format!("{site} requires {}, which {rep} lacks", self.skills(i)),
            ),
            "forbid" => (1.0, format!("{site} must not go to {rep} (rules.forbid)")),
            "max_km" => {
                let (km, limit) = (self.model.travel.km(i, j), self.model.max_km[j.at()]);
                let text = format!(
                    "{site} is {} km from {rep}, whose limit is {} km",
                    beyond(km.unwrap_or(f64::NAN), limit),
                    dusted(limit)
                );
                (over(km, limit), text)
            }
            "max_minutes" => {
                let minutes = self.model.travel.minutes(i, j);
                let limit = self.model.max_minutes[j.at()];
                let text = match minutes {
                    Some(t) => {
                        format!(
                            "{site} is {} minutes from {rep}, whose limit is {} minutes",
                            beyond(t, limit),
                            dusted(limit)
                        )
                    }
                    None => format!("the minutes from {rep} to {site} are unknown"),
                };
                (over(minutes, limit), text)
            }
            _ => (1.0, format!("the matrix has no way from {rep} to {site}")),
        };
        Violation {
            rule: rule.to_owned(),
            rep: Some(rep.to_owned()),
            site: Some(site.to_owned()),
            by,
            text,
        }
    }

    fn members(&self) -> Vec<Vec<usize>> {
        let mut members = vec![Vec::new(); self.model.groups];
        for (i, g) in self.model.group.iter().enumerate() {
            if let Some(list) = members.get_mut(*g as usize) {
                list.push(i);
            }
        }
        members
    }

    fn groups(&self, owner: &[RepIx], out: &mut Vec<Violation>) {
        for (g, list) in self.members().iter().enumerate() {
            let Some(first) = list.first() else { continue };
            for i in list.iter().filter(|i| owner[**i] != owner[*first]) {
                out.push(Violation {
                    rule: "groups".into(),
                    rep: Some(self.rep(owner[*i]).to_owned()),
                    site: Some(self.site(*i).to_owned()),
                    by: 1.0,
                    text: format!(
                        "{} goes to {}, the rest of its group {:?} to {}",
                        self.site(*i),
                        self.rep(owner[*i]),
                        self.inputs.customers.group_names[g],
                        self.rep(owner[*first])
                    ),
                });
            }
        }
    }

    fn change(&self, owner: &[RepIx], out: &mut Vec<Violation>) {
        let (Some(limit), Some(rule)) = (&self.model.change, &self.inputs.scenario.change) else {
            return;
        };
        let each = || (0..self.model.n).map(|i| self.model.moved(i, owner[i]));
        let moved: f64 = each().sum();
        if !limit.permits_sum(each()) {
            out.push(Violation {
                rule: "change".into(),
                rep: None,
                site: None,
                by: moved - limit.limit,
                text: format!(
                    "{} {} changes hands, {} more than change.max_share = {} permits",
                    figure(moved),
                    rule.measure,
                    figure(moved - limit.limit),
                    rule.max_share.unwrap_or(1.0)
                ),
            });
        }
    }

    fn balance(&self, owner: &[RepIx], out: &mut Vec<Violation>) {
        let model = self.model;
        let mut load = vec![0.0; model.k * model.m];
        for (i, j) in owner.iter().enumerate() {
            for m in 0..model.m {
                load[j.at() * model.m + m] += model.activity(i, *j, m);
            }
        }
        let within = model.within(owner);
        for (row, (y, b)) in load.iter().zip(&model.bounds).enumerate() {
            let (rep, measure) = (
                self.rep(RepIx((row / model.m) as u32)),
                self.measure(row % model.m),
            );
            if within[row] {
                continue;
            }
            let (by, side, bound) = if *y > 0.5 * (b.lower + b.upper) {
                ((y - b.upper).abs(), "above its upper bound", b.upper)
            } else {
                ((b.lower - y).abs(), "below its lower bound", b.lower)
            };
            out.push(Violation {
                rule: "balance".into(),
                rep: Some(rep.to_owned()),
                site: None,
                by,
                text: format!(
                    "{rep}: {measure} {} is {} {side} of {}",
                    figure(*y),
                    figure(by),
                    figure(bound)
                ),
            });
        }
    }

    /// Customers that no rep may have, by the rules that leave nobody.
    fn orphans(&self) -> Vec<String> {
        let mut by_rule: Vec<(String, Vec<usize>)> = Vec::new();
        for i in 0..self.model.n {
            let mut rules: Vec<&str> = Vec::new();
            for j in (0..self.model.k as u32).map(RepIx) {
                match self.model.forbidden_by(i, j) {
                    None => {
                        rules.clear();
                        break;
                    }
                    Some("locks") => {}
                    Some(rule) if rules.contains(&rule) => {}
                    Some(rule) => rules.push(rule),
                }
            }
            if rules.is_empty() {
                continue;
            }
            rules.sort_unstable();
            let lock = self.model.lock(i);
            let reason = match (lock, rules.as_slice()) {
                (Some(j), ["skills"]) => {
                    format!("is locked to {}, who lacks {}", self.rep(j), self.skills(i))
                }
                (Some(j), _) => format!(
                    "is locked to {}, which `{}` rules out",
                    self.rep(j),
                    rules.join("` and `")
                ),
                (None, ["skills"]) => format!("requires {}, which no rep has", self.skills(i)),
                (None, ["max_km"]) => "lies beyond max_km of every rep".to_owned(),
                (None, ["max_minutes"]) => "lies beyond max_minutes of every rep".to_owned(),
                (None, ["matrix"]) => "is not in the matrix with any rep".to_owned(),
                (None, _) => format!("finds no rep that `{}` permit", rules.join("` and `")),
            };
            match by_rule.iter_mut().find(|(r, _)| *r == reason) {
                Some((_, list)) => list.push(i),
                None => by_rule.push((reason, vec![i])),
            }
        }
        let limited = |(reason, _): &(String, Vec<usize>)| {
            reason.contains("max_km") || reason.contains("max_minutes")
        };
        let beyond: Vec<usize> = (by_rule.iter().filter(|r| limited(r)))
            .flat_map(|(_, list)| list.iter().copied())
            .filter(|i| self.model.lock(*i).is_none())
            .collect();
        // Told where it is first asked for.
        let mut reaching = Some(self.reaching(&beyond));
        by_rule
            .iter()
            .map(|each| {
                let (reason, list) = each;
                let way = if limited(each) { reaching.take() } else { None };
                let reason = if list.len() > 1 {
                    plural(reason)
                } else {
                    reason.clone()
                };
                let count = if list.len() > NAMED {
                    format!("{} customers ({})", thousands(list.len()), self.names(list))
                } else {
                    self.names(list)
                };
                format!("{count} {reason}{}", way.unwrap_or_default())
            })
            .collect()
    }

    /// The limit on travel that would reach all of these that other rules permit to somebody, each from the rep nearest to it.
    fn reaching(&self, list: &[usize]) -> String {
        let model = self.model;
        let limited = |limits: &[f64]| limits.iter().any(|l| l.is_finite());
        let by_km = limited(&model.max_km);
        if by_km == limited(&model.max_minutes) {
            return String::new();
        }
        let unlimited = Model {
            max_km: vec![f64::INFINITY; model.k],
            max_minutes: vec![f64::INFINITY; model.k],
            ..model.clone()
        };
        let least = |i: &usize, of: &dyn Fn(usize, RepIx) -> Option<f64>| {
            let reps = (0..model.k as u32).map(RepIx);
            let open = reps.filter(|j| unlimited.forbidden_by(*i, *j).is_none());
            open.filter_map(|j| of(*i, j)).fold(f64::INFINITY, f64::min)
        };
        let most = |of: &dyn Fn(usize, RepIx) -> Option<f64>| {
            let needs = list.iter().map(|i| least(i, of));
            needs.filter(|need| need.is_finite()).fold(0.0, f64::max)
        };
        let (name, limits, need) = if by_km {
            let need = most(&|i, j| model.travel.km(i, j));
            ("max_km", &model.max_km, need)
        } else {
            let need = most(&|i, j| model.travel.minutes(i, j));
            ("max_minutes", &model.max_minutes, need)
        };
        if need <= 0.0 {
            return String::new();
        }
        let whom = if list.len() == 1 { "it" } else { "everybody" };
        let alike = limits.iter().all(|l| *l == limits[0]);
        let all = if alike { "" } else { " for all reps" };
        format!("; {name} of {}{all} reaches {whom}", at_least_whole(need))
    }

    /// Groups whose members have no rep in common.
    fn split_groups(&self) -> Vec<String> {
        let mut out = Vec::new();
        for (g, list) in self.members().iter().enumerate() {
            let open = |i: usize| {
                (0..self.model.k as u32)
                    .map(RepIx)
                    .any(|j| self.permits(i, j))
            };
            let shared = (0..self.model.k as u32)
                .map(RepIx)
                .any(|j| list.iter().all(|i| self.permits(*i, j)));
            if list.is_empty() || shared || !list.iter().all(|i| open(*i)) {
                continue;
            }
            let name = &self.inputs.customers.group_names[g];
            let locks: Vec<usize> = list
                .iter()
                .copied()
                .filter(|i| self.model.lock(*i).is_some())
                .collect();
            let several = locks
                .windows(2)
                .any(|w| self.model.lock(w[0]) != self.model.lock(w[1]));
            let mut needs: Vec<String> = list
                .iter()
                .map(|i| self.skills(*i))
                .filter(|s| !s.is_empty())
                .collect();
            needs.sort_unstable();
            needs.dedup();
            let skilled = |j: usize| {
                let class = |i: &usize| self.model.class[*i] as usize;
                list.iter().all(|i| self.model.skilled[class(i)][j])
            };
            let unskilled =
                !self.model.class.is_empty() && !(0..self.model.k).any(skilled) && needs.len() > 1;
            out.push(if unskilled {
                format!(
                    "group {name:?}: its customers require {}, which no rep has together",
                    needs.join(" and ")
                )
            } else if several {
                format!(
                    "group {name:?}: its customers are locked to different reps ({})",
                    self.names(&locks)
                )
            } else {
                format!(
                    "group {name:?}: no rep is permitted for all its {} customers",
                    list.len()
                )
            });
        }
        out
    }

    fn permits(&self, i: usize, j: RepIx) -> bool {
        self.model.forbidden_by(i, j).is_none()
    }

    /// Reps whose locked customers alone exceed a bound; without those of `told`.
    fn locked_loads(&self, told: &[(RepIx, usize)]) -> Vec<String> {
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
    fn too_heavy(&self) -> Vec<String> {
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
    fn sums_of_bounds(&self, told: &[usize]) -> Vec<String> {
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

    fn names(&self, list: &[usize]) -> String {
        let mut out: Vec<&str> = list.iter().take(NAMED).map(|i| self.site(*i)).collect();
        let more = list.len().saturating_sub(NAMED);
        let rest = format!("{} more", thousands(more));
        if more > 0 {
            out.push(&rest);
        }
        match out.split_last() {
            Some((last, [])) => (*last).to_owned(),
            Some((last, head)) => format!("{} and {last}", head.join(", ")),
            None => String::new(),
        }
    }
}

/// The next whole number, or to a tenth where that is small.
fn at_least_whole(x: f64) -> String {
    if x > 10.0 {
        fixed(x.ceil(), 0)
    } else {
        format!("{}", (10.0 * x).ceil() / 10.0)
    }
}

/// A distance beyond a limit, with as many digits as tell it from the limit.
fn beyond(x: f64, limit: f64) -> String {
    let tells = |places: &u8| fixed(x, *places) != fixed(limit, *places);
    fixed(x, (1..6).find(tells).unwrap_or(6))
}

/// "is locked" to "are locked", and so on.
fn plural(reason: &str) -> String {
    let (verb, rest) = reason.split_once(' ').unwrap_or((reason, ""));
    let verb = match verb {
        "is" => "are",
        "requires" => "require",
        "lies" => "lie",
        "finds" => "find",
        other => other,
    };
    format!("{verb} {rest}")
}

/// Locked customers beyond the travel limits: exceptions on purpose, because a lock outranks them.
#[must_use]
pub fn exceptions(inputs: &Inputs, model: &Model) -> Vec<String> {
    let teller = Teller { inputs, model };
    let beyond = |i: &usize| {
        model.lock(*i).is_some_and(|j| {
            let km = model
                .travel
                .km(*i, j)
                .is_some_and(|t| t > model.max_km[j.at()]);
            let minutes = model.travel.minutes(*i, j);
            km || minutes.is_some_and(|t| t > model.max_minutes[j.at()])
        })
    };
    let list: Vec<usize> = (0..model.n).filter(beyond).collect();
    let mut out = Vec::new();
    if !list.is_empty() {
        out.push(format!(
            "{} beyond a travel limit, which the lock outranks: {}",
            if list.len() == 1 {
                "1 locked customer lies".to_owned()
            } else {
                format!("{} locked customers lie", thousands(list.len()))
            },
            teller.names(&list)
        ));
    }
    out
}
