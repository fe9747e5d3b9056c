//! A desk that is asked as others ask it.

use super::super::desk::Desk;
use super::super::house::House;
use super::super::routes::router;
use super::super::safety::Doors;
use super::{Random, solve, write_project};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, Response, header};
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt;

pub(super) const HOST: &str = "127.0.0.1:8017";

/// A desk in a folder of its own.
pub(super) struct Bench {
    pub dir: tempfile::TempDir,
    pub desk: Arc<Desk>,
    pub token: Option<&'static str>,
    runtime: tokio::runtime::Runtime,
}

impl Bench {
    pub fn new() -> Bench {
        let dir = tempfile::tempdir().unwrap();
        // One that has a plan.
        let desk = (1..).find_map(|seed| {
            write_project(dir.path(), &mut Random::new(seed), 10);
            let desk = Desk::open(&dir.path().join("scenario.toml")).ok()?;
            let kept = solve(&desk).kept.clone()?;
            (kept.status != crate::plan::Status::Infeasible).then_some(desk)
        });
        Bench {
            dir,
            desk: desk.unwrap(),
            token: None,
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap(),
        }
    }

    pub fn app(&self) -> Router {
        let doors = Doors::new(HOST.parse().unwrap(), self.token);
        router(House::with(self.desk.clone()), doors)
    }

    pub fn send(&self, request: Request<Body>) -> (u16, Response<()>, Vec<u8>) {
        self.runtime.block_on(async {
            let (parts, body) = self.app().oneshot(request).await.unwrap().into_parts();
            let status = parts.status.as_u16();
            let bytes = to_bytes(body, usize::MAX).await.unwrap();
            (status, Response::from_parts(parts, ()), bytes.to_vec())
        })
    }

    pub fn ask(&self, method: Method, path: &str, body: impl Into<Body>) -> (u16, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, HOST);
        let (status, _, bytes) = self.send(request.body(body.into()).unwrap());
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    pub fn get(&self, path: &str) -> (u16, Value) {
        self.ask(Method::GET, path, Body::empty())
    }

    pub fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.ask(Method::POST, path, body.to_string())
    }

    pub fn version(&self) -> u64 {
        self.desk.view().version
    }

    pub fn edit(&self, edit: Value) -> (u16, Value) {
        self.post(
            "/v1/edits",
            &json!({"version": self.version(), "edit": edit}),
        )
    }
}
