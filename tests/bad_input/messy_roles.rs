//! As `messy`, for reps, leads, the travel matrix and results: 60 seeded tables of each are read right, or asked about.

use super::Bench;
use super::common::Random;
use super::messy::{Habit, pick};
use revier::error::{Error, Problem, Severity};
use revier::leads::{self, Source};
use revier::output::Target;
use revier::scenario::{Overrides, Scenario};
use revier::{run, track};
use std::path::{Path, PathBuf};

const CASES: usize = 60;

/// What came of the tables of a role.
#[derive(Default)]
struct Tally {
    right: usize,
    asked: usize,
}

impl Tally {
    /// Columns of figures that were read, each by its name here and in the file; one that is not as it should be was warned of.
    #[track_caller]
    fn read(&mut self, columns: &[(&str, &str, &[f64], &[f64])], warnings: &[Problem], told: &str) {
        for (name, header, found, wanted) in columns {
            let close = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-9 * b.abs().max(1.0);
            let same = found.len() == wanted.len() && found.iter().zip(*wanted).all(close);
            let doubt = |p: &Problem| {
                let field = p.field.as_deref();
                p.code == "looks-like-thousands" && field == Some(*name)
                    || p.code == "decimal-found" && field == Some(*header)
            };
            assert!(
                same || warnings.iter().any(doubt),
                "{told}: {name} {found:?} {wanted:?}"
            );
            self.right += usize::from(same);
            self.asked += usize::from(!same);
        }
    }

    /// A table that was refused: because nothing tells how its numbers are written.
    #[track_caller]
    fn refused(&mut self, problems: &[Problem], habit: &Habit, told: &str) {
        let spaced = habit.separator == ',' && habit.thousands == " ";
        for problem in problems.iter().filter(|p| p.severity == Severity::Error) {
            let honest =
                problem.code == "decimal-unknown" || spaced && problem.code == "not-a-number";
            assert!(honest, "{told}: {problem}");
        }
        self.asked += 1;
    }

    #[track_caller]
    fn end(&self, role: &str) {
        let (right, asked) = (self.right, self.asked);
        assert!(
            5 * asked < right,
            "{role}: right {right}, asked or warned of {asked}"
        );
    }
}

/// Numbers of a column, and with how many digits they are written.
fn numbers(random: &mut Random, n: usize, most: usize) -> (Vec<f64>, usize) {
    let digits = random.below(4);
    let per = 10_f64.powi(digits as i32);
    let values = (0..n).map(|_| random.below(most) as f64 / per).collect();
    (values, digits)
}

fn places(random: &mut Random, n: usize) -> Vec<[f64; 2]> {
    let place = |_| {
        let mut of = |most: usize| random.below(most) as f64 / 1e5;
        [8.0 + of(500_000), 48.0 + of(300_000)]
    };
    (0..n).map(place).collect()
}

#[test]
fn messy_reps() {
    let headers = [
        ["id", "lon", "lat", "capacity", "max_km", "name"],
        [
            "Mitarbeiternummer",
            "Längengrad",
            "Breitengrad",
            "Kapazität",
            "max_km",
            "Bezeichnung",
        ],
        [
            "employee id",
            "lng",
            "Latitude",
            "Capacity",
            "max_km",
            "Name",
        ],
    ];
    let mut random = Random(20);
    let mut tally = Tally::default();
    for case in 0..CASES {
        let n = 3 + random.below(20);
        let habit = Habit::random(&mut random);
        let header = pick(&mut random, &headers);
        let at = places(&mut random, n);
        let (capacity, c) = numbers(&mut random, n, 90_000);
        let (max_km, k) = numbers(&mut random, n, 2_000_000);
        let row = |i: usize| {
            vec![
                format!("{:04}", 7 + i),
                habit.number(at[i][0], 5, true),
                habit.number(at[i][1], 5, true),
                habit.number(capacity[i] + 1.0, c, false),
                habit.number(max_km[i], k, false),
                ["Müller & Söhne", "1.500 Volt", "12,5 Grad"][i % 3].to_owned(),
            ]
        };
        let table = habit.table(&header, (0..n).map(row));
        let told = format!("case {case}, {n} rows, {habit:?}");
        // Nobody in the customers has an owner.
        let customers = "id,lon,lat,workload\nC1,9,50,2\nC2,9.5,50,3\n";
        let bench = Bench::new()
            .with("customers", "c.csv", customers.as_bytes())
            .with("reps", "r.csv", &table);
        match bench.read() {
            Err(problems) => tally.refused(&problems, &habit, &told),
            Ok(inputs) => {
                let r = &inputs.reps;
                assert_eq!(r.ids.iter().next(), Some("0007"), "{told}");
                assert_eq!(r.name[1 % n], "1.500 Volt", "{told}");
                let found = |values: &[Option<f64>]| -> Vec<f64> {
                    values.iter().map(|x| x.unwrap_or(f64::NAN)).collect()
                };
                let plus: Vec<f64> = capacity.iter().map(|x| x + 1.0).collect();
                let [lon, lat] = [0, 1].map(|j| at.iter().map(|p| p[j]).collect::<Vec<f64>>());
                tally.read(
                    &[
                        ("lon", header[1], &r.lon, &lon),
                        ("lat", header[2], &r.lat, &lat),
                        ("capacity", header[3], &found(&r.capacity), &plus),
                        ("max_km", header[4], &found(&r.max_km), &max_km),
                    ],
                    &inputs.warnings,
                    &told,
                );
            }
        }
    }
    tally.end("reps");
}

