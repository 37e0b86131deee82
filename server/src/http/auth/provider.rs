//! The identity provider as a client sees it: its metadata and keys. What is asked of it for one person stands in `relying_party`.
//!
//! Metadata and keys are fetched when first needed, kept for an hour, and kept on while they are fetched anew or the provider is away, so
//! that nobody waits for it and Forecourt starts without it. OpenID Connect Discovery 1.0, RFC 8414.

use std::{
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};

use jsonwebtoken::jwk::Jwk;
use openidconnect::{
    AdditionalProviderMetadata, ClientId, ClientSecret, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    IssuerUrl, ProviderMetadata, RedirectUrl,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
    },
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, OwnedMutexGuard};
use url::Url;

use crate::{config::Config, http::seal::KeyedNames, platform::keys::Keys};

/// Metadata and keys are fetched anew after this.
const CACHED_FOR: Duration = Duration::from_secs(3600);
/// An unknown key id makes the keys be fetched at most this often, so that forged tokens can't hammer the provider.
const REDISCOVER_AFTER: Duration = Duration::from_secs(10);
/// A provider that was away is left alone this long: requests meanwhile fail at once.
const RETRY_AFTER: Duration = Duration::from_secs(1);
const TIMEOUT: Duration = Duration::from_secs(5);
const MAX_RESPONSE_BYTES: usize = 1_048_576;

/// What Forecourt reads of the metadata beyond OpenID Connect Discovery.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct ExtraMetadata {
    /// RFC 7009.
    pub(super) revocation_endpoint: Option<Url>,
    /// OpenID Connect RP-Initiated Logout 1.0.
    pub(super) end_session_endpoint: Option<Url>,
    /// RFC 9207.
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}
impl AdditionalProviderMetadata for ExtraMetadata {}

type Metadata = ProviderMetadata<
    ExtraMetadata,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

pub(super) type Client = CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// A provider that was discovered.
#[derive(Debug)]
pub struct Discovered {
    pub(super) client: Client,
    pub(super) extra: ExtraMetadata,
    /// Whether it offers the scope `offline_access`.
    pub(super) offline: bool,
    /// Its public keys, for tokens that are not ID tokens.
    pub keys: Vec<Jwk>,
    /// Its issuer identifier, as its tokens name it.
    pub issuer: String,
    /// Where our forms may lead to by a redirect: the origins of its authorization and its end-session endpoint.
    origins: Vec<String>,
    at: Instant,
}

/// Why the provider did not give what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It can't be reached, or answers nonsense; it may be back in a moment.
    #[error("the identity provider is unavailable: {0}")]
    Unavailable(String),
    /// It says no: a code used twice or too late, a refresh token that ended (RFC 6749 section 5.2 `invalid_grant`).
    #[error("the identity provider refused the grant")]
    InvalidGrant,
    /// What it sent does not stand up: signature, issuer, audience, nonce, time.
    #[error("the identity provider's answer can't be trusted: {0}")]
    Untrusted(String),
}

/// The one provider of the configuration; clones share what they know of it.
#[derive(Clone)]
pub struct Provider {
    pub(super) config: Arc<Config>,
    pub(super) http: reqwest::Client,
    /// Names the attempts to use one refresh token.
    pub(super) idempotency_keys: KeyedNames,
    cache: Arc<RwLock<Option<Arc<Discovered>>>>,
    /// When it was last asked and did not answer, and who asks now.
    failed: Arc<Mutex<Option<Instant>>>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error("the answer is larger than {MAX_RESPONSE_BYTES} bytes")]
    TooLarge,
    #[error(transparent)]
    Malformed(#[from] http::Error),
}

