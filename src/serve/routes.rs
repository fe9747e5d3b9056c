//! The interface: which address does what. Whatever takes long runs on threads that may block.

use super::desk::{Desk, Wanted};
use super::edit::Edit;
use super::price::Price;
use super::refusal::Refusal;
use super::safety::{Doors, error, guard};
use super::{assets, events, export, leads, openapi, told};
use crate::compare::{self, Saved};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use tower_http::compression::CompressionLayer;

type Asked = State<Arc<Desk>>;
type Answer = Result<Response, Refusal>;
type Parameters = Result<Query<BTreeMap<String, String>>, QueryRejection>;

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let kind = [(header::CONTENT_TYPE, "application/json")];
        (status, kind, self.body().to_string()).into_response()
    }
}

/// All addresses of a desk.
pub(super) fn router(desk: Arc<Desk>, doors: Doors) -> Router {
    let doors = Arc::new(doors);
    Router::new()
        .route("/", get(page))
        .route("/desk/{*file}", get(file))
        .route("/openapi.json", get(document))
        .route("/healthz", get(health))
        .route("/metrics", get(metrics))
        .route("/v1/state", get(state))
        .route("/v1/customers", get(customers))
        .route("/v1/territories.geojson", get(territories))
        .route("/v1/plan", get(plan))
        .route("/v1/price", post(price))
        .route("/v1/edits", post(edit))
        .route("/v1/undo", post(undo))
        .route("/v1/redo", post(redo))
        .route("/v1/draft", post(mark))
        .route("/v1/solve", post(solve))
        .route("/v1/cancel", post(cancel))
        .route("/v1/plans", post(save))
        .route("/v1/plans/{name}/open", post(open))
        .route("/v1/compare", get(compare))
        .route("/v1/export", get(export_plan))
        .route("/v1/leads", post(lead))
        .fallback(|| async { error(StatusCode::NOT_FOUND, "there is nothing at this address") })
        .layer(CompressionLayer::new())
        .route(
            "/v1/events",
            get(|State(desk): Asked| async move { events::stream(&desk) }),
        )
        // `guard` has the limit.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn(as_json))
        .layer(from_fn_with_state((desk.clone(), doors), guard))
        .with_state(desk)
}

/// What the framework refuses by itself is told in JSON, too.
async fn as_json(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let plain = !response.headers().contains_key(header::CONTENT_TYPE)
        || (response.headers().get(header::CONTENT_TYPE))
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !(status.is_client_error() && plain) {
        return response;
    }
    let allow = response.headers().get(header::ALLOW).cloned();
    let what = status
        .canonical_reason()
        .unwrap_or("refused")
        .to_lowercase();
    let mut told = error(status, &what);
    if let Some(allow) = allow {
        told.headers_mut().insert(header::ALLOW, allow);
    }
    told
}

fn json_of(value: &Value) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (kind, value.to_string()).into_response()
}

/// A body as JSON, whatever its content type says: a browser lets no other site send it (`safety`).
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let bad = |e: serde_json::Error| Refusal::Malformed(e.to_string());
    let value: Value = serde_json::from_slice(body).map_err(bad)?;
    if !value.is_object() {
        return Err(Refusal::Malformed("an object is needed".into()));
    }
    serde_json::from_value(value).map_err(bad)
}

/// Runs what takes a while.
async fn work<T: Send + 'static>(
    desk: &Arc<Desk>,
    work: impl FnOnce(&Arc<Desk>) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let desk = desk.clone();
    let done = tokio::task::spawn_blocking(move || work(&desk)).await;
    done.unwrap_or_else(|e| {
        Err(Refusal::Failed(crate::error::Error::Internal(
            e.to_string(),
        )))
    })
}

/// A version alone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Versioned {
    version: u64,
}

/// A version and a name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WithName {
    version: u64,
    name: String,
}

/// A version and what is wished.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WithEdit {
    version: u64,
    edit: Edit,
}

async fn page(headers: HeaderMap) -> Response {
    assets::file("index.html", &headers)
}

async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    assets::file(&name, &headers)
}

async fn document() -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (kind, openapi::DOCUMENT).into_response()
}

async fn health(State(desk): Asked) -> Response {
    json_of(&json!({"status": "ok", "version": desk.view().version}))
}

async fn metrics(State(desk): Asked) -> Response {
    let text = desk
        .metrics
        .text(desk.view().version, desk.busy().is_some());
    let kind = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    (kind, text).into_response()
}

async fn state(State(desk): Asked) -> Answer {
    let told = work(&desk, |desk| Ok(told::state(desk, &desk.view()))).await?;
    Ok(json_of(&told))
}

async fn customers(State(desk): Asked, query: Parameters) -> Answer {
    let query = parameters(query)?;
    let columns = query.get("columns").cloned();
    let told = work(&desk, move |desk| {
        Ok(told::customers(&desk.view(), columns.as_deref()))
    });
    Ok(json_of(&told.await?))
}

fn parameters(query: Parameters) -> Result<BTreeMap<String, String>, Refusal> {
    query
        .map(|Query(all)| all)
        .map_err(|e| Refusal::Malformed(e.body_text()))
}

