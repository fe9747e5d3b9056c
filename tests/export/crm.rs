//! The hand-over to a CRM, replayed: a model of its objects in memory loads the files in their order, and ends in the plan.

use crate::{revier, said};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// A plan of 60 accounts and 5 reps, two of them namesakes, one without Latin letters.
struct Bench {
    dir: tempfile::TempDir,
}

const REPS: [(&str, &str); 5] = [
    ("R1", "Jürgen Groß"),
    ("R2", "Jürgen Groß"),
    ("R3", "田中"),
    ("R4", "Łucja, \"die\" Łoś"),
    ("R5", "=Anna"),
];

/// An id of Salesforce.
fn id(prefix: &str, n: usize) -> String {
    format!("{prefix}{n:0>12}AAA")
}

const MODEL: &str = "0MA000000000001AAA";
const TYPE: &str = "0M5000000000001AAA";

impl Bench {
    fn new(owner_of: impl Fn(usize) -> usize) -> Bench {
        let bench = Bench {
            dir: tempfile::tempdir().unwrap(),
        };
        let mut customers = String::from("id,sf,lon,lat,workload,owner,locked\n");
        for i in 0..60 {
            let at = |step: f64| (i as f64 * step).fract();
            let (x, y) = (
                10.0 + 2.0 * at(0.754_877_666),
                50.0 + 1.5 * at(0.569_840_291),
            );
            let (rep, _) = REPS[owner_of(i)];
            customers += &format!("C{i},{},{x:.5},{y:.5},1,{rep},true\n", id("001", i));
        }
        bench.write("customers.csv", &customers);
        let mut reps = String::from("id,name,lon,lat,capacity,sf_user,mail\n");
        for (j, (rep, name)) in REPS.iter().enumerate() {
            let name = name.replace('"', "\"\"");
            reps += &format!(
                "{rep},\"{name}\",{},50.7,1,{},r{j}@example.com\n",
                10.2 + 0.4 * j as f64,
                id("005", j)
            );
        }
        bench.write("reps.csv", &reps);
        bench.write(
            "scenario.toml",
            "customers = \"customers.csv\"\nreps = \"reps.csv\"\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.9\n",
        );
        bench.solve();
        bench
    }

