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

use crate::config::Config;

/// Features that no page of Forecourt uses.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(self), display-capture=(), geolocation=(), gyroscope=(), \
                           magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

/// What the headers of one installation are made of.
#[derive(Clone, Debug)]
pub(super) struct Policy {
    without_script: HeaderValue,
    /// The parts of a page's policy around its nonce.
    page: Arc<(String, String)>,
    https: bool,
}

impl Policy {
    #[must_use]
    pub(super) fn new(config: &Config) -> Self {
        let issuer = config.oidc.issuer.origin().ascii_serialization();
        let same = issuer == config.public_url.origin().ascii_serialization();
        // Signing out posts a form whose redirect leads to the issuer; browsers hold form-action against redirects too.
        let forms = if same { "'self'".to_owned() } else { format!("'self' {issuer}") };
        // cargo-leptos' live reload listens on a port of its own.
        let connect = if config.development && std::env::var_os("LEPTOS_WATCH").is_some() {
            format!("'self' ws://{}:*", config.public_url.host_str().unwrap_or("localhost"))
        } else {
            "'self'".to_owned()
        };
        let rest = format!(
            "style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src {connect}; manifest-src 'self'; \
             frame-ancestors 'none'; base-uri 'none'; form-action {forms}; object-src 'none'"
        );
        Self {
            without_script: HeaderValue::from_str(&format!("default-src 'none'; script-src 'none'; {rest}"))
                .unwrap_or(HeaderValue::from_static("default-src 'none'")),
            page: Arc::new((
                "default-src 'self'; script-src 'nonce-".to_owned(),
                format!("' 'strict-dynamic' 'wasm-unsafe-eval'; {rest}"),
            )),
            https: is_https(&config.public_url),
        }
    }

    /// The policy of a page whose scripts bear `nonce` (CSP Level 3 section 2.3.1).
    #[must_use]
    pub(super) fn page(&self, nonce: &str) -> HeaderValue {
        let (before, after) = &*self.page;
        HeaderValue::from_str(&format!("{before}{nonce}{after}")).unwrap_or(HeaderValue::from_static("default-src 'none'"))
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
    let mut default = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    default(header::CONTENT_SECURITY_POLICY, policy.without_script.clone());
    default(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Not no-referrer: leptos leads a plain form's answer back by Referer.
    default(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    default(HeaderName::from_static("permissions-policy"), HeaderValue::from_static(PERMISSIONS));
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
