//! What the browser sees: pages, components, shared types and rules, server functions.
//!
//! Compiled twice: to WASM (`hydrate`) and natively (`ssr`), where `server` renders it and implements its service traits.
//! Nothing here names sqlx, fred or tokio; `make check` proves it.

#[macro_use]
pub mod kernel;
pub mod i18n;
pub mod identity;
pub mod vehicle;

use leptos::prelude::*;

/// The whole application, the same on both sides.
#[component]
pub fn App() -> impl IntoView {
    view! { <h1>"Forecourt"</h1> }
}
