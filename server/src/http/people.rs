//! The person behind a session or a token, as the room of identity knows them.

use app::kernel::{
    actor::Actor,
    error::AppError,
    id::{OrganisationId, UserId},
};
use sqlx::PgPool;

use super::auth::provider::Identity;
use crate::identity;
pub use crate::identity::SignedIn as Person;

/// The member of that organisation with what the role allows now; `None` for a disabled person or none of its members.
///
/// # Errors
/// `Unavailable` while PostgreSQL is away.
pub async fn find_actor(db: &PgPool, user: UserId, organisation: OrganisationId) -> Result<Option<Actor>, AppError> {
    identity::find_actor(db, user, organisation).await
}

/// The person who comes from the issuer.
///
/// # Errors
/// As `identity::sign_in`.
pub async fn sign_in(db: &PgPool, who: &Identity) -> Result<Person, AppError> {
    identity::sign_in(
        db,
        &who.issuer,
        &who.subject,
        who.email.as_deref().unwrap_or_default(),
        who.email_verified,
        who.name.as_deref().unwrap_or_default(),
    )
    .await
}

/// The person whom the issuer calls `subject`, with the organisations they belong to.
///
/// # Errors
/// `Unavailable` while PostgreSQL is away.
pub async fn find(db: &PgPool, issuer: &str, subject: &str) -> Result<Option<Person>, AppError> {
    identity::find_person(db, issuer, subject).await
}
