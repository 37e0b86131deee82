//! All SQL of the catalogue. Functions take a [`Scope`] first, so that no query leaves its organisation.

use std::collections::HashMap;

use app::{
    catalogue::{CatalogueEntry, CatalogueLevel},
    kernel::id::CatalogueEntryId,
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::row::{Columns, EntryRow};
use crate::platform::{
    db::Scope,
    stored::{Stored, json},
    version::Locked,
};

/// Most living entries of an organisation: all of them are held in memory.
pub const MOST_ENTRIES: i64 = 5_000;
/// Most spellings of make and model that are counted; whoever has more has most of their vehicles among these.
const MOST_SPELLINGS: i64 = 20_000;

/// A living entry.
pub async fn find(connection: &mut PgConnection, scope: Scope, id: CatalogueEntryId) -> Stored<Option<CatalogueEntry>> {
    sqlx::query_as!(
        EntryRow,
        "SELECT id, version, level, kind, first_year, last_year, make, model, line, name, corrects, hidden, displacement_cc, cylinders,
                fuel_type, electrification, power_value, power_unit, created_at, updated_at
         FROM catalogue_entry
         WHERE organisation_id = $1
           AND id = $2
           AND deleted_at IS NULL",
        scope.organisation(),
        id.0,
    )
    .fetch_optional(connection)
    .await?
    .map(CatalogueEntry::try_from)
    .transpose()
}

/// Every living entry, in the order in which they were added.
pub async fn living(connection: &mut PgConnection, scope: Scope) -> Stored<Vec<CatalogueEntry>> {
    let rows = sqlx::query_as!(
        EntryRow,
        "SELECT id, version, level, kind, first_year, last_year, make, model, line, name, corrects, hidden, displacement_cc, cylinders,
                fuel_type, electrification, power_value, power_unit, created_at, updated_at
         FROM catalogue_entry
         WHERE organisation_id = $1
           AND deleted_at IS NULL
         ORDER BY id
         LIMIT $2",
        scope.organisation(),
        MOST_ENTRIES,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(CatalogueEntry::try_from).collect()
}

/// How many living entries there are.
pub async fn count(connection: &mut PgConnection, scope: Scope) -> Stored<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM catalogue_entry WHERE organisation_id = $1 AND deleted_at IS NULL"#,
        scope.organisation(),
    )
    .fetch_one(connection)
    .await
}

/// Reads one page of entries: `page_of_entries!(connection, scope, level, id, count, "< coalesce($3::uuid, …)", "DESC")`.
macro_rules! page_of_entries {
    ($connection:expr, $scope:expr, $level:expr, $position:expr, $count:expr, $beyond:literal, $order:literal) => {
        sqlx::query_as!(
            EntryRow,
            "SELECT id, version, level, kind, first_year, last_year, make, model, line, name, corrects, hidden, displacement_cc, cylinders,
                    fuel_type, electrification, power_value, power_unit, created_at, updated_at
             FROM catalogue_entry
             WHERE organisation_id = $1
               AND deleted_at IS NULL
               AND ($2::text IS NULL OR level = $2)
               AND id "
                + $beyond
                + "
             ORDER BY id "
                + $order
                + "
             LIMIT $4",
            $scope.organisation(),
            $level,
            $position,
            $count,
        )
        .fetch_all($connection)
        .await?
    };
}

/// Where a page begins: the rows added before a row, or after it; the newest ones without a position. A page is always newest first.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Position {
    #[serde(rename = "i")]
    pub id: Uuid,
    /// The page holds the rows before the position in the list, not those after.
    #[serde(rename = "b")]
    pub backward: bool,
}

/// A page of the living entries, `count` rows at most.
pub async fn page(
    connection: &mut PgConnection,
    scope: Scope,
    level: Option<CatalogueLevel>,
    position: Option<Position>,
    count: i64,
) -> Stored<Vec<CatalogueEntry>> {
    let (level, id) = (level.map(CatalogueLevel::name), position.map(|position| position.id));
    let mut rows = if position.is_some_and(|position| position.backward) {
        page_of_entries!(connection, scope, level, id, count, "> $3::uuid", "ASC")
    } else {
        page_of_entries!(
            connection,
            scope,
            level,
            id,
            count,
            "< coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')",
            "DESC"
        )
    };
    if position.is_some_and(|position| position.backward) {
        rows.reverse();
    }
    rows.into_iter().map(CatalogueEntry::try_from).collect()
}

/// Locks an entry, living or deleted, against every other change, until the transaction ends.
pub async fn lock(connection: &mut PgConnection, scope: Scope, id: CatalogueEntryId) -> Stored<Option<Locked>> {
    sqlx::query_as!(
        Locked,
        r#"SELECT version, deleted_at IS NOT NULL AS "deleted!"
           FROM catalogue_entry
           WHERE organisation_id = $1
             AND id = $2
           FOR UPDATE"#,
        scope.organisation(),
        id.0,
    )
    .fetch_optional(connection)
    .await
}

