//! The commands that people and machines type. Results go to stdout, everything else to stderr.

mod catalogue;
mod import;
mod vin;

use std::{net::IpAddr, path::PathBuf, process::ExitCode, time::Duration};

use app::{i18n::Locale, kernel::error::AppError};
use clap::{Args, Parser, Subcommand};
use secrecy::{ExposeSecret, SecretString};
use server::{
    audit::{self, End, Verdict},
    catalogue::CatalogueError,
    config::{Config, ConfigProblems, Sources},
    demo::{self, DemoError},
    http::api,
    platform::{
        self, StartError, db,
        embedded::{Embedded, Wanted},
        telemetry,
    },
};
use tokio_util::sync::CancellationToken;

use crate::{port::PortError, serve};

/// Forecourt runs a used-vehicle dealership: stock, people, sign-in.
#[derive(Debug, Parser)]
#[command(name = "forecourt", version, about, propagate_version = true)]
pub(crate) struct Cli {
    /// Folder with *.toml configuration files [default: config].
    #[arg(long, global = true, env = "FORECOURT_CONFIG_DIR", value_name = "FOLDER")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve Forecourt until it is told to stop (SIGTERM, Ctrl-C).
    Serve(Serve),
    /// Bring the database's schema up to date, and end.
    Migrate,
    /// Load the demo dealership, its people and a private garage into an empty database.
    Demo(Demo),
    /// Import a stock list (CSV) into an organisation's stock; ends with 1 if rows had errors.
    Import(import::Import),
    /// VIN commands.
    #[command(subcommand)]
    Vin(vin::Vin),
    /// VIN catalogue commands.
    #[command(subcommand)]
    Catalogue(catalogue::Catalogue),
    /// Audit trail commands.
    #[command(subcommand)]
    Audit(Audit),
    /// Print the OpenAPI document of the REST API.
    Openapi,
    /// Ask the server of this machine whether it is ready; ends with 0 or 1.
    Healthcheck,
    /// Run the embedded PostgreSQL and Redis alone and print their URLs (for development and tests).
    #[command(hide = true)]
    Services,
}

#[derive(Debug, Subcommand)]
enum Audit {
    /// Check that no recorded change was altered, removed or exchanged; ends with 1 if one was. Changes nothing.
    Verify {
        /// An end that an earlier run printed and that was kept elsewhere: the chain must still hold it. May be given several times.
        #[arg(long = "expect", value_name = "ORGANISATION:SEQUENCE:HASH", value_parser = end)]
        noted: Vec<End>,
    },
}

#[derive(Debug, Args)]
struct Serve {
    /// What this process does: web, issuer, worker, or several of them [default: all, or the key `roles`].
    #[arg(long, value_delimiter = ',')]
    roles: Option<Vec<String>>,
    /// Load the demo first, if the database is empty.
    #[arg(long, env = "FORECOURT_DEMO")]
    demo: bool,
    #[command(flatten)]
    people: Demo,
}

#[derive(Debug, Args)]
struct Demo {
    /// The password of the demo's people [default on localhost: forecourt-demo].
    #[arg(
        long = "demo-password",
        env = "FORECOURT_DEMO_PASSWORD",
        hide_env_values = true,
        value_name = "PASSWORD"
    )]
    password: Option<SecretString>,
}

fn end(text: &str) -> Result<End, String> {
    End::read(text).ok_or_else(|| "an end as `forecourt audit verify` prints it".into())
}

