//! The session: one cookie with an opaque id, one record in Redis that says who it is and where.
//!
//! Tokens are not in it (see [`super::tokens`]): a record is written whole by whoever writes last. It is written at sign-in, with a
//! new id, and touched now and then; redis-store saves with XX, so that a slow request cannot revive what was signed out.

use std::time::Duration;

use app::kernel::{
    error::AppError,
    id::{OrganisationId, UserId},
};
use async_trait::async_trait;
use axum::{
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};
use chrono::{DateTime, Utc};
use fred::clients::Pool as RedisPool;
use serde::{Deserialize, Serialize};
use tower_sessions::{
    Expiry, Session, SessionManagerLayer, SessionStore,
    cookie::SameSite,
    session::{Id, Record},
    session_store::{Error, Result},
};
use tower_sessions_redis_store::RedisStore;

use super::{headers::is_https, problem::redis_away};
use crate::config::Config;

/// How long Redis may take to answer before it counts as away.
pub const REDIS_PATIENCE: Duration = Duration::from_secs(2);
const SIGNED_IN: &str = "signed_in";
const TOUCHED: &str = "touched";

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    pub user: UserId,
    pub organisation: OrganisationId,
    /// `sub` at the issuer.
    pub subject: String,
    /// `sid` of the issuer's own session, if it names one (OpenID Connect Back-Channel Logout 1.0 section 2.1).
    pub issuer_sid: Option<String>,
}

/// The cookie's name: `__Host-` binds it to the host and to TLS (RFC 6265bis section 4.1.3.2), which plain http can't have.
#[must_use]
pub fn cookie_name(config: &Config) -> &'static str {
    if is_https(&config.public_url) {
        "__Host-forecourt"
    } else {
        "forecourt"
    }
}

/// The middleware that loads and saves sessions.
#[must_use]
pub fn layer(config: &Config, kv: RedisPool) -> SessionManagerLayer<PatientStore> {
    SessionManagerLayer::new(PatientStore(RedisStore::new(kv)))
        .with_name(cookie_name(config))
        .with_http_only(true)
        // Lax, not Strict: the issuer's redirect to /auth/callback comes from another site.
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_secure(is_https(&config.public_url))
        .with_expiry(idle(config))
}

/// The session's end after its last touch.
#[must_use]
pub fn idle(config: &Config) -> Expiry {
    Expiry::OnInactivity(time::Duration::try_from(config.session_idle).unwrap_or(time::Duration::HOUR))
}

/// Who is signed in with this session.
///
/// # Errors
/// `Unavailable` while Redis is away.
pub async fn signed_in(session: &Session) -> std::result::Result<Option<SignedIn>, AppError> {
    session.get(SIGNED_IN).await.map_err(|_| redis_away())
}

/// Makes the session the person's, under a new id (session fixation), with nothing left of what it held.
///
/// # Errors
/// `Unavailable` while Redis is away.
pub async fn sign_in(session: &Session, who: &SignedIn, config: &Config) -> std::result::Result<Id, AppError> {
    session.clear().await;
    session.insert(SIGNED_IN, who).await.map_err(|_| redis_away())?;
    session.insert(TOUCHED, Utc::now()).await.map_err(|_| redis_away())?;
    session.cycle_id().await.map_err(|_| redis_away())?;
    session.set_expiry(Some(idle(config)));
    session.save().await.map_err(|_| redis_away())?;
    session.id().ok_or_else(redis_away)
}

/// When the session was last touched. `None` for an anonymous one.
pub async fn touched(session: &Session) -> Option<DateTime<Utc>> {
    session.get(TOUCHED).await.ok().flatten()
}

/// Counts the idle time anew, at most once a minute or ten times within it: every touch writes the record and the cookie.
/// True if it was touched.
pub async fn touch(session: &Session, config: &Config) -> bool {
    let throttle = (config.session_idle / 10).min(Duration::from_secs(60));
    let last = touched(session).await;
    let due = last.is_none_or(|at| (Utc::now() - at).to_std().unwrap_or(Duration::ZERO) >= throttle);
    due && session.insert(TOUCHED, Utc::now()).await.is_ok()
}

/// A Redis store that does not wait for ever.
#[derive(Clone, Debug)]
pub struct PatientStore(RedisStore<RedisPool>);

fn late(_: tokio::time::error::Elapsed) -> Error {
    Error::Backend("Redis did not answer in time".into())
}

#[async_trait]
impl SessionStore for PatientStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        tokio::time::timeout(REDIS_PATIENCE, self.0.create(record)).await.map_err(late)?
    }

    /// Saves a touch. One that cannot be written is lost, not the answer that it came with.
    async fn save(&self, record: &Record) -> Result<()> {
        if let Err(error) = tokio::time::timeout(REDIS_PATIENCE, self.0.save(record))
            .await
            .map_err(late)
            .flatten()
        {
            tracing::warn!(%error, "a session could not be touched");
        }
        Ok(())
    }

    /// A record that cannot be read (of an older version, or not ours) counts as none.
    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        match tokio::time::timeout(REDIS_PATIENCE, self.0.load(id)).await.map_err(late)? {
            Err(Error::Decode(_)) => Ok(None),
            other => other,
        }
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        tokio::time::timeout(REDIS_PATIENCE, self.0.delete(id)).await.map_err(late)?
    }
}

/// tower-sessions removes a cookie without its other attributes; browsers refuse that for a `__Host-` cookie, which must be `Secure`.
pub async fn guard_removal(State(name): State<&'static str>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let attributes = if name.starts_with("__Host-") {
        "; HttpOnly; SameSite=Lax; Secure"
    } else {
        "; HttpOnly; SameSite=Lax"
    };
    let headers = response.headers_mut();
    let cookies: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    headers.remove(header::SET_COOKIE);
    for cookie in cookies {
        let mended = cookie
            .to_str()
            .ok()
            .filter(|text| text.starts_with(name) && !text.contains("; HttpOnly"))
            .and_then(|text| HeaderValue::from_str(&format!("{text}{attributes}")).ok());
        headers.append(header::SET_COOKIE, mended.unwrap_or(cookie));
    }
    response
}
