//! Random scenarios: places, amounts and rules drawn apart from each other, as files.

use super::common::Random;
use std::fmt::Write;
use std::path::Path;

/// A scenario with its files, as text.
pub struct Case {
    toml: String,
    customers: String,
    reps: String,
    leads: String,
    actuals: String,
    more: Vec<(&'static str, String)>,
    about: String,
    /// `solve.time_limit_s`.
    pub time_limit_s: f64,
    /// Whether customers have owners.
    pub has_owners: bool,
    /// Whether there are targets.
    pub has_targets: bool,
}

/// Where customers and reps stand.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Land,
    OnePlace,
    FewPlaces,
    Line,
    Grid,
    Towns,
    Pole,
    Antimeridian,
    World,
}

const SHAPES: [Shape; 9] = [
    Shape::Land,
    Shape::OnePlace,
    Shape::FewPlaces,
    Shape::Line,
    Shape::Grid,
    Shape::Towns,
    Shape::Pole,
    Shape::Antimeridian,
    Shape::World,
];

impl Shape {
    /// A place, lon and lat in degrees.
    fn place(self, r: &mut Random) -> (f64, f64) {
        let (u, v) = (r.unit(), r.unit());
        let land = (6.0 + 9.0 * u, 47.5 + 7.0 * v);
        match self {
            Shape::Land => land,
            Shape::OnePlace => (9.0, 50.0),
            Shape::FewPlaces => (7.0 + r.below(3) as f64, 49.0 + r.below(2) as f64),
            Shape::Line => (6.0 + 9.0 * u, 50.0),
            Shape::Grid => (
                8.0 + 0.25 * r.below(9) as f64,
                49.0 + 0.25 * r.below(7) as f64,
            ),
            Shape::Towns => {
                let town = r.below(5) as f64;
                (
                    7.0 + 1.3 * town + 0.05 * r.gauss(),
                    48.0 + (town * 2.7) % 5.0 + 0.05 * r.gauss(),
                )
            }
            Shape::Pole => (-180.0 + 360.0 * u, 80.0 + 8.5 * v),
            Shape::Antimeridian => {
                let lon = 177.0 + 6.0 * u;
                (if lon > 180.0 { lon - 360.0 } else { lon }, -20.0 + 6.0 * v)
            }
            Shape::World => (-175.0 + 350.0 * u, -60.0 + 130.0 * v),
        }
    }

    /// Whether it lies within the boundary and the units of [`Case`].
    fn is_on_land(self) -> bool {
        !matches!(self, Shape::Pole | Shape::Antimeridian | Shape::World)
    }
}

/// An amount of work.
fn amount(r: &mut Random, kind: usize) -> f64 {
    match kind {
        0 => 1.0,
        1 => r.below(21) as f64,
        2 => ((0.8 * r.gauss()).exp() * 1000.0).round() / 100.0,
        3 => 10f64.powf(-3.0 + 8.0 * r.unit()),
        4 => (1 + r.below(9)) as f64 * 1e8 + r.below(9) as f64,
        5 => [0.0, 0.0, 13.0, 44.0][r.below(4)],
        _ => (0.6 * r.gauss()).exp() * 10.0,
    }
}

/// Yes, once in `n`.
fn once_in(r: &mut Random, n: usize) -> bool {
    r.below(n) == 0
}

impl Case {
    pub fn random(r: &mut Random) -> Case {
        let shape = SHAPES[r.below(SHAPES.len())];
        let n = (700f64.powf(r.unit())).round() as usize;
        // Now and then more reps than customers.
        let few = (n / 3 + 2).min(30);
        let most = if once_in(r, 8) { n + 4 } else { few };
        let k = 1 + r.below(most);
        let kind = r.below(7);
        let (has_owners, has_targets) = (once_in(r, 2), once_in(r, 4));
        let time_limit_s = [0.05, 0.2, 0.5, 1.0][r.below(4)];
        let mut case = Case {
            toml: String::new(),
            customers: String::new(),
            reps: String::new(),
            leads: String::new(),
            actuals: "customer_id,period,revenue\n".into(),
            more: Vec::new(),
            about: format!("{n} x {k}, {shape:?}, amounts {kind}"),
            time_limit_s,
            has_owners,
            has_targets,
        };
        let bases = case.customers(r, shape, (n, k), kind);
        case.reps(r, shape, k, &bases);
        case.rules(r, shape, (n, k));
        case
    }

