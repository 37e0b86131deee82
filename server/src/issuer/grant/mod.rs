//! The two ways to tokens: a fresh authorization code, and the refresh token that came with the last answer.

pub(super) mod authorization_code;
pub(super) mod refresh;

use sqlx::PgConnection;

use super::store::{self, Account, Grant, Revocation};

/// How long a refresh token waits for its use, days.
const REFRESH_DAYS: i32 = 14;
/// How long a person can stay signed in at a client without giving the password again, days.
const GRANT_DAYS: i32 = 60;

/// The account that a grant was given to. The grant of one that may not sign in any more is revoked; the caller commits that.
async fn account_of(transaction: &mut PgConnection, grant: &Grant) -> sqlx::Result<Option<Account>> {
    let account = store::find_account(transaction, grant.account_id)
        .await?
        .filter(|account| account.enabled);
    if account.is_none() {
        store::revoke_grant(transaction, grant.id, Revocation::AccountDisabled).await?;
    }
    Ok(account)
}
