//! Access, refresh and ID token of a session, sealed, under a key of their own, refreshed exactly once.
//!
//! They are not in the session's record, which is written whole by whoever writes last: a lost refresh token would sign somebody out.
//! Whoever finds the access token near its end takes a lock in Redis and refreshes; everybody else waits for the result, or goes on at
//! once while the old token is still good. The refresh runs in a task of its own: a browser that hangs up must not tear it between the
//! provider's answer and its being written down. What happens when:
//!
//! - The provider refuses the refresh token: the session ends with it.
//! - The provider is away: while the access token is good, nothing. After that 503 with Retry-After; nobody is signed out, and the
//!   next request tries again, at most every two seconds.
//! - The provider is slow: the refresh is given up after six seconds. It may have been carried out all the same, so the next attempt
//!   bears the same Idempotency-Key, by which our own issuer gives the same answer again.
//! - Redis is away when the new tokens are there: writing them is tried for as long as the lock holds.
//! - The one who holds the lock dies: the lock ends by itself after twenty seconds.
//! - The session was signed out meanwhile: the new tokens are not written but revoked.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use app::kernel::error::AppError;
use fred::{
    clients::Pool as RedisPool,
    interfaces::{KeysInterface, LuaInterface},
    types::{Expiration, SetOptions},
};
use serde::{Deserialize, Serialize};
use tower_sessions::session::Id;

use super::{
    auth::provider::{Provider, ProviderError},
    problem::issuer_away,
    seal::{Sealer, secret_name},
};
use crate::platform::{
    Platform,
    kv::{COMMAND_TIMEOUT, with_timeout},
};

/// Longer than its holder may work: nobody else refreshes with the same token meanwhile.
const LOCK_FOR: Duration = Duration::from_secs(20);
/// Of that, how long the holder may begin to write the new tokens down.
const STORE_WITHIN: Duration = Duration::from_secs(16);
const REFRESH_TIMEOUT: Duration = Duration::from_secs(6);
const _: () = assert!(
    COMMAND_TIMEOUT.as_secs() + REFRESH_TIMEOUT.as_secs() < STORE_WITHIN.as_secs()
        && STORE_WITHIN.as_secs() + COMMAND_TIMEOUT.as_secs() < LOCK_FOR.as_secs(),
    "the lock must outlast the work under it"
);
/// After a refresh that failed, the next one is tried after this.
const RETRY_AFTER: Duration = Duration::from_secs(2);
/// How long a request waits for somebody else's refresh.
const WAIT_FOR_OTHERS: Duration = Duration::from_secs(10);
const FAILED: &str = "failed";
/// Sessions whose tokens this process knows to be good for a while.
const CACHED_SESSIONS: usize = 20_000;

/// Writes the tokens if the session still has some, and gives the lock back if it is still ours. KEYS: tokens, lock. ARGV: tokens,
/// seconds, lock's owner.
const STORE: &str = "
local there = redis.call('exists', KEYS[1])
if there == 1 then redis.call('set', KEYS[1], ARGV[1], 'EX', ARGV[2]) end
if redis.call('get', KEYS[2]) == ARGV[3] then redis.call('del', KEYS[2]) end
return there";

/// Gives the lock back, or leaves the note that the refresh failed. KEYS: lock. ARGV: owner, milliseconds (0: just give it back), note.
const RELEASE: &str = "
if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then return redis.call('del', KEYS[1]) end
redis.call('set', KEYS[1], ARGV[3], 'PX', ARGV[2])
return 1";

/// The tokens of one session. Times are milliseconds since 1970, UTC.
#[derive(Clone, Serialize, Deserialize)]
pub struct TokenSet {
    pub access: String,
    pub refresh: Option<String>,
    pub id: Option<String>,
    /// The access token is good until then.
    pub expires_at: i64,
    /// From then on a refresh is tried, while the access token is still good.
    pub refresh_at: i64,
}

impl TokenSet {
    #[must_use]
    pub fn new(access: String, refresh: Option<String>, id: Option<String>, lifetime: Duration) -> Self {
        let lifetime = i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
        let expires_at = now() + lifetime;
        Self {
            access,
            refresh,
            id,
            expires_at,
            refresh_at: expires_at - (lifetime / 5).min(30_000),
        }
    }
}

impl std::fmt::Debug for TokenSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TokenSet(until {})", self.expires_at)
    }
}

