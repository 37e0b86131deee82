//! What guessing passwords costs: growing waits per e-mail address and per network address, kept in PostgreSQL.
//!
//! An address that has no account is counted like one that has, so a lock tells nothing. An attempt is counted before the
//! password is checked and taken back if it was right: parallel attempts can't slip past. Whoever knows an address can make
//! its owner wait, at most fifteen minutes at a time.

use std::net::IpAddr;

use super::{
    IssuerState,
    store::{self, LockoutPolicy},
};

/// Per e-mail address: the fifth failure costs 30 s, each further one twice as much.
const PER_ACCOUNT: LockoutPolicy = LockoutPolicy {
    threshold: 5,
    first_wait: 30.0,
    longest_wait: 900.0,
    reset_after: 3600.0,
};
/// Per network address, which a whole office may share.
const PER_ADDRESS: LockoutPolicy = LockoutPolicy {
    threshold: 30,
    ..PER_ACCOUNT
};

/// An attempt that is under way.
pub(super) struct Attempt {
    account: [u8; 32],
    address: Option<[u8; 32]>,
}

impl Attempt {
    /// Counts the attempt; the seconds to wait if one of both is locked (then nothing is counted).
    pub(super) async fn begin(state: &IssuerState, email: &str, address: Option<IpAddr>) -> sqlx::Result<Result<Self, u32>> {
        let attempt = Self {
            account: state.attempts.digest(&["account", email]),
            address: address.map(|address| state.attempts.digest(&["address", &address.to_string()])),
        };
        let mut transaction = state.db.begin().await?;
        let mut wait = store::count_attempt(&mut transaction, &attempt.account, PER_ACCOUNT).await?;
        if let Some(address) = &attempt.address {
            let second = store::count_attempt(&mut transaction, address, PER_ADDRESS).await?;
            wait = wait.into_iter().chain(second).reduce(f64::max);
        }
        if let Some(seconds) = wait {
            transaction.rollback().await?;
            metrics::counter!("issuer_sign_in_locked_total").increment(1);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 900")]
            return Ok(Err(seconds.ceil() as u32));
        }
        transaction.commit().await?;
        Ok(Ok(attempt))
    }

    /// The password was right: the account's counter starts again, the address gets this one attempt back.
    pub(super) async fn succeed(self, connection: &mut sqlx::PgConnection) -> sqlx::Result<()> {
        store::reset_attempts(connection, &self.account).await?;
        if let Some(address) = &self.address {
            store::uncount_attempt(connection, address).await?;
        }
        Ok(())
    }

    /// The password could not be checked at all: both get the attempt back.
    pub(super) async fn cancel(self, state: &IssuerState) -> sqlx::Result<()> {
        let mut connection = state.db.acquire().await?;
        store::uncount_attempt(&mut connection, &self.account).await?;
        if let Some(address) = &self.address {
            store::uncount_attempt(&mut connection, address).await?;
        }
        Ok(())
    }
}
