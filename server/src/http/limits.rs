//! No request takes more than its share: a limit on every body, counted while it streams, and on the time to answer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use app::{kernel::error::AppError, vehicle::VehicleImportStart};
use axum::{
    body::{Body, Bytes, HttpBody},
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use leptos::server_fn::ServerFn;

use super::{
    problem,
    request::{Answer, caller},
};

/// Where files are taken; nothing else has the right to a large body.
const UPLOADS: [&str; 2] = [VehicleImportStart::PATH, "/api/v1/vehicles/imports"];

/// The largest body that is not an upload: a form with every field at its limit.
pub(super) const MAX_BODY: u64 = 1_048_576;
/// The boundaries and small fields around an uploaded file.
const MULTIPART_OVERHEAD: u64 = 65_536;
/// An answer is expected within this; streams are not cut, only the wait for their first byte.
const TIMEOUT: Duration = Duration::from_secs(30);
/// An upload over a slow line takes its time; each of its pieces is waited for separately.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(900);
/// How much, and for how long, a browser is listened to whose file is too large anyway.
const DRAINED: usize = 256_000_000;
const DRAIN_TIMEOUT: Duration = Duration::from_secs(60);

/// Passes on nothing that is announced too large, stops reading what turns out to be, and answers 503 when it takes too long.
pub(super) async fn limit(State(upload_limit): State<u64>, request: Request, next: Next) -> Response {
    let caller = caller(request.extensions());
    let upload = is_upload(request.uri().path(), request.headers());
    let limit = if upload { upload_limit + MULTIPART_OVERHEAD } else { MAX_BODY };
    let named = if upload { upload_limit } else { MAX_BODY };
    let announced = request.body().size_hint().lower().max(content_length(request.headers()));
    if announced > limit {
        if caller.answer == Answer::Page {
            drain(request.into_body()).await;
        }
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
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("multipart/form-data"));
    UPLOADS.contains(&path) && kind
}

/// Reads on and forgets: a browser looks at its answer only when it has sent everything, and takes a closed connection for an outage.
async fn drain(mut body: Body) {
    let read = async {
        let mut left = DRAINED;
        while left > 0
            && let Some(Ok(frame)) = body.frame().await
        {
            left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
        }
    };
    // Whoever is slower than that gets the answer all the same, if it arrives.
    let _ = tokio::time::timeout(DRAIN_TIMEOUT, read).await;
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
