//! What a REST handler refuses with: an [`AppError`], or what only HTTP itself can get wrong.
//!
//! All of it is problem details (RFC 9457), media type `application/problem+json`.

use std::collections::BTreeMap;

use app::kernel::{
    error::{AppError, Conflict},
    problem::FieldProblems,
};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use utoipa::openapi::{Content, Ref, RefOr, Response as Documented, ResponseBuilder};

use super::{
    precondition::etag,
    problem::{Problem, ProblemDetails},
};

/// Why a REST request is not carried out.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// What a service or the sign-in answered.
    Problem(AppError),
    /// 400: the request is not even readable; `detail` says where and why.
    Malformed { detail: String },
    /// 405: the resource has no such method; the header Allow names those it has.
    Method,
    /// 412: the resource is not, or no longer, as the header If-Match says (RFC 9110 section 13.1.1). `fields` changed meanwhile.
    PreconditionFailed { version: i64, fields: FieldProblems },
    /// 415: another media type was expected (RFC 9110 section 15.5.16).
    MediaType { expected: &'static str },
    /// 428: a change must name the version that it was made from (RFC 6585 section 3).
    PreconditionRequired,
}

/// The name of a field or parameter as it was sent, cut to what an answer may repeat.
#[must_use]
pub fn sent_name(name: &str) -> String {
    name.chars().take(80).collect()
}

impl From<AppError> for Refusal {
    fn from(error: AppError) -> Self {
        Self::Problem(error)
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem.0)
    }
}

impl Refusal {
    /// For an operation under If-Match: a change in between is a failed precondition, not a conflict.
    #[must_use]
    pub fn under_precondition(error: AppError) -> Self {
        match error {
            AppError::Conflict {
                reason: Conflict::Changed { version },
                fields,
            } => Self::PreconditionFailed { version, fields },
            other => Self::Problem(other),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Problem(error) => Problem(error).into_response(),
            Self::Malformed { detail } => say(StatusCode::BAD_REQUEST, "malformed", "Not readable", detail),
            Self::Method => say(
                StatusCode::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "Method not allowed",
                "This resource has no such method; the header Allow names those it has.".into(),
            ),
            Self::PreconditionFailed { version, fields } => precondition_failed(version, fields),
            Self::MediaType { expected } => {
                let detail = format!("Send the body as {expected}.");
                let mut response = say(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "unsupported-media-type",
                    "Unsupported media type",
                    detail,
                );
                response.headers_mut().insert(header::ACCEPT, HeaderValue::from_static(expected));
                response
            }
            Self::PreconditionRequired => say(
                StatusCode::PRECONDITION_REQUIRED,
                "precondition-required",
                "Precondition required",
                "Name the version that the change was made from in the header If-Match: the ETag that it was read with.".into(),
            ),
        }
    }
}

fn precondition_failed(version: i64, fields: FieldProblems) -> Response {
    let error = AppError::Conflict {
        reason: Conflict::Changed { version },
        fields,
    };
    let details = ProblemDetails {
        kind: "urn:forecourt:problem:precondition-failed".into(),
        title: "Changed meanwhile",
        status: StatusCode::PRECONDITION_FAILED.as_u16(),
        ..ProblemDetails::from(&error)
    };
    let mut response = render(StatusCode::PRECONDITION_FAILED, &details);
    response.headers_mut().insert(header::ETAG, etag(version));
    response
}

fn say(status: StatusCode, kind: &str, title: &'static str, detail: String) -> Response {
    let details = ProblemDetails {
        kind: format!("urn:forecourt:problem:{kind}"),
        title,
        status: status.as_u16(),
        detail,
        fields: BTreeMap::new(),
        reason: None,
        permission: None,
        conflict: None,
        incident: None,
    };
    render(status, &details)
}

fn render(status: StatusCode, details: &ProblemDetails) -> Response {
    let mut response = (status, Json(details)).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

/// The documentation of problem responses with these statuses; 401, 403, 500 and 503 can always happen.
#[must_use]
pub fn documented(statuses: &[u16]) -> BTreeMap<String, RefOr<Documented>> {
    [401, 403, 500, 503]
        .iter()
        .chain(statuses)
        .map(|status| {
            let content = Content::new(Some(Ref::from_schema_name("ProblemDetails")));
            let response = ResponseBuilder::new()
                .description(meaning(*status))
                .content("application/problem+json", content)
                .build();
            (status.to_string(), response.into())
        })
        .collect()
}

const fn meaning(status: u16) -> &'static str {
    match status {
        400 => "The request is not readable.",
        401 => "Nobody is signed in, or the token is none of ours.",
        403 => "The permission is missing, or the request came from another site.",
        404 => "Not found in this organisation, or deleted.",
        409 => "It does not fit what is there now; `conflict` and `fields` say why.",
        412 => "It was changed since it was read; the header ETag has its version now.",
        413 => "The body is too large.",
        415 => "Another media type was expected; the header Accept names it.",
        422 => "Some fields are not right; `fields` names each with its problem.",
        428 => "The header If-Match is missing.",
        429 => "Too many at once; the header Retry-After says when to come back.",
        503 => "Something that Forecourt needs is away; the header Retry-After says when to come back.",
        _ => "Internal error; quote `incident` to support.",
    }
}
