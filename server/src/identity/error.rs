//! What can go wrong with people and organisations, and how it is told outside.

use app::{
    i18n::Locale,
    kernel::{
        error::{AppError, Conflict, Denial},
        problem::FieldProblems,
        problem::Problem,
    },
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
    /// What another capability answered.
    #[error(transparent)]
    Other(#[from] AppError),
}

impl IdentityError {
    /// Whether a sign-in was refused for what the account is, and not because something failed.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::UnknownAccount | Self::UnverifiedEmail | Self::OtherAccount | Self::Disabled | Self::NoOrganisation
        )
    }

    /// What a person reads whose sign-in was refused. One answer for the first three: a stranger learns nothing about who has an account
    /// here.
    #[must_use]
    pub fn refusal_text(&self, t: Locale) -> &'static str {
        match self {
            Self::Disabled => t.sign_in_disabled(),
            Self::NoOrganisation => t.sign_in_no_organisation(),
            _ => t.sign_in_unknown_account(),
        }
    }
}

impl From<IdentityError> for AppError {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::UnknownAccount | IdentityError::UnverifiedEmail | IdentityError::OtherAccount => {
                Self::NotFound { what: "account".into() }
            }
            IdentityError::Disabled => Self::Forbidden {
                reason: Denial::AccountDisabled,
            },
            IdentityError::NoOrganisation => Self::NotFound {
                what: "organisation".into(),
            },
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
            IdentityError::Other(error) => error,
        }
    }
}
