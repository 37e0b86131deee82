//! From a configuration to a running platform: embedded services where no URL is given, connections, migrations.
//!
//! Every way in which this can fail has a message that says what to do.

use std::{
    borrow::Cow,
    ops::Deref,
    path::{Path, PathBuf},
    sync::Arc,
};

use fred::interfaces::ClientLike;
use secrecy::SecretString;

use super::{
    Platform, db,
    embedded::{Embedded, Wanted},
    keys::Keys,
    kv,
};
use crate::config::Config;

/// Why Forecourt could not start, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{what} is needed and not installed: {why}.\nInstall it:  sudo {install}{}", instead(.what))]
    NotInstalled {
        what: &'static str,
        why: Cow<'static, str>,
        install: Cow<'static, str>,
    },
    #[error(
        "another forecourt{} keeps its data in {}.\nStop it first, or give this one a folder of its own: FORECOURT_VAR_DIR=/another/folder",
        .holder.map(|pid| format!(" (process {pid})")).unwrap_or_default(),
        .var_dir.display()
    )]
    Taken { var_dir: PathBuf, holder: Option<u32> },
    #[error("{name} did not start: {how}. Its log {} ends with:\n{end}", .log.display())]
    Service {
        name: &'static str,
        how: String,
        log: PathBuf,
        end: String,
    },
    #[error("{} belongs to another user of this machine; remove it, or set FORECOURT_VAR_DIR to another folder", .path.display())]
    Foreign { path: PathBuf },
    #[error(
        "root must not run PostgreSQL, and there is neither a user postgres nor nobody to run it as.\nMake one:  useradd --system postgres"
    )]
    NoUser,
    #[error("could not {doing} {}: {source}", .path.display())]
    File {
        doing: &'static str,
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("Cannot connect to PostgreSQL: {0}.\nCheck database_url (FORECOURT_DATABASE_URL): host, port, user, password, database.")]
    Database(sqlx::Error),
    #[error("Cannot connect to Redis: {0}.\nCheck redis_url (FORECOURT_REDIS_URL): host, port, password.")]
    Redis(fred::error::Error),
    #[error(
        "Cannot connect to the issuer's PostgreSQL: {0}.\nCheck issuer_database_url (FORECOURT_ISSUER_DATABASE_URL): host, port, user, password, database."
    )]
    IssuerDatabase(sqlx::Error),
    #[error("the database could not be migrated: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("{0}\n{1}")]
    Both(Box<Self>, Box<Self>),
}

fn instead(what: &str) -> &'static str {
    match what {
        "PostgreSQL" => "\nOr use one that runs elsewhere: FORECOURT_DATABASE_URL=postgres://user:password@host:5432/forecourt",
        "Redis" => "\nOr use one that runs elsewhere: FORECOURT_REDIS_URL=redis://:password@host:6379",
        _ => "",
    }
}

impl StartError {
    pub(super) fn file(doing: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::File {
            doing,
            path: path.to_owned(),
            source,
        }
    }

    /// Both, or everything that is wrong with them.
    pub(super) fn both<A, B>(one: Result<A, Self>, other: Result<B, Self>) -> Result<(A, B), Self> {
        match (one, other) {
            (Ok(one), Ok(other)) => Ok((one, other)),
            (Err(one), Err(other)) => Err(Self::Both(one.into(), other.into())),
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }
}

/// A platform and the services that were started for it.
#[derive(Debug)]
pub struct Running {
    platform: Platform,
    services: Option<Embedded>,
}

impl Deref for Running {
    type Target = Platform;

