//! `/health/live`: the process runs. `/health/ready`: it can serve, each dependency named; 503 while one is away.
//!
//! For load balancers and containers; no session, no permission. The answers name no host, version or error text, for
//! anybody may read them; the log has those.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};
use fred::interfaces::ClientLike;
use serde::Serialize;

use crate::platform::{Platform, db};

/// How long a dependency may take to answer before it counts as away.
const TIMEOUT: Duration = Duration::from_secs(2);

/// One dependency, as it answered just now.
#[derive(Debug, Serialize)]
pub struct Check {
    /// `postgresql`, `redis`, `migrations`.
    pub name: &'static str,
    /// `ok` or `away`; for migrations also `behind`.
    pub status: &'static str,
    /// How long the answer took.
    pub milliseconds: f64,
}

/// What `/health/ready` answers.
#[derive(Debug, Serialize)]
pub struct Readiness {
    /// `ready` or `unavailable`.
    pub status: &'static str,
    pub checks: [Check; 3],
}

/// Both routes.
pub fn router(platform: Platform) -> Router {
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .with_state(platform)
}

async fn live() -> impl IntoResponse {
    Json(serde_json::json!({ "status": "live" }))
}

async fn ready(State(platform): State<Platform>) -> impl IntoResponse {
    let readiness = readiness(&platform).await;
    let status = if readiness.status == "ready" {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, [("cache-control", "no-store")], Json(readiness))
}

/// Asks every dependency at once.
pub async fn readiness(platform: &Platform) -> Readiness {
    let postgres = check("postgresql", async {
        db::answers(&platform.db).await.map(|()| "ok").map_err(|error| error.to_string())
    });
    let redis = check("redis", async {
        let pong: Result<String, _> = platform.kv.ping(None).await;
        pong.map(|_| "ok").map_err(|error| error.to_string())
    });
    let migrations = check("migrations", async {
        let done = db::is_migrated(&platform.db).await;
        done.map(|done| if done { "ok" } else { "behind" })
            .map_err(|error| error.to_string())
    });
    let (postgres, redis, migrations) = tokio::join!(postgres, redis, migrations);
    let checks = [postgres, redis, migrations];
    let status = if checks.iter().all(|check| check.status == "ok") {
        "ready"
    } else {
        "unavailable"
    };
    Readiness { status, checks }
}

async fn check(name: &'static str, question: impl Future<Output = Result<&'static str, String>>) -> Check {
    let asked = Instant::now();
    let status = match tokio::time::timeout(TIMEOUT, question).await {
        Ok(Ok(status)) => status,
        Ok(Err(error)) => {
            tracing::warn!(dependency = name, error, "not ready");
            "away"
        }
        Err(_) => {
            tracing::warn!(dependency = name, "not ready: no answer in {} s", TIMEOUT.as_secs());
            "away"
        }
    };
    Check {
        name,
        status,
        milliseconds: (asked.elapsed().as_secs_f64() * 1e5).round() / 100.0,
    }
}
