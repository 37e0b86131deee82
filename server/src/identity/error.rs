//! What can go wrong with people and organisations, and how it is told outside.

use app::{
    i18n::Locale,
    kernel::{error::AppError, error::Conflict, problem::FieldProblems, problem::Problem},
};

use crate::platform::db;

/// Why an operation of identity failed.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// Nobody here has this account of the issuer, nor its verified e-mail address.
    #[error("no user for this account")]
    UnknownAccount,
    /// The address fits somebody here, but the issuer does not vouch for it; linking it would let a stranger in.
    #[error("the issuer has not verified the e-mail address")]
    UnverifiedEmail,
    /// The person already signs in with another account of this issuer.
    #[error("the user is linked to another account of this issuer")]
    OtherAccount,
    #[error("the user is disabled")]
    Disabled,
    #[error("the user belongs to no organisation")]
    NoOrganisation,
    #[error("this person is a member already")]
    AlreadyMember,
    #[error("no such time zone: {0}")]
    TimeZone(String),
    #[error("not an e-mail address")]
    Email,
    #[error("{0} is missing")]
    Required(&'static str),
    #[error("no such {0}")]
    NotFound(&'static str),
    /// A row says something that this version does not understand.
    #[error("the organisation's currency {0} is unknown")]
    Currency(String),
    #[error(transparent)]
    Query(#[from] sqlx::Error),
}

const ACCOUNT: &str = "account";
const MEMBERSHIP: &str = "organisation membership";
const ENABLED: &str = "account:enabled";

impl From<IdentityError> for AppError {
    fn from(error: IdentityError) -> Self {
        match error {
            // One answer for all three: a stranger learns nothing about who has an account here.
            IdentityError::UnknownAccount | IdentityError::UnverifiedEmail | IdentityError::OtherAccount => {
                Self::NotFound { what: ACCOUNT.into() }
            }
            IdentityError::Disabled => Self::Forbidden {
                permission: ENABLED.into(),
            },
            IdentityError::NoOrganisation => Self::NotFound { what: MEMBERSHIP.into() },
            IdentityError::NotFound(what) => Self::NotFound { what: what.into() },
            IdentityError::AlreadyMember => Self::Conflict {
                reason: Conflict::Taken,
                fields: FieldProblems::new(),
            },
            IdentityError::TimeZone(_) => Self::invalid(
                "time_zone",
                Problem::Malformed {
                    expected: "America/Bogota".into(),
                },
            ),
            IdentityError::Email => Self::invalid(
                "email",
                Problem::Malformed {
                    expected: "name@example.com".into(),
                },
            ),
            IdentityError::Required(field) => Self::invalid(field, Problem::Required),
            error @ IdentityError::Currency(_) => db::internal(&error),
            IdentityError::Query(error) => db::failure(error),
        }
    }
}

/// What a person reads whose sign-in was refused: the words for the errors of [`super::sign_in`], else those of the error itself.
#[must_use]
pub fn refusal_text(error: &AppError, t: Locale) -> String {
    match error {
        AppError::NotFound { what } if what == ACCOUNT => t.sign_in_unknown_account().into(),
        AppError::NotFound { what } if what == MEMBERSHIP => t.sign_in_no_organisation().into(),
        AppError::Forbidden { permission } if permission == ENABLED => t.sign_in_disabled().into(),
        other => other.text(t),
    }
}
