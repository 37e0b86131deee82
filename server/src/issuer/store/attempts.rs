//! Counters of failed attempts.

use sqlx::PgConnection;

/// How a counter turns failures into waiting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LockoutPolicy {
    /// The failure that is the first to cost a wait.
    pub(crate) threshold: i32,
    /// The first wait, seconds; it doubles with each further failure.
    pub(crate) first_wait: f64,
    /// The longest wait, seconds.
    pub(crate) longest_wait: f64,
    /// A counter without a failure for this long starts again, seconds.
    pub(crate) reset_after: f64,
}

/// Counts one failure before it is known to be one, so that parallel attempts can't slip past. None: counted, go on.
/// Some: locked, not counted; the seconds to wait.
pub(crate) async fn count_attempt(connection: &mut PgConnection, key: &[u8], policy: LockoutPolicy) -> sqlx::Result<Option<f64>> {
    let counted = sqlx::query_scalar!(
        r#"INSERT INTO issuer.attempt AS a (key, failures, last_at, locked_until)
           VALUES ($1, 1, clock_timestamp(), clock_timestamp())
           ON CONFLICT (key) DO UPDATE SET
               failures = CASE WHEN a.last_at < clock_timestamp() - make_interval(secs => $5) THEN 1 ELSE a.failures + 1 END,
               last_at = clock_timestamp(),
               locked_until = CASE
                   WHEN a.last_at < clock_timestamp() - make_interval(secs => $5) OR a.failures + 1 < $2 THEN clock_timestamp()
                   ELSE clock_timestamp() + make_interval(secs => least($3::float8 * power(2::float8, least(a.failures + 1 - $2, 30)), $4::float8))
               END
           WHERE a.locked_until <= clock_timestamp()
           RETURNING failures"#,
        key,
        policy.threshold,
        policy.first_wait,
        policy.longest_wait,
        policy.reset_after
    )
    .fetch_optional(&mut *connection)
    .await?;
    if counted.is_some() {
        return Ok(None);
    }
    sqlx::query_scalar!(
        r#"SELECT greatest(extract(epoch FROM locked_until - clock_timestamp()), 1)::float8 AS "wait!" FROM issuer.attempt WHERE key = $1"#,
        key
    )
    .fetch_optional(connection)
    .await
    .map(|wait| Some(wait.unwrap_or(1.0)))
}

/// The attempt was right after all, and the counter starts again.
pub(crate) async fn reset_attempts(connection: &mut PgConnection, key: &[u8]) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM issuer.attempt WHERE key = $1", key)
        .execute(connection)
        .await
        .map(drop)
}

/// The attempt was right after all: takes one failure and the wait it caused back, no more.
pub(crate) async fn uncount_attempt(connection: &mut PgConnection, key: &[u8]) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE issuer.attempt SET failures = greatest(failures - 1, 0), locked_until = clock_timestamp() WHERE key = $1",
        key
    )
    .execute(connection)
    .await
    .map(drop)
}
