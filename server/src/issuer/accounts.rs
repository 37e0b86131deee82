//! Accounts: who can sign in. Registration by people themselves comes with its own pages; this creates them from inside.

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
    let email = normalised_email(&account.email).ok_or(AccountError::Email)?;
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
        email,
        email_verified: account.email_verified,
        name: name.to_owned(),
        password_hash: password::hash(account.password).await.ok_or(AccountError::Hashing)?,
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

/// An address as it is kept and looked up: trimmed, lower case, at most 254 bytes (RFC 5321); None if it can't be one.
pub(crate) fn normalised_email(typed: &str) -> Option<String> {
    let email = typed.trim().to_lowercase();
    let (local, domain) = email.rsplit_once('@')?;
    let fits =
        !local.is_empty() && !domain.is_empty() && email.len() <= 254 && !email.contains(|c: char| c.is_control() || c.is_whitespace());
    fits.then_some(email)
}

#[cfg(test)]
mod tests {
    use super::normalised_email;

    #[test]
    fn addresses_are_found_however_they_are_typed() {
        assert_eq!(normalised_email(" Ana@Example.COM ").as_deref(), Some("ana@example.com"));
        for not_one in ["", "ana", "@example.com", "ana@", "a na@example.com", "ana@example.com\0"] {
            assert_eq!(normalised_email(not_one), None, "{not_one:?}");
        }
    }
}
