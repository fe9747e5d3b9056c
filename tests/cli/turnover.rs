//! `revier size --next`, `--leave`, `--move`: changes of the team, against all plans there are.

use super::{revier, said};
use std::path::Path;

/// Customers: place and hours.
const SITES: [(f64, f64, f64); 8] = [
    (8.0, 50.0, 3.0),
    (8.3, 50.2, 2.0),
    (8.6, 49.9, 4.0),
    (9.4, 50.3, 2.0),
    (9.8, 50.0, 3.0),
    (10.5, 50.1, 2.0),
    (10.9, 49.7, 4.0),
    (11.2, 50.2, 4.0),
];
const REPS: [(&str, f64, f64); 3] = [
    ("Anna", 8.2, 50.0),
    ("Bo", 9.7, 50.1),
    ("Čid, the 2nd", 12.4, 50.0),
];
const TOWNS: [(&str, f64, f64); 3] = [
    ("Here", 10.9, 50.0),
    ("=There", 8.5, 50.0),
    ("Far", 14.0, 53.0),
];
const TOLERANCE: f64 = 0.4;

/// Kilometres by the haversine formula.
fn km(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (p, q) = (a.1.to_radians(), b.1.to_radians());
    let half = |x: f64| (x / 2.0).sin().powi(2);
    let h = half(q - p) + p.cos() * q.cos() * half((b.0 - a.0).to_radians());
    2.0 * 6371.0088 * h.sqrt().asin()
}

/// The least that any plan with these bases costs; none where no plan keeps the bounds.
fn least(bases: &[(f64, f64)]) -> Option<f64> {
    let k = bases.len();
    let share = SITES.iter().map(|s| s.2).sum::<f64>() / k as f64;
    let mut best = None;
    for mut code in 0..k.pow(SITES.len() as u32) {
        let (mut load, mut cost) = (vec![0.0; k], 0.0);
        for site in SITES {
            let j = code % k;
            code /= k;
            load[j] += site.2;
            cost += site.2 * km((site.0, site.1), bases[j]);
        }
        let fits = |y: &f64| (y / share - 1.0).abs() <= TOLERANCE + 1e-12;
        if load.iter().all(fits) && best.is_none_or(|b| cost < b) {
            best = Some(cost);
        }
    }
    best
}