/// Whether a session has tokens that are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    Good,
    /// There are none, or the provider takes them no more: the session has ended.
    Ended,
}

#[derive(Clone, Copy)]
enum Outcome {
    Refreshed,
    Ended,
    Unavailable,
}

enum Lock {
    Ours,
    Theirs,
    Failed,
}

/// Keeps and refreshes tokens. `session` is the name of a session's tokens, which is not the session's id: that one changes.
#[derive(Clone)]
pub struct Tokens {
    kv: RedisPool,
    sealer: Sealer,
    provider: Arc<Provider>,
    seconds: i64,
    /// Until when a session's tokens need no look. That the session itself lives is looked at with every request.
    good_until: Arc<Mutex<HashMap<Id, i64>>>,
}

fn now() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

fn key(session: Id) -> String {
    format!("tokens:{session}")
}

fn lock_key(session: Id) -> String {
    format!("tokens-lock:{session}")
}

impl Tokens {
    #[must_use]
    pub fn new(platform: &Platform, provider: Arc<Provider>) -> Self {
        Self {
            kv: platform.kv.clone(),
            sealer: Sealer::new(platform.keys.seal, "tokens 1"),
            provider,
            // A little longer than the session: it must never lack them.
            seconds: i64::try_from(platform.config.session_idle.as_secs()).unwrap_or(i64::MAX / 4) + 120,
            good_until: Arc::default(),
        }
    }

    fn seal(&self, session: Id, set: &TokenSet) -> Result<Vec<u8>, AppError> {
        let sealed = self.sealer.seal(&session.to_string(), set);
        sealed.ok_or_else(|| crate::platform::db::internal(&std::io::Error::other("tokens could not be sealed")))
    }

    /// Keeps the tokens of a new session.
    ///
    /// # Errors
    /// `Unavailable` while Redis is away.
    pub async fn keep(&self, session: Id, set: &TokenSet) -> Result<(), AppError> {
        let sealed = self.seal(session, set)?;
        let expire = Some(Expiration::EX(self.seconds));
        with_timeout(self.kv.set::<(), _, _>(key(session), sealed.as_slice(), expire, None, false)).await
    }

    /// Removes and gives back the tokens of a session that ends.
    ///
    /// # Errors
    /// `Unavailable` while Redis is away.
    pub async fn take(&self, session: Id) -> Result<Option<TokenSet>, AppError> {
        self.forget(session);
        let sealed: Option<Vec<u8>> = with_timeout(self.kv.getdel(key(session))).await?;
        Ok(sealed.and_then(|sealed| self.sealer.open(&session.to_string(), &sealed)))
    }

    /// Makes the tokens last as long as a session that was touched.
    pub async fn touch(&self, session: Id) {
        let _ = with_timeout(self.kv.expire::<(), _>(key(session), self.seconds, None)).await;
    }

    async fn load(&self, session: Id) -> Result<Option<TokenSet>, AppError> {
        let sealed: Option<Vec<u8>> = with_timeout(self.kv.get(key(session))).await?;
        Ok(sealed.and_then(|sealed| self.sealer.open(&session.to_string(), &sealed)))
    }

    fn cache(&self, session: Id, until: i64) {
        let mut good = self.good_until.lock().unwrap_or_else(PoisonError::into_inner);
        if good.len() >= CACHED_SESSIONS {
            good.clear();
        }
        good.insert(session, until);
    }

    fn forget(&self, session: Id) {
        self.good_until.lock().unwrap_or_else(PoisonError::into_inner).remove(&session);
    }

