//! The session: one cookie with an opaque id, one record in Redis that says who it is and where.
//!
//! Tokens are not in it (see [`super::tokens`]): a record is written whole by whoever writes last. It is written at sign-in and at every
//! change of privileges, each time under a new id, and touched now and then; redis-store saves with XX, so that a slow request cannot
//! revive what was signed out.

use std::time::Duration;

use app::kernel::{
    actor::Actor,
    error::AppError,
    id::{OrganisationId, UserId},
};
use async_trait::async_trait;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use chrono::{DateTime, Utc};
use fred::{
    clients::Pool as RedisPool,
    interfaces::KeysInterface,
    types::{Expiration, SetOptions},
};
use serde::{Deserialize, Serialize};
use tower_sessions::{
    Expiry, Session, SessionManagerLayer, SessionStore,
    cookie::SameSite,
    session::{self, Id, Record},
    session_store::{Error, Result},
};
use tower_sessions_redis_store::RedisStore;

use super::{auth::issuer_sessions, headers::is_https, request::cookie, seal::name_of};
use crate::{
    config::Config,
    platform::{
        Platform, db,
        kv::{self, COMMAND_TIMEOUT, with_timeout},
    },
};

const SIGNED_IN: &str = "signed_in";
const TOUCHED: &str = "touched";
/// What the actor was allowed, and where, at the last request.
const PRIVILEGES: &str = "privileges";
/// How long requests that were under way with the id before are told to come again, instead of being sent to the sign-in.
const CYCLED_SECONDS: i64 = 10;

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    pub user: UserId,
    pub organisation: OrganisationId,
    /// The issuer, as its tokens name it.
    pub issuer: String,
    /// `sub` at the issuer.
    pub subject: String,
    /// `sid` of the issuer's own session, if it names one (OpenID Connect Back-Channel Logout 1.0 section 2.1).
    pub issuer_sid: Option<String>,
    /// The name of the session's tokens, which stays while the session's own id changes.
    #[serde(with = "as_text")]
    pub tokens: Id,
}

