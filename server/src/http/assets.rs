//! Files: the compiled pages under /pkg, fonts and icons beside them, compressed beforehand where cargo-leptos did that.

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tower_http::services::ServeDir;

use super::{precondition, problem, request::caller};
use crate::config::Config;
use app::kernel::error::AppError;

/// What browsers run as a worker (`crates/barcode-worker`): it has a policy of its own (CSP Level 3 section 4.2.2), not that of its page.
const CODE_READER: &str = "/barcode/worker.js";
/// It fetches and runs its own module, and reaches nothing else.
const CODE_READER_POLICY: &str =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Whatever is no route: a file of the site, or 404.
pub(super) fn router(config: &Config) -> Router {
    let files = ServeDir::new(&config.site_root)
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(false);
    Router::new().fallback_service(files).layer(middleware::from_fn(answer))
}

/// Caching and validators for files; a page or a problem for what is not there.
async fn answer(request: Request, next: Next) -> Response {
    let caller = caller(request.extensions());
    let not_found = || problem::answer(AppError::NotFound { what: "page".into() }, &caller);
    if !matches!(*request.method(), Method::GET | Method::HEAD) || hidden(request.uri().path()) {
        return not_found();
    }
    let immutable = has_hash(request.uri().path());
    let is_worker = request.uri().path() == CODE_READER;
    let asked = request.headers().clone();
    let mut response = next.run(request).await;
    if !matches!(
        response.status(),
        StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED
    ) {
        return not_found();
    }
    let cache = if immutable {
        // The name changes with the content.
        "public, max-age=31536000, immutable"
    } else {
        "public, no-cache"
    };
    let tag = etag(&response);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if is_worker {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CODE_READER_POLICY));
    }
    headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(tag) = tag {
        let same = precondition::reader_names(&asked, &tag);
        headers.insert(header::ETAG, tag);
        if same {
            headers.remove(header::CONTENT_LENGTH);
            let (mut parts, _) = response.into_parts();
            parts.status = StatusCode::NOT_MODIFIED;
            return Response::from_parts(parts, Body::empty()).into_response();
        }
    }
    response
}

/// Dot files are nobody's business.
fn hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.')) || path.to_ascii_lowercase().contains("%2e")
}

/// Weak, of time and length: enough to tell one build's file from another's (RFC 9110 section 8.8.1).
fn etag(response: &Response) -> Option<HeaderValue> {
    let text = |name| response.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let modified = chrono::DateTime::parse_from_rfc2822(text(header::LAST_MODIFIED)?).ok()?.timestamp();
    let coding = text(header::CONTENT_ENCODING).unwrap_or("identity");
    let length = text(header::CONTENT_LENGTH)?;
    HeaderValue::from_str(&format!("W/\"{modified:x}-{length}-{coding}\"")).ok()
}

/// Whether a file of /pkg bears a hash in its name, as in `forecourt.dQw4w9WgXcQ_abcdefgh12.wasm`.
fn has_hash(path: &str) -> bool {
    path.strip_prefix("/pkg/").is_some_and(|file| {
        let mut parts = file.rsplit('/').next().unwrap_or_default().split('.').skip(1);
        parts.any(|part| part.len() >= 16 && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_cached_for_ever() {
        assert!(has_hash("/pkg/forecourt.1jR3Ej7Lsw9mWyDJmOJkQg.wasm"));
        assert!(!has_hash("/pkg/forecourt.wasm") && !has_hash("/pkg/forecourt.css"));
        assert!(!has_hash("/fonts/inter.1jR3Ej7Lsw9mWyDJmOJkQg.woff2"));
    }

    #[test]
    fn dot_files_and_dot_segments_are_hidden() {
        for path in ["/.env", "/pkg/.git/config", "/../secret", "/%2e%2e/secret", "/pkg/%2E%2E/x"] {
            assert!(hidden(path), "{path}");
        }
        assert!(!hidden("/pkg/forecourt.css"));
    }
}
