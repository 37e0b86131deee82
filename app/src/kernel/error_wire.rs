//! How an error travels between server and browser: one flat form for all of them. What serde derives for the enums is several times as
//! large in the WASM.

use serde::{Deserialize, Serialize};

use super::{
    error::{AppError, Conflict, Denial},
    problem::FieldProblems,
};
use crate::identity::Permission;

/// An [`AppError`] as it travels.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Wire {
    error: String,
    reason: String,
    texts: Vec<String>,
    number: i64,
    fields: FieldProblems,
}

impl Wire {
    fn new(error: &str) -> Self {
        Self {
            error: error.to_owned(),
            ..Self::default()
        }
    }

    fn reason(self, reason: &str) -> Self {
        Self {
            reason: reason.to_owned(),
            ..self
        }
    }

    fn texts(self, texts: impl IntoIterator<Item = String>) -> Self {
        Self {
            texts: texts.into_iter().collect(),
            ..self
        }
    }

    fn number(self, number: impl TryInto<i64>) -> Self {
        Self {
            number: number.try_into().unwrap_or(i64::MAX),
            ..self
        }
    }

    fn fields(self, fields: FieldProblems) -> Self {
        Self { fields, ..self }
    }
}

impl From<AppError> for Wire {
    fn from(error: AppError) -> Self {
        match error {
            AppError::NotAuthenticated => Self::new("not_authenticated"),
            AppError::Forbidden { reason } => {
                let wire = Self::new("forbidden").reason(reason.name());
                match reason {
                    Denial::Permission { permission } => wire.texts([permission.to_string()]),
                    Denial::Scope { scope } => wire.texts([scope]),
                    Denial::CrossSite | Denial::AccountDisabled => wire,
                }
            }
            AppError::NotFound { what } => Self::new("not_found").texts([what]),
            AppError::Invalid { fields } => Self::new("invalid").fields(fields),
            AppError::Conflict { reason, fields } => {
                let wire = Self::new("conflict").reason(reason.name()).fields(fields);
                match reason {
                    Conflict::Changed { version } => wire.number(version),
                    Conflict::NotAllowed { from, to } => wire.texts([from, to]),
                    Conflict::Taken | Conflict::UnderWay => wire,
                }
            }
            AppError::TooLarge { limit } => Self::new("too_large").number(limit),
            AppError::TooMany { retry_after } => Self::new("too_many").number(retry_after),
            AppError::Unavailable { dependency, retry_after } => Self::new("unavailable").texts([dependency]).number(retry_after),
            AppError::Timeout { retry_after } => Self::new("timeout").number(retry_after),
            AppError::Internal { incident } => Self::new("internal").texts([incident]),
            AppError::Transport { reason } => Self::new("transport").texts([reason]),
        }
    }
}

impl From<Wire> for AppError {
    /// What another release of the server names otherwise is one of the transport: the page must be loaded anew.
    fn from(wire: Wire) -> Self {
        let Wire {
            error,
            reason,
            texts,
            number,
            fields,
        } = wire;
        let mut texts = texts.into_iter();
        let mut text = || texts.next().unwrap_or_default();
        let retry_after = u32::try_from(number).unwrap_or(u32::MAX);
        let known = match error.as_str() {
            "not_authenticated" => Some(Self::NotAuthenticated),
            "forbidden" => denial(&reason, text).map(|reason| Self::Forbidden { reason }),
            "not_found" => Some(Self::NotFound { what: text() }),
            "invalid" => Some(Self::Invalid { fields }),
            "conflict" => conflict(&reason, number, text).map(|reason| Self::Conflict { reason, fields }),
            "too_large" => u64::try_from(number).ok().map(|limit| Self::TooLarge { limit }),
            "too_many" => Some(Self::TooMany { retry_after }),
            "unavailable" => Some(Self::Unavailable {
                dependency: text(),
                retry_after,
            }),
            "timeout" => Some(Self::Timeout { retry_after }),
            "internal" => Some(Self::Internal { incident: text() }),
            "transport" => Some(Self::Transport { reason: text() }),
            _ => None,
        };
        known.unwrap_or_else(|| Self::Transport {
            reason: format!("unknown error {error} {reason}"),
        })
    }
}

fn denial(reason: &str, mut text: impl FnMut() -> String) -> Option<Denial> {
    match reason {
        "permission" => Permission::named(&text()).map(|permission| Denial::Permission { permission }),
        "cross_site" => Some(Denial::CrossSite),
        "scope" => Some(Denial::Scope { scope: text() }),
        "account_disabled" => Some(Denial::AccountDisabled),
        _ => None,
    }
}

fn conflict(reason: &str, version: i64, mut text: impl FnMut() -> String) -> Option<Conflict> {
    match reason {
        "taken" => Some(Conflict::Taken),
        "changed" => Some(Conflict::Changed { version }),
        "not_allowed" => Some(Conflict::NotAllowed { from: text(), to: text() }),
        "under_way" => Some(Conflict::UnderWay),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::problem::Problem;

    #[test]
    fn every_error_comes_back_from_the_wire_as_it_went() -> Result<(), serde_json::Error> {
        let fields = FieldProblems::from([("vin".to_owned(), Problem::Required)]);
        let conflict = |reason| AppError::Conflict {
            reason,
            fields: fields.clone(),
        };
        let forbidden = |reason| AppError::Forbidden { reason };
        let all = [
            AppError::NotAuthenticated,
            AppError::lacks(Permission::VehicleRead),
            forbidden(Denial::CrossSite),
            forbidden(Denial::Scope { scope: "all".into() }),
            forbidden(Denial::AccountDisabled),
            AppError::NotFound { what: "vehicle".into() },
            AppError::Invalid { fields: fields.clone() },
            conflict(Conflict::Taken),
            conflict(Conflict::Changed { version: 7 }),
            conflict(Conflict::NotAllowed {
                from: "sold".into(),
                to: "available".into(),
            }),
            conflict(Conflict::UnderWay),
            AppError::TooLarge { limit: 5_000_000_000 },
            AppError::TooMany { retry_after: 60 },
            AppError::Unavailable {
                dependency: "PostgreSQL".into(),
                retry_after: 5,
            },
            AppError::Timeout { retry_after: 5 },
            AppError::Internal { incident: "4711".into() },
            AppError::Transport { reason: "offline".into() },
        ];
        for error in all {
            assert_eq!(serde_json::from_str::<AppError>(&serde_json::to_string(&error)?)?, error);
        }
        Ok(())
    }

    #[test]
    fn an_error_that_this_page_does_not_know_is_none_of_its_own() {
        let wire = Wire::new("quota_exceeded");
        assert!(matches!(AppError::from(wire), AppError::Transport { .. }));
    }
}
