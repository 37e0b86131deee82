//! `GET /auth/callback`: back from the issuer. Checks everything, trades the code, and makes the session the person's.

use app::{
    i18n::Locale,
    kernel::{actor::Origin, error::AppError},
};
use axum::{
    Extension,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use fred::interfaces::KeysInterface;
use serde::Deserialize;
use tower_sessions::{Session, session::Id};

use super::{
    issuer_sessions,
    login::{PendingLogin, key},
    provider::ProviderError,
    relying_party::Identity,
};
use crate::http::{
    Web,
    error_page::ErrorPage,
    problem,
    request::Caller,
    session::{self, SignedIn},
    tokens::TokenSet,
};
use crate::{
    identity::{self, IdentityError, IssuerAccount},
    platform::kv::with_timeout,
};

/// The authorization response (RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207). Not to be shown: it holds the code.
#[derive(Default, Deserialize)]
pub(super) struct AuthorizationResponse {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// What becomes of a callback.
enum Outcome {
    Redirect(String),
    Page(ErrorPage),
    Error(AppError),
}

impl From<AppError> for Outcome {
    fn from(error: AppError) -> Self {
        Self::Error(error)
    }
}

pub(super) async fn callback(
    State(web): State<Web>,
    session: Session,
    Extension(caller): Extension<Caller>,
    response: Result<Query<AuthorizationResponse>, QueryRejection>,
) -> Response {
    // One parameter twice (RFC 6749 section 3.1 forbids it) is a response without any.
    let response = response.map(|Query(response)| response).unwrap_or_default();
    match complete(&web, &session, &caller, response).await.unwrap_or_else(|outcome| outcome) {
        Outcome::Redirect(path) => Redirect::to(&path).into_response(),
        Outcome::Page(page) => page.into_response(),
        Outcome::Error(error) => problem::answer(error, &caller),
    }
}

async fn complete(web: &Web, session: &Session, caller: &Caller, response: AuthorizationResponse) -> Result<Outcome, Outcome> {
    let t = caller.locale;
    let key = key(response.state.as_deref().unwrap_or_default());
    // Taken out as it is read: a state serves once.
    let sealed: Option<Vec<u8>> = with_timeout(web.platform.kv.getdel(&key)).await?;
    let pending: Option<PendingLogin> = sealed.and_then(|sealed| web.login_sealer.open(&key, &sealed));
    let signed_in = session::signed_in(session).await?.is_some();
    let Some(pending) = pending else {
        // The back button, or a reload after it worked.
        return Ok(if signed_in {
            Outcome::Redirect("/".into())
        } else {
            Outcome::Page(super::expired(t, "/"))
        });
    };
    let return_to = pending.return_to;
    if session.id().map(|id| id.to_string()) != Some(pending.session) {
        // Not the browser that began it, or another tab has been quicker. The first must not be signed in by this answer; the
        // second goes on where it wanted to, at most through a sign-in of its own.
        return Ok(Outcome::Redirect(if signed_in { return_to } else { super::login_path(&return_to) }));
    }
    match web.provider.is_own_iss(response.iss.as_deref()).await {
        Ok(true) => {}
        Ok(false) => return Ok(Outcome::Page(untrusted(t, &return_to, "iss is of another issuer"))),
        Err(error) => return Ok(Outcome::Page(failed(t, &return_to, &error))),
    }
    let code = match (response.code, response.error.as_deref()) {
        (_, Some("access_denied")) => return Ok(Outcome::Page(access_denied(t, &return_to))),
        (_, Some("temporarily_unavailable" | "server_error")) => return Ok(Outcome::Page(super::issuer_unavailable(t, &return_to))),
        (_, Some(error)) => return Ok(Outcome::Page(untrusted(t, &return_to, error))),
        (None, None) => return Ok(Outcome::Page(super::expired(t, &return_to))),
        (Some(code), None) => code,
    };
    match web.provider.exchange_code(code, pending.verifier, pending.nonce).await {
        Ok((identity, tokens)) => start_session(web, session, caller, identity, tokens, return_to).await,
        Err(error) => Ok(Outcome::Page(failed(t, &return_to, &error))),
    }
}

/// Finds the person and makes the session theirs.
async fn start_session(
    web: &Web,
    session: &Session,
    caller: &Caller,
    identity: Identity,
    tokens: TokenSet,
    return_to: String,
) -> Result<Outcome, Outcome> {
    let actor = match sign_in(web, caller, &identity).await {
        Ok(actor) => actor,
        Err(error) => {
            web.provider.revoke(&tokens).await;
            return if error.is_refusal() {
                Ok(Outcome::Page(not_a_member(web, caller.locale, &tokens, &error).await))
            } else {
                Err(AppError::from(error).into())
            };
        }
    };
    let who = SignedIn {
        user: actor.user.ok_or(AppError::NotAuthenticated)?,
        organisation: actor.organisation,
        issuer: identity.issuer,
        subject: identity.subject,
        issuer_sid: identity.sid,
        tokens: Id::default(),
    };
    let before = session::signed_in(session).await?;
    let id = session::sign_in(session, &who, &actor, &web.platform.config).await?;
    let kept = async {
        web.tokens.keep(who.tokens, &tokens).await?;
        issuer_sessions::link(&web.platform, &who, id).await
    };
    if let Err(error) = kept.await {
        let _ = session.flush().await;
        web.provider.revoke(&tokens).await;
        return Err(error.into());
    }
    if let Some(before) = before
        && let Ok(Some(old)) = web.tokens.take(before.tokens).await
    {
        web.provider.revoke(&old).await;
    }
    tracing::info!(user = %who.user, organisation = %who.organisation, "signed in");
    Ok(Outcome::Redirect(return_to))
}

async fn sign_in(web: &Web, caller: &Caller, who: &Identity) -> Result<app::kernel::actor::Actor, IdentityError> {
    let account = IssuerAccount {
        issuer: &who.issuer,
        subject: &who.subject,
        email: who.email.as_deref().unwrap_or_default(),
        email_verified: who.email_verified,
        name: who.name.as_deref().unwrap_or_default(),
    };
    let origin = Origin {
        address: caller.address,
        request: Some(caller.request_id.clone()),
        channel: "web",
    };
    identity::sign_in(&web.platform.db, &account, origin).await
}

fn access_denied(t: Locale, return_to: &str) -> ErrorPage {
    ErrorPage::new(t, StatusCode::FORBIDDEN, t.page_sign_in_denied(), t.page_sign_in_denied_text())
        .link(super::login_path(return_to), t.try_again())
}

fn untrusted(t: Locale, return_to: &str, why: &str) -> ErrorPage {
    tracing::warn!(why, "a sign-in was refused");
    ErrorPage::new(t, StatusCode::BAD_REQUEST, t.page_sign_in_failed(), t.page_sign_in_failed_text())
        .link(super::login_path(return_to), t.try_again())
}

fn failed(t: Locale, return_to: &str, error: &ProviderError) -> ErrorPage {
    match error {
        ProviderError::Unavailable(why) => {
            tracing::warn!(why, "the identity provider is away in the middle of a sign-in");
            super::issuer_unavailable(t, return_to)
        }
        ProviderError::InvalidGrant => super::expired(t, return_to),
        ProviderError::Untrusted(why) => untrusted(t, return_to, why),
    }
}

/// Known to the issuer, but no (enabled) member of any organisation. The way out ends the issuer's session, or the same account would
/// come back.
async fn not_a_member(web: &Web, t: Locale, tokens: &TokenSet, error: &IdentityError) -> ErrorPage {
    let text = error.refusal_text(t);
    let page = ErrorPage::new(t, StatusCode::FORBIDDEN, t.page_no_member(), text);
    let out = web.provider.end_session_url(tokens.id.as_deref()).await;
    page.link(out.map_or_else(|| super::login_path("/"), Into::into), t.page_other_account())
}