    fn deref(&self) -> &Platform {
        &self.platform
    }
}

impl Running {
    /// Closes the connections, then stops the embedded services.
    pub async fn stop(mut self) {
        self.platform.db.close().await;
        let _ = self.platform.kv.quit().await;
        if let Some(services) = &mut self.services {
            services.stop().await;
        }
    }
}

/// Starts a platform for a process that stays: embedded services if no URLs, connections, migrations.
///
/// # Errors
/// [`StartError`], each with what to do.
pub async fn start(config: Config) -> Result<Running, StartError> {
    run(config, false).await
}

/// Starts a platform for a command that ends by itself: beside a running server it uses that server's services.
///
/// # Errors
/// As [`start`].
pub async fn start_or_join(config: Config) -> Result<Running, StartError> {
    run(config, true).await
}

async fn run(config: Config, may_join: bool) -> Result<Running, StartError> {
    let wanted = Wanted {
        postgres: config.database_url.is_none(),
        redis: config.redis_url.is_none(),
    };
    let mut services = services(&config, may_join, wanted).await?;
    let urls = services
        .as_ref()
        .map_or((None, None), |services| (services.database_url.clone(), services.redis_url.clone()));
    match connect(config, urls).await {
        Ok(platform) => Ok(Running { platform, services }),
        Err(error) => {
            if let Some(services) = &mut services {
                services.stop().await;
            }
            Err(error)
        }
    }
}

/// PostgreSQL alone, for commands that need nothing else.
#[derive(Debug)]
pub struct Database {
    pub url: SecretString,
    services: Option<Embedded>,
}

impl Database {
    /// Stops what was started for it.
    pub async fn stop(mut self) {
        if let Some(services) = &mut self.services {
            services.stop().await;
        }
    }
}

/// PostgreSQL alone, as it is, for a command that ends by itself: without Redis, and its schema is not touched.
///
/// # Errors
/// As [`start`].
pub async fn database_alone(config: &Config) -> Result<Database, StartError> {
    let wanted = Wanted {
        postgres: config.database_url.is_none(),
        redis: false,
    };
    let services = services(config, true, wanted).await?;
    let own = services.as_ref().and_then(|services| services.database_url.clone());
    let database = Database {
        url: config.database_url.clone().or(own).unwrap_or_default(),
        services,
    };
    match db::reach(&database.url).await {
        Ok(()) => Ok(database),
        Err(error) => {
            database.stop().await;
            Err(error)
        }
    }
}

async fn services(config: &Config, may_join: bool, wanted: Wanted) -> Result<Option<Embedded>, StartError> {
    if !wanted.postgres && !wanted.redis {
        return Ok(None);
    }
    if may_join && let Some(joined) = Embedded::join(&config.var_dir, wanted)? {
        tracing::info!("using the services of the forecourt that runs on {}", config.var_dir.display());
        return Ok(Some(joined));
    }
    Embedded::start(&config.var_dir, config.program_path.as_deref(), wanted)
        .await
        .map(Some)
}

async fn connect(config: Config, (database, redis): (Option<SecretString>, Option<SecretString>)) -> Result<Platform, StartError> {
    let database = config.database_url.clone().or(database).unwrap_or_default();
    let redis = config.redis_url.clone().or(redis).unwrap_or_default();
    let (migrated, kv) = tokio::join!(db::migrate_all(&database, config.issuer_database_url.as_ref()), kv::connect(&redis));
    let ((), kv) = StartError::both(migrated, kv)?;
    let db = db::pool(&database, config.database_connections)?;
    let keys = Arc::new(Keys::derive(&config.secret_key));
    Ok(Platform {
        config: Arc::new(config),
        db,
        kv,
        keys,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_installed_is_said_with_the_command_that_installs_it() {
        let text = StartError::NotInstalled {
            what: "PostgreSQL",
            why: "it is not there".into(),
            install: "apt-get install -y postgresql".into(),
        }
        .to_string();
        assert!(text.contains("sudo apt-get install -y postgresql"), "{text}");
        assert!(text.contains("FORECOURT_DATABASE_URL="), "{text}");
    }

    #[test]
    fn whoever_can_reach_neither_database_is_told_of_both() {
        let postgres: Result<(), _> = Err(StartError::Database(sqlx::Error::PoolTimedOut));
        let redis: Result<(), _> = Err(StartError::Redis(fred::error::Error::new(fred::error::ErrorKind::IO, "refused")));
        let text = StartError::both(postgres, redis).map_err(|error| error.to_string());
        assert!(text.is_err_and(|text| text.contains("FORECOURT_DATABASE_URL") && text.contains("FORECOURT_REDIS_URL")));
    }

    #[test]
    fn a_second_forecourt_is_told_which_one_has_the_folder() {
        let text = StartError::Taken {
            var_dir: "/srv/var".into(),
            holder: Some(42),
        }
        .to_string();
        assert!(
            text.contains("process 42") && text.contains("/srv/var") && text.contains("FORECOURT_VAR_DIR"),
            "{text}"
        );
    }
}
