//! PostgreSQL: connections, migrations, the scope of a query, and what its errors mean to people.

use std::{
    str::FromStr,
    time::{Duration, Instant},
};

use app::kernel::{actor::Actor, error::AppError, id::OrganisationId};
use secrecy::{ExposeSecret, SecretString};
use sqlx::{
    ConnectOptions, Connection, Executor, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::start::StartError;

/// Every migration, embedded into the binary.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");

/// How long a request waits for a connection; then it is answered 503.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
/// How long a start waits for a PostgreSQL that is not up yet.
const START_TIMEOUT: Duration = Duration::from_secs(30);
/// A connection that was idle for longer is tried before it is used.
const PING_AFTER_IDLE: Duration = Duration::from_secs(1);

/// Brings the schema up to date, in the issuer's own database too. Replicas that start together take turns (sqlx's advisory lock).
/// Waits up to half a minute for a PostgreSQL that is not there yet.
///
/// # Errors
/// `Database` if it stays away or refuses us, `Migration` if a migration fails or was changed after it had run.
pub async fn migrate_all(url: &SecretString, issuer: Option<&SecretString>) -> Result<(), StartError> {
    migrate(url).await?;
    let Some(issuer) = issuer else { return Ok(()) };
    migrate(issuer).await.map_err(|error| match error {
        StartError::Database(error) => StartError::IssuerDatabase(error),
        other => other,
    })
}

/// Waits up to half a minute for a PostgreSQL that is not there yet, and changes nothing in it.
///
/// # Errors
/// `Database` if it stays away or refuses us.
pub async fn reach(url: &SecretString) -> Result<(), StartError> {
    let connection = connect_with_retries(url).await?;
    let _ = connection.close().await;
    Ok(())
}

async fn migrate(url: &SecretString) -> Result<(), StartError> {
    let mut connection = connect_with_retries(url).await?;
    // "already exists, skipping" is news to nobody.
    connection
        .execute("SET client_min_messages = 'warning'")
        .await
        .map_err(StartError::Database)?;
    MIGRATOR.run(&mut connection).await?;
    let _ = connection.close().await;
    Ok(())
}

async fn connect_with_retries(url: &SecretString) -> Result<PgConnection, StartError> {
    let options = options(url).map_err(StartError::Database)?;
    let since = Instant::now();
    loop {
        let attempt = tokio::time::timeout(Duration::from_secs(5), options.connect()).await;
        let error = match attempt {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) => error,
            Err(_) => sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()),
        };
        if !is_unavailable(&error) || since.elapsed() > START_TIMEOUT {
            return Err(StartError::Database(error));
        }
        tracing::warn!(%error, host = options.get_host(), port = options.get_port(), "waiting for PostgreSQL");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// A pool of at most `connections`, opened as they are needed. It finds back by itself when PostgreSQL was away.
///
/// # Errors
/// `Database` if the URL can't be read.
pub fn pool(url: &SecretString, connections: u32) -> Result<PgPool, StartError> {
    let options = options(url).map_err(StartError::Database)?;
    Ok(PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(Duration::from_secs(600))
        .max_lifetime(Duration::from_secs(1800))
        // Instead of a round trip before every use: one only where the connection may have died meanwhile.
        .test_before_acquire(false)
        .before_acquire(|connection, usage| {
            Box::pin(async move {
                if usage.idle_for > PING_AFTER_IDLE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(|connection, _| {
            Box::pin(async move {
                // No request may hold others up for ever, whatever it does.
                connection
                    .execute("SET statement_timeout = '60s'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '120s'")
                    .await?;
                Ok(())
            })
        })
        .connect_lazy_with(options))
}

fn options(url: &SecretString) -> Result<PgConnectOptions, sqlx::Error> {
    Ok(PgConnectOptions::from_str(url.expose_secret())?.application_name("forecourt"))
}

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

    /// An organisation, where nobody asks: what a job leaves behind when it is dead.
    #[must_use]
    pub const fn to(organisation: OrganisationId) -> Self {
        Self { organisation }
    }

    /// The organisation as SQL takes it.
    #[must_use]
    pub const fn organisation(&self) -> uuid::Uuid {
        self.organisation.0
    }
}

/// Lets one caller at a time go on with `what` until its transaction ends; the others wait.
///
/// # Errors
/// Those of the statement; also after a wait longer than the connection's `lock_timeout`.
pub async fn advisory_lock(connection: &mut PgConnection, what: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext($1))", what)
        .execute(connection)
        .await?;
    Ok(())
}

/// Asks PostgreSQL for a sign of life.
///
/// # Errors
/// Why there is none.
pub async fn answers(db: &PgPool) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(db).await.map(|_| ())
}

/// Whether every migration of this program has been applied. Not `query!`: it asks about the schema, which may be missing.
///
/// # Errors
/// Those of the query; also if nothing was ever migrated.
pub async fn is_migrated(db: &PgPool) -> Result<bool, sqlx::Error> {
    let versions: Vec<i64> = MIGRATOR.iter().map(|migration| migration.version).collect();
    let wanted = i64::try_from(versions.len()).unwrap_or(i64::MAX);
    let done: i64 = sqlx::query_scalar("SELECT count(*) FROM _sqlx_migrations WHERE success AND version = ANY ($1)")
        .bind(versions)
        .fetch_one(db)
        .await?;
    Ok(done == wanted)
}

/// What a failed query means outside: 503 while PostgreSQL is away or others hold what it waits for, else 500 with an incident that the log
/// explains.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "taken by value, it fits `map_err` as it is")]
pub fn failure(error: sqlx::Error) -> AppError {
    if is_unavailable(&error) {
        tracing::warn!(%error, "PostgreSQL is away");
        return AppError::Unavailable {
            dependency: "PostgreSQL".into(),
            retry_after: 5,
        };
    }
    if is_timeout(&error) {
        tracing::warn!(%error, "a query took too long");
        return AppError::Timeout { retry_after: 5 };
    }
    internal(&error)
}

/// Whether PostgreSQL gave up a statement: on a lock (55P03) or altogether (57014, query canceled), after the limits that [`pool`] sets.
fn is_timeout(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| code == "55P03" || code == "57014")
}

fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Tls(_) | sqlx::Error::WorkerCrashed => true,
        // 08: connection exception; 53: out of resources; 57P: operator intervention, among them shutdown and start-up.
        sqlx::Error::Database(database) => database
            .code()
            .is_some_and(|code| code.starts_with("08") || code.starts_with("53") || code.starts_with("57P")),
        // Whoever answers in its place, a proxy say, closed the connection before its first byte: sqlx-postgres reads that as a strange one.
        sqlx::Error::Protocol(what) => what.contains("SSLRequest"),
        _ => false,
    }
}

