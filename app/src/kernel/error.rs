//! The one error that crosses from server to browser and to REST clients.
//!
//! Everything a person can do something about has its own variant; everything else is `Internal` with an incident
//! number, logged once where it happened.

use std::fmt;

use leptos::{prelude::FromServerFnError, server_fn::error::ServerFnErrorErr};
use serde::{Deserialize, Serialize};

use super::{
    error_wire::Wire,
    json::JsonText,
    number::size,
    problem::{FieldProblems, Problem},
};
use crate::{i18n::Locale, identity::Permission};

/// What went wrong, for everybody outside the service that found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(from = "Wire", into = "Wire")]
pub enum AppError {
    /// 401: nobody is signed in, or the session ended.
    NotAuthenticated,
    /// 403: understood, but not allowed.
    Forbidden { reason: Denial },
    /// 404: no such row in this organisation.
    NotFound { what: String },
    /// 422: fields to mend, each with its problem.
    Invalid { fields: FieldProblems },
    /// 409: somebody else was there first. Fields name what is taken or what changed meanwhile.
    Conflict { reason: Conflict, fields: FieldProblems },
    /// 413: more than is taken at once.
    TooLarge { limit: u64 },
    /// 429: come back after `retry_after` seconds.
    TooMany { retry_after: u32 },
    /// 503: something the server needs is away; it tries to get it back by itself.
    Unavailable { dependency: String, retry_after: u32 },
    /// 503: the answer took longer than a request may take.
    Timeout { retry_after: u32 },
    /// 500: our fault; the log has the story under `incident`.
    Internal { incident: String },
    /// The server could not be reached, or did not answer in the protocol.
    Transport { reason: String },
}

/// Why a request is not allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denial {
    /// The role lacks this permission.
    Permission { permission: Permission },
    /// The request came from a page of another site.
    CrossSite,
    /// The access token was not granted this scope (RFC 6750 section 3.1, `insufficient_scope`).
    Scope { scope: String },
    /// The person's account is disabled.
    AccountDisabled,
}

impl Denial {
    /// The reason's name, for programs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Permission { .. } => "permission",
            Self::CrossSite => "cross_site",
            Self::Scope { .. } => "scope",
            Self::AccountDisabled => "account_disabled",
        }
    }

    /// What is not allowed and what to do, in the reader's language.
    #[must_use]
    pub fn text(&self, t: Locale) -> String {
        match self {
            Self::Permission { permission } => t.error_forbidden(permission),
            Self::CrossSite => t.error_cross_site().into(),
            Self::Scope { scope } => t.error_scope(scope),
            Self::AccountDisabled => t.error_account_disabled().into(),
        }
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Locale::En))
    }
}

/// Why a change does not fit what is there now. REST shows it as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Conflict {
    /// A unique value is in use; the fields say which and by whom.
    Taken,
    /// The row was changed since it was read; `version` is its version now.
    Changed { version: i64 },
    /// The state machine has no such move.
    NotAllowed { from: String, to: String },
    /// The same thing is being done already.
    UnderWay,
}

impl AppError {
    /// The role lacks `permission`.
    #[must_use]
    pub const fn lacks(permission: Permission) -> Self {
        Self::Forbidden {
            reason: Denial::Permission { permission },
        }
    }

    /// One field, one problem.
    #[must_use]
    pub fn invalid(field: &str, problem: Problem) -> Self {
        Self::Invalid {
            fields: FieldProblems::from([(field.to_owned(), problem)]),
        }
    }

    /// Whether somebody else was faster: the row was changed since it was read.
    #[must_use]
    pub const fn is_changed(&self) -> bool {
        matches!(
            self,
            Self::Conflict {
                reason: Conflict::Changed { .. },
                ..
            }
        )
    }

