//! The job queue in PostgreSQL: work that outlives a request, enqueued in the transaction that causes it.
//!
//! A job runs at least once: it is retried with growing pauses until it succeeds or is dead, and a crashed worker's job is taken
//! over when its lease ends. So a job's effects belong in one transaction, or must bear repetition.

mod registry;
mod run;
mod schedule;
mod store;
mod worker;

use std::net::IpAddr;

use app::kernel::{
    actor::{Actor, Origin},
    error::AppError,
    id::OrganisationId,
};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::platform::{Platform, db};

pub use registry::Registry;
pub use worker::{Options, Worker};

/// Work of one kind. One value serves all jobs of that kind, on all tasks at once.
#[async_trait]
pub trait Job: Send + Sync + 'static {
    /// The name under which it is enqueued, for ever: rows outlive versions.
    const KIND: &'static str;

    /// Does the work. An error, or a panic, lets it be tried again after a pause, as often as its row allows (`max_attempts`). When the
    /// process stops, the job is dropped at an await and handed back: keep effects in transactions.
    async fn run(
        &self,
        platform: &Platform,
        organisation: OrganisationId,
        payload: serde_json::Value,
        context: &JobContext,
    ) -> Result<(), AppError>;

    /// Called when the job is dead, its last attempt having failed or its last worker lost: nothing waits for it any longer. A process
    /// that ends at the same moment calls nothing, so what must not stay needs a clean-up by the clock too.
    async fn on_dead(&self, _: &Platform, _: OrganisationId, _: serde_json::Value) -> Result<(), AppError> {
        Ok(())
    }
}

/// The run of a job.
#[derive(Clone, Debug)]
pub struct JobContext {
    pub id: Uuid,
    /// Forecourt itself, with the organisation's currency and time zone; its channel is `job`, its address and request are those of
    /// whoever asked for it ([`enqueue_for`]).
    pub actor: Actor,
    /// 1 for the first.
    pub attempt: i32,
    /// Cancelled when the process stops, or when the lease was lost: a long job stops at the next good place and answers any
    /// error; it is handed back without counting the attempt.
    pub cancellation: CancellationToken,
}

/// Enqueues a job to run at once. Call it in the transaction that causes it; idle workers wake up when it commits.
///
/// # Errors
/// As every query.
pub async fn enqueue(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    kind: &'static str,
    payload: serde_json::Value,
) -> Result<Uuid, AppError> {
    let id = Uuid::now_v7();
    store::insert(connection, organisation.0, id, kind, &payload)
        .await
        .map_err(db::failure)?;
    Ok(id)
}

/// [`enqueue`] for somebody: what the job records in the audit says from where it was asked for.
///
/// # Errors
/// As every query.
pub async fn enqueue_for(
    connection: &mut PgConnection,
    actor: &Actor,
    kind: &'static str,
    mut payload: serde_json::Value,
) -> Result<Uuid, AppError> {
    payload[ASKED_FROM] = serde_json::json!(AskedFrom {
        address: actor.origin.address,
        request: actor.origin.request.clone(),
    });
    enqueue(connection, actor.organisation, kind, payload).await
}

/// Where a payload says from where its job was asked for.
const ASKED_FROM: &str = "asked_from";

#[derive(Debug, Default, Serialize, Deserialize)]
struct AskedFrom {
    address: Option<IpAddr>,
    request: Option<String>,
}

/// Where the audit says that a job with this payload comes from.
fn origin_of(payload: &serde_json::Value) -> Origin {
    let AskedFrom { address, request } = AskedFrom::deserialize(&payload[ASKED_FROM]).unwrap_or_default();
    Origin {
        address,
        request,
        channel: "job",
    }
}

/// How many jobs wait, run or are dead, for the metrics: state and count, states without a job left out.
///
/// # Errors
/// As every query.
pub async fn count_by_state(pool: &sqlx::PgPool) -> Result<Vec<(String, i64)>, AppError> {
    store::count_by_state(pool).await.map_err(db::failure)
}
