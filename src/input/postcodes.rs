//! Where postcodes are: features of a plan that have one, and files of places in the postal format of GeoNames.

use super::read::fill;
use super::rows::{Base, Place, Sink, TEXTS};
use super::scalar::Scalar;
use super::spelling::{alias, fold};
use crate::disk::file;
use crate::error::{Collector, Error, Problem, codes};
use crate::scenario::{LayerRole, Scenario};
use std::path::Path;

const POSTCODE: u16 = TEXTS;
const COUNTRY: u16 = TEXTS + 1;

/// A place that has a postcode.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Coded {
    /// The id of the feature, empty for places.
    pub id: String,
    /// The postcode, folded; empty where there is none.
    pub code: String,
    /// The country, two letters if it is known; empty where there is none.
    pub country: String,
    /// Longitude and latitude, degrees.
    pub at: [f64; 2],
}

/// A postcode as it is compared: letters and digits, in upper case.
pub(crate) fn fold_code(code: &str) -> String {
    let signs = code.chars().filter(|c| c.is_alphanumeric());
    signs.flat_map(char::to_uppercase).collect()
}

/// Countries as people write them, folded, and their codes (ISO 3166-1 alpha-2).
const COUNTRIES: &[(&str, &[&str])] = &[
    ("AT", &["austria", "oesterreich", "aut", "a"]),
    ("BE", &["belgium", "belgien", "bel", "b"]),
    ("CH", &["switzerland", "schweiz", "che"]),
    ("CZ", &["czechia", "czechrepublic", "tschechien", "cze"]),
    ("DE", &["germany", "deutschland", "deu", "d"]),
    ("DK", &["denmark", "daenemark", "dnk"]),
    ("ES", &["spain", "spanien", "esp", "e"]),
    ("FI", &["finland", "finnland", "fin"]),
    ("FR", &["france", "frankreich", "fra", "f"]),
    (
        "GB",
        &[
            "unitedkingdom",
            "grossbritannien",
            "greatbritain",
            "gbr",
            "uk",
        ],
    ),
    ("HU", &["hungary", "ungarn", "hun", "h"]),
    ("IE", &["ireland", "irland", "irl"]),
    ("IT", &["italy", "italien", "ita", "i"]),
    ("LI", &["liechtenstein", "lie", "fl"]),
    ("LU", &["luxembourg", "luxemburg", "lux", "l"]),
    ("NL", &["netherlands", "niederlande", "nld"]),
    ("NO", &["norway", "norwegen", "nor", "n"]),
    ("PL", &["poland", "polen", "pol"]),
    ("PT", &["portugal", "prt", "p"]),
    ("SE", &["sweden", "schweden", "swe", "s"]),
    ("SI", &["slovenia", "slowenien", "svn"]),
    ("SK", &["slovakia", "slowakei", "svk"]),
    ("US", &["unitedstates", "unitedstatesofamerica", "usa"]),
];

/// The code of a country; what is no name that is known stays as it is, in upper case.
pub(crate) fn country_code(name: &str) -> String {
    let folded = fold(name);
    let is = |(_, names): &&(&str, &[&str])| names.contains(&folded.as_str());
    match COUNTRIES.iter().find(is) {
        Some((code, _)) => (*code).to_owned(),
        None => folded.to_uppercase(),
    }
}

/// Takes features with a place, an id and maybe a postcode.
struct CodeSink {
    base: Base,
    code: String,
    country: String,
    coded: Vec<Coded>,
}

impl Sink for CodeSink {
    fn base(&mut self) -> &mut Base {
        &mut self.base
    }

    fn slot(&mut self, name: &str) -> u16 {
        match alias(name) {
            Some("postcode") => POSTCODE,
            Some("country") => COUNTRY,
            _ => self.base.slot(name),
        }
    }

    fn set(&mut self, slot: u16, value: Scalar<'_>) {
        let text = match slot {
            POSTCODE => &mut self.code,
            COUNTRY => &mut self.country,
            _ => return self.base.set(slot, value),
        };
        if value.text(text).is_err() {
            text.clear();
        }
    }

    fn finish(&mut self, place: Place<'_>) {
        self.base.finish(place);
        self.coded.push(Coded {
            code: fold_code(&self.code),
            country: country_code(&self.country),
            ..Coded::default()
        });
        self.discard();
    }

    fn discard(&mut self) {
        self.base.discard();
        self.code.clear();
        self.country.clear();
    }
}

