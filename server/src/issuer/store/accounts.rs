//! Accounts.

use secrecy::{ExposeSecret, SecretString};
use sqlx::PgConnection;
use uuid::Uuid;

/// A person who can sign in.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: Uuid,
    pub(crate) email: String,
    pub(crate) email_verified: bool,
    pub(crate) name: String,
    pub(crate) password_hash: SecretString,
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
        account.password_hash.expose_secret(),
        account.enabled
    )
    .execute(connection)
    .await
    .map(drop)
}
