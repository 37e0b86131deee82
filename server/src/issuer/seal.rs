//! Sealing, hashing and random tokens: the issuer's only contact with symmetric cryptography.
//!
//! Each purpose has its own key, derived from the configured one, so that nothing sealed or hashed for one purpose means
//! anything for another.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit as _, Payload},
};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length (RFC 2104 section 2)")]
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("any length will do");
    for part in parts {
        // The length in front keeps ("ab", "c") and ("a", "bc") apart.
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Encrypts and authenticates (XChaCha20-Poly1305: its 192-bit nonce may be random for any number of messages).
#[derive(Clone)]
pub(crate) struct Sealer([u8; 32]);

impl Sealer {
    pub(crate) fn new(key: &[u8; 32], purpose: &str) -> Self {
        Self(hmac(key, &[purpose.as_bytes()]))
    }

    /// Nonce and ciphertext. `bound_to` must be given again to open it.
    pub(crate) fn seal(&self, bound_to: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
        let nonce: [u8; 24] = rand::random();
        let sealed = XChaCha20Poly1305::new(&self.0.into())
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: bound_to })
            .ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// None if it was not sealed with this key, or was bound to something else, or was changed.
    pub(crate) fn open(&self, bound_to: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<24>()?;
        XChaCha20Poly1305::new(&self.0.into())
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: sealed,
                    aad: bound_to,
                },
            )
            .ok()
    }
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(…)")
    }
}

/// Keyed hashes: whoever has only the database can't test guesses against them.
#[derive(Clone)]
pub(crate) struct Digester([u8; 32]);

impl Digester {
    pub(crate) fn new(key: &[u8; 32], purpose: &str) -> Self {
        Self(hmac(key, &[purpose.as_bytes()]))
    }

    pub(crate) fn digest(&self, parts: &[&str]) -> [u8; 32] {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        hmac(&self.0, &parts)
    }
}

impl std::fmt::Debug for Digester {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Digester(…)")
    }
}

/// A new code, token or cookie value: 256 random bits.
pub(crate) fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// How a random token lies in the database. 256 random bits need no salt and no slow hash.
pub(crate) fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_with_the_same_key_purpose_and_binding() {
        let sealer = Sealer::new(&[7; 32], "a");
        let sealed = sealer.seal(b"cookie", b"text").unwrap_or_default();
        assert_eq!(sealer.open(b"cookie", &sealed).as_deref(), Some(b"text".as_slice()));
        assert_eq!(sealer.open(b"other", &sealed), None);
        assert_eq!(Sealer::new(&[7; 32], "b").open(b"cookie", &sealed), None);
        assert_eq!(Sealer::new(&[8; 32], "a").open(b"cookie", &sealed), None);
        assert_eq!(sealer.open(b"cookie", sealed.get(..20).unwrap_or_default()), None);
        let mut changed = sealed;
        changed[30] ^= 1;
        assert_eq!(sealer.open(b"cookie", &changed), None);
    }

    #[test]
    fn parts_of_a_digest_do_not_run_together() {
        let digester = Digester::new(&[7; 32], "a");
        assert_ne!(digester.digest(&["ab", "c"]), digester.digest(&["a", "bc"]));
    }
}
