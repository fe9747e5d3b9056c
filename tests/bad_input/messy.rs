//! Tables as people have them: every combination of separator, decimal mark, thousands, encoding, title, language of the header, and words for yes
//! and no. Each is read right, or refused with the reason; none is read wrong in silence.

use super::common::Random;
use super::{Bench, reps};
use revier::error::Severity;

pub fn pick<T: Copy>(random: &mut Random, all: &[T]) -> T {
    all[random.below(all.len())]
}

/// What a table holds.
struct Truth {
    ids: Vec<String>,
    places: Vec<[f64; 2]>,
    workload: Vec<f64>,
    revenue: Vec<f64>,
    locked: Vec<bool>,
}

impl Truth {
    fn new(random: &mut Random, n: usize) -> Truth {
        let mut of = |most: usize, per: f64| -> Vec<f64> {
            (0..n).map(|_| random.below(most) as f64 / per).collect()
        };
        let (lon, lat) = (of(500_000, 1e5), of(300_000, 1e5));
        // Hours in hundredths, money up to millions, and some tables of thousandths, which look like thousands.
        let (hours, money) = ([1.0, 10.0, 100.0, 1000.0][n % 4], [1.0, 100.0][n / 4 % 2]);
        let (workload, revenue) = (of(20_000, hours), of(90_000_000, money));
        Truth {
            ids: (0..n).map(|i| format!("{:05}", 4101 + 37 * i)).collect(),
            places: lon
                .iter()
                .zip(&lat)
                .map(|(x, y)| [8.0 + x, 48.0 + y])
                .collect(),
            workload,
            revenue,
            locked: (0..n).map(|_| random.below(3) == 0).collect(),
        }
    }
}

/// How a table is written.
#[derive(Clone, Copy, Debug)]
pub struct Habit {
    pub separator: char,
    comma: bool,
    pub thousands: &'static str,
    coordinates_with_point: bool,
    encoding: &'static str,
    title: usize,
    sep_line: bool,
    header: [&'static str; 6],
    yes: [&'static str; 2],
}

const HEADERS: &[[&str; 6]] = &[
    ["id", "lon", "lat", "workload", "revenue", "locked"],
    [
        "Kundennummer",
        "Längengrad",
        "Breitengrad",
        "Aufwand",
        "Umsatz",
        "fixiert",
    ],
    [
        "Kunden-Nr.",
        "lng",
        "Latitude",
        "Stunden",
        "Jahresumsatz",
        "locked",
    ],
    ["customer id", "X", "Y", "hours", "Sales", "Locked"],
];

impl Habit {
    pub fn random(random: &mut Random) -> Habit {
        let comma = random.below(2) == 0;
        let thousands: &[&str] = if comma {
            &["", ".", " "]
        } else {
            &["", ",", "'"]
        };
        let separator = pick(random, &[',', ';', '\t']);
        Habit {
            separator,
            comma,
            thousands: pick(random, thousands),
            // Where commas part the cells, a decimal comma is that of the whole table: 1.200 is 1.2 else, by convention.
            coordinates_with_point: random.below(3) == 0 && !(comma && separator == ','),
            encoding: pick(
                random,
                &["utf-8", "utf-8 with mark", "windows-1252", "utf-16"],
            ),
            title: pick(random, &[0, 0, 1, 3]),
            sep_line: random.below(4) == 0,
            header: pick(random, HEADERS),
            yes: pick(
                random,
                &[
                    ["ja", "nein"],
                    ["true", "false"],
                    ["1", "0"],
                    ["x", ""],
                    ["WAHR", "FALSCH"],
                ],
            ),
        }
    }

    pub fn number(&self, value: f64, digits: usize, coordinate: bool) -> String {
        let text = format!("{value:.digits$}");
        if coordinate && self.coordinates_with_point {
            return text;
        }
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mut grouped = String::new();
        for (i, c) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i) % 3 == 0 && !coordinate {
                grouped += self.thousands;
            }
            grouped.push(c);
        }
        match fraction {
            "" => grouped,
            f if self.comma => format!("{grouped},{f}"),
            f => format!("{grouped}.{f}"),
        }
    }

    fn write(&self, truth: &Truth) -> Vec<u8> {
        let n = truth.ids.len();
        let digits = [[0, 1, 2, 3][n % 4], [0, 2][n / 4 % 2]];
        let row = |i: usize| {
            let [lon, lat] = truth.places[i];
            vec![
                truth.ids[i].clone(),
                self.number(lon, 5, true),
                self.number(lat, 5, true),
                self.number(truth.workload[i], digits[0], false),
                self.number(truth.revenue[i], digits[1], false),
                self.yes[usize::from(!truth.locked[i])].to_owned(),
            ]
        };
        self.table(&self.header, (0..n).map(row))
    }

