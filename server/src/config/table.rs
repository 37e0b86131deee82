//! Every key there is: its name in a file, its default, whether it is a secret, and what it takes.
//!
//! The environment variable of `oidc.client_id` is `FORECOURT_OIDC_CLIENT_ID`; a secret may also lie in a file that
//! `FORECOURT_…_FILE` names.

/// One key of the configuration.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) default: Option<&'static str>,
    pub(super) secret: bool,
    pub(super) expected: &'static str,
}

const fn key(name: &'static str, default: Option<&'static str>, expected: &'static str) -> Key {
    Key {
        name,
        default,
        secret: false,
        expected,
    }
}

const fn secret(name: &'static str, expected: &'static str) -> Key {
    Key {
        name,
        default: None,
        secret: true,
        expected,
    }
}

const DATABASE: &str = "expected a URL such as postgres://user:password@host:5432/forecourt";

pub(super) const KEYS: &[Key] = &[
    key(
        "public_url",
        Some("http://localhost:3000"),
        "expected where browsers reach Forecourt: https://host, or http:// only for localhost; no path, no user",
    ),
    key(
        "listen",
        Some("127.0.0.1:3000"),
        "expected an address and a port, such as 127.0.0.1:3000 or [::]:3000",
    ),
    key(
        "metrics_listen",
        Some("127.0.0.1:9464"),
        "expected an address and a port of its own, such as 127.0.0.1:9464",
    ),
    key("roles", Some("web,issuer,worker"), "expected one or more of web, issuer, worker"),
    secret("database_url", DATABASE),
    secret("issuer_database_url", DATABASE),
    key("database_connections", Some("16"), "expected a number from 8 to 1000"),
    secret(
        "redis_url",
        "expected a URL such as redis://:password@host:6379, rediss:// for TLS, or redis+unix:///path/to/socket",
    ),
    secret(
        "secret_key",
        "expected at least 32 random characters, for example from: openssl rand -hex 32",
    ),
    key("var_dir", Some("var"), "expected a folder that Forecourt may write to"),
    key(
        "program_path",
        None,
        "expected folders with initdb, postgres and redis-server, written as PATH is: /opt/postgresql/bin:/opt/redis/bin",
    ),
    key(
        "oidc.issuer",
        None,
        "expected the issuer's URL: https://, or http:// only for localhost; no query, no fragment",
    ),
    key(
        "oidc.client_id",
        Some("forecourt"),
        "expected the id under which the issuer knows Forecourt",
    ),
    secret("oidc.client_secret", "expected the secret that the issuer gave to Forecourt"),
    key(
        "oidc.audience",
        Some("forecourt"),
        "expected the audience that a Bearer token must name",
    ),
    key("log_format", Some("json"), "expected json or text"),
    key(
        "log_filter",
        Some("info"),
        "expected filter directives such as info or warn,server=debug (crate tracing-subscriber, EnvFilter)",
    ),
    key(
        "otlp_endpoint",
        None,
        "expected the http(s) URL of a collector's traces, such as http://localhost:4318/v1/traces",
    ),
    key(
        "session_idle",
        Some("12h"),
        "expected a time from 1m to 30d, written as 90s, 30m, 12h or 7d",
    ),
    key(
        "import_max_bytes",
        Some("50MB"),
        "expected a size from 1KB to 1GB, written as 8388608, 500KB or 50MB",
    ),
    key("trust_proxy", Some("false"), "expected true or false"),
    key("development", Some("false"), "expected true or false"),
    key("site_root", Some("target/site"), "expected the folder of the compiled pages"),
];

/// Variables that begin like ours and mean something else: options of commands, of the scripts and tests, and what
/// Kubernetes and Docker set for a service that is called forecourt.
const FOREIGN: &[&str] = &[
    "CONFIG_DIR",
    "DEMO",
    "TOOLS",
    "LOGS",
    "BINARY",
    "TARGET_DIR",
    "CHROMIUM",
    "TEST_",
    "SERVICE_",
    "PORT",
    "NAME",
];

impl Key {
    /// `FORECOURT_OIDC_CLIENT_ID` of `oidc.client_id`.
    pub(super) fn variable(&self) -> String {
        format!("FORECOURT_{}", self.name.replace('.', "_").to_uppercase())
    }
}

pub(super) fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

pub(super) fn is_foreign(variable: &str) -> bool {
    let name = variable.trim_start_matches("FORECOURT_");
    FOREIGN.iter().any(|foreign| {
        if foreign.ends_with('_') {
            name.starts_with(foreign)
        } else {
            name == *foreign || name.starts_with(&format!("{foreign}_"))
        }
    })
}

/// The nearest of `candidates`, if it is near enough to be a typing mistake.
pub(super) fn nearest<'a>(typed: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .map(|candidate| (distance(typed, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut before = i;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        for (j, y) in b.chars().enumerate() {
            let change = before + usize::from(x != y);
            before = row[j + 1];
            row[j + 1] = change.min(before + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
