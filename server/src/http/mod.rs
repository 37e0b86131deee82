//! HTTP: sessions and sign-in, guards and limits, pages, server functions, REST, files.
//!
//! [`router`] puts it together. It owns what browsers and programs are answered with, and leaves what is true to the services: every
//! handler here finds the actor, calls a service and renders the answer or the [`problem`].

pub mod actor;
pub mod api;
mod assets;
pub mod auth;
pub mod bearer;
pub mod connections;
pub mod csrf;
pub mod error_page;
pub mod event_stream;
pub mod forms;
mod headers;
pub mod health;
pub mod json_object;
mod leptos;
mod limits;
pub mod metrics;
pub mod organisation;
pub mod path_id;
pub mod precondition;
pub mod problem;
pub(crate) mod problem_responses;
pub mod query_string;
mod rate_limit;
pub mod refusal;
pub mod request;
mod router;
pub mod seal;
pub mod session;
pub mod tokens;
pub mod uploads;

use std::sync::Arc;

use app::kernel::backend::Backend;
use axum::extract::FromRef;

use crate::platform::Platform;
use auth::provider::Provider;
use seal::Sealer;
use tokens::Tokens;

pub use leptos::stylesheet;
pub use router::{router, with_routes, without_sessions};

/// What handlers work with; the state of every router here. REST handlers take `State<Backend>` or `State<Platform>` of it.
#[derive(Clone, Debug)]
pub struct Web {
    pub platform: Platform,
    pub backend: Backend,
    pub provider: Arc<Provider>,
    pub tokens: Tokens,
    login_sealer: Sealer,
}

impl Web {
    #[must_use]
    pub fn new(platform: Platform, backend: Backend) -> Self {
        let provider = Arc::new(Provider::new(Arc::clone(&platform.config)));
        Self {
            tokens: Tokens::new(&platform, Arc::clone(&provider)),
            login_sealer: Sealer::new(platform.keys.seal, "login 1"),
            platform,
            backend,
            provider,
        }
    }
}

impl FromRef<Web> for Platform {
    fn from_ref(web: &Web) -> Self {
        web.platform.clone()
    }
}

impl FromRef<Web> for Backend {
    fn from_ref(web: &Web) -> Self {
        web.backend.clone()
    }
}
