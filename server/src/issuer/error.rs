//! What the endpoints for programs answer when they refuse: JSON as in RFC 6749 section 5.2.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{keys::KeyError, params::ParamError};
use crate::platform::db;
use app::kernel::error::AppError;

/// An `error` and an `error_description`.
#[derive(Debug)]
pub(super) struct OAuthError {
    status: StatusCode,
    code: &'static str,
    description: String,
    challenge: Option<String>,
    retry_after: Option<u32>,
}

impl OAuthError {
    fn bad_request(code: &'static str, description: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code,
            description: description.into(),
            challenge: None,
            retry_after: None,
        }
    }

    pub(super) fn invalid_request(description: impl Into<String>) -> Self {
        Self::bad_request("invalid_request", description)
    }

    pub(super) fn invalid_grant(description: &str) -> Self {
        Self::bad_request("invalid_grant", description)
    }

    pub(super) fn invalid_scope() -> Self {
        Self::bad_request("invalid_scope", "More was asked for than was granted.")
    }

    pub(super) fn unsupported_grant_type() -> Self {
        Self::bad_request("unsupported_grant_type", "authorization_code and refresh_token are supported.")
    }

    pub(super) fn unauthorized_client(description: &str) -> Self {
        Self::bad_request("unauthorized_client", description)
    }

    pub(super) fn invalid_client() -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            challenge: Some("Basic realm=\"issuer\"".to_owned()),
            ..Self::bad_request("invalid_client", "The client is unknown or did not authenticate.")
        }
    }

    /// A Bearer token was asked for and none came (RFC 6750 section 3.1: no error code then).
    pub(super) fn token_missing() -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            challenge: Some("Bearer realm=\"issuer\"".to_owned()),
            ..Self::bad_request("invalid_token", "Send the access token as Authorization: Bearer.")
        }
    }

    pub(super) fn invalid_token() -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            challenge: Some("Bearer realm=\"issuer\", error=\"invalid_token\"".to_owned()),
            ..Self::bad_request("invalid_token", "The access token is expired, revoked or not ours.")
        }
    }

    /// Our fault or our database's: 500 or 503, as `error` says it.
    fn server_error(error: &AppError) -> Self {
        let retry_after = error.retry_after();
        Self {
            status: StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            retry_after,
            ..Self::bad_request(
                if retry_after.is_some() {
                    "temporarily_unavailable"
                } else {
                    "server_error"
                },
                error.to_string(),
            )
        }
    }
}

impl From<sqlx::Error> for OAuthError {
    fn from(error: sqlx::Error) -> Self {
        Self::server_error(&db::failure(error))
    }
}

impl From<KeyError> for OAuthError {
    fn from(error: KeyError) -> Self {
        Self::server_error(&key_failure(error))
    }
}

impl From<ParamError> for OAuthError {
    fn from(error: ParamError) -> Self {
        Self::invalid_request(error.description())
    }
}

/// What failing keys mean outside.
pub(super) fn key_failure(error: KeyError) -> AppError {
    match error {
        KeyError::Database(error) => db::failure(error),
        other => db::internal(&other),
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let body = Json(json!({ "error": self.code, "error_description": self.description }));
        let mut response = (self.status, body).into_response();
        if let Some(challenge) = self.challenge.and_then(|challenge| HeaderValue::from_str(&challenge).ok()) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
