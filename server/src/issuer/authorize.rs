//! The authorization endpoint (RFC 6749 section 4.1.1, OpenID Connect Core 1.0 section 3.1.2, RFC 7636, RFC 9207, RFC 9700).
//!
//! A request whose client or redirect URI is not exactly a registered one gets a page and is never redirected; every other
//! error goes back to the client. Whoever has to sign in gets the page of `login`, which carries the request, sealed.

use app::{i18n::Locale, identity::Permission};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use url::Url;
use uuid::Uuid;

use super::{
    IssuerState, cookies, login,
    logout::IdTokenHint,
    page::{self, PageError},
    params::{FormParams, ParamError, Params},
    seal::{random_token, token_hash},
    session,
    store::{self, BrowserSession, Client},
};

/// How long a code can be redeemed, seconds.
const CODE_SECONDS: f64 = 60.0;
/// What every client can ask for; anything unknown is ignored (OpenID Connect Core 1.0 section 3.1.2.1).
const SCOPES: [&str; 4] = ["openid", "profile", "email", "forecourt"];

/// All scopes: the claims of OpenID Connect, all that the person may do at the API (`forecourt`), or one permission each.
pub(super) fn scopes() -> impl Iterator<Item = &'static str> {
    SCOPES.into_iter().chain(Permission::ALL.iter().map(|permission| permission.name()))
}

/// A request whose client and redirect URI are right, and whose parameters are too.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct AuthorizationRequest {
    pub(super) client_id: String,
    pub(super) client_name: String,
    pub(super) redirect_uri: String,
    state: Option<String>,
    nonce: Option<String>,
    scope: String,
    code_challenge: String,
    pub(super) login_hint: Option<String>,
    pub(super) ui_locale: Option<Locale>,
    /// Who has to be the one signed in (`id_token_hint`).
    expected_subject: Option<Uuid>,
}

/// When the person has to give the password, though signed in (`prompt`, `max_age`).
struct Reauthentication {
    /// `prompt=none`: may not be asked.
    prompt_none: bool,
    /// `prompt=login` or `select_account`: must be asked.
    prompt_login: bool,
    /// Seconds since the last time.
    max_age: Option<u64>,
}

impl Reauthentication {
    /// By `prompt` and `max_age` (OpenID Connect Core 1.0 section 3.1.2.1).
    fn read(params: &Params) -> Result<Self, AuthorizationError> {
        let prompts: Vec<&str> = params
            .one("prompt")?
            .unwrap_or_default()
            .split(' ')
            .filter(|prompt| !prompt.is_empty())
            .collect();
        if prompts.iter().any(|prompt| !["none", "login", "select_account"].contains(prompt)) {
            return Err(AuthorizationError::invalid("This prompt is not supported."));
        }
        if prompts.contains(&"none") && prompts.len() > 1 {
            return Err(AuthorizationError::invalid("prompt=none stands alone."));
        }
        let max_age = params.one("max_age")?.map(str::parse::<u64>).transpose();
        Ok(Self {
            prompt_none: prompts.contains(&"none"),
            prompt_login: prompts.contains(&"login") || prompts.contains(&"select_account"),
            max_age: max_age.map_err(|_not_a_number| AuthorizationError::invalid("max_age is a number of seconds."))?,
        })
    }
}

/// An error that the client is told (RFC 6749 section 4.1.2.1, OpenID Connect Core 1.0 section 3.1.2.6).
#[derive(Clone, Debug)]
struct AuthorizationError {
    code: &'static str,
    description: String,
}

impl AuthorizationError {
    fn new(code: &'static str, description: impl Into<String>) -> Self {
        Self {
            code,
            description: description.into(),
        }
    }

    fn invalid(description: impl Into<String>) -> Self {
        Self::new("invalid_request", description)
    }
}

impl From<ParamError> for AuthorizationError {
    fn from(error: ParamError) -> Self {
        Self::invalid(error.description())
    }
}

/// `GET /authorize`. For everybody.
pub(super) async fn get(State(state): State<IssuerState>, headers: HeaderMap, params: Params) -> Result<Response, PageError> {
    authorize(&state, &headers, &params).await
}

/// `POST /authorize`, which clients may use for long requests. For everybody; it changes nothing without a sign-in.
pub(super) async fn post(State(state): State<IssuerState>, headers: HeaderMap, form: FormParams) -> Result<Response, PageError> {
    authorize(&state, &headers, &form.0).await
}

