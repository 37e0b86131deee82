//! The sign-in page and its form.
//!
//! The page carries the client's request sealed, so that strangers who only look at it leave nothing in the database. What is
//! sealed opens only together with the cookie of the browser that the page was shown in, and the form is taken only from our
//! own origin: nobody can be signed in as somebody else by a form on another site (login CSRF).

use app::{
    i18n::Locale,
    kernel::{email::EmailAddress, error::AppError},
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Utc;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    IssuerState,
    authorize::{self, AuthorizationRequest},
    cookies::{self, Cookie},
    lockout::Attempt,
    page::{self, LoginForm, LoginProblem, PageError},
    params::{FormParams, Params},
    password::Busy,
    peer::Peer,
    seal::random_token,
    session,
    store::{self, Account, BrowserSession},
};
use crate::http::csrf::is_same_origin;

/// How long a sign-in page can stay open, seconds.
const PAGE_SECONDS: i64 = 3600;

/// What a sign-in page carries.
#[derive(Serialize, Deserialize)]
struct LoginTransaction {
    request: AuthorizationRequest,
    /// Unix time, seconds.
    shown_at: i64,
}

impl LoginTransaction {
    fn seal(&self, state: &IssuerState, browser: &str) -> Option<String> {
        let plain = serde_json::to_vec(self).ok()?;
        Some(URL_SAFE_NO_PAD.encode(state.login_transactions.seal(browser.as_bytes(), &plain)?))
    }

    fn open(state: &IssuerState, browser: &str, sealed: &str) -> Option<Self> {
        let plain = state
            .login_transactions
            .open(browser.as_bytes(), &URL_SAFE_NO_PAD.decode(sealed).ok()?)?;
        let transaction: Self = serde_json::from_slice(&plain).ok()?;
        (Utc::now().timestamp() - transaction.shown_at <= PAGE_SECONDS).then_some(transaction)
    }
}

/// `GET /login`: there is no sign-in without a client that asks for it, so the way leads to the site's own.
pub(super) async fn without_request(State(state): State<IssuerState>) -> Redirect {
    Redirect::to(&format!("{}/", state.origin))
}

/// The first showing of the page.
pub(super) fn show(state: &IssuerState, headers: &HeaderMap, request: AuthorizationRequest) -> Response {
    let email = request.login_hint.clone().unwrap_or_default();
    form(state, headers, request, &email, None)
}

