//! A message that stays on the page until what it speaks of is over.

use leptos::prelude::*;

use super::{Icon, Tone};

/// Something to know before going on. `Warn` and `Bad` interrupt a screen reader, the others wait. Buttons go into `actions`.
#[component]
pub fn Banner(
    #[prop(optional)] tone: Tone,
    #[prop(optional, into)] title: Option<String>,
    #[prop(optional, into)] actions: ViewFnOnce,
    children: Children,
) -> impl IntoView {
    let role = if matches!(tone, Tone::Warn | Tone::Bad) {
        "alert"
    } else {
        "status"
    };
    view! {
        <div class=format!("banner {}", tone.class()) role=role>
            <Icon name=tone.icon()/>
            <div class="banner-text">
                {title.map(|title| view! { <strong>{title}</strong> })}
                <div>{children()}</div>
            </div>
            <div class="banner-actions">{actions.run()}</div>
        </div>
    }
}
