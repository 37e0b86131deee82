//! identity (stand-in until the branch lands)

use app::{
    i18n::Locale,
    identity::Permission,
    kernel::{
        actor::{Actor, Origin},
        error::AppError,
        id::{OrganisationId, UserId},
    },
};
use sqlx::{PgPool, Row};
use uuid::Uuid;

use crate::platform::db;

#[derive(Debug)]
pub struct SignedIn {
    pub user: UserId,
    pub organisations: Vec<(OrganisationId, String)>,
}

pub async fn find_actor(pool: &PgPool, user: UserId, organisation: OrganisationId) -> Result<Option<Actor>, AppError> {
    let row = sqlx::query(
        "SELECT u.name, u.locale, o.currency, o.time_zone,
                array(SELECT permission FROM role_permission p WHERE p.organisation_id = m.organisation_id AND p.role_id = m.role_id) AS permissions
         FROM member m JOIN app_user u ON u.id = m.user_id JOIN organisation o ON o.organisation_id = m.organisation_id
         WHERE m.user_id = $1 AND m.organisation_id = $2 AND u.enabled",
    )
    .bind(user.0)
    .bind(organisation.0)
    .fetch_optional(pool)
    .await
    .map_err(db::failure)?;
    Ok(row.map(|row| Actor {
        organisation,
        user: Some(user),
        name: row.get("name"),
        permissions: row
            .get::<Vec<String>, _>("permissions")
            .iter()
            .filter_map(|name| Permission::named(name))
            .collect(),
        locale: Locale::from_tag(row.get("locale")).unwrap_or_default(),
        currency: iso_currency::Currency::from_code(row.get("currency")).unwrap_or(iso_currency::Currency::USD),
        time_zone: row.get("time_zone"),
        origin: Origin {
            channel: "web",
            ..Origin::default()
        },
    }))
}

pub async fn sign_in(
    pool: &PgPool,
    issuer: &str,
    subject: &str,
    email: Option<&str>,
    verified: bool,
    _name: Option<&str>,
) -> Result<SignedIn, AppError> {
    if let Some(found) = find_person(pool, issuer, subject).await? {
        return Ok(found);
    }
    let user: Option<Uuid> = sqlx::query_scalar("SELECT id FROM app_user WHERE email = $1 AND $2")
        .bind(email)
        .bind(verified)
        .fetch_optional(pool)
        .await
        .map_err(db::failure)?;
    let Some(user) = user else {
        return Err(AppError::NotFound { what: "account".into() });
    };
    sqlx::query("INSERT INTO user_login (issuer, subject, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(issuer)
        .bind(subject)
        .bind(user)
        .execute(pool)
        .await
        .map_err(db::failure)?;
    find_person(pool, issuer, subject).await?.ok_or(AppError::NotAuthenticated)
}

pub async fn find_person(pool: &PgPool, issuer: &str, subject: &str) -> Result<Option<SignedIn>, AppError> {
    let rows = sqlx::query(
        "SELECT l.user_id, m.organisation_id FROM user_login l LEFT JOIN member m ON m.user_id = l.user_id WHERE l.issuer = $1 AND l.subject = $2",
    )
    .bind(issuer)
    .bind(subject)
    .fetch_all(pool)
    .await
    .map_err(db::failure)?;
    Ok(rows.first().map(|first| SignedIn {
        user: UserId(first.get("user_id")),
        organisations: rows
            .iter()
            .filter_map(|row| {
                row.get::<Option<Uuid>, _>("organisation_id")
                    .map(|id| (OrganisationId(id), String::new()))
            })
            .collect(),
    }))
}

pub fn refusal_text(error: &AppError, t: Locale) -> String {
    error.text(t)
}