    fn solve(&self) {
        let args = [
            "solve",
            &self.arg("scenario.toml"),
            "--out",
            &self.arg("plan"),
        ];
        let (code, _, err) = said(&revier(&args));
        assert_eq!(code, 0, "{err}");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn arg(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn export(&self, to: &str, more: &[&str]) -> (i32, String, String) {
        let (plan, out) = (self.arg("plan"), self.arg("crm"));
        said(&revier(
            &[&["export", &plan, "--to", to, "--out", &out], more].concat(),
        ))
    }

    /// A table of the hand-over: its rows by column.
    fn rows(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_path(self.path("crm").join(name)).unwrap();
        let head = reader.headers().unwrap().clone();
        let row = |r: csv::StringRecord| {
            head.iter()
                .zip(r.iter())
                .map(|(h, c)| (h.to_owned(), c.to_owned()))
                .collect()
        };
        reader.records().map(|r| row(r.unwrap())).collect()
    }

    /// How many rows all tables of the hand-over have.
    fn count(&self) -> usize {
        let files = std::fs::read_dir(self.path("crm")).unwrap();
        let names = files.map(|f| f.unwrap().file_name().into_string().unwrap());
        names
            .filter(|n| n.ends_with(".csv"))
            .map(|n| self.rows(&n).len())
            .sum()
    }

    /// The rep of each customer in the plan.
    fn plan(&self) -> Vec<String> {
        let mut reader = csv::Reader::from_path(self.path("plan/assignments.csv")).unwrap();
        reader.records().map(|r| r.unwrap()[1].to_owned()).collect()
    }
}

type Row = BTreeMap<String, String>;

/// Salesforce, as far as territories go.
#[derive(Default)]
struct Salesforce {
    next: usize,
    territories: BTreeMap<String, Row>,
    users: BTreeMap<String, Row>,
    accounts: BTreeMap<String, Row>,
}

impl Salesforce {
    fn fresh(&mut self, prefix: &str) -> String {
        self.next += 1;
        id(prefix, self.next)
    }

    /// Loads the files of a hand-over in their order, by the rules of the objects.
    fn load(&mut self, bench: &Bench) {
        for row in bench.rows("1_Territory2_insert.csv") {
            assert!((1..=80).contains(&row["Name"].chars().count()));
            let name = &row["DeveloperName"];
            assert!(
                name.len() <= 80 && name.starts_with(|c: char| c.is_ascii_alphabetic()),
                "{name}"
            );
            assert!(!name.contains("__") && !name.ends_with('_'), "{name}");
            assert!(
                name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'),
                "{name}"
            );
            let taken = self
                .territories
                .values()
                .any(|t| t["DeveloperName"].eq_ignore_ascii_case(name));
            assert!(!taken, "{name} is there already");
            assert_eq!(
                (
                    row["Territory2ModelId"].as_str(),
                    row["Territory2TypeId"].as_str()
                ),
                (MODEL, TYPE)
            );
            let id = self.fresh("0MI");
            self.territories.insert(id, row);
        }
        for row in bench.rows("2_Territory2_update.csv") {
            let there = self.territories.get_mut(&row["Id"]).unwrap();
            // The Bulk API passes over empty cells.
            let told = row.into_iter().filter(|(_, value)| !value.is_empty());
            let told = told.map(|(name, value)| match value.as_str() {
                "#N/A" => (name, String::new()),
                _ => (name, value),
            });
            there.extend(told.filter(|(name, _)| name != "Id"));
        }
        for row in bench.rows("3_UserTerritory2Association_delete.csv") {
            self.users.remove(&row["Id"]).unwrap();
        }
        for row in bench.rows("4_UserTerritory2Association_insert.csv") {
            assert!(self.territories.contains_key(&row["Territory2Id"]));
            let same =
                |o: &Row| o["UserId"] == row["UserId"] && o["Territory2Id"] == row["Territory2Id"];
            assert!(!self.users.values().any(same));
            let id = self.fresh("0OU");
            self.users.insert(id, row);
        }
        for row in bench.rows("5_ObjectTerritory2Association_delete.csv") {
            self.accounts.remove(&row["Id"]).unwrap();
        }
        for row in bench.rows("6_ObjectTerritory2Association_insert.csv") {
            assert!(self.territories.contains_key(&row["Territory2Id"]));
            assert_eq!(row["AssociationCause"], "Territory2Manual");
            let same = |o: &Row| {
                o["ObjectId"] == row["ObjectId"] && o["Territory2Id"] == row["Territory2Id"]
            };
            assert!(!self.accounts.values().any(same));
            let id = self.fresh("0OO");
            self.accounts.insert(id, row);
        }
    }

    /// Exports everything into `today`.
    fn export(&self, bench: &Bench) {
        std::fs::create_dir_all(bench.path("today")).unwrap();
        let objects = [
            (
                "t",
                &self.territories,
                &[
                    "Name",
                    "DeveloperName",
                    "Territory2ModelId",
                    "Territory2TypeId",
                    "ParentTerritory2Id",
                    "Description",
                ][..],
            ),
            (
                "u",
                &self.users,
                &["UserId", "Territory2Id", "RoleInTerritory2"],
            ),
            (
                "a",
                &self.accounts,
                &["ObjectId", "Territory2Id", "AssociationCause"],
            ),
        ];
        for (name, records, columns) in objects {
            let mut writer =
                csv::Writer::from_path(bench.path(&format!("today/{name}.csv"))).unwrap();
            writer
                .write_record(std::iter::once(&"Id").chain(columns))
                .unwrap();
            for (id, row) in records {
                let cells = columns
                    .iter()
                    .map(|c| row.get(*c).map_or("", String::as_str));
                writer
                    .write_record(std::iter::once(id.as_str()).chain(cells))
                    .unwrap();
            }
            writer.flush().unwrap();
        }
    }

    /// The territories of each account.
    fn of(&self, account: usize) -> BTreeSet<String> {
        let own = self
            .accounts
            .values()
            .filter(|a| a["ObjectId"] == id("001", account));
        own.map(|a| self.territories[&a["Territory2Id"]]["Description"].clone())
            .collect()
    }
}

fn flags(bench: &Bench) -> Vec<String> {
    let today = bench.arg("today");
    [
        "--model-id",
        MODEL,
        "--type-id",
        TYPE,
        "--account-column",
        "sf",
        "--user-column",
        "sf_user",
        "--role",
        "Rep",
        "--from",
        &today,
    ]
    .map(str::to_owned)
    .into()
}

/// Runs and loads until there is nothing to load.
fn settle(bench: &Bench, crm: &mut Salesforce) -> usize {
    for run in 0..4 {
        crm.export(bench);
        let flags = flags(bench);
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        let (code, _, err) = bench.export("salesforce", &flags);
        assert_eq!(code, 0, "{err}");
        if bench.count() == 0 {
            assert!(!err.contains("not there yet"), "{err}");
            return run;
        }
        crm.load(bench);
    }
    panic!("there are rows in every run");
}

fn ends_in_the_plan(bench: &Bench, crm: &Salesforce) {
    for (i, rep) in bench.plan().iter().enumerate() {
        let of = crm.of(i);
        let ours: Vec<&String> = of
            .iter()
            .filter(|d| d.starts_with("Territory of "))
            .collect();
        assert_eq!(ours, [&format!("Territory of {rep}")], "account {i}");
    }
    for (j, (rep, name)) in REPS.iter().enumerate() {
        let own = crm
            .territories
            .iter()
            .find(|(_, t)| t["Description"] == format!("Territory of {rep}"));
        let (territory, record) = own.unwrap();
        assert_eq!(record["Name"], *name);
        let users: Vec<&str> = crm
            .users
            .values()
            .filter(|u| u["Territory2Id"] == *territory)
            .map(|u| u["UserId"].as_str())
            .collect();
        assert!(users.contains(&id("005", j).as_str()), "{rep}: {users:?}");
        let others = (0..REPS.len()).filter(|o| *o != j).map(|o| id("005", o));
        assert!(
            others.into_iter().all(|o| !users.contains(&o.as_str())),
            "{rep}: {users:?}"
        );
    }
}

#[test]
fn salesforce_ends_in_the_plan_and_a_second_run_is_empty() {
    let bench = Bench::new(|i| i % 5);
    let mut crm = Salesforce::default();
    assert_eq!(settle(&bench, &mut crm), 2);
    ends_in_the_plan(&bench, &crm);
    // Somebody works in it by hand: an account elsewhere, one twice, an overlay of another type, a manager, a rep in a wrong place, a name.
    let ids: Vec<String> = crm.territories.keys().cloned().collect();
    let row = |pairs: &[(&str, &str)]| -> Row {
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    };
    let first = crm.accounts.keys().next().unwrap().clone();
    let moved = crm.accounts.get_mut(&first).unwrap();
    let other = ids.iter().find(|t| **t != moved["Territory2Id"]).unwrap();
    moved.insert("Territory2Id".into(), other.clone());
    let twice = row(&[
        ("ObjectId", &id("001", 7)),
        ("Territory2Id", &ids[crm.of(7).len() % 5]),
        ("AssociationCause", "Territory2Manual"),
    ]);
    let twice_is_new = !crm
        .accounts
        .values()
        .any(|a| a["ObjectId"] == twice["ObjectId"] && a["Territory2Id"] == twice["Territory2Id"]);
    if twice_is_new {
        crm.accounts.insert(id("0OO", 9001), twice);
    }
    let overlay = id("0MI", 9000);
    crm.territories.insert(
        overlay.clone(),
        row(&[
            ("Name", "Overlay"),
            ("DeveloperName", "Overlay"),
            ("Territory2ModelId", MODEL),
            ("Territory2TypeId", "0M5000000000009AAA"),
            ("ParentTerritory2Id", ""),
            ("Description", "overlay"),
        ]),
    );
    crm.accounts.insert(
        id("0OO", 9002),
        row(&[
            ("ObjectId", &id("001", 3)),
            ("Territory2Id", &overlay),
            ("AssociationCause", "Territory2Manual"),
        ]),
    );
    crm.users.insert(
        id("0OU", 9003),
        row(&[
            ("UserId", &id("005", 99)),
            ("Territory2Id", &ids[0]),
            ("RoleInTerritory2", "Manager"),
        ]),
    );
    for (n, territory) in ids.iter().enumerate() {
        let stray = row(&[
            ("UserId", &id("005", 0)),
            ("Territory2Id", territory),
            ("RoleInTerritory2", ""),
        ]);
        if !crm
            .users
            .values()
            .any(|u| u["UserId"] == stray["UserId"] && u["Territory2Id"] == stray["Territory2Id"])
        {
            crm.users.insert(id("0OU", 9010 + n), stray);
        }
    }
    crm.territories
        .get_mut(&ids[1])
        .unwrap()
        .insert("Name".into(), "renamed by hand".into());
    assert_eq!(settle(&bench, &mut crm), 1);
    ends_in_the_plan(&bench, &crm);
    assert!(crm.of(3).contains("overlay"));
    assert!(crm.users.values().any(|u| u["UserId"] == id("005", 99)));
    // Another plan: most accounts change hands.
    let new = Bench::new(|i| i / 12);
    std::fs::create_dir_all(new.path("today")).unwrap();
    assert_eq!(settle(&new, &mut crm), 1);
    ends_in_the_plan(&new, &crm);
    assert!(crm.of(3).contains("overlay"));
}

/// Gives the reps regions, of which one lies in another.
fn with_regions(bench: &Bench) {
    let reps = std::fs::read_to_string(bench.path("reps.csv")).unwrap();
    let regions = ["region", "Süd/Bayern", "Süd", "田/Ä_B", "Süd/Bayern", ""];
    let lines = reps.lines().zip(regions);
    let table: String = lines.map(|(l, g)| format!("{l},{g}\n")).collect();
    bench.write("reps.csv", &table);
    let scenario = std::fs::read_to_string(bench.path("scenario.toml")).unwrap();
    bench.write("scenario.toml", &format!("{scenario}[regions]\n"));
    bench.solve();
}

#[test]
fn salesforce_has_a_territory_for_each_region_above_those_in_it() {
    let bench = Bench::new(|i| i % 5);
    let mut crm = Salesforce::default();
    settle(&bench, &mut crm);
    let before: BTreeSet<String> = crm.territories.keys().cloned().collect();
    with_regions(&bench);
    // New regions, and then what lies in them.
    assert_eq!(settle(&bench, &mut crm), 2);
    ends_in_the_plan(&bench, &crm);
    assert!(before.iter().all(|id| crm.territories.contains_key(id)));
    let of = |description: &str| {
        let all = crm.territories.iter();
        let mut own = all.filter(|(_, t)| t["Description"] == description);
        let found = own.next().unwrap_or_else(|| panic!("{description}"));
        assert!(own.next().is_none(), "{description} is there twice");
        (found.0.clone(), found.1["ParentTerritory2Id"].clone())
    };
    let (south, top) = of("Region Süd");
    let (bavaria, above) = of("Region Süd/Bayern");
    assert_eq!((top.as_str(), &above), ("", &south));
    let (field, above) = of("Region 田/Ä_B");
    assert_eq!(above, of("Region 田").0);
    for (rep, parent) in [
        ("R1", &bavaria),
        ("R2", &south),
        ("R3", &field),
        ("R4", &bavaria),
    ] {
        assert_eq!(of(&format!("Territory of {rep}")).1, *parent, "{rep}");
    }
    assert_eq!(of("Territory of R5").1, "");
    assert_eq!(crm.territories[&bavaria]["Name"], "Bayern");
    // A rep who moves to another region takes the territory along.
    let reps = std::fs::read_to_string(bench.path("reps.csv")).unwrap();
    bench.write("reps.csv", &reps.replacen("Süd/Bayern", "Süd", 1));
    bench.solve();
    assert_eq!(settle(&bench, &mut crm), 1);
    let own = crm.territories.values();
    let moved = own.filter(|t| t["Description"] == "Territory of R1");
    assert!(moved.map(|t| &t["ParentTerritory2Id"]).eq([&south]));
    // One who is of no region any more leaves it, and what somebody put elsewhere by hand stays there.
    let overlay = crm.fresh("0MI");
    let row = [
        ("Name", "Region"),
        ("DeveloperName", "Region_by_hand"),
        ("Description", "Region by hand"),
    ];
    let row = row.map(|(name, value)| (name.to_owned(), value.to_owned()));
    crm.territories.insert(overlay.clone(), row.into());
    let own = |crm: &Salesforce, rep: &str| {
        let mut all = crm.territories.iter();
        let found = all.find(|(_, t)| t["Description"] == format!("Territory of {rep}"));
        found.unwrap().0.clone()
    };
    let (first, last) = (own(&crm, "R1"), own(&crm, "R5"));
    let parent = "ParentTerritory2Id".to_owned();
    crm.territories
        .get_mut(&last)
        .unwrap()
        .insert(parent.clone(), overlay.clone());
    let reps = std::fs::read_to_string(bench.path("reps.csv")).unwrap();
    bench.write("reps.csv", &reps.replacen(",Süd\n", ",\n", 1));
    bench.solve();
    assert_eq!(settle(&bench, &mut crm), 1);
    assert_eq!(crm.territories[&first][&parent], "");
    assert_eq!(crm.territories[&last][&parent], overlay);
    bench.write("reps.csv", &reps);
    bench.solve();
    // All at once, from nothing.
    let mut new = Salesforce::default();
    assert_eq!(settle(&bench, &mut new), 2);
    ends_in_the_plan(&bench, &new);
}

#[test]
fn what_only_the_crm_knows_is_asked_for_all_at_once() {
    let bench = Bench::new(|i| i % 5);
    let (code, _, err) = bench.export("salesforce", &[]);
    assert_eq!(code, 2);
    assert!(
        err.contains("--model-id (Territory2ModelId")
            && err.contains("--type-id (Territory2TypeId"),
        "{err}"
    );
    let (code, _, err) = bench.export(
        "salesforce",
        &[
            "--model-id",
            MODEL,
            "--type-id",
            "type",
            "--user-column",
            "mail",
        ],
    );
    assert_eq!(code, 2);
    assert!(
        err.contains("--type-id \"type\"")
            && err.contains("users of reps: r0@example.com")
            && err.contains("accounts: C0, C1"),
        "{err}"
    );
    let (code, _, err) = bench.export(
        "salesforce",
        &[
            "--model-id",
            MODEL,
            "--type-id",
            TYPE,
            "--account-column",
            "SF",
        ],
    );
    assert_eq!(
        (code, err.contains("the customers have no such column")),
        (2, true),
        "{err}"
    );
    let (code, _, err) = bench.export("hubspot", &[]);
    assert_eq!(
        (
            code,
            err.contains("--key (") && err.contains("--territory-property (")
        ),
        (2, true),
        "{err}"
    );
    bench.write("users.csv", "rep_id;user\nR1;x\nR9;y\n");
    let users = bench.arg("users.csv");
    let (code, _, err) = bench.export("dynamics", &["--users", &users]);
    assert_eq!(
        (code, err.contains("there is no rep \"R9\"")),
        (2, true),
        "{err}"
    );
    assert!(!bench.path("crm").exists());
    // What is no export is not taken for an empty CRM.
    let plan = bench.arg("plan");
    let all = [
        "--model-id",
        MODEL,
        "--type-id",
        TYPE,
        "--account-column",
        "sf",
        "--from",
        &plan,
    ];
    let (code, _, err) = bench.export("salesforce", &all);
    assert_eq!(code, 2);
    assert!(
        err.contains("assignments.csv") && err.contains("no export of this CRM"),
        "{err}"
    );
    std::fs::create_dir(bench.path("nothing")).unwrap();
    let nothing = bench.arg("nothing");
    let (code, _, err) = bench.export("dynamics", &["--from", &nothing]);
    assert_eq!(
        (code, err.contains("there is no .csv in it")),
        (2, true),
        "{err}"
    );
    assert!(!bench.path("crm").exists());
    // A folder of somebody else is left alone.
    std::fs::create_dir(bench.path("crm")).unwrap();
    bench.write("crm/README.md", "# mine\n");
    let (code, _, err) = bench.export("dynamics", &[]);
    assert_eq!(code, 2, "{err}");
    assert_eq!(
        std::fs::read_to_string(bench.path("crm/README.md")).unwrap(),
        "# mine\n"
    );
}

#[test]
fn hubspot_has_the_companies_that_change() {
    let bench = Bench::new(|i| i % 5);
    let flags = [
        "--key",
        "Record ID",
        "--territory-property",
        "Gebiet",
        "--user-column",
        "mail",
        "--account-column",
        "sf",
    ];
    let (code, _, err) = bench.export("hubspot", &flags);
    assert_eq!(code, 0, "{err}");
    let rows = bench.rows("companies.csv");
    assert_eq!(rows.len(), 60);
    for (i, (row, rep)) in rows.iter().zip(bench.plan()).enumerate() {
        let j = REPS.iter().position(|r| r.0 == rep).unwrap();
        assert_eq!(row["Record ID"], id("001", i));
        assert_eq!(row["Company owner"], format!("r{j}@example.com"));
        assert_eq!(row["Gebiet"], REPS[j].1);
    }
    let text = std::fs::read_to_string(bench.path("crm/companies.csv")).unwrap();
    bench.write(
        "today.csv",
        &text.replacen("r0@example.com", "r9@example.com", 1),
    );
    let today = bench.arg("today.csv");
    let (code, _, err) = bench.export("hubspot", &[&flags[..], &["--from", &today]].concat());
    assert_eq!((code, bench.count()), (0, 1), "{err}");
    bench.write("today.csv", &text);
    let (code, _, err) = bench.export("hubspot", &[&flags[..], &["--from", &today]].concat());
    assert_eq!((code, bench.count()), (0, 0), "{err}");
}

#[test]
fn dynamics_ends_in_the_plan_and_a_second_run_is_empty() {
    let bench = Bench::new(|i| i % 5);
    let mut crm = Dynamics::default();
    assert_eq!(crm.settle(&bench), 2);
    crm.ends_in_the_plan(&bench);
    let bench = Bench::new(|i| i % 5);
    with_regions(&bench);
    let mut crm = Dynamics::default();
    assert_eq!(crm.settle(&bench), 2);
    crm.ends_in_the_plan(&bench);
    let territories = crm.territories.clone();
    let id = |name: &str| {
        let own = territories.iter().find(|(_, t)| t["name"] == name);
        own.unwrap_or_else(|| panic!("{name}")).0.as_str()
    };
    let above = |name: &str| territories[id(name)]["parentterritoryid"].as_str();
    assert_eq!(above("Jürgen Groß (R1)"), id("Süd/Bayern"));
    assert_eq!(above("Süd/Bayern"), id("Süd"));
    assert_eq!((above("Süd"), above("=Anna")), ("", ""));
    // One who is of no region any more leaves it.
    let reps = std::fs::read_to_string(bench.path("reps.csv")).unwrap();
    bench.write("reps.csv", &reps.replacen(",Süd/Bayern\n", ",\n", 1));
    bench.solve();
    assert_eq!(crm.settle(&bench), 1);
    crm.ends_in_the_plan(&bench);
    let row = &crm.territories[id("Jürgen Groß (R1)")];
    assert_eq!(row["parentterritoryid"], "");
}

#[test]
fn dynamics_tells_regions_from_reps_whatever_the_case() {
    let bench = Bench::new(|i| i % 5);
    with_regions(&bench);
    let reps = std::fs::read_to_string(bench.path("reps.csv")).unwrap();
    let regions = reps.replacen(",Süd\n", ",SÜD\n", 1);
    let regions = regions.replacen(",田/Ä_B\n", ",=aNNA\n", 1);
    bench.write("reps.csv", &regions);
    bench.solve();
    let (code, _, err) = bench.export("dynamics", &[]);
    assert_eq!(code, 0, "{err}");
    let rows = bench.rows("1_territory_create.csv");
    let names: BTreeSet<String> = rows.iter().map(|r| r["name"].to_lowercase()).collect();
    assert_eq!((rows.len(), names.len()), (9, 9), "{names:?}");
    assert!(
        names.iter().any(|n| n.starts_with("=anna (region ")),
        "{names:?}"
    );
}

/// Territories by their ids, and that of each account.
#[derive(Default)]
struct Dynamics {
    territories: BTreeMap<String, Row>,
    accounts: BTreeMap<String, String>,
}

impl Dynamics {
    /// Loads a plan until there is nothing to load.
    fn settle(&mut self, bench: &Bench) -> usize {
        for run in 0..4 {
            self.export(bench);
            let today = bench.arg("today");
            let flags = ["--user-column", "sf_user", "--from", &today];
            let (code, _, err) = bench.export("dynamics", &flags);
            assert_eq!(code, 0, "{err}");
            if bench.count() == 0 {
                return run;
            }
            self.load(bench);
        }
        panic!("there are rows in every run");
    }

    fn load(&mut self, bench: &Bench) {
        let territories = &mut self.territories;
        for row in bench.rows("1_territory_create.csv") {
            assert!(territories.values().all(|t| t["name"] != row["name"]));
            territories.insert(format!("guid-{}", territories.len()), row);
        }
        for row in bench.rows("2_territory_update.csv") {
            territories
                .get_mut(&row["territoryid"])
                .unwrap()
                .extend(row.clone());
        }
        for row in bench.rows("3_account_update.csv") {
            assert!(territories.contains_key(&row["territoryid"]));
            let (account, territory) = (&row["accountid"], &row["territoryid"]);
            self.accounts.insert(account.clone(), territory.clone());
        }
    }

    /// Exports everything into `today`.
    fn export(&self, bench: &Bench) {
        std::fs::create_dir_all(bench.path("today")).unwrap();
        let mut writer = csv::Writer::from_path(bench.path("today/t.csv")).unwrap();
        let columns = ["name", "managerid", "parentterritoryid", "description"];
        writer
            .write_record(["territoryid"].iter().chain(&columns))
            .unwrap();
        for (id, t) in &self.territories {
            writer
                .write_record(std::iter::once(id.as_str()).chain(columns.map(|c| t[c].as_str())))
                .unwrap();
        }
        writer.flush().unwrap();
        let accounts = self.accounts.iter();
        let lines: String = accounts.map(|(a, t)| format!("{a};{t}\n")).collect();
        bench.write("today/a.csv", &format!("accountid;territoryid\n{lines}"));
    }

    fn ends_in_the_plan(&self, bench: &Bench) {
        for (i, rep) in bench.plan().iter().enumerate() {
            let territory = &self.territories[&self.accounts[&format!("C{i}")]];
            assert_eq!(territory["description"], format!("Territory of {rep}"));
            let j = REPS.iter().position(|r| r.0 == rep).unwrap();
            assert_eq!(territory["managerid"], id("005", j));
        }
        // One user in two territories is said.
        bench.write("users.csv", "rep_id,user\nR1,u1\nR2,u1\nR3,u3\nR4,u4\n");
        let users = bench.arg("users.csv");
        let (code, _, err) = bench.export("dynamics", &["--users", &users]);
        assert_eq!(code, 0, "{err}");
        assert!(
            err.contains("the territories of R1 and R2 have one user")
                && err.contains("no user is known of R5"),
            "{err}"
        );
    }
}

#[test]
fn rules_by_postcode_give_every_unit_its_owner() {
    let bench = Bench::new(|i| i % 5);
    let mut features = Vec::new();
    for n in 0..64 {
        let (x, y) = (
            10.0 + 0.25 * f64::from(n % 8),
            50.0 + 0.1875 * f64::from(n / 8),
        );
        let (u, v) = (x + 0.25, y + 0.1875);
        features.push(format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"id\":\"{:05}\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[[{x},{y}],[{u},{y}],[{u},{v}],[{x},{v}],[{x},{y}]]]}}}}",
            4100 + 3 * n
        ));
    }
    bench.write(
        "units.geojson",
        &format!(
            "{{\"type\":\"FeatureCollection\",\"features\":[{}]}}",
            features.join(",")
        ),
    );
    bench.write(
        "scenario.toml",
        "customers = \"customers.csv\"\nreps = \"reps.csv\"\nunits = \"units.geojson\"\n[rules]\nlocks = false\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.5\n",
    );
    bench.solve();
    Salesforce::default().export(&bench);
    let flags = flags(&bench);
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let (code, _, err) = bench.export("salesforce", &flags);
    assert_eq!(code, 0, "{err}");
    let territories = bench.rows("1_Territory2_insert.csv");
    let rules = bench.rows("7_rules.csv");
    assert!(!rules.is_empty() && rules.iter().all(|r| r["Value"].len() <= 1000));
    let takes = |name: &str, code: &str| {
        let names: BTreeSet<&String> = rules
            .iter()
            .filter(|r| r["Territory2DeveloperName"] == name)
            .map(|r| &r["RuleDeveloperName"])
            .collect();
        assert!(names.len() <= 15);
        names.into_iter().any(|rule| {
            let lines: Vec<&Row> = rules
                .iter()
                .filter(|r| r["RuleDeveloperName"] == *rule)
                .collect();
            assert!(lines.len() <= 10);
            lines[0]["BooleanFilter"].split(" OR ").any(|term| {
                term.trim_matches(['(', ')']).split(" AND ").all(|n| {
                    let line = lines[n.parse::<usize>().unwrap() - 1];
                    assert_eq!(
                        (line["SortOrder"].as_str(), line["Field"].as_str()),
                        (n, "BillingPostalCode")
                    );
                    match line["Operation"].as_str() {
                        "equals" => line["Value"].split(',').any(|v| v == code),
                        "greaterOrEqual" => code >= line["Value"].as_str(),
                        "lessOrEqual" => code <= line["Value"].as_str(),
                        other => panic!("{other}"),
                    }
                })
            })
        })
    };
    let mut reader = csv::Reader::from_path(bench.path("plan/units.csv")).unwrap();
    let mut owned = 0;
    for row in reader.records().map(Result::unwrap) {
        for t in &territories {
            let own = t["Description"] == format!("Territory of {}", &row[1]);
            assert_eq!(takes(&t["DeveloperName"], &row[0]), own, "{row:?}");
            owned += usize::from(own);
        }
    }
    assert!(owned > 50, "{owned}");
    // Rules that are there are not written again.
    let lines: String = rules
        .iter()
        .map(|r| format!("{},Account,x\n", r["RuleDeveloperName"]))
        .collect();
    bench.write(
        "today/rules.csv",
        &format!("DeveloperName,ObjectType,BooleanFilter\n{lines}"),
    );
    let (code, _, err) = bench.export("salesforce", &flags);
    assert_eq!((code, bench.rows("7_rules.csv").len()), (0, 0), "{err}");
}
