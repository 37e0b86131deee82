//! Precedence, files of secrets, all problems at once, nothing secret in what is printed.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should fail loudly")]

use std::{collections::BTreeSet, fs, path::Path};

use secrecy::ExposeSecret;
use tempfile::TempDir;

use super::{Config, ConfigProblems, Role, Sources, table::KEYS};

const SECRET: &str = "0f3a9c5e7b1d8264a0c9e3f5b7d1826400aa11bb22cc33dd";

fn load(folder: &Path, environment: &[(&str, &str)]) -> Result<Config, ConfigProblems> {
    let mut sources = Sources {
        folder: folder.join("config"),
        folder_is_required: false,
        environment: environment.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        roles: None,
        makes_secret: true,
    };
    sources
        .environment
        .entry("FORECOURT_VAR_DIR".into())
        .or_insert_with(|| folder.join("var").display().to_string());
    Config::load(&sources)
}

fn with_file(text: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("config")).unwrap();
    fs::write(folder.path().join("config/forecourt.toml"), text).unwrap();
    folder
}

fn keys(problems: &ConfigProblems) -> Vec<&str> {
    problems.0.iter().map(|problem| problem.key.as_str()).collect()
}

#[test]
fn nothing_configured_is_a_working_configuration() {
    let folder = TempDir::new().unwrap();
    let config = load(folder.path(), &[]).unwrap();
    assert_eq!(config.public_url.as_str(), "http://localhost:3000/");
    assert_eq!(config.oidc.issuer.as_str(), "http://localhost:3000/issuer");
    assert!(config.issuer_is_embedded());
    assert_eq!(config.roles.len(), 3);
    assert!(config.database_url.is_none());
}

#[test]
fn a_secret_of_its_own_is_made_once_and_only_its_owner_reads_it() {
    use std::os::unix::fs::MetadataExt;
    let folder = TempDir::new().unwrap();
    let first = load(folder.path(), &[]).unwrap();
    let second = load(folder.path(), &[]).unwrap();
    assert_eq!(first.secret_key.expose_secret(), second.secret_key.expose_secret());
    assert_eq!(first.oidc.client_secret.expose_secret(), second.oidc.client_secret.expose_secret());
    assert_eq!(first.secret_key.expose_secret().len(), 64);
    let mode = fs::metadata(folder.path().join("var/secret_key")).unwrap().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_command_that_only_looks_leaves_no_secret_behind() {
    let folder = TempDir::new().unwrap();
    let var = folder.path().join("var");
    let looking = Sources {
        folder: folder.path().join("config"),
        folder_is_required: false,
        environment: [("FORECOURT_VAR_DIR".to_owned(), var.display().to_string())].into(),
        roles: None,
        makes_secret: false,
    };
    assert!(Config::load(&looking).is_ok());
    assert!(!var.exists());
    let kept = load(folder.path(), &[]).unwrap().secret_key;
    assert_eq!(Config::load(&looking).unwrap().secret_key.expose_secret(), kept.expose_secret());
}

#[test]
fn what_was_typed_goes_before_everything_and_is_checked_like_it() {
    let folder = TempDir::new().unwrap();
    let typed = |roles: &str, environment: &[(&str, &str)]| {
        Config::load(&Sources {
            folder: folder.path().join("config"),
            folder_is_required: false,
            environment: environment.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            roles: Some(roles.into()),
            makes_secret: false,
        })
    };
    let config = typed("web,worker", &[("FORECOURT_ROLES", "issuer")]).unwrap();
    assert_eq!(config.roles, BTreeSet::from([Role::Web, Role::Worker]));
    let problems = typed("cook", &[]).unwrap_err().to_string();
    assert!(
        problems.contains("roles (argument --roles) is \"cook\": expected one or more of"),
        "{problems}"
    );
    let foreign = [
        ("FORECOURT_OIDC_ISSUER", "https://id.example.com/"),
        ("FORECOURT_OIDC_CLIENT_SECRET", "s3cr3t"),
    ];
    assert_eq!(keys(&typed("issuer", &foreign).unwrap_err()), ["roles"]);
}

#[test]
fn the_environment_goes_before_files_and_files_before_defaults() {
    let folder = with_file("database_connections = 30\nsession_idle = '2h'\n[oidc]\nclient_id = 'from-file'\n");
    let config = load(folder.path(), &[("FORECOURT_SESSION_IDLE", "45m")]).unwrap();
    assert_eq!(config.database_connections, 30);
    assert_eq!(config.session_idle.as_secs(), 45 * 60);
    assert_eq!(config.oidc.client_id, "from-file");
    assert_eq!(config.oidc.audience, "forecourt");
}

#[test]
fn later_files_go_before_earlier_ones_and_examples_are_left_out() {
    let folder = with_file("log_format = 'text'\n");
    fs::write(folder.path().join("config/z-local.toml"), "log_filter = 'debug'").unwrap();
    fs::write(folder.path().join("config/z.example.toml"), "log_filter = 'trace'").unwrap();
    assert_eq!(load(folder.path(), &[]).unwrap().log_filter, "debug");
}

#[test]
fn a_secret_in_a_file_goes_before_one_in_the_environment() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("secret");
    fs::write(&file, format!("{SECRET}\n")).unwrap();
    let other = "f".repeat(10) + SECRET;
    let config = load(
        folder.path(),
        &[
            ("FORECOURT_SECRET_KEY", &other),
            ("FORECOURT_SECRET_KEY_FILE", file.to_str().unwrap()),
        ],
    )
    .unwrap();
    assert_eq!(config.secret_key.expose_secret(), SECRET);
}

