//! Runs of an import: the file, how far it is, its report.

use app::{
    kernel::{actor::Actor, error::AppError, id::ImportId, problem::Problem},
    vehicle::{ImportMode, ImportOptions, ImportProblem, ImportReport, ImportState},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Stored, json};
use crate::platform::db::{Scope, internal};

/// The part of a report that is kept as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Findings {
    pub ignored_columns: Vec<String>,
    pub encoding: String,
    pub delimiter: String,
    pub problems: Vec<ImportProblem>,
    pub failure: Option<Problem>,
}

/// Rows counted so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub rows: i64,
    pub done: i64,
    pub good: i64,
    pub bad: i64,
}

#[derive(Debug)]
struct ReportRow {
    id: Uuid,
    file_name: String,
    state: String,
    rows: Option<i64>,
    rows_done: i64,
    rows_good: i64,
    rows_bad: i64,
    report: serde_json::Value,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

/// Keeps an uploaded file.
pub async fn insert(
    connection: &mut PgConnection,
    actor: &Actor,
    id: ImportId,
    file_name: &str,
    file: &[u8],
    options: &ImportOptions,
) -> Stored<()> {
    sqlx::query!(
        "INSERT INTO vehicle_import (organisation_id, id, file_name, file, options, state, user_id, actor)
         VALUES ($1, $2, $3, $4, $5, 'checking', $6, $7)",
        Scope::of(actor).organisation(),
        id.0,
        file_name,
        file,
        json(options)?,
        actor.user.map(|user| user.0),
        actor.name,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The report so far.
pub async fn find(connection: &mut PgConnection, scope: Scope, id: ImportId) -> Result<Option<ImportReport>, AppError> {
    let row = sqlx::query_as!(
        ReportRow,
        "SELECT id, file_name, state, rows, rows_done, rows_good, rows_bad, report, created_at, finished_at
         FROM vehicle_import
         WHERE organisation_id = $1
           AND id = $2",
        scope.organisation(),
        id.0,
    )
    .fetch_optional(connection)
    .await
    .map_err(crate::platform::db::failure)?;
    let Some(row) = row else { return Ok(None) };
    let findings: Findings = serde_json::from_value(row.report).map_err(|error| internal(&error))?;
    let state = ImportState::named(&row.state).ok_or_else(|| internal(&sqlx::Error::Decode(row.state.clone().into())))?;
    Ok(Some(ImportReport {
        id: row.id.into(),
        file_name: row.file_name,
        state,
        rows: row.rows,
        rows_done: row.rows_done,
        rows_good: row.rows_good,
        rows_bad: row.rows_bad,
        ignored_columns: findings.ignored_columns,
        encoding: findings.encoding,
        delimiter: findings.delimiter,
        problems: findings.problems,
        failure: findings.failure,
        created_at: row.created_at,
        finished_at: row.finished_at,
    }))
}

/// What a job works on.
#[derive(Debug)]
pub struct Work {
    pub state: String,
    pub mode: Option<String>,
    pub options: serde_json::Value,
    pub file: Option<Vec<u8>>,
    pub user_id: Option<Uuid>,
    pub actor: String,
}

/// Holds the import against a second worker until the transaction ends; false if another has it. The row itself stays free for [`progress`].
pub async fn hold(connection: &mut PgConnection, scope: Scope, id: ImportId) -> Stored<bool> {
    sqlx::query_scalar!(
        r#"SELECT pg_try_advisory_xact_lock(hashtextextended('vehicle import ' || $1::uuid::text || $2::uuid::text, 0)) AS "got!""#,
        scope.organisation(),
        id.0,
    )
    .fetch_one(connection)
    .await
}

/// The import as a worker needs it.
pub async fn work(connection: &mut PgConnection, scope: Scope, id: ImportId) -> Stored<Option<Work>> {
    sqlx::query_as!(
        Work,
        "SELECT state, mode, options, file, user_id, actor
         FROM vehicle_import
         WHERE organisation_id = $1
           AND id = $2",
        scope.organisation(),
        id.0,
    )
    .fetch_optional(connection)
    .await
}

/// Asks for a checked import to be written; false if it is in another state.
pub async fn ask(connection: &mut PgConnection, actor: &Actor, id: ImportId, mode: ImportMode) -> Stored<bool> {
    let done = sqlx::query!(
        "UPDATE vehicle_import
         SET state = 'running', state_since = now(), mode = $3, rows_done = 0, finished_at = NULL, user_id = $4, actor = $5
         WHERE organisation_id = $1
           AND id = $2
           AND state = 'checked'",
        Scope::of(actor).organisation(),
        id.0,
        mode.name(),
        actor.user.map(|user| user.0),
        actor.name,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Says how far it is. Runs outside the transaction that writes, so that watchers see it move.
pub async fn progress(connection: &mut PgConnection, scope: Scope, id: ImportId, rows: Option<i64>, done: i64) -> Stored<()> {
    sqlx::query!(
        "UPDATE vehicle_import
         SET rows = coalesce($3, rows), rows_done = $4
         WHERE organisation_id = $1
           AND id = $2
           AND state IN ('checking', 'running')",
        scope.organisation(),
        id.0,
        rows,
        done,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a step: `from` → `to` with counts and findings; false if the import was not in `from` (any more). The file goes once it is written.
pub async fn finish(
    connection: &mut PgConnection,
    scope: Scope,
    id: ImportId,
    from: ImportState,
    to: ImportState,
    counts: Counts,
    findings: &Findings,
) -> Stored<bool> {
    let done = sqlx::query!(
        "UPDATE vehicle_import
         SET state = $4, state_since = now(), rows = $5, rows_done = $6, rows_good = $7, rows_bad = $8, report = $9, finished_at = now(),
             file = CASE WHEN $4 IN ('done', 'failed') THEN NULL ELSE file END
         WHERE organisation_id = $1
           AND id = $2
           AND state = $3",
        scope.organisation(),
        id.0,
        from.name(),
        to.name(),
        counts.rows,
        counts.done,
        counts.good,
        counts.bad,
        json(findings)?,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends an import that can't go on: `from` → failed, its file removed, the counts left as they are; false if it was not in `from`.
pub async fn fail(connection: &mut PgConnection, scope: Scope, id: ImportId, from: ImportState, why: &Problem) -> Stored<bool> {
    let done = sqlx::query!(
        "UPDATE vehicle_import
         SET state = 'failed', state_since = now(), finished_at = now(), file = NULL,
             report = report || jsonb_build_object('failure', $4::jsonb)
         WHERE organisation_id = $1
           AND id = $2
           AND state = $3",
        scope.organisation(),
        id.0,
        from.name(),
        json(why)?,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends imports that wait for a job which is no more: those of `kinds` that neither wait nor run; how many. Of the whole system.
pub async fn fail_abandoned(connection: &mut PgConnection, kinds: &[&str], why: &Problem) -> Stored<u64> {
    let kinds: Vec<String> = kinds.iter().map(ToString::to_string).collect();
    let done = sqlx::query!(
        "UPDATE vehicle_import i
         SET state = 'failed', state_since = now(), finished_at = now(), file = NULL,
             report = i.report || jsonb_build_object('failure', $2::jsonb)
         WHERE i.state IN ('checking', 'running')
           AND i.state_since < now() - interval '1 hour'
           AND NOT EXISTS (
               SELECT FROM job j
               WHERE j.organisation_id = i.organisation_id
                 AND j.kind = ANY($1)
                 AND j.state IN ('queued', 'running')
                 AND j.payload ->> 'import' = i.id::text)",
        &kinds,
        json(why)?,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Ends checked imports that nobody confirmed for `days`, and removes their files; how many. Of the whole system.
pub async fn fail_unconfirmed(connection: &mut PgConnection, days: i32, why: &Problem) -> Stored<u64> {
    let done = sqlx::query!(
        "UPDATE vehicle_import
         SET state = 'failed', state_since = now(), finished_at = now(), file = NULL,
             report = report || jsonb_build_object('failure', $2::jsonb)
         WHERE state = 'checked'
           AND state_since < now() - make_interval(days => $1)",
        days,
        json(why)?,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// How many imports are open and so keep a file: in their check, waiting to be confirmed, or being written.
pub async fn count_open(connection: &mut PgConnection, scope: Scope) -> Stored<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!"
           FROM vehicle_import
           WHERE organisation_id = $1
             AND state IN ('checking', 'checked', 'running')"#,
        scope.organisation(),
    )
    .fetch_one(connection)
    .await
}

/// Ends the checked import that waits longest to be confirmed, and removes its file; false if none waits. One that is being confirmed at
/// this moment is passed over.
pub async fn fail_longest_unconfirmed(connection: &mut PgConnection, scope: Scope, why: &Problem) -> Stored<bool> {
    let done = sqlx::query!(
        "WITH longest AS (
             SELECT organisation_id, id
             FROM vehicle_import
             WHERE organisation_id = $1
               AND state = 'checked'
             ORDER BY state_since, id
             LIMIT 1
             FOR UPDATE SKIP LOCKED)
         UPDATE vehicle_import i
         SET state = 'failed', state_since = now(), finished_at = now(), file = NULL,
             report = i.report || jsonb_build_object('failure', $2::jsonb)
         FROM longest
         WHERE i.organisation_id = longest.organisation_id
           AND i.id = longest.id",
        scope.organisation(),
        json(why)?,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lets PostgreSQL count the stock anew, which also ends plans that connections keep for the table as it was.
pub async fn refresh_statistics(connection: &mut PgConnection) -> Stored<()> {
    sqlx::query!("ANALYZE vehicle").execute(connection).await?;
    Ok(())
}