    /// Sees to it that the session has a good access token, refreshing it if need be.
    ///
    /// # Errors
    /// `Unavailable` while Redis is away, or the provider is and the access token has ended.
    pub async fn ensure(&self, session: Id) -> Result<TokenState, AppError> {
        let cached = self
            .good_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&session)
            .copied();
        if cached.is_some_and(|until| now() < until) {
            return Ok(TokenState::Good);
        }
        let started = Instant::now();
        let mut pause = Duration::from_millis(20);
        loop {
            let Some(set) = self.load(session).await? else {
                return Ok(TokenState::Ended);
            };
            if now() < set.refresh_at {
                self.cache(session, set.refresh_at);
                return Ok(TokenState::Good);
            }
            let good = now() < set.expires_at;
            let otherwise = |state| if good { Ok(TokenState::Good) } else { state };
            if set.refresh.is_none() {
                return otherwise(Ok(TokenState::Ended));
            }
            let owner = secret_name();
            let until = Instant::now() + STORE_WITHIN;
            match self.lock(session, &owner).await? {
                Lock::Ours => {
                    let this = self.clone();
                    let refresh = tokio::spawn(async move { this.refresh(session, &owner, until).await });
                    return match refresh.await {
                        Ok(Outcome::Refreshed) => Ok(TokenState::Good),
                        Ok(Outcome::Ended) => Ok(TokenState::Ended),
                        Ok(Outcome::Unavailable) | Err(_) => otherwise(Err(issuer_away())),
                    };
                }
                Lock::Theirs if !good && started.elapsed() < WAIT_FOR_OTHERS => {
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_millis(200));
                }
                Lock::Theirs | Lock::Failed => return otherwise(Err(issuer_away())),
            }
        }
    }

    async fn lock(&self, session: Id, owner: &str) -> Result<Lock, AppError> {
        let expire = Some(Expiration::PX(i64::try_from(LOCK_FOR.as_millis()).unwrap_or(20_000)));
        let ours: Option<String> = with_timeout(self.kv.set(lock_key(session), owner, expire, Some(SetOptions::NX), false)).await?;
        if ours.is_some() {
            return Ok(Lock::Ours);
        }
        let holder: Option<String> = with_timeout(self.kv.get(lock_key(session))).await?;
        Ok(if holder.as_deref() == Some(FAILED) {
            Lock::Failed
        } else {
            Lock::Theirs
        })
    }

    /// Refreshes, holding the lock, and writes down what came of it, at the latest `until` then.
    async fn refresh(&self, session: Id, owner: &str, until: Instant) -> Outcome {
        let old = match self.load(session).await {
            Ok(Some(set)) => set,
            Ok(None) => return self.release(session, owner, Outcome::Ended).await,
            Err(_) => return Outcome::Unavailable,
        };
        if now() < old.refresh_at {
            // Somebody was quicker between our look and our lock.
            return self.release(session, owner, Outcome::Refreshed).await;
        }
        let answer = tokio::time::timeout(REFRESH_TIMEOUT, self.provider.refresh(&old)).await;
        match answer {
            Ok(Ok(set)) => self.store(session, owner, &set, until).await,
            Ok(Err(ProviderError::InvalidGrant)) => {
                tracing::info!("the provider takes the refresh token no more: the session ends");
                let _ = self.take(session).await;
                self.release(session, owner, Outcome::Ended).await
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "an access token could not be refreshed");
                self.release(session, owner, Outcome::Unavailable).await
            }
            Err(_) => {
                tracing::warn!("the provider took too long to refresh an access token");
                self.release(session, owner, Outcome::Unavailable).await
            }
        }
    }

    async fn store(&self, session: Id, owner: &str, set: &TokenSet, until: Instant) -> Outcome {
        let Ok(sealed) = self.seal(session, set) else {
            return Outcome::Unavailable;
        };
        let arguments: Vec<fred::types::Value> = vec![sealed.as_slice().into(), self.seconds.into(), owner.into()];
        // The old refresh token is spent by now: this must reach Redis, so it is tried for as long as the lock is surely ours.
        loop {
            let keys = vec![key(session), lock_key(session)];
            match with_timeout(self.kv.eval::<i64, _, _, _>(STORE, keys, arguments.clone())).await {
                Ok(1) => {
                    self.cache(session, set.refresh_at);
                    return Outcome::Refreshed;
                }
                Ok(_) => {
                    self.provider.revoke(set).await;
                    return Outcome::Ended;
                }
                Err(_) if Instant::now() + RETRY_AFTER / 4 >= until => return Outcome::Unavailable,
                Err(_) => tokio::time::sleep(RETRY_AFTER / 4).await,
            }
        }
    }

    async fn release(&self, session: Id, owner: &str, outcome: Outcome) -> Outcome {
        let pause = match outcome {
            Outcome::Unavailable => RETRY_AFTER.as_millis(),
            Outcome::Refreshed | Outcome::Ended => 0,
        };
        let arguments = vec![owner.to_owned(), pause.to_string(), FAILED.to_owned()];
        let _ = with_timeout(self.kv.eval::<i64, _, _, _>(RELEASE, vec![lock_key(session)], arguments)).await;
        outcome
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens")
    }
}
