//! Small plans that between them have something in every member of every file.

use revier::output::Target;
use revier::report::Lang;
use revier::run::{Task, run_task};
use revier::scenario::{Overrides, Scenario};
use std::path::{Path, PathBuf};

/// A solved plan in a directory of its own.
pub struct Plan {
    pub root: tempfile::TempDir,
}

impl Plan {
    pub fn dir(&self) -> PathBuf {
        self.root.path().join("out")
    }

    fn solve(root: tempfile::TempDir, file: &Path, task: Task, lang: Lang, set: Overrides) -> Plan {
        let scenario = Scenario::load(Some(file), &set).unwrap();
        let mut solved = run_task(&scenario, Some(file), &set, task, |_| {}).unwrap();
        solved.lang = lang;
        let plan = Plan { root };
        solved.write(Target::claim(&plan.dir()).unwrap()).unwrap();
        plan
    }
}

/// The smallest scenario of the repository, by its own files.
pub fn tiny(lang: Lang) -> Plan {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/tiny/targets.toml");
    let root = tempfile::tempdir().unwrap();
    Plan::solve(root, &file, Task::default(), lang, Overrides::default())
}

/// Sixteen customers on a crooked grid, four reps; rules as asked for.
pub fn small(lang: Lang, rules: &str, task: Task, set: Overrides) -> Plan {
    let root = tempfile::tempdir().unwrap();
    let mut customers = String::from(
        "id,name,lon,lat,workload,revenue,visits,owner,locked,requires,group,branch,rival\n",
    );
    for i in 0..16 {
        let (x, y) = (i % 4, i / 4);
        customers += &format!(
            "C{i},Firm {i},{:.4},{:.4},{},{},{},{},{},{},{},{},{}\n",
            10.1 + 0.25 * f64::from(x) + 0.013 * f64::from(y),
            50.1 + 0.2 * f64::from(y) + 0.017 * f64::from(x * y % 3),
            4 + i * 7 % 5,
            100 + i * 13 % 37,
            1 + i % 3,
            ["R1", "R2", "R2", "", "R3", "R4"][i as usize % 6],
            // Far from the rest of R4.
            i == 5,
            if i == 7 { "cold" } else { "" },
            if i == 8 || i == 12 { "Chain" } else { "" },
            ["Steel", "Wood", "Glass"][i as usize % 3],
            0.05 * f64::from(i % 5),
        );
    }
    write(&root, "customers.csv", &customers);
    write(
        &root,
        "reps.csv",
        "id,name,lon,lat,capacity,skills,region\nR1,Ann,10.2,50.2,1,cold,Süd\nR2,Ben,10.8,50.2,1,cold,Süd/Ost\n\
         R3,Cid,10.2,50.65,1,cold,Nord\nR4,Dot,10.8,50.65,0.9,cold,\n",
    );
    write(
        &root,
        "land.geojson",
        r#"{"type":"Polygon","coordinates":[[[10,50],[11,50],[11.05,50.9],[10.5,51],[10,50.7],[10,50]]]}"#,
    );
    write(
        &root,
        "roads.geojson",
        r#"{"type":"LineString","coordinates":[[10,50.4],[11,50.5]]}"#,
    );
    let mut units = Vec::new();
    for i in 0..16 {
        let (x, y) = (
            10.0 + 0.25 * f64::from(i % 4),
            50.0 + 0.2 * f64::from(i / 4),
        );
        let (e, n) = (x + 0.25, y + 0.2);
        units.push(format!(
            r#"{{"type":"Feature","properties":{{"id":"U{i}"}},"geometry":{{"type":"Polygon","coordinates":[[[{x},{y}],[{e},{y}],[{e},{n}],[{x},{n}],[{x},{y}]]]}}}}"#
        ));
    }
    let units = units.join(",");
    write(
        &root,
        "units.geojson",
        &format!(r#"{{"type":"FeatureCollection","features":[{units}]}}"#),
    );
    let mut matrix = String::from("customer_id,rep_id,km,minutes\n");
    for i in 0..16 {
        for j in 1..=4 {
            matrix += &format!(
                "C{i},R{j},{},{}\n",
                10 + (i * j * 7) % 23,
                9 + (i * j * 5) % 31
            );
        }
    }
    write(&root, "matrix.csv", &matrix);
    let text = format!("customers = \"customers.csv\"\nreps = \"reps.csv\"\n{rules}");
    write(&root, "plan.toml", &text);
    let file = root.path().join("plan.toml");
    Plan::solve(root, &file, task, lang, set)
}

fn write(root: &tempfile::TempDir, name: &str, text: &str) {
    std::fs::write(root.path().join(name), text).unwrap();
}

/// Every rule that points know, inside a boundary.
pub const RULES: &str = r#"boundary = "land.geojson"
name = "All that points know"
[[balance]]
measure = "workload"
tolerance = 0.3
[[balance]]
measure = "revenue"
tolerance = 0.5
[travel]
detour = 1.2
speed_kmh = 50.0
max_km = 120.0
in_workload = true
[rules]
forbid = [["C1", "R4"]]
[change]
measure = "revenue"
max_share = 0.8
penalty = 0.01
[territories]
enclaves = "list"
simplify_m = 500.0
smooth_m = 200.0
[regions]
[output]
carry = "all"
[dashboard]
segments = ["branch"]
measures = ["visits"]
competitors = ["rival"]
context = "roads.geojson"
attribution = "nobody"
[[target]]
name = "More"
measure = "revenue"
growth = 0.1
date = 2026-12-31
"#;

/// Area units and a travel table.
pub const UNITS: &str = r#"units = "units.geojson"
[[balance]]
measure = "customers"
tolerance = 0.4
[travel]
metric = "matrix"
matrix = "matrix.csv"
cost = "minutes"
"#;

/// Bounds that nothing can keep.
pub const NONE: &str = r#"[[balance]]
measure = "workload"
tolerance = 0.0001
[rules]
contiguous = true
[solve]
time_limit_s = 2.0
"#;
