//! Accounts: who can sign in. Registration by people themselves comes with its own pages; this creates them from inside.

use app::kernel::email::EmailAddress;
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{password, store};
use crate::platform::db::broken_constraint;

/// Characters, as NIST SP 800-63B-4 counts them.
const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 8..=256;

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Kept in lower case; signing in ignores case.
    pub email: String,
    pub name: String,
    /// 8 to 256 characters.
    pub password: SecretString,
    pub email_verified: bool,
}

/// Why an account could not be made.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error("this is not an e-mail address")]
    Email,
    #[error("an account has a name of at most 200 characters")]
    Name,
    #[error("a password has 8 to 256 characters")]
    Password,
    #[error("another account has this e-mail address")]
    Taken,
    #[error("the password could not be hashed")]
    Hashing,
    #[error(transparent)]
    Database(sqlx::Error),
}

/// Creates an account and returns its subject (`sub`).
///
/// # Errors
/// A field that does not fit, an e-mail address in use, or the database.
pub async fn create(connection: &mut PgConnection, account: NewAccount) -> Result<String, AccountError> {
    let email = EmailAddress::parse(&account.email).ok_or(AccountError::Email)?;
    let name = account.name.trim();
    if name.is_empty() || name.chars().count() > 200 || name.contains(char::is_control) {
        return Err(AccountError::Name);
    }
    if !PASSWORD_LENGTH.contains(&account.password.expose_secret().chars().count()) {
        return Err(AccountError::Password);
    }
    let id = Uuid::now_v7();
    let row = store::Account {
        id,
        email: email.into_string(),
        email_verified: account.email_verified,
        name: name.to_owned(),
        password_hash: password::hash(account.password).await.ok_or(AccountError::Hashing)?.into(),
        enabled: true,
    };
    store::insert_account(connection, &row).await.map_err(|error| {
        if broken_constraint(&error) == Some("account_email") {
            AccountError::Taken
        } else {
            AccountError::Database(error)
        }
    })?;
    Ok(id.to_string())
}
