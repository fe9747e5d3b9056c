//! How questions are read and answers written, whatever they are about.

use super::desk::Desk;
use super::house::House;
use super::refusal::Refusal;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) type Answer = Result<Response, Refusal>;
pub(super) type Parameters = Result<Query<BTreeMap<String, String>>, QueryRejection>;

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let kind = [(header::CONTENT_TYPE, "application/json")];
        (status, kind, self.body().to_string()).into_response()
    }
}

/// The project that is open.
pub(super) struct Open(pub Arc<Desk>);

impl FromRequestParts<Arc<House>> for Open {
    type Rejection = Refusal;

    async fn from_request_parts(_: &mut Parts, house: &Arc<House>) -> Result<Open, Refusal> {
        let none = || Refusal::Missing("no project is open yet: start one, or open one".into());
        house.desk().cloned().map(Open).ok_or_else(none)
    }
}

pub(super) fn json_of(value: &Value) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (kind, value.to_string()).into_response()
}

/// A body as JSON, whatever its content type says: a browser lets no other site send it (`safety`).
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let bad = |e: serde_json::Error| Refusal::Malformed(e.to_string());
    let value: Value = serde_json::from_slice(body).map_err(bad)?;
    if !value.is_object() {
        return Err(Refusal::Malformed("an object is needed".into()));
    }
    serde_json::from_value(value).map_err(bad)
}

/// Runs what takes a while.
pub(super) async fn work<A: Send + Sync + 'static, T: Send + 'static>(
    about: &Arc<A>,
    work: impl FnOnce(&Arc<A>) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let about = about.clone();
    let done = tokio::task::spawn_blocking(move || work(&about)).await;
    done.unwrap_or_else(|e| {
        Err(Refusal::Failed(crate::error::Error::Internal(
            e.to_string(),
        )))
    })
}

/// What stands behind the `?` of an address.
pub(super) fn parameters(query: Parameters) -> Result<BTreeMap<String, String>, Refusal> {
    query
        .map(|Query(all)| all)
        .map_err(|e| Refusal::Malformed(e.body_text()))
}
