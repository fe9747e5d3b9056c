//! Plans that are kept, compared and handed over, and leads.

use super::super::desk::Desk;
use super::bench::{Bench, HOST};
use super::solve;
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

#[test]
fn plans_are_kept_compared_and_opened() {
    let bench = Bench::new();
    let keep = |name: &str| {
        bench.post(
            "/v1/plans",
            &json!({"version": bench.version(), "name": name}),
        )
    };
    let (status, state) = keep("A");
    assert_eq!(
        (status, &state["plans"][0]["name"]),
        (200, &json!("A")),
        "{state}"
    );
    assert_eq!(keep("A").0, 422, "there is one");
    let before = bench.desk.view().owner.clone();
    let other = (before[0].0 + 1) % 2;
    let edit = json!({"kind": "assign", "customers": ["C0"], "rep": format!("R{other}")});
    assert_eq!(bench.edit(edit).0, 200);
    assert_eq!(keep("B").0, 422, "it has no plan");
    solve(&bench.desk);
    assert_eq!(keep("B").0, 200);
    let (status, found) = bench.get("/v1/compare?a=A&b=B");
    assert_eq!(status, 200, "{found}");
    let moved = before
        .iter()
        .zip(&bench.desk.view().owner)
        .filter(|(a, b)| a != b)
        .count();
    assert_eq!(found["moved"], moved);
    let (status, state) = bench.post("/v1/plans/A/open", &json!({"version": bench.version()}));
    assert_eq!((status, &state["stale"]), (200, &json!(false)), "{state}");
    assert_eq!(bench.desk.view().owner, before);
    let again = Desk::open(&bench.dir.path().join("scenario.toml")).unwrap();
    assert_eq!(again.view().owner, before);
    assert_eq!(bench.get("/v1/compare?a=A&b=nothing").0, 404);
}

#[test]
fn every_export_is_a_file() {
    let bench = Bench::new();
    for (to, start) in [
        ("csv", &b"PK"[..]),
        ("kml", b"<?xml"),
        ("topojson", b"{"),
        ("svg", b"<svg"),
        ("report", b"<!doctype"),
        ("sheets", b"PK"),
        ("plan", b"PK"),
        ("scenario", b""),
    ] {
        let request = Request::builder().uri(format!("/v1/export?to={to}"));
        let (status, response, bytes) = bench.send(
            request
                .header(header::HOST, HOST)
                .body(Body::empty())
                .unwrap(),
        );
        assert_eq!(status, 200, "{to}: {}", String::from_utf8_lossy(&bytes));
        let head = &bytes[..start.len()];
        assert!(head.eq_ignore_ascii_case(start), "{to}");
        assert!(response.headers().contains_key(header::CONTENT_DISPOSITION));
    }
    let left = std::fs::read_dir(&bench.desk.folder.dir).unwrap();
    let hidden = |e: &std::io::Result<std::fs::DirEntry>| {
        e.as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with(".export")
    };
    assert_eq!(left.filter(hidden).count(), 0);
}

#[test]
fn leads_go_where_the_plan_says() {
    let bench = Bench::new();
    let (status, told) = bench.post("/v1/leads", &json!({"lon": 9.0, "lat": 49.0}));
    assert_eq!(status, 200, "{told}");
    assert_eq!(told["rows"][0]["id"], "lead-1");
    assert!(told["rows"][0]["rep"].is_string());
    let (_, list) = bench.post(
        "/v1/leads",
        &json!([{"id": "<b>", "lon": 9.0, "lat": 49.0}, {"lon": 10.0, "lat": 50.0}]),
    );
    assert_eq!(list["rows"].as_array().unwrap().len(), 2);
    assert_eq!(list["rows"][0]["id"], "<b>");
    let request = Request::builder().method(Method::POST).uri("/v1/leads");
    let request = request
        .header(header::HOST, HOST)
        .header(header::CONTENT_TYPE, "text/csv");
    let (status, _, bytes) = bench.send(request.body("id,lon,lat\nx,9.0,49.0\n".into()).unwrap());
    assert_eq!(status, 200);
    let csv: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(csv["rows"][0]["rep"], told["rows"][0]["rep"]);
    for bad in [
        json!({"lon": 900, "lat": 49.0}),
        json!({"lon": "x", "lat": 1}),
        json!({"lon": 9}),
    ] {
        assert_eq!(bench.post("/v1/leads", &bad).0, 422, "{bad}");
    }
}

