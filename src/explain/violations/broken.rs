//! Rules that owners break, each with what it is broken by.

use super::Teller;
use crate::base::ids::RepIx;
use crate::base::rule::Rule;
use crate::base::words::{dusted, figure, fixed};
use crate::model::Bound;
use crate::plan::Violation;

impl Teller<'_> {
    /// A pair that a rule forbids.
    pub(super) fn pair(&self, i: usize, j: RepIx, rule: Rule) -> Violation {
        let (site, rep) = (self.site(i), self.rep(j));
        let over = |travel: Option<f64>, limit: f64| travel.map_or(0.0, |t| t - limit);
        let (by, text) = match rule {
            Rule::Locks => {
                let lock = self.model.locked.get(i).and_then(|l| l.some());
                let lock = lock.map_or("nobody", |l| self.rep(l));
                (1.0, format!("{site} is locked to {lock} but goes to {rep}"))
            }
            Rule::Wishes => {
                let wish = self.model.wish(i).map_or("nobody", |w| self.rep(w));
                (1.0, format!("{site} is wished to {wish} but goes to {rep}"))
            }
            Rule::Skills => (
                1.0,
                format!("{site} requires {}, which {rep} lacks", self.skills(i)),
            ),
            Rule::Regions => {
                let (region, of) = (self.region(i), self.inputs.reps.region_of(j.at()));
                let text = format!("{site} is of the region {region}, {rep} of {of}");
                (1.0, text)
            }
            Rule::Forbid => {
                let named = |(c, r): &(String, String)| (c.as_str(), r.as_str()) == (site, rep);
                let rules = &self.inputs.scenario.rules;
                let by = match rules.forbid.iter().any(named) || rules.wishes.is_none() {
                    true => "rules.forbid",
                    false => "rules.wishes",
                };
                (1.0, format!("{site} must not go to {rep} ({by})"))
            }
            Rule::MaxKm => {
                let (km, limit) = (self.model.travel.km(i, j), self.model.max_km[j.at()]);
                let text = format!(
                    "{site} is {} km from {rep}, whose limit is {} km",
                    beyond(km.unwrap_or(f64::NAN), limit),
                    dusted(limit)
                );
                (over(km, limit), text)
            }
            Rule::MaxMinutes => {
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
            rule,
            rep: Some(rep.to_owned()),
            site: Some(site.to_owned()),
            by,
            text,
        }
    }

    pub(super) fn groups(&self, owner: &[RepIx], out: &mut Vec<Violation>) {
        for (g, list) in self.members().iter().enumerate() {
            let Some(first) = list.first() else { continue };
            for i in list.iter().filter(|i| owner[**i] != owner[*first]) {
                out.push(Violation {
                    rule: Rule::Groups,
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

    pub(super) fn change(&self, owner: &[RepIx], out: &mut Vec<Violation>) {
        let (Some(limit), Some(rule)) = (&self.model.change, &self.inputs.scenario.change) else {
            return;
        };
        let each = || (0..self.model.n).map(|i| self.model.moved(i, owner[i]));
        let moved: f64 = each().sum();
        if !limit.permits_sum(each()) {
            out.push(Violation {
                rule: Rule::Change,
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

    pub(super) fn balance(&self, owner: &[RepIx], out: &mut Vec<Violation>) {
        let model = self.model;
        let mut load = vec![0.0; model.k * model.m];
        for (i, j) in owner.iter().enumerate() {
            for m in 0..model.m {
                load[j.at() * model.m + m] += model.activity(i, *j, m);
            }
        }
        let within = model.within(owner);
        for (row, (y, b)) in load.iter().zip(&model.bounds).enumerate() {
            if !within[row] {
                out.push(self.beyond(row, *y, b));
            }
        }
    }

    /// A load outside its bounds.
    fn beyond(&self, row: usize, y: f64, b: &Bound) -> Violation {
        let rep = self.rep(RepIx((row / self.model.m) as u32));
        let measure = self.measure(row % self.model.m);
        let (by, side, bound) = if y > 0.5 * (b.lower + b.upper) {
            ((y - b.upper).abs(), "above its upper bound", b.upper)
        } else {
            ((b.lower - y).abs(), "below its lower bound", b.lower)
        };
        Violation {
            rule: Rule::Balance,
            rep: Some(rep.to_owned()),
            site: None,
            by,
            text: format!(
                "{rep}: {measure} {} is {} {side} of {}",
                figure(y),
                figure(by),
                figure(bound)
            ),
        }
    }
}

/// A distance beyond a limit, with as many digits as tell it from the limit.
fn beyond(x: f64, limit: f64) -> String {
    let tells = |places: &u8| fixed(x, *places) != fixed(limit, *places);
    fixed(x, (1..6).find(tells).unwrap_or(6))
}
