//! Who acts, found anew for every request: session or Bearer token → person → member with what the role allows now.
//!
//! Pages turn strangers away to the sign-in; server functions and REST learn why there is no actor and answer it themselves.

use app::{
    identity::Me,
    kernel::{actor::Actor, error::AppError},
};
use axum::{
    body::Body,
    extract::{FromRequestParts, Request, State},
    http::{Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tower_sessions::Session;

use super::{
    Web,
    auth::{issuer_sessions, login_path, return_to::local_path},
    bearer,
    error_page::ErrorPage,
    limits,
    problem::{self, Problem},
    request::{Answer, Caller, caller, is_form},
    session::{self, SignedIn},
    tokens::TokenState,
};
use crate::{identity, platform::kv};

/// The signed-in actor, for REST handlers: `Authenticated(who): Authenticated`. Without one the answer is 401, or 503 if it can't be known now.
#[derive(Clone, Debug)]
pub struct Authenticated(pub Actor);

impl<S: Sync> FromRequestParts<S> for Authenticated {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match parts.extensions.get::<Result<Actor, AppError>>() {
            Some(Ok(actor)) => Ok(Self(actor.clone())),
            Some(Err(error)) => Err(Problem(error.clone())),
            None => Err(Problem(AppError::NotAuthenticated)),
        }
    }
}

/// The actor of the session, which ends here if it must.
///
/// # Errors
/// `NotAuthenticated` without a session; `Unavailable` while Redis, PostgreSQL or, for a refresh that can't wait, the issuer is away.
pub async fn of_session(web: &Web, session: &Session, parts: &Parts) -> Result<Actor, AppError> {
    Ok(member(web, session, parts).await?.0)
}

/// The same, with what a page shows of the person if the request is for one.
async fn member(web: &Web, session: &Session, parts: &Parts) -> Result<(Actor, Option<Me>), AppError> {
    let Some(who) = session::signed_in(session).await? else {
        return Err(session::without_session(&web.platform, &parts.headers).await);
    };
    if web.tokens.ensure(who.tokens).await? == TokenState::Ended {
        return Err(end(web, session, &who, "its tokens ended").await);
    }
    let db = &web.platform.db;
    let found = if reads_page(parts) {
        let found = identity::find_member(db, who.user, who.organisation).await?;
        found.map(|(actor, me)| (actor, Some(me)))
    } else {
        let found = identity::find_actor(db, who.user, who.organisation).await?;
        found.map(|actor| (actor, None))
    };
    let Some((mut actor, me)) = found else {
        return Err(end(web, session, &who, "the person is disabled or no longer a member").await);
    };
    let ours = session::cycle_id_on_new_privileges(session, &web.platform, &who, &actor).await?;
    if ours && session::touch(session, &web.platform.config).await {
        web.tokens.touch(who.tokens).await;
        if let Some(id) = session.id() {
            // Tried again with the next touch.
            let _ = issuer_sessions::link(&web.platform, &who, id).await;
        }
    }
    set_origin(&mut actor, &caller(&parts.extensions), "web");
    Ok((actor, me))
}

/// Whether a page is asked for, not a server function or REST.
fn reads_page(parts: &Parts) -> bool {
    let path = parts.uri.path();
    matches!(parts.method, Method::GET | Method::HEAD) && !path.starts_with("/rpc/") && !path.starts_with("/api/")
}

/// Ends a session from within; its tokens are revoked without anybody waiting for it.
async fn end(web: &Web, session: &Session, who: &SignedIn, why: &'static str) -> AppError {
    tracing::info!(why, "a session ended");
    let id = session.id();
    if session.flush().await.is_err() {
        return kv::unavailable();
    }
    if let Some(id) = id {
        issuer_sessions::remove(&web.platform, who, id).await;
    }
    if let Ok(Some(tokens)) = web.tokens.take(who.tokens).await {
        let provider = std::sync::Arc::clone(&web.provider);
        tokio::spawn(async move { provider.revoke(&tokens).await });
    }
    AppError::NotAuthenticated
}

fn set_origin(actor: &mut Actor, caller: &Caller, channel: &'static str) {
    actor.origin.address = caller.address;
    actor.origin.request = Some(caller.request_id.clone());
    actor.origin.channel = channel;
}

async fn find(web: &Web, parts: &Parts) -> Result<(Actor, Option<Me>), AppError> {
    if let Some(token) = bearer::token(&parts.headers) {
        let mut actor = bearer::actor(web, &parts.headers, token).await?;
        set_origin(&mut actor, &caller(&parts.extensions), "api");
        return Ok((actor, None));
    }
    let Some(session) = parts.extensions.get::<Session>() else {
        return Err(AppError::NotAuthenticated);
    };
    member(web, session, parts).await
}

/// Puts `Result<Actor, AppError>`, the [`Me`] of a page and the person's language beside the request, and answers for pages that can't be shown.
pub async fn authenticate(State(web): State<Web>, request: Request, next: Next) -> Response {
    let with_token = bearer::token(request.headers()).is_some();
    let mut response = resolve(web, request, next).await;
    if with_token && response.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, bearer::INVALID_TOKEN);
    }
    response
}

