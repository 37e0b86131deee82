//! The contract of the capability; `server::identity` keeps it.

use async_trait::async_trait;

use super::{Me, Membership};
use crate::{
    i18n::Locale,
    kernel::{actor::Actor, error::AppError, id::OrganisationId},
};

/// Who is signed in, and where. Every method is `NotAuthenticated` for an actor that is no person, and `Unavailable` while PostgreSQL is
/// away.
#[async_trait]
pub trait IdentityService: Send + Sync {
    /// The actor as pages need it: the person, the organisation with its currency (ISO 4217), distance unit and time zone (IANA), and what
    /// the role allows now. Needs no permission but a session.
    async fn me(&self, actor: &Actor) -> Result<Me, AppError>;

    /// Organisations that the person belongs to, by name. Needs no permission but a session.
    async fn organisations(&self, actor: &Actor) -> Result<Vec<Membership>, AppError>;

    /// Sets the person's language, in every organisation; audited. Needs no permission but a session.
    async fn set_locale(&self, actor: &Actor, locale: Locale) -> Result<(), AppError>;
}

/// The session that a browser's request belongs to.
#[async_trait]
pub trait SessionService: Send + Sync {
    /// Makes the session of `request` act in another organisation of the person, under a new id. Audited in both. Needs no permission
    /// but a session. `NotFound` for an organisation that the person does not belong to; `Unavailable` while Redis is away.
    async fn switch_organisation(
        &self,
        actor: &Actor,
        request: &http::request::Parts,
        organisation: OrganisationId,
    ) -> Result<(), AppError>;
}
