//! Signing in and out: Forecourt as the confidential client of an OpenID provider, tokens kept from the browser (BFF, RFC 10017).

mod backchannel_logout;
mod callback;
pub mod issuer_sessions;
mod login;
mod logout;
pub mod provider;
mod relying_party;
pub mod return_to;
mod session;

use app::i18n::Locale;
use axum::{
    Router,
    http::StatusCode,
    routing::{get, post},
};

use super::{Web, error_page::ErrorPage};

/// `/auth/…`.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/auth/login", get(login::login))
        .route("/auth/callback", get(callback::callback))
        .route("/auth/logout", post(logout::logout))
        .route("/auth/session", get(session::session))
        .route("/auth/backchannel-logout", post(backchannel_logout::backchannel_logout))
}

/// The issuer does not answer: nothing was lost, the way in is tried again.
fn issuer_unavailable(t: Locale, return_to: &str) -> ErrorPage {
    ErrorPage::of(&super::problem::issuer_away(), t).link(login_path(return_to), t.try_again())
}

/// A sign-in that was begun too long ago, elsewhere, or is over.
fn expired(t: Locale, return_to: &str) -> ErrorPage {
    ErrorPage::new(t, StatusCode::BAD_REQUEST, t.page_sign_in_expired(), t.page_sign_in_expired_text())
        .link(login_path(return_to), t.sign_in())
}

/// Where to sign in and come back from.
#[must_use]
pub fn login_path(return_to: &str) -> String {
    let query: String = url::form_urlencoded::byte_serialize(return_to.as_bytes()).collect();
    format!("/auth/login?return_to={query}")
}
