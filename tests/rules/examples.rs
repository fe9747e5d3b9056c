//! The scenarios of `data/rules`, with the real binary: each rule holds, and each one changes the plan.

use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A row of `assignments.csv`.
type Row = HashMap<String, String>;

pub fn revier() -> Command {
    Command::new(env!("CARGO_BIN_EXE_revier"))
}

/// Runs it to the end, which must be the exit code; what it said on stdout and stderr.
pub fn ends(command: &mut Command, code: i32) -> (String, String) {
    let ran = command.output().expect("the binary runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&ran.stdout), text(&ran.stderr));
    assert_eq!(ran.status.code(), Some(code), "{command:?}\n{out}\n{err}");
    (out, err)
}

fn temporary() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

/// A scenario of `data/rules`.
pub fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("data/rules/{name}.toml"))
}

/// What `revier solve` left behind.
pub struct Solved {
    pub code: i32,
    pub output: String,
    pub errors: String,
    pub report: Value,
    pub rows: Vec<Row>,
    pub dir: PathBuf,
    /// Holds the plan, and the scenario where it was given as text.
    _root: TempDir,
}

/// Solves a scenario of `data/rules`.
pub fn solve(name: &str, flags: &[&str]) -> Solved {
    Solved::of_file(&data(name), flags, temporary())
}

impl Solved {
    fn of_file(file: &Path, flags: &[&str], root: TempDir) -> Solved {
        let dir = root.path().join("out");
        let mut command = revier();
        command
            .arg("solve")
            .arg(file)
            .args(flags)
            .arg("--out")
            .arg(&dir);
        let ran = command.output().expect("the binary runs");
        let report = std::fs::read_to_string(dir.join("report.json")).unwrap_or_default();
        let mut rows = Vec::new();
        if let Ok(mut reader) = csv::Reader::from_path(dir.join("assignments.csv")) {
            rows.extend(reader.deserialize::<Row>().map(|row| row.expect("a row")));
        }
        Solved {
            code: ran.status.code().unwrap_or(-1),
            output: String::from_utf8_lossy(&ran.stdout).into_owned(),
            errors: String::from_utf8_lossy(&ran.stderr).into_owned(),
            report: serde_json::from_str(&report).unwrap_or_default(),
            rows,
            dir,
            _root: root,
        }
    }

    /// Solves a scenario given as text, over the files of `data/rules`.
    pub fn of_text(text: &str, flags: &[&str]) -> Solved {
        let root = temporary();
        let folder = data("x").parent().map(PathBuf::from).unwrap_or_default();
        let mut text = text.to_owned();
        for name in ["customers", "reps", "customers_regions", "reps_regions"] {
            let path = folder.join(format!("{name}.csv"));
            text = text.replace(&format!("= \"{name}.csv\""), &format!("= {path:?}"));
        }
        let file = root.path().join("scenario.toml");
        std::fs::write(&file, text).expect("the scenario is written");
        Solved::of_file(&file, flags, root)
    }

    pub fn territories(&self) -> impl Iterator<Item = &Value> {
        self.report["territories"].as_array().into_iter().flatten()
    }

    fn rep_of(&self, customer: &str) -> &str {
        self.rows
            .iter()
            .find(|r| r["customer_id"] == customer)
            .map_or("", |r| &r["rep_id"])
    }

    fn total(&self, rep: usize, measure: &str) -> f64 {
        self.report["territories"][rep]["measures"][measure]["total"]
            .as_f64()
            .unwrap_or(f64::NAN)
    }

    fn owners(&self) -> Vec<&str> {
        self.rows.iter().map(|r| r["rep_id"].as_str()).collect()
    }

    /// Totals of a measure within its bounds for all reps.
    fn within(&self, measure: &str) -> bool {
        self.territories().all(|t| {
            let m = &t["measures"][measure];
            let total = m["total"].as_f64().unwrap_or(f64::NAN);
            total >= m["lower"].as_f64().unwrap_or(0.0) - 1e-9
                && total <= m["upper"].as_f64().unwrap_or(f64::INFINITY) + 1e-9
        })
    }
}

/// Solves, checks the plan with `revier check`, and asserts that it is optimal and that the rule matters: the plan
/// with `text` replaced is another one.
fn bites(name: &str, off: (&str, &str)) -> Solved {
    let plan = solve(name, &[]);
    assert_eq!(plan.code, 0, "{name}: {}", plan.errors);
    assert_eq!(plan.report["status"], "optimal", "{name}");
    ends(revier().arg("check").arg(&plan.dir), 0);
    let text = std::fs::read_to_string(data(name)).expect("the scenario");
    let without = text.replace(off.0, off.1);
    assert_ne!(text, without, "{name}: {:?} stands in the scenario", off.0);
    let free = Solved::of_text(&without, &[]);
    assert_eq!(free.code, 0, "{name} without {:?}: {}", off.0, free.errors);
    assert_ne!(
        plan.owners(),
        free.owners(),
        "{name}: {:?} changes the plan",
        off.0
    );
    plan
}

