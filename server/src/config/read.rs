//! From text to checked values: each key once, every problem kept until all are known.

use std::{collections::BTreeSet, ffi::OsString, fmt::Display, net::SocketAddr, path::PathBuf, str::FromStr, time::Duration};

use figment::{Figment, value::Value};
use secrecy::SecretString;
use url::{Host, Url};

use super::{
    Config, ConfigProblem, ConfigProblems, LogFormat, Oidc, Role, Sources, own_issuer, secret,
    sources::source_of,
    table::{self, KEYS},
};
use crate::platform::keys::Keys;

pub(super) fn config(sources: &Sources) -> Result<Config, ConfigProblems> {
    let mut problems = Vec::new();
    let figment = sources.layers(&mut problems);
    let mut reader = Reader {
        figment,
        problems,
        makes_secret: sources.makes_secret,
    };
    let config = reader.config();
    let Reader { mut problems, .. } = reader;
    match config {
        Some(config) if problems.is_empty() => Ok(config),
        _ => {
            problems.sort_by_key(|problem| KEYS.iter().position(|key| key.name == problem.key).unwrap_or(KEYS.len()));
            Err(ConfigProblems(problems))
        }
    }
}

struct Reader {
    figment: Figment,
    problems: Vec<ConfigProblem>,
    makes_secret: bool,
}

impl Reader {
    /// Everything, or None with the problems noted: every key is looked at before the first missing one ends it.
    fn config(&mut self) -> Option<Config> {
        let development = self.one("development", parsed).unwrap_or(false);
        let public_url = self.one("public_url", |text| origin(text, development));
        let listen = self.one("listen", parsed::<SocketAddr>);
        let metrics_listen = self.one("metrics_listen", parsed::<SocketAddr>);
        self.two_ports(listen, metrics_listen);
        let roles = self.one("roles", roles);
        let database_url = self.one("database_url", database_url);
        let issuer_database_url = self.one("issuer_database_url", self::database_url);
        let database_connections = self.one("database_connections", |text| within(text.parse().ok()?, 8, 1000));
        let redis_url = self.one("redis_url", redis_url);
        let var_dir = self.one("var_dir", path);
        let program_path = self.one("program_path", program_path);
        let log_format = self.one("log_format", log_format);
        let log_filter = self.one("log_filter", log_filter);
        let otlp_endpoint = self.one("otlp_endpoint", |text| http_url(text, true));
        let session_idle = self.one("session_idle", |text| within(duration(text)?, minutes(1), minutes(30 * 24 * 60)));
        let import_max_bytes = self.one("import_max_bytes", |text| within(bytes(text)?, 1000, 1_000_000_000));
        let trust_proxy = self.one("trust_proxy", parsed);
        let site_root = self.one("site_root", path);

        let secret_key = self.secret_key(var_dir.as_ref(), database_url.is_some() && !development);
        let oidc = self.oidc(public_url.as_ref(), secret_key.as_ref(), development);
        if let (Some(roles), Some(public_url), Some(oidc)) = (&roles, &public_url, &oidc) {
            self.issuer_role_needs_the_embedded_issuer(roles, public_url, oidc);
        }
        Some(Config {
            public_url: public_url?,
            listen: listen?,
            metrics_listen: metrics_listen?,
            roles: roles?,
            database_url,
            issuer_database_url,
            database_connections: database_connections?,
            redis_url,
            secret_key: secret_key?,
            var_dir: var_dir?,
            program_path,
            oidc: oidc?,
            log_format: log_format?,
            log_filter: log_filter?,
            otlp_endpoint,
            session_idle: session_idle?,
            import_max_bytes: import_max_bytes?,
            trust_proxy: trust_proxy?,
            development,
            site_root: site_root?,
        })
    }

    fn text(&self, name: &str) -> Option<String> {
        self.figment.find_value(name).ok().and_then(|value| text(&value))
    }