    /// A table with this header and these cells.
    pub fn table(&self, header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
        let quoted = |cell: String| match cell.contains(self.separator) {
            true => format!("\"{cell}\""),
            false => cell,
        };
        let line = |cells: Vec<String>| {
            let cells: Vec<String> = cells.into_iter().map(quoted).collect();
            cells.join(&self.separator.to_string()) + "\r\n"
        };
        let mut text = String::new();
        if self.sep_line {
            text += &format!("sep={}\r\n", self.separator);
        }
        for i in 0..self.title {
            let title = ["Kundenliste Außendienst", "Stand: 1.11.2026", ""][i % 3];
            let mut cells = vec![String::new(); header.len()];
            cells[0] = title.to_owned();
            text += &line(cells);
        }
        text += &line(header.iter().map(|h| (*h).to_owned()).collect());
        rows.for_each(|row| text += &line(row));
        match self.encoding {
            "utf-8" => text.into_bytes(),
            "utf-8 with mark" => format!("\u{feff}{text}").into_bytes(),
            "utf-16" => {
                let units = "\u{feff}"
                    .encode_utf16()
                    .chain(text.encode_utf16())
                    .collect::<Vec<u16>>();
                units.iter().flat_map(|u| u.to_le_bytes()).collect()
            }
            // All its letters are those of Latin-1.
            _ => text
                .chars()
                .map(|c| u8::try_from(u32::from(c)).unwrap())
                .collect(),
        }
    }
}

#[test]
fn every_messy_table_is_read_right_or_asked_about() {
    let mut random = Random(19);
    let (mut right, mut asked) = (0, 0);
    for case in 0..400 {
        let size = 3 + random.below(30);
        let truth = Truth::new(&mut random, size);
        let habit = Habit::random(&mut random);
        let rules = "[[balance]]\nmeasure = \"workload\"\n[[balance]]\nmeasure = \"revenue\"\n[rules]\nlocks = false\n";
        let bench = Bench::new()
            .with("customers", "c.csv", &habit.write(&truth))
            .with("reps", "reps.geojson", reps(&[]).as_bytes())
            .toml(rules);
        let told = format!("case {case}, {size} rows, {habit:?}");
        match bench.read() {
            Ok(inputs) => {
                let c = &inputs.customers;
                let column = |name: &str| {
                    let found = c.columns.iter().find(|c| c.name == name);
                    found
                        .unwrap_or_else(|| panic!("{told}: no {name}"))
                        .values
                        .clone()
                };
                let warned = |code: &str, field: &str| {
                    let of = |p: &&revier::error::Problem| {
                        p.code == code && p.field.as_deref() == Some(field)
                    };
                    inputs.warnings.iter().any(|p| of(&p))
                };
                for (i, id) in truth.ids.iter().enumerate() {
                    assert_eq!(c.ids.get(i), id, "{told}");
                    assert!(
                        (c.lon[i] - truth.places[i][0]).abs() < 1e-9,
                        "{told}: {}",
                        c.lon[i]
                    );
                    assert!(
                        (c.lat[i] - truth.places[i][1]).abs() < 1e-9,
                        "{told}: {}",
                        c.lat[i]
                    );
                    assert_eq!(
                        c.locked.get(i).copied().unwrap_or(false),
                        truth.locked[i],
                        "{told}"
                    );
                }
                for (at, (name, wanted)) in
                    [("workload", &truth.workload), ("revenue", &truth.revenue)]
                        .into_iter()
                        .enumerate()
                {
                    let close = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-9 * b.abs().max(1.0);
                    let same = column(name).iter().zip(wanted).all(close);
                    // A guess that may be wrong is told with the column's name.
                    let field = habit.header[3 + at];
                    let doubt =
                        warned("looks-like-thousands", name) || warned("decimal-found", field);
                    assert!(
                        same || doubt,
                        "{told}: {name} {:?} {wanted:?}",
                        column(name)
                    );
                    right += usize::from(same);
                    asked += usize::from(!same);
                }
            }
            Err(problems) => {
                let errors: Vec<_> = problems
                    .iter()
                    .filter(|p| p.severity == Severity::Error)
                    .collect();
                // "1 200" among commas is not looked for.
                let spaced = habit.separator == ',' && habit.thousands == " ";
                let honest =
                    |code: &str| code == "decimal-unknown" || spaced && code == "not-a-number";
                let honest = errors.iter().all(|p| honest(p.code));
                let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
                assert!(honest, "{told}: {}", all.join("\n"));
                asked += 2;
            }
        }
    }
    assert!(
        20 * asked < right,
        "right {right}, asked or warned of {asked}"
    );
}