#[test]
fn several_measures() {
    let plan = bites(
        "measures",
        ("[[balance]]\nmeasure = \"revenue\"\ntolerance = 0.10\n", ""),
    );
    assert!(plan.within("workload") && plan.within("revenue") && plan.within("customers"));
}

#[test]
fn bounds_of_single_reps() {
    let plan = solve("bounds", &[]);
    assert_eq!(plan.code, 0, "{}", plan.errors);
    ends(revier().arg("check").arg(&plan.dir), 0);
    assert!(plan.total(0, "workload") <= 80.0);
    assert!(plan.total(1, "workload") >= 40.0);
    assert_eq!(plan.total(2, "customers"), 10.0, "at most 10 permits 10");
    let far = plan.rows.iter().filter(|r| r["rep_id"] == "R2");
    assert!(
        far.map(|r| r["km"].parse::<f64>().unwrap_or(f64::NAN))
            .all(|km| km <= 160.0)
    );
    // Capacity 0.5 of 2.5.
    let target = plan.report["territories"][1]["measures"]["workload"]["target"].as_f64();
    assert_eq!(target, Some(0.2 * 221.0));
}

#[test]
fn travel_limits() {
    let plan = bites("limits", ("max_minutes = 130.0", ""));
    for row in &plan.rows {
        let of = |column: &str| row[column].parse::<f64>().unwrap_or(f64::NAN);
        assert!(of("km") <= 170.0 && of("minutes") <= 130.0, "{row:?}");
        assert!(
            (of("minutes") - of("km") / 70.0 * 60.0).abs() < 0.01,
            "{row:?}"
        );
    }
}

#[test]
fn travel_from_a_matrix() {
    let plan = solve("matrix", &[]);
    assert_eq!(plan.code, 0, "{}", plan.errors);
    ends(revier().arg("check").arg(&plan.dir), 0);
    let mut table =
        csv::Reader::from_path(data("x").with_file_name("travel.csv")).expect("the table");
    let pairs: HashMap<(String, String), (f64, f64)> = table
        .deserialize::<(String, String, f64, f64)>()
        .map(|row| row.expect("a row"))
        .map(|(c, r, km, minutes)| ((c, r), (km, minutes)))
        .collect();
    let mut sum = 0.0;
    for row in &plan.rows {
        let pair = &(row["customer_id"].clone(), row["rep_id"].clone());
        let (km, minutes) = pairs
            .get(pair)
            .unwrap_or_else(|| panic!("{pair:?} is not in the table"));
        assert_eq!(row["km"].parse(), Ok(*km));
        sum += minutes;
    }
    assert!((plan.report["objective"]["value"].as_f64().unwrap_or(0.0) - sum).abs() < 1e-9);
    assert_eq!(plan.report["objective"]["unit"], "minutes");
}

#[test]
fn travel_counts_as_work() {
    let plan = bites(
        "travel_in_workload",
        ("in_workload = true", "in_workload = false"),
    );
    let mut file =
        csv::Reader::from_path(data("x").with_file_name("customers.csv")).expect("the customers");
    let customers: Vec<Row> = file.deserialize().map(|row| row.expect("a row")).collect();
    for (j, territory) in plan.territories().enumerate() {
        let mine = plan
            .rows
            .iter()
            .zip(&customers)
            .filter(|(r, _)| territory["rep"] == r["rep_id"].as_str());
        let hours: f64 = mine
            .map(|(r, c)| {
                let of = |row: &Row, column: &str| row[column].parse::<f64>().unwrap_or(f64::NAN);
                of(c, "workload") + of(c, "visits") * 2.0 * of(r, "minutes") / 60.0 / 3.0
            })
            .sum();
        assert!((plan.total(j, "workload") - hours).abs() < 0.01, "{hours}");
    }
    assert!(plan.within("workload"));
}

#[test]
fn skills() {
    let plan = bites("skills", ("skills = true", "skills = false"));
    assert_eq!(plan.rep_of("C21"), "R3", "hazmat and medtech");
    assert!(["R1", "R3"].contains(&plan.rep_of("C4")));
    assert!(["R1", "R3"].contains(&plan.rep_of("C8")));
}

