//! What is asked before there is a project: files come and go, and a project is begun.

use super::answer::{Answer, Parameters, json_of, parameters, read, work};
use super::house::House;
use super::refusal::Refusal;
use super::safety::MOST;
use super::welcome::{Coming, Inbox, Wanted, too_large};
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use serde::Deserialize;
use serde_json::json;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

type Asked = State<Arc<House>>;

/// How long the next bytes of a file may take to come, and all of it.
const PATIENCE: Duration = Duration::from_secs(20);
const ALL: Duration = Duration::from_secs(900);
/// Files that come at once.
const COMING: usize = 8;
/// Pieces of a file that wait for the disk.
const WAITING: usize = 16;

/// `GET /v1/files`.
pub(super) async fn files(State(house): Asked) -> Answer {
    let told = work(&house, |house| Ok(house.welcome()?.told(&house.done())));
    Ok(json_of(&told.await?))
}

/// One of those that come at once; gone with this.
struct Turn(Arc<Inbox>);

impl Turn {
    fn take(inbox: &Arc<Inbox>) -> Result<Turn, Refusal> {
        let before = inbox.turns.fetch_add(1, Ordering::AcqRel);
        let turn = Turn(inbox.clone());
        if before < COMING {
            return Ok(turn);
        }
        let what =
            format!("{COMING} files are coming already; send the others when those are there");
        Err(Refusal::Crowded(what))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.turns.fetch_sub(1, Ordering::AcqRel);
    }
}

/// `POST /v1/files?name=NAME`: a file, which goes to the disk as it comes.
pub(super) async fn receive(
    State(house): Asked,
    query: Parameters,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let mut pieces = Pieces::new(body);
    let taken = take(&house, query, &headers, &mut pieces).await;
    let refusal = match taken {
        Ok((name, bytes)) => {
            (house.done())();
            let mut answer = json_of(&json!({"name": name, "bytes": bytes}));
            *answer.status_mut() = StatusCode::CREATED;
            return answer;
        }
        Err(refusal) => refusal,
    };
    // Whoever still sends does not hear why not: what is short is heard to its end.
    let whole = pieces.drain().await;
    let mut answer = refusal.into_response();
    if !whole {
        let close = header::HeaderValue::from_static("close");
        answer.headers_mut().insert(header::CONNECTION, close);
    }
    answer
}

async fn take(
    house: &Arc<House>,
    query: Parameters,
    headers: &HeaderMap,
    pieces: &mut Pieces,
) -> Result<(String, u64), Refusal> {
    let query = parameters(query)?;
    let given = query.get("name").map_or("", String::as_str);
    let replace = query.get("replace").is_some_and(|r| r == "true");
    let welcome = house.welcome()?;
    let name = welcome.name(given)?;
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|l| l.to_str().ok()?.parse::<u64>().ok());
    too_large(length.unwrap_or(0), 0, welcome.inbox.limits)?;
    let turn = Turn::take(&welcome.inbox)?;
    let inbox = welcome.inbox.clone();
    let begun = name.clone();
    let coming = work(&inbox, move |inbox| inbox.begin(&begun, replace)).await?;
    let (to, from) = mpsc::channel(WAITING);
    let written = tokio::task::spawn_blocking(move || write(coming, from));
    let came = send(pieces, to).await;
    let written = written.await;
    drop(turn);
    let written =
        written.map_err(|e| Refusal::Failed(crate::error::Error::Internal(e.to_string())))?;
    // What is wrong with what came is told before that it was not wanted any more.
    match (came, written) {
        (Ok(()), written) => written.map(|bytes| (name, bytes)),
        (Err(refusal), Ok(_)) => Err(refusal),
        (Err(refusal), Err(Refusal::Malformed(_))) => Err(refusal),
        (Err(_), Err(refusal)) => Err(refusal),
    }
}

/// Hands the pieces of a file over; the end is said, so that what breaks off is not taken for it.
async fn send(pieces: &mut Pieces, to: mpsc::Sender<Option<Bytes>>) -> Result<(), Refusal> {
    let begin = Instant::now();
    loop {
        let left = ALL.saturating_sub(begin.elapsed()).min(PATIENCE);
        let next = tokio::time::timeout(left, pieces.next()).await;
        let piece = match next {
            Err(_) => return Err(Refusal::Slow("the file took too long to come".into())),
            Ok(Some(Err(_))) => {
                return Err(Refusal::Malformed("the file broke off on its way".into()));
            }
            Ok(Some(Ok(piece))) => Some(piece),
            Ok(None) => None,
        };
        let last = piece.is_none();
        // Whoever writes says why not.
        if to.send(piece).await.is_err() || last {
            return Ok(());
        }
    }
}

fn write(mut coming: Coming, mut from: mpsc::Receiver<Option<Bytes>>) -> Result<u64, Refusal> {
    loop {
        match from.blocking_recv() {
            Some(Some(piece)) => coming.write(&piece)?,
            Some(None) => return coming.end(),
            None => return Err(Refusal::Malformed("the file broke off on its way".into())),
        }
    }
}

/// The pieces of a body.
struct Pieces(Pin<Box<dyn Stream<Item = Result<Bytes, axum::Error>> + Send>>);

impl Pieces {
    fn new(body: Body) -> Pieces {
        Pieces(Box::pin(body.into_data_stream()))
    }

    async fn next(&mut self) -> Option<Result<Bytes, axum::Error>> {
        std::future::poll_fn(|cx| self.0.as_mut().poll_next(cx)).await
    }

    /// Hears what is left, where that is not much; whether all of it came.
    async fn drain(&mut self) -> bool {
        let mut left = MOST;
        let all = async {
            while let Some(Ok(piece)) = self.next().await {
                left = left.saturating_sub(piece.len());
                if left == 0 {
                    return false;
                }
            }
            true
        };
        tokio::time::timeout(PATIENCE, all).await.unwrap_or(false)
    }
}

/// `DELETE /v1/files/NAME`.
pub(super) async fn remove(State(house): Asked, Path(name): Path<String>) -> Answer {
    let told = work(&house, move |house| {
        let welcome = house.welcome()?;
        welcome.inbox.remove(&name)?;
        (house.done())();
        Ok(welcome.told(&house.done()))
    });
    Ok(json_of(&told.await?))
}

/// `POST /v1/start`.
pub(super) async fn start(State(house): Asked, body: Bytes) -> Answer {
    let told = work(&house, move |house| {
        let wanted: Wanted = read(&body)?;
        match wanted.trial {
            true => house.attempt(&wanted),
            false => house.begin(&wanted),
        }
    });
    Ok(json_of(&told.await?))
}

/// `POST /v1/example`.
pub(super) async fn example(State(house): Asked) -> Answer {
    let told = work(&house, |house| {
        house.example()?;
        Ok(json!({"version": house.version()}))
    });
    Ok(json_of(&told.await?))
}

/// Which project is to be opened.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    project: String,
}

/// `POST /v1/open`.
pub(super) async fn open(State(house): Asked, body: Bytes) -> Answer {
    let told = work(&house, move |house| {
        house.again(&read::<Which>(&body)?.project)?;
        Ok(json!({"version": house.version()}))
    });
    Ok(json_of(&told.await?))
}