/// Adds an entry.
pub async fn insert(connection: &mut PgConnection, scope: Scope, id: CatalogueEntryId, entry: &Columns) -> Stored<()> {
    sqlx::query!(
        "INSERT INTO catalogue_entry (
            organisation_id, id, level, kind, first_year, last_year, make, model, line, name, corrects, hidden, make_key, model_key,
            line_key, name_key, corrects_key, displacement_cc, cylinders, fuel_type, electrification, power_value, power_unit)
         SELECT $1, $2, r.level, r.kind, r.first_year, r.last_year, r.make, r.model, r.line, r.name, r.corrects, r.hidden, r.make_key,
                r.model_key, r.line_key, r.name_key, r.corrects_key, r.displacement_cc, r.cylinders, r.fuel_type, r.electrification,
                r.power_value, r.power_unit
         FROM jsonb_to_record($3) AS r (
                level text, kind text, first_year smallint, last_year smallint, make text, model text, line text, name text,
                corrects text, hidden boolean, make_key text, model_key text, line_key text, name_key text, corrects_key text,
                displacement_cc integer, cylinders smallint, fuel_type text, electrification text, power_value integer, power_unit text)",
        scope.organisation(),
        id.0,
        json(entry)?,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Replaces every field. The caller holds the lock and has compared the version.
pub async fn update(connection: &mut PgConnection, scope: Scope, id: CatalogueEntryId, entry: &Columns) -> Stored<()> {
    sqlx::query!(
        "UPDATE catalogue_entry e
         SET    version = e.version + 1, updated_at = now(),
                level = r.level, kind = r.kind, first_year = r.first_year, last_year = r.last_year, make = r.make, model = r.model,
                line = r.line, name = r.name, corrects = r.corrects, hidden = r.hidden, make_key = r.make_key, model_key = r.model_key,
                line_key = r.line_key, name_key = r.name_key, corrects_key = r.corrects_key, displacement_cc = r.displacement_cc,
                cylinders = r.cylinders, fuel_type = r.fuel_type, electrification = r.electrification, power_value = r.power_value,
                power_unit = r.power_unit
         FROM jsonb_to_record($3) AS r (
                level text, kind text, first_year smallint, last_year smallint, make text, model text, line text, name text,
                corrects text, hidden boolean, make_key text, model_key text, line_key text, name_key text, corrects_key text,
                displacement_cc integer, cylinders smallint, fuel_type text, electrification text, power_value integer, power_unit text)
         WHERE e.organisation_id = $1
           AND e.id = $2",
        scope.organisation(),
        id.0,
        json(entry)?,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes an entry away, or brings it back.
pub async fn set_deleted(connection: &mut PgConnection, scope: Scope, id: CatalogueEntryId, deleted: bool) -> Stored<()> {
    sqlx::query!(
        "UPDATE catalogue_entry
         SET version = version + 1,
             updated_at = now(),
             deleted_at = CASE WHEN $3 THEN now() END
         WHERE organisation_id = $1
           AND id = $2",
        scope.organisation(),
        id.0,
        deleted,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A living entry that says what another one wants to say.
#[derive(Debug)]
pub struct Holder {
    pub id: Uuid,
    pub title: String,
    /// Whether it has the name, and whether it stands for the same name in vPIC.
    pub has_name: bool,
    pub corrects_same: bool,
}

/// The living entries of the same level, kind, make, model and line that have the name of `wanted` or stand for the same name in vPIC.
pub async fn holders(connection: &mut PgConnection, scope: Scope, wanted: &Columns, except: CatalogueEntryId) -> Stored<Vec<Holder>> {
    sqlx::query_as!(
        Holder,
        r#"SELECT id, concat_ws(' ', make, model, line, name) AS "title!", name_key = $7 AS "has_name!",
                  coalesce(corrects_key = $8, false) AS "corrects_same!"
           FROM catalogue_entry
           WHERE organisation_id = $1
             AND deleted_at IS NULL
             AND level = $2
             AND coalesce(kind, '') = coalesce($3, '')
             AND make_key = $4
             AND model_key = $5
             AND line_key = $6
             AND (name_key = $7 OR corrects_key = $8)
             AND id <> $9
           LIMIT 2"#,
        scope.organisation(),
        wanted.level,
        wanted.kind,
        wanted.make_key,
        wanted.model_key,
        wanted.line_key,
        wanted.name_key,
        wanted.corrects_key,
        except.0,
    )
    .fetch_all(connection)
    .await
}

/// An entry's columns, also of a deleted one, as [`holders`] compares them.
pub async fn stored(connection: &mut PgConnection, scope: Scope, id: CatalogueEntryId) -> Stored<CatalogueEntry> {
    sqlx::query_as!(
        EntryRow,
        "SELECT id, version, level, kind, first_year, last_year, make, model, line, name, corrects, hidden, displacement_cc, cylinders,
                fuel_type, electrification, power_value, power_unit, created_at, updated_at
         FROM catalogue_entry
         WHERE organisation_id = $1
           AND id = $2",
        scope.organisation(),
        id.0,
    )
    .fetch_one(connection)
    .await?
    .try_into()
}

/// How many living vehicles are spelled so.
#[derive(Debug)]
pub struct Spelling {
    pub make: String,
    pub model: String,
    pub kind: String,
    pub count: i64,
}

/// Makes and models as the stock spells them, most frequent first.
pub async fn stock(connection: &mut PgConnection, scope: Scope) -> Stored<Vec<Spelling>> {
    sqlx::query_as!(
        Spelling,
        r#"SELECT make, model, kind, count(*) AS "count!"
           FROM vehicle
           WHERE organisation_id = $1
             AND deleted_at IS NULL
           GROUP BY make, model, kind
           ORDER BY count(*) DESC, make, model, kind
           LIMIT $2"#,
        scope.organisation(),
        MOST_SPELLINGS,
    )
    .fetch_all(connection)
    .await
}

/// How an entry is called.
#[derive(Debug)]
pub struct Called {
    pub id: Uuid,
    pub level: String,
    pub title: String,
}

/// How these entries are called, deleted ones too.
pub async fn called(connection: &mut PgConnection, scope: Scope, ids: &[Uuid]) -> Stored<HashMap<Uuid, Called>> {
    let rows = sqlx::query_as!(
        Called,
        r#"SELECT id, level, concat_ws(' ', make, model, line, name) AS "title!"
           FROM catalogue_entry
           WHERE organisation_id = $1
             AND id = ANY($2)"#,
        scope.organisation(),
        ids,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}
