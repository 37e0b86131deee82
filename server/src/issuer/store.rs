//! All SQL of the issuer. Times are compared by PostgreSQL's clock alone, so that replicas need not agree on theirs.

mod accounts;
mod attempts;
mod clients;
mod grants;
mod sessions;

pub(crate) use accounts::*;
pub(crate) use attempts::*;
pub(crate) use clients::*;
pub(crate) use grants::*;
pub(crate) use sessions::*;

use sqlx::{PgConnection, PgPool};

/// A signing key as it lies in the database.
pub(crate) struct SigningKeyRow {
    pub(crate) kid: String,
    pub(crate) algorithm: String,
    pub(crate) sealed: Vec<u8>,
    pub(crate) retired: bool,
}

/// Every key, the newest first.
pub(crate) async fn signing_keys(connection: &mut PgConnection) -> sqlx::Result<Vec<SigningKeyRow>> {
    sqlx::query_as!(
        SigningKeyRow,
        r#"SELECT kid, algorithm, sealed, retired_at IS NOT NULL AS "retired!" FROM issuer.signing_key ORDER BY created_at DESC, kid"#
    )
    .fetch_all(connection)
    .await
}

/// Waits until no other replica is making keys; held to the end of the transaction.
pub(crate) async fn lock_signing_keys(connection: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('forecourt issuer signing keys', 0)) AS locked")
        .fetch_one(connection)
        .await
        .map(drop)
}

/// Keeps a new key.
pub(crate) async fn insert_signing_key(connection: &mut PgConnection, kid: &str, algorithm: &str, sealed: &[u8]) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO issuer.signing_key (kid, algorithm, sealed) VALUES ($1, $2, $3)",
        kid,
        algorithm,
        sealed
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Removes what can no longer matter: sessions, grants with their codes and tokens, and counters that ran out. The worker calls
/// it now and then; rows removed are returned. A grant stays a day longer, so that a replay in that time is still told apart.
///
/// # Errors
/// Whatever PostgreSQL says.
pub async fn sweep(db: &PgPool) -> sqlx::Result<u64> {
    let mut transaction = db.begin().await?;
    let mut removed = 0;
    removed += sqlx::query!("DELETE FROM issuer.browser_session WHERE expires_at < now()")
        .execute(&mut *transaction)
        .await?
        .rows_affected();
    removed += sqlx::query!("DELETE FROM issuer.attempt WHERE last_at < now() - interval '1 day' AND locked_until < now()")
        .execute(&mut *transaction)
        .await?
        .rows_affected();
    removed += sqlx::query!(
        "DELETE FROM issuer.refresh_token t USING issuer.token_grant g
         WHERE g.id = t.grant_id AND (t.expires_at < now() - interval '1 day' OR g.expires_at < now() - interval '1 day' OR g.ended_at < now() - interval '1 day')"
    )
    .execute(&mut *transaction)
    .await?
    .rows_affected();
    removed += sqlx::query!(
        "DELETE FROM issuer.authorization_code c USING issuer.token_grant g
         WHERE g.id = c.grant_id AND (g.expires_at < now() - interval '1 day' OR g.ended_at < now() - interval '1 day')"
    )
    .execute(&mut *transaction)
    .await?
    .rows_affected();
    removed +=
        sqlx::query!("DELETE FROM issuer.token_grant WHERE expires_at < now() - interval '1 day' OR ended_at < now() - interval '1 day'")
            .execute(&mut *transaction)
            .await?
            .rows_affected();
    transaction.commit().await?;
    Ok(removed)
}
