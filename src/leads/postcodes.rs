//! Leads without coordinates: where their postcode is, by the area units of the plan, or by a file of places.
//!
//! A postcode that several reps have a part of goes to who has most of its places, and is flagged; one that several countries have goes to
//! nobody, unless one rep has it in all of them.

use super::router::Atlas;
use crate::base::ids::RepIx;
use crate::base::words::enumerated;
use crate::error::Error;
use crate::input::{Coded, How, Placed, Sought, country_code, fold_code, postal_file};
use crate::saved::{SavedPlan, coded_units};
use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;

/// A postcode of a country.
#[derive(Debug)]
struct Spot {
    country: String,
    /// Who has places of it, and their places: how many, and the sum of their coordinates.
    zones: Vec<(RepIx, usize, [f64; 2])>,
}

impl Spot {
    /// Who has most of it, and the middle of that.
    fn most(&self) -> (RepIx, [f64; 2]) {
        let most = self.zones.iter().rev().max_by_key(|z| z.1);
        most.map_or((RepIx::NONE, [0.0; 2]), |(rep, n, sum)| {
            (*rep, sum.map(|x| x / *n as f64))
        })
    }
}

/// Postcodes, and where they are.
#[derive(Debug)]
pub(super) struct Gazetteer {
    spots: HashMap<String, Vec<Spot>>,
    how: How,
}

impl Gazetteer {
    fn new(how: How, places: impl Iterator<Item = (Coded, RepIx)>) -> Gazetteer {
        let mut spots: HashMap<String, Vec<Spot>> = HashMap::new();
        for (place, zone) in places.filter(|(p, _)| !p.code.is_empty()) {
            let of = spots.entry(place.code).or_default();
            let at = of.iter().position(|s| s.country == place.country);
            let at = at.unwrap_or(of.len());
            if at == of.len() {
                of.push(Spot {
                    country: place.country,
                    zones: Vec::new(),
                });
            }
            let zones = &mut of[at].zones;
            match zones.iter_mut().find(|z| z.0 == zone) {
                Some((_, n, sum)) => {
                    *n += 1;
                    sum.iter_mut().zip(place.at).for_each(|(s, x)| *s += x);
                }
                None => zones.push((zone, 1, place.at)),
            }
        }
        Gazetteer { spots, how }
    }

    /// Where a postcode is; `shown` is how the lead writes it.
    fn find(
        &self,
        code: &str,
        country: &str,
        shown: &str,
        name: &dyn Fn(RepIx) -> String,
    ) -> Option<Placed> {
        let all = self.spots.get(code)?;
        let fits = |s: &&Spot| country.is_empty() || s.country.is_empty() || s.country == country;
        let spots: Vec<&Spot> = all.iter().filter(fits).collect();
        let spot = *spots.first()?;
        let (zone, at) = spot.most();
        let mut placed = Placed {
            at,
            how: self.how,
            zone,
            unclear: false,
            note: format!("placed by its postcode {shown}"),
        };
        if spots.len() > 1 {
            in_countries(&mut placed, &spots, shown);
        } else if spot.zones.len() > 1 {
            let others = spot.zones.iter().map(|z| z.0).filter(|j| *j != zone);
            let others: Vec<String> = others.map(name).collect();
            let parts = if others.len() == 1 { "has" } else { "have" };
            placed.how = How::Ambiguous;
            placed.note += &format!(
                ", of which {} {parts} a part, too",
                enumerated(others.into_iter())
            );
        } else if spot.country.is_empty() && !country.is_empty() {
            placed.note += ", whatever its country: the units have none";
        }
        Some(placed)
    }

    /// The countries that have a postcode.
    fn countries(&self, code: &str) -> Vec<&str> {
        let spots = self.spots.get(code).map_or(&[][..], Vec::as_slice);
        spots.iter().map(|s| s.country.as_str()).collect()
    }
}

/// The area units of a plan, read when the first lead needs them, or why they cannot be.
pub(super) type UnitCodes = OnceLock<Result<Option<Gazetteer>, String>>;

/// All that postcodes are looked up in.
pub(super) struct Postcodes<'a> {
    atlas: &'a Atlas<'a>,
    plan: Option<&'a SavedPlan>,
    units: &'a UnitCodes,
    places: Option<Gazetteer>,
}

