//! The issuer's two cookies and the language cookie of the site.
//!
//! `forecourt-issuer` is the signed-in browser; `forecourt-issuer-login` ties a sign-in page to the browser it was shown in.
//! Behind TLS both have the prefix `__Host-`, so that no neighbouring host can set them.

use app::i18n::Locale;
use axum::http::{HeaderMap, HeaderValue};

use super::IssuerState;
use crate::http::request::{anonymous_locale, cookie};

/// Which cookie.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cookie {
    Session,
    Login,
}

impl Cookie {
    const fn name(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Session, true) => "__Host-forecourt-issuer",
            (Self::Session, false) => "forecourt-issuer",
            (Self::Login, true) => "__Host-forecourt-issuer-login",
            (Self::Login, false) => "forecourt-issuer-login",
        }
    }

    /// The value the browser sent.
    pub(super) fn read(self, state: &IssuerState, headers: &HeaderMap) -> Option<String> {
        let value = cookie(headers, self.name(state.https));
        value.filter(|value| !value.is_empty()).map(str::to_owned)
    }

    /// A Set-Cookie that lasts for `seconds`; 0 removes it.
    pub(super) fn set(self, state: &IssuerState, value: &str, seconds: i32) -> Option<HeaderValue> {
        let secure = if state.https { "; Secure" } else { "" };
        let name = self.name(state.https);
        HeaderValue::from_str(&format!(
            "{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
        ))
        .ok()
    }
}

/// The language of a page: what the client asked for, else the site's cookie, else the browser's.
pub(super) fn locale(asked: Option<Locale>, headers: &HeaderMap) -> Locale {
    asked.unwrap_or_else(|| anonymous_locale(headers))
}
