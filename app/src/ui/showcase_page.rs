//! `/ui`: the design system on one page. Only in debug builds.

use leptos::prelude::*;

use super::PageHead;

/// Every piece in every state.
#[component]
pub fn ShowcasePage() -> impl IntoView {
    view! { <PageHead title="Design system"/> }
}