/// Why a command failed, in words for the one who typed it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Config(#[from] ConfigProblems),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Port(Box<PortError>),
    #[error("traces can't be sent to otlp_endpoint: {0}")]
    Traces(#[from] opentelemetry_otlp::ExporterBuildError),
    #[error("metrics can't be counted: {0}")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error("the document can't be written: {0}")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    App(#[from] AppError),
    #[error("a query failed: {0}")]
    Query(#[from] sqlx::Error),
    #[error(transparent)]
    Demo(#[from] DemoError),
    #[error("the database has other organisations in it; the demo goes into an empty one only")]
    NotEmpty,
    #[error("{} can't be read: {source}", .path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{} has {size} bytes; import_max_bytes allows {limit}", .path.display())]
    TooLarge { path: PathBuf, size: u64, limit: u64 },
    #[error("{}", .0.as_ref().map_or_else(|| "there is no organisation yet; forecourt demo makes some".into(), |name| format!("no organisation is called {name:?} or has that id")))]
    NoOrganisation(Option<String>),
    #[error("which organisation? Name one by --organisation:\n{0}")]
    WhichOrganisation(String),
    #[error("{}: not in the stock", Locale::En.import_bad(*.0))]
    BadRows(i64),
    #[error("nothing was written")]
    NothingWritten,
    #[error("{}", .0)]
    Undecoded(vin::Undecoded),
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[cfg(feature = "catalogue-build")]
    #[error(transparent)]
    Build(#[from] vin_build::BuildError),
    #[error("the database does not have the schema of this program; forecourt migrate brings it up to date")]
    Schema,
    #[error("the audit trail of {0} is broken")]
    Broken(String),
    #[error("not ready: {0}")]
    NotReady(String),
}

impl From<PortError> for Failure {
    fn from(error: PortError) -> Self {
        Self::Port(Box::new(error))
    }
}

/// Runs the command; its exit code: 0 done, 1 failed, 2 wrong configuration or arguments.
pub(crate) async fn run(cli: Cli) -> ExitCode {
    match dispatch(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error @ Failure::Config(_)) => {
            failed(&error);
            ExitCode::from(2)
        }
        Err(error) => failed(&error),
    }
}

/// Says why on stderr.
#[expect(clippy::print_stderr, reason = "the log may not have started, and a person is reading")]
pub(crate) fn failed(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("forecourt: {error}");
    ExitCode::FAILURE
}

async fn dispatch(cli: Cli) -> Result<(), Failure> {
    if let Command::Openapi = cli.command {
        return openapi();
    }
    let sources = sources(&cli);
    if let Command::Vin(command) = &cli.command {
        // It needs no configuration; with one that can be read it takes the catalogue that was installed there.
        if let Ok(config) = Config::load(&sources) {
            server::catalogue::open(&config.var_dir);
        }
        return vin::run(command);
    }
    #[cfg(feature = "catalogue-build")]
    if let Command::Catalogue(catalogue::Catalogue::Build(arguments)) = cli.command {
        return catalogue::build::run(arguments).await;
    }
    let config = Config::load(&sources)?;
    if let Command::Healthcheck = cli.command {
        return healthcheck(&config).await;
    }
    if let Command::Catalogue(catalogue::Catalogue::Update { file }) = &cli.command {
        return catalogue::update(file, &config.var_dir);
    }
    let telemetry = telemetry::start(&config)?;
    let outcome = match cli.command {
        Command::Serve(serve) => {
            let demo = if serve.demo {
                Some(demo::password(&config, serve.people.password)?)
            } else {
                None
            };
            serve::serve(config, demo).await
        }
        Command::Demo(demo) => load_demo(config, demo.password).await,
        Command::Import(arguments) => import::import(config, arguments).await,
        Command::Migrate => migrate(&config).await,
        Command::Audit(Audit::Verify { noted }) => verify(&config, &noted).await,
        Command::Services => services(&config).await,
        Command::Healthcheck | Command::Openapi | Command::Vin(_) | Command::Catalogue(_) => Ok(()),
    };
    telemetry.stop();
    outcome
}

/// Where the configuration is read from, with what was typed over it.
fn sources(cli: &Cli) -> Sources {
    let roles = match &cli.command {
        Command::Serve(serve) => serve.roles.as_ref().map(|roles| roles.join(",")),
        _ => None,
    };
    Sources {
        roles,
        makes_secret: !matches!(&cli.command, Command::Healthcheck | Command::Vin(_) | Command::Catalogue(_)),
        ..Sources::of_process(cli.config.clone())
    }
}

#[expect(clippy::print_stdout, reason = "the result of the command")]
fn openapi() -> Result<(), Failure> {
    println!("{}", serde_json::to_string_pretty(&api::document())?);
    Ok(())
}

async fn load_demo(config: Config, given: Option<SecretString>) -> Result<(), Failure> {
    let password = demo::password(&config, given)?;
    let running = platform::start_or_join(config).await?;
    let outcome = demo::load(&running, &password).await;
    let address = running.config.public_url.clone();
    running.stop().await;
    let outcome = outcome?;
    show_demo(outcome, &address, &password);
    if outcome == demo::Outcome::NotEmpty {
        return Err(Failure::NotEmpty);
    }
    Ok(())
}

/// The demo's address and sign-ins, for people. A password of somebody's own is never shown.
#[expect(clippy::print_stdout, reason = "what the person who starts the demo wants to know")]
pub(crate) fn show_demo(outcome: demo::Outcome, address: &url::Url, password: &SecretString) {
    if outcome == demo::Outcome::NotEmpty {
        return;
    }
    println!("\n  The demo is at {address}\n");
    for person in &demo::PEOPLE {
        println!("    {:<28}{} ({})", person.email, person.name, person.preset);
    }
    if outcome == demo::Outcome::Present {
        println!("\n  It was loaded before; passwords are unchanged.\n");
    } else if password.expose_secret() == demo::KNOWN_PASSWORD {
        println!("\n  Everybody's password: {}\n", demo::KNOWN_PASSWORD);
    } else {
        println!("\n  Everybody's password is the one that you set.\n");
    }
}

async fn migrate(config: &Config) -> Result<(), Failure> {
    let database = platform::database_alone(config).await?;
    let outcome = db::migrate_all(&database.url, config.issuer_database_url.as_ref()).await;
    database.stop().await;
    outcome?;
    tracing::info!(migrations = db::MIGRATOR.iter().count(), "the schema is up to date");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the result of the command")]
async fn verify(config: &Config, noted: &[End]) -> Result<(), Failure> {
    let database = platform::database_alone(config).await?;
    let verdicts = verdicts(&database.url, noted).await;
    database.stop().await;
    let mut broken = Vec::new();
    for verdict in verdicts? {
        let found = verdict.broken.as_ref();
        let outcome = found.map_or_else(|| "whole".into(), |found| format!("BROKEN: {found}"));
        println!(
            "{}: {} entries verified, {} waiting, {outcome}",
            verdict.name, verdict.verified, verdict.waiting
        );
        if found.is_some() {
            broken.push(verdict.name);
        } else if verdict.verified > 0 {
            println!("  end {}", verdict.end());
        }
    }
    if broken.is_empty() {
        Ok(())
    } else {
        Err(Failure::Broken(broken.join(", ")))
    }
}

async fn verdicts(url: &SecretString, noted: &[End]) -> Result<Vec<Verdict>, Failure> {
    let pool = db::pool(url, 1)?;
    let outcome = if db::is_migrated(&pool).await.unwrap_or(false) {
        audit::verify_against(&pool, noted).await.map_err(Failure::from)
    } else {
        Err(Failure::Schema)
    };
    pool.close().await;
    outcome
}

#[expect(clippy::print_stdout, reason = "scripts read these lines")]
async fn services(config: &Config) -> Result<(), Failure> {
    let stop = CancellationToken::new();
    tokio::spawn(serve::until_told(stop.clone()));
    let both = Wanted {
        postgres: true,
        redis: true,
    };
    let mut services = Embedded::start(&config.var_dir, config.program_path.as_deref(), both).await?;
    for (variable, url) in [
        ("FORECOURT_DATABASE_URL", &services.database_url),
        ("FORECOURT_REDIS_URL", &services.redis_url),
    ] {
        if let Some(url) = url {
            // They hold no password: the folder of the sockets is the lock.
            println!("{variable}='{}'", url.expose_secret());
        }
    }
    stop.cancelled().await;
    services.stop().await;
    Ok(())
}

async fn healthcheck(config: &Config) -> Result<(), Failure> {
    let mut address = config.listen;
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => IpAddr::from([127, 0, 0, 1]),
            IpAddr::V6(_) => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
        });
    }
    let not_ready = |error: reqwest::Error| Failure::NotReady(format!("{address} does not answer ({error})"));
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(5))
        .build()
        .map_err(not_ready)?;
    let answer = client
        .get(format!("http://{address}/health/ready"))
        .send()
        .await
        .map_err(not_ready)?;
    let status = answer.status();
    let text = answer.text().await.map_err(not_ready)?;
    if status.is_success() {
        Ok(())
    } else {
        Err(Failure::NotReady(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_was_typed_is_not_in_what_a_log_may_show() {
        for command in ["demo", "serve"] {
            let typed = format!("{:?}", Cli::try_parse_from(["forecourt", command, "--demo-password", "hunter2"]));
            assert!(typed.contains("password") && !typed.contains("hunter2"), "{typed}");
        }
    }
}