/// An id as text: JSON has no numbers of 128 bits.
mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use tower_sessions::session::Id;

    pub(super) fn serialize<S: Serializer>(id: &Id, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(id)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Id, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
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
pub fn layer(config: &Config, kv: RedisPool) -> SessionManagerLayer<TimeoutStore> {
    SessionManagerLayer::new(TimeoutStore(RedisStore::new(kv)))
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
    match session.get(SIGNED_IN).await {
        Ok(found) => Ok(found),
        // A record of another version counts as none.
        Err(session::Error::SerdeJson(_)) => Ok(None),
        Err(error) => Err(unavailable(error)),
    }
}

/// What a session that can't be read or written means outside.
fn unavailable(error: session::Error) -> AppError {
    match error {
        session::Error::Store(error) => {
            tracing::warn!(%error, "Redis is away");
            kv::unavailable()
        }
        error @ session::Error::SerdeJson(_) => db::internal(&error),
    }
}

/// Makes the session the person's, under a new id (session fixation), with nothing left of what it held.
///
/// # Errors
/// `Unavailable` while Redis is away.
pub async fn sign_in(session: &Session, who: &SignedIn, actor: &Actor, config: &Config) -> std::result::Result<Id, AppError> {
    session.clear().await;
    session.insert(SIGNED_IN, who).await.map_err(unavailable)?;
    session.insert(PRIVILEGES, privileges(actor)).await.map_err(unavailable)?;
    session.insert(TOUCHED, Utc::now()).await.map_err(unavailable)?;
    session.cycle_id().await.map_err(unavailable)?;
    session.set_expiry(Some(idle(config)));
    session.save().await.map_err(unavailable)?;
    session.id().ok_or_else(kv::unavailable)
}

/// What the actor may do and where, as one comparable text.
fn privileges(actor: &Actor) -> String {
    let names: Vec<&str> = actor.permissions.iter().map(|permission| permission.name()).collect();
    name_of(&format!("{} {}", actor.organisation, names.join(" ")))
}

/// Gives the session a new id if what the person may do has changed since the last request (role, permissions): whoever knew the id
/// before must not have it afterwards.
///
/// # Errors
/// `Unavailable` while Redis is away.
pub async fn cycle_id_on_new_privileges(
    session: &Session,
    platform: &Platform,
    who: &SignedIn,
    actor: &Actor,
) -> std::result::Result<(), AppError> {
    let before: Option<String> = session.get(PRIVILEGES).await.map_err(unavailable)?;
    if before.as_deref() == Some(&privileges(actor)) {
        return Ok(());
    }
    tracing::info!(user = %who.user, "privileges changed: the session gets a new id");
    cycle_id(session, platform, who, who, actor).await
}

/// Makes the session act in another organisation, under a new id.
///
/// # Errors
/// `Unavailable` while Redis is away.
pub async fn switch_organisation(
    session: &Session,
    platform: &Platform,
    who: &SignedIn,
    actor: &Actor,
) -> std::result::Result<(), AppError> {
    let there = SignedIn {
        organisation: actor.organisation,
        ..who.clone()
    };
    cycle_id(session, platform, who, &there, actor).await
}

/// Of parallel requests one cycles the id; the others, which found the session under its old id, go on without writing to it.
async fn cycle_id(
    session: &Session,
    platform: &Platform,
    before: &SignedIn,
    after: &SignedIn,
    actor: &Actor,
) -> std::result::Result<(), AppError> {
    let old = session.id().ok_or(AppError::NotAuthenticated)?;
    let expire = Some(Expiration::EX(CYCLED_SECONDS));
    let set = platform
        .kv
        .set(cycled_key(&old.to_string()), 1, expire, Some(SetOptions::NX), false);
    let first: Option<String> = with_timeout(set).await?;
    if first.is_none() {
        return if before == after { Ok(()) } else { Err(was_cycled()) };
    }
    session.insert(SIGNED_IN, after).await.map_err(unavailable)?;
    session.insert(PRIVILEGES, privileges(actor)).await.map_err(unavailable)?;
    session.insert(TOUCHED, Utc::now()).await.map_err(unavailable)?;
    session.cycle_id().await.map_err(unavailable)?;
    session.save().await.map_err(unavailable)?;
    let new = session.id().ok_or_else(kv::unavailable)?;
    issuer_sessions::add(platform, after, new).await?;
    issuer_sessions::remove(platform, before, old).await;
    Ok(())
}

fn cycled_key(id: &str) -> String {
    format!("session-cycled:{}", name_of(id))
}

fn was_cycled() -> AppError {
    AppError::Unavailable {
        dependency: "the session".into(),
        retry_after: 1,
    }
}

/// Why a request has no session: none at all, or its id was replaced a moment ago, while the request was under way. Then the browser
/// has the new id by now, and the request is to be sent again.
pub async fn without_session(platform: &Platform, headers: &HeaderMap) -> AppError {
    let Some(id) = cookie(headers, cookie_name(&platform.config)).filter(|id| id.len() < 100) else {
        return AppError::NotAuthenticated;
    };
    let cycled: std::result::Result<i64, AppError> = with_timeout(platform.kv.exists(cycled_key(id))).await;
    match cycled {
        Ok(0) => AppError::NotAuthenticated,
        Ok(_) => was_cycled(),
        Err(error) => error,
    }
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
pub struct TimeoutStore(RedisStore<RedisPool>);

fn timed_out(_: tokio::time::error::Elapsed) -> Error {
    Error::Backend("Redis did not answer in time".into())
}

#[async_trait]
impl SessionStore for TimeoutStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        tokio::time::timeout(COMMAND_TIMEOUT, self.0.create(record))
            .await
            .map_err(timed_out)?
    }

    /// Saves a touch. One that cannot be written is lost, not the answer that it came with.
    async fn save(&self, record: &Record) -> Result<()> {
        if let Err(error) = tokio::time::timeout(COMMAND_TIMEOUT, self.0.save(record))
            .await
            .map_err(timed_out)
            .flatten()
        {
            tracing::warn!(%error, "a session could not be touched");
        }
        Ok(())
    }

    /// A record that cannot be read (of an older version, or not ours) counts as none.
    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        match tokio::time::timeout(COMMAND_TIMEOUT, self.0.load(id)).await.map_err(timed_out)? {
            Err(Error::Decode(_)) => Ok(None),
            other => other,
        }
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        tokio::time::timeout(COMMAND_TIMEOUT, self.0.delete(id)).await.map_err(timed_out)?
    }
}

/// tower-sessions removes a cookie without its other attributes; browsers refuse that for a `__Host-` cookie, which must be `Secure`.
///
/// An answer that says "not now" removes none: the session may be there in a moment, or the browser may have its new id by now.
pub async fn complete_cookie_removal(State(name): State<&'static str>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let attributes = if name.starts_with("__Host-") {
        "; HttpOnly; SameSite=Lax; Secure"
    } else {
        "; HttpOnly; SameSite=Lax"
    };
    let unavailable = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    let cookies: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    headers.remove(header::SET_COOKIE);
    for cookie in cookies {
        let removal = cookie
            .to_str()
            .ok()
            .filter(|text| text.starts_with(name) && !text.contains("; HttpOnly"));
        if removal.is_some() && unavailable {
            continue;
        }
        let completed = removal.and_then(|text| HeaderValue::from_str(&format!("{text}{attributes}")).ok());
        headers.append(header::SET_COOKIE, completed.unwrap_or(cookie));
    }
    response
}