    /// What the case is made of.
    pub fn about(&self) -> &str {
        &self.about
    }

    /// Writes the files.
    pub fn write(&self, dir: &Path) {
        let put = |name: &str, text: &str| std::fs::write(dir.join(name), text).unwrap();
        put("scenario.toml", &self.toml);
        put("customers.csv", &self.customers);
        put("reps.csv", &self.reps);
        put("leads.csv", &self.leads);
        put("actuals.csv", &self.actuals);
        self.more.iter().for_each(|(name, text)| put(name, text));
    }

    /// Customers, leads and results; returns places that reps may live at.
    fn customers(
        &mut self,
        r: &mut Random,
        shape: Shape,
        (n, k): (usize, usize),
        kind: usize,
    ) -> Vec<(f64, f64)> {
        self.customers =
            "id,lon,lat,workload,revenue,visits,owner,locked,requires,group,trade\n".into();
        self.leads = "id,lon,lat,workload,revenue\n".into();
        let [skilled, locked, grouped] = [0; 3].map(|_| 3 + r.below(20));
        let mut places = Vec::new();
        for i in 0..n {
            let (lon, lat) = shape.place(r);
            places.push((lon, lat));
            let owner = if self.has_owners && !once_in(r, 9) {
                format!("R{}", r.below(k))
            } else {
                String::new()
            };
            let is_locked = !owner.is_empty() && once_in(r, locked);
            let _ = writeln!(
                self.customers,
                "C{i},{lon:.6},{lat:.6},{},{},{},{owner},{},{},{},{}",
                amount(r, kind),
                amount(r, 2),
                1 + r.below(6),
                is_locked,
                if once_in(r, skilled) { "cold" } else { "" },
                if once_in(r, grouped) { "chain" } else { "" },
                ["Pharma", "Retail"][r.below(2)],
            );
            let _ = writeln!(self.actuals, "C{i},2026-Q1,{}", amount(r, 2));
        }
        for i in 0..20 {
            let (lon, lat) = shape.place(r);
            let _ = writeln!(
                self.leads,
                "L{i},{lon:.6},{lat:.6},{},{}",
                amount(r, kind),
                amount(r, 2)
            );
        }
        places
    }

    fn reps(&mut self, r: &mut Random, shape: Shape, k: usize, places: &[(f64, f64)]) {
        self.reps =
            "id,name,lon,lat,capacity,skills,max_km,min_workload,max_workload,max_customers\n"
                .into();
        let (at_customers, one_base) = (once_in(r, 3), once_in(r, 8));
        let own_bounds = once_in(r, 4);
        let base = shape.place(r);
        for j in 0..k {
            let (lon, lat) = if one_base {
                base
            } else if at_customers {
                places[r.below(places.len())]
            } else {
                shape.place(r)
            };
            let capacity = match r.below(8) {
                0 => "null".into(),
                1 => "0".into(),
                2 => format!("{:.2}", 0.3 + r.unit()),
                _ => "1".into(),
            };
            let own = |r: &mut Random, scale: f64| {
                if own_bounds && once_in(r, 4) {
                    format!("{:.2}", scale * r.unit())
                } else {
                    String::new()
                }
            };
            let (least, most) = (own(r, 5.0), own(r, 500.0));
            let most = if least.is_empty() {
                most
            } else {
                String::new()
            };
            let count = own(r, 40.0);
            let count = count.split('.').next().unwrap_or_default();
            let _ = writeln!(
                self.reps,
                "R{j},Rep {j},{lon:.6},{lat:.6},{},{},{},{least},{most},{count}",
                if capacity == "null" {
                    String::new()
                } else {
                    capacity
                },
                if once_in(r, 2) { "cold" } else { "" },
                if once_in(r, 12) {
                    format!("{:.0}", 50.0 + 600.0 * r.unit())
                } else {
                    String::new()
                },
            );
        }
    }

