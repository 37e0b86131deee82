//! Seals what lies in Redis: ChaCha20-Poly1305 (RFC 8439) under a key of the record's own.
//!
//! Each record's key is HMAC-SHA-256 of its purpose and name under the configured key, so a value that is copied to another
//! record's place does not open there, and random nonces never meet under one key.

use chacha20poly1305::{
    ChaCha20Poly1305, Nonce,
    aead::{Aead, KeyInit},
};
use hmac::{Hmac, Mac};
use rand::Rng;
use serde::{Serialize, de::DeserializeOwned};
use sha2::Sha256;

const NONCE: usize = 12;

/// Seals and opens the records of one purpose.
#[derive(Clone)]
pub struct Sealer {
    key: [u8; 32],
    purpose: &'static str,
}

impl Sealer {
    #[must_use]
    pub const fn new(key: [u8; 32], purpose: &'static str) -> Self {
        Self { key, purpose }
    }

    /// The sealed JSON of `value`, to be kept under `name`. `None` if it cannot be written as JSON.
    #[must_use]
    pub fn seal<T: Serialize>(&self, name: &str, value: &T) -> Option<Vec<u8>> {
        let plain = serde_json::to_vec(value).ok()?;
        let mut nonce = [0; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let sealed = self.cipher(name)?.encrypt(&Nonce::from(nonce), plain.as_slice()).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// What was sealed under `name`; `None` for anything else, a record of an older secret included.
    #[must_use]
    pub fn open<T: DeserializeOwned>(&self, name: &str, sealed: &[u8]) -> Option<T> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let plain = self.cipher(name)?.decrypt(&Nonce::from(nonce), sealed).ok()?;
        serde_json::from_slice(&plain).ok()
    }

    fn cipher(&self, name: &str) -> Option<ChaCha20Poly1305> {
        ChaCha20Poly1305::new_from_slice(&keyed(&self.key, self.purpose, name)).ok()
    }
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealer({})", self.purpose)
    }
}

/// Names that nobody can make without the key: HMAC-SHA-256 of a purpose and a text.
#[derive(Clone)]
pub struct KeyedNames {
    key: [u8; 32],
    purpose: &'static str,
}

impl KeyedNames {
    #[must_use]
    pub const fn new(key: [u8; 32], purpose: &'static str) -> Self {
        Self { key, purpose }
    }

    /// The name of `text`, hex.
    #[must_use]
    pub fn name(&self, text: &str) -> String {
        hex::encode(keyed(&self.key, self.purpose, text))
    }
}

impl std::fmt::Debug for KeyedNames {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyedNames({})", self.purpose)
    }
}

/// HMAC-SHA-256 of a purpose and a text.
fn keyed(key: &[u8; 32], purpose: &str, text: &str) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length (RFC 2104 section 2)")]
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("any length will do");
    mac.update(purpose.as_bytes());
    mac.update(&[0]);
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

/// An unguessable name: 256 random bits, base64url (RFC 4648 section 5).
#[must_use]
pub fn secret_name() -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The name under which something secret is kept, so that who can list Redis' keys can't use them: SHA-256, hex.
#[must_use]
pub fn name_of(secret: &str) -> String {
    use sha2::Digest;
    hex::encode(Sha256::digest(secret.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_opens_only_in_its_own_place() {
        let sealer = Sealer::new([7; 32], "tokens");
        let sealed = sealer.seal("a", &"secret").unwrap_or_default();
        assert_eq!(sealer.open::<String>("a", &sealed).as_deref(), Some("secret"));
        assert_eq!(sealer.open::<String>("b", &sealed), None);
        assert_eq!(Sealer::new([7; 32], "forms").open::<String>("a", &sealed), None);
        assert_eq!(Sealer::new([8; 32], "tokens").open::<String>("a", &sealed), None);
        assert_eq!(sealer.open::<String>("a", &[]), None);
        let mut changed = sealed;
        changed[NONCE] ^= 1;
        assert_eq!(sealer.open::<String>("a", &changed), None);
    }

    #[test]
    fn what_is_sealed_cannot_be_read() {
        let sealed = Sealer::new([7; 32], "tokens").seal("a", &"very secret token").unwrap_or_default();
        assert!(!String::from_utf8_lossy(&sealed).contains("secret"));
    }
}