/// One request of a back channel, with a limit on the answer.
pub(super) async fn fetch(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, FetchError> {
    let mut answer = http.execute(request.try_into()?).await?;
    let mut response = http::Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await? {
        if body.len() + piece.len() > MAX_RESPONSE_BYTES {
            return Err(FetchError::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
    Ok(response.body(body)?)
}

impl Provider {
    /// Fetches nothing yet.
    #[must_use]
    pub fn new(config: Arc<Config>) -> Self {
        // Done twice does no harm: one process has one TLS provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        #[expect(clippy::expect_used, reason = "fails only without a TLS provider, which was installed above")]
        let http = reqwest::Client::builder()
            // A redirect of a back channel could be turned against servers inside (SSRF).
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(2))
            .timeout(TIMEOUT)
            .user_agent(concat!("Forecourt/", env!("CARGO_PKG_VERSION")))
            .build()
            .expect("an HTTP client");
        Self {
            idempotency_keys: KeyedNames::new(Keys::derive(&config.secret_key).seal, "refresh attempts 1"),
            config,
            http,
            cache: Arc::default(),
            failed: Arc::default(),
        }
    }

    fn cached(&self) -> Option<Arc<Discovered>> {
        self.cache.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// The origins of the provider's pages, as far as they are known now.
    #[must_use]
    pub fn origins(&self) -> Vec<String> {
        self.cached().map(|known| known.origins.clone()).unwrap_or_default()
    }

    /// The provider's metadata and keys. After an hour the next ones are fetched beside the requests, which go on with those they have.
    ///
    /// # Errors
    /// `Unavailable` if they were never fetched and can't be now.
    pub async fn discovered(&self) -> Result<Arc<Discovered>, ProviderError> {
        let Some(known) = self.cached() else {
            return self.discover(CACHED_FOR).await;
        };
        if known.at.elapsed() >= CACHED_FOR
            // Else somebody is fetching them.
            && let Ok(failed) = Arc::clone(&self.failed).try_lock_owned()
        {
            let provider = self.clone();
            tokio::spawn(async move { provider.discover_in_turn(CACHED_FOR, failed).await });
        }
        Ok(known)
    }

    /// The same, fetched anew unless that was done in the last ten seconds: for a key id that is not among the keys.
    ///
    /// # Errors
    /// As [`Self::discovered`].
    pub async fn rediscovered(&self) -> Result<Arc<Discovered>, ProviderError> {
        self.discover(REDISCOVER_AFTER).await
    }

    async fn discover(&self, at_most: Duration) -> Result<Arc<Discovered>, ProviderError> {
        let failed = Arc::clone(&self.failed).lock_owned().await;
        self.discover_in_turn(at_most, failed).await
    }

    /// `failed` is the turn: one asks at a time.
    async fn discover_in_turn(
        &self,
        at_most: Duration,
        mut failed: OwnedMutexGuard<Option<Instant>>,
    ) -> Result<Arc<Discovered>, ProviderError> {
        if let Some(known) = self.cached().filter(|known| known.at.elapsed() < at_most) {
            return Ok(known);
        }
        if failed.is_some_and(|at| at.elapsed() < RETRY_AFTER) {
            return Err(ProviderError::Unavailable("it did not answer a moment ago".into()));
        }
        match self.fetch_metadata().await {
            Ok(known) => {
                let known = Arc::new(known);
                *self.cache.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(Arc::clone(&known));
                *failed = None;
                Ok(known)
            }
            Err(error) => {
                *failed = Some(Instant::now());
                tracing::warn!(%error, issuer = %self.config.oidc.issuer, "the identity provider could not be discovered");
                Err(error)
            }
        }
    }

    async fn fetch_metadata(&self) -> Result<Discovered, ProviderError> {
        let configured = self.config.oidc.issuer.as_str();
        // A URL always has a path, an issuer identifier need not: https://accounts.example is written both ways.
        let bare = configured.strip_suffix('/').filter(|_| self.config.oidc.issuer.path() == "/");
        let mut failure = String::new();
        for issuer in bare.into_iter().chain([configured]) {
            let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|error| ProviderError::Untrusted(error.to_string()))?;
            let send = |request| fetch(self.http.clone(), request);
            match Metadata::discover_async(issuer, &send).await {
                Ok(metadata) => return self.read_metadata(metadata),
                Err(error) => failure = chain(&error),
            }
        }
        Err(ProviderError::Unavailable(failure))
    }

    fn read_metadata(&self, metadata: Metadata) -> Result<Discovered, ProviderError> {
        let callback = self
            .config
            .public_url
            .join("/auth/callback")
            .map_err(|error| ProviderError::Untrusted(error.to_string()))?;
        let extra = metadata.additional_metadata().clone();
        let offline = metadata
            .scopes_supported()
            .is_some_and(|scopes| scopes.iter().any(|scope| scope.as_str() == "offline_access"));
        let keys = metadata.jwks().keys().iter();
        let keys = keys
            .filter_map(|key| serde_json::from_value(serde_json::to_value(key).ok()?).ok())
            .collect();
        let issuer = metadata.issuer().to_string();
        let pages = [Some(metadata.authorization_endpoint().url()), extra.end_session_endpoint.as_ref()];
        let origins = pages.into_iter().flatten().map(|url| url.origin().ascii_serialization()).collect();
        let client = CoreClient::from_provider_metadata(
            metadata,
            ClientId::new(self.config.oidc.client_id.clone()),
            Some(ClientSecret::new(self.config.oidc.client_secret.expose_secret().to_owned())),
        )
        .set_redirect_uri(RedirectUrl::from_url(callback));
        Ok(Discovered {
            client,
            extra,
            offline,
            keys,
            issuer,
            origins,
            at: Instant::now(),
        })
    }
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Provider({})", self.config.oidc.issuer)
    }
}

/// An error with all its causes: openidconnect says "Request failed" and keeps the reason below.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should fail loudly")]

    use serde_json::json;
    use wiremock::{Mock, MockServer, ResponseTemplate, matchers::path};

    use super::*;
    use crate::config::Sources;

    const METADATA: &str = "/.well-known/openid-configuration";

    fn provider(issuer: &MockServer) -> Provider {
        let var = tempfile::tempdir().unwrap();
        let settings = [
            ("FORECOURT_VAR_DIR", var.path().display().to_string()),
            ("FORECOURT_OIDC_ISSUER", format!("{}/", issuer.uri())),
            ("FORECOURT_OIDC_CLIENT_SECRET", "a secret of thirty-two characters".into()),
        ];
        let sources = Sources {
            folder: var.path().join("config"),
            folder_is_required: false,
            environment: settings.map(|(name, value)| (name.to_owned(), value)).into(),
            roles: None,
            makes_secret: true,
        };
        Provider::new(Arc::new(Config::load(&sources).unwrap()))
    }

    async fn answers(issuer: &MockServer, metadata: ResponseTemplate) {
        issuer.reset().await;
        let keys = ResponseTemplate::new(200).set_body_json(json!({ "keys": [] }));
        Mock::given(path("/jwks")).respond_with(keys).mount(issuer).await;
        Mock::given(path(METADATA)).respond_with(metadata).mount(issuer).await;
    }

    fn metadata(issuer: &MockServer) -> ResponseTemplate {
        let issuer = issuer.uri();
        ResponseTemplate::new(200).set_body_json(json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }))
    }

    /// Two hours later.
    fn age(provider: &Provider) {
        let mut cache = provider.cache.write().unwrap();
        let known = cache.as_mut().and_then(Arc::get_mut).unwrap();
        known.at = known.at.checked_sub(CACHED_FOR * 2).unwrap();
    }

    fn is_stale(provider: &Provider) -> bool {
        provider.cached().is_some_and(|known| known.at.elapsed() >= CACHED_FOR)
    }

    #[tokio::test]
    async fn nobody_waits_while_what_is_known_is_fetched_anew() {
        let issuer = MockServer::start().await;
        answers(&issuer, metadata(&issuer)).await;
        let provider = provider(&issuer);
        provider.discovered().await.map(drop).unwrap();
        answers(&issuer, metadata(&issuer).set_delay(Duration::from_secs(1))).await;
        age(&provider);
        let begun = Instant::now();
        for _ in 0..20 {
            provider.discovered().await.map(drop).unwrap();
        }
        assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
        while is_stale(&provider) {
            assert!(begun.elapsed() < Duration::from_secs(20), "it was never fetched");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let requests = issuer.received_requests().await.unwrap();
        let fetched = requests.iter().filter(|request| request.url.path() == METADATA).count();
        assert_eq!(fetched, 1, "once for all");
    }

    #[tokio::test]
    async fn a_provider_that_is_away_is_known_on_and_left_alone_for_a_moment() {
        let issuer = MockServer::start().await;
        answers(&issuer, metadata(&issuer)).await;
        let provider = provider(&issuer);
        provider.discovered().await.map(drop).unwrap();
        answers(&issuer, ResponseTemplate::new(503)).await;
        age(&provider);
        let begun = Instant::now();
        while provider.failed.lock().await.is_none() {
            assert!(begun.elapsed() < Duration::from_secs(20), "nobody asked");
            provider.discovered().await.map(drop).unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let asked = issuer.received_requests().await.unwrap().len();
        provider.discovered().await.map(drop).unwrap();
        assert!(matches!(provider.rediscovered().await, Err(ProviderError::Unavailable(_))));
        assert_eq!(issuer.received_requests().await.unwrap().len(), asked);
    }
}