#[test]
fn a_secret_of_digits_stays_as_it_was_written() {
    let folder = TempDir::new().unwrap();
    let digits = "00123456789012345678901234567890123";
    let config = load(folder.path(), &[("FORECOURT_SECRET_KEY", digits)]).unwrap();
    assert_eq!(config.secret_key.expose_secret(), digits);
}

#[test]
fn all_problems_are_listed_at_once_with_where_they_are() {
    let folder = with_file("listen = 3000\nsesion_idle = '1h'\n[oidc]\nissuer = 'http://id.example.com'\n");
    let problems = load(
        folder.path(),
        &[
            ("FORECOURT_PUBLIC_URL", "http://cars.example.com/app"),
            ("FORECOURT_DATABASE_URL", "mysql://root:hunter2@db/cars"),
            ("FORECOURT_REDIS_URL", "redis//"),
            ("FORECOURT_ROLES", "web,cook"),
            ("FORECOURT_DATABASE_CONNECTIONS", "7"),
            ("FORECOURT_LOG_FORMAT", "xml"),
            ("FORECOURT_IMPORT_MAX_BYTES", "lots"),
            ("FORECOURT_TRUST_PROXY", "yes"),
            ("FORECOURT_SECRET_KEY", "hunter2"),
            ("FORECOURT_LISTEM", "127.0.0.1:1"),
        ],
    )
    .unwrap_err();
    for key in [
        "listen",
        "sesion_idle",
        "oidc.issuer",
        "public_url",
        "database_url",
        "redis_url",
        "roles",
        "database_connections",
        "log_format",
        "import_max_bytes",
        "trust_proxy",
        "secret_key",
        "FORECOURT_LISTEM",
    ] {
        assert!(keys(&problems).contains(&key), "{key} is missing in {problems}");
    }
    let text = problems.to_string();
    assert!(text.contains("forecourt.toml"), "{text}");
    assert!(text.contains("did you mean session_idle?"), "{text}");
    assert!(text.contains("did you mean FORECOURT_LISTEN?"), "{text}");
    assert!(text.contains("environment variable FORECOURT_ROLES"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_file_that_is_no_toml_is_a_problem_beside_the_others() {
    let folder = with_file("listen = = 1");
    let problems = load(folder.path(), &[("FORECOURT_ROLES", "cook")]).unwrap_err();
    assert_eq!(problems.0.len(), 2, "{problems}");
}

#[test]
fn with_a_database_of_its_own_the_secret_must_be_given() {
    let folder = TempDir::new().unwrap();
    let database = ("FORECOURT_DATABASE_URL", "postgres://forecourt@db/forecourt");
    assert_eq!(keys(&load(folder.path(), &[database]).unwrap_err()), ["secret_key"]);
    assert!(load(folder.path(), &[database, ("FORECOURT_SECRET_KEY", SECRET)]).is_ok());
    for placeholder in [
        "change-me-change-me-change-me-change-me",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "short",
    ] {
        assert!(
            load(folder.path(), &[database, ("FORECOURT_SECRET_KEY", placeholder)]).is_err(),
            "{placeholder}"
        );
    }
}

#[test]
fn a_foreign_issuer_needs_its_client_secret() {
    let folder = TempDir::new().unwrap();
    let issuer = ("FORECOURT_OIDC_ISSUER", "https://id.example.com/realms/cars");
    assert_eq!(keys(&load(folder.path(), &[issuer]).unwrap_err()), ["oidc.client_secret"]);
    let config = load(folder.path(), &[issuer, ("FORECOURT_OIDC_CLIENT_SECRET", "s3cr3t")]).unwrap();
    assert!(!config.issuer_is_embedded());
}

#[test]
fn no_secret_is_in_what_a_log_may_show() {
    let folder = TempDir::new().unwrap();
    let environment = [
        ("FORECOURT_DATABASE_URL", "postgres://forecourt:hunter2@db/forecourt"),
        ("FORECOURT_REDIS_URL", "redis://:hunter2@kv:6379"),
        ("FORECOURT_SECRET_KEY", SECRET),
        ("FORECOURT_OIDC_CLIENT_SECRET", "hunter2"),
    ];
    let config = load(folder.path(), &environment).unwrap();
    let shown = format!("{config:?}");
    assert!(!shown.contains("hunter2") && !shown.contains(SECRET), "{shown}");
    let sources = Sources {
        folder: folder.path().into(),
        folder_is_required: false,
        environment: environment.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        roles: None,
        makes_secret: true,
    };
    assert!(!format!("{sources:?}").contains("hunter2"));
}

#[test]
fn the_example_file_documents_every_key_and_is_valid() {
    let example = include_str!("../../../config/forecourt.example.toml");
    for key in KEYS {
        let name = key.name.rsplit('.').next().unwrap();
        assert!(example.contains(&format!("\n# {name} = ")), "{} is not in the example", key.name);
    }
    let active: String = example
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.split(' ').nth(1) == Some("=") || rest.starts_with('[') => format!("{rest}\n"),
            _ => String::new(),
        })
        .collect();
    let folder = with_file(&active);
    let loaded = load(folder.path(), &[]);
    assert!(loaded.is_ok(), "{}\n{active}", loaded.unwrap_err());
}

#[test]
fn kubernetes_variables_for_a_service_called_forecourt_are_not_ours() {
    let folder = TempDir::new().unwrap();
    let set = [
        ("FORECOURT_SERVICE_HOST", "10.0.0.1"),
        ("FORECOURT_PORT", "tcp://10.0.0.1:80"),
        ("FORECOURT_PORT_80_TCP", "x"),
    ];
    assert!(load(folder.path(), &set).is_ok());
}

#[test]
fn a_folder_that_was_asked_for_must_be_there() {
    let sources = Sources {
        folder: "/nonexistent/config".into(),
        folder_is_required: true,
        environment: [("FORECOURT_SECRET_KEY".to_owned(), SECRET.to_owned())].into(),
        roles: None,
        makes_secret: true,
    };
    let mut problems = Vec::new();
    let _ = sources.layers(&mut problems);
    assert_eq!(problems.len(), 1);
}
