//! Whether a scenario that was saved with a plan keeps the limits of one that is read from TOML.

use super::prefer::{COST_KM, COST_SHARE, MOST};
use super::sections::{
    AT_LEAST_ONE, DETOUR, GAP, NOT_NEGATIVE, POSITIVE, REACH, SHARE, SPEED, TOLERANCE,
};
use super::toml_walk::Bounds;
use super::{LARGEST, Prefer, RESERVED, Scenario};
use std::collections::BTreeSet;

impl Scenario {
    /// Whether every number is within its limits and every measure is one.
    ///
    /// # Errors
    /// What is not, in words.
    pub(crate) fn sound(&self) -> Result<(), String> {
        let one = |name: &str, value: Option<f64>, bounds: &Bounds| match value {
            Some(x) if !((bounds.ok)(x) && x.abs() <= LARGEST) => Err(format!(
                "its scenario has {name} = {x}, which is not {}",
                bounds.says
            )),
            _ => Ok(()),
        };
        let (t, w) = (&self.travel, &self.territories);
        let change = self.change.as_ref();
        for (name, value, bounds) in [
            ("detour", Some(t.detour), &DETOUR),
            ("speed_kmh", Some(t.speed_kmh), &SPEED),
            ("max_km", t.max_km, &POSITIVE),
            ("max_minutes", t.max_minutes, &POSITIVE),
            ("stops_per_tour", Some(t.stops_per_tour), &AT_LEAST_ONE),
            ("max_share", change.and_then(|c| c.max_share), &SHARE),
            ("penalty", change.and_then(|c| c.penalty), &POSITIVE),
            ("max_reach_km", w.max_reach_km, &REACH),
            ("simplify_m", Some(w.simplify_m), &NOT_NEGATIVE),
            ("smooth_m", Some(w.smooth_m), &NOT_NEGATIVE),
            ("gap", Some(self.solve.gap), &GAP),
            ("time_limit_s", Some(self.solve.time_limit_s), &POSITIVE),
        ] {
            one(name, value, bounds)?;
        }
        for prefer in &self.prefer {
            one("cost_km", prefer.cost_km, &COST_KM)?;
            one("cost_share", prefer.cost_share, &COST_SHARE)?;
        }
        if self.prefer.len() > MOST || !self.prefer.iter().all(Prefer::is_sound) {
            return Err("its scenario has a [[prefer]] that cannot be read".into());
        }
        let mut seen = BTreeSet::new();
        for balance in &self.balance {
            one("tolerance", Some(balance.tolerance), &TOLERANCE)?;
            if !balance.is_sound() {
                return Err(
                    "its scenario has a deviation_cost or deviation_budget that cannot be".into(),
                );
            }
            let measure = balance.measure.as_str();
            if measure.is_empty() || RESERVED.contains(&measure) || !seen.insert(measure) {
                return Err(format!("its scenario cannot balance {measure:?}"));
            }
        }
        if seen.is_empty() {
            return Err("its scenario balances nothing".into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::{Overrides, Prefer, Scenario};

    #[test]
    fn what_was_read_is_sound_and_what_was_edited_is_not() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/tiny/scenario.toml");
        let read = Scenario::load(Some(path.as_ref()), &Overrides::default()).unwrap();
        assert_eq!(read.sound(), Ok(()));
        let told = |edit: &dyn Fn(&mut Scenario)| {
            let mut edited = read.clone();
            edit(&mut edited);
            edited.sound().unwrap_err()
        };
        assert!(told(&|s| s.travel.detour = 0.0).contains("detour = 0"));
        assert!(told(&|s| s.travel.speed_kmh = f64::NAN).contains("speed_kmh"));
        assert!(told(&|s| s.solve.time_limit_s = 1e300).contains("time_limit_s"));
        assert!(told(&|s| s.balance.clear()).contains("balances nothing"));
        assert!(told(&|s| s.balance[0].measure = "lon".into()).contains("\"lon\""));
        assert!(told(&|s| s.balance.push(s.balance[0].clone())).contains("cannot balance"));
        let prefer = |when: &str, share: f64| Prefer {
            when: when.into(),
            cost_km: None,
            cost_share: Some(share),
            ..Prefer::default()
        };
        assert!(told(&|s| s.prefer.push(prefer("a == 1", -1.0))).contains("cost_share = -1"));
        assert!(told(&|s| s.prefer.push(prefer("a", 0.5))).contains("[[prefer]]"));
    }
}
