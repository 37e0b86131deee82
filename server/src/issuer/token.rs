//! The token endpoint (RFC 6749 section 3.2) and the tokens it issues: access tokens as in RFC 9068, ID tokens as in
//! OpenID Connect Core 1.0 section 2, opaque refresh tokens.

use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Utc;
use jsonwebtoken::Algorithm;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256, Sha512};
use uuid::Uuid;

use super::{
    IssuerState, clients,
    error::OAuthError,
    grant,
    params::FormParams,
    store::{Account, Client, Grant},
};

/// How long an access token and the ID token beside it are good, seconds. Resource servers verify access tokens by signature
/// alone, so this is also how long one outlives its revocation there.
pub(super) const ACCESS_TOKEN_SECONDS: i64 = 300;
/// `typ` of access tokens (RFC 9068 section 2.1).
const ACCESS_TOKEN_TYP: &str = "at+jwt";
/// `typ` of ID tokens.
pub(super) const ID_TOKEN_TYP: &str = "JWT";

/// `POST /token`. For registered clients.
pub(super) async fn issue(State(state): State<IssuerState>, headers: HeaderMap, form: FormParams) -> Result<Response, OAuthError> {
    let FormParams(params) = form;
    let client = clients::authenticate(&state, &headers, &params).await?;
    let response = match params.one("grant_type")? {
        Some("authorization_code") => grant::authorization_code::redeem(&state, &client, &params).await?,
        Some("refresh_token") => grant::refresh::redeem(&state, &client, &params, idempotency_key(&headers)).await?,
        Some(_) => return Err(OAuthError::unsupported_grant_type()),
        None => return Err(OAuthError::invalid_request("grant_type is missing.")),
    };
    Ok(Json(response).into_response())
}

/// By what a client marks attempts at one and the same request (draft-ietf-httpapi-idempotency-key-header). One that is too short to be
/// unguessable counts as none.
fn idempotency_key(headers: &HeaderMap) -> Option<&str> {
    let key = headers.get("idempotency-key")?.to_str().ok()?;
    (32..=255).contains(&key.len()).then_some(key)
}

/// A successful answer (RFC 6749 section 5.1).
#[derive(Serialize)]
pub(super) struct TokenResponse {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    refresh_token: String,
    id_token: String,
    scope: String,
}

/// What an access token says (RFC 9068 section 2.2).
#[derive(Serialize, Deserialize)]
pub(super) struct AccessTokenClaims {
    iss: String,
    pub(super) sub: Uuid,
    aud: String,
    exp: i64,
    iat: i64,
    jti: Uuid,
    pub(super) client_id: String,
    pub(super) scope: String,
    auth_time: i64,
    /// The family it belongs to, so that userinfo and revocation find it. Ours; resource servers ignore it.
    pub(super) grant_id: Uuid,
}

impl AccessTokenClaims {
    /// The claims of an access token of ours that has not expired. Whether its grant still lives is the caller's to ask.
    pub(super) fn read(state: &IssuerState, keys: &super::keys::KeySet, token: &str) -> Option<Self> {
        keys.verify(&state.issuer, ACCESS_TOKEN_TYP, token, true)
    }
}

#[derive(Serialize)]
struct IdTokenClaims<'a> {
    iss: &'a str,
    sub: Uuid,
    aud: &'a str,
    exp: i64,
    iat: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    at_hash: String,
    sid: Uuid,
    #[serde(flatten)]
    about: Profile<'a>,
}

/// What the scopes `profile` and `email` tell about a person (OpenID Connect Core 1.0 section 5.4).
#[derive(Serialize)]
pub(super) struct Profile<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
}

impl<'a> Profile<'a> {
    pub(super) fn of(account: &'a Account, scope: &str) -> Self {
        let granted = |name: &str| scope.split(' ').any(|scope| scope == name);
        Self {
            name: granted("profile").then_some(account.name.as_str()),
            email: granted("email").then_some(account.email.as_str()),
            email_verified: granted("email").then_some(account.email_verified),
        }
    }
}

/// What goes into one answer.
pub(super) struct Issue<'a> {
    pub(super) client: &'a Client,
    pub(super) account: &'a Account,
    pub(super) grant: &'a Grant,
    /// The scope of the access token; a refresh may narrow it.
    pub(super) scope: String,
    /// Only the first ID token repeats it (OpenID Connect Core 1.0 section 12.2).
    pub(super) nonce: Option<&'a str>,
    pub(super) refresh_token: String,
}

impl Issue<'_> {
    /// Signs the tokens with the algorithm that the client is registered with.
    pub(super) async fn sign(self, state: &IssuerState) -> Result<TokenResponse, OAuthError> {
        let keys = state.keyring.keys().await?;
        let algorithm = if self.client.signing_algorithm == "EdDSA" {
            Algorithm::EdDSA
        } else {
            Algorithm::RS256
        };
        let now = Utc::now().timestamp();
        let access = AccessTokenClaims {
            iss: state.issuer.clone(),
            sub: self.account.id,
            aud: self.client.audience.clone(),
            exp: now + ACCESS_TOKEN_SECONDS,
            iat: now,
            jti: Uuid::new_v4(),
            client_id: self.client.id.clone(),
            scope: self.scope.clone(),
            auth_time: self.grant.auth_time.timestamp(),
            grant_id: self.grant.id,
        };
        let access_token = keys.sign(algorithm, ACCESS_TOKEN_TYP, &access)?;
        let id = IdTokenClaims {
            iss: &state.issuer,
            sub: self.account.id,
            aud: &self.client.id,
            exp: now + ACCESS_TOKEN_SECONDS,
            iat: now,
            auth_time: access.auth_time,
            nonce: self.nonce,
            at_hash: at_hash(algorithm, &access_token),
            sid: self.grant.session_id,
            about: Profile::of(self.account, &self.scope),
        };
        Ok(TokenResponse {
            id_token: keys.sign(algorithm, ID_TOKEN_TYP, &id)?,
            access_token,
            token_type: "Bearer",
            expires_in: ACCESS_TOKEN_SECONDS,
            refresh_token: self.refresh_token,
            scope: self.scope,
        })
    }
}

/// The left half of the access token's hash (OpenID Connect Core 1.0 section 3.1.3.6); Ed25519 hashes with SHA-512.
fn at_hash(algorithm: Algorithm, token: &str) -> String {
    if algorithm == Algorithm::EdDSA {
        URL_SAFE_NO_PAD.encode(&Sha512::digest(token)[..32])
    } else {
        URL_SAFE_NO_PAD.encode(&Sha256::digest(token)[..16])
    }
}
