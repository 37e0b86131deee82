//! No other site acts in a person's name (Fetch Metadata; RFC 6454 for Origin).
//!
//! A request that may change something must come from one of Forecourt's own pages: `Sec-Fetch-Site: same-origin`, or, from a
//! browser that sends no fetch metadata, `Origin` equal to the public origin. Exempt are back channels, which bear their own proof,
//! and Bearer requests without a session cookie, which no browser sends by itself.

use std::sync::Arc;

use app::kernel::error::{AppError, Denial};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::Response,
};

use super::{
    problem,
    request::{caller, cookie},
    session,
};
use crate::config::Config;

/// Endpoints of the embedded issuer that are not for our own pages. Programs call the first three with credentials of their own (RFC 6749,
/// RFC 7009, OpenID Connect Core section 5.3); other clients' sites may post to the last two (OpenID Connect Core section 3.1.2.1,
/// RP-Initiated Logout section 2), which only lead to pages of the issuer that ask the person.
const ISSUER_PROTOCOL: [&str; 5] = ["/token", "/revoke", "/userinfo", "/authorize", "/logout"];

/// What the check compares with.
#[derive(Clone, Debug)]
pub(super) struct SameOrigin {
    origin: Arc<str>,
    /// Of the embedded issuer; None with another one, whose paths may well be those of our own pages.
    issuer_path: Option<Arc<str>>,
    cookie: &'static str,
}

impl SameOrigin {
    #[must_use]
    pub(super) fn new(config: &Config) -> Self {
        Self {
            origin: config.public_url.origin().ascii_serialization().into(),
            issuer_path: config
                .issuer_is_embedded()
                .then(|| config.oidc.issuer.path().trim_end_matches('/').into()),
            cookie: session::cookie_name(config),
        }
    }

    fn allows(&self, method: &Method, path: &str, headers: &HeaderMap) -> bool {
        if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) || self.not_from_pages(path) {
            return true;
        }
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer ")));
        if bearer && cookie(headers, self.cookie).is_none() {
            return true;
        }
        is_same_origin(headers, &self.origin)
    }

    fn not_from_pages(&self, path: &str) -> bool {
        path == "/auth/backchannel-logout"
            || self
                .issuer_path
                .as_deref()
                .and_then(|issuer| path.strip_prefix(issuer))
                .is_some_and(|rest| ISSUER_PROTOCOL.contains(&rest))
    }
}

/// Whether a page of `origin` sent a request: by Sec-Fetch-Site where the browser sends it, else by Origin.
#[must_use]
pub fn is_same_origin(headers: &HeaderMap, origin: &str) -> bool {
    match (headers.get("sec-fetch-site"), headers.get(header::ORIGIN)) {
        (Some(site), _) => site == "same-origin",
        (None, Some(sender)) => sender.as_bytes() == origin.as_bytes(),
        (None, None) => false,
    }
}

/// Answers 403 to what another site sends.
pub(super) async fn check(State(same_origin): State<SameOrigin>, request: Request, next: Next) -> Response {
    if same_origin.allows(request.method(), request.uri().path(), request.headers()) {
        return next.run(request).await;
    }
    tracing::warn!(
        origin = ?request.headers().get(header::ORIGIN),
        site = ?request.headers().get("sec-fetch-site"),
        "a request of another site was refused"
    );
    let refused = AppError::Forbidden { reason: Denial::CrossSite };
    problem::answer(refused, &caller(request.extensions()))
}
