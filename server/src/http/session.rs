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
use sqlx::{Postgres, Transaction};
use tower_sessions::{
    Expiry, Session, SessionManagerLayer, SessionStore,
    cookie::{Cookie, SameSite},
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
    Expiry::OnInactivity(lasts(config))
}

fn lasts(config: &Config) -> time::Duration {
    time::Duration::try_from(config.session_idle).unwrap_or(time::Duration::HOUR)
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
/// before must not have it afterwards. False if a parallel request is doing so: this one found the session under its old id, and goes on
/// without writing to it.
///
/// # Errors
/// `Unavailable` while Redis is away.
pub async fn cycle_id_on_new_privileges(
    session: &Session,
    platform: &Platform,
    who: &SignedIn,
    actor: &Actor,
) -> std::result::Result<bool, AppError> {
    let before: Option<String> = session.get(PRIVILEGES).await.map_err(unavailable)?;
    if before.as_deref() == Some(&privileges(actor)) {
        return Ok(true);
    }
    let old = session.id().ok_or(AppError::NotAuthenticated)?;
    if !claim(platform, old).await? {
        return Ok(false);
    }
    tracing::info!(user = %who.user, "privileges changed: the session gets a new id");
    cycle_id(session, platform, (old, who), who, actor).await?;
    Ok(true)
}

/// Makes the session act in another organisation, under a new id. `record` is what the audits say of it.
///
/// It is committed before the session moves, so that nobody acts there without a word of it. Should Redis go away between the two, the
/// audits tell of a switch that the person asked for, may make, and has to ask for again.
///
/// # Errors
/// `Unavailable` while Redis is away, or if a parallel request gives the session a new id; as every query.
pub async fn switch_organisation(
    session: &Session,
    platform: &Platform,
    who: &SignedIn,
    actor: &Actor,
    record: Transaction<'static, Postgres>,
) -> std::result::Result<(), AppError> {
    let there = SignedIn {
        organisation: actor.organisation,
        ..who.clone()
    };
    let old = session.id().ok_or(AppError::NotAuthenticated)?;
    if !claim(platform, old).await? {
        return Err(was_cycled());
    }
    if let Err(error) = record.commit().await {
        let _ = with_timeout(platform.kv.del::<(), _>(cycled_key(&old.to_string()))).await;
        return Err(db::failure(error));
    }
    cycle_id(session, platform, (old, who), &there, actor).await
}

/// Takes the right to give the session a new id, which one of parallel requests has.
async fn claim(platform: &Platform, old: Id) -> std::result::Result<bool, AppError> {
    let expire = Some(Expiration::EX(CYCLED_SECONDS));
    let set = platform
        .kv
        .set(cycled_key(&old.to_string()), 1, expire, Some(SetOptions::NX), false);
    let first: Option<String> = with_timeout(set).await?;
    Ok(first.is_some())
}

async fn cycle_id(
    session: &Session,
    platform: &Platform,
    (old, before): (Id, &SignedIn),
    after: &SignedIn,
    actor: &Actor,
) -> std::result::Result<(), AppError> {
    session.insert(SIGNED_IN, after).await.map_err(unavailable)?;
    session.insert(PRIVILEGES, privileges(actor)).await.map_err(unavailable)?;
    session.insert(TOUCHED, Utc::now()).await.map_err(unavailable)?;
    session.cycle_id().await.map_err(unavailable)?;
    session.save().await.map_err(unavailable)?;
    let new = session.id().ok_or_else(kv::unavailable)?;
    // There is no way back from here. A link that fails is made by the next touch; until then the old one leads to the tokens.
    match issuer_sessions::link(platform, after, new).await {
        Ok(()) => issuer_sessions::remove(platform, before, old).await,
        Err(error) => tracing::warn!(%error, "the session's new id could not be linked to the issuer's session"),
    }
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

/// Sets the cookie with an answer of 5xx too if the session got a new id on the way: tower-sessions does not, and nothing else leads to the
/// session any more.
pub async fn keep_new_id(State(platform): State<Platform>, request: Request, next: Next) -> Response {
    let session = request.extensions().get::<Session>().cloned();
    let id = || session.as_ref().and_then(Session::id);
    let before = id();
    let mut response = next.run(request).await;
    if response.status().is_server_error()
        && let Some(new) = id().filter(|id| Some(*id) != before)
        && let Ok(cookie) = HeaderValue::from_str(&set_cookie(&platform.config, new))
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// `Set-Cookie` as [`layer`] writes it.
fn set_cookie(config: &Config, id: Id) -> String {
    Cookie::build((cookie_name(config), id.to_string()))
        .http_only(true)
        .same_site(SameSite::Lax)
        .path("/")
        .secure(is_https(&config.public_url))
        .max_age(lasts(config))
        .to_string()
}

/// Corrects what tower-sessions says of the cookie.
///
/// - It removes one without its other attributes; browsers refuse that for a `__Host-` cookie, which must be `Secure`.
/// - An answer that says "not now" removes none: the session may be there in a moment, or the browser may have its new id by now.
/// - With every touch it sets the id that the request came with, also if a parallel request has ended the session or given it a new id
///   meanwhile, which the browser would lose by that.
pub async fn correct_cookies(State(platform): State<Platform>, request: Request, next: Next) -> Response {
    let name = cookie_name(&platform.config);
    let sent = cookie(request.headers(), name).map(str::to_owned);
    let mut response = next.run(request).await;
    let attributes = if name.starts_with("__Host-") {
        "; HttpOnly; SameSite=Lax; Secure"
    } else {
        "; HttpOnly; SameSite=Lax"
    };
    let unavailable = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let cookies: Vec<HeaderValue> = response.headers().get_all(header::SET_COOKIE).iter().cloned().collect();
    response.headers_mut().remove(header::SET_COOKIE);
    for cookie in cookies {
        let ours = cookie.to_str().ok().filter(|text| text.starts_with(name));
        let removal = ours.filter(|text| !text.contains("; HttpOnly"));
        let again = sent
            .as_deref()
            .filter(|id| ours.is_some_and(|text| text.starts_with(&format!("{name}={id};"))));
        if removal.is_some() && unavailable {
            continue;
        }
        if let Some(id) = again
            && !is_there(&platform, id).await
        {
            continue;
        }
        let completed = removal.and_then(|text| HeaderValue::from_str(&format!("{text}{attributes}")).ok());
        response.headers_mut().append(header::SET_COOKIE, completed.unwrap_or(cookie));
    }
    response
}

/// Whether the session surely has this id still. A browser that is not told so keeps its cookie as it is.
async fn is_there(platform: &Platform, id: &str) -> bool {
    let found: std::result::Result<i64, AppError> = with_timeout(platform.kv.exists(id)).await;
    found.is_ok_and(|found| found == 1)
}
