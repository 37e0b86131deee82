//! The issuer's two cookies and the language cookie of the site.
//!
//! `forecourt-issuer` is the signed-in browser; `forecourt-issuer-login` ties a sign-in page to the browser it was shown in.
//! Behind TLS both have the prefix `__Host-`, so that no neighbouring host can set them.

use app::i18n::Locale;
use axum::http::{HeaderMap, HeaderValue, header};

use super::IssuerState;

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
        find(headers, self.name(state.https)).filter(|value| !value.is_empty())
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
    asked
        .or_else(|| find(headers, "locale").as_deref().and_then(Locale::from_tag))
        .unwrap_or_else(|| {
            let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
            accepted.map_or_else(Locale::default, Locale::from_accept_language)
        })
}

fn find(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.to_owned())
}
