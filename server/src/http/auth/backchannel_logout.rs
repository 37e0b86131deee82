//! `POST /auth/backchannel-logout`: the issuer ends sessions without a browser (OpenID Connect Back-Channel Logout 1.0).

use app::kernel::error::AppError;
use axum::{
    Form, Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use fred::{interfaces::KeysInterface, types::Expiration};
use serde::Deserialize;
use serde_json::{Value, json};

use super::issuer_sessions;
use crate::{
    http::{Web, bearer, problem::Problem, seal::name_of},
    platform::kv::with_timeout,
};

const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// A logout token is taken this long after it was made, and remembered as long (section 2.6: against replay).
const MAX_AGE_SECONDS: i64 = 180;

/// Not to be shown: it holds a token.
#[derive(Deserialize)]
pub(super) struct LogoutRequest {
    logout_token: String,
}

pub(super) async fn backchannel_logout(State(web): State<Web>, Form(request): Form<LogoutRequest>) -> Response {
    match end_sessions(&web, &request.logout_token).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(AppError::NotAuthenticated) => (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_request" }))).into_response(),
        // The issuer may send the same token again.
        Err(error) => Problem(error).into_response(),
    }
}

async fn end_sessions(web: &Web, token: &str) -> Result<(), AppError> {
    let claims = bearer::verify(&web.provider, token, &web.platform.config.oidc.client_id)
        .await?
        .claims;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let issued = claims.get("iat").and_then(Value::as_i64).unwrap_or(0);
    let is_logout = claims
        .get("events")
        .and_then(|events| events.get(LOGOUT_EVENT))
        .is_some_and(Value::is_object);
    let young = (chrono::Utc::now().timestamp() - issued).abs() <= MAX_AGE_SECONDS;
    let (sid, subject, issuer) = (text("sid"), text("sub"), text("iss").unwrap_or_default());
    if !is_logout || !young || claims.get("nonce").is_some() || sid.is_none() && subject.is_none() {
        return Err(AppError::NotAuthenticated);
    }
    let Some(jti) = text("jti") else {
        return Err(AppError::NotAuthenticated);
    };
    let seen = format!("logout-token:{}", name_of(jti));
    let kv = &web.platform.kv;
    let known: i64 = with_timeout(kv.exists(&seen)).await?;
    if known != 0 {
        return Err(AppError::NotAuthenticated);
    }
    let found = issuer_sessions::find(&web.platform, issuer, sid, subject).await?;
    for linked in &found.sessions {
        with_timeout(kv.del::<(), _>(linked.session.to_string())).await?;
        // The issuer ends its tokens itself; ours are deleted, not revoked.
        web.tokens.take(linked.tokens).await?;
        issuer_sessions::forget(&web.platform, &found, *linked).await?;
        tracing::info!("signed out by the issuer");
    }
    // Only now: a token that failed halfway may come again.
    with_timeout(kv.set::<(), _, _>(seen, 1, Some(Expiration::EX(2 * MAX_AGE_SECONDS)), None, false)).await
}