/// The features of a file of customers or units, each with its postcode: the property of that name if one of them has it, else the id. With
/// the hash of the file.
///
/// # Errors
/// [`Error::Input`] with all problems of the file.
pub(crate) fn coded_places(
    scenario: &Scenario,
    path: &Path,
) -> Result<(Vec<Coded>, String), Error> {
    let label = scenario.label(path);
    let mut sink = CodeSink {
        base: Base::new(&label, true).with_numbers_of(scenario),
        code: String::new(),
        country: String::new(),
        coded: Vec::new(),
    };
    let role = match *path == scenario.customers {
        true => LayerRole::Customers,
        false => LayerRole::Units,
    };
    sink.base.layer = (role, scenario.tables.layers.get(&role).cloned());
    let hash = fill(scenario, path, &mut sink).own;
    let base = sink.base;
    base.problems.refuse().map_err(Error::Input)?;
    let mut coded = sink.coded;
    let by_id = coded.iter().all(|c| c.code.is_empty());
    for (i, c) in coded.iter_mut().enumerate() {
        base.ids.get(i).clone_into(&mut c.id);
        c.at = [base.lon[i], base.lat[i]];
        if by_id {
            c.code = fold_code(&c.id);
        }
    }
    Ok((coded, hash))
}

/// Columns of the postal format of GeoNames (<https://download.geonames.org/export/zip/readme.txt>): country code, postal code, place name,
/// three levels of names and codes, latitude, longitude, accuracy.
const COLUMNS: usize = 12;
const LAT: usize = 9;
const LON: usize = 10;

/// Reads a file of places.
///
/// # Errors
/// [`Error::Input`] with all problems of the file.
pub(crate) fn postal_file(path: &Path) -> Result<Vec<Coded>, Error> {
    let mut problems = Collector::new(path.display().to_string());
    let mut coded = Vec::new();
    let read = file::bytes_of(path).and_then(|bytes| {
        let (_, content) = file::content(Path::new("places.csv"), &bytes)?;
        file::utf8(&content).map(|text| {
            for (at, line) in text
                .lines()
                .enumerate()
                .filter(|(_, l)| !l.trim().is_empty())
            {
                match postal_line(line) {
                    Ok(place) => coded.push(place),
                    Err(problem) => problems.add((*problem).at(at + 1)),
                }
            }
        })
    });
    if let Err(mut problem) = read {
        if problem.code == codes::COMPRESSED_FILE {
            problem.action = "unpack it and name the .txt file in it".to_owned();
        }
        problems.add(*problem);
    }
    problems.refuse().map_err(Error::Input)?;
    Ok(coded)
}

/// A place of a line.
fn postal_line(line: &str) -> Result<Coded, Box<Problem>> {
    let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
    let help = "a file of places has the postal format of GeoNames: country, postcode, name, three levels of names and codes, latitude, longitude, accuracy, parted by tabs";
    if cells.len() != COLUMNS && cells.len() != COLUMNS - 1 {
        let what = format!(
            "the row has {} cells parted by tabs, not {COLUMNS}",
            cells.len()
        );
        return Err(Problem::error(codes::ROW_LENGTH, what).help(help).into());
    }
    let degrees = |at: usize, most: f64, name: &str| {
        let value = cells[at].parse::<f64>().ok();
        value.filter(|x| x.abs() <= most).ok_or_else(|| {
            let what = format!("{:?} is no {name} in degrees", cells[at]);
            Box::new(Problem::error(codes::BAD_COORDINATES, what).help(help))
        })
    };
    let at = [
        degrees(LON, 180.0, "longitude")?,
        degrees(LAT, 90.0, "latitude")?,
    ];
    let code = fold_code(cells[1]);
    if code.is_empty() {
        let problem = Problem::error(codes::MISSING_VALUE, "there is no postcode");
        return Err(problem.help(help).into());
    }
    Ok(Coded {
        id: String::new(),
        code,
        country: country_code(cells[0]),
        at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_and_codes_as_people_write_them() {
        for (name, code) in [
            ("Deutschland", "DE"),
            ("de", "DE"),
            ("D", "DE"),
            ("Österreich", "AT"),
            ("United Kingdom", "GB"),
            ("XK", "XK"),
            ("", ""),
        ] {
            assert_eq!(country_code(name), code, "{name}");
        }
        assert_eq!(fold_code(" sw1a 1aa"), "SW1A1AA");
        assert_eq!(fold_code("04101"), "04101");
    }

    #[test]
    fn lines_of_the_postal_format() {
        let line = "DE\t04103\tLeipzig\tSachsen\tSN\t\t00\tLeipzig\t14713\t51.33\t12.39\t4";
        let place = postal_line(line).ok();
        let place = place.map(|p| (p.country, p.code, p.at));
        assert_eq!(place, Some(("DE".into(), "04103".into(), [12.39, 51.33])));
        assert!(postal_line("DE,04103,Leipzig").is_err());
        assert!(postal_line(&line.replace("51.33", "151.33")).is_err());
        assert!(postal_line(&line.replace("04103", "-")).is_err());
    }
}
