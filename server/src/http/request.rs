//! What is known of every request before anything else looks at it: its id, whence it came, how to answer it.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

pub use app::kernel::cookie::cookie;

use app::i18n::Locale;
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;

/// The request's id, taken from a proxy in front or made here; the answer bears it too.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How an error is written for the one who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A page: a browser navigates or posts a plain form.
    Page,
    /// The JSON of `AppError`: a server function called from WASM.
    ServerFunction,
    /// Problem details (RFC 9457): a REST client.
    Api,
}

/// Who sends a request, as far as the wire tells.
#[derive(Clone, Debug)]
pub struct Caller {
    pub request_id: String,
    /// The peer, or what the proxy says of it if the proxy is to be trusted.
    pub address: Option<IpAddr>,
    pub answer: Answer,
    /// Cookie `locale`, else Accept-Language. A signed-in person's own setting goes before it.
    pub locale: Locale,
}

/// Makes the [`Caller`], the span that every log line of the request stands in, and one line when it is answered.
pub async fn identify(State(trust_proxy): State<bool>, mut request: Request, next: Next) -> Response {
    let caller = Caller {
        request_id: request_id(request.headers()),
        address: client_address(request.extensions(), request.headers(), trust_proxy),
        answer: answer(request.uri().path(), request.headers()),
        locale: anonymous_locale(request.headers()),
    };
    let id = HeaderValue::from_str(&caller.request_id).unwrap_or(HeaderValue::from_static("-"));
    request.headers_mut().insert(REQUEST_ID, id.clone());
    // The query is left out on purpose: it may hold a sign-in code.
    let span = tracing::info_span!(
        "request",
        request_id = %caller.request_id,
        method = %request.method(),
        path = request.uri().path(),
        address = caller.address.map(tracing::field::display),
    );
    request.extensions_mut().insert(caller);
    async move {
        let started = std::time::Instant::now();
        let mut response = next.run(request).await;
        response.headers_mut().insert(REQUEST_ID, id);
        tracing::info!(
            status = response.status().as_u16(),
            microseconds = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
            "answered"
        );
        response
    }
    .instrument(span)
    .await
}

fn request_id(headers: &HeaderMap) -> String {
    headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)))
        .map_or_else(|| uuid::Uuid::now_v7().simple().to_string(), str::to_owned)
}

/// The client's address; None where the server was started without connect info. With a trusted proxy the last entry of
/// X-Forwarded-For: the one that our own proxy wrote. Earlier ones are the client's word.
#[must_use]
pub fn client_address(extensions: &http::Extensions, headers: &HeaderMap, trust_proxy: bool) -> Option<IpAddr> {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    if !trust_proxy {
        return peer;
    }
    headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .and_then(|value| value.to_str().ok())
        .and_then(|list| list.rsplit(',').next())
        .and_then(|last| last.trim().parse().ok())
        .or(peer)
}

/// What requests are counted by: one IPv4 address, or the /64 that one IPv6 connection usually has to itself.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

fn answer(path: &str, headers: &HeaderMap) -> Answer {
    if path.starts_with("/api/") {
        return Answer::Api;
    }
    let html = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    match (html, path.starts_with("/rpc/")) {
        (true, _) => Answer::Page,
        (false, true) => Answer::ServerFunction,
        (false, false) => Answer::Api,
    }
}

/// The language of somebody who is not signed in: the cookie `locale`, else Accept-Language.
#[must_use]
pub fn anonymous_locale(headers: &HeaderMap) -> Locale {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    cookie(headers, "locale")
        .and_then(Locale::from_tag)
        .or_else(|| text(header::ACCEPT_LANGUAGE).map(Locale::from_accept_language))
        .unwrap_or_default()
}

/// Whether a request posts a form as browsers do without a script.
#[must_use]
pub fn is_form(method: &Method, headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    *method == Method::POST && kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// The caller of a request; a plain one if [`identify`] does not stand before it.
#[must_use]
pub fn caller(extensions: &http::Extensions) -> Caller {
    extensions.get::<Caller>().cloned().unwrap_or_else(|| Caller {
        request_id: String::new(),
        address: None,
        answer: Answer::Api,
        locale: Locale::En,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(pairs: &[(&'static str, &str)]) -> Request {
        let mut request = Request::new(axum::body::Body::empty());
        for (name, value) in pairs {
            if let Ok(value) = HeaderValue::from_str(value) {
                request.headers_mut().append(*name, value);
            }
        }
        request
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_its_own_word() {
        let forged = request(&[("x-forwarded-for", "6.6.6.6, 203.0.113.9")]);
        let address = |trust_proxy| client_address(forged.extensions(), forged.headers(), trust_proxy);
        assert_eq!(address(false), None);
        assert_eq!(address(true), "203.0.113.9".parse().ok());
    }

    #[test]
    fn ipv6_counts_by_network() {
        let network = |address: &str| address.parse::<IpAddr>().map(|address| network(address).to_string());
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), Ok("2001:db8:1:2::".into()));
        assert_eq!(network("::ffff:192.0.2.7"), Ok("192.0.2.7".into()));
    }

    #[test]
    fn a_request_id_that_could_forge_log_lines_is_replaced() {
        assert_eq!(request_id(request(&[("x-request-id", "abc-1")]).headers()), "abc-1");
        for bad in ["", "a b", "a\"b", &"x".repeat(65)] {
            assert_ne!(request_id(request(&[("x-request-id", bad)]).headers()), bad);
        }
    }

    #[test]
    fn the_language_cookie_goes_before_accept_language() {
        let both = request(&[("cookie", "a=b; locale=es"), ("accept-language", "en")]);
        assert_eq!(anonymous_locale(both.headers()), Locale::Es);
        assert_eq!(
            anonymous_locale(request(&[("cookie", "locale=xx"), ("accept-language", "es-CO")]).headers()),
            Locale::Es
        );
    }
}
