//! What this provider can do, for clients (OpenID Connect Discovery 1.0, RFC 8414). Every line is true, and tested.

use axum::{Json, extract::State, http::header, response::IntoResponse};
use serde_json::json;

use super::IssuerState;

/// `GET /.well-known/openid-configuration`. For everybody.
pub(super) async fn show(State(state): State<IssuerState>) -> impl IntoResponse {
    let document = json!({
        "issuer": state.issuer,
        "authorization_endpoint": state.url("/authorize"),
        "token_endpoint": state.url("/token"),
        "userinfo_endpoint": state.url("/userinfo"),
        "jwks_uri": state.url("/jwks"),
        "revocation_endpoint": state.url("/revoke"),
        "end_session_endpoint": state.url("/logout"),
        "scopes_supported": super::authorize::scopes().collect::<Vec<_>>(),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "EdDSA"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "select_account"],
        "ui_locales_supported": ["en", "es"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "sid", "name", "email", "email_verified"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
    });
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(document))
}