    fn rules(&mut self, r: &mut Random, shape: Shape, (n, k): (usize, usize)) {
        let mut toml = String::from("customers = \"customers.csv\"\nreps = \"reps.csv\"\n");
        let mut about = String::new();
        let land = shape.is_on_land();
        let units = land && once_in(r, 6);
        if units {
            toml += "units = \"units.geojson\"\n";
            self.more.push(("units.geojson", cells(r)));
            about += ", units";
        }
        if land && once_in(r, 3) {
            toml += "boundary = \"land.geojson\"\n";
            self.more.push(("land.geojson", LAND.into()));
            about += ", boundary";
        }
        let tolerance = [0.001, 0.02, 0.1, 0.3, 0.6, 0.95][r.below(6)];
        let _ = writeln!(
            toml,
            "[[balance]]\nmeasure = \"workload\"\ntolerance = {tolerance}"
        );
        for measure in ["revenue", "customers"] {
            if once_in(r, 4) {
                let _ = writeln!(
                    toml,
                    "[[balance]]\nmeasure = \"{measure}\"\ntolerance = {}",
                    0.1 + 0.8 * r.unit()
                );
                let _ = write!(about, ", {measure}");
            }
        }
        toml += "[travel]\n";
        let mut line = |r: &mut Random, rarity: usize, text: &str| {
            let yes = once_in(r, rarity);
            if yes {
                toml += text;
                toml += "\n";
                let _ = write!(about, ", {}", text.replace('\n', " "));
            }
            yes
        };
        let matrix = line(r, 8, "metric = \"matrix\"\nmatrix = \"travel.csv\"");
        line(r, 4, "cost = \"minutes\"");
        line(r, 6, "weight = \"none\"");
        line(r, 6, "detour = 1.3");
        line(r, 6, "max_km = 400.0");
        line(r, 8, "max_minutes = 300.0");
        line(r, 6, "in_workload = true\nstops_per_tour = 4.0");
        line(r, 1, "[rules]");
        line(r, 4, "skills = false");
        line(r, 4, "locks = false");
        line(r, 4, "groups = false");
        line(r, 4, "contiguous = true");
        line(r, 4, "forbid = [[\"C0\", \"R0\"]]");
        if self.has_owners
            && line(r, 3, "[change]\nmeasure = \"revenue\"")
            && !line(r, 3, "penalty = 25.0")
        {
            let share = ["max_share = 0.0", "max_share = 0.1", "max_share = 0.5"][r.below(3)];
            line(r, 1, share);
        }
        line(r, 1, "[territories]");
        if !units {
            line(r, 6, "simplify_m = 3000.0");
            line(r, 6, "smooth_m = 1500.0");
            line(r, 6, "max_reach_km = 30.0");
        }
        line(r, 6, "enclaves = \"list\"");
        line(
            r,
            3,
            "[dashboard]\nsegments = [\"trade\"]\nmeasures = [\"revenue\"]",
        );
        if matrix {
            self.more.push(("travel.csv", table(r, n, k)));
        }
        if self.has_targets {
            toml += "[[target]]\nname = \"Revenue\"\nmeasure = \"revenue\"\nvalue = 1000.0\ndate = 2026-12-31\n";
        }
        let _ = writeln!(
            toml,
            "[solve]\nseed = 1\ntime_limit_s = {}",
            self.time_limit_s
        );
        self.about += &about;
        self.toml = toml;
    }
}

const LAND: &str = r#"{"type":"Polygon","coordinates":[[[5.5,47.0],[15.5,47.0],[15.5,55.0],[11.0,55.0],[10.5,53.5],[10.0,55.0],[5.5,55.0],[5.5,47.0]]]}"#;

/// Units: cells of half a degree to two degrees that cover the land.
fn cells(r: &mut Random) -> String {
    let (columns, rows) = (5 + r.below(8), 4 + r.below(6));
    let (width, height) = (11.0 / columns as f64, 9.0 / rows as f64);
    let at = |x: usize, y: usize| {
        format!(
            "[{:.6},{:.6}]",
            5.0 + width * x as f64,
            46.5 + height * y as f64
        )
    };
    let mut features = Vec::new();
    for y in 0..rows {
        for x in 0..columns {
            let ring = [
                at(x, y),
                at(x + 1, y),
                at(x + 1, y + 1),
                at(x, y + 1),
                at(x, y),
            ]
            .join(",");
            features.push(format!(
                r#"{{"type":"Feature","properties":{{"id":"U{x}-{y}"}},"geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}"#
            ));
        }
    }
    format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",\n")
    )
}

/// A travel table; some pairs are missing.
fn table(r: &mut Random, n: usize, k: usize) -> String {
    let mut text = String::from("customer_id,rep_id,km,minutes\n");
    for i in 0..n {
        let always = r.below(k);
        for j in 0..k {
            if j == always || !once_in(r, 12) {
                let km = 300.0 * r.unit();
                let _ = writeln!(text, "C{i},R{j},{km:.2},{:.1}", km * (0.8 + 0.5 * r.unit()));
            }
        }
    }
    text
}
