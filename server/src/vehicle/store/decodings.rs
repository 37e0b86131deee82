//! Runs over the VINs of a stock: how far one is, its report.

use app::{
    kernel::{
        actor::Actor,
        error::AppError,
        id::{DecodingId, VehicleId},
        problem::Problem,
    },
    vehicle::{DIFFERENCES_SHOWN, DecodingDifference, DecodingReport, DecodingState, Vehicle},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Stored, json};
use crate::platform::db::{Scope, internal};

/// Begins a run; false if one is under way. Who begins one at the same moment waits for the end of this transaction.
pub async fn insert(connection: &mut PgConnection, actor: &Actor, id: DecodingId) -> Stored<bool> {
    let done = sqlx::query!(
        "INSERT INTO vehicle_decoding (organisation_id, id, user_id, actor)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (organisation_id) WHERE state = 'running' DO NOTHING",
        Scope::of(actor).organisation(),
        id.0,
        actor.user.map(|user| user.0),
        actor.name,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The run that is under way.
pub async fn running(connection: &mut PgConnection, scope: Scope) -> Stored<Option<DecodingId>> {
    let id = sqlx::query_scalar!(
        "SELECT id
         FROM vehicle_decoding
         WHERE organisation_id = $1
           AND state = 'running'",
        scope.organisation(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(id.map(DecodingId))
}

#[derive(Debug)]
struct ReportRow {
    id: Uuid,
    state: String,
    vehicles: Option<i64>,
    done: i64,
    decoded: i64,
    changed: i64,
    filled: i64,
    differing: i64,
    differences: serde_json::Value,
    failure: Option<serde_json::Value>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

/// The report so far.
pub async fn find(connection: &mut PgConnection, scope: Scope, id: DecodingId) -> Result<Option<DecodingReport>, AppError> {
    let row = sqlx::query_as!(
        ReportRow,
        "SELECT id, state, vehicles, done, decoded, changed, filled, differing, differences, failure, created_at, finished_at
         FROM vehicle_decoding
         WHERE organisation_id = $1
           AND id = $2",
        scope.organisation(),
        id.0,
    )
    .fetch_optional(connection)
    .await
    .map_err(crate::platform::db::failure)?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(DecodingReport {
        id: row.id.into(),
        state: DecodingState::named(&row.state).ok_or_else(|| internal(&sqlx::Error::Decode(row.state.clone().into())))?,
        vehicles: row.vehicles,
        done: row.done,
        decoded: row.decoded,
        changed: row.changed,
        filled: row.filled,
        differing: row.differing,
        differences: serde_json::from_value(row.differences).map_err(|error| internal(&error))?,
        failure: row
            .failure
            .map(serde_json::from_value)
            .transpose()
            .map_err(|error| internal(&error))?,
        created_at: row.created_at,
        finished_at: row.finished_at,
    }))
}

/// A run as a worker needs it.
#[derive(Debug)]
pub struct Work {
    pub vehicles: Option<i64>,
    pub after_id: Option<Uuid>,
    pub user_id: Option<Uuid>,
    pub actor: String,
}

/// Holds a run that is under way until the transaction ends, so that no second worker does the same vehicles; `None` if it is over.
pub async fn hold(connection: &mut PgConnection, scope: Scope, id: DecodingId) -> Stored<Option<Work>> {
    sqlx::query_as!(
        Work,
        "SELECT vehicles, after_id, user_id, actor
         FROM vehicle_decoding
         WHERE organisation_id = $1
           AND id = $2
           AND state = 'running'
         FOR UPDATE",
        scope.organisation(),
        id.0,
    )
    .fetch_optional(connection)
    .await
}

/// How many living vehicles have a VIN.
pub async fn count(connection: &mut PgConnection, scope: Scope) -> Stored<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!"
           FROM vehicle
           WHERE organisation_id = $1
             AND deleted_at IS NULL
             AND vin IS NOT NULL"#,
        scope.organisation(),
    )
    .fetch_one(connection)
    .await
}

/// The next vehicles with a VIN behind `after`, in the order in which they were added (index vehicle_by_added), locked against every other
/// change until the transaction ends.
///
/// That ends in no deadlock: whoever else changes a vehicle locks that one alone, and nobody waits for a unique value of another before that
/// is written, which begins when all locks are held. Only runs lock many, and those of one organisation take turns ([`hold`]).
pub async fn next(connection: &mut PgConnection, scope: Scope, after: Option<Uuid>, limit: i64, time_zone: &str) -> Stored<Vec<Vehicle>> {
    let ids = sqlx::query_scalar!(
        "SELECT id
         FROM vehicle
         WHERE organisation_id = $1
           AND deleted_at IS NULL
           AND vin IS NOT NULL
           AND id > coalesce($2, '00000000-0000-0000-0000-000000000000'::uuid)
         ORDER BY id
         LIMIT $3
         FOR UPDATE",
        scope.organisation(),
        after,
        limit,
    )
    .fetch_all(&mut *connection)
    .await?;
    // A statement of its own: it sees the branches too as they are after the wait for the locks.
    super::find_all(connection, scope, &ids, time_zone).await
}

/// What came of some vehicles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub done: i64,
    pub decoded: i64,
    pub changed: i64,
    pub filled: i64,
    pub differences: Vec<DecodingDifference>,
}

/// Adds what came of the vehicles up to `after`.
pub async fn advance(
    connection: &mut PgConnection,
    scope: Scope,
    id: DecodingId,
    after: VehicleId,
    vehicles: i64,
    found: &Found,
) -> Stored<()> {
    let differing = i64::try_from(found.differences.len()).unwrap_or(i64::MAX);
    let shown = i32::try_from(DIFFERENCES_SHOWN).unwrap_or(i32::MAX);
    sqlx::query!(
        "UPDATE vehicle_decoding
         SET after_id = $3, vehicles = $4, done = done + $5, decoded = decoded + $6, changed = changed + $7, filled = filled + $8,
             differing = differing + $9,
             differences = CASE WHEN jsonb_array_length(differences) >= $11 THEN differences
                                ELSE jsonb_path_query_array(differences || $10::jsonb, '$[0 to $last]', jsonb_build_object('last', $11 - 1))
                           END
         WHERE organisation_id = $1
           AND id = $2",
        scope.organisation(),
        id.0,
        after.0,
        vehicles,
        found.done,
        found.decoded,
        found.changed,
        found.filled,
        differing,
        json(&found.differences)?,
        shown,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a run that is under way: done, or failed if there is a reason; false if it was over already.
pub async fn finish(connection: &mut PgConnection, scope: Scope, id: DecodingId, failure: Option<&Problem>) -> Stored<bool> {
    let done = sqlx::query!(
        "UPDATE vehicle_decoding
         SET state = CASE WHEN $3::jsonb IS NULL THEN 'done' ELSE 'failed' END, failure = $3, vehicles = coalesce(vehicles, 0),
             finished_at = now()
         WHERE organisation_id = $1
           AND id = $2
           AND state = 'running'",
        scope.organisation(),
        id.0,
        failure.map(json).transpose()?,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends runs whose job of `kind` is gone without having ended them; how many. Of the whole system.
pub async fn fail_abandoned(connection: &mut PgConnection, kind: &str, why: &Problem) -> Stored<u64> {
    let done = sqlx::query!(
        "UPDATE vehicle_decoding d
         SET state = 'failed', failure = $2, finished_at = now()
         WHERE d.state = 'running'
           AND d.created_at < now() - interval '1 hour'
           AND NOT EXISTS (
               SELECT FROM job j
               WHERE j.organisation_id = d.organisation_id
                 AND j.kind = $1
                 AND j.state IN ('queued', 'running')
                 AND j.payload ->> 'decoding' = d.id::text)",
        kind,
        json(why)?,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
