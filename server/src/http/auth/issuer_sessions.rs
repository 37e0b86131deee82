//! Which sessions of ours belong to a session or a person at the issuer, for its back-channel logout.
//!
//! Sorted sets in Redis, scored by the moment at which each session ends, so that those that ended by themselves go with the next write.

use app::kernel::error::AppError;
use fred::{
    interfaces::{KeysInterface, SortedSetsInterface},
    types::sorted_sets::Ordering,
};
use tower_sessions::session::Id;

use crate::{
    http::{seal::name_of, session::SignedIn},
    platform::{Platform, kv::with_timeout},
};

/// A session and the name of its tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkedSession {
    pub session: Id,
    pub tokens: Id,
}

impl LinkedSession {
    fn of(session: Id, who: &SignedIn) -> Self {
        Self {
            session,
            tokens: who.tokens,
        }
    }

    fn named(text: &str) -> Option<Self> {
        let (session, tokens) = text.split_once(' ')?;
        Some(Self {
            session: session.parse().ok()?,
            tokens: tokens.parse().ok()?,
        })
    }
}

impl std::fmt::Display for LinkedSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.session, self.tokens)
    }
}

fn key(kind: &str, issuer: &str, value: &str) -> String {
    format!("issuer-{kind}:{}", name_of(&format!("{issuer}\n{value}")))
}

fn keys(who: &SignedIn) -> Vec<String> {
    let sid = who.issuer_sid.as_deref().map(|sid| key("session", &who.issuer, sid));
    std::iter::once(key("subject", &who.issuer, &who.subject)).chain(sid).collect()
}

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

fn seconds(platform: &Platform) -> i64 {
    i64::try_from(platform.config.session_idle.as_secs()).unwrap_or(i64::MAX / 4) + 120
}

#[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit in 53 bits")]
const fn score(at: i64) -> f64 {
    at as f64
}

/// Links a session to those of the issuer, or makes the link last as long as the session that was touched.
///
/// # Errors
/// `Unavailable` while Redis is away.
pub async fn link(platform: &Platform, who: &SignedIn, id: Id) -> Result<(), AppError> {
    let (now, lasts) = (now(), seconds(platform));
    let entry = (score(now + lasts), LinkedSession::of(id, who).to_string());
    for key in keys(who) {
        let kv = &platform.kv;
        with_timeout(kv.zadd::<(), _, _>(&key, None, None::<Ordering>, false, false, entry.clone())).await?;
        with_timeout(kv.zremrangebyscore::<(), _, _, _>(&key, "-inf", score(now))).await?;
        with_timeout(kv.expire::<(), _>(&key, lasts, None)).await?;
    }
    Ok(())
}

/// Forgets a session that has ended.
pub async fn remove(platform: &Platform, who: &SignedIn, id: Id) {
    for key in keys(who) {
        let _ = with_timeout(platform.kv.zrem::<(), _, _>(&key, LinkedSession::of(id, who).to_string())).await;
    }
}

/// The sessions of one issuer session, or else of a person there.
#[derive(Debug)]
pub struct Found {
    key: Option<String>,
    pub sessions: Vec<LinkedSession>,
}

/// Finds the sessions of one issuer session, or else of a person there.
///
/// # Errors
/// `Unavailable` while Redis is away.
pub async fn find(platform: &Platform, issuer: &str, sid: Option<&str>, subject: Option<&str>) -> Result<Found, AppError> {
    let key = match (sid, subject) {
        (Some(sid), _) => key("session", issuer, sid),
        (None, Some(subject)) => key("subject", issuer, subject),
        (None, None) => {
            return Ok(Found {
                key: None,
                sessions: Vec::new(),
            });
        }
    };
    let range = platform.kv.zrangebyscore(&key, score(now()), "+inf", false, None);
    let members: Vec<String> = with_timeout(range).await?;
    Ok(Found {
        key: Some(key),
        sessions: members.iter().filter_map(|member| LinkedSession::named(member)).collect(),
    })
}

/// Forgets a session that [`find`] found, once it has ended.
///
/// # Errors
/// `Unavailable` while Redis is away.
pub async fn forget(platform: &Platform, found: &Found, linked: LinkedSession) -> Result<(), AppError> {
    match &found.key {
        Some(key) => with_timeout(platform.kv.zrem(key, linked.to_string())).await,
        None => Ok(()),
    }
}
