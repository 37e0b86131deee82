//! Keys for everything that Forecourt seals or signs, each derived from the one configured secret by its purpose.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// The derived keys, 256 bits each. Two replicas with one secret have the same keys.
#[derive(Clone)]
pub struct Keys {
    /// Seals tokens in Redis (ChaCha20-Poly1305, RFC 8439) and signing keys in the issuer's tables (XChaCha20-Poly1305).
    pub seal: [u8; 32],
    /// Signs list cursors (HMAC-SHA-256, RFC 2104).
    pub cursor: [u8; 32],
    /// The secret that Forecourt shows to its own issuer.
    client: [u8; 32],
}

impl Keys {
    /// Derives all keys: HMAC-SHA-256 of the purpose under the secret.
    #[must_use]
    pub fn derive(secret: &SecretString) -> Self {
        let key = |purpose: &str| -> [u8; 32] {
            #[expect(clippy::expect_used, reason = "HMAC takes a key of any length (RFC 2104 section 2)")]
            let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).expect("any length will do");
            mac.update(purpose.as_bytes());
            mac.finalize().into_bytes().into()
        };
        Self {
            seal: key("forecourt seal 1"),
            cursor: key("forecourt cursor 1"),
            client: key("forecourt oidc client 1"),
        }
    }

    /// The client secret between Forecourt and its embedded issuer, the same in every replica.
    #[must_use]
    pub fn client_secret(&self) -> SecretString {
        hex::encode(self.client).into()
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}
