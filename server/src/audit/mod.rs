//! Audit: every change, who made it, from where, before and after, in the transaction of the change itself.

use app::kernel::{actor::Actor, error::AppError};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::platform::db;

/// A change of one thing.
#[derive(Debug)]
pub struct Change<'a> {
    /// `created`, `updated`, `status_changed`, `deleted`, `restored`, …
    pub action: &'a str,
    /// Capability and kind of the thing: `vehicle`.
    pub subject: &'a str,
    pub id: Uuid,
    pub before: Option<serde_json::Value>,
    pub after: Option<serde_json::Value>,
}

/// Records a change. Call it in the transaction that makes the change.
///
/// # Errors
/// As every query.
pub async fn record(connection: &mut PgConnection, actor: &Actor, change: Change<'_>) -> Result<(), AppError> {
    sqlx::query!(
        "INSERT INTO audit_entry
            (organisation_id, id, user_id, actor, action, subject_kind, subject_id, before, after, channel, address, request_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::inet, $12)",
        actor.organisation.0,
        Uuid::now_v7(),
        actor.user.map(|user| user.0),
        actor.name,
        change.action,
        change.subject,
        change.id,
        change.before,
        change.after,
        actor.origin.channel,
        actor.origin.address.map(|address| address.to_string()),
        actor.origin.request
    )
    .execute(connection)
    .await
    .map_err(db::failure)?;
    Ok(())
}
