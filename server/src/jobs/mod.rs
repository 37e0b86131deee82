//! The job queue in PostgreSQL: work that outlives a request, enqueued in the transaction that causes it.

use app::kernel::{error::AppError, id::OrganisationId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::platform::db;

/// Enqueues a job to run at once. Call it in the transaction that causes it.
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
    sqlx::query("INSERT INTO job (organisation_id, id, kind, payload) VALUES ($1, $2, $3, $4)")
        .bind(organisation.0)
        .bind(id)
        .bind(kind)
        .bind(payload)
        .execute(connection)
        .await
        .map_err(db::failure)?;
    Ok(id)
}
