//! The public keys that verify what this provider signs (RFC 7517).

use axum::{Json, extract::State, http::header, response::IntoResponse};

use super::{IssuerState, error::OAuthError};

/// `GET /jwks`. For everybody.
pub(super) async fn show(State(state): State<IssuerState>) -> Result<impl IntoResponse, OAuthError> {
    let keys = state.keyring.keys().await?;
    Ok(([(header::CACHE_CONTROL, "public, max-age=300")], Json(keys.public())))
}
