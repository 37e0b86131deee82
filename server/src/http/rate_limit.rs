//! Sign-in is not a place to guess: so many requests a minute from one address, counted in Redis for all replicas.

use std::net::IpAddr;

use app::kernel::error::AppError;
use fred::{clients::Pool as RedisPool, interfaces::KeysInterface};

use super::kv::patiently;

/// Generous: a whole dealership may sit behind one address.
const A_MINUTE: u64 = 120;

/// Counts a request of `address` against the limit of `what`.
///
/// # Errors
/// `TooMany` with the seconds until the minute is over; `Unavailable` while Redis is away.
pub(super) async fn count(kv: &RedisPool, what: &str, address: Option<IpAddr>) -> Result<(), AppError> {
    let Some(address) = address else { return Ok(()) };
    let now = chrono::Utc::now().timestamp();
    let key = format!("rate:{what}:{address}:{}", now / 60);
    let count: u64 = patiently(kv.incr(&key)).await?;
    if count == 1 {
        patiently(kv.expire::<(), _>(&key, 120, None)).await?;
    }
    if count <= A_MINUTE {
        return Ok(());
    }
    Err(AppError::TooMany {
        retry_after: u32::try_from(60 - now % 60).unwrap_or(60),
    })
}
