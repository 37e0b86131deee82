//! Prometheus metrics: requests as they are answered, and what is read every few seconds: pools, jobs, memory.
//!
//! They are served on a port of their own (`metrics_listen`), which is not for the public.

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{MatchedPath, Request},
    http::{Method, header::CONTENT_TYPE},
    middleware::Next,
    response::Response,
    routing::get,
};
use fred::{interfaces::ClientLike, types::ClientState};
use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;

use crate::{jobs, platform::Platform};

const READ_EVERY: Duration = Duration::from_secs(5);
/// Jobs are counted less often: it is a query.
const COUNT_JOBS_EVERY: u32 = 6;
const SECONDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Makes this process count. A second call gives the same handle.
///
/// # Errors
/// If another recorder is installed already.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_duration_seconds".into()), SECONDS)?
        .install_recorder()?;
    describe_counter!("http_requests_total", "Requests by method, route and status.");
    describe_histogram!(
        "http_request_duration_seconds",
        Unit::Seconds,
        "Time to the first byte of the answer, by method, route and status."
    );
    describe_gauge!("db_connections_in_use", "Connections to PostgreSQL that a request or job holds.");
    describe_gauge!("db_connections_idle", "Open connections to PostgreSQL that nobody holds.");
    describe_gauge!(
        "db_connections_max",
        "Most connections to PostgreSQL that this process opens, without those to a database of the issuer's own."
    );
    describe_gauge!("redis_connected", "1 while every connection to Redis is up.");
    describe_gauge!("forecourt_jobs", "Jobs in the queue, by state.");
    describe_counter!("forecourt_jobs_total", "Runs of jobs, by kind and outcome.");
    describe_histogram!(
        "forecourt_job_duration_seconds",
        Unit::Seconds,
        "Time of one run of a job, by kind."
    );
    describe_counter!(
        "forecourt_periodic_failures_total",
        "Failed runs of what runs by the clock, by task."
    );
    describe_counter!("issuer_sign_in_total", "Sign-ins at the embedded issuer that succeeded.");
    describe_counter!(
        "issuer_sign_in_failed_total",
        "Sign-ins at the embedded issuer with a wrong address or password."
    );
    describe_counter!(
        "issuer_sign_in_locked_total",
        "Sign-ins at the embedded issuer that must wait after too many failures."
    );
    describe_counter!(
        "issuer_replays_total",
        "Codes and refresh tokens that came twice, by kind; each ended its grant."
    );
    describe_gauge!("process_resident_memory_bytes", Unit::Bytes, "Memory of this process.");
    describe_gauge!("forecourt_info", "1, with the version.");
    gauge!("forecourt_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(HANDLE.get_or_init(|| handle).clone())
}

/// The routes of the metrics port.
pub fn router(handle: PrometheusHandle) -> Router {
    Router::new().route(
        "/metrics",
        get(move || {
            let text = handle.render();
            async move { ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text) }
        }),
    )
}

/// Middleware: counts a request when it is answered, under its route, not its path, so that ids don't make series.
pub async fn track(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = method(request.method());
    let route = request.extensions().get::<MatchedPath>().map(|route| route.as_str().to_owned());
    let response = next.run(request).await;
    let labels = [
        ("method", method.to_owned()),
        ("route", route.unwrap_or_else(|| "(none)".into())),
        ("status", response.status().as_u16().to_string()),
    ];
    counter!("http_requests_total", &labels).increment(1);
    histogram!("http_request_duration_seconds", &labels).record(started.elapsed().as_secs_f64());
    response
}

/// A closed set: a client may send any word as a method.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Reads what is not counted as it happens, until `stop`.
pub async fn watch(platform: Platform, handle: PrometheusHandle, stop: CancellationToken) {
    for round in (0..COUNT_JOBS_EVERY).cycle() {
        pools(&platform);
        memory();
        if round == 0 {
            count_jobs(&platform).await;
        }
        handle.run_upkeep();
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(READ_EVERY) => {}
        }
    }
}

fn pools(platform: &Platform) {
    let idle = platform.db.num_idle();
    let open = usize::try_from(platform.db.size()).unwrap_or_default();
    gauge!("db_connections_in_use").set(number(open.saturating_sub(idle)));
    gauge!("db_connections_idle").set(number(idle));
    gauge!("db_connections_max").set(f64::from(platform.config.database_connections));
    let connected = platform.kv.clients().iter().all(|client| client.state() == ClientState::Connected);
    gauge!("redis_connected").set(if connected { 1.0 } else { 0.0 });
}

fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// Resident memory from /proc/self/status (proc(5)), in bytes.
fn memory() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kibibytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse::<u32>().ok());
    if let Some(kibibytes) = kibibytes {
        gauge!("process_resident_memory_bytes").set(f64::from(kibibytes) * 1024.0);
    }
}

async fn count_jobs(platform: &Platform) {
    let Ok(counted) = jobs::count_by_state(&platform.db).await else {
        return;
    };
    for state in ["queued", "running", "dead"] {
        let count = counted.iter().find(|(name, _)| name == state).map_or(0, |(_, count)| *count);
        gauge!("forecourt_jobs", "state" => state).set(number(usize::try_from(count).unwrap_or_default()));
    }
}
