//! What can go wrong with an organisation's entries, and what it means outside.

use app::kernel::{
    error::{AppError, Conflict},
    problem::FieldProblems,
};

use crate::platform::{db, version::Stale};

/// Why an operation on an entry was not done.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    #[error("no such entry in this organisation")]
    NotFound,
    #[error("fields to mend: {0:?}")]
    Invalid(FieldProblems),
    #[error("said by other entries: {0:?}")]
    Taken(FieldProblems),
    #[error("changed meanwhile, version {version} by now")]
    Changed { version: i64 },
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// An error from elsewhere, such as a lacking permission.
    #[error(transparent)]
    Other(#[from] AppError),
}

impl EntryError {
    /// Whether the same operation may succeed when tried again: who said the same is gone, or PostgreSQL broke a deadlock.
    #[must_use]
    pub fn lost_race(&self) -> bool {
        matches!(self, Self::Database(error) if db::is_deadlock(error) || is_taken(error))
    }
}

impl From<Stale> for EntryError {
    fn from(stale: Stale) -> Self {
        match stale {
            Stale::Missing => Self::NotFound,
            Stale::Changed { version } => Self::Changed { version },
        }
    }
}

impl From<EntryError> for AppError {
    fn from(error: EntryError) -> Self {
        match error {
            EntryError::NotFound => Self::NotFound {
                what: "catalogue entry".into(),
            },
            EntryError::Invalid(fields) => Self::Invalid { fields },
            EntryError::Taken(fields) => Self::Conflict {
                reason: Conflict::Taken,
                fields,
            },
            EntryError::Changed { version } => Self::Conflict {
                reason: Conflict::Changed { version },
                fields: FieldProblems::new(),
            },
            EntryError::Database(error) => db::failure(error),
            EntryError::Other(error) => error,
        }
    }
}

/// Whether a statement broke one of the unique indexes (migrations/20261121000005_catalogue.sql names them).
#[must_use]
pub fn is_taken(error: &sqlx::Error) -> bool {
    matches!(
        db::broken_constraint(error),
        Some("catalogue_entry_name" | "catalogue_entry_corrects")
    )
}
