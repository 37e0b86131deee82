//! Answers of the catalogue that readers keep: each carries a tag of everything that it was made of, and a reader who has that tag is told
//! so (304, RFC 9110 section 13.1.2) before anything is looked up.
//!
//! The tag is of the state (see `own`) and of the address: whoever has it was answered under that very address, in that very state. It is
//! weak, because what it names may come compressed in several ways. `private, no-cache`: kept by the reader alone, and asked about each time.

use app::{
    catalogue::{CatalogueEngines, CatalogueLines, CatalogueMakes, CatalogueModels},
    kernel::{actor::Actor, backend::Backend, error::AppError},
};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use leptos::server_fn::ServerFn;
use sha2::{Digest, Sha256};

use super::rest;
use crate::http::precondition;

/// Bytes of a tag.
const LENGTH: usize = 16;
const KEEP: HeaderValue = HeaderValue::from_static("private, no-cache");

/// Tags the answers of the catalogue's questions, of server functions and REST alike.
pub async fn keep(State(backend): State<Backend>, request: Request, next: Next) -> Response {
    if !asks(request.method(), request.uri().path()) {
        return next.run(request).await;
    }
    let tag = match request.extensions().get::<Result<Actor, AppError>>() {
        Some(Ok(actor)) => backend.catalogue.tag(actor).await.ok(),
        _ => None,
    };
    // Who may not ask, and what goes wrong, is answered where it always is.
    let Some(tag) = tag.and_then(|state| tag_of(&state, &request)) else {
        return next.run(request).await;
    };
    let headers = |response: &mut Response| {
        response.headers_mut().insert(header::ETAG, tag.clone());
        response.headers_mut().insert(header::CACHE_CONTROL, KEEP);
    };
    if precondition::reader_names(request.headers(), &tag) {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        headers(&mut response);
        return response;
    }
    let mut response = next.run(request).await;
    if response.status() == StatusCode::OK {
        headers(&mut response);
    }
    response
}

/// Whether a request is one of the catalogue's four questions.
fn asks(method: &Method, path: &str) -> bool {
    let functions = [
        CatalogueMakes::PATH,
        CatalogueModels::PATH,
        CatalogueLines::PATH,
        CatalogueEngines::PATH,
    ];
    matches!(*method, Method::GET | Method::HEAD) && (functions.contains(&path) || rest::QUESTIONS.contains(&path))
}

fn tag_of(state: &str, request: &Request) -> Option<HeaderValue> {
    let mut hash = Sha256::new();
    hash.update(state);
    hash.update(request.uri().path_and_query().map_or("", |address| address.as_str()));
    HeaderValue::from_str(&format!("W/\"{}\"", hex::encode(&hash.finalize()[..LENGTH]))).ok()
}
