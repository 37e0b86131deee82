//! All SQL of the audit.

use app::kernel::actor::Actor;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::Change;
use crate::platform::db::Scope;

/// One recorded row in the exact form that is hashed, with its place in the chain if it has one.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) organisation_id: Uuid,
    pub(super) id: Uuid,
    /// Microseconds since 1970-01-01 UTC.
    pub(super) at: i64,
    pub(super) user_id: Option<Uuid>,
    pub(super) actor: String,
    pub(super) action: String,
    pub(super) subject_kind: String,
    pub(super) subject_id: Uuid,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) channel: String,
    pub(super) address: Option<String>,
    pub(super) request_id: Option<String>,
    pub(super) sequence: Option<i64>,
    pub(super) previous_hash: Option<Vec<u8>>,
    pub(super) hash: Option<Vec<u8>>,
}

/// The end of an organisation's chain.
pub(super) struct Head {
    pub(super) sequence: i64,
    pub(super) hash: Vec<u8>,
}

pub(super) async fn insert(connection: &mut PgConnection, actor: &Actor, change: Change<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO audit_entry
            (organisation_id, id, user_id, actor, action, subject_kind, subject_id, before, after, channel, address, request_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::inet, $12)",
        actor.organisation.0,
        Uuid::now_v7(),
        actor.user.map(|user| user.0),
        actor.name,
        change.action,
        change.subject,
        change.id,
        change.before,
        change.after,
        actor.origin.channel,
        actor.origin.address.map(|address| address.to_string()),
        actor.origin.request
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The entries get ids that rise in the order given: the order in which they are chained.
pub(super) async fn insert_created(
    connection: &mut PgConnection,
    actor: &Actor,
    subject: &str,
    made: &[(Uuid, serde_json::Value)],
) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = made.iter().map(|_| Uuid::now_v7()).collect();
    let (subjects, after): (Vec<Uuid>, Vec<serde_json::Value>) = made.iter().cloned().unzip();
    sqlx::query!(
        "INSERT INTO audit_entry
            (organisation_id, id, user_id, actor, action, subject_kind, subject_id, after, channel, address, request_id)
         SELECT $1, made.id, $2, $3, 'created', $4, made.subject_id, made.after, $5, $6::text::inet, $7
         FROM unnest($8::uuid[], $9::uuid[], $10::jsonb[]) AS made (id, subject_id, after)",
        actor.organisation.0,
        actor.user.map(|user| user.0),
        actor.name,
        subject,
        actor.origin.channel,
        actor.origin.address.map(|address| address.to_string()),
        actor.origin.request,
        &ids,
        &subjects,
        &after
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A change as it was recorded, for people to read.
#[derive(Debug)]
pub struct Recorded {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub action: String,
    /// The thing that was changed.
    pub subject: Uuid,
    pub before: Option<serde_json::Value>,
    pub after: Option<serde_json::Value>,
}

/// What was done to one thing by these actions, newest first (index audit_entry_subject).
pub(super) async fn history(
    connection: &mut PgConnection,
    scope: Scope,
    (subject, id): (&str, Uuid),
    actions: &[&str],
    count: i64,
) -> sqlx::Result<Vec<Recorded>> {
    let actions: Vec<String> = actions.iter().map(|&action| action.to_owned()).collect();
    sqlx::query_as!(
        Recorded,
        "SELECT id, at, actor, action, subject_id AS subject, before, after
         FROM audit_entry
         WHERE organisation_id = $1
           AND subject_kind = $2
           AND subject_id = $3
           AND action = ANY($4)
         ORDER BY id DESC
         LIMIT $5",
        scope.organisation(),
        subject,
        id,
        &actions,
        count
    )
    .fetch_all(connection)
    .await
}

/// Reads a page of the changes of the catalogue's entries. The kind stands in the statement, so that every plan can use the index of that
/// kind (audit_entry_catalogue).
macro_rules! page_of_catalogue {
    ($connection:expr, $scope:expr, $beside:expr, $count:expr, $beyond:literal, $order:literal) => {
        sqlx::query_as!(
            Recorded,
            "SELECT id, at, actor, action, subject_id AS subject, before, after
             FROM audit_entry
             WHERE organisation_id = $1
               AND subject_kind = 'catalogue_entry'
               AND id "
                + $beyond
                + "
             ORDER BY id "
                + $order
                + "
             LIMIT $3",
            $scope.organisation(),
            $beside,
            $count
        )
        .fetch_all($connection)
        .await?
    };
}

/// A page of the changes of the catalogue's entries, newest first: beside a change, and whether before it in the list; else the first.
pub(super) async fn of_catalogue(
    connection: &mut PgConnection,
    scope: Scope,
    beside: Option<(Uuid, bool)>,
    count: i64,
) -> sqlx::Result<Vec<Recorded>> {
    let (id, backward) = beside.unzip();
    if backward.unwrap_or_default() {
        let mut rows = page_of_catalogue!(connection, scope, id, count, "> $2::uuid", "ASC");
        rows.reverse();
        return Ok(rows);
    }
    Ok(page_of_catalogue!(
        connection,
        scope,
        id,
        count,
        "< coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')",
        "DESC"
    ))
}

/// Organisations with rows that are not chained yet. Of the whole system: the chain's job serves everybody.
pub(super) async fn behind(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!("SELECT DISTINCT organisation_id FROM audit_entry WHERE sequence IS NULL")
        .fetch_all(db)
        .await
}

/// Takes the organisation's chain until the transaction ends; false if somebody else has it.
pub(super) async fn try_lock(connection: &mut PgConnection, organisation: Uuid) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT pg_try_advisory_xact_lock(hashtextextended('audit chain ' || $1::uuid::text, 0)) AS "got!""#,
        organisation
    )
    .fetch_one(connection)
    .await
}

