//! The interface: which address does what. Whatever takes long runs on threads that may block.

use super::answer::{Answer, Open, Parameters, json_of, parameters, read, work};
use super::desk::{Desk, Wanted};
use super::edit::Edit;
use super::house::House;
use super::price::Price;
use super::refusal::Refusal;
use super::safety::{Doors, FILES, error, guard};
use super::{assets, events, export, leads, openapi, reception, told};
use crate::compare::{self, Saved};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use tower_http::compression::CompressionLayer;

type Asked = State<Arc<House>>;

/// All addresses of a desk.
pub(super) fn router(house: Arc<House>, doors: Doors) -> Router {
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
        .route("/v1/barriers.geojson", get(barriers))
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
        .route(FILES, get(reception::files).post(reception::receive))
        .route("/v1/files/{name}", delete(reception::remove))
        .route("/v1/start", post(reception::start))
        .route("/v1/example", post(reception::example))
        .route("/v1/open", post(reception::open))
        .fallback(|| async { error(StatusCode::NOT_FOUND, "there is nothing at this address") })
        .layer(CompressionLayer::new())
        .route(
            "/v1/events",
            get(|State(house): Asked| async move { events::stream(&house) }),
        )
        // `guard` has the limit.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn(as_json))
        .layer(from_fn_with_state((house.clone(), doors), guard))
        .with_state(house)
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

async fn page(State(house): Asked, headers: HeaderMap) -> Response {
    let page = match house.desk() {
        Some(_) => "index.html",
        None => "welcome.html",
    };
    assets::file(page, &headers)
}

async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    assets::file(&name, &headers)
}

async fn document() -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (kind, openapi::DOCUMENT).into_response()
}

async fn health(State(house): Asked) -> Response {
    json_of(&json!({"status": "ok", "version": house.version()}))
}

async fn metrics(State(house): Asked) -> Response {
    let busy = house.desk().is_some_and(|desk| desk.busy().is_some());
    let text = house.wires.metrics.text(house.version(), busy);
    let kind = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    (kind, text).into_response()
}

async fn state(Open(desk): Open) -> Answer {
    let told = work(&desk, |desk| Ok(told::state(desk, &desk.view()))).await?;
    Ok(json_of(&told))
}

async fn customers(Open(desk): Open, query: Parameters) -> Answer {
    let query = parameters(query)?;
    let columns = query.get("columns").cloned();
    let told = work(&desk, move |desk| {
        Ok(told::customers(&desk.view(), columns.as_deref()))
    });
    Ok(json_of(&told.await?))
}

async fn territories(Open(desk): Open) -> Answer {
    of_plan(&desk, "territories.geojson", "application/geo+json").await
}

async fn barriers(Open(desk): Open) -> Answer {
    let told = work(&desk, |desk| Ok(told::barriers(&desk.view()).to_string())).await?;
    let kind = [(header::CONTENT_TYPE, "application/geo+json")];
    Ok((kind, told).into_response())
}

async fn plan(Open(desk): Open) -> Answer {
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

async fn price(Open(desk): Open, body: Bytes) -> Answer {
    let told = work(&desk, move |desk| {
        let asked: WithEdit = read(&body)?;
        let view = desk.at(asked.version)?;
        let price = Price::of(desk, &view, &asked.edit)?;
        Ok(price.json(&view))
    });
    Ok(json_of(&told.await?))
}

async fn edit(Open(desk): Open, body: Bytes) -> Answer {
    changed(&desk, move |desk| {
        let asked: WithEdit = read(&body)?;
        desk.edit(asked.version, &asked.edit)
    })
    .await
}

async fn undo(Open(desk): Open, body: Bytes) -> Answer {
    changed(&desk, move |desk| {
        desk.undo(read::<Versioned>(&body)?.version)
    })
    .await
}

async fn redo(Open(desk): Open, body: Bytes) -> Answer {
    changed(&desk, move |desk| {
        desk.redo(read::<Versioned>(&body)?.version)
    })
    .await
}

async fn mark(Open(desk): Open, body: Bytes) -> Answer {
    changed(&desk, move |desk| {
        let asked: WithName = read(&body)?;
        desk.mark(asked.version, &asked.name)
    })
    .await
}

async fn save(Open(desk): Open, body: Bytes) -> Answer {
    changed(&desk, move |desk| {
        let asked: WithName = read(&body)?;
        desk.save(asked.version, &asked.name)
    })
    .await
}

async fn open(Open(desk): Open, Path(name): Path<String>, body: Bytes) -> Answer {
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

async fn solve(Open(desk): Open, body: Bytes) -> Answer {
    work(&desk, move |desk| desk.solve(read::<Wanted>(&body)?)).await?;
    let mut response = json_of(&json!({"version": desk.view().version}));
    *response.status_mut() = StatusCode::ACCEPTED;
    Ok(response)
}

async fn cancel(Open(desk): Open) -> Response {
    json_of(&json!({"cancelled": desk.cancel()}))
}

async fn compare(Open(desk): Open, query: Parameters) -> Answer {
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

async fn export_plan(Open(desk): Open, query: Parameters) -> Answer {
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

async fn lead(Open(desk): Open, headers: HeaderMap, body: Bytes) -> Answer {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|k| k.to_str().ok());
    let kind = kind.unwrap_or_default().to_ascii_lowercase();
    let told = work(&desk, move |desk| leads::route(desk, &kind, &body));
    Ok(json_of(&told.await?))
}
