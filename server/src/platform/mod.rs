//! What every capability runs on: configuration, PostgreSQL, Redis, keys; and how the process gets them.

pub mod again;
pub mod clock;
pub mod cursor;
pub mod db;
pub mod embedded;
pub mod keys;
pub mod kv;
pub mod start;
pub mod stored;
pub mod telemetry;
pub mod version;

use std::sync::Arc;

use fred::clients::Pool as RedisPool;
use sqlx::PgPool;

use crate::config::Config;
use keys::Keys;
pub use start::{Database, Running, StartError, database_alone, start, start_or_join};

/// Made once at start, cheap to clone, handed to every service.
#[derive(Clone)]
pub struct Platform {
    pub config: Arc<Config>,
    pub db: PgPool,
    pub kv: RedisPool,
    pub keys: Arc<Keys>,
}

impl std::fmt::Debug for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Platform")
    }
}
