//! The keys that sign tokens: one RS256 (every OpenID client understands it) and one EdDSA, for clients registered with it.
//!
//! They are made once, by whichever replica asks first, sealed into PostgreSQL and shared by all. The secret that seals them
//! is the configured one: with another secret they don't open, and the error says so.

use std::sync::Arc;

use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, TokenData, Validation,
    jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash},
};
use rsa::{RsaPrivateKey, pkcs1::EncodeRsaPrivateKey, rand_core::OsRng};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::PgPool;
use tokio::sync::OnceCell;

use super::{seal::Sealer, store};

/// RSA modulus, bits (RFC 7518 section 3.3 asks for at least 2048).
const RSA_BITS: usize = 2048;
/// PKCS#8 around the 32 bytes of an Ed25519 key (RFC 8410 section 7).
const ED25519_PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// Why there is no key to sign or verify with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyError {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(
        "the issuer's signing key {kid} was sealed with another secret_key. Set the old secret again, or retire the keys: UPDATE issuer.signing_key SET retired_at = now(), sealed = ''"
    )]
    OtherSecret { kid: String },
    #[error("a signing key could not be made or sealed")]
    Making,
    #[error(transparent)]
    Signing(#[from] jsonwebtoken::errors::Error),
}

/// Loads the keys at the first use and keeps them.
#[derive(Debug)]
pub(crate) struct Keyring {
    db: PgPool,
    sealer: Sealer,
    set: OnceCell<Arc<KeySet>>,
}

impl Keyring {
    pub(crate) const fn new(db: PgPool, sealer: Sealer) -> Self {
        Self {
            db,
            sealer,
            set: OnceCell::const_new(),
        }
    }

    /// All keys, made if there are none yet.
    pub(crate) async fn keys(&self) -> Result<Arc<KeySet>, KeyError> {
        self.set.get_or_try_init(|| self.load()).await.cloned()
    }

    async fn load(&self) -> Result<Arc<KeySet>, KeyError> {
        let mut connection = self.db.acquire().await?;
        let mut rows = store::signing_keys(&mut connection).await?;
        if !complete(&rows) {
            let mut transaction = self.db.begin().await?;
            store::lock_signing_keys(&mut transaction).await?;
            rows = store::signing_keys(&mut transaction).await?;
            for algorithm in [Algorithm::RS256, Algorithm::EdDSA] {
                if !rows.iter().any(|row| !row.retired && row.algorithm == name(algorithm)) {
                    self.create(&mut transaction, algorithm).await?;
                }
            }
            rows = store::signing_keys(&mut transaction).await?;
            transaction.commit().await?;
        }
        let keys = rows.iter().filter(|row| !row.sealed.is_empty()).map(|row| {
            let plain = self.sealer.open(row.kid.as_bytes(), &row.sealed);
            let plain = plain.ok_or_else(|| KeyError::OtherSecret { kid: row.kid.clone() })?;
            SigningKey::new(
                if row.algorithm == "EdDSA" {
                    Algorithm::EdDSA
                } else {
                    Algorithm::RS256
                },
                &plain,
                row.retired,
            )
        });
        Ok(Arc::new(KeySet {
            keys: keys.collect::<Result<_, KeyError>>()?,
        }))
    }

    async fn create(&self, connection: &mut sqlx::PgConnection, algorithm: Algorithm) -> Result<(), KeyError> {
        // Finding two primes takes up to seconds of pure computing.
        let der = tokio::task::spawn_blocking(move || generate(algorithm))
            .await
            .ok()
            .flatten()
            .ok_or(KeyError::Making)?;
        let key = SigningKey::new(algorithm, &der, false)?;
        let sealed = self.sealer.seal(key.kid.as_bytes(), &der).ok_or(KeyError::Making)?;
        store::insert_signing_key(connection, &key.kid, name(algorithm), &sealed).await?;
        tracing::info!(kid = key.kid, algorithm = name(algorithm), "made a signing key");
        Ok(())
    }
}

fn complete(rows: &[store::SigningKeyRow]) -> bool {
    ["RS256", "EdDSA"]
        .iter()
        .all(|algorithm| rows.iter().any(|row| !row.retired && row.algorithm == *algorithm))
}

const fn name(algorithm: Algorithm) -> &'static str {
    if matches!(algorithm, Algorithm::EdDSA) { "EdDSA" } else { "RS256" }
}

fn generate(algorithm: Algorithm) -> Option<Vec<u8>> {
    if algorithm == Algorithm::EdDSA {
        Some([ED25519_PKCS8.as_slice(), &rand::random::<[u8; 32]>()].concat())
    } else {
        let key = RsaPrivateKey::new(&mut OsRng, RSA_BITS).ok()?;
        Some(key.to_pkcs1_der().ok()?.as_bytes().to_vec())
    }
}

#[derive(Debug)]
struct SigningKey {
    kid: String,
    algorithm: Algorithm,
    retired: bool,
    private: EncodingKey,
    public: DecodingKey,
    jwk: Jwk,
}

impl SigningKey {
    fn new(algorithm: Algorithm, der: &[u8], retired: bool) -> Result<Self, KeyError> {
        let private = if algorithm == Algorithm::EdDSA {
            EncodingKey::from_ed_der(der)
        } else {
            EncodingKey::from_rsa_der(der)
        };
        let mut jwk = Jwk::from_encoding_key(&private, algorithm)?;
        let kid = jwk.thumbprint(ThumbprintHash::SHA256)?;
        jwk.common.key_id = Some(kid.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self {
            kid,
            algorithm,
            retired,
            private,
            public: DecodingKey::from_jwk(&jwk)?,
            jwk,
        })
    }
}

/// The keys, opened.
#[derive(Debug)]
pub(crate) struct KeySet {
    keys: Vec<SigningKey>,
}

impl KeySet {
    /// The public keys (RFC 7517), for whoever verifies.
    pub(crate) fn public(&self) -> JwkSet {
        JwkSet {
            keys: self.keys.iter().map(|key| key.jwk.clone()).collect(),
        }
    }

    /// A compact JWS of `claims`, with `typ` in its header (RFC 9068 asks for `at+jwt`).
    pub(crate) fn sign<T: Serialize>(&self, algorithm: Algorithm, typ: &str, claims: &T) -> Result<String, KeyError> {
        let key = self
            .keys
            .iter()
            .find(|key| !key.retired && key.algorithm == algorithm)
            .ok_or(KeyError::Making)?;
        let header = Header {
            typ: Some(typ.to_owned()),
            kid: Some(key.kid.clone()),
            ..Header::new(algorithm)
        };
        Ok(jsonwebtoken::encode(&header, claims, &key.private)?)
    }

    /// The claims of a token that one of our keys signed for `issuer` with the given `typ`. The audience is the caller's to check;
    /// the expiry is checked unless the token is only a hint.
    pub(crate) fn verify<T: DeserializeOwned>(&self, issuer: &str, typ: &str, token: &str, check_expiry: bool) -> Option<T> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        if !header.typ.as_deref().is_some_and(|found| found.eq_ignore_ascii_case(typ)) {
            return None;
        }
        let kid = header.kid.as_deref()?;
        let key = self.keys.iter().find(|key| key.kid == kid)?;
        let mut validation = Validation::new(key.algorithm);
        validation.set_issuer(&[issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "sub", "aud"]);
        validation.validate_aud = false;
        validation.validate_exp = check_expiry;
        validation.leeway = 0;
        let token: TokenData<T> = jsonwebtoken::decode(token, &key.public, &validation).ok()?;
        Some(token.claims)
    }
}
