//! The identity provider as a client sees it: discovery, its keys, code for tokens, refresh, revocation, end of session.
//!
//! Metadata and keys are fetched when first needed, kept for an hour, and kept on while the provider is away, so that Forecourt
//! starts without it. RFC 8414 / OpenID Connect Discovery 1.0, RFC 6749, RFC 7009, RFC 7636, RFC 9207.

use std::{
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};

use jsonwebtoken::jwk::Jwk;
use openidconnect::{
    AccessTokenHash, AdditionalProviderMetadata, AuthenticationFlow, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret,
    CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, ProviderMetadata, RedirectUrl, RefreshToken, RequestTokenError, Scope, SignatureVerificationError,
    TokenResponse,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod, CoreErrorResponseType, CoreGrantType, CoreIdToken,
        CoreIdTokenClaims, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode,
        CoreResponseType, CoreSubjectIdentifierType, CoreTokenResponse, CoreUserInfoClaims,
    },
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{config::Config, http::tokens::TokenSet};

/// Metadata and keys are fetched anew after this.
const FRESH: Duration = Duration::from_secs(3600);
/// An unknown key id makes the keys be fetched at most this often, so that forged tokens can't hammer the provider.
const REFETCH: Duration = Duration::from_secs(10);
/// A provider that was away is left alone this long: requests meanwhile fail at once.
const PAUSE: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(5);
const LARGEST_ANSWER: usize = 1_048_576;

/// What Forecourt reads of the metadata beyond OpenID Connect Discovery.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Extras {
    /// RFC 7009.
    revocation_endpoint: Option<Url>,
    /// OpenID Connect RP-Initiated Logout 1.0.
    end_session_endpoint: Option<Url>,
    /// RFC 9207.
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}
impl AdditionalProviderMetadata for Extras {}

type Metadata = ProviderMetadata<
    Extras,
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

type Client = CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// A provider that was discovered.
#[derive(Debug)]
pub struct Known {
    client: Client,
    extras: Extras,
    offline: bool,
    /// Its public keys, for tokens that are not ID tokens.
    pub keys: Vec<Jwk>,
    /// Its issuer identifier, as its tokens name it.
    pub issuer: String,
    at: Instant,
}

/// Why the provider did not give what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It can't be reached, or answers nonsense; it may be back in a moment.
    #[error("the identity provider is away: {0}")]
    Away(String),
    /// It says no: a code used twice or too late, a refresh token that ended (RFC 6749 section 5.2 `invalid_grant`).
    #[error("the identity provider refused the grant")]
    Refused,
    /// What it sent does not stand up: signature, issuer, audience, nonce, time.
    #[error("the identity provider's answer can't be trusted: {0}")]
    Untrusted(String),
}

/// Who signed in, as the ID token (and if need be the userinfo endpoint) says.
#[derive(Debug)]
pub struct Identity {
    pub issuer: String,
    pub subject: String,
    pub sid: Option<String>,
    pub email: Option<String>,
    pub email_verified: bool,
    pub name: Option<String>,
}

/// Where to send a browser to sign in, and what to check when it comes back.
#[derive(Debug)]
pub struct Departure {
    pub url: Url,
    pub state: String,
    pub nonce: String,
    pub verifier: String,
}

/// The one provider of the configuration.
pub struct Provider {
    config: Arc<Config>,
    http: reqwest::Client,
    known: RwLock<Option<Arc<Known>>>,
    /// When it was last asked and did not answer, and who asks now.
    failed: tokio::sync::Mutex<Option<Instant>>,
}

#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error("the answer is larger than {LARGEST_ANSWER} bytes")]
    TooLarge,
    #[error(transparent)]
    Malformed(#[from] http::Error),
}

