//! Grey shapes in the final layout while the real thing is on its way, so that nothing jumps.

use leptos::prelude::*;

use crate::i18n::use_locale;

/// Lines of text to come.
#[component]
pub fn Skeleton(#[prop(default = 3)] lines: usize) -> impl IntoView {
    let t = use_locale();
    view! {
        <div class="skeleton" role="status" aria-label=t.loading()>
            {(0..lines).map(|_| view! { <i></i> }).collect_view()}
        </div>
    }
}

/// Rows of a list to come: picture, two lines, an amount.
#[component]
pub fn SkeletonRows(#[prop(default = 12)] rows: usize) -> impl IntoView {
    let t = use_locale();
    view! {
        <div class="skeleton-rows" role="status" aria-label=t.loading()>
            {(0..rows).map(|_| view! { <div><i></i><i></i><i></i></div> }).collect_view()}
        </div>
    }
}
