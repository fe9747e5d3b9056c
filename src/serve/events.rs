//! Server-sent events: progress, versions, failures.

use super::desk::Event;
use super::house::House;
use super::safety::error;
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};

/// Streams at once: connections are left for everything else.
const LISTENERS: usize = 64;
/// A comment that keeps connections open, and finds those that are gone.
const STILL_HERE: Duration = Duration::from_secs(15);

/// One event as the protocol has it; data has no line breaks.
fn text(event: &Event) -> String {
    let (name, data) = match event {
        Event::Progress { stage, percent } => (
            "progress",
            serde_json::json!({"stage": stage, "percent": percent}).to_string(),
        ),
        Event::State { version } => ("state", format!("{{\"version\":{version}}}")),
        Event::Files => ("files", "{}".to_owned()),
        Event::Opened => ("opened", "{}".to_owned()),
        Event::End => ("end", "{}".to_owned()),
        Event::Failed(body) if body.starts_with('{') => ("failed", body.replace(['\n', '\r'], " ")),
        Event::Failed(what) => (
            "failed",
            serde_json::json!({"error": what, "problems": []}).to_string(),
        ),
    };
    format!("event: {name}\ndata: {data}\n\n")
}

/// Chunks of the stream.
struct Chunks(mpsc::Receiver<String>);

impl futures_core::Stream for Chunks {
    type Item = Result<String, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx).map(|chunk| chunk.map(Ok))
    }
}

/// `GET /v1/events`.
pub(super) fn stream(house: &Arc<House>) -> Response {
    if house.wires.events.receiver_count() >= LISTENERS {
        let what = "too many listen to the desk; close a page";
        return error(StatusCode::SERVICE_UNAVAILABLE, what);
    }
    let mut events: broadcast::Receiver<Event> = house.wires.events.subscribe();
    let (to, from) = mpsc::channel(16);
    let version = house.version();
    let house = Arc::downgrade(house);
    tokio::spawn(async move {
        let first = format!("retry: 1000\n\n{}", text(&Event::State { version }));
        if to.send(first).await.is_err() {
            return;
        }
        loop {
            let next = tokio::time::timeout(STILL_HERE, events.recv()).await;
            let chunk = match next {
                Ok(Ok(Event::End)) => return,
                Ok(Ok(event)) => text(&event),
                // What was missed is in the state.
                Ok(Err(RecvError::Lagged(_))) => match house.upgrade() {
                    Some(house) => text(&Event::State {
                        version: house.version(),
                    }),
                    None => return,
                },
                Ok(Err(RecvError::Closed)) => return,
                Err(_) => ": still here\n\n".to_owned(),
            };
            if to.send(chunk).await.is_err() {
                return;
            }
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, Body::from_stream(Chunks(from))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_texts_stay_on_one_line() {
        let event = Event::Failed("a\n\nevent: state\r\n<script>".into());
        let told = text(&event);
        assert_eq!(told.lines().count(), 3, "{told}");
        assert!(told.starts_with("event: failed\ndata: {"));
    }
}
