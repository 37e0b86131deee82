//! The person behind a session or a token, as the room of identity knows them.

use app::kernel::{
    actor::Actor,
    error::AppError,
    id::{OrganisationId, UserId},
};
use sqlx::PgPool;

use super::auth::provider::Identity;
use crate::identity;

/// Somebody with an account here and the organisations they belong to.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub user: UserId,
    pub organisations: Vec<OrganisationId>,
}

/// The member of that organisation with what the role allows now; `None` for a disabled person or none of its members.
///
/// # Errors
/// `Unavailable` while PostgreSQL is away.
pub(super) async fn find_actor(db: &PgPool, user: UserId, organisation: OrganisationId) -> Result<Option<Actor>, AppError> {
    identity::find_actor(db, user, organisation).await
}

/// The person who comes from the issuer.
///
/// # Errors
/// As `identity::sign_in`.
pub(super) async fn sign_in(db: &PgPool, who: &Identity) -> Result<Person, AppError> {
    let signed_in = identity::sign_in(
        db,
        &who.issuer,
        &who.subject,
        who.email.as_deref(),
        who.email_verified,
        who.name.as_deref(),
    )
    .await?;
    Ok(Person {
        user: signed_in.user,
        organisations: signed_in.organisations.into_iter().map(|(id, _)| id).collect(),
    })
}

/// The person whom the issuer calls `subject`, if enabled, for a program that acts for them. Nothing is linked or noted here.
///
/// # Errors
/// `Unavailable` while PostgreSQL is away.
pub(super) async fn find(db: &PgPool, issuer: &str, subject: &str) -> Result<Option<Person>, AppError> {
    let rows = sqlx::query!(
        "SELECT login.user_id, member.organisation_id
         FROM user_login login
         JOIN app_user person ON person.id = login.user_id AND person.enabled
         JOIN member ON member.user_id = login.user_id
         WHERE login.issuer = $1
           AND login.subject = $2
         ORDER BY member.created_at, member.organisation_id",
        issuer,
        subject
    )
    .fetch_all(db)
    .await
    .map_err(crate::platform::db::failure)?;
    Ok(rows.first().map(|first| Person {
        user: UserId(first.user_id),
        organisations: rows.iter().map(|row| OrganisationId(row.organisation_id)).collect(),
    }))
}