    /// The value of a key: None if it is not there (fine where the key has no default) or wrong (then it is a problem).
    fn one<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let found = self.figment.find_value(name).ok()?;
        // An empty variable is how compose files and shells say "not set".
        let text = text(&found)?;
        if text.is_empty() && table::find(name).is_some_and(|key| key.default.is_none()) {
            return None;
        }
        let value = parse(text.trim());
        if value.is_none() {
            let expected = table::find(name).map_or("", |key| key.expected);
            self.problem(name, expected);
        }
        value
    }

    fn problem(&mut self, name: &str, expected: impl Display) {
        let is_secret = table::find(name).is_some_and(|key| key.secret);
        self.problems.push(ConfigProblem {
            key: name.into(),
            source: source_of(&self.figment, name),
            value: if is_secret { None } else { self.text(name) },
            expected: expected.to_string(),
        });
    }

    /// Pages and metrics cannot be served on one port. 0 lets the system choose.
    fn two_ports(&mut self, listen: Option<SocketAddr>, metrics_listen: Option<SocketAddr>) {
        if listen.is_some_and(|listen| listen.port() != 0 && Some(listen) == metrics_listen) {
            self.problem("metrics_listen", "expected another port than that of `listen`");
        }
    }

    /// The configured secret; else, where this machine alone needs it, the one kept under `var_dir`.
    fn secret_key(&mut self, var_dir: Option<&PathBuf>, required: bool) -> Option<SecretString> {
        let expected = table::find("secret_key").map_or("", |key| key.expected);
        if let Some(configured) = self.text("secret_key").filter(|text| !text.is_empty()) {
            if let Some(weakness) = secret::weakness(&configured) {
                self.problem("secret_key", format!("{expected}; {weakness}"));
                return None;
            }
            return Some(configured.into());
        }
        if required {
            self.problem(
                "secret_key",
                format!("{expected}. With a database_url it must be given, the same for every replica, as FORECOURT_SECRET_KEY or in the file that FORECOURT_SECRET_KEY_FILE names"),
            );
            return None;
        }
        let var_dir = var_dir?;
        match secret::kept(var_dir, self.makes_secret) {
            Ok(kept) if secret::weakness(&kept).is_none() => Some(kept.into()),
            Ok(_) => {
                self.problem(
                    "secret_key",
                    format!("the file {} was damaged; {expected}", var_dir.join("secret_key").display()),
                );
                None
            }
            Err(error) => {
                self.problem("var_dir", format!("expected a folder that Forecourt may write to ({error})"));
                None
            }
        }
    }

    /// A process that is an issuer alone would serve nothing beside an external one.
    fn issuer_role_needs_the_embedded_issuer(&mut self, roles: &BTreeSet<Role>, public_url: &Url, oidc: &Oidc) {
        let embedded = own_issuer(public_url);
        if roles.iter().eq([&Role::Issuer]) && !is_own(&oidc.issuer, &embedded) {
            self.problem(
                "roles",
                format!(
                    "expected another role than issuer alone: oidc.issuer is {}, so there is no embedded issuer to serve. \
                     Leave oidc.issuer out (it is then {embedded}) or choose web, worker",
                    oidc.issuer
                ),
            );
        }
    }

    fn oidc(&mut self, public_url: Option<&Url>, secret_key: Option<&SecretString>, development: bool) -> Option<Oidc> {
        let is_set = self.text("oidc.issuer").is_some_and(|text| !text.is_empty());
        let configured = self.one("oidc.issuer", |text| {
            http_url(text, development).filter(|url| url.query().is_none() && url.fragment().is_none())
        });
        let client_id = self.one("oidc.client_id", non_empty);
        let audience = self.one("oidc.audience", non_empty);
        let client_secret = self.one("oidc.client_secret", non_empty).map(SecretString::from);
        if is_set && configured.is_none() {
            return None;
        }
        let own = public_url.map(own_issuer);
        let issuer = configured.or_else(|| own.clone())?;
        let is_own = own.is_some_and(|own| is_own(&issuer, &own));
        let client_secret = match client_secret {
            Some(given) => given,
            None if is_own => Keys::derive(secret_key?).client_secret(),
            None => {
                let expected = table::find("oidc.client_secret").map_or("", |key| key.expected);
                self.problem("oidc.client_secret", format!("{expected}: oidc.issuer is not Forecourt's own"));
                return None;
            }
        };
        Some(Oidc {
            issuer,
            client_id: client_id?,
            client_secret,
            audience: audience?,
        })
    }
}

