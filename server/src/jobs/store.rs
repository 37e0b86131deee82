//! All SQL of the job queue. Workers serve every organisation, so taking work is not scoped; a job's own rows are.

use std::time::Duration;

use sqlx::{PgConnection, PgExecutor, postgres::types::PgInterval};
use uuid::Uuid;

/// A job that a worker has taken.
#[derive(Clone, Debug)]
pub(super) struct ClaimedJob {
    pub(super) organisation_id: Uuid,
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) payload: serde_json::Value,
    /// Counted already: 1 at the first run. Together with the worker's name it is the fence against a late answer.
    pub(super) attempts: i32,
    pub(super) max_attempts: i32,
}

fn interval(duration: Duration) -> PgInterval {
    PgInterval {
        months: 0,
        days: 0,
        microseconds: i64::try_from(duration.as_micros()).unwrap_or(i64::MAX),
    }
}

pub(super) async fn insert(
    connection: &mut PgConnection,
    organisation: Uuid,
    id: Uuid,
    kind: &str,
    payload: &serde_json::Value,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO job (organisation_id, id, kind, payload) VALUES ($1, $2, $3, $4)",
        organisation,
        id,
        kind,
        payload
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes due jobs of the known kinds, the longest due first; nobody waits for a row that somebody else is taking.
pub(super) async fn claim(
    db: impl PgExecutor<'_>,
    kinds: &[String],
    limit: i64,
    worker: &str,
    lease: Duration,
) -> sqlx::Result<Vec<ClaimedJob>> {
    sqlx::query_as!(
        ClaimedJob,
        "WITH due AS (
            SELECT organisation_id, id FROM job WHERE state = 'queued' AND run_at <= clock_timestamp() AND kind = ANY($1)
            ORDER BY run_at LIMIT $2 FOR UPDATE SKIP LOCKED)
         UPDATE job SET state = 'running', attempts = attempts + 1, locked_by = $3, locked_until = clock_timestamp() + $4
         FROM due WHERE job.organisation_id = due.organisation_id AND job.id = due.id
         RETURNING job.organisation_id, job.id, kind, payload, attempts, max_attempts",
        kinds,
        limit,
        worker,
        interval(lease)
    )
    .fetch_all(db)
    .await
}

/// A job that its worker left without a sign of life.
pub(super) struct Lost {
    pub(super) organisation_id: Uuid,
    pub(super) kind: String,
    pub(super) payload: serde_json::Value,
    /// That was its last attempt; otherwise it is queued again.
    pub(super) dead: bool,
}

/// Puts back what workers left without a sign of life, or declares it dead if that was its last attempt.
pub(super) async fn requeue_expired(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Lost>> {
    sqlx::query_as!(
        Lost,
        r#"WITH lost AS (
            SELECT organisation_id, id FROM job WHERE state = 'running' AND locked_until < clock_timestamp() FOR UPDATE SKIP LOCKED)
         UPDATE job SET state = CASE WHEN attempts >= max_attempts THEN 'dead' ELSE 'queued' END,
                        finished_at = CASE WHEN attempts >= max_attempts THEN clock_timestamp() END,
                        run_at = clock_timestamp(), last_error = 'worker ' || locked_by || ' gave no sign of life',
                        locked_by = NULL, locked_until = NULL
         FROM lost WHERE job.organisation_id = lost.organisation_id AND job.id = lost.id
         RETURNING job.organisation_id, job.kind, job.payload, job.state = 'dead' AS "dead!""#
    )
    .fetch_all(db)
    .await
}

/// A sign of life; false if the job is not this worker's any more.
pub(super) async fn extend_lease(db: impl PgExecutor<'_>, job: &ClaimedJob, worker: &str, lease: Duration) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "UPDATE job SET locked_until = clock_timestamp() + $5
         WHERE organisation_id = $1 AND id = $2 AND state = 'running' AND locked_by = $3 AND attempts = $4",
        job.organisation_id,
        job.id,
        worker,
        job.attempts,
        interval(lease)
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How a run ended.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    Done,
    /// Again after the pause.
    Retry {
        error: String,
        pause: Duration,
    },
    Dead {
        error: String,
    },
    /// The process stops: queued again, the attempt not counted.
    HandedBack,
}

impl Outcome {
    /// How the metrics call it.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Retry { .. } => "retried",
            Self::Dead { .. } => "dead",
            Self::HandedBack => "handed_back",
        }
    }
}

/// Writes how a run ended; false if the job is not this worker's any more, and then nothing is written.
pub(super) async fn finish(db: impl PgExecutor<'_>, job: &ClaimedJob, worker: &str, outcome: &Outcome) -> sqlx::Result<bool> {
    let (state, pause, error, uncounted) = match outcome {
        Outcome::Done => ("done", Duration::ZERO, None, 0),
        Outcome::Retry { error, pause } => ("queued", *pause, Some(error), 0),
        Outcome::Dead { error } => ("dead", Duration::ZERO, Some(error), 0),
        Outcome::HandedBack => ("queued", Duration::ZERO, None, 1),
    };
    let done = sqlx::query!(
        "UPDATE job SET state = $5, run_at = clock_timestamp() + $6, last_error = coalesce($7, last_error), attempts = attempts - $8,
                        finished_at = CASE WHEN $5 IN ('done', 'dead') THEN clock_timestamp() END, locked_by = NULL, locked_until = NULL
         WHERE organisation_id = $1 AND id = $2 AND state = 'running' AND locked_by = $3 AND attempts = $4",
        job.organisation_id,
        job.id,
        worker,
        job.attempts,
        state,
        interval(pause),
        error.map(String::as_str),
        uncounted
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes jobs that were done more than seven days ago, a batch at a time; how many. Dead ones stay until somebody looks at them.
pub(super) async fn clean_up(db: impl PgExecutor<'_>) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "DELETE FROM job WHERE (organisation_id, id) IN (
            SELECT organisation_id, id FROM job WHERE state = 'done' AND finished_at < now() - interval '7 days' LIMIT 5000)"
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Locks a periodic task until the transaction ends, for as long as the task takes: the transaction waits and must not be ended for that.
/// False if another replica has it.
pub(super) async fn try_lock_task(connection: &mut PgConnection, task: &str) -> sqlx::Result<bool> {
    sqlx::query("SET LOCAL idle_in_transaction_session_timeout = 0")
        .execute(&mut *connection)
        .await?;
    sqlx::query_scalar!(
        r#"SELECT pg_try_advisory_xact_lock(hashtextextended('schedule ' || $1::text, 0)) AS "got!""#,
        task
    )
    .fetch_one(connection)
    .await
}

/// How many jobs are in each state but done.
pub(super) async fn count_by_state(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(r#"SELECT state, count(*) AS "count!" FROM job WHERE state <> 'done' GROUP BY state"#)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.state, row.count)).collect())
}