async fn territories(State(desk): Asked) -> Answer {
    of_plan(&desk, "territories.geojson", "application/geo+json").await
}

async fn plan(State(desk): Asked) -> Answer {
    of_plan(&desk, "report.json", "application/json").await
}

/// A file of the plan at hand.
async fn of_plan(desk: &Arc<Desk>, name: &'static str, kind: &'static str) -> Answer {
    let bytes = work(desk, move |desk| {
        let kept = desk.view().kept.clone();
        let kept = kept.ok_or_else(|| Refusal::Missing("there is no plan yet".into()))?;
        let path = kept.dir.join(name);
        std::fs::read(&path)
            .map_err(|source| Refusal::Failed(crate::error::Error::Io { path, source }))
    });
    Ok(([(header::CONTENT_TYPE, kind)], Body::from(bytes.await?)).into_response())
}

async fn price(State(desk): Asked, body: Bytes) -> Answer {
    let told = work(&desk, move |desk| {
        let asked: WithEdit = read(&body)?;
        let view = desk.at(asked.version)?;
        let price = Price::of(desk, &view, &asked.edit)?;
        Ok(price.json(&view))
    });
    Ok(json_of(&told.await?))
}

async fn edit(State(desk): Asked, body: Bytes) -> Answer {
    changed(&desk, move |desk| {
        let asked: WithEdit = read(&body)?;
        desk.edit(asked.version, &asked.edit)
    })
    .await
}

async fn undo(State(desk): Asked, body: Bytes) -> Answer {
    changed(&desk, move |desk| {
        desk.undo(read::<Versioned>(&body)?.version)
    })
    .await
}

async fn redo(State(desk): Asked, body: Bytes) -> Answer {
    changed(&desk, move |desk| {
        desk.redo(read::<Versioned>(&body)?.version)
    })
    .await
}

async fn mark(State(desk): Asked, body: Bytes) -> Answer {
    changed(&desk, move |desk| {
        let asked: WithName = read(&body)?;
        desk.mark(asked.version, &asked.name)
    })
    .await
}

async fn save(State(desk): Asked, body: Bytes) -> Answer {
    changed(&desk, move |desk| {
        let asked: WithName = read(&body)?;
        desk.save(asked.version, &asked.name)
    })
    .await
}

async fn open(State(desk): Asked, Path(name): Path<String>, body: Bytes) -> Answer {
    changed(&desk, move |desk| {
        desk.reopen(read::<Versioned>(&body)?.version, &name)
    })
    .await
}

/// A change, answered with the state.
async fn changed(
    desk: &Arc<Desk>,
    change: impl FnOnce(&Arc<Desk>) -> Result<Arc<super::view::View>, Refusal> + Send + 'static,
) -> Answer {
    let told = work(desk, move |desk| {
        let view = change(desk)?;
        Ok(told::state(desk, &view))
    });
    Ok(json_of(&told.await?))
}

async fn solve(State(desk): Asked, body: Bytes) -> Answer {
    work(&desk, move |desk| desk.solve(read::<Wanted>(&body)?)).await?;
    let mut response = json_of(&json!({"version": desk.view().version}));
    *response.status_mut() = StatusCode::ACCEPTED;
    Ok(response)
}

async fn cancel(State(desk): Asked) -> Response {
    json_of(&json!({"cancelled": desk.cancel()}))
}

async fn compare(State(desk): Asked, query: Parameters) -> Answer {
    let query = parameters(query)?;
    let told = work(&desk, move |desk| {
        let side = |key: &str| {
            let name = query.get(key).map_or("", String::as_str);
            let dir = desk.plan(name)?;
            Saved::read(&dir).map_err(Refusal::of)
        };
        let found = compare::compare(&side("a")?, &side("b")?);
        let travel = json!({"a": found.travel.a, "b": found.travel.b, "unit": found.unit});
        Ok(json!({
            "moved": found.moved,
            "customers": found.customers,
            "matrix": found.moves,
            "travel": travel,
            "travel_km": found.travel_km,
            "measures": found.moved_measures,
            "share": found.moved_share,
            "reps": found.reps,
        }))
    });
    Ok(json_of(&told.await?))
}

async fn export_plan(State(desk): Asked, query: Parameters) -> Answer {
    let query = parameters(query)?;
    let file = work(&desk, move |desk| {
        let to = query.get("to").map_or("", String::as_str);
        let lang = query.get("lang").map_or("", String::as_str);
        export::export(desk, to, lang)
    });
    let file = file.await?;
    let named = format!("attachment; filename=\"{}\"", file.name);
    let headers = [
        (header::CONTENT_TYPE, file.kind.to_owned()),
        (header::CONTENT_DISPOSITION, named),
    ];
    Ok((headers, Body::from(file.bytes)).into_response())
}

async fn lead(State(desk): Asked, headers: HeaderMap, body: Bytes) -> Answer {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|k| k.to_str().ok());
    let kind = kind.unwrap_or_default().to_ascii_lowercase();
    let told = work(&desk, move |desk| leads::route(desk, &kind, &body));
    Ok(json_of(&told.await?))
}
