//! Accounts, clients and browser sessions.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A person who can sign in.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: Uuid,
    pub(crate) email: String,
    pub(crate) email_verified: bool,
    pub(crate) name: String,
    pub(crate) password_hash: String,
    pub(crate) enabled: bool,
}

/// By the address typed, in lower case.
pub(crate) async fn find_account_by_email(connection: &mut PgConnection, email: &str) -> sqlx::Result<Option<Account>> {
    sqlx::query_as!(
        Account,
        "SELECT id, email, email_verified, name, password_hash, enabled FROM issuer.account WHERE email = $1",
        email
    )
    .fetch_optional(connection)
    .await
}

/// By subject.
pub(crate) async fn find_account(connection: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Account>> {
    sqlx::query_as!(
        Account,
        "SELECT id, email, email_verified, name, password_hash, enabled FROM issuer.account WHERE id = $1",
        id
    )
    .fetch_optional(connection)
    .await
}

pub(crate) async fn insert_account(connection: &mut PgConnection, account: &Account) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO issuer.account (id, email, email_verified, name, password_hash, enabled) VALUES ($1, $2, $3, $4, $5, $6)",
        account.id,
        account.email,
        account.email_verified,
        account.name,
        account.password_hash,
        account.enabled
    )
    .execute(connection)
    .await
    .map(drop)
}

/// A registered relying party.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) secret_hash: Vec<u8>,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) post_logout_redirect_uris: Vec<String>,
    pub(crate) audience: String,
    pub(crate) signing_algorithm: String,
}

pub(crate) async fn find_client(connection: &mut PgConnection, id: &str) -> sqlx::Result<Option<Client>> {
    sqlx::query_as!(
        Client,
        "SELECT id, name, secret_hash, redirect_uris, post_logout_redirect_uris, audience, signing_algorithm FROM issuer.client WHERE id = $1",
        id
    )
    .fetch_optional(connection)
    .await
}

/// Registers the client, or brings what is registered up to date.
pub(crate) async fn save_client(connection: &mut PgConnection, client: &Client) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO issuer.client (id, name, secret_hash, redirect_uris, post_logout_redirect_uris, audience, signing_algorithm)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, secret_hash = excluded.secret_hash, redirect_uris = excluded.redirect_uris,
             post_logout_redirect_uris = excluded.post_logout_redirect_uris, audience = excluded.audience,
             signing_algorithm = excluded.signing_algorithm",
        client.id,
        client.name,
        client.secret_hash,
        &client.redirect_uris,
        &client.post_logout_redirect_uris,
        client.audience,
        client.signing_algorithm
    )
    .execute(connection)
    .await
    .map(drop)
}

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
