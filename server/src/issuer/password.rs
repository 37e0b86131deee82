//! Hashing and checking passwords: Argon2id (RFC 9106) with the parameters OWASP names, off the async threads.
//!
//! Every check costs the same whether or not the account exists. At most one check per core runs at a time, so that a
//! flood of sign-ins can't take the memory or the processor from everything else.

use std::{
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

/// Memory in KiB, passes, lanes: 19 MiB, 2, 1 (OWASP Password Storage Cheat Sheet).
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
/// How long a check waits for its turn.
const TIMEOUT: Duration = Duration::from_secs(5);

/// What an unknown e-mail address is checked against: the hash of a password that nobody knows, at the same cost.
static DUMMY_HASH: LazyLock<Option<String>> = LazyLock::new(|| hash_blocking(&super::seal::random_token().into()));

/// More checks are waiting than can be done in time.
#[derive(Debug, thiserror::Error)]
#[error("too many passwords to check at once")]
pub struct Busy;

/// The slots in front of password checks.
#[derive(Clone, Debug)]
pub struct Passwords {
    slots: Arc<Semaphore>,
    verifications: Arc<AtomicU64>,
}

impl Default for Passwords {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            slots: Arc::new(Semaphore::new(cores)),
            verifications: Arc::default(),
        }
    }
}

impl Passwords {
    /// Whether the password has this hash; without a hash the work is done all the same and the answer is no.
    ///
    /// # Errors
    /// [`Busy`] after waiting five seconds for a turn.
    pub async fn verify(&self, password: SecretString, hash: Option<String>) -> Result<bool, Busy> {
        let turn = tokio::time::timeout(TIMEOUT, Arc::clone(&self.slots).acquire_owned()).await;
        let turn = turn.map_err(|_elapsed| Busy)?.map_err(|_closed| Busy)?;
        let verifications = Arc::clone(&self.verifications);
        let checked = tokio::task::spawn_blocking(move || {
            // Held until the work is done, even if the browser has gone.
            let _turn = turn;
            let known = hash.is_some();
            let Some(hash) = hash.or_else(|| DUMMY_HASH.clone()) else {
                return false;
            };
            verifications.fetch_add(1, Ordering::Relaxed);
            let right = hasher().is_some_and(|argon2| argon2.verify_password(password.expose_secret().as_bytes(), hash.as_str()).is_ok());
            known && right
        });
        checked.await.map_err(|_stopped| Busy)
    }

    /// How many passwords were hashed for checking since the start.
    #[must_use]
    pub fn verifications(&self) -> u64 {
        self.verifications.load(Ordering::Relaxed)
    }
}

/// The hash of a new password as a PHC string; None if the system has no randomness.
pub(crate) async fn hash(password: SecretString) -> Option<String> {
    tokio::task::spawn_blocking(move || hash_blocking(&password)).await.ok().flatten()
}

fn hasher() -> Option<Argon2<'static>> {
    let params = Params::new(COST.0, COST.1, COST.2, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_blocking(password: &SecretString) -> Option<String> {
    let hash = hasher()?.hash_password(password.expose_secret().as_bytes()).ok()?;
    Some(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_fits_its_password_only_and_nobody_is_checked_too() {
        let passwords = Passwords::default();
        let hash = hash("correct horse".to_owned().into()).await;
        assert!(
            hash.as_deref()
                .is_some_and(|hash| hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")),
            "{hash:?}"
        );
        assert!(matches!(
            passwords.verify("correct horse".to_owned().into(), hash.clone()).await,
            Ok(true)
        ));
        assert!(matches!(passwords.verify("wrong horse".to_owned().into(), hash).await, Ok(false)));
        assert!(matches!(passwords.verify("wrong horse".to_owned().into(), None).await, Ok(false)));
        assert_eq!(passwords.verifications(), 3);
    }
}
