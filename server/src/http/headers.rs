//! The headers that every answer bears, so that a browser does no more with it than is meant.
//!
//! A page sets its own Content-Security-Policy with its nonce; whatever sets none gets one that runs no script at all.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use url::Url;

use super::auth::provider::Provider;
use crate::config::Config;

/// Features that no page of Forecourt uses, and the camera, which reads VINs (`app/src/vin/scan`) and serves no embedded page.
const PERMISSIONS_POLICY: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(self), display-capture=(), geolocation=(), gyroscope=(), \
                           magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

/// What the headers of one installation are made of.
#[derive(Clone, Debug)]
pub(super) struct Policy {
    /// What every policy ends with, but for `form-action`.
    rest: Arc<str>,
    /// Where browsers reach us and our issuer.
    own: Arc<str>,
    issuer: Arc<str>,
    /// Knows where the issuer's pages are, once it was discovered. None where there are no sessions.
    provider: Option<Arc<Provider>>,
    https: bool,
}

impl Policy {
    #[must_use]
    pub(super) fn new(config: &Config, provider: Option<Arc<Provider>>) -> Self {
        // cargo-leptos' live reload listens on a port of its own.
        let connect = if config.development && std::env::var_os("LEPTOS_WATCH").is_some() {
            format!("'self' ws://{}:*", config.public_url.host_str().unwrap_or("localhost"))
        } else {
            "'self'".to_owned()
        };
        let rest = format!(
            "style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src {connect}; manifest-src 'self'; \
             worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
        );
        Self {
            rest: rest.into(),
            own: config.public_url.origin().ascii_serialization().into(),
            issuer: config.oidc.issuer.origin().ascii_serialization().into(),
            provider,
            https: is_https(&config.public_url),
        }
    }

    /// Signing out and resending a form after the session ended post a form whose redirect leads to the issuer's pages; browsers hold
    /// form-action against redirects too. Those pages need not be where the issuer identifier points (OpenID Connect Discovery 1.0).
    fn form_action(&self) -> String {
        let discovered = self.provider.as_ref().map(|provider| provider.origins()).unwrap_or_default();
        let mut origins: Vec<&str> = discovered.iter().map(String::as_str).chain([&*self.issuer]).collect();
        origins.sort_unstable();
        origins.dedup();
        let elsewhere = origins.into_iter().filter(|origin| **origin != *self.own);
        elsewhere.fold("form-action 'self'".to_owned(), |policy, origin| format!("{policy} {origin}"))
    }

    fn content_security_policy(&self, script: &str) -> HeaderValue {
        HeaderValue::from_str(&format!("{script}; {}; {}", self.rest, self.form_action()))
            .unwrap_or(HeaderValue::from_static("default-src 'none'"))
    }

    /// The policy of a page whose scripts bear `nonce` (CSP Level 3 section 2.3.1).
    #[must_use]
    pub(super) fn page(&self, nonce: &str) -> HeaderValue {
        self.content_security_policy(&format!(
            "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'"
        ))
    }

    /// The policy of whatever sets none itself. A policy without `form-action` gets ours.
    fn default_policy(&self, own: Option<&HeaderValue>) -> Option<HeaderValue> {
        match own {
            None => Some(self.content_security_policy("default-src 'none'; script-src 'none'")),
            Some(policy) => {
                let text = policy.to_str().ok().filter(|text| !text.contains("form-action"))?;
                HeaderValue::from_str(&format!("{text}; {}", self.form_action())).ok()
            }
        }
    }
}

/// Whether browsers reach Forecourt by TLS.
#[must_use]
pub(super) fn is_https(url: &Url) -> bool {
    url.scheme() == "https"
}

/// Adds what the answer does not say itself.
pub(super) async fn secure(State(policy): State<Policy>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if let Some(complete) = policy.default_policy(headers.get(header::CONTENT_SECURITY_POLICY)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, complete);
    }
    let mut default = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    default(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Not no-referrer: leptos leads a plain form's answer back by Referer.
    default(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    default(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(PERMISSIONS_POLICY),
    );
    default(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    default(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    default(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if policy.https {
        default(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
    response
}