#[test]
fn who_is_away_keeps_nobody_and_who_is_back_has_their_locks_again() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write("reps.csv", "id,lon,lat\nA,8,50\nB,9,50\nC,10,50\n");
    let customers = "id,lon,lat,workload,owner,locked\na,8.1,50,1,A,true\nb,8.9,50,1,B,false\nc,8.3,50,1,A,true\nd,9.7,50,1,C,true\n";
    write("customers.csv", customers);
    write(
        "scenario.toml",
        "customers = \"customers.csv\"\nreps = \"reps.csv\"\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.9\n",
    );
    let desk = Desk::open(&dir.path().join("scenario.toml")).unwrap();
    let edit = |edit: &super::Edit| desk.edit(desk.view().version, edit).unwrap();
    let customers = || vec!["a".to_owned()];
    edit(&super::Edit::Unlock {
        customers: customers(),
    });
    let away = super::Edit::RepOff { rep: "A".into() };
    assert_eq!(edit(&away).draft.unlock.len(), 2);
    let view = solve(&desk);
    assert!(!view.kept.as_ref().unwrap().broken() && !view.stale);
    assert!(view.owner.iter().all(|j| j.0 != 0), "{:?}", view.owner);
    assert_eq!(view.owner[3].0, 2, "the locks of others hold");
    let verdict = crate::api::check(desk.folder.plan("current")).unwrap();
    assert!(verdict.holds(), "{verdict:?}");
    edit(&super::Edit::Release {
        customers: customers(),
    });
    let back = super::Edit::RepOn { rep: "A".into() };
    assert!(edit(&back).draft.unlock.is_empty());
    let view = solve(&desk);
    assert_eq!((view.owner[0].0, view.owner[2].0), (0, 0));
}

#[test]
fn what_evenness_may_cost_is_chosen_anew_where_it_is_set_anew() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write("reps.csv", "id,lon,lat\nA,8,50\nB,10,50\n");
    let site = |i: u32| {
        let lon = 7.8 + 1.3 * f64::from(i % 29) / 29.0;
        format!("c{i},{lon:.3},50.{},{}\n", i % 7, 1 + i % 5)
    };
    let sites: String = (0..120).map(site).collect();
    write("customers.csv", &format!("id,lon,lat,workload\n{sites}"));
    write(
        "scenario.toml",
        "customers = \"customers.csv\"\nreps = \"reps.csv\"\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.2\n",
    );
    let desk = Desk::open(&dir.path().join("scenario.toml")).unwrap();
    let edit = |edit: &super::Edit| desk.edit(desk.view().version, edit).unwrap();
    let budget = |share: f64| {
        super::Edit::Settings(super::Settings {
            deviation_budget: [("workload".to_owned(), share)].into(),
            ..Default::default()
        })
    };
    // How far the loads are from the half that is each one's, and what a unit of that costs.
    let made = || {
        let view = solve(&desk);
        let kept = view.kept.as_ref().unwrap();
        assert!(!kept.broken() && !view.stale);
        let verdict = crate::api::check(desk.folder.plan("current")).unwrap();
        assert!(verdict.holds(), "{verdict:?}");
        let [a, b] = [0, 1].map(|j| view.summary.reps[j].totals[0]);
        ((a - b).abs(), kept.costs.first().copied())
    };
    let (off, none) = made();
    assert_eq!(none, None);
    edit(&budget(0.02));
    let (nearer, some) = made();
    assert!(nearer < off && some.unwrap() > 0.0, "{nearer} {some:?}");
    // A wish counts with the cost of the plan that it was priced by.
    edit(&super::Edit::Assign {
        customers: vec!["c0".into()],
        rep: "B".into(),
    });
    assert_eq!(made().1, some);
    edit(&budget(0.5));
    let (nearest, more) = made();
    assert!(nearest < nearer && more > some, "{nearest} {more:?}");
    edit(&budget(0.0));
    assert_eq!(made().1, None);
}