pub(super) async fn head(db: impl PgExecutor<'_>, organisation: Uuid) -> sqlx::Result<Option<Head>> {
    sqlx::query_as!(
        Head,
        "SELECT sequence, hash FROM audit_head WHERE organisation_id = $1",
        organisation
    )
    .fetch_optional(db)
    .await
}

/// The next rows to chain, in the order of their ids.
pub(super) async fn unchained(connection: &mut PgConnection, organisation: Uuid, limit: i64) -> sqlx::Result<Vec<Entry>> {
    sqlx::query_as!(
        Entry,
        r#"SELECT organisation_id, id, (extract(epoch FROM at) * 1000000)::bigint AS "at!", user_id, actor, action, subject_kind,
                  subject_id, before::text, after::text, channel, address::text, request_id, sequence, previous_hash, hash
           FROM audit_entry WHERE organisation_id = $1 AND sequence IS NULL ORDER BY id LIMIT $2"#,
        organisation,
        limit
    )
    .fetch_all(connection)
    .await
}

/// The chained rows after `sequence`, in order.
pub(super) async fn chained(db: impl PgExecutor<'_>, organisation: Uuid, after: i64, limit: i64) -> sqlx::Result<Vec<Entry>> {
    sqlx::query_as!(
        Entry,
        r#"SELECT organisation_id, id, (extract(epoch FROM at) * 1000000)::bigint AS "at!", user_id, actor, action, subject_kind,
                  subject_id, before::text, after::text, channel, address::text, request_id, sequence, previous_hash, hash
           FROM audit_entry WHERE organisation_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3"#,
        organisation,
        after,
        limit
    )
    .fetch_all(db)
    .await
}

/// Gives rows their place in the chain and moves its end.
pub(super) async fn extend(
    connection: &mut PgConnection,
    organisation: Uuid,
    links: &[(Uuid, i64, Vec<u8>, Vec<u8>)],
    head: &Head,
) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = links.iter().map(|link| link.0).collect();
    let sequences: Vec<i64> = links.iter().map(|link| link.1).collect();
    let previous: Vec<Vec<u8>> = links.iter().map(|link| link.2.clone()).collect();
    let hashes: Vec<Vec<u8>> = links.iter().map(|link| link.3.clone()).collect();
    sqlx::query!(
        "UPDATE audit_entry SET sequence = link.sequence, previous_hash = link.previous_hash, hash = link.hash
         FROM unnest($2::uuid[], $3::bigint[], $4::bytea[], $5::bytea[]) AS link (id, sequence, previous_hash, hash)
         WHERE audit_entry.organisation_id = $1 AND audit_entry.id = link.id",
        organisation,
        &ids,
        &sequences,
        &previous,
        &hashes
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO audit_head (organisation_id, sequence, hash) VALUES ($1, $2, $3)
         ON CONFLICT (organisation_id) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash",
        organisation,
        head.sequence,
        head.hash
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Organisations in the order of their ids, a page at a time, with their names. Of the whole system: for the operator.
pub(super) async fn organisations(db: impl PgExecutor<'_>, after: Uuid, limit: i64) -> sqlx::Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        "SELECT organisation_id, name FROM organisation WHERE organisation_id > $1 ORDER BY organisation_id LIMIT $2",
        after,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.organisation_id, row.name)).collect())
}

/// How many rows wait to be chained.
pub(super) async fn waiting(db: impl PgExecutor<'_>, organisation: Uuid) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM audit_entry WHERE organisation_id = $1 AND sequence IS NULL"#,
        organisation
    )
    .fetch_one(db)
    .await
}
