//! Switching the organisation that a session acts in.

use app::{
    identity::SessionService,
    kernel::{actor::Actor, error::AppError, id::OrganisationId},
};
use async_trait::async_trait;
use axum::http::request::Parts;
use tower_sessions::Session;

use super::session;
use crate::{identity, platform::Platform};

/// The sessions of browsers, as the pages see them.
#[derive(Debug)]
pub struct Sessions {
    platform: Platform,
}

impl Sessions {
    #[must_use]
    pub const fn new(platform: Platform) -> Self {
        Self { platform }
    }
}

#[async_trait]
impl SessionService for Sessions {
    async fn switch_organisation(&self, actor: &Actor, request: &Parts, organisation: OrganisationId) -> Result<(), AppError> {
        let session = request.extensions.get::<Session>().ok_or(AppError::NotAuthenticated)?;
        // A program that acts by a token has no session here; it names the organisation in a header.
        let who = session::signed_in(session).await?.ok_or(AppError::NotAuthenticated)?;
        if organisation == who.organisation {
            return Ok(());
        }
        let (there, record) = identity::switch_organisation(&self.platform.db, actor, organisation).await?;
        session::switch_organisation(session, &self.platform, &who, &there, record).await
    }
}