async fn authorize(state: &IssuerState, headers: &HeaderMap, params: &Params) -> Result<Response, PageError> {
    let locale = cookies::locale(requested_locale(params), headers);
    let refused = |text: &str| page::error(state, locale, StatusCode::BAD_REQUEST, text);
    let Ok(Some(client_id)) = params.one("client_id") else {
        return Ok(refused(locale.issuer_unknown_client()));
    };
    let client = store::find_client(&mut *state.db.acquire().await.map_err(PageError::database(locale))?, client_id)
        .await
        .map_err(PageError::database(locale))?;
    let Some(client) = client else {
        return Ok(refused(locale.issuer_unknown_client()));
    };
    // Simple string comparison (RFC 9700 section 4.1.3), on what was registered.
    let redirect_uri = params.one("redirect_uri").ok().flatten();
    let Some(redirect_uri) = redirect_uri.filter(|asked| client.redirect_uris.iter().any(|registered| registered == asked)) else {
        tracing::warn!(client = %client.id, "redirect_uri is not registered");
        return Ok(refused(locale.issuer_unknown_redirect()));
    };

    let client_state = params.one("state").ok().flatten();
    let (request, reauthentication) = match parse_request(state, params, &client, redirect_uri).await {
        Ok(parsed) => parsed,
        Err(RequestError::Authorization(error)) => return Ok(error_response(state, redirect_uri, client_state, &error)),
        Err(RequestError::Keys(error)) => return Err(PageError::new(locale, super::error::key_failure(error))),
    };
    let session = session::find(state, headers).await.map_err(PageError::database(locale))?;
    let usable = session.filter(|session| {
        let fresh = reauthentication
            .max_age
            .is_none_or(|seconds| session.age <= max_age_seconds(seconds));
        fresh && !reauthentication.prompt_login && request.expected_subject.is_none_or(|expected| expected == session.account_id)
    });
    match usable {
        Some(session) => {
            let mut transaction = state.db.begin().await.map_err(PageError::database(locale))?;
            let response = issue_code(state, &mut transaction, &request, &session).await;
            let response = response.map_err(PageError::database(locale))?;
            transaction.commit().await.map_err(PageError::database(locale))?;
            Ok(response)
        }
        None if reauthentication.prompt_none => {
            let error = AuthorizationError::new("login_required", "Nobody is signed in as this request asks.");
            Ok(error_response(state, redirect_uri, client_state, &error))
        }
        None => Ok(login::show(state, headers, request)),
    }
}

/// Why a request gets no code.
enum RequestError {
    Authorization(AuthorizationError),
    Keys(super::keys::KeyError),
}

impl<T: Into<AuthorizationError>> From<T> for RequestError {
    fn from(error: T) -> Self {
        Self::Authorization(error.into())
    }
}

async fn parse_request(
    state: &IssuerState,
    params: &Params,
    client: &Client,
    redirect_uri: &str,
) -> Result<(AuthorizationRequest, Reauthentication), RequestError> {
    let client_state = params.one("state")?;
    reject_unsupported(params)?;
    let scope = granted_scope(params)?;
    let code_challenge = code_challenge(params)?;
    let reauthentication = Reauthentication::read(params)?;
    let expected_subject = match params.one("id_token_hint")? {
        None => None,
        Some(hint) => {
            let keys = state.keyring.keys().await.map_err(RequestError::Keys)?;
            let hint = IdTokenHint::read(state, &keys, hint)
                .ok_or_else(|| AuthorizationError::invalid("id_token_hint is not an ID token of ours."))?;
            Some(hint.sub)
        }
    };
    let request = AuthorizationRequest {
        client_id: client.id.clone(),
        client_name: client.name.clone(),
        redirect_uri: redirect_uri.to_owned(),
        state: client_state.map(str::to_owned),
        nonce: params.one("nonce")?.map(str::to_owned),
        scope,
        code_challenge,
        login_hint: params.one("login_hint")?.map(str::to_owned),
        ui_locale: requested_locale(params),
        expected_subject,
    };
    Ok((request, reauthentication))
}

