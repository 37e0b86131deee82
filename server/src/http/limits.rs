//! No request takes more than its share: a limit on every body, counted while it streams, and on the time to answer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use app::kernel::error::AppError;
use axum::{
    body::{Body, Bytes, HttpBody},
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::{problem, request::caller};

/// The largest body that is not an upload: a form with every field at its limit.
pub(super) const MAX_BODY: u64 = 1_048_576;
/// The boundaries and small fields around an uploaded file.
const MULTIPART_OVERHEAD: u64 = 65_536;
/// An answer is expected within this; streams are not cut, only the wait for their first byte.
const TIMEOUT: Duration = Duration::from_secs(30);
/// An upload over a slow line takes its time; each of its pieces is waited for separately.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(900);

/// Refuses what is announced too large at once, stops reading what turns out to be, and answers 503 when it takes too long.
pub(super) async fn limit(State(upload_limit): State<u64>, request: Request, next: Next) -> Response {
    let caller = caller(request.extensions());
    let upload = is_upload(request.uri().path(), request.headers());
    let limit = if upload { upload_limit + MULTIPART_OVERHEAD } else { MAX_BODY };
    let named = if upload { upload_limit } else { MAX_BODY };
    let announced = request.body().size_hint().lower().max(content_length(request.headers()));
    if announced > limit {
        return problem::answer(AppError::TooLarge { limit: named }, &caller);
    }
    let passed = Arc::new(AtomicBool::new(false));
    let request = request.map(|body| {
        let passed = Arc::clone(&passed);
        let limited = Limited::new(body, usize::try_from(limit).unwrap_or(usize::MAX));
        // Not everybody who reads a body says why it broke off, so the reason is noted here.
        Body::new(limited.map_err(move |error| {
            passed.fetch_or(error.is::<LengthLimitError>(), Ordering::Relaxed);
            error
        }))
    });
    let time = if upload { UPLOAD_TIMEOUT } else { TIMEOUT };
    match tokio::time::timeout(time, next.run(request)).await {
        Ok(_) if passed.load(Ordering::Relaxed) => problem::answer(AppError::TooLarge { limit: named }, &caller),
        Ok(response) => response,
        Err(_) => {
            tracing::warn!("an answer took longer than {} s", time.as_secs());
            problem::answer(AppError::Timeout { retry_after: 5 }, &caller)
        }
    }
}

/// Whether a request brings a file to where files are taken.
pub(super) fn is_upload(path: &str, headers: &HeaderMap) -> bool {
    let takes_files = path.contains("/imports") || path.contains("_import_");
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("multipart/form-data") || kind.starts_with("text/csv"));
    takes_files && kind
}

fn content_length(headers: &HeaderMap) -> u64 {
    headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse().ok())
        .unwrap_or(0)
}

/// Reads a plain form whole; `None` if it is larger than a form may be, or breaks off.
pub(super) async fn read_form(body: Body) -> Option<Bytes> {
    read(body, usize::try_from(MAX_BODY).unwrap_or(usize::MAX)).await
}

/// Reads a small body whole; `None` if it is larger than `most` or breaks off.
pub(super) async fn read(body: Body, most: usize) -> Option<Bytes> {
    Some(Limited::new(body, most).collect().await.ok()?.to_bytes())
}
