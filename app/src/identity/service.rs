//! The contract of the capability; `server::identity` keeps it.

use async_trait::async_trait;

use super::Me;
use crate::{
    i18n::Locale,
    kernel::{actor::Actor, error::AppError, id::OrganisationId},
};

/// Who is signed in, and where.
#[async_trait]
pub trait IdentityService: Send + Sync {
    /// The actor as pages need it. Needs no permission but a session.
    async fn me(&self, actor: &Actor) -> Result<Me, AppError>;

    /// Organisations that the person belongs to, by name. Needs no permission but a session.
    async fn organisations(&self, actor: &Actor) -> Result<Vec<(OrganisationId, String)>, AppError>;

    /// Sets the person's language. Needs no permission but a session.
    async fn set_locale(&self, actor: &Actor, locale: Locale) -> Result<(), AppError>;
}
