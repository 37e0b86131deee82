//! RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0).
//!
//! With an ID token of ours as hint the session it names ends at once and the browser goes back to a registered address. Without,
//! anybody could have sent the browser here, so the person is asked first and nobody is redirected.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use url::Url;
use uuid::Uuid;

use super::{
    IssuerState,
    authorize::requested_locale,
    cookies::{self, Cookie},
    keys::KeySet,
    page::{self, PageError},
    params::{FormParams, Params},
    session, store, token,
};
use crate::http::csrf::is_same_origin;

/// What an ID token, expired or not, tells when it comes back as a hint.
#[derive(Deserialize)]
pub(super) struct IdTokenHint {
    pub(super) sub: Uuid,
    aud: String,
    sid: Uuid,
}

impl IdTokenHint {
    /// None if we did not sign it as an ID token.
    pub(super) fn read(state: &IssuerState, keys: &KeySet, hint: &str) -> Option<Self> {
        keys.verify(&state.issuer, token::ID_TOKEN_TYP, hint, false)
    }
}

/// `GET /logout`. For everybody.
pub(super) async fn get(State(state): State<IssuerState>, headers: HeaderMap, params: Params) -> Result<Response, PageError> {
    end_session(&state, &headers, &params).await
}

/// `POST /logout`. For everybody.
pub(super) async fn post(State(state): State<IssuerState>, headers: HeaderMap, form: FormParams) -> Result<Response, PageError> {
    end_session(&state, &headers, &form.0).await
}

async fn end_session(state: &IssuerState, headers: &HeaderMap, params: &Params) -> Result<Response, PageError> {
    let locale = cookies::locale(requested_locale(params), headers);
    let signed_out = || {
        page::message(
            state,
            locale,
            StatusCode::OK,
            locale.issuer_signed_out(),
            locale.issuer_signed_out_explained(),
        )
    };
    let keys = state
        .keyring
        .keys()
        .await
        .map_err(|error| PageError::new(locale, super::error::key_failure(error)))?;
    let named_client = params.one("client_id").ok().flatten();
    let hint = params
        .one("id_token_hint")
        .ok()
        .flatten()
        .and_then(|hint| IdTokenHint::read(state, &keys, hint));
    let hint = hint.filter(|hint| named_client.is_none_or(|named| named == hint.aud));
    let session = session::find(state, headers).await.map_err(PageError::database(locale))?;
    let theirs = session
        .as_ref()
        .is_none_or(|session| hint.as_ref().is_some_and(|hint| hint.sid == session.id));
    let (Some(hint), true) = (hint, theirs) else {
        return Ok(session.map_or_else(signed_out, |session| page::logout_confirmation(state, locale, &session.email)));
    };

    let mut transaction = state.db.begin().await.map_err(PageError::database(locale))?;
    let ended = async {
        store::end_session(&mut transaction, hint.sid).await?;
        let client = store::find_client(&mut transaction, &hint.aud).await?;
        transaction.commit().await?;
        Ok(client)
    };
    let client = ended.await.map_err(PageError::database(locale))?;
    let wanted = params.one("post_logout_redirect_uri").ok().flatten();
    let registered = wanted.filter(|wanted| client.is_some_and(|client| client.post_logout_redirect_uris.iter().any(|uri| uri == wanted)));
    let response = match (wanted, registered.and_then(|uri| Url::parse(uri).ok())) {
        (_, Some(mut url)) => {
            if let Ok(Some(client_state)) = params.one("state") {
                url.query_pairs_mut().append_pair("state", client_state);
            }
            (StatusCode::SEE_OTHER, [(header::LOCATION, url.as_str())]).into_response()
        }
        (None, None) => signed_out(),
        (Some(_), None) => {
            tracing::warn!(client = %hint.aud, "post_logout_redirect_uri is not registered");
            let text = locale.issuer_unknown_logout_redirect();
            page::message(state, locale, StatusCode::BAD_REQUEST, locale.issuer_signed_out(), text)
        }
    };
    Ok(without_cookie(state, response))
}

/// `POST /logout/confirm`. For the signed-in browser, from our own page only.
pub(super) async fn confirm(State(state): State<IssuerState>, headers: HeaderMap) -> Result<Response, PageError> {
    let locale = cookies::locale(None, &headers);
    if !is_same_origin(&headers, &state.origin) {
        return Ok(page::error(&state, locale, StatusCode::FORBIDDEN, locale.issuer_cross_site()));
    }
    if let Some(session) = session::find(&state, &headers).await.map_err(PageError::database(locale))? {
        let mut transaction = state.db.begin().await.map_err(PageError::database(locale))?;
        store::end_session(&mut transaction, session.id)
            .await
            .map_err(PageError::database(locale))?;
        transaction.commit().await.map_err(PageError::database(locale))?;
    }
    let page = page::message(
        &state,
        locale,
        StatusCode::OK,
        locale.issuer_signed_out(),
        locale.issuer_signed_out_explained(),
    );
    Ok(without_cookie(&state, page))
}

fn without_cookie(state: &IssuerState, mut response: Response) -> Response {
    if let Some(cookie) = Cookie::Session.set(state, "", 0) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
