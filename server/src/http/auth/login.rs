//! `GET /auth/login?return_to=…`: off to the issuer, with code, PKCE S256, state and nonce.
//!
//! What must be known on return lies in Redis under the state, for ten minutes, bound to the browser's anonymous session: each tab has
//! its own sign-in, and an answer that somebody else began signs nobody in (login CSRF).

use axum::{
    Extension,
    extract::{Query, State, rejection::QueryRejection},
    http::request::Parts,
    response::{IntoResponse, Redirect, Response},
};
use fred::{interfaces::KeysInterface, types::Expiration};
use serde::{Deserialize, Serialize};
use tower_sessions::{Expiry, Session};

use super::return_to::local_path;
use crate::{
    http::{Web, actor, problem, rate_limit, request::Caller, seal::name_of},
    platform::kv::{self, with_timeout},
};
use app::kernel::error::AppError;

const PENDING_MINUTES: i64 = 10;

#[derive(Debug, Deserialize)]
pub(super) struct LoginParams {
    #[serde(default)]
    return_to: String,
}

/// A sign-in under way. Not to be shown: it holds what the code is worth nothing without.
#[derive(Serialize, Deserialize)]
pub(super) struct PendingLogin {
    /// The anonymous session that began it.
    pub(super) session: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
    pub(super) return_to: String,
}

/// The Redis key of a sign-in.
pub(super) fn key(state: &str) -> String {
    format!("login:{}", name_of(state))
}

pub(super) async fn login(
    State(web): State<Web>,
    session: Session,
    Extension(caller): Extension<Caller>,
    params: Result<Query<LoginParams>, QueryRejection>,
    parts: Parts,
) -> Response {
    let return_to = params.map_or_else(|_| "/".into(), |params| local_path(&params.return_to));
    match begin(&web, &session, &caller, &parts, &return_to).await {
        Ok(Some(url)) => Redirect::to(&url).into_response(),
        Ok(None) => super::issuer_unavailable(caller.locale, &return_to).into_response(),
        Err(error) => problem::answer(error, &caller),
    }
}

/// Where to go: to the issuer, or on, if somebody is signed in already. `None` while the issuer is away.
async fn begin(web: &Web, session: &Session, caller: &Caller, parts: &Parts, return_to: &str) -> Result<Option<String>, AppError> {
    rate_limit::count(&web.platform.kv, "sign-in", caller.address, rate_limit::SIGN_INS_PER_MINUTE).await?;
    match actor::of_session(web, session, parts).await {
        Ok(_) => return Ok(Some(return_to.to_owned())),
        Err(AppError::NotAuthenticated) => {}
        Err(other) => return Err(other),
    }
    let request = match web.provider.authorization_request(caller.locale.tag()).await {
        Ok(request) => request,
        Err(error) => {
            tracing::warn!(%error, "nobody can sign in");
            return Ok(None);
        }
    };
    let away = |_| kv::unavailable();
    session.insert("visitor", true).await.map_err(away)?;
    session.set_expiry(Some(Expiry::OnInactivity(time::Duration::minutes(PENDING_MINUTES))));
    session.save().await.map_err(away)?;
    let pending = PendingLogin {
        session: session.id().map(|id| id.to_string()).unwrap_or_default(),
        nonce: request.nonce,
        verifier: request.verifier,
        return_to: return_to.to_owned(),
    };
    let key = key(&request.state);
    let sealed = web
        .login_sealer
        .seal(&key, &pending)
        .ok_or_else(|| crate::platform::db::internal(&std::io::Error::other("a sign-in could not be sealed")))?;
    let expire = Some(Expiration::EX(PENDING_MINUTES * 60));
    with_timeout(web.platform.kv.set::<(), _, _>(key, sealed.as_slice(), expire, None, false)).await?;
    Ok(Some(request.url.into()))
}
