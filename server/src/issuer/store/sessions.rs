//! Browser sessions.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A browser that is signed in.
#[derive(Clone, Debug)]
pub(crate) struct BrowserSession {
    pub(crate) id: Uuid,
    pub(crate) account_id: Uuid,
    pub(crate) email: String,
    pub(crate) auth_time: DateTime<Utc>,
    /// Seconds since the person gave the password.
    pub(crate) age: f64,
}

/// The living session of a cookie, if its account may still sign in.
pub(crate) async fn find_session(connection: &mut PgConnection, token_hash: &[u8]) -> sqlx::Result<Option<BrowserSession>> {
    sqlx::query_as!(
        BrowserSession,
        r#"SELECT s.id, s.account_id, a.email, s.auth_time, extract(epoch FROM now() - s.auth_time)::float8 AS "age!"
           FROM issuer.browser_session s JOIN issuer.account a ON a.id = s.account_id
           WHERE s.token_hash = $1 AND s.expires_at > now() AND a.enabled"#,
        token_hash
    )
    .fetch_optional(connection)
    .await
}

/// A new session that lives for `hours`; when the person authenticated.
pub(crate) async fn insert_session(
    connection: &mut PgConnection,
    id: Uuid,
    token_hash: &[u8],
    account: Uuid,
    hours: i32,
) -> sqlx::Result<DateTime<Utc>> {
    sqlx::query_scalar!(
        "INSERT INTO issuer.browser_session (id, token_hash, account_id, auth_time, expires_at)
         VALUES ($1, $2, $3, now(), now() + make_interval(hours => $4)) RETURNING auth_time",
        id,
        token_hash,
        account,
        hours
    )
    .fetch_one(connection)
    .await
}

/// The same person gave the password again: a new cookie, a new time, the same `sid`.
pub(crate) async fn renew_session(
    connection: &mut PgConnection,
    id: Uuid,
    token_hash: &[u8],
    hours: i32,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "UPDATE issuer.browser_session SET token_hash = $2, auth_time = now(), expires_at = now() + make_interval(hours => $3)
         WHERE id = $1 RETURNING auth_time",
        id,
        token_hash,
        hours
    )
    .fetch_optional(connection)
    .await
}

/// Ends a browser session and every grant made in it.
pub(crate) async fn end_session(connection: &mut PgConnection, id: Uuid) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM issuer.browser_session WHERE id = $1", id)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "UPDATE issuer.token_grant SET ended_at = clock_timestamp(), ended_because = 'logout'
         WHERE session_id = $1 AND ended_at IS NULL",
        id
    )
    .execute(connection)
    .await
    .map(drop)
}
