//! PostgreSQL: migrations, the scope of a query, and what its errors mean to people.

use app::kernel::{actor::Actor, error::AppError, id::OrganisationId};

/// Every migration, embedded into the binary.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");

/// The organisation that a query reads or writes. Store functions take it, so that an unscoped query can't be written by accident.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    organisation: OrganisationId,
}

impl Scope {
    /// The organisation of the one who asks.
    #[must_use]
    pub const fn of(actor: &Actor) -> Self {
        Self {
            organisation: actor.organisation,
        }
    }

    /// The organisation as SQL takes it.
    #[must_use]
    pub const fn organisation(&self) -> uuid::Uuid {
        self.organisation.0
    }
}

/// What a failed query means outside: 503 while PostgreSQL is away, 409 after a lost race, else 500 with an incident that the log explains.
#[must_use]
pub fn failure(error: sqlx::Error) -> AppError {
    let away = match &error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Tls(_) | sqlx::Error::WorkerCrashed => true,
        // 08: connection exception; 53: out of resources; 57P: operator intervention, among them shutdown and start-up.
        sqlx::Error::Database(database) => database
            .code()
            .is_some_and(|code| code.starts_with("08") || code.starts_with("53") || code.starts_with("57P")),
        _ => false,
    };
    if away {
        tracing::warn!(%error, "PostgreSQL is away");
        return AppError::Unavailable {
            dependency: "PostgreSQL".into(),
            retry_after: 5,
        };
    }
    internal(&error)
}

/// Logs what went wrong under a new incident number and answers with that number only.
pub fn internal(error: &(dyn std::error::Error + 'static)) -> AppError {
    let incident = uuid::Uuid::now_v7().simple().to_string();
    tracing::error!(%incident, error, "internal error");
    AppError::Internal { incident }
}

/// The name of the constraint or unique index that a statement broke.
#[must_use]
pub fn broken_constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error().and_then(|database| database.constraint())
}
