//! The interface, asked as others ask it.

use super::super::desk::Desk;
use super::super::safety::MOST;
use super::bench::{Bench, HOST};
use super::solve;
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

#[test]
fn an_edit_a_price_a_plan_and_back() {
    let bench = Bench::new();
    let (status, state) = bench.get("/v1/state");
    assert_eq!(status, 200);
    assert_eq!(state["stale"], false);
    let version = &state["version"];
    let edit = json!({"kind": "assign", "customers": ["C1"], "rep": "R1"});
    let asked = json!({"version": version, "edit": edit});
    let (status, price) = bench.post("/v1/price", &asked);
    assert_eq!(status, 200, "{price}");
    assert!(price["at_least"].is_number() || price["possible"] == false);
    assert_eq!(
        bench.version(),
        version.as_u64().unwrap(),
        "a price changes nothing"
    );
    let (status, state) = bench.post("/v1/edits", &asked);
    assert_eq!(status, 200, "{state}");
    assert_eq!(
        (&state["stale"], &state["undo"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(state["wishes"][0]["customers"], json!(["C1"]));
    let (_, columns) = bench.get("/v1/customers");
    let place = |of: &Value, id: &str| of.as_array().unwrap().iter().position(|x| x == id);
    let at = place(&columns["ids"], "C1").unwrap();
    assert_eq!(columns["rep"][at], 1);
    assert_eq!(columns["wished"][at], true);
    let (_, some) = bench.get("/v1/customers?columns=rep,wished");
    assert_eq!(some.as_object().unwrap().len(), 2);
    assert_eq!(
        bench
            .post("/v1/solve", &json!({"version": bench.version()}))
            .0,
        202
    );
    while bench.desk.busy().is_some() {
        std::thread::yield_now();
    }
    let (_, state) = bench.get("/v1/state");
    assert_eq!(state["stale"], false);
    assert_eq!(bench.desk.view().owner[at].0, 1);
    let (status, state) = bench.post("/v1/undo", &json!({"version": bench.version()}));
    assert_eq!(
        (status, &state["stale"], &state["redo"]),
        (200, &json!(true), &json!(true))
    );
    for (path, kind) in [
        ("/v1/plan", "claim"),
        ("/v1/territories.geojson", "features"),
    ] {
        let (status, value) = bench.get(path);
        assert!(status == 200 && !value[kind].is_null(), "{path}");
    }
}

#[test]
fn an_old_version_is_refused_with_what_changed() {
    let bench = Bench::new();
    let old = bench.version();
    assert_eq!(
        bench.edit(json!({"kind": "lock", "customers": ["C0"]})).0,
        200
    );
    let asked = json!({"version": old, "edit": {"kind": "lock", "customers": ["C1"]}});
    for path in ["/v1/edits", "/v1/price"] {
        let (status, told) = bench.post(path, &asked);
        assert_eq!(status, 409);
        assert_eq!(told["version"], old + 1);
        assert_eq!(told["changed"], json!(["C0 locked"]));
    }
    for path in ["/v1/undo", "/v1/redo", "/v1/solve", "/v1/plans/A/open"] {
        assert_eq!(
            bench.post(path, &json!({"version": old + 7})).0,
            409,
            "{path}"
        );
    }
    assert_eq!(bench.version(), old + 1);
}

#[test]
fn two_who_edit_the_same_version_do_not_overwrite_each_other() {
    let bench = Bench::new();
    let version = bench.version();
    let edit = super::super::edit::Edit::Lock {
        customers: vec!["C0".into()],
    };
    let done: Vec<bool> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| bench.desk.edit(version, &edit).is_ok()))
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(done.iter().filter(|ok| **ok).count(), 1);
    assert_eq!(bench.version(), version + 1);
}

#[test]
fn other_hosts_and_other_sites_are_refused() {
    let bench = Bench::new();
    let ask = |headers: &[(&str, &str)]| {
        let mut request = Request::builder().uri("/v1/state");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        bench.send(request.body(Body::empty()).unwrap()).0
    };
    assert_eq!(ask(&[("host", HOST)]), 200);
    assert_eq!(ask(&[("host", "localhost:8017")]), 200);
    assert_eq!(
        ask(&[("host", HOST), ("origin", "http://127.0.0.1:8017")]),
        200
    );
    for host in [
        "evil.example:8017",
        "127.0.0.1",
        "127.0.0.1:80",
        "",
        "127.0.0.1:8017.evil",
    ] {
        assert_eq!(ask(&[("host", host)]), 421, "{host}");
    }
    assert_eq!(ask(&[]), 421);
    assert_eq!(ask(&[("host", HOST), ("host", HOST)]), 421);
    for origin in [
        "http://evil.example",
        "null",
        "http://127.0.0.1:80",
        "http://localhost:8017",
    ] {
        assert_eq!(ask(&[("host", HOST), ("origin", origin)]), 403, "{origin}");
    }
    assert_eq!(
        ask(&[("host", HOST), ("sec-fetch-site", "cross-site")]),
        403
    );
}

#[test]
fn every_answer_tells_browsers_what_to_refuse() {
    let bench = Bench::new();
    for path in ["/", "/v1/state", "/v1/nothing", "/desk/nothing.js"] {
        let request = Request::builder().uri(path).header(header::HOST, HOST);
        let (_, response, _) = bench.send(request.body(Body::empty()).unwrap());
        let header = |name: &str| response.headers().get(name).map(|v| v.to_str().unwrap());
        let policy = header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';"),
            "{path}"
        );
        assert!(!policy.contains("unsafe"));
        assert_eq!(header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(header("access-control-allow-origin"), None, "{path}");
    }
}

#[test]
fn without_the_token_nothing_is_told() {
    let mut bench = Bench::new();
    bench.token = Some("0123456789abcdef");
    let ask = |path: &str, token: Option<&str>| {
        let mut request = Request::builder().uri(path).header(header::HOST, HOST);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, token);
        }
        bench.send(request.body(Body::empty()).unwrap()).0
    };
    for path in [
        "/v1/state",
        "/v1/customers",
        "/metrics",
        "/v1/events",
        "/openapi.json",
        "/v1/x",
    ] {
        for token in [
            None,
            Some("Bearer "),
            Some("Bearer 0123456789abcdeF"),
            Some("0123456789abcdef"),
            Some("Basic 0123456789abcdef"),
        ] {
            assert_eq!(ask(path, token), 401, "{path} {token:?}");
        }
    }
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let given = format!("{scheme} 0123456789abcdef");
        assert_eq!(ask("/v1/state", Some(&given)), 200, "{scheme}");
    }
    assert_eq!(ask("/", None), 200);
    assert_eq!(ask("/v1/state?token=0123456789abcdef", None), 401);
}

