//! A surface with a heading.

use leptos::prelude::*;

/// A card. `flush` lets its content touch the edges (tables, tabs). Buttons beside the heading go into `actions`.
#[component]
pub fn Card(
    #[prop(optional, into)] title: Option<String>,
    #[prop(optional, into)] actions: ViewFnOnce,
    #[prop(optional)] flush: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card" class:flush=flush>
            {title.map(|title| view! { <header class="card-head"><h2>{title}</h2>{actions.run()}</header> })}
            {children()}
        </section>
    }
}