/// What of OpenID Connect this provider does not do (its metadata say the same).
fn reject_unsupported(params: &Params) -> Result<(), AuthorizationError> {
    for (name, code) in [
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
        ("registration", "registration_not_supported"),
    ] {
        if params.one(name)?.is_some() {
            return Err(AuthorizationError::new(code, "See the provider's metadata for what is supported."));
        }
    }
    match params.one("response_type")? {
        Some("code") => {}
        None => return Err(AuthorizationError::invalid("response_type is missing.")),
        Some(_) => return Err(AuthorizationError::new("unsupported_response_type", "Only code is supported.")),
    }
    if params.one("response_mode")?.is_some_and(|mode| mode != "query") {
        return Err(AuthorizationError::invalid("Only the response mode query is supported."));
    }
    Ok(())
}

/// What is granted of the scope asked for.
fn granted_scope(params: &Params) -> Result<String, AuthorizationError> {
    let asked: Vec<&str> = params.one("scope")?.unwrap_or_default().split(' ').collect();
    if !asked.contains(&"openid") {
        return Err(AuthorizationError::new("invalid_scope", "The scope has to contain openid."));
    }
    let scope: Vec<&str> = scopes().filter(|scope| asked.contains(scope)).collect();
    Ok(scope.join(" "))
}

/// The challenge of PKCE (RFC 7636 section 4.3): required, and only by S256.
fn code_challenge(params: &Params) -> Result<String, AuthorizationError> {
    let challenge = params
        .one("code_challenge")?
        .ok_or_else(|| AuthorizationError::invalid("code_challenge is missing: PKCE is required."))?;
    if params.one("code_challenge_method")? != Some("S256") {
        return Err(AuthorizationError::invalid("code_challenge_method has to be S256."));
    }
    let base64url = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if challenge.len() != 43 || !challenge.bytes().all(base64url) {
        return Err(AuthorizationError::invalid("code_challenge is not a base64url SHA-256."));
    }
    Ok(challenge.to_owned())
}

/// The first language of `ui_locales` that we speak.
pub(super) fn requested_locale(params: &Params) -> Option<Locale> {
    params.one("ui_locales").ok().flatten()?.split(' ').find_map(Locale::from_tag)
}

/// Seconds as PostgreSQL counts them; no age is beyond 100 years.
fn max_age_seconds(seconds: u64) -> f64 {
    u32::try_from(seconds).map_or(f64::from(u32::MAX), f64::from)
}

/// Issues a code for a request whose person is signed in, and sends the browser back with it. If another person signed in than the
/// client expected, the answer is `login_required`.
pub(super) async fn issue_code(
    state: &IssuerState,
    connection: &mut PgConnection,
    request: &AuthorizationRequest,
    session: &BrowserSession,
) -> sqlx::Result<Response> {
    if request.expected_subject.is_some_and(|expected| expected != session.account_id) {
        let error = AuthorizationError::new("login_required", "Somebody else signed in than id_token_hint names.");
        return Ok(error_response(state, &request.redirect_uri, request.state.as_deref(), &error));
    }
    let code = random_token();
    let grant = store::Grant {
        id: Uuid::now_v7(),
        account_id: session.account_id,
        client_id: request.client_id.clone(),
        session_id: session.id,
        scope: request.scope.clone(),
        auth_time: session.auth_time,
        alive: true,
    };
    let new_code = store::NewCode {
        code_hash: &token_hash(&code),
        redirect_uri: &request.redirect_uri,
        code_challenge: &request.code_challenge,
        nonce: request.nonce.as_deref(),
    };
    store::insert_grant(connection, &grant, &new_code, CODE_SECONDS).await?;
    Ok(redirect(state, &request.redirect_uri, request.state.as_deref(), &[("code", &code)]))
}

fn error_response(state: &IssuerState, redirect_uri: &str, client_state: Option<&str>, error: &AuthorizationError) -> Response {
    let answer = [("error", error.code), ("error_description", &error.description)];
    redirect(state, redirect_uri, client_state, &answer)
}

/// The authorization response: sends the browser to the client's registered redirect URI with the answer, `state` and `iss` (RFC 9207).
fn redirect(state: &IssuerState, redirect_uri: &str, client_state: Option<&str>, answer: &[(&str, &str)]) -> Response {
    let Ok(mut url) = Url::parse(redirect_uri) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    url.query_pairs_mut()
        .extend_pairs(answer)
        .extend_pairs(client_state.map(|value| ("state", value)))
        .append_pair("iss", &state.issuer);
    // 303: the browser must not send a password on (RFC 9700 section 4.12).
    (StatusCode::SEE_OTHER, [(header::LOCATION, url.as_str())]).into_response()
}
