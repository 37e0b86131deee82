//! Audit: every change, who made it, from where, before and after, in the transaction of the change itself.
//!
//! Rows are chained afterwards, each organisation's on its own, by a job that follows the writers ([`chain`]); nobody who
//! changes something ever waits for the chain. [`verify`] walks the chains and finds the first row that is not as it was.

mod chain;
mod facts;
mod store;
mod verify;

use app::kernel::{actor::Actor, error::AppError};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::platform::db;

pub use chain::chain;
pub use facts::{Facts, difference, facts};
pub use verify::{Break, Verdict, verify};

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
    store::insert(connection, actor, change).await.map_err(db::failure)
}

/// Records what came to be, many things of one kind in one statement: (id, as it is now) each. As [`record`] with `created`.
///
/// # Errors
/// As every query.
pub async fn record_created(
    connection: &mut PgConnection,
    actor: &Actor,
    subject: &str,
    made: &[(Uuid, serde_json::Value)],
) -> Result<(), AppError> {
    store::insert_created(connection, actor, subject, made).await.map_err(db::failure)
}
