//! All SQL of identity. The few queries that are not scoped to an organisation are about a person, and say so.

use app::kernel::{
    email::EmailAddress,
    id::{OrganisationId, UserId},
};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use crate::platform::db::{self, Scope};

/// A member as a request needs it: the person, the organisation, what the role allows.
pub(super) struct MemberRow {
    pub(super) name: String,
    pub(super) locale: String,
    pub(super) currency: String,
    pub(super) distance_unit: String,
    pub(super) time_zone: String,
    pub(super) permissions: Vec<String>,
}

/// The member of that id, if there is one and the person is enabled. Runs on every request: three look-ups by primary key and
/// one index-only range.
pub(super) async fn member(db: impl PgExecutor<'_>, user: UserId, organisation: OrganisationId) -> sqlx::Result<Option<MemberRow>> {
    sqlx::query_as!(
        MemberRow,
        r#"SELECT u.name, u.locale, o.currency, o.distance_unit, o.time_zone,
                  ARRAY(SELECT p.permission FROM role_permission p
                        WHERE p.organisation_id = m.organisation_id AND p.role_id = m.role_id) AS "permissions!"
           FROM member m
           JOIN app_user u ON u.id = m.user_id AND u.enabled
           JOIN organisation o ON o.organisation_id = m.organisation_id
           WHERE m.organisation_id = $1 AND m.user_id = $2"#,
        organisation.0,
        user.0
    )
    .fetch_optional(db)
    .await
}

/// The same with what pages show of it.
pub(super) struct MeRow {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) locale: String,
    pub(super) time_zone: String,
    pub(super) permissions: Vec<String>,
    pub(super) organisation_name: String,
    pub(super) kind: String,
    pub(super) currency: String,
    pub(super) distance_unit: String,
    pub(super) role: String,
    pub(super) memberships: i64,
    pub(super) preset: Option<String>,
}

/// As [`member`]; runs for every page.
pub(super) async fn me(db: impl PgExecutor<'_>, user: UserId, organisation: OrganisationId) -> sqlx::Result<Option<MeRow>> {
    sqlx::query_as!(
        MeRow,
        r#"SELECT u.name, u.email, u.locale, o.time_zone, o.name AS organisation_name, o.kind, o.currency, o.distance_unit,
                  r.name AS role, r.preset,
                  ARRAY(SELECT p.permission FROM role_permission p
                        WHERE p.organisation_id = m.organisation_id AND p.role_id = m.role_id) AS "permissions!",
                  (SELECT count(*) FROM member x WHERE x.user_id = m.user_id) AS "memberships!"
           FROM member m
           JOIN app_user u ON u.id = m.user_id AND u.enabled
           JOIN organisation o ON o.organisation_id = m.organisation_id
           JOIN role r ON r.organisation_id = m.organisation_id AND r.id = m.role_id
           WHERE m.organisation_id = $1 AND m.user_id = $2"#,
        organisation.0,
        user.0
    )
    .fetch_optional(db)
    .await
}

/// Where a person may act, by name. About the person: crosses organisations on purpose.
pub(super) async fn organisations(db: impl PgExecutor<'_>, user: UserId) -> sqlx::Result<Vec<(OrganisationId, String)>> {
    let rows = sqlx::query!(
        "SELECT o.organisation_id, o.name FROM member m JOIN organisation o USING (organisation_id)
         WHERE m.user_id = $1 ORDER BY lower(o.name), o.organisation_id LIMIT 200",
        user.0
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.organisation_id.into(), row.name)).collect())
}

/// What an organisation reads and writes in.
pub(super) struct Settings {
    pub(super) currency: String,
    pub(super) distance_unit: String,
    pub(super) time_zone: String,
}

pub(super) async fn settings(db: impl PgExecutor<'_>, organisation: OrganisationId) -> sqlx::Result<Option<Settings>> {
    sqlx::query_as!(
        Settings,
        "SELECT currency, distance_unit, time_zone FROM organisation WHERE organisation_id = $1",
        organisation.0
    )
    .fetch_optional(db)
    .await
}

/// Lets one caller at a time go on with `what` until its transaction ends; the others wait for up to a minute.
pub(super) async fn advisory_lock(connection: &mut PgConnection, what: &str) -> sqlx::Result<()> {
    sqlx::query!("SELECT set_config('lock_timeout', '60s', true)")
        .fetch_one(&mut *connection)
        .await?;
    db::advisory_lock(connection, what).await
}

/// The name of an organisation: that one if there is one of that name, else any. Of the whole system.
pub(super) async fn any_organisation(connection: &mut PgConnection, name: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!("SELECT name FROM organisation ORDER BY name = $1 DESC LIMIT 1", name)
        .fetch_optional(connection)
        .await
}