async fn fetch(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, FetchError> {
    let mut answer = http.execute(request.try_into()?).await?;
    let mut response = http::Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await? {
        if body.len() + piece.len() > LARGEST_ANSWER {
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
            .timeout(PATIENCE)
            .user_agent(concat!("Forecourt/", env!("CARGO_PKG_VERSION")))
            .build()
            .expect("an HTTP client");
        Self {
            config,
            http,
            known: RwLock::new(None),
            failed: tokio::sync::Mutex::new(None),
        }
    }

    fn kept(&self) -> Option<Arc<Known>> {
        self.known.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// The provider's metadata and keys.
    ///
    /// # Errors
    /// `Away` if they were never fetched and can't be now.
    pub async fn known(&self) -> Result<Arc<Known>, ProviderError> {
        let kept = self.kept();
        match kept {
            Some(known) if known.at.elapsed() < FRESH => Ok(known),
            Some(stale) => Ok(self.discover(FRESH).await.unwrap_or(stale)),
            None => self.discover(FRESH).await,
        }
    }

    /// The same, fetched anew unless that was done in the last ten seconds: for a key id that is not among the keys.
    ///
    /// # Errors
    /// As [`Self::known`].
    pub async fn known_anew(&self) -> Result<Arc<Known>, ProviderError> {
        self.discover(REFETCH).await
    }

    async fn discover(&self, at_most: Duration) -> Result<Arc<Known>, ProviderError> {
        let mut failed = self.failed.lock().await;
        if let Some(known) = self.kept().filter(|known| known.at.elapsed() < at_most) {
            return Ok(known);
        }
        if failed.is_some_and(|at| at.elapsed() < PAUSE) {
            return Err(ProviderError::Away("it did not answer a moment ago".into()));
        }
        match self.fetch_metadata().await {
            Ok(known) => {
                let known = Arc::new(known);
                *self.known.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(Arc::clone(&known));
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

    async fn fetch_metadata(&self) -> Result<Known, ProviderError> {
        let configured = self.config.oidc.issuer.as_str();
        // A URL always has a path, an issuer identifier need not: https://accounts.example is written both ways.
        let bare = configured.strip_suffix('/').filter(|_| self.config.oidc.issuer.path() == "/");
        let mut failure = String::new();
        for issuer in bare.into_iter().chain([configured]) {
            let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|error| ProviderError::Untrusted(error.to_string()))?;
            let send = |request| fetch(self.http.clone(), request);
            match Metadata::discover_async(issuer, &send).await {
                Ok(metadata) => return self.understand(metadata),
                Err(error) => failure = chain(&error),
            }
        }
        Err(ProviderError::Away(failure))
    }

    fn understand(&self, metadata: Metadata) -> Result<Known, ProviderError> {
        let callback = self
            .config
            .public_url
            .join("/auth/callback")
            .map_err(|error| ProviderError::Untrusted(error.to_string()))?;
        let extras = metadata.additional_metadata().clone();
        let offline = metadata
            .scopes_supported()
            .is_some_and(|scopes| scopes.iter().any(|scope| scope.as_str() == "offline_access"));
        let keys = metadata.jwks().keys().iter();
        let keys = keys
            .filter_map(|key| serde_json::from_value(serde_json::to_value(key).ok()?).ok())
            .collect();
        let issuer = metadata.issuer().to_string();
        let client = CoreClient::from_provider_metadata(
            metadata,
            ClientId::new(self.config.oidc.client_id.clone()),
            Some(ClientSecret::new(self.config.oidc.client_secret.expose_secret().to_owned())),
        )
        .set_redirect_uri(RedirectUrl::from_url(callback));
        Ok(Known {
            client,
            extras,
            offline,
            keys,
            issuer,
            at: Instant::now(),
        })
    }

    /// The authorization request (RFC 6749 section 4.1.1) with PKCE S256, state and nonce.
    ///
    /// # Errors
    /// `Away`.
    pub async fn depart(&self, language: &str) -> Result<Departure, ProviderError> {
        let known = self.known().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = known
            .client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("email".into()))
            .add_scope(Scope::new("profile".into()))
            .add_extra_param("ui_locales", language.to_owned())
            .set_pkce_challenge(challenge);
        if known.offline {
            request = request.add_scope(Scope::new("offline_access".into()));
        }
        let (url, state, nonce) = request.url();
        Ok(Departure {
            url,
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        })
    }

    /// Whether an authorization response that names `iss` (or none) is this provider's (RFC 9207 section 2.4).
    ///
    /// # Errors
    /// `Away`.
    pub async fn is_from(&self, iss: Option<&str>) -> Result<bool, ProviderError> {
        let known = self.known().await?;
        Ok(match iss {
            Some(iss) => iss == known.issuer,
            None => !known.extras.authorization_response_iss_parameter_supported,
        })
    }

    /// Trades the code for tokens and checks whose they are.
    ///
    /// # Errors
    /// `Refused` for a code that was used or is too old; `Untrusted`; `Away`.
    pub async fn arrive(&self, code: String, verifier: String, nonce: String) -> Result<(Identity, TokenSet), ProviderError> {
        let known = self.known().await?;
        let send = |request| fetch(self.http.clone(), request);
        let answer = known
            .client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| ProviderError::Untrusted(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request_async(&send)
            .await
            .map_err(|error| failure(&error))?;
        let id_token = answer
            .id_token()
            .ok_or_else(|| ProviderError::Untrusted("there is no ID token".into()))?;
        let claims = self.claims(&known, id_token, &Nonce::new(nonce)).await?;
        if let Some(expected) = claims.access_token_hash() {
            let verifier = known.client.id_token_verifier();
            let actual = id_token
                .signing_alg()
                .ok()
                .zip(id_token.signing_key(&verifier).ok())
                .and_then(|(algorithm, key)| AccessTokenHash::from_token(answer.access_token(), algorithm, key).ok());
            if actual.is_some_and(|actual| actual != *expected) {
                return Err(ProviderError::Untrusted("at_hash is of another access token".into()));
            }
        }
        let identity = self.identity(&known, &claims, id_token, &answer).await;
        Ok((identity, token_set(&answer, Some(id_token.to_string()))))
    }

    /// The claims, verified; with fresh keys if the key is not among those known.
    async fn claims(&self, known: &Known, token: &CoreIdToken, nonce: &Nonce) -> Result<CoreIdTokenClaims, ProviderError> {
        match token.claims(&known.client.id_token_verifier(), nonce) {
            Ok(claims) => return Ok(claims.clone()),
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {}
            Err(error) => return Err(ProviderError::Untrusted(chain(&error))),
        }
        let known = self.known_anew().await?;
        token
            .claims(&known.client.id_token_verifier(), nonce)
            .cloned()
            .map_err(|error| ProviderError::Untrusted(chain(&error)))
    }

    /// Who it is; the userinfo endpoint is asked for what the ID token leaves out (OpenID Connect Core section 5.3).
    async fn identity(&self, known: &Known, claims: &CoreIdTokenClaims, token: &CoreIdToken, answer: &CoreTokenResponse) -> Identity {
        let name = |localized: Option<&openidconnect::LocalizedClaim<openidconnect::EndUserName>>| {
            localized.and_then(|names| names.get(None)).map(|name| name.to_string())
        };
        let mut identity = Identity {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            sid: sid(&token.to_string()),
            email: claims.email().map(|email| email.to_string()),
            email_verified: claims.email_verified().unwrap_or(false),
            name: name(claims.name()),
        };
        if identity.email.is_some() && identity.name.is_some() {
            return identity;
        }
        let send = |request| fetch(self.http.clone(), request);
        let subject = Some(claims.subject().clone());
        if let Ok(request) = known.client.user_info(answer.access_token().clone(), subject)
            && let Ok::<CoreUserInfoClaims, _>(found) = request.request_async(&send).await
        {
            if identity.email.is_none() {
                identity.email = found.email().map(|email| email.to_string());
                identity.email_verified = found.email_verified().unwrap_or(false);
            }
            identity.name = identity.name.or_else(|| name(found.name()));
        }
        identity
    }

    /// Trades a refresh token for a new set (RFC 6749 section 6). A provider that sends no new refresh or ID token means the old one.
    ///
    /// # Errors
    /// `Refused` when the refresh token ended; `Away`.
    pub async fn refresh(&self, old: &TokenSet) -> Result<TokenSet, ProviderError> {
        let known = self.known().await?;
        let refresh = RefreshToken::new(old.refresh.clone().ok_or(ProviderError::Refused)?);
        let send = |request| fetch(self.http.clone(), request);
        let answer = known
            .client
            .exchange_refresh_token(&refresh)
            .map_err(|error| ProviderError::Untrusted(error.to_string()))?
            .request_async(&send)
            .await
            .map_err(|error| failure(&error))?;
        let mut set = token_set(&answer, None);
        set.refresh = set.refresh.or_else(|| old.refresh.clone());
        set.id.clone_from(&old.id);
        Ok(set)
    }

    /// Takes both tokens back at the provider (RFC 7009). What fails is logged: the session has ended here in any case.
    pub async fn revoke(&self, set: &TokenSet) {
        let Ok(known) = self.known().await else { return };
        let Some(endpoint) = known.extras.revocation_endpoint.clone() else {
            return;
        };
        let revoke = |token: String, hint: &'static str| {
            let request = self
                .http
                .post(endpoint.clone())
                .basic_auth(
                    encode(&self.config.oidc.client_id),
                    Some(encode(self.config.oidc.client_secret.expose_secret())),
                )
                .form(&[("token", token.as_str()), ("token_type_hint", hint)]);
            async move {
                match request.send().await {
                    Ok(answer) if answer.status().is_success() => {}
                    Ok(answer) => tracing::warn!(status = answer.status().as_u16(), hint, "a token could not be revoked"),
                    Err(error) => tracing::warn!(%error, hint, "a token could not be revoked"),
                }
            }
        };
        let refresh = async {
            if let Some(token) = set.refresh.clone() {
                revoke(token, "refresh_token").await;
            }
        };
        futures::join!(refresh, revoke(set.access.clone(), "access_token"));
    }

    /// Where to send the browser so that the provider ends its own session (RP-Initiated Logout 1.0 section 2).
    pub async fn end_session_url(&self, id_token: Option<&str>) -> Option<Url> {
        let mut url = self.known().await.ok()?.extras.end_session_endpoint.clone()?;
        let back = self.config.public_url.join("/").ok()?;
        url.query_pairs_mut()
            .append_pair("client_id", &self.config.oidc.client_id)
            .append_pair("post_logout_redirect_uri", back.as_str());
        if let Some(id_token) = id_token {
            url.query_pairs_mut().append_pair("id_token_hint", id_token);
        }
        Some(url)
    }
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Provider({})", self.config.oidc.issuer)
    }
}

fn token_set(answer: &CoreTokenResponse, id: Option<String>) -> TokenSet {
    // Without expires_in (RFC 6749 section 5.1 only recommends it) five minutes are assumed.
    let lifetime = answer.expires_in().unwrap_or(Duration::from_secs(300));
    TokenSet::new(
        answer.access_token().secret().clone(),
        answer.refresh_token().map(|token| token.secret().clone()),
        id,
        lifetime,
    )
}

fn failure<T>(error: &RequestTokenError<FetchError, T>) -> ProviderError
where
    T: openidconnect::ErrorResponse + 'static,
    T: AsGrantError,
{
    match error {
        RequestTokenError::ServerResponse(answer) if answer.is_invalid_grant() => ProviderError::Refused,
        other => ProviderError::Away(chain(other)),
    }
}

/// Whether an error response is about the grant (RFC 6749 section 5.2).
trait AsGrantError {
    fn is_invalid_grant(&self) -> bool;
}

impl AsGrantError for openidconnect::StandardErrorResponse<CoreErrorResponseType> {
    fn is_invalid_grant(&self) -> bool {
        *self.error() == CoreErrorResponseType::InvalidGrant
    }
}

/// `sid` of a token whose signature was verified before.
fn sid(token: &str) -> Option<String> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    claims.get("sid")?.as_str().map(str::to_owned)
}

/// Client credentials are form-encoded before they go into Basic (RFC 6749 section 2.3.1).
fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// An error with all its causes: openidconnect says "Request failed" and keeps the reason below.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
