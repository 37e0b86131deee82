//! Token revocation (RFC 7009). Revoking a refresh token or an access token ends the whole family that it belongs to.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};

use super::{
    IssuerState, clients,
    error::OAuthError,
    params::FormParams,
    seal::token_hash,
    store::{self, Revocation},
    token::AccessTokenClaims,
};

/// `POST /revoke`. For registered clients, about their own tokens; an unknown or expired token is answered with 200 too.
pub(super) async fn revoke(State(state): State<IssuerState>, headers: HeaderMap, form: FormParams) -> Result<StatusCode, OAuthError> {
    let FormParams(params) = form;
    let client = clients::authenticate(&state, &headers, &params).await?;
    let token = params
        .one("token")?
        .ok_or_else(|| OAuthError::invalid_request("token is missing."))?;
    let keys = state.keyring.keys().await?;
    let mut transaction = state.db.begin().await?;
    // The kinds are told apart by looking, so token_type_hint is not needed (section 2.1 makes it a hint only).
    let grant = match AccessTokenClaims::read(&state, &keys, token) {
        Some(claims) => Some(claims.grant_id),
        None => store::grant_of_refresh_token(&mut transaction, &token_hash(token)).await?,
    };
    let Some(grant) = grant else { return Ok(StatusCode::OK) };
    let Some(grant) = store::lock_grant(&mut transaction, grant).await? else {
        return Ok(StatusCode::OK);
    };
    if grant.client_id != client.id {
        return Err(OAuthError::unauthorized_client("The token belongs to another client."));
    }
    store::revoke_grant(&mut transaction, grant.id, Revocation::Revoked).await?;
    transaction.commit().await?;
    Ok(StatusCode::OK)
}
