//! What every integration test stands on: a platform with a fresh database, organisations and actors.
//!
//! PostgreSQL and Redis are found by FORECOURT_TEST_DATABASE_URL and FORECOURT_TEST_REDIS_URL; `make test` starts private ones.

pub mod browser;
pub mod catalogue;
pub mod fakes;
pub mod imports;
pub mod issuer;
pub mod oidc;
pub mod proxy;
pub mod rest;
pub mod stock;
pub mod web;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use app::{
    i18n::Locale,
    identity::{OrganisationKind, Preset},
    kernel::{
        actor::{Actor, Origin},
        id::OrganisationId,
        unit::DistanceUnit,
    },
};
use fred::prelude::{Builder, ClientLike, Config as RedisConfig};
use server::{
    config::{Config, LogFormat, Oidc, Role},
    identity::provision,
    platform::{Platform, db::MIGRATOR, keys::Keys},
};
use sqlx::{Connection, Executor, PgConnection, PgPool, postgres::PgPoolOptions};
use tokio::sync::OnceCell;
use uuid::Uuid;

fn database_url() -> String {
    std::env::var("FORECOURT_TEST_DATABASE_URL").unwrap_or_else(|_| "postgres://forecourt@127.0.0.1:5544/postgres".into())
}

pub fn redis_url() -> String {
    std::env::var("FORECOURT_TEST_REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1:6390".into())
}

/// The URL of another database on the test server.
pub fn url_of(database: &str) -> String {
    let mut url = url::Url::parse(&database_url()).unwrap();
    url.set_path(database);
    url.into()
}

/// A migrated database that every test's own is copied from; made once a process.
async fn template() -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(|| async {
            let name = format!("template_{}", Uuid::now_v7().simple());
            let mut admin = PgConnection::connect(&database_url()).await.unwrap();
            admin.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
            let pool = PgPool::connect(&url_of(&name)).await.unwrap();
            MIGRATOR.run(&pool).await.unwrap();
            pool.close().await;
            name
        })
        .await
}

/// A fresh, migrated database of this test's own; its URL.
pub async fn fresh_database() -> String {
    database_from(template().await).await
}

/// A database of this test's own with nothing in it; its URL.
pub async fn empty_database() -> String {
    database_from("template0").await
}

async fn database_from(template: &str) -> String {
    static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let name = format!("test_{}", Uuid::now_v7().simple());
    let mut admin = PgConnection::connect(&database_url()).await.unwrap();
    let _guard = ONE_AT_A_TIME.lock().await;
    admin
        .execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE {template}")))
        .await
        .unwrap();
    url_of(&name)
}

/// Connections as the product opens them: no query outlives a minute, whatever becomes of the test that asked.
pub fn pool() -> PgPoolOptions {
    PgPoolOptions::new().max_connections(8).after_connect(|connection, _| {
        Box::pin(async move {
            connection.execute("SET statement_timeout = '60s'").await?;
            Ok(())
        })
    })
}

/// A platform with a fresh database and the test Redis.
pub async fn platform() -> Platform {
    // What the server logs explains a failed test: cargo shows it with the test's own output.
    let _ = tracing_subscriber::fmt()
        .with_test_writer()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .try_init();
    let url = fresh_database().await;
    let db = pool().acquire_timeout(Duration::from_secs(10)).connect(&url).await.unwrap();
    let kv = Builder::from_config(RedisConfig::from_url(&redis_url()).unwrap())
        .build_pool(4)
        .unwrap();
    kv.init().await.unwrap();
    let config = config();
    let keys = Arc::new(Keys::derive(&config.secret_key));
    Platform {
        config: Arc::new(config),
        db,
        kv,
        keys,
    }
}

/// Another process on the same database: the same platform with a connection pool of its own.
pub async fn same_database(platform: &Platform) -> Platform {
    let options = platform.db.connect_options().as_ref().clone();
    let db = pool().acquire_timeout(Duration::from_secs(10)).connect_with(options).await.unwrap();
    Platform { db, ..platform.clone() }
}

/// The configuration that tests run with.
pub fn config() -> Config {
    Config {
        public_url: "http://localhost:3000".parse().unwrap(),
        listen: "127.0.0.1:0".parse().unwrap(),
        metrics_listen: "127.0.0.1:0".parse().unwrap(),
        roles: BTreeSet::from([Role::Web, Role::Issuer, Role::Worker]),
        database_url: None,
        issuer_database_url: None,
        database_connections: 8,
        redis_url: None,
        secret_key: "test-secret-test-secret-test-secret-00".to_owned().into(),
        var_dir: std::env::temp_dir(),
        program_path: None,
        oidc: Oidc {
            issuer: "http://localhost:3000/issuer".parse().unwrap(),
            client_id: "forecourt".into(),
            client_secret: "test-client-secret".to_owned().into(),
            audience: "forecourt".into(),
        },
        log_format: LogFormat::Text,
        log_filter: "warn".into(),
        otlp_endpoint: None,
        session_idle: Duration::from_secs(3600),
        import_max_bytes: 8 * 1_048_576,
        trust_proxy: false,
        development: true,
        site_root: "target/site".into(),
    }
}

/// A dealership in USD.
pub async fn dealership(platform: &Platform) -> OrganisationId {
    organisation(platform, OrganisationKind::Dealership, "Northside Motors").await
}

/// An organisation in USD with its preset roles and main branch.
pub async fn organisation(platform: &Platform, kind: OrganisationKind, name: &str) -> OrganisationId {
    let new = provision::NewOrganisation {
        kind,
        name: name.into(),
        tax_id: None,
        address: None,
        currency: iso_currency::Currency::USD,
        time_zone: "America/Bogota".into(),
        distance_unit: DistanceUnit::Km,
        locale: Locale::En,
    };
    let mut transaction = platform.db.begin().await.unwrap();
    let id = provision::organisation(&mut transaction, new).await.unwrap();
    transaction.commit().await.unwrap();
    id
}

/// Somebody with the permissions of a preset role.
pub fn actor(organisation: OrganisationId, preset: Preset) -> Actor {
    Actor {
        organisation,
        user: None,
        name: format!("Test {preset}"),
        permissions: preset.permissions().into_iter().collect(),
        locale: Locale::En,
        currency: iso_currency::Currency::USD,
        distance_unit: DistanceUnit::Km,
        time_zone: "America/Bogota".into(),
        origin: Origin {
            channel: "test",
            ..Origin::default()
        },
    }
}
