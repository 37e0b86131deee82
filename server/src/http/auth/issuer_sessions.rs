//! Which sessions of ours belong to a session or a person at the issuer, for its back-channel logout.

use app::kernel::error::AppError;
use fred::interfaces::{KeysInterface, SetsInterface};
use tower_sessions::session::Id;

use crate::{
    http::{kv::patiently, seal::name_of, session::SignedIn},
    platform::Platform,
};

fn key(kind: &str, issuer: &str, value: &str) -> String {
    format!("issuer-{kind}:{}", name_of(&format!("{issuer}\n{value}")))
}

fn keys(issuer: &str, who: &SignedIn) -> Vec<String> {
    let sid = who.issuer_sid.as_deref().map(|sid| key("session", issuer, sid));
    std::iter::once(key("subject", issuer, &who.subject)).chain(sid).collect()
}

fn seconds(platform: &Platform) -> i64 {
    i64::try_from(platform.config.session_idle.as_secs()).unwrap_or(i64::MAX / 4) + 120
}

/// Notes a new session.
///
/// # Errors
/// `Unavailable` while Redis is away.
pub async fn add(platform: &Platform, issuer: &str, who: &SignedIn, id: Id) -> Result<(), AppError> {
    for key in keys(issuer, who) {
        patiently(platform.kv.sadd::<(), _, _>(&key, id.to_string())).await?;
        patiently(platform.kv.expire::<(), _>(&key, seconds(platform), None)).await?;
    }
    Ok(())
}

/// Makes the note last as long as the session that was touched.
pub async fn touch(platform: &Platform, issuer: &str, who: &SignedIn) {
    for key in keys(issuer, who) {
        let _ = patiently(platform.kv.expire::<(), _>(&key, seconds(platform), None)).await;
    }
}

/// Forgets a session that has ended.
pub async fn remove(platform: &Platform, issuer: &str, who: &SignedIn, id: Id) {
    for key in keys(issuer, who) {
        let _ = patiently(platform.kv.srem::<(), _, _>(&key, id.to_string())).await;
    }
}

/// The sessions of one issuer session, or else of a person there, and the end of the note about them.
///
/// # Errors
/// `Unavailable` while Redis is away.
pub async fn take(platform: &Platform, issuer: &str, sid: Option<&str>, subject: Option<&str>) -> Result<Vec<Id>, AppError> {
    let key = match (sid, subject) {
        (Some(sid), _) => key("session", issuer, sid),
        (None, Some(subject)) => key("subject", issuer, subject),
        (None, None) => return Ok(Vec::new()),
    };
    let ids: Vec<String> = patiently(platform.kv.smembers(&key)).await?;
    patiently(platform.kv.del::<(), _>(&key)).await?;
    Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
}
