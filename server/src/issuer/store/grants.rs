//! Grants, and the authorization codes and refresh tokens that belong to them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Why a grant ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Revocation {
    CodeReplay,
    RefreshReplay,
    Revoked,
    AccountDisabled,
}

impl Revocation {
    const fn name(self) -> &'static str {
        match self {
            Self::CodeReplay => "code_replay",
            Self::RefreshReplay => "refresh_replay",
            Self::Revoked => "revoked",
            Self::AccountDisabled => "account_disabled",
        }
    }
}

/// What one sign-in gave one client.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) id: Uuid,
    pub(crate) account_id: Uuid,
    pub(crate) client_id: String,
    pub(crate) session_id: Uuid,
    pub(crate) scope: String,
    pub(crate) auth_time: DateTime<Utc>,
    /// Neither ended nor expired.
    pub(crate) alive: bool,
}

/// A code about to be issued.
pub(crate) struct NewCode<'a> {
    pub(crate) code_hash: &'a [u8],
    pub(crate) redirect_uri: &'a str,
    pub(crate) code_challenge: &'a str,
    pub(crate) nonce: Option<&'a str>,
}

/// A grant and its code; both live for `seconds` unless the code is redeemed.
pub(crate) async fn insert_grant(connection: &mut PgConnection, grant: &Grant, code: &NewCode<'_>, seconds: f64) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO issuer.token_grant (id, account_id, client_id, session_id, scope, auth_time, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))",
        grant.id,
        grant.account_id,
        grant.client_id,
        grant.session_id,
        grant.scope,
        grant.auth_time,
        seconds
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO issuer.authorization_code (code_hash, grant_id, redirect_uri, code_challenge, nonce, expires_at)
         VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))",
        code.code_hash,
        grant.id,
        code.redirect_uri,
        code.code_challenge,
        code.nonce,
        seconds
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Which grant a code or refresh token belongs to, before anything is locked.
pub(crate) async fn grant_of_code(connection: &mut PgConnection, code_hash: &[u8]) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar!("SELECT grant_id FROM issuer.authorization_code WHERE code_hash = $1", code_hash)
        .fetch_optional(connection)
        .await
}

pub(crate) async fn grant_of_refresh_token(connection: &mut PgConnection, token_hash: &[u8]) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar!("SELECT grant_id FROM issuer.refresh_token WHERE token_hash = $1", token_hash)
        .fetch_optional(connection)
        .await
}

/// The grant, locked to the end of the transaction: everything that uses up a code or token of it takes turns here.
pub(crate) async fn lock_grant(connection: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Grant>> {
    sqlx::query_as!(
        Grant,
        r#"SELECT id, account_id, client_id, session_id, scope, auth_time,
                  (ended_at IS NULL AND expires_at > clock_timestamp()) AS "alive!"
           FROM issuer.token_grant WHERE id = $1 FOR UPDATE"#,
        id
    )
    .fetch_optional(connection)
    .await
}

/// Whether tokens of this grant still count.
pub(crate) async fn grant_is_active(connection: &mut PgConnection, id: Uuid) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM issuer.token_grant WHERE id = $1 AND ended_at IS NULL AND expires_at > now()) AS "alive!""#,
        id
    )
    .fetch_one(connection)
    .await
}

/// Lets a grant live on for `days` after its code was redeemed.
pub(crate) async fn extend_grant(connection: &mut PgConnection, id: Uuid, days: i32) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE issuer.token_grant SET expires_at = now() + make_interval(days => $2) WHERE id = $1",
        id,
        days
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Ends a grant with all its tokens; the first reason stays.
pub(crate) async fn revoke_grant(connection: &mut PgConnection, id: Uuid, why: Revocation) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE issuer.token_grant SET ended_at = clock_timestamp(), ended_because = $2 WHERE id = $1 AND ended_at IS NULL",
        id,
        why.name()
    )
    .execute(connection)
    .await
    .map(drop)
}

/// A code that was just used up.
pub(crate) struct UsedCode {
    pub(crate) redirect_uri: String,
    pub(crate) code_challenge: String,
    pub(crate) nonce: Option<String>,
    pub(crate) expired: bool,
}

/// Uses the code up; None if that has happened before.
pub(crate) async fn use_code(connection: &mut PgConnection, code_hash: &[u8]) -> sqlx::Result<Option<UsedCode>> {
    sqlx::query_as!(
        UsedCode,
        r#"UPDATE issuer.authorization_code SET used_at = clock_timestamp() WHERE code_hash = $1 AND used_at IS NULL
           RETURNING redirect_uri, code_challenge, nonce, expires_at <= clock_timestamp() AS "expired!""#,
        code_hash
    )
    .fetch_optional(connection)
    .await
}

/// A refresh token that lives for `days`, but never longer than its grant.
pub(crate) async fn insert_refresh_token(connection: &mut PgConnection, token_hash: &[u8], grant: Uuid, days: i32) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO issuer.refresh_token (token_hash, grant_id, expires_at)
         SELECT $1, id, least(now() + make_interval(days => $3), expires_at) FROM issuer.token_grant WHERE id = $2",
        token_hash,
        grant,
        days
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Uses the refresh token up: whether it had expired; None if it was used before. What was kept for repeating the use of an earlier token
/// of the grant goes with it: the client has received the answer.
pub(crate) async fn use_refresh_token(connection: &mut PgConnection, grant: Uuid, token_hash: &[u8]) -> sqlx::Result<Option<bool>> {
    let expired = sqlx::query_scalar!(
        r#"UPDATE issuer.refresh_token SET used_at = clock_timestamp() WHERE token_hash = $1 AND used_at IS NULL
           RETURNING expires_at <= clock_timestamp() AS "expired!""#,
        token_hash
    )
    .fetch_optional(&mut *connection)
    .await?;
    if expired.is_some() {
        sqlx::query!(
            "UPDATE issuer.refresh_token SET retry_hash = NULL, successor = NULL WHERE grant_id = $1 AND successor IS NOT NULL",
            grant
        )
        .execute(connection)
        .await?;
    }
    Ok(expired)
}

/// What a used refresh token was traded for.
pub(crate) struct Successor {
    pub(crate) retry_hash: Vec<u8>,
    pub(crate) sealed: Vec<u8>,
}

/// Keeps, with a used refresh token, what it was traded for, for a request that is repeated.
pub(crate) async fn keep_successor(connection: &mut PgConnection, old_hash: &[u8], retry_hash: &[u8], sealed: &[u8]) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE issuer.refresh_token SET retry_hash = $2, successor = $3 WHERE token_hash = $1",
        old_hash,
        retry_hash,
        sealed
    )
    .execute(connection)
    .await
    .map(drop)
}

/// What a used refresh token was traded for, if that was kept and has not been used itself.
pub(crate) async fn find_successor(connection: &mut PgConnection, old_hash: &[u8]) -> sqlx::Result<Option<Successor>> {
    sqlx::query_as!(
        Successor,
        r#"SELECT retry_hash AS "retry_hash!", successor AS "sealed!" FROM issuer.refresh_token
           WHERE token_hash = $1 AND successor IS NOT NULL"#,
        old_hash
    )
    .fetch_optional(connection)
    .await
}