fn write(dir: &Path, sizing: &str) -> String {
    let mut customers = String::from("id,lon,lat,workload\n");
    for (i, (lon, lat, hours)) in SITES.iter().enumerate() {
        customers += &format!("C{i},{lon},{lat},{hours}\n");
    }
    let people = |all: &[(&str, f64, f64)]| {
        let line = |p: &(&str, f64, f64)| format!("\"{}\",{},{}\n", p.0, p.1, p.2);
        "id,lon,lat\n".to_owned() + &all.iter().map(line).collect::<String>()
    };
    std::fs::write(dir.join("customers.csv"), customers).unwrap();
    std::fs::write(dir.join("reps.csv"), people(&REPS)).unwrap();
    std::fs::write(dir.join("towns.csv"), people(&TOWNS)).unwrap();
    let file = dir.join("scenario.toml");
    let text = format!(
        "customers = \"customers.csv\"\nreps = \"reps.csv\"\n[[balance]]\nmeasure = \"workload\"\ntolerance = {TOLERANCE}\n{sizing}"
    );
    std::fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

fn homes() -> Vec<(f64, f64)> {
    REPS.iter().map(|r| (r.1, r.2)).collect()
}

/// The least cost after a change, as the line names it.
fn after(row: &csv::StringRecord) -> Option<f64> {
    let rep = REPS.iter().position(|r| r.0 == &row[1]);
    // An apostrophe keeps a spreadsheet from taking a name for a formula.
    let place = row[2].trim_start_matches('\'');
    let town = TOWNS.iter().find(|t| t.0 == place).map(|t| (t.1, t.2));
    let mut bases = homes();
    match (&row[0], rep, town) {
        ("joins", None, Some(town)) => bases.push(town),
        ("leaves", Some(rep), None) => {
            bases.remove(rep);
        }
        ("moves", Some(rep), Some(town)) => bases[rep] = town,
        other => panic!("{other:?}"),
    }
    least(&bases)
}

#[test]
fn every_change_is_the_best_plan_there_is_after_it() {
    let dir = tempfile::tempdir().unwrap();
    let file = write(dir.path(), "[sizing]\ncandidates = \"towns.csv\"\n");
    let out = dir.path().join("size");
    let args = [
        "size",
        &file,
        "--out",
        out.to_str().unwrap(),
        "--next",
        "3",
        "--leave",
        "--move",
        "3",
    ];
    let run = revier(&args);
    let (status, text, errors) = said(&run);
    assert_eq!(status, 0, "{errors}");
    let today = least(&homes()).expect("a plan today");
    let mut reader = csv::Reader::from_path(out.join("turnover.csv")).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let of = |what: &str| rows.iter().filter(|r| &r[0] == what).count();
    assert_eq!((of("joins"), of("leaves")), (3, 3));
    assert!((1..=3).contains(&of("moves")), "{rows:?}");
    let number = |row: &csv::StringRecord, at: usize| row[at].parse::<f64>().unwrap();
    for row in &rows {
        let Some(least) = after(row) else {
            assert_ne!(&row[10], "yes", "{row:?}");
            continue;
        };
        assert_eq!(&row[10], "yes", "{row:?} {least}");
        let (travel, bound) = (number(row, 5), number(row, 6));
        assert!(bound <= least + 1e-6, "{row:?} {least}");
        assert!(
            travel >= least - 1e-3 && travel <= least * 1.0011,
            "{row:?} {least}"
        );
        // What it saves, and at most.
        let (saves, most) = (number(row, 7), number(row, 8));
        assert!((saves - (today - travel)).abs() <= 2e-3 * today, "{row:?}");
        assert!(most >= saves && most >= today - least - 1e-3, "{row:?}");
        assert_eq!(&row[9], "", "no money is named");
    }
    // The best of each kind first.
    for pair in rows.windows(2).filter(|w| w[0][0] == w[1][0]) {
        if &pair[1][10] == "yes" {
            assert!(number(&pair[0], 5) <= number(&pair[1], 5));
        }
    }
    assert!(text.starts_with("3 reps today: travel "), "{text}");
    assert!(text.contains("Čid, the 2nd to Here"), "{text}");
    // Again: its own file is replaced.
    assert_eq!(said(&revier(&args)).0, 0);
}

#[test]
fn money_counts_the_pay_of_who_joins_and_leaves() {
    let dir = tempfile::tempdir().unwrap();
    let sizing = "[travel]\nweight = \"visits\"\n[sizing]\ncandidates = \"towns.csv\"\ncost_per_rep = 100\ncost_per_km = 0.5\n";
    let file = write(dir.path(), sizing);
    let out = dir.path().join("size");
    let out = out.to_str().unwrap();
    let run = revier(&[
        "size", &file, "--out", out, "--next", "1", "--leave", "--move", "1",
    ]);
    assert_eq!(said(&run).0, 0, "{}", said(&run).2);
    let mut reader = csv::Reader::from_path(format!("{out}/turnover.csv")).unwrap();
    for row in reader.records().map(Result::unwrap) {
        if &row[10] != "yes" {
            continue;
        }
        let number = |at: usize| row[at].parse::<f64>().unwrap();
        let pay = match &row[0] {
            "joins" => -100.0,
            "leaves" => 100.0,
            _ => 0.0,
        };
        // A visit is the way there and back, half a Euro each kilometre.
        assert!((number(9) - (number(7) + pay)).abs() < 0.02, "{row:?}");
    }
}

#[test]
fn a_team_without_a_plan_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let file = write(
        dir.path(),
        "[rules]\nforbid = [[\"C0\", \"Anna\"], [\"C0\", \"Bo\"], [\"C0\", \"Čid, the 2nd\"]]\n[sizing]\ncandidates = \"towns.csv\"\n",
    );
    let out = dir.path().join("size");
    let run = revier(&["size", &file, "--out", out.to_str().unwrap(), "--next", "1"]);
    let (status, _, errors) = said(&run);
    assert_eq!(status, 3, "{errors}");
    assert!(
        errors.contains("the reps of today have no plan"),
        "{errors}"
    );
    assert!(!out.join("turnover.csv").exists());
}