#[test]
fn paths_do_not_leave_the_folder() {
    let bench = Bench::new();
    let version = bench.version();
    std::fs::create_dir_all(bench.dir.path().join("outside")).unwrap();
    for name in [
        "../outside",
        "..",
        ".",
        "",
        "a/b",
        "a\\b",
        "current",
        "x\0",
        ".git",
        "/etc",
        "\u{202e}x\n",
    ] {
        let (status, told) = bench.post("/v1/plans", &json!({"version": version, "name": name}));
        assert_eq!(status, 422, "{name:?}: {told}");
    }
    for path in [
        "/desk/../Cargo.toml",
        "/desk/..%2f..%2fCargo.toml",
        "/desk/%2e%2e/%2e%2e/etc/passwd",
        "/desk//etc/passwd",
        "/desk/a%00.js",
        "/v1/compare?a=../../x&b=current",
        "/v1/compare?a=..%2Fcurrent&b=current",
    ] {
        assert_eq!(bench.get(path).0, 404, "{path}");
    }
    for path in [
        "/v1/plans/..%2fcurrent/open",
        "/v1/plans/%2e%2e/open",
        "/v1/plans/current/open",
    ] {
        let (status, _) = bench.post(path, &json!({"version": version}));
        assert_eq!(status, 404, "{path}");
    }
    assert_eq!(bench.get("/v1/export?to=../../etc/passwd").0, 400);
    assert_eq!(bench.version(), version);
}

#[test]
fn hostile_ids_stay_text() {
    let bench = Bench::new();
    let id = "<script>alert(1)</script>\u{202e}\"';--";
    let new =
        json!({"kind": "rep_new", "id": id, "name": "\"><img src=x>", "lon": 9.0, "lat": 50.0});
    let (status, state) = bench.edit(new);
    assert_eq!(status, 200, "{state}");
    let last = state["reps"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["id"], &last["name"]),
        (&json!(id), &json!("\"><img src=x>"))
    );
    assert_eq!(
        bench
            .edit(json!({"kind": "assign", "customers": ["C1"], "rep": id}))
            .0,
        200
    );
    // It goes through the files and back.
    let view = solve(&bench.desk);
    assert!(!view.stale);
    let again = Desk::open(&bench.dir.path().join("scenario.toml")).unwrap();
    assert_eq!(again.view().draft, view.draft);
    for id in ["a\nb", "a\0", " a", "a ", "", "\u{7f}"] {
        let new = json!({"kind": "rep_new", "id": id, "lon": 9.0, "lat": 50.0});
        assert_eq!(bench.edit(new).0, 422, "{id:?}");
    }
    for ids in [json!(["nobody\n\0<b>"]), json!([])] {
        let (status, told) = bench.edit(json!({"kind": "lock", "customers": ids}));
        assert_eq!(status, 422);
        assert!(told["problems"].as_array().is_some_and(|p| !p.is_empty()));
    }
}