#[test]
fn columns_that_may_be_meant_are_asked_for_with_all_columns_and_an_example() {
    let table = "Kundennummer;Account ID;lon;lat;Firma\n04101;A-1;9.5;50.5;Meier\n";
    let bench = Bench::new().with("customers", "c.csv", table.as_bytes());
    let problems = bench.problems();
    let told = problems
        .iter()
        .find(|p| p.code == "ambiguous-column")
        .expect("asked")
        .to_string();
    for word in [
        "`Kundennummer` and `Account ID`",
        "Kundennummer (04101)",
        "Account ID (A-1)",
        "Firma (Meier)",
        "[columns.customers] id = \"Kundennummer\"",
    ] {
        assert!(told.contains(word), "{word}: {told}");
    }
    let bench = Bench::new()
        .with("customers", "c.csv", table.as_bytes())
        .toml("[columns.customers]\nid = \"Account ID\"\n");
    let inputs = bench.read().expect("the scenario says which");
    assert_eq!(inputs.customers.ids.get(0), "A-1");
}

#[test]
fn a_column_that_the_scenario_names_wins_over_one_of_the_property_s_own_name() {
    let table = "id;Nummer;lon;lat;workload;Tage\nC1;K7;9.5;50.5;8;1\n";
    let bench = Bench::new()
        .with("customers", "c.csv", table.as_bytes())
        .toml("[columns.customers]\nid = \"Nummer\"\nworkload = \"Tage\"\n[[balance]]\nmeasure = \"workload\"\n");
    let inputs = bench.read().expect("read");
    assert_eq!(inputs.customers.ids.get(0), "K7");
    assert_eq!(inputs.customers.columns[0].values, [1.0]);
    let bench = Bench::new()
        .with("customers", "c.csv", table.as_bytes())
        .toml("[columns.customers]\nid = \"Nr\"\n");
    let problems = bench.problems();
    let missing: Vec<_> = problems
        .iter()
        .filter(|p| p.code == "missing-column")
        .collect();
    assert_eq!(missing.len(), 1, "{missing:?}");
    let told = missing[0].to_string();
    assert!(
        told.contains("\"Nr\"") && told.contains("Nummer (K7)"),
        "{told}"
    );
}

/// A travel matrix in German habits reads as the plain one.
#[test]
fn a_messy_matrix_is_read_as_the_customers_are() {
    let plain = "customer_id,rep_id,km\nC1,R1,12.5\nC1,R2,1500.25\nC2,R1,700\nC2,R2,30.75\n";
    let german = "\u{feff}sep=;\r\nEntfernungen Außendienst;;\r\nKunden-Nr.;Vertreter;Entfernung (km)\r\nC1;R1;12,5\r\nC1;R2;1.500,25\r\nC2;R1;700\r\nC2;R2;30,75\r\n";
    let utf16: Vec<u8> = german.encode_utf16().flat_map(u16::to_le_bytes).collect();
    // All its letters are those of Latin-1.
    let latin: Vec<u8> = german
        .chars()
        .skip(1)
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let read = |bytes: &[u8]| {
        let bench = Bench::new().with("matrix", "m.csv", bytes);
        let inputs = bench.read().unwrap_or_else(|p| panic!("{p:?}"));
        (inputs.matrix.expect("a matrix"), inputs.warnings)
    };
    let (wanted, warnings) = read(plain.as_bytes());
    assert_eq!(wanted.km, [12.5, 1500.25, 700.0, 30.75]);
    assert!(!warnings.iter().any(|p| p.code == "columns-found"));
    for bytes in [german.as_bytes(), &utf16, &latin] {
        let (matrix, warnings) = read(bytes);
        assert_eq!(matrix, wanted);
        for code in ["columns-found", "decimal-found", "header-found"] {
            assert!(warnings.iter().any(|p| p.code == code), "{code}");
        }
    }
    let named = Bench::new()
        .with("matrix", "m.csv", b"who,A,B\nC1,R1,5\nC2,R2,7\n")
        .toml("[columns.matrix]\ncustomer_id = \"who\"\nrep_id = \"A\"\nkm = \"B\"\n");
    assert_eq!(named.read().expect("named").matrix.unwrap().km, [5.0, 7.0]);
}