#[test]
fn regions() {
    let plan = bites("regions", ("stay = true", "stay = false"));
    for (customer, rep) in [("C1", "R1"), ("C8", "R2"), ("C15", "R2"), ("C3", "R3")] {
        assert_eq!(plan.rep_of(customer), rep, "{customer}");
    }
    let paths: Vec<&Value> = plan.report["regions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|g| &g["region"])
        .collect();
    assert_eq!(
        paths,
        ["Bayern", "Bayern/Süd", "Bayern/Franken", "Bayern/Ostbayern"]
    );
}

#[test]
fn locks_outrank_travel_limits() {
    let plan = bites("locks", ("locks = true", "locks = false"));
    assert_eq!((plan.rep_of("C12"), plan.rep_of("C16")), ("R1", "R2"));
    let notes = plan.report["notes"].to_string();
    assert!(
        notes
            .contains("1 locked customer lies beyond a travel limit, which the lock outranks: C12"),
        "{notes}"
    );
}

#[test]
fn groups_stay_together() {
    let plan = bites("groups", ("groups = true", "groups = false"));
    assert_eq!(plan.rep_of("C3"), plan.rep_of("C5"));
    assert_eq!(plan.rep_of("C3"), plan.rep_of("C15"));
}

#[test]
fn wishes_outrank_travel_limits_and_hold_whoever_has_the_customer() {
    let plan = solve("wishes", &[]);
    assert_eq!(plan.code, 0, "{}{}", plan.output, plan.errors);
    for (customer, rep) in [("C23", "R1"), ("C13", "R1"), ("C16", "R3")] {
        assert_eq!(plan.rep_of(customer), rep);
    }
    assert_ne!(plan.rep_of("C9"), "R2");
    let notes = plan.report["notes"].to_string();
    assert!(notes.contains("which the lock outranks: C13"), "{notes}");
    let roles = plan.report["inputs"].as_array().map(|inputs| {
        let role = |input: &Value| input["role"].as_str().map(str::to_owned);
        inputs.iter().filter_map(role).collect::<Vec<_>>()
    });
    assert!(roles.is_some_and(|roles| roles.contains(&"wishes".to_owned())));
    let (out, err) = ends(revier().arg("check").arg(&plan.dir), 0);
    assert!(err.is_empty() || !out.is_empty());
}

#[test]
fn forbidden_pairs() {
    let plan = bites(
        "forbid",
        (
            "forbid = [[\"C4\", \"R1\"], [\"C7\", \"R2\"], [\"C23\", \"R3\"]]",
            "",
        ),
    );
    for (customer, rep) in [("C4", "R1"), ("C7", "R2"), ("C23", "R3")] {
        assert_ne!(plan.rep_of(customer), rep);
    }
}

#[test]
fn a_limit_on_change() {
    let plan = bites(
        "change",
        ("[change]\nmeasure = \"revenue\"\nmax_share = 0.12\n", ""),
    );
    let change = &plan.report["change"];
    assert!(
        change["share"]
            .as_f64()
            .is_some_and(|s| s > 0.0 && s <= 0.12),
        "{change}"
    );
}

#[test]
fn a_penalty_on_change() {
    let plan = bites(
        "penalty",
        (
            "[change]\nmeasure = \"revenue\"\npenalty = 0.02           # workload x km per EUR\n",
            "",
        ),
    );
    assert!(
        plan.report["objective"]["change"]
            .as_f64()
            .is_some_and(|c| c >= 0.0)
    );
}

#[test]
fn preferences() {
    let plan = bites("prefer", ("cost_km = -40.0", "cost_km = 0.0"));
    let o = &plan.report["objective"];
    let of = |name: &str| o[name].as_f64().unwrap_or(f64::NAN);
    assert!(of("preference") < -1000.0, "{o}");
    assert!(
        (of("value") - of("travel") - of("preference")).abs() < 1e-6,
        "{o}"
    );
    // Travel is what it is, whatever it counts as.
    let mut file =
        csv::Reader::from_path(data("x").with_file_name("customers.csv")).expect("the customers");
    let customers: Vec<Row> = file.deserialize().map(|row| row.expect("a row")).collect();
    let number = |row: &Row, column: &str| row[column].parse::<f64>().unwrap_or(f64::NAN);
    let rows = plan.rows.iter().zip(&customers);
    let travel: f64 = rows
        .map(|(r, c)| number(r, "km") * number(c, "workload"))
        .sum();
    assert!((travel - of("travel")).abs() < 0.2, "{travel} {o}");
    let known = customers.iter().zip(&plan.rows);
    let known = known.filter(|(c, r)| c["owner"] == r["rep_id"]).count();
    assert_eq!(plan.report["preferences"][0]["holds"], known);
    assert_eq!(plan.report["preferences"][0]["could"], 24);
    assert_eq!(plan.report["preferences"][1]["could"], 3);
    assert!(
        plan.output
            .contains("no plan within these rules costs less"),
        "{}",
        plan.output
    );
}

/// A plan whose preference was edited, in the scenario or in what the report says of it, is refused.
#[test]
fn an_edited_preference_is_refused() {
    let text = std::fs::read_to_string(data("prefer")).expect("the scenario");
    let plan = Solved::of_text(&text, &[]);
    assert_eq!(plan.code, 0, "{}", plan.errors);
    ends(revier().arg("check").arg(&plan.dir), 0);
    let report = plan.dir.join("report.json");
    let said = std::fs::read_to_string(&report).expect("a report");
    for (old, new) in [
        ("\"cost_km\": -40.0", "\"cost_km\": -39.0"),
        ("customer.owner == rep.id", "customer.owner != rep.id"),
        ("\"holds\": ", "\"holds\": 1"),
        ("\"preference\": -", "\"preference\": -1"),
    ] {
        assert!(said.contains(old), "{old}");
        std::fs::write(&report, said.replacen(old, new, 1)).expect("written");
        ends(revier().arg("check").arg(&plan.dir), 4);
    }
    std::fs::write(&report, &said).expect("written");
    // Another scenario is another plan.
    let other = plan.dir.with_file_name("other.toml");
    let text = std::fs::read_to_string(plan.dir.with_file_name("scenario.toml")).expect("a text");
    std::fs::write(&other, text.replace("-40.0", "-10.0")).expect("written");
    let (_, err) = ends(
        revier()
            .arg("check")
            .arg(&plan.dir)
            .arg("--scenario")
            .arg(&other),
        4,
    );
    assert!(err.contains("the owners cost"), "{err}");
}

/// A lead outside of all territories goes to whom its segment fits, at the plan's prices.
#[test]
fn leads_go_to_whom_they_fit() {
    let text = std::fs::read_to_string(data("prefer")).expect("the scenario");
    let far = text.replace("cost_km = -40.0", "cost_km = -400.0");
    let plan = Solved::of_text(&far, &[]);
    assert_eq!(plan.code, 0, "{}", plan.errors);
    let leads = plan.dir.with_file_name("leads.csv");
    // West of all territories, nearest to Nuremberg.
    let rows = "id,lon,lat,workload,requires\nL1,8.6,49.6,5,\nL2,8.6,49.6,5,medtech\n";
    std::fs::write(&leads, rows).expect("written");
    let (out, err) = ends(revier().arg("assign").arg(&plan.dir).arg(&leads), 0);
    let rep = |id: &str| -> String {
        let mut reader = csv::Reader::from_reader(out.as_bytes());
        let mut rows = reader.deserialize::<Row>().map(|r| r.expect("a row"));
        let row = rows.find(|r| r["id"] == id).expect("the lead");
        assert_eq!(row["by"], "price", "{out}{err}");
        row["rep_id"].clone()
    };
    assert_eq!(rep("L1"), "R2", "{out}");
    assert!(["R1", "R3"].contains(&rep("L2").as_str()), "{out}");
}

#[test]
fn all_rules_at_once() {
    let plan = bites("all", ("skills = true", "skills = false"));
    assert!(plan.within("workload") && plan.within("revenue"));
}

#[test]
fn a_generalised_assignment_problem() {
    let plan = solve("assignment", &[]);
    assert_eq!(plan.code, 0, "{}", plan.errors);
    ends(revier().arg("check").arg(&plan.dir), 0);
    // The optimum, by dynamic programming over what the agents have left.
    let mut table =
        csv::Reader::from_path(data("x").with_file_name("jobs_travel.csv")).expect("the table");
    let rows: Vec<(String, String, f64, f64)> =
        table.deserialize().map(|row| row.expect("a row")).collect();
    let room: Vec<usize> = plan
        .territories()
        .map(|t| t["measures"]["workload"]["upper"].as_f64().unwrap_or(0.0) as usize)
        .collect();
    let mut best: HashMap<[usize; 3], f64> = HashMap::from([([0; 3], 0.0)]);
    for job in rows.chunks(3) {
        let mut next: HashMap<[usize; 3], f64> = HashMap::new();
        for (used, cost) in &best {
            for (j, (_, _, km, minutes)) in job.iter().enumerate() {
                let mut after = *used;
                after[j] += *minutes as usize;
                if after[j] <= room[j] {
                    let least = next.entry(after).or_insert(f64::INFINITY);
                    *least = least.min(cost + km);
                }
            }
        }
        best = next;
    }
    let optimum = best.values().copied().fold(f64::INFINITY, f64::min);
    assert_eq!(plan.report["objective"]["value"].as_f64(), Some(optimum));
    assert_eq!(plan.report["status"], "optimal");
}