async fn resolve(web: Web, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let (who, me) = match find(&web, &parts).await {
        Ok((actor, me)) => (Ok(actor), me),
        Err(error) => (Err(error), None),
    };
    let mut caller = caller(&parts.extensions);
    if let Ok(actor) = &who {
        caller.locale = actor.locale;
    }
    let reads_page = reads_page(&parts);
    match &who {
        Err(AppError::NotAuthenticated) if reads_page => {
            let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
            return to_login(path);
        }
        Err(error) if reads_page => {
            return match caller.answer {
                Answer::Page => ErrorPage::of(error, caller.locale).again().into_response(),
                Answer::Api | Answer::ServerFunction => problem::answer(error.clone(), &caller),
            };
        }
        // A plain form, posted while nobody can say who posts it: the answer gives it back, to be sent again.
        Err(error @ (AppError::Unavailable { .. } | AppError::Timeout { .. }))
            if caller.answer == Answer::Page && is_form(&parts.method, &parts.headers) =>
        {
            return offer_to_resend(error, &caller, &parts, body).await;
        }
        // Nobody reads a file that a stranger sends: a server function would, before it asks who sends it.
        Err(error) if limits::is_upload(parts.uri.path(), &parts.headers) => {
            return match (error, caller.answer) {
                (AppError::NotAuthenticated, Answer::Page) => to_login(&local_path(&referer_path(&parts))),
                _ => problem::answer(error.clone(), &caller),
            };
        }
        _ => {}
    }
    parts.extensions.insert(caller.locale);
    parts.extensions.insert(caller);
    parts.extensions.insert(who);
    if let Some(me) = me {
        parts.extensions.insert(me);
    }
    next.run(Request::from_parts(parts, body)).await
}

fn to_login(return_to: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, login_path(return_to))]).into_response()
}

/// Path and query of the page that a form was posted from.
fn referer_path(parts: &Parts) -> String {
    let referer = parts.headers.get(header::REFERER).and_then(|value| value.to_str().ok());
    let url = referer.and_then(|referer| url::Url::parse(referer).ok());
    url.map_or_else(
        || "/".into(),
        |url| url[url::Position::BeforePath..url::Position::AfterQuery].to_owned(),
    )
}

async fn offer_to_resend(error: &AppError, caller: &Caller, parts: &Parts, body: Body) -> Response {
    let page = ErrorPage::of(error, caller.locale);
    let Some(body) = limits::read_form(body).await else {
        return page.into_response();
    };
    let values = url::form_urlencoded::parse(&body).into_owned().collect();
    page.resend(parts.uri.path(), values).into_response()
}