#[test]
fn what_is_no_request_is_told_and_changes_nothing() {
    let bench = Bench::new();
    let version = bench.version();
    let deep = "[".repeat(100_000);
    for body in [
        "",
        "{",
        "null",
        "[]",
        "{\"version\":-1}",
        "{\"version\":1e99,\"edit\":{}}",
        "\u{0}",
        &deep,
    ] {
        for path in [
            "/v1/edits",
            "/v1/price",
            "/v1/undo",
            "/v1/solve",
            "/v1/plans",
            "/v1/leads",
        ] {
            let (status, told) = bench.ask(Method::POST, path, body.to_owned());
            // An object may be a lead, though not a good one.
            let lead = path == "/v1/leads" && body.starts_with("{\"");
            let expected = if lead { 422 } else { 400 };
            assert_eq!(status, expected, "{path} {:.20} {told}", body);
            assert!(told["error"].is_string(), "{path}");
        }
    }
    let not_utf8 = bench.ask(Method::POST, "/v1/edits", vec![0xff, 0xfe]);
    assert_eq!(not_utf8.0, 400);
    let huge = bench.ask(Method::POST, "/v1/edits", vec![b' '; MOST + 1]);
    assert_eq!(huge.0, 413);
    assert_eq!(bench.ask(Method::DELETE, "/v1/state", "").0, 405);
    assert_eq!(bench.get("/v1/edits").0, 405);
    assert_eq!(bench.get("/nothing").0, 404);
    for edit in [
        json!({"kind": "settings", "tolerance": {"workload": 2.0}}),
        json!({"kind": "settings", "tolerance": {"nothing": 0.5}}),
        json!({"kind": "settings", "deviation_budget": {"workload": 1.5}}),
        json!({"kind": "settings", "deviation_budget": {"nothing": 0.01}}),
        json!({"kind": "settings", "max_km": -1}),
        json!({"kind": "rep_move", "rep": "R0", "lon": 500, "lat": 0}),
        json!({"kind": "rep_move", "rep": "nobody", "lon": 5, "lat": 0}),
        json!({"kind": "assign", "customers": ["C0"], "rep": "nobody"}),
    ] {
        assert_eq!(bench.edit(edit.clone()).0, 422, "{edit}");
    }
    assert_eq!(bench.version(), version);
}

#[test]
fn the_document_has_every_address() {
    let bench = Bench::new();
    let (status, document) = bench.get("/openapi.json");
    assert_eq!(status, 200);
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item
            .as_object()
            .unwrap()
            .keys()
            .filter(|m| *m != "parameters")
        {
            if path == "/v1/events" {
                continue;
            }
            let path = path.replace("{name}", "x");
            let method: Method = method.to_uppercase().parse().unwrap();
            let (status, _) = bench.ask(method.clone(), &path, "");
            assert!(
                status != 405
                    && (status != 404 || path.contains("/x/") || path.contains("compare")),
                "{method} {path}: {status}"
            );
        }
    }
}

#[test]
fn a_body_may_be_as_large_as_the_limit_says() {
    let bench = Bench::new();
    // 20 MB of one id.
    let ids = vec!["C0"; 4_000_000];
    let edit = json!({"kind": "lock", "customers": ids});
    assert_eq!(bench.edit(edit).0, 200);
    let edit = json!({"kind": "forbid", "customers": ids, "rep": "R0"});
    assert_eq!(bench.edit(edit).0, 200);
    let journal = std::fs::metadata(bench.desk.folder.journal()).unwrap();
    assert!(journal.len() < 10_000, "each id once");
    let space = bench.ask(Method::POST, "/v1/edits", vec![b' '; MOST]);
    assert_eq!(space.0, 400);
}

#[test]
fn what_was_approved_is_a_draft_again_after_an_edit() {
    let bench = Bench::new();
    let mark = |mark: &str| {
        let asked = json!({"version": bench.version(), "name": mark});
        bench.post("/v1/draft", &asked).1["draft"].clone()
    };
    assert_eq!(mark("approved"), "approved");
    let asked = json!({"version": bench.version(), "name": "A"});
    assert_eq!(bench.post("/v1/plans", &asked).1["draft"], "approved");
    let (_, state) = bench.edit(json!({"kind": "lock", "customers": ["C0"]}));
    assert_eq!(state["draft"], "draft");
    let text = state["wishes"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("1 customer stays with R"), "{text}");
    assert_eq!(mark("proposed"), "proposed");
    let (_, state) = bench.post("/v1/undo", &json!({"version": bench.version()}));
    assert_eq!(state["draft"], "draft");
}

#[test]
fn those_who_listen_leave_room_for_others() {
    let bench = Bench::new();
    let listening: Vec<_> = (0..64)
        .map(|_| bench.desk.wires.events.subscribe())
        .collect();
    assert_eq!(bench.get("/v1/events").0, 503);
    assert_eq!(bench.get("/healthz").0, 200);
    drop(listening);
}
