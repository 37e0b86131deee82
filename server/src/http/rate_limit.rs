//! How much one address or person may do, counted in Redis for all replicas.

use std::net::IpAddr;

use app::kernel::error::AppError;
use fred::{clients::Pool as RedisPool, interfaces::KeysInterface};

use super::request::network;
use crate::platform::kv::with_timeout;

/// Sign-ins that one network begins in a minute. Generous: a whole dealership may sit behind one address.
pub(super) const SIGN_INS_PER_MINUTE: u64 = 120;

/// Counts a request against the limit of `what` in a minute, for the network of its `address`.
///
/// # Errors
/// `TooMany` with the seconds until the minute is over; `Unavailable` while Redis is away.
pub(super) async fn count(kv: &RedisPool, what: &str, address: Option<IpAddr>, per_minute: u64) -> Result<(), AppError> {
    let Some(address) = address else { return Ok(()) };
    within(kv, &format!("{what}:{}", network(address)), 1, per_minute, 60).await
}

/// Counts `bytes` that are to be kept against a limit in an hour.
///
/// # Errors
/// `TooMany` with the seconds until the hour is over; `Unavailable` while Redis is away.
pub(super) async fn count_bytes(kv: &RedisPool, whose: &str, bytes: u64, per_hour: u64) -> Result<(), AppError> {
    within(kv, &format!("bytes:{whose}"), bytes, per_hour, 3600).await
}

async fn within(kv: &RedisPool, whose: &str, amount: u64, most: u64, seconds: i64) -> Result<(), AppError> {
    let now = chrono::Utc::now().timestamp();
    let key = format!("rate:{whose}:{}", now / seconds);
    let amount = i64::try_from(amount).unwrap_or(i64::MAX / 2);
    let total: i64 = with_timeout(kv.incr_by(&key, amount)).await?;
    if total == amount {
        with_timeout(kv.expire::<(), _>(&key, 2 * seconds, None)).await?;
    }
    if u64::try_from(total).unwrap_or(u64::MAX) <= most {
        return Ok(());
    }
    Err(AppError::TooMany {
        retry_after: u32::try_from(seconds - now % seconds).unwrap_or(60),
    })
}
