//! Claims about the person an access token belongs to (OpenID Connect Core 1.0 section 5.3, RFC 6750).

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    IssuerState,
    error::OAuthError,
    store::{self, Account},
    token::{AccessTokenClaims, Profile},
};

/// `GET` or `POST /userinfo`. For whoever holds a living access token; here, unlike at resource servers, a revoked one fails at once.
pub(super) async fn show(State(state): State<IssuerState>, headers: HeaderMap) -> Result<Json<serde_json::Value>, OAuthError> {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = authorization.and_then(|value| value.split_once(' '));
    let Some((_, token)) = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("Bearer")) else {
        return Err(OAuthError::token_missing());
    };
    let keys = state.keyring.keys().await?;
    let claims = AccessTokenClaims::read(&state, &keys, token.trim()).ok_or_else(OAuthError::invalid_token)?;
    let mut connection = state.db.acquire().await?;
    if !store::grant_is_active(&mut connection, claims.grant_id).await? {
        return Err(OAuthError::invalid_token());
    }
    let account = store::find_account(&mut connection, claims.sub).await?;
    let account = account.filter(|account| account.enabled).ok_or_else(OAuthError::invalid_token)?;
    Ok(Json(claims_of(&account, &claims.scope)))
}

fn claims_of(account: &Account, scope: &str) -> serde_json::Value {
    #[derive(Serialize)]
    struct UserInfo<'a> {
        sub: Uuid,
        #[serde(flatten)]
        about: Profile<'a>,
    }
    serde_json::json!(UserInfo {
        sub: account.id,
        about: Profile::of(account, scope),
    })
}