fn is_own(issuer: &Url, own: &Url) -> bool {
    own.as_str() == issuer.as_str().trim_end_matches('/')
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(_, text) => Some(text.clone()),
        Value::Char(_, char) => Some(char.to_string()),
        Value::Bool(_, bool) => Some(bool.to_string()),
        Value::Num(_, number) => number
            .to_i128()
            .map(|whole| whole.to_string())
            .or_else(|| number.to_u128().map(|whole| whole.to_string()))
            .or_else(|| number.to_f64().map(|fraction| fraction.to_string())),
        Value::Array(_, items) => Some(items.iter().map(text).collect::<Option<Vec<_>>>()?.join(",")),
        // A table where one value belongs: no value parses from this.
        Value::Dict(..) => Some("{…}".into()),
        Value::Empty(..) => None,
    }
}

fn parsed<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn non_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn within<T: Copy + PartialOrd>(value: T, least: T, most: T) -> Option<T> {
    (value >= least && value <= most).then_some(value)
}

fn roles(text: &str) -> Option<BTreeSet<Role>> {
    let roles: Option<BTreeSet<Role>> = text.split(',').map(|role| Role::named(role.trim())).collect();
    roles.filter(|roles| !roles.is_empty())
}

fn database_url(text: &str) -> Option<SecretString> {
    let scheme = text.split("://").next()?;
    if !matches!(scheme, "postgres" | "postgresql") {
        return None;
    }
    text.parse::<sqlx::postgres::PgConnectOptions>().ok()?;
    Some(SecretString::from(text))
}

fn redis_url(text: &str) -> Option<SecretString> {
    fred::types::config::Config::from_url(text).ok()?;
    Some(SecretString::from(text))
}

fn program_path(text: &str) -> Option<OsString> {
    std::env::split_paths(text).all(|folder| folder.is_absolute()).then(|| text.into())
}

fn path(text: &str) -> Option<PathBuf> {
    (!text.is_empty()).then(|| PathBuf::from(text))
}

fn log_format(text: &str) -> Option<LogFormat> {
    match text {
        "json" => Some(LogFormat::Json),
        "text" => Some(LogFormat::Text),
        _ => None,
    }
}

fn log_filter(text: &str) -> Option<String> {
    tracing_subscriber::EnvFilter::try_new(text).ok()?;
    Some(text.to_owned())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// An http(s) URL without credentials; plain http beyond this machine only if `plain` allows it.
fn http_url(text: &str, plain: bool) -> Option<Url> {
    let url: Url = text.parse().ok()?;
    let scheme = match url.scheme() {
        "https" => true,
        "http" => plain || is_loopback(&url),
        _ => false,
    };
    (scheme && url.username().is_empty() && url.password().is_none()).then_some(url)
}

fn origin(text: &str, plain: bool) -> Option<Url> {
    http_url(text, plain).filter(|url| url.path() == "/" && url.query().is_none() && url.fragment().is_none())
}

const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

/// `90s`, `30m`, `12h`, `7d`.
fn duration(text: &str) -> Option<Duration> {
    let (number, seconds) = unit(text, &[("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)])?;
    number.checked_mul(seconds).map(Duration::from_secs)
}

/// `8388608`, `500KB`, `50MB`.
fn bytes(text: &str) -> Option<u64> {
    let (number, unit) = unit(text, &[("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000), ("B", 1), ("", 1)])?;
    number.checked_mul(unit)
}

fn unit(text: &str, units: &[(&str, u64)]) -> Option<(u64, u64)> {
    units
        .iter()
        .find_map(|(suffix, factor)| Some((text.strip_suffix(suffix)?.trim().parse().ok()?, *factor)))
}
