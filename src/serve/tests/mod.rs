//! The desk as a whole: prices against solves, totals against files, and the interface.

mod bench;
mod interface;
mod losses;
mod plans;
mod prices;
mod totals;
mod warnings;
mod welcome;

use super::desk::{Desk, Wanted};
use super::edit::{Edit, Settings};
use super::view::View;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Numbers that look random: a linear congruence, its upper half (Knuth's MMIX constants).
pub(super) struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        random.below(2);
        random
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }

    pub fn unit(&mut self) -> f64 {
        self.below(1 << 20) as f64 / f64::from(1 << 20)
    }
}

/// Writes a random project with random rules; how many customers and reps it has.
pub(super) fn write_project(dir: &Path, random: &mut Random, most: usize) -> (usize, usize) {
    let (n, k) = (5 + random.below(most), 2 + random.below(3));
    let mut reps = "id,name,lon,lat,skills,capacity\n".to_owned();
    let capacities = random.below(3) == 0;
    for j in 0..k {
        let (lon, lat) = (8.0 + 4.0 * random.unit(), 48.0 + 3.0 * random.unit());
        let skills = ["", "x", "x;y", "y"][random.below(4)];
        let skills = if j == 0 { "x;y" } else { skills };
        let capacity = if capacities { 1 + random.below(3) } else { 1 };
        let _ = writeln!(reps, "R{j},Rep {j},{lon:.4},{lat:.4},{skills},{capacity}");
    }
    let [skilled, locked, grouped] = [3, 3, 3].map(|one_in| random.below(one_in) == 0);
    let mut customers = "id,lon,lat,workload,revenue,owner,locked,requires,group\n".to_owned();
    for i in 0..n {
        let (lon, lat) = (8.0 + 4.0 * random.unit(), 48.0 + 3.0 * random.unit());
        let (work, revenue) = (1 + random.below(9), random.below(100));
        let owner = match random.below(5) {
            0 => String::new(),
            _ => format!("R{}", random.below(k)),
        };
        let lock = locked && !owner.is_empty() && random.below(6) == 0;
        let requires = if skilled {
            ["", "", "x", "y"][random.below(4)]
        } else {
            ""
        };
        let group = if grouped {
            ["", "", "g", "h"][random.below(4)]
        } else {
            ""
        };
        let _ = writeln!(
            customers,
            "C{i},{lon:.4},{lat:.4},{work},{revenue},{owner},{lock},{requires},{group}"
        );
    }
    let tolerance = [0.1, 0.3, 0.6, 0.95][random.below(4)];
    let mut toml = format!(
        "name = \"Random\"\ncustomers = \"customers.csv\"\nreps = \"reps.csv\"\n[[balance]]\nmeasure = \"workload\"\ntolerance = {tolerance}\n"
    );
    match random.below(4) {
        0 => toml += "deviation_cost = 40.0\n",
        1 => toml += "deviation_cost = 2.5\n",
        _ => {}
    }
    if random.below(3) == 0 {
        toml += "[[balance]]\nmeasure = \"revenue\"\ntolerance = 0.9\n";
    }
    toml += "[travel]\n";
    match random.below(5) {
        0 => toml += "max_km = 300.0\n",
        1 => toml += "in_workload = true\n",
        2 => toml += "cost = \"minutes\"\nspeed_kmh = 50.0\n",
        3 => toml += "weight = \"none\"\n",
        _ => {}
    }
    match random.below(4) {
        0 => toml += "[change]\nmax_share = 0.5\n",
        1 => toml += "[change]\npenalty = 20.0\n",
        _ => {}
    }
    match random.below(5) {
        0 => toml += "[[prefer]]\nwhen = 'rep.id == \"R0\"'\ncost_km = -30.0\n",
        1 => toml += "[[prefer]]\ntable = \"fit.csv\"\nby = \"id\"\nunit = \"km\"\n",
        _ => {}
    }
    toml += "[solve]\ntime_limit_s = 5.0\n";
    for (name, text) in [
        ("customers.csv", customers),
        ("reps.csv", reps),
        ("fit.csv", "rep_id,C0,C1\nR0,-30,40\n".to_owned()),
        ("scenario.toml", toml),
    ] {
        std::fs::write(dir.join(name), text).unwrap();
    }
    (n, k)
}

/// A random edit, which may make no sense.
pub(super) fn random_edit(random: &mut Random, n: usize, k: usize) -> Edit {
    let one = |random: &mut Random| format!("C{}", random.below(n));
    let some: Vec<String> = (0..1 + random.below(3)).map(|_| one(random)).collect();
    let rep = format!("R{}", random.below(k));
    let (lon, lat) = (8.0 + 4.0 * random.unit(), 48.0 + 3.0 * random.unit());
    match random.below(12) {
        0..4 => Edit::Assign {
            customers: some,
            rep,
        },
        4 | 5 => Edit::Forbid {
            customers: some,
            rep,
        },
        6 => Edit::Lock { customers: some },
        7 => Edit::Unlock { customers: some },
        8 => Edit::Release { customers: some },
        9 => match random.below(4) {
            0 => Edit::RepOff { rep },
            1 => Edit::RepOn { rep },
            2 => Edit::RepMove { rep, lon, lat },
            _ => Edit::RepNew {
                id: format!("N{}", random.below(100)),
                name: None,
                lon,
                lat,
            },
        },
        _ => Edit::Settings(Settings {
            tolerance: [("workload".to_owned(), 0.05 + 0.9 * random.unit())].into(),
            max_km: (random.below(3) == 0).then(|| Some(200.0 + 300.0 * random.unit())),
            deviation_budget: match random.below(4) {
                0 => [("workload".to_owned(), [0.0, 0.05][random.below(2)])].into(),
                _ => Default::default(),
            },
            ..Settings::default()
        }),
    }
}

/// Makes a plan, and waits for it.
pub(super) fn solve(desk: &Arc<Desk>) -> Arc<View> {
    let wanted = Wanted {
        version: desk.view().version,
        ..Wanted::default()
    };
    desk.solve(wanted).unwrap();
    let begin = Instant::now();
    while desk.busy().is_some() {
        assert!(begin.elapsed() < Duration::from_secs(120), "it never ends");
        std::thread::sleep(Duration::from_millis(2));
    }
    desk.view()
}
