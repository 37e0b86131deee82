//! What happened, newest first.

use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;

use super::{Tone, When};

/// The list.
#[component]
pub fn Timeline(children: Children) -> impl IntoView {
    view! { <ol class="timeline">{children()}</ol> }
}

/// One event: what (`title`), who and why (children), when.
#[component]
pub fn TimelineItem(
    #[prop(optional)] tone: Tone,
    #[prop(into)] title: String,
    at: DateTime<FixedOffset>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <li class=tone.class()>
            <div>
                <span>{title}</span>
                {children.map(|children| view! { <div class="sub">{children()}</div> })}
            </div>
            <When at/>
        </li>
    }
}
