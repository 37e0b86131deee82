//! What Forecourt asks of its provider for one person: off to sign in, code for tokens, refresh, revocation, end of session.
//!
//! RFC 6749, RFC 7009, RFC 7636, RFC 9207, OpenID Connect Core 1.0, RP-Initiated Logout 1.0.

use std::{sync::Arc, time::Duration};

use axum::http::HeaderValue;
use openidconnect::{
    AccessTokenHash, AuthenticationFlow, AuthorizationCode, ClaimsVerificationError, CsrfToken, HttpRequest, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, RefreshToken, RequestTokenError, Scope, SignatureVerificationError, TokenResponse,
    core::{CoreErrorResponseType, CoreIdToken, CoreIdTokenClaims, CoreResponseType, CoreTokenResponse, CoreUserInfoClaims},
};
use secrecy::ExposeSecret;
use url::Url;

use super::provider::{Discovered, FetchError, Provider, ProviderError, chain, fetch};
use crate::http::tokens::TokenSet;

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
pub struct AuthorizationRequest {
    pub url: Url,
    pub state: String,
    pub nonce: String,
    pub verifier: String,
}

impl std::fmt::Debug for AuthorizationRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuthorizationRequest")
    }
}

impl Provider {
    /// The authorization request (RFC 6749 section 4.1.1) with PKCE S256, state and nonce.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn authorization_request(&self, language: &str) -> Result<AuthorizationRequest, ProviderError> {
        let discovered = self.discovered().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = discovered
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
        if discovered.offline {
            request = request.add_scope(Scope::new("offline_access".into()));
        }
        let (url, state, nonce) = request.url();
        Ok(AuthorizationRequest {
            url,
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        })
    }

    /// Whether an authorization response that names `iss` (or none) is this provider's (RFC 9207 section 2.4).
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn is_own_iss(&self, iss: Option<&str>) -> Result<bool, ProviderError> {
        let discovered = self.discovered().await?;
        Ok(match iss {
            Some(iss) => iss == discovered.issuer,
            None => !discovered.extra.authorization_response_iss_parameter_supported,
        })
    }

    /// Trades the code for tokens and checks whose they are.
    ///
    /// # Errors
    /// `InvalidGrant` for a code that was used or is too old; `Untrusted`; `Unavailable`.
    pub async fn exchange_code(&self, code: String, verifier: String, nonce: String) -> Result<(Identity, TokenSet), ProviderError> {
        let discovered = self.discovered().await?;
        let send = |request| fetch(self.http.clone(), request);
        let answer = discovered
            .client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| ProviderError::Untrusted(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request_async(&send)
            .await
            .map_err(|error| token_error(&error))?;
        let id_token = answer
            .id_token()
            .ok_or_else(|| ProviderError::Untrusted("there is no ID token".into()))?;
        let (discovered, claims) = self.verified_claims(discovered, id_token, &Nonce::new(nonce)).await?;
        if let Some(expected) = claims.access_token_hash() {
            let verifier = discovered.client.id_token_verifier();
            let actual = id_token
                .signing_alg()
                .ok()
                .zip(id_token.signing_key(&verifier).ok())
                .and_then(|(algorithm, key)| AccessTokenHash::from_token(answer.access_token(), algorithm, key).ok());
            // One that can't be computed proves nothing about the access token either.
            if actual.as_ref() != Some(expected) {
                return Err(ProviderError::Untrusted("at_hash is not of this access token".into()));
            }
        }
        let identity = self.identity(&discovered, &claims, id_token, &answer).await;
        Ok((identity, token_set(&answer, Some(id_token.to_string()))))
    }

    /// The claims, verified; with fresh keys if the key is not among those discovered. With the keys that it was verified with.
    async fn verified_claims(
        &self,
        discovered: Arc<Discovered>,
        token: &CoreIdToken,
        nonce: &Nonce,
    ) -> Result<(Arc<Discovered>, CoreIdTokenClaims), ProviderError> {
        let claims = token.claims(&discovered.client.id_token_verifier(), nonce).cloned();
        match claims {
            Ok(claims) => return Ok((discovered, claims)),
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {}
            Err(error) => return Err(ProviderError::Untrusted(chain(&error))),
        }
        let discovered = self.rediscovered().await?;
        let claims = token.claims(&discovered.client.id_token_verifier(), nonce).cloned();
        claims
            .map(|claims| (discovered, claims))
            .map_err(|error| ProviderError::Untrusted(chain(&error)))
    }

    /// Who it is; the userinfo endpoint is asked for what the ID token leaves out (OpenID Connect Core section 5.3).
    async fn identity(
        &self,
        discovered: &Discovered,
        claims: &CoreIdTokenClaims,
        token: &CoreIdToken,
        answer: &CoreTokenResponse,
    ) -> Identity {
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
        if let Ok(request) = discovered.client.user_info(answer.access_token().clone(), subject)
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
    /// The request bears an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header) that is the same for every attempt with the
    /// same token, in every replica, and that nobody knows who has only the token: by it our own issuer tells an attempt whose answer
    /// was lost from a replay.
    ///
    /// # Errors
    /// `InvalidGrant` when the refresh token ended; `Unavailable`.
    pub async fn refresh(&self, old: &TokenSet) -> Result<TokenSet, ProviderError> {
        let discovered = self.discovered().await?;
        let refresh = RefreshToken::new(old.refresh.clone().ok_or(ProviderError::InvalidGrant)?);
        let attempt = HeaderValue::from_str(&format!("\"{}\"", self.idempotency_keys.name(refresh.secret())))
            .map_err(|error| ProviderError::Untrusted(error.to_string()))?;
        let send = |mut request: HttpRequest| {
            request.headers_mut().insert("idempotency-key", attempt.clone());
            fetch(self.http.clone(), request)
        };
        let answer = discovered
            .client
            .exchange_refresh_token(&refresh)
            .map_err(|error| ProviderError::Untrusted(error.to_string()))?
            .request_async(&send)
            .await
            .map_err(|error| token_error(&error))?;
        let mut set = token_set(&answer, None);
        set.refresh = set.refresh.or_else(|| old.refresh.clone());
        set.id.clone_from(&old.id);
        Ok(set)
    }

    /// Takes both tokens back at the provider (RFC 7009). What fails is logged: the session has ended here in any case.
    pub async fn revoke(&self, set: &TokenSet) {
        let Ok(discovered) = self.discovered().await else { return };
        let Some(endpoint) = discovered.extra.revocation_endpoint.clone() else {
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
        let mut url = self.discovered().await.ok()?.extra.end_session_endpoint.clone()?;
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

fn token_error<T>(error: &RequestTokenError<FetchError, T>) -> ProviderError
where
    T: openidconnect::ErrorResponse + 'static,
    T: AsGrantError,
{
    match error {
        RequestTokenError::ServerResponse(answer) if answer.is_invalid_grant() => ProviderError::InvalidGrant,
        other => ProviderError::Unavailable(chain(other)),
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
