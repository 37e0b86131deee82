//! `GET /auth/session`: who is signed in, with which permissions, until when. For pages that come back from sleep, and for scripts.

use app::{identity::Me, kernel::error::AppError};
use axum::{
    Json,
    extract::State,
    http::request::Parts,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use tower_sessions::Session;

use crate::http::{Web, actor, problem::Problem, session as record};

/// The signed-in person and the session's end.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Current {
    #[serde(flatten)]
    me: Me,
    /// The session ends then, unless there is another request before.
    expires_at: DateTime<Utc>,
}

pub(super) async fn session(State(web): State<Web>, session: Session, parts: Parts) -> Response {
    match current(&web, &session, &parts).await {
        Ok(current) => Json(current).into_response(),
        Err(error) => Problem(error).into_response(),
    }
}

async fn current(web: &Web, session: &Session, parts: &Parts) -> Result<Current, AppError> {
    let actor = actor::of_session(web, session, parts).await?;
    let me = web.backend.identity.me(&actor).await?;
    let touched = record::touched(session).await.unwrap_or_else(Utc::now);
    Ok(Current {
        me,
        expires_at: touched + web.platform.config.session_idle,
    })
}
