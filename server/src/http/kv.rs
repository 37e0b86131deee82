//! Redis as requests use it: asked with patience that ends, its absence said as 503.

use app::kernel::error::AppError;

use super::{problem::redis_away, session::REDIS_PATIENCE};

/// What Redis answers within [`REDIS_PATIENCE`].
///
/// # Errors
/// `Unavailable` if it does not answer.
pub(super) async fn patiently<T>(command: impl Future<Output = fred::prelude::FredResult<T>>) -> Result<T, AppError> {
    match tokio::time::timeout(REDIS_PATIENCE, command).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => {
            tracing::warn!(%error, "Redis is away");
            Err(redis_away())
        }
        Err(_) => {
            tracing::warn!("Redis did not answer in time");
            Err(redis_away())
        }
    }
}
