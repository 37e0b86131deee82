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

use crate::platform::db::{self, Scope};

pub use chain::chain;
pub use facts::{Facts, difference, facts};
pub use store::Recorded;
pub use verify::{Break, End, Verdict, verify, verify_against};

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

/// What was done to one thing, named by its kind and id, by these actions; newest first, `count` at most.
///
/// # Errors
/// As every query.
pub async fn history(
    connection: &mut PgConnection,
    scope: Scope,
    thing: (&str, Uuid),
    actions: &[&str],
    count: i64,
) -> Result<Vec<Recorded>, AppError> {
    store::history(connection, scope, thing, actions, count).await.map_err(db::failure)
}

/// A page of the changes of the catalogue's entries, newest first, `count` at most. `beside` is the change that the page begins beside, and
/// whether it lies before it in the list.
///
/// # Errors
/// As every query.
pub async fn of_catalogue(
    connection: &mut PgConnection,
    scope: Scope,
    beside: Option<(Uuid, bool)>,
    count: i64,
) -> Result<Vec<Recorded>, AppError> {
    store::of_catalogue(connection, scope, beside, count).await.map_err(db::failure)
}
