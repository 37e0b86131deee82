//! `POST /auth/logout`: the session ends here first, then both tokens at the issuer, then the issuer's own session.
//!
//! A button in a form, with and without WASM; there is no GET, so that no link and no picture signs anybody out.

use app::kernel::error::AppError;
use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use tower_sessions::Session;

use super::issuer_sessions;
use crate::{
    http::{Web, problem, request::Caller, session},
    platform::kv,
};

pub(super) async fn logout(State(web): State<Web>, session: Session, Extension(caller): Extension<Caller>) -> Response {
    match end(&web, &session).await {
        Ok(url) => Redirect::to(&url).into_response(),
        Err(error) => problem::answer(error, &caller),
    }
}

async fn end(web: &Web, session: &Session) -> Result<String, AppError> {
    let Some(who) = session::signed_in(session).await? else {
        return Ok("/".into());
    };
    let Some(id) = session.id() else { return Ok("/".into()) };
    session.flush().await.map_err(|_| kv::unavailable())?;
    let tokens = web.tokens.take(who.tokens).await?;
    issuer_sessions::remove(&web.platform, &who, id).await;
    if let Some(tokens) = &tokens {
        web.provider.revoke(tokens).await;
    }
    tracing::info!(user = %who.user, "signed out");
    let id_token = tokens.as_ref().and_then(|tokens| tokens.id.as_deref());
    Ok(web.provider.end_session_url(id_token).await.map_or_else(|| "/".into(), Into::into))
}
