//! `forecourt serve`: ports, services, routes and workers up; on SIGTERM or Ctrl-C all down again, in that order's reverse.
//!
//! A graceful stop: no new connections, requests in flight finish (30 s at most), streams of events end, workers hand their
//! jobs back, connections close, and the embedded services stop last.

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::header::CONTENT_TYPE,
    middleware::{self, Next},
    response::Response,
};
use futures::StreamExt;
use secrecy::SecretString;
use server::{
    catalogue,
    config::{Config, Role},
    demo,
    http::{
        self,
        connections::{self, HEAD_WITHIN},
        health, metrics,
    },
    issuer::{self, IssuerState},
    jobs::{self, Registry},
    platform::{self, Platform, Running, db, telemetry},
    vehicle,
};
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    cli::{self, Failure},
    port,
};

/// How long requests may take to finish once the process is told to stop.
const GRACE: Duration = Duration::from_secs(30);
/// The same for those to the metrics, after all others.
const METRICS_GRACE: Duration = Duration::from_secs(5);

/// Runs until it is told to stop.
///
/// # Errors
/// A port in use, or as [`platform::start`].
pub(crate) async fn serve(config: Config, demo: Option<SecretString>) -> Result<(), Failure> {
    // Ports first: a second forecourt must not touch anything before it finds out that there is one.
    let listener = port::open("listen", config.listen).await?;
    let metrics_listener = port::open("metrics_listen", config.metrics_listen).await?;
    let stop = CancellationToken::new();
    tokio::spawn(until_told(stop.clone()));

    let started = std::time::Instant::now();
    let running = tokio::select! {
        running = platform::start(config) => running?,
        () = stop.cancelled() => return Ok(()),
    };
    let outcome = match &demo {
        Some(password) => load_demo(&running, password).await,
        None => Ok(()),
    };
    let outcome = match outcome {
        Ok(()) => run(&running, listener, metrics_listener, &stop, started).await,
        failed => failed,
    };
    running.stop().await;
    tracing::info!("stopped");
    outcome
}

async fn load_demo(platform: &Platform, password: &SecretString) -> Result<(), Failure> {
    let outcome = demo::load(platform, password).await?;
    if outcome == demo::Outcome::NotEmpty {
        tracing::info!("the database has other organisations in it: no demo is loaded");
    }
    cli::show_demo(outcome, &platform.config.public_url, password);
    Ok(())
}

async fn run(
    running: &Running,
    listener: TcpListener,
    metrics_listener: TcpListener,
    stop: &CancellationToken,
    started: std::time::Instant,
) -> Result<(), Failure> {
    let config = &running.config;
    let handle = metrics::install()?;
    let background = [
        tokio::spawn(metrics::watch((**running).clone(), handle.clone(), stop.clone())),
        tokio::spawn(connections::serve(
            metrics_listener,
            metrics::router(handle),
            HEAD_WITHIN,
            stop.clone(),
        )),
    ];
    let var_dir = config.var_dir.clone();
    let _ = tokio::task::spawn_blocking(move || catalogue::open(&var_dir)).await;
    // Not waited for: whoever asks for makes before it is built does.
    tokio::task::spawn_blocking(catalogue::selection);
    let issuer_db = issuer::database(running, config.database_connections)?;
    let routes = routes(running, &issuer_db, stop).await?;
    let worker = config
        .roles
        .contains(&Role::Worker)
        .then(|| jobs::Worker::start((**running).clone(), registry(issuer_db), stop.clone()));
    tracing::info!(
        listen = %listener.local_addr()?,
        milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "Forecourt is ready at {}",
        config.public_url
    );
    let deadline = async {
        stop.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        () = connections::serve(listener, routes, HEAD_WITHIN, stop.clone()) => {}
        () = deadline => tracing::warn!("some requests did not finish in {} s and are cut off", GRACE.as_secs()),
    }
    stop.cancel();
    // The worker's end is when its jobs are finished or handed back.
    if let Some(worker) = worker {
        let _ = worker.await;
    }
    // What is left of these ends with the process.
    let _ = tokio::time::timeout(METRICS_GRACE, futures::future::join_all(background)).await;
    Ok(())
}

/// What this process answers, by its roles. Health is there in every role, beside sessions and guards.
async fn routes(running: &Running, issuer_db: &PgPool, stop: &CancellationToken) -> Result<Router, Failure> {
    let roles = &running.config.roles;
    let mut beside = Router::new();
    if roles.contains(&Role::Issuer) {
        if running.config.issuer_is_embedded() {
            beside = beside.nest(running.config.oidc.issuer.path(), issuer(running, issuer_db).await?);
        } else {
            tracing::info!(
                issuer = %running.config.oidc.issuer,
                "people sign in at an issuer of their own; the embedded one is not served"
            );
        }
    }
    let own_issuer_db = (roles.contains(&Role::Issuer) && running.config.issuer_database_url.is_some()).then(|| issuer_db.clone());
    let routes = if roles.contains(&Role::Web) {
        http::with_routes(running, server::backend(running), beside)
    } else {
        http::without_sessions(running, beside)
    };
    Ok(routes
        .merge(health::router((**running).clone(), own_issuer_db))
        .layer(middleware::from_fn(metrics::track))
        .layer(middleware::from_fn(telemetry::continue_trace))
        .layer(middleware::from_fn_with_state(stop.clone(), end_streams)))
}

/// The embedded issuer, knowing Forecourt as its first client.
async fn issuer(platform: &Platform, db: &PgPool) -> Result<Router, Failure> {
    let config = &platform.config;
    let mut connection = db.acquire().await?;
    issuer::clients::ensure_first_party(&mut connection, config).await?;
    drop(connection);
    Ok(issuer::router(
        IssuerState::new(db.clone(), config, &platform.keys).with_stylesheet(http::stylesheet()),
    ))
}

/// Everything that a worker of this binary can do.
fn registry(issuer_db: PgPool) -> Registry {
    vehicle::decoding::register(vehicle::import::register(Registry::new())).every(Duration::from_secs(3600), "issuer clean-up", move |_| {
        let issuer_db = issuer_db.clone();
        async move {
            issuer::sweep(&issuer_db).await.map_err(db::failure)?;
            Ok(())
        }
    })
}

/// Ends streams of events when the process stops: they have no end of their own, and browsers come back by themselves.
async fn end_streams(axum::extract::State(stop): axum::extract::State<CancellationToken>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let is_stream = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    if !is_stream {
        return response;
    }
    response.map(|body| Body::from_stream(body.into_data_stream().take_until(stop.cancelled_owned())))
}

/// Cancels `stop` on SIGTERM or Ctrl-C; a second one ends the process at once.
pub(crate) async fn until_told(stop: CancellationToken) {
    signal().await;
    tracing::info!("stopping: requests in flight finish first; once more to stop at once");
    stop.cancel();
    signal().await;
    std::process::exit(130);
}

async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(mut terminate), Ok(mut interrupt)) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        }
        _ => std::future::pending().await,
    }
}
