//! The embedded OpenID provider: one file per step of the protocol, all SQL in `store`.
//!
//! It holds accounts, clients and sign-ins in its own schema and knows nothing of organisations. Any number of replicas
//! share its keys and state through PostgreSQL. Authorization code with PKCE S256 only (RFC 9700); what is not offered is
//! not in the metadata. Every path is relative: the router is nested under the path of the issuer's URL.

pub mod accounts;
mod authorize;
pub mod clients;
mod cookies;
mod discovery;
mod error;
mod grant;
mod jwks;
mod keys;
mod lockout;
mod login;
mod logout;
mod page;
mod params;
mod password;
mod peer;
mod revocation;
mod seal;
mod session;
mod store;
mod token;
mod userinfo;

use std::{ops::Deref, sync::Arc};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, Response, header},
    middleware::map_response,
    routing::{get, post},
};
use sqlx::PgPool;

use crate::{
    config::Config,
    platform::{Platform, StartError, db, keys::Keys},
};
pub use {password::Passwords, store::sweep};

/// The largest body that any endpoint reads, bytes.
const BODY_LIMIT: usize = 16 * 1024;

/// Where accounts, clients and sign-ins are kept: in a database of their own, by at most `connections`, or in Forecourt's.
///
/// # Errors
/// `Database` if the URL can't be read.
pub fn database(platform: &Platform, connections: u32) -> Result<PgPool, StartError> {
    match &platform.config.issuer_database_url {
        Some(url) => db::pool(url, connections),
        None => Ok(platform.db.clone()),
    }
}

/// What every endpoint works with; cheap to clone.
#[derive(Clone, Debug)]
pub struct IssuerState {
    provider: Arc<Provider>,
    /// Path or URL of the site's compiled stylesheet, which the sign-in page links.
    pub stylesheet: String,
}

/// The provider behind the state.
#[derive(Debug)]
pub struct Provider {
    pub(crate) db: PgPool,
    /// Issuer identifier, exactly as in `iss`.
    pub(crate) issuer: String,
    /// The same without a slash at the end: what endpoint paths are appended to.
    base: String,
    /// Scheme, host and port of the issuer, as a browser writes it in `Origin`.
    origin: String,
    /// Whether browsers reach the issuer by TLS, so that cookies can be `Secure`.
    https: bool,
    trust_proxy: bool,
    pub(crate) keyring: keys::Keyring,
    login_transactions: seal::Sealer,
    client_secrets: seal::Digester,
    attempts: seal::Digester,
    /// Seals refresh tokens for the one who asks for the same again.
    successors: seal::Sealer,
    /// The one place that hashes passwords.
    pub passwords: Passwords,
}

impl IssuerState {
    /// The provider for `config.oidc.issuer`. Signing keys are made or loaded at the first use, so PostgreSQL may still be away.
    #[must_use]
    pub fn new(db: PgPool, config: &Config, keys: &Keys) -> Self {
        let url = &config.oidc.issuer;
        Self {
            provider: Arc::new(Provider {
                keyring: keys::Keyring::new(db.clone(), seal::Sealer::new(&keys.seal, "issuer signing keys 1")),
                db,
                issuer: url.as_str().to_owned(),
                base: url.as_str().trim_end_matches('/').to_owned(),
                origin: url.origin().ascii_serialization(),
                https: url.scheme() == "https",
                trust_proxy: config.trust_proxy,
                login_transactions: seal::Sealer::new(&keys.seal, "issuer login_transactions 1"),
                client_secrets: clients::digester(keys),
                attempts: seal::Digester::new(&keys.seal, "issuer attempts 1"),
                successors: seal::Sealer::new(&keys.seal, "issuer refresh successors 1"),
                passwords: Passwords::default(),
            }),
            stylesheet: "/pkg/forecourt.css".to_owned(),
        }
    }

    /// The same state with the path of the compiled stylesheet (cargo-leptos puts a hash into its name).
    #[must_use]
    pub fn with_stylesheet(mut self, path: impl Into<String>) -> Self {
        self.stylesheet = path.into();
        self
    }
}

impl Deref for IssuerState {
    type Target = Provider;

    fn deref(&self) -> &Provider {
        &self.provider
    }
}

impl Provider {
    /// The absolute URL of one of the issuer's paths.
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

/// All endpoints, with paths relative to the issuer's URL. Serve it with connect info (`SocketAddr`), which the lock-out per
/// address needs; without it only accounts are counted.
pub fn router(state: IssuerState) -> Router {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery::show))
        .route("/jwks", get(jwks::show))
        .route("/authorize", get(authorize::get).post(authorize::post))
        .route("/login", get(login::without_request).post(login::submit))
        .route("/token", post(token::issue))
        .route("/userinfo", get(userinfo::show).post(userinfo::show))
        .route("/revoke", post(revocation::revoke))
        .route("/logout", get(logout::get).post(logout::post))
        .route("/logout/confirm", post(logout::confirm))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(map_response(guard))
        .with_state(state)
}

/// Headers that every answer carries; an endpoint's own value stays.
async fn guard<B: Send>(mut response: Response<B>) -> Response<B> {
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Not `no-referrer`: under it browsers send `Origin: null` with our own forms.
        (header::REFERRER_POLICY, "same-origin"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
