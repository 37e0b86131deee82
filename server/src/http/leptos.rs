//! Leptos in axum: its routes and server functions, with what pages need beside them: services, actor, language, nonce.

use std::sync::LazyLock;

use app::{
    frame::{Development, Stylesheet, UploadLimit},
    i18n::Locale,
    identity::Me,
    kernel::{actor::Actor, backend::Backend, error::AppError, form::NotKept},
};
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use leptos_axum::{AxumRouteListing, LeptosRoutes, ResponseOptions, generate_route_list};
use tower::ServiceBuilder;

use super::{
    Web,
    auth::login_path,
    error_page::ErrorPage,
    headers::Policy,
    limits, problem,
    request::{Answer, caller, is_form},
};
use crate::config::Config;

/// The pages there are, found once in a process: while leptos looks for them, a page that is just being rendered anywhere else in the
/// process hangs for ever (leptos-rs/leptos#4773).
static ROUTES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(app::App));

/// Every page and every server function.
pub(super) fn router(web: &Web, policy: &Policy) -> Router<Web> {
    let options = options(&web.platform.config);
    let context = context(web.backend.clone(), policy.clone(), &web.platform.config);
    Router::new()
        .leptos_routes_with_context(&options, ROUTES.clone(), context, {
            let options = options.clone();
            move || app::frame::shell(options.clone())
        })
        .layer(
            ServiceBuilder::new()
                .layer(middleware::from_fn(hold_form))
                .layer(middleware::from_fn(bad_arguments)),
        )
        .with_state(options)
}

/// Answers with the form itself when it was refused and could not be kept either (too large, too many, Redis away), so that nothing
/// typed is lost.
async fn hold_form(request: Request, next: Next) -> Response {
    let caller = caller(request.extensions());
    if caller.answer != Answer::Page || !is_form(request.method(), request.headers()) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Some(body) = limits::read_form(body).await else {
        return problem::answer(AppError::TooLarge { limit: limits::MAX_BODY }, &caller);
    };
    let not_kept = NotKept::default();
    parts.extensions.insert(not_kept.clone());
    let action = parts.uri.path().to_owned();
    let response = next.run(Request::from_parts(parts, Body::from(body.clone()))).await;
    let Some(error) = not_kept.take() else { return response };
    let values = url::form_urlencoded::parse(&body).into_owned().collect();
    let page = ErrorPage::of(&error, caller.locale).form(action, values, &error);
    match error {
        AppError::NotAuthenticated => page.link(login_path("/"), caller.locale.sign_in()),
        _ => page,
    }
    .into_response()
}

/// Largest answer about arguments that is read again.
const ABOUT_ARGUMENTS: usize = 64 * 1024;

/// Arguments that fit no type (an id that is none, an unknown value of a closed set) never reach `call`, and server_fn answers them
/// with 500: here they get the status of their error, and a stranger the same 401 as for arguments that fit.
async fn bad_arguments(request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/rpc/") {
        return next.run(request).await;
    }
    let caller = caller(request.extensions());
    let refused = request
        .extensions()
        .get::<Result<Actor, AppError>>()
        .and_then(|who| who.clone().err());
    let response = next.run(request).await;
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Some(body) = limits::read(body, ABOUT_ARGUMENTS).await else {
        return problem::answer(crate::platform::db::internal(&std::io::Error::other("an endless error")), &caller);
    };
    match serde_json::from_slice::<AppError>(&body) {
        Ok(error @ AppError::Invalid { .. }) => problem::answer(refused.unwrap_or(error), &caller),
        _ => Response::from_parts(parts, Body::from(body)),
    }
}

/// What every page and server function can ask for by `use_context`.
fn context(backend: Backend, policy: Policy, config: &Config) -> impl Fn() + Clone + Send + Sync + use<> {
    let (development, upload_limit) = (config.development, UploadLimit(config.import_max_bytes));
    // `cargo leptos watch` writes a new one while the server runs.
    let known = (!development).then(stylesheet);
    move || {
        provide_context(backend.clone());
        provide_context(Development(development));
        provide_context(upload_limit);
        provide_context(Stylesheet(known.clone().unwrap_or_else(stylesheet)));
        if let Some(parts) = use_context::<Parts>() {
            if let Some(who) = parts.extensions.get::<Result<Actor, AppError>>() {
                provide_context(who.clone());
            }
            if let Some(me) = parts.extensions.get::<Me>() {
                provide_context(me.clone());
            }
            if let Some(locale) = parts.extensions.get::<Locale>() {
                provide_context(*locale);
            }
        }
        // A page has a nonce by now; a server function has none and needs none.
        if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy.page(&nonce));
        }
    }
}

/// Path of the compiled stylesheet: with its hash, if cargo-leptos left one in `hash.txt` beside the binary.
#[must_use]
pub fn stylesheet() -> String {
    let hashes = std::env::current_exe()
        .ok()
        .and_then(|binary| std::fs::read_to_string(binary.parent()?.join("hash.txt")).ok())
        .unwrap_or_default();
    hashes.lines().find_map(|line| line.strip_prefix("css:")).map_or_else(
        || "/pkg/forecourt.css".to_owned(),
        |hash| format!("/pkg/forecourt.{}.css", hash.trim()),
    )
}

/// What cargo-leptos compiled and where it lies. File names bear hashes if `hash.txt` lies beside the binary, as cargo-leptos leaves it.
fn options(config: &Config) -> LeptosOptions {
    let hashed = std::env::current_exe()
        .ok()
        .and_then(|binary| Some(binary.parent()?.join("hash.txt").exists()))
        .unwrap_or(false);
    let mut options = LeptosOptions::builder()
        .output_name("forecourt")
        .site_root(config.site_root.to_string_lossy().into_owned())
        .site_pkg_dir("pkg")
        .site_addr(config.listen)
        .build();
    options.hash_files = hashed;
    if let Some(port) = std::env::var("LEPTOS_RELOAD_PORT").ok().and_then(|port| port.parse().ok()) {
        options.reload_port = port;
    }
    options
}
