//! A page or panel with nothing in it yet: it says what to do first.

use leptos::prelude::*;

use super::{Icon, IconName};

/// Why there is nothing here, and (as children) the buttons that change it.
#[component]
pub fn EmptyState(
    #[prop(default = IconName::Stock)] icon: IconName,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty-icon"><Icon name=icon/></span>
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
}