fn form(
    state: &IssuerState,
    headers: &HeaderMap,
    request: AuthorizationRequest,
    email: &str,
    problem: Option<(StatusCode, LoginProblem)>,
) -> Response {
    let locale = cookies::locale(request.ui_locale, headers);
    // Kept if there is one: sign-in pages in several tabs all stay good.
    let browser = Cookie::Login.read(state, headers).unwrap_or_else(random_token);
    let client_name = request.client_name.clone();
    let client_origin = Url::parse(&request.redirect_uri).map_or_else(|_| state.origin.clone(), |url| url.origin().ascii_serialization());
    let transaction = LoginTransaction {
        request,
        shown_at: Utc::now().timestamp(),
    };
    let Some(transaction) = transaction.seal(state, &browser) else {
        let incident = uuid::Uuid::now_v7().simple().to_string();
        tracing::error!(%incident, "a sign-in page could not be sealed");
        return PageError::new(locale, AppError::Internal { incident }).into_response();
    };
    let (status, problem) = problem.map_or((StatusCode::OK, None), |(status, problem)| (status, Some(problem)));
    let mut response = page::login(
        state,
        locale,
        status,
        &LoginForm {
            action: state.url("/login"),
            transaction,
            client_name,
            client_origin,
            email: email.to_owned(),
            problem,
        },
    );
    if let Some(cookie) = Cookie::Login.set(state, &browser, 2 * 3600) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// `POST /login`. For everybody, from our own page only. Everything typed but the password comes back after a failure.
pub(super) async fn submit(
    State(state): State<IssuerState>,
    peer: Peer,
    headers: HeaderMap,
    form: FormParams,
) -> Result<Response, PageError> {
    let FormParams(params) = form;
    let locale = cookies::locale(None, &headers);
    if !is_same_origin(&headers, &state.origin) {
        tracing::warn!("a sign-in form came from another site");
        return Ok(page::error(&state, locale, StatusCode::FORBIDDEN, locale.issuer_cross_site()));
    }
    let browser = Cookie::Login.read(&state, &headers);
    let transaction = browser.and_then(|browser| LoginTransaction::open(&state, &browser, params.typed("transaction")));
    let Some(LoginTransaction { request, .. }) = transaction else {
        return Ok(page::error(
            &state,
            locale,
            StatusCode::BAD_REQUEST,
            locale.issuer_transaction_lost(),
        ));
    };
    sign_in(&state, peer, &headers, request, &params).await
}

async fn sign_in(
    state: &IssuerState,
    peer: Peer,
    headers: &HeaderMap,
    mut request: AuthorizationRequest,
    params: &Params,
) -> Result<Response, PageError> {
    let typed = params.typed("email");
    let email_back = typed.chars().take(254).collect::<String>();
    // The buttons of the other languages send the form too, so that nothing typed is lost.
    if let Some(chosen) = Locale::from_tag(params.typed("language")) {
        request.ui_locale = Some(chosen);
        return Ok(form(state, headers, request, &email_back, None));
    }
    let locale = cookies::locale(request.ui_locale, headers);
    let again = |request, status, problem| Ok(form(state, headers, request, &email_back, Some((status, problem))));
    let password = params.typed("password");
    if typed.trim().is_empty() {
        return again(request, StatusCode::UNPROCESSABLE_ENTITY, LoginProblem::EmailNeeded);
    }
    if password.is_empty() {
        return again(request, StatusCode::UNPROCESSABLE_ENTITY, LoginProblem::PasswordNeeded);
    }

    let email = EmailAddress::parse(typed);
    let counted = email.as_ref().map_or_else(|| typed.trim().to_lowercase(), ToString::to_string);
    let attempt = match Attempt::begin(state, &counted, peer.0).await.map_err(PageError::database(locale))? {
        Ok(attempt) => attempt,
        Err(seconds) => return again(request, StatusCode::TOO_MANY_REQUESTS, LoginProblem::Locked { seconds }),
    };
    let checked = check_password(state, email.as_ref(), password).await;
    let account = match checked.map_err(PageError::database(locale))? {
        Ok(Some(account)) => account,
        Ok(None) => {
            metrics::counter!("issuer_sign_in_failed_total").increment(1);
            return again(request, StatusCode::UNPROCESSABLE_ENTITY, LoginProblem::Wrong);
        }
        Err(Busy) => {
            attempt.cancel(state).await.map_err(PageError::database(locale))?;
            return again(request, StatusCode::SERVICE_UNAVAILABLE, LoginProblem::Busy);
        }
    };
    let response = succeed(state, headers, attempt, account, &request).await;
    let response = response.map_err(PageError::database(locale))?;
    metrics::counter!("issuer_sign_in_total").increment(1);
    Ok(response)
}

/// The account of that address and password; none if there is none. A disabled account answers like a wrong password: nobody learns
/// that it exists.
async fn check_password(state: &IssuerState, email: Option<&EmailAddress>, password: &str) -> sqlx::Result<Result<Option<Account>, Busy>> {
    // The connection goes back before the slow part.
    let account = match email {
        Some(email) => {
            let mut connection = state.db.acquire().await?;
            store::find_account_by_email(&mut connection, email.as_str()).await?
        }
        None => None,
    };
    let hash = account.as_ref().map(|account| account.password_hash.expose_secret().to_owned());
    let right = state.passwords.verify(password.to_owned().into(), hash).await;
    Ok(right.map(|right| account.filter(|account| right && account.enabled)))
}

/// Starts the browser's session and sends it back to the client with a code.
async fn succeed(
    state: &IssuerState,
    headers: &HeaderMap,
    attempt: Attempt,
    account: Account,
    request: &AuthorizationRequest,
) -> sqlx::Result<Response> {
    let before = session::find(state, headers).await?;
    let mut transaction = state.db.begin().await?;
    attempt.succeed(&mut transaction).await?;
    let started = session::start(state, &mut transaction, before, account.id).await?;
    let session = BrowserSession {
        id: started.id,
        account_id: account.id,
        email: account.email,
        auth_time: started.auth_time,
        age: 0.0,
    };
    let mut response = authorize::issue_code(state, &mut transaction, request, &session).await?;
    transaction.commit().await?;
    if let Some(cookie) = started.cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