impl<'a> Postcodes<'a> {
    /// Those of a saved plan, and of a file.
    ///
    /// # Errors
    /// [`Error::Input`] with all problems of the file.
    pub fn new(
        atlas: &'a Atlas<'a>,
        (plan, units): (Option<&'a SavedPlan>, &'a UnitCodes),
        places: Option<&Path>,
    ) -> Result<Postcodes<'a>, Error> {
        let places = match places {
            None => None,
            Some(path) => {
                let all = postal_file(path)?.into_iter();
                let zoned = all.map(|p| {
                    let zone = atlas.zone(p.at);
                    (p, zone)
                });
                Some(Gazetteer::new(How::Places, zoned))
            }
        };
        Ok(Postcodes {
            atlas,
            plan,
            units,
            places,
        })
    }

    /// Looks a postcode up.
    pub fn find(&self, code: &str, country: &str) -> Sought {
        let units = self.units.get_or_init(|| match self.plan {
            Some(plan) => units(plan, self.atlas),
            None => Ok(None),
        });
        let known = units.as_ref().ok().and_then(Option::as_ref);
        let sources: Vec<&Gazetteer> = known.into_iter().chain(&self.places).collect();
        let folded = country_code(country);
        let name = |j: RepIx| {
            let rep = j
                .some()
                .and_then(|j| self.atlas.plan.report.territories.get(j.at()));
            rep.map_or_else(|| "nobody".to_owned(), |t| t.rep.clone())
        };
        // Beside the whole code, its first part: the files of some countries have no more.
        let first = code.split_whitespace().next().unwrap_or_default();
        for part in [fold_code(code), fold_code(first)] {
            let found = sources
                .iter()
                .find_map(|s| s.find(&part, &folded, code, &name));
            if let Some(placed) = found {
                return Sought::Found(placed);
            }
        }
        match units {
            Err(why) => {
                let what = format!("its postcode cannot be looked up: {why}");
                let help = "run `revier solve` again, or name a file of postcodes with --places";
                Sought::Unknown(what, help.to_owned())
            }
            Ok(_) if sources.is_empty() => Sought::Nowhere,
            Ok(_) => unknown(code, &folded, &sources),
        }
    }
}

/// That a postcode is unknown, and what comes near.
fn unknown(code: &str, country: &str, sources: &[&Gazetteer]) -> Sought {
    let folded = fold_code(code);
    let elsewhere = sources.iter().flat_map(|s| s.countries(&folded));
    let elsewhere: Vec<&str> = elsewhere.filter(|c| !c.is_empty()).collect();
    let padded = format!("0{folded}");
    let lost = sources.iter().any(|s| s.spots.contains_key(&padded));
    let of = match country {
        "" => String::new(),
        country => format!(" of {country}"),
    };
    let help = if lost {
        format!("a zero in front was probably lost: write {padded}, as a text")
    } else if elsewhere.is_empty() {
        "correct it, name a file that has it with --places, or give the lead lon and lat".to_owned()
    } else {
        format!(
            "correct it or the country: {} has it",
            enumerated(elsewhere.into_iter())
        )
    };
    Sought::Unknown(format!("no place{of} has the postcode {code:?}"), help)
}

/// The area units of a plan by their postcodes; `None` where it has no units.
fn units(plan: &SavedPlan, atlas: &Atlas<'_>) -> Result<Option<Gazetteer>, String> {
    let Some(units) = coded_units(plan)? else {
        return Ok(None);
    };
    let zoned = units.into_iter().map(|(unit, rep)| {
        let zone = rep.some().unwrap_or_else(|| atlas.zone(unit.at));
        (unit, zone)
    });
    Ok(Some(Gazetteer::new(How::Unit, zoned)))
}

/// Says of a postcode that several countries have it.
fn in_countries(placed: &mut Placed, spots: &[&Spot], shown: &str) {
    let same = spots
        .iter()
        .all(|s| s.zones.len() == 1 && s.most().0 == placed.zone);
    let countries = enumerated(spots.iter().map(|s| s.country.as_str()));
    placed.how = How::Ambiguous;
    placed.unclear = !same || placed.zone == RepIx::NONE;
    placed.note = format!("the postcode {shown} is in {countries}");
    if placed.unclear {
        placed.zone = RepIx::NONE;
        placed.note += ": say which in a column `country`";
    }
}
