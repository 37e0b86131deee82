//! The layers that a request passes, from the outside in, and what it comes to: a file, a page with its session, or an endpoint without one.
//!
//! Layers that stand together are one (`ServiceBuilder`, the outermost first): each call of `Router::layer` puts another box around every
//! route, and all the boxes are copied for every request.

use std::{any::Any, panic::AssertUnwindSafe, sync::Arc};

use app::kernel::{backend::Backend, error::AppError, problem::Problem as FieldProblem};
use axum::{
    Router,
    extract::Request,
    middleware::{self, Next},
    response::Response,
};
use futures::FutureExt;
use tower::ServiceBuilder;
use tower_http::compression::{
    CompressionLayer,
    predicate::{DefaultPredicate, NotForContentType, Predicate},
};

use super::{Web, actor, api, assets, auth, csrf, headers, leptos, limits, problem, request, session};
use crate::{
    catalogue,
    platform::{Platform, db},
};

/// Everything under the public URL but what stands beside it ([`with_routes`]).
pub fn router(platform: &Platform, backend: Backend) -> Router {
    with_routes(platform, backend, Router::new())
}

/// The same with `beside` in it, for what has no sessions: the issuer, health. They get the same outer layers: request id,
/// headers, CSRF, limits, compression.
pub fn with_routes(platform: &Platform, backend: Backend, beside: Router) -> Router {
    let web = Web::new(platform.clone(), backend);
    let policy = headers::Policy::new(&platform.config, Some(Arc::clone(&web.provider)));
    let with_actor = leptos::router(&web, &policy).merge(api::router()).route_layer(
        ServiceBuilder::new()
            .layer(middleware::from_fn_with_state(web.clone(), actor::authenticate))
            .layer(middleware::from_fn_with_state(web.backend.clone(), catalogue::etag::keep)),
    );
    let with_session = with_actor
        .merge(auth::router())
        .route_layer(
            ServiceBuilder::new()
                .layer(middleware::from_fn_with_state(platform.clone(), session::correct_cookies))
                .layer(session::layer(&platform.config, platform.kv.clone()))
                .layer(middleware::from_fn_with_state(platform.clone(), session::keep_new_id)),
        )
        .merge(api::documentation())
        .with_state(web);
    let routes = Router::new()
        .merge(with_session)
        .merge(beside)
        .fallback_service(assets::router(&platform.config));
    with_outer_layers(platform, policy, routes)
}

/// A process without sessions, such as an issuer alone: its routes with the files that their pages need, inside the same outer layers.
pub fn without_sessions(platform: &Platform, routes: Router) -> Router {
    let routes = routes.fallback_service(assets::router(&platform.config));
    with_outer_layers(platform, headers::Policy::new(&platform.config, None), routes)
}

/// The layers that stand around everything.
fn with_outer_layers(platform: &Platform, policy: headers::Policy, routes: Router) -> Router {
    let config = &platform.config;
    // Streams of events must not wait for a compressor's buffer; fonts and WASM are compressed beforehand.
    let compressible = DefaultPredicate::new()
        .and(NotForContentType::const_new("application/wasm"))
        .and(NotForContentType::const_new("font/"));
    routes.layer(
        ServiceBuilder::new()
            .layer(middleware::from_fn_with_state(config.trust_proxy, request::identify))
            .layer(middleware::from_fn_with_state(policy, headers::secure))
            .layer(CompressionLayer::new().gzip(true).br(true).compress_when(compressible))
            .layer(middleware::from_fn(catch_panic))
            .layer(middleware::from_fn_with_state(csrf::SameOrigin::new(config), csrf::check))
            .layer(middleware::from_fn_with_state(config.import_max_bytes, limits::limit)),
    )
}

/// A panic is an internal error with an incident number, in the caller's way; the process lives on.
async fn catch_panic(request: Request, next: Next) -> Response {
    let caller = request::caller(request.extensions());
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => problem::answer(panic_error(panic.as_ref()), &caller),
    }
}

fn panic_error(panic: &(dyn Any + Send)) -> AppError {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words");
    if text.contains("couldn't parse boundary") {
        // server_fn 0.8 panics on a body that is not the multipart/form-data that the function takes.
        return AppError::invalid("file", FieldProblem::BadUpload);
    }
    db::internal(&std::io::Error::other(text.to_owned()))
}
