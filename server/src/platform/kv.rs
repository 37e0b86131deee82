//! Redis: the pool, and what its errors mean to people.
//!
//! A command waits two seconds at most, connected or not, so that a request fails fast while Redis is away; the pool
//! tries to connect again all the time.

use std::time::{Duration, Instant};

use app::kernel::error::AppError;
use fred::{
    clients::Pool,
    error::{Error, ErrorKind},
    interfaces::ClientLike,
    prelude::FredResult,
    types::{Builder, config::Config},
};
use secrecy::{ExposeSecret, SecretString};

use super::{db::internal, start::StartError};

const CONNECTIONS: usize = 4;
/// How long one command may take, waiting for a connection included. After that Redis counts as away.
pub const COMMAND_TIMEOUT: Duration = Duration::from_secs(2);
const RECONNECT_EVERY_MS: u32 = 300;
/// How long a start waits for a Redis that is not up yet.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// Connects a pool; waits up to half a minute for a Redis that is not there yet.
///
/// # Errors
/// `Redis` if it is away for longer or refuses us.
pub async fn connect(url: &SecretString) -> Result<Pool, StartError> {
    let since = Instant::now();
    loop {
        match attempt(url).await {
            Ok(pool) => return Ok(pool),
            Err(error) if is_unavailable(&error) && since.elapsed() < START_TIMEOUT => {
                tracing::warn!(%error, "waiting for Redis");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Err(error) => return Err(StartError::Redis(error)),
        }
    }
}

async fn attempt(url: &SecretString) -> Result<Pool, Error> {
    let pool = Builder::from_config(Config::from_url(url.expose_secret())?)
        .with_connection_config(|connection| {
            connection.connection_timeout = Duration::from_secs(2);
            connection.internal_command_timeout = COMMAND_TIMEOUT;
            connection.max_command_attempts = 1;
            connection.max_command_buffer_len = 10_000;
            connection.unresponsive.max_timeout = Some(Duration::from_secs(5));
            connection.unresponsive.interval = Duration::from_secs(1);
            connection.tcp.nodelay = Some(true);
        })
        .with_performance_config(|performance| performance.default_command_timeout = COMMAND_TIMEOUT)
        .set_policy(fred::types::config::ReconnectPolicy::new_constant(0, RECONNECT_EVERY_MS))
        .build_pool(CONNECTIONS)?;
    pool.init().await?;
    Ok(pool)
}

fn is_unavailable(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::IO
        | ErrorKind::Timeout
        | ErrorKind::Canceled
        | ErrorKind::Backpressure
        | ErrorKind::Routing
        | ErrorKind::Cluster
        | ErrorKind::Sentinel
        | ErrorKind::Tls => true,
        _ => ["LOADING", "OOM", "READONLY", "MISCONF", "MASTERDOWN", "CLUSTERDOWN", "BUSY"]
            .iter()
            .any(|prefix| error.details().starts_with(prefix)),
    }
}

/// What a failed command means outside: 503 while Redis is away or can't write, else 500 with an incident that the log explains.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "taken by value, it fits `map_err` as it is")]
pub fn failure(error: Error) -> AppError {
    if is_unavailable(&error) {
        tracing::warn!(%error, "Redis is away");
        return unavailable();
    }
    internal(&error)
}

/// Redis does not answer.
#[must_use]
pub fn unavailable() -> AppError {
    AppError::Unavailable {
        dependency: "Redis".into(),
        retry_after: 5,
    }
}

/// What Redis answers within [`COMMAND_TIMEOUT`].
///
/// # Errors
/// `Unavailable` if it does not answer; else as [`failure`].
pub async fn with_timeout<T>(command: impl Future<Output = FredResult<T>>) -> Result<T, AppError> {
    match tokio::time::timeout(COMMAND_TIMEOUT, command).await {
        Ok(answer) => answer.map_err(failure),
        Err(_) => {
            tracing::warn!("Redis did not answer in time");
            Err(unavailable())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redis_that_is_away_is_503_and_a_mistake_of_ours_is_500() {
        for kind in [ErrorKind::IO, ErrorKind::Timeout, ErrorKind::Canceled] {
            let error = failure(Error::new(kind, "gone"));
            assert!(matches!(error, AppError::Unavailable { dependency, .. } if dependency == "Redis"));
        }
        assert!(matches!(
            failure(Error::new(ErrorKind::Unknown, "OOM command not allowed")),
            AppError::Unavailable { .. }
        ));
        assert!(matches!(
            failure(Error::new(ErrorKind::InvalidArgument, "?")),
            AppError::Internal { .. }
        ));
    }
}
