//! Connections: a few hundred at once, slow ones ended, and a graceful end.

use axum::Router;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// Connections at once.
const CONNECTIONS: usize = 512;
/// How long the head of a request may take to arrive, which is also how long a connection may wait for the next one.
const HEAD: Duration = Duration::from_secs(30);
/// How long answers that were begun may take at the end.
const GRACE: Duration = Duration::from_secs(5);

/// Serves until SIGTERM or SIGINT; `ending` is called then, before answers that were begun are waited for.
pub(super) async fn until_told(listener: TcpListener, app: Router, ending: impl FnOnce()) {
    let (open, room) = (
        GracefulShutdown::new(),
        Arc::new(Semaphore::new(CONNECTIONS)),
    );
    let mut end = std::pin::pin!(told_to_end());
    loop {
        let accepted = either(&mut end, accept(&listener, &room)).await;
        let Some((stream, permit)) = accepted else {
            break;
        };
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(app.clone());
        let mut http = hyper::server::conn::http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_buf_size(64 << 10);
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // A client that goes away is no error.
            let _ = connection.await;
            drop(permit);
        });
    }
    ending();
    let _ = tokio::time::timeout(GRACE, open.shutdown()).await;
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(tokio::net::TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let permit = room.clone().acquire_owned().await.ok()?;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return Some((stream, permit)),
            // Too many files are open, say: later there may be fewer.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// What comes first: the end (`None`), or a value.
async fn either<T>(
    end: &mut std::pin::Pin<&mut impl Future<Output = ()>>,
    other: impl Future<Output = Option<T>>,
) -> Option<T> {
    let mut other = std::pin::pin!(other);
    std::future::poll_fn(|cx| {
        if end.as_mut().poll(cx).is_ready() {
            return std::task::Poll::Ready(None);
        }
        other.as_mut().poll(cx)
    })
    .await
}

/// SIGTERM or SIGINT.
async fn told_to_end() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let kind = tokio::signal::unix::SignalKind::terminate();
        if let Ok(mut term) = tokio::signal::unix::signal(kind) {
            let term = async move {
                term.recv().await;
                None::<()>
            };
            let mut interrupt = std::pin::pin!(async {
                let _ = interrupt.await;
            });
            either(&mut interrupt, term).await;
            return;
        }
    }
    let _ = interrupt.await;
}
