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
use sqlx::PgPool;

use crate::platform::{Platform, db};

/// How long a dependency may take to answer before it counts as away.
const TIMEOUT: Duration = Duration::from_secs(2);

/// One dependency, as it answered just now.
#[derive(Debug, Serialize)]
pub struct Check {
    /// `postgresql`, `redis`, `migrations`; where the issuer served here has a database of its own, also `issuer_postgresql` and
    /// `issuer_migrations`.
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
    pub checks: Vec<Check>,
}

/// Both routes. `issuer_db`: the database of an issuer that is served here and does not share Forecourt's.
pub fn router(platform: Platform, issuer_db: Option<PgPool>) -> Router {
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .with_state((platform, issuer_db))
}

async fn live() -> impl IntoResponse {
    Json(serde_json::json!({ "status": "live" }))
}

async fn ready(State((platform, issuer_db)): State<(Platform, Option<PgPool>)>) -> impl IntoResponse {
    let readiness = readiness(&platform, issuer_db.as_ref()).await;
    let status = if readiness.status == "ready" {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, [("cache-control", "no-store")], Json(readiness))
}

/// Asks every dependency at once.
pub async fn readiness(platform: &Platform, issuer_db: Option<&PgPool>) -> Readiness {
    let redis = check("redis", async {
        let pong: Result<String, _> = platform.kv.ping(None).await;
        pong.map(|_| "ok").map_err(|error| error.to_string())
    });
    let issuer = async {
        match issuer_db {
            Some(db) => {
                let (postgres, migrations) = tokio::join!(answers("issuer_postgresql", db), migrations("issuer_migrations", db));
                vec![postgres, migrations]
            }
            None => Vec::new(),
        }
    };
    let (postgres, redis, migrations, issuer) = tokio::join!(
        answers("postgresql", &platform.db),
        redis,
        migrations("migrations", &platform.db),
        issuer
    );
    let mut checks = vec![postgres, redis, migrations];
    checks.extend(issuer);
    let status = if checks.iter().all(|check| check.status == "ok") {
        "ready"
    } else {
        "unavailable"
    };
    Readiness { status, checks }
}

async fn answers(name: &'static str, db: &PgPool) -> Check {
    check(name, async {
        db::answers(db).await.map(|()| "ok").map_err(|error| error.to_string())
    })
    .await
}

async fn migrations(name: &'static str, db: &PgPool) -> Check {
    check(name, async {
        let done = db::is_migrated(db).await;
        done.map(|done| if done { "ok" } else { "behind" })
            .map_err(|error| error.to_string())
    })
    .await
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