/// Logs what went wrong under a new incident number and answers with that number only.
pub fn internal(error: &(dyn std::error::Error + 'static)) -> AppError {
    let incident = uuid::Uuid::now_v7().simple().to_string();
    tracing::error!(%incident, error, "internal error");
    AppError::Internal { incident }
}

/// Whether a statement failed because of what it was given (SQLSTATE classes 22, data exception, and 23, integrity constraint violation):
/// tried again with the same values, it fails again.
#[must_use]
pub fn is_data_error(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| code.starts_with("22") || code.starts_with("23"))
}

/// Whether PostgreSQL ended a transaction to break a deadlock: nothing is left of it, and it may go through when tried again.
#[must_use]
pub fn is_deadlock(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| code == "40P01")
}

/// The name of the constraint or unique index that a statement broke.
#[must_use]
pub fn broken_constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error().and_then(|database| database.constraint())
}

#[cfg(test)]
mod tests {
    use tokio::{io::AsyncReadExt, net::TcpListener};

    use super::*;

    /// As a proxy does whose PostgreSQL is gone, or PostgreSQL itself as it stops.
    #[tokio::test]
    async fn a_connection_that_is_closed_before_its_first_answer_is_an_outage() -> std::io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("postgres://anybody@{}/any", listener.local_addr()?);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                // What it was asked is read: closed with that unread, the other end would see a reset.
                let _ = near.read(&mut [0; 64]).await;
            }
        });
        let error = PgConnection::connect(&url).await.map(drop).map_err(failure);
        assert!(matches!(error, Err(AppError::Unavailable { retry_after: 5, .. })), "{error:?}");
        Ok(())
    }
}
