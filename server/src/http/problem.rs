//! One error, three ways to say it: problem details (RFC 9457) for REST, the error's own JSON for server functions, a page for people.

use std::collections::BTreeMap;

use app::{
    i18n::Locale,
    kernel::error::{AppError, Conflict, Denial},
};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    error_page::ErrorPage,
    request::{Answer, Caller},
};

/// An error as REST answers it.
#[derive(Clone, Debug)]
pub struct Problem(pub AppError);

/// Problem details for HTTP APIs (RFC 9457), media type `application/problem+json`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemDetails {
    /// Names the kind of problem, for programs: `urn:forecourt:problem:conflict`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem, for people.
    pub title: &'static str,
    /// The HTTP status, again.
    pub status: u16,
    /// This problem, for people, in English.
    pub detail: String,
    /// Which fields to mend, each with its problem and a sentence.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, Object>)]
    pub fields: BTreeMap<String, Value>,
    /// Why it is not allowed (403): `permission`, `cross_site`, `scope`, `account_disabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// The permission that is missing (403 for the reason `permission`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<&'static str>,
    /// Why the change does not fit (409): `taken`, `changed` with the version now, `not_allowed`, `under_way`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub conflict: Option<Conflict>,
    /// The reference to quote to support: the log has the cause under it (500).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident: Option<String>,
}

impl From<&AppError> for ProblemDetails {
    fn from(error: &AppError) -> Self {
        let (kind, title) = match error {
            AppError::NotAuthenticated => ("not-authenticated", "Not signed in"),
            AppError::Forbidden { .. } => ("forbidden", "Not allowed"),
            AppError::NotFound { .. } => ("not-found", "Not found"),
            AppError::Invalid { .. } => ("invalid", "Some fields are not right"),
            AppError::Conflict { .. } => ("conflict", "Conflict"),
            AppError::TooLarge { .. } => ("too-large", "Too large"),
            AppError::TooMany { .. } => ("too-many", "Too many requests"),
            AppError::Unavailable { .. } => ("unavailable", "Unavailable for the moment"),
            AppError::Timeout { .. } => ("timeout", "The answer took too long"),
            AppError::Internal { .. } | AppError::Transport { .. } => ("internal", "Internal error"),
        };
        let fields = error.fields().into_iter().map(|(field, problem)| {
            let mut value = json!(problem);
            if let Value::Object(object) = &mut value {
                object.insert("detail".into(), problem.text(Locale::En).into());
            }
            (field, value)
        });
        Self {
            kind: format!("urn:forecourt:problem:{kind}"),
            title,
            status: error.status(),
            detail: error.to_string(),
            fields: fields.collect(),
            reason: match error {
                AppError::Forbidden { reason } => Some(reason.name()),
                _ => None,
            },
            permission: match error {
                AppError::Forbidden {
                    reason: Denial::Permission { permission },
                } => Some(permission.name()),
                _ => None,
            },
            conflict: match error {
                AppError::Conflict { reason, .. } => Some(reason.clone()),
                _ => None,
            },
            incident: match error {
                AppError::Internal { incident } => Some(incident.clone()),
                _ => None,
            },
        }
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (status(&self.0), Json(ProblemDetails::from(&self.0))).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(challenge) = challenge(&self.0) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        with_retry_after(response, &self.0)
    }
}

/// How to authenticate (RFC 9110 section 11.6.1, RFC 6750 section 3). A refused token gets its error code where the token is known:
/// see [`super::bearer`].
fn challenge(error: &AppError) -> Option<HeaderValue> {
    match error {
        AppError::NotAuthenticated => Some(HeaderValue::from_static("Bearer realm=\"forecourt\"")),
        AppError::Forbidden {
            reason: Denial::Scope { scope },
        } => HeaderValue::from_str(&format!(
            "Bearer realm=\"forecourt\", error=\"insufficient_scope\", scope=\"{scope}\""
        ))
        .ok(),
        _ => None,
    }
}

/// The error in the way that suits the one who asked.
#[must_use]
pub fn answer(error: AppError, caller: &Caller) -> Response {
    match caller.answer {
        Answer::Api => Problem(error).into_response(),
        Answer::ServerFunction => with_retry_after((status(&error), Json(&error)).into_response(), &error),
        Answer::Page => ErrorPage::of(&error, caller.locale).into_response(),
    }
}

/// The status of an error.
#[must_use]
pub fn status(error: &AppError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Sets Retry-After (RFC 9110 section 10.2.3) where there is something to wait for.
#[must_use]
pub fn with_retry_after(mut response: Response, error: &AppError) -> Response {
    if let Some(seconds) = error.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// The identity provider does not answer.
#[must_use]
pub fn issuer_away() -> AppError {
    AppError::Unavailable {
        dependency: "the identity provider".into(),
        retry_after: 5,
    }
}
