//! A private PostgreSQL cluster: made once, UTF-8, one superuser without a password behind a folder only its user may enter.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use rustix::process::Signal;
use secrecy::{ExposeSecret, SecretString};
use sqlx::{Connection, PgConnection};

use super::{
    super::start::StartError,
    program::Programs,
    service_dirs::ServiceDirs,
    supervisor::{self, Supervisor},
};

/// The oldest version whose SQL the migrations may use.
const OLDEST: u32 = 15;
/// Recovery after a crash may take a while.
const START_TIMEOUT: Duration = Duration::from_secs(60);

const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=120",
    "timezone=UTC",
    "log_timezone=UTC",
    "lc_messages=C",
];

/// Makes the cluster if there is none, stops one that an earlier run left, and starts it with the programs in `bin`.
pub(super) fn start(dirs: &ServiceDirs, bin: PathBuf) -> Result<Supervisor, StartError> {
    let cluster = cluster(dirs);
    if !cluster.join("PG_VERSION").exists() {
        initialise(dirs, &bin, &cluster)?;
    }
    // SIGINT is the fast shutdown (postgres(1)): open transactions are rolled back, everything committed is written.
    supervisor::stop_left_over("PostgreSQL", &cluster.join("postmaster.pid"), &cluster, Signal::INT)?;
    let (log, _) = dirs.log("postgres")?;
    let dirs = dirs.clone();
    Supervisor::start("PostgreSQL", Signal::INT, log, move || {
        let mut command = dirs.command(&bin.join("postgres"), Some("INT"))?;
        let (path, log) = dirs.log("postgres")?;
        let errors = log.try_clone().map_err(|error| StartError::file("open the log", &path, error))?;
        command.arg("-D").arg(&cluster).arg("-k").arg(&dirs.sockets);
        for setting in SETTINGS {
            command.arg("-c").arg(setting);
        }
        command.stdout(Stdio::from(log)).stderr(Stdio::from(errors));
        Ok(command)
    })
}

fn cluster(dirs: &ServiceDirs) -> PathBuf {
    dirs.data.join("postgres")
}

/// The folder with the programs of the cluster's own version; of the newest where there is no cluster yet.
pub(super) fn programs(dirs: &ServiceDirs, programs: &Programs) -> Result<PathBuf, StartError> {
    let cluster = cluster(dirs);
    let made_by = fs::read_to_string(cluster.join("PG_VERSION"))
        .ok()
        .and_then(|text| text.trim().parse().ok());
    let missing = |why: String, package: String| StartError::NotInstalled {
        what: "PostgreSQL",
        why: why.into(),
        install: format!("apt-get install -y {package}").into(),
    };
    match (programs.postgres(made_by), made_by) {
        (Some((_, version)), _) if version < OLDEST => Err(missing(
            format!("version {version} is here, and Forecourt needs {OLDEST} or newer"),
            "postgresql".into(),
        )),
        (Some((bin, _)), _) => Ok(bin),
        (None, Some(version)) => Err(missing(
            format!(
                "the data in {} was made by version {version}, which is not here any more",
                cluster.display()
            ),
            format!("postgresql-{version}"),
        )),
        (None, None) => Err(missing(
            format!(
                "its programs initdb and postgres are not {}",
                programs.place("on PATH and not in /usr/lib/postgresql/*/bin")
            ),
            "postgresql".into(),
        )),
    }
}

/// Makes a cluster beside its place and moves it there when it is whole, so that an interrupted first start leaves none half made.
fn initialise(dirs: &ServiceDirs, bin: &Path, cluster: &Path) -> Result<(), StartError> {
    tracing::info!("making a PostgreSQL cluster in {}", cluster.display());
    let unfinished = cluster.with_extension("unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(|error| StartError::file("remove", &unfinished, error))?;
    }
    dirs.private_folder(&unfinished)?;
    let (log, _) = dirs.log("postgres")?;
    let initdb = bin.join("initdb");
    let output = dirs
        .command(&initdb, None)?
        .args(["--username=forecourt", "--encoding=UTF8", "--locale=C.UTF-8"])
        .args(["--auth-local=trust", "--auth-host=reject", "--no-instructions"])
        .arg(OsStr::new("-D"))
        .arg(&unfinished)
        .output()
        .map_err(|error| StartError::file("run", &initdb, error))?;
    if !output.status.success() {
        return Err(StartError::Service {
            name: "PostgreSQL",
            how: "initdb could not make its cluster".into(),
            log,
            end: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        });
    }
    fs::rename(&unfinished, cluster).map_err(|error| StartError::file("rename", &unfinished, error))
}

/// Waits until it takes connections, and makes the database at the first start.
pub(super) async fn wait(dirs: &ServiceDirs, supervisor: Option<&Supervisor>) -> Result<(), StartError> {
    let since = Instant::now();
    let maintenance = url_to(dirs, "postgres");
    loop {
        if let Some(supervisor) = supervisor {
            supervisor.check()?;
        }
        match PgConnection::connect(maintenance.expose_secret()).await {
            Ok(mut connection) => return database(&mut connection).await.map_err(StartError::Database),
            Err(error) if since.elapsed() > START_TIMEOUT => {
                return Err(supervisor.map_or(StartError::Database(error), |supervisor| {
                    supervisor.failure("it takes no connections")
                }));
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

async fn database(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    // Not `query!`: this is about the cluster, before there is a database to check it against.
    let there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = 'forecourt')")
        .fetch_one(&mut *connection)
        .await?;
    if !there {
        sqlx::query("CREATE DATABASE forecourt").execute(connection).await?;
    }
    Ok(())
}

/// How to reach the database `forecourt`.
pub(super) fn url(dirs: &ServiceDirs) -> SecretString {
    url_to(dirs, "forecourt")
}

fn url_to(dirs: &ServiceDirs, database: &str) -> SecretString {
    let folder: String = url::form_urlencoded::byte_serialize(dirs.sockets.as_os_str().as_encoded_bytes()).collect();
    // A space is `+` in a form, which sqlx reads as a plus.
    format!("postgres://forecourt@localhost/{database}?host={}", folder.replace('+', "%20")).into()
}