#[test]
fn messy_matrices() {
    let headers = [
        ["customer_id", "rep_id", "km", "minutes"],
        ["Kundennummer", "Vertreter", "Entfernung (km)", "Fahrzeit"],
        ["Account ID", "Employee ID", "distance km", "min"],
    ];
    let mut random = Random(21);
    let mut tally = Tally::default();
    for case in 0..CASES {
        let habit = Habit::random(&mut random);
        let header = pick(&mut random, &headers);
        let (km, a) = numbers(&mut random, 4, 3_000_000);
        let (minutes, b) = numbers(&mut random, 4, 900_000);
        let row = |i: usize| {
            let [customer, rep] = [["C1", "R1"], ["C1", "R2"], ["C2", "R1"], ["C2", "R2"]][i];
            vec![
                customer.to_owned(),
                rep.to_owned(),
                habit.number(km[i], a, false),
                habit.number(minutes[i], b, false),
            ]
        };
        let table = habit.table(&header, (0..4).map(row));
        let told = format!("case {case}, {habit:?}, {km:?}, {minutes:?}");
        match Bench::new().with("matrix", "m.csv", &table).read() {
            Err(problems) => tally.refused(&problems, &habit, &told),
            Ok(inputs) => {
                let m = inputs.matrix.expect("a matrix");
                let columns: &[(&str, &str, &[f64], &[f64])] = &[
                    ("km", header[2], &m.km, &km),
                    ("minutes", header[3], &m.minutes, &minutes),
                ];
                tally.read(columns, &inputs.warnings, &told);
            }
        }
    }
    tally.end("matrices");
}

/// A plan of the tiny example, with targets.
fn plan(dir: &Path) -> PathBuf {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/tiny/targets.toml");
    let scenario = Scenario::load(Some(&file), &Overrides::default()).unwrap();
    let solved = run::run(&scenario, Some(&file), &Overrides::default(), |_| {}).unwrap();
    let out = dir.join("plan");
    solved.write(Target::claim(&out).unwrap()).unwrap();
    out
}

/// The problems of the input, if it is one.
#[track_caller]
fn of_input(error: Error) -> Vec<Problem> {
    match error {
        Error::Input(problems) => problems,
        other => panic!("{other}"),
    }
}

#[test]
fn messy_leads() {
    let headers = [
        ["id", "lon", "lat", "workload", "note"],
        [
            "Kundennummer",
            "Längengrad",
            "Breitengrad",
            "Aufwand",
            "Notiz",
        ],
        ["customer id", "X", "Y", "hours", "Remark"],
    ];
    let dir = tempfile::tempdir().unwrap();
    let plan = plan(dir.path());
    let file = dir.path().join("leads.csv");
    let mut random = Random(22);
    let mut tally = Tally::default();
    for case in 0..CASES {
        let n = 3 + random.below(20);
        let habit = Habit::random(&mut random);
        let header = pick(&mut random, &headers);
        let at = places(&mut random, n);
        let (workload, w) = numbers(&mut random, n, 30_000);
        let row = |i: usize| {
            vec![
                format!("L{i:03}"),
                habit.number(at[i][0], 5, true),
                habit.number(at[i][1], 5, true),
                habit.number(workload[i], w, false),
                ["", "1.500", "12,5"][i % 3].to_owned(),
            ]
        };
        std::fs::write(&file, habit.table(&header, (0..n).map(row))).unwrap();
        let told = format!("case {case}, {n} rows, {habit:?}");
        match leads::route(&plan, Source::File(&file), &leads::Options::default()) {
            Err(error) => tally.refused(&of_input(error), &habit, &told),
            Ok((routing, warnings)) => {
                let c = &routing.leads.customers;
                let [lon, lat] = [0, 1].map(|j| at.iter().map(|p| p[j]).collect::<Vec<f64>>());
                let found = c.column("workload").unwrap_or_default();
                tally.read(
                    &[
                        ("lon", header[1], &c.lon, &lon),
                        ("lat", header[2], &c.lat, &lat),
                        ("workload", header[3], found, &workload),
                    ],
                    &warnings,
                    &told,
                );
            }
        }
    }
    tally.end("leads");
}

#[test]
fn messy_results() {
    let headers = [
        ["customer_id", "period", "revenue"],
        ["Kundennummer", "Zeitraum", "Umsatz"],
        ["Account ID", "Month", "Sales"],
    ];
    let dir = tempfile::tempdir().unwrap();
    let plan = plan(dir.path());
    let file = dir.path().join("results.csv");
    let mut random = Random(23);
    let mut tally = Tally::default();
    for case in 0..CASES {
        let habit = Habit::random(&mut random);
        let header = pick(&mut random, &headers);
        let (revenue, r) = numbers(&mut random, 8, 9_000_000);
        let row = |i: usize| {
            vec![
                format!("C{}", i + 1),
                format!("2026-{:02}", 1 + i % 3),
                habit.number(revenue[i], r, false),
            ]
        };
        std::fs::write(&file, habit.table(&header, (0..8).map(row))).unwrap();
        let told = format!("case {case}, {habit:?}, {revenue:?}");
        match track::track(&plan, &file, None) {
            Err(error) => tally.refused(&of_input(error), &habit, &told),
            Ok((dashboard, warnings)) => {
                let goals = serde_json::to_value(&dashboard).unwrap();
                let lines = goals["goals"][0]["territories"].as_array().unwrap();
                let actual = lines.iter().filter_map(|l| l["actual"].as_f64());
                let sums = [actual.sum::<f64>()];
                let wanted = [revenue.iter().sum::<f64>()];
                let column = ("revenue", header[2], &sums[..], &wanted[..]);
                tally.read(&[column], &warnings, &told);
            }
        }
    }
    tally.end("results");
}
