//! Configuration: defaults < `config/*.toml` < environment (`FORECOURT_…`) < `…_FILE` secrets < arguments.
//!
//! `table.rs` lists every key, `sources.rs` lays the layers over each other, `read.rs` checks the values and makes the
//! [`Config`]. All problems are told at once. config/forecourt.example.toml documents every key for people.

mod problem;
mod read;
mod secret;
mod sources;
mod table;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, ffi::OsString, net::SocketAddr, path::PathBuf, time::Duration};

use secrecy::SecretString;
use url::Url;

pub use problem::{ConfigProblem, ConfigProblems};
pub use sources::Sources;

/// What one process does. Any number of replicas may run any set of roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Pages, server functions, REST, sign-in.
    Web,
    /// The embedded identity provider.
    Issuer,
    /// The job queue and what runs by the clock.
    Worker,
}

impl Role {
    /// The role that people write as `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "web" => Some(Self::Web),
            "issuer" => Some(Self::Issuer),
            "worker" => Some(Self::Worker),
            _ => None,
        }
    }
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Json,
    Text,
}

/// The identity provider that signs people in.
#[derive(Clone, Debug)]
pub struct Oidc {
    /// Issuer identifier (OpenID Connect Discovery 1.0 section 3). Default: the embedded issuer, `<public_url>/issuer`.
    pub issuer: Url,
    pub client_id: String,
    pub client_secret: SecretString,
    /// Audience that a Bearer token must name.
    pub audience: String,
}

/// Everything that can be configured, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where browsers reach Forecourt; its scheme decides on `Secure` cookies and HSTS.
    pub public_url: Url,
    pub listen: SocketAddr,
    pub metrics_listen: SocketAddr,
    pub roles: BTreeSet<Role>,
    /// None: a private PostgreSQL cluster under `var_dir`.
    pub database_url: Option<SecretString>,
    /// None: the same database, schema `issuer`.
    pub issuer_database_url: Option<SecretString>,
    pub database_connections: u32,
    /// None: a private Redis under `var_dir`.
    pub redis_url: Option<SecretString>,
    /// At least 32 characters; every other key derives from it. Made and kept under `var_dir` when services are embedded.
    pub secret_key: SecretString,
    pub var_dir: PathBuf,
    /// Where the programs of the private services are looked for, written as PATH is; None: on PATH and where Debian has them.
    pub program_path: Option<OsString>,
    pub oidc: Oidc,
    pub log_format: LogFormat,
    /// `tracing` filter directives.
    pub log_filter: String,
    /// OTLP over HTTP; None: no traces leave the process.
    pub otlp_endpoint: Option<Url>,
    /// A session ends after this long without a request.
    pub session_idle: Duration,
    /// Largest CSV that an import takes, bytes.
    pub import_max_bytes: u64,
    /// Whether X-Forwarded-For is believed: only behind a proxy that sets it.
    pub trust_proxy: bool,
    /// Lets `public_url` be plain http anywhere; a debug build also shows `/ui`, the page of all components. Never in production.
    pub development: bool,
    /// Folder with the compiled pages, as cargo-leptos writes it.
    pub site_root: PathBuf,
}

impl Config {
    /// Reads every layer and checks every value.
    ///
    /// # Errors
    /// All problems at once: wrong values, missing ones, keys that don't exist, files that can't be read.
    pub fn load(sources: &Sources) -> Result<Self, ConfigProblems> {
        read::config(sources)
    }

    /// Whether the issuer that signs people in is Forecourt's own.
    #[must_use]
    pub fn issuer_is_embedded(&self) -> bool {
        self.oidc.issuer.as_str().trim_end_matches('/') == own_issuer(&self.public_url).as_str()
    }
}

/// The identifier of the embedded issuer: `<public_url>/issuer`.
fn own_issuer(public_url: &Url) -> Url {
    let mut issuer = public_url.clone();
    issuer.set_path("/issuer");
    issuer
}