    /// The HTTP status that REST, server functions and pages answer with (RFC 9110).
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::NotAuthenticated => 401,
            Self::Forbidden { .. } => 403,
            Self::NotFound { .. } => 404,
            Self::Conflict { .. } => 409,
            Self::TooLarge { .. } => 413,
            Self::Invalid { .. } => 422,
            Self::TooMany { .. } => 429,
            Self::Internal { .. } | Self::Transport { .. } => 500,
            Self::Unavailable { .. } | Self::Timeout { .. } => 503,
        }
    }

    /// Seconds for the header Retry-After, where there is something to wait for.
    #[must_use]
    pub const fn retry_after(&self) -> Option<u32> {
        match self {
            Self::TooMany { retry_after } | Self::Timeout { retry_after } | Self::Unavailable { retry_after, .. } => Some(*retry_after),
            _ => None,
        }
    }

    /// The problems at fields, if the error is about fields.
    #[must_use]
    pub fn fields(&self) -> FieldProblems {
        match self {
            Self::Invalid { fields } | Self::Conflict { fields, .. } => fields.clone(),
            _ => FieldProblems::new(),
        }
    }

    /// What happened, as the title of a page.
    #[must_use]
    pub const fn title(&self, t: Locale) -> &'static str {
        match self {
            Self::NotAuthenticated => t.page_sign_in_needed(),
            Self::Forbidden { .. } => t.page_forbidden(),
            Self::NotFound { .. } => t.page_not_found(),
            Self::Invalid { .. } | Self::Conflict { .. } => t.page_not_taken(),
            Self::TooLarge { .. } => t.page_too_large(),
            Self::TooMany { .. } => t.page_too_many(),
            Self::Unavailable { .. } | Self::Timeout { .. } => t.page_unavailable(),
            Self::Internal { .. } => t.page_internal(),
            Self::Transport { .. } => t.page_offline(),
        }
    }

    /// What happened and what to do, in the reader's language.
    #[must_use]
    pub fn text(&self, t: Locale) -> String {
        match self {
            Self::NotAuthenticated => t.error_not_authenticated().into(),
            Self::Forbidden { reason } => reason.text(t),
            Self::NotFound { .. } => t.error_not_found().into(),
            Self::Invalid { .. } => t.error_invalid().into(),
            Self::Conflict { reason, .. } => reason.text(t),
            Self::TooLarge { limit } => t.error_too_large(size(*limit, t)),
            Self::TooMany { retry_after } => t.error_too_many(i64::from(*retry_after)),
            Self::Unavailable { .. } => t.error_unavailable().into(),
            Self::Timeout { .. } => t.error_timeout().into(),
            Self::Internal { incident } => t.error_internal(incident),
            Self::Transport { .. } => t.error_transport().into(),
        }
    }
}

impl Conflict {
    /// The reason's name, for programs.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Changed { .. } => "changed",
            Self::NotAllowed { .. } => "not_allowed",
            Self::UnderWay => "under_way",
        }
    }

    /// Why the change does not fit, in the reader's language.
    fn text(&self, t: Locale) -> String {
        match self {
            Self::Taken => t.error_taken().into(),
            Self::Changed { .. } => t.error_changed().into(),
            Self::NotAllowed { from, to } => t.error_move_not_allowed(from, to),
            Self::UnderWay => t.error_under_way().into(),
        }
    }
}

/// For logs and for programs: the English text, and the cause where a person is not told it.
impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Locale::En))?;
        match self {
            Self::Unavailable { dependency: cause, .. } | Self::Transport { reason: cause } => write!(f, " ({cause})"),
            _ => Ok(()),
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            // What a client sent does not fit the type: an id that is no id, an unknown value of a closed set.
            ServerFnErrorErr::Args(detail) | ServerFnErrorErr::MissingArg(detail) | ServerFnErrorErr::Deserialization(detail) => {
                Self::invalid("request", Problem::Malformed { expected: detail })
            }
            other => Self::Transport { reason: other.to_string() },
        }
    }
}