/// Organisations by name or id. Of the whole system: for the operator.
pub(super) async fn organisations_named(db: impl PgExecutor<'_>, name: Option<&str>) -> sqlx::Result<Vec<(OrganisationId, String)>> {
    let rows = sqlx::query!(
        "SELECT organisation_id, name FROM organisation
         WHERE $1::text IS NULL OR lower(name) = lower($1) OR organisation_id::text = lower($1)
         ORDER BY lower(name), organisation_id LIMIT 20",
        name
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.organisation_id.into(), row.name)).collect())
}

/// Sets a person's language; what it was before. About the person.
pub(super) async fn set_locale(connection: &mut PgConnection, user: UserId, locale: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "UPDATE app_user SET locale = $2 FROM (SELECT id, locale FROM app_user WHERE id = $1 FOR UPDATE) old
         WHERE app_user.id = old.id RETURNING old.locale",
        user.0,
        locale
    )
    .fetch_optional(connection)
    .await
}

/// A person as signing in needs it.
pub(super) struct PersonRow {
    pub(super) id: Uuid,
    pub(super) enabled: bool,
}

/// Who has that account at that issuer.
pub(super) async fn person_by_login(connection: &mut PgConnection, issuer: &str, subject: &str) -> sqlx::Result<Option<PersonRow>> {
    sqlx::query_as!(
        PersonRow,
        "SELECT u.id, u.enabled FROM user_login l JOIN app_user u ON u.id = l.user_id WHERE l.issuer = $1 AND l.subject = $2",
        issuer,
        subject
    )
    .fetch_optional(connection)
    .await
}

/// Who has that e-mail address.
pub(super) async fn person_by_email(connection: &mut PgConnection, email: &EmailAddress) -> sqlx::Result<Option<PersonRow>> {
    sqlx::query_as!(PersonRow, "SELECT id, enabled FROM app_user WHERE email = $1", email.as_str())
        .fetch_optional(connection)
        .await
}

/// Links an account to a person; false if either has a link already.
pub(super) async fn link(connection: &mut PgConnection, issuer: &str, subject: &str, user: Uuid) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO user_login (issuer, subject, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        issuer,
        subject,
        user
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes the sign-in; a person known by address only gets the name that the issuer gives.
pub(super) async fn signed_in(connection: &mut PgConnection, user: Uuid, name: Option<&str>) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE app_user SET last_sign_in_at = now(), name = CASE WHEN name = email THEN coalesce($2, name) ELSE name END WHERE id = $1",
        user,
        name
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A new organisation's row. Fails on a time zone that PostgreSQL does not know (22023).
pub(super) async fn insert_organisation(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    new: &super::provision::NewOrganisation,
) -> sqlx::Result<()> {
    sqlx::query!("SELECT now() AT TIME ZONE $1 AS local", new.time_zone)
        .fetch_one(&mut *connection)
        .await?;
    sqlx::query!(
        "INSERT INTO organisation (organisation_id, kind, name, tax_id, address, currency, time_zone, distance_unit)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        organisation.0,
        new.kind.name(),
        new.name.trim(),
        new.tax_id,
        new.address,
        new.currency.code(),
        new.time_zone,
        new.distance_unit.name()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A branch of an organisation.
pub(super) async fn insert_branch(connection: &mut PgConnection, scope: Scope, id: Uuid, name: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO branch (organisation_id, id, name) VALUES ($1, $2, $3)",
        scope.organisation(),
        id,
        name
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A role that begins as a preset, with its permissions.
pub(super) async fn insert_role(
    connection: &mut PgConnection,
    scope: Scope,
    id: Uuid,
    preset: &str,
    name: &str,
    permissions: &[String],
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO role (organisation_id, id, preset, name) VALUES ($1, $2, $3, $4)",
        scope.organisation(),
        id,
        preset,
        name
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO role_permission (organisation_id, role_id, permission) SELECT $1, $2, unnest($3::text[])",
        scope.organisation(),
        id,
        permissions
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The role that began as a preset.
pub(super) async fn role_of_preset(connection: &mut PgConnection, scope: Scope, preset: &str) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar!(
        "SELECT id FROM role WHERE organisation_id = $1 AND preset = $2",
        scope.organisation(),
        preset
    )
    .fetch_optional(connection)
    .await
}

/// The person with that address, made now if there is none: somebody may be a member of many organisations.
pub(super) async fn ensure_person(
    connection: &mut PgConnection,
    id: UserId,
    email: &EmailAddress,
    name: &str,
    locale: &str,
) -> sqlx::Result<UserId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO app_user (id, email, name, locale) VALUES ($1, $2, $3, $4)
         ON CONFLICT (email) DO UPDATE SET email = excluded.email RETURNING id",
        id.0,
        email.as_str(),
        name,
        locale
    )
    .fetch_one(connection)
    .await?;
    Ok(id.into())
}

/// Makes a person a member; false if they are one already.
pub(super) async fn insert_member(connection: &mut PgConnection, scope: Scope, user: UserId, role: Uuid) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO member (organisation_id, user_id, role_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        scope.organisation(),
        user.0,
        role
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
