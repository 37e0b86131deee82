//! Serves connections as `axum::serve` does, but keeps none open for one who asks nothing: that has no timer.

use std::{net::SocketAddr, time::Duration};

use axum::{Router, body::Body, serve::Listener};
use hyper::{Request, body::Incoming};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::{Service, ServiceExt};

/// How long the head of a request may take, in HTTP/1 from the end of the answer before it: also the longest that a connection stays open
/// unused. Longer than proxies keep theirs (60 s), so that none of them sends a request into a connection that is just being closed.
pub const HEAD_WITHIN: Duration = Duration::from_secs(75);

/// Serves `routes` until `stop`, then goes on until the requests in flight are answered. Handlers find the peer as `ConnectInfo<SocketAddr>`.
pub async fn serve(mut listener: TcpListener, routes: Router, head_within: Duration, stop: CancellationToken) {
    let mut routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(head_within);
    builder.http2().enable_connect_protocol();
    let connections = GracefulShutdown::new();
    loop {
        let (stream, peer) = tokio::select! {
            accepted = Listener::accept(&mut listener) => accepted,
            () = stop.cancelled() => break,
        };
        // Pages are streamed in chunks; without this each waits for the acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
        let Ok(routes) = routes.call(peer).await;
        let asked = CancellationToken::new();
        let service = {
            let asked = asked.clone();
            TowerToHyperService::new(routes.map_request(move |request: Request<Incoming>| {
                asked.cancel();
                request.map(Body::new)
            }))
        };
        let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
        let connection = connections.watch(connection.into_owned());
        tokio::spawn(async move {
            tokio::select! {
                _ = connection => {}
                () = silence(&asked, head_within) => {}
            }
        });
    }
    drop(listener);
    connections.shutdown().await;
}

/// Returns when nothing was asked in time. hyper's own limit begins once it knows the version of HTTP, which it may wait for for ever.
async fn silence(asked: &CancellationToken, head_within: Duration) {
    if tokio::time::timeout(head_within, asked.cancelled()).await.is_ok() {
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use axum::{extract::ConnectInfo, routing::get};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
        time::{sleep, timeout},
    };

    use super::*;

    const HEAD: Duration = Duration::from_millis(500);

    /// A server that says who asks, after a while longer than a head may take; where it listens, and what stops it.
    async fn server() -> std::io::Result<(SocketAddr, CancellationToken)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (address, stop) = (listener.local_addr()?, CancellationToken::new());
        let peer = get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move {
            sleep(HEAD * 2).await;
            peer.to_string()
        });
        tokio::spawn(serve(listener, Router::new().route("/", peer), HEAD, stop.clone()));
        Ok((address, stop))
    }

    /// What comes back until the server closes the connection.
    async fn answer(stream: &mut TcpStream) -> std::io::Result<String> {
        let mut answer = Vec::new();
        timeout(HEAD * 6, stream.read_to_end(&mut answer)).await??;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    #[tokio::test]
    async fn who_does_not_finish_the_head_of_a_request_is_let_go() -> std::io::Result<()> {
        let (address, _stop) = server().await?;
        let mut streams = Vec::new();
        for begun in ["", "P", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "G", "GET / HTTP/1.1\r\nHost: loc"] {
            let mut stream = TcpStream::connect(address).await?;
            stream.write_all(begun.as_bytes()).await?;
            streams.push((begun, stream));
        }
        for (begun, mut stream) in streams {
            let answer = answer(&mut stream).await;
            assert!(answer.as_ref().is_ok_and(|answer| !answer.contains("200")), "{begun:?}: {answer:?}");
        }
        Ok(())
    }

    #[tokio::test]
    async fn who_asks_is_known_answered_however_long_it_takes_and_let_go_after_that() -> std::io::Result<()> {
        let (address, _stop) = server().await?;
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await?;
        let answer = answer(&mut stream).await?;
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.ends_with(&stream.local_addr()?.to_string()),
            "{answer}"
        );
        Ok(())
    }

    #[tokio::test]
    async fn a_stop_waits_for_answers_and_not_for_who_asks_nothing() -> std::io::Result<()> {
        let (address, stop) = server().await?;
        let mut asking = TcpStream::connect(address).await?;
        let mut silent = TcpStream::connect(address).await?;
        asking.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await?;
        sleep(HEAD / 3).await;
        stop.cancel();
        assert_eq!(timeout(HEAD / 2, answer(&mut silent)).await??, "");
        assert!(answer(&mut asking).await?.starts_with("HTTP/1.1 200"));
        assert!(TcpStream::connect(address).await.is_err(), "nothing new is taken");
        Ok(())
    }
}