#[test]
fn a_wish_against_a_lock_is_refused_until_the_lock_is_lifted() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write("reps.csv", "id,lon,lat\nA,8,50\nB,9,50\n");
    write(
        "customers.csv",
        "id,lon,lat,workload,owner,locked\na,8.1,50,1,A,true\nb,8.9,50,1,B,false\nc,8.3,50,1,A,true\n",
    );
    write(
        "scenario.toml",
        "customers = \"customers.csv\"\nreps = \"reps.csv\"\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.9\n",
    );
    let desk = Desk::open(&dir.path().join("scenario.toml")).unwrap();
    let edit = |edit: &super::Edit| desk.edit(desk.view().version, edit);
    let all = || ["a", "b", "c"].map(str::to_owned).to_vec();
    let (there, away) = ("B".to_owned(), "A".to_owned());
    for wish in [
        super::Edit::Assign {
            customers: all(),
            rep: there.clone(),
        },
        super::Edit::Forbid {
            customers: all(),
            rep: away,
        },
    ] {
        let refused = edit(&wish).unwrap_err().body();
        let told: Vec<&str> = (refused["problems"].as_array().unwrap().iter())
            .map(|p| p["what"].as_str().unwrap())
            .collect();
        assert_eq!(
            told,
            [
                "customer \"a\" is locked to \"A\"",
                "customer \"c\" is locked to \"A\""
            ]
        );
    }
    // To where they are locked, they may go.
    edit(&super::Edit::Assign {
        customers: all(),
        rep: "A".into(),
    })
    .unwrap();
    edit(&super::Edit::Unlock { customers: all() }).unwrap();
    let view = edit(&super::Edit::Assign {
        customers: all(),
        rep: there,
    })
    .unwrap();
    assert!(view.owner.iter().all(|j| j.0 == 1));
}

#[test]
fn leads_find_the_area_units_of_the_plan_by_their_postcodes() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    let square = |id: &str, x: f64| {
        format!(
            r#"{{"type":"Feature","properties":{{"id":"{id}","workload":1}},"geometry":{{"type":"Polygon","coordinates":[[[{x},50],[{y},50],[{y},51],[{x},51],[{x},50]]]}}}}"#,
            y = x + 1.0
        )
    };
    let squares = [square("10115", 8.0), square("80331", 9.0)].join(",");
    write(
        "customers.geojson",
        &format!(r#"{{"type":"FeatureCollection","features":[{squares}]}}"#),
    );
    write("reps.csv", "id,lon,lat\nA,8.5,50.5\nB,9.5,50.5\n");
    write(
        "scenario.toml",
        "customers = \"customers.geojson\"\nreps = \"reps.csv\"\n[[balance]]\nmeasure = \"workload\"\ntolerance = 0.5\n",
    );
    let desk = Desk::open(&dir.path().join("scenario.toml")).unwrap();
    solve(&desk);
    let leads = br#"[{"id": 1, "postcode": "80331"}, {"id": 2, "postcode": "10115"}]"#;
    for _ in 0..2 {
        let told = super::super::leads::route(&desk, "application/json", leads).unwrap();
        let reps: Vec<&Value> = (told["rows"].as_array().unwrap().iter())
            .map(|row| &row["rep"])
            .collect();
        assert_eq!(reps, ["B", "A"], "{told}");
    }
}
